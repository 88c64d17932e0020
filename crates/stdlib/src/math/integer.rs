//! Functions of ints: factorials, binomials, divisors, roots.

use dashu_int::ops::{Gcd, SquareRoot, UnsignedAbs};
use dashu_int::{IBig, UBig};
use taipan_runtime::objects::int::bits::{check_size, magnitude};
use taipan_runtime::objects::int::{IntRef, int_ref};
use taipan_runtime::{Args, PyResult, Value, Vm};

/// The product of `lo..=hi`, halving, so that large factors meet large factors.
fn product(vm: &Vm, lo: u64, hi: u64) -> PyResult<UBig> {
    vm.poll_signals()?;
    if lo > hi {
        return Ok(UBig::ONE);
    }
    if hi - lo < 8 {
        let mut acc = UBig::ONE;
        let mut word: u64 = 1;
        for i in lo..=hi {
            match word.checked_mul(i) {
                Some(w) => word = w,
                None => {
                    acc *= word;
                    word = i;
                }
            }
        }
        return Ok(acc * word);
    }
    let mid = lo + (hi - lo) / 2;
    Ok(product(vm, lo, mid)? * product(vm, mid + 1, hi)?)
}

pub(super) fn factorial(vm: &Vm, a: &[Value]) -> PyResult {
    let n = vm.index(a[0])?;
    let n = match int_ref(&n) {
        Some(i) if i.is_negative() => {
            return Err(vm.value_error("factorial() not defined for negative values"));
        }
        Some(IntRef::Small(n)) => n as u64,
        _ => {
            return Err(vm.overflow_error(format!("factorial() argument should not exceed {}", i64::MAX)));
        }
    };
    if n <= 20 {
        return Ok(vm.new_int((1..=n as i64).product()));
    }
    check_size(vm, n.saturating_mul(64 - n.leading_zeros() as u64) as usize)?;
    // Odd parts and powers of two apart: n! = 2**(n - bits of n) * the odd parts.
    Ok(vm.new_ubig(odd_factorial(vm, n)? << (n - n.count_ones() as u64) as usize))
}
/// The product of the odd parts of `1..=n`.
fn odd_factorial(vm: &Vm, n: u64) -> PyResult<UBig> {
    let mut outer = UBig::ONE;
    let mut inner = UBig::ONE;
    let mut upper = 3;
    let top = 64 - n.leading_zeros();
    for i in (0..top.saturating_sub(1)).rev() {
        let v = n >> i;
        if v <= 2 {
            continue;
        }
        let lower = upper;
        upper = (v + 1) | 1;
        inner *= odd_product(vm, lower, upper)?;
        outer *= &inner;
    }
    Ok(outer)
}
/// The product of the odd numbers in `lo..hi` (both odd).
fn odd_product(vm: &Vm, lo: u64, hi: u64) -> PyResult<UBig> {
    vm.poll_signals()?;
    let count = (hi - lo) / 2;
    if count <= 8 {
        let mut acc = UBig::ONE;
        let mut word: u64 = 1;
        let mut i = lo;
        while i < hi {
            match word.checked_mul(i) {
                Some(w) => word = w,
                None => {
                    acc *= word;
                    word = i;
                }
            }
            i += 2;
        }
        return Ok(acc * word);
    }
    let mid = (lo + count) | 1;
    Ok(odd_product(vm, lo, mid)? * odd_product(vm, mid, hi)?)
}

/// `n * (n - 1) * ...`, `k` factors, of a large `n`.
fn falling(vm: &Vm, n: &UBig, k: u64) -> PyResult<UBig> {
    vm.poll_signals()?;
    if k == 0 {
        return Ok(UBig::ONE);
    }
    if k <= 4 {
        let mut acc = n.clone();
        for i in 1..k {
            acc *= n - UBig::from(i);
        }
        return Ok(acc);
    }
    let half = k / 2;
    Ok(falling(vm, n, half)? * falling(vm, &(n - UBig::from(half)), k - half)?)
}

/// A non-negative argument.
fn non_negative(vm: &Vm, v: Value, name: &str) -> PyResult<UBig> {
    let i = vm.index(v)?;
    match int_ref(&i) {
        Some(i) if i.is_negative() => Err(vm.value_error(format!("{name} must be a non-negative integer"))),
        Some(i) => Ok(magnitude(&i.to_big())),
        None => Ok(UBig::ZERO),
    }
}
fn check_product(vm: &Vm, n: &UBig, k: u64) -> PyResult<()> {
    use dashu_int::ops::BitTest;
    check_size(vm, (n.bit_len() as u64).saturating_mul(k) as usize)
}

pub(super) fn perm(vm: &Vm, a: &[Value]) -> PyResult {
    let Some(k) = a[1].bound().filter(|k| !k.is_none()) else { return factorial(vm, a) };
    // Both are converted before either is checked.
    let (n, k) = (vm.index(a[0])?, vm.index(k)?);
    let n = non_negative(vm, n, "n")?;
    let k = non_negative(vm, k, "k")?;
    if n < k {
        return Ok(Value::int(0));
    }
    let Some(k) = u64::try_from(&k).ok().filter(|&k| k <= i64::MAX as u64) else {
        return Err(vm.overflow_error(format!("k must not exceed {}", i64::MAX)));
    };
    check_product(vm, &n, k)?;
    Ok(vm.new_ubig(match u64::try_from(&n) {
        Ok(n) if k > 0 => product(vm, n - k + 1, n)?,
        _ => falling(vm, &n, k)?,
    }))
}

