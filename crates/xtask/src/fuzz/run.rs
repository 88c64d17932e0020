//! Running many programs in one process, and saying how each was answered.
//!
//! Each program is compiled and run in a namespace of its own by a script that prints a mark before each answer and
//! flushes after it, so that a process that dies or hangs names its culprit: the rest is then run without it.

use crate::process::{self, End};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

/// How a program was answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It ended; this is what it showed, and how it ended.
    Shown(String),
    /// The process ended in it.
    Died(End, String),
}

impl std::fmt::Display for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Answer::Shown(text) => f.write_str(text),
            Answer::Died(end, stderr) => write!(f, "{end}\n{stderr}"),
        }
    }
}

impl Answer {
    /// Is this a program at all, and does it end?
    pub fn is_sound(&self) -> bool {
        match self {
            Answer::Shown(t) => {
                !t.contains("\n! SyntaxError")
                    && !t.contains("\n! IndentationError")
                    && !t.contains("TookTooLong")
            }
            Answer::Died(..) => false,
        }
    }
}

/// A program that runs Python.
#[derive(Clone, Debug)]
pub struct Runner {
    /// The program.
    pub program: PathBuf,
    /// Its options.
    pub options: Vec<String>,
    /// Seconds for a whole batch.
    pub limit: u64,
    /// Seconds for one program, after which it is interrupted; 0: none. Only for those that can be trusted to do it.
    pub alarm: u32,
}

const HARNESS: &str = r#"
import sys, math
def run(source):
    out = ['']
    def show(*a):
        out.append(' '.join(map(repr, a)))
        if len(out) > 4000: raise MemoryError('shows too much')
    try:
        exec(compile(source, 'p', 'exec'), {'show': show, '__name__': 'p'})
        out.append('.')
    except BaseException as e:
        lines, tb = [], e.__traceback__
        while tb is not None:
            if tb.tb_frame.f_code.co_filename == 'p': lines.append(str(tb.tb_lineno))
            tb = tb.tb_next
        context = type(e.__context__).__name__
        out.append(f'! {type(e).__name__}: {e} [{" ".join(lines[:30])}] {context}')
    return out
def main():
    if ALARM:
        import signal
        class TookTooLong(BaseException): pass
        def stop(*a): raise TookTooLong
        signal.signal(signal.SIGALRM, stop)
    for source in PROGRAMS:
        sys.stdout.write('\x01')
        if ALARM: signal.setitimer(signal.ITIMER_REAL, ALARM)
        out = run(source)
        if ALARM: signal.setitimer(signal.ITIMER_REAL, 0)
        text = '\n'.join(out)
        sys.stdout.write(text if len(text) < 60000 else text[:60000])
        sys.stdout.write('\x02')
        sys.stdout.flush()
"#;

impl Runner {
    /// Runs all of them; `scratch` is a file that may be written.
    pub fn run(&self, programs: &[String], scratch: &Path) -> Result<Vec<Answer>, String> {
        let mut answers: Vec<Answer> = Vec::new();
        while answers.len() < programs.len() {
            let rest = &programs[answers.len()..];
            let list: Vec<String> =
                rest.iter().map(|p| serde_json::to_string(p).expect("text is always JSON")).collect();
            let text =
                format!("ALARM = {}\n{HARNESS}\nPROGRAMS = [\n{}\n]\nmain()\n", self.alarm, list.join(",\n"));
            std::fs::write(scratch, text).map_err(|e| format!("{}: {e}", scratch.display()))?;
            let mut command = Command::new(&self.program);
            command.args(&self.options).arg(scratch).env("PYTHONIOENCODING", "utf-8:surrogatepass");
            let outcome = process::run(&mut command, b"", Duration::from_secs(self.limit))
                .map_err(|e| format!("{}: {e}", self.program.display()))?;
            let stdout = String::from_utf8_lossy(&outcome.stdout);
            let before = answers.len();
            for part in stdout.split('\x01').skip(1) {
                if let Some((text, _)) = part.split_once('\x02') {
                    answers.push(Answer::Shown(text.to_string()));
                }
            }
            answers.truncate(programs.len());
            if answers.len() < programs.len() {
                let mut stderr = String::from_utf8_lossy(&outcome.stderr).into_owned();
                if answers.len() == before && !stdout.contains('\x01') && outcome.end != End::TimedOut {
                    return Err(format!("{} cannot run a batch: {stderr}", self.program.display()));
                }
                if let Some((cut, _)) = stderr.char_indices().nth(1500) {
                    stderr.truncate(cut);
                }
                answers.push(Answer::Died(outcome.end, stderr));
            }
        }
        Ok(answers)
    }
}
