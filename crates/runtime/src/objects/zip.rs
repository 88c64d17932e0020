//! `zip`.

use crate::kinds::Trace;
use crate::objects::iter::{REDUCE_DOC, SETSTATE_DOC, itself};
use crate::objects::tuple::Tuple;
use crate::objects::typ::Type;
use crate::vm::Vm;
use crate::vm::args::Args;
use crate::vm::error::PyResult;
use crate::vm::slots::Slots;
use crate::vm::typedef::{MethodDef, TypeDef, flag, method};
use std::cell::Cell;
use taipan_heap::{Gc, GcVec, Header, Slot, Tracer, Value};

/// A `zip`.
#[repr(C)]
pub struct Zip {
    header: Header,
    /// The iterators.
    pub iters: Slot<Gc<Tuple>>,
    /// `strict=True`
    pub strict: Cell<bool>,
}

impl Trace for Zip {
    fn trace(&self, t: &mut Tracer) {
        t.gc(self.iters.get());
    }
}

/// Takes `strict` from the keyword arguments of `zip` and `map`; others are errors.
pub(crate) fn strict_keyword(vm: &Vm, name: &str, args: &Args) -> PyResult<bool> {
    let mut strict = Value::UNBOUND;
    if args.kw.len() > 1 {
        return Err(
            vm.type_error(format!("{name}() takes at most 1 keyword argument ({} given)", args.kw.len()))
        );
    }
    for (k, v) in args.kw.iter() {
        if k.as_bytes() != b"strict" {
            let names = ["strict"].into_iter();
            return Err(crate::vm::suggest::unexpected_keyword(vm, name, &k.to_string(), names));
        }
        strict = v;
    }
    match strict.bound() {
        Some(v) => vm.truth(v),
        None => Ok(false),
    }
}

fn new(vm: &Vm, ty: Gc<Type>, args: Args) -> PyResult {
    let strict = strict_keyword(vm, "zip", &args)?;
    let mut iters = GcVec::with_capacity(&vm.heap, args.pos.len());
    for &v in args.pos {
        iters.push(&vm.heap, vm.get_iter(v)?);
    }
    let iters = vm.new_tuple(&iters);
    let p = vm.alloc_instance_raw(ty, size_of::<Zip>());
    // SAFETY: a fresh cell of that size.
    unsafe {
        let header = p.read();
        p.cast::<Zip>().write(Zip { header, iters: Slot::new(iters), strict: Cell::new(strict) });
    }
    Ok(Value::from_header(p))
}

fn this(v: Value) -> Gc<Zip> {
    v.cast::<Zip>().expect("slots and methods of zip get such")
}

/// `zip() argument 3 is shorter than arguments 1-2`
pub(crate) fn unequal(vm: &Vm, name: &str, i: usize, how: &str) -> crate::Raised {
    let plural = if i == 1 { " " } else { "s 1-" };
    vm.value_error(format!("{name}() argument {} is {how} than argument{plural}{i}", i + 1))
}

/// After iterator `i` ended first: the error of `strict`, or the end.
pub(crate) fn check_strict(vm: &Vm, name: &str, iters: Gc<Tuple>, i: usize) -> PyResult<()> {
    if i > 0 {
        return Err(unequal(vm, name, i, "shorter"));
    }
    for k in 1..iters.len() {
        if vm.iter_next(iters.items()[k])?.is_some() {
            return Err(unequal(vm, name, k, "longer"));
        }
    }
    Ok(())
}

fn next(vm: &Vm, v: Value) -> PyResult<Option<Value>> {
    let z = this(v);
    let iters = z.iters.get();
    let n = iters.len();
    if n == 0 {
        return Ok(None);
    }
    if let &[x, y] = iters.items() {
        let Some(x) = vm.iter_step(x)? else {
            if z.strict.get() {
                check_strict(vm, "zip", iters, 0)?;
            }
            return Ok(None);
        };
        let Some(y) = vm.iter_step(y)? else {
            if z.strict.get() {
                check_strict(vm, "zip", iters, 1)?;
            }
            return Ok(None);
        };
        return Ok(Some(vm.new_tuple(&[x, y]).value()));
    }
    let mut few = [Value::UNBOUND; 4];
    let mut many = GcVec::new();
    for i in 0..n {
        match vm.iter_next(iters.items()[i])? {
            Some(x) if n <= 4 => few[i] = x,
            Some(x) => many.push(&vm.heap, x),
            None => {
                if z.strict.get() {
                    check_strict(vm, "zip", iters, i)?;
                }
                return Ok(None);
            }
        }
    }
    Ok(Some(vm.new_tuple(if n <= 4 { &few[..n] } else { &many }).value()))
}

fn reduce(vm: &Vm, a: &[Value]) -> PyResult {
    let z = this(a[0]);
    let (ty, iters) = (vm.class_of(a[0]).value(), z.iters.get().value());
    Ok(if z.strict.get() { vm.new_tuple(&[ty, iters, Value::TRUE]) } else { vm.new_tuple(&[ty, iters]) }
        .value())
}
fn setstate(vm: &Vm, a: &[Value]) -> PyResult {
    this(a[0]).strict.set(vm.truth(a[1])?);
    Ok(Value::NONE)
}

static METHODS: &[MethodDef] = &[
    method("__reduce__", "($self, /)", reduce, REDUCE_DOC),
    method("__setstate__", "($self, object, /)", setstate, SETSTATE_DOC),
];

/// The type.
pub static DEF: TypeDef = TypeDef {
    name: "zip",
    kind: crate::kinds::ZIP,
    size: size_of::<Zip>(),
    flags: flag::IMMUTABLE | flag::BASETYPE,
    slots: Slots { new: Some(new), iter: Some(itself), iternext: Some(next), ..Slots::EMPTY },
    methods: METHODS,
    doc: "zip(*iterables, strict=False)\n--\n\nThe zip object yields n-length tuples, where n is the number of iterables\npassed as positional arguments to zip().  The i-th element in every tuple\ncomes from the i-th iterable argument to zip().  This continues until the\nshortest argument is exhausted.\n\nIf strict is true and one of the arguments is exhausted before the others,\nraise a ValueError.\n\n   >>> list(zip('abcdefg', range(3), range(4)))\n   [('a', 0, 0), ('b', 1, 1), ('c', 2, 2)]",
    ..TypeDef::EMPTY
};
