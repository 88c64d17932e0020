//! `member_descriptor` (what `__slots__` makes) and `property`.

use crate::kinds::Trace;
use crate::objects::function::Function;
use crate::objects::instance::member_slot;
use crate::objects::native_types::row;
use crate::objects::str::Str;
use crate::objects::typ::Type;
use crate::vm::Vm;
use crate::vm::args::Args;
use crate::vm::error::PyResult;
use crate::vm::slots::Slots;
use crate::vm::typedef::{TypeDef, flag, getset, member, method, readonly};
use std::cell::Cell;
use taipan_heap::{Gc, Header, Slot, Tracer, Value};

/// One `__slots__` member of a class.
#[repr(C)]
pub struct Member {
    header: Header,
    /// The class that declares it.
    pub owner: Slot<Gc<Type>>,
    /// Its name as in the class's namespace (mangled).
    pub name: Slot<Gc<Str>>,
    /// Its number among the members of the layout.
    pub index: u32,
}

impl Trace for Member {
    fn trace(&self, t: &mut Tracer) {
        t.gc(self.owner.get());
        t.gc(self.name.get());
    }
}

impl Vm {
    /// The descriptor of member number `index` of instances of `owner`.
    pub fn new_member(&self, owner: Gc<Type>, name: Gc<Str>, index: u32) -> Value {
        self.alloc_of(self.types.member_descriptor, |header| Member {
            header,
            owner: Slot::new(owner),
            name: Slot::new(name),
            index,
        })
        .value()
    }
}

/// Class and name of a member: of a Python class's slot, or of a builtin type's row.
fn parts(vm: &Vm, v: Value) -> (Gc<Type>, Gc<Str>) {
    match v.cast::<Member>() {
        Some(m) => (m.owner.get(), m.name.get()),
        None => {
            let (t, name, _) = row::parts(v).expect("attributes of member descriptors get such");
            (t, vm.intern(name))
        }
    }
}
fn place(vm: &Vm, m: Gc<Member>, obj: Value) -> PyResult<&Slot<Value>> {
    let owner = m.owner.get();
    if obj.is_ptr() && vm.class_of(obj).is_subtype(owner) {
        // SAFETY: a live object.
        if let Some(s) = member_slot(unsafe { &*obj.as_header() }, m.index as usize) {
            return Ok(s);
        }
    }
    Err(vm.type_error(format!(
        "descriptor '{}' for '{}' objects doesn't apply to a '{}' object",
        *m.name.get(),
        owner.name_str(),
        vm.type_name(obj)
    )))
}
fn member_get(vm: &Vm, d: Value, obj: Value, _: Value) -> PyResult {
    if obj.is_unbound() {
        return Ok(d);
    }
    let Some(m) = d.cast::<Member>() else { return row::get(vm, d, obj) };
    match place(vm, m, obj)?.get().bound() {
        Some(v) => Ok(v),
        None => {
            let ty = vm.qualified_type_name(obj);
            let text = format!("'{ty}' object has no attribute '{}'", *m.name.get());
            Err(vm.attribute_error_for(&text, obj, m.name.get().value()))
        }
    }
}
fn member_set(vm: &Vm, d: Value, obj: Value, value: Value) -> PyResult<()> {
    let Some(m) = d.cast::<Member>() else { return row::set(vm, d, obj, value) };
    let s = place(vm, m, obj)?;
    if value.is_unbound() && s.get().is_unbound() {
        return Err(vm.attribute_error(m.name.get().to_string()));
    }
    // SAFETY: `place` found the object to be a live one.
    s.set(unsafe { &*obj.as_header() }, value);
    Ok(())
}
fn member_repr(vm: &Vm, v: Value) -> PyResult {
    let (owner, name) = parts(vm, v);
    Ok(vm.new_str(&format!("<member '{}' of '{}' objects>", *name, owner.name_str())).value())
}
fn member_qualname(vm: &Vm, v: Value) -> PyResult {
    let (owner, name) = parts(vm, v);
    Ok(vm.new_str(&format!("{}.{}", owner.qualname.get(), *name)).value())
}
fn member_doc(vm: &Vm, v: Value) -> PyResult {
    Ok(match row::parts(v) {
        Some((_, _, doc)) if !doc.is_empty() => vm.new_str(doc).value(),
        _ => Value::NONE,
    })
}
fn member_reduce(vm: &Vm, a: &[Value]) -> PyResult {
    let (owner, name) = parts(vm, a[0]);
    crate::objects::native_types::reduce_to_getattr(vm, owner.value(), &name.to_string())
}

