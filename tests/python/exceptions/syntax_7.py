# A syntax error in the script itself.
print('never printed')
for x in range(3) print(x)
