//! Tests of parameters, event log, counters and files for `perf`.

use crate::controls::Controls;
use crate::log::{Event, Log, Position, TraceKind};
use crate::params::{Params, reference};
use crate::perfmap::{JitDump, LineEntry};
use crate::stats::{Abort, Stats};
use std::cell::RefCell;
use std::io::Write;
use std::rc::Rc;
use taipan_runtime::vm::Config;
use taipan_trace_opt::pipeline::Pass;

fn options(list: &[(&str, Option<&str>)]) -> Result<Controls, String> {
    let x_options = list.iter().map(|(n, v)| (n.to_string(), v.map(str::to_string))).collect();
    Controls::new(&Config { x_options, ignore_environment: true, ..Config::default() })
}

#[test]
fn parameters_are_read_and_checked() {
    let p = Params::default();
    assert_eq!(p.set("threshold", "7"), Ok(()));
    assert_eq!((p.threshold(), p.loops()), (7, true));
    assert_eq!(p.set("side_threshold", "1_000"), Ok(()), "underscores, in names too");
    assert_eq!(p.side_threshold(), 1000);
    assert_eq!(p.set("loops", "off"), Ok(()));
    assert!(!p.loops());
    assert_eq!(p.set("seed", "18446744073709551615"), Ok(()));
    assert_eq!(p.seed(), u64::MAX);
    let bad = |name: &str, text: &str| p.set(name, text).unwrap_err();
    assert_eq!(bad("threshold", "0"), "threshold takes a number from 1 to 1000000000, not '0'");
    assert_eq!(bad("threshold", "-1"), "threshold takes a number from 1 to 1000000000, not '-1'");
    assert_eq!(bad("loops", "2"), "loops takes 'on' or 'off', not '2'");
    assert_eq!(bad("treshold", "1"), "there is no jit-treshold (did you mean jit-threshold?)");
    assert_eq!(bad("frobnicate", "1"), "there is no jit-frobnicate");
    assert_eq!(bad("pass-frob", "off"), "there is no jit-pass-frob (did you mean jit-pass-fold?)");
    assert_eq!(p.threshold(), 7, "what is refused changes nothing");
}

#[test]
fn passes_are_parameters() {
    let p = Params::default();
    assert!(p.passes(0, false).disabled.is_empty());
    p.set("pass-cse", "off").unwrap();
    assert!(!p.pass(Pass::Cse) && p.pass(Pass::Fold));
    assert_eq!(p.passes(0, false).disabled.into_iter().collect::<Vec<_>>(), [Pass::Cse]);
    assert_eq!(p.changed(), [("pass-cse".to_string(), "off".to_string())]);
    p.set("opt-limit", "10").unwrap();
    assert_eq!((p.passes(4, false).limit, p.passes(40, true).limit), (6, 0));
    assert!(p.passes(0, true).passes.len() < p.passes(0, false).passes.len());
    p.set("opt", "off").unwrap();
    assert_eq!(p.passes(0, false).limit, 0);
}

#[test]
fn every_default_is_allowed_by_its_row() {
    let p = Params::default();
    for (name, kind, value) in p.all() {
        let text = crate::params::Row { name: "", kind, default: 0, doc: "" }.show(value);
        assert_eq!(p.set(&name, &text), Ok(()), "{name}");
    }
    assert!(p.changed().is_empty());
}

#[test]
fn options_are_read() {
    assert!(!options(&[]).unwrap().params.enabled());
    assert!(!options(&[("jit", Some("off"))]).unwrap().params.enabled());
    assert!(options(&[("jit", Some("off")), ("jit", None)]).unwrap().params.enabled());
    assert_eq!(options(&[("jit-threshold", Some("3"))]).unwrap().params.threshold(), 3);
    assert!(options(&[("dump", Some("trace,asm"))]).unwrap().dumps.asm.get());
    let bad = |name: &str, value| options(&[(name, value)]).err().unwrap();
    assert_eq!(bad("jit", Some("maybe")), "-X jit takes 'on' or 'off', not 'maybe'");
    assert_eq!(bad("jit-threshold", None), "-X jit-threshold takes a value");
    assert_eq!(bad("jit-log", None), "-X jit-log takes a file");
    assert_eq!(bad("jit-perf", Some("x")), "-X jit-perf takes 'map', 'dump' or 'off', not 'x'");
    assert!(
        bad("jit-log", Some("/nonexistent/log")).starts_with("-X jit-log: cannot write '/nonexistent/log': ")
    );
    assert_eq!(bad("jit-x", Some("1")), "-X jit: there is no jit-x");
}

