//! What the driver tells the event log: trees, traces and exits with their places in the source.
//!
//! In: trees and recordings. Out: events. Nothing is worked out unless there is a log.

use crate::driver::Jit;
use crate::log::{Event, FromExit, Position, TraceKind};
use crate::perfmap::LineEntry;
use crate::record::Recorder;
use crate::stats::Abort;
use crate::tree::JitTree;
use std::time::Duration;
use taipan_runtime::Gc;
use taipan_runtime::objects::code::Code;
use taipan_trace_codegen::Compiled;
use taipan_trace_codegen::perf::Piece;
use taipan_trace_ir::ExitId;

/// The place of an instruction.
pub fn position(co: Gc<Code>, at: u32) -> Position {
    let p = co.data.positions.get(at as usize);
    let number = |n: Option<i32>| n.map_or(0, |n| (n + 1).max(0) as u32);
    Position {
        file: co.filename.get().to_string(),
        function: co.qualname.get().to_string(),
        line: co.line_of(at).max(0) as u32,
        column: number(p.map(|p| p.col)),
        pc: at,
    }
}

/// Where a tree's root starts.
pub fn anchor(t: &JitTree) -> Position {
    position(t.codes[0].code, t.anchor_at)
}

impl Jit {
    /// Where an exit of a tree that has its IR goes on.
    fn exit_position(t: &JitTree, tree: &taipan_trace_ir::Tree, x: ExitId) -> Position {
        match tree.exits.get(x.ix()).and_then(|e| e.snap.frames.last()) {
            Some(f) => position(t.codes[f.code as usize].code, f.pc),
            None => anchor(t),
        }
    }
    fn from(id: u32, tree: &taipan_trace_ir::Tree, x: ExitId) -> FromExit {
        FromExit { tree: id, exit: x.0, reason: tree.exits[x.ix()].reason }
    }

    /// A trace was recorded; it is in `t` by now.
    pub(crate) fn log_record(&self, t: &JitTree, r: Recorded) {
        let log = &self.controls.log;
        if !log.on() {
            return;
        }
        let at = match r.from {
            Some(x) => Jit::exit_position(t, &t.tree, x),
            None => anchor(t),
        };
        let from = r.from.map(|x| Jit::from(t.id.into(), &t.tree, x));
        let end = t.tree.traces[r.trace as usize].body.last();
        let end = end.map_or(String::new(), |&v| {
            let n = t.tree.node(v);
            match n.op {
                taipan_trace_ir::Op::Jump => format!("{}", t.tree.label_of(v)),
                op => op.name().to_string(),
            }
        });
        log.event(&Event::Record {
            tree: t.id.into(),
            trace: r.trace,
            kind: if r.from.is_some() { TraceKind::Side } else { TraceKind::Loop },
            at: &at,
            from,
            end: &end,
            instructions: r.instructions as usize,
            nodes: r.nodes,
            depth: t.depth as usize,
            record_us: r.time / 1000,
        });
        if let Some(from) = from {
            log.event(&Event::SideTrace { from, trace: r.trace, at: &at });
        }
    }

    /// A recording was given up.
    pub(crate) fn log_abort(
        &self,
        r: &Recorder,
        t: Option<&JitTree>,
        why: Abort,
        failures: u32,
        blacklisted: bool,
    ) {
        let log = &self.controls.log;
        if !log.on() {
            return;
        }
        let at = match (t, r.from) {
            (Some(t), Some(x)) => Jit::exit_position(t, &r.tree, x),
            _ => position(r.codes[0].code, r.codes[0].code.index_of(r.anchor)),
        };
        let (co, pc) = r.position();
        let detail = co.data.instrs[pc as usize].opcode().name();
        log.event(&Event::Abort {
            kind: if r.from.is_some() { TraceKind::Side } else { TraceKind::Loop },
            at: &at,
            reason: why,
            detail,
            reached: &position(co, pc),
            instructions: r.instructions as usize,
            failures,
            blacklisted,
        });
    }

