//! The event log: `-X jit-log=FILE` writes one JSON object a line for each thing that the JIT does.
//!
//! In: [`Event`]s from the recorder, the trees and the exits. Out: lines of
//! `{"event": NAME, "seq": N, "us": microseconds since the start, ...}`; the fields of each event are those of its
//! variant. The first line is `start`: it has [`VERSION`] and the parameters that differ from their defaults, with
//! which the run can be repeated. The version grows whenever a field changes its meaning or goes; readers ignore
//! fields they do not know. A log that can no longer be written is closed, once, with a word on standard error;
//! the program goes on.

use crate::stats::Abort;
use serde::Serialize;
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::time::Instant;
use taipan_trace_ir::ExitReason;

/// The format's version.
pub const VERSION: u32 = 1;

/// A place in a source file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize)]
pub struct Position {
    /// `co_filename`
    pub file: String,
    /// `co_qualname`
    pub function: String,
    /// From 1; 0 where none is known.
    pub line: u32,
    /// From 1; 0 where none is known.
    pub column: u32,
    /// Index of the instruction.
    pub pc: u32,
}

/// What starts a trace.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum TraceKind {
    /// A hot back-edge.
    Loop,
    /// A hot function.
    Function,
    /// A hot exit.
    Side,
}

/// The exit that a side trace starts at.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct FromExit {
    /// The tree.
    pub tree: u32,
    /// The exit's number in it.
    pub exit: u32,
    /// Why it is left there.
    #[serde(serialize_with = "exit_name")]
    pub reason: ExitReason,
}

fn exit_name<S: serde::Serializer>(r: &ExitReason, s: S) -> Result<S::Ok, S::Error> {
    s.serialize_str(r.name())
}
fn abort_name<S: serde::Serializer>(r: &Abort, s: S) -> Result<S::Ok, S::Error> {
    s.serialize_str(r.name())
}

/// What happened.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub enum Event<'a> {
    /// The log begins.
    Start {
        /// [`VERSION`]
        version: u32,
        /// `taipan`'s version.
        taipan: &'a str,
        /// The processor.
        machine: &'a str,
        /// The process.
        pid: u32,
        /// Is the JIT on?
        enabled: bool,
        /// Parameters that differ from their defaults.
        params: BTreeMap<String, String>,
    },
    /// A trace was recorded.
    Record {
        /// Its tree.
        tree: u32,
        /// Its number in the tree.
        trace: u32,
        /// What started it.
        kind: TraceKind,
        /// Where.
        at: &'a Position,
        /// The exit that a side trace starts at.
        from: Option<FromExit>,
        /// Where it ended: a label, or where it left.
        end: &'a str,
        /// Instructions of the interpreter.
        instructions: usize,
        /// Nodes.
        nodes: usize,
        /// The deepest inlined call.
        depth: usize,
        /// Time it took.
        record_us: u64,
    },
    /// A recording was given up.
    Abort {
        /// What started it.
        kind: TraceKind,
        /// Where it started.
        at: &'a Position,
        /// Why it was given up.
        #[serde(serialize_with = "abort_name")]
        reason: Abort,
        /// More about it: an opcode, a limit.
        detail: &'a str,
        /// Where it was then.
        reached: &'a Position,
        /// Instructions by then.
        instructions: usize,
        /// Failures at this place so far, this one included.
        failures: u32,
        /// Was the place given up for good?
        blacklisted: bool,
    },
    /// A tree was compiled.
    Compile {
        /// Which.
        tree: u32,
        /// Where its root starts.
        at: &'a Position,
        /// How many times it was compiled, this one included.
        version: u32,
        /// Traces in it.
        traces: usize,
        /// Nodes before the passes.
        nodes: usize,
        /// Nodes after them.
        nodes_optimized: usize,
        /// Cranelift instructions.
        clif: usize,
        /// Bytes of machine code.
        bytes: usize,
        /// Ways out.
        exits: usize,
        /// Time spent in passes.
        opt_us: u64,
        /// Time spent building Cranelift's input.
        lower_us: u64,
        /// Time spent in Cranelift.
        codegen_us: u64,
    },
    /// How often exits were taken; written when a side trace starts, and for all at the end.
    ExitHeat {
        /// The tree.
        tree: u32,
        /// The exit's number in it.
        exit: u32,
        /// Why it is left there.
        #[serde(serialize_with = "exit_name")]
        reason: ExitReason,
        /// Where the interpreter goes on.
        at: &'a Position,
        /// How often.
        count: u64,
    },
    /// A side trace was attached to its exit.
    SideTrace {
        /// The tree and exit.
        from: FromExit,
        /// The new trace's number.
        trace: u32,
        /// Where it starts.
        at: &'a Position,
    },
    /// A tree must not be entered any more.
    Invalidate {
        /// Which.
        tree: u32,
        /// Where its root starts.
        at: &'a Position,
        /// What changed.
        cause: &'a str,
    },
    /// A tree's code was freed.
    Free {
        /// Which.
        tree: u32,
        /// Where its root starts.
        at: &'a Position,
        /// Bytes.
        bytes: usize,
        /// Why.
        cause: &'a str,
    },
    /// The counters at the end.
    Stats {
        /// All of them.
        counters: BTreeMap<&'static str, u64>,
        /// Aborts by reason.
        aborts: BTreeMap<&'static str, u64>,
    },
}

#[derive(Serialize)]
struct Line<'a> {
    #[serde(flatten)]
    event: &'a Event<'a>,
    seq: u64,
    us: u64,
}

/// An event log, or none.
pub struct Log {
    out: RefCell<Option<BufWriter<Box<dyn Write>>>>,
    on: Cell<bool>,
    seq: Cell<u64>,
    start: Instant,
}

impl Default for Log {
    fn default() -> Log {
        Log { out: RefCell::new(None), on: Cell::new(false), seq: Cell::new(0), start: Instant::now() }
    }
}

impl Log {
    /// Begins to write to this file, from its start.
    pub fn open(&self, path: &Path) -> std::io::Result<()> {
        let file = File::create(path)?;
        self.write_to(Box::new(file));
        Ok(())
    }
    /// Begins to write there.
    pub fn write_to(&self, out: Box<dyn Write>) {
        *self.out.borrow_mut() = Some(BufWriter::new(out));
        self.on.set(true);
    }
    /// Is there a log? What costs time to find out for an event is found out only then.
    #[inline(always)]
    pub fn on(&self) -> bool {
        self.on.get()
    }
    /// Writes an event.
    pub fn event(&self, event: &Event<'_>) {
        let mut out = self.out.borrow_mut();
        let Some(writer) = out.as_mut() else { return };
        let us = u64::try_from(self.start.elapsed().as_micros()).unwrap_or(u64::MAX);
        let line = Line { event, seq: self.seq.replace(self.seq.get() + 1), us };
        let written = serde_json::to_writer(&mut *writer, &line)
            .map_err(std::io::Error::from)
            .and_then(|()| writer.write_all(b"\n"))
            // An event is rare and a log is read after crashes: nothing stays in the buffer.
            .and_then(|()| writer.flush());
        if let Err(e) = written {
            eprintln!("taipan: the JIT's event log ends here: {e}");
            *out = None;
            self.on.set(false);
        }
    }
}
