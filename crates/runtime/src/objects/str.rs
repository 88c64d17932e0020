//! `str`: WTF-8 bytes with a character count, a cached hash and, for non-ASCII text, an on-demand index.
//!
//! This file holds the layout, construction, and what everything else needs of strings; the type's slots and
//! methods are in `str/`.
//!
//! A string's bytes lie behind its header, or (for the results of repeated `s += x`) in a buffer that several
//! strings share: each string is a prefix of it, and the longest one may be extended in place. Characters are
//! code points; a high surrogate followed by a low one stays two characters.

mod build;
mod case;
mod concat;
mod convert;
pub mod iter;
mod methods;
mod predicates;
mod search;
mod slots;
mod split;
#[cfg(test)]
mod tests;

pub use build::StrBuf;

use crate::kinds::Trace;
use crate::text::wtf8::{self, CodePoints};
use crate::vm::error::PyResult;
use crate::vm::{Vm, shape_ids};
use std::cell::Cell;
use std::fmt;
use taipan_heap::{Gc, Header, Leaf, RawBuf, Slot, Tracer, Value, ValueBuf};

pub use predicates::is_identifier;
pub(crate) use slots::push_escape;
pub use slots::{DEF, has_surrogates};

/// A `str` (or an instance of a subclass). ASCII text lies right behind this; other text, and text in a shared buffer,
/// has a [`Wide`] first (header flag [`WIDE`]).
#[repr(C)]
pub struct Str {
    header: Header,
    /// 0: not computed yet.
    hash: Cell<i64>,
    /// Length in characters (code points, surrogates included); of ASCII text in bytes, too.
    chars: usize,
    data: [u8; 0],
}

/// What follows a [`Str`] that is not ASCII, or whose text is in a shared buffer.
#[repr(C)]
struct Wide {
    /// Length in bytes; equal to that in characters exactly for ASCII.
    len: usize,
    /// `None`; or the character index (a raw buffer, see `index`); or, with the flag [`SHARED`], the raw
    /// buffer that holds the text, or a pair of both. Without that flag the text lies behind this.
    aux: Slot<Value>,
    data: [u8; 0],
}

/// Offset of the length in characters, for compiled code.
pub const CHARS_OFFSET: usize = std::mem::offset_of!(Str, chars);

/// Header flag: the text is in a shared buffer.
const SHARED: u16 = taipan_heap::flags::KIND_BIT0;
/// Header flag: a [`Wide`] follows.
const WIDE: u16 = taipan_heap::flags::KIND_BIT0 << 2;
/// Header flag: made by concatenation, so that the next one prepares for more.
const CONCATENATED: u16 = taipan_heap::flags::KIND_BIT0 << 1;
/// Size of a [`Str`] with a [`Wide`], without the text.
const WIDE_SIZE: usize = size_of::<Str>() + size_of::<Wide>();
/// Characters between two entries of the index.
const STRIDE: usize = 64;

impl Trace for Str {
    fn trace(&self, t: &mut Tracer) {
        if let Some(w) = self.wide() {
            t.slot(&w.aux);
        }
    }
    const LEAF: Leaf = Leaf { shape: shape_ids::str, without: WIDE };
}

