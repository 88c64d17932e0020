//! `itemgetter`, `attrgetter`, `methodcaller`.

use taipan_runtime::objects::str::Str;
use taipan_runtime::objects::tuple::Tuple;
use taipan_runtime::objects::typ::Type;
use taipan_runtime::vm::text::TextBuilder;
use taipan_runtime::vm::typedef::{NativeObject, flag};
use taipan_runtime::*;

/// Declares a getter's layout: a tuple of what it was made with.
macro_rules! layout {
    ($($(#[$doc:meta])* $ty:ident $def:ident { $($field:ident),* };)*) => {$(
        $(#[$doc])*
        #[repr(C)]
        pub struct $ty {
            header: Header,
            $($field: Slot<Gc<Tuple>>,)*
        }
        impl kinds::Trace for $ty {
            fn trace(&self, t: &mut Tracer) {
                $(t.gc(self.$field.get());)*
            }
        }
        // SAFETY: `repr(C)`, header first.
        unsafe impl NativeObject for $ty {
            const DEF: &'static TypeDef = &$def;
        }
    )*};
}
layout! {
    /// An `itemgetter`.
    ItemGetter ITEM { items };
    /// An `attrgetter`: the names as given, and each split at its dots.
    AttrGetter ATTR { names, paths };
    /// A `methodcaller`: name and positional arguments; keyword names; keyword values.
    MethodCaller METHOD { args, names, values };
}

/// The one argument of a call, as these types report it.
fn operand(vm: &Vm, name: &str, args: Args) -> PyResult {
    Ok(args.positional(vm, name, 1, 1)?[0])
}
fn joined(vm: &Vm, v: Value, items: Gc<Tuple>) -> PyResult {
    let Some(_guard) = vm.enter_repr(v) else {
        return Ok(vm.new_str(&format!("{}(...)", vm.qualified_type_name(v))).value());
    };
    let mut w = TextBuilder::new();
    w.push_str(&vm.qualified_type_name(v)).push_str("(");
    for (i, &x) in items.items().iter().enumerate() {
        if i > 0 {
            w.push_str(", ");
        }
        w.push(vm.repr(x)?);
    }
    w.push_str(")");
    Ok(w.finish(vm).value())
}

fn item(vm: &Vm, v: Value) -> Gc<ItemGetter> {
    vm.native::<ItemGetter>(v).expect("slots and methods of itemgetter get such")
}
fn item_new(vm: &Vm, ty: Gc<Type>, args: Args) -> PyResult {
    args.no_keywords(vm, "itemgetter")?;
    if args.pos.is_empty() {
        return Err(vm.type_error("itemgetter expected 1 argument, got 0"));
    }
    let items = vm.new_tuple(args.pos);
    Ok(vm.new_native_of(ty, |header| ItemGetter { header, items: Slot::new(items) }).value())
}
fn item_call(vm: &Vm, v: Value, args: Args) -> PyResult {
    let obj = operand(vm, "itemgetter", args)?;
    let items = item(vm, v).items.get();
    if let [one] = *items.items() {
        return vm.getitem(obj, one);
    }
    vm.new_tuple_with(items.len(), |i| vm.getitem(obj, items.items()[i])).map(Gc::value)
}
fn item_repr(vm: &Vm, v: Value) -> PyResult {
    joined(vm, v, item(vm, v).items.get())
}
fn item_reduce(vm: &Vm, a: &[Value]) -> PyResult {
    Ok(vm.new_tuple(&[vm.class_of(a[0]).value(), item(vm, a[0]).items.get().value()]).value())
}

fn attr(vm: &Vm, v: Value) -> Gc<AttrGetter> {
    vm.native::<AttrGetter>(v).expect("slots and methods of attrgetter get such")
}
fn attr_new(vm: &Vm, ty: Gc<Type>, args: Args) -> PyResult {
    args.no_keywords(vm, "attrgetter")?;
    if args.pos.is_empty() {
        return Err(vm.type_error("attrgetter expected 1 argument, got 0"));
    }
    let names = vm.new_tuple(args.pos);
    let paths = vm.new_tuple_with(names.len(), |i| {
        let Some(name) = names.items()[i].cast::<Str>() else {
            return Err(vm.type_error("attribute name must be a string"));
        };
        if name.as_bytes().contains(&b'.') {
            let text = name.to_string_lossy();
            let parts: Vec<&str> = text.split('.').collect();
            return Ok(vm.new_tuple_with(parts.len(), |i| Ok(vm.intern(parts[i]).value()))?.value());
        }
        Ok(match vm.exact_str(name.value()) {
            Some(s) => vm.intern_str(s).value(),
            None => name.value(),
        })
    })?;
    Ok(vm
        .new_native_of(ty, |header| AttrGetter { header, names: Slot::new(names), paths: Slot::new(paths) })
        .value())
}
fn attr_get(vm: &Vm, obj: Value, path: Value) -> PyResult {
    if let Some(name) = path.cast::<Str>() {
        return vm.get_attr(obj, name);
    }
    let mut v = obj;
    for part in path.cast::<Tuple>().iter().flat_map(|t| t.items()) {
        if let Some(name) = part.cast::<Str>() {
            v = vm.get_attr(v, name)?;
        }
    }
    Ok(v)
}
fn attr_call(vm: &Vm, v: Value, args: Args) -> PyResult {
    let obj = operand(vm, "attrgetter", args)?;
    let paths = attr(vm, v).paths.get();
    if let [one] = *paths.items() {
        return attr_get(vm, obj, one);
    }
    vm.new_tuple_with(paths.len(), |i| attr_get(vm, obj, paths.items()[i])).map(Gc::value)
}
fn attr_repr(vm: &Vm, v: Value) -> PyResult {
    joined(vm, v, attr(vm, v).names.get())
}
fn attr_reduce(vm: &Vm, a: &[Value]) -> PyResult {
    Ok(vm.new_tuple(&[vm.class_of(a[0]).value(), attr(vm, a[0]).names.get().value()]).value())
}

fn caller(vm: &Vm, v: Value) -> Gc<MethodCaller> {
    vm.native::<MethodCaller>(v).expect("slots and methods of methodcaller get such")
}
fn method_new(vm: &Vm, ty: Gc<Type>, args: Args) -> PyResult {
    let Some(&name) = args.pos.first() else {
        return Err(vm.type_error("methodcaller needs at least one argument, the method name"));
    };
    if name.cast::<Str>().is_none() {
        return Err(vm.type_error("method name must be a string"));
    }
    let all = vm.new_tuple(args.pos);
    let names = args.kw.names.unwrap_or_else(|| vm.new_tuple(&[]));
    let values = vm.new_tuple(args.kw.values);
    Ok(vm
        .new_native_of(ty, |header| MethodCaller {
            header,
            args: Slot::new(all),
            names: Slot::new(names),
            values: Slot::new(values),
        })
        .value())
}
fn method_call(vm: &Vm, v: Value, args: Args) -> PyResult {
    let obj = operand(vm, "methodcaller", args)?;
    let m = caller(vm, v);
    let all = m.args.get();
    let Some(name) = all.items()[0].cast::<Str>() else { return Ok(Value::NONE) };
    let f = vm.get_attr(obj, name)?;
    let values = m.values.get();
    let kw = Kw { names: (!values.is_empty()).then(|| m.names.get()), values: values.items() };
    vm.call_args(f, Args { pos: &all.items()[1..], kw })
}
fn method_repr(vm: &Vm, v: Value) -> PyResult {
    let m = caller(vm, v);
    let name = vm.qualified_type_name(v);
    let Some(_guard) = vm.enter_repr(v) else {
        return Ok(vm.new_str(&format!("{name}(...)")).value());
    };
    let mut w = TextBuilder::new();
    w.push_str(&name).push_str("(");
    for (i, &x) in m.args.get().items().iter().enumerate() {
        if i > 0 {
            w.push_str(", ");
        }
        w.push(vm.repr(x)?);
    }
    let values = m.values.get();
    for (i, &x) in values.items().iter().enumerate() {
        w.push_str(", ").push(vm.str(m.names.get().items()[i])?).push_str("=").push(vm.repr(x)?);
    }
    w.push_str(")");
    Ok(w.finish(vm).value())
}
fn method_reduce(vm: &Vm, a: &[Value]) -> PyResult {
    let m = caller(vm, a[0]);
    let ty = vm.class_of(a[0]).value();
    let (all, values) = (m.args.get(), m.values.get());
    if values.is_empty() {
        return Ok(vm.new_tuple(&[ty, all.value()]).value());
    }
    let kw = Kw { names: Some(m.names.get()), values: values.items() };
    let partial = vm.type_of_def(&crate::functools::partial::DEF).value();
    let p = vm.call_args(partial, Args { pos: &[ty, all.items()[0]], kw })?;
    Ok(vm.new_tuple(&[p, vm.new_tuple(&all.items()[1..]).value()]).value())
}

macro_rules! types {
    ($($(#[$attr:meta])* $def:ident $ty:ident $name:literal $new:ident $call:ident $repr:ident $reduce:ident $doc:literal;)*) => {$(
        $(#[$attr])*
        pub static $def: TypeDef = TypeDef {
            name: $name,
            module: "operator",
            flags: flag::IMMUTABLE,
            slots: Slots { new: Some($new), call: Some($call), repr: Some($repr), ..Slots::EMPTY },
            methods: &[method("__reduce__", "($self, /)", $reduce, "Return state information for pickling")],
            getset: &[readonly("__text_signature__", |vm, _| Ok(vm.new_str("(obj, /)").value()), "")],
            doc: $doc,
            ..TypeDef::native::<$ty>()
        };
    )*};
}
types! {
    /// `itemgetter`
    ITEM ItemGetter "itemgetter" item_new item_call item_repr item_reduce
        "itemgetter(item, /, *items)\n--\n\nReturn a callable object that fetches the given item(s) from its operand.\nAfter f = itemgetter(2), the call f(r) returns r[2].\nAfter g = itemgetter(2, 5, 3), the call g(r) returns (r[2], r[5], r[3])";
    /// `attrgetter`
    ATTR AttrGetter "attrgetter" attr_new attr_call attr_repr attr_reduce
        "attrgetter(attr, /, *attrs)\n--\n\nReturn a callable object that fetches the given attribute(s) from its operand.\nAfter f = attrgetter('name'), the call f(r) returns r.name.\nAfter g = attrgetter('name', 'date'), the call g(r) returns (r.name, r.date).\nAfter h = attrgetter('name.first', 'name.last'), the call h(r) returns\n(r.name.first, r.name.last).";
    /// `methodcaller`
    METHOD MethodCaller "methodcaller" method_new method_call method_repr method_reduce
        "methodcaller(name, /, *args, **kwargs)\n--\n\nReturn a callable object that calls the given method on its operand.\nAfter f = methodcaller('name'), the call f(r) returns r.name().\nAfter g = methodcaller('name', 'date', foo=1), the call g(r) returns\nr.name('date', foo=1).";
}
