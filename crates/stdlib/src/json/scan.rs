//! JSON texts to Python values.
//!
//! What flows in: a string and the index of a character in it. What flows out: a value and the index behind it. What
//! must hold: places are byte offsets in here and character indices for Python; `StopIteration` carries the index where
//! a value was expected.

use taipan_runtime::kinds::Trace;
use taipan_runtime::objects::dict::Dict;
use taipan_runtime::objects::str::Str;
use taipan_runtime::objects::typ::Type;
use taipan_runtime::text::wtf8;
use taipan_runtime::vm::typedef::{NativeObject, flag};
use taipan_runtime::{
    Args, Gc, GcVec, Header, PyResult, Raised, Slot, Slots, Tracer, TypeDef, Value, Vm, readonly,
};

/// `Scanner`: what a decoder says about strictness and hooks.
#[repr(C)]
struct Scanner {
    header: Header,
    strict: Slot<Value>,
    object_hook: Slot<Value>,
    object_pairs_hook: Slot<Value>,
    parse_float: Slot<Value>,
    parse_int: Slot<Value>,
    parse_constant: Slot<Value>,
}
impl Trace for Scanner {
    fn trace(&self, t: &mut Tracer) {
        t.slot(&self.strict);
        t.slot(&self.object_hook);
        t.slot(&self.object_pairs_hook);
        t.slot(&self.parse_float);
        t.slot(&self.parse_int);
        t.slot(&self.parse_constant);
    }
}
// SAFETY: `repr(C)`, header first.
unsafe impl NativeObject for Scanner {
    const DEF: &'static TypeDef = &DEF;
}

fn new(vm: &Vm, ty: Gc<Type>, args: Args) -> PyResult {
    let [context] = args.bind(vm, "make_scanner", "(context)")?;
    let get = |name: &str| vm.get_attr(context, vm.intern(name));
    let strict = Value::bool(vm.truth(get("strict")?)?);
    let object_hook = get("object_hook")?;
    let object_pairs_hook = get("object_pairs_hook")?;
    let parse_float = get("parse_float")?;
    let parse_int = get("parse_int")?;
    let parse_constant = get("parse_constant")?;
    let s = vm.new_native_of(ty, |header| Scanner {
        header,
        strict: Slot::new(strict),
        object_hook: Slot::new(object_hook),
        object_pairs_hook: Slot::new(object_pairs_hook),
        parse_float: Slot::new(parse_float),
        parse_int: Slot::new(parse_int),
        parse_constant: Slot::new(parse_constant),
    });
    Ok(s.value())
}
fn this(vm: &Vm, v: Value) -> PyResult<Gc<Scanner>> {
    vm.native::<Scanner>(v).ok_or_else(|| vm.type_error("a Scanner is required"))
}

/// One scan of one string.
struct Scan<'a> {
    vm: &'a Vm,
    owner: Gc<Str>,
    b: &'a [u8],
    strict: bool,
    scanner: Option<Gc<Scanner>>,
    /// Keys seen, so that equal ones are one object.
    memo: Gc<Dict>,
}

