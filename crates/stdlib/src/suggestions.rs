//! `_suggestions`: the name that was probably meant.
//!
//! What flows in: names and a misspelt one. What flows out: the nearest by edit distance, if it is near enough. Costs
//! and limits are CPython's: a move costs 2, a change of case 1.

use taipan_runtime::objects::list::List;
use taipan_runtime::objects::module::ModuleDef;
use taipan_runtime::objects::str::Str;
use taipan_runtime::{PyResult, Value, Vm, function};

const MOVE_COST: usize = 2;
const CASE_COST: usize = 1;
const MAX_CANDIDATES: usize = 750;
const MAX_LENGTH: usize = 40;

fn substitution(a: u8, b: u8) -> usize {
    if a == b {
        0
    } else if a.eq_ignore_ascii_case(&b) {
        CASE_COST
    } else {
        MOVE_COST
    }
}

/// The edit distance of two texts; more than `max` where it is more.
pub fn distance<'a>(mut a: &'a [u8], mut b: &'a [u8], max: usize) -> usize {
    let prefix = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    (a, b) = (&a[prefix..], &b[prefix..]);
    let suffix = a.iter().rev().zip(b.iter().rev()).take_while(|(x, y)| x == y).count();
    (a, b) = (&a[..a.len() - suffix], &b[..b.len() - suffix]);
    if a.is_empty() || b.is_empty() {
        return (a.len() + b.len()) * MOVE_COST;
    }
    if a.len() > MAX_LENGTH || b.len() > MAX_LENGTH {
        return max + 1;
    }
    if b.len() < a.len() {
        (a, b) = (b, a);
    }
    if (b.len() - a.len()) * MOVE_COST > max {
        return max + 1;
    }
    let mut row: Vec<usize> = (1..=a.len()).map(|i| i * MOVE_COST).collect();
    let mut result = 0;
    for (j, &y) in b.iter().enumerate() {
        let mut diagonal = j * MOVE_COST;
        result = diagonal;
        let mut least = usize::MAX;
        for (i, &x) in a.iter().enumerate() {
            let substitute = diagonal + substitution(y, x);
            diagonal = row[i];
            result = (result.min(diagonal) + MOVE_COST).min(substitute);
            row[i] = result;
            least = least.min(result);
        }
        if least > max {
            return max + 1;
        }
    }
    result
}

fn generate(vm: &Vm, a: &[Value]) -> PyResult {
    let (Some(list), true) = (a[0].cast::<List>(), vm.class_of(a[0]) == vm.types.list) else {
        return Err(vm.type_error("candidates must be a list"));
    };
    let Some(item) = a[1].cast::<Str>() else {
        return Err(vm.type_error(format!(
            "_generate_suggestions() argument 2 must be str, not {}",
            vm.type_name(a[1])
        )));
    };
    let items = vm.list_items(list);
    if items.iter().any(|c| c.cast::<Str>().is_none()) {
        return Err(vm.type_error("all elements in 'candidates' must be strings"));
    }
    if items.len() >= MAX_CANDIDATES {
        return Ok(Value::NONE);
    }
    let name = item.as_bytes();
    let (mut best, mut best_distance) = (Value::NONE, usize::MAX);
    for &c in items.iter() {
        let Some(s) = c.cast::<Str>() else { continue };
        let other = s.as_bytes();
        if other == name {
            continue;
        }
        let max = ((name.len() + other.len() + 3) * MOVE_COST / 6).min(best_distance - 1);
        let d = distance(name, other, max);
        if d <= max && d < best_distance {
            (best, best_distance) = (c, d);
        }
        if best_distance == 0 {
            break;
        }
    }
    Ok(best)
}

/// The module.
pub static MODULE: ModuleDef = ModuleDef {
    name: "_suggestions",
    doc: "",
    functions: &[function(
        "_generate_suggestions",
        "($module, candidates, item, /)",
        generate,
        "Returns the candidate in candidates that's most similar to item",
    )],
    types: &[],
    init: None,
};
