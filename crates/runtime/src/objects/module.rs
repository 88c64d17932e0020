//! `module`: a namespace, and the definitions of native modules.

use crate::kinds::Trace;
use crate::objects::dict::Dict;
use crate::vm::Vm;
use crate::vm::error::PyResult;
use crate::vm::typedef::{MethodDef, TypeDef, flag};
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

/// The type.
pub static DEF: TypeDef = TypeDef {
    name: "module",
    kind: crate::kinds::MODULE,
    size: size_of::<Module>(),
    flags: flag::BASETYPE | flag::IMMUTABLE | flag::WEAKREF,
    ..TypeDef::EMPTY
};
