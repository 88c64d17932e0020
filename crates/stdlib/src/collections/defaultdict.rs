//! `collections.defaultdict`: a dict that makes missing values. Its factory is in the dict's `aux` field.

use taipan_runtime::objects::dict::Dict;
use taipan_runtime::objects::dict::methods::update_with;
use taipan_runtime::objects::dict::update::update_any;
use taipan_runtime::objects::generic_alias::class_getitem;
use taipan_runtime::vm::text::TextBuilder;
use taipan_runtime::vm::typedef::flag;
use taipan_runtime::*;

fn this(v: Value) -> Gc<Dict> {
    v.cast::<Dict>().expect("slots and methods of defaultdict get dicts")
}
fn factory(v: Value) -> Value {
    this(v).aux.get().or_none()
}

fn init(vm: &Vm, v: Value, args: Args) -> PyResult<()> {
    let d = this(v);
    let mut rest = args;
    if let Some(&f) = args.pos.first() {
        if !f.is_none() && vm.class_of(f).slots.call.get().is_none() {
            return Err(vm.type_error("first argument must be callable or None"));
        }
        d.aux.set(d, f);
        rest = args.skip(1);
    } else {
        d.aux.set(d, Value::NONE);
    }
    update_with(vm, d, rest, "dict")
}
fn missing(vm: &Vm, a: &[Value]) -> PyResult {
    let f = factory(a[0]);
    if f.is_none() {
        return Err(vm.key_error(a[1]));
    }
    let value = if f == vm.types.int.value() {
        Value::int(0)
    } else if f == vm.types.list.value() {
        vm.new_list(&[]).value()
    } else {
        vm.call(f, &[])?
    };
    this(a[0]).setdefault(vm, a[1], value)
}
fn repr(vm: &Vm, v: Value) -> PyResult {
    let base = vm.types.dict.slots.repr.get().expect("dict has a repr");
    let items = vm.str(base(vm, v)?)?;
    let f = factory(v);
    // The factory may be a bound method of this very dict.
    let guard = if f.is_ptr() { vm.enter_repr(f) } else { None };
    let text = if f.is_ptr() && guard.is_none() { vm.new_str("...") } else { vm.repr(f)? };
    let mut w = TextBuilder::new();
    w.push(vm.class_of(v).name.get()).push_str("(").push(text).push_str(", ").push(items).push_str(")");
    Ok(w.finish(vm).value())
}
fn copy(vm: &Vm, a: &[Value]) -> PyResult {
    vm.call(vm.class_of(a[0]).value(), &[factory(a[0]), a[0]])
}
fn reduce(vm: &Vm, a: &[Value]) -> PyResult {
    let f = factory(a[0]);
    let args = if f.is_none() { vm.new_tuple(&[]) } else { vm.new_tuple(&[f]) }.value();
    let items = vm.call_method(a[0], vm.names.items, &[])?;
    let it = vm.get_iter(items)?;
    let none = Value::NONE;
    Ok(vm.new_tuple(&[vm.class_of(a[0]).value(), args, none, none, it]).value())
}
fn or(vm: &Vm, a: Value, b: Value) -> PyResult {
    let ty = vm.type_of_def(&DEF);
    let is_default = |v: Value| vm.class_of(v).is_subtype(ty);
    let (me, other) = if is_default(a) { (a, b) } else { (b, a) };
    if other.cast::<Dict>().is_none() {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    let new = if is_default(a) {
        copy(vm, &[me])?
    } else {
        vm.call(vm.class_of(me).value(), &[factory(me), other])?
    };
    let Some(d) = new.cast::<Dict>() else { return Ok(new) };
    update_any(vm, d, b)?;
    Ok(new)
}

/// The type.
pub static DEF: TypeDef = TypeDef {
    name: "defaultdict",
    module: "collections",
    base: Some(&objects::dict::DEF),
    kind: kinds::DICT,
    size: size_of::<Dict>(),
    flags: flag::IMMUTABLE | flag::BASETYPE | flag::MAPPING | flag::WEAKREF,
    slots: Slots { init: Some(init), repr: Some(repr), or: Some(or), ..Slots::EMPTY },
    methods: &[
        method(
            "__missing__",
            "($self, object, /)",
            missing,
            "__missing__(key) # Called by __getitem__ for missing key; pseudo-code:\n  if self.default_factory is None: raise KeyError((key,))\n  self[key] = value = self.default_factory()\n  return value\n",
        ),
        method("copy", "($self, /)", copy, "D.copy() -> a shallow copy of D."),
        method("__copy__", "($self, /)", copy, "D.copy() -> a shallow copy of D."),
        method("__reduce__", "($self, /)", reduce, "Return state information for pickling."),
        classmethod(
            "__class_getitem__",
            "($type, object, /)",
            class_getitem,
            "defaultdicts are generic over two types, signifying (respectively) the types of the dictionary's keys and values",
        ),
    ],
    getset: &[getset(
        "default_factory",
        |_, v| Ok(factory(v)),
        |_, v, f| {
            let d = this(v);
            d.aux.set(d, f);
            Ok(())
        },
        "Factory for default value called by __missing__().",
    )],
    doc: "defaultdict(default_factory=None, /, [...]) --> dict with default factory\n\nThe default factory is called without arguments to produce\na new value when a key is not present, in __getitem__ only.\nA defaultdict compares equal to a dict with the same items.\nAll remaining arguments are treated the same as if they were\npassed to the dict constructor, including keyword arguments.\n",
    ..TypeDef::EMPTY
};
