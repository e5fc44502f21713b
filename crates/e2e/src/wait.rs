//! Waiting for a condition, never for a time.

use anyhow::{Result, anyhow};
use std::time::{Duration, Instant};

/// Long enough for anything on a busy machine with two cores; nothing that works comes near it.
pub const DEADLINE: Duration = Duration::from_secs(40);

/// From one look to the next.
const PACE: Duration = Duration::from_millis(60);

/// Looks again and again until `look` succeeds, for at most [`DEADLINE`].
///
/// # Errors
/// What the last look complained of, when the time is up.
pub async fn until<T>(what: &str, look: impl AsyncFnMut() -> Result<T>) -> Result<T> {
    until_within(DEADLINE, what, look).await
}

/// As [`until`], for at most `deadline`.
///
/// # Errors
/// What the last look complained of, when the time is up.
pub async fn until_within<T>(
    deadline: Duration,
    what: &str,
    mut look: impl AsyncFnMut() -> Result<T>,
) -> Result<T> {
    let start = Instant::now();
    loop {
        match look().await {
            Ok(seen) => return Ok(seen),
            Err(complaint) if start.elapsed() > deadline => {
                let seconds = deadline.as_secs();
                return Err(anyhow!("not within {seconds} s: {what}; at the end: {complaint:#}"));
            }
            Err(_) => tokio::time::sleep(PACE).await,
        }
    }
}
