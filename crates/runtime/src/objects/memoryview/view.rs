//! `memoryview`: layout, construction, release, and its slots.

use super::{BufferInfo, ExportCount, ExportCounter, Layout, methods};
use crate::kinds::Trace;
use crate::objects::slice::Slice;
use crate::objects::tuple::Tuple;
use crate::objects::typ::Type;
use crate::text::native_items::{self, Misfit};
use crate::vm::Vm;
use crate::vm::args::Args;
use crate::vm::error::PyResult;
use crate::vm::slots::{CompareOp, Slots};
use crate::vm::typedef::{NativeObject, TypeDef, flag};
use std::cell::Cell;
use taipan_heap::{Gc, Header, Slot, Tracer, Value};

/// A view of an exporter's memory.
#[repr(C)]
pub struct MemoryView {
    header: Header,
    /// The exporter.
    pub base: Slot<Value>,
    /// First item.
    pub data: Cell<*mut u8>,
    /// `struct` format of an item.
    pub format: &'static str,
    /// Bytes of an item.
    pub itemsize: usize,
    /// May it be written to?
    pub writable: bool,
    /// Items in each dimension.
    pub shape: Vec<isize>,
    /// Bytes between neighbours in each dimension.
    pub strides: Vec<isize>,
    hash: Cell<i64>,
    pub(super) released: Cell<bool>,
    counter: Cell<Option<ExportCounter>>,
    pub(super) exports: ExportCount,
}

impl Trace for MemoryView {
    fn trace(&self, t: &mut Tracer) {
        t.slot(&self.base);
    }
}
impl Drop for MemoryView {
    fn drop(&mut self) {
        if let Some(c) = self.counter.take() {
            c.release();
        }
    }
}
// SAFETY: `repr(C)`, header first, made in this file only.
unsafe impl NativeObject for MemoryView {
    const DEF: &'static TypeDef = &DEF;
}

/// The type.
pub static DEF: TypeDef = TypeDef {
    name: "memoryview",
    flags: flag::IMMUTABLE | flag::WEAKREF | flag::SEQUENCE,
    slots: Slots {
        repr: Some(repr),
        hash: Some(hash),
        richcompare: Some(compare),
        len: Some(len),
        iter: Some(iter),
        getitem: Some(getitem),
        setitem: Some(setitem),
        buffer: Some(buffer),
        new: Some(new),
        ..Slots::EMPTY
    },
    methods: methods::METHODS,
    getset: methods::GETSET,
    doc: "Create a new memoryview object which references the given object.",
    ..TypeDef::native::<MemoryView>()
};

/// Dimensions of a new view.
pub(super) struct Shape {
    pub format: &'static str,
    pub itemsize: usize,
    pub shape: Vec<isize>,
    pub strides: Vec<isize>,
}

/// Strides of items in C order without gaps.
pub(super) fn contiguous_strides(shape: &[isize], itemsize: usize) -> Vec<isize> {
    let mut strides = vec![0; shape.len()];
    let mut n = itemsize as isize;
    for (s, len) in strides.iter_mut().zip(shape).rev() {
        *s = n;
        n *= len.max(&0);
    }
    strides
}

fn make(
    vm: &Vm,
    base: Value,
    data: *mut u8,
    writable: bool,
    s: Shape,
    counter: Option<ExportCounter>,
) -> Value {
    vm.new_native(|header| MemoryView {
        header,
        base: Slot::new(base),
        data: Cell::new(data),
        format: s.format,
        itemsize: s.itemsize,
        writable,
        shape: s.shape,
        strides: s.strides,
        hash: Cell::new(0),
        released: Cell::new(false),
        counter: Cell::new(counter),
        exports: ExportCount::new(),
    })
    .value()
}

