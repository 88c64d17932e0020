//! Random numeric programs.
//!
//! In: a seed. Out: the text of a Python program that always ends, within a budget of a few ten thousand statements,
//! that prints with `show(...)`, and whose output is the same in every run: no addresses, no hashes of strings, no
//! order of sets, no times. The seed alone decides.
//!
//! Programs are made of what a tracing JIT must get right: ints around the limits of their representations, floats
//! with specials, variables that change their type, loops that nest, break and are left by exceptions, calls of every
//! kind, lists that change their storage, attributes, dicts, generators.

use super::rng::Rng;

/// Writes a line; its parts may draw random numbers.
macro_rules! put {
    ($g:expr, ($($part:tt)*)) => {{
        let text = format!($($part)*);
        $g.line(text);
    }};
}

/// Names of a scope by the type that they mostly have.
#[derive(Clone, Default)]
pub(super) struct Scope {
    pub ints: Vec<String>,
    /// Variables of the loops around: read only.
    pub loops: Vec<String>,
    pub floats: Vec<String>,
    pub mixed: Vec<String>,
    pub strs: Vec<String>,
    pub int_lists: Vec<String>,
    pub float_lists: Vec<String>,
    pub mixed_lists: Vec<String>,
    pub dicts: Vec<String>,
    pub objs: Vec<String>,
}

/// A function that expressions may call.
#[derive(Clone)]
pub(super) struct Func {
    pub name: String,
    pub required: usize,
    pub optional: bool,
    /// The first argument bounds the depth.
    pub recursive: bool,
    pub cost: f64,
}

/// The statements of one program that may run, calls included.
const BUDGET: f64 = 12_000.0;

pub(super) struct Gen {
    pub rng: Rng,
    pub scope: Scope,
    pub int_funcs: Vec<Func>,
    pub float_funcs: Vec<Func>,
    generators: Vec<Func>,
    makers: Vec<String>,
    pub method_cost: f64,
    out: String,
    indent: usize,
    names: usize,
    /// How often the statement being written runs.
    times: f64,
    /// Statements spent.
    spent: f64,
    budget: f64,
    in_loop: bool,
    in_function: bool,
}

/// The text of the program with this seed.
pub fn program(seed: u64) -> String {
    let mut g = Gen {
        rng: Rng::new(seed),
        scope: Scope::default(),
        int_funcs: vec![],
        float_funcs: vec![],
        generators: vec![],
        makers: vec![],
        method_cost: 0.0,
        out: String::new(),
        indent: 0,
        names: 0,
        times: 1.0,
        spent: 0.0,
        budget: BUDGET,
        in_loop: false,
        in_function: false,
    };
    g.whole();
    g.out
}

impl Gen {
    pub(super) fn afford(&mut self, cost: f64) -> bool {
        let total = cost * self.times;
        let fits = self.spent + total <= self.budget;
        if fits {
            self.spent += total;
        }
        fits
    }

    fn line(&mut self, text: impl AsRef<str>) {
        for _ in 0..self.indent {
            self.out.push_str("    ");
        }
        self.out.push_str(text.as_ref());
        self.out.push('\n');
    }

    fn block(&mut self, head: impl AsRef<str>, body: impl FnOnce(&mut Gen)) {
        self.line(head);
        self.indent += 1;
        body(self);
        self.indent -= 1;
    }

    fn fresh(&mut self, prefix: &str) -> String {
        self.names += 1;
        format!("{prefix}{}", self.names)
    }

    fn whole(&mut self) {
        self.line("import math");
        self.line("inf = math.inf; nan = math.nan");
        self.line("G = 3; H = 0.5");
        if self.rng.one_in(2) {
            self.class();
        }
        for _ in 0..self.rng.below(4) {
            self.function();
        }
        // Half of the programs run at the top of the module, where variables are globals.
        let main = self.rng.one_in(2);
        if main {
            self.line("def main():");
            self.indent += 1;
            self.line("global G, H");
            self.in_function = true;
        }
        self.budget = BUDGET * 2.0;
        self.variables();
        let statements = 3 + self.rng.below(7);
        for _ in 0..statements {
            // Most programs should get to their end.
            if self.rng.one_in(4) {
                self.statement(3);
            } else {
                self.block("try:", |g| g.statement(3));
                self.block("except Exception as e:", |g| g.line("show(type(e).__name__, str(e))"));
            }
        }
        self.show_all();
        if main {
            self.indent -= 1;
            self.line("main()");
        }
        self.line("show(G, H)");
    }

