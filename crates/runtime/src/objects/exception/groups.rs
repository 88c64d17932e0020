//! `BaseExceptionGroup` and `ExceptionGroup` (PEP 654), and the splitting that `except*` needs.

use super::{Exception, Family, alloc, field, this};
use crate::objects::list::List;
use crate::objects::str::Str;
use crate::objects::tuple::Tuple;
use crate::objects::typ::Type;
use crate::vm::Vm;
use crate::vm::args::Args;
use crate::vm::error::PyResult;
use crate::vm::slots::Slots;
use crate::vm::typedef::{TypeDef, flag, getset, method};
use taipan_heap::{Gc, GcVec, Value};

const MESSAGE: usize = 0;
/// A tuple of the exceptions.
const EXCEPTIONS: usize = 1;

/// The exceptions of a group.
pub fn exceptions(e: Value) -> Gc<Tuple> {
    this(e).field(EXCEPTIONS).cast::<Tuple>().expect("a group holds a tuple")
}

/// Is it an exception group?
pub fn is_group(vm: &Vm, e: Value) -> bool {
    vm.class_of(e).is_subtype(vm.types.BaseExceptionGroup)
}

fn new(vm: &Vm, ty: Gc<Type>, args: Args) -> PyResult {
    args.no_keywords(vm, &ty.name_str())?;
    let n = args.pos.len();
    if n != 2 {
        return Err(
            vm.type_error(format!("BaseExceptionGroup.__new__() takes exactly 2 arguments ({n} given)"))
        );
    }
    let (msg, seq) = (args.pos[0], args.pos[1]);
    if msg.cast::<Str>().is_none() {
        return Err(vm.type_error(format!(
            "BaseExceptionGroup.__new__() argument 1 must be str, not {}",
            vm.type_name(msg)
        )));
    }
    if vm.class_of(seq).slots.getitem.get().is_none() || vm.class_of(seq).is_subtype(vm.types.dict) {
        return Err(vm.type_error("second argument (exceptions) must be a sequence"));
    }
    let items = vm.collect(seq)?;
    if items.is_empty() {
        return Err(vm.value_error("second argument (exceptions) must be a non-empty sequence"));
    }
    let mut all_plain = true;
    for (i, &x) in items.iter().enumerate() {
        if x.cast::<Exception>().is_none() {
            return Err(
                vm.value_error(format!("Item {i} of second argument (exceptions) is not an exception"))
            );
        }
        all_plain &= vm.class_of(x).is_subtype(vm.types.Exception);
    }
    let mut ty = ty;
    if ty == vm.types.BaseExceptionGroup {
        if all_plain {
            ty = vm.types.ExceptionGroup;
        }
    } else if !all_plain && ty == vm.types.ExceptionGroup {
        return Err(vm.type_error("Cannot nest BaseExceptions in an ExceptionGroup"));
    } else if !all_plain && ty.is_subtype(vm.types.Exception) {
        return Err(vm.type_error(format!("Cannot nest BaseExceptions in '{}'", ty.name_str())));
    }
    let e = alloc(vm, ty, vm.new_tuple(args.pos));
    e.set_field(vm, MESSAGE, msg);
    e.set_field(vm, EXCEPTIONS, vm.new_tuple(&items).value());
    Ok(e.value())
}

fn str(vm: &Vm, e: Value) -> PyResult {
    let n = exceptions(e).len();
    let s = if n == 1 { "" } else { "s" };
    let msg = vm.str(this(e).field(MESSAGE))?;
    Ok(vm.new_str(&format!("{msg} ({n} sub-exception{s})")).value())
}

fn repr(vm: &Vm, e: Value) -> PyResult {
    // The second argument is shown as it was given, so that a list stays a list.
    let items = exceptions(e);
    let args = this(e).args.get();
    let shown = match args.items().get(1) {
        Some(v) if v.cast::<Tuple>().is_some() => items.value(),
        _ => vm.new_list(items.items()).value(),
    };
    let (msg, shown) = (vm.repr(this(e).field(MESSAGE))?, vm.repr(shown)?);
    Ok(vm.new_str(&format!("{}({msg}, {shown})", vm.type_name(e))).value())
}

