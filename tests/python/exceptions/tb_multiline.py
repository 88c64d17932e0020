def call(*args, **kw):
    return args[10]
result = call(
    1,
    2,
    key=3,
)
