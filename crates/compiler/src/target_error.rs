//! Errors about what is assigned to: the name of the kind of expression, and which of CPython's messages applies.

use crate::error::{Fail, syntax};
use crate::syntax_error::Context;
use ruff_python_ast::visitor::{self, Visitor};
use ruff_python_ast::*;
use ruff_text_size::{Ranged, TextRange};

/// What CPython calls a kind of expression.
pub fn name_of(e: &Expr) -> &'static str {
    match e {
        Expr::Attribute(_) => "attribute",
        Expr::Subscript(_) => "subscript",
        Expr::Starred(_) => "starred",
        Expr::Name(_) => "name",
        Expr::List(_) => "list",
        Expr::Tuple(_) => "tuple",
        Expr::Lambda(_) => "lambda",
        Expr::Call(_) => "function call",
        Expr::BoolOp(_) | Expr::BinOp(_) | Expr::UnaryOp(_) => "expression",
        Expr::Generator(_) => "generator expression",
        Expr::Yield(_) | Expr::YieldFrom(_) => "yield expression",
        Expr::Await(_) => "await expression",
        Expr::ListComp(_) => "list comprehension",
        Expr::SetComp(_) => "set comprehension",
        Expr::DictComp(_) => "dict comprehension",
        Expr::Dict(_) => "dict literal",
        Expr::Set(_) => "set display",
        Expr::FString(_) => "f-string expression",
        Expr::TString(_) => "t-string expression",
        Expr::BooleanLiteral(b) if b.value => "True",
        Expr::BooleanLiteral(_) => "False",
        Expr::NoneLiteral(_) => "None",
        Expr::EllipsisLiteral(_) => "ellipsis",
        Expr::StringLiteral(_) | Expr::BytesLiteral(_) | Expr::NumberLiteral(_) => "literal",
        Expr::Compare(_) => "comparison",
        Expr::If(_) => "conditional expression",
        Expr::Named(_) => "named expression",
        Expr::Slice(_) | Expr::IpyEscapeCommand(_) => "expression",
    }
}

/// The name of the kind of expression that a piece of source is.
pub fn name_of_source(src: &str) -> Option<&'static str> {
    let parsed = ruff_python_parser::parse_expression(src).ok()?;
    Some(name_of(parsed.expr()))
}

/// Finds the expression with a given range and the assignment that it is a target of.
struct Finder<'a> {
    range: TextRange,
    expr: Option<&'a Expr>,
    assign: Option<&'a StmtAssign>,
}

impl<'a> Visitor<'a> for Finder<'a> {
    fn visit_stmt(&mut self, s: &'a Stmt) {
        if self.expr.is_some() || !s.range().contains_range(self.range) {
            return;
        }
        if let Stmt::Assign(a) = s {
            self.assign = Some(a);
        }
        visitor::walk_stmt(self, s);
    }
    fn visit_expr(&mut self, e: &'a Expr) {
        if self.expr.is_some() || !e.range().contains_range(self.range) {
            return;
        }
        if e.range() == self.range {
            self.expr = Some(e);
            return;
        }
        visitor::walk_expr(self, e);
    }
}

fn find<'a>(c: &'a Context<'_>, range: TextRange) -> Finder<'a> {
    let mut f = Finder { range, expr: None, assign: None };
    match c.parsed.syntax() {
        Mod::Module(m) => f.visit_body(&m.body),
        Mod::Expression(e) => f.visit_expr(&e.body),
    }
    f
}

/// An error that names the kind of expression at `loc`.
pub fn named(c: &Context<'_>, loc: TextRange, msg: impl Fn(&str) -> String) -> Fail {
    let name = find(c, loc).expr.map_or("expression", name_of);
    syntax(loc, msg(name))
}

/// `expression += ...`.
pub fn augmented(c: &Context<'_>, loc: TextRange) -> Fail {
    named(c, loc, |n| format!("'{n}' is an illegal expression for augmented assignment"))
}

/// `expression = ...`, `for expression in ...`, `with ... as expression`.
pub fn assignment(c: &Context<'_>, loc: TextRange) -> Fail {
    let found = find(c, loc);
    let Some(e) = found.expr else { return syntax(loc, "cannot assign to expression") };
    let name = name_of(e);
    let plain = syntax(loc, format!("cannot assign to {name}"));
    let Some(a) = found.assign else { return plain };
    // Is it a whole target, perhaps in parentheses?
    // The last of several without parentheses reads like one.
    let last = |t: &Expr| matches!(t, Expr::Tuple(t) if !t.parenthesized && t.elts.last().is_some_and(|e| e.range() == loc));
    let target = a.targets.iter().any(|t| t.range() == loc || last(t));
    if !target {
        return plain;
    }
    let before = c.source[..usize::from(loc.start())].trim_end();
    let parenthesized = before.ends_with('(') && !matches!(e, Expr::Tuple(_) | Expr::Generator(_));
    let is_yield = matches!(e, Expr::Yield(_) | Expr::YieldFrom(_));
    if is_yield && !parenthesized {
        return syntax(loc, "assignment to yield expression not possible");
    }
    let arithmetic = parenthesized
        || !matches!(
            e,
            Expr::BoolOp(_)
                | Expr::Compare(_)
                | Expr::If(_)
                | Expr::Lambda(_)
                | Expr::Named(_)
                | Expr::Starred(_)
        ) && !matches!(e, Expr::UnaryOp(u) if u.op == UnaryOp::Not);
    let excluded = matches!(
        e,
        Expr::List(_) | Expr::Tuple(_) | Expr::Generator(_) | Expr::BooleanLiteral(_) | Expr::NoneLiteral(_)
    );
    if a.targets.len() == 1 && arithmetic && !excluded {
        return syntax(loc, format!("cannot assign to {name} here. Maybe you meant '==' instead of '='?"));
    }
    plain
}
