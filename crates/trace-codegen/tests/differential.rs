//! Machine code against the evaluator.

mod common;

use common::*;
use taipan_trace_codegen::{CompileError, Compiler, Config, Effort, Options};
use taipan_trace_ir::eval::{PlainHost, Run, run};
use taipan_trace_ir::parse::parse;
use taipan_trace_ir::random::Case;
use taipan_trace_ir::value;

#[test]
fn random_trees() {
    let mut c = compiler();
    let n = std::env::var("TAIPAN_RANDOM_TREES").ok().and_then(|n| n.parse().ok()).unwrap_or(400);
    let mut ran = 0;
    for seed in 0..n {
        let effort = [Effort::Least, Effort::Less, Effort::Full][seed as usize % 3];
        let passes = match seed / 3 % 4 {
            0 => Some(taipan_trace_opt::Config::default()),
            1 => Some(taipan_trace_opt::Config::light()),
            _ => None,
        };
        ran += random_tree(&mut c, seed, passes, &Options { effort, ..Options::default() }) as u64;
    }
    assert!(ran > n * 3 / 4, "{ran} of {n}");
    assert!(c.usage().pieces < 20, "thunks only");
}

/// Runs one random tree both ways, at the same addresses.
fn random_tree(c: &mut Compiler, seed: u64, passes: Option<taipan_trace_opt::Config>, o: &Options) -> bool {
    let block = vec![0u64; taipan_trace_ir::random::CAPACITY / 8];
    let mut case = Case::new(seed, block.as_ptr() as u64);
    if let Some(passes) = passes {
        taipan_trace_opt::optimize(&mut case.tree, &passes);
    }
    let mut m1 = case.mem.clone();
    let settings = Run { fuel: 200_000, ..Run::new(&case.regs) };
    let Ok(one) = run(&case.tree, &settings, &mut m1, &mut PlainHost) else { return false };
    let mut m2 = case.mem.clone();
    m2.words = block;
    m2.words.copy_from_slice(&case.mem.words);
    let code = compile(c, &case.tree, o);
    let two = run_machine(&case.tree, &code, &case.regs, &mut m2);
    let two = two.unwrap_or_else(|e| panic!("seed {seed}: {e}\n{}", case.tree));
    c.free(code);
    let (a, b) = (one.canonical(&case.regs, &m1), two.canonical(&case.regs, &m2));
    if one.exit != two.exit || a != b {
        panic!(
            "seed {seed}: left by {} and {}\n--- evaluator\n{a}--- machine\n{b}\n{}",
            one.exit, two.exit, case.tree
        );
    }
    true
}

const COLLATZ: &str = r#"tree "collatz"
t0:
  %0: value = reg 0
  %1: i64 = guard_int %0 [x0 type c0@0]
  label L0 (%2: i64 = %1, %3: i64 = 0) [x1 header c0@1 r0=%2 r1=%3]
  %4: bool = ne %2, 1
  guard_true %4 [x2 loop_end c0@9 r0=%2 r1=%3]
  %5: i64 = and %2, 1
  %6: bool = eq %5, 0
  guard_true %6 [x3 branch c0@4 r0=%2 r1=%3]
  %7: i64 = floordiv %2, 2
  %8: i64 = add_ov %3, 1 [x4 overflow c0@5 r0=%7 r1=%3]
  jump L0 %7, %8
t1 at x3:
  %9: i64 = mul_ov %2, 3 [x5 overflow c0@6 r0=%2 r1=%3]
  %10: i64 = add_ov %9, 1 [x6 overflow c0@6 r0=%2 r1=%3]
  %11: i64 = add_ov %3, 1 [x7 overflow c0@5 r0=%10 r1=%3]
  jump L0 %10, %11
"#;

#[test]
fn side_traces_are_part_of_the_function() {
    let tree = parse(COLLATZ).unwrap();
    let mut c = compiler();
    let code = compile(&mut c, &tree, &Options { dump_clif: true, dump_asm: true, ..Options::default() });
    assert!(code.clif.as_ref().is_some_and(|t| t.contains("cold")));
    assert!(code.asm.is_some());
    let mut mem = real_memory(|base| taipan_trace_ir::memory::Memory::new(base, 1 << 20, 64));
    let out = run_machine(&tree, &code, &[value::from_int(27).unwrap()], &mut mem).unwrap();
    assert_eq!(out.exit.0, 2);
    assert_eq!(value::as_int(out.frames[0].3[1].1), Some(111));
    // A heap int that fits a word enters through the slow path.
    let mut mem = real_memory(|base| taipan_trace_ir::memory::Memory::new(base, 1 << 20, 64));
    use taipan_trace_ir::eval::Host;
    let big = PlainHost.box_big(1 << 60, &mut mem).unwrap();
    let out = run_machine(&tree, &code, &[big], &mut mem).unwrap();
    assert_eq!(value::as_int(out.frames[0].3[1].1), Some(60));
    let out = run_machine(&tree, &code, &[value::NONE], &mut mem).unwrap();
    assert_eq!(out.exit.0, 0);
}

