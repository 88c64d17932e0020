//! Exceptions with attributes of their own that need no file: `StopIteration`, `SystemExit`, `ImportError`,
//! `AttributeError`, `NameError`, `KeyError`, `SyntaxError`. Each family says which fields hold what.

use super::{BASE, Exception, Family, dict_of, field, this};
use crate::objects::dict::Dict;
use crate::objects::str::Str;
use crate::vm::Vm;
use crate::vm::args::Args;
use crate::vm::error::{PyResult, Raised};
use crate::vm::slots::Slots;
use crate::vm::typedef::{MethodDef, method};
use taipan_heap::{Gc, GcVec, Value};

fn base_init(vm: &Vm, e: Value, args: Args) -> PyResult<()> {
    (BASE.slots.init.expect("declared"))(vm, e, args)
}

fn stop_iteration_init(vm: &Vm, e: Value, args: Args) -> PyResult<()> {
    base_init(vm, e, args)?;
    this(e).set_field(vm, 0, args.pos.first().copied().unwrap_or(Value::NONE));
    Ok(())
}
/// Field 0: `value`.
pub const STOP_ITERATION: Family = Family {
    slots: Slots { init: Some(stop_iteration_init), ..Slots::EMPTY },
    getset: &[field::<0>("value", "generator return value")],
    ..Family::NONE
};

fn system_exit_init(vm: &Vm, e: Value, args: Args) -> PyResult<()> {
    base_init(vm, e, args)?;
    let code = match args.pos {
        [] => Value::NONE,
        [one] => *one,
        many => vm.new_tuple(many).value(),
    };
    this(e).set_field(vm, 0, code);
    Ok(())
}
/// Field 0: `code`.
pub const SYSTEM_EXIT: Family = Family {
    slots: Slots { init: Some(system_exit_init), ..Slots::EMPTY },
    getset: &[field::<0>("code", "exception code")],
    ..Family::NONE
};

/// Takes keyword arguments `names` into the fields of the same index; positional ones are `args`.
fn keyword_init(vm: &Vm, e: Value, args: Args, type_name: &str, names: &[(&str, usize)]) -> PyResult<()> {
    base_init(vm, e, Args::new(args.pos))?;
    for &(_, i) in names {
        this(e).set_field(vm, i, Value::NONE);
    }
    for (key, value) in args.kw.iter() {
        let Some(&(_, i)) = names.iter().find(|(n, _)| n.as_bytes() == key.as_bytes()) else {
            return Err(vm.type_error(format!("{type_name}() got an unexpected keyword argument '{key}'")));
        };
        this(e).set_field(vm, i, value);
    }
    Ok(())
}

fn import_init(vm: &Vm, e: Value, args: Args) -> PyResult<()> {
    keyword_init(vm, e, args, "ImportError", &[("name", 0), ("path", 1), ("name_from", 2)])?;
    this(e).set_field(vm, 3, if args.pos.len() == 1 { args.pos[0] } else { Value::NONE });
    Ok(())
}
fn import_str(vm: &Vm, e: Value) -> PyResult {
    let msg = this(e).field(3);
    if msg.is_kind(crate::kinds::STR) && vm.exact_str(msg).is_some() {
        return Ok(msg);
    }
    (BASE.slots.str.expect("declared"))(vm, e)
}
/// The instance's dict with the set fields among `names` added: the state for pickling.
fn state_with(vm: &Vm, e: Value, names: &[(&str, usize)]) -> Option<Gc<Dict>> {
    let out = vm.new_dict();
    if let Some(d) = dict_of(e) {
        let mut pos = 0;
        while let Some(item) = d.next_entry(&mut pos) {
            if let Some(name) = item.key.cast::<Str>() {
                out.set_str(vm, name, item.value);
            }
        }
    }
    for &(name, i) in names {
        let v = this(e).field(i).or_none();
        if !v.is_none() {
            out.set_str(vm, vm.intern(name), v);
        }
    }
    if out.is_empty() { None } else { Some(out) }
}
fn reduce_with(vm: &Vm, e: Value, state: Option<Gc<Dict>>) -> Value {
    let mut parts = GcVec::from_slice(&vm.heap, &[vm.class_of(e).value(), this(e).args.get().value()]);
    if let Some(s) = state {
        parts.push(&vm.heap, s.value());
    }
    vm.new_tuple(&parts).value()
}
fn import_reduce(vm: &Vm, a: &[Value]) -> PyResult {
    Ok(reduce_with(vm, a[0], state_with(vm, a[0], &[("name", 0), ("path", 1), ("name_from", 2)])))
}
/// Fields: 0 `name`, 1 `path`, 2 `name_from`, 3 `msg`.
pub const IMPORT: Family = Family {
    slots: Slots { init: Some(import_init), str: Some(import_str), ..Slots::EMPTY },
    methods: &[method("__reduce__", "($self, /)", import_reduce, "")],
    getset: &[
        field::<3>("msg", "exception message"),
        field::<0>("name", "module name"),
        field::<1>("path", "module path"),
        field::<2>("name_from", "name imported from module"),
    ],
};

