//! The binary encoding of code objects: for the precompiled standard library and `__pycache__`.
//!
//! Layout: magic and version, a digest of the rest ([`seal`]), a table of all names (their ends, then their texts), then the code object. A nested code
//! object is preceded by its name, outline and length, so that it can be passed over and decoded at first use
//! ([`LazyCode`]); positions by their length, so that they are decoded when a line is asked for.
//! Numbers are LEB128, signed ones zigzag. What must hold: reading never panics, whatever the bytes; opcode numbers
//! are those of the table, so that every change of the table must change [`FORMAT_VERSION`] (a checksum of the table
//! is part of the header and makes a forgotten change harmless).

use crate::code::{CodeObject, Const, Handler, Name, Position, Positions, Wtf8};
use crate::op::{Field, Instr, OPS, Op, Role};
use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, OnceLock};

/// Version of the layout.
pub const FORMAT_VERSION: u16 = 3;
const MAGIC: &[u8; 4] = b"TPYC";

/// Why bytes are no code object.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DecodeError(&'static str);

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "bad code object: {}", self.0)
    }
}
impl std::error::Error for DecodeError {}

/// Bytes that outlive the code read from them.
#[derive(Clone)]
pub enum Data {
    /// Part of the program.
    Static(&'static [u8]),
    /// Read from a file.
    Shared(Arc<[u8]>),
}
impl Data {
    /// Verifies code from outside; what is part of the program was verified when it was made.
    fn verified(&self, code: &CodeObject) -> Result<(), DecodeError> {
        match self {
            Data::Static(_) => Ok(()),
            Data::Shared(_) => {
                crate::verify::verify_one(code).map_err(|_| DecodeError("it does not pass the verifier"))
            }
        }
    }
    fn bytes(&self) -> &[u8] {
        match self {
            Data::Static(b) => b,
            Data::Shared(b) => b,
        }
    }
}

/// The bytes that a module's code objects are read from, and their names: those asked for so far.
pub(crate) struct Shared {
    data: Data,
    /// Where the ends of the names lie (4 bytes each), and where the names themselves start.
    ends: usize,
    texts: usize,
    names: Box<[OnceLock<Name>]>,
}

impl Shared {
    fn name(&self, i: usize) -> Result<Name, DecodeError> {
        let cell = self.names.get(i).ok_or(DecodeError("no such string"))?;
        if let Some(n) = cell.get() {
            return Ok(n.clone());
        }
        let b = self.data.bytes();
        let end = |i: usize| {
            let at = self.ends + 4 * i;
            let four = b.get(at..at + 4).and_then(|s| <[u8; 4]>::try_from(s).ok()).ok_or(SHORT)?;
            Ok(self.texts + u32::from_le_bytes(four) as usize)
        };
        let start = if i == 0 { self.texts } else { end(i - 1)? };
        let text = b.get(start..end(i)?).ok_or(SHORT)?;
        let text = std::str::from_utf8(text).map_err(|_| DecodeError("a name is not UTF-8"))?;
        Ok(cell.get_or_init(|| Name::from(text)).clone())
    }
}

/// What the interpreter must know of a nested code object before its first call.
#[derive(Clone, Copy, Debug)]
pub struct Outline {
    /// First line.
    pub firstlineno: u32,
    /// Bits of [`crate::flags`].
    pub flags: u32,
    /// As in [`CodeObject`].
    pub argcount: u32,
    /// As in [`CodeObject`].
    pub kwonlyargcount: u32,
    /// As in [`CodeObject`].
    pub nregs: u32,
    /// [`CodeObject::variables_end`].
    pub variables_end: u32,
}

/// A nested code object that is decoded at first use.
pub struct LazyCode {
    /// Name.
    pub name: Name,
    /// Qualified name.
    pub qualname: Name,
    /// What can be known without decoding it.
    pub outline: Outline,
    shared: Arc<Shared>,
    start: usize,
    end: usize,
    code: OnceLock<Result<Arc<CodeObject>, DecodeError>>,
}

impl LazyCode {
    /// The code object.
    pub fn get(&self) -> Result<&Arc<CodeObject>, DecodeError> {
        let decode = || {
            let code = Reader::new(&self.shared, self.start, self.end).code()?;
            let o = &self.outline;
            if code.nregs != o.nregs
                || code.flags != o.flags
                || (code.argcount, code.kwonlyargcount) != (o.argcount, o.kwonlyargcount)
                || code.variables_end() != o.variables_end
            {
                return Err(DecodeError("a function is not what it was announced as"));
            }
            self.shared.data.verified(&code)?;
            Ok(Arc::new(code))
        };
        let r = self.code.get_or_init(decode);
        r.as_ref().map_err(Clone::clone)
    }
    /// Is it part of the program, made when that was built? Then its first decoding may wait for its first call.
    pub fn is_static(&self) -> bool {
        matches!(self.shared.data, Data::Static(_))
    }
}
impl fmt::Debug for LazyCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "LazyCode({})", self.qualname)
    }
}

