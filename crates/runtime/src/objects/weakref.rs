//! Weak references: `weakref.ref` on the heap's weak cells, and `proxy`.
//!
//! In: a target whose type permits weak references ([`flag::WEAKREF`]). Out: an object through which the target
//! is found while it lives. The collector clears the cell and queues those with a callback; `Vm::run_pending`
//! (`finalize.rs`) calls them.
//!
//! The hash of a reference is its target's, remembered once asked for; two references are equal when their live
//! targets are, and otherwise when they are the same object.

use crate::kinds::Trace;
use crate::objects::typ::Type;
use crate::vm::Vm;
use crate::vm::args::Args;
use crate::vm::error::PyResult;
use crate::vm::slots::{CompareOp, Slots};
use crate::vm::typedef::{TypeDef, flag, readonly};
use std::cell::Cell;
use taipan_heap::{Gc, Slot, Tracer, Value, WeakCell, flags};

/// A weak reference (`weakref.ref`, its subclasses, and proxies).
#[repr(C)]
pub struct WeakRef {
    /// What the collector knows: header, target and callback.
    pub cell: WeakCell,
    /// The target's hash once asked for, or unbound.
    hash: Cell<Option<i64>>,
}

impl Trace for WeakRef {
    fn trace(&self, t: &mut Tracer) {
        t.slot(&self.cell.callback);
    }
}

impl WeakRef {
    /// The target while it lives.
    pub fn target(&self) -> Option<Value> {
        let p = self.cell.referent.get();
        (!p.is_null()).then(|| Value::from_header(p))
    }
}

impl Vm {
    /// A new weak reference object of type `ty` (a weak reference type).
    pub fn new_weak(&self, ty: Gc<Type>, target: Value, callback: Value) -> Gc<WeakRef> {
        let w = self.alloc_of(ty, |header| WeakRef {
            cell: WeakCell { header, referent: Cell::new(target.as_header()), callback: Slot::new(callback) },
            hash: Cell::new(None),
        });
        // SAFETY: a live object.
        unsafe { (*target.as_header()).set(flags::HAS_WEAKREF) };
        self.heap.register_weak(w.as_ptr().cast());
        w
    }
    /// The direct subclasses of a type that are alive, in order of creation.
    pub fn subclasses(&self, ty: Gc<Type>) -> taipan_heap::GcVec {
        let mut out = taipan_heap::GcVec::new();
        for &v in ty.subclasses.borrow().iter() {
            match v.cast::<WeakRef>() {
                Some(w) => w.target().into_iter().for_each(|t| out.push(&self.heap, t)),
                None => out.push(&self.heap, v),
            }
        }
        out
    }
    /// May weak references to `v` be made?
    pub fn weak_referenceable(&self, v: Value) -> bool {
        v.is_ptr() && self.class_of(v).has(flag::WEAKREF)
    }
    /// All weak references to `v` that Python code can see.
    pub fn weak_refs(&self, v: Value) -> taipan_heap::GcVec {
        let mut out = taipan_heap::GcVec::new();
        // SAFETY: a live object, where it is one.
        if !v.is_ptr() || !unsafe { (*v.as_header()).has(flags::HAS_WEAKREF) } {
            return out;
        }
        self.heap.without_gc(|| {
            for w in self.heap.weak_cells(v.as_header()) {
                let w = Value::from_header(w.cast());
                if !std::ptr::eq(self.class_of(w).as_ptr(), self.types.weak_cell.as_ptr()) {
                    out.push(&self.heap, w);
                }
            }
        });
        out
    }
}

/// The reference without callback that `ref(v)` gives out again, or any.
pub fn first_ref(vm: &Vm, v: Value) -> Option<Value> {
    vm.weak_refs(v).first().copied()
}
/// An existing reference of exactly type `ty` to `v` without a callback.
pub(crate) fn reusable(vm: &Vm, ty: Gc<Type>, v: Value) -> Option<Value> {
    vm.weak_refs(v).iter().copied().find(|&w| {
        std::ptr::eq(vm.class_of(w).as_ptr(), ty.as_ptr())
            && w.cast::<WeakRef>().is_some_and(|w| w.cell.callback.get().is_none())
    })
}
pub(crate) fn check_target(vm: &Vm, v: Value) -> PyResult<()> {
    if vm.weak_referenceable(v) {
        Ok(())
    } else {
        Err(vm.type_error(format!("cannot create weak reference to '{}' object", vm.type_name(v))))
    }
}
fn this(v: Value) -> Gc<WeakRef> {
    v.cast().expect("methods of weak references get weak references")
}

