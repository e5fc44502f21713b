//! Why a socket ends, and what the page is told of it.

use crate::frame::{self, CloseCode};
use crate::metrics::Metrics;
use crate::reader::ReadError;
use crate::rooms::host::Dismissal;
use crate::writer::WriteError;
use bytes::Bytes;
use ojak_protocol::{ErrorCode, ServerMessage};
use std::borrow::Cow;

/// Why a socket ends.
#[derive(Debug)]
pub(crate) enum Ending {
    /// The page said `leave`.
    Left,
    /// The page closed the socket; it may be one that is loaded again.
    Closed,
    /// The connection is no more: there is nobody to say anything to.
    Gone,
    /// Nothing was heard for too long.
    Silent,
    /// It takes nothing: what waits for it is thrown away.
    Stalled,
    /// It takes less than others say to it: the same.
    Overflowed,
    /// The page did what it must not, or there is no place for it.
    Refused(Refusal),
    /// Another socket has its seat.
    TakenOver,
    /// The host of the room decided so, or nobody did.
    Dismissed(Dismissal),
    /// The server goes away.
    ServerCloses,
}

impl Ending {
    /// For the metrics.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Left => "left",
            Self::Closed => "closed",
            Self::Gone => "gone",
            Self::Silent => "silent",
            Self::Stalled => "stalled",
            Self::Overflowed => "overflowed",
            Self::Refused(_) => "refused",
            Self::TakenOver => "taken_over",
            Self::Dismissed(_) => "dismissed",
            Self::ServerCloses => "server_closes",
        }
    }
}

/// An `error` to be sent.
#[derive(Debug)]
pub(crate) struct Refusal {
    pub(crate) code: ErrorCode,
    message: Cow<'static, str>,
    pub(crate) close: CloseCode,
}

impl Refusal {
    pub(crate) fn new(code: ErrorCode, message: impl Into<Cow<'static, str>>) -> Self {
        let close = match code {
            ErrorCode::Internal => CloseCode::Internal,
            ErrorCode::ServerFull => CloseCode::Overloaded,
            _ => CloseCode::Policy,
        };
        Self { code, message: message.into(), close }
    }

    pub(crate) fn bad_message(message: impl Into<Cow<'static, str>>, close: CloseCode) -> Self {
        Self { close, ..Self::new(ErrorCode::BadMessage, message) }
    }

    /// What the page is told, counted.
    pub(crate) fn frame(self, metrics: &Metrics) -> Bytes {
        metrics.refused(self.code);
        frame::notice(&ServerMessage::Error { code: self.code, message: self.message })
    }
}

impl From<Dismissal> for Refusal {
    fn from(why: Dismissal) -> Self {
        match why {
            Dismissal::Denied => Self::new(ErrorCode::Denied, "the host did not let this one in"),
            Dismissal::Unanswered => {
                Self::new(ErrorCode::RoomLocked, "the room is locked, and nobody answered")
            }
            Dismissal::Full => Self::new(ErrorCode::RoomFull, "the room is full"),
            Dismissal::Removed => {
                Self::new(ErrorCode::Removed, "the host has removed this one from the room")
            }
        }
    }
}

impl From<WriteError> for Ending {
    fn from(error: WriteError) -> Self {
        match error {
            WriteError::Broken(_) => Self::Gone,
            WriteError::Stalled => Self::Stalled,
            WriteError::Overflowed => Self::Overflowed,
            WriteError::TakenOver => Self::TakenOver,
            WriteError::Dismissed(why) => Self::Dismissed(why),
        }
    }
}

impl From<ReadError> for Ending {
    fn from(error: ReadError) -> Self {
        let close = match error {
            ReadError::Ended | ReadError::Broken(_) => return Self::Gone,
            ReadError::TooBig => CloseCode::TooBig,
            ReadError::Binary => CloseCode::Unsupported,
            ReadError::Malformed(_) | ReadError::Fragmented => CloseCode::Policy,
        };
        Self::Refused(Refusal::bad_message(error.to_string(), close))
    }
}
