//! Exceptions: one layout for all of them.
//!
//! Fields that only some exceptions have (`OSError.errno`, `StopIteration.value`, `SyntaxError.lineno`, ...) are
//! in `fields`, a tuple-like buffer whose meaning the type's getters know.

pub mod families;
pub mod groups;
pub mod os;
pub mod types;
pub mod unicode;

use crate::kinds::Trace;
use crate::objects::dict::Dict;
use crate::objects::tuple::Tuple;
use crate::objects::typ::Type;
use crate::vm::Vm;
use crate::vm::args::Args;
use crate::vm::error::PyResult;
use crate::vm::exec::Regs;
use crate::vm::slots::Slots;
use crate::vm::typedef::{GetSetDef, MethodDef, getset, method};
use std::cell::Cell;
use taipan_heap::{Gc, Header, Slot, Tracer, Value, ValueBuf};

/// An instance of a subclass of `BaseException`.
#[repr(C)]
pub struct Exception {
    header: Header,
    /// `args`
    pub args: Slot<Gc<Tuple>>,
    /// `__traceback__`
    pub traceback: Slot<Value>,
    /// `__context__`
    pub context: Slot<Value>,
    /// `__cause__`
    pub cause: Slot<Value>,
    /// `__suppress_context__`
    pub suppress_context: Cell<bool>,
    /// Made by native code to be raised, which nobody has seen yet.
    pub fresh: Cell<bool>,
    /// The instruction of the frame `quiet_in`.
    pub quiet_at: Cell<u32>,
    /// The frame that caught the exception which it raised itself, as long as nobody looked at the exception: its
    /// traceback is made when somebody does ([`Vm::settle`]). Null for all others.
    pub quiet_in: Cell<Regs>,
    /// Type-specific fields: unbound, or a `ValueBuf`.
    pub fields: Slot<Value>,
}

impl Trace for Exception {
    fn trace(&self, t: &mut Tracer) {
        t.gc(self.args.get());
        t.slot(&self.traceback);
        t.slot(&self.context);
        t.slot(&self.cause);
        t.slot(&self.fields);
    }
}

impl Exception {
    /// Type-specific field `i`, `UNBOUND` if it was never set.
    pub fn field(&self, i: usize) -> Value {
        self.fields.get().cast::<ValueBuf>().map_or(Value::UNBOUND, |b| b.at(i))
    }
    /// Sets type-specific field `i` (0..[`FIELDS`]).
    pub fn set_field(&self, vm: &Vm, i: usize, v: Value) {
        let buf = match self.fields.get().cast::<ValueBuf>() {
            Some(b) => b,
            None => {
                let b = ValueBuf::new(&vm.heap, FIELDS);
                (0..FIELDS).for_each(|i| b.put(i, Value::UNBOUND));
                self.fields.set(self, b.value());
                b
            }
        };
        buf.put(i, v);
    }
}

/// Number of type-specific fields that any exception has room for.
pub const FIELDS: usize = 10;

/// What a family of exception types adds to its base; a row of `types.rs` may name one.
pub struct Family {
    /// Slots.
    pub slots: Slots,
    /// Methods.
    pub methods: &'static [MethodDef],
    /// Attributes.
    pub getset: &'static [GetSetDef],
}

impl Family {
    /// Nothing added.
    pub const NONE: Family = Family { slots: Slots::EMPTY, methods: &[], getset: &[] };
}

/// Reads field `I`; `None` if it was never set.
pub fn get_field<const I: usize>(_: &Vm, e: Value) -> PyResult {
    Ok(this(e).field(I).or_none())
}
/// Writes field `I`; deleting makes it `None` again.
pub fn set_field<const I: usize>(vm: &Vm, e: Value, v: Value) -> PyResult<()> {
    this(e).set_field(vm, I, v);
    Ok(())
}

/// The row of an attribute kept in field `I`.
pub const fn field<const I: usize>(name: &'static str, doc: &'static str) -> GetSetDef {
    getset(name, get_field::<I>, set_field::<I>, doc)
}

/// `e` as an exception, where the slot or method belongs to exception types.
pub(crate) fn this(e: Value) -> Gc<Exception> {
    // SAFETY: slots and methods of exception types are called on instances of them only.
    unsafe { e.cast_unchecked() }
}

