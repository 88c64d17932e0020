//! Displays, formatting, unpacking.

use super::*;
use taipan_runtime::GcVec;
use taipan_runtime::objects::dict::update;
use taipan_runtime::objects::list::List;
use taipan_runtime::objects::set::Set;

/// The `c` registers from `b`.
unsafe fn operands<'a>(r: Regs, b: u16, c: u16) -> &'a [Value] {
    // SAFETY: operands lie within the frame, which stays in place while the instruction runs.
    unsafe { std::slice::from_raw_parts(r.add(b as usize), c as usize) }
}

fn list(v: Value) -> Gc<List> {
    v.cast().expect("the compiler keeps a list there")
}
fn set_of(v: Value) -> Gc<Set> {
    v.cast().expect("the compiler keeps a set there")
}
fn dict(v: Value) -> Gc<Dict> {
    v.cast().expect("the compiler keeps a dict there")
}

/// What messages call the callable `f`: `module.qualname()`.
fn callable_name(vm: &Vm, f: Value) -> PyResult<String> {
    let Some(q) = vm.get_attr_opt(f, vm.names.__qualname__)?.and_then(|q| q.cast::<Str>()) else {
        return Ok(vm.str(f)?.to_string());
    };
    let module = vm.get_attr_opt(f, vm.names.__module__)?.and_then(|m| m.cast::<Str>());
    Ok(match module {
        Some(m) if m.as_bytes() != b"builtins" => format!("{m}.{q}()"),
        _ => format!("{q}()"),
    })
}

/// Positional arguments of `f(*v)`.
pub(crate) fn star_args(vm: &Vm, f: Value, v: Value) -> PyResult<GcVec> {
    let slots = &vm.class_of(v).slots;
    if slots.iter.get().is_none() && slots.getitem.get().is_none() {
        return Err(vm.type_error(format!(
            "{} argument after * must be an iterable, not {}",
            callable_name(vm, f)?,
            vm.type_name(v)
        )));
    }
    vm.collect(v)
}

/// Keyword names and values of `f(**v)`.
pub(crate) fn star_kwargs(vm: &Vm, f: Value, v: Value) -> PyResult<(Gc<Tuple>, GcVec)> {
    let d = match v.cast::<Dict>() {
        Some(d) if is_plain(vm, v) => d,
        _ => {
            let d = vm.new_dict();
            merge_kwargs(vm, d, v, f)?;
            d
        }
    };
    let (mut names, mut values) = (GcVec::new(), GcVec::new());
    let mut pos = 0;
    while let Some(e) = d.next_entry(&mut pos) {
        if e.key.cast::<Str>().is_none() {
            return Err(vm.type_error("keywords must be strings"));
        }
        names.push(&vm.heap, e.key);
        values.push(&vm.heap, e.value);
    }
    Ok((vm.new_tuple(&names), values))
}

/// Is `v` a dict that is read directly? A subclass with its own `__iter__` is asked for keys and items.
fn is_plain(vm: &Vm, v: Value) -> bool {
    taipan_runtime::objects::dict::update::plain(vm, v).is_some()
}

fn merge_kwargs(vm: &Vm, d: Gc<Dict>, m: Value, f: Value) -> PyResult<()> {
    let duplicate = |k: Value| -> PyResult<Raised> {
        Ok(vm.type_error(format!(
            "{} got multiple values for keyword argument '{}'",
            callable_name(vm, f)?,
            vm.str(k)?
        )))
    };
    if let Some(o) = m.cast::<Dict>().filter(|_| is_plain(vm, m)) {
        let mut pos = 0;
        while let Some(e) = o.next_entry(&mut pos) {
            if d.contains(vm, e.key)? {
                return Err(duplicate(e.key)?);
            }
            d.set(vm, e.key, e.value)?;
        }
        return Ok(());
    }
    let Some(keys) = vm.get_attr_opt(m, vm.names.keys)? else {
        return Err(vm.type_error(format!(
            "{} argument after ** must be a mapping, not {}",
            callable_name(vm, f)?,
            vm.type_name(m)
        )));
    };
    let keys = vm.call(keys, &[])?;
    let it = vm.get_iter(keys)?;
    while let Some(k) = vm.iter_next(it)? {
        let v = vm.getitem(m, k)?;
        if d.contains(vm, k)? {
            return Err(duplicate(k)?);
        }
        d.set(vm, k, v)?;
    }
    Ok(())
}

fn add_key(vm: &Vm, d: Gc<Dict>, k: Value, v: Value) -> PyResult<()> {
    let h = vm.hash_key(k, "a dict key")?;
    d.set_hashed(vm, k, h, v)
}
fn add_item(vm: &Vm, s: Gc<Set>, v: Value) -> PyResult<()> {
    let h = vm.hash_key(v, "a set element")?;
    s.add_hashed(vm, v, h)?;
    Ok(())
}

