# module: runnable
# args: one two
