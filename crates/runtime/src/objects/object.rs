//! `object`: construction, text, comparison and attributes that every type inherits.
//!
//! Pickling (`__reduce_ex__`, `__getstate__`) is in `object_reduce.rs`.

use crate::kinds;
use crate::objects::dict::Dict;
use crate::objects::object_reduce as reduce;
use crate::objects::str::Str;
use crate::objects::typ::Type;
use crate::vm::Vm;
use crate::vm::args::Args;
use crate::vm::attr::{generic_get_attr, generic_set_attr};
use crate::vm::error::PyResult;
use crate::vm::slots::{CompareOp, Init, New, Slots};
use crate::vm::typedef::{GetSetDef, TypeDef, classmethod_var, flag, getset, method};
use taipan_heap::{Gc, Value};

/// `object.__hash__`: the identity.
pub fn hash_identity(vm: &Vm, v: Value) -> PyResult<i64> {
    let _ = vm;
    // Addresses are 16-byte aligned: the low bits carry nothing. Rotate as CPython does.
    Ok((v.bits() & ((1 << 48) - 1)).rotate_right(4) as i64)
}

/// The hash slot of types with `__hash__ = None`.
pub fn hash_not_implemented(vm: &Vm, v: Value) -> PyResult<i64> {
    Err(vm.type_error(format!("unhashable type: '{}'", vm.type_name(v))))
}

/// `object`'s comparison: identity for `==`; `!=` is the opposite of what the type's `==` says.
pub fn compare_identity(vm: &Vm, a: Value, b: Value, op: CompareOp) -> PyResult {
    Ok(match op {
        CompareOp::Eq if a == b => Value::TRUE,
        CompareOp::Ne => {
            let Some(eq) = vm.class_of(a).slots.richcompare.get() else { return Ok(Value::NOT_IMPLEMENTED) };
            let r = eq(vm, a, b, CompareOp::Eq)?;
            if r.is_not_implemented() { r } else { Value::bool(!vm.truth(r)?) }
        }
        _ => Value::NOT_IMPLEMENTED,
    })
}

impl Vm {
    /// `id(v)` as a number for messages; see [`Vm::id`].
    pub fn id_of(&self, v: Value) -> u64 {
        v.bits() & ((1 << 48) - 1)
    }
    /// `id(v)`: the address of a heap object; other values have numbers above all addresses.
    pub fn id(&self, v: Value) -> Value {
        if v.is_ptr() {
            return self.new_int(v.as_header() as i64);
        }
        if v.is_float() {
            return self.new_big(dashu_int::IBig::from(v.bits()) + dashu_int::IBig::from(1u128 << 64));
        }
        self.new_uint(v.bits())
    }
    /// The qualified name with the module in front, as `repr` and error messages show types.
    pub fn full_type_name(&self, t: Gc<Type>) -> String {
        let module = crate::objects::typ_attrs::module_of(self, t);
        match module.and_then(|m| m.cast::<Str>()) {
            Some(m) if m.as_bytes() != b"builtins" => format!("{}.{}", *m, *t.qualname.get()),
            _ => t.qualname.get().to_string(),
        }
    }
}

fn repr(vm: &Vm, v: Value) -> PyResult {
    let name = vm.full_type_name(vm.class_of(v));
    Ok(vm.new_str(&format!("<{name} object at {:#x}>", vm.id_of(v))).value())
}
fn str(vm: &Vm, v: Value) -> PyResult {
    match vm.class_of(v).slots.repr.get() {
        Some(f) => f(vm, v),
        None => repr(vm, v),
    }
}

/// Are there arguments that `object` has no use for? (Only one of `__new__` and `__init__` complains.)
fn excess(args: Args) -> bool {
    !args.pos.is_empty() || !args.kw.is_empty()
}
fn has_own_new(ty: Gc<Type>) -> bool {
    ty.slots.new.get().is_some_and(|f| !std::ptr::fn_addr_eq(f, object_new as New))
}
fn has_own_init(ty: Gc<Type>) -> bool {
    ty.slots.init.get().is_some_and(|f| !std::ptr::fn_addr_eq(f, object_init as Init))
}