fn attribute_init(vm: &Vm, e: Value, args: Args) -> PyResult<()> {
    keyword_init(vm, e, args, "AttributeError", &[("name", 0), ("obj", 1)])
}
fn attribute_state(vm: &Vm, e: Value) -> Gc<Dict> {
    let d = state_with(vm, e, &[("name", 0)]).unwrap_or_else(|| vm.new_dict());
    d.set_str(vm, vm.names.args, this(e).args.get().value());
    d
}
fn attribute_getstate(vm: &Vm, a: &[Value]) -> PyResult {
    Ok(attribute_state(vm, a[0]).value())
}
fn attribute_reduce(vm: &Vm, a: &[Value]) -> PyResult {
    Ok(reduce_with(vm, a[0], Some(attribute_state(vm, a[0]))))
}
const ATTRIBUTE_METHODS: &[MethodDef] = &[
    method("__getstate__", "($self, /)", attribute_getstate, ""),
    method("__reduce__", "($self, /)", attribute_reduce, ""),
];
/// Fields: 0 `name`, 1 `obj`.
pub const ATTRIBUTE: Family = Family {
    slots: Slots { init: Some(attribute_init), ..Slots::EMPTY },
    methods: ATTRIBUTE_METHODS,
    getset: &[field::<0>("name", "attribute name"), field::<1>("obj", "object")],
};

fn name_init(vm: &Vm, e: Value, args: Args) -> PyResult<()> {
    keyword_init(vm, e, args, "NameError", &[("name", 0)])
}
/// Field 0: `name`.
pub const NAME: Family = Family {
    slots: Slots { init: Some(name_init), ..Slots::EMPTY },
    getset: &[field::<0>("name", "name")],
    ..Family::NONE
};

fn key_str(vm: &Vm, e: Value) -> PyResult {
    // A missing key is shown as it is written.
    match this(e).args.get().items() {
        [one] => Ok(vm.repr(*one)?.value()),
        _ => (BASE.slots.str.expect("declared"))(vm, e),
    }
}
/// `KeyError`
pub const KEY: Family = Family { slots: Slots { str: Some(key_str), ..Slots::EMPTY }, ..Family::NONE };

/// Fields of `SyntaxError`.
pub mod syntax {
    #![allow(missing_docs)]
    pub const MSG: usize = 0;
    pub const FILENAME: usize = 1;
    pub const LINENO: usize = 2;
    pub const OFFSET: usize = 3;
    pub const TEXT: usize = 4;
    pub const END_LINENO: usize = 5;
    pub const END_OFFSET: usize = 6;
    pub const PRINT_FILE_AND_LINE: usize = 7;
    pub const METADATA: usize = 8;
}

