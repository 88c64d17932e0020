# also: -X jit=on -X jit-threshold=2 -X jit-budget=0 -X gc-stress=1
# also: -X jit=on -X jit-threshold=2 -X jit-side-threshold=2 -X jit-tree-nodes=800 -X jit-recompiles=3 -X jit-stress-exits=2 -X gc-stress=5
"""A call that compiled code leaves to the interpreter collects garbage, or leaves for good, while frames are inlined."""
import gc
import sys


class Node:
    def __init__(self, n, *, prefix="node", **more):
        self.me = self
        self.name = f"{prefix} {n}"
        self.more = dict(more, n=n)


class Watched(Node):
    def __init__(self, n, depth=0):
        super().__init__(n, depth=depth, frame=sys._getframe(depth).f_lineno)


def build(n):
    return Node(n, prefix="built", size=n * 2)


def watch(n):
    return Watched(n, depth=1)


def collect(n):
    gc.collect()
    return n


def run(line, n):
    build(n)
    words = line.split()
    watch(n)
    collect(n)
    return [word + line for word in words], line, n


def change(line, n):
    def peek():
        if n % 7 == 3:
            sys._getframe(1).f_locals["line"] = f"changed {n}"
        return n

    peek()
    return line, n


def main():
    out = []
    for n, line in enumerate(["a b", "c d", "d e f", "", "u", "v w"] * 5):
        out.append(run(line, n))
        out.append(change(line, n))
        if n == 20:
            del line
        else:
            out.append(line)
    return out


for row in main():
    print(row)
