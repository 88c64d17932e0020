//! Random trees, before and after the whole pipeline and after each pass alone.

use taipan_trace_ir::Tree;
use taipan_trace_ir::random::{Case, equivalent_with};
use taipan_trace_opt::{Config, Pass, optimize};

fn count(default: u64) -> u64 {
    std::env::var("TAIPAN_RANDOM_TREES").ok().and_then(|n| n.parse().ok()).unwrap_or(default)
}

fn check(seed: u64, config: &Config) {
    let case = Case::new(seed, 0);
    let mut tree = case.tree.clone();
    optimize(&mut tree, config);
    // Demanded bits takes overflow guards away on purpose.
    let lenient = config.passes.contains(&Pass::Demand) && !config.disabled.contains(&Pass::Demand);
    let compare = |tree: &Tree| equivalent_with(&case.tree, tree, &case.regs, &case.mem, &[], lenient);
    if let Err(e) = compare(&tree) {
        // Which step was it?
        let mut last = case.tree.clone();
        for limit in 1..=config.passes.len() {
            let mut step = case.tree.clone();
            let report = optimize(&mut step, &Config { limit, ..config.clone() });
            if let Err(e) = compare(&step) {
                panic!(
                    "seed {seed}: pass {} (number {limit}): {e}\n--- from\n{last}\n--- to\n{step}",
                    report.ran[limit - 1].0.name()
                );
            }
            last = step;
        }
        panic!("seed {seed}: {e}");
    }
}

#[test]
fn whole_pipeline() {
    for seed in 0..count(450) {
        check(seed, &Config::default());
        check(seed, &Config { disabled: [Pass::Demand].into_iter().collect(), ..Config::default() });
    }
}

#[test]
fn each_pass_alone() {
    for &pass in Pass::ALL {
        for seed in 0..count(450) / 10 {
            check(seed, &Config { passes: vec![pass, pass], ..Config::default() });
        }
    }
}

#[test]
fn each_pass_left_out() {
    for &pass in Pass::ALL {
        for seed in 0..count(450) / 9 {
            check(seed + 100_000, &Config { disabled: [pass].into_iter().collect(), ..Config::default() });
        }
    }
}

#[test]
fn seeds_that_failed() {
    // A tree that goes on where an overflow left it before, and one whose arithmetic on ints leaves the loop in which
    // an operand is guarded.
    check(3528, &Config::default());
    check(3607, &Config::default());
    for &pass in Pass::ALL {
        check(100_603, &Config { disabled: [pass].into_iter().collect(), ..Config::default() });
    }
}
