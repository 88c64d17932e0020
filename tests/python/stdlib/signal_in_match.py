"""Signals break off long matches, and a handler that returns lets them finish."""
import re
import signal
import time


class Alarm(Exception):
    pass


def handler(number, frame):
    raise Alarm


signal.signal(signal.SIGALRM, handler)
for pattern, text in [(r"(a+)+b", "a" * 60), (r"(?:a|aa)+c", "a" * 80), (r"(x+x+)+y", "x" * 70), (r"(\u00e9+)+b", "\u00e9" * 60)]:
    start = time.monotonic()
    signal.setitimer(signal.ITIMER_REAL, 0.1)
    try:
        print(re.match(pattern, text))
    except Alarm:
        print("broken off", time.monotonic() - start < 5)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)

calls = []
signal.signal(signal.SIGALRM, lambda *a: calls.append(1))
signal.setitimer(signal.ITIMER_REAL, 0.02)
print(re.match(r"(?:a|a)*$", "a" * 20 + "b"), re.match(r"(a+)+b", "a" * 20))
signal.setitimer(signal.ITIMER_REAL, 0)
print(len(calls) <= 1)
