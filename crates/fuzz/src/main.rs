//! `fuzz-parser`: runs a number of inputs and prints what is wrong; `cargo xtask fuzz-parser` calls it.
//!
//! In: options. Out: findings on standard output, exit code 1 when there are any. Inputs run in child processes, so that
//! one that kills or hangs its process is found and the run goes on.
#![forbid(unsafe_code)]

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::process::{Command, ExitCode, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use taipan_fuzz::check::{How, Verdict, check};
use taipan_fuzz::corpus::Corpus;
use taipan_fuzz::{mutate, oracle};

const HELP: &str = "\
cargo xtask fuzz-parser [options]: mutated programs through parser, compiler, verifier and code reader

  --executions N   inputs (default 100000)
  --seed S         of the run (default 1); an input depends on the seed and its number
  --first N        number of the first input (default 0)
  --threads N      child processes at a time (default 1)
  --compare K      ask python3.14 about every K-th input: does it accept what Taipan accepts?
  --messages       with --compare: the messages have to be the same too
  --show N         print input N and what becomes of it, and stop
";

/// Inputs that one child process runs.
const CHUNK: u64 = 50_000;
/// An input that takes longer hangs.
const LIMIT: Duration = Duration::from_secs(10);

#[derive(Clone)]
struct Run {
    executions: u64,
    seed: u64,
    first: u64,
    threads: u64,
    compare: u64,
    messages: bool,
    show: Option<u64>,
    worker: bool,
    announce: bool,
}

fn main() -> ExitCode {
    match options().and_then(|run| match run {
        None => Ok(true),
        Some(run) if run.show.is_some() => show(&run),
        Some(run) if run.worker => worker(run),
        Some(run) => parent(&run),
    }) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(e) => {
            eprintln!("fuzz-parser: {e}");
            ExitCode::from(2)
        }
    }
}

fn options() -> Result<Option<Run>, String> {
    let mut run = Run {
        executions: 100_000,
        seed: 1,
        first: 0,
        threads: 1,
        compare: 0,
        messages: false,
        show: None,
        worker: false,
        announce: false,
    };
    let mut parser = lexopt::Parser::from_env();
    while let Some(arg) = parser.next().map_err(|e| e.to_string())? {
        use lexopt::Arg::{Long, Short};
        match arg {
            Long("executions") => run.executions = number(&mut parser)?,
            Long("seed") => run.seed = number(&mut parser)?,
            Long("first") => run.first = number(&mut parser)?,
            Long("threads") => run.threads = number(&mut parser)?.max(1),
            Long("compare") => run.compare = number(&mut parser)?,
            Long("show") => run.show = Some(number(&mut parser)?),
            Long("messages") => run.messages = true,
            Long("worker") => run.worker = true,
            Long("announce") => run.announce = true,
            Short('h') | Long("help") => {
                print!("{HELP}");
                return Ok(None);
            }
            other => return Err(other.unexpected().to_string()),
        }
    }
    Ok(Some(run))
}

fn number(parser: &mut lexopt::Parser) -> Result<u64, String> {
    let v = parser.value().map_err(|e| e.to_string())?;
    v.to_string_lossy().replace('_', "").parse().map_err(|_| format!("{v:?} is no number"))
}

fn how(run: &Run) -> How {
    How { binary: run.compare == 0, vary: run.compare == 0 }
}

fn show(run: &Run) -> Result<bool, String> {
    let index = run.show.unwrap_or_default();
    let source = mutate::input(&Corpus::load(), run.seed, index);
    print!("{source}");
    println!("\n=> {:?}", check(&source, run.seed, index, how(run)));
    if run.compare > 0 {
        let answer = oracle::Oracle::start("python3.14").and_then(|mut o| o.ask(&source));
        println!("=> python3.14: {}", answer.map_err(|e| e.to_string())?);
    }
    Ok(true)
}

/// Runs inputs and prints a line `bug INDEX TEXT` for each finding; at the end `done ACCEPTED`.
fn worker(run: Run) -> Result<bool, String> {
    std::panic::set_hook(Box::new(|_| {}));
    let place = Arc::new(Mutex::new(String::new()));
    let seen = place.clone();
    std::panic::set_hook(Box::new(move |info| {
        *seen.lock().expect("never held across a panic") =
            info.location().map(ToString::to_string).unwrap_or_default();
    }));
    let now = Arc::new(AtomicU64::new(u64::MAX));
    let watched = now.clone();
    std::thread::spawn(move || {
        let (mut last, mut since) = (u64::MAX, Instant::now());
        loop {
            std::thread::sleep(Duration::from_millis(500));
            let index = watched.load(Ordering::Relaxed);
            if index != last {
                (last, since) = (index, Instant::now());
            } else if since.elapsed() > LIMIT {
                println!("bug {index} hangs");
                std::process::exit(3);
            }
        }
    });
    let compare = run.compare;
    // The stack that the main thread of a program has.
    let thread = std::thread::Builder::new().stack_size(8 << 20).spawn(move || -> Result<(), String> {
        let corpus = Corpus::load();
        let mut oracle = match compare {
            0 => None,
            _ => Some(oracle::Oracle::start("python3.14").map_err(|e| e.to_string())?),
        };
        let (mut accepted, how) = (0u64, how(&run));
        let out = std::io::stdout();
        for index in run.first..run.first + run.executions {
            now.store(index, Ordering::Relaxed);
            if run.announce {
                println!("at {index}");
            }
            if compare > 1 && index % compare != 0 {
                continue;
            }
            let source = mutate::input(&corpus, run.seed, index);
            let verdict = check(&source, run.seed, index, how);
            if verdict == Verdict::Accepted {
                accepted += 1;
            }
            let line = |text: &str| writeln!(out.lock(), "bug {index} {}", text.replace('\n', " | "));
            if let Verdict::Bug(text) = &verdict {
                let at = std::mem::take(&mut *place.lock().expect("never held across a panic"));
                line(&format!("{text} {at}")).map_err(|e| e.to_string())?;
            } else if let Some(oracle) = &mut oracle {
                let theirs = oracle.ask(&source).map_err(|e| e.to_string())?;
                if let Some(text) = differs(&verdict, &theirs, run.messages) {
                    line(&text).map_err(|e| e.to_string())?;
                }
            }
        }
        println!("done {accepted}");
        Ok(())
    });
    thread.map_err(|e| e.to_string())?.join().map_err(|_| "the worker panicked".to_string())??;
    Ok(true)
}

