//! Items of arrays and memoryviews: numbers in this machine's C layout, by format character.

use super::half::{f64_to_half, half_to_f64};
use crate::vm::Vm;
use crate::vm::error::PyResult;
use taipan_heap::Value;

/// Bytes of a native format character; `None` for others.
pub fn size(format: u8) -> Option<usize> {
    Some(match format {
        b'c' | b'b' | b'B' | b'?' => 1,
        b'h' | b'H' | b'e' => 2,
        b'i' | b'I' | b'f' => 4,
        b'l' | b'L' | b'q' | b'Q' | b'n' | b'N' | b'P' | b'd' => 8,
        _ => return None,
    })
}

/// The static text of a native format character.
pub fn name(format: u8) -> Option<&'static str> {
    const ALL: &str = "cbB?hHeiIflLqQnNPd";
    let i = ALL.bytes().position(|c| c == format)?;
    Some(&ALL[i..=i])
}

/// The item in `b`, which has the format's size.
pub fn unpack(vm: &Vm, format: u8, b: &[u8]) -> Value {
    macro_rules! read {
        ($t:ty) => {
            <$t>::from_ne_bytes(b.try_into().expect("an item's size"))
        };
    }
    match format {
        b'c' => vm.new_bytes(b).value(),
        b'?' => Value::bool(b[0] != 0),
        b'b' => Value::int(b[0] as i8 as i64),
        b'B' => Value::int(b[0] as i64),
        b'h' => Value::int(read!(i16) as i64),
        b'H' => Value::int(read!(u16) as i64),
        b'e' => Value::float(half_to_f64(read!(u16))),
        b'i' => Value::int(read!(i32) as i64),
        b'I' => Value::int(read!(u32) as i64),
        b'f' => Value::float(read!(f32) as f64),
        b'd' => Value::float(read!(f64)),
        b'l' | b'q' | b'n' => vm.new_int(read!(i64)),
        _ => vm.new_uint(read!(u64)),
    }
}

/// What is wrong with a value that does not fit a format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Misfit {
    /// Of the wrong type.
    Type,
    /// Too large or too small.
    Range,
}

/// Writes a value into `out`, which has the format's size. Errors of `__index__` and the like pass through,
/// except for `TypeError`.
pub fn pack(vm: &Vm, format: u8, v: Value, out: &mut [u8]) -> PyResult<Result<(), Misfit>> {
    match format {
        b'c' => {
            let Some(b) = v.cast::<crate::objects::bytes::Bytes>() else { return Ok(Err(Misfit::Type)) };
            let [c] = b.as_bytes() else { return Ok(Err(Misfit::Range)) };
            out[0] = *c;
        }
        b'?' => out[0] = vm.truth(v)? as u8,
        b'e' | b'f' | b'd' => {
            let x = match vm.to_f64(v) {
                Err(e) if vm.raised_is(e, vm.types.TypeError) => return Ok(Err(Misfit::Type)),
                x => x?,
            };
            match format {
                b'e' => match f64_to_half(x) {
                    Some(h) => out.copy_from_slice(&h.to_ne_bytes()),
                    None => return Err(vm.overflow_error("float too large to pack with e format")),
                },
                b'f' => out.copy_from_slice(&(x as f32).to_ne_bytes()),
                _ => out.copy_from_slice(&x.to_ne_bytes()),
            }
        }
        _ => {
            if !vm.has_index(v) {
                return Ok(Err(Misfit::Type));
            }
            let i = vm.index(v)?;
            let signed = matches!(format, b'b' | b'h' | b'i' | b'l' | b'q' | b'n');
            let bits = out.len() as u32 * 8;
            let word = match vm.int_to_i64(i) {
                Ok(n) if signed => {
                    if bits < 64 && (n < -(1 << (bits - 1)) || n >= 1 << (bits - 1)) {
                        return Ok(Err(Misfit::Range));
                    }
                    n as u64
                }
                Ok(n) if n >= 0 && (bits == 64 || n < 1 << bits) => n as u64,
                Err(false) if !signed && bits == 64 => match vm.index_u64(i) {
                    Ok(n) => n,
                    Err(_) => return Ok(Err(Misfit::Range)),
                },
                _ => return Ok(Err(Misfit::Range)),
            };
            match out.len() {
                1 => out[0] = word as u8,
                2 => out.copy_from_slice(&(word as u16).to_ne_bytes()),
                4 => out.copy_from_slice(&(word as u32).to_ne_bytes()),
                _ => out.copy_from_slice(&word.to_ne_bytes()),
            }
        }
    }
    Ok(Ok(()))
}
