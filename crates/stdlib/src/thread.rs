//! `_thread`: locks and identities. Threads themselves cannot be started yet: that raises `RuntimeError`.

use std::cell::Cell;
use taipan_runtime::kinds::Trace;
use taipan_runtime::objects::dict::Dict;
use taipan_runtime::objects::module::{Module, ModuleDef};
use taipan_runtime::objects::typ::Type;
use taipan_runtime::vm::typedef::{NativeObject, flag};
use taipan_runtime::{
    Args, Gc, Header, MethodDef, PyResult, Slot, Slots, Tracer, TypeDef, Value, Vm, function, method,
    method_var, readonly,
};

/// A lock (`count` is 0 or 1) or a reentrant lock.
#[repr(C)]
pub struct Lock {
    header: Header,
    count: Cell<usize>,
}
impl Trace for Lock {
    fn trace(&self, _: &mut Tracer) {}
}
// SAFETY: `repr(C)`, starts with a header; both lock types use this layout.
unsafe impl NativeObject for Lock {
    const DEF: &'static TypeDef = &LAYOUT;
}

fn this(vm: &Vm, v: Value) -> PyResult<Gc<Lock>> {
    vm.native::<Lock>(v).ok_or_else(|| vm.type_error("a lock is required"))
}
fn new(vm: &Vm, ty: Gc<Type>, _: Args) -> PyResult {
    Ok(vm.new_native_of(ty, |header| Lock { header, count: Cell::new(0) }).value())
}

/// Checks `acquire(blocking=True, timeout=-1)`; answers whether it may block.
fn acquire_args(vm: &Vm, args: Args) -> PyResult<(bool, f64)> {
    let [blocking, timeout] = args.bind(vm, "acquire", "(blocking=True, timeout=-1)")?;
    let blocking = blocking.bound().map_or(Ok(true), |b| vm.truth(b))?;
    let timeout = timeout.bound().map_or(Ok(-1.0), |t| vm.to_f64(t))?;
    if !blocking && timeout != -1.0 {
        return Err(vm.value_error("can't specify a timeout for a non-blocking call"));
    }
    if timeout < 0.0 && timeout != -1.0 {
        return Err(vm.value_error("timeout value must be a non-negative number"));
    }
    if timeout > 1e10 {
        return Err(vm.overflow_error("timeout value is too large"));
    }
    Ok((blocking, timeout))
}
/// Waits for what no other thread can do: until the timeout, or for a signal handler that raises.
fn wait(vm: &Vm, timeout: f64) -> PyResult<()> {
    let start = std::time::Instant::now();
    loop {
        vm.check_signals()?;
        if timeout >= 0.0 && start.elapsed().as_secs_f64() >= timeout {
            return Ok(());
        }
        std::thread::sleep(std::time::Duration::from_millis(1));
    }
}
fn acquire(vm: &Vm, args: Args) -> PyResult {
    let l = this(vm, args.pos[0])?;
    let (blocking, timeout) = acquire_args(vm, args.skip(1))?;
    if l.count.get() > 0 {
        if blocking {
            wait(vm, timeout)?;
        }
        return Ok(Value::FALSE);
    }
    l.count.set(1);
    Ok(Value::TRUE)
}
fn release(vm: &Vm, a: &[Value]) -> PyResult {
    let l = this(vm, a[0])?;
    if l.count.get() == 0 {
        return Err(vm.runtime_error("release unlocked lock"));
    }
    l.count.set(0);
    Ok(Value::NONE)
}
fn locked(vm: &Vm, a: &[Value]) -> PyResult {
    Ok(Value::bool(this(vm, a[0])?.count.get() > 0))
}
fn exit(vm: &Vm, args: Args) -> PyResult {
    vm.call_method(args.pos[0], vm.intern("release"), &[])?;
    Ok(Value::NONE)
}
fn reset(vm: &Vm, a: &[Value]) -> PyResult {
    this(vm, a[0])?.count.set(0);
    Ok(Value::NONE)
}
fn lock_repr(vm: &Vm, v: Value) -> PyResult {
    let l = this(vm, v)?;
    let state = if l.count.get() > 0 { "locked" } else { "unlocked" };
    let at = v.bits() & ((1 << 48) - 1);
    Ok(vm.new_str(&format!("<{state} _thread.lock object at {at:#x}>")).value())
}
fn acquire_r(vm: &Vm, args: Args) -> PyResult {
    let l = this(vm, args.pos[0])?;
    acquire_args(vm, args.skip(1))?;
    l.count.set(l.count.get() + 1);
    Ok(Value::TRUE)
}
fn release_r(vm: &Vm, a: &[Value]) -> PyResult {
    let l = this(vm, a[0])?;
    if l.count.get() == 0 {
        return Err(vm.runtime_error("cannot release un-acquired lock"));
    }
    l.count.set(l.count.get() - 1);
    Ok(Value::NONE)
}
fn is_owned(vm: &Vm, a: &[Value]) -> PyResult {
    locked(vm, a)
}
fn recursion_count(vm: &Vm, a: &[Value]) -> PyResult {
    Ok(vm.new_int(this(vm, a[0])?.count.get() as i64))
}
fn release_save(vm: &Vm, a: &[Value]) -> PyResult {
    let l = this(vm, a[0])?;
    if l.count.get() == 0 {
        return Err(vm.runtime_error("cannot release un-acquired lock"));
    }
    let n = l.count.replace(0);
    Ok(vm.new_tuple(&[vm.new_int(n as i64), ident()]).value())
}
fn acquire_restore(vm: &Vm, a: &[Value]) -> PyResult {
    let state = vm.collect(a[1])?;
    let n = state.first().map_or(Ok(1), |&v| vm.index_i64(v))?;
    this(vm, a[0])?.count.set(n.max(0) as usize);
    Ok(Value::NONE)
}
fn rlock_repr(vm: &Vm, v: Value) -> PyResult {
    let n = this(vm, v)?.count.get();
    let state = if n > 0 { "locked" } else { "unlocked" };
    let owner = if n > 0 { ident().as_int() } else { 0 };
    let at = v.bits() & ((1 << 48) - 1);
    Ok(vm.new_str(&format!("<{state} _thread.RLock object owner={owner} count={n} at {at:#x}>")).value())
}

