import sys
try: sys.exit("goodbye")
finally: print("finally runs")
