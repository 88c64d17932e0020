//! From samples to a table and JSON.
//!
//! In: the samples of every contender on every benchmark. Out: one [`Cell`] for each pair, ratios to the baseline
//! (how many times faster, or how many times less memory), and geometric means by group of benchmarks. A group is a
//! folder or file of benchmarks: `micro/loops`, `micro`; and everything together.

use std::collections::BTreeMap;
use std::fmt::Write;

use serde::Serialize;

use super::measure::Sample;
use super::stats::{geometric_mean, least, median, spread};

/// One contender on one benchmark. Times are seconds, memory is KiB.
#[derive(Clone, Debug, Serialize)]
pub struct Cell {
    pub benchmark: String,
    pub contender: String,
    /// Median of whole-process times.
    pub whole: f64,
    pub whole_spread: f64,
    /// Median over processes of the median iteration, the first left out.
    pub inside: f64,
    pub inside_spread: f64,
    /// The quickest iteration of all.
    pub best: f64,
    /// Median of first iterations.
    pub first: f64,
    /// Median of peak memory.
    pub peak: f64,
    pub answer: String,
    /// Whether the answer is the baseline's.
    pub agrees: bool,
    pub processes: usize,
    /// Why there are no figures.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

/// A contender against the baseline, as geometric means over a group: greater than 1 is better than the baseline.
#[derive(Clone, Debug, Serialize)]
pub struct Mean {
    pub group: String,
    pub contender: String,
    pub benchmarks: usize,
    pub whole: Option<f64>,
    pub inside: Option<f64>,
    pub best: Option<f64>,
    pub first: Option<f64>,
    pub memory: Option<f64>,
    /// Benchmarks on which it is slower than the baseline, in process.
    pub slower: Vec<String>,
}

/// Everything, as it goes into the JSON file.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    pub baseline: String,
    pub contenders: Vec<String>,
    pub rounds: usize,
    pub iterations: usize,
    pub cells: Vec<Cell>,
    pub means: Vec<Mean>,
}

/// Makes the cells of one benchmark run: several, where a script holds several benchmarks.
pub fn cells(benchmark: &str, contender: &str, samples: &[Sample], error: Option<String>) -> Vec<Cell> {
    let whole: Vec<f64> = samples.iter().map(|s| s.outside.wall).collect();
    let peaks: Vec<f64> = samples.iter().map(|s| s.outside.peak as f64).collect();
    let mut names: Vec<&str> = Vec::new();
    for inside in samples.iter().flat_map(|s| &s.inside) {
        if !names.contains(&inside.name.as_str()) {
            names.push(&inside.name);
        }
    }
    if names.is_empty() {
        names.push("");
    }
    let single = names.len() == 1;
    let make = |name: &&str| {
        let runs: Vec<&[f64]> = samples
            .iter()
            .flat_map(|s| &s.inside)
            .filter(|i| i.name == *name && !i.times.is_empty())
            .map(|i| i.times.as_slice())
            .collect();
        let steady: Vec<f64> = runs.iter().map(|t| median(if t.len() > 1 { &t[1..] } else { t })).collect();
        let firsts: Vec<f64> = runs.iter().map(|t| t[0]).collect();
        let all: Vec<f64> = runs.iter().flat_map(|t| t.iter().copied()).collect();
        let answers: Vec<&str> =
            samples.iter().flat_map(|s| &s.inside).filter(|i| i.name == *name).map(|i| &*i.answer).collect();
        let full =
            if single || name.is_empty() { benchmark.to_owned() } else { format!("{benchmark}/{name}") };
        Cell {
            benchmark: full,
            contender: contender.to_owned(),
            whole: median(&whole),
            whole_spread: spread(&whole),
            inside: median(&steady),
            inside_spread: spread(&steady),
            best: least(&all),
            first: median(&firsts),
            peak: median(&peaks),
            answer: answers.first().map(|a| (*a).to_owned()).unwrap_or_default(),
            agrees: answers.windows(2).all(|w| w[0] == w[1]),
            processes: samples.len(),
            error: error.clone(),
        }
    };
    names.iter().map(make).collect()
}

impl Report {
    /// Fills in agreement with the baseline and the means.
    pub fn new(
        baseline: String,
        contenders: Vec<String>,
        rounds: usize,
        iterations: usize,
        cells: Vec<Cell>,
    ) -> Report {
        let mut report = Report { baseline, contenders, rounds, iterations, cells, means: Vec::new() };
        let answers: BTreeMap<String, String> = report
            .cells
            .iter()
            .filter(|c| c.contender == report.baseline && c.error.is_none())
            .map(|c| (c.benchmark.clone(), c.answer.clone()))
            .collect();
        for cell in &mut report.cells {
            let expected = answers.get(&cell.benchmark);
            cell.agrees &= cell.error.is_none() && expected.is_none_or(|e| *e == cell.answer);
        }
        report.means = report.means_of_groups();
        report
    }

    fn base(&self, benchmark: &str) -> Option<&Cell> {
        self.cells
            .iter()
            .find(|c| c.contender == self.baseline && c.benchmark == benchmark && c.error.is_none())
    }

