//! Socket addresses: between Python's tuples and paths and the system's structures, and the functions that look
//! names up.

use std::ffi::{CStr, CString};
use std::net::{Ipv4Addr, Ipv6Addr};
use taipan_runtime::objects::bytes::Bytes;
use taipan_runtime::objects::str::Str;
use taipan_runtime::objects::tuple::Tuple;
use taipan_runtime::{GcVec, PyResult, Raised, Value, Vm};

/// An address as the system takes it.
pub struct Address {
    /// Room for every family.
    pub storage: libc::sockaddr_storage,
    /// How much of it is used.
    pub len: libc::socklen_t,
}

impl Address {
    /// Room to be filled in.
    pub fn empty() -> Address {
        // SAFETY: all zeros is a valid address of no family.
        let storage = unsafe { std::mem::zeroed() };
        Address { storage, len: size_of::<libc::sockaddr_storage>() as libc::socklen_t }
    }
    /// For a system call.
    pub fn ptr(&self) -> *const libc::sockaddr {
        (&raw const self.storage).cast()
    }
    /// For a system call that fills it in.
    pub fn ptr_mut(&mut self) -> *mut libc::sockaddr {
        (&raw mut self.storage).cast()
    }
    fn put<T>(&mut self, value: T) {
        assert!(size_of::<T>() <= size_of::<libc::sockaddr_storage>());
        // SAFETY: the storage is large and aligned enough for every family's structure.
        unsafe { (&raw mut self.storage).cast::<T>().write(value) };
        self.len = size_of::<T>() as libc::socklen_t;
    }
    fn v4(ip: Ipv4Addr, port: u16) -> Address {
        let mut a = Address::empty();
        // SAFETY: all zeros is valid.
        let mut s: libc::sockaddr_in = unsafe { std::mem::zeroed() };
        s.sin_family = libc::AF_INET as _;
        s.sin_port = port.to_be();
        s.sin_addr.s_addr = u32::from(ip).to_be();
        a.put(s);
        a
    }
    fn v6(ip: Ipv6Addr, port: u16, flow: u32, scope: u32) -> Address {
        let mut a = Address::empty();
        // SAFETY: all zeros is valid.
        let mut s: libc::sockaddr_in6 = unsafe { std::mem::zeroed() };
        s.sin6_family = libc::AF_INET6 as _;
        s.sin6_port = port.to_be();
        s.sin6_addr.s6_addr = ip.octets();
        s.sin6_flowinfo = flow.to_be();
        s.sin6_scope_id = scope;
        a.put(s);
        a
    }
    /// As Python shows it.
    pub fn show(&self, vm: &Vm) -> PyResult {
        if (self.len as usize) < size_of::<libc::sa_family_t>() {
            return Ok(Value::NONE);
        }
        match self.storage.ss_family as i32 {
            libc::AF_INET => {
                // SAFETY: the family says which structure it is.
                let s = unsafe { &*self.ptr().cast::<libc::sockaddr_in>() };
                let ip = Ipv4Addr::from(u32::from_be(s.sin_addr.s_addr));
                let port = Value::int(u16::from_be(s.sin_port) as i64);
                Ok(vm.new_tuple(&[vm.new_str(&ip.to_string()).value(), port]).value())
            }
            libc::AF_INET6 => {
                // SAFETY: as above.
                let s = unsafe { &*self.ptr().cast::<libc::sockaddr_in6>() };
                let ip = Ipv6Addr::from(s.sin6_addr.s6_addr);
                let row = [
                    vm.new_str(&ip.to_string()).value(),
                    Value::int(u16::from_be(s.sin6_port) as i64),
                    Value::int(u32::from_be(s.sin6_flowinfo) as i64),
                    Value::int(s.sin6_scope_id as i64),
                ];
                Ok(vm.new_tuple(&row).value())
            }
            libc::AF_UNIX => {
                let start = std::mem::offset_of!(libc::sockaddr_un, sun_path);
                let n = (self.len as usize).saturating_sub(start);
                // SAFETY: the path lies within the storage.
                let path = unsafe { std::slice::from_raw_parts(self.ptr().cast::<u8>().add(start), n) };
                if path.first().is_some_and(|&b| b == 0) {
                    return Ok(vm.new_bytes(path).value());
                }
                let end = path.iter().position(|&b| b == 0).unwrap_or(n);
                crate::posix::from_system(vm, &path[..end], false)
            }
            family => {
                let n = (self.len as usize).saturating_sub(size_of::<libc::sa_family_t>()).min(14);
                // SAFETY: within the storage.
                let data = unsafe { std::slice::from_raw_parts(self.ptr().cast::<u8>().add(2), n) };
                Ok(vm.new_tuple(&[Value::int(family as i64), vm.new_bytes(data).value()]).value())
            }
        }
    }
}

