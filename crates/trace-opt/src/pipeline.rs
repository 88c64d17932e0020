//! The pipeline: which passes run, in which order, as data.
//!
//! [`Config`] is a list of passes with a switch for each and a limit on how many may run, which bisects a
//! miscompilation to one pass of one tree. In debug builds the verifier runs after each.

use crate::{
    cse, dce, demand, fold, guards, hoist, joins, kept, loops, memory, promote, ranges, sink, unbox, virtuals,
};
use rustc_hash::FxHashSet;
use taipan_trace_ir::{ExitId, Tree};

macro_rules! passes {
    ($($(#[doc = $doc:literal])+ $name:ident = $text:literal, $run:expr;)*) => {
        /// The passes.
        #[derive(Copy, Clone, PartialEq, Eq, Hash, Debug)]
        pub enum Pass { $($(#[doc = $doc])+ $name,)* }
        impl Pass {
            /// All of them.
            pub const ALL: &'static [Pass] = &[$(Pass::$name,)*];
            /// The name in options and dumps.
            pub fn name(self) -> &'static str { match self { $(Pass::$name => $text,)* } }
            /// Runs it; true when something changed.
            pub fn run(self, tree: &mut Tree, config: &Config) -> bool {
                match self { $(Pass::$name => { let run: fn(&mut Tree, &Config) -> bool = $run; run(tree, config) })* }
            }
        }
    };
}

passes! {
    /// Folding and algebra.
    Fold = "fold", |t, _| fold::run(t);
    /// Common subexpressions.
    Cse = "cse", |t, _| cse::run(t);
    /// Guard elimination and strengthening.
    Guards = "guards", |t, _| guards::run(t);
    /// Load and store forwarding.
    Memory = "memory", |t, _| memory::run(t);
    /// Virtual objects.
    Virtuals = "virtuals", |t, _| virtuals::run(t);
    /// Int ranges.
    Ranges = "ranges", ranges::run;
    /// Demanded bits.
    Demand = "demand", |t, _| demand::run(t);
    /// Loop parameters and header splitting.
    Loops = "loops", |t, _| loops::run(t);
    /// Parameters that are boxed in each round are carried unboxed.
    Unbox = "unbox", unbox::run;
    /// Invariants leave loops.
    Hoist = "hoist", hoist::run;
    /// Memory that a loop updates is carried in parameters.
    Promote = "promote", |t, _| promote::run(t);
    /// Dead code and dead stores.
    Dce = "dce", |t, _| dce::run(t);
    /// Forgets the states of loop headers, which only hoisting needs.
    Headers = "headers", |t, _| { t.labels.iter_mut().for_each(|l| l.exit = None); false };
    /// Exits do not write what registers hold anyway.
    Kept = "kept", |t, _| kept::run(t);
    /// Sinking into exits.
    Sink = "sink", |t, _| sink::run(t);
}

impl Pass {
    /// The pass of this name.
    pub fn from_name(name: &str) -> Option<Pass> {
        Pass::ALL.iter().copied().find(|p| p.name() == name)
    }
}

/// What to run.
#[derive(Clone, Debug)]
pub struct Config {
    /// Passes in order.
    pub passes: Vec<Pass>,
    /// Passes that are left out.
    pub disabled: FxHashSet<Pass>,
    /// At most this many passes run.
    pub limit: usize,
    /// Guards (by their exit's origin) that are not to be moved out of loops, because they failed there.
    pub no_hoist: FxHashSet<ExitId>,
    /// Take a counter that starts small and grows by small steps to never overflow: it would take years.
    pub counters: bool,
    /// Run the verifier after each pass.
    pub verify: bool,
}

impl Default for Config {
    fn default() -> Config {
        use Pass::*;
        Config {
            passes: vec![
                Fold, Cse, Guards, Memory, Fold, Virtuals, Fold, Cse, Guards, Memory, Demand, Dce, //
                Loops, Hoist, Unbox, Fold, Cse, Memory, Promote, Memory, Virtuals, Fold, Cse, Guards, Loops,
                Hoist, Cse, Dce, //
                Ranges, Fold, Cse, Guards, Dce, Loops, Headers, Kept, Dce, Sink, Dce,
            ],
            disabled: FxHashSet::default(),
            limit: usize::MAX,
            no_hoist: FxHashSet::default(),
            counters: true,
            verify: cfg!(debug_assertions),
        }
    }
}

impl Config {
    /// The passes that make the most of a round: for trees that may not run for long, in half the time. What leaves
    /// loops, is carried round them or needs to know how large ints are stays where it is.
    pub fn light() -> Config {
        use Pass::*;
        Config {
            passes: vec![
                Fold, Cse, Guards, Memory, Virtuals, Fold, Cse, Guards, Memory, Dce, //
                Loops, Unbox, Fold, Cse, Guards, Dce, Loops, Headers, Kept, Dce, Sink, Dce,
            ],
            ..Config::default()
        }
    }
}

/// What happened.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// Passes that ran, and whether they changed something.
    pub ran: Vec<(Pass, bool)>,
    /// Nodes before and after.
    pub size: (usize, usize),
}

/// Optimises a tree in place.
pub fn optimize(tree: &mut Tree, config: &Config) -> Report {
    let before = tree.size();
    joins::dissolve(tree);
    let mut ran = Vec::new();
    for &p in config.passes.iter().filter(|p| !config.disabled.contains(p)).take(config.limit) {
        let changed = p.run(tree, config);
        ran.push((p, changed));
        if config.verify
            && let Err(e) = taipan_trace_ir::verify::verify(tree)
        {
            panic!("after pass {}: {e}\n{tree}", p.name());
        }
    }
    Report { ran, size: (before, tree.size()) }
}
