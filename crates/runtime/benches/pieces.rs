//! Rust-level pieces of the run-time on their own: allocation, dicts, sets, lists, strings, big integers.
//!
//! In: nothing (`cargo bench -p taipan-runtime`, with a filter if wanted). Out: a table of times for one call each. They
//! tell a slow piece from a slow interpreter; whether Taipan is quick is what `cargo xtask bench` says. Each benchmark
//! has a VM of its own on the thread that it runs on.

use divan::{Bencher, black_box};
use taipan_runtime::vm::Config;
use taipan_runtime::{Gc, Value, Vm};

fn main() {
    divan::main();
}

/// Runs `f` with a VM whose collector knows this thread's stack.
fn with_vm(f: impl FnOnce(&Vm)) {
    let vm = Vm::new(Config { hash_seed: Some(0), ..Config::default() });
    let base = 0u64;
    vm.heap.set_stack_base(std::ptr::from_ref(&base) as usize);
    f(&vm);
    black_box(&base);
}

/// Keys that are ints, or strings.
fn keys(vm: &Vm, n: usize, text: bool) -> Gc<taipan_runtime::objects::list::List> {
    let l = vm.new_list(&[]);
    for i in 0..n {
        let v = if text { vm.new_str(&format!("key{i}")).value() } else { Value::int(i as i64 * 7) };
        vm.list_push(l, v).expect("there is memory");
    }
    l
}

mod allocation {
    use super::*;

    /// Collections of what is garbage at once are part of it.
    #[divan::bench(args = [1, 3, 16, 200])]
    fn tuple(b: Bencher, n: usize) {
        with_vm(|vm| {
            let items = vec![Value::int(1); n];
            b.bench_local(|| vm.new_tuple(black_box(&items)));
        });
    }
    #[divan::bench(args = [0, 8, 100, 5_000])]
    fn list(b: Bencher, n: usize) {
        with_vm(|vm| {
            let items = vec![Value::NONE; n];
            b.bench_local(|| vm.new_list(black_box(&items)));
        });
    }
    #[divan::bench(args = [5, 50, 500])]
    fn str(b: Bencher, n: usize) {
        with_vm(|vm| {
            let text = "x".repeat(n);
            b.bench_local(|| vm.new_str(black_box(&text)));
        });
    }
    /// A full collection with so many live tuples.
    #[divan::bench(args = [1_000, 100_000])]
    fn full_collection(b: Bencher, n: usize) {
        with_vm(|vm| {
            let l = vm.new_list(&[]);
            for i in 0..n {
                let t = vm.new_tuple(&[Value::int(i as i64), Value::NONE]).value();
                vm.list_push(l, t).expect("there is memory");
            }
            b.bench_local(|| vm.heap.collect(true));
            black_box(l);
        });
    }
}

mod dict {
    use super::*;

    #[divan::bench(args = [(8, false), (8, true), (10_000, false), (10_000, true)])]
    fn fill(b: Bencher, (n, text): (usize, bool)) {
        with_vm(|vm| {
            let l = keys(vm, n, text);
            b.bench_local(|| {
                let d = vm.new_dict();
                for i in 0..n {
                    d.set(vm, vm.list_get(l, i), Value::NONE).expect("hashable");
                }
                d
            });
        });
    }
    #[divan::bench(args = [(8, false), (8, true), (10_000, false), (10_000, true)])]
    fn get(b: Bencher, (n, text): (usize, bool)) {
        with_vm(|vm| {
            let l = keys(vm, n, text);
            let d = vm.new_dict();
            for i in 0..n {
                d.set(vm, vm.list_get(l, i), Value::NONE).expect("hashable");
            }
            let mut i = 0;
            b.bench_local(|| {
                i = (i + 1) % n;
                d.get(vm, vm.list_get(l, i)).expect("hashable")
            });
            black_box((l, d));
        });
    }
}

mod set {
    use super::*;

    #[divan::bench(args = [8, 10_000])]
    fn contains(b: Bencher, n: usize) {
        with_vm(|vm| {
            let l = keys(vm, n, false);
            let s = vm.new_set();
            vm.set_update(s, l.value()).expect("hashable");
            let mut i = 0;
            b.bench_local(|| {
                i += 1;
                s.contains(vm, Value::int(i % (14 * n as i64))).expect("hashable")
            });
            black_box((l, s));
        });
    }
}

mod bigint {
    use super::*;

    /// An int of so many bits.
    fn big(vm: &Vm, bits: i64) -> Value {
        let one = vm.lshift(Value::int(1), Value::int(bits)).expect("there is memory");
        vm.sub(one, Value::int(12_345)).expect("ints")
    }

    #[divan::bench(args = [60, 120, 1_000, 100_000])]
    fn add(b: Bencher, bits: i64) {
        with_vm(|vm| {
            let x = big(vm, bits);
            b.bench_local(|| vm.add(black_box(x), x));
        });
    }
    #[divan::bench(args = [60, 120, 1_000, 100_000])]
    fn mul(b: Bencher, bits: i64) {
        with_vm(|vm| {
            let x = big(vm, bits);
            b.bench_local(|| vm.mul(black_box(x), x));
        });
    }
    #[divan::bench(args = [60, 120, 1_000])]
    fn mask(b: Bencher, bits: i64) {
        with_vm(|vm| {
            let (x, mask) = (big(vm, bits), big(vm, 64));
            b.bench_local(|| vm.and(black_box(x), mask));
        });
    }
    #[divan::bench(args = [60, 1_000, 10_000])]
    fn decimal(b: Bencher, bits: i64) {
        with_vm(|vm| {
            let x = big(vm, bits);
            b.bench_local(|| vm.str(black_box(x)));
        });
    }
}
