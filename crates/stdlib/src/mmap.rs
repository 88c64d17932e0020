//! `mmap`: files and anonymous memory as buffers.
//!
//! A map is freed when it is closed or collected. While a buffer of it is in use (`exports`), it neither closes nor
//! moves, so that no view is left without memory.

use std::cell::Cell;
use taipan_runtime::kinds::Trace;
use taipan_runtime::objects::memoryview::{BufferInfo, ExportCount};
use taipan_runtime::objects::module::{Module, ModuleDef};
use taipan_runtime::objects::typ::Type;
use taipan_runtime::vm::typedef::{NativeObject, flag};
use taipan_runtime::{
    Args, Gc, Header, PyResult, Slots, Tracer, TypeDef, Value, Vm, method, method_var, readonly,
};

const DEFAULT: i64 = 0;
const READ: i64 = 1;
const WRITE: i64 = 2;
const COPY: i64 = 3;

/// A map.
#[repr(C)]
struct Mmap {
    header: Header,
    data: Cell<*mut u8>,
    size: Cell<usize>,
    pos: Cell<usize>,
    offset: i64,
    fd: Cell<i32>,
    access: i64,
    anonymous: bool,
    shared: bool,
    exports: ExportCount,
}
impl Trace for Mmap {
    fn trace(&self, _: &mut Tracer) {}
}
impl Drop for Mmap {
    fn drop(&mut self) {
        self.release();
    }
}
impl Mmap {
    fn release(&self) {
        let p = self.data.replace(std::ptr::null_mut());
        let fd = self.fd.replace(-1);
        // SAFETY: our own mapping and descriptor; nothing views them any more.
        unsafe {
            if !p.is_null() {
                libc::munmap(p.cast(), self.size.get());
            }
            if fd >= 0 {
                libc::close(fd);
            }
        }
    }
    fn bytes(&self) -> &[u8] {
        // SAFETY: mapped for that length while `data` is not null, which callers checked.
        unsafe { std::slice::from_raw_parts(self.data.get(), self.size.get()) }
    }
    #[allow(clippy::mut_from_ref)]
    fn bytes_mut(&self) -> &mut [u8] {
        // SAFETY: as above, and callers checked that it is writable; they hold it for one copy only.
        unsafe { std::slice::from_raw_parts_mut(self.data.get(), self.size.get()) }
    }
}
// SAFETY: `repr(C)`, begins with a header, created with its definition.
unsafe impl NativeObject for Mmap {
    const DEF: &'static TypeDef = &DEF;
}

fn any(vm: &Vm, v: Value) -> PyResult<Gc<Mmap>> {
    vm.native::<Mmap>(v).ok_or_else(|| vm.type_error("an mmap is required"))
}
fn this(vm: &Vm, v: Value) -> PyResult<Gc<Mmap>> {
    let m = any(vm, v)?;
    if m.data.get().is_null() { Err(vm.value_error("mmap closed or invalid")) } else { Ok(m) }
}
fn writable(vm: &Vm, v: Value) -> PyResult<Gc<Mmap>> {
    let m = this(vm, v)?;
    if m.access == READ {
        return Err(vm.type_error("mmap can't modify a readonly memory map."));
    }
    Ok(m)
}
fn resizable(vm: &Vm, m: Gc<Mmap>) -> PyResult<()> {
    if m.exports.get() > 0 {
        return Err(vm.buffer_error("mmap can't resize with extant buffers exported."));
    }
    if m.access != DEFAULT && m.access != WRITE {
        return Err(vm.type_error("mmap can't resize a readonly or copy-on-write memory map."));
    }
    Ok(())
}

