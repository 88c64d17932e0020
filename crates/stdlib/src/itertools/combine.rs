//! `product`, `permutations`, `combinations`, `combinations_with_replacement`.
//!
//! Each keeps its pool(s) in a tuple and the state of the enumeration in a plain vector of positions.

use super::iterator;
use std::cell::{Cell, RefCell};
use taipan_runtime::objects::tuple::Tuple;
use taipan_runtime::objects::typ::Type;
use taipan_runtime::*;

/// Where an enumeration stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Phase {
    Fresh,
    Running,
    Done,
}

fn pool_of(vm: &Vm, iterable: Value) -> PyResult<Gc<Tuple>> {
    if vm.is_exact(iterable, vm::shape_ids::tuple)
        && let Some(t) = iterable.cast::<Tuple>()
    {
        return Ok(t);
    }
    Ok(vm.new_tuple(&vm.collect(iterable)?))
}
fn items(vm: &Vm, pool: Value, at: &[usize]) -> Value {
    let Some(pool) = pool.cast::<Tuple>() else { return Value::NONE };
    let mut few = [Value::UNBOUND; 8];
    if at.len() <= 8 {
        at.iter().zip(&mut few).for_each(|(&i, x)| *x = pool.items()[i]);
        return vm.new_tuple(&few[..at.len()]).value();
    }
    let mut out = GcVec::with_capacity(&vm.heap, at.len());
    at.iter().for_each(|&i| out.push(&vm.heap, pool.items()[i]));
    vm.new_tuple(&out).value()
}
/// `r` as a length; absurd ones cannot be enumerated.
fn length(vm: &Vm, r: Value) -> PyResult<usize> {
    let r = vm.index_ssize(r)?;
    usize::try_from(r).map_err(|_| vm.value_error("r must be non-negative"))
}
fn positions(vm: &Vm, n: usize, f: impl Fn(usize) -> usize) -> PyResult<Vec<usize>> {
    let mut v = Vec::new();
    v.try_reserve_exact(n).map_err(|_| vm.memory_error())?;
    v.extend((0..n).map(f));
    Ok(v)
}

