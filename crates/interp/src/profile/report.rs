//! The profile as text: the table of `-X stats`, and the listing of `-X dump=spec`.

use super::{CodeProfile, FAMILIES, Site, can_specialise, counted, family, state};
use crate::profile::state::Form;
use crate::spec::{REASONS, Reason};
use std::collections::BTreeMap;
use std::fmt::Write;
use taipan_runtime::Vm;

/// Sums of one family.
#[derive(Default)]
pub(super) struct Sum {
    pub instructions: u64,
    pub executed: u64,
    pub hits: u64,
    pub misses: u64,
    pub general: u64,
    pub attempts: u64,
    pub successes: u64,
    pub failures: BTreeMap<Reason, u64>,
}

impl Sum {
    fn add(&mut self, s: &Site) {
        self.instructions += 1;
        self.executed += s.executed;
        self.hits += s.hits();
        self.misses += s.misses;
        self.general += s.general;
        self.attempts += s.attempts;
        self.successes += s.successes;
        for &(r, n) in &s.failures {
            *self.failures.entry(r).or_default() += n;
        }
    }
}

/// Sums by family, in the order of [`FAMILIES`]; last, under `other`, everything that has one form only.
pub(super) fn sums(vm: &Vm) -> Vec<(&'static str, Sum)> {
    let mut all: Vec<(&str, Sum)> = FAMILIES.iter().chain(&["other"]).map(|&f| (f, Sum::default())).collect();
    for c in counted(vm).iter() {
        let code = c.code();
        for (i, s) in c.sites.iter().enumerate().filter(|(_, s)| s.executed > 0) {
            let name = family(code.data.instrs[i].opcode()).unwrap_or("other");
            if let Some((_, sum)) = all.iter_mut().find(|(f, _)| *f == name) {
                sum.add(s);
            }
        }
    }
    all
}

fn percent(part: u64, whole: u64) -> String {
    match whole {
        0 => "-".to_string(),
        _ => format!("{:.1}%", part as f64 * 100.0 / whole as f64),
    }
}

/// The table of `-X stats`.
pub fn stats(vm: &Vm) -> String {
    let mut out = String::from("Specialisation (see docs/profile.md)\n");
    let _ = writeln!(
        out,
        "{:<14}{:>8}{:>13}{:>8}{:>12}{:>12}{:>10}{:>10}",
        "family", "sites", "executions", "hits", "misses", "general", "attempts", "successes"
    );
    let mut total = Sum::default();
    for (name, s) in sums(vm) {
        if s.instructions == 0 {
            continue;
        }
        let hits = if name == "other" { "-".to_string() } else { percent(s.hits, s.executed) };
        let _ = writeln!(
            out,
            "{name:<14}{:>8}{:>13}{hits:>8}{:>12}{:>12}{:>10}{:>10}",
            s.instructions, s.executed, s.misses, s.general, s.attempts, s.successes
        );
        for &r in REASONS {
            if let Some(n) = s.failures.get(&r) {
                let _ = writeln!(out, "    {:<24}{n:>12}  {}", r.name(), r.doc());
            }
        }
        total.instructions += s.instructions;
        total.executed += s.executed;
        total.misses += s.misses;
        total.attempts += s.attempts;
        total.successes += s.successes;
    }
    let _ = writeln!(
        out,
        "{:<14}{:>8}{:>13}{:>8}{:>12}{:>12}{:>10}{:>10}",
        "all", total.instructions, total.executed, "", total.misses, "", total.attempts, total.successes
    );
    out
}

/// Does the listing leave it out? The library's own code does not belong to the program.
pub(super) fn is_library(filename: &str) -> bool {
    filename.starts_with("<stdlib>") || filename.starts_with("<frozen ")
}

/// How well one instruction does: the share of executions that a fast path served; `None` where the opcode has one
/// form only, or was not run.
pub(super) fn quality(op: taipan_bytecode::Op, s: &Site) -> Option<f64> {
    ((can_specialise(op) || family(op).is_some()) && op.raises() && s.executed > 0)
        .then(|| s.hits() as f64 / s.executed as f64)
}

/// The listing of `-X dump=spec`: every function of the program that was run, in the order of the source, each line
/// of it followed by its instructions. `line_of` answers a line of a file.
pub fn dump(vm: &Vm, line_of: &mut dyn FnMut(&str, i32) -> Option<String>) -> String {
    let all = counted(vm);
    let mut order: Vec<&CodeProfile> =
        all.iter().filter(|c| !is_library(&c.code().filename.get().to_string())).collect();
    order.sort_by_key(|c| (c.code().filename.get().to_string(), c.code().data.firstlineno));
    let mut out = String::new();
    for c in order {
        let code = c.code();
        let file = code.filename.get().to_string();
        let _ = writeln!(
            out,
            "== {} ({file}:{}), {} {}",
            code.qualname.get(),
            code.data.firstlineno,
            c.calls,
            if c.calls == 1 { "call" } else { "calls" }
        );
        let mut line = 0;
        for (i, s) in c.sites.iter().enumerate() {
            let at = code.data.positions.get(i).map_or(-1, |p| p.line);
            if at != line && at > 0 {
                let text = line_of(&file, at).unwrap_or_default();
                let _ = writeln!(out, "{at:>6} | {}", text.trim_end());
            }
            line = at;
            let original = &code.data.instrs[i];
            let text = taipan_bytecode::instruction(&code.data, i, original);
            let st = state(vm, code, i as u32);
            let mut text = text;
            if let Form::Special(_) | Form::Compiled = st.form {
                let operands = text.find(' ').map_or("", |at| text[at..].trim_start());
                text = format!("{:<18} {operands}", st.form.name());
            }
            let rate = quality(original.opcode(), s).map_or(String::new(), |q| format!("{:.1}%", q * 100.0));
            let mut notes: Vec<String> = s.seen.iter().map(|k| format!("{} x{}", k.name, k.count)).collect();
            if s.others > 0 {
                notes.push(format!("others x{}", s.others));
            }
            if original.opcode().is_jump() && s.executed > 0 {
                notes.push(format!("taken {}", percent(s.taken, s.executed)));
            }
            notes.extend(s.failures.iter().map(|(r, n)| format!("{} x{n}", r.name())));
            let _ = writeln!(
                out,
                "{:>12} {rate:>6} {i:>5}  {text:<44}{}{}",
                s.executed,
                if notes.is_empty() { "" } else { " # " },
                notes.join("; ")
            );
        }
        out.push('\n');
    }
    out
}
