//! Makes inputs: pieces of the corpus put together, nested, and damaged in a few places.
//!
//! In: the corpus and random numbers. Out: text of some hundred bytes. Half of the inputs are meant to be right or
//! nearly so, since only those get as far as the code generator.

use crate::corpus::{Corpus, tokenize};
use crate::rng::Rng;

/// Words and signs that replace others.
const DICTIONARY: &[&str] = &[
    "False",
    "None",
    "True",
    "and",
    "as",
    "assert",
    "async",
    "await",
    "break",
    "class",
    "continue",
    "def",
    "del",
    "elif",
    "else",
    "except",
    "finally",
    "for",
    "from",
    "global",
    "if",
    "import",
    "in",
    "is",
    "lambda",
    "nonlocal",
    "not",
    "or",
    "pass",
    "raise",
    "return",
    "try",
    "while",
    "with",
    "yield",
    "match",
    "case",
    "type",
    "_",
    "__debug__",
    "__class__",
    "super",
    "print",
    "exec",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    ",",
    ":",
    ";",
    ".",
    "...",
    "=",
    ":=",
    "->",
    "==",
    "!=",
    "<>",
    "<",
    ">",
    "<=",
    ">=",
    "+",
    "-",
    "*",
    "**",
    "/",
    "//",
    "%",
    "@",
    "&",
    "|",
    "^",
    "~",
    "<<",
    ">>",
    "+=",
    "**=",
    "@=",
    "!",
    "?",
    "$",
    "`",
    "\\",
    "#",
    "\n",
    "\n    ",
    "\n\t",
    "\\\n",
    "'",
    "\"",
    "'''",
    "\"\"\"",
    "f'",
    "t\"",
    "rb'",
    "u'",
    "f'''",
    "{{",
    "}}",
    "{x!r:>{w}}",
    "0",
    "1",
    "0x",
    "0b12",
    "0o8",
    "1_0",
    "1__0",
    "1e",
    "1e999",
    "1j",
    "01",
    "1.",
    ".5",
    "9999999999999999999999",
    "0xfor",
    "1if",
    "x",
    "y",
    "self",
    "é",
    "ﬁ",
    "x\u{301}",
    "\u{1F600}",
    "\u{a0}",
    "\u{feff}",
    "\u{200b}",
    "\u{c}",
    "\r",
    "\r\n",
    "\t",
    "\u{2028}",
    "\u{7f}",
    "\u{1}",
    "²",
    "٣",
    "“",
    "\\N{BULLET}",
    "\\x4",
    "\\u12",
    "\\777",
    "*a",
    "**k",
    "*,",
    "/,",
    "x: int",
    "x=1",
    "if x else y",
    "for x in y",
    "async for x in y",
    "yield x",
    "await x",
    "lambda: 0",
    "x := 1",
    "# coding: latin-1",
    "# type: ignore",
    "from __future__ import annotations",
];

/// Heads of compound statements to nest in.
const HEADS: &[&str] = &[
    "def f(a, b=1, *c, d, **e):",
    "async def f(x):",
    "class C(B, m=1):",
    "class C[T]:",
    "def f[T: int, *A, **P](x: T) -> T:",
    "if x:",
    "while x:",
    "for a, *b in y:",
    "with x as y, z:",
    "try:",
    "lambda:",
    "match x:\n case [a, *_]:",
    "async with x:",
    "async for i in x:",
    "else:",
    "elif y:",
    "except E as e:",
    "except* E:",
    "finally:",
    "case _:",
    "@d\ndef g():",
];

/// Input `index` of a run with this seed.
pub fn input(corpus: &Corpus, seed: u64, index: u64) -> String {
    let r = &mut Rng::new(seed, index);
    let mut text = program(corpus, r);
    let mutations = if r.one_in(4) { 0 } else { if r.one_in(3) { 1 + r.below(4) } else { 1 } };
    for _ in 0..mutations {
        text = mutate(corpus, r, text);
        if text.len() > 4000 {
            cut(&mut text, 4000);
        }
    }
    text
}

