//! `functools.partial` with placeholders.

use super::generic;
use std::cell::Cell;
use taipan_runtime::objects::dict::Dict;
use taipan_runtime::objects::str::Str;
use taipan_runtime::objects::tuple::Tuple;
use taipan_runtime::objects::typ::Type;
use taipan_runtime::vm::text::TextBuilder;
use taipan_runtime::vm::typedef::{NativeObject, flag};
use taipan_runtime::*;

/// A `partial`.
#[repr(C)]
pub struct Partial {
    header: Header,
    func: Slot<Value>,
    args: Slot<Gc<Tuple>>,
    keywords: Slot<Gc<Dict>>,
    /// Placeholders among the arguments.
    holes: Cell<usize>,
}
impl kinds::Trace for Partial {
    fn trace(&self, t: &mut Tracer) {
        t.slot(&self.func);
        t.gc(self.args.get());
        t.gc(self.keywords.get());
    }
}
// SAFETY: `repr(C)`, header first.
unsafe impl NativeObject for Partial {
    const DEF: &'static TypeDef = &DEF;
}

/// The type of `Placeholder`.
#[repr(C)]
pub struct PlaceholderObject {
    header: Header,
}
impl kinds::Trace for PlaceholderObject {
    fn trace(&self, _: &mut Tracer) {}
}
// SAFETY: `repr(C)`, header first.
unsafe impl NativeObject for PlaceholderObject {
    const DEF: &'static TypeDef = &PLACEHOLDER;
}
/// The one placeholder of a VM, made on first use. Its type keeps it, under a name that no program can write.
pub fn placeholder(vm: &Vm) -> Value {
    let (dict, name) = (vm.type_of_def(&PLACEHOLDER).dict.get(), vm.intern("<instance>"));
    match dict.get_str(vm, name) {
        Some(v) => v,
        None => {
            let v = vm.new_native(|header| PlaceholderObject { header }).value();
            dict.set_str(vm, name, v);
            v
        }
    }
}
fn is_hole(vm: &Vm, v: Value) -> bool {
    v.is_kind(kinds::NATIVE) && vm.native::<PlaceholderObject>(v).is_some()
}
fn placeholder_new(vm: &Vm, _: Gc<Type>, args: Args) -> PyResult {
    if !args.pos.is_empty() || !args.kw.is_empty() {
        return Err(vm.type_error("PlaceholderType takes no arguments"));
    }
    Ok(placeholder(vm))
}
/// `_PlaceholderType`
pub static PLACEHOLDER: TypeDef = TypeDef {
    name: "_PlaceholderType",
    module: "functools",
    flags: flag::IMMUTABLE,
    slots: Slots {
        new: Some(placeholder_new),
        repr: Some(|vm, _| Ok(vm.new_str("Placeholder").value())),
        ..Slots::EMPTY
    },
    methods: &[method("__reduce__", "($self, /)", |vm, _| Ok(vm.new_str("Placeholder").value()), "")],
    doc: "The type of the Placeholder singleton.\n\nUsed as a placeholder for partial arguments.",
    ..TypeDef::native::<PlaceholderObject>()
};

fn this(vm: &Vm, v: Value) -> Gc<Partial> {
    vm.native::<Partial>(v).expect("slots and methods of partial get such")
}

