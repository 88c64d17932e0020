//! `select`: waiting for descriptors with `select`, `poll` and, on Linux, `epoll`.

use crate::posix::fd;
use std::cell::{Cell, RefCell};
use std::time::{Duration, Instant};
use taipan_runtime::kinds::Trace;
use taipan_runtime::objects::module::{Module, ModuleDef};
use taipan_runtime::objects::typ::Type;
use taipan_runtime::vm::typedef::{NativeObject, flag};
use taipan_runtime::{
    Args, Gc, GcVec, Header, PyResult, Slots, Tracer, TypeDef, Value, Vm, function, method, method_var,
    readonly,
};

/// A timeout in seconds: `None` waits for ever.
fn seconds(vm: &Vm, v: Value, negative_waits: bool) -> PyResult<Option<Duration>> {
    if v.is_none() || v.is_unbound() {
        return Ok(None);
    }
    if vm.class_of(v).slots.index.get().is_none() && vm.class_of(v).slots.float.get().is_none() {
        return Err(vm.type_error("timeout must be a float or None"));
    }
    let s = vm.to_f64(v)?;
    if s < 0.0 {
        return if negative_waits { Ok(None) } else { Err(vm.value_error("timeout must be non-negative")) };
    }
    Ok(Some(Duration::try_from_secs_f64(s).map_err(|_| vm.overflow_error("timeout is too large"))?))
}
/// What is left until `end`, in milliseconds rounded up, as `poll` takes it.
fn left(end: Option<Instant>) -> i32 {
    match end {
        None => -1,
        Some(end) => {
            let d = end.saturating_duration_since(Instant::now());
            d.as_nanos().div_ceil(1_000_000).min(i32::MAX as u128) as i32
        }
    }
}
fn deadline(timeout: Option<Duration>) -> Option<Instant> {
    timeout.and_then(|d| Instant::now().checked_add(d))
}
/// Waits with `poll`; a signal's handler runs in between.
pub fn poll_until(vm: &Vm, fds: &mut [libc::pollfd], timeout: Option<Duration>) -> PyResult<usize> {
    let end = deadline(timeout);
    loop {
        // SAFETY: the array is valid for its length.
        let n = unsafe { libc::poll(fds.as_mut_ptr(), fds.len() as libc::nfds_t, left(end)) };
        if n >= 0 {
            return Ok(n as usize);
        }
        if std::io::Error::last_os_error().raw_os_error() != Some(libc::EINTR) {
            return Err(vm.last_os_error());
        }
        vm.check_signals()?;
    }
}

fn select(vm: &Vm, a: &[Value]) -> PyResult {
    let mut fds: Vec<libc::pollfd> = vec![];
    let mut objects = GcVec::new();
    let mut starts = [0; 4];
    for (i, events) in [libc::POLLIN, libc::POLLOUT, libc::POLLPRI].into_iter().enumerate() {
        if vm.class_of(a[i]).slots.iter.get().is_none() && vm.class_of(a[i]).slots.getitem.get().is_none() {
            return Err(vm.type_error("arguments 1-3 must be sequences"));
        }
        for &v in vm.collect(a[i])?.iter() {
            let n = fd(vm, v)?;
            if n < 0 {
                return Err(vm.value_error(format!("file descriptor cannot be a negative integer ({n})")));
            }
            if n as usize >= libc::FD_SETSIZE {
                return Err(vm.value_error("filedescriptor out of range in select()"));
            }
            objects.push(&vm.heap, v);
            fds.push(libc::pollfd { fd: n, events, revents: 0 });
        }
        starts[i + 1] = fds.len();
    }
    let timeout = seconds(vm, a[3], false)?;
    poll_until(vm, &mut fds, timeout)?;
    if fds.iter().any(|f| f.revents & libc::POLLNVAL != 0) {
        return Err(vm.os_error_for(libc::EBADF, Value::UNBOUND, Value::UNBOUND));
    }
    let ready = [libc::POLLIN | libc::POLLHUP | libc::POLLERR, libc::POLLOUT | libc::POLLERR, libc::POLLPRI];
    let mut lists = GcVec::new();
    for i in 0..3 {
        let mut found = GcVec::new();
        for at in starts[i]..starts[i + 1] {
            if fds[at].revents & ready[i] != 0 {
                found.push(&vm.heap, objects[at]);
            }
        }
        let list = vm.new_list(&found).value();
        lists.push(&vm.heap, list);
    }
    Ok(vm.new_tuple(&lists).value())
}

