//! The slots of `array.array`.

use super::items::{Code, text_items};
use super::{Array, from_raw, new_of, this};
use std::cell::Cell;
use taipan_runtime::kinds::Trace;
use taipan_runtime::objects::bytearray::ByteArray;
use taipan_runtime::objects::bytes::Bytes;
use taipan_runtime::objects::memoryview::BufferInfo;
use taipan_runtime::objects::slice::Slice;
use taipan_runtime::objects::str::Str;
use taipan_runtime::objects::typ::Type;
use taipan_runtime::vm::error::PyResult;
use taipan_runtime::vm::slots::CompareOp;
use taipan_runtime::vm::typedef::NativeObject;
use taipan_runtime::{Args, Gc, GcVec, Header, MethodDef, Slot, Slots, Tracer, TypeDef, Value, Vm, method};

pub fn new(vm: &Vm, ty: Gc<Type>, args: Args) -> PyResult {
    if ty == vm.type_of_def(&super::DEF) && !args.kw.is_empty() {
        return Err(vm.type_error("array.array() takes no keyword arguments"));
    }
    let (code, initial) = match *args.pos {
        [] => return Err(vm.type_error("array() takes at least 1 argument (0 given)")),
        [c] => (c, Value::UNBOUND),
        [c, i] => (c, i),
        _ => {
            return Err(
                vm.type_error(format!("array() takes at most 2 arguments ({} given)", args.pos.len()))
            );
        }
    };
    let Some(s) = code.cast::<Str>() else {
        return Err(vm.type_error(format!(
            "array() argument 1 must be a unicode character, not {}",
            vm.type_name(code)
        )));
    };
    if s.char_len() != 1 {
        return Err(vm.type_error(format!(
            "array() argument 1 must be a unicode character, not a string of length {}",
            s.char_len()
        )));
    }
    let c = s.as_bytes()[0];
    if c == b'u' {
        taipan_runtime::text::warn(
            vm,
            vm.types.DeprecationWarning,
            "The 'u' type code is deprecated and will be removed in Python 3.16",
        )?;
    }
    let source = vm.native::<Array>(initial);
    if !c.is_ascii() || Code::of(c).is_none() {
        return Err(vm.value_error("bad typecode (must be b, B, u, w, h, H, i, I, l, L, q, Q, f or d)"));
    }
    let code = Code(c);
    if !code.is_text() {
        if initial.cast::<Str>().is_some() {
            return Err(vm.type_error(format!(
                "cannot use a str to initialize an array with typecode '{}'",
                c as char
            )));
        }
        if source.is_some_and(|a| a.code.is_text()) {
            return Err(vm.type_error(format!(
                "cannot use a unicode array to initialize an array with typecode '{}'",
                c as char
            )));
        }
    }
    let a = new_of(vm, ty, code);
    if initial.is_unbound() {
        return Ok(a.value());
    }
    if let Some(s) = initial.cast::<Str>() {
        a.splice(vm, 0, 0, &text_items(s))?;
    } else if initial.cast::<Bytes>().is_some() || initial.cast::<ByteArray>().is_some() {
        super::methods::append_bytes(vm, a, initial)?;
    } else if let Some(b) = source
        && b.code == code
    {
        let raw = b.raw().to_vec();
        a.splice(vm, 0, 0, &raw)?;
    } else {
        extend(vm, a, initial)?;
    }
    Ok(a.value())
}

/// Appends all items of an iterable.
pub fn extend(vm: &Vm, a: Gc<Array>, v: Value) -> PyResult<()> {
    let it = vm.get_iter(v)?;
    while let Some(x) = vm.iter_next(it)? {
        a.append(vm, x)?;
    }
    Ok(())
}

pub fn repr(vm: &Vm, v: Value) -> PyResult {
    let a = this(v);
    let name = vm.class_of(v).name.get();
    let mut out = taipan_runtime::objects::str::StrBuf::new();
    out.push_str(&format!("{name}('{}'", a.code.0 as char));
    if a.len.get() > 0 {
        out.push_str(", ");
        let body = if a.code.is_text() {
            super::methods::text_of(vm, a)?.value()
        } else {
            super::methods::list_of(vm, a)
        };
        out.push_obj(vm.repr(body)?);
    }
    out.push_str(")");
    Ok(out.finish(vm).value())
}

