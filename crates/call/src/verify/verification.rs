//! Whether somebody is who they seem to be, and the run by which that is found out.
//!
//! Who asks chooses, and the other one reads: of several rows the one that was read has to be picked, because whoever
//! is asked "are they the same?" says yes. Of two who ask at once the one with the higher id chooses.
//!
//! What the chooser's page says of the outcome came by the way that is in question. So the reader is asked whether
//! they *heard* that it matches.

use super::{
    Code, Exchange, Fingerprint, Foul, NoRun, ROWS, RUNS_MAX, Secrets, Standing, Transcript, VerifyIntent,
    VerifyStep,
};
use ojak_protocol::{Bytes32, PeerId, PeerMessage, RoomName, VerifyOutcome};

/// Whether a description may be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Admission {
    Admitted,
    /// It is for another certificate than the one that was verified.
    Refused,
}

/// What became of a wish or a message.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    pub(crate) messages: Vec<PeerMessage>,
    /// The person reads that they are verified in no dialog.
    pub(crate) is_news: bool,
    /// The connection is to be made anew.
    pub(crate) reconnects: bool,
}

/// What a run has to know of the rest.
pub(crate) struct Context<'a> {
    pub(crate) room: &'a RoomName,
    pub(crate) me: PeerId,
    pub(crate) they: PeerId,
    pub(crate) secrets: &'a mut Secrets,
    pub(crate) is_channel_open: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Trust {
    Nothing,
    Verified(Fingerprint),
    /// This one was verified, and another one came.
    Broken(Fingerprint),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    Reader,
    Chooser,
}

/// A run on its way, or what became of it until that was seen.
#[derive(Clone, Debug)]
struct Run {
    number: u32,
    role: Role,
    phase: Phase,
}

#[derive(Clone, Debug)]
enum Phase {
    /// As far as the first commitment: asked, or being asked.
    Asked,
    Exchanging {
        exchange: Exchange,
        fingerprint: Fingerprint,
    },
    Comparing {
        code: Code,
        fingerprint: Fingerprint,
        /// For the chooser: where among the decoys the right one is.
        rows: [Code; ROWS],
    },
    Told(Fingerprint),
    Over(VerifyStep),
}

/// Everything there is of it about one other person.
#[derive(Clone, Debug)]
pub(crate) struct Verification {
    trust: Trust,
    own: Option<Fingerprint>,
    theirs: Option<Fingerprint>,
    /// Of the description that is being set.
    coming: Option<Fingerprint>,
    run: Option<Run>,
    /// Runs in which this side has committed itself, or refused to.
    runs: u32,
    /// The outcome, while the channel is not there.
    unsaid: Option<PeerMessage>,
}

impl Verification {
    /// Of somebody who was verified before, or was not, after so many runs.
    pub(crate) fn new(verified: Option<Fingerprint>, runs: u32) -> Self {
        Self {
            trust: verified.map_or(Trust::Nothing, Trust::Verified),
            own: None,
            theirs: None,
            coming: None,
            run: None,
            runs,
            unsaid: None,
        }
    }

    pub(crate) fn standing(&self) -> Standing {
        match self.trust {
            Trust::Nothing => Standing::Unverified,
            Trust::Verified(_) => Standing::Verified,
            Trust::Broken(_) => Standing::Changed,
        }
    }

    /// The certificate that they have to show, if they were verified.
    pub(crate) fn expected(&self) -> Option<Fingerprint> {
        match self.trust {
            Trust::Nothing => None,
            Trust::Verified(fingerprint) | Trust::Broken(fingerprint) => Some(fingerprint),
        }
    }

    /// How many runs there were.
    pub(crate) fn runs(&self) -> u32 {
        self.runs
    }

    /// What there is to show of a run.
    pub(crate) fn step(&self) -> Option<VerifyStep> {
        let Run { role, phase, .. } = self.run.as_ref()?;
        Some(match (phase, role) {
            (Phase::Asked, Role::Reader) => VerifyStep::Invited,
            (Phase::Asked, Role::Chooser) | (Phase::Exchanging { .. }, _) => VerifyStep::Waiting,
            (Phase::Comparing { code, .. }, Role::Reader) => VerifyStep::Reading(*code),
            (Phase::Comparing { rows, .. }, Role::Chooser) => VerifyStep::Choosing(*rows),
            (Phase::Told(_), _) => VerifyStep::Told,
            (Phase::Over(step), _) => step.clone(),
        })
    }

