//! Pickling and copying of objects: `__reduce__`, `__reduce_ex__`, `__getstate__` (copyreg's protocols).

use crate::kinds;
use crate::objects::dict::Dict;
use crate::objects::str::Str;
use crate::objects::tuple::Tuple;
use crate::objects::typ::Type;
use crate::vm::Vm;
use crate::vm::error::PyResult;
use crate::vm::typedef::flag;
use taipan_heap::{Gc, GcVec, Value};

fn copyreg(vm: &Vm) -> PyResult {
    vm.import_absolute(vm.names.copyreg)
}
/// `copyreg._slotnames(cls)`, cached in the class.
fn slot_names(vm: &Vm, ty: Gc<Type>) -> PyResult {
    if let Some(v) = ty.dict.get().get_str(vm, vm.names.__slotnames__)
        && (v.is_none() || v.is_kind(kinds::LIST))
    {
        return Ok(v);
    }
    let module = copyreg(vm)?;
    let v = vm.call_method(module, vm.names._slotnames, &[ty.value()])?;
    if !v.is_none() && !v.is_kind(kinds::LIST) {
        return Err(vm.type_error("copyreg._slotnames didn't return a list or None"));
    }
    Ok(v)
}
/// The default state: the namespace, and with `__slots__` a pair of namespace and members.
fn default_state(vm: &Vm, v: Value, required: bool) -> PyResult {
    let ty = vm.class_of(v);
    let names = slot_names(vm, ty)?;
    let n_names = if names.is_none() { 0 } else { vm.len(names)? };
    if required {
        // A layout of a builtin type that nothing here knows to save.
        let plain = ty.kind.get() == kinds::INSTANCE;
        let known = ty.members.get() as usize <= n_names || ty.members.get() == 0;
        if !plain || !known {
            return Err(vm.type_error(format!("cannot pickle '{}' object", ty.name_str())));
        }
    }
    let state = match vm.instance_snapshot(v) {
        Some(d) if !d.is_empty() => d.value(),
        _ => Value::NONE,
    };
    if n_names == 0 {
        return Ok(state);
    }
    let slots = vm.new_dict();
    for &name in vm.collect(names)?.iter() {
        let Some(name) = name.cast::<Str>() else { continue };
        if let Some(x) = vm.get_attr_opt(v, name)? {
            slots.set(vm, name.value(), x)?;
        }
    }
    if slots.is_empty() {
        return Ok(state);
    }
    Ok(vm.new_tuple(&[state, slots.value()]).value())
}
/// `object.__getstate__`
pub fn getstate(vm: &Vm, a: &[Value]) -> PyResult {
    default_state(vm, a[0], false)
}
fn is_default(vm: &Vm, f: Value, name: Gc<Str>) -> bool {
    use crate::objects::native::NativeFunction;
    let base = vm.types.object.dict.get().get_str(vm, name).and_then(|b| b.cast::<NativeFunction>());
    match (f.cast::<NativeFunction>(), base) {
        (Some(f), Some(b)) => std::ptr::eq(f.def, b.def),
        _ => false,
    }
}
fn state_of(vm: &Vm, v: Value, required: bool) -> PyResult {
    let f = vm.get_attr(v, vm.names.__getstate__)?;
    if is_default(vm, f, vm.names.__getstate__) {
        return default_state(vm, v, required);
    }
    vm.call(f, &[])
}

