//! Python values to JSON texts.
//!
//! What flows in: a value and the options of a `JSONEncoder`. What flows out: a tuple of one string. What must hold:
//! containers being written are in `markers`, if there are any, so that cycles are found.

use super::text::{encode_basestring, encode_basestring_ascii, write_string};
use taipan_runtime::kinds::Trace;
use taipan_runtime::objects::dict::Dict;
use taipan_runtime::objects::list::List;
use taipan_runtime::objects::native::NativeFunction;
use taipan_runtime::objects::str::Str;
use taipan_runtime::objects::tuple::Tuple;
use taipan_runtime::objects::typ::Type;
use taipan_runtime::vm::typedef::{NativeImpl, NativeObject, flag};
use taipan_runtime::{Args, Gc, Header, PyResult, Raised, Slot, Slots, Tracer, TypeDef, Value, Vm, readonly};

/// How strings are written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Strings {
    Ascii,
    Any,
    /// By a function of the user's.
    Custom,
}

/// `Encoder`
#[repr(C)]
struct Encoder {
    header: Header,
    markers: Slot<Value>,
    default: Slot<Value>,
    encoder: Slot<Value>,
    indent: Slot<Value>,
    key_separator: Slot<Value>,
    item_separator: Slot<Value>,
    sort_keys: bool,
    skipkeys: bool,
    allow_nan: bool,
    strings: Strings,
}
impl Trace for Encoder {
    fn trace(&self, t: &mut Tracer) {
        t.slot(&self.markers);
        t.slot(&self.default);
        t.slot(&self.encoder);
        t.slot(&self.indent);
        t.slot(&self.key_separator);
        t.slot(&self.item_separator);
    }
}
// SAFETY: `repr(C)`, header first.
unsafe impl NativeObject for Encoder {
    const DEF: &'static TypeDef = &DEF;
}

fn strings_of(f: Value) -> Strings {
    let Some(n) = f.cast::<NativeFunction>() else { return Strings::Custom };
    match n.def.imp {
        NativeImpl::Fixed(g)
            if std::ptr::fn_addr_eq(g, encode_basestring_ascii as fn(&Vm, &[Value]) -> PyResult) =>
        {
            Strings::Ascii
        }
        NativeImpl::Fixed(g)
            if std::ptr::fn_addr_eq(g, encode_basestring as fn(&Vm, &[Value]) -> PyResult) =>
        {
            Strings::Any
        }
        _ => Strings::Custom,
    }
}

fn new(vm: &Vm, ty: Gc<Type>, args: Args) -> PyResult {
    let [markers, default, encoder, indent, key_separator, item_separator, sort_keys, skipkeys, allow_nan] =
        args.bind(
            vm,
            "make_encoder",
            "(markers, default, encoder, indent, key_separator, item_separator, sort_keys, skipkeys, allow_nan)",
        )?;
    if !markers.is_none() && markers.cast::<Dict>().is_none() {
        return Err(vm.type_error(format!(
            "make_encoder() argument 1 must be dict or None, not {}",
            vm.type_name(markers)
        )));
    }
    for (i, s) in [(5, key_separator), (6, item_separator)] {
        if s.cast::<Str>().is_none() {
            let name = vm.type_name(s);
            return Err(vm.type_error(format!("make_encoder() argument {i} must be str, not {name}")));
        }
    }
    let (sort_keys, skipkeys, allow_nan) = (vm.truth(sort_keys)?, vm.truth(skipkeys)?, vm.truth(allow_nan)?);
    let e = vm.new_native_of(ty, |header| Encoder {
        header,
        markers: Slot::new(markers),
        default: Slot::new(default),
        encoder: Slot::new(encoder),
        indent: Slot::new(indent),
        key_separator: Slot::new(key_separator),
        item_separator: Slot::new(item_separator),
        sort_keys,
        skipkeys,
        allow_nan,
        strings: strings_of(encoder),
    });
    Ok(e.value())
}
fn this(vm: &Vm, v: Value) -> PyResult<Gc<Encoder>> {
    vm.native::<Encoder>(v).ok_or_else(|| vm.type_error("an Encoder is required"))
}

/// One encoding.
struct Writer<'a> {
    vm: &'a Vm,
    e: Gc<Encoder>,
    key_separator: Gc<Str>,
    item_separator: Gc<Str>,
    indent: Option<Gc<Str>>,
    out: Vec<u8>,
}

