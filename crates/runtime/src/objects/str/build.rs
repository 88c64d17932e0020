//! [`StrBuf`]: a growing text in Rust's own heap, to be made a `str` at the end.

use crate::objects::str::Str;
use crate::text::wtf8;
use crate::vm::Vm;
use taipan_heap::Gc;

/// WTF-8 text under construction. Holds no Python values.
#[derive(Clone, Default, Debug)]
pub struct StrBuf {
    bytes: Vec<u8>,
    chars: usize,
}

impl StrBuf {
    /// Empty.
    pub fn new() -> StrBuf {
        StrBuf::default()
    }
    /// Empty, with room for `n` bytes.
    pub fn with_capacity(n: usize) -> StrBuf {
        StrBuf { bytes: Vec::with_capacity(n), chars: 0 }
    }
    /// Length in characters.
    pub fn chars(&self) -> usize {
        self.chars
    }
    /// The text.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }
    /// Appends a code point below 0x110000.
    #[inline]
    pub fn push(&mut self, c: u32) {
        if c < 0x80 {
            self.bytes.push(c as u8);
        } else {
            let mut buf = [0; 4];
            let n = wtf8::encode(c, &mut buf);
            self.bytes.extend_from_slice(&buf[..n]);
        }
        self.chars += 1;
    }
    /// Appends an ASCII character.
    #[inline]
    pub fn push_ascii(&mut self, c: u8) {
        debug_assert!(c < 0x80);
        self.bytes.push(c);
        self.chars += 1;
    }
    /// Appends `n` times the code point `c`.
    pub fn push_n(&mut self, c: u32, n: usize) {
        if c < 0x80 {
            self.bytes.resize(self.bytes.len() + n, c as u8);
            self.chars += n;
        } else {
            for _ in 0..n {
                self.push(c);
            }
        }
    }
    /// Appends text.
    pub fn push_str(&mut self, s: &str) {
        self.bytes.extend_from_slice(s.as_bytes());
        self.chars += wtf8::count_chars(s.as_bytes());
    }
    /// Appends a string object's text.
    pub fn push_obj(&mut self, s: Gc<Str>) {
        self.bytes.extend_from_slice(s.as_bytes());
        self.chars += s.char_len();
    }
    /// Appends WTF-8.
    ///
    /// # Safety
    /// `bytes` is well-formed WTF-8.
    pub unsafe fn push_wtf8(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
        self.chars += wtf8::count_chars(bytes);
    }
    /// Makes the object.
    pub fn finish(self, vm: &Vm) -> Gc<Str> {
        // SAFETY: only well-formed text was appended, and its characters counted.
        unsafe { vm.new_str_wtf8_counted(&self.bytes, self.chars) }
    }
}

impl std::fmt::Write for StrBuf {
    fn write_str(&mut self, s: &str) -> std::fmt::Result {
        self.push_str(s);
        Ok(())
    }
}
impl Extend<u32> for StrBuf {
    fn extend<I: IntoIterator<Item = u32>>(&mut self, it: I) {
        it.into_iter().for_each(|c| self.push(c));
    }
}
