//! From node objects to the parser's tree: expressions, arguments, formatted strings, constants.

use super::nodes::{N, NODES};
use super::read::{Ctx, Open, Reader};
use ruff_python_ast as r;
use ruff_text_size::{Ranged, TextRange};
use taipan_bytecode::{Const, Wtf8};
use taipan_runtime::objects::bytes::Bytes;
use taipan_runtime::objects::complex::Complex;
use taipan_runtime::objects::int_util;
use taipan_runtime::objects::set::Set;
use taipan_runtime::objects::tuple::Tuple;
use taipan_runtime::vm::shape_ids;
use taipan_runtime::{PyResult, Value, Vm};
use thin_vec::ThinVec;

fn context_name(c: Ctx) -> &'static str {
    match c {
        Ctx::Store => "Store",
        Ctx::Del => "Del",
        _ => "Load",
    }
}

/// The compiler's constant for a value that a `Constant` may hold.
fn constant(vm: &Vm, v: Value) -> PyResult<Const> {
    vm.check_native_stack()?;
    if v.is_none() {
        return Ok(Const::None);
    }
    if v.is_bool() {
        return Ok(Const::Bool(v.is_true()));
    }
    if v == Value::ELLIPSIS {
        return Ok(Const::Ellipsis);
    }
    if vm.class_of(v) == vm.types.int {
        return Ok(match int_util::to_i64(v) {
            Some(i) => Const::Int(i),
            None => {
                let (sign, m) = int_util::to_big(v).into_parts();
                let negative = sign == dashu_int::Sign::Negative;
                Const::BigInt(negative, m.to_le_bytes())
            }
        });
    }
    if vm.class_of(v) == vm.types.float {
        return Ok(Const::Float(vm.to_f64(v)?));
    }
    if vm.class_of(v) == vm.types.complex
        && let Some(c) = v.cast::<Complex>()
    {
        return Ok(Const::Complex(c.re, c.im));
    }
    if let Some(s) = vm.exact_str(v) {
        return Ok(Const::Str(Wtf8(s.as_bytes().into())));
    }
    if vm.class_of(v) == vm.types.bytes
        && let Some(b) = v.cast::<Bytes>()
    {
        return Ok(Const::Bytes(b.as_bytes().into()));
    }
    if vm.is_exact(v, shape_ids::tuple)
        && let Some(t) = v.cast::<Tuple>()
    {
        let items: PyResult<Vec<Const>> = t.items().iter().map(|&x| constant(vm, x)).collect();
        return Ok(Const::Tuple(items?.into()));
    }
    if vm.class_of(v) == vm.types.frozenset
        && let Some(s) = v.cast::<Set>()
    {
        let (mut items, mut pos) = (Vec::new(), 0);
        while let Some(e) = s.next(&mut pos) {
            items.push(constant(vm, e.key)?);
        }
        return Ok(Const::FrozenSet(items.into()));
    }
    Err(vm.type_error(format!("got an invalid type in Constant: {}", vm.type_name(v))))
}

fn raw_string(value: &str, range: TextRange) -> r::StringLiteral {
    // Raw: what is in the source has no say, there is none.
    let flags = r::StringLiteralFlags::empty()
        .with_prefix(r::str_prefix::StringLiteralPrefix::Raw { uppercase: false });
    r::StringLiteral { node_index: Default::default(), range, value: value.into(), flags }
}

