//! Syntax errors against a golden file recorded from CPython 3.14 (`tests/data/syntax_errors.txt`: one JSON array a
//! line, source and what `compile()` raised: class, message, line, column, end line, end column, or null).

use taipan_compiler::{Mode, Options, compile};

/// How many lines may differ; it may only shrink.
const KNOWN_DIFFERENCES: usize = 3;

#[test]
fn messages_and_places_are_cpythons() {
    let golden = include_str!("data/syntax_errors.txt");
    let mut different = Vec::new();
    let mut total = 0;
    for line in golden.lines() {
        total += 1;
        let row: serde_json::Value = serde_json::from_str(line).expect("a JSON line");
        let source = row[0].as_str().expect("source");
        let got = match compile(source, "<s>", Mode::Exec, Options::default()) {
            Ok(_) => serde_json::Value::Null,
            Err(e) => {
                let end = if e.end_col == u32::MAX { -1 } else { i64::from(e.end_col) };
                if e.lineno == 0 {
                    serde_json::json!([format!("{:?}", e.kind), e.msg, null, null, null, null])
                } else {
                    serde_json::json!([format!("{:?}", e.kind), e.msg, e.lineno, e.col, e.end_lineno, end])
                }
            }
        };
        if got != row[1] {
            different.push(format!("{}\n   want {}\n   got  {got}", row[0], row[1]));
        }
    }
    if let Ok(path) = std::env::var("SYNTAX_DIFF") {
        std::fs::write(path, different.join("\n")).expect("written");
    }
    assert!(
        different.len() <= KNOWN_DIFFERENCES,
        "{} of {total} differ:\n{}",
        different.len(),
        different.join("\n")
    );
}
