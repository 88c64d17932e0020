//! The import statement's side of the import system: module lookup, relative names, `from` lists.
//!
//! In: names from `import` statements and `__import__` calls. Out: modules. Modules in `sys.modules` are found
//! here; everything else is `importlib._bootstrap`'s work (the library's own Python code), as in CPython.

use crate::objects::dict::Dict;
use crate::objects::module::Module;
use crate::objects::str::Str;
use crate::objects::tuple::Tuple;
use crate::vm::Vm;
use crate::vm::error::PyResult;
use std::cell::Cell;
use std::time::Instant;
use taipan_heap::{Gc, Value};

impl Vm {
    /// Imports a module by its full name and returns that module (not its top package).
    pub fn import_module(&self, name: &str) -> PyResult {
        self.import_absolute(self.intern(name))
    }

    /// `module.attr` of an importable module.
    pub fn import_attr(&self, module: &str, attr: &str) -> PyResult {
        let m = self.import_module(module)?;
        self.get_attr(m, self.intern(attr))
    }

    /// The module `name`, from `sys.modules` or imported; parents are imported first.
    pub fn import_absolute(&self, name: Gc<Str>) -> PyResult {
        if let Some(m) = self.modules_get(name)?
            && !m.is_none()
        {
            self.wait_for_initialization(m)?;
            if self.config.import_time > 1 {
                self.import_times.cached(name);
            }
            return Ok(m);
        }
        if self.config.import_time > 0 {
            let begun = self.import_times.begin();
            let done = self.import_new(name);
            self.import_times.end(begun, name);
            return done;
        }
        self.import_new(name)
    }

    /// A module that is not in `sys.modules`.
    fn import_new(&self, name: Gc<Str>) -> PyResult {
        let started = !self.importlib.get().is_none();
        let importlib = self.start_importlib()?;
        if importlib.is_none() {
            return Err(self.import_error_for(
                self.types.ModuleNotFoundError,
                format!("No module named '{name}'"),
                name.value(),
                Value::NONE,
                Value::NONE,
            ));
        }
        // importlib's own modules, and what they stand on, are there once it runs.
        if !started
            && let Some(m) = self.modules_get(name)?
            && !m.is_none()
        {
            return Ok(m);
        }
        let find = self.get_attr(importlib, self.intern("_find_and_load"))?;
        let import = self.get_attr(importlib, self.intern("_gcd_import")).unwrap_or(Value::NONE);
        self.call(find, &[name.value(), import]).map_err(|e| self.remove_importlib_frames(e))
    }

    /// `importlib._bootstrap`, which is set up at the first import that needs it; `None` in a VM without a library.
    pub fn start_importlib(&self) -> PyResult {
        let importlib = self.importlib.get();
        if importlib.is_none()
            && let Some(hooks) = self.hooks.get()
        {
            (hooks.start_importlib)(self)?;
            return Ok(self.importlib.get());
        }
        Ok(importlib)
    }

    /// `sys.name`, made now if it is one of those that are made when asked for.
    pub fn sys_attr(&self, name: &str) -> PyResult<Option<Value>> {
        let name = self.intern(name);
        match (self.sys.get_str(self, name), self.hooks.get()) {
            (None, Some(hooks)) => (hooks.lazy_attribute)(self, *self.sys, Some(name)),
            (found, _) => Ok(found),
        }
    }

    /// `sys.modules[name]`, whatever `sys.modules` is now.
    fn modules_get(&self, name: Gc<Str>) -> PyResult<Option<Value>> {
        let modules = self.sys.get_str(self, self.names.modules).unwrap_or(Value::NONE);
        match modules.cast::<Dict>() {
            Some(d) => d.get(self, name.value()),
            None => Ok(self.modules.get_str(self, name)),
        }
    }

