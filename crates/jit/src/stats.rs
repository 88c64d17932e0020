//! Counters of what the JIT did, and the table of reasons for which recordings are given up.
//!
//! In: calls from the recorder, the trees and the exits. Out: `-X jit-stats` text at the end of the program, and
//! `sys._jit.stats()`. Counting never fails and never allocates.

use std::cell::Cell;
use std::fmt::Write;
use std::time::Duration;

macro_rules! abort_reasons {
    ($($(#[doc = $doc:literal])+ $name:ident = $text:literal;)*) => {
        /// Why a recording was given up.
        #[derive(Copy, Clone, PartialEq, Eq, Hash, Debug)]
        #[repr(u8)]
        pub enum Abort { $($(#[doc = $doc])+ $name,)* }
        impl Abort {
            /// All of them.
            pub const ALL: &'static [Abort] = &[$(Abort::$name,)*];
            /// The name in logs and statistics.
            pub fn name(self) -> &'static str { match self { $(Abort::$name => $text,)* } }
            /// What it means.
            pub fn doc(self) -> &'static str { match self { $(Abort::$name => concat!($($doc),+),)* } }
        }
    };
}

abort_reasons! {
    /// More instructions than `jit-trace-limit`, or more nodes than `jit-node-limit`.
    TooLong = "too-long";
    /// Calls deeper than `jit-inline-depth` that could not be left to a residual call.
    TooDeep = "too-deep";
    /// The function or loop was left before its trace came back to the start.
    LeftLoop = "left-loop";
    /// The round that was to be recorded was the loop's last; another one will be.
    LastRound = "last-round";
    /// The frame returned to a caller that the trace does not know.
    LeftFrame = "left-frame";
    /// An exception reached no handler inside the trace.
    Raised = "raised";
    /// An instruction that the recorder cannot follow, not even as a residual call.
    Opcode = "opcode";
    /// The interpreter did not do what the recorder expected of an instruction.
    Diverged = "diverged";
    /// A global, class or function that the trace relies on changed during the recording.
    Invalidated = "invalidated";
    /// Tracing, profiling or monitoring was switched on.
    Monitored = "monitored";
    /// The tree has as many nodes or side traces as it may have.
    TreeFull = "tree-full";
    /// As many side traces from exits of this kind hang below each other as may.
    Versions = "versions";
    /// The tree was compiled as often as it may be.
    Recompiles = "recompiles";
    /// Code generation refused it.
    Codegen = "codegen";
    /// No room below `jit-code-limit`.
    CodeMemory = "code-memory";
    /// The trace would not be faster than the interpreter: too short, or mostly residual instructions.
    NoGain = "no-gain";
    /// Nothing above.
    Other = "other";
}

macro_rules! counters {
    ($($(#[doc = $doc:literal])+ $name:ident;)*) => {
        /// The counters; times are in nanoseconds. They belong to one VM.
        pub struct Stats {
            $($(#[doc = $doc])+ pub $name: Cell<u64>,)*
            aborts: [Cell<u64>; Abort::ALL.len()],
        }
        impl Default for Stats {
            fn default() -> Stats {
                Stats { $($name: Cell::new(0),)* aborts: std::array::from_fn(|_| Cell::new(0)) }
            }
        }
        impl Stats {
            /// Every counter but the aborts, with what it counts.
            pub fn counters(&self) -> Vec<(&'static str, u64, &'static str)> {
                vec![$((stringify!($name), self.$name.get(), concat!($($doc),+)),)*]
            }
        }
    };
}

counters! {
    /// recordings begun, side traces included
    recordings;
    /// side traces among them
    side_recordings;
    /// recordings given up
    aborted;
    /// traces finished
    traces;
    /// instructions of the interpreter that finished traces follow
    instructions;
    /// joins placed in them
    joins_placed;
    /// side traces that ended at a join
    joins_reached;
    /// nodes as recorded
    nodes_recorded;
    /// nodes given to the passes
    nodes_compiled;
    /// nodes after the passes
    nodes_optimized;
    /// optimiser passes run
    passes;
    /// trees compiled, again or for the first time
    compiles;
    /// Cranelift instructions
    clif_instructions;
    /// bytes of machine code made
    code_bytes;
    /// bytes of machine code freed
    code_freed;
    /// most bytes of machine code at any time
    code_peak;
    /// trees invalidated
    invalidated;
    /// trees freed
    freed;
    /// trees given up because entering them did not pay
    retired;
    /// compilations put off: the time given to them was used up
    put_off;
    /// places given up for good
    blacklisted;
    /// entries into compiled code
    entries;
    /// exits from compiled code
    exits;
    /// exits that a side trace was recorded for but not yet compiled
    exits_pending;
    /// nanoseconds spent recording
    record_time;
    /// nanoseconds spent in passes
    opt_time;
    /// nanoseconds spent building Cranelift's input
    lower_time;
    /// nanoseconds spent in Cranelift
    codegen_time;
}

/// Adds to a counter.
#[inline(always)]
pub fn add(counter: &Cell<u64>, n: u64) {
    counter.set(counter.get().wrapping_add(n));
}

/// Adds a time to a counter of nanoseconds.
pub fn add_time(counter: &Cell<u64>, time: Duration) {
    add(counter, u64::try_from(time.as_nanos()).unwrap_or(u64::MAX));
}

impl Stats {
    /// Counts a recording that was given up.
    pub fn abort(&self, reason: Abort) {
        add(&self.aborted, 1);
        add(&self.aborts[reason as usize], 1);
    }
    /// How often that happened for this reason.
    pub fn aborts(&self, reason: Abort) -> u64 {
        self.aborts[reason as usize].get()
    }
    /// Counts bytes of machine code made, when `used` are in use with them.
    pub fn code(&self, bytes: usize, used: usize) {
        add(&self.code_bytes, bytes as u64);
        self.code_peak.set(self.code_peak.get().max(used as u64));
    }

    /// A table for people.
    pub fn report(&self) -> String {
        let mut out = String::from("jit statistics\n");
        for (name, n, doc) in self.counters() {
            let shown = match name.strip_suffix("_time") {
                Some(_) => format!("{:.3} ms", n as f64 / 1e6),
                None => n.to_string(),
            };
            let doc = doc.trim().strip_prefix("nanoseconds ").unwrap_or(doc.trim());
            let _ = writeln!(out, "  {shown:>14}  {doc}");
        }
        for &reason in Abort::ALL {
            let n = self.aborts(reason);
            if n > 0 {
                let _ = writeln!(out, "  {n:>14}  aborts: {} - {}", reason.name(), reason.doc().trim());
            }
        }
        out
    }
}
