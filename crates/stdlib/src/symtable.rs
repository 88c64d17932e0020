//! `_symtable`: the compiler's symbol tables as objects.
//!
//! What flows in: source text. What flows out: an entry for each scope, with the attributes that the library's
//! `symtable` reads: `symbols` maps each name to its flags and, from bit `SCOPE_OFF` on, its scope.

use taipan_compiler::{Mode, Options, Resolved, ScopeKind, SymbolTable, flag};
use taipan_runtime::objects::dict::Dict;
use taipan_runtime::objects::module::{Module, ModuleDef};
use taipan_runtime::objects::str::Str;
use taipan_runtime::vm::typedef::flag as type_flag;
use taipan_runtime::{Gc, GcVec, PyResult, TypeDef, Value, Vm, function};

const SCOPE_OFF: u32 = 12;
const LOCAL: i64 = 1;
const GLOBAL_EXPLICIT: i64 = 2;
const GLOBAL_IMPLICIT: i64 = 3;
const FREE: i64 = 4;
const CELL: i64 = 5;
/// Flags that exist for Python.
const SHOWN: u16 = flag::GLOBAL
    | flag::LOCAL
    | flag::PARAM
    | flag::NONLOCAL
    | flag::USE
    | flag::IMPORT
    | flag::ANNOT
    | flag::COMP_ITER
    | flag::TYPE_PARAM;

static ENTRY: TypeDef = TypeDef {
    name: "symtable entry",
    flags: type_flag::IMMUTABLE | type_flag::NO_NEW | type_flag::HAS_DICT | type_flag::WEAKREF,
    ..TypeDef::EMPTY
};

fn type_of(kind: ScopeKind) -> i64 {
    match kind {
        ScopeKind::Function | ScopeKind::Lambda | ScopeKind::Generator | ScopeKind::Comprehension => 0,
        ScopeKind::Class => 1,
        ScopeKind::Module => 2,
        ScopeKind::Annotation => 3,
        ScopeKind::TypeAlias => 4,
        ScopeKind::TypeParams => 5,
        ScopeKind::TypeVariable => 6,
    }
}

fn line_of(source: &str, at: usize) -> i64 {
    let at = at.min(source.len());
    memchr::memchr_iter(b'\n', &source.as_bytes()[..at]).count() as i64 + 1
}

/// The entry of a scope, those inside it made first.
fn entry(vm: &Vm, st: &SymbolTable, id: usize, source: &str) -> PyResult {
    vm.check_native_stack()?;
    let scope = &st.scopes[id];
    let text = |s: &str| vm.intern(s);
    let mut children = GcVec::default();
    for &c in &scope.children {
        let child = entry(vm, st, c, source)?;
        children.push(&vm.heap, child);
    }
    let symbols: Gc<Dict> = vm.new_dict();
    let mut varnames = GcVec::default();
    for s in &scope.symbols {
        let place = match s.resolved {
            Resolved::Unknown => 0,
            Resolved::Local => LOCAL,
            Resolved::Cell => CELL,
            Resolved::Free { .. } => FREE,
            Resolved::GlobalExplicit => GLOBAL_EXPLICIT,
            Resolved::GlobalImplicit => GLOBAL_IMPLICIT,
        };
        let hidden = scope.kind == ScopeKind::Annotation && s.flags & flag::PARAM != 0;
        // The parameter of `__annotate__` cannot be named.
        let name = if hidden { text(".format") } else { text(&s.name) };
        let flags = s.flags & SHOWN | if hidden { flag::USE } else { 0 };
        symbols.set_str(vm, name, Value::int(flags as i64 | place << SCOPE_OFF));
        if s.flags & flag::PARAM != 0 {
            varnames.push(&vm.heap, name.value());
        }
    }
    if scope.kind == ScopeKind::Annotation && scope.sees_class {
        symbols.set_str(vm, text("__classdict__"), Value::int(flag::USE as i64 | FREE << SCOPE_OFF));
    }
    // Names that only pass through to scopes inside.
    for n in &scope.free {
        let name = text(n);
        if symbols.get_str(vm, name).is_none() {
            symbols.set_str(vm, name, Value::int(FREE << SCOPE_OFF));
        }
    }
    let line =
        if scope.kind == ScopeKind::Module { 0 } else { line_of(source, usize::from(scope.range.start())) };
    let name = if scope.kind == ScopeKind::Module { "top" } else { &scope.name };
    let e = vm.new_instance(vm.type_of_def(&ENTRY)).value();
    for (k, v) in [
        ("id", Value::int(id as i64)),
        ("name", vm.new_str(name).value()),
        ("symbols", symbols.value()),
        ("varnames", vm.new_list(&varnames).value()),
        ("children", vm.new_list(&children).value()),
        ("nested", Value::int(scope.nested as i64)),
        ("type", Value::int(type_of(scope.kind))),
        ("lineno", Value::int(line)),
    ] {
        vm.instance_set(e, text(k), v);
    }
    Ok(e)
}

