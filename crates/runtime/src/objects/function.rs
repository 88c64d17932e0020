//! `function`: a Python function. Calls go to the interpreter through `Vm::call_function`.

use crate::kinds::Trace;
use crate::objects::cell::PyCell;
use crate::objects::code::Code;
use crate::objects::dict::Dict;
use crate::objects::instance::extra_slots;
use crate::objects::module::Module;
use crate::objects::str::Str;
use crate::objects::tuple::Tuple;
use crate::objects::typ::Type;
use crate::vm::Vm;
use crate::vm::args::Args;
use crate::vm::error::PyResult;
use crate::vm::slots::Slots;
use crate::vm::typedef::{TypeDef, flag, getset, readonly};
use std::cell::Cell;
use taipan_heap::{Gc, Header, Slot, Tracer, Value};

/// A Python function.
#[repr(C)]
pub struct Function {
    header: Header,
    /// `__code__`
    pub code: Slot<Gc<Code>>,
    /// `__globals__`
    pub globals: Slot<Gc<Dict>>,
    /// `__builtins__`
    pub builtins: Slot<Gc<Dict>>,
    /// `__closure__`: a tuple of cells, or `None`.
    pub closure: Slot<Value>,
    /// `__defaults__`: a tuple, or `None`.
    pub defaults: Slot<Value>,
    /// `__kwdefaults__`: a dict, or `None`.
    pub kwdefaults: Slot<Value>,
    /// `__name__`
    pub name: Slot<Gc<Str>>,
    /// `__qualname__`
    pub qualname: Slot<Gc<Str>>,
    /// `__module__`
    pub module: Slot<Value>,
    /// `__doc__`
    pub doc: Slot<Value>,
    /// `__annotations__`: a dict, a tuple of names and values that becomes one, or unbound.
    pub annotations: Slot<Value>,
    /// `__annotate__`: a callable, or `None`.
    pub annotate: Slot<Value>,
    /// `__type_params__`: a tuple, or unbound for the empty one.
    pub type_params: Slot<Value>,
    /// Changes whenever code, defaults or closure are replaced; 0 before the first replacement.
    pub version: Cell<u32>,
}

impl Trace for Function {
    fn trace(&self, t: &mut Tracer) {
        t.gc(self.code.get());
        t.gc(self.globals.get());
        t.gc(self.builtins.get());
        t.slot(&self.closure);
        t.slot(&self.defaults);
        t.slot(&self.kwdefaults);
        t.gc(self.name.get());
        t.gc(self.qualname.get());
        t.slot(&self.module);
        t.slot(&self.doc);
        t.slot(&self.annotations);
        t.slot(&self.annotate);
        t.slot(&self.type_params);
    }
}

