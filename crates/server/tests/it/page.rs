//! The page over plain requests.

use crate::http::request;
use crate::support::*;
use ojak_server::{Limits, Page};

#[tokio::test]
async fn every_room_address_is_the_page() {
    let server = start(&[]);
    for path in [
        "/",
        "/?lang=ko",
        "/standup",
        "/standup?x=1",
        "/Seventh%20Evening",
        "/%EC%B9%A0%EC%84%9D-%EC%A0%80%EB%85%81",
        // No room has such a name, which the page says in words.
        "/%3Cscript%3E",
        "/a+b",
        "/%FF",
    ] {
        let answer = request(server.address(), &format!("GET {path}"), &[]).await;
        assert_eq!((answer.status, answer.body.as_str()), (200, INDEX), "{path}");
        assert_eq!(answer.header("content-type"), Some("text/html; charset=utf-8"));
    }
}

#[tokio::test]
async fn what_is_not_there_is_not_found() {
    let server = start(&[]);
    for path in [
        "/missing.js",
        "/favicon.ico",
        "/standup/more",
        "/icons/",
        "/../Cargo.toml",
        "/.git/config",
        "//x",
        "/livez/x",
    ] {
        let answer = request(server.address(), &format!("GET {path}"), &[]).await;
        assert_eq!(answer.status, 404, "{path}");
    }
    for method in ["POST", "PUT", "DELETE", "OPTIONS"] {
        let answer = request(server.address(), &format!("{method} /standup"), &[]).await;
        assert_eq!((answer.status, answer.header("allow")), (405, Some("GET, HEAD")), "{method}");
    }
}

#[tokio::test]
async fn files_come_with_their_type_and_are_kept_as_long_as_they_are_the_same() {
    let server = start(&[]);
    let forever = "public, max-age=31536000, immutable";
    for (path, media_type, cached) in [
        ("/", "text/html; charset=utf-8", "no-cache"),
        ("/standup", "text/html; charset=utf-8", "no-cache"),
        ("/index.html", "text/html; charset=utf-8", "no-cache"),
        (SCRIPT, "text/javascript; charset=utf-8", forever),
        (WASM, "application/wasm", forever),
        ("/icons/star.svg", "image/svg+xml", "no-cache"),
    ] {
        let answer = request(server.address(), &format!("GET {path}"), &[]).await;
        assert_eq!(answer.status, 200, "{path}");
        assert_eq!(answer.header("content-type"), Some(media_type), "{path}");
        assert_eq!(answer.header("cache-control"), Some(cached), "{path}");
        assert_eq!(answer.header("vary"), Some("Accept-Encoding"), "{path}");
    }
}

#[tokio::test]
async fn the_smallest_form_that_is_understood_is_sent() {
    let server = start(&[]);
    for (accepted, encoding, body) in [
        ("gzip, deflate, br, zstd", Some("br"), "in brotli"),
        ("gzip, deflate", Some("gzip"), "in gzip"),
        ("br;q=0, gzip", Some("gzip"), "in gzip"),
        ("identity", None, INDEX),
        ("", None, INDEX),
    ] {
        let answer = request(server.address(), "GET /", &[("Accept-Encoding", accepted)]).await;
        assert_eq!((answer.header("content-encoding"), answer.body.as_str()), (encoding, body), "{accepted}");
    }
    let answer = request(server.address(), &format!("GET {WASM}"), &[("Accept-Encoding", "br")]).await;
    assert_eq!((answer.header("content-encoding"), answer.body.as_str()), (None, "\0asm"), "not worth it");
}

#[tokio::test]
async fn what_is_known_is_not_sent_again() {
    let server = start(&[]);
    let plain = request(server.address(), "GET /", &[]).await;
    let packed = request(server.address(), "GET /", &[("Accept-Encoding", "br")]).await;
    let (plain, packed) = (plain.header("etag").unwrap(), packed.header("etag").unwrap());
    assert_ne!(plain, packed, "different bytes");
    for known in [plain.to_owned(), format!("W/{plain}"), format!("\"other\", {plain}"), "*".into()] {
        let answer = request(server.address(), "GET /standup", &[("If-None-Match", &known)]).await;
        assert_eq!((answer.status, answer.body.as_str()), (304, ""), "{known}");
        assert_eq!(answer.header("etag"), Some(plain));
        assert_eq!(answer.header("cache-control"), Some("no-cache"));
        assert!(answer.header("content-security-policy").unwrap().contains("sha256"));
    }
    for unknown in ["\"other\"", packed] {
        let answer = request(server.address(), "GET /", &[("If-None-Match", unknown)]).await;
        assert_eq!(answer.status, 200, "{unknown}");
    }
}

