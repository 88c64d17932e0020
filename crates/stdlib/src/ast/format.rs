//! Formatted strings: the pieces that CPython's tree has, made from the parser's parts.
//!
//! What flows in: the elements of f-strings and t-strings. What flows out: text (neighbours joined, empty text left
//! out) and replacement fields. What must hold: the text that `=` adds joins the text before it.

use super::build::Builder;
use super::nodes::N;
use ruff_python_ast as r;
use ruff_text_size::{TextRange, TextSize};
use taipan_bytecode::Wtf8;
use taipan_compiler::literal;
use taipan_runtime::{PyResult, Value};

/// A piece of a formatted string.
pub(super) enum Piece<'a> {
    /// Literal text.
    Text {
        text: Vec<u8>,
        range: TextRange,
        /// Begins with a `u''` literal.
        unicode: bool,
    },
    /// A replacement field, and whether it is in a raw string.
    Field(&'a r::InterpolatedElement, bool),
}

impl Piece<'_> {
    pub fn text(text: Wtf8, range: TextRange, unicode: bool) -> Self {
        Piece::Text { text: text.0.into_vec(), range, unicode }
    }
}

/// Joins adjacent text.
pub(super) fn join(pieces: Vec<Piece<'_>>) -> Vec<Piece<'_>> {
    let mut out: Vec<Piece<'_>> = Vec::with_capacity(pieces.len());
    for p in pieces {
        if let Piece::Text { text, range, .. } = &p {
            if text.is_empty() {
                continue;
            }
            if let Some(Piece::Text { text: before, range: place, .. }) = out.last_mut() {
                before.extend_from_slice(text);
                *place = TextRange::new(place.start(), range.end());
                continue;
            }
        }
        out.push(p);
    }
    out
}

impl Builder<'_> {
    pub fn elements<'a>(&self, els: &'a r::InterpolatedStringElements, raw: bool, out: &mut Vec<Piece<'a>>) {
        for el in els {
            match el {
                r::InterpolatedStringElement::Literal(l) => {
                    out.push(Piece::text(literal::element(l, raw, self.source), l.range, false));
                }
                r::InterpolatedStringElement::Interpolation(i) => {
                    if let Some(d) = &i.debug_text {
                        let start = i.range.start() + TextSize::new(1);
                        let text = d.as_str();
                        let range = TextRange::at(start, TextSize::of(text));
                        out.push(Piece::text(text.into(), range, false));
                    }
                    out.push(Piece::Field(i, raw));
                }
            }
        }
    }

    /// A `FormattedValue`, or an `Interpolation` of a template.
    pub fn field(&self, i: &r::InterpolatedElement, raw: bool, template: bool) -> PyResult {
        let value = self.expr(&i.expression)?;
        let conversion = match i.conversion.to_byte() {
            Some(c) => c as i64,
            // `=` alone shows the `repr`.
            None if i.debug_text.is_some() && i.format_spec.is_none() => b'r' as i64,
            None => -1,
        };
        let conversion = Value::int(conversion);
        let spec = match &i.format_spec {
            None => Value::NONE,
            Some(s) => {
                let mut pieces = Vec::new();
                self.elements(&s.elements, raw, &mut pieces);
                let values = self.pieces(pieces, false)?;
                let range = TextRange::new(s.range.start() - TextSize::new(1), s.range.end());
                self.node(N::JoinedStr, &[values], range)?
            }
        };
        if template {
            let text = self.vm.new_str(&taipan_compiler::interpolation_text(i, self.source)).value();
            return self.node(N::Interpolation, &[value, text, conversion, spec], i.range);
        }
        self.node(N::FormattedValue, &[value, conversion, spec], i.range)
    }
}
