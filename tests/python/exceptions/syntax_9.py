# A syntax error in the script itself.
print('never printed')
if 1:
    a
  b
