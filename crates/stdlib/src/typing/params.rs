//! `TypeVar`, `ParamSpec`, `TypeVarTuple`, `ParamSpecArgs`, `ParamSpecKwargs`.
//!
//! The first three share a layout, [`Param`], distinguished by a number.

use super::{const_evaluator, no_default, type_check, typing};
use std::cell::Cell;
use taipan_runtime::kinds::Trace;
use taipan_runtime::objects::str::Str;
use taipan_runtime::objects::typ::Type;
use taipan_runtime::objects::union;
use taipan_runtime::vm::slots::CompareOp;
use taipan_runtime::vm::typedef::{NativeObject, flag};
use taipan_runtime::{Args, Gc, Header, PyResult, Slot, Slots, Tracer, TypeDef, Value, Vm, method, readonly};

const VAR: u8 = 0;
const SPEC: u8 = 1;
const TUPLE: u8 = 2;

/// A type parameter.
#[repr(C)]
pub struct Param<const K: u8> {
    header: Header,
    name: Slot<Value>,
    /// `__bound__`, or unbound until its function was called.
    bound: Slot<Value>,
    evaluate_bound: Slot<Value>,
    constraints: Slot<Value>,
    evaluate_constraints: Slot<Value>,
    default: Slot<Value>,
    evaluate_default: Slot<Value>,
    covariant: Cell<bool>,
    contravariant: Cell<bool>,
    infer: Cell<bool>,
}
impl<const K: u8> Trace for Param<K> {
    fn trace(&self, t: &mut Tracer) {
        t.slot(&self.name);
        t.slot(&self.bound);
        t.slot(&self.evaluate_bound);
        t.slot(&self.constraints);
        t.slot(&self.evaluate_constraints);
        t.slot(&self.default);
        t.slot(&self.evaluate_default);
    }
}
// SAFETY: `repr(C)` with the header first; each number has its own definition.
unsafe impl NativeObject for Param<VAR> {
    const DEF: &'static TypeDef = &TYPE_VAR;
}
// SAFETY: as above.
unsafe impl NativeObject for Param<SPEC> {
    const DEF: &'static TypeDef = &PARAM_SPEC;
}
// SAFETY: as above.
unsafe impl NativeObject for Param<TUPLE> {
    const DEF: &'static TypeDef = &TYPE_VAR_TUPLE;
}

fn this<const K: u8>(vm: &Vm, v: Value) -> PyResult<Gc<Param<K>>>
where
    Param<K>: NativeObject,
{
    vm.native::<Param<K>>(v).ok_or_else(|| vm.type_error("a type parameter is required"))
}
/// Writes a field: the barrier needs the owner's header, which generic layouts reach through the pointer.
fn put<const K: u8>(p: Gc<Param<K>>, slot: &Slot<Value>, v: Value) {
    slot.set(p, v);
}
pub(super) fn is_type_var_tuple(vm: &Vm, v: Value) -> bool {
    vm.native::<Param<TUPLE>>(v).is_some()
}

fn make<const K: u8>(vm: &Vm, name: Value) -> Gc<Param<K>>
where
    Param<K>: NativeObject,
{
    let default = no_default(vm);
    let none = || Slot::new(Value::NONE);
    let no_constraints = vm.new_tuple(&[]).value();

    vm.new_native(|header| Param::<K> {
        header,
        name: Slot::new(name),
        bound: none(),
        evaluate_bound: none(),
        constraints: Slot::new(no_constraints),
        evaluate_constraints: none(),
        default: Slot::new(default),
        evaluate_default: none(),
        covariant: Cell::new(false),
        contravariant: Cell::new(false),
        infer: Cell::new(false),
    })
}

// ---- made by the compiler

