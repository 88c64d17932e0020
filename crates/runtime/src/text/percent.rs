//! `%` formatting of `str`, `bytes` and `bytearray`: one engine, whose pieces are bytes (WTF-8 for text).

use crate::objects::bytearray::ByteArray;
use crate::objects::bytes::Bytes;
use crate::objects::format::{FloatFlags, format_float};
use crate::objects::int::Int;
use crate::objects::str::Str;
use crate::objects::tuple::Tuple;
use crate::text::wtf8;
use crate::vm::Vm;
use crate::vm::error::PyResult;
use taipan_heap::{Gc, Value};

/// `format % args` of text.
pub fn format_str(vm: &Vm, format: Gc<Str>, args: Value) -> PyResult<Gc<Str>> {
    if let Some(s) = quick(vm, format, args) {
        return Ok(s);
    }
    let mapping = args.cast::<Str>().is_none();
    let out = Engine::new(vm, format.as_bytes(), args, false, mapping).run()?;
    // SAFETY: literal parts, texts of strings, ASCII.
    Ok(unsafe { vm.new_str_wtf8(&out) })
}

/// `%d` of small ints and `%s` of such and of exact ASCII strings, without flags; `None` where there is anything else.
fn quick(vm: &Vm, format: Gc<Str>, args: Value) -> Option<Gc<Str>> {
    use crate::objects::int::text::small_decimal;
    if !format.is_ascii() {
        return None;
    }
    let one = [args];
    let mut args = if vm.is_exact(args, crate::vm::shape_ids::tuple) {
        // SAFETY: the shape says that it is a tuple, which `format % args` keeps alive.
        unsafe { (*args.cast_unchecked::<Tuple>().as_ptr()).items() }
    } else {
        &one
    }
    .iter();
    let mut out = [0u8; 256];
    let mut n = 0;
    let mut put = |b: &[u8]| {
        out.get_mut(n..n + b.len())?.copy_from_slice(b);
        n += b.len();
        Some(())
    };
    let mut rest = format.as_bytes();
    while let Some(at) = memchr::memchr(b'%', rest) {
        put(&rest[..at])?;
        let kind = *rest.get(at + 1)?;
        rest = &rest[at + 2..];
        let v = *args.next()?;
        if v.is_int() && matches!(kind, b'd' | b's') {
            put(small_decimal(v.as_int(), &mut [0; 24]).as_bytes())?;
        } else {
            put(vm.exact_str(v).filter(|s| kind == b's' && s.is_ascii())?.as_bytes())?;
        }
    }
    put(rest)?;
    if args.next().is_some() {
        return None;
    }
    // SAFETY: ASCII.
    Some(unsafe { vm.new_str_wtf8_counted(&out[..n], n) })
}

/// `format % args` of bytes.
pub fn format_bytes(vm: &Vm, format: &[u8], args: Value) -> PyResult<Vec<u8>> {
    let plain =
        args.cast::<Bytes>().is_some() || args.cast::<ByteArray>().is_some() || args.cast::<Str>().is_some();
    Engine::new(vm, format, args, true, !plain).run()
}

/// One conversion: flags, width, precision.
#[derive(Default, Clone, Copy)]
struct Spec {
    left: bool,
    plus: bool,
    blank: bool,
    alt: bool,
    zero: bool,
    width: usize,
    precision: Option<usize>,
}

struct Engine<'a> {
    vm: &'a Vm,
    format: &'a [u8],
    at: usize,
    bytes: bool,
    out: Vec<u8>,
    /// The tuple of arguments, one argument, or the item that a key selected.
    args: Value,
    mapping: Option<Value>,
    /// Next argument, and their number; -2 and -1 for one argument that is no tuple.
    next: isize,
    count: isize,
}

