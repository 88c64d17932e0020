//! Plans for attribute access: what an inline cache may remember.
//!
//! In: an object and a name, at a site that has become warm. Out: a plan that says what to check and what to do
//! while the checks hold. The interpreter stores the plan's numbers in its instruction; the trace recorder turns
//! the checks into guards.
//!
//! # The checks
//! * **shape**: `header.shape() == plan.shape`. It implies the object's class and the places of its attributes,
//!   and that the class's attributes of those names are no data descriptors (when that changes, the shapes of
//!   all live instances are changed: [`Vm::renew_shapes`]). So a slot plan needs *only* this check.
//! * **version**: `class.version == plan.version`, read through the header's class. It implies the class and
//!   everything that a lookup on it finds. Any change to the class or a class of its MRO changes the version (to
//!   0 until someone asks for a new one). Where a plan has both a shape and a version, both are checked: the
//!   shape says that the instance has no attribute of that name itself.
//!
//! Class values need not be traced by whoever caches them as long as both are only used under the version check.
//!
//! Instances in dict mode (`shape::Mode::Dict`) and other objects with a `__dict__` get [`LoadPlan::Generic`].

use crate::objects::descr::{Member, Property};
use crate::objects::instance::Instance;
use crate::objects::module::Module;
use crate::objects::str::Str;
use crate::objects::typ::Type;
use crate::vm::Vm;
use crate::vm::attr::{generic_get_attr, generic_set_attr};
use crate::vm::shape::{Mode, Place};
use crate::vm::typedef::flag;
use taipan_heap::{Gc, Value};

/// How to read `obj.name`.
#[derive(Clone, Copy, Debug)]
pub enum LoadPlan {
    /// An instance attribute: check the shape, read the place. (An unbound place: take the generic path.)
    Slot {
        /// The checked shape.
        shape: u32,
        /// Where it is.
        place: Place,
    },
    /// A plain class attribute (no descriptor) that the instance does not shadow: check shape and version.
    ClassValue {
        /// The checked shape.
        shape: u32,
        /// The checked version.
        version: u32,
        /// The attribute.
        value: Value,
    },
    /// A function-like descriptor (flag `METHOD_DESCR`): a call passes `obj` first, a load binds it. Check shape
    /// and version.
    Method {
        /// The checked shape.
        shape: u32,
        /// The checked version.
        version: u32,
        /// The unbound function.
        func: Value,
    },
    /// A `property` with this getter: call it with `obj`. Check the version only: data descriptors come first.
    Property {
        /// The checked version.
        version: u32,
        /// `fget`
        getter: Value,
    },
    /// Another descriptor: call its `descr_get` slot. Check shape and version.
    Descriptor {
        /// The checked shape.
        shape: u32,
        /// The checked version.
        version: u32,
        /// The descriptor.
        descr: Value,
    },
    /// An attribute of a type object itself (`C.name`), found on its MRO, no descriptor: check that the object is
    /// this type and has this version.
    TypeValue {
        /// The type's own version.
        version: u32,
        /// The attribute.
        value: Value,
    },
    /// As `TypeValue`, of a type whose metaclass is not `type` (an enum, an abstract class): check the
    /// metaclass's version too.
    MetaValue {
        /// The type's own version.
        version: u32,
        /// The version of its class.
        meta_version: u32,
        /// The attribute.
        value: Value,
    },
    /// In a module's dict: use the dict's version.
    Module,
    /// Nothing to remember.
    Generic,
}

/// How to write `obj.name = v`.
#[derive(Clone, Copy, Debug)]
pub enum StorePlan {
    /// The attribute (or `__slots__` member) exists: check the shape, write the place.
    Slot {
        /// The checked shape.
        shape: u32,
        /// Where it is.
        place: Place,
    },
    /// A new attribute: check the shape, write the place (always inline), set the shape to `next`. Adding an
    /// attribute that way also needs the version check: the class may have got a data descriptor of that name.
    Add {
        /// The checked shape.
        shape: u32,
        /// The checked version.
        version: u32,
        /// The shape afterwards.
        next: u32,
        /// Inline place.
        place: Place,
    },
    /// Nothing to remember.
    Generic,
}