pub(super) fn make_typevar(vm: &Vm, a: &[Value]) -> PyResult {
    let p = make::<VAR>(vm, a[0]);
    p.infer.set(true);
    set_module(vm, p.value(), false);
    Ok(p.value())
}
pub(super) fn make_paramspec(vm: &Vm, a: &[Value]) -> PyResult {
    let p = make::<SPEC>(vm, a[0]);
    p.infer.set(true);
    set_module(vm, p.value(), false);
    Ok(p.value())
}
pub(super) fn make_typevartuple(vm: &Vm, a: &[Value]) -> PyResult {
    let p = make::<TUPLE>(vm, a[0]);
    set_module(vm, p.value(), false);
    Ok(p.value())
}
pub(super) fn make_with_bound(vm: &Vm, a: &[Value]) -> PyResult {
    let v = make_typevar(vm, a)?;
    let p = this::<VAR>(vm, v)?;
    put(p, &p.evaluate_bound, a[1]);
    put(p, &p.bound, Value::UNBOUND);
    Ok(v)
}
pub(super) fn make_with_constraints(vm: &Vm, a: &[Value]) -> PyResult {
    let v = make_typevar(vm, a)?;
    let p = this::<VAR>(vm, v)?;
    put(p, &p.evaluate_constraints, a[1]);
    put(p, &p.constraints, Value::UNBOUND);
    Ok(v)
}
pub(super) fn set_default(vm: &Vm, a: &[Value]) -> PyResult {
    fn set<const K: u8>(vm: &Vm, v: Value, f: Value) -> bool
    where
        Param<K>: NativeObject,
    {
        let Some(p) = vm.native::<Param<K>>(v) else { return false };
        put(p, &p.evaluate_default, f);
        put(p, &p.default, Value::UNBOUND);
        true
    }
    let _ = set::<VAR>(vm, a[0], a[1]) || set::<SPEC>(vm, a[0], a[1]) || set::<TUPLE>(vm, a[0], a[1]);
    Ok(a[0])
}

// ---- made by calling the types

/// `__module__` in the parameter's own namespace: the caller's, unless the type's default is right.
fn set_module(vm: &Vm, v: Value, called: bool) {
    let module = if called { vm.current_module_name().map(|m| m.value()) } else { None };
    if let Some(m) = module.or(if called { Some(Value::NONE) } else { None }) {
        vm.instance_set(v, vm.names.__module__, m);
    } else {
        vm.instance_set(v, vm.names.__module__, vm.intern("typing").value());
    }
}
fn name_arg(vm: &Vm, what: &str, name: Value) -> PyResult<Value> {
    if name.cast::<Str>().is_none() {
        return Err(
            vm.type_error(format!("{what}() argument 'name' must be str, not {}", vm.type_name(name)))
        );
    }
    Ok(name)
}
struct Variance {
    covariant: bool,
    contravariant: bool,
    infer: bool,
}
fn variance(vm: &Vm, co: Value, contra: Value, infer: Value) -> PyResult<Variance> {
    let flag = |v: Value| if v.is_unbound() { Ok(false) } else { vm.truth(v) };
    let v = Variance { covariant: flag(co)?, contravariant: flag(contra)?, infer: flag(infer)? };
    if v.covariant && v.contravariant {
        return Err(vm.value_error("Bivariant types are not supported."));
    }
    if v.infer && (v.covariant || v.contravariant) {
        return Err(vm.value_error("Variance cannot be specified with infer_variance."));
    }
    Ok(v)
}
fn typevar_new(vm: &Vm, _: Gc<Type>, args: Args) -> PyResult {
    // `name, *constraints`: what follows the name is no parameter of the signature.
    let head = Args { pos: &args.pos[..args.pos.len().min(1)], kw: args.kw };
    let [name, bound, default, co, contra, infer] = head.bind(
        vm,
        "typevar",
        "(name, *, bound=None, default=NoDefault, covariant=False, contravariant=False, infer_variance=False)",
    )?;
    let name = name_arg(vm, "typevar", name)?;
    let v = variance(vm, co, contra, infer)?;
    let bound =
        if bound.or_none().is_none() { Value::NONE } else { type_check(vm, bound, "Bound must be a type.")? };
    let constraints = args.pos.get(1..).unwrap_or(&[]);
    if constraints.len() == 1 {
        return Err(vm.type_error("A single constraint is not allowed"));
    }
    if !constraints.is_empty() && !bound.is_none() {
        return Err(vm.type_error("Constraints cannot be combined with bound=..."));
    }
    let p = make::<VAR>(vm, name);
    if !constraints.is_empty() {
        put(p, &p.constraints, vm.new_tuple(constraints).value());
    }
    put(p, &p.bound, bound);
    put(p, &p.default, default.or(no_default(vm)));
    p.covariant.set(v.covariant);
    p.contravariant.set(v.contravariant);
    p.infer.set(v.infer);
    set_module(vm, p.value(), true);
    Ok(p.value())
}
fn paramspec_new(vm: &Vm, _: Gc<Type>, args: Args) -> PyResult {
    let [name, bound, default, co, contra, infer] = args.bind(
        vm,
        "paramspec",
        "(name, *, bound=None, default=NoDefault, covariant=False, contravariant=False, infer_variance=False)",
    )?;
    let name = name_arg(vm, "paramspec", name)?;
    let v = variance(vm, co, contra, infer)?;
    let bound = bound.or_none();
    let p = make::<SPEC>(vm, name);
    put(p, &p.bound, bound);
    put(p, &p.default, default.or(no_default(vm)));
    p.covariant.set(v.covariant);
    p.contravariant.set(v.contravariant);
    p.infer.set(v.infer);
    set_module(vm, p.value(), true);
    Ok(p.value())
}
fn typevartuple_new(vm: &Vm, _: Gc<Type>, args: Args) -> PyResult {
    let [name, default] = args.bind(vm, "typevartuple", "(name, *, default=NoDefault)")?;
    let name = name_arg(vm, "typevartuple", name)?;
    let p = make::<TUPLE>(vm, name);
    put(p, &p.default, default.or(no_default(vm)));
    set_module(vm, p.value(), true);
    Ok(p.value())
}

