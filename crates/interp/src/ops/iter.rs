//! Iteration, generators, coroutines.
//!
//! The three registers of an iterator: for a range of immediate ints, the number of items left, the next item
//! and the step; for exact lists and tuples, the object and the next index; else an iterator object and unbound.

use super::*;
use crate::call;
use crate::generator;
use crate::unwind;
use taipan_bytecode::flags;
use taipan_runtime::objects::async_gen;
use taipan_runtime::objects::generator::{Generator, State, chain};
use taipan_runtime::objects::list::List;
use taipan_runtime::objects::range::Range;
use taipan_runtime::vm::exec::{
    FrameRef, GEN_HEADER, INFO, PREV, RET, Resumed, info, previous, resume, word,
};
use taipan_runtime::{INT_MAX, INT_MIN};

unsafe fn set_iter(r: Regs, at: u16, a: Value, b: Value, c: Value) {
    // SAFETY: the three registers lie within the frame.
    unsafe {
        set(r, at, a);
        set(r, at + 1, b);
        set(r, at + 2, c);
    }
}

/// Do the number of items, the first one, the step and the end of a range fit into immediate ints?
fn is_plain(x: &Range) -> bool {
    x.raw_len >= 0
        && x.raw_len <= INT_MAX
        && x.raw_start >= INT_MIN
        && x.raw_start <= INT_MAX
        && x.raw_step >= INT_MIN
        && x.raw_step <= INT_MAX
        && (INT_MIN..=INT_MAX).contains(&(x.raw_start + x.raw_len * x.raw_step))
}

/// Can the three registers hold an iterator over `v` without an object being made?
fn is_sequence(vm: &Vm, v: Value) -> bool {
    vm.is_exact(v, shape_ids::list)
        || vm.is_exact(v, shape_ids::tuple)
        || v.cast::<Range>().is_some_and(|x| is_plain(&x))
}

/// Puts an iterator over `v` into the registers from `at`.
unsafe fn start(vm: &Vm, r: Regs, at: u16, v: Value) -> PyResult<()> {
    // SAFETY: the three registers lie within the frame.
    unsafe {
        if let Some(x) = v.cast::<Range>()
            && is_plain(&x)
        {
            set_iter(r, at, Value::int(x.raw_len), Value::int(x.raw_start), Value::int(x.raw_step));
        } else if vm.is_exact(v, shape_ids::list) || vm.is_exact(v, shape_ids::tuple) {
            set_iter(r, at, v, Value::int(0), Value::UNBOUND);
        } else {
            let it = vm.get_iter(v)?;
            set_iter(r, at, it, Value::UNBOUND, Value::UNBOUND);
        }
    }
    Ok(())
}

/// What a step of an iterator did.
enum Step {
    Item(Value),
    End,
    /// The frame of a generator was pushed: go on there.
    Frame(Pc),
}

#[inline]
unsafe fn step(vm: &Vm, pc: Pc, r: Regs, at: u16, kind: u64) -> PyResult<Step> {
    // SAFETY: the three registers lie within the frame.
    unsafe {
        let (it, index) = (get(r, at), get(r, at + 1));
        if let Some(n) = it.to_int() {
            if n == 0 {
                return Ok(Step::End);
            }
            set(r, at, Value::int(n - 1));
            set(r, at + 1, Value::int(index.as_int() + get(r, at + 2).as_int()));
            return Ok(Step::Item(index));
        }
        if let Some(k) = index.to_int() {
            let item = if let Some(l) = it.cast::<List>() {
                vm.list_try_get(l, k as usize)
            } else {
                let t: Gc<Tuple> = it.cast_unchecked();
                t.items().get(k as usize).copied()
            };
            return Ok(match item {
                Some(v) => {
                    set(r, at + 1, Value::int(k + 1));
                    Step::Item(v)
                }
                None => {
                    // Exhausted for good, even if the list grows.
                    set(r, at + 1, Value::int(INT_MAX));
                    Step::End
                }
            });
        }
        if let Some(g) = it.cast::<Generator>() {
            let was = g.state.get();
            let executing = was == State::Suspended && chain::is_executing(g);
            if matches!(was, State::Created | State::Suspended) && !executing {
                let regs = r.add(function(r).code.get().nregs as usize + GEN_HEADER);
                generator::activate(vm, g, regs, pc, r, kind)?;
                return Ok(Step::Frame(generator::deliver(g, was, regs, Value::NONE)));
            }
        }
        Ok(match vm.iter_next(it)? {
            Some(v) => Step::Item(v),
            None => Step::End,
        })
    }
}

