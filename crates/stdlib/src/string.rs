//! `_string`: the parser of `str.format` for `string.Formatter`.

use std::cell::Cell;
use taipan_runtime::kinds::Trace;
use taipan_runtime::objects::module::ModuleDef;
use taipan_runtime::objects::str::Str;
use taipan_runtime::text::markup::{Markup, first_end, integer, next_part};
use taipan_runtime::vm::error::PyResult;
use taipan_runtime::vm::typedef::NativeObject;
use taipan_runtime::{Gc, Header, MethodDef, Slot, Slots, Tracer, TypeDef, Value, Vm, function};

/// The module.
pub static MODULE: ModuleDef =
    ModuleDef { name: "_string", doc: "string helper module", functions: FUNCTIONS, types: &[], init: None };

static FUNCTIONS: &[MethodDef] = &[
    function(
        "formatter_parser",
        "($module, format_string, /)",
        parser,
        "parse the argument as a format string",
    ),
    function(
        "formatter_field_name_split",
        "($module, field_name, /)",
        split,
        "split the argument as a field name",
    ),
];

/// An iterator over a string, from a byte offset.
#[repr(C)]
struct Over<const FIELDS: bool> {
    header: Header,
    text: Slot<Gc<Str>>,
    at: Cell<usize>,
}
impl<const FIELDS: bool> Trace for Over<FIELDS> {
    fn trace(&self, t: &mut Tracer) {
        t.gc(self.text.get());
    }
}
// SAFETY: `repr(C)`, header first, made in this file only.
unsafe impl NativeObject for Over<false> {
    const DEF: &'static TypeDef = &FORMATTER_ITERATOR;
}
// SAFETY: as above.
unsafe impl NativeObject for Over<true> {
    const DEF: &'static TypeDef = &FIELD_NAME_ITERATOR;
}
static FORMATTER_ITERATOR: TypeDef = TypeDef {
    name: "formatteriterator",
    slots: Slots { iter: Some(itself), iternext: Some(next_piece), ..Slots::EMPTY },
    ..TypeDef::native::<Over<false>>()
};
static FIELD_NAME_ITERATOR: TypeDef = TypeDef {
    name: "fieldnameiterator",
    slots: Slots { iter: Some(itself), iternext: Some(next_name), ..Slots::EMPTY },
    ..TypeDef::native::<Over<true>>()
};
fn itself(_: &Vm, v: Value) -> PyResult {
    Ok(v)
}

fn parser(vm: &Vm, a: &[Value]) -> PyResult {
    let Some(s) = a[0].cast::<Str>() else {
        return Err(vm.type_error(format!("expected str, got {}", vm.type_name(a[0]))));
    };
    let it = vm.new_native(|header| Over::<false> { header, text: Slot::new(s), at: Cell::new(0) });
    Ok(it.value())
}

fn next_piece(vm: &Vm, v: Value) -> PyResult<Option<Value>> {
    // SAFETY: slots of the type get its instances; it cannot be subclassed.
    let it: Gc<Over<false>> = unsafe { Gc::from_header(v.as_header()) };
    let s = it.text.get();
    let mut markup = Markup { at: it.at.get(), end: s.byte_len() };
    let piece = markup.next(vm, s.as_bytes());
    it.at.set(markup.at);
    let Some(piece) = piece? else { return Ok(None) };
    let literal = vm.str_subbytes(s, piece.literal.start, piece.literal.end).value();
    let none = Value::NONE;
    let parts = match piece.field {
        None => [literal, none, none, none],
        Some(f) => [
            literal,
            vm.str_subbytes(s, f.name.start, f.name.end).value(),
            vm.str_subbytes(s, f.spec.start, f.spec.end).value(),
            f.conversion.map_or(none, |c| vm.str_char(c).value()),
        ],
    };
    Ok(Some(vm.new_tuple(&parts).value()))
}

fn name_value(vm: &Vm, s: Gc<Str>, from: usize, to: usize) -> PyResult {
    Ok(match integer(vm, &s.as_bytes()[from..to])? {
        Some(i) => vm.new_int(i as i64),
        None => vm.str_subbytes(s, from, to).value(),
    })
}

fn split(vm: &Vm, a: &[Value]) -> PyResult {
    let Some(s) = a[0].cast::<Str>() else {
        return Err(vm.type_error(format!("expected str, got {}", vm.type_name(a[0]))));
    };
    let end = first_end(s.as_bytes());
    let first = name_value(vm, s, 0, end)?;
    let it = vm.new_native(|header| Over::<true> { header, text: Slot::new(s), at: Cell::new(end) });
    Ok(vm.new_tuple(&[first, it.value()]).value())
}

fn next_name(vm: &Vm, v: Value) -> PyResult<Option<Value>> {
    // SAFETY: slots of the type get its instances; it cannot be subclassed.
    let it: Gc<Over<true>> = unsafe { Gc::from_header(v.as_header()) };
    let s = it.text.get();
    let mut at = it.at.get();
    let part = next_part(vm, s.as_bytes(), &mut at);
    it.at.set(at);
    let Some((attribute, range)) = part? else { return Ok(None) };
    let name = if attribute {
        vm.str_subbytes(s, range.start, range.end).value()
    } else {
        name_value(vm, s, range.start, range.end)?
    };
    Ok(Some(vm.new_tuple(&[Value::bool(attribute), name]).value()))
}
