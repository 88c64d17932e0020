//! Instances of Python classes, and the attribute storage behind builtin layouts of subclass instances.
//!
//! An [`Instance`] has `cap` inline slots: first the class's `__slots__` members, then attributes by shape (the
//! header's shape id says which attribute has which slot). Attributes beyond the inline slots are in a
//! `ValueBuf` at `attrs`; an instance whose `__dict__` was taken keeps its attributes in that dict instead.
//!
//! Instances of subclasses of builtin types (`class L(list)`) have `Type::extra` values behind the builtin
//! part: the instance dict (unbound until needed), then `__slots__` members.

use crate::kinds::{self, Trace};
use crate::objects::typ::Type;
use crate::vm::Vm;
use taipan_heap::{Gc, Header, Slot, Tracer, Value, ValueBuf};

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
}

/// Bytes that an object's builtin part occupies; extra values begin behind it.
fn builtin_size(h: &Header, ty: &Type) -> usize {
    use crate::objects::{bytes::Bytes, generator::Generator, str::Str, tuple::Tuple};
    let p = h as *const Header;
    // SAFETY: the kind says which layout the object has.
    let size = unsafe {
        match h.kind() {
            kinds::STR => size_of::<Str>() + (*p.cast::<Str>()).inline_len(),
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

impl Vm {
    /// Allocates an object of `ty` whose builtin part has a fixed size; extra values are unbound, the builtin
    /// part is the caller's to initialise before the next allocation.
    pub fn alloc_instance_raw(&self, ty: Gc<Type>, size: usize) -> *mut Header {
        self.alloc_var_raw(ty, size)
    }
    /// As [`Vm::alloc_instance_raw`] for objects of variable size (`size` is the size of this one).
    pub fn alloc_var_raw(&self, ty: Gc<Type>, size: usize) -> *mut Header {
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
    /// The overflow attributes of an instance.
    pub fn overflow(&self, o: Gc<Instance>) -> Option<Gc<ValueBuf>> {
        o.attrs.get().cast::<ValueBuf>()
    }
}
