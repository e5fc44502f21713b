//! Speech recognition, where the browser has it: Chromium and Safari under a name of their own, Firefox not at all.

use super::ext::Recognition;
use super::listener::Listener;
use super::media::Track;
use js_sys::{Array, Function, Object, Promise, Reflect};
use ojak_call::{Ear, SpeechEvent, SpeechProblem};
use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{Event, MediaStreamTrack};

fn class() -> Option<Function> {
    let window = web_sys::window()?;
    ["SpeechRecognition", "webkitSpeechRecognition"]
        .into_iter()
        .find_map(|name| Reflect::get(&window, &name.into()).ok()?.dyn_into().ok())
}

/// Calls a function of the class about recognition of `language` on this device; none where there is no such function.
async fn ask(class: &Function, function: &str, language: &str) -> Option<JsValue> {
    let function: Function = Reflect::get(class, &function.into()).ok()?.dyn_into().ok()?;
    let options = Object::new();
    Reflect::set(&options, &"langs".into(), &Array::of1(&language.into())).ok()?;
    Reflect::set(&options, &"processLocally".into(), &JsValue::TRUE).ok()?;
    let answer = function.call1(class, &options).ok()?;
    JsFuture::from(Promise::resolve(&answer)).await.ok()
}

/// Where the browser would listen to this language; on the device, if it can.
pub(crate) async fn offer(language: &str) -> Option<Ear> {
    let class = class()?;
    let available = ask(&class, "available", language).await.and_then(|answer| answer.as_string());
    Some(match available.as_deref() {
        Some("available") => Ear::Device,
        Some("downloadable" | "downloading") => Ear::DeviceAfterDownload,
        _ => Ear::Maker,
    })
}

/// Listens until it is dropped, or ends by itself.
#[must_use = "a recogniser that is dropped hears nothing"]
pub(crate) struct Recogniser {
    recognition: Recognition,
    is_wanted: Rc<Cell<bool>>,
    _listeners: [Listener; 3],
}

impl Recogniser {
    /// Listens to `microphone`, or to the system's where the browser listens to no other.
    pub(crate) fn start(
        language: &str,
        ear: Ear,
        microphone: Option<&Track>,
        happened: impl Fn(SpeechEvent) + 'static,
    ) -> Option<Self> {
        let class = class()?;
        let recognition: Recognition = Reflect::construct(&class, &Array::new()).ok()?.unchecked_into();
        recognition.set_lang(language);
        recognition.set_continuous(true);
        recognition.set_interim_results(true);
        if ear != Ear::Maker {
            recognition.set_process_locally(true);
        }
        let happened = Rc::new(happened);
        let listeners = listen(&recognition, &happened);
        let is_wanted = Rc::new(Cell::new(true));
        let started = Self {
            recognition: Clone::clone(&recognition),
            is_wanted: is_wanted.clone(),
            _listeners: listeners,
        };
        let (language, track) =
            (language.to_owned(), microphone.map(|microphone| Clone::clone(&microphone.track)));
        spawn_local(async move {
            let is_there = ear != Ear::DeviceAfterDownload
                || ask(&class, "install", &language).await.is_some_and(|installed| installed.is_truthy());
            if !is_wanted.get() {
                return;
            }
            if !is_there {
                happened(SpeechEvent::Failed(SpeechProblem::Language));
            } else if begin(&recognition, track.as_ref()).is_err() {
                happened(SpeechEvent::Failed(SpeechProblem::Unknown));
            }
        });
        Some(started)
    }
}

fn begin(recognition: &Recognition, track: Option<&MediaStreamTrack>) -> Result<(), JsValue> {
    match track {
        Some(track) => recognition.start_with(track).or_else(|_| recognition.start()),
        None => recognition.start(),
    }
}

impl Drop for Recogniser {
    fn drop(&mut self) {
        self.is_wanted.set(false);
        self.recognition.abort();
    }
}

fn listen(recognition: &Recognition, happened: &Rc<impl Fn(SpeechEvent) + 'static>) -> [Listener; 3] {
    let (heard, failed, ended) = (happened.clone(), happened.clone(), happened.clone());
    // What failed ends as well, and says so after.
    let has_failed = Rc::new(Cell::new(false));
    let fails = has_failed.clone();
    [
        Listener::new(recognition, "result", move |event: Event| results(&event, &*heard)),
        Listener::new(recognition, "error", move |event: Event| {
            if let Some(problem) = problem(&get(&event, "error").as_string().unwrap_or_default()) {
                fails.set(true);
                failed(SpeechEvent::Failed(problem));
            }
        }),
        Listener::new(recognition, "end", move |_: Event| {
            if !has_failed.get() {
                ended(SpeechEvent::Ended);
            }
        }),
    ]
}

/// Source: <https://wicg.github.io/speech-api/#speechrecognitionevent>
fn results(event: &Event, heard: &impl Fn(SpeechEvent)) {
    let number = |object: &JsValue, key: &str| get(object, key).as_f64().unwrap_or_default() as u32;
    let results = get(event, "results");
    for index in number(event, "resultIndex")..number(&results, "length") {
        let result = Reflect::get_u32(&results, index).unwrap_or_default();
        let best = Reflect::get_u32(&result, 0).unwrap_or_default();
        if let Some(text) = get(&best, "transcript").as_string() {
            heard(SpeechEvent::Heard { index, text, is_final: get(&result, "isFinal").is_truthy() });
        }
    }
}

/// None is what happens in every conversation: nobody said anything.
fn problem(error: &str) -> Option<SpeechProblem> {
    match error {
        "no-speech" | "aborted" => None,
        "not-allowed" | "service-not-allowed" => Some(SpeechProblem::Denied),
        "language-not-supported" => Some(SpeechProblem::Language),
        "network" => Some(SpeechProblem::Network),
        _ => Some(SpeechProblem::Unknown),
    }
}

fn get(object: &JsValue, key: &str) -> JsValue {
    Reflect::get(object, &key.into()).unwrap_or_default()
}
