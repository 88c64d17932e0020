//! Iterators that select from, transform or join other iterators.

use super::{iterator, positional};
use std::cell::Cell;
use taipan_runtime::objects::generic_alias::class_getitem;
use taipan_runtime::objects::tuple::Tuple;
use taipan_runtime::objects::typ::Type;
use taipan_runtime::*;

iterator! {
    /// `accumulate`
    Accumulate ACCUMULATE accumulate "accumulate" { source, func, total, initial; }
    new accumulate_new; next accumulate_next;
    methods &[];
    doc "accumulate(iterable, func=None, *, initial=None)\n--\n\nReturn series of accumulated sums (or other binary function results)."
}
fn accumulate_new(vm: &Vm, ty: Gc<Type>, args: Args) -> PyResult {
    let [iterable, func, initial] = args.bind(vm, "accumulate", "(iterable, func=None, *, initial=None)")?;
    let source = vm.get_iter(iterable)?;
    Ok(vm
        .new_native_of(ty, |header| Accumulate {
            header,
            source: Slot::new(source),
            func: Slot::new(func.or_none()),
            total: Slot::new(Value::UNBOUND),
            initial: Slot::new(initial.or_none()),
        })
        .value())
}
fn accumulate_next(vm: &Vm, v: Value) -> PyResult<Option<Value>> {
    let a = accumulate(vm, v);
    let initial = a.initial.get();
    if !initial.is_none() {
        a.initial.set(a, Value::NONE);
        a.total.set(a, initial);
        return Ok(Some(initial));
    }
    let Some(x) = vm.iter_step(a.source.get())? else { return Ok(None) };
    let total = match a.total.get().bound() {
        None => x,
        Some(t) if a.func.get().is_none() => vm.add(t, x)?,
        Some(t) => vm.call(a.func.get(), &[t, x])?,
    };
    a.total.set(a, total);
    Ok(Some(total))
}

iterator! {
    /// `batched`: the source is unbound once exhausted.
    Batched BATCHED batched "batched" { source; size: usize, strict: bool }
    new batched_new; next batched_next;
    methods &[];
    doc "batched(iterable, n, *, strict=False)\n--\n\nBatch data into tuples of length n. The last batch may be shorter than n.\n\nLoops over the input iterable and accumulates data into tuples\nup to size n.  The input is consumed lazily, just enough to\nfill a batch.  The result is yielded as soon as a batch is full\nor when the input iterable is exhausted.\n\n    >>> for batch in batched('ABCDEFG', 3):\n    ...     print(batch)\n    ...\n    ('A', 'B', 'C')\n    ('D', 'E', 'F')\n    ('G',)\n\nIf \"strict\" is True, raises a ValueError if the final batch is shorter\nthan n."
}
fn batched_new(vm: &Vm, ty: Gc<Type>, args: Args) -> PyResult {
    let [iterable, n, strict] = args.bind(vm, "batched", "(iterable, n, *, strict=False)")?;
    let n = vm.index_ssize(n)?;
    let strict = match strict.bound() {
        Some(s) => vm.truth(s)?,
        None => false,
    };
    if n < 1 {
        return Err(vm.value_error("n must be at least one"));
    }
    let source = vm.get_iter(iterable)?;
    Ok(vm
        .new_native_of(ty, |header| Batched { header, source: Slot::new(source), size: n as usize, strict })
        .value())
}
fn batched_next(vm: &Vm, v: Value) -> PyResult<Option<Value>> {
    let b = batched(vm, v);
    let Some(it) = b.source.get().bound() else { return Ok(None) };
    let mut items = GcVec::new();
    while items.len() < b.size {
        match vm.iter_step(it)? {
            Some(x) => items.push(&vm.heap, x),
            None => {
                b.source.set(b, Value::UNBOUND);
                if items.is_empty() {
                    return Ok(None);
                }
                if b.strict {
                    return Err(vm.value_error("batched(): incomplete batch"));
                }
                break;
            }
        }
    }
    Ok(Some(vm.new_tuple(&items).value()))
}

