//! Runs a program to its end with a time limit, its output captured.
//!
//! In: a `Command`, what to feed it, limits. Out: what it printed and how it ended. A program that runs past its
//! limit is killed together with every process of its group, so that a hanging test cannot outlive the run. Output is
//! cut at [`MAX_OUTPUT`], so that a program that prints for ever cannot fill the memory.

use std::io::{Read, Write};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use nix::sys::resource::{Resource, setrlimit};
use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;
use wait_timeout::ChildExt;

/// How many bytes of each output stream are kept.
pub const MAX_OUTPUT: usize = 16 << 20;

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// It returned this exit code.
    Exit(i32),
    /// This signal ended it: for a Python, always a bug.
    Signal(i32),
    /// It was killed at its time limit.
    TimedOut,
}

impl std::fmt::Display for End {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            End::Exit(code) => write!(f, "exit code {code}"),
            End::Signal(number) => match Signal::try_from(*number) {
                Ok(signal) => write!(f, "killed by {}", signal.as_str()),
                Err(_) => write!(f, "killed by signal {number}"),
            },
            End::TimedOut => write!(f, "timed out"),
        }
    }
}

/// What a finished run left behind.
#[derive(Clone, Debug)]
pub struct Outcome {
    pub stdout: Vec<u8>,
    pub stderr: Vec<u8>,
    pub end: End,
    pub wall: Duration,
}

/// Runs `command` with `stdin` as its input.
pub fn run(command: &mut Command, stdin: &[u8], limit: Duration) -> std::io::Result<Outcome> {
    let start = Instant::now();
    let mut child = command
        .process_group(0)
        .stdin(if stdin.is_empty() { Stdio::null() } else { Stdio::piped() })
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    let feeder = child.stdin.take().map(|mut pipe| {
        let bytes = stdin.to_owned();
        // A program that stops reading early closes the pipe: no error of ours.
        thread::spawn(move || drop(pipe.write_all(&bytes)))
    });
    let stdout = collect(child.stdout.take().expect("stdout is piped"));
    let stderr = collect(child.stderr.take().expect("stderr is piped"));
    let group = Pid::from_raw(child.id() as i32);
    let waited = child.wait_timeout(limit)?;
    let wall = start.elapsed();
    // Children of the program that still run would keep the pipes open.
    let _ = killpg(group, Signal::SIGKILL);
    let end = match waited {
        Some(status) => end_of(status),
        None => {
            child.wait()?;
            End::TimedOut
        }
    };
    if let Some(feeder) = feeder {
        let _ = feeder.join();
    }
    Ok(Outcome {
        stdout: stdout.join().unwrap_or_default(),
        stderr: stderr.join().unwrap_or_default(),
        end,
        wall,
    })
}

fn end_of(status: ExitStatus) -> End {
    match (status.code(), status.signal()) {
        (Some(code), _) => End::Exit(code),
        (None, Some(signal)) => End::Signal(signal),
        (None, None) => End::Exit(-1),
    }
}

fn collect(mut pipe: impl Read + Send + 'static) -> thread::JoinHandle<Vec<u8>> {
    thread::spawn(move || {
        let mut kept = Vec::new();
        let mut chunk = vec![0; 1 << 16];
        while let Ok(n) = pipe.read(&mut chunk) {
            if n == 0 {
                break;
            }
            let room = MAX_OUTPUT.saturating_sub(kept.len());
            kept.extend_from_slice(&chunk[..n.min(room)]);
        }
        kept
    })
}

/// Limits the private memory of this process and of every one it starts from now on. Data rather than address space:
/// a heap that reserves address space it does not use stays allowed.
pub fn limit_memory(bytes: u64) {
    // Where the system has no such limit the runs go on without it.
    let _ = setrlimit(Resource::RLIMIT_DATA, bytes, bytes);
    let _ = setrlimit(Resource::RLIMIT_CORE, 0, 0);
}

/// Runs `work` over `items` on `threads` threads; the answers come back in the items' order.
pub fn parallel<T: Sync, R: Send>(items: &[T], threads: usize, work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let next = std::sync::atomic::AtomicUsize::new(0);
    let results: Vec<std::sync::Mutex<Option<R>>> =
        items.iter().map(|_| std::sync::Mutex::new(None)).collect();
    thread::scope(|scope| {
        for _ in 0..threads.clamp(1, items.len().max(1)) {
            scope.spawn(|| {
                loop {
                    let index = next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                    let Some(item) = items.get(index) else { break };
                    let result = work(item);
                    *results[index].lock().expect("no worker panicked") = Some(result);
                }
            });
        }
    });
    results
        .into_iter()
        .map(|r| r.into_inner().expect("no worker panicked").expect("every item ran"))
        .collect()
}

/// How many runs at once the machine takes.
pub fn default_threads() -> usize {
    thread::available_parallelism().map_or(2, |n| n.get())
}
