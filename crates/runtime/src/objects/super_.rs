//! `super`: attribute lookup that starts behind a class in the MRO of an object's type.
//!
//! `super().name` does not make the object: the interpreter calls [`Vm::super_getattr`].

use crate::kinds::Trace;
use crate::objects::cell::PyCell;
use crate::objects::str::Str;
use crate::objects::typ::Type;
use crate::vm::Vm;
use crate::vm::args::Args;
use crate::vm::error::PyResult;
use crate::vm::slots::Slots;
use crate::vm::typedef::{TypeDef, flag};
use taipan_bytecode::flags as code_flags;
use taipan_heap::{Gc, Header, Slot, Tracer, Value};

/// A `super` object.
#[repr(C)]
pub struct Super {
    header: Header,
    /// `__thisclass__`: the class to start behind; unbound before `__init__`.
    class: Slot<Value>,
    /// `__self__`, or unbound.
    obj: Slot<Value>,
    /// `__self_class__`: the type whose MRO is searched, or unbound.
    obj_type: Slot<Value>,
}

impl Trace for Super {
    fn trace(&self, t: &mut Tracer) {
        t.slot(&self.class);
        t.slot(&self.obj);
        t.slot(&self.obj_type);
    }
}

/// Number of answers that are kept.
pub const SUPER_CACHE: usize = 64;

/// What a search behind a class found. As in the method cache (`vm/lookup.rs`) the version names one state of the type
/// whose MRO was searched, and with it of all that the MRO sees: the entry needs no tracing.
#[derive(Clone, Copy)]
pub struct SuperEntry {
    version: u32,
    class: usize,
    name: usize,
    found: Value,
}

impl SuperEntry {
    /// No answer.
    pub const NONE: SuperEntry = SuperEntry { version: 0, class: 0, name: 0, found: Value::UNBOUND };
}

fn this(v: Value) -> Gc<Super> {
    v.cast().expect("methods of super objects get super objects")
}

/// The type whose MRO `super(class, obj)` searches.
fn check(vm: &Vm, class: Gc<Type>, obj: Value) -> PyResult<Gc<Type>> {
    if let Some(t) = obj.cast::<Type>()
        && t.is_subtype(class)
    {
        return Ok(t);
    }
    let t = vm.class_of(obj);
    if t.is_subtype(class) {
        return Ok(t);
    }
    if let Some(said) = vm.get_attr_opt(obj, vm.names.__class__)?
        && let Some(said) = said.cast::<Type>()
        && said != t
        && said.is_subtype(class)
    {
        return Ok(said);
    }
    let what = match obj.cast::<Type>() {
        Some(o) => format!("type {}", o.name_str()),
        None => format!("instance of {}", t.name_str()),
    };
    Err(vm.type_error(format!(
        "super(type, obj): obj ({what}) is not an instance or subtype of type ({}).",
        class.name_str()
    )))
}