iterator! {
    /// `chain`: an iterator over the iterables, and the one being iterated.
    Chain CHAIN chain "chain" { source, active; }
    new chain_new; next chain_next;
    methods &[
        classmethod(
            "from_iterable",
            "($type, iterable, /)",
            chain_from_iterable,
            "Alternative chain() constructor taking a single iterable argument that evaluates lazily.",
        ),
        classmethod("__class_getitem__", "($type, object, /)", class_getitem, "See PEP 585"),
    ];
    doc "chain(*iterables)\n--\n\nReturn a chain object whose .__next__() method returns elements from the\nfirst iterable until it is exhausted, then elements from the next\niterable, until all of the iterables are exhausted."
}
fn chain_over(vm: &Vm, ty: Gc<Type>, iterables: Value) -> PyResult {
    let source = vm.get_iter(iterables)?;
    Ok(vm
        .new_native_of(ty, |header| Chain {
            header,
            source: Slot::new(source),
            active: Slot::new(Value::UNBOUND),
        })
        .value())
}
fn chain_new(vm: &Vm, ty: Gc<Type>, args: Args) -> PyResult {
    if vm.inherits_init(ty, vm.types.object) {
        args.no_keywords(vm, "chain")?;
    }
    chain_over(vm, ty, vm.new_tuple(args.pos).value())
}
fn chain_from_iterable(vm: &Vm, a: &[Value]) -> PyResult {
    match a[0].cast::<Type>() {
        Some(ty) => chain_over(vm, ty, a[1]),
        None => Err(vm.type_error("from_iterable() needs a type")),
    }
}
fn chain_next(vm: &Vm, v: Value) -> PyResult<Option<Value>> {
    let c = chain(vm, v);
    loop {
        let Some(source) = c.source.get().bound() else { return Ok(None) };
        let active = match c.active.get().bound() {
            Some(it) => it,
            None => {
                let next = match vm.iter_step(source) {
                    Ok(Some(iterable)) => vm.get_iter(iterable),
                    Ok(None) => {
                        c.source.set(c, Value::UNBOUND);
                        return Ok(None);
                    }
                    Err(e) => Err(e),
                };
                let it = next.inspect_err(|_| c.source.set(c, Value::UNBOUND))?;
                c.active.set(c, it);
                it
            }
        };
        if let Some(x) = vm.iter_step(active)? {
            return Ok(Some(x));
        }
        c.active.set(c, Value::UNBOUND);
    }
}

iterator! {
    /// `compress`
    Compress COMPRESS compress "compress" { data, selectors; }
    new compress_new; next compress_next;
    methods &[];
    doc "compress(data, selectors)\n--\n\nReturn data elements corresponding to true selector elements.\n\nForms a shorter iterator from selected data elements using the selectors\nto choose the data elements."
}
fn compress_new(vm: &Vm, ty: Gc<Type>, args: Args) -> PyResult {
    let [data, selectors] = args.bind(vm, "compress", "(data, selectors)")?;
    let (data, selectors) = (vm.get_iter(data)?, vm.get_iter(selectors)?);
    Ok(vm
        .new_native_of(ty, |header| Compress {
            header,
            data: Slot::new(data),
            selectors: Slot::new(selectors),
        })
        .value())
}
fn compress_next(vm: &Vm, v: Value) -> PyResult<Option<Value>> {
    let c = compress(vm, v);
    loop {
        let Some(x) = vm.iter_step(c.data.get())? else { return Ok(None) };
        let Some(s) = vm.iter_step(c.selectors.get())? else { return Ok(None) };
        if vm.truth(s)? {
            return Ok(Some(x));
        }
    }
}

/// A predicate and an iterator, as three types take them.
fn predicate_args(vm: &Vm, ty: Gc<Type>, name: &str, args: Args) -> PyResult<(Value, Value)> {
    let a = positional(vm, ty, name, args, 2)?;
    Ok((a[0], vm.get_iter(a[1])?))
}

