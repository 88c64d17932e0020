//! Random expressions, by the type they mostly have.
//!
//! An int expression knows a bound on its bits, so that no chain of products grows without end: what would be too
//! large is masked or reduced. Everything else may raise: that is part of the program's answer.

use super::generate::Gen;

/// Bits that an int variable may have.
pub(super) const MAX_BITS: u32 = 130;

/// Moduli and masks around the limits of representations.
const MASKS: &[(&str, u32)] = &[
    ("0xFF", 8),
    ("0xFFFF", 16),
    ("0x7FFF_FFFF", 31),
    ("0xFFFF_FFFF", 32),
    ("0x7FFF_FFFF_FFFF", 47),
    ("0xFFFF_FFFF_FFFF", 48),
    ("0x3FFF_FFFF_FFFF_FFFF", 62),
    ("0x7FFF_FFFF_FFFF_FFFF", 63),
    ("0xFFFF_FFFF_FFFF_FFFF", 64),
    ("((1 << 100) - 1)", 100),
];
const MODULI: &[(&str, u32)] = &[
    ("7", 3),
    ("10", 4),
    ("97", 7),
    ("1000", 10),
    ("1000003", 20),
    ("2147483647", 31),
    ("(1 << 47)", 47),
    ("(-1 << 47)", 48),
    ("1000000007", 30),
    ("-13", 4),
    ("-1000003", 21),
    ("(1 << 62)", 62),
    ("((1 << 63) - 25)", 63),
    ("(1 << 64)", 64),
    ("((1 << 89) - 1)", 89),
];

impl Gen {
    /// An int literal; limits of representations and small ones are likely.
    pub(super) fn int_const(&mut self) -> (String, u32) {
        let r = &mut self.rng;
        match r.below(12) {
            0..=4 => {
                let n = r.range(-3, 12);
                (paren(n), 4)
            }
            5 | 6 => {
                let n = r.range(-1000, 1000);
                (paren(n), 10)
            }
            7..=9 => {
                let bits = [15, 30, 31, 32, 46, 47, 48, 52, 53, 61, 62, 63, 64, 65, 100][r.below(15)];
                let off = r.range(-2, 2);
                let sign = if r.one_in(3) { "-" } else { "" };
                (format!("({sign}(1 << {bits}) {off:+})"), bits + 1)
            }
            10 => {
                let n = r.word() as i64 >> r.below(64);
                (paren(n), 64)
            }
            _ => ((r.word() >> r.below(40)).to_string(), 64),
        }
    }

    /// A float literal; specials are likely.
    pub(super) fn float_const(&mut self) -> String {
        let r = &mut self.rng;
        match r.below(14) {
            0 => "0.0".into(),
            1 => "(-0.0)".into(),
            2 => "inf".into(),
            3 => "(-inf)".into(),
            4 => "nan".into(),
            5 => [
                "1e308",
                "5e-324",
                "2.2250738585072014e-308",
                "1e16",
                "9007199254740993.0",
                "4503599627370496.5",
            ][r.below(6)]
            .into(),
            6 => [
                "140737488355328.0",
                "4611686018427387904.0",
                "9.223372036854775807e18",
                "1.8446744073709552e19",
            ][r.below(4)]
            .into(),
            7 | 8 => format!("({:?})", r.range(-40, 40) as f64 / 4.0),
            9 => format!("({:?})", r.range(-9, 9) as f64),
            _ => format!("({:?})", r.range(-100_000, 100_000) as f64 / 1000.0),
        }
    }

    /// Bounds the bits.
    pub(super) fn clip(&mut self, (e, bits): (String, u32), max: u32) -> (String, u32) {
        if bits <= max {
            return (e, bits);
        }
        let table = if self.rng.one_in(2) { MASKS } else { MODULI };
        let fits: Vec<_> = table.iter().filter(|m| m.1 <= max).collect();
        let (m, b) = fits[self.rng.below(fits.len())];
        let op = if std::ptr::eq(table, MASKS) { "&" } else { "%" };
        (format!("({e} {op} {m})"), *b)
    }

    /// An int variable of the scope.
    pub(super) fn int_var(&mut self) -> Option<String> {
        let n = self.scope.ints.len() + self.scope.loops.len();
        if n == 0 {
            return None;
        }
        // The variables of loops are the more interesting ones.
        let of_loop = self.scope.ints.is_empty() || !self.scope.loops.is_empty() && self.rng.below(3) > 0;
        let from = if of_loop { &self.scope.loops } else { &self.scope.ints };
        Some(from[self.rng.below(from.len())].clone())
    }