    fn means_of_groups(&self) -> Vec<Mean> {
        let mut groups: Vec<String> = Vec::new();
        for cell in &self.cells {
            for (at, _) in cell.benchmark.match_indices('/') {
                let group = &cell.benchmark[..at];
                if !groups.iter().any(|g| g == group) {
                    groups.push(group.to_owned());
                }
            }
        }
        groups.sort();
        groups.push("all".to_owned());
        let mut means = Vec::new();
        for group in groups {
            for contender in self.contenders.iter().filter(|c| **c != self.baseline) {
                let mine = self.cells.iter().filter(|c| c.contender == *contender && c.error.is_none());
                let prefix = format!("{group}/");
                let pairs: Vec<(&Cell, &Cell)> = mine
                    .filter(|c| group == "all" || c.benchmark.starts_with(&prefix))
                    .filter_map(|c| self.base(&c.benchmark).map(|b| (b, c)))
                    .collect();
                let mean = |of: fn(&Cell) -> f64| geometric_mean(pairs.iter().map(|(b, c)| of(b) / of(c)));
                // What starts and does nothing has no inside worth comparing.
                let works: Vec<_> =
                    pairs.iter().filter(|(b, _)| !b.benchmark.starts_with("startup/")).collect();
                let within = |of: fn(&Cell) -> f64| geometric_mean(works.iter().map(|(b, c)| of(b) / of(c)));
                means.push(Mean {
                    group: group.clone(),
                    contender: contender.clone(),
                    benchmarks: pairs.len(),
                    whole: mean(|c| c.whole),
                    inside: within(|c| c.inside),
                    best: within(|c| c.best),
                    first: within(|c| c.first),
                    memory: mean(|c| c.peak),
                    slower: works
                        .iter()
                        .filter(|(b, c)| c.inside > b.inside)
                        .map(|(_, c)| c.benchmark.clone())
                        .collect(),
                });
            }
        }
        means
    }

    /// The table for people.
    pub fn table(&self) -> String {
        let mut out = String::new();
        let wide = self.cells.iter().map(|c| c.benchmark.len()).max().unwrap_or(9).max(9);
        let label = self.contenders.iter().map(String::len).max().unwrap_or(9).max(9);
        let _ = writeln!(
            out,
            "{:wide$}  {:label$}  {:>9} {:>4} {:>6}  {:>9} {:>4} {:>6}  {:>9} {:>9}  {:>8} {:>6}  answer",
            "benchmark",
            "contender",
            "inside ms",
            "±%",
            "ratio",
            "whole ms",
            "±%",
            "ratio",
            "first ms",
            "best ms",
            "peak MiB",
            "ratio",
        );
        let mut last = "";
        for cell in &self.cells {
            let name = if cell.benchmark == last { "" } else { &cell.benchmark };
            last = &cell.benchmark;
            if let Some(error) = &cell.error {
                let _ = writeln!(out, "{name:wide$}  {:label$}  {error}", cell.contender);
                continue;
            }
            let base = self.base(&cell.benchmark);
            let ratio = |of: fn(&Cell) -> f64| match base {
                Some(b) if of(cell) > 0.0 => format!("{:.2}", of(b) / of(cell)),
                _ => "-".to_owned(),
            };
            let _ = writeln!(
                out,
                "{name:wide$}  {:label$}  {:9.3} {:4.1} {:>6}  {:9.2} {:4.1} {:>6}  {:9.3} {:9.3}  {:8.1} {:>6}  {}",
                cell.contender,
                cell.inside * 1e3,
                cell.inside_spread * 100.0,
                ratio(|c| c.inside),
                cell.whole * 1e3,
                cell.whole_spread * 100.0,
                ratio(|c| c.whole),
                cell.first * 1e3,
                cell.best * 1e3,
                cell.peak / 1024.0,
                ratio(|c| c.peak),
                if cell.agrees { "same" } else { "DIFFERS" },
            );
        }
        if self.contenders.len() > 1 {
            let _ = writeln!(
                out,
                "\nGeometric means against {} (greater than 1: faster, less memory)",
                self.baseline
            );
            let group = self.means.iter().map(|m| m.group.len()).max().unwrap_or(5).max(5);
            let _ = writeln!(
                out,
                "{:group$}  {:label$}  {:>4}  {:>7} {:>7} {:>7} {:>7} {:>7}  slower on",
                "group", "contender", "n", "inside", "whole", "first", "best", "memory"
            );
            for m in &self.means {
                let text = |v: Option<f64>| v.map_or_else(|| "-".to_owned(), |v| format!("{v:.2}"));
                let _ = writeln!(
                    out,
                    "{:group$}  {:label$}  {:4}  {:>7} {:>7} {:>7} {:>7} {:>7}  {}",
                    m.group,
                    m.contender,
                    m.benchmarks,
                    text(m.inside),
                    text(m.whole),
                    text(m.first),
                    text(m.best),
                    text(m.memory),
                    m.slower.len()
                );
            }
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::super::Inside;
    use super::super::measure::{Outside, Sample};
    use super::*;

    fn sample(wall: f64, times: &[f64], answer: &str) -> Sample {
        Sample {
            outside: Outside { wall, cpu: wall, peak: 1024, code: 0 },
            inside: vec![Inside { name: String::new(), times: times.to_vec(), answer: answer.to_owned() }],
        }
    }

    #[test]
    fn ratios_and_means() {
        let slow = cells("g/f/b", "old", &[sample(2.0, &[9.0, 1.0, 1.0], "5")], None);
        let fast = cells("g/f/b", "new", &[sample(1.0, &[0.5, 0.25, 0.25], "6")], None);
        assert_eq!((slow[0].inside, slow[0].first, slow[0].best), (1.0, 9.0, 1.0));
        let all = [slow, fast].concat();
        let report = Report::new("old".into(), vec!["old".into(), "new".into()], 1, 3, all);
        assert!(report.cells[0].agrees && !report.cells[1].agrees);
        let mean = report.means.iter().find(|m| m.group == "g/f").unwrap();
        let rounded = [mean.inside, mean.whole, mean.first].map(|m| m.unwrap_or_default().round());
        assert_eq!(rounded, [4.0, 2.0, 18.0]);
        assert!(report.table().contains("DIFFERS"));
    }
}