impl Str {
    /// Is it the one interned string of its text?
    pub fn is_interned(&self) -> bool {
        self.header.has(taipan_heap::flags::INTERNED)
    }
    /// The text as WTF-8: UTF-8 in which surrogates are encoded as three bytes each.
    #[inline(always)]
    pub fn as_bytes(&self) -> &[u8] {
        let (text, len) = match self.wide() {
            None => (self.data.as_ptr(), self.chars),
            Some(w) => (self.wide_text(w), w.len),
        };
        // SAFETY: that many bytes there belong to this string; a string never changes.
        unsafe { std::slice::from_raw_parts(text, len) }
    }
    #[inline(always)]
    fn wide(&self) -> Option<&Wide> {
        // SAFETY: the flag says what was laid out behind this.
        self.header.has(WIDE).then(|| unsafe { &*self.data.as_ptr().cast::<Wide>() })
    }
    fn wide_text(&self, w: &Wide) -> *const u8 {
        if self.header.has(SHARED) {
            concat::text_of(w.aux.get()).map_or(std::ptr::null(), |b| concat::start_of(b).cast_const())
        } else {
            w.data.as_ptr()
        }
    }
    /// Length in characters.
    #[inline(always)]
    pub fn char_len(&self) -> usize {
        self.chars
    }
    /// Length in bytes.
    #[inline(always)]
    pub fn byte_len(&self) -> usize {
        self.wide().map_or(self.chars, |w| w.len)
    }
    /// Bytes of the object, the text included where it lies behind it; without what a subclass adds.
    #[inline(always)]
    pub(crate) fn own_size(&self) -> usize {
        match self.wide() {
            None => size_of::<Str>() + self.chars,
            Some(w) => WIDE_SIZE + if self.header.has(SHARED) { 0 } else { w.len },
        }
    }
    /// Is it pure ASCII?
    #[inline(always)]
    pub fn is_ascii(&self) -> bool {
        self.wide().is_none_or(|w| w.len == self.chars)
    }
    /// Has it no characters?
    #[inline(always)]
    pub fn is_empty(&self) -> bool {
        self.chars == 0
    }
    /// The text, unless it holds surrogates.
    pub fn to_str(&self) -> Option<&str> {
        if self.is_ascii() {
            // SAFETY: ASCII is UTF-8.
            Some(unsafe { std::str::from_utf8_unchecked(self.as_bytes()) })
        } else {
            std::str::from_utf8(self.as_bytes()).ok()
        }
    }
    /// The text with surrogates replaced by U+FFFD.
    pub fn to_string_lossy(&self) -> std::borrow::Cow<'_, str> {
        String::from_utf8_lossy(self.as_bytes())
    }
    /// The cached hash, 0 if none.
    #[inline(always)]
    pub fn cached_hash(&self) -> i64 {
        self.hash.get()
    }
    /// The characters.
    #[inline]
    pub fn code_points(&self) -> CodePoints<'_> {
        CodePoints::new(self.as_bytes())
    }
}

impl fmt::Display for Str {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_string_lossy())
    }
}

pub use crate::text::wtf8::count_chars;

