//! Reads format strings.

use super::error;
use taipan_runtime::Vm;
use taipan_runtime::vm::error::PyResult;

/// Items of one kind in a row.
#[derive(Clone, Copy, Debug)]
pub struct Item {
    /// Format character.
    pub code: u8,
    /// Bytes of one item; of the whole for `s` and `p`.
    pub size: usize,
    /// Offset of the first.
    pub offset: usize,
    /// Number of items (1 for `s` and `p`).
    pub count: usize,
}

impl Item {
    /// `s` or `p`: one value of several bytes.
    pub fn is_string(&self) -> bool {
        matches!(self.code, b's' | b'p')
    }
}

/// What a format describes.
#[derive(Clone, Debug)]
pub struct Layout {
    /// The format.
    pub format: Vec<u8>,
    /// Items, pad bytes left out.
    pub items: Vec<Item>,
    /// Bytes in all.
    pub size: usize,
    /// Values in all.
    pub values: usize,
    /// Big-endian?
    pub big: bool,
    /// Sizes of this machine's C?
    pub native: bool,
}

/// Size and alignment in native mode, or size in standard mode.
fn size_of_code(code: u8, native: bool) -> Option<(usize, usize)> {
    let (size, align) = match code {
        b'x' | b'c' | b'b' | b'B' | b'?' | b's' | b'p' => (1, 1),
        b'h' | b'H' | b'e' => (2, 2),
        b'i' | b'I' | b'f' => (4, 4),
        b'l' | b'L' if native => (8, 8),
        b'l' | b'L' => (4, 4),
        b'q' | b'Q' | b'd' => (8, 8),
        b'n' | b'N' | b'P' if native => (8, 8),
        b'F' => (8, 4),
        b'D' => (16, 8),
        _ => return None,
    };
    Some((size, if native { align } else { 1 }))
}

impl Layout {
    /// Reads a format.
    pub fn parse(vm: &Vm, format: &[u8]) -> PyResult<Layout> {
        let mut native = false;
        let mut rest = format;
        let mut big = cfg!(target_endian = "big");
        match format.first() {
            Some(b'<') => big = false,
            Some(b'>' | b'!') => big = true,
            Some(b'=') => {}
            Some(b'@') => native = true,
            _ => native = true,
        }
        if matches!(format.first(), Some(b'<' | b'>' | b'!' | b'=' | b'@')) {
            rest = &format[1..];
        }
        let too_long = || error(vm, "total struct size too long");
        let mut out = Layout { format: format.to_vec(), items: vec![], size: 0, values: 0, big, native };
        let mut i = 0;
        while i < rest.len() {
            let mut c = rest[i];
            i += 1;
            if matches!(c, b' ' | 9..=13) {
                continue;
            }
            let mut count = 1usize;
            if c.is_ascii_digit() {
                count = (c - b'0') as usize;
                loop {
                    let Some(&d) = rest.get(i) else {
                        return Err(error(vm, "repeat count given without format specifier"));
                    };
                    i += 1;
                    if !d.is_ascii_digit() {
                        c = d;
                        break;
                    }
                    count = count
                        .checked_mul(10)
                        .and_then(|n| n.checked_add((d - b'0') as usize))
                        .filter(|&n| n <= isize::MAX as usize)
                        .ok_or_else(too_long)?;
                }
            }
            if c == 0 {
                return Err(error(vm, "embedded null character"));
            }
            let Some((size, align)) = size_of_code(c, native) else {
                return Err(error(vm, "bad char in struct format"));
            };
            let offset = out.size.div_ceil(align).checked_mul(align).ok_or_else(too_long)?;
            let bytes = size.checked_mul(count).ok_or_else(too_long)?;
            out.size =
                offset.checked_add(bytes).filter(|&n| n <= isize::MAX as usize).ok_or_else(too_long)?;
            match c {
                b'x' => {}
                b's' | b'p' => {
                    out.items.push(Item { code: c, size: count, offset, count: 1 });
                    out.values += 1;
                }
                _ if count > 0 => {
                    out.items.push(Item { code: c, size, offset, count });
                    out.values += count;
                }
                _ => {}
            }
        }
        Ok(out)
    }
}
