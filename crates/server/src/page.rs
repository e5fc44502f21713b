//! The page, out of memory: compressed once, cached for as long as it may be, and the same for every room.

use crate::csp;
use crate::origin::authority_of;
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use actix_web::http::{Method, StatusCode};
use actix_web::{HttpRequest, HttpResponse, web};
use bytes::Bytes;
use std::collections::HashMap;

/// One file of the page.
#[derive(Clone, Debug)]
pub struct Asset {
    /// Below the root, such as `index.html`.
    pub path: String,
    /// Of its content; no `"` in it.
    pub hash: String,
    /// As it is.
    pub identity: Bytes,
    /// Compressed, if that is worth it.
    pub brotli: Option<Bytes>,
    /// Compressed, if that is worth it.
    pub gzip: Option<Bytes>,
}

/// All files of the page.
#[derive(Debug)]
pub struct Page {
    assets: HashMap<String, Asset>,
    inline: csp::Inline,
}

const INDEX: &str = "index.html";

impl Page {
    /// A page of these files; without `index.html` it is a page that was not built.
    #[must_use]
    pub fn new(assets: impl IntoIterator<Item = Asset>) -> Self {
        let assets: HashMap<_, _> = assets.into_iter().map(|asset| (asset.path.clone(), asset)).collect();
        let index = assets.get(INDEX).map(|index| String::from_utf8_lossy(&index.identity));
        let inline = index.map(|html| csp::Inline::of(&html)).unwrap_or_default();
        Self { assets, inline }
    }

    /// The page that was built into this binary.
    #[must_use]
    pub fn embedded() -> Self {
        Self::new(crate::embedded::assets())
    }

    /// Whether there is a page at all.
    #[must_use]
    pub fn is_built(&self) -> bool {
        self.assets.contains_key(INDEX)
    }

    fn find(&self, path: &str) -> Found<'_> {
        let path = path.strip_prefix('/').unwrap_or(path);
        if let Some(asset) = self.assets.get(path) {
            return Found::Asset(asset);
        }
        // What follows is the address of a room or none. A room's name has no dot, and no address has a second
        // part; the page itself says what is wrong with any other name, in words.
        if path.contains('/') || path.contains('.') {
            return Found::Nothing;
        }
        self.assets.get(INDEX).map_or(Found::NotBuilt, Found::Asset)
    }
}

enum Found<'a> {
    Asset(&'a Asset),
    Nothing,
    NotBuilt,
}

/// Answers whatever is not one of the server's own addresses.
pub(crate) async fn serve(request: HttpRequest, page: web::Data<Page>) -> HttpResponse {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return HttpResponse::MethodNotAllowed().insert_header((header::ALLOW, "GET, HEAD")).finish();
    }
    match page.find(request.path()) {
        Found::Asset(asset) => asset.respond(request.headers(), &page.inline),
        Found::Nothing => plain(StatusCode::NOT_FOUND, "There is nothing at this address."),
        Found::NotBuilt => plain(
            StatusCode::SERVICE_UNAVAILABLE,
            "The page is not in this binary: run ./x build, and start again.",
        ),
    }
}

/// One sentence for a person.
pub(crate) fn plain(status: StatusCode, sentence: &'static str) -> HttpResponse {
    HttpResponse::build(status).content_type(plain_text()).body(format!("{sentence}\n"))
}

/// The type of such a sentence.
pub(crate) fn plain_text() -> HeaderValue {
    HeaderValue::from_static("text/plain; charset=utf-8")
}

impl Asset {
    fn respond(&self, asked: &HeaderMap, inline: &csp::Inline) -> HttpResponse {
        let (encoding, content) = self.best_for(asked);
        let etag = match encoding {
            Some(encoding) => format!("\"{}-{encoding}\"", self.hash),
            None => format!("\"{}\"", self.hash),
        };
        let known = is_known(asked, &etag);
        let mut response = HttpResponse::build(if known { StatusCode::NOT_MODIFIED } else { StatusCode::OK });
        let host = asked.get(header::HOST).and_then(|host| host.to_str().ok()).and_then(authority_of);
        response
            .insert_header((header::ETAG, etag))
            .insert_header((header::VARY, "Accept-Encoding"))
            .insert_header((
                header::CACHE_CONTROL,
                if self.is_named_by_content() { FOREVER } else { "no-cache" },
            ))
            .insert_header((header::CONTENT_SECURITY_POLICY, csp::policy(inline, host.as_deref())));
        if known {
            return response.finish();
        }
        if let Some(encoding) = encoding {
            response.insert_header((header::CONTENT_ENCODING, encoding));
        }
        response.content_type(media_type(&self.path)).body(content.clone())
    }