unsafe fn is_coroutine_code(r: Regs) -> bool {
    // SAFETY: a function's frame.
    unsafe { function(r) }.code.get().data.flags & (flags::COROUTINE | flags::ITERABLE_COROUTINE) != 0
}

/// The iterator that `await v` drives.
fn awaitable(vm: &Vm, v: Value) -> PyResult<Option<Value>> {
    if let Some(g) = v.cast::<Generator>()
        && g.code().data.flags & (flags::COROUTINE | flags::ITERABLE_COROUTINE) != 0
    {
        return Ok(Some(v));
    }
    let Some(f) = vm.class_of(v).slots.await_.get() else { return Ok(None) };
    let it = f(vm, v)?;
    if let Some(g) = it.cast::<Generator>()
        && g.code().data.flags & (flags::COROUTINE | flags::ITERABLE_COROUTINE) != 0
    {
        return Err(vm.type_error("__await__() returned a coroutine"));
    }
    if vm.class_of(it).slots.iternext.get().is_none() {
        return Err(
            vm.type_error(format!("__await__() returned non-iterator of type '{}'", vm.type_name(it)))
        );
    }
    Ok(Some(it))
}

ops! {
    GET_ITER(vm, i, r, pc) {
        start(vm, r, i.a, get(r, i.b))?;
        next(pc)
    }
    GET_ITER_OBJECT(vm, i, r, pc) {
        // What `MOVE_ITER` starts itself goes as it is: nobody else may see an iterator over it.
        let v = get(r, i.b);
        set(r, i.a, if is_sequence(vm, v) { v } else { vm.get_iter(v)? });
        next(pc)
    }
    MOVE_ITER(vm, i, r, pc) {
        let it = get(r, i.b);
        if is_sequence(vm, it) {
            start(vm, r, i.a, it)?;
            return next(pc);
        }
        set_iter(r, i.a, it, Value::UNBOUND, Value::UNBOUND);
        next(pc)
    }
    FOR_ITER(vm, i, r, pc) {
        match step(vm, pc, r, i.b, resume::FOR_ITER)? {
            Step::Item(v) => {
                set(r, i.a, v);
                next(pc)
            }
            Step::End => jump(pc),
            Step::Frame(p) => Ok(p),
        }
    }
    LOOP_FOR_ITER(vm, i, r, pc) {
        check(vm)?;
        match step(vm, pc, r, i.b, resume::LOOP_FOR_ITER)? {
            Step::Item(v) => {
                set(r, i.a, v);
                jump(pc)
            }
            Step::End => next(pc),
            Step::Frame(p) => Ok(p),
        }
    }

    CALL(vm, i, r, pc) {
        let w = r.add(i.b as usize);
        call::call_window(vm, pc, r, *w, w.add(4), i.c as usize, None)
    }
    CALL_METHOD(vm, i, r, pc) {
        let w = r.add(i.b as usize);
        let n = i.c as usize;
        if (*w.add(4)).is_unbound() {
            // One word less of header below the arguments is still enough: the callable moves up.
            call::call_window(vm, pc, r, *w, w.add(5), n, None)
        } else {
            call::call_window(vm, pc, r, *w, w.add(4), n + 1, None)
        }
    }
    CALL_KW(vm, i, r, pc) {
        let w = r.add(i.b as usize);
        let names = keyword_names(r, i.e);
        call::call_window(vm, pc, r, *w, w.add(4), i.c as usize, Some(names))
    }
    CALL_METHOD_KW(vm, i, r, pc) {
        let w = r.add(i.b as usize);
        let names = keyword_names(r, i.e);
        let n = i.c as usize;
        if (*w.add(4)).is_unbound() {
            call::call_window(vm, pc, r, *w, w.add(5), n, Some(names))
        } else {
            call::call_window(vm, pc, r, *w, w.add(4), n + 1, Some(names))
        }
    }
    CALL_EX(vm, i, r, pc) {
        let w = r.add(i.b as usize);
        let (f, args, kwargs) = (*w, *w.add(4), *w.add(5));
        if kwargs.is_unbound() && vm.is_exact(args, taipan_runtime::vm::shape_ids::tuple) {
            // Binding may overwrite the register that holds the tuple: this stack keeps it.
            let t: Gc<Tuple> = std::hint::black_box(args).cast_unchecked();
            return call::call_spread(vm, pc, r, f, w.add(4), taipan_runtime::Args::new(t.items()));
        }
        let pos = star_args(vm, f, args)?;
        if kwargs.is_unbound() {
            return call::call_spread(vm, pc, r, f, w.add(4), taipan_runtime::Args::new(&pos));
        }
        let (names, values) = star_kwargs(vm, f, kwargs)?;
        let kw = taipan_runtime::Kw { names: Some(names), values: &values };
        call::call_spread(vm, pc, r, f, w.add(4), taipan_runtime::Args { pos: &pos, kw })
    }
    RETURN(vm, i, r, pc) {
        leave(vm, pc, r, get(r, i.a))
    }
    RETURN_CONST(vm, i, r, pc) {
        leave(vm, pc, r, inline_const(pc))
    }

    RETURN_GENERATOR(vm, i, r, pc) {
        let g = vm.new_generator(function(r), r, pc);
        let flags = word(r, INFO);
        if flags & info::OBJECT != 0 {
            vm.finish_frame(FrameRef { regs: r, pc });
        }
        let prev = previous(r);
        let ret = word(r, RET) as Pc;
        vm.exec.regs.set(prev);
        set(prev, (*ret).a, g.value());
        if g.code().has(flags::COROUTINE)
            && word(prev, INFO) & info::PSEUDO == 0
            && function(prev).code.get().drops_result(ret, (*ret).a.into())
        {
            vm.exec.pc.set(ret);
            vm.drop_unawaited(g);
        }
        Ok(ret.add(1))
    }
    YIELD(vm, i, r, pc) {
        generator::suspend(vm, pc, r, get(r, i.b))
    }
    SEND(vm, i, r, pc) {
        let (it, v) = (get(r, i.b), get(r, i.c));
        if let Some(g) = it.cast::<Generator>() {
            let was = g.state.get();
            if was == State::Suspended || was == State::Created && v.is_none() {
                let regs = r.add(function(r).code.get().nregs as usize + GEN_HEADER);
                generator::activate(vm, g, regs, pc, r, resume::SEND)?;
                return Ok(generator::deliver(g, was, regs, v));
            }
        }
        match vm.send(it, v)? {
            Resumed::Yielded(x) => {
                set(r, i.a, x);
                next(pc)
            }
            Resumed::Returned(x) => {
                set(r, i.a, x);
                jump(pc)
            }
        }
    }
    GET_AWAITABLE(vm, i, r, pc) {
        let v = get(r, i.b);
        let Some(it) = awaitable(vm, v)? else {
            let t = vm.type_name(v);
            return Err(match i.d {
                0 => vm.type_error(format!("'{t}' object can't be awaited")),
                d => vm.type_error(format!(
                    "'async with' received an object from __a{}__ that does not implement __await__: {t}",
                    if d == 1 { "enter" } else { "exit" }
                )),
            });
        };
        if let Some(g) = it.cast::<Generator>()
            && g.code().has(flags::COROUTINE)
            && g.yield_from().is_some()
        {
            return Err(vm.runtime_error("coroutine is being awaited already"));
        }
        set(r, i.a, it);
        next(pc)
    }
    GET_AITER(vm, i, r, pc) {
        let v = get(r, i.b);
        let Some(f) = vm.class_of(v).slots.aiter.get() else {
            return Err(vm.type_error(format!(
                "'async for' requires an object with __aiter__ method, got {}",
                vm.type_name(v)
            )));
        };
        let it = f(vm, v)?;
        if vm.class_of(it).slots.anext.get().is_none() {
            return Err(vm.type_error(format!(
                "'async for' received an object from __aiter__ that does not implement __anext__: {}",
                vm.type_name(it)
            )));
        }
        set(r, i.a, it);
        next(pc)
    }
    GET_ANEXT(vm, i, r, pc) {
        let v = get(r, i.b);
        let Some(f) = vm.class_of(v).slots.anext.get() else {
            return Err(vm.type_error(format!(
                "'async for' requires an iterator with __anext__ method, got {}",
                vm.type_name(v)
            )));
        };
        let x = f(vm, v)?;
        match awaitable(vm, x) {
            Ok(Some(it)) => set(r, i.a, it),
            other => {
                let e = vm.type_error(format!(
                    "'async for' received an invalid object from __anext__: {}",
                    vm.type_name(x)
                ));
                if let Err(cause) = other {
                    e.0.cause.set(e.0, cause.value());
                    e.0.context.set(e.0, cause.value());
                    e.0.suppress_context.set(true);
                }
                return Err(e);
            }
        }
        next(pc)
    }
    END_ASYNC_FOR(vm, i, r, pc) {
        let e = unwind::exception(get(r, i.a));
        if vm.raised_is(e, vm.types.StopAsyncIteration) {
            return next(pc);
        }
        Ok(unwind::reraise(vm, e))
    }
    GET_YIELD_FROM_ITER(vm, i, r, pc) {
        let v = get(r, i.b);
        let it = match v.cast::<Generator>() {
            Some(g) if g.code().has(flags::COROUTINE) => {
                if !is_coroutine_code(r) {
                    return Err(vm.type_error(
                        "cannot 'yield from' a coroutine object in a non-coroutine generator",
                    ));
                }
                v
            }
            Some(g) if g.code().has(flags::GENERATOR) => v,
            _ => vm.get_iter(v)?,
        };
        set(r, i.a, it);
        next(pc)
    }
    CLEANUP_THROW(vm, i, r, pc) {
        let e = unwind::exception(get(r, i.b));
        if vm.raised_is(e, vm.types.StopIteration) {
            set(r, i.a, vm.stop_value(e));
            return next(pc);
        }
        Ok(unwind::reraise(vm, e))
    }
    ASYNC_GEN_WRAP(vm, i, r, pc) {
        set(r, i.a, async_gen::wrap(vm, get(r, i.b)));
        next(pc)
    }
}

