//! Builtin functions on containers and iterators: `all any len iter next aiter anext sorted min max`.

use crate::objects::list::sort::{less, sort};
use crate::vm::args::{Args, check_positional};
use crate::vm::error::PyResult;
use crate::vm::slots::CompareOp;
use crate::vm::typedef::{MethodDef, function, function_var};
use crate::vm::{Vm, shape_ids};
use taipan_heap::{GcVec, Value};

fn all(vm: &Vm, a: &[Value]) -> PyResult {
    let mut all = true;
    vm.for_each(a[0], |x| {
        all = vm.truth(x)?;
        Ok(all)
    })?;
    Ok(Value::bool(all))
}

fn any(vm: &Vm, a: &[Value]) -> PyResult {
    let mut any = false;
    vm.for_each(a[0], |x| {
        any = vm.truth(x)?;
        Ok(!any)
    })?;
    Ok(Value::bool(any))
}

fn len(vm: &Vm, a: &[Value]) -> PyResult {
    Ok(vm.new_int(vm.len(a[0])? as i64))
}

fn iter(vm: &Vm, args: Args) -> PyResult {
    match *args.positional(vm, "iter", 1, 2)? {
        [v] => vm.get_iter(v),
        [f, sentinel, ..] => {
            if vm.class_of(f).slots.call.get().is_none() {
                return Err(vm.type_error("iter(v, w): v must be callable"));
            }
            Ok(vm.new_call_iter(f, sentinel))
        }
        [] => unreachable!("the count was checked"),
    }
}

fn next(vm: &Vm, args: Args) -> PyResult {
    let a = args.positional(vm, "next", 1, 2)?;
    if vm.class_of(a[0]).slots.iternext.get().is_none() {
        return Err(vm.type_error(format!("'{}' object is not an iterator", vm.type_name(a[0]))));
    }
    match (vm.iter_next(a[0]), a.get(1)) {
        (Ok(Some(x)), _) => Ok(x),
        (Ok(None), Some(&default)) => Ok(default),
        (Ok(None), None) => Err(vm.stop_iteration(Value::NONE)),
        (Err(e), Some(&default)) if vm.raised_is(e, vm.types.StopIteration) => Ok(default),
        (Err(e), _) => Err(e),
    }
}

fn aiter(vm: &Vm, a: &[Value]) -> PyResult {
    let Some(f) = vm.class_of(a[0]).slots.aiter.get() else {
        return Err(vm.type_error(format!("'{}' object is not an async iterable", vm.type_name(a[0]))));
    };
    let it = f(vm, a[0])?;
    if vm.class_of(it).slots.anext.get().is_none() {
        return Err(
            vm.type_error(format!("aiter() returned not an async iterator of type '{}'", vm.type_name(it)))
        );
    }
    Ok(it)
}

fn anext(vm: &Vm, a: &[Value]) -> PyResult {
    let Some(f) = vm.class_of(a[0]).slots.anext.get() else {
        return Err(vm.type_error(format!("'{}' object is not an async iterator", vm.type_name(a[0]))));
    };
    let awaitable = f(vm, a[0])?;
    Ok(match a[1].bound() {
        Some(default) => crate::objects::anext::new_awaitable(vm, awaitable, default),
        None => awaitable,
    })
}

fn sorted(vm: &Vm, args: Args) -> PyResult {
    check_positional(vm, "sorted", args.pos.len(), 1, 1)?;
    let l = vm.list_from_iterable(args.pos[0])?;
    let kw = Args { pos: &[], kw: args.kw };
    let [key, reverse] = kw.bind(vm, "sort", "(*, key=None, reverse=False)")?;
    let reverse = match reverse.bound() {
        Some(v) => vm.truth(v)?,
        None => false,
    };
    sort(vm, l, key.or_none(), reverse)?;
    Ok(l.value())
}

fn min(vm: &Vm, args: Args) -> PyResult {
    extreme(vm, args, "min", CompareOp::Lt)
}
fn max(vm: &Vm, args: Args) -> PyResult {
    extreme(vm, args, "max", CompareOp::Gt)
}

/// `a < b`, or `a > b`.
#[inline]
fn above(vm: &Vm, a: Value, b: Value, op: CompareOp) -> PyResult<bool> {
    if op == CompareOp::Lt { less(vm, a, b) } else { vm.compare_bool(a, b, op) }
}

