//! Comprehensions, inlined (PEP 709), and generator expressions, which are functions of their own.
//!
//! What must hold: comprehension variables have registers of their own, so that nothing needs saving around them.

use crate::codegen::{Compiler, R};
use crate::error::syntax;
use crate::symtable::Part;
use crate::unit::{Block, BlockKind, Ext, Reg, UnitKind};
use ruff_python_ast::*;
use ruff_text_size::{Ranged, TextRange};
use taipan_bytecode::{Const, Op};

/// What a comprehension does with each item.
#[derive(Clone, Copy)]
pub(crate) enum Sink<'a> {
    List(&'a Expr, Reg),
    Set(&'a Expr, Reg),
    Dict(Option<&'a Expr>, &'a Expr, Reg),
    Yield(&'a Expr),
}

impl<'a> Compiler<'a> {
    pub fn list_comp(&mut self, c: &'a ExprListComp, dst: Option<Reg>) -> R<Reg> {
        let (m, t) = (self.u.mark(), self.early(dst));
        self.inlined(
            crate::symtable_build::key(c),
            &c.generators,
            c.range,
            Op::BUILD_LIST,
            t,
            Sink::List(&c.elt, t),
        )?;
        Ok(self.finish(dst, t, m))
    }

    pub fn set_comp(&mut self, c: &'a ExprSetComp, dst: Option<Reg>) -> R<Reg> {
        let (m, t) = (self.u.mark(), self.early(dst));
        self.inlined(
            crate::symtable_build::key(c),
            &c.generators,
            c.range,
            Op::BUILD_SET,
            t,
            Sink::Set(&c.elt, t),
        )?;
        Ok(self.finish(dst, t, m))
    }

    pub fn dict_comp(&mut self, c: &'a ExprDictComp, dst: Option<Reg>) -> R<Reg> {
        let (m, t) = (self.u.mark(), self.early(dst));
        let sink = Sink::Dict(c.key.as_deref(), &c.value, t);
        self.inlined(crate::symtable_build::key(c), &c.generators, c.range, Op::BUILD_MAP, t, sink)?;
        Ok(self.finish(dst, t, m))
    }

    fn inlined(
        &mut self,
        node: usize,
        generators: &'a [Comprehension],
        range: TextRange,
        build: Op,
        acc: Reg,
        sink: Sink<'a>,
    ) -> R {
        let scope = self.st.by_node[&(node, Part::Body)];
        let first = &generators[0];
        if self.st.scopes[scope].is_coroutine
            && !self.in_async()
            && self.st.scopes[self.u.scope].kind != crate::symtable::ScopeKind::Generator
        {
            return Err(syntax(range, "asynchronous comprehension outside of an asynchronous function"));
        }
        let it = self.u.temps(3);
        let m = self.u.mark();
        let single = single_item(first);
        if single.is_none() {
            let src = self.expr(&first.iter)?;
            self.at(first.iter.range());
            self.op(if first.is_async { Op::GET_AITER } else { Op::GET_ITER }, it, src, 0);
            self.u.release(m);
        }
        self.at(range);
        self.op(build, acc, acc, 0);
        let saved = std::mem::replace(&mut self.u.cur_scope, scope);
        for y in &self.st.scopes[scope].symbols {
            if let Some(l) = self.u.locals.get(&(scope, y.name.clone()))
                && l.is_cell
            {
                let reg = l.reg;
                self.op(Op::NEW_CELL, reg, 0, 0);
            }
        }
        self.generators(generators, 0, it, saved, sink)?;
        self.u.cur_scope = saved;
        Ok(())
    }

    /// The loop of generator `i`, with its iterator in `it` (for the first one; the others make their own).
    fn generators(
        &mut self,
        gens: &'a [Comprehension],
        i: usize,
        it: Reg,
        outer_scope: crate::symtable::ScopeId,
        sink: Sink<'a>,
    ) -> R {
        crate::limits::deeper!(self, self.generator_level(gens, i, it, outer_scope, sink))
    }

    fn generator_level(
        &mut self,
        gens: &'a [Comprehension],
        i: usize,
        it: Reg,
        outer_scope: crate::symtable::ScopeId,
        sink: Sink<'a>,
    ) -> R {
        let g = &gens[i];
        let m = self.u.mark();
        let next = self.u.label();
        // `for x in [value]` binds x without a loop.
        if let Some(value) = single_item(g) {
            let inner = self.u.cur_scope;
            if i == 0 && !matches!(sink, Sink::Yield(_)) {
                self.u.cur_scope = outer_scope;
            }
            let v = self.expr(value)?;
            self.u.cur_scope = inner;
            self.store(&g.target, v)?;
            self.conditions(g, next)?;
            self.element(gens, i, outer_scope, sink)?;
            self.u.place(next);
            self.u.release(m);
            return Ok(());
        }
        let it = if i == 0 {
            it
        } else {
            let it = self.u.temps(3);
            let m = self.u.mark();
            let src = self.expr(&g.iter)?;
            self.at(g.iter.range());
            self.op(if g.is_async { Op::GET_AITER } else { Op::GET_ITER }, it, src, 0);
            self.u.release(m);
            it
        };
        let end = self.u.label();
        if g.is_async {
            self.async_loop(&g.target, it, next, end, g.iter.range(), |c| {
                c.round(gens, i, outer_scope, sink)
            })?;
        } else {
            self.for_loop(&g.target, it, next, end, g.iter.range(), |c| c.round(gens, i, outer_scope, sink))?;
        }
        self.u.place(end);
        self.u.release(m);
        Ok(())
    }

    /// What a loop does with an item. Rounds end on the line of the element, whether it was wanted or not.
    fn round(
        &mut self,
        gens: &'a [Comprehension],
        i: usize,
        outer: crate::symtable::ScopeId,
        sink: Sink<'a>,
    ) -> R {
        let skip = self.u.label();
        self.conditions(&gens[i], skip)?;
        self.element(gens, i, outer, sink)?;
        self.u.place(skip);
        let (Sink::List(e, _) | Sink::Set(e, _) | Sink::Dict(_, e, _) | Sink::Yield(e)) = sink;
        if i + 1 == gens.len() && self.position(e.range()).line != self.position(gens[i].iter.range()).line {
            self.at(e.range());
            self.u.line();
        }
        Ok(())
    }

    fn conditions(&mut self, g: &'a Comprehension, next: crate::unit::Label) -> R {
        g.ifs.iter().try_for_each(|c| self.jump_if(c, next, false))
    }

    fn element(
        &mut self,
        gens: &'a [Comprehension],
        i: usize,
        outer: crate::symtable::ScopeId,
        sink: Sink<'a>,
    ) -> R {
        if i + 1 < gens.len() {
            return self.generators(gens, i + 1, 0, outer, sink);
        }
        let m = self.u.mark();
        match sink {
            Sink::List(e, acc) => {
                let v = self.expr(e)?;
                self.at(e.range());
                self.op(Op::LIST_APPEND, acc, v, 0);
            }
            Sink::Set(e, acc) => {
                let v = self.expr(e)?;
                self.at(e.range());
                self.op(Op::SET_ADD, acc, v, 0);
            }
            Sink::Dict(None, v, acc) => {
                let r = self.expr(v)?;
                self.op(Op::DICT_UPDATE, acc, r, 0);
            }
            Sink::Dict(Some(k), v, acc) => {
                let kr = self.expr(k)?;
                let vr = self.expr(v)?;
                self.at(TextRange::new(k.range().start(), v.range().end()));
                self.op(Op::MAP_ADD, acc, kr, vr);
            }
            Sink::Yield(e) => {
                let v = self.expr(e)?;
                self.at(e.range());
                let v = self.wrap_async(v);
                let d = self.u.temp();
                self.op_d(Op::YIELD, d, v, 0, 0);
            }
        }
        self.u.release(m);
        Ok(())
    }

    pub fn generator(&mut self, g: &'a ExprGenerator, dst: Option<Reg>) -> R<Reg> {
        let m = self.u.mark();
        let range = self.generator_range.take().unwrap_or(g.range);
        let scope = self.scope_of(g, Part::Body);
        let first = &g.generators[0];
        self.enter(UnitKind::Generator, scope, "<genexpr>", &[".0".into()], range);
        self.u.argcount = 1;
        self.prologue();
        let it = self.u.temps(3);
        self.at(first.iter.range());
        let iter_pos = self.u.pos;
        self.at(range);
        self.op(if first.is_async { Op::MOVE } else { Op::MOVE_ITER }, it, 0, 0);
        self.u.pos = iter_pos;
        self.gen_body(g, it, scope)?;
        self.return_none();
        let code = self.leave()?;
        let base = self.u.temps(4);
        self.at(range);
        self.make_closure(code, base);
        let arg = self.u.temp();
        let inner = self.u.mark();
        let src = self.expr(&first.iter)?;
        self.at(first.iter.range());
        if first.is_async {
            self.op(Op::GET_AITER, arg, src, 0);
        } else {
            self.op(Op::GET_ITER_OBJECT, arg, src, 0);
        }
        self.u.release(inner);
        self.at(range);
        let d = self.dst(dst, m);
        self.op(Op::CALL, d, base, 1);
        Ok(d)
    }

    fn gen_body(&mut self, g: &'a ExprGenerator, it: Reg, scope: crate::symtable::ScopeId) -> R {
        let first = &g.generators[0];
        // The first iterable was evaluated outside: the loop over it is never left out.
        let (next, end) = (self.u.label(), self.u.label());
        let sink = Sink::Yield(&g.elt);
        let gens = &g.generators[..];
        let body = |c: &mut Self| c.round(gens, 0, scope, sink);
        if first.is_async {
            self.async_loop(&first.target, it, next, end, first.iter.range(), body)?;
        } else {
            self.for_loop(&first.target, it, next, end, first.iter.range(), body)?;
        }
        self.u.place(end);
        Ok(())
    }

    // ---- loops shared with statements

    /// Marks the start of a loop: constants used inside go to registers in front of the outermost one.
    pub fn open_loop(&mut self) -> bool {
        if self.u.preheader.is_some() {
            return false;
        }
        let p = self.u.preheaders.len();
        self.u.preheaders.push(Vec::new());
        self.u.preheader = Some(p);
        self.u.ins(Op::NOP, 0, 0, 0, 0, Ext::Preheader(p));
        true
    }

    pub fn close_loop(&mut self, opened: bool) {
        if opened {
            self.u.preheader = None;
        }
    }

    /// `for target in <it>: body`; `next` is placed before the iteration step, control falls through at the end.
    pub fn for_loop(
        &mut self,
        target: &'a Expr,
        it: Reg,
        next: crate::unit::Label,
        end: crate::unit::Label,
        range: TextRange,
        body: impl FnOnce(&mut Self) -> R,
    ) -> R {
        let opened = self.open_loop();
        let m = self.u.mark();
        let item = match target {
            Expr::Name(n) => self.fast_reg(&n.id),
            _ => None,
        };
        let direct = item.is_some();
        let item = item.unwrap_or_else(|| self.u.temp());
        let top = self.u.label();
        self.at(range);
        self.jump(Op::FOR_ITER, item, it, 0, end);
        self.u.place(top);
        if !direct {
            self.store(target, item)?;
        } else if self.position(target.range()).line != self.u.pos.line {
            self.at(target.range());
            self.u.line();
        }
        body(self)?;
        self.u.place(next);
        self.at(range);
        self.jump(Op::LOOP_FOR_ITER, item, it, 0, top);
        self.u.release(m);
        self.close_loop(opened);
        Ok(())
    }

    /// `async for target in <it>: body`.
    pub fn async_loop(
        &mut self,
        target: &'a Expr,
        it: Reg,
        next: crate::unit::Label,
        end: crate::unit::Label,
        range: TextRange,
        body: impl FnOnce(&mut Self) -> R,
    ) -> R {
        let opened = self.open_loop();
        let m = self.u.mark();
        let exc = self.u.temp();
        let (start, ended) = (self.u.label(), self.u.label());
        self.u.place(start);
        let outer = self.u.handler;
        let h = self.u.new_handler(ended, exc);
        self.u.handler = Some(h);
        self.at(range);
        let inner = self.u.mark();
        let t = self.u.temp();
        self.op(Op::GET_ANEXT, t, it, 0);
        let v = self.delegate(t, None, inner)?;
        self.u.handler = outer;
        self.store(target, v)?;
        self.u.release(inner);
        body(self)?;
        self.u.place(next);
        self.goto_quietly(start);
        self.at(range);
        self.u.place(ended);
        self.op(Op::END_ASYNC_FOR, exc, 0, 0);
        self.goto(end);
        self.u.release(m);
        self.close_loop(opened);
        Ok(())
    }

    /// Pushes a loop block.
    pub fn push_loop(&mut self, breaks: crate::unit::Label, continues: crate::unit::Label) -> R {
        self.check_blocks()?;
        let outer = self.u.handler;
        self.u.blocks.push(Block { kind: BlockKind::Loop { breaks, continues }, outer });
        self.u.finally_nest.push(false);
        Ok(())
    }

    /// None in any register.
    pub fn none(&mut self) -> Reg {
        self.constant(Const::None, None)
    }
}

/// The only item of `for x in [item]`.
fn single_item(g: &Comprehension) -> Option<&Expr> {
    if g.is_async {
        return None;
    }
    let elts: &[Expr] = match &g.iter {
        Expr::List(l) => &l.elts,
        Expr::Tuple(t) => &t.elts,
        _ => return None,
    };
    match elts {
        [e] if !matches!(e, Expr::Starred(_)) => Some(e),
        _ => None,
    }
}
