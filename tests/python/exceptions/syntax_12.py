# A syntax error in the script itself.
print('never printed')
1 = x
