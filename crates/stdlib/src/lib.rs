//! Native modules, and the standard library's Python part as data.

/// The Python part: `frozen::find("json.decoder")`.
pub use taipan_pylib as frozen;
