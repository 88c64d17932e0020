//! Builtins that numeric code calls: `math`, `len`, `abs`, `min`, `max`, `range`, conversions, list methods.
//!
//! What is recognised is the object that is called, so that a rebound name is no matter; arguments are positional.

use super::arith::Num;
use super::frames::{Kind, kind};
use super::{Rec, Recorder};
use taipan_runtime::objects::native::NativeFunction;
use taipan_runtime::objects::typ::Type;
use taipan_runtime::vm::shape_ids;
use taipan_runtime::{Gc, Value};
use taipan_trace_ir::{ExitReason, Intrinsic, Op, Val};

/// A module's function of a float that is plain C: how, and what it may be asked.
enum Plain {
    /// An intrinsic; the result must be finite.
    Call(Intrinsic),
    /// An op; the result must be no NaN.
    Op(Op),
}

/// A method of a builtin type that is called: bound, or with its object as the first argument.
pub(super) struct MethodCall {
    pub f: Gc<NativeFunction>,
    /// The callee's register.
    w: u32,
    /// The object, where it is an argument.
    this: Option<Val>,
    /// The object.
    pub live: Value,
    /// Registers of the arguments behind it.
    pub first: u32,
    pub n: u32,
}

fn math(name: &str) -> Option<Plain> {
    Some(match name {
        "sin" => Plain::Call(Intrinsic::FloatSin),
        "cos" => Plain::Call(Intrinsic::FloatCos),
        "tan" => Plain::Call(Intrinsic::FloatTan),
        "asin" => Plain::Call(Intrinsic::FloatAsin),
        "acos" => Plain::Call(Intrinsic::FloatAcos),
        "atan" => Plain::Call(Intrinsic::FloatAtan),
        "log" => Plain::Call(Intrinsic::FloatLog),
        "sqrt" => Plain::Op(Op::FSqrt),
        "fabs" => Plain::Op(Op::FAbs),
        _ => return None,
    })
}

