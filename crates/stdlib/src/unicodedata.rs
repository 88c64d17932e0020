//! `unicodedata`: the character database in version 16.0, and 3.2.0 as `ucd_3_2_0`.

use rustpython_unicode::{LookupResult, NormalizeForm, Ucd};
use taipan_runtime::kinds::Trace;
use taipan_runtime::objects::module::{Module, ModuleDef};
use taipan_runtime::objects::str::Str;
use taipan_runtime::text::{unicode, wtf8};
use taipan_runtime::vm::error::PyResult;
use taipan_runtime::vm::typedef::{GetSetDef, NativeObject, flag, readonly};
use taipan_runtime::{Gc, Header, MethodDef, Tracer, TypeDef, Value, Vm, function, method};

/// The module.
pub static MODULE: ModuleDef = ModuleDef {
    name: "unicodedata",
    doc: "This module provides access to the Unicode Character Database which\ndefines character properties for all Unicode characters. The data in\nthis database is based on the UnicodeData.txt file version\n16.0.0 which is publicly available from the Unicode Consortium\nat https://www.unicode.org/Public/16.0.0/ucd/UnicodeData.txt.\n\nThe module uses the same names and symbols as defined by the\nUnicodeData File Format 16.0.0.",
    functions: FUNCTIONS,
    types: &[&UCD],
    init: Some(init),
};

/// A database of another version.
#[repr(C)]
struct Database {
    header: Header,
}
impl Trace for Database {
    fn trace(&self, _: &mut Tracer) {}
}
// SAFETY: `repr(C)`, header first, made in this file only.
unsafe impl NativeObject for Database {
    const DEF: &'static TypeDef = &UCD;
}
static UCD: TypeDef = TypeDef {
    name: "UCD",
    module: "unicodedata",
    flags: flag::IMMUTABLE | flag::NO_NEW,
    methods: METHODS,
    getset: GETSET,
    ..TypeDef::native::<Database>()
};
static GETSET: &[GetSetDef] = &[readonly("unidata_version", |vm, _| Ok(vm.intern("3.2.0").value()), "")];

fn init(vm: &Vm, m: Gc<Module>) -> PyResult<()> {
    let d = m.dict.get();
    d.set_str(vm, vm.intern("unidata_version"), vm.new_str("16.0.0").value());
    let old = vm.new_native(|header| Database { header }).value();
    d.set_str(vm, vm.intern("ucd_3_2_0"), old);
    Ok(())
}

/// One character; `n` is the argument's number where the function has several.
fn one(vm: &Vm, v: Value, name: &str, n: Option<usize>) -> PyResult<u32> {
    let which = n.map_or(String::new(), |n| format!(" {n}"));
    let Some(s) = v.cast::<Str>() else {
        return Err(vm.type_error(format!(
            "{name}() argument{which} must be a unicode character, not {}",
            vm.arg_type_name(v)
        )));
    };
    if s.char_len() != 1 {
        return Err(vm.type_error(format!(
            "{name}(): argument{which} must be a unicode character, not a string of length {}",
            s.char_len()
        )));
    }
    Ok(vm.str_code_at(s, 0))
}

fn text(vm: &Vm, s: &str) -> PyResult {
    Ok(vm.new_str(s).value())
}
fn point(c: u32) -> rustpython_wtf8::CodePoint {
    rustpython_wtf8::CodePoint::from_u32(c).unwrap_or_else(|| 'a'.into())
}

/// The properties, for a database: `modern` is the current one.
mod of {
    use super::*;

