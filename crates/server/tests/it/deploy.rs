//! What the tests of `deploy/` share: other programs, and how they are told what stands there.

use std::fs;
use std::path::PathBuf;

/// A program of the system, which is in a `package`, or none.
#[allow(clippy::print_stderr, reason = "that something was not tried must not go unnoticed")]
pub(crate) fn installed(name: &str, package: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&path)
        .chain(["/usr/sbin".into(), "/usr/local/sbin".into()])
        .map(|folder| folder.join(name))
        .find(|program| program.is_file());
    if found.is_none() {
        eprintln!("{name} is not installed, and its configuration is not tried: apt install {package}");
    }
    found
}

pub(crate) fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// A configuration of `deploy/`, with what is said there in place of what is there.
pub(crate) fn configuration(name: &str, in_place_of: &[(&str, &str)]) -> String {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../deploy").join(name);
    let mut text = fs::read_to_string(path).unwrap();
    for (there, here) in in_place_of {
        assert!(text.contains(there), "{name} does not say {there:?}");
        text = text.replace(there, here);
    }
    text
}
