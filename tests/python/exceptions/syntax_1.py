# A syntax error in the script itself.
print('never printed')
x = (1,
y = 2
