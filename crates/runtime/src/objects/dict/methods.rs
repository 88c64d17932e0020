//! The slots and methods of `dict`.

use crate::objects::dict::iter::{What, new_iter};
use crate::objects::dict::update::{merge, update_any};
use crate::objects::dict::{Dict, KEY};
use crate::objects::enumerate::class_getitem;
use crate::objects::native::NativeFunction;
use crate::objects::set::Set;
use crate::objects::typ::Type;
use crate::vm::Vm;
use crate::vm::args::Args;
use crate::vm::error::PyResult;
use crate::vm::slots::{CompareOp, Slots};
use crate::vm::text::TextBuilder;
use crate::vm::typedef::{MethodDef, MethodKind, NativeImpl, classmethod, method, method_var};
use taipan_heap::{Gc, Value};

fn this(v: Value) -> Gc<Dict> {
    v.cast::<Dict>().expect("slots and methods of dict get dicts")
}

fn new(vm: &Vm, ty: Gc<Type>, _: Args) -> PyResult {
    Ok(vm.new_dict_of(ty).value())
}
fn init(vm: &Vm, v: Value, args: Args) -> PyResult<()> {
    update_with(vm, this(v), args, "dict")
}
/// `dict(...)` and `d.update(...)`: at most one positional argument, then the keywords.
pub fn update_with(vm: &Vm, d: Gc<Dict>, args: Args, name: &str) -> PyResult<()> {
    let a = Args::new(args.pos).positional(vm, name, 0, 1)?;
    if let Some(&v) = a.first() {
        update_any(vm, d, v)?;
    }
    for (k, v) in args.kw.iter() {
        d.set(vm, k.value(), v)?;
    }
    Ok(())
}

fn repr(vm: &Vm, v: Value) -> PyResult {
    let d = this(v);
    if d.is_empty() {
        return Ok(vm.new_str("{}").value());
    }
    let Some(_guard) = vm.enter_repr(v) else { return Ok(vm.new_str("{...}").value()) };
    let mut w = TextBuilder::new();
    let mut pos = 0;
    let mut first = true;
    w.push_str("{");
    while let Some(e) = d.next_entry(&mut pos) {
        if !first {
            w.push_str(", ");
        }
        first = false;
        w.push(vm.repr(e.key)?).push_str(": ").push(vm.repr(e.value)?);
    }
    w.push_str("}");
    Ok(w.finish(vm).value())
}

/// Are two dicts equal?
pub fn equal(vm: &Vm, a: Gc<Dict>, b: Gc<Dict>) -> PyResult<bool> {
    if a.len() != b.len() {
        return Ok(false);
    }
    vm.check_native_stack()?;
    let mut pos = 0;
    while let Some(e) = a.next_entry(&mut pos) {
        match b.get_hashed(vm, e.key, e.hash)? {
            Some(v) if vm.equal(v, e.value)? => {}
            _ => return Ok(false),
        }
    }
    Ok(true)
}
fn compare(vm: &Vm, a: Value, b: Value, op: CompareOp) -> PyResult {
    let (Some(x), Some(y)) = (a.cast::<Dict>(), b.cast::<Dict>()) else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    Ok(match op {
        CompareOp::Eq => Value::bool(equal(vm, x, y)?),
        CompareOp::Ne => Value::bool(!equal(vm, x, y)?),
        _ => Value::NOT_IMPLEMENTED,
    })
}

fn iter(vm: &Vm, v: Value) -> PyResult {
    Ok(new_iter(vm, this(v), What::Keys, false))
}
fn len(_: &Vm, v: Value) -> PyResult<usize> {
    Ok(this(v).len())
}
/// Does `v`, of kind dict, take subscripts as `dict` does, `__missing__` aside?
#[inline]
pub fn has_own_getitem(vm: &Vm, v: Value) -> bool {
    use crate::vm::slots::Binary;
    vm.class_of(v).slots.getitem.get().is_some_and(|f| std::ptr::fn_addr_eq(f, getitem as Binary))
}
/// The `__missing__` of a dict's class, where that is a builtin method (a `defaultdict`'s).
fn native_missing(vm: &Vm, v: Value) -> Option<fn(&Vm, &[Value]) -> PyResult> {
    let class = vm.class_of(v);
    let f = vm.type_lookup(class, vm.names.__missing__)?.cast::<NativeFunction>()?;
    let owner = f.owner.get().cast::<Type>()?;
    let plain = f.def.kind == MethodKind::Method && f.def.arity.total == 1 && f.def.arity.required == 1;
    match f.def.imp {
        NativeImpl::Fixed(imp) if plain && f.bound.get().is_unbound() && class.is_subtype(owner) => Some(imp),
        _ => None,
    }
}

