//! `gc`: the collector as programs see it.
//!
//! There are no reference counts: an automatic collection may come at any allocation, `disable()` is only
//! remembered, and thresholds are only stored. `collect()` answers the number of heap cells that it freed, which
//! includes what CPython's reference counts would have freed long before.

use taipan_runtime::objects::dict::Dict;
use taipan_runtime::objects::list::List;
use taipan_runtime::objects::module::{Module, ModuleDef};
use taipan_runtime::objects::str::Str;
use taipan_runtime::objects::tuple::Tuple;
use taipan_runtime::objects::typ::Type;
use taipan_runtime::vm::typedef::flag;
use taipan_runtime::{Args, Gc, GcVec, Header, PyResult, Value, Vm, function, function_var, kinds};

fn enable(vm: &Vm, _: &[Value]) -> PyResult {
    vm.heap.set_automatic(true);
    Ok(Value::NONE)
}
fn disable(vm: &Vm, _: &[Value]) -> PyResult {
    vm.heap.set_automatic(false);
    Ok(Value::NONE)
}
fn isenabled(vm: &Vm, _: &[Value]) -> PyResult {
    Ok(Value::bool(vm.heap.is_automatic()))
}
#[inline(never)]
fn callbacks(vm: &Vm, phase: &str, generation: i64, collected: i64) {
    let Some(m) = vm.modules.get_str(vm, vm.intern("gc")) else { return };
    let Ok(list) = vm.get_attr(m, vm.intern("callbacks")) else { return };
    let Some(list) = list.cast::<List>() else { return };
    if vm.list_items(list).is_empty() {
        return;
    }
    let info = vm.new_dict();
    let set = |n: &str, v: i64| info.set_str(vm, vm.intern(n), vm.new_int(v));
    set("generation", generation);
    set("collected", collected);
    set("uncollectable", 0);
    let phase = vm.new_str(phase).value();
    for &f in vm.list_items(list).iter() {
        if let Err(e) = vm.call(f, &[phase, info.value()]) {
            vm.unraisable_in(e, "Exception ignored while calling GC callback", f);
        }
    }
}
/// `gc.collect()`. A frame of its own that holds nothing, so that all frames below begin wiped.
fn collect(vm: &Vm, a: &[Value]) -> PyResult {
    vm.heap.clear_dead_stack();
    collect_rounds(vm, a)
}
#[inline(never)]
fn collect_rounds(vm: &Vm, a: &[Value]) -> PyResult {
    let generation = match a[0].bound() {
        Some(g) => vm.index_i64(g)?,
        None => 2,
    };
    if !(0..=2).contains(&generation) {
        return Err(vm.value_error("invalid generation"));
    }
    callbacks(vm, "start", generation, 0);
    let before = vm.heap.stats().freed;
    vm.heap.clear_dead_stack();
    vm.heap.collect(true);
    // What finalisers let go is garbage of the next round; a few rounds reach the end of most chains.
    for _ in 0..3 {
        if !vm.heap.has_pending() {
            break;
        }
        vm.run_pending();
        vm.heap.clear_dead_stack();
        vm.heap.collect(true);
    }
    let freed = (vm.heap.stats().freed - before) as i64;
    callbacks(vm, "stop", generation, freed);
    Ok(vm.new_int(freed))
}
fn get_stats(vm: &Vm, _: &[Value]) -> PyResult {
    let (minor, full) = vm.heap.collections();
    let freed = vm.heap.stats().freed as i64;
    let mut all = GcVec::new();
    for (collections, collected) in [(minor as i64, 0), (0, 0), (full as i64, freed)] {
        let d = vm.new_dict();
        let set = |n: &str, v: i64| d.set_str(vm, vm.intern(n), vm.new_int(v));
        set("collections", collections);
        set("collected", collected);
        set("uncollectable", 0);
        all.push(&vm.heap, d.value());
    }
    Ok(vm.new_list(&all).value())
}
fn get_count(vm: &Vm, _: &[Value]) -> PyResult {
    let n = vm.new_int((vm.heap.allocated_since() / 64) as i64);
    Ok(vm.new_tuple(&[n, Value::int(0), Value::int(0)]).value())
}
fn get_threshold(vm: &Vm, _: &[Value]) -> PyResult {
    let t = vm.gc_threshold.get();
    Ok(vm.new_tuple(&t.map(|n| vm.new_int(n))).value())
}
fn set_threshold(vm: &Vm, args: Args) -> PyResult {
    if args.pos.is_empty() || args.pos.len() > 3 {
        return Err(vm.type_error("gc.set_threshold requires 1 to 3 arguments"));
    }
    let mut t = vm.gc_threshold.get();
    for (slot, &v) in t.iter_mut().zip(args.pos) {
        *slot = vm.index_i32(v)? as i64;
    }
    vm.gc_threshold.set(t);
    Ok(Value::NONE)
}
fn get_debug(vm: &Vm, _: &[Value]) -> PyResult {
    Ok(vm.new_int(vm.gc_debug.get()))
}
fn set_debug(vm: &Vm, a: &[Value]) -> PyResult {
    vm.gc_debug.set(vm.index_i32(a[0])? as i64);
    Ok(Value::NONE)
}
/// Would CPython's collector know this object?
fn tracked(vm: &Vm, v: Value) -> bool {
    if !v.is_ptr() {
        return false;
    }
    match v.kind() {
        kinds::INT
        | kinds::FLOAT
        | kinds::COMPLEX
        | kinds::STR
        | kinds::BYTES
        | kinds::BYTEARRAY
        | kinds::RANGE => vm.class_of(v).has(flag::HEAP),
        kinds::TYPE => v.cast::<Type>().is_some_and(|t| t.has(flag::HEAP)),
        kinds::INSTANCE => vm.class_of(v) != vm.types.object,
        kinds::TUPLE => vm.len(v).is_ok_and(|n| n > 0),
        _ => true,
    }
}
/// Is it an object of Python's, not a buffer or table inside one?
fn is_object(h: *mut Header) -> bool {
    let v = Value::from_header(h);
    v.kind() != kinds::DICT_KEYS && v.kind() != kinds::SET_TABLE && taipan_runtime::has_class(v)
}
fn is_tracked(vm: &Vm, a: &[Value]) -> PyResult {
    Ok(Value::bool(tracked(vm, a[0])))
}
fn is_finalized(_: &Vm, a: &[Value]) -> PyResult {
    Ok(Value::bool(taipan_runtime::is_finalized(a[0])))
}
fn get_objects(vm: &Vm, a: &[Value]) -> PyResult {
    let generation = a[0].or_none();
    if !generation.is_none() {
        let g = vm.index_ssize(generation)?;
        if g >= 3 {
            return Err(vm.value_error(
                "generation parameter must be less than the number of available generations (3)",
            ));
        }
        if g < 0 {
            return Err(vm.value_error("generation parameter cannot be negative"));
        }
    }
    // Garbage that no collection has found yet is not to be shown again.
    vm.heap.collect(true);
    let mut out = GcVec::new();
    vm.heap.without_gc(|| {
        for h in vm.heap.live_objects() {
            let v = Value::from_header(h);
            if is_object(h) && v.kind() != kinds::WEAKREF && tracked(vm, v) {
                out.push(&vm.heap, v);
            }
        }
    });
    Ok(vm.new_list(&out).value())
}
/// What an object refers to, through its buffers and tables.
fn referents(vm: &Vm, v: Value, out: &mut Vec<Value>) {
    let mut todo = vec![v.as_header()];
    let class = vm.class_of(v);
    let mut seen = vec![];
    while let Some(h) = todo.pop() {
        for r in vm.heap.referents(h) {
            if seen.contains(&r) {
                continue;
            }
            seen.push(r);
            let rv = Value::from_header(r);
            if !is_object(r) {
                todo.push(r);
            } else if rv != class.value() || class.has(flag::HEAP) {
                out.push(rv);
            }
        }
    }
}
fn get_referents(vm: &Vm, args: Args) -> PyResult {
    let mut out = GcVec::new();
    vm.heap.without_gc(|| {
        for &v in args.pos {
            if v.is_ptr() && tracked(vm, v) {
                // Ints and floats are no heap objects: sequences and dicts are asked for their items, in the order
                // in which CPython visits them.
                if let Some(l) = v.cast::<List>() {
                    vm.list_items(l).iter().rev().for_each(|&x| out.push(&vm.heap, x));
                    continue;
                }
                if let Some(t) = v.cast::<Tuple>() {
                    t.items().iter().rev().for_each(|&x| out.push(&vm.heap, x));
                    continue;
                }
                if let Some(d) = v.cast::<Dict>() {
                    // Keys that are all strings are left out there: they refer to nothing.
                    let (mut pos, mut others) = (0, false);
                    while let Some(e) = d.next_entry(&mut pos) {
                        others |= e.key.cast::<Str>().is_none();
                    }
                    let mut pos = 0;
                    while let Some(e) = d.next_entry(&mut pos) {
                        out.push(&vm.heap, e.value);
                        if others {
                            out.push(&vm.heap, e.key);
                        }
                    }
                    continue;
                }
                let mut found = vec![];
                referents(vm, v, &mut found);
                found.into_iter().for_each(|r| out.push(&vm.heap, r));
            }
        }
    });
    Ok(vm.new_list(&out).value())
}
fn get_referrers(vm: &Vm, args: Args) -> PyResult {
    let mut out = GcVec::new();
    vm.heap.collect(true);
    vm.heap.without_gc(|| {
        for h in vm.heap.live_objects() {
            let v = Value::from_header(h);
            if !is_object(h) || v.kind() == kinds::WEAKREF || !tracked(vm, v) {
                continue;
            }
            let mut found = vec![];
            referents(vm, v, &mut found);
            if args.pos.iter().any(|x| found.contains(x)) {
                out.push(&vm.heap, v);
            }
        }
    });
    Ok(vm.new_list(&out).value())
}
fn nothing(_: &Vm, _: &[Value]) -> PyResult {
    Ok(Value::NONE)
}
fn init(vm: &Vm, m: Gc<Module>) -> PyResult<()> {
    let d = m.dict.get();
    let set = |n: &str, v: Value| d.set_str(vm, vm.intern(n), v);
    set("garbage", vm.new_list(&[]).value());
    set("callbacks", vm.new_list(&[]).value());
    for (n, v) in [
        ("DEBUG_STATS", 1),
        ("DEBUG_COLLECTABLE", 2),
        ("DEBUG_UNCOLLECTABLE", 4),
        ("DEBUG_SAVEALL", 32),
        ("DEBUG_LEAK", 38),
    ] {
        set(n, Value::int(v));
    }
    Ok(())
}