/// `select.poll`: descriptors in the order of registration.
#[repr(C)]
pub struct Poll {
    header: Header,
    fds: RefCell<Vec<(i32, i16)>>,
    running: Cell<bool>,
}
impl Trace for Poll {
    fn trace(&self, _: &mut Tracer) {}
}
// SAFETY: `repr(C)`, starts with a header, made by `new_native` only.
unsafe impl NativeObject for Poll {
    const DEF: &'static TypeDef = &POLL;
}
fn this_poll(vm: &Vm, v: Value) -> PyResult<Gc<Poll>> {
    vm.native::<Poll>(v).ok_or_else(|| vm.type_error("a select.poll object is required"))
}
fn new_poll(vm: &Vm, _: &[Value]) -> PyResult {
    Ok(vm.new_native(|header| Poll { header, fds: RefCell::new(vec![]), running: Cell::new(false) }).value())
}
fn mask(vm: &Vm, v: Value, default: i64) -> PyResult<i16> {
    let n = v.bound().map_or(Ok(default), |v| vm.index_i64(v))?;
    if n < 0 {
        return Err(vm.value_error("value must be positive"));
    }
    u16::try_from(n)
        .map(|n| n as i16)
        .map_err(|_| vm.overflow_error("Python int too large to convert to C unsigned short"))
}
fn not_there(vm: &Vm, n: i32) -> taipan_runtime::Raised {
    vm.key_error(Value::int(n as i64))
}
fn poll_register(vm: &Vm, a: &[Value]) -> PyResult {
    let (p, n) = (this_poll(vm, a[0])?, fd(vm, a[1])?);
    let events = mask(vm, a[2], (libc::POLLIN | libc::POLLPRI | libc::POLLOUT) as i64)?;
    let mut fds = p.fds.borrow_mut();
    match fds.iter_mut().find(|f| f.0 == n) {
        Some(f) => f.1 = events,
        None => fds.push((n, events)),
    }
    Ok(Value::NONE)
}
fn poll_modify(vm: &Vm, a: &[Value]) -> PyResult {
    let (p, n) = (this_poll(vm, a[0])?, fd(vm, a[1])?);
    let events = mask(vm, a[2], 0)?;
    match p.fds.borrow_mut().iter_mut().find(|f| f.0 == n) {
        Some(f) => f.1 = events,
        None => return Err(vm.os_error_for(libc::ENOENT, Value::UNBOUND, Value::UNBOUND)),
    }
    Ok(Value::NONE)
}
fn poll_unregister(vm: &Vm, a: &[Value]) -> PyResult {
    let (p, n) = (this_poll(vm, a[0])?, fd(vm, a[1])?);
    let mut fds = p.fds.borrow_mut();
    match fds.iter().position(|f| f.0 == n) {
        Some(i) => fds.remove(i),
        None => return Err(not_there(vm, n)),
    };
    Ok(Value::NONE)
}
fn poll_poll(vm: &Vm, a: &[Value]) -> PyResult {
    let p = this_poll(vm, a[0])?;
    let timeout = match a[1].bound().filter(|v| !v.is_none()) {
        None => None,
        Some(v) => {
            if vm.class_of(v).slots.index.get().is_none() && vm.class_of(v).slots.float.get().is_none() {
                return Err(vm.type_error("timeout must be an integer or None"));
            }
            let ms = vm.to_f64(v)?;
            if ms < 0.0 {
                None
            } else {
                Some(
                    Duration::try_from_secs_f64(ms / 1e3)
                        .ok()
                        .filter(|d| d.as_millis() <= i32::MAX as u128)
                        .ok_or_else(|| vm.overflow_error("timeout is too large"))?,
                )
            }
        }
    };
    if p.running.replace(true) {
        return Err(vm.runtime_error("concurrent poll() invocation"));
    }
    let mut fds: Vec<_> =
        p.fds.borrow().iter().map(|&(fd, events)| libc::pollfd { fd, events, revents: 0 }).collect();
    let result = poll_until(vm, &mut fds, timeout);
    p.running.set(false);
    result?;
    let mut out = GcVec::new();
    for f in fds.iter().filter(|f| f.revents != 0) {
        let pair = [Value::int(f.fd as i64), Value::int(f.revents as u16 as i64)];
        out.push(&vm.heap, vm.new_tuple(&pair).value());
    }
    Ok(vm.new_list(&out).value())
}
/// `select.poll`
pub static POLL: TypeDef = TypeDef {
    name: "poll",
    module: "select",
    flags: flag::IMMUTABLE | flag::NO_NEW,
    methods: &[
        method(
            "register",
            "($self, fd, eventmask=select.POLLIN|select.POLLPRI|select.POLLOUT, /)",
            poll_register,
            "Register a file descriptor with the polling object.",
        ),
        method(
            "modify",
            "($self, fd, eventmask, /)",
            poll_modify,
            "Modify an already registered file descriptor.",
        ),
        method(
            "unregister",
            "($self, fd, /)",
            poll_unregister,
            "Remove a file descriptor being tracked by the polling object.",
        ),
        method(
            "poll",
            "($self, timeout=None, /)",
            poll_poll,
            "Polls the set of registered file descriptors.",
        ),
    ],
    ..TypeDef::native::<Poll>()
};

