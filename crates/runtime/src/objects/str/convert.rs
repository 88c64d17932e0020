//! `str` methods that pad, translate and encode.

use super::slots::this;
use super::{Str, StrBuf};
use crate::objects::dict::Dict;
use crate::text::codecs;
use crate::text::markup::{self, Arguments};
use crate::vm::Vm;
use crate::vm::args::Args;
use crate::vm::error::PyResult;
use taipan_heap::{Gc, Value};

fn fill_char(vm: &Vm, v: Value) -> PyResult<u32> {
    if v.is_unbound() {
        return Ok(b' ' as u32);
    }
    let Some(s) = v.cast::<Str>() else {
        return Err(
            vm.type_error(format!("The fill character must be a unicode character, not {}", vm.type_name(v)))
        );
    };
    if s.char_len() != 1 {
        return Err(vm.type_error("The fill character must be exactly one character long"));
    }
    Ok(vm.str_code_at(s, 0))
}

impl Vm {
    /// `s` with `left` and `right` fill characters around it.
    pub fn str_pad(&self, s: Gc<Str>, left: usize, right: usize, fill: u32) -> PyResult<Gc<Str>> {
        if left == 0 && right == 0 {
            return self.str_exact(s);
        }
        let n = left.checked_add(right).ok_or_else(|| self.overflow_error("padded string is too long"))?;
        let mut buf = [0; 4];
        let w = crate::text::wtf8::encode(fill, &mut buf);
        let len = n.checked_mul(w).and_then(|k| k.checked_add(s.byte_len()));
        let len = len.filter(|&l| l < isize::MAX as usize).ok_or_else(|| self.memory_error())?;
        // SAFETY: copies of one character around well-formed text.
        unsafe {
            self.new_str_with(len, s.char_len() + n, |p| {
                let put = |from: usize, count: usize| {
                    if w == 1 {
                        return std::ptr::write_bytes(p.add(from), buf[0], count);
                    }
                    for i in 0..count {
                        std::ptr::copy_nonoverlapping(buf.as_ptr(), p.add(from + i * w), w);
                    }
                };
                put(0, left);
                std::ptr::copy_nonoverlapping(s.as_bytes().as_ptr(), p.add(left * w), s.byte_len());
                put(left * w + s.byte_len(), right);
            })
        }
    }
}

fn missing(vm: &Vm, a: &[Value]) -> PyResult<(usize, usize)> {
    let width = vm.index_ssize(a[1])?.max(0) as usize;
    Ok((width.saturating_sub(this(a[0]).char_len()), width))
}
pub(super) fn ljust(vm: &Vm, a: &[Value]) -> PyResult {
    let (n, _) = missing(vm, a)?;
    vm.str_pad(this(a[0]), 0, n, fill_char(vm, a[2])?).map(Gc::value)
}
pub(super) fn rjust(vm: &Vm, a: &[Value]) -> PyResult {
    let (n, _) = missing(vm, a)?;
    vm.str_pad(this(a[0]), n, 0, fill_char(vm, a[2])?).map(Gc::value)
}
pub(super) fn center(vm: &Vm, a: &[Value]) -> PyResult {
    let (n, width) = missing(vm, a)?;
    let left = n / 2 + (n & width & 1);
    vm.str_pad(this(a[0]), left, n - left, fill_char(vm, a[2])?).map(Gc::value)
}
pub(super) fn zfill(vm: &Vm, a: &[Value]) -> PyResult {
    let (n, _) = missing(vm, a)?;
    let s = this(a[0]);
    if n == 0 {
        return vm.str_exact(s).map(Gc::value);
    }
    let sign = matches!(s.as_bytes().first(), Some(b'+' | b'-')) as usize;
    let digits = vm.str_subbytes(s, sign, s.byte_len());
    let padded = vm.str_pad(digits, n, 0, b'0' as u32)?;
    let head = vm.str_subbytes(s, 0, sign);
    vm.str_concat(head, padded).map(Gc::value)
}

pub(super) fn expandtabs(vm: &Vm, a: &[Value]) -> PyResult {
    let s = this(a[0]);
    let size = if a[1].is_unbound() { 8 } else { vm.index_c_int(a[1])? };
    let mut out = StrBuf::with_capacity(s.byte_len());
    let mut column = 0usize;
    for c in s.code_points() {
        match c {
            9 => {
                if size > 0 {
                    let n = size as usize - column % size as usize;
                    if out.as_bytes().len() + n > 1 << 40 {
                        return Err(vm.overflow_error("new string is too long"));
                    }
                    out.push_n(32, n);
                    column += n;
                }
            }
            10 | 13 => {
                out.push(c);
                column = 0;
            }
            _ => {
                out.push(c);
                column += 1;
            }
        }
    }
    Ok(out.finish(vm).value())
}

