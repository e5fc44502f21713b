//! English.

use super::chat::{Between, Chat, Files};
use super::{
    BadName, BadRoom, Call, Device, Devices, Ended, Insecure, Knocking, Language, Later, Lobby, Menus,
    Notices, People, Problem, Problems, Recording, Refusals, Sentence, Strings, Tiles, Together, Verify,
};
use super::{Causes, Health, Obstacles, Why};

pub(super) const EN: Strings = Strings {
    app: "Ojak",
    other_language: "한국어",
    close: "Close",
    copy: "Copy",
    try_again: "Try again",
    you: "You",

    lobby: Lobby {
        form: "Join a call",
        room: "Room",
        room_hint: "Same name, same room",
        name: "Your name",
        present: |count| {
            if count == 1 {
                "1 person in the room".to_owned()
            } else {
                count.to_string() + " people in the room"
            }
        },
        name_hint: "Shown to everyone in the call",
        preview: "Preview",
        join: "Join",
        join_without_camera: "Join without camera",
        join_without_microphone: "Join without microphone",
        join_without_either: "Join without camera or microphone",
        joining: "Joining…",
        trust: "Calls go straight between browsers, encrypted end to end.",
        allow_both: "Allow camera and microphone",
        asking: "Your browser is asking, usually near the address bar. Nothing is sent until you join.",
        waiting: "Waiting…",
    },

    call: Later::of(Language::English),

    tiles: Later::of(Language::English),

    menus: Later::of(Language::English),

    people: Later::of(Language::English),
    knocking: Later::of(Language::English),

    camera: Device {
        name: "Camera",
        choose: "Choose camera",
        settings: "Camera settings",
        allow: "Allow camera",
        starting: "Starting camera…",
        off: "Camera is off",
        kept: "The camera you had before stays on.",
        none: "No camera",
        problems: Problems {
            denied: Problem {
                word: "Blocked",
                sentence: Sentence {
                    title: "Camera is blocked",
                    detail: "Allow the camera for this site, usually with the icon beside the address, then try again.",
                },
                in_call: None,
            },
            dismissed: Problem {
                word: "Not allowed yet",
                sentence: Sentence {
                    title: "Camera isn’t allowed yet",
                    detail: "The question was closed without an answer. Try again and choose Allow.",
                },
                in_call: None,
            },
            busy: Problem {
                word: "In use",
                sentence: Sentence {
                    title: "Camera is in use by another app",
                    detail: "Close that app and try again, or join without it.",
                },
                in_call: Some("Close that app and try again."),
            },
            missing: Problem {
                word: "Not found",
                sentence: Sentence {
                    title: "No camera found",
                    detail: "Connect a camera and try again, or join without it.",
                },
                in_call: Some("Connect a camera and try again."),
            },
            gone: Problem {
                word: "Not connected",
                sentence: Sentence {
                    title: "That camera isn’t connected any more",
                    detail: "Choose another one, or connect it and try again.",
                },
                in_call: None,
            },
            unsuited: Problem {
                word: "Not possible",
                sentence: Sentence { title: "This device has no such camera", detail: "Choose another one." },
                in_call: None,
            },
            ended: Problem {
                word: "Stopped",
                sentence: Sentence {
                    title: "Camera stopped",
                    detail: "It was unplugged, or its permission was withdrawn. Check it and try again.",
                },
                in_call: None,
            },
            unsupported: Problem {
                word: "Not available",
                sentence: Sentence {
                    title: "This browser can’t use a camera here",
                    detail: "Open the link in Chrome, Edge, Firefox or Safari, over https.",
                },
                in_call: None,
            },
            unknown: Problem {
                word: "Not working",
                sentence: Sentence {
                    title: "Camera didn’t start",
                    detail: "Try again. If that doesn’t help, unplug it or restart the browser.",
                },
                in_call: None,
            },
            embedded: Sentence {
                title: "This app’s browser can’t use the camera",
                detail: "Open the link in Chrome, Safari or your usual browser: this app’s menu can do that.",
            },
        },
    },

    microphone: Device {
        name: "Microphone",
        choose: "Choose microphone",
        settings: "Microphone settings",
        allow: "Allow microphone",
        starting: "Starting microphone…",
        off: "Microphone is off",
        kept: "The microphone you had before stays on.",
        none: "No microphone",
        problems: Problems {
            denied: Problem {
                word: "Blocked",
                sentence: Sentence {
                    title: "Microphone is blocked",
                    detail: "Allow the microphone for this site, usually with the icon beside the address, then try again.",
                },
                in_call: None,
            },
            dismissed: Problem {
                word: "Not allowed yet",
                sentence: Sentence {
                    title: "Microphone isn’t allowed yet",
                    detail: "The question was closed without an answer. Try again and choose Allow.",
                },
                in_call: None,
            },
            busy: Problem {
                word: "In use",
                sentence: Sentence {
                    title: "Microphone is in use by another app",
                    detail: "Close that app and try again, or join without it.",
                },
                in_call: Some("Close that app and try again."),
            },
            missing: Problem {
                word: "Not found",
                sentence: Sentence {
                    title: "No microphone found",
                    detail: "Connect a microphone and try again, or join without it.",
                },
                in_call: Some("Connect a microphone and try again."),
            },
            gone: Problem {
                word: "Not connected",
                sentence: Sentence {
                    title: "That microphone isn’t connected any more",
                    detail: "Choose another one, or connect it and try again.",
                },
                in_call: None,
            },
            unsuited: Problem {
                word: "Not possible",
                sentence: Sentence {
                    title: "This device has no such microphone",
                    detail: "Choose another one.",
                },
                in_call: None,
            },
            ended: Problem {
                word: "Stopped",
                sentence: Sentence {
                    title: "Microphone stopped",
                    detail: "It was unplugged, or its permission was withdrawn. Check it and try again.",
                },
                in_call: None,
            },
            unsupported: Problem {
                word: "Not available",
                sentence: Sentence {
                    title: "This browser can’t use a microphone here",
                    detail: "Open the link in Chrome, Edge, Firefox or Safari, over https.",
                },
                in_call: None,
            },
            unknown: Problem {
                word: "Not working",
                sentence: Sentence {
                    title: "Microphone didn’t start",
                    detail: "Try again. If that doesn’t help, unplug it or restart the browser.",
                },
                in_call: None,
            },
            embedded: Sentence {
                title: "This app’s browser can’t use the microphone",
                detail: "Open the link in Chrome, Safari or your usual browser: this app’s menu can do that.",
            },
        },
    },

    devices: Devices {
        speaker: "Speaker",
        test_sound: "Play test sound",
        level: "Microphone level",
        before_asking: "Your browser will ask you next. Nothing is sent until you join.",
        start: "Start preview",
        allow: "Allow",
        flip: "Switch camera",
        resolution: "Resolution",
        frame_rate: "Frames per second",
        echo_cancellation: "Echo cancellation",
        noise_suppression: "Reduce background noise",
        denoise: "Keep only voices",
        automatic_gain: "Automatic volume",
        in_force: |[width, height, rate]| {
            ["Now ", &width, " × ", &height, ", ", &rate, " frames per second"].concat()
        },
        unchanged: "This browser doesn’t change it",
        use_default: "Use the default microphone",
        silent: Sentence {
            title: "Your microphone is silent",
            detail: "Nothing at all comes from it. Check it, or use another one.",
        },
        talking: Sentence {
            title: "You’re muted",
            detail: "Turn your microphone on, or hold Space to talk.",
        },
        joined_muted: Sentence {
            title: "You joined muted",
            detail: "Many people are here. Turn your microphone on when you want to talk.",
        },
    },
    both_denied: Sentence {
        title: "Camera and microphone are blocked",
        detail: "Allow both for this site, usually with the icon beside the address, then try again.",
    },
    both_dismissed: Sentence {
        title: "Camera and microphone aren’t allowed yet",
        detail: "The question was closed without an answer. Try again and choose Allow.",
    },
    both_missing: Sentence {
        title: "No camera or microphone found",
        detail: "Connect them and try again, or join without them to see and hear the others.",
    },
    both_unsupported: Sentence {
        title: "This browser can’t use a camera or microphone here",
        detail: "Open the link in Chrome, Edge, Firefox or Safari, over https.",
    },

    both_embedded: Sentence {
        title: "This app’s browser can’t use the camera and microphone",
        detail: "Open the link in Chrome, Safari or your usual browser: this app’s menu can do that.",
    },

    together: Later::of(Language::English),

    recording: Later::of(Language::English),
    notices_title: "Notifications",
    notices: Later::of(Language::English),
    chat: Later::of(Language::English),
    ended: Later::of(Language::English),
    insecure: Insecure {
        sentence: Sentence {
            title: "This page isn’t secure",
            detail: "Browsers only allow the camera and microphone on https pages. Ask for a link that begins with https.",
        },
        open: "Try the same address over https",
    },
    unreachable: Sentence {
        title: "The server doesn’t answer",
        detail: "Check your internet connection and try again. If it works elsewhere, the server may be down.",
    },
    outdated: Sentence {
        title: "There’s a new version of Ojak",
        detail: "Reload the page, then join. The room and your name stay filled in.",
    },
    reload: "Reload",
    socket_lost: Sentence {
        title: "Connection to the server lost.",
        detail: "People already here stay with you. We keep trying to reach it.",
    },
    elsewhere: Sentence {
        title: "This call is open in another tab",
        detail: "You can go on with it here instead.",
    },
    use_this_tab: "Use this tab",
    rejoin: "Join again",
    back_to_lobby: "Back to the start",
    another_room: "Use another room",
    bad_room: BadRoom {
        empty: "Enter a room name",
        too_long: "That name is too long: 64 characters at most",
        character: |bad| {
            let mut text = String::from("A room name can’t contain “");
            text.push(bad);
            text.push_str("”: use letters, digits, - and _");
            text
        },
    },
    bad_name: BadName {
        empty: "Enter your name",
        too_long: "That name is too long: 48 characters at most",
        character: "That name has an invisible character in it: type it again",
    },
    refusals: Refusals {
        bad_message: Sentence {
            title: "The server didn’t understand this page",
            detail: "They may be of different versions. Reload the page and try again.",
        },
        bad_version: Sentence {
            title: "This page is out of date",
            detail: "The server was updated meanwhile. Reload the page and join again.",
        },
        bad_room: Sentence {
            title: "The server doesn’t accept this room name",
            detail: "Use 1 to 64 letters, digits, - and _.",
        },
        bad_name: Sentence {
            title: "The server doesn’t accept this name",
            detail: "Use 1 to 48 visible characters.",
        },
        room_full: Sentence {
            title: "This room is full",
            detail: "As many people are here as this room can hold. When someone leaves, you can join.",
        },
        room_locked: Sentence {
            title: "This room is locked",
            detail: "Nobody let you in, or too many people are waiting already. Try again later.",
        },
        denied: Sentence {
            title: "You weren’t let in",
            detail: "Ask the host to admit you, then try again.",
        },
        removed: Sentence {
            title: "You were removed from the call",
            detail: "The host took you out of this room. You can use another one.",
        },
        resume_refused: Sentence {
            title: "Your place in the call is gone",
            detail: "You were away for too long. Join again to get back in.",
        },
        too_many_requests: Sentence {
            title: "Too many tries",
            detail: "Too many came from your network in a short time. Wait a minute and try again.",
        },
        not_in_room: Sentence {
            title: "You’re not in the room any more",
            detail: "The server took too long to hear from you. Join again to get back in.",
        },
        no_such_peer: Sentence {
            title: "That person is not here any more",
            detail: "They left a moment ago. Join again if the call looks wrong.",
        },
        server_full: Sentence {
            title: "The server is full",
            detail: "It carries as many calls as it can. Try again in a few minutes.",
        },
        internal: Sentence {
            title: "Something went wrong on the server",
            detail: "It isn’t your fault. Try again in a moment.",
        },
    },
    obstacles: Later::of(Language::English),
    health: Later::of(Language::English),

    verify: Later::of(Language::English),
};

