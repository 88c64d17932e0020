//! `set` and `frozenset`: layout and the table algorithm, which is CPython's own (linear probes, then a
//! perturbed jump; the same sizes at the same times), so that iteration order is CPython's too.
//!
//! In: keys with their hashes. Out: membership, or positions in the table. Both types share the layout; a
//! frozenset is filled before anyone sees it. A lookup that calls `__eq__` starts over when the table or the
//! entry changed under it.

use crate::kinds::Trace;
use crate::objects::dict::AskPython;
use crate::objects::typ::Type;
use crate::vm::error::PyResult;
use crate::vm::typedef::{TypeDef, flag};
use crate::vm::{Vm, shape_ids};
use std::cell::Cell;
use taipan_heap::{Gc, Header, Slot, Tracer, Value, barrier};

pub mod algebra;
pub mod iter;
pub mod methods;

/// A `set` or `frozenset` (or an instance of a subclass).
#[repr(C)]
pub struct Set {
    header: Header,
    /// Number of items.
    pub used: Cell<usize>,
    /// Items and dummies.
    pub fill: Cell<usize>,
    /// Where `pop` looks next.
    pub finger: Cell<usize>,
    /// The table.
    pub table: Slot<Gc<SetTable>>,
    /// The hash of a frozenset; -1 until computed.
    pub hash: Cell<i64>,
}

/// The table of a set: `mask + 1` entries.
#[repr(C)]
pub struct SetTable {
    header: Header,
    mask: usize,
    data: [SetEntry; 0],
}

/// A place of the table. Unused: no key and hash 0; dummy: [`DUMMY`] and hash -1.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct SetEntry {
    /// Key.
    pub key: Value,
    /// Its hash.
    pub hash: i64,
}

/// Stands for a key that was removed. No Python value.
const DUMMY: Value = Value::from_bits(Value::UNBOUND.bits() | 7);
const UNUSED: SetEntry = SetEntry { key: Value::UNBOUND, hash: 0 };
/// Smallest table.
pub const MIN_SIZE: usize = 8;
const LINEAR_PROBES: usize = 9;

impl SetEntry {
    /// Does it hold a key?
    #[inline(always)]
    pub fn is_active(&self) -> bool {
        !self.key.is_unbound() && self.key != DUMMY
    }
}

impl Trace for Set {
    fn trace(&self, t: &mut Tracer) {
        t.gc(self.table.get());
    }
}
impl Trace for SetTable {
    fn trace(&self, t: &mut Tracer) {
        for e in self.entries() {
            t.value(e.key);
        }
    }
}

impl SetTable {
    fn try_new(vm: &Vm, size: usize) -> Option<Gc<SetTable>> {
        let bytes = size.checked_mul(size_of::<SetEntry>())?.checked_add(size_of::<SetTable>())?;
        let p = if bytes <= 2048 {
            vm.heap.alloc_raw(bytes, crate::kinds::SET_TABLE, std::ptr::null_mut(), 0)
        } else {
            vm.heap.alloc_slow(bytes, crate::kinds::SET_TABLE, std::ptr::null_mut(), 0)
        };
        if p.is_null() {
            return None;
        }
        // SAFETY: a fresh cell of that size.
        unsafe {
            let t = p.cast::<SetTable>();
            (&raw mut (*t).mask).write(size - 1);
            let data = (&raw mut (*t).data).cast::<SetEntry>();
            for i in 0..size {
                data.add(i).write(UNUSED);
            }
            Some(Gc::from_ptr(t))
        }
    }
    /// The mask: number of places less one.
    #[inline(always)]
    pub fn mask(&self) -> usize {
        self.mask
    }
    /// All places.
    #[inline(always)]
    pub fn entries(&self) -> &[SetEntry] {
        // SAFETY: `mask + 1` initialised entries follow. Not to be held across writes.
        unsafe { std::slice::from_raw_parts(self.data.as_ptr(), self.mask + 1) }
    }
    #[inline(always)]
    fn entry(&self, i: usize) -> SetEntry {
        debug_assert!(i <= self.mask);
        // SAFETY: callers mask the index.
        unsafe { *self.data.as_ptr().add(i) }
    }
    #[inline(always)]
    fn put(&self, i: usize, e: SetEntry) {
        assert!(i <= self.mask);
        // SAFETY: just checked.
        unsafe { (self.data.as_ptr() as *mut SetEntry).add(i).write(e) };
        barrier(Gc::of(self).header());
    }
    /// The keys, in the order of the table.
    #[inline(always)]
    pub(crate) fn active(&self) -> impl Iterator<Item = &SetEntry> {
        self.entries().iter().filter(|e| e.is_active())
    }
    /// Puts a key that is known to be absent into a table without dummies.
    fn insert_clean(&self, key: Value, hash: i64) {
        self.insert_bare(key, hash);
        barrier(Gc::of(self).header());
    }
    /// As [`SetTable::insert_clean`]; the caller sees to the barrier.
    #[inline(always)]
    fn insert_bare(&self, key: Value, hash: i64) {
        let mask = self.mask;
        let mut perturb = hash as usize;
        let mut i = hash as usize & mask;
        loop {
            let last = if i + LINEAR_PROBES <= mask { i + LINEAR_PROBES } else { i };
            let mut at = i;
            while at <= last {
                if self.entry(at).key.is_unbound() {
                    // SAFETY: `last` is within the mask.
                    unsafe { (self.data.as_ptr() as *mut SetEntry).add(at).write(SetEntry { key, hash }) };
                    return;
                }
                at += 1;
            }
            perturb >>= 5;
            i = i.wrapping_mul(5).wrapping_add(1).wrapping_add(perturb) & mask;
        }
    }
    /// Puts all keys of another table into this one, which has none and has room.
    fn insert_all(&self, from: &SetTable) {
        for e in from.active() {
            self.insert_bare(e.key, e.hash);
        }
        barrier(Gc::of(self).header());
    }
}