fn new(vm: &Vm, ty: Gc<Type>, args: Args) -> PyResult {
    let a: [Value; 7] =
        args.bind(vm, "mmap", "(fileno, length, flags=1, prot=3, access=0, offset=0, *, trackfd=True)")?;
    let fd = vm.index_i64(a[0])? as i32;
    let length = vm.index_i64(a[1])?;
    let mut flags = crate::posix::int_or(vm, a[2], libc::MAP_SHARED as i64)? as i32;
    let mut prot = crate::posix::int_or(vm, a[3], (libc::PROT_READ | libc::PROT_WRITE) as i64)? as i32;
    let mut access = crate::posix::int_or(vm, a[4], DEFAULT)?;
    let offset = crate::posix::int_or(vm, a[5], 0)?;
    let track = a[6].bound().map_or(Ok(true), |v| vm.truth(v))?;
    if length < 0 {
        return Err(vm.overflow_error("memory mapped length must be positive"));
    }
    if offset < 0 {
        return Err(vm.overflow_error("memory mapped offset must be positive"));
    }
    if access != DEFAULT
        && (a[2].bound().is_some() && flags != libc::MAP_SHARED
            || a[3].bound().is_some() && prot != libc::PROT_READ | libc::PROT_WRITE)
    {
        return Err(vm.value_error("mmap can't specify both access and flags, prot."));
    }
    match access {
        READ => (flags, prot) = (libc::MAP_SHARED, libc::PROT_READ),
        WRITE => (flags, prot) = (libc::MAP_SHARED, libc::PROT_READ | libc::PROT_WRITE),
        COPY => (flags, prot) = (libc::MAP_PRIVATE, libc::PROT_READ | libc::PROT_WRITE),
        DEFAULT => {
            if prot & libc::PROT_WRITE == 0 {
                access = READ;
            }
        }
        _ => return Err(vm.value_error("mmap invalid access parameter.")),
    }
    let mut size = length as usize;
    if fd != -1 {
        // SAFETY: the structure is filled in by a successful call.
        let st = unsafe {
            let mut st: libc::stat = std::mem::zeroed();
            if libc::fstat(fd, &mut st) < 0 {
                return Err(vm.last_os_error());
            }
            st
        };
        if st.st_mode & libc::S_IFMT == libc::S_IFREG {
            if length == 0 {
                if st.st_size == 0 {
                    return Err(vm.value_error("cannot mmap an empty file"));
                }
                if offset >= st.st_size {
                    return Err(vm.value_error("mmap offset is greater than file size"));
                }
                size = (st.st_size - offset) as usize;
            } else if offset > st.st_size || st.st_size - offset < length {
                return Err(vm.value_error("mmap length is greater than file size"));
            }
        }
    } else {
        flags |= libc::MAP_ANONYMOUS;
    }
    let mut own = -1;
    if fd != -1 && track {
        // SAFETY: plain numbers.
        own = unsafe { libc::fcntl(fd, libc::F_DUPFD_CLOEXEC, 0) };
        if own < 0 {
            return Err(vm.last_os_error());
        }
    }
    // SAFETY: a new mapping where the system likes it.
    let p = unsafe { libc::mmap(std::ptr::null_mut(), size, prot, flags, fd, offset) };
    if p == libc::MAP_FAILED {
        let e = vm.last_os_error();
        if own >= 0 {
            // SAFETY: our own descriptor.
            unsafe { libc::close(own) };
        }
        return Err(e);
    }
    Ok(vm
        .new_native_of(ty, |header| Mmap {
            header,
            data: Cell::new(p.cast()),
            size: Cell::new(size),
            pos: Cell::new(0),
            offset,
            fd: Cell::new(own),
            access,
            anonymous: fd == -1,
            shared: flags & libc::MAP_SHARED != 0,
            exports: ExportCount::default(),
        })
        .value())
}

