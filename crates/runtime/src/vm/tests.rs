//! Tests of bootstrap, dicts and argument binding without an interpreter.

use crate::vm::{Config, Vm};
use crate::*;

fn with_vm(stress: bool, f: impl FnOnce(&Vm)) {
    let vm = Vm::new(Config { hash_seed: Some(0), gc_stress: u32::from(stress), ..Config::default() });
    let base = 0u64;
    vm.heap.set_stack_base((&raw const base) as usize);
    f(&vm);
}

fn dict_holds(vm: &Vm, n: i64) {
    let d = vm.new_dict();
    for i in 0..n {
        d.set_str(vm, vm.new_str(&format!("key{i}")), vm.new_str(&format!("value{i}")).value());
    }
    for i in (0..n).step_by(2) {
        assert!(d.remove_str(vm, vm.new_str(&format!("key{i}"))));
    }
    assert_eq!(d.len() as i64, n / 2);
    for i in 0..n {
        let v = d.get_str(vm, vm.new_str(&format!("key{i}")));
        assert_eq!(v.is_some(), i % 2 == 1);
        if let Some(v) = v {
            assert_eq!(v.cast::<objects::str::Str>().unwrap().to_string(), format!("value{i}"));
        }
    }
}

#[test]
fn bootstraps_and_dicts_work() {
    with_vm(false, |vm| {
        assert!(vm.types.bool.is_subtype(vm.types.int));
        assert_eq!(vm.types.Exception.name_str(), "Exception");
        assert!(vm.types.BlockingIOError.is_subtype(vm.types.OSError));
        dict_holds(vm, 1000);
    });
}

#[test]
fn dicts_survive_stress() {
    with_vm(true, |vm| dict_holds(vm, 60));
}

#[test]
fn hash_seed_zero_is_cpythons() {
    // python3.14 with PYTHONHASHSEED=0: hash("a"), hash("hello").
    with_vm(false, |vm| {
        assert_eq!(vm.hash_str(vm.new_str("a")), 4644417185603328019);
        assert_eq!(vm.hash_str(vm.new_str("hello")), -2096571579003691106);
    });
}

#[test]
fn binding_reports_as_cpython() {
    with_vm(false, |vm| {
        let a = args::Arity::of("($self, key=None, *, reverse=(1, 2))");
        assert_eq!((a.total, a.pos, a.required, a.has_self), (2, 1, 0, true));
        let names: Vec<_> = args::parameters("($self, key=None, *, reverse=(1, 2))").collect();
        assert_eq!(names, [("key", true), ("reverse", true)]);
        let one = args::Arity::of("(object, /)");
        let mut out = [Value::UNBOUND];
        let callee = args::Callee { owner: Some(vm.types.list), name: "append" };
        let e = args::bind(vm, callee, &one, "(object, /)", Args::new(&[]), &mut out).unwrap_err();
        let text = e.0.args.get().items()[0].cast::<objects::str::Str>().unwrap().to_string();
        assert_eq!(text, "list.append() takes exactly one argument (0 given)");
    });
}
use crate::vm::args;

#[test]
fn watches_break_when_what_they_are_for_changes() {
    use crate::vm::watch::Key;
    with_vm(false, |vm| {
        let d = vm.new_dict();
        let name = |n: &str| vm.intern(n);
        let object = || vm.new_str("an object").value();
        let watch = |key| {
            let w = vm.watches.watch();
            vm.watches.add(key, &w);
            d.watched.set(true);
            w
        };
        d.set_str(vm, name("f"), object());
        d.set_str(vm, name("g"), Value::int(1));

        // A binding: to another object, through an equal name that is not interned; gone; not another name's.
        let (f, g) = (watch(Key::name(d, name("f"))), watch(Key::name(d, name("g"))));
        d.set_str(vm, name("g"), Value::int(2));
        assert!(f.is_valid() && g.is_valid(), "what is bound to a number is no constant");
        d.set(vm, vm.new_str("f").value(), object()).ok();
        assert!(!f.is_valid() && g.is_valid());
        assert_eq!((f.cause().as_str(), f.was_the_world()), ("'f' was bound anew", false));
        let f = watch(Key::name(d, name("f")));
        assert!(d.remove_str(vm, name("f")));
        assert!(!f.is_valid());
        assert_eq!(vm.watches.changes(Key::name(d, name("f"))), 2);

        // A name that is not there comes; room for it moves the others only when the table grows.
        let (h, places) = (watch(Key::name(d, name("h"))), watch(Key::places(d)));
        d.set(vm, vm.new_str("h").value(), object()).ok();
        assert!(!h.is_valid() && places.is_valid());
        for i in 0..20 {
            d.set_str(vm, name(&format!("n{i}")), object());
        }
        assert!(!places.is_valid());
        let all = [watch(Key::name(d, name("h"))), watch(Key::places(d))];
        d.clear(vm);
        assert!(all.iter().all(|w| !w.is_valid()) && !g.is_valid());

        // Bindings that are known to vary are not to be relied on.
        let key = Key::name(d, name("v"));
        let v = watch(key);
        vm.watches.varies(key, || "it varies".into());
        assert_eq!(
            (v.is_valid(), v.cause().as_str(), vm.watches.changes(key)),
            (false, "it varies", u32::MAX)
        );

        // A class, by its bases too; one word for several things; all at once.
        let int = vm.types.int;
        vm.type_version(vm.types.bool);
        let w = vm.watches.watch();
        vm.watches.add(Key::class(vm.types.bool), &w);
        vm.watches.add(Key::class(int), &w);
        let other = vm.watches.watch();
        vm.type_modified(int);
        assert!(!w.is_valid() && other.is_valid());
        let before = vm.watches.broken();
        vm.watches.break_all("the end");
        assert!(!other.is_valid() && other.was_the_world());
        assert_eq!(vm.watches.broken(), before + 1);
    });
}