#[tokio::test]
async fn a_head_has_no_body() {
    let server = start(&[]);
    for (path, length) in [("/", INDEX.len()), (WASM, 4)] {
        let answer = request(server.address(), &format!("HEAD {path}"), &[]).await;
        assert_eq!((answer.status, answer.body.as_str()), (200, ""), "{path}");
        assert_eq!(answer.header("content-length"), Some(length.to_string().as_str()), "{path}");
    }
    assert_eq!(request(server.address(), "HEAD /missing.js", &[]).await.status, 404);
}

#[tokio::test]
async fn the_page_may_do_what_it_needs_and_no_more() {
    let server = start(&[]);
    let answer = request(server.address(), "GET /standup", &[("Host", "call.example:8443")]).await;
    assert_eq!(
        answer.header("content-security-policy"),
        Some(
            "default-src 'self'; \
             script-src 'self' 'wasm-unsafe-eval' 'sha256-Xeb3ZICEZ1xDAp0n39JsJORnyVGxkdvjQNaqdi4mG28='; \
             style-src 'self'; img-src 'self' data: blob:; media-src 'self' blob: mediastream:; \
             connect-src 'self' ws://call.example:8443 wss://call.example:8443; \
             worker-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
        )
    );
    let answer = request(server.address(), "GET /", &[("Host", "evil.example; script-src *")]).await;
    let policy = answer.header("content-security-policy").unwrap_or_default();
    assert!(!policy.contains("evil.example"), "{policy}");
}

#[tokio::test]
async fn every_answer_has_the_headers_that_protect() {
    let server = start(&[]);
    for path in ["/", "/standup", SCRIPT, "/missing.js", "/livez", "/readyz", "/ws"] {
        let answer = request(server.address(), &format!("GET {path}"), &[]).await;
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"), "{path}");
        assert_eq!(answer.header("referrer-policy"), Some("no-referrer"), "{path}");
        let permissions =
            "camera=(self), microphone=(self), display-capture=(self), speaker-selection=(self)";
        assert_eq!(answer.header("permissions-policy"), Some(permissions), "{path}");
        let policy = answer.header("content-security-policy").unwrap();
        assert!(policy.contains("frame-ancestors 'none'"), "{path}: {policy}");
    }
}

#[tokio::test]
async fn it_is_alive_and_ready() {
    let server = start(&[]);
    for path in ["/livez", "/readyz"] {
        assert_eq!(request(server.address(), &format!("GET {path}"), &[]).await.status, 200, "{path}");
    }
}

#[tokio::test]
async fn a_binary_without_the_page_says_what_to_do() {
    let server = serve_page(&[], Limits::default(), Page::new([]));
    for path in ["/", "/standup"] {
        let answer = request(server.address(), &format!("GET {path}"), &[]).await;
        assert_eq!(answer.status, 503);
        assert!(answer.body.contains("./x build"), "{}", answer.body);
    }
    assert_eq!(request(server.address(), "GET /missing.js", &[]).await.status, 404);
    assert!(Client::connect(&server).await.me.is_none(), "the socket works all the same");
}

/// The page's worker answers for rooms when the server is gone: it has to know which addresses are none.
#[tokio::test]
async fn the_worker_takes_no_address_of_the_server_for_a_room() {
    let worker =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../client/assets/worker.js")).unwrap();
    let (_, own) = worker.split_once("const PAGE = /^\\/(?!(").unwrap();
    let own: Vec<&str> = own.split_once(')').unwrap().0.split('|').collect();
    let server = start(&[]);
    for path in ["livez", "readyz", "ws", "certificate"] {
        assert!(own.contains(&path), "{path}");
    }
    // That one is on a port of its own, where it may be put behind the same host.
    for path in own.into_iter().filter(|path| *path != "metrics") {
        let answer = request(server.address(), &format!("GET /{path}"), &[]).await;
        assert_ne!(answer.body, INDEX, "/{path} is a room");
    }
}
