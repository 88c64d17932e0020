//! Expressions.
//!
//! `expr` leaves the value in any register (a local's own, a hoisted constant's or a temporary), `expr_to` in a given
//! one; `jump_if` branches on a condition without making a bool.

use crate::codegen::{Compiler, R};
use crate::error::syntax;
use crate::limits::deeper;
use crate::unit::{Ext, Label, Reg};
use ruff_python_ast::*;
use ruff_text_size::{Ranged, TextRange};
use taipan_bytecode::{Const, Op};

/// The opcode of a binary operator.
pub fn binary_op(op: Operator) -> Op {
    match op {
        Operator::Add => Op::ADD,
        Operator::Sub => Op::SUB,
        Operator::Mult => Op::MUL,
        Operator::MatMult => Op::MATMUL,
        Operator::Div => Op::TRUEDIV,
        Operator::Mod => Op::MOD,
        Operator::Pow => Op::POW,
        Operator::LShift => Op::LSHIFT,
        Operator::RShift => Op::RSHIFT,
        Operator::BitOr => Op::OR,
        Operator::BitXor => Op::XOR,
        Operator::BitAnd => Op::AND,
        Operator::FloorDiv => Op::FLOORDIV,
    }
}

/// The form with an immediate right operand.
fn immediate_form(op: Op) -> Option<Op> {
    Some(match op {
        Op::ADD => Op::ADD_I,
        Op::SUB => Op::SUB_I,
        Op::MUL => Op::MUL_I,
        Op::TRUEDIV => Op::TRUEDIV_I,
        Op::FLOORDIV => Op::FLOORDIV_I,
        Op::MOD => Op::MOD_I,
        Op::POW => Op::POW_I,
        Op::LSHIFT => Op::LSHIFT_I,
        Op::RSHIFT => Op::RSHIFT_I,
        Op::AND => Op::AND_I,
        Op::OR => Op::OR_I,
        Op::XOR => Op::XOR_I,
        Op::LT => Op::LT_I,
        Op::LE => Op::LE_I,
        Op::EQ => Op::EQ_I,
        Op::NE => Op::NE_I,
        Op::GT => Op::GT_I,
        Op::GE => Op::GE_I,
        _ => return None,
    })
}

fn compare_op(op: CmpOp) -> Op {
    match op {
        CmpOp::Eq => Op::EQ,
        CmpOp::NotEq => Op::NE,
        CmpOp::Lt => Op::LT,
        CmpOp::LtE => Op::LE,
        CmpOp::Gt => Op::GT,
        CmpOp::GtE => Op::GE,
        CmpOp::Is => Op::IS,
        CmpOp::IsNot => Op::IS_NOT,
        CmpOp::In => Op::CONTAINS,
        CmpOp::NotIn => Op::NOT_CONTAINS,
    }
}

/// The fused compare-and-branch opcode: register form and immediate form.
fn branch_op(op: CmpOp, cond: bool) -> Option<(Op, Op)> {
    Some(match (op, cond) {
        (CmpOp::Lt, true) => (Op::JLT, Op::JLT_I),
        (CmpOp::LtE, true) => (Op::JLE, Op::JLE_I),
        (CmpOp::Eq, true) => (Op::JEQ, Op::JEQ_I),
        (CmpOp::NotEq, true) => (Op::JNE, Op::JNE_I),
        (CmpOp::Gt, true) => (Op::JGT, Op::JGT_I),
        (CmpOp::GtE, true) => (Op::JGE, Op::JGE_I),
        (CmpOp::Lt, false) => (Op::JNLT, Op::JNLT_I),
        (CmpOp::LtE, false) => (Op::JNLE, Op::JNLE_I),
        (CmpOp::Eq, false) => (Op::JNEQ, Op::JNEQ_I),
        (CmpOp::NotEq, false) => (Op::JNNE, Op::JNNE_I),
        (CmpOp::Gt, false) => (Op::JNGT, Op::JNGT_I),
        (CmpOp::GtE, false) => (Op::JNGE, Op::JNGE_I),
        _ => return None,
    })
}