// ---- attributes

fn lazy<const K: u8>(vm: &Vm, p: Gc<Param<K>>, slot: &Slot<Value>, f: &Slot<Value>) -> PyResult {
    if let Some(v) = slot.get().bound() {
        return Ok(v);
    }
    let v = vm.call(f.get(), &[Value::int(1)])?;
    put(p, slot, v);
    Ok(v)
}
fn get_name<const K: u8>(vm: &Vm, v: Value) -> PyResult
where
    Param<K>: NativeObject,
{
    Ok(this::<K>(vm, v)?.name.get())
}
fn get_bound<const K: u8>(vm: &Vm, v: Value) -> PyResult
where
    Param<K>: NativeObject,
{
    let p = this::<K>(vm, v)?;
    lazy(vm, p, &p.bound, &p.evaluate_bound)
}
fn get_constraints(vm: &Vm, v: Value) -> PyResult {
    let p = this::<VAR>(vm, v)?;
    lazy(vm, p, &p.constraints, &p.evaluate_constraints)
}
fn get_default<const K: u8>(vm: &Vm, v: Value) -> PyResult
where
    Param<K>: NativeObject,
{
    let p = this::<K>(vm, v)?;
    lazy(vm, p, &p.default, &p.evaluate_default)
}
fn has_default<const K: u8>(vm: &Vm, a: &[Value]) -> PyResult
where
    Param<K>: NativeObject,
{
    let p = this::<K>(vm, a[0])?;
    Ok(Value::bool(!p.evaluate_default.get().is_none() || p.default.get() != no_default(vm)))
}
fn eval_default<const K: u8>(vm: &Vm, v: Value) -> PyResult
where
    Param<K>: NativeObject,
{
    let p = this::<K>(vm, v)?;
    if !p.evaluate_default.get().is_none() {
        return Ok(p.evaluate_default.get());
    }
    let d = p.default.get();
    Ok(if d == no_default(vm) { Value::NONE } else { const_evaluator(vm, d) })
}
fn eval_bound(vm: &Vm, v: Value) -> PyResult {
    let p = this::<VAR>(vm, v)?;
    if !p.evaluate_bound.get().is_none() {
        return Ok(p.evaluate_bound.get());
    }
    let b = p.bound.get();
    Ok(if b.is_none() { Value::NONE } else { const_evaluator(vm, b) })
}
fn eval_constraints(vm: &Vm, v: Value) -> PyResult {
    let p = this::<VAR>(vm, v)?;
    if !p.evaluate_constraints.get().is_none() {
        return Ok(p.evaluate_constraints.get());
    }
    let c = p.constraints.get();
    Ok(if vm.len(c)? == 0 { Value::NONE } else { const_evaluator(vm, c) })
}
macro_rules! flags {
    ($($fn:ident $field:ident;)*) => {$(
        fn $fn<const K: u8>(vm: &Vm, v: Value) -> PyResult
        where
            Param<K>: NativeObject,
        {
            Ok(Value::bool(this::<K>(vm, v)?.$field.get()))
        }
    )*};
}
flags! { get_covariant covariant; get_contravariant contravariant; get_infer infer; }

