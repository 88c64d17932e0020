//! A code object in the making: instructions with labels and virtual registers, constants, names, variables.
//!
//! What flows in: instructions from code generation. What flows out: to `assemble.rs`, which numbers registers and
//! places labels. What must hold: temporaries are a stack, so that a call window allocated last is at the top; a
//! virtual register's class is in its upper bits: locals and cells, hidden comprehension variables, hoisted
//! constants, temporaries, in the order in which the final frame has them.

use crate::symtable::{Name, Resolved, ScopeId, ScopeKind, SymbolTable, flag};
use ruff_python_ast::Stmt;
use std::collections::HashMap;
use taipan_bytecode::{Const, Op, Position};

/// A virtual register.
pub type Reg = u32;
/// A jump target.
pub type Label = usize;

/// First virtual register of each class.
pub const HIDDEN: Reg = 1 << 28;
/// See [`HIDDEN`].
pub const CONSTANT: Reg = 2 << 28;
/// See [`HIDDEN`].
pub const TEMP: Reg = 3 << 28;

/// The `e` operand before assembly.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Ext {
    /// A number, 0 when unused.
    Num(u32),
    /// A jump.
    To(Label),
    /// Marks the place before an outermost loop, where constants are loaded into registers.
    Preheader(usize),
    /// A `NOP` that stays where its line would have no instruction otherwise.
    Line,
}

/// An instruction before assembly.
#[derive(Clone, Copy, Debug)]
pub struct Ins {
    pub op: Op,
    pub a: u32,
    pub b: u32,
    pub c: u32,
    pub d: u32,
    pub e: Ext,
    pub pos: Position,
    /// Index into [`Unit::handlers`] of the handler that covers it.
    pub handler: Option<usize>,
}

/// What `qualname` and some checks depend on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum UnitKind {
    Module,
    Class,
    Function,
    AsyncFunction,
    Lambda,
    Generator,
    Annotations,
}

/// A block that `return`, `break` and `continue` must unwind.
#[derive(Clone, Copy)]
pub struct Block<'a> {
    pub kind: BlockKind<'a>,
    /// The handler in force outside the block.
    pub outer: Option<usize>,
}

/// See [`Block`].
#[derive(Clone, Copy)]
pub enum BlockKind<'a> {
    Loop {
        breaks: Label,
        continues: Label,
    },
    /// `try` with handlers: nothing to do.
    Try,
    /// `try` with `finally`.
    Finally {
        body: &'a [Stmt],
    },
    /// A `finally` body that runs because of an exception.
    FinallyEnd {
        prev: Reg,
    },
    /// An `except` clause.
    Handler {
        prev: Reg,
        name: Option<&'a str>,
    },
    ExceptStar,
    With {
        window: Reg,
        is_async: bool,
        pos: Position,
    },
}

/// How a variable of the unit is kept.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Local {
    pub reg: Reg,
    pub is_cell: bool,
    /// Index for operand role `Local`.
    pub index: u32,
}

