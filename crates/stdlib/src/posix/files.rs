//! System calls on paths and descriptors.

use super::stat::dir_fd;
use super::{Target, fail, fail2, fd, from_system, int_or, path, target};
use crate::io::with_bytes;
use taipan_runtime::objects::bytes::Bytes;
use taipan_runtime::objects::str::Str;
use taipan_runtime::{MethodDef, PyResult, Value, Vm, function};

/// `None`, or the error of the last call.
fn done(vm: &Vm, r: libc::c_int) -> PyResult {
    if r < 0 { Err(vm.last_os_error()) } else { Ok(Value::NONE) }
}

fn open(vm: &Vm, a: &[Value]) -> PyResult {
    let p = path(vm, a[0], "open")?;
    let flags = vm.index_i64(a[1])? as i32 | libc::O_CLOEXEC;
    let mode = int_or(vm, a[2], 0o777)? as u32;
    loop {
        // SAFETY: a C string and plain numbers.
        let n = unsafe { libc::openat(dir_fd(vm, a[3])?, p.c.as_ptr(), flags, mode) };
        if n >= 0 {
            return Ok(Value::int(n as i64));
        }
        if std::io::Error::last_os_error().raw_os_error() != Some(libc::EINTR) {
            return Err(fail(vm, &p));
        }
        vm.check_signals()?;
    }
}
fn close(vm: &Vm, a: &[Value]) -> PyResult {
    // SAFETY: the caller's descriptor.
    done(vm, unsafe { libc::close(fd(vm, a[0])?) })
}
fn closerange(vm: &Vm, a: &[Value]) -> PyResult {
    for n in fd(vm, a[0])?..fd(vm, a[1])? {
        // SAFETY: the caller's descriptors.
        unsafe { libc::close(n) };
    }
    Ok(Value::NONE)
}
fn read(vm: &Vm, a: &[Value]) -> PyResult {
    let n = vm.index_i64(a[1])?;
    if n < 0 {
        return Err(vm.os_error_for(libc::EINVAL, Value::UNBOUND, Value::UNBOUND));
    }
    let mut buf = vec![0u8; (n as usize).min(1 << 30)];
    let file = fd(vm, a[0])?;
    loop {
        // SAFETY: the buffer is writable for its length.
        let got = unsafe { libc::read(file, buf.as_mut_ptr().cast(), buf.len()) };
        if got >= 0 {
            return Ok(vm.new_bytes(&buf[..got as usize]).value());
        }
        if std::io::Error::last_os_error().raw_os_error() != Some(libc::EINTR) {
            return Err(vm.last_os_error());
        }
        vm.check_signals()?;
    }
}
fn write(vm: &Vm, a: &[Value]) -> PyResult {
    let file = fd(vm, a[0])?;
    let data = with_bytes(vm, a[1], |b| b.to_vec())?;
    loop {
        // SAFETY: the buffer is readable for its length.
        let n = unsafe { libc::write(file, data.as_ptr().cast(), data.len()) };
        if n >= 0 {
            return Ok(vm.new_int(n as i64));
        }
        if std::io::Error::last_os_error().raw_os_error() != Some(libc::EINTR) {
            return Err(vm.last_os_error());
        }
        vm.check_signals()?;
    }
}
fn lseek(vm: &Vm, a: &[Value]) -> PyResult {
    // SAFETY: plain numbers.
    let n = unsafe { libc::lseek(fd(vm, a[0])?, vm.index_i64(a[1])?, vm.index_i64(a[2])? as i32) };
    if n < 0 { Err(vm.last_os_error()) } else { Ok(vm.new_int(n)) }
}
fn dup(vm: &Vm, a: &[Value]) -> PyResult {
    // SAFETY: plain numbers.
    let n = unsafe { libc::fcntl(fd(vm, a[0])?, libc::F_DUPFD_CLOEXEC, 0) };
    if n < 0 { Err(vm.last_os_error()) } else { Ok(Value::int(n as i64)) }
}
fn dup2(vm: &Vm, a: &[Value]) -> PyResult {
    let inheritable = a[2].bound().map_or(Ok(true), |v| vm.truth(v))?;
    let flags = if inheritable { 0 } else { libc::O_CLOEXEC };
    let (from, to) = (fd(vm, a[0])?, fd(vm, a[1])?);
    // SAFETY: plain numbers.
    let n = unsafe { if from == to { libc::dup2(from, to) } else { libc::dup3(from, to, flags) } };
    if n < 0 { Err(vm.last_os_error()) } else { Ok(Value::int(n as i64)) }
}
fn pipe(vm: &Vm, _: &[Value]) -> PyResult {
    let mut ends = [0i32; 2];
    // SAFETY: room for two descriptors.
    if unsafe { libc::pipe2(ends.as_mut_ptr(), libc::O_CLOEXEC) } < 0 {
        return Err(vm.last_os_error());
    }
    Ok(vm.new_tuple(&ends.map(|n| Value::int(n as i64))).value())
}
fn isatty(vm: &Vm, a: &[Value]) -> PyResult {
    // SAFETY: plain numbers.
    Ok(Value::bool(unsafe { libc::isatty(fd(vm, a[0])?) } == 1))
}
fn fsync(vm: &Vm, a: &[Value]) -> PyResult {
    // SAFETY: plain numbers.
    done(vm, unsafe { libc::fsync(fd(vm, a[0])?) })
}
fn ftruncate(vm: &Vm, a: &[Value]) -> PyResult {
    // SAFETY: plain numbers.
    done(vm, unsafe { libc::ftruncate(fd(vm, a[0])?, vm.index_i64(a[1])?) })
}
fn truncate(vm: &Vm, a: &[Value]) -> PyResult {
    match target(vm, a[0], "truncate")? {
        // SAFETY: plain numbers.
        Target::Fd(n) => done(vm, unsafe { libc::ftruncate(n, vm.index_i64(a[1])?) }),
        Target::Path(p) => {
            // SAFETY: a C string.
            if unsafe { libc::truncate(p.c.as_ptr(), vm.index_i64(a[1])?) } < 0 {
                Err(fail(vm, &p))
            } else {
                Ok(Value::NONE)
            }
        }
    }
}
fn get_inheritable(vm: &Vm, a: &[Value]) -> PyResult {
    // SAFETY: plain numbers.
    let flags = unsafe { libc::fcntl(fd(vm, a[0])?, libc::F_GETFD) };
    if flags < 0 { Err(vm.last_os_error()) } else { Ok(Value::bool(flags & libc::FD_CLOEXEC == 0)) }
}
fn set_inheritable(vm: &Vm, a: &[Value]) -> PyResult {
    let flag = if vm.truth(a[1])? { 0 } else { libc::FD_CLOEXEC };
    // SAFETY: plain numbers.
    done(vm, unsafe { libc::fcntl(fd(vm, a[0])?, libc::F_SETFD, flag) })
}
fn get_blocking(vm: &Vm, a: &[Value]) -> PyResult {
    // SAFETY: plain numbers.
    let flags = unsafe { libc::fcntl(fd(vm, a[0])?, libc::F_GETFL) };
    if flags < 0 { Err(vm.last_os_error()) } else { Ok(Value::bool(flags & libc::O_NONBLOCK == 0)) }
}
fn set_blocking(vm: &Vm, a: &[Value]) -> PyResult {
    let (n, blocking) = (fd(vm, a[0])?, vm.truth(a[1])?);
    // SAFETY: plain numbers.
    unsafe {
        let flags = libc::fcntl(n, libc::F_GETFL);
        let flags = if blocking { flags & !libc::O_NONBLOCK } else { flags | libc::O_NONBLOCK };
        done(vm, libc::fcntl(n, libc::F_SETFL, flags))
    }
}

