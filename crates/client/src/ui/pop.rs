//! What opens over or beneath a button: a menu, or a small dialog.

use super::close_button::CloseButton;
use super::icon::Size;
use crate::text::Text;
use crate::web::focus;
use crate::web::page::{Key, on_key, on_press_outside};
use leptos::html::{Button, Div};
use leptos::prelude::*;

/// What a button opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Opens {
    Menu,
    /// A dialog of nothing but buttons.
    Dialog,
}

impl Opens {
    const fn role(self) -> &'static str {
        match self {
            Self::Menu => "menu",
            Self::Dialog => "dialog",
        }
    }

    /// What the arrow keys go through.
    const fn items(self) -> &'static str {
        match self {
            Self::Menu => "[role^=menuitem]",
            Self::Dialog => "button",
        }
    }
}

/// A button with its `face`, and what it `opens`: while that is open the focus is in it, and afterwards on the button
/// again. Esc closes it, a press outside of what `around` names, and whatever of `items` calls what it is given.
#[component]
pub(crate) fn PopButton(
    opens: Opens,
    /// Of the button.
    class: &'static str,
    /// Of the button, where its face does not say it.
    #[prop(into, optional)]
    label: Option<Signal<String>>,
    face: AnyView,
    button: NodeRef<Button>,
    #[prop(into)] is_open: Signal<bool>,
    turn: Callback<bool>,
    around: &'static str,
    /// Of what opens.
    #[prop(default = "menu is-list")]
    menu_class: &'static str,
    #[prop(into)] menu_label: Signal<String>,
    /// Whether it opens upwards although that is not where it usually does.
    #[prop(into, optional)]
    is_up: Signal<bool>,
    items: Callback<Callback<()>, AnyView>,
) -> impl IntoView {
    let close = Callback::new(move |()| {
        turn.run(false);
        if let Some(button) = button.get_untracked() {
            let _ = button.focus();
        }
    });
    StoredValue::new_local(on_press_outside(around, move || {
        if is_open.get_untracked() {
            turn.run(false);
        }
    }));
    StoredValue::new_local(on_key(move |key| {
        if key == Key::Escape && is_open.get_untracked() {
            close.run(());
        }
    }));
    let press_key = move |event: leptos::ev::KeyboardEvent| {
        if focus::follow_key(&event, opens.items()) {
            return;
        }
        let key = event.key();
        if key == "Escape" || (key == "Tab" && opens == Opens::Menu) {
            event.prevent_default();
            // What lies round it stays.
            event.stop_propagation();
            close.run(());
        }
    };
    view! {
        <button
            type="button"
            class=class
            node_ref=button
            aria-haspopup=opens.role()
            aria-expanded=move || is_open.get().to_string()
            aria-label=move || label.map(|label| label.get())
            on:click=move |_| turn.run(!is_open.get_untracked())
        >
            {face}
        </button>
        {move || {
            is_open
                .get()
                .then(|| {
                    let menu = NodeRef::<Div>::new();
                    menu.on_load(move |menu| focus::enter(&menu, opens.items()));
                    view! {
                        <div class="pop" class:is-up=is_up>
                            <div
                                class=menu_class
                                role=opens.role()
                                node_ref=menu
                                aria-label=menu_label
                                on:keydown=press_key
                            >
                                {items.run(close)}
                            </div>
                        </div>
                    }
                })
        }}
    }
}

/// The headline of a small dialog that is more than buttons.
#[component]
pub(crate) fn PopHead(
    text: Text,
    #[prop(into)] title: Signal<&'static str>,
    close: Callback<()>,
) -> impl IntoView {
    view! {
        <div class="menu-head">
            <h2>{title}</h2>
            <CloseButton text size=Size::Middle close />
        </div>
    }
}
