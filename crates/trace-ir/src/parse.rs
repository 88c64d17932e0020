//! Reads the text form of a tree (see [`crate::print`]).
//!
//! Ids of exits, labels, objects and traces are kept; nodes are numbered anew in order of appearance. The result
//! is not verified: tests of the verifier need bad trees too.

use crate::build::result_type;
use crate::intrinsics::Intrinsic;
use crate::ops::{Imm, Op, ResultTy};
use crate::tree::*;
use crate::types::{AliasClass, MemTy, Ty};
use crate::value;
use rustc_hash::FxHashMap;

/// What is wrong and in which line.
pub type Error = String;

/// Reads a tree.
pub fn parse(text: &str) -> Result<Tree, Error> {
    let mut p = Parser { tree: Tree::default(), names: FxHashMap::default(), trace: None, text: "", pos: 0 };
    for (i, line) in text.lines().enumerate() {
        p.text = match line.find("//") {
            Some(c) => &line[..c],
            None => line,
        };
        p.pos = 0;
        p.line().map_err(|e| format!("line {}: {e}: {}", i + 1, line.trim()))?;
    }
    if p.tree.traces.is_empty() {
        return Err("no trace".into());
    }
    for (x, e) in p.tree.traces.iter().enumerate() {
        if e.body.is_empty() {
            return Err(format!("t{x} is missing"));
        }
    }
    Ok(p.tree)
}

struct Parser<'a> {
    tree: Tree,
    names: FxHashMap<u32, Val>,
    trace: Option<TraceId>,
    text: &'a str,
    pos: usize,
}

type Res<T> = Result<T, Error>;