fn getitem(vm: &Vm, v: Value, key: Value) -> PyResult {
    if let Some(x) = this(v).get(vm, key)? {
        return Ok(x);
    }
    if !vm.is_exact(v, crate::vm::shape_ids::dict)
        && let Some(f) = native_missing(vm, v)
    {
        return f(vm, &[v, key]);
    }
    if !vm.is_exact(v, crate::vm::shape_ids::dict)
        && let Some(x) = vm.call_special(v, vm.names.__missing__, &[key])?
    {
        return Ok(x);
    }
    Err(vm.key_error(key))
}
fn setitem(vm: &Vm, v: Value, key: Value, value: Value) -> PyResult<()> {
    if value.is_unbound() {
        return match this(v).remove(vm, key)? {
            Some(_) => Ok(()),
            None => Err(vm.key_error(key)),
        };
    }
    this(v).set(vm, key, value)
}
fn contains(vm: &Vm, v: Value, key: Value) -> PyResult<bool> {
    this(v).contains(vm, key)
}
fn or(vm: &Vm, a: Value, b: Value) -> PyResult {
    if a.cast::<Dict>().is_none() || b.cast::<Dict>().is_none() {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    let r = copy_of(vm, this(a));
    update_any(vm, r, b)?;
    Ok(r.value())
}
fn ior(vm: &Vm, a: Value, b: Value) -> PyResult {
    update_any(vm, this(a), b)?;
    Ok(a)
}

/// A plain copy of a dict's items.
pub fn copy_of(vm: &Vm, d: Gc<Dict>) -> Gc<Dict> {
    let r = vm.new_dict();
    r.copy_from(vm, d);
    r
}

fn contains_method(vm: &Vm, a: &[Value]) -> PyResult {
    contains(vm, a[0], a[1]).map(Value::bool)
}
fn sizeof(vm: &Vm, a: &[Value]) -> PyResult {
    Ok(vm.new_int((size_of::<Dict>() + this(a[0]).keys.get().byte_size()) as i64))
}
fn get(vm: &Vm, a: &[Value]) -> PyResult {
    Ok(this(a[0]).get(vm, a[1])?.unwrap_or(a[2].or_none()))
}
fn setdefault(vm: &Vm, a: &[Value]) -> PyResult {
    this(a[0]).setdefault(vm, a[1], a[2].or_none())
}
fn pop(vm: &Vm, a: &[Value]) -> PyResult {
    let d = this(a[0]);
    if let Some(v) = d.remove(vm, a[1])? {
        return Ok(v);
    }
    a[2].bound().ok_or_else(|| vm.key_error(a[1]))
}
fn popitem(vm: &Vm, a: &[Value]) -> PyResult {
    match this(a[0]).pop_last(vm) {
        Some(e) => Ok(vm.new_tuple(&[e.key, e.value]).value()),
        None => Err(vm.key_error(vm.new_str("popitem(): dictionary is empty").value())),
    }
}
fn keys(vm: &Vm, a: &[Value]) -> PyResult {
    Ok(vm.new_dict_view(this(a[0]), What::Keys))
}
fn values(vm: &Vm, a: &[Value]) -> PyResult {
    Ok(vm.new_dict_view(this(a[0]), What::Values))
}
fn items(vm: &Vm, a: &[Value]) -> PyResult {
    Ok(vm.new_dict_view(this(a[0]), What::Items))
}
fn update(vm: &Vm, args: Args) -> PyResult {
    update_with(vm, this(args.pos[0]), args.skip(1), "update")?;
    Ok(Value::NONE)
}
fn clear(vm: &Vm, a: &[Value]) -> PyResult {
    this(a[0]).clear(vm);
    Ok(Value::NONE)
}
fn copy(vm: &Vm, a: &[Value]) -> PyResult {
    Ok(copy_of(vm, this(a[0])).value())
}
fn reversed(vm: &Vm, a: &[Value]) -> PyResult {
    Ok(new_iter(vm, this(a[0]), What::Keys, true))
}
fn fromkeys(vm: &Vm, a: &[Value]) -> PyResult {
    let (cls, iterable, value) = (a[0], a[1], a[2].or_none());
    let d = vm.call(cls, &[])?;
    if vm.is_exact(d, crate::vm::shape_ids::dict) {
        let d = this(d);
        if let Some(s) = iterable.cast::<Set>().filter(|s| {
            vm.is_exact(s.value(), crate::vm::shape_ids::set)
                || vm.is_exact(s.value(), crate::vm::shape_ids::frozenset)
        }) {
            d.reserve(vm, s.len());
            let mut pos = 0;
            while let Some(e) = s.next(&mut pos) {
                d.set_hashed(vm, e.key, e.hash, value)?;
            }
            return Ok(d.value());
        }
        vm.for_each(iterable, |k| {
            let hash = vm.hash_key(k, KEY)?;
            d.set_hashed(vm, k, hash, value)?;
            Ok(true)
        })?;
        return Ok(d.value());
    }
    let it = vm.get_iter(iterable)?;
    while let Some(k) = vm.iter_next(it)? {
        vm.setitem(d, k, value)?;
    }
    Ok(d)
}

impl Vm {
    /// A plain copy of a dict.
    pub fn copy_dict(&self, d: Gc<Dict>) -> Gc<Dict> {
        copy_of(self, d)
    }
    /// Merges the mapping `v` into `d` (`{**v}`); `TypeError` if it is none.
    pub fn dict_merge_mapping(&self, d: Gc<Dict>, v: Value) -> PyResult<()> {
        if v.cast::<Dict>().is_none() && self.get_attr_opt(v, self.names.keys)?.is_none() {
            return Err(self.type_error(format!("'{}' object is not a mapping", self.type_name(v))));
        }
        merge(self, d, v, true)
    }
}

/// Slots.
pub const SLOTS: Slots = Slots {
    new: Some(new),
    init: Some(init),
    repr: Some(repr),
    richcompare: Some(compare),
    iter: Some(iter),
    len: Some(len),
    getitem: Some(getitem),
    setitem: Some(setitem),
    contains: Some(contains),
    or: Some(or),
    ior: Some(ior),
    ..Slots::EMPTY
};

/// Methods.
pub static METHODS: &[MethodDef] = &[
    method(
        "__contains__",
        "($self, key, /)",
        contains_method,
        "True if the dictionary has the specified key, else False.",
    ),
    method("__sizeof__", "($self, /)", sizeof, "Return the size of the dict in memory, in bytes."),
    method(
        "get",
        "($self, key, default=None, /)",
        get,
        "Return the value for key if key is in the dictionary, else default.",
    ),
    method(
        "setdefault",
        "($self, key, default=None, /)",
        setdefault,
        "Insert key with a value of default if key is not in the dictionary.\n\nReturn the value for key if key is in the dictionary, else default.",
    ),
    method(
        "pop",
        "($self, key, default=<unrepresentable>, /)",
        pop,
        "D.pop(k[,d]) -> v, remove specified key and return the corresponding value.\n\nIf the key is not found, return the default if given; otherwise,\nraise a KeyError.",
    ),
    method(
        "popitem",
        "($self, /)",
        popitem,
        "Remove and return a (key, value) pair as a 2-tuple.\n\nPairs are returned in LIFO (last-in, first-out) order.\nRaises KeyError if the dict is empty.",
    ),
    method("keys", "($self, /)", keys, "Return a set-like object providing a view on the dict's keys."),
    method("items", "($self, /)", items, "Return a set-like object providing a view on the dict's items."),
    method("values", "($self, /)", values, "Return an object providing a view on the dict's values."),
    method_var(
        "update",
        "($self, /, *args, **kwargs)",
        update,
        "D.update([E, ]**F) -> None.  Update D from mapping/iterable E and F.\nIf E is present and has a .keys() method, then does:  for k in E.keys(): D[k] = E[k]\nIf E is present and lacks a .keys() method, then does:  for k, v in E: D[k] = v\nIn either case, this is followed by: for k in F:  D[k] = F[k]",
    ),
    classmethod(
        "fromkeys",
        "($type, iterable, value=None, /)",
        fromkeys,
        "Create a new dictionary with keys from iterable and values set to value.",
    ),
    method("clear", "($self, /)", clear, "Remove all items from the dict."),
    method("copy", "($self, /)", copy, "Return a shallow copy of the dict."),
    method("__reversed__", "($self, /)", reversed, "Return a reverse iterator over the dict keys."),
    classmethod("__class_getitem__", "($type, object, /)", class_getitem, "See PEP 585"),
];

/// `__doc__`
pub const DOC: &str = "dict() -> new empty dictionary\ndict(mapping) -> new dictionary initialized from a mapping object's\n    (key, value) pairs\ndict(iterable) -> new dictionary initialized as if via:\n    d = {}\n    for k, v in iterable:\n        d[k] = v\ndict(**kwargs) -> new dictionary initialized with the name=value pairs\n    in the keyword argument list.  For example:  dict(one=1, two=2)";
