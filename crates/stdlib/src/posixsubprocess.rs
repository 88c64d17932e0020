//! `_posixsubprocess`: starts a child process, for `subprocess`.
//!
//! Everything that allocates happens before the fork. The child only makes system calls until `exec`, except for
//! `preexec_fn`, which is the caller's risk. What fails in the child is written to the error pipe as
//! `exception:errno in hex:text`, which the library reads.

use crate::posix::path;
use std::ffi::CString;
use taipan_runtime::objects::module::ModuleDef;
use taipan_runtime::{PyResult, Value, Vm, function};

/// What the child needs, all of it allocated before the fork.
struct Child {
    executables: Vec<CString>,
    argv: Vec<*const libc::c_char>,
    envp: Option<Vec<*const libc::c_char>>,
    cwd: Option<CString>,
    close_fds: bool,
    keep: Vec<i32>,
    /// Ends for the child's standard streams: read end of stdin, write ends of stdout and stderr.
    std: [i32; 3],
    /// The parent's ends, which the child closes.
    parents: [i32; 4],
    errpipe_write: i32,
    restore_signals: bool,
    setsid: bool,
    pgid: i32,
    gid: Option<u32>,
    groups: Option<Vec<libc::gid_t>>,
    uid: Option<u32>,
    umask: i32,
}

fn texts(vm: &Vm, v: Value) -> PyResult<Vec<CString>> {
    let mut out = vec![];
    for &x in vm.collect(v)?.iter() {
        out.push(path(vm, x, "fork_exec")?.c);
    }
    Ok(out)
}
fn pointers(texts: &[CString]) -> Vec<*const libc::c_char> {
    texts.iter().map(|s| s.as_ptr()).chain([std::ptr::null()]).collect()
}
fn number(vm: &Vm, v: Value) -> PyResult<i32> {
    vm.index_c_int(v)
}
fn id(vm: &Vm, v: Value) -> PyResult<Option<u32>> {
    Ok(if v.is_none() { None } else { Some(vm.index_i64(v)? as u32) })
}

fn fork_exec(vm: &Vm, a: &[Value]) -> PyResult {
    let mut keep = vec![];
    for &v in vm.collect(a[3])?.iter() {
        keep.push(number(vm, v)?);
    }
    if keep.windows(2).any(|w| w[0] >= w[1]) || keep.first().is_some_and(|&n| n < 0) {
        return Err(vm.value_error("bad value(s) in fds_to_keep"));
    }
    let close_fds = vm.truth(a[2])?;
    let errpipe_write = number(vm, a[13])?;
    if close_fds && errpipe_write < 3 {
        return Err(vm.value_error("errpipe_write must be >= 3"));
    }
    let executables = texts(vm, a[1])?;
    let args = texts(vm, a[0])?;
    let env = if a[5].is_none() { None } else { Some(texts(vm, a[5])?) };
    let mut groups = None;
    if !a[18].is_none() {
        let mut list = vec![];
        for &v in vm.collect(a[18])?.iter() {
            list.push(vm.index_i64(v)? as libc::gid_t);
        }
        groups = Some(list);
    }
    let child = Child {
        executables,
        argv: pointers(&args),
        envp: env.as_ref().map(|e| pointers(e)),
        cwd: if a[4].is_none() { None } else { Some(path(vm, a[4], "fork_exec")?.c) },
        close_fds,
        keep,
        std: [number(vm, a[6])?, number(vm, a[9])?, number(vm, a[11])?],
        parents: [number(vm, a[7])?, number(vm, a[8])?, number(vm, a[10])?, number(vm, a[12])?],
        errpipe_write,
        restore_signals: vm.truth(a[14])?,
        setsid: vm.truth(a[15])?,
        pgid: number(vm, a[16])?,
        gid: id(vm, a[17])?,
        groups,
        uid: id(vm, a[19])?,
        umask: number(vm, a[20])?,
    };
    let preexec = a[21];
    // SAFETY: the child makes only system calls on memory allocated before (and what the caller asked for).
    let pid = unsafe { libc::fork() };
    if pid < 0 {
        return Err(vm.last_os_error());
    }
    if pid == 0 {
        let what = run_child(vm, &child, preexec);
        let errno = std::io::Error::last_os_error().raw_os_error().unwrap_or(0);
        report(&child, what, errno);
        // SAFETY: the child ends without running anything of the parent's.
        unsafe { libc::_exit(255) }
    }
    Ok(Value::int(pid as i64))
}

/// Why the child did not get to run the program.
enum Failure {
    /// A system call before `exec`.
    Setup,
    /// Changing the folder.
    Cwd,
    /// `exec` itself.
    Exec,
    /// `preexec_fn` raised.
    Preexec,
}