iterator! {
    /// `product`: `pools` holds tuples.
    Product PRODUCT product "product" { pools; at: RefCell<Vec<usize>>, phase: Cell<Phase> }
    new product_new; next product_next;
    methods &[method("__sizeof__", "($self, /)", |vm, a| {
        let n = product(vm, a[0]).at.borrow().len();
        Ok(vm.new_int((size_of::<Product>() + n * 8) as i64))
    }, "Returns size in memory, in bytes.")];
    doc "product(*iterables, repeat=1)\n--\n\nCartesian product of input iterables.  Equivalent to nested for-loops.\n\nFor example, product(A, B) returns the same as:  ((x,y) for x in A for y in B).\nThe leftmost iterators are in the outermost for-loop, so the output tuples\ncycle in a manner similar to an odometer (with the rightmost element changing\non every iteration).\n\nTo compute the product of an iterable with itself, specify the number\nof repetitions with the optional repeat keyword argument. For example,\nproduct(A, repeat=4) means the same as product(A, A, A, A).\n\nproduct('ab', range(3)) --> ('a',0) ('a',1) ('a',2) ('b',0) ('b',1) ('b',2)\nproduct((0,1), (0,1), (0,1)) --> (0,0,0) (0,0,1) (0,1,0) (0,1,1) (1,0,0) ..."
}
fn product_new(vm: &Vm, ty: Gc<Type>, args: Args) -> PyResult {
    let kw = Args { pos: &[], kw: args.kw };
    let [repeat] = kw.bind(vm, "product", "(*, repeat=1)")?;
    let repeat = match repeat.bound() {
        Some(r) => vm.index_ssize(r)?,
        None => 1,
    };
    if repeat < 0 {
        return Err(vm.value_error("repeat argument cannot be negative"));
    }
    let given = args.pos.len();
    let total =
        given.checked_mul(repeat as usize).ok_or_else(|| vm.overflow_error("repeat argument too large"))?;
    let once = if repeat == 0 {
        vm.new_tuple(&[])
    } else {
        vm.new_tuple_with(given, |i| pool_of(vm, args.pos[i]).map(Gc::value))?
    };
    let pools = vm.try_new_tuple(total)?;
    for k in 0..if given == 0 { 0 } else { repeat as usize } {
        // SAFETY: a new tuple with room for `repeat` copies.
        unsafe { pools.fill(k * given, once.items()) };
    }
    let at = positions(vm, total, |_| 0)?;
    Ok(vm
        .new_native_of(ty, |header| Product {
            header,
            pools: Slot::new(pools.value()),
            at: RefCell::new(at),
            phase: Cell::new(Phase::Fresh),
        })
        .value())
}
fn product_next(vm: &Vm, v: Value) -> PyResult<Option<Value>> {
    let p = product(vm, v);
    let Some(pools) = p.pools.get().cast::<Tuple>() else { return Ok(None) };
    let pool = |i: usize| pools.items()[i].cast::<Tuple>().expect("pools are tuples");
    let mut at = p.at.borrow_mut();
    match p.phase.get() {
        Phase::Done => return Ok(None),
        Phase::Fresh => {
            if (0..at.len()).any(|i| pool(i).is_empty()) {
                p.phase.set(Phase::Done);
                return Ok(None);
            }
            p.phase.set(Phase::Running);
        }
        Phase::Running => {
            let mut i = at.len();
            loop {
                if i == 0 {
                    p.phase.set(Phase::Done);
                    return Ok(None);
                }
                i -= 1;
                at[i] += 1;
                if at[i] < pool(i).len() {
                    break;
                }
                at[i] = 0;
            }
        }
    }
    let mut few = [Value::UNBOUND; 8];
    if at.len() <= 8 {
        for (i, &k) in at.iter().enumerate() {
            few[i] = pool(i).items()[k];
        }
        return Ok(Some(vm.new_tuple(&few[..at.len()]).value()));
    }
    let mut out = GcVec::with_capacity(&vm.heap, at.len());
    at.iter().enumerate().for_each(|(i, &k)| out.push(&vm.heap, pool(i).items()[k]));
    Ok(Some(vm.new_tuple(&out).value()))
}

