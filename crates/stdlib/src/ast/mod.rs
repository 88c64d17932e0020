//! `_ast`: the classes of abstract syntax trees, and both ways between trees and the compiler.
//!
//! What flows in: the table of `nodes.rs`; source text or node objects given to `compile()`. What flows out: node
//! objects (`build.rs`, `build_expr.rs`), or the parser's tree made from node objects (`read*.rs`) and compiled. What
//! must hold: importing the module is what enables `compile()` to take or give nodes ([`AstHooks`]).

mod build;
mod build_expr;
mod format;
mod nodes;
mod object;
mod read;
mod read_expr;
mod read_pattern;

use nodes::{Attributes, Field, N, NODES, POSITION, fields};
use taipan_compiler::{Mode, Options};
use taipan_runtime::builtins::execute::AstHooks;
use taipan_runtime::objects::dict::Dict;
use taipan_runtime::objects::module::{Module, ModuleDef};
use taipan_runtime::objects::str::Str;
use taipan_runtime::objects::tuple::Tuple;
use taipan_runtime::objects::typ::Type;
use taipan_runtime::vm::typedef::flag;
use taipan_runtime::{Gc, GcVec, PyResult, TypeDef, Value, Vm};

/// Holds this VM's node classes in its namespace: a place that natives without a module at hand can reach.
static STATE: TypeDef =
    TypeDef { name: "_state", module: "_ast", flags: flag::IMMUTABLE | flag::NO_NEW, ..TypeDef::EMPTY };

/// The node classes, and the shared instances of those without fields.
#[derive(Clone, Copy)]
pub(crate) struct State {
    classes: Gc<Tuple>,
    singletons: Gc<Tuple>,
    /// For each class the interned names of its fields.
    pub field_names: Gc<Tuple>,
}

impl State {
    /// The state of this VM, if `_ast` has been imported.
    pub fn get(vm: &Vm) -> PyResult<State> {
        let d = vm.type_of_def(&STATE).dict.get();
        let find = |name: &str| d.get_str(vm, vm.intern(name)).and_then(|v| v.cast::<Tuple>());
        match (find("classes"), find("singletons"), find("field_names")) {
            (Some(classes), Some(singletons), Some(field_names)) => {
                Ok(State { classes, singletons, field_names })
            }
            _ => Err(vm.system_error("the _ast module is not initialized")),
        }
    }
    /// A class.
    pub fn class(&self, n: N) -> Gc<Type> {
        self.classes.items()[n as usize].cast().expect("the tuple holds types")
    }
    /// A class by its number.
    pub fn class_at(&self, i: usize) -> Gc<Type> {
        self.classes.items()[i].cast().expect("the tuple holds types")
    }
    /// The shared instance of a class without fields.
    pub fn singleton(&self, n: N) -> Value {
        self.singletons.items()[n as usize]
    }
}

/// The text of a class's `__doc__`: its rule of the grammar.
fn doc(i: usize) -> String {
    let def = &NODES[i];
    let one = |d: &nodes::NodeDef| {
        if d.fields.is_empty() { d.name.to_string() } else { format!("{}({})", d.name, d.fields) }
    };
    if !def.is_sum {
        return one(def);
    }
    let alternatives: Vec<String> = NODES.iter().filter(|d| d.base == def.name).map(one).collect();
    // Alternatives without fields stand on one line.
    let plain = NODES.iter().filter(|d| d.base == def.name).all(|d| d.fields.is_empty());
    let separator = if plain { " | ".to_string() } else { format!("\n{}| ", " ".repeat(def.name.len() + 1)) };
    format!("{} = {}", def.name, alternatives.join(&separator))
}

fn names(vm: &Vm, names: impl Iterator<Item = &'static str>) -> Value {
    let mut v = GcVec::default();
    for n in names {
        v.push(&vm.heap, vm.intern(n).value());
    }
    vm.new_tuple(&v).value()
}

/// The value of `_field_types` for a field.
fn field_type(vm: &Vm, classes: &[Value], f: Field) -> PyResult {
    let t = &vm.types;
    let base = match f.ty {
        "identifier" | "string" => t.str.value(),
        "int" => t.int.value(),
        "constant" => t.object.value(),
        name => {
            let i = NODES.iter().position(|d| d.name == name);
            i.map(|i| classes[i]).ok_or_else(|| vm.system_error("a field of an unknown type"))?
        }
    };
    if f.list {
        vm.generic_alias(t.list.value(), vm.new_tuple(&[base]).value())
    } else if f.optional {
        vm.or(base, Value::NONE)
    } else {
        Ok(base)
    }
}

