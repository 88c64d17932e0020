# A syntax error in the script itself.
print('never printed')
def f(a, a): pass