/// The layout that both lock types share.
static LAYOUT: TypeDef = TypeDef { name: "_lock_layout", module: "_thread", ..TypeDef::native::<Lock>() };
/// `_thread.lock`
pub static LOCK: TypeDef = TypeDef {
    name: "lock",
    module: "_thread",
    base: Some(&LAYOUT),
    flags: flag::IMMUTABLE | flag::WEAKREF,
    slots: Slots { new: Some(new), repr: Some(lock_repr), ..Slots::EMPTY },
    methods: &[
        method_var("acquire", "($self, /, blocking=True, timeout=-1)", acquire, "Lock the lock."),
        method_var(
            "acquire_lock",
            "($self, /, blocking=True, timeout=-1)",
            acquire,
            "An obsolete synonym of acquire().",
        ),
        method_var("__enter__", "($self, /)", acquire, "Lock the lock."),
        method("release", "($self, /)", release, "Release the lock."),
        method("release_lock", "($self, /)", release, "An obsolete synonym of release()."),
        method_var("__exit__", "($self, /, *exc_info)", exit, "Release the lock."),
        method("locked", "($self, /)", locked, "Return whether the lock is locked."),
        method("locked_lock", "($self, /)", locked, "An obsolete synonym of locked()."),
        method("_at_fork_reinit", "($self, /)", reset, ""),
    ],
    doc: "A lock object is a synchronization primitive.",
    ..TypeDef::native::<Lock>()
};
/// `_thread.RLock`: the layout of a lock, extended by nothing.
pub static RLOCK: TypeDef = TypeDef {
    name: "RLock",
    module: "_thread",
    base: Some(&LAYOUT),
    flags: flag::IMMUTABLE | flag::BASETYPE | flag::WEAKREF,
    slots: Slots { new: Some(new), repr: Some(rlock_repr), ..Slots::EMPTY },
    methods: &[
        method_var("acquire", "($self, /, blocking=True, timeout=-1)", acquire_r, "Lock the lock."),
        method_var("__enter__", "($self, /)", acquire_r, "Lock the lock."),
        method("release", "($self, /)", release_r, "Release the lock."),
        method_var("__exit__", "($self, /, *exc_info)", exit, "Release the lock."),
        method("locked", "($self, /)", locked, ""),
        method("_is_owned", "($self, /)", is_owned, "For internal use by `threading.Condition`."),
        method("_recursion_count", "($self, /)", recursion_count, "For internal use by reentrancy checks."),
        method("_release_save", "($self, /)", release_save, "For internal use by `threading.Condition`."),
        method(
            "_acquire_restore",
            "($self, state, /)",
            acquire_restore,
            "For internal use by `threading.Condition`.",
        ),
        method("_at_fork_reinit", "($self, /)", reset, ""),
    ],
    ..TypeDef::native::<Lock>()
};

