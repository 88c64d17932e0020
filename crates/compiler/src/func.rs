//! Functions, lambdas, classes, type parameters and type aliases.

use crate::codegen::{Compiler, R};
use crate::error::{ErrorKind, syntax};
use crate::symtable::{Name, Part};
use crate::unit::{Reg, UnitKind};
use ruff_python_ast::*;
use ruff_text_size::{Ranged, TextRange};
use taipan_bytecode::{CodeObject, Const, FuncAttr, Intrinsic1, Intrinsic2, Op, Position, flags};

impl<'a> Compiler<'a> {
    /// The parameters in the order of registers.
    fn param_names(&self, p: &Parameters) -> Vec<Name> {
        let mut names = Vec::new();
        for p in p.posonlyargs.iter().chain(&p.args).chain(&p.kwonlyargs) {
            names.push(self.mangled(&p.parameter.name));
        }
        for p in [&p.vararg, &p.kwarg].into_iter().flatten() {
            names.push(self.mangled(&p.name));
        }
        names
    }

    fn set_signature(&mut self, p: &Parameters) {
        self.u.posonlyargcount = p.posonlyargs.len() as u32;
        self.u.argcount = (p.posonlyargs.len() + p.args.len()) as u32;
        self.u.kwonlyargcount = p.kwonlyargs.len() as u32;
        if p.vararg.is_some() {
            self.u.flags |= flags::VARARGS;
        }
        if p.kwarg.is_some() {
            self.u.flags |= flags::VARKEYWORDS;
        }
    }

    /// The tuple of positional defaults and the dict of keyword-only ones, if any.
    fn defaults(&mut self, p: &'a Parameters) -> R<(Option<Reg>, Option<Reg>)> {
        let positional: Vec<&'a Expr> =
            p.posonlyargs.iter().chain(&p.args).filter_map(|p| p.default.as_deref()).collect();
        let mut defaults = None;
        if !positional.is_empty() {
            let constants: Option<Vec<Const>> = positional.iter().map(|e| self.fold(e)).collect();
            let t = self.u.temp();
            match constants {
                Some(c) => self.load_const(t, Const::Tuple(c.into())),
                None => {
                    let m = self.u.mark();
                    let first = self.u.temps(positional.len() as u32);
                    for (i, e) in positional.iter().enumerate() {
                        self.expr_to(e, first + i as u32)?;
                    }
                    self.op(Op::BUILD_TUPLE, t, first, positional.len() as u32);
                    self.u.release(m);
                }
            }
            defaults = Some(t);
        }
        let keyword: Vec<(&'a Identifier, &'a Expr)> = p
            .kwonlyargs
            .iter()
            .filter_map(|p| p.default.as_deref().map(|d| (&p.parameter.name, d)))
            .collect();
        let mut kwdefaults = None;
        if !keyword.is_empty() {
            let t = self.u.temp();
            let m = self.u.mark();
            let first = self.u.temps(2 * keyword.len() as u32);
            for (i, (n, e)) in keyword.iter().enumerate() {
                let n = self.mangled(n);
                self.load_const(first + 2 * i as u32, Const::Str((&*n).into()));
                self.expr_to(e, first + 2 * i as u32 + 1)?;
            }
            self.op(Op::BUILD_MAP, t, first, keyword.len() as u32);
            self.u.release(m);
            kwdefaults = Some(t);
        }
        Ok((defaults, kwdefaults))
    }

    fn set_defaults(&mut self, f: Reg, defaults: Option<Reg>, kwdefaults: Option<Reg>) {
        if let Some(d) = defaults {
            self.op_d(Op::SET_FUNC_ATTR, f, d, 0, FuncAttr::Defaults as u32);
        }
        if let Some(d) = kwdefaults {
            self.op_d(Op::SET_FUNC_ATTR, f, d, 0, FuncAttr::KwDefaults as u32);
        }
    }

