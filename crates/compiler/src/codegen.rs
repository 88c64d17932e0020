//! Code generation: the state shared by all its parts, names and variables, units.
//!
//! What flows in: the AST and its symbol table. What flows out: a code object. The parts are `expr.rs`, `call.rs`,
//! `comp.rs`, `display.rs`, `stmt.rs`, `exc.rs`, `func.rs`, `annot.rs` and `pattern.rs`.
//!
//! What must hold: a destination register is written by the last instruction of an expression only, unless it is a
//! temporary (a handler must not see half-made values in a local variable).

use crate::assemble::assemble;
use crate::error::{ErrorKind, Fail, Lines, Warning, placeless};
use crate::limits::Depth;
use crate::symtable::{Name, Part, Resolved, ScopeId, ScopeKind, SymbolTable, mangle};
use crate::unit::{Ext, Label, Local, Reg, TEMP, Unit, UnitKind};
use ruff_python_ast::*;
use ruff_text_size::{Ranged, TextRange};
use std::sync::Arc;
use taipan_bytecode::{CodeObject, Const, Op, Position, flags};

pub(crate) type R<T = ()> = Result<T, Fail>;

/// What source is compiled as.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mode {
    /// A module.
    Exec,
    /// One expression.
    Eval,
    /// An interactive statement: values of expression statements are shown.
    Single,
}

/// How to compile.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    /// 0: all; 1: no `assert`, `__debug__` is False; 2: no docstrings either.
    pub optimize: u8,
    /// `from __future__` bits inherited from the caller.
    pub future: u32,
    /// `await` at top level is allowed (`PyCF_ALLOW_TOP_LEVEL_AWAIT`).
    pub top_level_await: bool,
    /// Interactive input that may be incomplete: report that as its own kind of error.
    pub allow_incomplete: bool,
    /// Digits that a decimal literal may have; 0: any number.
    pub max_digits: usize,
}

/// How a name is reached.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Var {
    Fast(Local),
    Cell(Local),
    Free(u32),
    /// In a class body: its namespace, then the free variable.
    ClassFree(u32),
    /// In an annotation scope of a class: the class's namespace, then the free variable.
    DictFree(u32),
    /// In an annotation scope of a class: the class's namespace, then a cell of this unit.
    DictCell(Local),
    DictGlobal,
    Global,
    Namespace,
}

pub(crate) struct Compiler<'a> {
    pub source: &'a str,
    pub lines: &'a Lines,
    pub filename: Arc<str>,
    pub st: &'a SymbolTable,
    pub opts: Options,
    pub mode: Mode,
    /// The unit being generated.
    pub u: Unit<'a>,
    /// The units around it.
    pub outer: Vec<Unit<'a>>,
    pub warnings: Vec<Warning>,
    pub depth: Depth,
    pub future: u32,
    /// The place of the generator expression to come, where it is a call's only argument: the call's parentheses.
    pub generator_range: Option<TextRange>,
    /// Line of the module's first statement.
    pub first_line: u32,
}

/// Generates the code of a module, expression or interactive statement.
pub(crate) fn generate<'a>(
    module: &'a Mod,
    st: &'a SymbolTable,
    source: &'a str,
    lines: &'a Lines,
    filename: &str,
    mode: Mode,
    opts: Options,
    future: u32,
) -> Result<(CodeObject, Vec<Warning>), Fail> {
    let unit = Unit::new(UnitKind::Module, st, 0, "<module>".into(), &[]);
    let mut c = Compiler {
        source,
        lines,
        filename: filename.into(),
        st,
        opts,
        mode,
        u: unit,
        outer: Vec::new(),
        warnings: Vec::new(),
        depth: Depth::default(),
        future,
        generator_range: None,
        first_line: match module {
            Mod::Module(m) => m.body.first().map_or(1, |s| lines.line(s.range().start())),
            Mod::Expression(_) => 1,
        },
    };
    c.u.flags = c.future;
    c.module(module)?;
    let unit = c.u;
    let code = assemble(unit, &c.filename).map_err(|m| placeless(ErrorKind::OverflowError, m))?;
    Ok((code, c.warnings))
}

