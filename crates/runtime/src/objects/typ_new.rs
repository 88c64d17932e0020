//! Calling types, and making classes: `type(name, bases, namespace)`.
//!
//! In: name, bases, namespace (copied), keyword arguments for `__init_subclass__`. Out: a type object with layout,
//! MRO and slots in place; `__set_name__` and `__init_subclass__` were called.

use crate::kinds;
use crate::objects::cell::PyCell;
use crate::objects::dict::Dict;
use crate::objects::object::object_init;
use crate::objects::str::Str;
use crate::objects::tuple::Tuple;
use crate::objects::typ::Type;
use crate::vm::Vm;
use crate::vm::args::Args;
use crate::vm::error::PyResult;
use crate::vm::shape::MAX_INLINE;
use crate::vm::slots::Init;
use crate::vm::typedef::flag;
use taipan_heap::{Gc, Header, Value};

/// `type.__call__`: makes an instance, and initialises it if it is one.
pub fn type_call(vm: &Vm, v: Value, args: Args) -> PyResult {
    // SAFETY: a slot of `type`.
    let ty = unsafe { v.cast_unchecked::<Type>() };
    if ty == vm.types.type_ {
        if args.pos.len() == 1 && args.kw.is_empty() {
            return Ok(vm.class_of(args.pos[0]).value());
        }
        if args.pos.len() != 3 {
            return Err(vm.type_error("type() takes 1 or 3 arguments"));
        }
    }
    let new = match ty.slots.new.get() {
        Some(f) if !ty.has(flag::NO_NEW) => f,
        _ => {
            return Err(vm.type_error(format!("cannot create '{}' instances", ty.name_str())));
        }
    };
    let obj = new(vm, ty, args)?;
    let made = vm.class_of(obj);
    // `object.__init__` has nothing to say of what a builtin type's own `__new__` took.
    if !ty.has(flag::HEAP)
        && made == ty
        && made.slots.init.get().is_some_and(|f| std::ptr::fn_addr_eq(f, object_init as Init))
    {
        return Ok(obj);
    }
    if (made == ty || made.is_subtype(ty))
        && let Some(init) = made.slots.init.get()
    {
        init(vm, obj, args)?;
    }
    Ok(obj)
}

/// `type.__init__`
pub fn type_init(vm: &Vm, _: Value, args: Args) -> PyResult<()> {
    if args.pos.len() == 1 && !args.kw.is_empty() {
        return Err(vm.type_error("type.__init__() takes no keyword arguments"));
    }
    if args.pos.len() != 1 && args.pos.len() != 3 {
        return Err(vm.type_error("type.__init__() takes 1 or 3 arguments"));
    }
    Ok(())
}

/// `type.__new__`
pub fn type_new(vm: &Vm, meta: Gc<Type>, args: Args) -> PyResult {
    if args.pos.len() != 3 {
        return Err(
            vm.type_error(format!("type.__new__() takes exactly 3 arguments ({} given)", args.pos.len()))
        );
    }
    let wrong = |i: usize, want: &str| {
        vm.type_error(format!(
            "type.__new__() argument {i} must be {want}, not {}",
            vm.type_name(args.pos[i - 1])
        ))
    };
    let name = args.pos[0].cast::<Str>().ok_or_else(|| wrong(1, "str"))?;
    let bases = args.pos[1].cast::<Tuple>().ok_or_else(|| wrong(2, "tuple"))?;
    let namespace = args.pos[2].cast::<Dict>().ok_or_else(|| wrong(3, "dict"))?;
    for &b in bases.items() {
        if b.cast::<Type>().is_none() && vm.get_attr_opt(b, vm.names.__mro_entries__)?.is_some() {
            return Err(vm.type_error("type() doesn't support MRO entry resolution; use types.new_class()"));
        }
    }
    let winner = vm.metaclass_for(meta, bases.items())?;
    if winner != meta
        && let Some(f) = winner.slots.new.get()
        && !std::ptr::fn_addr_eq(f, type_new as crate::vm::slots::New)
    {
        return f(vm, winner, args);
    }
    let t = make(vm, winner, name, bases, namespace)?;
    set_names(vm, t)?;
    init_subclass(vm, t, args)?;
    Ok(t.value())
}

