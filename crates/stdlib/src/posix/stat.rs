//! `stat` and its relatives.

use super::{Path, Target, fail, fd, path, target};
use taipan_runtime::{MethodDef, PyResult, Value, Vm, function, structseq};

structseq! {
    /// `os.stat_result`
    pub STAT_RESULT = "os" "stat_result" "stat_result: Result from stat, fstat, or lstat." {
    st_mode: "protection bits", st_ino: "inode", st_dev: "device", st_nlink: "number of hard links",
    st_uid: "user ID of owner", st_gid: "group ID of owner", st_size: "total size, in bytes",
    _int_atime: "integer time of last access", _int_mtime: "integer time of last modification",
    _int_ctime: "integer time of last change",
} hidden {
    st_atime: "time of last access", st_mtime: "time of last modification", st_ctime: "time of last change",
    st_atime_ns: "time of last access in nanoseconds", st_mtime_ns: "time of last modification in nanoseconds",
    st_ctime_ns: "time of last change in nanoseconds", st_blksize: "blocksize for filesystem I/O",
    st_blocks: "number of blocks allocated", st_rdev: "device type (if inode device)",
} }
structseq! {
    /// `os.statvfs_result`
    pub STATVFS_RESULT = "os" "statvfs_result" "statvfs_result: Result from statvfs or fstatvfs." {
    f_bsize: "", f_frsize: "", f_blocks: "", f_bfree: "", f_bavail: "", f_files: "", f_ffree: "", f_favail: "",
    f_flag: "", f_namemax: "",
} hidden { f_fsid: "" } }

/// The Python object for a `stat` structure.
// `st_blksize` has 32 bits on aarch64.
#[allow(clippy::unnecessary_cast)]
pub fn result(vm: &Vm, s: &libc::stat) -> Value {
    let i = |n: i64| vm.new_int(n);
    let float = |s: i64, ns: i64| Value::float(s as f64 + 1e-9 * ns as f64);
    let ns = |s: i64, n: i64| vm.new_int(s * 1_000_000_000 + n);
    STAT_RESULT.make(
        vm,
        &[
            i(s.st_mode as i64),
            vm.new_uint(s.st_ino),
            vm.new_uint(s.st_dev),
            i(s.st_nlink as i64),
            i(s.st_uid as i64),
            i(s.st_gid as i64),
            i(s.st_size),
            i(s.st_atime),
            i(s.st_mtime),
            i(s.st_ctime),
            float(s.st_atime, s.st_atime_nsec),
            float(s.st_mtime, s.st_mtime_nsec),
            float(s.st_ctime, s.st_ctime_nsec),
            ns(s.st_atime, s.st_atime_nsec),
            ns(s.st_mtime, s.st_mtime_nsec),
            ns(s.st_ctime, s.st_ctime_nsec),
            i(s.st_blksize as i64),
            i(s.st_blocks),
            vm.new_uint(s.st_rdev),
        ],
    )
}

/// `stat` of a path relative to `dir`; `None` where that fails.
pub fn raw_at(dir: i32, p: &Path, follow: bool) -> Option<libc::stat> {
    // SAFETY: the structure is filled in by a successful call.
    unsafe {
        let mut s: libc::stat = std::mem::zeroed();
        let flags = if follow { 0 } else { libc::AT_SYMLINK_NOFOLLOW };
        (libc::fstatat(dir, p.c.as_ptr(), &mut s, flags) == 0).then_some(s)
    }
}

/// A `dir_fd=` argument.
pub fn dir_fd(vm: &Vm, v: Value) -> PyResult<i32> {
    v.bound().filter(|v| !v.is_none()).map_or(Ok(libc::AT_FDCWD), |v| fd(vm, v))
}

fn stat(vm: &Vm, a: &[Value]) -> PyResult {
    let follow = a[2].bound().map_or(Ok(true), |f| vm.truth(f))?;
    match target(vm, a[0], "stat")? {
        Target::Fd(n) => fstat_raw(vm, n),
        Target::Path(p) => match raw_at(dir_fd(vm, a[1])?, &p, follow) {
            Some(s) => Ok(result(vm, &s)),
            None => Err(fail(vm, &p)),
        },
    }
}
fn lstat(vm: &Vm, a: &[Value]) -> PyResult {
    let p = path(vm, a[0], "lstat")?;
    match raw_at(dir_fd(vm, a[1])?, &p, false) {
        Some(s) => Ok(result(vm, &s)),
        None => Err(fail(vm, &p)),
    }
}
fn fstat_raw(vm: &Vm, n: i32) -> PyResult {
    // SAFETY: the structure is filled in by a successful call.
    unsafe {
        let mut s: libc::stat = std::mem::zeroed();
        if libc::fstat(n, &mut s) != 0 { Err(vm.last_os_error()) } else { Ok(result(vm, &s)) }
    }
}
fn fstat(vm: &Vm, a: &[Value]) -> PyResult {
    fstat_raw(vm, fd(vm, a[0])?)
}
fn statvfs(vm: &Vm, a: &[Value]) -> PyResult {
    // SAFETY: the structure is filled in by a successful call.
    let s = unsafe {
        let mut s: libc::statvfs = std::mem::zeroed();
        match target(vm, a[0], "statvfs")? {
            Target::Fd(n) if libc::fstatvfs(n, &mut s) != 0 => return Err(vm.last_os_error()),
            Target::Path(p) if libc::statvfs(p.c.as_ptr(), &mut s) != 0 => return Err(fail(vm, &p)),
            _ => s,
        }
    };
    let u = |n: u64| vm.new_uint(n);
    Ok(STATVFS_RESULT.make(
        vm,
        &[
            u(s.f_bsize),
            u(s.f_frsize),
            u(s.f_blocks),
            u(s.f_bfree),
            u(s.f_bavail),
            u(s.f_files),
            u(s.f_ffree),
            u(s.f_favail),
            u(s.f_flag),
            u(s.f_namemax),
            u(s.f_fsid),
        ],
    ))
}

/// The rows.
pub static FUNCTIONS: &[MethodDef] = &[
    function(
        "stat",
        "($module, /, path, *, dir_fd=None, follow_symlinks=True)",
        stat,
        "Perform a stat system call on the given path.",
    ),
    function(
        "lstat",
        "($module, /, path, *, dir_fd=None)",
        lstat,
        "Perform a stat system call on the given path, without following symbolic links.",
    ),
    function("fstat", "($module, /, fd)", fstat, "Perform a stat system call on the given file descriptor."),
    function("statvfs", "($module, /, path)", statvfs, "Perform a statvfs system call on the given path."),
];