impl Vm {
    /// `memoryview(v)`
    pub fn new_memoryview(&self, v: Value) -> PyResult {
        if let Some(m) = self.native::<MemoryView>(v) {
            m.check(self)?;
            return Ok(m.derive(self, m.data.get(), m.writable, m.dimensions()));
        }
        let Some(f) = self.class_of(v).slots.buffer.get() else {
            return Err(self.type_error(format!(
                "memoryview: a bytes-like object is required, not '{}'",
                self.type_name(v)
            )));
        };
        // Writable if it can be.
        let info = match f(self, v, true) {
            Err(e) if self.raised_is(e, self.types.BufferError) => f(self, v, false)?,
            r => r?,
        };
        Ok(self.memoryview_of(info))
    }
    /// A view of an export, which it takes over.
    pub fn memoryview_of(&self, info: BufferInfo) -> Value {
        let (shape, strides) = match info.layout {
            Some(l) => (l.numbers(l.shape), l.numbers(l.strides)),
            None => (vec![(info.len / info.itemsize.max(1)) as isize], vec![info.itemsize as isize]),
        };
        let s = Shape { format: info.format, itemsize: info.itemsize, shape, strides };
        make(self, info.owner, info.data, info.writable, s, info.counter)
    }
}

impl MemoryView {
    /// Raises if the view was released.
    pub fn check(&self, vm: &Vm) -> PyResult<()> {
        if self.released.get() {
            return Err(vm.value_error("operation forbidden on released memoryview object"));
        }
        Ok(())
    }
    pub(super) fn dimensions(&self) -> Shape {
        Shape {
            format: self.format,
            itemsize: self.itemsize,
            shape: self.shape.clone(),
            strides: self.strides.clone(),
        }
    }
    /// Another view of the same export.
    pub(super) fn derive(&self, vm: &Vm, data: *mut u8, writable: bool, s: Shape) -> Value {
        let counter = self.counter.get().map(|c| c.retain());
        make(vm, self.base.get(), data, writable, s, counter)
    }
    /// Number of items.
    pub fn items(&self) -> usize {
        self.shape.iter().map(|&n| n as usize).product()
    }
    /// Number of bytes in all items.
    pub fn nbytes(&self) -> usize {
        self.items() * self.itemsize
    }
    /// Are the items in C order without gaps?
    pub fn is_c_contiguous(&self) -> bool {
        self.items() == 0 || {
            let want = contiguous_strides(&self.shape, self.itemsize);
            (0..self.shape.len()).all(|d| self.shape[d] == 1 || self.strides[d] == want[d])
        }
    }
    /// Are they in Fortran order without gaps?
    pub fn is_f_contiguous(&self) -> bool {
        self.items() == 0 || {
            let mut n = self.itemsize as isize;
            (0..self.shape.len()).all(|d| {
                let ok = self.shape[d] == 1 || self.strides[d] == n;
                n *= self.shape[d];
                ok
            })
        }
    }
    /// All items in C order.
    pub fn to_vec(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.nbytes());
        // SAFETY: the view describes exported memory, which stays while it is not released.
        unsafe { super::gather(self.data.get(), &self.shape, &self.strides, self.itemsize, &mut out) };
        out
    }
    /// The one-character native format, without `@`.
    pub(super) fn code(&self) -> Option<u8> {
        match self.format.strip_prefix('@').unwrap_or(self.format).as_bytes() {
            [c] if native_items::size(*c).is_some() => Some(*c),
            _ => None,
        }
    }
    /// The item at an address inside the view.
    pub(super) fn unpack(&self, vm: &Vm, at: *mut u8) -> PyResult {
        let Some(c) = self.code() else {
            return Err(vm.not_implemented_error(format!("memoryview: format {} not supported", self.format)));
        };
        // SAFETY: an item of exported memory; copied, because making the value may run a collection.
        let bytes = unsafe { std::slice::from_raw_parts(at, self.itemsize) };
        Ok(native_items::unpack(vm, c, bytes))
    }
    fn pack(&self, vm: &Vm, at: *mut u8, v: Value) -> PyResult<()> {
        let Some(c) = self.code() else {
            return Err(vm.not_implemented_error(format!("memoryview: format {} not supported", self.format)));
        };
        let mut bytes = [0u8; 8];
        let r = native_items::pack(vm, c, v, &mut bytes[..self.itemsize])?;
        // The conversion may have run code that released the view.
        self.check(vm)?;
        match r {
            Ok(()) => {
                // SAFETY: an item of exported, writable memory.
                unsafe { std::ptr::copy_nonoverlapping(bytes.as_ptr(), at, self.itemsize) };
                Ok(())
            }
            Err(Misfit::Type) => {
                Err(vm.type_error(format!("memoryview: invalid type for format '{}'", self.format)))
            }
            Err(Misfit::Range) => {
                Err(vm.value_error(format!("memoryview: invalid value for format '{}'", self.format)))
            }
        }
    }
    fn step(&self, vm: &Vm, at: *mut u8, d: usize, i: isize) -> PyResult<*mut u8> {
        let n = self.shape[d];
        let k = if i < 0 { i + n } else { i };
        if k < 0 || k >= n {
            return Err(vm.index_error(format!("index out of bounds on dimension {}", d + 1)));
        }
        // SAFETY: inside the view.
        Ok(unsafe { at.offset(k * self.strides[d]) })
    }
    /// The address of the item that a key names; `None` if it names no single item.
    fn locate(&self, vm: &Vm, key: Value) -> PyResult<Option<*mut u8>> {
        let n = self.shape.len();
        if vm.has_index(key) {
            let i = vm.index_or(key, vm.types.IndexError)?;
            return match n {
                0 => Err(vm.type_error("invalid indexing of 0-dim memory")),
                1 => self.step(vm, self.data.get(), 0, i).map(Some),
                _ => Err(vm.not_implemented_error("multi-dimensional sub-views are not implemented")),
            };
        }
        let Some(t) = key.cast::<Tuple>() else { return Ok(None) };
        if !t.items().iter().all(|&v| vm.has_index(v)) {
            if t.items().iter().all(|v| v.cast::<Slice>().is_some()) && !t.is_empty() {
                return Err(vm.not_implemented_error("multi-dimensional slicing is not implemented"));
            }
            return Err(vm.type_error("memoryview: invalid slice key"));
        }
        if t.len() < n {
            return Err(vm.not_implemented_error("sub-views are not implemented"));
        }
        if t.len() > n {
            return Err(
                vm.type_error(format!("cannot index {n}-dimension view with {}-element tuple", t.len()))
            );
        }
        let mut at = self.data.get();
        for (d, &v) in t.items().iter().enumerate() {
            at = self.step(vm, at, d, vm.index_or(v, vm.types.IndexError)?)?;
        }
        Ok(Some(at))
    }
    /// A slice of the first dimension.
    fn slice(&self, vm: &Vm, s: Gc<Slice>) -> PyResult<(*mut u8, Shape)> {
        let ix = vm.slice_indices(s, self.shape[0] as usize)?;
        let mut shape = self.dimensions();
        // SAFETY: inside the view, or one behind its end where there are no items.
        let data = if ix.len == 0 {
            self.data.get()
        } else {
            unsafe { self.data.get().offset(ix.start * self.strides[0]) }
        };
        shape.shape[0] = ix.len as isize;
        shape.strides[0] *= ix.step;
        Ok((data, shape))
    }
    /// Ends the view. `BufferError` while there are exports of it.
    pub(super) fn release(&self, vm: &Vm) -> PyResult<()> {
        if self.released.get() {
            return Ok(());
        }
        let n = self.exports.get();
        if n > 0 {
            let s = if n == 1 { "" } else { "s" };
            return Err(vm.buffer_error(format!("memoryview has {n} exported buffer{s}")));
        }
        self.released.set(true);
        if let Some(c) = self.counter.take() {
            c.release();
        }
        Ok(())
    }
}

