//! The merge sort behind `list.sort`, in CPython's order of comparisons: natural runs, extended by binary
//! insertion, merged in powersort order with galloping. (Equal results for consistent keys would follow from
//! any stable sort; programs whose `__lt__` counts, raises or lies see the order.)
//!
//! In: a permutation of positions and a fallible "less than" on positions. Out: the permutation sorted; when a
//! comparison fails, some permutation.

use crate::vm::error::PyResult;

const MIN_GALLOP: usize = 7;
const MAX_MINRUN: usize = 64;

struct Run {
    start: usize,
    len: usize,
    power: u32,
}

struct Merger<F> {
    less: F,
    min_gallop: usize,
    pending: Vec<Run>,
    /// Room for the smaller side of a merge.
    temp: Vec<u32>,
}

/// Sorts `a` by `less`, stably.
pub fn sort<F: FnMut(u32, u32) -> PyResult<bool>>(a: &mut [u32], less: F) -> PyResult<()> {
    let n = a.len();
    if n < 2 {
        return Ok(());
    }
    let mut m = Merger { less, min_gallop: MIN_GALLOP, pending: vec![], temp: vec![] };
    // So that the number of runs is a power of two or slightly less.
    let (mut top, mut rest) = (n, 0);
    while top >= MAX_MINRUN {
        rest |= top & 1;
        top >>= 1;
    }
    let minrun = top + rest;
    let mut lo = 0;
    while lo < n {
        let left = n - lo;
        let mut len = m.count_run(&mut a[lo..])?;
        if len < minrun {
            let force = left.min(minrun);
            m.binary_sort(&mut a[lo..lo + force], len)?;
            len = force;
        }
        m.found_run(a, len)?;
        m.pending.push(Run { start: lo, len, power: 0 });
        lo += len;
    }
    while m.pending.len() > 1 {
        let mut i = m.pending.len() - 2;
        if i > 0 && m.pending[i - 1].len < m.pending[i + 1].len {
            i -= 1;
        }
        m.merge_at(a, i)?;
    }
    Ok(())
}

/// The level of the node between two neighbouring runs in the tree of merges.
fn power(start: usize, n1: usize, n2: usize, n: usize) -> u32 {
    let mut result = 0;
    let mut a = 2 * start + n1;
    let mut b = a + n1 + n2;
    loop {
        result += 1;
        if a >= n {
            a -= n;
            b -= n;
        } else if b >= n {
            return result;
        }
        a <<= 1;
        b <<= 1;
    }
}

