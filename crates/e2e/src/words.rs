//! The accessible names of CONTRACT.md, and the roles that carry them.

use crate::setup::Language;

/// What something is to an assistive tool.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names are those of WAI-ARIA")]
pub enum Role {
    Button,
    Combobox,
    Dialog,
    Figure,
    Form,
    Group,
    Meter,
    Textbox,
    Toolbar,
}

impl Role {
    /// Elements that may have this role.
    pub(crate) const fn selector(self) -> &'static str {
        match self {
            Self::Button => "button, [role=button], summary",
            Self::Combobox => "select, [role=combobox]",
            Self::Dialog => "dialog, [role=dialog]",
            Self::Figure => "figure, [role=figure]",
            Self::Form => "form, [role=form]",
            Self::Group => "[role=group], fieldset",
            Self::Meter => "meter, [role=meter]",
            Self::Textbox => "input:not([type]), input[type=text], textarea, [role=textbox]",
            Self::Toolbar => "[role=toolbar]",
        }
    }
}

/// The accessible names of CONTRACT.md, in one language.
#[derive(Debug)]
#[allow(missing_docs, reason = "each is called what it says in English")]
pub struct Words {
    pub room: &'static str,
    pub your_name: &'static str,
    pub microphone: &'static str,
    pub camera: &'static str,
    pub microphone_level: &'static str,
    pub join: &'static str,
    pub call_controls: &'static str,
    pub chat: &'static str,
    pub message: &'static str,
    pub leave: &'static str,
}

impl Words {
    /// In English.
    pub const ENGLISH: Self = Self {
        room: "Room",
        your_name: "Your name",
        microphone: "Microphone",
        camera: "Camera",
        microphone_level: "Microphone level",
        join: "Join",
        call_controls: "Call controls",
        chat: "Chat",
        message: "Message",
        leave: "Leave",
    };
    /// In Korean.
    pub const KOREAN: Self = Self {
        room: "방 이름",
        your_name: "내 이름",
        microphone: "마이크",
        camera: "카메라",
        microphone_level: "마이크 음량",
        join: "참가하기",
        call_controls: "통화 조작",
        chat: "채팅",
        message: "메시지",
        leave: "나가기",
    };

    /// In `language`.
    #[must_use]
    pub const fn of(language: Language) -> &'static Self {
        match language {
            Language::English => &Self::ENGLISH,
            Language::Korean => &Self::KOREAN,
        }
    }
}
