//! `fcntl`: control of open descriptors, and file locks.

use crate::posix::{fd, int_or};
use taipan_runtime::objects::bytes::Bytes;
use taipan_runtime::objects::module::{Module, ModuleDef};
use taipan_runtime::objects::str::Str;
use taipan_runtime::{Gc, PyResult, Value, Vm, function};

/// The most bytes that a call takes and gives back.
const ROOM: usize = 1024;

/// Calls again after signals; the answer, or `OSError`.
fn again(vm: &Vm, mut call: impl FnMut() -> i32) -> PyResult<i32> {
    loop {
        let n = call();
        if n >= 0 {
            return Ok(n);
        }
        if std::io::Error::last_os_error().raw_os_error() != Some(libc::EINTR) {
            return Err(vm.last_os_error());
        }
        vm.check_signals()?;
    }
}
fn input(vm: &Vm, v: Value) -> PyResult<Option<Vec<u8>>> {
    if let Some(s) = v.cast::<Str>() {
        return Ok(Some(s.as_bytes().to_vec()));
    }
    if v.cast::<Bytes>().is_some() || vm.has_buffer(v) {
        return crate::io::with_bytes(vm, v, |b| Some(b.to_vec()));
    }
    Ok(None)
}
fn command(vm: &Vm, v: Value) -> PyResult<u64> {
    Ok(vm.index_i64(v)? as u64)
}

fn fcntl(vm: &Vm, a: &[Value]) -> PyResult {
    let (n, cmd) = (fd(vm, a[0])?, command(vm, a[1])? as i32);
    if let Some(v) = a[2].bound()
        && let Some(data) = input(vm, v)?
    {
        if data.len() > ROOM {
            return Err(vm.value_error("fcntl argument 3 is too long"));
        }
        let mut room = [0u8; ROOM + 8];
        room[..data.len()].copy_from_slice(&data);
        // SAFETY: the kernel gets more room than any command fills.
        again(vm, || unsafe { libc::fcntl(n, cmd, room.as_mut_ptr()) })?;
        return Ok(vm.new_bytes(&room[..data.len()]).value());
    }
    let arg = int_or(vm, a[2], 0)?;
    // SAFETY: a plain number as the argument.
    Ok(Value::int(again(vm, || unsafe { libc::fcntl(n, cmd, arg as libc::c_long) })? as i64))
}
fn ioctl(vm: &Vm, a: &[Value]) -> PyResult {
    let (n, request) = (fd(vm, a[0])?, command(vm, a[1])?);
    if let Some(v) = a[2].bound()
        && let Some(data) = input(vm, v)?
    {
        if data.len() > ROOM {
            return Err(vm.value_error("ioctl argument 3 is too long"));
        }
        let mut room = [0u8; ROOM + 8];
        room[..data.len()].copy_from_slice(&data);
        // SAFETY: the kernel gets more room than any request fills.
        let r = again(vm, || unsafe { libc::ioctl(n, request as _, room.as_mut_ptr()) })?;
        let mutate = a[3].bound().map_or(Ok(true), |v| vm.truth(v))?;
        if mutate && v.cast::<Bytes>().is_none() && v.cast::<Str>().is_none() {
            crate::io::write_into(vm, v, &room[..data.len()])?;
            return Ok(Value::int(r as i64));
        }
        return Ok(vm.new_bytes(&room[..data.len()]).value());
    }
    let arg = int_or(vm, a[2], 0)?;
    // SAFETY: a plain number as the argument.
    Ok(Value::int(again(vm, || unsafe { libc::ioctl(n, request as _, arg as libc::c_long) })? as i64))
}
fn flock(vm: &Vm, a: &[Value]) -> PyResult {
    let (n, op) = (fd(vm, a[0])?, vm.index_c_int(a[1])?);
    // SAFETY: plain numbers.
    again(vm, || unsafe { libc::flock(n, op) })?;
    Ok(Value::NONE)
}
fn lockf(vm: &Vm, a: &[Value]) -> PyResult {
    let (n, op) = (fd(vm, a[0])?, vm.index_c_int(a[1])?);
    let kind = match op & !libc::LOCK_NB {
        libc::LOCK_UN => libc::F_UNLCK,
        libc::LOCK_SH => libc::F_RDLCK,
        libc::LOCK_EX => libc::F_WRLCK,
        _ => return Err(vm.value_error("unrecognized lockf argument")),
    };
    // SAFETY: all zeros is a valid `flock`.
    let mut lock: libc::flock = unsafe { std::mem::zeroed() };
    lock.l_type = kind as _;
    lock.l_len = int_or(vm, a[2], 0)?;
    lock.l_start = int_or(vm, a[3], 0)?;
    lock.l_whence = int_or(vm, a[4], 0)? as _;
    let cmd = if op & libc::LOCK_NB != 0 { libc::F_SETLK } else { libc::F_SETLKW };
    // SAFETY: the structure is valid for the call.
    again(vm, || unsafe { libc::fcntl(n, cmd, &lock) })?;
    Ok(Value::NONE)
}

macro_rules! numbers {
    ($($name:ident)*) => { &[$((stringify!($name), libc::$name as i64)),*] };
}
static NUMBERS: &[(&str, i64)] = numbers! {
    LOCK_SH LOCK_EX LOCK_NB LOCK_UN FD_CLOEXEC F_DUPFD F_DUPFD_CLOEXEC F_GETFD F_SETFD F_GETFL F_SETFL F_GETLK F_SETLK
    F_SETLKW F_RDLCK F_WRLCK F_UNLCK F_GETOWN F_SETOWN F_SETPIPE_SZ F_GETPIPE_SZ F_SETLEASE F_GETLEASE F_NOTIFY
    F_ADD_SEALS F_GET_SEALS F_SEAL_SEAL F_SEAL_SHRINK F_SEAL_GROW F_SEAL_WRITE F_OFD_GETLK F_OFD_SETLK F_OFD_SETLKW
};
fn init(vm: &Vm, m: Gc<Module>) -> PyResult<()> {
    for &(name, n) in NUMBERS {
        m.dict.get().set_str(vm, vm.intern(name), vm.new_int(n));
    }
    m.dict.get().set_str(vm, vm.intern("FASYNC"), Value::int(libc::O_ASYNC as i64));
    Ok(())
}

/// The module.
pub static MODULE: ModuleDef = ModuleDef {
    name: "fcntl",
    doc: "This module performs file control and I/O control on file\ndescriptors.  It is an interface to the fcntl() and ioctl() Unix\nroutines.  File descriptors can be obtained with the fileno() method of\na file or socket object.",
    functions: &[
        function(
            "fcntl",
            "($module, fd, cmd, arg=0, /)",
            fcntl,
            "Perform the operation `cmd` on file descriptor fd.",
        ),
        function(
            "ioctl",
            "($module, fd, request, arg=0, mutate_flag=True, /)",
            ioctl,
            "Perform the operation request on file descriptor fd.",
        ),
        function(
            "flock",
            "($module, fd, operation, /)",
            flock,
            "Perform the lock operation `operation` on file descriptor `fd`.",
        ),
        function(
            "lockf",
            "($module, fd, cmd, len=0, start=0, whence=0, /)",
            lockf,
            "A wrapper around the fcntl() locking calls.",
        ),
    ],
    types: &[],
    init: Some(init),
};
