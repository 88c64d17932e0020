//! Tests of the generator and the minimiser.

use super::generate::program;
use super::minimize::candidates;

#[test]
fn a_seed_is_a_program() {
    assert_eq!(program(7), program(7));
    assert_ne!(program(7), program(8));
    for seed in 0..300 {
        assert!(program(seed).len() < 200_000, "seed {seed}");
    }
}

#[test]
fn candidates_are_smaller_and_keep_blocks() {
    let source = "if a:\n    x = (1 + 2)\n    y = f(3, 4)\nshow(x)\n";
    let all = candidates(source);
    assert!(all.iter().all(|c| c.len() < source.len()));
    for expected in [
        "x = (1 + 2)\ny = f(3, 4)\nshow(x)\n",
        "if a:\n    y = f(3, 4)\nshow(x)\n",
        "if a:\n    x = 1\n    y = f(3, 4)\nshow(x)\n",
        "if a:\n    x = (1 + 2)\n    y = f(3)\nshow(x)\n",
        "show(x)\n",
    ] {
        assert!(all.iter().any(|c| c == expected), "{expected:?} is not among {all:#?}");
    }
}