pub(super) const CALL: Call = Call {
    stage: "Call",
    controls: "Call controls",
    leave: "Leave",
    full_screen: "Full screen",
    elapsed: "Time in call",
    muted: "Muted",
    connecting: "Connecting…",
    reconnecting: "Reconnecting…",
    stays_open: "The call stays open while we try.",
    interrupted_ours: "Your internet connection is interrupted.",
    interrupted_theirs: "Their internet connection is interrupted.",
    interrupted_between: "The connection between you is interrupted.",
    failed: "Couldn’t connect",
    failed_hint: "A firewall between the two of you may be blocking calls. Another network usually helps.",
    alone: "You’re the only one here",
    send_link: "Send this link to the people you want to meet.",
    link: "Link to this room",
    link_copied: "Link copied",
    copy_failed: "Select the link and copy it",
};

pub(super) const TILES: Tiles = Tiles {
    own_inset: "Your view. Drag to another corner.",
    other_inset: |name| [name, ". Drag to another corner."].concat(),
    good: "Connection: good",
    fair: "Connection: fair",
    poor: "Connection: poor",
    pages: "Pages",
    previous_page: "Previous page",
    next_page: "Next page",
    page: |page, pages| ["Page ", page, " of ", pages].concat(),
    sound_on: "Turn sound on",
    last_picture: |seconds| ["Last picture, ", seconds, " s ago"].concat(),
};

