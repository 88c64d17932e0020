//! `count`, `cycle`, `repeat`.

use super::{iterator, positional};
use std::cell::Cell;
use taipan_runtime::objects::int_util;
use taipan_runtime::objects::list::List;
use taipan_runtime::objects::typ::Type;
use taipan_runtime::vm::text::TextBuilder;
use taipan_runtime::*;

iterator! {
    /// `count`
    Count COUNT count "count" { value, step; }
    new count_new; next count_next; slots { repr: count_repr };
    methods &[];
    doc "count(start=0, step=1)\n--\n\nReturn a count object whose .__next__() method returns consecutive values.\n\nEquivalent to:\n    def count(firstval=0, step=1):\n        x = firstval\n        while 1:\n            yield x\n            x += step"
}
fn is_number(vm: &Vm, v: Value) -> bool {
    let s = &vm.class_of(v).slots;
    s.index.get().is_some()
        || s.int.get().is_some()
        || s.float.get().is_some()
        || vm.class_of(v).is_subtype(vm.types.complex)
}
fn count_new(vm: &Vm, ty: Gc<Type>, args: Args) -> PyResult {
    let [start, step] = args.bind(vm, "count", "(start=0, step=1)")?;
    let get = |v: Value, default: i64| {
        let v = v.or(Value::int(default));
        if !is_number(vm, v) {
            return Err(vm.type_error("a number is required"));
        }
        Ok(if v.is_bool() { int_util::exact(vm, v) } else { v })
    };
    let (start, step) = (get(start, 0)?, get(step, 1)?);
    Ok(vm
        .new_native_of(ty, |header| Count { header, value: Slot::new(start), step: Slot::new(step) })
        .value())
}
fn count_next(vm: &Vm, v: Value) -> PyResult<Option<Value>> {
    let c = count(vm, v);
    let x = c.value.get();
    let next = vm.add(x, c.step.get())?;
    c.value.set(c, next);
    Ok(Some(x))
}
fn count_repr(vm: &Vm, v: Value) -> PyResult {
    let c = count(vm, v);
    let mut w = TextBuilder::new();
    w.push(vm.class_of(v).name.get()).push_str("(").push(vm.repr(c.value.get())?);
    if c.step.get().to_int() != Some(1) {
        w.push_str(", ").push(vm.repr(c.step.get())?);
    }
    w.push_str(")");
    Ok(w.finish(vm).value())
}

iterator! {
    /// `cycle`: the source (unbound once exhausted), the items seen, and where the repetition stands.
    Cycle CYCLE cycle "cycle" { source, saved; index: Cell<usize> }
    new cycle_new; next cycle_next;
    methods &[];
    doc "cycle(iterable, /)\n--\n\nReturn elements from the iterable until it is exhausted. Then repeat the sequence indefinitely."
}
fn cycle_new(vm: &Vm, ty: Gc<Type>, args: Args) -> PyResult {
    let a = positional(vm, ty, "cycle", args, 1)?;
    let source = vm.get_iter(a[0])?;
    let saved = vm.new_list(&[]).value();
    Ok(vm
        .new_native_of(ty, |header| Cycle {
            header,
            source: Slot::new(source),
            saved: Slot::new(saved),
            index: Cell::new(0),
        })
        .value())
}
fn cycle_next(vm: &Vm, v: Value) -> PyResult<Option<Value>> {
    let c = cycle(vm, v);
    let Some(saved) = c.saved.get().cast::<List>() else { return Ok(None) };
    if let Some(it) = c.source.get().bound() {
        if let Some(x) = vm.iter_step(it)? {
            vm.list_push(saved, x)?;
            return Ok(Some(x));
        }
        c.source.set(c, Value::UNBOUND);
    }
    let i = c.index.get();
    let x = vm.list_try_get(saved, i);
    c.index.set(if i + 1 >= saved.len() { 0 } else { i + 1 });
    Ok(x)
}

iterator! {
    /// `repeat`: `left` is -1 for ever.
    Repeat REPEAT repeat "repeat" { object; left: Cell<isize> }
    new repeat_new; next repeat_next; slots { repr: repeat_repr };
    methods &[method("__length_hint__", "($self, /)", repeat_hint, objects::iter::HINT_DOC)];
    doc "repeat(object [,times]) -> create an iterator which returns the object\nfor the specified number of times.  If not specified, returns the object\nendlessly."
}
fn repeat_new(vm: &Vm, ty: Gc<Type>, args: Args) -> PyResult {
    let [object, times] = args.bind(vm, "repeat", "(object, times=None)")?;
    let left = match times.bound() {
        Some(t) => vm.index_ssize(t)?.max(0),
        None => -1,
    };
    Ok(vm
        .new_native_of(ty, |header| Repeat { header, object: Slot::new(object), left: Cell::new(left) })
        .value())
}
fn repeat_next(vm: &Vm, v: Value) -> PyResult<Option<Value>> {
    let r = repeat(vm, v);
    match r.left.get() {
        0 => return Ok(None),
        n if n > 0 => r.left.set(n - 1),
        _ => {}
    }
    Ok(Some(r.object.get()))
}
fn repeat_repr(vm: &Vm, v: Value) -> PyResult {
    let r = repeat(vm, v);
    let mut w = TextBuilder::new();
    w.push(vm.class_of(v).name.get()).push_str("(").push(vm.repr(r.object.get())?);
    if r.left.get() >= 0 {
        w.push_str(&format!(", {}", r.left.get()));
    }
    w.push_str(")");
    Ok(w.finish(vm).value())
}
fn repeat_hint(vm: &Vm, a: &[Value]) -> PyResult {
    match repeat(vm, a[0]).left.get() {
        -1 => Err(vm.type_error("len() of unsized object")),
        n => Ok(vm.new_int(n as i64)),
    }
}
