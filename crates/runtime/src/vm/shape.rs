//! Shapes (hidden classes): which attribute of an instance is in which slot.
//!
//! In: a class, and the names that its instances get, in order. Out: for a shape id and a name the [`Place`] of
//! the attribute, and for a new name the shape to change to.
//!
//! What must hold:
//! * a shape belongs to one class: equal shape ids of two objects imply equal classes (but two objects of one
//!   class may differ in shape);
//! * names are interned strings, which live as long as the VM, and are compared by address;
//! * a shape fixes the number of inline slots (`cap`) of the instances that have it; a class that outgrows its
//!   prediction gets a new root shape for later instances, and old instances keep theirs;
//! * shapes are never changed once made (only their lists of transitions grow), and ids are never used again;
//! * an instance whose `__dict__` was taken, or whose attributes are too many or were deleted out of order, has
//!   the *dict shape* of its class: its attributes are in the dict at `Instance::attrs`, and nothing about them
//!   follows from the shape.
//!
//! Therefore an inline cache for an instance attribute needs one compare of the shape id: see `vm/plan.rs`.

use crate::objects::str::Str;
use crate::objects::typ::Type;
use crate::vm::Vm;
use rustc_hash::FxHashMap as HashMap;
use std::cell::{Cell, OnceCell, RefCell, UnsafeCell};
use taipan_heap::{Gc, Header};

/// More attributes than this put an instance into dict mode.
pub const MAX_ATTRS: usize = 128;
/// More successors of one shape than this put further instances into dict mode.
const MAX_TRANSITIONS: usize = 64;
/// Predicted inline slots are bounded by this.
pub const MAX_INLINE: u32 = 48;
/// So many instances must outgrow their inline slots before the class predicts more.
const OVERFLOWS: u32 = 4;

/// Where an instance keeps its attributes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mode {
    /// Slots by shape.
    Slots,
    /// A dict at `Instance::attrs`.
    Dict,
}

/// Where one attribute of an instance is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Place {
    /// `Instance::slots()[i]`
    Inline(u32),
    /// Place `i` of the `ValueBuf` at `Instance::attrs`.
    Overflow(u32),
}

/// One hidden class.
pub struct Shape {
    /// The class, not traced: a shape id is only ever taken from a live instance or class.
    class: *mut Header,
    /// Of a root: the class's name, for reports, which may come when the class is no more.
    class_name: Box<str>,
    /// Where attributes are.
    pub mode: Mode,
    /// Inline slots of instances.
    pub cap: u32,
    /// Inline slots that `__slots__` members take, before the attributes.
    pub members: u32,
    /// Names of the attributes, in order of creation.
    keys: Box<[Gc<Str>]>,
    /// The shape without the last attribute.
    parent: u32,
    transitions: RefCell<Vec<(Gc<Str>, u32)>>,
    table: OnceCell<HashMap<usize, u32>>,
}

impl Shape {
    /// The class of all instances that have this shape.
    pub fn class(&self) -> Gc<Type> {
        // SAFETY: the caller has the shape from a live instance, which keeps its class alive.
        unsafe { Gc::from_header(self.class) }
    }
    /// Attribute names in order of creation.
    pub fn keys(&self) -> &[Gc<Str>] {
        &self.keys
    }
    /// The shape before the last attribute was added.
    pub fn parent(&self) -> u32 {
        self.parent
    }
    /// Number of the attribute `name` (interned).
    #[inline]
    pub fn find(&self, name: Gc<Str>) -> Option<usize> {
        if self.keys.len() <= 12 {
            return self.keys.iter().position(|&k| k == name);
        }
        let table = self.table.get_or_init(|| {
            self.keys.iter().enumerate().map(|(i, k)| (k.as_ptr() as usize, i as u32)).collect()
        });
        table.get(&(name.as_ptr() as usize)).map(|&i| i as usize)
    }
    /// Place of attribute number `i`.
    #[inline]
    pub fn place(&self, i: usize) -> Place {
        let at = self.members + i as u32;
        if at < self.cap { Place::Inline(at) } else { Place::Overflow(at - self.cap) }
    }
    /// Place of the attribute `name` (interned).
    #[inline]
    pub fn place_of(&self, name: Gc<Str>) -> Option<Place> {
        self.find(name).map(|i| self.place(i))
    }
}