/// `self` of slots and methods.
pub(super) fn this(v: Value) -> Gc<MemoryView> {
    // SAFETY: slots and methods of the type get its instances; it cannot be subclassed.
    unsafe { Gc::from_header(v.as_header()) }
}

fn new(vm: &Vm, _: Gc<Type>, args: Args) -> PyResult {
    let [object] = args.bind::<1>(vm, "memoryview", "(object)")?;
    vm.new_memoryview(object)
}
fn repr(vm: &Vm, v: Value) -> PyResult {
    let what = if this(v).released.get() { "released memory" } else { "memory" };
    Ok(vm.new_str(&format!("<{what} at {:#x}>", v.as_header() as usize)).value())
}
fn hash(vm: &Vm, v: Value) -> PyResult<i64> {
    let m = this(v);
    if m.hash.get() != 0 {
        return Ok(m.hash.get());
    }
    m.check(vm)?;
    if m.writable {
        return Err(vm.value_error("cannot hash writable memoryview object"));
    }
    if !matches!(m.code(), Some(b'B' | b'b' | b'c')) {
        return Err(vm.value_error("memoryview: hashing is restricted to formats 'B', 'b' or 'c'"));
    }
    // A view's hash is its object's: what is exported by something unhashable has none.
    let _hold = m.exports.hold();
    vm.hash(m.base.get())?;
    m.hash.set(vm.hash_bytes(&m.to_vec()));
    Ok(m.hash.get())
}
fn len(vm: &Vm, v: Value) -> PyResult<usize> {
    let m = this(v);
    m.check(vm)?;
    m.shape.first().map(|&n| n as usize).ok_or_else(|| vm.type_error("0-dim memory has no length"))
}