fn close(vm: &Vm, a: &[Value]) -> PyResult {
    let m = any(vm, a[0])?;
    if m.exports.get() > 0 {
        return Err(vm.buffer_error("cannot close exported pointers exist"));
    }
    m.release();
    Ok(Value::NONE)
}
fn some_bytes(vm: &Vm, b: &[u8]) -> Value {
    vm.new_bytes(b).value()
}
fn read(vm: &Vm, a: &[Value]) -> PyResult {
    let n = crate::io::size_arg(vm, a[1])?;
    let m = this(vm, a[0])?;
    let from = m.pos.get().min(m.size.get());
    let to = n.map_or(m.size.get(), |n| from.saturating_add(n).min(m.size.get()));
    m.pos.set(to);
    Ok(some_bytes(vm, &m.bytes()[from..to]))
}
fn readline(vm: &Vm, a: &[Value]) -> PyResult {
    let m = this(vm, a[0])?;
    let from = m.pos.get().min(m.size.get());
    let rest = &m.bytes()[from..];
    let n = memchr::memchr(b'\n', rest).map_or(rest.len(), |i| i + 1);
    m.pos.set(from + n);
    Ok(some_bytes(vm, &rest[..n]))
}
fn read_byte(vm: &Vm, a: &[Value]) -> PyResult {
    let m = this(vm, a[0])?;
    let Some(&b) = m.bytes().get(m.pos.get()) else {
        return Err(vm.value_error("read byte out of range"));
    };
    m.pos.set(m.pos.get() + 1);
    Ok(Value::int(b as i64))
}
fn write(vm: &Vm, a: &[Value]) -> PyResult {
    let data = vm.get_buffer(a[1])?.to_vec();
    let m = writable(vm, a[0])?;
    let from = m.pos.get();
    if from > m.size.get() || m.size.get() - from < data.len() {
        return Err(vm.value_error("data out of range"));
    }
    m.bytes_mut()[from..from + data.len()].copy_from_slice(&data);
    m.pos.set(from + data.len());
    Ok(Value::int(data.len() as i64))
}
fn byte(vm: &Vm, v: Value, message: &str) -> PyResult<u8> {
    u8::try_from(vm.index_i64(v)?).map_err(|_| vm.value_error(message))
}
fn write_byte(vm: &Vm, a: &[Value]) -> PyResult {
    let b = u8::try_from(vm.index_i64(a[1])?)
        .map_err(|_| vm.overflow_error("unsigned byte integer is greater than maximum"))?;
    let m = writable(vm, a[0])?;
    if m.pos.get() >= m.size.get() {
        return Err(vm.value_error("write byte out of range"));
    }
    m.bytes_mut()[m.pos.get()] = b;
    m.pos.set(m.pos.get() + 1);
    Ok(Value::NONE)
}
fn find_in(vm: &Vm, a: &[Value], last: bool) -> PyResult {
    let m = this(vm, a[0])?;
    let needle = vm.get_buffer(a[1])?.to_vec();
    let size = m.size.get() as i64;
    let place = |v: Value, default: i64| -> PyResult<usize> {
        let n = crate::posix::int_or(vm, v, default)?;
        Ok((if n < 0 { (n + size).max(0) } else { n.min(size) }) as usize)
    };
    let from = place(a[2], if last { 0 } else { m.pos.get() as i64 })?;
    let to = place(a[3], size)?;
    // The conversions may have closed or resized it.
    let m = this(vm, a[0])?;
    let (from, to) = (from.min(m.size.get()), to.min(m.size.get()));
    let found = if from > to {
        None
    } else {
        let hay = &m.bytes()[from..to];
        if last { memchr::memmem::rfind(hay, &needle) } else { memchr::memmem::find(hay, &needle) }
    };
    Ok(Value::int(found.map_or(-1, |i| (i + from) as i64)))
}
fn seek(vm: &Vm, a: &[Value]) -> PyResult {
    let (to, how) = (vm.index_i64(a[1])?, crate::posix::int_or(vm, a[2], 0)?);
    let m = this(vm, a[0])?;
    let base = match how {
        0 => 0,
        1 => m.pos.get() as i64,
        2 => m.size.get() as i64,
        _ => return Err(vm.value_error("unknown seek type")),
    };
    match base.checked_add(to) {
        Some(n) if (0..=m.size.get() as i64).contains(&n) => {
            m.pos.set(n as usize);
            Ok(Value::int(n))
        }
        _ => Err(vm.value_error("seek out of range")),
    }
}
fn moves(vm: &Vm, a: &[Value]) -> PyResult {
    let n = |i: usize| vm.index_i64(a[i]).map(|n| usize::try_from(n).unwrap_or(usize::MAX));
    let (to, from, count) = (n(1)?, n(2)?, n(3)?);
    let m = writable(vm, a[0])?;
    let size = m.size.get();
    if to > size || from > size || size - to < count || size - from < count {
        return Err(vm.value_error("source, destination, or count out of range"));
    }
    m.bytes_mut().copy_within(from..from + count, to);
    Ok(Value::NONE)
}
fn flush(vm: &Vm, a: &[Value]) -> PyResult {
    let m = this(vm, a[0])?;
    let from = crate::posix::int_or(vm, a[1], 0)?;
    let n = crate::posix::int_or(vm, a[2], m.size.get() as i64 - from)?;
    let m = this(vm, a[0])?;
    let size = m.size.get() as i64;
    if from < 0 || n < 0 || from > size || size - from < n {
        return Err(vm.value_error("flush values out of range"));
    }
    if m.access == READ || m.access == COPY {
        return Ok(Value::NONE);
    }
    // SAFETY: inside the mapping.
    if unsafe { libc::msync(m.data.get().add(from as usize).cast(), n as usize, libc::MS_SYNC) } < 0 {
        return Err(vm.last_os_error());
    }
    Ok(Value::NONE)
}
fn madvise(vm: &Vm, a: &[Value]) -> PyResult {
    let m = this(vm, a[0])?;
    let size = m.size.get() as i64;
    let (advice, from) = (vm.index_i64(a[1])? as i32, crate::posix::int_or(vm, a[2], 0)?);
    let n = crate::posix::int_or(vm, a[3], size)?;
    let m = this(vm, a[0])?;
    let size = m.size.get() as i64;
    if from < 0 || from >= size {
        return Err(vm.value_error("madvise start out of bounds"));
    }
    if n < 0 {
        return Err(vm.value_error("madvise length invalid"));
    }
    if from.checked_add(n).is_none() {
        return Err(vm.overflow_error("madvise length too large"));
    }
    let n = n.min(size - from);
    // SAFETY: inside the mapping.
    if unsafe { libc::madvise(m.data.get().add(from as usize).cast(), n as usize, advice) } < 0 {
        return Err(vm.last_os_error());
    }
    Ok(Value::NONE)
}
fn size(vm: &Vm, a: &[Value]) -> PyResult {
    let m = this(vm, a[0])?;
    if m.anonymous {
        return Ok(Value::int(m.size.get() as i64));
    }
    if m.fd.get() < 0 {
        return Err(vm.os_error_for(libc::EBADF, Value::UNBOUND, Value::UNBOUND));
    }
    // SAFETY: the structure is filled in by a successful call.
    unsafe {
        let mut st: libc::stat = std::mem::zeroed();
        if libc::fstat(m.fd.get(), &mut st) < 0 {
            return Err(vm.last_os_error());
        }
        Ok(vm.new_int(st.st_size))
    }
}
fn resize(vm: &Vm, a: &[Value]) -> PyResult {
    let n = vm.index_i64(a[1])?;
    let m = this(vm, a[0])?;
    resizable(vm, m)?;
    if n < 0 || m.offset.checked_add(n).is_none() {
        return Err(vm.value_error("new size out of range"));
    }
    if m.fd.get() < 0 && !m.anonymous {
        return Err(vm.value_error("mmap can't resize with trackfd=False."));
    }
    if m.anonymous && m.shared && n as usize > m.size.get() {
        return Err(vm.value_error("mmap: can't expand a shared anonymous mapping"));
    }
    // SAFETY: our own mapping, which nothing views.
    unsafe {
        if m.fd.get() >= 0 && libc::ftruncate(m.fd.get(), m.offset + n) < 0 {
            return Err(vm.last_os_error());
        }
        let p = libc::mremap(m.data.get().cast(), m.size.get(), n as usize, libc::MREMAP_MAYMOVE);
        if p == libc::MAP_FAILED {
            return Err(vm.last_os_error());
        }
        m.data.set(p.cast());
    }
    m.size.set(n as usize);
    Ok(Value::NONE)
}

