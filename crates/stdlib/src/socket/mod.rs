//! `_socket`: sockets of the internet and of the local machine. `address.rs` has addresses and names.
//!
//! A socket with a timeout is non-blocking for the system, and every operation waits with `poll` first. What is not
//! here: ancillary data (`sendmsg`, `recvmsg`) and the families that only one system has.

mod address;

use address::Address;
use std::cell::Cell;
use std::time::{Duration, Instant};
use taipan_runtime::kinds::Trace;
use taipan_runtime::objects::dict::Dict;
use taipan_runtime::objects::exception::types;
use taipan_runtime::objects::module::{Module, ModuleDef};
use taipan_runtime::objects::typ::Type;
use taipan_runtime::vm::typedef::{NativeObject, flag};
use taipan_runtime::{
    Args, Gc, Header, PyResult, Raised, Slots, Tracer, TypeDef, Value, Vm, function, method, method_var,
    readonly,
};

/// A socket.
#[repr(C)]
pub struct Socket {
    header: Header,
    fd: Cell<i32>,
    family: Cell<i32>,
    kind: Cell<i32>,
    proto: Cell<i32>,
    /// Seconds; negative: blocks for ever.
    timeout: Cell<f64>,
}
impl Trace for Socket {
    fn trace(&self, _: &mut Tracer) {}
}
impl Drop for Socket {
    fn drop(&mut self) {
        if self.fd.get() >= 0 {
            // SAFETY: closing a descriptor of ours.
            unsafe { libc::close(self.fd.get()) };
        }
    }
}
// SAFETY: `repr(C)`, starts with a header, made by `new_native_of` only.
unsafe impl NativeObject for Socket {
    const DEF: &'static TypeDef = &SOCKET;
}

/// The module's default timeout.
const DEFAULT_TIMEOUT: &str = "_default_timeout";

fn module_dict(vm: &Vm) -> PyResult<Gc<Dict>> {
    let m = vm.import_module("_socket")?.cast::<Module>();
    m.map(|m| m.dict.get()).ok_or_else(|| vm.runtime_error("_socket is gone"))
}
/// One of the module's exception classes.
fn exception(vm: &Vm, name: &str) -> PyResult<Gc<Type>> {
    let v = module_dict(vm)?.get_str(vm, vm.intern(name));
    v.and_then(|v| v.cast::<Type>()).ok_or_else(|| vm.runtime_error(format!("_socket.{name} is gone")))
}

fn timed_out(vm: &Vm) -> Raised {
    vm.new_exception(vm.type_of_def(&types::TimeoutError), "timed out")
}

