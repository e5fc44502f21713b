//! Korean: 해요체 for sentences, bare nouns for labels, names with 님.

use super::{
    BadName, BadRoom, Call, Device, Devices, Ended, Insecure, Language, Later, Lobby, Menus, Notices,
    Problem, Problems, Refusals, Sentence, Strings, Tiles,
};

pub(super) const KO: Strings = Strings {
    app: "오작",
    other_language: "English",
    close: "닫기",
    copy: "복사",
    try_again: "다시 시도",
    you: "나",

    lobby: Lobby {
        form: "통화 참가",
        room: "방 이름",
        room_hint: "이름이 같으면 같은 방이에요",
        name: "내 이름",
        present: |count| count.to_string() + "명이 방에 있어요",
        name_hint: "통화하는 사람 모두에게 보여요",
        preview: "미리 보기",
        join: "참가하기",
        join_without_camera: "카메라 없이 참가하기",
        join_without_microphone: "마이크 없이 참가하기",
        join_without_either: "카메라와 마이크 없이 참가하기",
        joining: "참가하는 중…",
        trust: "통화는 브라우저끼리 직접 연결되고 종단간 암호화돼요.",
        allow_both: "카메라와 마이크를 허용해 주세요",
        asking: "주소창 근처에 허용 창이 떠 있어요. 참가하기 전에는 아무것도 전송되지 않아요.",
        waiting: "허용 대기 중",
    },

    call: Later::of(Language::Korean),

    tiles: Later::of(Language::Korean),

    menus: Later::of(Language::Korean),

    camera: Device {
        name: "카메라",
        word: "카메라",
        choose: "카메라 선택",
        settings: "카메라 설정",
        allow: "카메라를 허용해 주세요",
        starting: "카메라를 켜는 중…",
        off: "카메라가 꺼져 있어요",
        kept: "쓰던 카메라를 그대로 쓸게요.",
        none: "카메라 없음",
        problems: Problems {
            denied: Problem {
                word: "차단됨",
                sentence: Sentence {
                    title: "카메라가 차단되어 있어요",
                    detail: "주소 옆 아이콘을 눌러 이 사이트에 카메라를 허용한 뒤 다시 시도하세요.",
                },
                in_call: None,
            },
            dismissed: Problem {
                word: "아직 허용 안 됨",
                sentence: Sentence {
                    title: "아직 카메라를 허용하지 않았어요",
                    detail: "허용 창이 답 없이 닫혔어요. 다시 시도하고 ‘허용’을 누르세요.",
                },
                in_call: None,
            },
            busy: Problem {
                word: "사용 중",
                sentence: Sentence {
                    title: "다른 앱이 카메라를 쓰고 있어요",
                    detail: "그 앱을 닫고 다시 시도하거나 카메라 없이 참가하세요.",
                },
                in_call: Some("그 앱을 닫고 다시 시도하세요."),
            },
            missing: Problem {
                word: "찾을 수 없음",
                sentence: Sentence {
                    title: "카메라를 찾을 수 없어요",
                    detail: "카메라를 연결하고 다시 시도하거나 카메라 없이 참가하세요.",
                },
                in_call: Some("카메라를 연결하고 다시 시도하세요."),
            },
            gone: Problem {
                word: "연결 안 됨",
                sentence: Sentence {
                    title: "그 카메라는 이제 연결되어 있지 않아요",
                    detail: "다른 카메라를 고르거나 다시 연결한 뒤 시도하세요.",
                },
                in_call: None,
            },
            unsuited: Problem {
                word: "사용할 수 없음",
                sentence: Sentence {
                    title: "이 기기에는 그런 카메라가 없어요",
                    detail: "다른 카메라를 고르세요.",
                },
                in_call: None,
            },
            ended: Problem {
                word: "멈춤",
                sentence: Sentence {
                    title: "카메라가 멈췄어요",
                    detail: "연결이 빠졌거나 권한이 취소됐어요. 확인한 뒤 다시 시도하세요.",
                },
                in_call: None,
            },
            unsupported: Problem {
                word: "사용 불가",
                sentence: Sentence {
                    title: "이 브라우저에서는 카메라를 쓸 수 없어요",
                    detail: "크롬, 엣지, 파이어폭스, 사파리에서 https 링크로 열어 주세요.",
                },
                in_call: None,
            },
            unknown: Problem {
                word: "작동 안 함",
                sentence: Sentence {
                    title: "카메라가 켜지지 않았어요",
                    detail: "다시 시도하세요. 그래도 안 되면 다시 꽂거나 브라우저를 다시 시작하세요.",
                },
                in_call: None,
            },
            embedded: Sentence {
                title: "앱 안의 브라우저에서는 카메라를 쓸 수 없어요",
                detail: "이 앱의 메뉴에서 ‘다른 브라우저로 열기’를 골라 Chrome이나 Safari로 링크를 여세요.",
            },
        },
    },

    microphone: Device {
        name: "마이크",
        word: "마이크",
        choose: "마이크 선택",
        settings: "마이크 설정",
        allow: "마이크를 허용해 주세요",
        starting: "마이크를 켜는 중…",
        off: "마이크가 꺼져 있어요",
        kept: "쓰던 마이크를 그대로 쓸게요.",
        none: "마이크 없음",
        problems: Problems {
            denied: Problem {
                word: "차단됨",
                sentence: Sentence {
                    title: "마이크가 차단되어 있어요",
                    detail: "주소 옆 아이콘을 눌러 이 사이트에 마이크를 허용한 뒤 다시 시도하세요.",
                },
                in_call: None,
            },
            dismissed: Problem {
                word: "아직 허용 안 됨",
                sentence: Sentence {
                    title: "아직 마이크를 허용하지 않았어요",
                    detail: "허용 창이 답 없이 닫혔어요. 다시 시도하고 ‘허용’을 누르세요.",
                },
                in_call: None,
            },
            busy: Problem {
                word: "사용 중",
                sentence: Sentence {
                    title: "다른 앱이 마이크를 쓰고 있어요",
                    detail: "그 앱을 닫고 다시 시도하거나 마이크 없이 참가하세요.",
                },
                in_call: Some("그 앱을 닫고 다시 시도하세요."),
            },
            missing: Problem {
                word: "찾을 수 없음",
                sentence: Sentence {
                    title: "마이크를 찾을 수 없어요",
                    detail: "마이크를 연결하고 다시 시도하거나 마이크 없이 참가하세요.",
                },
                in_call: Some("마이크를 연결하고 다시 시도하세요."),
            },
            gone: Problem {
                word: "연결 안 됨",
                sentence: Sentence {
                    title: "그 마이크는 이제 연결되어 있지 않아요",
                    detail: "다른 마이크를 고르거나 다시 연결한 뒤 시도하세요.",
                },
                in_call: None,
            },
            unsuited: Problem {
                word: "사용할 수 없음",
                sentence: Sentence {
                    title: "이 기기에는 그런 마이크가 없어요",
                    detail: "다른 마이크를 고르세요.",
                },
                in_call: None,
            },
            ended: Problem {
                word: "멈춤",
                sentence: Sentence {
                    title: "마이크가 멈췄어요",
                    detail: "연결이 빠졌거나 권한이 취소됐어요. 확인한 뒤 다시 시도하세요.",
                },
                in_call: None,
            },
            unsupported: Problem {
                word: "사용 불가",
                sentence: Sentence {
                    title: "이 브라우저에서는 마이크를 쓸 수 없어요",
                    detail: "크롬, 엣지, 파이어폭스, 사파리에서 https 링크로 열어 주세요.",
                },
                in_call: None,
            },
            unknown: Problem {
                word: "작동 안 함",
                sentence: Sentence {
                    title: "마이크가 켜지지 않았어요",
                    detail: "다시 시도하세요. 그래도 안 되면 다시 꽂거나 브라우저를 다시 시작하세요.",
                },
                in_call: None,
            },
            embedded: Sentence {
                title: "앱 안의 브라우저에서는 마이크를 쓸 수 없어요",
                detail: "이 앱의 메뉴에서 ‘다른 브라우저로 열기’를 골라 Chrome이나 Safari로 링크를 여세요.",
            },
        },
    },

    devices: Devices {
        speaker: "스피커",
        test_sound: "소리 들어 보기",
        level: "마이크 음량",
        before_asking: "누르면 브라우저가 허용할지 물어봐요. 참가하기 전에는 아무것도 전송되지 않아요.",
        start: "미리 보기 시작",
        allow: "허용하기",
        flip: "카메라 전환",
        resolution: "해상도",
        frame_rate: "초당 프레임",
        echo_cancellation: "에코 제거",
        noise_suppression: "주변 소음 줄이기",
        automatic_gain: "음량 자동 조절",
        in_force: |[width, height, rate]| {
            ["현재 ", &width, "×", &height, ", 초당 ", &rate, "프레임"].concat()
        },
        unchanged: "이 브라우저에서는 바뀌지 않아요",
        use_default: "기본 마이크 쓰기",
        silent: Sentence {
            title: "마이크에서 소리가 나지 않아요",
            detail: "아무 소리도 들어오지 않아요. 마이크를 확인하거나 다른 마이크를 쓰세요.",
        },
        talking: Sentence {
            title: "음소거되어 있어요",
            detail: "마이크를 켜거나 스페이스바를 누른 채로 말하세요.",
        },
        joined_muted: Sentence {
            title: "음소거 상태로 들어왔어요",
            detail: "여러 명이 함께 있어요. 말하고 싶을 때 마이크를 켜세요.",
        },
    },
    both_denied: Sentence {
        title: "카메라와 마이크가 차단되어 있어요",
        detail: "주소 옆 아이콘을 눌러 이 사이트에 둘 다 허용한 뒤 다시 시도하세요.",
    },
    both_dismissed: Sentence {
        title: "아직 카메라와 마이크를 허용하지 않았어요",
        detail: "허용 창이 답 없이 닫혔어요. 다시 시도하고 ‘허용’을 누르세요.",
    },
    both_missing: Sentence {
        title: "카메라와 마이크를 찾을 수 없어요",
        detail: "연결하고 다시 시도하거나, 없이 참가해서 보고 들을 수 있어요.",
    },
    both_unsupported: Sentence {
        title: "이 브라우저에서는 카메라와 마이크를 쓸 수 없어요",
        detail: "크롬, 엣지, 파이어폭스, 사파리에서 https 링크로 열어 주세요.",
    },

    both_embedded: Sentence {
        title: "앱 안의 브라우저에서는 카메라와 마이크를 쓸 수 없어요",
        detail: "이 앱의 메뉴에서 ‘다른 브라우저로 열기’를 골라 Chrome이나 Safari로 링크를 여세요.",
    },

    notices: Notices {
        entered: |name| [name, " 님이 들어왔어요"].concat(),
        left: |name| [name, " 님이 나갔어요"].concat(),
        lost: |name| [name, " 님의 연결이 끊겼어요"].concat(),
        removed: |name| [name, " 님이 통화에서 내보내졌어요"].concat(),
        muted: |name| [name, " 님이 마이크를 껐어요"].concat(),
        unmuted: |name| [name, " 님이 마이크를 켰어요"].concat(),
        back_online: "다시 연결됐어요",
    },
    ended: Later::of(Language::Korean),
    insecure: Insecure {
        sentence: Sentence {
            title: "안전하지 않은 페이지예요",
            detail: "브라우저는 https 페이지에서만 카메라와 마이크를 허용해요. 보안 페이지에서 같은 방을 열 수 있어요.",
        },
        open: "보안 페이지 열기",
    },
    unreachable: Sentence {
        title: "서버가 응답하지 않아요",
        detail: "인터넷 연결을 확인하고 다시 시도하세요. 다른 사이트가 잘 열린다면 서버가 멈췄을 수 있어요.",
    },
    outdated: Sentence {
        title: "오작이 새 버전으로 바뀌었어요",
        detail: "페이지를 새로 고친 다음 참여하세요. 방과 이름은 그대로 남아 있어요.",
    },
    reload: "새로 고침",
    socket_lost: Sentence {
        title: "서버와 연결이 끊겼어요.",
        detail: "지금 있는 사람과는 통화가 이어져요. 서버에 계속 다시 연결해 볼게요.",
    },
    elsewhere: Sentence {
        title: "이 통화가 다른 탭에서 열려 있어요",
        detail: "여기서 이어서 통화할 수 있어요.",
    },
    use_this_tab: "이 탭에서 통화하기",
    rejoin: "다시 참가하기",
    back_to_lobby: "처음으로",
    another_room: "다른 방으로 가기",
    bad_room: BadRoom {
        empty: "방 이름을 입력하세요",
        too_long: "이름이 너무 길어요. 64자까지 쓸 수 있어요",
        character: |bad| {
            let mut text = String::from("방 이름에는 ‘");
            text.push(bad);
            text.push_str("’ 문자를 쓸 수 없어요. 글자, 숫자, -, _만 쓸 수 있어요");
            text
        },
    },
    bad_name: BadName {
        empty: "내 이름을 입력하세요",
        too_long: "이름이 너무 길어요. 48자까지 쓸 수 있어요",
        character: "보이지 않는 문자가 들어 있어요. 이름을 다시 입력하세요",
    },
    refusals: Refusals {
        bad_message: Sentence {
            title: "서버가 이 페이지를 이해하지 못했어요",
            detail: "버전이 서로 다를 수 있어요. 페이지를 새로고침한 뒤 다시 시도하세요.",
        },
        bad_version: Sentence {
            title: "페이지가 오래됐어요",
            detail: "그사이 서버가 업데이트됐어요. 페이지를 새로고침한 뒤 다시 참가하세요.",
        },
        bad_room: Sentence {
            title: "쓸 수 없는 방 이름이에요",
            detail: "글자, 숫자, -, _로 1자에서 64자까지 쓸 수 있어요.",
        },
        bad_name: Sentence {
            title: "쓸 수 없는 이름이에요",
            detail: "보이는 문자로 1자에서 48자까지 쓸 수 있어요.",
        },
        room_full: Sentence {
            title: "방이 가득 찼어요",
            detail: "이 방에 들어올 수 있는 사람이 모두 들어와 있어요. 누군가 나가면 들어갈 수 있어요.",
        },
        room_locked: Sentence {
            title: "방이 잠겨 있어요",
            detail: "통화 중인 사람에게 열어 달라고 한 뒤 다시 시도하세요.",
        },
        denied: Sentence {
            title: "입장이 수락되지 않았어요",
            detail: "통화 중인 사람에게 수락해 달라고 한 뒤 다시 시도하세요.",
        },
        removed: Sentence {
            title: "통화에서 내보내졌어요",
            detail: "호스트가 이 방에서 내보냈어요. 다른 방은 쓸 수 있어요.",
        },
        resume_refused: Sentence {
            title: "통화 자리가 없어졌어요",
            detail: "너무 오래 떠나 있었어요. 다시 참가하면 들어갈 수 있어요.",
        },
        too_many_requests: Sentence {
            title: "시도가 너무 많아요",
            detail: "같은 네트워크에서 짧은 시간에 너무 많이 시도했어요. 1분 뒤에 다시 시도하세요.",
        },
        not_in_room: Sentence {
            title: "이제 이 방에 있지 않아요",
            detail: "서버가 오랫동안 응답을 받지 못했어요. 다시 참가하면 들어갈 수 있어요.",
        },
        no_such_peer: Sentence {
            title: "그 사람은 이제 여기 없어요",
            detail: "조금 전에 나갔어요. 통화가 이상하면 다시 참가하세요.",
        },
        server_full: Sentence {
            title: "서버가 가득 찼어요",
            detail: "지금은 더 많은 통화를 받을 수 없어요. 몇 분 뒤에 다시 시도하세요.",
        },
        internal: Sentence {
            title: "서버에 문제가 생겼어요",
            detail: "서버 쪽 문제예요. 잠시 뒤에 다시 시도하세요.",
        },
    },
};

