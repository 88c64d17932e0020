//! The taipan command: a drop-in python.
fn main() {}