fn this(vm: &Vm, v: Value) -> PyResult<Gc<Socket>> {
    vm.native::<Socket>(v).ok_or_else(|| vm.type_error("a socket is required"))
}
fn new(vm: &Vm, ty: Gc<Type>, _: Args) -> PyResult {
    Ok(vm
        .new_native_of(ty, |header| Socket {
            header,
            fd: Cell::new(-1),
            family: Cell::new(0),
            kind: Cell::new(0),
            proto: Cell::new(0),
            timeout: Cell::new(-1.0),
        })
        .value())
}
fn option(vm: &Vm, fd: i32, level: i32, name: i32) -> PyResult<i32> {
    let (mut n, mut len) = (0i32, 4 as libc::socklen_t);
    // SAFETY: room for an int.
    if unsafe { libc::getsockopt(fd, level, name, (&raw mut n).cast(), &mut len) } < 0 {
        return Err(vm.last_os_error());
    }
    Ok(n)
}
fn init(vm: &Vm, v: Value, args: Args) -> PyResult<()> {
    let s = this(vm, v)?;
    let [family, kind, proto, fileno] =
        args.bind(vm, "socket", "(family=-1, type=-1, proto=-1, fileno=None)")?;
    let get = |v: Value| v.bound().map_or(Ok(-1), |v| vm.index_c_int(v));
    let (mut family, mut kind, mut proto) = (get(family)?, get(kind)?, get(proto)?);
    let fd = match fileno.bound().filter(|v| !v.is_none()) {
        Some(v) => {
            if v.is_float() {
                return Err(vm.type_error("integer argument expected, got float"));
            }
            let fd = vm.index_c_int(v)?;
            if fd < 0 {
                return Err(vm.value_error("negative file descriptor"));
            }
            let mut a = Address::empty();
            // SAFETY: room for an address.
            if unsafe { libc::getsockname(fd, a.ptr_mut(), &mut a.len) } < 0 {
                return Err(vm.last_os_error());
            }
            if family == -1 {
                family = a.storage.ss_family as i32;
            }
            if kind == -1 {
                kind = option(vm, fd, libc::SOL_SOCKET, libc::SO_TYPE)?;
            }
            if proto == -1 {
                proto = option(vm, fd, libc::SOL_SOCKET, libc::SO_PROTOCOL)?;
            }
            fd
        }
        None => {
            family = if family == -1 { libc::AF_INET } else { family };
            kind = if kind == -1 { libc::SOCK_STREAM } else { kind };
            proto = proto.max(0);
            // SAFETY: plain numbers.
            let fd = unsafe { libc::socket(family, kind | libc::SOCK_CLOEXEC, proto) };
            if fd < 0 {
                return Err(vm.last_os_error());
            }
            fd
        }
    };
    s.fd.set(fd);
    s.family.set(family);
    s.proto.set(proto);
    s.timeout.set(-1.0);
    if kind & libc::SOCK_NONBLOCK != 0 {
        s.timeout.set(0.0);
    } else if let Some(t) = module_dict(vm)?.get_str(vm, vm.intern(DEFAULT_TIMEOUT)).filter(|t| !t.is_none())
    {
        set_timeout(vm, s, vm.to_f64(t)?)?;
    }
    s.kind.set(kind & !(libc::SOCK_NONBLOCK | libc::SOCK_CLOEXEC));
    Ok(())
}
fn set_timeout(vm: &Vm, s: Gc<Socket>, timeout: f64) -> PyResult<()> {
    s.timeout.set(timeout);
    let mut on = (timeout >= 0.0) as libc::c_int;
    // SAFETY: a pointer to an int, as FIONBIO takes it.
    if unsafe { libc::ioctl(s.fd.get(), libc::FIONBIO, &mut on) } < 0 {
        return Err(vm.last_os_error());
    }
    Ok(())
}
/// `None` or seconds; -1 for `None`.
fn parse_timeout(vm: &Vm, v: Value) -> PyResult<f64> {
    if v.is_none() {
        return Ok(-1.0);
    }
    let t = vm.to_f64(v)?;
    if t.is_nan() {
        return Err(vm.value_error("Invalid value NaN (not a number)"));
    }
    if t < 0.0 {
        return Err(vm.value_error("Timeout value out of range"));
    }
    if t > 9e9 {
        return Err(vm.overflow_error("timestamp too large to convert to C PyTime_t"));
    }
    Ok(t)
}
fn shown_timeout(t: f64) -> Value {
    if t < 0.0 { Value::NONE } else { Value::float(t) }
}

/// Waits until the socket is ready for `events`, then calls; again after signals and false alarms.
fn operate(vm: &Vm, s: Gc<Socket>, events: i16, call: impl FnMut() -> isize) -> PyResult<usize> {
    operate_within(vm, s, events, s.timeout.get(), call)
}
fn operate_within(
    vm: &Vm,
    s: Gc<Socket>,
    events: i16,
    timeout: f64,
    mut call: impl FnMut() -> isize,
) -> PyResult<usize> {
    let end = (timeout > 0.0).then(|| Instant::now() + Duration::from_secs_f64(timeout));
    loop {
        if let Some(end) = end {
            let left = end.saturating_duration_since(Instant::now());
            let mut fds = [libc::pollfd { fd: s.fd.get(), events, revents: 0 }];
            if crate::select::poll_until(vm, &mut fds, Some(left))? == 0 {
                return Err(timed_out(vm));
            }
        }
        let n = call();
        if n >= 0 {
            return Ok(n as usize);
        }
        match std::io::Error::last_os_error().raw_os_error().unwrap_or(0) {
            libc::EINTR => vm.check_signals()?,
            libc::EAGAIN if end.is_some() => {}
            errno => return Err(vm.os_error_for(errno, Value::UNBOUND, Value::UNBOUND)),
        }
    }
}
fn done(vm: &Vm, r: i32) -> PyResult {
    if r < 0 { Err(vm.last_os_error()) } else { Ok(Value::NONE) }
}

