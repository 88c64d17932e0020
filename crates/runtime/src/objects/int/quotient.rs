//! Quotients of big ints that their leading words decide.
//!
//! In: magnitudes as words, the lowest first, without leading zeros. Out: the quotient rounded down, where it fits a
//! word and its two bounds from the leading bits agree; nothing otherwise, which says nothing about the quotient. What
//! must hold: an answer is exact. This is the estimate that each step of long division makes (Knuth, The Art of Computer
//! Programming, volume 2, 4.3.1), without the multiplication that checks it: where numbers are long and their quotient is
//! short, as in sums of continued fractions and in spigots, it is all there is to do.

/// The words of a number from bit `64 * at - shift` on, three at most, as the two that they fill.
fn window(words: &[u64], at: usize, shift: u32) -> Option<u128> {
    let word = |i: usize| u128::from(words.get(i).copied().unwrap_or(0));
    let (low, middle, high) = (word(at - 1), word(at), word(at + 1));
    if shift == 0 {
        return Some(high << 64 | middle);
    }
    if high >> (64 - shift) != 0 {
        return None;
    }
    Some(high << (64 + shift) | middle << shift | low >> (64 - shift))
}

/// The quotient of magnitudes, rounded down, where it is decided by their leading words.
pub fn short(x: &[u64], y: &[u64]) -> Option<u64> {
    let n = y.len();
    if n < 2 || x.len() > n + 1 {
        return None;
    }
    if x.len() < n {
        return Some(0);
    }
    // Both numbers divided by the same power of two, so that the divisor fills a word.
    let shift = y[n - 1].leading_zeros();
    let top = window(y, n - 1, shift)?;
    let x = window(x, n - 1, shift)?;
    // What was cut off the divisor makes it larger by less than one; what was cut off the dividend changes nothing.
    let (least, most) = (x / (top + 1), x / top);
    if least == most { u64::try_from(most).ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::short;
    use dashu_int::UBig;

    fn number(words: &[u64]) -> UBig {
        UBig::from_words(words)
    }

    /// Words that are often all ones or all zeros, where carries and bounds lie.
    fn words(state: &mut u64, n: usize) -> Vec<u64> {
        let mut next = || {
            *state ^= *state << 13;
            *state ^= *state >> 7;
            *state ^= *state << 17;
            *state
        };
        let mut all: Vec<u64> = (0..n)
            .map(|_| match next() % 4 {
                0 => 0,
                1 => u64::MAX,
                _ => next(),
            })
            .collect();
        if let Some(last) = all.last_mut() {
            *last = (next() >> (next() % 64)).max(1);
        }
        all
    }

    #[test]
    fn an_answer_is_the_quotient() {
        let (mut state, mut answers) = (0x2545_F491_4F6C_DD1D, 0);
        for _ in 0..200_000 {
            let n = 2 + (state % 5) as usize;
            let y = words(&mut state, n);
            let m = n + (state >> 60) as usize % 2;
            let x = words(&mut state, m);
            if let Some(q) = short(&x, &y) {
                assert_eq!(UBig::from(q), number(&x) / number(&y), "{x:x?} // {y:x?}");
                answers += 1;
            }
        }
        assert!(answers > 100_000, "{answers}");
    }

    #[test]
    fn products_and_what_lies_beside_them_are_told_apart() {
        let mut state = 88_172_645_463_325_252;
        for _ in 0..50_000 {
            let n = 2 + (state % 3) as usize;
            let y = words(&mut state, n);
            let q = (state >> (state % 64)).max(1);
            let product = number(&y) * q;
            for (x, q) in [(product.clone(), q), (product - 1u8, q - 1)] {
                if let Some(answer) = short(x.as_words(), &y) {
                    assert_eq!(answer, q);
                }
            }
        }
    }
}