fn repr<const K: u8>(vm: &Vm, v: Value) -> PyResult
where
    Param<K>: NativeObject,
{
    let p = this::<K>(vm, v)?;
    let name = vm.str(p.name.get())?;
    let sign = match (p.infer.get(), p.covariant.get(), p.contravariant.get()) {
        (true, ..) => "",
        (_, true, _) => "+",
        (_, _, true) => "-",
        _ => "~",
    };
    Ok(vm.new_str(&format!("{sign}{name}")).value())
}
fn tuple_repr(vm: &Vm, v: Value) -> PyResult {
    Ok(this::<TUPLE>(vm, v)?.name.get())
}
fn or(vm: &Vm, a: Value, b: Value) -> PyResult {
    make_union(vm, a, b)
}
/// `T | X`: anything may stand beside a type parameter; strings are forward references.
pub(super) fn make_union(vm: &Vm, a: Value, b: Value) -> PyResult {
    let mut both = [a, b];
    for v in &mut both {
        if v.cast::<Str>().is_some() {
            let f = vm.import_attr("annotationlib", "ForwardRef")?;
            *v = vm.call(f, &[*v])?;
        }
    }
    union::make(vm, &both)
}
macro_rules! no_subclass {
    ($($fn:ident $name:literal;)*) => {$(
        fn $fn(vm: &Vm, _: &[Value]) -> PyResult {
            Err(vm.type_error(concat!("Cannot subclass an instance of ", $name)))
        }
    )*};
}
no_subclass! {
    var_entries "TypeVar"; spec_entries "ParamSpec"; tuple_entries "TypeVarTuple";
    args_entries "ParamSpecArgs"; kwargs_entries "ParamSpecKwargs";
}
fn reduce<const K: u8>(vm: &Vm, a: &[Value]) -> PyResult
where
    Param<K>: NativeObject,
{
    get_name::<K>(vm, a[0])
}
/// A parameter with a default takes it where too few arguments were given.
fn var_prepare(vm: &Vm, a: &[Value]) -> PyResult {
    let (v, alias, args) = (a[0], a[1], a[2]);
    let params = vm.get_attr(alias, vm.names.__parameters__)?;
    let params = vm.collect(params)?;
    let items = vm.collect(args)?;
    let mut index = 0;
    for (i, &p) in params.iter().enumerate() {
        if vm.equal(p, v)? {
            index = i;
            break;
        }
    }
    let n = items.len();
    if index < n {
        return Ok(args);
    }
    if index == n {
        let default = get_default::<VAR>(vm, v)?;
        if default != no_default(vm) {
            let mut all = taipan_runtime::GcVec::from_slice(&vm.heap, &items);
            all.push(&vm.heap, default);
            return Ok(vm.new_tuple(&all).value());
        }
    }
    // Whoever counts the arguments next says that there are too few.
    Ok(args)
}
fn tuple_iter(vm: &Vm, v: Value) -> PyResult {
    let unpack = vm.import_attr("typing", "Unpack")?;
    let u = vm.getitem(unpack, v)?;
    vm.get_iter(vm.new_tuple(&[u]).value())
}

const NO_DEFAULT_DOC: &str = "The default value for this type parameter, or NoDefault if there is none.";

