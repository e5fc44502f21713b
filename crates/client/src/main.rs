//! The page: what a person sees, and the thin shell round the browser's own objects.

mod call_part;
mod connections;
mod session;
mod shell;
mod text;
mod ui;
mod web;

fn main() {
    console_error_panic_hook::set_once();
    // Where there is no WebRTC, `assets/can-call.js` sees to it that this is said, without the help of this module.
    if !web::page::can_call() {
        return;
    }
    let session = session::Session::start();
    // In one task, so that no frame is painted between the two.
    web::page::remove_skeleton();
    leptos::mount::mount_to_body(move || leptos::view! { <ui::App session /> });
    web::worker::keep_lobby();
}