impl Reader<'_> {
    pub fn req_expr(&mut self, v: Value, class: &str, field: &str, ctx: Ctx) -> PyResult<Box<r::Expr>> {
        let e = self.field(v, class, field)?;
        Ok(Box::new(self.expr(e, ctx)?))
    }
    pub fn opt_expr(&mut self, v: Value, field: &str) -> PyResult<Option<Box<r::Expr>>> {
        match self.opt(v, field)? {
            Some(e) => Ok(Some(Box::new(self.expr(e, Ctx::Load)?))),
            None => Ok(None),
        }
    }
    pub fn exprs(&mut self, v: Value, class: &str, field: &str, ctx: Ctx) -> PyResult<Vec<r::Expr>> {
        let items = self.items(v, class, field)?;
        let mut out = Vec::with_capacity(items.len());
        for &e in items.iter() {
            if e.is_none() {
                return self.invalid("None disallowed in expression list");
            }
            out.push(self.expr(e, ctx)?);
        }
        Ok(out)
    }

    /// The context that a node says, which must be the one asked for.
    fn context(&self, v: Value, class: &str, want: Ctx) -> PyResult<Ctx> {
        let c = self.field(v, class, "ctx")?;
        let got = match self.kind(c) {
            Some(N::Load) => Ctx::Load,
            Some(N::Store) => Ctx::Store,
            Some(N::Del) => Ctx::Del,
            _ => return Err(self.unexpected("expr_context", c)),
        };
        if got != want {
            return self.invalid(format!(
                "expression must have {} context but has {} instead",
                context_name(want),
                context_name(got)
            ));
        }
        Ok(got)
    }

    pub fn operator(&self, v: Value) -> PyResult<r::Operator> {
        Ok(match self.kind(v) {
            Some(N::Add) => r::Operator::Add,
            Some(N::Sub) => r::Operator::Sub,
            Some(N::Mult) => r::Operator::Mult,
            Some(N::MatMult) => r::Operator::MatMult,
            Some(N::Div) => r::Operator::Div,
            Some(N::Mod) => r::Operator::Mod,
            Some(N::Pow) => r::Operator::Pow,
            Some(N::LShift) => r::Operator::LShift,
            Some(N::RShift) => r::Operator::RShift,
            Some(N::BitOr) => r::Operator::BitOr,
            Some(N::BitXor) => r::Operator::BitXor,
            Some(N::BitAnd) => r::Operator::BitAnd,
            Some(N::FloorDiv) => r::Operator::FloorDiv,
            _ => return Err(self.unexpected("operator", v)),
        })
    }
    fn comparison(&self, v: Value) -> PyResult<r::CmpOp> {
        Ok(match self.kind(v) {
            Some(N::Eq) => r::CmpOp::Eq,
            Some(N::NotEq) => r::CmpOp::NotEq,
            Some(N::Lt) => r::CmpOp::Lt,
            Some(N::LtE) => r::CmpOp::LtE,
            Some(N::Gt) => r::CmpOp::Gt,
            Some(N::GtE) => r::CmpOp::GtE,
            Some(N::Is) => r::CmpOp::Is,
            Some(N::IsNot) => r::CmpOp::IsNot,
            Some(N::In) => r::CmpOp::In,
            Some(N::NotIn) => r::CmpOp::NotIn,
            _ => return Err(self.unexpected("cmpop", v)),
        })
    }

    pub fn keywords(&mut self, v: Value, class: &str) -> PyResult<ThinVec<r::Keyword>> {
        let mut out = ThinVec::new();
        for &k in self.items(v, class, "keywords")?.iter() {
            let o = self.open(k, "keyword", false)?;
            let arg = self.opt_ident(k, "arg", o)?;
            let value = *self.req_expr(k, "keyword", "value", Ctx::Load)?;
            out.push(r::Keyword { node_index: Default::default(), range: self.close(o), arg, value });
        }
        Ok(out)
    }

    fn parameter(&mut self, v: Value) -> PyResult<r::Parameter> {
        let o = self.open(v, "arg", false)?;
        let name = self.ident(v, "arg", "arg", o)?;
        let annotation = self.opt_expr(v, "annotation")?;
        self.check_string(v, "type_comment")?;
        Ok(r::Parameter { node_index: Default::default(), range: self.close(o), name, annotation })
    }
    fn with_default(&mut self, v: Value, default: Option<Box<r::Expr>>) -> PyResult<r::ParameterWithDefault> {
        let parameter = self.parameter(v)?;
        let range = parameter.range;
        Ok(r::ParameterWithDefault { node_index: Default::default(), range, parameter, default })
    }

    pub fn parameters(&mut self, v: Value) -> PyResult<r::Parameters> {
        let class = "arguments";
        if self.kind(v) != Some(N::Arguments) {
            return Err(self.unexpected(class, v));
        }
        let outer = self.open_bare();
        let posonly = self.items(v, class, "posonlyargs")?;
        let plain = self.items(v, class, "args")?;
        let kwonly = self.items(v, class, "kwonlyargs")?;
        let defaults = self.exprs(v, class, "defaults", Ctx::Load)?;
        let total = posonly.len() + plain.len();
        if defaults.len() > total {
            return self.invalid("more positional defaults than args on arguments");
        }
        let mut without = total - defaults.len();
        let mut defaults = defaults.into_iter();
        let mut out = r::Parameters { ..Default::default() };
        for (list, into_posonly) in [(&posonly, true), (&plain, false)] {
            for &p in list.iter() {
                let default = if without > 0 {
                    without -= 1;
                    None
                } else {
                    defaults.next().map(Box::new)
                };
                let p = self.with_default(p, default)?;
                if into_posonly { out.posonlyargs.push(p) } else { out.args.push(p) }
            }
        }
        if let Some(p) = self.opt(v, "vararg")? {
            out.vararg = Some(Box::new(self.parameter(p)?));
        }
        let kw_defaults = self.items(v, class, "kw_defaults")?;
        if kw_defaults.len() != kwonly.len() {
            return self.invalid("length of kwonlyargs is not the same as kw_defaults on arguments");
        }
        for (&p, &d) in kwonly.iter().zip(kw_defaults.iter()) {
            let default = if d.is_none() { None } else { Some(Box::new(self.expr(d, Ctx::Load)?)) };
            let p = self.with_default(p, default)?;
            out.kwonlyargs.push(p);
        }
        if let Some(p) = self.opt(v, "kwarg")? {
            out.kwarg = Some(Box::new(self.parameter(p)?));
        }
        out.range = self.close(outer);
        Ok(out)
    }

    fn generators(&mut self, v: Value, class: &str) -> PyResult<Vec<r::Comprehension>> {
        let mut out = Vec::new();
        for &c in self.items(v, class, "generators")?.iter() {
            if self.kind(c) != Some(N::Comprehension) {
                return Err(self.unexpected("comprehension", c));
            }
            let o = self.open_bare();
            let target = *self.req_expr(c, "comprehension", "target", Ctx::Store)?;
            let iter = *self.req_expr(c, "comprehension", "iter", Ctx::Load)?;
            let ifs = self.exprs(c, "comprehension", "ifs", Ctx::Load)?;
            let is_async = self.int(self.field(c, "comprehension", "is_async")?)? != 0;
            let range = self.close(o);
            out.push(r::Comprehension { node_index: Default::default(), range, target, iter, ifs, is_async });
        }
        if out.is_empty() {
            return self.invalid("comprehension with no generators");
        }
        Ok(out)
    }

    pub fn expr(&mut self, v: Value, ctx: Ctx) -> PyResult<r::Expr> {
        let o = self.open(v, "expr", false)?;
        let Some(kind) = self.kind(v) else { return Err(self.unexpected("expr", v)) };
        let class = NODES[kind as usize].name;
        if ctx != Ctx::Load
            && !matches!(kind, N::Attribute | N::Subscript | N::Starred | N::Name | N::List | N::Tuple)
        {
            let c = context_name(ctx);
            return self.invalid(format!("expression which can't be assigned to in {c} context"));
        }
        let node_index = Default::default();
        Ok(match kind {
            N::BoolOp => {
                let op = self.field(v, class, "op")?;
                let op = match self.kind(op) {
                    Some(N::And) => r::BoolOp::And,
                    Some(N::Or) => r::BoolOp::Or,
                    _ => return Err(self.unexpected("boolop", op)),
                };
                let values = self.exprs(v, class, "values", Ctx::Load)?;
                if values.len() < 2 {
                    return self.invalid("BoolOp with less than 2 values");
                }
                r::Expr::BoolOp(r::ExprBoolOp { node_index, op, values, range: self.close(o) })
            }
            N::NamedExpr => {
                let target = self.field(v, class, "target")?;
                if self.kind(target) != Some(N::Name) {
                    return Err(self.vm.type_error("NamedExpr target must be a Name"));
                }
                let target = Box::new(self.expr(target, Ctx::Store)?);
                let value = self.req_expr(v, class, "value", Ctx::Load)?;
                r::Expr::Named(r::ExprNamed { node_index, target, value, range: self.close(o) })
            }
            N::BinOp => {
                let left = self.req_expr(v, class, "left", Ctx::Load)?;
                let op = self.operator(self.field(v, class, "op")?)?;
                let right = self.req_expr(v, class, "right", Ctx::Load)?;
                r::Expr::BinOp(r::ExprBinOp { node_index, left, op, right, range: self.close(o) })
            }
            N::UnaryOp => {
                let op = self.field(v, class, "op")?;
                let op = match self.kind(op) {
                    Some(N::Invert) => r::UnaryOp::Invert,
                    Some(N::Not) => r::UnaryOp::Not,
                    Some(N::UAdd) => r::UnaryOp::UAdd,
                    Some(N::USub) => r::UnaryOp::USub,
                    _ => return Err(self.unexpected("unaryop", op)),
                };
                let operand = self.req_expr(v, class, "operand", Ctx::Load)?;
                r::Expr::UnaryOp(r::ExprUnaryOp { node_index, op, operand, range: self.close(o) })
            }
            N::Lambda => {
                let parameters = Some(Box::new(self.parameters(self.field(v, class, "args")?)?));
                let body = self.req_expr(v, class, "body", Ctx::Load)?;
                r::Expr::Lambda(r::ExprLambda { node_index, parameters, body, range: self.close(o) })
            }
            N::IfExp => {
                let test = self.req_expr(v, class, "test", Ctx::Load)?;
                let body = self.req_expr(v, class, "body", Ctx::Load)?;
                let orelse = self.req_expr(v, class, "orelse", Ctx::Load)?;
                r::Expr::If(r::ExprIf { node_index, test, body, orelse, range: self.close(o) })
            }
            N::Dict => {
                let keys = self.items(v, class, "keys")?;
                let values = self.items(v, class, "values")?;
                if keys.len() != values.len() {
                    return self.invalid("Dict doesn't have the same number of keys as values");
                }
                let mut items = Vec::new();
                for (&k, &x) in keys.iter().zip(values.iter()) {
                    let key = if k.is_none() { None } else { Some(self.expr(k, Ctx::Load)?) };
                    if x.is_none() {
                        return self.invalid("None disallowed in expression list");
                    }
                    items.push(r::DictItem { key, value: self.expr(x, Ctx::Load)? });
                }
                r::Expr::Dict(r::ExprDict { node_index, items, range: self.close(o) })
            }
            N::Set => {
                let elts = self.exprs(v, class, "elts", Ctx::Load)?;
                r::Expr::Set(r::ExprSet { node_index, elts, range: self.close(o) })
            }
            N::ListComp | N::SetComp | N::GeneratorExp => {
                let elt = self.req_expr(v, class, "elt", Ctx::Load)?;
                let generators = self.generators(v, class)?;
                let range = self.close(o);
                match kind {
                    N::ListComp => r::Expr::ListComp(r::ExprListComp { node_index, elt, generators, range }),
                    N::SetComp => r::Expr::SetComp(r::ExprSetComp { node_index, elt, generators, range }),
                    _ => {
                        let parenthesized = true;
                        r::Expr::Generator(r::ExprGenerator {
                            node_index,
                            elt,
                            generators,
                            parenthesized,
                            range,
                        })
                    }
                }
            }
            N::DictComp => {
                let key = Some(self.req_expr(v, class, "key", Ctx::Load)?);
                let value = self.req_expr(v, class, "value", Ctx::Load)?;
                let generators = self.generators(v, class)?;
                let range = self.close(o);
                r::Expr::DictComp(r::ExprDictComp { node_index, key, value, generators, range })
            }
            N::Await => {
                let value = self.req_expr(v, class, "value", Ctx::Load)?;
                r::Expr::Await(r::ExprAwait { node_index, value, range: self.close(o) })
            }
            N::Yield => {
                let value = self.opt_expr(v, "value")?;
                r::Expr::Yield(r::ExprYield { node_index, value, range: self.close(o) })
            }
            N::YieldFrom => {
                let value = self.req_expr(v, class, "value", Ctx::Load)?;
                r::Expr::YieldFrom(r::ExprYieldFrom { node_index, value, range: self.close(o) })
            }
            N::Compare => {
                let left = self.req_expr(v, class, "left", Ctx::Load)?;
                let mut ops = Vec::new();
                for &op in self.items(v, class, "ops")?.iter() {
                    ops.push(self.comparison(op)?);
                }
                let comparators = self.exprs(v, class, "comparators", Ctx::Load)?;
                if comparators.is_empty() {
                    return self.invalid("Compare with no comparators");
                }
                if comparators.len() != ops.len() {
                    return self.invalid("Compare has a different number of comparators and operands");
                }
                r::Expr::Compare(r::ExprCompare {
                    node_index,
                    left,
                    ops: ops.into(),
                    comparators: comparators.into(),
                    range: self.close(o),
                })
            }
            N::Call => {
                let func = self.req_expr(v, class, "func", Ctx::Load)?;
                let inner = self.open_bare();
                let args = self.exprs(v, class, "args", Ctx::Load)?.into();
                let keywords = self.keywords(v, class)?;
                let start = self.close(inner).start();
                let range = self.close(o);
                let start = start.min(range.end());
                let arguments = r::Arguments {
                    node_index: Default::default(),
                    range: TextRange::new(start, range.end()),
                    args,
                    keywords,
                };
                r::Expr::Call(r::ExprCall { node_index, range_start: range.start(), func, arguments })
            }
            N::FormattedValue | N::Interpolation => {
                let template = kind == N::Interpolation;
                let element = self.replacement(v, o, template)?;
                let range = element.range();
                self.formatted(vec![element], range, template)
            }
            N::JoinedStr | N::TemplateStr => {
                let template = kind == N::TemplateStr;
                let elements = self.elements(v, class, template)?;
                let range = self.close(o);
                self.formatted(elements, range, template)
            }
            N::Constant => self.literal(v, o)?,
            N::Attribute => {
                let value = self.req_expr(v, class, "value", Ctx::Load)?;
                let attr = self.ident(v, class, "attr", o)?;
                let ctx = self.context(v, class, ctx)?;
                r::Expr::Attribute(r::ExprAttribute { node_index, value, attr, ctx, range: self.close(o) })
            }
            N::Subscript => {
                let value = self.req_expr(v, class, "value", Ctx::Load)?;
                let slice = self.req_expr(v, class, "slice", Ctx::Load)?;
                let ctx = self.context(v, class, ctx)?;
                r::Expr::Subscript(r::ExprSubscript { node_index, value, slice, ctx, range: self.close(o) })
            }
            N::Starred => {
                let ctx = self.context(v, class, ctx)?;
                let value = self.req_expr(v, class, "value", ctx)?;
                r::Expr::Starred(r::ExprStarred { node_index, value, ctx, range: self.close(o) })
            }
            N::Name => {
                let id = self.ident(v, class, "id", o)?.id;
                self.check_name(&id)?;
                let ctx = self.context(v, class, ctx)?;
                r::Expr::Name(r::ExprName { node_index, id, ctx, range: self.close(o) })
            }
            N::List | N::Tuple => {
                let ctx = self.context(v, class, ctx)?;
                let elts = self.exprs(v, class, "elts", ctx)?;
                let range = self.close(o);
                if kind == N::List {
                    r::Expr::List(r::ExprList { node_index, elts, ctx, range })
                } else {
                    r::Expr::Tuple(r::ExprTuple { node_index, elts, ctx, parenthesized: true, range })
                }
            }
            N::Slice => {
                let lower = self.opt_expr(v, "lower")?;
                let upper = self.opt_expr(v, "upper")?;
                let step = self.opt_expr(v, "step")?;
                r::Expr::Slice(r::ExprSlice { node_index, lower, upper, step, range: self.close(o) })
            }
            _ => return Err(self.unexpected("expr", v)),
        })
    }

    /// A `Constant`. What has no literal in the parser's tree is kept aside, under the number of its start.
    fn literal(&mut self, v: Value, o: Open) -> PyResult<r::Expr> {
        let c = constant(self.vm, self.present(v, "Constant", "value")?)?;
        self.check_string(v, "kind")?;
        let range = self.close(o);
        let node_index = Default::default();
        Ok(match c {
            Const::None => r::Expr::NoneLiteral(r::ExprNoneLiteral { node_index, range }),
            Const::Bool(value) => r::Expr::BooleanLiteral(r::ExprBooleanLiteral { node_index, range, value }),
            Const::Ellipsis => r::Expr::EllipsisLiteral(r::ExprEllipsisLiteral { node_index, range }),
            Const::Int(i) if i >= 0 => {
                let value = r::Number::Int(r::Int::from(i as u64));
                r::Expr::NumberLiteral(r::ExprNumberLiteral { node_index, range, value })
            }
            Const::Float(f) => {
                let value = r::Number::Float(f);
                r::Expr::NumberLiteral(r::ExprNumberLiteral { node_index, range, value })
            }
            Const::Str(ref s) if s.as_str().is_some() => {
                let value = r::StringLiteralValue::single(raw_string(s.as_str().unwrap_or(""), range));
                r::Expr::StringLiteral(r::ExprStringLiteral { node_index, range, value })
            }
            Const::Bytes(b) => {
                let flags = r::BytesLiteralFlags::empty();
                let value = r::BytesLiteralValue::single(r::BytesLiteral {
                    node_index: Default::default(),
                    range,
                    value: b,
                    flags,
                });
                r::Expr::BytesLiteral(r::ExprBytesLiteral { node_index, range, value })
            }
            other => self.aside(other, range),
        })
    }
    fn aside(&mut self, c: Const, range: TextRange) -> r::Expr {
        self.places.values.insert(u32::from(range.start()), c);
        r::Expr::IpyEscapeCommand(r::ExprIpyEscapeCommand {
            node_index: Default::default(),
            range,
            kind: r::IpyEscapeKind::Shell,
            value: "".into(),
        })
    }

    // ---- formatted strings

    fn formatted(
        &self,
        elements: Vec<r::InterpolatedStringElement>,
        range: TextRange,
        template: bool,
    ) -> r::Expr {
        let elements = r::InterpolatedStringElements::from(elements);
        let node_index = Default::default();
        if template {
            let t = r::TString {
                node_index: Default::default(),
                range,
                elements,
                flags: r::TStringFlags::empty(),
            };
            r::Expr::TString(r::ExprTString { node_index, range, value: r::TStringValue::single(t) })
        } else {
            let flags = r::FStringFlags::empty()
                .with_prefix(r::str_prefix::FStringPrefix::Raw { uppercase_r: false });
            let f = r::FString { node_index: Default::default(), range, elements, flags };
            r::Expr::FString(r::ExprFString { node_index, range, value: r::FStringValue::single(f) })
        }
    }

    /// The values of a `JoinedStr` or `TemplateStr`.
    fn elements(
        &mut self,
        v: Value,
        class: &str,
        template: bool,
    ) -> PyResult<Vec<r::InterpolatedStringElement>> {
        let mut out = Vec::new();
        for &x in self.items(v, class, "values")?.iter() {
            if x.is_none() {
                return self.invalid("None disallowed in expression list");
            }
            let text = match self.kind(x) {
                Some(N::Constant) => self.vm.exact_str(self.present(x, "Constant", "value")?),
                _ => None,
            };
            if let Some(s) = text.as_ref().and_then(|s| s.to_str()) {
                let o = self.open(x, "expr", false)?;
                let range = self.close(o);
                let value = s.into();
                let node_index = Default::default();
                let l = r::InterpolatedStringLiteralElement { node_index, range, value };
                out.push(r::InterpolatedStringElement::Literal(l));
                continue;
            }
            match self.kind(x) {
                Some(N::FormattedValue) if !template => {
                    let o = self.open(x, "expr", false)?;
                    out.push(self.replacement(x, o, false)?);
                }
                Some(N::Interpolation) if template => {
                    let o = self.open(x, "expr", false)?;
                    out.push(self.replacement(x, o, true)?);
                }
                _ => {
                    let e = self.expr(x, Ctx::Load)?;
                    out.push(plain(e));
                }
            }
        }
        Ok(out)
    }

    /// A `FormattedValue` or an `Interpolation` that has been opened.
    fn replacement(&mut self, v: Value, o: Open, template: bool) -> PyResult<r::InterpolatedStringElement> {
        let class = if template { "Interpolation" } else { "FormattedValue" };
        let expression = self.req_expr(v, class, "value", Ctx::Load)?;
        let text = if template {
            let s = self.present(v, class, "str")?;
            Some(constant(self.vm, s)?)
        } else {
            None
        };
        let conversion = match self.int(self.field(v, class, "conversion")?)? {
            -1 => r::ConversionFlag::None,
            115 => r::ConversionFlag::Str,
            114 => r::ConversionFlag::Repr,
            97 => r::ConversionFlag::Ascii,
            c => {
                return Err(self.vm.system_error(format!("Unrecognized conversion character {c}")));
            }
        };
        let format_spec = match self.opt(v, "format_spec")? {
            None => None,
            Some(s) => {
                let (elements, range) = if self.kind(s) == Some(N::JoinedStr) {
                    let inner = self.open(s, "expr", false)?;
                    let elements = self.elements(s, "JoinedStr", false)?;
                    (elements, self.close(inner))
                } else {
                    let e = self.expr(s, Ctx::Load)?;
                    let range = e.range();
                    let simple = matches!(&e, r::Expr::StringLiteral(_));
                    match e {
                        r::Expr::StringLiteral(s) if simple => {
                            let value = s.value.to_str().into();
                            let node_index = Default::default();
                            let l = r::InterpolatedStringLiteralElement { node_index, range, value };
                            (vec![r::InterpolatedStringElement::Literal(l)], range)
                        }
                        e => (vec![plain(e)], range),
                    }
                };
                Some(Box::new(r::InterpolatedStringFormatSpec {
                    node_index: Default::default(),
                    range,
                    elements: r::InterpolatedStringElements::from(elements),
                }))
            }
        };
        let range = self.close(o);
        if let Some(t) = text {
            self.places.values.insert(u32::from(range.start()), t);
        }
        Ok(r::InterpolatedStringElement::Interpolation(r::InterpolatedElement {
            node_index: Default::default(),
            range,
            expression,
            debug_text: None,
            conversion,
            format_spec,
        }))
    }
}

/// An expression as a replacement field without conversion and format.
fn plain(e: r::Expr) -> r::InterpolatedStringElement {
    r::InterpolatedStringElement::Interpolation(r::InterpolatedElement {
        node_index: Default::default(),
        range: e.range(),
        expression: Box::new(e),
        debug_text: None,
        conversion: r::ConversionFlag::None,
        format_spec: None,
    })
}