    fn some(&mut self, vars: fn(&super::generate::Scope) -> &Vec<String>) -> Option<String> {
        let n = vars(&self.scope).len();
        if n == 0 {
            return None;
        }
        let k = self.rng.below(n);
        Some(vars(&self.scope)[k].clone())
    }

    /// An int expression and a bound on its bits.
    pub(super) fn int(&mut self, depth: u32) -> (String, u32) {
        let e = self.int_inner(depth);
        self.clip(e, 300)
    }

    fn int_inner(&mut self, depth: u32) -> (String, u32) {
        if depth == 0 || self.rng.one_in(6) {
            return match self.int_var() {
                Some(v) if !self.rng.one_in(3) => (v, MAX_BITS),
                _ => self.int_const(),
            };
        }
        let d = depth - 1;
        match self.rng.below(34) {
            0..=4 => {
                let (a, b) = (self.int(d), self.int(d));
                (format!("({} + {})", a.0, b.0), a.1.max(b.1) + 1)
            }
            5..=8 => {
                let (a, b) = (self.int(d), self.int(d));
                (format!("({} - {})", a.0, b.0), a.1.max(b.1) + 1)
            }
            9..=12 => {
                let (a, b) = (self.int(d), self.int(d));
                (format!("({} * {})", a.0, b.0), a.1 + b.1)
            }
            13 | 14 => {
                let (a, b) = (self.int(d), self.divisor(d));
                (format!("({} // {b})", a.0), a.1 + 1)
            }
            15 | 16 => {
                let (a, b) = (self.int(d), self.divisor(d));
                (format!("({} % {b})", a.0), 130)
            }
            17 | 18 => {
                let (a, b) = (self.int(d), self.int(d));
                let op = self.rng.pick(&["&", "|", "^"]);
                (format!("({} {op} {})", a.0, b.0), a.1.max(b.1) + 1)
            }
            19 => {
                let (a, n) = (self.int(d), self.rng.below(70) as u32);
                let n = if self.rng.one_in(2) { n } else { n % 8 };
                (format!("({} << {n})", a.0), a.1 + n)
            }
            20 => {
                let a = self.int(d);
                let n = match self.int_var() {
                    Some(v) if self.rng.one_in(2) => format!("({v} & 63)"),
                    _ => self.rng.below(70).to_string(),
                };
                (format!("({} >> {n})", a.0), a.1)
            }
            21 => {
                let a = self.int(d);
                let op = self.rng.pick(&["-", "~", "+", "-"]);
                (format!("({op}{})", a.0), a.1 + 1)
            }
            22 => {
                let a = self.int(d);
                (format!("abs({})", a.0), a.1 + 1)
            }
            23 => {
                let (c, a, b) = (self.boolean(d), self.int(d), self.int(d));
                (format!("({} if {c} else {})", a.0, b.0), a.1.max(b.1))
            }
            24 => {
                let (a, b) = (self.int(d), self.int(d));
                let f = self.rng.pick(&["min", "max"]);
                (format!("{f}({}, {})", a.0, b.0), a.1.max(b.1))
            }
            25 => match self.some(|s| &s.int_lists) {
                Some(l) => match self.rng.below(5) {
                    0 => (format!("len({l})"), 8),
                    1 => (format!("sum({l})"), MAX_BITS + 6),
                    2 => (format!("{l}[-1]"), MAX_BITS),
                    _ => {
                        let i = self.index(&l, d);
                        (format!("{l}[{i}]"), MAX_BITS)
                    }
                },
                None => self.int_const(),
            },
            26 => self.int_call(d),
            27 => {
                let f = self.float(d);
                let g = self.rng.pick(&["int", "round", "math.floor", "math.ceil", "math.trunc"]);
                if self.rng.one_in(5) {
                    return (format!("{g}({f})"), 1100);
                }
                (format!("{g}(max(-1e20, min({f}, 1e20)))"), 68)
            }
            28 => {
                let (a, n) = (self.int(d), self.rng.below(5) as u32);
                let a = self.clip(a, 60);
                (format!("({} ** {n})", a.0), a.1 * n.max(1))
            }
            29 => {
                let b = self.boolean(d);
                let f = self.rng.pick(&["int({})", "({})", "({} + 0)", "(+({}))"]);
                (f.replace("{}", &b), 2)
            }
            30 => match self.rng.below(5) {
                0 => {
                    let a = self.int(d);
                    (format!("({}).bit_length()", a.0), 9)
                }
                1 => {
                    let (a, b) = (self.int(d), self.int(d));
                    (format!("math.gcd({}, {})", a.0, b.0), a.1.max(b.1))
                }
                2 => {
                    let a = self.int(d);
                    (format!("math.isqrt(abs({}))", a.0), a.1)
                }
                3 => {
                    let (a, b, c) = (self.int(d), self.rng.below(200), self.divisor(d));
                    (format!("pow({}, {b}, {c})", a.0), MAX_BITS)
                }
                _ => {
                    let (a, b) = (self.int(d), self.divisor(d));
                    let k = self.rng.below(2);
                    (format!("divmod({}, {b})[{k}]", a.0), a.1.max(MAX_BITS) + 1)
                }
            },
            31 => match self.some(|s| &s.strs) {
                Some(s) => match self.rng.below(4) {
                    0 => (format!("len({s})"), 8),
                    1 => (format!("{s}.count('a')"), 8),
                    2 => (format!("{s}.find('b')"), 8),
                    _ => {
                        let i = self.index(&s, d);
                        (format!("ord({s}[{i}])"), 21)
                    }
                },
                None => self.int_const(),
            },
            32 => match self.some(|s| &s.dicts) {
                Some(v) => {
                    let k = self.key(d);
                    match self.rng.below(4) {
                        0 => (format!("len({v})"), 8),
                        1 if self.rng.one_in(3) => (format!("{v}[{k}]"), MAX_BITS),
                        _ => {
                            let c = self.int_const();
                            (format!("{v}.get({k}, {})", c.0), MAX_BITS)
                        }
                    }
                }
                None => self.int_const(),
            },
            _ => match self.some(|s| &s.objs) {
                Some(o) => match self.rng.below(5) {
                    0 => (format!("{o}.n"), MAX_BITS),
                    1 => (format!("{o}.twice"), MAX_BITS + 2),
                    2 => (format!("{o}.K"), 16),
                    _ => {
                        let a = self.int(d);
                        let a = self.clip(a, MAX_BITS);
                        let cost = self.method_cost;
                        if self.afford(cost) {
                            (format!("{o}.step({})", a.0), MAX_BITS)
                        } else {
                            (format!("{o}.n"), MAX_BITS)
                        }
                    }
                },
                None => self.int_const(),
            },
        }
    }

