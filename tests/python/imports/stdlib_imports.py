# Everything a script commonly imports is there, each in a fresh interpreter order.
import importlib
names = "__future__ _thread abc argparse array ast asyncio atexit base64 bisect builtins calendar cmath codecs collections collections.abc colorsys configparser contextlib contextvars copy copyreg csv dataclasses datetime decimal difflib dis enum errno fnmatch fractions functools gc getopt glob graphlib gzip hashlib heapq html importlib importlib.util inspect io ipaddress itertools json keyword linecache locale logging marshal math numbers operator os os.path pathlib pickle pkgutil platform posixpath pprint queue random re reprlib sched secrets shlex shutil signal stat statistics string struct subprocess sys sysconfig tempfile textwrap threading time timeit token tokenize traceback types typing unicodedata unittest urllib.parse uuid warnings weakref xml.etree.ElementTree zipfile zlib zoneinfo"
for n in names.split():
    m = importlib.import_module(n)
    assert m.__name__ in (n, "posixpath"), n
print("all imported", len(names.split()))
