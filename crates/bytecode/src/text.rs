//! The disassembly: a text form of code objects that reads back.
//!
//! What flows in: a code object; what flows out: its text, and the other way round. A listing is a header line, one
//! line for each table that is not empty, the instructions, the exception table, and nested code objects. Jumps show
//! their absolute targets, constants and names their index with the value as a comment.

use crate::code::{CodeObject, Const};
use crate::op::{Effects, Field, Instr, Op, Role};
use std::fmt::Write;

/// The listing of a code object and those nested in it.
pub fn disassemble(code: &CodeObject) -> String {
    let mut out = String::new();
    listing(code, &mut out);
    for c in &code.consts {
        let c = match c {
            Const::Code(c) => c,
            Const::LazyCode(c) => match c.get() {
                Ok(c) => c,
                Err(e) => {
                    let _ = writeln!(out, "\n{e}");
                    continue;
                }
            },
            _ => continue,
        };
        out.push('\n');
        out.push_str(&disassemble(c));
    }
    out
}

fn listing(code: &CodeObject, out: &mut String) {
    let _ = writeln!(
        out,
        "code {} flags={:#x} args={}/{}/{} regs={}",
        code.qualname, code.flags, code.argcount, code.posonlyargcount, code.kwonlyargcount, code.nregs
    );
    let list = |out: &mut String, what: &str, names: &[crate::code::Name]| {
        if !names.is_empty() {
            let _ = writeln!(out, "  {what}: {}", names.join(" "));
        }
    };
    list(out, "vars", &code.varnames);
    if !code.cellvars.is_empty() {
        let cells: Vec<String> =
            code.cellvars.iter().zip(&code.cellregs).map(|(n, r)| format!("{n}=r{r}")).collect();
        let _ = writeln!(out, "  cells: {}", cells.join(" "));
    }
    list(out, "free", &code.freevars);
    if !code.hidden.is_empty() {
        let hidden: Vec<String> = code.hidden.iter().map(|(n, r)| format!("{n}=r{r}")).collect();
        let _ = writeln!(out, "  hidden: {}", hidden.join(" "));
    }
    let mut line = -2;
    for (i, ins) in code.instrs.iter().enumerate() {
        let at = code.positions.get(i).map_or(-1, |p| p.line);
        let shown = if at == line {
            String::new()
        } else if at < 0 {
            "-".into()
        } else {
            at.to_string()
        };
        line = at;
        let _ = writeln!(out, "{shown:>5} {i:>4}  {}", instruction(code, i, ins));
    }
    for h in &code.handlers {
        let _ = writeln!(out, "  handler {}..{} -> {} r{}", h.start, h.end, h.target, h.reg);
    }
}

/// One instruction as text.
pub fn instruction(code: &CodeObject, at: usize, ins: &Instr) -> String {
    let op = ins.opcode();
    let mut operands = Vec::new();
    let mut comment = String::new();
    for &(f, role) in op.info().operands {
        let v = ins.field(f);
        operands.push(match role {
            Role::Imm => v.to_string(),
            Role::SImm => (v as u16 as i16).to_string(),
            Role::Int => (v as i32).to_string(),
            Role::Jump => format!("->{}", at as i64 + 1 + i64::from(v as i32)),
            Role::Const => {
                comment = code.consts.get(v as usize).map_or_else(|| "?".into(), constant);
                format!("k{v}")
            }
            Role::Name => {
                comment = code.names.get(v as usize).map_or_else(|| "?".into(), |n| n.to_string());
                format!("n{v}")
            }
            Role::Local => {
                comment = code.local_name(v).map_or_else(|| "?".into(), |n| n.to_string());
                format!("l{v}")
            }
            Role::Free => {
                comment = code.freevars.get(v as usize).map_or_else(|| "?".into(), |n| n.to_string());
                format!("f{v}")
            }
            _ => format!("r{v}"),
        });
    }
    let mut s = format!("{:<18} {}", op.name(), operands.join(", "));
    if !comment.is_empty() {
        let _ = write!(s, "  ; {}", comment.replace('\n', "\\n"));
    }
    s.trim_end().to_owned()
}