impl Scan<'_> {
    fn char_index(&self, at: usize) -> Value {
        let at = at.min(self.b.len());
        Value::int(if self.owner.is_ascii() { at } else { self.vm.str_char_offset(self.owner, at) } as i64)
    }
    /// `JSONDecodeError(msg, text, place)`.
    #[cold]
    fn error(&self, msg: &str, at: usize) -> Raised {
        let vm = self.vm;
        let made = vm.import_attr("json.decoder", "JSONDecodeError").and_then(|class| {
            let args = [vm.new_str(msg).value(), self.owner.value(), self.char_index(at)];
            vm.call(class, &args)
        });
        match made {
            Ok(e) => match e.cast() {
                Some(e) => Raised(e),
                None => vm.value_error(msg),
            },
            Err(e) => e,
        }
    }
    #[cold]
    fn stop(&self, at: usize) -> Raised {
        self.vm.stop_iteration(self.char_index(at))
    }
    fn at(&self, i: usize) -> u8 {
        self.b.get(i).copied().unwrap_or(0)
    }
    fn blank(&self, mut i: usize) -> usize {
        while matches!(self.b.get(i), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            i += 1;
        }
        i
    }

    /// The string whose opening quote lies before `start`: its value and the place behind its end.
    fn string(&self, start: usize) -> PyResult<(Gc<Str>, usize)> {
        let begin = start.saturating_sub(1);
        let mut i = start;
        loop {
            match self.b.get(i) {
                None => return Err(self.error("Unterminated string starting at", begin)),
                Some(b'"') => {
                    let s = self.vm.str_subbytes(self.owner, start, i);
                    return Ok((s, i + 1));
                }
                Some(b'\\') => break,
                Some(0..0x20) if self.strict => return Err(self.error("Invalid control character at", i)),
                Some(_) => i += 1,
            }
        }
        let mut out = self.b[start..i].to_vec();
        loop {
            let Some(&c) = self.b.get(i) else {
                return Err(self.error("Unterminated string starting at", begin));
            };
            i += 1;
            match c {
                b'"' => break,
                b'\\' => {}
                0..0x20 if self.strict => return Err(self.error("Invalid control character at", i - 1)),
                _ => {
                    out.push(c);
                    continue;
                }
            }
            let Some(&e) = self.b.get(i) else {
                return Err(self.error("Unterminated string starting at", begin));
            };
            i += 1;
            let plain = match e {
                b'"' | b'\\' | b'/' => e,
                b'b' => 8,
                b'f' => 0x0c,
                b'n' => b'\n',
                b'r' => b'\r',
                b't' => b'\t',
                b'u' => {
                    let mut c = self.hex(i)?;
                    i += 4;
                    if (0xD800..0xDC00).contains(&c)
                        && self.at(i) == b'\\'
                        && self.at(i + 1) == b'u'
                        && i + 6 < self.b.len()
                    {
                        let low = self.hex(i + 2)?;
                        if (0xDC00..0xE000).contains(&low) {
                            c = 0x10000 + ((c - 0xD800) << 10 | (low - 0xDC00));
                            i += 6;
                        }
                    }
                    let mut buf = [0; 4];
                    let n = wtf8::encode(c, &mut buf);
                    out.extend_from_slice(&buf[..n]);
                    continue;
                }
                _ => return Err(self.error("Invalid \\escape", i - 2)),
            };
            out.push(plain);
        }
        // SAFETY: pieces of well-formed text, and whole characters.
        Ok((unsafe { self.vm.new_str_wtf8(&out) }, i))
    }
    /// Four hexadecimal digits.
    fn hex(&self, i: usize) -> PyResult<u32> {
        let digits = self.b.get(i..i + 4);
        let value =
            digits.and_then(|d| d.iter().try_fold(0u32, |n, &c| Some(n << 4 | (c as char).to_digit(16)?)));
        value.ok_or_else(|| self.error("Invalid \\uXXXX escape", i - 1))
    }

    fn value(&self, i: usize) -> PyResult<(Value, usize)> {
        let vm = self.vm;
        match self.b.get(i) {
            None => return Err(self.stop(i)),
            Some(b'"') => return self.string(i + 1).map(|(s, e)| (s.value(), e)),
            Some(b'{') => return self.object(i + 1),
            Some(b'[') => return self.array(i + 1),
            Some(b'n') if self.b[i..].starts_with(b"null") => return Ok((Value::NONE, i + 4)),
            Some(b't') if self.b[i..].starts_with(b"true") => return Ok((Value::TRUE, i + 4)),
            Some(b'f') if self.b[i..].starts_with(b"false") => return Ok((Value::FALSE, i + 5)),
            _ => {}
        }
        for name in ["NaN", "Infinity", "-Infinity"] {
            if self.b[i..].starts_with(name.as_bytes()) {
                let f = self.hooks().parse_constant.get();
                return Ok((vm.call(f, &[vm.new_str(name).value()])?, i + name.len()));
            }
        }
        self.number(i)
    }
    fn hooks(&self) -> Gc<Scanner> {
        self.scanner.expect("values are scanned for a scanner")
    }

    fn number(&self, start: usize) -> PyResult<(Value, usize)> {
        let vm = self.vm;
        let mut i = start;
        if self.at(i) == b'-' {
            i += 1;
        }
        match self.b.get(i) {
            Some(b'1'..=b'9') => {
                while self.at(i).is_ascii_digit() {
                    i += 1;
                }
            }
            Some(b'0') => i += 1,
            _ => return Err(self.stop(start)),
        }
        let mut float = false;
        if self.at(i) == b'.' && self.at(i + 1).is_ascii_digit() {
            float = true;
            i += 2;
            while self.at(i).is_ascii_digit() {
                i += 1;
            }
        }
        if self.at(i) | 0x20 == b'e' {
            let n = if matches!(self.at(i + 1), b'+' | b'-') { 2 } else { 1 };
            if self.at(i + n).is_ascii_digit() {
                float = true;
                i += n + 1;
                while self.at(i).is_ascii_digit() {
                    i += 1;
                }
            }
        }
        let text = std::str::from_utf8(&self.b[start..i]).unwrap_or("");
        let h = self.hooks();
        let (f, class) = if float {
            (h.parse_float.get(), vm.types.float.value())
        } else {
            (h.parse_int.get(), vm.types.int.value())
        };
        if f == class {
            if float {
                if let Ok(x) = text.parse::<f64>() {
                    return Ok((Value::float(x), i));
                }
            } else if let Ok(x) = text.parse::<i64>() {
                return Ok((vm.new_int(x), i));
            }
        }
        Ok((vm.call(f, &[vm.new_str(text).value()])?, i))
    }

    fn array(&self, i: usize) -> PyResult<(Value, usize)> {
        let vm = self.vm;
        vm.check_native_stack()?;
        let list = vm.new_list(&[]);
        let mut i = self.blank(i);
        if self.at(i) == b']' {
            return Ok((list.value(), i + 1));
        }
        loop {
            let (v, next) = self.value(i)?;
            vm.list_push(list, v)?;
            i = self.blank(next);
            match self.at(i) {
                b']' => return Ok((list.value(), i + 1)),
                b',' => {}
                _ => return Err(self.error("Expecting ',' delimiter", i)),
            }
            let comma = i;
            i = self.blank(i + 1);
            if self.at(i) == b']' {
                return Err(self.error("Illegal trailing comma before end of array", comma));
            }
        }
    }

    fn object(&self, i: usize) -> PyResult<(Value, usize)> {
        let vm = self.vm;
        vm.check_native_stack()?;
        let h = self.hooks();
        let pairs_hook = h.object_pairs_hook.get();
        let mut pairs = if pairs_hook.is_none() { None } else { Some(GcVec::default()) };
        let dict = vm.new_dict();
        let mut i = self.blank(i);
        if self.at(i) != b'}' {
            loop {
                if self.at(i) != b'"' {
                    return Err(self.error("Expecting property name enclosed in double quotes", i));
                }
                let (key, next) = self.string(i + 1)?;
                let key = self.memo.setdefault(vm, key.value(), key.value())?;
                i = self.blank(next);
                if self.at(i) != b':' {
                    return Err(self.error("Expecting ':' delimiter", i));
                }
                let (v, next) = self.value(self.blank(i + 1))?;
                match &mut pairs {
                    Some(p) => p.push(&vm.heap, vm.new_tuple(&[key, v]).value()),
                    None => dict.set(vm, key, v)?,
                }
                i = self.blank(next);
                match self.at(i) {
                    b'}' => break,
                    b',' => {}
                    _ => return Err(self.error("Expecting ',' delimiter", i)),
                }
                let comma = i;
                i = self.blank(i + 1);
                if self.at(i) == b'}' {
                    return Err(self.error("Illegal trailing comma before end of object", comma));
                }
            }
        }
        if let Some(p) = pairs {
            return Ok((vm.call(pairs_hook, &[vm.new_list(&p).value()])?, i + 1));
        }
        let hook = h.object_hook.get();
        let v = if hook.is_none() { dict.value() } else { vm.call(hook, &[dict.value()])? };
        Ok((v, i + 1))
    }
}