fn bind(vm: &Vm, a: &[Value]) -> PyResult {
    let s = this(vm, a[0])?;
    let address = address::parse(vm, s.family.get(), a[1], "bind")?;
    // SAFETY: a valid address.
    done(vm, unsafe { libc::bind(s.fd.get(), address.ptr(), address.len) })
}
fn listen(vm: &Vm, a: &[Value]) -> PyResult {
    let s = this(vm, a[0])?;
    let n = a[1].bound().map_or(Ok(128), |v| vm.index_c_int(v))?;
    // SAFETY: plain numbers.
    done(vm, unsafe { libc::listen(s.fd.get(), n.max(0)) })
}
fn accept(vm: &Vm, a: &[Value]) -> PyResult {
    let s = this(vm, a[0])?;
    let mut from = Address::empty();
    let fd = operate(vm, s, libc::POLLIN, || {
        from = Address::empty();
        // SAFETY: room for an address.
        unsafe { libc::accept4(s.fd.get(), from.ptr_mut(), &mut from.len, libc::SOCK_CLOEXEC) as isize }
    })?;
    Ok(vm.new_tuple(&[Value::int(fd as i64), from.show(vm)?]).value())
}
/// 0, or the number of the error.
fn connect_code(vm: &Vm, s: Gc<Socket>, address: &Address) -> PyResult<i32> {
    // SAFETY: a valid address.
    if unsafe { libc::connect(s.fd.get(), address.ptr(), address.len) } >= 0 {
        return Ok(0);
    }
    let errno = std::io::Error::last_os_error().raw_os_error().unwrap_or(0);
    let timeout = s.timeout.get();
    if errno != libc::EINTR && !(errno == libc::EINPROGRESS && timeout > 0.0) {
        return Ok(errno);
    }
    vm.check_signals()?;
    let mut fds = [libc::pollfd { fd: s.fd.get(), events: libc::POLLOUT, revents: 0 }];
    let limit = (timeout > 0.0).then(|| Duration::from_secs_f64(timeout));
    if crate::select::poll_until(vm, &mut fds, limit)? == 0 {
        return Err(timed_out(vm));
    }
    option(vm, s.fd.get(), libc::SOL_SOCKET, libc::SO_ERROR)
}
fn connect(vm: &Vm, a: &[Value]) -> PyResult {
    let s = this(vm, a[0])?;
    let address = address::parse(vm, s.family.get(), a[1], "connect")?;
    match connect_code(vm, s, &address)? {
        0 => Ok(Value::NONE),
        errno => Err(vm.os_error_for(errno, Value::UNBOUND, Value::UNBOUND)),
    }
}
fn connect_ex(vm: &Vm, a: &[Value]) -> PyResult {
    let s = this(vm, a[0])?;
    let address = address::parse(vm, s.family.get(), a[1], "connect_ex")?;
    Ok(Value::int(connect_code(vm, s, &address)? as i64))
}
fn length(vm: &Vm, v: Value, what: &str) -> PyResult<usize> {
    usize::try_from(vm.index_i64(v)?).map_err(|_| vm.value_error(format!("negative buffersize in {what}")))
}
fn flags(vm: &Vm, v: Value) -> PyResult<i32> {
    v.bound().map_or(Ok(0), |v| vm.index_c_int(v))
}
fn receive(vm: &Vm, s: Gc<Socket>, room: &mut [u8], flags: i32) -> PyResult<usize> {
    operate(vm, s, libc::POLLIN, || {
        // SAFETY: the buffer is writable for its length.
        unsafe { libc::recv(s.fd.get(), room.as_mut_ptr().cast(), room.len(), flags) }
    })
}
fn recv(vm: &Vm, a: &[Value]) -> PyResult {
    let (s, n, flags) = (this(vm, a[0])?, length(vm, a[1], "recv")?, flags(vm, a[2])?);
    let mut room = vec![0; n.min(1 << 26)];
    let n = receive(vm, s, &mut room, flags)?;
    Ok(vm.new_bytes(&room[..n]).value())
}
fn recv_into(vm: &Vm, a: &[Value]) -> PyResult {
    let (s, flags) = (this(vm, a[0])?, flags(vm, a[3])?);
    let (_, all) = crate::io::writable(vm, a[1])?;
    let n = a[2].bound().map_or(Ok(0), |v| length(vm, v, "recv_into"))?;
    if n > all {
        return Err(vm.value_error("buffer too small for requested bytes"));
    }
    let mut room = vec![0; if n == 0 { all } else { n }];
    let n = receive(vm, s, &mut room, flags)?;
    crate::io::write_into(vm, a[1], &room[..n])?;
    Ok(vm.new_int(n as i64))
}
fn receive_from(vm: &Vm, s: Gc<Socket>, room: &mut [u8], flags: i32) -> PyResult<(usize, Address)> {
    let mut from = Address::empty();
    let n = operate(vm, s, libc::POLLIN, || {
        from = Address::empty();
        // SAFETY: the buffer is writable for its length, and there is room for an address.
        unsafe {
            libc::recvfrom(
                s.fd.get(),
                room.as_mut_ptr().cast(),
                room.len(),
                flags,
                from.ptr_mut(),
                &mut from.len,
            )
        }
    })?;
    Ok((n, from))
}
fn recvfrom(vm: &Vm, a: &[Value]) -> PyResult {
    let (s, n, flags) = (this(vm, a[0])?, length(vm, a[1], "recvfrom")?, flags(vm, a[2])?);
    let mut room = vec![0; n.min(1 << 26)];
    let (n, from) = receive_from(vm, s, &mut room, flags)?;
    Ok(vm.new_tuple(&[vm.new_bytes(&room[..n]).value(), from.show(vm)?]).value())
}
fn recvfrom_into(vm: &Vm, a: &[Value]) -> PyResult {
    let (s, flags) = (this(vm, a[0])?, flags(vm, a[3])?);
    let (_, all) = crate::io::writable(vm, a[1])?;
    let n = a[2].bound().map_or(Ok(0), |v| length(vm, v, "recvfrom_into"))?;
    if n > all {
        return Err(vm.value_error("nbytes is greater than the length of the buffer"));
    }
    let mut room = vec![0; if n == 0 { all } else { n }];
    let (n, from) = receive_from(vm, s, &mut room, flags)?;
    crate::io::write_into(vm, a[1], &room[..n])?;
    Ok(vm.new_tuple(&[vm.new_int(n as i64), from.show(vm)?]).value())
}
fn transmit(vm: &Vm, s: Gc<Socket>, data: &[u8], flags: i32, timeout: f64) -> PyResult<usize> {
    operate_within(vm, s, libc::POLLOUT, timeout, || {
        // SAFETY: the buffer is readable for its length.
        unsafe { libc::send(s.fd.get(), data.as_ptr().cast(), data.len(), flags) }
    })
}
fn send(vm: &Vm, a: &[Value]) -> PyResult {
    let (s, flags) = (this(vm, a[0])?, flags(vm, a[2])?);
    let data = crate::io::with_bytes(vm, a[1], |b| b.to_vec())?;
    Ok(vm.new_int(transmit(vm, s, &data, flags, s.timeout.get())? as i64))
}
fn sendall(vm: &Vm, a: &[Value]) -> PyResult {
    let (s, flags) = (this(vm, a[0])?, flags(vm, a[2])?);
    let data = crate::io::with_bytes(vm, a[1], |b| b.to_vec())?;
    let timeout = s.timeout.get();
    let end = (timeout > 0.0).then(|| Instant::now() + Duration::from_secs_f64(timeout));
    let mut at = 0;
    while at < data.len() {
        let left = match end {
            None => timeout,
            Some(end) => {
                let left = end.saturating_duration_since(Instant::now()).as_secs_f64();
                if left <= 0.0 {
                    return Err(timed_out(vm));
                }
                left
            }
        };
        at += transmit(vm, s, &data[at..], flags, left)?;
        vm.check_signals()?;
    }
    Ok(Value::NONE)
}
fn sendto(vm: &Vm, args: Args) -> PyResult {
    let a = args.positional(vm, "sendto", 3, 4)?;
    let s = this(vm, a[0])?;
    let data = crate::io::with_bytes(vm, a[1], |b| b.to_vec())?;
    let flags = if a.len() == 4 { vm.index_c_int(a[2])? } else { 0 };
    let to = address::parse(vm, s.family.get(), a[a.len() - 1], "sendto")?;
    let n = operate(vm, s, libc::POLLOUT, || {
        // SAFETY: the buffer is readable for its length, the address valid.
        unsafe { libc::sendto(s.fd.get(), data.as_ptr().cast(), data.len(), flags, to.ptr(), to.len) }
    })?;
    Ok(vm.new_int(n as i64))
}
fn shutdown(vm: &Vm, a: &[Value]) -> PyResult {
    // SAFETY: plain numbers.
    done(vm, unsafe { libc::shutdown(this(vm, a[0])?.fd.get(), vm.index_c_int(a[1])?) })
}
fn close(vm: &Vm, a: &[Value]) -> PyResult {
    let fd = this(vm, a[0])?.fd.replace(-1);
    // SAFETY: closing a descriptor of ours.
    if fd >= 0 && unsafe { libc::close(fd) } < 0 {
        let errno = std::io::Error::last_os_error().raw_os_error();
        if errno != Some(libc::ECONNRESET) {
            return Err(vm.last_os_error());
        }
    }
    Ok(Value::NONE)
}
fn detach(vm: &Vm, a: &[Value]) -> PyResult {
    Ok(Value::int(this(vm, a[0])?.fd.replace(-1) as i64))
}
fn fileno(vm: &Vm, a: &[Value]) -> PyResult {
    Ok(Value::int(this(vm, a[0])?.fd.get() as i64))
}
fn name_with(
    vm: &Vm,
    v: Value,
    call: unsafe extern "C" fn(i32, *mut libc::sockaddr, *mut libc::socklen_t) -> i32,
) -> PyResult {
    let s = this(vm, v)?;
    let mut a = Address::empty();
    // SAFETY: room for an address.
    if unsafe { call(s.fd.get(), a.ptr_mut(), &mut a.len) } < 0 {
        return Err(vm.last_os_error());
    }
    a.show(vm)
}
fn getsockname(vm: &Vm, a: &[Value]) -> PyResult {
    name_with(vm, a[0], libc::getsockname)
}
fn getpeername(vm: &Vm, a: &[Value]) -> PyResult {
    name_with(vm, a[0], libc::getpeername)
}
fn setblocking(vm: &Vm, a: &[Value]) -> PyResult {
    let on = vm.truth(a[1])?;
    set_timeout(vm, this(vm, a[0])?, if on { -1.0 } else { 0.0 })?;
    Ok(Value::NONE)
}
fn getblocking(vm: &Vm, a: &[Value]) -> PyResult {
    Ok(Value::bool(this(vm, a[0])?.timeout.get() != 0.0))
}
fn settimeout(vm: &Vm, a: &[Value]) -> PyResult {
    let t = parse_timeout(vm, a[1])?;
    set_timeout(vm, this(vm, a[0])?, t)?;
    Ok(Value::NONE)
}
fn gettimeout(vm: &Vm, a: &[Value]) -> PyResult {
    Ok(shown_timeout(this(vm, a[0])?.timeout.get()))
}
fn setsockopt(vm: &Vm, a: &[Value]) -> PyResult {
    let (s, level, name) = (this(vm, a[0])?, vm.index_c_int(a[1])?, vm.index_c_int(a[2])?);
    let data = if vm.class_of(a[3]).slots.index.get().is_some() {
        vm.index_c_int(a[3])?.to_ne_bytes().to_vec()
    } else if a[3].is_none() {
        let n = a[4].bound().map_or(Ok(0), |v| vm.index_i64(v))?.clamp(0, 1 << 16);
        // SAFETY: no value, only a length.
        return done(vm, unsafe {
            libc::setsockopt(s.fd.get(), level, name, std::ptr::null(), n as libc::socklen_t)
        });
    } else {
        crate::io::with_bytes(vm, a[3], |b| b.to_vec())?
    };
    // SAFETY: the value is readable for its length.
    done(vm, unsafe {
        libc::setsockopt(s.fd.get(), level, name, data.as_ptr().cast(), data.len() as libc::socklen_t)
    })
}
fn getsockopt(vm: &Vm, a: &[Value]) -> PyResult {
    let (s, level, name) = (this(vm, a[0])?, vm.index_c_int(a[1])?, vm.index_c_int(a[2])?);
    let n = a[3].bound().map_or(Ok(0), |v| vm.index_i64(v))?;
    if n == 0 {
        return Ok(Value::int(option(vm, s.fd.get(), level, name)? as i64));
    }
    if !(0..=1024).contains(&n) {
        return Err(vm.new_exception(vm.types.OSError, "getsockopt buflen out of range"));
    }
    let mut room = vec![0u8; n as usize];
    let mut len = n as libc::socklen_t;
    // SAFETY: the buffer is writable for its length.
    if unsafe { libc::getsockopt(s.fd.get(), level, name, room.as_mut_ptr().cast(), &mut len) } < 0 {
        return Err(vm.last_os_error());
    }
    Ok(vm.new_bytes(&room[..(len as usize).min(room.len())]).value())
}
fn repr(vm: &Vm, v: Value) -> PyResult {
    let s = this(vm, v)?;
    let (fd, family, kind, proto) = (s.fd.get(), s.family.get(), s.kind.get(), s.proto.get());
    Ok(vm.new_str(&format!("<socket object, fd={fd}, family={family}, type={kind}, proto={proto}>")).value())
}
fn family(vm: &Vm, v: Value) -> PyResult {
    Ok(Value::int(this(vm, v)?.family.get() as i64))
}
fn kind(vm: &Vm, v: Value) -> PyResult {
    Ok(Value::int(this(vm, v)?.kind.get() as i64))
}
fn proto(vm: &Vm, v: Value) -> PyResult {
    Ok(Value::int(this(vm, v)?.proto.get() as i64))
}
fn timeout(vm: &Vm, v: Value) -> PyResult {
    Ok(shown_timeout(this(vm, v)?.timeout.get()))
}

