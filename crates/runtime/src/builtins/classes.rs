//! Builtin functions about attributes, classes and identity, and `__build_class__`.

use crate::objects::cell::PyCell;
use crate::objects::dict::Dict;
use crate::objects::function::Function;
use crate::objects::str::Str;
use crate::objects::tuple::Tuple;
use crate::objects::typ::Type;
use crate::vm::Vm;
use crate::vm::args::{Args, Kw};
use crate::vm::error::PyResult;
use crate::vm::typedef::{MethodDef, function, function_var};
use taipan_heap::{Gc, GcVec, Value};

/// An attribute name as an exact, interned string.
fn attr_name(vm: &Vm, v: Value) -> PyResult<Gc<Str>> {
    match v.cast::<Str>() {
        Some(s) if vm.exact_str(v).is_some() => Ok(s),
        // A subclass's own `__eq__` and `__hash__` play no part.
        // SAFETY: the bytes and their count come from a string.
        Some(s) => Ok(unsafe { vm.new_str_wtf8_counted(s.as_bytes(), s.char_len()) }),
        None => Err(vm.type_error(format!("attribute name must be string, not '{}'", vm.type_name(v)))),
    }
}
fn getattr(vm: &Vm, args: Args) -> PyResult {
    let a = args.positional(vm, "getattr", 2, 3)?;
    let name = attr_name(vm, a[1])?;
    match a.get(2) {
        None => vm.get_attr(a[0], name),
        Some(&default) => Ok(vm.get_attr_opt(a[0], name)?.unwrap_or(default)),
    }
}
fn setattr(vm: &Vm, a: &[Value]) -> PyResult {
    vm.set_attr(a[0], vm.intern_str(attr_name(vm, a[1])?), a[2])?;
    Ok(Value::NONE)
}
fn delattr(vm: &Vm, a: &[Value]) -> PyResult {
    vm.del_attr(a[0], attr_name(vm, a[1])?)?;
    Ok(Value::NONE)
}
fn hasattr(vm: &Vm, a: &[Value]) -> PyResult {
    Ok(Value::bool(vm.get_attr_opt(a[0], attr_name(vm, a[1])?)?.is_some()))
}
fn vars(vm: &Vm, args: Args) -> PyResult {
    let a = args.positional(vm, "vars", 0, 1)?;
    match a.first() {
        None => vm.current_locals(),
        Some(&v) => match vm.get_attr_opt(v, vm.names.__dict__)? {
            Some(d) => Ok(d),
            None => Err(vm.type_error("vars() argument must have __dict__ attribute")),
        },
    }
}
impl Vm {
    /// `dir(v)`: sorted names.
    pub fn dir(&self, v: Value) -> PyResult {
        let names = match self.call_special(v, self.names.__dir__, &[])? {
            Some(names) => names,
            None => return Err(self.type_error("object does not provide __dir__")),
        };
        let items = self.collect(names)?;
        let list = self.new_list(&items).value();
        self.call_method(list, self.names.sort, &[])?;
        Ok(list)
    }
}
fn dir(vm: &Vm, args: Args) -> PyResult {
    let a = args.positional(vm, "dir", 0, 1)?;
    match a.first() {
        Some(&v) => vm.dir(v),
        None => {
            let locals = vm.current_locals()?;
            let keys = vm.call_method(locals, vm.names.keys, &[])?;
            let items = vm.collect(keys)?;
            let list = vm.new_list(&items).value();
            vm.call_method(list, vm.names.sort, &[])?;
            Ok(list)
        }
    }
}
fn callable(vm: &Vm, a: &[Value]) -> PyResult {
    Ok(Value::bool(vm.class_of(a[0]).slots.call.get().is_some()))
}
fn id(vm: &Vm, a: &[Value]) -> PyResult {
    Ok(vm.id(a[0]))
}
fn isinstance(vm: &Vm, a: &[Value]) -> PyResult {
    Ok(Value::bool(vm.isinstance(a[0], a[1])?))
}
fn issubclass(vm: &Vm, a: &[Value]) -> PyResult {
    Ok(Value::bool(vm.issubclass(a[0], a[1])?))
}

