//! Raising: the error side of [`PyResult`], and one short function for each common exception.

use crate::objects::exception::Exception;
use crate::objects::typ::Type;
use crate::vm::Vm;
use taipan_heap::{Gc, Value};

/// A raised exception: an instance of a subclass of `BaseException`. Being an `Err` is what "raised" means;
/// nothing is stored in the VM.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[must_use = "a raised exception must be returned or handled"]
pub struct Raised(pub Gc<Exception>);

impl Raised {
    /// The exception.
    pub fn value(self) -> Value {
        self.0.value()
    }
}

/// What a fallible operation answers.
pub type PyResult<T = Value> = Result<T, Raised>;

macro_rules! raisers {
    ($($(#[$doc:meta])* $fn:ident => $field:ident;)*) => {
        impl Vm {
            $($(#[$doc])* #[cold] pub fn $fn(&self, msg: impl AsRef<str>) -> Raised {
                self.new_exception(self.types.$field, msg.as_ref())
            })*
        }
    };
}

raisers! {
    /// `TypeError(msg)`
    type_error => TypeError;
    /// `ValueError(msg)`
    value_error => ValueError;
    /// `IndexError(msg)`
    index_error => IndexError;
    /// `AttributeError(msg)` without `name` and `obj`; see also `Vm::attribute_error_for`.
    attribute_error => AttributeError;
    /// `OverflowError(msg)`
    overflow_error => OverflowError;
    /// `ZeroDivisionError(msg)`
    zero_division_error => ZeroDivisionError;
    /// `RuntimeError(msg)`
    runtime_error => RuntimeError;
    /// `RecursionError(msg)`
    recursion_error => RecursionError;
    /// `SystemError(msg)`
    system_error => SystemError;
    /// `NotImplementedError(msg)`
    not_implemented_error => NotImplementedError;
    /// `BufferError(msg)`
    buffer_error => BufferError;
    /// `LookupError(msg)`
    lookup_error => LookupError;
    /// `EOFError(msg)`
    eof_error => EOFError;
    /// `AssertionError(msg)`
    assertion_error => AssertionError;
    /// `ArithmeticError(msg)`
    arithmetic_error => ArithmeticError;
    /// `ReferenceError(msg)`
    reference_error => ReferenceError;
}

impl Vm {
    /// An exception of type `ty` (a builtin exception type, or a subclass without Python `__init__`) with one
    /// string argument.
    #[cold]
    pub fn new_exception(&self, ty: Gc<Type>, msg: &str) -> Raised {
        let s = self.new_str(msg).value();
        Raised(crate::objects::exception::create(self, ty, &[s]))
    }
    /// An exception of type `ty` with these arguments, without running Python code.
    #[cold]
    pub fn new_exception_args(&self, ty: Gc<Type>, args: &[Value]) -> Raised {
        Raised(crate::objects::exception::create(self, ty, args))
    }
    /// `KeyError(key)`
    #[cold]
    pub fn key_error(&self, key: Value) -> Raised {
        self.new_exception_args(self.types.KeyError, &[key])
    }
    /// `MemoryError()`
    #[cold]
    pub fn memory_error(&self) -> Raised {
        self.new_exception_args(self.types.MemoryError, &[])
    }
    /// Makes room for `more` bytes behind those of a vector, or raises `MemoryError`.
    pub fn room(&self, bytes: &mut Vec<u8>, more: usize) -> PyResult<()> {
        bytes.try_reserve(more).map_err(|_| self.memory_error())
    }
    /// `n` zero bytes, or `MemoryError`. The memory is not touched before it is used.
    pub fn zeroed(&self, n: usize) -> PyResult<Vec<u8>> {
        let mut probe = Vec::<u8>::new();
        if probe.try_reserve_exact(n).is_err() {
            return Err(self.memory_error());
        }
        drop(probe);
        Ok(vec![0; n])
    }
    /// `StopIteration(value)`; natives end iterations with `Ok(None)` from `iternext` instead.
    #[cold]
    pub fn stop_iteration(&self, value: Value) -> Raised {
        let args: &[Value] = if value.is_none() { &[] } else { &[value] };
        self.new_exception_args(self.types.StopIteration, args)
    }
    /// Is the raised exception an instance of `ty`?
    pub fn raised_is(&self, e: Raised, ty: Gc<Type>) -> bool {
        self.class_of(e.value()).is_subtype(ty)
    }
}
