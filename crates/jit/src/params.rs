//! The parameters of the JIT: every heuristic is a row of one table.
//!
//! In: `-X jit-NAME=value` options and `sys._jit.set`. Out: typed getters ([`Params::threshold`] and so on), the
//! values for the event log, and the reference `docs/jit-parameters.md`, which a test compares with the table. A
//! parameter that is in no row does not exist; a value that its row does not allow is refused with one line of
//! text. Rows of the kind `pass-NAME` come from the optimiser's own table of passes.
//!
//! Values are read where they are used, never copied at start-up, so that a program may change them while it runs.
//! Everything that looks random (jitter) is drawn from [`Params::seed`]: the same options give the same traces.

use std::cell::Cell;
use std::fmt::Write;
use taipan_trace_opt::pipeline::{Config as PassConfig, Pass};

/// What a parameter may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `on` or `off` (`1`, `0`, `true`, `false`, `yes` and `no` are read too).
    Switch,
    /// A whole number between the two, both included.
    Number(u64, u64),
}

/// A row of the table.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// The name in options and in `sys._jit`.
    pub name: &'static str,
    /// What it may be.
    pub kind: Kind,
    /// The value that it has when nothing is said.
    pub default: u64,
    /// What it does.
    pub doc: &'static str,
}

impl Row {
    /// The value as text that [`Row::parse`] reads.
    pub fn show(&self, value: u64) -> String {
        match self.kind {
            Kind::Switch => if value != 0 { "on" } else { "off" }.to_string(),
            Kind::Number(..) => value.to_string(),
        }
    }
    /// Reads a value. `Err` holds what would be right.
    pub fn parse(&self, text: &str) -> Result<u64, String> {
        match self.kind {
            Kind::Switch => match text {
                "on" | "1" | "true" | "yes" => Ok(1),
                "off" | "0" | "false" | "no" => Ok(0),
                _ => Err(format!("takes 'on' or 'off', not '{text}'")),
            },
            Kind::Number(min, max) => {
                let digits = text.replace('_', "");
                match digits.parse::<u64>() {
                    Ok(n) if (min..=max).contains(&n) => Ok(n),
                    _ => Err(format!("takes a number from {min} to {}, not '{text}'", limit(max))),
                }
            }
        }
    }
}

fn limit(max: u64) -> String {
    if max == u64::MAX { "2**64-1".to_string() } else { max.to_string() }
}

/// Rust types that parameters are read as.
trait Typed {
    /// From the stored word.
    fn typed(word: u64) -> Self;
}
macro_rules! typed {
    ($($t:ty)*) => { $(impl Typed for $t {
        #[inline(always)]
        fn typed(word: u64) -> $t { word as $t }
    })* };
}
typed!(u32 u64 usize);
impl Typed for bool {
    #[inline(always)]
    fn typed(word: u64) -> bool {
        word != 0
    }
}

