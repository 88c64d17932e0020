# stdin: first line\n42\n\nlast
import sys
print(repr(input("prompt> "))); print(int(input()) + 1); print(repr(input())); print(repr(sys.stdin.readline())); print(repr(sys.stdin.read()))
try: input()
except EOFError as e: print(e)
