//! Takes one input all the way: parser, symbol tables, code generator, verifier, liveness, and now and then the code's
//! binary form and back, also damaged.
//!
//! In: source text. Out: accepted or rejected, or what went wrong. What must hold: nothing here panics by itself.

use crate::rng::Rng;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use taipan_bytecode::{CodeObject, Const, Data, Liveness};
use taipan_compiler::{CompileError, Mode, Options};

/// What became of an input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It was compiled, and the verifier was content.
    Accepted,
    /// An error was raised: its class and message.
    Rejected(String),
    /// A bug.
    Bug(String),
}

/// How the inputs of a run are checked.
#[derive(Clone, Copy, Debug)]
pub struct How {
    /// Take the binary form too.
    pub binary: bool,
    /// Other modes and optimisation levels than those of a plain module.
    pub vary: bool,
}

/// Checks input `index`.
pub fn check(source: &str, seed: u64, index: u64, how: How) -> Verdict {
    let mut r = Rng::new(!seed, index);
    let result = catch_unwind(AssertUnwindSafe(|| {
        let (mode, opts) = if how.vary { choice(&mut r) } else { (Mode::Exec, Options::default()) };
        let verdict = compiled(source, mode, opts, how.binary && r.one_in(16), &mut r);
        if r.one_in(32) {
            let _ = taipan_compiler::symbol_table(source, "<fuzz>", mode, opts);
            let _ = taipan_compiler::token_error(source, "<fuzz>");
        }
        verdict
    }));
    result.unwrap_or_else(|payload| {
        let text = payload
            .downcast_ref::<String>()
            .cloned()
            .or_else(|| payload.downcast_ref::<&str>().map(|s| s.to_string()))
            .unwrap_or_default();
        Verdict::Bug(format!("panic: {text}"))
    })
}

fn choice(r: &mut Rng) -> (Mode, Options) {
    let mode = match r.below(16) {
        0 => Mode::Eval,
        1 => Mode::Single,
        _ => Mode::Exec,
    };
    let optimize = if r.one_in(8) { 1 + r.below(2) as u8 } else { 0 };
    let opts = Options {
        optimize,
        top_level_await: r.one_in(16),
        allow_incomplete: r.one_in(32),
        ..Options::default()
    };
    (mode, opts)
}

fn compiled(source: &str, mode: Mode, opts: Options, binary: bool, r: &mut Rng) -> Verdict {
    match taipan_compiler::compile(source, "<fuzz>", mode, opts) {
        Err(e) => match sane(&e) {
            Ok(()) => Verdict::Rejected(format!("{:?}: {}", e.kind, e.msg)),
            Err(text) => Verdict::Bug(text),
        },
        Ok(c) => {
            match verified(&c.code).and_then(|()| if binary { round_trip(&c.code, r) } else { Ok(()) }) {
                Ok(()) => Verdict::Accepted,
                Err(text) => Verdict::Bug(text),
            }
        }
    }
}

/// An error's place must be one that a traceback can show.
fn sane(e: &CompileError) -> Result<(), String> {
    if e.msg.is_empty() {
        return Err("an error without a message".to_string());
    }
    if e.end_lineno != 0 && e.end_lineno < e.lineno {
        return Err(format!("an error that ends before it begins: {} {}-{}", e.msg, e.lineno, e.end_lineno));
    }
    Ok(())
}

/// Verifies a code object and those in its constants.
fn verified(code: &CodeObject) -> Result<(), String> {
    taipan_bytecode::verify(code).map_err(|e| format!("verifier: {e}"))?;
    let _ = Liveness::new(code, code.nregs);
    each_nested(code, &mut |nested| verified(nested))
}

fn each_nested(
    code: &CodeObject,
    f: &mut dyn FnMut(&CodeObject) -> Result<(), String>,
) -> Result<(), String> {
    for c in code.consts.iter() {
        match c {
            Const::Code(nested) => f(nested)?,
            Const::LazyCode(lazy) => {
                if let Ok(nested) = lazy.get() {
                    f(nested)?;
                }
            }
            _ => {}
        }
    }
    Ok(())
}

/// Writes the code, reads it back, writes it again; then damages the bytes: what is still read must be something that
/// the verifier can judge.
fn round_trip(code: &CodeObject, r: &mut Rng) -> Result<(), String> {
    let Ok(bytes) = taipan_bytecode::write(code) else { return Ok(()) };
    let read = |b: &[u8]| taipan_bytecode::read(Data::Shared(Arc::from(b)));
    let back = read(&bytes).map_err(|e| format!("what was written cannot be read: {e:?}"))?;
    verified(&back).map_err(|e| format!("after reading it back: {e}"))?;
    let again =
        taipan_bytecode::write(&back).map_err(|e| format!("what was read cannot be written: {e:?}"))?;
    if again != bytes {
        return Err("the binary form changes when read and written again".to_string());
    }
    for _ in 0..4 {
        let mut damaged = bytes.clone();
        for _ in 0..1 + r.below(3) {
            // Behind the magic, the version and the digest, which would only be refused.
            let at = 18 + r.below(damaged.len() - 18);
            damaged[at] = if r.one_in(2) { r.word() as u8 } else { damaged[at] ^ (1 << r.below(8)) };
        }
        if r.one_in(8) {
            let n = r.below(damaged.len());
            damaged.truncate(n);
        }
        taipan_bytecode::seal(&mut damaged);
        if let Ok(code) = read(&damaged) {
            let _ = verified(&code);
        }
    }
    Ok(())
}