pub(super) fn join(vm: &Vm, a: &[Value]) -> PyResult {
    vm.str_join(this(a[0]), a[1]).map(Gc::value)
}

pub(super) fn encode(vm: &Vm, a: &[Value]) -> PyResult {
    if a[1].is_unbound()
        && a[2].is_unbound()
        && let Some(text) = this(a[0]).to_str()
    {
        return vm.new_bytes_copy(text.as_bytes()).map(Gc::value);
    }
    let encoding = codecs::name_arg(vm, a[1], "encode", "encoding")?;
    let errors = codecs::name_arg(vm, a[2], "encode", "errors")?;
    codecs::encode_object(vm, this(a[0]), encoding, errors)
}

/// What a translation table says of a character.
enum Mapped {
    Same,
    Nothing,
    Char(u32),
    Text(Gc<Str>),
}

fn look_up(vm: &Vm, table: Value, c: u32) -> PyResult<Mapped> {
    let key = vm.new_int(c as i64);
    if vm.is_exact(table, crate::vm::shape_ids::dict)
        && let Some(d) = table.cast::<Dict>()
        && d.get(vm, key)?.is_none()
    {
        return Ok(Mapped::Same);
    }
    let v = match vm.getitem(table, key) {
        Ok(v) => v,
        Err(e) if vm.raised_is(e, vm.types.LookupError) => return Ok(Mapped::Same),
        Err(e) => return Err(e),
    };
    if v.is_none() {
        return Ok(Mapped::Nothing);
    }
    if let Some(s) = v.cast::<Str>() {
        return Ok(Mapped::Text(s));
    }
    if v.is_int() || v.is_bool() || v.is_kind(crate::kinds::INT) {
        return match vm.int_to_i64(v) {
            Ok(i) if (0..0x110000).contains(&i) => Ok(Mapped::Char(i as u32)),
            _ => Err(vm.value_error("character mapping must be in range(0x110000)")),
        };
    }
    Err(vm.type_error("character mapping must return integer, None or str"))
}

/// As [`translate`] for ASCII text, which is mostly made ASCII text again.
fn translate_ascii(vm: &Vm, s: Gc<Str>, table: Value) -> PyResult {
    const UNKNOWN: u8 = 0xFF;
    const NOTHING: u8 = 0xFE;
    const OTHER: u8 = 0xFD;
    let mut known = [UNKNOWN; 128];
    let mut out = StrBuf::with_capacity(s.byte_len());
    for i in 0..s.char_len() {
        let c = s.as_bytes()[i];
        let answer = &mut known[c as usize & 127];
        match *answer {
            b if b < 0x80 => {
                out.push_ascii(b);
                continue;
            }
            NOTHING => continue,
            _ => {}
        }
        let m = look_up(vm, table, c as u32)?;
        *answer = match m {
            Mapped::Same => c,
            Mapped::Nothing => NOTHING,
            Mapped::Char(x) if x < 128 => x as u8,
            Mapped::Text(t) if t.byte_len() == 1 => t.as_bytes()[0],
            _ => OTHER,
        };
        match m {
            Mapped::Same => out.push(c as u32),
            Mapped::Nothing => {}
            Mapped::Char(x) => out.push(x),
            Mapped::Text(t) => out.push_obj(t),
        }
    }
    Ok(out.finish(vm).value())
}

pub(super) fn translate(vm: &Vm, a: &[Value]) -> PyResult {
    let s = this(a[0]);
    if s.is_ascii() {
        return translate_ascii(vm, s, a[1]);
    }
    let mut out = StrBuf::with_capacity(s.byte_len());
    // Answers for ASCII characters are kept: tables are rarely anything but dicts, and CPython keeps them too.
    let mut ascii: [Option<Option<u8>>; 128] = [None; 128];
    for c in s.code_points() {
        if let Some(&Some(known)) = ascii.get(c as usize) {
            if let Some(b) = known {
                out.push(b as u32);
            }
            continue;
        }
        let m = look_up(vm, a[1], c)?;
        match m {
            Mapped::Same => out.push(c),
            Mapped::Nothing => {}
            Mapped::Char(x) => out.push(x),
            Mapped::Text(t) => out.push_obj(t),
        }
        if let Some(slot) = ascii.get_mut(c as usize) {
            *slot = match m {
                Mapped::Same => Some(Some(c as u8)),
                Mapped::Nothing => Some(None),
                Mapped::Char(x) if x < 128 => Some(Some(x as u8)),
                Mapped::Text(t) if t.byte_len() == 1 => Some(Some(t.as_bytes()[0])),
                _ => None,
            };
        }
    }
    Ok(out.finish(vm).value())
}

