//! `collections.deque`: a ring of values that grows at both ends.

use std::cell::Cell;
use taipan_runtime::objects::generic_alias::class_getitem;
use taipan_runtime::objects::typ::Type;
use taipan_runtime::vm::slots::CompareOp;
use taipan_runtime::vm::text::TextBuilder;
use taipan_runtime::vm::typedef::{GetSetDef, NativeObject, flag};
use taipan_runtime::*;

/// A `deque`.
#[repr(C)]
pub struct Deque {
    header: Header,
    /// The ring.
    buf: Slot<Option<Gc<ValueBuf>>>,
    /// Place of the first item in the ring.
    head: Cell<usize>,
    /// Number of items.
    pub len: Cell<usize>,
    /// Largest number of items; `usize::MAX` without a bound.
    maxlen: Cell<usize>,
    /// Changes with each structural change.
    pub state: Cell<usize>,
}

impl kinds::Trace for Deque {
    fn trace(&self, t: &mut Tracer) {
        t.opt(self.buf.get());
    }
}
// SAFETY: `repr(C)`, header first.
unsafe impl NativeObject for Deque {
    const DEF: &'static TypeDef = &DEF;
}

impl Deque {
    fn ring(&self) -> Gc<ValueBuf> {
        self.buf.get().expect("a deque with items has a ring")
    }
    fn place(&self, i: usize) -> usize {
        let at = self.head.get() + i;
        let cap = self.ring().cap();
        if at >= cap { at - cap } else { at }
    }
    /// Item `i`.
    pub fn get(&self, i: usize) -> Option<Value> {
        if i < self.len.get() { Some(self.ring().at(self.place(i))) } else { None }
    }
    fn put(&self, i: usize, v: Value) {
        self.ring().put(self.place(i), v);
    }
    fn touch(&self) {
        self.state.set(self.state.get().wrapping_add(1));
    }
    fn grow(&self, vm: &Vm) -> PyResult<()> {
        let n = self.len.get();
        let new = ValueBuf::try_new(&vm.heap, (n * 2).max(8)).ok_or_else(|| vm.memory_error())?;
        for i in 0..n {
            new.put(i, self.ring().at(self.place(i)));
        }
        self.buf.set(&self.header, Some(new));
        self.head.set(0);
        Ok(())
    }
    fn has_room(&self) -> bool {
        self.buf.get().is_some_and(|b| b.cap() > self.len.get())
    }
    /// Adds on the right; drops on the left what is too much.
    pub fn push_back(&self, vm: &Vm, v: Value) -> PyResult<()> {
        if self.maxlen.get() == 0 {
            return Ok(());
        }
        if self.len.get() == self.maxlen.get() {
            self.pop_front();
        }
        if !self.has_room() {
            self.grow(vm)?;
        }
        let n = self.len.get();
        self.len.set(n + 1);
        self.put(n, v);
        self.touch();
        Ok(())
    }
    /// Adds on the left; drops on the right what is too much.
    pub fn push_front(&self, vm: &Vm, v: Value) -> PyResult<()> {
        if self.maxlen.get() == 0 {
            return Ok(());
        }
        if self.len.get() == self.maxlen.get() {
            self.pop_back();
        }
        if !self.has_room() {
            self.grow(vm)?;
        }
        let head = self.head.get();
        self.head.set(if head == 0 { self.ring().cap() - 1 } else { head - 1 });
        self.len.set(self.len.get() + 1);
        self.put(0, v);
        self.touch();
        Ok(())
    }
    /// Removes on the right.
    pub fn pop_back(&self) -> Option<Value> {
        let n = self.len.get().checked_sub(1)?;
        let v = self.get(n);
        self.put(n, Value::NONE);
        self.len.set(n);
        self.touch();
        v
    }
    /// Removes on the left.
    pub fn pop_front(&self) -> Option<Value> {
        let n = self.len.get().checked_sub(1)?;
        let v = self.get(0);
        self.put(0, Value::NONE);
        self.head.set(self.place(1));
        self.len.set(n);
        self.touch();
        v
    }
    fn clear(&self) {
        self.buf.set(&self.header, None);
        self.head.set(0);
        self.len.set(0);
        self.touch();
    }
    fn remove_at(&self, i: usize) {
        for k in i..self.len.get() - 1 {
            let v = self.get(k + 1).unwrap_or(Value::NONE);
            self.put(k, v);
        }
        self.pop_back();
    }
    fn rotate(&self, n: isize) {
        let len = self.len.get();
        if len < 2 {
            return;
        }
        let by = n.rem_euclid(len as isize) as usize;
        if by == 0 {
            return;
        }
        let steps = if by > len / 2 { len - by } else { by };
        for _ in 0..steps {
            // Move one item from end to end; there is room, since one place was just freed.
            if by > len / 2 {
                let v = self.pop_front().unwrap_or(Value::NONE);
                self.len.set(self.len.get() + 1);
                self.put(len - 1, v);
            } else {
                let v = self.pop_back().unwrap_or(Value::NONE);
                let head = self.head.get();
                self.head.set(if head == 0 { self.ring().cap() - 1 } else { head - 1 });
                self.len.set(self.len.get() + 1);
                self.put(0, v);
            }
        }
        self.touch();
    }
}

