//! `cargo xtask jit-log`: reads the JIT's event log.

use taipan_xtask::jitlog;

use super::{number, text};

const HELP: &str = "\
cargo xtask jit-log FILE [OPTIONS]

Sums up what `taipan -X jit-log=FILE` wrote: trees with their sizes, times and hottest exits, recordings given up.

  --exits N      show N exits of each tree (default 5)
  --events       print the events, a line each, in place of the summary
  --tree N       only events of this tree (with --events)
  --kind NAME    only events of this name, such as `abort` (with --events)
";

/// See [`HELP`].
pub fn jit_log(args: Vec<String>) -> Result<(), String> {
    let (mut file, mut exits, mut events, mut tree, mut kind) = (None, 5, false, None, None);
    let mut parser = lexopt::Parser::from_args(args);
    while let Some(arg) = parser.next().map_err(|e| e.to_string())? {
        use lexopt::Arg::{Long, Short, Value};
        match arg {
            Long("exits") => exits = number(&mut parser)? as usize,
            Long("events") => events = true,
            Long("tree") => tree = Some(number(&mut parser)?),
            Long("kind") => kind = Some(text(&mut parser)?),
            Long("help") | Short('h') => {
                print!("{HELP}");
                return Ok(());
            }
            Value(v) if file.is_none() => file = Some(v),
            other => return Err(other.unexpected().to_string()),
        }
    }
    let file = file.ok_or(HELP)?;
    let log = std::fs::read_to_string(&file).map_err(|e| format!("{}: {e}", file.display()))?;
    let all = jitlog::read(&log).map_err(|e| format!("{}: {e}", file.display()))?;
    if !events {
        print!("{}", jitlog::summary(&all, exits));
        return Ok(());
    }
    for e in &all {
        if tree.is_none_or(|t| e.is_of(t)) && kind.as_deref().is_none_or(|k| e.name() == k) {
            println!("{}", e.line());
        }
    }
    Ok(())
}