iterator! {
    /// `dropwhile`
    DropWhile DROPWHILE dropwhile "dropwhile" { func, source; started: Cell<bool> }
    new dropwhile_new; next dropwhile_next;
    methods &[];
    doc "dropwhile(predicate, iterable, /)\n--\n\nDrop items from the iterable while predicate(item) is true.\n\nAfterwards, return every element until the iterable is exhausted."
}
fn dropwhile_new(vm: &Vm, ty: Gc<Type>, args: Args) -> PyResult {
    let (func, source) = predicate_args(vm, ty, "dropwhile", args)?;
    Ok(vm
        .new_native_of(ty, |header| DropWhile {
            header,
            func: Slot::new(func),
            source: Slot::new(source),
            started: Cell::new(false),
        })
        .value())
}
fn dropwhile_next(vm: &Vm, v: Value) -> PyResult<Option<Value>> {
    let d = dropwhile(vm, v);
    loop {
        let Some(x) = vm.iter_step(d.source.get())? else { return Ok(None) };
        if d.started.get() {
            return Ok(Some(x));
        }
        if !vm.truth(vm.call(d.func.get(), &[x])?)? {
            d.started.set(true);
            return Ok(Some(x));
        }
    }
}

iterator! {
    /// `takewhile`
    TakeWhile TAKEWHILE takewhile "takewhile" { func, source; stopped: Cell<bool> }
    new takewhile_new; next takewhile_next;
    methods &[];
    doc "takewhile(predicate, iterable, /)\n--\n\nReturn successive entries from an iterable as long as the predicate evaluates to true for each entry."
}
fn takewhile_new(vm: &Vm, ty: Gc<Type>, args: Args) -> PyResult {
    let (func, source) = predicate_args(vm, ty, "takewhile", args)?;
    Ok(vm
        .new_native_of(ty, |header| TakeWhile {
            header,
            func: Slot::new(func),
            source: Slot::new(source),
            stopped: Cell::new(false),
        })
        .value())
}
fn takewhile_next(vm: &Vm, v: Value) -> PyResult<Option<Value>> {
    let t = takewhile(vm, v);
    if t.stopped.get() {
        return Ok(None);
    }
    let Some(x) = vm.iter_step(t.source.get())? else { return Ok(None) };
    if vm.truth(vm.call(t.func.get(), &[x])?)? {
        return Ok(Some(x));
    }
    t.stopped.set(true);
    Ok(None)
}

iterator! {
    /// `filterfalse`
    FilterFalse FILTERFALSE filterfalse "filterfalse" { func, source; }
    new filterfalse_new; next filterfalse_next;
    methods &[];
    doc "filterfalse(function, iterable, /)\n--\n\nReturn those items of iterable for which function(item) is false.\n\nIf function is None, return the items that are false."
}
fn filterfalse_new(vm: &Vm, ty: Gc<Type>, args: Args) -> PyResult {
    let (func, source) = predicate_args(vm, ty, "filterfalse", args)?;
    Ok(vm
        .new_native_of(ty, |header| FilterFalse { header, func: Slot::new(func), source: Slot::new(source) })
        .value())
}
fn filterfalse_next(vm: &Vm, v: Value) -> PyResult<Option<Value>> {
    let s = filterfalse(vm, v);
    let f = s.func.get();
    let plain = f.is_none() || f == vm.types.bool.value();
    while let Some(x) = vm.iter_step(s.source.get())? {
        let good = if plain { vm.truth(x)? } else { vm.truth(vm.call(f, &[x])?)? };
        if !good {
            return Ok(Some(x));
        }
    }
    Ok(None)
}

