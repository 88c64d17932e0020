//! The text form of a tree, which [`crate::parse`] reads back.
//!
//! ```text
//! tree "loop at f:3"
//! mem list.len = list.len + 16 i64          a memory descriptor: alias class, offset, type [frozen]
//! obj #0 "f" 0xfffe000000001000 {m=5}       an object constant: bits, facts
//! alloc tuple2 32 7 {0: 0x10, 8: #0.ptr}    an allocation: size, token, initial words [bump ADDRESS STRIDE]
//! t0:
//!   %0: value = reg 3
//!   %1: i64 = guard_int %0 [x0 type c0@12 r1=%0]
//!   label L0 (%2: i64 = %1, %3: f64 = 0.5) [x1 header c0@12 r1=%2 r2=%3]
//!   %4: bool = lt %2, 10
//!   guard_true %4 [x2 loop_end c0@14 r1=%2, c1@3>7 r0=None]
//!   %5: i64 = load list.len %9
//!   jump L0 %7, %8
//! t1 at x2:
//!   leave [x3 end c0@20 r1=new0; new0 = tuple2 {item0=%2}; list.len %9 = %5; %10: i64 = add %2, 1]
//! ```
//!
//! An op is followed by its immediate (descriptor, intrinsic, label, register), then its operands. An exit is
//! written where it is used: id (`x5<x2` when it came from `x2`), reason, frames from the outermost inwards
//! (`c` code `@` pc, `>` result register, then registers), and after semicolons virtuals, delayed stores, sunk
//! nodes. Constants: `5` `i64`; `5u` `u64`; `0.5` `inf` `nan` `f:0x..` `f64`; `true`; `None`, `v5`, `v:0x..`
//! `value`; `null`, `p:0x..` `ptr`; `#0`, `#0.ptr` objects. `;`-comments are not supported; `//` to the end of
//! the line is.

use crate::ops::{Imm, Op};
use crate::tree::*;
use crate::types::Ty;
use crate::value;
use std::fmt::{self, Display, Formatter, Write};

/// The text of a constant node, or `%n`.
pub fn operand(tree: &Tree, v: Val) -> String {
    let n = tree.node(v);
    match n.op {
        Op::Const => constant(n.ty, n.imm),
        Op::Obj if n.ty == Ty::Ptr => format!("#{}.ptr", n.imm),
        Op::Obj => format!("#{}", n.imm),
        _ => v.to_string(),
    }
}

fn constant(ty: Ty, bits: u64) -> String {
    match ty {
        Ty::I64 => (bits as i64).to_string(),
        Ty::U64 => format!("{bits}u"),
        Ty::Bool => (bits != 0).to_string(),
        Ty::F64 => {
            let f = f64::from_bits(bits);
            if f.is_nan() {
                if bits == value::CANONICAL_NAN { "nan".into() } else { format!("f:{bits:#x}") }
            } else {
                format!("{f:?}")
            }
        }
        Ty::Ptr if bits == 0 => "null".into(),
        Ty::Ptr => format!("p:{bits:#x}"),
        _ => match bits {
            value::NONE => "None".into(),
            value::TRUE => "True".into(),
            value::FALSE => "False".into(),
            value::UNBOUND => "Unbound".into(),
            _ => match value::as_int(bits) {
                Some(i) => format!("v{i}"),
                None => format!("v:{bits:#x}"),
            },
        },
    }
}

/// The name of a descriptor, or its id where the name says too little.
pub fn mem_name(tree: &Tree, m: MemId) -> String {
    let name = &tree.mems[m.ix()].name;
    let unique = tree.mems.iter().filter(|x| x.name == *name).count() == 1;
    if unique && is_name(name) { name.clone() } else { m.to_string() }
}

/// The name of an allocation, or its id.
pub fn alloc_name(tree: &Tree, a: AllocId) -> String {
    let name = &tree.allocs[a.ix()].name;
    let unique = tree.allocs.iter().filter(|x| x.name == *name).count() == 1;
    if unique && is_name(name) { name.clone() } else { a.to_string() }
}

/// Can `s` stand for itself, and not be taken for an id?
pub fn is_name(s: &str) -> bool {
    let mut c = s.chars();
    let id = |p: char| s.starts_with(p) && s.len() > 1 && s[1..].chars().all(|c| c.is_ascii_digit());
    c.next().is_some_and(|c| c.is_ascii_alphabetic() || c == '_')
        && c.all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '*'))
        && !id('m')
        && !id('a')
        && !id('t')
}

fn snap_val(tree: &Tree, s: &SnapVal) -> String {
    match s {
        SnapVal::Val(v) => operand(tree, *v),
        SnapVal::Virtual(i) => format!("new{i}"),
    }
}

