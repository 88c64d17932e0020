//! `dict`: layout and core operations of the insertion-ordered compact table.
//!
//! A [`DictKeys`] object holds entries in insertion order and, behind them, an index (open addressing, CPython's
//! probe sequence) whose places are one, two or four bytes wide. Deletion leaves a hole. Growing makes a new
//! table; empty dicts share one. Lookups that may call Python (`__eq__`) start over when the table changed under
//! them. Int and exact-string keys are compared without calls.
//!
//! Invariants: the index always has an empty place (`usable` counts down, also where `fill` goes back); every
//! change of the set of keys or of a value gives the dict a new version.

use crate::kinds::Trace;
use crate::objects::str::Str;
use crate::vm::Vm;
use crate::vm::error::{PyResult, Raised};
use crate::vm::typedef::{TypeDef, flag};
use std::cell::Cell;
use taipan_heap::{Gc, Header, Slot, Tracer, Value, barrier};

pub mod iter;
pub mod methods;
pub mod update;
pub mod views;

/// Only Python code (an `__eq__`) can tell whether a key is the one that is looked for.
#[derive(Clone, Copy, Debug)]
pub struct AskPython;

/// A `dict` (or an instance of a subclass).
#[repr(C)]
pub struct Dict {
    header: Header,
    /// Number of items.
    pub used: Cell<usize>,
    /// The table; never absent.
    pub keys: Slot<Gc<DictKeys>>,
    /// Changes whenever an item is inserted, deleted or replaced by another value.
    pub version: Cell<u64>,
    /// For the one field that some subclasses have (`defaultdict`'s factory); otherwise unbound.
    pub aux: Slot<Value>,
    /// Changes whenever the set of keys or the place of an entry does, not when a value is replaced. No two
    /// dicts that have keys share it: while it is the same, a cached address of an entry is right.
    pub layout: Cell<u64>,
    /// Compiled code relies on something of it: see `vm/watch.rs`.
    pub watched: Cell<bool>,
}

/// The table of a dict.
#[repr(C)]
pub struct DictKeys {
    header: Header,
    /// Size of the index as a power of two.
    log2: u8,
    /// Size of an index place in bytes as a power of two.
    width: u8,
    /// Room for entries.
    cap: u32,
    /// Entries written so far, holes included.
    fill: Cell<u32>,
    /// Insertions until the table must be rebuilt.
    usable: Cell<u32>,
    /// All entries before this one are holes.
    first: Cell<u32>,
    _pad: u32,
    data: [u64; 0],
}

/// One item. A hole has an unbound key.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct Entry {
    /// Hash of the key.
    pub hash: i64,
    /// Key, or unbound for a hole.
    pub key: Value,
    /// Value.
    pub value: Value,
}

const EMPTY: u32 = u32::MAX;
const DUMMY: u32 = u32::MAX - 1;

impl Trace for Dict {
    fn trace(&self, t: &mut Tracer) {
        t.gc(self.keys.get());
        t.slot(&self.aux);
    }
}
impl Trace for DictKeys {
    fn trace(&self, t: &mut Tracer) {
        for e in self.entries() {
            t.value(e.key);
            t.value(e.value);
        }
    }
}

