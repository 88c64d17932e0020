//! `cargo xtask fuzz-programs` and `cargo xtask fuzz-parser`.

use super::{number, text};
use std::path::PathBuf;
use std::time::Instant;
use taipan_xtask::fuzz::modes::{self, Mode};
use taipan_xtask::fuzz::run::Runner;
use taipan_xtask::fuzz::{generate, minimize};
use taipan_xtask::{process, repo};

const HELP: &str = "\
cargo xtask fuzz-programs [options]: random programs, answered by python3.14 and by taipan

  --count N        programs (default 1000)
  --seed S         of the first program (default 1); program k has the seed S + k
  --modes A,B,...  how taipan is run (default off):
@MODES@
  --batch N        programs in one process (default 200)
  --threads N      batches at a time (default 1)
  --differences N  stop after so many (default 5)
  --save           keep what was found as tests/python/fuzz/NAME.py (record it afterwards)
  --show           print the program of --seed and stop
  --no-minimize    print programs as they were generated

TAIPAN names the binary (default: a release build).
";

/// `fuzz-programs`
pub fn fuzz_programs(args: Vec<String>) -> Result<(), String> {
    let (mut count, mut seed, mut batch, mut threads, mut most) = (1000u64, 1u64, 200u64, 1u64, 5u64);
    let (mut names, mut save, mut minimal) = ("off".to_string(), false, true);
    let mut show = false;
    let mut parser = lexopt::Parser::from_args(args);
    while let Some(arg) = parser.next().map_err(|e| e.to_string())? {
        use lexopt::Arg::{Long, Short};
        match arg {
            Long("count") => count = number(&mut parser)?,
            Long("seed") => seed = number(&mut parser)?,
            Long("modes") => names = text(&mut parser)?,
            Long("batch") => batch = number(&mut parser)?.max(1),
            Long("threads") => threads = number(&mut parser)?.max(1),
            Long("differences") => most = number(&mut parser)?.max(1),
            Long("save") => save = true,
            Long("no-minimize") => minimal = false,
            Long("show") => show = true,
            Short('h') | Long("help") => {
                print!("{}", HELP.replace("@MODES@", modes::HELP));
                return Ok(());
            }
            other => return Err(other.unexpected().to_string()),
        }
    }
    if show {
        print!("{}", generate::program(seed));
        return Ok(());
    }
    let taipan = repo::taipan("release")?;
    let python =
        repo::which("python3.14").ok_or("python3.14 is not on PATH: there is nothing to compare with")?;
    let modes = modes::parse(&names, &taipan)?;
    process::limit_memory(8 << 30);
    let folder = repo::root().join("target/fuzz");
    std::fs::create_dir_all(&folder).map_err(|e| e.to_string())?;
    let oracle = Runner { program: python, options: vec![], limit: 300, alarm: 5 };
    let starts: Vec<u64> = (0..count).step_by(batch as usize).collect();
    let found = std::sync::Mutex::new(Vec::<(u64, Mode)>::new());
    let done = std::sync::atomic::AtomicU64::new(0);
    let begin = Instant::now();
    let results = process::parallel(&starts, threads as usize, |&start| -> Result<(), String> {
        if found.lock().expect("no worker panicked").len() as u64 >= most {
            return Ok(());
        }
        let seeds: Vec<u64> = (start..(start + batch).min(count)).map(|k| seed.wrapping_add(k)).collect();
        let programs: Vec<String> = seeds.iter().map(|&s| generate::program(s)).collect();
        let scratch = folder.join(format!("batch-{}-{start}.py", std::process::id()));
        let right = oracle.run(&programs, &scratch)?;
        for mode in &modes {
            let answers = runner(&taipan, mode, batch).run(&programs, &scratch)?;
            for ((seed, right), got) in seeds.iter().zip(&right).zip(&answers) {
                if right.is_sound() && right != got {
                    println!("seed {seed}: {} differs", mode.name);
                    found.lock().expect("no worker panicked").push((*seed, mode.clone()));
                }
            }
        }
        let _ = std::fs::remove_file(&scratch);
        let n = done.fetch_add(seeds.len() as u64, std::sync::atomic::Ordering::Relaxed) + seeds.len() as u64;
        if n % (batch * 20) < batch {
            println!("{n} programs, {:.0} s", begin.elapsed().as_secs_f64());
        }
        Ok(())
    });
    results.into_iter().collect::<Result<Vec<()>, String>>()?;
    let found = found.into_inner().expect("no worker panicked");
    let mut seen = std::collections::BTreeSet::new();
    for (seed, mode) in found.iter().take(most as usize) {
        if !seen.insert(seed) {
            continue;
        }
        let scratch = folder.join(format!("min-{}.py", std::process::id()));
        let subject = runner(&taipan, mode, 20);
        let quick = Runner { alarm: 1, ..oracle.clone() };
        let mut program = generate::program(*seed);
        if minimal {
            program = minimize::minimize(&program, &quick, &subject, &scratch)?;
        }
        let right = quick.run(std::slice::from_ref(&program), &scratch)?;
        let got = subject.run(std::slice::from_ref(&program), &scratch)?;
        println!(
            "==== seed {seed}, mode {}\n{program}---- python3.14\n{}\n---- taipan\n{}",
            mode.name, right[0], got[0]
        );
        if save {
            let path = save_golden(&program, *seed, &mode.name)?;
            println!("saved as {}", path.display());
        }
    }
    println!(
        "{} programs of seeds from {seed}, {} modes, {:.0} s: {} differences",
        done.into_inner(),
        modes.len(),
        begin.elapsed().as_secs_f64(),
        found.len()
    );
    if found.is_empty() { Ok(()) } else { Err("answers differ".into()) }
}

fn runner(taipan: &std::path::Path, mode: &Mode, batch: u64) -> Runner {
    let limit = (10 + batch / 10) * u64::from(mode.slowness);
    Runner { program: taipan.to_owned(), options: mode.options.clone(), limit, alarm: 0 }
}

/// Writes a program as a golden test, to be recorded.
fn save_golden(program: &str, seed: u64, mode: &str) -> Result<PathBuf, String> {
    let folder = repo::root().join("tests/python/fuzz");
    std::fs::create_dir_all(&folder).map_err(|e| e.to_string())?;
    let path = folder.join(format!("{}_{seed}.py", mode.replace('-', "_")));
    let text = format!("def show(*a):\n    print(*map(repr, a))\n\n\n{program}");
    std::fs::write(&path, text).map_err(|e| format!("{}: {e}", path.display()))?;
    Ok(path)
}

/// `fuzz-parser`: builds and runs the program of the `fuzz` crate.
pub fn fuzz_parser(args: Vec<String>) -> Result<(), String> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = std::process::Command::new(cargo)
        .current_dir(repo::root())
        .args(["run", "--release", "--quiet", "-p", "taipan-fuzz", "--bin", "fuzz-parser", "--"])
        .args(args)
        .status()
        .map_err(|e| format!("cargo: {e}"))?;
    if status.success() { Ok(()) } else { Err("something was found".to_string()) }
}
