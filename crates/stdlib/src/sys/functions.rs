//! Functions of `sys`.

use super::report;
use taipan_runtime::objects::bytes::Bytes;
use taipan_runtime::objects::dict::Dict;
use taipan_runtime::objects::exception::Exception;
use taipan_runtime::objects::str::Str;
use taipan_runtime::objects::tuple::Tuple;
use taipan_runtime::objects::typ::Type;
use taipan_runtime::vm::typedef::flag;
use taipan_runtime::{Args, Gc, MethodDef, PyResult, Value, Vm, function, function_var};

fn intern(vm: &Vm, a: &[Value]) -> PyResult {
    match vm.exact_str(a[0]) {
        Some(s) => Ok(vm.intern_str(s).value()),
        None if a[0].cast::<Str>().is_some() => {
            Err(vm.type_error(format!("can't intern {}", vm.type_name(a[0]))))
        }
        None => Err(vm.type_error(format!("intern() argument must be str, not {}", vm.type_name(a[0])))),
    }
}
fn is_interned(_: &Vm, a: &[Value]) -> PyResult {
    Ok(Value::bool(a[0].cast::<Str>().is_some_and(|s| s.is_interned())))
}
fn exit(vm: &Vm, a: &[Value]) -> PyResult {
    let args: &[Value] = if a[0].is_unbound() { &[] } else { &a[..1] };
    // A tuple is taken apart, as when an exception is made from a type and a tuple of arguments.
    match a[0].cast::<taipan_runtime::objects::tuple::Tuple>() {
        Some(t) => Err(vm.new_exception_args(vm.types.SystemExit, t.items())),
        None => Err(vm.new_exception_args(vm.types.SystemExit, args)),
    }
}
fn exception(vm: &Vm, _: &[Value]) -> PyResult {
    Ok(vm.handled_exception())
}
fn exc_info(vm: &Vm, _: &[Value]) -> PyResult {
    let e = vm.handled_exception();
    let t = match e.cast::<Exception>() {
        Some(x) => [vm.class_of(e).value(), e, x.traceback.get()],
        None => [Value::NONE; 3],
    };
    Ok(vm.new_tuple(&t).value())
}
fn getframe(vm: &Vm, a: &[Value]) -> PyResult {
    let depth = match a[0].bound() {
        Some(v) => vm.index_i64(v)?,
        None => 0,
    };
    match (vm.hooks.frame)(vm, depth.max(0) as usize) {
        Some(f) => Ok(f),
        None => Err(vm.value_error("call stack is not deep enough")),
    }
}
fn getframemodulename(vm: &Vm, a: &[Value]) -> PyResult {
    let depth = match a[0].bound() {
        Some(v) => vm.index_i64(v)?,
        None => 0,
    };
    let Some(f) = (vm.hooks.frame)(vm, depth.max(0) as usize) else { return Ok(Value::NONE) };
    let globals = vm.get_attr(f, vm.intern("f_globals"))?;
    Ok(globals.cast::<Dict>().and_then(|d| d.get_str(vm, vm.names.__name__)).unwrap_or(Value::NONE))
}
fn getrecursionlimit(vm: &Vm, _: &[Value]) -> PyResult {
    Ok(vm.new_int(vm.exec.recursion_limit.get() as i64))
}
fn recursion_depth(vm: &Vm) -> i64 {
    let mut n = 0;
    let mut f = vm.top_frame();
    while let Some(x) = f {
        n += 1;
        f = x.back();
    }
    n
}
fn setrecursionlimit(vm: &Vm, a: &[Value]) -> PyResult {
    let n = vm.index_i64(a[0])?;
    if n < 1 {
        return Err(vm.value_error("recursion limit must be greater or equal than 1"));
    }
    let depth = recursion_depth(vm);
    if depth >= n {
        return Err(vm.recursion_error(format!(
            "cannot set the recursion limit to {n} at the recursion depth {depth}: the limit is too low"
        )));
    }
    vm.exec.recursion_limit.set(n.min(u32::MAX as i64) as u32);
    vm.update_stack_limit();
    Ok(Value::NONE)
}
fn getsizeof(vm: &Vm, args: Args) -> PyResult {
    let [obj, default] = args.bind(vm, "getsizeof", "(object, default=0)")?;
    let ty = vm.class_of(obj);
    let Some(f) = vm.lookup_special(obj, vm.intern("__sizeof__"))? else {
        return default.bound().map_or_else(
            || Err(vm.type_error(format!("Type {} doesn't define __sizeof__", ty.name_str()))),
            Ok,
        );
    };
    match vm.call(f, &[]) {
        Ok(v) => {
            let n = vm.index_i64(v)?;
            if n < 0 {
                return Err(vm.value_error("__sizeof__() should return >= 0"));
            }
            Ok(vm.new_int(n))
        }
        Err(e) if !default.is_unbound() && vm.raised_is(e, vm.types.TypeError) => Ok(default),
        Err(e) => Err(e),
    }
}
fn utf8(vm: &Vm, _: &[Value]) -> PyResult {
    Ok(vm.intern("utf-8").value())
}
fn surrogateescape(vm: &Vm, _: &[Value]) -> PyResult {
    Ok(vm.intern("surrogateescape").value())
}
fn yes(_: &Vm, _: &[Value]) -> PyResult {
    Ok(Value::TRUE)
}
fn no(_: &Vm, _: &[Value]) -> PyResult {
    Ok(Value::FALSE)
}
fn nothing(_: &Vm, _: &[Value]) -> PyResult {
    Ok(Value::NONE)
}
fn set_origin_depth(vm: &Vm, a: &[Value]) -> PyResult {
    let depth = vm.index_i64(a[0])?;
    match usize::try_from(depth) {
        Ok(d) if d <= i32::MAX as usize => vm.exec.origin_depth.set(d),
        Ok(_) => return Err(vm.overflow_error("Python int too large to convert to C int")),
        Err(_) => return Err(vm.value_error("depth must be >= 0")),
    }
    Ok(Value::NONE)
}
/// Takes `__dict__` and `__weakref__` from a class that another one replaces: they would speak for the wrong class.
fn clear_type_descriptors(vm: &Vm, a: &[Value]) -> PyResult {
    let Some(t) = a[0].cast::<Type>() else {
        let name = vm.type_name(a[0]);
        return Err(vm.type_error(format!("_clear_type_descriptors() argument must be type, not {name}")));
    };
    if t.has(flag::IMMUTABLE) {
        return Err(vm.type_error("argument is immutable"));
    }
    for name in [vm.names.__dict__, vm.names.__weakref__] {
        if t.dict.get().remove_str(vm, name) {
            vm.type_modified(t);
            vm.renew_shapes(t);
        }
    }
    Ok(Value::NONE)
}
fn getrefcount(vm: &Vm, a: &[Value]) -> PyResult {
    // Objects have no reference counts. What never dies in CPython has its number there; anything else has the one that
    // a variable and the argument make.
    const IMMORTAL: i64 = 3 << 30;
    let v = a[0];
    let immortal = v.is_none()
        || v.is_bool()
        || vm.class_of(v) == vm.types.ellipsis
        || v.to_int().is_some_and(|i| (-5..=256).contains(&i))
        || v.cast::<Str>().is_some_and(|s| s.is_interned())
        || v.cast::<Tuple>().is_some_and(|t| t.items().is_empty())
        || v.cast::<Bytes>().is_some_and(|b| b.as_bytes().len() <= 1)
        || v.cast::<Type>().is_some_and(|t| !t.has(flag::HEAP));
    Ok(Value::int(if immortal { IMMORTAL } else { 2 }))
}
fn getallocatedblocks(vm: &Vm, _: &[Value]) -> PyResult {
    let mut n = 0;
    vm.heap.each_object(|_| n += 1);
    Ok(vm.new_int(n))
}
fn get_switch_interval(vm: &Vm, _: &[Value]) -> PyResult {
    let set = vm.hidden.get_str(vm, vm.intern("sys.switchinterval"));
    Ok(set.unwrap_or(Value::float(0.005)))
}
fn set_switch_interval(vm: &Vm, a: &[Value]) -> PyResult {
    let f = vm.to_f64(a[0])?;
    if f <= 0.0 {
        return Err(vm.value_error("switch interval must be strictly positive"));
    }
    vm.hidden.set_str(vm, vm.intern("sys.switchinterval"), Value::float(f));
    Ok(Value::NONE)
}
fn audit(vm: &Vm, args: Args) -> PyResult {
    if args.pos.is_empty() {
        return Err(vm.type_error("audit expected at least 1 argument, got 0"));
    }
    if args.pos[0].cast::<Str>().is_none() {
        return Err(
            vm.type_error(format!("audit() argument 1 must be str, not {}", vm.type_name(args.pos[0])))
        );
    }
    let hooks = super::get(vm, "_audit_hooks");
    if let Some(l) = hooks.and_then(|h| h.cast::<taipan_runtime::objects::list::List>()) {
        let rest = vm.new_tuple(&args.pos[1..]).value();
        for &h in vm.list_items(l).iter() {
            vm.call(h, &[args.pos[0], rest])?;
        }
    }
    Ok(Value::NONE)
}
fn addaudithook(vm: &Vm, a: &[Value]) -> PyResult {
    let name = vm.intern("_audit_hooks");
    let list = match vm.sys.get_str(vm, name) {
        Some(l) => l,
        None => {
            let l = vm.new_list(&[]).value();
            vm.sys.set_str(vm, name, l);
            l
        }
    };
    vm.call_method(list, vm.names.append, &[a[0]])
}
fn call_tracing(vm: &Vm, a: &[Value]) -> PyResult {
    let args = vm.collect(a[1])?;
    vm.call(a[0], &args)
}
fn displayhook(vm: &Vm, a: &[Value]) -> PyResult {
    report::displayhook(vm, a[0])?;
    Ok(Value::NONE)
}
fn excepthook(vm: &Vm, a: &[Value]) -> PyResult {
    let e = a[1];
    if let Some(x) = e.cast::<Exception>()
        && a[2].bound().is_some_and(|t| !t.is_none())
        && x.traceback.get().is_none()
    {
        vm.set_attr(e, vm.names.__traceback__, a[2])?;
    }
    report::print_exception(vm, e);
    Ok(Value::NONE)
}
fn breakpointhook(vm: &Vm, args: Args) -> PyResult {
    let name = if vm.config.ignore_environment { None } else { std::env::var("PYTHONBREAKPOINT").ok() };
    let name = match name.as_deref() {
        Some("0") => return Ok(Value::NONE),
        None | Some("") => "pdb.set_trace".to_string(),
        Some(n) => n.to_string(),
    };
    let (module, attr) = name.rsplit_once('.').unwrap_or(("builtins", &name));
    match vm.import_attr(module, attr) {
        Ok(f) => vm.call_args(f, args),
        Err(_) => {
            let text = format!("Ignoring unimportable $PYTHONBREAKPOINT: \"{name}\"");
            let warn = vm.import_attr("warnings", "warn")?;
            vm.call(warn, &[vm.new_str(&text).value(), vm.types.RuntimeWarning.value()])?;
            Ok(Value::NONE)
        }
    }
}
fn unraisablehook(vm: &Vm, a: &[Value]) -> PyResult {
    report::unraisable(vm, a[0])?;
    Ok(Value::NONE)
}
fn getunicodeinternedsize(vm: &Vm, _: &[Value]) -> PyResult {
    Ok(vm.new_int(vm.interned_count() as i64))
}
fn set_asyncgen_hooks(vm: &Vm, args: Args) -> PyResult {
    let [first, finalizer] = args.bind(vm, "set_asyncgen_hooks", "(firstiter=None, finalizer=None)")?;
    for (v, key, what) in
        [(first, "_asyncgen_firstiter", "firstiter"), (finalizer, "_asyncgen_finalizer", "finalizer")]
    {
        let Some(v) = v.bound() else { continue };
        if !v.is_none() && vm.class_of(v).slots.call.get().is_none() {
            return Err(vm.type_error(format!("callable {what} expected, got {}", vm.type_name(v))));
        }
        vm.hidden.set_str(vm, vm.intern(key), v);
    }
    Ok(Value::NONE)
}
taipan_runtime::structseq! { ASYNCGEN_HOOKS = "sys" "asyncgen_hooks" "asyncgen_hooks\n\nA named tuple holding information about the hooks" {
    firstiter: "", finalizer: "",
} }
fn get_asyncgen_hooks(vm: &Vm, _: &[Value]) -> PyResult {
    let h = |key: &str| vm.hidden.get_str(vm, vm.intern(key)).unwrap_or(Value::NONE);
    Ok(ASYNCGEN_HOOKS.make(vm, &[h("_asyncgen_firstiter"), h("_asyncgen_finalizer")]))
}
fn current_exceptions(vm: &Vm, _: &[Value]) -> PyResult {
    let d = vm.new_dict();
    d.set(vm, Value::int(0), vm.handled_exception())?;
    Ok(d.value())
}
fn current_frames(vm: &Vm, _: &[Value]) -> PyResult {
    let d = vm.new_dict();
    d.set(vm, Value::int(0), (vm.hooks.frame)(vm, 0).unwrap_or(Value::NONE))?;
    Ok(d.value())
}
fn gettrace(vm: &Vm, _: &[Value]) -> PyResult {
    Ok(vm.hidden.get_str(vm, vm.intern("_trace")).unwrap_or(Value::NONE))
}
fn getprofile(vm: &Vm, _: &[Value]) -> PyResult {
    Ok(vm.hidden.get_str(vm, vm.intern("_profile")).unwrap_or(Value::NONE))
}
fn settrace(vm: &Vm, a: &[Value]) -> PyResult {
    vm.hidden.set_str(vm, vm.intern("_trace"), a[0]);
    vm.update_tracing();
    Ok(Value::NONE)
}
fn setprofile(vm: &Vm, a: &[Value]) -> PyResult {
    vm.hidden.set_str(vm, vm.intern("_profile"), a[0]);
    vm.update_tracing();
    Ok(Value::NONE)
}

