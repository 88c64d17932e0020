//! Binding arguments to the parameters of a Python function, in CPython's order and with its messages.

use taipan_bytecode::flags;
use taipan_runtime::objects::code::Code;
use taipan_runtime::objects::dict::Dict;
use taipan_runtime::objects::function::Function;
use taipan_runtime::objects::str::Str;
use taipan_runtime::objects::tuple::Tuple;
use taipan_runtime::vm::exec::Regs;
use taipan_runtime::vm::suggest::unexpected_keyword;
use taipan_runtime::{Args, Gc, GcVec, PyResult, Raised, Value, Vm};

/// Parameters that are bound without an allocation.
const INLINE: usize = 32;
/// Most functions have no more parameters than this: then less must be cleared.
const SMALL: usize = 6;

/// Binds `args` to the parameters of `f` and writes them to `out`, which may overlap the arguments.
///
/// # Safety
/// `out` has room for the parameters.
pub unsafe fn bind(vm: &Vm, f: Gc<Function>, code: Gc<Code>, args: Args, out: Regs) -> PyResult<()> {
    let n = args.pos.len();
    // SAFETY: by the caller's promise.
    unsafe {
        if args.kw.is_empty() && code.exact as usize == n {
            std::ptr::copy(args.pos.as_ptr(), out, n);
            return Ok(());
        }
        if args.kw.is_empty() && bind_plain(vm, f, code, args.pos, out) {
            return Ok(());
        }
        if !args.kw.is_empty() && bind_keywords(vm, f, code, args, out) {
            return Ok(());
        }
        let total = code.nparams as usize;
        if total <= SMALL {
            let mut slots = [Value::UNBOUND; SMALL];
            bind_slots(vm, f, code, args, &mut slots[..total])?;
            std::ptr::copy_nonoverlapping(slots.as_ptr(), out, total);
        } else if total <= INLINE {
            let mut slots = [Value::UNBOUND; INLINE];
            bind_slots(vm, f, code, args, &mut slots[..total])?;
            std::ptr::copy_nonoverlapping(slots.as_ptr(), out, total);
        } else {
            let mut slots = GcVec::with_capacity(&vm.heap, total);
            for _ in 0..total {
                slots.push(&vm.heap, Value::UNBOUND);
            }
            bind_slots(vm, f, code, args, &mut slots)?;
            std::ptr::copy_nonoverlapping(slots.as_ptr(), out, total);
        }
    }
    Ok(())
}

/// Arguments of which some have names, for a function without `*args` and `**kwargs` that has or knows all it needs;
/// false where that is not so, or where there is something to complain about. Which parameters the names stand for is kept
/// with the code, for the call that was bound last.
///
/// # Safety
/// As for [`bind`].
#[inline(always)]
unsafe fn bind_keywords(vm: &Vm, f: Gc<Function>, code: Gc<Code>, args: Args, out: Regs) -> bool {
    const MOST: usize = 8;
    let d = &*code.data;
    let Some(names) = args.kw.names else { return false };
    let (argcount, total, n, nk) = (d.argcount as usize, code.nparams as usize, args.pos.len(), names.len());
    if d.flags & (flags::VARARGS | flags::VARKEYWORDS) != 0 || total > MOST || nk > MOST || n > argcount {
        return false;
    }
    if code.keywords.get() != names.value() {
        let mut places = 0;
        for (k, (key, _)) in args.kw.iter().enumerate() {
            let Some(i) = parameter(code, key) else { return false };
            places |= (i as u64) << (8 * k);
        }
        code.keywords.set(code, names.value());
        code.keyword_places.set(places);
    }
    let mut slots = [Value::UNBOUND; MOST];
    for (slot, &v) in slots.iter_mut().zip(args.pos) {
        *slot = v;
    }
    let mut places = code.keyword_places.get();
    for &v in args.kw.values {
        let slot = &mut slots[places as usize & (MOST - 1)];
        if !slot.is_unbound() {
            return false;
        }
        *slot = v;
        places >>= 8;
    }
    for (i, slot) in slots.iter_mut().enumerate().take(total).skip(n) {
        if !slot.is_unbound() {
            continue;
        }
        let default = if i < argcount {
            let defaults = f.defaults.get().cast::<Tuple>();
            defaults.and_then(|t| t.items().get((i + t.len()).checked_sub(argcount)?).copied())
        } else {
            // The dict has mostly one entry for each keyword-only parameter, in order.
            f.kwdefaults.get().cast::<Dict>().and_then(|defaults| {
                let keys = defaults.keys.get();
                let e = keys.entries().get(i - argcount)?;
                (vm.exact_str(e.key)?.as_bytes() == d.varnames[i].as_bytes()).then_some(e.value)
            })
        };
        match default {
            Some(v) if !v.is_unbound() => *slot = v,
            _ => return false,
        }
    }
    // SAFETY: by the caller's promise; the arguments, which may lie there, are in the slots.
    unsafe { std::ptr::copy_nonoverlapping(slots.as_ptr(), out, total) };
    true
}