impl Vm {
    /// The most derived of `meta` and the bases' metaclasses.
    pub fn metaclass_for(&self, meta: Gc<Type>, bases: &[Value]) -> PyResult<Gc<Type>> {
        let mut winner = meta;
        for &b in bases {
            let t = self.class_of(b);
            if winner.is_subtype(t) {
                continue;
            }
            if t.is_subtype(winner) {
                winner = t;
                continue;
            }
            return Err(self.type_error(
                "metaclass conflict: the metaclass of a derived class must be a (non-strict) subclass of the \
                 metaclasses of all its bases",
            ));
        }
        Ok(winner)
    }
    /// A class made from Rust, with default metaclass: `name`, bases (empty: `object`), namespace.
    pub fn new_class(&self, name: &str, bases: &[Value], namespace: Gc<Dict>) -> PyResult<Gc<Type>> {
        let args = [self.intern(name).value(), self.new_tuple(bases).value(), namespace.value()];
        let t = self.call(self.types.type_.value(), &args)?;
        t.cast::<Type>().ok_or_else(|| self.type_error("the metaclass made no type"))
    }
}

/// What `__slots__` and the bases say about the layout.
struct Layout {
    /// Names of new members (mangled, sorted).
    members: Vec<Gc<Str>>,
    add_dict: bool,
    add_weak: bool,
}

fn variable_size(base: Gc<Type>) -> bool {
    matches!(base.kind.get(), kinds::INT | kinds::TUPLE | kinds::BYTES | kinds::TYPE)
}

fn layout(vm: &Vm, name: Gc<Str>, bases: Gc<Tuple>, base: Gc<Type>, dict: Gc<Dict>) -> PyResult<Layout> {
    // Types and modules have a namespace of their own.
    let may_dict = !base.has_dict.get() && !matches!(base.kind.get(), kinds::TYPE | kinds::MODULE);
    let variable = matches!(base.kind.get(), kinds::INT | kinds::TUPLE | kinds::BYTES);
    let may_weak = !base.has(flag::WEAKREF) && !variable;
    let Some(slots) = dict.get_str(vm, vm.names.__slots__) else {
        return Ok(Layout { members: vec![], add_dict: may_dict, add_weak: may_weak });
    };
    let items = if slots.cast::<Str>().is_some() {
        taipan_heap::GcVec::from_slice(&vm.heap, &[slots])
    } else {
        vm.collect(slots)?
    };
    if !items.is_empty() && variable_size(base) {
        return Err(
            vm.type_error(format!("nonempty __slots__ not supported for subtype of '{}'", base.name_str()))
        );
    }
    let mut l = Layout { members: vec![], add_dict: false, add_weak: false };
    let mut names: Vec<(String, Gc<Str>)> = vec![];
    for &v in items.iter() {
        let Some(s) = v.cast::<Str>() else {
            return Err(vm.type_error(format!("__slots__ items must be strings, not '{}'", vm.type_name(v))));
        };
        if !is_identifier(s) {
            return Err(vm.type_error("__slots__ must be identifiers"));
        }
        if s.as_bytes() == b"__dict__" {
            if !may_dict || l.add_dict {
                return Err(vm.type_error("__dict__ slot disallowed: we already got one"));
            }
            l.add_dict = true;
            continue;
        }
        if s.as_bytes() == b"__weakref__" {
            if !may_weak || l.add_weak {
                return Err(vm.type_error("__weakref__ slot disallowed: we already got one"));
            }
            l.add_weak = true;
            continue;
        }
        let mangled = vm.intern(&mangle(&name.to_string(), &s.to_string()));
        let n = &vm.names;
        if dict.get_str(vm, mangled).is_some()
            && mangled != n.__qualname__
            && mangled != n.__classcell__
            && mangled != n.__classdictcell__
        {
            let r = vm.repr(s.value())?;
            return Err(vm.value_error(format!("{} in __slots__ conflicts with class variable", *r)));
        }
        names.push((mangled.to_string(), mangled));
    }
    names.sort_by(|a, b| a.0.cmp(&b.0));
    l.members = names.into_iter().map(|(_, s)| s).collect();
    // Other bases may bring a namespace or weak references.
    for &b in bases.items() {
        let Some(b) = b.cast::<Type>() else { continue };
        if b == base {
            continue;
        }
        l.add_dict |= may_dict && b.has_dict.get();
        l.add_weak |= may_weak && b.has(flag::WEAKREF);
    }
    Ok(l)
}

/// Is it an identifier? (ASCII exactly; other letters by Unicode's identifier properties as far as Rust knows
/// them.)
fn is_identifier(s: Gc<Str>) -> bool {
    let Some(text) = s.to_str() else { return false };
    let mut chars = text.chars();
    chars.next().is_some_and(|c| c == '_' || c.is_alphabetic())
        && chars.all(|c| c == '_' || c.is_alphanumeric())
}

/// The name of a private attribute (`__x` in class `C` is `_C__x`).
pub fn mangle(class: &str, name: &str) -> String {
    let class = class.trim_start_matches('_');
    if !name.starts_with("__") || name.ends_with("__") || name.contains('.') || class.is_empty() {
        return name.to_owned();
    }
    format!("_{class}{name}")
}

