//! The page that explains the warning of a browser, and what ends it: the certificate of who issued ours.

use crate::csp;
use crate::origin::authority_of;
use crate::page::plain;
use crate::tls::Authority;
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderMap};
use actix_web::{HttpRequest, HttpResponse, web};

/// Where the page is.
pub(crate) const PAGE_PATH: &str = "/certificate";
/// Where the certificate is.
pub(crate) const FILE_PATH: &str = "/ojak-ca.crt";

const PAGE: &str = include_str!("certificate/page.html");
const ENGLISH: &str = include_str!("certificate/en.html");
const KOREAN: &str = include_str!("certificate/ko.html");

/// What there is to say of the certificate.
#[derive(Debug)]
pub(crate) enum Certificate {
    /// There is no HTTPS here.
    Absent,
    /// Browsers know who has issued it.
    Known,
    /// It was made here.
    Own(Own),
}

/// The page, with what is written in either language first.
#[derive(Debug)]
pub(crate) struct Own {
    english: String,
    korean: String,
    inline: csp::Inline,
    pem: String,
}

impl Certificate {
    pub(crate) fn of(authority: Authority) -> Self {
        let Authority { pem, fingerprint, .. } = authority;
        let page = |language: &str, title: &str, first: &str, second: &str| {
            PAGE.replace("%LANG%", language)
                .replace("%TITLE%", title)
                .replace("%FIRST%", first)
                .replace("%SECOND%", second)
                .replace("%FINGERPRINT%", &fingerprint)
        };
        let english = page("en", "Why your browser warned you", ENGLISH, KOREAN);
        let korean = page("ko", "브라우저가 경고한 까닭", KOREAN, ENGLISH);
        Self::Own(Own { inline: csp::Inline::of(&english), english, korean, pem })
    }
}

/// Answers with the page.
pub(crate) async fn page(request: HttpRequest, certificate: web::Data<Certificate>) -> HttpResponse {
    let own = match &**certificate {
        Certificate::Absent => return absent(),
        Certificate::Known => {
            let sentence =
                "Browsers know who issued the certificate of this server: there is nothing to install.";
            return plain(StatusCode::OK, sentence);
        }
        Certificate::Own(own) => own,
    };
    let asked = request.headers();
    let host = asked.get(header::HOST).and_then(|host| host.to_str().ok()).and_then(authority_of);
    HttpResponse::Ok()
        .content_type("text/html; charset=utf-8")
        .insert_header((header::CACHE_CONTROL, "no-cache"))
        .insert_header((header::VARY, "Accept-Language"))
        .insert_header((header::CONTENT_SECURITY_POLICY, csp::policy(&own.inline, host.as_deref())))
        .body(if is_korean(asked) { own.korean.clone() } else { own.english.clone() })
}

/// Answers with the certificate, by the type that makes phones offer to install it.
pub(crate) async fn file(certificate: web::Data<Certificate>) -> HttpResponse {
    let Certificate::Own(own) = &**certificate else { return absent() };
    HttpResponse::Ok()
        .content_type("application/x-x509-ca-cert")
        .insert_header((header::CACHE_CONTROL, "no-cache"))
        .body(own.pem.clone())
}

fn absent() -> HttpResponse {
    plain(StatusCode::NOT_FOUND, "There is nothing at this address.")
}

/// Whether the browser's first language is Korean.
fn is_korean(asked: &HeaderMap) -> bool {
    let languages = asked.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    languages.is_some_and(|languages| languages.trim_start().to_ascii_lowercase().starts_with("ko"))
}