/// `select.epoll`: owns a descriptor of the kernel's.
#[repr(C)]
pub struct Epoll {
    header: Header,
    fd: Cell<i32>,
}
impl Trace for Epoll {
    fn trace(&self, _: &mut Tracer) {}
}
impl Drop for Epoll {
    fn drop(&mut self) {
        if self.fd.get() >= 0 {
            // SAFETY: closing a descriptor of ours.
            unsafe { libc::close(self.fd.get()) };
        }
    }
}
// SAFETY: `repr(C)`, starts with a header, made by `new_native_of` only.
unsafe impl NativeObject for Epoll {
    const DEF: &'static TypeDef = &EPOLL;
}
fn this_epoll(vm: &Vm, v: Value) -> PyResult<Gc<Epoll>> {
    vm.native::<Epoll>(v).ok_or_else(|| vm.type_error("a select.epoll object is required"))
}
fn open_epoll(vm: &Vm, v: Value) -> PyResult<Gc<Epoll>> {
    let e = this_epoll(vm, v)?;
    if e.fd.get() < 0 {
        return Err(vm.value_error("I/O operation on closed epoll object"));
    }
    Ok(e)
}
fn epoll_new(vm: &Vm, ty: Gc<Type>, args: Args) -> PyResult {
    let [size, flags] = args.bind(vm, "epoll", "(sizehint=-1, flags=0)")?;
    let size = size.bound().map_or(Ok(-1), |v| vm.index_i64(v))?;
    let flags = flags.bound().map_or(Ok(0), |v| vm.index_i64(v))?;
    if size <= 0 && size != -1 {
        return Err(vm.value_error("negative sizehint"));
    }
    if flags != 0 && flags != libc::EPOLL_CLOEXEC as i64 {
        return Err(vm.os_error_for(libc::EINVAL, Value::UNBOUND, Value::UNBOUND));
    }
    // SAFETY: a plain call.
    let fd = unsafe { libc::epoll_create1(libc::EPOLL_CLOEXEC) };
    if fd < 0 {
        return Err(vm.last_os_error());
    }
    Ok(vm.new_native_of(ty, |header| Epoll { header, fd: Cell::new(fd) }).value())
}
fn epoll_from_fd(vm: &Vm, a: &[Value]) -> PyResult {
    let fd = vm.index_c_int(a[1])?;
    Ok(vm.new_native(|header| Epoll { header, fd: Cell::new(fd) }).value())
}
fn epoll_close(vm: &Vm, a: &[Value]) -> PyResult {
    let fd = this_epoll(vm, a[0])?.fd.replace(-1);
    // SAFETY: closing a descriptor of ours.
    if fd >= 0 && unsafe { libc::close(fd) } < 0 {
        return Err(vm.last_os_error());
    }
    Ok(Value::NONE)
}
fn epoll_closed(vm: &Vm, v: Value) -> PyResult {
    Ok(Value::bool(this_epoll(vm, v)?.fd.get() < 0))
}
fn epoll_fileno(vm: &Vm, a: &[Value]) -> PyResult {
    Ok(Value::int(open_epoll(vm, a[0])?.fd.get() as i64))
}
fn control(vm: &Vm, e: Value, op: i32, v: Value, events: u32) -> PyResult {
    let e = open_epoll(vm, e)?;
    let fd = fd(vm, v)?;
    let mut event = libc::epoll_event { events, u64: fd as u64 };
    // SAFETY: the event is valid for the call.
    if unsafe { libc::epoll_ctl(e.fd.get(), op, fd, &mut event) } < 0 {
        return Err(vm.last_os_error());
    }
    Ok(Value::NONE)
}
fn events(vm: &Vm, v: Value) -> PyResult<u32> {
    let default = (libc::EPOLLIN | libc::EPOLLPRI | libc::EPOLLOUT) as i64;
    Ok(v.bound().map_or(Ok(default), |v| vm.index_i64(v))? as u32)
}
fn epoll_register(vm: &Vm, a: &[Value]) -> PyResult {
    control(vm, a[0], libc::EPOLL_CTL_ADD, a[1], events(vm, a[2])?)
}
fn epoll_modify(vm: &Vm, a: &[Value]) -> PyResult {
    control(vm, a[0], libc::EPOLL_CTL_MOD, a[1], events(vm, a[2])?)
}
fn epoll_unregister(vm: &Vm, a: &[Value]) -> PyResult {
    control(vm, a[0], libc::EPOLL_CTL_DEL, a[1], 0)
}
fn epoll_poll(vm: &Vm, a: &[Value]) -> PyResult {
    let e = open_epoll(vm, a[0])?;
    let end = deadline(seconds(vm, a[1], true)?);
    let most = a[2].bound().map_or(Ok(-1), |v| vm.index_i64(v))?;
    let most = match most {
        -1 => libc::FD_SETSIZE - 1,
        n if n < 1 => {
            return Err(vm.value_error(format!("maxevents must be greater than 0, got {n}")));
        }
        n => (n as usize).min(1 << 16),
    };
    let mut found = vec![libc::epoll_event { events: 0, u64: 0 }; most];
    let n = loop {
        // SAFETY: the array is valid for its length.
        let n = unsafe { libc::epoll_wait(e.fd.get(), found.as_mut_ptr(), most as i32, left(end)) };
        if n >= 0 {
            break n as usize;
        }
        if std::io::Error::last_os_error().raw_os_error() != Some(libc::EINTR) {
            return Err(vm.last_os_error());
        }
        vm.check_signals()?;
    };
    let mut out = GcVec::new();
    for event in &found[..n] {
        let (fd, events) = (event.u64 as i64, event.events as i64);
        out.push(&vm.heap, vm.new_tuple(&[Value::int(fd), Value::int(events)]).value());
    }
    Ok(vm.new_list(&out).value())
}
fn epoll_enter(vm: &Vm, a: &[Value]) -> PyResult {
    open_epoll(vm, a[0])?;
    Ok(a[0])
}
fn epoll_exit(vm: &Vm, args: Args) -> PyResult {
    vm.call_method(args.pos[0], vm.intern("close"), &[])
}
/// `select.epoll`
pub static EPOLL: TypeDef = TypeDef {
    name: "epoll",
    module: "select",
    flags: flag::IMMUTABLE,
    slots: Slots { new: Some(epoll_new), ..Slots::EMPTY },
    methods: &[
        taipan_runtime::classmethod(
            "fromfd",
            "($type, fd, /)",
            epoll_from_fd,
            "Create an epoll object from a given control fd.",
        ),
        method("close", "($self, /)", epoll_close, "Close the epoll control file descriptor."),
        method("fileno", "($self, /)", epoll_fileno, "Return the epoll control file descriptor."),
        method(
            "register",
            "($self, /, fd, eventmask=select.EPOLLIN|select.EPOLLPRI|select.EPOLLOUT)",
            epoll_register,
            "Registers a new fd or raises an OSError if the fd is already registered.",
        ),
        method(
            "modify",
            "($self, /, fd, eventmask)",
            epoll_modify,
            "Modify event mask for a registered file descriptor.",
        ),
        method(
            "unregister",
            "($self, /, fd)",
            epoll_unregister,
            "Remove a registered file descriptor from the epoll object.",
        ),
        method(
            "poll",
            "($self, /, timeout=None, maxevents=-1)",
            epoll_poll,
            "Wait for events on the epoll file descriptor.",
        ),
        method("__enter__", "($self, /)", epoll_enter, ""),
        method_var("__exit__", "($self, /, *exc_info)", epoll_exit, ""),
    ],
    getset: &[readonly("closed", epoll_closed, "True if the epoll handler is closed")],
    ..TypeDef::native::<Epoll>()
};

