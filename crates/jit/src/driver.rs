//! The driver: back edges that got hot become recordings, recordings become trees, trees become code, and exits that
//! got hot become side traces.
//!
//! In: the interpreter's hooks. Out: the same program, faster. What must hold: every path through here answers an
//! instruction with the frame published that the interpreter would be at without the JIT; compiled code that may still
//! be on the native stack is not freed.

use crate::controls::Controls;
use crate::ctx::{Ctx, EXIT_SLOTS};
use crate::record::{Limits, Outcome, Recorder};
use crate::stats::{Abort, add, add_time};
use crate::tree::JitTree;
use crate::{exits, imp};
use rustc_hash::FxHashMap;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Instant;
use taipan_bytecode::Instr;
use taipan_interp::jit::{Hooks, Step, enter_offset, set_recording};
use taipan_interp::unwind;
use taipan_runtime::objects::function::Function;
use taipan_runtime::vm::exec::{INFO, PREV, Pc, RET, Regs, function, info, word};
use taipan_runtime::{Gc, PyResult, Value, Vm};
use taipan_trace_codegen::{Compiler, Config, Options};
use taipan_trace_ir::{ExitId, ExitReason};

/// A place where recordings may start, and how they went.
#[derive(Clone, Copy, Default)]
struct Place {
    failures: u32,
    given_up: bool,
}

/// The JIT of one VM.
pub struct Jit {
    controls: &'static Controls,
    trees: RefCell<Vec<Option<Rc<RefCell<JitTree>>>>>,
    recorder: RefCell<Option<Recorder>>,
    /// The tree that the recording extends.
    extends: Cell<Option<u16>>,
    compiler: RefCell<Option<Compiler>>,
    places: RefCell<FxHashMap<usize, Place>>,
    random: Cell<u64>,
    passes: Cell<u64>,
    compiled: Cell<u64>,
    /// Entries on the native stack.
    running: Cell<u32>,
    /// Code that was replaced while something may run in it.
    dead: RefCell<Vec<Rc<taipan_trace_codegen::Compiled>>>,
    /// Objects that compiled code names, as a list under a hidden name.
    roots: Cell<Value>,
}

/// Installs the JIT under a VM whose interpreter and controls are installed, if it is switched on.
pub fn install(vm: &Vm) {
    let Some(controls) = Controls::of(vm).filter(|c| c.params.enabled()) else { return };
    // SAFETY: the controls are in a box of the VM's that is never replaced; the hooks live as long as the VM.
    let controls: &'static Controls = unsafe { &*std::ptr::from_ref(controls) };
    let seed = controls.params.seed().wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let jit = Jit {
        controls,
        trees: RefCell::default(),
        recorder: RefCell::default(),
        extends: Cell::new(None),
        compiler: RefCell::default(),
        places: RefCell::default(),
        random: Cell::new(seed),
        passes: Cell::new(0),
        compiled: Cell::new(0),
        running: Cell::new(0),
        dead: RefCell::default(),
        roots: Cell::new(Value::UNBOUND),
    };
    controls.available.set(true);
    taipan_interp::jit::install_jit(vm, Box::new(jit));
}

impl Jit {
    /// Is there a recording? (A borrowed recorder is one that runs a residual call.)
    fn busy(&self) -> bool {
        self.recorder.try_borrow().map_or(true, |r| r.is_some())
    }
    fn draw(&self) -> u64 {
        let mut x = self.random.get();
        x ^= x << 13;
        x ^= x >> 7;
        x ^= x << 17;
        self.random.set(x);
        x
    }
    /// A threshold, varied.
    fn jittered(&self, n: u32) -> u32 {
        let span = n as u64 * self.controls.params.jitter() as u64 / 100;
        if span == 0 { n } else { (n as u64 - span / 2 + self.draw() % (span + 1)).max(1) as u32 }
    }
    fn count(&self) -> u16 {
        self.jittered(self.controls.params.threshold()).saturating_sub(1).min(60_000) as u16
    }
    fn limits(&self) -> Limits {
        let p = &self.controls.params;
        Limits {
            nodes: p.node_limit().min(p.trace_limit() * 4),
            depth: p.inline_depth() as usize,
            recursion: p.inline_recursion().max(1) as usize,
            versions: 3,
            check: p.check_frames(),
        }
    }
    fn keep(&self, vm: &Vm, v: Value) {
        if !v.is_ptr() {
            return;
        }
        if self.roots.get().is_unbound() {
            let l = vm.new_list(&[Value::NONE]);
            vm.hidden.set_str(vm, vm.intern("_jit_roots"), l.value());
            self.roots.set(l.value());
        }
        if let Some(l) = self.roots.get().cast() {
            let _ = vm.list_push(l, v);
        }
    }

