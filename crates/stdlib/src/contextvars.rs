//! `_contextvars`: `Context`, `ContextVar`, `Token`, `copy_context`.
//!
//! A context holds its variables in a dict that is never changed once it is shared: setting a variable copies it.
//! So copying a context shares the dict.

use std::cell::Cell;
use taipan_runtime::kinds::Trace;
use taipan_runtime::objects::dict::Dict;
use taipan_runtime::objects::module::{Module, ModuleDef};
use taipan_runtime::objects::str::Str;
use taipan_runtime::objects::typ::Type;
use taipan_runtime::vm::slots::CompareOp;
use taipan_runtime::vm::typedef::{NativeObject, flag};
use taipan_runtime::{
    Args, Gc, Header, MethodDef, PyResult, Slot, Slots, Tracer, TypeDef, Value, Vm, classmethod, function,
    method, method_var, readonly,
};

/// A `Context`.
#[repr(C)]
pub struct Context {
    header: Header,
    vars: Slot<Gc<Dict>>,
    /// The context that was current when this one was entered; unbound while it is not entered.
    previous: Slot<Value>,
}
impl Trace for Context {
    fn trace(&self, t: &mut Tracer) {
        t.gc(self.vars.get());
        t.slot(&self.previous);
    }
}
// SAFETY: `repr(C)`, starts with a header.
unsafe impl NativeObject for Context {
    const DEF: &'static TypeDef = &CONTEXT;
}

/// A `ContextVar`.
#[repr(C)]
pub struct ContextVar {
    header: Header,
    name: Slot<Value>,
    default: Slot<Value>,
}
impl Trace for ContextVar {
    fn trace(&self, t: &mut Tracer) {
        t.slot(&self.name);
        t.slot(&self.default);
    }
}
// SAFETY: `repr(C)`, starts with a header.
unsafe impl NativeObject for ContextVar {
    const DEF: &'static TypeDef = &VAR;
}

/// A `Token`.
#[repr(C)]
pub struct Token {
    header: Header,
    context: Slot<Value>,
    var: Slot<Value>,
    /// Unbound: the variable had no value.
    old: Slot<Value>,
    used: Cell<bool>,
}
impl Trace for Token {
    fn trace(&self, t: &mut Tracer) {
        t.slot(&self.context);
        t.slot(&self.var);
        t.slot(&self.old);
    }
}
// SAFETY: `repr(C)`, starts with a header.
unsafe impl NativeObject for Token {
    const DEF: &'static TypeDef = &TOKEN;
}

const CURRENT: &str = "contextvars.current";

fn new_context(vm: &Vm, vars: Gc<Dict>) -> Gc<Context> {
    vm.new_native(|header| Context { header, vars: Slot::new(vars), previous: Slot::new(Value::UNBOUND) })
}
fn current(vm: &Vm) -> Gc<Context> {
    let key = vm.intern(CURRENT);
    if let Some(c) = vm.hidden.get_str(vm, key).and_then(|v| vm.native::<Context>(v)) {
        return c;
    }
    let c = new_context(vm, vm.new_dict());
    vm.hidden.set_str(vm, key, c.value());
    c
}
fn context(vm: &Vm, v: Value) -> PyResult<Gc<Context>> {
    vm.native::<Context>(v).ok_or_else(|| vm.type_error("a Context is required"))
}
fn var(vm: &Vm, v: Value) -> PyResult<Gc<ContextVar>> {
    vm.native::<ContextVar>(v).ok_or_else(|| {
        vm.type_error(format!("an instance of ContextVar was expected, got {}", vm.type_name(v)))
    })
}
fn copy_dict(vm: &Vm, from: Gc<Dict>) -> PyResult<Gc<Dict>> {
    let d = vm.new_dict();
    let mut pos = 0;
    while let Some(e) = from.next_entry(&mut pos) {
        d.set(vm, e.key, e.value)?;
    }
    Ok(d)
}