#[test]
fn the_reference_is_current() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/jit-parameters.md");
    let now = reference();
    if std::fs::read_to_string(path).ok().as_deref() != Some(&now) {
        std::fs::write(path, &now).unwrap();
        panic!("docs/jit-parameters.md was not current; it was written again: commit it");
    }
}

/// Output that tests can look into.
#[derive(Clone, Default)]
struct Shared(Rc<RefCell<Vec<u8>>>);
impl Write for Shared {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.borrow_mut().extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[test]
fn events_are_lines_of_json() {
    let log = Log::default();
    let at = Position { file: "a\n\"b.py".into(), function: "f".into(), line: 3, column: 5, pc: 12 };
    let abort = Event::Abort {
        kind: TraceKind::Loop,
        at: &at,
        reason: Abort::TooLong,
        detail: "6001",
        reached: &at,
        instructions: 6001,
        failures: 1,
        blacklisted: false,
    };
    log.event(&abort);
    let out = Shared::default();
    log.write_to(Box::new(out.clone()));
    assert!(log.on());
    log.event(&abort);
    log.event(&Event::Invalidate { tree: 2, at: &at, cause: "global f" });
    let text = String::from_utf8(out.0.borrow().clone()).unwrap();
    let lines: Vec<serde_json::Value> = text.lines().map(|l| serde_json::from_str(l).unwrap()).collect();
    assert_eq!(lines.len(), 2, "what was before the log began is not in it");
    assert_eq!(lines[0]["event"], "abort");
    assert_eq!(lines[0]["reason"], "too-long");
    assert_eq!(lines[0]["at"]["file"], "a\n\"b.py");
    assert_eq!(lines[0]["kind"], "loop");
    assert_eq!((&lines[1]["event"], &lines[1]["seq"]), (&"invalidate".into(), &1.into()));
}

#[test]
fn a_log_that_cannot_be_written_is_closed() {
    struct Full;
    impl Write for Full {
        fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
            Err(std::io::Error::other("full"))
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let log = Log::default();
    log.write_to(Box::new(Full));
    let at = Position::default();
    log.event(&Event::Free { tree: 1, at: &at, bytes: 10, cause: "limit" });
    assert!(!log.on());
}

#[test]
fn counters_are_reported() {
    let s = Stats::default();
    s.abort(Abort::LeftLoop);
    s.abort(Abort::LeftLoop);
    s.code(100, 500);
    s.code(50, 300);
    assert_eq!((s.aborts(Abort::LeftLoop), s.aborts(Abort::Other), s.aborted.get()), (2, 0, 2));
    assert_eq!((s.code_bytes.get(), s.code_peak.get()), (150, 500));
    let text = s.report();
    assert!(text.contains("2  aborts: left-loop - "), "{text}");
    assert!(!text.contains("too-long"), "{text}");
}

#[test]
fn jitdump_has_the_layout_that_perf_reads() {
    let mut out = Vec::new();
    let mut d = JitDump::new(&mut out, 7, 1).unwrap();
    let line = LineEntry { offset: 4, line: 9, file: "a.py".into() };
    d.add((7, 8), 2, 0x1000, &[0xC3; 5], "f\0g", &[line]).unwrap();
    d.close(3).unwrap();
    let word = |at: usize| u32::from_ne_bytes(out[at..at + 4].try_into().unwrap());
    let long = |at: usize| u64::from_ne_bytes(out[at..at + 8].try_into().unwrap());
    assert_eq!((word(0), word(4), word(8), word(20), long(24)), (0x4A69_5444, 1, 40, 7, 1));
    // Lines, then the code, then the end: the sizes lead from one to the next.
    assert_eq!((word(40), long(48), long(56), long(64), long(72)), (2, 2, 0x1000, 1, 0x1004));
    let code = 40 + word(44) as usize;
    assert_eq!((word(code), word(code + 16), word(code + 20)), (0, 7, 8));
    assert_eq!((long(code + 24), long(code + 32), long(code + 40), long(code + 48)), (0x1000, 0x1000, 5, 0));
    assert_eq!(&out[code + 56..code + 59], b"fg\0");
    let end = code + word(code + 4) as usize;
    assert_eq!((word(end), word(end + 4), out.len()), (3, 16, end + 16));
}
