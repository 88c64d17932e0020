//! `list`: layout and the storage primitives that everything else (methods, the interpreter, compiled code)
//! builds on.
//!
//! A list has a storage kind (see [`Storage`]) that changes at the first misfit; compiled loops check it once.
//! Int and float lists hold raw `i64`/`f64` words, bool lists one byte for each item, object lists values.
//! Reading an int outside 48 bits makes a new object, so ints in a list have value, not identity.
//!
//! Layout, fixed for compiled code (asserted below): length at 16, capacity at 24, buffer at 32, address of the
//! first item at 40, storage kind (one byte) at 48. The data address is valid exactly while `cap > 0`. A list
//! without a buffer is `Empty`; one with a buffer keeps its kind even when its length is 0 (the next misfit
//! then changes it without copying).
//!
//! No slice of a list's storage may be held across anything that can run Python code or write to the list.

use crate::kinds::Trace;
use crate::objects::dict::Dict;
use crate::objects::dict::iter::What;
use crate::objects::dict::views::DictView;
use crate::objects::typ::Type;
use crate::vm::error::PyResult;
use crate::vm::typedef::{TypeDef, flag};
use crate::vm::{Vm, shape_ids};
use std::cell::Cell;
use taipan_heap::{Gc, GcVec, Header, RawBuf, Slot, Tracer, Value, ValueBuf, barrier};

pub mod iter;
pub mod methods;
pub mod sort;
pub mod sort_runs;

/// How a list's items are stored.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum Storage {
    /// [`Value`]s in a `ValueBuf`.
    Object = 0,
    /// No items yet: takes the kind of the first one.
    Empty = 1,
    /// Raw `i64` words in a `RawBuf` (exact ints that fit; no bools).
    Int = 2,
    /// Raw `f64` words in a `RawBuf`.
    Float = 3,
    /// Bytes 0/1 in a `RawBuf`.
    Bool = 4,
}

impl Storage {
    /// Bytes of one item.
    #[inline(always)]
    pub const fn item_size(self) -> usize {
        match self {
            Storage::Bool => 1,
            _ => 8,
        }
    }
}

/// A `list` (or an instance of a subclass).
#[repr(C)]
pub struct List {
    header: Header,
    /// Number of items.
    pub len: Cell<usize>,
    /// Items that fit the buffer.
    pub cap: Cell<usize>,
    /// The buffer (`ValueBuf` or `RawBuf`), or the unbound value.
    pub buf: Slot<Value>,
    /// Address of the buffer's first item.
    pub data: Cell<*mut u8>,
    /// Storage kind.
    pub storage: Cell<Storage>,
}

/// Offset of [`List::len`] for compiled code.
pub const LEN_OFFSET: usize = 16;
/// Offset of [`List::cap`].
pub const CAP_OFFSET: usize = 24;
/// Offset of [`List::data`].
pub const DATA_OFFSET: usize = 40;
/// Offset of [`List::storage`].
pub const STORAGE_OFFSET: usize = 48;
const _: () = assert!(
    std::mem::offset_of!(List, len) == LEN_OFFSET
        && std::mem::offset_of!(List, cap) == CAP_OFFSET
        && std::mem::offset_of!(List, buf) == 32
        && std::mem::offset_of!(List, data) == DATA_OFFSET
        && std::mem::offset_of!(List, storage) == STORAGE_OFFSET
);

impl Trace for List {
    fn trace(&self, t: &mut Tracer) {
        t.slot(&self.buf);
    }
}

impl List {
    /// Number of items.
    #[inline(always)]
    pub fn len(&self) -> usize {
        self.len.get()
    }
    /// Has it no items?
    #[inline(always)]
    pub fn is_empty(&self) -> bool {
        self.len.get() == 0
    }
    /// The items of a list of object storage (or an empty one).
    #[inline(always)]
    pub fn as_values(&self) -> Option<&[Value]> {
        match self.storage.get() {
            // SAFETY: `len` values are initialised at `data`; see the header for how long the slice may live.
            Storage::Object => Some(unsafe { slice_of(self) }),
            Storage::Empty => Some(&[]),
            _ => None,
        }
    }
    /// The items of a list of int storage.
    #[inline(always)]
    pub fn as_ints(&self) -> Option<&[i64]> {
        // SAFETY: as above.
        (self.storage.get() == Storage::Int).then(|| unsafe { slice_of(self) })
    }
    /// The items of a list of float storage.
    #[inline(always)]
    pub fn as_floats(&self) -> Option<&[f64]> {
        // SAFETY: as above.
        (self.storage.get() == Storage::Float).then(|| unsafe { slice_of(self) })
    }
    /// The items of a list of bool storage: bytes 0 and 1.
    #[inline(always)]
    pub fn as_bools(&self) -> Option<&[u8]> {
        // SAFETY: as above.
        (self.storage.get() == Storage::Bool).then(|| unsafe { slice_of(self) })
    }
    /// Reverses the items `a..b` in place.
    pub fn reverse_range(&self, a: usize, b: usize) {
        assert!(a <= b && b <= self.len());
        if b - a < 2 {
            return;
        }
        // SAFETY: `a..b` are initialised items; nothing runs meanwhile.
        unsafe {
            match self.storage.get() {
                Storage::Empty => {}
                Storage::Bool => std::slice::from_raw_parts_mut(self.data.get().add(a), b - a).reverse(),
                _ => std::slice::from_raw_parts_mut(self.data.get().cast::<u64>().add(a), b - a).reverse(),
            }
        }
    }
    /// Forgets items and buffer.
    pub fn clear(&self) {
        self.len.set(0);
        self.cap.set(0);
        self.storage.set(Storage::Empty);
        self.data.set(std::ptr::null_mut());
        self.buf.set(self, Value::UNBOUND);
    }
}

