def load():
    try:
        {}["key"]
    except KeyError as e:
        raise ValueError("bad config") from e
try:
    load()
except ValueError:
    raise RuntimeError("while handling")
