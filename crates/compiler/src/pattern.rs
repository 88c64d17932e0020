//! The `match` statement.
//!
//! What must hold: a pattern binds nothing before all of it matched; captures wait in temporaries, and alternatives
//! of an or-pattern use the same temporary for the same name.

use crate::codegen::{Compiler, R};
use crate::error::syntax;
use crate::limits::deeper;
use crate::unit::{Ext, Label, Reg};
use ruff_python_ast::*;
use ruff_text_size::{Ranged, TextRange};
use taipan_bytecode::{Const, Op};

/// The captures of a pattern so far.
#[derive(Clone, Default)]
struct Captures<'a> {
    names: Vec<(&'a str, Reg, TextRange)>,
    /// Temporaries that alternatives agreed on.
    fixed: Vec<(&'a str, Reg)>,
}

impl<'a> Compiler<'a> {
    pub fn match_stmt(&mut self, m: &'a StmtMatch) -> R {
        let subject = self.u.temp();
        self.expr_to(&m.subject, subject)?;
        let end = self.u.label();
        let last = m.cases.len() - 1;
        for (i, case) in m.cases.iter().enumerate() {
            let mark = self.u.mark();
            let next = self.u.label();
            self.at(case.pattern.range());
            if i < last && case.guard.is_none() {
                self.check_refutable(&case.pattern)?;
            }
            let mut captures = Captures::default();
            self.u.line();
            self.pattern(&case.pattern, subject, next, &mut captures)?;
            for (n, r, range) in captures.names {
                self.at(range);
                self.store_name(n, r);
            }
            if let Some(g) = &case.guard {
                self.jump_if(g, next, false)?;
            }
            self.u.release(mark);
            self.conditional_body(&case.body)?;
            if self.u.falls_through() {
                self.goto_quietly(end);
            }
            self.u.place(next);
        }
        self.u.place(end);
        Ok(())
    }

    /// A pattern that matches everything may come last only.
    fn check_refutable(&self, p: &Pattern) -> R {
        match p {
            Pattern::MatchAs(a) => match (&a.pattern, &a.name) {
                (None, Some(n)) => {
                    let msg = format!("name capture '{n}' makes remaining patterns unreachable");
                    Err(syntax(a.range, msg))
                }
                (None, None) => Err(syntax(a.range, "wildcard makes remaining patterns unreachable")),
                (Some(p), _) => self.check_refutable(p),
            },
            Pattern::MatchOr(o) => o.patterns.last().map_or(Ok(()), |p| self.check_refutable(p)),
            _ => Ok(()),
        }
    }

    fn pattern(&mut self, p: &'a Pattern, r: Reg, fail: Label, caps: &mut Captures<'a>) -> R {
        deeper!(self, {
            let saved = self.at(p.range());
            let res = self.pattern_inner(p, r, fail, caps);
            self.u.pos = saved;
            res
        })
    }

    fn capture(&mut self, name: &'a Identifier, r: Reg, range: TextRange, caps: &mut Captures<'a>) -> R {
        if caps.names.iter().any(|(n, ..)| *n == name.as_str()) {
            return Err(syntax(range, format!("multiple assignments to name '{name}' in pattern")));
        }
        let reg = match caps.fixed.iter().find(|(n, _)| *n == name.as_str()) {
            Some(&(_, t)) => {
                self.mov(t, r);
                t
            }
            None => r,
        };
        caps.names.push((name.as_str(), reg, range));
        Ok(())
    }

    fn pattern_inner(&mut self, p: &'a Pattern, r: Reg, fail: Label, caps: &mut Captures<'a>) -> R {
        match p {
            Pattern::MatchValue(v) => {
                if let Some(Const::Int(i)) = self.fold(&v.value)
                    && let Ok(i) = i16::try_from(i)
                {
                    self.jump(Op::JNEQ_I, r, 0, i as u16 as u32, fail);
                    return Ok(());
                }
                let m = self.u.mark();
                let value = self.expr(&v.value)?;
                self.jump(Op::JNEQ, r, value, 0, fail);
                self.u.release(m);
                Ok(())
            }
            Pattern::MatchSingleton(s) => {
                let c = match s.value {
                    Singleton::None => {
                        self.jump(Op::JUMP_IF_NOT_NONE, r, 0, 0, fail);
                        return Ok(());
                    }
                    Singleton::True => Const::Bool(true),
                    Singleton::False => Const::Bool(false),
                };
                let m = self.u.mark();
                let c = self.constant(c, None);
                self.jump(Op::JIS_NOT, r, c, 0, fail);
                self.u.release(m);
                Ok(())
            }
            Pattern::MatchAs(a) => {
                let Some(name) = &a.name else { return Ok(()) };
                if let Some(p) = &a.pattern {
                    self.pattern(p, r, fail, caps)?;
                }
                self.capture(name, r, a.range, caps)
            }
            Pattern::MatchStar(s) => match &s.name {
                Some(n) => self.capture(n, r, s.range, caps),
                None => Ok(()),
            },
            Pattern::MatchOr(o) => self.or_pattern(o, r, fail, caps),
            Pattern::MatchSequence(s) => self.sequence_pattern(s, r, fail, caps),
            Pattern::MatchMapping(m) => self.mapping_pattern(m, r, fail, caps),
            Pattern::MatchClass(c) => self.class_pattern(c, r, fail, caps),
        }
    }

    fn or_pattern(&mut self, o: &'a PatternMatchOr, r: Reg, fail: Label, caps: &mut Captures<'a>) -> R {
        let done = self.u.label();
        let before = caps.names.len();
        // Every alternative puts its captures into these.
        let mut names: Vec<&'a str> = Vec::new();
        bound_names(&o.patterns[0], &mut names);
        for n in &names {
            if !caps.fixed.iter().any(|(f, _)| f == n) {
                let t = self.u.temp();
                caps.fixed.push((n, t));
            }
        }
        let last = o.patterns.len() - 1;
        let mut result: Option<Vec<(&'a str, Reg, TextRange)>> = None;
        for (i, p) in o.patterns.iter().enumerate() {
            let next = if i == last { fail } else { self.u.label() };
            if i < last {
                self.check_refutable(p)?;
            }
            let mut these = Vec::new();
            bound_names(p, &mut these);
            if these.len() != names.len() || these.iter().any(|n| !names.contains(n)) {
                return Err(syntax(o.range, "alternative patterns bind different names"));
            }
            let m = self.u.mark();
            let mut mine = Captures { names: caps.names[..before].to_vec(), fixed: caps.fixed.clone() };
            self.pattern(p, r, next, &mut mine)?;
            self.u.release(m);
            result.get_or_insert(mine.names);
            if i < last {
                self.goto(done);
                self.u.place(next);
            }
        }
        self.u.place(done);
        caps.names = result.unwrap_or_default();
        Ok(())
    }

    fn sequence_pattern(
        &mut self,
        s: &'a PatternMatchSequence,
        r: Reg,
        fail: Label,
        caps: &mut Captures<'a>,
    ) -> R {
        let n = s.patterns.len() as u32;
        let star = s.patterns.iter().position(|p| matches!(p, Pattern::MatchStar(_)));
        if let Some(i) = star
            && s.patterns[i + 1..].iter().any(|p| matches!(p, Pattern::MatchStar(_)))
        {
            return Err(syntax(s.range, "multiple starred names in sequence pattern"));
        }
        let t = self.u.temp();
        self.op(Op::MATCH_SEQUENCE, t, r, 0);
        self.jump(Op::JUMP_IF_FALSE, t, 0, 0, fail);
        match star {
            None => {
                self.op(Op::GET_LEN, t, r, 0);
                self.jump(Op::JNEQ_I, t, 0, n, fail);
            }
            Some(_) if n > 1 => {
                self.op(Op::GET_LEN, t, r, 0);
                self.jump(Op::JNGE_I, t, 0, n - 1, fail);
            }
            Some(_) => {}
        }
        let wild = |p: &Pattern| match p {
            Pattern::MatchAs(a) => a.pattern.is_none() && a.name.is_none(),
            Pattern::MatchStar(s) => s.name.is_none(),
            _ => false,
        };
        if s.patterns.iter().all(wild) {
            return Ok(());
        }
        if let Some(at) = star
            && wild(&s.patterns[at])
        {
            // `[a, *_, b]` takes items by index instead of copying the middle.
            for (i, p) in s.patterns.iter().enumerate() {
                if wild(p) {
                    continue;
                }
                let item = self.u.temp();
                if i < at {
                    self.op_e(Op::GETITEM_I, item, r, 0, i as u32);
                } else {
                    let back = i as i32 - n as i32;
                    // Sequences need not take negative indices.
                    let m = self.u.mark();
                    let len = self.u.temp();
                    self.op(Op::GET_LEN, len, r, 0);
                    self.u.ins(Op::ADD_I, len, len, 0, 0, Ext::Num(back as u32));
                    self.op(Op::GETITEM, item, r, len);
                    self.u.release(m);
                }
                self.pattern(p, item, fail, caps)?;
            }
            return Ok(());
        }
        let first = self.u.temps(n.max(1));
        match star {
            None => self.op(Op::UNPACK_SEQ, first, r, n),
            Some(i) => self.op_d(Op::UNPACK_EX, first, r, i as u32, n - i as u32 - 1),
        }
        for (i, p) in s.patterns.iter().enumerate() {
            self.pattern(p, first + i as u32, fail, caps)?;
        }
        Ok(())
    }

    fn mapping_pattern(
        &mut self,
        p: &'a PatternMatchMapping,
        r: Reg,
        fail: Label,
        caps: &mut Captures<'a>,
    ) -> R {
        let n = p.keys.len() as u32;
        let t = self.u.temp();
        self.op(Op::MATCH_MAPPING, t, r, 0);
        self.jump(Op::JUMP_IF_FALSE, t, 0, 0, fail);
        if n == 0 && p.rest.is_none() {
            return Ok(());
        }
        if n > 0 {
            self.op(Op::GET_LEN, t, r, 0);
            self.jump(Op::JNGE_I, t, 0, n, fail);
        }
        let mut seen: Vec<Vec<u8>> = Vec::new();
        for k in &p.keys {
            if let Some(c) = self.fold(k) {
                if let Some(id) = equality_key(&c) {
                    if seen.contains(&id) {
                        let text = crate::unparse::constant(&c);
                        let msg = format!("mapping pattern checks duplicate key ({text})");
                        return Err(syntax(p.range, msg));
                    }
                    seen.push(id);
                }
            } else if !matches!(k, Expr::Attribute(_)) {
                let msg = "mapping pattern keys may only match literals and attribute lookups";
                return Err(syntax(p.range, msg));
            }
        }
        let keys = self.u.temp();
        let first = self.u.temps(n);
        for (i, k) in p.keys.iter().enumerate() {
            self.expr_to(k, first + i as u32)?;
        }
        self.op(Op::BUILD_TUPLE, keys, if n > 0 { first } else { keys }, n);
        let values = self.u.temp();
        self.op(Op::MATCH_KEYS, values, r, keys);
        self.jump(Op::JUMP_IF_NONE, values, 0, 0, fail);
        let items = self.u.temps(n);
        if n > 0 {
            self.op(Op::UNPACK_SEQ, items, values, n);
        }
        for (i, p) in p.patterns.iter().enumerate() {
            self.pattern(p, items + i as u32, fail, caps)?;
        }
        if let Some(rest) = &p.rest {
            let copy = self.u.temp();
            self.op(Op::BUILD_MAP, copy, copy, 0);
            self.op(Op::DICT_UPDATE, copy, r, 0);
            // The keys again, from their tuple.
            let again = self.u.temps(n);
            if n > 0 {
                self.op(Op::UNPACK_SEQ, again, keys, n);
            }
            for i in 0..n {
                self.op(Op::DELITEM, copy, again + i, 0);
            }
            self.capture(rest, copy, p.range, caps)?;
        }
        Ok(())
    }

    fn class_pattern(&mut self, p: &'a PatternMatchClass, r: Reg, fail: Label, caps: &mut Captures<'a>) -> R {
        let args = &p.arguments;
        let mut names: Vec<Const> = Vec::new();
        for (i, k) in args.keywords.iter().enumerate() {
            if args.keywords[..i].iter().any(|o| o.attr.id == k.attr.id) {
                let msg = format!("attribute name repeated in class pattern: {}", k.attr);
                return Err(syntax(k.pattern.range(), msg));
            }
            names.push(Const::Str((&*self.mangled(&k.attr)).into()));
        }
        let total = (args.patterns.len() + names.len()) as u32;
        let t = self.u.temp();
        let m = self.u.mark();
        let class = self.expr(&p.cls)?;
        let k = self.u.constant(Const::Tuple(names.into()));
        self.at(p.range);
        self.u.ins(Op::MATCH_CLASS, t, r, class, args.patterns.len() as u32, Ext::Num(k));
        self.u.release(m);
        self.jump(Op::JUMP_IF_NONE, t, 0, 0, fail);
        if total == 0 {
            return Ok(());
        }
        let first = self.u.temps(total);
        self.op(Op::UNPACK_SEQ, first, t, total);
        let subs = args.patterns.iter().chain(args.keywords.iter().map(|k| &k.pattern));
        for (i, p) in subs.enumerate() {
            self.pattern(p, first + i as u32, fail, caps)?;
        }
        Ok(())
    }
}

/// The names that a pattern binds, in order.
fn bound_names<'a>(p: &'a Pattern, out: &mut Vec<&'a str>) {
    let mut add = |n: &'a Option<Identifier>| {
        if let Some(n) = n
            && !out.contains(&n.as_str())
        {
            out.push(n.as_str());
        }
    };
    match p {
        Pattern::MatchValue(_) | Pattern::MatchSingleton(_) => {}
        Pattern::MatchStar(s) => add(&s.name),
        Pattern::MatchAs(a) => {
            add(&a.name);
            if let Some(p) = &a.pattern {
                bound_names(p, out);
            }
        }
        Pattern::MatchOr(o) => {
            if let Some(p) = o.patterns.first() {
                bound_names(p, out);
            }
        }
        Pattern::MatchSequence(s) => s.patterns.iter().for_each(|p| bound_names(p, out)),
        Pattern::MatchMapping(m) => {
            add(&m.rest);
            m.patterns.iter().for_each(|p| bound_names(p, out));
        }
        Pattern::MatchClass(c) => {
            c.arguments.patterns.iter().for_each(|p| bound_names(p, out));
            c.arguments.keywords.iter().for_each(|k| bound_names(&k.pattern, out));
        }
    }
}

/// As [`crate::unit::const_key`], the same for constants that are equal: `0`, `0.0`, `-0.0`, `0j` and `False`.
fn equality_key(c: &Const) -> Option<Vec<u8>> {
    let real = |f: f64| {
        let whole = f.fract() == 0.0 && f.abs() < 9e15;
        if whole { Const::Int(f as i64) } else { Const::Float(f) }
    };
    let same = match c {
        Const::Bool(b) => Const::Int(i64::from(*b)),
        Const::Float(f) => real(*f),
        Const::Complex(re, im) if *im == 0.0 => real(*re),
        c => return crate::unit::const_key(c),
    };
    crate::unit::const_key(&same)
}
