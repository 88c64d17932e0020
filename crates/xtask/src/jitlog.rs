//! Reads the JIT's event log (`-X jit-log=FILE`) and sums it up.
//!
//! In: lines of JSON, one event each (crates/jit/src/log.rs describes them). Out: an account of each tree (traces,
//! compilations, sizes, times, hottest exits, invalidations), of the recordings that were given up, and of the whole
//! run; or the events as lines for people. Events and fields that are not known are left alone; a line that is no
//! JSON object is an error with its number.

use std::collections::BTreeMap;
use std::fmt::Write;

use serde_json::Value;

/// The version of the format that this reads.
pub const VERSION: u64 = 1;

/// An event, with easy access to its fields.
pub struct Event(Value);

impl Event {
    /// Its name.
    pub fn name(&self) -> &str {
        self.text("event")
    }
    /// A field of text; empty where there is none.
    pub fn text(&self, field: &str) -> &str {
        self.0[field].as_str().unwrap_or_default()
    }
    /// A field that is a number; 0 where there is none.
    pub fn number(&self, field: &str) -> u64 {
        self.0[field].as_u64().unwrap_or(0)
    }
    /// A place: `file:line function`.
    pub fn place(&self, field: &str) -> String {
        let p = &self.0[field];
        let file = p["file"].as_str().unwrap_or("?");
        let file = file.rsplit('/').next().unwrap_or(file);
        format!("{file}:{} {}", p["line"].as_u64().unwrap_or(0), p["function"].as_str().unwrap_or("?"))
    }
    /// Does it speak of this tree?
    pub fn is_of(&self, tree: u64) -> bool {
        self.0["tree"].as_u64() == Some(tree) || self.0["from"]["tree"].as_u64() == Some(tree)
    }
    /// The event as a line for people.
    pub fn line(&self) -> String {
        let at = self.place("at");
        let n = |f: &str| self.number(f);
        let what = match self.name() {
            "start" => format!(
                "taipan {} on {}, process {}, format {}, {}",
                self.text("taipan"),
                self.text("machine"),
                n("pid"),
                n("version"),
                self.0["params"]
            ),
            "record" => format!(
                "tree {} trace {} ({}) at {at}: {} instructions, {} nodes, depth {}, to {}, {} us",
                n("tree"),
                n("trace"),
                self.text("kind"),
                n("instructions"),
                n("nodes"),
                n("depth"),
                self.text("end"),
                n("record_us")
            ),
            "abort" => format!(
                "({}) at {at}: {} at {} in {}, after {} instructions, failure {}{}",
                self.text("kind"),
                self.text("reason"),
                self.text("detail"),
                self.place("reached"),
                n("instructions"),
                n("failures"),
                if self.0["blacklisted"] == true { ", given up" } else { "" }
            ),
            "compile" => format!(
                "tree {} at {at}, version {}: {} traces, {} -> {} nodes, {} clif, {} bytes, {} exits; {} + {} + {} us",
                n("tree"),
                n("version"),
                n("traces"),
                n("nodes"),
                n("nodes_optimized"),
                n("clif"),
                n("bytes"),
                n("exits"),
                n("opt_us"),
                n("lower_us"),
                n("codegen_us")
            ),
            "exit-heat" => {
                format!(
                    "tree {} exit {} ({}) at {at}: {} times",
                    n("tree"),
                    n("exit"),
                    self.text("reason"),
                    n("count")
                )
            }
            "side-trace" => {
                let f = &self.0["from"];
                format!("tree {} exit {} at {at}: trace {}", f["tree"], f["exit"], n("trace"))
            }
            "invalidate" => format!("tree {} at {at}: {}", n("tree"), self.text("cause")),
            "free" => format!("tree {} at {at}: {} bytes, {}", n("tree"), n("bytes"), self.text("cause")),
            _ => String::new(),
        };
        format!("{:10.3} ms  {:<10} {what}", n("us") as f64 / 1e3, self.name())
    }
}

/// Reads a log.
pub fn read(text: &str) -> Result<Vec<Event>, String> {
    let mut events = Vec::new();
    for (i, line) in text.lines().enumerate().filter(|(_, l)| !l.trim().is_empty()) {
        let value: Value = serde_json::from_str(line).map_err(|e| format!("line {}: {e}", i + 1))?;
        if !value.is_object() || value["event"].as_str().is_none() {
            return Err(format!("line {}: no event", i + 1));
        }
        events.push(Event(value));
    }
    match events.first() {
        Some(e) if e.name() == "start" && e.number("version") == VERSION => Ok(events),
        Some(e) if e.name() == "start" => {
            Err(format!("the log has format {}; this reads {VERSION}", e.number("version")))
        }
        Some(_) => Err("the log does not begin with a start event".into()),
        None => Err("the log is empty".into()),
    }
}

/// What is known of an exit.
#[derive(Default)]
struct Exit {
    at: String,
    reason: String,
    count: u64,
    trace: Option<u64>,
}

/// What is known of a tree.
#[derive(Default)]
struct Tree {
    at: String,
    traces: u64,
    sides: u64,
    compiles: u64,
    nodes: (u64, u64),
    bytes: u64,
    record: u64,
    opt: u64,
    lower: u64,
    codegen: u64,
    exits: BTreeMap<u64, Exit>,
    ends: Vec<String>,
}

