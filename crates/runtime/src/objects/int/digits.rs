//! Decimal digits of all scripts, and white space, as `int()` and `float()` accept them in text.

/// First code points of the runs of ten decimal digits (Unicode 16 category Nd), in order.
static ZEROS: &[u32] = &[
    0x660, 0x6F0, 0x7C0, 0x966, 0x9E6, 0xA66, 0xAE6, 0xB66, 0xBE6, 0xC66, 0xCE6, 0xD66, 0xDE6, 0xE50, 0xED0,
    0xF20, 0x1040, 0x1090, 0x17E0, 0x1810, 0x1946, 0x19D0, 0x1A80, 0x1A90, 0x1B50, 0x1BB0, 0x1C40, 0x1C50,
    0xA620, 0xA8D0, 0xA900, 0xA9D0, 0xA9F0, 0xAA50, 0xABF0, 0xFF10, 0x104A0, 0x10D30, 0x10D40, 0x11066,
    0x110F0, 0x11136, 0x111D0, 0x112F0, 0x11450, 0x114D0, 0x11650, 0x116C0, 0x116D0, 0x116DA, 0x11730,
    0x118E0, 0x11950, 0x11BF0, 0x11C50, 0x11D50, 0x11DA0, 0x11F50, 0x16130, 0x16A60, 0x16AC0, 0x16B50,
    0x16D70, 0x1CCF0, 0x1D7CE, 0x1D7D8, 0x1D7E2, 0x1D7EC, 0x1D7F6, 0x1E140, 0x1E2F0, 0x1E4F0, 0x1E5F1,
    0x1E950, 0x1FBF0,
];

/// The value of a decimal digit of any script.
pub fn decimal_digit(c: u32) -> Option<u32> {
    if c < 0x80 {
        return c.checked_sub('0' as u32).filter(|&d| d < 10);
    }
    let i = ZEROS.partition_point(|&z| z <= c);
    let d = c - ZEROS.get(i.checked_sub(1)?)?;
    (d < 10).then_some(d)
}

/// Is it white space, as `str.isspace` has it?
pub fn is_space(c: u32) -> bool {
    matches!(c, 9..=13 | 0x1C..=0x20 | 0x85 | 0xA0 | 0x1680 | 0x2000..=0x200A | 0x2028 | 0x2029 | 0x202F | 0x205F | 0x3000)
}

/// Text as ASCII for number parsers: digits of all scripts become ASCII digits, white space becomes spaces,
/// anything else outside ASCII becomes `?`.
pub fn to_ascii(wtf8: &[u8]) -> std::borrow::Cow<'_, [u8]> {
    if wtf8.is_ascii() {
        return wtf8.into();
    }
    let mut out = Vec::with_capacity(wtf8.len());
    for c in crate::objects::format::spec::code_points(wtf8) {
        out.push(match c {
            0..0x80 => c as u8,
            _ if is_space(c) => b' ',
            _ => decimal_digit(c).map_or(b'?', |d| b'0' + d as u8),
        });
    }
    out.into()
}
