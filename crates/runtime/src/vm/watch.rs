//! What compiled code relies on, and what happens when that changes.
//!
//! Compiled code takes names of namespaces and attributes of classes for constants. In place of checking each of them
//! it registers them here for its [`Watch`], one for each trace tree, and checks the watch's one word: at its entry,
//! and behind each call that may have run other code. Whoever changes what is watched *breaks* the watch: the word
//! is 0 from then on, for good, and the code is left at its next check. Nothing is searched for on the way: dicts say by
//! a flag that something of them is watched, classes are modified seldom.
//!
//! What must hold: a watch is broken before any code runs that could see the change; what is watched lives as long as
//! the code that relies on it. Keys are addresses, so that a dict or class that died can only break too much.
//!
//! What changes again and again is counted: [`Watches::changes`] tells a compiler to check it in the code instead.

use crate::objects::dict::Dict;
use crate::objects::function::Function;
use crate::objects::str::Str;
use crate::objects::typ::Type;
use crate::vm::{Vm, shape_ids};
use rustc_hash::FxHashMap;
use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};
use taipan_heap::{Gc, Value, flags};

/// Something that code may rely on.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Key(usize, usize);

/// Second halves of keys that are no names: those are addresses.
const PLACES: usize = 1;
const CLASS: usize = 2;
const FUNCTION: usize = 3;

impl Key {
    /// A name in a namespace, or that it is not there.
    pub fn name(d: Gc<Dict>, name: Gc<Str>) -> Key {
        Key(d.as_ptr() as usize, name.as_ptr() as usize)
    }
    /// Where the values of a dict are, and that their keys are there.
    pub fn places(d: Gc<Dict>) -> Key {
        Key(d.as_ptr() as usize, PLACES)
    }
    /// All that a lookup on a class finds.
    pub fn class(t: Gc<Type>) -> Key {
        Key(t.as_ptr() as usize, CLASS)
    }
    /// The code and the defaults of a function.
    pub fn function(f: Gc<Function>) -> Key {
        Key(f.as_ptr() as usize, FUNCTION)
    }
}

/// The word that code checks, and why it is no longer valid.
#[derive(Debug)]
pub struct Watch {
    valid: Cell<u64>,
    cause: RefCell<String>,
    world: Cell<bool>,
}

impl Watch {
    fn new() -> Rc<Watch> {
        Rc::new(Watch { valid: Cell::new(1), cause: RefCell::default(), world: Cell::new(false) })
    }
    /// Is it unbroken?
    #[inline(always)]
    pub fn is_valid(&self) -> bool {
        self.valid.get() != 0
    }
    /// Address of the word: 1 while the watch is unbroken, then 0. It is right while the watch lives.
    pub fn address(&self) -> u64 {
        self.valid.as_ptr() as u64
    }
    /// What changed.
    pub fn cause(&self) -> String {
        self.cause.borrow().clone()
    }
    /// Did all watches break, for a reason that has nothing to do with what this one was for?
    pub fn was_the_world(&self) -> bool {
        self.world.get()
    }
    fn break_it(&self, cause: &str) {
        if self.valid.replace(0) != 0 {
            *self.cause.borrow_mut() = cause.to_owned();
        }
    }
}

/// The watches of a VM.
#[derive(Default)]
pub struct Watches {
    all: RefCell<FxHashMap<Key, Vec<Weak<Watch>>>>,
    world: RefCell<Vec<Weak<Watch>>>,
    changes: RefCell<FxHashMap<Key, u32>>,
    broken: Cell<u64>,
}