/// Arguments by position for a function without keyword-only parameters and `**kwargs`, whose defaults cover the rest;
/// false where that is not so.
///
/// # Safety
/// As for [`bind`].
#[inline(always)]
unsafe fn bind_plain(vm: &Vm, f: Gc<Function>, code: Gc<Code>, pos: &[Value], out: Regs) -> bool {
    let d = &*code.data;
    let (argcount, n) = (d.argcount as usize, pos.len());
    let varargs = d.flags & flags::VARARGS != 0;
    if d.kwonlyargcount > 0 || d.flags & flags::VARKEYWORDS != 0 || n > argcount && !varargs {
        return false;
    }
    let defaults = if n < argcount { f.defaults.get().cast::<Tuple>() } else { None };
    if n < argcount && defaults.is_none_or(|t| t.len() + n < argcount) {
        return false;
    }
    let taken = n.min(argcount);
    let rest = varargs.then(|| vm.new_tuple(&pos[taken..]));
    // SAFETY: by the caller's promise; the arguments may lie where the parameters go.
    unsafe {
        std::ptr::copy(pos.as_ptr(), out, taken);
        if let Some(t) = defaults {
            for i in n..argcount {
                *out.add(i) = t.items()[i + t.len() - argcount];
            }
        }
        if let Some(rest) = rest {
            *out.add(argcount) = rest.value();
        }
    }
    true
}

#[allow(clippy::needless_range_loop)] // one index for slots, names and defaults
fn bind_slots(vm: &Vm, f: Gc<Function>, code: Gc<Code>, args: Args, slots: &mut [Value]) -> PyResult<()> {
    let d = &*code.data;
    let argcount = d.argcount as usize;
    let kwonly = d.kwonlyargcount as usize;
    let total = argcount + kwonly;
    let n = args.pos.len();
    let varargs = (d.flags & flags::VARARGS != 0).then_some(total);
    let varkw = (d.flags & flags::VARKEYWORDS != 0).then_some(total + varargs.is_some() as usize);
    let kwdict = match varkw {
        Some(at) => {
            let k = vm.new_dict();
            slots[at] = k.value();
            Some(k)
        }
        None => None,
    };
    let taken = n.min(argcount);
    slots[..taken].copy_from_slice(&args.pos[..taken]);
    if let Some(at) = varargs {
        slots[at] = vm.new_tuple(&args.pos[taken..]).value();
    }
    for (key, value) in args.kw.iter() {
        match parameter(code, key) {
            Some(i) => {
                if !slots[i].is_unbound() {
                    return Err(vm.type_error(format!(
                        "{}() got multiple values for argument '{key}'",
                        f.qualname.get()
                    )));
                }
                slots[i] = value;
            }
            None => match kwdict {
                Some(k) => k.set(vm, key.value(), value)?,
                None => return Err(unexpected(vm, f, code, args, key)),
            },
        }
    }
    if n > argcount && varargs.is_none() {
        return Err(too_many(vm, f, code, n, &slots[argcount..total]));
    }
    if n < argcount {
        let defaults = f.defaults.get().cast::<Tuple>();
        let ndef = defaults.map_or(0, |t| t.len());
        let required = argcount.saturating_sub(ndef);
        let missing = (n..required).filter(|&i| slots[i].is_unbound()).count();
        if missing > 0 {
            let names = (n..required).filter(|&i| slots[i].is_unbound()).map(|i| &*d.varnames[i]);
            return Err(missing_error(vm, f, "positional", &names.collect::<Vec<_>>()));
        }
        if let Some(t) = defaults {
            for i in n.max(required)..argcount {
                if slots[i].is_unbound() {
                    slots[i] = t.items()[i + ndef - argcount];
                }
            }
        }
    }
    if kwonly > 0 {
        let defaults = f.kwdefaults.get().cast::<Dict>();
        let mut missing = vec![];
        for i in argcount..total {
            if !slots[i].is_unbound() {
                continue;
            }
            let default = match defaults {
                Some(k) => kw_default(vm, k, i - argcount, &d.varnames[i])?,
                None => None,
            };
            match default {
                Some(v) => slots[i] = v,
                None => missing.push(&*d.varnames[i]),
            }
        }
        if !missing.is_empty() {
            return Err(missing_error(vm, f, "keyword-only", &missing));
        }
    }
    Ok(())
}

