//! `IncrementalNewlineDecoder`, and what text streams know of line ends.

use super::invoke;
use std::cell::Cell;
use taipan_runtime::kinds::Trace;
use taipan_runtime::objects::str::Str;
use taipan_runtime::objects::typ::Type;
use taipan_runtime::vm::typedef::{NativeObject, flag};
use taipan_runtime::{Args, Gc, Header, PyResult, Slot, Slots, Tracer, TypeDef, Value, Vm, method, readonly};

/// Which line ends were seen: bits.
pub mod seen {
    #![allow(missing_docs)]
    pub const CR: u8 = 1;
    pub const LF: u8 = 2;
    pub const CRLF: u8 = 4;
}

/// The `newlines` attribute for what was seen.
pub fn newlines_value(vm: &Vm, bits: u8) -> Value {
    let mut v = taipan_runtime::GcVec::new();
    for (bit, text) in [(seen::CR, "\r"), (seen::LF, "\n"), (seen::CRLF, "\r\n")] {
        if bits & bit != 0 {
            v.push(&vm.heap, vm.intern(text).value());
        }
    }
    match v.len() {
        0 => Value::NONE,
        1 => v[0],
        _ => vm.new_tuple(&v).value(),
    }
}

/// Records the line ends of complete text in `bits`.
pub fn note(bytes: &[u8], bits: &mut u8) {
    let mut i = 0;
    while i < bytes.len() {
        match bytes[i] {
            b'\n' => *bits |= seen::LF,
            b'\r' if bytes.get(i + 1) == Some(&b'\n') => {
                *bits |= seen::CRLF;
                i += 1;
            }
            b'\r' => *bits |= seen::CR,
            _ => {}
        }
        i += 1;
    }
}

/// `\r\n` and `\r` become `\n`.
pub fn translate(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut i = 0;
    while i < bytes.len() {
        if bytes[i] == b'\r' {
            out.push(b'\n');
            if bytes.get(i + 1) == Some(&b'\n') {
                i += 1;
            }
        } else {
            out.push(bytes[i]);
        }
        i += 1;
    }
    out
}

/// A decoder that handles line ends behind another decoder.
#[repr(C)]
pub struct NewlineDecoder {
    header: Header,
    decoder: Slot<Value>,
    translate: Cell<bool>,
    pending_cr: Cell<bool>,
    seen: Cell<u8>,
}
impl Trace for NewlineDecoder {
    fn trace(&self, t: &mut Tracer) {
        t.slot(&self.decoder);
    }
}
// SAFETY: `repr(C)`, starts with a header, made by `new_native_of` only.
unsafe impl NativeObject for NewlineDecoder {
    const DEF: &'static TypeDef = &DEF;
}

fn this(vm: &Vm, v: Value) -> PyResult<Gc<NewlineDecoder>> {
    vm.native::<NewlineDecoder>(v).ok_or_else(|| vm.type_error("an IncrementalNewlineDecoder is required"))
}
fn new(vm: &Vm, ty: Gc<Type>, _: Args) -> PyResult {
    Ok(vm
        .new_native_of(ty, |header| NewlineDecoder {
            header,
            decoder: Slot::new(Value::NONE),
            translate: Cell::new(false),
            pending_cr: Cell::new(false),
            seen: Cell::new(0),
        })
        .value())
}
fn init(vm: &Vm, v: Value, args: Args) -> PyResult<()> {
    let d = this(vm, v)?;
    let [decoder, translate, _errors] =
        args.bind(vm, "IncrementalNewlineDecoder", "(decoder, translate, errors='strict')")?;
    d.decoder.set(d, decoder);
    d.translate.set(vm.truth(translate)?);
    Ok(())
}
fn decode(vm: &Vm, a: &[Value]) -> PyResult {
    let d = this(vm, a[0])?;
    let last = a[2].bound().map_or(Ok(false), |f| vm.truth(f))?;
    let text = if d.decoder.get().is_none() {
        a[1]
    } else {
        vm.call_method(d.decoder.get(), vm.names.decode, &[a[1], Value::bool(last)])?
    };
    let Some(s) = text.cast::<Str>() else {
        return Err(
            vm.type_error(format!("decoder should return a string result, not '{}'", vm.type_name(text)))
        );
    };
    let mut bytes = vec![];
    if d.pending_cr.get() && (s.byte_len() > 0 || last) {
        bytes.push(b'\r');
        d.pending_cr.set(false);
    }
    bytes.extend_from_slice(s.as_bytes());
    if !last && bytes.last() == Some(&b'\r') {
        bytes.pop();
        d.pending_cr.set(true);
    }
    let mut bits = d.seen.get();
    note(&bytes, &mut bits);
    d.seen.set(bits);
    if d.translate.get() && bytes.contains(&b'\r') {
        bytes = translate(&bytes);
    }
    let n = taipan_runtime::objects::str::count_chars(&bytes);
    // SAFETY: well-formed text with only ASCII characters added and removed.
    Ok(unsafe { vm.new_str_wtf8_counted(&bytes, n) }.value())
}
fn getstate(vm: &Vm, a: &[Value]) -> PyResult {
    let d = this(vm, a[0])?;
    let (mut buffer, mut flag) = (vm.new_bytes(b"").value(), 0);
    if !d.decoder.get().is_none() {
        let s = invoke(vm, d.decoder.get(), "getstate", &[])?;
        let parts = vm.collect(s)?;
        if parts.len() == 2 {
            buffer = parts[0];
            flag = vm.index_i64(parts[1])?;
        }
    }
    let flag = flag << 1 | d.pending_cr.get() as i64;
    Ok(vm.new_tuple(&[buffer, vm.new_int(flag)]).value())
}
fn setstate(vm: &Vm, a: &[Value]) -> PyResult {
    let d = this(vm, a[0])?;
    let parts = vm.collect(a[1])?;
    if parts.len() != 2 {
        return Err(vm.type_error("state argument must be a tuple"));
    }
    let flag = vm.index_i64(parts[1])?;
    d.pending_cr.set(flag & 1 != 0);
    if !d.decoder.get().is_none() {
        let inner = vm.new_tuple(&[parts[0], vm.new_int(flag >> 1)]).value();
        invoke(vm, d.decoder.get(), "setstate", &[inner])?;
    }
    Ok(Value::NONE)
}
fn reset(vm: &Vm, a: &[Value]) -> PyResult {
    let d = this(vm, a[0])?;
    d.pending_cr.set(false);
    d.seen.set(0);
    if !d.decoder.get().is_none() {
        invoke(vm, d.decoder.get(), "reset", &[])?;
    }
    Ok(Value::NONE)
}
fn get_newlines(vm: &Vm, v: Value) -> PyResult {
    Ok(newlines_value(vm, this(vm, v)?.seen.get()))
}

/// The type.
pub static DEF: TypeDef = TypeDef {
    name: "IncrementalNewlineDecoder",
    module: "_io",
    flags: flag::BASETYPE | flag::IMMUTABLE,
    slots: Slots { new: Some(new), init: Some(init), ..Slots::EMPTY },
    methods: &[
        method("decode", "($self, /, input, final=False)", decode, ""),
        method("getstate", "($self, /)", getstate, ""),
        method("setstate", "($self, state, /)", setstate, ""),
        method("reset", "($self, /)", reset, ""),
    ],
    getset: &[readonly("newlines", get_newlines, "")],
    doc: "Codec used when reading a file in universal newlines mode.",
    ..TypeDef::native::<NewlineDecoder>()
};
