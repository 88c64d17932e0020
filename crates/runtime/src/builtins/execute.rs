//! `compile`, `exec`, `eval`.

use crate::objects::code::Code;
use crate::objects::dict::Dict;
use crate::objects::str::Str;
use crate::vm::Vm;
use crate::vm::error::PyResult;
use crate::vm::typedef::{MethodDef, function};
use taipan_compiler::{Mode, Options};
use taipan_heap::{Gc, Value};

/// Bits of the `flags` argument.
mod flags {
    pub const ONLY_AST: i64 = 0x400;
    pub const TYPE_COMMENTS: i64 = 0x1000;
    pub const TOP_LEVEL_AWAIT: i64 = 0x2000;
    pub const ALLOW_INCOMPLETE: i64 = 0x4000;
    pub const DONT_IMPLY_DEDENT: i64 = 0x200;
    pub const OPTIMIZED_AST: i64 = 0x8000 | ONLY_AST;
    /// `from __future__` bits.
    pub const FUTURE: i64 = 0x1FE_0000;
    pub const ALL: i64 = ONLY_AST
        | TYPE_COMMENTS
        | TOP_LEVEL_AWAIT
        | ALLOW_INCOMPLETE
        | DONT_IMPLY_DEDENT
        | OPTIMIZED_AST
        | FUTURE
        | 0x10;
}

/// The `from __future__` bits of the code that runs.
fn inherited(vm: &Vm) -> u32 {
    vm.top_frame().map_or(0, |f| f.code().data.flags & flags::FUTURE as u32)
}

fn filename_argument(vm: &Vm, v: Value) -> PyResult<String> {
    if let Some(s) = v.cast::<Str>() {
        return Ok(s.to_string_lossy().into_owned());
    }
    if let Some(b) = v.cast::<crate::objects::bytes::Bytes>() {
        return Ok(String::from_utf8_lossy(b.as_bytes()).into_owned());
    }
    match vm.call_special(v, vm.names.__fspath__, &[])? {
        Some(p) => filename_argument(vm, p),
        None => {
            Err(vm.type_error(format!("expected str, bytes or os.PathLike object, not {}", vm.type_name(v))))
        }
    }
}

fn compile(vm: &Vm, a: &[Value]) -> PyResult {
    let [source, filename, mode, flags_arg, dont_inherit, optimize, _feature] = *a else {
        return Err(vm.system_error("compile() is bound to seven parameters"));
    };
    let filename = filename_argument(vm, filename)?;
    let Some(mode) = mode.cast::<Str>() else {
        return Err(
            vm.type_error(format!("compile() argument 'mode' must be str, not {}", vm.type_name(mode)))
        );
    };
    let flags = flags_arg.bound().map_or(Ok(0), |f| vm.index_i64(f))?;
    if flags & !flags::ALL != 0 {
        return Err(vm.value_error("compile(): unrecognised flags"));
    }
    let optimize = optimize.bound().map_or(Ok(-1), |f| vm.index_i64(f))?;
    if !(-1..=2).contains(&optimize) {
        return Err(vm.value_error("compile(): invalid optimize value"));
    }
    let mut future = (flags & flags::FUTURE) as u32;
    if !dont_inherit.bound().map_or(Ok(false), |f| vm.truth(f))? {
        future |= inherited(vm);
    }
    let opts = Options {
        optimize: if optimize < 0 { vm.config.optimize } else { optimize as u8 },
        future,
        top_level_await: flags & flags::TOP_LEVEL_AWAIT != 0,
        allow_incomplete: flags & flags::ALLOW_INCOMPLETE != 0,
        ..vm.compile_options()
    };
    let only_ast = flags & flags::ONLY_AST != 0;
    let mode = match mode.as_bytes() {
        b"exec" => Mode::Exec,
        b"eval" => Mode::Eval,
        b"single" => Mode::Single,
        b"func_type" if only_ast => {
            return Err(vm.value_error("compile() mode 'func_type' is not supported"));
        }
        b"func_type" => {
            return Err(vm.value_error("compile() mode 'func_type' requires flag PyCF_ONLY_AST"));
        }
        _ if only_ast => {
            return Err(vm.value_error("compile() mode must be 'exec', 'eval', 'single' or 'func_type'"));
        }
        _ => return Err(vm.value_error("compile() mode must be 'exec', 'eval' or 'single'")),
    };
    if source.cast::<Str>().is_none()
        && let Some(ast) = vm.ast_hooks.get()
        && (ast.is_node)(vm, source)?
    {
        if only_ast {
            return Ok(source);
        }
        return (ast.compile)(vm, source, &filename, mode, opts);
    }
    let text = vm.source_argument(source, "compile", &filename)?;
    if only_ast {
        return match vm.ast_hooks.get() {
            Some(ast) => (ast.parse)(vm, &text, &filename, mode, opts),
            None => {
                vm.import_module("_ast")?;
                match vm.ast_hooks.get() {
                    Some(ast) => (ast.parse)(vm, &text, &filename, mode, opts),
                    None => Err(vm.system_error("the _ast module is missing")),
                }
            }
        };
    }
    Ok(vm.compile(&text, &filename, mode, opts)?.value())
}