    /// Takes the description of this side.
    pub(crate) fn describe_here(&mut self, sdp: &str) {
        let own = Fingerprint::of_description(sdp);
        if std::mem::replace(&mut self.own, own) != own {
            self.interrupt_all();
        }
    }

    /// Takes a description of the other side, before it is used.
    pub(crate) fn describe_there(&mut self, sdp: &str) -> Admission {
        self.coming = Fingerprint::of_description(sdp);
        self.check(self.coming)
    }

    /// The last description of the other side is in use.
    pub(crate) fn described(&mut self) -> Admission {
        let coming = self.coming.take();
        if self.theirs.is_some() && self.theirs != coming {
            self.interrupt_all();
        }
        self.theirs = coming;
        // Something may have been verified since it came.
        self.check(coming)
    }

    fn check(&mut self, shown: Option<Fingerprint>) -> Admission {
        match self.trust {
            Trust::Verified(expected) if shown != Some(expected) => {
                self.trust = Trust::Broken(expected);
                self.run =
                    Some(Run { number: 0, role: Role::Reader, phase: Phase::Over(VerifyStep::Changed) });
                Admission::Refused
            }
            Trust::Broken(_) => Admission::Refused,
            Trust::Verified(_) | Trust::Nothing => Admission::Admitted,
        }
    }

    /// The data channel is gone, and what was said over it last may be. What is being compared stays as it is: the
    /// certificates are those of the page.
    pub(crate) fn interrupt(&mut self) {
        let is_exchanging = |run: &Run| matches!(run.phase, Phase::Asked | Phase::Exchanging { .. });
        if self.run.as_ref().is_some_and(is_exchanging) {
            self.end(VerifyStep::NoRun(NoRun::Interrupted));
        }
    }

    /// One of the certificates is another one now, so whatever is being compared is worth nothing.
    fn interrupt_all(&mut self) {
        if self.run.as_ref().is_some_and(|run| !matches!(run.phase, Phase::Over(_))) {
            self.end(VerifyStep::NoRun(NoRun::Interrupted));
        }
    }

    /// The data channel is there, perhaps again: what could not be said.
    pub(crate) fn catch_up(&mut self) -> Option<PeerMessage> {
        self.unsaid.take()
    }

    // ---- what the person wants

    pub(crate) fn intend(&mut self, intent: VerifyIntent, context: &mut Context<'_>) -> Outcome {
        let mut outcome = Outcome::default();
        match intent {
            VerifyIntent::Ask => outcome.messages.extend(self.ask(context)),
            VerifyIntent::Accept => outcome.messages.extend(self.accept(context)),
            VerifyIntent::Pick(row) => {
                let step = self.pick(Some(row));
                outcome.messages.extend(self.conclude(step, context));
            }
            VerifyIntent::PickNone => {
                let step = self.pick(None);
                outcome.messages.extend(self.conclude(step, context));
            }
            VerifyIntent::Heard => {
                if let Some(Run { phase: Phase::Told(fingerprint), .. }) = self.run {
                    self.trust = Trust::Verified(fingerprint);
                    self.run = None;
                    outcome.is_news = true;
                }
            }
            VerifyIntent::NotHeard => {
                if matches!(self.run, Some(Run { phase: Phase::Told(_), .. })) {
                    outcome.messages.extend(self.conclude(Some(VerifyStep::Mismatched), context));
                }
            }
            VerifyIntent::Close => {
                let closed = self.run.take().filter(|run| !matches!(run.phase, Phase::Over(_)));
                if let Some(run) = closed {
                    // Who lets somebody ask again and again is asked three times.
                    self.runs += u32::from(matches!((run.role, run.phase), (Role::Reader, Phase::Asked)));
                    outcome.messages.push(end(run.number, VerifyOutcome::Cancelled));
                }
            }
            VerifyIntent::Reconnect => {
                if matches!(self.trust, Trust::Broken(_)) {
                    (self.trust, self.run) = (Trust::Nothing, None);
                    outcome.reconnects = true;
                }
            }
        }
        outcome
    }

    fn ask(&mut self, context: &mut Context<'_>) -> Option<PeerMessage> {
        if self.run.as_ref().is_some_and(|run| !matches!(run.phase, Phase::Over(_)))
            || matches!(self.trust, Trust::Broken(_))
        {
            return None;
        }
        let refusal = if self.runs >= RUNS_MAX {
            Some(NoRun::TooOften)
        } else if !context.is_channel_open {
            Some(NoRun::Interrupted)
        } else if self.own.is_none() || self.theirs.is_none() {
            Some(NoRun::Impossible)
        } else {
            None
        };
        let secret = context.secrets.draw();
        let (None, Some([a, b, c, d, ..])) = (refusal, secret) else {
            let phase = Phase::Over(VerifyStep::NoRun(refusal.unwrap_or(NoRun::Impossible)));
            self.run = Some(Run { number: 0, role: Role::Chooser, phase });
            return None;
        };
        let number = u32::from_be_bytes([a, b, c, d]);
        self.run = Some(Run { number, role: Role::Chooser, phase: Phase::Asked });
        Some(PeerMessage::VerifyAsk { run: number })
    }

