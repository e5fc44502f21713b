//! What can happen to a call, and what the page is asked to do about it.

use crate::{
    Choices, ChosenFile, Counters, DeviceAction, DeviceEvent, DeviceId, DeviceKind, DeviceProblem, Encoding,
    FileAction, FileEvent, FileId, Hearing, Ice, Joint, Level, Line, Opening, RecordingEvent,
    RecordingProblem, Routes, Setting, ShareAction, ShareEvent, ShareProblem, Source, SpeechAction,
    SpeechEvent, Trouble, Verified, VerifyIntent,
};
use ojak_protocol::{
    Candidate, ChatText, ClientMessage, Departure, Description, DisplayName, FileName, PeerId, PeerMessage,
    PeerSignal, RoomName, ServerMessage, Switch,
};
use std::time::Duration;

/// Something happened.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// The person wants something.
    Intent(Intent),
    /// The signalling socket changed or said something.
    Socket(SocketEvent),
    /// A camera or microphone did.
    Device(DeviceEvent),
    /// The person's own screen did.
    Share(ShareEvent),
    /// What writes down what the person says did.
    Speech(SpeechEvent),
    /// The recording did.
    Recording(RecordingEvent),
    /// How loud the microphone was at its loudest since the last time, muted or not; about twice a second.
    Loudness(Level),
    /// The peer connection of this number to this peer did.
    Peer(PeerId, u32, PeerEvent),
    /// About twice a second, so that silence can be noticed, and when [`Action::CallBack`] asked for it. With
    /// the time of the day, which goes on while the machine sleeps and the other clock may not.
    Tick(Duration),
    /// The browser says that the machine is on another network, or on one again.
    NetworkChanged,
    /// The page came out of what the browser keeps of it, for the server did not answer.
    ServerGone,
    /// This page is a copy of one that is in a call, in another tab.
    SeatElsewhere(Seat),
    /// Another tab took the seat that this page holds.
    SeatTaken,
    /// Random bytes that nobody else can know, once: without them nobody can be verified.
    Secret([u8; 32]),
    /// Those who were verified before this page was loaded again. Comes before [`Intent::Return`].
    Recalled(Vec<Verified>),
    /// Something happened to a file.
    File(FileEvent),
    /// [`Action::FetchCall`] is done: the [`Lobby`](crate::Lobby) is a [`Call`](crate::Call) from here on.
    CallFetched,
    /// [`Action::FetchCall`] failed, for this reason.
    CallMissed(Trouble),
}

/// A place in a room, as it is kept for a reload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seat {
    /// Which room.
    pub room: RoomName,
    /// What the person is called there.
    pub name: DisplayName,
    /// Whose it is.
    pub peer: PeerId,
    /// Gives it back, once.
    pub resume: String,
}

/// What a person can want.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Intent {
    /// To enter a room. Waits for devices that are about to open.
    Join {
        /// As typed, in lower case and in Unicode normalization form C.
        room: String,
        /// As typed.
        name: String,
    },
    /// To know who is in the room that is being typed, as far as it is typed; in lower case and in Unicode
    /// normalization form C.
    LookInto(String),
    /// To have the seat back that was theirs before the page was loaded again.
    Return(Seat),
    /// To go on in this tab with the call that is in another one.
    TakeOver,
    /// To go.
    Leave,
    /// Back to the lobby, after a call or after something went wrong.
    ReturnToLobby,
    /// A camera or microphone on or off.
    Switch(DeviceKind, Switch),
    /// This camera or microphone instead of the one in use.
    Choose(DeviceKind, DeviceId),
    /// Whichever camera or microphone the browser prefers instead of the one in use.
    ChooseDefault(DeviceKind),
    /// Sound to come out there.
    ChooseSpeaker(DeviceId),
    /// The camera on the other side of the phone.
    Flip,
    /// Something of a camera or microphone.
    Set(Setting),
    /// Packets to go only these ways from now on.
    Route(Routes),
    /// To be heard while a key is held, although muted; `Off` when it is let go of.
    Talk(Switch),
    /// To have this camera or microphone opened, which failed, or was not asked for yet.
    Retry(DeviceKind),
    /// To see how the connections are, or not any more: [`Person::health`](crate::Person::health).
    Watch(Switch),
    /// The picture of this peer is shown so high, in pixels of the screen; 0 when it is not to be seen.
    Show(PeerId, u32),
    /// To have both opened, which failed alike or were not asked for yet; with one question for permission.
    RetryBoth,
    /// Something to do with the others, besides talking.
    Joint(Joint),
    /// To know, or to let somebody know, that nobody sits in between.
    Verify(PeerId, VerifyIntent),
    /// Not to wait any longer to be let in.
    StopWaiting,
    /// That whoever comes has to ask, or need not. The host's word, as the next three.
    Lock(Switch),
    /// Somebody who asks to come in.
    Admit(PeerId),
    /// Somebody who asks not to come in.
    Deny(PeerId),
    /// Somebody to be sent out.
    Remove(PeerId),
    /// To say this in the chat.
    Say(String),
    /// To see the chat, or not to see it any more.
    LookAtChat(Switch),
    /// To offer these to everybody.
    Offer(Vec<ChosenFile>),
    /// To offer one of their own once more, to whoever does not have it.
    OfferAgain(u32),
    /// To have a file that somebody offers.
    TakeFile(FileId),
    /// Not to have it, or not to have it sent; or not the rest of it.
    CancelFile(FileId),
}

