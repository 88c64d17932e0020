# A handler that raises out of a loop: the traceback shows the end of the body that was run, not the loop's head.
import signal
import traceback


class Stop(Exception):
    pass


def handler(number, frame):
    raise Stop


signal.signal(signal.SIGALRM, handler)


def plain():
    for i in range(10**12):
        a = i
        b = a


def of_generator():
    def numbers():
        while True:
            yield 1
    for i in numbers():
        pass


def nested():
    for i in range(10):
        for j in range(10**12):
            a = i
            b = j


def whiling():
    i = 0
    while True:
        i = i + 1
        j = i


def guarded():
    for i in range(10**12):
        try:
            a = i
        except Stop:
            print("caught inside")


for f in plain, nested, whiling:
    signal.setitimer(signal.ITIMER_REAL, 0.1)
    try:
        f()
    except Stop as e:
        entry = traceback.extract_tb(e.__traceback__)[1]
        first = f.__code__.co_firstlineno
        print(f.__name__, entry.name, "in the body" if entry.lineno - first in (2, 3, 4) else entry.lineno - first)