/// The module.
pub static MODULE: ModuleDef = ModuleDef {
    name: "gc",
    doc: "This module provides access to the garbage collector for reference cycles.\n\nenable() -- Enable automatic garbage collection.\ndisable() -- Disable automatic garbage collection.\nisenabled() -- Returns true if automatic collection is enabled.\ncollect() -- Do a full collection right now.\nget_count() -- Return the current collection counts.\nget_stats() -- Return list of dictionaries containing per-generation stats.\nset_debug() -- Set debugging flags.\nget_debug() -- Get debugging flags.\nset_threshold() -- Set the collection thresholds.\nget_threshold() -- Return the current collection thresholds.\nget_objects() -- Return a list of all objects tracked by the collector.\nis_tracked() -- Returns true if a given object is tracked.\nis_finalized() -- Returns true if a given object has been already finalized.\nget_referrers() -- Return the list of objects that refer to an object.\nget_referents() -- Return the list of objects that an object refers to.\nfreeze() -- Freeze all tracked objects and ignore them for future collections.\nunfreeze() -- Unfreeze all objects in the permanent generation.\nget_freeze_count() -- Return the number of objects in the permanent generation.\n",
    functions: &[
        function("enable", "($module, /)", enable, "Enable automatic garbage collection."),
        function("disable", "($module, /)", disable, "Disable automatic garbage collection."),
        function(
            "isenabled",
            "($module, /)",
            isenabled,
            "Returns true if automatic garbage collection is enabled.",
        ),
        function(
            "collect",
            "($module, /, generation=2)",
            collect,
            "Run the garbage collector.\n\nWith no arguments, run a full collection.  The optional argument\nmay be an integer specifying which generation to collect.  A ValueError\nis raised if the generation number is invalid.\n\nThe number of unreachable objects is returned.",
        ),
        function(
            "get_count",
            "($module, /)",
            get_count,
            "Return a three-tuple of the current collection counts.",
        ),
        function(
            "get_stats",
            "($module, /)",
            get_stats,
            "Return a list of dictionaries containing per-generation statistics.",
        ),
        function("get_threshold", "($module, /)", get_threshold, "Return the current collection thresholds."),
        function_var(
            "set_threshold",
            "($module, *args)",
            set_threshold,
            "set_threshold(threshold0, [threshold1, [threshold2]])\nSet the collection thresholds (the collection frequency).\n\nSetting 'threshold0' to zero disables collection.",
        ),
        function("get_debug", "($module, /)", get_debug, "Get the garbage collection debugging flags."),
        function(
            "set_debug",
            "($module, flags, /)",
            set_debug,
            "Set the garbage collection debugging flags.",
        ),
        function(
            "get_objects",
            "($module, /, generation=None)",
            get_objects,
            "Return a list of objects tracked by the collector (excluding the list returned).",
        ),
        function(
            "is_tracked",
            "($module, obj, /)",
            is_tracked,
            "Returns true if the object is tracked by the garbage collector.\n\nSimple atomic objects will return false.",
        ),
        function(
            "is_finalized",
            "($module, obj, /)",
            is_finalized,
            "Returns true if the object has been already finalized by the GC.",
        ),
        function_var(
            "get_referrers",
            "($module, *objs)",
            get_referrers,
            "Return the list of objects that directly refer to any of 'objs'.",
        ),
        function_var(
            "get_referents",
            "($module, *objs)",
            get_referents,
            "Return the list of objects that are directly referred to by 'objs'.",
        ),
        function(
            "freeze",
            "($module, /)",
            nothing,
            "Freeze all current tracked objects and ignore them for future collections.",
        ),
        function("unfreeze", "($module, /)", nothing, "Unfreeze all objects in the permanent generation."),
        function(
            "get_freeze_count",
            "($module, /)",
            |_, _| Ok(Value::int(0)),
            "Return the number of objects in the permanent generation.",
        ),
    ],
    types: &[],
    init: Some(init),
};
