//! How long something has been going on: the call, or its interruption.

use crate::text::{Text, say};
use crate::web::timer::{self, Interval};
use leptos::prelude::*;
use std::time::Duration;

/// Time since `began`, by [`timer::now`].
#[component]
pub(crate) fn Clock(text: Text, began: Duration) -> impl IntoView {
    let seconds = seconds_since(began);
    view! {
        <span class="num" role="timer" aria-live="off" aria-label=say(text, |words| words.call.elapsed)>
            {move || format_time(seconds.get())}
        </span>
    }
}

/// Whole seconds since `began`, by [`timer::now`], for as long as the component is there.
pub(crate) fn seconds_since(began: Duration) -> ReadSignal<u64> {
    let elapsed = move || timer::now().saturating_sub(began).as_secs();
    let seconds = RwSignal::new(elapsed());
    let ticking = Interval::new(Duration::from_millis(500), move || {
        // A signal notifies even of what it held before, and most of these ticks change nothing.
        if seconds.get_untracked() != elapsed() {
            seconds.set(elapsed());
        }
    });
    StoredValue::new_local(ticking);
    seconds.read_only()
}

/// `12:48`, or `1:02:03` past the hour.
pub(crate) fn format_time(seconds: u64) -> String {
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    let mut text = String::with_capacity(8);
    if hours > 0 {
        text.push_str(&hours.to_string());
        text.push(':');
    }
    push_two(&mut text, minutes);
    text.push(':');
    push_two(&mut text, seconds);
    text
}

fn push_two(text: &mut String, number: u64) {
    if number < 10 {
        text.push('0');
    }
    text.push_str(&number.to_string());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_is_written_as_a_clock_writes_it() {
        for (seconds, expected) in
            [(0, "00:00"), (24, "00:24"), (768, "12:48"), (3600, "1:00:00"), (3723, "1:02:03")]
        {
            assert_eq!(format_time(seconds), expected);
        }
    }
}
