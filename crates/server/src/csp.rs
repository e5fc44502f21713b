//! The headers that say what a page from here may do.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

/// What a page may use, and nobody else inside it.
pub(crate) const PERMISSIONS: &str =
    "camera=(self), microphone=(self), display-capture=(self), speaker-selection=(self)";
/// For what is no page.
pub(crate) const NOTHING: &str = "default-src 'none'; frame-ancestors 'none'";

/// `script-src` sources for the inline scripts of `html`: Trunk writes the one that starts the page.
pub(crate) fn inline_script_hashes(html: &str) -> String {
    let mut hashes = String::new();
    let mut rest = html;
    while let Some((_, after)) = rest.split_once("<script") {
        let Some((attributes, after)) = after.split_once('>') else { break };
        let Some((script, after)) = after.split_once("</script") else { break };
        rest = after;
        if attributes.split_ascii_whitespace().any(|attribute| attribute.starts_with("src=")) {
            continue;
        }
        hashes.push_str(" 'sha256-");
        STANDARD.encode_string(Sha256::digest(script.as_bytes()), &mut hashes);
        hashes.push('\'');
    }
    hashes
}

/// The policy of a page with these inline scripts that was asked for at `host`.
pub(crate) fn policy(script_hashes: &str, host: Option<&str>) -> String {
    // Safari before 15.4 does not take 'self' for the socket of the same host.
    let socket = host.map(|host| format!(" ws://{host} wss://{host}")).unwrap_or_default();
    format!(
        "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'{script_hashes}; style-src 'self'; \
         img-src 'self' data: blob:; media-src 'self' blob: mediastream:; connect-src 'self'{socket}; \
         base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_inline_script_is_hashed_and_no_other() {
        let html =
            "<script src=\"/a.js\"></script><script type=\"module\">\nimport init from '/b.js';\n</script>";
        // printf "\nimport init from '/b.js';\n" | openssl dgst -sha256 -binary | base64
        assert_eq!(inline_script_hashes(html), " 'sha256-Xeb3ZICEZ1xDAp0n39JsJORnyVGxkdvjQNaqdi4mG28='");
        assert_eq!(inline_script_hashes("<p>no script</p>"), "");
        assert_eq!(inline_script_hashes("<script"), "");
    }
}
