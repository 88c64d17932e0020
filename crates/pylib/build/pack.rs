//! Writes the blob: a sorted table of rows, then names, code and compressed contents.
//!
//! In: files. Out: bytes in the format of `src/lib.rs`. Sources are compressed one by one: reading one for a traceback
//! must not unpack the others. Code is not compressed: it is read in place, page by page as modules are imported.

use taipan_compiler::{Mode, Options};

use crate::collect::Files;

/// The folder that packed code says it was compiled in; `src/lib.rs` has the same.
const ROOT: &str = "<stdlib>";

/// How a row's contents are to be taken; `src/lib.rs` has the same numbers.
const MODULE: u16 = 1;
const PACKAGE: u16 = 2;

struct Row {
    name: String,
    path: String,
    flags: u16,
    source: Vec<u8>,
    size: usize,
    code: Vec<u8>,
}

/// Packs `files`.
pub fn pack(files: Files) -> Vec<u8> {
    let files: Vec<(String, Vec<u8>)> = files.into_iter().collect();
    let next = std::sync::atomic::AtomicUsize::new(0);
    let done = std::sync::Mutex::new(Vec::new());
    let threads = std::thread::available_parallelism().map_or(1, |n| n.get());
    std::thread::scope(|scope| {
        for _ in 0..threads {
            // Deeply nested sources recurse in the parser and the compiler.
            let worker = std::thread::Builder::new().stack_size(64 << 20);
            let work = || {
                while let Some((path, contents)) =
                    files.get(next.fetch_add(1, std::sync::atomic::Ordering::Relaxed))
                {
                    let row = row(path, contents);
                    done.lock().expect("no worker panicked").push(row);
                }
            };
            worker.spawn_scoped(scope, work).expect("threads can be started");
        }
    });
    let mut rows = done.into_inner().expect("no worker panicked");
    rows.sort_by(|a, b| a.name.cmp(&b.name));
    write(&rows)
}

fn row(path: &str, contents: &[u8]) -> Row {
    let (name, flags) = match path.strip_suffix(".py") {
        Some(module) => {
            let dotted = module.replace('/', ".");
            match dotted.strip_suffix(".__init__") {
                Some(package) => (package.to_owned(), MODULE | PACKAGE),
                None => (dotted, MODULE),
            }
        }
        // A data file is found by its path, which no module's name can be.
        None => (format!("/{path}"), 0),
    };
    let source = miniz_oxide::deflate::compress_to_vec(contents, 8);
    let code = if flags & MODULE != 0 { compile(path, contents) } else { Vec::new() };
    Row { name, path: path.to_owned(), flags, source, size: contents.len(), code }
}

/// Compiles a module. What the compiler refuses is packed as source only, with a warning: importing it then raises the
/// error that it deserves.
fn compile(path: &str, contents: &[u8]) -> Vec<u8> {
    let filename = format!("{ROOT}/{path}");
    let Ok(source) = std::str::from_utf8(contents) else {
        println!("cargo:warning={path} is not UTF-8");
        return Vec::new();
    };
    let compiled = taipan_compiler::compile(source, &filename, Mode::Exec, Options::default());
    let encoded = compiled
        .map_err(|e| format!("{e:?}"))
        .and_then(|compiled| taipan_bytecode::write(&compiled.code).map_err(|e| e.to_string()));
    encoded.unwrap_or_else(|e| {
        println!("cargo:warning={path} does not compile: {e}");
        Vec::new()
    })
}

fn write(rows: &[Row]) -> Vec<u8> {
    let header = 16 + rows.len() * 32;
    let mut table = Vec::with_capacity(header);
    let mut data = Vec::new();
    table.extend(*b"TAIPANLB");
    table.extend((rows.len() as u32).to_le_bytes());
    table.extend(0u32.to_le_bytes());
    let mut place = |bytes: &[u8]| {
        let at = (header + data.len()) as u32;
        data.extend_from_slice(bytes);
        at
    };
    // Names stand together: a search touches few pages.
    let names: Vec<u32> = rows.iter().map(|row| place(row.name.as_bytes())).collect();
    for (row, name) in rows.iter().zip(names) {
        let path = place(row.path.as_bytes());
        let source = place(&row.source);
        let code = place(&row.code);
        table.extend(name.to_le_bytes());
        table.extend((row.name.len() as u16).to_le_bytes());
        table.extend(row.flags.to_le_bytes());
        table.extend(path.to_le_bytes());
        table.extend(source.to_le_bytes());
        table.extend((row.source.len() as u32).to_le_bytes());
        table.extend((row.size as u32).to_le_bytes());
        table.extend(code.to_le_bytes());
        table.extend((row.code.len() as u32).to_le_bytes());
    }
    table.append(&mut data);
    table
}
