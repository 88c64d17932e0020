//! `from __future__ import ...`: which features a module asks for.

use crate::error::{Fail, syntax};
use ruff_python_ast::*;
use ruff_text_size::Ranged;
use taipan_bytecode::flags;

/// The future flags of a module; an error when an import comes too late or asks for something unknown.
pub fn features(m: &Mod) -> Result<u32, Fail> {
    let Mod::Module(m) = m else { return Ok(0) };
    let mut found = 0;
    let mut late = false;
    for (i, s) in m.body.iter().enumerate() {
        match s {
            Stmt::ImportFrom(f) if is_future(f) => {
                if late {
                    return Err(too_late(f));
                }
                for a in &f.names {
                    found |= match a.name.as_str() {
                        // Features that are always on leave no flag.
                        "nested_scopes" | "generators" | "division" | "absolute_import"
                        | "with_statement" | "print_function" | "unicode_literals" | "generator_stop" => 0,
                        "barry_as_FLUFL" => flags::FUTURE_BARRY_AS_BDFL,
                        "annotations" => flags::FUTURE_ANNOTATIONS,
                        "braces" => return Err(syntax(a.range, "not a chance")),
                        n => return Err(syntax(a.range, format!("future feature {n} is not defined"))),
                    };
                }
            }
            Stmt::Expr(e) if i == 0 && matches!(&*e.value, Expr::StringLiteral(_)) => {}
            _ => {
                late = true;
                if let Some(f) = nested(s) {
                    return Err(too_late(f));
                }
            }
        }
    }
    Ok(found)
}

fn is_future(f: &StmtImportFrom) -> bool {
    f.level == 0 && f.module.as_ref().is_some_and(|m| m.as_str() == "__future__")
}

fn too_late(f: &StmtImportFrom) -> Fail {
    syntax(f.range(), "from __future__ imports must occur at the beginning of the file")
}

/// A future import inside another statement.
fn nested(s: &Stmt) -> Option<&StmtImportFrom> {
    use ruff_python_ast::visitor::{self, Visitor};
    struct Finder<'a>(Option<&'a StmtImportFrom>);
    impl<'a> Visitor<'a> for Finder<'a> {
        fn visit_stmt(&mut self, s: &'a Stmt) {
            match s {
                Stmt::ImportFrom(f) if is_future(f) => {
                    self.0.get_or_insert(f);
                }
                _ => visitor::walk_stmt(self, s),
            }
        }
        fn visit_expr(&mut self, _: &'a Expr) {}
    }
    let mut f = Finder(None);
    f.visit_stmt(s);
    f.0
}
