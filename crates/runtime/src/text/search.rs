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
        if hay[at..at + needle.len()] == *needle {
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
        _ => memmem::find_iter(hay, needle).count(),
    }
}

/// Offsets of at most `max` non-overlapping occurrences of a needle that is not empty.
pub fn positions(hay: &[u8], needle: &[u8], max: usize) -> Vec<usize> {
    match needle {
        [b] => memchr::memchr_iter(*b, hay).take(max).collect(),
        _ if needle.len() > hay.len() => Vec::new(),
        _ if hay.len() <= SHORT => {
            let mut all = Vec::new();
            let mut from = 0;
            while all.len() < max
                && let Some(at) = find_short(&hay[from..], needle)
            {
                all.push(from + at);
                from += at + needle.len();
            }
            all
        }
        _ => memmem::find_iter(hay, needle).take(max).collect(),
    }
}
