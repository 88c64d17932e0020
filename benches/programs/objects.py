"""Programs of objects, dicts and strings: what surrounds the arithmetic in a script."""


def bench_binary_trees(n=13):
    def make(d):
        return (make(d - 1), make(d - 1)) if d else (None, None)

    def check(t):
        left, right = t
        return 1 + check(left) + check(right) if left is not None else 1

    long_lived = make(n)
    total = 0
    for d in range(4, n, 4):
        for _ in range(1 << n - d):
            total += check(make(d))
    return total, check(long_lived)


def bench_game_of_life(n=600):
    cells = {(1, 0), (2, 1), (0, 2), (1, 2), (2, 2), (10, 10), (10, 11), (10, 12), (11, 11), (12, 10)}
    for _ in range(n):
        counts = {}
        for x, y in cells:
            for dx in (-1, 0, 1):
                for dy in (-1, 0, 1):
                    if dx or dy:
                        key = (x + dx, y + dy)
                        counts[key] = counts.get(key, 0) + 1
        cells = {p for p, c in counts.items() if c == 3 or (c == 2 and p in cells)}
    return sorted(cells)


def bench_vector_objects(n=30_000):
    class Vec:
        __slots__ = ("x", "y", "z")

        def __init__(self, x, y, z):
            self.x, self.y, self.z = x, y, z

        def __add__(self, o):
            return Vec(self.x + o.x, self.y + o.y, self.z + o.z)

        def __mul__(self, k):
            return Vec(self.x * k, self.y * k, self.z * k)

        def dot(self, o):
            return self.x * o.x + self.y * o.y + self.z * o.z

    p, v, g = Vec(0.0, 10.0, 0.0), Vec(1.0, 0.0, 0.5), Vec(0.0, -9.81, 0.0)
    for _ in range(n):
        v = v + g * 0.001
        p = p + v * 0.001
        if p.y < 0:
            p.y, v.y = -p.y, -v.y * 0.9
    return p.dot(v)


def bench_event_queue(n=80_000):
    import heapq

    class Task:
        def __init__(self, name, period):
            self.name, self.period, self.runs = name, period, 0

        def run(self, now):
            self.runs += 1
            return now + self.period

    tasks = [Task("t%d" % i, i * 3 % 11 + 1) for i in range(20)]
    queue = [(0, i) for i in range(len(tasks))]
    for _ in range(n):
        now, i = heapq.heappop(queue)
        heapq.heappush(queue, (tasks[i].run(now), i))
    return [t.runs for t in tasks]


def bench_tokenizer(n=1200):
    text = "let total = price * (1 + rate) / 100 - discount; " * 8
    out = 0
    for _ in range(n):
        i = 0
        while i < len(text):
            c = text[i]
            if c.isspace():
                i += 1
            elif c.isalpha():
                j = i
                while j < len(text) and (text[j].isalnum() or text[j] == "_"):
                    j += 1
                out += len(text[i:j])
                i = j
            elif c.isdigit():
                j = i
                while j < len(text) and text[j].isdigit():
                    j += 1
                out += int(text[i:j])
                i = j
            else:
                out += 1
                i += 1
    return out


def bench_stack_machine(n=25_000):
    code = [("push", 0), ("store", "s"), ("push", n), ("store", "i"), ("load", "i"), ("jz", 15), ("load", "s"), ("load", "i"), ("add", None), ("store", "s"), ("load", "i"), ("push", -1), ("add", None), ("store", "i"), ("jmp", 4), ("halt", None)]
    stack, names, pc = [], {}, 0
    while True:
        op, arg = code[pc]
        pc += 1
        if op == "push":
            stack.append(arg)
        elif op == "load":
            stack.append(names[arg])
        elif op == "store":
            names[arg] = stack.pop()
        elif op == "add":
            stack.append(stack.pop() + stack.pop())
        elif op == "jmp":
            pc = arg
        elif op == "jz":
            if stack.pop() == 0:
                pc = arg
        else:
            return names["s"]


def bench_graph_search(n=3000):
    from collections import deque

    graph = {i: [(i * 7 + 1) % n, (i * 13 + 5) % n, (i + 1) % n] for i in range(n)}
    total = 0
    for start in range(0, n, n // 12):
        seen = {start: 0}
        queue = deque([start])
        while queue:
            u = queue.popleft()
            for v in graph[u]:
                if v not in seen:
                    seen[v] = seen[u] + 1
                    queue.append(v)
        total += sum(seen.values())
    return total


def bench_json_round_trip(n=30):
    import json

    data = {"rows": [{"id": i, "name": "row %d" % i, "values": [i / 3, i / 7], "ok": i % 2 == 0} for i in range(400)]}
    for _ in range(n):
        data = json.loads(json.dumps(data))
    return len(data["rows"]), data["rows"][7]["name"]


def bench_fraction_sum(n=350):
    from fractions import Fraction

    s = Fraction(0)
    for i in range(1, n):
        s += Fraction(1, i)
    return s.numerator % 10**12