    /// Variables of each type, with values.
    fn variables(&mut self) {
        for k in 0..1 + self.rng.below(3) {
            let (c, _) = self.int_const();
            put!(self, ("i{k} = {c}"));
            self.scope.ints.push(format!("i{k}"));
        }
        for k in 0..1 + self.rng.below(2) {
            let c = self.float_const();
            put!(self, ("f{k} = {c}"));
            self.scope.floats.push(format!("f{k}"));
        }
        if self.rng.one_in(2) {
            let c = if self.rng.one_in(2) { self.float_const() } else { self.int_const().0 };
            put!(self, ("m0 = {c}"));
            self.scope.mixed.push("m0".into());
        }
        if self.rng.one_in(3) {
            let c = self.rng.pick(&["''", "'abc'", "'banana'", "'\\xe9t\\u20ac'"]);
            put!(self, ("s0 = {c}"));
            self.scope.strs.push("s0".into());
        }
        if !self.rng.one_in(3) {
            let l = self.list_of(|g| {
                let c = g.int_const();
                g.clip(c, super::expr::MAX_BITS).0
            });
            put!(self, ("a0 = {l}"));
            self.scope.int_lists.push("a0".into());
        }
        if self.rng.one_in(2) {
            let l = self.list_of(|g| g.float_const());
            put!(self, ("b0 = {l}"));
            self.scope.float_lists.push("b0".into());
        }
        if self.rng.one_in(3) {
            let l = self.list_of(|g| g.any(1));
            put!(self, ("c0 = {l}"));
            self.scope.mixed_lists.push("c0".into());
        }
        if self.rng.one_in(3) {
            self.line("d0 = {}");
            self.scope.dicts.push("d0".into());
        }
        if self.method_cost > 0.0 && self.rng.one_in(2) {
            let (a, b) = (self.int_const().0, self.float_const());
            put!(self, ("o0 = C({a}, {b})"));
            self.scope.objs.push("o0".into());
        }
    }

    fn list_of(&mut self, mut item: impl FnMut(&mut Gen) -> String) -> String {
        match self.rng.below(9) {
            0 => "[]".into(),
            1 | 2 => format!("[{}] * {}", item(self), self.rng.below(12)),
            3 => format!("list(range({}))", self.rng.below(10)),
            _ => {
                let items: Vec<_> = (0..1 + self.rng.below(7)).map(|_| item(self)).collect();
                format!("[{}]", items.join(", "))
            }
        }
    }

    fn show_all(&mut self) {
        let s = self.scope.clone();
        let all =
            [s.ints, s.floats, s.mixed, s.strs, s.int_lists, s.float_lists, s.mixed_lists, s.dicts].concat();
        put!(self, ("show({})", all.join(", ")));
        for o in s.objs {
            put!(self, ("show({o}.n, {o}.x)"));
        }
    }

    /// Writes a definition: its own scope, its own share of the budget. Answers what a call costs.
    fn definition(&mut self, budget: f64, write: impl FnOnce(&mut Gen)) -> f64 {
        let scope = std::mem::take(&mut self.scope);
        let kept = (self.times, self.spent, self.budget, self.in_loop, self.in_function);
        (self.times, self.spent, self.budget) = (1.0, 1.0, budget);
        (self.in_loop, self.in_function) = (false, true);
        write(self);
        let cost = self.spent;
        (self.times, self.spent, self.budget, self.in_loop, self.in_function) = kept;
        self.scope = scope;
        cost
    }

