//! What lies over everything else until it is closed: the frame of it.

use super::icon::{Icon, Size, icon};
use crate::text::{Text, say};
use leptos::html;
use leptos::prelude::*;

/// A dialog that keeps the focus inside, closes with Esc or a press beside it, and gives the focus back: all that is
/// the browser's own. `close` is called once it has closed.
#[component]
pub(crate) fn Dialog(
    text: Text,
    #[prop(into)] title: Signal<&'static str>,
    class: &'static str,
    close: Callback<()>,
    children: Children,
) -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    dialog.on_load(|dialog| {
        let _ = dialog.show_modal();
    });
    let is_open = StoredValue::new(true);
    let shut = move || {
        // The browser tells of the end later, when another dialog may be open already.
        if is_open.try_get_value() != Some(true) {
            return;
        }
        is_open.set_value(false);
        if let Some(dialog) = dialog.get_untracked() {
            dialog.close();
        }
        close.run(());
    };
    view! {
        <dialog
            class=["dialog ", class].concat()
            node_ref=dialog
            tabindex="-1"
            aria-labelledby="dialog-title"
            on:cancel=move |event: leptos::ev::Event| {
                event.prevent_default();
                shut();
            }
            on:close=move |_| shut()
            // Its own area is covered by what is in it: what is pressed is what lies behind.
            on:click=move |event| {
                if event.target() == event.current_target() {
                    shut();
                }
            }
        >
            <div class="dialog-in">
                <header class="dialog-head">
                    <h2 id="dialog-title">{move || title.get()}</h2>
                    <button
                        type="button"
                        class="btn-icon"
                        aria-label=say(text, |words| words.close)
                        on:click=move |_| shut()
                    >
                        {icon(Icon::Close, Size::Large)}
                    </button>
                </header>
                {children()}
            </div>
        </dialog>
    }
}
