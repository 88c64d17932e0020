def f(g):
    try:
        with g() as h:
            return h
    except OSError as e:
        raise ValueError from e
    finally:
        g()
def star():
    try:
        pass
    except* ValueError as e:
        print(e)
