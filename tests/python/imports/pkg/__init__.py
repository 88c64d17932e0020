"""A package."""
print("pkg init", __name__, __package__, __path__ is not None)
from . import alpha
from .alpha import VALUE as renamed
__all__ = ["alpha", "listed", "renamed"]
listed = "listed"
unlisted = "unlisted"
