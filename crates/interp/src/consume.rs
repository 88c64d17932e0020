//! Builtins that eat a generator: `list`, `tuple`, `set`, `frozenset`, `sum`, `any`, `all`, `str.join`, `list.extend`.
//!
//! In: a call of such a builtin with one generator. Out: its result, without leaving the dispatch chain and without
//! suspending the generator between items: its frame lies on the caller's, `RESUME` says who eats, and `YIELD` hands
//! the item to [`offer`], which goes on behind the `YIELD`.
//!
//! What must hold: nothing done at a `YIELD` here can run Python code or raise for the item's sake, because the
//! builtin would do that with the generator suspended. For items where it could ([`offer`] answers `None`) the
//! generator is suspended and the builtin goes on with the rest in the ordinary way.

use crate::generator;
use taipan_runtime::builtins::numbers::{CompensatedSum, sum_of};
use taipan_runtime::objects::generator::{Generator, State};
use taipan_runtime::objects::list::List;
use taipan_runtime::objects::set::Set;
use taipan_runtime::objects::str::Str;
use taipan_runtime::vm::exec::{
    ACC, ACC_LOW, GEN_HEADER, PREV, Pc, RESUME, RET, Regs, function, resume, word,
};
use taipan_runtime::{Gc, PyResult, Value, Vm};

/// Begins to eat generator `g` at the call `pc` of frame `r`, which is published. `None`: the ordinary way.
///
/// # Safety
/// `pc` is a call in frame `r`.
pub unsafe fn begin(
    vm: &Vm,
    pc: Pc,
    r: Regs,
    g: Gc<Generator>,
    kind: u64,
    acc: Value,
) -> Option<PyResult<Pc>> {
    let was = g.state.get();
    if !matches!(was, State::Created | State::Suspended) {
        return None;
    }
    // SAFETY: by the caller's promise; the stack is free above the frame.
    unsafe {
        let new = r.add(function(r).code.get().nregs as usize + GEN_HEADER);
        if let Err(e) = generator::activate(vm, g, new, pc, r, kind) {
            return Some(Err(e));
        }
        *new.offset(ACC) = acc;
        // The window is dead once the call is under way: what is needed of it is kept here.
        let separator = *r.add((*pc).b as usize + 4);
        *new.offset(ACC_LOW) = if kind == resume::JOIN { separator } else { Value::float(0.0) };
        Some(Ok(generator::deliver(g, was, new, Value::NONE)))
    }
}

fn simple(vm: &Vm, v: Value) -> bool {
    v.is_int() || v.is_bool() || v.is_none() || v.is_float() || vm.exact_str(v).is_some()
}

/// The truth of what needs no call.
fn plain_truth(vm: &Vm, v: Value) -> Option<bool> {
    if v.is_bool() {
        Some(v.is_true())
    } else if simple(vm, v) {
        vm.truth(v).ok()
    } else {
        None
    }
}

/// An item, at a `YIELD` of frame `r`: the place to go on, or `None` where the generator must be suspended first.
///
/// # Safety
/// `r` is a generator's frame with a resume kind from `LIST` on; it is published.
#[inline(never)]
pub unsafe fn offer(vm: &Vm, pc: Pc, r: Regs, v: Value) -> Option<Pc> {
    // SAFETY: by the caller's promise.
    unsafe {
        let acc = r.offset(ACC);
        match word(r, RESUME) {
            resume::SUM => {
                let int = if v.is_int() { Some(v.as_int()) } else { v.is_bool().then(|| v.is_true() as i64) };
                if (*acc).is_int() {
                    *acc = match int {
                        Some(i) => Value::try_int((*acc).as_int() + i)?,
                        None if v.is_float() => Value::float((*acc).as_int() as f64 + v.as_float()),
                        None => return None,
                    };
                } else {
                    let x = match int {
                        Some(i) => i as f64,
                        None if v.is_float() => v.as_float(),
                        None => return None,
                    };
                    let mut s = CompensatedSum { hi: (*acc).as_float(), lo: (*r.offset(ACC_LOW)).as_float() };
                    s.add(x);
                    *acc = Value::float(s.hi);
                    *r.offset(ACC_LOW) = Value::float(s.lo);
                }
            }
            resume::SET => {
                if !simple(vm, v) {
                    return None;
                }
                let s: Gc<Set> = (*acc).cast_unchecked();
                s.add(vm, v).ok()?;
            }
            resume::ANY => {
                if plain_truth(vm, v)? {
                    return None;
                }
            }
            resume::ALL => {
                if !plain_truth(vm, v)? {
                    return None;
                }
            }
            _ => {
                let l: Gc<List> = (*acc).cast_unchecked();
                vm.list_push(l, v).ok()?;
            }
        }
        *r.add((*pc).a as usize) = Value::NONE;
        Some(pc.add(1))
    }
}

