//! System calls on processes, users, the environment and the machine.

use super::{fail, fd, from_system, path};
use std::ffi::CString;
use taipan_runtime::objects::list::List;
use taipan_runtime::objects::module::Module;
use taipan_runtime::{Gc, GcVec, MethodDef, PyResult, Value, Vm, function, structseq};

structseq! {
    /// `os.uname_result`
    pub UNAME_RESULT = "posix" "uname_result" "uname_result: Result from os.uname()." {
    sysname: "operating system name", nodename: "name of machine on network", release: "operating system release",
    version: "operating system version", machine: "hardware identifier",
} }
structseq! {
    /// `os.times_result`
    pub TIMES_RESULT = "posix" "times_result" "times_result: Result from os.times()." {
    user: "user time", system: "system time", children_user: "user time of children",
    children_system: "system time of children", elapsed: "elapsed time since an arbitrary point in the past",
} }
structseq! {
    /// `os.terminal_size`
    pub TERMINAL_SIZE = "os" "terminal_size" "A tuple of (columns, lines) for holding terminal window size" {
    columns: "width of the terminal window in characters", lines: "height of the terminal window in characters",
} }

macro_rules! ids {
    ($($f:ident)*) => {$(
        fn $f(vm: &Vm, _: &[Value]) -> PyResult {
            // SAFETY: a plain call.
            Ok(vm.new_int(unsafe { libc::$f() } as i64))
        }
    )*};
}
ids! { getpid getppid getuid geteuid getgid getegid getpgrp }

