//! `bytes`.

use crate::kinds::Trace;
use crate::objects::binary::{self, Source};
use crate::objects::memoryview::BufferInfo;
use crate::objects::slice::Slice;
use crate::objects::str::Str;
use crate::objects::typ::Type;
use crate::text::{codecs, search};
use crate::vm::args::Args;
use crate::vm::error::PyResult;
use crate::vm::slots::{CompareOp, Slots};
use crate::vm::typedef::{TypeDef, flag};
use crate::vm::{Vm, shape_ids};
use std::cell::Cell;
use taipan_heap::{Gc, Header, Leaf, Tracer, Value};

/// A `bytes` (or an instance of a subclass).
#[repr(C)]
pub struct Bytes {
    header: Header,
    /// 0: not computed yet.
    pub hash: Cell<i64>,
    len: usize,
    data: [u8; 0],
}

/// Offset of the length.
pub const LEN_OFFSET: usize = std::mem::offset_of!(Bytes, len);
/// Offset of the first byte.
pub const DATA_OFFSET: usize = std::mem::offset_of!(Bytes, data);

impl Trace for Bytes {
    fn trace(&self, _: &mut Tracer) {}
    const LEAF: Leaf = Leaf { shape: shape_ids::bytes, without: 0 };
}

impl Bytes {
    /// The bytes.
    #[inline(always)]
    pub fn as_bytes(&self) -> &[u8] {
        // SAFETY: `len` bytes follow; they never change.
        unsafe { std::slice::from_raw_parts(self.data.as_ptr(), self.len) }
    }
}

impl Vm {
    /// A new `bytes`.
    pub fn new_bytes(&self, bytes: &[u8]) -> Gc<Bytes> {
        self.new_bytes_of(self.types.bytes, bytes)
    }
    /// A new `bytes` from a vector that may be very large.
    pub fn new_bytes_vec(&self, bytes: Vec<u8>) -> PyResult<Gc<Bytes>> {
        // SAFETY: exactly `len` bytes are written.
        unsafe {
            self.new_bytes_with(bytes.len(), |p| {
                std::ptr::copy_nonoverlapping(bytes.as_ptr(), p, bytes.len())
            })
        }
    }
    /// A new `bytes` of these bytes, which may be many; they are not of an object that a collection may free.
    pub fn new_bytes_copy(&self, bytes: &[u8]) -> PyResult<Gc<Bytes>> {
        // SAFETY: exactly `len` bytes are written.
        unsafe {
            self.new_bytes_with(bytes.len(), |p| {
                crate::objects::str::copy_text(bytes.as_ptr(), p, bytes.len())
            })
        }
    }
    /// A new `bytes` of `len` bytes, which `fill` writes.
    ///
    /// # Safety
    /// `fill` initialises all `len` bytes, and allocates nothing.
    pub unsafe fn new_bytes_with(&self, len: usize, fill: impl FnOnce(*mut u8)) -> PyResult<Gc<Bytes>> {
        let size = len.checked_add(size_of::<Bytes>()).ok_or_else(|| self.memory_error())?;
        let ty = self.types.bytes;
        let p = if size < 2048 {
            self.heap.alloc_raw(size, crate::kinds::BYTES, ty.header_ptr(), ty.shape.get())
        } else {
            self.try_alloc_var_raw(ty, size)?
        };
        // SAFETY: a fresh cell of that size; the header stays.
        unsafe {
            let s = p.cast::<Bytes>();
            (&raw mut (*s).hash).write(Cell::new(0));
            (&raw mut (*s).len).write(len);
            fill((&raw mut (*s).data).cast());
            Ok(Gc::from_ptr(s))
        }
    }
    /// A new instance of `ty`, which is `bytes` or a subclass.
    pub fn new_bytes_of(&self, ty: Gc<Type>, bytes: &[u8]) -> Gc<Bytes> {
        let p = self.alloc_var_raw(ty, size_of::<Bytes>() + bytes.len());
        // SAFETY: a fresh cell of that size; the header stays.
        unsafe {
            let s = p.cast::<Bytes>();
            (&raw mut (*s).hash).write(Cell::new(0));
            (&raw mut (*s).len).write(bytes.len());
            std::ptr::copy_nonoverlapping(bytes.as_ptr(), (&raw mut (*s).data).cast(), bytes.len());
            Gc::from_ptr(s)
        }
    }
}

