//! The replacement fields of `str.format`: parsing, field names, and putting the result together.
//!
//! In: a format string. Out: pieces (literal text, field name, spec, conversion) as byte ranges of it, with
//! CPython's errors; [`format`] looks the fields up and formats them.

use crate::objects::str::{Str, StrBuf};
use crate::text::{unicode, wtf8};
use crate::vm::Vm;
use crate::vm::error::PyResult;
use std::ops::Range;
use taipan_heap::{Gc, Value};

/// One step: literal text, and the field behind it if there is one.
pub struct Piece {
    /// Literal text, braces unescaped.
    pub literal: Range<usize>,
    /// The field.
    pub field: Option<Field>,
}

/// A replacement field.
pub struct Field {
    /// Between `{` and `!`, `:` or `}`.
    pub name: Range<usize>,
    /// Behind the colon.
    pub spec: Range<usize>,
    /// The character behind `!`.
    pub conversion: Option<u32>,
    /// Are there fields in the spec?
    pub nested: bool,
}

/// Parses the text between two byte positions, piece by piece.
pub struct Markup {
    /// Next byte.
    pub at: usize,
    /// End of the text.
    pub end: usize,
}

impl Markup {
    /// The next piece of `b`; `None` at the end.
    pub fn next(&mut self, vm: &Vm, b: &[u8]) -> PyResult<Option<Piece>> {
        if self.at >= self.end {
            return Ok(None);
        }
        let start = self.at;
        let rest = &b[start..self.end];
        let Some(n) = memchr::memchr2(b'{', b'}', rest) else {
            self.at = self.end;
            return Ok(Some(Piece { literal: start..self.end, field: None }));
        };
        let c = rest[n];
        let next = rest.get(n + 1);
        self.at = start + n + 1;
        if c == b'}' && next != Some(&b'}') {
            return Err(vm.value_error("Single '}' encountered in format string"));
        }
        if next.is_none() {
            return Err(vm.value_error("Single '{' encountered in format string"));
        }
        if next == Some(&c) {
            self.at += 1;
            return Ok(Some(Piece { literal: start..start + n + 1, field: None }));
        }
        let field = self.field(vm, b)?;
        Ok(Some(Piece { literal: start..start + n, field: Some(field) }))
    }

    fn field(&mut self, vm: &Vm, b: &[u8]) -> PyResult<Field> {
        let from = self.at;
        let mut bracket = false;
        let mut stop = 0;
        while self.at < self.end {
            let c = b[self.at];
            self.at += 1;
            match c {
                b'{' if !bracket => return Err(vm.value_error("unexpected '{' in field name")),
                b'[' => bracket = true,
                b']' => bracket = false,
                b'}' | b':' | b'!' if !bracket => {
                    stop = c;
                    break;
                }
                _ => {}
            }
        }
        if stop == 0 {
            return Err(vm.value_error("expected '}' before end of string"));
        }
        let mut field = Field { name: from..self.at - 1, spec: 0..0, conversion: None, nested: false };
        if stop == b'}' {
            return Ok(field);
        }
        if stop == b'!' {
            if self.at >= self.end {
                return Err(vm.value_error("end of string while looking for conversion specifier"));
            }
            let (c, n) = wtf8::decode_at(b, self.at);
            field.conversion = Some(c);
            self.at += n;
            if self.at < self.end {
                let c = b[self.at];
                self.at += 1;
                if c == b'}' {
                    return Ok(field);
                }
                if c != b':' {
                    return Err(vm.value_error("expected ':' after conversion specifier"));
                }
            }
        }
        let from = self.at;
        let mut depth = 1;
        while self.at < self.end {
            match b[self.at] {
                b'{' => {
                    field.nested = true;
                    depth += 1;
                }
                b'}' => {
                    depth -= 1;
                    if depth == 0 {
                        field.spec = from..self.at;
                        self.at += 1;
                        return Ok(field);
                    }
                }
                _ => {}
            }
            self.at += 1;
        }
        Err(vm.value_error("unmatched '{' in format spec"))
    }
}

/// The number that a name spells in decimal digits, if it does.
pub fn integer(vm: &Vm, name: &[u8]) -> PyResult<Option<usize>> {
    if name.is_empty() {
        return Ok(None);
    }
    let mut n = 0usize;
    for c in wtf8::CodePoints::new(name) {
        let Some(d) = unicode::decimal_value(c) else { return Ok(None) };
        if n > (isize::MAX as usize - d as usize) / 10 {
            return Err(vm.value_error("Too many decimal digits in format string"));
        }
        n = n * 10 + d as usize;
    }
    Ok(Some(n))
}

/// The end of a field name's first part.
pub fn first_end(name: &[u8]) -> usize {
    memchr::memchr2(b'.', b'[', name).unwrap_or(name.len())
}

