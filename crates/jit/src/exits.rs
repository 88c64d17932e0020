//! Exits: from the number that compiled code returned to the interpreter's exact state.
//!
//! In: the exit's row, the exit buffer. Out: registers written, delayed stores carried out, inlined frames pushed and
//! the innermost one published. What must hold: everything is read from the exit buffer before anything is written,
//! and values that are being boxed are in the context or on the native stack, where the collector finds them.

use crate::alloc;
use crate::ctx::Ctx;
use crate::gate::immediate;
use crate::tree::{DISCARD_REG, FUNC_REG, INIT_REG, OPERATOR_REG};
use taipan_bytecode::Instr;
use taipan_interp::call::{Link, header};
use taipan_runtime::objects::code::Code;
use taipan_runtime::vm::exec::{FUNC, Pc, Regs};
use taipan_runtime::{Gc, GcVec, INT_MAX, INT_MIN, Value, Vm, barrier};
use taipan_trace_codegen::{ExitInfo, Source};
use taipan_trace_ir::{MemTy, Ty};

/// The boxed form of a raw word.
fn boxed(vm: &Vm, ty: Ty, raw: u64) -> Value {
    match ty {
        Ty::I64 => vm.new_int(raw as i64),
        Ty::U64 => vm.new_uint(raw),
        _ => immediate(ty, raw),
    }
}

/// What is at hand while an exit is carried out.
struct Rebuild<'a> {
    vm: &'a Vm,
    ctx: &'a Ctx,
    objects: GcVec,
}

impl Rebuild<'_> {
    fn value(&self, s: &Source) -> Value {
        match *s {
            Source::Slot(i, ty) => boxed(self.vm, ty, self.ctx.slot(i)),
            Source::Const(ty, bits) => boxed(self.vm, ty, bits),
            Source::Object(i) => self.objects[i as usize],
        }
    }
    /// Does boxing it take an allocation?
    fn allocates(&self, s: &Source) -> bool {
        let (ty, raw) = match *s {
            Source::Slot(i, ty) => (ty, self.ctx.slot(i)),
            Source::Const(ty, raw) => (ty, raw),
            Source::Object(_) => return false,
        };
        match ty {
            Ty::I64 => !(INT_MIN..=INT_MAX).contains(&(raw as i64)),
            Ty::U64 => raw > INT_MAX as u64,
            _ => false,
        }
    }
    /// The word to store for a place of type `ty`.
    fn raw(&self, s: &Source, ty: MemTy) -> u64 {
        if ty == MemTy::Value {
            return self.value(s).bits();
        }
        match *s {
            Source::Slot(i, _) => self.ctx.slot(i),
            Source::Const(_, bits) => bits,
            Source::Object(i) => self.objects[i as usize].as_header() as u64,
        }
    }
}

/// # Safety
/// `p` is a place of that type in a live object.
unsafe fn store(p: *mut u8, ty: MemTy, w: u64) {
    // SAFETY: by the caller's promise.
    unsafe {
        match ty.size() {
            1 => p.write(w as u8),
            2 => p.cast::<u16>().write(w as u16),
            4 => p.cast::<u32>().write(w as u32),
            _ => p.cast::<u64>().write(w),
        }
    }
}

/// Carries out an exit: answers the registers of the innermost frame and where it goes on; that frame is published.
///
/// # Safety
/// `ctx` is what the tree's code was entered with from frame `regs`, `exit` the row whose number it
/// returned, and `codes` the tree's code objects.
#[inline(never)]
pub unsafe fn rebuild(vm: &Vm, codes: &[Gc<Code>], exit: &ExitInfo, ctx: &Ctx, regs: Regs) -> (Pc, Regs) {
    let mut r = Rebuild { vm, ctx, objects: GcVec::new() };
    // SAFETY: by the caller's promise slots hold what the row says; objects and places are those that the recorder
    // described; frames fit, since the entry checked for room.
    unsafe {
        for o in &exit.objects {
            let p = alloc::allocate(vm, o.token);
            alloc::initialise(p, o);
            r.objects.push(&vm.heap, Value::from_header(p.cast()));
        }
        for (i, o) in exit.objects.iter().enumerate() {
            for (offset, ty, s) in &o.fields {
                let w = r.raw(s, *ty);
                let p = r.objects[i].as_header();
                store(p.cast::<u8>().offset(*offset as isize), *ty, w);
                barrier(&*p);
            }
        }
        for s in &exit.stores {
            let base = r.value(&s.base).as_header();
            let index = s.index.as_ref().map_or(0, |i| r.raw(i, MemTy::I64));
            let w = r.raw(&s.value, s.ty);
            let p = base.cast::<u8>().offset(s.offset as isize + (index as isize) * s.ty.size() as isize);
            store(p, s.ty, w);
            if matches!(s.ty, MemTy::Value | MemTy::Ptr) {
                barrier(&*base);
            }
        }
        // From here on nothing may be allocated: frames are half written, and a collection would forget what lies
        // where it takes registers for dead.
        let mut ints = GcVec::new();
        for (_, s) in exit.frames.iter().flat_map(|f| &f.regs) {
            if r.allocates(s) {
                ints.push(&vm.heap, r.value(s));
            }
        }
        let mut next = 0;
        let mut value = |s: &Source| {
            if r.allocates(s) {
                next += 1;
                return ints[next - 1];
            }
            r.value(s)
        };
        let mut at = regs;
        for (k, f) in exit.frames.iter().enumerate() {
            let code = codes[f.code as usize];
            let block = code.block.get().cast::<Instr>();
            if k > 0 {
                let caller = &exit.frames[k - 1];
                let call = codes[caller.code as usize].block.get().cast::<Instr>().add(caller.pc as usize);
                let window = f.ret.unwrap_or(0) as usize;
                let new = at.add(window);
                let (mut link, mut instance) = (Link::Result, Value::NONE);
                for (n, s) in &f.regs {
                    match *n {
                        INIT_REG => (link, instance) = (Link::Init, r.value(s)),
                        DISCARD_REG => link = Link::Discard,
                        OPERATOR_REG => link = Link::Operator,
                        _ => {}
                    }
                }
                header(new, Value::NONE, call, at, link, instance);
                for i in 0..code.ninit.max(code.nparams) {
                    *new.add(i as usize) = Value::UNBOUND;
                }
                at = new;
            }
            for (n, s) in &f.regs {
                match *n {
                    FUNC_REG => *at.offset(FUNC) = value(s),
                    INIT_REG | DISCARD_REG | OPERATOR_REG => {}
                    n => *at.add(n as usize) = value(s),
                }
            }
            if k + 1 == exit.frames.len() {
                let pc = block.add(f.pc as usize);
                vm.exec.pc.set(pc);
                vm.exec.regs.set(at);
                return (pc, at);
            }
        }
    }
    unreachable!("a snapshot has a frame")
}
