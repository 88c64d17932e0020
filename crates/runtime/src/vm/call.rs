//! Calling values from Rust.

use crate::objects::str::Str;
use crate::vm::Vm;
use crate::vm::args::Args;
use crate::vm::error::PyResult;
use taipan_heap::{Gc, GcVec, Value};

impl Vm {
    /// Calls `f` with positional arguments.
    #[inline]
    pub fn call(&self, f: Value, args: &[Value]) -> PyResult {
        self.call_args(f, Args::new(args))
    }
    /// Calls `f` with any arguments.
    pub fn call_args(&self, f: Value, args: Args) -> PyResult {
        self.check_native_stack()?;
        match self.class_of(f).slots.call.get() {
            Some(call) => call(self, f, args),
            None => Err(self.type_error(format!("'{}' object is not callable", self.type_name(f)))),
        }
    }
    /// Calls the method `name` of `obj`.
    pub fn call_method(&self, obj: Value, name: Gc<Str>, args: &[Value]) -> PyResult {
        let (f, unbound) = self.get_method(obj, name)?;
        if unbound { self.call_prepend(f, obj, Args::new(args)) } else { self.call(f, args) }
    }
    /// Calls the special method `name`, looked up on the type of `obj`; `None` if the type has none.
    pub fn call_special(&self, obj: Value, name: Gc<Str>, args: &[Value]) -> PyResult<Option<Value>> {
        self.call_special_args(obj, name, Args::new(args))
    }
    /// As [`Vm::call_special`] with any arguments.
    pub fn call_special_args(&self, obj: Value, name: Gc<Str>, args: Args) -> PyResult<Option<Value>> {
        match self.lookup_method(obj, name)? {
            None => Ok(None),
            Some((f, true)) => self.call_prepend(f, obj, args).map(Some),
            Some((f, false)) => self.call_args(f, args).map(Some),
        }
    }
    /// Calls `f` with `first` in front of `rest`.
    pub fn call_prepend(&self, f: Value, first: Value, rest: Args) -> PyResult {
        with_first(self, first, rest, |args| self.call_args(f, args))
    }
    /// Sets the part of the native stack that may be used: from `limit` (lowest address) upwards.
    pub fn set_stack_limit(&self, limit: usize) {
        self.stack_floor.set(limit);
        self.update_stack_limit();
    }
    /// Natives may nest about as deep as in CPython, and deeper where the recursion limit was raised: the native
    /// stack is larger than what is used of it, and filling it would take long (containers nested 100,000 deep).
    pub fn update_stack_limit(&self) {
        const PLAIN: usize = 16 << 20;
        const FOR_EACH_CALL: usize = 2 << 10;
        let usual = PLAIN + self.exec.recursion_limit.get() as usize * FOR_EACH_CALL;
        let low = self.heap.stack_base().saturating_sub(usual);
        self.stack_limit.set(low.max(self.stack_floor.get()));
    }
    /// Raises `RecursionError` when the native stack is nearly used up. Natives that recurse call it.
    #[inline]
    pub fn check_native_stack(&self) -> PyResult<()> {
        let here = 0u8;
        if ((&raw const here) as usize) < self.stack_limit.get() {
            return Err(self.recursion_error("maximum recursion depth exceeded"));
        }
        Ok(())
    }
}

/// Calls `f` with the arguments `first, *rest`; few arguments are put on the native stack.
pub fn with_first<R>(vm: &Vm, first: Value, rest: Args, f: impl FnOnce(Args) -> R) -> R {
    let n = rest.pos.len();
    if n < 8 {
        let mut all = [Value::UNBOUND; 8];
        all[0] = first;
        all[1..=n].copy_from_slice(rest.pos);
        return f(Args { pos: &all[..=n], kw: rest.kw });
    }
    let mut all = GcVec::with_capacity(&vm.heap, n + 1);
    all.push(&vm.heap, first);
    rest.pos.iter().for_each(|&v| all.push(&vm.heap, v));
    f(Args { pos: &all, kw: rest.kw })
}
