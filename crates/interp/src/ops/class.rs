//! Functions, classes, imports, rare operations.

use super::*;
use taipan_bytecode::{CommonConst, FuncAttr, Intrinsic1, Intrinsic2, flags};
use taipan_runtime::objects::exception::Exception;
use taipan_runtime::objects::function::Function;
use taipan_runtime::objects::list::List;
use taipan_runtime::objects::native::NativeFunction;

fn func(v: Value) -> Gc<Function> {
    v.cast().expect("the compiler keeps a function there")
}

unsafe fn import(vm: &Vm, r: Regs, name: Gc<Str>, from: Value, level: i64) -> PyResult {
    // SAFETY: a function's frame.
    unsafe {
        let f = function(r);
        let Some(hook) = vm.builtin_of(f, vm.names.__import__)? else {
            let e = vm.new_exception(vm.types.ImportError, "__import__ not found");
            return Err(e);
        };
        let globals = f.globals.get().value();
        if let Some(n) = hook.cast::<NativeFunction>()
            && n.def.name == "__import__"
        {
            return vm.import_name(name, globals, from, level);
        }
        let locals = if f.code.get().has(flags::OPTIMIZED) { Value::NONE } else { get(r, 0) };
        vm.call(hook, &[name.value(), globals, locals, from, Value::int(level)])
    }
}

fn import_star(vm: &Vm, module: Value, ns: Value) -> PyResult<()> {
    let store = |name: Value, v: Value| match exact_dict(vm, ns) {
        Some(d) => d.set(vm, name, v),
        None => vm.setitem(ns, name, v),
    };
    let mod_name = || -> String {
        match vm.get_attr_opt(module, vm.names.__name__) {
            Ok(Some(n)) => n.cast::<Str>().map_or_else(String::new, |s| s.to_string()),
            _ => String::new(),
        }
    };
    if let Some(all) = vm.get_attr_opt(module, vm.names.__all__)? {
        let it = vm.get_iter(all)?;
        while let Some(name) = vm.iter_next(it)? {
            let Some(n) = name.cast::<Str>() else {
                return Err(vm.type_error(format!(
                    "Item in {}.__all__ must be str, not {}",
                    mod_name(),
                    vm.type_name(name)
                )));
            };
            store(name, vm.get_attr(module, vm.intern_str(n))?)?;
        }
        return Ok(());
    }
    let Some(dict) = vm.get_attr_opt(module, vm.names.__dict__)? else {
        return Err(
            vm.new_exception(vm.types.ImportError, "from-import-* object has no __dict__ and no __all__")
        );
    };
    let keys = vm.call_method(dict, vm.names.keys, &[])?;
    let keys = vm.collect(keys)?;
    for k in 0..keys.len() {
        let name = keys[k];
        let Some(n) = name.cast::<Str>() else {
            return Err(vm.type_error(format!(
                "Key in {}.__dict__ must be str, not {}",
                mod_name(),
                vm.type_name(name)
            )));
        };
        if n.as_bytes().starts_with(b"_") {
            continue;
        }
        store(name, vm.getitem(dict, name)?)?;
    }
    Ok(())
}

/// The exception that replaces one which may not leave a generator.
unsafe fn stop_iteration_error(vm: &Vm, r: Regs, v: Value) -> Value {
    let Some(e) = v.cast::<Exception>() else { return v };
    // SAFETY: a function's frame.
    let f = unsafe { function(r) }.code.get().data.flags;
    let msg = if vm.raised_is(Raised(e), vm.types.StopIteration) {
        if f & flags::ASYNC_GENERATOR != 0 {
            "async generator raised StopIteration"
        } else if f & flags::COROUTINE != 0 {
            "coroutine raised StopIteration"
        } else {
            "generator raised StopIteration"
        }
    } else if f & flags::ASYNC_GENERATOR != 0 && vm.raised_is(Raised(e), vm.types.StopAsyncIteration) {
        "async generator raised StopAsyncIteration"
    } else {
        return v;
    };
    let new = vm.runtime_error(msg).0;
    new.cause.set(new, v);
    new.context.set(new, v);
    new.suppress_context.set(true);
    // It takes the place of the old one where that was raised: the frame's entry is its own.
    if let Some(f) = vm.top_frame() {
        let tb = vm.new_traceback(Value::NONE, vm.frame_object(f), f.index());
        if let Some(old) = e.traceback.get().cast::<taipan_runtime::objects::traceback::Traceback>() {
            tb.index.set(old.index.get());
        }
        new.traceback.set(new, tb.value());
    }
    new.value()
}

fn typing(vm: &Vm, name: &str, args: &[Value]) -> PyResult {
    let f = vm.import_attr("_typing", name)?;
    vm.call(f, args)
}