    fn accept(&mut self, context: &mut Context<'_>) -> Option<PeerMessage> {
        let Run { number, role: Role::Reader, phase: Phase::Asked } = self.run.as_ref()? else { return None };
        let number = *number;
        let Some((exchange, fingerprint)) = self.begin(number, context) else {
            self.end(VerifyStep::NoRun(NoRun::Impossible));
            return Some(end(number, VerifyOutcome::Cancelled));
        };
        let commitment = exchange.commitment();
        self.run =
            Some(Run { number, role: Role::Reader, phase: Phase::Exchanging { exchange, fingerprint } });
        Some(PeerMessage::VerifyCommit { run: number, commitment })
    }

    /// What picking this row, or none, comes to.
    fn pick(&mut self, row: Option<usize>) -> Option<VerifyStep> {
        let Run { role: Role::Chooser, phase: Phase::Comparing { code, fingerprint, rows }, .. } =
            self.run.as_ref()?
        else {
            return None;
        };
        let picked = row.and_then(|row| rows.get(row));
        Some(if picked == Some(code) {
            self.trust = Trust::Verified(*fingerprint);
            VerifyStep::Matched
        } else {
            VerifyStep::Mismatched
        })
    }

    // ---- what the other side says

    pub(crate) fn hear(&mut self, message: &PeerMessage, context: &mut Context<'_>) -> Vec<PeerMessage> {
        match *message {
            PeerMessage::VerifyAsk { run } => self.asked(run, context).into_iter().collect(),
            PeerMessage::VerifyCommit { run, commitment } if self.is_current(run) => {
                self.committed(commitment, context)
            }
            PeerMessage::VerifyReveal { run, nonce } if self.is_current(run) => {
                self.revealed(nonce, context).into_iter().collect()
            }
            PeerMessage::VerifyEnd { run, outcome } if self.is_current(run) => {
                self.ended(outcome);
                Vec::new()
            }
            _ => Vec::new(),
        }
    }

    fn is_current(&self, number: u32) -> bool {
        self.run.as_ref().is_some_and(|run| run.number == number)
    }

    fn asked(&mut self, number: u32, context: &mut Context<'_>) -> Option<PeerMessage> {
        let invite = Run { number, role: Role::Reader, phase: Phase::Asked };
        match &self.run {
            // Both asked at once.
            Some(Run { role: Role::Chooser, phase: Phase::Asked, .. }) => {
                if context.me > context.they {
                    return None;
                }
                self.run = Some(invite);
                return self.accept(context);
            }
            None | Some(Run { phase: Phase::Over(VerifyStep::NoRun(_)), .. }) => {}
            // What a run came to is not covered up before it was seen.
            Some(_) => return Some(end(number, VerifyOutcome::Cancelled)),
        }
        if self.runs >= RUNS_MAX || matches!(self.trust, Trust::Broken(_)) {
            return Some(end(number, VerifyOutcome::Cancelled));
        }
        self.run = Some(invite);
        None
    }

    fn committed(&mut self, commitment: Bytes32, context: &mut Context<'_>) -> Vec<PeerMessage> {
        let Some(run) = &mut self.run else { return Vec::new() };
        let number = run.number;
        match (&mut run.phase, run.role) {
            // They are the first to commit themselves, when they accept.
            (Phase::Asked, Role::Chooser) => {
                let Some((mut exchange, fingerprint)) = self.begin(number, context) else {
                    self.end(VerifyStep::NoRun(NoRun::Impossible));
                    return vec![end(number, VerifyOutcome::Cancelled)];
                };
                let own = exchange.commitment();
                match exchange.take_commitment(commitment) {
                    Ok(nonce) => {
                        let phase = Phase::Exchanging { exchange, fingerprint };
                        self.run = Some(Run { number, role: Role::Chooser, phase });
                        vec![
                            PeerMessage::VerifyCommit { run: number, commitment: own },
                            PeerMessage::VerifyReveal { run: number, nonce },
                        ]
                    }
                    Err(foul) => self.foul(foul, context),
                }
            }
            (Phase::Exchanging { exchange, .. }, _) => match exchange.take_commitment(commitment) {
                Ok(nonce) => vec![PeerMessage::VerifyReveal { run: number, nonce }],
                Err(foul) => self.foul(foul, context),
            },
            (Phase::Over(_), _) => Vec::new(),
            (Phase::Asked, Role::Reader) => self.foul(Foul::Missing, context),
            (Phase::Comparing { .. } | Phase::Told(_), _) => self.foul(Foul::Repeated, context),
        }
    }