fn symtable(vm: &Vm, a: &[Value]) -> PyResult {
    let filename = match a[1].cast::<Str>() {
        Some(s) => s.to_string_lossy().into_owned(),
        None => vm.str(a[1])?.to_string_lossy().into_owned(),
    };
    let mode = match a[2].cast::<Str>().as_ref().map(|s| s.as_bytes()) {
        Some(b"exec") => Mode::Exec,
        Some(b"eval") => Mode::Eval,
        Some(b"single") => Mode::Single,
        _ => {
            return Err(vm.value_error("symtable() arg 3 must be 'exec' or 'eval' or 'single'"));
        }
    };
    let source = vm.source_argument(a[0], "symtable", &filename)?;
    let source = source.replace("\r\n", "\n").replace('\r', "\n");
    let st = taipan_compiler::symbol_table(&source, &filename, mode, Options::default())
        .map_err(|e| vm.compile_error(&e))?;
    entry(vm, &st, 0, &source)
}

fn init(vm: &Vm, m: Gc<Module>) -> PyResult<()> {
    for (name, v) in [
        ("USE", flag::USE as i64),
        ("DEF_GLOBAL", flag::GLOBAL as i64),
        ("DEF_NONLOCAL", flag::NONLOCAL as i64),
        ("DEF_LOCAL", flag::LOCAL as i64),
        ("DEF_PARAM", flag::PARAM as i64),
        ("DEF_TYPE_PARAM", flag::TYPE_PARAM as i64),
        ("DEF_FREE_CLASS", 64),
        ("DEF_IMPORT", flag::IMPORT as i64),
        ("DEF_BOUND", (flag::LOCAL | flag::PARAM | flag::IMPORT) as i64),
        ("DEF_ANNOT", flag::ANNOT as i64),
        ("DEF_COMP_ITER", flag::COMP_ITER as i64),
        ("DEF_COMP_CELL", 2048),
        ("TYPE_FUNCTION", 0),
        ("TYPE_CLASS", 1),
        ("TYPE_MODULE", 2),
        ("TYPE_ANNOTATION", 3),
        ("TYPE_TYPE_ALIAS", 4),
        ("TYPE_TYPE_PARAMETERS", 5),
        ("TYPE_TYPE_VARIABLE", 6),
        ("LOCAL", LOCAL),
        ("GLOBAL_EXPLICIT", GLOBAL_EXPLICIT),
        ("GLOBAL_IMPLICIT", GLOBAL_IMPLICIT),
        ("FREE", FREE),
        ("CELL", CELL),
        ("SCOPE_OFF", SCOPE_OFF as i64),
        ("SCOPE_MASK", 15),
    ] {
        m.dict.get().set_str(vm, vm.intern(name), Value::int(v));
    }
    Ok(())
}

/// The module.
pub static MODULE: ModuleDef = ModuleDef {
    name: "_symtable",
    doc: "",
    functions: &[function(
        "symtable",
        "($module, source, filename, startstr, /)",
        symtable,
        "Return symbol and scope dictionaries used internally by compiler.",
    )],
    types: &[],
    init: Some(init),
};
