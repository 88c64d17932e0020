//! `list.sort` and `sorted`: keys, fast paths for keys of one simple type, and the guard against changes.
//!
//! While keys are computed and compared the list is empty; whatever is put into it meanwhile is dropped and
//! reported as `ValueError`.

use crate::objects::list::sort_runs;
use crate::objects::list::{List, Storage};
use crate::objects::str::Str;
use crate::vm::Vm;
use crate::vm::error::PyResult;
use crate::vm::slots::CompareOp;
use taipan_heap::{Gc, GcVec, Value};

/// In `List::buf` while the list is being sorted.
const SORTING: Value = Value::FALSE;

/// Sorts a list in place.
pub fn sort(vm: &Vm, l: Gc<List>, key: Value, reverse: bool) -> PyResult<()> {
    if key.is_none() && sort_raw(l, reverse) {
        return Ok(());
    }
    let n = l.len();
    if n > u32::MAX as usize {
        return Err(vm.memory_error());
    }
    // The items live in `items` while Python code may look at the list.
    let mut items = vm.list_items(l);
    l.clear();
    l.buf.set(l, SORTING);
    let r = sort_items(vm, &mut items, key, reverse);
    let modified = l.buf.get() != SORTING || !l.is_empty();
    l.clear();
    vm.list_extend_values(l, &items)?;
    r?;
    if modified {
        return Err(vm.value_error("list modified during sort"));
    }
    Ok(())
}

/// Sorts raw ints, bools, and floats without NaNs; false if it could not.
fn sort_raw(l: Gc<List>, reverse: bool) -> bool {
    let n = l.len();
    if n < 2 {
        return true;
    }
    // SAFETY: `n` initialised items of the kind; nothing else runs meanwhile.
    unsafe {
        match l.storage.get() {
            Storage::Int => {
                let s = std::slice::from_raw_parts_mut(l.data.get().cast::<i64>(), n);
                // Equal ints cannot be told apart: stability is no matter.
                s.sort_unstable();
                if reverse {
                    s.reverse();
                }
            }
            Storage::Bool => {
                let s = std::slice::from_raw_parts_mut(l.data.get(), n);
                s.sort_unstable();
                if reverse {
                    s.reverse();
                }
            }
            Storage::Float => {
                let s = std::slice::from_raw_parts_mut(l.data.get().cast::<f64>(), n);
                if s.iter().any(|x| x.is_nan()) {
                    return false;
                }
                // Zeros of both signs are equal but differ: the sort is stable, in both directions.
                if reverse {
                    s.sort_by(|a, b| b.partial_cmp(a).unwrap_or(std::cmp::Ordering::Equal));
                } else {
                    s.sort_by(|a, b| a.partial_cmp(b).unwrap_or(std::cmp::Ordering::Equal));
                }
            }
            _ => return false,
        }
    }
    true
}

fn sort_items(vm: &Vm, items: &mut GcVec, key: Value, reverse: bool) -> PyResult<()> {
    let mut computed = GcVec::new();
    if !key.is_none() {
        computed = GcVec::with_capacity(&vm.heap, items.len());
        for i in 0..items.len() {
            let k = vm.call(key, &[items[i]])?;
            computed.push(&vm.heap, k);
        }
    }
    let keys: &[Value] = if key.is_none() { items } else { &computed };
    let n = keys.len();
    let mut order: Vec<u32> = (0..n as u32).collect();
    let r = sort_order(vm, keys, &mut order, reverse);
    let sorted = order.iter().map(|&i| items[i as usize]).collect::<Vec<Value>>();
    // Nothing allocates between here and the copy back, and all values are still in the buffer.
    items.copy_from_slice(&sorted);
    r
}

/// Sorts positions by words that go with them; what follows a key is not where it is, which would be a cache miss for
/// each comparison.
fn sort_prefixed(
    order: &mut [u32],
    word: impl Fn(u32) -> u64,
    cmp: impl Fn(&(u64, u32), &(u64, u32)) -> std::cmp::Ordering,
) {
    let mut pairs: Vec<(u64, u32)> = order.iter().map(|&i| (word(i), i)).collect();
    pairs.sort_by(cmp);
    order.iter_mut().zip(pairs).for_each(|(o, p)| *o = p.1);
}

