//! The built-in error handlers as Python functions.

use super::errors::{Kind, handle_exception};
use crate::vm::Vm;
use crate::vm::error::PyResult;
use crate::vm::typedef::{MethodDef, function};
use taipan_heap::Value;

macro_rules! handlers {
    ($($fn:ident $name:literal $kind:ident $doc:literal;)*) => {
        $(fn $fn(vm: &Vm, a: &[Value]) -> PyResult {
            handle_exception(vm, Kind::$kind, a[0])
        })*
        /// One function for each, named as CPython names them.
        pub static FUNCTIONS: [MethodDef; 8] = [$(function($name, "(exception, /)", $fn, $doc),)*];
    };
}

handlers! {
    strict "strict_errors" Strict
        "Implements the 'strict' error handling, which raises a UnicodeError on coding errors.";
    ignore "ignore_errors" Ignore
        "Implements the 'ignore' error handling, which ignores malformed data and continues.";
    replace "replace_errors" Replace
        "Implements the 'replace' error handling, which replaces malformed data with a replacement marker.";
    xmlcharrefreplace "xmlcharrefreplace_errors" XmlCharRefReplace
        "Implements the 'xmlcharrefreplace' error handling, which replaces an unencodable character with the appropriate XML character reference.";
    backslashreplace "backslashreplace_errors" BackslashReplace
        "Implements the 'backslashreplace' error handling, which replaces malformed data with a backslashed escape sequence.";
    namereplace "namereplace_errors" NameReplace
        "Implements the 'namereplace' error handling, which replaces an unencodable character with a \\N{...} escape sequence.";
    surrogatepass "surrogatepass" SurrogatePass "";
    surrogateescape "surrogateescape" SurrogateEscape "";
}
