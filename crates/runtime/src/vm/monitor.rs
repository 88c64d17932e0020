//! What `sys.monitoring` (PEP 669) was told: which tools want which events of which code, and whom to call.
//!
//! In: the functions of `sys.monitoring`. Out: for the interpreter's loop, the events that are wanted of a code
//! object, and the calls themselves. What must hold: `Exec::monitoring` says whether any tool wants anything; where
//! it does not, nothing here is looked at.

use crate::objects::code::Code;
use crate::vm::Vm;
use crate::vm::error::PyResult;
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use taipan_heap::{Gc, Tracer, Value};

macro_rules! events {
    ($($name:ident)*) => {
        /// An event; its number is that of its bit.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        #[allow(missing_docs, non_camel_case_types, clippy::upper_case_acronyms)]
        #[repr(u8)]
        pub enum Event { $($name),* }
        /// Names in bit order.
        pub const EVENTS: &[&str] = &[$(stringify!($name)),*];
    };
}
events! {
    PY_START PY_RESUME PY_RETURN PY_YIELD CALL LINE INSTRUCTION JUMP BRANCH_LEFT BRANCH_RIGHT STOP_ITERATION RAISE
    EXCEPTION_HANDLED PY_UNWIND PY_THROW RERAISE C_RETURN C_RAISE BRANCH
}

/// Events below this number belong to places in code: they can be asked for per code object, and disabled.
pub const LOCAL_EVENTS: u32 = Event::RAISE as u32;
/// Tools.
pub const TOOLS: usize = 6;
const COUNT: usize = Event::BRANCH as usize + 1;

/// Events asked for of one code object, by tool. The code is kept: its address is the key.
struct Local {
    code: Gc<Code>,
    sets: [u32; TOOLS],
}

/// The state of `sys.monitoring`.
#[derive(Default)]
pub struct Monitor {
    /// Names of the tools in use; unbound where a tool is not.
    names: RefCell<[Option<Value>; TOOLS]>,
    callbacks: RefCell<[[Option<Value>; COUNT]; TOOLS]>,
    global: Cell<[u32; TOOLS]>,
    local: RefCell<HashMap<usize, Local>>,
    /// Tools (bits) that disabled an event at an instruction.
    disabled: RefCell<HashMap<(usize, u32, u8), u8>>,
    /// What a callback returns to disable the event at the place.
    pub disable: Cell<Option<Value>>,
    /// Stands for the first argument of a call without any.
    pub missing: Cell<Option<Value>>,
}

fn key(code: Gc<Code>) -> usize {
    std::ptr::from_ref(&*code) as usize
}

impl Monitor {
    pub(crate) fn trace(&self, t: &mut Tracer) {
        let mut all = |v: Option<Value>| v.into_iter().for_each(|v| t.value(v));
        self.names.borrow().iter().for_each(|&v| all(v));
        self.callbacks.borrow().iter().flatten().for_each(|&v| all(v));
        all(self.disable.get());
        all(self.missing.get());
        for l in self.local.borrow().values() {
            t.gc(l.code);
        }
    }
    /// The name of a tool.
    pub fn name(&self, tool: usize) -> Option<Value> {
        self.names.borrow()[tool]
    }
    /// Takes a tool into use, or frees it.
    pub fn set_name(&self, tool: usize, name: Option<Value>) {
        self.names.borrow_mut()[tool] = name;
    }
    /// Sets a callback; answers the one before.
    pub fn set_callback(&self, tool: usize, event: usize, f: Option<Value>) -> Option<Value> {
        std::mem::replace(&mut self.callbacks.borrow_mut()[tool][event], f)
    }
    /// Events that a tool wants everywhere.
    pub fn global(&self, tool: usize) -> u32 {
        self.global.get()[tool]
    }
    /// Events that a tool wants of one code object.
    pub fn local(&self, tool: usize, code: Gc<Code>) -> u32 {
        self.local.borrow().get(&key(code)).map_or(0, |l| l.sets[tool])
    }
    /// Events that any tool wants of a code object.
    pub fn wanted(&self, code: Gc<Code>) -> u32 {
        let global = self.global.get().iter().fold(0, |a, b| a | b);
        let local = self.local.borrow();
        local.get(&key(code)).map_or(0, |l| l.sets.iter().fold(0, |a, b| a | b)) | global
    }
    fn any(&self) -> bool {
        self.global.get().iter().any(|&s| s != 0)
            || self.local.borrow().values().any(|l| l.sets.iter().any(|&s| s != 0))
    }
    /// Makes disabled events happen again.
    pub fn restart(&self) {
        self.disabled.borrow_mut().clear();
    }
}

impl Vm {
    /// Sets the events that a tool wants everywhere.
    pub fn set_monitored(&self, tool: usize, events: u32) {
        let m = &self.exec.monitor;
        let mut all = m.global.get();
        all[tool] = events;
        m.global.set(all);
        self.exec.monitoring.set(m.any());
        self.update_tracing();
    }
    /// Sets the events that a tool wants of a code object.
    pub fn set_monitored_code(&self, tool: usize, code: Gc<Code>, events: u32) {
        let m = &self.exec.monitor;
        let entry = |l: &mut HashMap<usize, Local>| {
            l.entry(key(code)).or_insert_with(|| Local { code, sets: [0; TOOLS] }).sets[tool] = events;
        };
        entry(&mut m.local.borrow_mut());
        self.exec.monitoring.set(m.any());
        self.update_tracing();
    }
    /// Forgets what a tool asked for and whom it wanted called.
    pub fn clear_tool(&self, tool: usize) {
        let m = &self.exec.monitor;
        m.callbacks.borrow_mut()[tool] = [None; COUNT];
        m.local.borrow_mut().values_mut().for_each(|l| l.sets[tool] = 0);
        self.set_monitored(tool, 0);
    }

    /// Calls the tools that want `event` at instruction `index` of `code`: with the code, `args`, and nothing else.
    /// While a callback runs there are no events.
    pub fn monitor(&self, event: Event, code: Gc<Code>, index: u32, args: &[Value]) -> PyResult<()> {
        let m = &self.exec.monitor;
        // The ends of calls of natives come with the calls.
        let kind = if matches!(event, Event::C_RETURN | Event::C_RAISE) { Event::CALL } else { event };
        let place = (key(code), index, kind as u8);
        for tool in 0..TOOLS {
            if (m.global(tool) | m.local(tool, code)) & 1 << kind as u32 == 0
                || m.disabled.borrow().get(&place).is_some_and(|tools| tools & 1 << tool != 0)
            {
                continue;
            }
            let Some(f) = m.callbacks.borrow()[tool][event as usize] else { continue };
            let mut all = [code.value(), Value::NONE, Value::NONE, Value::NONE, Value::NONE];
            all[1..=args.len()].copy_from_slice(args);
            self.exec.in_trace.set(true);
            let r = self.call(f, &all[..=args.len()]);
            self.exec.in_trace.set(false);
            if Some(r?) != m.disable.get() {
                continue;
            }
            if event as u32 >= LOCAL_EVENTS {
                m.set_callback(tool, event as usize, None);
                let name = EVENTS[event as usize];
                return Err(self.value_error(format!("Cannot disable {name} events. Callback removed.")));
            }
            m.local.borrow_mut().entry(place.0).or_insert_with(|| Local { code, sets: [0; TOOLS] });
            *m.disabled.borrow_mut().entry(place).or_default() |= 1 << tool;
        }
        Ok(())
    }
}
