import collections, math
def t(src, **ns):
    import traceback
    try: exec(src, {"math": math, "collections": collections, **ns})
    except Exception as e: print(src.replace("\n", "; "), "->", traceback.format_exception_only(e)[-1].strip())
class Point:
    def __init__(self): self.position = 1; self._hidden = 2
    def method_name(self): return methd_name()
    def uses_self(self): return position
    def __getattr__(self, n): raise AttributeError(f"custom {n}")
class Plain:
    value = 1
    def compute(self, first_arg, second_arg=0): return self.valu
    def m(self): return value
t("pritn(1)"); t("math.sqr(2)"); t("x = [1]; x.apend(2)"); t("''.uper()"); t("{}.keyz()"); t("Plain().vlaue", Plain=Plain); t("Plain().compute(1)", Plain=Plain); t("Plain().m()", Plain=Plain); t("Plain().compute(first_ar=1)", Plain=Plain); t("counter = 1\ncountr += 1"); t("collections.OrderDict"); t("from collections import OrderDict"); t("from math import squrt"); t("import mth"); t("import colections.abc"); t("Point().positon", Point=Point); t("sys.path"); t("time.time()"); t("Tru"); t("none"); t("null"); t("lenght"); t("abcdefghijk"); t("a"); t("int('5').rael"); t("object().x"); t("x = 1\ndel x\nx"); t("def f():\n local_value = 1\n return local_valu\nf()"); t("print(1, edn='')"); t("sorted([1], revers=True)"); t("self.x"); t("(1).foo.bar"); t("[].lenght()"); t("''.startwith('a')"); t("this"); t("__build_clas__"); t("x = 1\nx.real.imaginary"); t("class A:\n def foo(self): pass\nA().fo()"); t("dict(a=1).itmes()"); t("range(5).strat"); t("def f(alpha, beta): pass\nf(alpha=1, bta=2)"); t("import os\nos.pth"); t("list.add"); t("{1}.append(1)"); t("'a'.push")