    fn start_root(&self, vm: &Vm, pc: Pc, regs: Regs) {
        // SAFETY: a frame at a back edge is a function's.
        let func = unsafe { function(regs) };
        let co = func.code.get();
        let name = format!("{}:{}:{}", co.filename.get(), co.line_of(co.index_of(pc)), co.data.name);
        *self.recorder.borrow_mut() = Some(Recorder::root(vm, &name, func, pc, regs, self.limits()));
        self.extends.set(None);
        add(&self.controls.stats.recordings, 1);
        set_recording(vm, true);
    }

    /// A recording was given up.
    fn abort(&self, vm: &Vm, why: Abort) {
        set_recording(vm, false);
        let Some(r) = self.recorder.borrow_mut().take() else { return };
        self.controls.stats.abort(why);
        let p = &self.controls.params;
        match (self.extends.take(), r.from) {
            (Some(id), Some(exit)) => {
                let tree = self.trees.borrow()[id as usize].clone();
                if let Some(t) = tree {
                    let mut t = t.borrow_mut();
                    let was = t.heat.get(&exit).copied().unwrap_or(0);
                    let failures = t.failures.entry(exit).or_insert(0);
                    *failures += 1;
                    let next = if *failures > p.retries() {
                        u32::MAX
                    } else {
                        was.saturating_add(
                            p.side_threshold().saturating_mul(p.backoff().saturating_pow(*failures)),
                        )
                    };
                    t.limit.insert(exit, next);
                }
            }
            _ => {
                let mut places = self.places.borrow_mut();
                let place = places.entry(r.anchor as usize).or_default();
                place.failures += 1;
                place.given_up = place.failures > p.retries();
                if place.given_up {
                    add(&self.controls.stats.blacklisted, 1);
                }
                let n = (p.threshold() as u64)
                    .saturating_mul((p.backoff() as u64).saturating_pow(place.failures));
                let n = if place.given_up { 60_000 } else { n.min(60_000) };
                // SAFETY: the anchor is an instruction of loaded code, whose code object the place keeps alive while
                // its frame runs.
                unsafe { (*r.anchor.cast_mut()).d = n.max(1) as u16 };
            }
        }
    }

    /// A trace is complete: makes or extends its tree.
    fn finish(&self, vm: &Vm) {
        set_recording(vm, false);
        let Some(r) = self.recorder.borrow_mut().take() else { return };
        if (cfg!(debug_assertions) || self.controls.params.verify())
            && let Err(e) = taipan_trace_ir::verify::verify(&r.tree)
        {
            panic!("recorded a bad trace: {e}\n{}", r.tree);
        }
        let id = match self.extends.take() {
            Some(id) => {
                let Some(t) = self.trees.borrow()[id as usize].clone() else { return };
                let mut t = t.borrow_mut();
                t.tree = r.tree;
                t.codes = r.codes;
                t.labels = r.labels;
                t.exit_trace = r.exit_trace;
                t.sites = r.sites;
                t.depth = r.depth;
                t.room = r.room;
                id
            }
            None => {
                let mut trees = self.trees.borrow_mut();
                let id = trees.len();
                if id >= u16::MAX as usize {
                    return;
                }
                let own = &r.frames[0];
                let (globals, builtins) = (own.func.globals.get(), own.func.builtins.get());
                self.keep(vm, globals.value());
                self.keep(vm, builtins.value());
                trees.push(Some(Rc::new(RefCell::new(JitTree {
                    id: id as u16,
                    tree: r.tree,
                    codes: r.codes,
                    anchor: r.anchor,
                    anchor_at: own.co.index_of(r.anchor),
                    labels: r.labels,
                    exit_trace: r.exit_trace,
                    sites: r.sites,
                    globals: globals.value().bits(),
                    builtins: builtins.value().bits(),
                    depth: r.depth,
                    room: r.room,
                    compiled: None,
                    heat: FxHashMap::default(),
                    limit: FxHashMap::default(),
                    failures: FxHashMap::default(),
                    no_hoist: Default::default(),
                    entries: 0,
                    compilations: 0,
                }))));
                id as u16
            }
        };
        let tree = self.trees.borrow()[id as usize].clone();
        if let Some(t) = tree {
            let mut t = t.borrow_mut();
            self.compile(vm, &mut t);
        }
    }

    fn compiler(&self, vm: &Vm) -> bool {
        let mut c = self.compiler.borrow_mut();
        if c.is_none() {
            let mut config = Config::new(imp::address);
            config.exit_slots = EXIT_SLOTS as u16;
            config.interrupt = vm.exec.interrupt.as_ptr() as u64;
            config.code_limit = self.controls.params.code_limit();
            *c = Compiler::new(config).ok();
        }
        c.is_some()
    }

