"""Operands are read when their turn comes: what a later operand rebinds does not change an earlier one."""

acc = 1


def bump(value=10, by=100):
    global acc
    acc += by
    return value


# -- augmented assignment, every kind of target
acc += bump()
print("global from the module", acc)
acc = 1


def via_global():
    global acc
    acc = 1
    acc += bump()
    return acc


def rebinding(value=10):
    global acc
    acc = 1000
    return value


def via_global_plain():
    global acc
    acc = 1
    acc = acc + rebinding()
    return acc


def via_global_aug():
    global acc
    acc = 1
    acc += rebinding()
    return acc


def loop_global():
    global acc
    acc = 0
    for i in range(2000):
        acc += rebinding(i)
    return acc


print("function", via_global(), via_global_plain(), via_global_aug(), loop_global())


def via_cell():
    x = 1

    def f():
        nonlocal x
        x = 1000
        return 10

    x += f()
    a = x
    x = 1
    y = x + f()
    x = 1
    z = (x, f(), x)
    x = 1
    w = [x, f(), x]
    x = 1
    d = {x: f(), f(): x}
    x = 1
    c = x < f() < x
    x = 1
    s = f"{x}{f()}{x}"
    return a, y, z, w, d, c, s


print("cell", via_cell())


def via_free():
    x = 1

    def inner():
        nonlocal x
        x = 1

        def f():
            nonlocal x
            x = 1000
            return 10

        x += f()
        a = x
        x = 1
        b = x * f()
        x = 1
        c = x - f() - x
        return a, b, c

    return inner()


print("free", via_free())


class O:
    def __init__(self):
        self.v = 1
        self.items = [1, 2, 3]

    def f(self, r=10):
        self.v = 1000
        self.items = [9, 9, 9]
        return r


def attributes():
    o = O()
    o.v += o.f()
    a = o.v
    o = O()
    b = o.v + o.f()
    o = O()
    o.items[0] += o.f()
    c = o.items
    o = O()
    d = o.items[o.f(1)]
    o = O()
    e = o.items[0] + o.f()
    return a, b, c, d, e


print("attributes", attributes())


def rebound_object():
    o = O()
    first = o

    def swap():
        nonlocal o
        o = O()
        return 10

    o.v += swap()
    return first.v, o.v


print("rebound object", rebound_object())


def subscripts():
    l = [1, 2, 3]

    def f(r):
        l[0] = 1000
        return r

    l[0] += f(10)
    a = l[:]
    l[0] = 1
    b = l[0] + f(10)
    l[0] = 1
    l[f(0)] += f(5)
    return a, b, l


print("subscripts", subscripts())


# -- locals that a walrus rebinds
def walrus():
    x = 1
    r = [x + (x := 5)]
    x = 1
    r.append((x, (x := 5), x))
    x = 1
    r.append([x, (x := 5), x])
    x = 1
    r.append({x: (x := 5), (x := 6): x})
    x = 1
    r.append(x < (x := 5) < x)
    x = 1
    r.append(x < (x := 5) <= x)
    x = 1
    r.append(max(x, (x := 5), x))
    x = 1
    r.append("{}{}{}".format(x, (x := 5), x))
    x = 1
    r.append(f"{x}{(x := 5)}{x}")
    x = [1, 2]
    r.append(x[(x := 0)])
    x = 1
    r.append([0, 1, 2, 3][x : (x := 3)])
    x = 0
    r.append([0, 1, 2, 3][x : (x := 3) : (x := 2)])
    x = 1
    x += (x := 5)
    r.append(x)
    x = 1
    r.append(x and (x := 0) or x)
    x = 1
    r.append(-x + (x := 7) * x)
    x = "a"
    r.append(x in (x := "abc"))
    x = "abc"
    r.append("a" in x + (x := "z"))
    x = 1
    y = x, (x := 2), x
    r.append(y)
    x = 1
    a, b, c = x, (x := 2), x
    r.append((a, b, c))
    x = 1
    r.append(dict(a=x, b=(x := 2), c=x))
    x = {"k": 1}
    r.append({**x, **(x := {"k": 2}), "x": x["k"]})
    x = [1]
    r.append([*x, *(x := [2]), *x])
    x = 3
    r.append(x if (x := 0) else x)
    x = 1
    r.append([x, *[(x := 2)], x])
    x = 1
    r.append(print.__name__ + str(x) + str((x := 4)) + str(x))
    return r


