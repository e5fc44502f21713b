//! Korean: 해요체 for sentences, bare nouns for labels, names with 님.

use super::chat::{Between, Chat, Files};
use super::{
    BadName, BadRoom, Call, Device, Devices, Ended, Insecure, Knocking, Language, Later, Lobby, Menus,
    Notices, People, Problem, Problems, Recording, Refusals, Sentence, Strings, Tiles, Together, Verify,
};
use super::{Causes, Health, Obstacles, Why};

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

    people: Later::of(Language::Korean),
    knocking: Later::of(Language::Korean),

    camera: Device {
        name: "카메라",
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
                    detail: "주소창 옆 아이콘을 눌러 이 사이트에 카메라를 허용한 뒤 다시 시도하세요.",
                },
                in_call: None,
            },
            dismissed: Problem {
                word: "아직 허용 안 됨",
                sentence: Sentence {
                    title: "아직 카메라를 허용하지 않았어요",
                    detail: "허용 여부를 고르기 전에 창이 닫혔어요. 다시 시도하고 ‘허용’을 누르세요.",
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
                    title: "고른 카메라가 이제 연결되어 있지 않아요",
                    detail: "다른 카메라를 고르거나, 연결한 뒤 다시 시도하세요.",
                },
                in_call: None,
            },
            unsuited: Problem {
                word: "사용할 수 없음",
                sentence: Sentence {
                    title: "이 기기에는 알맞은 카메라가 없어요",
                    detail: "다른 카메라를 고르세요.",
                },
                in_call: None,
            },
            ended: Problem {
                word: "멈춤",
                sentence: Sentence {
                    title: "카메라가 멈췄어요",
                    detail: "연결이 끊겼거나 권한이 취소됐어요. 확인한 뒤 다시 시도하세요.",
                },
                in_call: None,
            },
            unsupported: Problem {
                word: "사용 불가",
                sentence: Sentence {
                    title: "이 브라우저에서는 카메라를 쓸 수 없어요",
                    detail: "Chrome, Edge, Firefox, Safari에서 https 링크로 열어 주세요.",
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
                    detail: "주소창 옆 아이콘을 눌러 이 사이트에 마이크를 허용한 뒤 다시 시도하세요.",
                },
                in_call: None,
            },
            dismissed: Problem {
                word: "아직 허용 안 됨",
                sentence: Sentence {
                    title: "아직 마이크를 허용하지 않았어요",
                    detail: "허용 여부를 고르기 전에 창이 닫혔어요. 다시 시도하고 ‘허용’을 누르세요.",
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
                    title: "고른 마이크가 이제 연결되어 있지 않아요",
                    detail: "다른 마이크를 고르거나, 연결한 뒤 다시 시도하세요.",
                },
                in_call: None,
            },
            unsuited: Problem {
                word: "사용할 수 없음",
                sentence: Sentence {
                    title: "이 기기에는 알맞은 마이크가 없어요",
                    detail: "다른 마이크를 고르세요.",
                },
                in_call: None,
            },
            ended: Problem {
                word: "멈춤",
                sentence: Sentence {
                    title: "마이크가 멈췄어요",
                    detail: "연결이 끊겼거나 권한이 취소됐어요. 확인한 뒤 다시 시도하세요.",
                },
                in_call: None,
            },
            unsupported: Problem {
                word: "사용 불가",
                sentence: Sentence {
                    title: "이 브라우저에서는 마이크를 쓸 수 없어요",
                    detail: "Chrome, Edge, Firefox, Safari에서 https 링크로 열어 주세요.",
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
        frame_rate: "초당 프레임 수",
        echo_cancellation: "에코 제거",
        noise_suppression: "주변 소음 줄이기",
        denoise: "목소리만 남기기",
        automatic_gain: "음량 자동 조절",
        in_force: |[width, height, rate]| {
            ["현재 ", &width, "×", &height, ", 초당 ", &rate, "프레임"].concat()
        },
        unchanged: "이 브라우저에서는 바꿀 수 없어요",
        use_default: "기본 마이크 쓰기",
        silent: Sentence {
            title: "마이크에 소리가 들어오지 않아요",
            detail: "아주 작은 소리도 잡히지 않아요. 마이크를 확인하거나 다른 마이크를 고르세요.",
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
        detail: "주소창 옆 아이콘을 눌러 이 사이트에 둘 다 허용한 뒤 다시 시도하세요.",
    },
    both_dismissed: Sentence {
        title: "아직 카메라와 마이크를 허용하지 않았어요",
        detail: "허용 여부를 고르기 전에 창이 닫혔어요. 다시 시도하고 ‘허용’을 누르세요.",
    },
    both_missing: Sentence {
        title: "카메라와 마이크를 찾을 수 없어요",
        detail: "장치를 연결하고 다시 시도하거나, 그대로 참가해서 보고 들을 수 있어요.",
    },
    both_unsupported: Sentence {
        title: "이 브라우저에서는 카메라와 마이크를 쓸 수 없어요",
        detail: "Chrome, Edge, Firefox, Safari에서 https 링크로 열어 주세요.",
    },

    both_embedded: Sentence {
        title: "앱 안의 브라우저에서는 카메라와 마이크를 쓸 수 없어요",
        detail: "이 앱의 메뉴에서 ‘다른 브라우저로 열기’를 골라 Chrome이나 Safari로 링크를 여세요.",
    },

    together: Later::of(Language::Korean),

    recording: Later::of(Language::Korean),
    notices_title: "알림",
    notices: Later::of(Language::Korean),
    chat: Later::of(Language::Korean),
    ended: Later::of(Language::Korean),
    insecure: Insecure {
        sentence: Sentence {
            title: "안전하지 않은 페이지예요",
            detail: "브라우저는 https 페이지에서만 카메라와 마이크를 허용해요. https로 시작하는 링크를 달라고 하세요.",
        },
        open: "같은 주소를 https로 열어 보기",
    },
    unreachable: Sentence {
        title: "서버가 응답하지 않아요",
        detail: "인터넷 연결을 확인하고 다시 시도하세요. 다른 사이트가 잘 열린다면 서버가 멈췄을 수 있어요.",
    },
    outdated: Sentence {
        title: "오작이 새 버전으로 바뀌었어요",
        detail: "페이지를 새로 고친 뒤 참가하세요. 방 이름과 내 이름은 그대로 남아 있어요.",
    },
    reload: "새로 고침",
    socket_lost: Sentence {
        title: "서버와의 연결이 끊겼어요.",
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
            detail: "버전이 서로 다를 수 있어요. 페이지를 새로 고친 뒤 다시 시도하세요.",
        },
        bad_version: Sentence {
            title: "페이지가 오래됐어요",
            detail: "그사이 서버가 업데이트됐어요. 페이지를 새로 고친 뒤 다시 참가하세요.",
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
            detail: "이 방의 정원만큼 모두 들어와 있어요. 누군가 나가면 들어갈 수 있어요.",
        },
        room_locked: Sentence {
            title: "방이 잠겨 있어요",
            detail: "아무도 입장을 수락하지 않았거나, 기다리는 사람이 너무 많아요. 나중에 다시 시도하세요.",
        },
        denied: Sentence {
            title: "입장이 수락되지 않았어요",
            detail: "호스트에게 수락해 달라고 한 뒤 다시 시도하세요.",
        },
        removed: Sentence {
            title: "통화에서 나가게 됐어요",
            detail: "호스트가 이 방에서 내보냈어요. 다른 방은 쓸 수 있어요.",
        },
        resume_refused: Sentence {
            title: "통화 자리가 없어졌어요",
            detail: "자리를 너무 오래 비웠어요. 다시 참가하면 들어갈 수 있어요.",
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
    obstacles: Later::of(Language::Korean),
    health: Later::of(Language::Korean),

    verify: Later::of(Language::Korean),
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
    interrupted_between: "두 사람 사이의 연결이 끊겼어요.",
    failed: "연결하지 못했어요",
    failed_hint: "두 사람 사이의 방화벽이 통화를 막고 있을 수 있어요. 다른 네트워크로 바꾸면 대개 연결돼요.",
    alone: "아직 나만 있어요",
    send_link: "만나고 싶은 사람에게 이 링크를 보내세요.",
    link: "방 링크",
    link_copied: "링크를 복사했어요",
    copy_failed: "링크를 직접 선택해서 복사하세요",
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
    last_picture: |seconds| [seconds, "초 전 화면이에요"].concat(),
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
    hold_to_talk: "누르고 있는 동안 말하기",
    mirror: "내 화면 좌우 반전",
    mirror_hint: "상대에게는 항상 반전 없이 보여요.",
    appearance: "화면 테마",
    system: "시스템 설정에 맞춤",
    light: "밝게",
    dark: "어둡게",
    language: "언어",
    connection: "연결",
    hide_address: "내 주소 숨기기(중계 전용)",
    hide_address_hint: "통화하는 누구에게도 내 IP 주소가 알려지지 않아요. 모든 통화가 중계 서버를 거치므로 조금 느려질 수 있어요.",
    no_relay: "이 서버에는 중계 기능이 없어서, 켜 두면 아무와도 연결되지 않아요.",
};

pub(super) const PEOPLE: People = People {
    waiting: "입장 대기",
    in_call: "통화 중",
    admit: "수락",
    decline: "거절",
    wants_to_join: |name| [name, " 님이 입장을 요청했어요"].concat(),
    asked_now: "방금 요청함",
    asked: |minutes| [&minutes.to_string(), "분 전에 요청함"].concat(),
    host: "호스트",
    yourself: |name| [name, " (나)"].concat(),
    camera_off: "카메라 꺼짐",
    more: |name| [name, " 님 더 보기"].concat(),
    pin: "고정",
    unpin: "고정 해제",
    volume: "내게 들리는 음량",
    volume_of: |name| ["내게 들리는 ", name, " 님의 음량"].concat(),
    remove: "통화에서 내보내기",
    remove_who: |name| [name, " 님을 통화에서 내보낼까요?"].concat(),
    remove_hint: "‘입장 전에 물어보기’를 켜지 않으면 다시 들어올 수 있어요.",
    cancel: "취소",
    ask_first: "입장 전에 물어보기",
    is_open: "링크가 있으면 누구나 들어올 수 있어요.",
    is_locked: |name| ["누군가 들어오려면 ", name, " 님의 수락이 필요해요."].concat(),
    you_host: Sentence {
        title: "이제 내가 호스트예요", detail: "누가 들어올지 정할 수 있어요."
    },
    no_place: Sentence {
        title: "방이 가득 찼어요", detail: "누군가 나가면 다음 사람을 수락할 수 있어요."
    },
};

pub(super) const KNOCKING: Knocking = Knocking {
    sentence: Sentence {
        title: "입장을 기다리고 있어요",
        detail: "호스트에게 내 이름이 보여요. 수락하면 바로 입장해요.",
    },
    stop: "그만 기다리기",
    unreachable: Sentence {
        title: "서버가 응답하지 않아요",
        detail: "계속 연결해 보고, 다시 연결되면 한 번 더 요청할게요.",
    },
};

pub(super) const TOGETHER: Together = Together {
    share_screen: "화면 공유",
    share_word: "화면 공유",
    sharing: "내 화면을 공유하고 있어요",
    paused_for: |names| ["연결이 느려서 ", names, " 님에게는 화면이 잠시 멈췄어요"].concat(),
    stop: "중지",
    own_screen: "내 화면",
    screen_of: |name| [name, " 님의 화면"].concat(),
    shares: |name| [name, " 님이 화면을 공유하고 있어요"].concat(),
    shares_no_more: |name| [name, " 님이 화면 공유를 멈췄어요"].concat(),
    screen_paused: |name| [name, " 님의 화면이 잠시 멈췄어요"].concat(),
    screen_paused_detail: "연결이 느려서 보낼 수 없어요. 나아지면 저절로 다시 보여요.",
    screens: "공유된 화면",
    emphasis: "또렷한 글자 또는 부드러운 움직임",
    automatic: "자동",
    sharp: "또렷한 글자",
    smooth: "부드러운 움직임",
    share_unreadable: Sentence {
        title: "화면을 가져올 수 없어요",
        detail: "시스템 설정에서 이 브라우저의 화면 기록을 허용한 뒤 다시 시도하세요.",
    },
    share_missing: Sentence {
        title: "공유할 화면이 없어요", detail: "보여 줄 창을 연 뒤 다시 시도하세요."
    },
    share_failed: Sentence {
        title: "화면 공유를 시작하지 못했어요",
        detail: "다시 시도하거나 다른 창을 공유하세요.",
    },
    share_ended: "화면 공유가 끝났어요",

    react: "반응",
    raise_hand: "손들기",
    hand_raised: "손들었어요",
    raised: |name| [name, " 님이 손을 들었어요"].concat(),
    reactions: ["좋아요", "박수", "하트", "웃음", "놀람", "축하"],

    captions: "자막",
    no_captions: "누군가 자기 말을 자막으로 보내면 여기에 보여요.",
    dictate: "내 말을 자막으로 보내기",
    on_device: "내 말은 이 기기에서 글로 바뀌고 통화하는 사람에게만 전달돼요.",
    after_download: "브라우저가 먼저 언어 팩을 내려받아요. 그다음부터 내 말은 이 기기에서 글로 바뀌고 통화하는 사람에게만 전달돼요.",
    by_maker: "켜 둔 동안 브라우저를 만든 회사가 내 말을 들어요. 글은 통화하는 사람에게만 전달돼요.",
    no_recognition: "이 브라우저는 말을 글로 바꾸지 못해요. 다른 사람의 자막은 볼 수 있어요.",
    spoken_language: "말하는 언어",
    save_captions: "자막 저장",
    speech_denied: "음성 인식이 차단되어 있어요. 이 사이트에 마이크를 허용한 뒤 다시 켜세요.",
    speech_language: "이 언어는 쓸 수 없어요. 다른 언어를 고르세요.",
    speech_network: "브라우저의 음성 인식 서비스에 연결할 수 없어요. 나중에 다시 켜세요.",
    speech_failed: "음성 인식이 자꾸 멈춰요. 다시 켜서 시도하세요.",
};

pub(super) const RECORDING: Recording = Recording {
    record: "녹화",
    stop: "녹화 중지",
    runs: "녹화 중",
    began: |name| [name, " 님이 통화를 녹화하고 있어요"].concat(),
    ended: |name| [name, " 님이 녹화를 멈췄어요"].concat(),
    saved: "녹화를 저장했어요",
    full: Sentence {
        title: "메모리가 가득 차서 녹화를 마쳤어요",
        detail: "여기까지는 저장했어요. 이어서 녹화하려면 다시 시작하세요.",
    },
    unsupported: Sentence {
        title: "이 브라우저로는 녹화할 수 없어요",
        detail: "녹화하려면 Chrome, Edge, Firefox로 참가하세요.",
    },
    unwritable: Sentence {
        title: "녹화 파일을 쓸 수 없어요",
        detail: "저장 공간이 부족할 수 있어요. 다시 녹화하면서 다른 위치를 고르세요.",
    },
};

pub(super) const NOTICES: Notices = Notices {
    entered: |name| [name, " 님이 들어왔어요"].concat(),
    left: |name| [name, " 님이 나갔어요"].concat(),
    lost: |name| [name, " 님의 연결이 끊겼어요"].concat(),
    removed: |name| [name, " 님이 통화에서 나가게 됐어요"].concat(),
    reconnecting: |name| [name, " 님이 다시 연결하고 있어요"].concat(),
    muted: |name| [name, " 님이 마이크를 껐어요"].concat(),
    unmuted: |name| [name, " 님이 마이크를 켰어요"].concat(),
    back_online: "다시 연결됐어요",
    wrote: |name, text| [name, " 님: ", text].concat(),
    sent_file: |name| [name, " 님이 파일을 보냈어요"].concat(),
};

pub(super) const CHAT: Chat = Chat {
    log: "채팅 메시지",
    message: "메시지",
    placeholder: "모두에게 메시지",
    send: "보내기",
    attach: "파일 첨부",
    note: "메시지와 파일은 서로에게 직접 전해지고, 통화가 끝나면 사라져요.",
    copy: "메시지 복사",
    unread: |count| ["새 메시지 ", &count.to_string(), "개"].concat(),
    too_long: "메시지는 4,000자까지 보낼 수 있어요. 나눠서 보내 주세요.",
    full: "앞서 쓴 메시지가 도착할 때까지 기다려 주세요.",
    claimed: |name| [name, " 님이 전해 줌"].concat(),
    sending: "보내는 중…",
    received: "받음",
    received_by_all: "모두 받음",
    received_by: |received, of| [&of.to_string(), "명 중 ", &received.to_string(), "명이 받음"].concat(),
    not_received: "못 받고 나갔어요",
    files: Files {
        save: "저장",
        save_named: |name| [name, " 저장"].concat(),
        decline: "거절",
        cancel: "전송 취소",
        drop_here: "여기에 놓으면 모두에게 파일을 보내요",
        offered: "파일을 보내려고 해요",
        unanswered: "응답 대기 중",
        nobody: "아직 받을 사람이 없어요",
        opening: "준비하는 중…",
        received: "받음",
        sent: "보냄",
        waiting: "연결을 기다리는 중",
        of: |part, whole| [whole, " 중 ", part].concat(),
        a_second: "/초",
        left: |time| [time, " 남음"].concat(),
        units: ["초", "분", "시간"],
        between: Between::Nothing,
        declined: |name| [name, " 님이 거절했어요"].concat(),
        declined_here: "거절했어요",
        stopped: |name| [name, " 님이 취소했어요"].concat(),
        stopped_here: "취소했어요",
        too_large: |name| {
            [name, " 님의 브라우저에는 너무 큰 파일이에요. 256메가바이트까지 받을 수 있어요."].concat()
        },
        too_large_here: "이 브라우저에는 너무 큰 파일이에요. 256메가바이트까지 받을 수 있어요.",
        no_space: |name| [name, " 님의 저장 공간이 부족해요"].concat(),
        no_space_here: "저장 공간이 부족해요. 공간을 비우고 다시 시도하세요.",
        unwritable: |name| [name, " 님의 브라우저가 저장하지 못했어요"].concat(),
        unwritable_here: "저장하지 못했어요. 다시 시도하거나 다른 위치를 고르세요.",
        damaged: "파일이 손상되어 도착했어요. 다시 시도하세요.",
        too_many: |name| [name, " 님에게 한 번에 보내기에는 파일이 너무 많아요"].concat(),
        cancelled: |name| [name, " 님이 취소했어요"].concat(),
        cancelled_here: "취소했어요",
        unreadable: |name| [name, " 님의 파일이 바뀌었어요. 다시 보내 달라고 하세요."].concat(),
        unreadable_here: "파일이 바뀌었거나 없어졌어요. 다시 선택하세요.",
        gone: |name| [name, " 님 연결 끊김"].concat(),
        reloaded: |name| [name, " 님이 페이지를 새로 열었어요. 다시 보내 달라고 하세요."].concat(),
    },
};

pub(super) const ENDED: Ended = Ended {
    sentence: Sentence {
        title: "통화에서 나왔어요", detail: "카메라와 마이크는 꺼졌어요."
    },
    moved: Sentence {
        title: "통화가 다른 탭으로 옮겨졌어요", detail: "이 탭의 카메라와 마이크는 꺼졌어요."
    },
};

pub(super) const OBSTACLES: Obstacles = Obstacles {
    hidden: Why {
        title: |_| "주소를 숨겼는데 이 서버에는 중계 기능이 없어요".to_owned(),
        detail: "설정의 ‘연결’에서 ‘내 주소 숨기기’를 꺼 주세요.",
    },
    no_relay: Why {
        title: |name| [name, " 님과 직접 연결되지 않고, 이 서버에는 중계 기능이 없어요"].concat(),
        detail: "둘 중 한쪽이 다른 네트워크로 바꾸면 연결될 수 있어요.",
    },
    own_network: Why {
        title: |_| "지금 네트워크에서 통화가 막혀 있어요".to_owned(),
        detail: "휴대폰 데이터 같은 다른 네트워크를 써 보세요.",
    },
    their_network: Why {
        title: |name| [name, " 님의 네트워크에서 통화가 막혀 있어요"].concat(),
        detail: "상대가 휴대폰 데이터 같은 다른 네트워크를 쓰면 연결될 수 있어요.",
    },
    both_networks: Why {
        title: |_| "두 사람 모두 중계 서버에 연결되지 않아요".to_owned(),
        detail: "휴대폰 데이터 같은 다른 네트워크를 써 보세요.",
    },
    relay_refuses: Why {
        title: |_| "중계 서버가 통화를 전달하지 않아요".to_owned(),
        detail: "둘 중 한쪽이 다른 네트워크로 바꾸면 중계 없이 연결될 수 있어요.",
    },
    relay_refuses_by: |code| ["중계 서버가 거절했어요(", code, ")"].concat(),
    between: Why {
        title: |_| "연결하지 못했어요".to_owned(),
        detail: "두 사람 사이의 방화벽이 통화를 막고 있을 수 있어요. 다른 네트워크로 바꾸면 대개 연결돼요.",
    },
    for_host: |origin| ["이 서버를 운영한다면 ‘ojak doctor ", origin, "’로 원인을 볼 수 있어요."].concat(),
};

pub(super) const HEALTH: Health = Health {
    heard: "상대에게 들려요",
    heard_by_all: |count| [count, "명 모두에게 들려요"].concat(),
    heard_by: |by, of| [of, "명 중 ", by, "명에게 들려요"].concat(),
    unheard: "상대에게 안 들려요",
    unheard_by: |name| [name, " 님에게 내 소리가 안 들려요"].concat(),
    silent: "소리가 전달되지만 무음이에요. 마이크를 확인하거나 다른 마이크를 고르세요.",
    blocked: "상대 브라우저가 소리를 막고 있어요. 화면을 한 번 눌러 달라고 다른 방법으로 알려 주세요.",
    missing: "내 소리가 전달되지 않고 있어요. 계속 다시 시도하고 있어요.",
    voice: "내 목소리",
    voice_heard: "들려요",
    voice_silent: "무음으로 전달돼요",
    voice_blocked: "상대 브라우저가 막고 있어요. 상대가 한 번 눌러야 해요",
    voice_deafened: "상대가 소리를 껐어요",
    voice_missing: "전달되지 않아요",
    causes: Causes {
        measuring: Why {
            title: |name| [name, " 님과의 연결을 측정하고 있어요"].concat(),
            detail: "몇 초 걸려요.",
        },
        good: Why {
            title: |name| [name, " 님과의 연결이 좋아요"].concat(),
            detail: "소리와 영상이 잘 오가고 있어요.",
        },
        upload_now: |height| ["업로드가 느려서 영상을 ", height, "p로 보내고 있어요"].concat(),
        upload: Why {
            title: |_| "업로드가 느려서 영상을 보내기 어려워요".to_owned(),
            detail: "목소리를 먼저 보내요. 다른 업로드를 멈추거나 공유기 가까이 가면 대개 나아져요.",
        },
        their_download: Why {
            title: |name| [name, " 님의 다운로드가 느려서 내 영상을 받기 어려워요"].concat(),
            detail: "다른 사람에게는 평소처럼 보여요.",
        },
        narrow: Why {
            title: |name| [name, " 님과의 연결이 느려서 영상을 주고받기 어려워요"].concat(),
            detail: "목소리를 먼저 보내요. 어느 쪽이든 다른 다운로드를 멈추면 대개 나아져요.",
        },
        loss: Why {
            title: |_| "Wi-Fi 연결이 불안정해요".to_owned(),
            detail: "내 화면이 가끔 멈춰 보일 수 있어요. 공유기 가까이 가면 대개 나아져요.",
        },
        their_loss: Why {
            title: |name| [name, " 님의 연결이 불안정해요"].concat(),
            detail: "상대 화면이 가끔 멈출 수 있어요. 상대가 공유기 가까이 가면 대개 나아져요.",
        },
        loss_between: Why {
            title: |name| [name, " 님과 나 사이의 연결이 불안정해요"].concat(),
            detail: "서로의 화면이 가끔 멈출 수 있어요. 공유기 가까이 가면 대개 나아져요.",
        },
        download: Why {
            title: |_| "다운로드가 느려서 모두의 영상을 받기 어려워요".to_owned(),
            detail: "다른 다운로드를 멈추거나 공유기 가까이 가면 대개 나아져요.",
        },
        their_upload: Why {
            title: |name| [name, " 님의 업로드가 느려서 영상을 받기 어려워요"].concat(),
            detail: "목소리가 먼저 와요. 잠시 상대 화면이 작거나 흐릴 수 있어요.",
        },
        computer: Why {
            title: |_| "내 컴퓨터에 무리가 가고 있어요".to_owned(),
            detail: "그래서 내 영상이 작아졌어요. 다른 프로그램이나 탭을 닫으면 대개 나아져요.",
        },
        their_computer: Why {
            title: |name| [name, " 님의 컴퓨터에 무리가 가고 있어요"].concat(),
            detail: "그래서 상대 영상이 작아졌어요. 상대가 다른 프로그램을 닫으면 대개 나아져요.",
        },
        relay: Why {
            title: |name| [name, " 님과 나 사이의 중계 서버 때문에 늦어져요"].concat(),
            detail: "누가 주소를 숨긴 게 아니라면, 직접 연결할 길을 찾지 못한 거예요. 다른 네트워크를 쓰면 대개 나아져요.",
        },
        distance: Why {
            title: |name| [name, " 님에게 전달되기까지 오래 걸려요"].concat(),
            detail: "서로 대답을 잠시 기다려 주세요. 유선이나 다른 네트워크를 쓰면 나아질 수 있어요.",
        },
    },
    lowered: |height| ["목소리가 끊기지 않게 화질을 ", height, "p로 낮췄어요."].concat(),
    paused: "목소리가 끊기지 않게 영상을 잠시 멈췄어요. 나아지면 저절로 다시 보여요.",
    screen_lowered: |rate| ["목소리가 끊기지 않게 공유 화면을 초당 ", rate, "장으로 줄였어요."].concat(),
    screen_paused: "목소리가 끊기지 않게 공유 화면을 잠시 멈췄어요. 나아지면 저절로 다시 보여요.",
    nobody: "누군가 들어오면 통화 상태가 여기에 보여요.",
    round_trip: "왕복 지연",
    loss: "패킷 손실",
    jitter: "지연 변동",
    bitrate: "전송 속도",
    frame_rate: "초당 프레임 수",
    good: "좋음",
    fair: "보통",
    poor: "나쁨",
    bad: "매우 나쁨",
    unknown: "알 수 없음",
    ago: "60초 전",
    now: "지금",
    good_below: |figure| [figure, " 미만이면 좋음"].concat(),
    good_above: |figure| [figure, " 이상이면 좋음"].concat(),
    sent: "보냄",
    received: "받음",
    course: |[least, most, now]| ["지난 1분 동안 ", least, "에서 ", most, " 사이, 지금 ", now].concat(),
    path: "경로",
    direct: "직접 연결(P2P)",
    relay: "중계 서버를 거침",
    sending: "보내는 영상",
    receiving: "받는 영상",
    sending_screen: "내 공유 화면",
    receiving_screen: "상대 공유 화면",
    sound: "소리",
    no_picture: "영상 없음",
    copy_report: "보고서 복사",
    report_copied: "보고서를 복사했어요",
    turn_off: "내 영상 끄기",
    turn_on: "내 영상 켜기",
};

pub(super) const VERIFY: Verify = Verify {
    verified: "확인됨",
    not_verified: "확인 안 됨",
    some_not_verified: |count| [count, "명 확인 안 됨"].concat(),
    not_safe: "안전하지 않음",
    menu: "상대 확인",
    intro: "한 사람씩 그림 일곱 개를 소리 내어 맞춰 보면 아무도 엿듣지 않는다는 걸 서로 알 수 있어요.",
    verify: "확인하기",
    is_really: |name| ["정말 ", name, " 님인가요?"].concat(),
    asked: |name| [name, " 님에게 그림 일곱 개를 읽어 달라고 요청하고 있어요."].concat(),
    ask_pictures: |name| {
        [name, " 님에게 그림 일곱 개를 소리 내어 읽어 달라고 한 뒤, 일치하는 줄을 고르세요."].concat()
    },
    ask_digits: |name| {
        [name, " 님에게 숫자 열두 자리를 소리 내어 읽어 달라고 한 뒤, 일치하는 줄을 고르세요."].concat()
    },
    none_match: "일치하는 줄이 없어요",
    confirm: "확인하기",
    read_to: |name| [name, " 님에게 읽어 주세요"].concat(),
    say_pictures: |name| {
        ["그림 일곱 개를 왼쪽부터 소리 내어 읽어 주세요. ", name, " 님이 일치하는 줄을 고르고 있어요."]
            .concat()
    },
    say_digits: |name| {
        ["숫자 열두 자리를 왼쪽부터 소리 내어 읽어 주세요. ", name, " 님이 일치하는 줄을 고르고 있어요."]
            .concat()
    },
    waiting: |name| [name, " 님을 기다리는 중…"].concat(),
    cancel: "취소",
    unmute: "음소거 중이에요. 마이크 켜기",
    use_digits: "숫자로 하기",
    use_pictures: "그림으로 하기",
    invited: |name| [name, " 님이 이 통화를 확인하고 싶어 해요"].concat(),
    invitation: "그림 일곱 개를 소리 내어 읽으면 아무도 엿듣지 않는다는 걸 서로 알 수 있어요.",
    later: "나중에",
    show_pictures: "그림 보기",
    told: |name| [name, " 님이 일치한다고 말하는 걸 들었나요?"].concat(),
    only_voice: "일치한다는 메시지는 중간에 있는 누구나 보낼 수 있어요. 아는 목소리는 흉내 내기 훨씬 어려워요.",
    not_heard: "아니요",
    heard: "네, 들었어요",
    is_verified: |name| [name, " 님을 확인했어요"].concat(),
    tell: |name| ["일치한다고 소리 내어 말해 주세요. ", name, " 님이 기다리고 있어요."].concat(),
    done: "완료",
    listening_in: "누군가 엿듣고 있을 수 있어요",
    no_match: |name| {
        [
            "서로의 화면이 일치하지 않아요. 통화가 ",
            name,
            " 님에게 바로 연결되지 않았을 수 있어요. 통화에서 나가 다른 방법으로 연락하세요.",
        ]
        .concat()
    },
    stay: "계속 통화하기",
    declined: |name| [name, " 님이 지금은 확인하기 어려워요"].concat(),
    ask_again: "언제든 다시 시도할 수 있어요.",
    interrupted: "연결이 끊겼어요",
    once_connected: "다시 연결되면 시도해 주세요.",
    too_often: |name| [name, " 님과는 더 시도할 수 없어요"].concat(),
    new_call: "세 번이 넘으면 결과를 믿기 어려워요. 나갔다가 다시 참가하면 처음부터 할 수 있어요.",
    impossible: "이 통화는 확인할 수 없어요",
    other_browser: "브라우저가 암호화 정보를 알려 주지 않아요. 다른 브라우저로 시도해 보세요.",
    may_not_be: |name| [name, " 님이 아닐 수 있어요"].concat(),
    other_key: "확인된 상대인데 다른 암호화 키로 응답하고 있어요. 이 상대에게는 소리와 영상이 전송되지 않아요.",
    connect_anyway: "그래도 연결하기",
    pictures: [
        "강아지",
        "고양이",
        "말",
        "사자",
        "호랑이",
        "곰",
        "판다",
        "토끼", //
        "개구리",
        "닭",
        "펭귄",
        "새",
        "부엉이",
        "거북이",
        "물고기",
        "고래", //
        "문어",
        "꿀벌",
        "달팽이",
        "여우",
        "나무",
        "선인장",
        "튤립",
        "사과", //
        "바나나",
        "포도",
        "레몬",
        "체리",
        "당근",
        "옥수수",
        "빵",
        "치즈", //
        "달걀",
        "쿠키",
        "케이크",
        "피자",
        "달",
        "별",
        "무지개",
        "눈사람", //
        "불",
        "열쇠",
        "시계",
        "다리",
        "풍선",
        "자전거",
        "돛단배",
        "닻", //
        "선물",
        "종",
        "기타",
        "북",
        "나팔",
        "피아노",
        "버스",
        "기차", //
        "로켓",
        "집",
        "망치",
        "전구",
        "왕관",
        "안경",
        "축구공",
        "텐트", //
    ],
};
