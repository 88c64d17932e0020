//! `groupby` and `tee`: iterators that share a source.

use super::iterator;
use std::cell::Cell;
use taipan_runtime::objects::typ::Type;
use taipan_runtime::vm::typedef::{NativeObject, flag};
use taipan_runtime::*;

iterator! {
    /// `groupby`
    GroupBy GROUPBY groupby "groupby" { source, keyfunc, target, key, value, grouper; }
    new groupby_new; next groupby_next;
    methods &[];
    doc "groupby(iterable, key=None)\n--\n\nmake an iterator that returns consecutive keys and groups from the iterable\n\n  iterable\n    Elements to divide into groups according to the key function.\n  key\n    A function for computing the group category for each element.\n    If the key function is not specified or is None, the element itself\n    is used for grouping."
}
fn groupby_new(vm: &Vm, ty: Gc<Type>, args: Args) -> PyResult {
    let [iterable, key] = args.bind(vm, "groupby", "(iterable, key=None)")?;
    let source = vm.get_iter(iterable)?;
    let none = || Slot::new(Value::UNBOUND);
    Ok(vm
        .new_native_of(ty, |header| GroupBy {
            header,
            source: Slot::new(source),
            keyfunc: Slot::new(key.or_none()),
            target: none(),
            key: none(),
            value: none(),
            grouper: none(),
        })
        .value())
}
/// Takes the next item and its key; false at the end.
fn step(vm: &Vm, g: Gc<GroupBy>) -> PyResult<bool> {
    let Some(x) = vm.iter_step(g.source.get())? else { return Ok(false) };
    let key = if g.keyfunc.get().is_none() { x } else { vm.call(g.keyfunc.get(), &[x])? };
    g.value.set(g, x);
    g.key.set(g, key);
    Ok(true)
}
fn groupby_next(vm: &Vm, v: Value) -> PyResult<Option<Value>> {
    let g = groupby(vm, v);
    g.grouper.set(g, Value::UNBOUND);
    loop {
        if let Some(key) = g.key.get().bound() {
            match g.target.get().bound() {
                None => break,
                Some(target) => {
                    if !vm.equal(target, key)? {
                        break;
                    }
                }
            }
        }
        if !step(vm, g)? {
            return Ok(None);
        }
    }
    let key = g.key.get();
    g.target.set(g, key);
    let sub =
        vm.new_native(|header| Grouper { header, parent: Slot::new(v), target: Slot::new(key) }).value();
    g.grouper.set(g, sub);
    Ok(Some(vm.new_tuple(&[key, sub]).value()))
}

iterator! {
    /// `_grouper`: one group of a `groupby`.
    Grouper GROUPER grouper "_grouper" { parent, target; }
    new grouper_new; next grouper_next;
    methods &[];
    doc ""
}
fn grouper_new(vm: &Vm, ty: Gc<Type>, args: Args) -> PyResult {
    let [parent, target] = args.bind(vm, "_grouper", "(parent, tgtkey, /)")?;
    let Some(g) = vm.native::<GroupBy>(parent) else {
        return Err(vm.type_error(format!(
            "_grouper() argument 1 must be itertools.groupby, not {}",
            vm.type_name(parent)
        )));
    };
    let sub = vm
        .new_native_of(ty, |header| Grouper { header, parent: Slot::new(parent), target: Slot::new(target) })
        .value();
    g.grouper.set(g, sub);
    Ok(sub)
}
fn grouper_next(vm: &Vm, v: Value) -> PyResult<Option<Value>> {
    let sub = grouper(vm, v);
    let g = groupby(vm, sub.parent.get());
    if g.grouper.get() != v {
        return Ok(None);
    }
    if g.value.get().is_unbound() && !step(vm, g)? {
        return Ok(None);
    }
    let Some(key) = g.key.get().bound() else { return Ok(None) };
    if !vm.equal(sub.target.get(), key)? {
        return Ok(None);
    }
    let x = g.value.get();
    g.value.set(g, Value::UNBOUND);
    g.key.set(g, Value::UNBOUND);
    Ok(x.bound())
}

