//! Builtin functions, methods, slot wrappers and computed attributes as objects, and the base layout of native
//! types.

use crate::kinds::Trace;
use crate::objects::typ::Type;
use crate::vm::Vm;
use crate::vm::args::{Args, call_def};
use crate::vm::error::PyResult;
use crate::vm::typedef::{GetSetDef, MethodDef, MethodKind, TypeDef};
use taipan_heap::{Gc, Header, Slot, Tracer, Value};

/// First field of every native object; traces through the class's definition.
#[repr(C)]
pub struct NativeBase {
    header: Header,
}

impl Trace for NativeBase {
    fn trace(&self, t: &mut Tracer) {
        if let Some(f) = layout_of(&self.header).and_then(|d| d.trace) {
            // SAFETY: the definition describes this object's layout.
            unsafe { f((&raw const self.header) as *mut Header, t) }
        }
    }
}

impl Drop for NativeBase {
    fn drop(&mut self) {
        // A class that died together with its instances is a tomb by now; its layout can still be read.
        let class = self.header.class();
        // SAFETY: classes and their tombs outlive what dies with them.
        if class.is_null()
            || !matches!(unsafe { (*class).kind() }, crate::kinds::TYPE | crate::kinds::TYPE_TOMB)
        {
            return;
        }
        if let Some(f) = layout_of(&self.header).and_then(|d| d.drop) {
            // SAFETY: as above; the sweep calls this once.
            unsafe { f((&raw const self.header) as *mut Header) }
        }
    }
}

fn layout_of(h: &Header) -> Option<&'static TypeDef> {
    // SAFETY: native objects have type objects as classes.
    unsafe { (*h.class().cast::<Type>()).layout_def.get() }
}

/// A builtin function, or a method of a builtin type (`method_descriptor`), or such a method bound to an object.
#[repr(C)]
pub struct NativeFunction {
    header: Header,
    /// Its row.
    pub def: &'static MethodDef,
    /// The object it is bound to, the module for module functions, or unbound for unbound methods.
    pub bound: Slot<Value>,
    /// The type that defines it, or `None`.
    pub owner: Slot<Value>,
    /// Name of the module, or `None`.
    pub module: Slot<Value>,
    /// Number of the interpreter's own way to do what this function does; 0 for none.
    pub intrinsic: std::cell::Cell<u8>,
}

impl Trace for NativeFunction {
    fn trace(&self, t: &mut Tracer) {
        t.slot(&self.bound);
        t.slot(&self.owner);
        t.slot(&self.module);
    }
}

/// A computed attribute of a builtin type (`getset_descriptor`).
#[repr(C)]
pub struct GetSet {
    header: Header,
    /// Its row.
    pub def: &'static GetSetDef,
    /// The type that defines it.
    pub owner: Slot<Value>,
}

impl Trace for GetSet {
    fn trace(&self, t: &mut Tracer) {
        t.slot(&self.owner);
    }
}

fn new_function(
    vm: &Vm,
    ty: Gc<Type>,
    def: &'static MethodDef,
    bound: Value,
    owner: Value,
    module: Value,
) -> Value {
    vm.heap
        .alloc(ty.header_ptr(), ty.shape.get(), |header| NativeFunction {
            header,
            def,
            bound: Slot::new(bound),
            owner: Slot::new(owner),
            module: Slot::new(module),
            intrinsic: std::cell::Cell::new(0),
        })
        .value()
}

/// The object that stands in a type's dict for a method's row.
pub fn new_method(vm: &Vm, owner: Gc<Type>, def: &'static MethodDef) -> Value {
    match def.kind {
        MethodKind::Method | MethodKind::Function => {
            new_function(vm, vm.types.method_descriptor, def, Value::UNBOUND, owner.value(), Value::NONE)
        }
        MethodKind::Class => {
            new_function(vm, vm.types.classmethod_descriptor, def, Value::UNBOUND, owner.value(), Value::NONE)
        }
        MethodKind::Static => {
            let f = new_function(
                vm,
                vm.types.builtin_function_or_method,
                def,
                owner.value(),
                owner.value(),
                Value::NONE,
            );
            crate::objects::classmethod::new_static(vm, f)
        }
        MethodKind::New => new_function(
            vm,
            vm.types.builtin_function_or_method,
            def,
            owner.value(),
            owner.value(),
            Value::NONE,
        ),
    }
}

/// `__new__` of builtin types: `self` is the type that defines it, the first argument the class to make.
static NEW: MethodDef = MethodDef {
    name: "__new__",
    sig: "($type, *args, **kwargs)",
    arity: crate::vm::args::Arity::of("($type, *args, **kwargs)"),
    imp: crate::vm::typedef::NativeImpl::Var(call_new),
    kind: MethodKind::New,
    doc: "Create and return a new object.  See help(type) for accurate signature.",
};

/// The function object for `__new__` of a builtin type.
pub fn new_new(vm: &Vm, owner: Gc<Type>) -> Value {
    new_method(vm, owner, &NEW)
}
/// The builtin type whose `__new__` this function object is.
pub fn new_function_owner(f: Value) -> Option<Gc<Type>> {
    let f = f.cast::<NativeFunction>()?;
    if std::ptr::eq(f.def, &NEW) { f.owner.get().cast::<Type>() } else { None }
}