/// A host as C text: `None` for `None`.
fn host_text(vm: &Vm, v: Value) -> PyResult<Option<CString>> {
    if v.is_none() {
        return Ok(None);
    }
    let bytes = match v.cast::<Str>() {
        Some(s) if s.as_bytes().is_ascii() => s.as_bytes().to_vec(),
        Some(_) => {
            let b = vm.call_method(v, vm.intern("encode"), &[vm.intern("idna").value()])?;
            crate::io::with_bytes(vm, b, |b| b.to_vec())?
        }
        None if v.cast::<Bytes>().is_some() || vm.has_buffer(v) => {
            crate::io::with_bytes(vm, v, |b| b.to_vec())?
        }
        None => {
            return Err(vm.type_error(format!("str, bytes or bytearray expected, not {}", vm.type_name(v))));
        }
    };
    CString::new(bytes).map(Some).map_err(|_| vm.type_error("host name must not contain null character"))
}

fn port(vm: &Vm, v: Value, what: &str) -> PyResult<u16> {
    let n = vm.index_i64(v)?;
    u16::try_from(n).map_err(|_| vm.overflow_error(format!("{what}(): port must be 0-65535.")))
}

/// The first address of `family` that `host` stands for.
fn resolve(vm: &Vm, host: &CStr, family: i32) -> PyResult<Address> {
    let text = host.to_string_lossy();
    match (family, &*text) {
        (libc::AF_INET, "") => return Ok(Address::v4(Ipv4Addr::UNSPECIFIED, 0)),
        (libc::AF_INET6, "") => return Ok(Address::v6(Ipv6Addr::UNSPECIFIED, 0, 0, 0)),
        (libc::AF_INET, "<broadcast>" | "255.255.255.255") => {
            return Ok(Address::v4(Ipv4Addr::BROADCAST, 0));
        }
        (libc::AF_INET, t) if t.parse::<Ipv4Addr>().is_ok() => {
            return Ok(Address::v4(t.parse().expect("just parsed"), 0));
        }
        (libc::AF_INET6, t) if t.parse::<Ipv6Addr>().is_ok() => {
            return Ok(Address::v6(t.parse().expect("just parsed"), 0, 0, 0));
        }
        _ => {}
    }
    let mut found = None;
    look_up(vm, Some(host), None, family, 0, 0, 0, |info| {
        if found.is_none() {
            found = Some(copy(info));
        }
        Ok(())
    })?;
    found.ok_or_else(|| gai_error(vm, libc::EAI_NONAME))
}

fn copy(info: &libc::addrinfo) -> Address {
    let mut a = Address::empty();
    let len = (info.ai_addrlen as usize).min(size_of::<libc::sockaddr_storage>());
    // SAFETY: the system says that the address has that length.
    unsafe { std::ptr::copy_nonoverlapping(info.ai_addr.cast::<u8>(), a.ptr_mut().cast::<u8>(), len) };
    a.len = len as libc::socklen_t;
    a
}

