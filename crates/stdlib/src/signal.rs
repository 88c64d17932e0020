//! `_signal`: signal numbers and handlers. Delivery is in the run-time's `vm/signals.rs`.

use std::sync::atomic::Ordering::SeqCst;
use taipan_runtime::objects::module::{Module, ModuleDef};
use taipan_runtime::vm::signals;
use taipan_runtime::{Gc, MethodDef, PyResult, Value, Vm, function};

macro_rules! numbers {
    ($($name:ident)*) => { &[$((stringify!($name), libc::$name as i64)),*] };
}
static NUMBERS: &[(&str, i64)] = numbers! {
    SIGABRT SIGALRM SIGBUS SIGCHLD SIGCONT SIGFPE SIGHUP SIGILL SIGINT SIGIO SIGKILL SIGPIPE SIGPROF SIGQUIT
    SIGSEGV SIGSTOP SIGSYS SIGTERM SIGTRAP SIGTSTP SIGTTIN SIGTTOU SIGURG SIGUSR1 SIGUSR2 SIGVTALRM SIGWINCH
    SIGXCPU SIGXFSZ SIG_BLOCK SIG_UNBLOCK SIG_SETMASK ITIMER_REAL ITIMER_VIRTUAL ITIMER_PROF
};

fn number(vm: &Vm, v: Value) -> PyResult<i32> {
    let n = vm.index_i64(v)?;
    if !(1..65).contains(&n) {
        return Err(vm.value_error("signal number out of range"));
    }
    Ok(n as i32)
}
fn default_int_handler(vm: &Vm, _: &[Value]) -> PyResult {
    Err(vm.new_exception_args(vm.types.KeyboardInterrupt, &[]))
}
fn handler(vm: &Vm, n: i32) -> PyResult {
    if let Some(h) = vm.signal_handlers().get(vm, Value::int(n as i64))? {
        return Ok(h);
    }
    if n == libc::SIGINT {
        return vm.import_attr("_signal", "default_int_handler");
    }
    Ok(Value::int(if n == libc::SIGPIPE || n == libc::SIGXFSZ { 1 } else { 0 }))
}
fn signal(vm: &Vm, a: &[Value]) -> PyResult {
    let n = number(vm, a[0])?;
    let old = handler(vm, n)?;
    let disposition = match a[1].to_int() {
        Some(0) => libc::SIG_DFL,
        Some(1) => libc::SIG_IGN,
        None if vm.class_of(a[1]).slots.call.get().is_some() => usize::MAX,
        _ => match vm.index_i64(a[1]) {
            Ok(0) => libc::SIG_DFL,
            Ok(1) => libc::SIG_IGN,
            _ => {
                return Err(vm.type_error(
                    "signal handler must be signal.SIG_IGN, signal.SIG_DFL, or a callable object",
                ));
            }
        },
    };
    let done = if disposition == usize::MAX {
        signals::install(n)
    } else {
        signals::set_disposition(n, disposition)
    };
    done.map_err(|e| vm.io_error(&e))?;
    vm.signal_handlers().set(vm, Value::int(n as i64), a[1])?;
    Ok(old)
}
fn getsignal(vm: &Vm, a: &[Value]) -> PyResult {
    handler(vm, number(vm, a[0])?)
}
fn raise_signal(vm: &Vm, a: &[Value]) -> PyResult {
    let n = vm.index_i64(a[0])?;
    // SAFETY: sends a signal to this process; the main thread of Python handles it.
    if unsafe { libc::raise(n as i32) } != 0 {
        return Err(vm.last_os_error());
    }
    vm.check_signals()?;
    Ok(Value::NONE)
}
fn alarm(vm: &Vm, a: &[Value]) -> PyResult {
    let n = vm.index_i64(a[0])?;
    // SAFETY: a plain call.
    Ok(Value::int(unsafe { libc::alarm(n as u32) } as i64))
}
fn timer_value(vm: &Vm, t: &libc::itimerval) -> Value {
    let f = |v: libc::timeval| Value::float(v.tv_sec as f64 + v.tv_usec as f64 / 1e6);
    vm.new_tuple(&[f(t.it_value), f(t.it_interval)]).value()
}
fn setitimer(vm: &Vm, a: &[Value]) -> PyResult {
    let which = vm.index_i64(a[0])?;
    let tv = |s: f64| libc::timeval { tv_sec: s.trunc() as i64, tv_usec: (s.fract() * 1e6).round() as i64 };
    let value = tv(vm.to_f64(a[1])?);
    let interval = tv(a[2].bound().map_or(Ok(0.0), |v| vm.to_f64(v))?);
    let new = libc::itimerval { it_value: value, it_interval: interval };
    // SAFETY: both structures are valid.
    unsafe {
        let mut old: libc::itimerval = std::mem::zeroed();
        if libc::setitimer(which as _, &new, &mut old) != 0 {
            return Err(vm.last_os_error());
        }
        Ok(timer_value(vm, &old))
    }
}
fn getitimer(vm: &Vm, a: &[Value]) -> PyResult {
    let which = vm.index_i64(a[0])?;
    // SAFETY: the structure is valid.
    unsafe {
        let mut t: libc::itimerval = std::mem::zeroed();
        if libc::getitimer(which as _, &mut t) != 0 {
            return Err(vm.last_os_error());
        }
        Ok(timer_value(vm, &t))
    }
}
fn pause(vm: &Vm, _: &[Value]) -> PyResult {
    // SAFETY: a plain call.
    unsafe { libc::pause() };
    vm.check_signals()?;
    Ok(Value::NONE)
}
fn set_wakeup_fd(vm: &Vm, a: &[Value]) -> PyResult {
    let fd = vm.index_i64(a[0])?;
    Ok(Value::int(signals::WAKEUP_FD.swap(fd as i32, SeqCst) as i64))
}
fn siginterrupt(vm: &Vm, a: &[Value]) -> PyResult {
    let n = number(vm, a[0])?;
    let on = vm.index_i64(a[1])? != 0;
    // SAFETY: the action is read and written back with one flag changed.
    unsafe {
        let mut action: libc::sigaction = std::mem::zeroed();
        let number = n as i32;
        if libc::sigaction(number, std::ptr::null(), &mut action) < 0 {
            return Err(vm.last_os_error());
        }
        action.sa_flags =
            if on { action.sa_flags & !libc::SA_RESTART } else { action.sa_flags | libc::SA_RESTART };
        if libc::sigaction(number, &action, std::ptr::null_mut()) < 0 {
            return Err(vm.last_os_error());
        }
    }
    Ok(Value::NONE)
}
fn strsignal(vm: &Vm, a: &[Value]) -> PyResult {
    let n = number(vm, a[0])?;
    // SAFETY: the C library's text is copied at once.
    unsafe {
        let p = libc::strsignal(n);
        if p.is_null() {
            return Ok(Value::NONE);
        }
        let text = std::ffi::CStr::from_ptr(p).to_string_lossy().into_owned();
        Ok(if text.starts_with("Unknown") { Value::NONE } else { vm.new_str(&text).value() })
    }
}
fn valid_signals(vm: &Vm, _: &[Value]) -> PyResult {
    let mut v = taipan_runtime::GcVec::new();
    (1..65).filter(|n| !(32..34).contains(n)).for_each(|n| v.push(&vm.heap, Value::int(n)));
    let list = vm.new_list(&v).value();
    match vm.builtins.get_str(vm, vm.intern("set")) {
        Some(set) => vm.call(set, &[list]),
        None => Ok(list),
    }
}
fn mask(vm: &Vm, how: i32, signals: &[Value]) -> PyResult {
    // SAFETY: the sets are initialised by sigemptyset or the call.
    unsafe {
        let mut new: libc::sigset_t = std::mem::zeroed();
        let mut old: libc::sigset_t = std::mem::zeroed();
        libc::sigemptyset(&mut new);
        for &s in signals {
            libc::sigaddset(&mut new, number(vm, s)?);
        }
        if libc::pthread_sigmask(how, &new, &mut old) != 0 {
            return Err(vm.last_os_error());
        }
        let mut v = taipan_runtime::GcVec::new();
        for n in 1..65 {
            if libc::sigismember(&old, n) == 1 {
                v.push(&vm.heap, Value::int(n as i64));
            }
        }
        let list = vm.new_list(&v).value();
        match vm.builtins.get_str(vm, vm.intern("set")) {
            Some(set) => vm.call(set, &[list]),
            None => Ok(list),
        }
    }
}
fn pthread_sigmask(vm: &Vm, a: &[Value]) -> PyResult {
    let how = vm.index_i64(a[0])?;
    let signals = vm.collect(a[1])?;
    let r = mask(vm, how as i32, &signals)?;
    vm.check_signals()?;
    Ok(r)
}

