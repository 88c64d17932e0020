//! `enumerate` and `reversed`.

use crate::kinds::Trace;
use crate::objects::int_util as big;
use crate::objects::iter::{HINT_DOC, REDUCE_DOC, SETSTATE_DOC, itself};
use crate::objects::typ::Type;
use crate::vm::Vm;
use crate::vm::args::Args;
use crate::vm::error::PyResult;
use crate::vm::slots::Slots;
use crate::vm::typedef::{MethodDef, NativeObject, TypeDef, classmethod, flag, method};
use std::cell::Cell;
use taipan_heap::{Gc, Header, Slot, Tracer, Value};

/// An `enumerate`.
#[repr(C)]
pub struct Enumerate {
    header: Header,
    /// The iterator underneath.
    pub iter: Slot<Value>,
    /// The next number, if it fits; otherwise `long` holds it.
    pub index: Cell<i64>,
    /// Unbound, or the next number as an int of any size.
    pub long: Slot<Value>,
}

impl Trace for Enumerate {
    fn trace(&self, t: &mut Tracer) {
        t.slot(&self.iter);
        t.slot(&self.long);
    }
}

/// A `reversed` over the sequence protocol.
#[repr(C)]
pub struct Reversed {
    header: Header,
    /// The sequence; unbound when exhausted.
    seq: Slot<Value>,
    /// Index of the next item, or -1.
    index: Cell<isize>,
}

impl Trace for Reversed {
    fn trace(&self, t: &mut Tracer) {
        t.slot(&self.seq);
    }
}
// SAFETY: `repr(C)`, header first.
unsafe impl NativeObject for Reversed {
    const DEF: &'static TypeDef = &REVERSED;
}

impl Enumerate {
    /// The next number.
    #[inline]
    pub fn count(&self, vm: &Vm) -> Value {
        let long = self.long.get();
        if long.is_unbound() {
            let i = self.index.get();
            match i.checked_add(1) {
                Some(n) => self.index.set(n),
                None => self.long.set(self, big::add(vm, vm.new_int(i), Value::int(1))),
            }
            return vm.new_int(i);
        }
        self.long.set(self, big::add(vm, long, Value::int(1)));
        long
    }
}

fn new(vm: &Vm, ty: Gc<Type>, args: Args) -> PyResult {
    if args.pos.is_empty() && args.kw.get("iterable").is_none() {
        return Err(vm.type_error("enumerate() missing required argument 'iterable'"));
    }
    let [iterable, start] = args.bind(vm, "enumerate", "(iterable, start=0)")?;
    let (index, long) = if start.is_unbound() {
        (0, Value::UNBOUND)
    } else {
        let start = big::exact(vm, vm.index(start)?);
        match big::to_i64(start) {
            Some(i) => (i, Value::UNBOUND),
            None => (0, start),
        }
    };
    let iter = vm.get_iter(iterable)?;
    let p = vm.alloc_instance_raw(ty, size_of::<Enumerate>());
    // SAFETY: a fresh cell of that size.
    unsafe {
        let header = p.read();
        p.cast::<Enumerate>().write(Enumerate {
            header,
            iter: Slot::new(iter),
            index: Cell::new(index),
            long: Slot::new(long),
        });
    }
    Ok(Value::from_header(p))
}
fn this(v: Value) -> Gc<Enumerate> {
    v.cast::<Enumerate>().expect("slots and methods of enumerate get such")
}
fn next(vm: &Vm, v: Value) -> PyResult<Option<Value>> {
    let e = this(v);
    let Some(x) = vm.iter_step(e.iter.get())? else { return Ok(None) };
    let i = e.count(vm);
    Ok(Some(vm.new_tuple(&[i, x]).value()))
}
fn reduce(vm: &Vm, a: &[Value]) -> PyResult {
    let e = this(a[0]);
    let n = match e.long.get() {
        v if v.is_unbound() => vm.new_int(e.index.get()),
        v => v,
    };
    let args = vm.new_tuple(&[e.iter.get(), n]);
    Ok(vm.new_tuple(&[vm.class_of(a[0]).value(), args.value()]).value())
}

