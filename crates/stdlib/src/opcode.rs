//! `_opcode`: facts about CPython 3.14's opcodes.
//!
//! What flows in: opcode numbers of `_opcode_metadata`. What flows out: what kind of operand each has. These numbers
//! are CPython's: they serve tools that read CPython's bytecode. Taipan's own code objects hold other bytecode, of
//! which `_instructions` and `_handlers` tell; `dis` shows that (`_taipan_dis.py`).

use taipan_bytecode::Role;
use taipan_runtime::objects::code::Code;
use taipan_runtime::objects::module::{Module, ModuleDef};
use taipan_runtime::{Gc, GcVec, PyResult, Value, Vm, function};

/// Opcode numbers as inclusive runs.
type Runs = &'static [(i32, i32)];

static HAS_ARG: Runs = &[
    (44, 120),
    (128, 128),
    (143, 153),
    (155, 195),
    (197, 197),
    (200, 200),
    (209, 211),
    (237, 237),
    (239, 239),
    (241, 245),
    (247, 251),
    (253, 253),
    (255, 255),
    (257, 261),
    (263, 266),
];
static HAS_CONST: Runs = &[(82, 82), (190, 191)];
static HAS_EXC: Runs = &[(263, 265)];
static HAS_FREE: Runs = &[(62, 62), (90, 90), (97, 97), (111, 111)];
static HAS_JUMP: Runs =
    &[(68, 68), (70, 70), (75, 77), (100, 103), (106, 106), (172, 176), (237, 237), (248, 248), (257, 260)];
static HAS_LOCAL: Runs = &[(3, 3), (63, 63), (83, 89), (112, 114), (261, 261), (266, 266)];
static HAS_NAME: Runs = &[
    (61, 61),
    (64, 65),
    (72, 73),
    (80, 80),
    (91, 93),
    (96, 96),
    (110, 110),
    (115, 116),
    (179, 179),
    (189, 189),
    (194, 195),
    (200, 200),
    (249, 249),
];
static IS_VALID: Runs = &[(0, 120), (128, 211), (234, 266)];

macro_rules! questions {
    ($($name:ident $table:ident $doc:literal;)*) => {
        $(fn $name(vm: &Vm, a: &[Value]) -> PyResult {
            let op = vm.index_c_int(a[0])?;
            Ok(Value::bool($table.iter().any(|&(from, to)| (from..=to).contains(&op))))
        })*
        static FUNCTIONS: &[taipan_runtime::MethodDef] = &[
            $(function(stringify!($name), "($module, /, opcode)", $name, $doc),)*
            function(
                "stack_effect",
                "($module, opcode, oparg=None, /, *, jump=None)",
                stack_effect,
                "Compute the stack effect of the opcode.",
            ),
            function(
                "get_specialization_stats",
                "($module, /)",
                |_, _| Ok(Value::NONE),
                "Return the specialization stats",
            ),
            function(
                "get_intrinsic1_descs",
                "($module, /)",
                |vm, _| Ok(strings(vm, INTRINSICS_1)),
                "Return a list of names of the unary intrinsics.",
            ),
            function(
                "get_intrinsic2_descs",
                "($module, /)",
                |vm, _| Ok(strings(vm, INTRINSICS_2)),
                "Return a list of names of the binary intrinsics.",
            ),
            function(
                "get_special_method_names",
                "($module, /)",
                |vm, _| Ok(strings(vm, SPECIAL_METHODS)),
                "Return a list of special method names.",
            ),
            function(
                "get_nb_ops",
                "($module, /)",
                nb_ops,
                "Return array of symbols of binary ops.\n\nIndexed by the BINARY_OP oparg value.",
            ),
            function(
                "_instructions",
                "($module, code, /)",
                instructions,
                "Rows of Taipan's bytecode: name, number, operand fields, their text, jump target, kind and index of the last operand's meaning, comment.",
            ),
            function(
                "_handlers",
                "($module, code, /)",
                handlers,
                "Rows of the exception table: start, end, target, register.",
            ),
            function(
                "get_executor",
                "($module, /, code, offset)",
                |vm, _| Err(vm.runtime_error("Executors are not available in this build")),
                "Return the executor object at offset in code if exists, None otherwise.",
            ),
        ];
    };
}
questions! {
    has_arg HAS_ARG "Return True if the opcode uses its oparg, False otherwise.";
    has_const HAS_CONST "Return True if the opcode accesses a constant, False otherwise.";
    has_exc HAS_EXC "Return True if the opcode sets an exception handler, False otherwise.";
    has_free HAS_FREE "Return True if the opcode accesses a free variable, False otherwise.";
    has_jump HAS_JUMP "Return True if the opcode has a jump target, False otherwise.";
    has_local HAS_LOCAL "Return True if the opcode accesses a local variable, False otherwise.";
    has_name HAS_NAME "Return True if the opcode accesses an attribute by name, False otherwise.";
    is_valid IS_VALID "Return True if opcode is valid, False otherwise.";
}

