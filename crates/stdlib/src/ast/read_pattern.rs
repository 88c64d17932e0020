//! From node objects to the parser's tree: `match` statements.

use super::nodes::{N, NODES};
use super::read::{Ctx, Open, Reader};
use ruff_python_ast as r;
use taipan_runtime::{PyResult, Value};
use thin_vec::ThinVec;

impl Reader<'_> {
    pub fn match_stmt(&mut self, v: Value, o: Open) -> PyResult<r::Stmt> {
        let subject = self.req_expr(v, "Match", "subject", Ctx::Load)?;
        let mut cases = Vec::new();
        for &c in self.items(v, "Match", "cases")?.iter() {
            if self.kind(c) != Some(N::MatchCase) {
                return Err(self.unexpected("match_case", c));
            }
            let inner = self.open_bare();
            let pattern = self.pattern(self.field(c, "match_case", "pattern")?, false)?;
            let guard = self.opt_expr(c, "guard")?;
            let body = self.body(c, "match_case")?;
            let range = self.close(inner);
            cases.push(r::MatchCase { node_index: Default::default(), range, pattern, guard, body });
        }
        self.not_empty(cases.len(), "cases", "Match")?;
        let range = self.close(o);
        Ok(r::Stmt::Match(r::StmtMatch { node_index: Default::default(), subject, cases, range }))
    }

    /// Literals, attribute lookups and sums that write complex numbers.
    fn match_value(&mut self, v: Value) -> PyResult<Box<r::Expr>> {
        let e = self.expr(v, Ctx::Load)?;
        let literal = |e: &r::Expr| match e {
            r::Expr::NumberLiteral(_) => true,
            r::Expr::UnaryOp(u) => {
                u.op == r::UnaryOp::USub && matches!(&*u.operand, r::Expr::NumberLiteral(_))
            }
            _ => false,
        };
        let ok = match &e {
            r::Expr::StringLiteral(_) | r::Expr::BytesLiteral(_) | r::Expr::NumberLiteral(_) => true,
            r::Expr::IpyEscapeCommand(_) => true,
            r::Expr::Attribute(_) => true,
            r::Expr::UnaryOp(_) => literal(&e),
            r::Expr::BinOp(b) => {
                matches!(b.op, r::Operator::Add | r::Operator::Sub) && literal(&b.left) && literal(&b.right)
            }
            r::Expr::FString(_) => true,
            r::Expr::BooleanLiteral(_) | r::Expr::NoneLiteral(_) | r::Expr::EllipsisLiteral(_) => {
                return self.invalid("unexpected constant inside of a literal pattern");
            }
            _ => false,
        };
        if !ok {
            return self.invalid("patterns may only match literals and attribute lookups");
        }
        Ok(Box::new(e))
    }

    fn capture(&self, name: &Option<r::Identifier>) -> PyResult<()> {
        match name {
            Some(n) if n.id.as_str() == "_" => self.invalid("can't capture name '_' in patterns"),
            Some(n) => self.check_name(&n.id),
            None => Ok(()),
        }
    }

    fn patterns(&mut self, v: Value, class: &str, field: &str, star: bool) -> PyResult<Vec<r::Pattern>> {
        let mut out = Vec::new();
        for &p in self.items(v, class, field)?.iter() {
            out.push(self.pattern(p, star)?);
        }
        Ok(out)
    }

    fn pattern(&mut self, v: Value, star_ok: bool) -> PyResult<r::Pattern> {
        let o = self.open(v, "pattern", true)?;
        let Some(kind) = self.kind(v) else { return Err(self.unexpected("pattern", v)) };
        let class = NODES[kind as usize].name;
        let node_index = Default::default();
        Ok(match kind {
            N::MatchValue => {
                let value = self.match_value(self.field(v, class, "value")?)?;
                r::Pattern::MatchValue(r::PatternMatchValue { node_index, value, range: self.close(o) })
            }
            N::MatchSingleton => {
                let value = match self.present(v, class, "value")? {
                    x if x.is_none() => r::Singleton::None,
                    x if x == Value::TRUE => r::Singleton::True,
                    x if x == Value::FALSE => r::Singleton::False,
                    _ => return self.invalid("MatchSingleton can only contain True, False and None"),
                };
                r::Pattern::MatchSingleton(r::PatternMatchSingleton {
                    node_index,
                    value,
                    range: self.close(o),
                })
            }
            N::MatchSequence => {
                let patterns = self.patterns(v, class, "patterns", true)?;
                let range = self.close(o);
                r::Pattern::MatchSequence(r::PatternMatchSequence { node_index, patterns, range })
            }
            N::MatchMapping => {
                let raw = self.items(v, class, "keys")?;
                let mut keys: ThinVec<r::Expr> = ThinVec::new();
                let n = self.items(v, class, "patterns")?.len();
                if raw.len() != n {
                    return self.invalid("MatchMapping doesn't have the same number of keys as patterns");
                }
                for &k in raw.iter() {
                    let singleton = self.kind(k) == Some(N::Constant) && {
                        let c = self.present(k, "Constant", "value")?;
                        c.is_none() || c.is_bool()
                    };
                    keys.push(if singleton { self.expr(k, Ctx::Load)? } else { *self.match_value(k)? });
                }
                let patterns = self.patterns(v, class, "patterns", false)?.into_iter().collect();
                let rest = self.opt_ident(v, "rest", o)?;
                self.capture(&rest)?;
                let range = self.close(o);
                r::Pattern::MatchMapping(r::PatternMatchMapping { node_index, keys, patterns, rest, range })
            }
            N::MatchClass => {
                let cls = self.req_expr(v, class, "cls", Ctx::Load)?;
                let mut at = &*cls;
                while let r::Expr::Attribute(a) = at {
                    at = &a.value;
                }
                if !matches!(at, r::Expr::Name(_)) {
                    return self.invalid("MatchClass cls field can only contain Name or Attribute nodes.");
                }
                let inner = self.open_bare();
                let patterns = self.patterns(v, class, "patterns", false)?.into_iter().collect();
                let attrs = self.idents(v, class, "kwd_attrs", o)?;
                let kwd = self.patterns(v, class, "kwd_patterns", false)?;
                if attrs.len() != kwd.len() {
                    return self.invalid(
                        "MatchClass doesn't have the same number of keyword attributes as patterns",
                    );
                }
                let mut keywords = Vec::new();
                for (attr, pattern) in attrs.into_iter().zip(kwd) {
                    self.check_name(&attr.id)?;
                    let range = ruff_text_size::Ranged::range(&pattern);
                    let node_index = Default::default();
                    keywords.push(r::PatternKeyword { node_index, range, attr, pattern });
                }
                let arguments = r::PatternArguments {
                    node_index: Default::default(),
                    range: self.close(inner),
                    patterns,
                    keywords,
                };
                let range = self.close(o);
                r::Pattern::MatchClass(r::PatternMatchClass { node_index, cls, arguments, range })
            }
            N::MatchStar => {
                if !star_ok {
                    return self.invalid("can't use MatchStar here");
                }
                let name = self.opt_ident(v, "name", o)?;
                self.capture(&name)?;
                r::Pattern::MatchStar(r::PatternMatchStar { node_index, name, range: self.close(o) })
            }
            N::MatchAs => {
                let pattern = match self.opt(v, "pattern")? {
                    Some(p) => Some(Box::new(self.pattern(p, false)?)),
                    None => None,
                };
                let name = self.opt_ident(v, "name", o)?;
                self.capture(&name)?;
                if pattern.is_some() && name.is_none() {
                    return self.invalid("MatchAs must specify a target name if a pattern is given");
                }
                r::Pattern::MatchAs(r::PatternMatchAs { node_index, pattern, name, range: self.close(o) })
            }
            N::MatchOr => {
                let patterns = self.patterns(v, class, "patterns", false)?;
                if patterns.len() < 2 {
                    return self.invalid("MatchOr requires at least 2 patterns");
                }
                r::Pattern::MatchOr(r::PatternMatchOr { node_index, patterns, range: self.close(o) })
            }
            _ => return Err(self.unexpected("pattern", v)),
        })
    }
}
