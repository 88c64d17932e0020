//! Random programs for the path from source text to verified bytecode.
//!
//! What flows in: a corpus of small program pieces (`corpus/*.py`), a seed and a number. What flows out: the input of
//! that number, and what is wrong with how it was dealt with. What must hold: an input depends on the seed, its number
//! and the corpus only, so that a finding can be had again on every machine.
#![forbid(unsafe_code)]
#![warn(missing_docs)]

pub mod check;
pub mod corpus;
pub mod mutate;
pub mod oracle;
pub mod rng;