impl DictKeys {
    fn try_new(vm: &Vm, log2: u8, cap: u32) -> Option<Gc<DictKeys>> {
        let index = 1usize << log2;
        let width = match log2 {
            0..=8 => 0u8,
            9..=16 => 1,
            17..=31 => 2,
            _ => return None,
        };
        let size = size_of::<DictKeys>() + (index << width) + cap as usize * size_of::<Entry>();
        let null = std::ptr::null_mut();
        let p = if size <= 2048 {
            vm.heap.alloc_raw(size, crate::kinds::DICT_KEYS, null, 0)
        } else {
            vm.heap.alloc_slow(size, crate::kinds::DICT_KEYS, null, 0)
        };
        if p.is_null() {
            return None;
        }
        // SAFETY: a fresh cell of that size; the header stays.
        unsafe {
            let k = p.cast::<DictKeys>();
            (&raw mut (*k).log2).write(log2);
            (&raw mut (*k).width).write(width);
            (&raw mut (*k).cap).write(cap);
            (&raw mut (*k).fill).write(Cell::new(0));
            (&raw mut (*k).usable).write(Cell::new(cap));
            (&raw mut (*k).first).write(Cell::new(0));
            let k = Gc::from_ptr(k);
            std::ptr::write_bytes(k.index_ptr(), 0xFF, index << width);
            Some(k)
        }
    }
    fn mask(&self) -> usize {
        (1 << self.log2) - 1
    }
    #[inline(always)]
    fn index_ptr(&self) -> *mut u8 {
        // The index follows the entries, which need the larger alignment.
        // SAFETY: inside the object.
        unsafe { (self.data.as_ptr() as *mut u8).add(self.cap as usize * size_of::<Entry>()) }
    }
    #[inline(always)]
    fn index(&self, i: usize) -> u32 {
        debug_assert!(i <= self.mask());
        let p = self.index_ptr();
        // SAFETY: masked. Narrow places are widened so that the two special values stay the largest.
        unsafe {
            match self.width {
                0 => match *p.add(i) {
                    b if b >= 0xFE => b as u32 | 0xFFFF_FF00,
                    b => b as u32,
                },
                1 => match *p.cast::<u16>().add(i) {
                    b if b >= 0xFFFE => b as u32 | 0xFFFF_0000,
                    b => b as u32,
                },
                _ => *p.cast::<u32>().add(i),
            }
        }
    }
    #[inline(always)]
    fn set_index(&self, i: usize, v: u32) {
        debug_assert!(i <= self.mask());
        let p = self.index_ptr();
        // SAFETY: masked.
        unsafe {
            match self.width {
                0 => *p.add(i) = v as u8,
                1 => *p.cast::<u16>().add(i) = v as u16,
                _ => *p.cast::<u32>().add(i) = v,
            }
        }
    }
    #[inline(always)]
    fn entry_ptr(&self, i: usize) -> *mut Entry {
        // SAFETY: callers pass indices below the capacity.
        unsafe { (self.data.as_ptr() as *mut Entry).add(i) }
    }
    /// Entries written so far, holes included, in insertion order. Not to be held across writes.
    #[inline(always)]
    pub fn entries(&self) -> &[Entry] {
        // SAFETY: `fill` entries are initialised.
        unsafe { std::slice::from_raw_parts(self.entry_ptr(0), self.fill.get() as usize) }
    }
    /// Number of entries written, holes included.
    #[inline(always)]
    pub fn fill(&self) -> usize {
        self.fill.get() as usize
    }
    /// Bytes of the table.
    pub fn byte_size(&self) -> usize {
        size_of::<DictKeys>() + ((1usize << self.log2) << self.width) + self.cap as usize * size_of::<Entry>()
    }
    /// The first empty place of the index for a hash.
    #[inline(always)]
    fn empty_place(&self, hash: i64) -> usize {
        let mask = self.mask();
        let mut perturb = hash as u64;
        let mut i = hash as usize & mask;
        while self.index(i) != EMPTY {
            perturb >>= 5;
            i = (i.wrapping_mul(5).wrapping_add(perturb as usize).wrapping_add(1)) & mask;
        }
        i
    }
    /// Adds the entries of another table that are no holes to this one, which is empty and has room for them.
    fn append_all(&self, from: &DictKeys, live: usize) {
        let entries = from.entries();
        assert!(self.fill.get() == 0 && live <= self.usable.get() as usize && live <= entries.len());
        // SAFETY: there is room for `live` entries.
        unsafe {
            if live == entries.len() {
                std::ptr::copy_nonoverlapping(entries.as_ptr(), self.entry_ptr(0), live);
            } else {
                let mut n = 0;
                for e in entries.iter().filter(|e| !e.key.is_unbound()).take(live) {
                    self.entry_ptr(n).write(*e);
                    n += 1;
                }
                assert!(n == live);
            }
        }
        self.fill.set(live as u32);
        self.usable.set(self.usable.get() - live as u32);
        for (e, entry) in self.entries().iter().enumerate() {
            self.set_index(self.empty_place(entry.hash), e as u32);
        }
        barrier(Gc::of(self).header());
    }
    /// Adds an entry whose key is known to be absent to a table with room.
    fn append(&self, entry: Entry) {
        self.append_at(entry, self.empty_place(entry.hash));
    }
    /// As [`DictKeys::append`], with the place of the index known.
    #[inline(always)]
    fn append_at(&self, entry: Entry, i: usize) {
        let e = self.fill.get();
        assert!(e < self.cap && self.usable.get() > 0);
        self.set_index(i, e);
        // SAFETY: the table has room.
        unsafe { self.entry_ptr(e as usize).write(entry) };
        self.fill.set(e + 1);
        self.usable.set(self.usable.get() - 1);
        barrier(Gc::of(self).header());
    }
}