impl Watches {
    /// A new watch; it breaks when all do.
    pub fn watch(&self) -> Rc<Watch> {
        let w = Watch::new();
        let mut world = self.world.borrow_mut();
        world.retain(|w| w.strong_count() > 0);
        world.push(Rc::downgrade(&w));
        w
    }
    /// `watch` breaks when `key` changes. Names and places: of a dict for which [`Dict::watched`] is set.
    pub fn add(&self, key: Key, watch: &Rc<Watch>) {
        let mut all = self.all.borrow_mut();
        let list = all.entry(key).or_default();
        list.retain(|w| w.strong_count() > 0);
        if !list.iter().any(|w| std::ptr::eq(w.as_ptr(), Rc::as_ptr(watch))) {
            list.push(Rc::downgrade(watch));
        }
    }
    /// How often this changed when something relied on it, or was said to vary.
    pub fn changes(&self, key: Key) -> u32 {
        self.changes.borrow().get(&key).copied().unwrap_or(0)
    }
    /// Says that code which cannot tell is going to change this: nothing may rely on it, now or later.
    pub fn varies(&self, key: Key, cause: impl FnOnce() -> String) {
        self.changed(key, cause);
        self.changes.borrow_mut().insert(key, u32::MAX);
    }
    /// Watches broken so far.
    pub fn broken(&self) -> u64 {
        self.broken.get()
    }
    fn changed(&self, key: Key, cause: impl FnOnce() -> String) {
        let Some(list) = self.all.borrow_mut().remove(&key) else { return };
        let mut cause = Some(cause);
        let mut text = String::new();
        for w in list.iter().filter_map(Weak::upgrade).filter(|w| w.is_valid()) {
            if let Some(cause) = cause.take() {
                text = cause();
            }
            w.break_it(&text);
            self.broken.set(self.broken.get() + 1);
        }
        if cause.is_none() {
            let mut changes = self.changes.borrow_mut();
            let n = changes.entry(key).or_default();
            *n = n.saturating_add(1);
        }
    }
    /// Breaks every watch: the world changed in a way that all compiled code must see.
    pub fn break_all(&self, cause: &str) {
        self.all.borrow_mut().clear();
        for w in self.world.take().iter().filter_map(Weak::upgrade).filter(|w| w.is_valid()) {
            w.world.set(true);
            w.break_it(cause);
            self.broken.set(self.broken.get() + 1);
        }
    }
}

impl Vm {
    /// The value of `key` in a watched dict is replaced, or the key comes or goes.
    #[cold]
    #[inline(never)]
    pub fn watched_name_changed(&self, d: &Dict, key: Value) {
        let at = std::ptr::from_ref(d) as usize;
        let Some(name) = key.cast::<Str>() else { return };
        if !self.is_exact(key, shape_ids::str) {
            // A str of a class of its own may equal any name.
            return self.watched_dict_changed(d);
        }
        let name = if name.header().has(flags::INTERNED) { name } else { self.intern_str(name) };
        self.watches.changed(Key(at, name.as_ptr() as usize), || format!("'{name}' was bound anew"));
    }
    /// The places of a watched dict's values changed.
    #[cold]
    #[inline(never)]
    pub fn watched_places_changed(&self, d: &Dict) {
        self.watches
            .changed(Key(std::ptr::from_ref(d) as usize, PLACES), || "a namespace changed".to_owned());
    }
    /// Anything in a watched dict changed.
    #[cold]
    #[inline(never)]
    pub fn watched_dict_changed(&self, d: &Dict) {
        let at = std::ptr::from_ref(d) as usize;
        let keys: Vec<Key> = self.watches.all.borrow().keys().copied().filter(|k| k.0 == at).collect();
        for key in keys {
            self.watches.changed(key, || "a namespace was cleared".to_owned());
        }
    }
    /// A function got other code or other defaults.
    pub(crate) fn watched_function_changed(&self, f: Gc<Function>) {
        self.watches.changed(Key::function(f), || format!("function '{}' was changed", f.qualname.get()));
    }
    /// A class changed.
    pub(crate) fn watched_class_changed(&self, t: Gc<Type>) {
        self.watches.changed(Key::class(t), || format!("class '{}' was changed", t.name.get()));
    }
}
