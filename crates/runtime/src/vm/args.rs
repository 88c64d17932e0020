//! Arguments of calls to natives: how they arrive ([`Args`]), and how they are bound to a builtin's signature.
//!
//! In: positional values, keyword names and values. Out: one value for each parameter (`UNBOUND` where none was
//! given), or the `TypeError` that CPython raises. Which wording applies follows from the signature alone, as it
//! does with CPython's Argument Clinic:
//!
//! * no parameters: `list.clear() takes no arguments (1 given)`
//! * one positional-only parameter: `list.append() takes exactly one argument (0 given)`
//! * positional-only parameters: `pop expected at most 1 argument, got 2`
//! * keywords: `sort() got an unexpected keyword argument 'x'`, `f() missing required argument 'y' (pos 1)`

use crate::objects::str::Str;
use crate::objects::tuple::Tuple;
use crate::vm::Vm;
use crate::vm::error::PyResult;
use crate::vm::typedef::{MethodDef, MethodKind, NativeImpl};
use taipan_heap::{Gc, Value};

/// Keyword arguments of a call: names (exact `str`s) and values of the same number.
#[derive(Clone, Copy, Default)]
pub struct Kw<'a> {
    /// Names.
    pub names: Option<Gc<Tuple>>,
    /// Values.
    pub values: &'a [Value],
}

impl<'a> Kw<'a> {
    /// Number of keyword arguments.
    pub fn len(&self) -> usize {
        self.values.len()
    }
    /// Are there none?
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }
    /// Pairs of name and value.
    pub fn iter(&self) -> impl Iterator<Item = (Gc<Str>, Value)> + 'a {
        let names = self.names;
        self.values.iter().enumerate().map(move |(i, &v)| {
            let name = names.expect("values have names").items()[i];
            (name.cast::<Str>().expect("keyword names are strings"), v)
        })
    }
    /// The value given for `name`.
    pub fn get(&self, name: &str) -> Option<Value> {
        self.iter().find(|(n, _)| n.as_bytes() == name.as_bytes()).map(|(_, v)| v)
    }
}

/// The arguments of a call as passed. Copying it is cheap.
#[derive(Clone, Copy, Default)]
pub struct Args<'a> {
    /// Positional arguments (for methods `self` first).
    pub pos: &'a [Value],
    /// Keyword arguments.
    pub kw: Kw<'a>,
}

impl<'a> Args<'a> {
    /// Positional arguments only.
    pub const fn new(pos: &'a [Value]) -> Args<'a> {
        Args { pos, kw: Kw { names: None, values: &[] } }
    }
    /// Without the first positional argument (`self`).
    pub fn skip(self, n: usize) -> Args<'a> {
        Args { pos: &self.pos[n..], kw: self.kw }
    }
    /// Raises `name() takes no keyword arguments` if there are any.
    pub fn no_keywords(&self, vm: &Vm, name: &str) -> PyResult<()> {
        if self.kw.is_empty() {
            Ok(())
        } else {
            Err(vm.type_error(format!("{name}() takes no keyword arguments")))
        }
    }
    /// Positional arguments only, between `min` and `max` of them: `name expected at most 1 argument, got 2`.
    pub fn positional(&self, vm: &Vm, name: &str, min: usize, max: usize) -> PyResult<&'a [Value]> {
        self.no_keywords(vm, name)?;
        check_positional(vm, name, self.pos.len(), min, max)?;
        Ok(self.pos)
    }
    /// Binds to a signature text (without `$self`), e.g. `"(iterable=(), /, key=None)"`: values in `out`, one
    /// for each parameter. For constructors and other slots that take `Args`.
    pub fn bind<const N: usize>(&self, vm: &Vm, name: &str, sig: &'static str) -> PyResult<[Value; N]> {
        let mut out = [Value::UNBOUND; N];
        bind(vm, name, &Arity::of(sig), sig, false, *self, &mut out)?;
        Ok(out)
    }
}

