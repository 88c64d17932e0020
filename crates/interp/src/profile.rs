//! The profile: what each instruction did, and what its inline cache knows.
//!
//! There are two sources, and none costs the dispatch chain anything:
//!
//! * **Inline-cache state** is always there: the form that an instruction is in, the counter of its next attempt,
//!   the classes that its cache was filled for. [`state`] reads it.
//! * **Counts** are made where someone asked for them ([`start`]; `-X stats`, `-X dump=spec`,
//!   `taipan_specialist`): instructions are then run by the loop back end, in the forms that they are in, and
//!   [`before`] and [`after`] count executions, hits and misses, attempts by outcome, operand types, call targets,
//!   branches taken and loop iterations. [`Profile`] holds them.
//!
//! Words: an execution is a **hit** where a fast path (a specialised form, or one in the opcode's handler) gave the
//! answer; a **miss** where such a path had to fall back; **general** where the instruction was in its general form or
//! its opcode has no other.
//!
//! `report.rs` makes text of it, `module.rs` Python objects.

mod module;
mod report;
mod state;

pub use module::MODULE;
pub use report::{dump, stats};
pub use state::{Form, State, state};

use crate::dispatch::{is_fast, spec_of};
use crate::hot::Spec;
use crate::spec::{Reason, is_adaptive};
use std::cell::{Cell, Ref, RefCell};
use std::collections::HashMap;
use taipan_bytecode::{Effects, Instr, Op, Role};
use taipan_runtime::objects::code::Code;
use taipan_runtime::objects::dict::Dict;
use taipan_runtime::objects::function::Function;
use taipan_runtime::objects::method::Method;
use taipan_runtime::objects::native::NativeFunction;
use taipan_runtime::objects::typ::Type;
use taipan_runtime::vm::exec::{Pc, Regs, function};
use taipan_runtime::{Gc, Value, Vm};

/// Kinds of operands or call targets that one instruction keeps apart; the rest is counted together.
pub const KINDS: usize = 4;

/// Operand types, or a call target, and how often they were seen.
#[derive(Clone, Debug)]
pub struct Seen {
    key: (usize, usize),
    /// `int, float`, or the qualified name of what was called.
    pub name: String,
    /// How often.
    pub count: u64,
}

/// What was counted at one instruction.
#[derive(Clone, Debug, Default)]
pub struct Site {
    /// Executions.
    pub executed: u64,
    /// Fast paths that fell back.
    pub misses: u64,
    /// Executions of the general form.
    pub general: u64,
    /// Attempts to specialise.
    pub attempts: u64,
    /// Attempts that succeeded.
    pub successes: u64,
    /// Failed attempts, and fast paths left, by reason.
    pub failures: Vec<(Reason, u64)>,
    /// Jumps taken: of a back edge, the iterations of its loop.
    pub taken: u64,
    /// Operand types, or call targets, the first [`KINDS`] of them.
    pub seen: Vec<Seen>,
    /// Executions with others.
    pub others: u64,
}

impl Site {
    /// Executions that a fast path served.
    pub fn hits(&self) -> u64 {
        self.executed.saturating_sub(self.misses + self.general)
    }
    fn fail(&mut self, reason: Reason) {
        match self.failures.iter_mut().find(|f| f.0 == reason) {
            Some(f) => f.1 += 1,
            None => self.failures.push((reason, 1)),
        }
    }
    fn see(&mut self, key: (usize, usize), name: impl FnOnce() -> String) {
        if let Some(s) = self.seen.iter_mut().find(|s| s.key == key) {
            s.count += 1;
        } else if self.seen.len() < KINDS {
            self.seen.push(Seen { key, name: name(), count: 1 });
        } else {
            self.others += 1;
        }
    }
}

/// What was counted in one code object.
pub struct CodeProfile {
    /// Its address; a dict of the VM keeps it alive.
    address: usize,
    /// Times that its first instruction was run.
    pub calls: u64,
    /// One for each instruction.
    pub sites: Vec<Site>,
}

impl CodeProfile {
    /// The code object.
    pub fn code(&self) -> Gc<Code> {
        // SAFETY: `Profile::keep` holds on to it.
        unsafe { Gc::from_header(self.address as *mut _) }
    }
}

