//! Attributes of type objects: lookup (`C.x`), setting, computed attributes and methods of `type`.

use crate::objects::descr::Member;
use crate::objects::dict::Dict;
use crate::objects::native::doc_without_signature;
use crate::objects::str::Str;
use crate::objects::tuple::Tuple;
use crate::objects::typ::Type;
use crate::vm::Vm;
use crate::vm::args::Args;
use crate::vm::error::PyResult;
use crate::vm::typedef::{GetSetDef, MethodDef, classmethod_var, flag, getset, method, readonly};
use taipan_heap::{Gc, Value};

fn this(v: Value) -> Gc<Type> {
    v.cast().expect("attributes of types get types")
}

/// `type.__getattribute__`
pub fn type_getattro(vm: &Vm, v: Value, name: Gc<Str>) -> PyResult {
    match type_find(vm, v, name)? {
        Some(r) => Ok(r),
        None => Err(vm.no_attribute(v, name)),
    }
}
/// As [`type_getattro`], `None` where that raises for want of an attribute: data descriptors of the metaclass,
/// then the type's own MRO, then other attributes of the metaclass.
pub fn type_find(vm: &Vm, v: Value, name: Gc<Str>) -> PyResult<Option<Value>> {
    let t = this(v);
    let meta = vm.class_of(v);
    let name = vm.interned_name(name).unwrap_or(name);
    let on_meta = vm.type_lookup(meta, name);
    let mut get = None;
    if let Some(d) = on_meta {
        let slots = &vm.class_of(d).slots;
        get = slots.descr_get.get();
        if let Some(get) = get
            && slots.descr_set.get().is_some()
        {
            return get(vm, d, v, meta.value()).map(Some);
        }
    }
    if let Some(a) = vm.type_lookup(t, name) {
        return match vm.class_of(a).slots.descr_get.get() {
            Some(get) => get(vm, a, Value::UNBOUND, v).map(Some),
            None => Ok(Some(a)),
        };
    }
    match (on_meta, get) {
        (Some(d), Some(get)) => get(vm, d, v, meta.value()).map(Some),
        (found, _) => Ok(found),
    }
}

/// `type.__setattr__` and `type.__delattr__`.
pub fn type_setattro(vm: &Vm, v: Value, name: Gc<Str>, value: Value) -> PyResult<()> {
    let t = this(v);
    if t.has(flag::IMMUTABLE) {
        return Err(vm.type_error(format!(
            "cannot set '{}' attribute of immutable type '{}'",
            *name,
            t.name_str()
        )));
    }
    let name = vm.intern_str(name);
    let meta = vm.class_of(v);
    if let Some(d) = vm.type_lookup(meta, name)
        && let Some(set) = vm.class_of(d).slots.descr_set.get()
    {
        return set(vm, d, v, value);
    }
    let dict = t.dict.get();
    let old = dict.get_str(vm, name);
    if value.is_unbound() {
        if !dict.remove_str(vm, name) {
            return Err(vm.no_attribute(v, name));
        }
    } else {
        dict.set_str(vm, name, value);
    }
    vm.type_modified(t);
    let is_data = |v: Value| !v.is_unbound() && vm.class_of(v).slots.descr_set.get().is_some();
    if is_data(value) || old.is_some_and(|o| o.cast::<Member>().is_some()) {
        vm.renew_shapes(t);
    }
    vm.update_slots_for(t, name);
    Ok(())
}

/// `__module__` of a type, if it has one.
pub fn module_of(vm: &Vm, t: Gc<Type>) -> Option<Value> {
    match t.def.get() {
        Some(d) => Some(vm.intern(d.module).value()),
        None => t.dict.get().get_str(vm, vm.names.__module__),
    }
}

/// `repr(C)`
pub fn repr(vm: &Vm, v: Value) -> PyResult {
    Ok(vm.new_str(&format!("<class '{}'>", vm.full_type_name(this(v)))).value())
}

