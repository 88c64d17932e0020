import sys, atexit
atexit.register(print, "at exit")
print("before")
sys.exit(3)