fn new(vm: &Vm, ty: Gc<Type>, args: Args) -> PyResult {
    let Some(&first) = args.pos.first() else {
        return Err(vm.type_error("type 'partial' takes at least one argument"));
    };
    let mut func = first;
    // A partial of a partial without attributes is merged with it.
    let inner = vm.native::<Partial>(func).filter(|p| {
        let has_attributes = instance_dict(vm, p.value()).is_some_and(|d| !d.is_empty());
        let call = vm.class_of(p.value()).slots.call.get();
        !has_attributes
            && call.is_some_and(|c| std::ptr::fn_addr_eq(c, call_slot as fn(&Vm, Value, Args) -> PyResult))
    });
    if vm.class_of(func).slots.call.get().is_none() {
        return Err(vm.type_error("the first argument must be callable"));
    }
    let more = &args.pos[1..];
    if more.last().is_some_and(|&v| is_hole(vm, v)) {
        return Err(vm.type_error("trailing Placeholders are not allowed"));
    }
    if args.kw.values.iter().any(|&v| is_hole(vm, v)) {
        return Err(vm.type_error("Placeholder cannot be passed as a keyword argument"));
    }
    let new_holes = more.iter().filter(|&&v| is_hole(vm, v)).count();
    let mut all = GcVec::new();
    let mut holes = new_holes;
    let keywords = vm.new_dict();
    let mut rest = more.iter().copied();
    if let Some(p) = inner {
        func = p.func.get();
        holes += p.holes.get();
        for &v in p.args.get().items() {
            let v = if is_hole(vm, v)
                && let Some(filled) = rest.next()
            {
                holes -= 1;
                filled
            } else {
                v
            };
            all.push(&vm.heap, v);
        }
        keywords.copy_from(vm, p.keywords.get());
    }
    rest.for_each(|v| all.push(&vm.heap, v));
    for (k, v) in args.kw.iter() {
        keywords.set(vm, k.value(), v)?;
    }
    let all = vm.new_tuple(&all);
    Ok(vm
        .new_native_of(ty, |header| Partial {
            header,
            func: Slot::new(func),
            args: Slot::new(all),
            keywords: Slot::new(keywords),
            holes: Cell::new(holes),
        })
        .value())
}

/// The dict of attributes, if there are any.
fn instance_dict(vm: &Vm, v: Value) -> Option<Gc<Dict>> {
    let d = vm.get_attr_opt(v, vm.names.__dict__).ok()??;
    d.cast::<Dict>()
}

fn call_slot(vm: &Vm, v: Value, args: Args) -> PyResult {
    let p = this(vm, v);
    let own = p.args.get();
    let mut all = GcVec::with_capacity(&vm.heap, own.len() + args.pos.len());
    let holes = p.holes.get();
    if args.pos.len() < holes {
        return Err(vm.type_error(format!(
            "missing positional arguments in 'partial' call; expected at least {holes}, got {}",
            args.pos.len()
        )));
    }
    let mut given = args.pos.iter().copied();
    for &v in own.items() {
        let v = if holes > 0 && is_hole(vm, v) { given.next().unwrap_or(v) } else { v };
        all.push(&vm.heap, v);
    }
    given.for_each(|v| all.push(&vm.heap, v));
    let kw = p.keywords.get();
    if kw.is_empty() {
        return vm.call_args(p.func.get(), Args { pos: &all, kw: args.kw });
    }
    let merged = if args.kw.is_empty() { kw } else { vm.copy_dict(kw) };
    if !args.kw.is_empty() {
        for (k, v) in args.kw.iter() {
            merged.set(vm, k.value(), v)?;
        }
    }
    let (mut names, mut values) = (GcVec::new(), GcVec::new());
    let mut pos = 0;
    while let Some(e) = merged.next_entry(&mut pos) {
        if e.key.cast::<Str>().is_none() {
            return Err(vm.type_error("keywords must be strings"));
        }
        names.push(&vm.heap, e.key);
        values.push(&vm.heap, e.value);
    }
    let names = vm.new_tuple(&names);
    vm.call_args(p.func.get(), Args { pos: &all, kw: Kw { names: Some(names), values: &values } })
}

fn descr_get(vm: &Vm, v: Value, obj: Value, _: Value) -> PyResult {
    if obj.is_unbound() || obj.is_none() {
        return Ok(v);
    }
    Ok(vm.new_method(v, obj).value())
}

