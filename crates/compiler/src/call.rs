//! Calls: windows, method calls, keyword and unpacked arguments, `super()`.

use crate::codegen::{Compiler, R, Var};
use crate::error::syntax;
use crate::symtable::ScopeKind;
use crate::unit::{Ext, Reg};
use ruff_python_ast::*;
use ruff_text_size::{Ranged, TextRange, TextSize};
use taipan_bytecode::{Const, Op, Position};

/// More arguments than this go through a list.
const MAX_ARGS: usize = 200;

impl<'a> Compiler<'a> {
    pub fn call(&mut self, c: &'a ExprCall, dst: Option<Reg>) -> R<Reg> {
        self.check_call(c);
        self.check_keywords(&c.arguments)?;
        let m = self.u.mark();
        let only_generator = matches!(
            (&*c.arguments.args, &c.arguments.keywords[..]),
            ([Expr::Generator(g)], []) if !g.parenthesized
        );
        let simple = is_simple(&c.arguments);
        if let Expr::Attribute(a) = &*c.func
            && simple
        {
            return self.method_call(c, a, dst, m, only_generator);
        }
        let base = self.u.temps(4);
        self.expr_to(&c.func, base)?;
        self.generator_range = only_generator.then_some(c.arguments.range);
        let pos = self.position(c.range());
        self.call_window(base, &[], &c.arguments, pos, dst, m)
    }

    fn method_call(
        &mut self,
        c: &'a ExprCall,
        a: &'a ExprAttribute,
        dst: Option<Reg>,
        mark: u32,
        only_generator: bool,
    ) -> R<Reg> {
        let name = self.mangled(&a.attr);
        let base = self.u.temps(5);
        let inner = self.u.mark();
        if let Some(args) = self.super_call(&a.value)? {
            let regs = self.load_super(&args, &a.value)?;
            self.at_attr(a);
            let id = self.u.name_id(&name);
            self.u.ins(Op::LOAD_SUPER_METHOD, base, regs, 0, u32::from(args.is_some()), Ext::Num(id));
        } else {
            let obj = match &*a.value {
                Expr::Name(_) => self.expr(&a.value)?,
                v => {
                    self.expr_to(v, base + 4)?;
                    base + 4
                }
            };
            self.at_attr(a);
            let id = self.u.name_id(&name);
            self.op_e(Op::LOAD_METHOD, base, obj, 0, id);
        }
        self.u.release(inner);
        self.generator_range = only_generator.then_some(c.arguments.range);
        for e in &c.arguments.args {
            let r = self.u.temp();
            self.expr_to(e, r)?;
        }
        let kw = self.keywords(&c.arguments.keywords)?;
        let n = (c.arguments.args.len() + c.arguments.keywords.len()) as u32;
        self.at_call(c.range(), Some(a));
        let d = self.dst(dst, mark);
        match kw {
            Some(k) => self.op_e(Op::CALL_METHOD_KW, d, base, n, k),
            None => self.op(Op::CALL_METHOD, d, base, n),
        }
        Ok(d)
    }

    /// The position of a call; a multi-line method call starts at its attribute.
    fn at_call(&mut self, range: TextRange, attr: Option<&ExprAttribute>) {
        self.at(range);
        if let Some(a) = attr {
            let v = self.position(a.value.range());
            let p = self.position(a.attr.range);
            if v.end_line != p.line || self.position(a.range).line != self.position(a.range).end_line {
                self.u.pos.line = p.line;
                self.u.pos.col = p.col;
            }
        }
    }

    /// Evaluates keyword values into the window; the constant of their names.
    fn keywords(&mut self, keywords: &'a [Keyword]) -> R<Option<u32>> {
        if keywords.is_empty() {
            return Ok(None);
        }
        let mut names = Vec::new();
        for k in keywords {
            let r = self.u.temp();
            self.expr_to(&k.value, r)?;
            let n = self.mangled(k.arg.as_ref().map_or("", |n| n.as_str()));
            names.push(Const::Str((&*n).into()));
        }
        Ok(Some(self.u.constant(Const::Tuple(names.into()))))
    }

    /// Calls the callable in `base` (the four reserved registers are allocated last) with `first` arguments already
    /// in registers from `base + 4` on, allocated too, and then those of the argument list.
    pub fn call_window(
        &mut self,
        base: Reg,
        first: &[Reg],
        arguments: &'a Arguments,
        pos: Position,
        dst: Option<Reg>,
        mark: u32,
    ) -> R<Reg> {
        if is_simple(arguments) {
            for e in &arguments.args {
                let r = self.u.temp();
                self.expr_to(e, r)?;
            }
            let kw = self.keywords(&arguments.keywords)?;
            let n = (first.len() + arguments.args.len() + arguments.keywords.len()) as u32;
            self.u.pos = pos;
            let d = self.dst(dst, mark);
            match kw {
                Some(k) => self.op_e(Op::CALL_KW, d, base, n, k),
                None => self.op(Op::CALL, d, base, n),
            }
            return Ok(d);
        }
        // `base + 4` holds the positional arguments, `base + 5` the keyword ones. With arguments there already, the
        // window moves up behind them.
        let window = if first.is_empty() {
            base
        } else {
            let w = self.u.temps(4);
            self.mov(w, base);
            w
        };
        let args = self.u.temps(2);
        debug_assert_eq!(args, window + 4);
        let single = match &*arguments.args {
            [Expr::Starred(s)] if first.is_empty() => Some(s),
            _ => None,
        };
        if let Some(s) = single {
            self.expr_to(&s.value, args)?;
        } else if first.is_empty() && arguments.args.is_empty() {
            self.load_const(args, Const::Tuple([].into()));
        } else {
            let inner = self.u.mark();
            if first.is_empty() {
                self.op(Op::BUILD_LIST, args, args, 0);
            } else {
                self.op(Op::BUILD_LIST, args, first[0], first.len() as u32);
            }
            for e in &arguments.args {
                let (e, op) = match e {
                    Expr::Starred(s) => (&*s.value, Op::LIST_EXTEND),
                    e => (e, Op::LIST_APPEND),
                };
                let r = self.expr(e)?;
                self.op(op, args, r, 0);
                self.u.release(inner);
            }
            self.op(Op::LIST_TO_TUPLE, args, args, 0);
        }
        self.keyword_dict(window, &arguments.keywords)?;
        self.u.pos = pos;
        let d = self.dst(dst, mark);
        self.op(Op::CALL_EX, d, window, 0);
        Ok(d)
    }

