//! Puts the page that `trunk build` wrote into the binary, compressed once and here.
//!
//! Not by a derive macro: those hand the compiler every byte as a token, and a debug build would read the disk.

use sha2::{Digest, Sha256};
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

/// A compressed form is kept only if it is this much smaller, in percent.
const WORTH_PERCENT: usize = 5;

#[allow(clippy::print_stdout, reason = "cargo reads a build script's standard output")]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    let dist = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?).join("../../dist");
    // So that the server builds and is tested without the page.
    fs::create_dir_all(&dist)?;
    let dist = dist.canonicalize()?;
    println!("cargo::rerun-if-changed={}", dist.display());
    println!("cargo::rerun-if-changed=build.rs");

    let out = PathBuf::from(env::var("OUT_DIR")?);
    // Compressing well takes seconds; whoever debugs does not wait for it.
    let compress = env::var("PROFILE")? == "release";
    let mut paths = Vec::new();
    list(&dist, &mut paths)?;
    paths.sort();

    let names = paths.iter().map(|path| name_in(&dist, path)).collect::<Result<Vec<_>, _>>()?;
    let index = fs::read_to_string(dist.join("index.html")).map(|html| slim(&html)).unwrap_or_default();

    let mut table = String::from("static FILES: &[File] = &[\n");
    for (number, (path, name)) in paths.iter().zip(&names).enumerate() {
        let content = match &**name {
            "index.html" => index.clone().into_bytes(),
            "worker.js" => worker(&fs::read_to_string(path)?, &index, &names)?.into_bytes(),
            _ => fs::read(path)?,
        };
        let hash = hash(&content);
        let kept = |kind: &str, compressed: Option<Vec<u8>>| -> io::Result<String> {
            let Some(compressed) = compressed else { return Ok("None".into()) };
            if compressed.len() * 100 > content.len() * (100 - WORTH_PERCENT) {
                return Ok("None".into());
            }
            let file = out.join(format!("{number}.{kind}"));
            fs::write(&file, compressed)?;
            Ok(format!("Some(include_bytes!({:?}))", file.display().to_string()))
        };
        let brotli = kept("br", if compress { Some(brotli(&content)?) } else { None })?;
        let gzip = kept("gz", if compress { Some(gzip(&content)?) } else { None })?;
        let identity = out.join(format!("{number}.identity"));
        fs::write(&identity, &content)?;
        let identity = identity.display().to_string();
        writeln!(
            table,
            "    File {{ path: {name:?}, hash: {hash:?}, identity: include_bytes!({identity:?}), brotli: {brotli}, gzip: {gzip} }},"
        )?;
    }
    table.push_str("];\n");
    fs::write(out.join("files.rs"), table)?;
    Ok(())
}

/// What `path` is called on the server.
fn name_in(dist: &Path, path: &Path) -> Result<String, Box<dyn std::error::Error>> {
    let name = path.strip_prefix(dist)?.to_str().ok_or("a file of the page has a name that is not UTF-8")?;
    Ok(name.replace('\\', "/"))
}

fn hash(content: &[u8]) -> String {
    let digest = Sha256::digest(content);
    digest.iter().take(16).fold(String::new(), |hash, byte| hash + &format!("{byte:02x}"))
}

/// The worker of this page, with what it keeps: all that `index.html` names outside of its templates, for nothing else
/// is loaded before the lobby is there.
fn worker(template: &str, index: &str, names: &[String]) -> Result<String, &'static str> {
    const VERSION: &str = "%VERSION%";
    const FILES: &str = "'%FILES%'";
    if !(template.contains(VERSION) && template.contains(FILES)) {
        return Err("worker.js has no place for what it keeps");
    }
    let at_once = without(index, "<template", "</template>");
    let files =
        names.iter().filter(|name| is_named_by_content(name) && at_once.contains(&format!("/{name}")));
    let files = files.map(|name| format!("'/{name}'")).collect::<Vec<_>>().join(",");
    let lines = template.lines().map(str::trim).filter(|line| !line.starts_with("//") && !line.is_empty());
    let slim = lines.collect::<Vec<_>>().join("\n");
    Ok(slim.replace(VERSION, &hash(index.as_bytes())).replace(FILES, &files))
}

/// As trunk names files: with the hash of what is in them.
fn is_named_by_content(name: &str) -> bool {
    let is_hash = |part: &str| part.len() >= 12 && part.bytes().all(|byte| byte.is_ascii_hexdigit());
    name.split(['-', '_', '.']).any(is_hash)
}

fn list(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let hidden = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
        if path.is_dir() && !hidden {
            list(&path, files)?;
        } else if !hidden {
            files.push(path);
        }
    }
    Ok(())
}

/// The page without what only its authors read: comments, indentation, and the borders between sheets.
fn slim(html: &str) -> String {
    let html = without(html, "<!--", "-->");
    let html = match (html.find("<style>"), html.rfind("</style>")) {
        (Some(begin), Some(end)) if begin < end => {
            let (before, rest) = html.split_at(begin);
            let (styles, after) = rest.split_at(end - begin);
            let sheets = without(styles, "/*", "*/").replace("<style>", "").replace("</style>", "");
            [before, "<style>", &sheets, after].concat()
        }
        _ => html,
    };
    let lines = html.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.collect::<Vec<_>>().join("\n")
}

fn without(text: &str, begin: &str, end: &str) -> String {
    let mut kept = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(begin) {
        kept.push_str(before);
        rest = after.split_once(end).map_or("", |(_, after)| after);
    }
    kept + rest
}

fn brotli(content: &[u8]) -> io::Result<Vec<u8>> {
    let mut compressed = Vec::new();
    let best = brotli::enc::BrotliEncoderParams { quality: 11, lgwin: 22, ..Default::default() };
    brotli::BrotliCompress(&mut { content }, &mut compressed, &best)?;
    Ok(compressed)
}

fn gzip(content: &[u8]) -> io::Result<Vec<u8>> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(content)?;
    encoder.finish()
}