macro_rules! params {
    (@kind bool) => { Kind::Switch };
    (@kind $ty:ident $min:literal $max:expr) => { Kind::Number($min, $max as u64) };
    ($($(#[doc = $doc:literal])+ $name:ident: $ty:ident $([$min:literal, $max:expr])? = $default:expr;)*) => {
        #[allow(non_camel_case_types)]
        enum Index { $($name,)* Count }
        /// The rows, but for those of the passes.
        const FIXED: [Row; Index::Count as usize] = [$(Row {
            name: stringify!($name),
            kind: params!(@kind $ty $($min $max)?),
            default: $default as u64,
            doc: concat!($($doc),+),
        },)*];
        impl Params {
            $(
                $(#[doc = $doc])+
                #[inline(always)]
                pub fn $name(&self) -> $ty { <$ty as Typed>::typed(self.values[Index::$name as usize].get()) }
            )*
        }
    };
}

params! {
    /// Rounds of a loop before a trace of it is recorded.
    threshold: u32 [1, 1_000_000_000] = 1000;
    /// Times an exit is taken before a side trace is recorded from it.
    side_threshold: u32 [1, 1_000_000_000] = 200;
    /// By how many per cent a threshold is varied, so that an unlucky round is not recorded for ever.
    jitter: u32 [0, 100] = 10;
    /// Seed of everything that is drawn at random.
    seed: u64 [0, u64::MAX] = 1;
    /// Record loops.
    loops: bool = true;
    /// Record side traces.
    side_traces: bool = true;
    /// End side traces where the sides of their branch meet again.
    joins: bool = true;
    /// Instructions of the interpreter that a trace may follow.
    trace_limit: usize [8, 1_000_000] = 1000;
    /// Nodes that a trace may have when it is recorded.
    node_limit: usize [16, 10_000_000] = 1500;
    /// Calls within calls that a trace may inline.
    inline_depth: u32 [0, 100] = 12;
    /// Times a function is inlined into itself.
    inline_recursion: u32 [0, 20] = 3;
    /// Nodes that a tree may have, side traces included.
    tree_nodes: usize [16, 10_000_000] = 4000;
    /// Side traces that a tree may have.
    tree_traces: u32 [0, 100_000] = 128;
    /// Bytes of machine code, all trees together; trees that were not entered for long are freed beyond it.
    code_limit: usize [4096, 1u64 << 40] = 64 << 20;
    /// Recordings that may fail at a place before it is left to the interpreter.
    retries: u32 [0, 1000] = 6;
    /// Factor by which a threshold grows each time that a recording fails at its place.
    backoff: u32 [1, 1000] = 4;
    /// Per cent of the estimated cost of compiling that a loop must have cost in the interpreter, or that a tree must
    /// have lost in its exits, before it is compiled (again). 0: compile at once, as thresholds below 100 do.
    pay: u32 [0, 100_000] = 100;
    /// Nanoseconds that optimising and compiling a node takes, about.
    node_cost: u64 [0, 1_000_000] = 11_000;
    /// Nanoseconds that the interpreter takes for an instruction, about.
    instr_cost: u64 [1, 1_000_000] = 4;
    /// Nanoseconds by which a residual instruction is slower than in the interpreter, about.
    residual_cost: u64 [0, 1_000_000] = 25;
    /// Nanoseconds that leaving compiled code and entering it again takes, about.
    exit_cost: u64 [1, 1_000_000] = 100;
    /// Instructions that a side trace must follow if it does not lead back to a loop.
    side_least: u32 [0, 1_000_000] = 8;
    /// Per cent of the run time that may be spent in recording and compiling; 0: any. With 0, and `absorb`
    /// 0, nothing looks at a clock and a run can be repeated exactly. Thresholds below 100 imply 0.
    budget: u32 [0, 100] = 4;
    /// Per cent of what compiled code has spared, by estimate, that may be spent beyond that.
    reward: u32 [0, 1000] = 30;
    /// Milliseconds that may be spent beyond that.
    allowance: u32 [0, 1_000_000] = 4;
    /// Nanoseconds: a loop whose runs are over sooner in the interpreter is brief: compiled code for it hardly pays for
    /// being entered, unless it comes to hold the loop around it.
    brief: u64 [0, 1_000_000_000] = 1200;
    /// What `budget` is for brief loops, and for those that call and look up rather than calculate; they have no
    /// `allowance`.
    brief_budget: u32 [0, 100] = 3;
    /// Nanoseconds of the interpreter's time that an entry into a tree must take over on average beyond those it lasts;
    /// trees that do not make it are given up. 0: any.
    entry_worth: u64 [0, 1_000_000] = 120;
    /// A side trace that comes to a loop with a tree of its own takes a copy of the loop in where entries into that
    /// tree last less than so many nanoseconds on average; else it leaves, and the other tree is entered.
    absorb: u64 [0, 1_000_000_000] = 3000;
    /// Side traces from exits of one kind at one place that may hang below each other: types that a place sees, or
    /// copies of a loop.
    versions: u32 [1, 1000] = 4;
    /// Forget the failures of a place once a trace of it was compiled.
    forgive: bool = true;
    /// Times a tree may be compiled again.
    recompiles: u32 [0, 100_000] = 64;
    /// Times that a name, class or function that compiled code relied on may change before code checks it each time,
    /// or looks it up. 0: code relies on nothing.
    rebinds: u32 [0, 1_000_000] = 2;
    /// Times that trees of one place may be invalidated before the place is left to the interpreter.
    invalidations: u32 [0, 100_000] = 16;
    /// Run the optimiser at all.
    opt: bool = true;
    /// Passes that run in the whole process, then no more: bisects a wrong answer to one pass of one tree.
    opt_limit: u64 [0, u64::MAX] = u64::MAX;
    /// Trees that are compiled in the whole process, then no more: bisects a wrong answer to one tree.
    tree_limit: u64 [0, u64::MAX] = u64::MAX;
    /// Let Cranelift optimise what the passes left.
    codegen_opt: bool = true;
    /// Compile with the least effort: 1: trees whose entries are over soon, until they have run for long; 2: all;
    /// 0: none.
    quick: u32 [0, 2] = 1;
    /// Leave at every N-th guard after an entry as if it failed (guards that decide a branch excepted: their exit is the other side of the branch); 0: never.
    stress_exits: u32 [0, 1_000_000_000] = 0;
    /// Verify traces after each pass, as debug builds always do.
    verify: bool = false;
    /// Compare the recorder's idea of the frame with the real one at each instruction, as debug builds always do.
    check_frames: bool = false;
}

/// The values. They belong to one VM.
pub struct Params {
    values: [Cell<u64>; FIXED.len()],
    passes_off: Cell<u64>,
    enabled: Cell<bool>,
}

impl Default for Params {
    fn default() -> Params {
        Params {
            values: FIXED.map(|row| Cell::new(row.default)),
            passes_off: Cell::new(0),
            enabled: Cell::new(false),
        }
    }
}

fn pass_doc(pass: Pass) -> (String, String) {
    (format!("pass-{}", pass.name()), format!("Run the pass `{}`.", pass.name()))
}

/// The name as options have it.
fn dashed(name: &str) -> String {
    name.replace('_', "-")
}

impl Params {
    /// Is the JIT switched on? (`-X jit=on`, `PYTHON_JIT`)
    #[inline(always)]
    pub fn enabled(&self) -> bool {
        self.enabled.get()
    }
    /// Switches the JIT on or off.
    pub fn set_enabled(&self, on: bool) {
        self.enabled.set(on);
    }

    /// Sets a parameter from text. `Err` holds one line that says what is wrong.
    pub fn set(&self, name: &str, text: &str) -> Result<(), String> {
        let name = dashed(name);
        if let Some(pass) = name.strip_prefix("pass-") {
            let pass = Pass::from_name(pass).ok_or_else(|| unknown(&name))?;
            let row = Row { name: "", kind: Kind::Switch, default: 1, doc: "" };
            let on = row.parse(text).map_err(|e| format!("{name} {e}"))? != 0;
            let bit = 1 << pass as u64;
            self.passes_off.set(if on { self.passes_off.get() & !bit } else { self.passes_off.get() | bit });
            return Ok(());
        }
        let index = FIXED.iter().position(|r| dashed(r.name) == name).ok_or_else(|| unknown(&name))?;
        self.values[index].set(FIXED[index].parse(text).map_err(|e| format!("{name} {e}"))?);
        Ok(())
    }

    /// Every name with its value, in the table's order; passes last.
    pub fn all(&self) -> Vec<(String, Kind, u64)> {
        let fixed = FIXED.iter().zip(&self.values).map(|(r, v)| (dashed(r.name), r.kind, v.get()));
        let passes =
            Pass::ALL.iter().map(|&p| (format!("pass-{}", p.name()), Kind::Switch, u64::from(self.pass(p))));
        fixed.chain(passes).collect()
    }

    /// Those that do not have their default, as text.
    pub fn changed(&self) -> Vec<(String, String)> {
        let defaults = Params::default().all();
        let shown = |kind: Kind, v: u64| Row { name: "", kind, default: 0, doc: "" }.show(v);
        let pairs = self.all().into_iter().zip(defaults).filter(|(now, then)| now.2 != then.2);
        pairs.map(|((name, kind, v), _)| (name, shown(kind, v))).collect()
    }

    /// Is this pass on?
    pub fn pass(&self, pass: Pass) -> bool {
        self.passes_off.get() & 1 << pass as u64 == 0
    }

    /// What the optimiser is to do, when `ran` passes ran in this process already. Callers add what they know of the
    /// tree itself.
    pub fn passes(&self, ran: u64, quick: bool) -> PassConfig {
        let mut config = if quick { PassConfig::light() } else { PassConfig::default() };
        config.disabled.extend(Pass::ALL.iter().copied().filter(|&p| !self.pass(p)));
        let left = self.opt_limit().saturating_sub(ran);
        config.limit = if self.opt() { usize::try_from(left).unwrap_or(usize::MAX) } else { 0 };
        config.verify |= self.verify();
        config
    }
}

fn unknown(name: &str) -> String {
    let mut best: Option<(usize, String)> = None;
    for (known, ..) in Params::default().all() {
        let d = distance(&known, name);
        if d * 3 <= name.len() && best.as_ref().is_none_or(|b| d < b.0) {
            best = Some((d, known));
        }
    }
    let hint = best.map_or(String::new(), |(_, known)| format!(" (did you mean jit-{known}?)"));
    format!("there is no jit-{name}{hint}")
}

/// Edits that lead from one word to the other.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], i + 1);
        for (j, y) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(x != *y);
            let best = replaced.min(row[j] + 1).min(row[j + 1] + 1);
            diagonal = std::mem::replace(&mut row[j + 1], best);
        }
    }
    row[b.len()]
}

