# Who may lose the namespace of an instance, and where an uncaught exception is told when the stream is the program's own.
import functools
import sys
import types


class Base:
    pass


class E1(Base, Exception):
    pass


class E2(Exception, Base):
    pass


class Text(str):
    pass


class Partial(functools.partial):
    pass


for x in (E1(), E2(), Exception(), functools.partial(int), Partial(int), Base(), Text("a")):
    x.__dict__ = {"a": 1}
    try:
        del x.__dict__
        print(type(x).__name__, "deleted", x.__dict__)
    except Exception as e:
        print(type(x).__name__, type(e).__name__, e, x.a)


class Stream:
    def __init__(self):
        self.parts = []

    def write(self, text):
        self.parts.append(text)

    def flush(self):
        pass


kept, sys.stderr = sys.stderr, Stream()
try:
    {}["key"]
except KeyError:
    sys.excepthook(*sys.exc_info())
stream, sys.stderr = sys.stderr, kept
print("".join(stream.parts).splitlines()[-1], "" in stream.parts)
