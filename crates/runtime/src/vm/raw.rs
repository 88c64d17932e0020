//! Sequences of raw items (`array.array`) as the interpreter reads and writes them in its own handlers.
//!
//! In: an instance of a type whose definition says what its instances look like (`TypeDef::raw_items`). Out: its items,
//! without a call of the type's slots. What is known is kept for one shape, by the byte that tells the item type.
//!
//! What must hold: only instances of the type itself are looked at; an index is checked against the length at each
//! access, and items that the quick way cannot tell or take are left to the slots.

use crate::kinds;
use crate::vm::Vm;
use crate::vm::typedef::{RawItem, flag};
use std::cell::Cell;
use taipan_heap::{Gc, RawBuf, Value};

/// What is known.
pub struct RawSeen {
    shape: Cell<u32>,
    tag: Cell<usize>,
    len: Cell<usize>,
    buf: Cell<usize>,
    known: [Cell<Option<Item>>; TAGS],
}
impl RawSeen {
    pub(crate) fn new() -> RawSeen {
        RawSeen {
            shape: Cell::new(0),
            tag: Cell::new(0),
            len: Cell::new(0),
            buf: Cell::new(0),
            known: [const { Cell::new(None) }; TAGS],
        }
    }
}
/// Item types are told by a character.
const TAGS: usize = 128;
/// An item type that the quick way has.
#[derive(Clone, Copy)]
struct Item(RawItem);

/// The place of item `k` (negative counts from the end), and its type.
#[inline(always)]
fn place(vm: &Vm, v: Value, k: i64) -> Option<(*mut u8, RawItem)> {
    let seen = &vm.raw;
    if !v.is_ptr() {
        return None;
    }
    // SAFETY: pointers lead to live headers; the shape says that the layout is the one that was noted.
    unsafe {
        let h = v.as_header();
        if (*h).shape() != seen.shape.get() || seen.shape.get() == 0 {
            return None;
        }
        let base = h as *const u8;
        let tag = *base.add(seen.tag.get()) as usize;
        let Item(item) = seen.known.get(tag)?.get()?;
        let n = *base.add(seen.len.get()).cast::<usize>();
        let k = if k < 0 { k.wrapping_add(n as i64) } else { k } as usize;
        if k >= n {
            return None;
        }
        let buf: Gc<RawBuf> = (*base.add(seen.buf.get()).cast::<Value>()).cast_unchecked();
        Some((buf.data().add(k * item.size()), item))
    }
}

impl Vm {
    /// Item `k` of a raw sequence; `None` where the general way must be taken.
    #[inline(always)]
    pub fn raw_get(&self, v: Value, k: i64) -> Option<Value> {
        let (p, item) = place(self, v, k)?;
        // SAFETY: the place of an item of that type.
        unsafe {
            Some(match item {
                RawItem::F64 => Value::float(p.cast::<f64>().read_unaligned()),
                RawItem::I64 => Value::try_int(p.cast::<i64>().read_unaligned())?,
                RawItem::I32 => Value::int(p.cast::<i32>().read_unaligned().into()),
                RawItem::U32 => Value::int(p.cast::<u32>().read_unaligned().into()),
                RawItem::U16 => Value::int(p.cast::<u16>().read_unaligned().into()),
                RawItem::I8 => Value::int(p.cast::<i8>().read().into()),
                RawItem::U8 => Value::int(p.read().into()),
            })
        }
    }
    /// Replaces item `k` of a raw sequence; false where the general way must be taken.
    #[inline(always)]
    pub fn raw_set(&self, v: Value, k: i64, x: Value) -> bool {
        let Some((p, item)) = place(self, v, k) else { return false };
        // SAFETY: as above.
        unsafe {
            match item {
                RawItem::F64 if x.is_float() => p.cast::<f64>().write_unaligned(x.as_float()),
                RawItem::I64 if x.is_int() => p.cast::<i64>().write_unaligned(x.as_int()),
                RawItem::I32 if x.is_int() => match i32::try_from(x.as_int()) {
                    Ok(i) => p.cast::<i32>().write_unaligned(i),
                    Err(_) => return false,
                },
                RawItem::U8 if x.is_int() => match u8::try_from(x.as_int()) {
                    Ok(i) => p.write(i),
                    Err(_) => return false,
                },
                _ => return false,
            }
        }
        true
    }
    /// Notes what `v` looks like, if it is such a sequence.
    #[inline(never)]
    pub fn note_raw(&self, v: Value) {
        if !v.is_kind(kinds::NATIVE) {
            return;
        }
        let ty = self.class_of(v);
        // SAFETY: a live object.
        let shape = unsafe { (*v.as_header()).shape() };
        if ty.has(flag::HEAP) || shape != ty.shape.get() {
            return;
        }
        let Some(r) = ty.def.get().and_then(|d| d.raw_items).and_then(|f| f(v)) else { return };
        let seen = &self.raw;
        if seen.shape.get() != shape {
            seen.known.iter().for_each(|k| k.set(None));
            seen.shape.set(shape);
        }
        seen.tag.set(r.tag);
        seen.len.set(r.len);
        seen.buf.set(r.buf);
        if let Some(k) = seen.known.get(r.tag_value as usize) {
            k.set(Some(Item(r.item)));
        }
    }
}