/// The rows.
pub static FUNCTIONS: &[MethodDef] = &[
    function("intern", "($module, string, /)", intern, "``Intern'' the given string."),
    function(
        "_is_interned",
        "($module, string, /)",
        is_interned,
        "Return True if the given string is \"interned\".",
    ),
    function(
        "_is_immortal",
        "($module, op, /)",
        no,
        "Return True if the given object is \"immortal\" per PEP 683.",
    ),
    function(
        "exit",
        "($module, status=None, /)",
        exit,
        "Exit the interpreter by raising SystemExit(status).",
    ),
    function("exception", "($module, /)", exception, "Return the current exception."),
    function(
        "exc_info",
        "($module, /)",
        exc_info,
        "Return current exception information: (type, value, traceback).",
    ),
    function("_getframe", "($module, depth=0, /)", getframe, "Return a frame object from the call stack."),
    function(
        "_getframemodulename",
        "($module, /, depth=0)",
        getframemodulename,
        "Return the name of the module for a calling frame.",
    ),
    function(
        "getrecursionlimit",
        "($module, /)",
        getrecursionlimit,
        "Return the current value of the recursion limit.",
    ),
    function(
        "setrecursionlimit",
        "($module, limit, /)",
        setrecursionlimit,
        "Set the maximum depth of the Python interpreter stack to n.",
    ),
    function_var("getsizeof", "(*args, **kwargs)", getsizeof, "Return the size of object in bytes."),
    function(
        "getdefaultencoding",
        "($module, /)",
        utf8,
        "Return the current default encoding used by the Unicode implementation.",
    ),
    function(
        "getfilesystemencoding",
        "($module, /)",
        utf8,
        "Return the encoding used to convert Unicode filenames to OS filenames.",
    ),
    function(
        "getfilesystemencodeerrors",
        "($module, /)",
        surrogateescape,
        "Return the error mode used for Unicode to OS filename conversion.",
    ),
    function("is_finalizing", "($module, /)", no, "Return True if Python is exiting."),
    function("_is_gil_enabled", "($module, /)", yes, "Return True if the GIL is currently enabled."),
    function("is_stack_trampoline_active", "($module, /)", no, ""),
    function("is_remote_debug_enabled", "($module, /)", no, ""),
    function("activate_stack_trampoline", "($module, backend, /)", nothing, ""),
    function("deactivate_stack_trampoline", "($module, /)", nothing, ""),
    function("_clear_type_cache", "($module, /)", nothing, ""),
    function("_clear_internal_caches", "($module, /)", nothing, ""),
    function("_clear_type_descriptors", "($module, type, /)", clear_type_descriptors, ""),
    function("_debugmallocstats", "($module, /)", nothing, ""),
    function(
        "_get_cpu_count_config",
        "($module, /)",
        |vm, _| Ok(Value::int(vm.config.cpu_count.unwrap_or(-1))),
        "",
    ),
    function("getrefcount", "($module, object, /)", getrefcount, "Return the reference count of object."),
    function(
        "getallocatedblocks",
        "($module, /)",
        getallocatedblocks,
        "Return the number of memory blocks currently allocated.",
    ),
    function("getunicodeinternedsize", "($module, /, *, _only_immortal=False)", getunicodeinternedsize, ""),
    function(
        "getswitchinterval",
        "($module, /)",
        get_switch_interval,
        "Return the current thread switch interval; see sys.setswitchinterval().",
    ),
    function(
        "setswitchinterval",
        "($module, interval, /)",
        set_switch_interval,
        "Set the ideal thread switching delay inside the Python interpreter.",
    ),
    function("getdlopenflags", "($module, /)", |_, _| Ok(Value::int(2)), ""),
    function("setdlopenflags", "($module, flags, /)", nothing, ""),
    function(
        "get_coroutine_origin_tracking_depth",
        "($module, /)",
        |vm, _| Ok(vm.new_int(vm.exec.origin_depth.get() as i64)),
        "Check status of origin tracking for coroutine objects in this thread.",
    ),
    function(
        "set_coroutine_origin_tracking_depth",
        "($module, /, depth)",
        set_origin_depth,
        "Enable or disable origin tracking for coroutine objects in this thread.\n\nCoroutine objects will track 'depth' frames of traceback information\nabout where they came from, available in their cr_origin attribute.\n\nSet a depth of 0 to disable.",
    ),
    function_var(
        "audit",
        "($module, event, /, *args)",
        audit,
        "Passes the event to any hooks that are attached.",
    ),
    function("addaudithook", "($module, /, hook)", addaudithook, "Adds a new audit hook callback."),
    function(
        "call_tracing",
        "($module, func, args, /)",
        call_tracing,
        "Call func(*args), while tracing is enabled.",
    ),
    function(
        "displayhook",
        "($module, object, /)",
        displayhook,
        "Print an object to sys.stdout and also save it in builtins._",
    ),
    function(
        "excepthook",
        "($module, exctype, value, traceback, /)",
        excepthook,
        "Handle an exception by displaying it with a traceback on sys.stderr.",
    ),
    function_var(
        "breakpointhook",
        "($module, /, *args, **kwargs)",
        breakpointhook,
        "This hook function is called by built-in breakpoint().",
    ),
    function("unraisablehook", "($module, unraisable, /)", unraisablehook, "Handle an unraisable exception."),
    function_var(
        "set_asyncgen_hooks",
        "(*args, **kwargs)",
        set_asyncgen_hooks,
        "Set a finalizer for async generators objects.",
    ),
    function(
        "get_asyncgen_hooks",
        "($module, /)",
        get_asyncgen_hooks,
        "Return the installed asynchronous generators hooks.",
    ),
    function("_current_exceptions", "($module, /)", current_exceptions, ""),
    function("_current_frames", "($module, /)", current_frames, ""),
    function(
        "gettrace",
        "($module, /)",
        gettrace,
        "Return the global debug tracing function set with sys.settrace.",
    ),
    function("settrace", "($module, function, /)", settrace, "Set the global debug tracing function."),
    function(
        "getprofile",
        "($module, /)",
        getprofile,
        "Return the profiling function set with sys.setprofile.",
    ),
    function("setprofile", "($module, function, /)", setprofile, "Set the profiling function."),
    function("_settraceallthreads", "($module, function, /)", settrace, ""),
    function("_setprofileallthreads", "($module, function, /)", setprofile, ""),
    function(
        "set_int_max_str_digits",
        "($module, /, maxdigits)",
        set_int_max_str_digits,
        "Set the maximum string digits limit for non-binary int<->str conversions.",
    ),
    function(
        "get_int_max_str_digits",
        "($module, /)",
        get_int_max_str_digits,
        "Return the maximum string digits limit for non-binary int<->str conversions.",
    ),
];

fn get_int_max_str_digits(vm: &Vm, _: &[Value]) -> PyResult {
    Ok(vm.new_int(vm.int_max_str_digits.get() as i64))
}
fn set_int_max_str_digits(vm: &Vm, a: &[Value]) -> PyResult {
    let n = vm.index_i64(a[0])?;
    if n != 0 && n < 640 {
        return Err(vm.value_error("maxdigits must be 0 or larger than 640"));
    }
    vm.int_max_str_digits.set(n as usize);
    Ok(Value::NONE)
}

/// Adds aliases.
pub fn fill(vm: &Vm, d: Gc<Dict>) {
    for (alias, name) in [
        ("__displayhook__", "displayhook"),
        ("__excepthook__", "excepthook"),
        ("__breakpointhook__", "breakpointhook"),
        ("__unraisablehook__", "unraisablehook"),
    ] {
        if let Some(f) = d.get_str(vm, vm.intern(name)) {
            d.set_str(vm, vm.intern(alias), f);
        }
    }
}
