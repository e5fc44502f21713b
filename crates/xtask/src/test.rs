//! `./x test`: three suites, from the quickest to the one nearest to a person's use; and the soak, which is only
//! run when it is asked for.

use std::{fs, path::Path, process::Command};

use anyhow::{Result, bail};

use crate::{
    build,
    setup::{self, Part},
    shell::{self, command},
    suite::Suite,
};

type Tests = fn(&[&str]) -> Result<()>;

const SUITES: [(&str, Tests); 3] = [("unit", unit), ("wasm", wasm), ("e2e", e2e)];

/// # Errors
/// When set-up or any test fails.
pub(crate) fn run(arguments: &[&str]) -> Result<()> {
    let (name, arguments) = match arguments {
        ["soak", arguments @ ..] => return soak(arguments),
        ["networks"] => return networks(),
        ["long"] => return long(),
        [] => (None, arguments),
        [name, arguments @ ..] => (Some(*name), arguments),
    };
    let chosen = || SUITES.into_iter().filter(|(suite, _)| name.is_none_or(|name| name == *suite));
    if chosen().next().is_none() {
        bail!("the suites are unit, wasm and e2e, besides what takes long, the soak and the networks");
    }
    match name {
        Some("unit") => setup::install(&[Part::Examples, Part::Servers])?,
        Some(_) => setup::install(&[Part::Page, Part::Browsers, Part::Lab, Part::Servers])?,
        None => setup::install(&[Part::Page, Part::Browsers, Part::Lab, Part::Examples, Part::Servers])?,
    }
    let mut suite = Suite::new();
    for (name, tests) in chosen() {
        suite.attempt(name, || tests(arguments));
    }
    suite.finish()
}

/// Everything that needs no browser.
fn unit(arguments: &[&str]) -> Result<()> {
    let tests = "cargo test --no-fail-fast --workspace --exclude ojak-e2e --";
    shell::run(command(tests).args(arguments))
}

/// The client's own parts, in Chromium.
fn wasm(arguments: &[&str]) -> Result<()> {
    let tests = "cargo test --no-fail-fast --package ojak-client --target wasm32-unknown-unknown --";
    shell::run(in_chromium(&mut command(tests)).args(arguments))
}

/// The runner takes the first driver it finds, and geckodriver is beside it.
fn in_chromium(tests: &mut Command) -> &mut Command {
    tests
        .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", "wasm-bindgen-test-runner")
        .env("CHROMEDRIVER", "chromedriver")
        .env("WASM_BINDGEN_TEST_TIMEOUT", "120")
        .env_remove("GECKODRIVER")
}

/// The built server and page with real browsers, one call at a time: they share the machine's cores.
fn e2e(arguments: &[&str]) -> Result<()> {
    build::all()?;
    let tests = "cargo test --no-fail-fast --package ojak-e2e -- --test-threads=1";
    shell::run(command(tests).args(arguments).env("OJAK", build::binary()?))
}

/// Pictures of every screen, in both languages and themes, for a desktop and a phone; or those of README.md only, which
/// then take the place of the old ones.
///
/// # Errors
/// When set-up fails, or a screen does not come.
pub(crate) fn screens(which: &[&str]) -> Result<()> {
    let is_for_readme = match which {
        [] => false,
        ["--readme"] => true,
        other => bail!("screens takes --readme or nothing, not {}", other.join(" ")),
    };
    setup::install(&[Part::Page, Part::Browsers])?;
    if !is_for_readme {
        return e2e(&["screens::", "--include-ignored"]);
    }
    e2e(&["screens::readme", "--include-ignored"])?;
    fs::create_dir_all("docs/images")?;
    for picture in fs::read_dir("target/screens/readme")? {
        let picture = picture?;
        fs::copy(picture.path(), Path::new("docs/images").join(picture.file_name()))?;
    }
    Ok(())
}

/// Says what the lobby weighs, in bytes as they are sent.
///
/// # Errors
/// When set-up fails, or it weighs too much.
pub(crate) fn weight() -> Result<()> {
    setup::install(&[Part::Page, Part::Browsers])?;
    e2e(&["the_lobby_is_light", "--nocapture"])
}

/// All that browsers are tried with: what `e2e` leaves out, since it is the same the other way round or in the other
/// language, or takes more browsers than a small machine has time for.
fn long() -> Result<()> {
    setup::install(&[Part::Page, Part::Browsers, Part::Lab, Part::Servers])?;
    e2e(&["--include-ignored"])
}

/// A call from every kind of network in every pair of browsers, and docs/networks.md of it.
fn networks() -> Result<()> {
    setup::install(&[Part::Page, Part::Browsers, Part::Lab])?;
    build::all()?;
    let networks = "cargo run --quiet --package ojak-e2e --bin networks";
    shell::run(command(networks).env("OJAK", build::binary()?))
}

/// Every fault many times, and docs/reliability.md of it: hours. With names of faults, those only, and no file.
fn soak(arguments: &[&str]) -> Result<()> {
    setup::install(&[Part::Page, Part::Browsers, Part::Lab])?;
    build::all()?;
    let soak = "cargo run --quiet --package ojak-e2e --bin soak --";
    shell::run(command(soak).args(arguments).env("OJAK", build::binary()?))
}