/// What the signalling socket can do.
#[derive(Clone, Debug, PartialEq)]
pub enum SocketEvent {
    /// It is open.
    Opened,
    /// The server said something.
    Message(ServerMessage<PeerSignal>),
    /// It is gone, or never came to be.
    Closed,
}

/// What a peer connection can do.
#[derive(Clone, Debug, PartialEq)]
pub enum PeerEvent {
    /// `negotiationneeded`.
    NegotiationNeeded,
    /// [`PeerAction::SetLocal`] is done, and this came of it.
    LocalSet(Description),
    /// [`PeerAction::SetRemote`] is done.
    RemoteSet,
    /// [`PeerAction::SetLocal`] or [`PeerAction::SetRemote`] failed.
    DescriptionRefused,
    /// `icecandidate`; none is the end of them.
    Gathered(Option<Candidate>),
    /// `icecandidateerror`: what a STUN or TURN server said that does not help, or from 700 on that it said nothing.
    CandidateError(u16),
    /// `connectionstatechange`.
    State(ConnectionState),
    /// The data channel is open.
    ChannelOpened,
    /// The other side closed it.
    ChannelClosed,
    /// [`PeerAction::Measure`] is done: bytes of media that have arrived so far.
    Measured(u64),
    /// They are as loud as this: a root mean square in `0.0..=1.0`, a few times a second. [`SILENCE`](crate::SILENCE)
    /// need not be told.
    Heard(f32),
    /// What has been counted of the connection so far, every second.
    Carried(Box<Counters>),
    /// The peer said something over it.
    Said(PeerMessage),
}

/// `RTCPeerConnectionState`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConnectionState {
    /// Nothing has begun.
    New,
    /// Looking for a path.
    Connecting,
    /// Found one.
    Connected,
    /// The path does not answer just now.
    Disconnected,
    /// No path works.
    Failed,
    /// Over.
    Closed,
}