    /// An exit got hot, and no side trace may be recorded from it; or a tree could not be compiled.
    pub(crate) fn log_refused(&self, t: &JitTree, x: Option<ExitId>, why: Abort, detail: &str) {
        let log = &self.controls.log;
        if log.on() {
            let at = x.map_or_else(|| anchor(t), |x| Jit::exit_position(t, &t.tree, x));
            log.event(&Event::Abort {
                kind: if x.is_some() { TraceKind::Side } else { TraceKind::Loop },
                at: &at,
                reason: why,
                detail,
                reached: &at,
                instructions: 0,
                failures: 1,
                blacklisted: true,
            });
        }
    }

    /// A tree was compiled.
    pub(crate) fn log_compile(&self, t: &JitTree, c: &Compiled, nodes: (usize, usize), opt: Duration) {
        let log = &self.controls.log;
        if !log.on() {
            return;
        }
        let us = |d: Duration| d.as_micros() as u64;
        log.event(&Event::Compile {
            tree: t.id.into(),
            at: &anchor(t),
            version: t.compilations,
            traces: t.tree.traces.len(),
            nodes: nodes.0,
            nodes_optimized: nodes.1,
            clif: c.stats.insts,
            bytes: c.stats.bytes,
            exits: c.stats.exits,
            opt_us: us(opt),
            lower_us: us(c.stats.lower),
            codegen_us: us(c.stats.codegen),
        });
    }

    /// An exit is about to be recorded from.
    pub(crate) fn log_heat(&self, t: &JitTree, x: ExitId) {
        let log = &self.controls.log;
        if log.on() && x.ix() < t.tree.exits.len() {
            log.event(&Event::ExitHeat {
                tree: t.id.into(),
                exit: x.0,
                reason: t.tree.exits[x.ix()].reason,
                at: &Jit::exit_position(t, &t.tree, x),
                count: t.heat.get(x.ix()).map_or(0, |h| h.count.into()),
            });
        }
    }

    /// A tree's code is dropped; `retired`: for good.
    pub(crate) fn log_free(&self, t: &JitTree, bytes: usize, cause: &str) {
        let log = &self.controls.log;
        if log.on() {
            log.event(&Event::Free { tree: t.id.into(), at: &anchor(t), bytes, cause });
        }
    }

    /// A piece of code was installed: tells profilers its name, and the source lines of its guards.
    pub(crate) fn name_code(&self, t: &JitTree, tree: &taipan_trace_ir::Tree, piece: &Piece) {
        let mut lines: Vec<LineEntry> = vec![];
        for &(offset, x) in &piece.places {
            let Some(f) = tree.exits.get(x as usize).and_then(|e| e.snap.frames.last()) else { continue };
            let co = t.codes[f.code as usize].code;
            let line = LineEntry {
                offset,
                line: co.line_of(f.pc).max(0) as u32,
                file: co.filename.get().to_string(),
            };
            if lines.last().is_none_or(|l| (l.line, &l.file) != (line.line, &line.file)) {
                lines.push(line);
            }
        }
        self.controls.symbols.add(piece.address, &piece.bytes, &piece.name, &lines);
    }

    /// A tree may not be entered any more.
    pub(crate) fn log_invalidate(&self, t: &JitTree) {
        let log = &self.controls.log;
        if log.on() {
            let cause = t.watch.cause();
            log.event(&Event::Invalidate { tree: t.id.into(), at: &anchor(t), cause: &cause });
        }
    }

    /// The program ends: the heat of all exits.
    pub(crate) fn log_end(&self) {
        if !self.controls.log.on() {
            return;
        }
        for t in self.trees.borrow().iter().flatten() {
            let Ok(t) = t.try_borrow() else { continue };
            for x in 0..t.heat.len() {
                if t.heat[x].count > 0 {
                    self.log_heat(&t, ExitId(x as u32));
                }
            }
        }
    }
}

/// Figures of a finished recording.
#[derive(Clone, Copy)]
pub(crate) struct Recorded {
    /// The trace.
    pub trace: u32,
    /// The exit it starts from.
    pub from: Option<ExitId>,
    /// Instructions followed.
    pub instructions: u32,
    /// Nodes written.
    pub nodes: usize,
    /// Nanoseconds.
    pub time: u64,
}
