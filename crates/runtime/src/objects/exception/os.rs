//! `OSError`: the subclass is chosen by `errno`; `filename`s are kept out of `args`.

use super::{BASE, Family, alloc, field, this};
use crate::objects::typ::Type;
use crate::vm::Vm;
use crate::vm::args::Args;
use crate::vm::error::{PyResult, Raised};
use crate::vm::slots::Slots;
use crate::vm::typedef::{TypeDef, getset, method};
use taipan_heap::{Gc, GcVec, Value};

/// Fields of `OSError`.
pub mod fields {
    #![allow(missing_docs)]
    pub const ERRNO: usize = 0;
    pub const STRERROR: usize = 1;
    pub const FILENAME: usize = 2;
    pub const FILENAME2: usize = 3;
    pub const CHARACTERS_WRITTEN: usize = 4;
}
use fields::*;

/// The subclass for an error number, as PEP 3151 maps them.
fn subclass(errno: i32) -> Option<&'static TypeDef> {
    use super::types as t;
    Some(match errno {
        libc::EAGAIN | libc::EALREADY | libc::EINPROGRESS => &t::BlockingIOError,
        libc::EPIPE | libc::ESHUTDOWN => &t::BrokenPipeError,
        libc::ECHILD => &t::ChildProcessError,
        libc::ECONNABORTED => &t::ConnectionAbortedError,
        libc::ECONNREFUSED => &t::ConnectionRefusedError,
        libc::ECONNRESET => &t::ConnectionResetError,
        libc::EEXIST => &t::FileExistsError,
        libc::ENOENT => &t::FileNotFoundError,
        libc::EISDIR => &t::IsADirectoryError,
        libc::ENOTDIR => &t::NotADirectoryError,
        libc::EINTR => &t::InterruptedError,
        libc::EACCES | libc::EPERM => &t::PermissionError,
        libc::ESRCH => &t::ProcessLookupError,
        libc::ETIMEDOUT => &t::TimeoutError,
        _ => return None,
    })
}

/// Does the type use `OSError`'s own `__init__`? Then everything happens in `__new__`, as in CPython: a Python
/// subclass with an `__init__` of its own gets its arguments parsed there.
fn init_is_own(ty: Gc<Type>) -> bool {
    ty.slots.init.get().is_some_and(|f| std::ptr::fn_addr_eq(f, init as fn(&Vm, Value, Args) -> PyResult<()>))
}
fn new_is_own(ty: Gc<Type>) -> bool {
    ty.slots.new.get().is_some_and(|f| std::ptr::fn_addr_eq(f, new as fn(&Vm, Gc<Type>, Args) -> PyResult))
}

fn parse(vm: &Vm, e: Value, args: Args) -> PyResult<()> {
    let x = this(e);
    let n = args.pos.len();
    for i in 0..4 {
        x.set_field(vm, i, Value::UNBOUND);
    }
    let mut kept = args.pos;
    if (2..=5).contains(&n) {
        x.set_field(vm, ERRNO, args.pos[0]);
        x.set_field(vm, STRERROR, args.pos[1]);
        if n >= 3 {
            let name = args.pos[2];
            if !name.is_none() {
                // BlockingIOError's third argument may be the number of characters written.
                let blocking = vm.class_of(e).is_subtype(vm.types.BlockingIOError);
                if blocking && name.is_int() {
                    x.set_field(vm, CHARACTERS_WRITTEN, name);
                } else {
                    x.set_field(vm, FILENAME, name);
                    if n >= 5 && !args.pos[4].is_none() {
                        x.set_field(vm, FILENAME2, args.pos[4]);
                    }
                    kept = &args.pos[..2];
                }
            } else {
                kept = &args.pos[..2];
            }
        }
    }
    x.args.set(x, vm.new_tuple(kept));
    Ok(())
}

fn new(vm: &Vm, ty: Gc<Type>, args: Args) -> PyResult {
    let own = init_is_own(ty) || !new_is_own(ty);
    let mut ty = ty;
    if own {
        args.no_keywords(vm, &ty.name_str())?;
        if ty == vm.types.OSError
            && (2..=5).contains(&args.pos.len())
            && let Some(errno) = args.pos[0].to_int()
            && let Some(def) = subclass(errno as i32)
        {
            ty = vm.type_of_def(def);
        }
    }
    let e = alloc(vm, ty, vm.new_tuple(&[])).value();
    if own {
        parse(vm, e, args)?;
    }
    Ok(e)
}

fn init(vm: &Vm, e: Value, args: Args) -> PyResult<()> {
    let ty = vm.class_of(e);
    if init_is_own(ty) {
        // Done by `__new__`.
        return Ok(());
    }
    args.no_keywords(vm, &ty.name_str())?;
    parse(vm, e, args)
}