/// `object.__new__`
pub fn object_new(vm: &Vm, ty: Gc<Type>, args: Args) -> PyResult {
    if excess(args) {
        if has_own_new(ty) {
            return Err(
                vm.type_error("object.__new__() takes exactly one argument (the type to instantiate)")
            );
        }
        if !has_own_init(ty) {
            return Err(vm.type_error(format!("{}() takes no arguments", ty.name_str())));
        }
    }
    if ty.has(flag::ABSTRACT) {
        return Err(abstract_error(vm, ty)?);
    }
    if ty.kind.get() != kinds::INSTANCE {
        return Err(vm.type_error(format!(
            "object.__new__({}) is not safe, use {}.__new__()",
            ty.name_str(),
            ty.layout_def.get().map_or("object", |d| d.name)
        )));
    }
    Ok(vm.new_instance(ty).value())
}
fn abstract_error(vm: &Vm, ty: Gc<Type>) -> PyResult<crate::vm::error::Raised> {
    let methods = vm.get_attr(ty.value(), vm.names.__abstractmethods__)?;
    let mut names: Vec<String> =
        vm.collect(methods)?.iter().filter_map(|v| v.cast::<Str>()).map(|s| s.to_string()).collect();
    names.sort();
    let plural = if names.len() > 1 { "s" } else { "" };
    let list = names.iter().map(|n| format!("'{n}'")).collect::<Vec<_>>().join(", ");
    Ok(vm.type_error(format!(
        "Can't instantiate abstract class {} without an implementation for abstract method{plural} {list}",
        ty.name_str()
    )))
}
/// `object.__init__`
pub fn object_init(vm: &Vm, v: Value, args: Args) -> PyResult<()> {
    if excess(args) {
        let ty = vm.class_of(v);
        if has_own_init(ty) {
            return Err(
                vm.type_error("object.__init__() takes exactly one argument (the instance to initialize)")
            );
        }
        if !has_own_new(ty) {
            return Err(vm.type_error(format!(
                "{}.__init__() takes exactly one argument (the instance to initialize)",
                ty.name_str()
            )));
        }
    }
    Ok(())
}

fn get_class(vm: &Vm, v: Value) -> PyResult {
    Ok(vm.class_of(v).value())
}
fn set_class(vm: &Vm, v: Value, new: Value) -> PyResult<()> {
    if new.is_unbound() {
        return Err(vm.type_error("can't delete __class__ attribute"));
    }
    let Some(new) = new.cast::<Type>() else {
        return Err(
            vm.type_error(format!("__class__ must be set to a class, not '{}' object", vm.type_name(new)))
        );
    };
    let old = vm.class_of(v);
    if v.is_kind(kinds::MODULE) && new.is_subtype(vm.types.module) {
        compatible(vm, old, new, "__class__")?;
        return reclass(vm, v, old, new);
    }
    if !old.has(flag::HEAP) || !new.has(flag::HEAP) {
        return Err(
            vm.type_error("__class__ assignment only supported for mutable types or ModuleType subclasses")
        );
    }
    compatible(vm, old, new, "__class__")?;
    reclass(vm, v, old, new)
}
fn reclass(vm: &Vm, v: Value, old: Gc<Type>, new: Gc<Type>) -> PyResult<()> {
    let _ = old;
    // An instance's attributes move to a dict: its shape would name the old class.
    if new.has_dict.get() && v.is_kind(kinds::INSTANCE) {
        vm.instance_dict(v);
    }
    // SAFETY: `v` is a heap object: immediates have immutable types.
    let h = unsafe { &*v.as_header() };
    h.set_class(new.header_ptr());
    h.set_shape(if v.is_kind(kinds::INSTANCE) { vm.dict_shape(new) } else { new.shape.get() });
    if new.has(flag::HAS_DEL) {
        vm.heap.register_finalizable(v.as_header());
    }
    Ok(())
}
/// May instances of `old` become instances of `new`?
pub fn compatible(vm: &Vm, old: Gc<Type>, new: Gc<Type>, attr: &str) -> PyResult<()> {
    let same_members = || {
        old.members.get() == new.members.get()
            && (old.members.get() == 0 || member_names(old) == member_names(new))
    };
    let same = old.kind.get() == new.kind.get()
        && old.size.get() == new.size.get()
        && old.has_dict.get() == new.has_dict.get()
        && old.has(flag::WEAKREF) == new.has(flag::WEAKREF)
        && old.extra.get() == new.extra.get()
        && std::ptr::eq(
            old.layout_def.get().map_or(std::ptr::null(), |d| d as *const _),
            new.layout_def.get().map_or(std::ptr::null(), |d| d as *const _),
        )
        && same_members();
    if same {
        return Ok(());
    }
    Err(vm.type_error(format!(
        "{attr} assignment: '{}' object layout differs from '{}'",
        new.name_str(),
        old.name_str()
    )))
}
fn member_names(t: Gc<Type>) -> Vec<String> {
    let mut all: Vec<(u32, String)> = vec![];
    for c in t.mro_iter() {
        let (d, mut pos) = (c.dict.get(), 0);
        while let Some(e) = d.next_entry(&mut pos) {
            if let Some(m) = e.value.cast::<crate::objects::descr::Member>()
                && m.owner.get() == c
            {
                all.push((m.index, m.name.get().to_string()));
            }
        }
    }
    all.sort();
    all.into_iter().map(|(_, n)| n).collect()
}