    fn function(&mut self) {
        let name = self.fresh("fun");
        match self.rng.below(9) {
            0..=2 => {
                let required = 1 + self.rng.below(3);
                let optional = self.rng.one_in(3);
                let cost = self.definition(150.0, |g| {
                    let params: Vec<String> =
                        ["p", "q", "r"][..required].iter().map(|s| s.to_string()).collect();
                    let mut list = params.clone();
                    if optional {
                        list.push("z=1".into());
                        g.scope.ints.push("z".into());
                    }
                    g.block(format!("def {name}({}):", list.join(", ")), |g| {
                        g.scope.ints.extend(params);
                        g.local_list();
                        for _ in 0..g.rng.below(4) {
                            g.statement(2);
                        }
                        let e = g.int(2);
                        let e = g.clip(e, super::expr::MAX_BITS).0;
                        put!(g, ("return {e}"));
                    });
                });
                self.int_funcs.push(Func { name, required, optional, recursive: false, cost });
            }
            3 | 4 => {
                let cost = self.definition(150.0, |g| {
                    g.block(format!("def {name}(u, v=0.5):"), |g| {
                        g.scope.floats.extend(["u".into(), "v".into()]);
                        g.line("t = 0");
                        g.scope.ints.push("t".into());
                        for _ in 0..g.rng.below(4) {
                            g.statement(2);
                        }
                        let e = g.float(2);
                        put!(g, ("return {e}"));
                    });
                });
                self.float_funcs.push(Func { name, required: 2, optional: false, recursive: false, cost });
            }
            5 => {
                let two = self.rng.one_in(2);
                let cost = self.definition(20.0, |g| {
                    g.block(format!("def {name}(n, x):"), |g| {
                        g.scope.ints.extend(["n".into(), "x".into()]);
                        g.block("if n <= 0:", |g| {
                            let e = g.int(1);
                            let e = g.clip(e, 100).0;
                            put!(g, ("return {e}"));
                        });
                        for _ in 0..g.rng.below(2) {
                            g.simple();
                        }
                        let e = g.int(1);
                        let e = g.clip(e, 100).0;
                        let op = g.rng.pick(&["+", "-", "^", "*"]);
                        if two {
                            put!(g, ("y = {name}(n - 1, {e}) {op} {name}(n - 2, x)"));
                        } else {
                            put!(g, ("y = {name}(n - 1, {e}) {op} n"));
                        }
                        let y = g.clip(("y".into(), 400), 100).0;
                        put!(g, ("return {y}"));
                    });
                });
                let cost = cost * if two { 30.0 } else { 8.0 };
                self.int_funcs.push(Func { name, required: 2, optional: false, recursive: true, cost });
            }
            6 | 7 => {
                let cost = self.definition(80.0, |g| {
                    g.block(format!("def {name}(n):"), |g| {
                        g.scope.ints.push("n".into());
                        g.line("w = 1");
                        g.scope.ints.push("w".into());
                        g.block("for k in range(n):", |g| {
                            g.scope.loops.push("k".into());
                            g.in_loop = true;
                            g.simple();
                            let e = g.any(2);
                            let e = if g.rng.one_in(2) { "k * k - 3".into() } else { e };
                            put!(g, ("yield {e}"));
                            if g.rng.one_in(3) {
                                let b = g.boolean(1);
                                let end = g.rng.pick(&["return", "break", "continue"]);
                                g.block(format!("if {b}:"), |g| g.line(end));
                            }
                        });
                        if g.rng.one_in(3) {
                            g.line("yield w");
                        }
                    });
                });
                self.generators.push(Func { name, required: 1, optional: false, recursive: false, cost });
            }
            _ => {
                self.definition(20.0, |g| {
                    g.block(format!("def {name}(c):"), |g| {
                        g.block("def inner(y):", |g| {
                            g.line("nonlocal c");
                            g.scope.ints.extend(["c".into(), "y".into()]);
                            let e = g.int(2);
                            let e = g.clip(e, super::expr::MAX_BITS).0;
                            put!(g, ("c = {e}"));
                            let e = g.int(1);
                            let e = g.clip(e, super::expr::MAX_BITS).0;
                            put!(g, ("return {e}"));
                        });
                        g.line("return inner");
                    });
                });
                self.makers.push(name);
            }
        }
    }

    fn local_list(&mut self) {
        if self.rng.one_in(3) {
            self.line("l = [p, 1]");
            self.scope.int_lists.push("l".into());
        }
    }

