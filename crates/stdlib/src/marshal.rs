//! `marshal`: CPython's format for data; code objects are in Taipan's own encoding under the type byte `c`.
//!
//! References (`w.flag_ref`) are read and not written.

use super::io::with_bytes;
use taipan_runtime::objects::bytes::Bytes;
use taipan_runtime::objects::code::Code;
use taipan_runtime::objects::complex::Complex;
use taipan_runtime::objects::dict::Dict;
use taipan_runtime::objects::list::List;
use taipan_runtime::objects::module::{Module, ModuleDef};
use taipan_runtime::objects::str::{Str, count_chars};
use taipan_runtime::objects::tuple::Tuple;
use taipan_runtime::{Gc, GcVec, MethodDef, PyResult, Raised, Value, Vm, function};

const VERSION: i64 = 5;
const FLAG_REF: u8 = 0x80;

fn put_len(out: &mut Vec<u8>, n: usize) {
    out.extend((n as u32).to_le_bytes());
}

fn dump(vm: &Vm, v: Value, out: &mut Vec<u8>) -> PyResult<()> {
    vm.check_native_stack().map_err(|_| vm.value_error("object too deeply nested to marshal"))?;
    if let Some(i) = v.to_int()
        && let Ok(i) = i32::try_from(i)
    {
        out.push(b'i');
        out.extend(i.to_le_bytes());
        return Ok(());
    }
    if let Some(f) = v.to_float() {
        out.push(b'g');
        out.extend(f.to_le_bytes());
        return Ok(());
    }
    if !v.is_ptr() && !v.is_int() {
        out.push(match v {
            Value::NONE => b'N',
            Value::TRUE => b'T',
            Value::FALSE => b'F',
            Value::ELLIPSIS => b'.',
            _ => return Err(vm.value_error("unmarshallable object")),
        });
        return Ok(());
    }
    let ty = vm.class_of(v);
    let t = &vm.types;
    let seq = |out: &mut Vec<u8>, tag: u8, items: &[Value]| -> PyResult<()> {
        out.push(tag);
        put_len(out, items.len());
        items.iter().try_for_each(|&x| dump(vm, x, out))
    };
    if ty == t.int {
        // Digits of 15 bits, the sign in the count.
        let b = vm.big(v)?;
        let (sign, words) = b.as_sign_words();
        let mut digits: Vec<u16> = vec![];
        let (mut acc, mut bits) = (0u128, 0);
        for &w in words {
            acc |= (w as u128) << bits;
            bits += 64;
            while bits >= 15 {
                digits.push((acc & 0x7FFF) as u16);
                acc >>= 15;
                bits -= 15;
            }
        }
        if bits > 0 {
            digits.push(acc as u16);
        }
        while digits.last() == Some(&0) {
            digits.pop();
        }
        out.push(b'l');
        let n = digits.len() as i32;
        out.extend((if sign == dashu_int::Sign::Negative { -n } else { n }).to_le_bytes());
        digits.iter().for_each(|d| out.extend(d.to_le_bytes()));
    } else if let (true, Some(s)) = (ty == t.str, v.cast::<Str>()) {
        out.push(if s.is_interned() { b't' } else { b'u' });
        put_len(out, s.byte_len());
        out.extend_from_slice(s.as_bytes());
    } else if let (true, Some(b)) = (ty == t.bytes, v.cast::<Bytes>()) {
        out.push(b's');
        put_len(out, b.as_bytes().len());
        out.extend_from_slice(b.as_bytes());
    } else if let (true, Some(x)) = (ty == t.tuple, v.cast::<Tuple>()) {
        seq(out, b'(', x.items())?;
    } else if let (true, Some(x)) = (ty == t.list, v.cast::<List>()) {
        seq(out, b'[', &vm.list_items(x))?;
    } else if let (true, Some(d)) = (ty == t.dict, v.cast::<Dict>()) {
        out.push(b'{');
        let mut pos = 0;
        while let Some(e) = d.next_entry(&mut pos) {
            dump(vm, e.key, out)?;
            dump(vm, e.value, out)?;
        }
        out.push(b'0');
    } else if let (true, Some(c)) = (ty == t.complex, v.cast::<Complex>()) {
        out.push(b'y');
        out.extend(c.re.to_le_bytes());
        out.extend(c.im.to_le_bytes());
    } else if v.cast::<Code>().is_some() {
        let data = (vm.hooks.dump_code)(vm, v)?;
        let file = v.cast::<Code>().map(|c| c.filename.get().to_string()).unwrap_or_default();
        out.push(b'c');
        put_len(out, file.len());
        out.extend(file.as_bytes());
        put_len(out, data.len());
        out.extend(data);
    } else if ["set", "frozenset"].contains(&ty.name_str().as_str()) {
        let items = vm.collect(v)?;
        seq(out, if ty.name_str() == "set" { b'<' } else { b'>' }, &items)?;
    } else if vm.class_of(v).slots.buffer.get().is_some() {
        let b = with_bytes(vm, v, |b| b.to_vec())?;
        out.push(b's');
        put_len(out, b.len());
        out.extend(b);
    } else {
        return Err(vm.value_error("unmarshallable object"));
    }
    Ok(())
}