fn mutable(vm: &Vm, v: Value, value: Value, name: &str) -> PyResult<Gc<Type>> {
    let t = this(v);
    if !t.has(flag::HEAP) {
        return Err(
            vm.type_error(format!("cannot set '{name}' attribute of immutable type '{}'", t.name_str()))
        );
    }
    if value.is_unbound() {
        return Err(
            vm.type_error(format!("cannot delete '{name}' attribute of immutable type '{}'", t.name_str()))
        );
    }
    Ok(t)
}
fn get_name(_: &Vm, v: Value) -> PyResult {
    Ok(this(v).name.get().value())
}
fn set_name(vm: &Vm, v: Value, value: Value) -> PyResult<()> {
    let t = mutable(vm, v, value, "__name__")?;
    let Some(s) = value.cast::<Str>() else {
        return Err(vm.type_error(format!(
            "can only assign string to {}.__name__, not '{}'",
            t.name_str(),
            vm.type_name(value)
        )));
    };
    if s.as_bytes().contains(&0) {
        return Err(vm.value_error("type name must not contain null characters"));
    }
    crate::text::refuse_surrogates(vm, s)?;
    t.name.set(t, s);
    Ok(())
}
fn get_qualname(_: &Vm, v: Value) -> PyResult {
    Ok(this(v).qualname.get().value())
}
fn set_qualname(vm: &Vm, v: Value, value: Value) -> PyResult<()> {
    let t = mutable(vm, v, value, "__qualname__")?;
    let Some(s) = value.cast::<Str>() else {
        return Err(vm.type_error(format!(
            "can only assign string to {}.__qualname__, not '{}'",
            t.name_str(),
            vm.type_name(value)
        )));
    };
    t.qualname.set(t, s);
    Ok(())
}
fn get_module(vm: &Vm, v: Value) -> PyResult {
    match module_of(vm, this(v)) {
        Some(m) => Ok(m),
        None => Err(vm.attribute_error("__module__")),
    }
}
fn put(vm: &Vm, t: Gc<Type>, name: Gc<Str>, value: Value) {
    t.dict.get().set_str(vm, name, value);
    vm.type_modified(t);
}
fn set_module(vm: &Vm, v: Value, value: Value) -> PyResult<()> {
    let t = mutable(vm, v, value, "__module__")?;
    t.dict.get().remove_str(vm, vm.names.__firstlineno__);
    put(vm, t, vm.names.__module__, value);
    Ok(())
}
fn get_bases(_: &Vm, v: Value) -> PyResult {
    Ok(this(v).bases.get().value())
}
fn set_bases(vm: &Vm, v: Value, value: Value) -> PyResult<()> {
    let t = mutable(vm, v, value, "__bases__")?;
    let Some(bases) = value.cast::<Tuple>() else {
        return Err(vm.type_error(format!(
            "can only assign tuple to {}.__bases__, not {}",
            t.name_str(),
            vm.type_name(value)
        )));
    };
    if bases.is_empty() {
        return Err(
            vm.type_error(format!("can only assign non-empty tuple to {}.__bases__, not ()", t.name_str()))
        );
    }
    for &b in bases.items() {
        let Some(b) = b.cast::<Type>() else {
            return Err(vm.type_error(format!(
                "{}.__bases__ must be tuple of classes, not '{}'",
                t.name_str(),
                vm.type_name(b)
            )));
        };
        if b.is_subtype(t) {
            return Err(vm.type_error("a __bases__ item causes an inheritance cycle"));
        }
    }
    let base = vm.best_base(bases.items())?;
    let old_base = t.base.get().unwrap_or(vm.types.object);
    crate::objects::object::compatible(vm, old_base, base, "__bases__")?;
    let old = (t.bases.get(), t.base.get());
    t.bases.set(t, bases);
    t.base.set(t, Some(base));
    let mut changed = vec![];
    if let Err(e) = recompute_mros(vm, t, &mut changed) {
        for (c, mro) in changed {
            c.mro.set(c, mro);
        }
        t.bases.set(t, old.0);
        t.base.set(t, old.1);
        vm.type_modified(t);
        return Err(e);
    }
    if t.bases.get() != bases {
        // A metaclass's `mro()` assigned the bases anew meanwhile: that assignment holds.
        return Ok(());
    }
    for &b in old.0.items() {
        if let Some(b) = b.cast::<Type>() {
            vm.remove_subclass(b, t);
        }
    }
    for &b in bases.items() {
        if let Some(b) = b.cast::<Type>() {
            vm.add_subclass(b, t);
        }
    }
    vm.type_modified(t);
    vm.renew_shapes(t);
    vm.refill_slots(t);
    Ok(())
}
fn recompute_mros(vm: &Vm, t: Gc<Type>, changed: &mut Vec<(Gc<Type>, Gc<Tuple>)>) -> PyResult<()> {
    if changed.iter().any(|&(c, _)| c == t) {
        return Ok(());
    }
    changed.push((t, t.mro.get()));
    vm.type_modified(t);
    vm.compute_mro(t)?;
    vm.type_modified(t);
    for s in vm.subclasses(t).iter() {
        if let Some(s) = s.cast::<Type>() {
            recompute_mros(vm, s, changed)?;
        }
    }
    Ok(())
}
fn get_dict(vm: &Vm, v: Value) -> PyResult {
    Ok(vm.new_mapping_proxy(this(v).dict.get().value()))
}
fn get_doc(vm: &Vm, v: Value) -> PyResult {
    let t = this(v);
    if let Some(def) = t.def.get()
        && !def.doc.is_empty()
    {
        return Ok(vm.new_str(doc_without_signature(def.doc)).value());
    }
    let Some(d) = t.dict.get().get_str(vm, vm.names.__doc__) else { return Ok(Value::NONE) };
    match vm.class_of(d).slots.descr_get.get() {
        Some(get) => get(vm, d, Value::UNBOUND, v),
        None => Ok(d),
    }
}
fn set_doc(vm: &Vm, v: Value, value: Value) -> PyResult<()> {
    let t = mutable(vm, v, value, "__doc__")?;
    put(vm, t, vm.names.__doc__, value);
    Ok(())
}
fn get_signature(vm: &Vm, v: Value) -> PyResult {
    let Some(def) = this(v).def.get() else { return Ok(Value::NONE) };
    let Some((sig, _)) = def.doc.split_once("\n--\n\n") else { return Ok(Value::NONE) };
    Ok(match sig.strip_prefix(def.name) {
        Some(s) => vm.new_str(s).value(),
        None => Value::NONE,
    })
}
fn get_abstract(vm: &Vm, v: Value) -> PyResult {
    let t = this(v);
    // `type` itself has the attribute's descriptor in its dict: it is not its own abstract methods.
    let found =
        if t == vm.types.type_ { None } else { t.dict.get().get_str(vm, vm.names.__abstractmethods__) };
    found.ok_or_else(|| vm.no_attribute(v, vm.names.__abstractmethods__))
}
fn set_abstract(vm: &Vm, v: Value, value: Value) -> PyResult<()> {
    let t = this(v);
    if !t.has(flag::HEAP) {
        mutable(vm, v, value, "__abstractmethods__")?;
    }
    let name = vm.names.__abstractmethods__;
    let on = if value.is_unbound() {
        if !t.dict.get().remove_str(vm, name) {
            return Err(vm.no_attribute(v, name));
        }
        vm.type_modified(t);
        false
    } else {
        let on = vm.truth(value)?;
        put(vm, t, name, value);
        on
    };
    let f = t.flags.get() & !flag::ABSTRACT;
    t.flags.set(if on { f | flag::ABSTRACT } else { f });
    Ok(())
}
/// What the class's own dict has under `name`, bound as an attribute of the class.
fn own(vm: &Vm, v: Value, name: Gc<Str>) -> PyResult<Option<Value>> {
    let Some(a) = this(v).dict.get().get_str(vm, name) else { return Ok(None) };
    match vm.class_of(a).slots.descr_get.get() {
        Some(get) => get(vm, a, Value::UNBOUND, v).map(Some),
        None => Ok(Some(a)),
    }
}
fn get_annotate(vm: &Vm, v: Value) -> PyResult {
    let t = this(v);
    if !t.has(flag::HEAP) {
        return Err(vm.no_attribute(v, vm.names.__annotate__));
    }
    let n = &vm.names;
    match own(vm, v, n.__annotate_func__)? {
        Some(a) => Ok(a),
        None => match own(vm, v, n.__annotate__)? {
            Some(a) => Ok(a),
            None => {
                put(vm, t, n.__annotate_func__, Value::NONE);
                Ok(Value::NONE)
            }
        },
    }
}
fn set_annotate(vm: &Vm, v: Value, value: Value) -> PyResult<()> {
    let t = this(v);
    if value.is_unbound() {
        return Err(vm.type_error("cannot delete __annotate__ attribute"));
    }
    if t.has(flag::IMMUTABLE) {
        mutable(vm, v, value, "__annotate__")?;
    }
    if !value.is_none() && vm.class_of(value).slots.call.get().is_none() {
        return Err(vm.type_error("__annotate__ must be callable or None"));
    }
    put(vm, t, vm.names.__annotate_func__, value);
    if !value.is_none() {
        t.dict.get().remove_str(vm, vm.names.__annotations_cache__);
        vm.type_modified(t);
    }
    Ok(())
}
fn get_annotations(vm: &Vm, v: Value) -> PyResult {
    let t = this(v);
    let n = &vm.names;
    if !t.has(flag::HEAP) {
        return Err(vm.no_attribute(v, n.__annotations__));
    }
    for name in [n.__annotations__, n.__annotations_cache__] {
        if let Some(a) = own(vm, v, name)? {
            return Ok(a);
        }
    }
    let annotate = get_annotate(vm, v)?;
    let d = if vm.class_of(annotate).slots.call.get().is_some() {
        let d = vm.call(annotate, &[Value::int(1)])?;
        if d.cast::<Dict>().is_none() {
            return Err(
                vm.type_error(format!("__annotate__ returned non-dict of type '{}'", vm.type_name(d)))
            );
        }
        d
    } else {
        vm.new_dict().value()
    };
    put(vm, t, n.__annotations_cache__, d);
    Ok(d)
}
fn set_annotations(vm: &Vm, v: Value, value: Value) -> PyResult<()> {
    let t = this(v);
    let n = &vm.names;
    if t.has(flag::IMMUTABLE) {
        mutable(vm, v, Value::NONE, "__annotations__")?;
    }
    let d = t.dict.get();
    let has_plain = d.get_str(vm, n.__annotations__).is_some();
    if value.is_unbound() {
        let removed = if has_plain {
            d.remove_str(vm, n.__annotations__)
        } else {
            d.remove_str(vm, n.__annotations_cache__)
        };
        if !removed {
            return Err(vm.attribute_error("__annotations__"));
        }
    } else {
        d.set_str(vm, if has_plain { n.__annotations__ } else { n.__annotations_cache__ }, value);
    }
    d.remove_str(vm, n.__annotate_func__);
    if !value.is_unbound() || !has_plain {
        d.remove_str(vm, n.__annotate__);
    }
    vm.type_modified(t);
    Ok(())
}
fn get_type_params(vm: &Vm, v: Value) -> PyResult {
    let t = this(v);
    if t == vm.types.type_ {
        return Ok(vm.new_tuple(&[]).value());
    }
    Ok(t.dict.get().get_str(vm, vm.names.__type_params__).unwrap_or_else(|| vm.new_tuple(&[]).value()))
}
fn set_type_params(vm: &Vm, v: Value, value: Value) -> PyResult<()> {
    let t = mutable(vm, v, value, "__type_params__")?;
    put(vm, t, vm.names.__type_params__, value);
    Ok(())
}
fn get_base(_: &Vm, v: Value) -> PyResult {
    Ok(this(v).base.get().into())
}
fn get_mro(_: &Vm, v: Value) -> PyResult {
    Ok(this(v).mro.get().value())
}
fn get_basicsize(_: &Vm, v: Value) -> PyResult {
    let t = this(v);
    // Ints say what CPython's do: a header and digits of 30 bits, as `int.__sizeof__` counts.
    let size = if t.kind.get() == crate::kinds::INT { 24 } else { t.size.get() };
    Ok(Value::int((size + (t.extra.get() + t.members.get()) as usize * 8) as i64))
}
fn get_itemsize(_: &Vm, v: Value) -> PyResult {
    Ok(Value::int(match this(v).kind.get() {
        crate::kinds::TUPLE => 8,
        crate::kinds::INT => 4,
        crate::kinds::BYTES => 1,
        crate::kinds::TYPE => 40,
        _ => 0,
    }))
}
/// The bits that `inspect` and others look at, where CPython has them.
fn get_flags(vm: &Vm, v: Value) -> PyResult {
    use crate::kinds;
    let t = this(v);
    let map = [
        (flag::BASETYPE, 1 << 10),
        (flag::IMMUTABLE, 1 << 8),
        (flag::HEAP, 1 << 9),
        (flag::NO_NEW, 1 << 7),
        (flag::SEQUENCE, 1 << 5),
        (flag::MAPPING, 1 << 6),
        (flag::METHOD_DESCR, 1 << 17),
        (flag::ABSTRACT, 1 << 20),
        (flag::MATCH_SELF, 1 << 22),
    ];
    let mut bits: i64 = 1 << 12 | 1 << 14 | 1 << 18;
    for (f, bit) in map {
        if t.has(f) {
            bits |= bit;
        }
    }
    bits |= match t.kind.get() {
        kinds::INT => 1 << 24,
        kinds::LIST => 1 << 25,
        kinds::TUPLE => 1 << 26,
        kinds::BYTES => 1 << 27,
        kinds::STR => 1 << 28,
        kinds::DICT => 1 << 29,
        kinds::EXCEPTION => 1 << 30,
        kinds::TYPE => 1 << 31,
        _ => 0,
    };
    Ok(vm.new_int(bits))
}
fn get_dictoffset(_: &Vm, v: Value) -> PyResult {
    Ok(Value::int(if this(v).has_dict.get() { -1 } else { 0 }))
}
fn get_weakrefoffset(_: &Vm, v: Value) -> PyResult {
    Ok(Value::int(if this(v).has(flag::WEAKREF) { 16 } else { 0 }))
}