fn done(vm: &Vm, r: libc::c_int) -> PyResult {
    if r < 0 { Err(vm.last_os_error()) } else { Ok(Value::NONE) }
}
fn getpgid(vm: &Vm, a: &[Value]) -> PyResult {
    // SAFETY: plain numbers.
    let n = unsafe { libc::getpgid(vm.index_i64(a[0])? as i32) };
    if n < 0 { Err(vm.last_os_error()) } else { Ok(Value::int(n as i64)) }
}
fn setsid(vm: &Vm, _: &[Value]) -> PyResult {
    // SAFETY: a plain call.
    done(vm, unsafe { libc::setsid() })
}
fn kill(vm: &Vm, a: &[Value]) -> PyResult {
    // SAFETY: plain numbers.
    let r = unsafe { libc::kill(vm.index_i64(a[0])? as i32, vm.index_i64(a[1])? as i32) };
    done(vm, r)?;
    vm.check_signals()?;
    Ok(Value::NONE)
}
fn exit(vm: &Vm, a: &[Value]) -> PyResult {
    let status = vm.index_i64(a[0])?;
    // SAFETY: ends the process without flushing, as asked.
    unsafe { libc::_exit(status as i32) }
}
fn abort(_: &Vm, _: &[Value]) -> PyResult {
    std::process::abort()
}
/// What `register_at_fork` collected: lists for before, after in the child, after in the parent.
fn fork_hooks(vm: &Vm) -> PyResult<Gc<Module>> {
    let m = vm.import_module("posix")?;
    let m = m.cast::<Module>().ok_or_else(|| vm.runtime_error("posix is not a module"))?;
    if m.state.get().is_none() {
        let lists = [(); 3].map(|()| vm.new_list(&[]).value());
        m.state.set(m, vm.new_tuple(&lists).value());
    }
    Ok(m)
}
fn hooks_of(vm: &Vm, which: usize) -> PyResult<GcVec> {
    let lists = vm.collect(fork_hooks(vm)?.state.get())?;
    vm.collect(lists[which])
}
/// Calls hooks; what they raise is shown and forgotten.
fn run_hooks(vm: &Vm, hooks: impl Iterator<Item = Value>) {
    for f in hooks {
        if let Err(e) = vm.call(f, &[]) {
            vm.unraisable_in(e, "Exception ignored in atfork callback", f);
        }
    }
}
fn fork(vm: &Vm, _: &[Value]) -> PyResult {
    let (before, child, parent) = (hooks_of(vm, 0)?, hooks_of(vm, 1)?, hooks_of(vm, 2)?);
    run_hooks(vm, before.iter().rev().copied());
    // SAFETY: the VM's thread goes on in the child; the others only wait.
    let n = unsafe { libc::fork() };
    let error = (n < 0).then(|| vm.last_os_error());
    run_hooks(vm, if n == 0 { child.iter() } else { parent.iter() }.copied());
    match error {
        Some(e) => Err(e),
        None => Ok(Value::int(n as i64)),
    }
}
fn strings(vm: &Vm, v: Value) -> PyResult<Vec<CString>> {
    let mut out = vec![];
    for &x in vm.collect(v)?.iter() {
        out.push(path(vm, x, "execv")?.c);
    }
    Ok(out)
}
fn exec_with(vm: &Vm, a: &[Value], env: Option<Value>) -> PyResult {
    let p = path(vm, a[0], "execv")?;
    let args = strings(vm, a[1])?;
    if args.is_empty() {
        return Err(vm.value_error("execv() arg 2 must not be empty"));
    }
    let mut argv: Vec<_> = args.iter().map(|s| s.as_ptr()).collect();
    argv.push(std::ptr::null());
    let mut vars = vec![];
    if let Some(env) = env {
        let items = vm.call_method(env, vm.names.items, &[])?;
        for &pair in vm.collect(items)?.iter() {
            let kv = vm.collect(pair)?;
            let (k, v) = (path(vm, kv[0], "execve")?.c, path(vm, kv[1], "execve")?.c);
            let joined = [k.as_bytes(), b"=", v.as_bytes()].concat();
            vars.push(CString::new(joined).map_err(|_| vm.value_error("embedded null byte"))?);
        }
    }
    let mut envp: Vec<_> = vars.iter().map(|s| s.as_ptr()).collect();
    envp.push(std::ptr::null());
    // SAFETY: null-terminated arrays of C strings.
    unsafe {
        if env.is_some() {
            libc::execve(p.c.as_ptr(), argv.as_ptr(), envp.as_ptr());
        } else {
            libc::execv(p.c.as_ptr(), argv.as_ptr());
        }
    }
    Err(fail(vm, &p))
}
fn execv(vm: &Vm, a: &[Value]) -> PyResult {
    exec_with(vm, a, None)
}
fn execve(vm: &Vm, a: &[Value]) -> PyResult {
    exec_with(vm, a, Some(a[2]))
}
fn waitpid(vm: &Vm, a: &[Value]) -> PyResult {
    let (pid, options) = (vm.index_i64(a[0])?, vm.index_i64(a[1])?);
    loop {
        let mut status = 0;
        // SAFETY: room for the status.
        let n = unsafe { libc::waitpid(pid as i32, &mut status, options as i32) };
        if n >= 0 {
            return Ok(vm.new_tuple(&[Value::int(n as i64), Value::int(status as i64)]).value());
        }
        if std::io::Error::last_os_error().raw_os_error() != Some(libc::EINTR) {
            return Err(vm.last_os_error());
        }
        vm.check_signals()?;
    }
}
fn wait(vm: &Vm, _: &[Value]) -> PyResult {
    waitpid(vm, &[Value::int(-1), Value::int(0)])
}
fn system(vm: &Vm, a: &[Value]) -> PyResult {
    let c = path(vm, a[0], "system")?.c;
    // SAFETY: a C string.
    Ok(Value::int(unsafe { libc::system(c.as_ptr()) } as i64))
}
macro_rules! status {
    ($($f:ident $c:ident;)*) => {$(
        fn $f(vm: &Vm, a: &[Value]) -> PyResult {
            Ok(Value::bool(libc::$c(vm.index_i64(a[0])? as i32)))
        }
    )*};
}
status! { wifexited WIFEXITED; wifsignaled WIFSIGNALED; wifstopped WIFSTOPPED; wifcontinued WIFCONTINUED; wcoredump WCOREDUMP; }
fn wexitstatus(vm: &Vm, a: &[Value]) -> PyResult {
    Ok(Value::int(libc::WEXITSTATUS(vm.index_i64(a[0])? as i32) as i64))
}
fn wtermsig(vm: &Vm, a: &[Value]) -> PyResult {
    Ok(Value::int(libc::WTERMSIG(vm.index_i64(a[0])? as i32) as i64))
}
fn wstopsig(vm: &Vm, a: &[Value]) -> PyResult {
    Ok(Value::int(libc::WSTOPSIG(vm.index_i64(a[0])? as i32) as i64))
}
fn waitstatus_to_exitcode(vm: &Vm, a: &[Value]) -> PyResult {
    let s = vm.index_i64(a[0])? as i32;
    if libc::WIFEXITED(s) {
        Ok(Value::int(libc::WEXITSTATUS(s) as i64))
    } else if libc::WIFSIGNALED(s) {
        Ok(Value::int(-libc::WTERMSIG(s) as i64))
    } else {
        Err(vm.value_error(format!("invalid wait status: {s}")))
    }
}
fn env_name(vm: &Vm, v: Value) -> PyResult<CString> {
    let b = crate::io::fileio::fs_path(vm, v)?;
    if b.is_empty() || b.contains(&b'=') {
        return Err(vm.value_error("illegal environment variable name"));
    }
    CString::new(b).map_err(|_| vm.value_error("embedded null byte"))
}
fn putenv(vm: &Vm, a: &[Value]) -> PyResult {
    let name = env_name(vm, a[0])?;
    let value = CString::new(crate::io::fileio::fs_path(vm, a[1])?)
        .map_err(|_| vm.value_error("embedded null byte"))?;
    // SAFETY: C strings; the VM's threads do not read the environment meanwhile.
    done(vm, unsafe { libc::setenv(name.as_ptr(), value.as_ptr(), 1) })
}
fn unsetenv(vm: &Vm, a: &[Value]) -> PyResult {
    let name = env_name(vm, a[0])?;
    // SAFETY: as above.
    done(vm, unsafe { libc::unsetenv(name.as_ptr()) })
}
fn strerror(vm: &Vm, a: &[Value]) -> PyResult {
    let n = vm.index_i64(a[0])? as i32;
    Ok(vm.new_str(&taipan_runtime::objects::exception::os::strerror(n)).value())
}
/// Nothing runs while the prompt waits for input.
fn no_inputhook(_: &Vm, _: &[Value]) -> PyResult {
    Ok(Value::FALSE)
}
fn inputhook(_: &Vm, _: &[Value]) -> PyResult {
    Ok(Value::int(0))
}
fn uname(vm: &Vm, _: &[Value]) -> PyResult {
    // SAFETY: the structure is filled in by a successful call; its fields are C strings.
    unsafe {
        let mut u: libc::utsname = std::mem::zeroed();
        if libc::uname(&mut u) < 0 {
            return Err(vm.last_os_error());
        }
        let s =
            |f: &[libc::c_char]| vm.new_str(&std::ffi::CStr::from_ptr(f.as_ptr()).to_string_lossy()).value();
        Ok(UNAME_RESULT
            .make(vm, &[s(&u.sysname), s(&u.nodename), s(&u.release), s(&u.version), s(&u.machine)]))
    }
}
fn times(vm: &Vm, _: &[Value]) -> PyResult {
    // SAFETY: the structure is filled in by the call.
    unsafe {
        let mut t: libc::tms = std::mem::zeroed();
        let elapsed = libc::times(&mut t);
        let hz = libc::sysconf(libc::_SC_CLK_TCK) as f64;
        let f = |n: libc::clock_t| Value::float(n as f64 / hz);
        Ok(TIMES_RESULT
            .make(vm, &[f(t.tms_utime), f(t.tms_stime), f(t.tms_cutime), f(t.tms_cstime), f(elapsed)]))
    }
}
fn cpu_count(vm: &Vm, _: &[Value]) -> PyResult {
    if let Some(n) = vm.config.cpu_count.filter(|n| *n > 0) {
        return Ok(Value::int(n));
    }
    Ok(std::thread::available_parallelism().map_or(Value::NONE, |n| Value::int(n.get() as i64)))
}
fn sched_getaffinity(vm: &Vm, _: &[Value]) -> PyResult {
    let mut v = GcVec::new();
    // SAFETY: the set is filled in by a successful call.
    unsafe {
        let mut set: libc::cpu_set_t = std::mem::zeroed();
        if libc::sched_getaffinity(0, size_of::<libc::cpu_set_t>(), &mut set) < 0 {
            return Err(vm.last_os_error());
        }
        for i in 0..libc::CPU_SETSIZE as usize {
            if libc::CPU_ISSET(i, &set) {
                v.push(&vm.heap, Value::int(i as i64));
            }
        }
    }
    let list = vm.new_list(&v).value();
    match vm.builtins.get_str(vm, vm.intern("set")) {
        Some(set) => vm.call(set, &[list]),
        None => Ok(list),
    }
}
fn getloadavg(vm: &Vm, _: &[Value]) -> PyResult {
    let mut v = [0f64; 3];
    // SAFETY: room for three.
    if unsafe { libc::getloadavg(v.as_mut_ptr(), 3) } != 3 {
        return Err(vm.new_exception(vm.types.OSError, "Load averages are unobtainable"));
    }
    Ok(vm.new_tuple(&v.map(Value::float)).value())
}
fn get_terminal_size(vm: &Vm, a: &[Value]) -> PyResult {
    let n = match a[0].bound() {
        Some(v) => fd(vm, v)?,
        None => 1,
    };
    // SAFETY: the structure is filled in by a successful call.
    unsafe {
        let mut w: libc::winsize = std::mem::zeroed();
        if libc::ioctl(n, libc::TIOCGWINSZ, &mut w) < 0 {
            return Err(vm.last_os_error());
        }
        Ok(TERMINAL_SIZE.make(vm, &[Value::int(w.ws_col as i64), Value::int(w.ws_row as i64)]))
    }
}
fn sysconf(vm: &Vm, a: &[Value]) -> PyResult {
    let name = a[0].cast::<taipan_runtime::objects::str::Str>().map(|s| s.to_string());
    let n = match name.as_deref() {
        Some("SC_PAGE_SIZE" | "SC_PAGESIZE") => libc::_SC_PAGESIZE,
        Some("SC_NPROCESSORS_ONLN") => libc::_SC_NPROCESSORS_ONLN,
        Some("SC_NPROCESSORS_CONF") => libc::_SC_NPROCESSORS_CONF,
        Some("SC_PHYS_PAGES") => libc::_SC_PHYS_PAGES,
        Some("SC_OPEN_MAX") => libc::_SC_OPEN_MAX,
        Some("SC_CLK_TCK") => libc::_SC_CLK_TCK,
        Some("SC_ARG_MAX") => libc::_SC_ARG_MAX,
        Some("SC_IOV_MAX") => libc::_SC_IOV_MAX,
        Some(_) => return Err(vm.value_error("unrecognized configuration name")),
        None => vm.index_i64(a[0])? as i32,
    };
    // SAFETY: plain numbers.
    Ok(vm.new_int(unsafe { libc::sysconf(n) }))
}
fn getlogin(vm: &Vm, _: &[Value]) -> PyResult {
    // SAFETY: the result is null or a C string, copied at once.
    unsafe {
        let p = libc::getlogin();
        if p.is_null() {
            return Err(vm.last_os_error());
        }
        from_system(vm, std::ffi::CStr::from_ptr(p).to_bytes(), false)
    }
}
fn getgroups(vm: &Vm, _: &[Value]) -> PyResult {
    let mut g = vec![0; 1024];
    // SAFETY: room for as many as said.
    let n = unsafe { libc::getgroups(g.len() as i32, g.as_mut_ptr()) };
    if n < 0 {
        return Err(vm.last_os_error());
    }
    let mut v = GcVec::new();
    g[..n as usize].iter().for_each(|&x| v.push(&vm.heap, Value::int(x as i64)));
    Ok(vm.new_list(&v).value())
}
fn nice(vm: &Vm, a: &[Value]) -> PyResult {
    // SAFETY: plain numbers.
    Ok(Value::int(unsafe { libc::nice(vm.index_i64(a[0])? as i32) } as i64))
}
fn register_at_fork(vm: &Vm, a: &[Value]) -> PyResult {
    if a.iter().all(|v| v.is_unbound()) {
        return Err(vm.type_error("At least one argument is required."));
    }
    for (v, name) in a.iter().zip(["before", "after_in_child", "after_in_parent"]) {
        if let Some(v) = v.bound()
            && vm.class_of(v).slots.call.get().is_none()
        {
            return Err(vm.type_error(format!("'{name}' must be callable, not {}", vm.type_name(v))));
        }
    }
    let lists = vm.collect(fork_hooks(vm)?.state.get())?;
    for (&v, &list) in a.iter().zip(lists.iter()) {
        if let (Some(v), Some(list)) = (v.bound(), list.cast::<List>()) {
            vm.list_push(list, v)?;
        }
    }
    Ok(Value::NONE)
}
fn getrandom(vm: &Vm, a: &[Value]) -> PyResult {
    let n = vm.index_i64(a[0])?;
    if n < 0 {
        return Err(vm.os_error_for(libc::EINVAL, Value::UNBOUND, Value::UNBOUND));
    }
    let mut buf = vm.zeroed(n as usize)?;
    // SAFETY: the buffer is as long as said.
    let got =
        unsafe { libc::getrandom(buf.as_mut_ptr().cast(), buf.len(), super::int_or(vm, a[1], 0)? as u32) };
    if got < 0 { Err(vm.last_os_error()) } else { Ok(vm.new_bytes(&buf[..got as usize]).value()) }
}

