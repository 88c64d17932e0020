//! Searching byte strings: the operations behind `find`, `count`, `split`, `replace` of `str`, `bytes` and
//! `bytearray`. Needles of WTF-8 text match only at character boundaries, so text needs nothing of its own.

use memchr::memmem;

/// Texts up to this length are searched without tables, which take longer to make.
const SHORT: usize = 128;

/// First occurrence of a needle of two bytes or more in a short text.
fn find_short(hay: &[u8], needle: &[u8]) -> Option<usize> {
    let last = hay.len().checked_sub(needle.len())?;
    let mut from = 0;
    while from <= last {
        let at = from + memchr::memchr(needle[0], &hay[from..=last])?;
        // (The last byte is looked at first: comparing by a call is for what is likely equal.)
        if hay[at + needle.len() - 1] == needle[needle.len() - 1] && hay[at..at + needle.len()] == *needle {
            return Some(at);
        }
        from = at + 1;
    }
    None
}

/// First occurrence of `needle`.
#[inline]
pub fn find(hay: &[u8], needle: &[u8]) -> Option<usize> {
    match needle {
        [] => Some(0),
        [b] => memchr::memchr(*b, hay),
        _ if needle.len() > hay.len() => None,
        _ if hay.len() <= SHORT => find_short(hay, needle),
        _ => memmem::find(hay, needle),
    }
}

/// Last occurrence of `needle`.
#[inline]
pub fn rfind(hay: &[u8], needle: &[u8]) -> Option<usize> {
    match needle {
        [] => Some(hay.len()),
        [b] => memchr::memrchr(*b, hay),
        _ if needle.len() > hay.len() => None,
        _ => memmem::rfind(hay, needle),
    }
}

/// Number of non-overlapping occurrences of a needle that is not empty.
pub fn count(hay: &[u8], needle: &[u8]) -> usize {
    match needle {
        [b] => memchr::memchr_iter(*b, hay).count(),
        _ if needle.len() > hay.len() => 0,
        _ if hay.len() <= SHORT => {
            let mut n = 0;
            each(hay, needle, usize::MAX, |_| n += 1);
            n
        }
        _ => memmem::find_iter(hay, needle).count(),
    }
}

/// Offsets of at most `max` non-overlapping occurrences of a needle that is not empty.
pub fn positions(hay: &[u8], needle: &[u8], max: usize) -> Vec<usize> {
    match needle {
        _ if needle.len() > hay.len() => Vec::new(),
        _ => {
            let mut all = Vec::new();
            each(hay, needle, max, |at| all.push(at));
            all
        }
    }
}

/// Calls `f` with the offsets of at most `max` non-overlapping occurrences of a needle that is not empty.
#[inline]
pub fn each(hay: &[u8], needle: &[u8], max: usize, mut f: impl FnMut(usize)) {
    match needle {
        [b] if hay.len() <= 32 => {
            hay.iter().enumerate().filter(|(_, c)| *c == b).take(max).for_each(|(i, _)| f(i));
        }
        [b] => memchr::memchr_iter(*b, hay).take(max).for_each(f),
        _ if needle.len() > hay.len() => {}
        _ if hay.len() <= SHORT => {
            let (mut from, mut left) = (0, max);
            while left > 0
                && let Some(at) = find_short(&hay[from..], needle)
            {
                f(from + at);
                from += at + needle.len();
                left -= 1;
            }
        }
        _ => memmem::find_iter(hay, needle).take(max).for_each(f),
    }
}
