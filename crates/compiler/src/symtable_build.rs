//! Builds the symbol table: one walk over the AST that opens scopes and records how names are bound and used.
//!
//! What flows in: the AST. What flows out: a resolved [`SymbolTable`], or the errors that CPython's symbol table pass
//! raises. What must hold: nodes stay where they are in memory until code generation is over, since scopes are found
//! again by their node's address.

use crate::error::{Fail, syntax};
use crate::limits::{Depth, deeper};
use crate::symtable::{Name, Part, Scope, ScopeId, ScopeKind, SymbolTable, flag, mangle};
use ruff_python_ast::*;
use ruff_text_size::{Ranged, TextRange};
use std::collections::HashMap;

type R<T = ()> = Result<T, Fail>;

/// The key of a node in [`SymbolTable::by_node`].
pub fn key<T>(node: &T) -> usize {
    std::ptr::from_ref(node) as usize
}

struct Builder {
    st: SymbolTable,
    cur: ScopeId,
    depth: Depth,
    /// Inside the body of if, for, while, try, with or match, seen from the current class or module.
    conditional: bool,
    /// Inside an annotation that is never evaluated: names there do not count.
    unevaluated: bool,
    /// What a type variable scope is called in messages.
    variable_info: &'static str,
}

/// Builds the table of a module, expression or interactive statement.
pub fn build(body: &Mod, future_annotations: bool) -> R<SymbolTable> {
    let mut b = Builder {
        st: SymbolTable { scopes: Vec::new(), by_node: HashMap::new(), future_annotations },
        cur: 0,
        depth: Depth::default(),
        conditional: false,
        unevaluated: false,
        variable_info: "",
    };
    b.open(ScopeKind::Module, "top", (0, Part::Body), body.range());
    match body {
        Mod::Module(m) => b.body(&m.body)?,
        Mod::Expression(e) => b.expr(&e.body)?,
    }
    b.close_over_classes();
    b.st.resolve_all()?;
    Ok(b.st)
}

impl Builder {
    fn scope(&mut self) -> &mut Scope {
        &mut self.st.scopes[self.cur]
    }

    fn open(&mut self, kind: ScopeKind, name: &str, at: (usize, Part), range: TextRange) -> ScopeId {
        let id = self.st.scopes.len();
        let parent = (id > 0).then_some(self.cur);
        let (mut unit, mut nested, mut private, mut only) = (id, false, None, None);
        let mut in_comp_iterable = false;
        if let Some(p) = parent {
            let p = &self.st.scopes[p];
            in_comp_iterable = p.in_comp_iterable;
            if kind == ScopeKind::Comprehension {
                unit = p.unit;
            }
            nested = p.nested || p.kind.is_function_like();
            (private, only) = (p.private.clone(), p.mangled_only.clone());
        }
        self.st.scopes.push(Scope {
            kind,
            name: name.into(),
            parent,
            unit,
            children: Vec::new(),
            symbols: Vec::new(),
            index: HashMap::new(),
            private,
            mangled_only: only,
            free: Vec::new(),
            range,
            nested,
            is_generator: false,
            is_coroutine: false,
            returns_value: None,
            yield_range: None,
            sees_class: false,
            needs_class_cell: false,
            needs_classdict: false,
            conditional_annotations: false,
            annotation_scope: None,
            walrus: Vec::new(),
            in_comp_iterable,
            in_comp_target: false,
        });
        if let Some(p) = parent {
            self.st.scopes[p].children.push(id);
        }
        self.st.by_node.insert(at, id);
        self.cur = id;
        id
    }

    fn close(&mut self) {
        self.cur = self.scope().parent.expect("the module is never closed");
    }

    fn mangled(&self, name: &str) -> Name {
        let s = &self.st.scopes[self.cur];
        if s.private.is_some()
            && s.mangled_only.as_ref().is_none_or(|only| only.iter().any(|n| **n == *name))
            && let Some(m) = mangle(s.private.as_deref(), name)
        {
            return m.into();
        }
        name.into()
    }

    fn add(&mut self, name: &str, flags: u16, range: TextRange) -> R {
        let n = self.mangled(name);
        let cur = self.cur;
        if flags & flag::PARAM != 0 && self.st.scopes[cur].get(&n).is_some_and(|s| s.flags & flag::PARAM != 0)
        {
            return Err(syntax(range, format!("duplicate argument '{n}' in function definition")));
        }
        if flags & flag::TYPE_PARAM != 0
            && self.st.scopes[cur].get(&n).is_some_and(|s| s.flags & flag::TYPE_PARAM != 0)
        {
            return Err(syntax(range, format!("duplicate type parameter '{n}'")));
        }
        let mut flags = flags;
        if self.scope().in_comp_target {
            if let Some(s) = self.st.scopes[cur].get(&n)
                && s.flags & (flag::GLOBAL | flag::NONLOCAL) != 0
            {
                let msg =
                    format!("comprehension inner loop cannot rebind assignment expression target '{n}'");
                return Err(syntax(range, msg));
            }
            flags |= flag::COMP_ITER;
        }
        self.st.add(cur, &n, flags, range);
        Ok(())
    }