/// An address argument for a socket of `family`.
pub fn parse(vm: &Vm, family: i32, v: Value, what: &str) -> PyResult<Address> {
    match family {
        libc::AF_INET | libc::AF_INET6 => {
            let (name, most) = if family == libc::AF_INET { ("AF_INET", 2) } else { ("AF_INET6", 4) };
            let Some(t) = v.cast::<Tuple>() else {
                return Err(
                    vm.type_error(format!("{what}(): {name} address must be tuple, not {}", vm.type_name(v)))
                );
            };
            let items = GcVec::from_slice(&vm.heap, t.items());
            if items.len() < 2 || items.len() > most {
                let pair = if most == 2 {
                    "a pair (host, port)"
                } else {
                    "a tuple (host, port[, flowinfo[, scopeid]])"
                };
                return Err(vm.type_error(format!("{what}(): {name} address must be {pair}")));
            }
            let host = host_text(vm, items[0])?.unwrap_or_default();
            let port = port(vm, items[1], what)?;
            let mut a = resolve(vm, &host, family)?;
            if family == libc::AF_INET {
                // SAFETY: the family says which structure it is.
                unsafe { (*a.ptr_mut().cast::<libc::sockaddr_in>()).sin_port = port.to_be() };
            } else {
                let flow = items.get(2).map_or(Ok(0), |&v| vm.index_i64(v))?;
                let scope = items.get(3).map_or(Ok(0), |&v| vm.index_i64(v))?;
                if !(0..=0xfffff).contains(&flow) {
                    return Err(vm.overflow_error(format!("{what}(): flowinfo must be 0-1048575.")));
                }
                // SAFETY: as above.
                let s = unsafe { &mut *a.ptr_mut().cast::<libc::sockaddr_in6>() };
                s.sin6_port = port.to_be();
                s.sin6_flowinfo = (flow as u32).to_be();
                if scope != 0 {
                    s.sin6_scope_id = scope as u32;
                }
            }
            Ok(a)
        }
        libc::AF_UNIX => {
            let path = match v.cast::<Str>() {
                Some(_) => {
                    let how = [vm.intern("utf-8").value(), vm.names.surrogateescape.value()];
                    let b = vm.call_method(v, vm.intern("encode"), &how)?;
                    crate::io::with_bytes(vm, b, |b| b.to_vec())?
                }
                None => crate::io::with_bytes(vm, v, |b| b.to_vec())?,
            };
            // SAFETY: all zeros is valid.
            let mut s: libc::sockaddr_un = unsafe { std::mem::zeroed() };
            let is_abstract = path.first().is_some_and(|&b| b == 0);
            if path.len() + usize::from(!is_abstract) > s.sun_path.len() {
                return Err(vm.new_exception(vm.types.OSError, "AF_UNIX path too long"));
            }
            s.sun_family = libc::AF_UNIX as _;
            for (to, &from) in s.sun_path.iter_mut().zip(&path) {
                *to = from as libc::c_char;
            }
            let mut a = Address::empty();
            a.put(s);
            let used = path.len() + usize::from(!is_abstract && !path.is_empty());
            a.len = (std::mem::offset_of!(libc::sockaddr_un, sun_path) + used) as libc::socklen_t;
            Ok(a)
        }
        _ => Err(vm.new_exception(vm.types.OSError, &format!("{what}(): unsupported address family"))),
    }
}

/// `socket.gaierror` for a code of the resolver.
pub fn gai_error(vm: &Vm, code: i32) -> Raised {
    if code == libc::EAI_SYSTEM {
        return vm.last_os_error();
    }
    // SAFETY: the resolver's texts are static.
    let text = unsafe { CStr::from_ptr(libc::gai_strerror(code)) }.to_string_lossy().into_owned();
    let args = [Value::int(code as i64), vm.new_str(&text).value()];
    match super::exception(vm, "gaierror") {
        Ok(ty) => vm.new_exception_args(ty, &args),
        Err(e) => e,
    }
}

