//! `types.SimpleNamespace`: an object with attributes and a readable text.

use crate::objects::dict::Dict;
use crate::objects::str::Str;
use crate::objects::typ::Type;
use crate::vm::Vm;
use crate::vm::args::Args;
use crate::vm::error::PyResult;
use crate::vm::slots::{CompareOp, Slots};
use crate::vm::typedef::{TypeDef, flag, method, method_var};
use taipan_heap::{Gc, Value};

fn new(vm: &Vm, ty: Gc<Type>, _: Args) -> PyResult {
    Ok(vm.new_instance(ty).value())
}
impl Vm {
    /// A new `types.SimpleNamespace` with the items of `dict` (keys are strings) as attributes.
    pub fn new_namespace(&self, dict: Gc<Dict>) -> Value {
        let v = self.new_instance(self.types.simple_namespace).value();
        let mut pos = 0;
        while let Some(e) = dict.next_entry(&mut pos) {
            if let Some(k) = e.key.cast::<Str>() {
                self.instance_set(v, self.intern_str(k), e.value);
            }
        }
        v
    }
}
fn init(vm: &Vm, v: Value, args: Args) -> PyResult<()> {
    crate::vm::args::check_positional(vm, &vm.class_of(v).name.get().to_string(), args.pos.len(), 0, 1)?;
    if let Some(&m) = args.pos.first() {
        let d = vm.new_dict();
        vm.dict_update(d, m)?;
        let mut pos = 0;
        while let Some(e) = d.next_entry(&mut pos) {
            let Some(k) = e.key.cast::<Str>() else {
                return Err(vm.type_error("keywords must be strings"));
            };
            vm.instance_set(v, vm.intern_str(k), e.value);
        }
    }
    for (k, x) in args.kw.iter() {
        vm.instance_set(v, vm.intern_str(k), x);
    }
    Ok(())
}
fn repr(vm: &Vm, v: Value) -> PyResult {
    let ty = vm.class_of(v);
    let name = if ty == vm.types.simple_namespace { "namespace".to_owned() } else { ty.name_str() };
    let Some(_guard) = vm.enter_repr(v) else {
        return Ok(vm.new_str(&format!("{name}(...)")).value());
    };
    let Some(d) = vm.instance_snapshot(v) else { return Ok(vm.new_str(&name).value()) };
    let mut out = format!("{name}(");
    let (mut pos, mut first) = (0, true);
    while let Some(e) = d.next_entry(&mut pos) {
        let Some(k) = e.key.cast::<Str>() else { continue };
        if k.byte_len() == 0 {
            continue;
        }
        if !first {
            out.push_str(", ");
        }
        first = false;
        let r = vm.repr(e.value)?;
        out.push_str(&format!("{}={}", *k, *r));
    }
    out.push(')');
    Ok(vm.new_str(&out).value())
}
fn compare(vm: &Vm, a: Value, b: Value, op: CompareOp) -> PyResult {
    let both = vm.class_of(a).is_subtype(vm.types.simple_namespace)
        && vm.class_of(b).is_subtype(vm.types.simple_namespace);
    match (both, vm.instance_snapshot(a), vm.instance_snapshot(b)) {
        (true, Some(x), Some(y)) => vm.compare(x.value(), y.value(), op),
        _ => Ok(Value::NOT_IMPLEMENTED),
    }
}
fn reduce(vm: &Vm, a: &[Value]) -> PyResult {
    let d: Gc<Dict> = vm.instance_snapshot(a[0]).unwrap_or_else(|| vm.new_dict());
    Ok(vm.new_tuple(&[vm.class_of(a[0]).value(), vm.new_tuple(&[]).value(), d.value()]).value())
}
fn replace(vm: &Vm, args: Args) -> PyResult {
    if args.pos.len() > 1 {
        return Err(vm.type_error("__replace__() takes no positional arguments"));
    }
    let v = args.pos[0];
    let ty = vm.class_of(v);
    let new = vm.call(ty.value(), &[])?;
    if !vm.class_of(new).is_subtype(vm.types.simple_namespace) {
        let (of, got) = (vm.full_type_name(ty), vm.full_type_name(vm.class_of(new)));
        return Err(
            vm.type_error(format!("expect types.SimpleNamespace type, but {of}() returned '{got}' object"))
        );
    }
    if let Some(d) = vm.instance_snapshot(v) {
        let mut pos = 0;
        while let Some(e) = d.next_entry(&mut pos) {
            if let Some(k) = e.key.cast::<Str>() {
                vm.instance_set(new, vm.intern_str(k), e.value);
            }
        }
    }
    for (k, x) in args.kw.iter() {
        vm.instance_set(new, vm.intern_str(k), x);
    }
    Ok(new)
}

/// The type.
pub static DEF: TypeDef = TypeDef {
    name: "SimpleNamespace",
    module: "types",
    flags: flag::IMMUTABLE | flag::BASETYPE | flag::HAS_DICT,
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
    getset: &[crate::objects::object::DICT_ATTRIBUTE],
    doc: "SimpleNamespace(mapping_or_iterable=(), /, **kwargs)\n--\n\nA simple attribute-based namespace.",
    ..TypeDef::EMPTY
};
