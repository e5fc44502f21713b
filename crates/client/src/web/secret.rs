//! Random bytes that nobody can guess.

/// 32 of them. None where the browser has none to give.
pub(crate) fn draw() -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    web_sys::window()?.crypto().ok()?.get_random_values_with_u8_array(&mut bytes).ok()?;
    Some(bytes)
}