/// The rows.
pub static FUNCTIONS: &[MethodDef] = &[
    function("getpid", "($module, /)", getpid, "Return the current process id."),
    function("getppid", "($module, /)", getppid, "Return the parent's process id."),
    function("getuid", "($module, /)", getuid, "Return the current process's user id."),
    function("geteuid", "($module, /)", geteuid, "Return the current process's effective user id."),
    function("getgid", "($module, /)", getgid, "Return the current process's group id."),
    function("getegid", "($module, /)", getegid, "Return the current process's effective group id."),
    function("getpgrp", "($module, /)", getpgrp, "Return the current process group id."),
    function("getpgid", "($module, /, pid)", getpgid, ""),
    function("setsid", "($module, /)", setsid, ""),
    function("kill", "($module, pid, signal, /)", kill, "Kill a process with a signal."),
    function(
        "_exit",
        "($module, /, status)",
        exit,
        "Exit to the system with specified status, without normal exit processing.",
    ),
    function("abort", "($module, /)", abort, "Abort the interpreter immediately."),
    function("fork", "($module, /)", fork, "Fork a child process."),
    function(
        "execv",
        "($module, path, argv, /)",
        execv,
        "Execute an executable path with arguments, replacing current process.",
    ),
    function(
        "execve",
        "($module, /, path, argv, env)",
        execve,
        "Execute an executable path with arguments, replacing current process.",
    ),
    function(
        "waitpid",
        "($module, pid, options, /)",
        waitpid,
        "Wait for completion of a given child process.",
    ),
    function("wait", "($module, /)", wait, "Wait for completion of a child process."),
    function("system", "($module, /, command)", system, "Execute the command in a subshell."),
    function("WIFEXITED", "($module, /, status)", wifexited, ""),
    function("WIFSIGNALED", "($module, /, status)", wifsignaled, ""),
    function("WIFSTOPPED", "($module, /, status)", wifstopped, ""),
    function("WIFCONTINUED", "($module, /, status)", wifcontinued, ""),
    function("WCOREDUMP", "($module, status, /)", wcoredump, ""),
    function("WEXITSTATUS", "($module, /, status)", wexitstatus, ""),
    function("WTERMSIG", "($module, /, status)", wtermsig, ""),
    function("WSTOPSIG", "($module, /, status)", wstopsig, ""),
    function(
        "waitstatus_to_exitcode",
        "($module, /, status)",
        waitstatus_to_exitcode,
        "Convert a wait status to an exit code.",
    ),
    function("putenv", "($module, name, value, /)", putenv, "Change or add an environment variable."),
    function("unsetenv", "($module, name, /)", unsetenv, "Delete an environment variable."),
    function("strerror", "($module, code, /)", strerror, "Translate an error code to a message string."),
    function("_is_inputhook_installed", "($module, /)", no_inputhook, ""),
    function("_inputhook", "($module, /)", inputhook, ""),
    function("uname", "($module, /)", uname, "Return an object identifying the current operating system."),
    function("times", "($module, /)", times, "Return a collection containing process timing information."),
    function("cpu_count", "($module, /)", cpu_count, "Return the number of logical CPUs in the system."),
    function("sched_getaffinity", "($module, pid, /)", sched_getaffinity, ""),
    function("getloadavg", "($module, /)", getloadavg, ""),
    function(
        "get_terminal_size",
        "($module, fd=1, /)",
        get_terminal_size,
        "Return the size of the terminal window as (columns, lines).",
    ),
    function(
        "sysconf",
        "($module, name, /)",
        sysconf,
        "Return an integer-valued system configuration variable.",
    ),
    function("getlogin", "($module, /)", getlogin, "Return the actual login name."),
    function("getgroups", "($module, /)", getgroups, ""),
    function("nice", "($module, increment, /)", nice, ""),
    function(
        "register_at_fork",
        "($module, /, *, before=<unrepresentable>, after_in_child=<unrepresentable>, after_in_parent=<unrepresentable>)",
        register_at_fork,
        "",
    ),
    function("getrandom", "($module, /, size, flags=0)", getrandom, "Obtain a series of random bytes."),
];
