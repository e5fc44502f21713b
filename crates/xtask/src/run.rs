//! `./x run`: builds, then becomes the server.

use std::os::unix::process::CommandExt;

use anyhow::{Context, Result};

use crate::{build, shell::program};

/// # Errors
/// When set-up or a build fails or the server cannot be started. Otherwise it does not return.
pub(crate) fn run(arguments: &[&str]) -> Result<()> {
    build::run()?;
    let binary = build::binary()?;
    let error = program(&binary).args(arguments).exec();
    Err(error).with_context(|| format!("cannot start {}", binary.display()))
}
