//! The ways in which `taipan` is run against CPython.

use std::path::Path;
use std::process::Command;

/// Record everything at once, and bound what one loop may cost.
const EAGER: [&str; 5] = [
    "-Xjit=on",
    "-Xjit-threshold=1",
    "-Xjit-side-threshold=1",
    "-Xjit-tree-nodes=2000",
    "-Xjit-recompiles=8",
];

/// A named list of options.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mode {
    /// What the command line calls it.
    pub name: String,
    /// Options of `taipan`.
    pub options: Vec<String>,
    /// How much longer than with the JIT off a program may take.
    pub slowness: u32,
}

/// What stands for several modes, and what a mode is called.
pub const HELP: &str = "\
  off          -X jit=off
  on           -X jit=on
  eager        thresholds 1
  stress1 stress2 stress3 stress7
               thresholds 1, every guard fails on every N-th pass
  quick quick3 thresholds 1, compiled with the least effort; every guard fails on every third pass
  gc           thresholds 2, a collection at every allocation
  gc-off       -X jit=off, a collection at every allocation
  nopass-NAME  thresholds 1, without this pass of the optimiser
  noopt        thresholds 1, without any
  nopasses     all of nopass-NAME
  jit          on, eager, quick, quick3, stress1, stress2, stress3, stress7, noopt
  all          everything";

fn mode(name: &str, eager: bool, more: &[&str], slowness: u32) -> Mode {
    let first = if eager { &EAGER[..] } else { &[] };
    let options = first.iter().chain(more).map(|s| s.to_string()).collect();
    Mode { name: name.to_string(), options, slowness }
}

/// The modes that a list of names stands for.
pub fn parse(text: &str, taipan: &Path) -> Result<Vec<Mode>, String> {
    let mut modes = Vec::new();
    for name in text.split(',') {
        match name {
            "off" => modes.push(mode(name, false, &["-Xjit=off"], 1)),
            "on" => modes.push(mode(name, false, &["-Xjit=on"], 2)),
            "eager" => modes.push(mode(name, true, &[], 4)),
            "stress1" => modes.push(mode(name, true, &["-Xjit-stress-exits=1"], 8)),
            "stress2" => modes.push(mode(name, true, &["-Xjit-stress-exits=2"], 8)),
            "stress3" => modes.push(mode(name, true, &["-Xjit-stress-exits=3"], 8)),
            "stress7" => modes.push(mode(name, true, &["-Xjit-stress-exits=7"], 8)),
            "quick" => modes.push(mode(name, true, &["-Xjit-quick=2"], 4)),
            "quick3" => modes.push(mode(name, true, &["-Xjit-quick=2", "-Xjit-stress-exits=3"], 8)),
            "gc" => modes.push(mode(name, true, &["-Xjit-threshold=2", "-Xgc-stress"], 400)),
            "gc-off" => modes.push(mode(name, false, &["-Xjit=off", "-Xgc-stress"], 400)),
            "noopt" => modes.push(mode(name, true, &["-Xjit-opt=off"], 8)),
            "nopasses" => {
                for pass in passes(taipan)? {
                    let (name, option) = (format!("nopass-{pass}"), format!("-Xjit-pass-{pass}=off"));
                    modes.push(mode(&name, true, &[&option], 8));
                }
            }
            "jit" => {
                modes.extend(parse("on,eager,quick,quick3,stress1,stress2,stress3,stress7,noopt", taipan)?)
            }
            "all" => modes.extend(parse("off,jit,nopasses,gc", taipan)?),
            other => match other.strip_prefix("nopass-") {
                Some(pass) => {
                    let option = format!("-Xjit-pass-{pass}=off");
                    modes.push(mode(other, true, &[&option], 8));
                }
                None => return Err(format!("no mode {other:?}; there are\n{HELP}")),
            },
        }
    }
    Ok(modes)
}

/// The optimiser's passes, as `taipan` itself names them.
fn passes(taipan: &Path) -> Result<Vec<String>, String> {
    let script = "import sys\nfor p in sys._jit.params():\n    if p.startswith('pass-'): print(p.removeprefix('pass-'))";
    let output = Command::new(taipan).args(["-c", script]).output().map_err(|e| e.to_string())?;
    let names: Vec<String> = String::from_utf8_lossy(&output.stdout).lines().map(str::to_string).collect();
    if names.is_empty() { Err("taipan named no passes".into()) } else { Ok(names) }
}