/// # Safety
/// The list's storage holds `T`s.
unsafe fn slice_of<T>(l: &List) -> &[T] {
    if l.len.get() == 0 {
        return &[];
    }
    // SAFETY: by the caller's promise.
    unsafe { std::slice::from_raw_parts(l.data.get().cast(), l.len.get()) }
}

impl Vm {
    /// The storage kind that fits `v` best.
    #[inline(always)]
    pub fn storage_for(&self, v: Value) -> Storage {
        if v.is_int() {
            Storage::Int
        } else if v.is_float() {
            Storage::Float
        } else if v.is_bool() {
            Storage::Bool
        } else if v.is_ptr() && self.wide_int(v).is_some() {
            Storage::Int
        } else {
            Storage::Object
        }
    }
    /// An exact `int` object (outside 48 bits) that fits 64 bits.
    #[inline(always)]
    fn wide_int(&self, v: Value) -> Option<i64> {
        if self.is_exact(v, shape_ids::int) { v.cast::<crate::objects::int::Int>()?.to_i64() } else { None }
    }
    /// The raw word that stands for `v` in storage kind `s` (`Bool`: 0 or 1), unless it is a misfit.
    #[inline(always)]
    fn raw_for(&self, s: Storage, v: Value) -> Option<u64> {
        match s {
            Storage::Object => Some(v.bits()),
            Storage::Int if v.is_int() => Some(v.as_int() as u64),
            Storage::Int => self.wide_int(v).map(|i| i as u64),
            Storage::Float if v.is_float() => Some(v.bits()),
            Storage::Bool if v.is_bool() => Some(v.is_true() as u64),
            _ => None,
        }
    }
    /// The common kind of some items: what a list of them is stored as.
    fn storage_for_all(&self, items: &[Value]) -> Storage {
        let Some(&first) = items.first() else { return Storage::Empty };
        let s = self.storage_for(first);
        if s != Storage::Object && items.iter().all(|&v| self.storage_for(v) == s) {
            s
        } else {
            Storage::Object
        }
    }