fn get_exceptions(_: &Vm, e: Value) -> PyResult {
    Ok(exceptions(e).value())
}
fn set_readonly(vm: &Vm, _: Value, _: Value) -> PyResult<()> {
    Err(vm.attribute_error("readonly attribute"))
}

fn derive(vm: &Vm, a: &[Value]) -> PyResult {
    let msg = this(a[0]).field(MESSAGE);
    vm.call(vm.types.BaseExceptionGroup.value(), &[msg, a[1]])
}

/// What selects exceptions of a group.
#[derive(Clone, Copy)]
enum Condition {
    /// A type, or a tuple of types.
    Types(Value),
    /// A function of an exception.
    Call(Value),
}

fn condition(vm: &Vm, v: Value) -> PyResult<Condition> {
    let is_exc_type = |v: Value| v.cast::<Type>().is_some_and(|t| t.is_subtype(vm.types.BaseException));
    if is_exc_type(v) {
        return Ok(Condition::Types(v));
    }
    if let Some(t) = v.cast::<Tuple>()
        && t.items().iter().all(|&t| is_exc_type(t))
    {
        return Ok(Condition::Types(v));
    }
    if v.cast::<Type>().is_none() && vm.class_of(v).slots.call.get().is_some() {
        return Ok(Condition::Call(v));
    }
    Err(vm.type_error(
        "expected an exception type, a tuple of exception types, or a callable (other than a class)",
    ))
}

fn holds(vm: &Vm, c: Condition, e: Value) -> PyResult<bool> {
    match c {
        Condition::Types(v) => Ok(vm.exception_matches(e, v)),
        Condition::Call(f) => {
            let r = vm.call(f, &[e])?;
            vm.truth(r)
        }
    }
}

/// A group of some of `of`'s exceptions with its metadata, made by its `derive`.
fn derived(vm: &Vm, of: Value, items: &[Value]) -> PyResult {
    if items.is_empty() {
        return Ok(Value::NONE);
    }
    let list = vm.new_list(items).value();
    let g = vm.call_method(of, vm.intern("derive"), &[list])?;
    if !is_group(vm, g) {
        return Err(vm.type_error("derive must return an instance of BaseExceptionGroup"));
    }
    copy_metadata(vm, of, g)?;
    Ok(g)
}

fn copy_metadata(vm: &Vm, from: Value, to: Value) -> PyResult<()> {
    let (x, y) = (this(from), this(to));
    y.traceback.set(y, x.traceback.get());
    y.context.set(y, x.context.get());
    y.cause.set(y, x.cause.get());
    y.suppress_context.set(x.suppress_context.get());
    if let Some(notes) = vm.get_attr_opt(from, vm.names.__notes__)?
        && let Some(l) = notes.cast::<List>()
    {
        let copy = vm.new_list(&vm.list_items(l)).value();
        vm.set_attr(to, vm.names.__notes__, copy)?;
    }
    Ok(())
}

/// Splits `e` (a group, or a plain exception) into what meets the condition and the rest; `None` for nothing.
fn split_by(vm: &Vm, e: Value, c: Condition) -> PyResult<(Value, Value)> {
    vm.check_native_stack()?;
    if holds(vm, c, e)? {
        return Ok((e, Value::NONE));
    }
    if !is_group(vm, e) {
        return Ok((Value::NONE, e));
    }
    let mut yes = GcVec::new();
    let mut no = GcVec::new();
    for i in 0..exceptions(e).len() {
        let (a, b) = split_by(vm, exceptions(e).items()[i], c)?;
        if !a.is_none() {
            yes.push(&vm.heap, a);
        }
        if !b.is_none() {
            no.push(&vm.heap, b);
        }
    }
    Ok((derived(vm, e, &yes)?, derived(vm, e, &no)?))
}

fn split(vm: &Vm, a: &[Value]) -> PyResult {
    let c = condition(vm, a[1])?;
    let (yes, no) = split_by(vm, a[0], c)?;
    Ok(vm.new_tuple(&[yes, no]).value())
}
fn subgroup(vm: &Vm, a: &[Value]) -> PyResult {
    let c = condition(vm, a[1])?;
    Ok(split_by(vm, a[0], c)?.0)
}

