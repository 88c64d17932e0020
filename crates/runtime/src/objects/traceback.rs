//! `traceback`: one entry for each frame that an exception passed.

use crate::kinds::Trace;
use crate::objects::frame::Frame;
use crate::objects::typ::Type;
use crate::vm::Vm;
use crate::vm::args::Args;
use crate::vm::error::PyResult;
use crate::vm::slots::Slots;
use crate::vm::typedef::{TypeDef, flag, getset, method, readonly};
use std::cell::Cell;
use taipan_heap::{Gc, Header, Slot, Tracer, Value};

/// A `traceback` entry.
#[repr(C)]
pub struct Traceback {
    header: Header,
    /// `tb_next`: the entry of the next frame inwards, or `None`.
    pub next: Slot<Value>,
    /// `tb_frame`
    pub frame: Slot<Gc<Frame>>,
    /// Index of the instruction.
    pub index: Cell<u32>,
    /// `tb_lineno`; -1: found from the index when asked for.
    pub lineno: Cell<i32>,
}

impl Trace for Traceback {
    fn trace(&self, t: &mut Tracer) {
        t.slot(&self.next);
        t.gc(self.frame.get());
    }
}

impl Vm {
    /// A traceback entry.
    pub fn new_traceback(&self, next: Value, frame: Gc<Frame>, index: u32) -> Gc<Traceback> {
        let ty = self.types.traceback;
        self.heap.alloc(ty.header_ptr(), ty.shape.get(), |header| Traceback {
            header,
            next: Slot::new(next),
            frame: Slot::new(frame),
            index: Cell::new(index),
            lineno: Cell::new(-1),
        })
    }
}

impl Traceback {
    /// `tb_lineno`
    pub fn line(&self) -> i32 {
        match self.lineno.get() {
            -1 => self.frame.get().code.get().line_of(self.index.get()),
            n => n,
        }
    }
}

fn this(v: Value) -> Gc<Traceback> {
    v.cast().expect("methods of tracebacks get tracebacks")
}

fn set_next(vm: &Vm, v: Value, x: Value) -> PyResult<()> {
    if x.is_unbound() {
        return Err(vm.type_error("can't delete tb_next attribute"));
    }
    if !x.is_none() {
        let mut at = x.cast::<Traceback>();
        if at.is_none() {
            return Err(
                vm.type_error(format!("expected traceback object or None, got '{}'", vm.type_name(x)))
            );
        }
        while let Some(t) = at {
            if t == this(v) {
                return Err(vm.value_error("traceback loop detected"));
            }
            at = t.next.get().cast();
        }
    }
    this(v).next.set(this(v), x);
    Ok(())
}

fn new(vm: &Vm, _: Gc<Type>, args: Args) -> PyResult {
    let [next, frame, lasti, lineno] =
        args.bind(vm, "traceback", "(tb_next, tb_frame, tb_lasti, tb_lineno)")?;
    if !next.is_none() && next.cast::<Traceback>().is_none() {
        return Err(vm.type_error(format!("expected traceback object or None, got '{}'", vm.type_name(next))));
    }
    let Some(f) = frame.cast::<Frame>() else {
        return Err(vm.type_error(format!(
            "traceback() argument 'tb_frame' must be frame, not {}",
            vm.type_name(frame)
        )));
    };
    let (Some(i), Some(line)) = (lasti.to_int(), lineno.to_int()) else {
        return Err(vm.type_error("an integer is required"));
    };
    let t = vm.new_traceback(next, f, (i / 2).max(0) as u32);
    t.lineno.set(line as i32);
    Ok(t.value())
}

fn dir(vm: &Vm, _: &[Value]) -> PyResult {
    let names = ["tb_frame", "tb_next", "tb_lasti", "tb_lineno"].map(|n| vm.intern(n).value());
    Ok(vm.new_list(&names).value())
}

/// The type.
pub static DEF: TypeDef = TypeDef {
    name: "traceback",
    kind: crate::kinds::TRACEBACK,
    size: size_of::<Traceback>(),
    flags: flag::IMMUTABLE,
    slots: Slots { new: Some(new), ..Slots::EMPTY },
    getset: &[
        getset("tb_next", |_, v| Ok(this(v).next.get()), set_next, ""),
        readonly("tb_frame", |_, v| Ok(this(v).frame.get().value()), ""),
        readonly("tb_lasti", |_, v| Ok(Value::int(this(v).index.get() as i64 * 2)), ""),
        readonly("tb_lineno", |_, v| Ok(Value::int(this(v).line().into())), ""),
    ],
    methods: &[method("__dir__", "($self, /)", dir, "")],
    doc: "traceback(tb_next, tb_frame, tb_lasti, tb_lineno)\n--\n\nCreate a new traceback object.",
    ..TypeDef::EMPTY
};