    fn divisor(&mut self, d: u32) -> String {
        match self.rng.below(8) {
            0 if self.rng.one_in(3) => self.int(d).0,
            0..=2 => {
                let e = self.int(d).0;
                format!("({e} | 1)")
            }
            3 => "-7".into(),
            4 => format!("{}", 1u64 << self.rng.below(40)),
            5 => {
                let table = MODULI[self.rng.below(MODULI.len())];
                table.0.into()
            }
            _ => self.rng.range(1, 100).to_string(),
        }
    }

    /// An index that is in range mostly, of something that may be empty.
    pub(super) fn index(&mut self, of: &str, d: u32) -> String {
        let v = self.int_var();
        match (self.rng.below(10), v) {
            (0, _) if self.rng.one_in(3) => self.rng.range(-3, 6).to_string(),
            (1, Some(v)) if self.rng.one_in(3) => v,
            (2..=4, Some(v)) => format!("{v} % len({of})"),
            (5, _) => format!("{} % len({of})", self.int(d).0),
            (6, _) => "-1".into(),
            (7, Some(v)) => format!("-1 - abs({v}) % len({of})"),
            (_, Some(v)) => format!("({v} & 7) % len({of})"),
            _ => "0".into(),
        }
    }

    /// A key of a dict: there are few of them.
    pub(super) fn key(&mut self, d: u32) -> String {
        match self.rng.below(7) {
            0 => ["'a'", "'b'", "'key'", "(1, 2)", "1.0", "True", "None", "-1", "2.5"][self.rng.below(9)]
                .into(),
            1 => format!("str({} % 5)", self.int(d).0),
            2 => format!("({}, 1)", self.rng.below(4)),
            _ => format!("({} % 9)", self.int(d).0),
        }
    }

    fn int_call(&mut self, d: u32) -> (String, u32) {
        let n = self.int_funcs.len();
        if n == 0 {
            return self.int_const();
        }
        let f = self.int_funcs[self.rng.below(n)].clone();
        if !self.afford(f.cost) {
            return self.int_const();
        }
        let mut args = vec![];
        for _ in 0..f.required {
            let a = self.int(d);
            args.push(self.clip(a, MAX_BITS).0);
        }
        if f.recursive {
            args[0] = self.rng.below(7).to_string();
        }
        if f.optional && self.rng.one_in(2) {
            let a = self.int(d.min(1));
            let a = self.clip(a, MAX_BITS).0;
            args.push(if self.rng.one_in(2) { format!("z={a}") } else { a });
        }
        (format!("{}({})", f.name, args.join(", ")), MAX_BITS)
    }

