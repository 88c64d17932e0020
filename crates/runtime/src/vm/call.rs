//! Calling values from Rust.

use crate::objects::str::Str;
use crate::vm::Vm;
use crate::vm::args::Args;
use crate::vm::error::PyResult;
use taipan_heap::{Gc, GcVec, Value};

impl Vm {
    /// Calls `f` with positional arguments.
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
        let f = self.get_attr(obj, name)?;
        self.call(f, args)
    }
    /// Calls the special method `name`, looked up on the type of `obj`; `None` if the type has none.
    pub fn call_special(&self, obj: Value, name: Gc<Str>, args: &[Value]) -> PyResult<Option<Value>> {
        let Some(f) = self.lookup_special(obj, name)? else { return Ok(None) };
        self.call(f, args).map(Some)
    }
    /// Calls `f` with `first` in front of `rest`.
    pub fn call_prepend(&self, f: Value, first: Value, rest: Args) -> PyResult {
        let mut all = GcVec::with_capacity(&self.heap, rest.pos.len() + 1);
        all.push(&self.heap, first);
        rest.pos.iter().for_each(|&v| all.push(&self.heap, v));
        self.call_args(f, Args { pos: &all, kw: rest.kw })
    }
    /// Sets the part of the native stack that may be used: from `limit` (lowest address) upwards.
    pub fn set_stack_limit(&self, limit: usize) {
        self.stack_limit.set(limit);
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
