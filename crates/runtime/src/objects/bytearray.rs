//! `bytearray`: bytes in a raw buffer that grows. While exports exist (memoryviews and the like) the buffer may be
//! written to but not moved or resized.

use crate::kinds::Trace;
use crate::objects::binary::{self, byte};
use crate::objects::memoryview::{BufferInfo, ExportCount};
use crate::objects::slice::Slice;
use crate::objects::str::Str;
use crate::objects::typ::Type;
use crate::text::search;
use crate::vm::Vm;
use crate::vm::args::Args;
use crate::vm::error::PyResult;
use crate::vm::slots::{CompareOp, Slots};
use crate::vm::typedef::{TypeDef, flag};
use std::cell::Cell;
use taipan_heap::{Gc, Header, RawBuf, Slot, Tracer, Value};

/// A `bytearray` (or an instance of a subclass).
#[repr(C)]
pub struct ByteArray {
    header: Header,
    /// The bytes: a `RawBuf`, or unbound while empty.
    pub buf: Slot<Value>,
    /// Number of bytes.
    pub len: Cell<usize>,
    /// Number of memoryviews and other exports that forbid resizing.
    pub exports: ExportCount,
}

impl Trace for ByteArray {
    fn trace(&self, t: &mut Tracer) {
        t.slot(&self.buf);
    }
}

impl ByteArray {
    /// The bytes. Do not hold the slice across calls that may run Python code.
    #[inline]
    pub fn as_bytes(&self) -> &[u8] {
        match self.buf.get().cast::<RawBuf>() {
            // SAFETY: `len` bytes of the buffer are initialised.
            Some(b) => unsafe { std::slice::from_raw_parts(b.data(), self.len.get()) },
            None => &[],
        }
    }
    /// The bytes for writing, under the same condition; no other slice of them may be held.
    #[allow(clippy::mut_from_ref)]
    fn as_bytes_mut(&self) -> &mut [u8] {
        match self.buf.get().cast::<RawBuf>() {
            // SAFETY: as above; callers hold one slice at a time.
            Some(b) => unsafe { std::slice::from_raw_parts_mut(b.data(), self.len.get()) },
            None => &mut [],
        }
    }
    /// Changes the length; new bytes are 0. `BufferError` while there are exports.
    pub fn resize(&self, vm: &Vm, n: usize) -> PyResult<()> {
        let old = self.len.get();
        if n == old {
            return Ok(());
        }
        if self.exports.get() > 0 {
            vm.drop_dead_exports(&self.exports)?;
        }
        let buf = self.buf.get().cast::<RawBuf>();
        let cap = buf.map_or(0, |b| b.cap());
        if n > cap || (n < cap / 4 && cap > 64) {
            let want = if n > old { n.checked_add(n / 8 + 8) } else { Some(n) };
            if !buf.zip(want).is_some_and(|(b, w)| b.try_grow(&vm.heap, w)) {
                let new = want.and_then(|w| RawBuf::try_new(&vm.heap, w)).ok_or_else(|| vm.memory_error())?;
                if let Some(b) = buf {
                    // SAFETY: both hold the bytes that stay.
                    unsafe { std::ptr::copy_nonoverlapping(b.data(), new.data(), old.min(n)) };
                }
                self.buf.set(Gc::of(self), Value::from_header(new.header_ptr()));
            }
        }
        self.len.set(n);
        if n > old {
            self.as_bytes_mut()[old..].fill(0);
        }
        Ok(())
    }
    /// Replaces the bytes `from..to` by others.
    pub fn splice(&self, vm: &Vm, from: usize, to: usize, with: &[u8]) -> PyResult<()> {
        let len = self.len.get();
        let tail = len - to;
        let new = from + with.len() + tail;
        if new > len {
            self.resize(vm, new)?;
            self.as_bytes_mut().copy_within(to..len, from + with.len());
        } else if new < len {
            if self.exports.get() > 0 {
                vm.drop_dead_exports(&self.exports)?;
            }
            self.as_bytes_mut().copy_within(to..len, from + with.len());
            self.resize(vm, new)?;
        }
        self.as_bytes_mut()[from..from + with.len()].copy_from_slice(with);
        Ok(())
    }
    /// Appends bytes.
    pub fn push_bytes(&self, vm: &Vm, b: &[u8]) -> PyResult<()> {
        let n = self.len.get();
        self.splice(vm, n, n, b)
    }
}