impl Vm {
    /// A new function of `code` with these globals; its builtins are what `__builtins__` in the globals says.
    pub fn new_function(&self, code: Gc<Code>, globals: Gc<Dict>) -> Gc<Function> {
        let builtins = self.builtins_of(globals);
        self.new_function_with(code, globals, builtins)
    }
    /// As [`Vm::new_function`] with the builtins known.
    pub fn new_function_with(&self, code: Gc<Code>, globals: Gc<Dict>, builtins: Gc<Dict>) -> Gc<Function> {
        let named = || globals.get_str(self, self.names.__name__).unwrap_or(Value::NONE);
        let module = if code.unseen { Value::NONE } else { named() };
        // A docstring is made when asked for: see `get_doc`.
        let has_doc = code.has(taipan_bytecode::flags::HAS_DOCSTRING);
        let doc = if has_doc { Value::UNBOUND } else { Value::NONE };
        let p = self.alloc_instance_raw(self.types.function, size_of::<Function>());
        // SAFETY: a fresh cell of that size.
        unsafe {
            let header = p.read();
            p.cast::<Function>().write(Function {
                header,
                code: Slot::new(code),
                globals: Slot::new(globals),
                builtins: Slot::new(builtins),
                closure: Slot::new(Value::NONE),
                defaults: Slot::new(Value::NONE),
                kwdefaults: Slot::new(Value::NONE),
                name: Slot::new(code.name.get()),
                qualname: Slot::new(code.qualname.get()),
                module: Slot::new(module),
                doc: Slot::new(doc),
                annotations: Slot::new(Value::UNBOUND),
                annotate: Slot::new(Value::NONE),
                type_params: Slot::new(Value::UNBOUND),
                version: Cell::new(0),
            });
            Gc::from_header(p)
        }
    }
    /// `__doc__` of a function: its code's docstring until it was set.
    pub fn function_doc(&self, f: Gc<Function>) -> PyResult {
        if f.doc.get().is_unbound() {
            self.fill_code(f.code.get())?;
            f.doc.set(f, f.code.get().consts.get().items()[0]);
        }
        Ok(f.doc.get())
    }
    /// The namespace of builtins for code with these globals; where that is no plain dict, the empty one, which makes
    /// the interpreter ask [`Vm::builtin_of`].
    pub fn builtins_of(&self, globals: Gc<Dict>) -> Gc<Dict> {
        match globals.get_str(self, self.names.__builtins__) {
            Some(v) => match v.cast::<Module>() {
                Some(m) => m.dict.get(),
                None if self.is_exact(v, crate::vm::shape_ids::dict) => v.cast().unwrap_or(*self.builtins),
                None => *self.odd_builtins,
            },
            None => *self.builtins,
        }
    }
    /// A builtin as a function sees it: `__builtins__` of its globals may be any mapping. Builtins that are made at
    /// their first use are found only once they are made.
    pub fn builtin_of(&self, f: Gc<Function>, name: Gc<Str>) -> PyResult<Option<Value>> {
        let builtins = f.builtins.get();
        if builtins != *self.odd_builtins {
            return Ok(builtins.get_str(self, name));
        }
        let Some(odd) = f.globals.get().get_str(self, self.names.__builtins__) else { return Ok(None) };
        match self.getitem(odd, name.value()) {
            Ok(v) => Ok(Some(v)),
            Err(e) if self.raised_is(e, self.types.KeyError) => Ok(None),
            Err(e) => Err(e),
        }
    }
    /// `__builtins__` of a function.
    pub fn function_builtins(&self, f: Gc<Function>) -> Value {
        let builtins = f.builtins.get();
        let odd = builtins == *self.odd_builtins;
        let own = if odd { f.globals.get().get_str(self, self.names.__builtins__) } else { None };
        own.unwrap_or(builtins.value())
    }
}

fn this(v: Value) -> Gc<Function> {
    v.cast().expect("methods of functions get functions")
}

fn call(vm: &Vm, f: Value, args: Args) -> PyResult {
    vm.call_function(this(f), args)
}

fn repr(vm: &Vm, v: Value) -> PyResult {
    let f = this(v);
    Ok(vm.new_str(&format!("<function {} at {:#x}>", f.qualname.get(), f.as_ptr() as usize)).value())
}

fn descr_get(vm: &Vm, f: Value, obj: Value, _owner: Value) -> PyResult {
    if obj.is_unbound() { Ok(f) } else { Ok(vm.new_method(f, obj).value()) }
}

fn new(vm: &Vm, ty: Gc<Type>, args: Args) -> PyResult {
    let [code, globals, name, defaults, closure, kwdefaults] =
        args.bind(vm, "function", "(code, globals, name=None, argdefs=None, closure=None, kwdefaults=None)")?;
    let _ = ty;
    let Some(code) = code.cast::<Code>() else {
        return Err(
            vm.type_error(format!("function() argument 'code' must be code, not {}", vm.type_name(code)))
        );
    };
    let Some(globals) = globals.cast::<Dict>() else {
        return Err(vm.type_error(format!(
            "function() argument 'globals' must be dict, not {}",
            vm.type_name(globals)
        )));
    };
    let f = vm.new_function(code, globals);
    let name = name.or_none();
    if !name.is_none() {
        let Some(n) = name.cast::<Str>() else {
            return Err(vm.type_error("arg 3 (name) must be None or string"));
        };
        f.name.set(f, n);
    }
    let defaults = defaults.or_none();
    if !defaults.is_none() && defaults.cast::<Tuple>().is_none() {
        return Err(vm.type_error("arg 4 (defaults) must be None or tuple"));
    }
    f.defaults.set(f, defaults);
    let closure = closure.or_none();
    let nfree = code.data.freevars.len();
    match closure.cast::<Tuple>() {
        Some(t) => {
            if t.len() != nfree {
                return Err(vm.value_error(format!(
                    "{} requires closure of length {nfree}, not {}",
                    code.name.get(),
                    t.len()
                )));
            }
            for &c in t.items() {
                if c.cast::<PyCell>().is_none() {
                    return Err(
                        vm.type_error(format!("arg 5 (closure) expected cell, found {}", vm.type_name(c)))
                    );
                }
            }
        }
        None if !closure.is_none() => return Err(vm.type_error("arg 5 (closure) must be None or tuple")),
        None if nfree > 0 => return Err(vm.type_error("arg 5 (closure) must be tuple")),
        None => {}
    }
    f.closure.set(f, closure);
    let kwdefaults = kwdefaults.or_none();
    if !kwdefaults.is_none() && kwdefaults.cast::<Dict>().is_none() {
        return Err(vm.type_error("arg 6 (kwdefaults) must be None or dict"));
    }
    f.kwdefaults.set(f, kwdefaults);
    Ok(f.value())
}

