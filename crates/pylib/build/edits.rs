//! The places where the package's files speak of the interpreter they were edited for.
//!
//! Each row: file, text that occurs in it exactly once, what stands there instead.

use crate::collect::Files;

const EDITS: &[(&str, &str, &str)] = &[
    // `warn` and `warn_explicit` go through native functions, whose frames tracebacks do not show.
    (
        "warnings.py",
        "except ImportError:\n    _warnings_defaults = False",
        "except ImportError:\n    _warnings_defaults = False\n    from _warnings import warn, warn_explicit",
    ),
    // Sources that are no files (`-c`, the prompt) are kept by the VM until a traceback asks for lines.
    (
        "linecache.py",
        "    entry = _interactive_cache.get(code_id, None)",
        "    import _imp\n    for source in _imp._take_sources():\n        _register_code(*source)\n    entry = _interactive_cache.get(code_id, None)",
    ),
    // The library's sources are in the program.
    (
        "linecache.py",
        "    except OSError:\n        basename = filename\n",
        "    except OSError:\n        import _imp\n        text = _imp._library_source(filename)\n        if text is not None:\n            lines = text.splitlines(keepends=True)\n            cache[filename] = (len(text), None, lines, filename)\n            return lines\n        basename = filename\n",
    ),
    ("site.py", "return 'RustPython' # XXX: RUSTPYTHON; for site-packages", "return 'Taipan'"),
    ("site.py", "    # XXX: RUSTPYTHON\n", ""),
    ("site.py", "/lib/rustpython{version[0]}", "/lib/taipan{version[0]}"),
    ("sysconfig/__init__.py", "return 'RustPython'  # XXX: RUSTPYTHON; For site-packages", "return 'Taipan'"),
    ("platform.py", "if \"RustPython\" in sys_version:", "if \"Taipan\" in sys_version:"),
    ("platform.py", "name = \"RustPython\"", "name = \"Taipan\""),
    ("platform.py", "        # XXX: RUSTPYTHON support\n", ""),
    // `import genericpath` alone is a circular import in CPython as well, hidden there by `site`, which imports `os` first.
    ("genericpath.py", "import os\nimport stat\n", "import stat\n"),
    (
        "genericpath.py",
        "        return 'os.path.ALLOW_MISSING'\n    def __reduce__(self):\n        return self.__class__.__name__\n",
        "        return 'os.path.ALLOW_MISSING'\n    def __reduce__(self):\n        return self.__class__.__name__\n\nimport os\n",
    ),
    // What CPython's native module says when a signal is trapped: which conditions there were.
    ("_pydecimal.py", "        raise error(explanation)", "        raise error([condition])"),
    ("_pydecimal.py", "Cannot convert infinity to integer", "cannot convert Infinity to integer"),
    (
        "_pydecimal.py",
        "raise ValueError('Invalid tuple size in creation of Decimal '\n                                 'from list or tuple.  The list or tuple '\n                                 'should have exactly three elements.')",
        "raise ValueError('argument must be a sequence of length 3')",
    ),
    // What CPython's native module says of mixtures of aware and naive times, and the like.
    (
        "_pydatetime.py",
        "cannot mix naive and timezone-aware time",
        "can't subtract offset-naive and offset-aware datetimes",
    ),
    (
        "_pydatetime.py",
        "cannot compare naive and aware datetimes",
        "can't compare offset-naive and offset-aware datetimes",
    ),
    (
        "_pydatetime.py",
        "cannot compare naive and aware times",
        "can't compare offset-naive and offset-aware times",
    ),
    (
        "_pydatetime.py",
        "                return type(self).fromordinal(o)\n            raise OverflowError(\"result out of range\")",
        "                return type(self).fromordinal(o)\n            raise OverflowError(\"date value out of range\")",
    ),
    (
        "_pydatetime.py",
        "tzinfo=self._tzinfo))\n        raise OverflowError(\"result out of range\")",
        "tzinfo=self._tzinfo))\n        raise OverflowError(\"date value out of range\")",
    ),
    (
        "_pydatetime.py",
        "            \"tzinfo argument must be None or of a tzinfo subclass, \"\n            f\"not {type(tz).__name__!r}\"",
        "            \"tzinfo argument must be None or of a tzinfo subclass, \"\n            f\"not type {type(tz).__name__!r}\"",
    ),
    // What CPython's native unpickler says of pickles that are cut off or no pickles.
    (
        "pickle.py",
        "            return data\n        else:\n            return self.file_read(n)\n\n    def readline",
        "            return data\n        else:\n            data = self.file_read(n)\n            if len(data) < n > 1:\n                raise UnpicklingError(\"pickle data was truncated\")\n            return data\n\n    def readline",
    ),
    (
        "pickle.py",
        "        else:\n            return self.file_readline()\n\n    def load_frame",
        "        else:\n            data = self.file_readline()\n            if data[-1:] != b'\\n':\n                raise UnpicklingError(\"pickle data was truncated\")\n            return data\n\n    def load_frame",
    ),
    (
        "pickle.py",
        "                if not key:\n                    raise EOFError\n                assert isinstance(key, bytes_types)\n                dispatch[key[0]](self)\n        except _Stop as stopinst:\n            return stopinst.value\n\n    # Return a list",
        "                if not key:\n                    raise EOFError(\"Ran out of input\")\n                load = dispatch.get(key[0])\n                if load is None:\n                    raise UnpicklingError(f\"invalid load key, {repr(key)[1:]}.\")\n                load(self)\n        except _Stop as stopinst:\n            return stopinst.value\n        except IndexError as error:\n            place = error.__traceback__.tb_next\n            if place is not None and place.tb_next is not None and place.tb_next.tb_next is None and place.tb_next.tb_frame.f_code is _Unpickler.pop_mark.__code__:\n                raise UnpicklingError(\"could not find MARK\") from None\n            if place is None or place.tb_next is not None:\n                raise\n            cut = str(error) == \"index out of range\"\n            raise UnpicklingError(\"pickle data was truncated\" if cut else \"unpickling stack underflow\") from None\n\n    # Return a list",
    ),
    // The library's folders are in the program, not on disk.
    (
        "pkgutil.py",
        "        importers = map(get_importer, path)\n\n    yielded = {}\n",
        "        importers = map(get_importer, path)\n    import _imp\n    if path is None:\n        path = sys.path\n    folders = [i for i in path if isinstance(i, str) and i and _imp._library_modules(i)]\n    from importlib.machinery import FileFinder\n    importers = [*importers, *map(FileFinder, folders)]\n\n    yielded = {}\n",
    ),
    (
        "pkgutil.py",
        "def _iter_file_finder_modules(importer, prefix=''):\n",
        "def _iter_file_finder_modules(importer, prefix=''):\n    import _imp\n    for name, ispkg in _imp._library_modules(importer.path or ''):\n        yield prefix + name, ispkg\n",
    ),
    // The library's files are in the program, and its loader reads no others.
    (
        "pkgutil.py",
        "    if loader is None or not hasattr(loader, 'get_data'):\n        return None\n",
        "    if loader is None:\n        return None\n    packed = not hasattr(loader, 'get_data')\n    if packed and getattr(loader, '__name__', None) != 'FrozenImporter':\n        return None\n",
    ),
    (
        "pkgutil.py",
        "    return loader.get_data(resource_name)\n",
        "    if packed:\n        import _imp\n        text = _imp._library_source(resource_name)\n        if text is None:\n            raise FileNotFoundError(2, 'No such file or directory', resource_name)\n        return text.encode()\n    return loader.get_data(resource_name)\n",
    ),
    // Code objects hold Taipan's bytecode; CPython's can still be disassembled from bytes.
    (
        "dis.py",
        "def main(args=None):",
        "from _taipan_dis import install\ninstall(globals())\ndel install\n\ndef main(args=None):",
    ),
    // As `isinstance` itself does where an object has no `__class__`.
    (
        "_py_abc.py",
        "        subclass = instance.__class__\n",
        "        subclass = getattr(instance, '__class__', type(instance))\n",
    ),
];

/// Applies every edit.
pub fn apply(files: &mut Files) {
    for (file, from, to) in EDITS {
        let contents = files.get_mut(*file).unwrap_or_else(|| panic!("edits.rs: no file {file}"));
        let text = std::str::from_utf8(contents).unwrap_or_else(|_| panic!("edits.rs: {file} is not UTF-8"));
        let found = text.matches(from).count();
        assert!(found == 1, "edits.rs: {from:?} occurs {found} times in {file}, not once");
        *contents = text.replacen(from, to, 1).into_bytes();
    }
}