/// Fills `out` with exactly `out.len()` items of `v`.
fn unpack(vm: &Vm, v: Value, out: &mut [Value]) -> PyResult<()> {
    let n = out.len();
    let known = |got: usize| -> Raised {
        if got < n {
            vm.value_error(format!("not enough values to unpack (expected {n}, got {got})"))
        } else {
            vm.value_error(format!("too many values to unpack (expected {n}, got {got})"))
        }
    };
    if vm.is_exact(v, shape_ids::tuple)
        && let Some(t) = v.cast::<Tuple>()
    {
        if t.len() != n {
            return Err(known(t.len()));
        }
        out.copy_from_slice(t.items());
        return Ok(());
    }
    if vm.is_exact(v, shape_ids::list)
        && let Some(l) = v.cast::<List>()
    {
        if l.len() != n {
            return Err(known(l.len()));
        }
        for (k, o) in out.iter_mut().enumerate() {
            *o = vm.list_get(l, k);
        }
        return Ok(());
    }
    let it = iterator(vm, v)?;
    for (k, place) in out.iter_mut().enumerate() {
        match vm.iter_next(it)? {
            Some(x) => *place = x,
            None => {
                return Err(vm.value_error(format!("not enough values to unpack (expected {n}, got {k})")));
            }
        }
    }
    if vm.iter_next(it)?.is_some() {
        if (vm.is_exact(v, shape_ids::dict) || vm.is_exact(v, shape_ids::list))
            && let Ok(len) = vm.len(v)
            && len > n
        {
            return Err(known(len));
        }
        return Err(vm.value_error(format!("too many values to unpack (expected {n})")));
    }
    Ok(())
}

fn iterator(vm: &Vm, v: Value) -> PyResult {
    let slots = &vm.class_of(v).slots;
    if slots.iter.get().is_none() && slots.getitem.get().is_none() {
        return Err(vm.type_error(format!("cannot unpack non-iterable {} object", vm.type_name(v))));
    }
    vm.get_iter(v)
}

/// `format(v, spec)`
fn format_value(vm: &Vm, v: Value, spec: Gc<Str>) -> PyResult<Gc<Str>> {
    vm.format(v, spec)
}

/// `ascii(v)`
fn ascii(vm: &Vm, v: Value) -> PyResult<Gc<Str>> {
    let s = vm.repr(v)?;
    if s.is_ascii() {
        return Ok(s);
    }
    let mut out = String::new();
    for c in s.to_string_lossy().chars() {
        match c as u32 {
            0..0x80 => out.push(c),
            n @ 0x80..0x100 => out += &format!("\\x{n:02x}"),
            n @ 0x100..0x10000 => out += &format!("\\u{n:04x}"),
            n => out += &format!("\\U{n:08x}"),
        }
    }
    Ok(vm.new_str(&out))
}

