//! `_csv.Dialect`: the options of readers and writers, checked once.

use super::registered;
use taipan_runtime::kinds::Trace;
use taipan_runtime::objects::str::Str;
use taipan_runtime::objects::typ::Type;
use taipan_runtime::vm::typedef::{NativeObject, flag};
use taipan_runtime::{
    Args, Gc, Header, PyResult, Slot, Slots, Tracer, TypeDef, Value, Vm, method, method_var, readonly,
};

/// When fields are quoted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum Quoting {
    /// Where needed.
    Minimal,
    /// Always.
    All,
    /// All but numbers; unquoted fields are read as numbers.
    NonNumeric,
    /// Never.
    None,
    /// Strings; unquoted fields are read as numbers or `None`.
    Strings,
    /// All but `None`.
    NotNull,
}

/// Names and numbers of the quoting styles.
pub static QUOTING: &[(&str, Quoting)] = &[
    ("QUOTE_MINIMAL", Quoting::Minimal),
    ("QUOTE_ALL", Quoting::All),
    ("QUOTE_NONNUMERIC", Quoting::NonNumeric),
    ("QUOTE_NONE", Quoting::None),
    ("QUOTE_STRINGS", Quoting::Strings),
    ("QUOTE_NOTNULL", Quoting::NotNull),
];

/// A dialect; never changes once made.
#[repr(C)]
pub struct Dialect {
    header: Header,
    /// Between fields.
    pub delimiter: u32,
    /// A quote within a quoted field is doubled.
    pub doublequote: bool,
    /// Before characters that would mean something.
    pub escapechar: Option<u32>,
    /// Around fields.
    pub quotechar: Option<u32>,
    /// When to quote.
    pub quoting: Quoting,
    /// Spaces after delimiters mean nothing.
    pub skipinitialspace: bool,
    /// Bad input is an error.
    pub strict: bool,
    /// After rows that are written.
    pub lineterminator: Slot<Value>,
}
impl Trace for Dialect {
    fn trace(&self, t: &mut Tracer) {
        t.slot(&self.lineterminator);
    }
}
// SAFETY: `repr(C)`, begins with a header, created with its definition.
unsafe impl NativeObject for Dialect {
    const DEF: &'static TypeDef = &DEF;
}

const NAMES: [&str; 8] = [
    "delimiter",
    "doublequote",
    "escapechar",
    "lineterminator",
    "quotechar",
    "quoting",
    "skipinitialspace",
    "strict",
];

/// One character, or `None` where `or_none` allows it.
fn character(vm: &Vm, v: Value, name: &str, or_none: bool) -> PyResult<Option<u32>> {
    if v.is_none() && or_none {
        return Ok(None);
    }
    let none = if or_none { " or None" } else { "" };
    let Some(s) = v.cast::<Str>() else {
        return Err(
            vm.type_error(format!("\"{name}\" must be a unicode character{none}, not {}", vm.type_name(v)))
        );
    };
    if s.char_len() != 1 {
        return Err(vm.type_error(format!(
            "\"{name}\" must be a unicode character{none}, not a string of length {}",
            s.char_len()
        )));
    }
    Ok(s.code_points().next())
}

/// The dialect that `dialect` (a dialect, a name, any object with the attributes, or `None`) and options mean.
pub fn make(vm: &Vm, dialect: Value, args: Args) -> PyResult {
    let ty = vm.type_of_def(&DEF);
    build(
        vm,
        ty,
        Args { pos: if dialect.is_unbound() { &[] } else { std::slice::from_ref(&dialect) }, ..args },
    )
}

