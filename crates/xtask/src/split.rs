//! `cargo xtask split`: takes the page that trunk has just built apart, into what the lobby needs and what only a call
//! needs. Trunk runs it before it puts the page in place (`Trunk.toml`); nobody has to.
//!
//! Where to cut says `crates/client/src/call_part.rs`; that it can be done, `crates/client/build.rs`. What comes of it:
//!
//! | file | what |
//! |---|---|
//! | `ojak-client-HASH.js`, `…_bg.wasm` | the lobby, in place of the whole page |
//! | `ojak-client-HASH_call.wasm` | the rest |
//!
//! All carry one hash, of the content of all: parts of different builds must never meet, in no cache.

use std::{
    collections::HashMap,
    env, fs,
    hash::{DefaultHasher, Hash, Hasher},
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};

use crate::{
    script,
    setup::{self, Part},
    shell::{command, run as run_command, target_dir},
    wasm,
};

const NAME: &str = "ojak-client";
/// The module that is taken apart, below the target folder.
const WHOLE: &str = "wasm32-unknown-unknown/page/ojak-client.wasm";
/// What the splitter calls the rest.
const CALL_WASM: &str = "split_call.wasm";
/// In place of the hash, until that is known.
const NO_HASH: &str = "0000000000000000";

/// # Errors
/// When trunk did not start this, or a tool fails.
pub(crate) fn run() -> Result<()> {
    // While it is developed the page is one module.
    if env::var("TRUNK_PROFILE").context("trunk starts this")? != "release" {
        return Ok(());
    }
    // Trunk may have been started without `./x`.
    setup::install(&[Part::Page])?;
    let stage = PathBuf::from(env::var_os("TRUNK_STAGING_DIR").context("trunk starts this")?);
    let whole = target_dir()?.join(WHOLE);
    let parts = Parts::split(&whole, &target_dir()?.join("split"))?;
    parts.replace(&stage)
}

/// The files that the page is taken apart into, with [`NO_HASH`] in their names and in each other.
struct Parts {
    files: Vec<(String, Vec<u8>)>,
}

impl Parts {
    fn split(whole: &Path, dir: &Path) -> Result<Self> {
        let _ = fs::remove_dir_all(dir);
        fs::create_dir_all(dir)?;
        let name = format!("{NAME}-{NO_HASH}");
        run_command(command("wasm-split-cli --target web --out-name").arg(&name).arg(whole).arg(dir))?;
        // Before wasm-bindgen the module has the names and tables that the other part is tied to; it is told to keep them.
        let lobby = dir.join(format!("{name}.wasm"));
        let mut bindgen =
            command("wasm-bindgen --target web --no-typescript --keep-lld-exports --no-demangle");
        run_command(bindgen.arg("--out-name").arg(&name).arg("--out-dir").arg(dir).arg(&lobby))?;
        let lobby = format!("{name}_bg.wasm");
        let script = fs::read_to_string(dir.join(format!("{name}.js")))?;
        let (script, lobby_wasm) = slim(&script, &fs::read(dir.join(&lobby))?)?;
        fs::write(dir.join(&lobby), lobby_wasm)?;
        // With what fetches the rest, which the splitter wrote.
        let js = dir.join(format!("{name}.js"));
        fs::write(&js, script)?;
        let mut bundle =
            command("esbuild --bundle --format=esm --minify --log-level=warning --allow-overwrite");
        run_command(bundle.arg(&js).arg(format!("--outfile={}", js.display())))?;
        for wasm in [&*lobby, CALL_WASM] {
            let wasm = dir.join(wasm);
            // Compressed it is 1 KB smaller than with `-Oz`.
            run_command(
                command("wasm-opt -Os --strip-producers --strip-target-features --output")
                    .arg(&wasm)
                    .arg(&wasm),
            )?;
        }
        let read = |file: &str| fs::read(dir.join(file)).with_context(|| format!("there is no {file}"));
        let call_wasm = format!("{name}_call.wasm");
        let script = fs::read_to_string(&js)?.replace(CALL_WASM, &call_wasm);
        Ok(Self {
            files: vec![
                (format!("{name}.js"), script.into()),
                (lobby.clone(), read(&lobby)?),
                (call_wasm, read(CALL_WASM)?),
            ],
        })
    }

    /// Puts them where trunk has put the page as a whole, under a hash of their own.
    fn replace(mut self, stage: &Path) -> Result<()> {
        let index = stage.join("index.html");
        let html = fs::read_to_string(&index)?;
        let trunks = hash_in(&html).context("index.html does not name the page")?;
        let mut hasher = DefaultHasher::new();
        self.files.hash(&mut hasher);
        let hash = format!("{:016x}", hasher.finish());
        let html = html.replace(trunks, &hash);
        for whole in ["{}.js", "{}_bg.wasm"] {
            fs::remove_file(stage.join(whole.replace("{}", &format!("{NAME}-{trunks}"))))?;
        }
        fs::write(index, html)?;
        for (name, content) in &mut self.files {
            if name.ends_with(".js") {
                *content = String::from_utf8(std::mem::take(content))?.replace(NO_HASH, &hash).into();
            }
            fs::write(stage.join(name.replace(NO_HASH, &hash)), content)?;
        }
        Ok(())
    }
}

/// Of what wasm-streams exports, which comes with leptos and is for pages that are rendered by a server.
fn is_of_streams(name: &str) -> bool {
    name.contains("intounderlying")
}

/// The script and the module that wasm-bindgen wrote, without what nobody needs of them, and with short names for what
/// the one imports from the other.
fn slim(script: &str, module: &[u8]) -> Result<(String, Vec<u8>)> {
    let mut names = HashMap::new();
    let rename = |name: &str| {
        // What the other script exports.
        if name.starts_with("__wasm_split") {
            return name.to_owned();
        }
        let count = names.len();
        names.entry(name.to_owned()).or_insert_with(|| format!("i{count:x}")).clone()
    };
    let module = wasm::trim(module, rename, is_of_streams)?;
    let script = script::slim(script, &names);
    if script.contains("IntoUnderlying") {
        bail!("wasm-bindgen writes classes in another way than it did");
    }
    Ok((script, module))
}

/// The hash in the name of the page's script.
fn hash_in(html: &str) -> Option<&str> {
    let (_, rest) = html.split_once(&format!("/{NAME}-"))?;
    let (hash, _) = rest.split_once(".js")?;
    hash.bytes().all(|byte| byte.is_ascii_hexdigit()).then_some(hash)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_found_where_trunk_writes_it() {
        let html = "<link rel=\"modulepreload\" href=\"/ojak-client-1cc2b7a1f90e3d84.js\" crossorigin>";
        assert_eq!(hash_in(html), Some("1cc2b7a1f90e3d84"));
        assert_eq!(hash_in("<link href=\"/ojak-client.js\">"), None);
    }
}