macro_rules! combinations {
    ($($(#[$doc:meta])* $ty:ident $def:ident $this:ident $name:literal $new:ident $next:ident
        start |$i:ident| $start:expr; empty |$n:ident, $r:ident| $empty:expr;
        limit |$ln:ident, $lr:ident, $li:ident| $limit:expr; follow $follow:literal; doc $text:literal;)*) => {$(
        iterator! {
            $(#[$doc])*
            $ty $def $this $name { pool; at: RefCell<Vec<usize>>, phase: Cell<Phase> }
            new $new; next $next;
            methods &[method("__sizeof__", "($self, /)", |vm, a| {
                let n = $this(vm, a[0]).at.borrow().len();
                Ok(vm.new_int((size_of::<$ty>() + n * 8) as i64))
            }, "Returns size in memory, in bytes.")];
            doc $text
        }
        fn $new(vm: &Vm, ty: Gc<Type>, args: Args) -> PyResult {
            let [iterable, r] = args.bind(vm, $name, "(iterable, r)")?;
            let pool = pool_of(vm, iterable)?;
            let $r = length(vm, r)?;
            let $n = pool.len();
            let done = $empty;
            let at = if done { vec![] } else { positions(vm, $r, |$i| $start)? };
            let phase = Cell::new(if done { Phase::Done } else { Phase::Fresh });
            Ok(vm
                .new_native_of(ty, |header| $ty {
                    header,
                    pool: Slot::new(pool.value()),
                    at: RefCell::new(at),
                    phase,
                })
                .value())
        }
        fn $next(vm: &Vm, v: Value) -> PyResult<Option<Value>> {
            let c = $this(vm, v);
            let $ln = c.pool.get().cast::<Tuple>().map_or(0, |p| p.len());
            let mut at = c.at.borrow_mut();
            let $lr = at.len();
            match c.phase.get() {
                Phase::Done => return Ok(None),
                Phase::Fresh => c.phase.set(Phase::Running),
                Phase::Running => {
                    // The rightmost position that can still move; those behind it start over from there.
                    let Some($li) = (0..$lr).rev().find(|&$li| at[$li] != $limit) else {
                        c.phase.set(Phase::Done);
                        return Ok(None);
                    };
                    at[$li] += 1;
                    for j in $li + 1..$lr {
                        at[j] = at[j - 1] + $follow;
                    }
                }
            }
            Ok(Some(items(vm, c.pool.get(), &at)))
        }
    )*};
}
combinations! {
    /// `combinations`
    Combinations COMBINATIONS combinations "combinations" combinations_new combinations_next
        start |i| i; empty |n, r| r > n; limit |n, r, i| i + n - r; follow 1;
        doc "combinations(iterable, r)\n--\n\nReturn successive r-length combinations of elements in the iterable.\n\ncombinations(range(4), 3) --> (0,1,2), (0,1,3), (0,2,3), (1,2,3)";
    /// `combinations_with_replacement`
    Replacement COMBINATIONS_WITH_REPLACEMENT replacement "combinations_with_replacement"
        replacement_new replacement_next
        start |_i| 0; empty |n, r| n == 0 && r > 0; limit |n, _r, _i| n - 1; follow 0;
        doc "combinations_with_replacement(iterable, r)\n--\n\nReturn successive r-length combinations of elements in the iterable allowing individual elements to have successive repeats.\n\ncombinations_with_replacement('ABC', 2) --> ('A','A'), ('A','B'), ('A','C'), ('B','B'), ('B','C'), ('C','C')";
}

iterator! {
    /// `permutations`: positions of the whole pool, and how far each of the first `r` has cycled.
    Permutations PERMUTATIONS permutations "permutations" {
        pool; at: RefCell<Vec<usize>>, cycles: RefCell<Vec<usize>>, phase: Cell<Phase>
    }
    new permutations_new; next permutations_next;
    methods &[method("__sizeof__", "($self, /)", |vm, a| {
        let p = permutations(vm, a[0]);
        let n = p.at.borrow().len() + p.cycles.borrow().len();
        Ok(vm.new_int((size_of::<Permutations>() + n * 8) as i64))
    }, "Returns size in memory, in bytes.")];
    doc "permutations(iterable, r=None)\n--\n\nReturn successive r-length permutations of elements in the iterable.\n\npermutations(range(3), 2) --> (0,1), (0,2), (1,0), (1,2), (2,0), (2,1)"
}
fn permutations_new(vm: &Vm, ty: Gc<Type>, args: Args) -> PyResult {
    let [iterable, r] = args.bind(vm, "permutations", "(iterable, r=None)")?;
    let pool = pool_of(vm, iterable)?;
    let n = pool.len();
    let r = match r.or_none() {
        r if r.is_none() => n,
        r if !vm.is_int(r) => return Err(vm.type_error("Expected int as r")),
        r => length(vm, r)?,
    };
    let done = r > n;
    let at = positions(vm, n, |i| i)?;
    let cycles = if done { vec![] } else { positions(vm, r, |i| n - i)? };
    Ok(vm
        .new_native_of(ty, |header| Permutations {
            header,
            pool: Slot::new(pool.value()),
            at: RefCell::new(at),
            cycles: RefCell::new(cycles),
            phase: Cell::new(if done { Phase::Done } else { Phase::Fresh }),
        })
        .value())
}
fn permutations_next(vm: &Vm, v: Value) -> PyResult<Option<Value>> {
    let p = permutations(vm, v);
    let (mut at, mut cycles) = (p.at.borrow_mut(), p.cycles.borrow_mut());
    let (n, r) = (at.len(), cycles.len());
    match p.phase.get() {
        Phase::Done => return Ok(None),
        Phase::Fresh => p.phase.set(Phase::Running),
        Phase::Running => {
            let mut i = r;
            loop {
                if i == 0 {
                    p.phase.set(Phase::Done);
                    return Ok(None);
                }
                i -= 1;
                cycles[i] -= 1;
                if cycles[i] == 0 {
                    at[i..].rotate_left(1);
                    cycles[i] = n - i;
                } else {
                    let j = n - cycles[i];
                    at.swap(i, j);
                    break;
                }
            }
        }
    }
    Ok(Some(items(vm, p.pool.get(), &at[..r])))
}
