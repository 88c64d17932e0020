//! Replacement templates: literal text and group numbers, parsed by the library's `re._parser`.

use super::matches::Match;
use super::pattern::Pattern;
use super::subject::Subject;
use taipan_runtime::kinds::Trace;
use taipan_runtime::objects::list::List;
use taipan_runtime::vm::error::PyResult;
use taipan_runtime::vm::typedef::{NativeObject, flag};
use taipan_runtime::{Gc, GcVec, Header, Slot, Tracer, TypeDef, Value, Vm};

/// A parsed template.
#[repr(C)]
pub struct Template {
    header: Header,
    /// A tuple of literals and group numbers in turn, beginning and ending with a literal.
    parts: Slot<Value>,
}
impl Trace for Template {
    fn trace(&self, t: &mut Tracer) {
        t.slot(&self.parts);
    }
}
// SAFETY: `repr(C)`, header first, made in this file only.
unsafe impl NativeObject for Template {
    const DEF: &'static TypeDef = &DEF;
}
static DEF: TypeDef = TypeDef {
    name: "SRE_Template",
    module: "_sre",
    flags: flag::IMMUTABLE | flag::NO_NEW,
    ..TypeDef::native::<Template>()
};

/// `_sre.template(pattern, [literal, group, literal, ...])`
pub fn template(vm: &Vm, a: &[Value]) -> PyResult {
    if a[1].cast::<List>().is_none() {
        return Err(vm.type_error("invalid template"));
    }
    let parts = vm.collect(a[1])?;
    let ok =
        parts.len() % 2 == 1 && parts.iter().skip(1).step_by(2).all(|v| v.to_int().is_some_and(|i| i >= 0));
    if !ok {
        return Err(vm.type_error("invalid template"));
    }
    let parts = vm.new_tuple(&parts).value();
    Ok(vm.new_native(|header| Template { header, parts: Slot::new(parts) }).value())
}

/// The template that `re._compile_template` makes of `text`.
pub fn compile(vm: &Vm, pattern: Gc<Pattern>, text: Value) -> PyResult<Gc<Template>> {
    let f = vm.import_attr("re", "_compile_template")?;
    let t = vm.call(f, &[pattern.value(), text])?;
    vm.native::<Template>(t).ok_or_else(|| vm.type_error("invalid template"))
}

impl Template {
    /// The one literal of a template without groups.
    pub fn literal(&self) -> Option<Value> {
        match self.parts.get().cast::<taipan_runtime::objects::tuple::Tuple>()?.items() {
            [one] => Some(*one),
            _ => None,
        }
    }
}

/// Fills a match's groups into a template.
pub fn expand(vm: &Vm, t: Gc<Template>, m: Gc<Match>) -> PyResult {
    let parts = t.parts.get().cast::<taipan_runtime::objects::tuple::Tuple>().expect("a tuple");
    if let [one] = parts.items() {
        return Ok(*one);
    }
    let mut out = GcVec::new();
    for (i, &p) in parts.items().iter().enumerate() {
        if i % 2 == 0 {
            if vm.truth(p)? {
                out.push(&vm.heap, p);
            }
            continue;
        }
        let g = p.as_int() as usize;
        if g >= m.found.spans.len() {
            return Err(vm.index_error("no such group"));
        }
        let text = m.group(vm, g, Value::NONE)?;
        if !text.is_none() {
            out.push(&vm.heap, text);
        }
    }
    let subject = Subject::new(vm, m.string.get())?;
    super::methods::join(vm, &subject, &out)
}
