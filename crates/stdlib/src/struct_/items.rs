//! Moves values into bytes and back.

use super::error;
use super::layout::Layout;
use taipan_runtime::objects::bytearray::ByteArray;
use taipan_runtime::objects::bytes::Bytes;
use taipan_runtime::text::half::{f64_to_half, half_to_f64};
use taipan_runtime::vm::error::PyResult;
use taipan_runtime::{Gc, GcVec, Value, Vm};

/// The smallest and largest numbers of a format.
fn limits(code: u8, size: usize) -> (i128, i128) {
    let bits = size as u32 * 8;
    if matches!(code, b'b' | b'h' | b'i' | b'l' | b'q' | b'n') {
        (-(1i128 << (bits - 1)), (1i128 << (bits - 1)) - 1)
    } else {
        (0, (1i128 << bits) - 1)
    }
}

fn integer(vm: &Vm, v: Value, code: u8, size: usize) -> PyResult<u64> {
    if !vm.has_index(v) {
        return Err(error(vm, "required argument is not an integer"));
    }
    let i = vm.index(v)?;
    let (low, high) = limits(code, size);
    let n: Option<i128> = match vm.int_to_i64(i) {
        Ok(n) => Some(n as i128),
        Err(true) => None,
        Err(false) => vm.index_u64(i).ok().map(|n| n as i128),
    };
    match n {
        Some(n) if n >= low && n <= high => Ok(n as u64),
        _ => Err(error(vm, format!("'{}' format requires {low} <= number <= {high}", code as char))),
    }
}

fn real(vm: &Vm, v: Value) -> PyResult<f64> {
    vm.to_f64(v).map_err(|e| {
        if vm.raised_is(e, vm.types.TypeError) { error(vm, "required argument is not a float") } else { e }
    })
}

fn put(out: &mut [u8], word: u64, big: bool) {
    let n = out.len();
    if big {
        out.copy_from_slice(&word.to_be_bytes()[8 - n..]);
    } else {
        out.copy_from_slice(&word.to_le_bytes()[..n]);
    }
}
fn get(b: &[u8], big: bool) -> u64 {
    let mut word = [0u8; 8];
    if big {
        word[8 - b.len()..].copy_from_slice(b);
        u64::from_be_bytes(word)
    } else {
        word[..b.len()].copy_from_slice(b);
        u64::from_le_bytes(word)
    }
}

fn put_f32(vm: &Vm, out: &mut [u8], x: f64, big: bool) -> PyResult<()> {
    let f = x as f32;
    if f.is_infinite() && x.is_finite() {
        return Err(vm.overflow_error("float too large to pack with f format"));
    }
    put(out, f.to_bits() as u64, big);
    Ok(())
}

fn pack_one(vm: &Vm, code: u8, out: &mut [u8], v: Value, big: bool) -> PyResult<()> {
    match code {
        b'?' => out[0] = vm.truth(v)? as u8,
        b'c' => {
            let one = v.cast::<Bytes>().filter(|b| b.as_bytes().len() == 1);
            let Some(b) = one else {
                return Err(error(vm, "char format requires a bytes object of length 1"));
            };
            out[0] = b.as_bytes()[0];
        }
        b'e' => {
            let Some(h) = f64_to_half(real(vm, v)?) else {
                return Err(vm.overflow_error("float too large to pack with e format"));
            };
            put(out, h as u64, big);
        }
        b'f' => put_f32(vm, out, real(vm, v)?, big)?,
        b'd' => put(out, real(vm, v)?.to_bits(), big),
        b'F' | b'D' => {
            let (re, im) = complex(vm, v)?;
            let (a, b) = out.split_at_mut(out.len() / 2);
            if code == b'D' {
                put(a, re.to_bits(), big);
                put(b, im.to_bits(), big);
            } else {
                put_f32(vm, a, re, big)?;
                put_f32(vm, b, im, big)?;
            }
        }
        b'P' => {
            if !vm.has_index(v) {
                return Err(error(vm, "required argument is not an integer"));
            }
            let i = vm.index(v)?;
            let word = match vm.int_to_i64(i) {
                Ok(n) => n as u64,
                Err(true) => {
                    return Err(error(vm, "int too large to convert"));
                }
                Err(false) => vm.index_u64(i)?,
            };
            put(out, word, big);
        }
        b's' | b'p' => {
            let bytes = if let Some(b) = v.cast::<Bytes>() {
                b.as_bytes().to_vec()
            } else if let Some(b) = v.cast::<ByteArray>() {
                b.as_bytes().to_vec()
            } else {
                return Err(error(vm, format!("argument for '{}' must be a bytes object", code as char)));
            };
            if code == b's' {
                let n = bytes.len().min(out.len());
                out[..n].copy_from_slice(&bytes[..n]);
            } else if !out.is_empty() {
                let n = bytes.len().min(out.len() - 1);
                out[0] = n.min(255) as u8;
                out[1..=n].copy_from_slice(&bytes[..n]);
            }
        }
        _ => {
            let n = out.len();
            put(out, integer(vm, v, code, n)?, big);
        }
    }
    Ok(())
}