/// Positions that were not asked for yet. Damaged ones read as unknown.
#[derive(Clone)]
pub(crate) struct EncodedPositions {
    shared: Arc<Shared>,
    start: usize,
    end: usize,
    count: usize,
    firstlineno: u32,
}

impl EncodedPositions {
    pub(crate) fn count(&self) -> usize {
        self.count
    }
    pub(crate) fn decode(&self) -> Vec<Position> {
        let mut r = Reader::new(&self.shared, self.start, self.end);
        let mut last = Position { line: self.firstlineno as i32, end_line: 0, col: 0, end_col: 0 };
        let mut out = Vec::with_capacity(self.count);
        while out.len() < self.count && r.position(&mut last).is_ok() {
            out.push(last);
        }
        out.resize(self.count, Position::NONE);
        out
    }
}

/// A number that changes when the opcode table does.
fn table_checksum() -> u32 {
    let mut h: u32 = 0x811c_9dc5;
    for op in OPS {
        for b in op.name().bytes().chain(op.info().operands.iter().map(|&(f, r)| f as u8 ^ (r as u8) << 3)) {
            h = (h ^ u32::from(b)).wrapping_mul(0x0100_0193);
        }
    }
    h
}

// ---- writing

#[derive(Default)]
struct Writer {
    strings: Vec<Name>,
    index: HashMap<Name, u32>,
}

/// Encodes a code object.
pub fn write(code: &CodeObject) -> Result<Vec<u8>, DecodeError> {
    let mut w = Writer::default();
    let mut body = Vec::new();
    w.code(code, &mut body)?;
    let mut out = Vec::with_capacity(body.len() + 1024);
    out.extend_from_slice(MAGIC);
    out.extend(FORMAT_VERSION.to_le_bytes());
    out.extend(table_checksum().to_le_bytes());
    out.extend([0; 8]);
    num(&mut out, w.strings.len() as u64);
    let mut end = 0u32;
    for s in &w.strings {
        end += s.len() as u32;
        out.extend(end.to_le_bytes());
    }
    for s in &w.strings {
        out.extend_from_slice(s.as_bytes());
    }
    out.extend(body);
    seal(&mut out);
    Ok(out)
}

/// Bytes before the digest: magic, version, checksum of the opcode table.
const PREFIX: usize = 10;
/// Bytes before what the digest is made of.
const HEAD: usize = PREFIX + 8;

/// Puts the digest of encoded code in its place: bytes that were damaged on a disk do not have it.
pub fn seal(bytes: &mut [u8]) {
    if bytes.len() >= HEAD {
        let digest = digest(&bytes[HEAD..]).to_le_bytes();
        bytes[PREFIX..HEAD].copy_from_slice(&digest);
    }
}

