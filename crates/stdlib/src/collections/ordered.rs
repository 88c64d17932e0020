//! `collections.OrderedDict`: a dict whose order can be changed. The dict's own order is the order; the `aux`
//! field counts changes of it, so that iterators notice them.

use std::cell::Cell;
use taipan_runtime::objects::dict::Dict;
use taipan_runtime::objects::dict::iter::What;
use taipan_runtime::objects::dict::methods::{copy_of, equal};
use taipan_runtime::objects::dict::views::{self, DictView};
use taipan_runtime::vm::slots::CompareOp;
use taipan_runtime::vm::text::TextBuilder;
use taipan_runtime::vm::typedef::{NativeObject, flag};
use taipan_runtime::*;

fn this(v: Value) -> Gc<Dict> {
    v.cast::<Dict>().expect("slots and methods of OrderedDict get dicts")
}
fn state(d: Gc<Dict>) -> i64 {
    d.aux.get().to_int().unwrap_or(0)
}
fn touch(d: Gc<Dict>) {
    d.aux.set(d, Value::int(state(d) + 1));
}
fn is_exact(vm: &Vm, v: Value) -> bool {
    vm.class_of(v) == vm.type_of_def(&DEF)
}
fn is_ordered(vm: &Vm, v: Value) -> bool {
    vm.class_of(v).is_subtype(vm.type_of_def(&DEF))
}

fn init(vm: &Vm, v: Value, args: Args) -> PyResult<()> {
    if args.pos.len() > 1 {
        return Err(vm.type_error(format!("expected at most 1 argument, got {}", args.pos.len())));
    }
    update_with(vm, v, args)
}
fn update(vm: &Vm, args: Args) -> PyResult {
    let v = args.pos[0];
    let rest = args.skip(1);
    if rest.pos.len() > 1 {
        return Err(
            vm.type_error(format!("update() takes at most 1 positional argument ({} given)", rest.pos.len()))
        );
    }
    update_with(vm, v, rest)?;
    Ok(Value::NONE)
}
fn update_with(vm: &Vm, v: Value, args: Args) -> PyResult<()> {
    if let Some(&from) = args.pos.first() {
        update_from(vm, v, from)?;
    }
    for (key, value) in args.kw.iter() {
        vm.setitem(v, key.value(), value)?;
    }
    Ok(())
}
/// `v.update(from)` by item assignment, as `MutableMapping.update` does it.
fn update_from(vm: &Vm, v: Value, from: Value) -> PyResult<()> {
    if vm.is_exact(from, vm::shape_ids::dict) {
        let items = vm.mapping_list(from, vm.names.items)?;
        return add_pairs(vm, v, items.value());
    }
    if vm.get_attr_opt(from, vm.names.keys)?.is_some() {
        let keys = vm.call_method(from, vm.names.keys, &[])?;
        let it = vm.get_iter(keys)?;
        while let Some(key) = vm.iter_next(it)? {
            let value = vm.getitem(from, key)?;
            vm.setitem(v, key, value)?;
        }
        return Ok(());
    }
    if vm.get_attr_opt(from, vm.names.items)?.is_some() {
        let items = vm.call_method(from, vm.names.items, &[])?;
        return add_pairs(vm, v, items);
    }
    add_pairs(vm, v, from)
}
fn add_pairs(vm: &Vm, v: Value, pairs: Value) -> PyResult<()> {
    let it = vm.get_iter(pairs)?;
    while let Some(pair) = vm.iter_next(it)? {
        let p = vm.get_iter(pair)?;
        let need = |n: &str| vm.value_error(format!("need more than {n} to unpack"));
        let key = vm.iter_next(p)?.ok_or_else(|| need("0 values"))?;
        let value = vm.iter_next(p)?.ok_or_else(|| need("1 value"))?;
        if vm.iter_next(p)?.is_some() {
            return Err(vm.value_error("too many values to unpack (expected 2)"));
        }
        vm.setitem(v, key, value)?;
    }
    Ok(())
}

