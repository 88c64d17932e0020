//! The codec registry: search functions, codecs found, error handlers by name.
//!
//! `codecs.register` adds search functions; a look-up normalises the name, asks them in order and keeps the
//! answer, a `CodecInfo` tuple `(encode, decode, stream reader, stream writer)`.

use super::errors::{Kind, NAMES};
use crate::objects::bytearray::ByteArray;
use crate::objects::bytes::Bytes;
use crate::objects::dict::Dict;
use crate::objects::list::List;
use crate::objects::str::Str;
use crate::objects::tuple::Tuple;
use crate::vm::Vm;
use crate::vm::error::PyResult;
use std::cell::Cell;
use taipan_heap::{Gc, Tracer, Value};

/// The registry of one VM.
pub struct CodecState {
    /// Search functions.
    pub search: Gc<List>,
    /// Codecs found, by normalised name.
    pub cache: Gc<Dict>,
    /// Registered error handlers, by name.
    pub errors: Gc<Dict>,
    /// Was the library's `encodings` package imported?
    loaded: Cell<bool>,
}

impl CodecState {
    /// An empty registry.
    pub fn new(vm: &Vm) -> CodecState {
        CodecState {
            search: vm.new_list(&[]),
            cache: vm.new_dict(),
            errors: vm.new_dict(),
            loaded: Cell::new(false),
        }
    }
    /// Visits it.
    pub fn trace(&self, t: &mut Tracer) {
        t.gc(self.search);
        t.gc(self.cache);
        t.gc(self.errors);
    }
}

/// `codecs.register(function)`
pub fn register(vm: &Vm, function: Value) -> PyResult<()> {
    if vm.class_of(function).slots.call.get().is_none() {
        return Err(vm.type_error("argument must be callable"));
    }
    let mut all = vm.list_items(vm.codecs.search);
    all.push(&vm.heap, function);
    replace_search(vm, &all)
}
/// `codecs.unregister(function)`
pub fn unregister(vm: &Vm, function: Value) -> PyResult<()> {
    let all = vm.list_items(vm.codecs.search);
    if let Some(i) = all.iter().position(|&f| f == function) {
        vm.codecs.cache.clear(vm);
        let mut left = taipan_heap::GcVec::new();
        all.iter().enumerate().filter(|&(k, _)| k != i).for_each(|(_, &f)| left.push(&vm.heap, f));
        replace_search(vm, &left)?;
    }
    Ok(())
}
fn replace_search(vm: &Vm, all: &[Value]) -> PyResult<()> {
    let (new, old) = (vm.new_list(all), vm.codecs.search);
    old.buf.set(old, new.buf.get());
    old.data.set(new.data.get());
    old.cap.set(new.cap.get());
    old.len.set(new.len.get());
    old.storage.set(new.storage.get());
    Ok(())
}

/// A codec's name as the registry keeps it: lower case, spaces and other signs as `_`.
pub fn normalize(name: &str) -> String {
    name.chars().map(|c| if c == ' ' { '_' } else { c.to_ascii_lowercase() }).collect()
}

/// `codecs.lookup(encoding)`: the codec's tuple.
pub fn lookup(vm: &Vm, encoding: Value) -> PyResult<Gc<Tuple>> {
    let name = vm.str(encoding)?;
    let state = &*vm.codecs;
    if !state.loaded.get() {
        state.loaded.set(true);
        if vm.list_items(state.search).is_empty() {
            vm.import_module("encodings")?;
        }
    }
    let key = vm.new_str(&normalize(&name.to_string_lossy()));
    if let Some(found) = state.cache.get_str(vm, key) {
        return Ok(found.cast::<Tuple>().expect("only tuples are kept"));
    }
    for &f in vm.list_items(state.search).iter() {
        let r = vm.call(f, &[key.value()])?;
        if r.is_none() {
            continue;
        }
        let Some(t) = r.cast::<Tuple>().filter(|t| t.len() == 4) else {
            return Err(vm.type_error("codec search functions must return 4-tuples"));
        };
        state.cache.set_str(vm, key, r);
        return Ok(t);
    }
    Err(vm.lookup_error(format!("unknown encoding: {}", *name)))
}

/// `codecs.encode(object, encoding, errors)`: any codec, any answer.
pub fn encode(vm: &Vm, object: Value, encoding: Value, errors: Value) -> PyResult {
    run(vm, object, encoding, errors, 0, "encoder must return a tuple (object, integer)", "encoding")
}
/// `codecs.decode(object, encoding, errors)`
pub fn decode(vm: &Vm, object: Value, encoding: Value, errors: Value) -> PyResult {
    run(vm, object, encoding, errors, 1, "decoder must return a tuple (object,integer)", "decoding")
}

fn run(
    vm: &Vm,
    object: Value,
    encoding: Value,
    errors: Value,
    which: usize,
    shape: &str,
    what: &str,
) -> PyResult {
    let encoding = if encoding.is_none() { vm.intern("utf-8").value() } else { encoding };
    let f = lookup(vm, encoding)?.items()[which];
    call(vm, f, object, encoding, errors, shape, what)
}