pub fn compare(vm: &Vm, a: Value, b: Value, op: CompareOp) -> PyResult {
    let (Some(x), Some(y)) = (vm.native::<Array>(a), vm.native::<Array>(b)) else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    let (n, m) = (x.len.get(), y.len.get());
    if n != m && matches!(op, CompareOp::Eq | CompareOp::Ne) {
        return Ok(Value::bool(op == CompareOp::Ne));
    }
    if x.code == y.code && !matches!(x.code.0, b'f' | b'd') && matches!(op, CompareOp::Eq | CompareOp::Ne) {
        return Ok(Value::bool((x.raw() == y.raw()) == (op == CompareOp::Eq)));
    }
    for i in 0..n.min(m) {
        if i >= x.len.get() || i >= y.len.get() {
            break;
        }
        let (p, q) = (x.get(vm, i), y.get(vm, i));
        if !vm.compare_bool(p, q, CompareOp::Eq)? {
            return match op {
                CompareOp::Eq => Ok(Value::FALSE),
                CompareOp::Ne => Ok(Value::TRUE),
                _ => vm.compare(p, q, op),
            };
        }
    }
    Ok(Value::bool(op.holds(x.len.get().cmp(&y.len.get()))))
}

pub fn len(_: &Vm, v: Value) -> PyResult<usize> {
    Ok(this(v).len.get())
}

fn position(vm: &Vm, a: Gc<Array>, key: Value, what: &str) -> PyResult<usize> {
    if !vm.has_index(key) {
        return Err(vm.type_error("array indices must be integers"));
    }
    let i = vm.index_or(key, vm.types.IndexError)?;
    let n = a.len.get() as isize;
    let at = if i < 0 { i + n } else { i };
    if at < 0 || at >= n {
        return Err(vm.index_error(format!("array {what}index out of range")));
    }
    Ok(at as usize)
}

/// Item `i` of the commonest kinds of arrays.
#[inline(always)]
fn quick(a: Gc<Array>, i: i64) -> Option<Value> {
    let n = a.len.get();
    let at = if i < 0 { i + n as i64 } else { i } as usize;
    if at >= n {
        return None;
    }
    let raw = a.raw();
    let word = |size: usize| &raw[at * size..at * size + size];
    Some(match a.code.0 {
        b'd' => Value::float(f64::from_ne_bytes(word(8).try_into().ok()?)),
        b'i' => Value::int(i32::from_ne_bytes(word(4).try_into().ok()?) as i64),
        b'I' => Value::int(u32::from_ne_bytes(word(4).try_into().ok()?) as i64),
        b'B' => Value::int(raw[at] as i64),
        b'l' | b'q' => Value::try_int(i64::from_ne_bytes(word(8).try_into().ok()?))?,
        _ => return None,
    })
}

pub fn getitem(vm: &Vm, v: Value, key: Value) -> PyResult {
    let a = this(v);
    if key.is_int()
        && let Some(x) = quick(a, key.as_int())
    {
        return Ok(x);
    }
    if let Some(slice) = key.cast::<Slice>() {
        let ix = vm.slice_indices(slice, a.len.get())?;
        let size = a.code.size();
        let mut raw = Vec::with_capacity(ix.len * size);
        for i in ix.positions() {
            raw.extend_from_slice(&a.raw()[i * size..(i + 1) * size]);
        }
        return from_raw(vm, a.code, &raw).map(Gc::value);
    }
    let at = position(vm, a, key, "")?;
    Ok(a.get(vm, at))
}