impl<F: FnMut(u32, u32) -> PyResult<bool>> Merger<F> {
    fn less(&mut self, a: u32, b: u32) -> PyResult<bool> {
        (self.less)(a, b)
    }
    /// Length of the run at the beginning of `a`, which becomes ascending.
    fn count_run(&mut self, a: &mut [u32]) -> PyResult<usize> {
        let end = a.len();
        let mut n = 1;
        if end == 1 {
            return Ok(1);
        }
        while n < end && !self.less(a[n], a[n - 1])? {
            n += 1;
        }
        if n == end {
            return Ok(n);
        }
        // a[n] is smaller than its predecessor.
        if n > 1 {
            if self.less(a[0], a[n - 1])? {
                return Ok(n);
            }
            // All equal so far: they begin a descending run, in reverse so that the final reversal restores them.
            a[..n].reverse();
        }
        n += 1;
        let mut equal = 0;
        while n < end {
            if self.less(a[n], a[n - 1])? {
                if equal > 0 {
                    a[n - equal - 1..n].reverse();
                    equal = 0;
                }
            } else if self.less(a[n - 1], a[n])? {
                break;
            } else {
                equal += 1;
            }
            n += 1;
        }
        if equal > 0 {
            a[n - equal - 1..n].reverse();
        }
        a[..n].reverse();
        while n < end && !self.less(a[n], a[n - 1])? {
            n += 1;
        }
        Ok(n)
    }
    /// Sorts `a`, whose first `ok` places are sorted.
    fn binary_sort(&mut self, a: &mut [u32], ok: usize) -> PyResult<()> {
        for i in ok.max(1)..a.len() {
            let pivot = a[i];
            let (mut l, mut r) = (0, i);
            while l < r {
                let m = (l + r) >> 1;
                if self.less(pivot, a[m])? {
                    r = m;
                } else {
                    l = m + 1;
                }
            }
            a.copy_within(l..i, l + 1);
            a[l] = pivot;
        }
        Ok(())
    }
    /// Merges what should be merged before a run of length `n2` is pushed.
    fn found_run(&mut self, a: &mut [u32], n2: usize) -> PyResult<()> {
        let Some(last) = self.pending.last() else { return Ok(()) };
        let p = power(last.start, last.len, n2, a.len());
        while self.pending.len() > 1 && self.pending[self.pending.len() - 2].power > p {
            self.merge_at(a, self.pending.len() - 2)?;
        }
        if let Some(last) = self.pending.last_mut() {
            last.power = p;
        }
        Ok(())
    }
    /// Merges runs `i` and `i + 1`.
    fn merge_at(&mut self, a: &mut [u32], i: usize) -> PyResult<()> {
        let (mut start, mut na) = (self.pending[i].start, self.pending[i].len);
        let (sb, mut nb) = (self.pending[i + 1].start, self.pending[i + 1].len);
        self.pending[i].len = na + nb;
        self.pending.remove(i + 1);
        let k = self.gallop_right(a[sb], &a[start..start + na], 0)?;
        start += k;
        na -= k;
        if na == 0 {
            return Ok(());
        }
        nb = self.gallop_left(a[start + na - 1], &a[sb..sb + nb], nb - 1)?;
        if nb == 0 {
            return Ok(());
        }
        let both = &mut a[start..start + na + nb];
        if na <= nb { self.merge_lo(both, na) } else { self.merge_hi(both, na) }
    }
    /// Where `key` goes in sorted `a`, left of equals; the search begins at `hint`.
    fn gallop_left(&mut self, key: u32, a: &[u32], hint: usize) -> PyResult<usize> {
        let (mut last, mut ofs) = (0, 1);
        let (mut lo, mut hi);
        if self.less(a[hint], key)? {
            let max = a.len() - hint;
            while ofs < max && self.less(a[hint + ofs], key)? {
                last = ofs;
                ofs = (ofs << 1) + 1;
            }
            (lo, hi) = (hint + last + 1, hint + ofs.min(max));
        } else {
            let max = hint + 1;
            while ofs < max && !self.less(a[hint - ofs], key)? {
                last = ofs;
                ofs = (ofs << 1) + 1;
            }
            (lo, hi) = (hint + 1 - ofs.min(max), hint - last);
        }
        while lo < hi {
            let m = lo + ((hi - lo) >> 1);
            if self.less(a[m], key)? {
                lo = m + 1;
            } else {
                hi = m;
            }
        }
        Ok(hi)
    }
    /// Where `key` goes in sorted `a`, right of equals.
    fn gallop_right(&mut self, key: u32, a: &[u32], hint: usize) -> PyResult<usize> {
        let (mut last, mut ofs) = (0, 1);
        let (mut lo, mut hi);
        if self.less(key, a[hint])? {
            let max = hint + 1;
            while ofs < max && self.less(key, a[hint - ofs])? {
                last = ofs;
                ofs = (ofs << 1) + 1;
            }
            (lo, hi) = (hint + 1 - ofs.min(max), hint - last);
        } else {
            let max = a.len() - hint;
            while ofs < max && !self.less(key, a[hint + ofs])? {
                last = ofs;
                ofs = (ofs << 1) + 1;
            }
            (lo, hi) = (hint + last + 1, hint + ofs.min(max));
        }
        while lo < hi {
            let m = lo + ((hi - lo) >> 1);
            if self.less(key, a[m])? {
                hi = m;
            } else {
                lo = m + 1;
            }
        }
        Ok(hi)
    }
    /// Merges `a[..na]` with the rest; the left side is the shorter.
    fn merge_lo(&mut self, a: &mut [u32], na: usize) -> PyResult<()> {
        let mut temp = std::mem::take(&mut self.temp);
        temp.clear();
        temp.extend_from_slice(&a[..na]);
        let mut s = Sides { dest: 0, pa: 0, na, pb: na, nb: a.len() - na };
        let r = self.run_lo(a, &temp, &mut s);
        // What is left of the left side fills the gap, whether the merge ended or failed.
        if s.na == 1 && r.is_ok() && s.nb > 0 {
            a.copy_within(s.pb..s.pb + s.nb, s.dest);
            a[s.dest + s.nb] = temp[s.pa];
        } else {
            a[s.dest..s.dest + s.na].copy_from_slice(&temp[s.pa..s.pa + s.na]);
        }
        self.temp = temp;
        r
    }
    /// Runs until one side is used up (or the left has one item left, which then goes last).
    fn run_lo(&mut self, a: &mut [u32], t: &[u32], s: &mut Sides) -> PyResult<()> {
        s.take_b(a);
        if s.nb == 0 || s.na == 1 {
            return Ok(());
        }
        let mut min_gallop = self.min_gallop;
        loop {
            let (mut acount, mut bcount) = (0, 0);
            loop {
                if self.less(a[s.pb], t[s.pa])? {
                    s.take_b(a);
                    bcount += 1;
                    acount = 0;
                    if s.nb == 0 {
                        return Ok(());
                    }
                    if bcount >= min_gallop {
                        break;
                    }
                } else {
                    s.take_a(a, t);
                    acount += 1;
                    bcount = 0;
                    if s.na == 1 {
                        return Ok(());
                    }
                    if acount >= min_gallop {
                        break;
                    }
                }
            }
            min_gallop += 1;
            loop {
                min_gallop -= (min_gallop > 1) as usize;
                self.min_gallop = min_gallop;
                let k = self.gallop_right(a[s.pb], &t[s.pa..s.pa + s.na], 0)?;
                acount = k;
                if k > 0 {
                    a[s.dest..s.dest + k].copy_from_slice(&t[s.pa..s.pa + k]);
                    s.dest += k;
                    s.pa += k;
                    s.na -= k;
                    if s.na <= 1 {
                        return Ok(());
                    }
                }
                s.take_b(a);
                if s.nb == 0 {
                    return Ok(());
                }
                let k = self.gallop_left(t[s.pa], &a[s.pb..s.pb + s.nb], 0)?;
                bcount = k;
                if k > 0 {
                    a.copy_within(s.pb..s.pb + k, s.dest);
                    s.dest += k;
                    s.pb += k;
                    s.nb -= k;
                    if s.nb == 0 {
                        return Ok(());
                    }
                }
                s.take_a(a, t);
                if s.na == 1 {
                    return Ok(());
                }
                if acount < MIN_GALLOP && bcount < MIN_GALLOP {
                    break;
                }
            }
            min_gallop += 1;
            self.min_gallop = min_gallop;
        }
    }
    /// Merges `a[..na]` with the rest; the right side is the shorter.
    fn merge_hi(&mut self, a: &mut [u32], na: usize) -> PyResult<()> {
        let mut temp = std::mem::take(&mut self.temp);
        temp.clear();
        temp.extend_from_slice(&a[na..]);
        // Places count from the end: `dest` is one behind the next place to fill; sides are prefixes.
        let mut s = Sides { dest: a.len(), pa: 0, na, pb: 0, nb: temp.len() };
        let r = self.run_hi(a, &temp, &mut s);
        if s.nb == 1 && r.is_ok() && s.na > 0 {
            a.copy_within(..s.na, s.dest - s.na);
            a[s.dest - s.na - 1] = temp[0];
        } else {
            a[s.dest - s.nb..s.dest].copy_from_slice(&temp[..s.nb]);
        }
        self.temp = temp;
        r
    }
    fn run_hi(&mut self, a: &mut [u32], t: &[u32], s: &mut Sides) -> PyResult<()> {
        s.take_last_a(a);
        if s.na == 0 || s.nb == 1 {
            return Ok(());
        }
        let mut min_gallop = self.min_gallop;
        loop {
            let (mut acount, mut bcount) = (0, 0);
            loop {
                if self.less(t[s.nb - 1], a[s.na - 1])? {
                    s.take_last_a(a);
                    acount += 1;
                    bcount = 0;
                    if s.na == 0 {
                        return Ok(());
                    }
                    if acount >= min_gallop {
                        break;
                    }
                } else {
                    s.take_last_b(a, t);
                    bcount += 1;
                    acount = 0;
                    if s.nb == 1 {
                        return Ok(());
                    }
                    if bcount >= min_gallop {
                        break;
                    }
                }
            }
            min_gallop += 1;
            loop {
                min_gallop -= (min_gallop > 1) as usize;
                self.min_gallop = min_gallop;
                let k = s.na - self.gallop_right(t[s.nb - 1], &a[..s.na], s.na - 1)?;
                acount = k;
                if k > 0 {
                    s.dest -= k;
                    s.na -= k;
                    a.copy_within(s.na..s.na + k, s.dest);
                    if s.na == 0 {
                        return Ok(());
                    }
                }
                s.take_last_b(a, t);
                if s.nb == 1 {
                    return Ok(());
                }
                let k = s.nb - self.gallop_left(a[s.na - 1], &t[..s.nb], s.nb - 1)?;
                bcount = k;
                if k > 0 {
                    s.dest -= k;
                    s.nb -= k;
                    a[s.dest..s.dest + k].copy_from_slice(&t[s.nb..s.nb + k]);
                    if s.nb <= 1 {
                        return Ok(());
                    }
                }
                s.take_last_a(a);
                if s.na == 0 {
                    return Ok(());
                }
                if acount < MIN_GALLOP && bcount < MIN_GALLOP {
                    break;
                }
            }
            min_gallop += 1;
            self.min_gallop = min_gallop;
        }
    }
}

/// Where a merge stands: the next place to fill, and what is left of both sides.
struct Sides {
    dest: usize,
    pa: usize,
    na: usize,
    pb: usize,
    nb: usize,
}

impl Sides {
    fn take_a(&mut self, a: &mut [u32], t: &[u32]) {
        a[self.dest] = t[self.pa];
        self.dest += 1;
        self.pa += 1;
        self.na -= 1;
    }
    fn take_b(&mut self, a: &mut [u32]) {
        a[self.dest] = a[self.pb];
        self.dest += 1;
        self.pb += 1;
        self.nb -= 1;
    }
    fn take_last_a(&mut self, a: &mut [u32]) {
        self.dest -= 1;
        self.na -= 1;
        a[self.dest] = a[self.na];
    }
    fn take_last_b(&mut self, a: &mut [u32], t: &[u32]) {
        self.dest -= 1;
        self.nb -= 1;
        a[self.dest] = t[self.nb];
    }
}
