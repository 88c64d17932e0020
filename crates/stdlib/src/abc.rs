//! `_abc`: what `abc.ABCMeta` is made of: registration and cached subclass checks.
//!
//! Each abstract base class has an `_abc_data` object under `_abc_impl` with three tables of classes held weakly:
//! the registry, and the caches of positive and negative answers. The tables map a class's address to a weak
//! cell; an entry counts only while its cell still leads to that very class. Negative answers hold until any
//! class is registered anywhere (`Vm::abc_counter`).

use std::cell::Cell;
use taipan_runtime::kinds::Trace;
use taipan_runtime::objects::dict::Dict;
use taipan_runtime::objects::module::ModuleDef;
use taipan_runtime::objects::str::Str;
use taipan_runtime::objects::tuple::Tuple;
use taipan_runtime::objects::typ::Type;
use taipan_runtime::objects::weakref::WeakRef;
use taipan_runtime::vm::typedef::{NativeObject, flag};
use taipan_runtime::{Gc, GcVec, Header, PyResult, Slot, Tracer, TypeDef, Value, Vm, function};

/// `_abc._abc_data`
#[repr(C)]
struct AbcData {
    header: Header,
    registry: Slot<Gc<Dict>>,
    cache: Slot<Gc<Dict>>,
    negative: Slot<Gc<Dict>>,
    negative_version: Cell<u64>,
}
impl Trace for AbcData {
    fn trace(&self, t: &mut Tracer) {
        t.gc(self.registry.get());
        t.gc(self.cache.get());
        t.gc(self.negative.get());
    }
}
// SAFETY: `repr(C)` with the header first; only made with this definition.
unsafe impl NativeObject for AbcData {
    const DEF: &'static TypeDef = &ABC_DATA;
}
static ABC_DATA: TypeDef = TypeDef {
    name: "_abc_data",
    module: "_abc",
    flags: flag::IMMUTABLE | flag::NO_NEW,
    doc: "Internal state held by ABC machinery.",
    ..TypeDef::native::<AbcData>()
};

fn data(vm: &Vm, class: Value) -> PyResult<Gc<AbcData>> {
    let d = vm.get_attr(class, vm.intern("_abc_impl"))?;
    vm.native::<AbcData>(d).ok_or_else(|| vm.type_error("_abc_impl is set to a wrong type"))
}
fn key(v: Value) -> Value {
    Value::int((v.bits() & ((1 << 47) - 1)) as i64)
}
fn contains(vm: &Vm, table: Gc<Dict>, class: Value) -> PyResult<bool> {
    if table.is_empty() || !class.is_ptr() {
        return Ok(false);
    }
    let found = table.get(vm, key(class))?;
    Ok(found.and_then(|w| w.cast::<WeakRef>()).is_some_and(|w| w.target() == Some(class)))
}
fn add(vm: &Vm, table: Gc<Dict>, class: Value) -> PyResult<()> {
    let w = vm.new_weak(vm.types.weak_cell, class, Value::NONE);
    table.set(vm, key(class), w.value())
}
/// The classes of a table that are alive.
fn live(vm: &Vm, table: Gc<Dict>) -> GcVec {
    let mut out = GcVec::new();
    let mut pos = 0;
    while let Some(e) = table.next_entry(&mut pos) {
        if let Some(t) = e.value.cast::<WeakRef>().and_then(|w| w.target()) {
            out.push(&vm.heap, t);
        }
    }
    out
}