fn complex(vm: &Vm, v: Value) -> PyResult<(f64, f64)> {
    if let Some(c) = v.cast::<taipan_runtime::objects::complex::Complex>() {
        return Ok((c.re, c.im));
    }
    if let Some(r) = vm.call_special(v, vm.names.__complex__, &[])?
        && let Some(c) = r.cast::<taipan_runtime::objects::complex::Complex>()
    {
        return Ok((c.re, c.im));
    }
    match vm.to_f64(v) {
        Ok(x) => Ok((x, 0.0)),
        Err(e) if vm.raised_is(e, vm.types.TypeError) => Err(error(vm, "required argument is not a complex")),
        Err(e) => Err(e),
    }
}

/// Packs as many values as the layout has; `out` has its size.
pub fn pack(vm: &Vm, l: &Layout, out: &mut [u8], values: &[Value]) -> PyResult<()> {
    let mut next = values.iter();
    for i in &l.items {
        for k in 0..i.count {
            let at = i.offset + k * i.size;
            let &v = next.next().expect("counted");
            pack_one(vm, i.code, &mut out[at..at + i.size], v, l.big)?;
        }
    }
    Ok(())
}

fn unpack_one(vm: &Vm, code: u8, b: &[u8], big: bool) -> Value {
    match code {
        b'?' => Value::bool(b[0] != 0),
        b'c' | b's' => vm.new_bytes(b).value(),
        b'p' => {
            let n = b.first().map_or(0, |&n| (n as usize).min(b.len() - 1));
            vm.new_bytes(b.get(1..=n).unwrap_or(&[])).value()
        }
        b'e' => Value::float(half_to_f64(get(b, big) as u16)),
        b'f' => Value::float(f32::from_bits(get(b, big) as u32) as f64),
        b'd' => Value::float(f64::from_bits(get(b, big))),
        b'F' => {
            let part = |b: &[u8]| f32::from_bits(get(b, big) as u32) as f64;
            vm.new_complex(part(&b[..4]), part(&b[4..]))
        }
        b'D' => {
            let part = |b: &[u8]| f64::from_bits(get(b, big));
            vm.new_complex(part(&b[..8]), part(&b[8..]))
        }
        b'b' | b'h' | b'i' | b'l' | b'q' | b'n' => {
            let shift = 64 - b.len() as u32 * 8;
            vm.new_int(((get(b, big) << shift) as i64) >> shift)
        }
        _ => vm.new_uint(get(b, big)),
    }
}

/// The values in `b`, which has the layout's size.
pub fn unpack(vm: &Vm, l: &Layout, b: &[u8]) -> PyResult {
    let mut out = GcVec::with_capacity(&vm.heap, l.values);
    for i in &l.items {
        for k in 0..i.count {
            let at = i.offset + k * i.size;
            out.push(&vm.heap, unpack_one(vm, i.code, &b[at..at + i.size], l.big));
        }
    }
    Ok(Gc::value(vm.new_tuple(&out)))
}