fn get_dict(vm: &Vm, v: Value) -> PyResult {
    if let Some(t) = v.cast::<Type>() {
        return Ok(vm.new_mapping_proxy(t.dict.get().value()));
    }
    match vm.instance_dict(v) {
        Some(d) => Ok(d.value()),
        None => Err(vm.attribute_error("This object has no __dict__")),
    }
}
fn set_dict(vm: &Vm, v: Value, d: Value) -> PyResult<()> {
    if v.is_kind(kinds::MODULE) {
        return Err(vm.attribute_error("readonly attribute"));
    }
    if !vm.has_instance_dict(v) {
        return Err(vm.attribute_error("This object has no __dict__"));
    }
    if d.is_unbound() {
        if keeps_dict(vm.class_of(v)) {
            return Err(vm.type_error("cannot delete __dict__"));
        }
        vm.set_instance_dict(v, vm.new_dict());
        return Ok(());
    }
    match d.cast::<Dict>() {
        Some(d) => {
            vm.set_instance_dict(v, d);
            Ok(())
        }
        None => {
            Err(vm.type_error(format!("__dict__ must be set to a dictionary, not a '{}'", vm.type_name(d))))
        }
    }
}
/// Do instances of `t` keep a namespace, as those of native types with one do, of whatever class they are?
fn keeps_dict(t: Gc<Type>) -> bool {
    let native = |c: Gc<Type>| !c.has(flag::HEAP) && c.has(flag::HAS_DICT);
    t.mro.get().items().iter().any(|c| c.cast::<Type>().is_some_and(native))
}
/// `__dict__` of instances: for types with [`flag::HAS_DICT`] and classes that add a dict.
pub const DICT_ATTRIBUTE: GetSetDef =
    getset("__dict__", get_dict, set_dict, "dictionary for instance variables");
/// The same as a row that type creation refers to.
pub static DICT_ROW: GetSetDef = DICT_ATTRIBUTE;
/// `__weakref__` of instances of Python classes.
pub static WEAKREF_ROW: GetSetDef = crate::vm::typedef::readonly(
    "__weakref__",
    |vm, v| Ok(crate::objects::weakref::first_ref(vm, v).unwrap_or(Value::NONE)),
    "list of weak references to the object",
);

