N = 5; NAME = __name__
def up():
    from .. import __name__ as listed
    return listed
