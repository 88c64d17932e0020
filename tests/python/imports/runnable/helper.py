def help_me(): return "helped by " + __name__
if __name__ == "__main__": print("helper as main")