    fn class(&mut self) {
        let cost = self.definition(40.0, |g| {
            let slots = g.rng.one_in(2);
            g.block("class C:", |g| {
                if slots {
                    g.line("__slots__ = ('n', 'x')");
                }
                let k = g.int_const();
                let k = g.clip(k, 16).0;
                put!(g, ("K = {k}"));
                g.block("def __init__(self, n, x=0.25):", |g| {
                    g.line("self.n = n");
                    g.line("self.x = x");
                });
                g.block("def step(self, p):", |g| {
                    g.scope.ints = vec!["p".into(), "self.n".into(), "self.K".into()];
                    g.scope.floats = vec!["self.x".into()];
                    for _ in 0..g.rng.below(3) {
                        g.simple();
                    }
                    let e = g.int(2);
                    let e = g.clip(e, super::expr::MAX_BITS).0;
                    put!(g, ("self.n = {e}"));
                    let e = g.int(1);
                    let e = g.clip(e, super::expr::MAX_BITS).0;
                    put!(g, ("return {e}"));
                });
                g.line("@property");
                g.block("def twice(self):", |g| g.line("return self.n * 2"));
                g.block("def __add__(self, other):", |g| {
                    g.block("if isinstance(other, C):", |g| {
                        g.line("return C((self.n + other.n) % 1000003, self.x)")
                    });
                    g.block("if isinstance(other, int):", |g| g.line("return C(other % 97, self.x + 1)"));
                    g.line("return NotImplemented");
                });
                g.line("__radd__ = __add__");
                g.block("def __lt__(self, other):", |g| g.line("return self.n < other.n"));
                g.block("def __eq__(self, other):", |g| {
                    g.line("return isinstance(other, C) and self.n == other.n")
                });
                g.block("def __bool__(self):", |g| g.line("return self.n % 3 != 0"));
                g.block("def __len__(self):", |g| g.line("return abs(self.n) % 10"));
                g.block("def __getitem__(self, k):", |g| {
                    g.block("if k > 5:", |g| g.line("raise IndexError(k)"));
                    g.line("return self.n % (k + 2)");
                });
                g.block("def __repr__(self):", |g| g.line("return f'C({self.n!r}, {self.x!r})'"));
                g.block("def __enter__(self):", |g| g.line("return self"));
                let swallow = g.rng.pick(&["False", "True", "kind is ValueError"]);
                g.block("def __exit__(self, kind, value, tb):", |g| {
                    g.line("self.n = (self.n + 1) % 1009");
                    put!(g, ("return {swallow}"));
                });
            });
            if g.rng.one_in(3) {
                g.line("B = C");
                g.block("class C(B):", |g| {
                    g.block("def step(self, p):", |g| g.line("return super().step(p) ^ 1"));
                });
            }
        });
        self.method_cost = cost.max(3.0);
    }

