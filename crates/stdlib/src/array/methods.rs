//! The methods of `array.array`.

use super::items::{Code, text_items};
use super::{Array, from_raw, new_of, this};
use taipan_runtime::objects::bytes::Bytes;
use taipan_runtime::objects::list::List;
use taipan_runtime::objects::str::{Str, StrBuf};
use taipan_runtime::objects::typ::Type;
use taipan_runtime::vm::error::PyResult;
use taipan_runtime::vm::typedef::{GetSetDef, readonly};
use taipan_runtime::{Gc, GcVec, MethodDef, Value, Vm, classmethod, function, method};

fn append(vm: &Vm, a: &[Value]) -> PyResult {
    this(a[0]).append(vm, a[1])?;
    Ok(Value::NONE)
}
fn extend(vm: &Vm, a: &[Value]) -> PyResult {
    if vm.native::<Array>(a[1]).is_some() {
        super::slots::iconcat(vm, a[0], a[1])?;
    } else {
        super::slots::extend(vm, this(a[0]), a[1])?;
    }
    Ok(Value::NONE)
}
fn insert(vm: &Vm, a: &[Value]) -> PyResult {
    let s = this(a[0]);
    let i = vm.index_ssize(a[1])?;
    let b = s.pack(vm, a[2])?;
    let n = s.len.get() as isize;
    let at = if i < 0 { (i + n).max(0) } else { i.min(n) } as usize;
    s.splice(vm, at, at, &b[..s.code.size()])?;
    Ok(Value::NONE)
}
fn pop(vm: &Vm, a: &[Value]) -> PyResult {
    let s = this(a[0]);
    let i = if a[1].is_unbound() { -1 } else { vm.index_ssize(a[1])? };
    let n = s.len.get() as isize;
    if n == 0 {
        return Err(vm.index_error("pop from empty array"));
    }
    let at = if i < 0 { i + n } else { i };
    if at < 0 || at >= n {
        return Err(vm.index_error("pop index out of range"));
    }
    let v = s.get(vm, at as usize);
    s.splice(vm, at as usize, at as usize + 1, &[])?;
    Ok(v)
}
fn find(vm: &Vm, s: Gc<Array>, x: Value, start: usize, stop: usize) -> PyResult<Option<usize>> {
    let mut i = start;
    while i < stop.min(s.len.get()) {
        if vm.equal(s.get(vm, i), x)? {
            return Ok(Some(i));
        }
        i += 1;
    }
    Ok(None)
}
fn remove(vm: &Vm, a: &[Value]) -> PyResult {
    let s = this(a[0]);
    match find(vm, s, a[1], 0, usize::MAX)? {
        Some(i) if i < s.len.get() => {
            s.splice(vm, i, i + 1, &[])?;
            Ok(Value::NONE)
        }
        _ => Err(vm.value_error("array.remove(x): x not in array")),
    }
}
fn index(vm: &Vm, a: &[Value]) -> PyResult {
    let s = this(a[0]);
    let n = s.len.get() as isize;
    let clip = |v: Value, default: isize| -> PyResult<usize> {
        if v.is_unbound() {
            return Ok(default as usize);
        }
        let i = vm.slice_index(v)?;
        Ok(if i < 0 { i.saturating_add(n).max(0) } else { i } as usize)
    };
    let (start, stop) = (clip(a[2], 0)?, clip(a[3], isize::MAX)?);
    match find(vm, s, a[1], start, stop)? {
        Some(i) => Ok(vm.new_int(i as i64)),
        None => Err(vm.value_error("array.index(x): x not in array")),
    }
}
fn count(vm: &Vm, a: &[Value]) -> PyResult {
    let s = this(a[0]);
    let (mut n, mut i) = (0, 0);
    while i < s.len.get() {
        n += vm.equal(s.get(vm, i), a[1])? as i64;
        i += 1;
    }
    Ok(vm.new_int(n))
}
fn reverse(_: &Vm, a: &[Value]) -> PyResult {
    let s = this(a[0]);
    let size = s.code.size();
    let raw = s.raw_mut();
    raw.reverse();
    raw.chunks_mut(size).for_each(<[u8]>::reverse);
    Ok(Value::NONE)
}
fn byteswap(_: &Vm, a: &[Value]) -> PyResult {
    let s = this(a[0]);
    let size = s.code.size();
    s.raw_mut().chunks_mut(size).for_each(<[u8]>::reverse);
    Ok(Value::NONE)
}
fn clear(vm: &Vm, a: &[Value]) -> PyResult {
    let s = this(a[0]);
    s.splice(vm, 0, s.len.get(), &[])?;
    Ok(Value::NONE)
}
fn copy(vm: &Vm, a: &[Value]) -> PyResult {
    let s = this(a[0]);
    let raw = s.raw().to_vec();
    from_raw(vm, s.code, &raw).map(Gc::value)
}

