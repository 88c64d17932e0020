//! `_templatelib`: what t-strings make (`string.templatelib`'s `Template` and `Interpolation`).
//!
//! A template has one string more than interpolations: strings and interpolations take turns.

use std::cell::Cell;
use taipan_runtime::kinds::Trace;
use taipan_runtime::objects::module::ModuleDef;
use taipan_runtime::objects::str::Str;
use taipan_runtime::objects::tuple::Tuple;
use taipan_runtime::objects::typ::Type;
use taipan_runtime::vm::typedef::{NativeObject, flag};
use taipan_runtime::{
    Args, Gc, GcVec, Header, PyResult, Slot, Slots, Tracer, TypeDef, Value, Vm, attr, classmethod, function,
    method, readonly,
};

/// `string.templatelib.Interpolation`
#[repr(C)]
struct Interpolation {
    header: Header,
    value: Slot<Value>,
    expression: Slot<Value>,
    conversion: Slot<Value>,
    format_spec: Slot<Value>,
}
impl Trace for Interpolation {
    fn trace(&self, t: &mut Tracer) {
        t.slot(&self.value);
        t.slot(&self.expression);
        t.slot(&self.conversion);
        t.slot(&self.format_spec);
    }
}
// SAFETY: `repr(C)` with the header first; only made with this definition.
unsafe impl NativeObject for Interpolation {
    const DEF: &'static TypeDef = &INTERPOLATION;
}
fn interpolation(vm: &Vm, v: Value) -> PyResult<Gc<Interpolation>> {
    vm.native::<Interpolation>(v).ok_or_else(|| vm.type_error("an Interpolation is required"))
}
fn interpolation_new(vm: &Vm, _: Gc<Type>, args: Args) -> PyResult {
    let [value, expression, conversion, format_spec] =
        args.bind(vm, "Interpolation", "(value, expression='', conversion=None, format_spec='')")?;
    let empty = || vm.new_str("").value();
    let text = |v: Value, name: &str| -> PyResult {
        match v.bound() {
            None => Ok(empty()),
            Some(s) if s.cast::<Str>().is_some() => Ok(s),
            Some(x) => Err(vm.type_error(format!(
                "Interpolation() argument '{name}' must be str, not {}",
                vm.type_name(x)
            ))),
        }
    };
    let expression = text(expression, "expression")?;
    let conversion = conversion.or_none();
    if !conversion.is_none() {
        text(conversion, "conversion")?;
        let known = conversion.cast::<Str>().is_some_and(|s| matches!(s.as_bytes(), b"s" | b"a" | b"r"));
        if !known {
            return Err(
                vm.value_error("Interpolation() argument 'conversion' must be one of 's', 'a' or 'r'")
            );
        }
    }
    let format_spec = text(format_spec, "format_spec")?;
    Ok(vm
        .new_native(|header| Interpolation {
            header,
            value: Slot::new(value),
            expression: Slot::new(expression),
            conversion: Slot::new(conversion),
            format_spec: Slot::new(format_spec),
        })
        .value())
}
fn interpolation_repr(vm: &Vm, v: Value) -> PyResult {
    let i = interpolation(vm, v)?;
    let mut parts = vec![];
    for x in [i.value.get(), i.expression.get(), i.conversion.get(), i.format_spec.get()] {
        parts.push(vm.repr(x)?.to_string());
    }
    Ok(vm.new_str(&format!("Interpolation({})", parts.join(", "))).value())
}
fn interpolation_reduce(vm: &Vm, a: &[Value]) -> PyResult {
    let i = interpolation(vm, a[0])?;
    let args = vm.new_tuple(&[i.value.get(), i.expression.get(), i.conversion.get(), i.format_spec.get()]);
    Ok(vm.new_tuple(&[vm.class_of(a[0]).value(), args.value()]).value())
}
fn match_args(vm: &Vm) -> Value {
    let names = ["value", "expression", "conversion", "format_spec"].map(|n| vm.intern(n).value());
    vm.new_tuple(&names).value()
}
fn class_getitem(vm: &Vm, a: &[Value]) -> PyResult {
    vm.generic_alias(a[0], a[1])
}

