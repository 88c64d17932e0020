//! Builtin functions about text: `ord`, `chr`, `repr`, `ascii`, `format`.

use crate::objects::bytearray::ByteArray;
use crate::objects::bytes::Bytes;
use crate::objects::str::Str;
use crate::vm::Vm;
use crate::vm::error::PyResult;
use crate::vm::typedef::{MethodDef, function};
use taipan_heap::{Gc, Value};

fn ord(vm: &Vm, a: &[Value]) -> PyResult {
    let n = if let Some(s) = a[0].cast::<Str>() {
        if s.char_len() == 1 {
            return Ok(Value::int(vm.str_code_at(s, 0) as i64));
        }
        s.char_len()
    } else if let Some(b) = a[0].cast::<Bytes>() {
        if let [c] = b.as_bytes() {
            return Ok(Value::int(*c as i64));
        }
        b.as_bytes().len()
    } else if let Some(b) = a[0].cast::<ByteArray>() {
        if let [c] = b.as_bytes() {
            return Ok(Value::int(*c as i64));
        }
        b.as_bytes().len()
    } else {
        return Err(
            vm.type_error(format!("ord() expected string of length 1, but {} found", vm.type_name(a[0])))
        );
    };
    Err(vm.type_error(format!("ord() expected a character, but string of length {n} found")))
}

fn chr(vm: &Vm, a: &[Value]) -> PyResult {
    let i = vm.index(a[0])?;
    match vm.int_to_i64(i) {
        Ok(c @ 0..=0x10FFFF) => Ok(vm.str_char(c as u32).value()),
        _ => Err(vm.value_error("chr() arg not in range(0x110000)")),
    }
}

fn repr(vm: &Vm, a: &[Value]) -> PyResult {
    vm.repr(a[0]).map(Gc::value)
}
fn ascii(vm: &Vm, a: &[Value]) -> PyResult {
    Ok(vm.str_to_ascii(vm.repr(a[0])?).value())
}
fn format(vm: &Vm, a: &[Value]) -> PyResult {
    let spec = if a[1].is_unbound() {
        vm.str_empty()
    } else {
        a[1].cast::<Str>().ok_or_else(|| {
            vm.type_error(format!("format() argument 2 must be str, not {}", vm.arg_type_name(a[1])))
        })?
    };
    vm.format(a[0], spec).map(Gc::value)
}

/// The functions.
pub static FUNCTIONS: &[MethodDef] = &[
    function(
        "ascii",
        "($module, obj, /)",
        ascii,
        "Return an ASCII-only representation of an object.\n\nAs repr(), return a string containing a printable representation of an\nobject, but escape the non-ASCII characters in the string returned by\nrepr() using \\\\x, \\\\u or \\\\U escapes. This generates a string similar\nto that returned by repr() in Python 2.",
    ),
    function(
        "chr",
        "($module, i, /)",
        chr,
        "Return a Unicode string of one character with ordinal i; 0 <= i <= 0x10ffff.",
    ),
    function(
        "format",
        "($module, value, format_spec='', /)",
        format,
        "Return type(value).__format__(value, format_spec)\n\nMany built-in types implement format_spec according to the\nFormat Specification Mini-language. See help('FORMATTING')\nfor details of the supported types and behavior.",
    ),
    function(
        "ord",
        "($module, character, /)",
        ord,
        "Return the ordinal value of a character.\n\nIf the argument is a one-character string, return the Unicode code\npoint of that character.\n\nIf the argument is a bytes or bytearray object of length 1, return its\nsingle byte value.",
    ),
    function(
        "repr",
        "($module, obj, /)",
        repr,
        "Return the canonical string representation of the object.\n\nFor many object types, including most builtins, eval() will return\nan object with the same value.",
    ),
];