    pub fn lambda(&mut self, l: &'a ExprLambda, dst: Option<Reg>) -> R<Reg> {
        let m = self.u.mark();
        let f = self.early(dst);
        let (defaults, kwdefaults) = match &l.parameters {
            Some(p) => self.defaults(p)?,
            None => (None, None),
        };
        let scope = self.scope_of(l, Part::Body);
        let params = l.parameters.as_ref().map_or_else(Vec::new, |p| self.param_names(p));
        let pos = self.u.pos;
        self.enter(UnitKind::Lambda, scope, "<lambda>", &params, l.range);
        if let Some(p) = &l.parameters {
            self.set_signature(p);
        }
        self.prologue();
        let generator = self.u.flags & flags::GENERATOR != 0;
        if !generator && let Some(c) = self.fold(&l.body) {
            self.at(l.body.range());
            let i = self.u.constant(c);
            self.op_e(Op::RETURN_CONST, 0, 0, 0, i);
        } else {
            let r = self.expr(&l.body)?;
            self.at(l.body.range());
            self.op(Op::RETURN, r, 0, 0);
        }
        let code = self.leave()?;
        self.u.pos = pos;
        self.make_closure(code, f);
        self.set_defaults(f, defaults, kwdefaults);
        Ok(self.finish(dst, f, m))
    }

    /// Decorators, applied to `r` from the last to the first; their values are in windows made before.
    fn decorators(&mut self, list: &'a [Decorator]) -> R<Vec<Reg>> {
        let mut windows = Vec::new();
        for d in list {
            self.at(d.expression.range());
            let base = self.u.temps(4);
            self.expr_to(&d.expression, base)?;
            windows.push(base);
        }
        Ok(windows)
    }

    fn apply_decorators(&mut self, list: &'a [Decorator], windows: &[Reg], r: Reg) -> Reg {
        let mut r = r;
        for (d, &base) in list.iter().zip(windows).rev() {
            self.at(d.expression.range());
            self.mov(base + 4, r);
            self.op(Op::CALL, base, base, 1);
            r = base;
        }
        r
    }

    /// Where a definition starts: its first decorator, else its keyword.
    fn def_range(&self, list: &[Decorator], range: TextRange) -> TextRange {
        list.first().map_or(range, |d| TextRange::new(d.expression.range().start(), range.end()))
    }

    /// The place of the keyword itself: definitions report only their first line's start.
    fn header(&self, range: TextRange, name: &Identifier, list: &[Decorator]) -> TextRange {
        // ruff's range starts at the first decorator.
        let start = match list.last() {
            // A tree without source has the keyword's place.
            Some(_) if !self.lines.has_source() => range.start(),
            Some(d) => {
                let from = usize::from(d.expression.range().end());
                let rest = self.source.get(from..usize::from(name.range.start())).unwrap_or("");
                let skip = rest.find(['d', 'c', 'a']).unwrap_or(0);
                let line_starts = rest.match_indices('\n').map(|(i, _)| i + 1);
                // The last line before the name that starts with the keyword.
                let mut at = from + skip;
                for i in line_starts {
                    let t = rest[i..].trim_start();
                    if ["def", "class", "async"].iter().any(|k| t.starts_with(k)) {
                        at = from + i + (rest[i..].len() - t.len());
                        break;
                    }
                }
                ruff_text_size::TextSize::new(at as u32)
            }
            None => range.start(),
        };
        TextRange::new(start, range.end())
    }

    pub fn function_def(&mut self, f: &'a StmtFunctionDef) -> R {
        let m = self.u.mark();
        let windows = self.decorators(&f.decorator_list)?;
        let header = self.header(f.range, &f.name, &f.decorator_list);
        self.at(header);
        let result = self.u.temp();
        let first = self.def_range(&f.decorator_list, header);
        if let Some(tp) = &f.type_params {
            let (defaults, kwdefaults) = self.defaults(&f.parameters)?;
            let mut params: Vec<Name> = Vec::new();
            params.extend(defaults.map(|_| Name::from(".defaults")));
            params.extend(kwdefaults.map(|_| Name::from(".kwdefaults")));
            let scope = self.scope_of(f, Part::TypeParams);
            let name = format!("<generic parameters of {}>", f.name);
            self.enter(UnitKind::Annotations, scope, &name, &params, first);
            self.u.argcount = params.len() as u32;
            self.prologue();
            let tparams = self.type_params(tp)?;
            let func = self.u.temp();
            let inner_d = defaults.map(|_| 0);
            let inner_k = kwdefaults.map(|_| u32::from(defaults.is_some()));
            self.function_object(f, func, inner_d, inner_k, first)?;
            self.op_d(Op::INTRINSIC2, func, func, tparams, Intrinsic2::SetFunctionTypeParams as u32);
            self.op(Op::RETURN, func, 0, 0);
            let code = self.leave()?;
            let base = self.u.temps(4);
            self.make_closure(code, base);
            let mut n = 0;
            for r in [defaults, kwdefaults].into_iter().flatten() {
                let arg = self.u.temp();
                self.mov(arg, r);
                n += 1;
            }
            self.op(Op::CALL, result, base, n);
        } else {
            let (defaults, kwdefaults) = self.defaults(&f.parameters)?;
            self.function_object(f, result, defaults, kwdefaults, first)?;
        }
        let r = self.apply_decorators(&f.decorator_list, &windows, result);
        self.at(header);
        self.store_name(&f.name, r);
        self.u.release(m);
        Ok(())
    }