fn buffer(vm: &Vm, v: Value, write: bool) -> PyResult<BufferInfo> {
    let m = this(vm, v)?;
    if write && m.access == READ {
        return Err(vm.buffer_error("Object is not writable."));
    }
    let mut info = BufferInfo::bytes(v, m.data.get(), m.size.get());
    info.writable = m.access != READ;
    info.counter = Some(m.exports.acquire());
    Ok(info)
}
fn len(vm: &Vm, v: Value) -> PyResult<usize> {
    Ok(this(vm, v)?.size.get())
}
fn index(vm: &Vm, m: Gc<Mmap>, key: Value) -> PyResult<Option<usize>> {
    if vm.class_of(key).slots.index.get().is_none() {
        return Ok(None);
    }
    let n = vm.index_i64(key)?;
    let size = this(vm, m.value())?.size.get() as i64;
    let i = if n < 0 { n + size } else { n };
    if !(0..size).contains(&i) {
        return Err(vm.index_error("mmap index out of range"));
    }
    Ok(Some(i as usize))
}
/// The places that a slice names.
fn places(vm: &Vm, m: Gc<Mmap>, key: Value) -> PyResult<Vec<usize>> {
    let slice = key.is_kind(taipan_runtime::kinds::SLICE);
    if !slice {
        return Err(vm.type_error("mmap indices must be integers"));
    }
    let range = vm.call_method(key, vm.intern("indices"), &[Value::int(m.size.get() as i64)])?;
    let n = vm.collect(range)?;
    let (mut at, stop, step) = (vm.index_i64(n[0])?, vm.index_i64(n[1])?, vm.index_i64(n[2])?);
    let mut out = vec![];
    while if step > 0 { at < stop } else { at > stop } {
        out.push(at as usize);
        let Some(next) = at.checked_add(step) else { break };
        at = next;
    }
    Ok(out)
}
fn getitem(vm: &Vm, v: Value, key: Value) -> PyResult {
    let m = this(vm, v)?;
    if let Some(i) = index(vm, m, key)? {
        return Ok(Value::int(m.bytes()[i] as i64));
    }
    let at = places(vm, m, key)?;
    let m = this(vm, v)?;
    let all = m.bytes();
    Ok(some_bytes(vm, &at.iter().filter_map(|&i| all.get(i).copied()).collect::<Vec<_>>()))
}
fn setitem(vm: &Vm, v: Value, key: Value, x: Value) -> PyResult<()> {
    let m = this(vm, v)?;
    writable(vm, v)?;
    if x.is_unbound() {
        return Err(vm.type_error("mmap object doesn't support item deletion"));
    }
    if let Some(i) = index(vm, m, key)? {
        if vm.class_of(x).slots.index.get().is_none() {
            return Err(vm.type_error("mmap item value must be an int"));
        }
        let b = byte(vm, x, "mmap item value must be in range(0, 256)")?;
        let m = this(vm, v)?;
        let Some(place) = m.bytes_mut().get_mut(i) else {
            return Err(vm.index_error("mmap index out of range"));
        };
        *place = b;
        return Ok(());
    }
    let at = places(vm, m, key)?;
    let data = vm.get_buffer(x)?.to_vec();
    if at.len() != data.len() {
        return Err(vm.index_error("mmap slice assignment is wrong size"));
    }
    let m = this(vm, v)?;
    if at.iter().any(|&i| i >= m.size.get()) {
        return Err(vm.index_error("mmap slice assignment is wrong size"));
    }
    for (i, b) in at.into_iter().zip(data) {
        if let Some(place) = m.bytes_mut().get_mut(i) {
            *place = b;
        }
    }
    Ok(())
}
fn repr(vm: &Vm, v: Value) -> PyResult {
    let m = any(vm, v)?;
    let name = vm.qualified_type_name(v);
    let text = if m.data.get().is_null() {
        format!("<{name} closed=True>")
    } else {
        let access =
            ["ACCESS_DEFAULT", "ACCESS_READ", "ACCESS_WRITE", "ACCESS_COPY"][(m.access & 3) as usize];
        format!(
            "<{name} closed=False, access={access}, length={}, pos={}, offset={}>",
            m.size.get(),
            m.pos.get(),
            m.offset
        )
    };
    Ok(vm.new_str(&text).value())
}