    fn revealed(&mut self, nonce: Bytes32, context: &mut Context<'_>) -> Vec<PeerMessage> {
        let Some(run) = &mut self.run else { return Vec::new() };
        match &mut run.phase {
            Phase::Exchanging { exchange, fingerprint } => match exchange.take_nonce(nonce) {
                Ok(code) => {
                    let Some(rows) = among_decoys(code, context.secrets) else { return Vec::new() };
                    run.phase = Phase::Comparing { code, fingerprint: *fingerprint, rows };
                    Vec::new()
                }
                Err(foul) => self.foul(foul, context),
            },
            Phase::Over(_) => Vec::new(),
            Phase::Asked => self.foul(Foul::Missing, context),
            Phase::Comparing { .. } | Phase::Told(_) => self.foul(Foul::Repeated, context),
        }
    }

    fn ended(&mut self, outcome: VerifyOutcome) {
        let Some(run) = &mut self.run else { return };
        match (outcome, &run.phase, run.role) {
            (VerifyOutcome::Matched, Phase::Comparing { fingerprint, .. }, Role::Reader) => {
                run.phase = Phase::Told(*fingerprint);
            }
            (VerifyOutcome::Matched, ..) => {}
            (VerifyOutcome::Mismatched, Phase::Over(VerifyStep::Matched), _) => self.distrust(),
            (_, Phase::Over(_), _) => {}
            (VerifyOutcome::Mismatched, ..) => self.distrust(),
            (VerifyOutcome::Cancelled, ..) => self.end(VerifyStep::NoRun(NoRun::Declined)),
        }
    }

    // ---- how it goes on

    /// The exchange of this run, and the certificate that it is about. None when there are no certificates to speak
    /// of, or no secrets.
    fn begin(&mut self, number: u32, context: &mut Context<'_>) -> Option<(Exchange, Fingerprint)> {
        let Context { room, me, they, .. } = *context;
        let (own, theirs) = (self.own?, self.theirs?);
        let nonce = Bytes32(context.secrets.draw()?);
        self.runs += 1;
        let transcript = Transcript::new(room, number, (me, own), (they, theirs));
        Some((Exchange::new(transcript, me, they, nonce), theirs))
    }

    /// Somebody who means well does nothing of the kind.
    fn foul(&mut self, _: Foul, context: &Context<'_>) -> Vec<PeerMessage> {
        self.conclude(Some(VerifyStep::Mismatched), context).into_iter().collect()
    }

    /// Ends a run with what it came to, and says so.
    fn conclude(&mut self, step: Option<VerifyStep>, context: &Context<'_>) -> Option<PeerMessage> {
        let (step, number) = (step?, self.run.as_ref()?.number);
        let outcome = if step == VerifyStep::Matched {
            self.end(step);
            VerifyOutcome::Matched
        } else {
            self.distrust();
            VerifyOutcome::Mismatched
        };
        let message = end(number, outcome);
        if context.is_channel_open {
            return Some(message);
        }
        self.unsaid = Some(message);
        None
    }

    /// It did not match, whatever was found before.
    fn distrust(&mut self) {
        self.trust = Trust::Nothing;
        self.end(VerifyStep::Mismatched);
    }

    fn end(&mut self, step: VerifyStep) {
        if let Some(run) = &mut self.run {
            run.phase = Phase::Over(step);
        }
    }
}

fn end(run: u32, outcome: VerifyOutcome) -> PeerMessage {
    PeerMessage::VerifyEnd { run, outcome }
}

/// The code at a place of its own among others that nobody can know before they are seen.
fn among_decoys(code: Code, secrets: &mut Secrets) -> Option<[Code; ROWS]> {
    let mut rows = [code; ROWS];
    let place = usize::from(secrets.draw()?[0]) % ROWS;
    for (_, row) in rows.iter_mut().enumerate().filter(|(row, _)| *row != place) {
        *row = Code::of_digest(secrets.draw()?);
    }
    Some(rows)
}