pub(super) const MENUS: Menus = Menus {
    more: "More",
    picture_in_picture: "Picture in picture",
    chat: "Chat",
    people: "People",
    health: "Call health",
    invite: "Invite",
    share: "Share",
    scan: "Or scan to join from a phone",
    qr: "QR code for this room’s link",
    shortcuts: "Keyboard shortcuts",
    settings: "Settings",
    sound_and_video: "Sound and video",
    keys: "Shortcuts",
    hold_to_talk: "Hold to talk",
    mirror: "Mirror my own view",
    mirror_hint: "Others always see you the right way round.",
    appearance: "Appearance",
    system: "Same as system",
    light: "Light",
    dark: "Dark",
    language: "Language",
    connection: "Connection",
    hide_address: "Hide my address (relay only)",
    hide_address_hint: "Nobody in the call learns your IP address. Everything goes through the server’s relay, which may add delay.",
    no_relay: "This server has no relay: while this is on, you can’t connect to anybody.",
};

pub(super) const PEOPLE: People = People {
    waiting: "Waiting to join",
    in_call: "In the call",
    admit: "Admit",
    decline: "Decline",
    wants_to_join: |name| [name, " wants to join"].concat(),
    asked_now: "Asked just now",
    asked: |minutes| ["Asked ", &minutes.to_string(), " min ago"].concat(),
    host: "Host",
    yourself: |name| [name, " (You)"].concat(),
    camera_off: "Camera off",
    more: |name| ["More about ", name].concat(),
    pin: "Pin",
    unpin: "Unpin",
    volume: "Volume for me",
    volume_of: |name| ["Volume of ", name, " for me"].concat(),
    remove: "Remove from call",
    remove_who: |name| ["Remove ", name, " from the call?"].concat(),
    remove_hint: "They can come back unless you ask before letting people in.",
    cancel: "Cancel",
    ask_first: "Ask before letting people in",
    is_open: "Anyone with the link can come in.",
    is_locked: |name| [name, " is asked before anyone comes in."].concat(),
    you_host: Sentence { title: "You’re the host now", detail: "You decide who comes in." },
    no_place: Sentence {
        title: "The room is full",
        detail: "When someone leaves, you can admit the next person.",
    },
};