struct Reader<'a> {
    vm: &'a Vm,
    data: &'a [u8],
    at: usize,
    refs: GcVec,
}

impl Reader<'_> {
    fn eof(&self) -> Raised {
        self.vm.eof_error("marshal data too short")
    }
    fn bad(&self, what: &str) -> Raised {
        self.vm.value_error(format!("bad marshal data ({what})"))
    }
    fn take(&mut self, n: usize) -> PyResult<&[u8]> {
        if n > self.data.len() - self.at {
            return Err(self.eof());
        }
        self.at += n;
        Ok(&self.data[self.at - n..self.at])
    }
    fn byte(&mut self) -> PyResult<u8> {
        Ok(self.take(1)?[0])
    }
    fn i32(&mut self) -> PyResult<i32> {
        Ok(i32::from_le_bytes(self.take(4)?.try_into().expect("four bytes")))
    }
    fn f64(&mut self) -> PyResult<f64> {
        Ok(f64::from_le_bytes(self.take(8)?.try_into().expect("eight bytes")))
    }
    fn len(&mut self) -> PyResult<usize> {
        let n = self.i32()?;
        if n < 0 { Err(self.bad("size out of range")) } else { Ok(n as usize) }
    }
    fn text(&mut self, n: usize, intern: bool) -> PyResult {
        let vm = self.vm;
        let b = self.take(n)?.to_vec();
        if std::str::from_utf8(&b).is_err() {
            let v = vm.new_bytes(&b).value();
            let (enc, how) = (vm.intern("utf-8").value(), vm.intern("surrogatepass").value());
            return vm.call_method(v, vm.names.decode, &[enc, how]);
        }
        // SAFETY: just checked to be UTF-8.
        let s = unsafe { vm.new_str_wtf8_counted(&b, count_chars(&b)) };
        Ok(if intern { vm.intern_str(s).value() } else { s.value() })
    }
    fn items(&mut self, n: usize, what: &str) -> PyResult<GcVec> {
        let mut v = GcVec::new();
        for _ in 0..n {
            let x = self.value()?;
            if x.is_unbound() {
                return Err(self.vm.type_error(format!("NULL object in marshal data for {what}")));
            }
            v.push(&self.vm.heap, x);
        }
        Ok(v)
    }
    /// One value; unbound for the end of a dict.
    fn value(&mut self) -> PyResult {
        let vm = self.vm;
        vm.check_native_stack().map_err(|_| self.bad("too deeply nested"))?;
        let tag = self.byte()?;
        let reference = tag & FLAG_REF != 0;
        let slot = self.refs.len();
        if reference {
            self.refs.push(&vm.heap, Value::NONE);
        }
        let v = match tag & !FLAG_REF {
            b'0' => Value::UNBOUND,
            b'N' => Value::NONE,
            b'T' => Value::TRUE,
            b'F' => Value::FALSE,
            b'.' => Value::ELLIPSIS,
            b'S' => vm.import_attr("builtins", "StopIteration")?,
            b'i' => Value::int(self.i32()? as i64),
            b'g' => Value::float(self.f64()?),
            b'y' => {
                let (re, im) = (self.f64()?, self.f64()?);
                vm.call(vm.types.complex.value(), &[Value::float(re), Value::float(im)])?
            }
            b'l' => {
                let n = self.i32()?;
                let mut big = dashu_int::UBig::ZERO;
                let mut digits = vec![];
                for _ in 0..n.unsigned_abs() {
                    let d = u16::from_le_bytes(self.take(2)?.try_into().expect("two bytes"));
                    if d > 0x7FFF {
                        return Err(self.bad("digit out of range in long"));
                    }
                    digits.push(d);
                }
                if digits.last() == Some(&0) {
                    return Err(self.bad("unnormalized long data"));
                }
                for &d in digits.iter().rev() {
                    big = (big << 15) + dashu_int::UBig::from(d);
                }
                let i = dashu_int::IBig::from(big);
                vm.new_big(if n < 0 { -i } else { i })
            }
            b'u' | b'a' => {
                let n = self.len()?;
                self.text(n, false)?
            }
            b't' | b'A' => {
                let n = self.len()?;
                self.text(n, true)?
            }
            t @ (b'z' | b'Z') => {
                let n = self.byte()? as usize;
                self.text(n, t == b'Z')?
            }
            b's' => {
                let n = self.len()?;
                let b = self.take(n)?.to_vec();
                vm.new_bytes(&b).value()
            }
            b'(' => {
                let n = self.len()?;
                vm.new_tuple(&self.items(n, "tuple")?).value()
            }
            b')' => {
                let n = self.byte()? as usize;
                vm.new_tuple(&self.items(n, "tuple")?).value()
            }
            b'[' => {
                let n = self.len()?;
                vm.new_list(&self.items(n, "list")?).value()
            }
            b'{' => {
                let d = vm.new_dict();
                loop {
                    let k = self.value()?;
                    if k.is_unbound() {
                        break;
                    }
                    let v = self.value()?;
                    if v.is_unbound() {
                        break;
                    }
                    d.set(vm, k, v)?;
                }
                d.value()
            }
            t @ (b'<' | b'>') => {
                let n = self.len()?;
                let items = self.items(n, "set")?;
                let list = vm.new_list(&items).value();
                let f = vm.import_attr("builtins", if t == b'<' { "set" } else { "frozenset" })?;
                vm.call(f, &[list])?
            }
            b'c' => {
                let n = self.len()?;
                let file = String::from_utf8_lossy(self.take(n)?).into_owned();
                let n = self.len()?;
                let data = self.take(n)?.to_vec();
                (vm.hooks.load_code)(vm, taipan_bytecode::Data::Shared(data.into()), &file)?
            }
            b'r' => {
                let i = self.i32()?;
                match self.refs.get(i as usize) {
                    Some(&v) => v,
                    None => return Err(self.bad("invalid reference")),
                }
            }
            _ => return Err(self.bad("unknown type code")),
        };
        if reference {
            let mut refs = GcVec::from_slice(&vm.heap, &self.refs[..slot]);
            refs.push(&vm.heap, v);
            self.refs[slot + 1..].iter().for_each(|&x| refs.push(&vm.heap, x));
            self.refs = refs;
        }
        Ok(v)
    }
}

