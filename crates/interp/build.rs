//! Tells the crate whether it is built with optimisation: sibling calls become jumps only then.

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rustc-check-cfg=cfg(chain)");
    if std::env::var("OPT_LEVEL").is_ok_and(|l| l != "0") {
        println!("cargo:rustc-cfg=chain");
    }
}