impl<'a> Compiler<'a> {
    // ---- instructions

    pub fn op(&mut self, op: Op, a: Reg, b: Reg, c: u32) {
        self.u.ins(op, a, b, c, 0, Ext::Num(0));
    }
    pub fn op_e(&mut self, op: Op, a: Reg, b: Reg, c: u32, e: u32) {
        self.u.ins(op, a, b, c, 0, Ext::Num(e));
    }
    pub fn op_d(&mut self, op: Op, a: Reg, b: Reg, c: u32, d: u32) {
        self.u.ins(op, a, b, c, d, Ext::Num(0));
    }
    pub fn jump(&mut self, op: Op, a: Reg, b: Reg, c: u32, to: Label) {
        self.u.ins(op, a, b, c, 0, Ext::To(to));
    }
    pub fn goto(&mut self, to: Label) {
        self.u.ins(Op::JUMP, 0, 0, 0, 0, Ext::To(to));
    }
    /// A jump that belongs to no line of its own: the one of the instruction before it.
    pub fn goto_quietly(&mut self, to: Label) {
        let saved = std::mem::replace(&mut self.u.pos, Position::NONE);
        self.goto(to);
        self.u.pos = saved;
    }
    pub fn mov(&mut self, a: Reg, b: Reg) {
        if a != b {
            self.op(Op::MOVE, a, b, 0);
        }
    }
    pub fn load_const(&mut self, a: Reg, c: Const) {
        let i = self.u.constant(c);
        self.op_e(Op::LOAD_CONST, a, 0, 0, i);
    }

    /// The destination: `dst`, or a fresh temporary after all others since `mark` are freed.
    pub fn dst(&mut self, dst: Option<Reg>, mark: u32) -> Reg {
        self.u.release(mark);
        dst.unwrap_or_else(|| self.u.temp())
    }

    /// A register that may be written early: `dst` if it is a temporary, else a fresh temporary.
    pub fn early(&mut self, dst: Option<Reg>) -> Reg {
        match dst {
            Some(d) if d >= TEMP => d,
            _ => self.u.temp(),
        }
    }

    /// Ends an expression whose value is in `t` (from [`Compiler::early`], which came right after `mark`).
    pub fn finish(&mut self, dst: Option<Reg>, t: Reg, mark: u32) -> Reg {
        match dst {
            Some(d) => {
                self.mov(d, t);
                self.u.release(mark);
                d
            }
            None => {
                self.u.release(mark);
                let r = self.u.temp();
                self.mov(r, t);
                r
            }
        }
    }

    // ---- positions

    pub fn position(&self, range: TextRange) -> Position {
        let (line, col) = self.lines.line_col(range.start());
        let (end_line, end_col) = self.lines.line_col(range.end());
        Position { line: line as i32, end_line: end_line as i32, col: col as i32, end_col: end_col as i32 }
    }
    /// Sets the position of the instructions to come; returns the one before.
    pub fn at(&mut self, range: TextRange) -> Position {
        let p = self.position(range);
        std::mem::replace(&mut self.u.pos, p)
    }

    pub fn warn(&mut self, range: TextRange, msg: String) {
        if !self.warnings.iter().any(|w| w.range == range && w.msg == msg) {
            self.warnings.push(Warning::new(msg, range, self.source, self.lines));
        }
    }

    // ---- names

    pub fn mangled(&self, name: &str) -> Name {
        let s = &self.st.scopes[self.u.cur_scope];
        if s.private.is_some()
            && s.mangled_only.as_ref().is_none_or(|only| only.iter().any(|n| **n == *name))
            && let Some(m) = mangle(s.private.as_deref(), name)
        {
            return m.into();
        }
        name.into()
    }

