//! What is installed in a page to see what it does: see `oracle.js` and `flow.js`.

/// Run once, after the lobby is loaded and before it joins.
pub(crate) const INSTALL: &str = concat!(include_str!("oracle.js"), include_str!("flow.js"));
