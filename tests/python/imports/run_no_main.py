# module: pkg