fn new_reversed(vm: &Vm, ty: Gc<Type>, args: Args) -> PyResult {
    if vm.inherits_init(ty, vm.types.reversed) {
        args.no_keywords(vm, "reversed")?;
    }
    let a = Args::new(args.pos).positional(vm, "reversed", 1, 1)?;
    let seq = a[0];
    if let Some(f) = vm.type_lookup(vm.class_of(seq), vm.names.__reversed__) {
        if f.is_none() {
            return Err(vm.type_error(format!("'{}' object is not reversible", vm.type_name(seq))));
        }
        if let Some(f) = vm.lookup_special(seq, vm.names.__reversed__)? {
            return vm.call(f, &[]);
        }
    }
    let slots = &vm.class_of(seq).slots;
    if slots.getitem.get().is_none()
        || slots.len.get().is_none()
        || vm.class_of(seq).is_subtype(vm.types.dict)
    {
        return Err(vm.type_error(format!("'{}' object is not reversible", vm.type_name(seq))));
    }
    let n = vm.len(seq)?;
    Ok(vm
        .new_native_of(ty, |header| Reversed {
            header,
            seq: Slot::new(seq),
            index: Cell::new(n as isize - 1),
        })
        .value())
}
fn rev(vm: &Vm, v: Value) -> Gc<Reversed> {
    vm.native::<Reversed>(v).expect("slots and methods of reversed get such")
}
fn rev_next(vm: &Vm, v: Value) -> PyResult<Option<Value>> {
    let r = rev(vm, v);
    let (seq, i) = (r.seq.get(), r.index.get());
    if seq.is_unbound() {
        return Ok(None);
    }
    if i >= 0 {
        match vm.getitem(seq, vm.new_int(i as i64)) {
            Ok(x) => {
                r.index.set(i - 1);
                return Ok(Some(x));
            }
            Err(e) if vm.raised_is(e, vm.types.IndexError) || vm.raised_is(e, vm.types.StopIteration) => {}
            Err(e) => return Err(e),
        }
    }
    r.index.set(-1);
    r.seq.set(r, Value::UNBOUND);
    Ok(None)
}
fn rev_hint(vm: &Vm, a: &[Value]) -> PyResult {
    let r = rev(vm, a[0]);
    if r.seq.get().is_unbound() {
        return Ok(Value::int(0));
    }
    let (n, want) = (vm.len(r.seq.get())? as isize, r.index.get() + 1);
    Ok(vm.new_int(if n < want { 0 } else { want } as i64))
}
fn rev_reduce(vm: &Vm, a: &[Value]) -> PyResult {
    let r = rev(vm, a[0]);
    let ty = vm.class_of(a[0]).value();
    Ok(if r.seq.get().is_unbound() {
        let args = vm.new_tuple(&[vm.new_tuple(&[]).value()]);
        vm.new_tuple(&[ty, args.value()]).value()
    } else {
        let args = vm.new_tuple(&[r.seq.get()]).value();
        vm.new_tuple(&[ty, args, vm.new_int(r.index.get() as i64)]).value()
    })
}
fn rev_setstate(vm: &Vm, a: &[Value]) -> PyResult {
    let r = rev(vm, a[0]);
    let i = vm.index_ssize(a[1])?;
    if !r.seq.get().is_unbound() {
        let n = vm.len(r.seq.get())? as isize;
        r.index.set(i.clamp(-1, (n - 1).max(-1)));
    }
    Ok(Value::NONE)
}

pub use crate::objects::generic_alias::class_getitem;
const GENERIC_DOC: &str = "See PEP 585";

static METHODS: &[MethodDef] = &[
    method("__reduce__", "($self, /)", reduce, REDUCE_DOC),
    classmethod("__class_getitem__", "($type, object, /)", class_getitem, GENERIC_DOC),
];
static REV_METHODS: &[MethodDef] = &[
    method("__length_hint__", "($self, /)", rev_hint, HINT_DOC),
    method("__reduce__", "($self, /)", rev_reduce, REDUCE_DOC),
    method("__setstate__", "($self, object, /)", rev_setstate, SETSTATE_DOC),
];

/// `enumerate`
pub static DEF: TypeDef = TypeDef {
    name: "enumerate",
    kind: crate::kinds::ENUMERATE,
    size: size_of::<Enumerate>(),
    flags: flag::IMMUTABLE | flag::BASETYPE,
    slots: Slots { new: Some(new), iter: Some(itself), iternext: Some(next), ..Slots::EMPTY },
    methods: METHODS,
    doc: "enumerate(iterable, start=0)\n--\n\nReturn an enumerate object.\n\n  iterable\n    an object supporting iteration\n\nThe enumerate object yields pairs containing a count (from start, which\ndefaults to zero) and a value yielded by the iterable argument.\n\nenumerate is useful for obtaining an indexed list:\n    (0, seq[0]), (1, seq[1]), (2, seq[2]), ...",
    ..TypeDef::EMPTY
};
/// `reversed`
pub static REVERSED: TypeDef = TypeDef {
    name: "reversed",
    flags: flag::IMMUTABLE | flag::BASETYPE,
    slots: Slots { new: Some(new_reversed), iter: Some(itself), iternext: Some(rev_next), ..Slots::EMPTY },
    methods: REV_METHODS,
    doc: "reversed(object, /)\n--\n\nReturn a reverse iterator over the values of the given sequence.",
    ..TypeDef::native::<Reversed>()
};