static DEF: TypeDef = TypeDef {
    name: "mmap",
    module: "mmap",
    flags: flag::BASETYPE | flag::IMMUTABLE | flag::WEAKREF,
    slots: Slots {
        new: Some(new),
        repr: Some(repr),
        len: Some(len),
        getitem: Some(getitem),
        setitem: Some(setitem),
        buffer: Some(buffer),
        ..Slots::EMPTY
    },
    methods: &[
        method("close", "($self, /)", close, ""),
        method("read", "($self, n=None, /)", read, ""),
        method("readline", "($self, /)", readline, ""),
        method("read_byte", "($self, /)", read_byte, ""),
        method("write", "($self, bytes, /)", write, ""),
        method("write_byte", "($self, byte, /)", write_byte, ""),
        method(
            "find",
            "($self, view, start=<unrepresentable>, end=<unrepresentable>, /)",
            |vm, a| find_in(vm, a, false),
            "",
        ),
        method(
            "rfind",
            "($self, view, start=<unrepresentable>, end=<unrepresentable>, /)",
            |vm, a| find_in(vm, a, true),
            "",
        ),
        method("seek", "($self, pos, whence=0, /)", seek, ""),
        method("seekable", "($self, /)", |_, _| Ok(Value::TRUE), ""),
        method("tell", "($self, /)", |vm, a| Ok(Value::int(this(vm, a[0])?.pos.get() as i64)), ""),
        method("move", "($self, dest, src, count, /)", moves, ""),
        method("flush", "($self, offset=0, size=<unrepresentable>, /)", flush, ""),
        method("madvise", "($self, option, start=0, length=<unrepresentable>, /)", madvise, ""),
        method("size", "($self, /)", size, ""),
        method("resize", "($self, newsize, /)", resize, ""),
        method(
            "__enter__",
            "($self, /)",
            |vm, a| {
                this(vm, a[0])?;
                Ok(a[0])
            },
            "",
        ),
        method_var("__exit__", "($self, *args)", |vm, args| close(vm, &args.pos[..1]), ""),
    ],
    getset: &[readonly("closed", |vm, v| Ok(Value::bool(any(vm, v)?.data.get().is_null())), "")],
    doc: "mmap(fileno, length[, flags[, prot[, access[, offset[, trackfd]]]]])\n\nMaps length bytes from the file specified by the file descriptor fileno,\nand returns a mmap object.",
    ..TypeDef::native::<Mmap>()
};