fn this(v: Value) -> Gc<Bytes> {
    v.cast::<Bytes>().expect("slots and methods of bytes get bytes")
}

/// `(source, encoding, errors)` of both constructors; a string's bytes, if it was one.
pub(crate) fn constructor_string(
    vm: &Vm,
    name: &str,
    [source, encoding, errors]: [Value; 3],
) -> PyResult<Option<Value>> {
    let encoding = codecs::name_arg(vm, encoding, name, "encoding")?;
    let errors = codecs::name_arg(vm, errors, name, "errors")?;
    let Some(s) = source.cast::<Str>() else {
        return match (encoding.is_none(), errors.is_none()) {
            (true, true) => Ok(None),
            (false, _) => Err(vm.type_error("encoding without a string argument")),
            _ => Err(vm.type_error("errors without a string argument")),
        };
    };
    if encoding.is_none() {
        return Err(vm.type_error("string argument without an encoding"));
    }
    codecs::encode_object(vm, s, encoding, errors).map(Some)
}

fn new(vm: &Vm, ty: Gc<Type>, args: Args) -> PyResult {
    let given = args.bind::<3>(vm, "bytes", "(source=b'', encoding='utf-8', errors='strict')")?;
    let source = given[0];
    let plain = given[1].is_unbound() && given[2].is_unbound();
    let own = if plain && source.cast::<Str>().is_some() && vm.exact_str(source).is_none() {
        vm.call_special(source, vm.names.__bytes__, &[])?
    } else {
        None
    };
    let value = if own.is_some() {
        from_object(vm, source)?
    } else if let Some(b) = constructor_string(vm, "bytes", given)? {
        b
    } else if source.is_unbound() {
        vm.new_bytes(&[]).value()
    } else {
        from_object(vm, source)?
    };
    if ty == vm.types.bytes {
        return Ok(value);
    }
    Ok(vm.new_bytes_of(ty, this(value).as_bytes()).value())
}

/// `bytes(v)` for anything but strings.
pub fn from_object(vm: &Vm, v: Value) -> PyResult {
    if vm.is_exact(v, crate::vm::shape_ids::bytes) {
        return Ok(v);
    }
    if let Some(r) = vm.call_special(v, vm.names.__bytes__, &[])? {
        if r.cast::<Bytes>().is_none() {
            return Err(vm.type_error(format!("__bytes__ returned non-bytes (type {})", vm.type_name(r))));
        }
        return Ok(r);
    }
    if !vm.has_buffer(v) && vm.has_index(v) {
        match vm.index_or(v, vm.types.OverflowError) {
            Ok(n) => {
                let n = usize::try_from(n).map_err(|_| vm.value_error("negative count"))?;
                // SAFETY: all bytes are written.
                return unsafe { vm.new_bytes_with(n, |p| std::ptr::write_bytes(p, 0, n)) }.map(Gc::value);
            }
            // An object whose `__index__` raises `TypeError` may still be iterable.
            Err(e) if !vm.raised_is(e, vm.types.TypeError) => return Err(e),
            Err(_) => {}
        }
    }
    vm.new_bytes_vec(binary::collect(vm, v, false)?).map(Gc::value)
}

