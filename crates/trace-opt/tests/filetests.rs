//! Filetests: a trace, the passes to run, and what they leave; each is also run in the evaluator before and after.
//!
//! A file starts with `//` lines: `passes:` (default: the whole pipeline), `regs:` and `mem:` for the run. Then the
//! input, a line `----`, and the expected output. `TAIPAN_BLESS=1 cargo test -p taipan-trace-opt --test filetests`
//! writes the outputs anew. Words: `v5` an int, `2.5` a float, `&64` a boxed pointer to memory offset 64, `@64` its
//! address, anything else a number; `mem: 16=2` sets the word at offset 16.

use std::fs;
use std::path::Path;
use taipan_trace_ir::memory::Memory;
use taipan_trace_ir::parse::parse;
use taipan_trace_ir::random::equivalent_with;
use taipan_trace_ir::{value, verify};
use taipan_trace_opt::{Config, Pass, optimize};

const BASE: u64 = 0x10000;

fn word(t: &str) -> u64 {
    let number = |t: &str| match t.strip_prefix("0x") {
        Some(h) => u64::from_str_radix(h, 16).unwrap(),
        None => t.parse().unwrap_or_else(|_| panic!("bad word {t:?}")),
    };
    if let Some(i) = t.strip_prefix('v') {
        value::from_int(i.parse().unwrap()).unwrap()
    } else if let Some(p) = t.strip_prefix('&') {
        value::from_ptr(BASE + number(p))
    } else if let Some(p) = t.strip_prefix('@') {
        BASE + number(p)
    } else if t.contains('.') {
        t.parse::<f64>().unwrap().to_bits()
    } else {
        number(t)
    }
}

#[test]
fn filetests() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/filetests");
    let bless = std::env::var("TAIPAN_BLESS").is_ok();
    let mut files: Vec<_> = fs::read_dir(dir).unwrap().map(|f| f.unwrap().path()).collect();
    files.sort();
    let mut failed = Vec::new();
    for path in files {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let text = fs::read_to_string(&path).unwrap();
        let (input, expected) = text.split_once("----\n").unwrap_or((&text, ""));
        let (mut config, mut regs, mut mem) =
            (Config::default(), Vec::new(), Memory::new(BASE, 1 << 16, 1024));
        for line in input.lines() {
            if let Some(list) = line.strip_prefix("// passes:") {
                config.passes = list
                    .split_whitespace()
                    .map(|p| Pass::from_name(p).unwrap_or_else(|| panic!("{p}")))
                    .collect();
            } else if let Some(list) = line.strip_prefix("// regs:") {
                regs = list.split_whitespace().map(word).collect();
            } else if let Some(list) = line.strip_prefix("// mem:") {
                for (at, w) in list.split_whitespace().map(|x| x.split_once('=').unwrap()) {
                    mem.words[at.parse::<usize>().unwrap() / 8] = word(w);
                }
            }
        }
        let original = parse(input).unwrap_or_else(|e| panic!("{name}: {e}"));
        verify::verify(&original).unwrap_or_else(|e| panic!("{name}: {e}"));
        let mut tree = original.clone();
        optimize(&mut tree, &config);
        match equivalent_with(&original, &tree, &regs, &mem, &[], true) {
            Ok(true) => {}
            Ok(false) => panic!("{name}: the input does not run"),
            Err(e) => panic!("{name}: {e}\n{tree}"),
        }
        tree.compact();
        let output = tree.to_string();
        if bless {
            fs::write(&path, format!("{input}----\n{output}")).unwrap();
        } else if output != expected {
            failed.push(format!("{name}: expected\n{expected}\ngot\n{output}"));
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n\n"));
}
