//! Unicode properties of code points, as CPython 3.14 (Unicode 16) has them.
//!
//! The property data comes from crates whose tables are of later versions. What those added is declared here and
//! answered as unassigned; the few properties they changed are put back.

use rustpython_unicode::{case, classify, identifier};

/// Code points that versions after 16 assign: ranges, inclusive. (Gaps between them that stay unassigned may be
/// included.)
const NEWER: &[(u32, u32)] = &[
    (0x558, 0x558),
    (0x58B, 0x58C),
    (0x5C8, 0x5C9),
    (0x88F, 0x88F),
    (0xB53, 0xB54),
    (0xC5C, 0xC5C),
    (0xCDC, 0xCDC),
    (0x1ACF, 0x1AF0),
    (0x208F, 0x208F),
    (0x209D, 0x209F),
    (0x20C1, 0x20C4),
    (0x2B96, 0x2B96),
    (0x2E60, 0x2E63),
    (0xA7CE, 0xA7CF),
    (0xA7D2, 0xA7D2),
    (0xA7D4, 0xA7D4),
    (0xA7DD, 0xA7F1),
    (0xAB6C, 0xAB6D),
    (0xFBC3, 0xFBD2),
    (0xFD90, 0xFD91),
    (0xFDC8, 0xFDCE),
    (0x107BB, 0x107BF),
    (0x10940, 0x10959),
    (0x10EC5, 0x10EFB),
    (0x11B0A, 0x11B67),
    (0x11DB0, 0x11DF1),
    (0x1246F, 0x1246F),
    (0x12475, 0x1247F),
    (0x12550, 0x12686),
    (0x16EA0, 0x16ED3),
    (0x16FF2, 0x16FF6),
    (0x187F8, 0x187FF),
    (0x18CD6, 0x18CDA),
    (0x18D09, 0x191D2),
    (0x1B123, 0x1B128),
    (0x1B168, 0x1B168),
    (0x1CCFA, 0x1CCFC),
    (0x1CEBA, 0x1CEFD),
    (0x1D127, 0x1D128),
    (0x1D1EB, 0x1D1FF),
    (0x1D250, 0x1D281),
    (0x1D6A6, 0x1D6A6),
    (0x1DB00, 0x1DB1C),
    (0x1DF1F, 0x1DF24),
    (0x1DF2B, 0x1DFFF),
    (0x1E6C0, 0x1E6FF),
    (0x1F1AE, 0x1F1AE),
    (0x1F6D8, 0x1F6D9),
    (0x1F777, 0x1F77A),
    (0x1F7DA, 0x1F7DB),
    (0x1F7F1, 0x1F7FF),
    (0x1F8D0, 0x1F8D8),
    (0x1FA54, 0x1FA57),
    (0x1FA8A, 0x1FA8E),
    (0x1FAC8, 0x1FACD),
    (0x1FADD, 0x1FADD),
    (0x1FAEA, 0x1FAEF),
    (0x1FAF9, 0x1FAFA),
    (0x1FBFA, 0x1FBFA),
    (0x2B73A, 0x2B73F),
    (0x2B81E, 0x2B81E),
    (0x2CEA2, 0x2CEAD),
    (0x323B0, 0x33479),
];

/// Was it assigned after Unicode 16?
#[inline]
pub fn is_newer(c: u32) -> bool {
    if c < NEWER[0].0 {
        return false;
    }
    let i = NEWER.partition_point(|&(_, end)| end < c);
    i < NEWER.len() && NEWER[i].0 <= c
}

/// The character, if `c` is no surrogate and assigned in Unicode 16 (or not at all).
#[inline]
pub fn known(c: u32) -> Option<char> {
    char::from_u32(c).filter(|_| !is_newer(c))
}

