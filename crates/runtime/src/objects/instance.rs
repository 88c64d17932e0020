//! Instances of Python classes, and the attribute storage behind builtin layouts of subclass instances.
//!
//! An [`Instance`] has `cap` inline slots: first the class's `__slots__` members, then attributes by shape (the
//! header's shape id says which attribute has which slot; `vm/shape.rs`). Attributes beyond the inline slots are
//! in a `ValueBuf` at `attrs`; an instance in dict mode keeps its attributes in the dict at `attrs` instead.
//!
//! Instances of subclasses of builtin types (`class L(list)`) have `Type::extra` values behind the builtin
//! part: the instance dict (unbound until needed) if the class has one, then `__slots__` members.
//!
//! What must hold: names passed to the functions here are interned; unbound slots are absent attributes.

use crate::kinds::{self, Trace};
use crate::objects::dict::Dict;
use crate::objects::module::Module;
use crate::objects::str::Str;
use crate::objects::typ::Type;
use crate::vm::Vm;
use crate::vm::shape::{Mode, Place};
use taipan_heap::{Gc, Header, HeapObject, Slot, Tracer, Value, ValueBuf};

/// An instance of `object` or of a Python class without a builtin layout.
#[repr(C)]
pub struct Instance {
    header: Header,
    /// Unbound, a `ValueBuf` of attributes that did not fit inline, or the instance's `dict`.
    pub attrs: Slot<Value>,
    /// Number of inline slots.
    cap: u32,
    _pad: u32,
    slots: [Slot<Value>; 0],
}

impl Trace for Instance {
    fn trace(&self, t: &mut Tracer) {
        t.slot(&self.attrs);
        for s in self.slots() {
            t.slot(s);
        }
    }
}

impl Instance {
    /// The inline slots.
    #[inline(always)]
    pub fn slots(&self) -> &[Slot<Value>] {
        // SAFETY: `cap` initialised slots follow.
        unsafe { std::slice::from_raw_parts(self.slots.as_ptr(), self.cap as usize) }
    }
    /// The value at a place that the instance's shape names.
    #[inline(always)]
    pub fn at(&self, p: Place) -> Value {
        match p {
            Place::Inline(i) => self.slots()[i as usize].get(),
            Place::Overflow(i) => match self.attrs.get().cast::<ValueBuf>() {
                Some(b) => b.at(i as usize),
                None => Value::UNBOUND,
            },
        }
    }
    /// Writes a place that the instance's shape names.
    #[inline(always)]
    pub fn put(&self, p: Place, v: Value) {
        match p {
            Place::Inline(i) => self.slots()[i as usize].set(self, v),
            Place::Overflow(i) => {
                if let Some(b) = self.attrs.get().cast::<ValueBuf>() {
                    b.put(i as usize, v);
                }
            }
        }
    }
}

/// Bytes that an object's builtin part occupies; extra values begin behind it.
fn builtin_size(h: &Header, ty: &Type) -> usize {
    use crate::objects::{bytes::Bytes, generator::Generator, tuple::Tuple};
    let p = h as *const Header;
    // SAFETY: the kind says which layout the object has.
    let size = unsafe {
        match h.kind() {
            kinds::STR => (*p.cast::<Str>()).own_size(),
            kinds::TUPLE => size_of::<Tuple>() + (*p.cast::<Tuple>()).len() * 8,
            kinds::GENERATOR => size_of::<Generator>() + (*p.cast::<Generator>()).len() * 8,
            kinds::BYTES => size_of::<Bytes>() + (*p.cast::<Bytes>()).as_bytes().len(),
            _ => ty.size.get(),
        }
    };
    (size + 7) & !7
}

/// The extra values behind the builtin part of an object: its dict (if its class has one), then members.
pub fn extra_slots(h: &Header) -> &[Slot<Value>] {
    // SAFETY: run-time objects have type objects as classes; `extra` slots were allocated and initialised.
    unsafe {
        let ty = &*h.class().cast::<Type>();
        let n = ty.extra.get() as usize;
        if n == 0 {
            return &[];
        }
        let p = (h as *const Header as *const u8).add(builtin_size(h, ty));
        std::slice::from_raw_parts(p.cast(), n)
    }
}