/// Fields: 0 `message`, 1 `exceptions`.
pub const GROUP: Family = Family {
    slots: Slots { new: Some(new), str: Some(str), repr: Some(repr), ..Slots::EMPTY },
    methods: &[
        method("derive", "($self, excs, /)", derive, ""),
        method("split", "($self, matcher_value, /)", split, ""),
        method("subgroup", "($self, matcher_value, /)", subgroup, ""),
    ],
    getset: &[
        field::<MESSAGE>("message", "exception message"),
        getset("exceptions", get_exceptions, set_readonly, "nested exceptions"),
    ],
};

/// `ExceptionGroup`: its second base, `Exception`, is added by [`Vm::finish_exception_group`].
pub static EXCEPTION_GROUP: TypeDef = TypeDef {
    name: "ExceptionGroup",
    base: Some(&super::types::BaseExceptionGroup),
    kind: crate::kinds::EXCEPTION,
    size: size_of::<Exception>(),
    flags: flag::IMMUTABLE | flag::BASETYPE | flag::HAS_DICT,
    ..TypeDef::EMPTY
};

impl Vm {
    /// Bootstrap: gives `ExceptionGroup` its second base.
    pub(crate) fn finish_exception_group(&self) {
        let t = &self.types;
        let eg = t.ExceptionGroup;
        eg.bases.set(eg, self.new_tuple(&[t.BaseExceptionGroup.value(), t.Exception.value()]));
        let mro = [eg, t.BaseExceptionGroup, t.Exception, t.BaseException, t.object].map(Gc::value);
        eg.mro.set(eg, self.new_tuple(&mro));
        self.add_subclass(t.Exception, eg);
    }

    /// Does an exception match the type, or one of the tuple of types? (The types are known to be exception
    /// types, or tuples of such.)
    pub fn exception_matches(&self, e: Value, types: Value) -> bool {
        if let Some(t) = types.cast::<Type>() {
            return self.class_of(e).is_subtype(t);
        }
        types.cast::<Tuple>().is_some_and(|t| t.items().iter().any(|&t| self.exception_matches(e, t)))
    }

    /// `except* types`: splits `e` into (matched, rest), `None` for nothing; a plain exception that matches is
    /// wrapped into a group.
    pub fn exception_group_match(&self, e: Value, types: Value) -> PyResult<(Value, Value)> {
        if is_group(self, e) && !self.exception_matches(e, types) {
            // A class may split in its own way.
            let parts = self.call_method(e, self.intern("split"), &[types])?;
            let Some(parts) = parts.cast::<Tuple>() else {
                let (class, got) = (self.type_name(e), self.type_name(parts));
                return Err(self.type_error(format!("{class}.split must return a tuple, not {got}")));
            };
            let [matched, rest, ..] = parts.items() else {
                let (class, n) = (self.type_name(e), parts.items().len());
                let text = format!("{class}.split must return a 2-tuple, got tuple of size {n}");
                return Err(self.type_error(text));
            };
            return Ok((*matched, *rest));
        }
        if is_group(self, e) {
            return Ok((e, Value::NONE));
        }
        if !self.exception_matches(e, types) {
            return Ok((Value::NONE, e));
        }
        let list = self.new_list(&[e]).value();
        let empty = self.intern("").value();
        let g = self.call(self.types.BaseExceptionGroup.value(), &[empty, list])?;
        this(g).traceback.set(this(g), this(e).traceback.get());
        Ok((g, Value::NONE))
    }

    /// The part of `group`'s tree that `keep` (leaf exceptions, by identity) selects, with the tree's shape kept.
    pub fn exception_group_project(&self, group: Value, keep: &[Value]) -> PyResult {
        if !is_group(self, group) {
            return Ok(if keep.contains(&group) { group } else { Value::NONE });
        }
        if keep.contains(&group) {
            return Ok(group);
        }
        let mut items = GcVec::new();
        for i in 0..exceptions(group).len() {
            let x = self.exception_group_project(exceptions(group).items()[i], keep)?;
            if !x.is_none() {
                items.push(&self.heap, x);
            }
        }
        derived(self, group, &items)
    }
}
