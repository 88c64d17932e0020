//! Joining strings: `+`, `*`, `join`.
//!
//! `s += x` in a loop would copy the growing text each time. So when the left operand is itself the result of a
//! concatenation and long enough, the result gets a shared buffer with spare room behind it (its first word
//! counts the bytes used); a later concatenation whose left operand ends exactly where the used part ends
//! appends in place. Strings stay immutable: each is a prefix of the buffer.

use super::{CONCATENATED, SHARED, Str, WIDE_SIZE, copy_text, init_wide};
use crate::objects::list::List;
use crate::objects::tuple::Tuple;
use crate::vm::error::PyResult;
use crate::vm::{Vm, shape_ids};
use std::cell::Cell;
use taipan_heap::{Gc, RawBuf, Value, ValueBuf};

/// Texts shorter than this are copied.
const GROW_FROM: usize = 512;
/// Bytes at the start of a shared buffer that count what is used.
const COUNTER: usize = size_of::<usize>();

fn shared_text(s: Gc<Str>) -> Option<Gc<RawBuf>> {
    if s.header().has(SHARED) { text_of(s.wide()?.aux.get()) } else { None }
}
/// The shared buffer that the `aux` of a string with the flag [`SHARED`] names.
pub(super) fn text_of(aux: Value) -> Option<Gc<RawBuf>> {
    aux.cast::<RawBuf>().or_else(|| aux.cast::<ValueBuf>()?.at(0).cast::<RawBuf>())
}
/// Address of the text in a shared buffer.
pub(super) fn start_of(buf: Gc<RawBuf>) -> *mut u8 {
    // SAFETY: shared buffers begin with their counter.
    unsafe { buf.data().add(COUNTER) }
}

impl Vm {
    /// `a + b` as an exact `str`.
    pub fn str_concat(&self, a: Gc<Str>, b: Gc<Str>) -> PyResult<Gc<Str>> {
        if b.is_empty() {
            return self.str_exact(a);
        }
        if a.is_empty() {
            return self.str_exact(b);
        }
        if a.byte_len() >= GROW_FROM && a.header().has(CONCATENATED) {
            return self.str_append(a, b);
        }
        let chars = a.char_len() + b.char_len();
        // SAFETY: both texts, one after the other.
        let s = unsafe {
            self.new_str_with(a.byte_len() + b.byte_len(), chars, |p| {
                let (x, y) = (a.as_bytes(), b.as_bytes());
                copy_text(x.as_ptr(), p, x.len());
                copy_text(y.as_ptr(), p.add(x.len()), y.len());
            })?
        };
        if a.byte_len() >= GROW_FROM {
            s.header().set(CONCATENATED);
        }
        Ok(s)
    }

    /// Room for twice `len` bytes where the buffer lies, if that can be had.
    fn grow_text(&self, buf: Gc<RawBuf>, len: usize) -> bool {
        len.checked_mul(2).is_some_and(|n| buf.try_grow(&self.heap, n.saturating_add(COUNTER)))
    }

    fn str_append(&self, a: Gc<Str>, b: Gc<Str>) -> PyResult<Gc<Str>> {
        let len = a.byte_len() + b.byte_len();
        let chars = a.char_len() + b.char_len();
        let room = shared_text(a).filter(|buf| {
            // SAFETY: the first word of a shared buffer counts the bytes in use.
            let used = unsafe { *buf.data().cast::<usize>() };
            used == a.byte_len() && (buf.cap() - COUNTER >= len || self.grow_text(*buf, len))
        });
        let buf = match room {
            Some(buf) => buf,
            None => {
                let cap = len.checked_mul(2).and_then(|n| n.checked_add(COUNTER));
                let buf =
                    cap.and_then(|n| RawBuf::try_new(&self.heap, n)).ok_or_else(|| self.memory_error())?;
                // SAFETY: there is room for twice the result.
                unsafe {
                    std::ptr::copy_nonoverlapping(
                        a.as_bytes().as_ptr(),
                        buf.data().add(COUNTER),
                        a.byte_len(),
                    )
                };
                buf
            }
        };
        let ty = self.types.str;
        let p = self.heap.alloc_raw(WIDE_SIZE, crate::kinds::STR, ty.header_ptr(), ty.shape.get());
        // SAFETY: the buffer has room for `b` behind `a`, and nobody else's text is there. The object's text
        // pointer leads into the buffer, which `aux` keeps alive.
        unsafe {
            let end = buf.data().add(COUNTER + a.byte_len());
            copy_text(b.as_bytes().as_ptr(), end, b.byte_len());
            buf.data().cast::<usize>().write(len);
            let s = p.cast::<Str>();
            (&raw mut (*s).hash).write(Cell::new(0));
            (&raw mut (*s).chars).write(chars);
            init_wide(s, len, Value::from_header(buf.header_ptr()));
            let s = Gc::from_ptr(s);
            s.header().set(SHARED | CONCATENATED);
            Ok(s)
        }
    }