    fn free_index(&self, name: &str) -> u32 {
        self.u.freevars.iter().position(|n| **n == *name).expect("the symbol table passed it through") as u32
    }

    /// How to reach the (mangled) name from the current scope.
    pub fn var(&self, name: &Name) -> Var {
        let cur = self.u.cur_scope;
        let scope = &self.st.scopes[cur];
        let unit_scope = &self.st.scopes[self.u.scope];
        let in_registers = unit_scope.kind.is_function_like();
        let Some(sym) = scope.get(name) else {
            return if in_registers || cur != self.u.scope { Var::Global } else { Var::Namespace };
        };
        match sym.resolved {
            Resolved::Local | Resolved::Cell => match self.u.locals.get(&(cur, name.clone())) {
                Some(l) if scope.kind.is_function_like() => {
                    if l.is_cell {
                        Var::Cell(*l)
                    } else {
                        Var::Fast(*l)
                    }
                }
                _ => Var::Namespace,
            },
            Resolved::Free { owner } => {
                if self.st.scopes[owner].unit == self.u.scope {
                    let l = self.u.locals[&(owner, name.clone())];
                    if l.is_cell && scope.sees_class && owner == self.u.scope {
                        return Var::DictCell(l);
                    }
                    return if l.is_cell { Var::Cell(l) } else { Var::Fast(l) };
                }
                let i = self.free_index(name);
                if unit_scope.kind == ScopeKind::Class && cur == self.u.scope {
                    Var::ClassFree(i)
                } else if scope.sees_class && !name.starts_with('.') && !name.starts_with("__class") {
                    Var::DictFree(i)
                } else {
                    Var::Free(i)
                }
            }
            Resolved::GlobalExplicit => Var::Global,
            Resolved::GlobalImplicit | Resolved::Unknown => match unit_scope.kind {
                ScopeKind::Module => Var::Namespace,
                ScopeKind::Class if cur == self.u.scope => Var::Namespace,
                _ if scope.sees_class => Var::DictGlobal,
                _ => Var::Global,
            },
        }
    }

    /// Loads `__classdict__` of the class around an annotation scope.
    fn classdict(&mut self, dst: Reg) {
        let i = self.free_index("__classdict__");
        self.op_e(Op::LOAD_FREE, dst, 0, 0, i);
    }

    /// The value of a name in `dst`, or in any register.
    pub fn load_name(&mut self, name: &str, dst: Option<Reg>) -> Reg {
        let n = self.mangled(name);
        let var = self.var(&n);
        if let Var::Fast(l) = var {
            self.u.line();
            self.op_e(Op::CHECK_BOUND, l.reg, 0, 0, l.index);
            let rebound = self.st.scopes[self.u.cur_scope].walrus.contains(&n)
                || self.st.scopes[self.u.scope].walrus.contains(&n);
            return match dst {
                Some(d) => {
                    self.mov(d, l.reg);
                    d
                }
                None if rebound => {
                    let t = self.u.temp();
                    self.mov(t, l.reg);
                    t
                }
                None => l.reg,
            };
        }
        let d = dst.unwrap_or_else(|| self.u.temp());
        match var {
            Var::Fast(_) => unreachable!("handled above"),
            Var::Cell(l) => self.op_e(Op::LOAD_CELL, d, l.reg, 0, l.index),
            Var::Free(i) => self.op_e(Op::LOAD_FREE, d, 0, 0, i),
            Var::ClassFree(i) => self.op_e(Op::LOAD_FROM_DICT_OR_FREE, d, 0, 0, i),
            Var::DictFree(i) => {
                let m = self.u.mark();
                let t = self.u.temp();
                self.classdict(t);
                self.op_e(Op::LOAD_FROM_DICT_OR_FREE, d, t, 0, i);
                self.u.release(m);
            }
            Var::DictCell(l) => {
                let m = self.u.mark();
                let t = self.u.temp();
                self.classdict(t);
                self.op_e(Op::LOAD_FROM_DICT_OR_CELL, d, t, l.reg, l.index);
                self.u.release(m);
            }
            Var::DictGlobal => {
                let id = self.u.name_id(&n);
                let m = self.u.mark();
                let t = self.u.temp();
                self.classdict(t);
                self.op_e(Op::LOAD_FROM_DICT_OR_GLOBALS, d, t, 0, id);
                self.u.release(m);
            }
            Var::Global => {
                let id = self.u.name_id(&n);
                self.op_e(Op::LOAD_GLOBAL, d, 0, 0, id);
            }
            Var::Namespace => {
                let id = self.u.name_id(&n);
                self.op_e(Op::LOAD_NAME, d, 0, 0, id);
            }
        }
        d
    }