    /// Optimises a copy of the tree and compiles it; on success the back edge enters it.
    fn compile(&self, vm: &Vm, t: &mut JitTree) {
        let p = &self.controls.params;
        let s = &self.controls.stats;
        let d = &self.controls.dumps;
        if !self.compiler(vm) || self.compiled.get() >= p.tree_limit() || t.compilations >= p.recompiles() {
            s.abort(Abort::Recompiles);
            return;
        }
        self.compiled.set(self.compiled.get() + 1);
        for o in &t.tree.objs {
            self.keep(vm, Value::from_bits(o.bits));
        }
        for c in &t.codes {
            self.keep(vm, c.code.value());
        }
        if d.trace.get() {
            eprintln!("---- trace of tree {} {}\n{}", t.id, t.tree.name, t.tree);
        }
        let mut tree = t.tree.clone();
        let start = Instant::now();
        let mut config = p.passes(self.passes.get());
        config.no_hoist = t.no_hoist.clone();
        let report = taipan_trace_opt::optimize(&mut tree, &config);
        self.passes.set(self.passes.get() + report.ran.len() as u64);
        add(&s.passes, report.ran.len() as u64);
        add(&s.nodes_recorded, report.size.0 as u64);
        add(&s.nodes_optimized, report.size.1 as u64);
        add_time(&s.opt_time, start.elapsed());
        if d.opt.get() {
            let mut shown = tree.clone();
            shown.compact();
            eprintln!("---- optimised tree {} {}\n{shown}", t.id, t.tree.name);
        }
        let options = Options {
            optimize: p.codegen_opt(),
            stress_exits: p.stress_exits() != 0,
            dump_clif: d.clif.get(),
            dump_asm: d.asm.get(),
        };
        let mut compiler = self.compiler.borrow_mut();
        let compiler = compiler.as_mut().expect("made above");
        match compiler.compile(&tree, &options) {
            Ok(c) => {
                if let Some(text) = &c.clif {
                    eprintln!("---- clif of tree {}\n{text}", t.id);
                }
                if let Some(text) = &c.asm {
                    eprintln!("---- code of tree {}\n{text}", t.id);
                }
                if d.exits.get() {
                    for (k, e) in c.exits.iter().enumerate() {
                        eprintln!("---- tree {} exit {k}: {e:?}", t.id);
                    }
                }
                add(&s.compiles, 1);
                add(&s.clif_instructions, c.stats.insts as u64);
                add_time(&s.lower_time, c.stats.lower);
                add_time(&s.codegen_time, c.stats.codegen);
                s.code(c.stats.bytes, compiler.usage().used);
                if let Some(old) = t.compiled.replace(Rc::new(c)) {
                    self.dead.borrow_mut().push(old);
                }
                t.compilations += 1;
                // SAFETY: the anchor is an instruction of loaded code that the roots keep alive.
                unsafe {
                    (*t.anchor.cast_mut()).op = enter_offset();
                    (*t.anchor.cast_mut()).d = t.id;
                }
            }
            Err(e) => {
                if d.opt.get() {
                    eprintln!("---- tree {} was not compiled: {e:?}", t.id);
                }
                s.abort(Abort::Codegen);
            }
        }
        if self.running.get() == 0 {
            for old in self.dead.borrow_mut().drain(..) {
                if let Ok(c) = Rc::try_unwrap(old) {
                    add(&s.code_freed, c.stats.bytes as u64);
                    compiler.free(c);
                }
            }
        }
    }

    /// An exit got hot: records a side trace from it, or takes back a guard that was moved.
    fn heated(
        &self,
        vm: &Vm,
        t: &Rc<RefCell<JitTree>>,
        origin: ExitId,
        reason: ExitReason,
        pc: Pc,
        regs: Regs,
    ) {
        let p = &self.controls.params;
        if self.busy() || vm.exec.tracing.get() {
            return;
        }
        let mut jt = t.borrow_mut();
        if reason == ExitReason::Hoisted {
            if jt.no_hoist.insert(origin) {
                self.compile(vm, &mut jt);
            }
            jt.limit.insert(origin, u32::MAX);
            return;
        }
        if !p.side_traces()
            || jt.tree.exits[origin.ix()].side.is_some()
            || jt.tree.traces.len() as u32 > p.tree_traces()
            || jt.tree.nodes.len() > p.tree_nodes()
            || jt.compilations >= p.recompiles()
        {
            jt.limit.insert(origin, u32::MAX);
            return;
        }
        // Frames outermost first, pseudo frames left out.
        let n = jt.tree.exits[origin.ix()].snap.frames.len();
        let mut frames: Vec<(Regs, Gc<Function>)> = vec![];
        let mut at = regs;
        // SAFETY: the frames were just rebuilt.
        unsafe {
            while frames.len() < n {
                if word(at, INFO) & info::PSEUDO == 0 {
                    frames.push((at, function(at)));
                }
                at = word(at, PREV) as Regs;
            }
        }
        frames.reverse();
        let _ = (pc, RET);
        let r = Recorder::side(vm, &jt, origin, &frames, self.limits());
        *self.recorder.borrow_mut() = Some(r);
        self.extends.set(Some(jt.id));
        add(&self.controls.stats.recordings, 1);
        set_recording(vm, true);
    }
}

