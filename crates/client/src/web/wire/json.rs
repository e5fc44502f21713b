//! One JSON object, written and read field by field.

use js_sys::{Array, JSON, Object, Reflect};
use ojak_call::protocol::{DisplayName, PeerId, Switch};
use wasm_bindgen::{JsCast, JsValue};

/// An object on its way out.
pub(super) struct Written(pub(super) JsValue);

pub(super) fn typed(word: &str) -> Written {
    Written(Object::new().into()).with("type", word)
}

impl Written {
    pub(super) fn with(self, key: &str, value: impl Into<JsValue>) -> Self {
        // An object made here takes everything.
        let _ = Reflect::set(&self.0, &key.into(), &value.into());
        self
    }

    pub(super) fn with_some(self, key: &str, value: Option<impl Into<JsValue>>) -> Self {
        match value {
            Some(value) => self.with(key, value),
            None => self,
        }
    }
}

pub(super) fn text_of(written: &Written) -> String {
    JSON::stringify(&written.0).map(Into::into).unwrap_or_default()
}

/// An object that came in; of a value that is none, every field is absent.
pub(super) struct Fields(pub(super) JsValue);

impl Fields {
    pub(super) fn parse(text: &str) -> Option<Self> {
        JSON::parse(text).ok().map(Self)
    }

    pub(super) fn get(&self, key: &str) -> JsValue {
        Reflect::get(&self.0, &key.into()).unwrap_or_default()
    }

    pub(super) fn inner(&self, key: &str) -> Self {
        Self(self.get(key))
    }

    pub(super) fn text(&self, key: &str) -> Option<String> {
        self.get(key).as_string()
    }

    pub(super) fn flag(&self, key: &str) -> Option<bool> {
        self.get(key).as_bool()
    }

    pub(super) fn number(&self, key: &str) -> Option<u32> {
        let number = self.get(key).as_f64()?;
        // A cast keeps to the range and drops what is behind the point, so only a whole number comes back the same.
        (f64::from(number as u32) == number).then_some(number as u32)
    }

    /// Inside of it `None` is a field that is absent.
    pub(super) fn optional<T>(
        &self,
        key: &str,
        read: impl Fn(&Self, &str) -> Option<T>,
    ) -> Option<Option<T>> {
        let value = self.get(key);
        if value.is_null() || value.is_undefined() { Some(None) } else { read(self, key).map(Some) }
    }

    pub(super) fn list<T>(&self, key: &str, read: impl Fn(Self) -> Option<T>) -> Option<Vec<T>> {
        let list: Array = self.get(key).dyn_into().ok()?;
        list.iter().map(|entry| read(Self(entry))).collect()
    }

    pub(super) fn peer(&self, key: &str) -> Option<PeerId> {
        self.text(key)?.parse().ok()
    }

    pub(super) fn name(&self) -> Option<DisplayName> {
        DisplayName::parse(&self.text("name")?).ok()
    }

    pub(super) fn switch(&self, key: &str) -> Option<Switch> {
        let word = self.text(key)?;
        [Switch::On, Switch::Off].into_iter().find(|switch| switch.as_str() == word)
    }
}