/// How our answer differs from CPython's. Limits of nesting are each implementation's own.
fn differs(ours: &Verdict, theirs: &str, messages: bool) -> Option<String> {
    let ours = match ours {
        Verdict::Accepted => "ok",
        Verdict::Rejected(text) => text,
        Verdict::Bug(_) => return None,
    };
    let own = |text: &str| {
        ["too many", "too complex", "recursion", "MemoryError", "nested"].iter().any(|w| text.contains(w))
    };
    let same = (ours == "ok") == (theirs == "ok") && (!messages || ours == theirs);
    (!same && !own(ours) && !own(theirs)).then(|| format!("taipan: {ours} <> python3.14: {theirs}"))
}

/// Runs the chunks in children and reports different findings once each.
fn parent(run: &Run) -> Result<bool, String> {
    let begin = Instant::now();
    let program = std::env::current_exe().map_err(|e| e.to_string())?;
    let next = AtomicU64::new(run.first);
    let end = run.first + run.executions;
    let found: Mutex<BTreeMap<String, (u64, u64)>> = Mutex::default();
    let accepted = AtomicU64::new(0);
    std::thread::scope(|scope| {
        for _ in 0..run.threads {
            scope.spawn(|| {
                loop {
                    let first = next.fetch_add(CHUNK, Ordering::Relaxed);
                    if first >= end {
                        break;
                    }
                    let chunk = Run { first, executions: CHUNK.min(end - first), ..run.clone() };
                    for (index, text) in run_chunk(&program, chunk, &accepted) {
                        let mut found = found.lock().expect("nobody panics with it");
                        found.entry(key(&text)).or_insert((index, 0)).1 += 1;
                    }
                }
            });
        }
    });
    let found = found.into_inner().map_err(|e| e.to_string())?;
    for (text, (index, times)) in &found {
        println!("{times} times, first at --show {index} --seed {}: {text}", run.seed);
    }
    let seconds = begin.elapsed().as_secs_f64();
    println!(
        "{} executions in {seconds:.1} s ({:.0}/s), {} accepted, {} kinds of findings",
        run.executions,
        run.executions as f64 / seconds,
        accepted.load(Ordering::Relaxed),
        found.len()
    );
    Ok(found.is_empty())
}

/// What findings of a kind have in common: numbers and quoted names left out.
fn key(text: &str) -> String {
    let mut out = String::new();
    let mut quoted = false;
    for c in text.chars() {
        match c {
            '\'' => {
                quoted = !quoted;
                out.push('\'');
            }
            _ if quoted => {}
            '0'..='9' if out.ends_with('#') => {}
            '0'..='9' if !text.starts_with("panic") => out.push('#'),
            c => out.push(c),
        }
    }
    out.chars().take(300).collect()
}

fn run_chunk(program: &std::path::Path, mut chunk: Run, accepted: &AtomicU64) -> Vec<(u64, String)> {
    let mut found = vec![];
    let end = chunk.first + chunk.executions;
    while chunk.first < end {
        chunk.executions = end - chunk.first;
        let (lines, status) = run_child(program, &chunk);
        let mut last = chunk.first;
        let mut done = false;
        for line in &lines {
            if let Some(n) = line.strip_prefix("done ").and_then(|n| n.parse::<u64>().ok()) {
                accepted.fetch_add(n, Ordering::Relaxed);
                done = true;
            } else if let Some(n) = line.strip_prefix("at ").and_then(|n| n.parse().ok()) {
                last = n;
            } else if let Some((n, text)) = line.strip_prefix("bug ").and_then(|l| l.split_once(' '))
                && let Ok(n) = n.parse()
            {
                last = n;
                found.push((n, text.to_string()));
            }
        }
        if done {
            break;
        }
        if lines.last().is_some_and(|l| l.ends_with(" hangs")) {
            chunk.first = last + 1;
        } else if chunk.announce {
            found.push((last, format!("the process died: {status}")));
            chunk.first = last + 1;
            chunk.announce = false;
        } else {
            // Again, to see which one it was.
            found.clear();
            chunk.announce = true;
        }
    }
    found
}

fn run_child(program: &std::path::Path, run: &Run) -> (Vec<String>, String) {
    let mut command = Command::new(program);
    command.args(["--worker", "--seed", &run.seed.to_string(), "--first", &run.first.to_string()]);
    command.args(["--executions", &run.executions.to_string(), "--compare", &run.compare.to_string()]);
    if run.announce {
        command.arg("--announce");
    }
    if run.messages {
        command.arg("--messages");
    }
    let child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
    let Ok(mut child) = child else { return (vec![], "it cannot be started".to_string()) };
    let from = BufReader::new(child.stdout.take().expect("piped"));
    let lines = from.lines().map_while(Result::ok).collect();
    let status = child.wait().map(|s| s.to_string()).unwrap_or_default();
    (lines, status)
}
