//! `posix`: the system calls behind `os`. `files.rs` has those on paths and descriptors, `process.rs` those on
//! processes, `scandir.rs` directory iteration, `stat.rs` the results of `stat`.

pub mod files;
pub mod process;
pub mod scandir;
pub mod stat;

use std::ffi::CString;
use taipan_runtime::objects::bytes::Bytes;
use taipan_runtime::objects::module::{Module, ModuleDef};
use taipan_runtime::objects::str::Str;
use taipan_runtime::{Gc, MethodDef, PyResult, Raised, Value, Vm};

/// A path argument: what the system gets, and what errors and results show.
pub struct Path {
    /// For the system.
    pub c: CString,
    /// As given.
    pub shown: Value,
    /// Was it `bytes`? Then results are, too.
    pub is_bytes: bool,
}

/// Converts a path argument of function `what`.
pub fn path(vm: &Vm, v: Value, what: &str) -> PyResult<Path> {
    let given = if v.cast::<Str>().is_some() || v.cast::<Bytes>().is_some() {
        v
    } else {
        match vm.call_special(v, vm.names.__fspath__, &[])? {
            Some(p) if p.cast::<Str>().is_some() || p.cast::<Bytes>().is_some() => p,
            Some(p) => {
                return Err(vm.type_error(format!(
                    "expected {}.__fspath__() to return str or bytes, not {}",
                    vm.type_name(v),
                    vm.type_name(p)
                )));
            }
            None => {
                return Err(vm.type_error(format!(
                    "{what}: path should be string, bytes or os.PathLike, not {}",
                    vm.type_name(v)
                )));
            }
        }
    };
    let embedded = match (given.cast::<Str>(), given.cast::<Bytes>()) {
        (Some(s), _) => s.as_bytes().contains(&0),
        (_, Some(b)) => b.as_bytes().contains(&0),
        _ => false,
    };
    if embedded {
        return Err(vm.value_error(format!("{what}: embedded null character in path")));
    }
    let bytes = crate::io::fileio::fs_path(vm, given)?;
    match CString::new(bytes) {
        Ok(c) => Ok(Path { c, shown: v, is_bytes: given.cast::<Bytes>().is_some() }),
        Err(_) => Err(vm.value_error(format!("{what}: embedded null character in path"))),
    }
}

/// A path argument, or a descriptor where the function takes one.
pub enum Target {
    /// A path.
    Path(Path),
    /// An open descriptor.
    Fd(i32),
}

/// Converts a path-or-descriptor argument.
pub fn target(vm: &Vm, v: Value, what: &str) -> PyResult<Target> {
    if v.cast::<Str>().is_none() && v.cast::<Bytes>().is_none() && vm.class_of(v).slots.index.get().is_some()
    {
        return Ok(Target::Fd(fd(vm, v)?));
    }
    path(vm, v, what).map(Target::Path).map_err(|e| {
        let lacks = vm.class_of(v).slots.index.get().is_none();
        if lacks
            && vm.raised_is(e, vm.types.TypeError)
            && vm.type_lookup(vm.class_of(v), vm.names.__fspath__).is_none()
        {
            vm.type_error(format!(
                "{what}: path should be string, bytes, os.PathLike or integer, not {}",
                vm.type_name(v)
            ))
        } else {
            e
        }
    })
}

/// A descriptor argument: an int, or something with `fileno()`.
pub fn fd(vm: &Vm, v: Value) -> PyResult<i32> {
    let n = if vm.class_of(v).slots.index.get().is_some() {
        vm.index_i64(v)?
    } else {
        match vm.get_attr_opt(v, vm.names.fileno)? {
            Some(f) => {
                let n = vm.call(f, &[])?;
                vm.index_i64(n)?
            }
            None => return Err(vm.type_error("argument must be an int, or have a fileno() method.")),
        }
    };
    i32::try_from(n).map_err(|_| vm.overflow_error("Python int too large to convert to C int"))
}

/// `OSError` for the last system call, naming the path.
pub fn fail(vm: &Vm, p: &Path) -> Raised {
    let errno = std::io::Error::last_os_error().raw_os_error().unwrap_or(0);
    vm.os_error_for(errno, p.shown, Value::UNBOUND)
}
/// `OSError` for the last system call, naming two paths.
pub fn fail2(vm: &Vm, a: &Path, b: &Path) -> Raised {
    let errno = std::io::Error::last_os_error().raw_os_error().unwrap_or(0);
    vm.os_error_for(errno, a.shown, b.shown)
}

/// Bytes of the system as `str` (surrogateescape) or `bytes`.
pub fn from_system(vm: &Vm, b: &[u8], as_bytes: bool) -> PyResult {
    if as_bytes {
        return Ok(vm.new_bytes(b).value());
    }
    if let Ok(s) = std::str::from_utf8(b) {
        return Ok(vm.new_str(s).value());
    }
    let v = vm.new_bytes(b).value();
    vm.call_method(v, vm.names.decode, &[vm.intern("utf-8").value(), vm.names.surrogateescape.value()])
}