fn digest(bytes: &[u8]) -> u64 {
    let mut h = bytes.len() as u64;
    for chunk in bytes.chunks(8) {
        let mut word = [0; 8];
        word[..chunk.len()].copy_from_slice(chunk);
        h = (h ^ u64::from_le_bytes(word)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        h ^= h >> 29;
    }
    h
}

fn num(out: &mut Vec<u8>, mut n: u64) {
    while n >= 0x80 {
        out.push(n as u8 | 0x80);
        n >>= 7;
    }
    out.push(n as u8);
}
fn signed(out: &mut Vec<u8>, n: i64) {
    num(out, (n << 1 ^ n >> 63) as u64);
}
fn bytes(out: &mut Vec<u8>, b: &[u8]) {
    num(out, b.len() as u64);
    out.extend_from_slice(b);
}

impl Writer {
    fn string(&mut self, out: &mut Vec<u8>, s: &Name) {
        let i = match self.index.get(s) {
            Some(&i) => i,
            None => {
                let i = self.strings.len() as u32;
                self.strings.push(s.clone());
                self.index.insert(s.clone(), i);
                i
            }
        };
        num(out, i.into());
    }
    fn strings(&mut self, out: &mut Vec<u8>, list: &[Name]) {
        num(out, list.len() as u64);
        for s in list {
            self.string(out, s);
        }
    }

    fn code(&mut self, c: &CodeObject, out: &mut Vec<u8>) -> Result<(), DecodeError> {
        for s in [&c.name, &c.qualname, &c.filename] {
            self.string(out, s);
        }
        for n in [c.firstlineno, c.flags, c.argcount, c.posonlyargcount, c.kwonlyargcount, c.nregs] {
            num(out, n.into());
        }
        self.strings(out, &c.varnames);
        self.strings(out, &c.cellvars);
        c.cellregs.iter().for_each(|&r| num(out, r.into()));
        self.strings(out, &c.freevars);
        num(out, c.hidden.len() as u64);
        for (n, r) in &c.hidden {
            self.string(out, n);
            num(out, (*r).into());
        }
        self.strings(out, &c.names);
        num(out, u64::from(c.docstring.is_some()));
        if let Some(d) = &c.docstring {
            bytes(out, &d.0);
        }
        num(out, c.consts.len() as u64);
        for k in &c.consts {
            self.constant(k, out)?;
        }
        num(out, c.instrs.len() as u64);
        for ins in &c.instrs {
            num(out, ins.op.into());
            for &(f, role) in ins.opcode().info().operands {
                match role {
                    Role::Jump | Role::Int => signed(out, (ins.e as i32).into()),
                    _ => num(out, ins.field(f).into()),
                }
            }
        }
        let mut last = Position { line: c.firstlineno as i32, end_line: 0, col: 0, end_col: 0 };
        let mut places = Vec::new();
        for p in c.positions.iter() {
            position(&mut places, p, &mut last);
        }
        bytes(out, &places);
        num(out, c.handlers.len() as u64);
        for h in &c.handlers {
            for n in [h.start, h.end - h.start, h.target, h.reg.into()] {
                num(out, n.into());
            }
        }
        Ok(())
    }

    fn constant(&mut self, c: &Const, out: &mut Vec<u8>) -> Result<(), DecodeError> {
        match c {
            Const::None => out.push(0),
            Const::Bool(b) => out.push(1 + u8::from(*b)),
            Const::Ellipsis => out.push(3),
            Const::Int(i) => {
                out.push(4);
                signed(out, *i);
            }
            Const::BigInt(neg, b) => {
                out.push(5 + u8::from(*neg));
                bytes(out, b);
            }
            Const::Float(f) => {
                out.push(7);
                out.extend(f.to_le_bytes());
            }
            Const::Complex(r, i) => {
                out.push(8);
                out.extend(r.to_le_bytes());
                out.extend(i.to_le_bytes());
            }
            Const::Str(s) => {
                out.push(9);
                bytes(out, &s.0);
            }
            Const::Bytes(b) => {
                out.push(10);
                bytes(out, b);
            }
            Const::Tuple(t) | Const::FrozenSet(t) => {
                out.push(if matches!(c, Const::Tuple(_)) { 11 } else { 12 });
                num(out, t.len() as u64);
                for c in t {
                    self.constant(c, out)?;
                }
            }
            Const::Slice(s) => {
                out.push(13);
                for c in s.iter() {
                    self.constant(c, out)?;
                }
            }
            Const::Code(c) => self.nested(c, out)?,
            Const::LazyCode(c) => self.nested(c.get()?, out)?,
        }
        Ok(())
    }

    fn nested(&mut self, c: &CodeObject, out: &mut Vec<u8>) -> Result<(), DecodeError> {
        out.push(14);
        self.string(out, &c.name);
        self.string(out, &c.qualname);
        for n in [c.firstlineno, c.flags, c.argcount, c.kwonlyargcount, c.nregs, c.variables_end()] {
            num(out, n.into());
        }
        let mut body = Vec::new();
        self.code(c, &mut body)?;
        bytes(out, &body);
        Ok(())
    }
}

/// A position relative to the one before: 0 the same, 1 none, 2 one line in columns of a byte each, 3 anything.
fn position(out: &mut Vec<u8>, p: &Position, last: &mut Position) {
    if p == last {
        out.push(0);
        return;
    }
    if *p == Position::NONE {
        out.push(1);
    } else if p.line == p.end_line && (0..=255).contains(&p.col) && (0..=255).contains(&p.end_col) {
        let delta = i64::from(p.line) - i64::from(last.line);
        // Small line steps share the tag's byte.
        if (-3..=60).contains(&delta) {
            out.push(4 + (delta + 3) as u8);
        } else {
            out.push(2);
            signed(out, delta);
        }
        out.push(p.col as u8);
        out.push(p.end_col as u8);
    } else {
        out.push(3);
        for (a, b) in [(p.line, last.line), (p.end_line, p.line), (p.col, 0), (p.end_col, 0)] {
            signed(out, i64::from(a) - i64::from(b));
        }
    }
    *last = *p;
}

// ---- reading

struct Reader<'a> {
    shared: &'a Arc<Shared>,
    /// All bytes up to the end of what is read.
    bytes: &'a [u8],
    at: usize,
    depth: u32,
}