/// An exception of type `ty` without arguments; only the layout is initialised.
pub fn alloc(vm: &Vm, ty: Gc<Type>, args: Gc<Tuple>) -> Gc<Exception> {
    let p = vm.alloc_instance_raw(ty, size_of::<Exception>());
    // SAFETY: a fresh cell of that size.
    unsafe {
        let header = p.read();
        p.cast::<Exception>().write(Exception {
            header,
            args: Slot::new(args),
            traceback: Slot::new(Value::NONE),
            context: Slot::new(Value::NONE),
            cause: Slot::new(Value::NONE),
            suppress_context: Cell::new(false),
            fresh: Cell::new(false),
            quiet_at: Cell::new(0),
            quiet_in: Cell::new(std::ptr::null_mut()),
            fields: Slot::new(Value::UNBOUND),
        });
        Gc::from_header(p)
    }
}

/// An exception of the builtin type `ty` with these arguments, made by the type's own native `new` and `init`.
/// Where those fail (which a caller with proper arguments does not see) the arguments alone are kept.
pub fn create(vm: &Vm, ty: Gc<Type>, args: &[Value]) -> Gc<Exception> {
    let made = match ty.slots.new.get() {
        Some(new) => new(vm, ty, Args::new(args)).ok(),
        None => None,
    };
    let e = match made.and_then(|v| v.cast::<Exception>()) {
        Some(e) => e,
        None => alloc(vm, ty, vm.new_tuple(args)),
    };
    if let Some(init) = ty.slots.init.get() {
        let _ = init(vm, e.value(), Args::new(args));
    }
    e.fresh.set(true);
    e
}

fn base_new(vm: &Vm, ty: Gc<Type>, args: Args) -> PyResult {
    Ok(alloc(vm, ty, vm.new_tuple(args.pos)).value())
}

fn base_init(vm: &Vm, e: Value, args: Args) -> PyResult<()> {
    if !args.kw.is_empty() {
        args.no_keywords(vm, &vm.type_name(e))?;
    }
    if args.pos == this(e).args.get().items() {
        return Ok(());
    }
    let t = vm.new_tuple(args.pos);
    this(e).args.set(this(e), t);
    Ok(())
}

fn base_str(vm: &Vm, e: Value) -> PyResult {
    let args = this(e).args.get();
    Ok(match args.items() {
        [] => vm.intern("").value(),
        [one] => vm.str(*one)?.value(),
        _ => vm.repr(args.value())?.value(),
    })
}

fn base_repr(vm: &Vm, e: Value) -> PyResult {
    let args = this(e).args.get();
    let mut text = vm.type_name(e).into_bytes();
    if let [one] = args.items() {
        text.push(b'(');
        text.extend(vm.repr(*one)?.as_bytes());
        text.push(b')');
    } else {
        text.extend(vm.repr(args.value())?.as_bytes());
    }
    // SAFETY: joined from well-formed pieces.
    Ok(unsafe { vm.new_str_wtf8_counted(&text, super::str::count_chars(&text)) }.value())
}

/// The instance's dict, if something was put into it.
pub(crate) fn dict_of(e: Value) -> Option<Gc<Dict>> {
    super::instance::extra_slots(this(e).header()).first()?.get().cast::<Dict>()
}

fn reduce(vm: &Vm, a: &[Value]) -> PyResult {
    let e = a[0];
    let ty = vm.class_of(e).value();
    let args = this(e).args.get().value();
    Ok(match dict_of(e) {
        Some(d) if !d.is_empty() => vm.new_tuple(&[ty, args, d.value()]),
        _ => vm.new_tuple(&[ty, args]),
    }
    .value())
}

fn setstate(vm: &Vm, a: &[Value]) -> PyResult {
    if a[1].is_none() {
        return Ok(Value::NONE);
    }
    let Some(d) = a[1].cast::<Dict>() else { return Err(vm.type_error("state is not a dictionary")) };
    let mut pos = 0;
    while let Some(item) = d.next_entry(&mut pos) {
        let Some(name) = item.key.cast::<super::str::Str>() else {
            return Err(vm.type_error("attribute name must be string"));
        };
        vm.set_attr(a[0], vm.intern_str(name), item.value)?;
    }
    Ok(Value::NONE)
}

fn with_traceback(vm: &Vm, a: &[Value]) -> PyResult {
    set_traceback(vm, a[0], a[1])?;
    Ok(a[0])
}

