//! `FrameLocalsProxy`: what `frame.f_locals` of a function is (PEP 667), a mapping that reads and writes the
//! frame's variables. Names that are no variables go to a dict of the frame object.

use crate::kinds::Trace;
use crate::objects::dict::Dict;
use crate::objects::frame::{Frame, Place, variables};
use crate::objects::str::Str;
use crate::vm::Vm;
use crate::vm::args::Args;
use crate::vm::error::PyResult;
use crate::vm::slots::{CompareOp, Slots};
use crate::vm::typedef::{NativeObject, TypeDef, flag, method, method_var};
use taipan_heap::{Gc, GcVec, Header, Slot, Tracer, Value};

#[repr(C)]
struct Proxy {
    header: Header,
    frame: Slot<Gc<Frame>>,
}
impl Trace for Proxy {
    fn trace(&self, t: &mut Tracer) {
        t.gc(self.frame.get());
    }
}
// SAFETY: `repr(C)`, header first, made by `new` only.
unsafe impl NativeObject for Proxy {
    const DEF: &'static TypeDef = &DEF;
}

/// The proxy of a frame.
pub fn new(vm: &Vm, frame: Gc<Frame>) -> Value {
    vm.new_native(|header| Proxy { header, frame: Slot::new(frame) }).value()
}

fn frame(vm: &Vm, v: Value) -> Gc<Frame> {
    vm.native::<Proxy>(v).expect("methods of the proxy get it").frame.get()
}

fn place(f: Gc<Frame>, key: Value) -> Option<Place> {
    let k = key.cast::<Str>()?;
    let code = f.code.get();
    let mut found = None;
    for (n, p) in variables(&code) {
        if n.as_bytes() == k.as_bytes() {
            if !f.variable(p).is_unbound() {
                return Some(p);
            }
            found = found.or(Some(p));
        }
    }
    found
}

fn lookup(vm: &Vm, v: Value, key: Value) -> PyResult<Option<Value>> {
    let f = frame(vm, v);
    if let Some(p) = place(f, key) {
        let name = key.cast::<Str>();
        let x = f.shown(vm, name.as_ref().and_then(|k| k.to_str()).unwrap_or(""), p)?;
        if !x.is_unbound() {
            return Ok(Some(x));
        }
    }
    match f.extra.get().cast::<Dict>() {
        Some(d) => d.get(vm, key),
        None => Ok(None),
    }
}

fn getitem(vm: &Vm, v: Value, key: Value) -> PyResult {
    match lookup(vm, v, key)? {
        Some(x) => Ok(x),
        None => {
            let s = vm.repr(key)?;
            let msg = vm.new_str(&format!("local variable {s} is not defined")).value();
            Err(vm.key_error(msg))
        }
    }
}

fn setitem(vm: &Vm, v: Value, key: Value, value: Value) -> PyResult<()> {
    let f = frame(vm, v);
    if let Some(p) = place(f, key) {
        if value.is_unbound() {
            return Err(vm.value_error("cannot remove local variables from FrameLocalsProxy"));
        }
        f.set_variable(p, value);
        return Ok(());
    }
    if value.is_unbound() {
        let gone = match f.extra.get().cast::<Dict>() {
            Some(d) => d.remove(vm, key)?,
            None => None,
        };
        return if gone.is_some() { Ok(()) } else { Err(vm.key_error(key)) };
    }
    if f.extra.get().is_unbound() {
        f.extra.set(f, vm.new_dict().value());
    }
    f.extra.get().cast::<Dict>().expect("just made").set(vm, key, value)
}

fn snapshot(vm: &Vm, v: Value) -> PyResult<Gc<Dict>> {
    let d = vm.frame_locals(frame(vm, v))?;
    Ok(d.cast().expect("locals of a function are a dict"))
}

fn pairs(vm: &Vm, v: Value) -> PyResult<(GcVec, GcVec)> {
    let d = snapshot(vm, v)?;
    let (mut ks, mut vs) = (GcVec::new(), GcVec::new());
    let mut pos = 0;
    while let Some(e) = d.next_entry(&mut pos) {
        ks.push(&vm.heap, e.key);
        vs.push(&vm.heap, e.value);
    }
    Ok((ks, vs))
}

