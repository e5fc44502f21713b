//! The certificate of a seat, kept for a reload: whoever was verified by it stays so.
//!
//! In IndexedDB, which is the only storage that takes a certificate. Its key never leaves the browser, not even to
//! the page. Where there is no such storage (some private windows) nothing is kept and nothing fails.

use super::Listener;
use super::timer::Timeout;
use futures_channel::mpsc::unbounded;
use futures_util::StreamExt;
use js_sys::{Array, Object, Reflect};
use ojak_call::protocol::PeerId;
use std::time::Duration;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Event, IdbDatabase, IdbObjectStore, IdbRequest, IdbTransactionMode, RtcCertificate};

const DATABASE: &str = "ojak";
const STORE: &str = "certificates";
const CERTIFICATE: &str = "certificate";
const KEPT: &str = "kept";

/// A storage that has not answered by then is one that does not answer: nobody waits for the call because of it.
const ANSWERED_WITHIN: Duration = Duration::from_secs(1);
/// A seat is given back for a day, and nobody says when it is given up: then its certificate is of no use any more. In
/// milliseconds.
const OLD: f64 = 2.0 * 86_400_000.0;
/// It should last for the rest of the call. In milliseconds.
const VALID_FOR: f64 = 86_400_000.0;

/// The certificate that this seat had, if it is still good for a call.
pub(super) async fn load(peer: PeerId) -> Option<RtcCertificate> {
    let store = store(IdbTransactionMode::Readonly).await?;
    let kept = answer(&store.get(&peer.as_str().into()).ok()?).await?;
    let certificate: RtcCertificate = Reflect::get(&kept, &CERTIFICATE.into()).ok()?.dyn_into().ok()?;
    (certificate.expires() > js_sys::Date::now() + VALID_FOR).then_some(certificate)
}

/// Keeps the certificate of this seat.
pub(super) async fn keep(peer: PeerId, certificate: RtcCertificate) {
    let Some(store) = store(IdbTransactionMode::Readwrite).await else { return };
    let kept = Object::new();
    let _ = Reflect::set(&kept, &CERTIFICATE.into(), &certificate);
    let _ = Reflect::set(&kept, &KEPT.into(), &js_sys::Date::now().into());
    // Refused where a browser keeps no keys.
    let _ = store.put_with_key(&kept, &peer.as_str().into());
    drop_old(&store).await;
}

async fn drop_old(store: &IdbObjectStore) -> Option<()> {
    let (keys, values) = (store.get_all_keys().ok()?, store.get_all().ok()?);
    let keys: Array = answer(&keys).await?.dyn_into().ok()?;
    let values: Array = answer(&values).await?.dyn_into().ok()?;
    for (key, value) in keys.iter().zip(values.iter()) {
        let kept = Reflect::get(&value, &KEPT.into()).ok()?.as_f64().unwrap_or(0.0);
        if kept < js_sys::Date::now() - OLD {
            let _ = store.delete(&key);
        }
    }
    Some(())
}

async fn store(mode: IdbTransactionMode) -> Option<IdbObjectStore> {
    // Throws or is null where there is none.
    let request = web_sys::window()?.indexed_db().ok()??.open_with_u32(DATABASE, 1).ok()?;
    let upgraded = request.clone();
    let _upgrade = Listener::new(&request, "upgradeneeded", move |_: Event| {
        if let Ok(database) = upgraded.result() {
            let _ = database.unchecked_into::<IdbDatabase>().create_object_store(STORE);
        }
    });
    let database: IdbDatabase = answer(&request).await?.dyn_into().ok()?;
    database.transaction_with_str_and_mode(STORE, mode).ok()?.object_store(STORE).ok()
}

/// What comes of a request, if anything does.
async fn answer(request: &IdbRequest) -> Option<JsValue> {
    let (done, mut is_done) = unbounded();
    let (failed, late) = (done.clone(), done.clone());
    let _success = Listener::new(request, "success", move |_: Event| drop(done.unbounded_send(())));
    let _error = Listener::new(request, "error", move |_: Event| drop(failed.unbounded_send(())));
    let _timeout = Timeout::new(ANSWERED_WITHIN, move || drop(late.unbounded_send(())));
    is_done.next().await;
    // Throws when it failed, and when there is no answer.
    request.result().ok()
}