fn repr(vm: &Vm, v: Value) -> PyResult {
    let b = this(v);
    let mut out = String::with_capacity(b.as_bytes().len() + 3);
    out.push('b');
    binary::push_repr(&mut out, b.as_bytes(), binary::choose_quote(b.as_bytes()));
    Ok(vm.new_str(&out).value())
}
fn str(vm: &Vm, v: Value) -> PyResult {
    bytes_warning(vm, "str() on a bytes instance")?;
    repr(vm, v)
}
/// With `-b`: a `BytesWarning`.
pub(crate) fn bytes_warning(vm: &Vm, text: &str) -> PyResult<()> {
    if vm.config.bytes_warning == 0 {
        return Ok(());
    }
    crate::text::warn(vm, vm.types.BytesWarning, text)
}

impl Vm {
    /// The hash of a `bytes`, cached.
    pub fn hash_bytes_object(&self, b: Gc<Bytes>) -> i64 {
        let h = b.hash.get();
        if h != 0 {
            return h;
        }
        let h = self.hash_bytes(b.as_bytes());
        b.hash.set(h);
        h
    }
}
fn hash(vm: &Vm, v: Value) -> PyResult<i64> {
    Ok(vm.hash_bytes_object(this(v)))
}
fn len(_: &Vm, v: Value) -> PyResult<usize> {
    Ok(this(v).as_bytes().len())
}

fn compare(vm: &Vm, a: Value, b: Value, op: CompareOp) -> PyResult {
    let x = this(a);
    let Some(y) = b.cast::<Bytes>() else {
        if vm.config.bytes_warning > 0 && matches!(op, CompareOp::Eq | CompareOp::Ne) {
            if b.cast::<Str>().is_some() {
                bytes_warning(vm, "Comparison between bytes and string")?;
            } else if vm.is_int(b) {
                bytes_warning(vm, "Comparison between bytes and int")?;
            }
        }
        return Ok(Value::NOT_IMPLEMENTED);
    };
    Ok(Value::bool(match op {
        CompareOp::Eq => x == y || x.as_bytes() == y.as_bytes(),
        CompareOp::Ne => x != y && x.as_bytes() != y.as_bytes(),
        _ => op.holds(x.as_bytes().cmp(y.as_bytes())),
    }))
}

