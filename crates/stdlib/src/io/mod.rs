//! `_io`: files, buffers and text streams.
//!
//! `base.rs` has the abstract types, `fileio.rs` the raw file, `buffered.rs` buffered readers and writers,
//! `bytesio.rs` and `stringio.rs` the in-memory files, `textio.rs` text over bytes, `open.rs` the `open`
//! function. Streams call each other's methods through attribute lookup, so that Python classes may stand in for
//! any of them; exact native ones are short-circuited.

pub mod base;
pub mod buffered;
pub mod bytesio;
pub mod fileio;
pub mod newlines;
pub mod open;
pub mod pair;
pub mod stringio;
pub mod textio;
mod textio_methods;

use taipan_runtime::objects::module::{Module, ModuleDef};
use taipan_runtime::objects::typ::Type;
use taipan_runtime::{Gc, PyResult, Raised, Value, Vm};

/// Size of buffers where nothing else is said.
pub const DEFAULT_BUFFER_SIZE: usize = 128 * 1024;

/// The module.
pub static MODULE: ModuleDef = ModuleDef {
    name: "_io",
    doc: "The io module provides the Python interfaces to stream handling.",
    functions: open::FUNCTIONS,
    types: &[
        &base::IOBASE,
        &base::RAWIOBASE,
        &base::BUFFEREDIOBASE,
        &base::TEXTIOBASE,
        &fileio::DEF,
        &bytesio::DEF,
        &stringio::DEF,
        &buffered::READER,
        &buffered::WRITER,
        &buffered::RANDOM,
        &pair::DEF,
        &newlines::DEF,
        &textio::DEF,
    ],
    init: Some(init),
};

fn init(vm: &Vm, m: Gc<Module>) -> PyResult<()> {
    let d = m.dict.get();
    d.set_str(vm, vm.intern("DEFAULT_BUFFER_SIZE"), Value::int(DEFAULT_BUFFER_SIZE as i64));
    let blocking = vm.types.BlockingIOError.value();
    d.set_str(vm, vm.intern("BlockingIOError"), blocking);
    d.set_str(vm, vm.intern("UnsupportedOperation"), unsupported_type(vm)?.value());
    Ok(())
}

/// `io.UnsupportedOperation`, a subclass of `OSError` and `ValueError`; made on first use.
pub fn unsupported_type(vm: &Vm) -> PyResult<Gc<Type>> {
    let key = vm.intern("io.UnsupportedOperation");
    if let Some(t) = vm.hidden.get_str(vm, key).and_then(|v| v.cast::<Type>()) {
        return Ok(t);
    }
    let bases = vm.new_tuple(&[vm.types.OSError.value(), vm.types.ValueError.value()]).value();
    let dict = vm.new_dict();
    dict.set_str(vm, vm.names.__module__, vm.intern("io").value());
    let name = vm.intern("UnsupportedOperation").value();
    let t = vm.call(vm.types.type_.value(), &[name, bases, dict.value()])?;
    vm.hidden.set_str(vm, key, t);
    t.cast::<Type>().ok_or_else(|| vm.type_error("type() made no type"))
}

/// `io.UnsupportedOperation(msg)`
#[cold]
pub fn unsupported(vm: &Vm, msg: &str) -> Raised {
    match unsupported_type(vm) {
        Ok(t) => {
            let s = vm.new_str(msg).value();
            match vm.call(t.value(), &[s]) {
                Ok(e) => Raised(e.cast().unwrap_or_else(|| vm.runtime_error(msg).0)),
                Err(e) => e,
            }
        }
        Err(e) => e,
    }
}

/// Calls `f` with the bytes of a bytes-like object. `f` may not run Python code.
pub fn with_bytes<R>(vm: &Vm, v: Value, f: impl FnOnce(&[u8]) -> R) -> PyResult<R> {
    use taipan_runtime::objects::bytes::Bytes;
    if let Some(b) = v.cast::<Bytes>() {
        return Ok(f(b.as_bytes()));
    }
    let Some(get) = vm.class_of(v).slots.buffer.get() else {
        return Err(vm.type_error(format!("a bytes-like object is required, not '{}'", vm.type_name(v))));
    };
    let info = get(vm, v, false)?;
    // SAFETY: the export describes `len` readable bytes, kept alive by `v`; `f` runs no Python code.
    let r = f(if info.len == 0 { &[] } else { unsafe { std::slice::from_raw_parts(info.data, info.len) } });
    if let Some(c) = info.counter {
        c.release();
    }
    Ok(r)
}

/// Copies `bytes` to the start of a writable bytes-like object; answers how many fit.
pub fn write_into(vm: &Vm, v: Value, bytes: &[u8]) -> PyResult<usize> {
    let (data, len) = writable(vm, v)?;
    let n = bytes.len().min(len);
    // SAFETY: the export describes `len` writable bytes.
    unsafe { std::ptr::copy_nonoverlapping(bytes.as_ptr(), data, n) };
    Ok(n)
}

/// Address and length of a writable bytes-like object.
pub fn writable(vm: &Vm, v: Value) -> PyResult<(*mut u8, usize)> {
    let fail = || {
        vm.type_error(format!(
            "readinto() argument must be read-write bytes-like object, not {}",
            vm.type_name(v)
        ))
    };
    let Some(get) = vm.class_of(v).slots.buffer.get() else { return Err(fail()) };
    let Ok(info) = get(vm, v, true) else { return Err(fail()) };
    // The address is used at once, before any Python code could move the bytes.
    if let Some(c) = info.counter {
        c.release();
    }
    if !info.writable {
        return Err(fail());
    }
    Ok((info.data, info.len))
}

/// An optional size argument: `None`, missing or negative is `None`.
pub fn size_arg(vm: &Vm, v: Value) -> PyResult<Option<usize>> {
    if v.is_unbound() || v.is_none() {
        return Ok(None);
    }
    if vm.class_of(v).slots.index.get().is_none() {
        return Err(vm.type_error(format!("argument should be integer or None, not '{}'", vm.type_name(v))));
    }
    let n = vm.index_i64(v)?;
    Ok(if n < 0 { None } else { Some(n as usize) })
}

/// Calls a method of a stream by name.
pub fn invoke(vm: &Vm, stream: Value, name: &str, args: &[Value]) -> PyResult {
    vm.call_method(stream, vm.intern(name), args)
}