impl Hooks for Jit {
    fn first_count(&self, _: u32) -> u16 {
        self.count()
    }

    fn hot(&self, vm: &Vm, pc: Pc, regs: Regs) {
        // SAFETY: the instruction is in loaded code, which only this thread changes.
        let instr = unsafe { &mut *pc.cast_mut() };
        // Never 0: the interpreter comes straight back where it has nothing else to do.
        instr.d = self.count().max(1);
        if !self.controls.params.enabled() || !self.controls.params.loops() {
            instr.d = u16::MAX;
            return;
        }
        if self.busy() || vm.exec.tracing.get() {
            return;
        }
        if self.places.borrow().get(&(pc as usize)).is_some_and(|p| p.given_up) {
            instr.d = u16::MAX;
            return;
        }
        self.start_root(vm, pc, regs);
    }

    fn step(&self, vm: &Vm, pc: Pc, regs: Regs) -> Step {
        let start = Instant::now();
        // SAFETY: as above.
        let entered = unsafe { (*pc).op } == enter_offset();
        let outcome = match self.recorder.borrow_mut().as_mut() {
            Some(r) => r.step(pc, regs, entered),
            None => Err(Abort::Other),
        };
        match outcome {
            Ok(Outcome::Continue) => {}
            Ok(Outcome::Done) => self.finish(vm),
            Ok(Outcome::Ran(next)) => return Step::Ran(next),
            Ok(Outcome::Raised(e)) => {
                self.abort(vm, Abort::Raised);
                return Step::Raised(e);
            }
            Err(why) => self.abort(vm, why),
        }
        add_time(&self.controls.stats.record_time, start.elapsed());
        Step::Run
    }

    fn left(&self, vm: &Vm) {
        self.abort(vm, Abort::LeftFrame);
    }

    fn enter(&self, vm: &Vm, pc: Pc, regs: Regs, id: u16) -> PyResult<Pc> {
        let tree = match &self.trees.borrow()[id as usize] {
            Some(t) => t.clone(),
            None => return Ok(pc),
        };
        let (compiled, entry_ok) = {
            let t = tree.borrow();
            // SAFETY: a function's frame.
            let f = unsafe { function(regs) };
            // SAFETY: as above.
            let depth = unsafe { word(regs, INFO) } & info::DEPTH;
            let end = regs as usize + (t.room as usize + 64) * 8;
            let ok = f.globals.get().value().bits() == t.globals
                && f.builtins.get().value().bits() == t.builtins
                && depth + t.depth as u64 <= vm.exec.recursion_limit.get() as u64
                && end < vm.exec.stack_end()
                && self.controls.params.enabled();
            (t.compiled.clone(), ok)
        };
        let Some(compiled) = compiled.filter(|_| entry_ok) else { return Ok(pc) };
        let stress = self.controls.params.stress_exits() as i64;
        let mut ctx = Ctx::new(vm, regs, stress);
        self.running.set(self.running.get() + 1);
        // SAFETY: the context is laid out as the compiler was told, the tree's objects are kept by the roots, its
        // code by `compiled`.
        let number = unsafe {
            taipan_trace_codegen::enter(compiled.entry(), (&raw mut ctx).cast(), regs.cast_const().cast())
        };
        self.running.set(self.running.get() - 1);
        let exit = &compiled.exits[number as usize];
        // SAFETY: the row of the number that the code returned.
        let (next, now) = unsafe { exits::rebuild(vm, &tree.borrow(), exit, &ctx, regs) };
        add(&self.controls.stats.entries, 1);
        if let Some(e) = ctx.exception.take() {
            // SAFETY: the frame that raised is published.
            return Ok(unsafe { unwind::raise(vm, e) });
        }
        if exit.reason != ExitReason::Interrupt {
            let hot = {
                let mut t = tree.borrow_mut();
                let heat = t.heat.entry(exit.origin).or_insert(0);
                *heat += 1;
                let heat = *heat;
                let usual = self.controls.params.side_threshold();
                heat >= t.limit.get(&exit.origin).copied().unwrap_or(usual)
            };
            if hot {
                self.heated(vm, &tree, exit.origin, exit.reason, next, now);
            }
        }
        Ok(next)
    }
}

const _: () = assert!(size_of::<Instr>() == 16);