impl Vm {
    /// A plan for `obj.name`; `name` is interned.
    pub fn plan_load(&self, obj: Value, name: Gc<Str>) -> LoadPlan {
        let ty = self.class_of(obj);
        if let Some(t) = obj.cast::<Type>() {
            return self.plan_type_load(ty, t, name);
        }
        if obj.is_kind(crate::kinds::MODULE) && std::ptr::eq(ty.as_ptr(), self.types.module.as_ptr()) {
            let own = obj.cast::<Module>().and_then(|m| m.dict.get().get_str(self, name));
            return if own.is_some() { LoadPlan::Module } else { LoadPlan::Generic };
        }
        if !ty
            .slots
            .getattro
            .get()
            .is_some_and(|f| std::ptr::fn_addr_eq(f, generic_get_attr as crate::vm::slots::GetAttr))
        {
            return LoadPlan::Generic;
        }
        let version = self.type_version(ty);
        if version == 0 {
            return LoadPlan::Generic;
        }
        // SAFETY: a live object.
        let id = if obj.is_ptr() { unsafe { (*obj.as_header()).shape() } } else { ty.shape.get() };
        let found = self.type_lookup(ty, name);
        if let Some(d) = found
            && self.class_of(d).slots.descr_set.get().is_some()
        {
            if let Some(m) = d.cast::<Member>()
                && obj.is_kind(crate::kinds::INSTANCE)
                && ty.is_subtype(m.owner.get())
            {
                ty.planned.set(true);
                return LoadPlan::Slot { shape: id, place: Place::Inline(m.index) };
            }
            if let Some(p) = d.cast::<Property>()
                && std::ptr::eq(self.class_of(d).as_ptr(), self.types.property.as_ptr())
                && !p.getter.get().is_none()
            {
                return LoadPlan::Property { version, getter: p.getter.get() };
            }
            return LoadPlan::Generic;
        }
        // Attributes of the instance come before what the class has.
        let own_namespace = match self.shapes.get(id) {
            Some(s) if s.mode == Mode::Slots && obj.is_kind(crate::kinds::INSTANCE) => {
                if let Some(place) = s.place_of(name) {
                    ty.planned.set(true);
                    return LoadPlan::Slot { shape: id, place };
                }
                false
            }
            Some(_) => true,
            None => self.has_instance_dict(obj),
        };
        if own_namespace {
            return LoadPlan::Generic;
        }
        let Some(value) = found else { return LoadPlan::Generic };
        let dt = self.class_of(value);
        if dt.has(flag::METHOD_DESCR) {
            LoadPlan::Method { shape: id, version, func: value }
        } else if dt.slots.descr_get.get().is_some() {
            LoadPlan::Descriptor { shape: id, version, descr: value }
        } else {
            LoadPlan::ClassValue { shape: id, version, value }
        }
    }
    fn plan_type_load(&self, meta: Gc<Type>, t: Gc<Type>, name: Gc<Str>) -> LoadPlan {
        // A metaclass may have anything of that name; `type` itself has data descriptors for some names.
        let plain = meta.slots.getattro.get().is_some_and(|f| {
            std::ptr::fn_addr_eq(f, crate::objects::typ_attrs::type_getattro as crate::vm::slots::GetAttr)
        });
        if !plain || self.type_lookup(meta, name).is_some() {
            return LoadPlan::Generic;
        }
        let meta_version = if meta == self.types.type_ { u32::MAX } else { self.type_version(meta) };
        let version = self.type_version(t);
        match self.type_lookup(t, name) {
            Some(value) if version != 0 && meta_version != 0 => {
                let dt = self.class_of(value);
                if dt.slots.descr_get.get().is_some() && !dt.has(flag::METHOD_DESCR) {
                    LoadPlan::Generic
                } else if meta_version == u32::MAX {
                    LoadPlan::TypeValue { version, value }
                } else {
                    LoadPlan::MetaValue { version, meta_version, value }
                }
            }
            _ => LoadPlan::Generic,
        }
    }
    /// A plan for `obj.name = ...` before it is carried out; `name` is interned.
    pub fn plan_store(&self, obj: Value, name: Gc<Str>) -> StorePlan {
        let ty = self.class_of(obj);
        let Some(o) = obj.cast::<Instance>() else { return StorePlan::Generic };
        if !ty
            .slots
            .setattro
            .get()
            .is_some_and(|f| std::ptr::fn_addr_eq(f, generic_set_attr as crate::vm::slots::SetAttr))
        {
            return StorePlan::Generic;
        }
        let id = o.header().shape();
        if let Some(d) = self.type_lookup(ty, name)
            && self.class_of(d).slots.descr_set.get().is_some()
        {
            return match d.cast::<Member>() {
                Some(m) if ty.is_subtype(m.owner.get()) => {
                    ty.planned.set(true);
                    StorePlan::Slot { shape: id, place: Place::Inline(m.index) }
                }
                _ => StorePlan::Generic,
            };
        }
        let Some(s) = self.shapes.get(id) else { return StorePlan::Generic };
        if s.mode == Mode::Dict || !ty.has_dict.get() {
            return StorePlan::Generic;
        }
        if let Some(place) = s.place_of(name) {
            ty.planned.set(true);
            return StorePlan::Slot { shape: id, place };
        }
        let version = self.type_version(ty);
        let place = s.place(s.keys().len());
        match (place, self.shape_with(id, name)) {
            (Place::Inline(_), Some(next)) if version != 0 => {
                StorePlan::Add { shape: id, version, next, place }
            }
            _ => StorePlan::Generic,
        }
    }
    /// Where calling `ty` means "allocate a plain instance, call this `__init__`, return the instance" (neither
    /// the metaclass's `__call__` nor `__new__` is overridden): the type's `__init__` from its MRO, `None` inside
    /// for `object.__init__` (then there may be no arguments). Valid while the type's version is.
    pub fn plan_construct(&self, ty: Gc<Type>) -> Option<Option<Value>> {
        use crate::objects::object;
        let meta = self.class_of(ty.value());
        let plain_call = meta.slots.call.get().is_some_and(|f| {
            std::ptr::fn_addr_eq(f, crate::objects::typ_new::type_call as crate::vm::slots::Call)
        });
        let plain_new = ty
            .slots
            .new
            .get()
            .is_some_and(|f| std::ptr::fn_addr_eq(f, object::object_new as crate::vm::slots::New));
        if !plain_call || !plain_new || ty.kind.get() != crate::kinds::INSTANCE || ty.has(flag::ABSTRACT) {
            return None;
        }
        if ty
            .slots
            .init
            .get()
            .is_some_and(|f| std::ptr::fn_addr_eq(f, object::object_init as crate::vm::slots::Init))
        {
            return Some(None);
        }
        Some(self.type_lookup(ty, self.names.__init__))
    }
    /// Gives all live instances of `ty` and its subclasses other shapes, so that no cached slot plan fits them
    /// any more: called when a data descriptor appears on a class. Instances go to dict mode; later ones start
    /// from a new root.
    pub fn renew_shapes(&self, ty: Gc<Type>) {
        if ty.kind.get() != crate::kinds::INSTANCE || self.shapes.get(ty.shape.get()).is_none() {
            return;
        }
        self.heap.without_gc(|| {
            // `ty` and everything below it, each once: the lists of subclasses may have cycles.
            let mut all = vec![ty];
            let mut i = 0;
            while let Some(&t) = all.get(i) {
                for s in self.subclasses(t).iter().filter_map(|s| s.cast::<Type>()) {
                    if !all.contains(&s) {
                        all.push(s);
                    }
                }
                i += 1;
            }
            // Most classes get their properties before anyone plans for their instances.
            if !all.iter().fold(false, |any, t| t.planned.replace(false) | any) {
                return;
            }
            for t in all {
                if t.kind.get() == crate::kinds::INSTANCE && t.has(flag::HEAP) {
                    self.set_root_shape(t);
                    t.dict_shape.set(0);
                }
            }
            for h in self.heap.live_objects() {
                let v = Value::from_header(h);
                let Some(o) = v.cast::<Instance>() else { continue };
                let t = self.class_of(v);
                if t.is_subtype(ty) {
                    if t.has_dict.get() {
                        self.instance_dict(v);
                    }
                    o.header().set_shape(self.dict_shape(t));
                }
            }
        });
    }
}
