//! From the parser's tree to node objects: modules and statements.
//!
//! What flows in: a tree of the parser and its source. What flows out: node objects with CPython's positions (lines
//! from 1, columns in UTF-8 bytes). What must hold: where the two trees differ in shape (`elif`, decorated definitions,
//! adjacent string literals) CPython's shape is made.

use super::nodes::{N, POSITION};
use super::{State, name};
use ruff_python_ast as r;
use ruff_text_size::{Ranged, TextRange, TextSize};
use taipan_compiler::Mode;
use taipan_runtime::objects::str::Str;
use taipan_runtime::objects::tuple::Tuple;
use taipan_runtime::{Gc, GcVec, PyResult, Value, Vm};

/// What makes nodes of one source.
pub(super) struct Builder<'a> {
    pub vm: &'a Vm,
    pub state: State,
    pub source: &'a str,
    line_starts: Vec<u32>,
    fields: Gc<Tuple>,
    position: [Gc<Str>; 4],
}

/// The node object of a module, an expression or an interactive statement.
pub(super) fn module(vm: &Vm, m: &r::Mod, source: &str, mode: Mode) -> PyResult {
    let mut line_starts = vec![0u32];
    line_starts.extend(memchr::memchr_iter(b'\n', source.as_bytes()).map(|i| i as u32 + 1));
    let state = State::get(vm)?;
    let fields = state.field_names;
    let position = POSITION.map(|p| name(vm, p));
    let b = Builder { vm, state, source, line_starts, fields, position };
    match m {
        r::Mod::Module(m) => {
            let body = b.stmts(&m.body)?;
            if mode == Mode::Single {
                b.bare(N::Interactive, &[body])
            } else {
                b.bare(N::Module, &[body, vm.new_list(&[]).value()])
            }
        }
        r::Mod::Expression(e) => {
            let body = b.expr(&e.body)?;
            b.bare(N::Expression, &[body])
        }
    }
}

