//! The corpus: pieces of programs, and the tokens that they are made of.
//!
//! In: the files of `corpus`, in which a line `# ---` ends a piece. Out: pieces of statements, expressions (from
//! `expressions.py`, one a line), and the tokens of all, roughly cut: mutation does not need a right tokenizer.

/// The files, part of the program so that a run depends on nothing else.
const FILES: &[&str] = &[
    include_str!("../corpus/statements.py"),
    include_str!("../corpus/definitions.py"),
    include_str!("../corpus/patterns.py"),
    include_str!("../corpus/async.py"),
    include_str!("../corpus/strings.py"),
];
const MISTAKES: &str = include_str!("../corpus/mistakes.py");
const EXPRESSIONS: &str = include_str!("../corpus/expressions.py");

/// What inputs are made of.
pub struct Corpus {
    /// Pieces of statements, each ending with a line end.
    pub pieces: Vec<&'static str>,
    /// Pieces that are wrong.
    pub mistakes: Vec<&'static str>,
    /// Expressions.
    pub expressions: Vec<&'static str>,
    /// Different tokens of all of them.
    pub tokens: Vec<&'static str>,
}

impl Corpus {
    /// Reads what is part of the program.
    pub fn load() -> Corpus {
        let mut pieces = vec![];
        let cut = |file: &'static str| file.split("# ---\n").filter(|p| !p.trim().is_empty());
        for file in FILES {
            pieces.extend(cut(file));
        }
        let mistakes: Vec<&str> = cut(MISTAKES).collect();
        let expressions: Vec<&str> = EXPRESSIONS.lines().filter(|l| !l.is_empty()).collect();
        let mut tokens: Vec<&str> = pieces
            .iter()
            .chain(&mistakes)
            .chain(&expressions)
            .flat_map(|p| tokenize(p))
            .filter(|t| !t.trim().is_empty())
            .collect();
        tokens.sort_unstable();
        tokens.dedup();
        Corpus { pieces, mistakes, expressions, tokens }
    }
}

/// Cuts text into words, runs of blanks, line ends, strings' quotes and operators.
pub fn tokenize(text: &str) -> Vec<&str> {
    let mut out = vec![];
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let n = if c.is_alphanumeric() || c == '_' {
            rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len())
        } else if c == ' ' {
            rest.find(|c| c != ' ').unwrap_or(rest.len())
        } else if let Some(op) =
            ["\"\"\"", "'''", "...", "**=", "//=", ">>=", "<<="].iter().find(|o| rest.starts_with(**o))
        {
            op.len()
        } else if let Some(op) = [
            "**", "//", "->", ":=", "==", "!=", "<=", ">=", "+=", "-=", "*=", "/=", "%=", "@=", "&=", "|=",
            "^=", "<<", ">>",
        ]
        .iter()
        .find(|o| rest.starts_with(**o))
        {
            op.len()
        } else {
            c.len_utf8()
        };
        out.push(&rest[..n]);
        rest = &rest[n..];
    }
    out
}