/// `_socket.socket`
pub static SOCKET: TypeDef = TypeDef {
    name: "socket",
    module: "_socket",
    flags: flag::IMMUTABLE | flag::BASETYPE,
    slots: Slots { new: Some(new), init: Some(init), repr: Some(repr), ..Slots::EMPTY },
    methods: &[
        method("_accept", "($self, /)", accept, "Wait for an incoming connection."),
        method("bind", "($self, address, /)", bind, "Bind the socket to a local address."),
        method("close", "($self, /)", close, "Close the socket."),
        method("connect", "($self, address, /)", connect, "Connect the socket to a remote address."),
        method("connect_ex", "($self, address, /)", connect_ex, "As connect(), but returns an error number."),
        method(
            "detach",
            "($self, /)",
            detach,
            "Close the socket object without closing its file descriptor.",
        ),
        method("fileno", "($self, /)", fileno, "Return the integer file descriptor of the socket."),
        method("getblocking", "($self, /)", getblocking, "Returns True if socket is in blocking mode."),
        method("getpeername", "($self, /)", getpeername, "Return the address of the remote endpoint."),
        method("getsockname", "($self, /)", getsockname, "Return the address of the local endpoint."),
        method("getsockopt", "($self, level, option, buflen=0, /)", getsockopt, "Get a socket option."),
        method("gettimeout", "($self, /)", gettimeout, "Returns the timeout of socket operations."),
        method("listen", "($self, backlog=128, /)", listen, "Enable a server to accept connections."),
        method(
            "recv",
            "($self, bufsize, flags=0, /)",
            recv,
            "Receive up to buffersize bytes from the socket.",
        ),
        method("recv_into", "($self, /, buffer, nbytes=0, flags=0)", recv_into, "As recv(), into a buffer."),
        method("recvfrom", "($self, bufsize, flags=0, /)", recvfrom, "As recv(), with the sender's address."),
        method(
            "recvfrom_into",
            "($self, /, buffer, nbytes=0, flags=0)",
            recvfrom_into,
            "As recvfrom(), into a buffer.",
        ),
        method("send", "($self, data, flags=0, /)", send, "Send a data string to the socket."),
        method("sendall", "($self, data, flags=0, /)", sendall, "Send all of a data string to the socket."),
        method_var("sendto", "($self, *args)", sendto, "Like send(data, flags), to an address."),
        method("setblocking", "($self, flag, /)", setblocking, "Set the socket to blocking or non-blocking."),
        method(
            "setsockopt",
            "($self, level, option, value, optlen=0, /)",
            setsockopt,
            "Set a socket option.",
        ),
        method("settimeout", "($self, timeout, /)", settimeout, "Set a timeout on socket operations."),
        method("shutdown", "($self, flag, /)", shutdown, "Shut down one or both halves of the connection."),
    ],
    getset: &[
        readonly("family", family, "the socket family"),
        readonly("type", kind, "the socket type"),
        readonly("proto", proto, "the socket protocol"),
        readonly("timeout", timeout, "the socket timeout"),
    ],
    ..TypeDef::native::<Socket>()
};