fn getitem(vm: &Vm, v: Value, key: Value) -> PyResult {
    let m = this(v);
    m.check(vm)?;
    if m.shape.is_empty() {
        if key == Value::ELLIPSIS {
            return Ok(v);
        }
        if key.cast::<Tuple>().is_some_and(|t| t.is_empty()) {
            return m.unpack(vm, m.data.get());
        }
        return Err(vm.type_error("invalid indexing of 0-dim memory"));
    }
    if let Some(s) = key.cast::<Slice>() {
        // The new view exports before `__index__` methods run, which may release this one.
        let counter = m.counter.get().map(|c| c.retain());
        return match m.slice(vm, s) {
            Ok((data, shape)) => Ok(make(vm, m.base.get(), data, m.writable, shape, counter)),
            Err(e) => {
                if let Some(c) = counter {
                    c.release();
                }
                Err(e)
            }
        };
    }
    match m.locate(vm, key)? {
        Some(at) => {
            m.check(vm)?;
            m.unpack(vm, at)
        }
        None => Err(vm.type_error("memoryview: invalid slice key")),
    }
}

fn setitem(vm: &Vm, v: Value, key: Value, value: Value) -> PyResult<()> {
    let m = this(v);
    m.check(vm)?;
    if !m.writable {
        return Err(vm.type_error("cannot modify read-only memory"));
    }
    if value.is_unbound() {
        return Err(vm.type_error("cannot delete memory"));
    }
    if m.shape.is_empty() {
        if key == Value::ELLIPSIS || key.cast::<Tuple>().is_some_and(|t| t.is_empty()) {
            return m.pack(vm, m.data.get(), value);
        }
        return Err(vm.type_error("invalid indexing of 0-dim memory"));
    }
    if let Some(s) = key.cast::<Slice>() {
        if m.shape.len() != 1 {
            return Err(
                vm.not_implemented_error("memoryview slice assignments are currently restricted to ndim = 1")
            );
        }
        let (data, shape) = m.slice(vm, s)?;
        m.check(vm)?;
        let source = vm.get_buffer_any(value, false)?;
        let (n, other) = (shape.shape[0], &source.info);
        let count =
            other.layout.map_or(vec![(other.len / other.itemsize.max(1)) as isize], |l| l.numbers(l.shape));
        let plain = |f: &str| f.strip_prefix('@').unwrap_or(f).to_string();
        if plain(other.format) != plain(m.format) || other.itemsize != m.itemsize || count != [n] {
            return Err(vm.value_error("memoryview assignment: lvalue and rvalue have different structures"));
        }
        let bytes = source.to_vec_in_order();
        for i in 0..n {
            // SAFETY: items of exported, writable memory.
            unsafe {
                let to = data.offset(i * shape.strides[0]);
                std::ptr::copy_nonoverlapping(bytes.as_ptr().add(i as usize * m.itemsize), to, m.itemsize);
            }
        }
        return Ok(());
    }
    match m.locate(vm, key)? {
        Some(at) => m.pack(vm, at, value),
        None => Err(vm.type_error("memoryview: invalid slice key")),
    }
}