pub fn setitem(vm: &Vm, v: Value, key: Value, value: Value) -> PyResult<()> {
    let a = this(v);
    let size = a.code.size();
    if key.is_int()
        && value.is_float()
        && a.code.0 == b'd'
        && let (i, n) = (key.as_int(), a.len.get())
        && let at = if i < 0 { i + n as i64 } else { i } as usize
        && at < n
    {
        a.raw_mut()[at * 8..at * 8 + 8].copy_from_slice(&value.as_float().to_ne_bytes());
        return Ok(());
    }
    let Some(slice) = key.cast::<Slice>() else {
        let at = position(vm, a, key, "assignment ")?;
        if value.is_unbound() {
            return a.splice(vm, at, at + 1, &[]);
        }
        let b = a.pack(vm, value)?;
        // The conversion may have shortened the array.
        if at >= a.len.get() {
            return Err(vm.index_error("array assignment index out of range"));
        }
        a.raw_mut()[at * size..(at + 1) * size].copy_from_slice(&b[..size]);
        return Ok(());
    };
    let raw = if value.is_unbound() {
        vec![]
    } else {
        let Some(other) = vm.native::<Array>(value) else {
            return Err(vm.type_error(format!(
                "can only assign array (not \"{}\") to array slice",
                vm.type_name(value)
            )));
        };
        if other.code != a.code {
            return Err(vm.type_error("bad argument type for built-in operation"));
        }
        other.raw().to_vec()
    };
    let ix = vm.slice_indices(slice, a.len.get())?;
    if ix.step == 1 {
        let from = ix.start as usize;
        return a.splice(vm, from, from + ix.len, &raw);
    }
    // Nothing assigned to an extended slice deletes, unlike with lists.
    if raw.is_empty() {
        let mut gone = vec![false; a.len.get()];
        ix.positions().for_each(|i| gone[i] = true);
        let mut left = Vec::with_capacity(a.raw().len());
        for (i, item) in a.raw().chunks(size).enumerate() {
            if !gone[i] {
                left.extend_from_slice(item);
            }
        }
        return a.splice(vm, 0, a.len.get(), &left);
    }
    let count = raw.len() / size;
    if count != ix.len {
        return Err(vm.value_error(format!(
            "attempt to assign array of size {count} to extended slice of size {}",
            ix.len
        )));
    }
    let out = a.raw_mut();
    for (k, i) in ix.positions().enumerate() {
        out[i * size..(i + 1) * size].copy_from_slice(&raw[k * size..(k + 1) * size]);
    }
    Ok(())
}

pub fn contains(vm: &Vm, v: Value, x: Value) -> PyResult<bool> {
    let a = this(v);
    let mut i = 0;
    while i < a.len.get() {
        if vm.equal(a.get(vm, i), x)? {
            return Ok(true);
        }
        i += 1;
    }
    Ok(false)
}

fn other_array(vm: &Vm, a: Gc<Array>, b: Value, what: &str) -> PyResult<Vec<u8>> {
    let Some(other) = vm.native::<Array>(b) else {
        return Err(vm.type_error(format!("can only {what} array (not \"{}\") to array", vm.type_name(b))));
    };
    if other.code != a.code {
        return Err(vm.type_error("bad argument type for built-in operation"));
    }
    Ok(other.raw().to_vec())
}
pub fn concat(vm: &Vm, a: Value, b: Value) -> PyResult {
    let x = this(a);
    let more = other_array(vm, x, b, "append")?;
    let mut all = x.raw().to_vec();
    all.extend_from_slice(&more);
    from_raw(vm, x.code, &all).map(Gc::value)
}
pub fn iconcat(vm: &Vm, a: Value, b: Value) -> PyResult {
    let Some(other) = vm.native::<Array>(b) else {
        return Err(vm.type_error(format!("can only extend array with array (not \"{}\")", vm.type_name(b))));
    };
    let x = this(a);
    if other.code != x.code {
        return Err(vm.type_error("can only extend with array of same kind"));
    }
    let raw = other.raw().to_vec();
    let n = x.len.get();
    x.splice(vm, n, n, &raw)?;
    Ok(a)
}
fn times(vm: &Vm, a: Gc<Array>, n: isize) -> PyResult<Vec<u8>> {
    let n = n.max(0) as usize;
    let len = a.raw().len().checked_mul(n).ok_or_else(|| vm.memory_error())?;
    let mut out = Vec::new();
    out.try_reserve_exact(len).map_err(|_| vm.memory_error())?;
    if let [b] = a.raw() {
        out.resize(n, *b);
    } else {
        (0..n).for_each(|_| out.extend_from_slice(a.raw()));
    }
    Ok(out)
}
pub fn repeat(vm: &Vm, v: Value, n: isize) -> PyResult {
    let a = this(v);
    from_raw(vm, a.code, &times(vm, a, n)?).map(Gc::value)
}
pub fn irepeat(vm: &Vm, v: Value, n: isize) -> PyResult {
    let a = this(v);
    let all = times(vm, a, n)?;
    a.splice(vm, 0, a.len.get(), &all)?;
    Ok(v)
}

