//! From node objects to the parser's tree: modules, statements, and what all readers share.
//!
//! What flows in: node objects made by anyone. What flows out: a tree for the compiler, or the error that CPython
//! raises for objects that are no valid tree. What must hold: the tree has no source; a range's numbers are indices
//! into [`Places`], given out in such an order that ranges nest as the nodes do.

use super::State;
use super::nodes::{N, NODES};
use ruff_python_ast as r;
use ruff_text_size::{TextRange, TextSize};
use std::collections::HashMap;
use taipan_compiler::{Mode, Places};
use taipan_runtime::objects::int_util;
use taipan_runtime::objects::list::List;
use taipan_runtime::objects::str::Str;
use taipan_runtime::{GcVec, PyResult, Raised, Value, Vm};
use thin_vec::ThinVec;

pub(super) use r::ExprContext as Ctx;

/// A tree, and where its nodes are.
pub(super) struct Tree {
    pub module: r::Mod,
    pub places: Places,
}

/// Reads one tree.
pub(super) struct Reader<'a> {
    pub vm: &'a Vm,
    pub places: Places,
    /// Place in the table by address of the class.
    kinds: HashMap<usize, usize>,
}

/// A node being read: the number of its start, and the place of its end.
#[derive(Clone, Copy)]
pub(super) struct Open {
    start: usize,
    end: Option<(u32, u32)>,
}

/// Reads the root that `mode` asks for.
pub(super) fn module(vm: &Vm, v: Value, mode: Mode) -> PyResult<Tree> {
    let state = State::get(vm)?;
    let mut kinds = HashMap::new();
    for i in 0..NODES.len() {
        kinds.insert(state.class_at(i).header_ptr() as usize, i);
    }
    let mut rd = Reader { vm, places: Places::default(), kinds };
    let (want, class) = match mode {
        Mode::Exec => (N::Module, "Module"),
        Mode::Eval => (N::Expression, "Expression"),
        Mode::Single => (N::Interactive, "Interactive"),
    };
    if rd.kind(v) != Some(want) {
        return Err(vm.type_error(format!("expected {class} node, got {}", vm.type_name(v))));
    }
    let range = TextRange::default();
    let node_index = Default::default();
    let module = if mode == Mode::Eval {
        let body = rd.req_expr(v, class, "body", Ctx::Load)?;
        r::Mod::Expression(r::ModExpression { node_index, range, body })
    } else {
        let body = rd.stmts(v, class, "body")?;
        if mode == Mode::Exec {
            for &t in rd.items(v, class, "type_ignores")?.iter() {
                if rd.kind(t) != Some(N::TypeIgnore) {
                    return Err(rd.unexpected("type_ignore", t));
                }
            }
        }
        r::Mod::Module(r::ModModule { node_index, range, body })
    };
    Ok(Tree { module, places: rd.places })
}

