//! Attribute access on any value: the protocol, and `object`'s way of doing it.

use crate::objects::str::Str;
use crate::objects::typ::Type;
use crate::vm::Vm;
use crate::vm::error::{PyResult, Raised};
use crate::vm::slots::{GetAttr, SetAttr};
use taipan_heap::{Gc, Value, flags};

/// `object.__getattribute__`: data descriptors of the class, the instance's namespace, other class attributes.
pub fn generic_get_attr(vm: &Vm, obj: Value, name: Gc<Str>) -> PyResult {
    match vm.generic_find(obj, name)? {
        Some(v) => Ok(v),
        None => Err(vm.no_attribute(obj, name)),
    }
}

/// `object.__setattr__` and `object.__delattr__` (an unbound value).
pub fn generic_set_attr(vm: &Vm, obj: Value, name: Gc<Str>, value: Value) -> PyResult<()> {
    let ty = vm.class_of(obj);
    let name = vm.intern_str(name);
    let found = vm.type_lookup(ty, name);
    if let Some(d) = found
        && let Some(set) = vm.class_of(d).slots.descr_set.get()
    {
        return set(vm, d, obj, value);
    }
    if vm.has_instance_dict(obj) {
        if value.is_unbound() {
            return if vm.instance_del(obj, name) { Ok(()) } else { Err(vm.no_attribute(obj, name)) };
        }
        vm.instance_set(obj, name, value);
        return Ok(());
    }
    Err(if found.is_some() {
        let msg = format!("'{}' object attribute '{}' is read-only", ty.name_str(), *name);
        vm.attribute_error_for(&msg, obj, name.value())
    } else if ty.slots.setattro.get().is_some_and(|f| std::ptr::fn_addr_eq(f, generic_set_attr as SetAttr)) {
        let msg = format!(
            "'{}' object has no attribute '{}' and no __dict__ for setting new attributes",
            ty.name_str(),
            *name
        );
        vm.attribute_error_for(&msg, obj, name.value())
    } else {
        vm.no_attribute(obj, name)
    })
}

impl Vm {
    /// Interned form of a name for lookups; `None`: no interned string is equal to it, so that no shape or class
    /// can have it (classes' dicts hold interned keys, or are searched by content).
    #[inline]
    pub fn interned_name(&self, name: Gc<Str>) -> Option<Gc<Str>> {
        if name.header().has(flags::INTERNED) {
            return Some(name);
        }
        self.interned.borrow().get(name.as_bytes()).copied()
    }
    /// As [`generic_get_attr`], `None` where that raises for want of an attribute.
    #[inline]
    pub fn generic_find(&self, obj: Value, name: Gc<Str>) -> PyResult<Option<Value>> {
        let ty = self.class_of(obj);
        let name = self.interned_name(name).unwrap_or(name);
        let found = self.type_lookup(ty, name);
        let mut get = None;
        if let Some(d) = found {
            let slots = &self.class_of(d).slots;
            get = slots.descr_get.get();
            if let Some(get) = get
                && slots.descr_set.get().is_some()
            {
                return get(self, d, obj, ty.value()).map(Some);
            }
        }
        if let Some(v) = self.instance_get(obj, name) {
            return Ok(Some(v));
        }
        match (found, get) {
            (Some(d), Some(get)) => get(self, d, obj, ty.value()).map(Some),
            (found, _) => Ok(found),
        }
    }
    /// Sets `name` and `obj` of an `AttributeError` that has neither.
    pub fn set_attribute_error_context(&self, e: Raised, obj: Value, name: Gc<Str>) {
        if self.raised_is(e, self.types.AttributeError) && (0..2).all(|i| e.0.field(i).or_none().is_none()) {
            e.0.set_field(self, 0, name.value());
            e.0.set_field(self, 1, obj);
        }
    }
    /// `'X' object has no attribute 'name'`
    #[cold]
    pub fn no_attribute(&self, obj: Value, name: Gc<Str>) -> Raised {
        let msg = if let Some(t) = obj.cast::<Type>() {
            format!("type object '{}' has no attribute '{}'", t.name_str(), *name)
        } else {
            format!("'{}' object has no attribute '{}'", self.type_name(obj), *name)
        };
        self.attribute_error_for(&msg, obj, name.value())
    }

    /// `obj.name`
    #[inline]
    pub fn get_attr(&self, obj: Value, name: Gc<Str>) -> PyResult {
        match self.class_of(obj).slots.getattro.get() {
            Some(f) => f(self, obj, name),
            None => Err(self.no_attribute(obj, name)),
        }
    }
    /// `obj.name`, or `None` where that raises `AttributeError`.
    pub fn get_attr_opt(&self, obj: Value, name: Gc<Str>) -> PyResult<Option<Value>> {
        let f = self.class_of(obj).slots.getattro.get();
        let r = match f {
            // No exception object is made on the common way to "no".
            Some(f) if std::ptr::fn_addr_eq(f, generic_get_attr as GetAttr) => self.generic_find(obj, name),
            Some(f) if std::ptr::fn_addr_eq(f, crate::objects::typ_attrs::type_getattro as GetAttr) => {
                crate::objects::typ_attrs::type_find(self, obj, name)
            }
            _ => self.get_attr(obj, name).map(Some),
        };
        match r {
            Err(e) if self.raised_is(e, self.types.AttributeError) => Ok(None),
            r => r,
        }
    }
    /// `obj.name = value`; an unbound value deletes.
    #[inline]
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
    /// The special method `name` of `obj`, looked up on its type and bound to it.
    pub fn lookup_special(&self, obj: Value, name: Gc<Str>) -> PyResult<Option<Value>> {
        let ty = self.class_of(obj);
        let Some(f) = self.type_lookup(ty, name) else { return Ok(None) };
        match self.class_of(f).slots.descr_get.get() {
            Some(get) => get(self, f, obj, ty.value()).map(Some),
            None => Ok(Some(f)),
        }
    }
    /// The special method `name` of `obj` for a call: the callable, and whether `obj` is to be passed first
    /// (no bound method is made then).
    #[inline]
    pub fn lookup_method(&self, obj: Value, name: Gc<Str>) -> PyResult<Option<(Value, bool)>> {
        let ty = self.class_of(obj);
        let Some(f) = self.type_lookup(ty, name) else { return Ok(None) };
        let ft = self.class_of(f);
        if ft.has(crate::vm::typedef::flag::METHOD_DESCR) {
            return Ok(Some((f, true)));
        }
        match ft.slots.descr_get.get() {
            Some(get) => Ok(Some((get(self, f, obj, ty.value())?, false))),
            None => Ok(Some((f, false))),
        }
    }
    /// The attribute `name` of `obj` for a call, as [`Vm::lookup_method`] but with the full lookup of `obj.name`.
    pub fn get_method(&self, obj: Value, name: Gc<Str>) -> PyResult<(Value, bool)> {
        let ty = self.class_of(obj);
        if ty.slots.getattro.get().is_some_and(|f| std::ptr::fn_addr_eq(f, generic_get_attr as GetAttr)) {
            let name = self.interned_name(name).unwrap_or(name);
            if let Some(f) = self.type_lookup(ty, name)
                && self.class_of(f).has(crate::vm::typedef::flag::METHOD_DESCR)
                && self.instance_get(obj, name).is_none()
            {
                return Ok((f, true));
            }
        }
        Ok((self.get_attr(obj, name)?, false))
    }
}