    /// A new list of these items.
    pub fn new_list(&self, items: &[Value]) -> Gc<List> {
        self.new_list_of(self.types.list, items)
    }
    /// A new instance of `ty`, which is `list` or a subclass.
    pub fn new_list_of(&self, ty: Gc<Type>, items: &[Value]) -> Gc<List> {
        let list = self.new_empty_list_of(ty);
        if items.is_empty() {
            return list;
        }
        let storage = self.storage_for_all(items);
        let (buf, data) = self.list_buffer(storage, items.len(), 0).unwrap_or_else(|| self.out_of_memory());
        // SAFETY: the buffer has room for the items.
        unsafe {
            match storage {
                Storage::Object => {
                    std::ptr::copy_nonoverlapping(items.as_ptr(), data.cast::<Value>(), items.len());
                    barrier(&*buf.as_header());
                }
                s => {
                    for (i, &v) in items.iter().enumerate() {
                        let raw = self.raw_for(s, v).unwrap_or(0);
                        if s == Storage::Bool {
                            *data.add(i) = raw as u8;
                        } else {
                            *data.cast::<u64>().add(i) = raw;
                        }
                    }
                }
            }
        }
        self.list_adopt(list, storage, buf, data, items.len(), items.len());
        list
    }
    /// A new list of items none of which is a number or a bool (strings, say), in the vector's own buffer.
    pub fn new_list_adopting(&self, items: GcVec) -> Gc<List> {
        debug_assert!(items.iter().all(|&v| self.storage_for(v) == Storage::Object));
        let list = self.new_empty_list_of(self.types.list);
        if let Some(buf) = items.buf()
            && !items.is_empty()
        {
            self.list_adopt(list, Storage::Object, buf.value(), buf.data().cast(), buf.cap(), items.len());
        }
        list
    }
    /// A new empty instance of `ty`, which is `list` or a subclass.
    pub fn new_empty_list_of(&self, ty: Gc<Type>) -> Gc<List> {
        let p = self.alloc_instance_raw(ty, size_of::<List>());
        // SAFETY: a fresh cell of that size.
        unsafe {
            let header = p.read();
            p.cast::<List>().write(List {
                header,
                len: Cell::new(0),
                cap: Cell::new(0),
                buf: Slot::new(Value::UNBOUND),
                data: Cell::new(std::ptr::null_mut()),
                storage: Cell::new(Storage::Empty),
            });
            Gc::<List>::from_header(p)
        }
    }
    /// A new list of ints.
    pub fn new_list_of_ints(&self, items: &[i64]) -> PyResult<Gc<List>> {
        // SAFETY: `i64` items for int storage.
        unsafe { self.new_list_raw(Storage::Int, items.as_ptr().cast(), items.len()) }
    }
    /// A new list of floats. (NaNs must be canonical.)
    pub fn new_list_of_floats(&self, items: &[f64]) -> PyResult<Gc<List>> {
        // SAFETY: `f64` items for float storage.
        unsafe { self.new_list_raw(Storage::Float, items.as_ptr().cast(), items.len()) }
    }
    /// # Safety
    /// `n` items of the storage kind are readable at `src`, which no collection frees.
    unsafe fn new_list_raw(&self, s: Storage, src: *const u8, n: usize) -> PyResult<Gc<List>> {
        let list = self.new_empty_list_of(self.types.list);
        if n > 0 {
            let (buf, data) = self.list_buffer(s, n, 0).ok_or_else(|| self.memory_error())?;
            // SAFETY: by the caller's promise; the buffer has room.
            unsafe { std::ptr::copy_nonoverlapping(src, data, n * s.item_size()) };
            // SAFETY: the buffer is a live object.
            barrier(unsafe { &*buf.as_header() });
            self.list_adopt(list, s, buf, data, n, n);
        }
        Ok(list)
    }
    fn out_of_memory(&self) -> ! {
        std::alloc::handle_alloc_error(std::alloc::Layout::new::<ValueBuf>())
    }
    /// A buffer for `cap` items, the first `filled` of which the caller writes at once.
    fn list_buffer(&self, s: Storage, cap: usize, filled: usize) -> Option<(Value, *mut u8)> {
        if s == Storage::Object {
            let b = ValueBuf::try_new_filled(&self.heap, cap, filled)?;
            Some((b.value(), b.data().cast()))
        } else {
            // What lies behind the items is never read, and nothing traces it.
            let bytes = cap.checked_mul(s.item_size())?;
            let b = RawBuf::try_new_filled(&self.heap, bytes, bytes)?;
            Some((b.value(), b.data()))
        }
    }
    fn list_adopt(&self, l: Gc<List>, s: Storage, buf: Value, data: *mut u8, cap: usize, len: usize) {
        l.buf.set(l, buf);
        l.data.set(data);
        l.cap.set(cap);
        l.len.set(len);
        l.storage.set(s);
    }
    /// A large buffer may have room behind it.
    fn list_grow_in_place(&self, l: Gc<List>, s: Storage, cap: usize) -> bool {
        let buf = l.buf.get();
        let grown = if s == Storage::Object {
            buf.cast::<ValueBuf>().is_some_and(|b| b.try_grow(&self.heap, cap))
        } else {
            let bytes = cap.checked_mul(s.item_size());
            buf.cast::<RawBuf>().zip(bytes).is_some_and(|(b, n)| b.try_grow(&self.heap, n))
        };
        if grown {
            l.cap.set(cap);
        }
        grown
    }
    /// Moves the items to a buffer of capacity `cap` (at least the length), keeping the kind.
    #[cold]
    #[inline(never)]
    pub fn list_reallocate(&self, l: Gc<List>, cap: usize) -> PyResult<()> {
        let s = l.storage.get();
        debug_assert!(cap >= l.len() && s != Storage::Empty);
        if self.list_grow_in_place(l, s, cap) {
            return Ok(());
        }
        let (buf, data) = self.list_buffer(s, cap, l.len()).ok_or_else(|| self.memory_error())?;
        // SAFETY: both buffers hold at least `len` items of the kind.
        unsafe {
            if !l.is_empty() {
                std::ptr::copy_nonoverlapping(l.data.get(), data, l.len() * s.item_size());
            }
            barrier(&*buf.as_header());
        }
        let old = l.buf.get();
        self.list_adopt(l, s, buf, data, cap, l.len());
        if old.is_ptr() {
            self.heap.retire(old.as_header());
        }
        Ok(())
    }
    /// Makes room for `extra` more items. (A list without a kind is left alone: it takes the first item's.)
    pub fn list_reserve(&self, l: Gc<List>, extra: usize) -> PyResult<()> {
        let need = l.len().checked_add(extra).ok_or_else(|| self.memory_error())?;
        if need <= l.cap.get() || l.storage.get() == Storage::Empty {
            return Ok(());
        }
        self.list_reallocate(l, grown(need))
    }
    /// Turns the storage into one that `v` fits: a list without items takes `v`'s kind, others become object
    /// lists. Called at a misfit.
    #[cold]
    #[inline(never)]
    pub fn list_admit(&self, l: Gc<List>, v: Value) -> PyResult<()> {
        if l.is_empty() {
            let s = self.storage_for(v);
            if l.storage.get() != s {
                let (buf, data) = self.list_buffer(s, 4, 0).ok_or_else(|| self.memory_error())?;
                self.list_adopt(l, s, buf, data, 4, 0);
            }
            return Ok(());
        }
        self.list_to_object(l)
    }
    /// Turns any storage into object storage.
    pub fn list_to_object(&self, l: Gc<List>) -> PyResult<()> {
        if l.storage.get() == Storage::Object {
            return Ok(());
        }
        let cap = if l.storage.get() == Storage::Bool { grown(l.len()) } else { l.cap.get().max(4) };
        let buf = ValueBuf::try_new(&self.heap, cap).ok_or_else(|| self.memory_error())?;
        for i in 0..l.len() {
            buf.put(i, self.list_get(l, i));
        }
        self.list_adopt(l, Storage::Object, buf.value(), buf.data().cast(), cap, l.len());
        Ok(())
    }

