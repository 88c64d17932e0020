//! Attribute lookup on types: type versions and the method cache.
//!
//! In: a type and an interned name. Out: the attribute found along the MRO, unbound (no descriptor call).
//!
//! What must hold:
//! * a version names one state of one type and everything that its MRO sees: versions are never used again, so
//!   "this object's class has version v" also says which class it is;
//! * version 0 means "none given out": [`Vm::type_version`] gives one. A type with a version has bases with
//!   versions, so that [`Vm::type_modified`] can stop at a type without one;
//! * whoever changes a type's dict, bases or MRO calls [`Vm::type_modified`] *afterwards and before* any Python
//!   code runs. (Native modules that add to a type's dict while setting up call it too.)
//!
//! The method cache is direct-mapped on version and name. Its entries are not traced: an entry is only read under
//! a version that a live type still has, whose dicts then still hold the value.

use crate::objects::str::Str;
use crate::objects::typ::Type;
use crate::vm::Vm;
use std::cell::Cell;
use taipan_heap::{Gc, Value, flags};

const CACHE_BITS: u32 = 12;

#[derive(Clone, Copy)]
struct Entry {
    version: u32,
    name: usize,
    /// The attribute, or unbound: the type has none.
    value: Value,
}

/// See the file's header.
pub struct MethodCache {
    entries: Box<[Cell<Entry>]>,
    next_version: Cell<u32>,
}

impl Default for MethodCache {
    fn default() -> MethodCache {
        let empty = Entry { version: 0, name: 0, value: Value::UNBOUND };
        MethodCache {
            entries: (0..1 << CACHE_BITS).map(|_| Cell::new(empty)).collect(),
            next_version: Cell::new(1),
        }
    }
}

impl Vm {
    /// The version of a type, given out now if it has none. 0 when versions have run out: do not cache.
    #[inline]
    pub fn type_version(&self, ty: Gc<Type>) -> u32 {
        match ty.version.get() {
            0 => self.give_version(ty),
            v => v,
        }
    }
    #[cold]
    fn give_version(&self, ty: Gc<Type>) -> u32 {
        let bases = ty.bases.get();
        for b in bases.items() {
            if let Some(b) = b.cast::<Type>()
                && self.type_version(b) == 0
            {
                return 0;
            }
        }
        // With an `mro()` of its own a type may see classes that are not among its bases.
        if ty.has(crate::vm::typedef::flag::CUSTOM_MRO) {
            return 0;
        }
        let v = self.method_cache.next_version.get();
        if v == u32::MAX {
            return 0;
        }
        self.method_cache.next_version.set(v + 1);
        ty.version.set(v);
        v
    }
    /// Says that lookups on `ty` and its subclasses may answer differently from now on.
    pub fn type_modified(&self, ty: Gc<Type>) {
        if ty.version.get() == 0 {
            return;
        }
        ty.version.set(0);
        self.watched_class_changed(ty);
        for sub in self.subclasses(ty).iter() {
            if let Some(sub) = sub.cast::<Type>() {
                self.type_modified(sub);
            }
        }
    }
    /// The attribute `name` of a type's MRO, without descriptor binding.
    #[inline]
    pub fn type_lookup(&self, ty: Gc<Type>, name: Gc<Str>) -> Option<Value> {
        if !name.header().has(flags::INTERNED) {
            return self.type_lookup_uncached(ty, name);
        }
        let version = ty.version.get();
        let hash = (name.as_ptr() as usize >> 4) ^ (version as usize).wrapping_mul(0x9E37);
        let entry = &self.method_cache.entries[hash & ((1 << CACHE_BITS) - 1)];
        let e = entry.get();
        if e.version == version && version != 0 && e.name == name.as_ptr() as usize {
            return e.value.bound();
        }
        self.type_lookup_miss(ty, name)
    }
    #[inline(never)]
    fn type_lookup_miss(&self, ty: Gc<Type>, name: Gc<Str>) -> Option<Value> {
        let found = self.type_lookup_uncached(ty, name);
        let version = self.type_version(ty);
        if version != 0 {
            let hash = (name.as_ptr() as usize >> 4) ^ (version as usize).wrapping_mul(0x9E37);
            self.method_cache.entries[hash & ((1 << CACHE_BITS) - 1)].set(Entry {
                version,
                name: name.as_ptr() as usize,
                value: found.unwrap_or(Value::UNBOUND),
            });
        }
        found
    }
    fn type_lookup_uncached(&self, ty: Gc<Type>, name: Gc<Str>) -> Option<Value> {
        ty.mro_iter().find_map(|t| t.dict.get().get_str(self, name))
    }
    /// The class of the MRO that has `name`, and the attribute.
    pub fn type_lookup_owner(&self, ty: Gc<Type>, name: Gc<Str>) -> Option<(Gc<Type>, Value)> {
        ty.mro_iter().find_map(|t| t.dict.get().get_str(self, name).map(|v| (t, v)))
    }
}