fn load_one(vm: &Vm, data: &[u8]) -> PyResult<(Value, usize)> {
    let mut r = Reader { vm, data, at: 0, refs: GcVec::new() };
    let v = r.value()?;
    if v.is_unbound() {
        return Err(vm.type_error("NULL object in marshal data for object"));
    }
    Ok((v, r.at))
}

fn dumps(vm: &Vm, a: &[Value]) -> PyResult {
    let mut out = vec![];
    dump(vm, a[0], &mut out)?;
    Ok(vm.new_bytes(&out).value())
}
fn loads(vm: &Vm, a: &[Value]) -> PyResult {
    let data = with_bytes(vm, a[0], |b| b.to_vec())?;
    Ok(load_one(vm, &data)?.0)
}
fn dump_to(vm: &Vm, a: &[Value]) -> PyResult {
    let b = dumps(vm, &a[..1])?;
    vm.call_method(a[1], vm.names.write, &[b])
}
fn load_from(vm: &Vm, a: &[Value]) -> PyResult {
    let at = vm.call_method(a[0], vm.names.tell, &[]).ok();
    let b = vm.call_method(a[0], vm.names.read, &[])?;
    let data = with_bytes(vm, b, |b| b.to_vec())
        .map_err(|_| vm.type_error(format!("file.read() returned not bytes but {}", vm.type_name(b))))?;
    let (v, used) = load_one(vm, &data)?;
    if let Some(at) = at {
        let at = vm.index_i64(at)?;
        vm.call_method(a[0], vm.names.seek, &[vm.new_int(at + used as i64)])?;
    }
    Ok(v)
}

static FUNCTIONS: &[MethodDef] = &[
    function(
        "dumps",
        "($module, value, version=5, /, *, allow_code=True)",
        dumps,
        "Return the bytes object that would be written to a file by dump(value, file).",
    ),
    function(
        "loads",
        "($module, bytes, /, *, allow_code=True)",
        loads,
        "Convert the bytes-like object to a value.",
    ),
    function(
        "dump",
        "($module, value, file, version=5, /, *, allow_code=True)",
        dump_to,
        "Write the value on the open file.",
    ),
    function(
        "load",
        "($module, file, /, *, allow_code=True)",
        load_from,
        "Read one value from the open file and return it.",
    ),
];
fn init(vm: &Vm, m: Gc<Module>) -> PyResult<()> {
    m.dict.get().set_str(vm, vm.intern("version"), Value::int(VERSION));
    Ok(())
}
/// The module.
pub static MODULE: ModuleDef = ModuleDef {
    name: "marshal",
    doc: "This module contains functions that can read and write Python values in a binary format.",
    functions: FUNCTIONS,
    types: &[],
    init: Some(init),
};
