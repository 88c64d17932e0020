//! Annotations: `__annotate__` functions (PEP 649), and strings under `from __future__ import annotations`.
//!
//! What must hold: the annotations of a class or module are evaluated in one `__annotate__` function, generated after
//! the body (so that all of them are known) and, for a module, stored before it.

use crate::codegen::{Compiler, R};
use crate::error::syntax;
use crate::symtable::{Part, ScopeKind};
use crate::unit::{Ext, Reg, UnitKind};
use ruff_python_ast::*;
use ruff_text_size::{Ranged, TextRange};
use taipan_bytecode::{Const, FuncAttr, Op, Position};

impl<'a> Compiler<'a> {
    /// The `__annotate__` function (or the tuple of strings) of a function, if it has annotations.
    pub fn function_annotations(
        &mut self,
        f: &'a StmtFunctionDef,
        header: TextRange,
    ) -> R<Option<(Reg, FuncAttr)>> {
        let mut list: Vec<(&'a str, &'a Expr, bool)> = Vec::new();
        let p = &f.parameters;
        for p in p.posonlyargs.iter().chain(&p.args) {
            if let Some(a) = p.parameter.annotation() {
                list.push((&p.parameter.name, a, false));
            }
        }
        if let Some(v) = &p.vararg
            && let Some(a) = v.annotation()
        {
            list.push((&v.name, a, matches!(a, Expr::Starred(_))));
        }
        for p in &p.kwonlyargs {
            if let Some(a) = p.parameter.annotation() {
                list.push((&p.parameter.name, a, false));
            }
        }
        if let Some(v) = &p.kwarg
            && let Some(a) = v.annotation()
        {
            list.push((&v.name, a, false));
        }
        if let Some(r) = &f.returns {
            list.push(("return", r, false));
        }
        if list.is_empty() {
            return Ok(None);
        }
        let pos = self.u.pos;
        let scope = self.scope_of(f, Part::Annotations);
        self.enter_annotate(scope, header);
        let m = self.u.mark();
        let map = self.u.temp();
        let n = list.len() as u32;
        if n <= 30 {
            let first = self.u.temps(2 * n);
            for (i, (name, e, star)) in list.iter().enumerate() {
                let r = first + 2 * i as u32;
                self.at(e.range());
                let name = self.mangled(name);
                self.load_const(r, Const::Str((&*name).into()));
                self.annotation_value(e, *star, r + 1)?;
            }
            self.op(Op::BUILD_MAP, map, first, n);
        } else {
            self.op(Op::BUILD_MAP, map, map, 0);
            let pair = self.u.temps(2);
            for (name, e, star) in &list {
                let name = self.mangled(name);
                self.load_const(pair, Const::Str((&*name).into()));
                self.annotation_value(e, *star, pair + 1)?;
                self.op(Op::MAP_ADD, map, pair, pair + 1);
            }
        }
        self.u.release(m);
        self.op(Op::RETURN, map, 0, 0);
        let code = self.leave()?;
        self.u.pos = pos;
        let r = self.u.temp();
        self.make_closure(code, r);
        Ok(Some((r, FuncAttr::Annotate)))
    }

    fn annotation_value(&mut self, e: &'a Expr, star: bool, dst: Reg) -> R {
        if self.st.future_annotations {
            let text = crate::unparse::expr(e, self.source);
            self.load_const(dst, Const::Str(text.into()));
            return Ok(());
        }
        match e {
            // `*args: *Ts` means the one item that `*Ts` unpacks to.
            Expr::Starred(s) if star => {
                let m = self.u.mark();
                let v = self.expr(&s.value)?;
                self.op(Op::UNPACK_SEQ, dst, v, 1);
                self.u.release(m);
                Ok(())
            }
            e => self.expr_to(e, dst),
        }
    }

    fn enter_annotate(&mut self, scope: crate::symtable::ScopeId, range: TextRange) {
        self.enter(UnitKind::Annotations, scope, "__annotate__", &["format".into()], range);
        // The parent's name comes first even where the parent is a module.
        self.u.argcount = 1;
        self.u.posonlyargcount = 1;
        self.prologue();
        self.check_format(0);
    }