/// The first eight bytes of a text, as a number that is ordered as they are.
fn head(b: &[u8]) -> u64 {
    if let Some(first) = b.first_chunk() {
        return u64::from_be_bytes(*first);
    }
    let mut word = [0; 8];
    word[..b.len()].copy_from_slice(b);
    u64::from_be_bytes(word)
}

/// Sorts positions by their keys.
fn sort_order(vm: &Vm, keys: &[Value], order: &mut [u32], reverse: bool) -> PyResult<()> {
    if order.len() < 2 {
        return Ok(());
    }
    let direct = |o: std::cmp::Ordering| if reverse { o.reverse() } else { o };
    if keys.iter().all(|k| k.is_int()) {
        sort_prefixed(order, |i| keys[i as usize].bits(), |a, b| direct(a.0.cmp(&b.0)));
        return Ok(());
    }
    if keys.iter().all(|k| k.is_float() && !k.as_float().is_nan()) {
        order.sort_by(|&a, &b| {
            let (a, b) = (keys[a as usize].as_float(), keys[b as usize].as_float());
            direct(a.partial_cmp(&b).unwrap_or(std::cmp::Ordering::Equal))
        });
        return Ok(());
    }
    if keys.iter().all(|&k| vm.exact_str(k).is_some()) {
        // SAFETY: just checked.
        let text = |i: u32| unsafe { keys[i as usize].cast_unchecked::<Str>() };
        // The order of WTF-8 bytes is that of code points. Eight of them decide most comparisons without a call.
        sort_prefixed(
            order,
            |i| head(text(i).as_bytes()),
            |a, b| direct(a.0.cmp(&b.0).then_with(|| text(a.1).as_bytes().cmp(text(b.1).as_bytes()))),
        );
        return Ok(());
    }
    if reverse {
        order.reverse();
    }
    let r = sort_runs::sort(order, |a, b| less(vm, keys[a as usize], keys[b as usize]));
    if reverse {
        order.reverse();
    }
    r
}

/// `a < b`
pub fn less(vm: &Vm, a: Value, b: Value) -> PyResult<bool> {
    if let Some(less) = plainly_less(vm, a, b) {
        return Ok(less);
    }
    if let Some((x, y)) = vm.both_tuples(a, b) {
        // The first items that differ decide. (Floats have no identity: a NaN counts as equal to itself here.)
        for (&p, &q) in x.items().iter().zip(y.items()) {
            if p == q {
                continue;
            }
            if let Some(less) = plainly_less(vm, p, q) {
                // Neither is less: equal, as 0.0 and -0.0, or a NaN, which is not.
                if less || plainly_less(vm, q, p) == Some(true) {
                    return Ok(less);
                }
                if p.is_float() && (p.as_float().is_nan() || q.as_float().is_nan()) {
                    return Ok(false);
                }
                continue;
            }
            if !vm.equal(p, q)? {
                return vm.compare_bool(p, q, CompareOp::Lt);
            }
        }
        return Ok(x.len() < y.len());
    }
    vm.compare_bool(a, b, CompareOp::Lt)
}

/// `a < b` for two ints, floats, bools or exact strings.
#[inline(always)]
fn plainly_less(vm: &Vm, a: Value, b: Value) -> Option<bool> {
    if a.is_int() && b.is_int() {
        return Some(a.bits() < b.bits());
    }
    if a.is_float() && b.is_float() {
        return Some(a.as_float() < b.as_float());
    }
    if a.is_bool() && b.is_bool() {
        return Some(!a.is_true() && b.is_true());
    }
    let (x, y) = (vm.exact_str(a)?, vm.exact_str(b)?);
    Some(x.as_bytes() < y.as_bytes())
}
