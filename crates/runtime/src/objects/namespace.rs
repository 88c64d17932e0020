//! `types.SimpleNamespace`.

use crate::kinds::Trace;
use crate::objects::dict::Dict;
use crate::objects::instance::extra_slots;
use crate::objects::str::Str;
use crate::objects::typ::Type;
use crate::vm::Vm;
use crate::vm::args::Args;
use crate::vm::error::PyResult;
use crate::vm::slots::{CompareOp, Slots};
use crate::vm::typedef::{NativeObject, TypeDef, flag, method, method_var};
use taipan_heap::{Gc, Header, Tracer, Value};

/// A namespace: all its attributes are in its dict.
#[repr(C)]
pub struct Namespace {
    header: Header,
}
impl Trace for Namespace {
    fn trace(&self, _: &mut Tracer) {}
}
// SAFETY: `repr(C)`, starts with a header, made by `new_native_of` only.
unsafe impl NativeObject for Namespace {
    const DEF: &'static TypeDef = &DEF;
}

fn dict_of(vm: &Vm, v: Value) -> PyResult<Gc<Dict>> {
    let n = vm.native::<Namespace>(v).ok_or_else(|| vm.type_error("a SimpleNamespace is required"))?;
    let slot = &extra_slots(n.header())[0];
    if let Some(d) = slot.get().cast::<Dict>() {
        return Ok(d);
    }
    let d = vm.new_dict();
    slot.set(n, d.value());
    Ok(d)
}
fn new(vm: &Vm, ty: Gc<Type>, _: Args) -> PyResult {
    Ok(vm.new_native_of(ty, |header| Namespace { header }).value())
}
fn init(vm: &Vm, v: Value, args: Args) -> PyResult<()> {
    let n = args.pos.len();
    if n > 1 {
        return Err(vm.type_error(format!("SimpleNamespace expected at most 1 argument, got {n}")));
    }
    let d = dict_of(vm, v)?;
    if let Some(&from) = args.pos.first() {
        let from = vm.call(vm.types.dict.value(), &[from])?;
        let from = from.cast::<Dict>().ok_or_else(|| vm.type_error("dict() made no dict"))?;
        let mut pos = 0;
        while let Some(e) = from.next_entry(&mut pos) {
            if e.key.cast::<Str>().is_none() {
                return Err(vm.type_error("keywords must be strings"));
            }
            d.set(vm, e.key, e.value)?;
        }
    }
    for (k, value) in args.kw.iter() {
        d.set(vm, k.value(), value)?;
    }
    Ok(())
}
fn repr(vm: &Vm, v: Value) -> PyResult {
    let d = dict_of(vm, v)?;
    let ty = vm.class_of(v);
    let name =
        if std::ptr::eq(ty.layout_def.get().map_or(std::ptr::null(), |d| d), &DEF) && !ty.has(flag::HEAP) {
            "namespace".to_string()
        } else {
            ty.name_str()
        };
    let h = v.as_header();
    // SAFETY: `v` is a heap object.
    let flags = unsafe { &*h };
    if flags.has(taipan_heap::flags::IN_REPR) {
        return Ok(vm.new_str(&format!("{name}(...)")).value());
    }
    flags.set(taipan_heap::flags::IN_REPR);
    let shown = || -> PyResult<String> {
        let mut parts = vec![];
        let mut pos = 0;
        while let Some(e) = d.next_entry(&mut pos) {
            if let Some(k) = e.key.cast::<Str>()
                && k.byte_len() > 0
            {
                parts.push(format!("{k}={}", vm.repr(e.value)?));
            }
        }
        Ok(format!("{name}({})", parts.join(", ")))
    };
    let r = shown();
    flags.clear(taipan_heap::flags::IN_REPR);
    Ok(vm.new_str(&r?).value())
}
fn compare(vm: &Vm, a: Value, b: Value, op: CompareOp) -> PyResult {
    if vm.native::<Namespace>(a).is_none() || vm.native::<Namespace>(b).is_none() {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    vm.compare(dict_of(vm, a)?.value(), dict_of(vm, b)?.value(), op)
}
fn reduce(vm: &Vm, a: &[Value]) -> PyResult {
    let d = dict_of(vm, a[0])?;
    let empty = vm.new_tuple(&[]).value();
    Ok(vm.new_tuple(&[vm.class_of(a[0]).value(), empty, d.value()]).value())
}
fn replace(vm: &Vm, args: Args) -> PyResult {
    if args.pos.len() != 1 {
        return Err(vm.type_error("__replace__() takes exactly one argument"));
    }
    let copy = vm.call(vm.class_of(args.pos[0]).value(), &[])?;
    let (from, to) = (dict_of(vm, args.pos[0])?, dict_of(vm, copy)?);
    let mut pos = 0;
    while let Some(e) = from.next_entry(&mut pos) {
        to.set(vm, e.key, e.value)?;
    }
    for (k, v) in args.kw.iter() {
        to.set(vm, k.value(), v)?;
    }
    Ok(copy)
}

/// The type.
pub static DEF: TypeDef = TypeDef {
    name: "SimpleNamespace",
    module: "types",
    flags: flag::BASETYPE | flag::IMMUTABLE | flag::HAS_DICT,
    slots: Slots {
        new: Some(new),
        init: Some(init),
        repr: Some(repr),
        richcompare: Some(compare),
        ..Slots::EMPTY
    },
    methods: &[
        method("__reduce__", "($self, /)", reduce, "Return state information for pickling"),
        method_var(
            "__replace__",
            "($self, /, **changes)",
            replace,
            "Return a copy of the namespace object with new values for the specified attributes.",
        ),
    ],
    doc: "A simple attribute-based namespace.",
    ..TypeDef::native::<Namespace>()
};

impl Vm {
    /// A `SimpleNamespace` around `dict`.
    pub fn new_namespace(&self, dict: Gc<Dict>) -> Value {
        let n = self.new_native(|header| Namespace { header });
        extra_slots(n.header())[0].set(n, dict.value());
        n.value()
    }
}
