def outer(x):
    y = 1
    def inner():
        nonlocal y
        y += x
        return [z + y for z in x if (w := z)]
    return inner, {k: (lambda: k) for k in x}
x = [x for x in (1, 2)]
type A[T] = list[T]
def g[T: int](a: T) -> T: return a
gen = (i for i in x)