/// `CALL` or `CALL_METHOD`, whichever stands at `pc`.
#[allow(non_snake_case)]
pub unsafe fn CALL_ANY(vm: &Vm, pc: Pc, r: Regs) -> PyResult<Pc> {
    // SAFETY: the caller passes a call of loaded code.
    unsafe {
        let code = function(r).code.get();
        if code.data.instrs[code.index_of(pc) as usize].opcode() == taipan_bytecode::Op::CALL {
            CALL(vm, pc, r)
        } else {
            CALL_METHOD(vm, pc, r)
        }
    }
}

/// The keyword names tuple `consts[e]`.
unsafe fn keyword_names(r: Regs, e: u32) -> Gc<Tuple> {
    // SAFETY: a function's frame; the compiler put a tuple there.
    unsafe { function(r).code.get().consts.get().items()[e as usize].cast_unchecked() }
}

/// Leaves the frame with a value.
unsafe fn leave(vm: &Vm, pc: Pc, r: Regs, v: Value) -> PyResult<Pc> {
    // SAFETY: frames have headers.
    unsafe {
        let flags = word(r, INFO);
        if flags & info::GENERATOR != 0 {
            return generator::return_from(vm, pc, r, v);
        }
        if flags & info::OBJECT != 0 {
            vm.finish_frame(FrameRef { regs: r, pc });
        }
        let prev = word(r, PREV) as Regs;
        let ret = word(r, RET) as Pc;
        vm.exec.regs.set(prev);
        set(prev, (*ret).a, v);
        Ok(ret.add(1))
    }
}