    pub fn category(c: u32, modern: bool) -> &'static str {
        match c {
            0x295 if modern => "Ll",
            _ if modern && unicode::is_newer(c) => "Cn",
            _ => Ucd::new(modern).category(point(c)),
        }
    }
    pub fn bidirectional(c: u32, modern: bool) -> &'static str {
        match c {
            0xD800..=0xDFFF => return "L",
            0x1B3A | 0x1B3C | 0x1B42 if modern => return "NSM",
            _ => {}
        }
        if category(c, modern) == "Cn" { "" } else { Ucd::new(modern).bidirectional(point(c)) }
    }
    pub fn east_asian_width(c: u32, modern: bool) -> &'static str {
        match c {
            // What is not assigned yet is wide only in the planes of ideographs.
            _ if modern && unicode::is_newer(c) && !(0x20000..0x40000).contains(&c) => "N",
            _ => Ucd::new(modern).east_asian_width(point(c)),
        }
    }
    pub fn mirrored(c: u32, modern: bool) -> bool {
        !(modern && unicode::is_newer(c)) && Ucd::new(modern).mirrored(point(c)) != 0
    }
    pub fn combining(c: u32, modern: bool) -> u8 {
        if modern && unicode::is_newer(c) { 0 } else { Ucd::new(modern).combining(point(c)) }
    }
    pub fn decomposition(c: u32, modern: bool) -> String {
        // Hangul syllables in full, and five ideographs without the corrections of the normalisation data.
        if let Some(i) = c.checked_sub(0xAC00).filter(|&i| i < 11172) {
            let (l, v, t) = (0x1100 + i / 588, 0x1161 + i % 588 / 28, 0x11A7 + i % 28);
            return if t == 0x11A7 { format!("{l:04X} {v:04X}") } else { format!("{l:04X} {v:04X} {t:04X}") };
        }
        match c {
            0x2F868 if modern => return "36FC".into(),
            0x2F874 if modern => return "5F53".into(),
            0x2F91F if modern => return "243AB".into(),
            0x2F95F if modern => return "7AEE".into(),
            0x2F9BF if modern => return "45D7".into(),
            _ => {}
        }
        if modern && unicode::is_newer(c) { String::new() } else { Ucd::new(modern).decomposition(point(c)) }
    }
    pub fn decimal(c: u32, modern: bool) -> Option<u64> {
        if modern && unicode::is_newer(c) { None } else { Ucd::new(modern).decimal(point(c)) }
    }
    pub fn digit(c: u32, modern: bool) -> Option<u64> {
        if modern && unicode::is_newer(c) { None } else { Ucd::new(modern).digit(point(c)) }
    }
    pub fn numeric(c: u32, modern: bool) -> Option<f64> {
        if modern && (unicode::is_newer(c) || unicode::NUMERIC_SINCE_17.contains(&c)) {
            return None;
        }
        if c == 0x5146 && modern {
            return Some(1e6);
        }
        Ucd::new(modern).numeric(point(c))
    }
    pub fn name(c: u32, modern: bool) -> Option<String> {
        if !modern && category(c, false) == "Cn" { None } else { unicode::name(c) }
    }
}

fn or_default(vm: &Vm, v: Option<Value>, default: Value, message: &str) -> PyResult {
    match v {
        Some(v) => Ok(v),
        None if default.is_unbound() => Err(vm.value_error(message)),
        None => Ok(default),
    }
}

macro_rules! properties {
    ($($module_fn:ident $method:ident $name:literal: |$vm:ident, $c:ident, $modern:ident, $default:ident| $body:expr, $arg:expr;)*) => {$(
        fn $module_fn($vm: &Vm, a: &[Value]) -> PyResult {
            let ($c, $modern) = (one($vm, a[0], $name, $arg)?, true);
            let $default = a.get(1).copied().unwrap_or(Value::UNBOUND);
            let _ = $default;
            $body
        }
        fn $method($vm: &Vm, a: &[Value]) -> PyResult {
            let ($c, $modern) = (one($vm, a[1], $name, $arg)?, false);
            let $default = a.get(2).copied().unwrap_or(Value::UNBOUND);
            let _ = $default;
            $body
        }
    )*};
}
properties! {
    category old_category "category": |vm, c, modern, d| text(vm, of::category(c, modern)), None;
    bidirectional old_bidirectional "bidirectional": |vm, c, modern, d| text(vm, of::bidirectional(c, modern)), None;
    east_asian_width old_width "east_asian_width": |vm, c, modern, d| text(vm, of::east_asian_width(c, modern)), None;
    mirrored old_mirrored "mirrored": |_vm, c, modern, d| Ok(Value::int(of::mirrored(c, modern) as i64)), None;
    combining old_combining "combining": |_vm, c, modern, d| Ok(Value::int(of::combining(c, modern) as i64)), None;
    decomposition old_decomposition "decomposition": |vm, c, modern, d| text(vm, &of::decomposition(c, modern)), None;
    decimal old_decimal "decimal": |vm, c, modern, d|
        or_default(vm, of::decimal(c, modern).map(|n| Value::int(n as i64)), d, "not a decimal"), Some(1);
    digit old_digit "digit": |vm, c, modern, d|
        or_default(vm, of::digit(c, modern).map(|n| Value::int(n as i64)), d, "not a digit"), Some(1);
    numeric old_numeric "numeric": |vm, c, modern, d|
        or_default(vm, of::numeric(c, modern).map(Value::float), d, "not a numeric character"), Some(1);
    name old_name "name": |vm, c, modern, d|
        or_default(vm, of::name(c, modern).map(|n| vm.new_str(&n).value()), d, "no such name"), Some(1);
}