impl Builder<'_> {
    /// A node without a position.
    pub fn bare(&self, n: N, values: &[Value]) -> PyResult {
        let v = self.vm.new_instance(self.state.class(n)).value();
        if let Some(names) = self.fields.items()[n as usize].cast::<Tuple>() {
            for (k, &x) in names.items().iter().zip(values) {
                if let Some(k) = k.cast::<Str>() {
                    self.vm.instance_set(v, k, x);
                }
            }
        }
        Ok(v)
    }
    /// A node at a place.
    pub fn node(&self, n: N, values: &[Value], range: TextRange) -> PyResult {
        let v = self.bare(n, values)?;
        let (line, col) = self.line_col(range.start());
        let (end_line, end_col) = self.line_col(range.end());
        for (k, x) in self.position.into_iter().zip([line, col, end_line, end_col]) {
            self.vm.instance_set(v, k, Value::int(x as i64));
        }
        Ok(v)
    }
    fn line_col(&self, at: TextSize) -> (u32, u32) {
        let at = u32::from(at);
        let line = self.line_starts.partition_point(|&s| s <= at);
        (line as u32, at - self.line_starts[line - 1])
    }
    pub fn ident(&self, i: &str) -> Value {
        self.vm.intern(i).value()
    }
    pub fn opt_ident(&self, i: &Option<r::Identifier>) -> Value {
        i.as_ref().map_or(Value::NONE, |i| self.ident(&i.id))
    }
    /// A list of what `f` makes of the items.
    pub fn list<T>(&self, items: impl IntoIterator<Item = T>, f: impl Fn(T) -> PyResult) -> PyResult {
        let mut v = GcVec::default();
        for x in items {
            v.push(&self.vm.heap, f(x)?);
        }
        Ok(self.vm.new_list(&v).value())
    }
    pub fn exprs(&self, items: &[r::Expr]) -> PyResult {
        self.list(items, |e| self.expr(e))
    }
    pub fn opt_expr(&self, e: &Option<Box<r::Expr>>) -> PyResult {
        e.as_ref().map_or(Ok(Value::NONE), |e| self.expr(e))
    }
    fn stmts(&self, items: &[r::Stmt]) -> PyResult {
        self.list(items, |s| self.stmt(s))
    }

    fn stmt(&self, s: &r::Stmt) -> PyResult {
        self.vm.check_native_stack()?;
        let none = Value::NONE;
        let at = s.range();
        match s {
            r::Stmt::FunctionDef(f) => {
                let values = [
                    self.ident(&f.name.id),
                    self.parameters(&f.parameters)?,
                    self.stmts(&f.body)?,
                    self.list(&f.decorator_list, |d| self.expr(&d.expression))?,
                    self.opt_expr(&f.returns)?,
                    none,
                    self.type_params(&f.type_params)?,
                ];
                let n = if f.is_async { N::AsyncFunctionDef } else { N::FunctionDef };
                self.node(n, &values, self.definition(at, &f.decorator_list))
            }
            r::Stmt::ClassDef(c) => {
                let values = [
                    self.ident(&c.name.id),
                    self.exprs(c.bases())?,
                    self.list(c.keywords(), |k| self.keyword(k))?,
                    self.stmts(&c.body)?,
                    self.list(&c.decorator_list, |d| self.expr(&d.expression))?,
                    self.type_params(&c.type_params)?,
                ];
                self.node(N::ClassDef, &values, self.definition(at, &c.decorator_list))
            }
            r::Stmt::Return(x) => self.node(N::Return, &[self.opt_expr(&x.value)?], at),
            r::Stmt::Delete(x) => self.node(N::Delete, &[self.exprs(&x.targets)?], at),
            r::Stmt::TypeAlias(x) => {
                let values = [self.expr(&x.name)?, self.type_params(&x.type_params)?, self.expr(&x.value)?];
                self.node(N::TypeAlias, &values, at)
            }
            r::Stmt::Assign(x) => {
                self.node(N::Assign, &[self.exprs(&x.targets)?, self.expr(&x.value)?, none], at)
            }
            r::Stmt::AugAssign(x) => {
                let values = [self.expr(&x.target)?, self.operator(x.op), self.expr(&x.value)?];
                self.node(N::AugAssign, &values, at)
            }
            r::Stmt::AnnAssign(x) => {
                let values = [
                    self.expr(&x.target)?,
                    self.expr(&x.annotation)?,
                    self.opt_expr(&x.value)?,
                    Value::int(x.simple as i64),
                ];
                self.node(N::AnnAssign, &values, at)
            }
            r::Stmt::For(x) => {
                let values = [
                    self.expr(&x.target)?,
                    self.expr(&x.iter)?,
                    self.stmts(&x.body)?,
                    self.stmts(&x.orelse)?,
                    none,
                ];
                self.node(if x.is_async { N::AsyncFor } else { N::For }, &values, at)
            }
            r::Stmt::While(x) => {
                let values = [self.expr(&x.test)?, self.stmts(&x.body)?, self.stmts(&x.orelse)?];
                self.node(N::While, &values, at)
            }
            r::Stmt::If(x) => {
                let orelse = self.elif(&x.elif_else_clauses, at.end())?;
                self.node(N::If, &[self.expr(&x.test)?, self.stmts(&x.body)?, orelse], at)
            }
            r::Stmt::With(x) => {
                let items = self.list(&x.items, |i| {
                    let values = [self.expr(&i.context_expr)?, self.opt_expr(&i.optional_vars)?];
                    self.bare(N::WithItem, &values)
                })?;
                let n = if x.is_async { N::AsyncWith } else { N::With };
                self.node(n, &[items, self.stmts(&x.body)?, none], at)
            }
            r::Stmt::Match(x) => {
                let cases = self.list(&x.cases, |c| {
                    let values = [self.pattern(&c.pattern)?, self.opt_expr(&c.guard)?, self.stmts(&c.body)?];
                    self.bare(N::MatchCase, &values)
                })?;
                self.node(N::Match, &[self.expr(&x.subject)?, cases], at)
            }
            r::Stmt::Raise(x) => self.node(N::Raise, &[self.opt_expr(&x.exc)?, self.opt_expr(&x.cause)?], at),
            r::Stmt::Try(x) => {
                let handlers = self.list(&x.handlers, |h| {
                    let r::ExceptHandler::ExceptHandler(h) = h;
                    let values = [self.opt_expr(&h.type_)?, self.opt_ident(&h.name), self.stmts(&h.body)?];
                    self.node(N::ExceptHandler, &values, h.range)
                })?;
                let values =
                    [self.stmts(&x.body)?, handlers, self.stmts(&x.orelse)?, self.stmts(&x.finalbody)?];
                self.node(if x.is_star { N::TryStar } else { N::Try }, &values, at)
            }
            r::Stmt::Assert(x) => self.node(N::Assert, &[self.expr(&x.test)?, self.opt_expr(&x.msg)?], at),
            r::Stmt::Import(x) => {
                let names = self.list(&x.names, |a| self.alias(a))?;
                self.node(N::Import, &[names], at)
            }
            r::Stmt::ImportFrom(x) => {
                let names = self.list(&x.names, |a| self.alias(a))?;
                self.node(N::ImportFrom, &[self.opt_ident(&x.module), names, Value::int(x.level as i64)], at)
            }
            r::Stmt::Global(x) => {
                self.node(N::Global, &[self.list(&x.names, |i| Ok(self.ident(&i.id)))?], at)
            }
            r::Stmt::Nonlocal(x) => {
                self.node(N::Nonlocal, &[self.list(&x.names, |i| Ok(self.ident(&i.id)))?], at)
            }
            r::Stmt::Expr(x) => self.node(N::Expr, &[self.expr(&x.value)?], at),
            r::Stmt::Pass(_) => self.node(N::Pass, &[], at),
            r::Stmt::Break(_) => self.node(N::Break, &[], at),
            r::Stmt::Continue(_) => self.node(N::Continue, &[], at),
            r::Stmt::IpyEscapeCommand(_) => Err(self.vm.system_error("no such statement in Python")),
        }
    }

    /// `elif` and `else` clauses: nested `If`s that reach to the end of the whole statement.
    fn elif(&self, clauses: &[r::ElifElseClause], end: TextSize) -> PyResult {
        let mut orelse = self.vm.new_list(&[]).value();
        for c in clauses.iter().rev() {
            orelse = match &c.test {
                None => self.stmts(&c.body)?,
                Some(test) => {
                    let values = [self.expr(test)?, self.stmts(&c.body)?, orelse];
                    let inner = self.node(N::If, &values, TextRange::new(c.range.start(), end))?;
                    self.vm.new_list(&[inner]).value()
                }
            };
        }
        Ok(orelse)
    }

    /// The place of a definition, which starts at its keyword rather than at its first decorator.
    fn definition(&self, range: TextRange, decorators: &[r::Decorator]) -> TextRange {
        let Some(last) = decorators.last() else { return range };
        let b = self.source.as_bytes();
        let mut at = usize::from(last.range.end());
        while let Some(&c) = b.get(at) {
            match c {
                b'#' => at += memchr::memchr(b'\n', &b[at..]).unwrap_or(b.len() - at),
                b' ' | b'\t' | b'\n' | b'\x0c' | b'\\' | b')' => at += 1,
                _ => break,
            }
        }
        TextRange::new(TextSize::new(at as u32).min(range.end()), range.end())
    }

    fn alias(&self, a: &r::Alias) -> PyResult {
        self.node(N::Alias, &[self.ident(&a.name.id), self.opt_ident(&a.asname)], a.range)
    }

    pub fn keyword(&self, k: &r::Keyword) -> PyResult {
        self.node(N::Keyword, &[self.opt_ident(&k.arg), self.expr(&k.value)?], k.range)
    }

    fn parameter(&self, p: &r::Parameter) -> PyResult {
        let values = [self.ident(&p.name.id), self.opt_expr(&p.annotation)?, Value::NONE];
        // A starred parameter's range has the star in it.
        self.node(N::Arg, &values, TextRange::new(p.name.range.start(), p.range.end()))
    }

    pub fn parameters(&self, p: &r::Parameters) -> PyResult {
        let plain = |list: &[r::ParameterWithDefault]| self.list(list, |p| self.parameter(&p.parameter));
        let one = |p: &Option<Box<r::Parameter>>| p.as_ref().map_or(Ok(Value::NONE), |p| self.parameter(p));
        let defaults = p.posonlyargs.iter().chain(&p.args).filter_map(|p| p.default.as_ref());
        let values = [
            plain(&p.posonlyargs)?,
            plain(&p.args)?,
            one(&p.vararg)?,
            plain(&p.kwonlyargs)?,
            self.list(&p.kwonlyargs, |p| self.opt_expr(&p.default))?,
            one(&p.kwarg)?,
            self.list(defaults, |d| self.expr(d))?,
        ];
        self.bare(N::Arguments, &values)
    }

    fn type_params(&self, t: &Option<Box<r::TypeParams>>) -> PyResult {
        let params = t.as_ref().map_or(&[][..], |t| &t.type_params);
        self.list(params, |p| match p {
            r::TypeParam::TypeVar(p) => {
                let values = [self.ident(&p.name.id), self.opt_expr(&p.bound)?, self.opt_expr(&p.default)?];
                self.node(N::TypeVar, &values, p.range)
            }
            r::TypeParam::ParamSpec(p) => {
                self.node(N::ParamSpec, &[self.ident(&p.name.id), self.opt_expr(&p.default)?], p.range)
            }
            r::TypeParam::TypeVarTuple(p) => {
                self.node(N::TypeVarTuple, &[self.ident(&p.name.id), self.opt_expr(&p.default)?], p.range)
            }
        })
    }

    fn pattern(&self, p: &r::Pattern) -> PyResult {
        self.vm.check_native_stack()?;
        let at = p.range();
        match p {
            r::Pattern::MatchValue(p) => self.node(N::MatchValue, &[self.expr(&p.value)?], at),
            r::Pattern::MatchSingleton(p) => {
                let v = match p.value {
                    r::Singleton::None => Value::NONE,
                    r::Singleton::True => Value::TRUE,
                    r::Singleton::False => Value::FALSE,
                };
                self.node(N::MatchSingleton, &[v], at)
            }
            r::Pattern::MatchSequence(p) => self.node(N::MatchSequence, &[self.patterns(&p.patterns)?], at),
            r::Pattern::MatchMapping(p) => {
                let values = [self.exprs(&p.keys)?, self.patterns(&p.patterns)?, self.opt_ident(&p.rest)];
                self.node(N::MatchMapping, &values, at)
            }
            r::Pattern::MatchClass(p) => {
                let a = &p.arguments;
                let values = [
                    self.expr(&p.cls)?,
                    self.patterns(&a.patterns)?,
                    self.list(&a.keywords, |k| Ok(self.ident(&k.attr.id)))?,
                    self.list(&a.keywords, |k| self.pattern(&k.pattern))?,
                ];
                self.node(N::MatchClass, &values, at)
            }
            r::Pattern::MatchStar(p) => self.node(N::MatchStar, &[self.opt_ident(&p.name)], at),
            r::Pattern::MatchAs(p) => {
                let inner = p.pattern.as_ref().map_or(Ok(Value::NONE), |p| self.pattern(p))?;
                self.node(N::MatchAs, &[inner, self.opt_ident(&p.name)], at)
            }
            r::Pattern::MatchOr(p) => self.node(N::MatchOr, &[self.patterns(&p.patterns)?], at),
        }
    }
    fn patterns(&self, items: &[r::Pattern]) -> PyResult {
        self.list(items, |p| self.pattern(p))
    }
}