/// `member_descriptor`
pub static MEMBER_DESCRIPTOR: TypeDef = TypeDef {
    name: "member_descriptor",
    kind: crate::kinds::MEMBER,
    size: size_of::<Member>(),
    flags: flag::IMMUTABLE | flag::NO_NEW,
    slots: Slots {
        repr: Some(member_repr),
        descr_get: Some(member_get),
        descr_set: Some(member_set),
        ..Slots::EMPTY
    },
    methods: &[method("__reduce__", "($self, /)", member_reduce, "")],
    getset: &[
        readonly("__objclass__", |vm, v| Ok(parts(vm, v).0.value()), ""),
        readonly("__name__", |vm, v| Ok(parts(vm, v).1.value()), ""),
        readonly("__qualname__", member_qualname, ""),
        readonly("__doc__", member_doc, ""),
    ],
    ..TypeDef::EMPTY
};

/// A `property`.
#[repr(C)]
pub struct Property {
    header: Header,
    /// `fget`, or `None`.
    pub getter: Slot<Value>,
    /// `fset`, or `None`.
    pub setter: Slot<Value>,
    /// `fdel`, or `None`.
    pub deleter: Slot<Value>,
    /// `__doc__`, or unbound/None.
    pub doc: Slot<Value>,
    /// What `__set_name__` or an assignment said; unbound: ask the getter.
    pub name: Slot<Value>,
    /// The documentation is the getter's.
    getter_doc: Cell<bool>,
}

impl Trace for Property {
    fn trace(&self, t: &mut Tracer) {
        t.slot(&self.getter);
        t.slot(&self.setter);
        t.slot(&self.deleter);
        t.slot(&self.doc);
        t.slot(&self.name);
    }
}

fn property(v: Value) -> Gc<Property> {
    v.cast().expect("attributes of properties get properties")
}
fn property_new(vm: &Vm, ty: Gc<Type>, _: Args) -> PyResult {
    let none = || Slot::new(Value::NONE);
    let p = vm.alloc_of(ty, |header| Property {
        header,
        getter: none(),
        setter: none(),
        deleter: none(),
        doc: none(),
        name: Slot::new(Value::UNBOUND),
        getter_doc: Cell::new(false),
    });
    Ok(p.value())
}
fn property_init(vm: &Vm, v: Value, args: Args) -> PyResult<()> {
    let [get, set, del, doc] = args.bind(vm, "property", "(fget=None, fset=None, fdel=None, doc=None)")?;
    let p = property(v);
    let (get, doc) = (get.or_none(), doc.or_none());
    p.getter.set(p, get);
    p.setter.set(p, set.or_none());
    p.deleter.set(p, del.or_none());
    p.doc.set(p, Value::NONE);
    p.name.set(p, Value::UNBOUND);
    p.getter_doc.set(false);
    let exact = std::ptr::eq(vm.class_of(v).as_ptr(), vm.types.property.as_ptr());
    if doc.is_none() && exact && get.cast::<Function>().is_some_and(|f| f.doc.get().is_unbound()) {
        // The docstring of a function that nobody asked for yet is not asked for here.
        p.doc.set(p, Value::UNBOUND);
        p.getter_doc.set(true);
        return Ok(());
    }
    let mut found = doc;
    if doc.is_none()
        && !get.is_none()
        && let Some(d) = vm.get_attr_opt(get, vm.names.__doc__)?
        && !d.is_none()
    {
        found = d;
        p.getter_doc.set(true);
    }
    if exact {
        p.doc.set(p, found);
    } else if !found.is_none() || p.getter_doc.get() {
        // Instances of subclasses keep it in their own namespace, where `__doc__` of the class does not hide it.
        // Where the subclass has no place for it, a given text is dropped silently, as it always was.
        match vm.set_attr(v, vm.names.__doc__, found) {
            Err(e) if !p.getter_doc.get() && vm.raised_is(e, vm.types.AttributeError) => {}
            r => r?,
        }
    } else {
        match vm.set_attr(v, vm.names.__doc__, Value::NONE) {
            Err(e) if vm.raised_is(e, vm.types.AttributeError) => {}
            r => r?,
        }
    }
    Ok(())
}

