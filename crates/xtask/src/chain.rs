//! Is the dispatch chain of a built `taipan` a chain of jumps?
//!
//! In: the disassembly of the program by `objdump -dC -M intel` (x86-64 only). Out: the handlers that *call* the next
//! handler where they should jump. Each such call leaves a frame on the native stack for as long as the chain runs, so
//! that a long loop ends in a `RecursionError`: whether a call at the end becomes a jump depends on what the optimiser
//! puts into the handler, and another profile, linker or compiler version decides anew (`interp/dispatch.rs`).
//!
//! How the end of a handler is known: the register that is called was loaded as a signed 32-bit field of an
//! instruction and added to the table's address shortly before. Calls between handlers by name count too, where
//! nothing but the epilogue follows.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

/// How many instructions back the address of a handler may be computed.
const WINDOW: usize = 16;

/// What was found.
#[derive(Debug, Default, PartialEq)]
pub struct Chain {
    /// Jumps to the next handler.
    pub jumps: usize,
    /// Handlers that call it, with how often.
    pub calls: BTreeMap<String, usize>,
}

/// Disassembles `program` and looks at its handlers.
pub fn check(program: &Path) -> Result<Chain, String> {
    let mut child = Command::new("objdump")
        .args(["-d", "-C", "--no-show-raw-insn", "-M", "intel"])
        .arg(program)
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|e| format!("objdump (of binutils): {e}"))?;
    let out = child.stdout.take().ok_or("objdump has no output")?;
    let chain = read(BufReader::new(out).lines().map_while(Result::ok));
    let status = child.wait().map_err(|e| format!("objdump: {e}"))?;
    if !status.success() {
        return Err(format!("objdump {}: {status}", program.display()));
    }
    if chain.jumps == 0 {
        return Err(format!(
            "{}: no handler found; is it a build for x86-64 with symbols?",
            program.display()
        ));
    }
    Ok(chain)
}

/// Reads a disassembly.
fn read(lines: impl Iterator<Item = String>) -> Chain {
    let mut chain = Chain::default();
    let mut handler: Option<String> = None;
    let mut before: Vec<String> = Vec::new();
    let mut called_last = false;
    for line in lines {
        if let Some(name) = line.strip_suffix(">:").and_then(|l| l.split_once('<')).map(|(_, name)| name) {
            handler = is_handler(name).then(|| name.to_owned());
            before.clear();
            called_last = false;
            continue;
        }
        let (Some(name), Some((_, code))) = (&handler, line.split_once(":\t")) else { continue };
        let code = code.trim();
        let (op, operand) = code.split_once(char::is_whitespace).unwrap_or((code, ""));
        let operand = operand.trim();
        if op == "ret" && called_last {
            *chain.calls.entry(name.clone()).or_default() += 1;
        }
        // The epilogue.
        called_last &= op == "pop" || (op == "add" && operand.starts_with("rsp,"));
        let next = is_register(operand) && leads_on(&before, operand);
        match op {
            "jmp" if next => chain.jumps += 1,
            "call" if next => *chain.calls.entry(name.clone()).or_default() += 1,
            "call" => {
                let target = operand.split_once('<').map(|(_, t)| t.trim_end_matches('>'));
                called_last = target.is_some_and(is_handler);
            }
            _ => {}
        }
        if before.len() == WINDOW {
            before.remove(0);
        }
        before.push(code.to_owned());
    }
    chain
}

fn is_handler(name: &str) -> bool {
    name.starts_with("taipan_interp::hot::") || name.starts_with("taipan_interp::dispatch::cold::")
}

fn is_register(operand: &str) -> bool {
    operand.starts_with('r') && operand.bytes().all(|b| b.is_ascii_alphanumeric())
}

/// Is `register` the table's address plus a field of an instruction?
fn leads_on(before: &[String], register: &str) -> bool {
    let field = format!("movsxd {register},DWORD PTR [");
    let sum = format!("add    {register},r");
    before.iter().any(|c| c.starts_with(&field)) && before.iter().any(|c| c.starts_with(&sum))
}

#[cfg(test)]
mod tests {
    use super::read;

    const HANDLER: &str = "0000000001724c20 <taipan_interp::hot::arith::ADD>:\n 1:\tpush   rbx\n \
                           2:\tmovsxd rax,DWORD PTR [rdi+0x10]\n 3:\tadd    rdi,0x10\n 4:\tadd    rax,r9\n";

    fn of(end: &str) -> (usize, usize) {
        let chain = read(format!("{HANDLER}{end}").lines().map(str::to_owned));
        (chain.jumps, chain.calls.values().sum())
    }

    #[test]
    fn jumps_and_calls_are_told_apart() {
        assert_eq!(of(" 5:\tpop    rbx\n 6:\tjmp    rax\n"), (1, 0));
        assert_eq!(of(" 5:\tcall   rax\n 6:\tpop    rbx\n 7:\tret\n"), (0, 1));
    }

    #[test]
    fn a_handler_called_by_name_counts_when_nothing_follows() {
        let call = " 5:\tcall   1755e02 <taipan_interp::hot::more::getitem>\n";
        assert_eq!(of(&format!("{call} 6:\tadd    rsp,0x18\n 7:\tpop    rbx\n 8:\tret\n")), (0, 1));
        assert_eq!(of(&format!("{call} 6:\ttest   al,al\n 7:\tpop    rbx\n 8:\tret\n")), (0, 0));
    }

    #[test]
    fn other_functions_and_registers_do_not_count() {
        assert_eq!(of(" 5:\tcall   rcx\n"), (0, 0));
        let other = HANDLER.replace("hot::arith::ADD", "spec::load_attr");
        let chain = read(format!("{other} 5:\tcall   rax\n 6:\tret\n").lines().map(str::to_owned));
        assert_eq!((chain.jumps, chain.calls.len()), (0, 0));
    }
}