/// Items that the copies of a `tee` share, in a linked list of chunks.
#[repr(C)]
pub struct TeeData {
    header: Header,
    source: Slot<Value>,
    values: Slot<Gc<ValueBuf>>,
    /// The chunk behind this one, or unbound.
    next: Slot<Value>,
    count: Cell<usize>,
    running: Cell<bool>,
}
const CHUNK: usize = 57;
impl kinds::Trace for TeeData {
    fn trace(&self, t: &mut Tracer) {
        t.slot(&self.source);
        t.gc(self.values.get());
        t.slot(&self.next);
    }
}
// SAFETY: `repr(C)`, header first.
unsafe impl NativeObject for TeeData {
    const DEF: &'static TypeDef = &TEE_DATA;
}
/// `_tee_dataobject`
pub static TEE_DATA: TypeDef = TypeDef {
    name: "_tee_dataobject",
    module: "itertools",
    flags: flag::IMMUTABLE | flag::NO_NEW,
    doc: "teedataobject(iterable, values, next, /)\n--\n\nData container common to multiple tee objects.",
    ..TypeDef::native::<TeeData>()
};
fn new_chunk(vm: &Vm, source: Value) -> Gc<TeeData> {
    let values = ValueBuf::new(&vm.heap, CHUNK);
    vm.new_native(|header| TeeData {
        header,
        source: Slot::new(source),
        values: Slot::new(values),
        next: Slot::new(Value::UNBOUND),
        count: Cell::new(0),
        running: Cell::new(false),
    })
}

iterator! {
    /// `_tee`: a chunk and a position in it.
    Tee TEE tee_object "_tee" { chunk; index: Cell<usize> }
    new tee_new; next tee_next;
    flags flag::WEAKREF;
    methods &[method("__copy__", "($self, /)", tee_copy, "Returns an independent iterator.")];
    doc "_tee(iterable, /)\n--\n\nIterator wrapped to make it copyable."
}
fn tee_at(vm: &Vm, chunk: Value, index: usize) -> Value {
    vm.new_native(|header| Tee { header, chunk: Slot::new(chunk), index: Cell::new(index) }).value()
}
fn tee_from(vm: &Vm, iterable: Value) -> PyResult {
    let it = vm.get_iter(iterable)?;
    if let Some(t) = vm.native::<Tee>(it) {
        return Ok(tee_at(vm, t.chunk.get(), t.index.get()));
    }
    Ok(tee_at(vm, new_chunk(vm, it).value(), 0))
}
fn tee_new(vm: &Vm, _: Gc<Type>, args: Args) -> PyResult {
    let [iterable] = args.bind(vm, "_tee", "(iterable, /)")?;
    tee_from(vm, iterable)
}
fn tee_copy(vm: &Vm, a: &[Value]) -> PyResult {
    let t = tee_object(vm, a[0]);
    Ok(tee_at(vm, t.chunk.get(), t.index.get()))
}
fn tee_next(vm: &Vm, v: Value) -> PyResult<Option<Value>> {
    let t = tee_object(vm, v);
    let Some(mut chunk) = vm.native::<TeeData>(t.chunk.get()) else { return Ok(None) };
    if t.index.get() >= CHUNK {
        if chunk.next.get().is_unbound() {
            let more = new_chunk(vm, chunk.source.get()).value();
            chunk.next.set(chunk.header_ref(), more);
        }
        t.chunk.set(t, chunk.next.get());
        t.index.set(0);
        let Some(c) = vm.native::<TeeData>(t.chunk.get()) else { return Ok(None) };
        chunk = c;
    }
    let i = t.index.get();
    if i >= chunk.count.get() {
        if chunk.running.get() {
            return Err(vm.runtime_error("cannot re-enter the tee iterator"));
        }
        chunk.running.set(true);
        let x = vm.iter_step(chunk.source.get());
        chunk.running.set(false);
        let Some(x) = x? else { return Ok(None) };
        chunk.values.get().put(chunk.count.get(), x);
        chunk.count.set(chunk.count.get() + 1);
    }
    t.index.set(i + 1);
    Ok(Some(chunk.values.get().at(i)))
}
impl TeeData {
    fn header_ref(&self) -> &Header {
        &self.header
    }
}

/// `tee(iterable, n=2)`
pub fn tee(vm: &Vm, args: Args) -> PyResult {
    let a = args.positional(vm, "tee", 1, 2)?;
    let n = match a.get(1) {
        Some(&n) => vm.index_ssize(n)?,
        None => 2,
    };
    if n < 0 {
        return Err(vm.value_error("n must be >= 0"));
    }
    if n == 0 {
        return Ok(vm.new_tuple(&[]).value());
    }
    vm.check_hint((n as usize).saturating_mul(1 << 10))?;
    let mut first = vm.get_iter(a[0])?;
    if vm.native::<Tee>(first).is_some() {
        // All results are independent of the argument.
        first = tee_from(vm, first)?;
    }
    let copy = match vm.get_attr_opt(first, vm.names.__copy__)? {
        Some(f) => f,
        None => {
            first = tee_from(vm, first)?;
            vm.get_attr(first, vm.names.__copy__)?
        }
    };
    vm.new_tuple_with(n as usize, |i| if i == 0 { Ok(first) } else { vm.call(copy, &[]) }).map(Gc::value)
}