pub(super) const KNOCKING: Knocking = Knocking {
    sentence: Sentence {
        title: "Waiting to be let in",
        detail: "The host can see your name. You’ll join as soon as they let you in.",
    },
    stop: "Stop waiting",
    unreachable: Sentence {
        title: "The server isn’t answering",
        detail: "Ojak keeps trying, and asks again when it is back.",
    },
};

pub(super) const TOGETHER: Together = Together {
    share_screen: "Share screen",
    share_word: "Share",
    sharing: "You are sharing your screen",
    paused_for: |names| ["Too slow a connection: your screen is paused for ", names].concat(),
    stop: "Stop",
    own_screen: "Your screen",
    screen_of: |name| [name, "’s screen"].concat(),
    shares: |name| [name, " is sharing a screen"].concat(),
    shares_no_more: |name| [name, " stopped sharing"].concat(),
    screen_paused: |name| [name, "’s screen is paused"].concat(),
    screen_paused_detail: "The connection is too slow for it. It comes back by itself.",
    screens: "Shared screens",
    emphasis: "Sharp text or smooth motion",
    automatic: "Automatic",
    sharp: "Sharp text",
    smooth: "Smooth motion",
    share_unreadable: Sentence {
        title: "Your screen can’t be captured",
        detail: "Allow screen recording for this browser in the system’s settings, then try again.",
    },
    share_missing: Sentence {
        title: "There is nothing to share",
        detail: "Open the window you want to show, then try again.",
    },
    share_failed: Sentence { title: "Sharing didn’t start", detail: "Try again, or share another window." },
    share_ended: "You are no longer sharing your screen",

    react: "React",
    raise_hand: "Raise hand",
    hand_raised: "Hand raised",
    raised: |name| [name, " raised a hand"].concat(),
    reactions: ["Thumbs up", "Applause", "Heart", "Laughing", "Surprised", "Party"],

    captions: "Captions",
    no_captions: "Captions appear here when someone in the call captions what they say.",
    dictate: "Caption what I say",
    on_device: "Your speech is written down on this device and goes only to the people in the call.",
    after_download: "Your browser downloads a language pack first. Your speech then stays on this device and goes only to the people in the call.",
    by_maker: "The company that makes your browser hears what you say while this is on. The text goes only to the people in the call.",
    no_recognition: "This browser can’t write down speech. You still see the captions of others.",
    spoken_language: "Language you speak",
    save_captions: "Save captions",
    speech_denied: "Speech recognition is blocked. Allow the microphone for this site, then turn this on again.",
    speech_language: "This language isn’t available. Choose another one.",
    speech_network: "Your browser’s speech service can’t be reached. Turn this on again later.",
    speech_failed: "Speech recognition keeps stopping. Turn this on again to retry.",
};