/// Everything counted in a VM.
#[derive(Default)]
pub struct Profile {
    codes: RefCell<Vec<CodeProfile>>,
    index: RefCell<HashMap<usize, usize>>,
    last: Cell<(usize, usize)>,
}

impl Profile {
    /// The profile of a VM, made at the first use.
    fn of(vm: &Vm) -> &Profile {
        if vm.exec.profile.get().is_null() {
            let leaked: &'static Profile = Box::leak(Box::default());
            vm.exec.profile.set(std::ptr::from_ref(leaked).cast());
        }
        // SAFETY: set above, for good.
        unsafe { &*vm.exec.profile.get().cast::<Profile>() }
    }
    /// Keeps a code object or type alive, whose address is used as a key.
    fn keep(vm: &Vm, v: Value) {
        let name = vm.intern("_taipan.profiled");
        let kept = match vm.hidden.get_str(vm, name).and_then(|v| v.cast::<Dict>()) {
            Some(d) => d,
            None => {
                let d = vm.new_dict();
                vm.hidden.set_str(vm, name, d.value());
                d
            }
        };
        // Ints can always be hashed and compared.
        let _ = kept.set(vm, vm.new_int(v.as_header() as i64), v);
    }
    /// Place of a code object's counts.
    fn place(&self, vm: &Vm, code: Gc<Code>) -> usize {
        let address = code.header_ptr() as usize;
        let last = self.last.get();
        if last.0 == address {
            return last.1;
        }
        let known = self.index.borrow().get(&address).copied();
        let at = known.unwrap_or_else(|| {
            Profile::keep(vm, code.value());
            let sites = vec![Site::default(); code.data.instrs.len()];
            let mut codes = self.codes.borrow_mut();
            codes.push(CodeProfile { address, calls: 0, sites });
            self.index.borrow_mut().insert(address, codes.len() - 1);
            codes.len() - 1
        });
        self.last.set((address, at));
        at
    }
    fn site<R>(&self, at: usize, index: u32, f: impl FnOnce(&mut Site) -> R) -> R {
        f(&mut self.codes.borrow_mut()[at].sites[index as usize])
    }
}

/// Starts counting; the chain is left at its next look.
pub fn start(vm: &Vm) {
    vm.exec.profiling.set(true);
    vm.exec.update_stepping();
}
/// Stops counting; what was counted stays.
pub fn stop(vm: &Vm) {
    vm.exec.profiling.set(false);
    vm.exec.update_stepping();
}
/// Forgets what was counted.
pub fn clear(vm: &Vm) {
    let p = Profile::of(vm);
    p.codes.borrow_mut().clear();
    p.index.borrow_mut().clear();
    p.last.set((0, 0));
    vm.hidden.remove_str(vm, vm.intern("_taipan.profiled"));
}
/// What was counted, by code object, in order of their first call. Must be dropped before Python code runs.
pub fn counted(vm: &Vm) -> Ref<'_, Vec<CodeProfile>> {
    Profile::of(vm).codes.borrow()
}
/// What was counted at instruction `index` of `code`, if anything.
pub fn site(vm: &Vm, code: Gc<Code>, index: u32) -> Option<Site> {
    let p = Profile::of(vm);
    let at = p.index.borrow().get(&(code.header_ptr() as usize)).copied()?;
    p.codes.borrow()[at].sites.get(index as usize).cloned()
}

/// An instruction that is being run and counted.
pub(crate) struct Running {
    at: usize,
    index: u32,
    op: Op,
    spec: Option<Spec>,
    /// Why the fast path was left, if it was.
    why: Reason,
}

fn type_name(vm: &Vm, t: usize) -> String {
    // SAFETY: the address of a live type: its instance is at hand.
    let t: Gc<Type> = unsafe { Gc::from_header(t as *mut _) };
    Profile::keep(vm, t.value());
    t.qualname.get().to_string()
}

