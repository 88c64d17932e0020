//! Residual calls: an instruction that the trace leaves to the interpreter's general form.
//!
//! In: the site and the pushed operands. Out: the result; further results in the context's argument area; or an
//! exception in the context. While the instruction runs, the frames that the trace has inlined stand on the VM stack
//! with their headers, so that line numbers, `sys._getframe` and the depth are those of the interpreter; the operands
//! are in their registers. What must hold: the tree's own frame is left as it was found. Where the program might
//! notice from then on that the frames are not real, the interpreter goes on behind the instruction: the call's exit
//! is taken, whose state is that before the instruction, and the results are put over it ([`resume`]).

use crate::ctx::{ARGS, Ctx, Left};
use crate::imp::raise;
use crate::tree::{Site, SiteKind};
use std::mem::MaybeUninit;
use taipan_interp::call::header;
use taipan_runtime::objects::function::Function;
use taipan_runtime::objects::tuple::Tuple;
use taipan_runtime::vm::exec::{INFO, Pc, Regs, info, set_word, word};
use taipan_runtime::{Args, Gc, Kw, PyResult, Value, Vm};

/// Pushes the headers of inlined frames; answers the innermost one.
unsafe fn push_frames(c: &Ctx, site: &Site, own: Regs) -> Regs {
    let mut at = own;
    // SAFETY: the entry checked that there is room for the tree's frames.
    unsafe {
        for f in &site.frames {
            let new = at.add(f.window as usize);
            let func = f.closure.map_or(f.func, |k| Value::from_bits(c.arg(k)));
            header(new, func, f.call, at, f.link, Value::NONE);
            let func: Gc<Function> = func.cast_unchecked();
            for i in 0..func.code.get().ninit {
                *new.add(i as usize) = Value::UNBOUND;
            }
            at = new;
        }
    }
    at
}

/// Was a frame object made for one of the inlined frames? Those frames must be real from then on.
unsafe fn has_objects(site: &Site, r: Regs) -> bool {
    let mut at = r;
    // SAFETY: the frames that `push_frames` pushed, innermost first.
    site.frames.iter().rev().any(|f| unsafe {
        let made = word(at, INFO) & info::OBJECT != 0;
        at = at.sub(f.window as usize);
        made
    })
}

/// Registers of frame `k` of a site, the tree's own one being number 0.
unsafe fn frame(site: &Site, own: Regs, k: u32) -> Regs {
    // SAFETY: by the caller's promise the frames stand there.
    site.frames[..k as usize].iter().fold(own, |at, f| unsafe { at.add(f.window as usize) })
}