    /// A float expression.
    pub(super) fn float(&mut self, depth: u32) -> String {
        if depth == 0 || self.rng.one_in(6) {
            return match self.some(|s| &s.floats) {
                Some(v) if !self.rng.one_in(3) => v,
                _ => self.float_const(),
            };
        }
        let d = depth - 1;
        match self.rng.below(22) {
            0..=3 => self.binary("+", d),
            4..=6 => self.binary("-", d),
            7..=9 => self.binary("*", d),
            10 | 11 => {
                let op = self.rng.pick(&["/", "/", "//", "%"]);
                if self.rng.one_in(5) {
                    return self.binary(op, d);
                }
                let (a, b) = (self.float(d), self.float(d));
                format!("({a} {op} ({b} or 0.75))")
            }
            12 => {
                let (a, n) = (self.float(d), self.rng.pick(&["2", "3", "0.5", "-1", "0", "-2.0"]));
                // A negative base and half a power would be a complex number.
                format!("(abs({a}) ** {n})")
            }
            13 => {
                let a = self.float(d);
                let f = self.rng.pick(&["-", "+"]);
                format!("({f}{a})")
            }
            14 => {
                let a = self.float(d);
                format!("abs({a})")
            }
            15 => {
                let a = self.int(d);
                let (a, _) = self.clip(a, 300);
                format!("float({a})")
            }
            16 => {
                let (c, a, b) = (self.boolean(d), self.float(d), self.float(d));
                format!("({a} if {c} else {b})")
            }
            17 => {
                let (a, b) = (self.float(d), self.float(d));
                let f = self.rng.pick(&["min", "max", "math.copysign", "math.fmod", "math.hypot"]);
                format!("{f}({a}, {b})")
            }
            18 | 19 => match self.some(|s| &s.float_lists) {
                Some(l) => {
                    let i = self.index(&l, d);
                    format!("{l}[{i}]")
                }
                None => self.float_const(),
            },
            20 => {
                let a = self.float(d);
                let f = self.rng.pick(&["sqrt", "fabs", "sin", "cos", "atan", "exp", "log", "tanh"]);
                match f {
                    "log" => format!("math.log(abs({a}) + 1.0)"),
                    "sqrt" => format!("math.sqrt(abs({a}))"),
                    "exp" => format!("math.exp(min({a}, 700.0))"),
                    "sin" | "cos" => format!("math.{f}(math.atan({a}) * 100)"),
                    _ => format!("math.{f}({a})"),
                }
            }
            _ => match self.float_funcs.len() {
                0 => self.float_const(),
                n => {
                    let f = self.float_funcs[self.rng.below(n)].clone();
                    if !self.afford(f.cost) {
                        return self.float_const();
                    }
                    let (a, b) =
                        (self.float(d), if self.rng.one_in(3) { self.int(d).0 } else { self.float(d) });
                    format!("{}({a}, {b})", f.name)
                }
            },
        }
    }

    fn binary(&mut self, op: &str, d: u32) -> String {
        let a = self.float(d);
        let b = if self.rng.one_in(4) { self.int(d).0 } else { self.float(d) };
        if self.rng.one_in(2) { format!("({a} {op} {b})") } else { format!("({b} {op} {a})") }
    }