fn look_up(vm: &Vm, v: Value, modern: bool) -> PyResult {
    let Some(s) = v.cast::<Str>() else {
        return Err(vm.type_error(format!("lookup() argument must be str, not {}", vm.arg_type_name(v))));
    };
    let found = s.to_str().and_then(|name| Ucd::new(modern).lookup(name));
    match found {
        Some(LookupResult::Character(c)) if !unicode::is_newer(c as u32) => Ok(vm.str_char(c as u32).value()),
        Some(LookupResult::Sequence(t)) if !t.chars().any(|c| unicode::is_newer(c as u32)) => text(vm, t),
        _ => {
            let message = vm.new_str(&format!("undefined character name '{}'", *s)).value();
            Err(vm.key_error(message))
        }
    }
}
fn lookup(vm: &Vm, a: &[Value]) -> PyResult {
    look_up(vm, a[0], true)
}
fn old_lookup(vm: &Vm, a: &[Value]) -> PyResult {
    look_up(vm, a[1], false)
}

fn form(vm: &Vm, v: Value, name: &str) -> PyResult<NormalizeForm> {
    let Some(s) = v.cast::<Str>() else {
        return Err(vm.type_error(format!("{name}() argument 1 must be str, not {}", vm.arg_type_name(v))));
    };
    match s.as_bytes() {
        b"NFC" => Ok(NormalizeForm::Nfc),
        b"NFD" => Ok(NormalizeForm::Nfd),
        b"NFKC" => Ok(NormalizeForm::Nfkc),
        b"NFKD" => Ok(NormalizeForm::Nfkd),
        _ => Err(vm.value_error("invalid normalization form")),
    }
}
fn subject(vm: &Vm, v: Value, name: &str) -> PyResult<Gc<Str>> {
    v.cast::<Str>()
        .ok_or_else(|| vm.type_error(format!("{name}() argument 2 must be str, not {}", vm.arg_type_name(v))))
}

/// Normalises the stretches of text between surrogates and characters that are not assigned yet.
fn normalized(s: Gc<Str>, form: NormalizeForm) -> Vec<u8> {
    let mut out = Vec::with_capacity(s.byte_len());
    let mut plain = String::new();
    let flush = |plain: &mut String, out: &mut Vec<u8>| {
        let w = rustpython_unicode::normalize(form, rustpython_wtf8::Wtf8::new(plain.as_str()));
        out.extend_from_slice(w.as_bytes());
        plain.clear();
    };
    for c in s.code_points() {
        match unicode::known(c) {
            Some(ch) => plain.push(ch),
            None => {
                flush(&mut plain, &mut out);
                let mut b = [0; 4];
                let n = wtf8::encode(c, &mut b);
                out.extend_from_slice(&b[..n]);
            }
        }
    }
    flush(&mut plain, &mut out);
    out
}
fn normalize_with(vm: &Vm, a: &[Value]) -> PyResult {
    let f = form(vm, a[0], "normalize")?;
    let s = subject(vm, a[1], "normalize")?;
    if s.is_ascii() {
        return vm.str_exact(s).map(Gc::value);
    }
    let b = normalized(s, f);
    // SAFETY: normalised stretches of text and whole code points.
    Ok(unsafe { vm.new_str_wtf8(&b) }.value())
}
fn is_normalized_with(vm: &Vm, a: &[Value]) -> PyResult {
    let f = form(vm, a[0], "is_normalized")?;
    let s = subject(vm, a[1], "is_normalized")?;
    Ok(Value::bool(s.is_ascii() || normalized(s, f) == s.as_bytes()))
}
fn old_normalize(vm: &Vm, a: &[Value]) -> PyResult {
    normalize_with(vm, &a[1..])
}
fn old_is_normalized(vm: &Vm, a: &[Value]) -> PyResult {
    is_normalized_with(vm, &a[1..])
}