    /// A statement that is no block.
    fn simple(&mut self) {
        if !self.afford(1.0) {
            self.line("pass");
            return;
        }
        let s = self.scope.clone();
        let pick = |g: &mut Gen, v: &Vec<String>| v[g.rng.below(v.len())].clone();
        match self.rng.below(30) {
            0..=6 if !s.ints.is_empty() => {
                let v = pick(self, &s.ints);
                let e = self.int(3);
                let e = self.clip(e, super::expr::MAX_BITS).0;
                put!(self, ("{v} = {e}"));
            }
            7..=9 if !s.ints.is_empty() => {
                let v = pick(self, &s.ints);
                match self.rng.below(6) {
                    0 => put!(self, ("{v} += 1")),
                    1 => {
                        let e = self.int(1);
                        let e = self.clip(e, 64).0;
                        let op = self.rng.pick(&["+", "-", "^"]);
                        put!(self, ("{v} {op}= {e}"));
                        let c = self.clip((v.clone(), 200), super::expr::MAX_BITS).0;
                        put!(self, ("{v} = {c}"));
                    }
                    2 => {
                        let n = self.rng.range(1, 20);
                        let op = self.rng.pick(&["//", "%", ">>", "&"]);
                        put!(self, ("{v} {op}= {n}"));
                    }
                    3 => {
                        let (a, b) = (
                            [31, 6364136223846793005i64, 1103515245][self.rng.below(3)],
                            self.rng.range(0, 99),
                        );
                        let m =
                            self.rng.pick(&["& (2**64 - 1)", "& 0xFFFFFFFF", "% (2**61 - 1)", "% 998244353"]);
                        put!(self, ("{v} = ({v} * {a} + {b}) {m}"));
                    }
                    4 => {
                        let n = self.rng.range(1, 40);
                        put!(self, ("{v} ^= ({v} << {n}) & 0xFFFFFFFFFFFFFFFF"));
                        put!(self, ("{v} ^= {v} >> {}", self.rng_range(1, 40)));
                        let c = self.clip((v.clone(), 200), super::expr::MAX_BITS).0;
                        put!(self, ("{v} = {c}"));
                    }
                    _ => {
                        let w = pick(self, &s.ints);
                        let e = self.int(1);
                        let e = self.clip(e, super::expr::MAX_BITS).0;
                        put!(self, ("{v}, {w} = {w}, {e}"));
                    }
                }
            }
            10..=13 if !s.floats.is_empty() => {
                let v = pick(self, &s.floats);
                let e = self.float(3);
                if self.rng.one_in(3) {
                    let op = self.rng.pick(&["+", "-", "*", "/"]);
                    put!(self, ("{v} {op}= {e}"));
                } else {
                    put!(self, ("{v} = {e}"));
                }
            }
            14 | 15 if !s.mixed.is_empty() => {
                let v = pick(self, &s.mixed);
                let e = self.any(2);
                put!(self, ("{v} = {e}"));
            }
            16..=19 if !s.int_lists.is_empty() => {
                let l = pick(self, &s.int_lists);
                let e = self.int(2);
                let mut e = self.clip(e, super::expr::MAX_BITS).0;
                if self.rng.one_in(12) {
                    // Storage changes its kind.
                    e = self.any(1);
                }
                self.list_statement(&l, &e);
            }
            20 | 21 if !s.float_lists.is_empty() => {
                let l = pick(self, &s.float_lists);
                let e = if self.rng.one_in(12) { self.any(1) } else { self.float(2) };
                self.list_statement(&l, &e);
            }
            22 if !s.mixed_lists.is_empty() => {
                let l = pick(self, &s.mixed_lists);
                let e = self.any(2);
                self.list_statement(&l, &e);
            }
            23 | 24 if !s.dicts.is_empty() => {
                let d = pick(self, &s.dicts);
                let k = self.key(1);
                let e = self.int(2);
                let e = self.clip(e, super::expr::MAX_BITS).0;
                match self.rng.below(7) {
                    0 => put!(self, ("{d}.pop({k}, None)")),
                    1 => put!(self, ("{d}[{k}] = {d}.get({k}, 0) + 1")),
                    2 => put!(self, ("{d}.setdefault({k}, {e})")),
                    3 if self.rng.one_in(3) => put!(self, ("del {d}[{k}]")),
                    _ => put!(self, ("{d}[{k}] = {e}")),
                }
            }
            25 if !s.strs.is_empty() => {
                let v = pick(self, &s.strs);
                let e = self.text(2);
                match self.rng.below(3) {
                    0 => put!(self, ("{v} = ({v} + {e})[-40:]")),
                    1 => put!(self, ("{v} += {e} if len({v}) < 50 else ''")),
                    _ => put!(self, ("{v} = {e}")),
                }
            }
            26 if !s.objs.is_empty() => {
                let o = pick(self, &s.objs);
                match self.rng.below(5) {
                    0 => put!(self, ("{o} = {o} + {}", self.rng_range(0, 50))),
                    1 => put!(self, ("{o} += {o}")),
                    2 => {
                        let e = self.float(2);
                        put!(self, ("{o}.x = {e}"));
                    }
                    3 => {
                        let e = self.int(1);
                        let e = self.clip(e, super::expr::MAX_BITS).0;
                        put!(self, ("{o} = C({e})"));
                    }
                    _ => {
                        let e = self.int(1);
                        let e = self.clip(e, super::expr::MAX_BITS).0;
                        put!(self, ("{o}.n = {e}"));
                    }
                }
            }
            27 if self.times < 100.0 => {
                let e = self.any(2);
                put!(self, ("show({e})"));
            }
            28 if !self.makers.is_empty() && !s.ints.is_empty() => {
                let (m, v) = (self.makers[self.rng.below(self.makers.len())].clone(), pick(self, &s.ints));
                let e = self.rng.below(50);
                let h = self.fresh("h");
                put!(self, ("{h} = {m}({e})"));
                put!(self, ("{v} = ({h}(2) + {h}({v})) % 1000003"));
            }
            _ => {
                let e = self.any(3);
                if self.in_function || self.indent == 0 || self.rng.one_in(2) {
                    put!(self, ("t = {e}"));
                } else {
                    put!(self, ("_ = {e}"));
                }
            }
        }
    }

