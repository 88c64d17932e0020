//! One file or folder for each builtin type.

pub mod bytearray;
pub mod bytes;
pub mod cell;
pub mod complex;
pub mod dict;
pub mod exception;
pub mod float;
pub mod instance;
pub mod int;
pub mod list;
pub mod memoryview;
pub mod module;
pub mod native;
pub mod object;
pub mod singletons;
pub mod str;
pub mod structseq;
pub mod tuple;
pub mod typ;