    /// Builds the keyword dict of a CALL_EX window.
    pub fn keyword_dict(&mut self, window: Reg, keywords: &'a [Keyword]) -> R {
        let dict = window + 5;
        if keywords.is_empty() {
            self.op(Op::CLEAR_LOCAL, dict, 0, 0);
            return Ok(());
        }
        let inner = self.u.mark();
        self.op(Op::BUILD_MAP, dict, dict, 0);
        for k in keywords {
            let v = self.expr(&k.value)?;
            match &k.arg {
                // Several keywords in a row become one dict, merged so that duplicates are found.
                Some(n) => {
                    let n = self.mangled(n);
                    let pair = self.u.temps(2);
                    self.load_const(pair, Const::Str((&*n).into()));
                    self.mov(pair + 1, v);
                    self.op(Op::BUILD_MAP, pair, pair, 1);
                    self.op(Op::DICT_MERGE, dict, pair, window);
                }
                None => self.op(Op::DICT_MERGE, dict, v, window),
            }
            self.u.release(inner);
        }
        Ok(())
    }

    pub fn check_keywords(&self, a: &Arguments) -> R {
        for (i, k) in a.keywords.iter().enumerate() {
            let Some(n) = &k.arg else { continue };
            // `f((a)=1)`: the name stands in brackets.
            let behind = self.source.get(usize::from(n.range.end())..).unwrap_or_default();
            if behind.trim_start().starts_with(')')
                && let Some(sign) = behind.find('=')
            {
                let end = n.range.end() + TextSize::new(sign as u32 + 1);
                let msg = "expression cannot contain assignment, perhaps you meant \"==\"?";
                return Err(syntax(TextRange::new(n.range.start(), end), msg));
            }
            if a.keywords[..i].iter().any(|o| o.arg.as_ref().is_some_and(|o| o.id == n.id)) {
                return Err(syntax(k.range, format!("keyword argument repeated: {n}")));
            }
        }
        Ok(())
    }

    // ---- super()

    /// For `super()` and `super(a, b)` that can do without the super object: the arguments, None for the short form.
    pub fn super_call(&self, e: &'a Expr) -> R<Option<Option<(&'a Expr, &'a Expr)>>> {
        let Expr::Call(c) = e else { return Ok(None) };
        let Expr::Name(n) = &*c.func else { return Ok(None) };
        if &*n.id != "super" || !c.arguments.keywords.is_empty() {
            return Ok(None);
        }
        let scope = &self.st.scopes[self.u.scope];
        if !scope.kind.is_function_like() || self.var(&"super".into()) != Var::Global {
            return Ok(None);
        }
        // The module may rebind `super`; the VM looks, but an assignment in sight says that it will not pay.
        if self.st.scopes[0].get("super").is_some_and(|s| s.flags & crate::symtable::flag::BOUND != 0) {
            return Ok(None);
        }
        match &*c.arguments.args {
            [a, b] if !matches!(a, Expr::Starred(_)) && !matches!(b, Expr::Starred(_)) => {
                Ok(Some(Some((a, b))))
            }
            [] => {
                let has_self = self.u.argcount > 0;
                let in_function = self.u.cur_scope == self.u.scope
                    || self.st.scopes[self.u.cur_scope].kind == ScopeKind::Comprehension;
                let class_known = !matches!(self.var(&"__class__".into()), Var::Global | Var::Namespace);
                Ok((has_self && in_function && class_known).then_some(None))
            }
            _ => Ok(None),
        }
    }

    /// Loads the global `super`, the class and self in a row.
    pub fn load_super(&mut self, args: &Option<(&'a Expr, &'a Expr)>, call: &'a Expr) -> R<Reg> {
        let regs = self.u.temps(3);
        let Expr::Call(c) = call else { return Ok(regs) };
        let saved = self.at(c.func.range());
        self.load_name("super", Some(regs));
        match args {
            Some((class, obj)) => {
                self.expr_to(class, regs + 1)?;
                self.expr_to(obj, regs + 2)?;
            }
            None => {
                self.at(call.range());
                self.load_name("__class__", Some(regs + 1));
                let first = self.u.varnames[0].clone();
                self.load_first_param(&first, regs + 2);
            }
        }
        self.u.pos = saved;
        Ok(regs)
    }

    fn load_first_param(&mut self, name: &crate::symtable::Name, dst: Reg) {
        let l = self.u.locals[&(self.u.scope, name.clone())];
        if l.is_cell {
            self.op_e(Op::LOAD_CELL, dst, l.reg, 0, l.index);
        } else {
            self.op_e(Op::CHECK_BOUND, l.reg, 0, 0, l.index);
            self.mov(dst, l.reg);
        }
    }
}

fn is_simple(a: &Arguments) -> bool {
    a.args.len() + a.keywords.len() <= MAX_ARGS
        && !a.args.iter().any(|e| matches!(e, Expr::Starred(_)))
        && a.keywords.iter().all(|k| k.arg.is_some())
}