static FUNCTIONS: &[MethodDef] = &[
    function(
        "default_int_handler",
        "($module, signalnum, frame, /)",
        default_int_handler,
        "The default handler for SIGINT installed by Python.",
    ),
    function("signal", "($module, signalnum, handler, /)", signal, "Set the action for the given signal."),
    function(
        "getsignal",
        "($module, signalnum, /)",
        getsignal,
        "Return the current action for the given signal.",
    ),
    function(
        "raise_signal",
        "($module, signalnum, /)",
        raise_signal,
        "Send a signal to the executing process.",
    ),
    function(
        "alarm",
        "($module, seconds, /)",
        alarm,
        "Arrange for SIGALRM to arrive after the given number of seconds.",
    ),
    function("setitimer", "($module, which, seconds, interval=0.0, /)", setitimer, ""),
    function("getitimer", "($module, which, /)", getitimer, ""),
    function("pause", "($module, /)", pause, "Wait until a signal arrives."),
    function("set_wakeup_fd", "($module, fd, /, *, warn_on_full_buffer=True)", set_wakeup_fd, ""),
    function("siginterrupt", "($module, signalnum, flag, /)", siginterrupt, ""),
    function(
        "strsignal",
        "($module, signalnum, /)",
        strsignal,
        "Return the system description of the given signal.",
    ),
    function(
        "valid_signals",
        "($module, /)",
        valid_signals,
        "Return a set of valid signal numbers on this platform.",
    ),
    function(
        "pthread_sigmask",
        "($module, how, mask, /)",
        pthread_sigmask,
        "Fetch and/or change the signal mask of the calling thread.",
    ),
];

fn init(vm: &Vm, m: Gc<Module>) -> PyResult<()> {
    let d = m.dict.get();
    for &(name, n) in NUMBERS {
        d.set_str(vm, vm.intern(name), Value::int(n));
    }
    for (name, n) in [
        ("SIG_DFL", 0),
        ("SIG_IGN", 1),
        ("NSIG", 65),
        ("SIGRTMIN", 34),
        ("SIGRTMAX", 64),
        ("SIGPOLL", 29),
        ("SIGIOT", 6),
        ("SIGCLD", 17),
    ] {
        d.set_str(vm, vm.intern(name), Value::int(n));
    }
    d.set_str(vm, vm.intern("ItimerError"), vm.types.OSError.value());
    Ok(())
}

/// The module.
pub static MODULE: ModuleDef = ModuleDef {
    name: "_signal",
    doc: "This module provides mechanisms to use signal handlers in Python.",
    functions: FUNCTIONS,
    types: &[],
    init: Some(init),
};
