//! Residual calls: an instruction that the trace leaves to the interpreter's general form.
//!
//! In: the site and the pushed operands. Out: the result; further results in the context's argument area; or an
//! exception in the context. While the instruction runs, the frames that the trace has inlined stand on the VM stack
//! with their headers, so that line numbers, `sys._getframe` and the depth are those of the interpreter; the operands
//! are in their registers. What must hold: the tree's own frame is left as it was found.

use crate::ctx::{ARGS, Ctx};
use crate::imp::raise;
use crate::tree::{Site, SiteKind};
use std::mem::MaybeUninit;
use taipan_interp::call::header;
use taipan_runtime::objects::function::Function;
use taipan_runtime::objects::tuple::Tuple;
use taipan_runtime::vm::exec::{FrameRef, INFO, Regs, info, interrupt, word};
use taipan_runtime::{Args, Gc, Kw, PyResult, Value, Vm};

/// Pushes the headers of inlined frames; answers the innermost one.
unsafe fn push_frames(site: &Site, own: Regs) -> Regs {
    let mut at = own;
    // SAFETY: the entry checked that there is room for the tree's frames.
    unsafe {
        for f in &site.frames {
            let new = at.add(f.window as usize);
            header(new, f.func, f.call, at, f.link, Value::NONE);
            let func: Gc<Function> = f.func.cast_unchecked();
            for i in 0..func.code.get().ninit {
                *new.add(i as usize) = Value::UNBOUND;
            }
            at = new;
        }
    }
    at
}

/// Takes inlined frames off again: frame objects that were made for them get their registers.
unsafe fn pop_frames(vm: &Vm, site: &Site, r: Regs) {
    let (mut at, mut pc) = (r, site.pc);
    // SAFETY: the frames that `push_frames` pushed, innermost first.
    unsafe {
        for f in site.frames.iter().rev() {
            if word(at, INFO) & info::OBJECT != 0 {
                vm.finish_frame(FrameRef { regs: at, pc });
            }
            pc = f.call;
            at = at.sub(f.window as usize);
        }
    }
}

unsafe fn call(vm: &Vm, callable: Value, args: Regs, n: usize, names: Option<Gc<Tuple>>) -> PyResult {
    // SAFETY: the caller passes a window that holds the arguments.
    let all = unsafe { std::slice::from_raw_parts(args, n) };
    let nk = names.map_or(0, |t| t.len());
    vm.call_args(callable, Args { pos: &all[..n - nk], kw: Kw { names, values: &all[n - nk..] } })
}

/// Runs the instruction; the result for registers but the first goes to `more`.
unsafe fn perform(vm: &Vm, site: &Site, r: Regs) -> PyResult {
    let pc = site.pc;
    // SAFETY: `pc` is an instruction of the frame's loaded code, operands are in place.
    unsafe {
        let i = &*pc;
        let w = r.add(i.b as usize);
        let n = i.c as usize;
        let names = || {
            let code = taipan_runtime::vm::exec::function(r).code.get();
            let at = code.index_of(pc) as usize;
            let k = code.data.instrs[at].e as usize;
            code.consts.get().items()[k].cast::<Tuple>()
        };
        match site.kind {
            SiteKind::Call => call(vm, *w, w.add(4), n, None),
            SiteKind::CallKw => call(vm, *w, w.add(4), n, names()),
            SiteKind::Method | SiteKind::MethodKw => {
                let names = if site.kind == SiteKind::MethodKw { names() } else { None };
                if (*w.add(4)).is_unbound() {
                    call(vm, *w, w.add(5), n, names)
                } else {
                    call(vm, *w, w.add(4), n + 1, names)
                }
            }
            SiteKind::Next => Ok(vm.iter_next(*r.add(i.b as usize))?.unwrap_or(Value::UNBOUND)),
            SiteKind::Branch => {
                let next = taipan_interp::general_form(site.op)(vm, pc, r)?;
                Ok(Value::bool(next != pc.add(1)))
            }
            SiteKind::Instr => {
                taipan_interp::general_form(site.op)(vm, pc, r)?;
                Ok(site.writes.first().map_or(Value::NONE, |&a| *r.add(a as usize)))
            }
        }
    }
}

/// Runs a site's instruction where the interpreter is at it: for the recorder.
///
/// # Safety
/// The frame at `r` is the top one and at the site's instruction.
pub unsafe fn direct(vm: &Vm, site: &Site, r: Regs) -> PyResult {
    vm.exec.pc.set(site.pc);
    vm.exec.regs.set(r);
    // SAFETY: by the caller's promise.
    unsafe { perform(vm, site, r) }
}

/// The intrinsic `PyInstr`.
///
/// # Safety
/// `c` is a context in use, `site` the address of a site of the running tree, and its operands were pushed.
pub unsafe fn run(c: *mut Ctx, site: u64, n: usize) -> u64 {
    // SAFETY: by the caller's promise; the own frame's registers are put back, inlined frames are above it.
    unsafe {
        let vm = &*(*c).vm;
        let site = &*(site as *const Site);
        let own = (*c).regs;
        let was = (vm.exec.pc.get(), vm.exec.regs.get());
        let r = push_frames(site, own);
        // Not cleared: an instruction reads and writes a few registers.
        let mut saved = [const { MaybeUninit::<Value>::uninit() }; ARGS];
        if site.frames.is_empty() {
            for (slot, &reg) in saved.iter_mut().zip(site.reads.iter().chain(&site.writes)) {
                *slot = MaybeUninit::new(*r.add(reg as usize));
            }
        }
        for (k, &reg) in site.reads.iter().enumerate().take(n) {
            *r.add(reg as usize) = Value::from_bits((*c).arg(k));
        }
        (*c).pushed = 0;
        vm.exec.pc.set(site.pc);
        vm.exec.regs.set(r);
        let outer = (*(*c).active).replace(r as usize);
        let result = perform(vm, site, r);
        (*(*c).active).set(outer);
        for (k, &reg) in site.writes.iter().enumerate().skip(1) {
            (*c).args[k] = MaybeUninit::new((*r.add(reg as usize)).bits());
        }
        if site.frames.is_empty() {
            // Backwards: a register that is read and written gets what was saved first.
            for (k, &reg) in site.writes.iter().enumerate().rev() {
                *r.add(reg as usize) = saved[site.reads.len() + k].assume_init();
            }
            for (k, &reg) in site.reads.iter().enumerate().rev() {
                *r.add(reg as usize) = saved[k].assume_init();
            }
        }
        pop_frames(vm, site, r);
        vm.exec.pc.set(was.0);
        vm.exec.regs.set(was.1);
        // The collector must find what was saved until here.
        std::hint::black_box(&raw const saved);
        if vm.exec.tracing.get() {
            // The next back edge leaves for the interpreter, which calls the trace function.
            vm.exec.interrupt(interrupt::PENDING);
        }
        match result {
            Ok(v) => v.bits(),
            Err(e) => {
                raise(c, e);
                Value::NONE.bits()
            }
        }
    }
}
