//! Parsing a format spec: `[[fill]align][sign][z][#][0][width][grouping][.precision[grouping]][type]`.

/// Why formatting failed, with CPython's message.
#[derive(Clone, Debug, PartialEq)]
pub enum FormatError {
    /// `ValueError`
    Value(String),
    /// `OverflowError`
    Overflow(String),
    /// `MemoryError`
    Memory,
}

fn value<T>(m: impl Into<String>) -> Result<T, FormatError> {
    Err(FormatError::Value(m.into()))
}

/// How digits are grouped.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Grouping {
    /// Not at all.
    #[default]
    None,
    /// `,` every three digits.
    Comma,
    /// `_` every three digits.
    Underscore,
    /// `_` every four digits.
    UnderFour,
}

impl Grouping {
    /// The separator.
    pub fn separator(self) -> Option<char> {
        match self {
            Grouping::None => None,
            Grouping::Comma => Some(','),
            _ => Some('_'),
        }
    }
    /// Digits in a group.
    pub fn size(self) -> usize {
        if self == Grouping::UnderFour { 4 } else { 3 }
    }
}

/// A parsed spec. Characters are code points: a fill may be a lone surrogate.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Spec {
    /// Fill character.
    pub fill: u32,
    /// `<`, `>`, `^` or `=`.
    pub align: u8,
    /// `+`, `-`, space or 0.
    pub sign: u8,
    /// `z`
    pub no_neg_0: bool,
    /// `#`
    pub alt: bool,
    /// Minimum width.
    pub width: Option<usize>,
    /// Grouping of the integral part.
    pub grouping: Grouping,
    /// Precision.
    pub precision: Option<usize>,
    /// Grouping of the fraction.
    pub frac_grouping: Grouping,
    /// Presentation type; 0 if none was given and there is no default.
    pub ty: u32,
}

/// Code points of WTF-8 text.
pub fn code_points(mut b: &[u8]) -> Vec<u32> {
    let mut out = Vec::with_capacity(b.len());
    while let Some((&first, _)) = b.split_first() {
        let (n, mask) = match first {
            0..=0x7F => (1, 0x7F),
            0x80..=0xDF => (2, 0x1F),
            0xE0..=0xEF => (3, 0x0F),
            _ => (4, 0x07),
        };
        let n = n.min(b.len());
        let c = b[1..n].iter().fold((first & mask) as u32, |c, &x| c << 6 | (x & 0x3F) as u32);
        out.push(c);
        b = &b[n..];
    }
    out
}
/// Appends a code point as WTF-8.
pub fn push_code_point(out: &mut Vec<u8>, c: u32) {
    match char::from_u32(c) {
        Some(c) => out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
        None => out.extend_from_slice(&[
            0xE0 | (c >> 12) as u8,
            0x80 | (c >> 6 & 0x3F) as u8,
            0x80 | (c & 0x3F) as u8,
        ]),
    }
}

/// Reads decimal digits (of any script, as `int` does for ASCII and Unicode decimals).
fn integer(s: &[u32], at: &mut usize) -> Result<Option<usize>, FormatError> {
    let start = *at;
    let mut n: usize = 0;
    while let Some(d) = s.get(*at).and_then(|&c| crate::objects::int::digits::decimal_digit(c)) {
        n = match n.checked_mul(10).and_then(|n| n.checked_add(d as usize)) {
            Some(n) if n <= isize::MAX as usize => n,
            _ => return value("Too many decimal digits in format string"),
        };
        *at += 1;
    }
    Ok((*at > start).then_some(n))
}

fn show(c: u32) -> String {
    if c > 32 && c < 128 { (c as u8 as char).to_string() } else { format!("\\x{c:x}") }
}

const BOTH: &str = "Cannot specify both ',' and '_'.";

fn bad_separator<T>(g: Grouping, ty: u32) -> Result<T, FormatError> {
    let c = g.separator().unwrap_or(',');
    value(format!("Cannot specify '{c}' with '{}'.", show(ty)))
}

