//! Packs the standard library's Python part into `library.bin`.
//!
//! In: the files of the `rustpython-pylib` package (CPython 3.14's library), the edits in `edits.rs`, the files in
//! `overlay/`. Out: one blob in OUT_DIR in the format that `src/lib.rs` describes. An edit that does not fit exactly
//! once fails the build, so that an update of the package cannot silently lose one.
//!
//! It runs again only when the package, the edits or the overlay change.

mod collect;
mod edits;
mod pack;

use std::path::Path;

fn main() {
    let manifest = std::env::var("CARGO_MANIFEST_DIR").expect("cargo sets it");
    let out = std::env::var("OUT_DIR").expect("cargo sets it");
    let overlay = Path::new(&manifest).join("overlay");
    println!("cargo:rerun-if-changed={}", Path::new(&manifest).join("build").display());
    println!("cargo:rerun-if-changed={}", overlay.display());
    let mut files = collect::library(Path::new(rustpython_pylib::LIB_PATH));
    edits::apply(&mut files);
    collect::overlay(&overlay, &mut files);
    let blob = pack::pack(files);
    std::fs::write(Path::new(&out).join("library.bin"), blob).expect("OUT_DIR is writable");
}
