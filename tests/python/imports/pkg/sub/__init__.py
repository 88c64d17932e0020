from .. import alpha
from ..alpha import VALUE
from . import leaf
from .leaf import NAME
total = VALUE + leaf.N