fn call(
    vm: &Vm,
    f: Value,
    object: Value,
    encoding: Value,
    errors: Value,
    shape: &str,
    what: &str,
) -> PyResult {
    let r = if errors.is_none() { vm.call(f, &[object]) } else { vm.call(f, &[object, errors]) };
    let r = match r {
        Ok(r) => r,
        Err(e) => {
            // The note that PEP 678 notes replaced the chained exception with.
            let name = vm.str(encoding)?;
            let note = vm.new_str(&format!("{what} with '{}' codec failed", *name));
            let _ = vm.call_method(e.value(), vm.intern("add_note"), &[note.value()]);
            return Err(e);
        }
    };
    match r.cast::<Tuple>().filter(|t| t.len() == 2) {
        Some(t) => Ok(t.items()[0]),
        None => Err(vm.type_error(shape)),
    }
}

/// Is the codec one between text and bytes? Then its tuple; otherwise the `LookupError`.
fn text_codec(vm: &Vm, encoding: Value, instead: &str) -> PyResult<Gc<Tuple>> {
    let t = lookup(vm, encoding)?;
    if !vm.is_exact(t.value(), crate::vm::shape_ids::tuple) {
        let flag = vm.get_attr_opt(t.value(), vm.intern("_is_text_encoding"))?;
        if let Some(flag) = flag
            && !vm.truth(flag)?
        {
            let name = vm.str(encoding)?;
            return Err(vm.lookup_error(format!(
                "'{}' is not a text encoding; use {instead} to handle arbitrary codecs",
                *name
            )));
        }
    }
    Ok(t)
}

/// `str.encode` with a registered codec.
pub fn encode_text(vm: &Vm, object: Value, encoding: Value, errors: Value) -> PyResult {
    let f = text_codec(vm, encoding, "codecs.encode()")?.items()[0];
    let shape = "encoder must return a tuple (object, integer)";
    let v = call(vm, f, object, encoding, errors, shape, "encoding")?;
    if v.cast::<Bytes>().is_some() {
        return Ok(v);
    }
    if let Some(b) = v.cast::<ByteArray>() {
        let name = vm.str(encoding)?;
        crate::text::warn(
            vm,
            vm.types.RuntimeWarning,
            &format!(
                "encoder {} returned bytearray instead of bytes; use codecs.encode() to encode to arbitrary types",
                *name
            ),
        )?;
        return Ok(vm.new_bytes(b.as_bytes()).value());
    }
    let name = vm.str(encoding)?;
    Err(vm.type_error(format!(
        "'{}' encoder returned '{}' instead of 'bytes'; use codecs.encode() to encode to arbitrary types",
        *name,
        vm.type_name(v)
    )))
}

/// `bytes.decode` with a registered codec.
pub fn decode_text(vm: &Vm, object: Value, encoding: Value, errors: Value) -> PyResult<Gc<Str>> {
    let f = text_codec(vm, encoding, "codecs.decode()")?.items()[1];
    let shape = "decoder must return a tuple (object,integer)";
    let view = if object.cast::<Bytes>().is_some() { object } else { vm.new_memoryview(object)? };
    let v = call(vm, f, view, encoding, errors, shape, "decoding")?;
    let name = vm.str(encoding)?;
    v.cast::<Str>().ok_or_else(|| {
        vm.type_error(format!(
            "'{}' decoder returned '{}' instead of 'str'; use codecs.decode() to decode to arbitrary types",
            *name,
            vm.type_name(v)
        ))
    })
}

/// `codecs.register_error(name, handler)`
pub fn register_error(vm: &Vm, name: Gc<Str>, handler: Value) -> PyResult<()> {
    if vm.class_of(handler).slots.call.get().is_none() {
        return Err(vm.type_error("handler must be callable"));
    }
    vm.codecs.errors.set_str(vm, name, handler);
    Ok(())
}

/// `codecs.lookup_error(name)`; `None` is `strict`.
pub fn lookup_error(vm: &Vm, name: Value) -> PyResult {
    let key = match name.cast::<Str>() {
        Some(s) => vm.str_exact(s)?,
        None => vm.names.strict,
    };
    if let Some(f) = vm.codecs.errors.get_str(vm, key) {
        return Ok(f);
    }
    if Kind::of(key.as_bytes()) != Kind::Other {
        install_handlers(vm);
        if let Some(f) = vm.codecs.errors.get_str(vm, key) {
            return Ok(f);
        }
    }
    Err(vm.lookup_error(format!("unknown error handler name '{}'", *key)))
}

/// `codecs._unregister_error(name)`: was there one?
pub fn unregister_error(vm: &Vm, name: Gc<Str>) -> PyResult<bool> {
    if NAMES.iter().any(|n| n.as_bytes() == name.as_bytes()) {
        return Err(vm.value_error(format!("cannot un-register built-in error handler '{}'", *name)));
    }
    Ok(vm.codecs.errors.remove_str(vm, name))
}

/// Puts the built-in handlers as functions into the table, where nothing else is.
fn install_handlers(vm: &Vm) {
    for def in &super::handlers::FUNCTIONS {
        let name = def.name.trim_end_matches("_errors");
        let key = vm.intern(name);
        if vm.codecs.errors.get_str(vm, key).is_none() {
            let f = crate::objects::native::new_module_function(vm, Value::NONE, Value::NONE, def);
            vm.codecs.errors.set_str(vm, key, f);
        }
    }
}
