//! Plain requests, and what their answers tell.

use super::finding::Page;
use actix_web::http::header::HttpDate;
use bytes::Bytes;
use http_body_util::{BodyExt, Empty, Limited};
use hyper::body::Incoming;
use hyper::header::{CONNECTION, DATE, HOST, HeaderName, LOCATION, SERVER, USER_AGENT};
use hyper::{HeaderMap, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use std::time::{Duration, SystemTime};
use tokio::io::{AsyncRead, AsyncWrite};

/// As who it asks.
const NAME: &str = concat!("ojak-doctor/", env!("CARGO_PKG_VERSION"));
/// More than the page is.
const BODY_MAX: usize = 4 << 20;
/// By so much clocks may disagree.
const CLOCK_OFF_MAX: Duration = Duration::from_secs(120);
/// A title that is longer is cut.
const TITLE_CHARS_MAX: usize = 60;

/// Something with another end.
pub(super) trait Connection: AsyncRead + AsyncWrite + Send + Unpin {}
impl<S: AsyncRead + AsyncWrite + Send + Unpin> Connection for S {}

/// What was answered.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: StatusCode,
    headers: HeaderMap,
    body: String,
}

/// Asks `authority` for `path`; answers with the head of what comes.
pub(super) async fn ask(
    connection: Box<dyn Connection>,
    authority: &str,
    path: &str,
    headers: &[(HeaderName, &str)],
) -> anyhow::Result<Response<Incoming>> {
    let (mut requests, connection) = hyper::client::conn::http1::handshake(TokioIo::new(connection)).await?;
    // Ends with what is read of it.
    tokio::spawn(connection.with_upgrades());
    let mut request = Request::get(path).header(HOST, authority).header(USER_AGENT, NAME);
    for (name, value) in headers {
        request = request.header(name, *value);
    }
    Ok(requests.send_request(request.body(Empty::<Bytes>::new())?).await?)
}

/// What is behind a head.
pub(super) async fn text(body: Incoming) -> anyhow::Result<String> {
    let body = Limited::new(body, BODY_MAX).collect().await.map_err(anyhow::Error::from_boxed)?;
    Ok(String::from_utf8_lossy(&body.to_bytes()).into_owned())
}

/// Asks `authority` for `path`, and for nothing after that.
pub(super) async fn get(
    connection: Box<dyn Connection>,
    authority: &str,
    path: &str,
) -> anyhow::Result<Answer> {
    let (head, body) = ask(connection, authority, path, &[(CONNECTION, "close")]).await?.into_parts();
    Ok(Answer { status: head.status, headers: head.headers, body: text(body).await? })
}

impl Answer {
    fn header(&self, name: &HeaderName) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// Where one is led instead.
    pub(super) fn leads_to(&self) -> Option<&str> {
        self.status.is_redirection().then(|| self.header(&LOCATION)).flatten()
    }

    /// What the page is, where one is not led elsewhere.
    pub(super) fn page(&self, after: Duration) -> Page {
        match self.status {
            StatusCode::OK if self.title() == Some("Ojak") => Page::Ours { after },
            StatusCode::SERVICE_UNAVAILABLE if self.body.starts_with("The page is not in this binary") => {
                Page::Unbuilt
            }
            StatusCode::BAD_GATEWAY | StatusCode::SERVICE_UNAVAILABLE | StatusCode::GATEWAY_TIMEOUT => {
                Page::BehindGone { status: self.status.as_u16() }
            }
            status => Page::Other {
                status: status.as_u16(),
                server: self.header(&SERVER).map(str::to_owned),
                title: self.title().map(|title| title.chars().take(TITLE_CHARS_MAX).collect()),
            },
        }
    }

    /// What `/readyz` says.
    pub(super) fn readiness(&self) -> Page {
        match (self.status, self.body.trim()) {
            (StatusCode::OK, "ready") => Page::Ready,
            (StatusCode::SERVICE_UNAVAILABLE, "closing") => Page::Closing,
            (status, _) => Page::Unasked { status: Some(status.as_u16()) },
        }
    }

    fn title(&self) -> Option<&str> {
        let (_, rest) = self.body.split_once("<title>")?;
        rest.split_once("</title>").map(|(title, _)| title.trim())
    }

    /// The clocks, if they disagree.
    pub(super) fn clock(&self, now: SystemTime) -> Option<Page> {
        let said: HttpDate = self.header(&DATE)?.parse().ok()?;
        let said = SystemTime::from(said);
        let (off, server_is_ahead) = match said.duration_since(now) {
            Ok(ahead) => (ahead, true),
            Err(behind) => (behind.duration(), false),
        };
        (off > CLOCK_OFF_MAX).then_some(Page::Clock { off, server_is_ahead })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hyper::header::HeaderValue;

    fn answer(status: u16, headers: &[(HeaderName, &str)], body: &str) -> Answer {
        let headers =
            headers.iter().map(|(name, value)| (name.clone(), HeaderValue::from_str(value).unwrap()));
        Answer {
            status: StatusCode::from_u16(status).unwrap(),
            headers: headers.collect(),
            body: body.into(),
        }
    }

    #[test]
    fn the_page_of_ojak_is_told_from_those_of_others() {
        let after = Duration::from_millis(7);
        let ours = "<!doctype html><html><title>Ojak</title>";
        assert_eq!(answer(200, &[], ours).page(after), Page::Ours { after });
        // Such as that of a proxy for what it does not find.
        assert!(matches!(answer(404, &[], ours).page(after), Page::Other { status: 404, .. }));
        assert_eq!(answer(503, &[], "The page is not in this binary: run").page(after), Page::Unbuilt);
        assert_eq!(answer(502, &[], "").page(after), Page::BehindGone { status: 502 });
        let (server, title) = (Some("nginx/1.22".into()), Some("Welcome".into()));
        assert_eq!(
            answer(200, &[(SERVER, "nginx/1.22")], "<title> Welcome\n</title>").page(after),
            Page::Other { status: 200, server, title }
        );
    }

    #[test]
    fn one_is_led_by_a_status_that_says_so_and_by_nothing_else() {
        let to = &[(LOCATION, "https://call.example/")];
        assert_eq!(answer(307, to, "").leads_to(), Some("https://call.example/"));
        assert_eq!(answer(201, to, "").leads_to(), None);
        assert_eq!(answer(301, &[], "").leads_to(), None);
    }

    #[test]
    fn readiness_is_what_ojak_says_and_nobody_else() {
        assert_eq!(answer(200, &[], "ready\n").readiness(), Page::Ready);
        assert_eq!(answer(503, &[], "closing\n").readiness(), Page::Closing);
        assert_eq!(answer(503, &[], "busy").readiness(), Page::Unasked { status: Some(503) });
        assert_eq!(answer(200, &[], "<title>Ojak</title>").readiness(), Page::Unasked { status: Some(200) });
    }

    #[test]
    fn clocks_may_disagree_a_little() {
        let said = answer(200, &[(DATE, "Thu, 26 Nov 2026 12:00:00 GMT")], "");
        let noon = SystemTime::UNIX_EPOCH + Duration::from_secs(1_795_694_400);
        let off = Duration::from_secs(3600);
        assert_eq!(said.clock(noon), None);
        assert_eq!(said.clock(noon + CLOCK_OFF_MAX), None);
        assert_eq!(said.clock(noon + off), Some(Page::Clock { off, server_is_ahead: false }));
        assert_eq!(said.clock(noon - off), Some(Page::Clock { off, server_is_ahead: true }));
        assert_eq!(answer(200, &[], "").clock(noon), None);
    }
}
