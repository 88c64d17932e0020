//! Builtin functions, methods, slot wrappers and computed attributes as objects, and the base layout of native
//! types.

use crate::kinds::Trace;
use crate::objects::typ::Type;
use crate::vm::Vm;
use crate::vm::args::{Args, call_def};
use crate::vm::error::PyResult;
use crate::vm::slots::Slots;
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
        // At the end of the heap's life classes may be freed before their instances; what the instance owns
        // outside the heap is then left to the end of the process.
        let class = self.header.class();
        // SAFETY: classes outlive instances, except in the case above, which the kind shows.
        if class.is_null() || unsafe { (*class).kind() } != crate::kinds::TYPE {
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
        })
        .value()
}

/// The object that stands in a type's dict for a method's row.
pub fn new_method(vm: &Vm, owner: Gc<Type>, def: &'static MethodDef) -> Value {
    let (ty, bound) = match def.kind {
        MethodKind::Method | MethodKind::Function => (vm.types.method_descriptor, Value::UNBOUND),
        MethodKind::Class => (vm.types.classmethod_descriptor, Value::UNBOUND),
        MethodKind::Static => (vm.types.builtin_function_or_method, owner.value()),
    };
    new_function(vm, ty, def, bound, owner.value(), Value::NONE)
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
    let ty = vm.types.getset_descriptor;
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

fn call_function(vm: &Vm, f: Value, args: Args) -> PyResult {
    // SAFETY: this slot belongs to types whose instances are native functions.
    let f = unsafe { f.cast_unchecked::<NativeFunction>() };
    call(vm, f, args)
}

/// Calls a native function object; bound ones get their object as first argument.
pub fn call(vm: &Vm, f: Gc<NativeFunction>, args: Args) -> PyResult {
    let owner = f.owner.get().cast::<Type>();
    let def = f.def;
    let bound = f.bound.get();
    match def.kind {
        MethodKind::Function | MethodKind::Static => {
            call_def(vm, def, owner.map(|t| t.name_str()).as_deref(), args)
        }
        MethodKind::Method | MethodKind::Class if !bound.is_unbound() => {
            if args.pos.len() < 8 {
                let mut all = [Value::UNBOUND; 8];
                all[0] = bound;
                all[1..=args.pos.len()].copy_from_slice(args.pos);
                let args = Args { pos: &all[..=args.pos.len()], kw: args.kw };
                call_with_owner(vm, def, owner, args)
            } else {
                let mut all = taipan_heap::GcVec::with_capacity(&vm.heap, args.pos.len() + 1);
                all.push(&vm.heap, bound);
                args.pos.iter().for_each(|&v| all.push(&vm.heap, v));
                call_with_owner(vm, def, owner, Args { pos: &all, kw: args.kw })
            }
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

/// The owner's name is needed for error messages only: no text is made on the way to success.
fn call_with_owner(vm: &Vm, def: &'static MethodDef, owner: Option<Gc<Type>>, args: Args) -> PyResult {
    use crate::vm::typedef::NativeImpl;
    if let NativeImpl::Fixed(f) = def.imp
        && args.kw.is_empty()
        && args.pos.len() == def.arity.total as usize + 1
        && def.arity.pos == def.arity.total
    {
        return f(vm, args.pos);
    }
    call_def(vm, def, owner.map(|t| t.name_str()).as_deref(), args)
}

macro_rules! function_types {
    ($($(#[$doc:meta])* $def:ident $name:literal $kind:ident $layout:ty, $slots:expr;)*) => {$(
        $(#[$doc])*
        pub static $def: TypeDef = TypeDef {
            name: $name,
            kind: crate::kinds::$kind,
            size: size_of::<$layout>(),
            slots: $slots,
            ..TypeDef::EMPTY
        };
    )*};
}

function_types! {
    /// Bound or module-level builtin functions.
    BUILTIN_FUNCTION "builtin_function_or_method" NATIVE_FUNCTION NativeFunction,
        Slots { call: Some(call_function), ..Slots::EMPTY };
    /// Methods of builtin types.
    METHOD_DESCRIPTOR "method_descriptor" NATIVE_FUNCTION NativeFunction,
        Slots { call: Some(call_function), ..Slots::EMPTY };
    /// Class methods of builtin types.
    CLASSMETHOD_DESCRIPTOR "classmethod_descriptor" NATIVE_FUNCTION NativeFunction,
        Slots { call: Some(call_function), ..Slots::EMPTY };
    /// Computed attributes of builtin types.
    GETSET_DESCRIPTOR "getset_descriptor" GETSET GetSet, Slots::EMPTY;
}
