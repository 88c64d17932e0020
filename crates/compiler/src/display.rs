//! Displays (list, tuple, set, dict) and formatted strings.
//!
//! What must hold: large displays are built in chunks, so that the number of registers stays small.

use crate::codegen::{Compiler, R};
use crate::literal;
use crate::unit::Reg;
use ruff_python_ast::*;
use ruff_text_size::{Ranged, TextRange};
use taipan_bytecode::{Const, Op, Wtf8};

/// Items per chunk.
const CHUNK: usize = 32;

impl<'a> Compiler<'a> {
    /// A list in a register that may be written early.
    fn list_in(&mut self, elts: &'a [Expr], t: Reg) -> R {
        let starred = elts.iter().any(|e| matches!(e, Expr::Starred(_)));
        if elts.len() > 2
            && !starred
            && let Some(items) = elts.iter().map(|e| self.fold(e)).collect::<Option<Vec<_>>>()
        {
            self.op(Op::BUILD_LIST, t, t, 0);
            let m = self.u.mark();
            let r = self.constant(Const::Tuple(items.into()), None);
            self.op(Op::LIST_EXTEND, t, r, 0);
            self.u.release(m);
            return Ok(());
        }
        self.sequence(elts, t, Op::BUILD_LIST, Op::LIST_APPEND_N, Op::LIST_EXTEND)
    }

    /// Builds a list or set from items and unpacked iterables, chunk by chunk.
    fn sequence(&mut self, elts: &'a [Expr], t: Reg, build: Op, append: Op, extend: Op) -> R {
        let range = self.u.pos;
        let mut built = false;
        let mut rest = elts;
        let m = self.u.mark();
        while !rest.is_empty() || !built {
            let n = rest.iter().take(CHUNK).take_while(|e| !matches!(e, Expr::Starred(_))).count();
            let (chunk, tail) = rest.split_at(n);
            rest = tail;
            if n > 0 || !built {
                let first = self.u.temps(n as u32);
                for (i, e) in chunk.iter().enumerate() {
                    self.expr_to(e, first + i as u32)?;
                }
                self.u.pos = range;
                self.op(if built { append } else { build }, t, if n > 0 { first } else { t }, n as u32);
                self.u.release(m);
                built = true;
            }
            if let Some((Expr::Starred(s), tail)) = rest.split_first() {
                rest = tail;
                let r = self.expr(&s.value)?;
                self.u.pos = range;
                self.op(extend, t, r, 0);
                self.u.release(m);
            }
        }
        Ok(())
    }

    fn is_small(elts: &[Expr]) -> bool {
        elts.len() <= CHUNK && !elts.iter().any(|e| matches!(e, Expr::Starred(_)))
    }

    /// Items in a row of temporaries and one build instruction.
    fn small(&mut self, elts: &'a [Expr], op: Op, dst: Option<Reg>) -> R<Reg> {
        let m = self.u.mark();
        let pos = self.u.pos;
        let first = self.u.temps(elts.len() as u32);
        for (i, e) in elts.iter().enumerate() {
            self.expr_to(e, first + i as u32)?;
        }
        self.u.pos = pos;
        let d = self.dst(dst, m);
        self.op(op, d, if elts.is_empty() { d } else { first }, elts.len() as u32);
        Ok(d)
    }

    pub fn list(&mut self, elts: &'a [Expr], dst: Option<Reg>) -> R<Reg> {
        let folds = elts.len() > 2 && elts.iter().all(|e| self.fold(e).is_some());
        if Self::is_small(elts) && !folds {
            return self.small(elts, Op::BUILD_LIST, dst);
        }
        let m = self.u.mark();
        let t = self.early(dst);
        self.list_in(elts, t)?;
        Ok(self.finish(dst, t, m))
    }

    pub fn tuple(&mut self, elts: &'a [Expr], dst: Option<Reg>) -> R<Reg> {
        if Self::is_small(elts) {
            return self.small(elts, Op::BUILD_TUPLE, dst);
        }
        let m = self.u.mark();
        let pos = self.u.pos;
        let t = self.u.temp();
        self.sequence(elts, t, Op::BUILD_LIST, Op::LIST_APPEND_N, Op::LIST_EXTEND)?;
        self.u.pos = pos;
        let d = self.dst(dst, m);
        self.op(Op::LIST_TO_TUPLE, d, t, 0);
        Ok(d)
    }

    pub fn set(&mut self, elts: &'a [Expr], dst: Option<Reg>) -> R<Reg> {
        if Self::is_small(elts) {
            return self.small(elts, Op::BUILD_SET, dst);
        }
        let m = self.u.mark();
        let t = self.early(dst);
        self.sequence(elts, t, Op::BUILD_SET, Op::SET_ADD_N, Op::SET_UPDATE)?;
        Ok(self.finish(dst, t, m))
    }

