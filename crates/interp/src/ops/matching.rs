//! `match`.

use super::*;
use taipan_runtime::GcVec;
use taipan_runtime::objects::typ::Type;
use taipan_runtime::vm::typedef::flag;

/// The attribute for a class pattern; `None` where the subject has none.
fn match_attr(
    vm: &Vm,
    subject: Value,
    name: Value,
    seen: &mut GcVec,
    class: Gc<Type>,
) -> PyResult<Option<Value>> {
    for k in 0..seen.len() {
        if vm.equal(seen[k], name)? {
            return Err(vm.type_error(format!(
                "{}() got multiple sub-patterns for attribute {}",
                class.name_str(),
                vm.repr(name)?
            )));
        }
    }
    seen.push(&vm.heap, name);
    let n = name.cast::<Str>().expect("attribute names are strings");
    vm.get_attr_opt(subject, vm.intern_str(n))
}

fn match_class(vm: &Vm, subject: Value, class: Value, npos: usize, names: Gc<Tuple>) -> PyResult {
    let Some(t) = class.cast::<Type>() else {
        return Err(vm.type_error("called match pattern must be a class"));
    };
    if !vm.isinstance(subject, class)? {
        return Ok(Value::NONE);
    }
    let mut out = GcVec::new();
    let mut seen = GcVec::new();
    if npos > 0 {
        let (args, match_self) = match vm.get_attr_opt(class, vm.names.__match_args__)? {
            Some(a) => match a.cast::<Tuple>() {
                Some(a) => (a, false),
                None => {
                    return Err(vm.type_error(format!(
                        "{}.__match_args__ must be a tuple (got {})",
                        t.name_str(),
                        vm.type_name(a)
                    )));
                }
            },
            None => (vm.new_tuple(&[]), t.has(flag::MATCH_SELF)),
        };
        let allowed = if match_self { 1 } else { args.len() };
        if allowed < npos {
            return Err(vm.type_error(format!(
                "{}() accepts {allowed} positional sub-pattern{} ({npos} given)",
                t.name_str(),
                if allowed == 1 { "" } else { "s" }
            )));
        }
        if match_self {
            out.push(&vm.heap, subject);
        } else {
            for k in 0..npos {
                let name = args.items()[k];
                if name.cast::<Str>().is_none() {
                    return Err(vm.type_error(format!(
                        "__match_args__ elements must be strings (got {})",
                        vm.type_name(name)
                    )));
                }
                match match_attr(vm, subject, name, &mut seen, t)? {
                    Some(v) => out.push(&vm.heap, v),
                    None => return Ok(Value::NONE),
                }
            }
        }
    }
    for &name in names.items() {
        match match_attr(vm, subject, name, &mut seen, t)? {
            Some(v) => out.push(&vm.heap, v),
            None => return Ok(Value::NONE),
        }
    }
    Ok(vm.new_tuple(&out).value())
}

fn match_keys(vm: &Vm, map: Value, keys: Gc<Tuple>) -> PyResult {
    let mut out = GcVec::new();
    if keys.is_empty() {
        return Ok(vm.new_tuple(&[]).value());
    }
    let get = vm.get_attr(map, vm.names.get)?;
    let dummy = vm.new_dict().value();
    let seen = vm.new_set();
    for &k in keys.items() {
        if !seen.add(vm, k)? {
            return Err(vm.value_error(format!("mapping pattern checks duplicate key ({})", vm.repr(k)?)));
        }
        let v = vm.call(get, &[k, dummy])?;
        if v == dummy {
            return Ok(Value::NONE);
        }
        out.push(&vm.heap, v);
    }
    Ok(vm.new_tuple(&out).value())
}

ops! {
    MATCH_SEQUENCE(vm, i, r, pc) {
        set(r, i.a, Value::bool(vm.class_of(get(r, i.b)).has(flag::SEQUENCE)));
        next(pc)
    }
    MATCH_MAPPING(vm, i, r, pc) {
        set(r, i.a, Value::bool(vm.class_of(get(r, i.b)).has(flag::MAPPING)));
        next(pc)
    }
    MATCH_KEYS(vm, i, r, pc) {
        let keys = get(r, i.c).cast::<Tuple>().expect("keys are in a tuple");
        set(r, i.a, match_keys(vm, get(r, i.b), keys)?);
        next(pc)
    }
    MATCH_CLASS(vm, i, r, pc) {
        let names = function(r).code.get().consts.get().items()[i.e as usize];
        let names = names.cast::<Tuple>().expect("attribute names are in a tuple");
        set(r, i.a, match_class(vm, get(r, i.b), get(r, i.c), i.d as usize, names)?);
        next(pc)
    }
    GET_LEN(vm, i, r, pc) {
        let n = vm.len(get(r, i.b))?;
        set(r, i.a, vm.new_int(n as i64));
        next(pc)
    }
}