    fn assign_name(&mut self, name: &str, flags: u16, range: TextRange) -> R {
        forbidden(name, false, range)?;
        self.add(name, flags, range)
    }

    fn use_name(&mut self, name: &str, range: TextRange) {
        if self.unevaluated {
            return;
        }
        let n = self.mangled(name);
        let cur = self.cur;
        self.st.add(cur, &n, flag::USE, range);
        if name == "super" && self.scope().kind.is_function_like() {
            self.st.add(cur, &"__class__".into(), flag::USE, range);
        }
    }

    /// Marks classes whose implicit cells inner scopes use.
    fn close_over_classes(&mut self) {
        for id in 0..self.st.scopes.len() {
            for name in ["__class__", "__classdict__", "__conditional_annotations__"] {
                let s = &self.st.scopes[id];
                if !s.kind.is_function_like() {
                    continue;
                }
                let Some(sym) = s.get(name) else { continue };
                if sym.flags & (flag::BOUND | flag::GLOBAL) != 0 && sym.flags & flag::NONLOCAL == 0 {
                    continue;
                }
                let mut at = s.parent;
                while let Some(p) = at {
                    let scope = &mut self.st.scopes[p];
                    if scope.kind == ScopeKind::Class {
                        match name {
                            "__class__" => scope.needs_class_cell = true,
                            "__classdict__" => scope.needs_classdict = true,
                            _ => {}
                        }
                        break;
                    }
                    if scope.kind.is_function_like() && scope.binds(name) {
                        break;
                    }
                    at = scope.parent;
                }
            }
        }
    }

    // ---- statements

    fn body(&mut self, stmts: &[Stmt]) -> R {
        stmts.iter().try_for_each(|s| self.stmt(s))
    }

    fn conditional_body(&mut self, stmts: &[Stmt]) -> R {
        let saved = std::mem::replace(&mut self.conditional, true);
        self.body(stmts)?;
        self.conditional = saved;
        Ok(())
    }

    fn stmt(&mut self, s: &Stmt) -> R {
        deeper!(self, self.stmt_inner(s))
    }

    fn stmt_inner(&mut self, s: &Stmt) -> R {
        match s {
            Stmt::FunctionDef(f) => self.function(f),
            Stmt::ClassDef(c) => self.class(c),
            Stmt::Return(r) => {
                if let Some(v) = &r.value {
                    self.expr(v)?;
                    let range = r.range;
                    self.scope().returns_value.get_or_insert(range);
                }
                Ok(())
            }
            Stmt::Delete(d) => d.targets.iter().try_for_each(|t| self.expr(t)),
            Stmt::TypeAlias(t) => self.type_alias(t),
            Stmt::Assign(a) => {
                a.targets.iter().try_for_each(|t| self.expr(t))?;
                self.expr(&a.value)
            }
            Stmt::AugAssign(a) => {
                self.expr(&a.target)?;
                self.expr(&a.value)
            }
            Stmt::AnnAssign(a) => self.ann_assign(a),
            Stmt::For(f) => {
                self.expr(&f.target)?;
                self.expr(&f.iter)?;
                self.conditional_body(&f.body)?;
                self.conditional_body(&f.orelse)
            }
            Stmt::While(w) => {
                self.expr(&w.test)?;
                self.conditional_body(&w.body)?;
                self.conditional_body(&w.orelse)
            }
            Stmt::If(i) => {
                self.expr(&i.test)?;
                self.conditional_body(&i.body)?;
                for c in &i.elif_else_clauses {
                    if let Some(t) = &c.test {
                        self.expr(t)?;
                    }
                    self.conditional_body(&c.body)?;
                }
                Ok(())
            }
            Stmt::With(w) => {
                for item in &w.items {
                    self.expr(&item.context_expr)?;
                    if let Some(v) = &item.optional_vars {
                        self.expr(v)?;
                    }
                }
                self.conditional_body(&w.body)
            }
            Stmt::Match(m) => {
                self.expr(&m.subject)?;
                for c in &m.cases {
                    self.pattern(&c.pattern)?;
                    if let Some(g) = &c.guard {
                        self.expr(g)?;
                    }
                    self.conditional_body(&c.body)?;
                }
                Ok(())
            }
            Stmt::Raise(r) => {
                self.opt(&r.exc)?;
                self.opt(&r.cause)
            }
            Stmt::Try(t) => {
                self.conditional_body(&t.body)?;
                for ExceptHandler::ExceptHandler(h) in &t.handlers {
                    self.opt(&h.type_)?;
                    if let Some(n) = &h.name {
                        if n.as_str() == "__debug__" {
                            return Err(syntax(h.range, "cannot assign to __debug__"));
                        }
                        self.add(n, flag::LOCAL, h.range)?;
                    }
                    self.conditional_body(&h.body)?;
                }
                self.conditional_body(&t.orelse)?;
                self.conditional_body(&t.finalbody)
            }
            Stmt::Assert(a) => {
                self.expr(&a.test)?;
                self.opt(&a.msg)
            }
            Stmt::Import(i) => i.names.iter().try_for_each(|a| self.alias(a)),
            Stmt::ImportFrom(i) => i.names.iter().try_for_each(|a| self.alias(a)),
            Stmt::Global(g) => self.declare(&g.names, flag::GLOBAL, g.range),
            Stmt::Nonlocal(g) => self.declare(&g.names, flag::NONLOCAL, g.range),
            Stmt::Expr(e) => self.expr(&e.value),
            Stmt::Pass(_) | Stmt::Break(_) | Stmt::Continue(_) | Stmt::IpyEscapeCommand(_) => Ok(()),
        }
    }

