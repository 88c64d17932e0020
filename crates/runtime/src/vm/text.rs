//! [`TextBuilder`]: puts a `str` together from pieces (reprs of containers and the like).

use crate::objects::str::Str;
use crate::vm::Vm;
use taipan_heap::Gc;

/// WTF-8 text in the making.
#[derive(Default)]
pub struct TextBuilder {
    bytes: Vec<u8>,
    chars: usize,
}

impl TextBuilder {
    /// Empty.
    pub const fn new() -> TextBuilder {
        TextBuilder { bytes: Vec::new(), chars: 0 }
    }
    /// Appends text.
    pub fn push_str(&mut self, s: &str) -> &mut Self {
        self.bytes.extend_from_slice(s.as_bytes());
        self.chars += crate::objects::str::count_chars(s.as_bytes());
        self
    }
    /// Appends the digits of an int.
    pub fn push_int(&mut self, i: i64) -> &mut Self {
        let mut buf = [0; 24];
        self.push_str(crate::objects::int::text::small_decimal(i, &mut buf))
    }
    /// Appends the repr of a float.
    pub fn push_float(&mut self, f: f64) -> &mut Self {
        use crate::objects::format::float::{REPR_ROOM, repr_into};
        let mut buf = [0; REPR_ROOM];
        let n = repr_into(f, &mut buf);
        self.bytes.extend_from_slice(&buf[..n]);
        self.chars += n;
        self
    }
    /// Appends a Python string.
    pub fn push(&mut self, s: Gc<Str>) -> &mut Self {
        self.bytes.extend_from_slice(s.as_bytes());
        self.chars += s.char_len();
        self
    }
    /// The string.
    pub fn finish(&self, vm: &Vm) -> Gc<Str> {
        // SAFETY: pieces of WTF-8 in a row are WTF-8 (as Python has it: surrogates never join), and the
        // characters were counted.
        unsafe { vm.new_str_wtf8_counted(&self.bytes, self.chars) }
    }
}
