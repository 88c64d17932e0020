"""faulthandler: tracebacks on request.

enable() only notes that it was called: a fault of the VM itself ends the process without a traceback. dump_traceback()
and register() work. dump_traceback_later() needs a watchdog and is not there.
"""

import sys as _sys

_enabled = False
_registered = {}


def _fd(file):
    if file is None:
        file = _sys.stderr
        if file is None:
            raise RuntimeError("sys.stderr is None")
    if isinstance(file, int):
        if file < 0:
            raise ValueError("file is not a valid file descriptor")
        return file
    fd = file.fileno()
    if not isinstance(fd, int) or fd < 0:
        raise RuntimeError("file.fileno() is not a valid file descriptor")
    try:
        file.flush()
    except Exception:
        pass
    return fd


def _dump(fd, frame, header):
    import os
    lines = [header]
    depth = 0
    while frame is not None:
        if depth == 100:
            lines.append("  ...")
            break
        code = frame.f_code
        lines.append(f'  File "{code.co_filename}", line {frame.f_lineno} in {code.co_name}')
        frame = frame.f_back
        depth += 1
    os.write(fd, ("\n".join(lines) + "\n").encode("utf-8", "backslashreplace"))


def _header(all_threads):
    if not all_threads:
        return "Stack (most recent call first):"
    import _thread
    return f"Current thread 0x{_thread.get_ident():016x} (most recent call first):"


def dump_traceback(file=None, all_threads=True):
    """Dump the traceback of the current thread into file."""
    _dump(_fd(file), _sys._getframe(1), _header(all_threads))


def enable(file=None, all_threads=True, c_stack=True):
    """Enable the fault handler."""
    global _enabled
    _fd(file)
    _enabled = True


def disable():
    """Disable the fault handler."""
    global _enabled
    was, _enabled = _enabled, False
    return was


def is_enabled():
    """Check if the handler is enabled."""
    return _enabled


def register(signum, file=None, all_threads=True, chain=False):
    """Register a handler for the signal 'signum': dump the traceback of the current thread into file."""
    import signal
    fd = _fd(file)

    def handler(number, frame):
        _dump(fd, frame, _header(all_threads))
        if chain and callable(previous):
            previous(number, frame)

    previous = signal.signal(signum, handler)
    _registered.setdefault(signum, previous)


def unregister(signum):
    """Unregister the handler of the signal 'signum' registered by register()."""
    if signum not in _registered:
        return False
    import signal
    signal.signal(signum, _registered.pop(signum) or signal.SIG_DFL)
    return True


def dump_traceback_later(timeout, repeat=False, file=None, exit=False):
    """Not supported: there is no watchdog thread."""
    raise NotImplementedError("Taipan has no watchdog thread for dump_traceback_later()")


def cancel_dump_traceback_later():
    """Cancel the previous call to dump_traceback_later()."""


if "faulthandler" in _sys._xoptions or (_sys.flags.dev_mode and not _sys.flags.ignore_environment):
    _enabled = True
elif not _sys.flags.ignore_environment:
    import os as _os
    _enabled = bool(_os.environ.get("PYTHONFAULTHANDLER"))