    fn rng_range(&mut self, a: i64, b: i64) -> i64 {
        self.rng.range(a, b)
    }

    fn list_statement(&mut self, l: &str, e: &str) {
        let i = self.index(l, 1);
        match self.rng.below(16) {
            0..=2 => put!(self, ("if len({l}) < 30: {l}.append({e})")),
            3 => put!(self, ("if {l}: {l}.pop()")),
            4 if self.rng.one_in(3) => put!(self, ("{l}.pop()")),
            5 => put!(self, ("{l}[{i}] = {e}")),
            6..=9 => put!(self, ("if {l}: {l}[{i}] = {e}")),
            10 => put!(self, ("if len({l}) < 20: {l}.insert({}, {e})", self.rng.range(-2, 4))),
            11 => put!(self, ("{l} = {l}[{}:] + [{e}]", self.rng.range(0, 2))),
            12 => match self.rng.below(5) {
                0 => put!(self, ("{l}.reverse()")),
                1 => put!(self, ("{l}.sort()")),
                2 => put!(self, ("del {l}[{}:{}]", self.rng.range(-3, 3), self.rng.range(-3, 6))),
                3 => put!(self, ("{l}[1:3] = [{e}]")),
                _ => put!(self, ("{l}.clear()")),
            },
            13 => put!(self, ("{l} = [x for x in {l} if x != {e}]")),
            4 | 14 => put!(self, ("if {l}: {l}[{i}] += {}", self.rng.range(-1, 2))),
            _ => put!(self, ("if {l}: {l}[0], {l}[-1] = {l}[-1], {l}[0]")),
        }
    }

    /// A sequence of statements, at least one.
    fn body(&mut self, depth: u32) {
        for _ in 0..1 + self.rng.below(4) {
            self.statement(depth);
        }
    }

    pub(super) fn statement(&mut self, depth: u32) {
        if depth == 0 || self.rng.one_in(3) || !self.afford(1.0) {
            return self.simple();
        }
        match self.rng.below(20) {
            0..=3 => {
                let c = self.boolean(2);
                self.block(format!("if {c}:"), |g| g.body(depth - 1));
                if self.rng.one_in(3) {
                    let c = self.boolean(2);
                    self.block(format!("elif {c}:"), |g| g.body(depth - 1));
                }
                if self.rng.one_in(2) {
                    self.block("else:", |g| g.body(depth - 1));
                }
            }
            4..=11 => self.for_loop(depth),
            12 | 13 => self.while_loop(depth),
            14..=16 => self.try_block(depth),
            17 if self.in_loop => {
                let c = self.boolean(2);
                let what = self.rng.pick(&["break", "continue"]);
                self.block(format!("if {c}:"), |g| g.line(what));
            }
            17 | 18 if !self.scope.objs.is_empty() => {
                let o = self.scope.objs[0].clone();
                self.block(format!("with {o}:"), |g| g.body(depth - 1));
            }
            18 if self.in_function => {
                let c = self.boolean(2);
                let g_or_h = self.rng.one_in(2);
                if self.indent > 0 && self.out.contains("global G, H") {
                    let e = if g_or_h { self.int(2) } else { (self.float(2), 0) };
                    let e = self.clip(e, super::expr::MAX_BITS).0;
                    put!(self, ("if {c}: {} = {e}", if g_or_h { "G" } else { "H" }));
                } else {
                    put!(self, ("t = G if {c} else H"));
                }
            }
            19 => self.raise_or_match(depth),
            _ => self.comprehension(),
        }
    }

    fn rounds(&mut self) -> usize {
        let left = ((self.budget - self.spent) / (self.times * 4.0)).max(0.0) as usize;
        let n = [0, 1, 2, 3, 4, 5, 7, 8, 10, 12, 16, 20, 33, 50, 90][self.rng.below(15)];
        n.min(left)
    }

    fn looped(
        &mut self,
        head: String,
        variable: Option<&str>,
        rounds: usize,
        depth: u32,
        before: Option<String>,
    ) {
        let kept = (self.times, self.in_loop);
        self.times *= rounds.max(1) as f64;
        self.in_loop = true;
        self.line(head);
        self.indent += 1;
        if let Some(b) = before {
            self.line(b);
        }
        if let Some(v) = variable {
            self.scope.loops.push(v.to_string());
        }
        self.body(depth - 1);
        if variable.is_some() {
            self.scope.loops.pop();
        }
        (self.times, self.in_loop) = kept;
        self.indent -= 1;
        if self.rng.one_in(6) {
            self.block("else:", |g| g.simple());
        }
    }