/// An optional int argument.
pub fn int_or(vm: &Vm, v: Value, default: i64) -> PyResult<i64> {
    v.bound().map_or(Ok(default), |v| vm.index_i64(v))
}

macro_rules! numbers {
    ($($name:ident)*) => { &[$((stringify!($name), libc::$name as i64)),*] };
}
static NUMBERS: &[(&str, i64)] = numbers! {
    F_OK R_OK W_OK X_OK O_RDONLY O_WRONLY O_RDWR O_CREAT O_EXCL O_TRUNC O_APPEND O_NONBLOCK O_NDELAY O_SYNC O_DSYNC
    O_NOCTTY O_CLOEXEC O_DIRECTORY O_NOFOLLOW O_ASYNC O_DIRECT O_NOATIME O_PATH O_TMPFILE O_ACCMODE
    WNOHANG WUNTRACED WCONTINUED WEXITED WNOWAIT WSTOPPED P_PID P_PGID P_ALL
    RTLD_LAZY RTLD_NOW RTLD_GLOBAL RTLD_LOCAL RTLD_NODELETE RTLD_NOLOAD PRIO_PROCESS PRIO_PGRP PRIO_USER
    F_LOCK F_TLOCK F_ULOCK F_TEST SEEK_DATA SEEK_HOLE GRND_NONBLOCK GRND_RANDOM SCHED_OTHER SCHED_FIFO SCHED_RR
    ST_RDONLY ST_NOSUID
};

fn init(vm: &Vm, m: Gc<Module>) -> PyResult<()> {
    use std::os::unix::ffi::OsStrExt;
    let d = m.dict.get();
    for &(name, n) in NUMBERS {
        d.set_str(vm, vm.intern(name), Value::int(n));
    }
    // The exit statuses of <sysexits.h>.
    d.set_str(vm, vm.intern("EX_OK"), Value::int(0));
    for (i, name) in [
        "USAGE",
        "DATAERR",
        "NOINPUT",
        "NOUSER",
        "NOHOST",
        "UNAVAILABLE",
        "SOFTWARE",
        "OSERR",
        "OSFILE",
        "CANTCREAT",
        "IOERR",
        "TEMPFAIL",
        "PROTOCOL",
        "NOPERM",
        "CONFIG",
    ]
    .iter()
    .enumerate()
    {
        d.set_str(vm, vm.intern(&format!("EX_{name}")), Value::int(64 + i as i64));
    }
    d.set_str(vm, vm.intern("NGROUPS_MAX"), Value::int(65536));
    d.set_str(vm, vm.intern("TMP_MAX"), Value::int(238328));
    let env = vm.new_dict();
    for (k, v) in std::env::vars_os() {
        let (k, v) = (vm.new_bytes(k.as_bytes()).value(), vm.new_bytes(v.as_bytes()).value());
        env.set(vm, k, v)?;
    }
    d.set_str(vm, vm.intern("environ"), env.value());
    let mut have = taipan_runtime::GcVec::new();
    for name in [
        "HAVE_FACCESSAT",
        "HAVE_FCHDIR",
        "HAVE_FCHMOD",
        "HAVE_FDOPENDIR",
        "HAVE_FSTATAT",
        "HAVE_FTRUNCATE",
        "HAVE_FUTIMENS",
        "HAVE_UTIMENSAT",
        "HAVE_LSTAT",
        "HAVE_OPENAT",
        "HAVE_UNLINKAT",
        "HAVE_MKDIRAT",
    ] {
        have.push(&vm.heap, vm.intern(name).value());
    }
    d.set_str(vm, vm.intern("_have_functions"), vm.new_list(&have).value());
    d.set_str(vm, vm.intern("error"), vm.types.OSError.value());
    for (name, s) in [
        ("stat_result", &stat::STAT_RESULT),
        ("statvfs_result", &stat::STATVFS_RESULT),
        ("times_result", &process::TIMES_RESULT),
        ("uname_result", &process::UNAME_RESULT),
        ("terminal_size", &process::TERMINAL_SIZE),
    ] {
        d.set_str(vm, vm.intern(name), s.ty(vm).value());
    }
    d.set_str(vm, vm.intern("DirEntry"), vm.type_of_def(&scandir::ENTRY).value());
    let name = vm.intern("posix").value();
    for f in [files::FUNCTIONS, process::FUNCTIONS, scandir::FUNCTIONS, stat::FUNCTIONS].into_iter().flatten()
    {
        let v = taipan_runtime::objects::native::new_module_function(vm, m.value(), name, f);
        d.set_str(vm, vm.intern(f.name), v);
    }
    Ok(())
}

/// Rows of the parts are added by `init`.
static NONE: &[MethodDef] = &[];

/// The module.
pub static MODULE: ModuleDef = ModuleDef {
    name: "posix",
    doc: "This module provides access to operating system functionality that is\nstandardized by the C Standard and the POSIX standard (a thinly\ndisguised Unix interface).  Refer to the library manual and\ncorresponding Unix manual entries for more information on calls.",
    functions: NONE,
    types: &[],
    init: Some(init),
};
