//! The driver: back edges that got hot become recordings, recordings become trees, trees become code, and exits that
//! got hot become side traces.
//!
//! In: the interpreter's hooks. Out: the same program, faster. What must hold: every path through here answers an
//! instruction with the frame published that the interpreter would be at without the JIT; compiled code that may still
//! be on the native stack is not freed.

use crate::clock;
use crate::controls::Controls;
use crate::ctx::{ARGS_OFFSET, Ctx, EXIT_SLOTS};
use crate::events::Recorded;
use crate::gate::{Code, Gate};
use crate::params::Params;
use crate::policy::{self, Policy};
use crate::record::{Limits, Outcome, Recorder};
use crate::stats::{Abort, add, add_time};
use crate::tree::JitTree;
use crate::{exits, imp, live, residual};
use rustc_hash::FxHashMap;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Instant;
use taipan_bytecode::{CodeObject, Instr, Op};
use taipan_interp::jit::{Hooks, Step, enter_offset, set_recording};
use taipan_interp::unwind;
use taipan_runtime::objects::function::Function;
use taipan_runtime::vm::exec::{INFO, PREV, Pc, Regs, function, info, word};
use taipan_runtime::{Gc, PyResult, Value, Vm};
use taipan_trace_codegen::{CompileError, Compiler, Config, Effort, Options};
use taipan_trace_ir::{ExitId, ExitReason};

/// Rounds that a back edge counts at most before it asks again.
const LONG: u64 = 60_000;
/// Nanoseconds that a step of a recording takes at most.
const LONGEST_STEP: u64 = 100_000;
/// One entry of so many is timed, and so many of those tell.
const SAMPLE: u64 = 32;
const SAMPLES: u32 = 64;
/// How many times in a row a young tree may be found not to pay.
const STRIKES: u32 = 4;

/// A place where recordings may start, and how they went.
#[derive(Clone, Copy, Default)]
struct Place {
    failures: u32,
    /// Recordings that met the loop's end at once.
    ends: u32,
    invalidations: u32,
    given_up: bool,
    /// A tree that was recorded here and is not compiled yet.
    tree: Option<u16>,
    /// Rounds of the runs of the loop that were looked at, all together, and how many those were.
    seen: (u64, u32),
}

impl Place {
    /// Does a run of the loop, with so many nanoseconds a round, end before entering code for it can have paid?
    fn brief(&self, p: &Params, round: u64) -> bool {
        self.within(round, p.brief())
    }
    /// Does it, before so many nanoseconds are over?
    fn within(&self, round: u64, nanoseconds: u64) -> bool {
        let (rounds, runs) = self.seen;
        runs > 0 && rounds / u64::from(runs) * round < nanoseconds
    }
}

/// Rounds that the run of the loop takes which is at its back edge in frame `regs`, where that can be seen; and the
/// instructions from its header to there.
fn run_of_loop(vm: &Vm, pc: Pc, regs: Regs) -> (Option<u64>, u64) {
    // SAFETY: a frame at a back edge is a function's, and the instruction is in its code.
    let co = unsafe { function(regs) }.code.get();
    let at = co.index_of(pc) as usize;
    let i = &co.data.instrs[at];
    let length = i.jump_target(at).map_or(1, |t| (at as i64 + 1 - t).max(1) as u64);
    if i.opcode() != Op::LOOP_FOR_ITER {
        return (None, length);
    }
    // SAFETY: the iterator's registers are the frame's.
    let (over, index) = unsafe { (*regs.add(i.b as usize), *regs.add(i.b as usize + 1)) };
    let rounds = if over.is_int() {
        // What is left of a range; seen at any time it is half of it.
        Some(over.as_int().max(0) as u64 * 2)
    } else if index.is_int() && over.is_ptr() {
        vm.len(over).ok().map(|n| n as u64)
    } else {
        None
    };
    (rounds, length)
}

/// Recordings of a loop that may meet its end before one goes on there: some loops have no second round.
const ENDS: u32 = 4;