/// Visits the extra values of a builtin object.
///
/// # Safety
/// `h` is a live object of the run-time.
pub(crate) unsafe fn trace_extra(h: *mut Header, t: &mut Tracer) {
    // SAFETY: live, by the caller's promise. Buffers and tables have no class.
    unsafe {
        let class = (*h).class();
        if class.is_null() || (*h).kind() == kinds::INSTANCE {
            return;
        }
        for s in extra_slots(&*h) {
            t.slot(s);
        }
    }
}

/// The slot of `__slots__` member number `index` of an object whose class has it.
pub fn member_slot(h: &Header, index: usize) -> Option<&Slot<Value>> {
    if h.kind() == kinds::INSTANCE {
        // SAFETY: the kind says so.
        return unsafe { (*(h as *const Header).cast::<Instance>()).slots().get(index) };
    }
    // SAFETY: run-time objects have type objects as classes.
    let has_dict = unsafe { (*h.class().cast::<Type>()).has_dict.get() };
    extra_slots(h).get(index + has_dict as usize)
}

impl Vm {
    /// Allocates an object of `ty` whose builtin part has a fixed size; extra values are unbound, the builtin
    /// part is the caller's to initialise before the next allocation.
    pub fn alloc_instance_raw(&self, ty: Gc<Type>, size: usize) -> *mut Header {
        self.alloc_var_raw(ty, size)
    }
    /// As [`Vm::alloc_instance_raw`] for objects of variable size (`size` is the size of this one).
    pub fn alloc_var_raw(&self, ty: Gc<Type>, size: usize) -> *mut Header {
        if ty.extra.get() != 0 || ty.has(crate::vm::typedef::flag::HAS_DEL) {
            return self.alloc_var_extra(ty, size);
        }
        self.heap.alloc_raw(size, ty.kind.get(), ty.header_ptr(), ty.shape.get())
    }
    /// The same for types with values behind the object, or with a finaliser.
    #[inline(never)]
    fn alloc_var_extra(&self, ty: Gc<Type>, size: usize) -> *mut Header {
        let extra = ty.extra.get() as usize;
        let size = if extra > 0 { (size + 7) & !7 } else { size };
        let p = self.heap.alloc_raw(size + extra * 8, ty.kind.get(), ty.header_ptr(), ty.shape.get());
        for i in 0..extra {
            // SAFETY: inside the cell just allocated.
            unsafe { (p as *mut u8).add(size).cast::<Value>().add(i).write(Value::UNBOUND) };
        }
        if ty.has(crate::vm::typedef::flag::HAS_DEL) {
            self.heap.register_finalizable(p);
        }
        p
    }
    /// As [`Vm::alloc_var_raw`] for sizes that a program chooses: `MemoryError` where there is no memory.
    pub fn try_alloc_var_raw(&self, ty: Gc<Type>, size: usize) -> crate::vm::error::PyResult<*mut Header> {
        if size < 2048 {
            return Ok(self.alloc_var_raw(ty, size));
        }
        let extra = ty.extra.get() as usize;
        let full = size.checked_add(7 + extra * 8).ok_or_else(|| self.memory_error())?;
        let size = if extra > 0 { (size + 7) & !7 } else { size };
        let p = self.heap.alloc_slow(full, ty.kind.get(), ty.header_ptr(), ty.shape.get());
        if p.is_null() {
            return Err(self.memory_error());
        }
        for i in 0..extra {
            // SAFETY: inside the cell just allocated.
            unsafe { (p as *mut u8).add(size).cast::<Value>().add(i).write(Value::UNBOUND) };
        }
        if ty.has(crate::vm::typedef::flag::HAS_DEL) {
            self.heap.register_finalizable(p);
        }
        Ok(p)
    }
    /// Allocates an instance of `ty`, a type whose layout is `T` (or a subclass of it), and builds it.
    pub fn alloc_of<T: HeapObject>(&self, ty: Gc<Type>, init: impl FnOnce(Header) -> T) -> Gc<T> {
        debug_assert_eq!(ty.kind.get(), T::KIND);
        let p = self.alloc_var_raw(ty, size_of::<T>());
        // SAFETY: a fresh cell of at least that size; the header is moved into the object.
        unsafe {
            let header = p.read();
            p.cast::<T>().write(init(header));
            Gc::from_header(p)
        }
    }
    /// A new instance of `ty` (kind `INSTANCE`) without attributes.
    pub fn new_instance(&self, ty: Gc<Type>) -> Gc<Instance> {
        debug_assert_eq!(ty.kind.get(), kinds::INSTANCE);
        let cap = ty.inline.get();
        let size = size_of::<Instance>() + cap as usize * 8;
        let p = self.heap.alloc_raw(size, kinds::INSTANCE, ty.header_ptr(), ty.shape.get());
        // SAFETY: a fresh cell of that size; the header stays.
        let obj: Gc<Instance> = unsafe {
            let o = p.cast::<Instance>();
            (&raw mut (*o).attrs).write(Slot::new(Value::UNBOUND));
            (&raw mut (*o).cap).write(cap);
            (&raw mut (*o)._pad).write(0);
            let slots = (&raw mut (*o).slots).cast::<Value>();
            for i in 0..cap as usize {
                slots.add(i).write(Value::UNBOUND);
            }
            Gc::from_ptr(o)
        };
        if ty.has(crate::vm::typedef::flag::HAS_DEL) {
            self.heap.register_finalizable(p);
        }
        obj
    }

