//! What an instruction's inline cache says: always there, counted or not.

use crate::code::{Cache, cache};
use crate::dispatch::{enter_offset, is_fast, spec_of};
use crate::hot::Spec;
use crate::hot::poly::rows;
use crate::spec::is_adaptive;
use taipan_bytecode::Op;
use taipan_runtime::objects::code::Code;
use taipan_runtime::vm::shape_ids;
use taipan_runtime::{Gc, Vm};

/// The form that an instruction is in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Form {
    /// The opcode has one form, without a fast path.
    General,
    /// The opcode's handler has fast paths for common types inside.
    Fast,
    /// An opcode that is specialised, in its general form.
    Adaptive,
    /// A specialised form.
    Special(Spec),
    /// A back edge with compiled code.
    Compiled,
}

impl Form {
    /// A name: the specialised form's, or what kind it is.
    pub fn name(self) -> &'static str {
        match self {
            Form::General => "general",
            Form::Fast => "fast",
            Form::Adaptive => "adaptive",
            Form::Special(s) => s.name(),
            Form::Compiled => "compiled",
        }
    }
}

/// What loaded code says about one instruction.
#[derive(Clone, Debug)]
pub struct State {
    /// Its opcode.
    pub op: Op,
    /// Its form.
    pub form: Form,
    /// Executions to go until the next attempt to specialise it; of a specialised form, how often it changed.
    pub counter: u16,
    /// Failed attempts, as a power of two: the next wait is `2 ** backoff` executions.
    pub backoff: u16,
    /// What the cache was filled for: classes of objects, names of callables.
    pub cached: Vec<String>,
}

/// The state of instruction `index` of `code`.
pub fn state(vm: &Vm, code: Gc<Code>, index: u32) -> State {
    let op = code.data.instrs[index as usize].opcode();
    let plain = match () {
        _ if is_adaptive(op) => Form::Adaptive,
        _ if is_fast(op) => Form::Fast,
        _ => Form::General,
    };
    let mut s = State { op, form: plain, counter: 0, backoff: 0, cached: vec![] };
    if code.block.get().is_null() {
        return s;
    }
    // SAFETY: the block holds as many instructions as the original; instructions in specialised forms have a
    // cache that was filled for the form.
    unsafe {
        let pc = code.block.get().cast::<taipan_bytecode::Instr>().add(index as usize);
        if is_adaptive(op) {
            s.counter = (*pc).d & 0xFFF;
            s.backoff = (*pc).d >> 12;
        }
        if let Some(spec) = spec_of(op, (*pc).op) {
            s.form = Form::Special(spec);
            s.cached = cached(vm, spec, cache(pc));
        } else if (*pc).op == enter_offset() {
            s.form = Form::Compiled;
        }
    }
    s
}

/// Name of the class that instances of a shape have.
fn class_of_shape(vm: &Vm, shape: u32) -> String {
    match vm.shapes.class_name(shape) {
        Some(name) => name.to_string(),
        None if shape < shape_ids::FIRST_FREE => "builtin type".to_string(),
        None => "?".to_string(),
    }
}

unsafe fn cached(vm: &Vm, spec: Spec, c: &Cache) -> Vec<String> {
    let class = |word: u64| class_of_shape(vm, word as u32);
    // Classes and functions in caches may be dead, so they are not looked at; shapes know the names of their classes.
    match spec {
        Spec::LOAD_ATTR_POLY | Spec::LOAD_METHOD_POLY | Spec::STORE_ATTR_POLY => {
            // SAFETY: the cache was filled for this form.
            let rows = unsafe { rows(c) };
            rows.iter().map(|r| r.key.get()).filter(|&k| k != 0).map(class).collect()
        }
        Spec::LOAD_GLOBAL_MODULE | Spec::LOAD_GLOBAL_BUILTIN => vec![],
        Spec::LOAD_ATTR_MODULE | Spec::LOAD_METHOD_MODULE => vec!["module".into()],
        Spec::LOAD_ATTR_TYPE
        | Spec::LOAD_METHOD_TYPE
        | Spec::LOAD_METHOD_CLASS
        | Spec::LOAD_ATTR_META
        | Spec::LOAD_METHOD_META => vec!["type".into()],
        Spec::LOAD_ATTR_PROPERTY => vec!["property".into()],
        _ => vec![class(c.a.get())],
    }
}