impl Vm {
    /// A new `bytearray`.
    pub fn new_bytearray(&self, bytes: &[u8]) -> PyResult<Gc<ByteArray>> {
        let a = self.new_bytearray_of(self.types.bytearray);
        a.push_bytes(self, bytes)?;
        Ok(a)
    }
    /// A new empty instance of `ty`, which is `bytearray` or a subclass.
    pub fn new_bytearray_of(&self, ty: Gc<Type>) -> Gc<ByteArray> {
        let p = self.alloc_instance_raw(ty, size_of::<ByteArray>());
        // SAFETY: a fresh cell of that size.
        unsafe {
            let header = p.read();
            p.cast::<ByteArray>().write(ByteArray {
                header,
                buf: Slot::new(Value::UNBOUND),
                len: Cell::new(0),
                exports: ExportCount::new(),
            });
            Gc::from_header(p)
        }
    }
}

fn this(v: Value) -> Gc<ByteArray> {
    v.cast::<ByteArray>().expect("slots and methods of bytearray get bytearrays")
}

fn new(vm: &Vm, ty: Gc<Type>, _: Args) -> PyResult {
    Ok(vm.new_bytearray_of(ty).value())
}
fn init(vm: &Vm, v: Value, args: Args) -> PyResult<()> {
    let given = args.bind::<3>(vm, "bytearray", "(source=b'', encoding='utf-8', errors='strict')")?;
    let (a, source) = (this(v), given[0]);
    a.resize(vm, 0)?;
    if let Some(b) = super::bytes::constructor_string(vm, "bytearray", given)? {
        return a.push_bytes(vm, &vm.get_buffer(b)?);
    }
    if source.is_unbound() {
        return Ok(());
    }
    if !vm.has_buffer(source) && vm.has_index(source) {
        match vm.index_or(source, vm.types.OverflowError) {
            Ok(n) => {
                return a.resize(vm, usize::try_from(n).map_err(|_| vm.value_error("negative count"))?);
            }
            Err(e) if !vm.raised_is(e, vm.types.TypeError) => return Err(e),
            Err(_) => {}
        }
    }
    if vm.has_buffer(source) {
        return a.push_bytes(vm, &binary::collect(vm, source, true)?);
    }
    if vm.class_of(source).slots.iter.get().is_none() && vm.class_of(source).slots.getitem.get().is_none() {
        return Err(vm.type_error(format!("cannot convert '{}' object to bytearray", vm.type_name(source))));
    }
    // One by one: the iterable may look at the array meanwhile.
    let fill = || {
        let it = vm.get_iter(source)?;
        while let Some(x) = vm.iter_next(it)? {
            let b = byte(vm, x)?;
            a.push_bytes(vm, &[b])?;
        }
        Ok(())
    };
    let r = fill();
    if r.is_err() {
        a.resize(vm, 0)?;
    }
    r
}

fn repr(vm: &Vm, v: Value) -> PyResult {
    let a = this(v);
    let b = a.as_bytes();
    let quote = binary::choose_quote(b);
    // Unlike in `bytes`, apostrophes are escaped whatever the quote.
    let mut text = String::with_capacity(b.len());
    binary::push_repr(&mut text, b, '\'');
    let out = format!("{}(b{quote}{}{quote})", *vm.class_of(v).name.get(), &text[1..text.len() - 1]);
    Ok(vm.new_str(&out).value())
}
fn str(vm: &Vm, v: Value) -> PyResult {
    super::bytes::bytes_warning(vm, "str() on a bytearray instance")?;
    repr(vm, v)
}
fn len(_: &Vm, v: Value) -> PyResult<usize> {
    Ok(this(v).len.get())
}

fn compare(vm: &Vm, a: Value, b: Value, op: CompareOp) -> PyResult {
    if !vm.has_buffer(a) || !vm.has_buffer(b) {
        if vm.config.bytes_warning > 0
            && matches!(op, CompareOp::Eq | CompareOp::Ne)
            && (a.cast::<Str>().is_some() || b.cast::<Str>().is_some())
        {
            super::bytes::bytes_warning(vm, "Comparison between bytearray and string")?;
        }
        return Ok(Value::NOT_IMPLEMENTED);
    }
    let (x, y) = match (vm.get_buffer(a), vm.get_buffer(b)) {
        (Ok(x), Ok(y)) => (x, y),
        _ => return Ok(Value::NOT_IMPLEMENTED),
    };
    Ok(Value::bool(op.holds(x.cmp(&y))))
}