/// Arguments for `__new__`: what `__getnewargs_ex__` or `__getnewargs__` say; the flag: was either there?
fn new_arguments(vm: &Vm, v: Value) -> PyResult<(Gc<Tuple>, Option<Gc<Dict>>, bool)> {
    if let Some(f) = vm.lookup_special(v, vm.names.__getnewargs_ex__)? {
        let r = vm.call(f, &[])?;
        let Some(t) = r.cast::<Tuple>() else {
            return Err(
                vm.type_error(format!("__getnewargs_ex__ should return a tuple, not '{}'", vm.type_name(r)))
            );
        };
        if t.len() != 2 {
            return Err(vm.value_error(format!(
                "__getnewargs_ex__ should return a tuple of length 2, not {}",
                t.len()
            )));
        }
        let Some(args) = t.items()[0].cast::<Tuple>() else {
            return Err(vm.type_error(format!(
                "first item of the tuple returned by __getnewargs_ex__ must be a tuple, not '{}'",
                vm.type_name(t.items()[0])
            )));
        };
        let Some(kw) = t.items()[1].cast::<Dict>() else {
            return Err(vm.type_error(format!(
                "second item of the tuple returned by __getnewargs_ex__ must be a dict, not '{}'",
                vm.type_name(t.items()[1])
            )));
        };
        return Ok((args, Some(kw), true));
    }
    if let Some(f) = vm.lookup_special(v, vm.names.__getnewargs__)? {
        let r = vm.call(f, &[])?;
        return match r.cast::<Tuple>() {
            Some(t) => Ok((t, None, true)),
            None => {
                Err(vm.type_error(format!("__getnewargs__ should return a tuple, not '{}'", vm.type_name(r))))
            }
        };
    }
    Ok((vm.new_tuple(&[]), None, false))
}
fn reduce_newobj(vm: &Vm, v: Value) -> PyResult {
    let ty = vm.class_of(v);
    if ty.slots.new.get().is_none() || ty.has(flag::NO_NEW) {
        return Err(vm.type_error(format!("cannot pickle '{}' object", ty.name_str())));
    }
    let (args, kw, has_args) = new_arguments(vm, v)?;
    let module = copyreg(vm)?;
    let (newobj, newargs) = match kw.filter(|k| !k.is_empty()) {
        None => {
            let mut all = GcVec::new();
            all.push(&vm.heap, ty.value());
            args.items().iter().for_each(|&x| all.push(&vm.heap, x));
            (vm.get_attr(module, vm.names.__newobj__)?, vm.new_tuple(&all))
        }
        Some(kw) => (
            vm.get_attr(module, vm.names.__newobj_ex__)?,
            vm.new_tuple(&[ty.value(), args.value(), kw.value()]),
        ),
    };
    let is_list = v.is_kind(kinds::LIST);
    let is_dict = v.is_kind(kinds::DICT);
    let state = state_of(vm, v, !(has_args || is_list || is_dict))?;
    let items = if is_list { vm.get_iter(v)? } else { Value::NONE };
    let pairs = if is_dict {
        let items = vm.call_method(v, vm.names.items, &[])?;
        vm.get_iter(items)?
    } else {
        Value::NONE
    };
    Ok(vm.new_tuple(&[newobj, newargs.value(), state, items, pairs]).value())
}
fn reduce_with(vm: &Vm, v: Value, protocol: i64) -> PyResult {
    if protocol >= 2 {
        return reduce_newobj(vm, v);
    }
    let module = copyreg(vm)?;
    vm.call_method(module, vm.names._reduce_ex, &[v, Value::int(protocol)])
}
/// `object.__reduce__`
pub fn reduce(vm: &Vm, a: &[Value]) -> PyResult {
    reduce_with(vm, a[0], 0)
}
/// `object.__reduce_ex__`: an overridden `__reduce__` comes first.
pub fn reduce_ex(vm: &Vm, a: &[Value]) -> PyResult {
    let Some(protocol) = a[1].to_int() else {
        return Err(
            vm.type_error(format!("'{}' object cannot be interpreted as an integer", vm.type_name(a[1])))
        );
    };
    if let Some(f) = vm.get_attr_opt(a[0], vm.names.__reduce__)? {
        let class = vm.get_attr(vm.class_of(a[0]).value(), vm.names.__reduce__)?;
        if !is_default(vm, class, vm.names.__reduce__) {
            return vm.call(f, &[]);
        }
    }
    reduce_with(vm, a[0], protocol)
}
