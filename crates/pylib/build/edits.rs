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
