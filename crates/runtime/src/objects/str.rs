//! `str`: WTF-8 bytes with a character count, a cached hash and, for non-ASCII text, an on-demand index.
//!
//! This file holds the layout and what everything else needs of strings. The type's methods are in `str/`.

use crate::kinds::Trace;
use crate::vm::Vm;
use crate::vm::typedef::{TypeDef, flag};
use std::cell::Cell;
use std::fmt;
use taipan_heap::{Gc, Header, Slot, Tracer, Value};

/// A `str` (or an instance of a subclass).
#[repr(C)]
pub struct Str {
    header: Header,
    /// 0: not computed yet.
    hash: Cell<i64>,
    /// Length in bytes.
    len: usize,
    /// Length in characters (code points, surrogates included); equal to `len` exactly for ASCII.
    chars: usize,
    /// For non-ASCII text: a raw buffer with the byte offset of each 64th character, once asked for.
    pub index: Slot<Value>,
    data: [u8; 0],
}

impl Trace for Str {
    fn trace(&self, t: &mut Tracer) {
        t.slot(&self.index);
    }
}

impl Str {
    /// Is it the one interned string of its text?
    pub fn is_interned(&self) -> bool {
        self.header.has(taipan_heap::flags::INTERNED)
    }
    /// The text as WTF-8: UTF-8 in which lone surrogates are encoded as three bytes.
    #[inline(always)]
    pub fn as_bytes(&self) -> &[u8] {
        // SAFETY: `len` bytes follow the fields; a string never changes.
        unsafe { std::slice::from_raw_parts(self.data.as_ptr(), self.len) }
    }
    /// Length in characters.
    #[inline(always)]
    pub fn char_len(&self) -> usize {
        self.chars
    }
    /// Length in bytes.
    #[inline(always)]
    pub fn byte_len(&self) -> usize {
        self.len
    }
    /// Is it pure ASCII?
    #[inline(always)]
    pub fn is_ascii(&self) -> bool {
        self.chars == self.len
    }
    /// The text, unless it holds lone surrogates.
    pub fn to_str(&self) -> Option<&str> {
        if self.is_ascii() {
            // SAFETY: ASCII is UTF-8.
            Some(unsafe { std::str::from_utf8_unchecked(self.as_bytes()) })
        } else {
            std::str::from_utf8(self.as_bytes()).ok()
        }
    }
    /// The text with lone surrogates replaced by U+FFFD.
    pub fn to_string_lossy(&self) -> std::borrow::Cow<'_, str> {
        String::from_utf8_lossy(self.as_bytes())
    }
    /// The cached hash, 0 if none.
    #[inline(always)]
    pub fn cached_hash(&self) -> i64 {
        self.hash.get()
    }
}

impl fmt::Display for Str {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_string_lossy())
    }
}
/// Number of characters of WTF-8 text.
pub fn count_chars(bytes: &[u8]) -> usize {
    bytes.iter().filter(|&&b| b & 0xC0 != 0x80).count()
}

impl Vm {
    /// A new `str` from text.
    pub fn new_str(&self, s: &str) -> Gc<Str> {
        // SAFETY: UTF-8 is WTF-8.
        unsafe { self.new_str_wtf8_counted(s.as_bytes(), count_chars(s.as_bytes())) }
    }
    /// A new `str` from WTF-8 bytes.
    ///
    /// # Safety
    /// `bytes` is well-formed WTF-8 (UTF-8 plus three-byte encodings of surrogates; a high surrogate followed
    /// by a low one stays two surrogates, as in Python) and `chars` is its number of characters.
    pub unsafe fn new_str_wtf8_counted(&self, bytes: &[u8], chars: usize) -> Gc<Str> {
        let p = self.alloc_var_raw(self.types.str, size_of::<Str>() + bytes.len());
        // SAFETY: a fresh cell of that size; the header stays.
        unsafe {
            let s = p.cast::<Str>();
            (&raw mut (*s).hash).write(Cell::new(0));
            (&raw mut (*s).len).write(bytes.len());
            (&raw mut (*s).chars).write(chars);
            (&raw mut (*s).index).write(Slot::new(Value::NONE));
            std::ptr::copy_nonoverlapping(bytes.as_ptr(), (&raw mut (*s).data).cast(), bytes.len());
            Gc::from_ptr(s)
        }
    }
    /// The interned string with this text.
    pub fn intern(&self, s: &str) -> Gc<Str> {
        if let Some(&p) = self.interned.borrow().get(s.as_bytes()) {
            return p;
        }
        let p = self.new_str(s);
        self.intern_new(p)
    }
    /// The interned string equal to `s` (an exact `str`), which becomes it if there is none.
    pub fn intern_str(&self, s: Gc<Str>) -> Gc<Str> {
        if s.header().has(taipan_heap::flags::INTERNED) {
            return s;
        }
        if let Some(&p) = self.interned.borrow().get(s.as_bytes()) {
            return p;
        }
        self.intern_new(s)
    }
    fn intern_new(&self, p: Gc<Str>) -> Gc<Str> {
        p.header().set(taipan_heap::flags::INTERNED);
        self.interned.borrow_mut().insert(p.as_bytes().into(), p);
        p
    }
    /// The hash of a string: SipHash-1-3 of its bytes under the VM's hash seed, cached.
    #[inline]
    pub fn hash_str(&self, s: Gc<Str>) -> i64 {
        let h = s.hash.get();
        if h != 0 {
            return h;
        }
        let h = self.hash_bytes(s.as_bytes());
        s.hash.set(h);
        h
    }
}

/// The type.
pub static DEF: TypeDef = TypeDef {
    name: "str",
    kind: crate::kinds::STR,
    size: size_of::<Str>(),
    flags: flag::IMMUTABLE | flag::BASETYPE | flag::MATCH_SELF,
    ..TypeDef::EMPTY
};