impl<'a> Compiler<'a> {
    /// The value of `e` in any register.
    pub fn expr(&mut self, e: &'a Expr) -> R<Reg> {
        self.expr_dst(e, None)
    }

    /// The value of `e` in `dst`.
    pub fn expr_to(&mut self, e: &'a Expr, dst: Reg) -> R {
        self.expr_dst(e, Some(dst)).map(|_| ())
    }

    /// Evaluates `e` for its effects.
    pub fn effect(&mut self, e: &'a Expr) -> R {
        let m = self.u.mark();
        self.expr(e)?;
        self.u.release(m);
        Ok(())
    }

    pub fn expr_dst(&mut self, e: &'a Expr, dst: Option<Reg>) -> R<Reg> {
        deeper!(self, {
            let saved = self.at(e.range());
            let r = self.expr_inner(e, dst);
            self.u.pos = saved;
            r
        })
    }

    /// A constant in `dst` or any register.
    pub fn constant(&mut self, c: Const, dst: Option<Reg>) -> Reg {
        let i = self.u.constant(c);
        if dst.is_none()
            && let Some(r) = self.u.const_reg(i)
        {
            return r;
        }
        let d = dst.unwrap_or_else(|| self.u.temp());
        self.op_e(Op::LOAD_CONST, d, 0, 0, i);
        d
    }

    /// The line of an operand that is part of an instruction.
    fn line_of(&mut self, e: &Expr) {
        let saved = self.at(e.range());
        self.u.line();
        self.u.pos = saved;
    }

    /// The immediate that an operand is, if it is a small int.
    fn immediate(&self, e: &Expr) -> Option<i32> {
        match self.fold(e)? {
            Const::Int(i) => i32::try_from(i).ok(),
            _ => None,
        }
    }