macro_rules! predicates {
    ($($(#[$doc:meta])* $name:ident: ascii $ascii:expr, other $other:expr;)*) => {$(
        $(#[$doc])*
        #[inline]
        pub fn $name(c: u32) -> bool {
            if c < 0x80 {
                let ascii: fn(u8) -> bool = $ascii;
                return ascii(c as u8);
            }
            known(c).is_some_and($other)
        }
    )*};
}

predicates! {
    /// `str.isalpha`
    is_alpha: ascii |b| b.is_ascii_alphabetic(), other classify::is_alpha;
    /// `str.isalnum`
    is_alnum: ascii |b| b.is_ascii_alphanumeric(), other classify::is_alnum;
    /// `str.isdecimal`
    is_decimal: ascii |b| b.is_ascii_digit(), other classify::is_decimal;
    /// `str.isdigit`
    is_digit: ascii |b| b.is_ascii_digit(), other classify::is_digit;
    /// `str.isnumeric`
    is_numeric: ascii |b| b.is_ascii_digit(), other |c| classify::is_numeric(c) && !NUMERIC_SINCE_17.contains(&(c as u32));
    /// `str.isprintable`: shown as it is by `repr`.
    is_printable: ascii |b| (0x20..0x7F).contains(&b), other classify::is_printable;
    /// Derived property `Lowercase`.
    is_lower: ascii |b| b.is_ascii_lowercase(), other |c| case::is_lowercase(c) || c == '\u{295}';
    /// Derived property `Uppercase`.
    is_upper: ascii |b| b.is_ascii_uppercase(), other case::is_uppercase;
    /// General category `Lt`.
    is_title: ascii |_| false, other case::is_titlecase;
    /// Derived property `Cased`.
    is_cased: ascii |b| b.is_ascii_alphabetic(), other |c| case::is_cased(c) || case::is_lowercase(c) || c == '\u{295}';
    /// Derived property `Case_Ignorable`.
    is_case_ignorable: ascii |b| matches!(b, b'\'' | b'.' | b':' | b'^' | b'`'), other case::is_case_ignorable;
    /// May it begin an identifier (`_` included)?
    is_identifier_start: ascii |b| b.is_ascii_alphabetic() || b == b'_', other identifier::is_xid_start;
    /// May it continue an identifier?
    is_identifier_continue: ascii |b| b.is_ascii_alphanumeric() || b == b'_', other identifier::is_xid_continue;
}

/// Cuneiform signs that became numeric in Unicode 17.
pub const NUMERIC_SINCE_17: &[u32] =
    &[0x12038, 0x12039, 0x12079, 0x12226, 0x1222B, 0x1230B, 0x1230D, 0x12399];

/// `str.isspace`
#[inline]
pub fn is_space(c: u32) -> bool {
    if c < 0x80 {
        return matches!(c, 9..=13 | 0x1C..=0x20);
    }
    matches!(c, 0x85 | 0xA0 | 0x1680 | 0x2000..=0x200A | 0x2028 | 0x2029 | 0x202F | 0x205F | 0x3000)
}

/// Where `str.splitlines` splits.
#[inline]
pub fn is_line_break(c: u32) -> bool {
    matches!(c, 10..=13 | 0x1C..=0x1E | 0x85 | 0x2028 | 0x2029)
}

/// Value of a decimal digit (general category `Nd`).
#[inline]
pub fn decimal_value(c: u32) -> Option<u32> {
    if c < 0x80 {
        return (c as u8 as char).to_digit(10);
    }
    let ch = known(c)?;
    if !classify::is_decimal(ch) {
        return None;
    }
    rustpython_unicode::Ucd::new(true).decimal(ch.into()).map(|d| d as u32)
}

/// One to three code points that a character maps to.
pub type Mapped = std::iter::Take<std::array::IntoIter<u32, 3>>;

fn one(c: u32) -> Mapped {
    [c, 0, 0].into_iter().take(1)
}
fn several(it: impl Iterator<Item = char>, c: u32) -> Mapped {
    let mut all = [0; 3];
    let mut n = 0;
    for x in it {
        if is_newer(x as u32) {
            return one(c);
        }
        all[n] = x as u32;
        n += 1;
    }
    all.into_iter().take(n)
}

/// Full lowercase mapping (without the context rule of the final sigma).
#[inline]
pub fn to_lower(c: u32) -> Mapped {
    if c < 0x80 {
        return one((c as u8).to_ascii_lowercase() as u32);
    }
    known(c).map_or_else(|| one(c), |ch| several(ch.to_lowercase(), c))
}
/// Full uppercase mapping.
#[inline]
pub fn to_upper(c: u32) -> Mapped {
    if c < 0x80 {
        return one((c as u8).to_ascii_uppercase() as u32);
    }
    known(c).map_or_else(|| one(c), |ch| several(ch.to_uppercase(), c))
}
/// Full titlecase mapping.
pub fn to_title(c: u32) -> Mapped {
    if c < 0x80 {
        return one((c as u8).to_ascii_uppercase() as u32);
    }
    let Some(ch) = known(c) else { return one(c) };
    let simple = case::simple_titlecase(ch) as u32;
    if is_newer(simple) {
        return one(c);
    }
    if simple != c {
        return one(simple);
    }
    let upper = to_upper(c);
    if upper.len() == 1 || is_title(c) {
        // Those whose title case is themselves though they have an uppercase (U+01C5, Georgian).
        return one(simple);
    }
    // Several: the first stays upper, the others fall back to lower case; iota as U+0345.
    // Modifiers before the first letter do not count (U+0149).
    let mut all = [0; 3];
    let n = upper.len();
    let mut started = false;
    for (i, u) in upper.enumerate() {
        all[i] = match u {
            _ if !started => u,
            0x399 => 0x345,
            _ => to_lower(u).next().unwrap_or(u),
        };
        started |= is_upper(u);
    }
    all.into_iter().take(n)
}
/// Full case folding.
pub fn to_fold(c: u32) -> Mapped {
    if c < 0x80 {
        return one((c as u8).to_ascii_lowercase() as u32);
    }
    let Some(ch) = known(c) else { return one(c) };
    several(case::casefold_str(ch.encode_utf8(&mut [0; 4])).chars(), c)
}
/// Simple (one to one) lowercase mapping.
pub fn simple_lower(c: u32) -> u32 {
    known(c).map(|ch| case::simple_lowercase(ch) as u32).filter(|&r| !is_newer(r)).unwrap_or(c)
}
/// Simple (one to one) uppercase mapping.
pub fn simple_upper(c: u32) -> u32 {
    known(c).map(|ch| case::simple_uppercase(ch) as u32).filter(|&r| !is_newer(r)).unwrap_or(c)
}

/// The name of a character (`unicodedata.name`).
pub fn name(c: u32) -> Option<String> {
    // CPython derives no names for Tangut ideographs, though it finds them by name.
    if matches!(c, 0x17000..=0x187F7 | 0x18D00..=0x18D08) {
        return None;
    }
    rustpython_unicode::character_name(known(c)?)
}
/// The character called so (`\N{...}`).
pub fn by_name(name: &str) -> Option<u32> {
    rustpython_unicode::lookup_character(name).map(|c| c as u32).filter(|&c| !is_newer(c))
}