    /// Makes the function in `dst`, with its annotations and defaults.
    fn function_object(
        &mut self,
        f: &'a StmtFunctionDef,
        dst: Reg,
        defaults: Option<Reg>,
        kwdefaults: Option<Reg>,
        first: TextRange,
    ) -> R {
        let pos = self.u.pos;
        let m = self.u.mark();
        let header = self.header(f.range, &f.name, &f.decorator_list);
        let annotate = self.function_annotations(f, header)?;
        let code = self.function_code(f, first)?;
        self.u.pos = pos;
        self.make_closure(code, dst);
        self.set_defaults(dst, defaults, kwdefaults);
        if let Some((r, attr)) = annotate {
            self.op_d(Op::SET_FUNC_ATTR, dst, r, 0, attr as u32);
        }
        self.u.release(m);
        Ok(())
    }

    fn function_code(&mut self, f: &'a StmtFunctionDef, first: TextRange) -> R<CodeObject> {
        let scope = self.scope_of(f, Part::Body);
        let params = self.param_names(&f.parameters);
        let kind = if f.is_async { UnitKind::AsyncFunction } else { UnitKind::Function };
        self.enter(kind, scope, &f.name, &params, first);
        self.set_signature(&f.parameters);
        let mut body: &'a [Stmt] = &f.body;
        if let Some(doc) = self.docstring(body) {
            if self.opts.optimize < 2 {
                self.u.constant(Const::Str(doc.clone()));
                self.u.docstring = Some(doc);
                self.u.flags |= flags::HAS_DOCSTRING;
            }
            body = &body[1..];
        }
        self.prologue();
        self.body(body)?;
        self.return_none();
        self.leave()
    }

    // ---- classes

    pub fn class_def(&mut self, c: &'a StmtClassDef) -> R {
        let m = self.u.mark();
        let windows = self.decorators(&c.decorator_list)?;
        let header = self.header(c.range, &c.name, &c.decorator_list);
        self.at(header);
        let result = self.u.temp();
        let first = self.def_range(&c.decorator_list, header);
        if let Some(a) = &c.arguments {
            self.check_keywords(a)?;
        }
        if let Some(tp) = &c.type_params {
            let scope = self.scope_of(c, Part::TypeParams);
            let name = format!("<generic parameters of {}>", c.name);
            self.enter(UnitKind::Annotations, scope, &name, &[], first);
            self.prologue();
            let tparams = self.type_params(tp)?;
            self.store_name(".type_params", tparams);
            let code = self.class_code(c, first)?;
            let inner = self.u.mark();
            let base = self.class_window(c, code)?;
            // `Generic[...]` comes last among the bases.
            let generic = self.u.temp();
            self.load_name(".type_params", Some(generic));
            self.op_d(Op::INTRINSIC1, generic, generic, 0, Intrinsic1::SubscriptGeneric as u32);
            self.store_name(".generic_base", generic);
            self.u.release(inner);
            let r = self.class_call(c, base, true, inner)?;
            self.op(Op::RETURN, r, 0, 0);
            let code = self.leave()?;
            let base = self.u.temps(4);
            self.make_closure(code, base);
            self.op(Op::CALL, result, base, 0);
        } else {
            let code = self.class_code(c, first)?;
            let inner = self.u.mark();
            let base = self.class_window(c, code)?;
            let r = self.class_call(c, base, false, inner)?;
            self.mov(result, r);
        }
        let r = self.apply_decorators(&c.decorator_list, &windows, result);
        self.at(header);
        self.store_name(&c.name, r);
        self.u.release(m);
        Ok(())
    }