/// `name expected [at least|at most] n argument[s], got k`.
pub fn check_positional(vm: &Vm, name: &str, got: usize, min: usize, max: usize) -> PyResult<()> {
    if got >= min && got <= max {
        return Ok(());
    }
    let (bound, n) = if got < min { ("at least ", min) } else { ("at most ", max) };
    let bound = if min == max { "" } else { bound };
    let s = if n == 1 { "" } else { "s" };
    Err(vm.type_error(format!("{name} expected {bound}{n} argument{s}, got {got}")))
}

/// Counts derived from a signature text.
#[derive(Clone, Copy, Debug)]
pub struct Arity {
    /// Parameters in all, `$self` not counted.
    pub total: u8,
    /// Positional-only parameters.
    pub posonly: u8,
    /// Parameters that may be passed by position.
    pub pos: u8,
    /// Parameters that must be given among those passed by position.
    pub required: u8,
    /// Does the signature begin with `$self` or `$type` (passed) rather than `$module` or nothing?
    pub has_self: bool,
    /// Has `*args` or `**kwargs`.
    pub variadic: bool,
}

impl Arity {
    /// Reads a signature text. Evaluated at compile time for tables.
    pub const fn of(sig: &'static str) -> Arity {
        let b = sig.as_bytes();
        let mut a = Arity { total: 0, posonly: 0, pos: 0, required: 0, has_self: false, variadic: false };
        assert!(b.len() >= 2 && b[0] == b'(' && b[b.len() - 1] == b')', "a signature is in parentheses");
        let mut i = 1;
        let end = b.len() - 1;
        let mut kwonly = false;
        let mut first = true;
        while i < end {
            while i < end && (b[i] == b' ' || b[i] == b',') {
                i += 1;
            }
            if i >= end {
                break;
            }
            let start = i;
            let mut depth = 0;
            let mut default = false;
            let mut quote = 0u8;
            while i < end {
                let c = b[i];
                if quote != 0 {
                    if c == quote {
                        quote = 0;
                    }
                } else if c == b'\'' || c == b'"' {
                    quote = c;
                } else if c == b'(' || c == b'[' || c == b'{' {
                    depth += 1;
                } else if c == b')' || c == b']' || c == b'}' {
                    depth -= 1;
                } else if c == b',' && depth == 0 {
                    break;
                } else if c == b'=' {
                    default = true;
                }
                i += 1;
            }
            if b[start] == b'$' {
                assert!(first, "$self comes first");
                a.has_self = b[start + 1] != b'm';
            } else if b[start] == b'/' {
                a.posonly = a.pos;
            } else if b[start] == b'*' {
                if i - start == 1 {
                    kwonly = true;
                } else {
                    a.variadic = true;
                    kwonly = true;
                }
            } else {
                a.total += 1;
                if !kwonly {
                    a.pos += 1;
                    if !default {
                        a.required = a.pos;
                    }
                }
            }
            first = false;
        }
        a
    }
}

/// Names and optionality of a signature's parameters, read when keywords or errors need them.
pub fn parameters(sig: &'static str) -> impl Iterator<Item = (&'static str, bool)> {
    let inner = &sig[1..sig.len() - 1];
    let mut depth = 0;
    let mut quote = None;
    inner
        .split(move |c: char| {
            match (quote, c) {
                (Some(q), _) if c == q => quote = None,
                (Some(_), _) => {}
                (None, '\'' | '"') => quote = Some(c),
                (None, '(' | '[' | '{') => depth += 1,
                (None, ')' | ']' | '}') => depth -= 1,
                (None, ',') => return depth == 0,
                _ => {}
            }
            false
        })
        .map(str::trim)
        .filter(|p| !p.is_empty() && !p.starts_with(['$', '/', '*']))
        .map(|p| match p.find('=') {
            Some(i) => (p[..i].trim(), true),
            None => (p, false),
        })
}