fn tobytes(vm: &Vm, a: &[Value]) -> PyResult {
    Ok(vm.new_bytes(this(a[0]).raw()).value())
}
/// Appends raw items from a buffer.
pub fn append_bytes(vm: &Vm, a: Gc<Array>, v: Value) -> PyResult<()> {
    let bytes = vm.get_buffer(v)?.to_vec();
    if !bytes.len().is_multiple_of(a.code.size()) {
        return Err(vm.value_error("bytes length not a multiple of item size"));
    }
    let n = a.len.get();
    a.splice(vm, n, n, &bytes)
}
fn frombytes(vm: &Vm, a: &[Value]) -> PyResult {
    append_bytes(vm, this(a[0]), a[1])?;
    Ok(Value::NONE)
}
fn tofile(vm: &Vm, a: &[Value]) -> PyResult {
    let bytes = this(a[0]).raw().to_vec();
    for part in bytes.chunks(1 << 16) {
        let b = vm.new_bytes(part).value();
        vm.call_method(a[1], vm.names.write, &[b])?;
    }
    Ok(Value::NONE)
}
fn fromfile(vm: &Vm, a: &[Value]) -> PyResult {
    let s = this(a[0]);
    let n = vm.index_ssize(a[2])?;
    if n < 0 {
        return Err(vm.value_error("negative count"));
    }
    let want = (n as usize).checked_mul(s.code.size()).ok_or_else(|| vm.memory_error())?;
    let b = vm.call_method(a[1], vm.names.read, &[vm.new_int(want as i64)])?;
    let Some(bytes) = b.cast::<Bytes>() else {
        return Err(vm.type_error("read() didn't return bytes"));
    };
    append_bytes(vm, s, b)?;
    if bytes.as_bytes().len() != want {
        return Err(vm.eof_error("read() didn't return enough bytes"));
    }
    Ok(Value::NONE)
}

/// The items as a list.
pub fn list_of(vm: &Vm, a: Gc<Array>) -> Value {
    let mut out = GcVec::with_capacity(&vm.heap, a.len.get());
    (0..a.len.get()).for_each(|i| out.push(&vm.heap, a.get(vm, i)));
    vm.new_list(&out).value()
}
fn tolist(vm: &Vm, a: &[Value]) -> PyResult {
    Ok(list_of(vm, this(a[0])))
}
fn fromlist(vm: &Vm, a: &[Value]) -> PyResult {
    let Some(list) = a[1].cast::<List>() else { return Err(vm.type_error("arg must be list")) };
    let s = this(a[0]);
    let before = s.len.get();
    for (i, &v) in vm.list_items(list).iter().enumerate() {
        let r = s.append(vm, v);
        if r.is_err() || list.len.get() <= i {
            s.splice(vm, before, s.len.get(), &[])?;
            r?;
            return Err(vm.runtime_error("list changed size during iteration"));
        }
    }
    Ok(Value::NONE)
}
/// The items of a text array as a string.
pub fn text_of(vm: &Vm, a: Gc<Array>) -> PyResult<Gc<Str>> {
    let mut out = StrBuf::with_capacity(a.len.get());
    for item in a.raw().chunks(4) {
        let c = u32::from_ne_bytes(item.try_into().expect("four bytes"));
        if c > 0x10FFFF {
            return Err(vm.value_error(format!("character U+{c:x} is not in range [U+0000; U+10ffff]")));
        }
        out.push(c);
    }
    Ok(out.finish(vm))
}
fn tounicode(vm: &Vm, a: &[Value]) -> PyResult {
    let s = this(a[0]);
    if !s.code.is_text() {
        return Err(vm.value_error("tounicode() may only be called on unicode type arrays ('u' or 'w')"));
    }
    text_of(vm, s).map(Gc::value)
}
fn fromunicode(vm: &Vm, a: &[Value]) -> PyResult {
    let s = this(a[0]);
    let Some(text) = a[1].cast::<Str>() else {
        return Err(
            vm.type_error(format!("fromunicode() argument must be str, not {}", vm.arg_type_name(a[1])))
        );
    };
    if !s.code.is_text() {
        return Err(vm.value_error("fromunicode() may only be called on unicode type arrays ('u' or 'w')"));
    }
    let n = s.len.get();
    s.splice(vm, n, n, &text_items(text))?;
    Ok(Value::NONE)
}
fn buffer_info(vm: &Vm, a: &[Value]) -> PyResult {
    let s = this(a[0]);
    let address = vm.new_int(s.raw().as_ptr() as i64);
    Ok(vm.new_tuple(&[address, vm.new_int(s.len.get() as i64)]).value())
}
fn sizeof(vm: &Vm, a: &[Value]) -> PyResult {
    Ok(vm.new_int((size_of::<Array>() + this(a[0]).raw().len()) as i64))
}
fn class_getitem(vm: &Vm, a: &[Value]) -> PyResult {
    vm.generic_alias(a[0], a[1])
}