/// `_thread._local`: with one thread, a plain namespace.
#[repr(C)]
pub struct Local {
    header: Header,
    args: Slot<Value>,
}
impl Trace for Local {
    fn trace(&self, t: &mut Tracer) {
        t.slot(&self.args);
    }
}
// SAFETY: `repr(C)`, starts with a header.
unsafe impl NativeObject for Local {
    const DEF: &'static TypeDef = &LOCAL;
}
fn local_new(vm: &Vm, ty: Gc<Type>, args: Args) -> PyResult {
    let own = vm.types.object.slots.init.get();
    let has_init = match (ty.slots.init.get(), own) {
        (Some(a), Some(b)) => !std::ptr::fn_addr_eq(a, b),
        (a, _) => a.is_some(),
    };
    if !has_init && (!args.pos.is_empty() || !args.kw.is_empty()) {
        return Err(vm.type_error("Initialization arguments are not supported"));
    }
    Ok(vm.new_native_of(ty, |header| Local { header, args: Slot::new(Value::NONE) }).value())
}
/// `_thread._local`
pub static LOCAL: TypeDef = TypeDef {
    name: "_local",
    module: "_thread",
    flags: flag::IMMUTABLE | flag::BASETYPE | flag::HAS_DICT | flag::WEAKREF,
    slots: Slots { new: Some(local_new), ..Slots::EMPTY },
    doc: "Thread-local data",
    ..TypeDef::native::<Local>()
};

/// A handle of the main thread (`threading` asks for one).
#[repr(C)]
pub struct Handle {
    header: Header,
    done: Cell<bool>,
}
impl Trace for Handle {
    fn trace(&self, _: &mut Tracer) {}
}
// SAFETY: `repr(C)`, starts with a header.
unsafe impl NativeObject for Handle {
    const DEF: &'static TypeDef = &HANDLE;
}
fn handle_new(vm: &Vm, ty: Gc<Type>, _: Args) -> PyResult {
    Ok(vm.new_native_of(ty, |header| Handle { header, done: Cell::new(false) }).value())
}
fn handle_done(vm: &Vm, a: &[Value]) -> PyResult {
    Ok(Value::bool(vm.native::<Handle>(a[0]).is_some_and(|h| h.done.get())))
}
fn handle_set_done(vm: &Vm, a: &[Value]) -> PyResult {
    if let Some(h) = vm.native::<Handle>(a[0]) {
        h.done.set(true);
    }
    Ok(Value::NONE)
}
fn handle_join(_: &Vm, _: &[Value]) -> PyResult {
    Ok(Value::NONE)
}
fn handle_ident(_: &Vm, _: Value) -> PyResult {
    Ok(ident())
}
/// `_thread._ThreadHandle`
pub static HANDLE: TypeDef = TypeDef {
    name: "_ThreadHandle",
    module: "_thread",
    slots: Slots { new: Some(handle_new), ..Slots::EMPTY },
    methods: &[
        method("is_done", "($self, /)", handle_done, ""),
        method("_set_done", "($self, /)", handle_set_done, ""),
        method("join", "($self, timeout=None, /)", handle_join, ""),
    ],
    getset: &[readonly("ident", handle_ident, "")],
    ..TypeDef::native::<Handle>()
};