/// All shapes of a VM, by id. Ids of types without attributes by shape have no entry.
pub struct Shapes {
    all: UnsafeCell<Vec<Option<Box<Shape>>>>,
    next: Cell<u32>,
}

impl Shapes {
    /// No shapes; the first id given out is `first`.
    pub fn new(first: u32) -> Shapes {
        Shapes { all: UnsafeCell::default(), next: Cell::new(first) }
    }
    /// An id without attributes by shape.
    pub fn opaque(&self) -> u32 {
        let id = self.next.get();
        self.next.set(id + 1);
        id
    }
    /// The shape of an id; `None` for objects without attributes by shape.
    #[inline]
    pub fn get(&self, id: u32) -> Option<&Shape> {
        // SAFETY: shapes are boxed and never freed, so the reference stays good when the vector grows; the
        // vector is not borrowed across calls.
        unsafe { (&*self.all.get()).get(id as usize)?.as_deref() }
    }
    /// Name of the class that objects of this shape have or had; `None` for objects without attributes by shape.
    pub fn class_name(&self, id: u32) -> Option<&str> {
        let mut s = self.get(id)?;
        while let Some(parent) = self.get(s.parent) {
            s = parent;
        }
        Some(&s.class_name)
    }
    fn add(&self, s: Shape) -> u32 {
        let id = self.opaque();
        // SAFETY: no reference into the vector itself is alive (see `get`).
        let all = unsafe { &mut *self.all.get() };
        if all.len() <= id as usize {
            all.resize_with(id as usize + 1, || None);
        }
        all[id as usize] = Some(Box::new(s));
        id
    }
    fn new_root(&self, class: Gc<Type>, mode: Mode, members: u32, cap: u32) -> u32 {
        self.add(Shape {
            class: class.header_ptr(),
            class_name: class.qualname.get().to_string().into(),
            mode,
            cap,
            members,
            keys: Box::default(),
            parent: 0,
            transitions: RefCell::default(),
            table: OnceCell::new(),
        })
    }
}

impl Vm {
    /// Gives a class of kind `INSTANCE` its root shape, for instances with `ty.inline` slots.
    pub(crate) fn set_root_shape(&self, ty: Gc<Type>) {
        let id = self.shapes.new_root(ty, Mode::Slots, ty.members.get(), ty.inline.get());
        ty.shape.set(id);
    }
    /// The dict shape of a class of kind `INSTANCE`.
    pub(crate) fn dict_shape(&self, ty: Gc<Type>) -> u32 {
        if ty.dict_shape.get() == 0 {
            ty.dict_shape.set(self.shapes.new_root(ty, Mode::Dict, ty.members.get(), ty.members.get()));
        }
        ty.dict_shape.get()
    }
    /// The shape of an instance of shape `id` after attribute `name` (interned, not there yet) was added;
    /// `None`: it must go to dict mode.
    pub fn shape_with(&self, id: u32, name: Gc<Str>) -> Option<u32> {
        let s = self.shapes.get(id)?;
        if let Some(&(_, next)) = s.transitions.borrow().iter().find(|&&(n, _)| n == name) {
            return Some(next);
        }
        if s.mode == Mode::Dict
            || s.keys.len() >= MAX_ATTRS
            || s.transitions.borrow().len() >= MAX_TRANSITIONS
        {
            return None;
        }
        let mut keys = s.keys.to_vec();
        keys.push(name);
        let next = self.shapes.add(Shape {
            class: s.class,
            class_name: Box::default(),
            mode: Mode::Slots,
            cap: s.cap,
            members: s.members,
            keys: keys.into(),
            parent: id,
            transitions: RefCell::default(),
            table: OnceCell::new(),
        });
        s.transitions.borrow_mut().push((name, next));
        Some(next)
    }
    /// An instance with `attrs` attributes outgrew its inline slots: perhaps later instances get more.
    pub(crate) fn note_overflow(&self, ty: Gc<Type>, attrs: usize) {
        let n = ty.overflows.get() + 1;
        ty.overflows.set(n);
        let wanted = ty.members.get() + attrs as u32;
        if n >= OVERFLOWS && wanted > ty.inline.get() && ty.inline.get() < MAX_INLINE {
            ty.overflows.set(0);
            ty.inline.set((wanted + wanted / 2).min(MAX_INLINE).max(ty.inline.get()));
            self.set_root_shape(ty);
        }
    }
}
