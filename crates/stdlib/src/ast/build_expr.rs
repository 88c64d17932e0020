//! From the parser's tree to node objects: expressions.

use super::build::Builder;
use super::format::Piece;
use super::nodes::N;
use ruff_python_ast as r;
use ruff_text_size::{Ranged, TextRange};
use taipan_compiler::literal;
use taipan_runtime::{GcVec, PyResult, Value};

impl Builder<'_> {
    fn context(&self, c: r::ExprContext) -> Value {
        self.state.singleton(match c {
            r::ExprContext::Store => N::Store,
            r::ExprContext::Del => N::Del,
            r::ExprContext::Load | r::ExprContext::Invalid => N::Load,
        })
    }
    pub fn operator(&self, o: r::Operator) -> Value {
        use r::Operator::*;
        self.state.singleton(match o {
            Add => N::Add,
            Sub => N::Sub,
            Mult => N::Mult,
            MatMult => N::MatMult,
            Div => N::Div,
            Mod => N::Mod,
            Pow => N::Pow,
            LShift => N::LShift,
            RShift => N::RShift,
            BitOr => N::BitOr,
            BitXor => N::BitXor,
            BitAnd => N::BitAnd,
            FloorDiv => N::FloorDiv,
        })
    }
    fn comparison(&self, o: r::CmpOp) -> Value {
        use r::CmpOp::*;
        self.state.singleton(match o {
            Eq => N::Eq,
            NotEq => N::NotEq,
            Lt => N::Lt,
            LtE => N::LtE,
            Gt => N::Gt,
            GtE => N::GtE,
            Is => N::Is,
            IsNot => N::IsNot,
            In => N::In,
            NotIn => N::NotIn,
        })
    }
    pub fn text(&self, bytes: &[u8]) -> Value {
        // SAFETY: text of the compiler is WTF-8.
        unsafe { self.vm.new_str_wtf8(bytes) }.value()
    }
    /// A `Constant`.
    pub fn constant(&self, v: Value, kind: Value, at: TextRange) -> PyResult {
        self.node(N::Constant, &[v, kind], at)
    }
    fn generators(&self, list: &[r::Comprehension]) -> PyResult {
        self.list(list, |c| {
            let values = [
                self.expr(&c.target)?,
                self.expr(&c.iter)?,
                self.exprs(&c.ifs)?,
                Value::int(c.is_async as i64),
            ];
            self.bare(N::Comprehension, &values)
        })
    }

    pub fn expr(&self, e: &r::Expr) -> PyResult {
        self.vm.check_native_stack()?;
        let none = Value::NONE;
        let at = e.range();
        match e {
            r::Expr::BoolOp(x) => {
                let op = self.state.singleton(if x.op == r::BoolOp::And { N::And } else { N::Or });
                self.node(N::BoolOp, &[op, self.exprs(&x.values)?], at)
            }
            r::Expr::Named(x) => self.node(N::NamedExpr, &[self.expr(&x.target)?, self.expr(&x.value)?], at),
            r::Expr::BinOp(x) => {
                let values = [self.expr(&x.left)?, self.operator(x.op), self.expr(&x.right)?];
                self.node(N::BinOp, &values, at)
            }
            r::Expr::UnaryOp(x) => {
                let op = self.state.singleton(match x.op {
                    r::UnaryOp::Invert => N::Invert,
                    r::UnaryOp::Not => N::Not,
                    r::UnaryOp::UAdd => N::UAdd,
                    r::UnaryOp::USub => N::USub,
                });
                self.node(N::UnaryOp, &[op, self.expr(&x.operand)?], at)
            }
            r::Expr::Lambda(x) => {
                let args = match &x.parameters {
                    Some(p) => self.parameters(p)?,
                    None => self.parameters(&r::Parameters::default())?,
                };
                self.node(N::Lambda, &[args, self.expr(&x.body)?], at)
            }
            r::Expr::If(x) => {
                let values = [self.expr(&x.test)?, self.expr(&x.body)?, self.expr(&x.orelse)?];
                self.node(N::IfExp, &values, at)
            }
            r::Expr::Dict(x) => {
                let keys = self.list(&x.items, |i| i.key.as_ref().map_or(Ok(none), |k| self.expr(k)))?;
                self.node(N::Dict, &[keys, self.list(&x.items, |i| self.expr(&i.value))?], at)
            }
            r::Expr::Set(x) => self.node(N::Set, &[self.exprs(&x.elts)?], at),
            r::Expr::ListComp(x) => {
                self.node(N::ListComp, &[self.expr(&x.elt)?, self.generators(&x.generators)?], at)
            }
            r::Expr::SetComp(x) => {
                self.node(N::SetComp, &[self.expr(&x.elt)?, self.generators(&x.generators)?], at)
            }
            r::Expr::DictComp(x) => {
                let key = self.opt_expr(&x.key)?;
                self.node(N::DictComp, &[key, self.expr(&x.value)?, self.generators(&x.generators)?], at)
            }
            r::Expr::Generator(x) => self.generator(x, at),
            r::Expr::Await(x) => self.node(N::Await, &[self.expr(&x.value)?], at),
            r::Expr::Yield(x) => self.node(N::Yield, &[self.opt_expr(&x.value)?], at),
            r::Expr::YieldFrom(x) => self.node(N::YieldFrom, &[self.expr(&x.value)?], at),
            r::Expr::Compare(x) => {
                let ops = self.list(x.ops.iter(), |&o| Ok(self.comparison(o)))?;
                self.node(N::Compare, &[self.expr(&x.left)?, ops, self.exprs(&x.comparators)?], at)
            }
            r::Expr::Call(x) => {
                let args = match &*x.arguments.args {
                    // A generator expression that is the only argument has the call's parentheses.
                    [r::Expr::Generator(g)] if !g.parenthesized => {
                        let g = self.generator(g, x.arguments.range)?;
                        self.vm.new_list(&[g]).value()
                    }
                    args => self.exprs(args)?,
                };
                let keywords = self.list(&x.arguments.keywords, |k| self.keyword(k))?;
                self.node(N::Call, &[self.expr(&x.func)?, args, keywords], at)
            }
            r::Expr::FString(x) => {
                let mut pieces = Vec::new();
                for part in x.value.iter() {
                    match part {
                        r::FStringPart::Literal(s) => {
                            let u = s.flags.prefix().is_unicode();
                            pieces.push(Piece::text(literal::part(s, self.source), s.range, u));
                        }
                        r::FStringPart::FString(s) => {
                            self.elements(&s.elements, s.flags.prefix().is_raw(), &mut pieces);
                        }
                    }
                }
                self.node(N::JoinedStr, &[self.pieces(pieces, false)?], at)
            }
            r::Expr::TString(x) => {
                let mut pieces = Vec::new();
                for s in x.value.iter() {
                    self.elements(&s.elements, s.flags.prefix().is_raw(), &mut pieces);
                }
                self.node(N::TemplateStr, &[self.pieces(pieces, true)?], at)
            }
            r::Expr::StringLiteral(x) => {
                let kind = if x.value.is_unicode() { self.ident("u") } else { none };
                self.constant(self.text(&literal::string(x, self.source).0), kind, at)
            }
            r::Expr::BytesLiteral(x) => {
                let bytes: Vec<u8> = x.value.bytes().collect();
                self.constant(self.vm.new_bytes(&bytes).value(), none, at)
            }
            r::Expr::NumberLiteral(x) => {
                self.constant(self.vm.constant(&literal::number(&x.value))?, none, at)
            }
            r::Expr::BooleanLiteral(x) => self.constant(Value::bool(x.value), none, at),
            r::Expr::NoneLiteral(_) => self.constant(none, none, at),
            r::Expr::EllipsisLiteral(_) => self.constant(Value::ELLIPSIS, none, at),
            r::Expr::Attribute(x) => {
                let values = [self.expr(&x.value)?, self.ident(&x.attr.id), self.context(x.ctx)];
                self.node(N::Attribute, &values, at)
            }
            r::Expr::Subscript(x) => {
                let values = [self.expr(&x.value)?, self.expr(&x.slice)?, self.context(x.ctx)];
                self.node(N::Subscript, &values, at)
            }
            r::Expr::Starred(x) => self.node(N::Starred, &[self.expr(&x.value)?, self.context(x.ctx)], at),
            r::Expr::Name(x) => self.node(N::Name, &[self.ident(&x.id), self.context(x.ctx)], at),
            r::Expr::List(x) => self.node(N::List, &[self.exprs(&x.elts)?, self.context(x.ctx)], at),
            r::Expr::Tuple(x) => self.node(N::Tuple, &[self.exprs(&x.elts)?, self.context(x.ctx)], at),
            r::Expr::Slice(x) => {
                let values = [self.opt_expr(&x.lower)?, self.opt_expr(&x.upper)?, self.opt_expr(&x.step)?];
                self.node(N::Slice, &values, at)
            }
            r::Expr::IpyEscapeCommand(_) => Err(self.vm.system_error("no such expression in Python")),
        }
    }

    fn generator(&self, x: &r::ExprGenerator, at: TextRange) -> PyResult {
        self.node(N::GeneratorExp, &[self.expr(&x.elt)?, self.generators(&x.generators)?], at)
    }

    /// The list of nodes that pieces of a formatted string become.
    pub fn pieces(&self, pieces: Vec<Piece<'_>>, template: bool) -> PyResult {
        let mut out = GcVec::default();
        for p in super::format::join(pieces) {
            let v = match p {
                Piece::Text { text, range, unicode } => {
                    let kind = if unicode { self.ident("u") } else { Value::NONE };
                    self.constant(self.text(&text), kind, range)?
                }
                Piece::Field(i, raw) => self.field(i, raw, template)?,
            };
            out.push(&self.vm.heap, v);
        }
        Ok(self.vm.new_list(&out).value())
    }
}