fn get_doc(vm: &Vm, v: Value) -> PyResult {
    let p = property(v);
    if p.doc.get().is_unbound()
        && let Some(f) = p.getter.get().cast::<Function>()
    {
        p.doc.set(p, vm.function_doc(f)?);
    }
    Ok(p.doc.get().or_none())
}

/// The property's name, if it has one.
fn name_of(vm: &Vm, p: Gc<Property>) -> PyResult<Option<Value>> {
    if let Some(n) = p.name.get().bound() {
        return Ok(Some(n));
    }
    if p.getter.get().is_none() {
        return Ok(None);
    }
    vm.get_attr_opt(p.getter.get(), vm.names.__name__)
}
fn missing(vm: &Vm, p: Gc<Property>, obj: Value, what: &str) -> crate::vm::error::Raised {
    let class = vm.class_of(obj).qualname.get();
    let name = match name_of(vm, p) {
        Ok(n) => n,
        Err(e) => return e,
    };
    let name = match name.map(|n| vm.repr(n)).transpose() {
        Ok(n) => n,
        Err(e) => return e,
    };
    vm.attribute_error(match name {
        Some(n) => format!("property {} of '{}' object has no {what}", *n, *class),
        None => format!("property of '{}' object has no {what}", *class),
    })
}
fn property_get(vm: &Vm, d: Value, obj: Value, _: Value) -> PyResult {
    if obj.is_unbound() || obj.is_none() {
        return Ok(d);
    }
    let p = property(d);
    if p.getter.get().is_none() {
        return Err(missing(vm, p, obj, "getter"));
    }
    vm.call(p.getter.get(), &[obj])
}
fn property_set(vm: &Vm, d: Value, obj: Value, value: Value) -> PyResult<()> {
    let p = property(d);
    if value.is_unbound() {
        if p.deleter.get().is_none() {
            return Err(missing(vm, p, obj, "deleter"));
        }
        vm.call(p.deleter.get(), &[obj])?;
    } else {
        if p.setter.get().is_none() {
            return Err(missing(vm, p, obj, "setter"));
        }
        vm.call(p.setter.get(), &[obj, value])?;
    }
    Ok(())
}
/// A copy with some functions replaced; made by calling the type, so that subclasses see it.
fn copy(vm: &Vm, v: Value, get: Value, set: Value, del: Value) -> PyResult {
    let p = property(v);
    let get = if get.is_none() { p.getter.get() } else { get };
    let set = if set.is_none() { p.setter.get() } else { set };
    let del = if del.is_none() { p.deleter.get() } else { del };
    let doc = if p.getter_doc.get() && !get.is_none() {
        Value::NONE
    } else {
        vm.get_attr_opt(v, vm.names.__doc__)?.unwrap_or(Value::NONE)
    };
    let new = vm.call(vm.class_of(v).value(), &[get, set, del, doc])?;
    if let Some(n) = new.cast::<Property>() {
        n.name.set(n, p.name.get());
    }
    Ok(new)
}
fn with_getter(vm: &Vm, a: &[Value]) -> PyResult {
    copy(vm, a[0], a[1], Value::NONE, Value::NONE)
}
fn with_setter(vm: &Vm, a: &[Value]) -> PyResult {
    copy(vm, a[0], Value::NONE, a[1], Value::NONE)
}
fn with_deleter(vm: &Vm, a: &[Value]) -> PyResult {
    copy(vm, a[0], Value::NONE, Value::NONE, a[1])
}
fn set_name(vm: &Vm, args: Args) -> PyResult {
    if args.pos.len() != 3 {
        return Err(vm.type_error(format!(
            "__set_name__() takes 2 positional arguments but {} were given",
            args.pos.len() - 1
        )));
    }
    let p = property(args.pos[0]);
    p.name.set(p, args.pos[2]);
    Ok(Value::NONE)
}
fn get_name(vm: &Vm, v: Value) -> PyResult {
    match name_of(vm, property(v))? {
        Some(n) => Ok(n),
        None => Err(vm.attribute_error_for(
            "'property' object has no attribute '__name__'",
            v,
            vm.names.__name__.value(),
        )),
    }
}
fn put_name(_: &Vm, v: Value, name: Value) -> PyResult<()> {
    let p = property(v);
    p.name.set(p, name);
    Ok(())
}
fn get_abstract(vm: &Vm, v: Value) -> PyResult {
    let p = property(v);
    for f in [p.getter.get(), p.setter.get(), p.deleter.get()] {
        if is_abstract(vm, f)? {
            return Ok(Value::TRUE);
        }
    }
    Ok(Value::FALSE)
}
/// Is `__isabstractmethod__` of `f` true?
pub fn is_abstract(vm: &Vm, f: Value) -> PyResult<bool> {
    if f.is_none() {
        return Ok(false);
    }
    match vm.get_attr_opt(f, vm.intern("__isabstractmethod__"))? {
        Some(v) => vm.truth(v),
        None => Ok(false),
    }
}