#[test]
fn stressed_guards_fail_with_the_right_state() {
    let tree = parse(COLLATZ).unwrap();
    let mut c = compiler();
    let code = compile(&mut c, &tree, &Options { stress_exits: true, ..Options::default() });
    for n in 1..200 {
        let mut mem = real_memory(|base| taipan_trace_ir::memory::Memory::new(base, 1 << 20, 64));
        let out = run_machine_stressed(&tree, &code, &[value::from_int(27).unwrap()], &mut mem, n).unwrap();
        let regs = &out.frames[0].3;
        if regs.len() == 2 {
            // The Collatz sequence of 27 after that many steps.
            let (mut x, steps) = (27i64, value::as_int(regs[1].1).unwrap());
            for _ in 0..steps {
                x = if x % 2 == 0 { x / 2 } else { 3 * x + 1 };
            }
            let at = value::as_int(regs[0].1).unwrap();
            let next = if x % 2 == 0 { x / 2 } else { 3 * x + 1 };
            assert!(at == x || at == next, "after {steps}: {at}");
        }
    }
}

#[test]
fn the_code_limit_is_kept() {
    let tree = parse(COLLATZ).unwrap();
    let mut c = compiler();
    let first = compile(&mut c, &tree, &Options::default());
    c.set_code_limit(c.usage().used + first.code.size() * 2);
    let mut kept = Vec::new();
    let refused = loop {
        match c.compile(&tree, &Options::default()) {
            Ok(code) => kept.push(code),
            Err(e) => break e,
        }
    };
    assert_eq!((refused, kept.len()), (CompileError::CodeLimit, 2));
    let used = c.usage().used;
    c.free(kept.pop().unwrap());
    assert!(c.usage().used < used);
    kept.push(compile(&mut c, &tree, &Options::default()));
    assert_eq!(c.usage().used, used);
    // What was not freed still runs.
    let mut mem = real_memory(|base| taipan_trace_ir::memory::Memory::new(base, 1 << 20, 64));
    let out = run_machine(&tree, &first, &[value::from_int(6).unwrap()], &mut mem).unwrap();
    assert_eq!(value::as_int(out.frames[0].3[1].1), Some(8));
}

#[test]
fn both_targets_compile_random_trees() {
    for triple in ["x86_64-unknown-linux-gnu", "aarch64-unknown-linux-gnu"] {
        let mut c = Compiler::cross(Config::new(address), triple).unwrap();
        for seed in 0..40 {
            let case = Case::new(seed, 0);
            let code = compile(&mut c, &case.tree, &Options { dump_asm: true, ..Options::default() });
            c.free(code);
        }
    }
}

/// What loops cost; run with `--release -- --ignored --nocapture`.
#[test]
#[ignore = "a measurement"]
fn kernels() {
    let dir = concat!(env!("CARGO_MANIFEST_DIR"), "/../trace-opt/tests/filetests/");
    for (name, n) in [("sum", 100_000_000u64), ("splitmix", 100_000_000), ("iterator", 100_000_000)] {
        let text = std::fs::read_to_string(format!("{dir}{name}.trace")).unwrap();
        let mut tree = parse(text.split("----").next().unwrap()).unwrap();
        taipan_trace_opt::optimize(&mut tree, &taipan_trace_opt::Config::default());
        let mut c = compiler();
        let code = compile(&mut c, &tree, &Options { dump_clif: true, dump_asm: true, ..Options::default() });
        let mut mem = real_memory(|base| {
            let mut m = taipan_trace_ir::memory::Memory::new(base, 1 << 20, 64);
            (m.words[0], m.words[2]) = (0x51, n);
            m
        });
        let int = |i| value::from_int(i).unwrap();
        let first = if name == "iterator" { value::from_ptr(mem.base) } else { int(0) };
        let start = std::time::Instant::now();
        let out = run_machine(&tree, &code, &[first, int(0), int(n as i64)], &mut mem).unwrap();
        let ns = start.elapsed().as_nanos() as f64 / n as f64;
        println!("{name}: {ns:.2} ns a turn, left by {}, {:?}", out.exit, code.stats);
        if std::env::var("TAIPAN_SHOW").is_ok() {
            println!("{}\n{}", code.clif.unwrap(), code.asm.unwrap());
        }
    }
}