/// A code object in the making.
pub struct Unit<'a> {
    pub kind: UnitKind,
    /// The unit's own scope.
    pub scope: ScopeId,
    /// The scope of the code being generated: the unit's or an inlined comprehension's.
    pub cur_scope: ScopeId,
    pub name: Name,
    pub qualname: Name,
    pub firstlineno: u32,
    pub flags: u32,
    pub argcount: u32,
    pub posonlyargcount: u32,
    pub kwonlyargcount: u32,
    pub code: Vec<Ins>,
    pub labels: Vec<Option<usize>>,
    /// Where the last label was placed.
    last_label: Option<usize>,
    /// Handlers: target and register.
    pub handlers: Vec<(Label, Reg)>,
    pub handler: Option<usize>,
    pub consts: Vec<Const>,
    const_index: HashMap<Vec<u8>, u32>,
    pub names: Vec<Name>,
    name_index: HashMap<Name, u32>,
    pub varnames: Vec<Name>,
    pub cellvars: Vec<Name>,
    pub cellregs: Vec<Reg>,
    pub hidden: Vec<(Name, Reg)>,
    pub freevars: Vec<Name>,
    pub locals: HashMap<(ScopeId, Name), Local>,
    /// Registers of locals and cells (register 0 of a namespace unit included).
    pub nlocals: u32,
    pub ntemps: u32,
    pub max_temps: u32,
    /// Constants in registers: one per distinct constant.
    pub const_regs: Vec<u32>,
    /// Constants to load in each preheader (indices into `const_regs`).
    pub preheaders: Vec<Vec<u32>>,
    /// The preheader of the outermost loop around the current place.
    pub preheader: Option<usize>,
    pub blocks: Vec<Block<'a>>,
    /// Nesting of `finally` bodies (true) and loops (false), for warnings.
    pub finally_nest: Vec<bool>,
    pub pos: Position,
    pub docstring: Option<taipan_bytecode::Wtf8>,
    /// Class: names assigned as `self.NAME`.
    pub static_attributes: Vec<Name>,
    /// Class or module: how many conditional annotations there were.
    pub conditional_count: u32,
    /// Class or module: annotations to put into `__annotate__`.
    pub deferred: Vec<(&'a ruff_python_ast::StmtAnnAssign, Option<u32>)>,
    /// Inside an `if`, loop, `try`, `with` or `match`.
    pub conditional_depth: u32,
}

/// Whether a register is a temporary.
pub fn is_temp(r: Reg) -> bool {
    r >= TEMP
}

