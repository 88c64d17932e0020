"""A stand-in for `pyperf`, enough to run pyperformance's scripts on any Python with nothing installed.

It keeps the interface that those scripts use (Runner, its argument parser, bench_func, bench_time_func, perf_counter)
and drops the rest: no child processes, no calibration, no statistics. Each benchmark runs TAIPAN_BENCH_ITERATIONS
times in this process, each time TAIPAN_BENCH_LOOPS loops; the times of one loop and a text of each answer go to
TAIPAN_BENCH_OUT as JSON lines, first iteration first.
"""

import argparse
import os
import time

perf_counter = time.perf_counter
python_implementation = None


def _write(name, times, answer):
    text = answer.encode("ascii", "backslashreplace").decode().replace("\\", "\\\\").replace('"', '\\"')
    line = '{"name": "%s", "times": [%s], "answer": "%s"}\n' % (name, ", ".join(map(repr, times)), text)
    out = os.environ.get("TAIPAN_BENCH_OUT")
    if out:
        with open(out, "a") as f:
            f.write(line)
    else:
        print(line, end="")


def _text(answer):
    # Only what is the same for each run and each Python can be compared.
    if isinstance(answer, (int, float, str, bool, tuple, list)):
        text = repr(answer)
        if " at 0x" not in text:
            return text[:150]
    return ""


class Runner:
    def __init__(self, values=None, processes=None, loops=0, min_time=0.1, metadata=None, program_args=None,
                 add_cmdline_args=None, warmups=None, show_name=True, _argparser=None):
        self.argparser = argparse.ArgumentParser()
        self.metadata = dict(metadata or {})
        self.args = None
        self.iterations = int(os.environ.get("TAIPAN_BENCH_ITERATIONS", "5"))
        self.loops = int(os.environ.get("TAIPAN_BENCH_LOOPS", "1"))

    def parse_args(self, args=None):
        if self.args is None:
            self.args = self.argparser.parse_args(args)
        return self.args

    def bench_func(self, name, func, *args, inner_loops=None, metadata=None):
        self.parse_args()
        times, answer = [], None
        for _ in range(self.iterations):
            start = perf_counter()
            for _ in range(self.loops):
                answer = func(*args)
            times.append((perf_counter() - start) / self.loops)
        _write(name, times, _text(answer))

    def bench_time_func(self, name, func, *args, inner_loops=None, metadata=None):
        self.parse_args()
        _write(name, [func(self.loops, *args) / self.loops for _ in range(self.iterations)], "")

    def bench_async_func(self, name, func, *args, loop_factory=None, inner_loops=None, metadata=None):
        import asyncio

        self.bench_func(name, lambda: asyncio.run(func(*args)))

    def bench_command(self, name, command):
        raise NotImplementedError("the stand-in runs no commands")


def python_has_jit():
    return False