const SHORT: DecodeError = DecodeError("it is too short");

/// Decodes a code object; nested ones are decoded at first use.
pub fn read(data: Data) -> Result<CodeObject, DecodeError> {
    let b = data.bytes();
    let end = b.len();
    if b.len() < HEAD || &b[..4] != MAGIC {
        return Err(DecodeError("wrong magic"));
    }
    if b[4..6] != FORMAT_VERSION.to_le_bytes() || b[6..10] != table_checksum().to_le_bytes() {
        return Err(DecodeError("made by another version"));
    }
    let none = Arc::new(Shared { data: data.clone(), ends: 0, texts: 0, names: Box::default() });
    // What is part of the program is as it was made.
    if matches!(data, Data::Shared(_)) && b[PREFIX..HEAD] != digest(&b[HEAD..]).to_le_bytes() {
        return Err(DecodeError("it is damaged"));
    }
    let mut r = Reader::new(&none, HEAD, end);
    let n = r.count()?;
    let ends = r.at;
    let texts = ends + 4 * n;
    let mut at = texts;
    if let Some(last) = n.checked_sub(1) {
        let four = b.get(ends + 4 * last..texts).and_then(|s| <[u8; 4]>::try_from(s).ok()).ok_or(SHORT)?;
        at += u32::from_le_bytes(four) as usize;
    }
    let names = std::iter::repeat_with(OnceLock::new).take(n).collect();
    let shared = Arc::new(Shared { data, ends, texts, names });
    let code = Reader::new(&shared, at.min(end), end).code()?;
    shared.data.verified(&code)?;
    Ok(code)
}