    /// The smallest form that whoever asks can read.
    fn best_for(&self, asked: &HeaderMap) -> (Option<&'static str>, &Bytes) {
        for (encoding, content) in [("br", &self.brotli), ("gzip", &self.gzip)] {
            if let Some(content) = content
                && accepts(asked, encoding)
            {
                return (Some(encoding), content);
            }
        }
        (None, &self.identity)
    }

    /// Trunk ends a name with `-` and the hash of the content: what was seen once under it never changes.
    fn is_named_by_content(&self) -> bool {
        let name = self.path.rsplit('/').next().unwrap_or(&self.path);
        let end = name.rsplit('-').next().filter(|end| end.len() < name.len()).unwrap_or_default();
        let hash = end.split(['.', '_']).next().unwrap_or_default();
        hash.len() >= 12 && hash.bytes().all(|byte| byte.is_ascii_hexdigit())
    }
}

const FOREVER: &str = "public, max-age=31536000, immutable";

fn media_type(path: &str) -> &'static str {
    match path.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "wasm" => "application/wasm",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "webp" => "image/webp",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "json" | "map" => "application/json",
        "webmanifest" => "application/manifest+json",
        "mp3" => "audio/mpeg",
        "ogg" | "opus" => "audio/ogg",
        "wav" => "audio/wav",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

/// Whether `Accept-Encoding` names `encoding` and does not weigh it with zero (RFC 9110 section 12.5.3).
fn accepts(asked: &HeaderMap, encoding: &str) -> bool {
    listed(asked, header::ACCEPT_ENCODING).any(|entry| {
        let mut parts = entry.split(';').map(str::trim);
        parts.next().is_some_and(|name| name.eq_ignore_ascii_case(encoding))
            && !parts.any(|weight| {
                weight.strip_prefix("q=").is_some_and(|q| q.parse::<f32>().is_ok_and(|q| q <= 0.0))
            })
    })
}

/// Whether `If-None-Match` holds `etag`, compared weakly (RFC 9110 section 13.1.2).
fn is_known(asked: &HeaderMap, etag: &str) -> bool {
    listed(asked, header::IF_NONE_MATCH)
        .any(|known| known == "*" || known.strip_prefix("W/").unwrap_or(known) == etag)
}

fn listed(headers: &HeaderMap, name: HeaderName) -> impl Iterator<Item = &str> {
    headers
        .get_all(name)
        .filter_map(|value: &HeaderValue| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(str::trim)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_with_a_hash_are_kept_forever() {
        for (path, forever) in [
            ("ojak-client-5c2b7a1f90e3d846.js", true),
            ("ojak-client-5c2b7a1f90e3d846_bg.wasm", true),
            ("ojak-client-5c2b7a1f90e3d846_call.wasm", true),
            ("css/tokens-c2b7a1f90e3d846.css", true),
            ("index.html", false),
            ("favicon.svg", false),
            ("two-words.svg", false),
            ("snippets/web-5c2b7a1f90e3d846/inline0.js", false),
            ("5c2b7a1f90e3d846.js", false),
        ] {
            let asset = Asset {
                path: path.into(),
                hash: String::new(),
                identity: Bytes::new(),
                brotli: None,
                gzip: None,
            };
            assert_eq!(asset.is_named_by_content(), forever, "{path}");
        }
    }

    #[test]
    fn a_weight_of_zero_is_a_no() {
        let asked = |value: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_str(value).unwrap());
            headers
        };
        for yes in ["br", "gzip, deflate, br, zstd", "gzip;q=0.5, BR;q=0.1"] {
            assert!(accepts(&asked(yes), "br"), "{yes}");
        }
        for no in ["", "gzip", "br;q=0", "gzip, br; q=0.0", "brotli"] {
            assert!(!accepts(&asked(no), "br"), "{no}");
        }
    }
}