impl<'a> Parser<'a> {
    fn rest(&mut self) -> &'a str {
        let r = &self.text[self.pos..];
        let t = r.trim_start();
        self.pos += r.len() - t.len();
        t
    }
    fn eat(&mut self, s: &str) -> bool {
        let r = self.rest().starts_with(s);
        if r {
            self.pos += s.len();
        }
        r
    }
    fn expect(&mut self, s: &str) -> Res<()> {
        if self.eat(s) { Ok(()) } else { Err(format!("expected {s:?} at column {}", self.pos + 1)) }
    }
    fn token(&mut self) -> &'a str {
        let r = self.rest();
        let odd = |c: char| !(c.is_alphanumeric() || "_.%#:*+-".contains(c));
        let n = r.find(odd).unwrap_or(r.len());
        let t = r[..n].trim_end_matches(':');
        self.pos += t.len();
        t
    }
    fn string(&mut self) -> Res<String> {
        self.expect("\"")?;
        let r = &self.text[self.pos..];
        let n = r.find('"').ok_or("open string")?;
        self.pos += n + 1;
        Ok(r[..n].into())
    }
    fn number(&mut self) -> Res<u64> {
        let t = self.token();
        number(t).ok_or_else(|| format!("bad number {t:?}"))
    }
    fn id(&mut self, prefix: &str) -> Res<u32> {
        self.expect(prefix)?;
        let r = &self.text[self.pos..];
        let n = r.find(|c: char| !c.is_ascii_digit()).unwrap_or(r.len());
        self.pos += n;
        r[..n].parse().map_err(|_| format!("bad id after {prefix:?}"))
    }

    fn line(&mut self) -> Res<()> {
        if self.rest().is_empty() {
            return Ok(());
        }
        if self.eat("tree ") {
            self.tree.name = self.string()?;
        } else if self.eat("mem ") {
            let name = self.token().to_string();
            self.expect("=")?;
            let alias = self.token();
            let alias = *AliasClass::ALL.iter().find(|a| a.name() == alias).ok_or("unknown alias class")?;
            self.expect("+")?;
            let offset = self.token().parse().map_err(|_| "bad offset")?;
            let ty = self.token();
            let ty = *MemTy::ALL.iter().find(|t| t.name() == ty).ok_or("unknown memory type")?;
            let frozen = self.eat("frozen");
            self.tree.mems.push(Mem { name, alias, offset, ty, frozen });
        } else if self.eat("obj ") {
            let id = self.id("#")?;
            if id as usize != self.tree.objs.len() {
                return Err("objects must be numbered in order".into());
            }
            let name = self.string()?;
            let bits = self.number()?;
            let mut facts = Vec::new();
            self.expect("{")?;
            while !self.eat("}") {
                let mem = self.mem()?;
                self.expect("=")?;
                let value = self.operand()?;
                facts.push(Fact { mem, value });
            }
            self.tree.objs.push(Obj { name, bits, facts });
        } else if self.trace.is_none() && self.eat("alloc ") {
            let name = self.token().to_string();
            let size = self.number()? as u32;
            let token = self.number()?;
            let mut init = Vec::new();
            self.expect("{")?;
            while !self.eat("}") {
                let off = self.number()? as u32;
                self.expect(":")?;
                let w = if self.rest().starts_with('#') {
                    let o = ObjId(self.id("#")?);
                    if self.eat(".ptr") { InitWord::Ptr(o) } else { InitWord::Boxed(o) }
                } else {
                    InitWord::Bits(self.number()?)
                };
                init.push((off, w));
                self.eat(",");
            }
            let (bump, stride) =
                if self.eat("bump ") { (self.number()?, self.number()? as u32) } else { (0, 0) };
            self.tree.allocs.push(AllocDesc { name, size, init, token, bump, stride });
        } else if self.rest().starts_with('t') && self.rest()[1..].starts_with(|c: char| c.is_ascii_digit()) {
            let t = TraceId(self.id("t")?);
            while self.tree.traces.len() <= t.ix() {
                self.tree.traces.push(Trace::default());
            }
            if self.eat("at ") {
                let x = ExitId(self.id("x")?);
                self.reserve_exit(x);
                self.tree.exits[x.ix()].side = Some(t);
                self.tree.traces[t.ix()].parent = Some(x);
            }
            self.expect(":")?;
            self.trace = Some(t);
        } else {
            let t = self.trace.ok_or("node outside a trace")?;
            let v = self.node()?;
            self.tree.traces[t.ix()].body.push(v);
        }
        if self.rest().is_empty() { Ok(()) } else { Err(format!("left over: {:?}", self.rest())) }
    }

    fn reserve_exit(&mut self, x: ExitId) {
        while self.tree.exits.len() <= x.ix() {
            self.tree.add_exit(ExitReason::Other, Snapshot::default());
        }
    }

    fn mem(&mut self) -> Res<MemId> {
        let t = self.token();
        if let Some(i) = self.tree.mems.iter().position(|m| m.name == t) {
            return Ok(MemId(i as u32));
        }
        let i = t.strip_prefix('m').and_then(|n| n.parse::<u32>().ok());
        let i = i.filter(|&i| (i as usize) < self.tree.mems.len());
        i.map(MemId).ok_or_else(|| format!("unknown descriptor {t:?}"))
    }

    fn alloc(&mut self) -> Res<AllocId> {
        let t = self.token();
        if let Some(i) = self.tree.allocs.iter().position(|m| m.name == t) {
            return Ok(AllocId(i as u32));
        }
        let i = t.strip_prefix('a').and_then(|n| n.parse::<u32>().ok());
        let i = i.filter(|&i| (i as usize) < self.tree.allocs.len());
        i.map(AllocId).ok_or_else(|| format!("unknown allocation {t:?}"))
    }

    fn node(&mut self) -> Res<Val> {
        let mut name = None;
        let mut stated = Ty::Void;
        if self.rest().starts_with('%') {
            name = Some(self.id("%")?);
            self.expect(":")?;
            let t = self.token();
            stated = *Ty::ALL.iter().find(|x| x.name() == t).ok_or_else(|| format!("unknown type {t:?}"))?;
            self.expect("=")?;
        }
        let t = self.token();
        let op = Op::from_name(t).ok_or_else(|| format!("unknown op {t:?}"))?;
        if op == Op::Label {
            return self.label();
        }
        let imm = match op.imm() {
            Imm::None => 0,
            Imm::Mem => self.mem()?.0 as u64,
            Imm::Alloc => self.alloc()?.0 as u64,
            Imm::Call => {
                let t = self.token();
                Intrinsic::from_name(t).ok_or_else(|| format!("unknown intrinsic {t:?}"))? as u64
            }
            Imm::Label => self.id("L")? as u64,
            Imm::Bits | Imm::Obj | Imm::Reg => self.number()?,
        };
        let mut args = Args::new();
        while !self.rest().is_empty() && !self.rest().starts_with(['[', ';', ']']) {
            args.push(self.operand()?);
            if !self.eat(",") {
                break;
            }
        }
        let exit = if self.rest().starts_with('[') { Some(self.exit()?) } else { None };
        let ty = match op.result() {
            ResultTy::Stated if op == Op::Call => Intrinsic::ALL[imm as usize].result(),
            ResultTy::Stated => return Err("constants and parameters are not placed".into()),
            ResultTy::Mem => self.tree.mems[imm as usize].ty.ty(),
            _ => result_type(&self.tree, op, &args),
        };
        if stated != ty && (name.is_some() || ty != Ty::Void) && op != Op::Call {
            return Err(format!("the result is {ty}, not {stated}"));
        }
        let v = self.tree.add_node(Node { op, ty, args, imm, exit });
        self.define(name, v)?;
        Ok(v)
    }

    fn define(&mut self, name: Option<u32>, v: Val) -> Res<()> {
        if let Some(n) = name
            && self.names.insert(n, v).is_some()
        {
            return Err(format!("%{n} is defined twice"));
        }
        Ok(())
    }

    fn label(&mut self) -> Res<Val> {
        let id = LabelId(self.id("L")?);
        let origin = if self.eat("<") { LabelId(self.id("L")?) } else { id };
        let inner = self.eat("inner");
        let join = self.eat("join");
        let blank = |i: usize| Label {
            params: Vec::new(),
            exit: None,
            origin: LabelId(i as u32),
            inner: false,
            join: false,
        };
        while self.tree.labels.len() <= id.ix() {
            let i = self.tree.labels.len();
            self.tree.labels.push(blank(i));
        }
        let (mut params, mut args, mut names) = (Vec::new(), Args::new(), Vec::new());
        self.expect("(")?;
        while !self.eat(")") {
            names.push(self.id("%")?);
            self.expect(":")?;
            let t = self.token();
            let ty = *Ty::ALL.iter().find(|x| x.name() == t).ok_or_else(|| format!("unknown type {t:?}"))?;
            self.expect("=")?;
            args.push(self.operand()?);
            params.push(self.tree.add_node(Node {
                op: Op::Param,
                ty,
                args: Args::new(),
                imm: id.0 as u64,
                exit: None,
            }));
            self.eat(",");
        }
        for (n, &p) in names.into_iter().zip(&params) {
            self.define(Some(n), p)?;
        }
        let exit = if self.rest().starts_with('[') { Some(self.exit()?) } else { None };
        self.tree.labels[id.ix()] = Label { params, exit, origin, inner, join };
        Ok(self.tree.add_node(Node { op: Op::Label, ty: Ty::Void, args, imm: id.0 as u64, exit: None }))
    }

    fn exit(&mut self) -> Res<ExitId> {
        self.expect("[")?;
        let x = ExitId(self.id("x")?);
        let origin = if self.eat("<") { ExitId(self.id("x")?) } else { x };
        self.reserve_exit(x);
        self.reserve_exit(origin);
        let t = self.token();
        let reason =
            *ExitReason::ALL.iter().find(|r| r.name() == t).ok_or_else(|| format!("unknown reason {t:?}"))?;
        let mut snap = Snapshot::default();
        // Sunk nodes are named by registers that stand before them: leave values open until all is read.
        let start = self.pos;
        let mut sunk = Vec::new();
        let body = self.text.rfind(']').ok_or("open exit")?;
        let whole = self.text;
        let mut from = start;
        while let Some(semi) = whole[from..body].find(';') {
            from += semi + 1;
            self.pos = from;
            if self.rest().starts_with('%') {
                sunk.push(self.node()?);
            }
        }
        self.pos = start;
        loop {
            if self.eat(";") {
                if self.rest().starts_with("new") {
                    let i = self.id("new")?;
                    if i as usize != snap.virtuals.len() {
                        return Err("virtuals must be numbered in order".into());
                    }
                    self.expect("=")?;
                    let alloc = self.alloc()?;
                    let mut fields = Vec::new();
                    self.expect("{")?;
                    while !self.eat("}") {
                        let m = self.mem()?;
                        let ix = if self.eat("[") {
                            let i = self.number()? as u32;
                            self.expect("]")?;
                            Some(i)
                        } else {
                            None
                        };
                        self.expect("=")?;
                        fields.push((m, ix, self.snap_val()?));
                    }
                    snap.virtuals.push(Virtual { alloc, fields });
                } else if self.rest().starts_with('%') {
                    let r = self.rest();
                    self.pos += r.find([';', ']']).unwrap_or(r.len());
                } else {
                    let mem = self.mem()?;
                    let base = self.snap_val()?;
                    let index = if self.eat("[") {
                        let i = self.operand()?;
                        self.expect("]")?;
                        Some(i)
                    } else {
                        None
                    };
                    self.expect("=")?;
                    let value = self.snap_val()?;
                    snap.stores.push(DelayedStore { base, mem, index, value });
                }
            } else if self.eat("]") {
                break;
            } else if self.eat(",") || self.rest().starts_with('c') {
                let code = self.id("c")?;
                let pc = self.id("@")?;
                let ret = if self.eat(">") { Some(self.id("")?) } else { None };
                let mut regs = Vec::new();
                while self.rest().starts_with('r') {
                    let r = self.id("r")?;
                    self.expect("=")?;
                    regs.push((r, self.snap_val()?));
                }
                snap.frames.push(FrameSnap { code, pc, ret, regs });
            } else {
                return Err(format!("bad exit at column {}", self.pos + 1));
            }
        }
        let e = &mut self.tree.exits[x.ix()];
        *e = Exit { origin, reason, snap, side: e.side, sunk };
        Ok(x)
    }

    fn snap_val(&mut self) -> Res<SnapVal> {
        if self.rest().starts_with("new") {
            return Ok(SnapVal::Virtual(self.id("new")?));
        }
        Ok(SnapVal::Val(self.operand()?))
    }

    fn operand(&mut self) -> Res<Val> {
        if self.rest().starts_with('%') {
            let n = self.id("%")?;
            return self.names.get(&n).copied().ok_or_else(|| format!("%{n} is not defined above"));
        }
        if self.rest().starts_with('#') {
            let o = ObjId(self.id("#")?);
            return Ok(if self.eat(".ptr") { self.tree.obj_ptr(o) } else { self.tree.obj(o) });
        }
        let t = self.token();
        let tree = &mut self.tree;
        Ok(match t {
            "true" | "false" => tree.bool(t == "true"),
            "None" => tree.value(value::NONE),
            "True" => tree.value(value::TRUE),
            "False" => tree.value(value::FALSE),
            "Unbound" => tree.value(value::UNBOUND),
            "null" => tree.null(),
            "nan" => tree.constant(Ty::F64, value::CANONICAL_NAN),
            "inf" => tree.f64(f64::INFINITY),
            "-inf" => tree.f64(f64::NEG_INFINITY),
            _ => {
                let bad = || format!("bad operand {t:?}");
                if let Some(h) = t.strip_prefix("f:") {
                    tree.constant(Ty::F64, number(h).ok_or_else(bad)?)
                } else if let Some(h) = t.strip_prefix("v:") {
                    tree.value(number(h).ok_or_else(bad)?)
                } else if let Some(h) = t.strip_prefix("p:") {
                    tree.constant(Ty::Ptr, number(h).ok_or_else(bad)?)
                } else if let Some(i) = t.strip_prefix('v') {
                    let i = i.parse().ok().and_then(value::from_int).ok_or_else(bad)?;
                    tree.value(i)
                } else if let Some(u) = t.strip_suffix('u') {
                    tree.u64(number(u).ok_or_else(bad)?)
                } else if let Ok(i) = t.parse::<i64>() {
                    tree.i64(i)
                } else {
                    tree.f64(t.parse().map_err(|_| bad())?)
                }
            }
        })
    }
}

fn number(t: &str) -> Option<u64> {
    match t.strip_prefix("0x") {
        Some(h) => u64::from_str_radix(h, 16).ok(),
        None => t.parse().ok(),
    }
}