/// Key and name of a call's target, and why a call of it has no fast path.
fn target(vm: &Vm, mut f: Value) -> ((usize, usize), String, Reason) {
    if let Some(m) = f.cast::<Method>() {
        f = m.func.get();
    }
    if let Some(f) = f.cast::<Function>() {
        let code = f.code.get();
        Profile::keep(vm, code.value());
        return ((code.header_ptr() as usize, 1), code.qualname.get().to_string(), Reason::arguments);
    }
    if let Some(n) = f.cast::<NativeFunction>() {
        let key = std::ptr::from_ref(n.def) as usize;
        let name = match n.owner.get().cast::<Type>() {
            Some(t) => format!("{}.{}", t.qualname.get(), n.def.name),
            None => n.def.name.to_string(),
        };
        return ((key, 2), name, Reason::arguments);
    }
    if let Some(t) = f.cast::<Type>() {
        Profile::keep(vm, t.value());
        return ((t.header_ptr() as usize, 3), t.qualname.get().to_string(), Reason::callable);
    }
    let t = vm.class_of(f).header_ptr() as usize;
    ((t, 4), format!("{} object", type_name(vm, t)), Reason::callable)
}

/// What `before` writes down: operand types, or the call's target.
unsafe fn look(vm: &Vm, i: &Instr, op: Op, regs: Regs, site: &mut Site) -> Reason {
    let info = op.info();
    let mut types = [0usize; 2];
    let mut n = 0;
    let mut numbers = true;
    for &(field, role) in info.operands {
        let register = i.field(field);
        match role {
            Role::CallWin | Role::MethodWin | Role::ExWin => {
                // SAFETY: operands lie within the frame.
                let f = unsafe { *regs.add(register as usize) };
                if f.is_unbound() {
                    return Reason::callable;
                }
                let (key, name, why) = target(vm, f);
                site.see(key, || name);
                return why;
            }
            Role::Use | Role::Iter | Role::Mod if n < 2 => {
                // SAFETY: operands lie within the frame.
                let v = unsafe { *regs.add(register as usize) };
                if v.is_unbound() {
                    continue;
                }
                numbers &= v.is_int() || v.is_float();
                types[n] = vm.class_of(v).header_ptr() as usize;
                n += 1;
            }
            _ => {}
        }
    }
    if n == 0 {
        return Reason::operand_types;
    }
    let is_iterator = matches!(op, Op::FOR_ITER | Op::LOOP_FOR_ITER);
    site.see((types[0], types[1]), || {
        let one = type_name(vm, types[0]);
        match () {
            // The count of a range stands in an iterator's first register.
            _ if is_iterator => {
                if one == "int" {
                    "range".to_string()
                } else {
                    one
                }
            }
            _ if types[1] != 0 => format!("{one}, {}", type_name(vm, types[1])),
            _ => one,
        }
    });
    match () {
        _ if is_iterator => Reason::iterator,
        _ if info.effects.has(Effects::LOOP) && numbers => Reason::interrupt,
        _ if numbers => Reason::values,
        _ => Reason::operand_types,
    }
}

/// An instruction is about to be run.
///
/// # Safety
/// `pc` is an instruction of the code of frame `regs`.
pub(crate) unsafe fn before(vm: &Vm, pc: Pc, regs: Regs) -> Option<Running> {
    // SAFETY: by the caller's promise.
    unsafe {
        let code = function(regs).code.get();
        if code.block.get().is_null() {
            return None;
        }
        let index = code.index_of(pc);
        // The frame is published: looking at types may allocate.
        vm.exec.pc.set(pc);
        vm.exec.regs.set(regs);
        let p = Profile::of(vm);
        let at = p.place(vm, code);
        let original = code.data.instrs[index as usize];
        let op = original.opcode();
        let mut codes = p.codes.borrow_mut();
        let profile = &mut codes[at];
        profile.calls += u64::from(index == 0);
        let site = &mut profile.sites[index as usize];
        site.executed += 1;
        let why = if op.raises() { look(vm, &original, op, regs, site) } else { Reason::operand_types };
        vm.exec.slow.set(false);
        Some(Running { at, index, op, spec: spec_of(op, (*pc).op), why })
    }
}

/// The instruction has been run, from `pc` in frame `regs`; `now` is where the program goes on.
pub(crate) fn after(vm: &Vm, was: Running, pc: Pc, now: Pc) {
    let p = Profile::of(vm);
    if p.codes.borrow().len() <= was.at {
        // It was `clear` that ran.
        return;
    }
    let slow = vm.exec.slow.get();
    p.site(was.at, was.index, |site| {
        if slow {
            match was.spec {
                Some(_) => site.misses += 1,
                None if is_fast(was.op) => {
                    site.misses += 1;
                    site.fail(was.why);
                }
                None => site.general += 1,
            }
        }
        if was.op.is_jump() {
            // SAFETY: the instruction is part of code that the profile keeps.
            let distance = unsafe { (*pc).e } as i32 as isize;
            site.taken += u64::from(now == pc.wrapping_add(1).wrapping_offset(distance));
        }
    });
}

