//! The headers that say what a page from here may do.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

/// What a page may use, and nobody else inside it.
pub(crate) const PERMISSIONS: &str =
    "camera=(self), microphone=(self), display-capture=(self), speaker-selection=(self)";
/// For what is no page.
pub(crate) const NOTHING: &str = "default-src 'none'; frame-ancestors 'none'";

/// What stands inside of a page, as sources of a policy: nothing else inside of it is executed or styles it.
#[derive(Debug, Default)]
pub(crate) struct Inline {
    /// Trunk writes the script that starts the page.
    scripts: String,
    /// The sheets, so that the first paint waits for no second request.
    styles: String,
}

impl Inline {
    pub(crate) fn of(html: &str) -> Self {
        Self { scripts: hashes(html, "script"), styles: hashes(html, "style") }
    }
}

fn hashes(html: &str, tag: &str) -> String {
    let (begin, end) = (format!("<{tag}"), format!("</{tag}"));
    let mut hashes = String::new();
    let mut rest = html;
    while let Some((_, after)) = rest.split_once(&begin) {
        let Some((attributes, after)) = after.split_once('>') else { break };
        let Some((content, after)) = after.split_once(&end) else { break };
        rest = after;
        if attributes.split_ascii_whitespace().any(|attribute| attribute.starts_with("src=")) {
            continue;
        }
        hashes.push_str(" 'sha256-");
        STANDARD.encode_string(Sha256::digest(content.as_bytes()), &mut hashes);
        hashes.push('\'');
    }
    hashes
}

/// The policy of a page with this inside that was asked for at `host`.
pub(crate) fn policy(inline: &Inline, host: Option<&str>) -> String {
    // Safari before 15.4 does not take 'self' for the socket of the same host.
    let socket = host.map(|host| format!(" ws://{host} wss://{host}")).unwrap_or_default();
    let Inline { scripts, styles } = inline;
    format!(
        "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'{scripts}; style-src 'self'{styles}; \
         img-src 'self' data: blob:; media-src 'self' blob: mediastream:; connect-src 'self'{socket}; \
         worker-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_inside_of_the_page_is_hashed_and_nothing_else() {
        let html = "<script src=\"/a.js\"></script><style>body{}</style>\
                    <script type=\"module\">\nimport init from '/b.js';\n</script>";
        let inline = Inline::of(html);
        // printf "\nimport init from '/b.js';\n" | openssl dgst -sha256 -binary | base64
        assert_eq!(inline.scripts, " 'sha256-Xeb3ZICEZ1xDAp0n39JsJORnyVGxkdvjQNaqdi4mG28='");
        // printf "body{}" | openssl dgst -sha256 -binary | base64
        assert_eq!(inline.styles, " 'sha256-fJgEClQWV1hGkK4qHMO0KotTsVnMYMXTq7/suurGyUo='");
        for html in ["<p>neither</p>", "<script", "<style>"] {
            let inline = Inline::of(html);
            assert_eq!((&*inline.scripts, &*inline.styles), ("", ""), "{html}");
        }
    }
}