fn ident() -> Value {
    // SAFETY: a plain call.
    Value::int((unsafe { libc::pthread_self() } as i64) & 0x7FFF_FFFF_FFFF)
}
fn get_ident(_: &Vm, _: &[Value]) -> PyResult {
    Ok(ident())
}
fn get_native_id(_: &Vm, _: &[Value]) -> PyResult {
    Ok(Value::int(std::process::id() as i64))
}
fn allocate_lock(vm: &Vm, _: &[Value]) -> PyResult {
    Ok(vm.new_native_of(vm.type_of_def(&LOCK), |header| Lock { header, count: Cell::new(0) }).value())
}
fn start(vm: &Vm, _: Args) -> PyResult {
    Err(vm.runtime_error("can't start new thread"))
}
fn count(_: &Vm, _: &[Value]) -> PyResult {
    Ok(Value::int(0))
}
fn stack_size(_: &Vm, _: &[Value]) -> PyResult {
    Ok(Value::int(0))
}
fn yes(_: &Vm, _: &[Value]) -> PyResult {
    Ok(Value::TRUE)
}
fn nothing(_: &Vm, _: &[Value]) -> PyResult {
    Ok(Value::NONE)
}
fn exit_thread(vm: &Vm, _: &[Value]) -> PyResult {
    Err(vm.new_exception_args(vm.types.SystemExit, &[]))
}
fn interrupt_main(vm: &Vm, a: &[Value]) -> PyResult {
    let n = a[0].bound().map_or(Ok(libc::SIGINT as i64), |v| vm.index_i64(v))?;
    if !(1..65).contains(&n) {
        return Err(vm.value_error("signal number out of range"));
    }
    // SAFETY: a plain call.
    unsafe { libc::raise(n as i32) };
    Ok(Value::NONE)
}
fn make_handle(vm: &Vm, _: &[Value]) -> PyResult {
    Ok(vm.new_native(|header| Handle { header, done: Cell::new(false) }).value())
}
fn excepthook(vm: &Vm, a: &[Value]) -> PyResult {
    let parts = vm.collect(a[0])?;
    if let Some(&e) = parts.get(1) {
        super::sys::report::print_exception(vm, e);
    }
    Ok(Value::NONE)
}

static FUNCTIONS: &[MethodDef] = &[
    function(
        "get_ident",
        "($module, /)",
        get_ident,
        "Return a non-zero integer that uniquely identifies the current thread.",
    ),
    function("get_native_id", "($module, /)", get_native_id, ""),
    function("allocate_lock", "($module, /)", allocate_lock, "Create a new lock object."),
    function("allocate", "($module, /)", allocate_lock, "An obsolete synonym of allocate_lock()."),
    taipan_runtime::function_var(
        "start_new_thread",
        "(*args, **kwargs)",
        start,
        "Start a new thread and return its identifier.",
    ),
    taipan_runtime::function_var("start_joinable_thread", "(*args, **kwargs)", start, ""),
    function("daemon_threads_allowed", "($module, /)", yes, ""),
    function("_count", "($module, /)", count, ""),
    function("stack_size", "($module, size=0, /)", stack_size, ""),
    function("exit", "($module, /)", exit_thread, ""),
    function("interrupt_main", "($module, signum=2, /)", interrupt_main, ""),
    function("_get_main_thread_ident", "($module, /)", get_ident, ""),
    function("_make_thread_handle", "($module, ident, /)", make_handle, ""),
    function("_is_main_interpreter", "($module, /)", yes, ""),
    function("_shutdown", "($module, /)", nothing, ""),
    function("_excepthook", "($module, args, /)", excepthook, ""),
    function("set_name", "($module, /, name)", nothing, ""),
];

fn init(vm: &Vm, m: Gc<Module>) -> PyResult<()> {
    let d: Gc<Dict> = m.dict.get();
    let lock = vm.type_of_def(&LOCK).value();
    d.set_str(vm, vm.intern("LockType"), lock);
    d.set_str(vm, vm.intern("error"), vm.types.RuntimeError.value());
    d.set_str(vm, vm.intern("TIMEOUT_MAX"), Value::float(9223372036.0));
    d.set_str(vm, vm.intern("_ExceptHookArgs"), vm.types.tuple.value());
    Ok(())
}

/// The module.
pub static MODULE: ModuleDef = ModuleDef {
    name: "_thread",
    doc: "This module provides primitive operations to write multi-threaded programs.",
    functions: FUNCTIONS,
    types: &[&LOCK, &RLOCK, &LOCAL, &HANDLE],
    init: Some(init),
};
