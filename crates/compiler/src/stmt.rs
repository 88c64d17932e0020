//! Statements other than exception handling, definitions and `match`.

use crate::codegen::{Compiler, Mode, R};
use crate::error::syntax;
use crate::limits::deeper;
use crate::unit::{BlockKind, Ext, Reg, UnitKind, is_temp};
use ruff_python_ast::*;
use ruff_text_size::{Ranged, TextRange};
use taipan_bytecode::{Const, Intrinsic1, Op};

impl<'a> Compiler<'a> {
    pub fn body(&mut self, stmts: &'a [Stmt]) -> R {
        stmts.iter().try_for_each(|s| self.stmt(s))
    }

    /// A body that may not run: annotations in it are conditional.
    pub fn conditional_body(&mut self, stmts: &'a [Stmt]) -> R {
        self.u.conditional_depth += 1;
        // After an error `self.u` may be an inner unit: there is nothing left to restore then.
        self.body(stmts)?;
        self.u.conditional_depth -= 1;
        Ok(())
    }

    pub fn stmt(&mut self, s: &'a Stmt) -> R {
        let m = self.u.mark();
        self.at(s.range());
        deeper!(self, self.stmt_inner(s))?;
        self.u.release(m);
        Ok(())
    }

    fn stmt_inner(&mut self, s: &'a Stmt) -> R {
        match s {
            Stmt::FunctionDef(f) => self.function_def(f),
            Stmt::ClassDef(c) => self.class_def(c),
            Stmt::Return(r) => self.return_stmt(r),
            Stmt::Delete(d) => d.targets.iter().try_for_each(|t| self.delete(t)),
            Stmt::TypeAlias(t) => self.type_alias(t),
            Stmt::Assign(a) => self.assign(a),
            Stmt::AugAssign(a) => self.aug_assign(a),
            Stmt::AnnAssign(a) => self.ann_assign(a),
            Stmt::For(f) => self.for_stmt(f),
            Stmt::While(w) => self.while_stmt(w),
            Stmt::If(i) => self.if_stmt(i),
            Stmt::With(w) => self.with_stmt(w),
            Stmt::Match(m) => self.match_stmt(m),
            Stmt::Raise(r) => {
                let Some(exc) = &r.exc else {
                    self.op(Op::RAISE_CURRENT, 0, 0, 0);
                    return Ok(());
                };
                let e = self.expr(exc)?;
                match &r.cause {
                    Some(c) => {
                        let c = self.expr(c)?;
                        self.at(r.range);
                        self.op(Op::RAISE_FROM, e, c, 0);
                    }
                    None => self.op(Op::RAISE, e, 0, 0),
                }
                Ok(())
            }
            Stmt::Try(t) => self.try_stmt(t),
            Stmt::Assert(a) => self.assert_stmt(a),
            Stmt::Import(i) => self.import(i),
            Stmt::ImportFrom(i) => self.import_from(i),
            Stmt::Global(_) | Stmt::Nonlocal(_) => Ok(()),
            Stmt::Pass(_) => {
                // A jump that follows is on this very place.
                self.u.ins(Op::NOP, 0, 0, 0, 0, Ext::Line);
                Ok(())
            }
            Stmt::Expr(e) => {
                if self.mode == Mode::Single && self.u.kind == UnitKind::Module {
                    let r = self.expr(&e.value)?;
                    let t = self.u.temp();
                    self.at(e.range);
                    self.op_d(Op::INTRINSIC1, t, r, 0, Intrinsic1::Print as u32);
                    return Ok(());
                }
                if self.fold(&e.value).is_some() {
                    self.u.line();
                    return Ok(());
                }
                self.effect(&e.value)
            }
            Stmt::Break(b) => self.break_stmt(b.range, true),
            Stmt::Continue(c) => self.break_stmt(c.range, false),
            Stmt::IpyEscapeCommand(c) => Err(syntax(c.range, "invalid syntax")),
        }
    }

    // ---- binding

    /// Stores the value in `r` into a target.
    pub fn store(&mut self, target: &'a Expr, r: Reg) -> R {
        deeper!(self, {
            let m = self.u.mark();
            let saved = self.at(target.range());
            let res = self.store_inner(target, r);
            self.u.pos = saved;
            self.u.release(m);
            res
        })
    }