macro_rules! on_path {
    ($($f:ident $name:literal |$p:ident, $vm:ident, $a:ident| $call:expr;)*) => {$(
        fn $f($vm: &Vm, $a: &[Value]) -> PyResult {
            let $p = path($vm, $a[0], $name)?;
            // SAFETY: C strings and plain numbers.
            if unsafe { $call } < 0 { Err(fail($vm, &$p)) } else { Ok(Value::NONE) }
        }
    )*};
}
on_path! {
    mkdir "mkdir" |p, vm, a| libc::mkdirat(dir_fd(vm, a[2])?, p.c.as_ptr(), int_or(vm, a[1], 0o777)? as u32);
    rmdir "rmdir" |p, vm, a| libc::unlinkat(dir_fd(vm, a[1])?, p.c.as_ptr(), libc::AT_REMOVEDIR);
    unlink "unlink" |p, vm, a| libc::unlinkat(dir_fd(vm, a[1])?, p.c.as_ptr(), 0);
    remove "remove" |p, vm, a| libc::unlinkat(dir_fd(vm, a[1])?, p.c.as_ptr(), 0);
    mkfifo "mkfifo" |p, vm, a| libc::mkfifo(p.c.as_ptr(), int_or(vm, a[1], 0o666)? as u32);
    lchown "lchown" |p, vm, a| libc::lchown(p.c.as_ptr(), vm.index_i64(a[1])? as u32, vm.index_i64(a[2])? as u32);
}
fn chdir(vm: &Vm, a: &[Value]) -> PyResult {
    match target(vm, a[0], "chdir")? {
        // SAFETY: plain numbers.
        Target::Fd(n) => done(vm, unsafe { libc::fchdir(n) }),
        // SAFETY: a C string.
        Target::Path(p) if unsafe { libc::chdir(p.c.as_ptr()) } < 0 => Err(fail(vm, &p)),
        Target::Path(_) => Ok(Value::NONE),
    }
}
fn chmod(vm: &Vm, a: &[Value]) -> PyResult {
    let mode = vm.index_i64(a[1])? as u32;
    match target(vm, a[0], "chmod")? {
        // SAFETY: plain numbers.
        Target::Fd(n) => done(vm, unsafe { libc::fchmod(n, mode) }),
        // SAFETY: a C string.
        Target::Path(p) if unsafe { libc::fchmodat(dir_fd(vm, a[2])?, p.c.as_ptr(), mode, 0) } < 0 => {
            Err(fail(vm, &p))
        }
        Target::Path(_) => Ok(Value::NONE),
    }
}
fn fchmod(vm: &Vm, a: &[Value]) -> PyResult {
    // SAFETY: plain numbers.
    done(vm, unsafe { libc::fchmod(fd(vm, a[0])?, vm.index_i64(a[1])? as u32) })
}
fn chown(vm: &Vm, a: &[Value]) -> PyResult {
    let (u, g) = (vm.index_i64(a[1])? as u32, vm.index_i64(a[2])? as u32);
    match target(vm, a[0], "chown")? {
        // SAFETY: plain numbers.
        Target::Fd(n) => done(vm, unsafe { libc::fchown(n, u, g) }),
        // SAFETY: a C string.
        Target::Path(p) if unsafe { libc::chown(p.c.as_ptr(), u, g) } < 0 => Err(fail(vm, &p)),
        Target::Path(_) => Ok(Value::NONE),
    }
}
fn access(vm: &Vm, a: &[Value]) -> PyResult {
    let p = path(vm, a[0], "access")?;
    let effective = a[3].bound().map_or(Ok(false), |v| vm.truth(v))?;
    let flags = if effective { libc::AT_EACCESS } else { 0 };
    // SAFETY: a C string.
    Ok(Value::bool(
        unsafe { libc::faccessat(dir_fd(vm, a[2])?, p.c.as_ptr(), vm.index_i64(a[1])? as i32, flags) } == 0,
    ))
}
fn rename_as(vm: &Vm, a: &[Value], what: &str) -> PyResult {
    let (from, to) = (path(vm, a[0], what)?, path(vm, a[1], what)?);
    // SAFETY: C strings.
    if unsafe { libc::renameat(dir_fd(vm, a[2])?, from.c.as_ptr(), dir_fd(vm, a[3])?, to.c.as_ptr()) } < 0 {
        return Err(fail2(vm, &from, &to));
    }
    Ok(Value::NONE)
}
fn rename(vm: &Vm, a: &[Value]) -> PyResult {
    rename_as(vm, a, "rename")
}
fn replace(vm: &Vm, a: &[Value]) -> PyResult {
    rename_as(vm, a, "replace")
}
fn link(vm: &Vm, a: &[Value]) -> PyResult {
    let (from, to) = (path(vm, a[0], "link")?, path(vm, a[1], "link")?);
    // SAFETY: C strings.
    if unsafe { libc::link(from.c.as_ptr(), to.c.as_ptr()) } < 0 {
        Err(fail2(vm, &from, &to))
    } else {
        Ok(Value::NONE)
    }
}
fn symlink(vm: &Vm, a: &[Value]) -> PyResult {
    let (from, to) = (path(vm, a[0], "symlink")?, path(vm, a[1], "symlink")?);
    // SAFETY: C strings.
    if unsafe { libc::symlinkat(from.c.as_ptr(), dir_fd(vm, a[3])?, to.c.as_ptr()) } < 0 {
        return Err(fail2(vm, &from, &to));
    }
    Ok(Value::NONE)
}
fn readlink(vm: &Vm, a: &[Value]) -> PyResult {
    let p = path(vm, a[0], "readlink")?;
    let mut buf = vec![0u8; 4096];
    // SAFETY: the buffer is as long as said.
    let n = unsafe { libc::readlinkat(dir_fd(vm, a[1])?, p.c.as_ptr(), buf.as_mut_ptr().cast(), buf.len()) };
    if n < 0 { Err(fail(vm, &p)) } else { from_system(vm, &buf[..n as usize], p.is_bytes) }
}
fn cwd(vm: &Vm, as_bytes: bool) -> PyResult {
    let mut buf = vec![0u8; 4096];
    // SAFETY: the buffer is as long as said; the result ends with a zero byte.
    unsafe {
        if libc::getcwd(buf.as_mut_ptr().cast(), buf.len()).is_null() {
            return Err(vm.last_os_error());
        }
    }
    let n = buf.iter().position(|&b| b == 0).unwrap_or(0);
    from_system(vm, &buf[..n], as_bytes)
}
fn getcwd(vm: &Vm, _: &[Value]) -> PyResult {
    cwd(vm, false)
}
fn getcwdb(vm: &Vm, _: &[Value]) -> PyResult {
    cwd(vm, true)
}
fn umask(vm: &Vm, a: &[Value]) -> PyResult {
    // SAFETY: plain numbers.
    Ok(Value::int(unsafe { libc::umask(vm.index_i64(a[0])? as u32) } as i64))
}
fn utime(vm: &Vm, a: &[Value]) -> PyResult {
    let (times, ns) = (a[1].or_none(), a[2].or_none());
    if !times.is_none() && !ns.is_none() {
        return Err(vm.value_error("utime: you may specify either 'times' or 'ns' but not both"));
    }
    let mut spec = [libc::timespec { tv_sec: 0, tv_nsec: libc::UTIME_NOW }; 2];
    let given = if times.is_none() { ns } else { times };
    if !given.is_none() {
        let items = vm.collect(given)?;
        if items.len() != 2 || given.cast::<taipan_runtime::objects::tuple::Tuple>().is_none() {
            return Err(vm.type_error("utime: 'times' must be either a tuple of two ints or None"));
        }
        for (s, &v) in spec.iter_mut().zip(items.iter()) {
            if times.is_none() {
                let n = vm.index_i64(v)?;
                (s.tv_sec, s.tv_nsec) = (n.div_euclid(1_000_000_000), n.rem_euclid(1_000_000_000));
            } else if let Some(i) = v.to_int() {
                (s.tv_sec, s.tv_nsec) = (i, 0);
            } else {
                let f = vm.to_f64(v)?;
                s.tv_sec = f.floor() as i64;
                s.tv_nsec = ((f - f.floor()) * 1e9) as i64;
            }
        }
    }
    let follow = a[4].bound().map_or(Ok(true), |v| vm.truth(v))?;
    match target(vm, a[0], "utime")? {
        // SAFETY: two valid structures.
        Target::Fd(n) => done(vm, unsafe { libc::futimens(n, spec.as_ptr()) }),
        Target::Path(p) => {
            let flags = if follow { 0 } else { libc::AT_SYMLINK_NOFOLLOW };
            // SAFETY: a C string and two valid structures.
            let r = unsafe { libc::utimensat(dir_fd(vm, a[3])?, p.c.as_ptr(), spec.as_ptr(), flags) };
            if r < 0 { Err(fail(vm, &p)) } else { Ok(Value::NONE) }
        }
    }
}
fn fspath(vm: &Vm, a: &[Value]) -> PyResult {
    let v = a[0];
    if v.cast::<Str>().is_some() || v.cast::<Bytes>().is_some() {
        return Ok(v);
    }
    match vm.call_special(v, vm.names.__fspath__, &[])? {
        Some(p) if p.cast::<Str>().is_some() || p.cast::<Bytes>().is_some() => Ok(p),
        Some(p) => Err(vm.type_error(format!(
            "expected {}.__fspath__() to return str or bytes, not {}",
            vm.type_name(v),
            vm.type_name(p)
        ))),
        None => {
            Err(vm.type_error(format!("expected str, bytes or os.PathLike object, not {}", vm.type_name(v))))
        }
    }
}
fn urandom(vm: &Vm, a: &[Value]) -> PyResult {
    let n = vm.index_i64(a[0])?;
    if n < 0 {
        return Err(vm.value_error("negative argument not allowed"));
    }
    let mut buf = vm.zeroed(n as usize)?;
    let mut at = 0;
    while at < buf.len() {
        // SAFETY: the rest of the buffer.
        let got = unsafe { libc::getrandom(buf[at..].as_mut_ptr().cast(), buf.len() - at, 0) };
        if got < 0 {
            return Err(vm.last_os_error());
        }
        at += got as usize;
    }
    Ok(vm.new_bytes(&buf).value())
}

