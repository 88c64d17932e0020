//! Source text of expressions, as `ast.unparse` prints them: for annotations kept as strings.

use crate::literal;
use ruff_python_ast::*;
use taipan_bytecode::{Const, Wtf8};

/// Precedence levels, loosest first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum P {
    Tuple,
    Yield,
    Test,
    Or,
    And,
    Not,
    Cmp,
    BOr,
    BXor,
    BAnd,
    Shift,
    Arith,
    Term,
    Factor,
    Power,
    Await,
    Atom,
}

/// The text of `e`.
pub fn expr(e: &Expr, source: &str) -> String {
    let mut w = Writer { out: String::new(), source };
    w.expr(e, P::Test);
    w.out
}

/// `repr` of a constant.
pub fn constant(c: &Const) -> String {
    match c {
        Const::None => "None".into(),
        Const::Bool(b) => if *b { "True" } else { "False" }.into(),
        Const::Ellipsis => "...".into(),
        Const::Int(i) => i.to_string(),
        Const::BigInt(neg, b) => {
            let m = dashu_int::UBig::from_le_bytes(b);
            format!("{}{m}", if *neg { "-" } else { "" })
        }
        Const::Float(f) => float(*f),
        Const::Complex(r, i) => {
            let im = float(*i);
            let im = im.strip_suffix(".0").unwrap_or(&im);
            if *r == 0.0 && !r.is_sign_negative() {
                format!("{im}j")
            } else {
                let re = float(*r);
                let re = re.strip_suffix(".0").unwrap_or(&re);
                let sign = if im.starts_with('-') { "" } else { "+" };
                format!("({re}{sign}{im}j)")
            }
        }
        Const::Str(s) => string_repr(s),
        Const::Bytes(b) => bytes_repr(b),
        Const::Tuple(t) => {
            let items: Vec<String> = t.iter().map(constant).collect();
            if items.len() == 1 { format!("({},)", items[0]) } else { format!("({})", items.join(", ")) }
        }
        Const::FrozenSet(t) => {
            let items: Vec<String> = t.iter().map(constant).collect();
            format!("frozenset({{{}}})", items.join(", "))
        }
        Const::Slice(s) => format!("slice({}, {}, {})", constant(&s[0]), constant(&s[1]), constant(&s[2])),
        Const::Code(c) => format!("<code object {}>", c.name),
        Const::LazyCode(c) => format!("<code object {}>", c.name),
    }
}

fn float(f: f64) -> String {
    if f.is_infinite() {
        return if f > 0.0 { "1e309".into() } else { "-1e309".into() };
    }
    let s = format!("{f:e}");
    let (mant, exp) = s.split_once('e').unwrap_or((&s, "0"));
    let exp: i32 = exp.parse().unwrap_or(0);
    if (-4..16).contains(&exp) {
        let s = format!("{f}");
        return if s.contains('.') { s } else { format!("{s}.0") };
    }
    format!("{mant}e{}{:02}", if exp < 0 { '-' } else { '+' }, exp.abs())
}

fn string_repr(s: &Wtf8) -> String {
    let text = s.to_string_lossy();
    let quote = if text.contains('\'') && !text.contains('"') { '"' } else { '\'' };
    let mut out = String::new();
    out.push(quote);
    for c in text.chars() {
        match c {
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\\' => out.push_str("\\\\"),
            c if c == quote => {
                out.push('\\');
                out.push(c);
            }
            c if (c as u32) < 0x20 || c as u32 == 0x7f => out.push_str(&format!("\\x{:02x}", c as u32)),
            c => out.push(c),
        }
    }
    out.push(quote);
    out
}