fn getitem(vm: &Vm, v: Value, key: Value) -> PyResult {
    let a = this(v);
    if let Some(slice) = key.cast::<Slice>() {
        let ix = vm.slice_indices(slice, a.len.get())?;
        let out: Vec<u8> = if ix.step == 1 {
            a.as_bytes()[ix.start as usize..ix.start as usize + ix.len].to_vec()
        } else {
            ix.positions().map(|i| a.as_bytes()[i]).collect()
        };
        return vm.new_bytearray(&out).map(Gc::value);
    }
    let i = vm.sequence_index(key, "bytearray")?;
    let at = position(vm, a, i)?;
    Ok(Value::int(a.as_bytes()[at] as i64))
}
fn position(vm: &Vm, a: Gc<ByteArray>, i: isize) -> PyResult<usize> {
    let n = a.len.get() as isize;
    let at = if i < 0 { i + n } else { i };
    if at < 0 || at >= n {
        return Err(vm.index_error("bytearray index out of range"));
    }
    Ok(at as usize)
}

fn setitem(vm: &Vm, v: Value, key: Value, value: Value) -> PyResult<()> {
    let a = this(v);
    let Some(slice) = key.cast::<Slice>() else {
        let i = vm.sequence_index(key, "bytearray")?;
        if value.is_unbound() {
            let at = position(vm, a, i)?;
            return a.splice(vm, at, at + 1, &[]);
        }
        // The value first: its `__index__` may resize the array.
        position(vm, a, i)?;
        let b = byte(vm, value)?;
        let at = position(vm, a, i)?;
        a.as_bytes_mut()[at] = b;
        return Ok(());
    };
    let bytes = if value.is_unbound() {
        Vec::new()
    } else if vm.has_buffer(value) {
        vm.get_buffer_any(value, false)?.to_vec_in_order()
    } else if value.cast::<Str>().is_some()
        || vm.has_index(value)
        || vm.class_of(value).slots.iter.get().is_none() && vm.class_of(value).slots.getitem.get().is_none()
    {
        return Err(vm.type_error("can assign only bytes, buffers, or iterables of ints in range(0, 256)"));
    } else {
        binary::collect_ints(vm, value, "byte must be in range(0, 256)")?
    };
    let (start, stop, step) = vm.slice_unpack(slice)?;
    let ix = crate::vm::sequence::adjust_indices(start, stop, step, a.len.get());
    if ix.step == 1 {
        let from = ix.start as usize;
        return a.splice(vm, from, from + ix.len, &bytes);
    }
    if value.is_unbound() || bytes.is_empty() {
        if ix.len == 0 {
            return Ok(());
        }
        if a.exports.get() > 0 {
            vm.drop_dead_exports(&a.exports)?;
        }
        let mut gone = vec![false; a.len.get()];
        ix.positions().for_each(|i| gone[i] = true);
        let left: Vec<u8> = a.as_bytes().iter().zip(&gone).filter(|(_, g)| !**g).map(|(b, _)| *b).collect();
        a.resize(vm, left.len())?;
        a.as_bytes_mut().copy_from_slice(&left);
        return Ok(());
    }
    if bytes.len() != ix.len {
        return Err(vm.value_error(format!(
            "attempt to assign bytes of size {} to extended slice of size {}",
            bytes.len(),
            ix.len
        )));
    }
    let out = a.as_bytes_mut();
    ix.positions().zip(&bytes).for_each(|(i, &b)| out[i] = b);
    Ok(())
}