impl<'a> Unit<'a> {
    /// An empty unit for `scope`, with its variables in registers; `params` in the order of the signature.
    pub fn new(kind: UnitKind, st: &SymbolTable, scope: ScopeId, name: Name, params: &[Name]) -> Unit<'a> {
        let mut u = Unit {
            kind,
            scope,
            cur_scope: scope,
            qualname: name.clone(),
            name,
            firstlineno: 1,
            flags: 0,
            argcount: 0,
            posonlyargcount: 0,
            kwonlyargcount: 0,
            code: Vec::new(),
            labels: Vec::new(),
            last_label: None,
            handlers: Vec::new(),
            handler: None,
            consts: Vec::new(),
            const_index: HashMap::new(),
            names: Vec::new(),
            name_index: HashMap::new(),
            varnames: params.to_vec(),
            cellvars: Vec::new(),
            cellregs: Vec::new(),
            hidden: Vec::new(),
            freevars: st.scopes[scope].free.clone(),
            locals: HashMap::new(),
            nlocals: 0,
            ntemps: 0,
            max_temps: 0,
            const_regs: Vec::new(),
            preheaders: Vec::new(),
            preheader: None,
            blocks: Vec::new(),
            finally_nest: Vec::new(),
            pos: Position::NONE,
            docstring: None,
            static_attributes: Vec::new(),
            conditional_count: 0,
            deferred: Vec::new(),
            conditional_depth: 0,
        };
        u.lay_out(st, params);
        u
    }

    fn lay_out(&mut self, st: &SymbolTable, params: &[Name]) {
        let scope = &st.scopes[self.scope];
        let in_registers = scope.kind.is_function_like();
        let base = u32::from(!in_registers);
        let mut comps = Vec::new();
        inlined(st, self.scope, &mut comps);
        let is_cell = |s: ScopeId, n: &str| st.scopes[s].get(n).is_some_and(|y| y.resolved == Resolved::Cell);
        let mut cells: Vec<Name> = Vec::new();
        if in_registers {
            let params: std::collections::HashSet<&Name> = params.iter().collect();
            for y in &scope.symbols {
                let bound = y.flags & flag::BOUND != 0 && y.flags & (flag::GLOBAL | flag::NONLOCAL) == 0;
                if !bound || params.contains(&y.name) {
                    continue;
                }
                if y.resolved == Resolved::Cell {
                    cells.push(y.name.clone());
                } else {
                    self.varnames.push(y.name.clone());
                }
            }
            cells.sort();
        } else if scope.kind == ScopeKind::Class {
            for (needed, n) in [
                (scope.needs_class_cell, "__class__"),
                (scope.needs_classdict, "__classdict__"),
                (scope.conditional_annotations, "__conditional_annotations__"),
            ] {
                if needed {
                    cells.push(n.into());
                }
            }
        }
        // Comprehension variables that clash with nothing are ordinary locals, as `co_varnames` shows them.
        let mut hidden = Vec::new();
        let mut shared: HashMap<Name, ()> = HashMap::new();
        for &c in &comps {
            for y in &st.scopes[c].symbols {
                let bound = y.flags & flag::BOUND != 0 && y.flags & (flag::GLOBAL | flag::NONLOCAL) == 0;
                if !bound {
                    continue;
                }
                let clash = scope.get(&y.name).is_some() && !shared.contains_key(&y.name);
                if in_registers
                    && y.resolved != Resolved::Cell
                    && !clash
                    && !nested_clash(st, c, self.scope, &y.name)
                {
                    if shared.insert(y.name.clone(), ()).is_none() {
                        self.varnames.push(y.name.clone());
                    }
                    hidden.push((c, y.name.clone(), None));
                } else {
                    hidden.push((c, y.name.clone(), Some(y.resolved == Resolved::Cell)));
                }
            }
        }
        let nvars = self.varnames.len() as u32;
        for (i, n) in self.varnames.iter().enumerate() {
            let i = i as u32;
            let cell = is_cell(self.scope, n) && params.contains(n);
            if cell {
                self.cellvars.push(n.clone());
                self.cellregs.push(base + i);
            }
            self.locals.insert((self.scope, n.clone()), Local { reg: base + i, is_cell: cell, index: i });
        }
        self.nlocals = base + nvars;
        for n in cells {
            let index = nvars + self.cellvars.len() as u32;
            let reg = self.nlocals;
            self.nlocals += 1;
            self.cellvars.push(n.clone());
            self.cellregs.push(reg);
            self.locals.insert((self.scope, n), Local { reg, is_cell: true, index });
        }
        // Parameter cells: their index for messages is that of the cell variable.
        for (c, n, own) in hidden {
            let local = match own {
                None => self.locals[&(self.scope, n.clone())],
                Some(is_cell) => {
                    let reg = HIDDEN + self.hidden.len() as u32;
                    let index = nvars + self.cellvars.len() as u32 + self.hidden.len() as u32;
                    self.hidden.push((n.clone(), reg));
                    Local { reg, is_cell, index }
                }
            };
            self.locals.insert((c, n), local);
        }
    }

    // ---- constants and names

    /// Index of a constant.
    pub fn constant(&mut self, c: Const) -> u32 {
        let key = const_key(&c);
        if let Some(k) = &key
            && let Some(&i) = self.const_index.get(k)
        {
            return i;
        }
        let i = self.consts.len() as u32;
        self.consts.push(c);
        if let Some(k) = key {
            self.const_index.insert(k, i);
        }
        i
    }

    /// Index of a name.
    pub fn name_id(&mut self, name: &str) -> u32 {
        if let Some(&i) = self.name_index.get(name) {
            return i;
        }
        let n: Name = name.into();
        let i = self.names.len() as u32;
        self.names.push(n.clone());
        self.name_index.insert(n, i);
        i
    }

    /// The register that holds a constant inside the current outermost loop.
    pub fn const_reg(&mut self, index: u32) -> Option<Reg> {
        let p = self.preheader?;
        let slot = match self.const_regs.iter().position(|&c| c == index) {
            Some(s) => s as u32,
            None if self.const_regs.len() < 200 => {
                self.const_regs.push(index);
                self.const_regs.len() as u32 - 1
            }
            None => return None,
        };
        if !self.preheaders[p].contains(&slot) {
            self.preheaders[p].push(slot);
        }
        Some(CONSTANT + slot)
    }

    // ---- temporaries

    /// `n` fresh temporaries in a row.
    pub fn temps(&mut self, n: u32) -> Reg {
        let r = TEMP + self.ntemps;
        self.ntemps += n;
        self.max_temps = self.max_temps.max(self.ntemps);
        r
    }
    /// A fresh temporary.
    pub fn temp(&mut self) -> Reg {
        self.temps(1)
    }
    /// The state of the temporaries, for [`Unit::release`].
    pub fn mark(&self) -> u32 {
        self.ntemps
    }
    /// Frees all temporaries allocated since `mark`.
    pub fn release(&mut self, mark: u32) {
        self.ntemps = mark;
    }

    // ---- instructions and labels

    /// A label to be placed later.
    pub fn label(&mut self) -> Label {
        self.labels.push(None);
        self.labels.len() - 1
    }
    /// Places a label at the next instruction.
    pub fn place(&mut self, l: Label) {
        self.labels[l] = Some(self.code.len());
        self.last_label = Some(self.code.len());
    }
    /// Appends an instruction.
    pub fn ins(&mut self, op: Op, a: u32, b: u32, c: u32, d: u32, e: Ext) {
        self.code.push(Ins { op, a, b, c, d, e, pos: self.pos, handler: self.handler });
    }
    /// Sees to it that the line of the current position has an instruction here, for tracing.
    pub fn line(&mut self) {
        let here = self.last_label == Some(self.code.len());
        if !here
            && let Some(i) = self.code.last()
            && i.pos.line == self.pos.line
            && i.op != Op::CHECK_BOUND
        {
            return;
        }
        self.ins(Op::NOP, 0, 0, 0, 0, Ext::Line);
    }
    /// Registers a handler.
    pub fn new_handler(&mut self, target: Label, reg: Reg) -> usize {
        self.handlers.push((target, reg));
        self.handlers.len() - 1
    }
    /// Whether the next instruction can be reached from the last one.
    pub fn falls_through(&self) -> bool {
        let n = self.code.len();
        self.last_label == Some(n) || self.code.last().is_none_or(|i| !i.op.is_terminator())
    }
}