/// The first item that is `op` all others.
fn extreme(vm: &Vm, args: Args, name: &str, op: CompareOp) -> PyResult {
    if args.kw.is_empty()
        && let [x, y] = *args.pos
    {
        return Ok(if vm.compare_bool(y, x, op)? { y } else { x });
    }
    let n = args.pos.len();
    if n == 0 {
        return Err(vm.type_error(format!("{name} expected at least 1 argument, got 0")));
    }
    let kw = Args { pos: &[], kw: args.kw };
    let [key, default] = kw.bind(vm, name, "(*, key=None, default=None)")?;
    let key = key.or_none();
    if n > 1 && !default.is_unbound() {
        return Err(vm.type_error(format!(
            "Cannot specify a default for {name}() with multiple positional arguments"
        )));
    }
    if n == 1
        && key.is_none()
        && let Some(x) = plain_extreme(vm, args.pos[0], op == CompareOp::Gt)
    {
        return Ok(x);
    }
    let mut best: Option<(Value, Value)> = None;
    let mut see = |x: Value| -> PyResult<()> {
        let k = if key.is_none() { x } else { vm.call(key, &[x])? };
        match best {
            Some((_, b)) if !above(vm, k, b, op)? => {}
            _ => best = Some((x, k)),
        }
        Ok(())
    };
    if n > 1 {
        let items = GcVec::from_slice(&vm.heap, args.pos);
        items.iter().try_for_each(|&x| see(x))?;
    } else {
        vm.for_each(args.pos[0], |x| see(x).map(|()| true))?;
    }
    match best {
        Some((x, _)) => Ok(x),
        None => default.bound().ok_or_else(|| vm.value_error(format!("{name}() iterable argument is empty"))),
    }
}

/// The smallest or (`larger`) largest of the small ints in an exact list, tuple or set; `None` where it holds anything
/// else, or nothing.
fn plain_extreme(vm: &Vm, v: Value, larger: bool) -> Option<Value> {
    use crate::objects::{list::List, set::Set, tuple::Tuple};
    // The words of small ints are in their order.
    let mut best: Option<u64> = None;
    let mut see = |x: Value| {
        let bits = x.bits();
        best = Some(best.map_or(bits, |b| if larger { b.max(bits) } else { b.min(bits) }));
        x.is_int()
    };
    let all = if vm.is_exact(v, shape_ids::set) || vm.is_exact(v, shape_ids::frozenset) {
        let t = v.cast::<Set>()?.table.get();
        t.entries().iter().filter(|e| e.is_active()).all(|e| see(e.key))
    } else if vm.is_exact(v, shape_ids::tuple) {
        v.cast::<Tuple>()?.items().iter().all(|&x| see(x))
    } else if vm.is_exact(v, shape_ids::list) {
        let l = v.cast::<List>()?;
        match (l.as_ints(), l.as_values()) {
            (Some(ints), _) => ints.iter().all(|&i| Value::try_int(i).is_some_and(&mut see)),
            (_, Some(values)) => values.iter().all(|&x| see(x)),
            _ => false,
        }
    } else {
        false
    };
    if all { best.map(Value::from_bits) } else { None }
}

/// The functions.
pub static FUNCTIONS: &[MethodDef] = &[
    function(
        "all",
        "($module, iterable, /)",
        all,
        "Return True if bool(x) is True for all values x in the iterable.\n\nIf the iterable is empty, return True.",
    ),
    function(
        "any",
        "($module, iterable, /)",
        any,
        "Return True if bool(x) is True for any x in the iterable.\n\nIf the iterable is empty, return False.",
    ),
    function("len", "($module, obj, /)", len, "Return the number of items in a container."),
    function_var(
        "iter",
        "(*args)",
        iter,
        "iter(iterable) -> iterator\niter(callable, sentinel) -> iterator\n\nGet an iterator from an object.  In the first form, the argument must\nsupply its own iterator, or be a sequence.\nIn the second form, the callable is called until it returns the\nsentinel.",
    ),
    function_var(
        "next",
        "(*args)",
        next,
        "next(iterator[, default])\n\nReturn the next item from the iterator.  If default is given and the\niterator is exhausted, it is returned instead of raising StopIteration.",
    ),
    function(
        "aiter",
        "($module, async_iterable, /)",
        aiter,
        "Return an AsyncIterator for an AsyncIterable object.",
    ),
    function(
        "anext",
        "($module, aiterator, default=<unrepresentable>, /)",
        anext,
        "Return the next item from the async iterator.\n\nIf default is given and the async iterator is exhausted,\nit is returned instead of raising StopAsyncIteration.",
    ),
    function_var(
        "sorted",
        "($module, iterable, /, *, key=None, reverse=False)",
        sorted,
        "Return a new list containing all items from the iterable in ascending order.\n\nA custom key function can be supplied to customize the sort order, and the\nreverse flag can be set to request the result in descending order.",
    ),
    function_var(
        "min",
        "(*args, **kwargs)",
        min,
        "min(iterable, *[, default=obj, key=func]) -> value\nmin(arg1, arg2, *args, *[, key=func]) -> value\n\nWith a single iterable argument, return its smallest item. The\ndefault keyword-only argument specifies an object to return if\nthe provided iterable is empty.\nWith two or more positional arguments, return the smallest argument.",
    ),
    function_var(
        "max",
        "(*args, **kwargs)",
        max,
        "max(iterable, *[, default=obj, key=func]) -> value\nmax(arg1, arg2, *args, *[, key=func]) -> value\n\nWith a single iterable argument, return its biggest item. The\ndefault keyword-only argument specifies an object to return if\nthe provided iterable is empty.\nWith two or more positional arguments, return the largest argument.",
    ),
];
