//! `./x check`: what a reviewer should not have to say.

use anyhow::Result;

use crate::{
    setup::{self, Part},
    shell::{command, output, run as run_command, say},
    suite::Suite,
};

const NATIVE: &str = "--workspace --exclude ojak-client";
const WASM: &str = "--package ojak-client --target wasm32-unknown-unknown";

/// # Errors
/// When set-up or any check fails.
pub(crate) fn run() -> Result<()> {
    setup::install(&[Part::Page, Part::Lints])?;
    let mut suite = Suite::new();
    suite.attempt("formatting", || run_command(&mut command("cargo fmt --all --check")));
    suite.attempt("lints", || clippy(NATIVE));
    suite.attempt("lints of the page", || clippy(WASM));
    suite.attempt("documentation", || doc(NATIVE));
    suite.attempt("documentation of the page", || doc(WASM));
    suite.attempt("licences and sources", || deny("licenses bans sources"));
    if output(&mut command("cargo-deny fetch db")).is_some() {
        suite.attempt("advisories", || deny("--disable-fetch advisories"));
        suite.finish()
    } else {
        let checked = suite.finish();
        say("advisories were NOT checked: their database cannot be fetched from here");
        checked
    }
}

fn clippy(packages: &str) -> Result<()> {
    run_command(&mut command(&format!("cargo clippy {packages} --all-targets -- --deny warnings")))
}

fn doc(packages: &str) -> Result<()> {
    run_command(command(&format!("cargo doc {packages} --no-deps")).env("RUSTDOCFLAGS", "--deny warnings"))
}

fn deny(what: &str) -> Result<()> {
    run_command(&mut command(&format!("cargo-deny --log-level warn check --hide-inclusion-graph {what}")))
}