fn setitem(vm: &Vm, v: Value, key: Value, value: Value) -> PyResult<()> {
    let d = this(v);
    let n = d.len();
    if value.is_unbound() {
        if d.remove(vm, key)?.is_none() {
            return Err(vm.key_error(key));
        }
    } else {
        d.set(vm, key, value)?;
    }
    if d.len() != n {
        touch(d);
    }
    Ok(())
}
fn repr(vm: &Vm, v: Value) -> PyResult {
    let Some(_guard) = vm.enter_repr(v) else { return Ok(vm.new_str("...").value()) };
    let d = this(v);
    let mut w = TextBuilder::new();
    w.push(vm.class_of(v).name.get()).push_str("(");
    if !d.is_empty() {
        w.push(vm.repr(copy_of(vm, d).value())?);
    }
    w.push_str(")");
    Ok(w.finish(vm).value())
}
fn compare(vm: &Vm, a: Value, b: Value, op: CompareOp) -> PyResult {
    let (Some(x), Some(y)) = (a.cast::<Dict>(), b.cast::<Dict>()) else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    if !matches!(op, CompareOp::Eq | CompareOp::Ne) {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    let mut same = equal(vm, x, y)?;
    let (s, t) = (state(x), state(y));
    if same && is_ordered(vm, a) && is_ordered(vm, b) {
        let (mut i, mut j) = (0, 0);
        while let (Some(p), Some(q)) = (x.next_entry(&mut i), y.next_entry(&mut j)) {
            same = vm.equal(p.key, q.key)?;
            if state(x) != s || state(y) != t {
                return Err(vm.runtime_error("OrderedDict mutated during iteration"));
            }
            if !same {
                break;
            }
        }
    }
    Ok(Value::bool(same == (op == CompareOp::Eq)))
}
fn or(vm: &Vm, a: Value, b: Value) -> PyResult {
    if a.cast::<Dict>().is_none() || b.cast::<Dict>().is_none() {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    let ty = vm.class_of(if is_ordered(vm, a) { a } else { b });
    let new = vm.call(ty.value(), &[a])?;
    update_from(vm, new, b)?;
    Ok(new)
}
fn ior(vm: &Vm, a: Value, b: Value) -> PyResult {
    update_from(vm, a, b)?;
    Ok(a)
}

fn fromkeys(vm: &Vm, a: &[Value]) -> PyResult {
    let new = vm.call(a[0], &[])?;
    let it = vm.get_iter(a[1])?;
    while let Some(key) = vm.iter_next(it)? {
        vm.setitem(new, key, a[2].or_none())?;
    }
    Ok(new)
}
fn sizeof(vm: &Vm, a: &[Value]) -> PyResult {
    Ok(vm.new_int((size_of::<Dict>() + this(a[0]).keys.get().byte_size()) as i64))
}
fn reduce(vm: &Vm, a: &[Value]) -> PyResult {
    let state = vm.call_method(a[0], vm.names.__getstate__, &[])?;
    let items = vm.call_method(a[0], vm.names.items, &[])?;
    let it = vm.get_iter(items)?;
    let args = vm.new_tuple(&[]).value();
    Ok(vm.new_tuple(&[vm.class_of(a[0]).value(), args, state, Value::NONE, it]).value())
}
fn setdefault(vm: &Vm, a: &[Value]) -> PyResult {
    let default = a[2].or_none();
    if is_exact(vm, a[0]) {
        let d = this(a[0]);
        let n = d.len();
        let v = d.setdefault(vm, a[1], default)?;
        if d.len() != n {
            touch(d);
        }
        return Ok(v);
    }
    if vm.contains(a[0], a[1])? {
        return vm.getitem(a[0], a[1]);
    }
    vm.setitem(a[0], a[1], default)?;
    Ok(default)
}
fn pop(vm: &Vm, a: &[Value]) -> PyResult {
    let d = this(a[0]);
    if let Some(v) = d.remove(vm, a[1])? {
        touch(d);
        return Ok(v);
    }
    a[2].bound().ok_or_else(|| vm.key_error(a[1]))
}
fn popitem(vm: &Vm, a: &[Value]) -> PyResult {
    let d = this(a[0]);
    let last = match a[1].bound() {
        Some(v) => vm.truth(v)?,
        None => true,
    };
    let found = if last { d.pop_last(vm) } else { d.pop_first(vm) };
    let Some(e) = found else {
        return Err(vm.key_error(vm.new_str("dictionary is empty").value()));
    };
    touch(d);
    Ok(vm.new_tuple(&[e.key, e.value]).value())
}
fn clear(vm: &Vm, a: &[Value]) -> PyResult {
    this(a[0]).clear(vm);
    touch(this(a[0]));
    Ok(Value::NONE)
}
fn copy(vm: &Vm, a: &[Value]) -> PyResult {
    let d = this(a[0]);
    if is_exact(vm, a[0]) {
        let new = vm.new_dict_of(vm.class_of(a[0]));
        new.copy_from(vm, d);
        return Ok(new.value());
    }
    let new = vm.call(vm.class_of(a[0]).value(), &[])?;
    let (before, mut pos) = (state(d), 0);
    while let Some(e) = d.next_entry(&mut pos) {
        let value = vm.getitem(a[0], e.key)?;
        vm.setitem(new, e.key, value)?;
        if state(d) != before {
            return Err(vm.runtime_error("OrderedDict mutated during iteration"));
        }
    }
    Ok(new)
}
fn move_to_end(vm: &Vm, a: &[Value]) -> PyResult {
    let last = match a[2].bound() {
        Some(v) => vm.truth(v)?,
        None => true,
    };
    match this(a[0]).move_to_end(vm, a[1], last)? {
        Some(()) => {
            touch(this(a[0]));
            Ok(Value::NONE)
        }
        None => Err(vm.key_error(a[1])),
    }
}

/// `odict_iterator`
#[repr(C)]
struct OrderedIter {
    header: Header,
    dict: Slot<Option<Gc<Dict>>>,
    /// Entry position of the next item (reverse: one behind it).
    pos: Cell<usize>,
    state: i64,
    used: Cell<usize>,
    what: What,
    reverse: bool,
}
impl kinds::Trace for OrderedIter {
    fn trace(&self, t: &mut Tracer) {
        t.opt(self.dict.get());
    }
}
// SAFETY: `repr(C)`, header first.
unsafe impl NativeObject for OrderedIter {
    const DEF: &'static TypeDef = &ITER;
}
fn new_iter(vm: &Vm, d: Gc<Dict>, what: What, reverse: bool) -> Value {
    let pos = if reverse { d.keys.get().fill() } else { 0 };
    vm.new_native(|header| OrderedIter {
        header,
        dict: Slot::new(Some(d)),
        pos: Cell::new(pos),
        state: state(d),
        used: Cell::new(d.len()),
        what,
        reverse,
    })
    .value()
}
fn it(vm: &Vm, v: Value) -> Gc<OrderedIter> {
    vm.native::<OrderedIter>(v).expect("slots and methods of odict_iterator get such")
}
fn next(vm: &Vm, v: Value) -> PyResult<Option<Value>> {
    let i = it(vm, v);
    let Some(d) = i.dict.get() else { return Ok(None) };
    if state(d) != i.state {
        return Err(vm.runtime_error("OrderedDict mutated during iteration"));
    }
    if d.len() != i.used.get() {
        i.used.set(usize::MAX);
        return Err(vm.runtime_error("OrderedDict changed size during iteration"));
    }
    let mut pos = i.pos.get();
    let mut found = None;
    if i.reverse {
        while pos > 0 && found.is_none() {
            pos -= 1;
            found = d.keys.get().entries().get(pos).copied().filter(|e| !e.key.is_unbound());
        }
    } else {
        found = d.next_entry(&mut pos);
    }
    i.pos.set(pos);
    Ok(match found {
        None => {
            i.dict.set(i, None);
            None
        }
        Some(e) => Some(match i.what {
            What::Keys => e.key,
            What::Values => e.value,
            What::Items => vm.new_tuple(&[e.key, e.value]).value(),
        }),
    })
}
fn iter_reduce(vm: &Vm, a: &[Value]) -> PyResult {
    let i = it(vm, a[0]);
    let (dict, pos, used) = (i.dict.get(), i.pos.get(), i.used.get());
    let l = vm.list_from_iterable(a[0]);
    i.dict.set(i, dict);
    i.pos.set(pos);
    i.used.set(used);
    Ok(vm.reduce_iter(l?.value(), None))
}
static ITER: TypeDef = TypeDef {
    name: "odict_iterator",
    flags: flag::IMMUTABLE | flag::NO_NEW,
    slots: Slots { iter: Some(objects::iter::itself), iternext: Some(next), ..Slots::EMPTY },
    methods: &[method("__reduce__", "($self, /)", iter_reduce, objects::iter::REDUCE_DOC)],
    ..TypeDef::native::<OrderedIter>()
};

fn iter(vm: &Vm, v: Value) -> PyResult {
    Ok(new_iter(vm, this(v), What::Keys, false))
}
fn reversed(vm: &Vm, a: &[Value]) -> PyResult {
    Ok(new_iter(vm, this(a[0]), What::Keys, true))
}
fn view(v: Value) -> Gc<DictView> {
    v.cast::<DictView>().expect("slots and methods of views get such")
}
fn view_iter(vm: &Vm, v: Value) -> PyResult {
    Ok(new_iter(vm, view(v).dict.get(), view(v).what, false))
}
fn view_reversed(vm: &Vm, a: &[Value]) -> PyResult {
    Ok(new_iter(vm, view(a[0]).dict.get(), view(a[0]).what, true))
}

macro_rules! views {
    ($($def:ident $name:literal $base:ident $what:ident $method:ident;)*) => {$(
        static $def: TypeDef = TypeDef {
            name: $name,
            base: Some(&views::$base),
            kind: kinds::DICT_VIEW,
            size: size_of::<DictView>(),
            flags: flag::IMMUTABLE | flag::NO_NEW,
            slots: Slots { iter: Some(view_iter), ..Slots::EMPTY },
            methods: &[method("__reversed__", "($self, /)", view_reversed, "")],
            ..TypeDef::EMPTY
        };
        fn $method(vm: &Vm, a: &[Value]) -> PyResult {
            Ok(vm.new_dict_view_of(vm.type_of_def(&$def), this(a[0]), What::$what))
        }
    )*};
}
views! {
    ODICT_KEYS "odict_keys" KEYS Keys keys;
    ODICT_VALUES "odict_values" VALUES Values values;
    ODICT_ITEMS "odict_items" ITEMS Items items;
}

static METHODS: &[MethodDef] = &[
    classmethod(
        "fromkeys",
        "($type, /, iterable, value=None)",
        fromkeys,
        "Create a new ordered dictionary with keys from iterable and values set to value.",
    ),
    method("__sizeof__", "($self, /)", sizeof, ""),
    method("__reduce__", "($self, /)", reduce, "Return state information for pickling"),
    method(
        "setdefault",
        "($self, /, key, default=None)",
        setdefault,
        "Insert key with a value of default if key is not in the dictionary.\n\nReturn the value for key if key is in the dictionary, else default.",
    ),
    method(
        "pop",
        "($self, /, key, default=<unrepresentable>)",
        pop,
        "od.pop(key[,default]) -> v, remove specified key and return the corresponding value.\n\nIf the key is not found, return the default if given; otherwise,\nraise a KeyError.",
    ),
    method(
        "popitem",
        "($self, /, last=True)",
        popitem,
        "Remove and return a (key, value) pair from the dictionary.\n\nPairs are returned in LIFO order if last is true or FIFO order if\nfalse.",
    ),
    method("keys", "($self, /)", keys, ""),
    method("values", "($self, /)", values, ""),
    method("items", "($self, /)", items, ""),
    method_var("update", "($self, /, *args, **kwargs)", update, ""),
    method("clear", "($self, /)", clear, "Remove all items from ordered dict."),
    method("copy", "($self, /)", copy, "A shallow copy of ordered dict."),
    method("__reversed__", "($self, /)", reversed, "od.__reversed__() <==> reversed(od)"),
    method(
        "move_to_end",
        "($self, /, key, last=True)",
        move_to_end,
        "Move an existing element to the end (or beginning if last is false).\n\nRaise KeyError if the element does not exist.",
    ),
];

/// The type.
pub static DEF: TypeDef = TypeDef {
    name: "OrderedDict",
    module: "collections",
    base: Some(&objects::dict::DEF),
    kind: kinds::DICT,
    size: size_of::<Dict>(),
    flags: flag::IMMUTABLE | flag::BASETYPE | flag::MAPPING | flag::HAS_DICT | flag::WEAKREF,
    slots: Slots {
        init: Some(init),
        repr: Some(repr),
        richcompare: Some(compare),
        iter: Some(iter),
        setitem: Some(setitem),
        or: Some(or),
        ior: Some(ior),
        ..Slots::EMPTY
    },
    methods: METHODS,
    doc: "Dictionary that remembers insertion order",
    ..TypeDef::EMPTY
};