/// `v` as a deque.
pub fn deque(vm: &Vm, v: Value) -> Gc<Deque> {
    vm.native::<Deque>(v).expect("slots and methods of deque get deques")
}

fn alloc(vm: &Vm, ty: Gc<Type>) -> Gc<Deque> {
    vm.new_native_of(ty, |header| Deque {
        header,
        buf: Slot::new(None),
        head: Cell::new(0),
        len: Cell::new(0),
        maxlen: Cell::new(usize::MAX),
        state: Cell::new(0),
    })
}
fn new(vm: &Vm, ty: Gc<Type>, _: Args) -> PyResult {
    Ok(alloc(vm, ty).value())
}
fn init(vm: &Vm, v: Value, args: Args) -> PyResult<()> {
    let [iterable, maxlen] = args.bind(vm, "deque", "(iterable=None, maxlen=None)")?;
    let d = deque(vm, v);
    let mut bound = usize::MAX;
    if let Some(m) = maxlen.bound().filter(|m| !m.is_none()) {
        if !vm.is_int(m) {
            return Err(vm.type_error("an integer is required"));
        }
        bound =
            usize::try_from(vm.index_ssize(m)?).map_err(|_| vm.value_error("maxlen must be non-negative"))?;
    }
    d.maxlen.set(bound);
    if d.len.get() > 0 {
        d.clear();
    }
    match iterable.bound() {
        Some(it) => extend_with(vm, d, it),
        None => Ok(()),
    }
}
fn extend_with(vm: &Vm, d: Gc<Deque>, v: Value) -> PyResult<()> {
    let v = if v == d.value() { vm.list_from_iterable(v)?.value() } else { v };
    let it = vm.get_iter(v)?;
    while let Some(x) = vm.iter_next(it)? {
        d.push_back(vm, x)?;
    }
    Ok(())
}
fn maxlen_value(vm: &Vm, d: Gc<Deque>) -> Value {
    if d.maxlen.get() == usize::MAX { Value::NONE } else { vm.new_int(d.maxlen.get() as i64) }
}
/// A copy of the same type.
fn copy_of(vm: &Vm, v: Value) -> PyResult {
    let d = deque(vm, v);
    let ty = vm.class_of(v);
    if ty == vm.type_of_def(&DEF) {
        let r = alloc(vm, ty);
        r.maxlen.set(d.maxlen.get());
        let mut i = 0;
        while let Some(x) = d.get(i) {
            r.push_back(vm, x)?;
            i += 1;
        }
        return Ok(r.value());
    }
    let r = if d.maxlen.get() == usize::MAX {
        vm.call(ty.value(), &[v])?
    } else {
        vm.call(ty.value(), &[v, maxlen_value(vm, d)])?
    };
    if vm.native::<Deque>(r).is_none() {
        return Err(vm.type_error(format!(
            "{}() must return a deque, not {}",
            ty.name_str(),
            vm.type_name(r)
        )));
    }
    Ok(r)
}

