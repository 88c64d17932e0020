//! Prints the bytecode of Python files: `dis FILE`, `dis -c CODE`; `dis --check FILE...` compiles and verifies only.

use taipan_compiler::{Mode, Options, compile};

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match args.split_first() {
        Some((flag, files)) if flag == "--meta" => {
            for f in files {
                let Ok(source) = std::fs::read_to_string(f) else { continue };
                match compile(&source, f, Mode::Exec, Options::default()) {
                    Ok(c) => meta(&c.code, f, &mut std::collections::HashMap::new()),
                    Err(e) => println!("{f} error {}", e.msg),
                }
            }
        }
        Some((flag, files)) if flag == "--check" => {
            let start = std::time::Instant::now();
            let (mut ok, mut bytes, mut bad, mut size) = (0, 0, 0, 0);
            for f in files {
                let Ok(source) = std::fs::read_to_string(f) else { continue };
                let r = std::panic::catch_unwind(|| compile(&source, f, Mode::Exec, Options::default()));
                let Ok(r) = r else {
                    bad += 1;
                    continue;
                };
                match r {
                    Ok(c) => match taipan_bytecode::verify(&c.code) {
                        Ok(()) => {
                            let data = taipan_bytecode::write(&c.code).expect("code can be written");
                            size += data.len();
                            let back = taipan_bytecode::read(taipan_bytecode::Data::Shared(data.into()));
                            let back = back.expect("code can be read back");
                            assert_eq!(
                                taipan_bytecode::disassemble(&c.code),
                                taipan_bytecode::disassemble(&back),
                                "{f}"
                            );
                            ok += 1;
                            bytes += source.len();
                        }
                        Err(e) => {
                            bad += 1;
                            println!("{f}: invalid: {e}");
                        }
                    },
                    Err(e) => {
                        bad += 1;
                        println!("{f}:{}:{}: {:?}: {}", e.lineno, e.col, e.kind, e.msg);
                    }
                }
            }
            println!("{ok} compiled ({bytes} bytes to {size}), {bad} not, {:?}", start.elapsed());
        }
        Some((flag, rest)) => {
            let (name, source) = if flag == "-c" {
                ("<string>".to_owned(), rest.join(" "))
            } else {
                (flag.clone(), std::fs::read_to_string(flag).expect("readable file"))
            };
            match compile(&source, &name, Mode::Exec, Options::default()) {
                Ok(c) => {
                    for w in &c.warnings {
                        println!("{name}:{}: SyntaxWarning: {}", w.lineno, w.msg);
                    }
                    print!("{}", taipan_bytecode::disassemble(&c.code));
                }
                Err(e) => println!("{e:?}"),
            }
        }
        None => println!("usage: dis FILE | -c CODE | --check FILE..."),
    }
}

/// One line per code object: what `co_*` attributes show, for comparison with CPython.
fn meta(c: &taipan_compiler::CodeObject, file: &str, _: &mut std::collections::HashMap<String, u32>) {
    let list = |l: &[std::sync::Arc<str>]| l.join(",");
    let mut vars = c.varnames.clone();
    let n = c.param_count() as usize;
    vars[n..].sort();
    println!(
        "{file} {} {} {} flags={:#x} args={}/{}/{} vars={} cells={} free={} doc={}",
        c.qualname,
        c.name,
        c.firstlineno,
        c.flags & 0xfff_ffff & !0x400_0000,
        c.argcount,
        c.posonlyargcount,
        c.kwonlyargcount,
        list(&vars),
        list(&c.cellvars),
        list(&c.freevars),
        c.docstring.is_some()
    );
    for k in &c.consts {
        if let Some(c) = k.as_code() {
            meta(c, file, &mut Default::default());
        }
    }
}
