# Objects that are equal and have different hashes: tuples of them are equal, whatever has been hashed before.


class Any:
    def __init__(self, h):
        self.h = h

    def __eq__(self, other):
        return True

    def __hash__(self):
        return self.h


a, b = (Any(1), 2), (Any(5), 2)
nested_a, nested_b = (a, 3), (b, 3)
for t in a, b, nested_a, nested_b:
    hash(t)
print(a == b, a != b, nested_a == nested_b, [a] == [b], nested_a in [nested_b], [nested_a].index(nested_b))
print({a: 1} == {b: 1}, len({a, b}), a in {b}, a <= b)
