//! Type parameters of generic aliases and unions: finding them, and putting arguments in their place.
//!
//! A parameter is anything whose type has `__typing_subst__` (`TypeVar`, `ParamSpec`, `TypeVarTuple`, in any
//! implementation); an argument with a tuple `__parameters__` contains parameters.

use crate::objects::list::List;
use crate::objects::tuple::Tuple;
use crate::objects::typ::Type;
use crate::vm::Vm;
use crate::vm::error::PyResult;
use taipan_heap::{Gc, GcVec, Value};

fn add(vm: &Vm, out: &mut GcVec, v: Value) {
    if !out.contains(&v) {
        out.push(&vm.heap, v);
    }
}
fn items_of(vm: &Vm, v: Value) -> Option<GcVec> {
    if let Some(t) = v.cast::<Tuple>() {
        return Some(GcVec::from_slice(&vm.heap, t.items()));
    }
    v.cast::<List>().map(|l| vm.list_items(l))
}

/// The parameters in `args`, each once, in order of appearance.
pub fn parameters_of(vm: &Vm, args: Gc<Tuple>) -> PyResult<Gc<Tuple>> {
    let mut out = GcVec::new();
    collect(vm, args.items(), &mut out)?;
    Ok(vm.new_tuple(&out))
}
fn collect(vm: &Vm, args: &[Value], out: &mut GcVec) -> PyResult<()> {
    vm.check_native_stack()?;
    for &v in args {
        if v.cast::<Type>().is_some() {
            continue;
        }
        if vm.type_lookup(vm.class_of(v), vm.names.__typing_subst__).is_some() {
            add(vm, out, v);
            continue;
        }
        if let Some(items) = items_of(vm, v) {
            collect(vm, &items, out)?;
            continue;
        }
        if let Some(p) = vm.get_attr_opt(v, vm.names.__parameters__)?
            && let Some(p) = p.cast::<Tuple>()
        {
            for &x in p.items() {
                add(vm, out, x);
            }
        }
    }
    Ok(())
}

/// `*tuple[int, str]` among the arguments of a subscript counts as `int, str`.
fn unpack(vm: &Vm, item: Value) -> PyResult<GcVec> {
    let items = match item.cast::<Tuple>() {
        Some(t) => GcVec::from_slice(&vm.heap, t.items()),
        None => GcVec::from_slice(&vm.heap, &[item]),
    };
    let mut out = GcVec::new();
    for &v in items.iter() {
        if v.cast::<Type>().is_none()
            && let Some(sub) = vm.get_attr_opt(v, vm.names.__typing_unpacked_tuple_args__)?
            && let Some(sub) = sub.cast::<Tuple>()
            && sub.items().last() != Some(&Value::ELLIPSIS)
        {
            sub.items().iter().for_each(|&x| out.push(&vm.heap, x));
            continue;
        }
        out.push(&vm.heap, v);
    }
    Ok(out)
}

/// The arguments of `alias` after `alias[item]`.
pub fn substitute(
    vm: &Vm,
    alias: Value,
    args: Gc<Tuple>,
    parameters: Gc<Tuple>,
    item: Value,
) -> PyResult<Gc<Tuple>> {
    if parameters.is_empty() {
        let r = vm.repr(alias)?;
        return Err(vm.type_error(format!("{} is not a generic class", *r)));
    }
    let unpacked = unpack(vm, item)?;
    let mut item = vm.new_tuple(&unpacked);
    for &p in parameters.items() {
        if let Some(prepare) = vm.get_attr_opt(p, vm.names.__typing_prepare_subst__)?
            && !prepare.is_none()
        {
            let r = vm.call(prepare, &[alias, item.value()])?;
            item = match r.cast::<Tuple>() {
                Some(t) => t,
                None => vm.new_tuple(&[r]),
            };
        }
    }
    if item.len() != parameters.len() {
        let r = vm.repr(alias)?;
        let many = if item.len() > parameters.len() { "many" } else { "few" };
        return Err(vm.type_error(format!(
            "Too {many} arguments for {}; actual {}, expected {}",
            *r,
            item.len(),
            parameters.len()
        )));
    }
    let out = replaced(vm, args.items(), parameters, item)?;
    Ok(vm.new_tuple(&out))
}
fn replaced(vm: &Vm, args: &[Value], parameters: Gc<Tuple>, item: Gc<Tuple>) -> PyResult<GcVec> {
    vm.check_native_stack()?;
    let mut out = GcVec::new();
    for &v in args {
        if v.cast::<Type>().is_some() {
            out.push(&vm.heap, v);
            continue;
        }
        if let Some(t) = v.cast::<Tuple>() {
            let inner = replaced(vm, t.items(), parameters, item)?;
            out.push(&vm.heap, vm.new_tuple(&inner).value());
            continue;
        }
        if let Some(l) = v.cast::<List>() {
            let items = vm.list_items(l);
            let inner = replaced(vm, &items, parameters, item)?;
            out.push(&vm.heap, vm.new_list(&inner).value());
            continue;
        }
        let starred = vm
            .get_attr_opt(v, vm.intern("__typing_is_unpacked_typevartuple__"))?
            .map_or(Ok(false), |x| vm.truth(x))?;
        let r = if vm.type_lookup(vm.class_of(v), vm.names.__typing_subst__).is_some() {
            let i = parameters.items().iter().position(|&p| p == v);
            let arg = i.map_or(v, |i| item.items()[i]);
            vm.call_method(v, vm.names.__typing_subst__, &[arg])?
        } else {
            substitute_inside(vm, v, parameters, item)?
        };
        match (starred, r.cast::<Tuple>()) {
            (true, Some(t)) => t.items().iter().for_each(|&x| out.push(&vm.heap, x)),
            (true, None) => {
                let rv = vm.repr(v)?;
                return Err(vm.type_error(format!(
                    "expected __typing_subst__ of {} objects to return a tuple, not {}",
                    *rv,
                    vm.type_name(r)
                )));
            }
            _ => out.push(&vm.heap, r),
        }
    }
    Ok(out)
}
/// An argument that contains parameters: subscripted with what they stand for.
fn substitute_inside(vm: &Vm, v: Value, parameters: Gc<Tuple>, item: Gc<Tuple>) -> PyResult {
    let Some(inner) = vm.get_attr_opt(v, vm.names.__parameters__)? else { return Ok(v) };
    let Some(inner) = inner.cast::<Tuple>() else { return Ok(v) };
    if inner.is_empty() {
        return Ok(v);
    }
    let mut args = GcVec::new();
    for &p in inner.items() {
        let Some(i) = parameters.items().iter().position(|&q| q == p) else {
            args.push(&vm.heap, p);
            continue;
        };
        let arg = item.items()[i];
        let is_tvt = vm.type_lookup(vm.class_of(p), vm.names.__iter__).is_some();
        match arg.cast::<Tuple>() {
            Some(t) if is_tvt => t.items().iter().for_each(|&x| args.push(&vm.heap, x)),
            _ => args.push(&vm.heap, arg),
        }
    }
    let args = vm.new_tuple(&args);
    vm.getitem(v, args.value())
}
