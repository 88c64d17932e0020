//! `_taipan`: the profile as Python objects. `taipan_specialist` is the library on top of it.

use super::report::{is_library, quality, sums};
use super::{clear, counted, family, start, state, stats, stop};
use taipan_runtime::objects::code::Code;
use taipan_runtime::objects::dict::Dict;
use taipan_runtime::objects::module::ModuleDef;
use taipan_runtime::objects::str::Str;
use taipan_runtime::{Gc, GcVec, MethodDef, PyResult, Value, Vm, function};

fn put(vm: &Vm, d: Gc<Dict>, name: &str, v: Value) {
    d.set_str(vm, vm.intern(name), v);
}
fn count(vm: &Vm, d: Gc<Dict>, name: &str, n: u64) {
    put(vm, d, name, vm.new_int(n as i64));
}
fn text(vm: &Vm, s: &str) -> Value {
    vm.new_str(s).value()
}

fn profile_start(vm: &Vm, _: &[Value]) -> PyResult {
    start(vm);
    Ok(Value::NONE)
}
fn profile_stop(vm: &Vm, _: &[Value]) -> PyResult {
    stop(vm);
    Ok(Value::NONE)
}
fn profile_clear(vm: &Vm, _: &[Value]) -> PyResult {
    clear(vm);
    Ok(Value::NONE)
}

fn instruction(vm: &Vm, code: Gc<Code>, index: u32) -> Value {
    let d = vm.new_dict();
    let st = state(vm, code, index);
    let original = code.data.instrs[index as usize];
    let p = code.data.positions.get(index as usize).copied().unwrap_or(taipan_bytecode::Position::NONE);
    put(vm, d, "opcode", text(vm, st.op.name()));
    put(vm, d, "text", text(vm, &taipan_bytecode::instruction(&code.data, index as usize, &original)));
    put(vm, d, "form", text(vm, st.form.name()));
    put(vm, d, "family", family(st.op).map_or(Value::NONE, |f| text(vm, f)));
    for (name, v) in [("line", p.line), ("end_line", p.end_line), ("col", p.col), ("end_col", p.end_col)] {
        put(vm, d, name, Value::int(v.into()));
    }
    count(vm, d, "counter", st.counter.into());
    count(vm, d, "backoff", st.backoff.into());
    let mut cached = GcVec::default();
    for c in &st.cached {
        cached.push(&vm.heap, text(vm, c));
    }
    put(vm, d, "cached", vm.new_tuple(&cached).value());
    let s = super::site(vm, code, index).unwrap_or_default();
    count(vm, d, "executed", s.executed);
    count(vm, d, "hits", s.hits());
    count(vm, d, "misses", s.misses);
    count(vm, d, "general", s.general);
    count(vm, d, "attempts", s.attempts);
    count(vm, d, "successes", s.successes);
    if st.op.is_jump() {
        count(vm, d, "taken", s.taken);
    }
    let (failures, seen) = (vm.new_dict(), vm.new_dict());
    for (r, n) in &s.failures {
        count(vm, failures, r.name(), *n);
    }
    for k in &s.seen {
        count(vm, seen, &k.name, k.count);
    }
    if s.others > 0 {
        count(vm, seen, "others", s.others);
    }
    put(vm, d, "failures", failures.value());
    put(vm, d, "seen", seen.value());
    put(vm, d, "quality", quality(st.op, &s).map_or(Value::NONE, Value::float));
    d.value()
}

/// The counted code objects, as values.
fn codes(vm: &Vm) -> GcVec {
    let mut all = GcVec::default();
    // Counting must not see what is done here.
    for c in counted(vm).iter() {
        all.push(&vm.heap, c.code().value());
    }
    all
}

fn profile(vm: &Vm, a: &[Value]) -> PyResult {
    let library = a[0].bound().is_some_and(|v| v.is_true());
    let all = codes(vm);
    let mut out = GcVec::default();
    for &v in all.iter() {
        let Some(code) = v.cast::<Code>() else { continue };
        if library || !is_library(&code.filename.get().to_string()) {
            out.push(&vm.heap, of_code(vm, code));
        }
    }
    Ok(vm.new_list(&out).value())
}

fn of_code(vm: &Vm, code: Gc<Code>) -> Value {
    let d = vm.new_dict();
    put(vm, d, "code", code.value());
    let calls = counted(vm).iter().find(|c| c.code() == code).map_or(0, |c| c.calls);
    count(vm, d, "calls", calls);
    let mut instructions = GcVec::default();
    for i in 0..code.data.instrs.len() {
        instructions.push(&vm.heap, instruction(vm, code, i as u32));
    }
    put(vm, d, "instructions", vm.new_list(&instructions).value());
    d.value()
}

fn of_one(vm: &Vm, a: &[Value]) -> PyResult {
    match a[0].cast::<Code>() {
        Some(c) => Ok(of_code(vm, c)),
        None => Err(vm.type_error(format!("a code object is required, not {}", vm.type_name(a[0])))),
    }
}

fn specialization_stats(vm: &Vm, _: &[Value]) -> PyResult {
    let all = vm.new_dict();
    for (name, s) in sums(vm) {
        let d = vm.new_dict();
        count(vm, d, "instructions", s.instructions);
        count(vm, d, "executed", s.executed);
        count(vm, d, "hits", s.hits);
        count(vm, d, "misses", s.misses);
        count(vm, d, "general", s.general);
        count(vm, d, "attempts", s.attempts);
        count(vm, d, "successes", s.successes);
        let failures = vm.new_dict();
        for (r, n) in &s.failures {
            count(vm, failures, r.name(), *n);
        }
        put(vm, d, "failures", failures.value());
        put(vm, all, name, d.value());
    }
    Ok(all.value())
}

fn stats_text(vm: &Vm, _: &[Value]) -> PyResult {
    Ok(text(vm, &stats(vm)))
}

/// The text of `-c` or of standard input, which no file holds.
fn source(vm: &Vm, a: &[Value]) -> PyResult {
    let Some(name) = a[0].cast::<Str>() else {
        return Err(vm.type_error(format!("a str is required, not {}", vm.type_name(a[0]))));
    };
    let sources = vm.hidden.get_str(vm, vm.intern("sys.source_texts")).and_then(|d| d.cast::<Dict>());
    let found = sources.and_then(|d| d.get_str(vm, vm.intern(&name.to_string())));
    Ok(found.unwrap_or(Value::NONE))
}

static FUNCTIONS: &[MethodDef] = &[
    function("profile_start", "($module, /)", profile_start, "Count what instructions do from now on."),
    function("profile_stop", "($module, /)", profile_stop, "Stop counting; what was counted stays."),
    function("profile_clear", "($module, /)", profile_clear, "Forget what was counted."),
    function(
        "profile",
        "($module, /, library=False)",
        profile,
        "Return what was counted: a list with a dict for each code object that was run.\n\nCode of the library is \
         left out unless asked for.",
    ),
    function(
        "instructions",
        "($module, code, /)",
        of_one,
        "Return the state of a code object's instructions, counted or not.",
    ),
    function(
        "specialization_stats",
        "($module, /)",
        specialization_stats,
        "Return sums by family of instructions: a dict of dicts.",
    ),
    function(
        "source",
        "($module, filename, /)",
        source,
        "Return the text of -c or standard input by file name, or None.",
    ),
    function("stats_text", "($module, /)", stats_text, "Return the table of -X stats."),
];

/// The module.
pub static MODULE: ModuleDef = ModuleDef {
    name: "_taipan",
    doc: "What the interpreter knows about running code.",
    functions: FUNCTIONS,
    types: &[],
    init: None,
};