pub(super) const RECORDING: Recording = Recording {
    record: "Record",
    stop: "Stop recording",
    runs: "Recording",
    began: |name| [name, " is recording the call"].concat(),
    ended: |name| [name, " stopped recording"].concat(),
    saved: "Recording saved",
    full: Sentence {
        title: "The recording ended: memory is full",
        detail: "It’s saved up to here. Start another one to go on.",
    },
    unsupported: Sentence {
        title: "This browser can’t record",
        detail: "Join with Chrome, Edge or Firefox to record the call.",
    },
    unwritable: Sentence {
        title: "The recording can’t be written",
        detail: "The disk may be full. Record again and choose another place.",
    },
};

pub(super) const NOTICES: Notices = Notices {
    entered: |name| [name, " joined"].concat(),
    left: |name| [name, " left"].concat(),
    lost: |name| [name, " lost the connection"].concat(),
    removed: |name| [name, " was removed from the call"].concat(),
    reconnecting: |name| [name, " is reconnecting"].concat(),
    muted: |name| [name, " muted their microphone"].concat(),
    unmuted: |name| [name, " turned their microphone on"].concat(),
    back_online: "You’re back online",
    wrote: |name, text| [name, ": ", text].concat(),
    sent_file: |name| [name, " sent a file"].concat(),
};