/// Replaces bases that are no types by what their `__mro_entries__` says. `None`: nothing was replaced.
pub fn update_bases(vm: &Vm, bases: Gc<Tuple>) -> PyResult<Option<Gc<Tuple>>> {
    let mut out = GcVec::new();
    let mut changed = false;
    for &b in bases.items() {
        if b.cast::<Type>().is_none()
            && let Some(f) = vm.get_attr_opt(b, vm.names.__mro_entries__)?
        {
            let r = vm.call(f, &[bases.value()])?;
            let Some(entries) = r.cast::<Tuple>() else {
                return Err(vm.type_error("__mro_entries__ must return a tuple"));
            };
            entries.items().iter().for_each(|&x| out.push(&vm.heap, x));
            changed = true;
        } else {
            out.push(&vm.heap, b);
        }
    }
    Ok(changed.then(|| vm.new_tuple(&out)))
}

impl Vm {
    /// A class statement: `func` is the body's function, `bases` and `kw` are what stands in the parentheses.
    pub fn build_class(&self, func: Gc<Function>, name: Gc<Str>, bases: &[Value], kw: Kw) -> PyResult {
        let original = self.new_tuple(bases);
        let updated = update_bases(self, original)?;
        let bases = updated.unwrap_or(original);
        // The other keyword arguments go to `__prepare__`, the metaclass and `__init_subclass__`.
        let mut names = GcVec::new();
        let mut values = GcVec::new();
        let mut meta = Value::UNBOUND;
        for (k, v) in kw.iter() {
            if k.as_bytes() == b"metaclass" {
                meta = v;
            } else {
                names.push(&self.heap, k.value());
                values.push(&self.heap, v);
            }
        }
        let names_tuple = self.new_tuple(&names);
        let kw = Kw { names: (!values.is_empty()).then_some(names_tuple), values: &values };
        if meta.is_unbound() {
            meta = match bases.items().first() {
                Some(&b) => self.class_of(b).value(),
                None => self.types.type_.value(),
            };
        }
        if let Some(m) = meta.cast::<Type>() {
            meta = self.metaclass_for(m, bases.items())?.value();
        }
        let plain = meta == self.types.type_.value();
        let namespace = if plain {
            self.new_dict().value()
        } else {
            match self.get_attr_opt(meta, self.names.__prepare__)? {
                Some(prepare) => {
                    let args = [name.value(), bases.value()];
                    self.call_args(prepare, Args { pos: &args, kw })?
                }
                None => self.new_dict().value(),
            }
        };
        if !plain && namespace.cast::<Dict>().is_none() {
            let ty = self.class_of(namespace);
            if ty.slots.getitem.get().is_none() || namespace.cast::<Tuple>().is_some() {
                let who = match meta.cast::<Type>() {
                    Some(t) => t.name_str(),
                    None => "<metaclass>".to_owned(),
                };
                return Err(self.type_error(format!(
                    "{who}.__prepare__() must return a mapping, not {}",
                    ty.name_str()
                )));
            }
        }
        let cell = self.run_function(func, namespace)?;
        if updated.is_some() {
            let key = self.names.__orig_bases__.value();
            match namespace.cast::<Dict>().filter(|_| plain) {
                Some(d) => d.set(self, key, original.value())?,
                None => self.setitem(namespace, key, original.value())?,
            }
        }
        let args = [name.value(), bases.value(), namespace];
        let class = self.call_args(meta, Args { pos: &args, kw })?;
        if let (Some(t), Some(cell)) = (class.cast::<Type>(), cell.cast::<PyCell>()) {
            let content = cell.content.get();
            if content.is_unbound() {
                let r = self.repr(class)?;
                return Err(self.runtime_error(format!(
                    "__class__ not set defining '{}' as {}. Was __classcell__ propagated to type.__new__?",
                    *name, *r
                )));
            }
            if content != t.value() {
                let (c, r) = (self.repr(content)?, self.repr(class)?);
                return Err(
                    self.type_error(format!("__class__ set to {} defining '{}' as {}", *c, *name, *r))
                );
            }
        }
        Ok(class)
    }
}
fn build_class(vm: &Vm, args: Args) -> PyResult {
    if args.pos.len() < 2 {
        return Err(vm.type_error("__build_class__: not enough arguments"));
    }
    let Some(func) = args.pos[0].cast::<Function>() else {
        return Err(vm.type_error("__build_class__: func must be a function"));
    };
    let Some(name) = args.pos[1].cast::<Str>() else {
        return Err(vm.type_error("__build_class__: name is not a string"));
    };
    vm.build_class(func, name, &args.pos[2..], args.kw)
}

