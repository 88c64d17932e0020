//! `bench`: measures contenders against each other and prints the table.

use std::path::PathBuf;
use std::time::Duration;

use lexopt::prelude::*;
use taipan_xtask::bench::contender::Contender;
use taipan_xtask::bench::measure::{self, Sample};
use taipan_xtask::bench::report::{Report, cells};
use taipan_xtask::bench::{own, pyperformance, scratch};
use taipan_xtask::repo;

use super::{number, text};

const HELP: &str = "\
cargo xtask bench [OPTIONS] [FILTER..]

FILTER picks benchmarks whose name contains it: `micro`, `loops/int_loop`, `programs`, `memory`.

  --with CONTENDER   take part, as often as wanted: `[LABEL:] [NAME=VALUE..] PROGRAM [OPTION..]`, for example
                     `jit: PYTHON_JIT=1 python3.14` or `off: taipan -X jit=off`
                     (without: python3.14, python3.15, pypy3 and taipan, those that are there)
  --baseline LABEL   what ratios are against (the first contender)
  --pyperformance    run pyperformance's own scripts, fetched from PyPI, in place of the project's benchmarks
  --rounds N         processes of each contender (5)
  --iterations N     iterations in each process (6)
  --quick            2 rounds of 3
  --cpu N            the core that everything runs on (the last one)
  --timeout SECS     for one process (300)
  --profile NAME     how taipan is built (release)
  --json FILE        where the figures go (target/bench/results.json)
  --list             name the benchmarks and stop
";

/// Runs the command.
pub fn bench(args: Vec<String>) -> Result<(), String> {
    let (mut specs, mut filters) = (Vec::new(), Vec::new());
    let (mut rounds, mut iterations, mut timeout) = (5, 6, 300);
    let (mut suite, mut list) = (false, false);
    let (mut baseline, mut json) = (None, None);
    let mut profile = "release".to_owned();
    let mut cpu = std::thread::available_parallelism().map_or(0, |n| n.get() - 1);
    let mut parser = lexopt::Parser::from_args(args);
    while let Some(arg) = parser.next().map_err(|e| e.to_string())? {
        match arg {
            Long("with") => specs.push(text(&mut parser)?),
            Long("baseline") => baseline = Some(text(&mut parser)?),
            Long("pyperformance") => suite = true,
            Long("rounds") => rounds = number(&mut parser)? as usize,
            Long("iterations") => iterations = number(&mut parser)? as usize,
            Long("quick") => (rounds, iterations) = (2, 3),
            Long("cpu") => cpu = number(&mut parser)? as usize,
            Long("timeout") => timeout = number(&mut parser)?,
            Long("profile") => profile = text(&mut parser)?,
            Long("json") => json = Some(PathBuf::from(text(&mut parser)?)),
            Long("list") => list = true,
            Long("help") => {
                print!("{HELP}");
                return Ok(());
            }
            Value(value) => filters.push(value.to_string_lossy().into_owned()),
            other => return Err(other.unexpected().to_string()),
        }
    }
    let benchmarks = if suite { pyperformance::scripts(&filters)? } else { own(&filters)? };
    if list {
        benchmarks.iter().for_each(|b| println!("{}", b.name));
        return Ok(());
    }
    if benchmarks.is_empty() {
        return Err("no benchmark has that name".into());
    }
    let contenders = contenders(&specs, &profile)?;
    let baseline = baseline.unwrap_or_else(|| contenders[0].label.clone());
    if !contenders.iter().any(|c| c.label == baseline) {
        return Err(format!("the baseline {baseline:?} is no contender"));
    }
    measure::pin(cpu);
    let limit = Duration::from_secs(timeout);
    let mut rows = Vec::new();
    for (at, benchmark) in benchmarks.iter().enumerate() {
        eprint!("\r{:3}/{} {:50}", at + 1, benchmarks.len(), benchmark.name);
        let mut samples: Vec<Vec<Sample>> = vec![Vec::new(); contenders.len()];
        let mut errors: Vec<Option<String>> = vec![None; contenders.len()];
        for _ in 0..rounds.max(1) {
            for (i, contender) in contenders.iter().enumerate() {
                if errors[i].is_none() {
                    match measure::run(contender, benchmark, iterations.max(1), limit) {
                        Ok(sample) => samples[i].push(sample),
                        Err(error) => errors[i] = Some(error),
                    }
                }
            }
        }
        for ((contender, samples), error) in contenders.iter().zip(&samples).zip(errors) {
            rows.extend(cells(&benchmark.name, &contender.label, samples, error));
        }
    }
    eprintln!("\r{:60}\r", "");
    // Benchmarks of one script stand together, not contenders.
    let order: Vec<String> = rows.iter().map(|c| c.benchmark.clone()).collect();
    rows.sort_by_key(|c| order.iter().position(|b| *b == c.benchmark));
    let labels = contenders.into_iter().map(|c| c.label).collect();
    let report = Report::new(baseline, labels, rounds, iterations, rows);
    print!("{}", report.table());
    let json = json.map_or_else(|| scratch().map(|dir| dir.join("results.json")), Ok)?;
    let figures = serde_json::to_string_pretty(&report).map_err(|e| e.to_string())?;
    std::fs::write(&json, figures).map_err(|e| format!("{}: {e}", json.display()))?;
    println!("\nfigures: {}", json.display());
    let different = report.cells.iter().filter(|c| !c.agrees).count();
    if different > 0 { Err(format!("{different} answers differ or are missing")) } else { Ok(()) }
}

fn contenders(specs: &[String], profile: &str) -> Result<Vec<Contender>, String> {
    let named = !specs.is_empty();
    let specs: Vec<String> = if named {
        specs.to_vec()
    } else {
        ["python3.14", "python3.15", "pypy3", "taipan"].map(str::to_owned).to_vec()
    };
    let wants_taipan = specs.iter().any(|s| s.split([' ', ':']).any(|word| word == "taipan"));
    let taipan = if wants_taipan { Some(repo::taipan(profile)?) } else { None };
    let mut found: Vec<Contender> = Vec::new();
    for spec in &specs {
        match Contender::parse(spec, taipan.as_deref())? {
            Some(c) if found.iter().any(|f| f.label == c.label) => {
                return Err(format!("two contenders are called {:?}", c.label));
            }
            Some(contender) => found.push(contender),
            None if named => return Err(format!("{spec:?} is not on this machine")),
            None => {}
        }
    }
    if found.is_empty() { Err("no contender is on this machine".into()) } else { Ok(found) }
}

/// `measure-one`: the helper process of a measurement.
pub fn measure_one(args: Vec<String>) -> Result<(), String> {
    measure::helper(&args)
}