impl<'a> Reader<'a> {
    fn new(shared: &'a Arc<Shared>, at: usize, end: usize) -> Reader<'a> {
        Reader { shared, bytes: shared.data.bytes().get(..end).unwrap_or_default(), at, depth: 0 }
    }
    #[inline(always)]
    fn byte(&mut self) -> Result<u8, DecodeError> {
        let b = *self.bytes.get(self.at).ok_or(SHORT)?;
        self.at += 1;
        Ok(b)
    }
    #[inline(always)]
    fn num(&mut self) -> Result<u64, DecodeError> {
        match self.bytes.get(self.at) {
            Some(&b) if b < 0x80 => {
                self.at += 1;
                Ok(b.into())
            }
            _ => self.long_num(),
        }
    }
    #[inline(never)]
    fn long_num(&mut self) -> Result<u64, DecodeError> {
        let mut n = 0;
        for shift in (0..64).step_by(7) {
            let b = self.byte()?;
            n |= u64::from(b & 0x7f) << shift;
            if b < 0x80 {
                return Ok(n);
            }
        }
        Err(DecodeError("a number is too long"))
    }
    fn u32(&mut self) -> Result<u32, DecodeError> {
        u32::try_from(self.num()?).map_err(|_| DecodeError("a number is too large"))
    }
    fn signed(&mut self) -> Result<i64, DecodeError> {
        let n = self.num()?;
        Ok((n >> 1) as i64 ^ -((n & 1) as i64))
    }
    /// A number of things that take at least a byte each.
    fn count(&mut self) -> Result<usize, DecodeError> {
        let n = usize::try_from(self.num()?).map_err(|_| SHORT)?;
        if n > self.bytes.len().saturating_sub(self.at) { Err(SHORT) } else { Ok(n) }
    }
    fn bytes(&mut self) -> Result<&'a [u8], DecodeError> {
        let n = self.count()?;
        self.at += n;
        self.bytes.get(self.at - n..self.at).ok_or(SHORT)
    }
    fn string(&mut self) -> Result<Name, DecodeError> {
        let i = self.num()? as usize;
        self.shared.name(i)
    }
    fn strings(&mut self) -> Result<Vec<Name>, DecodeError> {
        let n = self.count()?;
        let mut out = Vec::with_capacity(n);
        for _ in 0..n {
            out.push(self.string()?);
        }
        Ok(out)
    }
    fn f64(&mut self) -> Result<f64, DecodeError> {
        let mut b = [0; 8];
        for b in &mut b {
            *b = self.byte()?;
        }
        Ok(f64::from_le_bytes(b))
    }
    fn u16(&mut self) -> Result<u16, DecodeError> {
        u16::try_from(self.num()?).map_err(|_| DecodeError("a register is too large"))
    }