macro_rules! numbers {
    ($($name:ident)*) => { &[$((stringify!($name), libc::$name as i64)),*] };
}
static NUMBERS: &[(&str, i64)] = numbers! {
    PROT_READ PROT_WRITE PROT_EXEC MAP_SHARED MAP_PRIVATE MAP_ANON MAP_ANONYMOUS MAP_POPULATE MAP_STACK MAP_NORESERVE
    MAP_DENYWRITE MAP_EXECUTABLE
    MADV_NORMAL MADV_RANDOM MADV_SEQUENTIAL MADV_WILLNEED MADV_DONTNEED MADV_REMOVE MADV_DONTFORK MADV_DOFORK
    MADV_HWPOISON MADV_MERGEABLE MADV_UNMERGEABLE MADV_HUGEPAGE MADV_NOHUGEPAGE MADV_DONTDUMP MADV_DODUMP MADV_FREE
};

fn init(vm: &Vm, m: Gc<Module>) -> PyResult<()> {
    let d = m.dict.get();
    for &(name, n) in NUMBERS {
        d.set_str(vm, vm.intern(name), Value::int(n));
    }
    // SAFETY: a plain number.
    let page = unsafe { libc::sysconf(libc::_SC_PAGESIZE) };
    for (name, n) in [
        ("PAGESIZE", page),
        ("ALLOCATIONGRANULARITY", page),
        ("ACCESS_DEFAULT", DEFAULT),
        ("ACCESS_READ", READ),
        ("ACCESS_WRITE", WRITE),
        ("ACCESS_COPY", COPY),
    ] {
        d.set_str(vm, vm.intern(name), Value::int(n));
    }
    d.set_str(vm, vm.intern("error"), vm.types.OSError.value());
    Ok(())
}

/// The module.
pub static MODULE: ModuleDef =
    ModuleDef { name: "mmap", doc: "", functions: &[], types: &[&DEF], init: Some(init) };
