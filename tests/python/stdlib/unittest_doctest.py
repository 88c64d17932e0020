import unittest, io, doctest, unittest.mock, sys
class T(unittest.TestCase):
    def setUp(self): self.v = 1
    def test_ok(self): self.assertEqual(self.v, 1); self.assertRaises(ValueError, int, "x"); self.assertIn(1, [1]); self.assertAlmostEqual(0.1 + 0.2, 0.3)
    def test_fail(self): self.assertEqual([1, 2, 3], [1, 2, 4])
    def test_error(self): 1 / 0
    @unittest.skip("skipped")
    def test_skip(self): pass
    @unittest.expectedFailure
    def test_xfail(self): self.fail("expected")
    def test_sub(self):
        for i in range(3):
            with self.subTest(i=i): self.assertNotEqual(i, 1)
    def test_regex(self):
        with self.assertRaisesRegex(ValueError, "inv.*"): int("q")
        with self.assertWarns(UserWarning):
            import warnings; warnings.warn("w")
s = io.StringIO(); r = unittest.TextTestRunner(stream=s, verbosity=2).run(unittest.defaultTestLoader.loadTestsFromTestCase(T)); out = s.getvalue(); print("\n".join(l for l in out.splitlines() if not l.startswith("Ran"))); print(r.testsRun, len(r.failures), len(r.errors), len(r.skipped), len(r.expectedFailures))
def f(x):
    """
    >>> f(2)
    4
    >>> f("a")
    'wrong'
    """
    return x * 2
print(doctest.testmod(verbose=False, report=False) if False else doctest.DocTestRunner(verbose=False).summarize(verbose=False)); m = unittest.mock.Mock(return_value=5); print(m(1, a=2), m.call_args, m.called, type(m.attr.deep(3)).__name__); m.assert_called_once_with(1, a=2)
with unittest.mock.patch("builtins.len", lambda x: 99): print(len([]))
print(len([]), unittest.mock.MagicMock().__len__(), unittest.mock.sentinel.x, unittest.mock.call(1) == unittest.mock.call(1))
