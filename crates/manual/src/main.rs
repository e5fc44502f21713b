//! Writes what a package has of the command line besides `ojak` itself: the man page, and what shells complete.
//!
//! A program of its own, so that `ojak` carries none of it.

use anyhow::{Context, Result};
use clap::{Command, CommandFactory};
use clap_complete::Shell;
use clap_mangen::Man;
use clap_mangen::roff::{Roff, bold, roman};
use ojak_server::Config;
use std::path::{Path, PathBuf};
use std::{env, fs};

const SHELLS: [Shell; 3] = [Shell::Bash, Shell::Zsh, Shell::Fish];

const FILES: [(&str, &str); 3] = [
    ("/etc/default/ojak", "What the service is told: the options, as environment variables."),
    (
        "/var/lib/ojak",
        "What must outlive the service: certificates, and the key by which guests are known again.",
    ),
    ("~/.local/state/ojak", "The same, where somebody starts ojak by themselves."),
];

const SIGNALS: [(&str, &str); 2] = [
    ("SIGTERM, SIGINT", "Sends everybody away, to come back soon, and ends within ten seconds."),
    ("SIGHUP", "Reads certificates anew. Calls go on."),
];

fn main() -> Result<()> {
    let folder = env::args_os().nth(1).map(PathBuf::from).context("the folder to write into is missing")?;
    fs::create_dir_all(&folder)?;
    for shell in SHELLS {
        clap_complete::generate_to(shell, &mut Config::command(), "ojak", &folder)?;
    }
    man_page(Config::command(), &folder.join("ojak.1"))
}

fn man_page(command: Command, path: &Path) -> Result<()> {
    let man = Man::new(command).manual("Ojak");
    let mut page = Vec::new();
    man.render(&mut page)?;
    let mut rest = Roff::new();
    for (title, entries) in [("FILES", &FILES[..]), ("SIGNALS", &SIGNALS[..])] {
        rest.control("SH", [title]);
        for (name, meaning) in entries {
            rest.control("TP", []);
            rest.text([bold(*name)]);
            rest.text([roman(*meaning)]);
        }
    }
    rest.to_writer(&mut page)?;
    fs::write(path, page).with_context(|| format!("cannot write {}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    /// Where a service has another default than the command line, which does not name it.
    const OF_THE_UNIT: [(&str, &str); 1] = [("OJAK_STATE_DIR", "/var/lib/ojak")];

    #[test]
    fn the_file_of_defaults_has_every_option_and_its_default() {
        let said: BTreeSet<String> = include_str!("../../../deploy/ojak.default")
            .lines()
            .filter_map(|line| line.strip_prefix('#').filter(|line| line.starts_with("OJAK_")))
            .map(str::to_owned)
            .collect();
        let mut command = Config::command();
        command.build();
        let there: BTreeSet<String> = command
            .get_arguments()
            .filter_map(|option| {
                let name = option.get_env()?.to_str()?;
                let default = option.get_default_values().first().and_then(|value| value.to_str());
                let of_the_unit = OF_THE_UNIT.iter().find(|(unit, _)| *unit == name).map(|(_, path)| *path);
                Some(format!("{name}={}", default.or(of_the_unit).unwrap_or_default()))
            })
            .collect();
        let lacks: Vec<&String> = there.difference(&said).collect();
        let makes_up: Vec<&String> = said.difference(&there).collect();
        assert!(
            lacks.is_empty() && makes_up.is_empty(),
            "deploy/ojak.default lacks {lacks:?}, and makes up {makes_up:?}"
        );
    }
}