impl Vm {
    /// A new `str` from text.
    #[inline]
    pub fn new_str(&self, s: &str) -> Gc<Str> {
        // SAFETY: UTF-8 is WTF-8.
        unsafe { self.new_str_wtf8_counted(s.as_bytes(), count_chars(s.as_bytes())) }
    }
    /// A new `str` from ASCII bytes (checked in debug builds).
    #[inline]
    pub fn new_str_ascii(&self, s: &[u8]) -> Gc<Str> {
        debug_assert!(s.is_ascii());
        // SAFETY: ASCII is WTF-8 with one byte for each character.
        unsafe { self.new_str_wtf8_counted(s, s.len()) }
    }
    /// A new `str` from WTF-8 bytes.
    ///
    /// # Safety
    /// `bytes` is well-formed WTF-8 (see [`Vm::new_str_wtf8_counted`]).
    pub unsafe fn new_str_wtf8(&self, bytes: &[u8]) -> Gc<Str> {
        // SAFETY: by the caller's promise.
        unsafe { self.new_str_wtf8_counted(bytes, count_chars(bytes)) }
    }
    /// A new `str` from WTF-8 bytes.
    ///
    /// # Safety
    /// `bytes` is well-formed WTF-8 (UTF-8 plus three-byte encodings of surrogates; a high surrogate followed
    /// by a low one stays two surrogates, as in Python) and `chars` is its number of characters.
    pub unsafe fn new_str_wtf8_counted(&self, bytes: &[u8], chars: usize) -> Gc<Str> {
        if chars <= 1
            && let Some(s) = self.cached_char(bytes)
        {
            return s;
        }
        let ty = self.types.str;
        let size = prefix(bytes.len(), chars) + bytes.len();
        let p = self.heap.alloc_raw(size, crate::kinds::STR, ty.header_ptr(), ty.shape.get());
        // SAFETY: a fresh cell of that size, large enough for the text.
        unsafe {
            let (s, text) = init(p, bytes.len(), chars);
            copy_text(bytes.as_ptr(), text, bytes.len());
            Gc::from_ptr(s)
        }
    }
    /// The shared string for no character or one of U+0000..U+00FF.
    #[inline]
    fn cached_char(&self, bytes: &[u8]) -> Option<Gc<Str>> {
        let table = self.latin1.get()?;
        match *bytes {
            [] => Some(table[256]),
            [b] => Some(table[b as usize]),
            [a @ (0xC2 | 0xC3), b] => Some(table[((a as usize & 3) << 6) | (b as usize & 0x3F)]),
            _ => None,
        }
    }
    /// Makes the shared one-character strings; part of bootstrap.
    pub(crate) fn make_char_cache(&self) -> Box<[Gc<Str>; 257]> {
        Box::new(std::array::from_fn(|i| match char::from_u32(i as u32) {
            Some(c) if i < 256 => self.intern(c.encode_utf8(&mut [0; 4])),
            _ => self.intern(""),
        }))
    }
    /// A new `str` of `chars` characters in `len` bytes, which `fill` writes.
    ///
    /// # Safety
    /// `fill` initialises all `len` bytes with well-formed WTF-8 of `chars` characters, and allocates nothing.
    #[inline]
    pub unsafe fn new_str_with(
        &self,
        len: usize,
        chars: usize,
        fill: impl FnOnce(*mut u8),
    ) -> PyResult<Gc<Str>> {
        if len <= 2 {
            let mut small = [0u8; 2];
            fill(small.as_mut_ptr());
            // SAFETY: by the caller's promise.
            return Ok(unsafe { self.new_str_wtf8_counted(&small[..len], chars) });
        }
        let size = len.checked_add(prefix(len, chars)).ok_or_else(|| self.memory_error())?;
        let ty = self.types.str;
        let p = if size < 2048 {
            self.heap.alloc_raw(size, crate::kinds::STR, ty.header_ptr(), ty.shape.get())
        } else {
            self.try_alloc_var_raw(ty, size)?
        };
        // SAFETY: a fresh cell of that size, large enough for the text.
        unsafe {
            let (s, text) = init(p, len, chars);
            fill(text);
            Ok(Gc::from_ptr(s))
        }
    }
    /// A new instance of `ty`, which is `str` or a subclass, with the text of `s`.
    pub fn new_str_of(&self, ty: Gc<crate::objects::typ::Type>, s: Gc<Str>) -> PyResult<Gc<Str>> {
        let (bytes, chars) = (s.as_bytes(), s.chars);
        let p = self.try_alloc_var_raw(ty, prefix(bytes.len(), chars) + bytes.len())?;
        // SAFETY: a fresh cell of that size, large enough for the text.
        unsafe {
            let (new, text) = init(p, bytes.len(), chars);
            std::ptr::copy_nonoverlapping(bytes.as_ptr(), text, bytes.len());
            (*new).hash.set(s.hash.get());
            Ok(Gc::from_ptr(new))
        }
    }
    /// `s` as an exact `str`: itself, or a copy of a subclass instance.
    pub fn str_exact(&self, s: Gc<Str>) -> PyResult<Gc<Str>> {
        if self.is_exact(s.value(), crate::vm::shape_ids::str) {
            Ok(s)
        } else {
            self.new_str_of(self.types.str, s)
        }
    }
    /// The empty string.
    #[inline]
    pub fn str_empty(&self) -> Gc<Str> {
        self.latin1[256]
    }
    /// The string of one character; `c` is below 0x110000 (surrogates allowed).
    #[inline]
    pub fn str_char(&self, c: u32) -> Gc<Str> {
        if c < 256 {
            return self.latin1[c as usize];
        }
        let mut buf = [0u8; 4];
        let n = wtf8::encode(c, &mut buf);
        // SAFETY: one encoded code point.
        unsafe { self.new_str_wtf8_counted(&buf[..n], 1) }
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
        self.interned_young.borrow_mut().push(p);
        p
    }
    /// The hash of a string, cached: SipHash-1-3 under the VM's hash seed of the narrowest of Latin-1, UCS-2
    /// and UCS-4 that fits, so that seeded hashes are CPython's.
    #[inline]
    pub fn hash_str(&self, s: Gc<Str>) -> i64 {
        let h = s.hash.get();
        if h != 0 {
            return h;
        }
        let h = if s.is_ascii() {
            self.hash_bytes(s.as_bytes())
        } else {
            self.hash_bytes(&wtf8::to_ucs(s.as_bytes()))
        };
        s.hash.set(h);
        h
    }
}