    pub fn ann_assign(&mut self, a: &'a StmtAnnAssign) -> R {
        if let Some(v) = &a.value {
            match &*a.target {
                Expr::Name(n) if self.fast_reg(&n.id).is_some() => {
                    let r = self.fast_reg(&n.id).expect("just seen");
                    self.expr_to(v, r)?;
                }
                t => {
                    let r = self.expr(v)?;
                    self.store(t, r)?;
                }
            }
        }
        self.at(a.range);
        let scope = self.st.scopes[self.u.scope].kind;
        match &*a.target {
            Expr::Name(n) if a.simple && matches!(scope, ScopeKind::Module | ScopeKind::Class) => {
                if self.st.future_annotations {
                    let text = crate::unparse::expr(&a.annotation, self.source);
                    let m = self.u.mark();
                    let t = self.u.temps(3);
                    let id = self.u.name_id("__annotations__");
                    self.op_e(Op::LOAD_NAME, t, 0, 0, id);
                    let name = self.mangled(&n.id);
                    self.load_const(t + 1, Const::Str((&*name).into()));
                    self.load_const(t + 2, Const::Str(text.into()));
                    self.op(Op::SETITEM, t, t + 1, t + 2);
                    self.u.release(m);
                } else {
                    self.defer(a, scope);
                }
            }
            Expr::Name(_) => {}
            Expr::Attribute(t) => {
                if a.value.is_none() {
                    self.effect(&t.value)?;
                }
            }
            Expr::Subscript(t) => {
                if a.value.is_none() {
                    self.effect(&t.value)?;
                    match &*t.slice {
                        Expr::Slice(s) => {
                            for p in [&s.lower, &s.upper, &s.step].into_iter().flatten() {
                                self.effect(p)?;
                            }
                        }
                        Expr::Tuple(t) if t.elts.iter().any(Expr::is_starred_expr) => {
                            for e in &t.elts {
                                self.effect(e)?;
                            }
                        }
                        e => self.effect(e)?,
                    }
                }
            }
            t => return Err(syntax(t.range(), "illegal target for annotation")),
        }
        Ok(())
    }

    /// Notes an annotation for the `__annotate__` function.
    fn defer(&mut self, a: &'a StmtAnnAssign, kind: ScopeKind) {
        let mut number = None;
        if kind == ScopeKind::Module || self.u.conditional_depth > 0 {
            // Whether the statement ran decides whether the annotation exists.
            let k = self.u.conditional_count;
            self.u.conditional_count += 1;
            number = Some(k);
            let m = self.u.mark();
            let set = self.u.temps(2);
            match self.class_cell("__conditional_annotations__") {
                Some(cell) => {
                    let l = self.u.locals[&(self.u.scope, "__conditional_annotations__".into())];
                    self.op_e(Op::LOAD_CELL, set, cell, 0, l.index);
                }
                None => {
                    let id = self.u.name_id("__conditional_annotations__");
                    self.op_e(Op::LOAD_NAME, set, 0, 0, id);
                }
            }
            self.load_const(set + 1, Const::Int(k.into()));
            self.op(Op::SET_ADD, set, set + 1, 0);
            self.u.release(m);
        }
        self.u.deferred.push((a, number));
    }

    /// Creates the set of conditional annotations that were reached.
    pub fn conditional_annotations_set(&mut self) -> R {
        if !self.st.scopes[self.u.scope].conditional_annotations || self.st.future_annotations {
            return Ok(());
        }
        let m = self.u.mark();
        let t = self.u.temp();
        self.op(Op::BUILD_SET, t, t, 0);
        match self.class_cell("__conditional_annotations__") {
            Some(cell) => self.op(Op::STORE_CELL, cell, t, 0),
            None => self.store_namespace("__conditional_annotations__", t),
        }
        self.u.release(m);
        Ok(())
    }

    /// Under the `annotations` future, a body with annotations has `__annotations__` from the start.
    pub fn setup_future_annotations(&mut self, body: &[Stmt]) {
        if self.st.future_annotations && has_annotations(body) {
            self.op(Op::SETUP_ANNOTATIONS, 0, 0, 0);
        }
    }

    /// At the start of a module: room for `__annotate__`, which is generated at the end.
    pub fn module_annotations(&mut self) -> R {
        if self.st.future_annotations {
            // Generated where the first annotation may be: cheap, and what CPython does.
            if self.st.scopes[0].symbols.iter().any(|s| s.flags & crate::symtable::flag::ANNOT != 0) {
                self.op(Op::SETUP_ANNOTATIONS, 0, 0, 0);
            }
            return Ok(());
        }
        if self.st.scopes[0].annotation_scope.is_some() {
            // Three placeholders: MAKE_FUNCTION, STORE_NAME and (never needed at module level) a closure.
            let t = self.u.temp();
            let id = self.u.name_id("__annotate__");
            self.u.ins(Op::NOP, t, 0, 0, 0, Ext::Num(u32::MAX));
            self.op_e(Op::STORE_NAME, 0, t, 0, id);
            self.u.release(0);
            self.conditional_annotations_set()?;
        }
        Ok(())
    }