fn is_abstract(vm: &Vm, v: Value) -> PyResult<bool> {
    taipan_runtime::objects::descr::is_abstract(vm, v)
}
fn init(vm: &Vm, a: &[Value]) -> PyResult {
    let class = a[0];
    let mut names = GcVec::new();
    // The class's own abstract methods, then inherited ones that are still abstract.
    let own = vm.get_attr(class, vm.names.__dict__)?;
    let items = vm.call_method(own, vm.names.items, &[])?;
    for &pair in vm.collect(items)?.iter() {
        if let Some(t) = pair.cast::<Tuple>()
            && !t.items()[1].is_none()
            && is_abstract(vm, t.items()[1])?
        {
            names.push(&vm.heap, t.items()[0]);
        }
    }
    let bases = vm.get_attr(class, vm.names.__bases__)?;
    let Some(bases) = bases.cast::<Tuple>() else {
        return Err(vm.type_error("__bases__ is not tuple"));
    };
    for &b in bases.items() {
        let Some(inherited) = vm.get_attr_opt(b, vm.names.__abstractmethods__)? else { continue };
        for &name in vm.collect(inherited)?.iter() {
            let Some(n) = name.cast::<Str>() else { continue };
            if let Some(v) = vm.get_attr_opt(class, n)?
                && !v.is_none()
                && is_abstract(vm, v)?
            {
                names.push(&vm.heap, name);
            }
        }
    }
    let set = vm.new_frozenset_from(&names)?;
    vm.set_attr(class, vm.names.__abstractmethods__, set.value())?;
    let (registry, cache, negative) = (vm.new_dict(), vm.new_dict(), vm.new_dict());
    let version = vm.abc_counter.get();
    let d = vm.new_native(|header| AbcData {
        header,
        registry: Slot::new(registry),
        cache: Slot::new(cache),
        negative: Slot::new(negative),
        negative_version: Cell::new(version),
    });
    vm.set_attr(class, vm.intern("_abc_impl"), d.value())?;
    if let Some(t) = class.cast::<Type>() {
        pattern_flags(vm, t)?;
    }
    Ok(Value::NONE)
}
/// `__abc_tpflags__` says that instances match sequence or mapping patterns.
fn pattern_flags(vm: &Vm, t: Gc<Type>) -> PyResult<()> {
    let Some(v) = t.dict.get().get_str(vm, vm.names.__abc_tpflags__) else { return Ok(()) };
    let Some(bits) = v.to_int() else { return Ok(()) };
    let mut f = 0;
    if bits & (1 << 5) != 0 {
        f |= flag::SEQUENCE;
    }
    if bits & (1 << 6) != 0 {
        f |= flag::MAPPING;
    }
    if f == flag::PATTERN {
        return Err(
            vm.type_error("__abc_tpflags__ cannot be both Py_TPFLAGS_SEQUENCE and Py_TPFLAGS_MAPPING")
        );
    }
    t.flags.set(t.flags.get() | f);
    t.dict.get().remove_str(vm, vm.names.__abc_tpflags__);
    vm.type_modified(t);
    Ok(())
}
fn set_pattern_flag(vm: &Vm, t: Gc<Type>, f: u32) {
    if t.has(flag::IMMUTABLE) || t.flags.get() & flag::PATTERN == f {
        return;
    }
    t.flags.set(t.flags.get() & !flag::PATTERN | f);
    for s in vm.subclasses(t).iter() {
        if let Some(s) = s.cast::<Type>() {
            set_pattern_flag(vm, s, f);
        }
    }
}
fn register(vm: &Vm, a: &[Value]) -> PyResult {
    let (class, sub) = (a[0], a[1]);
    let Some(sub_type) = sub.cast::<Type>() else {
        return Err(vm.type_error("Can only register classes"));
    };
    if vm.issubclass(sub, class)? {
        return Ok(sub);
    }
    if vm.issubclass(class, sub)? {
        return Err(vm.runtime_error("Refusing to create an inheritance cycle"));
    }
    let d = data(vm, class)?;
    add(vm, d.registry.get(), sub)?;
    vm.abc_counter.set(vm.abc_counter.get() + 1);
    if let Some(t) = class.cast::<Type>() {
        let f = t.flags.get() & flag::PATTERN;
        if f != 0 {
            set_pattern_flag(vm, sub_type, f);
        }
    }
    Ok(sub)
}
fn instancecheck(vm: &Vm, a: &[Value]) -> PyResult {
    let (class, obj) = (a[0], a[1]);
    let d = data(vm, class)?;
    let own = vm.class_of(obj).value();
    let said = vm.get_attr_opt(obj, vm.names.__class__)?.unwrap_or(own);
    if contains(vm, d.cache.get(), said)? {
        return Ok(Value::TRUE);
    }
    if own == said
        && d.negative_version.get() == vm.abc_counter.get()
        && contains(vm, d.negative.get(), said)?
    {
        return Ok(Value::FALSE);
    }
    let r = vm.call_method(class, vm.names.__subclasscheck__, &[said])?;
    if own == said || vm.truth(r)? {
        return Ok(r);
    }
    vm.call_method(class, vm.names.__subclasscheck__, &[own])
}
fn subclasscheck(vm: &Vm, a: &[Value]) -> PyResult {
    let (class, sub) = (a[0], a[1]);
    let Some(sub_type) = sub.cast::<Type>() else {
        return Err(vm.type_error("issubclass() arg 1 must be a class"));
    };
    let d = data(vm, class)?;
    if contains(vm, d.cache.get(), sub)? {
        return Ok(Value::TRUE);
    }
    if d.negative_version.get() < vm.abc_counter.get() {
        d.negative.get().clear(vm);
        d.negative_version.set(vm.abc_counter.get());
    } else if contains(vm, d.negative.get(), sub)? {
        return Ok(Value::FALSE);
    }
    let answer = |yes: bool| -> PyResult {
        add(vm, if yes { d.cache.get() } else { d.negative.get() }, sub)?;
        Ok(Value::bool(yes))
    };
    let ok = vm.call_method(class, vm.names.__subclasshook__, &[sub])?;
    if ok.is_bool() {
        return answer(ok.is_true());
    }
    if !ok.is_not_implemented() {
        return Err(vm.assertion_error("__subclasshook__ must return either False, True, or NotImplemented"));
    }
    if class.cast::<Type>().is_some_and(|c| sub_type.is_subtype(c)) {
        return answer(true);
    }
    if contains(vm, d.registry.get(), sub)? {
        return answer(true);
    }
    for &r in live(vm, d.registry.get()).iter() {
        if vm.issubclass(sub, r)? {
            return answer(true);
        }
    }
    let subclasses = vm.call_method(class, vm.intern("__subclasses__"), &[])?;
    for &s in vm.collect(subclasses)?.iter() {
        if vm.issubclass(sub, s)? {
            return answer(true);
        }
    }
    answer(false)
}
fn weak_set(vm: &Vm, table: Gc<Dict>) -> PyResult {
    let mut refs = GcVec::new();
    for &t in live(vm, table).iter() {
        let r = vm.call(vm.types.weakref.value(), &[t])?;
        refs.push(&vm.heap, r);
    }
    Ok(vm.new_set_from(&refs)?.value())
}
fn dump(vm: &Vm, a: &[Value]) -> PyResult {
    let d = data(vm, a[0])?;
    let all = [
        weak_set(vm, d.registry.get())?,
        weak_set(vm, d.cache.get())?,
        weak_set(vm, d.negative.get())?,
        vm.new_int(d.negative_version.get() as i64),
    ];
    Ok(vm.new_tuple(&all).value())
}
fn reset_registry(vm: &Vm, a: &[Value]) -> PyResult {
    data(vm, a[0])?.registry.get().clear(vm);
    Ok(Value::NONE)
}
fn reset_caches(vm: &Vm, a: &[Value]) -> PyResult {
    let d = data(vm, a[0])?;
    d.cache.get().clear(vm);
    d.negative.get().clear(vm);
    Ok(Value::NONE)
}
fn cache_token(vm: &Vm, _: &[Value]) -> PyResult {
    Ok(vm.new_int(vm.abc_counter.get() as i64))
}

