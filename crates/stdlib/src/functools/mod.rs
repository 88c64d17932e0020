//! `_functools`: `reduce`, `cmp_to_key`, `partial` (`partial.rs`), `lru_cache`'s wrapper (`lru.rs`).

pub mod lru;
pub mod partial;

use taipan_runtime::objects::module::ModuleDef;
use taipan_runtime::vm::slots::CompareOp;
use taipan_runtime::vm::typedef::{NativeObject, flag};
use taipan_runtime::*;

pub(crate) use taipan_runtime::objects::generic_alias::class_getitem as generic;

fn reduce(vm: &Vm, a: &[Value]) -> PyResult {
    let f = a[0];
    let it = vm.get_iter(a[1]).map_err(|e| {
        if vm.raised_is(e, vm.types.TypeError) {
            vm.type_error("reduce() arg 2 must support iteration")
        } else {
            e
        }
    })?;
    let mut acc = match a[2].bound() {
        Some(v) => v,
        None => match vm.iter_next(it)? {
            Some(v) => v,
            None => return Err(vm.type_error("reduce() of empty iterable with no initial value")),
        },
    };
    while let Some(x) = vm.iter_next(it)? {
        acc = vm.call(f, &[acc, x])?;
    }
    Ok(acc)
}

/// What `cmp_to_key` returns, and what that makes of an object.
#[repr(C)]
struct KeyWrapper {
    header: Header,
    cmp: Slot<Value>,
    /// Unbound in the factory.
    object: Slot<Value>,
}
impl kinds::Trace for KeyWrapper {
    fn trace(&self, t: &mut Tracer) {
        t.slot(&self.cmp);
        t.slot(&self.object);
    }
}
// SAFETY: `repr(C)`, header first.
unsafe impl NativeObject for KeyWrapper {
    const DEF: &'static TypeDef = &KEY_WRAPPER;
}
fn new_key(vm: &Vm, cmp: Value, object: Value) -> Value {
    vm.new_native(|header| KeyWrapper { header, cmp: Slot::new(cmp), object: Slot::new(object) }).value()
}
fn cmp_to_key(vm: &Vm, a: &[Value]) -> PyResult {
    Ok(new_key(vm, a[0], Value::UNBOUND))
}
fn key(vm: &Vm, v: Value) -> Gc<KeyWrapper> {
    vm.native::<KeyWrapper>(v).expect("slots and methods of KeyWrapper get such")
}
fn key_call(vm: &Vm, v: Value, args: Args) -> PyResult {
    let [obj] = args.bind(vm, "K", "(obj)")?;
    Ok(new_key(vm, key(vm, v).cmp.get(), obj))
}
fn key_compare(vm: &Vm, a: Value, b: Value, op: CompareOp) -> PyResult {
    let x = key(vm, a);
    let Some(y) = vm.native::<KeyWrapper>(b) else {
        return Err(vm.type_error("other argument must be K instance"));
    };
    if x.object.get().is_unbound() || y.object.get().is_unbound() {
        return Err(vm.attribute_error("object"));
    }
    let r = vm.call(x.cmp.get(), &[x.object.get(), y.object.get()])?;
    vm.compare(r, Value::int(0), op)
}
static KEY_WRAPPER: TypeDef = TypeDef {
    name: "KeyWrapper",
    module: "functools",
    flags: flag::IMMUTABLE | flag::NO_NEW,
    slots: Slots { call: Some(key_call), richcompare: Some(key_compare), getattro: None, ..Slots::EMPTY },
    getset: &[
        getset(
            "obj",
            |vm, v| {
                let o = key(vm, v).object.get();
                o.bound().ok_or_else(|| vm.attribute_error("obj"))
            },
            |vm, v, x| {
                let k = key(vm, v);
                k.object.set(k, x);
                Ok(())
            },
            "Value wrapped by a key function.",
        ),
        readonly("__text_signature__", |vm, _| Ok(vm.intern("(obj)").value()), ""),
    ],
    ..TypeDef::native::<KeyWrapper>()
};

/// The module.
pub static MODULE: ModuleDef = ModuleDef {
    name: "_functools",
    doc: "Tools that operate on functions.",
    functions: &[
        function(
            "cmp_to_key",
            "($module, /, mycmp)",
            cmp_to_key,
            "Convert a cmp= function into a key= function.\n\n  mycmp\n    Function that compares two objects.",
        ),
        function(
            "reduce",
            "($module, function, iterable, /, initial=<unrepresentable>)",
            reduce,
            "Apply a function of two arguments cumulatively to the items of an iterable, from left to right.\n\nThis effectively reduces the iterable to a single value.  If initial is\npresent, it is placed before the items of the iterable in the\ncalculation, and serves as a default when the iterable is empty.\n\nFor example, reduce(lambda x, y: x+y, [1, 2, 3, 4, 5])\ncalculates ((((1 + 2) + 3) + 4) + 5).",
        ),
    ],
    types: &[&partial::DEF, &partial::PLACEHOLDER, &lru::DEF],
    init: Some(|vm, m| {
        m.dict.get().set_str(vm, vm.intern("Placeholder"), partial::placeholder(vm));
        Ok(())
    }),
};
