//! `dict`: layout and core operations of the insertion-ordered compact table.
//!
//! A [`DictKeys`] object holds an index (open addressing, CPython's probe sequence) and entries in insertion
//! order; deletion leaves a hole. Growing makes a new table. Lookups that may call Python (`__eq__`, `__hash__`)
//! start over when the table changed under them.

use crate::kinds::Trace;
use crate::objects::str::Str;
use crate::vm::Vm;
use crate::vm::error::PyResult;
use crate::vm::typedef::{TypeDef, flag};
use std::cell::Cell;
use taipan_heap::{Gc, Header, Slot, Tracer, Value, barrier};

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
}

/// The table of a dict.
#[repr(C)]
pub struct DictKeys {
    header: Header,
    /// Size of the index as a power of two.
    log2: u8,
    /// Entries written so far, holes included.
    fill: Cell<usize>,
    /// Room for entries.
    cap: usize,
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
    fn new(vm: &Vm, log2: u8) -> Gc<DictKeys> {
        let index = 1usize << log2;
        let cap = index * 2 / 3;
        let size = size_of::<DictKeys>() + index * 4 + cap * size_of::<Entry>();
        let p = vm.heap.alloc_raw(size, crate::kinds::DICT_KEYS, std::ptr::null_mut(), 0);
        // SAFETY: a fresh cell of that size.
        unsafe {
            let k = p.cast::<DictKeys>();
            (&raw mut (*k).log2).write(log2);
            (&raw mut (*k).fill).write(Cell::new(0));
            (&raw mut (*k).cap).write(cap);
            let k = Gc::from_ptr(k);
            std::ptr::write_bytes(k.index_ptr(), 0xFF, index);
            k
        }
    }
    fn mask(&self) -> usize {
        (1 << self.log2) - 1
    }
    fn index_ptr(&self) -> *mut u32 {
        // The index follows the entries, which need the larger alignment.
        // SAFETY: inside the object.
        unsafe { (self.data.as_ptr() as *mut u8).add(self.cap * size_of::<Entry>()).cast() }
    }
    #[inline(always)]
    fn index(&self, i: usize) -> u32 {
        debug_assert!(i <= self.mask());
        // SAFETY: masked.
        unsafe { *self.index_ptr().add(i) }
    }
    #[inline(always)]
    fn set_index(&self, i: usize, v: u32) {
        debug_assert!(i <= self.mask());
        // SAFETY: masked.
        unsafe { *self.index_ptr().add(i) = v }
    }
    #[inline(always)]
    fn entry_ptr(&self, i: usize) -> *mut Entry {
        // SAFETY: callers pass indices below the capacity.
        unsafe { (self.data.as_ptr() as *mut Entry).add(i) }
    }
    /// Entries written so far, holes included, in insertion order.
    #[inline(always)]
    pub fn entries(&self) -> &[Entry] {
        // SAFETY: `fill` entries are initialised.
        unsafe { std::slice::from_raw_parts(self.entry_ptr(0), self.fill.get()) }
    }
    /// Number of entries written, holes included.
    pub fn fill(&self) -> usize {
        self.fill.get()
    }
}

/// Where a lookup ended.
enum Found {
    /// At this entry, reached through this place of the index.
    At(usize, usize),
    /// Not there.
    Missing,
}