    /// A truth value, or something with one.
    pub(super) fn boolean(&mut self, depth: u32) -> String {
        let d = depth.saturating_sub(1);
        match self.rng.below(16) {
            0..=5 => {
                let (a, b) = (self.int(d).0, self.int(d).0);
                let op = self.rng.pick(&["<", "<=", "==", "!=", ">", ">="]);
                format!("({a} {op} {b})")
            }
            6..=8 => {
                let a = self.float(d);
                let b = if self.rng.one_in(3) { self.int(d).0 } else { self.float(d) };
                let op = self.rng.pick(&["<", "<=", "==", "!=", ">", ">="]);
                format!("({a} {op} {b})")
            }
            9 if depth > 0 => {
                let (a, b) = (self.boolean(d), self.boolean(d));
                let op = self.rng.pick(&["and", "or"]);
                format!("({a} {op} {b})")
            }
            10 if depth > 0 => format!("(not {})", self.boolean(d)),
            11 => {
                let (a, b, c) = (self.int(d).0, self.int(d).0, self.int(d).0);
                format!("({a} <= {b} < {c})")
            }
            12 => match self.some(|s| &s.mixed) {
                Some(m) => {
                    let t = self.rng.pick(&["int", "float", "bool", "(int, float)", "str"]);
                    format!("isinstance({m}, {t})")
                }
                None => "True".into(),
            },
            13 => match self.some(|s| &s.int_lists) {
                Some(l) => {
                    let e = self.int(d).0;
                    if self.rng.one_in(2) { format!("({e} in {l})") } else { l }
                }
                None => "False".into(),
            },
            14 => match self.int_var() {
                Some(v) => {
                    let n = self.rng.range(2, 9);
                    format!("({v} % {n} == {})", self.rng.below(n as usize))
                }
                None => "True".into(),
            },
            _ => match self.some(|s| &s.mixed) {
                Some(m) => m,
                None => "False".into(),
            },
        }
    }

    /// A str.
    pub(super) fn text(&mut self, depth: u32) -> String {
        let d = depth.saturating_sub(1);
        let var = self.some(|s| &s.strs);
        match (self.rng.below(10), var) {
            (0, _) => ["''", "'a'", "'ab'", "'xyz'", "'bab'", "'\\xe9'", "'\\u20ac'", "'\\U0001F600'"]
                [self.rng.below(8)]
            .into(),
            (1, _) => format!("str({})", self.any(d)),
            (2, _) => format!("chr(97 + {} % 26)", self.int(d).0),
            (3, _) => {
                let f = self.float(d);
                let spec = self.rng.pick(&["", ":.3f", ":g", ":e", "!r", ":+.2e", ":010.2f"]);
                format!("f'{{{f}{spec}}}'")
            }
            (4, _) => {
                let i = self.int(d).0;
                let spec = self.rng.pick(&["", ":x", ":,", ":>12", ":+d", ":b", ":#o", "!r"]);
                format!("f'{{{i}{spec}}}'")
            }
            (5, Some(s)) => {
                let i = self.index(&s, d);
                format!("{s}[{i}]")
            }
            (6, Some(s)) => {
                let (a, b) = (self.rng.range(-4, 6), self.rng.range(-4, 9));
                let step = self.rng.pick(&["", ":2", ":-1"]);
                if step == ":-1" { format!("{s}[::-1]") } else { format!("{s}[{a}:{b}{step}]") }
            }
            (7, Some(s)) => {
                let m = self.rng.pick(&[
                    "upper()",
                    "strip()",
                    "replace('a', 'bc')",
                    "title()",
                    "zfill(7)",
                    "swapcase()",
                ]);
                format!("{s}.{m}")
            }
            (8, Some(s)) => format!("({s}[:9] * {})", self.rng.below(4)),
            (_, Some(s)) => s,
            _ => "'q'".into(),
        }
    }

    /// Anything.
    pub(super) fn any(&mut self, depth: u32) -> String {
        let d = depth.saturating_sub(1);
        match self.rng.below(14) {
            0..=3 => {
                let e = self.int(depth);
                self.clip(e, MAX_BITS).0
            }
            4..=6 => self.float(depth),
            7 => self.boolean(depth),
            8 => "None".into(),
            9 if depth > 0 => format!("({}, {})", self.any(d), self.any(d)),
            10 => match self.some(|s| &s.mixed) {
                Some(m) => {
                    // Mixed arithmetic: remainders keep ints from growing.
                    let op = self.rng.pick(&["+", "-", "*", "/", "//"]);
                    let e = match (self.rng.one_in(2), op) {
                        // A str or tuple may be repeated here.
                        (true, "*") => format!("({} % 17)", self.int(d).0),
                        (true, _) => self.int(d).0,
                        _ => self.float(d),
                    };
                    if self.rng.one_in(2) {
                        format!("({m} {op} {e}) % 1000003")
                    } else {
                        format!("({e} {op} {m}) % 65537")
                    }
                }
                None => "1".into(),
            },
            11 => self.text(depth).to_string(),
            12 => match self.some(|s| &s.mixed_lists) {
                Some(l) => {
                    let i = self.index(&l, d);
                    format!("{l}[{i}]")
                }
                None => "(1.5)".into(),
            },
            _ => match self.some(|s| &s.mixed) {
                Some(m) => m,
                None => "2".into(),
            },
        }
    }
}

fn paren(n: i64) -> String {
    if n < 0 { format!("({n})") } else { n.to_string() }
}
