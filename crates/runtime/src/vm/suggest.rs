//! The keyword that was probably meant, for errors about unexpected ones.
//!
//! What flows in: a misspelt name and the names there are. What flows out: the nearest, if it is near enough, by the
//! costs of CPython's suggestions: a move costs 2, a change of case 1. Errors of natives and of Python functions say
//! the same.

use crate::vm::Vm;
use crate::vm::error::Raised;

/// `f() got an unexpected keyword argument 'x'`, with the name among `names` that was meant.
#[cold]
pub fn unexpected_keyword<'a>(
    vm: &Vm,
    function: &str,
    key: &str,
    names: impl Iterator<Item = &'a str>,
) -> Raised {
    let hint = closest(key, names).map_or(String::new(), |h| format!(". Did you mean '{h}'?"));
    vm.type_error(format!("{function}() got an unexpected keyword argument '{key}'{hint}"))
}

const MOVE_COST: usize = 2;
const CASE_COST: usize = 1;

fn substitution(a: u8, b: u8) -> usize {
    if a & 31 != b & 31 {
        return MOVE_COST;
    }
    if a == b {
        0
    } else if a.eq_ignore_ascii_case(&b) {
        CASE_COST
    } else {
        MOVE_COST
    }
}

/// Weighted edit distance as CPython's suggestions measure it; `max + 1` where it is larger than `max`.
fn distance(a: &[u8], b: &[u8], max: usize) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).map(|j| j * MOVE_COST).collect();
    for (i, &x) in a.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = (i + 1) * MOVE_COST;
        let mut least = row[0];
        for (j, &y) in b.iter().enumerate() {
            let best = (diagonal + substitution(x, y)).min(row[j].min(row[j + 1]) + MOVE_COST);
            diagonal = std::mem::replace(&mut row[j + 1], best);
            least = least.min(best);
        }
        if least > max {
            return max + 1;
        }
    }
    row[b.len()]
}

/// The name that is close enough to `wrong` to be what was meant.
pub fn closest<'a>(wrong: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let mut best: Option<(usize, &str)> = None;
    for n in names {
        if n == wrong {
            continue;
        }
        let mut max = (n.len() + wrong.len() + 3) * MOVE_COST / 6;
        if let Some((d, _)) = best {
            max = max.min(d - 1);
        }
        let d = distance(wrong.as_bytes(), n.as_bytes(), max);
        if d <= max && best.is_none_or(|(b, _)| d < b) {
            best = Some((d, n));
            if d == 0 {
                break;
            }
        }
    }
    best.map(|(_, n)| n)
}