    fn store_inner(&mut self, target: &'a Expr, r: Reg) -> R {
        match target {
            Expr::Name(n) => self.store_name(&n.id, r),
            Expr::Attribute(a) => {
                let obj = self.expr(&a.value)?;
                self.note_static_attribute(a);
                self.at_attr(a);
                let name = self.mangled(&a.attr);
                let id = self.u.name_id(&name);
                self.op_e(Op::STORE_ATTR, obj, r, 0, id);
            }
            Expr::Subscript(s) => {
                let obj = self.expr(&s.value)?;
                if let Expr::Slice(sl) = &*s.slice
                    && self.two_element(sl)
                {
                    let pair = self.slice_pair(sl)?;
                    self.at(s.range);
                    self.op(Op::SETSLICE, obj, pair, r);
                    return Ok(());
                }
                if let Some(Const::Int(i)) = self.fold(&s.slice)
                    && let Ok(i) = i32::try_from(i)
                {
                    self.op_e(Op::SETITEM_I, obj, 0, r, i as u32);
                    return Ok(());
                }
                let i = self.expr(&s.slice)?;
                self.at(s.range);
                self.op(Op::SETITEM, obj, i, r);
            }
            Expr::Tuple(t) => self.unpack(&t.elts, r, t.range)?,
            Expr::List(l) => self.unpack(&l.elts, r, l.range)?,
            Expr::Starred(s) => {
                return Err(syntax(s.range, "starred assignment target must be in a list or tuple"));
            }
            e => return Err(syntax(e.range(), "cannot assign to this expression")),
        }
        Ok(())
    }

    /// `self.NAME = ...` in a method notes NAME for `__static_attributes__`.
    fn note_static_attribute(&mut self, a: &ExprAttribute) {
        let Expr::Name(n) = &*a.value else { return };
        if &*n.id != "self" {
            return;
        }
        let name = self.mangled(&a.attr);
        if self.u.kind == UnitKind::Class {
            return;
        }
        if let Some(class) = self.outer.iter_mut().rev().find(|u| u.kind == UnitKind::Class)
            && !class.static_attributes.contains(&name)
        {
            class.static_attributes.push(name);
        }
    }

    fn unpack(&mut self, elts: &'a [Expr], r: Reg, range: TextRange) -> R {
        let star = elts.iter().position(|e| matches!(e, Expr::Starred(_)));
        if let Some(i) = star {
            if elts[i + 1..].iter().any(|e| matches!(e, Expr::Starred(_))) {
                return Err(syntax(range, "multiple starred expressions in assignment"));
            }
            if i >= 1 << 8 || elts.len() - i > 1 << 23 {
                return Err(syntax(range, "too many expressions in star-unpacking assignment"));
            }
            let (before, after) = (i as u32, (elts.len() - i - 1) as u32);
            let first = self.u.temps(before + 1 + after);
            self.op_d(Op::UNPACK_EX, first, r, before, after);
            for (k, e) in elts.iter().enumerate() {
                let e = match e {
                    Expr::Starred(s) => &*s.value,
                    e => e,
                };
                self.store(e, first + k as u32)?;
            }
            return Ok(());
        }
        // Plain locals in a row of registers are written at once.
        let regs: Option<Vec<Reg>> = elts
            .iter()
            .map(|e| match e {
                Expr::Name(n) => self.fast_reg(&n.id),
                _ => None,
            })
            .collect();
        if let Some(regs) = &regs
            && !regs.is_empty()
            && regs.windows(2).all(|w| w[1] == w[0] + 1)
        {
            self.op(Op::UNPACK_SEQ, regs[0], r, elts.len() as u32);
            for e in elts {
                self.at(e.range());
                self.u.line();
            }
            return Ok(());
        }
        let first = self.u.temps(elts.len() as u32);
        self.op(Op::UNPACK_SEQ, first, r, elts.len() as u32);
        for (k, e) in elts.iter().enumerate() {
            self.store(e, first + k as u32)?;
        }
        Ok(())
    }

