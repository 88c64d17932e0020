//! Constant folding: what CPython folds, with its limits on sizes.
//!
//! What flows in: an expression. What flows out: its constant, if it has one. What must hold: an operation that would
//! raise is left for run time, and no result is larger than the limits.

use crate::codegen::Compiler;
use crate::literal;
use dashu_int::ops::{BitTest, DivRemEuclid};
use dashu_int::{IBig, Sign, UBig};
use ruff_python_ast::*;
use taipan_bytecode::{Const, Wtf8};

const MAX_INT_BITS: usize = 128;
const MAX_COLLECTION: usize = 256;
const MAX_STR: usize = 4096;
const MAX_ITEMS: i64 = 1024;
/// Nesting below which folding is tried: keeps failing attempts on long chains cheap.
const MAX_FOLD_DEPTH: u32 = 60;

impl Compiler<'_> {
    /// The constant that `e` is.
    pub fn fold(&self, e: &Expr) -> Option<Const> {
        self.fold_at(e, 0)
    }

    fn fold_at(&self, e: &Expr, depth: u32) -> Option<Const> {
        if depth > MAX_FOLD_DEPTH {
            return None;
        }
        match e {
            Expr::NumberLiteral(n) => Some(literal::number(&n.value)),
            Expr::StringLiteral(s) => Some(Const::Str(literal::string(s, self.source))),
            Expr::BytesLiteral(b) => Some(Const::Bytes(b.value.bytes().collect())),
            Expr::BooleanLiteral(b) => Some(Const::Bool(b.value)),
            Expr::NoneLiteral(_) => Some(Const::None),
            Expr::EllipsisLiteral(_) => Some(Const::Ellipsis),
            // A constant of a tree without source.
            Expr::IpyEscapeCommand(c) => self.lines.value(c.range).cloned(),
            Expr::Tuple(t) if matches!(t.ctx, ExprContext::Load) => {
                let items: Option<Vec<Const>> = t.elts.iter().map(|e| self.fold_at(e, depth + 1)).collect();
                Some(Const::Tuple(items?.into()))
            }
            Expr::UnaryOp(u) => unary(u.op, self.fold_at(&u.operand, depth + 1)?),
            Expr::BinOp(b) => {
                // The right operand is the short one in chains.
                let r = self.fold_at(&b.right, depth + 1)?;
                binary(self.fold_at(&b.left, depth + 1)?, b.op, r)
            }
            Expr::Subscript(s) if matches!(s.ctx, ExprContext::Load) => {
                if !matches!(&*s.slice, Expr::NumberLiteral(_) | Expr::UnaryOp(_)) {
                    return None;
                }
                let Const::Int(i) = self.fold_at(&s.slice, depth + 1)? else { return None };
                item(self.fold_at(&s.value, depth + 1)?, i)
            }
            Expr::Slice(s) => {
                let part = |e: &Option<Box<Expr>>| match e {
                    Some(e) => self.fold_at(e, depth + 1),
                    None => Some(Const::None),
                };
                Some(Const::Slice(Box::new([part(&s.lower)?, part(&s.upper)?, part(&s.step)?])))
            }
            Expr::FString(f) => {
                // An f-string without fields is a plain string.
                let mut out = Vec::new();
                for part in f.value.iter() {
                    match part {
                        FStringPart::Literal(s) => out.extend_from_slice(&literal::part(s, self.source).0),
                        FStringPart::FString(s) => {
                            for el in &s.elements {
                                let InterpolatedStringElement::Literal(l) = el else { return None };
                                let raw = s.flags.prefix().is_raw();
                                out.extend_from_slice(&literal::element(l, raw, self.source).0);
                            }
                        }
                    }
                }
                Some(Const::Str(Wtf8(out.into())))
            }
            _ => None,
        }
    }

    /// A constant for a list or set display that is only searched: right of `in`.
    pub fn fold_membership(&self, e: &Expr) -> Option<Const> {
        let items = |elts: &[Expr]| elts.iter().map(|e| self.fold(e)).collect::<Option<Vec<_>>>();
        match e {
            Expr::List(l) => Some(Const::Tuple(items(&l.elts)?.into())),
            Expr::Set(s) => Some(Const::FrozenSet(distinct(items(&s.elts)?).into())),
            _ => None,
        }
    }
}

