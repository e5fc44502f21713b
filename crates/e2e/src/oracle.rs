//! What is installed in a page to see what it does: see `oracle.js`.

/// Run once, after the lobby is loaded and before it joins.
pub(crate) const INSTALL: &str = include_str!("oracle.js");