fn repr(vm: &Vm, v: Value) -> PyResult {
    let d = deque(vm, v);
    let Some(_guard) = vm.enter_repr(v) else { return Ok(vm.new_str("[...]").value()) };
    let items = vm.list_from_iterable(v)?;
    let mut w = TextBuilder::new();
    w.push(vm.class_of(v).name.get()).push_str("(").push(vm.repr(items.value())?);
    if d.maxlen.get() != usize::MAX {
        w.push_str(&format!(", maxlen={}", d.maxlen.get()));
    }
    w.push_str(")");
    Ok(w.finish(vm).value())
}
fn compare(vm: &Vm, a: Value, b: Value, op: CompareOp) -> PyResult {
    let (Some(x), Some(y)) = (vm.native::<Deque>(a), vm.native::<Deque>(b)) else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    if a == b && !matches!(op, CompareOp::Lt | CompareOp::Gt) {
        return Ok(Value::bool(op != CompareOp::Ne));
    }
    if x.len.get() != y.len.get() && matches!(op, CompareOp::Eq | CompareOp::Ne) {
        return Ok(Value::bool(op == CompareOp::Ne));
    }
    vm.check_native_stack()?;
    let (s, t) = (x.state.get(), y.state.get());
    let mut i = 0;
    while let (Some(p), Some(q)) = (x.get(i), y.get(i)) {
        if !vm.equal(p, q)? {
            return match op {
                CompareOp::Eq => Ok(Value::FALSE),
                CompareOp::Ne => Ok(Value::TRUE),
                _ => vm.compare(p, q, op),
            };
        }
        if x.state.get() != s || y.state.get() != t {
            return Err(vm.runtime_error("deque mutated during iteration"));
        }
        i += 1;
    }
    Ok(Value::bool(op.holds(x.len.get().cmp(&y.len.get()))))
}
fn len(vm: &Vm, v: Value) -> PyResult<usize> {
    Ok(deque(vm, v).len.get())
}
fn position(vm: &Vm, d: Gc<Deque>, key: Value) -> PyResult<usize> {
    if !vm.has_index(key) {
        return Err(vm.type_error(format!("sequence index must be integer, not '{}'", vm.type_name(key))));
    }
    let i = vm.subscript_isize(key)?;
    let at = if i < 0 { i + d.len.get() as isize } else { i };
    if at < 0 || at as usize >= d.len.get() {
        return Err(vm.index_error("deque index out of range"));
    }
    Ok(at as usize)
}
fn getitem(vm: &Vm, v: Value, key: Value) -> PyResult {
    let d = deque(vm, v);
    let i = position(vm, d, key)?;
    Ok(d.get(i).unwrap_or(Value::NONE))
}
fn setitem(vm: &Vm, v: Value, key: Value, value: Value) -> PyResult<()> {
    let d = deque(vm, v);
    let i = position(vm, d, key)?;
    if value.is_unbound() {
        d.remove_at(i);
    } else {
        d.put(i, value);
    }
    Ok(())
}
/// Position of the first item equal to `x` in `from..to`; `mutated` makes the error for a change meanwhile.
fn find(
    vm: &Vm,
    d: Gc<Deque>,
    x: Value,
    from: usize,
    to: usize,
    mutated: fn(&Vm) -> Raised,
) -> PyResult<Option<usize>> {
    let state = d.state.get();
    for i in from..to.min(d.len.get()) {
        let y = d.get(i).unwrap_or(Value::NONE);
        let same = vm.equal(y, x)?;
        if d.state.get() != state {
            return Err(mutated(vm));
        }
        if same {
            return Ok(Some(i));
        }
    }
    Ok(None)
}
fn changed(vm: &Vm) -> Raised {
    vm.runtime_error("deque mutated during iteration")
}
fn contains(vm: &Vm, v: Value, x: Value) -> PyResult<bool> {
    Ok(find(vm, deque(vm, v), x, 0, usize::MAX, changed)?.is_some())
}
fn concat(vm: &Vm, a: Value, b: Value) -> PyResult {
    if vm.native::<Deque>(b).is_none() {
        return Err(
            vm.type_error(format!("can only concatenate deque (not \"{}\") to deque", vm.type_name(b)))
        );
    }
    let r = copy_of(vm, a)?;
    extend_with(vm, deque(vm, r), b)?;
    Ok(r)
}
fn iconcat(vm: &Vm, a: Value, b: Value) -> PyResult {
    extend_with(vm, deque(vm, a), b)?;
    Ok(a)
}
fn irepeat(vm: &Vm, v: Value, n: isize) -> PyResult {
    let d = deque(vm, v);
    let len = d.len.get();
    if len == 0 || n == 1 {
        return Ok(v);
    }
    if n <= 0 {
        d.clear();
        return Ok(v);
    }
    let items = vm.list_from_iterable(v)?;
    let mut n = n as usize;
    if d.maxlen.get() != usize::MAX {
        // No more rounds than can leave something.
        n = n.min(d.maxlen.get().div_ceil(len) + 1);
    } else if len.checked_mul(n).is_none_or(|t| t > isize::MAX as usize / 8) {
        return Err(vm.memory_error());
    } else {
        let total = len * n;
        let new = ValueBuf::try_new(&vm.heap, total).ok_or_else(|| vm.memory_error())?;
        for i in 0..len {
            new.put(i, d.get(i).unwrap_or(Value::NONE));
        }
        d.buf.set(d, Some(new));
        d.head.set(0);
    }
    for _ in 1..n {
        for i in 0..len {
            d.push_back(vm, vm.list_get(items, i))?;
        }
    }
    Ok(v)
}
fn repeat(vm: &Vm, v: Value, n: isize) -> PyResult {
    let r = copy_of(vm, v)?;
    irepeat(vm, r, n)
}