    fn assign(&mut self, a: &'a StmtAssign) -> R {
        if let [target] = &a.targets[..] {
            return match (target, &*a.value) {
                (Expr::Name(n), v) => match self.fast_reg(&n.id) {
                    Some(r) => {
                        self.expr_to(v, r)?;
                        self.at(n.range);
                        self.u.line();
                        Ok(())
                    }
                    None => {
                        let r = self.expr(v)?;
                        self.at(n.range);
                        self.store_name(&n.id, r);
                        Ok(())
                    }
                },
                (Expr::Tuple(t), Expr::Tuple(v)) if pairwise(&t.elts, &v.elts) => {
                    self.assign_pairs(&t.elts, &v.elts)
                }
                (t, v) => {
                    let r = self.expr(v)?;
                    self.store(t, r)
                }
            };
        }
        let mut r = self.expr(&a.value)?;
        if !is_temp(r) {
            // An earlier target may overwrite the variable that holds the value.
            let t = self.u.temp();
            self.mov(t, r);
            r = t;
        }
        a.targets.iter().try_for_each(|t| self.store(t, r))
    }

    /// `a, b = x, y` without a tuple.
    fn assign_pairs(&mut self, targets: &'a [Expr], values: &'a [Expr]) -> R {
        // The locals that each target assigns, nested ones too.
        let mut assigned: Vec<Vec<Reg>> = Vec::new();
        for t in targets {
            let mut regs = Vec::new();
            self.assigned_locals(t, &mut regs);
            assigned.push(regs);
        }
        let mut regs = Vec::with_capacity(values.len());
        for v in values {
            // A local's own register will do if no target before its use assigns it.
            let r = self.expr(v)?;
            regs.push(r);
        }
        for i in 0..regs.len() {
            if !is_temp(regs[i]) && assigned[..i].iter().any(|a| a.contains(&regs[i])) {
                let t = self.u.temp();
                self.mov(t, regs[i]);
                regs[i] = t;
            }
        }
        targets.iter().zip(regs).try_for_each(|(t, r)| self.store(t, r))
    }

    /// The registers of the local variables that storing into `t` writes.
    fn assigned_locals(&self, t: &Expr, out: &mut Vec<Reg>) {
        match t {
            Expr::Name(n) => out.extend(self.fast_reg(&n.id)),
            Expr::Tuple(t) => t.elts.iter().for_each(|e| self.assigned_locals(e, out)),
            Expr::List(l) => l.elts.iter().for_each(|e| self.assigned_locals(e, out)),
            Expr::Starred(s) => self.assigned_locals(&s.value, out),
            _ => {}
        }
    }

    fn aug_assign(&mut self, a: &'a StmtAugAssign) -> R {
        let m = self.u.mark();
        let range = a.range;
        match &*a.target {
            Expr::Name(n) => {
                let fast = self.fast_reg(&n.id);
                let saved = self.at(n.range);
                let l = self.load_name(&n.id, None);
                self.u.pos = saved;
                let r = self.binary_right(l, a.op, &a.value, true, fast, m, range)?;
                self.at(n.range);
                match fast {
                    Some(_) => self.u.line(),
                    None => self.store_name(&n.id, r),
                }
            }
            Expr::Attribute(t) => {
                let obj = self.expr(&t.value)?;
                self.note_static_attribute(t);
                self.at_attr(t);
                let name = self.mangled(&t.attr);
                let id = self.u.name_id(&name);
                let inner = self.u.mark();
                let v = self.u.temp();
                self.op_e(Op::LOAD_ATTR, v, obj, 0, id);
                let r = self.binary_right(v, a.op, &a.value, true, None, inner, range)?;
                self.at_attr(t);
                self.op_e(Op::STORE_ATTR, obj, r, 0, id);
            }
            Expr::Subscript(t) => {
                let obj = self.expr(&t.value)?;
                if let Expr::Slice(sl) = &*t.slice
                    && self.two_element(sl)
                {
                    let pair = self.slice_pair(sl)?;
                    self.at(t.range);
                    let inner = self.u.mark();
                    let v = self.u.temp();
                    self.op(Op::GETSLICE, v, obj, pair);
                    let r = self.binary_right(v, a.op, &a.value, true, None, inner, range)?;
                    self.at(t.range);
                    self.op(Op::SETSLICE, obj, pair, r);
                    return Ok(());
                }
                let small = match self.fold(&t.slice) {
                    Some(Const::Int(i)) => i32::try_from(i).ok(),
                    _ => None,
                };
                let i = match small {
                    Some(_) => 0,
                    None => self.expr(&t.slice)?,
                };
                self.at(t.range);
                let inner = self.u.mark();
                let v = self.u.temp();
                match small {
                    Some(k) => self.op_e(Op::GETITEM_I, v, obj, 0, k as u32),
                    None => self.op(Op::GETITEM, v, obj, i),
                }
                let r = self.binary_right(v, a.op, &a.value, true, None, inner, range)?;
                self.at(t.range);
                match small {
                    Some(k) => self.op_e(Op::SETITEM_I, obj, 0, r, k as u32),
                    None => self.op(Op::SETITEM, obj, i, r),
                }
            }
            t => return Err(syntax(t.range(), "illegal expression for augmented assignment")),
        }
        Ok(())
    }

