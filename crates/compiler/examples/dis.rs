//! Prints the bytecode of Python files: `dis FILE`, `dis -c CODE`; `dis --check FILE...` compiles and verifies only.

use taipan_compiler::{Mode, Options, compile};

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match args.split_first() {
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