    fn alias(&mut self, a: &Alias) -> R {
        let name = a.asname.as_ref().unwrap_or(&a.name).as_str();
        if name == "*" {
            if self.scope().kind != ScopeKind::Module {
                return Err(syntax(a.range, "import * only allowed at module level"));
            }
            return Ok(());
        }
        let first = name.split('.').next().unwrap_or(name);
        if first == "__debug__" {
            return Err(syntax(a.range, "cannot assign to __debug__"));
        }
        self.add(first, flag::IMPORT, a.range)
    }

    fn declare(&mut self, names: &[Identifier], what: u16, range: TextRange) -> R {
        let word = if what == flag::GLOBAL { "global" } else { "nonlocal" };
        if what == flag::NONLOCAL && self.scope().kind == ScopeKind::Module {
            return Err(syntax(range, "nonlocal declaration not allowed at module level"));
        }
        for n in names {
            let name = self.mangled(n);
            if let Some(sym) = self.st.scopes[self.cur].get(&name) {
                let f = sym.flags;
                let msg = if f & flag::PARAM != 0 {
                    Some(format!("name '{n}' is parameter and {word}"))
                } else if f & flag::USE != 0 {
                    Some(format!("name '{n}' is used prior to {word} declaration"))
                } else if f & flag::ANNOT != 0 {
                    Some(format!("annotated name '{n}' can't be {word}"))
                } else if f & (flag::LOCAL | flag::TYPE_PARAM) != 0 {
                    Some(format!("name '{n}' is assigned to before {word} declaration"))
                } else {
                    None
                };
                if let Some(msg) = msg {
                    return Err(syntax(range, msg));
                }
            }
            let cur = self.cur;
            self.st.add(cur, &name, what, range);
        }
        Ok(())
    }

    fn ann_assign(&mut self, a: &StmtAnnAssign) -> R {
        if let Expr::Name(n) = &*a.target {
            let name = self.mangled(&n.id);
            let at_module = self.scope().kind == ScopeKind::Module;
            if let Some(sym) = self.st.scopes[self.cur].get(&name)
                && sym.flags & (flag::GLOBAL | flag::NONLOCAL) != 0
                && !at_module
                && a.simple
            {
                let word = if sym.flags & flag::GLOBAL != 0 { "global" } else { "nonlocal" };
                return Err(syntax(a.range, format!("annotated name '{}' can't be {word}", n.id)));
            }
            if a.simple || a.value.is_some() {
                forbidden(&n.id, false, n.range)?;
            }
            if a.simple {
                self.add(&n.id, flag::ANNOT | flag::LOCAL, n.range)?;
            } else if a.value.is_some() {
                self.add(&n.id, flag::LOCAL, n.range)?;
            }
        } else {
            self.expr(&a.target)?;
        }
        self.annotation(a)?;
        self.opt(&a.value)
    }

    /// The annotation of a variable.
    fn annotation(&mut self, a: &StmtAnnAssign) -> R {
        let kind = self.scope().kind;
        let owner = self.cur;
        let deferred = matches!(kind, ScopeKind::Module | ScopeKind::Class)
            && !self.st.future_annotations
            && a.simple
            && matches!(&*a.target, Expr::Name(_));
        if deferred {
            if kind == ScopeKind::Module || self.conditional {
                self.scope().conditional_annotations = true;
            }
            if let Some(s) = self.scope().annotation_scope {
                self.cur = s;
            } else {
                let id =
                    self.open(ScopeKind::Annotation, "__annotate__", (owner, Part::Annotations), a.range);
                self.st.scopes[owner].annotation_scope = Some(id);
                self.st.add(id, &"format".into(), flag::PARAM, a.range);
                self.sees(owner);
            }
            if self.st.scopes[owner].conditional_annotations {
                self.use_name("__conditional_annotations__", a.range);
            }
            self.expr(&a.annotation)?;
        } else {
            // Only checked: a scope that nothing asks for, in which names do not count.
            let saved = std::mem::replace(&mut self.unevaluated, true);
            self.open(ScopeKind::Annotation, "__annotate__", (key(a), Part::Annotations), a.range);
            self.expr(&a.annotation)?;
            self.unevaluated = saved;
        }
        self.cur = owner;
        Ok(())
    }