    /// Binds a name to the value in `r`.
    pub fn store_name(&mut self, name: &str, r: Reg) {
        let n = self.mangled(name);
        match self.var(&n) {
            Var::Fast(l) => {
                self.u.line();
                self.mov(l.reg, r);
            }
            Var::Cell(l) | Var::DictCell(l) => self.op(Op::STORE_CELL, l.reg, r, 0),
            Var::Free(i) | Var::ClassFree(i) | Var::DictFree(i) => self.op_e(Op::STORE_FREE, 0, r, 0, i),
            Var::Global | Var::DictGlobal => {
                let id = self.u.name_id(&n);
                self.op_e(Op::STORE_GLOBAL, 0, r, 0, id);
            }
            Var::Namespace => {
                let id = self.u.name_id(&n);
                self.op_e(Op::STORE_NAME, 0, r, 0, id);
            }
        }
    }

    pub fn delete_name(&mut self, name: &str) {
        let n = self.mangled(name);
        match self.var(&n) {
            Var::Fast(l) => self.op_e(Op::DELETE_FAST, l.reg, 0, 0, l.index),
            Var::Cell(l) | Var::DictCell(l) => self.op_e(Op::DELETE_CELL, l.reg, 0, 0, l.index),
            Var::Free(i) | Var::ClassFree(i) | Var::DictFree(i) => self.op_e(Op::DELETE_FREE, 0, 0, 0, i),
            Var::Global | Var::DictGlobal => {
                let id = self.u.name_id(&n);
                self.op_e(Op::DELETE_GLOBAL, 0, 0, 0, id);
            }
            Var::Namespace => {
                let id = self.u.name_id(&n);
                self.op_e(Op::DELETE_NAME, 0, 0, 0, id);
            }
        }
    }

    /// The register of a name that is a plain local variable.
    pub fn fast_reg(&self, name: &str) -> Option<Reg> {
        let n = self.mangled(name);
        match self.var(&n) {
            Var::Fast(l) => Some(l.reg),
            _ => None,
        }
    }

    // ---- units

    /// The scope that a part of a node opened.
    pub fn scope_of<T>(&self, node: &T, part: Part) -> ScopeId {
        self.st.by_node[&(crate::symtable_build::key(node), part)]
    }

    /// Starts a new unit inside the current one.
    pub fn enter(&mut self, kind: UnitKind, scope: ScopeId, name: &str, params: &[Name], range: TextRange) {
        let mut u = Unit::new(kind, self.st, scope, name.into(), params);
        u.firstlineno = self.lines.line(range.start());
        u.pos = self.position(range);
        u.flags = self.future;
        let s = &self.st.scopes[scope];
        if s.kind.is_function_like() {
            u.flags |= flags::OPTIMIZED | flags::NEWLOCALS;
            if s.nested {
                u.flags |= flags::NESTED;
            }
            if self.u.kind == UnitKind::Class && kind != UnitKind::Annotations {
                u.flags |= flags::METHOD;
            }
            // An async function or a generator expression that awaits; inlined comprehensions count for their unit.
            let is_async = s.is_coroutine && matches!(s.kind, ScopeKind::Function | ScopeKind::Generator);
            let is_gen = s.is_generator || s.kind == ScopeKind::Generator;
            u.flags |= match (is_gen, is_async) {
                (true, true) => flags::ASYNC_GENERATOR,
                (true, false) => flags::GENERATOR,
                (false, true) => flags::COROUTINE,
                (false, false) => 0,
            };
        }
        u.qualname = self.qualname(kind, scope, name);
        self.outer.push(std::mem::replace(&mut self.u, u));
    }