pub fn buffer(_: &Vm, v: Value, _: bool) -> PyResult<BufferInfo> {
    let a = this(v);
    let counter = Some(a.exports.acquire());
    let raw = a.raw();
    Ok(BufferInfo {
        writable: true,
        format: a.code.format(),
        itemsize: a.code.size(),
        counter,
        ..BufferInfo::bytes(v, raw.as_ptr(), raw.len())
    })
}

/// `array.arrayiterator`
#[repr(C)]
struct ArrayIter {
    header: Header,
    of: Slot<Value>,
    index: Cell<usize>,
}
impl Trace for ArrayIter {
    fn trace(&self, t: &mut Tracer) {
        t.slot(&self.of);
    }
}
// SAFETY: `repr(C)`, header first, made in this file only.
unsafe impl NativeObject for ArrayIter {
    const DEF: &'static TypeDef = &ITER;
}
static ITER: TypeDef = TypeDef {
    name: "arrayiterator",
    module: "array",
    slots: Slots { iter: Some(itself), iternext: Some(next), ..Slots::EMPTY },
    methods: ITER_METHODS,
    ..TypeDef::native::<ArrayIter>()
};
static ITER_METHODS: &[MethodDef] = &[
    method("__reduce__", "($self, /)", iter_reduce, "Return state information for pickling."),
    method("__setstate__", "($self, state, /)", iter_set_state, "Set state information for unpickling."),
];

pub fn iter(vm: &Vm, v: Value) -> PyResult {
    Ok(vm.new_native(|header| ArrayIter { header, of: Slot::new(v), index: Cell::new(0) }).value())
}
fn itself(_: &Vm, v: Value) -> PyResult {
    Ok(v)
}
fn iter_this(v: Value) -> Gc<ArrayIter> {
    // SAFETY: slots and methods of the type get its instances; it cannot be subclassed.
    unsafe { Gc::from_header(v.as_header()) }
}
fn next(vm: &Vm, v: Value) -> PyResult<Option<Value>> {
    let it = iter_this(v);
    let of = it.of.get();
    if of.is_none() {
        return Ok(None);
    }
    let (a, i) = (this(of), it.index.get());
    if i >= a.len.get() {
        it.of.set(it, Value::NONE);
        return Ok(None);
    }
    it.index.set(i + 1);
    Ok(Some(a.get(vm, i)))
}
fn iter_reduce(vm: &Vm, a: &[Value]) -> PyResult {
    let it = iter_this(a[0]);
    let f = vm.builtins.get_str(vm, vm.intern("iter")).unwrap_or(Value::NONE);
    let of = it.of.get();
    if of.is_none() {
        let mut none = GcVec::new();
        none.push(&vm.heap, vm.new_list(&[]).value());
        return Ok(vm.new_tuple(&[f, vm.new_tuple(&none).value()]).value());
    }
    let args = vm.new_tuple(&[of]).value();
    Ok(vm.new_tuple(&[f, args, vm.new_int(it.index.get() as i64)]).value())
}
fn iter_set_state(vm: &Vm, a: &[Value]) -> PyResult {
    let it = iter_this(a[0]);
    let i = vm.index_ssize(a[1])?.max(0) as usize;
    if !it.of.get().is_none() {
        it.index.set(i.min(this(it.of.get()).len.get()));
    }
    Ok(Value::NONE)
}