/// Machine formats of pickles, by number: type code, size, big-endian.
const FORMATS: [(u8, usize, bool); 22] = [
    (b'B', 1, false),
    (b'b', 1, false),
    (b'H', 2, false),
    (b'H', 2, true),
    (b'h', 2, false),
    (b'h', 2, true),
    (b'I', 4, false),
    (b'I', 4, true),
    (b'i', 4, false),
    (b'i', 4, true),
    (b'Q', 8, false),
    (b'Q', 8, true),
    (b'q', 8, false),
    (b'q', 8, true),
    (b'f', 4, false),
    (b'f', 4, true),
    (b'd', 8, false),
    (b'd', 8, true),
    (b'u', 2, false),
    (b'u', 2, true),
    (b'w', 4, false),
    (b'w', 4, true),
];

fn machine_format(code: Code) -> usize {
    let want = match (code.0, code.size()) {
        (b'l', _) => b'q',
        (b'L', _) => b'Q',
        (b'u', _) => b'w',
        (c, _) => c,
    };
    let big = cfg!(target_endian = "big");
    FORMATS.iter().position(|&(c, n, b)| c == want && (n == 1 || b == big)).unwrap_or(0)
}

fn reduce_ex(vm: &Vm, a: &[Value]) -> PyResult {
    let s = this(a[0]);
    if !vm.class_of(a[1]).is_subtype(vm.types.int) {
        return Err(vm.type_error("__reduce_ex__ argument should be an integer"));
    }
    let proto = vm.index_ssize(a[1])?;
    let ty = vm.class_of(a[0]).value();
    let state = vm.get_attr_opt(a[0], vm.names.__dict__)?.unwrap_or(Value::NONE);
    let code = vm.str_char(s.code.0 as u32).value();
    if proto < 3 {
        let args = vm.new_tuple(&[code, list_of(vm, s)]).value();
        return Ok(vm.new_tuple(&[ty, args, state]).value());
    }
    let f = vm.import_attr("array", "_array_reconstructor")?;
    let bytes = vm.new_bytes(s.raw()).value();
    let args = vm.new_tuple(&[ty, code, Value::int(machine_format(s.code) as i64), bytes]).value();
    Ok(vm.new_tuple(&[f, args, state]).value())
}

fn reconstruct(vm: &Vm, a: &[Value]) -> PyResult {
    let array = vm.type_of_def(&super::DEF);
    let Some(ty) = a[0].cast::<Type>() else {
        return Err(
            vm.type_error(format!("first argument must be a type object, not {}", vm.type_name(a[0])))
        );
    };
    if !ty.is_subtype(array) {
        return Err(vm.type_error(format!("{} is not a subtype of array.array", ty.name_str())));
    }
    let code = a[1].cast::<Str>().filter(|s| s.byte_len() == 1).and_then(|s| Code::of(s.as_bytes()[0]));
    let Some(code) = code else {
        return Err(vm.value_error("second argument must be a valid type code"));
    };
    let format = vm.index_c_int(a[2])?;
    let Some(&(c, size, big)) = usize::try_from(format).ok().and_then(|i| FORMATS.get(i)) else {
        return Err(vm.value_error("third argument must be a valid machine format code."));
    };
    let Some(b) = a[3].cast::<Bytes>() else {
        return Err(vm.type_error(format!("fourth argument should be bytes, not {}", vm.type_name(a[3]))));
    };
    let bytes = b.as_bytes();
    if !bytes.len().is_multiple_of(size) {
        return Err(vm.value_error("bytes length not a multiple of item size"));
    }
    let out = new_of(vm, ty, code);
    if c == b'u' {
        use taipan_runtime::text::codecs::{errors::Handler, utf16_32};
        let order = if big { utf16_32::Order::Big } else { utf16_32::Order::Little };
        let mut h = Handler::new(vm, Value::NONE);
        let (text, ..) = utf16_32::decode(vm, bytes, &mut h, order, false, true)?;
        out.splice(vm, 0, 0, &text_items(text))?;
        return Ok(out.value());
    }
    for item in bytes.chunks(size) {
        let mut item = item.to_vec();
        if big != cfg!(target_endian = "big") {
            item.reverse();
        }
        out.append(vm, Code(c).unpack(vm, &item))?;
    }
    Ok(out.value())
}

