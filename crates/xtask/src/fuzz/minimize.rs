//! Making a program small whose answers differ.
//!
//! Python text is its own tree: a line with the more indented lines below it is a statement. Candidates are made by
//! leaving statements out, by putting a block in its header's place, and by putting a part of an expression in place
//! of the whole; all candidates of a round run in one batch, and the smallest that still differs goes on.

use super::run::{Answer, Runner};
use std::path::Path;

/// Rounds at most.
const ROUNDS: usize = 200;
/// Candidates of one batch.
const BATCH: usize = 150;

/// A smaller program that `subject` still answers differently from `oracle`.
pub fn minimize(source: &str, oracle: &Runner, subject: &Runner, scratch: &Path) -> Result<String, String> {
    let mut best = source.to_string();
    for _ in 0..ROUNDS {
        let mut found = None;
        let all = candidates(&best);
        for batch in all.chunks(BATCH) {
            let wrong = differing(batch, oracle, subject, scratch)?;
            if let Some(smallest) = wrong.into_iter().min_by_key(|c| c.len()) {
                found = Some(smallest);
                break;
            }
        }
        match found {
            Some(smaller) => best = smaller,
            None => break,
        }
    }
    Ok(best)
}

/// Those that are sound programs and are answered differently.
fn differing(
    list: &[String],
    oracle: &Runner,
    subject: &Runner,
    scratch: &Path,
) -> Result<Vec<String>, String> {
    let right = oracle.run(list, scratch)?;
    let sound: Vec<(String, Answer)> =
        list.iter().cloned().zip(right).filter(|(_, answer)| answer.is_sound()).collect();
    if sound.is_empty() {
        return Ok(vec![]);
    }
    let programs: Vec<String> = sound.iter().map(|s| s.0.clone()).collect();
    let answers = subject.run(&programs, scratch)?;
    Ok(sound.into_iter().zip(answers).filter(|((_, right), got)| right != got).map(|((p, _), _)| p).collect())
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

/// The line after the statement that starts at `at`.
fn end_of(lines: &[&str], at: usize) -> usize {
    let own = indent(lines[at]);
    (at + 1..lines.len()).find(|&k| indent(lines[k]) <= own).unwrap_or(lines.len())
}

/// Smaller programs, the most promising first.
pub(super) fn candidates(source: &str) -> Vec<String> {
    let lines: Vec<&str> = source.lines().collect();
    let mut out: Vec<String> = Vec::new();
    let mut push = |kept: Vec<String>| {
        let text = filled(&kept);
        if text.len() < source.len() {
            out.push(text);
        }
    };
    let owned = |range: &[&str]| range.iter().map(|s| s.to_string()).collect::<Vec<_>>();
    // Halves and quarters first: programs start large.
    for size in [lines.len() / 2, lines.len() / 4, lines.len() / 8] {
        if size > 3 {
            for start in (0..lines.len()).step_by(size) {
                let end = (start + size).min(lines.len());
                push([owned(&lines[..start]), owned(&lines[end..])].concat());
            }
        }
    }
    for at in 0..lines.len() {
        let end = end_of(&lines, at);
        push([owned(&lines[..at]), owned(&lines[end..])].concat());
        if end > at + 1 {
            let shift = indent(lines[at + 1]) - indent(lines[at]);
            let body = lines[at + 1..end].iter().map(|l| l[shift.min(indent(l))..].to_string()).collect();
            push([owned(&lines[..at]), body, owned(&lines[end..])].concat());
        }
        // `if c: statement` on one line.
        if let Some((head, tail)) = lines[at].split_once(": ")
            && head.trim_start().starts_with("if ")
        {
            let line = format!("{}{tail}", " ".repeat(indent(head)));
            push([owned(&lines[..at]), vec![line], owned(&lines[at + 1..])].concat());
        }
    }
    for at in 0..lines.len() {
        for line in simpler(lines[at]) {
            let mut kept = owned(&lines);
            kept[at] = line;
            push(kept);
        }
    }
    out
}

/// The lines as text; a header that lost its block gets `pass`.
fn filled(lines: &[String]) -> String {
    let mut out = String::new();
    for (k, line) in lines.iter().enumerate() {
        out.push_str(line);
        out.push('\n');
        let opens = line.ends_with(':');
        if opens && lines.get(k + 1).is_none_or(|next| indent(next) <= indent(line)) {
            out.push_str(&" ".repeat(indent(line) + 4));
            out.push_str("pass\n");
        }
    }
    out
}

/// The line with one expression made simpler.
fn simpler(line: &str) -> Vec<String> {
    let mut out = Vec::new();
    let bytes = line.as_bytes();
    let mut open = Vec::new();
    for (k, b) in bytes.iter().enumerate() {
        match b {
            b'(' | b'[' => open.push(k),
            b')' | b']' => {
                let Some(start) = open.pop() else { continue };
                let (before, inner, after) = (&line[..start], &line[start + 1..k], &line[k + 1..]);
                if bytes[start] == b'(' {
                    let is_call = before.ends_with(|c: char| c.is_alphanumeric() || c == '_');
                    if is_call {
                        let head =
                            before.trim_end_matches(|c: char| c.is_alphanumeric() || c == '_' || c == '.');
                        out.push(format!("{head}({inner}){after}"));
                    } else {
                        for constant in ["0", "1", "1.5"] {
                            out.push(format!("{before}{constant}{after}"));
                        }
                        for (at, _) in inner.match_indices(' ') {
                            out.push(format!("{before}{}{after}", &inner[..at]));
                            out.push(format!("{before}{}{after}", &inner[at + 1..]));
                        }
                    }
                }
                for (at, _) in inner.match_indices(", ") {
                    let (o, c) = (bytes[start] as char, *b as char);
                    out.push(format!("{before}{o}{}{c}{after}", &inner[..at]));
                    out.push(format!("{before}{o}{}{c}{after}", &inner[at + 2..]));
                }
            }
            _ => {}
        }
    }
    if let Some((head, tail)) = line.split_once(" = ") {
        for constant in ["0", "1.5"] {
            out.push(format!("{head} = {constant}"));
        }
        for (at, _) in tail.match_indices(' ') {
            out.push(format!("{head} = {}", &tail[..at]));
            out.push(format!("{head} = {}", &tail[at + 1..]));
        }
    }
    out.retain(|l| l.len() < line.len());
    out
}
