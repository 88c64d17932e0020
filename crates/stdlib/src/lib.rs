//! Native modules, and the standard library's Python part as data.