/// Binds `args` (without `self`) to a signature; `out` has one place for each parameter.
///
/// `name` is the function's name, `qualified` (`list.append`) is used where CPython does.
pub fn bind(
    vm: &Vm,
    name: &str,
    arity: &Arity,
    sig: &'static str,
    is_method: bool,
    args: Args,
    out: &mut [Value],
) -> PyResult<()> {
    let _ = is_method;
    let short = name.rsplit('.').next().unwrap_or(name);
    let n = args.pos.len();
    let total = arity.total as usize;
    let pos = arity.pos as usize;
    debug_assert_eq!(out.len(), total);
    let only_positional = arity.posonly as usize == total;
    if only_positional {
        if !args.kw.is_empty() {
            return Err(vm.type_error(format!("{name}() takes no keyword arguments")));
        }
        if n < arity.required as usize || n > total {
            return Err(match total {
                0 => vm.type_error(format!("{name}() takes no arguments ({n} given)")),
                1 if arity.required == 1 => {
                    vm.type_error(format!("{name}() takes exactly one argument ({n} given)"))
                }
                _ => {
                    check_positional(vm, short, n, arity.required as usize, total)?;
                    unreachable!("the count was just found wrong")
                }
            });
        }
        out[..n].copy_from_slice(args.pos);
        return Ok(());
    }
    if n + args.kw.len() > total {
        let plural = if total == 1 { "" } else { "s" };
        let given = n + args.kw.len();
        let kind = if n == 0 { "keyword " } else { "" };
        if (n <= pos) || pos == total {
            return Err(vm.type_error(format!(
                "{short}() takes at most {total} {kind}argument{plural} ({given} given)"
            )));
        }
    }
    if n > pos {
        if pos == 0 {
            return Err(vm.type_error(format!("{short}() takes no positional arguments")));
        }
        let plural = if pos == 1 { "" } else { "s" };
        let bound = if arity.required as usize == pos { "exactly" } else { "at most" };
        return Err(
            vm.type_error(format!("{short}() takes {bound} {pos} positional argument{plural} ({n} given)"))
        );
    }
    out[..n].copy_from_slice(args.pos);
    for (key, value) in args.kw.iter() {
        let found = parameters(sig)
            .enumerate()
            .skip(arity.posonly as usize)
            .find(|(_, (p, _))| p.as_bytes() == key.as_bytes());
        let Some((i, _)) = found else {
            return Err(vm.type_error(format!("{short}() got an unexpected keyword argument '{key}'")));
        };
        if !out[i].is_unbound() {
            return Err(vm.type_error(format!(
                "argument for {short}() given by name ('{key}') and position ({})",
                i + 1
            )));
        }
        out[i] = value;
    }
    for (i, (p, optional)) in parameters(sig).enumerate() {
        if !optional && out[i].is_unbound() {
            if i < arity.posonly as usize {
                let required = arity.required.min(arity.posonly) as usize;
                let s = if required == 1 { "" } else { "s" };
                let bound = if required == pos { "exactly" } else { "at least" };
                return Err(vm.type_error(format!(
                    "{short}() takes {bound} {required} positional argument{s} ({n} given)"
                )));
            }
            return Err(if i < pos {
                vm.type_error(format!("{short}() missing required argument '{p}' (pos {})", i + 1))
            } else {
                vm.type_error(format!("{short}() missing required keyword-only argument: '{p}'"))
            });
        }
    }
    Ok(())
}

/// Calls a builtin: `args` hold `self` first for methods and class methods. `owner` names the type for messages.
pub fn call_def(vm: &Vm, def: &'static MethodDef, owner: Option<&str>, args: Args) -> PyResult {
    match def.imp {
        NativeImpl::Var(f) => f(vm, args),
        NativeImpl::Fixed(f) => {
            let a = &def.arity;
            let selfs = (def.kind != MethodKind::Function && def.kind != MethodKind::Static) as usize;
            let total = a.total as usize;
            // The common case needs no copy: all parameters given by position.
            if args.kw.is_empty() && args.pos.len() == total + selfs && a.pos == a.total {
                return f(vm, args.pos);
            }
            let mut out = [Value::UNBOUND; 24];
            out[..selfs].copy_from_slice(&args.pos[..selfs]);
            let rest = args.skip(selfs);
            let slots = &mut out[selfs..selfs + total];
            match owner {
                Some(o) => bind(vm, &format!("{o}.{}", def.name), a, def.sig, true, rest, slots)?,
                None => bind(vm, def.name, a, def.sig, false, rest, slots)?,
            }
            f(vm, &out[..selfs + total])
        }
    }
}