impl Writer<'_> {
    /// Adds the note that CPython adds for each container around an error.
    #[cold]
    fn note(&self, e: Raised, container: Value, item: &str) -> Raised {
        self.note_text(e, &format!("when serializing {} item {item}", self.vm.qualified_type_name(container)))
    }
    #[cold]
    fn note_text(&self, e: Raised, text: &str) -> Raised {
        let vm = self.vm;
        match vm.call_method(e.value(), vm.intern("add_note"), &[vm.new_str(text).value()]) {
            Ok(_) => e,
            Err(other) => other,
        }
    }
    fn string(&mut self, s: Gc<Str>) -> PyResult<()> {
        match self.e.strings {
            Strings::Ascii => write_string(&mut self.out, s, true),
            Strings::Any => write_string(&mut self.out, s, false),
            Strings::Custom => {
                let r = self.vm.call(self.e.encoder.get(), &[s.value()])?;
                let Some(r) = r.cast::<Str>() else {
                    let name = self.vm.type_name(r);
                    return Err(self.vm.type_error(format!("encoder() must return a string, not {name}")));
                };
                self.out.extend_from_slice(r.as_bytes());
            }
        }
        Ok(())
    }
    fn float(&mut self, v: Value) -> PyResult<()> {
        let vm = self.vm;
        let f = vm.to_f64(v)?;
        if f.is_finite() {
            // The text of the value itself, whatever a subclass says.
            let r = vm.repr(Value::float(f))?;
            self.out.extend_from_slice(r.as_bytes());
            return Ok(());
        }
        if !self.e.allow_nan {
            let r = vm.repr(v)?;
            let msg = format!("Out of range float values are not JSON compliant: {}", *r);
            return Err(vm.value_error(msg));
        }
        let text = if f.is_nan() {
            "NaN"
        } else if f > 0.0 {
            "Infinity"
        } else {
            "-Infinity"
        };
        self.out.extend_from_slice(text.as_bytes());
        Ok(())
    }
    fn int(&mut self, v: Value) -> PyResult<()> {
        if let Some(i) = v.to_int() {
            use std::io::Write;
            // Writing into a vector does not fail.
            let _ = write!(self.out, "{i}");
            return Ok(());
        }
        let r = self.vm.repr(self.vm.exact_int(v))?;
        self.out.extend_from_slice(r.as_bytes());
        Ok(())
    }
    fn newline(&mut self, level: usize) {
        if let Some(indent) = self.indent {
            self.out.push(b'\n');
            for _ in 0..level {
                self.out.extend_from_slice(indent.as_bytes());
            }
        }
    }
    /// Enters a container: its number in `markers`.
    fn enter(&self, v: Value) -> PyResult<Option<Value>> {
        let Some(markers) = self.e.markers.get().cast::<Dict>() else { return Ok(None) };
        let id = self.vm.new_int(v.bits() as i64);
        if markers.contains(self.vm, id)? {
            return Err(self.vm.value_error("Circular reference detected"));
        }
        markers.set(self.vm, id, v)?;
        Ok(Some(id))
    }
    fn leave(&self, id: Option<Value>) -> PyResult<()> {
        if let (Some(id), Some(markers)) = (id, self.e.markers.get().cast::<Dict>()) {
            markers.remove(self.vm, id)?;
        }
        Ok(())
    }

    fn value(&mut self, v: Value, level: usize) -> PyResult<()> {
        let vm = self.vm;
        if v.is_none() {
            self.out.extend_from_slice(b"null");
        } else if v.is_bool() {
            self.out.extend_from_slice(if v.is_true() { b"true" } else { b"false" });
        } else if let Some(s) = v.cast::<Str>() {
            return self.string(s);
        } else if vm.is_int(v) {
            return self.int(v);
        } else if vm.is_float(v) {
            return self.float(v);
        } else if v.cast::<List>().is_some() || v.cast::<Tuple>().is_some() {
            vm.check_native_stack()?;
            return self.sequence(v, level);
        } else if let Some(d) = v.cast::<Dict>() {
            vm.check_native_stack()?;
            return self.dict(v, d, level);
        } else {
            vm.check_native_stack()?;
            let id = self.enter(v)?;
            let new = vm.call(self.e.default.get(), &[v])?;
            self.value(new, level).map_err(|e| {
                self.note_text(e, &format!("when serializing {} object", vm.qualified_type_name(v)))
            })?;
            return self.leave(id);
        }
        Ok(())
    }

    fn sequence(&mut self, v: Value, level: usize) -> PyResult<()> {
        let vm = self.vm;
        // A list may change while its items are written: each one is asked for when its turn comes.
        let item = |i: usize| match v.cast::<List>() {
            Some(l) => vm.list_try_get(l, i),
            None => v.cast::<Tuple>().and_then(|t| t.items().get(i).copied()),
        };
        if item(0).is_none() {
            self.out.extend_from_slice(b"[]");
            return Ok(());
        }
        let id = self.enter(v)?;
        self.out.push(b'[');
        self.newline(level + 1);
        let mut i = 0;
        while let Some(x) = item(i) {
            if i > 0 {
                self.out.extend_from_slice(self.item_separator.as_bytes());
                self.newline(level + 1);
            }
            self.value(x, level + 1).map_err(|e| self.note(e, v, &i.to_string()))?;
            i += 1;
        }
        self.leave(id)?;
        self.newline(level);
        self.out.push(b']');
        Ok(())
    }

    fn dict(&mut self, v: Value, d: Gc<Dict>, level: usize) -> PyResult<()> {
        let vm = self.vm;
        if d.is_empty() {
            self.out.extend_from_slice(b"{}");
            return Ok(());
        }
        let id = self.enter(v)?;
        self.out.push(b'{');
        let mut first = true;
        if self.e.sort_keys || vm.class_of(v) != vm.types.dict {
            let items = vm.call_method(v, vm.intern("items"), &[])?;
            let list = vm.list_from_iterable(items)?;
            if self.e.sort_keys {
                vm.call_method(list.value(), vm.intern("sort"), &[])?;
            }
            for &pair in vm.list_items(list).iter() {
                let Some(t) = pair.cast::<Tuple>().filter(|t| t.len() == 2) else {
                    return Err(vm.value_error("items must return 2-tuples"));
                };
                self.item(v, t.items()[0], t.items()[1], level, &mut first)?;
            }
        } else {
            let mut pos = 0;
            while let Some(e) = d.next_entry(&mut pos) {
                self.item(v, e.key, e.value, level, &mut first)?;
            }
        }
        self.leave(id)?;
        if !first {
            self.newline(level);
        }
        self.out.push(b'}');
        Ok(())
    }

    fn item(&mut self, dict: Value, key: Value, x: Value, level: usize, first: &mut bool) -> PyResult<()> {
        let vm = self.vm;
        let known = key.cast::<Str>().is_some()
            || key.is_none()
            || key.is_bool()
            || vm.is_int(key)
            || vm.is_float(key);
        if !known {
            if self.e.skipkeys {
                return Ok(());
            }
            return Err(vm.type_error(format!(
                "keys must be str, int, float, bool or None, not {}",
                vm.qualified_type_name(key)
            )));
        }
        if !std::mem::take(first) {
            self.out.extend_from_slice(self.item_separator.as_bytes());
        }
        self.newline(level + 1);
        if let Some(s) = key.cast::<Str>() {
            self.string(s)?;
        } else {
            let start = self.out.len();
            self.value(key, level)?;
            let text = self.out.split_off(start);
            // SAFETY: the text of a number or of a constant.
            let s = unsafe { vm.new_str_wtf8(&text) };
            self.string(s)?;
        }
        self.out.extend_from_slice(self.key_separator.as_bytes());
        let done = self.value(x, level + 1);
        done.map_err(|e| match vm.repr(key) {
            Ok(r) => self.note(e, dict, &r.to_string_lossy()),
            Err(other) => other,
        })
    }
}