/// Computed attributes of `type`.
pub const GETSET: &[GetSetDef] = &[
    readonly("__basicsize__", get_basicsize, ""),
    readonly("__itemsize__", get_itemsize, ""),
    readonly("__flags__", get_flags, ""),
    readonly("__weakrefoffset__", get_weakrefoffset, ""),
    readonly("__base__", get_base, ""),
    readonly("__dictoffset__", get_dictoffset, ""),
    readonly("__mro__", get_mro, ""),
    getset("__name__", get_name, set_name, ""),
    getset("__qualname__", get_qualname, set_qualname, ""),
    getset("__bases__", get_bases, set_bases, ""),
    getset("__module__", get_module, set_module, ""),
    getset("__abstractmethods__", get_abstract, set_abstract, ""),
    readonly("__dict__", get_dict, ""),
    getset("__doc__", get_doc, set_doc, ""),
    readonly("__text_signature__", get_signature, ""),
    getset("__annotations__", get_annotations, set_annotations, ""),
    getset("__annotate__", get_annotate, set_annotate, ""),
    getset("__type_params__", get_type_params, set_type_params, ""),
];

fn mro(vm: &Vm, a: &[Value]) -> PyResult {
    let t = this(a[0]);
    let items = crate::objects::typ_mro::c3(vm, t, t.bases.get().items())?;
    Ok(vm.new_list(&items).value())
}
fn subclasses(vm: &Vm, a: &[Value]) -> PyResult {
    let items = vm.subclasses(this(a[0]));
    Ok(vm.new_list(&items).value())
}
fn prepare(vm: &Vm, _: Args) -> PyResult {
    Ok(vm.new_dict().value())
}
fn instancecheck(vm: &Vm, a: &[Value]) -> PyResult {
    Ok(Value::bool(vm.real_isinstance(a[1], a[0])?))
}
fn subclasscheck(vm: &Vm, a: &[Value]) -> PyResult {
    Ok(Value::bool(vm.real_issubclass(a[1], a[0])?))
}
fn dir(vm: &Vm, a: &[Value]) -> PyResult {
    let names = vm.new_dict();
    crate::objects::object::merge_class_names(vm, names, a[0])?;
    Ok(crate::objects::object::keys_list(vm, names))
}
fn sizeof(_: &Vm, _: &[Value]) -> PyResult {
    Ok(Value::int(size_of::<Type>() as i64))
}

/// Methods of `type`.
pub const METHODS: &[MethodDef] = &[
    method("mro", "($self, /)", mro, "Return a type's method resolution order."),
    method("__subclasses__", "($self, /)", subclasses, "Return a list of immediate subclasses."),
    classmethod_var(
        "__prepare__",
        "($type, *args, **kwargs)",
        prepare,
        "Create the namespace for the class statement",
    ),
    method("__instancecheck__", "($self, instance, /)", instancecheck, "Check if an object is an instance."),
    method("__subclasscheck__", "($self, subclass, /)", subclasscheck, "Check if a class is a subclass."),
    method("__dir__", "($self, /)", dir, "Specialized __dir__ implementation for types."),
    method("__sizeof__", "($self, /)", sizeof, "Return memory consumption of the type object."),
];