impl Reader<'_> {
    /// Which class of the table `v` is an instance of.
    pub fn kind(&self, v: Value) -> Option<N> {
        let class = self.vm.class_of(v);
        let mut i = self.kinds.get(&(class.header_ptr() as usize)).copied();
        if i.is_none() {
            i = class.mro_iter().find_map(|c| self.kinds.get(&(c.header_ptr() as usize)).copied());
        }
        i.and_then(N::from_index)
    }
    #[cold]
    pub fn unexpected(&self, what: &str, v: Value) -> Raised {
        match self.vm.repr(v) {
            Ok(r) => self.vm.type_error(format!("expected some sort of {what}, but got {}", *r)),
            Err(e) => e,
        }
    }
    pub fn invalid<T>(&self, msg: impl AsRef<str>) -> PyResult<T> {
        Err(self.vm.value_error(msg))
    }

    // ---- fields

    /// A field that may be missing or `None`.
    pub fn opt(&self, v: Value, field: &str) -> PyResult<Option<Value>> {
        Ok(self.vm.get_attr_opt(v, self.vm.intern(field))?.filter(|x| !x.is_none()))
    }
    /// A field that must be there, though it may be `None`.
    pub fn present(&self, v: Value, class: &str, field: &str) -> PyResult {
        match self.vm.get_attr_opt(v, self.vm.intern(field))? {
            Some(x) => Ok(x),
            None => Err(self.vm.type_error(format!("required field \"{field}\" missing from {class}"))),
        }
    }
    /// A field that must be there.
    pub fn field(&self, v: Value, class: &str, field: &str) -> PyResult {
        let x = self.present(v, class, field)?;
        if x.is_none() { self.invalid(format!("field '{field}' is required for {class}")) } else { Ok(x) }
    }
    /// A field that is a list; a missing one is empty.
    pub fn items(&self, v: Value, class: &str, field: &str) -> PyResult<GcVec> {
        match self.vm.get_attr_opt(v, self.vm.intern(field))? {
            None => Ok(GcVec::default()),
            Some(l) => match l.cast::<List>() {
                Some(l) => Ok(self.vm.list_items(l)),
                None => Err(self.vm.type_error(format!(
                    "{class} field \"{field}\" must be a list, not a {}",
                    self.vm.type_name(l)
                ))),
            },
        }
    }
    pub fn int(&self, v: Value) -> PyResult<i64> {
        if !self.vm.is_int(v) {
            let r = self.vm.repr(v)?;
            return self.invalid(format!("invalid integer value: {}", *r));
        }
        match int_util::to_i64(v) {
            Some(i) if i32::try_from(i).is_ok() => Ok(i),
            _ => Err(self.vm.overflow_error("Python int too large to convert to C int")),
        }
    }
    fn name_of(&self, v: Value) -> PyResult<r::name::Name> {
        let Some(s) = self.vm.exact_str(v) else {
            return Err(self.vm.type_error("AST identifier must be of type str"));
        };
        match s.to_str() {
            Some(s) => Ok(r::name::Name::new(s)),
            None => self.invalid("identifiers cannot contain surrogates"),
        }
    }
    pub fn identifier(&self, v: Value, at: Open) -> PyResult<r::Identifier> {
        Ok(r::Identifier::new(self.name_of(v)?, TextRange::empty(TextSize::new(at.start as u32))))
    }
    pub fn ident(&self, v: Value, class: &str, field: &str, at: Open) -> PyResult<r::Identifier> {
        self.identifier(self.field(v, class, field)?, at)
    }
    pub fn opt_ident(&self, v: Value, field: &str, at: Open) -> PyResult<Option<r::Identifier>> {
        self.opt(v, field)?.map(|x| self.identifier(x, at)).transpose()
    }
    pub fn idents(&self, v: Value, class: &str, field: &str, at: Open) -> PyResult<Vec<r::Identifier>> {
        self.items(v, class, field)?.iter().map(|&x| self.identifier(x, at)).collect()
    }
    /// A name that must not be a constant's.
    pub fn check_name(&self, name: &str) -> PyResult<()> {
        match name {
            "None" | "True" | "False" => {
                self.invalid(format!("identifier field can't represent '{name}' constant"))
            }
            _ => Ok(()),
        }
    }
    /// `type_comment` and `kind` fields: only their type is looked at.
    pub fn check_string(&self, v: Value, field: &str) -> PyResult<()> {
        match self.opt(v, field)? {
            Some(s)
                if s.cast::<Str>().is_none()
                    && s.cast::<taipan_runtime::objects::bytes::Bytes>().is_none() =>
            {
                Err(self.vm.type_error("AST string must be of type str"))
            }
            _ => Ok(()),
        }
    }

    // ---- places

    /// Reads a node's position and opens it. `what` names the sum type; `strict`: the end is required.
    pub fn open(&mut self, v: Value, what: &str, strict: bool) -> PyResult<Open> {
        self.vm.check_native_stack()?;
        let line = self.int(self.present(v, what, "lineno")?)?;
        let col = self.int(self.present(v, what, "col_offset")?)?;
        let mut end = [line, col];
        for (x, name) in end.iter_mut().zip(["end_lineno", "end_col_offset"]) {
            if strict {
                *x = self.int(self.present(v, what, name)?)?;
            } else if let Some(given) = self.opt(v, name)? {
                *x = self.int(given)?;
            }
        }
        let [end_line, end_col] = end;
        if line > end_line {
            return self.invalid(format!("AST node line range ({line}, {end_line}) is not valid"));
        }
        if (line < 0 && end_line != line) || (col < 0 && col != end_col) {
            return self.invalid(format!(
                "AST node column range ({col}, {end_col}) for line range ({line}, {end_line}) is not valid"
            ));
        }
        if line == end_line && col > end_col {
            return self.invalid(format!("line {line}, column {col}-{end_col} is not a valid range"));
        }
        let start = self.places.points.len();
        self.places.points.push((line.max(1) as u32, col.max(0) as u32));
        Ok(Open { start, end: Some((end_line.max(1) as u32, end_col.max(0) as u32)) })
    }
    /// Opens a node that has no position: its place is that of what is in it.
    pub fn open_bare(&mut self) -> Open {
        Open { start: self.places.points.len(), end: None }
    }
    pub fn close(&mut self, o: Open) -> TextRange {
        if let Some(end) = o.end {
            self.places.points.push(end);
        }
        let end = self.places.points.len().saturating_sub(1).max(o.start);
        TextRange::new(TextSize::new(o.start as u32), TextSize::new(end as u32))
    }

    // ---- statements

    pub fn stmts(&mut self, v: Value, class: &str, field: &str) -> PyResult<r::Suite> {
        let items = self.items(v, class, field)?;
        let mut out = r::Suite::new();
        for &s in items.iter() {
            if s.is_none() {
                return self.invalid("None disallowed in statement list");
            }
            out.push(self.stmt(s)?);
        }
        Ok(out)
    }
    pub fn body(&mut self, v: Value, class: &str) -> PyResult<r::Suite> {
        let body = self.stmts(v, class, "body")?;
        self.not_empty(body.len(), "body", class)?;
        Ok(body)
    }
    pub fn not_empty(&self, n: usize, what: &str, class: &str) -> PyResult<()> {
        if n == 0 { self.invalid(format!("empty {what} on {class}")) } else { Ok(()) }
    }

    fn stmt(&mut self, v: Value) -> PyResult<r::Stmt> {
        let o = self.open(v, "stmt", false)?;
        let Some(kind) = self.kind(v) else { return Err(self.unexpected("stmt", v)) };
        let class = NODES[kind as usize].name;
        let node_index = Default::default();
        Ok(match kind {
            N::FunctionDef | N::AsyncFunctionDef => {
                let name = self.ident(v, class, "name", o)?;
                let decorator_list = self.decorators(v, class)?;
                let type_params = self.type_params(v, class)?;
                let parameters = Box::new(self.parameters(self.field(v, class, "args")?)?);
                let returns = self.opt_expr(v, "returns")?;
                self.check_string(v, "type_comment")?;
                let body = self.body(v, class)?;
                r::Stmt::FunctionDef(r::StmtFunctionDef {
                    node_index,
                    is_async: kind == N::AsyncFunctionDef,
                    decorator_list,
                    name,
                    type_params,
                    parameters,
                    returns,
                    body,
                    range: self.close(o),
                })
            }
            N::ClassDef => {
                let name = self.ident(v, class, "name", o)?;
                let decorator_list = self.decorators(v, class)?;
                let type_params = self.type_params(v, class)?;
                let inner = self.open_bare();
                let args = self.exprs(v, class, "bases", Ctx::Load)?;
                let keywords = self.keywords(v, class)?;
                let arguments = if args.is_empty() && keywords.is_empty() {
                    None
                } else {
                    Some(Box::new(r::Arguments {
                        node_index: Default::default(),
                        args: args.into(),
                        keywords,
                        range: self.close(inner),
                    }))
                };
                let body = self.body(v, class)?;
                r::Stmt::ClassDef(r::StmtClassDef {
                    node_index,
                    decorator_list,
                    name,
                    type_params,
                    arguments,
                    body,
                    range: self.close(o),
                })
            }
            N::Return => {
                let value = self.opt_expr(v, "value")?;
                r::Stmt::Return(r::StmtReturn { node_index, value, range: self.close(o) })
            }
            N::Delete => {
                let targets = self.exprs(v, class, "targets", Ctx::Del)?;
                self.not_empty(targets.len(), "targets", class)?;
                r::Stmt::Delete(r::StmtDelete { node_index, targets, range: self.close(o) })
            }
            N::Assign => {
                let targets = self.exprs(v, class, "targets", Ctx::Store)?;
                self.not_empty(targets.len(), "targets", class)?;
                self.check_string(v, "type_comment")?;
                let value = self.req_expr(v, class, "value", Ctx::Load)?;
                r::Stmt::Assign(r::StmtAssign { node_index, targets, value, range: self.close(o) })
            }
            N::TypeAlias => {
                let target = self.field(v, class, "name")?;
                let name = self.req_expr(v, class, "name", Ctx::Store)?;
                if self.kind(target) != Some(N::Name) {
                    return Err(self.vm.type_error("TypeAlias with non-Name name"));
                }
                let type_params = self.type_params(v, class)?;
                let value = self.req_expr(v, class, "value", Ctx::Load)?;
                let range = self.close(o);
                r::Stmt::TypeAlias(r::StmtTypeAlias { node_index, name, type_params, value, range })
            }
            N::AugAssign => {
                let target = self.req_expr(v, class, "target", Ctx::Store)?;
                if !matches!(&*target, r::Expr::Name(_) | r::Expr::Attribute(_) | r::Expr::Subscript(_)) {
                    return Err(self.vm.system_error("invalid node type for augmented assignment"));
                }
                let op = self.operator(self.field(v, class, "op")?)?;
                let value = self.req_expr(v, class, "value", Ctx::Load)?;
                r::Stmt::AugAssign(r::StmtAugAssign { node_index, target, op, value, range: self.close(o) })
            }
            N::AnnAssign => {
                let simple = self.int(self.field(v, class, "simple")?)? != 0;
                let target = self.req_expr(v, class, "target", Ctx::Store)?;
                match &*target {
                    r::Expr::Name(_) => {}
                    _ if simple => {
                        return Err(self.vm.type_error("AnnAssign with simple non-Name target"));
                    }
                    r::Expr::Attribute(_) | r::Expr::Subscript(_) => {}
                    _ => return Err(self.vm.system_error("invalid node type for annotated assignment")),
                }
                let annotation = self.req_expr(v, class, "annotation", Ctx::Load)?;
                let value = self.opt_expr(v, "value")?;
                let range = self.close(o);
                r::Stmt::AnnAssign(r::StmtAnnAssign { node_index, target, annotation, value, simple, range })
            }
            N::For | N::AsyncFor => {
                let target = self.req_expr(v, class, "target", Ctx::Store)?;
                let iter = self.req_expr(v, class, "iter", Ctx::Load)?;
                self.check_string(v, "type_comment")?;
                let body = self.body(v, class)?;
                let orelse = self.stmts(v, class, "orelse")?;
                r::Stmt::For(r::StmtFor {
                    node_index,
                    is_async: kind == N::AsyncFor,
                    target,
                    iter,
                    body,
                    orelse,
                    range: self.close(o),
                })
            }
            N::While => {
                let test = self.req_expr(v, class, "test", Ctx::Load)?;
                let body = self.body(v, class)?;
                let orelse = self.stmts(v, class, "orelse")?;
                r::Stmt::While(r::StmtWhile { node_index, test, body, orelse, range: self.close(o) })
            }
            N::If => self.if_stmt(v, class, o)?,
            N::With | N::AsyncWith => {
                let mut items = Vec::new();
                for &i in self.items(v, class, "items")?.iter() {
                    if self.kind(i) != Some(N::WithItem) {
                        return Err(self.unexpected("withitem", i));
                    }
                    let inner = self.open_bare();
                    let context_expr = *self.req_expr(i, "withitem", "context_expr", Ctx::Load)?;
                    let optional_vars = match self.opt(i, "optional_vars")? {
                        Some(t) => Some(Box::new(self.expr(t, Ctx::Store)?)),
                        None => None,
                    };
                    let range = self.close(inner);
                    let node_index = Default::default();
                    items.push(r::WithItem { node_index, range, context_expr, optional_vars });
                }
                self.not_empty(items.len(), "items", class)?;
                self.check_string(v, "type_comment")?;
                let body = self.body(v, class)?;
                let is_async = kind == N::AsyncWith;
                r::Stmt::With(r::StmtWith { node_index, is_async, items, body, range: self.close(o) })
            }
            N::Match => self.match_stmt(v, o)?,
            N::Raise => {
                let exc = self.opt_expr(v, "exc")?;
                let cause = self.opt_expr(v, "cause")?;
                if exc.is_none() && cause.is_some() {
                    return self.invalid("Raise with cause but no exception");
                }
                r::Stmt::Raise(r::StmtRaise { node_index, exc, cause, range: self.close(o) })
            }
            N::Try | N::TryStar => self.try_stmt(v, kind, o)?,
            N::Assert => {
                let test = self.req_expr(v, class, "test", Ctx::Load)?;
                let msg = self.opt_expr(v, "msg")?;
                r::Stmt::Assert(r::StmtAssert { node_index, test, msg, range: self.close(o) })
            }
            N::Import => {
                let names = self.aliases(v, class)?;
                r::Stmt::Import(r::StmtImport { node_index, names, is_lazy: false, range: self.close(o) })
            }
            N::ImportFrom => {
                let level = match self.opt(v, "level")? {
                    Some(l) => self.int(l)?,
                    None => 0,
                };
                let Ok(level) = u32::try_from(level) else {
                    return self.invalid("Negative ImportFrom level");
                };
                let module = self.opt_ident(v, "module", o)?;
                let names = self.aliases(v, class)?;
                let range = self.close(o);
                let is_lazy = false;
                r::Stmt::ImportFrom(r::StmtImportFrom { node_index, module, names, level, is_lazy, range })
            }
            N::Global | N::Nonlocal => {
                let names = self.idents(v, class, "names", o)?;
                self.not_empty(names.len(), "names", class)?;
                let range = self.close(o);
                if kind == N::Global {
                    r::Stmt::Global(r::StmtGlobal { node_index, names, range })
                } else {
                    r::Stmt::Nonlocal(r::StmtNonlocal { node_index, names, range })
                }
            }
            N::Expr => {
                let value = self.req_expr(v, class, "value", Ctx::Load)?;
                r::Stmt::Expr(r::StmtExpr { node_index, value, range: self.close(o) })
            }
            N::Pass => r::Stmt::Pass(r::StmtPass { node_index, range: self.close(o) }),
            N::Break => r::Stmt::Break(r::StmtBreak { node_index, range: self.close(o) }),
            N::Continue => r::Stmt::Continue(r::StmtContinue { node_index, range: self.close(o) }),
            _ => return Err(self.unexpected("stmt", v)),
        })
    }

    /// `if` with its `elif`s: chains of nested `If`s are read in a loop.
    fn if_stmt(&mut self, v: Value, class: &str, o: Open) -> PyResult<r::Stmt> {
        let test = self.req_expr(v, class, "test", Ctx::Load)?;
        let body = self.body(v, class)?;
        let mut clauses = Vec::new();
        let mut opened = Vec::new();
        let mut at = v;
        loop {
            let orelse = self.items(at, class, "orelse")?;
            if let [next] = orelse[..]
                && self.kind(next) == Some(N::If)
            {
                let inner = self.open(next, "stmt", false)?;
                let test = Some(*self.req_expr(next, class, "test", Ctx::Load)?);
                let body = self.body(next, class)?;
                let range = TextRange::default();
                clauses.push(r::ElifElseClause { node_index: Default::default(), range, test, body });
                opened.push(inner);
                at = next;
                continue;
            }
            if !orelse.is_empty() {
                let inner = self.open_bare();
                let body = self.stmts(at, class, "orelse")?;
                let range = self.close(inner);
                clauses.push(r::ElifElseClause { node_index: Default::default(), range, test: None, body });
            }
            break;
        }
        for (i, inner) in opened.into_iter().enumerate().rev() {
            clauses[i].range = self.close(inner);
        }
        let range = self.close(o);
        let node_index = Default::default();
        Ok(r::Stmt::If(r::StmtIf { node_index, test, body, elif_else_clauses: clauses, range }))
    }

    fn try_stmt(&mut self, v: Value, kind: N, o: Open) -> PyResult<r::Stmt> {
        let class = NODES[kind as usize].name;
        let body = self.body(v, class)?;
        let mut handlers = Vec::new();
        for &h in self.items(v, class, "handlers")?.iter() {
            let inner = self.open(h, "excepthandler", false)?;
            if self.kind(h) != Some(N::ExceptHandler) {
                return Err(self.unexpected("excepthandler", h));
            }
            let type_ = self.opt_expr(h, "type")?;
            let name = self.opt_ident(h, "name", inner)?;
            let body = self.body(h, "ExceptHandler")?;
            let range = self.close(inner);
            let node_index = Default::default();
            handlers.push(r::ExceptHandler::ExceptHandler(r::ExceptHandlerExceptHandler {
                node_index,
                range,
                type_,
                name,
                body,
            }));
        }
        let orelse = self.stmts(v, class, "orelse")?;
        let finalbody = self.stmts(v, class, "finalbody")?;
        if handlers.is_empty() && finalbody.is_empty() {
            return self.invalid(format!("{class} has neither except handlers nor finalbody"));
        }
        if handlers.is_empty() && !orelse.is_empty() {
            return self.invalid(format!("{class} has orelse but no except handlers"));
        }
        let is_star = kind == N::TryStar;
        let range = self.close(o);
        let node_index = Default::default();
        Ok(r::Stmt::Try(r::StmtTry { node_index, body, handlers, orelse, finalbody, is_star, range }))
    }

    fn aliases(&mut self, v: Value, class: &str) -> PyResult<Vec<r::Alias>> {
        let mut out = Vec::new();
        for &a in self.items(v, class, "names")?.iter() {
            let o = self.open(a, "alias", false)?;
            let name = self.ident(a, "alias", "name", o)?;
            let asname = self.opt_ident(a, "asname", o)?;
            out.push(r::Alias { node_index: Default::default(), range: self.close(o), name, asname });
        }
        self.not_empty(out.len(), "names", class)?;
        Ok(out)
    }

    fn decorators(&mut self, v: Value, class: &str) -> PyResult<ThinVec<r::Decorator>> {
        let mut out = ThinVec::new();
        for expression in self.exprs(v, class, "decorator_list", Ctx::Load)? {
            let range = ruff_text_size::Ranged::range(&expression);
            out.push(r::Decorator { node_index: Default::default(), range, expression });
        }
        Ok(out)
    }

    fn type_params(&mut self, v: Value, class: &str) -> PyResult<Option<Box<r::TypeParams>>> {
        let list = self.items(v, class, "type_params")?;
        if list.is_empty() {
            return Ok(None);
        }
        let outer = self.open_bare();
        let mut type_params = Vec::new();
        for &p in list.iter() {
            let o = self.open(p, "type_param", true)?;
            let Some(kind @ (N::TypeVar | N::ParamSpec | N::TypeVarTuple)) = self.kind(p) else {
                return Err(self.unexpected("type_param", p));
            };
            let name = self.ident(p, NODES[kind as usize].name, "name", o)?;
            self.check_name(&name.id)?;
            let bound = if kind == N::TypeVar { self.opt_expr(p, "bound")? } else { None };
            let default = self.opt_expr(p, "default_value")?;
            let range = self.close(o);
            let node_index = Default::default();
            type_params.push(match kind {
                N::TypeVar => {
                    r::TypeParam::TypeVar(r::TypeParamTypeVar { node_index, range, name, bound, default })
                }
                N::ParamSpec => {
                    r::TypeParam::ParamSpec(r::TypeParamParamSpec { node_index, range, name, default })
                }
                _ => {
                    let p = r::TypeParamTypeVarTuple { node_index, range, name, default };
                    r::TypeParam::TypeVarTuple(p)
                }
            });
        }
        let range = self.close(outer);
        Ok(Some(Box::new(r::TypeParams { node_index: Default::default(), range, type_params })))
    }
}