static INTERPOLATION: TypeDef = TypeDef {
    name: "Interpolation",
    module: "string.templatelib",
    flags: flag::IMMUTABLE,
    slots: Slots { new: Some(interpolation_new), repr: Some(interpolation_repr), ..Slots::EMPTY },
    methods: &[
        method("__reduce__", "($self, /)", interpolation_reduce, ""),
        classmethod("__class_getitem__", "($type, object, /)", class_getitem, "See PEP 585"),
    ],
    getset: &[
        readonly("value", |vm, v| Ok(interpolation(vm, v)?.value.get()), "Value"),
        readonly("expression", |vm, v| Ok(interpolation(vm, v)?.expression.get()), "Expression"),
        readonly("conversion", |vm, v| Ok(interpolation(vm, v)?.conversion.get()), "Conversion"),
        readonly("format_spec", |vm, v| Ok(interpolation(vm, v)?.format_spec.get()), "Format specifier"),
    ],
    attrs: &[attr("__match_args__", match_args)],
    doc: "Interpolation object",
    ..TypeDef::native::<Interpolation>()
};

/// `string.templatelib.Template`
#[repr(C)]
struct Template {
    header: Header,
    strings: Slot<Gc<Tuple>>,
    interpolations: Slot<Gc<Tuple>>,
}
impl Trace for Template {
    fn trace(&self, t: &mut Tracer) {
        t.gc(self.strings.get());
        t.gc(self.interpolations.get());
    }
}
// SAFETY: as above.
unsafe impl NativeObject for Template {
    const DEF: &'static TypeDef = &TEMPLATE;
}
fn template(vm: &Vm, v: Value) -> PyResult<Gc<Template>> {
    vm.native::<Template>(v).ok_or_else(|| vm.type_error("a Template is required"))
}
fn alloc(vm: &Vm, strings: Gc<Tuple>, interpolations: Gc<Tuple>) -> Value {
    vm.new_native(|header| Template {
        header,
        strings: Slot::new(strings),
        interpolations: Slot::new(interpolations),
    })
    .value()
}
/// From the compiler: a tuple of strings and one of interpolations.
fn make(vm: &Vm, a: &[Value]) -> PyResult {
    match (a[0].cast::<Tuple>(), a[1].cast::<Tuple>()) {
        (Some(s), Some(i)) => Ok(alloc(vm, s, i)),
        _ => Err(vm.system_error("a template is made from two tuples")),
    }
}
fn concat_str(vm: &Vm, a: Value, b: Value) -> PyResult {
    vm.add(a, b)
}
fn template_new(vm: &Vm, _: Gc<Type>, args: Args) -> PyResult {
    if !args.kw.is_empty() {
        return Err(vm.type_error("Template.__new__ only accepts *args arguments"));
    }
    let (mut strings, mut inter) = (GcVec::new(), GcVec::new());
    let mut last: Option<Value> = None;
    for &v in args.pos {
        if v.cast::<Str>().is_some() {
            last = Some(match last {
                Some(s) => concat_str(vm, s, v)?,
                None => v,
            });
        } else if vm.native::<Interpolation>(v).is_some() {
            strings.push(&vm.heap, last.take().unwrap_or_else(|| vm.new_str("").value()));
            inter.push(&vm.heap, v);
        } else {
            return Err(vm.type_error(format!(
                "Template.__new__ *args need to be of type 'str' or 'Interpolation', got {}",
                vm.type_name(v)
            )));
        }
    }
    strings.push(&vm.heap, last.unwrap_or_else(|| vm.new_str("").value()));
    let strings = vm.new_tuple(&strings);
    Ok(alloc(vm, strings, vm.new_tuple(&inter)))
}
fn template_repr(vm: &Vm, v: Value) -> PyResult {
    let t = template(vm, v)?;
    let (s, i) = (vm.repr(t.strings.get().value())?, vm.repr(t.interpolations.get().value())?);
    Ok(vm.new_str(&format!("Template(strings={s}, interpolations={i})")).value())
}
fn template_add(vm: &Vm, a: Value, b: Value) -> PyResult {
    let (Some(x), Some(y)) = (vm.native::<Template>(a), vm.native::<Template>(b)) else {
        if vm.native::<Template>(a).is_none() {
            return Ok(Value::NOT_IMPLEMENTED);
        }
        return Err(vm.type_error(format!(
            "can only concatenate string.templatelib.Template (not \"{}\") to string.templatelib.Template",
            vm.type_name(b)
        )));
    };
    let (xs, ys) = (x.strings.get(), y.strings.get());
    let mut strings = GcVec::from_slice(&vm.heap, &xs.items()[..xs.len() - 1]);
    let joint = concat_str(vm, xs.items()[xs.len() - 1], ys.items()[0])?;
    strings.push(&vm.heap, joint);
    ys.items()[1..].iter().for_each(|&s| strings.push(&vm.heap, s));
    let mut inter = GcVec::from_slice(&vm.heap, x.interpolations.get().items());
    y.interpolations.get().items().iter().for_each(|&i| inter.push(&vm.heap, i));
    let strings = vm.new_tuple(&strings);
    Ok(alloc(vm, strings, vm.new_tuple(&inter)))
}
fn template_values(vm: &Vm, v: Value) -> PyResult {
    let mut out = GcVec::new();
    for &i in template(vm, v)?.interpolations.get().items() {
        out.push(&vm.heap, interpolation(vm, i)?.value.get());
    }
    Ok(vm.new_tuple(&out).value())
}
fn template_reduce(vm: &Vm, a: &[Value]) -> PyResult {
    let t = template(vm, a[0])?;
    let f = vm.import_attr("string.templatelib", "_template_unpickle")?;
    let args = vm.new_tuple(&[t.strings.get().value(), t.interpolations.get().value()]);
    Ok(vm.new_tuple(&[f, args.value()]).value())
}
fn template_iter(vm: &Vm, v: Value) -> PyResult {
    let t = template(vm, v)?;
    Ok(vm.new_native(|header| TemplateIter { header, template: Slot::new(t), at: Cell::new(0) }).value())
}