impl Vm {
    /// What `super(class, obj).name` finds behind `class`, unbound.
    fn super_find(&self, start: Gc<Type>, class: Value, name: Gc<Str>) -> Option<Value> {
        let key = if name.is_interned() { self.type_version(start) } else { 0 };
        let (class_at, name_at) = (class.bits() as usize, name.as_ptr() as usize);
        let place = &self.super_cache[(class_at >> 4 ^ name_at >> 5 ^ key as usize) & (SUPER_CACHE - 1)];
        let known = place.get();
        if key != 0 && known.version == key && known.class == class_at && known.name == name_at {
            return known.found.bound();
        }
        let found = self.super_search(start, class, name);
        if key != 0 {
            let found = found.unwrap_or(Value::UNBOUND);
            place.set(SuperEntry { version: key, class: class_at, name: name_at, found });
        }
        found
    }
    fn super_search(&self, start: Gc<Type>, class: Value, name: Gc<Str>) -> Option<Value> {
        let mut behind = false;
        for t in start.mro_iter() {
            if behind && let Some(v) = t.dict.get().get_str(self, name) {
                return Some(v);
            }
            behind |= t.value() == class;
        }
        None
    }
    /// `super(class, obj).name` without making a super object.
    pub fn super_getattr(&self, class: Value, obj: Value, name: Gc<Str>) -> PyResult {
        match self.super_getmethod(class, obj, name)? {
            (f, false) => Ok(f),
            (f, true) => match self.class_of(f).slots.descr_get.get() {
                Some(get) => get(self, f, obj, self.class_of(obj).value()),
                None => Ok(f),
            },
        }
    }
    /// As [`Vm::super_getattr`] for a call: the callable, and whether `obj` is to be passed first.
    pub fn super_getmethod(&self, class: Value, obj: Value, name: Gc<Str>) -> PyResult<(Value, bool)> {
        let Some(c) = class.cast::<Type>() else {
            return Err(
                self.type_error(format!("super() argument 1 must be a type, not {}", self.type_name(class)))
            );
        };
        let start = check(self, c, obj)?;
        if name != self.names.__class__
            && let Some(f) = self.super_find(start, class, name)
        {
            let ft = self.class_of(f);
            let of_class = obj == start.value();
            if ft.has(flag::METHOD_DESCR) && !of_class {
                return Ok((f, true));
            }
            return match ft.slots.descr_get.get() {
                Some(get) => {
                    let instance = if of_class { Value::UNBOUND } else { obj };
                    Ok((get(self, f, instance, start.value())?, false))
                }
                None => Ok((f, false)),
            };
        }
        let s = make(self, self.types.super_, class, obj, start.value());
        Ok((crate::vm::attr::generic_get_attr(self, s.value(), name)?, false))
    }
}