/// What `except*` leaves to raise.
fn prep_reraise_star(vm: &Vm, orig: Value, excs: Gc<List>) -> PyResult {
    let items = vm.list_items(excs);
    let is_exception = |v: &&Value| v.cast::<Exception>().is_some();
    if !items.iter().any(|v| is_exception(&v)) {
        return Ok(Value::NONE);
    }
    let is_group = taipan_runtime::objects::exception::groups::is_group(vm, orig);
    if !is_group {
        // A plain exception was wrapped for the match: what is left is raised as it is.
        return Ok(items.iter().copied().find(|v| v.cast::<Exception>().is_some()).unwrap_or(Value::NONE));
    }
    let (mut raised, mut reraised) = (taipan_runtime::GcVec::new(), taipan_runtime::GcVec::new());
    let o = orig.cast::<Exception>().expect("a group");
    for &v in items.iter().filter(is_exception) {
        let e = v.cast::<Exception>().expect("filtered");
        let same = e.traceback.get() == o.traceback.get()
            && e.cause.get() == o.cause.get()
            && e.context.get() == o.context.get();
        if same { reraised.push(&vm.heap, v) } else { raised.push(&vm.heap, v) }
    }
    let project = if reraised.is_empty() {
        Value::NONE
    } else {
        let mut leaves = taipan_runtime::GcVec::new();
        for k in 0..reraised.len() {
            collect_leaves(vm, reraised[k], &mut leaves)?;
        }
        vm.exception_group_project(orig, &leaves)?
    };
    if raised.is_empty() {
        return Ok(project);
    }
    if !project.is_none() {
        raised.push(&vm.heap, project);
    }
    if raised.len() == 1 {
        return Ok(raised[0]);
    }
    let list = vm.new_list(&raised).value();
    vm.call(vm.types.BaseExceptionGroup.value(), &[vm.intern("").value(), list])
}

fn collect_leaves(vm: &Vm, v: Value, out: &mut taipan_runtime::GcVec) -> PyResult<()> {
    if !taipan_runtime::objects::exception::groups::is_group(vm, v) {
        out.push(&vm.heap, v);
        return Ok(());
    }
    vm.check_native_stack()?;
    let inner = vm.get_attr(v, vm.names.exceptions)?;
    let inner = vm.collect(inner)?;
    for k in 0..inner.len() {
        collect_leaves(vm, inner[k], out)?;
    }
    Ok(())
}

ops! {
    MAKE_FUNCTION(vm, i, r, pc) {
        let me = function(r);
        let code = vm.code_const(me.code.get(), i.e as usize)?;
        let code = code.cast().expect("the compiler put code there");
        let f = vm.new_function_with(code, me.globals.get(), me.builtins.get());
        set(r, i.a, f.value());
        next(pc)
    }
    SET_FUNC_ATTR(vm, i, r, pc) {
        let f = func(get(r, i.a));
        let v = get(r, i.b);
        match FuncAttr::from_u16(i.d).expect("the verifier checks numbered operands") {
            FuncAttr::Defaults => f.defaults.set(f, v),
            FuncAttr::KwDefaults => f.kwdefaults.set(f, v),
            FuncAttr::Annotations => f.annotations.set(f, v),
            FuncAttr::Closure => f.closure.set(f, v),
            FuncAttr::Annotate => f.annotate.set(f, v),
        }
        next(pc)
    }
    LOAD_BUILD_CLASS(vm, i, r, pc) {
        match vm.builtin_of(function(r), vm.names.__build_class__)? {
            Some(f) => set(r, i.a, f),
            None => return Err(vm.name_error_for("__build_class__ not found", vm.names.__build_class__.value())),
        }
        next(pc)
    }
    LOAD_COMMON(vm, i, r, pc) {
        let v = match CommonConst::from_u16(i.d).expect("the verifier checks numbered operands") {
            CommonConst::AssertionError => vm.types.AssertionError,
            CommonConst::NotImplementedError => vm.types.NotImplementedError,
        };
        set(r, i.a, v.value());
        next(pc)
    }
    INTRINSIC1(vm, i, r, pc) {
        let x = get(r, i.b);
        let v = match Intrinsic1::from_u16(i.d).expect("the verifier checks numbered operands") {
            Intrinsic1::Print => {
                let Some(hook) = vm.sys.get_str(vm, vm.names.displayhook) else {
                    return Err(vm.runtime_error("lost sys.displayhook"));
                };
                vm.call(hook, &[x])?
            }
            Intrinsic1::StopIterationError => stop_iteration_error(vm, r, x),
            Intrinsic1::TypeVar => typing(vm, "_make_typevar", &[x])?,
            Intrinsic1::ParamSpec => typing(vm, "_make_paramspec", &[x])?,
            Intrinsic1::TypeVarTuple => typing(vm, "_make_typevartuple", &[x])?,
            Intrinsic1::SubscriptGeneric => typing(vm, "_subscript_generic", &[x])?,
            Intrinsic1::TypeAlias => typing(vm, "_make_typealias", &[x])?,
        };
        set(r, i.a, v);
        next(pc)
    }
    INTRINSIC2(vm, i, r, pc) {
        let (x, y) = (get(r, i.b), get(r, i.c));
        let v = match Intrinsic2::from_u16(i.d).expect("the verifier checks numbered operands") {
            Intrinsic2::PrepReraiseStar => {
                let list = y.cast::<List>().expect("the compiler keeps a list there");
                prep_reraise_star(vm, x, list)?
            }
            Intrinsic2::TypeVarWithBound => typing(vm, "_make_typevar_with_bound", &[x, y])?,
            Intrinsic2::TypeVarWithConstraints => typing(vm, "_make_typevar_with_constraints", &[x, y])?,
            Intrinsic2::SetFunctionTypeParams => {
                let f = func(x);
                f.type_params.set(f, y);
                x
            }
            Intrinsic2::SetTypeParamDefault => typing(vm, "_set_typeparam_default", &[x, y])?,
        };
        set(r, i.a, v);
        next(pc)
    }
    IMPORT_NAME(vm, i, r, pc) {
        set(r, i.a, import(vm, r, name(pc), get(r, i.b), i.c as i64)?);
        next(pc)
    }
    IMPORT_FROM(vm, i, r, pc) {
        set(r, i.a, vm.import_from(get(r, i.b), name(pc))?);
        next(pc)
    }
    IMPORT_STAR(vm, i, r, pc) {
        import_star(vm, get(r, i.a), get(r, 0))?;
        next(pc)
    }
}
