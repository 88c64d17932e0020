# flags: -W error::UserWarning -u
# env: PYTHONOPTIMIZE=1
# env: MY_VAR=héllo
import os, sys, warnings
print(os.environ["MY_VAR"], os.environ.get("NOPE"), sys.flags.optimize, sys.warnoptions)
try: warnings.warn("as error")
except UserWarning as e: print("error:", e)
