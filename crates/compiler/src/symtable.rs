//! Symbol tables: which scopes a module has, which names each binds and uses, and how each name is resolved.
//!
//! What flows in: scopes and symbol flags recorded by `symtable_build.rs`. What flows out: for every scope and name a
//! [`Resolved`] and, for variables of functions, the owning scope. What must hold: comprehensions that are inlined
//! into their function (all but generator expressions) keep a scope of their own here; a *unit* is the nearest scope
//! around a place that becomes a code object, and a variable is captured (a cell) only when a unit other than its
//! owner's uses it.

use crate::error::{Fail, syntax};
use ruff_text_size::TextRange;
use std::collections::HashMap;
use std::sync::Arc;

/// Index of a scope in [`SymbolTable::scopes`].
pub type ScopeId = usize;
/// A name.
pub type Name = Arc<str>;

/// Symbol flags.
pub mod flag {
    #![allow(missing_docs)]
    pub const GLOBAL: u16 = 1;
    pub const LOCAL: u16 = 2;
    pub const PARAM: u16 = 4;
    pub const NONLOCAL: u16 = 8;
    pub const USE: u16 = 0x10;
    pub const IMPORT: u16 = 0x80;
    pub const ANNOT: u16 = 0x100;
    pub const COMP_ITER: u16 = 0x200;
    pub const TYPE_PARAM: u16 = 0x400;
    pub const WALRUS: u16 = 0x800;
    pub const BOUND: u16 = LOCAL | PARAM | IMPORT | TYPE_PARAM;
}

/// What a scope belongs to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs)]
pub enum ScopeKind {
    Module,
    Class,
    Function,
    Lambda,
    /// A generator expression: a unit of its own.
    Generator,
    /// A list, set or dict comprehension: inlined into its unit.
    Comprehension,
    /// `__annotate__` of a function, class or module.
    Annotation,
    /// Type parameters of a class, function or alias.
    TypeParams,
    /// The value of a type alias.
    TypeAlias,
    /// Bound, constraints or default of a type parameter.
    TypeVariable,
}

impl ScopeKind {
    /// Whether variables of the scope live in registers.
    pub fn is_function_like(self) -> bool {
        !matches!(self, ScopeKind::Module | ScopeKind::Class)
    }
}

/// How a name is resolved.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs)]
pub enum Resolved {
    Unknown,
    /// A variable of this very scope (register in functions, namespace entry elsewhere).
    Local,
    /// A variable of this scope that another unit captures.
    Cell,
    /// A variable of scope `owner`; of another unit unless an inlined comprehension lies between.
    Free {
        owner: ScopeId,
    },
    GlobalExplicit,
    GlobalImplicit,
}

/// A name in a scope.
#[derive(Clone, Debug)]
pub struct Symbol {
    /// The mangled name.
    pub name: Name,
    /// Bits of [`flag`].
    pub flags: u16,
    /// How it is resolved.
    pub resolved: Resolved,
    /// Where it was first seen.
    pub range: TextRange,
}

