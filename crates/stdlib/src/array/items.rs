//! Type codes and their items.

use taipan_runtime::objects::str::Str;
use taipan_runtime::text::native_items;
use taipan_runtime::vm::error::PyResult;
use taipan_runtime::{Value, Vm};

/// All type codes, in CPython's order.
pub const CODES: &str = "bBuwhHiIlLqQfd";

/// A type code.
#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(transparent)]
pub struct Code(pub u8);

impl Code {
    /// By its character.
    pub fn of(c: u8) -> Option<Code> {
        CODES.as_bytes().contains(&c).then_some(Code(c))
    }
    /// `u` or `w`.
    pub fn is_text(self) -> bool {
        matches!(self.0, b'u' | b'w')
    }
    /// Bytes of an item.
    pub fn size(self) -> usize {
        if self.is_text() { 4 } else { native_items::size(self.0).expect("a native code") }
    }
    /// The buffer format.
    pub fn format(self) -> &'static str {
        if self.is_text() { "w" } else { native_items::name(self.0).expect("a native code") }
    }
    /// The item in `b`.
    pub fn unpack(self, vm: &Vm, b: &[u8]) -> Value {
        if self.is_text() {
            let c = u32::from_ne_bytes(b.try_into().expect("four bytes"));
            return vm.str_char(c.min(0x10FFFF)).value();
        }
        native_items::unpack(vm, self.0, b)
    }
    /// The raw form of `v`.
    pub fn pack(self, vm: &Vm, v: Value) -> PyResult<[u8; 8]> {
        let mut out = [0u8; 8];
        if self.is_text() {
            let Some(s) = v.cast::<Str>() else {
                return Err(
                    vm.type_error(format!("array item must be a unicode character, not {}", vm.type_name(v)))
                );
            };
            if s.char_len() != 1 {
                return Err(vm.type_error(format!(
                    "array item must be a unicode character, not a string of length {}",
                    s.char_len()
                )));
            }
            out[..4].copy_from_slice(&vm.str_code_at(s, 0).to_ne_bytes());
            return Ok(out);
        }
        match self.0 {
            b'd' => return Ok(vm.to_f64(v)?.to_ne_bytes()),
            b'f' => {
                out[..4].copy_from_slice(&(vm.to_f64(v)? as f32).to_ne_bytes());
                return Ok(out);
            }
            _ => {}
        }
        let i = vm.index(v)?;
        let n = vm.int_to_i64(i);
        // CPython reads a `short` for `b` and an `int` for `H` first, and complains of what does not fit into those.
        let inner = match (self.0, n) {
            (b'b', Ok(n)) if i16::try_from(n).is_err() => Some((n, "signed short integer")),
            (b'H', Ok(n)) if i32::try_from(n).is_err() => Some((n, "signed integer")),
            _ => None,
        };
        if let Some((n, what)) = inner {
            let side = if n < 0 { "less than minimum" } else { "greater than maximum" };
            return Err(vm.overflow_error(format!("{what} is {side}")));
        }
        let small = |low: i64, high: i64, what: &str| -> PyResult<i64> {
            match n {
                Ok(n) if n < low => Err(vm.overflow_error(format!("{what} is less than minimum"))),
                Ok(n) if n > high => Err(vm.overflow_error(format!("{what} is greater than maximum"))),
                Ok(n) => Ok(n),
                Err(_) => Err(vm.overflow_error("Python int too large to convert to C long")),
            }
        };
        let word = match self.0 {
            b'b' => small(-128, 127, "signed char")?,
            b'B' => small(0, 255, "unsigned byte integer")?,
            b'h' => small(-32768, 32767, "signed short integer")?,
            b'H' => small(0, 65535, "unsigned short")?,
            b'i' => small(i32::MIN as i64, i32::MAX as i64, "signed integer")?,
            b'I' => match n {
                Ok(n) if n < 0 => {
                    return Err(vm.overflow_error("can't convert negative value to unsigned int"));
                }
                Err(true) => {
                    return Err(vm.overflow_error("can't convert negative value to unsigned int"));
                }
                Err(false) => {
                    return Err(vm.overflow_error("Python int too large to convert to C unsigned long"));
                }
                Ok(n) if n > u32::MAX as i64 => {
                    return Err(vm.overflow_error("unsigned int is greater than maximum"));
                }
                Ok(n) => n,
            },
            b'l' => n.map_err(|_| vm.overflow_error("Python int too large to convert to C long"))?,
            b'q' => n.map_err(|_| vm.overflow_error("int too big to convert"))?,
            b'L' => vm.index_u64(i)? as i64,
            _ => match n {
                Ok(n) if n >= 0 => n,
                Ok(_) | Err(true) => {
                    return Err(vm.overflow_error("can't convert negative int to unsigned"));
                }
                Err(false) => {
                    vm.index_u64(i).map_err(|_| vm.overflow_error("int too big to convert"))? as i64
                }
            },
        };
        match self.size() {
            1 => out[0] = word as u8,
            2 => out[..2].copy_from_slice(&(word as u16).to_ne_bytes()),
            4 => out[..4].copy_from_slice(&(word as u32).to_ne_bytes()),
            _ => out = word.to_ne_bytes(),
        }
        Ok(out)
    }
}

/// The raw items of text.
pub fn text_items(s: taipan_runtime::Gc<Str>) -> Vec<u8> {
    s.code_points().flat_map(u32::to_ne_bytes).collect()
}