    /// `__build_class__` with the body's function and the name.
    fn class_window(&mut self, c: &'a StmtClassDef, code: CodeObject) -> R<Reg> {
        let base = self.u.temps(6);
        self.op(Op::LOAD_BUILD_CLASS, base, 0, 0);
        self.make_closure(code, base + 4);
        self.load_const(base + 5, Const::Str(c.name.as_str().into()));
        Ok(base)
    }

    fn class_call(&mut self, c: &'a StmtClassDef, base: Reg, generic: bool, mark: u32) -> R<Reg> {
        // The two first arguments are there already.
        self.u.ntemps = base - crate::unit::TEMP + 6;
        let pos = self.u.pos;
        static NO_ARGS: std::sync::OnceLock<Arguments> = std::sync::OnceLock::new();
        let none = NO_ARGS.get_or_init(|| Arguments {
            range: TextRange::default(),
            node_index: AtomicNodeIndex::default(),
            args: Box::new([]),
            keywords: Default::default(),
        });
        let args: &'a Arguments = match &c.arguments {
            Some(a) => a,
            None => none,
        };
        if !generic {
            return self.call_window(base, &[base + 4, base + 5], args, pos, None, mark);
        }
        // Bases, then the generic base, then keywords.
        let simple = !args.args.iter().any(|e| matches!(e, Expr::Starred(_)))
            && args.keywords.iter().all(|k| k.arg.is_some());
        if simple {
            for e in &args.args {
                let r = self.u.temp();
                self.expr_to(e, r)?;
            }
            let r = self.u.temp();
            self.load_name(".generic_base", Some(r));
            let mut names = Vec::new();
            for k in &args.keywords {
                let r = self.u.temp();
                self.expr_to(&k.value, r)?;
                names.push(Const::Str(k.arg.as_ref().map_or("", |n| n.as_str()).into()));
            }
            let n = 3 + args.args.len() as u32 + names.len() as u32;
            self.u.pos = pos;
            let d = self.dst(None, mark);
            if names.is_empty() {
                self.op(Op::CALL, d, base, n);
            } else {
                let k = self.u.constant(Const::Tuple(names.into()));
                self.op_e(Op::CALL_KW, d, base, n, k);
            }
            return Ok(d);
        }
        // Unpacked bases: collect everything in a list.
        let w = self.u.temps(4);
        self.mov(w, base);
        let list = self.u.temps(2);
        let inner = self.u.mark();
        self.op(Op::BUILD_LIST, list, base + 4, 2);
        for e in &args.args {
            let (e, op) = match e {
                Expr::Starred(s) => (&*s.value, Op::LIST_EXTEND),
                e => (e, Op::LIST_APPEND),
            };
            let r = self.expr(e)?;
            self.op(op, list, r, 0);
            self.u.release(inner);
        }
        let r = self.load_name(".generic_base", None);
        self.op(Op::LIST_APPEND, list, r, 0);
        self.u.release(inner);
        self.op(Op::LIST_TO_TUPLE, list, list, 0);
        self.keyword_dict(w, &args.keywords)?;
        self.u.pos = pos;
        let d = self.dst(None, mark);
        self.op(Op::CALL_EX, d, w, 0);
        Ok(d)
    }

    fn class_code(&mut self, c: &'a StmtClassDef, first: TextRange) -> R<CodeObject> {
        let scope = self.scope_of(c, Part::Body);
        let pos = self.u.pos;
        self.enter(UnitKind::Class, scope, &c.name, &[], first);
        self.prologue();
        let line = self.u.firstlineno;
        let t = self.u.temp();
        let id = self.u.name_id("__name__");
        self.op_e(Op::LOAD_NAME, t, 0, 0, id);
        self.store_namespace("__module__", t);
        let qualname = self.u.qualname.clone();
        self.load_const(t, Const::Str((&*qualname).into()));
        self.store_namespace("__qualname__", t);
        self.load_const(t, Const::Int(line.into()));
        self.store_namespace("__firstlineno__", t);
        if c.type_params.is_some() {
            self.load_name(".type_params", Some(t));
            self.store_namespace("__type_params__", t);
        }
        if let Some(cell) = self.class_cell("__classdict__") {
            self.op(Op::STORE_CELL, cell, 0, 0);
        }
        self.u.release(0);
        let mut body: &'a [Stmt] = &c.body;
        if let Some(doc) = self.docstring(body) {
            if self.opts.optimize < 2 {
                self.at(body[0].range());
                let t = self.u.temp();
                self.load_const(t, Const::Str(doc));
                self.store_namespace("__doc__", t);
                self.u.release(0);
            }
            body = &body[1..];
        }
        self.conditional_annotations_set()?;
        self.setup_future_annotations(body);
        self.body(body)?;
        let first = self.position(first);
        self.u.pos = Position { end_line: first.line, ..first };
        self.class_annotate()?;
        // What the statement adds belongs to the last line of the body.
        self.u.pos = Position::NONE;
        let mut statics = std::mem::take(&mut self.u.static_attributes);
        statics.sort();
        let t = self.u.temp();
        self.load_const(t, Const::Tuple(statics.iter().map(|n| Const::Str((&**n).into())).collect()));
        self.store_namespace("__static_attributes__", t);
        if let Some(cell) = self.class_cell("__classdict__") {
            self.store_namespace("__classdictcell__", cell);
        }
        match self.class_cell("__class__") {
            Some(cell) => {
                self.store_namespace("__classcell__", cell);
                self.op(Op::RETURN, cell, 0, 0);
            }
            None => {
                let i = self.u.constant(Const::None);
                self.op_e(Op::RETURN_CONST, 0, 0, 0, i);
            }
        }
        self.u.release(0);
        let code = self.leave()?;
        self.u.pos = pos;
        Ok(code)
    }

    /// Stores a name that the class statement itself binds.
    pub fn store_namespace(&mut self, name: &str, r: Reg) {
        let id = self.u.name_id(name);
        self.op_e(Op::STORE_NAME, 0, r, 0, id);
    }

    // ---- type parameters

    /// Makes the type parameters, binds them, and leaves their tuple in a register.
    fn type_params(&mut self, tp: &'a TypeParams) -> R<Reg> {
        let n = tp.type_params.len() as u32;
        if n > 1000 {
            return Err(crate::error::placeless(ErrorKind::SyntaxError, "too many type parameters"));
        }
        let tuple = self.u.temp();
        let m = self.u.mark();
        let first = self.u.temps(n);
        for (i, p) in tp.type_params.iter().enumerate() {
            let r = first + i as u32;
            self.at(p.range());
            let name = p.name();
            let inner = self.u.mark();
            self.load_const(r, Const::Str(name.as_str().into()));
            let default = match p {
                TypeParam::TypeVar(t) => {
                    match &t.bound {
                        Some(b) => {
                            let f = self.thunk(p, Part::Bound, name, b)?;
                            let which = if matches!(&**b, Expr::Tuple(_)) {
                                Intrinsic2::TypeVarWithConstraints
                            } else {
                                Intrinsic2::TypeVarWithBound
                            };
                            self.op_d(Op::INTRINSIC2, r, r, f, which as u32);
                        }
                        None => self.op_d(Op::INTRINSIC1, r, r, 0, Intrinsic1::TypeVar as u32),
                    }
                    &t.default
                }
                TypeParam::TypeVarTuple(t) => {
                    self.op_d(Op::INTRINSIC1, r, r, 0, Intrinsic1::TypeVarTuple as u32);
                    &t.default
                }
                TypeParam::ParamSpec(t) => {
                    self.op_d(Op::INTRINSIC1, r, r, 0, Intrinsic1::ParamSpec as u32);
                    &t.default
                }
            };
            if let Some(d) = default {
                let f = self.thunk(p, Part::Default, name, d)?;
                self.op_d(Op::INTRINSIC2, r, r, f, Intrinsic2::SetTypeParamDefault as u32);
            }
            self.u.release(inner);
            self.store_name(name, r);
        }
        self.op(Op::BUILD_TUPLE, tuple, first, n);
        self.u.release(m);
        Ok(tuple)
    }

    /// A function of one argument (the format) that computes an expression later.
    fn thunk(&mut self, node: &'a TypeParam, part: Part, name: &str, e: &'a Expr) -> R<Reg> {
        let scope = self.scope_of(node, part);
        let code = self.thunk_code(scope, name, e, TextRange::new(e.range().start(), e.range().end()))?;
        let f = self.u.temp();
        self.make_closure(code, f);
        self.format_default(f);
        Ok(f)
    }

    /// The format argument of a lazily computed value defaults to VALUE.
    fn format_default(&mut self, f: Reg) {
        let m = self.u.mark();
        let t = self.u.temp();
        self.load_const(t, Const::Tuple(Box::new([Const::Int(1)])));
        self.op_d(Op::SET_FUNC_ATTR, f, t, 0, FuncAttr::Defaults as u32);
        self.u.release(m);
    }

    fn thunk_code(
        &mut self,
        scope: crate::symtable::ScopeId,
        name: &str,
        e: &'a Expr,
        range: TextRange,
    ) -> R<CodeObject> {
        let pos = self.u.pos;
        self.enter(UnitKind::Annotations, scope, name, &[".format".into()], range);
        self.u.argcount = 1;
        self.u.posonlyargcount = 1;
        self.prologue();
        self.check_format(0);
        let r = match e {
            // The default of a TypeVarTuple may be unpacked.
            Expr::Starred(s) => {
                let v = self.expr(&s.value)?;
                let t = self.u.temp();
                self.op(Op::UNPACK_SEQ, t, v, 1);
                t
            }
            e => self.expr(e)?,
        };
        self.at(e.range());
        self.op(Op::RETURN, r, 0, 0);
        let code = self.leave()?;
        self.u.pos = pos;
        Ok(code)
    }

    /// `if format > VALUE_WITH_FAKE_GLOBALS: raise NotImplementedError`.
    pub fn check_format(&mut self, format: Reg) {
        let ok = self.u.label();
        self.jump(Op::JNGT_I, format, 0, 2, ok);
        let t = self.u.temp();
        self.op_d(Op::LOAD_COMMON, t, 0, 0, taipan_bytecode::CommonConst::NotImplementedError as u32);
        self.op(Op::RAISE, t, 0, 0);
        self.u.release(0);
        self.u.place(ok);
    }

    pub fn type_alias(&mut self, t: &'a StmtTypeAlias) -> R {
        let Expr::Name(name) = &*t.name else {
            return Err(syntax(t.name.range(), "invalid syntax"));
        };
        let m = self.u.mark();
        let r = self.u.temp();
        if let Some(tp) = &t.type_params {
            let scope = self.scope_of(t, Part::TypeParams);
            let unit = format!("<generic parameters of {}>", name.id);
            self.enter(UnitKind::Annotations, scope, &unit, &[], t.range);
            self.prologue();
            let tuple = self.u.temps(3);
            self.load_const(tuple, Const::Str((&*name.id).into()));
            let tparams = self.type_params(tp)?;
            self.mov(tuple + 1, tparams);
            self.alias_value(t, name, tuple)?;
            self.op(Op::RETURN, tuple, 0, 0);
            let code = self.leave()?;
            let base = self.u.temps(4);
            self.make_closure(code, base);
            self.op(Op::CALL, r, base, 0);
        } else {
            let tuple = self.u.temps(3);
            self.load_const(tuple, Const::Str((&*name.id).into()));
            self.load_const(tuple + 1, Const::None);
            self.alias_value(t, name, tuple)?;
            self.mov(r, tuple);
        }
        self.at(t.range);
        self.store_name(&name.id, r);
        self.u.release(m);
        Ok(())
    }

    fn alias_value(&mut self, t: &'a StmtTypeAlias, name: &ExprName, tuple: Reg) -> R {
        let scope = self.scope_of(t, Part::AliasValue);
        let code = self.thunk_code(scope, &name.id, &t.value, t.range)?;
        self.make_closure(code, tuple + 2);
        self.format_default(tuple + 2);
        self.at(t.range);
        self.op(Op::BUILD_TUPLE, tuple, tuple, 3);
        self.op_d(Op::INTRINSIC1, tuple, tuple, 0, Intrinsic1::TypeAlias as u32);
        Ok(())
    }
}