/// Globals and locals of an `exec` or `eval`: the running frame's where none are given.
fn namespaces(vm: &Vm, globals: Value, locals: Value, what: &str) -> PyResult<(Gc<Dict>, Value)> {
    let (globals, locals) = (globals.or_none(), locals.or_none());
    if !locals.is_none() && vm.class_of(locals).slots.getitem.get().is_none() {
        return Err(vm.type_error(if what == "exec" {
            format!("locals must be a mapping or None, not {}", vm.type_name(locals))
        } else {
            "locals must be a mapping".to_string()
        }));
    }
    if globals.is_none() {
        let Some(g) = (vm.hooks.frame_globals)(vm) else {
            return Err(vm.system_error("globals and locals cannot be NULL"));
        };
        let l = if locals.is_none() { (vm.hooks.frame_locals)(vm)?.unwrap_or(g.value()) } else { locals };
        return Ok((g, l));
    }
    let Some(g) = globals.cast::<Dict>() else {
        return Err(vm.type_error(if what == "exec" {
            format!("exec() globals must be a dict, not {}", vm.type_name(globals))
        } else if vm.class_of(globals).slots.getitem.get().is_some() {
            "globals must be a real dict; try eval(code, {}, mapping)".to_string()
        } else {
            "globals must be a dict".to_string()
        }));
    };
    Ok((g, if locals.is_none() { globals } else { locals }))
}

fn exec(vm: &Vm, a: &[Value]) -> PyResult {
    let (globals, locals) = namespaces(vm, a[1], a[2], "exec")?;
    let closure = a[3].or_none();
    if let Some(code) = a[0].cast::<Code>() {
        let free = code.data.freevars.len();
        if free > 0 || !closure.is_none() {
            if free == 0 {
                return Err(vm.type_error("cannot use a closure with this code object"));
            }
            let cells = closure.cast::<crate::objects::tuple::Tuple>();
            let ok = cells.is_some_and(|t| {
                t.len() == free
                    && t.items().iter().all(|c| c.cast::<crate::objects::cell::PyCell>().is_some())
            });
            if !ok {
                return Err(vm.type_error(format!("code object requires a closure of exactly length {free}")));
            }
            let f = vm.new_function(code, globals);
            f.closure.set(f, closure);
            vm.run_function(f, locals)?;
            return Ok(Value::NONE);
        }
        (vm.hooks.exec)(vm, a[0], globals, locals)?;
        return Ok(Value::NONE);
    }
    if !closure.is_none() {
        return Err(vm.type_error("closure can only be used when source is a code object"));
    }
    let text = vm.source_argument(a[0], "exec", "<string>")?;
    let opts = Options { future: inherited(vm), ..vm.compile_options() };
    let code = vm.compile(&text, "<string>", Mode::Exec, opts)?;
    (vm.hooks.exec)(vm, code.value(), globals, locals)?;
    Ok(Value::NONE)
}

fn eval(vm: &Vm, a: &[Value]) -> PyResult {
    let (globals, locals) = namespaces(vm, a[1], a[2], "eval")?;
    if let Some(code) = a[0].cast::<Code>() {
        if !code.data.freevars.is_empty() {
            return Err(vm.type_error("code object passed to eval() may not contain free variables"));
        }
        return (vm.hooks.exec)(vm, a[0], globals, locals);
    }
    let text = vm.source_argument(a[0], "eval", "<string>")?;
    let opts = Options { future: inherited(vm), ..vm.compile_options() };
    let code = vm.compile(text.trim_start_matches([' ', '\t']), "<string>", Mode::Eval, opts)?;
    (vm.hooks.exec)(vm, code.value(), globals, locals)
}

/// What the `_ast` module provides to `compile`.
#[derive(Clone, Copy)]
pub struct AstHooks {
    /// Is this an AST node object?
    pub is_node: fn(&Vm, Value) -> PyResult<bool>,
    /// Source to a tree of node objects.
    pub parse: fn(&Vm, &str, &str, Mode, Options) -> PyResult,
    /// A tree of node objects to a code object.
    pub compile: fn(&Vm, Value, &str, Mode, Options) -> PyResult,
}

/// The rows.
pub static FUNCTIONS: &[MethodDef] = &[
    function(
        "compile",
        "($module, /, source, filename, mode, flags=0, dont_inherit=False, optimize=-1, *, _feature_version=-1)",
        compile,
        "Compile source into a code object that can be executed by exec() or eval().",
    ),
    function(
        "exec",
        "($module, source, /, globals=None, locals=None, *, closure=None)",
        exec,
        "Execute the given source in the context of globals and locals.",
    ),
    function(
        "eval",
        "($module, source, /, globals=None, locals=None)",
        eval,
        "Evaluate the given source in the context of globals and locals.",
    ),
];
