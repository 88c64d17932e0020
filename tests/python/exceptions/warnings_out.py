import warnings
warnings.warn("a user warning")
warnings.warn("deprecated", DeprecationWarning)
warnings.warn("future", FutureWarning, stacklevel=1)
def f(): warnings.warn("stacklevel 2", stacklevel=2)
f()
f()
for _ in range(2): warnings.warn("once per place")
with warnings.catch_warnings(record=True) as w:
    warnings.simplefilter("always"); warnings.warn("recorded"); print(len(w), w[0].message, w[0].category.__name__)
warnings.filterwarnings("error", message="boom")
try: warnings.warn("boom now")
except UserWarning as e: print("raised", e)
assert (1, "always true")
x = 5
if x is 5: pass
print("\d" if 0 else "escape")