fn contains(vm: &Vm, v: Value, sub: Value) -> PyResult<bool> {
    let sub = binary::needle(vm, sub, true)?;
    Ok(search::find(this(v).as_bytes(), &sub).is_some())
}
fn concat(vm: &Vm, a: Value, b: Value) -> PyResult {
    if !vm.has_buffer(a) || !vm.has_buffer(b) {
        return Err(vm.type_error(format!("can't concat {} to {}", vm.type_name(b), vm.type_name(a))));
    }
    let out = vm.new_bytearray(&vm.get_buffer(a)?)?;
    out.push_bytes(vm, &vm.get_buffer(b)?)?;
    Ok(out.value())
}
fn iconcat(vm: &Vm, a: Value, b: Value) -> PyResult {
    if !vm.has_buffer(b) {
        return Err(vm.type_error(format!("can't concat {} to {}", vm.type_name(b), vm.type_name(a))));
    }
    let other = vm.get_buffer(b)?;
    this(a).push_bytes(vm, &other)?;
    Ok(a)
}
fn times(vm: &Vm, a: Gc<ByteArray>, n: isize) -> PyResult<Vec<u8>> {
    let n = n.max(0) as usize;
    let len = a.len.get().checked_mul(n).ok_or_else(|| vm.memory_error())?;
    let mut out = Vec::new();
    out.try_reserve_exact(len).map_err(|_| vm.memory_error())?;
    (0..n).for_each(|_| out.extend_from_slice(a.as_bytes()));
    Ok(out)
}
fn repeat(vm: &Vm, v: Value, n: isize) -> PyResult {
    vm.new_bytearray(&times(vm, this(v), n)?).map(Gc::value)
}
fn irepeat(vm: &Vm, v: Value, n: isize) -> PyResult {
    let a = this(v);
    let all = times(vm, a, n)?;
    a.resize(vm, all.len())?;
    a.as_bytes_mut().copy_from_slice(&all);
    Ok(v)
}
fn rem(vm: &Vm, a: Value, b: Value) -> PyResult {
    match a.cast::<ByteArray>() {
        Some(f) => {
            let format = f.as_bytes().to_vec();
            let _hold = f.exports.hold();
            vm.new_bytearray(&crate::text::percent::format_bytes(vm, &format, b)?).map(Gc::value)
        }
        None => Ok(Value::NOT_IMPLEMENTED),
    }
}

fn buffer(_: &Vm, v: Value, _: bool) -> PyResult<BufferInfo> {
    let a = this(v);
    let counter = Some(a.exports.acquire());
    let b = a.as_bytes();
    Ok(BufferInfo { writable: true, counter, ..BufferInfo::bytes(v, b.as_ptr(), b.len()) })
}