fn make(vm: &Vm, ty: Gc<Type>, class: Value, obj: Value, obj_type: Value) -> Gc<Super> {
    vm.alloc_of(ty, |header| Super {
        header,
        class: Slot::new(class),
        obj: Slot::new(obj),
        obj_type: Slot::new(obj_type),
    })
}
fn new(vm: &Vm, ty: Gc<Type>, _: Args) -> PyResult {
    Ok(make(vm, ty, Value::UNBOUND, Value::UNBOUND, Value::UNBOUND).value())
}
/// Class and object of `super()` in the running Python frame.
fn from_frame(vm: &Vm) -> PyResult<(Value, Value)> {
    let no = |what: &str| Err(vm.runtime_error(format!("super(): {what}")));
    let Some(f) = vm.top_frame() else { return no("no current frame") };
    let code = f.code();
    let data = &code.data;
    if data.argcount == 0 || !code.has(code_flags::OPTIMIZED) {
        return no("no arguments");
    }
    let mut obj = f.reg(0);
    if data.cellregs.contains(&0)
        && let Some(c) = obj.cast::<PyCell>()
    {
        obj = c.content.get();
    }
    if obj.is_unbound() {
        return no("arg[0] deleted");
    }
    let Some(i) = data.freevars.iter().position(|n| &**n == "__class__") else {
        return no("__class__ cell not found");
    };
    let closure = f.function().closure.get().cast::<crate::objects::tuple::Tuple>();
    let class =
        closure.and_then(|t| t.items()[i].cast::<PyCell>()).map_or(Value::UNBOUND, |c| c.content.get());
    if class.is_unbound() {
        return no("empty __class__ cell");
    }
    if class.cast::<Type>().is_none() {
        return no(&format!("__class__ is not a type ({})", vm.type_name(class)));
    }
    Ok((class, obj))
}
fn init(vm: &Vm, v: Value, args: Args) -> PyResult<()> {
    args.no_keywords(vm, "super")?;
    crate::vm::args::check_positional(vm, "super", args.pos.len(), 0, 2)?;
    let s = this(v);
    let (class, obj) = match *args.pos {
        [] => from_frame(vm)?,
        [class] => (class, Value::NONE),
        [class, obj, ..] => (class, obj),
    };
    let Some(c) = class.cast::<Type>() else {
        return Err(vm.type_error(format!("super() argument 1 must be a type, not {}", vm.type_name(class))));
    };
    if obj.is_none() {
        s.obj.set(s, Value::UNBOUND);
        s.obj_type.set(s, Value::UNBOUND);
    } else {
        let t = check(vm, c, obj)?;
        s.obj.set(s, obj);
        s.obj_type.set(s, t.value());
    }
    s.class.set(s, class);
    Ok(())
}
fn getattro(vm: &Vm, v: Value, name: Gc<Str>) -> PyResult {
    let s = this(v);
    if let Some(start) = s.obj_type.get().cast::<Type>()
        && name.as_bytes() != b"__class__"
        && let Some(f) = vm.super_find(start, s.class.get(), name)
    {
        let obj = s.obj.get();
        return match vm.class_of(f).slots.descr_get.get() {
            Some(get) => {
                let instance = if obj == start.value() { Value::UNBOUND } else { obj };
                get(vm, f, instance, start.value())
            }
            None => Ok(f),
        };
    }
    crate::vm::attr::generic_get_attr(vm, v, name)
}
fn descr_get(vm: &Vm, v: Value, obj: Value, _: Value) -> PyResult {
    let s = this(v);
    if obj.is_unbound() || obj.is_none() || !s.obj.get().is_unbound() {
        return Ok(v);
    }
    let ty = vm.class_of(v);
    if ty != vm.types.super_ {
        return vm.call(ty.value(), &[s.class.get(), obj]);
    }
    let Some(c) = s.class.get().cast::<Type>() else {
        return Err(vm.runtime_error("super(): uninitialized super object"));
    };
    let t = check(vm, c, obj)?;
    Ok(make(vm, ty, c.value(), obj, t.value()).value())
}
fn repr(vm: &Vm, v: Value) -> PyResult {
    let s = this(v);
    let class = s.class.get().cast::<Type>().map_or_else(|| "NULL".to_owned(), |t| t.name_str());
    let text = match s.obj_type.get().cast::<Type>() {
        Some(t) => format!("<super: <class '{class}'>, <{} object>>", t.name_str()),
        None => format!("<super: <class '{class}'>, NULL>"),
    };
    Ok(vm.new_str(&text).value())
}

/// The type.
pub static DEF: TypeDef = TypeDef {
    name: "super",
    kind: crate::kinds::SUPER,
    size: size_of::<Super>(),
    flags: flag::IMMUTABLE | flag::BASETYPE,
    slots: Slots {
        new: Some(new),
        init: Some(init),
        getattro: Some(getattro),
        descr_get: Some(descr_get),
        repr: Some(repr),
        ..Slots::EMPTY
    },
    getset: &[
        crate::vm::typedef::member(
            "__thisclass__",
            |_, v| Ok(this(v).class.get().or_none()),
            "the class invoking super()",
        ),
        crate::vm::typedef::member(
            "__self__",
            |_, v| Ok(this(v).obj.get().or_none()),
            "the instance invoking super(); may be None",
        ),
        crate::vm::typedef::member(
            "__self_class__",
            |_, v| Ok(this(v).obj_type.get().or_none()),
            "the type of the instance invoking super(); may be None",
        ),
    ],
    doc: "super() -> same as super(__class__, <first argument>)\nsuper(type) -> unbound super object\nsuper(type, obj) -> bound super object; requires isinstance(obj, type)\nsuper(type, type2) -> bound super object; requires issubclass(type2, type)\nTypical use to call a cooperative superclass method:\nclass C(B):\n    def meth(self, arg):\n        super().meth(arg)\nThis works for class methods too:\nclass C(B):\n    @classmethod\n    def cmeth(cls, arg):\n        super().cmeth(arg)\n",
    ..TypeDef::EMPTY
};