    fn expr_inner(&mut self, e: &'a Expr, dst: Option<Reg>) -> R<Reg> {
        if let Some(c) = self.fold(e) {
            self.check_folded(e)?;
            return Ok(self.constant(c, dst));
        }
        let m = self.u.mark();
        match e {
            Expr::BoolOp(b) => self.bool_op(b, dst),
            Expr::Named(n) => {
                let Expr::Name(name) = &*n.target else {
                    return Err(syntax(n.range, "cannot use assignment expressions here"));
                };
                let r = self.expr_dst(&n.value, dst)?;
                self.at(n.range);
                self.store_name(&name.id, r);
                Ok(r)
            }
            Expr::BinOp(b) => self.binary(&b.left, b.op, &b.right, false, dst, e.range()),
            Expr::UnaryOp(u) => {
                let r = self.expr(&u.operand)?;
                let d = self.dst(dst, m);
                let op = match u.op {
                    UnaryOp::Invert => Op::INVERT,
                    UnaryOp::Not => Op::NOT,
                    UnaryOp::UAdd => Op::POS,
                    UnaryOp::USub => Op::NEG,
                };
                self.op(op, d, r, 0);
                Ok(d)
            }
            Expr::Lambda(l) => self.lambda(l, dst),
            Expr::If(i) => {
                let d = dst.unwrap_or_else(|| self.u.temp());
                let (orelse, end) = (self.u.label(), self.u.label());
                self.jump_if(&i.test, orelse, false)?;
                self.expr_to(&i.body, d)?;
                self.goto_quietly(end);
                self.u.place(orelse);
                self.expr_to(&i.orelse, d)?;
                self.u.place(end);
                Ok(d)
            }
            Expr::Dict(d) => self.dict(d, dst),
            Expr::Set(s) => self.set(&s.elts, dst),
            Expr::List(l) => self.list(&l.elts, dst),
            Expr::Tuple(t) => self.tuple(&t.elts, dst),
            Expr::ListComp(c) => self.list_comp(c, dst),
            Expr::SetComp(c) => self.set_comp(c, dst),
            Expr::DictComp(c) => self.dict_comp(c, dst),
            Expr::Generator(g) => self.generator(g, dst),
            Expr::Await(a) => {
                if !self.in_async() {
                    let msg = self.misplaced_await();
                    return Err(syntax(a.range, msg));
                }
                let r = self.expr(&a.value)?;
                self.at(a.range);
                self.await_value(r, 0, dst, m)
            }
            Expr::Yield(y) => {
                self.check_yield(y.range, "'yield' outside function")?;
                let v = match &y.value {
                    Some(v) => self.expr(v)?,
                    None => self.constant(Const::None, None),
                };
                self.at(y.range);
                let v = self.wrap_async(v);
                let d = self.dst(dst, m);
                self.op_d(Op::YIELD, d, v, 0, 0);
                Ok(d)
            }
            Expr::YieldFrom(y) => {
                self.check_yield(y.range, "'yield from' outside function")?;
                if self.in_async() {
                    return Err(syntax(y.range, "'yield from' inside async function"));
                }
                let it = self.u.temp();
                let v = self.expr(&y.value)?;
                self.at(y.range);
                self.op(Op::GET_YIELD_FROM_ITER, it, v, 0);
                self.delegate(it, dst, m)
            }
            Expr::Compare(c) => self.compare(c, dst),
            Expr::Call(c) => self.call(c, dst),
            Expr::FString(f) => self.fstring(f, dst),
            Expr::TString(t) => self.tstring(t, dst),
            Expr::StringLiteral(_)
            | Expr::BytesLiteral(_)
            | Expr::NumberLiteral(_)
            | Expr::BooleanLiteral(_)
            | Expr::NoneLiteral(_)
            | Expr::EllipsisLiteral(_) => unreachable!("literals fold"),
            Expr::Attribute(a) => self.attribute(a, dst),
            Expr::Subscript(s) => {
                self.check_subscript(s)?;
                if let Expr::Slice(sl) = &*s.slice
                    && self.two_element(sl)
                {
                    let v = self.expr(&s.value)?;
                    let pair = self.slice_pair(sl)?;
                    self.at(s.range);
                    let d = self.dst(dst, m);
                    self.op(Op::GETSLICE, d, v, pair);
                    return Ok(d);
                }
                let v = self.expr(&s.value)?;
                if let Some(i) = self.immediate(&s.slice) {
                    self.line_of(&s.slice);
                    self.at(s.range);
                    let d = self.dst(dst, m);
                    self.op_e(Op::GETITEM_I, d, v, 0, i as u32);
                    return Ok(d);
                }
                let i = self.expr(&s.slice)?;
                self.at(s.range);
                let d = self.dst(dst, m);
                self.op(Op::GETITEM, d, v, i);
                Ok(d)
            }
            Expr::Starred(s) => Err(syntax(s.range, "can't use starred expression here")),
            Expr::Name(n) => {
                if &*n.id == "__debug__" {
                    return Ok(self.constant(Const::Bool(self.opts.optimize == 0), dst));
                }
                Ok(self.load_name(&n.id, dst))
            }
            Expr::Slice(s) => {
                let n = 2 + u32::from(s.step.is_some());
                let first = self.u.temps(n);
                for (i, part) in [&s.lower, &s.upper, &s.step].into_iter().take(n as usize).enumerate() {
                    match part {
                        Some(p) => self.expr_to(p, first + i as u32)?,
                        None => self.load_const(first + i as u32, Const::None),
                    }
                }
                let d = self.dst(dst, m);
                self.op(Op::BUILD_SLICE, d, first, n);
                Ok(d)
            }
            Expr::IpyEscapeCommand(c) => match self.lines.value(c.range) {
                Some(v) => Ok(self.constant(v.clone(), dst)),
                None => Err(syntax(c.range, "invalid syntax")),
            },
        }
    }

    fn check_yield(&self, range: TextRange, msg: &str) -> R {
        if matches!(
            self.u.kind,
            crate::unit::UnitKind::Function
                | crate::unit::UnitKind::AsyncFunction
                | crate::unit::UnitKind::Lambda
        ) {
            return Ok(());
        }
        Err(syntax(range, msg))
    }