/// `typing.TypeVar`
pub static TYPE_VAR: TypeDef = TypeDef {
    name: "TypeVar",
    module: "typing",
    flags: flag::IMMUTABLE | flag::HAS_DICT | flag::WEAKREF,
    slots: Slots { new: Some(typevar_new), repr: Some(repr::<VAR>), or: Some(or), ..Slots::EMPTY },
    methods: &[
        method("__typing_subst__", "($self, arg, /)", |vm, a| typing(vm, "_typevar_subst", a), ""),
        method("__typing_prepare_subst__", "($self, alias, args, /)", var_prepare, ""),
        method("__reduce__", "($self, /)", reduce::<VAR>, ""),
        method("has_default", "($self, /)", has_default::<VAR>, ""),
        method("__mro_entries__", "($self, bases, /)", var_entries, ""),
    ],
    getset: &[
        readonly("__name__", get_name::<VAR>, "The type variable's name."),
        readonly("__covariant__", get_covariant::<VAR>, ""),
        readonly("__contravariant__", get_contravariant::<VAR>, ""),
        readonly("__infer_variance__", get_infer::<VAR>, ""),
        readonly("__bound__", get_bound::<VAR>, "The type variable's bound."),
        readonly("__constraints__", get_constraints, "The type variable's constraints."),
        readonly("__default__", get_default::<VAR>, NO_DEFAULT_DOC),
        readonly("evaluate_bound", eval_bound, ""),
        readonly("evaluate_constraints", eval_constraints, ""),
        readonly("evaluate_default", eval_default::<VAR>, ""),
    ],
    doc: "Type variable.\n\nThe preferred way to construct a type variable is via the dedicated\nsyntax for generic functions, classes, and type aliases::\n\n    class Sequence[T]:  # T is a TypeVar\n        ...\n\nThe type of a TypeVar can be given bounds and constraints.",
    ..TypeDef::native::<Param<VAR>>()
};
/// `typing.ParamSpec`
pub static PARAM_SPEC: TypeDef = TypeDef {
    name: "ParamSpec",
    module: "typing",
    flags: flag::IMMUTABLE | flag::HAS_DICT | flag::WEAKREF,
    slots: Slots { new: Some(paramspec_new), repr: Some(repr::<SPEC>), or: Some(or), ..Slots::EMPTY },
    methods: &[
        method("__typing_subst__", "($self, arg, /)", |vm, a| typing(vm, "_paramspec_subst", a), ""),
        method(
            "__typing_prepare_subst__",
            "($self, alias, args, /)",
            |vm, a| typing(vm, "_paramspec_prepare_subst", a),
            "",
        ),
        method("__reduce__", "($self, /)", reduce::<SPEC>, ""),
        method("has_default", "($self, /)", has_default::<SPEC>, ""),
        method("__mro_entries__", "($self, bases, /)", spec_entries, ""),
    ],
    getset: &[
        readonly("__name__", get_name::<SPEC>, ""),
        readonly("__covariant__", get_covariant::<SPEC>, ""),
        readonly("__contravariant__", get_contravariant::<SPEC>, ""),
        readonly("__infer_variance__", get_infer::<SPEC>, ""),
        readonly("__bound__", get_bound::<SPEC>, ""),
        readonly("__default__", get_default::<SPEC>, NO_DEFAULT_DOC),
        readonly("evaluate_default", eval_default::<SPEC>, ""),
        readonly("args", |vm, v| Ok(make_part::<0>(vm, v)), "Represents positional arguments."),
        readonly("kwargs", |vm, v| Ok(make_part::<1>(vm, v)), "Represents keyword arguments."),
    ],
    doc: "Parameter specification variable.",
    ..TypeDef::native::<Param<SPEC>>()
};
/// `typing.TypeVarTuple`
pub static TYPE_VAR_TUPLE: TypeDef = TypeDef {
    name: "TypeVarTuple",
    module: "typing",
    flags: flag::IMMUTABLE | flag::HAS_DICT | flag::WEAKREF,
    slots: Slots {
        new: Some(typevartuple_new),
        repr: Some(tuple_repr),
        iter: Some(tuple_iter),
        ..Slots::EMPTY
    },
    methods: &[
        method(
            "__typing_subst__",
            "($self, arg, /)",
            |vm, _| Err(vm.type_error("Substitution of bare TypeVarTuple is not supported")),
            "",
        ),
        method(
            "__typing_prepare_subst__",
            "($self, alias, args, /)",
            |vm, a| typing(vm, "_typevartuple_prepare_subst", a),
            "",
        ),
        method("__reduce__", "($self, /)", reduce::<TUPLE>, ""),
        method("has_default", "($self, /)", has_default::<TUPLE>, ""),
        method("__mro_entries__", "($self, bases, /)", tuple_entries, ""),
    ],
    getset: &[
        readonly("__name__", get_name::<TUPLE>, ""),
        readonly("__default__", get_default::<TUPLE>, NO_DEFAULT_DOC),
        readonly("evaluate_default", eval_default::<TUPLE>, ""),
    ],
    doc: "Type variable tuple. A specialized form of type variable that enables\nvariadic generics.",
    ..TypeDef::native::<Param<TUPLE>>()
};