impl Tree {
    fn cost(&self) -> u64 {
        self.record + self.opt + self.lower + self.codegen
    }
}

fn ms(us: u64) -> String {
    format!("{:.2}", us as f64 / 1e3)
}

/// Sums a log up; `exits` is how many exits are shown of each tree.
pub fn summary(events: &[Event], exits: usize) -> String {
    let mut trees: BTreeMap<u64, Tree> = BTreeMap::new();
    let mut aborts: BTreeMap<(String, String), (u64, String)> = BTreeMap::new();
    let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
    for e in events {
        *counts.entry(e.name()).or_default() += 1;
        let tree = |trees: &mut BTreeMap<u64, Tree>, id: u64| {
            let t = trees.entry(id).or_default();
            if t.at.is_empty() {
                t.at = e.place("at");
            }
        };
        let id = e.number("tree");
        match e.name() {
            "record" => {
                tree(&mut trees, id);
                let t = trees.get_mut(&id).expect("just made");
                t.traces += 1;
                t.sides += u64::from(e.text("kind") == "side");
                t.record += e.number("record_us");
            }
            "compile" => {
                tree(&mut trees, id);
                let t = trees.get_mut(&id).expect("just made");
                t.compiles += 1;
                t.nodes = (e.number("nodes"), e.number("nodes_optimized"));
                t.bytes = e.number("bytes");
                t.opt += e.number("opt_us");
                t.lower += e.number("lower_us");
                t.codegen += e.number("codegen_us");
            }
            "exit-heat" => {
                let x = trees.entry(id).or_default().exits.entry(e.number("exit")).or_default();
                (x.at, x.reason) = (e.place("at"), e.text("reason").to_owned());
                x.count = x.count.max(e.number("count"));
            }
            "side-trace" => {
                let from = &e.0["from"];
                let (t, x) = (from["tree"].as_u64().unwrap_or(0), from["exit"].as_u64().unwrap_or(0));
                let x = trees.entry(t).or_default().exits.entry(x).or_default();
                (x.at, x.trace) = (e.place("at"), Some(e.number("trace")));
            }
            "invalidate" => {
                trees.entry(id).or_default().ends.push(format!("invalidated: {}", e.text("cause")));
            }
            "free" if e.text("cause") != "replaced" && e.text("cause") != "invalidated" => {
                trees.entry(id).or_default().ends.push(format!("freed: {}", e.text("cause")));
            }
            "abort" => {
                let key = (e.text("reason").to_owned(), e.place("at"));
                let row = aborts.entry(key).or_default();
                row.0 += 1;
                row.1 = format!("{} in {}", e.text("detail"), e.place("reached"));
            }
            _ => {}
        }
    }
    let mut out = String::new();
    let _ = writeln!(out, "{}", events[0].line().split_once("start").map_or("", |x| x.1).trim());
    let n = |name: &str| counts.get(name).copied().unwrap_or(0);
    let _ = writeln!(
        out,
        "{} traces ({} side), {} recordings given up, {} compilations, {} trees invalidated, {} pieces of code freed",
        n("record"),
        n("side-trace"),
        n("abort"),
        n("compile"),
        n("invalidate"),
        n("free")
    );
    let sum = |f: fn(&Tree) -> u64| ms(trees.values().map(f).sum());
    let _ = writeln!(
        out,
        "record {} ms, optimise {} ms, lower {} ms, generate code {} ms; the log spans {} ms",
        sum(|t| t.record),
        sum(|t| t.opt),
        sum(|t| t.lower),
        sum(|t| t.codegen),
        ms(events.last().map_or(0, |e| e.number("us")))
    );
    let mut order: Vec<(&u64, &Tree)> = trees.iter().collect();
    order.sort_by_key(|(id, t)| (std::cmp::Reverse(t.cost()), **id));
    for (id, t) in order {
        let _ = writeln!(
            out,
            "\ntree {id} at {}: {} traces ({} side), compiled {} times, {} -> {} nodes, {} bytes, {} ms",
            t.at,
            t.traces,
            t.sides,
            t.compiles,
            t.nodes.0,
            t.nodes.1,
            t.bytes,
            ms(t.cost())
        );
        let mut hot: Vec<(&u64, &Exit)> = t.exits.iter().collect();
        hot.sort_by_key(|(id, x)| (std::cmp::Reverse(x.count), **id));
        for (x, e) in hot.into_iter().take(exits) {
            let to = e.trace.map_or(String::new(), |t| format!(" -> trace {t}"));
            let _ = writeln!(out, "  {:>10}  exit {x} ({}) at {}{to}", e.count, e.reason, e.at);
        }
        for end in &t.ends {
            let _ = writeln!(out, "  {end}");
        }
    }
    if !aborts.is_empty() {
        let _ = writeln!(out, "\nrecordings given up");
    }
    let mut rows: Vec<_> = aborts.into_iter().collect();
    rows.sort_by_key(|(key, row)| (std::cmp::Reverse(row.0), key.clone()));
    for ((reason, at), (n, detail)) in rows {
        let _ = writeln!(out, "  {n:>10}  {reason} from {at}; the last at {detail}");
    }
    out
}
