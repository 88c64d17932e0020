# Where memory ends, streams raise MemoryError; nothing is lost, and the program goes on.
import io
import resource

LIMIT = 1_500_000_000
resource.setrlimit(resource.RLIMIT_AS, (LIMIT, resource.getrlimit(resource.RLIMIT_AS)[1]))


def fill(stream, piece):
    for _ in range(2 * LIMIT // len(piece)):
        stream.write(piece)


for stream, piece in (io.BytesIO(), bytes(1_000_000)), (io.StringIO(), "x" * 1_000_000):
    try:
        fill(stream, piece)
        print("no end")
    except MemoryError as e:
        print(type(stream).__name__, repr(e), stream.tell() > 0)
    stream.close()
for buffering in 0, -1:
    with open("/dev/zero", "rb", buffering=buffering) as f:
        try:
            f.read()
        except MemoryError as e:
            print(repr(e))
print(len(bytes(100)))