    /// The scope just opened is an annotation scope of `around`: it may see that one's class variables.
    fn sees(&mut self, around: ScopeId) {
        let p = &self.st.scopes[around];
        if p.kind == ScopeKind::Class || p.sees_class {
            let cur = self.cur;
            self.scope().sees_class = true;
            let range = self.scope().range;
            self.st.add(cur, &"__classdict__".into(), flag::USE, range);
        }
    }

    fn function(&mut self, f: &StmtFunctionDef) -> R {
        self.assign_name(&f.name, flag::LOCAL, f.range)?;
        f.decorator_list.iter().try_for_each(|d| self.expr(&d.expression))?;
        self.defaults(&f.parameters)?;
        if let Some(tp) = &f.type_params {
            self.open_type_params(key(f), &f.name, f.range, None)?;
            let p = &f.parameters;
            if p.iter_non_variadic_params().any(|p| p.default.is_some()) {
                self.add(".defaults", flag::PARAM, f.range)?;
            }
            if p.kwonlyargs.iter().any(|p| p.default.is_some()) {
                self.add(".kwdefaults", flag::PARAM, f.range)?;
            }
            self.type_params(tp)?;
        }
        self.function_annotations(key(f), &f.parameters, f.returns.as_deref(), f.range)?;
        let saved = std::mem::replace(&mut self.conditional, false);
        self.open(ScopeKind::Function, &f.name, (key(f), Part::Body), f.range);
        self.scope().is_coroutine = f.is_async;
        self.params(&f.parameters)?;
        self.body(&f.body)?;
        self.close();
        self.conditional = saved;
        if f.type_params.is_some() {
            self.close();
        }
        Ok(())
    }

    fn defaults(&mut self, p: &Parameters) -> R {
        p.posonlyargs.iter().chain(&p.args).chain(&p.kwonlyargs).try_for_each(|p| self.opt(&p.default))
    }

    fn params(&mut self, p: &Parameters) -> R {
        for p in p.posonlyargs.iter().chain(&p.args).chain(&p.kwonlyargs) {
            self.param(&p.parameter)?;
        }
        if let Some(v) = &p.vararg {
            self.param(v)?;
        }
        if let Some(v) = &p.kwarg {
            self.param(v)?;
        }
        Ok(())
    }

    fn param(&mut self, p: &Parameter) -> R {
        // The stars of `*args` are no part of the parameter's place.
        let range = TextRange::new(p.name.range.start(), p.range.end());
        forbidden(&p.name, false, range)?;
        self.add(&p.name, flag::PARAM, range)
    }

    fn function_annotations(
        &mut self,
        node: usize,
        p: &Parameters,
        returns: Option<&Expr>,
        range: TextRange,
    ) -> R {
        let around = self.cur;
        let saved = self.unevaluated;
        self.open(ScopeKind::Annotation, "__annotate__", (node, Part::Annotations), range);
        let cur = self.cur;
        self.st.add(cur, &"format".into(), flag::PARAM, range);
        if self.st.future_annotations {
            self.unevaluated = true;
        } else {
            let any = p.iter().any(|p| p.annotation().is_some()) || returns.is_some();
            if any {
                self.sees(around);
            }
        }
        for a in p.iter() {
            if let Some(a) = a.annotation() {
                self.expr(a)?;
            }
        }
        if let Some(r) = returns {
            self.expr(r)?;
        }
        self.unevaluated = saved;
        self.cur = around;
        Ok(())
    }

    fn class(&mut self, c: &StmtClassDef) -> R {
        self.assign_name(&c.name, flag::LOCAL, c.range)?;
        c.decorator_list.iter().try_for_each(|d| self.expr(&d.expression))?;
        if let Some(tp) = &c.type_params {
            self.open_type_params(key(c), &c.name, c.range, Some(&c.name))?;
            for p in tp.type_params.iter() {
                let n: Name = p.name().as_str().into();
                self.scope().mangled_only.get_or_insert_default().push(n);
            }
            self.type_params(tp)?;
        }
        if let Some(a) = &c.arguments {
            self.arguments(a)?;
        }
        let saved = std::mem::replace(&mut self.conditional, false);
        self.open(ScopeKind::Class, &c.name, (key(c), Part::Body), c.range);
        self.scope().private = Some(c.name.as_str().into());
        self.scope().mangled_only = None;
        if c.type_params.is_some() {
            // The class body sets `__type_params__` from the cell of the scope around.
            self.add("__type_params__", flag::LOCAL, c.range)?;
            self.use_name(".type_params", c.range);
        }
        self.body(&c.body)?;
        self.close();
        self.conditional = saved;
        if c.type_params.is_some() {
            self.close();
        }
        Ok(())
    }