ops! {
    UNPACK_SEQ(vm, i, r, pc) {
        let n = i.c as usize;
        let v = get(r, i.b);
        if n <= 16 {
            let mut out = [Value::UNBOUND; 16];
            unpack(vm, v, &mut out[..n])?;
            std::ptr::copy_nonoverlapping(out.as_ptr(), r.add(i.a as usize), n);
        } else {
            let mut out = GcVec::with_capacity(&vm.heap, n);
            for _ in 0..n {
                out.push(&vm.heap, Value::UNBOUND);
            }
            unpack(vm, v, &mut out)?;
            std::ptr::copy_nonoverlapping(out.as_ptr(), r.add(i.a as usize), n);
        }
        next(pc)
    }
    UNPACK_EX(vm, i, r, pc) {
        let (before, after) = (i.c as usize, i.d as usize);
        let v = get(r, i.b);
        iterator(vm, v)?;
        let all = vm.collect(v)?;
        if all.len() < before + after {
            return Err(vm.value_error(format!(
                "not enough values to unpack (expected at least {}, got {})",
                before + after,
                all.len()
            )));
        }
        let middle = vm.new_list(&all[before..all.len() - after]);
        let out = r.add(i.a as usize);
        std::ptr::copy_nonoverlapping(all.as_ptr(), out, before);
        *out.add(before) = middle.value();
        std::ptr::copy_nonoverlapping(all.as_ptr().add(all.len() - after), out.add(before + 1), after);
        next(pc)
    }

    BUILD_LIST(vm, i, r, pc) {
        set(r, i.a, vm.new_list(operands(r, i.b, i.c)).value());
        next(pc)
    }
    BUILD_TUPLE(vm, i, r, pc) {
        set(r, i.a, vm.new_tuple(operands(r, i.b, i.c)).value());
        next(pc)
    }
    BUILD_SET(vm, i, r, pc) {
        let s = vm.new_set();
        for &v in operands(r, i.b, i.c) {
            add_item(vm, s, v)?;
        }
        set(r, i.a, s.value());
        next(pc)
    }
    BUILD_MAP(vm, i, r, pc) {
        let d = vm.new_dict();
        d.presize(vm, i.c as usize);
        for kv in operands(r, i.b, i.c * 2).chunks_exact(2) {
            add_key(vm, d, kv[0], kv[1])?;
        }
        set(r, i.a, d.value());
        next(pc)
    }
    BUILD_STRING(vm, i, r, pc) {
        // The parts are strings, and joined they are one, whatever their number.
        let joined = vm.str_join_values(vm.str_empty(), operands(r, i.b, i.c))?;
        set(r, i.a, joined.value());
        next(pc)
    }
    LIST_APPEND(vm, i, r, pc) {
        vm.list_push(list(get(r, i.a)), get(r, i.b))?;
        next(pc)
    }
    SET_ADD(vm, i, r, pc) {
        add_item(vm, set_of(get(r, i.a)), get(r, i.b))?;
        next(pc)
    }
    MAP_ADD(vm, i, r, pc) {
        add_key(vm, dict(get(r, i.a)), get(r, i.b), get(r, i.c))?;
        next(pc)
    }
    LIST_APPEND_N(vm, i, r, pc) {
        vm.list_extend_values(list(get(r, i.a)), operands(r, i.b, i.c))?;
        next(pc)
    }
    SET_ADD_N(vm, i, r, pc) {
        for &v in operands(r, i.b, i.c) {
            add_item(vm, set_of(get(r, i.a)), v)?;
        }
        next(pc)
    }
    MAP_ADD_N(vm, i, r, pc) {
        for kv in operands(r, i.b, i.c * 2).chunks_exact(2) {
            add_key(vm, dict(get(r, i.a)), kv[0], kv[1])?;
        }
        next(pc)
    }
    LIST_EXTEND(vm, i, r, pc) {
        let v = get(r, i.b);
        let slots = &vm.class_of(v).slots;
        if slots.iter.get().is_none() && slots.getitem.get().is_none() {
            return Err(vm.type_error(format!(
                "Value after * must be an iterable, not {}",
                vm.type_name(v)
            )));
        }
        vm.list_extend(list(get(r, i.a)), v)?;
        next(pc)
    }
    SET_UPDATE(vm, i, r, pc) {
        vm.set_update(set_of(get(r, i.a)), get(r, i.b))?;
        next(pc)
    }
    DICT_UPDATE(vm, i, r, pc) {
        let v = get(r, i.b);
        if v.cast::<Dict>().is_none() && vm.get_attr_opt(v, vm.names.keys)?.is_none() {
            return Err(vm.type_error(format!("'{}' object is not a mapping", vm.type_name(v))));
        }
        update::merge(vm, dict(get(r, i.a)), v, true)?;
        next(pc)
    }
    DICT_MERGE(vm, i, r, pc) {
        merge_kwargs(vm, dict(get(r, i.a)), get(r, i.b), get(r, i.c))?;
        next(pc)
    }
    LIST_TO_TUPLE(vm, i, r, pc) {
        set(r, i.a, vm.tuple_of_list(list(get(r, i.b))).value());
        next(pc)
    }
    FORMAT_SIMPLE(vm, i, r, pc) {
        let v = get(r, i.b);
        if vm.exact_str(v).is_some() {
            set(r, i.a, v);
        } else {
            set(r, i.a, format_value(vm, v, vm.str_empty())?.value());
        }
        next(pc)
    }
    FORMAT_SPEC(vm, i, r, pc) {
        let spec = get(r, i.c).cast::<Str>().expect("format specs are strings");
        set(r, i.a, format_value(vm, get(r, i.b), spec)?.value());
        next(pc)
    }
    CONVERT(vm, i, r, pc) {
        let v = get(r, i.b);
        let s = match i.d {
            1 => vm.str(v)?,
            2 => vm.repr(v)?,
            _ => ascii(vm, v)?,
        };
        set(r, i.a, s.value());
        next(pc)
    }
    BUILD_TEMPLATE(vm, i, r, pc) {
        let make = vm.import_attr("_templatelib", "_make_template")?;
        set(r, i.a, vm.call(make, &[get(r, i.b), get(r, i.c)])?);
        next(pc)
    }
    BUILD_INTERPOLATION(vm, i, r, pc) {
        let make = vm.import_attr("_templatelib", "Interpolation")?;
        let p = operands(r, i.b, i.c);
        let conversion = match i.d {
            1 => vm.intern("s").value(),
            2 => vm.intern("r").value(),
            3 => vm.intern("a").value(),
            _ => Value::NONE,
        };
        let spec = if i.c == 3 { p[2] } else { vm.intern("").value() };
        set(r, i.a, vm.call(make, &[p[0], p[1], conversion, spec])?);
        next(pc)
    }
}