fn keys(vm: &Vm, a: &[Value]) -> PyResult {
    Ok(vm.new_list(&pairs(vm, a[0])?.0).value())
}
fn values(vm: &Vm, a: &[Value]) -> PyResult {
    Ok(vm.new_list(&pairs(vm, a[0])?.1).value())
}
fn items(vm: &Vm, a: &[Value]) -> PyResult {
    let (ks, vs) = pairs(vm, a[0])?;
    let mut out = GcVec::new();
    for (&k, &v) in ks.iter().zip(vs.iter()) {
        out.push(&vm.heap, vm.new_tuple(&[k, v]).value());
    }
    Ok(vm.new_list(&out).value())
}
fn get(vm: &Vm, a: &[Value]) -> PyResult {
    Ok(lookup(vm, a[0], a[1])?.unwrap_or(a[2].or_none()))
}
fn setdefault(vm: &Vm, a: &[Value]) -> PyResult {
    if let Some(x) = lookup(vm, a[0], a[1])? {
        return Ok(x);
    }
    setitem(vm, a[0], a[1], a[2].or_none())?;
    Ok(a[2].or_none())
}
fn pop(vm: &Vm, a: &[Value]) -> PyResult {
    let f = frame(vm, a[0]);
    if place(f, a[1]).is_some() {
        return Err(vm.value_error("cannot remove local variables from FrameLocalsProxy"));
    }
    let old = match f.extra.get().cast::<Dict>() {
        Some(d) => d.remove(vm, a[1])?,
        None => None,
    };
    match old.or(a[2].bound()) {
        Some(x) => Ok(x),
        None => Err(vm.key_error(a[1])),
    }
}
fn merge(vm: &Vm, v: Value, other: Value) -> PyResult<()> {
    let dict = if other.cast::<Dict>().is_some() { other } else { vm.call(vm.types.dict.value(), &[other])? };
    let dict: Gc<Dict> = dict.cast().expect("dict() makes a dict");
    let mut pos = 0;
    while let Some(e) = dict.next_entry(&mut pos) {
        setitem(vm, v, e.key, e.value)?;
    }
    Ok(())
}
fn update(vm: &Vm, args: Args) -> PyResult {
    let a = args.pos;
    if a.len() != 2 {
        return Err(vm.type_error("update() takes exactly one argument"));
    }
    merge(vm, a[0], a[1])?;
    Ok(Value::NONE)
}
fn copy(vm: &Vm, a: &[Value]) -> PyResult {
    Ok(snapshot(vm, a[0])?.value())
}
fn reversed(vm: &Vm, a: &[Value]) -> PyResult {
    let (mut ks, _) = pairs(vm, a[0])?;
    ks.reverse();
    vm.get_iter(vm.new_list(&ks).value())
}
fn contains(vm: &Vm, v: Value, key: Value) -> PyResult<bool> {
    Ok(lookup(vm, v, key)?.is_some())
}
fn compare(vm: &Vm, a: Value, b: Value, op: CompareOp) -> PyResult {
    if !matches!(op, CompareOp::Eq | CompareOp::Ne) {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    let (x, y) = (vm.native::<Proxy>(a), vm.native::<Proxy>(b));
    let same = match (x, y) {
        (Some(x), Some(y)) => x.frame.get() == y.frame.get(),
        (Some(_), None) if b.cast::<Dict>().is_some() => {
            let d = snapshot(vm, a)?;
            return vm.compare(d.value(), b, op);
        }
        _ => return Ok(Value::NOT_IMPLEMENTED),
    };
    Ok(Value::bool(same == (op == CompareOp::Eq)))
}
fn or(vm: &Vm, a: Value, b: Value) -> PyResult {
    let is_map = |v: Value| vm.native::<Proxy>(v).is_some() || v.cast::<Dict>().is_some();
    if !is_map(a) || !is_map(b) {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    let d = vm.new_dict();
    for side in [a, b] {
        let s = if vm.native::<Proxy>(side).is_some() {
            snapshot(vm, side)?
        } else {
            side.cast::<Dict>().expect("checked")
        };
        let mut pos = 0;
        while let Some(e) = s.next_entry(&mut pos) {
            d.set(vm, e.key, e.value)?;
        }
    }
    Ok(d.value())
}
fn ior(vm: &Vm, a: Value, b: Value) -> PyResult {
    merge(vm, a, b)?;
    Ok(a)
}

/// The type.
pub static DEF: TypeDef = TypeDef {
    name: "FrameLocalsProxy",
    flags: flag::IMMUTABLE | flag::MAPPING | flag::NO_NEW,
    slots: Slots {
        repr: Some(|vm, v| Ok(vm.repr(snapshot(vm, v)?.value())?.value())),
        iter: Some(|vm, v| {
            let ks = pairs(vm, v)?.0;
            vm.get_iter(vm.new_list(&ks).value())
        }),
        len: Some(|vm, v| Ok(snapshot(vm, v)?.len())),
        getitem: Some(getitem),
        setitem: Some(setitem),
        contains: Some(contains),
        richcompare: Some(compare),
        or: Some(or),
        ior: Some(ior),
        ..Slots::EMPTY
    },
    methods: &[
        method("keys", "($self, /)", keys, ""),
        method("values", "($self, /)", values, ""),
        method("items", "($self, /)", items, ""),
        method("get", "($self, key, default=None, /)", get, ""),
        method("setdefault", "($self, key, default=None, /)", setdefault, ""),
        method("pop", "($self, key, default=None, /)", pop, ""),
        method("copy", "($self, /)", copy, ""),
        method("__reversed__", "($self, /)", reversed, ""),
        method_var("update", "($self, *args)", update, ""),
    ],
    ..TypeDef::native::<Proxy>()
};