impl Recorder {
    /// A native with plain arguments: its result. `None` where it must be called.
    pub(super) fn native(&mut self, f: Gc<NativeFunction>, w: u32, first: u32, n: u32) -> Rec<Option<Val>> {
        let vm = self.vm();
        let name = f.def.name;
        let owner = f.owner.get();
        let methods = [vm.types.list, vm.types.dict].map(|t| t.value());
        if methods.contains(&owner) {
            let bound = f.bound.get();
            let m = if !bound.is_unbound() {
                MethodCall { f, w, this: None, live: bound, first, n }
            } else if n > 0 {
                let this = self.get(first);
                MethodCall { f, w, this: Some(this), live: self.live(first), first: first + 1, n: n - 1 }
            } else {
                return Ok(None);
            };
            return if owner == methods[0] { self.list_method(&m) } else { self.dict_method(&m) };
        }
        if !owner.is_none() && !owner.is_unbound() {
            return Ok(None);
        }
        let module = f.module.get();
        let module =
            module.cast::<taipan_runtime::objects::str::Str>().and_then(|s| s.to_str().map(str::to_string));
        let live = |k: u32| self.live(first + k);
        match (module.as_deref(), name, n) {
            (Some("math"), _, 1) => {
                let Some(how) = math(name) else { return Ok(None) };
                let Some(x) = live(0).to_float().or(match kind(vm, live(0)) {
                    Kind::Int(i) => Some(i as f64),
                    _ => None,
                }) else {
                    return Ok(None);
                };
                let finite = match name {
                    "sqrt" => x >= 0.0,
                    "fabs" => true,
                    "asin" | "acos" => x.abs() <= 1.0,
                    "log" => x > 0.0 && x.is_finite(),
                    _ => x.is_finite(),
                };
                if !finite {
                    return Ok(None);
                }
                self.callee(f, w);
                let a = self.num_reg(first);
                let Some(x) = self.to_float(a) else { return Ok(None) };
                Ok(Some(match how {
                    Plain::Op(op) => {
                        let r = self.b().op(op, &[x]);
                        if op == Op::FSqrt {
                            let c = self.b().op(Op::FEq, &[r, r]);
                            self.require(c, ExitReason::Domain);
                        }
                        r
                    }
                    Plain::Call(i) => {
                        let r = self.b().call(i, &[x], None);
                        let inf = self.tree.f64(f64::INFINITY);
                        let m = self.b().op(Op::FAbs, &[r]);
                        let c = self.b().op(Op::FLt, &[m, inf]);
                        self.require(c, ExitReason::Domain);
                        r
                    }
                }))
            }
            (Some("builtins"), "len", 1) => {
                let v = self.get(first);
                let l = self.live(first);
                let (shape, m) = if vm.is_exact(l, shape_ids::list) {
                    (shape_ids::list, "list.len")
                } else if vm.is_exact(l, shape_ids::tuple) {
                    (shape_ids::tuple, "tuple.len")
                } else if vm.is_exact(l, shape_ids::str) {
                    (shape_ids::str, "str.chars")
                } else if vm.is_exact(l, shape_ids::bytes) {
                    (shape_ids::bytes, "bytes.len")
                } else if vm.is_exact(l, shape_ids::dict) {
                    (shape_ids::dict, "dict.len")
                } else if vm.is_exact(l, shape_ids::set) {
                    (shape_ids::set, "set.len")
                } else {
                    let Some(r) = self.raw(v, l) else { return Ok(None) };
                    self.callee(f, w);
                    return Ok(Some(self.raw_len(&r)));
                };
                self.callee(f, w);
                let p = self.shaped(v, shape);
                let m = self.mem(m);
                Ok(Some(self.b().load(p, m)))
            }
            (Some("builtins"), "isinstance", 2) => self.isinstance(f, w, first),
            (Some("builtins"), "abs", 1) => {
                let l = self.live(first);
                match kind(vm, l) {
                    Kind::Float => {
                        self.callee(f, w);
                        let Num::F(x) = self.num_reg(first) else { return Ok(None) };
                        Ok(Some(self.b().op(Op::FAbs, &[x])))
                    }
                    Kind::Int(i) if i != i64::MIN => {
                        self.callee(f, w);
                        let Num::I(x) = self.num_reg(first) else { return Ok(None) };
                        let zero = self.tree.i64(0);
                        let e = self.exit(ExitReason::Overflow);
                        let neg = self.b().guard(Op::SubOv, &[zero, x], e);
                        Ok(Some(self.b().op(Op::Max, &[x, neg])))
                    }
                    _ => Ok(None),
                }
            }
            (Some("builtins"), "min" | "max", 3..=6) => {
                let all = |k: fn(Kind) -> bool| (0..n).all(|j| k(kind(vm, self.live(first + j))));
                let ints = all(|k| matches!(k, Kind::Int(_)));
                if !ints && !all(|k| k == Kind::Float) {
                    return Ok(None);
                }
                self.callee(f, w);
                let mut best: Option<Val> = None;
                for j in 0..n {
                    let x = self.operand(first + j);
                    best = Some(match best {
                        None => x,
                        Some(b) if ints => {
                            self.b().op(if name == "min" { Op::Min } else { Op::Max }, &[b, x])
                        }
                        Some(b) => {
                            let c = self.b().op(if name == "min" { Op::FLt } else { Op::FGt }, &[x, b]);
                            self.b().op(Op::Select, &[c, x, b])
                        }
                    });
                }
                Ok(best)
            }
            (Some("builtins"), "min" | "max", 2) => {
                let (la, lb) = (self.live(first), self.live(first + 1));
                match (kind(vm, la), kind(vm, lb)) {
                    (Kind::Int(_), Kind::Int(_)) => {
                        self.callee(f, w);
                        let (Num::I(x), Num::I(y)) = (self.num_reg(first), self.num_reg(first + 1)) else {
                            return Ok(None);
                        };
                        Ok(Some(self.b().op(if name == "min" { Op::Min } else { Op::Max }, &[x, y])))
                    }
                    (Kind::Float, Kind::Float) => {
                        self.callee(f, w);
                        let (Num::F(x), Num::F(y)) = (self.num_reg(first), self.num_reg(first + 1)) else {
                            return Ok(None);
                        };
                        // The second only where it compares so: as the builtin does, NaNs and zeros included.
                        let c = self.b().op(if name == "min" { Op::FLt } else { Op::FGt }, &[y, x]);
                        Ok(Some(self.b().op(Op::Select, &[c, y, x])))
                    }
                    _ => Ok(None),
                }
            }
            (Some("builtins"), "ord", 1) => {
                let l = self.live(first);
                match vm.exact_str(l) {
                    Some(s) if s.char_len() == 1 => {}
                    _ => return Ok(None),
                }
                self.callee(f, w);
                let v = self.get(first);
                let p = self.shaped(v, shape_ids::str);
                let r = self.b().call(Intrinsic::StrOrd, &[p], None);
                let zero = self.tree.i64(0);
                let c = self.b().op(Op::Ge, &[r, zero]);
                self.require(c, ExitReason::Domain);
                Ok(Some(r))
            }
            (Some("builtins"), "chr", 1) => {
                let Kind::Int(0..=0xD7FF) = kind(vm, self.live(first)) else { return Ok(None) };
                self.callee(f, w);
                let Num::I(x) = self.num_reg(first) else { return Ok(None) };
                let n = self.tree.i64(0xD800);
                let e = self.exit(ExitReason::Domain);
                let x = self.b().guard(Op::GuardBounds, &[x, n], e);
                Ok(Some(self.b().call(Intrinsic::StrChr, &[x], None)))
            }
            _ => Ok(None),
        }
    }

