//! What profilers are told of compiled code: the pieces that were installed, and the perf map
//! (`/tmp/perf-PID.map`), by which `perf` names them.

use std::fs::{File, OpenOptions};
use std::io::Write;

/// A piece of machine code that was installed.
#[derive(Clone, Debug)]
pub struct Piece {
    /// Where.
    pub address: usize,
    /// The code.
    pub bytes: Vec<u8>,
    /// The tree's name, or the thunk's.
    pub name: String,
    /// From which offset on the code belongs to the guard with which exit.
    pub places: Vec<(u32, u32)>,
}

/// An open perf map.
pub struct PerfMap(File);

impl PerfMap {
    /// Opens this process's map; `None` when it cannot be written.
    pub fn open() -> Option<PerfMap> {
        let path = std::env::temp_dir().join(format!("perf-{}.map", std::process::id()));
        OpenOptions::new().create(true).append(true).open(path).ok().map(PerfMap)
    }
    /// Adds a piece of code. Failing to is not an error: the map is an aid.
    pub fn add(&mut self, address: usize, size: usize, name: &str) {
        let _ = writeln!(self.0, "{address:x} {size:x} taipan:{}", name.replace('\n', " "));
    }
}
