//! Checks that only warn, and small questions about the AST.

use crate::codegen::Compiler;
use ruff_python_ast::visitor::{self, Visitor};
use ruff_python_ast::*;
use ruff_text_size::Ranged;

/// Whether a module awaits at top level: for `PyCF_ALLOW_TOP_LEVEL_AWAIT`.
pub fn uses_await(m: &Mod) -> bool {
    struct Finder(bool);
    impl Finder {
        /// Defaults belong to the scope around the function.
        fn defaults(&mut self, p: &Parameters) {
            p.iter_non_variadic_params().filter_map(|p| p.default()).for_each(|d| self.visit_expr(d));
        }
    }
    impl<'a> Visitor<'a> for Finder {
        fn visit_stmt(&mut self, s: &'a Stmt) {
            match s {
                Stmt::FunctionDef(f) => {
                    f.decorator_list.iter().for_each(|d| self.visit_decorator(d));
                    self.defaults(&f.parameters);
                }
                Stmt::ClassDef(c) => {
                    c.decorator_list.iter().for_each(|d| self.visit_decorator(d));
                    c.arguments.iter().for_each(|a| self.visit_arguments(a));
                }
                Stmt::For(f) if f.is_async => self.0 = true,
                Stmt::With(w) if w.is_async => self.0 = true,
                _ => visitor::walk_stmt(self, s),
            }
        }
        fn visit_expr(&mut self, e: &'a Expr) {
            match e {
                Expr::Await(_) => self.0 = true,
                Expr::Lambda(l) => l.parameters.iter().for_each(|p| self.defaults(p)),
                Expr::Generator(g) => self.visit_expr(&g.generators[0].iter),
                Expr::ListComp(ExprListComp { generators, .. })
                | Expr::SetComp(ExprSetComp { generators, .. })
                | Expr::DictComp(ExprDictComp { generators, .. })
                    if generators.iter().any(|g| g.is_async) =>
                {
                    self.0 = true;
                }
                _ => visitor::walk_expr(self, e),
            }
        }
    }
    let mut f = Finder(false);
    match m {
        Mod::Module(m) => f.visit_body(&m.body),
        Mod::Expression(e) => f.visit_expr(&e.body),
    }
    f.0
}

/// What awaits in an expression that is not compiled: its place, and whether it is a comprehension.
struct AwaitFinder(Option<(ruff_text_size::TextRange, bool)>);
impl<'a> Visitor<'a> for AwaitFinder {
    fn visit_expr(&mut self, e: &'a Expr) {
        let found = match e {
            Expr::Await(a) => Some((a.range, false)),
            Expr::ListComp(ExprListComp { generators, range, .. })
            | Expr::SetComp(ExprSetComp { generators, range, .. })
            | Expr::DictComp(ExprDictComp { generators, range, .. })
                if generators.iter().any(|g| g.is_async) =>
            {
                Some((*range, true))
            }
            Expr::Lambda(_) | Expr::Generator(_) => return,
            _ => None,
        };
        self.0 = self.0.or(found);
        if self.0.is_none() {
            visitor::walk_expr(self, e);
        }
    }
}

/// The type name of a literal or display, as messages have it.
fn type_name(e: &Expr) -> Option<&'static str> {
    Some(match e {
        Expr::NumberLiteral(n) => match n.value {
            Number::Int(_) => "int",
            Number::Float(_) => "float",
            Number::Complex { .. } => "complex",
        },
        Expr::StringLiteral(_) | Expr::FString(_) => "str",
        Expr::TString(_) => "string.templatelib.Template",
        Expr::BytesLiteral(_) => "bytes",
        Expr::BooleanLiteral(_) => "bool",
        Expr::NoneLiteral(_) => "NoneType",
        Expr::EllipsisLiteral(_) => "ellipsis",
        Expr::List(_) | Expr::ListComp(_) => "list",
        Expr::Tuple(_) => "tuple",
        Expr::Dict(_) | Expr::DictComp(_) => "dict",
        Expr::Set(_) | Expr::SetComp(_) => "set",
        Expr::Generator(_) => "generator",
        Expr::Lambda(_) => "function",
        _ => return None,
    })
}