fn compare(vm: &Vm, a: Value, b: Value, op: CompareOp) -> PyResult {
    if !matches!(op, CompareOp::Eq | CompareOp::Ne) {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    let answer = |same: bool| Ok(Value::bool(same == (op == CompareOp::Eq)));
    if this(a).released.get() {
        return answer(a == b);
    }
    if let Some(m) = vm.native::<MemoryView>(b)
        && m.released.get()
    {
        return answer(a == b);
    }
    if !vm.has_buffer(b) {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    let y = match vm.new_memoryview(b) {
        Ok(v) => this(v),
        Err(_) => return Ok(Value::NOT_IMPLEMENTED),
    };
    let r = same(vm, &this(a), &y);
    let _ = y.release(vm);
    answer(r?)
}

fn same(vm: &Vm, x: &MemoryView, y: &MemoryView) -> PyResult<bool> {
    if x.shape != y.shape {
        return Ok(false);
    }
    let (Some(c), Some(d)) = (x.code(), y.code()) else {
        // Formats that are not known compare equal to nothing.
        return Ok(false);
    };
    let (p, q) = (x.to_vec(), y.to_vec());
    if c == d && !matches!(c, b'f' | b'd' | b'e' | b'?') {
        return Ok(p == q);
    }
    for (a, b) in p.chunks(x.itemsize).zip(q.chunks(y.itemsize)) {
        let (a, b) = (native_items::unpack(vm, c, a), native_items::unpack(vm, d, b));
        if !vm.compare_bool(a, b, CompareOp::Eq)? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn buffer(vm: &Vm, v: Value, writable: bool) -> PyResult<BufferInfo> {
    let m = this(v);
    m.check(vm)?;
    if writable && !m.writable {
        return Err(vm.buffer_error("memoryview: underlying buffer is not writable"));
    }
    let plain = m.shape.len() == 1 && m.is_c_contiguous();
    let tuple = |numbers: &[isize]| {
        vm.new_tuple_with::<()>(numbers.len(), |i| Ok(vm.new_int(numbers[i] as i64)))
            .map_or(Value::NONE, Gc::value)
    };
    Ok(BufferInfo {
        owner: v,
        data: m.data.get(),
        len: m.nbytes(),
        writable: m.writable,
        format: m.format,
        itemsize: m.itemsize,
        layout: (!plain).then(|| Layout {
            shape: tuple(&m.shape),
            strides: tuple(&m.strides),
            contiguous: m.is_c_contiguous(),
        }),
        counter: Some(m.exports.acquire()),
    })
}

/// `memory_iterator`
#[repr(C)]
struct ViewIter {
    header: Header,
    of: Slot<Value>,
    index: Cell<usize>,
}
impl Trace for ViewIter {
    fn trace(&self, t: &mut Tracer) {
        t.slot(&self.of);
    }
}
// SAFETY: `repr(C)`, header first, made in this file only.
unsafe impl NativeObject for ViewIter {
    const DEF: &'static TypeDef = &ITER;
}
static ITER: TypeDef = TypeDef {
    name: "memory_iterator",
    slots: Slots { iter: Some(|_, v| Ok(v)), iternext: Some(next), ..Slots::EMPTY },
    ..TypeDef::native::<ViewIter>()
};

fn iter(vm: &Vm, v: Value) -> PyResult {
    let m = this(v);
    m.check(vm)?;
    match m.shape.len() {
        0 => Err(vm.type_error("invalid indexing of 0-dim memory")),
        1 if m.code().is_none() => {
            Err(vm.not_implemented_error(format!("memoryview: format {} not supported", m.format)))
        }
        1 => Ok(vm.new_native(|header| ViewIter { header, of: Slot::new(v), index: Cell::new(0) }).value()),
        _ => Err(vm.not_implemented_error("multi-dimensional sub-views are not implemented")),
    }
}
fn next(vm: &Vm, v: Value) -> PyResult<Option<Value>> {
    // SAFETY: slots of the type get its instances; it cannot be subclassed.
    let it: Gc<ViewIter> = unsafe { Gc::from_header(v.as_header()) };
    let of = it.of.get();
    if of.is_none() {
        return Ok(None);
    }
    let (m, i) = (this(of), it.index.get());
    if i as isize >= m.shape[0] {
        it.of.set(it, Value::NONE);
        return Ok(None);
    }
    m.check(vm)?;
    it.index.set(i + 1);
    // SAFETY: inside the view.
    m.unpack(vm, unsafe { m.data.get().offset(i as isize * m.strides[0]) }).map(Some)
}
