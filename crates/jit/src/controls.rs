//! Knobs and eyes of one VM's JIT: parameters, event log, counters, symbols, dumps.
//!
//! In: the `-X jit...` options and `PYTHON_JIT`. Out: [`Controls`], which hangs off the VM; the recorder and the trees
//! hold a reference to it. What is wrong in an option ends the program before it starts, with one line.

use crate::log::{Event, Log, VERSION};
use crate::params::Params;
use crate::perfmap::Symbols;
use crate::stats::{Abort, Stats};
use std::cell::Cell;
use std::path::Path;
use taipan_runtime::Vm;
use taipan_runtime::vm::Config;

/// Options beside the parameters, for the reference.
pub(crate) const OPTIONS: &[(&str, &str)] = &[
    ("-X jit=on\\|off", "The JIT. `PYTHON_JIT=0` and `PYTHON_JIT=1` do the same; the option wins."),
    (
        "-X jit-log=FILE",
        "Write the event log: one JSON object a line; crates/jit/src/log.rs describes the fields.",
    ),
    ("-X jit-stats", "Print counters to standard error when the program ends."),
    (
        "-X jit-perf=map\\|dump",
        "Name compiled code for `perf`: `/tmp/perf-PID.map`, or a jitdump file `jit-PID.dump`.",
    ),
    (
        "-X dump=STAGE,...",
        "Print what a stage makes to standard error: `trace`, `opt`, `clif`, `asm`, `exits`.",
    ),
];

macro_rules! dumps {
    ($($(#[doc = $doc:literal])+ $name:ident;)*) => {
        /// What is printed as it is made.
        #[derive(Default)]
        pub struct Dumps { $($(#[doc = $doc])+ pub $name: Cell<bool>,)* }
        /// The stages' names.
        pub const DUMPS: &[&str] = &[$(stringify!($name),)*];
        impl Dumps {
            /// Switches one on; false when there is none of that name.
            pub fn enable(&self, name: &str) -> bool {
                match name {
                    $(stringify!($name) => { self.$name.set(true); true })*
                    _ => false,
                }
            }
        }
    };
}

dumps! {
    /// Traces as recorded.
    trace;
    /// Trees after the passes.
    opt;
    /// Cranelift's input.
    clif;
    /// Machine code.
    asm;
    /// Exits: what each one restores, and why it is left there.
    exits;
}

/// All of it.
#[derive(Default)]
pub struct Controls {
    /// Parameters.
    pub params: Params,
    /// Event log.
    pub log: Log,
    /// Counters.
    pub stats: Stats,
    /// Names for `perf`.
    pub symbols: Symbols,
    /// Dumps.
    pub dumps: Dumps,
    /// The registers of the frame that compiled code stands in for and that has made the running residual call; 0: none.
    pub active: Cell<usize>,
    /// Is there a recorder behind this?
    pub available: Cell<bool>,
    print_stats: Cell<bool>,
}

impl Controls {
    /// Reads the options. `Err` holds one line that says what is wrong.
    pub fn new(config: &Config) -> Result<Controls, String> {
        let c = Controls::default();
        if !config.ignore_environment
            && let Ok(v) = std::env::var("PYTHON_JIT")
            && !v.is_empty()
        {
            // As CPython: 0 is off, anything else on.
            c.params.set_enabled(v != "0");
        }
        let mut log = None;
        for (name, value) in &config.x_options {
            let value = value.as_deref();
            match name.as_str() {
                "jit" => match value {
                    Some("on") | None => c.params.set_enabled(true),
                    Some("off") => c.params.set_enabled(false),
                    Some(v) => return Err(format!("-X jit takes 'on' or 'off', not '{v}'")),
                },
                "jit-log" => log = Some(value.filter(|v| !v.is_empty()).ok_or("-X jit-log takes a file")?),
                "jit-stats" => match value {
                    Some("on") | None => c.print_stats.set(true),
                    Some("off") => c.print_stats.set(false),
                    Some(v) => return Err(format!("-X jit-stats takes 'on' or 'off', not '{v}'")),
                },
                "jit-perf" => {
                    c.symbols.configure(value.unwrap_or("map")).map_err(|e| format!("-X jit-perf {e}"))?;
                }
                "dump" => value.unwrap_or_default().split(',').for_each(|d| {
                    c.dumps.enable(d);
                }),
                other => {
                    if let Some(name) = other.strip_prefix("jit-") {
                        let text = value.ok_or_else(|| format!("-X jit-{name} takes a value"))?;
                        c.params.set(name, text).map_err(|e| format!("-X jit: {e}"))?;
                    }
                }
            }
        }
        if let Some(path) = log {
            c.log.open(Path::new(path)).map_err(|e| format!("-X jit-log: cannot write '{path}': {e}"))?;
            c.log.event(&Event::Start {
                version: VERSION,
                taipan: env!("CARGO_PKG_VERSION"),
                machine: std::env::consts::ARCH,
                pid: std::process::id(),
                enabled: c.params.enabled(),
                params: c.params.changed().into_iter().collect(),
            });
        }
        Ok(c)
    }

    /// Those of this VM, if it has any.
    pub fn of(vm: &Vm) -> Option<&Controls> {
        vm.extension.get()?.downcast_ref()
    }

    /// The program ended: prints and logs what was counted.
    pub fn finish(&self) {
        if self.log.on() {
            let aborts = Abort::ALL.iter().map(|&a| (a.name(), self.stats.aborts(a))).filter(|a| a.1 > 0);
            self.log.event(&Event::Stats {
                counters: self.stats.counters().into_iter().map(|(name, n, _)| (name, n)).collect(),
                aborts: aborts.collect(),
            });
        }
        self.symbols.close();
        if self.print_stats.get() {
            eprint!("{}", self.stats.report());
        }
    }
}