    /// A module that another thread is importing: its `__spec__._initializing` is true; importlib waits for it.
    fn wait_for_initialization(&self, m: Value) -> PyResult<()> {
        let Some(module) = m.cast::<Module>() else { return Ok(()) };
        if module.is_to_come() {
            return self.import_module_to_come(module);
        }
        let Some(spec) = module.dict.get().get_str(self, self.names.__spec__) else { return Ok(()) };
        if spec.is_none() {
            return Ok(());
        }
        let Some(busy) = self.get_attr_opt(spec, self.names._initializing)? else { return Ok(()) };
        if busy.is_true() && !self.importlib.get().is_none() {
            let name = self.get_attr(spec, self.intern("name"))?;
            self.call_method(self.importlib.get(), self.intern("_lock_unlock_module"), &[name])?;
        }
        Ok(())
    }

    /// `__import__(name, globals, locals, fromlist, level)`.
    pub fn import_name(&self, name: Gc<Str>, globals: Value, fromlist: Value, level: i64) -> PyResult {
        if level < 0 {
            return Err(self.value_error("level must be >= 0"));
        }
        if name.byte_len() == 0 && level == 0 {
            return Err(self.value_error("Empty module name"));
        }
        let full = if level > 0 { self.resolve_relative(name, globals, level)? } else { name };
        let module = self.import_absolute(full)?;
        let has_from = !fromlist.is_none() && !fromlist.is_unbound() && self.truth(fromlist)?;
        if has_from {
            // Only packages have names that may need importing.
            if self.get_attr_opt(module, self.names.__path__)?.is_none() {
                return Ok(module);
            }
            if self.from_list_is_there(module, fromlist)? {
                return Ok(module);
            }
            let importlib = self.start_importlib()?;
            let import = self.get_attr(importlib, self.intern("_gcd_import"))?;
            return self
                .call_method(importlib, self.intern("_handle_fromlist"), &[module, fromlist, import])
                .map_err(|e| self.remove_importlib_frames(e));
        }
        let text = name.to_string_lossy().into_owned();
        let Some(dot) = text.find('.') else { return Ok(module) };
        if level == 0 {
            return self.import_absolute(self.intern(&text[..dot]));
        }
        if name.byte_len() == 0 {
            return Ok(module);
        }
        // `from`-less relative imports bind the first component of the relative part.
        let full_text = full.to_string_lossy().into_owned();
        let cut = full_text.len() - (text.len() - dot);
        let top = self.intern(&full_text[..cut]);
        match self.modules_get(top)? {
            Some(m) => Ok(m),
            None => Err(self.key_error(top.value())),
        }
    }

    /// Are all names of a plain `from` list attributes already? Then importlib need not be asked.
    fn from_list_is_there(&self, module: Value, fromlist: Value) -> PyResult<bool> {
        let Some(names) = fromlist.cast::<Tuple>() else { return Ok(false) };
        let Some(m) = module.cast::<Module>() else { return Ok(false) };
        let d = m.dict.get();
        Ok(names.items().iter().all(|&n| self.exact_str(n).is_some_and(|n| d.get_str(self, n).is_some())))
    }