for line in walrus():
    print("walrus", line)


def walrus_in_comprehension():
    x = 1
    a = x + sum((x := i) for i in range(4)) + x
    x = 1
    b = (x, [(x := i) for i in range(4)], x)
    x = 1
    c = [x, {(x := i): x for i in range(3)}, x]
    return a, b, c


print("comprehension", walrus_in_comprehension())


def methods():
    class A:
        def __init__(self, n):
            self.n = n

        def m(self, *args):
            return self.n, args

    a = A(1)
    r = [a.m((a := A(2)).n, a.n)]
    a = A(1)
    r.append(a.m(*[(a := A(2)).n], **{}))
    f = lambda *args: ("first", args)
    r.append(f(1, (f := lambda *args: ("second", args))(2)))
    f = lambda *args: ("first", args)
    r.append(f(*[(f := 3)]))
    return r


print("methods", methods())


def targets():
    order = []

    def t(name, v):
        order.append(name)
        return v

    box = [0, 0, 0]
    d = {}
    box[t("index", 0)], d[t("key", "k")] = t("v1", 1), t("v2", 2)
    d[t("a", 1)] = box[t("b", 1)] = t("value", 7)
    t("obj", box)[t("idx", 2)] += t("rhs", 5)
    del t("delobj", d)[t("delkey", "k")]
    {t("k1", 1): t("v1", 1), t("k2", 2): t("v2", 2)}
    t("f", lambda *a, **k: None)(t("a1", 1), *t("star", [2]), k=t("kw", 3), **t("dstar", {}))
    t("x", 1) < t("y", 2) < t("z", 0) < t("never", 1)
    box[t("lo", 0) : t("hi", 1)] = t("slice", [5])
    box[t("lo", 0) : t("hi", 1)] += t("slice", [6])
    i = 0
    i, box[i] = 1, "set"
    i = 0
    box[i], i = "first", 2
    for box[0] in (1, 2):
        pass
    return order, box, d, i


print("targets", targets())


def swap_chain():
    a, b, c = 1, 2, 3
    a, b, c = b, c, a
    a, (b, c) = c, (a, b)
    x = [0, 1, 2]
    i = 0
    i, x[i], x[i + 1] = 1, 10, 20
    k = k2 = k3 = a
    return a, b, c, x, k, k2, k3


print("swap", swap_chain())


def deletes():
    x = 1
    l = []

    def f():
        nonlocal x
        del x
        return 10

    x += f()
    return x


print("deleted meanwhile", deletes())


class Ns:
    x = 1

    def rebind(r):
        global ns_seen
        ns_seen = True
        return r

    x += rebind(1)
    y = x + (x := 10) + x


print("class", Ns.x, Ns.y)


def generators():
    x = 1
    got = x + (yield x)
    x = 1
    y = (x, (yield got), x)
    yield y


g = generators()
print("generator", next(g), g.send(5), g.send(6))


def generator_cell():
    x = 1

    def set_x(v):
        nonlocal x
        x = v

    got = x + (yield set_x)
    yield got, x


g = generator_cell()
setter = next(g)
setter(50)
print("generator cell", g.send(5))


def exceptions():
    x = 1
    try:
        x = x + (x := 5) + 1 // 0
    except ZeroDivisionError:
        return x


print("exception", exceptions())


def loop_walrus(n):
    x = 0
    total = 0
    for i in range(n):
        total += x * 2 + (x := i) + x
    return total, x


print("hot", loop_walrus(5000))


def nested_lambda():
    x = 1
    return (lambda: x)() + (x := 5) + (lambda: x)()


print("lambda", nested_lambda())


def match_subject(p):
    match (p, (p := 3), p):
        case (1, 3, 3):
            return "turn by turn"
        case other:
            return other


print("match", match_subject(1))


def conditional(x):
    return (x if x else 0) + (x := 3) + (x if x else 0), not x, x is (x := None), x


print("conditional", conditional(1))


def await_like():
    import asyncio

    async def later(v):
        return v

    async def main():
        x = 1
        a = x + await later((x := 5))
        x = 1
        b = [x, await later((x := 5)), x]
        return a, b

    return asyncio.run(main())


print("await", await_like())
