//! The port at which the relay is asked, over UDP and over TCP.

use super::Relay;
use super::client::Client;
use super::flow::Flow;
use super::framing::Frames;
use super::port::{Ends, Port};
use crate::limits::Source;
use bytes::BytesMut;
use std::collections::HashMap;
use std::future::poll_fn;
use std::io;
use std::net::{SocketAddr, TcpListener, UdpSocket};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt};
use tokio::sync::mpsc;
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::timeout;

/// Longer than anything that is relayed.
const DATAGRAM_MAX: usize = 2048;
/// Bytes that the kernel keeps while this process does something else.
const UDP_BUFFER: usize = 1 << 20;
/// How late what belonged to an allocation may be given up.
const SWEEP: Duration = Duration::from_secs(10);
/// A socket that fails is not asked again at once.
const AFTER_ERROR: Duration = Duration::from_millis(20);
/// Messages that wait for a stream to take them.
const QUEUE: usize = 128;
/// So many of them are one write.
const BATCH: usize = 32;
/// A write not done for this long: dead.
const WRITE_WITHIN: Duration = Duration::from_secs(10);
/// Ports that are free for TCP and not for UDP, until none is looked for any more.
const PORT_TRIES: usize = 16;

/// The port, over UDP and TCP.
#[derive(Debug)]
pub struct RelayPort {
    udp: UdpSocket,
    tcp: TcpListener,
}

impl RelayPort {
    /// Opens both. With port 0, one that is free for both. Must be called inside a tokio runtime.
    ///
    /// # Errors
    /// Those of the operating system: in use, not permitted, no such address.
    pub fn open(address: SocketAddr) -> io::Result<Self> {
        let mut tries = PORT_TRIES;
        loop {
            let tcp = crate::listen(address)?;
            match open_udp(tcp.local_addr()?) {
                Ok(udp) => return Ok(Self { udp, tcp }),
                Err(error)
                    if address.port() == 0 && error.kind() == io::ErrorKind::AddrInUse && tries > 0 =>
                {
                    tries -= 1;
                }
                Err(error) => return Err(error),
            }
        }
    }

    /// Where it is.
    ///
    /// # Errors
    /// Those of the operating system.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.tcp.local_addr()
    }
}

fn open_udp(address: SocketAddr) -> io::Result<UdpSocket> {
    let socket = socket2::Socket::new(socket2::Domain::for_address(address), socket2::Type::DGRAM, None)?;
    if let Err(error) = socket.set_recv_buffer_size(UDP_BUFFER) {
        tracing::debug!(%error, "a buffer stays as it is");
    }
    socket.bind(&address.into())?;
    Ok(socket.into())
}

/// The relay, for as long as it is kept.
#[derive(Debug)]
pub(crate) struct Running {
    relay: Arc<Relay>,
    port: u16,
    tasks: [JoinHandle<()>; 3],
}

impl Running {
    /// Must be called inside a tokio runtime.
    pub(crate) fn start(relay: Relay, port: RelayPort) -> io::Result<Self> {
        let relay = Arc::new(relay);
        let number = port.address()?.port();
        let datagrams = Arc::new(Port::new(port.udp)?);
        let listener = tokio::net::TcpListener::from_std(port.tcp)?;
        let asking = Arc::clone(&relay);
        let tasks = [
            tokio::spawn(async move { asking.public.keep_asking(asking.limits.asks).await }),
            tokio::spawn(keep_up(Arc::clone(&relay), datagrams)),
            tokio::spawn(connections(Arc::clone(&relay), listener)),
        ];
        Ok(Self { relay, port: number, tasks })
    }

    /// Where it is asked.
    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// What all its clients share.
    pub(crate) fn relay(&self) -> &Arc<Relay> {
        &self.relay
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.tasks.iter().for_each(JoinHandle::abort);
    }
}

/// One task reads what all clients send, so one message that the library stumbles over must not be the last.
async fn keep_up(relay: Arc<Relay>, port: Arc<Port>) {
    let mut task = JoinSet::new();
    loop {
        task.spawn(datagrams(Arc::clone(&relay), Arc::clone(&port)));
        match task.join_next().await {
            Some(Err(error)) if error.is_panic() => {
                tracing::error!("the relay stumbled over a message and begins anew");
            }
            _ => return,
        }
    }
}