impl Dict {
    /// Number of items.
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
                EMPTY => return Ok(Found::Missing),
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
    fn find(&self, vm: &Vm, key: Value, hash: i64) -> PyResult<Found> {
        // Exact strings compare without calling Python as long as the table's keys are strings too.
        if let Some(s) = vm.exact_str(key) {
            let keys = self.keys.get();
            let mut odd = false;
            let found = Self::probe(keys, hash, |e| {
                Ok::<bool, ()>(
                    e.key == key
                        || match vm.exact_str(e.key) {
                            Some(k) => k.as_bytes() == s.as_bytes(),
                            None => {
                                odd = true;
                                false
                            }
                        },
                )
            });
            if !odd {
                return Ok(found.unwrap_or(Found::Missing));
            }
        }
        'again: loop {
            let keys = self.keys.get();
            let version = self.version.get();
            let mut changed = false;
            let r = Self::probe(keys, hash, |e| {
                if changed || e.key == key {
                    return Ok(true);
                }
                let same = vm.equal(e.key, key)?;
                changed = self.keys.get() != keys || self.version.get() != version;
                Ok(same || changed)
            })?;
            if changed {
                continue 'again;
            }
            return Ok(r);
        }
    }
    /// The value of `key`, if present. Calls `__hash__` and `__eq__`.
    pub fn get(&self, vm: &Vm, key: Value) -> PyResult<Option<Value>> {
        let hash = vm.hash(key)?;
        self.get_hashed(vm, key, hash)
    }
    /// As [`Dict::get`] with the hash known.
    pub fn get_hashed(&self, vm: &Vm, key: Value, hash: i64) -> PyResult<Option<Value>> {
        Ok(match self.find(vm, key, hash)? {
            Found::At(e, _) => Some(self.keys.get().entries()[e].value),
            Found::Missing => None,
        })
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
        let hash = vm.hash_str(key);
        let found = Self::probe(self.keys.get(), hash, |e| {
            Ok::<bool, ()>(
                e.key == key.value()
                    || e.key.cast::<Str>().is_some_and(|k| {
                        // Two different interned strings differ.
                        !(k.header().has(taipan_heap::flags::INTERNED)
                            && key.header().has(taipan_heap::flags::INTERNED))
                            && k.as_bytes() == key.as_bytes()
                    }),
            )
        });
        match found {
            Ok(Found::At(e, _)) => Some(e),
            _ => None,
        }
    }
    /// Sets an item whose key is an exact string.
    pub fn set_str(&self, vm: &Vm, key: Gc<Str>, value: Value) {
        match self.find_str(vm, key) {
            Some(e) => self.replace(vm, e, value),
            None => self.insert_new(vm, key.value(), vm.hash_str(key), value),
        }
    }
    /// Deletes an item whose key is an exact string; false if there is none.
    pub fn remove_str(&self, vm: &Vm, key: Gc<Str>) -> bool {
        let hash = vm.hash_str(key);
        let found = Self::probe(self.keys.get(), hash, |e| {
            Ok::<bool, ()>(
                e.key == key.value() || e.key.cast::<Str>().is_some_and(|k| k.as_bytes() == key.as_bytes()),
            )
        });
        if let Ok(Found::At(e, i)) = found {
            self.delete_at(vm, e, i);
            return true;
        }
        false
    }
    /// Sets an item.
    pub fn set(&self, vm: &Vm, key: Value, value: Value) -> PyResult<()> {
        let hash = vm.hash(key)?;
        self.set_hashed(vm, key, hash, value)
    }
    /// As [`Dict::set`] with the hash known.
    pub fn set_hashed(&self, vm: &Vm, key: Value, hash: i64, value: Value) -> PyResult<()> {
        match self.find(vm, key, hash)? {
            Found::At(e, _) => self.replace(vm, e, value),
            Found::Missing => self.insert_new(vm, key, hash, value),
        }
        Ok(())
    }
    /// Removes an item and returns its value.
    pub fn remove(&self, vm: &Vm, key: Value) -> PyResult<Option<Value>> {
        let hash = vm.hash(key)?;
        Ok(match self.find(vm, key, hash)? {
            Found::At(e, i) => {
                let v = self.keys.get().entries()[e].value;
                self.delete_at(vm, e, i);
                Some(v)
            }
            Found::Missing => None,
        })
    }
    /// Removes all items.
    pub fn clear(&self, vm: &Vm) {
        self.keys.set(self, DictKeys::new(vm, 3));
        self.used.set(0);
        self.touch(vm);
    }
    /// Replaces the value of entry `e`.
    pub fn replace(&self, vm: &Vm, e: usize, value: Value) {
        let keys = self.keys.get();
        assert!(e < keys.fill());
        // SAFETY: just checked.
        unsafe { (*keys.entry_ptr(e)).value = value };
        barrier(keys.header());
        self.touch(vm);
    }
    fn touch(&self, vm: &Vm) {
        self.version.set(vm.next_dict_version());
    }
    fn delete_at(&self, vm: &Vm, e: usize, place: usize) {
        let keys = self.keys.get();
        // SAFETY: `e` is an entry.
        unsafe {
            (*keys.entry_ptr(e)).key = Value::UNBOUND;
            (*keys.entry_ptr(e)).value = Value::UNBOUND;
        }
        keys.set_index(place, DUMMY);
        self.used.set(self.used.get() - 1);
        self.touch(vm);
    }
    fn insert_new(&self, vm: &Vm, key: Value, hash: i64, value: Value) {
        if self.keys.get().fill() == self.keys.get().cap {
            self.resize(vm, self.used.get() + 1);
        }
        let keys = self.keys.get();
        Self::append(keys, Entry { hash, key, value });
        self.used.set(self.used.get() + 1);
        self.touch(vm);
    }
    /// Adds an entry whose key is known to be absent to a table with room.
    fn append(keys: Gc<DictKeys>, entry: Entry) {
        let mask = keys.mask();
        let mut perturb = entry.hash as u64;
        let mut i = entry.hash as usize & mask;
        while keys.index(i) != EMPTY {
            perturb >>= 5;
            i = (i.wrapping_mul(5).wrapping_add(perturb as usize).wrapping_add(1)) & mask;
        }
        let e = keys.fill();
        keys.set_index(i, e as u32);
        // SAFETY: the table has room.
        unsafe { keys.entry_ptr(e).write(entry) };
        keys.fill.set(e + 1);
        barrier(keys.header());
    }
    /// Makes a new table with room for `n` items and some more.
    pub fn resize(&self, vm: &Vm, n: usize) {
        let mut log2 = 3;
        while (1usize << log2) * 2 / 3 < n + n / 2 + 1 {
            log2 += 1;
        }
        let new = DictKeys::new(vm, log2);
        for &e in self.keys.get().entries() {
            if !e.key.is_unbound() {
                Self::append(new, e);
            }
        }
        self.keys.set(self, new);
    }
    /// The next item at or after entry position `*pos`; advances it. Insertion during iteration is seen.
    pub fn next_entry(&self, pos: &mut usize) -> Option<Entry> {
        let keys = self.keys.get();
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

impl Vm {
    /// A new empty dict.
    pub fn new_dict(&self) -> Gc<Dict> {
        self.new_dict_of(self.types.dict)
    }
    /// A new empty instance of `ty`, which is `dict` or a subclass.
    pub fn new_dict_of(&self, ty: Gc<crate::objects::typ::Type>) -> Gc<Dict> {
        let keys = DictKeys::new(self, 3);
        let p = self.alloc_instance_raw(ty, size_of::<Dict>());
        // SAFETY: a fresh cell of that size.
        unsafe {
            let header = p.read();
            p.cast::<Dict>().write(Dict {
                header,
                used: Cell::new(0),
                keys: Slot::new(keys),
                version: Cell::new(0),
            });
            Gc::from_header(p)
        }
    }
}

/// The type.
pub static DEF: TypeDef = TypeDef {
    name: "dict",
    kind: crate::kinds::DICT,
    size: size_of::<Dict>(),
    flags: flag::IMMUTABLE | flag::BASETYPE | flag::MAPPING | flag::MATCH_SELF,
    ..TypeDef::EMPTY
};
