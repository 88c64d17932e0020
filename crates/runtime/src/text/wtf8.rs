//! Generalised UTF-8: code points 0..0x110000, surrogates included, each encoded on its own.
//!
//! In: bytes known to be well formed (from [`Str`](crate::objects::str::Str)). Out: code points. Decoding of
//! foreign bytes, with errors, is in `codecs`.

/// Number of characters of WTF-8 text.
pub fn count_chars(bytes: &[u8]) -> usize {
    // Continuation bytes are 0x80..=0xBF, as signed bytes those below -64.
    bytes.iter().filter(|&&b| (b as i8) >= -64).count()
}

/// Bytes of the character that begins with `b`.
#[inline(always)]
pub fn width(b: u8) -> usize {
    if b < 0x80 {
        1
    } else if b < 0xE0 {
        2
    } else if b < 0xF0 {
        3
    } else {
        4
    }
}

/// Bytes that code point `c` takes.
#[inline(always)]
pub fn encoded_width(c: u32) -> usize {
    if c < 0x80 {
        1
    } else if c < 0x800 {
        2
    } else if c < 0x10000 {
        3
    } else {
        4
    }
}

/// Encodes `c` (below 0x110000); answers the number of bytes.
#[inline]
pub fn encode(c: u32, out: &mut [u8; 4]) -> usize {
    if c < 0x80 {
        out[0] = c as u8;
        1
    } else if c < 0x800 {
        out[0] = 0xC0 | (c >> 6) as u8;
        out[1] = 0x80 | (c & 0x3F) as u8;
        2
    } else if c < 0x10000 {
        out[0] = 0xE0 | (c >> 12) as u8;
        out[1] = 0x80 | (c >> 6 & 0x3F) as u8;
        out[2] = 0x80 | (c & 0x3F) as u8;
        3
    } else {
        out[0] = 0xF0 | (c >> 18) as u8;
        out[1] = 0x80 | (c >> 12 & 0x3F) as u8;
        out[2] = 0x80 | (c >> 6 & 0x3F) as u8;
        out[3] = 0x80 | (c & 0x3F) as u8;
        4
    }
}

/// The code point at offset `at`, and its width.
#[inline]
pub fn decode_at(b: &[u8], at: usize) -> (u32, usize) {
    let first = b[at] as u32;
    if first < 0x80 {
        return (first, 1);
    }
    let c = |i: usize| b[at + i] as u32 & 0x3F;
    if first < 0xE0 {
        ((first & 0x1F) << 6 | c(1), 2)
    } else if first < 0xF0 {
        ((first & 0x0F) << 12 | c(1) << 6 | c(2), 3)
    } else {
        ((first & 0x07) << 18 | c(1) << 12 | c(2) << 6 | c(3), 4)
    }
}

/// The code point that ends before offset `at` (which is not 0), and its width.
#[inline]
pub fn decode_before(b: &[u8], at: usize) -> (u32, usize) {
    let mut start = at - 1;
    while b[start] & 0xC0 == 0x80 {
        start -= 1;
    }
    decode_at(b, start)
}

/// Is the code point a surrogate?
#[inline(always)]
pub fn is_surrogate(c: u32) -> bool {
    c & !0x7FF == 0xD800
}

/// The code points of text, from either end.
#[derive(Clone)]
pub struct CodePoints<'a> {
    bytes: &'a [u8],
}

impl<'a> CodePoints<'a> {
    /// Of well-formed text.
    #[inline]
    pub fn new(bytes: &'a [u8]) -> CodePoints<'a> {
        CodePoints { bytes }
    }
    /// What is left.
    pub fn rest(&self) -> &'a [u8] {
        self.bytes
    }
}

impl Iterator for CodePoints<'_> {
    type Item = u32;
    #[inline]
    fn next(&mut self) -> Option<u32> {
        let &first = self.bytes.first()?;
        if first < 0x80 {
            self.bytes = &self.bytes[1..];
            return Some(first as u32);
        }
        let (c, n) = decode_at(self.bytes, 0);
        self.bytes = &self.bytes[n..];
        Some(c)
    }
    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.bytes.len() / 4, Some(self.bytes.len()))
    }
}
impl DoubleEndedIterator for CodePoints<'_> {
    #[inline]
    fn next_back(&mut self) -> Option<u32> {
        if self.bytes.is_empty() {
            return None;
        }
        let (c, n) = decode_before(self.bytes, self.bytes.len());
        self.bytes = &self.bytes[..self.bytes.len() - n];
        Some(c)
    }
}

/// The text as CPython stores it: one, two or four bytes for each character, by the largest one.
pub fn to_ucs(bytes: &[u8]) -> Vec<u8> {
    let max = CodePoints::new(bytes).max().unwrap_or(0);
    let mut out = Vec::with_capacity(bytes.len() * 2);
    for c in CodePoints::new(bytes) {
        match max {
            0..=0xFF => out.push(c as u8),
            0x100..=0xFFFF => out.extend_from_slice(&(c as u16).to_ne_bytes()),
            _ => out.extend_from_slice(&c.to_ne_bytes()),
        }
    }
    out
}
