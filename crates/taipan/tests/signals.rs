//! Ctrl-C: `SIGINT` ends loops, waits and long natives with `KeyboardInterrupt`, and the process dies of the signal.
//!
//! Each program says "go" when it is about to do what must be interrupted. The binary is `TAIPAN_GOLDEN_BIN` where
//! set, as for the golden tests.

use std::io::{BufRead, BufReader, Read};
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

struct Ended {
    status: ExitStatus,
    stdout: String,
    stderr: String,
}

fn wait(child: &mut Child) -> ExitStatus {
    let start = Instant::now();
    loop {
        if let Some(status) = child.try_wait().expect("the child can be waited for") {
            return status;
        }
        if start.elapsed() > Duration::from_secs(20) {
            child.kill().expect("the child can be killed");
            panic!("SIGINT did not end it within 20 seconds");
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// Runs a program, sends `SIGINT` after it said "go", and waits for its end.
fn interrupt(program: &str) -> Ended {
    let bin = std::env::var("TAIPAN_GOLDEN_BIN").unwrap_or(env!("CARGO_BIN_EXE_taipan").into());
    let source = format!("import sys, time, itertools, math\nprint('go', flush=True)\n{program}\n");
    let mut child = Command::new(bin)
        .args(["-c", &source])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("taipan starts");
    let mut stdout = BufReader::new(child.stdout.take().expect("piped"));
    let mut line = String::new();
    stdout.read_line(&mut line).expect("readable");
    assert_eq!(line, "go\n");
    std::thread::sleep(Duration::from_millis(100));
    // SAFETY: a signal to our own child, which was not waited for yet.
    unsafe { libc::kill(child.id() as i32, libc::SIGINT) };
    let status = wait(&mut child);
    let (mut out, mut err) = (String::new(), String::new());
    stdout.read_to_string(&mut out).expect("text");
    child.stderr.take().expect("piped").read_to_string(&mut err).expect("text");
    Ended { status, stdout: out, stderr: err }
}

#[test]
fn loops_waits_and_natives_end() {
    for program in [
        "while True: pass",
        "for i in range(10**15): pass",
        "[i for i in range(10**15) if i < 0]",
        "def f(n):\n    if n: f(n - 1)\nwhile 1: f(50)",
        "time.sleep(60)",
        "sys.stdin.read()",
        "input()",
        "sum(range(10**14))",
        "max(itertools.count())",
        "any(map(bool, itertools.repeat(0)))",
        "5 in itertools.repeat(1)",
        "list(itertools.islice(itertools.repeat(1), 10**14, None))",
        "math.factorial(3 * 10**7)",
        "3 ** (3 * 10**7) ** 1",
        "class A:\n    def __lt__(s, o): return False\nwhile 1: sorted([A() for _ in range(1000)])",
    ] {
        let end = interrupt(program);
        let died = end.status.signal() == Some(libc::SIGINT);
        assert!(died, "{program}: {}, {}", end.status, end.stderr);
        assert!(end.stderr.starts_with("Traceback (most recent call last):\n"), "{program}: {}", end.stderr);
        assert!(end.stderr.ends_with("KeyboardInterrupt\n"), "{program}: {}", end.stderr);
    }
}

#[test]
fn it_can_be_caught() {
    for body in ["while True: pass", "time.sleep(60)", "for i in itertools.count(): pass"] {
        let program = format!(
            "try:\n    {body}\nexcept KeyboardInterrupt as e:\n    print('caught', repr(e))\nfinally:\n    print('end')"
        );
        let end = interrupt(&program);
        assert_eq!(end.stdout, "caught KeyboardInterrupt()\nend\n", "{body}: {}", end.stderr);
        assert!(end.status.success());
    }
}

#[test]
fn handlers_run_and_waits_go_on() {
    let end = interrupt(
        "import signal\nsignal.signal(signal.SIGINT, lambda n, f: print('handler', n, f is not None))\n\
         t = time.monotonic()\ntime.sleep(0.5)\nprint(time.monotonic() - t >= 0.5)",
    );
    assert_eq!(end.stdout, "handler 2 True\nTrue\n", "{}", end.stderr);
    assert!(end.status.success());
}