fn call(vm: &Vm, v: Value, args: Args) -> PyResult {
    let [obj, level] = args.bind(vm, "_iterencode", "(obj, _current_indent_level)")?;
    let e = this(vm, v)?;
    // A negative level is no indentation.
    let level = vm.index_i64(level)?.max(0) as usize;
    let text = |v: Value| v.cast::<Str>().ok_or_else(|| vm.type_error("separators must be strings"));
    let indent = match e.indent.get() {
        i if i.is_none() => None,
        i => Some(i.cast::<Str>().ok_or_else(|| vm.type_error("indent must be a string or None"))?),
    };
    let key_separator = text(e.key_separator.get())?;
    let item_separator = text(e.item_separator.get())?;
    let mut w = Writer { vm, e, key_separator, item_separator, indent, out: Vec::new() };
    w.value(obj, level)?;
    // SAFETY: pieces of well-formed text.
    let s = unsafe { vm.new_str_wtf8(&w.out) };
    Ok(vm.new_tuple(&[s.value()]).value())
}

macro_rules! members {
    ($($name:ident)*) => {
        &[
            $(readonly(stringify!($name), |vm, v| Ok(this(vm, v)?.$name.get()), stringify!($name)),)*
            readonly("sort_keys", |vm, v| Ok(Value::bool(this(vm, v)?.sort_keys)), "sort_keys"),
            readonly("skipkeys", |vm, v| Ok(Value::bool(this(vm, v)?.skipkeys)), "skipkeys"),
        ]
    };
}

/// `make_encoder`.
pub static DEF: TypeDef = TypeDef {
    name: "Encoder",
    module: "_json",
    flags: flag::BASETYPE,
    slots: Slots { new: Some(new), call: Some(call), ..Slots::EMPTY },
    getset: members!(markers default encoder indent key_separator item_separator),
    doc: "Encoder(markers, default, encoder, indent, key_separator, item_separator, sort_keys, skipkeys, allow_nan)",
    ..TypeDef::native::<Encoder>()
};
