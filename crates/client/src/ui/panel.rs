//! The panel beside the stage, of which one at most is open; on a phone it covers the stage.

use super::close_button::CloseButton;
use super::icon::Size;
use crate::text::Text;
use crate::web::page;
use leptos::html::H2;
use leptos::prelude::*;

/// What a panel is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Panel {
    Chat,
    People,
    Health,
}

/// Opens `panel`, or closes it.
pub(crate) fn toggle(open: RwSignal<Option<Panel>>, panel: Panel) {
    open.update(|open| *open = if *open == Some(panel) { None } else { Some(panel) });
}

/// The frame of a panel: a headline, `beside` it what the panel offers as a whole, and below it the children, which
/// are one `.panel-body` and perhaps one `.panel-foot`. Takes the focus, also that of what goes in it, and closes with
/// Esc.
#[component]
pub(crate) fn SidePanel(
    text: Text,
    #[prop(into)] title: Signal<&'static str>,
    #[prop(optional)] beside: Option<AnyView>,
    close: Callback<()>,
    children: Children,
) -> impl IntoView {
    let headline = NodeRef::<H2>::new();
    headline.on_load(|headline| {
        let _ = headline.focus();
    });
    view! {
        <aside
            class="panel"
            tabindex="-1"
            aria-label=move || title.get()
            on:keydown=move |event| {
                if event.key() == "Escape" && !page::is_composing(&event) {
                    close.run(());
                }
            }
        >
            <header class="panel-head">
                <h2 class="clip" node_ref=headline tabindex="-1">{move || title.get()}</h2>
                {beside}
                <CloseButton text size=Size::Large close />
            </header>
            {children()}
        </aside>
    }
}
