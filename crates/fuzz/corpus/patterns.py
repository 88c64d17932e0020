match x:
    case 1 | -1 | 1.5 | 2 + 3j | -0 - 1j: pass
    case "a" "b" | b"c" | None | True: pass
    case [a, *b, c] | (a, b, *c): pass
    case {"k": v, 1: _, a.b: c, **rest}: pass
    case C(x, y=1, z=[_]): pass
    case a.b.c: pass
    case (1 | 2) as y if y > 1: pass
    case [] | (): pass
    case {**k}: pass
    case str(x): pass
    case _: pass
# ---
match x, y:
    case 1, *_:
        a = 1
    case (z,):
        b = 2
# ---
match (x):
    case {}: pass
    case C(): pass
    case [[a], {"b": [c, *_]}, D(e=f)] if a == c: return_ = f
# ---
match = 1
case = match
type = case
match[x]
match(x)
print(match, case, type)
_ = match * x
# ---
match f"{x}":
    case "a": pass
    case x: pass
