"""A calculator: tokenizer with re, Pratt parser, evaluator, compiler to a stack machine."""
import math
import operator
import re
from typing import NamedTuple

TOKEN = re.compile(r"\s*(?:(?P<num>\d+\.?\d*(?:[eE][-+]?\d+)?)|(?P<name>[A-Za-z_]\w*)|(?P<op>\*\*|//|<=|>=|==|!=|[-+*/%^()=,<>!]))")


class Token(NamedTuple):
    kind: str
    text: str
    at: int


class ParseError(SyntaxError):
    pass


def tokenize(text):
    at = 0
    text = text.rstrip()
    while at < len(text):
        m = TOKEN.match(text, at)
        if not m:
            raise ParseError(f"bad character {text[at:].lstrip()[0]!r} at {at}")
        yield Token(m.lastgroup, m[m.lastgroup], m.start(m.lastgroup))
        at = m.end()
    yield Token("end", "", at)


BINARY = {"==": 5, "!=": 5, "<": 5, ">": 5, "<=": 5, ">=": 5, "+": 10, "-": 10, "*": 20, "/": 20, "//": 20, "%": 20, "**": 40}
OPS = {"+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv, "//": operator.floordiv,
       "%": operator.mod, "**": operator.pow, "==": operator.eq, "!=": operator.ne, "<": operator.lt, ">": operator.gt,
       "<=": operator.le, ">=": operator.ge}


class Parser:
    def __init__(self, text):
        self.tokens = list(tokenize(text))
        self.i = 0

    @property
    def cur(self):
        return self.tokens[self.i]

    def advance(self, expected=None):
        t = self.cur
        if expected is not None and t.text != expected:
            raise ParseError(f"expected {expected!r}, got {t.text or 'end'!r} at {t.at}")
        self.i += 1
        return t

    def statement(self):
        if self.cur.kind == "name" and self.tokens[self.i + 1].text == "=":
            name = self.advance().text
            self.advance("=")
            tree = ("set", name, self.expr())
        else:
            tree = self.expr()
        if self.cur.kind != "end":
            raise ParseError(f"unexpected {self.cur.text!r} at {self.cur.at}")
        return tree

    def expr(self, power=0):
        t = self.advance()
        match t:
            case Token("num", text):
                left = ("num", float(text) if set(text) & set(".eE") else int(text))
            case Token("name", text) if self.cur.text == "(":
                self.advance()
                args = []
                while self.cur.text != ")":
                    args.append(self.expr())
                    if self.cur.text != ")":
                        self.advance(",")
                self.advance(")")
                left = ("call", text, *args)
            case Token("name", text):
                left = ("get", text)
            case Token("op", "("):
                left = self.expr()
                self.advance(")")
            case Token("op", "-" | "+" as sign):
                left = ("neg" if sign == "-" else "pos", self.expr(30))
            case Token("end"):
                raise ParseError("unexpected end")
            case _:
                raise ParseError(f"unexpected {t.text!r} at {t.at}")
        while (bp := BINARY.get(self.cur.text, -1)) > power:
            op = self.advance().text
            right = self.expr(bp - 1 if op == "**" else bp)
            left = ("bin", op, left, right)
        return left


class Calculator:
    functions = {"sqrt": math.sqrt, "max": max, "min": min, "fact": math.factorial, "hypot": math.hypot}

    def __init__(self):
        self.vars = {"pi": math.pi, "e": math.e}

    def eval(self, t):
        return getattr(self, "do_" + t[0])(*t[1:])

    def do_num(self, n): return n
    def do_get(self, n): return self.vars[n]
    def do_set(self, n, t):
        self.vars[n] = v = self.eval(t)
        return v
    def do_neg(self, t): return -self.eval(t)
    def do_pos(self, t): return +self.eval(t)
    def do_bin(self, op, a, b): return OPS[op](self.eval(a), self.eval(b))
    def do_call(self, f, *args): return self.functions[f](*map(self.eval, args))

    def compile(self, t):
        match t:
            case ("num", n): yield "push", n
            case ("get", n): yield "load", n
            case ("set", n, v):
                yield from self.compile(v)
                yield "store", n
            case ("neg" | "pos" as k, v):
                yield from self.compile(v)
                yield k, None
            case ("bin", op, a, b):
                yield from self.compile(a)
                yield from self.compile(b)
                yield "op", op
            case ("call", f, *args):
                for a in args:
                    yield from self.compile(a)
                yield "call", (f, len(args))

    def run(self, code):
        stack = []
        for op, arg in code:
            match op:
                case "push": stack.append(arg)
                case "load": stack.append(self.vars[arg])
                case "store": self.vars[arg] = stack[-1]
                case "neg": stack[-1] = -stack[-1]
                case "pos": pass
                case "op":
                    b, a = stack.pop(), stack.pop()
                    stack.append(OPS[arg](a, b))
                case "call":
                    f, n = arg
                    stack[len(stack) - n:] = [self.functions[f](*stack[len(stack) - n:])]
        return stack.pop()


calc = Calculator()
for line in """1 + 2 * 3
-2 ** 2 ** 0.5
2 ** 3 ** 2
x = 10 // 3 + 7 % 4
x * (x + 1) / 2
fact(30) % 1000007
sqrt(2) * hypot(3, 4)
max(1, 2, min(7, 5)) >= 5
1e3 + .5
3 +
(1, 2)
2 $ 3
1 / 0
nope + 1
sqrt(-1)
f(1)
1 2
)""".splitlines():
    try:
        tree = Parser(line).statement()
        value = calc.eval(tree)
        code = list(calc.compile(tree))
        again = calc.run(code)
        print(f"{line:32} = {value!r:24} {len(code):3} ops {value == again}")
    except ParseError as e:
        print(f"{line:32} ! {e.msg} {e.args}")
    except (ArithmeticError, ValueError, LookupError) as e:
        print(f"{line:32} ! {type(e).__name__}: {e}")
print(Parser("a*b+c**-d").statement())
Parser("1 + (2").statement()