/// A scope.
#[derive(Clone, Debug)]
pub struct Scope {
    /// What it is.
    pub kind: ScopeKind,
    /// Its name as `symtable` shows it.
    pub name: Name,
    /// The scope around it.
    pub parent: Option<ScopeId>,
    /// The unit it belongs to: itself unless it is an inlined comprehension.
    pub unit: ScopeId,
    /// Scopes directly inside, in source order.
    pub children: Vec<ScopeId>,
    /// Symbols in order of appearance.
    pub symbols: Vec<Symbol>,
    /// Index of a name in `symbols`.
    pub index: HashMap<Name, usize>,
    /// Class whose name mangles private names here.
    pub private: Option<Name>,
    /// Names that are mangled when only some are (type parameters of a class).
    pub mangled_only: Option<Vec<Name>>,
    /// For units: captured variables of outer units that it or its inner units use.
    pub free: Vec<Name>,
    /// Line of its statement or expression.
    pub range: TextRange,
    /// Inside a function.
    pub nested: bool,
    /// Has a `yield`.
    pub is_generator: bool,
    /// `async def`, or a generator expression that awaits.
    pub is_coroutine: bool,
    /// Returns a value somewhere (for async generators), at this place.
    pub returns_value: Option<TextRange>,
    /// First `yield` (for messages).
    pub yield_range: Option<TextRange>,
    /// Directly in a class and sees its variables through `__classdict__`.
    pub sees_class: bool,
    /// Class: some method needs the `__class__` cell.
    pub needs_class_cell: bool,
    /// Class: some annotation scope needs the `__classdict__` cell.
    pub needs_classdict: bool,
    /// Class or module: some annotation is in a conditional block.
    pub conditional_annotations: bool,
    /// Some annotated name exists here (class or module with deferred annotations).
    pub annotation_scope: Option<ScopeId>,
    /// A name is the target of `:=` here (inner comprehensions included).
    pub walrus: Vec<Name>,
    /// The first comprehension iterable is being visited (build time only).
    pub in_comp_iterable: bool,
    /// A comprehension target is being visited (build time only).
    pub in_comp_target: bool,
}

impl Scope {
    /// The symbol called `name`.
    pub fn get(&self, name: &str) -> Option<&Symbol> {
        self.index.get(name).map(|&i| &self.symbols[i])
    }
    /// Whether `name` is bound here as a variable of this scope.
    pub fn binds(&self, name: &str) -> bool {
        self.get(name)
            .is_some_and(|s| s.flags & flag::BOUND != 0 && s.flags & (flag::GLOBAL | flag::NONLOCAL) == 0)
    }
}

/// What kind of scope a node opens: nodes with several scopes are told apart by this.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[allow(missing_docs)]
pub enum Part {
    Body,
    TypeParams,
    Annotations,
    Bound,
    Default,
    AliasValue,
}

/// All scopes of a module.
#[derive(Clone, Debug, Default)]
pub struct SymbolTable {
    /// Scope 0 is the module.
    pub scopes: Vec<Scope>,
    /// Scope that a node opens: the key is the node's address.
    pub by_node: HashMap<(usize, Part), ScopeId>,
    /// `from __future__ import annotations` holds.
    pub future_annotations: bool,
}

impl SymbolTable {
    /// Adds flags to a symbol, creating it if need be.
    pub fn add(&mut self, scope: ScopeId, name: &Name, flags: u16, range: TextRange) {
        let s = &mut self.scopes[scope];
        if let Some(&i) = s.index.get(name) {
            s.symbols[i].flags |= flags;
        } else {
            s.index.insert(name.clone(), s.symbols.len());
            s.symbols.push(Symbol { name: name.clone(), flags, resolved: Resolved::Unknown, range });
        }
    }

    /// Resolves every name of every scope, outermost first.
    pub fn resolve_all(&mut self) -> Result<(), Fail> {
        for id in 0..self.scopes.len() {
            for i in 0..self.scopes[id].symbols.len() {
                self.resolve(id, i)?;
            }
        }
        for s in &mut self.scopes {
            s.free.sort();
            s.free.dedup();
        }
        Ok(())
    }

    fn resolve(&mut self, id: ScopeId, i: usize) -> Result<(), Fail> {
        let sym = &self.scopes[id].symbols[i];
        let (name, flags, range) = (sym.name.clone(), sym.flags, sym.range);
        let resolved = if flags & flag::GLOBAL != 0 {
            if flags & flag::NONLOCAL != 0 {
                return Err(syntax(range, format!("name '{name}' is nonlocal and global")));
            }
            Resolved::GlobalExplicit
        } else if flags & flag::NONLOCAL != 0 {
            match self.find_owner(id, &name) {
                Some(Some(owner)) => {
                    if self.scopes[owner].get(&name).is_some_and(|s| s.flags & flag::TYPE_PARAM != 0) {
                        let msg = format!("nonlocal binding not allowed for type parameter '{name}'");
                        return Err(syntax(range, msg));
                    }
                    self.capture(id, owner, &name)
                }
                _ => return Err(syntax(range, format!("no binding for nonlocal '{name}' found"))),
            }
        } else if flags & flag::BOUND != 0 {
            // An inner scope may have captured it already.
            if self.scopes[id].symbols[i].resolved == Resolved::Cell {
                Resolved::Cell
            } else {
                Resolved::Local
            }
        } else if let Some(r) = self.seen_in_class(id, &name) {
            r
        } else {
            match self.find_owner(id, &name) {
                Some(Some(owner)) => self.capture(id, owner, &name),
                _ => Resolved::GlobalImplicit,
            }
        };
        self.scopes[id].symbols[i].resolved = resolved;
        Ok(())
    }

