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
use crate::objects::typ::Type;
use crate::vm::Vm;
use crate::vm::error::{PyResult, Raised};
use crate::vm::typedef::{MethodDef, MethodKind, NativeImpl};
use std::cell::RefCell;
use std::rc::Rc;
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
        let signature = vm.signatures.get(sig);
        bind(vm, Callee { owner: None, name }, &signature.arity, sig, *self, &mut out)?;
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
    /// Has a keyword-only parameter without a default.
    pub keyword_required: bool,
}

impl Arity {
    /// Reads a signature text. Evaluated at compile time for tables.
    pub const fn of(sig: &'static str) -> Arity {
        let b = sig.as_bytes();
        let mut a = Arity {
            total: 0,
            posonly: 0,
            pos: 0,
            required: 0,
            has_self: false,
            variadic: false,
            keyword_required: false,
        };
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
                } else if !default {
                    a.keyword_required = true;
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

/// A signature text as read once: its counts and its parameters' names.
pub struct Signature {
    text: &'static str,
    /// Counts.
    pub arity: Arity,
    /// Names, and whether they may be left out.
    parameters: Box<[(&'static str, bool)]>,
}

/// Signatures read so far, by the address of their text: a direct-mapped cache, so that constructors and calls
/// with keywords do not parse a text each time.
pub struct SignatureCache(Box<[RefCell<Option<Rc<Signature>>>]>);

impl SignatureCache {
    const SIZE: usize = 256;
    /// An empty cache.
    pub fn new() -> SignatureCache {
        SignatureCache((0..Self::SIZE).map(|_| RefCell::new(None)).collect())
    }
    /// The signature that `text` says.
    pub fn get(&self, text: &'static str) -> Rc<Signature> {
        let at = text.as_ptr() as usize;
        let mut place = self.0[(at ^ (at >> 8)) % Self::SIZE].borrow_mut();
        if let Some(s) = &*place
            && std::ptr::eq(s.text, text)
        {
            return s.clone();
        }
        let parameters = parameters(text).collect();
        let s = Rc::new(Signature { text, arity: Arity::of(text), parameters });
        *place = Some(s.clone());
        s
    }
}

/// What is called, for messages; no text is made on the way to success.
#[derive(Clone, Copy)]
pub struct Callee<'a> {
    /// The type whose method it is, where CPython names it.
    pub owner: Option<Gc<Type>>,
    /// The function's own name.
    pub name: &'a str,
}

impl Callee<'_> {
    /// `list.append`, or `len`.
    fn full(&self) -> String {
        match self.owner {
            // Of `collections.deque`, what stands behind the dot.
            Some(t) => format!("{}.{}", t.short_name(), self.name),
            None => self.name.to_owned(),
        }
    }
    /// What stands behind the last dot of the name.
    fn short(&self) -> &str {
        self.name.rsplit('.').next().unwrap_or(self.name)
    }
}

/// Binds `args` (without `self`) to a signature; `out` has one place for each parameter.
pub fn bind(
    vm: &Vm,
    callee: Callee,
    arity: &Arity,
    sig: &'static str,
    args: Args,
    out: &mut [Value],
) -> PyResult<()> {
    let n = args.pos.len();
    let total = arity.total as usize;
    let pos = arity.pos as usize;
    debug_assert_eq!(out.len(), total);
    if args.kw.is_empty() && n <= pos && n >= arity.required as usize && !arity.keyword_required {
        out[..n].copy_from_slice(args.pos);
        return Ok(());
    }
    if arity.posonly as usize == total {
        return Err(bad_positional(vm, callee, arity, args));
    }
    let short = callee.short();
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
    let signature = vm.signatures.get(sig);
    let posonly = arity.posonly as usize;
    for (key, value) in args.kw.iter() {
        let mut named = signature.parameters.iter().skip(posonly);
        let Some(i) = named.position(|(p, _)| p.as_bytes() == key.as_bytes()) else {
            let names = signature.parameters.iter().skip(posonly).map(|(p, _)| &**p);
            return Err(crate::vm::suggest::unexpected_keyword(vm, short, &key.to_string(), names));
        };
        let i = i + posonly;
        if !out[i].is_unbound() {
            return Err(vm.type_error(format!(
                "argument for {short}() given by name ('{key}') and position ({})",
                i + 1
            )));
        }
        out[i] = value;
    }
    for (i, &(p, optional)) in signature.parameters.iter().enumerate() {
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

/// What is wrong with the arguments of a function that takes positional ones only.
#[cold]
fn bad_positional(vm: &Vm, callee: Callee, arity: &Arity, args: Args) -> Raised {
    let (name, n, total) = (callee.full(), args.pos.len(), arity.total as usize);
    if !args.kw.is_empty() {
        return vm.type_error(format!("{name}() takes no keyword arguments"));
    }
    match total {
        0 => vm.type_error(format!("{name}() takes no arguments ({n} given)")),
        1 if arity.required == 1 => vm.type_error(format!("{name}() takes exactly one argument ({n} given)")),
        _ => check_positional(vm, callee.short(), n, arity.required as usize, total)
            .expect_err("the count was just found wrong"),
    }
}

/// Calls a builtin: `args` hold `self` first for methods and class methods. `owner` names the type for messages.
pub fn call_def(vm: &Vm, def: &'static MethodDef, owner: Option<Gc<Type>>, args: Args) -> PyResult {
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
            bind(vm, Callee { owner, name: def.name }, a, def.sig, rest, slots)?;
            f(vm, &out[..selfs + total])
        }
    }
}