/// Drops repeated items, by Python's equality as far as constants go.
fn distinct(items: Vec<Const>) -> Vec<Const> {
    let mut out: Vec<Const> = Vec::new();
    for c in items {
        if !out.iter().any(|o| equal(o, &c)) {
            out.push(c);
        }
    }
    out
}

fn equal(a: &Const, b: &Const) -> bool {
    let num = |c: &Const| match c {
        Const::Int(i) => Some(*i as f64),
        Const::Bool(b) => Some(f64::from(u8::from(*b))),
        Const::Float(f) => Some(*f),
        Const::Complex(r, i) if *i == 0.0 => Some(*r),
        _ => None,
    };
    if let (Const::Int(x), Const::Int(y)) = (a, b) {
        return x == y;
    }
    if let (Some(x), Some(y)) = (num(a), num(b)) {
        return x == y;
    }
    match (a, b) {
        (Const::Tuple(x), Const::Tuple(y)) => x.len() == y.len() && x.iter().zip(y).all(|(x, y)| equal(x, y)),
        _ => crate::unit::const_key(a).is_some_and(|k| Some(k) == crate::unit::const_key(b)),
    }
}

/// The truth of a constant.
pub fn truth(c: &Const) -> Option<bool> {
    Some(match c {
        Const::None => false,
        Const::Bool(b) => *b,
        Const::Ellipsis => true,
        Const::Int(i) => *i != 0,
        Const::BigInt(..) => true,
        Const::Float(f) => *f != 0.0,
        Const::Complex(r, i) => *r != 0.0 || *i != 0.0,
        Const::Str(s) => !s.0.is_empty(),
        Const::Bytes(b) => !b.is_empty(),
        Const::Tuple(t) | Const::FrozenSet(t) => !t.is_empty(),
        Const::Slice(_) => true,
        Const::Code(_) | Const::LazyCode(_) => return None,
    })
}

/// An int of any size as a constant.
pub fn int_const(i: IBig) -> Const {
    if let Ok(small) = i64::try_from(&i) {
        return Const::Int(small);
    }
    let (sign, mag) = i.into_parts();
    Const::BigInt(sign == Sign::Negative, mag.to_le_bytes())
}

fn to_int(c: &Const) -> Option<IBig> {
    Some(match c {
        Const::Int(i) => IBig::from(*i),
        Const::Bool(b) => IBig::from(u8::from(*b)),
        Const::BigInt(neg, b) => {
            let sign = if *neg { Sign::Negative } else { Sign::Positive };
            IBig::from_parts(sign, UBig::from_le_bytes(b))
        }
        _ => return None,
    })
}

fn to_float(c: &Const) -> Option<f64> {
    match c {
        Const::Float(f) => Some(*f),
        // Ints beyond 2^53 round in a way that is left to run time.
        Const::Int(i) if i.unsigned_abs() <= 1 << 53 => Some(*i as f64),
        Const::Bool(b) => Some(f64::from(u8::from(*b))),
        _ => None,
    }
}

fn unary(op: UnaryOp, c: Const) -> Option<Const> {
    if op == UnaryOp::Not {
        return truth(&c).map(|t| Const::Bool(!t));
    }
    match (op, &c) {
        (UnaryOp::USub, Const::Float(f)) => Some(Const::Float(-f)),
        (UnaryOp::USub, Const::Complex(r, i)) => Some(Const::Complex(-r, -i)),
        (UnaryOp::UAdd, Const::Float(_) | Const::Complex(..)) => Some(c),
        // `~True` warns at run time.
        (UnaryOp::Invert, Const::Bool(_)) => None,
        (op, c) => {
            let i = to_int(c)?;
            Some(int_const(match op {
                UnaryOp::USub => -i,
                UnaryOp::UAdd => i,
                _ => -(i + IBig::ONE),
            }))
        }
    }
}

