//! One exchange of nonces, so that neither side can choose the code.
//!
//! Each side binds itself to its nonce before it knows that of the other. Somebody in between has to do so on both
//! sides, towards each before that one's nonce is known: there is no trying out, and one guess of 42 bits a run.

use crate::{Code, Transcript};
use ojak_protocol::{Bytes32, PeerId};

/// The other side did what nobody does who means well.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Foul {
    /// A nonce came before anything was committed to.
    Missing,
    /// A second commitment, or a second nonce.
    Repeated,
    /// What came is what this side sent.
    Reflected,
    /// The nonce is not the one that was committed to.
    Wrong,
}

/// One side of it.
#[derive(Clone, Debug)]
pub struct Exchange {
    transcript: Transcript,
    me: PeerId,
    they: PeerId,
    nonce: Bytes32,
    commitment: Option<Bytes32>,
    is_over: bool,
}

impl Exchange {
    /// Between this side and another one, with a nonce that nobody else knows.
    #[must_use]
    pub fn new(transcript: Transcript, me: PeerId, they: PeerId, nonce: Bytes32) -> Self {
        Self { transcript, me, they, nonce, commitment: None, is_over: false }
    }

    /// What this side commits itself with. May be said at once.
    #[must_use]
    pub fn commitment(&self) -> Bytes32 {
        self.transcript.commitment(self.me, self.nonce)
    }

    /// Takes what the other side commits itself with, and hands out the nonce of this side, which may be said from
    /// now on.
    ///
    /// # Errors
    /// When it has done so before, or when it is what this side said.
    pub fn take_commitment(&mut self, commitment: Bytes32) -> Result<Bytes32, Foul> {
        if commitment == self.commitment() {
            return Err(Foul::Reflected);
        }
        match self.commitment.replace(commitment) {
            Some(_) => Err(Foul::Repeated),
            None => Ok(self.nonce),
        }
    }

    /// Takes the nonce of the other side, and hands out what the two compare.
    ///
    /// # Errors
    /// When it is not what was committed to, once and before; or when it is the nonce of this side.
    pub fn take_nonce(&mut self, nonce: Bytes32) -> Result<Code, Foul> {
        let commitment = self.commitment.ok_or(Foul::Missing)?;
        if std::mem::replace(&mut self.is_over, true) {
            return Err(Foul::Repeated);
        }
        if nonce == self.nonce {
            return Err(Foul::Reflected);
        }
        if self.transcript.commitment(self.they, nonce) != commitment {
            return Err(Foul::Wrong);
        }
        Ok(if self.me < self.they {
            self.transcript.code(self.nonce, nonce)
        } else {
            self.transcript.code(nonce, self.nonce)
        })
    }
}
