def __getattr__(n):
    if n == "dynamic": return "made on demand"
    raise AttributeError(f"lazy has no {n}")
def __dir__(): return ["dynamic"]
