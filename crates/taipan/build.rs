//! Links the program at a fixed address where that is supported.
//!
//! The tables of native modules and types are full of pointers. In a position-independent program each of them is
//! patched at start-up, which touches (and copies) every page of the tables: a fifth of the start-up time.

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    let var = |name: &str| std::env::var(name).unwrap_or_default();
    if var("CARGO_CFG_TARGET_OS") == "linux" && var("CARGO_CFG_TARGET_ENV") == "gnu" {
        println!("cargo:rustc-link-arg-bins=-no-pie");
    }
}