/// `n! / (k! (n - k)!)` in machine words, where no product on the way overflows.
fn comb_small(n: u64, k: u64) -> Option<u64> {
    let mut r: u128 = 1;
    for i in 1..=k {
        r = r.checked_mul((n - k + i) as u128)? / i as u128;
        if r > u64::MAX as u128 {
            return None;
        }
    }
    u64::try_from(r).ok()
}
/// The binomial coefficient for `k <= n / 2`, by halving: `C(n, k) = C(n, j) * C(n - j, k - j) / C(k, j)`.
fn comb_big(vm: &Vm, n: &UBig, k: u64) -> PyResult<UBig> {
    vm.poll_signals()?;
    if let Ok(n) = u64::try_from(n)
        && let Some(r) = comb_small(n, k)
    {
        return Ok(r.into());
    }
    match k {
        0 => return Ok(UBig::ONE),
        1 => return Ok(n.clone()),
        _ => {}
    }
    let j = k / 2;
    let left = comb_big(vm, n, j)?;
    let right = comb_big(vm, &(n - UBig::from(j)), k - j)?;
    Ok(left * right / comb_big(vm, &UBig::from(k), j)?)
}

pub(super) fn comb(vm: &Vm, a: &[Value]) -> PyResult {
    let (n, k) = (vm.index(a[0])?, vm.index(a[1])?);
    let n = non_negative(vm, n, "n")?;
    let k = non_negative(vm, k, "k")?;
    if n < k {
        return Ok(Value::int(0));
    }
    let other = &n - &k;
    let k = if other < k { other } else { k };
    let Some(k) = u64::try_from(&k).ok().filter(|&k| k <= i64::MAX as u64) else {
        return Err(vm.overflow_error(format!("min(n - k, k) must not exceed {}", i64::MAX)));
    };
    check_product(vm, &n, k)?;
    Ok(vm.new_ubig(comb_big(vm, &n, k)?))
}

fn gcd_u64(mut a: u64, mut b: u64) -> u64 {
    if a == 0 || b == 0 {
        return a | b;
    }
    let shift = (a | b).trailing_zeros();
    a >>= a.trailing_zeros();
    loop {
        b >>= b.trailing_zeros();
        if a > b {
            std::mem::swap(&mut a, &mut b);
        }
        b -= a;
        if b == 0 {
            return a << shift;
        }
    }
}
/// Folds ints; `f` gets magnitudes, the first time that of the first argument twice over.
fn fold(
    vm: &Vm,
    args: Args,
    name: &str,
    start: u64,
    small: fn(u64, u64) -> Option<u64>,
    big: fn(UBig, UBig) -> UBig,
) -> PyResult {
    if !args.kw.is_empty() {
        args.no_keywords(vm, &format!("math.{name}"))?;
    }
    let mut acc: Result<u64, UBig> = Ok(start);
    for &v in args.pos {
        let i = vm.index(v)?;
        let next = match int_ref(&i) {
            Some(IntRef::Small(i)) => Ok(i.unsigned_abs()),
            Some(IntRef::Big(b)) => Err(b.unsigned_abs()),
            None => Ok(0),
        };
        acc = match (acc, next) {
            (Ok(x), Ok(y)) => match small(x, y) {
                Some(r) => Ok(r),
                None => Err(big(x.into(), y.into())),
            },
            (x, y) => {
                let r = big(x.map_or_else(|x| x, UBig::from), y.map_or_else(|y| y, UBig::from));
                u64::try_from(&r).map_err(|_| r)
            }
        };
    }
    Ok(match acc {
        Ok(r) => vm.new_uint(r),
        Err(r) => vm.new_ubig(r),
    })
}
fn gcd_big(a: UBig, b: UBig) -> UBig {
    if a.is_zero() {
        b
    } else if b.is_zero() {
        a
    } else {
        a.gcd(b)
    }
}
pub(super) fn gcd(vm: &Vm, args: Args) -> PyResult {
    fold(vm, args, "gcd", 0, |a, b| Some(gcd_u64(a, b)), gcd_big)
}
pub(super) fn lcm(vm: &Vm, args: Args) -> PyResult {
    fold(
        vm,
        args,
        "lcm",
        1,
        |a, b| if a == 0 || b == 0 { Some(0) } else { (a / gcd_u64(a, b)).checked_mul(b) },
        |a, b| {
            if a.is_zero() || b.is_zero() {
                return UBig::ZERO;
            }
            let g = (&a).gcd(&b);
            a / g * b
        },
    )
}

pub(super) fn isqrt(vm: &Vm, a: &[Value]) -> PyResult {
    let i = vm.index(a[0])?;
    match int_ref(&i) {
        Some(i) if i.is_negative() => Err(vm.value_error("isqrt() argument must be nonnegative")),
        Some(IntRef::Small(n)) => Ok(vm.new_int((n as u64).isqrt() as i64)),
        Some(IntRef::Big(b)) => {
            let r: UBig = taipan_runtime::objects::int::long_work::one(vm, &magnitude(b), |m| m.sqrt())?;
            Ok(vm.new_big(IBig::from(r)))
        }
        None => Ok(Value::int(0)),
    }
}