/// Some pieces after each other, some of them nested in compound statements.
fn program(corpus: &Corpus, r: &mut Rng) -> String {
    if r.one_in(6) {
        return format!("{}\n", nested_expression(corpus, r, 3));
    }
    let mut text = String::new();
    for _ in 0..1 + r.below(3) {
        let from = if r.one_in(12) { &corpus.mistakes } else { &corpus.pieces };
        let mut piece = r.pick(from).to_string();
        for _ in 0..r.below(3) {
            piece = indent(r.pick(HEADS), &piece, r.pick(&[" ", "  ", "    ", "\t"]));
        }
        text.push_str(&piece);
    }
    text
}

fn indent(head: &str, body: &str, by: &str) -> String {
    let mut out = format!("{head}\n");
    let last = head.rsplit('\n').next().unwrap_or_default();
    let margin: String = last.chars().take_while(|c| *c == ' ').collect();
    for line in body.lines() {
        out.push_str(&margin);
        out.push_str(by);
        out.push_str(line);
        out.push('\n');
    }
    if head.starts_with("try") {
        out.push_str("finally: pass\n");
    }
    out
}

/// An expression with other expressions in the place of some of its names.
fn nested_expression(corpus: &Corpus, r: &mut Rng, depth: usize) -> String {
    let e = r.pick(&corpus.expressions);
    if depth == 0 {
        return e.to_string();
    }
    let mut out = String::new();
    for t in tokenize(e) {
        if matches!(t, "x" | "y" | "z" | "a" | "b" | "c" | "1" | "0") && r.one_in(3) {
            let inner = nested_expression(corpus, r, depth - 1);
            if r.one_in(5) {
                out.push_str(&inner);
            } else {
                out.push_str(&format!("({inner})"));
            }
        } else {
            out.push_str(t);
        }
    }
    out
}

fn cut(text: &mut String, mut at: usize) {
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    text.truncate(at);
}

fn mutate(corpus: &Corpus, r: &mut Rng, text: String) -> String {
    let kind = r.below(24);
    match kind {
        0..=11 => by_tokens(corpus, r, &text, kind),
        12 => {
            // Cut off.
            let mut text = text;
            let at = r.below(text.len() + 1);
            cut(&mut text, at);
            text
        }
        13..=15 => by_lines(r, &text, kind),
        16 | 17 => {
            // Flip a bit; what is no UTF-8 any more becomes the replacement sign.
            let mut bytes = text.into_bytes();
            if !bytes.is_empty() {
                let at = r.below(bytes.len());
                bytes[at] ^= 1 << r.below(8);
            }
            String::from_utf8_lossy(&bytes).into_owned()
        }
        18 => {
            // Deep nesting of one kind, the end left out now and then.
            let n = if r.one_in(50) { 3000 } else { 1 + r.below(120) };
            let (open, close) = *r.pick(&[
                &("(", ")"),
                &("[", "]"),
                &("{", "}"),
                &("{1:", "}"),
                &("f(", ")"),
                &("a[", "]"),
                &("-", ""),
                &("not ", ""),
                &("lambda:", ""),
                &("x if y else ", ""),
                &("a.b", ""),
                &("await ", ""),
                &("*", ""),
                &("f'{", "}'"),
                &("x**", ""),
                &("(yield ", ")"),
                &("x+(", ")"),
                &("x:=(", ")"),
                &("~(", ")"),
                &("[x for x in ", "]"),
                &("x<", ""),
            ]);
            let close = if r.one_in(4) { String::new() } else { close.repeat(n) };
            format!("{text}{}x{close}\n", open.repeat(n))
        }
        19 => {
            // Deep blocks.
            let most = if r.one_in(10) { 105 } else { 24 };
            let n = 1 + r.below(most);
            let mut out = String::new();
            for i in 0..n {
                let head =
                    r.pick(&["if x:", "while x:", "for a in b:", "with a:", "try:", "def f():", "class C:"]);
                out.push_str(&format!("{}{head}\n", " ".repeat(i)));
            }
            format!("{out}{}pass\n{text}", " ".repeat(n))
        }
        20 => {
            // Two inputs into one.
            let other = r.pick(&corpus.pieces);
            let mut text = text;
            let at = r.below(text.len() + 1);
            cut(&mut text, at);
            let tokens = tokenize(other);
            let from = r.below(tokens.len());
            text.push_str(&tokens[from..].concat());
            text
        }
        21 => format!(
            "{}{text}",
            r.pick(&[
                "\u{feff}",
                "# coding: utf-8\n",
                "#!x\n",
                "\n\n",
                "\\\n",
                " ",
                "\u{c}",
                "from __future__ import annotations\n"
            ])
        ),
        22 => text.replace('\n', r.pick(&["\r\n", "\r", "\n\n", "\\\n", " ", ";", "\n#\n"])),
        _ => text.replace(r.pick(&["x", "a", "f", "1", "'", "(", ":", "="]), r.pick(DICTIONARY)),
    }
}