/// Are two keys of one hash that are not the same word equal? `None` where only calling tells.
#[inline(always)]
fn same(vm: &Vm, a: Value, b: Value) -> Option<bool> {
    if a.is_int() && b.is_int() {
        return Some(false);
    }
    Some(vm.exact_str(a)?.as_bytes() == vm.exact_str(b)?.as_bytes())
}

/// Where a probe ended.
enum Place {
    /// The key is here.
    Active(usize),
    /// The key is absent; it would go to this place, which is unused or (true) a dummy's.
    Free(usize, bool),
}

impl Set {
    /// Number of items.
    #[inline(always)]
    pub fn len(&self) -> usize {
        self.used.get()
    }
    /// Has it no items?
    pub fn is_empty(&self) -> bool {
        self.used.get() == 0
    }
    /// The next key at or after place `*pos`; advances it.
    #[inline]
    pub fn next(&self, pos: &mut usize) -> Option<SetEntry> {
        let t = self.table.get();
        while *pos <= t.mask {
            let e = t.entry(*pos);
            *pos += 1;
            if e.is_active() {
                return Some(e);
            }
        }
        None
    }
    fn find(&self, vm: &Vm, key: Value, hash: i64) -> PyResult<Place> {
        'restart: loop {
            let table = self.table.get();
            let mask = table.mask;
            let mut perturb = hash as usize;
            let mut i = hash as usize & mask;
            let mut dummy = None;
            loop {
                let last = if i + LINEAR_PROBES <= mask { i + LINEAR_PROBES } else { i };
                let mut at = i;
                while at <= last {
                    let e = table.entry(at);
                    if e.key == key {
                        return Ok(Place::Active(at));
                    }
                    if e.key.is_unbound() {
                        return Ok(match dummy {
                            Some(d) => Place::Free(d, true),
                            None => Place::Free(at, false),
                        });
                    }
                    if e.hash == hash {
                        match same(vm, e.key, key) {
                            Some(true) => return Ok(Place::Active(at)),
                            Some(false) => {}
                            None => {
                                let same = vm.equal(e.key, key)?;
                                if self.table.get() != table || table.entry(at).key != e.key {
                                    continue 'restart;
                                }
                                if same {
                                    return Ok(Place::Active(at));
                                }
                            }
                        }
                    } else if e.key == DUMMY {
                        dummy = Some(at);
                    }
                    at += 1;
                }
                perturb >>= 5;
                i = i.wrapping_mul(5).wrapping_add(1).wrapping_add(perturb) & mask;
            }
        }
    }
    /// Is this key in it? Answered without a call where identity or an unused place settles it early.
    #[inline(always)]
    pub(crate) fn holds_plainly(&self, key: Value, hash: i64) -> Option<bool> {
        let t = self.table.get();
        let mask = t.mask;
        let mut i = hash as usize & mask;
        let last = if i + LINEAR_PROBES <= mask { i + LINEAR_PROBES } else { i };
        loop {
            let e = t.entry(i);
            if e.key == key {
                return Some(true);
            }
            if e.key.is_unbound() {
                return Some(false);
            }
            if e.hash == hash || i == last {
                return None;
            }
            i += 1;
        }
    }
    /// Is this key in it?
    #[inline(always)]
    pub fn contains_hashed(&self, vm: &Vm, key: Value, hash: i64) -> PyResult<bool> {
        match self.holds_plainly(key, hash) {
            Some(t) => Ok(t),
            None => self.search(vm, key, hash),
        }
    }
    #[inline(never)]
    fn search(&self, vm: &Vm, key: Value, hash: i64) -> PyResult<bool> {
        Ok(matches!(self.find(vm, key, hash)?, Place::Active(_)))
    }
    /// Is this key, whose hash calls no Python code, in it? `Err` where only Python code can tell.
    pub fn has_plain(&self, vm: &Vm, key: Value, hash: i64) -> Result<bool, AskPython> {
        let table = self.table.get();
        let mask = table.mask;
        let mut perturb = hash as usize;
        let mut i = hash as usize & mask;
        loop {
            let last = if i + LINEAR_PROBES <= mask { i + LINEAR_PROBES } else { i };
            for at in i..=last {
                let e = table.entry(at);
                if e.hash == 0 && e.key.is_unbound() {
                    return Ok(false);
                }
                if e.key == DUMMY || e.hash != hash {
                    continue;
                }
                if e.key == key {
                    return Ok(true);
                }
                if e.key.is_int() && key.is_int() {
                    continue;
                }
                match (vm.exact_str(e.key), vm.exact_str(key)) {
                    (Some(a), Some(b)) if a.as_bytes() == b.as_bytes() => return Ok(true),
                    (Some(_), Some(_)) => {}
                    _ => return Err(AskPython),
                }
            }
            perturb >>= 5;
            i = i.wrapping_mul(5).wrapping_add(1).wrapping_add(perturb) & mask;
        }
    }
    /// Is this key in it?
    pub fn contains(&self, vm: &Vm, key: Value) -> PyResult<bool> {
        let hash = vm.hash_key(key, "a set element")?;
        self.contains_hashed(vm, key, hash)
    }
    /// Adds a key; false if it was there.
    pub fn add_hashed(&self, vm: &Vm, key: Value, hash: i64) -> PyResult<bool> {
        // The first place settles most.
        let table = self.table.get();
        let first = hash as usize & table.mask;
        let there = table.entry(first).key;
        if there == key {
            return Ok(false);
        }
        let place = if there.is_unbound() { Place::Free(first, false) } else { self.find(vm, key, hash)? };
        match place {
            Place::Active(_) => Ok(false),
            Place::Free(i, true) => {
                self.table.get().put(i, SetEntry { key, hash });
                self.used.set(self.used.get() + 1);
                Ok(true)
            }
            Place::Free(i, false) => {
                let t = self.table.get();
                t.put(i, SetEntry { key, hash });
                self.fill.set(self.fill.get() + 1);
                self.used.set(self.used.get() + 1);
                if self.fill.get() * 5 >= t.mask * 3 {
                    self.resize_for_growth(vm)?;
                }
                Ok(true)
            }
        }
    }
    /// Adds a key that is known to be absent to a set from which nothing was ever removed.
    pub fn add_absent(&self, vm: &Vm, key: Value, hash: i64) -> PyResult<()> {
        let t = self.table.get();
        t.insert_clean(key, hash);
        self.fill.set(self.fill.get() + 1);
        self.used.set(self.used.get() + 1);
        if self.fill.get() * 5 >= t.mask * 3 {
            self.resize_for_growth(vm)?;
        }
        Ok(())
    }
    /// Adds a key; false if it was there.
    pub fn add(&self, vm: &Vm, key: Value) -> PyResult<bool> {
        let hash = vm.hash_key(key, "a set element")?;
        self.add_hashed(vm, key, hash)
    }
    /// Removes a key; false if it was not there.
    pub fn discard_hashed(&self, vm: &Vm, key: Value, hash: i64) -> PyResult<bool> {
        match self.find(vm, key, hash)? {
            Place::Free(..) => Ok(false),
            Place::Active(i) => {
                self.table.get().put(i, SetEntry { key: DUMMY, hash: -1 });
                self.used.set(self.used.get() - 1);
                Ok(true)
            }
        }
    }
    /// Removes a key; false if it was not there.
    pub fn discard(&self, vm: &Vm, key: Value) -> PyResult<bool> {
        let hash = vm.hash_key(key, "a set element")?;
        self.discard_hashed(vm, key, hash)
    }
    /// Removes and returns some key.
    pub fn pop(&self) -> Option<Value> {
        if self.is_empty() {
            return None;
        }
        let t = self.table.get();
        let mut i = self.finger.get() & t.mask;
        while !t.entry(i).is_active() {
            i = if i == t.mask { 0 } else { i + 1 };
        }
        let key = t.entry(i).key;
        t.put(i, SetEntry { key: DUMMY, hash: -1 });
        self.used.set(self.used.get() - 1);
        self.finger.set(i + 1);
        Some(key)
    }
    /// Removes all.
    pub fn clear(&self, vm: &Vm) -> PyResult<()> {
        let t = SetTable::try_new(vm, MIN_SIZE).ok_or_else(|| vm.memory_error())?;
        self.table.set(self, t);
        self.used.set(0);
        self.fill.set(0);
        self.finger.set(0);
        Ok(())
    }
    fn resize_for_growth(&self, vm: &Vm) -> PyResult<()> {
        let used = self.used.get();
        self.resize(vm, if used > 50000 { used * 2 } else { used * 4 })
    }
    /// As after a bulk removal: drops dummies when they are more than a quarter of the table.
    fn drop_dummies(&self, vm: &Vm) -> PyResult<()> {
        if self.fill.get() - self.used.get() <= self.table.get().mask / 4 {
            return Ok(());
        }
        self.resize_for_growth(vm)
    }
    /// Moves all keys to a fresh table of more than `min_used` places.
    fn resize(&self, vm: &Vm, min_used: usize) -> PyResult<()> {
        let mut size = MIN_SIZE;
        while size <= min_used {
            size = size.checked_mul(2).ok_or_else(|| vm.memory_error())?;
        }
        let new = SetTable::try_new(vm, size).ok_or_else(|| vm.memory_error())?;
        new.insert_all(&self.table.get());
        self.fill.set(self.used.get());
        let old = self.table.get();
        self.table.set(self, new);
        vm.heap.retire(old.header_ptr());
        Ok(())
    }
    /// Adds all keys of `other`.
    pub fn merge(&self, vm: &Vm, other: Gc<Set>) -> PyResult<()> {
        if other == Gc::of(self) || other.is_empty() {
            return Ok(());
        }
        if (self.fill.get() + other.len()) * 5 >= self.table.get().mask * 3 {
            self.resize(vm, (self.len() + other.len()) * 2)?;
        }
        let (mine, theirs) = (self.table.get(), other.table.get());
        if self.fill.get() == 0 {
            if mine.mask == theirs.mask && other.fill.get() == other.len() {
                // SAFETY: tables of one size.
                unsafe {
                    let to = mine.data.as_ptr() as *mut SetEntry;
                    std::ptr::copy_nonoverlapping(theirs.data.as_ptr(), to, mine.mask + 1);
                }
                barrier(mine.header());
            } else {
                mine.insert_all(&theirs);
            }
            self.fill.set(other.len());
            self.used.set(other.len());
            return Ok(());
        }
        // Comparing keys may run code that changes `other`: look at its table afresh each time.
        let mut pos = 0;
        while let Some(e) = other.next(&mut pos) {
            self.add_hashed(vm, e.key, e.hash)?;
        }
        Ok(())
    }
    /// Exchanges contents with another set.
    pub fn swap(&self, other: Gc<Set>) {
        self.used.swap(&other.used);
        self.fill.swap(&other.fill);
        self.finger.swap(&other.finger);
        self.hash.swap(&other.hash);
        let (a, b) = (self.table.get(), other.table.get());
        self.table.set(self, b);
        other.table.set(other, a);
    }
    /// The hash of a frozenset with these items.
    pub fn frozen_hash(&self) -> i64 {
        if self.hash.get() == -1 {
            self.hash.set(self.compute_hash());
        }
        self.hash.get()
    }
    /// The hash that a frozenset of the same items has.
    pub fn compute_hash(&self) -> i64 {
        let shuffle = |h: u64| ((h ^ 89869747) ^ (h << 16)).wrapping_mul(3644798167);
        let mut h = 0u64;
        let t = self.table.get();
        for e in t.entries() {
            h ^= shuffle(e.hash as u64);
        }
        if (t.mask + 1 - self.fill.get()) & 1 == 1 {
            h ^= shuffle(0);
        }
        if (self.fill.get() - self.used.get()) & 1 == 1 {
            h ^= shuffle(u64::MAX);
        }
        h ^= (self.used.get() as u64 + 1).wrapping_mul(1927868237);
        h ^= (h >> 11) ^ (h >> 25);
        h = h.wrapping_mul(69069).wrapping_add(907133923);
        if h == u64::MAX {
            h = 590923713;
        }
        h as i64
    }
}