    /// Item `i`. Panics past the end.
    #[inline(always)]
    pub fn list_get(&self, l: Gc<List>, i: usize) -> Value {
        assert!(i < l.len());
        // SAFETY: just checked; `len` items of the kind are initialised.
        unsafe {
            match l.storage.get() {
                Storage::Object => *l.data.get().cast::<Value>().add(i),
                Storage::Int => self.new_int(*l.data.get().cast::<i64>().add(i)),
                Storage::Float => Value::from_bits(*l.data.get().cast::<u64>().add(i)),
                Storage::Bool => Value::bool(*l.data.get().add(i) != 0),
                Storage::Empty => unreachable!("an empty list has no items"),
            }
        }
    }
    /// Item `i`, or `None` past the end.
    #[inline(always)]
    pub fn list_try_get(&self, l: Gc<List>, i: usize) -> Option<Value> {
        if i < l.len() { Some(self.list_get(l, i)) } else { None }
    }
    /// # Safety
    /// `i` is below the capacity and `raw` is a word for the kind. The caller sees to the barrier.
    #[inline(always)]
    unsafe fn list_write_raw(&self, l: Gc<List>, i: usize, raw: u64) {
        // SAFETY: by the caller's promise.
        unsafe {
            if l.storage.get() == Storage::Bool {
                *l.data.get().add(i) = raw as u8;
            } else {
                *l.data.get().cast::<u64>().add(i) = raw;
            }
        }
    }
    #[inline(always)]
    fn list_barrier(&self, l: Gc<List>) {
        if l.storage.get() == Storage::Object {
            // SAFETY: object lists have a `ValueBuf`.
            barrier(unsafe { &*l.buf.get().as_header() });
        }
    }
    /// Replaces item `i`. Panics past the end. Fails only for want of memory.
    #[inline(always)]
    pub fn list_set(&self, l: Gc<List>, i: usize, v: Value) -> PyResult<()> {
        assert!(i < l.len());
        let raw = match self.raw_for(l.storage.get(), v) {
            Some(raw) => raw,
            None => {
                if l.len() == 1 && l.storage.get() != Storage::Object {
                    // The only item goes: the list takes the new one's kind.
                    l.len.set(0);
                    self.list_admit(l, v)?;
                    l.len.set(1);
                } else {
                    self.list_to_object(l)?;
                }
                self.raw_for(l.storage.get(), v).unwrap_or(v.bits())
            }
        };
        // SAFETY: `i` is below the length.
        unsafe { self.list_write_raw(l, i, raw) };
        self.list_barrier(l);
        Ok(())
    }
    /// Appends an item. Fails only for want of memory.
    #[inline(always)]
    pub fn list_push(&self, l: Gc<List>, v: Value) -> PyResult<()> {
        let len = l.len();
        if len < l.cap.get()
            && let Some(raw) = self.raw_for(l.storage.get(), v)
        {
            // SAFETY: `len` is below the capacity.
            unsafe { self.list_write_raw(l, len, raw) };
            self.list_barrier(l);
            l.len.set(len + 1);
            return Ok(());
        }
        self.list_push_slow(l, v)
    }
    #[cold]
    #[inline(never)]
    fn list_push_slow(&self, l: Gc<List>, v: Value) -> PyResult<()> {
        if self.raw_for(l.storage.get(), v).is_none() {
            self.list_admit(l, v)?;
        }
        if l.len() == l.cap.get() {
            self.list_reallocate(l, grown(l.len() + 1))?;
        }
        let raw = self.raw_for(l.storage.get(), v).unwrap_or(v.bits());
        // SAFETY: there is room now.
        unsafe { self.list_write_raw(l, l.len(), raw) };
        self.list_barrier(l);
        l.len.set(l.len() + 1);
        Ok(())
    }
    /// Inserts an item before position `i` (at most the length).
    pub fn list_insert(&self, l: Gc<List>, i: usize, v: Value) -> PyResult<()> {
        assert!(i <= l.len());
        let (n, s) = (l.len(), l.storage.get());
        if n < l.cap.get()
            && matches!(s, Storage::Int | Storage::Float)
            && let Some(raw) = self.raw_for(s, v)
        {
            // SAFETY: there is room for one more, and the items `i..n` are there.
            unsafe {
                let p = l.data.get().cast::<u64>().add(i);
                std::ptr::copy(p, p.add(1), n - i);
                *p = raw;
            }
            l.len.set(n + 1);
            return Ok(());
        }
        self.list_push(l, v)?;
        let (n, size) = (l.len(), l.storage.get().item_size());
        if i + 1 < n {
            let raw = self.raw_for(l.storage.get(), v).unwrap_or(v.bits());
            // SAFETY: the items `i..n-1` move up by one inside the buffer.
            unsafe {
                let p = l.data.get().add(i * size);
                std::ptr::copy(p, p.add(size), (n - 1 - i) * size);
                self.list_write_raw(l, i, raw);
            }
            self.list_barrier(l);
        }
        Ok(())
    }
    /// Removes and returns item `k`, which is there.
    pub fn list_remove_at(&self, l: Gc<List>, k: usize) -> Value {
        let v = self.list_get(l, k);
        let n = l.len();
        if k + 1 == n && n > 1 && (l.cap.get() <= 64 || n > l.cap.get() / 4) {
            if l.storage.get() == Storage::Object {
                // So that the collector does not see an item that is gone.
                // SAFETY: the last item.
                unsafe { *l.data.get().cast::<Value>().add(k) = Value::UNBOUND };
            }
            l.len.set(k);
            return v;
        }
        if n > 1 && l.cap.get() <= 64 && matches!(l.storage.get(), Storage::Int | Storage::Float) {
            // SAFETY: item `k` is there, so those behind it are.
            unsafe {
                let p = l.data.get().cast::<u64>().add(k);
                std::ptr::copy(p.add(1), p, n - 1 - k);
            }
            l.len.set(n - 1);
        } else {
            self.list_delete_range(l, k, k + 1);
        }
        v
    }
    /// Removes the items `a..b`.
    pub fn list_delete_range(&self, l: Gc<List>, a: usize, b: usize) {
        assert!(a <= b && b <= l.len());
        if a == b {
            return;
        }
        let (n, size) = (l.len(), l.storage.get().item_size());
        // SAFETY: the items `b..n` move down inside the buffer.
        unsafe {
            let p = l.data.get();
            std::ptr::copy(p.add(b * size), p.add(a * size), (n - b) * size);
        }
        self.list_truncate(l, n - (b - a));
    }
    /// Shortens to `n` items, clears what is behind, and gives back memory when much is unused.
    pub fn list_truncate(&self, l: Gc<List>, n: usize) {
        let old = l.len();
        assert!(n <= old);
        if n == 0 && old > 0 && l.cap.get() > 8 {
            l.clear();
            return;
        }
        l.len.set(n);
        if l.storage.get() == Storage::Object {
            // So that the collector does not see items that are gone.
            // SAFETY: `n..old` lies in the buffer.
            unsafe { std::ptr::write_bytes(l.data.get().cast::<Value>().add(n), 0, old - n) };
        }
        if l.cap.get() > 64 && n < l.cap.get() / 4 {
            // Failing to shrink is no error.
            let _ = self.list_reallocate(l, grown(n));
        }
    }
    /// Removes and returns the last item. Panics when there is none.
    #[inline]
    pub fn list_pop(&self, l: Gc<List>) -> Value {
        let n = l.len() - 1;
        let v = self.list_get(l, n);
        self.list_truncate(l, n);
        v
    }
    /// A new exact list of the items `a..b`.
    pub fn list_slice(&self, l: Gc<List>, a: usize, b: usize) -> PyResult<Gc<List>> {
        assert!(a <= b && b <= l.len());
        if a == b {
            return Ok(self.new_list(&[]));
        }
        let size = l.storage.get().item_size();
        // SAFETY: `a..b` are initialised; the list keeps its buffer alive.
        unsafe { self.new_list_raw(l.storage.get(), l.data.get().add(a * size), b - a) }
    }
    /// A new exact list of `n` items, every `step`-th from `start` on; all of them are there.
    pub fn list_stride(&self, l: Gc<List>, start: usize, step: isize, n: usize) -> PyResult<Gc<List>> {
        let last = start as isize + step * n.saturating_sub(1) as isize;
        assert!(n == 0 || start < l.len() && (0..l.len() as isize).contains(&last));
        let out = self.list_slice(l, 0, n)?;
        let size = l.storage.get().item_size();
        let (from, to) = (l.data.get(), out.data.get());
        // SAFETY: all positions were checked; the new list has the kind of the old one, and its barrier is behind.
        unsafe {
            for k in 0..n {
                let at = (start as isize + step * k as isize) as usize;
                if size == 1 {
                    *to.add(k) = *from.add(at);
                } else {
                    *to.cast::<u64>().add(k) = *from.cast::<u64>().add(at);
                }
            }
        }
        Ok(out)
    }
    /// Reverses the first `n` items, of a list that has as many, in place.
    #[inline]
    pub fn list_reverse_head(&self, l: Gc<List>, n: usize) {
        assert!(n <= l.len());
        if !matches!(l.storage.get(), Storage::Int | Storage::Float) {
            l.reverse_range(0, n);
            return self.list_barrier(l);
        }
        // SAFETY: the list has `n` words.
        unsafe {
            let mut low = l.data.get().cast::<u64>();
            let mut high = low.add(n);
            for _ in 0..n / 2 {
                high = high.sub(1);
                std::ptr::swap(low, high);
                low = low.add(1);
            }
        }
    }
    /// Copies `n` items of `m`, every `step`-th from `start` on, over those of `l` from `at` on. Both lists, which may
    /// be one, have the same kind of storage, and the items are there; false for want of memory, with nothing done.
    pub fn list_move(
        &self,
        l: Gc<List>,
        at: usize,
        m: Gc<List>,
        start: usize,
        step: isize,
        n: usize,
    ) -> bool {
        if n == 0 {
            return true;
        }
        let last = start as isize + step * (n - 1) as isize;
        assert!(at + n <= l.len() && start < m.len() && (0..m.len() as isize).contains(&last));
        assert!(l.storage.get() == m.storage.get());
        // SAFETY: all positions were checked, and items of one kind have one size.
        unsafe {
            if l.storage.get().item_size() == 1 {
                return move_items::<u8>(l.data.get(), at, m.data.get(), start, step, n, l == m);
            }
            let done = move_items::<u64>(l.data.get(), at, m.data.get(), start, step, n, l == m);
            self.list_barrier(l);
            done
        }
    }
    /// Appends these items.
    pub fn list_extend_values(&self, l: Gc<List>, items: &[Value]) -> PyResult<()> {
        if items.is_empty() {
            return Ok(());
        }
        if l.storage.get() == Storage::Empty {
            let s = self.storage_for_all(items);
            let (buf, data) = self.list_buffer(s, items.len(), 0).ok_or_else(|| self.memory_error())?;
            self.list_adopt(l, s, buf, data, items.len(), 0);
        }
        self.list_reserve(l, items.len())?;
        if l.storage.get() == Storage::Object && l.cap.get() - l.len() >= items.len() {
            // SAFETY: there is room behind the items.
            unsafe {
                let to = l.data.get().cast::<Value>().add(l.len());
                std::ptr::copy_nonoverlapping(items.as_ptr(), to, items.len());
            }
            self.list_barrier(l);
            l.len.set(l.len() + items.len());
            return Ok(());
        }
        for &v in items {
            self.list_push(l, v)?;
        }
        Ok(())
    }
    /// Appends the items of another list (or of the same).
    pub fn list_extend_list(&self, l: Gc<List>, other: Gc<List>) -> PyResult<()> {
        let n = other.len();
        if n == 0 {
            return Ok(());
        }
        let s = other.storage.get();
        if l.is_empty() && l.storage.get() != s {
            let (buf, data) = self.list_buffer(s, n, 0).ok_or_else(|| self.memory_error())?;
            self.list_adopt(l, s, buf, data, n, 0);
        }
        if l.storage.get() != s {
            self.list_to_object(l)?;
            self.list_reserve(l, n)?;
            for i in 0..n {
                let v = self.list_get(other, i);
                self.list_push(l, v)?;
            }
            return Ok(());
        }
        self.list_reserve(l, n)?;
        // SAFETY: same kind, room for `n` more; the ranges do not overlap even where the lists are the same.
        unsafe {
            let to = l.data.get().add(l.len() * s.item_size());
            std::ptr::copy_nonoverlapping(other.data.get(), to, n * s.item_size());
        }
        self.list_barrier(l);
        l.len.set(l.len() + n);
        Ok(())
    }
    /// Replaces the items `a..b` by `items`, as slice assignment does.
    pub fn list_splice(&self, l: Gc<List>, a: usize, b: usize, items: &[Value]) -> PyResult<()> {
        assert!(a <= b && b <= l.len());
        if items.is_empty() {
            self.list_delete_range(l, a, b);
            return Ok(());
        }
        if a == l.len() {
            return self.list_extend_values(l, items);
        }
        if items.iter().any(|&v| self.raw_for(l.storage.get(), v).is_none()) {
            self.list_to_object(l)?;
        }
        let (n, k) = (l.len(), items.len());
        let size = l.storage.get().item_size();
        if k > b - a {
            self.list_reserve(l, k - (b - a))?;
        }
        // SAFETY: the tail moves inside the buffer, which has room; the gap is filled before anything runs.
        unsafe {
            let p = l.data.get();
            std::ptr::copy(p.add(b * size), p.add((a + k) * size), (n - b) * size);
        }
        for (i, &v) in items.iter().enumerate() {
            let raw = self.raw_for(l.storage.get(), v).unwrap_or(v.bits());
            // SAFETY: inside the capacity.
            unsafe { self.list_write_raw(l, a + i, raw) };
        }
        self.list_barrier(l);
        if k >= b - a {
            l.len.set(n + k - (b - a));
        } else {
            self.list_truncate(l, n + k - (b - a));
        }
        Ok(())
    }
    /// Replaces the items `a..b` by those of another list of the same storage and as many items; false where that is
    /// not so.
    pub fn list_overwrite(&self, l: Gc<List>, a: usize, b: usize, items: Gc<List>) -> bool {
        assert!(a <= b && b <= l.len());
        let s = l.storage.get();
        if items.storage.get() != s || items.len() != b - a || a == b {
            return false;
        }
        let size = s.item_size();
        // SAFETY: both ranges hold `b - a` items of the kind; `copy` allows for a shared buffer.
        unsafe { std::ptr::copy(items.data.get(), l.data.get().add(a * size), (b - a) * size) };
        self.list_barrier(l);
        true
    }
    /// The items of a list as values (a copy).
    pub fn list_items(&self, l: Gc<List>) -> GcVec {
        let n = l.len();
        if let Some(values) = l.as_values() {
            // (The slice is read after the allocation of the copy, in which nothing changes a list.)
            return GcVec::from_slice(&self.heap, values);
        }
        let mut out = GcVec::with_capacity(&self.heap, n);
        for i in 0..n {
            out.push(&self.heap, self.list_get(l, i));
        }
        out
    }
    /// A tuple of the items of a list.
    pub fn tuple_of_list(&self, l: Gc<List>) -> Gc<crate::objects::tuple::Tuple> {
        if l.storage.get() == Storage::Object {
            // SAFETY: the items of an object list; nothing changes the list while the tuple is made.
            let items = unsafe { std::slice::from_raw_parts(l.data.get().cast::<Value>(), l.len()) };
            return self.new_tuple(items);
        }
        self.new_tuple(&self.list_items(l))
    }
    /// An empty list with room for `cap` items of any type.
    pub fn new_list_with_room(&self, cap: usize) -> Gc<List> {
        let l = self.new_empty_list_of(self.types.list);
        let (buf, data) = self.list_buffer(Storage::Object, cap, 0).unwrap_or_else(|| self.out_of_memory());
        self.list_adopt(l, Storage::Object, buf, data, cap, 0);
        l
    }
    /// `list(v)`: a new exact list of the items of any iterable.
    pub fn list_from_iterable(&self, v: Value) -> PyResult<Gc<List>> {
        let l = self.new_list(&[]);
        self.list_extend(l, v)?;
        Ok(l)
    }
    /// Appends all items of an iterable (`list.extend`).
    pub fn list_extend(&self, l: Gc<List>, v: Value) -> PyResult<()> {
        if self.is_exact(v, shape_ids::list)
            && let Some(other) = v.cast::<List>()
        {
            return self.list_extend_list(l, other);
        }
        if self.is_exact(v, shape_ids::tuple)
            && let Some(t) = v.cast::<crate::objects::tuple::Tuple>()
        {
            return self.list_extend_values(l, t.items());
        }
        if self.is_exact(v, shape_ids::dict)
            && let Some(d) = v.cast::<Dict>()
        {
            return self.list_extend_dict(l, d, What::Keys);
        }
        if [shape_ids::dict_keys, shape_ids::dict_values, shape_ids::dict_items]
            .iter()
            .any(|&s| self.is_exact(v, s))
            && let Some(view) = v.cast::<DictView>()
        {
            return self.list_extend_dict(l, view.dict.get(), view.what);
        }
        if let Some(done) = iter::extend_reversed(self, l, v) {
            return done;
        }
        let it = self.get_iter(v)?;
        let hint = self.length_hint(v, 0)?;
        // One that no list could be longer by is not believed, as on CPython.
        if hint <= isize::MAX as usize - l.len() {
            self.check_hint(hint)?;
        }
        if hint > 0 && l.storage.get() != Storage::Empty {
            // A hint may lie: no error if there is no memory for it.
            let _ = self.list_reserve(l, hint.min(1 << 24));
        }
        self.drain_iter(it, |x| self.list_push(l, x).map(|()| true))
    }
    /// Appends what a view of a dict shows.
    fn list_extend_dict(&self, l: Gc<List>, d: Gc<Dict>, what: What) -> PyResult<()> {
        if l.storage.get() != Storage::Empty {
            self.list_reserve(l, d.len())?;
        }
        let mut pos = 0;
        while let Some(e) = d.next_entry(&mut pos) {
            let x = match what {
                What::Keys => e.key,
                What::Values => e.value,
                What::Items => self.new_tuple(&[e.key, e.value]).value(),
            };
            self.list_push(l, x)?;
            if l.len() == 1 && d.len() > 1 {
                self.list_reserve(l, d.len() - 1)?;
            }
        }
        Ok(())
    }
    /// The list `items[0..len] * n` in place of the list's items; `n` is not negative.
    pub fn list_repeat_in_place(&self, l: Gc<List>, n: usize) -> PyResult<()> {
        let len = l.len();
        if n == 0 {
            l.clear();
            return Ok(());
        }
        if n == 1 || len == 0 {
            return Ok(());
        }
        let total = len.checked_mul(n).filter(|&t| t <= isize::MAX as usize / 8);
        let total = total.ok_or_else(|| self.memory_error())?;
        let size = l.storage.get().item_size();
        if total > l.cap.get() {
            self.list_reallocate(l, total)?;
        }
        // SAFETY: the buffer holds `total` items; each copy doubles the filled part.
        unsafe {
            let p = l.data.get();
            let mut done = len;
            while done < total {
                let step = done.min(total - done);
                std::ptr::copy_nonoverlapping(p, p.add(done * size), step * size);
                done += step;
            }
        }
        self.list_barrier(l);
        l.len.set(total);
        Ok(())
    }
}