    /// In an async generator, the value as it must be yielded.
    pub fn wrap_async(&mut self, v: Reg) -> Reg {
        if self.u.flags & taipan_bytecode::flags::ASYNC_GENERATOR == 0 {
            return v;
        }
        let t = self.u.temp();
        self.op(Op::ASYNC_GEN_WRAP, t, v, 0);
        t
    }

    /// `left op right`; `in_place` for augmented assignment.
    fn binary(
        &mut self,
        left: &'a Expr,
        op: Operator,
        right: &'a Expr,
        in_place: bool,
        dst: Option<Reg>,
        range: TextRange,
    ) -> R<Reg> {
        let m = self.u.mark();
        let l = self.expr(left)?;
        self.binary_right(l, op, right, in_place, dst, m, range)
    }

    /// As `binary`, with the left operand in a register and `mark` from before it.
    pub fn binary_right(
        &mut self,
        l: Reg,
        op: Operator,
        right: &'a Expr,
        in_place: bool,
        dst: Option<Reg>,
        mark: u32,
        range: TextRange,
    ) -> R<Reg> {
        let op = binary_op(op);
        if let (Some(i), Some(op_i)) = (self.immediate(right), immediate_form(op)) {
            self.check_folded(right)?;
            self.line_of(right);
            self.at(range);
            let d = self.dst(dst, mark);
            self.u.ins(op_i, d, l, 0, u32::from(in_place), Ext::Num(i as u32));
            return Ok(d);
        }
        let r = self.expr(right)?;
        self.at(range);
        let d = self.dst(dst, mark);
        self.op_d(op, d, l, r, u32::from(in_place));
        Ok(d)
    }

    fn bool_op(&mut self, b: &'a ExprBoolOp, dst: Option<Reg>) -> R<Reg> {
        let m = self.u.mark();
        let t = self.early(dst);
        let end = self.u.label();
        let op = if b.op == BoolOp::And { Op::JUMP_IF_FALSE } else { Op::JUMP_IF_TRUE };
        let (last, init) = b.values.split_last().expect("a BoolOp has values");
        for v in init {
            self.expr_to(v, t)?;
            self.jump(op, t, 0, 0, end);
        }
        self.expr_to(last, t)?;
        self.u.place(end);
        Ok(self.finish(dst, t, m))
    }

    // ---- comparison

    /// Emits one comparison of registers or, where possible, with an immediate.
    fn compare_one(&mut self, op: CmpOp, l: Reg, right: &'a Expr, dst: Option<Reg>, mark: u32) -> R<Reg> {
        let o = compare_op(op);
        if let (Some(i), Some(o)) = (self.immediate(right), immediate_form(o)) {
            self.line_of(right);
            let d = self.dst(dst, mark);
            self.op_e(o, d, l, 0, i as u32);
            return Ok(d);
        }
        let r = self.comparator(op, right)?;
        let d = self.dst(dst, mark);
        self.op(o, d, l, r);
        Ok(d)
    }

    /// The right operand; a display on the right of `in` becomes a constant.
    fn comparator(&mut self, op: CmpOp, e: &'a Expr) -> R<Reg> {
        if matches!(op, CmpOp::In | CmpOp::NotIn)
            && let Some(c) = self.fold_membership(e)
        {
            return Ok(self.constant(c, None));
        }
        self.expr(e)
    }

    fn compare(&mut self, c: &'a ExprCompare, dst: Option<Reg>) -> R<Reg> {
        self.check_compare(c);
        let m = self.u.mark();
        if c.ops.len() == 1 {
            let l = self.expr(&c.left)?;
            return self.compare_one(c.ops[0], l, &c.comparators[0], dst, m);
        }
        let t = self.early(dst);
        let end = self.u.label();
        let mut l = self.expr(&c.left)?;
        let last = c.ops.len() - 1;
        for (i, (op, right)) in c.ops.iter().zip(&c.comparators).enumerate() {
            let m2 = self.u.mark();
            if i == last {
                self.compare_one(*op, l, right, Some(t), m2)?;
                break;
            }
            // What is compared again is the list or set itself.
            let r = self.expr(right)?;
            self.op(compare_op(*op), t, l, r);
            self.jump(Op::JUMP_IF_FALSE, t, 0, 0, end);
            l = r;
        }
        self.u.place(end);
        Ok(self.finish(dst, t, m))
    }