fn make(vm: &Vm, meta: Gc<Type>, name: Gc<Str>, bases: Gc<Tuple>, namespace: Gc<Dict>) -> PyResult<Gc<Type>> {
    if name.as_bytes().contains(&0) {
        return Err(vm.value_error("type name must not contain null characters"));
    }
    crate::text::refuse_surrogates(vm, name)?;
    let bases = if bases.is_empty() { vm.new_tuple(&[vm.types.object.value()]) } else { bases };
    let base = vm.best_base(bases.items())?;
    // The namespace is copied: names of attributes are interned, so that caches can compare them by address.
    let dict = vm.new_dict();
    let mut pos = 0;
    while let Some(e) = namespace.next_entry(&mut pos) {
        match vm.exact_str(e.key) {
            Some(s) => dict.set_str(vm, vm.intern_str(s), e.value),
            None => dict.set_hashed(vm, e.key, e.hash, e.value)?,
        }
    }
    let layout = layout(vm, name, bases, base, dict)?;
    let n = &vm.names;
    let qualname = match dict.get_str(vm, n.__qualname__) {
        None => name,
        Some(q) => match q.cast::<Str>() {
            Some(q) => q,
            None => {
                return Err(
                    vm.type_error(format!("type __qualname__ must be a str, not {}", vm.type_name(q)))
                );
            }
        },
    };
    let t = alloc_class(vm, meta, name, qualname, bases, base, dict, &layout);
    dict.remove_str(vm, n.__qualname__);
    if dict.get_str(vm, n.__module__).is_none()
        && let Some(globals) = vm.current_globals()
        && let Some(m) = globals.get_str(vm, n.__name__)
    {
        dict.set_str(vm, n.__module__, m);
    }
    if let Some(f) = dict.get_str(vm, n.__new__)
        && vm.is_python_function(f)
    {
        dict.set_str(vm, n.__new__, crate::objects::classmethod::new_static(vm, f));
    }
    for name in [n.__init_subclass__, n.__class_getitem__] {
        if let Some(f) = dict.get_str(vm, name)
            && vm.is_python_function(f)
        {
            dict.set_str(vm, name, crate::objects::classmethod::new_class(vm, f));
        }
    }
    let cell = take_cell(vm, dict, n.__classcell__)?;
    let dict_cell = take_cell(vm, dict, n.__classdictcell__)?;
    // Members, `__dict__` and `__weakref__`.
    let first = if t.kind.get() == kinds::INSTANCE {
        base.members.get()
    } else {
        base.extra.get() - base.has_dict.get() as u32
    };
    for (i, &m) in layout.members.iter().enumerate() {
        dict.set_str(vm, m, vm.new_member(t, m, first + i as u32));
    }
    if layout.add_dict && dict.get_str(vm, n.__dict__).is_none() {
        let d = crate::objects::native::new_getset(vm, t, &crate::objects::object::DICT_ROW);
        dict.set_str(vm, n.__dict__, d);
    }
    if layout.add_weak && dict.get_str(vm, n.__weakref__).is_none() {
        let d = crate::objects::native::new_getset(vm, t, &crate::objects::object::WEAKREF_ROW);
        dict.set_str(vm, n.__weakref__, d);
    }
    if let Some(doc) = dict.get_str(vm, n.__doc__) {
        if let Some(s) = vm.exact_str(doc) {
            crate::text::refuse_surrogates(vm, s)?;
        }
    } else {
        dict.set_str(vm, n.__doc__, Value::NONE);
    }
    if dict.get_str(vm, n.__eq__).is_some() && dict.get_str(vm, n.__hash__).is_none() {
        dict.set_str(vm, n.__hash__, Value::NONE);
    }
    // A metaclass's `mro()` may already run methods of the class.
    if let Some(c) = cell {
        c.content.set(c, t.value());
    }
    if let Some(c) = dict_cell {
        c.content.set(c, dict.value());
    }
    vm.compute_mro(t)?;
    for b in t.mro_iter().skip(1) {
        let inherited = b.flags.get() & flag::PATTERN;
        if inherited != 0 {
            t.flags.set(t.flags.get() & !flag::PATTERN | inherited);
            break;
        }
    }
    vm.fill_slots(t);
    for &b in bases.items() {
        if let Some(b) = b.cast::<Type>() {
            vm.add_subclass(b, t);
        }
    }
    Ok(t)
}