/// The default of keyword-only parameter number `k`. The dict has mostly one entry for each of them, in order: then
/// nothing is hashed.
fn kw_default(vm: &Vm, defaults: Gc<Dict>, k: usize, name: &str) -> PyResult<Option<Value>> {
    if let Some(e) = defaults.keys.get().entries().get(k)
        && let Some(key) = vm.exact_str(e.key)
        && key.as_bytes() == name.as_bytes()
    {
        return Ok(Some(e.value));
    }
    defaults.get(vm, vm.intern(name).value())
}

/// The parameter that keyword `key` names.
fn parameter(code: Gc<Code>, key: Gc<Str>) -> Option<usize> {
    let d = &*code.data;
    let (from, to) = (d.posonlyargcount as usize, (d.argcount + d.kwonlyargcount) as usize);
    let key = key.as_bytes();
    (from..to).find(|&i| d.varnames[i].as_bytes() == key)
}

#[cold]
fn unexpected(vm: &Vm, f: Gc<Function>, code: Gc<Code>, args: Args, key: Gc<Str>) -> Raised {
    let d = &*code.data;
    let posonly = &d.varnames[..d.posonlyargcount as usize];
    let passed: Vec<&str> = posonly
        .iter()
        .filter(|p| args.kw.iter().any(|(k, _)| k.as_bytes() == p.as_bytes()))
        .map(|p| &**p)
        .collect();
    let q = f.qualname.get();
    if !passed.is_empty() {
        return vm.type_error(format!(
            "{q}() got some positional-only arguments passed as keyword arguments: '{}'",
            passed.join(", ")
        ));
    }
    let names = &d.varnames[d.posonlyargcount as usize..(d.argcount + d.kwonlyargcount) as usize];
    unexpected_keyword(vm, &q.to_string(), &key.to_string(), names.iter().map(|n| &**n))
}

#[cold]
fn too_many(vm: &Vm, f: Gc<Function>, code: Gc<Code>, given: usize, kwonly: &[Value]) -> Raised {
    let argcount = code.data.argcount as usize;
    let kw_given = kwonly.iter().filter(|v| !v.is_unbound()).count();
    let ndef = f.defaults.get().cast::<Tuple>().map_or(0, |t| t.len()).min(argcount);
    let (sig, plural) = if ndef > 0 {
        (format!("from {} to {argcount}", argcount - ndef), true)
    } else {
        (argcount.to_string(), argcount != 1)
    };
    let s = |p: bool| if p { "s" } else { "" };
    let kw = if kw_given > 0 {
        format!(
            " positional argument{} (and {kw_given} keyword-only argument{})",
            s(given != 1),
            s(kw_given != 1)
        )
    } else {
        String::new()
    };
    let was = if given == 1 && kw_given == 0 { "was" } else { "were" };
    vm.type_error(format!(
        "{}() takes {sig} positional argument{} but {given}{kw} {was} given",
        f.qualname.get(),
        s(plural)
    ))
}

#[cold]
fn missing_error(vm: &Vm, f: Gc<Function>, kind: &str, names: &[&str]) -> Raised {
    let quoted: Vec<String> = names.iter().map(|n| format!("'{n}'")).collect();
    let list = match &quoted[..] {
        [a] => a.clone(),
        [a, b] => format!("{a} and {b}"),
        [rest @ .., last] => format!("{}, and {last}", rest.join(", ")),
        [] => String::new(),
    };
    let s = if names.len() == 1 { "" } else { "s" };
    vm.type_error(format!(
        "{}() missing {} required {kind} argument{s}: {list}",
        f.qualname.get(),
        names.len()
    ))
}