    fn for_loop(&mut self, depth: u32) {
        let k = format!("k{}", self.scope.loops.len());
        let n = self.rounds();
        let s = self.scope.clone();
        let pick = |g: &mut Gen, v: &Vec<String>| v[g.rng.below(v.len())].clone();
        match self.rng.below(16) {
            0..=5 => self.looped(format!("for {k} in range({n}):"), Some(&k), n, depth, None),
            6 | 7 => {
                let (a, step) = (self.rng.range(-5, 9), [1, 2, -1, 3, -2][self.rng.below(5)]);
                let b = a + step * n as i64;
                let base =
                    [0i64, 0, 0, 1 << 47, (1 << 47) - 5, i64::MAX - 10, (1 << 62) - 3][self.rng.below(7)];
                let head = if base == 0 {
                    format!("for {k} in range({a}, {b}, {step}):")
                } else {
                    format!("for {k} in range({base} + {a}, {base} + {b}, {step}):")
                };
                self.looped(head, Some(&k), n, depth, None);
            }
            8 | 9 if !s.int_lists.is_empty() => {
                let l = pick(self, &s.int_lists);
                if self.spent + self.times * 60.0 > self.budget {
                    return self.simple();
                }
                match self.rng.below(4) {
                    0 => {
                        let head = format!("for {k}, x in enumerate({l}):");
                        self.looped(head, Some(&k), 30, depth, None);
                    }
                    1 => {
                        let head = format!("for {k} in reversed({l}):");
                        self.looped(head, Some(&k), 30, depth, None);
                    }
                    2 => {
                        let head = format!("for {k}, y in zip(range({n}), {l}):");
                        self.looped(head, Some(&k), n.min(30), depth, None);
                    }
                    _ => {
                        let head = format!("for {k} in {l}:");
                        self.looped(head, Some(&k), 30, depth, None);
                    }
                }
            }
            10 if !s.strs.is_empty() => {
                let v = pick(self, &s.strs);
                if self.spent + self.times * 60.0 > self.budget {
                    return self.simple();
                }
                let before = format!("{k} = ord(ch) + len({v})");
                self.looped(format!("for ch in {v}:"), Some(&k), 50, depth, Some(before));
            }
            11 if !s.dicts.is_empty() => {
                let d = pick(self, &s.dicts);
                if self.spent + self.times * 60.0 > self.budget {
                    return self.simple();
                }
                let head = match self.rng.below(3) {
                    0 => format!("for {k}, (key, val) in enumerate(list({d}.items())):"),
                    1 => format!("for {k} in {d}.values():"),
                    _ => format!("for {k}, key in enumerate(list({d})):"),
                };
                self.looped(head, Some(&k), 20, depth, None);
            }
            12 | 13 if !self.generators.is_empty() => {
                let f = self.generators[self.rng.below(self.generators.len())].clone();
                let n = n.min(10);
                if !self.afford(f.cost * n as f64) {
                    return self.simple();
                }
                let head = format!("for {k}, x in enumerate({}({n})):", f.name);
                let before = (!s.mixed.is_empty()).then(|| "m0 = x".to_string());
                self.looped(head, Some(&k), n, depth, before);
            }
            14 if !s.objs.is_empty() => {
                let o = pick(self, &s.objs);
                self.looped(format!("for {k} in {o}:"), Some(&k), 7, depth, None);
            }
            _ => {
                let k2 = format!("{k}b");
                let head = format!("for {k} in (x * 3 - {n} for x in range({n})):");
                let before = format!("{k2} = {k} + 1");
                self.looped(head, Some(&k), n, depth, Some(before));
            }
        }
    }

