//! Which tools, at which versions, and where they are kept.
//!
//! They stay out of the clone and out of `~/.cargo/bin`: all clones of one person share them, and none
//! replaces a tool of another project.

use std::{
    env,
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};

use crate::shell::{command, output};

pub(crate) const TRUNK: &str = "0.21.14";
pub(crate) const WASM_SPLIT: &str = "0.2.4";
pub(crate) const GECKODRIVER: &str = "0.37.1";
pub(crate) const CARGO_DENY: &str = "0.20.2";
pub(crate) const CARGO_DEB: &str = "3.8.0";
pub(crate) const CARGO_FUZZ: &str = "0.13.2";
/// The release of binaryen that `wasm-opt` is taken from, and the package that carries it.
pub(crate) const WASM_OPT: &str = "132";
pub(crate) const BINARYEN: &str = "binaryen@132.0.0";
/// Makes the page's script small.
pub(crate) const ESBUILD: &str = "0.28.2";
/// What looks for barriers in the page, in the browser tests: `axe.min.js` beside npm's programs.
pub(crate) const AXE: &str = "4.14.1";

/// The version of the wasm-bindgen crate. Its command line must be equal to it.
pub(crate) fn wasm_bindgen() -> Result<String> {
    let lock = fs::read_to_string("Cargo.lock").context("cannot read Cargo.lock")?;
    let version = locked_version(&lock, "wasm-bindgen").context("Cargo.lock does not name wasm-bindgen")?;
    Ok(version.to_owned())
}

pub(crate) fn dir() -> PathBuf {
    if let Some(dir) = env::var_os("OJAK_TOOLS") {
        return dir.into();
    }
    let home = PathBuf::from(env::var_os("HOME").unwrap_or_default());
    let cache = env::var_os("XDG_CACHE_HOME").map_or_else(|| home.join(".cache"), PathBuf::from);
    cache.join("ojak/tools")
}

/// Where tools are compiled, for as long as set-up lasts.
pub(crate) fn build_dir() -> PathBuf {
    dir().join("build")
}

/// `PATH` with our tools first.
pub(crate) fn path() -> OsString {
    let dir = dir();
    let ours = [dir.join("bin"), npm_dir().join("node_modules/.bin")];
    let path = env::var_os("PATH").unwrap_or_default();
    // Joining fails for a folder with a colon in its name, which no PATH can hold anyway.
    env::join_paths(ours.into_iter().chain(env::split_paths(&path))).unwrap_or(path)
}

/// Whether `name` is there in exactly this `version`, ours or the machine's own.
pub(crate) fn has(name: &str, version: &str) -> bool {
    let printed = output(&mut command(&format!("{name} --version")));
    printed.is_some_and(|text| text.split_whitespace().any(|word| word == version))
}

/// Where npm puts what it installs for us.
pub(crate) fn npm_dir() -> PathBuf {
    dir().join("npm")
}

/// Whether npm has installed `package` for us in exactly this `version`.
pub(crate) fn has_npm(package: &str, version: &str) -> bool {
    let described = npm_dir().join("node_modules").join(package).join("package.json");
    let line = format!("\"version\": \"{version}\",");
    fs::read_to_string(described).is_ok_and(|text| text.lines().any(|found| found.trim() == line))
}

/// Whether set-up has built `package` in exactly this `version`: for a tool that does not tell its own.
pub(crate) fn is_built(package: &str, version: &str) -> bool {
    let printed = output(command("cargo install --list --root").arg(dir()));
    printed.is_some_and(|text| text.lines().any(|line| line == format!("{package} v{version}:")))
}

/// Whether `PATH` has `program`. An absolute path is looked for as it is.
pub(crate) fn on_path(program: &str) -> bool {
    env::split_paths(&path()).any(|dir| is_file(&dir.join(program)))
}

fn is_file(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|metadata| metadata.is_file())
}

fn locked_version<'a>(lock: &'a str, name: &str) -> Option<&'a str> {
    let entry = format!("name = \"{name}\"");
    let mut lines = lock.lines().skip_while(|line| *line != entry).skip(1);
    lines.next()?.strip_prefix("version = \"")?.strip_suffix('"')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_locked_version_is_that_of_the_whole_name() {
        let lock = "[[package]]\nname = \"wasm-bindgen-futures\"\nversion = \"0.4.5\"\n\n\
                    [[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.9\"\n";
        assert_eq!(locked_version(lock, "wasm-bindgen"), Some("0.2.9"));
        assert_eq!(locked_version(lock, "wasm"), None);
    }

    #[test]
    fn the_release_of_binaryen_is_that_of_its_package() {
        assert!(BINARYEN.starts_with(&format!("binaryen@{WASM_OPT}.")));
    }
}