    /// `isinstance(x, C)`, or with a tuple of classes: known from the class of `x`.
    fn isinstance(&mut self, f: Gc<NativeFunction>, w: u32, first: u32) -> Rec<Option<Val>> {
        let vm = self.vm();
        let (live, of) = (self.live(first), self.live(first + 1));
        let class = vm.class_of(live);
        let plain = |c: Value| c.cast::<Type>().filter(|_| vm.class_of(c) == vm.types.type_);
        let mut found = false;
        match (plain(of), of.cast::<taipan_runtime::objects::tuple::Tuple>()) {
            (Some(c), _) => found = class.is_subtype(c),
            (None, Some(t)) if self.is_constant(first + 1) => {
                for &c in t.items() {
                    let Some(c) = plain(c) else { return Ok(None) };
                    found |= class.is_subtype(c);
                }
            }
            _ => return Ok(None),
        }
        let instance = live.cast::<taipan_runtime::objects::instance::Instance>().is_some();
        if !found && instance {
            // A class may claim to be another one.
            let name = vm.intern("__class__");
            if vm.type_lookup(class, name) != vm.type_lookup(vm.types.object, name) {
                return Ok(None);
            }
        }
        let version = if instance { vm.type_version(class) } else { 1 };
        // Classes of objects that are no instances of Python classes keep their bases.
        if version == 0 || !instance && !class.has(taipan_runtime::vm::typedef::flag::IMMUTABLE) {
            return Ok(None);
        }
        self.callee(f, w);
        let c = self.get(first + 1);
        self.guard_object(c, of);
        let v = self.operand(first);
        if self.tree.ty(v) == taipan_trace_ir::Ty::Value {
            if let Num::Big(_) = self.num(v, live) {
            } else if live.is_ptr() {
                // SAFETY: a live object.
                let shape = unsafe { (*live.as_header()).shape() };
                self.shaped(v, shape);
                if instance {
                    self.guard_version(v, live, version);
                }
            } else if !self.tree.is_const(v) {
                let k = self.tree.value(live.bits());
                let x = self.exit(ExitReason::Value);
                self.b().guard(Op::GuardIs, &[v, k], x);
                self.replace(v, k);
            }
        }
        Ok(Some(self.tree.bool(found)))
    }
    fn is_constant(&self, r: u32) -> bool {
        self.top().shadow[r as usize].is_some_and(|v| self.tree.is_const(v))
    }

    /// The callee is this object.
    fn callee(&mut self, f: Gc<NativeFunction>, w: u32) {
        let v = self.get(w);
        self.guard_object(v, f.value());
    }

    /// The method is this one; the object it is called with.
    pub(super) fn receiver(&mut self, m: &MethodCall) -> Val {
        if let Some(this) = m.this {
            self.callee(m.f, m.w);
            return this;
        }
        // Another object each time it is bound: the row is what counts.
        let v = self.get(m.w);
        let p = self.shaped(v, shape_ids::builtin_function_or_method);
        let (def, bound) = (self.mem("native.def"), self.mem("native.bound"));
        let k = self.tree.u64(std::ptr::from_ref(m.f.def) as u64);
        let x = self.exit(ExitReason::Value);
        let p = self.b().guard_mem(p, def, k, x);
        self.b().load(p, bound)
    }

    fn list_method(&mut self, m: &MethodCall) -> Rec<Option<Val>> {
        let live = m.live;
        if !self.vm().is_exact(live, shape_ids::list) {
            return Ok(None);
        }
        let int = |r: &Recorder, k: u32| matches!(kind(r.vm(), r.live(m.first + k)), Kind::Int(_));
        match (m.f.def.name, m.n) {
            ("append", 1) => {
                let v = self.receiver(m);
                let live_x = self.live(m.first);
                let x = self.operand(m.first);
                if !self.append(v, live, x, live_x) {
                    return Ok(None);
                }
                Ok(Some(self.tree.value(Value::NONE.bits())))
            }
            ("pop", 0) => {
                let v = self.receiver(m);
                let Some((p, _)) = self.list(v, live) else { return Ok(None) };
                let e = self.exit(ExitReason::Raise);
                Ok(Some(self.b().call(Intrinsic::ListPop, &[p], Some(e))))
            }
            ("pop", 1) if int(self, 0) => {
                let v = self.receiver(m);
                let Num::I(k) = self.num_reg(m.first) else { return Ok(None) };
                let Some((p, _)) = self.list(v, live) else { return Ok(None) };
                let e = self.exit(ExitReason::Raise);
                Ok(Some(self.b().call(Intrinsic::ListPopAt, &[p, k], Some(e))))
            }
            ("insert", 2) if int(self, 0) => {
                let v = self.receiver(m);
                let Num::I(k) = self.num_reg(m.first) else { return Ok(None) };
                let Some((p, _)) = self.list(v, live) else { return Ok(None) };
                let x = self.boxed(m.first + 1);
                self.b().call(Intrinsic::ListInsert, &[p, k, x], None);
                Ok(Some(self.tree.value(Value::NONE.bits())))
            }
            _ => Ok(None),
        }
    }