/// Where a lookup ended.
enum Found {
    /// At this entry, reached through this place of the index.
    At(usize, usize),
    /// Not there; this is the first empty place of the index that the search came to.
    Missing(usize),
}

/// How an entry with the right hash relates to the key looked for.
enum Same {
    Yes,
    No,
    Ask,
}

impl Dict {
    /// Number of items.
    #[inline(always)]
    pub fn len(&self) -> usize {
        self.used.get()
    }
    /// Has it no items?
    pub fn is_empty(&self) -> bool {
        self.used.get() == 0
    }
    /// Calls `eq` for entries with the right hash, in probe order.
    #[inline(always)]
    fn probe<E>(
        keys: Gc<DictKeys>,
        hash: i64,
        mut eq: impl FnMut(&Entry) -> Result<bool, E>,
    ) -> Result<Found, E> {
        let mask = keys.mask();
        let mut perturb = hash as u64;
        let mut i = hash as usize & mask;
        loop {
            match keys.index(i) {
                EMPTY => return Ok(Found::Missing(i)),
                DUMMY => {}
                e => {
                    let entry = &keys.entries()[e as usize];
                    if entry.hash == hash && eq(entry)? {
                        return Ok(Found::At(e as usize, i));
                    }
                }
            }
            perturb >>= 5;
            i = (i.wrapping_mul(5).wrapping_add(perturb as usize).wrapping_add(1)) & mask;
        }
    }
    #[inline(always)]
    fn same(vm: &Vm, e: &Entry, key: Value) -> Same {
        if e.key == key {
            return Same::Yes;
        }
        if key.is_int() && e.key.is_int() {
            return Same::No;
        }
        if let (Some(a), Some(b)) = (vm.exact_str(e.key), vm.exact_str(key)) {
            return if same_str(a, b) { Same::Yes } else { Same::No };
        }
        Same::Ask
    }
    /// The entry of an int or an exact string, where the first place of the index leads to it and the key is the same
    /// object; `None` where more must be looked at.
    #[inline(always)]
    pub fn glance(&self, vm: &Vm, key: Value) -> Option<usize> {
        let hash = if key.is_int() {
            crate::objects::int::compare::hash_i64(key.as_int())
        } else {
            vm.hash_str(vm.exact_str(key)?)
        };
        let keys = self.keys.get();
        let e = keys.index(hash as usize & keys.mask());
        (e != EMPTY && e != DUMMY && keys.entries()[e as usize].key == key).then_some(e as usize)
    }
    /// The value of entry `e`.
    #[inline(always)]
    pub fn value_at(&self, e: usize) -> Value {
        self.keys.get().entries()[e].value
    }
    fn find(&self, vm: &Vm, key: Value, hash: i64) -> PyResult<Found> {
        'again: loop {
            let keys = self.keys.get();
            let mut changed = false;
            let r = Self::probe(keys, hash, |e| {
                match Self::same(vm, e, key) {
                    Same::Yes => return Ok(true),
                    Same::No => return Ok(false),
                    Same::Ask => {}
                }
                let (start, at) = (e.key, e as *const Entry);
                let same = vm.equal(start, key)?;
                // SAFETY: `keys` is alive on this stack; entries stay where they are.
                changed = self.keys.get() != keys || unsafe { (*at).key } != start;
                Ok::<bool, Raised>(same || changed)
            })?;
            if changed {
                continue 'again;
            }
            return Ok(r);
        }
    }
    /// The value of `key`, if present. Calls `__hash__` and `__eq__`.
    #[inline]
    pub fn get(&self, vm: &Vm, key: Value) -> PyResult<Option<Value>> {
        let hash = vm.hash_key(key, KEY)?;
        self.get_hashed(vm, key, hash)
    }
    /// As [`Dict::get`] with the hash known.
    #[inline]
    pub fn get_hashed(&self, vm: &Vm, key: Value, hash: i64) -> PyResult<Option<Value>> {
        Ok(match self.find(vm, key, hash)? {
            Found::At(e, _) => Some(self.keys.get().entries()[e].value),
            Found::Missing(_) => None,
        })
    }
    /// The value of `key`, whose hash calls no Python code; `Err` where only Python code can tell whether it is there.
    pub fn get_plain(&self, key: Value, hash: i64, vm: &Vm) -> Result<Option<Value>, AskPython> {
        let keys = self.keys.get();
        let found = Self::probe(keys, hash, |e| match Self::same(vm, e, key) {
            Same::Yes => Ok(true),
            Same::No => Ok(false),
            Same::Ask => Err(AskPython),
        })?;
        Ok(match found {
            Found::At(e, _) => Some(keys.entries()[e].value),
            Found::Missing(_) => None,
        })
    }
    /// Is `key` in it?
    pub fn contains(&self, vm: &Vm, key: Value) -> PyResult<bool> {
        let hash = vm.hash_key(key, KEY)?;
        Ok(matches!(self.find(vm, key, hash)?, Found::At(..)))
    }
    /// The value of an exact string key in a dict whose keys are exact strings (namespaces). Never calls Python
    /// for such dicts; other keys of the same hash are compared by identity only.
    #[inline]
    pub fn get_str(&self, vm: &Vm, key: Gc<Str>) -> Option<Value> {
        self.find_str(vm, key).map(|e| self.keys.get().entries()[e].value)
    }
    /// Index of the entry of an exact string key; see [`Dict::get_str`].
    #[inline]
    pub fn find_str(&self, vm: &Vm, key: Gc<Str>) -> Option<usize> {
        match self.place_str(vm, key) {
            Found::At(e, _) => Some(e),
            Found::Missing(_) => None,
        }
    }
    #[inline]
    fn place_str(&self, vm: &Vm, key: Gc<Str>) -> Found {
        let hash = vm.hash_str(key);
        let found: Result<Found, std::convert::Infallible> = Self::probe(self.keys.get(), hash, |e| {
            Ok(e.key == key.value() || e.key.cast::<Str>().is_some_and(|k| same_str(k, key)))
        });
        let Ok(found) = found;
        found
    }
    /// Sets an item whose key is an exact string.
    pub fn set_str(&self, vm: &Vm, key: Gc<Str>, value: Value) {
        match self.place_str(vm, key) {
            Found::At(e, _) => self.replace(vm, e, value),
            Found::Missing(i) => {
                if self.insert_at(vm, key.value(), vm.hash_str(key), value, i).is_err() {
                    out_of_memory();
                }
            }
        }
    }
    /// Deletes an item whose key is an exact string; false if there is none.
    pub fn remove_str(&self, vm: &Vm, key: Gc<Str>) -> bool {
        if let Found::At(e, i) = self.place_str(vm, key) {
            self.delete_at(vm, e, i);
            return true;
        }
        false
    }
    /// Sets an item.
    #[inline]
    pub fn set(&self, vm: &Vm, key: Value, value: Value) -> PyResult<()> {
        let hash = vm.hash_key(key, KEY)?;
        self.set_hashed(vm, key, hash, value)
    }
    /// As [`Dict::set`] with the hash known.
    #[inline]
    pub fn set_hashed(&self, vm: &Vm, key: Value, hash: i64, value: Value) -> PyResult<()> {
        match self.find(vm, key, hash)? {
            Found::At(e, _) => self.replace(vm, e, value),
            Found::Missing(i) => self.insert_at(vm, key, hash, value, i)?,
        }
        Ok(())
    }
    /// Adds one to the small int that `key` has, or sets it to one where the key is absent; false, with nothing done,
    /// where the value is anything else.
    pub fn count(&self, vm: &Vm, key: Value, hash: i64) -> PyResult<bool> {
        match self.find(vm, key, hash)? {
            Found::At(e, _) => {
                let old = self.keys.get().entries()[e].value;
                let new = if old.is_int() { Value::try_int(old.as_int() + 1) } else { None };
                let Some(new) = new else { return Ok(false) };
                self.replace(vm, e, new);
            }
            Found::Missing(i) => self.insert_at(vm, key, hash, Value::int(1), i)?,
        }
        Ok(true)
    }
    /// The value of `key`, which is inserted with `default` if it is absent.
    pub fn setdefault(&self, vm: &Vm, key: Value, default: Value) -> PyResult {
        let hash = vm.hash_key(key, KEY)?;
        match self.find(vm, key, hash)? {
            Found::At(e, _) => Ok(self.keys.get().entries()[e].value),
            Found::Missing(i) => {
                self.insert_at(vm, key, hash, default, i)?;
                Ok(default)
            }
        }
    }
    /// Removes an item and returns its value.
    pub fn remove(&self, vm: &Vm, key: Value) -> PyResult<Option<Value>> {
        let hash = vm.hash_key(key, KEY)?;
        self.remove_hashed(vm, key, hash)
    }
    /// As [`Dict::remove`] with the hash known.
    pub fn remove_hashed(&self, vm: &Vm, key: Value, hash: i64) -> PyResult<Option<Value>> {
        Ok(match self.find(vm, key, hash)? {
            Found::At(e, i) => {
                let v = self.keys.get().entries()[e].value;
                self.delete_at(vm, e, i);
                Some(v)
            }
            Found::Missing(_) => None,
        })
    }
    /// Removes and returns the last item.
    pub fn pop_last(&self, vm: &Vm) -> Option<Entry> {
        let keys = self.keys.get();
        let e = keys.entries().iter().rposition(|e| !e.key.is_unbound())?;
        let entry = keys.entries()[e];
        self.delete_at(vm, e, Self::place_of(keys, e));
        keys.fill.set(e as u32);
        keys.first.set(keys.first.get().min(e as u32));
        Some(entry)
    }
    /// Removes and returns the first item.
    pub fn pop_first(&self, vm: &Vm) -> Option<Entry> {
        let keys = self.keys.get();
        let mut pos = 0;
        let entry = self.next_entry(&mut pos)?;
        self.delete_at(vm, pos - 1, Self::place_of(keys, pos - 1));
        Some(entry)
    }
    /// Moves an item behind all others, or before them. `None` if there is no such key.
    pub fn move_to_end(&self, vm: &Vm, key: Value, last: bool) -> PyResult<Option<()>> {
        let hash = vm.hash_key(key, KEY)?;
        let Found::At(e, place) = self.find(vm, key, hash)? else { return Ok(None) };
        let entry = self.keys.get().entries()[e];
        if last {
            self.delete_at(vm, e, place);
            self.insert_new(vm, entry.key, entry.hash, entry.value)?;
            return Ok(Some(()));
        }
        let old = self.keys.get();
        let new = DictKeys::try_new(vm, old.log2, old.cap).ok_or_else(|| vm.memory_error())?;
        new.append(entry);
        for (i, &x) in old.entries().iter().enumerate() {
            if i != e && !x.key.is_unbound() {
                new.append(x);
            }
        }
        self.keys.set(self, new);
        self.touch(vm);
        if self.watched.get() {
            vm.watched_places_changed(self);
        }
        Ok(Some(()))
    }
    /// The place of the index that leads to entry `e`.
    fn place_of(keys: Gc<DictKeys>, e: usize) -> usize {
        let hash = keys.entries()[e].hash;
        let mask = keys.mask();
        let mut perturb = hash as u64;
        let mut i = hash as usize & mask;
        while keys.index(i) != e as u32 {
            perturb >>= 5;
            i = (i.wrapping_mul(5).wrapping_add(perturb as usize).wrapping_add(1)) & mask;
        }
        i
    }
    /// Removes all items.
    pub fn clear(&self, vm: &Vm) {
        self.keys.set(self, vm.empty_dict_keys());
        self.used.set(0);
        self.touch(vm);
        if self.watched.get() {
            vm.watched_dict_changed(self);
        }
    }
    /// Replaces the value of entry `e`.
    #[inline]
    pub fn replace(&self, vm: &Vm, e: usize, value: Value) {
        let keys = self.keys.get();
        assert!(e < keys.fill());
        // SAFETY: just checked.
        let old = unsafe {
            let place = &mut (*keys.entry_ptr(e)).value;
            if *place == value {
                return;
            }
            std::mem::replace(place, value)
        };
        barrier(keys.header());
        self.version.set(vm.next_dict_version());
        // Code relies on names that are bound to functions and classes only.
        if self.watched.get() && old.is_ptr() {
            vm.watched_name_changed(self, keys.entries()[e].key);
        }
    }
    #[inline(always)]
    fn touch(&self, vm: &Vm) {
        let v = vm.next_dict_version();
        self.version.set(v);
        self.layout.set(v);
    }
    /// Address of the value of entry `e`; see [`Dict::layout`] for how long it is right.
    pub fn value_address(&self, e: usize) -> *const Value {
        let keys = self.keys.get();
        assert!(e < keys.fill());
        // SAFETY: just checked.
        unsafe { &raw const (*keys.entry_ptr(e)).value }
    }
    fn delete_at(&self, vm: &Vm, e: usize, place: usize) {
        let keys = self.keys.get();
        assert!(e < keys.fill());
        let key = keys.entries()[e].key;
        // SAFETY: just checked.
        unsafe {
            (*keys.entry_ptr(e)).key = Value::UNBOUND;
            (*keys.entry_ptr(e)).value = Value::UNBOUND;
        }
        keys.set_index(place, DUMMY);
        if keys.first.get() == e as u32 {
            keys.first.set(e as u32 + 1);
        }
        self.used.set(self.used.get() - 1);
        self.touch(vm);
        if self.watched.get() {
            vm.watched_name_changed(self, key);
            vm.watched_places_changed(self);
        }
    }
    fn insert_new(&self, vm: &Vm, key: Value, hash: i64, value: Value) -> PyResult<()> {
        let place = self.keys.get().empty_place(hash);
        self.insert_at(vm, key, hash, value, place)
    }
    /// Adds an item whose key is absent; a search for it has just ended at this place of the index.
    #[inline]
    fn insert_at(&self, vm: &Vm, key: Value, hash: i64, value: Value, place: usize) -> PyResult<()> {
        if self.keys.get().usable.get() == 0 {
            // As CPython grows: three times the items in use.
            self.rebuild(vm, (self.used.get() * 3).max(8))?;
            self.keys.get().append(Entry { hash, key, value });
        } else {
            self.keys.get().append_at(Entry { hash, key, value }, place);
        }
        self.used.set(self.used.get() + 1);
        self.touch(vm);
        if self.watched.get() {
            vm.watched_name_changed(self, key);
        }
        Ok(())
    }
    /// Moves the items into a table whose index has at least `places` places.
    fn rebuild(&self, vm: &Vm, places: usize) -> PyResult<()> {
        let old = self.keys.get();
        self.rebuild_from(vm, old, places)?;
        // (The table that empty dicts share is small.)
        vm.heap.retire(old.header_ptr());
        Ok(())
    }
    /// Puts the items of a table, which may be another dict's, into a table of its own.
    fn rebuild_from(&self, vm: &Vm, from: Gc<DictKeys>, places: usize) -> PyResult<()> {
        let log2 = places.next_power_of_two().trailing_zeros().max(3) as u8;
        let cap = ((1u64 << log2) * 2 / 3) as u32;
        let live = from.entries().iter().filter(|e| !e.key.is_unbound()).count();
        let new = DictKeys::try_new(vm, log2, cap).ok_or_else(|| vm.memory_error())?;
        new.append_all(&from, live);
        self.keys.set(self, new);
        self.layout.set(vm.next_dict_version());
        if self.watched.get() {
            vm.watched_places_changed(self);
        }
        Ok(())
    }
    /// Makes room for `extra` more items (best effort).
    pub fn reserve(&self, vm: &Vm, extra: usize) {
        if extra > self.keys.get().usable.get() as usize {
            self.resize(vm, self.used.get() + extra);
        }
    }
    /// Makes room in a new dict for the `n` items of a display: exactly theirs, because small dicts that are written
    /// out are mostly records that do not grow.
    pub fn presize(&self, vm: &Vm, n: usize) {
        debug_assert!(self.is_empty());
        if (2..5).contains(&n) {
            if let Some(new) = DictKeys::try_new(vm, 3, n as u32) {
                self.keys.set(self, new);
                self.layout.set(vm.next_dict_version());
            }
        } else if n > 5 {
            self.reserve(vm, n);
        }
    }
    /// Makes a new table with room for `n` items.
    pub fn resize(&self, vm: &Vm, n: usize) {
        // Without memory for it the table stays as it is, and an insertion will report it.
        let _ = self.rebuild(vm, n.max(self.used.get()).saturating_mul(3).div_ceil(2) + 1);
    }
    /// Takes over the items of `other`; for a dict without items.
    pub fn copy_from(&self, vm: &Vm, other: Gc<Dict>) {
        debug_assert!(self.is_empty());
        let from = other.keys.get();
        if other.is_empty() {
            return;
        }
        if other.len() == from.fill() {
            let Some(new) = DictKeys::try_new(vm, from.log2, from.cap) else { out_of_memory() };
            // SAFETY: both tables have the same layout and room.
            unsafe {
                std::ptr::copy_nonoverlapping(from.entry_ptr(0), new.entry_ptr(0), from.fill());
                std::ptr::copy_nonoverlapping(
                    from.index_ptr(),
                    new.index_ptr(),
                    (from.mask() + 1) << from.width,
                );
            }
            new.fill.set(from.fill.get());
            new.usable.set(from.usable.get());
            barrier(new.header());
            self.keys.set(self, new);
        } else {
            let r = self.rebuild_from(vm, from, (other.len() * 3).div_ceil(2) + 1);
            if r.is_err() {
                out_of_memory();
            }
        }
        self.used.set(other.len());
        self.touch(vm);
        if self.watched.get() {
            vm.watched_dict_changed(self);
        }
    }
    /// The next item at or after entry position `*pos`; advances it. Insertion during iteration is seen.
    #[inline]
    pub fn next_entry(&self, pos: &mut usize) -> Option<Entry> {
        let keys = self.keys.get();
        if *pos == 0 {
            *pos = keys.first.get() as usize;
        }
        while *pos < keys.fill() {
            let e = keys.entries()[*pos];
            *pos += 1;
            if !e.key.is_unbound() {
                return Some(e);
            }
        }
        None
    }
}