fn getitem(vm: &Vm, v: Value, key: Value) -> PyResult {
    let b = this(v);
    if let Some(slice) = key.cast::<Slice>() {
        let ix = vm.slice_indices(slice, b.as_bytes().len())?;
        if ix.step == 1 {
            let start = ix.start as usize;
            return Source::Bytes(b).make(vm, &b.as_bytes()[start..start + ix.len]);
        }
        let out: Vec<u8> = ix.positions().map(|i| b.as_bytes()[i]).collect();
        return vm.new_bytes_vec(out).map(Gc::value);
    }
    let i = vm.sequence_index(key, "byte")?;
    let n = b.as_bytes().len() as isize;
    let at = if i < 0 { i + n } else { i };
    match b.as_bytes().get(at as usize) {
        Some(&c) if at >= 0 => Ok(Value::int(c as i64)),
        _ => Err(vm.index_error("index out of range")),
    }
}
fn contains(vm: &Vm, v: Value, sub: Value) -> PyResult<bool> {
    let sub = binary::needle(vm, sub, true)?;
    Ok(search::find(this(v).as_bytes(), &sub).is_some())
}
fn concat(vm: &Vm, a: Value, b: Value) -> PyResult {
    let exact = |v: Value| {
        if vm.is_exact(v, crate::vm::shape_ids::bytes) { v.cast::<Bytes>() } else { None }
    };
    if let (Some(x), Some(y)) = (exact(a), exact(b)) {
        let (x, y) = (x.as_bytes(), y.as_bytes());
        if y.is_empty() || x.is_empty() {
            return Ok(if y.is_empty() { a } else { b });
        }
        // SAFETY: both parts are written.
        return unsafe {
            vm.new_bytes_with(x.len() + y.len(), |p| {
                crate::objects::str::copy_text(x.as_ptr(), p, x.len());
                crate::objects::str::copy_text(y.as_ptr(), p.add(x.len()), y.len());
            })
        }
        .map(Gc::value);
    }
    if !vm.has_buffer(a) || !vm.has_buffer(b) {
        return Err(vm.type_error(format!("can't concat {} to {}", vm.type_name(b), vm.type_name(a))));
    }
    let (x, y) = (vm.get_buffer(a)?, vm.get_buffer(b)?);
    if y.is_empty() && vm.is_exact(a, crate::vm::shape_ids::bytes) {
        return Ok(a);
    }
    if x.is_empty() && vm.is_exact(b, crate::vm::shape_ids::bytes) {
        return Ok(b);
    }
    // SAFETY: both parts are written.
    unsafe {
        vm.new_bytes_with(x.len() + y.len(), |p| {
            std::ptr::copy_nonoverlapping(x.as_ptr(), p, x.len());
            std::ptr::copy_nonoverlapping(y.as_ptr(), p.add(x.len()), y.len());
        })
    }
    .map(Gc::value)
}
fn repeat(vm: &Vm, v: Value, n: isize) -> PyResult {
    let b = this(v);
    let n = n.max(0) as usize;
    if n == 1 && vm.is_exact(v, crate::vm::shape_ids::bytes) {
        return Ok(v);
    }
    let part = b.as_bytes();
    let len = part.len().checked_mul(n).filter(|&l| l <= isize::MAX as usize);
    let len = len.ok_or_else(|| vm.overflow_error("repeated bytes are too long"))?;
    if len == 0 {
        return Ok(vm.new_bytes(&[]).value());
    }
    // SAFETY: all bytes are written.
    unsafe {
        vm.new_bytes_with(len, |p| {
            if let [c] = part {
                std::ptr::write_bytes(p, *c, n);
            } else {
                (0..n).for_each(|i| {
                    std::ptr::copy_nonoverlapping(part.as_ptr(), p.add(i * part.len()), part.len())
                });
            }
        })
    }
    .map(Gc::value)
}
fn rem(vm: &Vm, a: Value, b: Value) -> PyResult {
    match a.cast::<Bytes>() {
        Some(f) => vm.new_bytes_vec(crate::text::percent::format_bytes(vm, f.as_bytes(), b)?).map(Gc::value),
        None => Ok(Value::NOT_IMPLEMENTED),
    }
}
fn buffer(vm: &Vm, v: Value, writable: bool) -> PyResult<BufferInfo> {
    if writable {
        return Err(vm.buffer_error("Object is not writable."));
    }
    let b = this(v);
    Ok(BufferInfo::bytes(v, b.as_bytes().as_ptr(), b.as_bytes().len()))
}

/// The type.
pub static DEF: TypeDef = TypeDef {
    name: "bytes",
    kind: crate::kinds::BYTES,
    size: size_of::<Bytes>(),
    flags: flag::IMMUTABLE | flag::BASETYPE | flag::MATCH_SELF,
    slots: Slots {
        repr: Some(repr),
        str: Some(str),
        hash: Some(hash),
        richcompare: Some(compare),
        iter: Some(binary::iter::iter),
        len: Some(len),
        getitem: Some(getitem),
        contains: Some(contains),
        concat: Some(concat),
        repeat: Some(repeat),
        rem: Some(rem),
        buffer: Some(buffer),
        new: Some(new),
        ..Slots::EMPTY
    },
    methods: binary::methods::BYTES,
    doc: "bytes(iterable_of_ints) -> bytes\nbytes(string, encoding[, errors]) -> bytes\nbytes(bytes_or_buffer) -> immutable copy of bytes_or_buffer\nbytes(int) -> bytes object of size given by the parameter initialized with null bytes\nbytes() -> empty bytes object\n\nConstruct an immutable array of bytes from:\n  - an iterable yielding integers in range(256)\n  - a text string encoded using the specified encoding\n  - any object implementing the buffer API.\n  - an integer",
    ..TypeDef::EMPTY
};