fn socketpair(vm: &Vm, a: &[Value]) -> PyResult {
    let get = |i: usize, default: i32| {
        a[i].bound().filter(|v| !v.is_none()).map_or(Ok(default), |v| vm.index_c_int(v))
    };
    let (family, kind, proto) = (get(0, libc::AF_UNIX)?, get(1, libc::SOCK_STREAM)?, get(2, 0)?);
    let mut fds = [0; 2];
    // SAFETY: room for two.
    if unsafe { libc::socketpair(family, kind | libc::SOCK_CLOEXEC, proto, fds.as_mut_ptr()) } < 0 {
        return Err(vm.last_os_error());
    }
    let make = |fd: i32| {
        let header_of = |header| Socket {
            header,
            fd: Cell::new(fd),
            family: Cell::new(family),
            kind: Cell::new(kind & !(libc::SOCK_NONBLOCK | libc::SOCK_CLOEXEC)),
            proto: Cell::new(proto),
            timeout: Cell::new(-1.0),
        };
        vm.new_native(header_of).value()
    };
    let pair = [make(fds[0]), make(fds[1])];
    Ok(vm.new_tuple(&pair).value())
}
fn close_fd(vm: &Vm, a: &[Value]) -> PyResult {
    // SAFETY: a plain number.
    done(vm, unsafe { libc::close(vm.index_c_int(a[0])?) })
}
fn dup(vm: &Vm, a: &[Value]) -> PyResult {
    // SAFETY: a plain number.
    let fd = unsafe { libc::fcntl(vm.index_c_int(a[0])?, libc::F_DUPFD_CLOEXEC, 0) };
    done(vm, fd)?;
    Ok(Value::int(fd as i64))
}
fn getdefaulttimeout(vm: &Vm, _: &[Value]) -> PyResult {
    Ok(module_dict(vm)?.get_str(vm, vm.intern(DEFAULT_TIMEOUT)).unwrap_or(Value::NONE))
}
fn setdefaulttimeout(vm: &Vm, a: &[Value]) -> PyResult {
    let t = parse_timeout(vm, a[0])?;
    module_dict(vm)?.set_str(vm, vm.intern(DEFAULT_TIMEOUT), shown_timeout(t));
    Ok(Value::NONE)
}
fn short(vm: &Vm, v: Value, name: &str) -> PyResult<u16> {
    let n = vm.index_i64(v)?;
    u16::try_from(n).map_err(|_| {
        vm.overflow_error(if n < 0 {
            format!("{name}: can't convert negative Python int to C 16-bit unsigned integer")
        } else {
            format!("{name}: Python int too large to convert to C 16-bit unsigned integer")
        })
    })
}
fn long(vm: &Vm, v: Value) -> PyResult<u32> {
    let n = vm.index_i64(v)?;
    u32::try_from(n).map_err(|_| vm.overflow_error("int larger than 32 bits"))
}
fn htons(vm: &Vm, a: &[Value]) -> PyResult {
    Ok(Value::int(short(vm, a[0], "htons")?.to_be() as i64))
}
fn ntohs(vm: &Vm, a: &[Value]) -> PyResult {
    Ok(Value::int(u16::from_be(short(vm, a[0], "ntohs")?) as i64))
}
fn htonl(vm: &Vm, a: &[Value]) -> PyResult {
    Ok(Value::int(long(vm, a[0])?.to_be() as i64))
}
fn ntohl(vm: &Vm, a: &[Value]) -> PyResult {
    Ok(Value::int(u32::from_be(long(vm, a[0])?) as i64))
}
fn cmsg_len(vm: &Vm, a: &[Value]) -> PyResult {
    // SAFETY: arithmetic only.
    Ok(Value::int(unsafe { libc::CMSG_LEN(vm.index_i64(a[0])? as u32) } as i64))
}

