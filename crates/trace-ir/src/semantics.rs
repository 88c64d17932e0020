//! What each pure op and each guard computes, on words: the one definition that the evaluator runs and constant
//! folding uses. Boxing of ints outside 48 bits, and anything that touches memory, is not here.

use crate::ops::Op;
use crate::types::Ty;
use crate::value;

/// Python's floor division; `None` where it is undefined for the op (0, or `MIN // -1`).
pub fn floordiv(a: i64, b: i64) -> Option<i64> {
    let q = a.checked_div(b)?;
    Some(if a % b != 0 && (a % b < 0) != (b < 0) { q - 1 } else { q })
}

/// Python's modulo.
pub fn floormod(a: i64, b: i64) -> Option<i64> {
    let r = a.checked_rem(b)?;
    Some(if r != 0 && (r < 0) != (b < 0) { r + b } else { r })
}

/// Evaluates a pure op on constant words; `ty` is the first operand's type. `None` when the op is not of this
/// kind (memory, boxing of large ints) or undefined on these operands.
pub fn pure(op: Op, ty: Ty, a: &[u64]) -> Option<u64> {
    use Op::*;
    let signed = ty == Ty::I64;
    let x = a.first().copied().unwrap_or(0);
    let y = a.get(1).copied().unwrap_or(0);
    let (fx, fy) = (f64::from_bits(x), f64::from_bits(y));
    let f = |r: f64| Some(r.to_bits());
    let b = |r: bool| Some(r as u64);
    let cmp = || if signed { (x as i64).cmp(&(y as i64)) } else { x.cmp(&y) };
    match op {
        Add => Some(x.wrapping_add(y)),
        Sub => Some(x.wrapping_sub(y)),
        Mul => Some(x.wrapping_mul(y)),
        And => Some(x & y),
        Or => Some(x | y),
        Xor => Some(x ^ y),
        Not => Some(!x),
        Shl => Some(x << (y & 63)),
        Shr => Some(if signed { ((x as i64) >> (y & 63)) as u64 } else { x >> (y & 63) }),
        Min => Some(if cmp().is_le() { x } else { y }),
        Max => Some(if cmp().is_ge() { x } else { y }),
        FloorDiv => floordiv(x as i64, y as i64).map(|r| r as u64),
        FloorMod => floormod(x as i64, y as i64).map(|r| r as u64),
        UDiv => x.checked_div(y),
        URem => x.checked_rem(y),
        UMulHi => Some(((x as u128 * y as u128) >> 64) as u64),
        Clz => Some(x.leading_zeros() as u64),
        Ctz => Some(x.trailing_zeros() as u64),
        Popcnt => Some(x.count_ones() as u64),
        Eq => b(x == y),
        Ne => b(x != y),
        Lt => b(cmp().is_lt()),
        Le => b(cmp().is_le()),
        Gt => b(cmp().is_gt()),
        Ge => b(cmp().is_ge()),
        BNot => Some(x ^ 1),
        BAnd => Some(x & y),
        BOr => Some(x | y),
        BXor => Some(x ^ y),
        Select => Some(if x != 0 { y } else { a[2] }),
        FAdd => f(fx + fy),
        FSub => f(fx - fy),
        FMul => f(fx * fy),
        FDiv => f(fx / fy),
        FNeg => Some(x ^ (1 << 63)),
        FAbs => Some(x & !(1 << 63)),
        FSqrt => f(fx.sqrt()),
        FFloor => f(fx.floor()),
        FCeil => f(fx.ceil()),
        FTrunc => f(fx.trunc()),
        FNearest => f(fx.round_ties_even()),
        FCopySign => f(fx.copysign(fy)),
        FEq => b(fx == fy),
        FNe => b(fx != fy),
        FLt => b(fx < fy),
        FLe => b(fx <= fy),
        FGt => b(fx > fy),
        FGe => b(fx >= fy),
        I2U | U2I | FBits | FFromBits => Some(x),
        I2F => f(x as i64 as f64),
        U2F => f(x as f64),
        B2I => Some(x),
        BoxInt => value::from_int(x as i64),
        BoxU64 => i64::try_from(x).ok().and_then(value::from_int),
        BoxFloat => Some(if fx.is_nan() { value::CANONICAL_NAN } else { x }),
        BoxBool => Some(value::from_bool(x != 0)),
        BoxPtr => Some(value::from_ptr(x)),
        Low64 => value::as_int(x).map(|i| i as u64),
        Same | SamePtr => b(x == y),
        PtrAdd => Some(x.wrapping_add(y)),
        _ => None,
    }
}

/// The outcome of a guard on constant words.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum GuardResult {
    /// Goes on with this word.
    Pass(u64),
    /// Leaves.
    Fail,
    /// Depends on memory.
    Unknown,
}

/// Evaluates a guard on constant words.
pub fn guard(op: Op, a: &[u64]) -> GuardResult {
    use GuardResult::*;
    use Op::*;
    let x = a.first().copied().unwrap_or(0);
    let y = a.get(1).copied().unwrap_or(0);
    let is = |r: Option<u64>| r.map_or(Fail, Pass);
    let when = |c: bool| if c { Pass(0) } else { Fail };
    let (i, j) = (x as i64, y as i64);
    match op {
        GuardTrue => when(x != 0),
        GuardFalse => when(x == 0),
        GuardInt | GuardU64 | GuardAnyInt => match value::as_int(x) {
            Some(i) if op == GuardInt => Pass(i as u64),
            Some(i) if op == GuardU64 => is((i >= 0).then_some(i as u64)),
            Some(_) => Pass(x),
            None if value::as_ptr(x).is_some() => Unknown,
            None => Fail,
        },
        GuardFloat => is(value::is_float(x).then_some(x)),
        GuardBool => is(value::as_bool(x).map(|b| b as u64)),
        GuardPtr => is(value::as_ptr(x)),
        GuardIs | GuardSamePtr => when(x == y),
        GuardIsNot => when(x != y),
        GuardNonNull => is((x != 0).then_some(x)),
        GuardBounds => is((x < y).then_some(x)),
        GuardDivisor => is((i != 0 && i != -1).then_some(x)),
        AddOv | AddOvPos => is(i.checked_add(j).map(|r| r as u64)),
        SubOv | SubOvPos => is(i.checked_sub(j).map(|r| r as u64)),
        MulOv => is(i.checked_mul(j).map(|r| r as u64)),
        ShlOv => is(shl_exact(i, j)),
        U2IOv => is((i >= 0).then_some(x)),
        I2UOv => is((i >= 0).then_some(x)),
        F2IOv => {
            let t = f64::from_bits(x).trunc();
            is((-9223372036854775808.0..9223372036854775808.0).contains(&t).then_some(t as i64 as u64))
        }
        _ => Unknown,
    }
}

fn shl_exact(i: i64, n: i64) -> Option<u64> {
    if !(0..64).contains(&n) {
        return None;
    }
    let r = i.wrapping_shl(n as u32);
    (r >> n == i).then_some(r as u64)
}