macro_rules! numbers {
    ($($name:ident)*) => { &[$((stringify!($name), libc::$name as i64)),*] };
}
static NUMBERS: &[(&str, i64)] = numbers! {
    POLLIN POLLPRI POLLOUT POLLERR POLLHUP POLLNVAL POLLRDNORM POLLRDBAND POLLWRNORM POLLWRBAND POLLRDHUP
    EPOLLIN EPOLLPRI EPOLLOUT EPOLLERR EPOLLHUP EPOLLRDHUP EPOLLONESHOT EPOLLEXCLUSIVE EPOLLRDNORM EPOLLRDBAND
    EPOLLWRNORM EPOLLWRBAND EPOLLMSG EPOLLWAKEUP EPOLL_CLOEXEC PIPE_BUF
};
fn init(vm: &Vm, m: Gc<Module>) -> PyResult<()> {
    let d = m.dict.get();
    for &(name, n) in NUMBERS {
        d.set_str(vm, vm.intern(name), vm.new_int(n));
    }
    d.set_str(vm, vm.intern("EPOLLET"), vm.new_int(1 << 31));
    d.set_str(vm, vm.intern("POLLMSG"), Value::int(0x400));
    d.set_str(vm, vm.intern("error"), vm.types.OSError.value());
    Ok(())
}

/// The module.
pub static MODULE: ModuleDef = ModuleDef {
    name: "select",
    doc: "This module supports asynchronous I/O on multiple file descriptors.\n\n*** IMPORTANT NOTICE ***\nOn Windows, only sockets are supported; on Unix, all file descriptors.",
    functions: &[
        function(
            "select",
            "($module, rlist, wlist, xlist, timeout=None, /)",
            select,
            "Wait until one or more file descriptors are ready for some kind of I/O.",
        ),
        function("poll", "($module, /)", new_poll, "Returns a polling object."),
    ],
    types: &[&EPOLL],
    init: Some(init),
};