    fn qualname(&self, kind: UnitKind, scope: ScopeId, name: &str) -> Name {
        let mut parent = &self.u;
        let mut depth = self.outer.len();
        if parent.kind == UnitKind::Annotations {
            if depth <= 1 {
                return name.into();
            }
            parent = &self.outer[depth - 1];
            depth -= 1;
        }
        if depth == 0 || parent.kind == UnitKind::Module {
            return name.into();
        }
        if matches!(kind, UnitKind::Function | UnitKind::AsyncFunction | UnitKind::Class) {
            let s = &self.st.scopes[parent.scope];
            let n = mangle(s.private.as_deref(), name);
            let sym = s.get(n.as_deref().unwrap_or(name));
            if sym.is_some_and(|y| y.resolved == Resolved::GlobalExplicit) {
                return name.into();
            }
        }
        let _ = scope;
        let dot = match parent.kind {
            UnitKind::Function | UnitKind::AsyncFunction | UnitKind::Lambda => ".<locals>.",
            _ => ".",
        };
        format!("{}{dot}{name}", parent.qualname).into()
    }

    /// What every function starts with: cells, then the generator.
    pub fn prologue(&mut self) {
        let saved = std::mem::replace(&mut self.u.pos, Position::NONE);
        for i in 0..self.u.cellregs.len() {
            let r = self.u.cellregs[i];
            let is_param = r < self.u.varnames.len() as u32 && self.u.flags & flags::OPTIMIZED != 0;
            self.op(if is_param { Op::MAKE_CELL } else { Op::NEW_CELL }, r, 0, 0);
        }
        self.u.pos = saved;
        if self.u.flags & (flags::GENERATOR | flags::COROUTINE | flags::ASYNC_GENERATOR) != 0 {
            let line = self.u.firstlineno as i32;
            self.u.pos = Position { line, end_line: line, col: 0, end_col: 0 };
            self.op(Op::RETURN_GENERATOR, 0, 0, 0);
            self.u.pos = saved;
            let target = self.u.label();
            let reg = self.u.temp();
            let h = self.u.new_handler(target, reg);
            self.u.handler = Some(h);
        }
    }

    /// Ends the current unit; its code.
    pub fn leave(&mut self) -> R<CodeObject> {
        if self.u.flags & (flags::GENERATOR | flags::COROUTINE | flags::ASYNC_GENERATOR) != 0 {
            // The outermost handler of a generator: a StopIteration becomes a RuntimeError.
            let (target, reg) = self.u.handlers[0];
            self.u.handler = None;
            self.u.pos = Position::NONE;
            self.u.place(target);
            self.op_d(Op::INTRINSIC1, reg, reg, 0, taipan_bytecode::Intrinsic1::StopIterationError as u32);
            self.op(Op::RERAISE, reg, 0, 0);
        }
        let outer = self.outer.pop().expect("units are nested");
        let unit = std::mem::replace(&mut self.u, outer);
        assemble(unit, &self.filename).map_err(|m| placeless(ErrorKind::OverflowError, m))
    }

    /// `return None` at the end, where it can be reached: on the line of whatever comes before it.
    pub fn return_none(&mut self) {
        if self.u.falls_through() {
            let i = self.u.constant(Const::None);
            self.u.pos = Position::NONE;
            self.op_e(Op::RETURN_CONST, 0, 0, 0, i);
        }
    }