fn code(vm: &Vm, v: Value) -> PyResult<Gc<Code>> {
    v.cast().ok_or_else(|| vm.type_error(format!("code must be code, not {}", vm.type_name(v))))
}
fn instructions(vm: &Vm, a: &[Value]) -> PyResult {
    let code = code(vm, a[0])?;
    let mut rows = GcVec::new();
    for (at, ins) in code.data.instrs.iter().enumerate() {
        let op = ins.opcode();
        let operands = op.info().operands;
        let (mut kind, mut value, mut jump) = ("", Value::NONE, Value::NONE);
        let mut fields = GcVec::new();
        for &(field, role) in operands {
            let raw = ins.field(field);
            match role {
                Role::Const => (kind, value) = ("const", Value::int(raw.into())),
                Role::Name | Role::Local | Role::Free => kind = "name",
                Role::Jump => jump = Value::int(at as i64 + 1 + i64::from(raw as i32)),
                _ => {}
            }
            let shown = match role {
                Role::SImm => i64::from(raw as u16 as i16),
                Role::Int | Role::Jump => i64::from(raw as i32),
                _ => raw.into(),
            };
            fields.push(&vm.heap, Value::int(shown));
        }
        let line = taipan_bytecode::instruction(&code.data, at, ins);
        let rest = line.strip_prefix(op.name()).unwrap_or_default().trim_start();
        let (text, comment) = rest.split_once("  ; ").unwrap_or((rest, ""));
        let row = [
            vm.intern(op.name()).value(),
            Value::int(op as i64),
            vm.new_tuple(&fields).value(),
            vm.new_str(text.trim_end()).value(),
            jump,
            vm.intern(kind).value(),
            value,
            vm.new_str(comment).value(),
        ];
        rows.push(&vm.heap, vm.new_tuple(&row).value());
    }
    Ok(vm.new_tuple(&rows).value())
}
fn handlers(vm: &Vm, a: &[Value]) -> PyResult {
    let code = code(vm, a[0])?;
    let mut rows = GcVec::new();
    for h in &code.data.handlers {
        let row = [h.start, h.end, h.target, h.reg.into()].map(|n| Value::int(n.into()));
        rows.push(&vm.heap, vm.new_tuple(&row).value());
    }
    Ok(vm.new_tuple(&rows).value())
}

static INTRINSICS_1: &[&str] = &[
    "INTRINSIC_1_INVALID",
    "INTRINSIC_PRINT",
    "INTRINSIC_IMPORT_STAR",
    "INTRINSIC_STOPITERATION_ERROR",
    "INTRINSIC_ASYNC_GEN_WRAP",
    "INTRINSIC_UNARY_POSITIVE",
    "INTRINSIC_LIST_TO_TUPLE",
    "INTRINSIC_TYPEVAR",
    "INTRINSIC_PARAMSPEC",
    "INTRINSIC_TYPEVARTUPLE",
    "INTRINSIC_SUBSCRIPT_GENERIC",
    "INTRINSIC_TYPEALIAS",
];
static INTRINSICS_2: &[&str] = &[
    "INTRINSIC_2_INVALID",
    "INTRINSIC_PREP_RERAISE_STAR",
    "INTRINSIC_TYPEVAR_WITH_BOUND",
    "INTRINSIC_TYPEVAR_WITH_CONSTRAINTS",
    "INTRINSIC_SET_FUNCTION_TYPE_PARAMS",
    "INTRINSIC_SET_TYPEPARAM_DEFAULT",
];
static SPECIAL_METHODS: &[&str] = &["__enter__", "__exit__", "__aenter__", "__aexit__"];
static NB_OPS: &[(&str, &str)] = &[
    ("NB_ADD", "+"),
    ("NB_AND", "&"),
    ("NB_FLOOR_DIVIDE", "//"),
    ("NB_LSHIFT", "<<"),
    ("NB_MATRIX_MULTIPLY", "@"),
    ("NB_MULTIPLY", "*"),
    ("NB_REMAINDER", "%"),
    ("NB_OR", "|"),
    ("NB_POWER", "**"),
    ("NB_RSHIFT", ">>"),
    ("NB_SUBTRACT", "-"),
    ("NB_TRUE_DIVIDE", "/"),
    ("NB_XOR", "^"),
    ("NB_INPLACE_ADD", "+="),
    ("NB_INPLACE_AND", "&="),
    ("NB_INPLACE_FLOOR_DIVIDE", "//="),
    ("NB_INPLACE_LSHIFT", "<<="),
    ("NB_INPLACE_MATRIX_MULTIPLY", "@="),
    ("NB_INPLACE_MULTIPLY", "*="),
    ("NB_INPLACE_REMAINDER", "%="),
    ("NB_INPLACE_OR", "|="),
    ("NB_INPLACE_POWER", "**="),
    ("NB_INPLACE_RSHIFT", ">>="),
    ("NB_INPLACE_SUBTRACT", "-="),
    ("NB_INPLACE_TRUE_DIVIDE", "/="),
    ("NB_INPLACE_XOR", "^="),
    ("NB_SUBSCR", "[]"),
];

fn strings(vm: &Vm, items: &[&str]) -> Value {
    let mut v = GcVec::default();
    for s in items {
        v.push(&vm.heap, vm.new_str(s).value());
    }
    vm.new_list(&v).value()
}
fn nb_ops(vm: &Vm, _: &[Value]) -> PyResult {
    let mut v = GcVec::default();
    for (name, symbol) in NB_OPS {
        let pair = vm.new_tuple(&[vm.new_str(name).value(), vm.new_str(symbol).value()]);
        v.push(&vm.heap, pair.value());
    }
    Ok(vm.new_list(&v).value())
}
/// Taipan's bytecode has no operand stack.
fn stack_effect(vm: &Vm, a: &[Value]) -> PyResult {
    vm.index_c_int(a[0])?;
    Err(vm.not_implemented_error("stack_effect() is not supported: bytecode has no operand stack"))
}

fn init(vm: &Vm, m: Gc<Module>) -> PyResult<()> {
    m.dict.get().set_str(vm, vm.intern("ENABLE_SPECIALIZATION"), Value::TRUE);
    m.dict.get().set_str(vm, vm.intern("ENABLE_SPECIALIZATION_FT"), Value::TRUE);
    Ok(())
}

/// The module.
pub static MODULE: ModuleDef = ModuleDef {
    name: "_opcode",
    doc: "Opcode support module.",
    functions: FUNCTIONS,
    types: &[],
    init: Some(init),
};