impl Compiler<'_> {
    /// An `await` in the wrong place is an error also where nothing is compiled: in asserts that are left out.
    pub fn check_left_out(&self, e: &Expr) -> Result<(), crate::error::Fail> {
        let mut finder = AwaitFinder(None);
        if !self.in_async() {
            finder.visit_expr(e);
        }
        match finder.0 {
            None => Ok(()),
            Some((range, true)) => Err(crate::error::syntax(
                range,
                "asynchronous comprehension outside of an asynchronous function",
            )),
            Some((range, false)) => Err(crate::error::syntax(range, self.misplaced_await())),
        }
    }

    /// What is wrong with `await` in the current unit.
    pub fn misplaced_await(&self) -> &'static str {
        let module = matches!(self.u.kind, crate::unit::UnitKind::Module | crate::unit::UnitKind::Class);
        if module { "'await' outside function" } else { "'await' outside async function" }
    }

    /// `x is 5` warns.
    pub fn check_compare(&mut self, c: &ExprCompare) {
        let literal = |e: &Expr| {
            matches!(e, Expr::NumberLiteral(_) | Expr::StringLiteral(_) | Expr::BytesLiteral(_))
                || matches!(e, Expr::Tuple(t) if t.elts.iter().all(|e| type_name(e).is_some()))
        };
        let mut left = &*c.left;
        for (op, right) in c.ops.iter().zip(&c.comparators) {
            if matches!(op, CmpOp::Is | CmpOp::IsNot) {
                let bad = if literal(left) { Some(left) } else { Some(right).filter(|r| literal(r)) };
                if let Some(e) = bad {
                    let name = type_name(e);
                    let (w, s) = if *op == CmpOp::Is { ("is", "==") } else { ("is not", "!=") };
                    let name = name.unwrap_or("object");
                    self.warn(c.range, format!("\"{w}\" with '{name}' literal. Did you mean \"{s}\"?"));
                    return;
                }
            }
            left = right;
        }
    }

    /// Calling a literal warns.
    pub fn check_call(&mut self, c: &ExprCall) {
        if matches!(&*c.func, Expr::Lambda(_)) {
            return;
        }
        if let Some(name) = type_name(&c.func) {
            let msg = format!("'{name}' object is not callable; perhaps you missed a comma?");
            self.warn(c.func.range(), msg);
        }
    }

    /// Subscripting a literal that cannot be, or with the wrong kind of index, warns.
    pub fn check_subscript(&mut self, s: &ExprSubscript) -> crate::codegen::R {
        if !matches!(s.ctx, ExprContext::Load) {
            return Ok(());
        }
        let value = &*s.value;
        let plain = matches!(
            value,
            Expr::NoneLiteral(_)
                | Expr::NumberLiteral(_)
                | Expr::BooleanLiteral(_)
                | Expr::EllipsisLiteral(_)
        );
        if plain
            || matches!(
                value,
                Expr::Set(_) | Expr::SetComp(_) | Expr::Generator(_) | Expr::TString(_) | Expr::Lambda(_)
            )
        {
            if let Some(name) = type_name(value) {
                let msg = format!("'{name}' object is not subscriptable; perhaps you missed a comma?");
                self.warn(value.range(), msg);
            }
            return Ok(());
        }
        let sequence = matches!(
            value,
            Expr::StringLiteral(_)
                | Expr::BytesLiteral(_)
                | Expr::FString(_)
                | Expr::List(_)
                | Expr::ListComp(_)
                | Expr::Tuple(_)
        );
        let index = match &*s.slice {
            Expr::NumberLiteral(n) if matches!(n.value, Number::Int(_)) => None,
            Expr::BooleanLiteral(_) | Expr::Slice(_) => None,
            e => type_name(e),
        };
        if sequence && let (Some(name), Some(index)) = (type_name(value), index) {
            let msg = format!(
                "{name} indices must be integers or slices, not {index}; perhaps you missed a comma?"
            );
            self.warn(value.range(), msg);
        }
        Ok(())
    }

    /// A folded expression is not generated: nothing is left to check in it.
    pub fn check_folded(&mut self, _: &Expr) -> crate::codegen::R {
        Ok(())
    }
}