    /// At the end of a module: generates `__annotate__` and fills the placeholder.
    pub fn module_annotate(&mut self, _: u32) -> R {
        let Some(at) = self.u.code.iter().position(|i| i.op == Op::NOP && i.e == Ext::Num(u32::MAX)) else {
            return Ok(());
        };
        let code = self.annotate_code()?;
        let i = self.u.constant(Const::Code(std::sync::Arc::new(code)));
        self.u.code[at].op = Op::MAKE_FUNCTION;
        self.u.code[at].e = Ext::Num(i);
        Ok(())
    }

    /// At the end of a class: its `__annotate_func__`.
    pub fn class_annotate(&mut self) -> R {
        if self.u.deferred.is_empty() {
            return Ok(());
        }
        let code = self.annotate_code()?;
        let t = self.u.temp();
        self.make_closure(code, t);
        self.store_namespace("__annotate_func__", t);
        self.u.release(0);
        Ok(())
    }

    fn annotate_code(&mut self) -> R<taipan_bytecode::CodeObject> {
        let pos = self.u.pos;
        let deferred = std::mem::take(&mut self.u.deferred);
        let scope = self.st.scopes[self.u.scope].annotation_scope.expect("annotations have a scope");
        let start = self.st.scopes[scope].range;
        let line = match self.u.kind {
            UnitKind::Module => self.first_line,
            _ => self.u.firstlineno,
        };
        self.enter_annotate(scope, start);
        self.u.firstlineno = line;
        let map = self.u.temp();
        self.op(Op::BUILD_MAP, map, map, 0);
        for (a, number) in deferred {
            let m = self.u.mark();
            self.at(a.range);
            let skip = self.u.label();
            if let Some(k) = number {
                let t = self.u.temps(2);
                self.load_const(t, Const::Int(k.into()));
                self.load_plain("__conditional_annotations__", t + 1);
                self.op(Op::CONTAINS, t, t, t + 1);
                self.jump(Op::JUMP_IF_FALSE, t, 0, 0, skip);
            }
            let v = self.expr(&a.annotation)?;
            self.at(a.range);
            let k = self.u.temp();
            if let Expr::Name(n) = &*a.target {
                let name = self.mangled(&n.id);
                self.load_const(k, Const::Str((&*name).into()));
            }
            self.op(Op::SETITEM, map, k, v);
            self.u.place(skip);
            self.u.release(m);
        }
        self.u.pos = Position { ..pos };
        self.op(Op::RETURN, map, 0, 0);
        let code = self.leave()?;
        self.u.pos = pos;
        Ok(code)
    }

    /// A compiler's own name, past any class namespace.
    fn load_plain(&mut self, name: &str, dst: Reg) {
        if let Some(i) = self.u.freevars.iter().position(|n| **n == *name) {
            self.op_e(Op::LOAD_FREE, dst, 0, 0, i as u32);
        } else {
            let id = self.u.name_id(name);
            self.op_e(Op::LOAD_GLOBAL, dst, 0, 0, id);
        }
    }
}

/// Whether a body has variable annotations of its own scope.
fn has_annotations(body: &[Stmt]) -> bool {
    body.iter().any(|s| match s {
        Stmt::AnnAssign(_) => true,
        Stmt::For(f) => has_annotations(&f.body) || has_annotations(&f.orelse),
        Stmt::While(w) => has_annotations(&w.body) || has_annotations(&w.orelse),
        Stmt::If(i) => {
            has_annotations(&i.body) || i.elif_else_clauses.iter().any(|c| has_annotations(&c.body))
        }
        Stmt::With(w) => has_annotations(&w.body),
        Stmt::Try(t) => {
            has_annotations(&t.body)
                || has_annotations(&t.orelse)
                || has_annotations(&t.finalbody)
                || t.handlers.iter().any(|ExceptHandler::ExceptHandler(h)| has_annotations(&h.body))
        }
        Stmt::Match(m) => m.cases.iter().any(|c| has_annotations(&c.body)),
        _ => false,
    })
}