/// The JIT of one VM.
pub struct Jit {
    pub(crate) controls: &'static Controls,
    pub(crate) trees: RefCell<Vec<Option<Rc<RefCell<JitTree>>>>>,
    /// Of all trees that there ever were, by their numbers.
    gates: RefCell<Vec<&'static Gate>>,
    recorder: RefCell<Option<Recorder>>,
    /// The tree that the recording extends.
    extends: Cell<Option<u16>>,
    compiler: RefCell<Option<Compiler>>,
    places: RefCell<FxHashMap<usize, Place>>,
    policy: Policy,
    /// Nanoseconds that an entry into each tree lasts, on average; all ones where that is not known.
    worth: Rc<RefCell<Vec<u32>>>,
    random: Cell<u64>,
    passes: Cell<u64>,
    compiled: Cell<u64>,
    /// Entries on the native stack.
    running: Cell<u32>,
    /// Code that was replaced while something may run in it.
    // In boxes, since an entry that has not left yet points to it.
    #[allow(clippy::vec_box)]
    dead: RefCell<Vec<Box<Code>>>,
    /// Objects that compiled code names, as a list under a hidden name.
    roots: Cell<Value>,
    /// Code was loaded that may look at variables of other frames.
    watched: Cell<bool>,
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
        gates: RefCell::default(),
        recorder: RefCell::default(),
        extends: Cell::new(None),
        compiler: RefCell::default(),
        places: RefCell::default(),
        policy: Policy::default(),
        worth: Rc::default(),
        random: Cell::new(seed),
        passes: Cell::new(0),
        compiled: Cell::new(0),
        running: Cell::new(0),
        dead: RefCell::default(),
        roots: Cell::new(Value::UNBOUND),
        watched: Cell::new(false),
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
            nodes: p.node_limit(),
            instructions: p.trace_limit() as u32,
            least: if policy::eager(p) { 0 } else { p.side_least() },
            absorb: p.absorb(),
            depth: p.inline_depth() as usize,
            recursion: p.inline_recursion().max(1) as usize,
            versions: 3,
            rebinds: p.rebinds(),
            ends: false,
            joins: p.joins(),
            check: p.check_frames(),
            watched: self.watched.get(),
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

    /// Objects that a tree names, and code that it runs, must live.
    fn keep_all(&self, vm: &Vm, t: &mut JitTree) {
        for o in &t.tree.objs[t.kept.0..] {
            self.keep(vm, Value::from_bits(o.bits));
        }
        for c in &t.codes[t.kept.1..] {
            self.keep(vm, c.code.value());
        }
        t.kept = (t.tree.objs.len(), t.codes.len());
    }

    fn start_root(&self, vm: &Vm, pc: Pc, regs: Regs) {
        // SAFETY: a frame at a back edge is a function's.
        let func = unsafe { function(regs) };
        let co = func.code.get();
        let name = format!("{}:{}:{}", co.filename.get(), co.line_of(co.index_of(pc)), co.data.name);
        let mut limits = self.limits();
        limits.ends = self.places.borrow().get(&(pc as usize)).is_some_and(|p| p.ends >= ENDS);
        let mut r = Recorder::root(vm, &name, func, pc, regs, limits);
        r.worth = self.worth.clone();
        *self.recorder.borrow_mut() = Some(r);
        self.extends.set(None);
        add(&self.controls.stats.recordings, 1);
        set_recording(vm, true);
    }