static TEMPLATE: TypeDef = TypeDef {
    name: "Template",
    module: "string.templatelib",
    flags: flag::IMMUTABLE,
    slots: Slots {
        new: Some(template_new),
        repr: Some(template_repr),
        concat: Some(template_add),
        iter: Some(template_iter),
        ..Slots::EMPTY
    },
    methods: &[
        method("__reduce__", "($self, /)", template_reduce, ""),
        classmethod("__class_getitem__", "($type, object, /)", class_getitem, "See PEP 585"),
    ],
    getset: &[
        readonly("strings", |vm, v| Ok(template(vm, v)?.strings.get().value()), "Strings"),
        readonly(
            "interpolations",
            |vm, v| Ok(template(vm, v)?.interpolations.get().value()),
            "Interpolations",
        ),
        readonly("values", template_values, "Values of interpolations"),
    ],
    doc: "Template object",
    ..TypeDef::native::<Template>()
};

/// Strings that are not empty and interpolations, in turn.
#[repr(C)]
struct TemplateIter {
    header: Header,
    template: Slot<Gc<Template>>,
    at: Cell<usize>,
}
impl Trace for TemplateIter {
    fn trace(&self, t: &mut Tracer) {
        t.gc(self.template.get());
    }
}
// SAFETY: as above.
unsafe impl NativeObject for TemplateIter {
    const DEF: &'static TypeDef = &TEMPLATE_ITER;
}
fn iter_next(vm: &Vm, v: Value) -> PyResult<Option<Value>> {
    let Some(it) = vm.native::<TemplateIter>(v) else { return Ok(None) };
    let t = it.template.get();
    loop {
        let at = it.at.get();
        it.at.set(at + 1);
        let (i, odd) = (at / 2, at % 2 == 1);
        if odd {
            return Ok(t.interpolations.get().items().get(i).copied());
        }
        match t.strings.get().items().get(i) {
            None => return Ok(None),
            Some(s) if s.cast::<Str>().is_some_and(|s| s.byte_len() == 0) => {
                if i >= t.interpolations.get().len() {
                    return Ok(None);
                }
            }
            Some(&s) => return Ok(Some(s)),
        }
    }
}
static TEMPLATE_ITER: TypeDef = TypeDef {
    name: "TemplateIter",
    module: "string.templatelib",
    flags: flag::IMMUTABLE | flag::NO_NEW,
    slots: Slots { iter: Some(|_, v| Ok(v)), iternext: Some(iter_next), ..Slots::EMPTY },
    doc: "Template iterator object",
    ..TypeDef::native::<TemplateIter>()
};

/// The module.
pub static MODULE: ModuleDef = ModuleDef {
    name: "_templatelib",
    doc: "",
    functions: &[function("_make_template", "(strings, interpolations, /)", make, "")],
    types: &[&INTERPOLATION, &TEMPLATE],
    init: None,
};
