//! What the parser lets through and CPython's grammar does not have: mostly matters of parentheses, which the AST
//! does not show.
//!
//! In: an AST without errors, and its source. Out: the first of the mistakes in source order. What must hold: a source
//! that CPython accepts is not rejected here.

use crate::error::{Fail, syntax};
use ruff_python_ast::visitor::{self, Visitor};
use ruff_python_ast::*;
use ruff_text_size::{Ranged, TextRange, TextSize};

/// The first mistake, if there is one.
pub fn check(module: &Mod, source: &str) -> Result<(), Fail> {
    let mut v = Lenient { source, depth: 0, found: None };
    match module {
        Mod::Module(m) => v.visit_body(&m.body),
        Mod::Expression(e) => v.visit_expr(&e.body),
    }
    v.found.map_or(Ok(()), Err)
}

struct Lenient<'a> {
    source: &'a str,
    depth: u32,
    found: Option<Fail>,
}

impl Lenient<'_> {
    fn report(&mut self, range: TextRange, msg: &str) {
        if self.found.as_ref().and_then(|f| f.range).is_none_or(|r| range.start() < r.start()) {
            self.found = Some(syntax(range, msg));
        }
    }
    fn text(&self, start: TextSize, end: TextSize) -> &str {
        self.source.get(usize::from(start)..usize::from(end)).unwrap_or_default()
    }
    /// Where `sign` stands first behind `start`.
    fn next(&self, start: TextSize, sign: &str) -> Option<TextRange> {
        let at = self.source.get(usize::from(start)..)?.find(sign)?;
        let at = start + TextSize::try_from(at).ok()?;
        Some(TextRange::at(at, TextSize::of(sign)))
    }

    /// The items of a display or a bare tuple: a star takes no comparison, `not`, `and`, `or`, conditional or lambda.
    fn items(&mut self, items: &[Expr]) {
        for item in items {
            let Expr::Starred(s) = item else { continue };
            let left = match &*s.value {
                Expr::Compare(c) => c.left.end(),
                Expr::BoolOp(b) => b.values[0].end(),
                Expr::If(i) => i.body.end(),
                _ => continue,
            };
            if self.text(s.start(), s.value.start()).contains('(') {
                continue;
            }
            // The operator, behind the brackets that the left operand may stand in.
            let rest = self.text(left, s.value.end());
            let skip = rest.find(|c: char| !c.is_whitespace() && c != ')').unwrap_or(0);
            let word = rest[skip..].find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(0).max(1);
            let at = left + TextSize::new(skip as u32);
            self.report(TextRange::at(at, TextSize::new(word as u32)), "invalid syntax");
        }
    }
}

impl<'a> Lenient<'_> {
    fn expr(&mut self, e: &'a Expr) {
        match e {
            Expr::List(l) => self.items(&l.elts),
            Expr::Set(s) => self.items(&s.elts),
            Expr::Tuple(t) => self.items(&t.elts),
            // The index may be starred expressions of any kind.
            Expr::Subscript(s) => {
                self.visit_expr(&s.value);
                match &*s.slice {
                    Expr::Tuple(t) if !t.parenthesized => t.elts.iter().for_each(|e| self.visit_expr(e)),
                    slice => self.visit_expr(slice),
                }
                return;
            }
            Expr::Named(n) if n.start() != n.target.start() => {
                self.report(n.target.range(), "cannot use assignment expressions with name");
            }
            _ => {}
        }
        visitor::walk_expr(self, e);
    }
}

/// Does an annotated target begin with a target in brackets? CPython takes that for the whole one and goes no way back.
fn leading_target(target: &Expr) -> bool {
    let mut e = target;
    loop {
        let inner = match e {
            Expr::Attribute(a) => &a.value,
            Expr::Subscript(s) => &s.value,
            Expr::Call(c) => &c.func,
            _ => return false,
        };
        if inner.start() > target.start() {
            return matches!(&**inner, Expr::Name(_) | Expr::Attribute(_) | Expr::Subscript(_));
        }
        e = inner;
    }
}

impl<'a> Visitor<'a> for Lenient<'_> {
    fn visit_stmt(&mut self, s: &'a Stmt) {
        if let Stmt::Try(t) = s
            && t.handlers.is_empty()
            && let Some(first) = t.orelse.first()
        {
            let from = t.body.last().map_or(t.start(), Ranged::end);
            let at = self.text(from, first.start()).rfind("else").unwrap_or(0);
            let range = TextRange::at(from + TextSize::new(at as u32), TextSize::new(4));
            self.report(range, "expected 'except' or 'finally' block");
        }
        if let Stmt::AnnAssign(a) = s
            && matches!(&*a.target, Expr::Attribute(_) | Expr::Subscript(_))
            && a.start() == a.target.start()
            && leading_target(&a.target)
        {
            self.report(a.target.range(), "illegal target for annotation");
        }
        visitor::walk_stmt(self, s);
    }
    fn visit_expr(&mut self, e: &'a Expr) {
        // As the walks of the compiler, which refuse what is deeper: now and then to a fresh piece of stack.
        if self.depth >= crate::limits::MAX_DEPTH {
            return;
        }
        self.depth += 1;
        if self.depth.is_multiple_of(8) {
            stacker::maybe_grow(crate::limits::RED_ZONE, crate::limits::STACK, || self.expr(e));
        } else {
            self.expr(e);
        }
        self.depth -= 1;
    }
    fn visit_keyword(&mut self, k: &'a Keyword) {
        if let Some(name) = &k.arg
            && k.start() != name.start()
        {
            let end = self.next(name.end(), "=").map_or(name.end(), |r| r.end());
            self.report(
                TextRange::new(name.start(), end),
                "expression cannot contain assignment, perhaps you meant \"==\"?",
            );
        }
        visitor::walk_keyword(self, k);
    }
    fn visit_pattern(&mut self, p: &'a Pattern) {
        if let Pattern::MatchClass(c) = p
            && c.start() != c.cls.start()
            && let Some(range) = self.next(c.cls.end() + TextSize::new(1), "(")
        {
            self.report(range, "invalid syntax");
        }
        visitor::walk_pattern(self, p);
    }
}
