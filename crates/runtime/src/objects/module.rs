//! `module`: a namespace, and the definitions of native modules.

use crate::kinds::Trace;
use crate::objects::dict::Dict;
use crate::objects::list::List;
use crate::objects::str::Str;
use crate::objects::typ::Type;
use crate::vm::Vm;
use crate::vm::args::Args;
use crate::vm::error::PyResult;
use crate::vm::slots::Slots;
use crate::vm::typedef::{MethodDef, TypeDef, flag, getset, member, method};
use taipan_heap::{Gc, Header, Slot, Tracer, Value};

/// A `module` (or an instance of a subclass).
#[repr(C)]
pub struct Module {
    header: Header,
    /// Its `__dict__`.
    pub dict: Slot<Gc<Dict>>,
    /// What a native module keeps for itself: any value.
    pub state: Slot<Value>,
}

impl Trace for Module {
    fn trace(&self, t: &mut Tracer) {
        t.gc(self.dict.get());
        t.slot(&self.state);
    }
}

impl Module {
    /// Stands in `sys.modules`, but is not imported yet: its state is its own namespace.
    pub fn is_to_come(&self) -> bool {
        self.state.get() == self.dict.get().value()
    }
}

/// A native module: one static row.
pub struct ModuleDef {
    /// Full name.
    pub name: &'static str,
    /// `__doc__`
    pub doc: &'static str,
    /// Functions.
    pub functions: &'static [MethodDef],
    /// Types that become attributes under their names.
    pub types: &'static [&'static TypeDef],
    /// Adds the rest (constants, state).
    pub init: Option<fn(&Vm, Gc<Module>) -> PyResult<()>>,
}

impl Vm {
    /// A new module object with `__name__`, `__doc__`, `__package__`, `__loader__` and `__spec__` set.
    pub fn new_module(&self, name: &str, doc: Value) -> Gc<Module> {
        let dict = self.new_dict();
        let n = &self.names;
        dict.set_str(self, n.__name__, self.intern(name).value());
        dict.set_str(self, n.__doc__, doc);
        dict.set_str(self, n.__package__, Value::NONE);
        dict.set_str(self, n.__loader__, Value::NONE);
        dict.set_str(self, n.__spec__, Value::NONE);
        self.new_module_with(self.types.module, dict)
    }
    /// A module object of `ty` around `dict`.
    pub fn new_module_with(&self, ty: Gc<crate::objects::typ::Type>, dict: Gc<Dict>) -> Gc<Module> {
        let p = self.alloc_instance_raw(ty, size_of::<Module>());
        // SAFETY: a fresh cell of that size.
        unsafe {
            let header = p.read();
            p.cast::<Module>().write(Module { header, dict: Slot::new(dict), state: Slot::new(Value::NONE) });
            Gc::from_header(p)
        }
    }
    /// Enters a module of the library into `sys.modules` that is imported when somebody looks at it.
    pub fn add_module_to_come(&self, name: &str) {
        let d = self.new_dict();
        let name = self.intern(name);
        d.set_str(self, self.names.__name__, name.value());
        let m = self.new_module_with(self.types.module, d);
        m.state.set(m, d.value());
        self.modules.set_str(self, name, m.value());
    }
    /// Imports such a module now: this object gets the namespace.
    pub fn import_module_to_come(&self, m: Gc<Module>) -> PyResult<()> {
        m.state.set(m, Value::NONE);
        let Some(name) = m.dict.get().get_str(self, self.names.__name__).and_then(|n| n.cast::<Str>()) else {
            return Ok(());
        };
        let path = self.sys.get_str(self, self.names.path).and_then(|p| p.cast::<List>());
        let entries = path.map(|p| self.list_items(p));
        let old = self.modules.remove_str(self, name);
        let new = self.import_absolute(name)?;
        // What the module does to the path was done when the VM started.
        if let (Some(path), Some(entries)) = (path, entries) {
            let all = self.new_slice(Value::NONE, Value::NONE, Value::NONE);
            self.setitem(path.value(), all.value(), self.new_list(&entries).value())?;
        }
        if let Some(new) = new.cast::<Module>() {
            m.dict.set(m, new.dict.get());
            if old {
                self.modules.set_str(self, name, m.value());
            }
        }
        Ok(())
    }
    /// Makes a native module from its definition.
    pub fn create_native_module(&self, def: &'static ModuleDef) -> PyResult<Gc<Module>> {
        let doc = if def.doc.is_empty() { Value::NONE } else { self.new_str(def.doc).value() };
        let m = self.new_module(def.name, doc);
        let d = m.dict.get();
        let name = self.intern(def.name).value();
        for f in def.functions {
            let v = crate::objects::native::new_module_function(self, m.value(), name, f);
            d.set_str(self, self.intern(f.name), v);
        }
        for t in def.types {
            let ty = self.type_of_def(t);
            d.set_str(self, self.intern(t.name), ty.value());
        }
        if let Some(init) = def.init {
            init(self, m)?;
        }
        Ok(m)
    }
}