fn build(vm: &Vm, ty: Gc<Type>, args: Args) -> PyResult {
    const SIG: &str = "(dialect=None, delimiter=None, doublequote=None, escapechar=None, lineterminator=None, \
                       quotechar=None, quoting=None, skipinitialspace=None, strict=None)";
    for (name, _) in args.kw.iter() {
        let known = name.to_str().is_some_and(|n| n == "dialect" || NAMES.contains(&n));
        if !known {
            return Err(vm.type_error(format!(
                "this function got an unexpected keyword argument '{}'",
                name.to_string_lossy()
            )));
        }
    }
    let bound: [Value; 9] = args.bind(vm, "Dialect", SIG)?;
    let mut base = bound[0].or_none();
    if base.cast::<Str>().is_some() {
        base = registered(vm, base)?;
    }
    let mut given = [Value::UNBOUND; 8];
    given.copy_from_slice(&bound[1..]);
    if vm.native::<Dialect>(base).is_some()
        && given.iter().all(|v| v.is_unbound())
        && std::ptr::eq(&*ty, &*vm.type_of_def(&DEF))
    {
        return Ok(base);
    }
    if !base.is_none() {
        for (slot, name) in given.iter_mut().zip(NAMES) {
            if slot.is_unbound()
                && let Some(v) = vm.get_attr_opt(base, vm.intern(name))?
            {
                *slot = v;
            }
        }
    }
    let [delimiter, doublequote, escapechar, lineterminator, quotechar, quoting, skip, strict] = given;
    let one = |v: Value, name, default: u32| match v.bound() {
        None => Ok(Some(default)),
        Some(v) => character(vm, v, name, name == "quotechar"),
    };
    let flag = |v: Value, default| v.bound().map_or(Ok(default), |v| vm.truth(v));
    let delimiter_c = one(delimiter, "delimiter", ',' as u32)?.unwrap_or(',' as u32);
    let doublequote = flag(doublequote, true)?;
    let escape = escapechar.bound().map_or(Ok(None), |v| character(vm, v, "escapechar", true))?;
    let terminator = match lineterminator.bound() {
        None => vm.intern("\r\n").value(),
        Some(v) if v.cast::<Str>().is_some() => v,
        Some(v) => {
            return Err(
                vm.type_error(format!("\"lineterminator\" must be a string, not {}", vm.type_name(v)))
            );
        }
    };
    let quote = one(quotechar, "quotechar", '"' as u32)?;
    let mut style = match quoting.bound() {
        None => Quoting::Minimal,
        Some(v) => {
            if vm.class_of(v) != vm.types.int {
                return Err(vm.type_error(format!("\"quoting\" must be an integer, not {}", vm.type_name(v))));
            }
            let n = vm.index_i64(v).unwrap_or(-1);
            usize::try_from(n)
                .ok()
                .and_then(|n| QUOTING.get(n))
                .map(|q| q.1)
                .ok_or_else(|| vm.type_error("bad \"quoting\" value"))?
        }
    };
    let skip = flag(skip, false)?;
    let strict = flag(strict, false)?;
    if quotechar.bound().is_some_and(|v| v.is_none()) && quoting.is_unbound() {
        style = Quoting::None;
    }
    if style != Quoting::None && quote.is_none() {
        return Err(vm.type_error("quotechar must be set if quoting enabled"));
    }
    let ends = terminator.cast::<Str>().expect("checked above");
    let has = |c: u32| ends.code_points().any(|x| x == c);
    let characters =
        [("delimiter", Some(delimiter_c), true), ("escapechar", escape, !skip), ("quotechar", quote, !skip)];
    for (name, c, space) in characters {
        if let Some(c) = c
            && (c == '\r' as u32 || c == '\n' as u32 || (c == ' ' as u32 && !space))
        {
            return Err(vm.value_error(format!("bad {name} value")));
        }
    }
    for (i, (name, c, _)) in characters.iter().enumerate() {
        for (other, d, _) in &characters[i + 1..] {
            if c.is_some() && c == d {
                return Err(vm.value_error(format!("bad {name} or {other} value")));
            }
        }
        if c.is_some_and(has) {
            return Err(vm.value_error(format!("bad {name} or lineterminator value")));
        }
    }
    Ok(vm
        .new_native_of(ty, |header| Dialect {
            header,
            delimiter: delimiter_c,
            doublequote,
            escapechar: escape,
            quotechar: quote,
            quoting: style,
            skipinitialspace: skip,
            strict,
            lineterminator: Slot::new(terminator),
        })
        .value())
}

fn this(vm: &Vm, v: Value) -> PyResult<Gc<Dialect>> {
    vm.native::<Dialect>(v).ok_or_else(|| vm.type_error("a Dialect is required"))
}
fn shown(vm: &Vm, c: Option<u32>) -> PyResult {
    Ok(c.map_or(Value::NONE, |c| vm.str_char(c).value()))
}
fn no_pickle(vm: &Vm, v: Value) -> PyResult {
    Err(vm.type_error(format!("cannot pickle '{}' instances", vm.type_name(v))))
}

/// The type.
pub static DEF: TypeDef = TypeDef {
    name: "Dialect",
    module: "_csv",
    flags: flag::BASETYPE | flag::IMMUTABLE,
    slots: Slots { new: Some(build), ..Slots::EMPTY },
    methods: &[
        method(
            "__reduce__",
            "($self, /)",
            |vm, a| no_pickle(vm, a[0]),
            "raises an exception to avoid pickling",
        ),
        method_var(
            "__reduce_ex__",
            "($self, *args)",
            |vm, args| no_pickle(vm, args.pos[0]),
            "raises an exception to avoid pickling",
        ),
    ],
    getset: &[
        readonly("delimiter", |vm, v| shown(vm, Some(this(vm, v)?.delimiter)), ""),
        readonly("doublequote", |vm, v| Ok(Value::bool(this(vm, v)?.doublequote)), ""),
        readonly("escapechar", |vm, v| shown(vm, this(vm, v)?.escapechar), ""),
        readonly("lineterminator", |vm, v| Ok(this(vm, v)?.lineterminator.get()), ""),
        readonly("quotechar", |vm, v| shown(vm, this(vm, v)?.quotechar), ""),
        readonly("quoting", |vm, v| Ok(Value::int(this(vm, v)?.quoting as i64)), ""),
        readonly("skipinitialspace", |vm, v| Ok(Value::bool(this(vm, v)?.skipinitialspace)), ""),
        readonly("strict", |vm, v| Ok(Value::bool(this(vm, v)?.strict)), ""),
    ],
    doc: "CSV dialect\n\nThe Dialect type records CSV parsing and generation options.",
    ..TypeDef::native::<Dialect>()
};