fn append(vm: &Vm, a: &[Value]) -> PyResult {
    deque(vm, a[0]).push_back(vm, a[1])?;
    Ok(Value::NONE)
}
fn appendleft(vm: &Vm, a: &[Value]) -> PyResult {
    deque(vm, a[0]).push_front(vm, a[1])?;
    Ok(Value::NONE)
}
fn clear(vm: &Vm, a: &[Value]) -> PyResult {
    deque(vm, a[0]).clear();
    Ok(Value::NONE)
}
fn copy(vm: &Vm, a: &[Value]) -> PyResult {
    copy_of(vm, a[0])
}
fn count(vm: &Vm, a: &[Value]) -> PyResult {
    let d = deque(vm, a[0]);
    let (mut n, mut from) = (0, 0);
    while let Some(i) = find(vm, d, a[1], from, usize::MAX, changed)? {
        n += 1;
        from = i + 1;
    }
    Ok(vm.new_int(n))
}
fn extend(vm: &Vm, a: &[Value]) -> PyResult {
    extend_with(vm, deque(vm, a[0]), a[1])?;
    Ok(Value::NONE)
}
fn extendleft(vm: &Vm, a: &[Value]) -> PyResult {
    let d = deque(vm, a[0]);
    let v = if a[1] == a[0] { vm.list_from_iterable(a[1])?.value() } else { a[1] };
    let it = vm.get_iter(v)?;
    while let Some(x) = vm.iter_next(it)? {
        d.push_front(vm, x)?;
    }
    Ok(Value::NONE)
}
fn index(vm: &Vm, a: &[Value]) -> PyResult {
    let d = deque(vm, a[0]);
    let n = d.len.get();
    let end = |v: Value, default: usize| -> PyResult<usize> {
        let Some(v) = v.bound() else { return Ok(default) };
        if !vm.has_index(v) {
            return Err(vm.type_error("slice indices must be integers or have an __index__ method"));
        }
        let i = vm.index_clipped(v)?;
        Ok(if i < 0 { i.saturating_add(n as isize).max(0) as usize } else { i as usize })
    };
    let (from, to) = (end(a[2], 0)?, end(a[3], usize::MAX)?);
    match find(vm, d, a[1], from, to, changed)? {
        Some(i) => Ok(vm.new_int(i as i64)),
        None => Err(vm.value_error("deque.index(x): x not in deque")),
    }
}
fn insert(vm: &Vm, a: &[Value]) -> PyResult {
    let d = deque(vm, a[0]);
    let i = vm.index_ssize(a[1])?;
    let n = d.len.get();
    if n == d.maxlen.get() {
        return Err(vm.index_error("deque already at its maximum size"));
    }
    let at = if i < 0 { i.saturating_add(n as isize).max(0) as usize } else { (i as usize).min(n) };
    d.push_back(vm, a[2])?;
    for k in (at..n).rev() {
        let v = d.get(k).unwrap_or(Value::NONE);
        d.put(k + 1, v);
    }
    d.put(at, a[2]);
    Ok(Value::NONE)
}
fn empty(vm: &Vm) -> Raised {
    vm.index_error("pop from an empty deque")
}
fn pop(vm: &Vm, a: &[Value]) -> PyResult {
    deque(vm, a[0]).pop_back().ok_or_else(|| empty(vm))
}
fn popleft(vm: &Vm, a: &[Value]) -> PyResult {
    deque(vm, a[0]).pop_front().ok_or_else(|| empty(vm))
}
fn reduce(vm: &Vm, a: &[Value]) -> PyResult {
    let d = deque(vm, a[0]);
    let state = vm.call_method(a[0], vm.names.__getstate__, &[])?;
    let it = vm.get_iter(a[0])?;
    let args = match maxlen_value(vm, d) {
        m if m.is_none() => vm.new_tuple(&[]),
        m => vm.new_tuple(&[vm.new_tuple(&[]).value(), m]),
    };
    Ok(vm.new_tuple(&[vm.class_of(a[0]).value(), args.value(), state, it]).value())
}
fn remove(vm: &Vm, a: &[Value]) -> PyResult {
    let d = deque(vm, a[0]);
    let mutated = |vm: &Vm| vm.index_error("deque mutated during remove().");
    match find(vm, d, a[1], 0, usize::MAX, mutated)? {
        Some(i) => {
            d.remove_at(i);
            Ok(Value::NONE)
        }
        None => Err(vm.value_error("deque.remove(x): x not in deque")),
    }
}
fn reverse(vm: &Vm, a: &[Value]) -> PyResult {
    let d = deque(vm, a[0]);
    let n = d.len.get();
    for i in 0..n / 2 {
        let (x, y) = (d.get(i).unwrap_or(Value::NONE), d.get(n - 1 - i).unwrap_or(Value::NONE));
        d.put(i, y);
        d.put(n - 1 - i, x);
    }
    d.touch();
    Ok(Value::NONE)
}
fn rotate(vm: &Vm, a: &[Value]) -> PyResult {
    let n = match a[1].bound() {
        Some(n) => vm.index_ssize(n)?,
        None => 1,
    };
    deque(vm, a[0]).rotate(n);
    Ok(Value::NONE)
}
fn sizeof(vm: &Vm, a: &[Value]) -> PyResult {
    let cap = deque(vm, a[0]).buf.get().map_or(0, |b| b.cap());
    Ok(vm.new_int((size_of::<Deque>() + cap * 8) as i64))
}