    /// The absolute name for a relative one, from the importing module's `__package__`, `__spec__`, `__name__`.
    fn resolve_relative(&self, name: Gc<Str>, globals: Value, level: i64) -> PyResult<Gc<Str>> {
        let Some(g) = globals.cast::<Dict>() else {
            return Err(self.key_error(self.intern("'__name__' not in globals").value()));
        };
        let package = g.get_str(self, self.names.__package__).unwrap_or(Value::NONE);
        let spec = g.get_str(self, self.names.__spec__).unwrap_or(Value::NONE);
        let package = if !package.is_none() {
            let Some(p) = package.cast::<Str>() else {
                return Err(self.type_error("package must be a string"));
            };
            if !spec.is_none() {
                let parent = self.get_attr(spec, self.intern("parent"))?;
                if !self.equal(package, parent)? {
                    crate::text::warn(self, self.types.DeprecationWarning, "__package__ != __spec__.parent")?;
                }
            }
            p
        } else if !spec.is_none() {
            let parent = self.get_attr(spec, self.intern("parent"))?;
            match parent.cast::<Str>() {
                Some(p) => p,
                None => return Err(self.type_error("__spec__.parent must be a string")),
            }
        } else {
            let message =
                "can't resolve package from __spec__ or __package__, falling back on __name__ and __path__";
            crate::text::warn(self, self.types.ImportWarning, message)?;
            let Some(n) = g.get_str(self, self.names.__name__) else {
                return Err(self.key_error(self.intern("'__name__' not in globals").value()));
            };
            let Some(n) = n.cast::<Str>() else { return Err(self.type_error("__name__ must be a string")) };
            if g.get_str(self, self.names.__path__).is_some() {
                n
            } else {
                let text = n.to_string_lossy().into_owned();
                self.new_str(text.rfind('.').map_or("", |d| &text[..d]))
            }
        };
        let text = package.to_string_lossy().into_owned();
        if text.is_empty() {
            return Err(self.import_error_for(
                self.types.ImportError,
                "attempted relative import with no known parent package",
                Value::NONE,
                Value::NONE,
                Value::NONE,
            ));
        }
        let mut base = text.as_str();
        for _ in 1..level {
            match base.rfind('.') {
                Some(d) => base = &base[..d],
                None => {
                    return Err(self.import_error_for(
                        self.types.ImportError,
                        "attempted relative import beyond top-level package",
                        Value::NONE,
                        Value::NONE,
                        Value::NONE,
                    ));
                }
            }
        }
        if name.byte_len() == 0 {
            return Ok(self.intern(base));
        }
        Ok(self.intern(&format!("{base}.{name}")))
    }

    /// `from module import name`
    pub fn import_from(&self, module: Value, name: Gc<Str>) -> PyResult {
        if let Some(v) = self.get_attr_opt(module, name)? {
            return Ok(v);
        }
        // A submodule that is being imported in a circle is in `sys.modules` before it is an attribute.
        let mod_name = self.get_attr_opt(module, self.names.__name__)?.and_then(|n| n.cast::<Str>());
        if let Some(n) = mod_name {
            let full = self.intern(&format!("{n}.{name}"));
            if let Some(m) = self.modules_get(full)? {
                return Ok(m);
            }
        }
        let shown = mod_name.map_or("<unknown module name>".to_string(), |n| n.to_string());
        let spec = self.get_attr_opt(module, self.names.__spec__)?.unwrap_or(Value::NONE);
        let file = self.get_attr_opt(module, self.names.__file__)?.filter(|f| f.cast::<Str>().is_some());
        let initializing = !spec.is_none()
            && self.get_attr_opt(spec, self.intern("_initializing"))?.is_some_and(|v| v.is_true());
        let place = file.map_or("unknown location".to_string(), |f| match f.cast::<Str>() {
            Some(s) => s.to_string(),
            None => String::new(),
        });
        let shadowing = match mod_name {
            Some(n) if !spec.is_none() => crate::objects::module::shadowed(self, spec, n)?,
            _ => None,
        };
        let msg = if let Some((origin, true)) = &shadowing {
            format!(
                "cannot import name '{name}' from '{shown}' (consider renaming '{origin}' since it has the same name \
                 as the standard library module named '{shown}' and prevents importing that standard library module)"
            )
        } else if let Some((origin, false)) = &shadowing
            && initializing
        {
            format!(
                "cannot import name '{name}' from '{shown}' (consider renaming '{origin}' if it has the same name as \
                 a library you intended to import)"
            )
        } else if initializing {
            format!(
                "cannot import name '{name}' from partially initialized module '{shown}' \
                 (most likely due to a circular import) ({place})"
            )
        } else {
            format!("cannot import name '{name}' from '{shown}' ({place})")
        };
        let mod_value = mod_name.map_or(Value::NONE, Gc::value);
        Err(self.import_error_for(
            self.types.ImportError,
            msg,
            mod_value,
            file.unwrap_or(Value::NONE),
            name.value(),
        ))
    }