pub(super) const CALL: Call = Call {
    stage: "통화",
    controls: "통화 조작",
    leave: "나가기",
    full_screen: "전체 화면",
    elapsed: "통화 시간",
    muted: "음소거됨",
    connecting: "연결하는 중…",
    reconnecting: "다시 연결하는 중…",
    stays_open: "연결될 때까지 통화를 열어 둘게요.",
    interrupted_ours: "내 인터넷 연결이 끊겼어요.",
    interrupted_theirs: "상대방의 인터넷 연결이 끊겼어요.",
    interrupted_between: "둘 사이의 연결이 끊겼어요.",
    failed: "연결하지 못했어요",
    failed_hint: "두 사람 사이의 방화벽이 통화를 막고 있을 수 있어요. 다른 네트워크로 바꾸면 대개 연결돼요.",
    alone: "아직 나만 있어요",
    send_link: "만나고 싶은 사람에게 이 링크를 보내세요.",
    link: "방 링크",
    link_copied: "링크를 복사했어요",
    copy_failed: "링크를 선택해서 복사하세요",
};

pub(super) const TILES: Tiles = Tiles {
    own_inset: "내 화면. 다른 모서리로 끌어 옮기세요.",
    other_inset: |name| [name, " 님 화면. 다른 모서리로 끌어 옮기세요."].concat(),
    good: "연결: 좋음",
    fair: "연결: 보통",
    poor: "연결: 나쁨",
    pages: "페이지",
    previous_page: "이전 페이지",
    next_page: "다음 페이지",
    page: |page, pages| [pages, "페이지 중 ", page, "페이지"].concat(),
    sound_on: "소리 켜기",
};

pub(super) const MENUS: Menus = Menus {
    more: "더 보기",
    picture_in_picture: "작은 창으로 보기",
    chat: "채팅",
    people: "참가자",
    health: "통화 상태",
    invite: "초대",
    share: "공유",
    scan: "QR 코드를 찍어도 돼요",
    qr: "방 링크 QR 코드",
    shortcuts: "단축키",
    settings: "설정",
    sound_and_video: "소리와 영상",
    keys: "단축키",
    mirror: "내 화면 좌우 반전",
    mirror_hint: "상대에게는 항상 반전 없이 보여요.",
    appearance: "화면 테마",
    system: "시스템 설정과 같게",
    light: "밝게",
    dark: "어둡게",
    language: "언어",
};

pub(super) const ENDED: Ended = Ended {
    sentence: Sentence {
        title: "통화에서 나왔어요", detail: "카메라와 마이크는 꺼졌어요."
    },
    moved: Sentence {
        title: "통화가 다른 탭으로 옮겨졌어요", detail: "이 탭의 카메라와 마이크는 꺼졌어요."
    },
};