/// Copies text: mostly a few bytes, for which calling `memcpy` takes longer than copying.
///
/// # Safety
/// As for `copy_nonoverlapping`.
#[inline(always)]
pub(crate) unsafe fn copy_text(from: *const u8, to: *mut u8, n: usize) {
    // SAFETY: by the caller's promise; two words that overlap cover any length between one and two of them.
    unsafe {
        match n {
            0 => {}
            1..4 => {
                *to = *from;
                *to.add(n / 2) = *from.add(n / 2);
                *to.add(n - 1) = *from.add(n - 1);
            }
            4..8 => {
                let (a, b) =
                    (from.cast::<u32>().read_unaligned(), from.add(n - 4).cast::<u32>().read_unaligned());
                to.cast::<u32>().write_unaligned(a);
                to.add(n - 4).cast::<u32>().write_unaligned(b);
            }
            8..=16 => {
                let (a, b) =
                    (from.cast::<u64>().read_unaligned(), from.add(n - 8).cast::<u64>().read_unaligned());
                to.cast::<u64>().write_unaligned(a);
                to.add(n - 8).cast::<u64>().write_unaligned(b);
            }
            _ => std::ptr::copy_nonoverlapping(from, to, n),
        }
    }
}

/// Bytes in front of the text of a string of its own text.
#[inline(always)]
fn prefix(len: usize, chars: usize) -> usize {
    if len == chars { size_of::<Str>() } else { WIDE_SIZE }
}

/// Initialises a string whose text will lie behind it; answers the address of the text, too.
///
/// # Safety
/// `p` is a fresh cell with a header and room for what [`prefix`] says and `len` bytes.
#[inline(always)]
unsafe fn init(p: *mut Header, len: usize, chars: usize) -> (*mut Str, *mut u8) {
    let s = p.cast::<Str>();
    // SAFETY: by the caller's promise; the header stays.
    unsafe {
        (&raw mut (*s).hash).write(Cell::new(0));
        (&raw mut (*s).chars).write(chars);
        let behind = (&raw mut (*s).data).cast::<u8>();
        if len == chars { (s, behind) } else { (s, init_wide(s, len, Value::NONE)) }
    }
}

/// Lays out the second part of a string that is not ASCII or whose text is elsewhere; answers the address behind it.
///
/// # Safety
/// `s` has room for it.
unsafe fn init_wide(s: *mut Str, len: usize, aux: Value) -> *mut u8 {
    // SAFETY: by the caller's promise.
    unsafe {
        let w = (&raw mut (*s).data).cast::<Wide>();
        (&raw mut (*w).len).write(len);
        (&raw mut (*w).aux).write(Slot::new(aux));
        (*s).header.set(WIDE);
        (&raw mut (*w).data).cast()
    }
}