    fn type_alias(&mut self, t: &StmtTypeAlias) -> R {
        self.expr(&t.name)?;
        let name = match &*t.name {
            Expr::Name(n) => n.id.as_str(),
            _ => "<alias>",
        };
        let around = self.cur;
        if let Some(tp) = &t.type_params {
            self.open_type_params(key(t), name, t.range, None)?;
            self.type_params(tp)?;
        }
        let outer = self.cur;
        self.open(ScopeKind::TypeAlias, name, (key(t), Part::AliasValue), t.range);
        let cur = self.cur;
        self.st.add(cur, &".format".into(), flag::PARAM, t.range);
        self.sees(outer);
        self.expr(&t.value)?;
        self.cur = around;
        Ok(())
    }

    fn open_type_params(
        &mut self,
        node: usize,
        name: &str,
        range: TextRange,
        class: Option<&Identifier>,
    ) -> R {
        let around = self.cur;
        self.open(ScopeKind::TypeParams, name, (node, Part::TypeParams), range);
        self.sees(around);
        if let Some(c) = class {
            self.scope().private = Some(c.as_str().into());
            self.scope().mangled_only = Some(Vec::new());
            let cur = self.cur;
            self.st.add(cur, &".type_params".into(), flag::LOCAL | flag::USE, range);
            self.st.add(cur, &".generic_base".into(), flag::LOCAL | flag::USE, range);
        }
        Ok(())
    }

    fn type_params(&mut self, tp: &TypeParams) -> R {
        let mut seen_default = false;
        for p in tp.type_params.iter() {
            let (name, default, what): (&Identifier, &Option<Box<Expr>>, _) = match p {
                TypeParam::TypeVar(t) => (&t.name, &t.default, "a TypeVar default"),
                TypeParam::TypeVarTuple(t) => (&t.name, &t.default, "a TypeVarTuple default"),
                TypeParam::ParamSpec(t) => (&t.name, &t.default, "a ParamSpec default"),
            };
            forbidden(name, false, p.range())?;
            if name.as_str() == "__classdict__" {
                let msg = format!("reserved name '{name}' cannot be used for type parameter");
                return Err(syntax(p.range(), msg));
            }
            self.add(name, flag::TYPE_PARAM | flag::LOCAL, p.range())?;
            if let TypeParam::TypeVar(t) = p
                && let Some(b) = &t.bound
            {
                let what =
                    if matches!(&**b, Expr::Tuple(_)) { "a TypeVar constraint" } else { "a TypeVar bound" };
                self.type_variable((key(p), Part::Bound), name, b, what)?;
            }
            if let Some(d) = default {
                seen_default = true;
                self.type_variable((key(p), Part::Default), name, d, what)?;
            } else if seen_default {
                let msg = format!("non-default type parameter '{name}' follows default type parameter");
                return Err(syntax(p.range(), msg));
            }
        }
        Ok(())
    }

    fn type_variable(&mut self, at: (usize, Part), name: &str, e: &Expr, what: &'static str) -> R {
        let around = self.cur;
        self.open(ScopeKind::TypeVariable, name, at, e.range());
        let cur = self.cur;
        self.st.add(cur, &".format".into(), flag::PARAM, e.range());
        self.sees(around);
        let saved = std::mem::replace(&mut self.variable_info, what);
        match e {
            Expr::Starred(s) => self.expr(&s.value)?,
            _ => self.expr(e)?,
        }
        self.variable_info = saved;
        self.cur = around;
        Ok(())
    }

    // ---- expressions

    fn opt(&mut self, e: &Option<Box<Expr>>) -> R {
        e.as_ref().map_or(Ok(()), |e| self.expr(e))
    }

    fn expr(&mut self, e: &Expr) -> R {
        deeper!(self, self.expr_inner(e))
    }