pub(super) const CHAT: Chat = Chat {
    log: "Chat messages",
    message: "Message",
    placeholder: "Message everyone",
    send: "Send",
    attach: "Send a file",
    note: "Messages and files go straight to each person. They’re gone when the call ends.",
    copy: "Copy message",
    unread: |count| if count == 1 { "1 new".to_owned() } else { count.to_string() + " new" },
    too_long: "A message can have 4,000 characters at most. Send it in parts.",
    full: "Wait until what you wrote has arrived.",
    claimed: |name| ["passed on by ", name].concat(),
    sending: "Sending…",
    received: "Received",
    received_by_all: "Received by all",
    received_by: |received, of| ["Received by ", &received.to_string(), " of ", &of.to_string()].concat(),
    not_received: "Not received: they left",
    files: Files {
        save: "Save",
        save_named: |name| ["Save ", name].concat(),
        decline: "Decline",
        cancel: "Cancel transfer",
        drop_here: "Drop files to send them to everyone",
        offered: "Wants to send you this",
        unanswered: "Waiting for an answer",
        nobody: "Nobody is here to take it yet",
        opening: "Getting ready…",
        received: "Received",
        sent: "Sent",
        waiting: "Waiting for the connection",
        of: |part, whole| [part, " of ", whole].concat(),
        a_second: "/s",
        left: |time| [time, " left"].concat(),
        units: ["s", "min", "h"],
        between: Between::Space,
        declined: |name| [name, " declined it"].concat(),
        declined_here: "Declined",
        stopped: |name| [name, " cancelled it"].concat(),
        stopped_here: "Cancelled",
        too_large: |name| [name, "’s browser can’t keep a file this large. 256 MiB is its limit."].concat(),
        too_large_here: "This browser can’t keep a file this large. 256 MiB is its limit.",
        no_space: |name| [name, "’s device is full"].concat(),
        no_space_here: "Your device is full. Free some space and try again.",
        unwritable: |name| [name, "’s browser couldn’t write it"].concat(),
        unwritable_here: "It couldn’t be written. Try again, or choose another place.",
        damaged: "It arrived damaged. Try again.",
        too_many: |name| ["Too many files for ", name, " at once"].concat(),
        cancelled: |name| [name, " cancelled it"].concat(),
        cancelled_here: "Cancelled",
        unreadable: |name| ["The file changed on ", name, "’s device. Ask for it again."].concat(),
        unreadable_here: "The file changed or is gone. Choose it again.",
        gone: |name| [name, " disconnected"].concat(),
        reloaded: |name| [name, " loaded the page again. Ask for it again."].concat(),
    },
};

pub(super) const ENDED: Ended = Ended {
    sentence: Sentence { title: "You left the call", detail: "Your camera and microphone are off." },
    moved: Sentence {
        title: "The call moved to another tab",
        detail: "Here your camera and microphone are off.",
    },
};

pub(super) const OBSTACLES: Obstacles = Obstacles {
    hidden: Why {
        title: |_| "You hide your address, and this server has no relay".to_owned(),
        detail: "Turn off “Hide my address” in Settings, under Connection.",
    },
    no_relay: Why {
        title: |name| ["No direct way to ", name, ", and this server has no relay"].concat(),
        detail: "Another network on either side may help.",
    },
    own_network: Why {
        title: |_| "Your network lets no calls out".to_owned(),
        detail: "Try another network, such as your phone’s.",
    },
    their_network: Why {
        title: |name| [name, "’s network lets no calls out"].concat(),
        detail: "They could try another network, such as their phone’s.",
    },
    both_networks: Why {
        title: |_| "Neither of you reaches the server’s relay".to_owned(),
        detail: "Try another network, such as your phone’s.",
    },
    relay_refuses: Why {
        title: |_| "The server’s relay lets no calls through".to_owned(),
        detail: "Another network on either side may do without it.",
    },
    relay_refuses_by: |code| ["The server’s relay refuses (", code, ")"].concat(),
    between: Why {
        title: |_| "Couldn’t connect".to_owned(),
        detail: "A firewall between the two of you may be blocking calls. Another network usually helps.",
    },
    for_host: |origin| ["If you run this server, “ojak doctor ", origin, "” tells you more."].concat(),
};

