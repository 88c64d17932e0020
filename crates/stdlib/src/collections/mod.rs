//! `_collections`: `deque`, `defaultdict`, `OrderedDict`, and helpers of `collections`.

pub mod defaultdict;
pub mod deque;
pub mod ordered;

use taipan_runtime::objects::dict::Dict;
use taipan_runtime::objects::module::ModuleDef;
use taipan_runtime::objects::tuple::Tuple;
use taipan_runtime::objects::typ::Type;
use taipan_runtime::vm::typedef::{NativeObject, flag};
use taipan_runtime::*;

fn count_elements(vm: &Vm, a: &[Value]) -> PyResult {
    let (mapping, iterable) = (a[0], a[1]);
    let one = Value::int(1);
    let plus_one = |old: Value| match old.to_int().and_then(|i| Value::try_int(i + 1)) {
        Some(v) => Ok(v),
        None => vm.add(old, one),
    };
    // A dict whose `get` and item assignment are dict's own is counted in directly.
    let ty = vm.class_of(mapping);
    let own = |name| vm.type_lookup(ty, name) == vm.type_lookup(vm.types.dict, name);
    if let Some(d) = mapping.cast::<Dict>()
        && own(vm.names.get)
        && own(vm.names.__setitem__)
    {
        vm.for_each(iterable, |key| {
            let hash = vm.hash_key(key, "a dict key")?;
            if d.count(vm, key, hash)? {
                return Ok(true);
            }
            let n = match d.get_hashed(vm, key, hash)? {
                Some(old) => plus_one(old)?,
                None => one,
            };
            d.set_hashed(vm, key, hash, n)?;
            Ok(true)
        })?;
        return Ok(Value::NONE);
    }
    let it = vm.get_iter(iterable)?;
    let get = vm.get_attr(mapping, vm.names.get)?;
    while let Some(key) = vm.iter_next(it)? {
        let old = vm.call(get, &[key, Value::int(0)])?;
        vm.setitem(mapping, key, plus_one(old)?)?;
    }
    Ok(Value::NONE)
}

/// `_tuplegetter(index, doc)`: the descriptor of a named tuple's field.
#[repr(C)]
struct TupleGetter {
    header: Header,
    index: usize,
    doc: Slot<Value>,
}
impl kinds::Trace for TupleGetter {
    fn trace(&self, t: &mut Tracer) {
        t.slot(&self.doc);
    }
}
// SAFETY: `repr(C)`, header first.
unsafe impl NativeObject for TupleGetter {
    const DEF: &'static TypeDef = &TUPLE_GETTER;
}
fn getter(vm: &Vm, v: Value) -> Gc<TupleGetter> {
    vm.native::<TupleGetter>(v).expect("slots and methods of _tuplegetter get such")
}
fn getter_new(vm: &Vm, ty: Gc<Type>, args: Args) -> PyResult {
    let [index, doc] = args.bind(vm, "_tuplegetter", "(index, doc, /)")?;
    let index = vm.index_ssize(index)?.max(0) as usize;
    Ok(vm.new_native_of(ty, |header| TupleGetter { header, index, doc: Slot::new(doc) }).value())
}
fn getter_get(vm: &Vm, v: Value, obj: Value, _: Value) -> PyResult {
    let g = getter(vm, v);
    if obj.is_unbound() || obj.is_none() {
        return Ok(v);
    }
    let Some(t) = obj.cast::<Tuple>() else {
        return Err(vm.type_error(format!(
            "descriptor for index '{}' for tuple subclasses doesn't apply to '{}' object",
            g.index,
            vm.type_name(obj)
        )));
    };
    t.items().get(g.index).copied().ok_or_else(|| vm.index_error("tuple index out of range"))
}
fn getter_set(vm: &Vm, _: Value, _: Value, value: Value) -> PyResult<()> {
    Err(vm.attribute_error(if value.is_unbound() { "can't delete attribute" } else { "can't set attribute" }))
}
fn getter_reduce(vm: &Vm, a: &[Value]) -> PyResult {
    let g = getter(vm, a[0]);
    let args = vm.new_tuple(&[vm.new_int(g.index as i64), g.doc.get()]);
    Ok(vm.new_tuple(&[vm.class_of(a[0]).value(), args.value()]).value())
}
fn getter_repr(vm: &Vm, v: Value) -> PyResult {
    let g = getter(vm, v);
    let doc = vm.repr(g.doc.get())?;
    Ok(vm.new_str(&format!("{}({}, {})", vm.type_name(v), g.index, *doc)).value())
}
static TUPLE_GETTER: TypeDef = TypeDef {
    name: "_tuplegetter",
    module: "collections",
    flags: flag::IMMUTABLE,
    slots: Slots {
        new: Some(getter_new),
        descr_get: Some(getter_get),
        descr_set: Some(getter_set),
        repr: Some(getter_repr),
        ..Slots::EMPTY
    },
    methods: &[method("__reduce__", "($self, /)", getter_reduce, "")],
    getset: &[getset(
        "__doc__",
        |vm, v| Ok(getter(vm, v).doc.get()),
        |vm, v, doc| {
            let g = getter(vm, v);
            g.doc.set(g, doc.or_none());
            Ok(())
        },
        "",
    )],
    ..TypeDef::native::<TupleGetter>()
};

/// The module.
pub static MODULE: ModuleDef = ModuleDef {
    name: "_collections",
    doc: "High performance data structures.\n- deque:        ordered collection accessible from endpoints only\n- defaultdict:  dict subclass with a default value factory\n",
    functions: &[function(
        "_count_elements",
        "($module, mapping, iterable, /)",
        count_elements,
        "Count elements in the iterable, updating the mapping",
    )],
    types: &[
        &deque::DEF,
        &deque::ITER,
        &deque::REVERSE_ITER,
        &defaultdict::DEF,
        &ordered::DEF,
        &TUPLE_GETTER,
    ],
    init: None,
};