    /// Jumps to `to` when the truth of `e` is `cond`.
    pub fn jump_if(&mut self, e: &'a Expr, to: Label, cond: bool) -> R {
        deeper!(self, {
            let saved = self.at(e.range());
            let m = self.u.mark();
            let r = self.jump_if_inner(e, to, cond);
            self.u.release(m);
            self.u.pos = saved;
            r
        })
    }

    fn jump_if_inner(&mut self, e: &'a Expr, to: Label, cond: bool) -> R {
        if let Some(c) = self.fold(e) {
            self.check_folded(e)?;
            if let Some(truth) = crate::fold::truth(&c) {
                if truth == cond {
                    self.goto(to);
                } else {
                    self.u.line();
                }
                return Ok(());
            }
        }
        match e {
            Expr::Name(n) if &*n.id == "__debug__" => {
                if (self.opts.optimize == 0) == cond {
                    self.goto(to);
                } else {
                    self.u.line();
                }
                Ok(())
            }
            Expr::UnaryOp(u) if u.op == UnaryOp::Not => self.jump_if(&u.operand, to, !cond),
            Expr::BoolOp(b) => {
                let (last, init) = b.values.split_last().expect("a BoolOp has values");
                if (b.op == BoolOp::Or) == cond {
                    // Any operand may decide for the jump.
                    for v in init {
                        self.jump_if(v, to, cond)?;
                    }
                    self.jump_if(last, to, cond)
                } else {
                    let skip = self.u.label();
                    for v in init {
                        self.jump_if(v, skip, !cond)?;
                    }
                    self.jump_if(last, to, cond)?;
                    self.u.place(skip);
                    Ok(())
                }
            }
            Expr::Compare(c) if c.ops.len() == 1 => {
                self.check_compare(c);
                let l = self.expr(&c.left)?;
                self.branch_compare(c.ops[0], l, &c.comparators[0], to, cond)
            }
            Expr::Compare(c) => {
                self.check_compare(c);
                let skip = self.u.label();
                let mut l = self.expr(&c.left)?;
                let last = c.ops.len() - 1;
                for (i, (op, right)) in c.ops.iter().zip(&c.comparators).enumerate() {
                    if i == last {
                        self.branch_compare(*op, l, right, to, cond)?;
                        break;
                    }
                    let r = self.comparator(*op, right)?;
                    let away = if cond { skip } else { to };
                    self.branch_registers(*op, l, r, away, false);
                    l = r;
                }
                self.u.place(skip);
                Ok(())
            }
            _ => {
                let r = self.expr(e)?;
                let op = if cond { Op::JUMP_IF_TRUE } else { Op::JUMP_IF_FALSE };
                self.jump(op, r, 0, 0, to);
                Ok(())
            }
        }
    }

    fn branch_compare(&mut self, op: CmpOp, l: Reg, right: &'a Expr, to: Label, cond: bool) -> R {
        if let (Some(i), Some((_, op_i))) = (self.immediate(right), branch_op(op, cond))
            && let Ok(i) = i16::try_from(i)
        {
            self.line_of(right);
            self.jump(op_i, l, 0, i as u16 as u32, to);
            return Ok(());
        }
        if matches!(op, CmpOp::Is | CmpOp::IsNot) && matches!(right, Expr::NoneLiteral(_)) {
            let op = if (op == CmpOp::Is) == cond { Op::JUMP_IF_NONE } else { Op::JUMP_IF_NOT_NONE };
            self.jump(op, l, 0, 0, to);
            return Ok(());
        }
        let r = self.comparator(op, right)?;
        self.branch_registers(op, l, r, to, cond);
        Ok(())
    }