/// The text of an exit, brackets included.
pub fn exit(tree: &Tree, x: ExitId) -> String {
    let e = &tree.exits[x.ix()];
    let mut s = format!("[{x}");
    if e.origin != x {
        let _ = write!(s, "<{}", e.origin);
    }
    let _ = write!(s, " {}", e.reason.name());
    for (i, f) in e.snap.frames.iter().enumerate() {
        let _ = write!(s, "{} c{}@{}", if i > 0 { "," } else { "" }, f.code, f.pc);
        if let Some(r) = f.ret {
            let _ = write!(s, ">{r}");
        }
        for (r, v) in &f.regs {
            let _ = write!(s, " r{r}={}", snap_val(tree, v));
        }
    }
    for (i, v) in e.snap.virtuals.iter().enumerate() {
        let _ = write!(s, "; new{i} = {} {{", alloc_name(tree, v.alloc));
        for (j, (m, ix, sv)) in v.fields.iter().enumerate() {
            let _ = write!(s, "{}{}", if j > 0 { " " } else { "" }, mem_name(tree, *m));
            if let Some(ix) = ix {
                let _ = write!(s, "[{ix}]");
            }
            let _ = write!(s, "={}", snap_val(tree, sv));
        }
        s.push('}');
    }
    for st in &e.snap.stores {
        let _ = write!(s, "; {} {}", mem_name(tree, st.mem), snap_val(tree, &st.base));
        if let Some(ix) = st.index {
            let _ = write!(s, "[{}]", operand(tree, ix));
        }
        let _ = write!(s, " = {}", snap_val(tree, &st.value));
    }
    for &v in &e.sunk {
        let _ = write!(s, "; {}", node(tree, v));
    }
    s.push(']');
    s
}

/// The text of a node.
pub fn node(tree: &Tree, v: Val) -> String {
    let n = tree.node(v);
    let mut s = String::new();
    if n.op == Op::Label {
        let l = &tree.labels[n.imm as usize];
        let _ = write!(s, "label L{}", n.imm);
        if l.origin.0 as u64 != n.imm {
            let _ = write!(s, "<{}", l.origin);
        }
        s += match (l.inner, l.join) {
            (_, true) => " join (",
            (true, _) => " inner (",
            _ => " (",
        };
        for (i, (p, a)) in l.params.iter().zip(&n.args).enumerate() {
            let _ =
                write!(s, "{}{p}: {} = {}", if i > 0 { ", " } else { "" }, tree.ty(*p), operand(tree, *a));
        }
        s.push(')');
        if let Some(x) = l.exit {
            let _ = write!(s, " {}", exit(tree, x));
        }
        return s;
    }
    if n.ty != Ty::Void {
        let _ = write!(s, "{v}: {} = ", n.ty);
    }
    s += n.op.name();
    match n.op.imm() {
        Imm::None => {}
        Imm::Mem => {
            let _ = write!(s, " {}", mem_name(tree, MemId(n.imm as u32)));
        }
        Imm::Alloc => {
            let _ = write!(s, " {}", alloc_name(tree, AllocId(n.imm as u32)));
        }
        Imm::Call => {
            let _ = write!(s, " {}", tree.intrinsic(v).name());
        }
        Imm::Label => {
            let _ = write!(s, " L{}", n.imm);
        }
        Imm::Bits | Imm::Obj | Imm::Reg => {
            let _ = write!(s, " {}", n.imm);
        }
    }
    for (i, a) in n.args.iter().enumerate() {
        let _ = write!(s, "{}{}", if i > 0 { ", " } else { " " }, operand(tree, *a));
    }
    if let Some(x) = n.exit {
        let _ = write!(s, " {}", exit(tree, x));
    }
    s
}

impl Display for Tree {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        writeln!(f, "tree {:?}", self.name)?;
        for (i, m) in self.mems.iter().enumerate() {
            let name = mem_name(self, MemId(i as u32));
            write!(f, "mem {name} = {} + {} {}", m.alias.name(), m.offset, m.ty)?;
            writeln!(f, "{}", if m.frozen { " frozen" } else { "" })?;
        }
        for (i, o) in self.objs.iter().enumerate() {
            write!(f, "obj #{i} {:?} {:#x} {{", o.name, o.bits)?;
            for (j, fact) in o.facts.iter().enumerate() {
                let sep = if j > 0 { " " } else { "" };
                write!(f, "{sep}{}={}", mem_name(self, fact.mem), operand(self, fact.value))?;
            }
            writeln!(f, "}}")?;
        }
        for (i, a) in self.allocs.iter().enumerate() {
            write!(f, "alloc {} {} {} {{", alloc_name(self, AllocId(i as u32)), a.size, a.token)?;
            for (j, (off, w)) in a.init.iter().enumerate() {
                write!(f, "{}{off}: ", if j > 0 { ", " } else { "" })?;
                match w {
                    InitWord::Bits(b) => write!(f, "{b:#x}")?,
                    InitWord::Ptr(o) => write!(f, "{o}.ptr")?,
                    InitWord::Boxed(o) => write!(f, "{o}")?,
                }
            }
            f.write_str("}")?;
            if a.bump != 0 {
                write!(f, " bump {:#x} {}", a.bump, a.stride)?;
            }
            writeln!(f)?;
        }
        for t in self.live_traces() {
            let trace = &self.traces[t.ix()];
            match trace.parent {
                None => writeln!(f, "{t}:")?,
                Some(x) => writeln!(f, "{t} at {x}:")?,
            }
            for &v in &trace.body {
                writeln!(f, "  {}", node(self, v))?;
            }
        }
        Ok(())
    }
}
