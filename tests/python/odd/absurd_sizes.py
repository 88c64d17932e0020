# Sizes that no machine has: an exception at once, never a wait or the end of the process.
import decimal
import itertools
import os

EXPRESSIONS = [
    "list(range(10**15))", "[*range(10**15)]", "sorted(range(10**15))", "[].extend(range(10**15))",
    "list(range(10**30))", "list(itertools.repeat(1, 10**18))", "itertools.tee([1], 10**12)",
    "format(1.5, '.2147483647f')",
    "open('/dev/zero', 'rb').read(10**15)", "open('/dev/zero', 'rb', 0).read(10**15)",
    "eval('1' * 5000)", "compile('x = 1\\ny = ' + '1' * 4301, 'f', 'exec')", "compile('x = ' + '1' * 4300, 'f', 'exec')",
    "eval('1_1' * 2000)", "eval('1_1' * 2200)", "len(eval('\"' + '1' * 5000 + '\"'))", "eval('0x' + '1' * 5000) > 0",
    "eval('1.' + '1' * 5000)", "eval('1' * 5000 + 'e-4999') > 1",
    "decimal.Decimal('x')", "decimal.Decimal(1) / 0", "decimal.Decimal(0) / 0", "decimal.Decimal(10) ** 1000000000",
]
for expression in EXPRESSIONS:
    try:
        value = eval(expression)
    except Exception as e:
        print(expression[:60], "->", type(e).__name__, e)
    else:
        print(expression[:60], "is", type(value).__name__)
try:
    compile("a = 1\nb = " + "1" * 5000, "f", "exec")
except SyntaxError as e:
    print(e.lineno, e.offset, e.end_lineno, e.end_offset)