fn syntax_init(vm: &Vm, e: Value, args: Args) -> PyResult<()> {
    base_init(vm, e, args)?;
    let x = this(e);
    if let Some(&msg) = args.pos.first() {
        x.set_field(vm, syntax::MSG, msg);
    }
    if args.pos.len() == 2 {
        let info = vm.collect(args.pos[1])?;
        let n = info.len();
        if n < 4 {
            return Err(vm.type_error(format!("function takes at least 4 arguments ({n} given)")));
        }
        if n > 7 {
            return Err(vm.type_error(format!("function takes at most 7 arguments ({n} given)")));
        }
        for (i, &v) in info.iter().enumerate() {
            x.set_field(vm, syntax::FILENAME + i, v);
        }
        if n == 7 {
            x.set_field(vm, syntax::METADATA, info[6]);
            x.set_field(vm, syntax::PRINT_FILE_AND_LINE, Value::UNBOUND);
        }
        if n == 5 {
            return Err(vm.type_error("end_offset must be provided when end_lineno is provided"));
        }
    }
    Ok(())
}
fn syntax_str(vm: &Vm, e: Value) -> PyResult {
    let x = this(e);
    let msg = x.field(syntax::MSG).or_none();
    let msg = vm.str(msg)?;
    let file = x.field(syntax::FILENAME).or_none().cast::<Str>().map(|f| {
        let f = f.to_string();
        f.rsplit('/').next().unwrap_or("").to_string()
    });
    let line = x.field(syntax::LINENO).or_none().to_int();
    let text = match (file, line) {
        (Some(f), Some(l)) => format!("{msg} ({f}, line {l})"),
        (Some(f), None) => format!("{msg} ({f})"),
        (None, Some(l)) => format!("{msg} (line {l})"),
        (None, None) => return Ok(msg.value()),
    };
    Ok(vm.new_str(&text).value())
}
/// Fields: see [`syntax`].
pub const SYNTAX: Family = Family {
    slots: Slots { init: Some(syntax_init), str: Some(syntax_str), ..Slots::EMPTY },
    methods: &[],
    getset: &[
        field::<{ syntax::MSG }>("msg", "exception msg"),
        field::<{ syntax::FILENAME }>("filename", "exception filename"),
        field::<{ syntax::LINENO }>("lineno", "exception lineno"),
        field::<{ syntax::OFFSET }>("offset", "exception offset"),
        field::<{ syntax::TEXT }>("text", "exception text"),
        field::<{ syntax::END_LINENO }>("end_lineno", "exception end lineno"),
        field::<{ syntax::END_OFFSET }>("end_offset", "exception end offset"),
        field::<{ syntax::PRINT_FILE_AND_LINE }>("print_file_and_line", "exception print_file_and_line"),
        field::<{ syntax::METADATA }>("_metadata", "exception private metadata"),
    ],
};

impl Vm {
    /// `AttributeError(msg)` with `name` and `obj` set, which suggestions are made from.
    #[cold]
    pub fn attribute_error_for(&self, msg: impl AsRef<str>, obj: Value, name: Value) -> Raised {
        let e = self.attribute_error(msg);
        e.0.set_field(self, 0, name);
        e.0.set_field(self, 1, obj);
        e
    }
    /// `NameError(msg)` (or `ty`, a subclass) with `name` set.
    #[cold]
    pub fn name_error_for(&self, msg: impl AsRef<str>, name: Value) -> Raised {
        let e = self.new_exception(self.types.NameError, msg.as_ref());
        e.0.set_field(self, 0, name);
        e
    }
    /// `ImportError(msg, name=, path=, name_from=)`; `ty` is `ImportError` or a builtin subclass.
    #[cold]
    pub fn import_error_for(
        &self,
        ty: Gc<crate::objects::typ::Type>,
        msg: impl AsRef<str>,
        name: Value,
        path: Value,
        name_from: Value,
    ) -> Raised {
        let e = self.new_exception(ty, msg.as_ref());
        e.0.set_field(self, 0, name);
        e.0.set_field(self, 1, path);
        e.0.set_field(self, 2, name_from);
        e
    }
    /// The `value` of a `StopIteration`.
    pub fn stop_value(&self, e: Raised) -> Value {
        e.0.field(0).or_none()
    }
}

/// Is this value an exception instance?
pub fn is_exception(v: Value) -> bool {
    v.cast::<Exception>().is_some()
}
