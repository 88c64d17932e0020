//! `_sre`: patterns, matches, scanners and templates on the crate `rustpython-sre_engine`.
//!
//! The library's `re` compiles a pattern to code; `compile` here wraps it in a `Pattern`. Positions are
//! characters for text and bytes for bytes-like subjects; [`subject`] gives the engine random access to either.

mod matches;
mod methods;
mod pattern;
mod scanner;
mod subject;
mod template;

use rustpython_sre_engine as engine;
use taipan_runtime::objects::module::{Module, ModuleDef};
use taipan_runtime::text::unicode;
use taipan_runtime::vm::error::PyResult;
use taipan_runtime::{Gc, MethodDef, Value, Vm, function};

/// The module.
pub static MODULE: ModuleDef =
    ModuleDef { name: "_sre", doc: "", functions: FUNCTIONS, types: &[], init: Some(init) };

static FUNCTIONS: &[MethodDef] = &[
    function(
        "compile",
        "($module, /, pattern, flags, code, groups, groupindex, indexgroup)",
        pattern::compile,
        "",
    ),
    function("template", "($module, pattern, template, /)", template::template, ""),
    function("getcodesize", "($module, /)", getcodesize, ""),
    function("ascii_iscased", "($module, character, /)", ascii_iscased, ""),
    function("ascii_tolower", "($module, character, /)", ascii_tolower, ""),
    function("unicode_iscased", "($module, character, /)", unicode_iscased, ""),
    function("unicode_tolower", "($module, character, /)", unicode_tolower, ""),
];

fn init(vm: &Vm, m: Gc<Module>) -> PyResult<()> {
    let d = m.dict.get();
    let set = |name: &str, v: Value| d.set_str(vm, vm.intern(name), v);
    set("MAGIC", Value::int(engine::SRE_MAGIC as i64));
    set("CODESIZE", Value::int(4));
    set("MAXREPEAT", vm.new_uint(u32::MAX as u64));
    set("MAXGROUPS", vm.new_int(i32::MAX as i64 / 2));
    set("copyright", vm.new_str(" SRE 2.2.2 Copyright (c) 1997-2002 by Secret Labs AB ").value());
    Ok(())
}

fn character(vm: &Vm, v: Value) -> PyResult<i32> {
    vm.index_c_int(v)
}
fn getcodesize(_: &Vm, _: &[Value]) -> PyResult {
    Ok(Value::int(4))
}
fn ascii_iscased(vm: &Vm, a: &[Value]) -> PyResult {
    let c = character(vm, a[0])?;
    Ok(Value::bool(u8::try_from(c).is_ok_and(|b| b.is_ascii_alphabetic())))
}
fn ascii_tolower(vm: &Vm, a: &[Value]) -> PyResult {
    let c = character(vm, a[0])?;
    Ok(Value::int(u8::try_from(c).map_or(c as i64, |b| b.to_ascii_lowercase() as i64)))
}
fn unicode_iscased(vm: &Vm, a: &[Value]) -> PyResult {
    let c = character(vm, a[0])? as u32;
    // CPython's simple uppercase of a character with a special one is the first of that.
    let upper = unicode::to_upper(c).next().unwrap_or(c);
    Ok(Value::bool(unicode::simple_lower(c) != c || upper != c))
}
fn unicode_tolower(vm: &Vm, a: &[Value]) -> PyResult {
    let c = character(vm, a[0])? as u32;
    Ok(Value::int(unicode::simple_lower(c) as i64))
}
