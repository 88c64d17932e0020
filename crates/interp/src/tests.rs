//! Tests of the chain and of frames, on a bare VM. What Python code means is tested by the goldens.

use std::sync::Arc;
use taipan_runtime::Vm;
use taipan_runtime::vm::Config;

/// Runs a program and gives `repr` of its global `r`.
fn run(source: &str, config: Config, stepping: bool) -> String {
    let code = taipan_compiler::compile(
        source,
        "<test>",
        taipan_compiler::Mode::Exec,
        taipan_compiler::Options::default(),
    )
    .expect("the program compiles")
    .code;
    let vm = Vm::new(config);
    let base = 0u64;
    let base = (&raw const base) as usize;
    vm.heap.set_stack_base(base);
    vm.set_stack_limit(base - (300 << 10));
    crate::install(&vm);
    vm.exec.stepping.set(stepping);
    assert!(taipan_runtime::builtins::install(&vm).is_ok());
    let g = vm.new_dict();
    let code = vm.new_code(Arc::new(code)).expect("a code object");
    if let Err(e) = crate::exec_code(&vm, code, g, g.value()) {
        let text = vm.str(e.value()).map_or_else(|_| String::new(), |s| s.to_string());
        return format!("{}: {text}", vm.type_name(e.value()));
    }
    let r = g.get_str(&vm, vm.intern("r")).expect("the program sets r");
    vm.repr(r).map_or_else(|_| "no repr".into(), |s| s.to_string())
}

/// Runs on a thread with little native stack.
fn on_small_stack(source: &'static str, stepping: bool) -> String {
    std::thread::Builder::new()
        .stack_size(512 << 10)
        .spawn(move || run(source, Config { hash_seed: Some(0), ..Config::default() }, stepping))
        .expect("a thread")
        .join()
        .expect("no panic")
}

const PROGRAM: &str = "
class P:
    def __init__(self, v): self.v = v
    def get(self): return self.v
    @property
    def twice(self): return self.v * 2
def add(a, b=1): return a + b
def gen(n):
    for i in range(n): yield i
def main(n):
    total = 0; x = 0.5; items = [0] * 10; t = (1, 2); d = {}
    p = P(1)
    for i in gen(n):
        items[i % 10] = items[(i + 1) % 10] + 1
        a, b = t
        total = total + add(i, b) + p.get() + p.twice
        p.v = i & 3
        x = x * 0.5 + 1
        d[i & 7] = not total
        if i % 1000 == 0:
            try: raise ValueError(i)
            except ValueError as e: total -= 1
        while b > 0: b -= 1
    return total, x, items, d
r = main(100000)
";

#[test]
fn the_chain_keeps_nothing_on_the_native_stack() {
    assert_eq!(on_small_stack(PROGRAM, false), on_small_stack(PROGRAM, true));
}

#[test]
fn recursion_ends_in_an_exception() {
    let source = "
def f(n): return 0 if n == 0 else 1 + f(n - 1)
r = [f(900)]
try: f(100000)
except RecursionError as e: r.append(str(e))
def g(n):
    yield n
    yield from g(n + 1)
try: list(g(0))
except RecursionError as e: r.append(str(e))
class A:
    def __init__(self): A()
try: A()
except RecursionError as e: r.append(str(e))
r.append(f(900))
";
    let m = "'maximum recursion depth exceeded'";
    assert_eq!(on_small_stack(source, false), format!("[900, {m}, {m}, {m}, 900]"));
}

#[test]
fn caches_are_checked() {
    let source = "
class A:
    x = 1
    def f(self): return 'A.f'
def get(o): return o.x
def call(o): return o.f()
def put(o, v): o.x = v
def glob(): return name
name = 'first'
r = []
a = A()
for k in range(20): last = (get(a), call(a), glob())
r.append(last)
A.x = 2; A.f = lambda self: 'new'; name = 'second'
r.append((get(a), call(a), glob()))
a.x = 3; a.f = lambda: 'own'
r.append((get(a), call(a)))
for k in range(20): put(a, k)
r.append(a.x)
del a.x
r.append(get(a))
class B:
    @property
    def x(self): return 'prop'
    @x.setter
    def x(self, v): self.y = v
    def f(self): return 'B.f'
b = B()
for k in range(20): last = (get(b), call(b)); put(b, k)
r.append((last, b.y))
def len(o): return 'mine'
def use(): return len([])
r.append([use() for k in range(5)])
del len
r.append(use())
b.__class__ = A
r.append((get(b), call(b)))
";
    assert_eq!(
        on_small_stack(source, false),
        "[(1, 'A.f', 'first'), (2, 'new', 'second'), (3, 'own'), 19, 2, (('prop', 'B.f'), 19), \
         ['mine', 'mine', 'mine', 'mine', 'mine'], 0, (2, 'new')]"
    );
}

#[test]
fn frames_survive_collections() {
    let source = "
def f(a, *rest, k=None, **kw): return [a, rest, k, kw, str(a) * 3]
def gen(n):
    for i in range(n):
        x = [i] * 2
        yield x
        try: yield str(i)
        except KeyError as e: yield [e]
r = []
for i, g in enumerate(gen(4)): r.append((g, f(i, 'a' * i, k=[i], z='z' + str(i))))
def deep(n):
    s = 'x' * n
    return deep(n - 1) + s if n else ''
r.append(deep(20))
class C:
    def __init__(self, v, *a): self.v = [v, a]
r.append([C(str(i), i).v for i in range(3)])
";
    let config = |stress| Config { hash_seed: Some(0), gc_stress: u32::from(stress), ..Config::default() };
    assert_eq!(run(source, config(true), false), run(source, config(false), false));
}
