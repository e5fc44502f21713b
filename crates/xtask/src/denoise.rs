//! `cargo xtask denoise`: a step of `trunk build`, which calls it from Trunk.toml.
//!
//! Trunk would put every module of Rust through wasm-bindgen; this one runs where that cannot.

use std::{env, path::PathBuf};

use anyhow::{Context, Result};

use crate::shell::{self, command, target_dir};

const TARGET: &str = "wasm32-unknown-unknown";

/// Builds crates/denoise and puts it beside the page.
///
/// # Errors
/// When trunk did not call this, or the build fails.
pub(crate) fn run() -> Result<()> {
    let staging = env::var_os("TRUNK_STAGING_DIR").context("this is called by trunk: see Trunk.toml")?;
    shell::run(&mut command(&format!(
        "cargo build --quiet --profile page --target {TARGET} --package ojak-denoise"
    )))?;
    let built = target_dir()?.join(TARGET).join("page/ojak_denoise.wasm");
    let mut optimise =
        command("wasm-opt -O3 --strip-debug --enable-bulk-memory --enable-nontrapping-float-to-int");
    optimise.args(["--enable-sign-ext", "--enable-mutable-globals", "--enable-reference-types"]);
    optimise.args(["--enable-multivalue", "-o"]).arg(PathBuf::from(staging).join("denoise.wasm")).arg(built);
    shell::run(&mut optimise)
}
