//! Attribute access on any value.

use crate::objects::str::Str;
use crate::objects::typ::Type;
use crate::vm::Vm;
use crate::vm::error::PyResult;
use taipan_heap::{Gc, Value};

impl Vm {
    /// `obj.name`
    pub fn get_attr(&self, obj: Value, name: Gc<Str>) -> PyResult {
        let ty = self.class_of(obj);
        match ty.slots.getattro.get() {
            Some(f) => f(self, obj, name),
            None => Err(self.attribute_error(format!(
                "'{}' object has no attribute '{name}'",
                ty.name_str(),
                name = *name
            ))),
        }
    }
    /// `obj.name`, or `None` where that raises `AttributeError`.
    pub fn get_attr_opt(&self, obj: Value, name: Gc<Str>) -> PyResult<Option<Value>> {
        match self.get_attr(obj, name) {
            Ok(v) => Ok(Some(v)),
            Err(e) if self.raised_is(e, self.types.AttributeError) => Ok(None),
            Err(e) => Err(e),
        }
    }
    /// `obj.name = value`; an unbound value deletes.
    pub fn set_attr(&self, obj: Value, name: Gc<Str>, value: Value) -> PyResult<()> {
        let ty = self.class_of(obj);
        match ty.slots.setattro.get() {
            Some(f) => f(self, obj, name, value),
            None => Err(self.type_error(format!("'{}' object has no attributes", ty.name_str()))),
        }
    }
    /// `del obj.name`
    pub fn del_attr(&self, obj: Value, name: Gc<Str>) -> PyResult<()> {
        self.set_attr(obj, name, Value::UNBOUND)
    }
    /// The attribute `name` of a type's MRO, without descriptor binding.
    pub fn type_lookup(&self, ty: Gc<Type>, name: Gc<Str>) -> Option<Value> {
        ty.mro_iter().find_map(|t| t.dict.get().get_str(self, name))
    }
    /// The special method `name` of `obj`, looked up on its type and bound to it.
    pub fn lookup_special(&self, obj: Value, name: Gc<Str>) -> PyResult<Option<Value>> {
        let ty = self.class_of(obj);
        let Some(f) = self.type_lookup(ty, name) else { return Ok(None) };
        match self.class_of(f).slots.descr_get.get() {
            Some(get) => get(self, f, obj, ty.value()).map(Some),
            None => Ok(Some(f)),
        }
    }
}