    fn delete(&mut self, t: &'a Expr) -> R {
        let m = self.u.mark();
        self.at(t.range());
        match t {
            Expr::Name(n) => self.delete_name(&n.id),
            Expr::Attribute(a) => {
                let obj = self.expr(&a.value)?;
                self.at_attr(a);
                let name = self.mangled(&a.attr);
                let id = self.u.name_id(&name);
                self.op_e(Op::DELETE_ATTR, obj, 0, 0, id);
            }
            Expr::Subscript(s) => {
                let obj = self.expr(&s.value)?;
                let i = self.expr(&s.slice)?;
                self.at(s.range);
                self.op(Op::DELITEM, obj, i, 0);
            }
            Expr::Tuple(t) => t.elts.iter().try_for_each(|e| self.delete(e))?,
            Expr::List(l) => l.elts.iter().try_for_each(|e| self.delete(e))?,
            e => return Err(syntax(e.range(), "cannot delete this expression")),
        }
        self.u.release(m);
        Ok(())
    }

    // ---- control flow

    fn return_stmt(&mut self, r: &'a StmtReturn) -> R {
        match self.u.kind {
            UnitKind::Function | UnitKind::AsyncFunction | UnitKind::Lambda => {}
            _ => return Err(syntax(r.range, "'return' outside function")),
        }
        if self.u.flags & taipan_bytecode::flags::ASYNC_GENERATOR != 0 && r.value.is_some() {
            return Err(syntax(r.range, "'return' with value in async generator"));
        }
        if self.u.blocks.iter().any(|b| matches!(b.kind, BlockKind::ExceptStar)) {
            // A constant is not evaluated: CPython is at its place then.
            let constant = r.value.as_ref().filter(|v| self.fold(v).is_some());
            return Err(self.star_exit(constant.map_or(r.range, |v| v.range())));
        }
        if self.u.finally_nest.contains(&true) {
            self.warn(r.range, "'return' in a 'finally' block".into());
        }
        let constant = match &r.value {
            None => Some(Const::None),
            Some(v) => self.fold(v),
        };
        if let Some(c) = constant {
            if let Some(v) = &r.value {
                self.at(v.range());
                self.u.line();
            }
            self.at(r.range);
            self.u.line();
            self.unwind(0, None)?;
            let i = self.u.constant(c);
            self.op_e(Op::RETURN_CONST, 0, 0, 0, i);
            return Ok(());
        }
        let Some(v) = &r.value else { return Ok(()) };
        let mut reg = self.expr(v)?;
        let runs_code = self.u.blocks.iter().any(|b| {
            matches!(
                b.kind,
                BlockKind::Finally { .. } | BlockKind::With { .. } | BlockKind::Handler { name: Some(_), .. }
            )
        });
        if runs_code && !is_temp(reg) {
            let t = self.u.temp();
            self.mov(t, reg);
            reg = t;
        }
        self.at(r.range);
        if self.position(v.range()).line != self.u.pos.line {
            self.u.line();
        }
        self.unwind(0, Some(reg))?;
        self.op(Op::RETURN, reg, 0, 0);
        Ok(())
    }