/// Something to be done by the page.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// Fetch what only a call needs; answered by [`Event::CallFetched`] or [`Event::CallMissed`].
    FetchCall,
    /// Open the signalling socket; an earlier one is dropped.
    OpenSocket,
    /// Send this over the signalling socket.
    Send(ClientMessage<PeerSignal>),
    /// Close the signalling socket.
    CloseSocket,
    /// Do something to a camera or microphone.
    Device(DeviceAction),
    /// Do something to the person's own screen.
    Share(ShareAction),
    /// Do something to what writes down what the person says.
    Speech(SpeechAction),
    /// Write this line into the captions of its speaker's picture, in place of what it said before.
    Cue(Line),
    /// Let the person keep this WebVTT file.
    SaveCaptions(String),
    /// Make a peer connection to this peer, with the data channel; `Opening` says who offers first.
    CreatePeer {
        /// Whom to. An earlier connection to them is closed.
        peer: PeerId,
        /// Its number, which is that of no other: what it does is told with it.
        connection: u32,
        /// What it looks for ways with.
        ice: Ice,
        /// Whether it brings transceivers (who offers) or waits for them (who answers).
        opening: Opening,
    },
    /// Do something to the peer connection to this peer.
    Peer(PeerId, PeerAction),
    /// Close the peer connection to this peer and forget it.
    ClosePeer(PeerId),
    /// Keep these choices for the next visit.
    Remember(Choices),
    /// Keep the seat for a reload of this tab, and nobody else's.
    KeepSeat(Seat),
    /// Keep it no longer.
    DropSeat,
    /// Take this seat from the tab that has it, with the token that this tab has by now; answered by
    /// [`Intent::Return`].
    TakeSeat(Seat),
    /// Record the call, or end the recording; answered by [`Event::Recording`].
    Record(Switch),
    /// Keep for a reload of this tab that these, and no others, are verified.
    KeepVerified(Vec<Verified>),
    /// Send a [`Event::Tick`] after this time; only the last such wish counts.
    CallBack(Duration),
    /// Tell the person.
    Announce(Notice),
    /// Do something to a file.
    File(FileAction),
}

/// Something to be done to a peer connection.
#[derive(Clone, Debug, PartialEq)]
pub enum PeerAction {
    /// `setLocalDescription()` without argument: an offer when stable, an answer after an offer.
    SetLocal,
    /// `setRemoteDescription`.
    SetRemote(Description),
    /// Take over the transceivers that the first offer brought: send on them what is open here.
    AdoptTransceivers,
    /// `addIceCandidate`.
    AddCandidate(Option<Candidate>),
    /// `restartIce()`.
    RestartIce,
    /// `getStats()`, answered by [`PeerEvent::Measured`].
    Measure,
    /// `setConfiguration`: look for ways with this from the next restart on.
    UseIce(Ice),
    /// They have a picture: show it with their sound.
    ShowPicture,
    /// Encode the picture of this source like that from now on, whatever comes out of it.
    Encode(Source, Encoding),
    /// Send sound before anything else, and no more of it than this, in bits a second.
    FavourSound {
        /// Bits a second.
        max_bitrate: u32,
    },
    /// Send this over the data channel.
    Say(PeerMessage),
}

/// Something the person should hear of once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// Somebody came in.
    Entered(DisplayName),
    /// Somebody is gone.
    Left(DisplayName, Departure),
    /// Nothing comes from somebody, while the others are heard.
    Interrupted(DisplayName),
    /// Somebody switched their microphone.
    Microphone(DisplayName, Switch),
    /// The device that was chosen could not be opened, and the one before stays.
    Kept(DeviceKind, DeviceProblem),
    /// The device in use stopped by itself.
    Ended(DeviceKind),
    /// The person talks, and is muted.
    TalkingWhileMuted,
    /// The person is not muted, and nothing comes from their microphone.
    Silent,
    /// The person was muted on the way in: many are here.
    JoinedMuted,
    /// Somebody began to record the call, or ended it.
    Records(DisplayName, Switch),
    /// The person's own recording is saved.
    RecordingSaved,
    /// It had to end, since there is no more room for it.
    RecordingFull,
    /// There is none, or no more of it.
    NotRecorded(RecordingProblem),
    /// Somebody does not hear the person, who is on the air.
    Unheard(DisplayName, Hearing),
    /// The server is there again, after the person was told that it was lost.
    BackOnline,
    /// Somebody shares a screen, or stopped.
    Shares(DisplayName, Switch),
    /// The way from somebody does not carry the screen that they share.
    ScreenPaused(DisplayName),
    /// Somebody raised their hand.
    HandRaised(DisplayName),
    /// The person wanted to share a screen, and could not.
    NotShared(ShareProblem),
    /// The screen that the person shared ended by itself.
    ShareEnded,
    /// Somebody is verified.
    Verified(DisplayName),
    /// Somebody who was verified shows another certificate, so nothing goes to them.
    Changed(DisplayName),
    /// The person is the host now.
    Host,
    /// There is no place in the room for who was to be let in.
    NoPlace,
    /// Somebody wrote something, and the person does not look at the chat.
    Message(DisplayName, ChatText),
    /// Somebody offers a file.
    File(DisplayName, FileName),
}