/// The specialiser made an attempt at the instruction at `pc` of the published frame.
#[cold]
pub(crate) fn attempt(vm: &Vm, pc: Pc, made: Result<Spec, Reason>) {
    // SAFETY: a Python frame is published when the specialiser runs.
    let code = unsafe { function(vm.exec.regs.get()) }.code.get();
    let p = Profile::of(vm);
    let at = p.place(vm, code);
    p.site(at, code.index_of(pc), |site| {
        site.attempts += 1;
        match made {
            Ok(_) => site.successes += 1,
            Err(r) => site.fail(r),
        }
    });
}

/// Can instructions with this opcode be fast at all?
pub fn can_specialise(op: Op) -> bool {
    is_fast(op) || is_adaptive(op)
}

macro_rules! families {
    ($($name:ident: $($op:ident)|+;)*) => {
        /// Names of the families that statistics are given by.
        pub static FAMILIES: &[&str] = &[$(stringify!($name)),*];
        /// The family of an opcode; `None` for moves, jumps, building and other things that have one form only.
        pub fn family(op: Op) -> Option<&'static str> {
            Some(match op {
                $($(Op::$op)|+ => stringify!($name),)*
                _ => return None,
            })
        }
    };
}
families! {
    binary: ADD | SUB | MUL | TRUEDIV | FLOORDIV | MOD | POW | MATMUL | LSHIFT | RSHIFT | AND | OR | XOR | ADD_I
        | SUB_I | MUL_I | TRUEDIV_I | FLOORDIV_I | MOD_I | POW_I | LSHIFT_I | RSHIFT_I | AND_I | OR_I | XOR_I;
    unary: NEG | POS | INVERT;
    compare: LT | LE | EQ | NE | GT | GE | LT_I | LE_I | EQ_I | NE_I | GT_I | GE_I;
    compare_jump: JLT | JLE | JEQ | JNE | JGT | JGE | JNLT | JNLE | JNEQ | JNNE | JNGT | JNGE | JLT_I | JLE_I
        | JEQ_I | JNE_I | JGT_I | JGE_I | JNLT_I | JNLE_I | JNEQ_I | JNNE_I | JNGT_I | JNGE_I | LOOP_LT | LOOP_LE
        | LOOP_EQ | LOOP_NE | LOOP_GT | LOOP_GE | LOOP_NLT | LOOP_NLE | LOOP_NEQ | LOOP_NNE | LOOP_NGT | LOOP_NGE
        | LOOP_LT_I | LOOP_LE_I | LOOP_EQ_I | LOOP_NE_I | LOOP_GT_I | LOOP_GE_I | LOOP_NLT_I | LOOP_NLE_I
        | LOOP_NEQ_I | LOOP_NNE_I | LOOP_NGT_I | LOOP_NGE_I;
    truth: NOT | TO_BOOL | JUMP_IF_TRUE | JUMP_IF_FALSE | LOOP_IF_TRUE | LOOP_IF_FALSE;
    contains: CONTAINS | NOT_CONTAINS;
    load_global: LOAD_GLOBAL | LOAD_NAME;
    load_attr: LOAD_ATTR;
    load_method: LOAD_METHOD;
    store_attr: STORE_ATTR;
    super_attr: LOAD_SUPER_ATTR | LOAD_SUPER_METHOD;
    load_item: GETITEM | GETITEM_I;
    store_item: SETITEM | SETITEM_I;
    slice: GETSLICE | SETSLICE;
    call: CALL | CALL_METHOD;
    call_keywords: CALL_KW | CALL_METHOD_KW | CALL_EX;
    for_iter: FOR_ITER | LOOP_FOR_ITER;
    send: SEND;
    unpack: UNPACK_SEQ | UNPACK_EX;
    format: FORMAT_SIMPLE | FORMAT_SPEC;
}