fn bump(vm: &Vm, f: Gc<Function>) {
    f.version.set(f.version.get().wrapping_add(1));
    vm.watched_function_changed(f);
}

fn set_code(vm: &Vm, v: Value, x: Value) -> PyResult<()> {
    let f = this(v);
    let Some(c) = x.cast::<Code>() else {
        return Err(vm.type_error("__code__ must be set to a code object"));
    };
    let have = f.closure.get().cast::<Tuple>().map_or(0, |t| t.len());
    let want = c.data.freevars.len();
    if have != want {
        return Err(vm.value_error(format!(
            "{}() requires a code object with {have} free vars, not {want}",
            f.name.get()
        )));
    }
    vm.function_doc(f)?;
    f.code.set(f, c);
    bump(vm, f);
    Ok(())
}

fn set_name(vm: &Vm, v: Value, x: Value) -> PyResult<()> {
    match x.cast::<Str>() {
        Some(s) => this(v).name.set(this(v), s),
        None => return Err(vm.type_error("__name__ must be set to a string object")),
    }
    Ok(())
}
fn set_qualname(vm: &Vm, v: Value, x: Value) -> PyResult<()> {
    match x.cast::<Str>() {
        Some(s) => this(v).qualname.set(this(v), s),
        None => return Err(vm.type_error("__qualname__ must be set to a string object")),
    }
    Ok(())
}
fn set_defaults(vm: &Vm, v: Value, x: Value) -> PyResult<()> {
    let x = x.or_none();
    if !x.is_none() && x.cast::<Tuple>().is_none() {
        return Err(vm.type_error("__defaults__ must be set to a tuple object"));
    }
    this(v).defaults.set(this(v), x);
    bump(vm, this(v));
    Ok(())
}
fn set_kwdefaults(vm: &Vm, v: Value, x: Value) -> PyResult<()> {
    let x = x.or_none();
    if !x.is_none() && x.cast::<Dict>().is_none() {
        return Err(vm.type_error("__kwdefaults__ must be set to a dict object"));
    }
    this(v).kwdefaults.set(this(v), x);
    bump(vm, this(v));
    Ok(())
}

