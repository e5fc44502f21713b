//! English.

use super::{
    BadName, BadRoom, Call, Device, Devices, Ended, Insecure, Language, Later, Lobby, Menus, Notices,
    Problem, Problems, Refusals, Sentence, Strings, Tiles,
};

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

    camera: Device {
        name: "Camera",
        word: "Camera",
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
        word: "Mic",
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

    notices: Notices {
        entered: |name| [name, " joined"].concat(),
        left: |name| [name, " left"].concat(),
        lost: |name| [name, " lost the connection"].concat(),
        removed: |name| [name, " was removed from the call"].concat(),
        muted: |name| [name, " muted their microphone"].concat(),
        unmuted: |name| [name, " turned their microphone on"].concat(),
        back_online: "You’re back online",
    },
    ended: Later::of(Language::English),
    insecure: Insecure {
        sentence: Sentence {
            title: "This page isn’t secure",
            detail: "Browsers only allow the camera and microphone on https pages. The same room is one step away.",
        },
        open: "Open the secure page",
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
            detail: "Ask somebody in the call to unlock it, then try again.",
        },
        denied: Sentence {
            title: "You weren’t let in",
            detail: "Ask somebody in the call to admit you, then try again.",
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
    mirror: "Mirror my own view",
    mirror_hint: "Others always see you the right way round.",
    appearance: "Appearance",
    system: "Same as system",
    light: "Light",
    dark: "Dark",
    language: "Language",
};

pub(super) const ENDED: Ended = Ended {
    sentence: Sentence { title: "You left the call", detail: "Your camera and microphone are off." },
    moved: Sentence {
        title: "The call moved to another tab",
        detail: "Here your camera and microphone are off.",
    },
};