pub(crate) fn append(vm: &Vm, a: &[Value]) -> PyResult {
    let b = byte(vm, a[1])?;
    let array = this(a[0]);
    let n = array.len.get();
    if array.exports.get() == 0
        && let Some(buf) = array.buf.get().cast::<RawBuf>()
        && n < buf.cap()
    {
        array.len.set(n + 1);
        array.as_bytes_mut()[n] = b;
        return Ok(Value::NONE);
    }
    array.push_bytes(vm, &[b])?;
    Ok(Value::NONE)
}
pub(crate) fn clear(vm: &Vm, a: &[Value]) -> PyResult {
    this(a[0]).resize(vm, 0)?;
    Ok(Value::NONE)
}
pub(crate) fn copy(vm: &Vm, a: &[Value]) -> PyResult {
    let b = this(a[0]).as_bytes().to_vec();
    vm.new_bytearray(&b).map(Gc::value)
}
pub(crate) fn extend(vm: &Vm, a: &[Value]) -> PyResult {
    let v = a[1];
    let bytes = if vm.has_buffer(v) {
        vm.get_buffer(v)?.to_vec()
    } else {
        let slots = &vm.class_of(v).slots;
        if slots.iter.get().is_none() && slots.getitem.get().is_none() {
            return Err(vm.type_error(format!("can't extend bytearray with {}", vm.type_name(v))));
        }
        if v.cast::<Str>().is_some() {
            return Err(vm.type_error(format!("expected iterable of integers; got: '{}'", vm.type_name(v))));
        }
        binary::collect_ints(vm, v, "byte must be in range(0, 256)")?
    };
    this(a[0]).push_bytes(vm, &bytes)?;
    Ok(Value::NONE)
}
pub(crate) fn insert(vm: &Vm, a: &[Value]) -> PyResult {
    let i = vm.index_ssize(a[1])?;
    let b = byte(vm, a[2])?;
    let s = this(a[0]);
    let n = s.len.get() as isize;
    let at = if i < 0 { (i + n).max(0) } else { i.min(n) } as usize;
    s.splice(vm, at, at, &[b])?;
    Ok(Value::NONE)
}
pub(crate) fn pop(vm: &Vm, a: &[Value]) -> PyResult {
    let i = if a[1].is_unbound() { -1 } else { vm.index_ssize(a[1])? };
    let s = this(a[0]);
    let n = s.len.get() as isize;
    if n == 0 {
        return Err(vm.index_error("pop from empty bytearray"));
    }
    let at = if i < 0 { i + n } else { i };
    if at < 0 || at >= n {
        return Err(vm.index_error("pop index out of range"));
    }
    let b = s.as_bytes()[at as usize];
    s.splice(vm, at as usize, at as usize + 1, &[])?;
    Ok(Value::int(b as i64))
}
pub(crate) fn remove(vm: &Vm, a: &[Value]) -> PyResult {
    let b = byte(vm, a[1])?;
    let s = this(a[0]);
    let Some(at) = memchr::memchr(b, s.as_bytes()) else {
        return Err(vm.value_error("value not found in bytearray"));
    };
    s.splice(vm, at, at + 1, &[])?;
    Ok(Value::NONE)
}
pub(crate) fn resize(vm: &Vm, a: &[Value]) -> PyResult {
    let n = vm.index_ssize(a[1])?;
    let Ok(n) = usize::try_from(n) else {
        return Err(vm.value_error(format!("Can only resize to positive sizes, got {n}")));
    };
    this(a[0]).resize(vm, n)?;
    Ok(Value::NONE)
}
pub(crate) fn reverse(_: &Vm, a: &[Value]) -> PyResult {
    this(a[0]).as_bytes_mut().reverse();
    Ok(Value::NONE)
}
pub(crate) fn alloc(vm: &Vm, a: &[Value]) -> PyResult {
    let n = this(a[0]).len.get();
    Ok(vm.new_int(n as i64 + 1))
}
pub(crate) fn reduce(vm: &Vm, a: &[Value]) -> PyResult {
    reduced(vm, a[0], 2)
}
pub(crate) fn reduce_ex(vm: &Vm, a: &[Value]) -> PyResult {
    let proto = if a[1].is_unbound() { 0 } else { vm.index_c_int(a[1])? };
    reduced(vm, a[0], proto)
}
fn reduced(vm: &Vm, v: Value, proto: i32) -> PyResult {
    let bytes = this(v).as_bytes().to_vec();
    let args = if bytes.is_empty() {
        vm.new_tuple(&[])
    } else if proto < 3 {
        let text = crate::text::codecs::single::decode_latin1(vm, &bytes)?.value();
        vm.new_tuple(&[text, vm.intern("latin-1").value()])
    } else {
        vm.new_tuple(&[vm.new_bytes(&bytes).value()])
    };
    let state = vm.call_method(v, vm.names.__getstate__, &[]).unwrap_or(Value::NONE);
    Ok(vm.new_tuple(&[vm.class_of(v).value(), args.value(), state]).value())
}

/// The type.
pub static DEF: TypeDef = TypeDef {
    name: "bytearray",
    kind: crate::kinds::BYTEARRAY,
    size: size_of::<ByteArray>(),
    flags: flag::IMMUTABLE | flag::BASETYPE | flag::MATCH_SELF,
    slots: Slots {
        repr: Some(repr),
        str: Some(str),
        richcompare: Some(compare),
        iter: Some(binary::iter::iter),
        len: Some(len),
        getitem: Some(getitem),
        setitem: Some(setitem),
        contains: Some(contains),
        concat: Some(concat),
        iconcat: Some(iconcat),
        repeat: Some(repeat),
        irepeat: Some(irepeat),
        rem: Some(rem),
        buffer: Some(buffer),
        new: Some(new),
        init: Some(init),
        ..Slots::EMPTY
    },
    methods: binary::methods::BYTEARRAY,
    doc: "bytearray(iterable_of_ints) -> bytearray\nbytearray(string, encoding[, errors]) -> bytearray\nbytearray(bytes_or_buffer) -> mutable copy of bytes_or_buffer\nbytearray(int) -> bytes array of size given by the parameter initialized with null bytes\nbytearray() -> empty bytes array\n\nConstruct a mutable bytearray object from:\n  - an iterable yielding integers in range(256)\n  - a text string encoded using the specified encoding\n  - a bytes or a buffer object\n  - any object implementing the buffer API.\n  - an integer",
    ..TypeDef::EMPTY
};