    /// The attribute `name` in the instance's own namespace (its `__dict__`), if it has one and the name is in it.
    #[inline]
    pub fn instance_get(&self, obj: Value, name: Gc<Str>) -> Option<Value> {
        if let Some(o) = obj.cast::<Instance>() {
            let shape = self.shapes.get(o.header().shape())?;
            if shape.mode == Mode::Slots {
                return o.at(shape.place_of(name)?).bound();
            }
            return o.attrs.get().cast::<Dict>()?.get_str(self, name);
        }
        self.existing_dict(obj)?.get_str(self, name)
    }
    /// The dict that a non-`Instance` object has already.
    fn existing_dict(&self, obj: Value) -> Option<Gc<Dict>> {
        if let Some(m) = obj.cast::<Module>() {
            return Some(m.dict.get());
        }
        if !obj.is_ptr() || !self.class_of(obj).has_dict.get() {
            return None;
        }
        // SAFETY: a live object; classes with `has_dict` have the dict as first extra value.
        extra_slots(unsafe { &*obj.as_header() }).first()?.get().cast::<Dict>()
    }
    /// Does the object have a namespace of its own (`__dict__`)?
    pub fn has_instance_dict(&self, obj: Value) -> bool {
        obj.is_ptr() && (self.class_of(obj).has_dict.get() || obj.is_kind(kinds::MODULE))
    }
    /// Sets `name` in the instance's own namespace. The object must have one ([`Vm::has_instance_dict`]).
    pub fn instance_set(&self, obj: Value, name: Gc<Str>, v: Value) {
        let Some(o) = obj.cast::<Instance>() else {
            if let Some(d) = self.instance_dict(obj) {
                d.set_str(self, name, v);
            }
            return;
        };
        let id = o.header().shape();
        let Some(shape) = self.shapes.get(id) else { return };
        if shape.mode == Mode::Slots {
            if let Some(p) = shape.place_of(name) {
                return o.put(p, v);
            }
            if let Some(next) = self.shape_with(id, name) {
                let place = shape.place(shape.keys().len());
                if let Place::Overflow(i) = place {
                    self.grow_overflow(o, i);
                }
                o.header().set_shape(next);
                return o.put(place, v);
            }
        }
        if let Some(d) = self.instance_dict(obj) {
            d.set_str(self, name, v);
        }
    }
    #[cold]
    fn grow_overflow(&self, o: Gc<Instance>, i: u32) {
        let old = o.attrs.get().cast::<ValueBuf>();
        if old.is_some_and(|b| b.cap() > i as usize) {
            return;
        }
        let new = ValueBuf::new(&self.heap, if i == 0 { 4 } else { i as usize * 2 });
        for k in 0..new.cap() {
            new.put(k, old.filter(|b| k < b.cap()).map_or(Value::UNBOUND, |b| b.at(k)));
        }
        o.attrs.set(o, new.value());
        let ty = self.class_of(o.value());
        self.note_overflow(ty, o.cap as usize - ty.members.get() as usize + i as usize + 1);
    }
    /// Deletes `name` from the instance's own namespace; false if it is not there.
    pub fn instance_del(&self, obj: Value, name: Gc<Str>) -> bool {
        if let Some(o) = obj.cast::<Instance>() {
            let Some(shape) = self.shapes.get(o.header().shape()) else { return false };
            if shape.mode == Mode::Slots {
                let Some(i) = shape.find(name) else { return false };
                if i + 1 == shape.keys().len() {
                    o.put(shape.place(i), Value::UNBOUND);
                    o.header().set_shape(shape.parent());
                    return true;
                }
                if let Some(d) = self.instance_dict(obj) {
                    return d.remove_str(self, name);
                }
                return false;
            }
            return o.attrs.get().cast::<Dict>().is_some_and(|d| d.remove_str(self, name));
        }
        self.existing_dict(obj).is_some_and(|d| d.remove_str(self, name))
    }
    /// The `__dict__` of an object that has one, made now if need be; an `Instance` is in dict mode afterwards.
    pub fn instance_dict(&self, obj: Value) -> Option<Gc<Dict>> {
        if let Some(m) = obj.cast::<Module>() {
            return Some(m.dict.get());
        }
        if !self.has_instance_dict(obj) {
            return None;
        }
        if let Some(o) = obj.cast::<Instance>() {
            let shape = self.shapes.get(o.header().shape())?;
            if shape.mode == Mode::Dict
                && let Some(d) = o.attrs.get().cast::<Dict>()
            {
                return Some(d);
            }
            let d = self.instance_snapshot(obj)?;
            self.set_dict_mode(o, d);
            return Some(d);
        }
        // SAFETY: a live object; classes with `has_dict` have the dict as first extra value.
        let h = unsafe { &*obj.as_header() };
        if let Some(d) = extra_slots(h).first()?.get().cast::<Dict>() {
            return Some(d);
        }
        let d = self.new_dict();
        extra_slots(h).first()?.set(h, d.value());
        Some(d)
    }
    fn set_dict_mode(&self, o: Gc<Instance>, d: Gc<Dict>) {
        let ty = self.class_of(o.value());
        o.attrs.set(o, d.value());
        o.header().set_shape(self.dict_shape(ty));
        for s in &o.slots()[ty.members.get() as usize..] {
            s.set(o, Value::UNBOUND);
        }
    }
    /// A new dict with the instance's attributes; the instance stays as it is. `None` if it has no namespace.
    pub fn instance_snapshot(&self, obj: Value) -> Option<Gc<Dict>> {
        if !self.has_instance_dict(obj) {
            return None;
        }
        let d = self.new_dict();
        if let Some(o) = obj.cast::<Instance>() {
            let shape = self.shapes.get(o.header().shape())?;
            if shape.mode == Mode::Slots {
                for (i, &k) in shape.keys().iter().enumerate() {
                    if let Some(v) = o.at(shape.place(i)).bound() {
                        d.set_str(self, k, v);
                    }
                }
                return Some(d);
            }
        }
        let old = match obj.cast::<Instance>() {
            Some(o) => o.attrs.get().cast::<Dict>(),
            None => self.existing_dict(obj),
        };
        let mut pos = 0;
        if let Some(old) = old {
            while let Some(e) = old.next_entry(&mut pos) {
                // The keys' hashes are known: only keys that are no strings could call Python, and fail.
                let _ = d.set_hashed(self, e.key, e.hash, e.value);
            }
        }
        Some(d)
    }
    /// `obj.__dict__ = d`. The object must have a `__dict__`.
    pub fn set_instance_dict(&self, obj: Value, d: Gc<Dict>) {
        if let Some(o) = obj.cast::<Instance>() {
            return self.set_dict_mode(o, d);
        }
        // SAFETY: a live object.
        let h = unsafe { &*obj.as_header() };
        if let Some(s) = extra_slots(h).first() {
            s.set(h, d.value());
        }
    }
    /// The overflow attributes of an instance.
    pub fn overflow(&self, o: Gc<Instance>) -> Option<Gc<ValueBuf>> {
        o.attrs.get().cast::<ValueBuf>()
    }
}
