//! `./x build`: the page, then the server with the page inside.

use std::{
    fs,
    hash::{DefaultHasher, Hash, Hasher},
    io,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};

use crate::{
    setup::{self, Part},
    shell::{self, command, say, step, target_dir},
    tools,
};

const DIST: &str = "dist";

/// Everything that can change the page.
const PAGE_SOURCES: [&str; 14] = [
    ".cargo/config.toml",
    "Cargo.lock",
    "Cargo.toml",
    "Trunk.toml",
    "crates/call",
    "crates/client",
    "crates/denoise",
    "crates/protocol",
    "crates/xtask/src/script.rs",
    "crates/xtask/src/split.rs",
    "crates/xtask/src/tools.rs",
    "crates/xtask/src/wasm.rs",
    "index.html",
    "rust-toolchain.toml",
];

/// # Errors
/// When set-up or one of the builds fails.
pub(crate) fn run() -> Result<()> {
    setup::install(&[Part::Page])?;
    all()
}

/// For who has set up already.
///
/// # Errors
/// When one of the builds fails.
pub(crate) fn all() -> Result<()> {
    page()?;
    server()
}

/// The server, as built.
pub(crate) fn binary() -> Result<PathBuf> {
    Ok(target_dir()?.join("release/ojak"))
}

/// For who has set up already.
///
/// Trunk optimises the page anew each time it is asked, so it is asked only when the page would come out
/// different, or when `dist` is not what it made here.
pub(crate) fn page() -> Result<()> {
    let stamp = target_dir()?.join("page.stamp");
    let sources = digest(&PAGE_SOURCES).context("cannot read the sources of the page")?;
    if fs::read_to_string(&stamp).is_ok_and(|stamp| stamp == seal(sources)) {
        say("the page is up to date");
        return Ok(());
    }
    step("building the page", || {
        shell::run(command("trunk build --release").env("TRUNK_SKIP_VERSION_CHECK", "true"))
    })?;
    fs::write(stamp, seal(sources))?;
    Ok(())
}

fn server() -> Result<()> {
    step("building the server", || shell::run(&mut command("cargo build --release --package ojak-server")))
}

/// Ties the page in `dist` to the sources it was built from.
fn seal(sources: u64) -> String {
    format!("{sources:016x} {:016x}", digest(&[DIST]).unwrap_or_default())
}

fn digest(paths: &[&str]) -> io::Result<u64> {
    let mut hasher = DefaultHasher::new();
    tools::TRUNK.hash(&mut hasher);
    for path in paths {
        digest_into(&mut hasher, Path::new(path))?;
    }
    Ok(hasher.finish())
}

fn digest_into(hasher: &mut DefaultHasher, path: &Path) -> io::Result<()> {
    path.hash(hasher);
    if !path.is_dir() {
        fs::read(path)?.hash(hasher);
        return Ok(());
    }
    let mut entries = fs::read_dir(path)?.map(|entry| Ok(entry?.path())).collect::<io::Result<Vec<_>>>()?;
    entries.sort();
    entries.iter().try_for_each(|entry| digest_into(hasher, entry))
}