/// A short text of a constant.
pub fn constant(c: &Const) -> String {
    match c {
        Const::None => "None".into(),
        Const::Bool(true) => "True".into(),
        Const::Bool(false) => "False".into(),
        Const::Ellipsis => "...".into(),
        Const::Int(i) => i.to_string(),
        Const::BigInt(neg, b) => {
            let hex: String = b.iter().rev().map(|b| format!("{b:02x}")).collect();
            format!("{}0x{hex}", if *neg { "-" } else { "" })
        }
        Const::Float(f) => format!("{f:?}"),
        Const::Complex(r, i) => format!("complex({r:?}, {i:?})"),
        Const::Str(s) => format!("{:?}", s.to_string_lossy()),
        Const::Bytes(b) => format!("b\"{}\"", b.escape_ascii()),
        Const::Tuple(t) => format!("({})", t.iter().map(constant).collect::<Vec<_>>().join(", ")),
        Const::FrozenSet(t) => {
            format!("frozenset({})", t.iter().map(constant).collect::<Vec<_>>().join(", "))
        }
        Const::Slice(s) => format!("slice({}, {}, {})", constant(&s[0]), constant(&s[1]), constant(&s[2])),
        Const::Code(c) => format!("<code {}>", c.qualname),
        Const::LazyCode(c) => format!("<code {}>", c.qualname),
    }
}

/// Reads the instruction lines of a listing back (`disassemble`'s lines or bare `OPCODE operands` ones); other lines
/// are passed over.
pub fn parse_instructions(text: &str) -> Result<Vec<Instr>, String> {
    let mut out: Vec<Instr> = Vec::new();
    for (n, line) in text.lines().enumerate() {
        let body = line.split(';').next().unwrap_or("");
        let mut words = body.split_whitespace().peekable();
        while words.next_if(|w| w.parse::<i64>().is_ok() || *w == "-").is_some() {}
        let Some(op) = words.next().and_then(Op::from_name) else { continue };
        let mut ins = Instr::new(op);
        for &(f, role) in op.info().operands {
            let word =
                words.next().ok_or_else(|| format!("line {}: {} lacks operand {f:?}", n + 1, op.name()))?;
            let word = word.trim_end_matches(',');
            let digits = word.trim_start_matches(|c: char| c.is_ascii_alphabetic() || c == '>');
            let digits = digits.strip_prefix("->").unwrap_or(digits);
            let v: i64 = digits.parse().map_err(|_| format!("line {}: bad operand {word}", n + 1))?;
            let v = if role == Role::Jump { v - out.len() as i64 - 1 } else { v };
            ins.set_field(f, v as u32);
        }
        out.push(ins);
    }
    Ok(out)
}

/// The reference of all opcodes, as Markdown.
pub fn reference() -> String {
    let mut out = String::from("| opcode | operands | effects | meaning |\n| --- | --- | --- | --- |\n");
    for op in crate::op::OPS {
        let info = op.info();
        let operands: Vec<String> = info.operands.iter().map(|(f, r)| format!("{f:?}: {r:?}")).collect();
        let mut effects = Vec::new();
        for (bit, name) in [
            (Effects::RAISES, "raises"),
            (Effects::TERM, "ends"),
            (Effects::LOOP, "back edge"),
            (Effects::CALL, "call"),
        ] {
            if info.effects.has(bit) {
                effects.push(name);
            }
        }
        let doc = info.doc.trim().replace('|', "\\|");
        let _ =
            writeln!(out, "| `{}` | {} | {} | {doc} |", info.name, operands.join(", "), effects.join(", "));
    }
    out
}

/// Whether a field is used by an opcode.
pub fn uses_field(op: Op, field: Field) -> bool {
    op.info().operands.iter().any(|&(f, _)| f == field)
}