pub(super) fn maketrans(vm: &Vm, a: &[Value]) -> PyResult {
    let out = vm.new_dict();
    let int = |c: u32| vm.new_int(c as i64);
    if a[1].is_unbound() {
        let Some(d) = a[0].cast::<Dict>() else {
            return Err(vm.type_error("if you give only one argument to maketrans it must be a dict"));
        };
        let mut at = 0;
        while let Some(entry) = d.next_entry(&mut at) {
            let (k, v) = (entry.key, entry.value);
            let key = if let Some(s) = k.cast::<Str>() {
                if s.char_len() != 1 {
                    return Err(vm.value_error("string keys in translatetable must be of length 1"));
                }
                int(vm.str_code_at(s, 0))
            } else if k.is_int() || k.is_bool() || k.is_kind(crate::kinds::INT) {
                k
            } else {
                return Err(vm.type_error("keys in translate table mustbe strings or integers"));
            };
            out.set(vm, key, v)?;
        }
        return Ok(out.value());
    }
    let Some(x) = a[0].cast::<Str>() else {
        return Err(vm.type_error("first maketrans argument must be a string if there is a second argument"));
    };
    let arg = |v: Value, n: usize| {
        v.cast::<Str>().ok_or_else(|| {
            vm.type_error(format!("maketrans() argument {n} must be str, not {}", vm.arg_type_name(v)))
        })
    };
    let y = arg(a[1], 2)?;
    if x.char_len() != y.char_len() {
        return Err(vm.value_error("the first two maketrans arguments must have equal length"));
    }
    for (p, q) in x.code_points().zip(y.code_points()) {
        out.set(vm, int(p), int(q))?;
    }
    if !a[2].is_unbound() {
        for c in arg(a[2], 3)?.code_points() {
            out.set(vm, int(c), Value::NONE)?;
        }
    }
    Ok(out.value())
}

pub(super) fn getnewargs(vm: &Vm, a: &[Value]) -> PyResult {
    let s = vm.new_str_of(vm.types.str, this(a[0]))?;
    Ok(vm.new_tuple(&[s.value()]).value())
}
pub(super) fn sizeof(vm: &Vm, a: &[Value]) -> PyResult {
    // As CPython would store it: one, two or four bytes for each character.
    let s = this(a[0]);
    let max = s.code_points().max().unwrap_or(0);
    let (head, width) = match max {
        0..=0x7F => (40, 1),
        0x80..=0xFF => (56, 1),
        0x100..=0xFFFF => (56, 2),
        _ => (56, 4),
    };
    Ok(vm.new_int((head + width * (s.char_len() + 1)) as i64))
}

pub(super) fn format(vm: &Vm, args: Args) -> PyResult {
    let s = this(args.pos[0]);
    let named = |name: Gc<Str>| {
        args.kw
            .iter()
            .find(|(n, _)| n.as_bytes() == name.as_bytes())
            .map(|(_, v)| v)
            .ok_or_else(|| vm.key_error(name.value()))
    };
    let arguments = Arguments { positional: Some(&args.pos[1..]), named: &named };
    markup::format(vm, s, &arguments).map(Gc::value)
}
pub(super) fn format_map(vm: &Vm, a: &[Value]) -> PyResult {
    let named = |name: Gc<Str>| vm.getitem(a[1], name.value());
    let arguments = Arguments { positional: None, named: &named };
    markup::format(vm, this(a[0]), &arguments).map(Gc::value)
}

pub(super) fn dunder_format(vm: &Vm, a: &[Value]) -> PyResult {
    let Some(spec) = a[1].cast::<Str>() else {
        return Err(
            vm.type_error(format!("__format__() argument must be str, not {}", vm.arg_type_name(a[1])))
        );
    };
    if spec.is_empty() {
        return vm.str(a[0]).map(Gc::value);
    }
    crate::objects::format::format_str_value(vm, this(a[0]), spec)
}