/// The state of an eater whose generator is off the stack.
struct Rest {
    kind: u64,
    acc: Value,
    low: Value,
    call: Pc,
    regs: Regs,
}

unsafe fn state(r: Regs) -> Rest {
    // SAFETY: the caller's frame is such a frame.
    unsafe {
        Rest {
            kind: word(r, RESUME),
            acc: *r.offset(ACC),
            low: *r.offset(ACC_LOW),
            call: word(r, RET) as Pc,
            regs: word(r, PREV) as Regs,
        }
    }
}

impl Rest {
    fn sum(&self) -> Value {
        if self.acc.is_float() {
            let s = CompensatedSum { hi: self.acc.as_float(), lo: self.low.as_float() };
            return Value::float(s.get());
        }
        self.acc
    }
    /// The result when the generator is exhausted.
    fn result(&self, vm: &Vm) -> PyResult {
        // SAFETY: `begin` was given what the kind needs.
        unsafe {
            Ok(match self.kind {
                resume::SUM => self.sum(),
                resume::ANY => Value::FALSE,
                resume::ALL => Value::TRUE,
                resume::LIST | resume::SET => self.acc,
                resume::EXTEND => Value::NONE,
                resume::TUPLE => {
                    let l: Gc<List> = self.acc.cast_unchecked();
                    vm.tuple_of_list(l).value()
                }
                _ => {
                    let sep: Gc<Str> = self.low.cast_unchecked();
                    vm.str_join(sep, self.acc)?.value()
                }
            })
        }
    }
    /// The result with item `v` and the rest of `g` still to be eaten.
    fn go_on(&self, vm: &Vm, v: Value, g: Value) -> PyResult {
        // SAFETY: as above.
        unsafe {
            match self.kind {
                resume::SUM => sum_of(vm, g, vm.add(self.sum(), v)?),
                resume::SET => {
                    let s: Gc<Set> = self.acc.cast_unchecked();
                    s.add(vm, v)?;
                    vm.set_update(s, g)?;
                    Ok(self.acc)
                }
                resume::ANY | resume::ALL => {
                    let want = self.kind == resume::ANY;
                    if vm.truth(v)? == want {
                        return Ok(Value::bool(want));
                    }
                    while let Some(x) = vm.iter_next(g)? {
                        if vm.truth(x)? == want {
                            return Ok(Value::bool(want));
                        }
                    }
                    Ok(Value::bool(!want))
                }
                _ => {
                    let l: Gc<List> = self.acc.cast_unchecked();
                    vm.list_push(l, v)?;
                    vm.list_extend(l, g)?;
                    self.result(vm)
                }
            }
        }
    }
    /// Publishes the caller and puts the result where the call wants it.
    fn deliver(&self, vm: &Vm, result: PyResult) -> PyResult<Pc> {
        // SAFETY: the caller's frame is below the generator's.
        unsafe {
            *self.regs.add((*self.call).a as usize) = result?;
            Ok(self.call.add(1))
        }
        .inspect(|_| vm.exec.regs.set(self.regs))
    }
    fn publish(&self, vm: &Vm) {
        vm.exec.regs.set(self.regs);
        vm.exec.pc.set(self.call);
    }
}

/// A `YIELD` whose item must be looked at with the generator suspended; it is published.
///
/// # Safety
/// As for [`offer`].
#[cold]
#[inline(never)]
pub unsafe fn suspended(vm: &Vm, pc: Pc, r: Regs, v: Value) -> PyResult<Pc> {
    // SAFETY: by the caller's promise.
    unsafe {
        let s = state(r);
        let g = generator::of_frame(r);
        generator::put_away(vm, pc, r, g);
        s.publish(vm);
        let result = s.go_on(vm, v, g.value());
        s.deliver(vm, result)
    }
}

/// The generator of frame `r` returned and is finished.
///
/// # Safety
/// As for [`offer`].
pub unsafe fn exhausted(vm: &Vm, r: Regs) -> PyResult<Pc> {
    // SAFETY: by the caller's promise.
    unsafe {
        let s = state(r);
        s.publish(vm);
        let result = s.result(vm);
        s.deliver(vm, result)
    }
}