    pub fn star_exit(&self, range: TextRange) -> crate::error::Fail {
        syntax(range, "'break', 'continue' and 'return' cannot appear in an except* block")
    }

    fn break_stmt(&mut self, range: TextRange, is_break: bool) -> R {
        let found = self.u.blocks.iter().rposition(|b| matches!(b.kind, BlockKind::Loop { .. }));
        let star = self.u.blocks.iter().rposition(|b| matches!(b.kind, BlockKind::ExceptStar));
        if star.is_some() && star > found {
            return Err(self.star_exit(range));
        }
        let Some(at) = found else {
            let msg = if is_break { "'break' outside loop" } else { "'continue' not properly in loop" };
            return Err(syntax(range, msg));
        };
        if self.u.finally_nest.last() == Some(&true) {
            let word = if is_break { "break" } else { "continue" };
            self.warn(range, format!("'{word}' in a 'finally' block"));
        }
        let BlockKind::Loop { breaks, continues } = self.u.blocks[at].kind else { return Ok(()) };
        self.at(range);
        self.u.line();
        self.unwind(at + 1, None)?;
        // The jump itself may raise when it polls: outside the blocks that were left.
        let handler = self.u.handler;
        if let Some(b) = self.u.blocks.get(at + 1) {
            self.u.handler = b.outer;
        }
        self.goto(if is_break { breaks } else { continues });
        self.u.handler = handler;
        Ok(())
    }

    fn for_stmt(&mut self, f: &'a StmtFor) -> R {
        if f.is_async && !self.in_async() {
            return Err(syntax(f.range, "'async for' outside async function"));
        }
        let it = self.u.temps(3);
        let m = self.u.mark();
        let src = match self.fold_membership(&f.iter) {
            Some(c) if matches!(&*f.iter, Expr::List(_)) && !f.is_async => {
                self.at(f.iter.range());
                self.constant(c, None)
            }
            _ => self.expr(&f.iter)?,
        };
        self.at(f.iter.range());
        self.op(if f.is_async { Op::GET_AITER } else { Op::GET_ITER }, it, src, 0);
        self.u.release(m);
        let (next, end, orelse) = (self.u.label(), self.u.label(), self.u.label());
        self.push_loop(end, next)?;
        let range = f.iter.range();
        if f.is_async {
            self.async_loop(&f.target, it, next, orelse, range, |c| c.conditional_body(&f.body))?;
        } else {
            self.for_loop(&f.target, it, next, orelse, range, |c| c.conditional_body(&f.body))?;
        }
        self.pop_loop();
        self.u.place(orelse);
        self.conditional_body(&f.orelse)?;
        self.u.place(end);
        Ok(())
    }

    fn pop_loop(&mut self) {
        self.u.blocks.pop();
        self.u.finally_nest.pop();
    }

    fn while_stmt(&mut self, w: &'a StmtWhile) -> R {
        let (top, next, orelse, end) = (self.u.label(), self.u.label(), self.u.label(), self.u.label());
        let opened = self.open_loop();
        self.at(w.test.range());
        if self.always(&w.test)? {
            // The jump back is the body's last line, where an interrupt shows.
            self.u.place(top);
            self.u.line();
            self.push_loop(end, top)?;
            self.conditional_body(&w.body)?;
            self.pop_loop();
            self.goto_quietly(top);
            self.close_loop(opened);
            self.conditional_body(&w.orelse)?;
            self.u.place(end);
            return Ok(());
        }
        self.goto(next);
        self.u.place(top);
        self.push_loop(end, next)?;
        self.conditional_body(&w.body)?;
        self.pop_loop();
        self.u.place(next);
        self.jump_if(&w.test, top, true)?;
        self.u.place(orelse);
        self.close_loop(opened);
        self.conditional_body(&w.orelse)?;
        self.u.place(end);
        Ok(())
    }

    /// Whether a condition is constant and true.
    fn always(&mut self, e: &'a Expr) -> R<bool> {
        let truth = match e {
            Expr::Name(n) if &*n.id == "__debug__" => Some(self.opts.optimize == 0),
            e => self.fold(e).and_then(|c| crate::fold::truth(&c)),
        };
        if truth != Some(true) {
            return Ok(false);
        }
        self.check_folded(e)?;
        Ok(true)
    }