impl Vm {
    /// A new empty instance of `ty`: `set`, `frozenset` or a subclass.
    pub fn new_set_of(&self, ty: Gc<Type>) -> Gc<Set> {
        let table = SetTable::try_new(self, MIN_SIZE).expect("a small table");
        let p = self.alloc_instance_raw(ty, size_of::<Set>());
        // SAFETY: a fresh cell of that size.
        unsafe {
            let header = p.read();
            p.cast::<Set>().write(Set {
                header,
                used: Cell::new(0),
                fill: Cell::new(0),
                finger: Cell::new(0),
                table: Slot::new(table),
                hash: Cell::new(-1),
            });
            Gc::from_header(p)
        }
    }
    /// A new empty `set`.
    pub fn new_set(&self) -> Gc<Set> {
        self.new_set_of(self.types.set)
    }
    /// A new `set` of these items.
    pub fn new_set_from(&self, items: &[Value]) -> PyResult<Gc<Set>> {
        let s = self.new_set();
        for &v in items {
            s.add(self, v)?;
        }
        Ok(s)
    }
    /// A new `frozenset` of these items.
    pub fn new_frozenset_from(&self, items: &[Value]) -> PyResult<Gc<Set>> {
        let s = self.new_set_of(self.types.frozenset);
        for &v in items {
            s.add(self, v)?;
        }
        Ok(s)
    }
    /// Adds all items of an iterable (`set.update` with one argument).
    pub fn set_update(&self, s: Gc<Set>, v: Value) -> PyResult<()> {
        if let Some(other) = v.cast::<Set>() {
            return s.merge(self, other);
        }
        if self.is_exact(v, shape_ids::dict)
            && let Some(d) = v.cast::<crate::objects::dict::Dict>()
        {
            if (s.fill.get() + d.len()) * 5 >= s.table.get().mask * 3 {
                s.resize(self, (s.len() + d.len()) * 2)?;
            }
            let mut pos = 0;
            while let Some(e) = d.next_entry(&mut pos) {
                s.add_hashed(self, e.key, e.hash)?;
            }
            return Ok(());
        }
        self.for_each(v, |x| s.add(self, x).map(|_| true))
    }
    /// `hash(key)` for a container; an unhashable type is reported as CPython's containers do: `what` is
    /// `a dict key` or `a set element`.
    #[inline(always)]
    pub fn hash_key(&self, key: Value, what: &str) -> PyResult<i64> {
        if key.is_int() {
            return Ok(crate::objects::int::compare::hash_i64(key.as_int()));
        }
        if let Some(s) = self.exact_str(key)
            && s.cached_hash() != 0
        {
            return Ok(s.cached_hash());
        }
        self.hash_key_slow(key, what)
    }
    #[inline(never)]
    fn hash_key_slow(&self, key: Value, what: &str) -> PyResult<i64> {
        self.hash(key).map_err(|e| self.unhashable(key, what, e))
    }
    #[cold]
    fn unhashable(&self, key: Value, what: &str, e: crate::Raised) -> crate::Raised {
        if self.class_of(e.value()) != self.types.TypeError {
            return e;
        }
        match self.str(e.value()) {
            Ok(text) => {
                let name = self.qualified_type_name(key);
                let new = self.type_error(format!("cannot use '{name}' as {what} ({})", *text));
                new.0.traceback.set(new.0, e.0.traceback.get());
                new
            }
            Err(_) => e,
        }
    }
}

/// `set`
pub static DEF: TypeDef = TypeDef {
    name: "set",
    kind: crate::kinds::SET,
    size: size_of::<Set>(),
    flags: flag::IMMUTABLE | flag::BASETYPE | flag::MATCH_SELF | flag::WEAKREF,
    slots: methods::SET_SLOTS,
    methods: methods::SET_METHODS,
    doc: methods::SET_DOC,
    ..TypeDef::EMPTY
};
/// `frozenset`
pub static FROZEN: TypeDef = TypeDef {
    name: "frozenset",
    kind: crate::kinds::SET,
    size: size_of::<Set>(),
    flags: flag::IMMUTABLE | flag::BASETYPE | flag::MATCH_SELF | flag::WEAKREF,
    slots: methods::FROZEN_SLOTS,
    methods: methods::FROZEN_METHODS,
    doc: methods::FROZEN_DOC,
    ..TypeDef::EMPTY
};