    /// `s * n` as an exact `str`.
    pub fn str_repeat(&self, s: Gc<Str>, n: isize) -> PyResult<Gc<Str>> {
        let n = n.max(0) as usize;
        if n == 0 || s.is_empty() {
            return Ok(self.latin1[256]);
        }
        if n == 1 {
            return self.str_exact(s);
        }
        if s.char_len().checked_mul(n).is_none_or(|l| l > isize::MAX as usize) {
            return Err(self.overflow_error("repeated string is too long"));
        }
        let len = s.byte_len().checked_mul(n).filter(|&l| l <= isize::MAX as usize);
        let len = len.ok_or_else(|| self.memory_error())?;
        let bytes = s.as_bytes();
        // SAFETY: `n` copies of well-formed text.
        unsafe {
            self.new_str_with(len, s.char_len() * n, |p| {
                if let [b] = bytes {
                    std::ptr::write_bytes(p, *b, n);
                } else {
                    for i in 0..n {
                        std::ptr::copy_nonoverlapping(bytes.as_ptr(), p.add(i * bytes.len()), bytes.len());
                    }
                }
            })
        }
    }

    /// `sep.join(items)` for any iterable.
    pub fn str_join(&self, sep: Gc<Str>, items: Value) -> PyResult<Gc<Str>> {
        // Joining runs no Python code: the items can be read where they are.
        if self.is_exact(items, shape_ids::list)
            && let Some(seq) = items.cast::<List>().as_ref().and_then(|l| l.as_values())
        {
            return self.str_join_values(sep, seq);
        }
        if self.is_exact(items, shape_ids::tuple)
            && let Some(t) = items.cast::<Tuple>()
        {
            return self.str_join_values(sep, t.items());
        }
        let seq = match self.collect(items) {
            Ok(seq) => seq,
            Err(e) => {
                if self.class_of(items).slots.iter.get().is_none() && self.raised_is(e, self.types.TypeError)
                {
                    return Err(self.type_error("can only join an iterable"));
                }
                return Err(e);
            }
        };
        self.str_join_values(sep, &seq)
    }

    /// `sep.join(items)`; nothing changes the slice meanwhile.
    pub fn str_join_values(&self, sep: Gc<Str>, seq: &[Value]) -> PyResult<Gc<Str>> {
        if let [v] = seq
            && let Some(s) = self.exact_str(*v)
        {
            return Ok(s);
        }
        let (mut len, mut chars) = (0usize, 0);
        for (i, &v) in seq.iter().enumerate() {
            let Some(s) = v.cast::<Str>() else {
                return Err(self.type_error(format!(
                    "sequence item {i}: expected str instance, {} found",
                    self.type_name(v)
                )));
            };
            len = len.checked_add(s.byte_len()).ok_or_else(|| self.memory_error())?;
            chars += s.char_len();
        }
        let gaps = seq.len().saturating_sub(1);
        let more = sep.byte_len().checked_mul(gaps).ok_or_else(|| self.memory_error())?;
        len = len
            .checked_add(more)
            .filter(|&n| n <= isize::MAX as usize)
            .ok_or_else(|| self.overflow_error("join() result is too long for a Python string"))?;
        chars += sep.char_len() * gaps;
        let sep = sep.as_bytes();
        // SAFETY: exactly the bytes counted above are written; all of them well-formed text.
        unsafe {
            self.new_str_with(len, chars, |mut p| {
                let mut put = |b: &[u8]| {
                    copy_text(b.as_ptr(), p, b.len());
                    p = p.add(b.len());
                };
                for (i, &v) in seq.iter().enumerate() {
                    if i > 0 {
                        put(sep);
                    }
                    put(v.cast_unchecked::<Str>().as_bytes());
                }
            })
        }
    }
}