/// `property`
pub static PROPERTY: TypeDef = TypeDef {
    name: "property",
    kind: crate::kinds::PROPERTY,
    size: size_of::<Property>(),
    flags: flag::IMMUTABLE | flag::BASETYPE,
    slots: Slots {
        new: Some(property_new),
        init: Some(property_init),
        descr_get: Some(property_get),
        descr_set: Some(property_set),
        ..Slots::EMPTY
    },
    methods: &[
        method(
            "getter",
            "($self, object, /)",
            with_getter,
            "Descriptor to obtain a copy of the property with a different getter.",
        ),
        method(
            "setter",
            "($self, object, /)",
            with_setter,
            "Descriptor to obtain a copy of the property with a different setter.",
        ),
        method(
            "deleter",
            "($self, object, /)",
            with_deleter,
            "Descriptor to obtain a copy of the property with a different deleter.",
        ),
        crate::vm::typedef::method_var(
            "__set_name__",
            "($self, owner, name, /)",
            set_name,
            "Method to set name of a property.",
        ),
    ],
    getset: &[
        member("fget", |_, v| Ok(property(v).getter.get()), ""),
        member("fset", |_, v| Ok(property(v).setter.get()), ""),
        member("fdel", |_, v| Ok(property(v).deleter.get()), ""),
        getset(
            "__doc__",
            get_doc,
            |_, v, d| {
                let p = property(v);
                p.doc.set(p, d.or_none());
                Ok(())
            },
            "",
        ),
        getset("__name__", get_name, put_name, ""),
        readonly("__isabstractmethod__", get_abstract, ""),
    ],
    doc: "property(fget=None, fset=None, fdel=None, doc=None)\n--\n\nProperty attribute.\n\n  fget\n    function to be used for getting an attribute value\n  fset\n    function to be used for setting an attribute value\n  fdel\n    function to be used for del'ing an attribute\n  doc\n    docstring\n\nTypical use is to define a managed attribute x:\n\nclass C(object):\n    def getx(self): return self._x\n    def setx(self, value): self._x = value\n    def delx(self): del self._x\n    x = property(getx, setx, delx, \"I'm the 'x' property.\")\n\nDecorators make defining new properties or modifying existing ones easy:\n\nclass C(object):\n    @property\n    def x(self):\n        \"I am the 'x' property.\"\n        return self._x\n    @x.setter\n    def x(self, value):\n        self._x = value\n    @x.deleter\n    def x(self):\n        del self._x",
    ..TypeDef::EMPTY
};
