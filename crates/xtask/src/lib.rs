//! The project's own commands and what its test harnesses share with them.
//!
//! In: the repository's files, the `taipan` binary and, for recording and comparing, other Pythons found on the
//! machine. Out: recorded goldens, test records, bench tables, tidy complaints. This crate depends on no other crate
//! of the workspace: it treats `taipan` as a program, so that building it never waits for the VM.

#![forbid(unsafe_code)]

pub mod bench;
pub mod chain;
pub mod cpython;
pub mod dist;
pub mod fuzz;
pub mod golden;
pub mod jitlog;
pub mod process;
pub mod repo;
pub mod tidy;
