//! A way from the test into a network of the lab, for a driver and nothing else: no interface leads there, so
//! the browser never sees it.

use super::namespace::Namespace;
use anyhow::{Context, Result};
use std::net::{Ipv4Addr, SocketAddr, TcpStream as StdStream};
use std::sync::Arc;
use std::time::Duration;
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// A port of this machine that leads to one inside; closed when dropped.
pub(crate) struct Gate {
    port: u16,
    task: JoinHandle<()>,
}

impl Gate {
    /// Opens a way to `port` on the loopback of `namespace`.
    pub(crate) async fn open(namespace: Arc<Namespace>, port: u16) -> Result<Self> {
        // A driver may look at the port in `Host`, so the same one if it is free here.
        let listener = match TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await {
            Ok(listener) => listener,
            Err(_) => TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?,
        };
        let opened = listener.local_addr()?.port();
        let task = tokio::spawn(async move {
            while let Ok((outside, _)) = listener.accept().await {
                if let Ok(inside) = connect(&namespace, port) {
                    tokio::spawn(pass(outside, inside));
                }
            }
        });
        Ok(Self { port: opened, task })
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }
}

impl Drop for Gate {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// A loopback answers at once, so this may wait for it.
fn connect(namespace: &Namespace, port: u16) -> Result<TcpStream> {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let stream = namespace.inside(|| {
        StdStream::connect_timeout(&address, Duration::from_secs(2)).context("the driver does not answer")
    })?;
    stream.set_nonblocking(true)?;
    Ok(TcpStream::from_std(stream)?)
}

async fn pass(mut outside: TcpStream, mut inside: TcpStream) {
    let _ = outside.set_nodelay(true);
    let _ = inside.set_nodelay(true);
    // Either end may go whenever it likes.
    let _ = copy_bidirectional(&mut outside, &mut inside).await;
}
