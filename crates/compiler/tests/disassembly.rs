//! Snapshot tests: the bytecode of `tests/data/dis/*.py` against the `.dis` file beside each.
//! `BLESS=1 cargo test -p taipan-compiler --test disassembly` writes the files anew.

use std::path::Path;
use taipan_compiler::{Mode, Options, compile};

#[test]
fn bytecode_is_as_recorded() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/dis");
    let mut failed = Vec::new();
    let mut count = 0;
    for entry in std::fs::read_dir(&dir).expect("the directory exists") {
        let path = entry.expect("readable").path();
        if path.extension().is_none_or(|e| e != "py") {
            continue;
        }
        count += 1;
        let source = std::fs::read_to_string(&path).expect("readable");
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        let code = compile(&source, &name, Mode::Exec, Options::default()).expect("it compiles").code;
        taipan_bytecode::verify(&code).expect("it verifies");
        let got = taipan_bytecode::disassemble(&code);
        let expected = path.with_extension("dis");
        if std::env::var_os("BLESS").is_some() {
            std::fs::write(&expected, &got).expect("writable");
        } else if std::fs::read_to_string(&expected).unwrap_or_default() != got {
            failed.push(format!("--- {name}\n{got}"));
        }
        // What is printed reads back.
        for line in got.split("\ncode ") {
            let parsed = taipan_bytecode::parse_instructions(line).expect("it reads back");
            assert!(!parsed.is_empty());
        }
        // The binary form reads back.
        let bytes = taipan_bytecode::write(&code).expect("it can be written");
        let back =
            taipan_bytecode::read(taipan_bytecode::Data::Shared(bytes.into())).expect("it can be read");
        assert_eq!(got, taipan_bytecode::disassemble(&back));
    }
    assert!(count > 4);
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

#[test]
fn deep_source_ends_in_an_error() {
    let n = 50_000;
    for source in [
        format!("x = {}1", "-".repeat(n)),
        format!("x = a{}", ".b".repeat(n)),
        format!("x = {}{}", "(".repeat(n), ")".repeat(n)),
        format!("x = {}a", "1 + ".repeat(n)),
        format!("x = {}1", "lambda: ".repeat(n)),
        format!("x = {}1", "a if b else ".repeat(n)),
        format!("x = f{}", "()".repeat(n)),
    ] {
        assert!(compile(&source, "<deep>", Mode::Exec, Options::default()).is_err());
    }
}

#[test]
fn damaged_bytes_are_an_error() {
    let code = compile("def f(x):\n    return x + 1.5\n", "<s>", Mode::Exec, Options::default())
        .expect("compiles")
        .code;
    let bytes = taipan_bytecode::write(&code).expect("it can be written");
    for i in 0..bytes.len() {
        let _ = taipan_bytecode::read(taipan_bytecode::Data::Shared(bytes[..i].into()));
        let mut changed = bytes.clone();
        changed[i] ^= 0x55;
        if let Ok(c) = taipan_bytecode::read(taipan_bytecode::Data::Shared(changed.into())) {
            let _ = c.consts.iter().filter(|c| c.as_code().is_some()).count();
            let _ = taipan_bytecode::verify(&c);
        }
    }
}

#[test]
fn source_is_decoded() {
    use taipan_compiler::decode::{Decoded, decode};
    let text = |b: &[u8]| match decode(b, "f", true) {
        Ok(Decoded::Text(s)) => s,
        Ok(Decoded::Codec(n, at)) => format!("{n}@{at}"),
        Err(e) => e.msg,
    };
    assert_eq!(text(b"\xef\xbb\xbfx"), "x");
    assert_eq!(text(b"# -*- coding: latin-1 -*-\n\xe9"), "# -*- coding: latin-1 -*-\n\u{e9}");
    assert_eq!(text(b"#!x\n# vim: set fileencoding=cp1252 :\n"), "cp1252@0");
    assert!(text(b"x = 1\n# coding: cp1252\n").starts_with("x"));
    assert!(text(b"a = '\xff'").starts_with("Non-UTF-8 code starting with '\\xff' in file f on line 1"));
    assert_eq!(text(b"\xef\xbb\xbf# coding: latin-1\n"), "encoding problem: iso-8859-1 with BOM");
}

#[test]
fn warnings_are_collected() {
    let source =
        "def f():\n    try:\n        pass\n    finally:\n        return '\\d'\nx is 1\nassert (1, '')\n";
    let c = compile(source, "<s>", Mode::Exec, Options::default()).expect("compiles");
    let got: Vec<(u32, &str)> =
        c.warnings.iter().map(|w| (w.lineno, w.msg.split('.').next().unwrap_or(""))).collect();
    assert_eq!(
        got,
        [
            (5, "\"\\d\" is an invalid escape sequence"),
            (5, "'return' in a 'finally' block"),
            (6, "\"is\" with 'int' literal"),
            (7, "assertion is always true, perhaps remove parentheses?"),
        ]
    );
}