/// The inlined comprehensions in the unit of scope `s`, in source order.
fn inlined(st: &SymbolTable, s: ScopeId, out: &mut Vec<ScopeId>) {
    for &c in &st.scopes[s].children {
        if st.scopes[c].kind == ScopeKind::Comprehension {
            out.push(c);
            inlined(st, c, out);
        }
    }
}

/// Whether an enclosing inlined comprehension has a variable called `name`.
fn nested_clash(st: &SymbolTable, c: ScopeId, unit: ScopeId, name: &str) -> bool {
    let mut at = st.scopes[c].parent;
    while let Some(p) = at {
        if p == unit {
            return false;
        }
        if st.scopes[p].get(name).is_some() {
            return true;
        }
        at = st.scopes[p].parent;
    }
    false
}

/// A key under which equal constants of one type are one; code is never shared.
pub fn const_key(c: &Const) -> Option<Vec<u8>> {
    let mut k = Vec::new();
    push_key(c, &mut k)?;
    Some(k)
}

fn push_key(c: &Const, k: &mut Vec<u8>) -> Option<()> {
    let bytes = |k: &mut Vec<u8>, b: &[u8]| {
        k.extend((b.len() as u32).to_le_bytes());
        k.extend(b);
    };
    match c {
        Const::None => k.push(0),
        Const::Bool(b) => k.extend([1, u8::from(*b)]),
        Const::Ellipsis => k.push(2),
        Const::Int(i) => {
            k.push(3);
            k.extend(i.to_le_bytes());
        }
        Const::BigInt(neg, b) => {
            k.extend([4, u8::from(*neg)]);
            bytes(k, b);
        }
        Const::Float(f) => {
            k.push(5);
            k.extend(f.to_bits().to_le_bytes());
        }
        Const::Complex(r, i) => {
            k.push(6);
            k.extend(r.to_bits().to_le_bytes());
            k.extend(i.to_bits().to_le_bytes());
        }
        Const::Str(s) => {
            k.push(7);
            bytes(k, &s.0);
        }
        Const::Bytes(b) => {
            k.push(8);
            bytes(k, b);
        }
        Const::Tuple(t) | Const::FrozenSet(t) => {
            k.push(if matches!(c, Const::Tuple(_)) { 9 } else { 10 });
            k.extend((t.len() as u32).to_le_bytes());
            for c in t {
                push_key(c, k)?;
            }
        }
        Const::Slice(s) => {
            k.push(11);
            for c in s.iter() {
                push_key(c, k)?;
            }
        }
        Const::Code(_) | Const::LazyCode(_) => return None,
    }
    Some(())
}
