# A syntax error in the script itself.
print('never printed')
return 5