    fn code(&mut self) -> Result<CodeObject, DecodeError> {
        let mut c = CodeObject {
            name: self.string()?,
            qualname: self.string()?,
            filename: self.string()?,
            firstlineno: self.u32()?,
            flags: self.u32()?,
            argcount: self.u32()?,
            posonlyargcount: self.u32()?,
            kwonlyargcount: self.u32()?,
            nregs: self.u32()?,
            varnames: self.strings()?,
            cellvars: self.strings()?,
            ..CodeObject::default()
        };
        for _ in 0..c.cellvars.len() {
            c.cellregs.push(self.u16()?);
        }
        c.freevars = self.strings()?;
        for _ in 0..self.count()? {
            c.hidden.push((self.string()?, self.u16()?));
        }
        c.names = self.strings()?;
        if self.num()? != 0 {
            c.docstring = Some(Wtf8(self.bytes()?.into()));
        }
        let n = self.count()?;
        c.consts.reserve_exact(n);
        for _ in 0..n {
            c.consts.push(self.constant()?);
        }
        let n = self.count()?;
        c.instrs.reserve_exact(n);
        for _ in 0..n {
            let op = Op::from_u32(self.u32()?).ok_or(DecodeError("no such opcode"))?;
            let mut ins = Instr::new(op);
            for &(f, role) in op.info().operands {
                let v = match role {
                    Role::Jump | Role::Int => self.signed()? as i32 as u32,
                    _ if f == Field::e => self.u32()?,
                    _ => self.u16()?.into(),
                };
                ins.set_field(f, v);
            }
            c.instrs.push(ins);
        }
        let len = self.bytes()?.len();
        c.positions = Positions::encoded(EncodedPositions {
            shared: self.shared.clone(),
            start: self.at - len,
            end: self.at,
            count: n,
            firstlineno: c.firstlineno,
        });
        for _ in 0..self.count()? {
            let (start, len, target, reg) = (self.u32()?, self.u32()?, self.u32()?, self.u16()?);
            let end = start.checked_add(len).ok_or(SHORT)?;
            c.handlers.push(Handler { start, end, target, reg });
        }
        Ok(c)
    }

    fn position(&mut self, last: &mut Position) -> Result<(), DecodeError> {
        let line = |last: &Position, d: i64| last.line.wrapping_add(d as i32);
        match self.byte()? {
            0 => {}
            1 => *last = Position::NONE,
            3 => {
                let l = line(last, self.signed()?);
                let end_line = l.wrapping_add(self.signed()? as i32);
                *last = Position {
                    line: l,
                    end_line,
                    col: self.signed()? as i32,
                    end_col: self.signed()? as i32,
                };
            }
            tag => {
                let delta = if tag == 2 { self.signed()? } else { i64::from(tag) - 7 };
                let l = line(last, delta);
                *last =
                    Position { line: l, end_line: l, col: self.byte()?.into(), end_col: self.byte()?.into() };
            }
        }
        Ok(())
    }

    fn constant(&mut self) -> Result<Const, DecodeError> {
        self.depth += 1;
        if self.depth > 500 {
            return Err(DecodeError("constants are nested too deeply"));
        }
        let c = match self.byte()? {
            0 => Const::None,
            1 => Const::Bool(false),
            2 => Const::Bool(true),
            3 => Const::Ellipsis,
            4 => Const::Int(self.signed()?),
            t @ (5 | 6) => Const::BigInt(t == 6, self.bytes()?.into()),
            7 => Const::Float(self.f64()?),
            8 => Const::Complex(self.f64()?, self.f64()?),
            9 => Const::Str(Wtf8(self.bytes()?.into())),
            10 => Const::Bytes(self.bytes()?.into()),
            t @ (11 | 12) => {
                let items: Box<[Const]> =
                    (0..self.count()?).map(|_| self.constant()).collect::<Result<_, _>>()?;
                if t == 11 { Const::Tuple(items) } else { Const::FrozenSet(items) }
            }
            13 => Const::Slice(Box::new([self.constant()?, self.constant()?, self.constant()?])),
            14 => {
                let (name, qualname) = (self.string()?, self.string()?);
                let outline = Outline {
                    firstlineno: self.u32()?,
                    flags: self.u32()?,
                    argcount: self.u32()?,
                    kwonlyargcount: self.u32()?,
                    nregs: self.u32()?,
                    variables_end: self.u32()?,
                };
                let len = self.count()?;
                let start = self.at;
                self.at += len;
                Const::LazyCode(Arc::new(LazyCode {
                    name,
                    qualname,
                    outline,
                    shared: self.shared.clone(),
                    start,
                    end: start + len,
                    code: OnceLock::new(),
                }))
            }
            _ => return Err(DecodeError("unknown kind of constant")),
        };
        self.depth -= 1;
        Ok(c)
    }
}