macro_rules! rows {
    ($make:ident, $self:literal, $table:ident: $($name:literal $sig:literal $f:ident $doc:literal;)*) => {
        static $table: &[MethodDef] = &[$($make($name, concat!("(", $self, ", ", $sig, ", /)"), $f, $doc),)*];
    };
}
rows! { function, "$module", FUNCTIONS:
    "bidirectional" "chr" bidirectional "Returns the bidirectional class assigned to the character chr as string.\n\nIf no such value is defined, an empty string is returned.";
    "category" "chr" category "Returns the general category assigned to the character chr as string.";
    "combining" "chr" combining "Returns the canonical combining class assigned to the character chr as integer.\n\nReturns 0 if no combining class is defined.";
    "decimal" "chr, default=None" decimal "Converts a Unicode character into its equivalent decimal value.\n\nReturns the decimal value assigned to the character chr as integer.\nIf no such value is defined, default is returned, or, if not given,\nValueError is raised.";
    "decomposition" "chr" decomposition "Returns the character decomposition mapping assigned to the character chr as string.\n\nAn empty string is returned in case no such mapping is defined.";
    "digit" "chr, default=None" digit "Converts a Unicode character into its equivalent digit value.\n\nReturns the digit value assigned to the character chr as integer.\nIf no such value is defined, default is returned, or, if not given,\nValueError is raised.";
    "east_asian_width" "chr" east_asian_width "Returns the east asian width assigned to the character chr as string.";
    "is_normalized" "form, unistr" is_normalized_with "Return whether the Unicode string unistr is in the normal form 'form'.\n\nValid values for form are 'NFC', 'NFKC', 'NFD', and 'NFKD'.";
    "lookup" "name" lookup "Look up character by name.\n\nIf a character with the given name is found, return the\ncorresponding character.  If not found, KeyError is raised.";
    "mirrored" "chr" mirrored "Returns the mirrored property assigned to the character chr as integer.\n\nReturns 1 if the character has been identified as a \"mirrored\"\ncharacter in bidirectional text, 0 otherwise.";
    "name" "chr, default=None" name "Returns the name assigned to the character chr as a string.\n\nIf no name is defined, default is returned, or, if not given,\nValueError is raised.";
    "normalize" "form, unistr" normalize_with "Return the normal form 'form' for the Unicode string unistr.\n\nValid values for form are 'NFC', 'NFKC', 'NFD', and 'NFKD'.";
    "numeric" "chr, default=None" numeric "Converts a Unicode character into its equivalent numeric value.\n\nReturns the numeric value assigned to the character chr as float.\nIf no such value is defined, default is returned, or, if not given,\nValueError is raised.";
}
rows! { method, "$self", METHODS:
    "bidirectional" "chr" old_bidirectional "";
    "category" "chr" old_category "";
    "combining" "chr" old_combining "";
    "decimal" "chr, default=None" old_decimal "";
    "decomposition" "chr" old_decomposition "";
    "digit" "chr, default=None" old_digit "";
    "east_asian_width" "chr" old_width "";
    "is_normalized" "form, unistr" old_is_normalized "";
    "lookup" "name" old_lookup "";
    "mirrored" "chr" old_mirrored "";
    "name" "chr, default=None" old_name "";
    "normalize" "form, unistr" old_normalize "";
    "numeric" "chr, default=None" old_numeric "";
}