fn take_cell(vm: &Vm, dict: Gc<Dict>, name: Gc<Str>) -> PyResult<Option<Gc<PyCell>>> {
    let Some(v) = dict.get_str(vm, name) else { return Ok(None) };
    let Some(c) = v.cast::<PyCell>() else {
        let r = vm.repr(vm.class_of(v).value())?;
        return Err(vm.type_error(format!("{} must be a nonlocal cell, not {}", *name, *r)));
    };
    dict.remove_str(vm, name);
    Ok(Some(c))
}

/// Number of attributes that the class body assigns to `self`.
fn predicted(vm: &Vm, dict: Gc<Dict>) -> u32 {
    let Some(names) = dict.get_str(vm, vm.names.__static_attributes__) else { return 0 };
    names.cast::<Tuple>().map_or(0, |t| t.len() as u32)
}

#[allow(clippy::too_many_arguments)]
fn alloc_class(
    vm: &Vm,
    meta: Gc<Type>,
    name: Gc<Str>,
    qualname: Gc<Str>,
    bases: Gc<Tuple>,
    base: Gc<Type>,
    dict: Gc<Dict>,
    layout: &Layout,
) -> Gc<Type> {
    let is_instance = base.kind.get() == kinds::INSTANCE;
    let has_dict = base.has_dict.get() || layout.add_dict;
    let new_members = layout.members.len() as u32;
    let members = base.members.get() + if is_instance { new_members } else { 0 };
    let inline = if !is_instance {
        0
    } else if has_dict {
        let inherited = base.inline.get() - base.members.get();
        (members + (inherited + predicted(vm, dict)).min(MAX_INLINE)).max(members)
    } else {
        members
    };
    let extra = if is_instance {
        0
    } else {
        base.extra.get() + new_members + (has_dict && !base.has_dict.get()) as u32
    };
    // What is inherited from the base: not immutability, and not what says "builtin".
    let inherited = base.flags.get() & (flag::WEAKREF | flag::HAS_DICT | flag::MATCH_SELF);
    let mut flags = inherited | flag::BASETYPE | flag::HEAP;
    if has_dict {
        flags |= flag::HAS_DICT;
    }
    if layout.add_weak {
        flags |= flag::WEAKREF;
    }
    let mro = vm.new_tuple(&[]);
    let shape = vm.shapes.opaque();
    let p = vm.alloc_instance_raw(meta, size_of::<Type>());
    // SAFETY: a fresh cell of that size; the header is moved into the object.
    let t: Gc<Type> = unsafe {
        let header: Header = p.read();
        p.cast::<Type>().write(Type::from_parts(
            header,
            name,
            qualname,
            bases,
            base,
            mro,
            dict,
            flags,
            base.kind.get(),
            base.size.get(),
        ));
        Gc::from_header(p)
    };
    t.extra.set(extra);
    t.members.set(members);
    t.inline.set(inline);
    t.has_dict.set(has_dict);
    t.shape.set(shape);
    t.layout_def.set(base.layout_def.get());
    if is_instance {
        vm.set_root_shape(t);
    }
    t
}

/// Calls `__set_name__` of the values in the namespace.
fn set_names(vm: &Vm, t: Gc<Type>) -> PyResult<()> {
    let mut items = taipan_heap::GcVec::new();
    let mut pos = 0;
    while let Some(e) = t.dict.get().next_entry(&mut pos) {
        items.push(&vm.heap, e.key);
        items.push(&vm.heap, e.value);
    }
    for pair in items.chunks(2) {
        let (key, value) = (pair[0], pair[1]);
        if let Err(e) = vm.call_special(value, vm.names.__set_name__, &[t.value(), key]) {
            let k = vm.repr(key)?;
            let note = format!(
                "Error calling __set_name__ on '{}' instance {} in '{}'",
                vm.type_name(value),
                *k,
                t.name_str()
            );
            let note = vm.new_str(&note).value();
            vm.call_method(e.value(), vm.intern("add_note"), &[note])?;
            return Err(e);
        }
    }
    Ok(())
}
/// `super(t, t).__init_subclass__(**kwargs)`
fn init_subclass(vm: &Vm, t: Gc<Type>, args: Args) -> PyResult<()> {
    let name = vm.names.__init_subclass__;
    for b in t.mro_iter().skip(1) {
        if let Some(f) = b.dict.get().get_str(vm, name) {
            if b == vm.types.object && args.kw.is_empty() {
                return Ok(());
            }
            let bound = match vm.class_of(f).slots.descr_get.get() {
                Some(get) => get(vm, f, t.value(), t.value())?,
                None => f,
            };
            vm.call_args(bound, Args { pos: &[], kw: args.kw })?;
            return Ok(());
        }
    }
    Ok(())
}
