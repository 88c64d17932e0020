//! `_operator`: the operators as functions, and the callable getters (`getters.rs`).

pub mod getters;

use taipan_runtime::objects::module::ModuleDef;
use taipan_runtime::objects::str::Str;
use taipan_runtime::vm::slots::CompareOp;
use taipan_runtime::*;

macro_rules! functions {
    ($($name:literal $f:ident $sig:literal |$vm:ident, $a:ident| $body:expr, $doc:literal;)*) => {
        $(fn $f($vm: &Vm, $a: &[Value]) -> PyResult { $body })*
        static FUNCTIONS: &[MethodDef] = &[
            $(function($name, $sig, $f, $doc),)*
            function_var("call", "($module, obj, /, *args, **kwargs)", call, "Same as obj(*args, **kwargs)."),
        ];
    };
}

functions! {
    "truth" truth "($module, a, /)" |vm, a| vm.truth(a[0]).map(Value::bool),
        "Return True if a is true, False otherwise.";
    "contains" contains "($module, a, b, /)" |vm, a| vm.contains(a[0], a[1]).map(Value::bool),
        "Same as b in a (note reversed operands).";
    "indexOf" index_of "($module, a, b, /)" |vm, a| find(vm, a[0], a[1]),
        "Return the first index of b in a.";
    "countOf" count_of "($module, a, b, /)" |vm, a| count(vm, a[0], a[1]),
        "Return the number of items in a which are, or which equal, b.";
    "is_" is_ "($module, a, b, /)" |_vm, a| Ok(Value::bool(a[0] == a[1])), "Same as a is b.";
    "is_not" is_not "($module, a, b, /)" |_vm, a| Ok(Value::bool(a[0] != a[1])), "Same as a is not b.";
    "is_none" is_none "($module, a, /)" |_vm, a| Ok(Value::bool(a[0].is_none())), "Same as a is None.";
    "is_not_none" is_not_none "($module, a, /)" |_vm, a| Ok(Value::bool(!a[0].is_none())),
        "Same as a is not None.";
    "add" add "($module, a, b, /)" |vm, a| vm.add(a[0], a[1]), "Same as a + b.";
    "sub" sub "($module, a, b, /)" |vm, a| vm.sub(a[0], a[1]), "Same as a - b.";
    "mul" mul "($module, a, b, /)" |vm, a| vm.mul(a[0], a[1]), "Same as a * b.";
    "matmul" matmul "($module, a, b, /)" |vm, a| vm.matmul(a[0], a[1]), "Same as a @ b.";
    "floordiv" floordiv "($module, a, b, /)" |vm, a| vm.floordiv(a[0], a[1]), "Same as a // b.";
    "truediv" truediv "($module, a, b, /)" |vm, a| vm.truediv(a[0], a[1]), "Same as a / b.";
    "mod" rem "($module, a, b, /)" |vm, a| vm.rem(a[0], a[1]), "Same as a % b.";
    "neg" neg "($module, a, /)" |vm, a| vm.neg(a[0]), "Same as -a.";
    "pos" pos "($module, a, /)" |vm, a| vm.pos(a[0]), "Same as +a.";
    "abs" abs "($module, a, /)" |vm, a| vm.abs(a[0]), "Same as abs(a).";
    "inv" inv "($module, a, /)" |vm, a| vm.invert(a[0]), "Same as ~a.";
    "invert" invert "($module, a, /)" |vm, a| vm.invert(a[0]), "Same as ~a.";
    "lshift" lshift "($module, a, b, /)" |vm, a| vm.lshift(a[0], a[1]), "Same as a << b.";
    "rshift" rshift "($module, a, b, /)" |vm, a| vm.rshift(a[0], a[1]), "Same as a >> b.";
    "not_" not_ "($module, a, /)" |vm, a| Ok(Value::bool(!vm.truth(a[0])?)), "Same as not a.";
    "and_" and_ "($module, a, b, /)" |vm, a| vm.and(a[0], a[1]), "Same as a & b.";
    "xor" xor "($module, a, b, /)" |vm, a| vm.xor(a[0], a[1]), "Same as a ^ b.";
    "or_" or_ "($module, a, b, /)" |vm, a| vm.or(a[0], a[1]), "Same as a | b.";
    "pow" pow "($module, a, b, /)" |vm, a| vm.pow(a[0], a[1], Value::NONE), "Same as a ** b.";
    "iadd" iadd "($module, a, b, /)" |vm, a| vm.iadd(a[0], a[1]), "Same as a += b.";
    "isub" isub "($module, a, b, /)" |vm, a| vm.isub(a[0], a[1]), "Same as a -= b.";
    "imul" imul "($module, a, b, /)" |vm, a| vm.imul(a[0], a[1]), "Same as a *= b.";
    "imatmul" imatmul "($module, a, b, /)" |vm, a| vm.imatmul(a[0], a[1]), "Same as a @= b.";
    "ifloordiv" ifloordiv "($module, a, b, /)" |vm, a| vm.ifloordiv(a[0], a[1]), "Same as a //= b.";
    "itruediv" itruediv "($module, a, b, /)" |vm, a| vm.itruediv(a[0], a[1]), "Same as a /= b.";
    "imod" imod "($module, a, b, /)" |vm, a| vm.irem(a[0], a[1]), "Same as a %= b.";
    "ilshift" ilshift "($module, a, b, /)" |vm, a| vm.ilshift(a[0], a[1]), "Same as a <<= b.";
    "irshift" irshift "($module, a, b, /)" |vm, a| vm.irshift(a[0], a[1]), "Same as a >>= b.";
    "iand" iand "($module, a, b, /)" |vm, a| vm.iand(a[0], a[1]), "Same as a &= b.";
    "ixor" ixor "($module, a, b, /)" |vm, a| vm.ixor(a[0], a[1]), "Same as a ^= b.";
    "ior" ior "($module, a, b, /)" |vm, a| vm.ior(a[0], a[1]), "Same as a |= b.";
    "ipow" ipow "($module, a, b, /)" |vm, a| vm.ipow(a[0], a[1]), "Same as a **= b.";
    "concat" concat "($module, a, b, /)" |vm, a| concatenate(vm, a[0], a[1], false),
        "Same as a + b, for a and b sequences.";
    "iconcat" iconcat "($module, a, b, /)" |vm, a| concatenate(vm, a[0], a[1], true),
        "Same as a += b, for a and b sequences.";
    "getitem" getitem "($module, a, b, /)" |vm, a| vm.getitem(a[0], a[1]), "Same as a[b].";
    "setitem" setitem "($module, a, b, c, /)" |vm, a| vm.setitem(a[0], a[1], a[2]).map(|()| Value::NONE),
        "Same as a[b] = c.";
    "delitem" delitem "($module, a, b, /)" |vm, a| vm.delitem(a[0], a[1]).map(|()| Value::NONE),
        "Same as del a[b].";
    "index" index "($module, a, /)" |vm, a| Ok(vm.exact_int(vm.index(a[0])?)), "Same as a.__index__()";
    "lt" lt "($module, a, b, /)" |vm, a| vm.compare(a[0], a[1], CompareOp::Lt), "Same as a < b.";
    "le" le "($module, a, b, /)" |vm, a| vm.compare(a[0], a[1], CompareOp::Le), "Same as a <= b.";
    "eq" eq "($module, a, b, /)" |vm, a| vm.compare(a[0], a[1], CompareOp::Eq), "Same as a == b.";
    "ne" ne "($module, a, b, /)" |vm, a| vm.compare(a[0], a[1], CompareOp::Ne), "Same as a != b.";
    "gt" gt "($module, a, b, /)" |vm, a| vm.compare(a[0], a[1], CompareOp::Gt), "Same as a > b.";
    "ge" ge "($module, a, b, /)" |vm, a| vm.compare(a[0], a[1], CompareOp::Ge), "Same as a >= b.";
    "length_hint" length_hint "($module, obj, default=0, /)" |vm, a| hint(vm, a),
        "Return an estimate of the number of items in obj.\n\nThis is useful for presizing containers when building from an iterable.\n\nIf the object supports len(), the result will be exact.\nOtherwise, it may over- or under-estimate by an arbitrary amount.\nThe result will be an integer >= 0.";
    "_compare_digest" compare_digest "($module, a, b, /)" |vm, a| digest(vm, a[0], a[1]),
        "Return 'a == b'.\n\nThis function uses an approach designed to prevent\ntiming analysis, making it appropriate for cryptography.\n\na and b must both be of the same type: either str (ASCII only),\nor any bytes-like object.\n\nNote: If a and b are of different lengths, or if an error occurs,\na timing attack could theoretically reveal information about the\ntypes and lengths of a and b--but not their values.";
}

