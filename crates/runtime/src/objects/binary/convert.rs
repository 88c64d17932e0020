//! Methods of `bytes` and `bytearray` that pad, translate and decode.

use super::{Source, source};
use crate::objects::bytearray::ByteArray;
use crate::objects::bytes::Bytes;
use crate::text::codecs;
use crate::vm::Vm;
use crate::vm::error::PyResult;
use taipan_heap::{Gc, Value};

fn fill_byte(vm: &Vm, v: Value, name: &str) -> PyResult<u8> {
    if v.is_unbound() {
        return Ok(b' ');
    }
    let b = if let Some(b) = v.cast::<Bytes>() {
        b.as_bytes().to_vec()
    } else if let Some(b) = v.cast::<ByteArray>() {
        b.as_bytes().to_vec()
    } else {
        return Err(vm.type_error(format!(
            "{name}() argument 2 must be a byte string of length 1, not {}",
            vm.arg_type_name(v)
        )));
    };
    match b[..] {
        [c] => Ok(c),
        _ => Err(vm.type_error(format!(
            "{name}(): argument 2 must be a byte string of length 1, not a {} object of length {}",
            vm.type_name(v),
            b.len()
        ))),
    }
}

fn pad(vm: &Vm, s: Source, left: usize, right: usize, fill: u8) -> PyResult {
    if left + right == 0 {
        return s.make(vm, &s);
    }
    let mut out = Vec::new();
    out.try_reserve_exact(left + right + s.len()).map_err(|_| vm.memory_error())?;
    out.resize(left, fill);
    out.extend_from_slice(&s);
    out.resize(out.len() + right, fill);
    s.make_vec(vm, out)
}
fn missing(vm: &Vm, a: &[Value]) -> PyResult<(usize, usize)> {
    let width = vm.index_ssize(a[1])?.max(0) as usize;
    Ok((width.saturating_sub(source(a[0]).len()), width))
}
pub(super) fn ljust(vm: &Vm, a: &[Value]) -> PyResult {
    let (n, _) = missing(vm, a)?;
    pad(vm, source(a[0]), 0, n, fill_byte(vm, a[2], "ljust")?)
}
pub(super) fn rjust(vm: &Vm, a: &[Value]) -> PyResult {
    let (n, _) = missing(vm, a)?;
    pad(vm, source(a[0]), n, 0, fill_byte(vm, a[2], "rjust")?)
}
pub(super) fn center(vm: &Vm, a: &[Value]) -> PyResult {
    let (n, width) = missing(vm, a)?;
    let left = n / 2 + (n & width & 1);
    pad(vm, source(a[0]), left, n - left, fill_byte(vm, a[2], "center")?)
}
pub(super) fn zfill(vm: &Vm, a: &[Value]) -> PyResult {
    let (n, _) = missing(vm, a)?;
    let s = source(a[0]);
    if n == 0 {
        return s.make(vm, &s);
    }
    let sign = matches!(s.first(), Some(b'+' | b'-')) as usize;
    let mut out = Vec::new();
    out.try_reserve_exact(n + s.len()).map_err(|_| vm.memory_error())?;
    out.extend_from_slice(&s[..sign]);
    out.resize(sign + n, b'0');
    out.extend_from_slice(&s[sign..]);
    s.make_vec(vm, out)
}

pub(super) fn expandtabs(vm: &Vm, a: &[Value]) -> PyResult {
    let s = source(a[0]);
    let size = if a[1].is_unbound() { 8 } else { vm.index_c_int(a[1])?.max(0) as usize };
    let mut out = Vec::with_capacity(s.len());
    let mut column = 0;
    for &c in s.iter() {
        match c {
            b'\t' if size > 0 => {
                let n = size - column % size;
                out.try_reserve(n).map_err(|_| vm.memory_error())?;
                out.resize(out.len() + n, b' ');
                column += n;
            }
            b'\t' => {}
            _ => {
                out.push(c);
                column = if matches!(c, b'\n' | b'\r') { 0 } else { column + 1 };
            }
        }
    }
    s.make_vec(vm, out)
}

pub(super) fn translate(vm: &Vm, a: &[Value]) -> PyResult {
    let s = source(a[0]);
    let table = if a[1].is_none() { None } else { Some(vm.get_buffer(a[1])?.to_vec()) };
    if table.as_ref().is_some_and(|t| t.len() != 256) {
        return Err(vm.value_error("translation table must be 256 characters long"));
    }
    let mut gone = [false; 256];
    if !a[2].is_unbound() {
        vm.get_buffer(a[2])?.iter().for_each(|&b| gone[b as usize] = true);
    }
    let kept = s.iter().filter(|&&b| !gone[b as usize]);
    let out: Vec<u8> = kept.map(|&b| table.as_ref().map_or(b, |t| t[b as usize])).collect();
    if out[..] == s[..] {
        return s.make(vm, &s);
    }
    s.make_vec(vm, out)
}
pub(super) fn maketrans(vm: &Vm, a: &[Value]) -> PyResult {
    let (from, to) = (vm.get_buffer(a[0])?, vm.get_buffer(a[1])?);
    if from.len() != to.len() {
        return Err(vm.value_error("maketrans arguments must have same length"));
    }
    let mut table: [u8; 256] = std::array::from_fn(|i| i as u8);
    for (f, t) in from.iter().zip(to.iter()) {
        table[*f as usize] = *t;
    }
    Ok(vm.new_bytes(&table).value())
}

pub(super) fn decode(vm: &Vm, a: &[Value]) -> PyResult {
    let encoding = codecs::name_arg(vm, a[1], "decode", "encoding")?;
    let errors = codecs::name_arg(vm, a[2], "decode", "errors")?;
    codecs::decode_object(vm, a[0], encoding, errors).map(Gc::value)
}

pub(super) fn dunder_bytes(vm: &Vm, a: &[Value]) -> PyResult {
    if vm.is_exact(a[0], crate::vm::shape_ids::bytes) {
        return Ok(a[0]);
    }
    Ok(vm.new_bytes(&source(a[0])).value())
}
pub(super) fn getnewargs(vm: &Vm, a: &[Value]) -> PyResult {
    Ok(vm.new_tuple(&[vm.new_bytes(&source(a[0])).value()]).value())
}
pub(super) fn sizeof(vm: &Vm, a: &[Value]) -> PyResult {
    let (s, head) = match source(a[0]) {
        s @ Source::Bytes(_) => (s, size_of::<Bytes>()),
        s => (s, size_of::<ByteArray>()),
    };
    Ok(vm.new_int((head + s.len()) as i64))
}