    fn exprs<'e>(&mut self, it: impl IntoIterator<Item = &'e Expr>) -> R {
        it.into_iter().try_for_each(|e| self.expr(e))
    }

    fn arguments(&mut self, a: &Arguments) -> R {
        self.exprs(&a.args)?;
        for k in &a.keywords {
            if let Some(n) = &k.arg {
                forbidden(n, false, k.range)?;
            }
            self.expr(&k.value)?;
        }
        Ok(())
    }

    /// Raises when the current scope is one that some expressions are not allowed in.
    fn allowed_here(&self, what: &str, range: TextRange) -> R {
        let place = match self.st.scopes[self.cur].kind {
            ScopeKind::Annotation => "an annotation",
            ScopeKind::TypeVariable => self.variable_info,
            ScopeKind::TypeAlias => "a type alias",
            ScopeKind::TypeParams => "the definition of a generic",
            _ => return Ok(()),
        };
        Err(syntax(range, format!("{what} cannot be used within {place}")))
    }

    fn yields(&mut self, range: TextRange) -> R {
        self.allowed_here("yield expression", range)?;
        self.scope().is_generator = true;
        self.scope().yield_range.get_or_insert(range);
        Ok(())
    }

    fn expr_inner(&mut self, e: &Expr) -> R {
        match e {
            Expr::BoolOp(b) => self.exprs(&b.values),
            Expr::Named(n) => self.walrus(n),
            Expr::BinOp(b) => {
                self.expr(&b.left)?;
                self.expr(&b.right)
            }
            Expr::UnaryOp(u) => self.expr(&u.operand),
            Expr::Lambda(l) => {
                if let Some(p) = &l.parameters {
                    self.defaults(p)?;
                }
                self.open(ScopeKind::Lambda, "lambda", (key(l), Part::Body), l.range);
                if let Some(p) = &l.parameters {
                    self.params(p)?;
                }
                let saved = std::mem::replace(&mut self.conditional, false);
                self.expr(&l.body)?;
                self.conditional = saved;
                self.close();
                Ok(())
            }
            Expr::If(i) => {
                self.expr(&i.test)?;
                self.expr(&i.body)?;
                self.expr(&i.orelse)
            }
            Expr::Dict(d) => {
                for item in &d.items {
                    if let Some(k) = &item.key {
                        self.expr(k)?;
                    }
                    self.expr(&item.value)?;
                }
                Ok(())
            }
            Expr::Set(s) => self.exprs(&s.elts),
            Expr::ListComp(c) => self.comp(key(c), "listcomp", &c.generators, &[&c.elt], c.range, None),
            Expr::SetComp(c) => self.comp(key(c), "setcomp", &c.generators, &[&c.elt], c.range, None),
            Expr::DictComp(c) => {
                let mut parts: Vec<&Expr> = Vec::new();
                parts.extend(c.key.as_deref());
                parts.push(&c.value);
                self.comp(key(c), "dictcomp", &c.generators, &parts, c.range, None)
            }
            Expr::Generator(c) => self.comp(key(c), "genexpr", &c.generators, &[&c.elt], c.range, Some(())),
            Expr::Await(a) => {
                self.allowed_here("await expression", a.range)?;
                self.expr(&a.value)?;
                self.scope().is_coroutine |=
                    matches!(self.st.scopes[self.cur].kind, ScopeKind::Comprehension | ScopeKind::Generator);
                Ok(())
            }
            Expr::Yield(y) => {
                self.opt(&y.value)?;
                self.yields(y.range)?;
                self.no_yield_in_comp(y.range)
            }
            Expr::YieldFrom(y) => {
                self.expr(&y.value)?;
                self.yields(y.range)?;
                self.no_yield_in_comp(y.range)
            }
            Expr::Compare(c) => {
                self.expr(&c.left)?;
                self.exprs(&c.comparators)
            }
            Expr::Call(c) => {
                self.expr(&c.func)?;
                self.arguments(&c.arguments)
            }
            Expr::FString(f) => f.value.elements().try_for_each(|el| self.interpolation(el)),
            Expr::TString(t) => t.value.elements().try_for_each(|el| self.interpolation(el)),
            Expr::Attribute(a) => {
                if !matches!(a.ctx, ExprContext::Load) {
                    forbidden(&a.attr, matches!(a.ctx, ExprContext::Del), a.range)?;
                }
                self.expr(&a.value)
            }
            Expr::Subscript(s) => {
                self.expr(&s.value)?;
                self.expr(&s.slice)
            }
            Expr::Starred(s) => self.expr(&s.value),
            Expr::Name(n) => match n.ctx {
                ExprContext::Load | ExprContext::Invalid => {
                    self.use_name(&n.id, n.range);
                    Ok(())
                }
                ExprContext::Del => {
                    forbidden(&n.id, true, n.range)?;
                    self.add(&n.id, flag::LOCAL, n.range)
                }
                ExprContext::Store => self.assign_name(&n.id, flag::LOCAL, n.range),
            },
            Expr::List(l) => self.exprs(&l.elts),
            Expr::Tuple(t) => self.exprs(&t.elts),
            Expr::Slice(s) => {
                self.opt(&s.lower)?;
                self.opt(&s.upper)?;
                self.opt(&s.step)
            }
            Expr::StringLiteral(_)
            | Expr::BytesLiteral(_)
            | Expr::NumberLiteral(_)
            | Expr::BooleanLiteral(_)
            | Expr::NoneLiteral(_)
            | Expr::EllipsisLiteral(_)
            | Expr::IpyEscapeCommand(_) => Ok(()),
        }
    }

    fn interpolation(&mut self, el: &InterpolatedStringElement) -> R {
        if let InterpolatedStringElement::Interpolation(i) = el {
            self.expr(&i.expression)?;
            if let Some(spec) = &i.format_spec {
                spec.elements.iter().try_for_each(|el| self.interpolation(el))?;
            }
        }
        Ok(())
    }

    fn no_yield_in_comp(&mut self, range: TextRange) -> R {
        let s = self.scope();
        let what = match (s.kind, &*s.name) {
            (ScopeKind::Generator, _) => "generator expression",
            (ScopeKind::Comprehension, "listcomp") => "list comprehension",
            (ScopeKind::Comprehension, "setcomp") => "set comprehension",
            (ScopeKind::Comprehension, _) => "dict comprehension",
            _ => return Ok(()),
        };
        Err(syntax(range, format!("'yield' inside {what}")))
    }

    fn comp(
        &mut self,
        node: usize,
        name: &str,
        generators: &[Comprehension],
        elts: &[&Expr],
        range: TextRange,
        generator: Option<()>,
    ) -> R {
        let Some(first) = generators.first() else { return Ok(()) };
        if let Some(Expr::Starred(s)) = elts.first() {
            return Err(syntax(s.range, "iterable unpacking cannot be used in comprehension"));
        }
        if name == "dictcomp" && elts.len() == 1 {
            let at = range.start() + ruff_text_size::TextSize::new(1);
            let stars = TextRange::at(at, ruff_text_size::TextSize::new(2));
            return Err(syntax(stars, "dict unpacking cannot be used in dict comprehension"));
        }
        let around = self.cur;
        let saved = std::mem::replace(&mut self.scope().in_comp_iterable, true);
        self.expr(&first.iter)?;
        self.scope().in_comp_iterable = saved;
        let kind = if generator.is_some() { ScopeKind::Generator } else { ScopeKind::Comprehension };
        self.open(kind, name, (node, Part::Body), range);
        if generator.is_some() {
            self.add(".0", flag::PARAM, range)?;
            if self.st.scopes[around].sees_class {
                self.sees(around);
            }
        } else {
            let sees = self.st.scopes[around].sees_class;
            self.scope().sees_class = sees;
        }
        if first.is_async {
            self.scope().is_coroutine = true;
        }
        self.comp_target(&first.target)?;
        self.exprs(&first.ifs)?;
        for g in &generators[1..] {
            if g.is_async {
                self.scope().is_coroutine = true;
            }
            self.comp_target(&g.target)?;
            let saved = std::mem::replace(&mut self.scope().in_comp_iterable, true);
            self.expr(&g.iter)?;
            self.scope().in_comp_iterable = saved;
            self.exprs(&g.ifs)?;
        }
        for e in elts {
            self.expr(e)?;
        }
        let is_async = self.scope().is_coroutine && generator.is_none();
        self.close();
        if is_async && matches!(self.scope().kind, ScopeKind::Comprehension | ScopeKind::Generator) {
            self.scope().is_coroutine = true;
        }
        Ok(())
    }

    fn comp_target(&mut self, t: &Expr) -> R {
        self.scope().in_comp_target = true;
        self.expr(t)?;
        self.scope().in_comp_target = false;
        Ok(())
    }

    fn walrus(&mut self, n: &ExprNamed) -> R {
        self.allowed_here("named expression", n.range)?;
        if self.scope().in_comp_iterable {
            let msg = "assignment expression cannot be used in a comprehension iterable expression";
            return Err(syntax(n.range, msg));
        }
        let Expr::Name(target) = &*n.target else {
            self.expr(&n.value)?;
            return self.expr(&n.target);
        };
        let in_comp = matches!(self.scope().kind, ScopeKind::Comprehension | ScopeKind::Generator);
        if in_comp {
            self.extend_walrus(target)?;
        }
        self.expr(&n.value)?;
        forbidden(&target.id, false, target.range)?;
        let name = self.mangled(&target.id);
        if !in_comp {
            self.add(&target.id, flag::LOCAL, target.range)?;
        }
        // Note the target in every scope up to the unit that owns it.
        let mut at = Some(self.cur);
        while let Some(s) = at {
            let s = &mut self.st.scopes[s];
            s.walrus.push(name.clone());
            at = if matches!(s.kind, ScopeKind::Comprehension | ScopeKind::Generator) {
                s.parent
            } else {
                None
            };
        }
        Ok(())
    }

    /// `:=` inside a comprehension binds in the nearest function or module around.
    fn extend_walrus(&mut self, target: &ExprName) -> R {
        let name = self.mangled(&target.id);
        let start = self.cur;
        let mut at = Some(self.cur);
        while let Some(id) = at {
            let s = &self.st.scopes[id];
            let fail = |msg: String| Err(syntax(target.range, msg));
            match s.kind {
                ScopeKind::Comprehension | ScopeKind::Generator => {
                    if s.in_comp_iterable {
                        let msg =
                            "assignment expression cannot be used in a comprehension iterable expression";
                        return fail(msg.into());
                    }
                    if s.get(&name).is_some_and(|y| y.flags & flag::COMP_ITER != 0) {
                        return fail(format!(
                            "assignment expression cannot rebind comprehension iteration variable '{}'",
                            target.id
                        ));
                    }
                }
                ScopeKind::Function | ScopeKind::Lambda => {
                    let global = s.get(&name).is_some_and(|y| y.flags & flag::GLOBAL != 0);
                    let nonlocal = s.get(&name).is_some_and(|y| y.flags & flag::NONLOCAL != 0);
                    if !global && !nonlocal {
                        self.st.add(id, &name, flag::LOCAL, target.range);
                    }
                    let f = if global { flag::GLOBAL } else { flag::NONLOCAL };
                    self.mark_walrus(start, id, &name, f, target.range);
                    return Ok(());
                }
                ScopeKind::Module => {
                    self.st.add(id, &name, flag::GLOBAL, target.range);
                    self.mark_walrus(start, id, &name, flag::GLOBAL, target.range);
                    return Ok(());
                }
                ScopeKind::Class => {
                    return fail(
                        "assignment expression within a comprehension cannot be used in a class body".into(),
                    );
                }
                ScopeKind::TypeParams => {
                    return fail(
                        "assignment expression within a comprehension cannot be used within the definition of a \
                         generic"
                            .into(),
                    );
                }
                ScopeKind::TypeAlias => {
                    return fail(
                        "assignment expression within a comprehension cannot be used in a type alias".into(),
                    );
                }
                ScopeKind::TypeVariable | ScopeKind::Annotation => {
                    return fail(
                        "assignment expression within a comprehension cannot be used in a TypeVar bound"
                            .into(),
                    );
                }
            }
            at = self.st.scopes[id].parent;
        }
        Ok(())
    }

    fn mark_walrus(&mut self, from: ScopeId, to: ScopeId, name: &Name, f: u16, range: TextRange) {
        let mut at = from;
        while at != to {
            // Only the scope of the expression itself needs the declaration; those between see through.
            if at == from {
                self.st.add(at, name, f, range);
            }
            at = self.st.scopes[at].parent.expect("the owner lies outside");
        }
    }

    // ---- patterns

    fn pattern(&mut self, p: &Pattern) -> R {
        deeper!(self, self.pattern_inner(p))
    }

    fn capture(&mut self, n: &Option<Identifier>, range: TextRange) -> R {
        match n {
            Some(n) => self.assign_name(n, flag::LOCAL, range),
            None => Ok(()),
        }
    }

    fn pattern_inner(&mut self, p: &Pattern) -> R {
        match p {
            Pattern::MatchValue(v) => {
                if matches!(&*v.value, Expr::FString(_) | Expr::TString(_)) {
                    let msg = "patterns may only match literals and attribute lookups";
                    return Err(syntax(v.range, msg));
                }
                self.expr(&v.value)
            }
            Pattern::MatchSingleton(_) => Ok(()),
            Pattern::MatchSequence(s) => s.patterns.iter().try_for_each(|p| self.pattern(p)),
            Pattern::MatchMapping(m) => {
                self.exprs(&m.keys)?;
                m.patterns.iter().try_for_each(|p| self.pattern(p))?;
                self.capture(&m.rest, m.range)
            }
            Pattern::MatchClass(c) => {
                self.expr(&c.cls)?;
                c.arguments.patterns.iter().try_for_each(|p| self.pattern(p))?;
                for k in &c.arguments.keywords {
                    forbidden(&k.attr, false, k.pattern.range())?;
                    self.pattern(&k.pattern)?;
                }
                Ok(())
            }
            Pattern::MatchStar(s) => self.capture(&s.name, s.range),
            Pattern::MatchAs(a) => {
                if let Some(p) = &a.pattern {
                    self.pattern(p)?;
                }
                self.capture(&a.name, a.range)
            }
            Pattern::MatchOr(o) => o.patterns.iter().try_for_each(|p| self.pattern(p)),
        }
    }
}

/// Raises when `name` may not be bound.
pub fn forbidden(name: &str, delete: bool, range: TextRange) -> R {
    if name == "__debug__" {
        let verb = if delete { "delete" } else { "assign to" };
        return Err(syntax(range, format!("cannot {verb} __debug__")));
    }
    Ok(())
}
