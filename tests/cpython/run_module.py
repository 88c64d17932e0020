"""Runs one module of CPython's test suite and reports each test on a line of its own.

usage: run_module.py RESULTS MODULE [SKIP..]

RESULTS is the file that lines are appended to: a word, a tab, the test's id, and for some words a tab and a reason.
Each line is written at once, so that a crash or a hang leaves everything up to it, and `start` names the culprit.
Resources (network, much memory or time) are off, as they are for `python -m test` by default.
"""

import os
import sys
import unittest

STAND_INS = {
    "test_bytes": {"_testlimitedcapi": []},
    "test_class": {"_testinternalcapi": ["has_inline_values"]},
}


def missing(*args):
    raise NotImplementedError("CPython's C API is not here")


def main():
    results = os.open(sys.argv[1], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    module = "test." + sys.argv[2]
    skip = set(sys.argv[3:])

    def say(word, name, reason=None):
        line = word + "\t" + name.replace("\n", " ")
        if reason is not None:
            line += "\t" + " ".join(reason.split())[:200]
        os.write(results, (line + "\n").encode("utf-8", "backslashreplace"))

    def reason_of(error):
        kind, value, _ = error
        try:
            text = str(value)
        except Exception:
            text = "(its str() fails)"
        lines = [line for line in text.splitlines() if line.strip()]
        return kind.__name__ + ": " + (lines[0] if lines else "")

    class Result(unittest.TestResult):
        def name(self, test):
            name = test.id()
            return name.removeprefix(module + ".")

        def startTest(self, test):
            super().startTest(test)
            self.bad = None
            say("start", self.name(test))

        def addSuccess(self, test):
            say("pass", self.name(test))

        def addFailure(self, test, error):
            self.report("fail", test, error)

        def addError(self, test, error):
            self.report("error", test, error)

        def report(self, word, test, error):
            say(word, self.name(test), reason_of(error))

        def addSkip(self, test, reason):
            say("skip", self.name(test), reason)

        def addExpectedFailure(self, test, error):
            say("pass", self.name(test))

        def addUnexpectedSuccess(self, test):
            say("fail", self.name(test), "unexpected success")

        def addSubTest(self, test, subtest, error):
            if error is not None and self.bad is not test:
                self.bad = test
                word = "fail" if issubclass(error[0], test.failureException) else "error"
                say(word, self.name(test), reason_of(error))


    say("start", "(module)")
    # Modules that test CPython's C API are needed by a few tests of these modules only: with a stand-in those few
    # fail, and the others run.
    if sys.implementation.name != "cpython":
        for name, functions in STAND_INS.get(sys.argv[2], {}).items():
            stand_in = sys.modules[name] = type(sys)(name)
            for function in functions:
                setattr(stand_in, function, missing)
    try:
        from test import support

        support.use_resources = {}
        loaded = unittest.defaultTestLoader.loadTestsFromName(module)
    except unittest.SkipTest as e:
        say("skip", "(module)", str(e))
        return
    except BaseException as e:
        say("error", "(module)", reason_of((type(e), e, None)))
        return
    say("loaded", "(module)")
    result = Result()
    if skip:
        # Fixtures of classes and modules stay with their suites: tests are taken out where they are.
        def prune(suite):
            suite._tests = [
                prune(t) if isinstance(t, unittest.TestSuite) else t
                for t in suite
                if isinstance(t, unittest.TestSuite) or result.name(t) not in skip
            ]
            return suite

        loaded = prune(loaded)
    loaded.run(result)
    say("done", "(module)")


if __name__ == "__main__":
    main()