fn annotations(vm: &Vm, v: Value) -> PyResult {
    let f = this(v);
    let a = f.annotations.get();
    if a.cast::<Dict>().is_some() {
        return Ok(a);
    }
    let d = if let Some(pairs) = a.cast::<Tuple>() {
        let d = vm.new_dict();
        for p in pairs.items().chunks_exact(2) {
            d.set(vm, p[0], p[1])?;
        }
        d.value()
    } else if f.annotate.get().is_none() {
        vm.new_dict().value()
    } else {
        let d = vm.call(f.annotate.get(), &[Value::int(1)])?;
        if d.cast::<Dict>().is_none() {
            return Err(vm.type_error(format!("__annotate__() must return a dict, not {}", vm.type_name(d))));
        }
        d
    };
    f.annotations.set(f, d);
    Ok(d)
}
fn set_annotations(vm: &Vm, v: Value, x: Value) -> PyResult<()> {
    let f = this(v);
    let x = x.or_none();
    if !x.is_none() && x.cast::<Dict>().is_none() {
        return Err(vm.type_error("__annotations__ must be set to a dict object"));
    }
    f.annotations.set(f, if x.is_none() { Value::UNBOUND } else { x });
    f.annotate.set(f, Value::NONE);
    Ok(())
}
fn set_annotate(vm: &Vm, v: Value, x: Value) -> PyResult<()> {
    let f = this(v);
    if x.is_unbound() {
        return Err(vm.type_error("__annotate__ cannot be deleted"));
    }
    if !x.is_none() {
        if vm.class_of(x).slots.call.get().is_none() {
            return Err(vm.type_error("__annotate__ must be callable or None"));
        }
        f.annotations.set(f, Value::UNBOUND);
    }
    f.annotate.set(f, x);
    Ok(())
}
fn type_params(vm: &Vm, v: Value) -> PyResult {
    Ok(this(v).type_params.get().bound().unwrap_or_else(|| vm.new_tuple(&[]).value()))
}
fn set_type_params(vm: &Vm, v: Value, x: Value) -> PyResult<()> {
    if x.cast::<Tuple>().is_none() {
        return Err(vm.type_error("__type_params__ must be set to a tuple"));
    }
    this(v).type_params.set(this(v), x);
    Ok(())
}
/// The dict of attributes in the extra value behind a builtin layout, made on demand.
pub(crate) fn extra_dict(vm: &Vm, v: Value) -> PyResult {
    // SAFETY: called for heap objects whose type says that they have a dict.
    let h = unsafe { &*v.as_header() };
    let s = &extra_slots(h)[0];
    if s.get().is_unbound() {
        let d = vm.new_dict().value();
        s.set(h, d);
    }
    Ok(s.get())
}
fn set_dict(vm: &Vm, v: Value, x: Value) -> PyResult<()> {
    if x.is_unbound() {
        return Err(vm.type_error("cannot delete __dict__"));
    }
    if x.cast::<Dict>().is_none() {
        return Err(
            vm.type_error(format!("__dict__ must be set to a dictionary, not a '{}'", vm.type_name(x)))
        );
    }
    // SAFETY: functions are heap objects.
    let h = unsafe { &*v.as_header() };
    extra_slots(h)[0].set(h, x);
    Ok(())
}

/// The type.
pub static DEF: TypeDef = TypeDef {
    name: "function",
    kind: crate::kinds::FUNCTION,
    size: size_of::<Function>(),
    flags: flag::IMMUTABLE | flag::HAS_DICT | flag::WEAKREF | flag::METHOD_DESCR,
    slots: Slots {
        call: Some(call),
        repr: Some(repr),
        descr_get: Some(descr_get),
        new: Some(new),
        ..Slots::EMPTY
    },
    getset: &[
        getset("__code__", |_, v| Ok(this(v).code.get().value()), set_code, ""),
        getset("__defaults__", |_, v| Ok(this(v).defaults.get()), set_defaults, ""),
        getset("__kwdefaults__", |_, v| Ok(this(v).kwdefaults.get()), set_kwdefaults, ""),
        getset("__annotations__", annotations, set_annotations, "Dict of annotations in a function object."),
        getset(
            "__annotate__",
            |_, v| Ok(this(v).annotate.get()),
            set_annotate,
            "Get the code object for a function.",
        ),
        getset(
            "__type_params__",
            type_params,
            set_type_params,
            "Get the declared type parameters for a function.",
        ),
        getset("__name__", |_, v| Ok(this(v).name.get().value()), set_name, ""),
        getset("__qualname__", |_, v| Ok(this(v).qualname.get().value()), set_qualname, ""),
        getset(
            "__module__",
            |_, v| Ok(this(v).module.get()),
            |_, v, x| {
                this(v).module.set(this(v), x.or_none());
                Ok(())
            },
            "",
        ),
        getset(
            "__doc__",
            |vm, v| vm.function_doc(this(v)),
            |_, v, x| {
                this(v).doc.set(this(v), x.or_none());
                Ok(())
            },
            "",
        ),
        getset("__dict__", extra_dict, set_dict, ""),
        readonly("__closure__", |_, v| Ok(this(v).closure.get()), ""),
        readonly("__globals__", |_, v| Ok(this(v).globals.get().value()), ""),
        readonly("__builtins__", |vm, v| Ok(vm.function_builtins(this(v))), ""),
    ],
    doc: "function(code, globals, name=None, argdefs=None, closure=None,\n         kwdefaults=None)\n--\n\nCreate a function object.\n\n  code\n    a code object\n  globals\n    the globals dictionary\n  name\n    a string that overrides the name from the code object\n  argdefs\n    a tuple that specifies the default argument values\n  closure\n    a tuple that supplies the bindings for free variables\n  kwdefaults\n    a dictionary that specifies the default keyword argument values",
    ..TypeDef::EMPTY
};
