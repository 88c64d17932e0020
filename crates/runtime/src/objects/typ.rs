//! `type`: layout of type objects, and making those of builtin types from their definitions.
//!
//! Class statements, attribute lookup on types, `mro()` and the rest of the metatype are in `typ_*.rs`.

use crate::kinds::Trace;
use crate::objects::dict::Dict;
use crate::objects::native;
use crate::objects::str::Str;
use crate::objects::tuple::Tuple;
use crate::objects::weakref::WeakRef;
use crate::objects::{typ_attrs as attrs, typ_new};
use crate::vm::Vm;
use crate::vm::slots::{SlotCells, Slots};
use crate::vm::typedef::{TypeDef, flag};
use std::cell::{Cell, RefCell};
use taipan_heap::{Gc, GcVec, Header, Slot, Tracer, Value, barrier};

/// A type object.
#[repr(C)]
pub struct Type {
    header: Header,
    /// `__name__`
    pub name: Slot<Gc<Str>>,
    /// `__qualname__`
    pub qualname: Slot<Gc<Str>>,
    /// `__bases__` (a tuple)
    pub bases: Slot<Gc<Tuple>>,
    /// `__base__`: the base whose layout is extended.
    pub base: Slot<Option<Gc<Type>>>,
    /// `__mro__`
    pub mro: Slot<Gc<Tuple>>,
    /// Namespace.
    pub dict: Slot<Gc<Dict>>,
    /// Slots, inherited ones included.
    pub slots: SlotCells,
    /// See [`flag`].
    pub flags: Cell<u32>,
    /// Changes whenever an attribute lookup on this type may answer differently. 0: never cached.
    pub version: Cell<u32>,
    /// Kind of instances.
    pub kind: Cell<u8>,
    /// Bytes of the builtin part of instances.
    pub size: Cell<usize>,
    /// Slots behind the builtin part, for kinds other than `INSTANCE`: the instance dict first if `has_dict`,
    /// then `__slots__` members.
    pub extra: Cell<u32>,
    /// For kind `INSTANCE`: `__slots__` members, which come first among the inline slots.
    pub members: Cell<u32>,
    /// For kind `INSTANCE`: inline slots in all (members and predicted attributes).
    pub inline: Cell<u32>,
    /// Do instances have a `__dict__`?
    pub has_dict: Cell<bool>,
    /// Shape id of new instances.
    pub shape: Cell<u32>,
    /// Shape id of instances in dict mode; 0: none yet.
    pub dict_shape: Cell<u32>,
    /// Instances that outgrew their inline slots since the class last predicted more.
    pub overflows: Cell<u32>,
    /// A slot plan for instances was given out: see `Vm::renew_shapes`.
    pub planned: Cell<bool>,
    /// The definition of a builtin type.
    pub def: Cell<Option<&'static TypeDef>>,
    /// The definition that describes the instances' layout (of the nearest builtin base).
    pub layout_def: Cell<Option<&'static TypeDef>>,
    /// Direct subclasses: builtin ones themselves, Python classes through weak cells. See `Vm::subclasses`.
    pub subclasses: RefCell<GcVec>,
}

impl Trace for Type {
    fn trace(&self, t: &mut Tracer) {
        t.gc(self.name.get());
        t.gc(self.qualname.get());
        t.gc(self.bases.get());
        t.opt(self.base.get());
        t.gc(self.mro.get());
        t.gc(self.dict.get());
        t.opt(self.subclasses.borrow().buf());
    }
}

/// A dead type: laid out as a [`Type`], none of whose traced fields may be read.
#[repr(transparent)]
pub struct TypeTomb(Type);

impl Trace for TypeTomb {
    fn trace(&self, _: &mut Tracer) {}
}

impl Type {
    /// Classes of the MRO, this one first.
    pub fn mro_iter(&self) -> impl Iterator<Item = Gc<Type>> {
        let mro = self.mro.get();
        (0..mro.len()).map(move |i| {
            // SAFETY: MROs hold types only.
            unsafe { mro.items()[i].cast_unchecked::<Type>() }
        })
    }
    /// Has it this flag?
    #[inline(always)]
    pub fn has(&self, f: u32) -> bool {
        self.flags.get() & f != 0
    }
}

impl Type {
    /// Is it `other` or a subclass of it?
    #[inline]
    pub fn is_subtype(&self, other: Gc<Type>) -> bool {
        Gc::of(self) == other || self.mro_iter().any(|t| t == other)
    }
    /// The name for messages: `__name__`, with the module in front for types of native modules.
    /// The name without that of its module.
    pub fn short_name(&self) -> String {
        let name = self.name_str();
        name.rsplit('.').next().unwrap_or_default().to_owned()
    }
    /// The name as messages have it: builtin types' with their module.
    pub fn name_str(&self) -> String {
        match self.def.get() {
            Some(d) if d.module != "builtins" => format!("{}.{}", d.module, d.name),
            _ => self.name.get().to_string(),
        }
    }
}

