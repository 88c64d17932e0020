//! Searching byte strings: the operations behind `find`, `count`, `split`, `replace` of `str`, `bytes` and
//! `bytearray`. Needles of WTF-8 text match only at character boundaries, so text needs nothing of its own.

use memchr::memmem;

/// First occurrence of `needle`.
#[inline]
pub fn find(hay: &[u8], needle: &[u8]) -> Option<usize> {
    match needle {
        [] => Some(0),
        [b] => memchr::memchr(*b, hay),
        _ if needle.len() > hay.len() => None,
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
        _ => memmem::find_iter(hay, needle).take(max).collect(),
    }
}