fn this(v: Value) -> Gc<Module> {
    v.cast().expect("methods of modules get modules")
}
fn new(vm: &Vm, ty: Gc<Type>, _: Args) -> PyResult {
    Ok(vm.new_module_with(ty, vm.new_dict()).value())
}
fn init(vm: &Vm, v: Value, args: Args) -> PyResult<()> {
    let [name, doc] = args.bind(vm, "module", "(name, doc=None)")?;
    if name.cast::<Str>().is_none() {
        return Err(
            vm.type_error(format!("module() argument 'name' must be str, not {}", vm.type_name(name)))
        );
    }
    let (d, n) = (this(v).dict.get(), &vm.names);
    d.set_str(vm, n.__name__, name);
    d.set_str(vm, n.__doc__, doc.or_none());
    d.set_str(vm, n.__package__, Value::NONE);
    d.set_str(vm, n.__loader__, Value::NONE);
    d.set_str(vm, n.__spec__, Value::NONE);
    Ok(())
}
/// The spec in a module's namespace says this attribute is true.
fn spec_says(vm: &Vm, spec: Value, attr: &str) -> PyResult<bool> {
    if spec.is_none() {
        return Ok(false);
    }
    match vm.get_attr_opt(spec, vm.intern(attr))? {
        Some(v) => vm.truth(v),
        None => Ok(false),
    }
}
fn getattro(vm: &Vm, v: Value, name: Gc<Str>) -> PyResult {
    if let Some(x) = vm.generic_find(v, name)? {
        return Ok(x);
    }
    if this(v).is_to_come() {
        vm.import_module_to_come(this(v))?;
        return getattro(vm, v, name);
    }
    let d = this(v).dict.get();
    if (d == *vm.sys || d == *vm.builtins)
        && let Some(hooks) = vm.hooks.get()
        && let Some(x) = (hooks.lazy_attribute)(vm, d, Some(name))?
    {
        return Ok(x);
    }
    if let Some(f) = d.get_str(vm, vm.names.__getattr__) {
        return vm.call(f, &[name.value()]);
    }
    let Some(mod_name) = d.get_str(vm, vm.names.__name__).and_then(|n| n.cast::<Str>()) else {
        return Err(vm.attribute_error_for(format!("module has no attribute '{}'", *name), v, name.value()));
    };
    let spec = d.get_str(vm, vm.names.__spec__).unwrap_or(Value::NONE);
    let initializing = spec_says(vm, spec, "_initializing")?;
    let shadowing = if spec.is_none() { None } else { shadowed(vm, spec, mod_name)? };
    let text = match (shadowing, initializing) {
        (Some((origin, true)), _) => format!(
            "module '{mod_name}' has no attribute '{}' (consider renaming '{origin}' since it has the same name \
             as the standard library module named '{mod_name}' and prevents importing that standard library module)",
            *name
        ),
        (Some((origin, false)), true) => format!(
            "module '{mod_name}' has no attribute '{}' (consider renaming '{origin}' if it has the same name as \
             a library you intended to import)",
            *name
        ),
        (None, true) => {
            let origin = vm.get_attr_opt(spec, vm.intern("origin"))?.and_then(|o| o.cast::<Str>());
            match origin {
                Some(o) => format!(
                    "partially initialized module '{mod_name}' from '{}' has no attribute '{}' (most likely due \
                     to a circular import)",
                    *o, *name
                ),
                None => format!(
                    "partially initialized module '{mod_name}' has no attribute '{}' (most likely due to a \
                     circular import)",
                    *name
                ),
            }
        }
        (_, false) => match vm.get_attr_opt(spec, vm.intern("_uninitialized_submodules"))? {
            Some(s) if vm.contains(s, name.value())? => format!(
                "cannot access submodule '{}' of module '{mod_name}' (most likely due to a circular import)",
                *name
            ),
            _ => format!("module '{mod_name}' has no attribute '{}'", *name),
        },
    };
    Err(vm.attribute_error_for(text, v, name.value()))
}
/// A script's file that hides a module of the standard library (`true`), or perhaps another one.
pub(crate) fn shadowed(vm: &Vm, spec: Value, name: Gc<Str>) -> PyResult<Option<(String, bool)>> {
    if !spec_says(vm, spec, "has_location")? {
        return Ok(None);
    }
    let Some(origin) = vm.get_attr_opt(spec, vm.intern("origin"))?.and_then(|o| o.cast::<Str>()) else {
        return Ok(None);
    };
    let Some(origin) = origin.to_str().map(str::to_owned) else { return Ok(None) };
    let Some(first) = vm.sys.get_str(vm, vm.names.path).and_then(|p| p.cast::<crate::objects::list::List>())
    else {
        return Ok(None);
    };
    let first = vm.list_items(first).first().and_then(|p| p.cast::<Str>()).map(|s| s.to_string());
    let Some(first) = first else { return Ok(None) };
    let path = std::path::Path::new(&origin);
    let mut folder = path.parent();
    if path.file_name().is_some_and(|f| f == "__init__.py") {
        folder = folder.and_then(|f| f.parent());
    }
    let here = if first.is_empty() { std::env::current_dir().unwrap_or_default() } else { first.into() };
    if folder != Some(here.as_path()) {
        return Ok(None);
    }
    let std_names = vm.sys_attr("stdlib_module_names")?;
    let is_std = match std_names {
        Some(s) if !s.is_none() => vm.contains(s, name.value())?,
        _ => false,
    };
    Ok(Some((origin, is_std)))
}
fn repr(vm: &Vm, v: Value) -> PyResult {
    let importlib = vm.start_importlib()?;
    if !importlib.is_none() {
        return vm.call_method(importlib, vm.intern("_module_repr"), &[v]);
    }
    let name = this(v).dict.get().get_str(vm, vm.names.__name__).unwrap_or(Value::NONE);
    let r = vm.repr(name)?;
    Ok(vm.new_str(&format!("<module {}>", *r)).value())
}
fn dir(vm: &Vm, a: &[Value]) -> PyResult {
    let d = vm.get_attr(a[0], vm.names.__dict__)?;
    let Some(d) = d.cast::<Dict>() else {
        let name = vm.get_attr(a[0], vm.names.__name__)?;
        let name = vm.str(name)?;
        return Err(vm.type_error(format!("{}.__dict__ is not a dictionary", *name)));
    };
    if let Some(f) = d.get_str(vm, vm.names.__dir__) {
        return vm.call(f, &[]);
    }
    Ok(crate::objects::object::keys_list(vm, d))
}
fn get_dict(vm: &Vm, v: Value) -> PyResult {
    if this(v).is_to_come() {
        vm.import_module_to_come(this(v))?;
    }
    let d = this(v).dict.get();
    if (d == *vm.sys || d == *vm.builtins)
        && let Some(hooks) = vm.hooks.get()
    {
        // Whoever sees the namespace sees all of it.
        (hooks.lazy_attribute)(vm, d, None)?;
    }
    Ok(d.value())
}
fn get_annotate(vm: &Vm, v: Value) -> PyResult {
    let d = this(v).dict.get();
    Ok(d.get_str(vm, vm.names.__annotate__).unwrap_or_else(|| {
        d.set_str(vm, vm.names.__annotate__, Value::NONE);
        Value::NONE
    }))
}
fn set_annotate(vm: &Vm, v: Value, x: Value) -> PyResult<()> {
    if x.is_unbound() {
        return Err(vm.type_error("cannot delete __annotate__ attribute"));
    }
    if !x.is_none() && vm.class_of(x).slots.call.get().is_none() {
        return Err(vm.type_error("__annotate__ must be callable or None"));
    }
    let d = this(v).dict.get();
    d.set_str(vm, vm.names.__annotate__, x);
    if !x.is_none() {
        d.remove_str(vm, vm.names.__annotations__);
    }
    Ok(())
}
fn get_annotations(vm: &Vm, v: Value) -> PyResult {
    let d = this(v).dict.get();
    if let Some(a) = d.get_str(vm, vm.names.__annotations__) {
        return Ok(a);
    }
    let annotate = d.get_str(vm, vm.names.__annotate__).unwrap_or(Value::NONE);
    let spec = d.get_str(vm, vm.names.__spec__).unwrap_or(Value::NONE);
    let initializing = spec_says(vm, spec, "_initializing")?;
    let out = if vm.class_of(annotate).slots.call.get().is_some() {
        let r = vm.call(annotate, &[Value::int(1)])?;
        if r.cast::<Dict>().is_none() {
            return Err(
                vm.type_error(format!("__annotate__ returned non-dict of type '{}'", vm.type_name(r)))
            );
        }
        r
    } else {
        vm.new_dict().value()
    };
    if !initializing {
        d.set_str(vm, vm.names.__annotations__, out);
    }
    Ok(out)
}
fn set_annotations(vm: &Vm, v: Value, x: Value) -> PyResult<()> {
    let d = this(v).dict.get();
    if x.is_unbound() {
        if !d.remove_str(vm, vm.names.__annotations__) {
            return Err(vm.attribute_error("__annotations__"));
        }
    } else {
        d.set_str(vm, vm.names.__annotations__, x);
    }
    d.remove_str(vm, vm.names.__annotate__);
    Ok(())
}

/// The type.
pub static DEF: TypeDef = TypeDef {
    name: "module",
    kind: crate::kinds::MODULE,
    size: size_of::<Module>(),
    flags: flag::BASETYPE | flag::IMMUTABLE | flag::WEAKREF,
    slots: Slots {
        new: Some(new),
        init: Some(init),
        getattro: Some(getattro),
        repr: Some(repr),
        ..Slots::EMPTY
    },
    methods: &[method("__dir__", "($self, /)", dir, "__dir__() -> list\nspecialized dir() implementation")],
    getset: &[
        member("__dict__", get_dict, ""),
        getset("__annotations__", get_annotations, set_annotations, ""),
        getset("__annotate__", get_annotate, set_annotate, ""),
    ],
    doc: "module(name, doc=None)\n--\n\nCreate a module object.\n\nThe name must be a string; the optional doc argument can have any type.",
    ..TypeDef::EMPTY
};