impl<'a> Engine<'a> {
    fn new(vm: &'a Vm, format: &'a [u8], args: Value, bytes: bool, may_map: bool) -> Engine<'a> {
        let tuple = args.cast::<Tuple>();
        let mapping =
            (may_map && tuple.is_none() && vm.class_of(args).slots.getitem.get().is_some()).then_some(args);
        let (next, count) = tuple.map_or((-2, -1), |t| (0, t.len() as isize));
        let out = Vec::with_capacity(format.len() + 32);
        Engine { vm, format, at: 0, bytes, out, args, mapping, next, count }
    }

    fn run(mut self) -> PyResult<Vec<u8>> {
        loop {
            let rest = &self.format[self.at..];
            let Some(n) = memchr::memchr(b'%', rest) else {
                self.out.extend_from_slice(rest);
                break;
            };
            self.out.extend_from_slice(&rest[..n]);
            self.at += n + 1;
            self.conversion()?;
        }
        if self.next < self.count && self.mapping.is_none() {
            let what = if self.bytes { "bytes" } else { "string" };
            return Err(self.vm.type_error(format!("not all arguments converted during {what} formatting")));
        }
        Ok(self.out)
    }

    fn argument(&mut self) -> PyResult {
        if self.next >= self.count {
            return Err(self.vm.type_error("not enough arguments for format string"));
        }
        self.next += 1;
        if self.count < 0 {
            return Ok(self.args);
        }
        let t = self.args.cast::<Tuple>().expect("counted");
        Ok(t.items()[self.next as usize - 1])
    }

    fn peek(&self) -> PyResult<u8> {
        self.format.get(self.at).copied().ok_or_else(|| self.vm.value_error("incomplete format"))
    }

    fn number(&mut self, limit: usize, what: &str) -> PyResult<usize> {
        let mut n = 0usize;
        while let Some(d) = self.format.get(self.at).filter(|c| c.is_ascii_digit()) {
            let d = (d - b'0') as usize;
            if n > (limit - d) / 10 {
                return Err(self.vm.value_error(format!("{what} too big")));
            }
            n = n * 10 + d;
            self.at += 1;
        }
        Ok(n)
    }

    fn star(&mut self) -> PyResult {
        self.at += 1;
        let v = self.argument()?;
        if !v.is_int() && !v.is_bool() && v.cast::<Int>().is_none() {
            return Err(self.vm.type_error("* wants int"));
        }
        Ok(v)
    }

    fn key(&mut self) -> PyResult<()> {
        let vm = self.vm;
        let Some(mapping) = self.mapping else {
            return Err(vm.type_error("format requires a mapping"));
        };
        self.at += 1;
        let start = self.at;
        let mut depth = 1;
        while depth > 0 {
            match self.format.get(self.at) {
                Some(b'(') => depth += 1,
                Some(b')') => depth -= 1,
                Some(_) => {}
                None => return Err(vm.value_error("incomplete format key")),
            }
            self.at += 1;
        }
        let text = &self.format[start..self.at - 1];
        let key = if self.bytes {
            vm.new_bytes(text).value()
        } else {
            // SAFETY: between ASCII characters of well-formed text.
            unsafe { vm.new_str_wtf8(text) }.value()
        };
        self.args = vm.getitem(mapping, key)?;
        self.next = -2;
        self.count = -1;
        Ok(())
    }

    fn conversion(&mut self) -> PyResult<()> {
        let vm = self.vm;
        let mut spec = Spec::default();
        if self.peek()? == b'%' {
            self.at += 1;
            self.out.push(b'%');
            return Ok(());
        }
        if self.peek()? == b'(' {
            self.key()?;
        }
        loop {
            match self.peek()? {
                b'-' => spec.left = true,
                b'+' => spec.plus = true,
                b' ' => spec.blank = true,
                b'#' => spec.alt = true,
                b'0' => spec.zero = true,
                _ => break,
            }
            self.at += 1;
        }
        if self.peek()? == b'*' {
            let v = self.star()?;
            let w = vm.index_ssize(v)?;
            if w < 0 {
                spec.left = true;
            }
            if w == isize::MIN {
                return Err(vm.overflow_error("width too big"));
            }
            spec.width = w.unsigned_abs();
        } else {
            spec.width = self.number(isize::MAX as usize, "width")?;
        }
        if self.peek()? == b'.' {
            self.at += 1;
            if self.peek()? == b'*' {
                let v = self.star()?;
                spec.precision = Some(vm.index_c_int(v)?.max(0) as usize);
            } else {
                spec.precision =
                    Some(self.number(i32::MAX as usize, if self.bytes { "prec" } else { "precision" })?);
            }
        }
        if matches!(self.peek()?, b'h' | b'l' | b'L') {
            self.at += 1;
        }
        let c = self.peek()?;
        let v = self.argument()?;
        self.at += 1;
        match c {
            b's' | b'r' | b'a' | b'b' => self.text(c, spec, v),
            b'd' | b'i' | b'u' | b'o' | b'x' | b'X' => {
                let c = if matches!(c, b'i' | b'u') { (b'd', c) } else { (c, c) };
                let text = self.integer(c.0, c.1, spec, v)?;
                self.numeric(&text, c.0, spec)
            }
            b'e' | b'E' | b'f' | b'F' | b'g' | b'G' => {
                let x = match vm.to_f64(v) {
                    Err(e) if self.bytes && vm.raised_is(e, vm.types.TypeError) => {
                        return Err(
                            vm.type_error(format!("float argument required, not {}", vm.type_name(v)))
                        );
                    }
                    x => x?,
                };
                let precision = spec.precision.unwrap_or(6);
                let flags = FloatFlags { alt: spec.alt, ..FloatFlags::default() };
                let text = format_float(x, c, precision, flags);
                self.numeric(text.as_bytes(), c, spec)
            }
            b'c' => {
                let piece = self.character(v)?;
                self.pad(&piece, 1, spec)
            }
            _ => Err(self.unsupported()),
        }
    }

    fn unsupported(&self) -> crate::vm::error::Raised {
        let at = self.at - 1;
        let (c, index) = if self.bytes {
            (self.format[at] as u32, at)
        } else {
            (wtf8::decode_at(self.format, at).0, wtf8::count_chars(&self.format[..at]))
        };
        let shown = match char::from_u32(c) {
            Some(ch) if (31..127).contains(&c) => ch,
            _ => '?',
        };
        self.vm.value_error(format!("unsupported format character '{shown}' ({c:#x}) at index {index}"))
    }

    fn text(&mut self, c: u8, spec: Spec, v: Value) -> PyResult<()> {
        let vm = self.vm;
        if !self.bytes {
            let s = match c {
                b's' => vm.str(v)?,
                b'r' => vm.repr(v)?,
                b'a' => vm.str_to_ascii(vm.repr(v)?),
                _ => return Err(self.unsupported()),
            };
            let n = s.char_len().min(spec.precision.unwrap_or(usize::MAX));
            let end = vm.str_byte_offset(s, n);
            return self.pad(&s.as_bytes()[..end], n, spec);
        }
        if c == b'r' || c == b'a' {
            let s = vm.str_to_ascii(vm.repr(v)?);
            let n = s.byte_len().min(spec.precision.unwrap_or(usize::MAX));
            return self.pad(&s.as_bytes()[..n], n, spec);
        }
        let piece = bytes_of(vm, v)?;
        let n = piece.len().min(spec.precision.unwrap_or(usize::MAX));
        self.pad(&piece[..n], n, spec)
    }

    fn character(&self, v: Value) -> PyResult<Vec<u8>> {
        let vm = self.vm;
        let int = v.is_int() || v.is_bool() || vm.has_index(v);
        if self.bytes {
            let one = v
                .cast::<Bytes>()
                .map(|b| b.as_bytes().to_vec())
                .or_else(|| v.cast::<ByteArray>().map(|b| b.as_bytes().to_vec()));
            if let Some(b) = one {
                if b.len() == 1 {
                    return Ok(b);
                }
                return Err(vm.type_error(format!(
                    "%c requires an integer in range(256) or a single byte, not a {} object of length {}",
                    vm.type_name(v),
                    b.len()
                )));
            }
            if int {
                let i = vm.index(v)?;
                return match vm.int_to_i64(i) {
                    Ok(i @ 0..=255) => Ok(vec![i as u8]),
                    _ => Err(vm.overflow_error("%c arg not in range(256)")),
                };
            }
            return Err(vm.type_error(format!(
                "%c requires an integer in range(256) or a single byte, not {}",
                vm.qualified_type_name(v)
            )));
        }
        if let Some(s) = v.cast::<Str>() {
            if s.char_len() == 1 {
                return Ok(s.as_bytes().to_vec());
            }
            return Err(vm.type_error(format!(
                "%c requires an int or a unicode character, not a string of length {}",
                s.char_len()
            )));
        }
        if int {
            let i = vm.index(v)?;
            return match vm.int_to_i64(i) {
                Ok(i @ 0..=0x10FFFF) => {
                    let mut b = [0; 4];
                    let n = wtf8::encode(i as u32, &mut b);
                    Ok(b[..n].to_vec())
                }
                _ => Err(vm.overflow_error("%c arg not in range(0x110000)")),
            };
        }
        Err(vm.type_error(format!(
            "%c requires an int or a unicode character, not {}",
            vm.qualified_type_name(v)
        )))
    }

    /// The digits of an integer conversion with sign and prefix: `c` is `d`, `o`, `x` or `X`; `shown` the
    /// conversion as written.
    fn integer(&self, c: u8, shown: u8, spec: Spec, v: Value) -> PyResult<Vec<u8>> {
        let vm = self.vm;
        let i = if v.is_int() || v.is_bool() || v.is_kind(crate::kinds::INT) {
            v
        } else {
            let wrong = || {
                let want = if c == b'd' { "a real number is required" } else { "an integer is required" };
                vm.type_error(format!("%{} format: {want}, not {}", shown as char, vm.type_name(v)))
            };
            let slots = &vm.class_of(v).slots;
            let number = v.is_float()
                || slots.index.get().is_some()
                || slots.int.get().is_some()
                || slots.float.get().is_some();
            if !number {
                return Err(wrong());
            }
            let r = if c == b'd' { super::number_args::int_value(vm, v) } else { vm.index(v) };
            match r {
                Ok(i) => i,
                Err(e) if vm.raised_is(e, vm.types.TypeError) => return Err(wrong()),
                Err(e) => return Err(e),
            }
        };
        let (negative, mut digits) = magnitude(vm, i, c)?;
        if let Some(p) = spec.precision {
            if p > i32::MAX as usize - 3 {
                return Err(vm.value_error("precision too large"));
            }
            if p > digits.len() {
                digits.splice(0..0, std::iter::repeat_n(b'0', p - digits.len()));
            }
        }
        let mut out = Vec::with_capacity(digits.len() + 3);
        if negative {
            out.push(b'-');
        }
        if spec.alt && c != b'd' {
            out.extend_from_slice(&[b'0', c]);
        }
        out.extend_from_slice(&digits);
        Ok(out)
    }

    /// Signs, zeros and padding around a number.
    fn numeric(&mut self, text: &[u8], c: u8, spec: Spec) -> PyResult<()> {
        let (sign, rest) = match text.first() {
            Some(&s @ (b'-' | b'+')) => (Some(s), &text[1..]),
            _ if spec.plus => (Some(b'+'), text),
            _ if spec.blank => (Some(b' '), text),
            _ => (None, text),
        };
        let prefix = if spec.alt && matches!(c, b'x' | b'X' | b'o') { 2 } else { 0 };
        let len = rest.len() + sign.is_some() as usize;
        let fill = spec.width.saturating_sub(len);
        self.room(fill + len)?;
        let zeros = spec.zero && !spec.left;
        if !spec.left && !zeros {
            self.out.resize(self.out.len() + fill, b' ');
        }
        self.out.extend(sign);
        self.out.extend_from_slice(&rest[..prefix]);
        if zeros {
            self.out.resize(self.out.len() + fill, b'0');
        }
        self.out.extend_from_slice(&rest[prefix..]);
        if spec.left {
            self.out.resize(self.out.len() + fill, b' ');
        }
        Ok(())
    }

    fn pad(&mut self, piece: &[u8], chars: usize, spec: Spec) -> PyResult<()> {
        let fill = spec.width.saturating_sub(chars);
        self.room(fill + piece.len())?;
        if !spec.left {
            self.out.resize(self.out.len() + fill, b' ');
        }
        self.out.extend_from_slice(piece);
        if spec.left {
            self.out.resize(self.out.len() + fill, b' ');
        }
        Ok(())
    }

    fn room(&mut self, n: usize) -> PyResult<()> {
        self.out.try_reserve(n).map_err(|_| self.vm.memory_error())
    }
}