    /// A class called: ranges, conversions.
    pub(super) fn construct(&mut self, callable: Value, w: u32, first: u32, n: u32) -> Rec<Option<Val>> {
        let vm = self.vm();
        let t: Gc<Type> = callable.cast().expect("a class");
        if t == vm.types.range && (1..=3).contains(&n) {
            return self.range(callable, w, first, n);
        }
        if n != 1 {
            return Ok(None);
        }
        let live = self.live(first);
        if t == vm.types.float {
            if !matches!(kind(vm, live), Kind::Int(_) | Kind::Float | Kind::Bool) {
                return Ok(None);
            }
            let v = self.get(w);
            self.guard_object(v, callable);
            let a = self.num_reg(first);
            return Ok(self.to_float(a));
        }
        if t == vm.types.int {
            let x = match kind(vm, live) {
                Kind::Float if live.as_float().abs() < 9e18 => 0,
                Kind::Int(_) => 1,
                Kind::Bool => 2,
                _ => return Ok(None),
            };
            let v = self.get(w);
            self.guard_object(v, callable);
            let a = self.num_reg(first);
            return Ok(match (x, a) {
                (0, Num::F(f)) => {
                    let e = self.exit(ExitReason::Overflow);
                    Some(self.b().guard(Op::F2IOv, &[f], e))
                }
                (1, Num::I(i)) => Some(i),
                (2, Num::B(b)) => Some(self.b().op(Op::B2I, &[b])),
                _ => None,
            });
        }
        if t == vm.types.bool {
            let v = self.get(w);
            let Some(c) = self.truth(first)? else { return Ok(None) };
            self.guard_object(v, callable);
            return Ok(Some(c));
        }
        Ok(None)
    }

    fn range(&mut self, callable: Value, w: u32, first: u32, n: u32) -> Rec<Option<Val>> {
        let vm = self.vm();
        let mut lives = [0i64; 3];
        for k in 0..n {
            match kind(vm, self.live(first + k)) {
                Kind::Int(i) if i.abs() < 1 << 40 => lives[k as usize] = i,
                _ => return Ok(None),
            }
        }
        let step = if n == 3 { lives[2] } else { 1 };
        if step == 0 {
            return Ok(None);
        }
        let v = self.get(w);
        self.guard_object(v, callable);
        let mut vals = vec![];
        for k in 0..n {
            let Num::I(x) = self.num_reg(first + k) else { return Ok(None) };
            vals.push(x);
        }
        let zero = self.tree.i64(0);
        let (start, stop) = if n == 1 { (zero, vals[0]) } else { (vals[0], vals[1]) };
        let step_val = if n == 3 { vals[2] } else { self.tree.i64(1) };
        // Both ends and the step well inside what fits; the step's sign is the trace's.
        const FAR: i64 = 1 << 40;
        self.require_within(start, -FAR, FAR);
        self.require_within(stop, -FAR, FAR);
        if step > 0 {
            self.require_within(step_val, 1, FAR);
        } else {
            self.require_within(step_val, -FAR, 0);
        }
        // Length: (stop - start + step - 1) // step, at least 0.
        let d = if step > 0 {
            self.b().op(Op::Sub, &[stop, start])
        } else {
            self.b().op(Op::Sub, &[start, stop])
        };
        let len = if self.tree.int(step_val).is_some_and(|s| s.abs() == 1) {
            d
        } else {
            let by = if step > 0 { step_val } else { self.b().op(Op::Sub, &[zero, step_val]) };
            let one = self.tree.i64(1);
            let a = self.b().op(Op::Sub, &[by, one]);
            let e = self.b().op(Op::Add, &[d, a]);
            let by = if self.tree.int(by).is_some() {
                by
            } else {
                let x = self.exit(ExitReason::Domain);
                self.b().guard(Op::GuardDivisor, &[by], x)
            };
            self.b().op(Op::FloorDiv, &[e, by])
        };
        let len = self.b().op(Op::Max, &[len, zero]);
        let r = self.b().call(Intrinsic::RangeNew, &[start, stop, step_val], None);
        self.ranges.insert(r, (start, len, step_val));
        Ok(Some(r))
    }
}