    /// A recording was given up.
    fn abort(&self, vm: &Vm, why: Abort) {
        set_recording(vm, false);
        let Some(r) = self.recorder.borrow_mut().take() else { return };
        let s = &self.controls.stats;
        s.abort(why);
        let time = r.time.saturating_sub(r.away);
        add(&s.record_time, time);
        self.policy.record(time);
        let p = &self.controls.params;
        match (self.extends.take(), r.from) {
            (Some(id), Some(exit)) => {
                let tree = self.trees.borrow()[id as usize].clone();
                if let Some(t) = tree {
                    let mut t = t.borrow_mut();
                    let row = t.exit(exit);
                    row.failures += 1;
                    let given_up = row.failures > p.retries() || why == Abort::NoGain;
                    row.limit = if given_up {
                        u32::MAX
                    } else {
                        let backoff = if why == Abort::LastRound { 1 } else { p.backoff() };
                        let more = p.side_threshold().saturating_mul(backoff.saturating_pow(row.failures));
                        row.count.saturating_add(more)
                    };
                    let failures = row.failures;
                    self.log_abort(&r, Some(&t), why, failures, given_up);
                    t.tree = r.undo();
                }
            }
            _ if why == Abort::LastRound => {
                let mut places = self.places.borrow_mut();
                let place = places.entry(r.anchor as usize).or_default();
                place.ends += 1;
                self.log_abort(&r, None, why, place.failures, false);
                // SAFETY: as below.
                unsafe { (*r.anchor.cast_mut()).d = 2 };
            }
            _ => {
                let mut places = self.places.borrow_mut();
                let place = places.entry(r.anchor as usize).or_default();
                // Some things will hardly be different the next time.
                place.failures += if matches!(why, Abort::Opcode | Abort::NoGain) { 2 } else { 1 };
                place.given_up = place.failures > p.retries();
                if place.given_up {
                    add(&s.blacklisted, 1);
                }
                self.log_abort(&r, None, why, place.failures, place.given_up);
                let n = (p.threshold() as u64)
                    .saturating_mul((p.backoff() as u64).saturating_pow(place.failures));
                let n = if place.given_up { LONG } else { n.min(LONG) };
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
        let p = &self.controls.params;
        if !r.watch.is_valid() {
            *self.recorder.borrow_mut() = Some(r);
            return self.abort(vm, Abort::Invalidated);
        }
        let gain = policy::gain(p, &r);
        if gain <= 0 && !policy::eager(p) && p.pay() != 0 {
            *self.recorder.borrow_mut() = Some(r);
            return self.abort(vm, Abort::NoGain);
        }
        if (cfg!(debug_assertions) || p.verify())
            && let Err(e) = taipan_trace_ir::verify::verify(&r.tree)
        {
            panic!("recorded a bad trace: {e}\n{}", r.tree);
        }
        let s = &self.controls.stats;
        add(&s.traces, 1);
        add(&s.instructions, r.instructions.into());
        let time = r.time.saturating_sub(r.away);
        add(&s.record_time, time);
        add(&s.joins_placed, r.joins_placed.into());
        add(&s.joins_reached, r.joined.into());
        add(&s.nodes_recorded, r.nodes() as u64);
        self.policy.record(time);
        let figures =
            Recorded { trace: r.trace.0, from: r.from, instructions: r.instructions, nodes: r.nodes(), time };
        match self.extends.take() {
            Some(id) => {
                let Some(t) = self.trees.borrow()[id as usize].clone() else { return };
                let mut t = t.borrow_mut();
                t.doubtful &= !policy::numeric(&r);
                t.tree = r.tree;
                t.codes = r.codes;
                t.labels = r.labels;
                t.joins = r.joins;
                t.exit_trace = r.exit_trace;
                t.sites = r.sites;
                t.depth = r.depth;
                t.room = r.room;
                self.keep_all(vm, &mut t);
                self.log_record(&t, figures);
                if let Some(x) = figures.from {
                    if r.closed && t.tree.exits[x.ix()].reason == ExitReason::LoopEnd {
                        // It is about to hold the loop around it.
                        (t.brief, t.unseen) = (false, false);
                    }
                    self.pend(&mut t, x, gain);
                }
                self.grow(vm, &mut t);
            }
            None => {
                let mut trees = self.trees.borrow_mut();
                let id = trees.len();
                if id >= u16::MAX as usize {
                    return;
                }
                let doubtful = policy::doubtful(&r);
                let own = &r.frames[0];
                let (globals, builtins) = (own.func.globals.get(), own.func.builtins.get());
                self.keep(vm, globals.value());
                self.keep(vm, builtins.value());
                let gate = Gate::new(r.watch.clone(), globals.value(), builtins.value());
                self.gates.borrow_mut().push(gate);
                let mut t = JitTree {
                    id: id as u16,
                    tree: r.tree,
                    codes: r.codes,
                    anchor: r.anchor,
                    anchor_at: own.co.index_of(r.anchor),
                    labels: r.labels,
                    joins: r.joins,
                    exit_trace: r.exit_trace,
                    sites: r.sites,
                    watch: r.watch,
                    gate,
                    depth: r.depth,
                    room: r.room,
                    compiled: None,
                    heat: vec![],
                    no_hoist: Default::default(),
                    compilations: 0,
                    pending: 0,
                    lost: 0,
                    due: 0,
                    wait: 0,
                    gain: gain.max(1) as u64,
                    counts: r.round.unwrap_or((r.instructions, r.residuals)),
                    faster: 0,
                    calls: false,
                    short: false,
                    quick: false,
                    worthy: false,
                    inside: 0,
                    doubtful,
                    brief: false,
                    unseen: false,
                    optimized: 0,
                    compiled_nodes: 0,
                    timed: (0, 0),
                    strikes: 0,
                    starved: false,
                    // SAFETY: the anchor is an instruction of loaded code.
                    handler: unsafe { (*r.anchor).op },
                    retired: false,
                    kept: (0, 0),
                    entries_then: 0,
                };
                self.keep_all(vm, &mut t);
                t.wait = policy::rounds(&self.controls.params, &t);
                self.log_record(&t, figures);
                self.places.borrow_mut().entry(t.anchor as usize).or_default().tree = Some(t.id);
                if let Some(place) = self.places.borrow().get(&(t.anchor as usize)) {
                    t.brief = place.brief(&self.controls.params, t.gain);
                    t.unseen = place.seen.1 == 0;
                    t.short = t.doubtful && place.within(t.gain, policy::SHORT);
                }
                let t = Rc::new(RefCell::new(t));
                trees.push(Some(t.clone()));
                drop(trees);
                self.first(vm, &mut t.borrow_mut());
            }
        }
    }

    /// A tree that is not compiled yet: compiles it, or says how many rounds are to be counted first.
    fn first(&self, vm: &Vm, t: &mut JitTree) {
        let p = &self.controls.params;
        let n = if t.wait > 0 {
            let n = t.wait.min(LONG);
            t.wait -= n;
            n
        } else if self.policy.affords(p, t) {
            if self.compile(vm, t) {
                return;
            }
            self.places.borrow_mut().entry(t.anchor as usize).or_default().given_up = true;
            LONG
        } else {
            add(&self.controls.stats.put_off, 1);
            (4 * u64::from(p.threshold())).min(LONG)
        };
        // SAFETY: the anchor is an instruction of loaded code that the roots keep alive.
        unsafe { (*t.anchor.cast_mut()).d = n.max(1) as u16 };
    }

    /// Exit `x` is spared by the next compilation.
    fn pend(&self, t: &mut JitTree, x: ExitId, gain: i64) {
        t.settle();
        let row = t.exit(x);
        row.pending = gain.clamp(1, 1_000_000) as u32;
        row.limit = u32::MAX;
        let lost = u64::from(row.count) * u64::from(row.pending);
        t.pending += 1;
        t.lost += lost;
        t.due = policy::due(&self.controls.params, t);
    }

    /// Compiles a tree again, if that is due.
    fn grow(&self, vm: &Vm, t: &mut JitTree) {
        if t.pending == 0 || t.lost < t.due || self.busy() {
            return;
        }
        let p = &self.controls.params;
        if !self.policy.affords(p, t) {
            add(&self.controls.stats.put_off, 1);
            t.due = t.lost + t.lost / 4 + 16;
            let (time, n) = t.timed;
            if n >= 8 && time / u64::from(n) < 8 * p.entry_worth() {
                // Entered for next to nothing until then: the interpreter does better, and the longer the more often
                // that turned out to be so.
                let rounds =
                    policy::rounds(p, t).max(u64::from(p.threshold())) << (t.compilations - 1).min(12);
                self.detach(t, rounds, "waits to be compiled again");
                t.wait = rounds.saturating_sub(LONG);
                self.places.borrow_mut().entry(t.anchor as usize).or_default().tree = Some(t.id);
            }
            return;
        }
        if !self.compile(vm, t) {
            // It stays as it is.
            t.due = u64::MAX;
        }
    }

    fn compiler(&self, vm: &Vm) -> bool {
        let mut c = self.compiler.borrow_mut();
        if c.is_none() {
            let mut config = Config::new(imp::address);
            config.exit_slots = EXIT_SLOTS as u16;
            config.arguments = ARGS_OFFSET;
            config.interrupt = vm.exec.interrupt.as_ptr() as u64;
            config.pieces = self.controls.symbols.on();
            config.code_limit = self.controls.params.code_limit();
            *c = Compiler::new(config).ok();
        }
        c.is_some()
    }

    /// Optimises a copy of the tree and compiles it; on success the back edge enters it.
    fn compile(&self, vm: &Vm, t: &mut JitTree) -> bool {
        let p = &self.controls.params;
        let s = &self.controls.stats;
        let d = &self.controls.dumps;
        if !self.compiler(vm) || self.compiled.get() >= p.tree_limit() || t.compilations >= p.recompiles() {
            s.abort(Abort::Recompiles);
            return false;
        }
        self.compiled.set(self.compiled.get() + 1);
        if d.trace.get() {
            eprintln!("---- trace of tree {} {}\n{}", t.id, t.tree.name, t.tree);
        }
        let (begin, cpu) = (Instant::now(), clock::cpu());
        let mut tree = t.tree.clone();
        t.worthy |= policy::worthy(p, t);
        let quick = policy::quick(p, t);
        let mut config = p.passes(self.passes.get(), quick);
        config.no_hoist = t.no_hoist.clone();
        let report = taipan_trace_opt::optimize(&mut tree, &config);
        let opt = begin.elapsed();
        self.passes.set(self.passes.get() + report.ran.len() as u64);
        add(&s.passes, report.ran.len() as u64);
        add(&s.nodes_compiled, report.size.0 as u64);
        add(&s.nodes_optimized, report.size.1 as u64);
        add_time(&s.opt_time, opt);
        if d.opt.get() {
            let mut shown = tree.clone();
            shown.compact();
            eprintln!("---- optimised tree {} {}\n{shown}", t.id, t.tree.name);
        }
        let options = Options {
            effort: match (quick, p.codegen_opt()) {
                (true, _) => Effort::Least,
                (_, false) => Effort::Less,
                _ => Effort::Full,
            },
            stress_exits: p.stress_exits() != 0,
            dump_clif: d.clif.get(),
            dump_asm: d.asm.get(),
        };
        let mut compiler = self.compiler.borrow_mut();
        let compiler = compiler.as_mut().expect("made above");
        let mut result = compiler.compile(&tree, &options);
        if matches!(result, Err(CompileError::CodeLimit)) && self.evict(compiler, t.id) {
            result = compiler.compile(&tree, &options);
        }
        let ok = match result {
            Ok(c) => {
                if let Some(text) = &c.clif {
                    eprintln!("---- clif of tree {}\n{text}", t.id);
                }
                if let Some(text) = &c.asm {
                    eprintln!("---- code of tree {}\n{text}", t.id);
                }
                for piece in compiler.take_pieces() {
                    self.name_code(t, &tree, &piece);
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
                t.compilations += 1;
                self.log_compile(t, &c, report.size, opt);
                t.settle();
                let code = Box::new(Code::new(c, &t.codes));
                t.gate.lead(Some(&code), t.depth, t.room);
                if let Some(old) = t.compiled.replace(code) {
                    self.log_free(t, old.compiled.stats.bytes, "replaced");
                    self.dead.borrow_mut().push(old);
                }
                t.compiled_nodes = t.tree.nodes.len();
                t.faster = policy::faster(p, t, &tree);
                t.calls = policy::calls(&tree);
                t.quick = quick;
                t.optimized = report.size.1;
                (t.pending, t.lost, t.timed, t.strikes) = (0, 0, (0, 0), 0);
                for row in &mut t.heat {
                    row.pending = 0;
                }
                // SAFETY: the anchor is an instruction of loaded code that the roots keep alive.
                unsafe {
                    (*t.anchor.cast_mut()).op = enter_offset();
                    (*t.anchor.cast_mut()).d = t.id;
                }
                let mut places = self.places.borrow_mut();
                let place = places.entry(t.anchor as usize).or_default();
                place.tree = None;
                if p.forgive() {
                    place.failures = 0;
                }
                true
            }
            Err(e) => {
                if d.opt.get() {
                    eprintln!("---- tree {} was not compiled: {e:?}", t.id);
                }
                let full = matches!(e, CompileError::CodeLimit | CompileError::NoMemory);
                let why = if full { Abort::CodeMemory } else { Abort::Codegen };
                s.abort(why);
                self.log_refused(t, None, why, &format!("{e:?}"));
                false
            }
        };
        self.policy.spend(clock::cpu() - cpu);
        self.bury(compiler);
        ok
    }

    /// Frees code that nothing runs in any more.
    fn bury(&self, compiler: &mut Compiler) {
        if self.running.get() == 0 {
            for old in self.dead.borrow_mut().drain(..) {
                add(&self.controls.stats.code_freed, old.compiled.stats.bytes as u64);
                compiler.free(old.compiled);
            }
        }
    }

    /// Takes a tree's code away: its back edge is the interpreter's again, and counts.
    fn detach(&self, t: &mut JitTree, rounds: u64, cause: &str) {
        // SAFETY: the anchor is an instruction of loaded code that the roots keep alive.
        unsafe {
            (*t.anchor.cast_mut()).op = t.handler;
            (*t.anchor.cast_mut()).d = rounds.min(LONG) as u16;
        }
        t.settle();
        t.gate.lead(None, 0, 0);
        if let Some(old) = t.compiled.take() {
            add(&self.controls.stats.freed, 1);
            self.log_free(t, old.compiled.stats.bytes, cause);
            self.dead.borrow_mut().push(old);
        }
    }

    /// Makes room for code: those trees go that were entered least since the last time, half of them.
    fn evict(&self, compiler: &mut Compiler, but: u16) -> bool {
        if self.running.get() != 0 {
            return false;
        }
        let trees: Vec<_> = self.trees.borrow().iter().flatten().cloned().collect();
        let mut all: Vec<_> = trees
            .iter()
            .filter_map(|t| {
                let t = t.try_borrow_mut().ok()?;
                (t.id != but && t.compiled.is_some()).then_some(t)
            })
            .collect();
        all.sort_by_key(|t| t.gate.entries.get() - t.entries_then);
        let n = all.len().div_ceil(2);
        for t in &mut all[..n] {
            let wait = t.wait_again();
            self.detach(t, wait, "no room for code");
            self.places.borrow_mut().entry(t.anchor as usize).or_default().tree = Some(t.id);
        }
        for t in &mut all {
            t.entries_then = t.gate.entries.get();
        }
        self.bury(compiler);
        n > 0
    }

    /// An entry was timed.
    #[cold]
    #[inline(never)]
    fn timed(&self, vm: &Vm, id: u16, nanoseconds: u64) {
        let p = &self.controls.params;
        let Some(t) = self.trees.borrow()[id as usize].clone() else { return };
        let Ok(mut t) = t.try_borrow_mut() else { return };
        // An entry that was sampled stands for many: one that lasted far longer than usual waited for a processor.
        let usual = t.timed.0 / u64::from(t.timed.1.max(1));
        let often = t.gate.entries.get() > policy::TIMED;
        let nanoseconds = if often && t.timed.1 >= 8 { nanoseconds.min(8 * usual) } else { nanoseconds };
        t.timed.0 += nanoseconds;
        t.timed.1 += 1;
        let spared = policy::spared(p, &t, nanoseconds);
        self.policy.spared(if often { spared * SAMPLE as i64 } else { spared });
        if t.timed.1 % 8 == 0 {
            if t.unseen {
                t.brief = policy::spared(p, &t, t.timed.0 / u64::from(t.timed.1)) < 0;
            }
            t.short = t.timed.0 / u64::from(t.timed.1) < policy::SHORT;
            let mut all = self.worth.borrow_mut();
            let n = all.len().max(t.id as usize + 1);
            all.resize(n, u32::MAX);
            all[t.id as usize] = (t.timed.0 / u64::from(t.timed.1)).min(u64::from(u32::MAX)) as u32;
        }
        if t.timed.1 < SAMPLES || p.entry_worth() == 0 || p.budget() == 0 || policy::eager(p) {
            return;
        }
        let usual = policy::spared(p, &t, t.timed.0 / u64::from(t.timed.1)) + p.exit_cost() as i64;
        // Where side traces wait to be compiled, or there was no time to record them, entries may last longer soon. So
        // may they while the exits of a tree that is still young warm up: it is looked at more than once.
        let settled = t.pending == 0 && !t.starved;
        if !settled || usual >= p.entry_worth() as i64 {
            t.strikes = 0;
        } else if t.strikes < STRIKES && t.compilations < 4 {
            t.strikes += 1;
        } else if !t.retired && !self.busy() {
            self.retire(&mut t);
        }
        t.inside += t.timed.0 * SAMPLE;
        t.timed = (0, 0);
        if !t.retired && t.compiled.is_some() && policy::worthy(p, &t) && !self.busy() {
            t.worthy = true;
            t.worthy = self.policy.affords(p, &t);
            if t.worthy {
                self.compile(vm, &mut t);
            }
        }
    }

    /// Gives a tree up whose entries do not pay.
    fn retire(&self, t: &mut JitTree) {
        t.retired = true;
        add(&self.controls.stats.retired, 1);
        self.detach(t, LONG, "entering it does not pay");
        let mut places = self.places.borrow_mut();
        let place = places.entry(t.anchor as usize).or_default();
        (place.given_up, place.tree) = (true, None);
    }

    /// What a tree relies on changed: it goes, and its place may be recorded anew.
    #[cold]
    fn invalidate(&self, t: &Rc<RefCell<JitTree>>) {
        let Ok(mut t) = t.try_borrow_mut() else { return };
        let p = &self.controls.params;
        if self.trees.borrow()[t.id as usize].is_none() {
            return;
        }
        add(&self.controls.stats.invalidated, 1);
        self.log_invalidate(&t);
        let mut places = self.places.borrow_mut();
        let place = places.entry(t.anchor as usize).or_default();
        place.tree = None;
        place.invalidations += u32::from(!t.watch.was_the_world());
        let wait = if place.invalidations > p.invalidations() {
            place.given_up = true;
            add(&self.controls.stats.blacklisted, 1);
            LONG
        } else {
            u64::from(self.count().max(1))
        };
        drop(places);
        self.detach(&mut t, wait, "invalidated");
        self.trees.borrow_mut()[t.id as usize] = None;
    }

    /// An exit got hot: records a side trace from it, or takes back a guard that was moved.
    fn heated(&self, vm: &Vm, t: &Rc<RefCell<JitTree>>, origin: ExitId, reason: ExitReason, regs: Regs) {
        let p = &self.controls.params;
        if self.busy() || vm.exec.tracing.get() {
            return;
        }
        let mut jt = t.borrow_mut();
        if jt.retired || jt.compiled.is_none() {
            return;
        }
        self.log_heat(&jt, origin);
        if reason == ExitReason::Hoisted {
            if jt.no_hoist.insert(origin) {
                self.pend(&mut jt, origin, p.exit_cost() as i64);
                // Where the guard stands then it is an exit like others.
                let row = jt.exit(origin);
                (row.count, row.limit) = (0, 0);
                row.failures = 0;
                self.grow(vm, &mut jt);
            } else if jt.exit(origin).pending != 0 {
                // Not compiled yet: how often it is taken where it will stand is counted from then on.
                jt.exit(origin).count = 0;
            } else {
                jt.exit(origin).limit = u32::MAX;
            }
            return;
        }
        if !p.side_traces() || jt.tree.exits[origin.ix()].side.is_some() {
            jt.exit(origin).limit = u32::MAX;
            return;
        }
        let full = jt.tree.traces.len() as u32 > p.tree_traces() || jt.size() > p.tree_nodes();
        let refused = if full {
            Some(Abort::TreeFull)
        } else if jt.compilations >= p.recompiles() {
            Some(Abort::Recompiles)
        } else {
            (jt.repeats(origin) >= p.versions()).then_some(Abort::Versions)
        };
        if let Some(why) = refused {
            jt.exit(origin).limit = u32::MAX;
            self.controls.stats.abort(why);
            return self.log_refused(&jt, Some(origin), why, "limit");
        }
        if !self.policy.may_record(p) {
            let row = jt.exit(origin);
            row.limit = row.count.saturating_add(row.count / 2 + 1);
            jt.starved = true;
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
        let mut r = Recorder::side(vm, &mut jt, origin, &frames, self.limits());
        r.worth = self.worth.clone();
        jt.starved = false;
        *self.recorder.borrow_mut() = Some(r);
        self.extends.set(Some(jt.id));
        add(&self.controls.stats.recordings, 1);
        add(&self.controls.stats.side_recordings, 1);
        set_recording(vm, true);
    }

    /// A way out was taken so often that somebody must look: is it hot, or worth compiling the tree again?
    #[cold]
    #[inline(never)]
    fn look(&self, vm: &Vm, id: u16, number: usize, regs: Regs) {
        let Some(tree) = self.trees.borrow()[id as usize].clone() else { return };
        let (origin, reason, hot) = {
            let mut t = tree.borrow_mut();
            let Some(code) = &t.compiled else { return };
            let (origin, reason) = (code.compiled.exits[number].origin, code.compiled.exits[number].reason);
            if matches!(reason, ExitReason::Interrupt | ExitReason::Invalid) {
                code.ways[number].until.set(u32::MAX);
                return;
            }
            let n = code.ways[number].taken.replace(0);
            let row = t.exit(origin);
            row.count = row.count.saturating_add(n);
            let usual = self.controls.params.side_threshold();
            let hot = row.count >= if row.limit == 0 { usual } else { row.limit };
            let pending = row.pending;
            if pending != 0 {
                t.lost += u64::from(pending) * u64::from(n);
                add(&self.controls.stats.exits_pending, n.into());
                if t.lost >= t.due {
                    self.grow(vm, &mut t);
                }
            }
            (origin, reason, hot)
        };
        if hot {
            self.heated(vm, &tree, origin, reason, regs);
        }
        // When to look again; other code than that it left by has ways of its own.
        let mut t = tree.borrow_mut();
        let row = *t.exit(origin);
        let until = if row.pending != 0 {
            // Others may lose at the same time.
            (t.due.saturating_sub(t.lost) / u64::from(row.pending) / 4).clamp(1, 64) as u32
        } else {
            let limit = if row.limit == 0 { self.controls.params.side_threshold() } else { row.limit };
            if limit == u32::MAX { u32::MAX } else { limit.saturating_sub(row.count).max(1) }
        };
        if let Some(way) = t.compiled.as_ref().and_then(|c| c.ways.get(number))
            && t.compiled.as_ref().is_some_and(|c| c.compiled.exits[number].origin == origin)
        {
            way.until.set(until);
        }
    }

    /// Code that may not be entered, as its watch says.
    #[cold]
    #[inline(never)]
    fn broken(&self, id: u16) {
        let tree = self.trees.borrow()[id as usize].clone();
        if let Some(t) = tree.filter(|t| !t.borrow().watch.is_valid()) {
            self.invalidate(&t);
        }
    }
}

impl Hooks for Jit {
    fn first_count(&self, _: u32) -> u16 {
        self.count()
    }

    fn loaded(&self, code: &CodeObject) {
        if self.watched.get() || !live::watches(code) {
            return;
        }
        self.watched.set(true);
        // What was compiled until now does not keep all variables.
        let trees: Vec<_> = self.trees.borrow().iter().flatten().cloned().collect();
        for t in &trees {
            let mut t = t.borrow_mut();
            if !t.retired {
                t.retired = true;
                self.detach(&mut t, self.count().max(1).into(), "variables are watched from now on");
                let mut places = self.places.borrow_mut();
                places.entry(t.anchor as usize).or_default().tree = None;
            }
        }
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
        let (rounds, length) = run_of_loop(vm, pc, regs);
        let place = {
            let mut places = self.places.borrow_mut();
            let place = places.entry(pc as usize).or_default();
            if let Some(n) = rounds {
                place.seen.0 += n;
                place.seen.1 += 1;
            }
            *place
        };
        if place.given_up {
            instr.d = u16::MAX;
            return;
        }
        if let Some(id) = place.tree {
            let tree = self.trees.borrow()[id as usize].clone();
            if let Some(t) = tree {
                if t.borrow().watch.is_valid() {
                    let mut t = t.borrow_mut();
                    if t.compilations == 0 {
                        t.brief = place.brief(&self.controls.params, t.gain);
                    }
                    self.first(vm, &mut t);
                } else {
                    self.invalidate(&t);
                }
            }
            return;
        }
        let p = &self.controls.params;
        if self.policy.may_record(p) && self.policy.within(p, 0, place.brief(p, length * p.instr_cost())) {
            self.start_root(vm, pc, regs);
        }
    }

    fn step(&self, vm: &Vm, pc: Pc, regs: Regs) -> Step {
        let start = Instant::now();
        let outcome = match self.recorder.borrow_mut().as_mut() {
            Some(r) => {
                let away = r.away;
                let outcome = r.step(pc, regs);
                let away = r.away - away;
                // What lasts longer waited for a processor.
                r.time += away + (start.elapsed().as_nanos() as u64).saturating_sub(away).min(LONGEST_STEP);
                outcome
            }
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
        Step::Run
    }

    fn left(&self, vm: &Vm) {
        self.abort(vm, Abort::LeftFrame);
    }

    fn finish(&self) {
        self.log_end();
    }

    fn enter(&self, vm: &Vm, pc: Pc, regs: Regs, id: u16) -> PyResult<Pc> {
        let gate = self.gates.borrow()[id as usize];
        let code = gate.code.get();
        if code.is_null() || !gate.watch.is_valid() {
            self.broken(id);
            return Ok(pc);
        }
        // SAFETY: code that is led to is there, and is not freed while `running` is not 0.
        let code: &Code = unsafe { &*code };
        // SAFETY: a function's frame.
        let (f, depth) = unsafe { (function(regs), word(regs, INFO) & info::DEPTH) };
        if f.globals.get().value().bits() != gate.globals
            || f.builtins.get().value().bits() != gate.builtins
            || depth + gate.depth.get() > vm.exec.recursion_limit.get() as u64
            || regs as usize + gate.room.get() >= vm.exec.stack_end()
            || vm.exec.tracing.get()
            || !self.controls.params.enabled()
        {
            return Ok(pc);
        }
        let entries = gate.entries.get() + 1;
        gate.entries.set(entries);
        let start = (entries.is_multiple_of(SAMPLE) || entries <= policy::TIMED).then(Instant::now);
        let stress = self.controls.params.stress_exits() as i64;
        let mut ctx = Ctx::new(vm, regs, stress, &self.controls.active);
        self.running.set(self.running.get() + 1);
        // SAFETY: the context is laid out as the compiler was told, the tree's objects are kept by the roots, its
        // code by `running`.
        let number = unsafe {
            taipan_trace_codegen::enter(code.entry, (&raw mut ctx).cast(), regs.cast_const().cast()) as usize
        };
        let lasted = start.map(|start| start.elapsed().as_nanos() as u64);
        let way = &code.ways[number];
        let (next, now);
        // SAFETY: the way of the number that the code returned.
        let to = if ctx.left.is_none() { unsafe { way.take(&ctx, regs) } } else { None };
        if let Some(to) = to {
            (next, now) = (to, regs);
            vm.exec.pc.set(next);
            vm.exec.regs.set(now);
        } else {
            // SAFETY: the context says whether a residual call left.
            let kept = ctx.left.as_ref().map(|left| unsafe { residual::keep(left, regs) });
            let exit = &code.compiled.exits[number];
            // SAFETY: as above.
            (next, now) = unsafe { exits::rebuild(vm, &code.codes, exit, &ctx, regs) };
            if let (Some(left), Some(kept)) = (&ctx.left, kept) {
                // SAFETY: the exit of that call was carried out.
                if let Some(pc) = unsafe { residual::resume(vm, &ctx, left, regs, &kept, now) } {
                    self.running.set(self.running.get() - 1);
                    return Ok(pc);
                }
            }
        }
        let s = &self.controls.stats;
        add(&s.entries, 1);
        add(&s.exits, 1);
        let taken = way.taken.get() + 1;
        way.taken.set(taken);
        let look = taken >= way.until.get() && std::ptr::eq(gate.code.get(), code);
        self.running.set(self.running.get() - 1);
        if let Some(e) = ctx.exception.take() {
            // SAFETY: the frame that raised is published.
            return Ok(unsafe { unwind::raise(vm, e) });
        }
        if !gate.watch.is_valid() {
            self.broken(id);
            return Ok(next);
        }
        if look {
            self.look(vm, id, number, now);
        }
        if let Some(nanoseconds) = lasted {
            self.timed(vm, id, nanoseconds);
        }
        Ok(next)
    }
}

const _: () = assert!(size_of::<Instr>() == 16);