iterator! {
    /// `islice`: `stop` is `usize::MAX` without a bound.
    Islice ISLICE islice "islice" { source; next: Cell<usize>, stop: usize, step: usize, count: Cell<usize> }
    new islice_new; next islice_next;
    methods &[];
    doc "islice(iterable, stop) --> islice object\nislice(iterable, start, stop[, step]) --> islice object\n\nReturn an iterator whose next() method returns selected values from an\niterable.  If start is specified, will skip all preceding elements;\notherwise, start defaults to zero.  Step defaults to one.  If\nspecified as another value, step determines how many values are\nskipped between successive calls.  Works like a slice() on a list\nbut returns an iterator."
}
fn islice_new(vm: &Vm, ty: Gc<Type>, args: Args) -> PyResult {
    if vm.inherits_init(ty, vm.types.object) {
        args.no_keywords(vm, "islice")?;
    }
    let a = Args::new(args.pos).positional(vm, "islice", 2, 4)?;
    let (start, stop, step) = match *a {
        [_, stop] => (Value::NONE, stop, Value::NONE),
        [_, start, stop] => (start, stop, Value::NONE),
        _ => (a[1], a[2], a[3]),
    };
    // Whatever is wrong with a number is reported as the same ValueError.
    let number = |v: Value, none: isize| if v.is_none() { none } else { vm.index_isize(v).unwrap_or(-1) };
    let stop_at = number(stop, isize::MAX);
    if stop_at == -1 {
        return Err(
            vm.value_error("Stop argument for islice() must be None or an integer: 0 <= x <= sys.maxsize.")
        );
    }
    let start = number(start, 0);
    if start < 0 || stop_at < -1 {
        let what = if a.len() == 2 { "Stop argument" } else { "Indices" };
        return Err(
            vm.value_error(format!("{what} for islice() must be None or an integer: 0 <= x <= sys.maxsize."))
        );
    }
    let step = number(step, 1);
    if step < 1 {
        return Err(vm.value_error("Step for islice() must be a positive integer or None."));
    }
    let source = vm.get_iter(a[0])?;
    Ok(vm
        .new_native_of(ty, |header| Islice {
            header,
            source: Slot::new(source),
            next: Cell::new(start as usize),
            stop: if stop.is_none() { usize::MAX } else { stop_at as usize },
            step: step as usize,
            count: Cell::new(0),
        })
        .value())
}
fn islice_next(vm: &Vm, v: Value) -> PyResult<Option<Value>> {
    let s = islice(vm, v);
    let Some(it) = s.source.get().bound() else { return Ok(None) };
    let end = || s.source.set(s, Value::UNBOUND);
    while s.count.get() < s.next.get() {
        if vm.iter_step(it)?.is_none() {
            end();
            return Ok(None);
        }
        s.count.set(s.count.get() + 1);
    }
    if s.count.get() >= s.stop {
        end();
        return Ok(None);
    }
    let Some(x) = vm.iter_step(it)? else {
        end();
        return Ok(None);
    };
    s.count.set(s.count.get() + 1);
    s.next.set(s.next.get().saturating_add(s.step).min(s.stop));
    Ok(Some(x))
}

iterator! {
    /// `pairwise`: the source is unbound once exhausted.
    Pairwise PAIRWISE pairwise "pairwise" { source, old; }
    new pairwise_new; next pairwise_next;
    methods &[];
    doc "pairwise(iterable, /)\n--\n\nReturn an iterator of overlapping pairs taken from the input iterator.\n\n    s -> (s0,s1), (s1,s2), (s2, s3), ..."
}
fn pairwise_new(vm: &Vm, ty: Gc<Type>, args: Args) -> PyResult {
    let a = positional(vm, ty, "pairwise", args, 1)?;
    let source = vm.get_iter(a[0])?;
    Ok(vm
        .new_native_of(ty, |header| Pairwise {
            header,
            source: Slot::new(source),
            old: Slot::new(Value::UNBOUND),
        })
        .value())
}
fn pairwise_next(vm: &Vm, v: Value) -> PyResult<Option<Value>> {
    let p = pairwise(vm, v);
    let end = || {
        p.source.set(p, Value::UNBOUND);
        p.old.set(p, Value::UNBOUND);
    };
    let Some(mut it) = p.source.get().bound() else { return Ok(None) };
    let old = match p.old.get().bound() {
        Some(x) => x,
        None => {
            let Some(x) = vm.iter_step(it)? else {
                end();
                return Ok(None);
            };
            p.old.set(p, x);
            // The source may have stepped this very iterator.
            match p.source.get().bound() {
                Some(source) => it = source,
                None => {
                    p.old.set(p, Value::UNBOUND);
                    return Ok(None);
                }
            }
            x
        }
    };
    let Some(new) = vm.iter_step(it)? else {
        end();
        return Ok(None);
    };
    p.old.set(p, new);
    Ok(Some(vm.new_tuple(&[old, new]).value()))
}

