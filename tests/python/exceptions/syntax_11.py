# A syntax error in the script itself.
print('never printed')
f(a=1, 2)