/// The module.
pub static MODULE: ModuleDef = ModuleDef {
    name: "_abc",
    doc: "Module contains faster C implementation of abc.ABCMeta",
    functions: &[
        function(
            "get_cache_token",
            "($module, /)",
            cache_token,
            "Returns the current ABC cache token.\n\nThe token is an opaque object (supporting equality testing) identifying the\ncurrent version of the ABC cache for virtual subclasses. The token changes\nwith every call to register() on any ABC.",
        ),
        function(
            "_abc_init",
            "($module, self, /)",
            init,
            "Internal ABC helper for class set-up. Should be never used outside abc module.",
        ),
        function(
            "_abc_register",
            "($module, self, subclass, /)",
            register,
            "Internal ABC helper for subclass registration. Should be never used outside abc module.",
        ),
        function(
            "_abc_instancecheck",
            "($module, self, instance, /)",
            instancecheck,
            "Internal ABC helper for instance checks. Should be never used outside abc module.",
        ),
        function(
            "_abc_subclasscheck",
            "($module, self, subclass, /)",
            subclasscheck,
            "Internal ABC helper for subclass checks. Should be never used outside abc module.",
        ),
        function(
            "_get_dump",
            "($module, self, /)",
            dump,
            "Internal ABC helper for cache and registry debugging.",
        ),
        function(
            "_reset_registry",
            "($module, self, /)",
            reset_registry,
            "Internal ABC helper to reset registry of a given class.",
        ),
        function(
            "_reset_caches",
            "($module, self, /)",
            reset_caches,
            "Internal ABC helper to reset both caches of a given class.",
        ),
    ],
    types: &[],
    init: None,
};
