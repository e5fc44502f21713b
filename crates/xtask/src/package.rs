//! `./x package`: `ojak` for whoever hosts it, as one static file and as a Debian package, which is tried where nothing
//! else is installed.

mod trial;

use std::{env, fs, path::Path, process::Stdio};

use anyhow::{Context, Result, bail};

use crate::{
    build,
    setup::{self, Part},
    shell::{command, output, program, run as run_command, say, step, target_dir},
};

const VERSION: &str = env!("CARGO_PKG_VERSION");

/// # Errors
/// When set-up or a build fails, or the package is not as it should be.
pub(crate) fn run() -> Result<()> {
    setup::install(&[Part::Page, Part::Package])?;
    build::page()?;
    let release = target_dir()?.join(target()?).join("release");
    step("building a static server", || {
        let cargo = "cargo build --release --package ojak-server --package ojak-manual --target";
        run_command(command(cargo).arg(target()?))
    })?;
    let binary = release.join("ojak");
    is_static(&binary)?;
    let manual = release.join("manual");
    run_command(program(release.join("ojak-manual")).arg(&manual))?;
    run_command(command("gzip --best --no-name --force").arg(manual.join("ojak.1")))?;

    let folder = target_dir()?.join("package");
    fs::create_dir_all(&folder)?;
    fs::copy(&binary, folder.join("ojak"))?;
    let name = format!("ojak_{VERSION}_{}.deb", debian_architecture()?);
    step("packing", || pack(&folder.join(&name), VERSION))?;
    step("trying the package", || {
        let next = folder.join("next.deb");
        pack(&next, &trial::next_version())?;
        trial::run(&folder, &name, "next.deb")?;
        Ok(fs::remove_file(next)?)
    })?;
    say(&format!("{} has ojak, one file that needs no other, and {name}", folder.display()));
    Ok(())
}

/// What the server is built for: this machine, and no C library of its own.
///
/// # Errors
/// When nobody has tried a machine of this kind.
pub(crate) fn target() -> Result<&'static str> {
    architecture().map(|(target, _)| target)
}

fn debian_architecture() -> Result<&'static str> {
    architecture().map(|(_, debian)| debian)
}

fn architecture() -> Result<(&'static str, &'static str)> {
    match env::consts::ARCH {
        "x86_64" => Ok(("x86_64-unknown-linux-musl", "amd64")),
        "aarch64" => Ok(("aarch64-unknown-linux-musl", "arm64")),
        other => bail!("packages are made on x86_64 and aarch64, not on {other}"),
    }
}

/// It asks for no interpreter that would load libraries, and for no library.
fn is_static(binary: &Path) -> Result<()> {
    let described = output(command("readelf --wide --program-headers --dynamic").arg(binary));
    let described = described.with_context(|| format!("cannot read {}", binary.display()))?;
    let wants: Vec<&str> =
        described.lines().filter(|line| line.contains("INTERP") || line.contains("(NEEDED)")).collect();
    if !wants.is_empty() {
        bail!("{} is not static:\n{}", binary.display(), wants.join("\n"));
    }
    let size = fs::metadata(binary)?.len();
    say(&format!("a static binary: no interpreter, no library, {:.1} MB", size as f64 / 1e6));
    Ok(())
}

/// What is in it, `crates/server/Cargo.toml` says.
fn pack(package: &Path, version: &str) -> Result<()> {
    let mut cargo_deb = command("cargo-deb --quiet --no-build --package ojak-server");
    cargo_deb.args(["--target", target()?, "--deb-version", version]).arg("--output").arg(package);
    run_command(cargo_deb.stdout(Stdio::null()))
}
