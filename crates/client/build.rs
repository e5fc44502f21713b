//! Says whether the page is built to be split: `xtask split` takes the optimised page apart, and needs for it
//! what the linker knows. Everything else (development, tests) is one module.

use std::env;

#[allow(clippy::print_stdout, reason = "cargo reads a build script's standard output")]
fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rustc-check-cfg=cfg(split)");
    let is = |name: &str, value: &str| env::var(name).is_ok_and(|found| found == value);
    // `PROFILE` is `release` for all that inherit from it.
    if is("CARGO_CFG_TARGET_ARCH", "wasm32") && is("PROFILE", "release") {
        println!("cargo::rustc-cfg=split");
        println!("cargo::rustc-link-arg-bins=--emit-relocs");
    }
}