pub(super) const HEALTH: Health = Health {
    heard: "They can hear you",
    heard_by_all: |count| ["All ", count, " can hear you"].concat(),
    heard_by: |by, of| [by, " of ", of, " can hear you"].concat(),
    unheard: "They can’t hear you",
    unheard_by: |name| [name, " can’t hear you"].concat(),
    silent: "Your sound arrives, but it is silent. Check your microphone, or choose another one.",
    blocked: "Their browser is blocking sound. Ask them in another way to click once on their page.",
    missing: "Your sound is not arriving. Ojak keeps trying.",
    voice: "Your voice",
    voice_heard: "Heard",
    voice_silent: "Arrives silent",
    voice_blocked: "Blocked by their browser: they must click once",
    voice_deafened: "Muted by them",
    voice_missing: "Not arriving",
    causes: Causes {
        measuring: Why {
            title: |name| ["Measuring the connection to ", name].concat(),
            detail: "This takes a few seconds.",
        },
        good: Why {
            title: |name| ["The connection to ", name, " is good"].concat(),
            detail: "Sound and video come through as they should.",
        },
        upload_now: |height| ["Your upload is too slow for video: it is now at ", height, "p"].concat(),
        upload: Why {
            title: |_| "Your upload is too slow for video".to_owned(),
            detail: "Your voice goes first. Pausing other uploads or moving closer to the router usually helps.",
        },
        their_download: Why {
            title: |name| [name, "’s download is too slow for your video"].concat(),
            detail: "The others see you as usual.",
        },
        narrow: Why {
            title: |name| ["The connection to ", name, " is too slow for video"].concat(),
            detail: "Voices go first. Pausing other downloads on either side usually helps.",
        },
        loss: Why {
            title: |_| "Your Wi-Fi is dropping packets".to_owned(),
            detail: "People may see you freeze now and then. Moving closer to the router usually helps.",
        },
        their_loss: Why {
            title: |name| [name, "’s connection is dropping packets"].concat(),
            detail: "They may freeze now and then. Moving closer to their router usually helps.",
        },
        loss_between: Why {
            title: |name| ["Packets are lost between you and ", name].concat(),
            detail: "Either of you may freeze now and then. Moving closer to the router usually helps.",
        },
        download: Why {
            title: |_| "Your download is too slow for everyone’s video".to_owned(),
            detail: "Pausing other downloads or moving closer to the router usually helps.",
        },
        their_upload: Why {
            title: |name| [name, "’s upload is too slow for video"].concat(),
            detail: "Their voice goes first. You may see them small or blurred for a while.",
        },
        computer: Why {
            title: |_| "Your computer is busy".to_owned(),
            detail: "Your video is smaller for that. Closing other programs and tabs usually helps.",
        },
        their_computer: Why {
            title: |name| [name, "’s computer is busy"].concat(),
            detail: "Their video is smaller for that. Closing other programs usually helps them.",
        },
        relay: Why {
            title: |name| ["The relay between you and ", name, " adds delay"].concat(),
            detail: "Unless one of you hides their address, no direct way was found: another network usually helps.",
        },
        distance: Why {
            title: |name| ["It takes long to reach ", name].concat(),
            detail: "Leave each other a moment to answer. A wired connection or another network may help.",
        },
    },
    lowered: |height| ["Ojak lowered your video to ", height, "p to keep your voice clear."].concat(),
    paused: "Ojak paused your video to keep your voice clear. It comes back by itself.",
    screen_lowered: |rate| {
        ["Ojak shows your screen in ", rate, " frames a second to keep your voice clear."].concat()
    },
    screen_paused: "Ojak paused your screen to keep your voice clear. It comes back by itself.",
    nobody: "How your call goes is shown here as soon as somebody joins.",
    round_trip: "Round trip",
    loss: "Loss",
    jitter: "Jitter",
    bitrate: "Bitrate",
    frame_rate: "Frame rate",
    good: "Good",
    fair: "Fair",
    poor: "Poor",
    bad: "Bad",
    unknown: "Unknown",
    ago: "60 s ago",
    now: "Now",
    good_below: |figure| ["Good below ", figure].concat(),
    good_above: |figure| ["Good above ", figure].concat(),
    sent: "Sent",
    received: "Received",
    course: |[least, most, now]| ["from ", least, " to ", most, " in the last minute, now ", now].concat(),
    path: "Path",
    direct: "Direct, peer to peer",
    relay: "Through a relay",
    sending: "Sending",
    receiving: "Receiving",
    sending_screen: "Your screen",
    receiving_screen: "Their screen",
    sound: "Sound",
    no_picture: "No video",
    copy_report: "Copy report",
    report_copied: "Report copied",
    turn_off: "Turn my video off",
    turn_on: "Turn my video on",
};