fn binary(a: Const, op: Operator, b: Const) -> Option<Const> {
    if let (Some(x), Some(y)) = (to_int(&a), to_int(&b)) {
        if let (Const::Bool(p), Const::Bool(q)) = (&a, &b) {
            match op {
                Operator::BitAnd => return Some(Const::Bool(p & q)),
                Operator::BitOr => return Some(Const::Bool(p | q)),
                Operator::BitXor => return Some(Const::Bool(p ^ q)),
                _ => {}
            }
        }
        return int_binary(x, op, y);
    }
    let complex = |c: &Const| match c {
        Const::Complex(r, i) => Some((*r, *i)),
        c => to_float(c).map(|f| (f, 0.0)),
    };
    match (&a, &b) {
        (Const::Complex(..), _) | (_, Const::Complex(..)) => {
            let one_complex = |c: &Const| matches!(c, Const::Complex(..));
            let ((ar, ai), (br, bi)) = (complex(&a)?, complex(&b)?);
            // Mixed arithmetic treats a real operand as having no imaginary part at all.
            match (op, one_complex(&a), one_complex(&b)) {
                (Operator::Add, true, true) => Some(Const::Complex(ar + br, ai + bi)),
                (Operator::Add, true, false) => Some(Const::Complex(ar + br, ai)),
                (Operator::Add, false, true) => Some(Const::Complex(ar + br, bi)),
                (Operator::Sub, true, true) => Some(Const::Complex(ar - br, ai - bi)),
                (Operator::Sub, true, false) => Some(Const::Complex(ar - br, ai)),
                (Operator::Sub, false, true) => Some(Const::Complex(ar - br, -bi)),
                _ => None,
            }
        }
        (Const::Float(_), _) | (_, Const::Float(_)) => float_binary(to_float(&a)?, op, to_float(&b)?),
        (Const::Str(x), Const::Str(y)) if op == Operator::Add => {
            (x.0.len() + y.0.len() <= MAX_STR).then(|| Const::Str(Wtf8([&x.0[..], &y.0[..]].concat().into())))
        }
        (Const::Bytes(x), Const::Bytes(y)) if op == Operator::Add => {
            (x.len() + y.len() <= MAX_STR).then(|| Const::Bytes([&x[..], &y[..]].concat().into()))
        }
        (Const::Tuple(x), Const::Tuple(y)) if op == Operator::Add => {
            Some(Const::Tuple(x.iter().chain(y).cloned().collect()))
        }
        (Const::Str(s), Const::Int(n)) | (Const::Int(n), Const::Str(s)) if op == Operator::Mult => {
            let n = usize::try_from(*n).unwrap_or(0);
            (s.0.len().checked_mul(n)? <= MAX_STR).then(|| Const::Str(Wtf8(s.0.repeat(n).into())))
        }
        (Const::Bytes(s), Const::Int(n)) | (Const::Int(n), Const::Bytes(s)) if op == Operator::Mult => {
            let n = usize::try_from(*n).unwrap_or(0);
            (s.len().checked_mul(n)? <= MAX_STR).then(|| Const::Bytes(s.repeat(n).into()))
        }
        (Const::Tuple(t), Const::Int(n)) | (Const::Int(n), Const::Tuple(t)) if op == Operator::Mult => {
            let n = usize::try_from(*n).unwrap_or(0);
            let len = t.len().checked_mul(n)?;
            let items = count_items(t) * n as i64;
            (len <= MAX_COLLECTION && items <= MAX_ITEMS).then(|| {
                let mut out = Vec::with_capacity(len);
                (0..n).for_each(|_| out.extend(t.iter().cloned()));
                Const::Tuple(out.into())
            })
        }
        _ => None,
    }
}

