# stderr: ignore
"""unittest with subtests, skips, expected failures, mocks, async cases and class fixtures."""
import asyncio
import io
import unittest
import warnings
from unittest import mock
from unittest.mock import MagicMock, Mock, call, patch, sentinel, ANY, AsyncMock, create_autospec, mock_open, PropertyMock


class Stack:
    limit = 3
    def __init__(self):
        self.items = []
    def push(self, x):
        if len(self.items) >= self.limit:
            raise OverflowError("full")
        self.items.append(x)
    def pop(self):
        return self.items.pop()
    def send(self, url, *, retries=3):
        raise ConnectionError(url)


class StackTests(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        print("setUpClass")
        cls.addClassCleanup(print, "class cleanup")

    def setUp(self):
        self.s = Stack()
        self.addCleanup(lambda: print("cleanup", self.id().rsplit(".", 1)[1]))

    def test_push(self):
        "Pushing puts it on top."
        self.s.push(1)
        self.assertEqual(self.s.items, [1])

    def test_many(self):
        for i in range(6):
            with self.subTest(i=i, even=i % 2 == 0):
                self.assertLess(i, 4, "too large")

    def test_subtest_message(self):
        with self.subTest("named", key="v"):
            self.assertEqual({"a": 1, "b": [1, 2]}, {"a": 1, "b": [1, 3]})
        with self.subTest():
            1 / 0

    @unittest.expectedFailure
    def test_expected(self):
        self.fail("as thought")

    @unittest.expectedFailure
    def test_unexpected(self):
        pass

    @unittest.skip("not today")
    def test_skipped(self):
        self.fail()

    @unittest.skipIf(Stack.limit > 2, "limit too high")
    def test_skipif(self):
        self.fail()

    @unittest.skipUnless(False, "never")
    def test_skipunless(self):
        self.fail()

    def test_skip_inside(self):
        self.skipTest("inside")

    def test_raises(self):
        with self.assertRaisesRegex(OverflowError, r"^full$") as cm:
            for i in range(9):
                self.s.push(i)
        self.assertEqual(str(cm.exception), "full")
        with self.assertRaises(IndexError):
            Stack().pop()

    def test_not_raised(self):
        with self.assertRaises(KeyError):
            pass

    def test_long_diff(self):
        self.assertEqual("one\ntwo\nthree\n", "one\n2\nthree\nfour\n")

    def test_lists(self):
        self.assertListEqual([1, 2, 3, 4], [1, 2, 4])

    def test_sets(self):
        self.assertSetEqual({1, 2}, {2, 3})

    def test_tuple(self):
        self.assertTupleEqual((1, 2), (1, 2, 3))

    def test_count(self):
        self.assertCountEqual([1, 1, 2], [1, 2, 2])

    def test_almost(self):
        self.assertAlmostEqual(0.1 + 0.2, 0.3)
        self.assertAlmostEqual(1.0, 1.1, delta=0.01)

    def test_regex(self):
        self.assertRegex("hello", "xyz")

    def test_isinstance(self):
        self.assertIsInstance(1, (str, bytes))

    def test_is_subclass(self):
        self.assertIsSubclass(bool, int)
        self.assertHasAttr(self, "nothing_here")

    def test_starts(self):
        self.assertStartsWith("taipan", "tai")
        self.assertEndsWith("taipan", ("x", "y"))

    def test_in(self):
        self.assertIn(5, [1, 2, 3], msg="five is missing")

    def test_logs(self):
        import logging
        with self.assertLogs("app", level="INFO") as cm:
            logging.getLogger("app.sub").warning("careful %d", 3)
        self.assertEqual(cm.output, ["WARNING:app.sub:careful 3"])
        with self.assertNoLogs("app"):
            logging.getLogger("app").error("bad")

    def test_warns(self):
        with self.assertWarnsRegex(DeprecationWarning, "old"):
            warnings.warn("old thing", DeprecationWarning)
        with self.assertWarns(UserWarning):
            pass

    def test_chained(self):
        try:
            {}["k"]
        except KeyError as e:
            raise RuntimeError("wrapped") from e

    def test_group(self):
        raise ExceptionGroup("many", [ValueError(1), TypeError("t")])


class MockTests(unittest.TestCase):
    def test_calls(self):
        m = Mock(return_value=3, name="m")
        self.assertEqual(m(1, b=2), 3)
        m.attr.method("x").chained(5)
        self.assertEqual(m.mock_calls, [call(1, b=2), call.attr.method("x"), call.attr.method().chained(5)])
        m.assert_called_once_with(1, b=2)
        m.assert_called_once_with(2)

    def test_side_effect(self):
        m = MagicMock(side_effect=[1, ValueError("two"), 3])
        self.assertEqual(m(), 1)
        self.assertRaises(ValueError, m)
        self.assertEqual(m(), 3)
        self.assertRaises(StopIteration, m)
        m.__len__.return_value = 7
        m.__getitem__.side_effect = lambda k: k * 2
        self.assertEqual((len(m), m["a"], m[4]), (7, "aa", 8))

    @patch("builtins.print")
    @patch.object(Stack, "limit", 1)
    def test_patch(self, fake):
        print("hidden")
        fake.assert_called_with("hidden")
        s = Stack(); s.push(1)
        with self.assertRaises(OverflowError):
            s.push(2)
        fake.assert_not_called()

    def test_spec(self):
        s = create_autospec(Stack)
        i = s()
        i.push(1)
        i.push.assert_called_once_with(1)
        with self.assertRaises(TypeError) as cm:
            i.push()
        self.assertEqual(str(cm.exception), "missing a required argument: 'x'")
        i.nothing

    def test_open(self):
        with patch("builtins.open", mock_open(read_data="a\nb\n")) as m:
            with open("f") as f:
                self.assertEqual(list(f), ["a\n", "b\n"])
        m.assert_called_once_with("f")
        m.assert_any_call("g")

    def test_dict_sentinel(self):
        d = {"a": 1}
        with patch.dict(d, {"b": 2}, clear=True):
            self.assertEqual(d, {"b": 2})
        self.assertEqual(d, {"a": 1})
        self.assertEqual(call(sentinel.x, ANY), call(sentinel.x, 99))
        self.assertEqual(repr(sentinel.some), "sentinel.some")
        with patch.object(Stack, "depth", new_callable=PropertyMock, create=True) as p:
            p.return_value = 4
            self.assertEqual(Stack().depth, 4)
        m = Mock()
        m(1); m(2)
        m.assert_has_calls([call(2), call(1)])


class AsyncTests(unittest.IsolatedAsyncioTestCase):
    async def asyncSetUp(self):
        self.q = asyncio.Queue()

    async def test_queue(self):
        await self.q.put(1)
        self.assertEqual(await self.q.get(), 1)

    async def test_async_mock(self):
        m = AsyncMock(return_value=5)
        self.assertEqual(await m(1), 5)
        m.assert_awaited_once_with(1)
        m.assert_awaited_with(1)

    async def test_timeout(self):
        with self.assertRaises(TimeoutError):
            async with asyncio.timeout(0.001):
                await asyncio.sleep(1)

    async def test_more(self):
        await asyncio.sleep(0)
        self.assertTrue(True)


@unittest.skip("whole class")
class Skipped(unittest.TestCase):
    def test_a(self): pass


class BrokenSetup(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        raise RuntimeError("no class for you")
    def test_a(self): pass


def load_tests(loader, tests, pattern):
    suite = unittest.TestSuite()
    for c in (StackTests, MockTests, AsyncTests, Skipped, BrokenSetup):
        suite.addTests(loader.loadTestsFromTestCase(c))
    return suite


if __name__ == "__main__":
    import re
    out = io.StringIO()
    r = unittest.main(exit=False, argv=["x"], verbosity=2, testRunner=unittest.TextTestRunner(stream=out, verbosity=2, durations=None)).result
    print(re.sub(r"in \d+\.\d+s", "in Xs", re.sub(r"0x[0-9a-f]+", "0xN", re.sub(r"id='\d+'", "id=N", out.getvalue()))))
    print(r, r.testsRun, len(r.failures), len(r.errors), len(r.skipped), len(r.expectedFailures), len(r.unexpectedSuccesses))
