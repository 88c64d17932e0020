//! Runs one process and says what it cost.
//!
//! In: a contender and a benchmark. Out: wall time, processor time and peak memory of the whole process, and what the
//! process itself wrote about its iterations. A helper process (this program again, as `xtask measure-one`) starts the
//! contender and asks the system for its costs, because they are only known for all children of a process together.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use nix::sched::{CpuSet, sched_setaffinity};
use nix::sys::resource::{UsageWho, getrusage};
use nix::unistd::Pid;
use serde::{Deserialize, Serialize};

use super::contender::Contender;
use super::{Benchmark, Inside, Kind, read_inside, scratch};
use crate::process::{self, End};
use crate::repo;

/// What a whole process cost.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Outside {
    /// Seconds from start to end.
    pub wall: f64,
    /// Seconds of processor time.
    pub cpu: f64,
    /// Peak memory in KiB.
    pub peak: u64,
    /// Exit code; -1 where a signal ended it.
    pub code: i32,
}

/// One process: its costs, and what it said of each benchmark in it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Sample {
    pub outside: Outside,
    pub inside: Vec<Inside>,
}

/// The helper: `measure-one OUT PROGRAM [ARG..]` runs the program and writes its costs to OUT.
pub fn helper(args: &[String]) -> Result<(), String> {
    let [out, program, args @ ..] = args else { return Err("measure-one OUT PROGRAM [ARG..]".into()) };
    let start = Instant::now();
    let status = Command::new(program)
        .args(args)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .status()
        .map_err(|e| format!("{program}: {e}"))?;
    let wall = start.elapsed().as_secs_f64();
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN).map_err(|e| e.to_string())?;
    let seconds = |t: nix::sys::time::TimeVal| t.tv_sec() as f64 + t.tv_usec() as f64 / 1e6;
    let outside = Outside {
        wall,
        cpu: seconds(usage.user_time()) + seconds(usage.system_time()),
        peak: usage.max_rss() as u64,
        code: status.code().unwrap_or(-1),
    };
    let text = serde_json::to_string(&outside).map_err(|e| e.to_string())?;
    std::fs::write(out, text).map_err(|e| format!("{out}: {e}"))
}

/// Pins this process, and so every one that it starts, to one core.
pub fn pin(cpu: usize) {
    let mut set = CpuSet::new();
    if set.set(cpu).is_ok() {
        // Where it is not allowed, the runs go on unpinned.
        let _ = sched_setaffinity(Pid::from_raw(0), &set);
    }
}

/// Runs one process of `contender` with `iterations` of `benchmark`.
pub fn run(
    contender: &Contender,
    benchmark: &Benchmark,
    iterations: usize,
    limit: Duration,
) -> Result<Sample, String> {
    let scratch = scratch()?;
    let (costs, notes) = (scratch.join("costs.json"), scratch.join("notes.json"));
    let _ = std::fs::remove_file(&costs);
    let _ = std::fs::remove_file(&notes);
    let helper = std::env::current_exe().map_err(|e| e.to_string())?;
    let (program, prefix): (&Path, &[String]) = match contender.via.split_first() {
        Some((program, rest)) => (Path::new(program), rest),
        None => (&helper, &[]),
    };
    let mut command = Command::new(program);
    command.args(prefix);
    if !contender.via.is_empty() {
        command.arg(&helper);
    }
    command.arg("measure-one").arg(&costs).args(&contender.command);
    command.envs(contender.env.iter().map(|(k, v)| (k, v)));
    command.env("PYTHONHASHSEED", "0").env("LC_ALL", "C.UTF-8");
    match &benchmark.kind {
        Kind::Function { file, function } => {
            command.arg(repo::root().join("benches/driver.py")).arg(file).arg(function);
            command.arg(iterations.to_string()).arg(&notes);
        }
        Kind::Script { file, loops } => {
            command.arg(file).env("TAIPAN_BENCH_LOOPS", loops.to_string());
            command.env("PYTHONPATH", repo::root().join("benches/standin"));
            command.env("TAIPAN_BENCH_OUT", &notes).env("TAIPAN_BENCH_ITERATIONS", iterations.to_string());
        }
    }
    let outcome = process::run(&mut command, b"", limit).map_err(|e| format!("{}: {e}", contender.label))?;
    let last = |bytes: &[u8]| String::from_utf8_lossy(bytes).lines().last().unwrap_or_default().to_owned();
    if outcome.end != End::Exit(0) {
        return Err(format!("{} {}", outcome.end, last(&outcome.stderr)));
    }
    let text = std::fs::read_to_string(&costs).map_err(|e| format!("the helper wrote nothing: {e}"))?;
    let outside: Outside = serde_json::from_str(&text).map_err(|e| e.to_string())?;
    if outside.code != 0 {
        return Err(format!("exit code {}: {}", outside.code, last(&outcome.stderr)));
    }
    Ok(Sample { outside, inside: read_inside(&notes) })
}
