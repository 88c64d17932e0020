//! Asks CPython whether it accepts a source: one process for the whole run.
//!
//! In: source text. Out: `ok`, or the error's class and message. The process reads `LENGTH\n` and so many bytes, and
//! answers with one line.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

const PROGRAM: &str = "\
import sys, warnings
warnings.simplefilter('ignore')
read, write = sys.stdin.buffer, sys.stdout
while line := read.readline():
    source = read.read(int(line)).decode('utf-8')
    try:
        compile(source, '<fuzz>', 'exec', dont_inherit=True)
        answer = 'ok'
    except (SyntaxError, ValueError, OverflowError, MemoryError, RecursionError) as e:
        answer = type(e).__name__ + ': ' + str(e.msg if isinstance(e, SyntaxError) else e)
    print(ascii(answer)[1:-1].replace('\\n', ' '), flush=True)
";

/// A running CPython.
pub struct Oracle {
    child: Child,
    to: ChildStdin,
    from: BufReader<ChildStdout>,
}

impl Oracle {
    /// Starts it.
    pub fn start(program: &str) -> std::io::Result<Oracle> {
        let mut child = Command::new(program)
            .args(["-c", PROGRAM])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let to = child.stdin.take().expect("piped");
        let from = BufReader::new(child.stdout.take().expect("piped"));
        Ok(Oracle { child, to, from })
    }
    /// `ok`, or why not.
    pub fn ask(&mut self, source: &str) -> std::io::Result<String> {
        writeln!(self.to, "{}", source.len())?;
        self.to.write_all(source.as_bytes())?;
        self.to.flush()?;
        let mut line = String::new();
        self.from.read_line(&mut line)?;
        Ok(line.trim_end().to_string())
    }
}

impl Drop for Oracle {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