/// The next `.attribute` or `[item]` of a field name at `*at`: is it an attribute, and its name.
pub fn next_part(vm: &Vm, name: &[u8], at: &mut usize) -> PyResult<Option<(bool, Range<usize>)>> {
    let Some(&c) = name.get(*at) else { return Ok(None) };
    *at += 1;
    let rest = &name[*at..];
    let (range, attribute) = match c {
        b'.' => {
            let n = first_end(rest);
            (*at..*at + n, true)
        }
        b'[' => {
            let Some(n) = memchr::memchr(b']', rest) else {
                return Err(vm.value_error("Missing ']' in format string"));
            };
            (*at..*at + n, false)
        }
        _ => {
            return Err(vm.value_error("Only '.' or '[' may follow ']' in format field specifier"));
        }
    };
    if range.is_empty() {
        return Err(vm.value_error("Empty attribute in format string"));
    }
    *at = range.end + !attribute as usize;
    Ok(Some((attribute, range)))
}

/// What fields refer to.
pub struct Arguments<'a> {
    /// Positional arguments; `None` for `format_map`.
    pub positional: Option<&'a [Value]>,
    /// Looks a name up.
    pub named: &'a dyn Fn(Gc<Str>) -> PyResult,
}

/// How fields without a number are counted.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Numbering {
    Unknown,
    Automatic(usize),
    Manual,
}

struct Formatter<'a> {
    vm: &'a Vm,
    args: &'a Arguments<'a>,
    numbering: Numbering,
}

/// `template.format(...)`
pub fn format(vm: &Vm, template: Gc<Str>, args: &Arguments) -> PyResult<Gc<Str>> {
    let mut f = Formatter { vm, args, numbering: Numbering::Unknown };
    let mut out = StrBuf::with_capacity(template.byte_len() + 16);
    f.build(template.as_bytes(), 0..template.byte_len(), 2, &mut out)?;
    Ok(out.finish(vm))
}

impl Formatter<'_> {
    fn build(&mut self, b: &[u8], range: Range<usize>, depth: u32, out: &mut StrBuf) -> PyResult<()> {
        if depth == 0 {
            return Err(self.vm.value_error("Max string recursion exceeded"));
        }
        let mut markup = Markup { at: range.start, end: range.end };
        while let Some(piece) = markup.next(self.vm, b)? {
            // SAFETY: between ASCII characters of well-formed text.
            unsafe { out.push_wtf8(&b[piece.literal]) };
            if let Some(field) = piece.field {
                let s = self.render(b, field, depth)?;
                out.push_obj(s);
            }
        }
        Ok(())
    }

    fn render(&mut self, b: &[u8], field: Field, depth: u32) -> PyResult<Gc<Str>> {
        let vm = self.vm;
        let mut v = self.look_up(&b[field.name.clone()])?;
        if let Some(c) = field.conversion {
            v = match char::from_u32(c) {
                Some('r') => vm.repr(v)?.value(),
                Some('s') => vm.str(v)?.value(),
                Some('a') => vm.str_to_ascii(vm.repr(v)?).value(),
                Some(ch) if c > 32 && c < 127 => {
                    return Err(vm.value_error(format!("Unknown conversion specifier {ch}")));
                }
                _ => return Err(vm.value_error(format!("Unknown conversion specifier \\x{c:x}"))),
            };
        }
        let spec = if field.spec.is_empty() {
            vm.str_empty()
        } else if field.nested {
            let mut text = StrBuf::new();
            self.build(b, field.spec, depth - 1, &mut text)?;
            text.finish(vm)
        } else {
            // SAFETY: between ASCII characters of well-formed text.
            unsafe { vm.new_str_wtf8(&b[field.spec]) }
        };
        vm.format(v, spec)
    }

    fn look_up(&mut self, name: &[u8]) -> PyResult {
        let vm = self.vm;
        let end = first_end(name);
        let first = &name[..end];
        let mut index = integer(vm, first)?;
        if first.is_empty() || index.is_some() {
            let automatic = first.is_empty();
            match (self.numbering, automatic) {
                (Numbering::Unknown, true) => self.numbering = Numbering::Automatic(0),
                (Numbering::Unknown, false) => self.numbering = Numbering::Manual,
                (Numbering::Manual, true) => {
                    return Err(vm.value_error(
                        "cannot switch from manual field specification to automatic field numbering",
                    ));
                }
                (Numbering::Automatic(_), false) => {
                    return Err(vm.value_error(
                        "cannot switch from automatic field numbering to manual field specification",
                    ));
                }
                _ => {}
            }
            if let Numbering::Automatic(n) = self.numbering {
                index = Some(n);
                self.numbering = Numbering::Automatic(n + 1);
            }
        }
        // SAFETY (here and below): between ASCII characters of well-formed text.
        let text = |b: &[u8]| unsafe { vm.new_str_wtf8(b) };
        let mut v = match index {
            None => (self.args.named)(text(first))?,
            Some(i) => {
                let Some(args) = self.args.positional else {
                    return Err(vm.value_error("Format string contains positional fields"));
                };
                *args.get(i).ok_or_else(|| {
                    vm.index_error(format!("Replacement index {i} out of range for positional args tuple"))
                })?
            }
        };
        let mut at = end;
        while let Some((attribute, range)) = next_part(vm, name, &mut at)? {
            let part = &name[range];
            v = if attribute {
                vm.get_attr(v, vm.intern_str(text(part)))?
            } else {
                let key = match integer(vm, part)? {
                    Some(i) => vm.new_int(i as i64),
                    None => text(part).value(),
                };
                vm.getitem(v, key)?
            };
        }
        Ok(v)
    }
}