fn report(child: &Child, what: Failure, errno: i32) {
    let mut text = [0u8; 64];
    let mut len = 0;
    let mut put = |s: &[u8]| {
        text[len..len + s.len()].copy_from_slice(s);
        len += s.len();
    };
    match what {
        Failure::Preexec => put(b"SubprocessError:0:Exception occurred in preexec_fn."),
        _ => {
            put(b"OSError:");
            let digits = format_hex(errno as u32);
            let start = digits.iter().position(|&b| b != b'0').unwrap_or(7);
            put(&digits[start..]);
            put(match what {
                Failure::Setup => b":noexec",
                Failure::Cwd => b":noexec:chdir",
                _ => b":",
            });
        }
    }
    // SAFETY: the text is readable for its length.
    unsafe { libc::write(child.errpipe_write, text.as_ptr().cast(), len) };
}
fn format_hex(n: u32) -> [u8; 8] {
    std::array::from_fn(|i| b"0123456789ABCDEF"[(n >> (28 - 4 * i)) as usize & 15])
}

/// Comes back only where something fails.
fn run_child(vm: &Vm, c: &Child, preexec: Value) -> Failure {
    // SAFETY: system calls on plain numbers and on C strings that live in `c`.
    unsafe {
        for &fd in &c.keep {
            if fd != c.errpipe_write && !set_inheritable(fd) {
                return Failure::Setup;
            }
        }
        for fd in c.parents {
            if fd >= 0 {
                libc::close(fd);
            }
        }
        let [stdin, mut stdout, mut stderr] = c.std;
        if stdout == 0 {
            stdout = libc::dup(stdout);
            if stdout < 0 {
                return Failure::Setup;
            }
        }
        while stderr == 0 || stderr == 1 {
            stderr = libc::dup(stderr);
            if stderr < 0 {
                return Failure::Setup;
            }
        }
        for (from, to) in [(stdin, 0), (stdout, 1), (stderr, 2)] {
            if from == to {
                if !set_inheritable(from) {
                    return Failure::Setup;
                }
            } else if from >= 0 && libc::dup2(from, to) < 0 {
                return Failure::Setup;
            }
        }
        if let Some(cwd) = &c.cwd
            && libc::chdir(cwd.as_ptr()) < 0
        {
            return Failure::Cwd;
        }
        if c.umask >= 0 {
            libc::umask(c.umask as libc::mode_t);
        }
        if c.restore_signals {
            libc::signal(libc::SIGPIPE, libc::SIG_DFL);
            libc::signal(libc::SIGXFSZ, libc::SIG_DFL);
        }
        if c.setsid && libc::setsid() < 0 {
            return Failure::Setup;
        }
        if c.pgid >= 0 && libc::setpgid(0, c.pgid) < 0 {
            return Failure::Setup;
        }
        if let Some(groups) = &c.groups
            && libc::setgroups(groups.len() as _, groups.as_ptr()) < 0
        {
            return Failure::Setup;
        }
        if let Some(gid) = c.gid
            && libc::setregid(gid, gid) < 0
        {
            return Failure::Setup;
        }
        if let Some(uid) = c.uid
            && libc::setreuid(uid, uid) < 0
        {
            return Failure::Setup;
        }
        if !preexec.is_none() && vm.call(preexec, &[]).is_err() {
            return Failure::Preexec;
        }
        if c.close_fds {
            close_others(&c.keep);
        }
        let mut saved = 0;
        for executable in &c.executables {
            match &c.envp {
                Some(env) => libc::execve(executable.as_ptr(), c.argv.as_ptr(), env.as_ptr()),
                None => libc::execv(executable.as_ptr(), c.argv.as_ptr()),
            };
            let errno = *libc::__errno_location();
            if errno != libc::ENOENT && errno != libc::ENOTDIR && saved == 0 {
                saved = errno;
            }
        }
        if saved != 0 {
            *libc::__errno_location() = saved;
        }
        Failure::Exec
    }
}

fn set_inheritable(fd: i32) -> bool {
    // SAFETY: plain numbers.
    unsafe {
        let flags = libc::fcntl(fd, libc::F_GETFD);
        flags >= 0 && libc::fcntl(fd, libc::F_SETFD, flags & !libc::FD_CLOEXEC) >= 0
    }
}

/// Closes every descriptor above 2 that is not in `keep`, which is sorted.
fn close_others(keep: &[i32]) {
    let mut start = 3;
    for &fd in keep {
        if fd < start {
            continue;
        }
        close_range(start, fd - 1);
        start = fd + 1;
    }
    close_range(start, i32::MAX);
}
fn close_range(first: i32, last: i32) {
    if first > last {
        return;
    }
    // SAFETY: plain numbers; the process is about to run another program.
    unsafe {
        if libc::syscall(libc::SYS_close_range, first as libc::c_uint, last as libc::c_uint, 0) == 0 {
            return;
        }
        let most = libc::sysconf(libc::_SC_OPEN_MAX).clamp(256, 1 << 16) as i32;
        for fd in first..=last.min(most) {
            libc::close(fd);
        }
    }
}

/// The module.
pub static MODULE: ModuleDef = ModuleDef {
    name: "_posixsubprocess",
    doc: "A POSIX helper for the subprocess module.",
    functions: &[function(
        "fork_exec",
        "($module, args, executable_list, close_fds, pass_fds, cwd, env, p2cread, p2cwrite, c2pread, c2pwrite, errread, errwrite, errpipe_read, errpipe_write, restore_signals, call_setsid, pgid_to_set, gid, extra_groups, uid, child_umask, preexec_fn, /)",
        fork_exec,
        "Spawn a fresh new child process.",
    )],
    types: &[],
    init: None,
};