    fn while_loop(&mut self, depth: u32) {
        let n = self.rounds();
        let w = self.fresh("w");
        put!(self, ("{w} = {}", if self.rng.one_in(2) { 0 } else { n }));
        let up = self.out.ends_with("= 0\n");
        let c = if self.rng.one_in(3) { format!(" and {}", self.boolean(2)) } else { String::new() };
        let (head, before) = if up {
            (format!("while {w} < {n}{c}:"), format!("{w} += {}", self.rng.range(1, 3)))
        } else if self.rng.one_in(2) {
            (format!("while ({w} := {w} - 1) > 0{c}:"), "pass".into())
        } else {
            (format!("while {w} > 0{c}:"), format!("{w} -= 1"))
        };
        self.looped(head, Some(&w), n, depth, Some(before));
    }

    fn try_block(&mut self, depth: u32) {
        self.block("try:", |g| g.body(depth - 1));
        let kinds = [
            "ZeroDivisionError",
            "IndexError",
            "(ValueError, OverflowError)",
            "TypeError",
            "ArithmeticError",
            "LookupError",
            "Exception",
            "Exception",
            "Exception",
        ];
        let finally_only = self.rng.one_in(8);
        if !finally_only {
            let kind = self.rng.pick(&kinds);
            let quiet = self.times > 60.0;
            self.block(format!("except {kind} as e:"), |g| {
                if !quiet {
                    g.line("show(type(e).__name__, str(e))");
                }
                if g.rng.one_in(2) {
                    g.simple();
                } else {
                    g.line("pass");
                }
                if g.rng.one_in(10) {
                    g.line("raise");
                }
            });
            if self.rng.one_in(4) {
                self.block("else:", |g| g.simple());
            }
        }
        if finally_only || self.rng.one_in(4) {
            self.block("finally:", |g| g.simple());
        }
    }

    fn raise_or_match(&mut self, depth: u32) {
        match self.rng.below(4) {
            0 => {
                let c = self.boolean(2);
                let e = self.rng.pick(&[
                    "ValueError",
                    "KeyError",
                    "IndexError",
                    "ZeroDivisionError",
                    "StopIteration",
                ]);
                let a = self.int(1).0;
                self.block(format!("if {c}:"), |g| put!(g, ("raise {e}({a})")));
            }
            1 => {
                let c = self.boolean(2);
                put!(self, ("assert {c}, 'no'"));
            }
            _ => {
                let e = if self.rng.one_in(2) { self.any(2) } else { format!("{} % 5", self.int(2).0) };
                self.block(format!("match {e}:"), |g| {
                    g.block("case 0 | 1:", |g| g.body(depth - 1));
                    g.block("case int(v) if v > 2:", |g| g.line("t = v"));
                    g.block("case float():", |g| g.simple());
                    g.block("case (a, b):", |g| g.line("t = (b, a)"));
                    g.block("case _:", |g| g.simple());
                });
            }
        }
    }

    fn comprehension(&mut self) {
        let n = self.rounds().min(20);
        if !self.afford(n as f64) {
            return self.simple();
        }
        self.scope.loops.push("j".into());
        let kept = self.times;
        self.times *= n.max(1) as f64;
        let e = self.int(2);
        let e = self.clip(e, super::expr::MAX_BITS).0;
        let f = self.float(2);
        let c = self.boolean(1);
        self.scope.loops.pop();
        self.times = kept;
        let s = self.scope.clone();
        match self.rng.below(8) {
            0 | 1 if !s.int_lists.is_empty() => {
                put!(self, ("{} = [{e} for j in range({n})]", s.int_lists[0]))
            }
            2 if !s.int_lists.is_empty() => {
                put!(self, ("{} = [{e} for j in range({n}) if {c}]", s.int_lists[0]))
            }
            3 if !s.float_lists.is_empty() => {
                put!(self, ("{} = [{f} for j in range({n})]", s.float_lists[0]))
            }
            4 if !s.ints.is_empty() => {
                let v = self.clip((format!("sum({e} for j in range({n}))"), 200), super::expr::MAX_BITS).0;
                put!(self, ("{} = {v}", s.ints[0]));
            }
            5 if !s.floats.is_empty() => {
                let f2 = self.rng.pick(&["sum", "max", "min"]);
                put!(self, ("{} = {f2}([{f} for j in range({n})] or [0.0])", s.floats[0]));
            }
            6 if !s.dicts.is_empty() => put!(self, ("{} = {{j % 7: {e} for j in range({n})}}", s.dicts[0])),
            _ => {
                let f3 = self.rng.pick(&["any", "all"]);
                put!(self, ("t = {f3}({c} for j in range({n}))"));
            }
        }
    }
}