/// `_deque_iterator`, or (`REVERSE`) `_deque_reverse_iterator`.
#[repr(C)]
pub struct DequeIter<const REVERSE: bool> {
    header: Header,
    deque: Slot<Value>,
    next: Cell<usize>,
    left: Cell<usize>,
    state: Cell<usize>,
}

impl<const R: bool> kinds::Trace for DequeIter<R> {
    fn trace(&self, t: &mut Tracer) {
        t.slot(&self.deque);
    }
}
// SAFETY: `repr(C)`, header first.
unsafe impl NativeObject for DequeIter<false> {
    const DEF: &'static TypeDef = &ITER;
}
// SAFETY: `repr(C)`, header first.
unsafe impl NativeObject for DequeIter<true> {
    const DEF: &'static TypeDef = &REVERSE_ITER;
}

macro_rules! iterators {
    ($($module:ident $reverse:literal $name:literal $(#[$doc:meta])* $def:ident;)*) => {$(
        mod $module {
            use super::*;
            type Iter = DequeIter<$reverse>;
            pub fn make(vm: &Vm, v: Value, skip: usize) -> Value {
                let d = deque(vm, v);
                let n = d.len.get();
                let skip = skip.min(n);
                vm.new_native(|header| Iter {
                    header,
                    deque: Slot::new(v),
                    next: Cell::new(skip),
                    left: Cell::new(n - skip),
                    state: Cell::new(d.state.get()),
                })
                .value()
            }
            fn new(vm: &Vm, _: Gc<Type>, args: Args) -> PyResult {
                let [d, skip] = args.bind(vm, $name, "(deque, index=0, /)")?;
                if vm.native::<Deque>(d).is_none() {
                    return Err(vm.type_error(format!(
                        concat!($name, "() argument 1 must be collections.deque, not {}"),
                        vm.type_name(d)
                    )));
                }
                let skip = match skip.bound() {
                    Some(s) => vm.index_ssize(s)?.max(0) as usize,
                    None => 0,
                };
                Ok(make(vm, d, skip))
            }
            fn this(vm: &Vm, v: Value) -> Gc<Iter> {
                vm.native::<Iter>(v).expect("slots and methods of deque iterators get such")
            }
            fn next(vm: &Vm, v: Value) -> PyResult<Option<Value>> {
                let i = this(vm, v);
                let d = deque(vm, i.deque.get());
                if d.state.get() != i.state.get() {
                    i.left.set(0);
                    return Err(changed(vm));
                }
                if i.left.get() == 0 {
                    return Ok(None);
                }
                let at = i.next.get();
                i.next.set(at + 1);
                i.left.set(i.left.get() - 1);
                Ok(d.get(if $reverse { d.len.get() - 1 - at } else { at }))
            }
            fn hint(vm: &Vm, a: &[Value]) -> PyResult {
                Ok(vm.new_int(this(vm, a[0]).left.get() as i64))
            }
            fn reduce(vm: &Vm, a: &[Value]) -> PyResult {
                let i = this(vm, a[0]);
                let n = deque(vm, i.deque.get()).len.get();
                let skip = vm.new_int(n as i64 - i.left.get() as i64);
                let args = vm.new_tuple(&[i.deque.get(), skip]);
                Ok(vm.new_tuple(&[vm.class_of(a[0]).value(), args.value()]).value())
            }
            pub static METHODS: &[MethodDef] = &[
                method("__length_hint__", "($self, /)", hint, objects::iter::HINT_DOC),
                method("__reduce__", "($self, /)", reduce, objects::iter::REDUCE_DOC),
            ];
            pub const SLOTS: Slots = Slots {
                new: Some(new),
                iter: Some(objects::iter::itself),
                iternext: Some(next),
                ..Slots::EMPTY
            };
        }
        $(#[$doc])*
        pub static $def: TypeDef = TypeDef {
            name: $name,
            module: "collections",
            slots: $module::SLOTS,
            methods: $module::METHODS,
            ..TypeDef::native::<DequeIter<$reverse>>()
        };
    )*};
}
iterators! {
    forward false "_deque_iterator"
    /// `_deque_iterator`
    ITER;
    backward true "_deque_reverse_iterator"
    /// `_deque_reverse_iterator`
    REVERSE_ITER;
}
fn iter(vm: &Vm, v: Value) -> PyResult {
    Ok(forward::make(vm, v, 0))
}
fn reversed(vm: &Vm, a: &[Value]) -> PyResult {
    Ok(backward::make(vm, a[0], 0))
}

static METHODS: &[MethodDef] = &[
    method("append", "($self, item, /)", append, "Add an element to the right side of the deque."),
    method("appendleft", "($self, item, /)", appendleft, "Add an element to the left side of the deque."),
    method("clear", "($self, /)", clear, "Remove all elements from the deque."),
    method("__copy__", "($self, /)", copy, "Return a shallow copy of a deque."),
    method("copy", "($self, /)", copy, "Return a shallow copy of a deque."),
    method("count", "($self, value, /)", count, "Return number of occurrences of value."),
    method(
        "extend",
        "($self, iterable, /)",
        extend,
        "Extend the right side of the deque with elements from the iterable.",
    ),
    method(
        "extendleft",
        "($self, iterable, /)",
        extendleft,
        "Extend the left side of the deque with elements from the iterable.",
    ),
    method(
        "index",
        "($self, value, start=0, stop=sys.maxsize, /)",
        index,
        "Return first index of value.\n\nRaises ValueError if the value is not present.",
    ),
    method("insert", "($self, index, value, /)", insert, "Insert value before index."),
    method("pop", "($self, /)", pop, "Remove and return the rightmost element."),
    method("popleft", "($self, /)", popleft, "Remove and return the leftmost element."),
    method("__reduce__", "($self, /)", reduce, "Return state information for pickling."),
    method("remove", "($self, value, /)", remove, "Remove first occurrence of value."),
    method("__reversed__", "($self, /)", reversed, "Return a reverse iterator over the deque."),
    method("reverse", "($self, /)", reverse, "Reverse *IN PLACE*."),
    method(
        "rotate",
        "($self, n=1, /)",
        rotate,
        "Rotate the deque n steps to the right.  If n is negative, rotates left.",
    ),
    method("__sizeof__", "($self, /)", sizeof, "Return the size of the deque in memory, in bytes."),
    classmethod(
        "__class_getitem__",
        "($type, object, /)",
        class_getitem,
        "deques are generic over the type of their contents",
    ),
];
static GETSET: &[GetSetDef] = &[readonly(
    "maxlen",
    |vm, v| Ok(maxlen_value(vm, deque(vm, v))),
    "maximum size of a deque or None if unbounded",
)];

/// `deque`
pub static DEF: TypeDef = TypeDef {
    name: "deque",
    module: "collections",
    flags: flag::IMMUTABLE | flag::BASETYPE | flag::SEQUENCE | flag::WEAKREF,
    slots: Slots {
        new: Some(new),
        init: Some(init),
        repr: Some(repr),
        richcompare: Some(compare),
        iter: Some(iter),
        len: Some(len),
        getitem: Some(getitem),
        setitem: Some(setitem),
        contains: Some(contains),
        concat: Some(concat),
        repeat: Some(repeat),
        iconcat: Some(iconcat),
        irepeat: Some(irepeat),
        ..Slots::EMPTY
    },
    methods: METHODS,
    getset: GETSET,
    doc: "A list-like sequence optimized for data accesses near its endpoints.",
    ..TypeDef::native::<Deque>()
};
