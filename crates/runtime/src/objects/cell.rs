//! `cell`: a variable shared by closures.

use crate::kinds::Trace;
use crate::objects::typ::Type;
use crate::vm::Vm;
use crate::vm::args::Args;
use crate::vm::error::PyResult;
use crate::vm::slots::{CompareOp, Slots};
use crate::vm::typedef::{TypeDef, getset};
use taipan_heap::{Gc, Header, Slot, Tracer, Value};

/// A `cell`.
#[repr(C)]
pub struct PyCell {
    header: Header,
    /// Its content, or unbound.
    pub content: Slot<Value>,
}

impl Trace for PyCell {
    fn trace(&self, t: &mut Tracer) {
        t.slot(&self.content);
    }
}

impl Vm {
    /// A new cell.
    pub fn new_cell(&self, content: Value) -> Gc<PyCell> {
        let ty = self.types.cell;
        self.heap
            .alloc(ty.header_ptr(), ty.shape.get(), |header| PyCell { header, content: Slot::new(content) })
    }
}

fn this(v: Value) -> Gc<PyCell> {
    v.cast().expect("methods of cells get cells")
}
fn new(vm: &Vm, _: Gc<Type>, args: Args) -> PyResult {
    let a = args.positional(vm, "cell", 0, 1)?;
    Ok(vm.new_cell(a.first().copied().unwrap_or(Value::UNBOUND)).value())
}
fn repr(vm: &Vm, v: Value) -> PyResult {
    let at = vm.id_of(v);
    Ok(vm
        .new_str(&match this(v).content.get().bound() {
            None => format!("<cell at {at:#x}: empty>"),
            Some(x) => format!("<cell at {at:#x}: {} object at {:#x}>", vm.type_name(x), vm.id_of(x)),
        })
        .value())
}
/// By content; an empty cell comes before all others.
fn compare(vm: &Vm, a: Value, b: Value, op: CompareOp) -> PyResult {
    let (Some(x), Some(y)) = (a.cast::<PyCell>(), b.cast::<PyCell>()) else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    match (x.content.get().bound(), y.content.get().bound()) {
        (Some(x), Some(y)) => vm.compare(x, y, op),
        (x, y) => Ok(Value::bool(op.holds(x.is_some().cmp(&y.is_some())))),
    }
}
fn get_contents(vm: &Vm, v: Value) -> PyResult {
    this(v).content.get().bound().ok_or_else(|| vm.value_error("Cell is empty"))
}
fn set_contents(_: &Vm, v: Value, x: Value) -> PyResult<()> {
    let c = this(v);
    c.content.set(c, x);
    Ok(())
}

/// The type.
pub static DEF: TypeDef = TypeDef {
    name: "cell",
    kind: crate::kinds::CELL,
    size: size_of::<PyCell>(),
    slots: Slots { new: Some(new), repr: Some(repr), richcompare: Some(compare), ..Slots::EMPTY },
    getset: &[getset("cell_contents", get_contents, set_contents, "")],
    doc: "cell([contents])\n--\n\nCreate a new cell object.\n\n  contents\n    the contents of the cell. If not specified, the cell will be empty,\n    and \n further attempts to access its cell_contents attribute will\n    raise a ValueError.",
    ..TypeDef::EMPTY
};