iterator! {
    /// `starmap`
    StarMap STARMAP starmap "starmap" { func, source; }
    new starmap_new; next starmap_next;
    methods &[];
    doc "starmap(function, iterable, /)\n--\n\nReturn an iterator whose values are returned from the function evaluated with an argument tuple taken from the given sequence."
}
fn starmap_new(vm: &Vm, ty: Gc<Type>, args: Args) -> PyResult {
    let (func, source) = predicate_args(vm, ty, "starmap", args)?;
    Ok(vm
        .new_native_of(ty, |header| StarMap { header, func: Slot::new(func), source: Slot::new(source) })
        .value())
}
fn starmap_next(vm: &Vm, v: Value) -> PyResult<Option<Value>> {
    let s = starmap(vm, v);
    let Some(args) = vm.iter_step(s.source.get())? else { return Ok(None) };
    let items = vm.collect(args)?;
    vm.call(s.func.get(), &items).map(Some)
}

iterator! {
    /// `zip_longest`: exhausted iterators are replaced by `None` in the list.
    ZipLongest ZIP_LONGEST zip_longest "zip_longest" { iters, fill; active: Cell<usize> }
    new zip_longest_new; next zip_longest_next;
    methods &[];
    doc "Return a zip_longest object whose .__next__() method returns a tuple where\nthe i-th element comes from the i-th iterable argument.  The .__next__()\nmethod continues until the longest iterable in the argument sequence\nis exhausted and then it raises StopIteration.  When the shorter iterables\nare exhausted, the fillvalue is substituted in their place.  The fillvalue\ndefaults to None or can be specified by a keyword argument.\n"
}
fn zip_longest_new(vm: &Vm, ty: Gc<Type>, args: Args) -> PyResult {
    let fill = match args.kw.get("fillvalue") {
        Some(f) if args.kw.len() == 1 => f,
        None if args.kw.is_empty() => Value::NONE,
        _ => return Err(vm.type_error("zip_longest() got an unexpected keyword argument")),
    };
    let n = args.pos.len();
    let iters = vm.new_tuple_with(n, |i| vm.get_iter(args.pos[i]))?;
    // Exclusively ours, since it gets written to.
    let iters = if n == 0 { iters } else { vm.new_tuple_of(vm.types.tuple, iters.items()) };
    Ok(vm
        .new_native_of(ty, |header| ZipLongest {
            header,
            iters: Slot::new(iters.value()),
            fill: Slot::new(fill),
            active: Cell::new(n),
        })
        .value())
}
fn zip_longest_next(vm: &Vm, v: Value) -> PyResult<Option<Value>> {
    let z = zip_longest(vm, v);
    let Some(iters) = z.iters.get().cast::<Tuple>() else { return Ok(None) };
    if iters.is_empty() || z.active.get() == 0 {
        return Ok(None);
    }
    let mut out = GcVec::with_capacity(&vm.heap, iters.len());
    for i in 0..iters.len() {
        let it = iters.items()[i];
        let x = if it.is_none() {
            z.fill.get()
        } else {
            match vm.iter_step(it) {
                Ok(Some(x)) => x,
                Ok(None) => {
                    z.active.set(z.active.get() - 1);
                    if z.active.get() == 0 {
                        return Ok(None);
                    }
                    // SAFETY: the tuple belongs to this iterator alone; no slice of it is held.
                    unsafe { objects::tuple::set_item(iters, i, Value::NONE) };
                    z.fill.get()
                }
                Err(e) => {
                    z.active.set(0);
                    return Err(e);
                }
            }
        };
        out.push(&vm.heap, x);
    }
    Ok(Some(vm.new_tuple(&out).value()))
}