#[allow(clippy::too_many_arguments)]
fn look_up(
    vm: &Vm,
    host: Option<&CStr>,
    service: Option<&CStr>,
    family: i32,
    kind: i32,
    proto: i32,
    flags: i32,
    mut each: impl FnMut(&libc::addrinfo) -> PyResult<()>,
) -> PyResult<()> {
    // SAFETY: the hints are zero where not given; the list is freed after its last use.
    unsafe {
        let mut hints: libc::addrinfo = std::mem::zeroed();
        hints.ai_family = family;
        hints.ai_socktype = kind;
        hints.ai_protocol = proto;
        hints.ai_flags = flags;
        let text = |t: Option<&CStr>| t.map_or(std::ptr::null(), |t| t.as_ptr());
        let mut list = std::ptr::null_mut();
        let code = libc::getaddrinfo(text(host), text(service), &hints, &mut list);
        if code != 0 {
            return Err(gai_error(vm, code));
        }
        let mut result = Ok(());
        let mut at = list;
        while let Some(info) = at.as_ref() {
            result = each(info);
            if result.is_err() {
                break;
            }
            at = info.ai_next;
        }
        libc::freeaddrinfo(list);
        result
    }
}

/// `getaddrinfo(host, port, family=0, type=0, proto=0, flags=0)`
pub fn getaddrinfo(vm: &Vm, a: &[Value]) -> PyResult {
    let host = host_text(vm, a[0])?;
    let service = if a[1].is_none() {
        None
    } else if vm.class_of(a[1]).slots.index.get().is_some() {
        CString::new(vm.index_i64(a[1])?.to_string()).ok()
    } else if a[1].cast::<Str>().is_some() || a[1].cast::<Bytes>().is_some() {
        host_text(vm, a[1])?
    } else {
        return Err(vm.new_exception(vm.types.OSError, "Int or String expected"));
    };
    let mut n = [0; 4];
    for (i, n) in n.iter_mut().enumerate() {
        *n = a[2 + i].bound().map_or(Ok(0), |v| vm.index_c_int(v))?;
    }
    let mut rows = GcVec::new();
    look_up(vm, host.as_deref(), service.as_deref(), n[0], n[1], n[2], n[3], |info| {
        let name = if info.ai_canonname.is_null() {
            vm.intern("")
        } else {
            // SAFETY: the resolver's text.
            vm.new_str(&unsafe { CStr::from_ptr(info.ai_canonname) }.to_string_lossy())
        };
        let row = [
            Value::int(info.ai_family as i64),
            Value::int(info.ai_socktype as i64),
            Value::int(info.ai_protocol as i64),
            name.value(),
            copy(info).show(vm)?,
        ];
        rows.push(&vm.heap, vm.new_tuple(&row).value());
        Ok(())
    })?;
    Ok(vm.new_list(&rows).value())
}
/// `getnameinfo(sockaddr, flags)`
pub fn getnameinfo(vm: &Vm, a: &[Value]) -> PyResult {
    let flags = vm.index_c_int(a[1])?;
    let Some(t) = a[0].cast::<Tuple>() else {
        return Err(vm.type_error("getnameinfo() argument 1 must be a tuple"));
    };
    let v6 = t.items().first().and_then(|h| h.cast::<Str>()).is_some_and(|h| h.as_bytes().contains(&b':'));
    let family = if v6 { libc::AF_INET6 } else { libc::AF_INET };
    let address = parse(vm, family, a[0], "getnameinfo")?;
    let (mut host, mut service) = ([0 as libc::c_char; 1025], [0 as libc::c_char; 32]);
    // SAFETY: both buffers are writable for their lengths, and end with a zero afterwards.
    unsafe {
        let code = libc::getnameinfo(
            address.ptr(),
            address.len,
            host.as_mut_ptr(),
            host.len() as _,
            service.as_mut_ptr(),
            service.len() as _,
            flags,
        );
        if code != 0 {
            return Err(gai_error(vm, code));
        }
        let text = |t: *const libc::c_char| vm.new_str(&CStr::from_ptr(t).to_string_lossy()).value();
        Ok(vm.new_tuple(&[text(host.as_ptr()), text(service.as_ptr())]).value())
    }
}
/// `gethostbyname(host)`
pub fn gethostbyname(vm: &Vm, a: &[Value]) -> PyResult {
    let host = host_text(vm, a[0])?.unwrap_or_default();
    let shown = resolve(vm, &host, libc::AF_INET)?.show(vm)?;
    Ok(shown.cast::<Tuple>().expect("an address of the internet").items()[0])
}
/// `gethostname()`
pub fn gethostname(vm: &Vm, _: &[Value]) -> PyResult {
    let mut name = [0u8; 256];
    // SAFETY: the buffer is writable for its length.
    if unsafe { libc::gethostname(name.as_mut_ptr().cast(), name.len()) } < 0 {
        return Err(vm.last_os_error());
    }
    let end = name.iter().position(|&b| b == 0).unwrap_or(name.len());
    crate::posix::from_system(vm, &name[..end], false)
}
/// `inet_aton(ip_addr)`
pub fn inet_aton(vm: &Vm, a: &[Value]) -> PyResult {
    let text = host_text(vm, a[0])?.unwrap_or_default();
    // SAFETY: all zeros is valid; the text ends with a zero.
    unsafe {
        let mut out: libc::in_addr = std::mem::zeroed();
        if inet_aton_c(text.as_ptr(), &mut out) == 0 {
            return Err(vm.new_exception(vm.types.OSError, "illegal IP address string passed to inet_aton"));
        }
        Ok(vm.new_bytes(&out.s_addr.to_ne_bytes()).value())
    }
}
// SAFETY: the C library's function of that name.
unsafe extern "C" {
    #[link_name = "inet_aton"]
    fn inet_aton_c(text: *const libc::c_char, out: *mut libc::in_addr) -> libc::c_int;
}
/// `inet_ntoa(packed_ip)`
pub fn inet_ntoa(vm: &Vm, a: &[Value]) -> PyResult {
    let b = crate::io::with_bytes(vm, a[0], |b| <[u8; 4]>::try_from(b).ok())?;
    match b {
        Some(b) => Ok(vm.new_str(&Ipv4Addr::from(b).to_string()).value()),
        None => Err(vm.new_exception(vm.types.OSError, "packed IP wrong length")),
    }
}
/// `inet_pton(address_family, ip_string)`
pub fn inet_pton(vm: &Vm, a: &[Value]) -> PyResult {
    let family = vm.index_c_int(a[0])?;
    let text = host_text(vm, a[1])?.unwrap_or_default();
    let text = text.to_string_lossy();
    let bad = || vm.new_exception(vm.types.OSError, "illegal IP address string passed to inet_pton");
    match family {
        libc::AF_INET => Ok(vm.new_bytes(&text.parse::<Ipv4Addr>().map_err(|_| bad())?.octets()).value()),
        libc::AF_INET6 => Ok(vm.new_bytes(&text.parse::<Ipv6Addr>().map_err(|_| bad())?.octets()).value()),
        _ => Err(vm.os_error_for(libc::EAFNOSUPPORT, Value::UNBOUND, Value::UNBOUND)),
    }
}
/// `inet_ntop(address_family, packed_ip)`
pub fn inet_ntop(vm: &Vm, a: &[Value]) -> PyResult {
    let family = vm.index_c_int(a[0])?;
    let b = crate::io::with_bytes(vm, a[1], |b| b.to_vec())?;
    let wrong = || vm.value_error("invalid length of packed IP address string");
    let text = match family {
        libc::AF_INET => Ipv4Addr::from(<[u8; 4]>::try_from(&b[..]).map_err(|_| wrong())?).to_string(),
        libc::AF_INET6 => Ipv6Addr::from(<[u8; 16]>::try_from(&b[..]).map_err(|_| wrong())?).to_string(),
        _ => return Err(vm.value_error(format!("unknown address family {family}"))),
    };
    Ok(vm.new_str(&text).value())
}