fn ref_new(vm: &Vm, ty: Gc<Type>, args: Args) -> PyResult {
    // Subclasses may take more arguments, keywords included, in their own `__init__`.
    let exact = std::ptr::eq(ty.as_ptr(), vm.types.weakref.as_ptr());
    if exact {
        args.no_keywords(vm, "ref")?;
    }
    crate::vm::args::check_positional(vm, "__new__", args.pos.len(), 1, 2)?;
    let callback = args.pos.get(1).copied().unwrap_or(Value::NONE);
    let target = args.pos[0];
    check_target(vm, target)?;
    if exact
        && callback.is_none()
        && let Some(w) = reusable(vm, ty, target)
    {
        return Ok(w);
    }
    Ok(vm.new_weak(ty, target, callback).value())
}
fn ref_init(vm: &Vm, _: Value, args: Args) -> PyResult<()> {
    args.no_keywords(vm, "ref")?;
    crate::vm::args::check_positional(vm, "__init__", args.pos.len(), 1, 2)
}
fn ref_call(vm: &Vm, v: Value, args: Args) -> PyResult {
    args.no_keywords(vm, "weakref")?;
    if !args.pos.is_empty() {
        crate::vm::args::check_positional(vm, "weakref", args.pos.len(), 0, 0)?;
    }
    Ok(this(v).target().unwrap_or(Value::NONE))
}
fn ref_hash(vm: &Vm, v: Value) -> PyResult<i64> {
    let w = this(v);
    if let Some(h) = w.hash.get() {
        return Ok(h);
    }
    let Some(t) = w.target() else { return Err(vm.type_error("weak object has gone away")) };
    let h = vm.hash(t)?;
    w.hash.set(Some(h));
    Ok(h)
}
fn ref_compare(vm: &Vm, a: Value, b: Value, op: CompareOp) -> PyResult {
    let (Some(x), Some(y)) = (a.cast::<WeakRef>(), b.cast::<WeakRef>()) else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    if !matches!(op, CompareOp::Eq | CompareOp::Ne) {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    match (x.target(), y.target()) {
        (Some(s), Some(t)) => vm.compare(s, t, op),
        _ => Ok(Value::bool((a == b) == (op == CompareOp::Eq))),
    }
}
fn ref_repr(vm: &Vm, v: Value) -> PyResult {
    let at = vm.id_of(v);
    let text = match this(v).target() {
        None => format!("<weakref at {at:#x}; dead>"),
        Some(t) => {
            // Looked up on the type, as CPython does; whatever goes wrong there only costs the name.
            let name = vm.lookup_special(t, vm.names.__name__).ok().flatten();
            let name = name.and_then(|n| n.cast::<crate::objects::str::Str>());
            let (ty, id) = (vm.type_name(t), vm.id_of(t));
            match name {
                Some(n) => format!("<weakref at {at:#x}; to '{ty}' at {id:#x} ({})>", *n),
                None => format!("<weakref at {at:#x}; to '{ty}' at {id:#x}>"),
            }
        }
    };
    Ok(vm.new_str(&text).value())
}
fn get_callback(_: &Vm, v: Value) -> PyResult {
    let w = this(v);
    Ok(if w.target().is_some() { w.cell.callback.get() } else { Value::NONE })
}

/// `weakref.ref` (`weakref.ReferenceType`)
pub static REF: TypeDef = TypeDef {
    name: "ReferenceType",
    module: "weakref",
    kind: crate::kinds::WEAKREF,
    size: size_of::<WeakRef>(),
    flags: flag::IMMUTABLE | flag::BASETYPE,
    slots: Slots {
        new: Some(ref_new),
        init: Some(ref_init),
        call: Some(ref_call),
        hash: Some(ref_hash),
        richcompare: Some(ref_compare),
        repr: Some(ref_repr),
        ..Slots::EMPTY
    },
    methods: &[crate::vm::typedef::classmethod(
        "__class_getitem__",
        "($type, object, /)",
        crate::objects::generic_alias::class_getitem,
        "See PEP 585",
    )],
    getset: &[readonly("__callback__", get_callback, "")],
    ..TypeDef::EMPTY
};

/// Weak references that the run-time keeps for itself (lists of subclasses): never seen by Python code.
pub static CELL: TypeDef = TypeDef {
    name: "weak_cell",
    kind: crate::kinds::WEAKREF,
    size: size_of::<WeakRef>(),
    flags: flag::IMMUTABLE | flag::NO_NEW,
    ..TypeDef::EMPTY
};
