//! What the run-time asks of the crates behind it in the data flow (interpreter, standard library): one table of
//! functions, set once when the pieces are put together.

use crate::objects::dict::Dict;
use crate::objects::module::{Module, ModuleDef};
use crate::objects::str::Str;
use crate::vm::Vm;
use crate::vm::error::PyResult;
use taipan_heap::{Gc, Value};

/// A module of the embedded library.
pub struct FrozenCode {
    /// Its code, in `taipan-bytecode`'s binary encoding.
    pub code: &'static [u8],
    /// Is it a package?
    pub is_package: bool,
    /// Path below the library's folder, e.g. `json/decoder.py`.
    pub path: &'static str,
}

/// The functions.
pub struct Hooks {
    /// Runs a code object: `(code, globals, locals)`; `locals` is any mapping. Adds `__builtins__` to globals.
    pub exec: fn(&Vm, Value, Gc<Dict>, Value) -> PyResult,
    /// Makes a code object from the binary encoding; every nested code gets this `co_filename`.
    pub load_code: fn(&Vm, taipan_bytecode::Data, &str) -> PyResult,
    /// The inverse: a code object's binary encoding.
    pub dump_code: fn(&Vm, Value) -> PyResult<Vec<u8>>,
    /// Globals of the innermost running Python frame.
    pub frame_globals: fn(&Vm) -> Option<Gc<Dict>>,
    /// `locals()` of the innermost running Python frame.
    pub frame_locals: fn(&Vm) -> PyResult<Option<Value>>,
    /// The frame object `depth` levels above the innermost running Python frame.
    pub frame: fn(&Vm, usize) -> Option<Value>,
    /// A module of the embedded library by its full name.
    pub frozen: fn(&str) -> Option<FrozenCode>,
    /// Names of all embedded modules.
    pub frozen_names: fn() -> Vec<&'static str>,
    /// Source text of a module of the embedded library.
    pub frozen_source: fn(&str) -> Option<String>,
    /// A builtin that is made when first used (`exit`, `help`), by name.
    pub lazy_builtin: fn(&Vm, &str) -> PyResult<Option<Value>>,
    /// An attribute of `sys` or `builtins` that is made when first asked for: `(namespace, name)`. Without a name
    /// all of them are made.
    pub lazy_attribute: fn(&Vm, Gc<Dict>, Option<Gc<Str>>) -> PyResult<Option<Value>>,
    /// Runs importlib's bootstrap and sets `vm.importlib`; called at the first import that needs it.
    pub start_importlib: fn(&Vm) -> PyResult<()>,
    /// Puts a JIT's functions into `sys._jit`.
    pub fill_jit: fn(&Vm, Gc<Module>),
    /// Native modules.
    pub native_modules: &'static [&'static ModuleDef],
}

impl Vm {
    /// Sets the functions; once, before any Python code runs.
    pub fn set_hooks(&self, hooks: Hooks) {
        let _ = self.hooks.0.set(hooks);
    }
}