    /// Drops the frames of importlib itself from the traceback of an import error, as CPython does.
    fn remove_importlib_frames(&self, e: crate::Raised) -> crate::Raised {
        if self.config.verbose > 0 {
            return e;
        }
        let always = self.raised_is(e, self.types.ImportError);
        let tb_next = self.intern("tb_next");
        let step = |tb: Value| self.get_attr(tb, tb_next).unwrap_or(Value::NONE);
        let place = |tb: Value| -> Option<(String, String)> {
            let frame = self.get_attr(tb, self.intern("tb_frame")).ok()?;
            let code = self.get_attr(frame, self.intern("f_code")).ok()?;
            let file = self.get_attr(code, self.intern("co_filename")).ok()?.cast::<Str>()?;
            let name = self.get_attr(code, self.intern("co_name")).ok()?.cast::<Str>()?;
            Some((file.to_string(), name.to_string()))
        };
        // Chunks of importlib frames go when the error is an ImportError, or when the chunk ends in
        // `_call_with_frames_removed`.
        let mut tb = e.0.traceback.get();
        let mut kept_before = Value::NONE;
        while !tb.is_none() {
            let mut end = tb;
            let mut in_importlib = false;
            let mut remove = false;
            while !end.is_none() {
                let Some((file, name)) = place(end) else { return e };
                if !file.starts_with("<frozen importlib._bootstrap") {
                    break;
                }
                in_importlib = true;
                remove = always || name == "_call_with_frames_removed";
                end = step(end);
            }
            if in_importlib && remove {
                if kept_before.is_none() {
                    e.0.traceback.set(e.0, end);
                } else if self.set_attr(kept_before, tb_next, end).is_err() {
                    return e;
                }
                tb = end;
                continue;
            }
            if in_importlib {
                kept_before = tb;
                let mut at = tb;
                while at != end {
                    kept_before = at;
                    at = step(at);
                }
                tb = end;
                continue;
            }
            kept_before = tb;
            tb = step(tb);
        }
        e
    }

    /// Imports a native module: it runs at most once, and is entered into `sys.modules`.
    pub fn import_native(&self, name: &str) -> PyResult<Option<Gc<Module>>> {
        let Some(def) = self.hooks.native_modules.iter().find(|d| d.name == name) else { return Ok(None) };
        let m = self.create_native_module(def)?;
        self.modules.set_str(self, self.intern(name), m.value());
        Ok(Some(m))
    }
}

/// What `-X importtime` adds up, and prints on standard error.
#[derive(Default)]
pub struct ImportTimes {
    /// Imports that are going on.
    depth: Cell<usize>,
    /// Microseconds in the imports that the running one asked for, with theirs.
    inside: Cell<u128>,
    headed: Cell<bool>,
}

impl ImportTimes {
    fn head(&self) {
        if !self.headed.replace(true) {
            eprintln!("import time: self [us] | cumulative | imported package");
        }
    }

    fn begin(&self) -> (Instant, u128) {
        self.head();
        self.depth.set(self.depth.get() + 1);
        (Instant::now(), self.inside.replace(0))
    }

    fn end(&self, (begun, around): (Instant, u128), name: Gc<Str>) {
        let all = begun.elapsed().as_micros();
        let own = all.saturating_sub(self.inside.get());
        self.inside.set(around + all);
        let depth = self.depth.get() - 1;
        self.depth.set(depth);
        eprintln!("import time: {own:>9} | {all:>10} | {:>1$}{name}", "", depth * 2);
    }

    fn cached(&self, name: Gc<Str>) {
        self.head();
        eprintln!("import time: cached    | cached     | {:>1$}{name}", "", self.depth.get() * 2);
    }
}
