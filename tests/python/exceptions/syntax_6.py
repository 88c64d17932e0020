# A syntax error in the script itself.
print('never printed')
s = "unterminated
