//! How the page looks to this person: theme, mirror, and the picture on its tab. The first two are kept, and
//! `assets/look.js` applies the theme before anything is painted.

use super::storage;
use web_sys::Element;

const THEME: &str = "ojak.theme";
const MIRROR: &str = "ojak.mirror";
/// What is kept when somebody does not want to see themself as in a mirror.
const OFF: &str = "off";

/// Light or dark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Theme {
    /// As the system has it.
    System,
    Light,
    Dark,
}

impl Theme {
    /// That which was chosen, on an earlier visit too.
    pub(crate) fn kept() -> Self {
        match storage::get(THEME).as_deref() {
            Some("light") => Self::Light,
            Some("dark") => Self::Dark,
            _ => Self::System,
        }
    }

    /// Shows the page in this one from now on.
    pub(crate) fn keep(self) {
        let word = match self {
            Self::System => None,
            Self::Light => Some("light"),
            Self::Dark => Some("dark"),
        };
        storage::set(THEME, word);
        set("data-theme", word);
    }
}

/// Whether the person sees themself as in a mirror, where the camera looks at them.
pub(crate) fn is_mirrored() -> bool {
    storage::get(MIRROR).as_deref() != Some(OFF)
}

/// Has them seen so from now on, or not.
pub(crate) fn mirror(is_on: bool) {
    let word = (!is_on).then_some(OFF);
    storage::set(MIRROR, word);
    set("data-mirror", word);
}

/// What the tab says of the call, told by shape and colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Badge {
    /// There is none to speak of.
    None,
    Connected,
    Reconnecting,
    Muted,
}

impl Badge {
    const fn drawn(self) -> &'static str {
        match self {
            Self::None => "",
            Self::Connected => {
                "<circle cx='49' cy='49' r='13' fill='#4fcb83' stroke='#111214' stroke-width='4'/>"
            }
            Self::Reconnecting => {
                "<circle cx='49' cy='49' r='11' fill='#111214' stroke='#f3b63f' stroke-width='6' stroke-dasharray='9 8'/>"
            }
            Self::Muted => {
                "<circle cx='49' cy='49' r='13' fill='#d93b43' stroke='#111214' stroke-width='4'/>\
                 <path d='M43 43l12 12' stroke='#fff' stroke-width='5' stroke-linecap='round'/>"
            }
        }
    }
}

/// Puts `badge` on the picture of the tab.
pub(crate) fn show_badge(badge: Badge) {
    let picture = include_str!("../../assets/favicon.svg");
    let picture = [picture.trim_end().trim_end_matches("</svg>"), badge.drawn(), "</svg>"].concat();
    let address = String::from("data:image/svg+xml,") + &String::from(js_sys::encode_uri_component(&picture));
    let document = web_sys::window().and_then(|window| window.document());
    if let Some(link) = document.and_then(|document| document.query_selector("link[rel=icon]").ok()?) {
        let _ = link.set_attribute("href", &address);
    }
}

fn set(attribute: &str, value: Option<&str>) {
    let root: Option<Element> = web_sys::window().and_then(|window| window.document()?.document_element());
    if let Some(root) = root {
        let _ = match value {
            Some(value) => root.set_attribute(attribute, value),
            None => root.remove_attribute(attribute),
        };
    }
}
