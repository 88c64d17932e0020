//! `_json`: scanning (`scan.rs`) and encoding (`encode.rs`) of JSON texts.

mod encode;
mod scan;
mod text;

use taipan_runtime::objects::module::{Module, ModuleDef};
use taipan_runtime::{Gc, PyResult, Vm, function};

fn init(vm: &Vm, m: Gc<Module>) -> PyResult<()> {
    let d = m.dict.get();
    d.set_str(vm, vm.intern("make_scanner"), vm.type_of_def(&scan::DEF).value());
    d.set_str(vm, vm.intern("make_encoder"), vm.type_of_def(&encode::DEF).value());
    Ok(())
}

/// The module.
pub static MODULE: ModuleDef = ModuleDef {
    name: "_json",
    doc: "json speedups\n",
    functions: &[
        function(
            "encode_basestring_ascii",
            "($module, object, /)",
            text::encode_basestring_ascii,
            "encode_basestring_ascii(string) -> string\n\nReturn an ASCII-only JSON representation of a Python string",
        ),
        function(
            "encode_basestring",
            "($module, object, /)",
            text::encode_basestring,
            "encode_basestring(string) -> string\n\nReturn a JSON representation of a Python string",
        ),
        function(
            "scanstring",
            "($module, string, end, strict=True, /)",
            scan::scanstring,
            "scanstring(string, end, strict=True) -> (string, end)\n\nScan the string s for a JSON string. End is the index of the\ncharacter in s after the quote that started the JSON string.\nUnescapes all valid JSON string escape sequences and raises ValueError\non attempt to decode an invalid string. If strict is False then literal\ncontrol characters are allowed in the string.\n\nReturns a tuple of the decoded string and the index of the character in s\nafter the end quote.",
        ),
    ],
    types: &[],
    init: Some(init),
};
