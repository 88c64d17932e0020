//! `isinstance` and `issubclass`: with `__instancecheck__`/`__subclasscheck__`, tuples, unions, and objects that
//! have `__bases__` without being types.

use crate::objects::str::Str;
use crate::objects::tuple::Tuple;
use crate::objects::typ::Type;
use crate::objects::union;
use crate::vm::Vm;
use crate::vm::error::PyResult;
use taipan_heap::{Gc, Value};

const MAX_CLASS_CHECKS: u32 = 20_000;
struct Depth<'a>(&'a std::cell::Cell<u32>);
impl Drop for Depth<'_> {
    fn drop(&mut self) {
        self.0.set(self.0.get() - 1);
    }
}

impl Vm {
    /// `isinstance(v, class)`
    pub fn isinstance(&self, v: Value, class: Value) -> PyResult<bool> {
        if self.class_of(v).value() == class {
            return Ok(true);
        }
        if self.class_of(class) == self.types.type_ {
            return self.real_isinstance(v, class);
        }
        if let Some(args) = union::args(class) {
            return self.any_of(args, |c| self.isinstance(v, c));
        }
        if let Some(t) = class.cast::<Tuple>() {
            return self.any_of(t, |c| self.isinstance(v, c));
        }
        self.check_native_stack()?;
        if let Some(r) = self.call_special(class, self.names.__instancecheck__, &[v])? {
            return self.truth(r);
        }
        self.real_isinstance(v, class)
    }
    fn any_of(&self, t: Gc<Tuple>, f: impl Fn(Value) -> PyResult<bool>) -> PyResult<bool> {
        let _depth = self.class_check_depth()?;
        for &c in t.items() {
            if f(c)? {
                return Ok(true);
            }
        }
        Ok(false)
    }
    /// Counts nested class checks for as long as the answer lives. The native stack would allow far deeper
    /// nesting than CPython's, at a price that is quadratic in programs that probe for the limit.
    fn class_check_depth(&self) -> PyResult<Depth<'_>> {
        self.check_native_stack()?;
        let d = self.class_checks.get();
        if d > MAX_CLASS_CHECKS {
            return Err(self.recursion_error("maximum recursion depth exceeded in __instancecheck__"));
        }
        self.class_checks.set(d + 1);
        Ok(Depth(&self.class_checks))
    }
    /// `type.__instancecheck__`: the type of `v`, or what it says in `__class__`.
    pub fn real_isinstance(&self, v: Value, class: Value) -> PyResult<bool> {
        if let Some(t) = class.cast::<Type>() {
            let own = self.class_of(v);
            if own.is_subtype(t) {
                return Ok(true);
            }
            // Only objects with a lookup of their own can answer differently.
            let plain = own.slots.getattro.get().is_some_and(|f| {
                std::ptr::fn_addr_eq(f, crate::vm::attr::generic_get_attr as crate::vm::slots::GetAttr)
            });
            if plain
                && self.type_lookup(own, self.names.__class__)
                    == self.types.object.dict.get().get_str(self, self.names.__class__)
            {
                return Ok(false);
            }
            let said = self.get_attr_opt(v, self.names.__class__)?;
            return Ok(said.and_then(|c| c.cast::<Type>()).is_some_and(|c| c != own && c.is_subtype(t)));
        }
        self.check_class(class, "isinstance() arg 2 must be a type, a tuple of types, or a union")?;
        match self.get_attr_opt(v, self.names.__class__)? {
            Some(c) => self.abstract_issubclass(c, class),
            None => Ok(false),
        }
    }
    /// `__bases__` of something that may stand for a class: a tuple, or `None`.
    fn bases_of(&self, class: Value) -> PyResult<Option<Gc<Tuple>>> {
        Ok(self.get_attr_opt(class, self.names.__bases__)?.and_then(|b| b.cast::<Tuple>()))
    }
    fn check_class(&self, class: Value, msg: &str) -> PyResult<()> {
        if self.bases_of(class)?.is_none() { Err(self.type_error(msg)) } else { Ok(()) }
    }
    fn abstract_issubclass(&self, derived: Value, class: Value) -> PyResult<bool> {
        if derived == class {
            return Ok(true);
        }
        let _depth = self.class_check_depth()?;
        let Some(bases) = self.bases_of(derived)? else { return Ok(false) };
        for &b in bases.items() {
            if self.abstract_issubclass(b, class)? {
                return Ok(true);
            }
        }
        Ok(false)
    }
    /// `issubclass(derived, class)`
    pub fn issubclass(&self, derived: Value, class: Value) -> PyResult<bool> {
        if self.class_of(class) == self.types.type_ {
            if derived == class {
                return Ok(true);
            }
            return self.real_issubclass(derived, class);
        }
        if let Some(args) = union::args(class) {
            return self.any_of(args, |c| self.issubclass(derived, c));
        }
        if let Some(t) = class.cast::<Tuple>() {
            return self.any_of(t, |c| self.issubclass(derived, c));
        }
        self.check_native_stack()?;
        if let Some(r) = self.call_special(class, self.names.__subclasscheck__, &[derived])? {
            return self.truth(r);
        }
        self.real_issubclass(derived, class)
    }
    /// `type.__subclasscheck__`
    pub fn real_issubclass(&self, derived: Value, class: Value) -> PyResult<bool> {
        if let (Some(d), Some(c)) = (derived.cast::<Type>(), class.cast::<Type>()) {
            return Ok(d.is_subtype(c));
        }
        self.check_class(derived, "issubclass() arg 1 must be a class")?;
        self.check_class(class, "issubclass() arg 2 must be a class, a tuple of classes, or a union")?;
        self.abstract_issubclass(derived, class)
    }
    /// Is `f` a function made by a `def` or `lambda`?
    pub fn is_python_function(&self, f: Value) -> bool {
        f.is_kind(crate::kinds::FUNCTION)
    }
    /// The `__name__` of the running module, for classes made from Rust.
    pub fn current_module_name(&self) -> Option<Gc<Str>> {
        self.current_globals()?.get_str(self, self.names.__name__)?.cast::<Str>()
    }
}
