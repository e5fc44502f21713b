//! What lies over everything else until it is closed: the frame of it.

use super::close_button::CloseButton;
use super::icon::{Icon, Size, icon};
use crate::text::Text;
use leptos::html;
use leptos::prelude::*;

/// A dialog that keeps the focus inside, closes with Esc or a press beside it, and gives the focus back: all that is
/// the browser's own. `close` is called once it has closed.
#[component]
pub(crate) fn Dialog(
    text: Text,
    #[prop(into)] title: Signal<String>,
    /// What stands below the title.
    #[prop(into, optional)]
    detail: Option<Signal<String>>,
    /// What stands before it, and whether it warns.
    #[prop(into, optional)]
    icon_of: Option<Signal<Option<(Icon, bool)>>>,
    /// Another one, where it may open over a dialog that is open.
    #[prop(default = "dialog-title")]
    title_id: &'static str,
    /// Whether it may open by somebody else's doing. Then it takes the focus itself: the next key of whoever is typing
    /// presses nothing in it.
    #[prop(optional)]
    is_sudden: bool,
    class: &'static str,
    close: Callback<()>,
    children: Children,
) -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    dialog.on_load(move |dialog| {
        let _ = dialog.show_modal();
        if is_sudden {
            let _ = dialog.focus();
        }
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
    // What takes the dialog away without a press on it gives the focus back as well.
    on_cleanup(move || {
        if let Some(dialog) = dialog.try_get_untracked().flatten() {
            dialog.close();
        }
    });
    view! {
        <dialog
            class=["dialog ", class].concat()
            node_ref=dialog
            aria-labelledby=title_id
            tabindex="-1"
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
                    {icon_of
                        .map(|icon_of| {
                            move || {
                                icon_of
                                    .get()
                                    .map(|(of, warns)| {
                                        view! {
                                            <span class="dialog-icon" class:is-bad=warns>
                                                {icon(of, Size::Large)}
                                            </span>
                                        }
                                    })
                            }
                        })}
                    <h2 id=title_id aria-live="polite">{move || title.get()}</h2>
                    <CloseButton text size=Size::Large close=Callback::new(move |()| shut()) />
                    {detail.map(|detail| view! { <p aria-live="polite">{move || detail.get()}</p> })}
                </header>
                {children()}
            </div>
        </dialog>
    }
}