macro_rules! numbers {
    ($($name:ident)*) => { &[$((stringify!($name), libc::$name as i64)),*] };
}
static NUMBERS: &[(&str, i64)] = numbers! {
    AF_UNSPEC AF_UNIX AF_INET AF_INET6 SOCK_STREAM SOCK_DGRAM SOCK_RAW SOCK_RDM SOCK_SEQPACKET SOCK_NONBLOCK SOCK_CLOEXEC
    SOL_SOCKET SO_DEBUG SO_REUSEADDR SO_TYPE SO_ERROR SO_DONTROUTE SO_BROADCAST SO_SNDBUF SO_RCVBUF SO_KEEPALIVE
    SO_OOBINLINE SO_LINGER SO_REUSEPORT SO_PASSCRED SO_PEERCRED SO_RCVLOWAT SO_SNDLOWAT SO_RCVTIMEO SO_SNDTIMEO
    SO_ACCEPTCONN SO_PROTOCOL SO_DOMAIN SO_BINDTODEVICE SO_MARK SO_PRIORITY SOMAXCONN SCM_RIGHTS SCM_CREDENTIALS
    MSG_OOB MSG_PEEK MSG_DONTROUTE MSG_DONTWAIT MSG_WAITALL MSG_TRUNC MSG_CTRUNC MSG_EOR MSG_NOSIGNAL MSG_MORE
    MSG_CMSG_CLOEXEC MSG_ERRQUEUE MSG_CONFIRM SHUT_RD SHUT_WR SHUT_RDWR
    IPPROTO_IP IPPROTO_ICMP IPPROTO_IGMP IPPROTO_TCP IPPROTO_UDP IPPROTO_IPV6 IPPROTO_RAW IPPROTO_ICMPV6 IPPROTO_UDPLITE
    TCP_NODELAY TCP_MAXSEG TCP_CORK TCP_KEEPIDLE TCP_KEEPINTVL TCP_KEEPCNT TCP_SYNCNT TCP_LINGER2 TCP_DEFER_ACCEPT
    TCP_WINDOW_CLAMP TCP_INFO TCP_QUICKACK TCP_FASTOPEN TCP_CONGESTION TCP_USER_TIMEOUT TCP_NOTSENT_LOWAT
    IP_TOS IP_TTL IP_HDRINCL IP_OPTIONS IP_RECVOPTS IP_RETOPTS IP_MULTICAST_IF IP_MULTICAST_TTL IP_MULTICAST_LOOP
    IP_ADD_MEMBERSHIP IP_DROP_MEMBERSHIP IP_TRANSPARENT IPV6_V6ONLY IPV6_MULTICAST_HOPS
    IPV6_MULTICAST_IF IPV6_MULTICAST_LOOP IPV6_UNICAST_HOPS IPV6_RECVPKTINFO IPV6_PKTINFO IPV6_TCLASS
    AI_PASSIVE AI_CANONNAME AI_NUMERICHOST AI_NUMERICSERV AI_V4MAPPED AI_ALL AI_ADDRCONFIG EAI_AGAIN
    EAI_BADFLAGS EAI_FAIL EAI_FAMILY EAI_MEMORY EAI_NODATA EAI_NONAME EAI_OVERFLOW EAI_SERVICE EAI_SOCKTYPE EAI_SYSTEM
    NI_MAXHOST NI_NUMERICHOST NI_NUMERICSERV NI_NOFQDN NI_NAMEREQD NI_DGRAM
};
static MORE_NUMBERS: &[(&str, i64)] = &[
    ("INADDR_ANY", 0),
    ("INADDR_BROADCAST", 0xffff_ffff),
    ("INADDR_LOOPBACK", 0x7f00_0001),
    ("INADDR_UNSPEC_GROUP", 0xe000_0000),
    ("INADDR_ALLHOSTS_GROUP", 0xe000_0001),
    ("INADDR_MAX_LOCAL_GROUP", 0xe000_00ff),
    ("INADDR_NONE", 0xffff_ffff),
    ("IPPORT_RESERVED", 1024),
    ("IPPORT_USERRESERVED", 5000),
    ("NI_MAXSERV", 32),
    ("SOL_IP", 0),
    ("IPV6_JOIN_GROUP", libc::IPV6_ADD_MEMBERSHIP as i64),
    ("IPV6_LEAVE_GROUP", libc::IPV6_DROP_MEMBERSHIP as i64),
    ("SOL_TCP", 6),
    ("SOL_UDP", 17),
];
fn module_init(vm: &Vm, m: Gc<Module>) -> PyResult<()> {
    let d = m.dict.get();
    for &(name, n) in NUMBERS.iter().chain(MORE_NUMBERS) {
        d.set_str(vm, vm.intern(name), vm.new_int(n));
    }
    d.set_str(vm, vm.intern("has_ipv6"), Value::TRUE);
    d.set_str(vm, vm.intern("error"), vm.types.OSError.value());
    d.set_str(vm, vm.intern("timeout"), vm.type_of_def(&types::TimeoutError).value());
    for name in ["herror", "gaierror"] {
        let bases = vm.new_tuple(&[vm.types.OSError.value()]).value();
        let space = vm.new_dict();
        space.set_str(vm, vm.intern("__module__"), vm.intern("socket").value());
        let ty = vm.call(vm.types.type_.value(), &[vm.intern(name).value(), bases, space.value()])?;
        d.set_str(vm, vm.intern(name), ty);
    }
    let ty = vm.type_of_def(&SOCKET).value();
    d.set_str(vm, vm.intern("SocketType"), ty);
    d.set_str(vm, vm.intern(DEFAULT_TIMEOUT), Value::NONE);
    Ok(())
}