fn call(vm: &Vm, args: Args) -> PyResult {
    let Some(&f) = args.pos.first() else {
        return Err(vm.type_error("call expected at least 1 argument, got 0"));
    };
    vm.call_args(f, args.skip(1))
}
/// An iterator for `countOf` and `indexOf`, which word their error differently.
fn searched(vm: &Vm, v: Value) -> PyResult {
    vm.get_iter(v).map_err(|e| {
        if vm.raised_is(e, vm.types.TypeError) {
            vm.type_error(format!("argument of type '{}' is not iterable", vm.type_name(v)))
        } else {
            e
        }
    })
}
fn find(vm: &Vm, seq: Value, x: Value) -> PyResult {
    let it = searched(vm, seq)?;
    let mut n = 0;
    while let Some(y) = vm.iter_next(it)? {
        if vm.equal(y, x)? {
            return Ok(vm.new_int(n));
        }
        n += 1;
    }
    Err(vm.value_error("sequence.index(x): x not in sequence"))
}
fn count(vm: &Vm, seq: Value, x: Value) -> PyResult {
    let it = searched(vm, seq)?;
    let mut n = 0;
    while let Some(y) = vm.iter_next(it)? {
        n += vm.equal(y, x)? as i64;
    }
    Ok(vm.new_int(n))
}
/// `PySequence_Concat`, or in place.
fn concatenate(vm: &Vm, a: Value, b: Value, in_place: bool) -> PyResult {
    let slots = &vm.class_of(a).slots;
    let f = if in_place { slots.iconcat.get().or(slots.concat.get()) } else { slots.concat.get() };
    if let Some(f) = f {
        return f(vm, a, b);
    }
    let is_sequence = |v: Value| vm.class_of(v).slots.getitem.get().is_some();
    if is_sequence(a) && is_sequence(b) {
        let add = |v: Value, w: Value| vm.binary_slot(v, w, |s| s.add.get());
        let r = match (in_place, slots.iadd.get()) {
            (true, Some(f)) => f(vm, a, b)?,
            _ => add(a, b)?,
        };
        if !r.is_not_implemented() {
            return Ok(r);
        }
    }
    Err(vm.type_error(format!("'{}' object can't be concatenated", vm.type_name(a))))
}
fn hint(vm: &Vm, a: &[Value]) -> PyResult {
    let default = match a[1].bound() {
        Some(d) => vm.index_ssize(d)?,
        None => 0,
    };
    // A negative default comes back as it is.
    let n = vm.length_hint(a[0], usize::MAX)?;
    Ok(vm.new_int(if n == usize::MAX { default as i64 } else { n as i64 }))
}
fn digest(vm: &Vm, a: Value, b: Value) -> PyResult {
    let same = |x: &[u8], y: &[u8]| {
        let mut diff = (x.len() != y.len()) as u8;
        for (i, p) in y.iter().enumerate() {
            diff |= p ^ x.get(i).copied().unwrap_or(!p);
        }
        Value::bool(std::hint::black_box(diff) == 0)
    };
    if let (Some(x), Some(y)) = (a.cast::<Str>(), b.cast::<Str>()) {
        if !x.is_ascii() || !y.is_ascii() {
            return Err(vm.type_error("comparing strings with non-ASCII characters is not supported"));
        }
        return Ok(same(x.as_bytes(), y.as_bytes()));
    }
    if !vm.has_buffer(a) || !vm.has_buffer(b) {
        return Err(vm.type_error(format!(
            "unsupported operand types(s) or combination of types: '{}' and '{}'",
            vm.type_name(a),
            vm.type_name(b)
        )));
    }
    let (x, y) = (vm.get_buffer(a)?, vm.get_buffer(b)?);
    Ok(same(&x, &y))
}

/// The module.
pub static MODULE: ModuleDef = ModuleDef {
    name: "_operator",
    doc: "Operator interface.\n\nThis module exports a set of functions implemented in C corresponding\nto the intrinsic operators of Python.  For example, operator.add(x, y)\nis equivalent to the expression x+y.  The function names are those\nused for special methods; variants without leading and trailing\n'__' are also provided for convenience.",
    functions: FUNCTIONS,
    types: &[&getters::ITEM, &getters::ATTR, &getters::METHOD],
    init: None,
};
