# module: runnable.helper