/// The functions.
pub const FUNCTIONS: &[MethodDef] = &[
    function_var(
        "__build_class__",
        "($module, *args, **kwargs)",
        build_class,
        "__build_class__(func, name, /, *bases, [metaclass], **kwds) -> class\n\nInternal helper function used by the class statement.",
    ),
    function_var(
        "getattr",
        "($module, *args)",
        getattr,
        "getattr(object, name[, default]) -> value\n\nGet a named attribute from an object; getattr(x, 'y') is equivalent to x.y.\nWhen a default argument is given, it is returned when the attribute doesn't\nexist; without it, an exception is raised in that case.",
    ),
    function(
        "setattr",
        "($module, obj, name, value, /)",
        setattr,
        "Sets the named attribute on the given object to the specified value.\n\nsetattr(x, 'y', v) is equivalent to ``x.y = v``",
    ),
    function(
        "delattr",
        "($module, obj, name, /)",
        delattr,
        "Deletes the named attribute from the given object.\n\ndelattr(x, 'y') is equivalent to ``del x.y``",
    ),
    function(
        "hasattr",
        "($module, obj, name, /)",
        hasattr,
        "Return whether the object has an attribute with the given name.\n\nThis is done by calling getattr(obj, name) and catching AttributeError.",
    ),
    function_var(
        "vars",
        "($module, *args)",
        vars,
        "vars([object]) -> dictionary\n\nWithout arguments, equivalent to locals().\nWith an argument, equivalent to object.__dict__.",
    ),
    function_var(
        "dir",
        "($module, *args)",
        dir,
        "dir([object]) -> list of strings\n\nIf called without an argument, return the names in the current scope.\nElse, return an alphabetized list of names comprising (some of) the attributes\nof the given object, and of attributes reachable from it.\nIf the object supplies a method named __dir__, it will be used; otherwise\nthe default dir() logic is used and returns:\n  for a module object: the module's attributes.\n  for a class object:  its attributes, and recursively the attributes\n    of its bases.\n  for any other object: its attributes, its class's attributes, and\n    recursively the attributes of its class's base classes.",
    ),
    function(
        "callable",
        "($module, obj, /)",
        callable,
        "Return whether the object is callable (i.e., some kind of function).\n\nNote that classes are callable, as are instances of classes with a\n__call__() method.",
    ),
    function(
        "id",
        "($module, obj, /)",
        id,
        "Return the identity of an object.\n\nThis is guaranteed to be unique among simultaneously existing objects.\n(CPython uses the object's memory address.)",
    ),
    function(
        "isinstance",
        "($module, obj, class_or_tuple, /)",
        isinstance,
        "Return whether an object is an instance of a class or of a subclass thereof.\n\nA tuple, as in ``isinstance(x, (A, B, ...))``, may be given as the target to\ncheck against. This is equivalent to ``isinstance(x, A) or isinstance(x, B)\nor ...`` etc.",
    ),
    function(
        "issubclass",
        "($module, cls, class_or_tuple, /)",
        issubclass,
        "Return whether 'cls' is derived from another class or is the same class.\n\nA tuple, as in ``issubclass(x, (A, B, ...))``, may be given as the target to\ncheck against. This is equivalent to ``issubclass(x, A) or issubclass(x, B)\nor ...``.",
    ),
];