/// What unhashable keys are reported as.
pub const KEY: &str = "a dict key";

#[inline(always)]
fn same_str(a: Gc<Str>, b: Gc<Str>) -> bool {
    use taipan_heap::flags::INTERNED;
    // Two different interned strings differ.
    !(a.header().has(INTERNED) && b.header().has(INTERNED)) && a.as_bytes() == b.as_bytes()
}

#[cold]
fn out_of_memory() -> ! {
    std::alloc::handle_alloc_error(std::alloc::Layout::new::<Entry>())
}

/// Adds a note to an exception just raised.
pub(crate) fn add_note(vm: &Vm, e: Raised, note: &str) {
    // An exception that takes no note goes without it.
    let _ = vm.call_method(e.value(), vm.intern("add_note"), &[vm.new_str(note).value()]);
}

impl Vm {
    /// A new empty dict.
    pub fn new_dict(&self) -> Gc<Dict> {
        self.new_dict_of(self.types.dict)
    }
    /// A new empty instance of `ty`, which is `dict` or a subclass.
    pub fn new_dict_of(&self, ty: Gc<crate::objects::typ::Type>) -> Gc<Dict> {
        let keys = self.empty_dict_keys();
        let p = self.alloc_instance_raw(ty, size_of::<Dict>());
        // SAFETY: a fresh cell of that size.
        unsafe {
            let header = p.read();
            p.cast::<Dict>().write(Dict {
                header,
                used: Cell::new(0),
                keys: Slot::new(keys),
                version: Cell::new(0),
                aux: Slot::new(Value::UNBOUND),
                layout: Cell::new(0),
                watched: Cell::new(false),
            });
            Gc::from_header(p)
        }
    }
    /// The table that all empty dicts share: no room for entries, so that the first insertion makes another.
    #[inline(always)]
    fn empty_dict_keys(&self) -> Gc<DictKeys> {
        match self.empty_keys.get() {
            Some(k) => k,
            None => {
                let k = DictKeys::try_new(self, 0, 0).unwrap_or_else(|| out_of_memory());
                self.empty_keys.set(Some(k));
                k
            }
        }
    }
}

/// The type.
pub static DEF: TypeDef = TypeDef {
    name: "dict",
    kind: crate::kinds::DICT,
    size: size_of::<Dict>(),
    flags: flag::IMMUTABLE | flag::BASETYPE | flag::MAPPING | flag::MATCH_SELF,
    slots: methods::SLOTS,
    methods: methods::METHODS,
    doc: methods::DOC,
    ..TypeDef::EMPTY
};