/// The byte offset of a character index; `None` behind the end.
fn byte_offset(vm: &Vm, s: Gc<Str>, i: isize) -> Option<usize> {
    let i = usize::try_from(i).ok().filter(|&i| i <= s.char_len())?;
    Some(if s.is_ascii() { i } else { vm.str_byte_offset(s, i) })
}

fn call(vm: &Vm, v: Value, args: Args) -> PyResult {
    let [string, idx] = args.bind(vm, "scan_once", "(string, idx)")?;
    let scanner = this(vm, v)?;
    let Some(s) = string.cast::<Str>() else {
        return Err(vm.type_error(format!("first argument must be a string, not {}", vm.type_name(string))));
    };
    let idx = vm.index_ssize(idx)?;
    if idx < 0 {
        return Err(vm.value_error("idx cannot be negative"));
    }
    let Some(at) = byte_offset(vm, s, idx) else {
        return Err(vm.stop_iteration(vm.new_int(idx as i64)));
    };
    let strict = scanner.strict.get() == Value::TRUE;
    let scan = Scan { vm, owner: s, b: s.as_bytes(), strict, scanner: Some(scanner), memo: vm.new_dict() };
    let (value, end) = scan.value(at)?;
    Ok(vm.new_tuple(&[value, scan.char_index(end)]).value())
}

pub fn scanstring(vm: &Vm, a: &[Value]) -> PyResult {
    let Some(s) = a[0].cast::<Str>() else {
        return Err(vm.type_error(format!("first argument must be a string, not {}", vm.type_name(a[0]))));
    };
    let end = vm.index_ssize(a[1])?;
    let strict = a[2].bound().map_or(Ok(true), |b| vm.truth(b))?;
    let Some(at) = byte_offset(vm, s, end) else { return Err(vm.value_error("end is out of bounds")) };
    let scan = Scan { vm, owner: s, b: s.as_bytes(), strict, scanner: None, memo: vm.new_dict() };
    let (value, end) = scan.string(at)?;
    Ok(vm.new_tuple(&[value.value(), scan.char_index(end)]).value())
}

macro_rules! members {
    ($($name:ident)*) => {
        &[$(readonly(stringify!($name), |vm, v| Ok(this(vm, v)?.$name.get()), stringify!($name))),*]
    };
}

/// `make_scanner`.
pub static DEF: TypeDef = TypeDef {
    name: "Scanner",
    module: "_json",
    flags: flag::BASETYPE,
    slots: Slots { new: Some(new), call: Some(call), ..Slots::EMPTY },
    getset: members!(strict object_hook object_pairs_hook parse_float parse_int parse_constant),
    doc: "JSON scanner object",
    ..TypeDef::native::<Scanner>()
};