pub(super) const VERIFY: Verify = Verify {
    verified: "Verified",
    not_verified: "Not verified",
    some_not_verified: |count| [count, " not verified"].concat(),
    not_safe: "Not safe",
    menu: "Verify who’s here",
    intro: "Compare seven pictures with each person by voice, and you both know that nobody listens in.",
    verify: "Verify",
    is_really: |name| ["Is this really ", name, "?"].concat(),
    asked: |name| [name, " is being asked to read seven pictures to you."].concat(),
    ask_pictures: |name| {
        ["Ask ", name, " to read their seven pictures aloud, then choose the row that matches."].concat()
    },
    ask_digits: |name| {
        ["Ask ", name, " to read their twelve digits aloud, then choose the row that matches."].concat()
    },
    none_match: "None of these match",
    confirm: "Confirm",
    read_to: |name| ["Read these to ", name].concat(),
    say_pictures: |name| {
        ["Say the seven pictures aloud, left to right. ", name, " is choosing the row that matches."].concat()
    },
    say_digits: |name| {
        ["Say the twelve digits aloud, left to right. ", name, " is choosing the row that matches."].concat()
    },
    waiting: |name| ["Waiting for ", name, "…"].concat(),
    cancel: "Cancel",
    unmute: "You’re muted: turn your microphone on",
    use_digits: "Use digits instead",
    use_pictures: "Use pictures instead",
    invited: |name| [name, " wants to check this call"].concat(),
    invitation: "You read seven pictures aloud, so that you both know that nobody listens in.",
    later: "Later",
    show_pictures: "Show pictures",
    told: |name| ["Did you hear ", name, " say that it matches?"].concat(),
    only_voice: "A message says so, and anybody in between could send that. A voice you know is harder to fake.",
    not_heard: "No",
    heard: "Yes, I heard it",
    is_verified: |name| [name, " is verified"].concat(),
    tell: |name| ["Now say aloud that it matches: ", name, " is waiting to hear it."].concat(),
    done: "Done",
    listening_in: "Somebody may be listening in",
    no_match: |name| {
        [
            "What you two have doesn’t match, so this call may not go straight to ",
            name,
            ". Leave, and get in touch some other way.",
        ]
        .concat()
    },
    stay: "Stay anyway",
    declined: |name| [name, " can’t verify just now"].concat(),
    ask_again: "You can try again at any time.",
    interrupted: "The connection was interrupted",
    once_connected: "Try again once you’re connected.",
    too_often: |name| ["No more tries with ", name].concat(),
    new_call: "After three, nobody can be sure any more. Leave and join again to start over.",
    impossible: "This call can’t be verified",
    other_browser: "The browser doesn’t say how the connection is encrypted. Another browser may help.",
    may_not_be: |name| ["This may not be ", name].concat(),
    other_key: "They were verified, and now answer with another key. No sound and no picture goes to them.",
    connect_anyway: "Connect anyway",
    pictures: [
        "Dog", "Cat", "Horse", "Lion", "Tiger", "Bear", "Panda", "Rabbit", //
        "Frog", "Chicken", "Penguin", "Bird", "Owl", "Turtle", "Fish", "Whale", //
        "Octopus", "Bee", "Snail", "Fox", "Tree", "Cactus", "Tulip", "Apple", //
        "Banana", "Grapes", "Lemon", "Cherry", "Carrot", "Corn", "Bread", "Cheese", //
        "Egg", "Cookie", "Cake", "Pizza", "Moon", "Star", "Rainbow", "Snowman", //
        "Fire", "Key", "Clock", "Bridge", "Balloon", "Bicycle", "Boat", "Anchor", //
        "Gift", "Bell", "Guitar", "Drum", "Trumpet", "Piano", "Bus", "Train", //
        "Rocket", "House", "Hammer", "Bulb", "Crown", "Glasses", "Ball", "Tent", //
    ],
};
