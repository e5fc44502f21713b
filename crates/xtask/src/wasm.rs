//! Just as much of a WebAssembly module as it takes to rename imports and to drop exports.
//!
//! wasm-bindgen names each import after what it does and a hash, in the module and in the script: 340 hashes, which no
//! compression makes smaller. wasm-opt can rename what is imported from C only.
//!
//! Source: <https://webassembly.github.io/spec/core/binary/modules.html>

use anyhow::{Context, Result, bail};

const HEADER: &[u8] = b"\0asm\x01\0\0\0";
const IMPORTS: u8 = 2;
const EXPORTS: u8 = 7;

/// The kinds of what is imported, with how to get past their types.
const FUNCTION: u8 = 0;
const TABLE: u8 = 1;
const MEMORY: u8 = 2;
const GLOBAL: u8 = 3;
const TAG: u8 = 4;

/// `module` with the names of its imports, and of what they are imported from, as `rename` has them, and without the
/// exports that `is_dropped` names.
///
/// # Errors
/// When it is no module, or one of a kind that this does not know.
pub(crate) fn trim(
    module: &[u8],
    mut rename: impl FnMut(&str) -> String,
    is_dropped: impl Fn(&str) -> bool,
) -> Result<Vec<u8>> {
    let mut trimmed = HEADER.to_vec();
    let mut rest = Reader(module.strip_prefix(HEADER).context("no WebAssembly module")?);
    while !rest.0.is_empty() {
        let id = rest.byte()?;
        let length = rest.number()?;
        let content = rest.take(length)?;
        let content = match id {
            IMPORTS => entries(content, |entry, written| {
                for _ in 0..2 {
                    name(&rename(entry.name()?), written);
                }
                entry.copy(Reader::pass_import, written)?;
                Ok(true)
            })?,
            EXPORTS => entries(content, |entry, written| {
                let exported = entry.name()?;
                name(exported, written);
                entry.copy(|entry| entry.byte().and_then(|_| entry.number()).map(drop), written)?;
                Ok(!is_dropped(exported))
            })?,
            _ => content.to_vec(),
        };
        trimmed.push(id);
        number(content.len(), &mut trimmed);
        trimmed.extend(content);
    }
    Ok(trimmed)
}

/// A list, each entry of it written anew by `write`, which says whether it stays.
fn entries<'a>(
    content: &'a [u8],
    mut write: impl FnMut(&mut Reader<'a>, &mut Vec<u8>) -> Result<bool>,
) -> Result<Vec<u8>> {
    let mut rest = Reader(content);
    let (mut count, mut written) = (0, Vec::new());
    for _ in 0..rest.number()? {
        let mut entry = Vec::new();
        if write(&mut rest, &mut entry)? {
            count += 1;
            written.extend(entry);
        }
    }
    let mut list = Vec::new();
    number(count, &mut list);
    list.extend(written);
    Ok(list)
}

struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, length: usize) -> Result<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(length).context("the module ends too early")?;
        self.0 = rest;
        Ok(taken)
    }

    fn byte(&mut self) -> Result<u8> {
        self.take(1)?.first().copied().context("the module ends too early")
    }

    /// LEB128.
    fn number(&mut self) -> Result<usize> {
        let mut value = 0;
        for shift in (0..35).step_by(7) {
            let byte = self.byte()?;
            value |= usize::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Ok(value);
            }
        }
        bail!("a number of the module is too long")
    }

    fn name(&mut self) -> Result<&'a str> {
        let length = self.number()?;
        Ok(str::from_utf8(self.take(length)?)?)
    }

    /// Writes what `pass` goes past.
    fn copy(&mut self, pass: impl FnOnce(&mut Self) -> Result<()>, written: &mut Vec<u8>) -> Result<()> {
        let before = self.0;
        pass(self)?;
        written.extend(before.strip_suffix(self.0).context("the module was read backwards")?);
        Ok(())
    }

    fn pass_import(&mut self) -> Result<()> {
        match self.byte()? {
            FUNCTION => self.number().map(drop),
            TABLE => self.byte().and_then(|_| self.pass_limits()),
            MEMORY => self.pass_limits(),
            GLOBAL => self.take(2).map(drop),
            TAG => self.byte().and_then(|_| self.number()).map(drop),
            kind => bail!("the module imports something of kind {kind}"),
        }
    }

    fn pass_limits(&mut self) -> Result<()> {
        let has_maximum = self.byte()? & 1 == 1;
        self.number()?;
        if has_maximum {
            self.number()?;
        }
        Ok(())
    }
}

fn number(mut value: usize, written: &mut Vec<u8>) {
    loop {
        let low = (value & 0x7f) as u8;
        value >>= 7;
        if value == 0 {
            return written.push(low);
        }
        written.push(low | 0x80);
    }
}

fn name(name: &str, written: &mut Vec<u8>) {
    number(name.len(), written);
    written.extend(name.as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One function type, two imports of it, a memory, and three exports.
    const MODULE: &[u8] = b"\0asm\x01\0\0\0\
        \x01\x04\x01\x60\0\0\
        \x02\x1a\x03\x01m\x05first\0\0\x01m\x01s\0\0\x01m\x03mem\x02\0\x01\
        \x07\x0f\x03\x01a\0\0\x03bye\0\x01\x01c\0\0";

    #[test]
    fn imports_get_other_names_and_exports_go() {
        let mut count = 0;
        let rename = |name: &str| {
            count += 1;
            if name == "first" { "a-name-that-is-longer".to_owned() } else { name.to_uppercase() }
        };
        let trimmed = trim(MODULE, rename, |name| name == "bye").unwrap();
        assert_eq!(count, 6, "a module and a name for each import");
        let expected = b"\0asm\x01\0\0\0\
            \x01\x04\x01\x60\0\0\
            \x02\x2a\x03\x01M\x15a-name-that-is-longer\0\0\x01M\x01S\0\0\x01M\x03MEM\x02\0\x01\
            \x07\x09\x02\x01a\0\0\x01c\0\0";
        assert_eq!(trimmed, expected);
    }

    #[test]
    fn what_is_no_module_is_refused() {
        assert!(trim(b"<html>", str::to_owned, |_| false).is_err());
        for length in 9..MODULE.len() - 1 {
            if let Some(cut) = MODULE.get(..length) {
                // Between two sections it is a whole module too.
                let is_whole = [14, 42].contains(&length);
                assert_eq!(trim(cut, str::to_owned, |_| false).is_ok(), is_whole, "{length}");
            }
        }
    }
}
