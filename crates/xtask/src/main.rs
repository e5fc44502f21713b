//! The daily commands: `./x` lists them.
//!
//! One file a command. What they need of the machine is in [`setup`], the versions of it in [`tools`].

#![allow(clippy::print_stderr, reason = "this program talks to the person at the terminal")]

mod apt;
mod bench;
mod build;
mod check;
mod denoise;
mod dev;
mod fuzz;
mod machine;
mod package;
mod run;
mod script;
mod setup;
mod shell;
mod split;
mod suite;
mod test;
mod tools;
mod wasm;

use std::{env, process::ExitCode};

use anyhow::{Result, bail};

const USAGE: &str = "\
usage: ./x COMMAND

  run [ARGUMENTS]     build, then start ojak with these arguments
  build               build the page and the server: target/release/ojak
  package             one static file, and a .deb of it that is tried on a Debian of its own
  dev                 the page on http://localhost:8081, rebuilt on save, with a server behind it
  test [SUITE [NAME]] run the tests: unit, wasm (the page's parts in Chromium), e2e (whole calls), or all
  test soak [FAULT..] [--runs N]
                      each fault of the lab many times; all of them: hours, and docs/reliability.md
  test long           all of e2e: both directions, both languages, five browsers
  test networks       a call from every kind of network: docs/networks.md
  screens [--readme]  a picture of every screen: target/screens/; or those of README.md: docs/images/
  weight              what is loaded before anybody joins, file by file
  check               formatting, lints, documentation, licences
  bench [NAME]        how long the parts take; `bench signalling` compares servers: docs/performance.md; and
                      `bench relay` what they relay: docs/networks.md
  fuzz [TARGET] [SECONDS]
                      what reads from the network, fed with what nobody would send: fuzz/README.md

Each installs what it lacks first. Tools are kept in $OJAK_TOOLS (default: ~/.cache/ojak/tools).";

fn main() -> ExitCode {
    match dispatch() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("x: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch() -> Result<()> {
    shell::enter_workspace()?;
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["run", arguments @ ..] => run::run(arguments),
        ["build"] => build::run(),
        ["package"] => package::run(),
        ["dev"] => dev::run(),
        ["test", arguments @ ..] => test::run(arguments),
        ["screens", which @ ..] => test::screens(which),
        ["weight"] => test::weight(),
        ["split"] => split::run(),
        ["check"] => check::run(),
        ["denoise"] => denoise::run(),
        ["bench", arguments @ ..] => bench::run(arguments),
        ["fuzz", arguments @ ..] => fuzz::run(arguments),
        [] | ["help" | "--help" | "-h"] => {
            eprintln!("{USAGE}");
            Ok(())
        }
        unknown => bail!("no such command: {}\n\n{USAGE}", unknown.join(" ")),
    }
}