/// The rows.
pub static FUNCTIONS: &[MethodDef] = &[
    function(
        "open",
        "($module, /, path, flags, mode=511, *, dir_fd=None)",
        open,
        "Open a file for low level IO.  Returns a file descriptor (integer).",
    ),
    function("close", "($module, /, fd)", close, "Close a file descriptor."),
    function("closerange", "($module, fd_low, fd_high, /)", closerange, ""),
    function(
        "read",
        "($module, fd, length, /)",
        read,
        "Read from a file descriptor.  Returns a bytes object.",
    ),
    function("write", "($module, fd, data, /)", write, "Write a bytes object to a file descriptor."),
    function(
        "lseek",
        "($module, fd, position, whence, /)",
        lseek,
        "Set the position of a file descriptor.  Return the new position.",
    ),
    function("dup", "($module, fd, /)", dup, "Return a duplicate of a file descriptor."),
    function("dup2", "($module, /, fd, fd2, inheritable=True)", dup2, "Duplicate file descriptor."),
    function("pipe", "($module, /)", pipe, "Create a pipe."),
    function("isatty", "($module, fd, /)", isatty, "Return True if the fd is connected to a terminal."),
    function("fsync", "($module, /, fd)", fsync, "Force write of fd to disk."),
    function(
        "fdatasync",
        "($module, /, fd)",
        fsync,
        "Force write of fd to disk without forcing update of metadata.",
    ),
    function("ftruncate", "($module, fd, length, /)", ftruncate, ""),
    function("truncate", "($module, /, path, length)", truncate, ""),
    function("get_inheritable", "($module, fd, /)", get_inheritable, ""),
    function("set_inheritable", "($module, fd, inheritable, /)", set_inheritable, ""),
    function("get_blocking", "($module, fd, /)", get_blocking, ""),
    function("set_blocking", "($module, fd, blocking, /)", set_blocking, ""),
    function("mkdir", "($module, /, path, mode=511, *, dir_fd=None)", mkdir, "Create a directory."),
    function("rmdir", "($module, /, path, *, dir_fd=None)", rmdir, "Remove a directory."),
    function("unlink", "($module, /, path, *, dir_fd=None)", unlink, "Remove a file (same as remove())."),
    function("remove", "($module, /, path, *, dir_fd=None)", remove, "Remove a file (same as unlink())."),
    function("mkfifo", "($module, /, path, mode=438, *, dir_fd=None)", mkfifo, ""),
    function("lchown", "($module, /, path, uid, gid)", lchown, ""),
    function(
        "chdir",
        "($module, /, path)",
        chdir,
        "Change the current working directory to the specified path.",
    ),
    function(
        "chmod",
        "($module, /, path, mode, *, dir_fd=None, follow_symlinks=True)",
        chmod,
        "Change the access permissions of a file.",
    ),
    function("fchmod", "($module, /, fd, mode)", fchmod, ""),
    function("chown", "($module, /, path, uid, gid, *, dir_fd=None, follow_symlinks=True)", chown, ""),
    function(
        "access",
        "($module, /, path, mode, *, dir_fd=None, effective_ids=False, follow_symlinks=True)",
        access,
        "Use the real uid/gid to test for access to a path.",
    ),
    function(
        "rename",
        "($module, /, src, dst, *, src_dir_fd=None, dst_dir_fd=None)",
        rename,
        "Rename a file or directory.",
    ),
    function(
        "replace",
        "($module, /, src, dst, *, src_dir_fd=None, dst_dir_fd=None)",
        replace,
        "Rename a file or directory, overwriting the destination.",
    ),
    function(
        "link",
        "($module, /, src, dst, *, src_dir_fd=None, dst_dir_fd=None, follow_symlinks=True)",
        link,
        "Create a hard link to a file.",
    ),
    function(
        "symlink",
        "($module, /, src, dst, target_is_directory=False, *, dir_fd=None)",
        symlink,
        "Create a symbolic link pointing to src named dst.",
    ),
    function(
        "readlink",
        "($module, /, path, *, dir_fd=None)",
        readlink,
        "Return a string representing the path to which the symbolic link points.",
    ),
    function(
        "getcwd",
        "($module, /)",
        getcwd,
        "Return a unicode string representing the current working directory.",
    ),
    function(
        "getcwdb",
        "($module, /)",
        getcwdb,
        "Return a bytes string representing the current working directory.",
    ),
    function(
        "umask",
        "($module, mask, /)",
        umask,
        "Set the current numeric umask and return the previous umask.",
    ),
    function(
        "utime",
        "($module, /, path, times=None, *, ns=None, dir_fd=None, follow_symlinks=True)",
        utime,
        "Set the access and modified time of path.",
    ),
    function(
        "fspath",
        "($module, /, path)",
        fspath,
        "Return the file system path representation of the object.",
    ),
    function(
        "urandom",
        "($module, size, /)",
        urandom,
        "Return a bytes object containing random bytes suitable for cryptographic use.",
    ),
];
