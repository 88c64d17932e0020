//! What can be seen of the JIT from outside: event log and its reader, counters, dumps, files for `perf`, `sys._jit`.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use taipan_xtask::jitlog;

const EAGER: [&str; 6] = ["-X", "jit=on", "-X", "jit-threshold=5", "-X", "jit-side-threshold=5"];

/// A loop with a side trace, one that is given up, and a function that is bound anew.
const PROGRAM: &str = "
def f(x):
    return x + 1
def run(n):
    s = 0
    for i in range(n):
        s += f(i)
        if i % 3 == 0:
            s -= 1
    return s
print(run(300))
def f(x):
    return x - 1
print(run(300))
def fails():
    for i in range(100):
        try:
            raise ValueError
        except ValueError:
            pass
fails()
";
const PRINTS: &str = "45050\n44450\n";

struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Folder {
        let dir = std::env::temp_dir().join(format!("taipan-eyes-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&dir).expect("a folder of our own");
        Folder(dir)
    }
    fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}
impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Runs taipan eagerly in `dir`; answers its process number too.
fn taipan(dir: &Path, args: &[&str], program: &str) -> (u32, Output) {
    let child = Command::new(env!("CARGO_BIN_EXE_taipan"))
        .args(EAGER)
        .args(args)
        .args(["-c", program])
        .current_dir(dir)
        .env("PYTHONHASHSEED", "0")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("taipan runs");
    let id = child.id();
    (id, child.wait_with_output().expect("taipan ends"))
}
fn stdout(o: &Output) -> String {
    String::from_utf8_lossy(&o.stdout).into_owned()
}
fn stderr(o: &Output) -> String {
    String::from_utf8_lossy(&o.stderr).into_owned()
}

#[test]
fn the_log_has_every_kind_of_event_and_its_reader_sums_it_up() {
    let dir = Folder::new("log");
    let (_, o) = taipan(&dir.0, &["-X", "jit-log=log.jsonl"], PROGRAM);
    assert_eq!(stdout(&o), PRINTS, "{}", stderr(&o));
    let text = std::fs::read_to_string(dir.path("log.jsonl")).expect("a log");
    let events = jitlog::read(&text).expect("a log that can be read");
    for kind in
        ["start", "record", "abort", "compile", "exit-heat", "side-trace", "invalidate", "free", "stats"]
    {
        let e = events.iter().find(|e| e.name() == kind).unwrap_or_else(|| panic!("no {kind} in\n{text}"));
        assert!(e.line().contains(kind));
        if !matches!(kind, "start" | "stats") {
            assert!(e.place("at").starts_with("<string>:"), "{}", e.line());
        }
    }
    let cause = events.iter().find(|e| e.name() == "invalidate").expect("just seen").text("cause").to_owned();
    assert_eq!(cause, "'f' was bound anew");
    let times: Vec<u64> = events.iter().map(|e| e.number("us")).collect();
    assert!(times.is_sorted(), "time goes on");
    let numbers: Vec<u64> = events.iter().map(|e| e.number("seq")).collect();
    assert!(numbers.iter().copied().eq(0..numbers.len() as u64), "none is missing");
    let sum = jitlog::summary(&events, 3);
    for part in [" at <string>:6 run: ", "invalidated: 'f' was bound anew", " side), compiled ", "exit "] {
        assert!(sum.contains(part), "{part:?} in\n{sum}");
    }
    assert!(jitlog::read("").is_err() && jitlog::read("{}").is_err() && jitlog::read("x").is_err());
    assert!(jitlog::read("{\"event\":\"start\",\"version\":99}").is_err());
}

#[test]
fn the_perf_map_names_code() {
    let dir = Folder::new("map");
    let (id, o) = taipan(&dir.0, &["-X", "jit-perf=map"], PROGRAM);
    assert_eq!(stdout(&o), PRINTS);
    let path = std::env::temp_dir().join(format!("perf-{id}.map"));
    let text = std::fs::read_to_string(&path).expect("a map");
    let _ = std::fs::remove_file(&path);
    let mut loops = 0;
    for line in text.lines() {
        let mut parts = line.splitn(3, ' ');
        let mut hex =
            || u64::from_str_radix(parts.next().unwrap_or(""), 16).unwrap_or_else(|_| panic!("{line}"));
        let (address, size) = (hex(), hex());
        let name = parts.next().expect("a name");
        assert!(address != 0 && size != 0 && name.starts_with("taipan:"), "{line}");
        loops += usize::from(name == "taipan:<string>:6:run");
    }
    assert!(loops >= 2, "a tree and a later version of it:\n{text}");
}

#[test]
fn the_jitdump_file_is_well_formed() {
    let dir = Folder::new("dump");
    let (id, o) = taipan(&dir.0, &["-X", "jit-perf=dump"], PROGRAM);
    assert_eq!(stdout(&o), PRINTS);
    let data = std::fs::read(dir.path(&format!("jit-{id}.dump"))).expect("a dump");
    let u32_at = |at: usize| u32::from_ne_bytes(data[at..at + 4].try_into().expect("four bytes"));
    let u64_at = |at: usize| u64::from_ne_bytes(data[at..at + 8].try_into().expect("eight bytes"));
    let machine = if cfg!(target_arch = "aarch64") { 183 } else { 62 };
    let head: Vec<u32> = (0..6).map(|k| u32_at(4 * k)).collect();
    assert_eq!(head, [0x4A69_5444, 1, 40, machine, 0, id]);
    let (mut at, mut loads, mut lines, mut closed) = (40, 0, vec![], false);
    let mut described = None;
    while at < data.len() {
        assert!(!closed, "nothing follows the end");
        let (kind, size) = (u32_at(at), u32_at(at + 4) as usize);
        assert!(size >= 16 && at + size <= data.len(), "record {kind} of {size} bytes at {at}");
        let body = at + 16;
        match kind {
            0 => {
                assert_eq!(u32_at(body), id);
                let (address, code, index) = (u64_at(body + 16), u64_at(body + 24), u64_at(body + 32));
                assert_eq!((u64_at(body + 8), index), (address, loads));
                let name = body + 40;
                let end = name + data[name..].iter().position(|&b| b == 0).expect("a name that ends");
                assert_eq!(at + size, end + 1 + code as usize, "the code fills the record");
                if let Some((start, last)) = described.take() {
                    assert!(
                        start == address && last < address + code,
                        "lines belong to the code behind them"
                    );
                }
                loads += 1;
            }
            2 => {
                let (address, n) = (u64_at(body), u64_at(body + 8));
                let (mut p, mut last) = (body + 16, 0);
                for _ in 0..n {
                    assert!(u64_at(p) >= last, "in order");
                    last = u64_at(p);
                    lines.push(u32_at(p + 8));
                    p += 16;
                    p += data[p..].iter().position(|&b| b == 0).expect("a name that ends") + 1;
                }
                assert!(n > 0 && p <= at + size);
                described = Some((address, last));
            }
            3 => closed = true,
            _ => panic!("record {kind}"),
        }
        at += size;
    }
    assert!(closed && loads > 1);
    // Lines of the loop and of the function that it inlines.
    assert!([3, 6, 7].iter().all(|l| lines.contains(l)), "{lines:?}");
}

#[test]
fn every_stage_can_be_dumped() {
    let dir = Folder::new("stages");
    let (_, o) = taipan(&dir.0, &["-X", "dump=trace,opt,clif,asm,exits"], PROGRAM);
    assert_eq!(stdout(&o), PRINTS);
    let text = stderr(&o);
    for head in [
        "---- trace of tree 0",
        "---- optimised tree 0",
        "---- clif of tree 0",
        "---- code of tree 0",
        "---- tree 0 exit 0",
    ] {
        assert!(text.contains(head), "no {head:?}");
    }
}

#[test]
fn counters_and_limits() {
    let dir = Folder::new("limits");
    let program = "import sys\n".to_owned()
        + PROGRAM
        + "s = sys._jit.stats()\nprint(s['passes'], s['compiles'], s['invalidated'] > 0)\n";
    let run = |args: &[&str]| {
        let (_, o) = taipan(&dir.0, args, &program);
        let text = stdout(&o);
        let last =
            text.strip_prefix(PRINTS).unwrap_or_else(|| panic!("{text}{}", stderr(&o))).trim().to_owned();
        let mut words = last.split(' ').map(str::to_owned);
        let mut number = || words.next().expect("a word").parse::<u64>().expect("a number");
        (number(), number(), last.ends_with("True"))
    };
    let all = run(&[]);
    assert!(all.0 > 20 && all.1 > 2 && all.2, "{all:?}");
    // The bisection limits: so many passes, so many trees, and the same answers.
    for n in [0, 1, 7, all.0 - 1] {
        assert_eq!(run(&["-X", &format!("jit-opt-limit={n}")]).0, n);
    }
    assert_eq!(run(&["-X", "jit-tree-limit=0"]).1, 0);
    assert_eq!(run(&["-X", "jit-tree-limit=1"]).1, 1);
    let (_, o) = taipan(&dir.0, &["-X", "jit-stats"], PROGRAM);
    assert!(stderr(&o).starts_with("jit statistics\n"));
}

#[test]
fn compiled_code_knows_that_it_is_active() {
    let dir = Folder::new("active");
    let program = "
import sys
J = sys._jit
def outer(f): return f()
def loop(n, f):
    return [f() for _ in range(n)]
def direct(n):
    a = []
    for i in range(n):
        a.append(J.is_active())
    return a
print(J.is_available(), J.is_enabled(), J.is_active())
r = direct(100)
print(r[0], r[-2], set(map(type, r)) == {bool})
print(outer(J.is_active))
";
    let (_, o) = taipan(&dir.0, &[], program);
    assert_eq!(stdout(&o), "True True False\nFalse True True\nFalse\n", "{}", stderr(&o));
    let (_, o) = taipan(&dir.0, &["-X", "jit=off"], program);
    assert_eq!(stdout(&o), "False False False\nFalse False True\nFalse\n", "{}", stderr(&o));
}