    pub fn dict(&mut self, d: &'a ExprDict, dst: Option<Reg>) -> R<Reg> {
        let m = self.u.mark();
        let small = d.items.len() <= CHUNK && d.items.iter().all(|i| i.key.is_some());
        let t = if small { 0 } else { self.early(dst) };
        let inner = self.u.mark();
        let mut built = false;
        let mut rest: &'a [DictItem] = &d.items;
        while !rest.is_empty() || !built {
            let n = rest.iter().take(CHUNK).take_while(|i| i.key.is_some()).count();
            let (chunk, tail) = rest.split_at(n);
            rest = tail;
            if n > 0 || !built {
                let first = self.u.temps(2 * n as u32);
                for (i, item) in chunk.iter().enumerate() {
                    if let Some(k) = &item.key {
                        self.expr_to(k, first + 2 * i as u32)?;
                    }
                    self.expr_to(&item.value, first + 2 * i as u32 + 1)?;
                }
                self.at(d.range);
                if small {
                    let r = self.dst(dst, m);
                    self.op(Op::BUILD_MAP, r, if n > 0 { first } else { r }, n as u32);
                    return Ok(r);
                }
                let op = if built { Op::MAP_ADD_N } else { Op::BUILD_MAP };
                self.op(op, t, if n > 0 { first } else { t }, n as u32);
                self.u.release(inner);
                built = true;
            }
            if let Some((item, tail)) = rest.split_first()
                && item.key.is_none()
            {
                rest = tail;
                let r = self.expr(&item.value)?;
                self.at(d.range);
                self.op(Op::DICT_UPDATE, t, r, 0);
                self.u.release(inner);
            }
        }
        Ok(self.finish(dst, t, m))
    }

    // ---- formatted strings