fn count_items(t: &[Const]) -> i64 {
    t.iter().map(|c| if let Const::Tuple(t) = c { 1 + count_items(t) } else { 1 }).sum()
}

fn bits(i: &IBig) -> usize {
    i.bit_len()
}

fn int_binary(x: IBig, op: Operator, y: IBig) -> Option<Const> {
    let zero = y == IBig::ZERO;
    Some(int_const(match op {
        Operator::Add => x + y,
        Operator::Sub => x - y,
        Operator::Mult => {
            if bits(&x) + bits(&y) > MAX_INT_BITS {
                return None;
            }
            x * y
        }
        Operator::FloorDiv | Operator::Mod if !zero => {
            let (q, r) = floor_divmod(x, y);
            if op == Operator::Mod { r } else { q }
        }
        Operator::Div if !zero => {
            let (a, b) = (i64::try_from(&x).ok()?, i64::try_from(&y).ok()?);
            if a.unsigned_abs() > 1 << 53 || b.unsigned_abs() > 1 << 53 {
                return None;
            }
            return Some(Const::Float(a as f64 / b as f64));
        }
        Operator::Pow => {
            let n = usize::try_from(&y).ok()?;
            if n.checked_mul(bits(&x))? > MAX_INT_BITS {
                return None;
            }
            x.pow(n)
        }
        Operator::LShift => {
            let n = usize::try_from(&y).ok()?;
            if n > MAX_INT_BITS || bits(&x) + n > MAX_INT_BITS {
                return None;
            }
            x << n
        }
        Operator::RShift => {
            let n = usize::try_from(&y).ok()?;
            x >> n
        }
        Operator::BitAnd => x & y,
        Operator::BitOr => x | y,
        Operator::BitXor => x ^ y,
        _ => return None,
    }))
}

fn floor_divmod(x: IBig, y: IBig) -> (IBig, IBig) {
    let negative = y < IBig::ZERO;
    let (q, r) = x.div_rem_euclid(y.clone());
    // The remainder takes the sign of the divisor.
    let r = IBig::from(r);
    if negative && r != IBig::ZERO { (q - IBig::ONE, r + y) } else { (q, r) }
}

fn float_binary(x: f64, op: Operator, y: f64) -> Option<Const> {
    Some(Const::Float(match op {
        Operator::Add => x + y,
        Operator::Sub => x - y,
        Operator::Mult => x * y,
        Operator::Div if y != 0.0 => x / y,
        Operator::FloorDiv if y != 0.0 => float_divmod(x, y).0,
        Operator::Mod if y != 0.0 => float_divmod(x, y).1,
        // `pow` belongs to the run time's mathematics; exact cases only.
        Operator::Pow if y == 2.0 && (x * x).is_finite() => x * x,
        Operator::Pow if y == 0.5 && x > 0.0 && x.is_finite() && x.sqrt() * x.sqrt() == x => x.sqrt(),
        _ => return None,
    }))
}

fn float_divmod(x: f64, y: f64) -> (f64, f64) {
    let mut m = x % y;
    let mut div = (x - m) / y;
    if m != 0.0 {
        if (y < 0.0) != (m < 0.0) {
            m += y;
            div -= 1.0;
        }
    } else {
        m = 0f64.copysign(y);
    }
    let q = if div != 0.0 {
        let f = div.floor();
        if div - f > 0.5 { f + 1.0 } else { f }
    } else {
        0f64.copysign(x / y)
    };
    (q, m)
}

fn item(c: Const, i: i64) -> Option<Const> {
    let at = |len: usize| usize::try_from(if i < 0 { i + len as i64 } else { i }).ok().filter(|&k| k < len);
    match c {
        Const::Tuple(t) => Some(t[at(t.len())?].clone()),
        Const::Bytes(b) => Some(Const::Int(b[at(b.len())?].into())),
        Const::Str(s) => {
            let s = s.as_str()?;
            let n = s.chars().count();
            Some(Const::Str(s.chars().nth(at(n)?)?.to_string().into()))
        }
        _ => None,
    }
}
