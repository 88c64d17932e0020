//! Sources that the fuzzer found to be dealt with wrongly; what is right was asked of python3.14.

use taipan_compiler::{Mode, Options, compile};

fn message(source: &str) -> String {
    match compile(source, "<test>", Mode::Exec, Options::default()) {
        Ok(c) => match taipan_bytecode::verify(&c.code) {
            Ok(()) => "ok".to_string(),
            Err(e) => format!("verifier: {e}"),
        },
        Err(e) => e.msg,
    }
}

#[test]
fn errors_before_the_first_token_of_a_line_do_not_panic() {
    assert_eq!(message("= yield\n"), "invalid syntax");
    assert_eq!(message("= X type int"), "invalid syntax");
}

#[test]
fn what_the_parser_lets_through_is_refused() {
    for source in [
        "[*(a) in c]",
        "{*(a) in c}",
        "[*a, *(b) in c]",
        "x = *(a) in b,",
        "for x in *(a) in b, c: pass",
        "[*(a) or b]",
        "[*(a)<b]",
        "match x:\n case (x)(y): pass",
    ] {
        assert_eq!(message(source), "invalid syntax", "{source}");
    }
    let block = "expected 'except' or 'finally' block";
    assert_eq!(message("try:\n pass\nelse:\n a()\nfinally: pass"), block);
    assert_eq!(message("try:\n while x:\n  pass\nelse:\n a()\nfinally: pass"), block);
    assert_eq!(message("((x) := 1)"), "cannot use assignment expressions with name");
    assert_eq!(message("f((x)=1)"), "expression cannot contain assignment, perhaps you meant \"==\"?");
}

#[test]
fn what_looks_like_it_is_not_refused() {
    for source in [
        "[*(a in b), *(c or d)]",
        "[*(a).b | c]",
        "f(*(a) in b)",
        "x[*(a) in b]",
        "((x := 1))",
        "f(x=(1))",
        "match x:\n case x.y(z): pass",
        "try: pass\nexcept: pass\nelse: pass\nfinally: pass",
    ] {
        assert_eq!(message(source), "ok", "{source}");
    }
}

#[test]
fn format_specs_and_fields_may_hold_odd_characters() {
    for source in [
        r"rf'{b:\}'",
        r"f'{b:\}'",
        r"f'{h!s:\{i}.{j}}'",
        "f\"\"\"{\"a\" '{x: {y}}' \"\"\"c\"\"\"}\"\"\"",
        "f\"\"\"{ \"\"\"c\"\"\"}\"\"\"",
    ] {
        assert_eq!(message(source), "ok", "{source}");
    }
    assert_eq!(message(r"f'{a:\{b}'"), "f-string: expecting '}', or format specs");
}

#[test]
fn damaged_code_is_refused() {
    let code =
        compile("def f(a, b=1):\n    return [a for a in b]\n", "<test>", Mode::Exec, Options::default());
    let bytes = taipan_bytecode::write(&code.expect("it is right").code).expect("it can be written");
    let read = |b: &[u8]| taipan_bytecode::read(taipan_bytecode::Data::Shared(b.into()));
    assert!(read(&bytes).is_ok());
    for at in 0..bytes.len() {
        let mut damaged = bytes.clone();
        damaged[at] ^= 4;
        assert!(read(&damaged).is_err(), "byte {at}");
        assert!(read(&bytes[..at]).is_err(), "cut off at {at}");
    }
}