fn str(vm: &Vm, e: Value) -> PyResult {
    let x = this(e);
    let (errno, strerror) = (x.field(ERRNO), x.field(STRERROR));
    let (f, f2) = (x.field(FILENAME), x.field(FILENAME2));
    let text = if !f.is_unbound() {
        let (no, s) = (vm.str(errno.or_none())?, vm.str(strerror.or_none())?);
        let name = vm.repr(f)?;
        if f2.is_unbound() {
            format!("[Errno {no}] {s}: {name}")
        } else {
            format!("[Errno {no}] {s}: {name} -> {}", vm.repr(f2)?)
        }
    } else if !errno.is_unbound() && !strerror.is_unbound() {
        format!("[Errno {}] {}", vm.str(errno)?, vm.str(strerror)?)
    } else {
        return (BASE.slots.str.expect("declared"))(vm, e);
    };
    Ok(vm.new_str(&text).value())
}

fn reduce(vm: &Vm, a: &[Value]) -> PyResult {
    let x = this(a[0]);
    let mut args = GcVec::from_slice(&vm.heap, x.args.get().items());
    if args.len() == 2 && !x.field(FILENAME).is_unbound() {
        args.push(&vm.heap, x.field(FILENAME));
        if !x.field(FILENAME2).is_unbound() {
            args.push(&vm.heap, Value::NONE);
            args.push(&vm.heap, x.field(FILENAME2));
        }
    }
    let args = vm.new_tuple(&args).value();
    let ty = vm.class_of(a[0]).value();
    Ok(match super::dict_of(a[0]) {
        Some(d) if !d.is_empty() => vm.new_tuple(&[ty, args, d.value()]),
        _ => vm.new_tuple(&[ty, args]),
    }
    .value())
}

fn get_written(vm: &Vm, e: Value) -> PyResult {
    match this(e).field(CHARACTERS_WRITTEN).bound() {
        Some(v) => Ok(v),
        None => Err(vm.attribute_error("characters_written")),
    }
}
fn set_written(vm: &Vm, e: Value, v: Value) -> PyResult<()> {
    if v.is_unbound() && this(e).field(CHARACTERS_WRITTEN).is_unbound() {
        return Err(vm.attribute_error("characters_written"));
    }
    this(e).set_field(vm, CHARACTERS_WRITTEN, v);
    Ok(())
}

/// Fields: see [`fields`].
pub const OS: Family = Family {
    slots: Slots { new: Some(new), init: Some(init), str: Some(str), ..Slots::EMPTY },
    methods: &[method("__reduce__", "($self, /)", reduce, "")],
    getset: &[
        field::<ERRNO>("errno", "POSIX exception code"),
        field::<STRERROR>("strerror", "exception strerror"),
        field::<FILENAME>("filename", "exception filename"),
        field::<FILENAME2>("filename2", "second exception filename"),
        getset("characters_written", get_written, set_written, ""),
    ],
};

/// The C library's text for an error number.
pub fn strerror(errno: i32) -> String {
    let mut buf = [0 as libc::c_char; 256];
    // SAFETY: the buffer is as long as said; the XSI variant ends it with a zero byte.
    unsafe {
        if libc::strerror_r(errno, buf.as_mut_ptr(), buf.len()) == 0 {
            return std::ffi::CStr::from_ptr(buf.as_ptr()).to_string_lossy().into_owned();
        }
    }
    format!("Unknown error {errno}")
}

impl Vm {
    /// `OSError(errno, strerror)` of the right subclass; `filename` and `filename2` may be unbound.
    #[cold]
    pub fn os_error_for(&self, errno: i32, filename: Value, filename2: Value) -> Raised {
        let mut args = GcVec::from_slice(
            &self.heap,
            &[self.new_int(errno as i64), self.new_str(&strerror(errno)).value()],
        );
        if !filename.is_unbound() {
            args.push(&self.heap, filename);
            if !filename2.is_unbound() {
                args.push(&self.heap, Value::NONE);
                args.push(&self.heap, filename2);
            }
        }
        let ty = self.types.OSError;
        Raised(super::create(self, subclass(errno).map_or(ty, |d| self.type_of_def(d)), &args))
    }
    /// `OSError` for what the last system call said.
    #[cold]
    pub fn last_os_error(&self) -> Raised {
        let errno = std::io::Error::last_os_error().raw_os_error().unwrap_or(0);
        self.os_error_for(errno, Value::UNBOUND, Value::UNBOUND)
    }
    /// `OSError` for a Rust I/O error.
    #[cold]
    pub fn io_error(&self, e: &std::io::Error) -> Raised {
        match e.raw_os_error() {
            Some(errno) => self.os_error_for(errno, Value::UNBOUND, Value::UNBOUND),
            None => self.new_exception(self.types.OSError, &e.to_string()),
        }
    }
}
