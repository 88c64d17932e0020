def f(x):
    match x:
        case [1, *rest] if rest:
            return rest
        case {"k": v, **more}:
            return v, more
        case C(a, b=-1) | D(b=a):
            return a
        case None | True:
            pass
        case _:
            raise
