"""Runs one benchmark function in this process and writes down how long each iteration took.

usage: driver.py FILE FUNCTION ITERATIONS OUT

OUT receives one JSON object: the times in seconds, the first iteration first, and a text made of the function's
answer, which must be the same for every Python. Nothing is imported that the benchmark does not import itself, so
that a whole-process time is the benchmark's. Runs on Python 3.11 and later.
"""

import sys
from time import perf_counter


def main():
    path, name, iterations, out = sys.argv[1:5]
    with open(path, encoding="utf-8") as f:
        source = f.read()
    namespace = {"__name__": "__bench__", "__file__": path}
    exec(compile(source, path, "exec"), namespace)
    bench = namespace[name]
    times = []
    answers = []
    for _ in range(int(iterations)):
        start = perf_counter()
        answer = bench()
        times.append(perf_counter() - start)
        text = repr(answer)
        if text not in answers:
            answers.append(text)
    text = " / ".join(answers)
    if len(text) > 200:
        text = text[:150] + "... %d characters" % len(text)
    text = text.encode("ascii", "backslashreplace").decode().replace("\\", "\\\\").replace('"', '\\"')
    with open(out, "w") as f:
        f.write('{"times": [%s], "answer": "%s"}\n' % (", ".join(map(repr, times)), text))


main()