    /// For an annotation scope in a class that binds or declares the name: how the name is reached then. The class's
    /// namespace is looked at first in any case.
    fn seen_in_class(&self, id: ScopeId, name: &str) -> Option<Resolved> {
        if !self.scopes[id].sees_class || name.starts_with('.') || name.starts_with("__class") {
            return None;
        }
        let mut at = self.scopes[id].parent;
        while let Some(p) = at {
            let scope = &self.scopes[p];
            if scope.kind == ScopeKind::Class {
                let f = scope.get(name)?.flags;
                if f & flag::GLOBAL != 0 {
                    return Some(Resolved::GlobalExplicit);
                }
                return (f & flag::BOUND != 0 && f & flag::NONLOCAL == 0).then_some(Resolved::GlobalImplicit);
            }
            // An inlined comprehension's own variables come first.
            if scope.kind == ScopeKind::Comprehension && scope.binds(name) {
                return None;
            }
            at = scope.parent;
        }
        None
    }

    /// The scope around `id` that owns `name`: None when there is none, `Some(None)` when it is declared global.
    fn find_owner(&self, id: ScopeId, name: &str) -> Option<Option<ScopeId>> {
        let mut at = self.scopes[id].parent;
        // In a class or module the inlined comprehension sees what the unit's own namespace holds, but a class's
        // variables are seen by nothing inside it.
        while let Some(s) = at {
            let scope = &self.scopes[s];
            match scope.kind {
                ScopeKind::Class if name == "__class__" && scope.needs_class_cell => return Some(Some(s)),
                ScopeKind::Class if name == "__classdict__" && scope.needs_classdict => return Some(Some(s)),
                ScopeKind::Class
                    if name == "__conditional_annotations__" && scope.conditional_annotations =>
                {
                    return Some(Some(s));
                }
                ScopeKind::Class | ScopeKind::Module => {}
                _ => {
                    if let Some(sym) = scope.get(name) {
                        if sym.flags & flag::GLOBAL != 0 {
                            return Some(None);
                        }
                        if sym.flags & flag::BOUND != 0 && sym.flags & flag::NONLOCAL == 0 {
                            return Some(Some(s));
                        }
                    }
                }
            }
            at = scope.parent;
        }
        None
    }

    /// Notes that `id` uses `name` of `owner`: makes it a cell and passes it through the units between.
    fn capture(&mut self, id: ScopeId, owner: ScopeId, name: &Name) -> Resolved {
        let owner_unit = self.scopes[owner].unit;
        let mut unit = self.scopes[id].unit;
        if unit != owner_unit {
            if let Some(&i) = self.scopes[owner].index.get(name) {
                self.scopes[owner].symbols[i].resolved = Resolved::Cell;
            }
            while unit != owner_unit {
                self.scopes[unit].free.push(name.clone());
                let parent = self.scopes[unit].parent.expect("an owner lies outside");
                unit = self.scopes[parent].unit;
            }
        }
        Resolved::Free { owner }
    }
}

/// The name as mangled in a class: `__x` becomes `_Class__x`.
pub fn mangle(private: Option<&str>, name: &str) -> Option<String> {
    let class = private?;
    if !name.starts_with("__") || name.ends_with("__") || name.contains('.') {
        return None;
    }
    let class = class.trim_start_matches('_');
    if class.is_empty() {
        return None;
    }
    Some(format!("_{class}{name}"))
}