/// Capacity for a list that needs `n` places: about an eighth more.
fn grown(n: usize) -> usize {
    (n + (n >> 3) + 6) & !3
}

/// The type.
pub static DEF: TypeDef = TypeDef {
    name: "list",
    kind: crate::kinds::LIST,
    size: size_of::<List>(),
    flags: flag::IMMUTABLE | flag::BASETYPE | flag::SEQUENCE | flag::MATCH_SELF,
    slots: methods::SLOTS,
    methods: methods::METHODS,
    doc: methods::DOC,
    ..TypeDef::EMPTY
};

/// # Safety
/// All positions lie within the buffers, which are one if `same`, and hold items of this type.
unsafe fn move_items<T: Copy>(
    to: *mut u8,
    at: usize,
    from: *mut u8,
    start: usize,
    step: isize,
    n: usize,
    same: bool,
) -> bool {
    // SAFETY: by the caller's promise.
    unsafe {
        let (to, from) = (to.cast::<T>().add(at), from.cast::<T>().add(start));
        if same && step == -1 && from == to.add(n - 1) {
            std::slice::from_raw_parts_mut(to, n).reverse();
            return true;
        }
        if !same {
            for k in 0..n {
                *to.add(k) = *from.offset(step * k as isize);
            }
            return true;
        }
        let mut all: Vec<T> = Vec::new();
        if all.try_reserve_exact(n).is_err() {
            return false;
        }
        all.extend((0..n).map(|k| *from.offset(step * k as isize)));
        std::ptr::copy_nonoverlapping(all.as_ptr(), to, n);
    }
    true
}
