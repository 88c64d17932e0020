//! Tests of the object model without an interpreter: classes made from Rust, shapes, slots, lookup.

use crate::vm::plan::{LoadPlan, StorePlan};
use crate::vm::shape::Place;
use crate::vm::{Config, Vm};
use crate::*;

fn with_vm(stress: bool, f: impl FnOnce(&Vm)) {
    let vm = Vm::new(Config { hash_seed: Some(0), gc_stress: u32::from(stress), ..Config::default() });
    let base = 0u64;
    vm.heap.set_stack_base((&raw const base) as usize);
    f(&vm);
}
fn text(vm: &Vm, v: Value) -> String {
    vm.repr(v).unwrap().to_string()
}
fn message(e: Raised) -> String {
    e.0.args.get().items()[0].cast::<objects::str::Str>().unwrap().to_string()
}
fn class(vm: &Vm, name: &str, bases: &[Value]) -> Gc<objects::typ::Type> {
    vm.new_class(name, bases, vm.new_dict()).unwrap()
}

fn classes(vm: &Vm) {
    let a = class(vm, "A", &[]);
    let b = class(vm, "B", &[a.value()]);
    let c = class(vm, "C", &[a.value()]);
    let d = class(vm, "D", &[b.value(), c.value()]);
    let mro: Vec<String> = d.mro_iter().map(|t| t.name_str()).collect();
    assert_eq!(mro, ["D", "B", "C", "A", "object"]);
    let args = [vm.intern("E").value(), vm.new_tuple(&[a.value(), b.value()]).value(), vm.new_dict().value()];
    let e = vm.call(vm.types.type_.value(), &args).unwrap_err();
    assert_eq!(message(e), "Cannot create a consistent method resolution order (MRO) for bases A, B");
    let o = vm.call(d.value(), &[]).unwrap();
    let x = vm.intern("x");
    vm.set_attr(o, x, Value::int(1)).unwrap();
    assert_eq!(vm.get_attr(o, x).unwrap(), Value::int(1));
    vm.set_attr(a.value(), vm.intern("y"), Value::int(2)).unwrap();
    assert_eq!(vm.get_attr(o, vm.intern("y")).unwrap(), Value::int(2));
    vm.set_attr(a.value(), vm.intern("y"), Value::int(3)).unwrap();
    assert_eq!(vm.get_attr(o, vm.intern("y")).unwrap(), Value::int(3));
    vm.del_attr(o, x).unwrap();
    let e = vm.get_attr(o, x).unwrap_err();
    assert_eq!(message(e), "'D' object has no attribute 'x'");
    for i in 0..40 {
        vm.set_attr(o, vm.intern(&format!("a{i}")), Value::int(i)).unwrap();
    }
    for i in 0..40 {
        assert_eq!(vm.get_attr(o, vm.intern(&format!("a{i}"))).unwrap(), Value::int(i));
    }
    let d1 = vm.instance_dict(o).unwrap();
    assert_eq!(d1.len(), 40);
    assert_eq!(vm.get_attr(o, vm.intern("a7")).unwrap(), Value::int(7));
    vm.set_attr(o, vm.intern("a7"), Value::int(70)).unwrap();
    assert_eq!(d1.get_str(vm, vm.intern("a7")), Some(Value::int(70)));
    assert!(vm.isinstance(o, a.value()).unwrap());
    assert_eq!(vm.subclasses(a).len(), 2);
}

#[test]
fn classes_work() {
    with_vm(false, classes);
}
#[test]
fn classes_survive_stress() {
    with_vm(true, classes);
}

#[test]
fn slots_show_as_methods() {
    with_vm(false, |vm| {
        let add = vm.get_attr(vm.types.int.value(), vm.names.__add__).unwrap();
        assert_eq!(text(vm, add), "<slot wrapper '__add__' of 'int' objects>");
        assert_eq!(vm.call(add, &[Value::int(1), Value::int(2)]).unwrap(), Value::int(3));
        let e = vm.call(add, &[Value::TRUE.or_none(), vm.new_str("").value()]).unwrap();
        assert!(e.is_not_implemented());
        let e = vm.call(add, &[]).unwrap_err();
        assert_eq!(message(e), "descriptor '__add__' of 'int' object needs an argument");
        assert_eq!(text(vm, vm.types.int.value()), "<class 'int'>");
        assert_eq!(vm.call(vm.types.type_.value(), &[Value::int(1)]).unwrap(), vm.types.int.value());
    });
}

#[test]
fn plans_follow_shapes_and_versions() {
    with_vm(false, |vm| {
        let a = class(vm, "A", &[]);
        let (x, y) = (vm.intern("x"), vm.intern("y"));
        // The first instances outgrow what nothing predicted; later ones have inline room.
        for _ in 0..8 {
            let o = vm.call(a.value(), &[]).unwrap();
            vm.set_attr(o, x, Value::int(1)).unwrap();
        }
        let o = vm.call(a.value(), &[]).unwrap();
        let StorePlan::Add { place: Place::Inline(0), .. } = vm.plan_store(o, x) else {
            panic!("{:?}", vm.plan_store(o, x))
        };
        vm.set_attr(o, x, Value::int(1)).unwrap();
        assert!(matches!(vm.plan_load(o, x), LoadPlan::Slot { place: Place::Inline(0), .. }));
        vm.set_attr(a.value(), y, Value::int(5)).unwrap();
        let LoadPlan::ClassValue { version, .. } = vm.plan_load(o, y) else { panic!() };
        assert_eq!(version, a.version.get());
        vm.set_attr(a.value(), y, Value::int(6)).unwrap();
        assert_ne!(version, vm.type_version(a));
        // A data descriptor on the class changes the shapes of live instances.
        let shape = o.cast::<objects::instance::Instance>().unwrap();
        // SAFETY (here and below): the object is live.
        let before = unsafe { (*o.as_header()).shape() };
        let p = vm.call(vm.types.property.value(), &[]).unwrap();
        vm.set_attr(a.value(), x, p).unwrap();
        assert_ne!(before, unsafe { (*o.as_header()).shape() });
        let _ = shape;
        assert!(message(vm.get_attr(o, x).unwrap_err()).contains("has no getter"));
    });
}

#[test]
fn builtin_subclasses_have_namespaces() {
    with_vm(true, |vm| {
        let l = class(vm, "L", &[vm.types.ValueError.value()]);
        let o = vm.call(l.value(), &[]).unwrap();
        vm.set_attr(o, vm.intern("x"), Value::int(9)).unwrap();
        assert_eq!(vm.get_attr(o, vm.intern("x")).unwrap(), Value::int(9));
        let args = [
            vm.intern("X").value(),
            vm.new_tuple(&[l.value(), vm.types.dict.value()]).value(),
            vm.new_dict().value(),
        ];
        let e = vm.call(vm.types.type_.value(), &args).unwrap_err();
        assert_eq!(message(e), "multiple bases have instance lay-out conflict");
    });
}