fn repr(vm: &Vm, v: Value) -> PyResult {
    let Some(_guard) = vm.enter_repr(v) else { return Ok(vm.new_str("...").value()) };
    let p = this(vm, v);
    let (func, args, kw) = (p.func.get(), p.args.get(), p.keywords.get());
    let mut w = TextBuilder::new();
    w.push_str(&vm.qualified_type_name(v)).push_str("(").push(vm.repr(func)?);
    for &x in args.items() {
        w.push_str(", ").push(vm.repr(x)?);
    }
    let mut pos = 0;
    while let Some(e) = kw.next_entry(&mut pos) {
        w.push_str(", ").push(vm.str(e.key)?).push_str("=").push(vm.repr(e.value)?);
    }
    w.push_str(")");
    Ok(w.finish(vm).value())
}

fn reduce(vm: &Vm, a: &[Value]) -> PyResult {
    let p = this(vm, a[0]);
    let dict = match instance_dict(vm, a[0]) {
        Some(d) if !d.is_empty() => d.value(),
        _ => Value::NONE,
    };
    let state = vm.new_tuple(&[p.func.get(), p.args.get().value(), p.keywords.get().value(), dict]);
    let args = vm.new_tuple(&[p.func.get()]);
    Ok(vm.new_tuple(&[vm.class_of(a[0]).value(), args.value(), state.value()]).value())
}
fn setstate(vm: &Vm, a: &[Value]) -> PyResult {
    let p = this(vm, a[0]);
    let invalid = || vm.type_error("invalid partial state");
    let state = a[1].cast::<Tuple>().filter(|t| t.len() == 4).ok_or_else(invalid)?;
    let [func, args, kw, dict] = *state.items() else { return Err(invalid()) };
    let args = args.cast::<Tuple>().ok_or_else(invalid)?;
    if vm.class_of(func).slots.call.get().is_none() || !(kw.is_none() || kw.cast::<Dict>().is_some()) {
        return Err(invalid());
    }
    if args.items().last().is_some_and(|&v| is_hole(vm, v)) {
        return Err(vm.type_error("trailing Placeholders are not allowed"));
    }
    let args =
        if vm.is_exact(args.value(), vm::shape_ids::tuple) { args } else { vm.new_tuple(args.items()) };
    let kw = match kw.cast::<Dict>() {
        Some(d) if vm.is_exact(kw, vm::shape_ids::dict) => d,
        Some(d) => vm.copy_dict(d),
        None => vm.new_dict(),
    };
    p.holes.set(args.items().iter().filter(|&&v| is_hole(vm, v)).count());
    p.func.set(p, func);
    p.args.set(p, args);
    p.keywords.set(p, kw);
    if !dict.is_none() {
        vm.set_attr(a[0], vm.names.__dict__, dict)?;
    } else if let Some(d) = instance_dict(vm, a[0]) {
        d.clear(vm);
    }
    Ok(Value::NONE)
}

/// The type.
pub static DEF: TypeDef = TypeDef {
    name: "partial",
    module: "functools",
    flags: flag::IMMUTABLE | flag::BASETYPE | flag::HAS_DICT | flag::WEAKREF,
    slots: Slots {
        new: Some(new),
        call: Some(call_slot),
        repr: Some(repr),
        descr_get: Some(descr_get),
        ..Slots::EMPTY
    },
    methods: &[
        method("__reduce__", "($self, /)", reduce, ""),
        method("__setstate__", "($self, object, /)", setstate, ""),
        classmethod("__class_getitem__", "($type, object, /)", generic, "See PEP 585"),
    ],
    getset: &[
        readonly(
            "func",
            |vm, v| Ok(this(vm, v).func.get()),
            "function object to use in future partial calls",
        ),
        readonly(
            "args",
            |vm, v| Ok(this(vm, v).args.get().value()),
            "tuple of arguments to future partial calls",
        ),
        readonly(
            "keywords",
            |vm, v| Ok(this(vm, v).keywords.get().value()),
            "dictionary of keyword arguments to future partial calls",
        ),
    ],
    doc: "partial(func, /, *args, **keywords)\n--\n\nCreate a new function with partial application of the given arguments\nand keywords.",
    ..TypeDef::native::<Partial>()
};