    /// Joins adjacent literal text of an f-string's parts.
    fn fstring_pieces(&self, f: &'a ExprFString) -> Vec<Piece<'a>> {
        let mut pieces: Vec<Piece<'a>> = Vec::new();
        for part in f.value.iter() {
            match part {
                FStringPart::Literal(s) => push_text(&mut pieces, literal::part(s, self.source), s.range),
                FStringPart::FString(s) => self.elements(&s.elements, s.flags.prefix().is_raw(), &mut pieces),
            }
        }
        pieces
    }

    fn elements(&self, els: &'a InterpolatedStringElements, raw: bool, pieces: &mut Vec<Piece<'a>>) {
        for el in els {
            match el {
                InterpolatedStringElement::Literal(l) => {
                    push_text(pieces, literal::element(l, raw, self.source), l.range)
                }
                InterpolatedStringElement::Interpolation(i) => {
                    if let Some(text) = debug_text(i) {
                        push_text(pieces, text.as_str().into(), i.range);
                    }
                    pieces.push(Piece::Field(i, raw));
                }
            }
        }
    }

    pub fn fstring(&mut self, f: &'a ExprFString, dst: Option<Reg>) -> R<Reg> {
        let pieces = self.fstring_pieces(f);
        self.pieces(pieces, f.range, dst)
    }

    fn pieces(&mut self, pieces: Vec<Piece<'a>>, range: TextRange, dst: Option<Reg>) -> R<Reg> {
        let m = self.u.mark();
        if pieces.is_empty() {
            return Ok(self.constant(Const::Str("".into()), dst));
        }
        if let [Piece::Field(i, raw)] = pieces[..] {
            return self.field(i, raw, dst);
        }
        let mut acc: Option<Reg> = None;
        let mut it = pieces.into_iter().peekable();
        while it.peek().is_some() {
            let first = acc.unwrap_or(self.u.ntemps + crate::unit::TEMP);
            let mut n = u32::from(acc.is_some());
            while n < CHUNK as u32
                && let Some(p) = it.next()
            {
                let r = self.u.temp();
                debug_assert_eq!(r, first + n);
                match p {
                    Piece::Text(s, at) => {
                        self.at(at);
                        self.load_const(r, Const::Str(s));
                    }
                    Piece::Field(i, raw) => {
                        self.field(i, raw, Some(r))?;
                    }
                }
                n += 1;
            }
            self.at(range);
            if it.peek().is_some() {
                self.u.release(m);
                let t = self.u.temp();
                self.op(Op::BUILD_STRING, t, first, n);
                acc = Some(t);
            } else {
                let d = self.dst(dst, m);
                self.op(Op::BUILD_STRING, d, first, n);
                return Ok(d);
            }
        }
        Ok(acc.expect("there were pieces"))
    }

    /// A format spec as a string in a register.
    fn spec(&mut self, i: &'a InterpolatedElement, raw: bool, dst: Option<Reg>) -> R<Option<Reg>> {
        let Some(spec) = &i.format_spec else { return Ok(None) };
        let mut pieces = Vec::new();
        self.elements(&spec.elements, raw, &mut pieces);
        let r = if let [Piece::Text(s, _)] = &pieces[..] {
            self.constant(Const::Str(s.clone()), dst)
        } else {
            self.pieces(pieces, spec.range, dst)?
        };
        Ok(Some(r))
    }

    /// The conversion of a field: `=` without one and without a spec means `repr`.
    fn conversion(i: &InterpolatedElement) -> u32 {
        match i.conversion {
            ConversionFlag::Str => 1,
            ConversionFlag::Repr => 2,
            ConversionFlag::Ascii => 3,
            ConversionFlag::None if i.debug_text.is_some() && i.format_spec.is_none() => 2,
            ConversionFlag::None => 0,
        }
    }

    fn field(&mut self, i: &'a InterpolatedElement, raw: bool, dst: Option<Reg>) -> R<Reg> {
        let m = self.u.mark();
        let mut v = self.expr(&i.expression)?;
        let conv = Self::conversion(i);
        self.at(i.range);
        if conv != 0 {
            let t = self.u.temp();
            self.op_d(Op::CONVERT, t, v, 0, conv);
            v = t;
        }
        match self.spec(i, raw, None)? {
            Some(s) => {
                self.at(i.range);
                let d = self.dst(dst, m);
                self.op(Op::FORMAT_SPEC, d, v, s);
                Ok(d)
            }
            None => {
                let d = self.dst(dst, m);
                self.op(Op::FORMAT_SIMPLE, d, v, 0);
                Ok(d)
            }
        }
    }

    pub fn tstring(&mut self, t: &'a ExprTString, dst: Option<Reg>) -> R<Reg> {
        let m = self.u.mark();
        let mut strings: Vec<Const> = Vec::new();
        let mut text: Vec<u8> = Vec::new();
        let mut fields: Vec<(&'a InterpolatedElement, bool)> = Vec::new();
        for part in t.value.iter() {
            let raw = part.flags.prefix().is_raw();
            for el in &part.elements {
                match el {
                    InterpolatedStringElement::Literal(l) => {
                        text.extend_from_slice(&literal::element(l, raw, self.source).0);
                    }
                    InterpolatedStringElement::Interpolation(i) => {
                        if let Some(s) = debug_text(i) {
                            text.extend_from_slice(s.as_bytes());
                        }
                        strings.push(Const::Str(Wtf8(std::mem::take(&mut text).into())));
                        fields.push((i, raw));
                    }
                }
            }
        }
        strings.push(Const::Str(Wtf8(text.into())));
        let s = self.u.temp();
        self.load_const(s, Const::Tuple(strings.into()));
        let list = self.u.temp();
        let inner = self.u.mark();
        self.op(Op::BUILD_LIST, list, list, 0);
        for (i, raw) in fields {
            let first = self.u.temps(3);
            self.expr_to(&i.expression, first)?;
            self.at(i.range);
            let text = match self.lines.value(i.range) {
                Some(text) => text.clone(),
                None => Const::Str(interpolation_text(i, self.source).as_str().into()),
            };
            self.load_const(first + 1, text);
            let spec = self.spec(i, raw, Some(first + 2))?;
            let n = 2 + u32::from(spec.is_some());
            self.at(i.range);
            self.u.ins(
                Op::BUILD_INTERPOLATION,
                first,
                first,
                n,
                Self::conversion(i),
                crate::unit::Ext::Num(0),
            );
            self.op(Op::LIST_APPEND, list, first, 0);
            self.u.release(inner);
        }
        self.at(t.range);
        self.op(Op::LIST_TO_TUPLE, list, list, 0);
        let d = self.dst(dst, m);
        self.op(Op::BUILD_TEMPLATE, d, s, list);
        Ok(d)
    }
}

/// The source text of an interpolation's expression, blanks around it included.
pub fn interpolation_text(i: &InterpolatedElement, source: &str) -> String {
    let from = usize::from(i.range.start()) + 1;
    let mut to = usize::from(i.expression.range().end());
    let src = source;
    // Closing parentheses belong to the expression; it ends at `=`, `!`, `:` or `}`.
    let mut depth = 0i32;
    for c in src.get(from..usize::from(i.expression.range().start())).unwrap_or("").bytes() {
        depth += i32::from(c == b'(') - i32::from(c == b')');
    }
    for (k, c) in src.get(to..usize::from(i.range.end())).unwrap_or("").bytes().enumerate() {
        if depth <= 0 {
            break;
        }
        if c == b')' {
            depth -= 1;
            if depth == 0 {
                to += k + 1;
                break;
            }
        }
    }
    let rest = src.get(to..usize::from(i.range.end())).unwrap_or("");
    to += rest.len() - rest.trim_start().len();
    src.get(from..to).unwrap_or("").to_owned()
}

/// A piece of an f-string.
enum Piece<'a> {
    /// Text and where it starts.
    Text(Wtf8, TextRange),
    Field(&'a InterpolatedElement, bool),
}

fn push_text(pieces: &mut Vec<Piece<'_>>, s: Wtf8, at: TextRange) {
    if s.0.is_empty() {
        return;
    }
    if let Some(Piece::Text(t, _)) = pieces.last_mut() {
        *t = Wtf8([&t.0[..], &s.0[..]].concat().into());
    } else {
        pieces.push(Piece::Text(s, at));
    }
}

/// The text that `=` adds before the value.
fn debug_text(i: &InterpolatedElement) -> Option<String> {
    i.debug_text.as_ref().map(|d| format!("{}{}{}", d.leading(), d.expression(), d.trailing()))
}