    /// A function object of `code` in `dst` (which is written early), with its closure.
    pub fn make_closure(&mut self, code: CodeObject, dst: Reg) {
        let free = code.freevars.clone();
        let i = self.u.constant(Const::Code(Arc::new(code)));
        self.op_e(Op::MAKE_FUNCTION, dst, 0, 0, i);
        if !free.is_empty() {
            let m = self.u.mark();
            let first = self.u.temps(free.len() as u32);
            for (i, n) in free.iter().enumerate() {
                self.load_closure(n, first + i as u32);
            }
            self.op(Op::BUILD_TUPLE, first, first, free.len() as u32);
            self.op_d(Op::SET_FUNC_ATTR, dst, first, 0, taipan_bytecode::FuncAttr::Closure as u32);
            self.u.release(m);
        }
    }

    /// The cell of a variable that an inner unit captures.
    fn load_closure(&mut self, name: &Name, dst: Reg) {
        // Look from the current scope outwards: comprehension variables first.
        let mut at = Some(self.u.cur_scope);
        while let Some(s) = at {
            if let Some(l) = self.u.locals.get(&(s, name.clone()))
                && l.is_cell
            {
                let reg = l.reg;
                self.mov(dst, reg);
                return;
            }
            if s == self.u.scope {
                break;
            }
            at = self.st.scopes[s].parent;
        }
        let i = self.free_index(name);
        self.op_e(Op::LOAD_CLOSURE, dst, 0, 0, i);
    }

    /// The cell register of a class's implicit variable.
    pub fn class_cell(&self, name: &str) -> Option<Reg> {
        self.u.locals.get(&(self.u.scope, name.into())).filter(|l| l.is_cell).map(|l| l.reg)
    }

    // ---- modules

    fn module(&mut self, m: &'a Mod) -> R {
        self.u.pos = Position { line: 1, end_line: 1, col: 0, end_col: 0 };
        if self.opts.top_level_await && self.has_top_level_await(m) {
            self.u.flags |= flags::COROUTINE;
        }
        self.prologue();
        match m {
            Mod::Expression(e) => {
                let r = self.expr(&e.body)?;
                self.u.pos = self.position(e.body.range());
                self.op(Op::RETURN, r, 0, 0);
            }
            Mod::Module(m) => {
                let mut body: &'a [Stmt] = &m.body;
                if self.mode == Mode::Exec {
                    let doc = self.docstring(body);
                    self.module_annotations()?;
                    if let Some(doc) = doc {
                        self.at(body[0].range());
                        if self.opts.optimize < 2 {
                            let t = self.u.temp();
                            self.load_const(t, Const::Str(doc));
                            self.store_name("__doc__", t);
                            self.u.release(0);
                        }
                        body = &body[1..];
                    }
                } else {
                    self.module_annotations()?;
                }
                self.body(body)?;
                self.module_annotate(0)?;
                self.return_none();
            }
        }
        if self.u.flags & flags::COROUTINE != 0 {
            let (target, reg) = self.u.handlers[0];
            self.u.handler = None;
            self.u.place(target);
            self.op_d(Op::INTRINSIC1, reg, reg, 0, taipan_bytecode::Intrinsic1::StopIterationError as u32);
            self.op(Op::RERAISE, reg, 0, 0);
        }
        Ok(())
    }

    fn has_top_level_await(&self, m: &Mod) -> bool {
        let _ = m;
        self.st.scopes[0].is_coroutine || crate::checks::uses_await(m)
    }

    /// The docstring of a body, if its first statement is one.
    pub fn docstring(&self, body: &[Stmt]) -> Option<taipan_bytecode::Wtf8> {
        match body.first() {
            Some(Stmt::Expr(e)) => match &*e.value {
                Expr::StringLiteral(s) => {
                    Some(crate::literal::clean_doc(&crate::literal::string(s, self.source)))
                }
                _ => None,
            },
            _ => None,
        }
    }

    /// Whether `await` is allowed in the current unit.
    pub fn in_async(&self) -> bool {
        self.u.flags & (flags::COROUTINE | flags::ASYNC_GENERATOR) != 0
    }
}
