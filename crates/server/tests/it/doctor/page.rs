//! What answers at the address.

use super::*;
use ojak_server::Page;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;

/// Answers whoever asks with the same, and says no more.
async fn answering(answer: &'static str) -> SocketAddr {
    let listener = TcpListener::bind(at(0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let _ = head(&mut stream).await;
                let _ = stream.write_all(answer.as_bytes()).await;
                let _ = stream.shutdown().await;
            });
        }
    });
    address
}

#[tokio::test]
async fn that_something_else_answers_is_found() {
    let nginx =
        "HTTP/1.1 200 OK\r\nServer: nginx\r\nContent-Length: 32\r\n\r\n<title>Welcome to nginx!</title>";
    let diagnosis = ask(&url(answering(nginx).await)).await;
    diagnosis.is_wrong(&[(
        "page",
        "something else answers, not Ojak: 200 by nginx, called \"Welcome to nginx!\"",
    )]);
    let ssh = "SSH-2.0-OpenSSH_9.2\r\n";
    ask(&url(answering(ssh).await)).await.is_wrong(&[("page", "speaks no HTTP")]);
    let gone = "HTTP/1.1 502 Bad Gateway\r\nServer: nginx\r\nContent-Length: 0\r\n\r\n";
    ask(&url(answering(gone).await)).await.is_wrong(&[("page", "what is behind it does not (502)")]);
    let circle = "HTTP/1.1 301 Moved Permanently\r\nLocation: /\r\nContent-Length: 0\r\n\r\n";
    ask(&url(answering(circle).await)).await.is_wrong(&[("page", "one is led on and on")]);
    let nowhere = "HTTP/1.1 302 Found\r\nLocation: mailto:a@b.example\r\nContent-Length: 0\r\n\r\n";
    ask(&url(answering(nowhere).await)).await.is_wrong(&[("page", "which is no page")]);
}

#[tokio::test]
async fn that_whatever_listens_answers_nothing_is_found() {
    let listener = TcpListener::bind(at(0)).await.unwrap();
    let diagnosis = ask(&url(listener.local_addr().unwrap())).await;
    diagnosis.is_wrong(&[("page", "takes the question and does not answer it")]);
}

#[tokio::test]
async fn that_there_is_no_page_in_the_binary_is_found() {
    let server = serve_page(&[], Limits::default(), Page::new([]));
    ask(&url(server.address())).await.is_wrong(&[("page", "built without its page")]);
}

#[tokio::test]
async fn that_a_server_is_closing_is_found() {
    let server = start(&[]);
    let address = server.address();
    // Answers nothing, so the end waits for it.
    let mute = Client::connect(&server).await;
    let shut_down = tokio::spawn(server.shut_down());
    until("not ready", || async { crate::http::request(address, "GET /readyz", &[]).await.status == 503 })
        .await;
    let diagnosis = ask(&url(address)).await;
    diagnosis.is_wrong(&[("server", "is closing"), ("socket", "is closing")]);
    drop(mute);
    within("the end", shut_down).await.unwrap().unwrap();
}
