# module: nothing.here