    fn if_stmt(&mut self, i: &'a StmtIf) -> R {
        let end = self.u.label();
        let mut next = self.u.label();
        self.jump_if(&i.test, next, false)?;
        self.conditional_body(&i.body)?;
        for (k, c) in i.elif_else_clauses.iter().enumerate() {
            if self.u.falls_through() {
                self.goto_quietly(end);
            }
            self.u.place(next);
            next = self.u.label();
            if let Some(t) = &c.test {
                self.at(c.range);
                self.jump_if(t, next, false)?;
            }
            self.conditional_body(&c.body)?;
            let _ = k;
        }
        self.u.place(next);
        self.u.place(end);
        Ok(())
    }

    fn assert_stmt(&mut self, a: &'a StmtAssert) -> R {
        if let Expr::Tuple(t) = &*a.test
            && !t.elts.is_empty()
        {
            self.warn(a.range, "assertion is always true, perhaps remove parentheses?".into());
        }
        if self.opts.optimize > 0 {
            self.check_left_out(&a.test)?;
            return a.msg.as_ref().map_or(Ok(()), |m| self.check_left_out(m));
        }
        let end = self.u.label();
        self.jump_if(&a.test, end, true)?;
        self.at(a.range);
        let base = self.u.temps(4);
        self.op_d(Op::LOAD_COMMON, base, 0, 0, taipan_bytecode::CommonConst::AssertionError as u32);
        let exc = match &a.msg {
            Some(m) => {
                let arg = self.u.temp();
                self.expr_to(m, arg)?;
                self.at(a.range);
                self.op(Op::CALL, base, base, 1);
                base
            }
            None => base,
        };
        let p = self.position(a.test.range());
        self.u.pos = p;
        self.op(Op::RAISE, exc, 0, 0);
        self.u.place(end);
        Ok(())
    }

    // ---- imports

    fn import(&mut self, i: &'a StmtImport) -> R {
        for a in &i.names {
            let m = self.u.mark();
            let none = self.none();
            let module = self.u.temp();
            let id = self.u.name_id(&a.name);
            self.op_e(Op::IMPORT_NAME, module, none, 0, id);
            match &a.asname {
                Some(asname) => {
                    // `import a.b.c as d` binds the submodule.
                    for part in a.name.split('.').skip(1) {
                        let id = self.u.name_id(part);
                        self.op_e(Op::IMPORT_FROM, module, module, 0, id);
                    }
                    self.store_name(asname, module);
                }
                None => {
                    let first = a.name.split('.').next().unwrap_or(&a.name);
                    self.store_name(first, module);
                }
            }
            self.u.release(m);
        }
        Ok(())
    }

    fn import_from(&mut self, i: &'a StmtImportFrom) -> R {
        let m = self.u.mark();
        let names: Vec<Const> = i.names.iter().map(|a| Const::Str(a.name.as_str().into())).collect();
        let list = self.constant(Const::Tuple(names.into()), None);
        let module = self.u.temp();
        let name = i.module.as_ref().map_or("", |n| n.as_str());
        let id = self.u.name_id(name);
        self.u.ins(Op::IMPORT_NAME, module, list, i.level, 0, Ext::Num(id));
        for a in &i.names {
            if a.name.as_str() == "*" {
                self.op(Op::IMPORT_STAR, module, 0, 0);
                break;
            }
            let inner = self.u.mark();
            let v = self.u.temp();
            let id = self.u.name_id(&a.name);
            self.op_e(Op::IMPORT_FROM, v, module, 0, id);
            self.store_name(a.asname.as_ref().unwrap_or(&a.name), v);
            self.u.release(inner);
        }
        self.u.release(m);
        Ok(())
    }
}

/// Whether a tuple assignment can go item by item.
fn pairwise(targets: &[Expr], values: &[Expr]) -> bool {
    let starred = |e: &Expr| matches!(e, Expr::Starred(_));
    targets.len() == values.len()
        && targets.len() <= 16
        && !targets.iter().any(starred)
        && !values.iter().any(starred)
}