    fn branch_registers(&mut self, op: CmpOp, l: Reg, r: Reg, to: Label, cond: bool) {
        if let Some((o, _)) = branch_op(op, cond) {
            self.jump(o, l, r, 0, to);
        } else if matches!(op, CmpOp::Is | CmpOp::IsNot) {
            let o = if (op == CmpOp::Is) == cond { Op::JIS } else { Op::JIS_NOT };
            self.jump(o, l, r, 0, to);
        } else {
            let m = self.u.mark();
            let t = self.u.temp();
            self.op(Op::CONTAINS, t, l, r);
            let o = if (op == CmpOp::In) == cond { Op::JUMP_IF_TRUE } else { Op::JUMP_IF_FALSE };
            self.jump(o, t, 0, 0, to);
            self.u.release(m);
        }
    }

    // ---- attributes and slices

    fn attribute(&mut self, a: &'a ExprAttribute, dst: Option<Reg>) -> R<Reg> {
        let m = self.u.mark();
        let name = self.mangled(&a.attr);
        if let Some(args) = self.super_call(&a.value)? {
            let regs = self.load_super(&args, &a.value)?;
            self.at_attr(a);
            let id = self.u.name_id(&name);
            let d = self.dst(dst, m);
            self.u.ins(Op::LOAD_SUPER_ATTR, d, regs, 0, u32::from(args.is_some()), Ext::Num(id));
            return Ok(d);
        }
        let v = self.expr(&a.value)?;
        self.at_attr(a);
        let id = self.u.name_id(&name);
        let d = self.dst(dst, m);
        self.op_e(Op::LOAD_ATTR, d, v, 0, id);
        Ok(d)
    }

    /// The position of an attribute access: a multi-line one points at its last line.
    pub fn at_attr(&mut self, a: &ExprAttribute) {
        let mut p = self.position(a.range);
        if p.line != p.end_line {
            let attr = self.position(a.attr.range);
            p.line = attr.line;
            p.col = attr.col;
        }
        self.u.pos = p;
    }

    /// Whether a slice needs no slice object: no step, and not constant throughout.
    pub fn two_element(&self, s: &ExprSlice) -> bool {
        let constant = |e: &Option<Box<Expr>>| e.as_ref().is_none_or(|e| self.fold(e).is_some());
        s.step.is_none() && !(constant(&s.lower) && constant(&s.upper))
    }

    /// The bounds of a slice in two temporaries.
    pub fn slice_pair(&mut self, s: &'a ExprSlice) -> R<Reg> {
        let first = self.u.temps(2);
        for (i, part) in [&s.lower, &s.upper].into_iter().enumerate() {
            match part {
                Some(p) => self.expr_to(p, first + i as u32)?,
                None => self.load_const(first + i as u32, Const::None),
            }
        }
        Ok(first)
    }

    // ---- await and yield from

    /// `await` on the value in `r`.
    pub fn await_value(&mut self, r: Reg, what: u32, dst: Option<Reg>, mark: u32) -> R<Reg> {
        let it = self.u.temp();
        self.op_d(Op::GET_AWAITABLE, it, r, 0, what);
        self.delegate(it, dst, mark)
    }

    /// Runs the iterator in `it` to its end, passing on what it yields; the value is its result.
    pub fn delegate(&mut self, it: Reg, dst: Option<Reg>, mark: u32) -> R<Reg> {
        let sent = self.u.temp();
        let r = self.u.temp();
        let exc = self.u.temp();
        let (again, thrown, done, resume) = (self.u.label(), self.u.label(), self.u.label(), self.u.label());
        self.load_const(sent, Const::None);
        self.u.place(again);
        self.jump(Op::SEND, r, it, sent, done);
        let outer = self.u.handler;
        let h = self.u.new_handler(thrown, exc);
        self.u.handler = Some(h);
        self.op_d(Op::YIELD, sent, r, it, 1);
        self.u.handler = outer;
        self.jump(Op::JUMP_BACK_NO_INTERRUPT, 0, 0, 0, again);
        self.u.place(thrown);
        self.op(Op::CLEANUP_THROW, r, exc, 0);
        self.u.place(resume);
        self.u.place(done);
        Ok(match dst {
            Some(d) => {
                self.mov(d, r);
                self.u.release(mark);
                d
            }
            None => {
                self.u.release(mark);
                let d = self.u.temp();
                self.mov(d, r);
                d
            }
        })
    }
}