fn init(vm: &Vm, m: Gc<Module>) -> PyResult<()> {
    let d = m.dict.get();
    let ast = vm.type_of_def(&object::DEF);
    let text = |s: &str| vm.intern(s);
    let empty = vm.new_tuple(&[]).value();
    for name in ["_fields", "__match_args__", "_attributes"] {
        vm.set_attr(ast.value(), text(name), empty)?;
    }
    d.set_str(vm, text("AST"), ast.value());
    let mut classes = GcVec::default();
    let mut all_names = GcVec::default();
    for (i, def) in NODES.iter().enumerate() {
        let base = NODES.iter().position(|b| b.name == def.base).map_or(ast.value(), |b| classes[b]);
        let field_names = names(vm, fields(def).map(|f| f.name));
        all_names.push(&vm.heap, field_names);
        let space: Gc<Dict> = vm.new_dict();
        space.set_str(vm, text("_fields"), field_names);
        space.set_str(vm, text("__match_args__"), field_names);
        space.set_str(vm, text("__module__"), text("ast").value());
        space.set_str(vm, text("__doc__"), vm.new_str(&doc(i)).value());
        for f in fields(def).filter(|f| f.optional && !f.list) {
            space.set_str(vm, text(f.name), Value::NONE);
        }
        if def.base == "AST" {
            let own = def.attributes != Attributes::Inherit;
            space.set_str(vm, text("_attributes"), names(vm, POSITION.into_iter().filter(|_| own)));
        }
        if def.attributes == Attributes::EndOptional {
            space.set_str(vm, text("end_lineno"), Value::NONE);
            space.set_str(vm, text("end_col_offset"), Value::NONE);
        }
        let class = vm.new_class(def.name, &[base], space)?;
        classes.push(&vm.heap, class.value());
        d.set_str(vm, text(def.name), class.value());
    }
    let mut singletons = GcVec::default();
    for (i, def) in NODES.iter().enumerate() {
        let class: Gc<Type> = classes[i].cast().expect("a type");
        if !def.is_sum {
            let types = vm.new_dict();
            for f in fields(def) {
                let t = field_type(vm, &classes, f)?;
                types.set_str(vm, text(f.name), t);
            }
            vm.set_attr(class.value(), text("_field_types"), types.value())?;
        }
        let plain = !def.is_sum && def.fields.is_empty() && def.base != "stmt";
        let one = if plain { vm.new_instance(class).value() } else { Value::NONE };
        singletons.push(&vm.heap, one);
    }
    let state = vm.type_of_def(&STATE).dict.get();
    state.set_str(vm, text("classes"), vm.new_tuple(&classes).value());
    state.set_str(vm, text("singletons"), vm.new_tuple(&singletons).value());
    state.set_str(vm, text("field_names"), vm.new_tuple(&all_names).value());
    for (name, v) in [
        ("PyCF_ALLOW_TOP_LEVEL_AWAIT", 0x2000),
        ("PyCF_ONLY_AST", 0x400),
        ("PyCF_TYPE_COMMENTS", 0x1000),
        ("PyCF_OPTIMIZED_AST", 0x8400),
    ] {
        d.set_str(vm, text(name), Value::int(v));
    }
    vm.ast_hooks.set(Some(AstHooks { is_node, parse, compile }));
    Ok(())
}

fn is_node(vm: &Vm, v: Value) -> PyResult<bool> {
    Ok(vm.class_of(v).is_subtype(vm.type_of_def(&object::DEF)))
}

fn parse(vm: &Vm, source: &str, filename: &str, mode: Mode, opts: Options) -> PyResult {
    let normalized;
    let source = if source.contains('\r') {
        normalized = source.replace("\r\n", "\n").replace('\r', "\n");
        &normalized
    } else {
        source
    };
    let parsed = taipan_compiler::parse(source, filename, mode, opts).map_err(|e| vm.compile_error(&e))?;
    vm.syntax_warnings(&parsed.warnings, filename)?;
    build::module(vm, parsed.module(), source, mode)
}

fn compile(vm: &Vm, node: Value, filename: &str, mode: Mode, opts: Options) -> PyResult {
    let tree = read::module(vm, node, mode)?;
    let compiled = taipan_compiler::compile_tree(&tree.module, tree.places, filename, mode, opts)
        .map_err(|e| vm.compile_error(&e))?;
    vm.syntax_warnings(&compiled.warnings, filename)?;
    Ok(vm.new_code(std::sync::Arc::new(compiled.code))?.value())
}

/// An interned attribute name.
pub(crate) fn name(vm: &Vm, s: &str) -> Gc<Str> {
    vm.intern(s)
}

/// The module.
pub static MODULE: ModuleDef =
    ModuleDef { name: "_ast", doc: "", functions: &[], types: &[], init: Some(init) };