impl Type {
    /// A type object without slots, subclasses and shape.
    #[allow(clippy::too_many_arguments)]
    pub(crate) fn from_parts(
        header: Header,
        name: Gc<Str>,
        qualname: Gc<Str>,
        bases: Gc<Tuple>,
        base: Gc<Type>,
        mro: Gc<Tuple>,
        dict: Gc<Dict>,
        flags: u32,
        kind: u8,
        size: usize,
    ) -> Type {
        Type {
            header,
            name: Slot::new(name),
            qualname: Slot::new(qualname),
            bases: Slot::new(bases),
            base: Slot::new(Some(base)),
            mro: Slot::new(mro),
            dict: Slot::new(dict),
            slots: SlotCells::new(Slots::EMPTY),
            flags: Cell::new(flags),
            version: Cell::new(0),
            kind: Cell::new(kind),
            size: Cell::new(size),
            extra: Cell::new(0),
            members: Cell::new(0),
            inline: Cell::new(0),
            has_dict: Cell::new(false),
            shape: Cell::new(0),
            dict_shape: Cell::new(0),
            overflows: Cell::new(0),
            planned: Cell::new(false),
            def: Cell::new(None),
            layout_def: Cell::new(None),
            subclasses: RefCell::default(),
        }
    }
}

impl Vm {
    /// The type of a builtin's definition, made on first use.
    pub fn type_of_def(&self, def: &'static TypeDef) -> Gc<Type> {
        if let Some(&t) = self.native_types.borrow().get(&(def as *const TypeDef as usize)) {
            return t;
        }
        self.heap.without_gc(|| {
            let t = self.make_builtin_type(def);
            self.finish_builtin_type(t);
            t
        })
    }

    fn make_builtin_type(&self, def: &'static TypeDef) -> Gc<Type> {
        let t = self.alloc_builtin_type(def, self.shapes.opaque());
        self.fill_builtin_type(t);
        if def.kind == crate::kinds::INSTANCE && t.has_dict.get() {
            self.set_root_shape(t);
        }
        t
    }

    /// Allocates the type object of `def` with everything that needs no other object; see
    /// [`Vm::fill_builtin_type`]. Bootstrap does so for all core types before it fills any.
    pub(crate) fn alloc_builtin_type(&self, def: &'static TypeDef, shape: u32) -> Gc<Type> {
        let metatype = self.type_type.get();
        let p =
            self.heap.alloc_raw(size_of::<Type>(), crate::kinds::TYPE, metatype, crate::vm::shape_ids::type_);
        // SAFETY: a fresh cell of that size. The pointers left null are written by `fill_builtin_type` before
        // anything reads them; no collection happens in between (bootstrap suspends them).
        let t: Gc<Type> = unsafe {
            std::ptr::write_bytes(
                (p as *mut u8).add(size_of::<Header>()),
                0,
                size_of::<Type>() - size_of::<Header>(),
            );
            let t = p.cast::<Type>();
            (&raw mut (*t).slots).write(SlotCells::new(def.slots));
            (&raw mut (*t).flags).write(Cell::new(def.flags));
            (&raw mut (*t).kind).write(Cell::new(def.kind));
            (&raw mut (*t).size).write(Cell::new(def.size));
            (&raw mut (*t).has_dict).write(Cell::new(def.flags & flag::HAS_DICT != 0));
            (&raw mut (*t).shape).write(Cell::new(shape));
            (&raw mut (*t).def).write(Cell::new(Some(def)));
            (&raw mut (*t).layout_def).write(Cell::new(Some(def)));
            (&raw mut (*t).subclasses).write(RefCell::default());
            let extra = def.kind != crate::kinds::INSTANCE && def.flags & flag::HAS_DICT != 0;
            (&raw mut (*t).extra).write(Cell::new(extra as u32));
            Gc::from_ptr(t)
        };
        self.native_types.borrow_mut().insert(def as *const TypeDef as usize, t);
        t
    }

    /// Fills in name, bases, MRO, an empty dict and inherited slots. Bases are filled first.
    pub(crate) fn fill_builtin_type(&self, t: Gc<Type>) {
        let def = t.def.get().expect("a builtin type");
        let base = match def.base {
            Some(b) => Some(self.type_of_def(b)),
            None if std::ptr::eq(def, &crate::objects::object::DEF) => None,
            None => Some(self.type_of_def(&crate::objects::object::DEF)),
        };
        let name = self.intern(def.name);
        t.name.set(t, name);
        t.qualname.set(t, name);
        t.dict.set(t, self.new_dict());
        t.base.set(t, base);
        let mut mro = GcVec::new();
        mro.push(&self.heap, t.value());
        let mut at = base;
        while let Some(b) = at {
            mro.push(&self.heap, b.value());
            at = b.base.get();
        }
        t.mro.set(t, self.new_tuple(&mro));
        t.bases.set(t, self.new_tuple(&mro[1..mro.len().min(2)]));
        if let Some(b) = base {
            t.slots.inherit(&b.slots);
            if def.slots.new.is_none() && b.base.get().is_none() {
                // Direct subtypes of `object` are created by Python code only where they say how.
                t.slots.new.set(None);
            }
            if b.has(flag::WEAKREF) {
                t.flags.set(t.flags.get() | flag::WEAKREF);
            }
            if b.has_dict.get() && !t.has_dict.get() {
                t.has_dict.set(true);
                t.extra.set(b.extra.get());
            }
            self.add_subclass(b, t);
        }
    }

