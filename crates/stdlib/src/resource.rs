//! `resource`: limits of the process and what it used.

use taipan_runtime::objects::module::{Module, ModuleDef};
use taipan_runtime::{Gc, PyResult, Value, Vm, function, structseq};

structseq! {
    /// `resource.struct_rusage`
    pub RUSAGE = "resource" "struct_rusage" "struct_rusage: Result from getrusage." {
    ru_utime: "user time used", ru_stime: "system time used", ru_maxrss: "max. resident set size",
    ru_ixrss: "shared memory size", ru_idrss: "unshared data size", ru_isrss: "unshared stack size",
    ru_minflt: "page faults not requiring I/O", ru_majflt: "page faults requiring I/O", ru_nswap: "number of swap outs",
    ru_inblock: "block input operations", ru_oublock: "block output operations", ru_msgsnd: "IPC messages sent",
    ru_msgrcv: "IPC messages received", ru_nsignals: "signals received", ru_nvcsw: "voluntary context switches",
    ru_nivcsw: "involuntary context switches",
} }

fn getrusage(vm: &Vm, a: &[Value]) -> PyResult {
    let who = vm.index_c_int(a[0])?;
    // SAFETY: the structure is filled in by a successful call.
    let u = unsafe {
        let mut u: libc::rusage = std::mem::zeroed();
        if libc::getrusage(who, &mut u) < 0 {
            if std::io::Error::last_os_error().raw_os_error() == Some(libc::EINVAL) {
                return Err(vm.value_error("invalid who parameter"));
            }
            return Err(vm.last_os_error());
        }
        u
    };
    let time = |t: libc::timeval| Value::float(t.tv_sec as f64 + t.tv_usec as f64 * 1e-6);
    let n = |n: libc::c_long| vm.new_int(n);
    let row = [
        time(u.ru_utime),
        time(u.ru_stime),
        n(u.ru_maxrss),
        n(u.ru_ixrss),
        n(u.ru_idrss),
        n(u.ru_isrss),
        n(u.ru_minflt),
        n(u.ru_majflt),
        n(u.ru_nswap),
        n(u.ru_inblock),
        n(u.ru_oublock),
        n(u.ru_msgsnd),
        n(u.ru_msgrcv),
        n(u.ru_nsignals),
        n(u.ru_nvcsw),
        n(u.ru_nivcsw),
    ];
    Ok(RUSAGE.make(vm, &row))
}

/// "No limit" is -1 for Python.
fn shown(vm: &Vm, n: libc::rlim_t) -> Value {
    if n == libc::RLIM_INFINITY { Value::int(-1) } else { vm.new_int(n as i64) }
}
fn which(vm: &Vm, v: Value) -> PyResult<i32> {
    let n = vm.index_c_int(v)?;
    if (0..16).contains(&n) { Ok(n) } else { Err(vm.value_error("invalid resource specified")) }
}
fn read(vm: &Vm, n: i32) -> PyResult<libc::rlimit> {
    let mut l = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
    // SAFETY: room for the limits.
    if unsafe { libc::getrlimit(n as _, &mut l) } < 0 {
        return Err(vm.last_os_error());
    }
    Ok(l)
}
fn pair(vm: &Vm, l: libc::rlimit) -> Value {
    vm.new_tuple(&[shown(vm, l.rlim_cur), shown(vm, l.rlim_max)]).value()
}
fn getrlimit(vm: &Vm, a: &[Value]) -> PyResult {
    let l = read(vm, which(vm, a[0])?)?;
    Ok(pair(vm, l))
}
fn limits(vm: &Vm, v: Value) -> PyResult<libc::rlimit> {
    let items = vm.collect(v)?;
    if items.len() != 2 {
        return Err(vm.value_error("expected a tuple of 2 integers"));
    }
    let n = |v: Value| -> PyResult<libc::rlim_t> {
        match vm.index_i64(v)? {
            -1 => Ok(libc::RLIM_INFINITY),
            n if n < 0 => Err(vm.value_error("Cannot convert negative int")),
            n => Ok(n as libc::rlim_t),
        }
    };
    Ok(libc::rlimit { rlim_cur: n(items[0])?, rlim_max: n(items[1])? })
}
fn refused(vm: &Vm) -> taipan_runtime::Raised {
    match std::io::Error::last_os_error().raw_os_error() {
        Some(libc::EINVAL) => vm.value_error("current limit exceeds maximum limit"),
        Some(libc::EPERM) => vm.value_error("not allowed to raise maximum limit"),
        _ => vm.last_os_error(),
    }
}
fn setrlimit(vm: &Vm, a: &[Value]) -> PyResult {
    let (n, l) = (which(vm, a[0])?, limits(vm, a[1])?);
    // SAFETY: valid limits.
    if unsafe { libc::setrlimit(n as _, &l) } < 0 { Err(refused(vm)) } else { Ok(Value::NONE) }
}
fn prlimit(vm: &Vm, a: &[Value]) -> PyResult {
    let (pid, n) = (vm.index_c_int(a[0])?, which(vm, a[1])?);
    let new = match a[2].bound().filter(|v| !v.is_none()) {
        Some(v) => Some(limits(vm, v)?),
        None => None,
    };
    let mut old = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
    let given = new.as_ref().map_or(std::ptr::null(), |l| l as *const libc::rlimit);
    // SAFETY: valid limits or null, and room for the old ones.
    if unsafe { libc::prlimit(pid, n as _, given, &mut old) } < 0 {
        return Err(refused(vm));
    }
    Ok(pair(vm, old))
}
fn getpagesize(_: &Vm, _: &[Value]) -> PyResult {
    // SAFETY: a plain call.
    Ok(Value::int(unsafe { libc::sysconf(libc::_SC_PAGESIZE) }))
}

macro_rules! numbers {
    ($($name:ident)*) => { &[$((stringify!($name), libc::$name as i64)),*] };
}
static NUMBERS: &[(&str, i64)] = numbers! {
    RLIMIT_CPU RLIMIT_FSIZE RLIMIT_DATA RLIMIT_STACK RLIMIT_CORE RLIMIT_NOFILE RLIMIT_AS RLIMIT_RSS RLIMIT_NPROC
    RLIMIT_MEMLOCK RLIMIT_MSGQUEUE RLIMIT_NICE RLIMIT_RTPRIO RLIMIT_RTTIME RLIMIT_SIGPENDING RUSAGE_SELF
    RUSAGE_CHILDREN RUSAGE_THREAD
};
fn init(vm: &Vm, m: Gc<Module>) -> PyResult<()> {
    let d = m.dict.get();
    for &(name, n) in NUMBERS {
        d.set_str(vm, vm.intern(name), Value::int(n));
    }
    d.set_str(vm, vm.intern("RLIMIT_OFILE"), Value::int(libc::RLIMIT_NOFILE as i64));
    d.set_str(vm, vm.intern("RLIM_INFINITY"), Value::int(-1));
    d.set_str(vm, vm.intern("error"), vm.types.OSError.value());
    d.set_str(vm, vm.intern("struct_rusage"), RUSAGE.ty(vm).value());
    Ok(())
}

/// The module.
pub static MODULE: ModuleDef = ModuleDef {
    name: "resource",
    doc: "",
    functions: &[
        function("getrusage", "($module, who, /)", getrusage, ""),
        function("getrlimit", "($module, resource, /)", getrlimit, ""),
        function("setrlimit", "($module, resource, limits, /)", setrlimit, ""),
        function("prlimit", "($module, pid, resource, limits=None, /)", prlimit, ""),
        function("getpagesize", "($module, /)", getpagesize, ""),
    ],
    types: &[],
    init: Some(init),
};