/// The module.
pub static MODULE: ModuleDef = ModuleDef {
    name: "_socket",
    doc: "Implementation module for socket operations.\n\nSee the socket module for documentation.",
    functions: &[
        function(
            "socketpair",
            "($module, family=None, type=SOCK_STREAM, proto=0, /)",
            socketpair,
            "Create a pair of socket objects.",
        ),
        function("close", "($module, fd, /)", close_fd, "Close an integer socket file descriptor."),
        function("dup", "($module, fd, /)", dup, "Duplicate an integer socket file descriptor."),
        function(
            "getdefaulttimeout",
            "($module, /)",
            getdefaulttimeout,
            "Returns the default timeout in seconds.",
        ),
        function("setdefaulttimeout", "($module, timeout, /)", setdefaulttimeout, "Set the default timeout."),
        function(
            "getaddrinfo",
            "($module, /, host, port, family=0, type=0, proto=0, flags=0)",
            address::getaddrinfo,
            "Resolve host and port into addrinfo struct.",
        ),
        function(
            "getnameinfo",
            "($module, sockaddr, flags, /)",
            address::getnameinfo,
            "Get host and port for a sockaddr.",
        ),
        function(
            "gethostbyname",
            "($module, host, /)",
            address::gethostbyname,
            "Return the IP address for a host.",
        ),
        function("gethostname", "($module, /)", address::gethostname, "Return the current host name."),
        function(
            "inet_aton",
            "($module, ip_addr, /)",
            address::inet_aton,
            "Convert an IP address in string format to packed binary format.",
        ),
        function(
            "inet_ntoa",
            "($module, packed_ip, /)",
            address::inet_ntoa,
            "Convert an IP address from packed binary format to string format.",
        ),
        function(
            "inet_pton",
            "($module, address_family, ip_string, /)",
            address::inet_pton,
            "Convert an IP address from string format to packed binary format.",
        ),
        function(
            "inet_ntop",
            "($module, address_family, packed_ip, /)",
            address::inet_ntop,
            "Convert a packed IP address to string format.",
        ),
        function(
            "htons",
            "($module, x, /)",
            htons,
            "Convert a 16-bit integer from host to network byte order.",
        ),
        function(
            "ntohs",
            "($module, x, /)",
            ntohs,
            "Convert a 16-bit integer from network to host byte order.",
        ),
        function(
            "htonl",
            "($module, x, /)",
            htonl,
            "Convert a 32-bit integer from host to network byte order.",
        ),
        function(
            "ntohl",
            "($module, x, /)",
            ntohl,
            "Convert a 32-bit integer from network to host byte order.",
        ),
        function(
            "CMSG_LEN",
            "($module, length, /)",
            cmsg_len,
            "Return the total length of an ancillary data item.",
        ),
    ],
    types: &[&SOCKET],
    init: Some(module_init),
};
