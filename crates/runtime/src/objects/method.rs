//! `method`: a callable bound to an object.

use crate::kinds::Trace;
use crate::objects::str::Str;
use crate::objects::typ::Type;
use crate::vm::Vm;
use crate::vm::args::Args;
use crate::vm::error::PyResult;
use crate::vm::slots::{CompareOp, Slots};
use crate::vm::typedef::{TypeDef, flag, method, readonly};
use taipan_heap::{Gc, Header, Slot, Tracer, Value};

/// A bound method.
#[repr(C)]
pub struct Method {
    header: Header,
    /// `__func__`
    pub func: Slot<Value>,
    /// `__self__`
    pub this: Slot<Value>,
}

impl Trace for Method {
    fn trace(&self, t: &mut Tracer) {
        t.slot(&self.func);
        t.slot(&self.this);
    }
}

impl Vm {
    /// `func` bound to `this`.
    pub fn new_method(&self, func: Value, this: Value) -> Gc<Method> {
        let ty = self.types.method;
        self.heap.alloc(ty.header_ptr(), ty.shape.get(), |header| Method {
            header,
            func: Slot::new(func),
            this: Slot::new(this),
        })
    }
}

fn this(v: Value) -> Gc<Method> {
    v.cast().expect("methods of methods get methods")
}

fn call(vm: &Vm, f: Value, args: Args) -> PyResult {
    let m = this(f);
    if args.pos.len() < 8 {
        let mut all = [Value::UNBOUND; 8];
        all[0] = m.this.get();
        all[1..=args.pos.len()].copy_from_slice(args.pos);
        return vm.call_args(m.func.get(), Args { pos: &all[..=args.pos.len()], kw: args.kw });
    }
    vm.call_prepend(m.func.get(), m.this.get(), args)
}

fn repr(vm: &Vm, v: Value) -> PyResult {
    let m = this(v);
    let func = m.func.get();
    let mut name = vm.get_attr_opt(func, vm.names.__qualname__)?;
    if name.is_none_or(|n| n.cast::<Str>().is_none()) {
        name = vm.get_attr_opt(func, vm.names.__name__)?;
    }
    let name = name.and_then(|n| n.cast::<Str>()).map_or_else(|| "?".to_owned(), |s| s.to_string());
    let obj = vm.repr(m.this.get())?;
    Ok(vm.new_str(&format!("<bound method {name} of {obj}>")).value())
}

fn compare(vm: &Vm, a: Value, b: Value, op: CompareOp) -> PyResult {
    let (Some(x), Some(y)) = (a.cast::<Method>(), b.cast::<Method>()) else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    let same = x.this.get() == y.this.get() && vm.equal(x.func.get(), y.func.get())?;
    Ok(match op {
        CompareOp::Eq => Value::bool(same),
        CompareOp::Ne => Value::bool(!same),
        _ => Value::NOT_IMPLEMENTED,
    })
}

fn hash(vm: &Vm, v: Value) -> PyResult<i64> {
    let m = this(v);
    let h = (m.this.get().bits() & ((1 << 48) - 1)).rotate_right(4) as i64 ^ vm.hash(m.func.get())?;
    Ok(if h == -1 { -2 } else { h })
}

fn getattro(vm: &Vm, v: Value, name: Gc<Str>) -> PyResult {
    let ty = vm.class_of(v);
    if let Some(f) = vm.type_lookup(ty, name) {
        return match vm.class_of(f).slots.descr_get.get() {
            Some(get) => get(vm, f, v, ty.value()),
            None => Ok(f),
        };
    }
    vm.get_attr(this(v).func.get(), name)
}

fn new(vm: &Vm, _: Gc<Type>, args: Args) -> PyResult {
    let a = args.positional(vm, "method", 2, 2)?;
    if vm.class_of(a[0]).slots.call.get().is_none() {
        return Err(vm.type_error("first argument must be callable"));
    }
    if a[1].is_none() {
        return Err(vm.type_error("instance must not be None"));
    }
    Ok(vm.new_method(a[0], a[1]).value())
}

fn reduce(vm: &Vm, a: &[Value]) -> PyResult {
    let m = this(a[0]);
    let getattr = vm.builtins.get_str(vm, vm.intern("getattr")).unwrap_or(Value::NONE);
    let name = vm.get_attr(m.func.get(), vm.names.__name__)?;
    let args = vm.new_tuple(&[m.this.get(), name]);
    Ok(vm.new_tuple(&[getattr, args.value()]).value())
}

/// The type.
pub static DEF: TypeDef = TypeDef {
    name: "method",
    kind: crate::kinds::METHOD,
    size: size_of::<Method>(),
    flags: flag::IMMUTABLE | flag::WEAKREF,
    slots: Slots {
        call: Some(call),
        repr: Some(repr),
        richcompare: Some(compare),
        hash: Some(hash),
        getattro: Some(getattro),
        descr_get: Some(|_, f, _, _| Ok(f)),
        new: Some(new),
        ..Slots::EMPTY
    },
    methods: &[method("__reduce__", "($self, /)", reduce, "")],
    getset: &[
        readonly(
            "__func__",
            |_, v| Ok(this(v).func.get()),
            "the function (or other callable) implementing a method",
        ),
        readonly("__self__", |_, v| Ok(this(v).this.get()), "the instance to which a method is bound"),
        readonly("__doc__", |vm, v| vm.get_attr(this(v).func.get(), vm.names.__doc__), ""),
    ],
    doc: "method(function, instance, /)\n--\n\nCreate a bound instance method object.",
    ..TypeDef::EMPTY
};