fn by_tokens(corpus: &Corpus, r: &mut Rng, text: &str, kind: usize) -> String {
    let tokens = tokenize(text);
    if tokens.is_empty() {
        return r.pick(DICTIONARY).to_string();
    }
    let mut out: Vec<String> = tokens.iter().map(|t| t.to_string()).collect();
    let at = r.below(out.len());
    let token = |r: &mut Rng| match r.below(2) {
        0 => r.pick(DICTIONARY).to_string(),
        _ => r.pick(&corpus.tokens).to_string(),
    };
    match kind {
        0 | 1 => {
            let t = token(r);
            out[at] = t;
        }
        2 => {
            out.remove(at);
        }
        3 | 4 => {
            let t = token(r);
            out.insert(at, format!(" {t} "));
        }
        5 => {
            let t = out[at].clone();
            out.insert(at, t);
        }
        6 => {
            let other = r.below(out.len());
            out.swap(at, other);
        }
        7..=9 => {
            // A name becomes an expression.
            let names: Vec<usize> = (0..tokens.len())
                .filter(|&i| matches!(tokens[i].len(), 1..=2) && tokens[i].chars().all(char::is_alphanumeric))
                .collect();
            if !names.is_empty() {
                let i = names[r.below(names.len())];
                let e = nested_expression(corpus, r, 1);
                out[i] = if kind == 9 { e } else { format!("({e})") };
            }
        }
        10 => {
            // A run of tokens moves.
            let n = (1 + r.below(6)).min(out.len() - at);
            let run: Vec<String> = out.drain(at..at + n).collect();
            let to = r.below(out.len() + 1);
            for (k, t) in run.into_iter().enumerate() {
                out.insert(to + k, t);
            }
        }
        _ => {
            // A run of tokens is repeated.
            let n = (1 + r.below(8)).min(out.len() - at);
            let run: Vec<String> = out[at..at + n].to_vec();
            let times = if r.one_in(20) { 40 } else { 1 + r.below(3) };
            for _ in 0..times {
                for (k, t) in run.iter().enumerate() {
                    out.insert(at + k, t.clone());
                }
            }
        }
    }
    out.concat()
}

fn by_lines(r: &mut Rng, text: &str, kind: usize) -> String {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    if lines.is_empty() {
        return text.to_string();
    }
    let at = r.below(lines.len());
    match kind {
        13 => lines[at].insert_str(0, r.pick(&[" ", "\t", "    ", "        ", "\u{c}"])),
        14 => lines[at] = lines[at].trim_start().to_string(),
        _ => {
            let line = lines.remove(at);
            if r.one_in(2) {
                let to = r.below(lines.len() + 1);
                lines.insert(to, line);
            }
        }
    }
    let mut out = lines.join("\n");
    out.push('\n');
    out
}