// ---- P.args, P.kwargs

/// `P.args` (0) or `P.kwargs` (1).
#[repr(C)]
pub struct Part<const K: u8> {
    header: Header,
    origin: Slot<Value>,
}
impl<const K: u8> Trace for Part<K> {
    fn trace(&self, t: &mut Tracer) {
        t.slot(&self.origin);
    }
}
// SAFETY: `repr(C)` with the header first; each number has its own definition.
unsafe impl NativeObject for Part<0> {
    const DEF: &'static TypeDef = &PARAM_SPEC_ARGS;
}
// SAFETY: as above.
unsafe impl NativeObject for Part<1> {
    const DEF: &'static TypeDef = &PARAM_SPEC_KWARGS;
}
fn make_part<const K: u8>(vm: &Vm, origin: Value) -> Value
where
    Part<K>: NativeObject,
{
    vm.new_native(|header| Part::<K> { header, origin: Slot::new(origin) }).value()
}
fn part_new<const K: u8>(vm: &Vm, _: Gc<Type>, args: Args) -> PyResult
where
    Part<K>: NativeObject,
{
    let name = if K == 0 { "paramspecargs" } else { "paramspeckwargs" };
    let [origin] = args.bind(vm, name, "(origin)")?;
    Ok(make_part::<K>(vm, origin))
}
fn part_origin<const K: u8>(vm: &Vm, v: Value) -> PyResult
where
    Part<K>: NativeObject,
{
    match vm.native::<Part<K>>(v) {
        Some(p) => Ok(p.origin.get()),
        None => Err(vm.type_error("a part of a ParamSpec is required")),
    }
}
fn part_repr<const K: u8>(vm: &Vm, v: Value) -> PyResult
where
    Part<K>: NativeObject,
{
    let origin = part_origin::<K>(vm, v)?;
    let which = if K == 0 { "args" } else { "kwargs" };
    let name = match vm.native::<Param<SPEC>>(origin) {
        Some(p) => vm.str(p.name.get())?,
        None => vm.repr(origin)?,
    };
    Ok(vm.new_str(&format!("{name}.{which}")).value())
}
fn part_compare<const K: u8>(vm: &Vm, a: Value, b: Value, op: CompareOp) -> PyResult
where
    Part<K>: NativeObject,
{
    match (vm.native::<Part<K>>(a), vm.native::<Part<K>>(b)) {
        (Some(x), Some(y)) => vm.compare(x.origin.get(), y.origin.get(), op),
        _ => Ok(Value::NOT_IMPLEMENTED),
    }
}
/// `typing.ParamSpecArgs`
pub static PARAM_SPEC_ARGS: TypeDef = TypeDef {
    name: "ParamSpecArgs",
    module: "typing",
    flags: flag::IMMUTABLE | flag::WEAKREF,
    slots: Slots {
        new: Some(part_new::<0>),
        repr: Some(part_repr::<0>),
        richcompare: Some(part_compare::<0>),
        ..Slots::EMPTY
    },
    methods: &[method("__mro_entries__", "($self, bases, /)", args_entries, "")],
    getset: &[readonly("__origin__", part_origin::<0>, "")],
    doc: "The args for a ParamSpec object.",
    ..TypeDef::native::<Part<0>>()
};
/// `typing.ParamSpecKwargs`
pub static PARAM_SPEC_KWARGS: TypeDef = TypeDef {
    name: "ParamSpecKwargs",
    module: "typing",
    flags: flag::IMMUTABLE | flag::WEAKREF,
    slots: Slots {
        new: Some(part_new::<1>),
        repr: Some(part_repr::<1>),
        richcompare: Some(part_compare::<1>),
        ..Slots::EMPTY
    },
    methods: &[method("__mro_entries__", "($self, bases, /)", kwargs_entries, "")],
    getset: &[readonly("__origin__", part_origin::<1>, "")],
    doc: "The kwargs for a ParamSpec object.",
    ..TypeDef::native::<Part<1>>()
};