fn format(vm: &Vm, a: &[Value]) -> PyResult {
    let Some(spec) = a[1].cast::<Str>() else {
        return Err(vm.type_error(format!("__format__() argument must be str, not {}", vm.type_name(a[1]))));
    };
    if spec.byte_len() > 0 {
        return Err(
            vm.type_error(format!("unsupported format string passed to {}.__format__", vm.type_name(a[0])))
        );
    }
    Ok(vm.str(a[0])?.value())
}
/// Adds the names of a class and its bases to `names`.
pub fn merge_class_names(vm: &Vm, names: Gc<Dict>, class: Value) -> PyResult<()> {
    if let Some(d) = vm.get_attr_opt(class, vm.names.__dict__)? {
        merge_keys(vm, names, d)?;
    }
    if let Some(bases) = vm.get_attr_opt(class, vm.names.__bases__)?
        && let Some(bases) = bases.cast::<crate::objects::tuple::Tuple>()
    {
        for &b in bases.items() {
            vm.check_native_stack()?;
            merge_class_names(vm, names, b)?;
        }
    }
    Ok(())
}
fn merge_keys(vm: &Vm, names: Gc<Dict>, mapping: Value) -> PyResult<()> {
    if let Some(d) = mapping.cast::<Dict>() {
        let mut pos = 0;
        while let Some(e) = d.next_entry(&mut pos) {
            names.set_hashed(vm, e.key, e.hash, Value::NONE)?;
        }
        return Ok(());
    }
    if let Some(p) = mapping.cast::<crate::objects::mapping_proxy::MappingProxy>() {
        return merge_keys(vm, names, p.mapping.get());
    }
    let keys = vm.call_method(mapping, vm.names.keys, &[])?;
    for &k in vm.collect(keys)?.iter() {
        names.set(vm, k, Value::NONE)?;
    }
    Ok(())
}
/// The keys of a dict as a list.
pub fn keys_list(vm: &Vm, d: Gc<Dict>) -> Value {
    let mut out = taipan_heap::GcVec::with_capacity(&vm.heap, d.len());
    let mut pos = 0;
    while let Some(e) = d.next_entry(&mut pos) {
        out.push(&vm.heap, e.key);
    }
    vm.new_list(&out).value()
}
fn dir(vm: &Vm, a: &[Value]) -> PyResult {
    let names = vm.new_dict();
    if let Some(d) = vm.get_attr_opt(a[0], vm.names.__dict__)?
        && d.cast::<Dict>().is_some()
    {
        merge_keys(vm, names, d)?;
    }
    if let Some(c) = vm.get_attr_opt(a[0], vm.names.__class__)? {
        merge_class_names(vm, names, c)?;
    }
    Ok(keys_list(vm, names))
}
fn sizeof(vm: &Vm, a: &[Value]) -> PyResult {
    let ty = vm.class_of(a[0]);
    let slots = if ty.kind.get() == kinds::INSTANCE { ty.inline.get() } else { ty.extra.get() };
    Ok(Value::int((ty.size.get() + slots as usize * 8) as i64))
}
fn init_subclass(vm: &Vm, args: Args) -> PyResult {
    let t = args.pos.first().and_then(|t| t.cast::<Type>()).map_or_else(String::new, |t| t.name_str());
    if !args.kw.is_empty() {
        return Err(vm.type_error(format!("{t}.__init_subclass__() takes no keyword arguments")));
    }
    if args.pos.len() > 1 {
        return Err(vm.type_error(format!(
            "{t}.__init_subclass__() takes no arguments ({} given)",
            args.pos.len() - 1
        )));
    }
    Ok(Value::NONE)
}
fn subclasshook(_: &Vm, _: Args) -> PyResult {
    Ok(Value::NOT_IMPLEMENTED)
}

/// The type.
pub static DEF: TypeDef = TypeDef {
    name: "object",
    flags: flag::IMMUTABLE | flag::BASETYPE,
    slots: Slots {
        hash: Some(hash_identity),
        richcompare: Some(compare_identity),
        repr: Some(repr),
        str: Some(str),
        getattro: Some(generic_get_attr),
        setattro: Some(generic_set_attr),
        new: Some(object_new),
        init: Some(object_init),
        ..Slots::EMPTY
    },
    methods: &[
        method("__reduce_ex__", "($self, protocol, /)", reduce::reduce_ex, "Helper for pickle."),
        method("__reduce__", "($self, /)", reduce::reduce, "Helper for pickle."),
        method("__getstate__", "($self, /)", reduce::getstate, "Helper for pickle."),
        method(
            "__format__",
            "($self, format_spec, /)",
            format,
            "Default object formatter.\n\nReturn str(self) if format_spec is empty. Raise TypeError otherwise.",
        ),
        method("__sizeof__", "($self, /)", sizeof, "Size of object in memory, in bytes."),
        method("__dir__", "($self, /)", dir, "Default dir() implementation."),
        classmethod_var(
            "__init_subclass__",
            "($type, *args, **kwargs)",
            init_subclass,
            "This method is called when a class is subclassed.\n\nThe default implementation does nothing. It may be\noverridden to extend subclasses.",
        ),
        classmethod_var(
            "__subclasshook__",
            "($type, *args)",
            subclasshook,
            "Abstract classes can override this to customize issubclass().\n\nThis is invoked early on by abc.ABCMeta.__subclasscheck__().\nIt should return True, False or NotImplemented.  If it returns\nNotImplemented, the normal algorithm is used.  Otherwise, it\noverrides the normal algorithm (and the outcome is cached).",
        ),
    ],
    getset: &[getset("__class__", get_class, set_class, "the object's class")],
    doc: "object()\n--\n\nThe base class of the class hierarchy.\n\nWhen called, it accepts no arguments and returns a new featureless\ninstance that has no instance attributes and cannot be given any.\n",
    ..TypeDef::EMPTY
};