/// Where an instruction that gave `v` goes on.
unsafe fn next(site: &Site, r: Regs, v: Value) -> Pc {
    let pc = site.pc;
    // SAFETY: `pc` is an instruction of the frame's loaded code, and jumps stay within it.
    unsafe {
        let jumps = match site.kind {
            SiteKind::Branch => v.is_true(),
            SiteKind::Next => {
                let looped = site.opcode == taipan_bytecode::Op::LOOP_FOR_ITER;
                v.is_unbound() != looped
            }
            _ => false,
        };
        if !jumps {
            return pc.add(1);
        }
        let code = taipan_runtime::vm::exec::function(r).code.get();
        let at = code.index_of(pc) as usize;
        let target = code.data.instrs[at].jump_target(at).unwrap_or(at as i64 + 1);
        pc.offset(target as isize - at as isize)
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
        let r = push_frames(&*c, site, own);
        // Not cleared: an instruction reads and writes a few registers.
        let mut saved = [const { MaybeUninit::<Value>::uninit() }; ARGS];
        let mut shown = [const { MaybeUninit::<Value>::uninit() }; ARGS];
        for (k, &(f, reg)) in site.variables.iter().enumerate() {
            let at = frame(site, own, f).add(reg as usize);
            shown[k] = MaybeUninit::new(*at);
            *at = Value::from_bits((*c).arg(n + k));
        }
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
        // What the program saw or did there may not be known to compiled code: trace functions and callbacks were
        // switched on, a frame that was to be pretended has an object, variables were changed through one.
        // (Nobody can unbind a variable of another frame, but the collector forgets those that are not read any more.)
        let changed = (0..site.variables.len()).any(|k| {
            let (f, reg) = site.variables[k];
            let now = *frame(site, own, f).add(reg as usize);
            now.bits() != (*c).arg(n + k) && !now.is_unbound()
        });
        // Results lie where the variables were.
        for (k, &reg) in site.writes.iter().enumerate().skip(1) {
            (*c).args[k] = MaybeUninit::new((*r.add(reg as usize)).bits());
        }
        if vm.exec.tracing.get() || changed || has_objects(site, r) {
            let done = result.ok().map(|v| (v, next(site, r, v)));
            (*c).left = Some(Left { site, regs: r, done });
            vm.exec.pc.set(was.0);
            vm.exec.regs.set(was.1);
            (*c).raised = 1;
            if let Err(e) = result {
                raise(c, e);
            }
            return Value::NONE.bits();
        }
        for (slot, &(f, reg)) in shown.iter().zip(&site.variables) {
            if f == 0 {
                *own.add(reg as usize) = slot.assume_init();
            }
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
        vm.exec.pc.set(was.0);
        vm.exec.regs.set(was.1);
        // The collector must find what was saved until here.
        std::hint::black_box((&raw const saved, &raw const shown));
        match result {
            Ok(v) => v.bits(),
            Err(e) => {
                raise(c, e);
                Value::NONE.bits()
            }
        }
    }
}

/// Goes on in the interpreter behind a residual call: the exit was carried out, with the frame at `at` innermost.
/// Answers where; `None`: it raised.
///
/// # Safety
/// `left` is how a residual call left, `kept` what [`keep`] answered before the exit was carried out.
pub unsafe fn resume(vm: &Vm, ctx: &Ctx, left: &Left, own: Regs, kept: &Kept, at: Regs) -> Option<Pc> {
    // SAFETY: by the caller's promise; the site lives as long as its tree.
    unsafe {
        let site = &*left.site;
        for (&(f, reg), v) in site.variables.iter().zip(&kept.variables) {
            *frame(site, own, f).add(reg as usize) = v.assume_init();
        }
        for &f in &kept.objects {
            let regs = frame(site, own, f);
            set_word(regs, INFO, word(regs, INFO) | info::OBJECT);
        }
        let (v, pc) = left.done?;
        for (k, &reg) in site.writes.iter().enumerate() {
            let item = site.kind == SiteKind::Next;
            if item && v.is_unbound() {
                continue;
            }
            *at.add(reg as usize) = if k == 0 { v } else { Value::from_bits(ctx.arg(k)) };
            // A call gives one result; its window, which may hold that, is dead.
            if !matches!(site.kind, SiteKind::Instr | SiteKind::Branch) {
                break;
            }
        }
        vm.exec.pc.set(pc);
        Some(pc)
    }
}

/// What an exit would overwrite. It lies on the native stack, where the collector finds the values.
pub struct Kept {
    /// Those of the site's variables.
    variables: [MaybeUninit<Value>; ARGS],
    objects: Vec<u32>,
}

/// Keeps what the frames of a residual call that left have and an exit would overwrite. Nothing is allocated in the heap:
/// the inlined frames are not published any more, and a collection would take them for dead registers of the own one.
///
/// # Safety
/// As for [`resume`], before the exit is carried out.
pub unsafe fn keep(left: &Left, own: Regs) -> Kept {
    let mut kept = Kept { variables: [const { MaybeUninit::uninit() }; ARGS], objects: vec![] };
    // SAFETY: by the caller's promise.
    unsafe {
        let site = &*left.site;
        for (&(f, reg), place) in site.variables.iter().zip(&mut kept.variables) {
            *place = MaybeUninit::new(*frame(site, own, f).add(reg as usize));
        }
        for k in 1..=site.frames.len() as u32 {
            if word(frame(site, own, k), INFO) & info::OBJECT != 0 {
                kept.objects.push(k);
            }
        }
    }
    kept
}
