class Quit(BaseException): pass
try: raise Quit("base")
except Exception: print("not caught")