fn context_new(vm: &Vm, ty: Gc<Type>, args: Args) -> PyResult {
    if !args.pos.is_empty() || !args.kw.is_empty() {
        return Err(vm.type_error("Context() does not accept any arguments"));
    }
    let d = vm.new_dict();
    Ok(vm
        .new_native_of(ty, |header| Context {
            header,
            vars: Slot::new(d),
            previous: Slot::new(Value::UNBOUND),
        })
        .value())
}
fn run(vm: &Vm, args: Args) -> PyResult {
    let c = context(vm, args.pos[0])?;
    if args.pos.len() < 2 {
        return Err(vm.type_error("run() missing 1 required positional argument"));
    }
    if !c.previous.get().is_unbound() {
        let shown = vm.repr(c.value())?;
        return Err(vm.runtime_error(format!("cannot enter context: {shown} is already entered")));
    }
    let outer = current(vm);
    c.previous.set(c, outer.value());
    let key = vm.intern(CURRENT);
    vm.hidden.set_str(vm, key, c.value());
    let r = vm.call_args(args.pos[1], args.skip(2));
    vm.hidden.set_str(vm, key, outer.value());
    c.previous.set(c, Value::UNBOUND);
    r
}
fn copy(vm: &Vm, a: &[Value]) -> PyResult {
    Ok(new_context(vm, context(vm, a[0])?.vars.get()).value())
}
fn context_len(vm: &Vm, v: Value) -> PyResult<usize> {
    Ok(context(vm, v)?.vars.get().len())
}
fn context_getitem(vm: &Vm, v: Value, key: Value) -> PyResult {
    var_key(vm, key)?;
    match context(vm, v)?.vars.get().get(vm, key)? {
        Some(x) => Ok(x),
        None => Err(vm.key_error(key)),
    }
}
fn var_key(vm: &Vm, key: Value) -> PyResult<()> {
    if vm.native::<ContextVar>(key).is_some() {
        return Ok(());
    }
    let shown = vm.repr(key)?;
    Err(vm.type_error(format!("a ContextVar key was expected, got {shown}")))
}
fn context_contains(vm: &Vm, v: Value, key: Value) -> PyResult<bool> {
    var_key(vm, key)?;
    Ok(context(vm, v)?.vars.get().get(vm, key)?.is_some())
}
fn context_get(vm: &Vm, a: &[Value]) -> PyResult {
    var_key(vm, a[1])?;
    Ok(context(vm, a[0])?.vars.get().get(vm, a[1])?.unwrap_or(a[2].or_none()))
}
fn context_iter(vm: &Vm, v: Value) -> PyResult {
    vm.get_iter(context(vm, v)?.vars.get().value())
}
fn view(vm: &Vm, v: Value, name: &str) -> PyResult {
    vm.call_method(context(vm, v)?.vars.get().value(), vm.intern(name), &[])
}
fn keys(vm: &Vm, a: &[Value]) -> PyResult {
    view(vm, a[0], "keys")
}
fn values(vm: &Vm, a: &[Value]) -> PyResult {
    view(vm, a[0], "values")
}
fn items(vm: &Vm, a: &[Value]) -> PyResult {
    view(vm, a[0], "items")
}
fn context_compare(vm: &Vm, a: Value, b: Value, op: CompareOp) -> PyResult {
    let (Some(x), Some(y)) = (vm.native::<Context>(a), vm.native::<Context>(b)) else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    if !matches!(op, CompareOp::Eq | CompareOp::Ne) {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    vm.compare(x.vars.get().value(), y.vars.get().value(), op)
}
fn copy_context(vm: &Vm, _: &[Value]) -> PyResult {
    Ok(new_context(vm, current(vm).vars.get()).value())
}

fn var_new(vm: &Vm, ty: Gc<Type>, args: Args) -> PyResult {
    let [name, default] = args.bind(vm, "ContextVar", "(name, /, *, default=None)")?;
    if name.cast::<Str>().is_none() {
        return Err(vm.type_error("context variable name must be a str"));
    }
    Ok(vm
        .new_native_of(ty, |header| ContextVar { header, name: Slot::new(name), default: Slot::new(default) })
        .value())
}
fn var_get(vm: &Vm, a: &[Value]) -> PyResult {
    let v = var(vm, a[0])?;
    if let Some(x) = current(vm).vars.get().get(vm, a[0])? {
        return Ok(x);
    }
    match a[1].bound().or(v.default.get().bound()) {
        Some(d) => Ok(d),
        None => Err(vm.new_exception_args(vm.types.LookupError, &[a[0]])),
    }
}
fn set(vm: &Vm, v: Value, value: Value) -> PyResult<Gc<Token>> {
    let c = current(vm);
    let old = c.vars.get().get(vm, v)?.unwrap_or(Value::UNBOUND);
    let d = copy_dict(vm, c.vars.get())?;
    d.set(vm, v, value)?;
    c.vars.set(c, d);
    Ok(vm.new_native(|header| Token {
        header,
        context: Slot::new(c.value()),
        var: Slot::new(v),
        old: Slot::new(old),
        used: Cell::new(false),
    }))
}
fn var_set(vm: &Vm, a: &[Value]) -> PyResult {
    var(vm, a[0])?;
    Ok(set(vm, a[0], a[1])?.value())
}
fn reset(vm: &Vm, v: Value, token: Gc<Token>) -> PyResult<()> {
    let shown = |x: Value| vm.repr(x).map(|s| s.to_string());
    if token.used.get() {
        return Err(vm.runtime_error(format!("{} has already been used once", shown(token.value())?)));
    }
    if token.var.get() != v {
        return Err(
            vm.value_error(format!("{} was created by a different ContextVar", shown(token.value())?))
        );
    }
    let c = current(vm);
    if token.context.get() != c.value() {
        return Err(vm.value_error(format!("{} was created in a different Context", shown(token.value())?)));
    }
    token.used.set(true);
    let d = copy_dict(vm, c.vars.get())?;
    match token.old.get().bound() {
        Some(old) => d.set(vm, v, old)?,
        None => {
            d.remove(vm, v)?;
        }
    }
    c.vars.set(c, d);
    Ok(())
}
fn var_reset(vm: &Vm, a: &[Value]) -> PyResult {
    var(vm, a[0])?;
    let Some(t) = vm.native::<Token>(a[1]) else {
        let shown = vm.repr(a[1])?;
        return Err(vm.type_error(format!("expected an instance of Token, got {shown}")));
    };
    reset(vm, a[0], t)?;
    Ok(Value::NONE)
}
fn address(v: Value) -> u64 {
    v.bits() & ((1 << 48) - 1)
}
fn var_repr(vm: &Vm, v: Value) -> PyResult {
    let x = var(vm, v)?;
    let name = vm.repr(x.name.get())?;
    let default = match x.default.get().bound() {
        Some(d) => format!(" default={}", vm.repr(d)?),
        None => String::new(),
    };
    Ok(vm.new_str(&format!("<ContextVar name={name}{default} at {:#x}>", address(v))).value())
}
fn var_name(vm: &Vm, v: Value) -> PyResult {
    Ok(var(vm, v)?.name.get())
}
fn class_getitem(vm: &Vm, a: &[Value]) -> PyResult {
    let alias = vm.import_attr("types", "GenericAlias")?;
    vm.call(alias, &[a[0], a[1]])
}

fn token(vm: &Vm, v: Value) -> PyResult<Gc<Token>> {
    vm.native::<Token>(v).ok_or_else(|| vm.type_error("a Token is required"))
}
fn token_var(vm: &Vm, v: Value) -> PyResult {
    Ok(token(vm, v)?.var.get())
}
fn token_old(vm: &Vm, v: Value) -> PyResult {
    match token(vm, v)?.old.get().bound() {
        Some(o) => Ok(o),
        None => vm.get_attr(vm.type_of_def(&TOKEN).value(), vm.intern("MISSING")),
    }
}
fn token_repr(vm: &Vm, v: Value) -> PyResult {
    let t = token(vm, v)?;
    let used = if t.used.get() { " used" } else { "" };
    let shown = vm.repr(t.var.get())?;
    Ok(vm.new_str(&format!("<Token{used} var={shown} at {:#x}>", address(v))).value())
}
fn token_enter(_: &Vm, a: &[Value]) -> PyResult {
    Ok(a[0])
}
fn token_exit(vm: &Vm, args: Args) -> PyResult {
    let t = token(vm, args.pos[0])?;
    reset(vm, t.var.get(), t)?;
    Ok(Value::NONE)
}
fn missing_repr(vm: &Vm, _: Value) -> PyResult {
    Ok(vm.intern("<Token.MISSING>").value())
}

/// `Context`
pub static CONTEXT: TypeDef = TypeDef {
    name: "Context",
    module: "_contextvars",
    slots: Slots {
        new: Some(context_new),
        len: Some(context_len),
        getitem: Some(context_getitem),
        contains: Some(context_contains),
        iter: Some(context_iter),
        richcompare: Some(context_compare),
        ..Slots::EMPTY
    },
    methods: &[
        method_var("run", "($self, callable, /, *args, **kwargs)", run, "Run the callable in this context."),
        method("copy", "($self, /)", copy, "Return a shallow copy of the context object."),
        method(
            "get",
            "($self, key, default=None, /)",
            context_get,
            "Return the value for `key` if `key` has the value in the context object.",
        ),
        method("keys", "($self, /)", keys, "Return a list of all variables in the context object."),
        method(
            "values",
            "($self, /)",
            values,
            "Return a list of all variables' values in the context object.",
        ),
        method("items", "($self, /)", items, "Return all variables and their values in the context object."),
    ],
    ..TypeDef::native::<Context>()
};
/// `ContextVar`
pub static VAR: TypeDef = TypeDef {
    name: "ContextVar",
    module: "_contextvars",
    slots: Slots { new: Some(var_new), repr: Some(var_repr), ..Slots::EMPTY },
    methods: &[
        method(
            "get",
            "($self, default=<unrepresentable>, /)",
            var_get,
            "Return a value for the context variable for the current context.",
        ),
        method(
            "set",
            "($self, value, /)",
            var_set,
            "Call to set a new value for the context variable in the current context.",
        ),
        method("reset", "($self, token, /)", var_reset, "Reset the context variable."),
        classmethod("__class_getitem__", "($type, object, /)", class_getitem, "See PEP 585"),
    ],
    getset: &[readonly("name", var_name, "")],
    ..TypeDef::native::<ContextVar>()
};
/// `Token`
pub static TOKEN: TypeDef = TypeDef {
    name: "Token",
    module: "_contextvars",
    flags: flag::IMMUTABLE | flag::NO_NEW,
    slots: Slots { repr: Some(token_repr), ..Slots::EMPTY },
    methods: &[
        method("__enter__", "($self, /)", token_enter, "Enter into Token context manager."),
        method_var(
            "__exit__",
            "($self, type, val, tb, /)",
            token_exit,
            "Exit from Token context manager, restore the linked ContextVar.",
        ),
        classmethod("__class_getitem__", "($type, object, /)", class_getitem, "See PEP 585"),
    ],
    getset: &[readonly("var", token_var, ""), readonly("old_value", token_old, "")],
    ..TypeDef::native::<Token>()
};
/// The type of `Token.MISSING`.
static MISSING: TypeDef = TypeDef {
    name: "Token.MISSING",
    module: "_contextvars",
    slots: Slots { repr: Some(missing_repr), ..Slots::EMPTY },
    ..TypeDef::EMPTY
};

fn init(vm: &Vm, _: Gc<Module>) -> PyResult<()> {
    let missing = vm.new_instance(vm.type_of_def(&MISSING)).value();
    let t = vm.type_of_def(&TOKEN);
    t.dict.get().set_str(vm, vm.intern("MISSING"), missing);
    Ok(())
}
static FUNCTIONS: &[MethodDef] = &[function("copy_context", "($module, /)", copy_context, "")];

/// The module.
pub static MODULE: ModuleDef = ModuleDef {
    name: "_contextvars",
    doc: "Context Variables",
    functions: FUNCTIONS,
    types: &[&CONTEXT, &VAR, &TOKEN],
    init: Some(init),
};