/// Functions of the module.
pub static FUNCTIONS: &[MethodDef] = &[function(
    "_array_reconstructor",
    "($module, arraytype, typecode, mformat_code, items, /)",
    reconstruct,
    "Internal. Used for pickling support.",
)];

/// The table of methods.
pub static METHODS: &[MethodDef] = &[
    method("__copy__", "($self, /)", copy, "Return a copy of the array."),
    method("__deepcopy__", "($self, unused, /)", copy, "Return a copy of the array."),
    method("__reduce_ex__", "($self, value, /)", reduce_ex, "Return state information for pickling."),
    method("__sizeof__", "($self, /)", sizeof, "Size of the array in memory, in bytes."),
    classmethod("__class_getitem__", "($type, object, /)", class_getitem, "See PEP 585"),
    method("append", "($self, v, /)", append, "Append new value v to the end of the array."),
    method(
        "buffer_info",
        "($self, /)",
        buffer_info,
        "Return a tuple (address, length) giving the current memory address and the length in items of the buffer used to hold array's contents.\n\nThe length should be multiplied by the itemsize attribute to calculate\nthe buffer length in bytes.",
    ),
    method(
        "byteswap",
        "($self, /)",
        byteswap,
        "Byteswap all items of the array.\n\nIf the items in the array are not 1, 2, 4, or 8 bytes in size, RuntimeError is\nraised.",
    ),
    method("clear", "($self, /)", clear, "Remove all items from the array."),
    method("count", "($self, v, /)", count, "Return number of occurrences of v in the array."),
    method("extend", "($self, bb, /)", extend, "Append items to the end of the array."),
    method(
        "frombytes",
        "($self, buffer, /)",
        frombytes,
        "Appends items from the string, interpreting it as an array of machine values, as if it had been read from a file using the fromfile() method.",
    ),
    method(
        "fromfile",
        "($self, f, n, /)",
        fromfile,
        "Read n objects from the file object f and append them to the end of the array.",
    ),
    method("fromlist", "($self, list, /)", fromlist, "Append items to array from list."),
    method(
        "fromunicode",
        "($self, ustr, /)",
        fromunicode,
        "Extends this array with data from the unicode string ustr.\n\nThe array must be a unicode type array; otherwise a ValueError is raised.\nUse array.frombytes(ustr.encode(...)) to append Unicode data to an array of\nsome other type.",
    ),
    method(
        "index",
        "($self, v, start=0, stop=sys.maxsize, /)",
        index,
        "Return index of first occurrence of v in the array.\n\nRaise ValueError if the value is not present.",
    ),
    method("insert", "($self, i, v, /)", insert, "Insert a new item v into the array before position i."),
    method(
        "pop",
        "($self, i=-1, /)",
        pop,
        "Return the i-th element and delete it from the array.\n\ni defaults to -1.",
    ),
    method("remove", "($self, v, /)", remove, "Remove the first occurrence of v in the array."),
    method("reverse", "($self, /)", reverse, "Reverse the order of the items in the array."),
    method(
        "tobytes",
        "($self, /)",
        tobytes,
        "Convert the array to an array of machine values and return the bytes representation.",
    ),
    method("tofile", "($self, f, /)", tofile, "Write all items (as machine values) to the file object f."),
    method("tolist", "($self, /)", tolist, "Convert array to an ordinary list with the same items."),
    method(
        "tounicode",
        "($self, /)",
        tounicode,
        "Extends this array with data from the unicode string ustr.\n\nConvert the array to a unicode string.  The array must be a unicode type array;\notherwise a ValueError is raised.  Use array.tobytes().decode() to obtain a\nunicode string from an array of some other type.",
    ),
];

/// The table of attributes.
pub static GETSET: &[GetSetDef] = &[
    readonly(
        "typecode",
        |vm, v| Ok(vm.str_char(this(v).code.0 as u32).value()),
        "the typecode character used to create the array",
    ),
    readonly(
        "itemsize",
        |_, v| Ok(Value::int(this(v).code.size() as i64)),
        "the size, in bytes, of one array item",
    ),
];