/// What `docs/jit-parameters.md` holds.
pub fn reference() -> String {
    let mut out = String::from(
        "# Parameters of the JIT\n\n\
         <!-- Written by `cargo test -p taipan-jit reference` from crates/jit/src/params.rs; do not edit. -->\n\n\
         Set one with `-X jit-NAME=value`, or while the program runs with `sys._jit.set(\"NAME\", value)`;\n\
         `sys._jit.params()` has them all. A name or value that does not exist ends the program with one line and\n\
         exit status 2 (`ValueError` in `sys._jit`). The values that differ from the defaults stand in the first\n\
         line of the event log, so that a run can be repeated.\n\n\
         | name | values | default | meaning |\n| --- | --- | --- | --- |\n",
    );
    let mut line = |name: &str, kind: Kind, default: String, doc: &str| {
        let values = match kind {
            Kind::Switch => "on, off".to_string(),
            Kind::Number(min, max) => format!("{min} to {}", limit(max)),
        };
        let _ = writeln!(out, "| `{name}` | {values} | {default} | {} |", doc.trim());
    };
    for row in FIXED {
        let default = if row.default == u64::MAX { "2**64-1".to_string() } else { row.show(row.default) };
        line(&dashed(row.name), row.kind, default, row.doc);
    }
    for &pass in Pass::ALL {
        let (name, doc) = pass_doc(pass);
        line(&name, Kind::Switch, "on".to_string(), &doc);
    }
    out.push_str("\n## Other options\n\n| option | meaning |\n| --- | --- |\n");
    for (option, doc) in crate::controls::OPTIONS {
        let _ = writeln!(out, "| `{option}` | {doc} |");
    }
    out
}