async fn datagrams(relay: Arc<Relay>, port: Arc<Port>) {
    // Of those only who have an allocation.
    let mut flows: HashMap<Ends, Flow> = HashMap::new();
    let mut buffer = Port::buffer();
    let mut sweep = tokio::time::interval(SWEEP);
    loop {
        let (ends, datagrams) = tokio::select! {
            received = port.receive(&mut buffer) => match received {
                Ok(received) => received,
                Err(error) => {
                    tracing::debug!(%error, "the relay's port could not be read from");
                    tokio::time::sleep(AFTER_ERROR).await;
                    continue;
                }
            },
            _ = sweep.tick() => {
                flows.retain(|_, flow| flow.is_allocated());
                continue;
            }
        };
        for datagram in datagrams.filter(|datagram| datagram.len() <= DATAGRAM_MAX) {
            if let Some(flow) = flows.get_mut(&ends) {
                if !returns(flow.receive(datagram)).await {
                    flows.remove(&ends);
                }
                continue;
            }
            let canonical = SocketAddr::new(ends.theirs.ip().to_canonical(), ends.theirs.port());
            let client = Client::Datagrams(Arc::clone(&port), ends);
            let mut flow = Flow::new(Arc::clone(&relay), client, canonical);
            if returns(flow.receive(datagram)).await && flow.is_allocated() {
                flows.insert(ends, flow);
            }
        }
    }
}

/// Whether it comes to its end. Whose message the library stumbles over loses what they have, and nobody else.
async fn returns(receiving: impl Future<Output = ()>) -> bool {
    let mut receiving = pin!(receiving);
    let ended = poll_fn(|context| {
        let polled = catch_unwind(AssertUnwindSafe(|| receiving.as_mut().poll(context)));
        polled.map_or(Poll::Ready(false), |poll| poll.map(|()| true))
    });
    let ended = ended.await;
    if !ended {
        tracing::error!("the relay stumbled over a message");
    }
    ended
}

async fn connections(relay: Arc<Relay>, listener: tokio::net::TcpListener) {
    loop {
        match listener.accept().await {
            Ok((stream, from)) => {
                if let Err(error) = stream.set_nodelay(true) {
                    tracing::debug!(%error, "a connection to the relay is gone already");
                }
                tokio::spawn(serve_stream(Arc::clone(&relay), stream, from));
            }
            Err(error) => {
                tracing::debug!(%error, "a connection to the relay could not be accepted");
                tokio::time::sleep(AFTER_ERROR).await;
            }
        }
    }
}

/// Serves one who talks to the relay over a stream, TCP or what is inside TLS, until it ends.
pub(crate) async fn serve_stream<S>(relay: Arc<Relay>, stream: S, from: SocketAddr)
where
    S: AsyncRead + AsyncWrite,
{
    let from = SocketAddr::new(from.ip().to_canonical(), from.port());
    let Ok(_counted) = relay.streams.open(Source::from(from.ip())) else { return };
    let (read_half, mut write_half) = tokio::io::split(stream);
    let (queue, mut queued) = mpsc::channel::<Vec<u8>>(QUEUE);
    let idle = relay.limits.stream_idle;
    let mut frames = Frames::new(read_half);
    let mut flow = Flow::new(relay, Client::Stream(queue), from);

    let reading = async {
        loop {
            match timeout(idle, frames.next()).await {
                Ok(Ok(Some(frame))) => flow.receive(&frame).await,
                Ok(Ok(None)) => return Ok(()),
                Ok(Err(error)) => return Err(error),
                // Who is gone without a word is noticed when what they had is over.
                Err(_) if flow.is_allocated() => {}
                Err(_) => return Err(io::ErrorKind::TimedOut.into()),
            }
        }
    };
    let writing = async {
        let mut batch = Vec::with_capacity(BATCH);
        let mut bytes = BytesMut::new();
        while queued.recv_many(&mut batch, BATCH).await > 0 {
            batch.drain(..).for_each(|message| bytes.extend_from_slice(&message));
            let written = async {
                write_half.write_all_buf(&mut bytes).await?;
                write_half.flush().await
            };
            timeout(WRITE_WITHIN, written).await.map_err(|_| io::Error::from(io::ErrorKind::TimedOut))??;
        }
        Ok(())
    };
    let ended: io::Result<()> = tokio::select! {
        ended = reading => ended,
        ended = writing => ended,
    };
    tracing::debug!(?ended, "a stream to the relay ends");
}