fn add_note(vm: &Vm, a: &[Value]) -> PyResult {
    if a[1].cast::<super::str::Str>().is_none() {
        return Err(vm.type_error(format!("add_note() argument must be str, not {}", vm.type_name(a[1]))));
    }
    let notes = match vm.get_attr_opt(a[0], vm.names.__notes__)? {
        Some(n) => n,
        None => {
            let l = vm.new_list(&[]).value();
            vm.set_attr(a[0], vm.names.__notes__, l)?;
            l
        }
    };
    if notes.cast::<super::list::List>().is_none() {
        return Err(vm.type_error("Cannot add note: __notes__ is not a list"));
    }
    vm.call_method(notes, vm.names.append, &[a[1]])?;
    Ok(Value::NONE)
}

fn get_args(_: &Vm, e: Value) -> PyResult {
    Ok(this(e).args.get().value())
}
fn set_args(vm: &Vm, e: Value, v: Value) -> PyResult<()> {
    if v.is_unbound() {
        return Err(vm.type_error("args may not be deleted"));
    }
    let items = vm.collect(v)?;
    this(e).args.set(this(e), vm.new_tuple(&items));
    Ok(())
}
fn get_traceback(_: &Vm, e: Value) -> PyResult {
    Ok(this(e).traceback.get())
}
fn set_traceback(vm: &Vm, e: Value, v: Value) -> PyResult<()> {
    if v.is_unbound() {
        return Err(vm.type_error("__traceback__ may not be deleted"));
    }
    if !v.is_none() && vm.type_name(v) != "traceback" {
        return Err(vm.type_error("__traceback__ must be a traceback or None"));
    }
    this(e).traceback.set(this(e), v);
    Ok(())
}

fn check_link(vm: &Vm, v: Value, name: &str, what: &str) -> PyResult<()> {
    if v.is_unbound() {
        return Err(vm.type_error(format!("{name} may not be deleted")));
    }
    if !v.is_none() && v.cast::<Exception>().is_none() {
        return Err(vm.type_error(format!("exception {what} must be None or derive from BaseException")));
    }
    Ok(())
}
fn get_context(_: &Vm, e: Value) -> PyResult {
    Ok(this(e).context.get())
}
fn set_context(vm: &Vm, e: Value, v: Value) -> PyResult<()> {
    check_link(vm, v, "__context__", "context")?;
    this(e).context.set(this(e), v);
    Ok(())
}
fn get_cause(_: &Vm, e: Value) -> PyResult {
    Ok(this(e).cause.get())
}
fn set_cause(vm: &Vm, e: Value, v: Value) -> PyResult<()> {
    check_link(vm, v, "__cause__", "cause")?;
    this(e).cause.set(this(e), v);
    this(e).suppress_context.set(true);
    Ok(())
}
fn get_suppress(_: &Vm, e: Value) -> PyResult {
    Ok(Value::bool(this(e).suppress_context.get()))
}
fn set_suppress(vm: &Vm, e: Value, v: Value) -> PyResult<()> {
    if v.is_unbound() {
        return Err(vm.type_error("can't delete numeric/char attribute"));
    }
    if !v.is_bool() {
        return Err(vm.type_error("attribute value type must be bool"));
    }
    this(e).suppress_context.set(v.is_true());
    Ok(())
}

/// What `BaseException` itself defines.
pub const BASE: Family = Family {
    slots: Slots {
        new: Some(base_new),
        init: Some(base_init),
        str: Some(base_str),
        repr: Some(base_repr),
        ..Slots::EMPTY
    },
    methods: &[
        method("__reduce__", "($self, /)", reduce, "Helper for pickle."),
        method("__setstate__", "($self, object, /)", setstate, ""),
        method(
            "with_traceback",
            "($self, object, /)",
            with_traceback,
            "Set self.__traceback__ to tb and return self.",
        ),
        method("add_note", "($self, object, /)", add_note, "Add a note to the exception"),
    ],
    getset: &[
        getset("args", get_args, set_args, ""),
        getset("__traceback__", get_traceback, set_traceback, ""),
        getset("__context__", get_context, set_context, "exception context"),
        getset("__cause__", get_cause, set_cause, "exception cause"),
        getset("__suppress_context__", get_suppress, set_suppress, ""),
    ],
};