fn bytes_repr(b: &[u8]) -> String {
    let quote = if b.contains(&b'\'') && !b.contains(&b'"') { '"' } else { '\'' };
    let mut out = format!("b{quote}");
    for &c in b {
        match c {
            b'\n' => out.push_str("\\n"),
            b'\r' => out.push_str("\\r"),
            b'\t' => out.push_str("\\t"),
            b'\\' => out.push_str("\\\\"),
            c if c as char == quote => {
                out.push('\\');
                out.push(quote);
            }
            0x20..=0x7e => out.push(c as char),
            c => out.push_str(&format!("\\x{c:02x}")),
        }
    }
    out.push(quote);
    out
}

struct Writer<'s> {
    out: String,
    source: &'s str,
}

impl Writer<'_> {
    fn push(&mut self, s: &str) {
        self.out.push_str(s);
    }

    fn paren(&mut self, at: P, mine: P, f: impl FnOnce(&mut Self)) {
        let need = at > mine;
        if need {
            self.push("(");
        }
        f(self);
        if need {
            self.push(")");
        }
    }

    fn list(&mut self, elts: &[Expr]) {
        for (i, e) in elts.iter().enumerate() {
            if i > 0 {
                self.push(", ");
            }
            self.expr(e, P::Test);
        }
    }

    fn expr(&mut self, e: &Expr, at: P) {
        stacker::maybe_grow(crate::limits::RED_ZONE, crate::limits::STACK, || self.expr_inner(e, at));
    }

    fn expr_inner(&mut self, e: &Expr, at: P) {
        match e {
            Expr::BoolOp(b) => {
                let (mine, word) = if b.op == BoolOp::Or { (P::Or, " or ") } else { (P::And, " and ") };
                let inner = if b.op == BoolOp::Or { P::And } else { P::Not };
                self.paren(at, mine, |w| {
                    for (i, v) in b.values.iter().enumerate() {
                        if i > 0 {
                            w.push(word);
                        }
                        w.expr(v, inner);
                    }
                });
            }
            Expr::Named(n) => self.paren(at, P::Tuple, |w| {
                w.expr(&n.target, P::Atom);
                w.push(" := ");
                w.expr(&n.value, P::Atom);
            }),
            Expr::BinOp(b) => {
                let (mine, word) = match b.op {
                    Operator::Add => (P::Arith, " + "),
                    Operator::Sub => (P::Arith, " - "),
                    Operator::Mult => (P::Term, " * "),
                    Operator::MatMult => (P::Term, " @ "),
                    Operator::Div => (P::Term, " / "),
                    Operator::Mod => (P::Term, " % "),
                    Operator::FloorDiv => (P::Term, " // "),
                    Operator::LShift => (P::Shift, " << "),
                    Operator::RShift => (P::Shift, " >> "),
                    Operator::BitOr => (P::BOr, " | "),
                    Operator::BitXor => (P::BXor, " ^ "),
                    Operator::BitAnd => (P::BAnd, " & "),
                    Operator::Pow => (P::Power, " ** "),
                };
                let up = match mine {
                    P::BOr => P::BXor,
                    P::BXor => P::BAnd,
                    P::BAnd => P::Shift,
                    P::Shift => P::Arith,
                    P::Arith => P::Term,
                    P::Term => P::Factor,
                    _ => P::Await,
                };
                let (l, r) = if mine == P::Power { (up, mine) } else { (mine, up) };
                self.paren(at, mine, |w| {
                    w.expr(&b.left, l);
                    w.push(word);
                    w.expr(&b.right, r);
                });
            }
            Expr::UnaryOp(u) => {
                let (mine, word) = match u.op {
                    UnaryOp::Invert => (P::Factor, "~"),
                    UnaryOp::Not => (P::Not, "not "),
                    UnaryOp::UAdd => (P::Factor, "+"),
                    UnaryOp::USub => (P::Factor, "-"),
                };
                self.paren(at, mine, |w| {
                    w.push(word);
                    w.expr(&u.operand, mine);
                });
            }
            Expr::Lambda(l) => self.paren(at, P::Test, |w| {
                w.push("lambda");
                if let Some(p) = &l.parameters {
                    if !p.is_empty() {
                        w.push(" ");
                    }
                    w.parameters(p);
                }
                w.push(": ");
                w.expr(&l.body, P::Test);
            }),
            Expr::If(i) => self.paren(at, P::Test, |w| {
                w.expr(&i.body, P::Or);
                w.push(" if ");
                w.expr(&i.test, P::Or);
                w.push(" else ");
                w.expr(&i.orelse, P::Test);
            }),
            Expr::Dict(d) => {
                self.push("{");
                for (i, item) in d.items.iter().enumerate() {
                    if i > 0 {
                        self.push(", ");
                    }
                    match &item.key {
                        Some(k) => {
                            self.expr(k, P::Test);
                            self.push(": ");
                            self.expr(&item.value, P::Test);
                        }
                        None => {
                            self.push("**");
                            self.expr(&item.value, P::BOr);
                        }
                    }
                }
                self.push("}");
            }
            Expr::Set(s) => {
                self.push("{");
                self.list(&s.elts);
                self.push("}");
            }
            Expr::ListComp(c) => {
                self.push("[");
                self.expr(&c.elt, P::Test);
                self.generators(&c.generators);
                self.push("]");
            }
            Expr::SetComp(c) => {
                self.push("{");
                self.expr(&c.elt, P::Test);
                self.generators(&c.generators);
                self.push("}");
            }
            Expr::DictComp(c) => {
                self.push("{");
                if let Some(k) = &c.key {
                    self.expr(k, P::Test);
                    self.push(": ");
                }
                self.expr(&c.value, P::Test);
                self.generators(&c.generators);
                self.push("}");
            }
            Expr::Generator(c) => {
                self.push("(");
                self.expr(&c.elt, P::Test);
                self.generators(&c.generators);
                self.push(")");
            }
            Expr::Await(a) => self.paren(at, P::Await, |w| {
                w.push("await ");
                w.expr(&a.value, P::Atom);
            }),
            Expr::Yield(y) => self.paren(at, P::Yield, |w| {
                w.push("yield");
                if let Some(v) = &y.value {
                    w.push(" ");
                    w.expr(v, P::Test);
                }
            }),
            Expr::YieldFrom(y) => self.paren(at, P::Yield, |w| {
                w.push("yield from ");
                w.expr(&y.value, P::Test);
            }),
            Expr::Compare(c) => self.paren(at, P::Cmp, |w| {
                w.expr(&c.left, P::BOr);
                for (op, e) in c.ops.iter().zip(&c.comparators) {
                    w.push(" ");
                    w.push(op.as_str());
                    w.push(" ");
                    w.expr(e, P::BOr);
                }
            }),
            Expr::Call(c) => {
                self.expr(&c.func, P::Atom);
                if let ([Expr::Generator(g)], true) = (&*c.arguments.args, c.arguments.keywords.is_empty()) {
                    self.expr(&Expr::Generator(g.clone()), P::Test);
                    return;
                }
                self.push("(");
                let mut first = true;
                for a in &c.arguments.args {
                    if !std::mem::take(&mut first) {
                        self.push(", ");
                    }
                    self.expr(a, P::Test);
                }
                for k in &c.arguments.keywords {
                    if !std::mem::take(&mut first) {
                        self.push(", ");
                    }
                    match &k.arg {
                        Some(n) => {
                            self.push(n);
                            self.push("=");
                        }
                        None => self.push("**"),
                    }
                    self.expr(&k.value, P::Test);
                }
                self.push(")");
            }
            Expr::FString(_) | Expr::TString(_) => {
                // Formatted strings keep their source text.
                let r = ruff_text_size::Ranged::range(e);
                let s = self.source.get(usize::from(r.start())..usize::from(r.end())).unwrap_or("");
                self.out.push_str(s);
            }
            Expr::StringLiteral(s) => {
                let c = Const::Str(literal::string(s, self.source));
                if s.value.is_unicode() {
                    self.push("u");
                }
                self.push(&constant(&c));
            }
            Expr::BytesLiteral(b) => self.push(&bytes_repr(&b.value.bytes().collect::<Vec<u8>>())),
            Expr::NumberLiteral(n) => self.push(&constant(&literal::number(&n.value))),
            Expr::BooleanLiteral(b) => self.push(if b.value { "True" } else { "False" }),
            Expr::NoneLiteral(_) => self.push("None"),
            Expr::EllipsisLiteral(_) => self.push("..."),
            Expr::Attribute(a) => {
                self.expr(&a.value, P::Atom);
                if matches!(&*a.value, Expr::NumberLiteral(n) if matches!(n.value, Number::Int(_))) {
                    self.push(" ");
                }
                self.push(".");
                self.push(&a.attr);
            }
            Expr::Subscript(s) => {
                self.expr(&s.value, P::Atom);
                self.push("[");
                match &*s.slice {
                    Expr::Tuple(t) if !t.elts.is_empty() => {
                        self.list(&t.elts);
                        if t.elts.len() == 1 && !matches!(t.elts[0], Expr::Starred(_)) {
                            self.push(",");
                        }
                    }
                    e => self.expr(e, P::Tuple),
                }
                self.push("]");
            }
            Expr::Starred(s) => {
                self.push("*");
                self.expr(&s.value, P::BOr);
            }
            Expr::Name(n) => self.push(&n.id),
            Expr::List(l) => {
                self.push("[");
                self.list(&l.elts);
                self.push("]");
            }
            Expr::Tuple(t) => {
                self.push("(");
                self.list(&t.elts);
                if t.elts.len() == 1 {
                    self.push(",");
                }
                self.push(")");
            }
            Expr::Slice(s) => {
                if let Some(l) = &s.lower {
                    self.expr(l, P::Test);
                }
                self.push(":");
                if let Some(u) = &s.upper {
                    self.expr(u, P::Test);
                }
                if let Some(st) = &s.step {
                    self.push(":");
                    self.expr(st, P::Test);
                }
            }
            Expr::IpyEscapeCommand(_) => {}
        }
    }

    fn generators(&mut self, gens: &[Comprehension]) {
        for g in gens {
            self.push(if g.is_async { " async for " } else { " for " });
            match &g.target {
                Expr::Tuple(t) if !t.elts.is_empty() => {
                    self.push("(");
                    self.list(&t.elts);
                    self.push(if t.elts.len() == 1 { ",)" } else { ")" });
                }
                e => self.expr(e, P::Tuple),
            }
            self.push(" in ");
            self.expr(&g.iter, P::Or);
            for i in &g.ifs {
                self.push(" if ");
                self.expr(i, P::Or);
            }
        }
    }

    fn parameters(&mut self, p: &Parameters) {
        let mut first = true;
        let sep = |w: &mut Self, first: &mut bool| {
            if !std::mem::take(first) {
                w.push(", ");
            }
        };
        let one = |w: &mut Self, p: &ParameterWithDefault| {
            w.push(&p.parameter.name);
            if let Some(d) = &p.default {
                w.push("=");
                w.expr(d, P::Test);
            }
        };
        for (i, q) in p.posonlyargs.iter().enumerate() {
            sep(self, &mut first);
            one(self, q);
            if i + 1 == p.posonlyargs.len() {
                self.push(", /");
            }
        }
        for q in &p.args {
            sep(self, &mut first);
            one(self, q);
        }
        if let Some(v) = &p.vararg {
            sep(self, &mut first);
            self.push("*");
            self.push(&v.name);
        } else if !p.kwonlyargs.is_empty() {
            sep(self, &mut first);
            self.push("*");
        }
        for q in &p.kwonlyargs {
            sep(self, &mut first);
            one(self, q);
        }
        if let Some(v) = &p.kwarg {
            sep(self, &mut first);
            self.push("**");
            self.push(&v.name);
        }
    }
}
