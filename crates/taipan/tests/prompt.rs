//! The prompt on a terminal, as a user meets it: typed keys go in, what the screen is told comes out.
//!
//! Each session gets a pseudo-terminal of its own; where the system has none to give, the tests pass without looking.
//! Escape sequences are taken out before comparing, since the line editor redraws the line at every key. The binary is
//! `TAIPAN_GOLDEN_BIN` where set, as for the golden tests.

use std::fs::File;
use std::io::{Read, Write};
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

struct Session {
    child: Child,
    terminal: File,
    output: Receiver<Vec<u8>>,
    seen: String,
}

/// A terminal's two ends.
fn terminal() -> Option<(File, OwnedFd)> {
    // SAFETY: plain calls of the C library; descriptors are owned once they are known to be valid.
    unsafe {
        let master = libc::posix_openpt(libc::O_RDWR | libc::O_NOCTTY | libc::O_CLOEXEC);
        if master < 0 {
            return None;
        }
        let master = File::from_raw_fd(master);
        let fd = master.as_raw_fd();
        if libc::grantpt(fd) != 0 || libc::unlockpt(fd) != 0 {
            return None;
        }
        let mut name = [0; 128];
        if libc::ptsname_r(fd, name.as_mut_ptr(), name.len()) != 0 {
            return None;
        }
        let size = libc::winsize { ws_row: 24, ws_col: 80, ws_xpixel: 0, ws_ypixel: 0 };
        let slave = libc::open(name.as_ptr(), libc::O_RDWR | libc::O_NOCTTY | libc::O_CLOEXEC);
        if slave < 0 {
            return None;
        }
        libc::ioctl(slave, libc::TIOCSWINSZ, &size);
        Some((master, OwnedFd::from_raw_fd(slave)))
    }
}

impl Session {
    /// Starts the prompt; `None` where there are no pseudo-terminals.
    fn start(history: &str) -> Option<Session> {
        let (master, slave) = terminal()?;
        let bin = std::env::var("TAIPAN_GOLDEN_BIN").unwrap_or(env!("CARGO_BIN_EXE_taipan").into());
        let end = || Stdio::from(slave.try_clone().expect("a descriptor can be doubled"));
        let mut command = Command::new(bin);
        command
            .env_clear()
            .env("TERM", "xterm-256color")
            .env("LC_ALL", "C.UTF-8")
            .env("HOME", "/nonexistent");
        command.env("PYTHON_HISTORY", history).stdin(end()).stdout(end()).stderr(end());
        // SAFETY: between fork and exec only system calls are made.
        unsafe {
            command.pre_exec(|| {
                libc::setsid();
                libc::ioctl(0, libc::TIOCSCTTY, 0);
                Ok(())
            });
        }
        let child = command.spawn().expect("taipan starts");
        let mut reader = master.try_clone().expect("a descriptor can be doubled");
        let (send, output) = channel();
        std::thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok(n @ 1..) = reader.read(&mut buffer) {
                if send.send(buffer[..n].to_vec()).is_err() {
                    break;
                }
            }
        });
        let mut session = Session { child, terminal: master, output, seen: String::new() };
        session.expect(">>> ");
        Some(session)
    }

    /// Waits until the screen was told `text`, and forgets everything up to that.
    #[track_caller]
    fn expect(&mut self, text: &str) {
        let start = Instant::now();
        loop {
            let plain = without_escapes(&self.seen);
            if let Some(at) = plain.find(text) {
                self.seen = plain[at + text.len()..].to_owned();
                return;
            }
            let left = Duration::from_secs(20).saturating_sub(start.elapsed());
            match self.output.recv_timeout(left) {
                Ok(bytes) => self.seen.push_str(&String::from_utf8_lossy(&bytes)),
                Err(_) => panic!("no {text:?} on the terminal, but {plain:?}"),
            }
        }
    }

    /// Types, as a person does: not before the editor has settled.
    fn keys(&mut self, keys: &str) {
        std::thread::sleep(Duration::from_millis(250));
        self.terminal.write_all(keys.as_bytes()).expect("the terminal takes keys");
    }

    /// Types a line, waits for what it prints and the next prompt.
    #[track_caller]
    fn line(&mut self, keys: &str, prints: &str) {
        self.keys(keys);
        self.keys("\r");
        self.expect("\n");
        self.expect(prints);
        self.expect(">>> ");
    }

    /// The exit status, which must come by itself.
    #[track_caller]
    fn end(mut self) -> Option<i32> {
        let start = Instant::now();
        while start.elapsed() < Duration::from_secs(20) {
            if let Some(status) = self.child.try_wait().expect("the child can be waited for") {
                return status.code();
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        self.child.kill().expect("the child can be killed");
        panic!("the prompt did not end");
    }
}

/// Takes out escape sequences; one that is cut off at the end stays.
fn without_escapes(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('\x1b') {
        out.push_str(&rest[..at]);
        let body = &rest[at + 1..];
        let end = match body.strip_prefix('[') {
            Some(b) => b.find(|c: char| ('@'..='~').contains(&c)).map(|i| i + 2),
            None => body.chars().next().map(char::len_utf8),
        };
        match end {
            Some(end) => rest = &body[end..],
            None => {
                out.push_str(&rest[at..]);
                return out;
            }
        }
    }
    out + rest
}

fn history(name: &str) -> String {
    let path = std::env::temp_dir().join(format!("taipan-prompt-{}-{name}", std::process::id()));
    path.display().to_string()
}

#[test]
fn lines_blocks_and_errors() {
    let Some(mut s) = Session::start(&history("lines")) else { return };
    s.line("6 * 7", "42");
    s.line("_ + 1", "43");
    s.keys("def f(a):\r");
    s.expect("... ");
    s.keys("return a * 2\r");
    s.expect("... ");
    s.line("", "");
    s.line("f(21)", "42");
    s.line("1 / 0", "ZeroDivisionError: division by zero");
    s.line("x = = 2", "SyntaxError: invalid syntax");
    s.line("name = input('who? ')\rbob", "who? ");
    s.line("name", "'bob'");
    s.keys("\x04");
    assert_eq!(s.end(), Some(0));
}

#[test]
fn history_and_completion() {
    let file = history("recall");
    let Some(mut s) = Session::start(&file) else { return };
    s.line("first = 111", "");
    s.line("second = 222", "");
    s.keys("\x1bOA");
    s.expect("second = 222");
    s.line(" + 1", "");
    s.line("second", "223");
    s.line("import colle\t", "");
    s.line("collections.Ordered\t)", "OrderedDict()");
    s.line("\x12second =\r", "");
    s.keys("raise SystemExit(3)\r");
    assert_eq!(s.end(), Some(3));
    let kept = std::fs::read_to_string(&file).expect("the history was written");
    assert!(kept.contains("second = 222"), "{kept:?}");
    std::fs::remove_file(&file).expect("it can go");
}

#[test]
fn interrupts_and_pasting() {
    let Some(mut s) = Session::start(&history("paste")) else { return };
    s.keys("half a li\x03");
    s.expect("KeyboardInterrupt");
    s.expect(">>> ");
    s.keys("while True: pass\r\r");
    s.expect("... ");
    std::thread::sleep(Duration::from_millis(300));
    s.keys("\x03");
    s.expect("KeyboardInterrupt");
    s.expect(">>> ");
    s.keys("\x1b[200~def g():\n    x = 1\n\n    return x\n\x1b[201~");
    s.expect("return x");
    s.keys("\r");
    s.expect(">>> ");
    s.line("g()", "1");
    s.keys("exit\r");
    assert_eq!(s.end(), Some(0));
}
