print("alpha init", __name__, __package__)
VALUE = 10
_private = 1
def f(): return __name__
