//! Native modules, and the standard library's Python part as data.
//!
//! In: the VM and its options. Out: module objects. One file or folder for each module; [`MODULES`] lists them.
//! The Python part of the library comes from the `pylib` crate's archive.

pub mod abc;
pub mod array;
pub mod ast;
pub mod atexit;
pub mod binascii;
pub mod bisect;
pub mod cmath;
pub mod codecs;
pub mod collections;
pub mod contextvars;
pub mod csv;
pub mod errno;
pub mod fcntl;
pub mod functools;
pub mod gc;
pub mod hashes;
pub mod heapq;
pub mod imp;
pub mod io;
pub mod itertools;
pub mod json;
pub mod locale;
pub mod marshal;
pub mod math;
pub mod mmap;
pub mod opcode;
pub mod operator;
pub mod posix;
pub mod posixsubprocess;
pub mod pwd;
pub mod random;
pub mod resource;
pub mod select;
pub mod signal;
pub mod socket;
pub mod sre;
pub mod stat;
pub mod statistics;
pub mod string;
pub mod struct_;
pub mod suggestions;
pub mod symtable;
pub mod sys;
pub mod sysconfig;
pub mod templatelib;
pub mod termios;
pub mod thread;
pub mod time;
pub mod tokenize;
pub mod tracemalloc;
pub mod types;
pub mod typing;
pub mod unicodedata;
pub mod warnings;
pub mod weakref;
pub mod zlib;

/// The Python part: `frozen::find("json.decoder")`.
pub use taipan_pylib as frozen;

use taipan_runtime::objects::module::ModuleDef;

/// All native modules, in alphabetical order.
pub static MODULES: &[&ModuleDef] = &[
    &abc::MODULE, //
    &array::MODULE,
    &ast::MODULE,
    &atexit::MODULE,
    &binascii::MODULE,
    &bisect::MODULE,
    &cmath::MODULE,
    &codecs::MODULE,
    &collections::MODULE,
    &contextvars::MODULE,
    &csv::MODULE,
    &errno::MODULE,
    &fcntl::MODULE,
    &functools::MODULE,
    &gc::MODULE,
    &pwd::GRP,
    &hashes::MD5,
    &hashes::SHA1,
    &hashes::SHA2,
    &hashes::SHA3,
    &hashes::blake2::MODULE,
    &hashes::hashlib::MODULE,
    &heapq::MODULE,
    &imp::MODULE,
    &io::MODULE,
    &itertools::MODULE,
    &json::MODULE,
    &locale::MODULE,
    &marshal::MODULE,
    &math::MODULE,
    &mmap::MODULE,
    &opcode::MODULE,
    &operator::MODULE,
    &posix::MODULE,
    &posixsubprocess::MODULE,
    &pwd::PWD,
    &random::MODULE,
    &resource::MODULE,
    &select::MODULE,
    &signal::MODULE,
    &socket::MODULE,
    &sre::MODULE,
    &stat::MODULE,
    &statistics::MODULE,
    &string::MODULE,
    &struct_::MODULE,
    &suggestions::MODULE,
    &symtable::MODULE,
    &sys::MODULE,
    &sysconfig::MODULE,
    &templatelib::MODULE,
    &termios::MODULE,
    &thread::MODULE,
    &time::MODULE,
    &tokenize::MODULE,
    &tracemalloc::MODULE,
    &types::MODULE,
    &typing::MODULE,
    &unicodedata::MODULE,
    &warnings::MODULE,
    &weakref::MODULE,
    &zlib::MODULE,
];