    /// Fills the dict of a builtin type: slot wrappers, methods, attributes, `__doc__`.
    pub(crate) fn finish_builtin_type(&self, t: Gc<Type>) {
        let def = t.def.get().expect("a builtin type");
        let d = t.dict.get();
        // A method of a special method's name stands before the slot's wrapper.
        for m in def.methods {
            let f = native::new_method(self, t, m);
            d.set_str(self, self.intern(m.name), f);
        }
        native::add_slot_wrappers(self, t);
        // A type that makes plain instances leaves the method to `object`.
        let own_new = def.slots.new.is_some_and(|f| {
            t.base.get().is_none()
                || !std::ptr::fn_addr_eq(f, crate::objects::object::object_new as crate::vm::slots::New)
        });
        if own_new && d.get_str(self, self.names.__new__).is_none() {
            d.set_str(self, self.names.__new__, native::new_new(self, t));
        }
        let inherits_dict = t.base.get().is_some_and(|b| b.has_dict.get());
        if def.flags & flag::HAS_DICT != 0 && !inherits_dict {
            let f = native::new_getset(self, t, &crate::objects::object::DICT_ROW);
            d.set_str(self, self.names.__dict__, f);
        }
        for g in def.getset {
            let f = native::new_getset(self, t, g);
            d.set_str(self, self.intern(g.name), f);
        }
        if def.flags & flag::HAS_DICT != 0 && d.get_str(self, self.names.__dict__).is_none() {
            let f = native::new_getset(self, t, &crate::objects::object::DICT_ROW);
            d.set_str(self, self.names.__dict__, f);
        }
        for a in def.attrs {
            d.set_str(self, self.intern(a.name), (a.make)(self));
        }
        if d.get_str(self, self.names.__doc__).is_none() {
            let doc = native::doc_without_signature(def.doc);
            let doc = if doc.is_empty() { Value::NONE } else { self.new_str(doc).value() };
            d.set_str(self, self.names.__doc__, doc);
        }
        if def.slots.richcompare.is_some()
            && def.slots.hash.is_none()
            && d.get_str(self, self.names.__hash__).is_none()
        {
            // As CPython: defining equality without a hash makes instances unhashable.
            t.slots.hash.set(Some(crate::objects::object::hash_not_implemented));
            d.set_str(self, self.names.__hash__, Value::NONE);
        }
    }

    /// Records `t` as a direct subclass of `base`; Python classes through a weak cell.
    pub fn add_subclass(&self, base: Gc<Type>, t: Gc<Type>) {
        let entry = if t.has(flag::HEAP) {
            self.new_weak(self.types.weak_cell, t.value(), Value::NONE).value()
        } else {
            t.value()
        };
        // Cells of classes that died make room.
        let mut live = GcVec::new();
        for &v in base.subclasses.borrow().iter() {
            if v.cast::<WeakRef>().is_none_or(|w| w.target().is_some()) {
                live.push(&self.heap, v);
            }
        }
        live.push(&self.heap, entry);
        *base.subclasses.borrow_mut() = live;
        barrier(base.header());
    }
    /// Forgets `t` as a direct subclass of `base`.
    pub fn remove_subclass(&self, base: Gc<Type>, t: Gc<Type>) {
        let mut live = GcVec::new();
        for &v in base.subclasses.borrow().iter() {
            let keep = match v.cast::<WeakRef>() {
                Some(w) => w.target().is_some_and(|x| x != t.value()),
                None => v != t.value(),
            };
            if keep {
                live.push(&self.heap, v);
            }
        }
        *base.subclasses.borrow_mut() = live;
        barrier(base.header());
    }
}

/// The type.
pub static DEF: TypeDef = TypeDef {
    name: "type",
    kind: crate::kinds::TYPE,
    size: size_of::<Type>(),
    flags: flag::IMMUTABLE | flag::BASETYPE | flag::WEAKREF,
    slots: Slots {
        new: Some(typ_new::type_new),
        init: Some(typ_new::type_init),
        call: Some(typ_new::type_call),
        getattro: Some(attrs::type_getattro),
        setattro: Some(attrs::type_setattro),
        repr: Some(attrs::repr),
        or: Some(crate::objects::union::union_or),
        ..Slots::EMPTY
    },
    methods: attrs::METHODS,
    getset: attrs::GETSET,
    doc: "type(object) -> the object's type\ntype(name, bases, dict, **kwds) -> a new type",
    ..TypeDef::EMPTY
};
