//! Exceptions and `with`.

use super::*;
use crate::unwind;
use taipan_bytecode::SpecialMethod;
use taipan_runtime::objects::exception::Exception;
use taipan_runtime::objects::function::Function;
use taipan_runtime::objects::typ::Type;

/// An exception from the operand of `raise` or its `from`.
fn to_exception(vm: &Vm, v: Value, message: &str) -> PyResult<Gc<Exception>> {
    if let Some(e) = v.cast::<Exception>() {
        return Ok(e);
    }
    if let Some(t) = v.cast::<Type>()
        && t.is_subtype(vm.types.BaseException)
    {
        let made = vm.call(v, &[])?;
        return made.cast::<Exception>().ok_or_else(|| {
            vm.type_error(format!(
                "calling {} should have returned an instance of BaseException, not {}",
                vm.repr(v).map_or_else(|_| String::new(), |s| s.to_string()),
                vm.repr(vm.class_of(made).value()).map_or_else(|_| String::new(), |s| s.to_string())
            ))
        });
    }
    Err(vm.type_error(message))
}

fn check_classes(vm: &Vm, c: Value, star: bool) -> PyResult<()> {
    let one = |v: Value| -> PyResult<()> {
        let Some(t) = v.cast::<Type>().filter(|t| t.is_subtype(vm.types.BaseException)) else {
            return Err(
                vm.type_error("catching classes that do not inherit from BaseException is not allowed")
            );
        };
        if star && t.is_subtype(vm.types.BaseExceptionGroup) {
            return Err(
                vm.type_error("catching ExceptionGroup with except* is not allowed. Use except instead.")
            );
        }
        Ok(())
    };
    match c.cast::<Tuple>() {
        Some(t) => t.items().iter().try_for_each(|&v| one(v)),
        None => one(c),
    }
}

fn special_name(vm: &Vm, m: SpecialMethod) -> Gc<Str> {
    match m {
        SpecialMethod::Enter => vm.names.__enter__,
        SpecialMethod::Exit => vm.names.__exit__,
        SpecialMethod::AEnter => vm.names.__aenter__,
        SpecialMethod::AExit => vm.names.__aexit__,
    }
}

#[cold]
fn no_special(vm: &Vm, v: Value, m: SpecialMethod) -> Raised {
    let is_async = matches!(m, SpecialMethod::AEnter | SpecialMethod::AExit);
    let ty = vm.class_of(v);
    let has = |a: Gc<Str>, b: Gc<Str>| vm.type_lookup(ty, a).is_some() && vm.type_lookup(ty, b).is_some();
    let n = &vm.names;
    let (kind, other, hint) = if is_async {
        let hint = has(n.__enter__, n.__exit__);
        ("asynchronous context manager", "context manager", hint.then_some("with"))
    } else {
        let hint = has(n.__aenter__, n.__aexit__);
        ("context manager", "asynchronous context manager", hint.then_some("async with"))
    };
    let mut msg = format!(
        "'{}' object does not support the {kind} protocol (missed {} method)",
        vm.qualified_type_name(v),
        m.text()
    );
    if let Some(h) = hint {
        msg += &format!(" but it supports the {other} protocol. Did you mean to use '{h}'?");
    }
    vm.type_error(msg)
}

/// Has nobody else seen the exception that `raise` was given? So it is if it was made for it, called just before, and
/// its class has no Python code in the making.
unsafe fn is_fresh(vm: &Vm, e: Gc<Exception>, given: Value, r: Regs, pc: Pc) -> bool {
    // SAFETY: the caller's frame and instruction.
    unsafe {
        let code = function(r).code.get();
        if given == e.value() && !code.raises_fresh(code.index_of(pc)) {
            return false;
        }
        let ty = vm.class_of(e.value());
        let native = |name| vm.type_lookup(ty, name).is_none_or(|f| f.cast::<Function>().is_none());
        native(vm.names.__init__) && native(vm.names.__new__) && vm.class_of(ty.value()) == vm.types.type_
    }
}

/// An exception that nobody looked at is gone: its frame may end.
fn forget_quiet(vm: &Vm) {
    if let Some(e) = vm.exec.handled.get().cast::<Exception>() {
        e.quiet_in.set(std::ptr::null_mut());
    }
}

ops! {
    PUSH_EXC(vm, i, r, pc) {
        let e = get(r, i.b);
        set(r, i.a, vm.exec.handled.get());
        vm.exec.handled.set(e);
        next(pc)
    }
    POP_EXC(vm, i, r, pc) {
        forget_quiet(vm);
        vm.exec.handled.set(get(r, i.a));
        next(pc)
    }
    CHECK_EXC_MATCH(vm, i, r, pc) {
        let c = get(r, i.c);
        check_classes(vm, c, false)?;
        set(r, i.a, Value::bool(vm.exception_matches(get(r, i.b), c)));
        next(pc)
    }
    CHECK_EG_MATCH(vm, i, r, pc) {
        let (e, c) = (get(r, i.b), get(r, i.c));
        check_classes(vm, c, true)?;
        if e.is_none() {
            set(r, i.a, Value::NONE);
            set(r, i.a + 1, Value::NONE);
            return next(pc);
        }
        let (matched, rest) = vm.exception_group_match(e, c)?;
        set(r, i.a, rest);
        set(r, i.a + 1, matched);
        if !matched.is_none() {
            vm.exec.handled.set(matched);
        }
        next(pc)
    }
    RAISE_CURRENT(vm, i, r, pc) {
        match vm.handled_exception().cast::<Exception>() {
            Some(e) => Ok(unwind::reraise(vm, Raised(e))),
            None => Err(vm.runtime_error("No active exception to reraise")),
        }
    }
    RAISE(vm, i, r, pc) {
        let v = get(r, i.a);
        let e = to_exception(vm, v, "exceptions must derive from BaseException")?;
        e.fresh.set(is_fresh(vm, e, v, r, pc));
        unwind::set_context(vm, e);
        Err(Raised(e))
    }
    RAISE_FROM(vm, i, r, pc) {
        let e = to_exception(vm, get(r, i.a), "exceptions must derive from BaseException")?;
        let cause = get(r, i.b);
        if cause.is_none() {
            e.cause.set(e, Value::NONE);
        } else {
            let c = to_exception(vm, cause, "exception causes must derive from BaseException")?;
            e.cause.set(e, c.value());
        }
        e.suppress_context.set(true);
        e.fresh.set(false);
        unwind::set_context(vm, e);
        Err(Raised(e))
    }
    RERAISE(vm, i, r, pc) {
        Ok(unwind::reraise(vm, unwind::exception(get(r, i.a))))
    }

    LOAD_SPECIAL(vm, i, r, pc) {
        let m = SpecialMethod::from_u16(i.d).expect("the verifier checks numbered operands");
        let v = get(r, i.b);
        match vm.lookup_special(v, special_name(vm, m))? {
            Some(f) => {
                set(r, i.a, f);
                set(r, i.a + 4, Value::UNBOUND);
            }
            None => return Err(no_special(vm, v, m)),
        }
        next(pc)
    }
    WITH_EXCEPT_START(vm, i, r, pc) {
        let (f, this, e) = (get(r, i.b), get(r, i.b + 4), get(r, i.c));
        let tb = e.cast::<Exception>().map_or(Value::NONE, |e| e.traceback.get());
        set(r, i.a, f);
        set(r, i.a + 4, this);
        set(r, i.a + 5, vm.class_of(e).value());
        set(r, i.a + 6, e);
        set(r, i.a + 7, tb);
        next(pc)
    }
}