/// Positions: between characters and bytes.
impl Vm {
    /// The byte offsets of each 64th character of non-ASCII text, made on first use.
    fn str_index(&self, s: Gc<Str>) -> Gc<RawBuf> {
        let Some(w) = s.wide() else { unreachable!("ASCII text needs no index") };
        let aux = w.aux.get();
        if s.header().has(SHARED) {
            if let Some(pair) = aux.cast::<ValueBuf>()
                && let Some(i) = pair.at(1).cast::<RawBuf>()
            {
                return i;
            }
        } else if let Some(i) = aux.cast::<RawBuf>() {
            return i;
        }
        let n = s.chars / STRIDE + 1;
        let index = RawBuf::try_new(&self.heap, n * size_of::<usize>()).expect("an eighth of the text");
        let out = index.data().cast::<usize>();
        let mut chars = 0;
        for (at, &b) in s.as_bytes().iter().enumerate() {
            if b & 0xC0 != 0x80 {
                if chars % STRIDE == 0 {
                    // SAFETY: below `n`, since `chars` is below the character count.
                    unsafe { out.add(chars / STRIDE).write(at) };
                }
                chars += 1;
            }
        }
        if s.chars.is_multiple_of(STRIDE) {
            // SAFETY: the last of the `n` entries: the end.
            unsafe { out.add(n - 1).write(w.len) };
        }
        if s.header().has(SHARED) {
            let pair = ValueBuf::new(&self.heap, 2);
            pair.put(0, aux);
            pair.put(1, index_value(index));
            w.aux.set(s, Value::from_header(pair.header_ptr()));
        } else {
            w.aux.set(s, index_value(index));
        }
        index
    }
    /// The byte offset of character `i` (which may be the length).
    #[inline]
    pub fn str_byte_offset(&self, s: Gc<Str>, i: usize) -> usize {
        debug_assert!(i <= s.chars);
        if s.is_ascii() {
            return i;
        }
        self.byte_offset_slow(s, i)
    }
    fn byte_offset_slow(&self, s: Gc<Str>, i: usize) -> usize {
        let b = s.as_bytes();
        let (mut at, mut left) = (0, i);
        if i == s.chars {
            return b.len();
        }
        if i >= STRIDE {
            let index = self.str_index(s);
            // SAFETY: the index has an entry for each 64th character.
            at = unsafe { *index.data().cast::<usize>().add(i / STRIDE) };
            left = i % STRIDE;
        }
        while left > 0 {
            at += wtf8::width(b[at]);
            left -= 1;
        }
        at
    }
    /// The character index of byte offset `at`, which lies between characters.
    pub fn str_char_offset(&self, s: Gc<Str>, at: usize) -> usize {
        if s.is_ascii() {
            return at;
        }
        if at < 4 * STRIDE {
            return count_chars(&s.as_bytes()[..at]);
        }
        let index = self.str_index(s);
        // SAFETY: the index holds that many words.
        let words = unsafe { std::slice::from_raw_parts(index.data().cast::<usize>(), s.chars / STRIDE + 1) };
        let k = words.partition_point(|&o| o <= at) - 1;
        k * STRIDE + count_chars(&s.as_bytes()[words[k]..at])
    }
    /// The code point at character `i`, which is below the length.
    #[inline]
    pub fn str_code_at(&self, s: Gc<Str>, i: usize) -> u32 {
        let b = s.as_bytes();
        if s.is_ascii() {
            return b[i] as u32;
        }
        wtf8::decode_at(b, self.byte_offset_slow(s, i)).0
    }
    /// The substring of the characters `from..to` (`from <= to <=` length).
    pub fn str_substring(&self, s: Gc<Str>, from: usize, to: usize) -> Gc<Str> {
        if from == 0 && to == s.chars && self.is_exact(s.value(), crate::vm::shape_ids::str) {
            return s;
        }
        let a = self.str_byte_offset(s, from);
        let b = if to - from < STRIDE && !s.is_ascii() {
            let mut at = a;
            for _ in from..to {
                at += wtf8::width(s.as_bytes()[at]);
            }
            at
        } else {
            self.str_byte_offset(s, to)
        };
        // SAFETY: a range between characters of well-formed text.
        unsafe { self.new_str_wtf8_counted(&s.as_bytes()[a..b], to - from) }
    }
    /// The substring of the bytes `from..to`, which lie between characters.
    #[inline]
    pub fn str_subbytes(&self, s: Gc<Str>, from: usize, to: usize) -> Gc<Str> {
        if from == 0 && to == s.byte_len() && self.is_exact(s.value(), crate::vm::shape_ids::str) {
            return s;
        }
        let part = &s.as_bytes()[from..to];
        let chars = if s.is_ascii() { part.len() } else { count_chars(part) };
        // SAFETY: a range between characters of well-formed text.
        unsafe { self.new_str_wtf8_counted(part, chars) }
    }
}

fn index_value(b: Gc<RawBuf>) -> Value {
    Value::from_header(b.header_ptr())
}
