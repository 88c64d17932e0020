def raise_one(e):
    raise e
errors = []
for e in (ValueError("one"), TypeError("two")):
    try: raise_one(e)
    except Exception as x: errors.append(x)
errors.append(ExceptionGroup("nested", [KeyError("k"), OSError(2, "No such file")]))
try:
    raise ExceptionGroup("several", errors)
except ExceptionGroup as g:
    g.add_note("a note on the group")
    raise