/// Sign and digits of an int in the base of conversion `c`.
fn magnitude(vm: &Vm, i: Value, c: u8) -> PyResult<(bool, Vec<u8>)> {
    let small = vm.int_to_i64(i).ok();
    if let Some(n) = small {
        let m = n.unsigned_abs();
        let text = match c {
            b'o' => format!("{m:o}"),
            b'x' => format!("{m:x}"),
            b'X' => format!("{m:X}"),
            _ => m.to_string(),
        };
        return Ok((n < 0, text.into_bytes()));
    }
    let big = i.cast::<Int>().and_then(|x| x.big().cloned()).expect("does not fit 64 bits");
    let negative = big.as_sign_words().0 == dashu_int::Sign::Negative;
    let text = match c {
        b'o' => big.in_radix(8).to_string(),
        b'x' => big.in_radix(16).to_string(),
        b'X' => big.in_radix(16).to_string().to_uppercase(),
        // Through `str`, which limits the number of digits.
        _ => vm.str(vm.new_big(big))?.to_string(),
    };
    Ok((negative, text.trim_start_matches('-').as_bytes().to_vec()))
}

/// What `%b` takes: buffers and objects with `__bytes__`.
fn bytes_of(vm: &Vm, v: Value) -> PyResult<Vec<u8>> {
    if let Some(b) = v.cast::<Bytes>() {
        return Ok(b.as_bytes().to_vec());
    }
    if let Some(r) = vm.call_special(v, vm.names.__bytes__, &[])? {
        return match r.cast::<Bytes>() {
            Some(b) => Ok(b.as_bytes().to_vec()),
            None => Err(vm.type_error(format!("__bytes__ returned non-bytes (type {})", vm.type_name(r)))),
        };
    }
    if vm.has_buffer(v) {
        return Ok(vm.get_buffer(v)?.to_vec());
    }
    Err(vm.type_error(format!(
        "%b requires a bytes-like object, or an object that implements __bytes__, not '{}'",
        vm.type_name(v)
    )))
}