fn call_new(vm: &Vm, args: Args) -> PyResult {
    let owner = args.pos[0].cast::<Type>().expect("bound to a type");
    let name = || owner.name_str();
    let Some(&first) = args.pos.get(1) else {
        return Err(vm.type_error(format!("{}.__new__(): not enough arguments", name())));
    };
    let Some(ty) = first.cast::<Type>() else {
        return Err(vm.type_error(format!(
            "{}.__new__(X): X is not a type object ({})",
            name(),
            vm.type_name(first)
        )));
    };
    let ty_name = || ty.name_str();
    if !ty.is_subtype(owner) {
        let (t, name) = (ty_name(), name());
        return Err(vm.type_error(format!("{name}.__new__({t}): {t} is not a subtype of {name}")));
    }
    if !ty.has(crate::vm::typedef::flag::HEAP)
        && (ty.has(crate::vm::typedef::flag::NO_NEW) || ty.slots.new.get().is_none())
    {
        return Err(vm.type_error(format!("cannot create '{}' instances", ty_name())));
    }
    // The class's nearest builtin base must make its objects with this very function.
    let mut at = Some(ty);
    while let Some(t) = at {
        if !t.has(crate::vm::typedef::flag::HEAP) {
            if t.slots.address(crate::vm::slots::SlotId::new)
                != owner.slots.address(crate::vm::slots::SlotId::new)
            {
                let (t, safe, name) = (ty_name(), t.name_str(), name());
                return Err(vm.type_error(format!("{name}.__new__({t}) is not safe, use {safe}.__new__()")));
            }
            break;
        }
        at = t.base.get();
    }
    match owner.slots.new.get() {
        Some(f) => f(vm, ty, args.skip(2)),
        None => Err(vm.type_error(format!("cannot create '{}' instances", name()))),
    }
}

/// A module's function.
pub fn new_module_function(vm: &Vm, module: Value, module_name: Value, def: &'static MethodDef) -> Value {
    new_function(vm, vm.types.builtin_function_or_method, def, module, Value::NONE, module_name)
}

/// A method descriptor bound to an object.
pub fn bind_method(vm: &Vm, f: Gc<NativeFunction>, obj: Value) -> Value {
    new_function(vm, vm.types.builtin_function_or_method, f.def, obj, f.owner.get(), Value::NONE)
}

/// The descriptor of a computed attribute.
pub fn new_getset(vm: &Vm, owner: Gc<Type>, def: &'static GetSetDef) -> Value {
    let ty = if def.member { vm.types.member_descriptor } else { vm.types.getset_descriptor };
    vm.heap
        .alloc(ty.header_ptr(), ty.shape.get(), |header| GetSet {
            header,
            def,
            owner: Slot::new(owner.value()),
        })
        .value()
}

/// The text behind CPython's `name(sig)\n--\n\n` prefix.
pub fn doc_without_signature(doc: &str) -> &str {
    doc.split_once("\n--\n\n").map_or(doc, |(_, d)| d)
}

/// Adds `__repr__`, `__len__`, ... to the dict of a builtin type for the slots that it defines itself.
pub fn add_slot_wrappers(vm: &Vm, t: Gc<Type>) {
    crate::vm::wrappers::add(vm, t);
}

/// Calls a native function object; bound ones get their object as first argument.
pub fn call(vm: &Vm, f: Gc<NativeFunction>, args: Args) -> PyResult {
    let owner = f.owner.get().cast::<Type>();
    let def = f.def;
    let bound = f.bound.get();
    match def.kind {
        MethodKind::New => crate::vm::call::with_first(vm, f.owner.get(), args, |args| match def.imp {
            crate::vm::typedef::NativeImpl::Var(f) => f(vm, args),
            crate::vm::typedef::NativeImpl::Fixed(f) => f(vm, args.pos),
        }),
        MethodKind::Function | MethodKind::Static => call_def(vm, def, owner, args),
        MethodKind::Method | MethodKind::Class if !bound.is_unbound() => {
            crate::vm::call::with_first(vm, bound, args, |args| call_with_owner(vm, def, owner, args))
        }
        _ => {
            let owner = owner.expect("methods have owners");
            let Some(&first) = args.pos.first() else {
                return Err(vm.type_error(format!(
                    "unbound method {}.{}() needs an argument",
                    owner.name_str(),
                    def.name
                )));
            };
            if def.kind == MethodKind::Method && !vm.class_of(first).is_subtype(owner) {
                return Err(vm.type_error(format!(
                    "descriptor '{}' for '{}' objects doesn't apply to a '{}' object",
                    def.name,
                    owner.name_str(),
                    vm.type_name(first)
                )));
            }
            call_with_owner(vm, def, Some(owner), args)
        }
    }
}

/// Calls a method's row with `self` first; all parameters given by position is the common case.
fn call_with_owner(vm: &Vm, def: &'static MethodDef, owner: Option<Gc<Type>>, args: Args) -> PyResult {
    use crate::vm::typedef::NativeImpl;
    if let NativeImpl::Fixed(f) = def.imp
        && args.kw.is_empty()
        && args.pos.len() == def.arity.total as usize + 1
        && def.arity.pos == def.arity.total
    {
        return f(vm, args.pos);
    }
    call_def(vm, def, owner, args)
}