impl Spec {
    /// Parses `spec` (WTF-8). `default_type` is 0 for none; `object` names the type in messages.
    pub fn parse(
        spec: &[u8],
        default_type: u8,
        default_align: u8,
        object: &str,
    ) -> Result<Spec, FormatError> {
        let s = code_points(spec);
        let mut f = Spec {
            fill: b' ' as u32,
            align: default_align,
            sign: 0,
            no_neg_0: false,
            alt: false,
            width: None,
            grouping: Grouping::None,
            precision: None,
            frac_grouping: Grouping::None,
            ty: default_type as u32,
        };
        let is = |at: usize, c: char| s.get(at) == Some(&(c as u32));
        let alignment = |at: usize| s.get(at).and_then(|&c| "<>=^".chars().find(|&a| a as u32 == c));
        let (mut fill_given, mut align_given) = (false, false);
        let mut at = 0;
        if let Some(a) = alignment(1) {
            (f.fill, f.align) = (s[0], a as u8);
            (fill_given, align_given) = (true, true);
            at = 2;
        } else if let Some(a) = alignment(0) {
            f.align = a as u8;
            align_given = true;
            at = 1;
        }
        if is(at, '+') || is(at, '-') || is(at, ' ') {
            f.sign = s[at] as u8;
            at += 1;
        }
        if is(at, 'z') {
            f.no_neg_0 = true;
            at += 1;
        }
        if is(at, '#') {
            f.alt = true;
            at += 1;
        }
        if !fill_given && is(at, '0') {
            f.fill = b'0' as u32;
            if !align_given && default_align == b'>' {
                f.align = b'=';
            }
            at += 1;
        }
        f.width = integer(&s, &mut at)?;
        let grouping = |at: &mut usize| -> Result<Grouping, FormatError> {
            let mut g = Grouping::None;
            if is(*at, ',') {
                g = Grouping::Comma;
                *at += 1;
            }
            if is(*at, '_') {
                if g != Grouping::None {
                    return value(BOTH);
                }
                g = Grouping::Underscore;
                *at += 1;
            }
            if is(*at, ',') && g == Grouping::Underscore {
                return value(BOTH);
            }
            Ok(g)
        };
        f.grouping = grouping(&mut at)?;
        if is(at, '.') {
            at += 1;
            f.precision = integer(&s, &mut at)?;
            f.frac_grouping = grouping(&mut at)?;
            if f.precision.is_none() && f.frac_grouping == Grouping::None {
                return value("Format specifier missing precision");
            }
        }
        if s.len() - at > 1 {
            let shown = String::from_utf8_lossy(spec);
            return value(format!("Invalid format specifier '{shown}' for object of type '{object}'"));
        }
        if let Some(&c) = s.get(at) {
            f.ty = c;
        }
        if f.grouping != Grouping::None {
            match char::from_u32(f.ty) {
                Some('d' | 'e' | 'f' | 'g' | 'E' | 'G' | '%' | 'F' | '\0') => {}
                Some('b' | 'o' | 'x' | 'X') if f.grouping == Grouping::Underscore => {
                    f.grouping = Grouping::UnderFour;
                }
                _ => return bad_separator(f.grouping, f.ty),
            }
        }
        if f.ty == b'n' as u32 && f.frac_grouping != Grouping::None {
            return bad_separator(f.frac_grouping, f.ty);
        }
        Ok(f)
    }
    /// Is the type one of those for floats (`%` only where `percent`)?
    pub fn is_float_type(&self, percent: bool) -> bool {
        match char::from_u32(self.ty) {
            Some('\0' | 'e' | 'E' | 'f' | 'F' | 'g' | 'G' | 'n') => true,
            Some('%') => percent,
            _ => false,
        }
    }
    /// The error for a type that the object does not know.
    pub fn unknown_type(&self, object: &str) -> FormatError {
        FormatError::Value(format!("Unknown format code '{}' for object of type '{object}'", show(self.ty)))
    }
}
