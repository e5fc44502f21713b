//! What a connection did in the last minute, as lines and in words.

use super::tile::bars;
use crate::text::{Strings, Text};
use leptos::prelude::*;
use ojak_call::{FAIR_JITTER, FAIR_LOSS, FAIR_ROUND_TRIP, Health, Quality, Second};
use std::time::Duration;

/// Seconds from the left edge to the right one.
const SPAN: usize = 60;
/// Of the drawing, in its own units.
const WIDTH: f32 = 3000.0;
const HEIGHT: f32 = 440.0;
/// Fewer pictures a second than these look jerky, then broken.
const SMOOTH: f32 = 12.0;
const JERKY: f32 = 6.0;

/// What is plotted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Figure {
    RoundTrip,
    Loss,
    Jitter,
    Bitrate,
    FrameRate,
}

/// One line of a plot: a value for each second, the latest last.
type Line = Vec<Option<f32>>;

impl Figure {
    pub(crate) const ALL: [Self; 5] =
        [Self::RoundTrip, Self::Loss, Self::Jitter, Self::Bitrate, Self::FrameRate];

    fn name(self, words: &'static Strings) -> &'static str {
        match self {
            Self::RoundTrip => words.health.round_trip,
            Self::Loss => words.health.loss,
            Self::Jitter => words.health.jitter,
            Self::Bitrate => words.health.bitrate,
            Self::FrameRate => words.health.frame_rate,
        }
    }

    /// The same in every language.
    const fn unit(self) -> &'static str {
        match self {
            Self::RoundTrip | Self::Jitter => "ms",
            Self::Loss => "%",
            Self::Bitrate => "Mb/s",
            Self::FrameRate => "fps",
        }
    }

    /// What goes there, and what comes from there; the way there and back has but one.
    fn lines(self, seconds: &[Second]) -> Vec<Line> {
        let ms = |time: Duration| time.as_secs_f32() * 1000.0;
        let latest = seconds.get(seconds.len().saturating_sub(SPAN)..).unwrap_or_default();
        let line = |value: &dyn Fn(&Second) -> Option<f32>| latest.iter().map(value).collect::<Line>();
        match self {
            Self::RoundTrip => vec![line(&|second| second.round_trip.map(ms))],
            Self::Loss => [|second: &Second| second.sent, |second: &Second| second.received]
                .map(|way| line(&|second| Some(way(second).share?.loss()? as f32 * 100.0)))
                .into(),
            Self::Jitter => [|second: &Second| second.sent, |second: &Second| second.received]
                .map(|way| line(&|second| way(second).jitter.map(ms)))
                .into(),
            Self::Bitrate => [|second: &Second| second.sent, |second: &Second| second.received]
                .map(|way| line(&|second| way(second).bitrate.map(|bits| bits as f32 / 1e6)))
                .into(),
            Self::FrameRate => [|second: &Second| second.sent, |second: &Second| second.received]
                .map(|way| line(&|second| way(second).frame_rate))
                .into(),
        }
    }

    /// Where good ends. None where that depends on what is not known.
    fn limit(self, health: &Health) -> Option<f32> {
        match self {
            Self::RoundTrip => Some(FAIR_ROUND_TRIP.as_secs_f32() * 1000.0),
            Self::Loss => Some(FAIR_LOSS as f32 * 100.0),
            Self::Jitter => Some(FAIR_JITTER.as_secs_f32() * 1000.0),
            Self::Bitrate => health.needed.map(|bits| bits as f32 / 1e6),
            Self::FrameRate => Some(SMOOTH),
        }
    }

    /// How good the last value is; less sent or seen is only worse when something keeps it from being more.
    fn verdict(self, health: &Health, worst: f32) -> Quality {
        let ms = |value: f32| Duration::from_secs_f32(value.max(0.0) / 1000.0);
        match self {
            Self::RoundTrip => Quality::of_round_trip(ms(worst)),
            Self::Loss => Quality::of_loss(f64::from(worst) / 100.0),
            Self::Jitter => Quality::of_jitter(ms(worst)),
            Self::Bitrate | Self::FrameRate if health.cause.is_good() => Quality::Good,
            Self::Bitrate => match health.needed.map(|bits| bits as f32 / 1e6) {
                Some(needed) if worst < needed / 3.0 => Quality::Poor,
                Some(needed) if worst < needed => Quality::Fair,
                _ => Quality::Good,
            },
            Self::FrameRate if worst < JERKY => Quality::Poor,
            Self::FrameRate if worst < SMOOTH => Quality::Fair,
            Self::FrameRate => Quality::Good,
        }
    }

    const fn is_better_when_more(self) -> bool {
        matches!(self, Self::Bitrate | Self::FrameRate)
    }

    fn written(self, value: f32) -> String {
        match self {
            Self::Bitrate if value < 1.0 => decimals(value, 2),
            Self::Loss | Self::Bitrate => decimals(value, 1),
            Self::RoundTrip | Self::Jitter | Self::FrameRate => decimals(value, 0),
        }
    }
}

/// A number with so many digits behind the point, without what the page has no other use for.
fn decimals(value: f32, digits: u32) -> String {
    let factor = 10_u32.pow(digits);
    let whole = (value.max(0.0) * factor as f32).round() as u32;
    let (before, behind) = (whole / factor, whole % factor);
    if digits == 0 {
        return before.to_string();
    }
    let behind = behind.to_string();
    let zeros = &"000"[..(digits as usize).saturating_sub(behind.len())];
    [&*before.to_string(), ".", zeros, &behind].concat()
}

/// Draws `figure` of `health`.
pub(crate) fn plot(text: Text, health: &Health, figure: Figure) -> AnyView {
    let words = text.get();
    let lines = figure.lines(&health.seconds);
    let most = lines.iter().flatten().flatten().copied().fold(0.0_f32, f32::max);
    let last: Vec<_> = lines.iter().map(|line| line.last().copied().flatten()).collect();
    let pick = if figure.is_better_when_more() { f32::min } else { f32::max };
    let worst = last.iter().flatten().copied().reduce(pick);
    let verdict = worst.map(|worst| figure.verdict(health, worst));
    // A still picture takes next to nothing, and is good: then a limit above it would only puzzle.
    let is_puzzling = |limit: &f32| {
        figure.is_better_when_more()
            && verdict == Some(Quality::Good)
            && worst.is_some_and(|worst| worst < *limit)
    };
    let limit = figure.limit(health).filter(|limit| !is_puzzling(limit));
    let top = (most * 1.15).max(limit.unwrap_or(0.0) * 1.5).max(f32::MIN_POSITIVE);
    let class = match verdict {
        None => "plot",
        Some(Quality::Good) => "plot good",
        Some(Quality::Fair) => "plot fair",
        Some(Quality::Poor | Quality::Bad) => "plot poor",
    };
    let is_two_way = lines.len() > 1;
    let now = last.iter().zip(["↑", "↓"]).map(|(value, arrow)| {
        let value = value.map_or_else(|| "–".to_owned(), |value| figure.written(value));
        view! { <span>{is_two_way.then_some(arrow)}{value}</span> }
    });
    let now = now.collect::<Vec<_>>();
    let unit = figure.unit();
    let limit_said = limit.map(|limit| {
        let figure_said = [&*figure.written(limit), " ", unit].concat();
        if figure.is_better_when_more() {
            (words.health.good_above)(&figure_said)
        } else {
            (words.health.good_below)(&figure_said)
        }
    });
    let drawn: Vec<_> = lines
        .iter()
        .enumerate()
        .flat_map(|(way, line)| {
            let class = if way == 0 { "line" } else { "line is-received" };
            segments(line, top)
                .into_iter()
                .map(move |points| view! { <polyline class=class points=points /> })
        })
        .collect();
    let area = lines.first().map(|line| areas(line, top)).unwrap_or_default();
    let area: Vec<_> =
        area.into_iter().map(|points| view! { <polygon class="area" points=points /> }).collect();
    let limit_line = limit.map(|limit| {
        let height = y(limit, top).to_string();
        view! { <line class="limit" x1="0" x2="3000" y1=height.clone() y2=height /> }
    });
    view! {
        <figure class=class>
            <figcaption class="plot-name">
                {figure.name(words)} <span class="plot-now" aria-hidden="true">{now} " " <small>{unit}</small></span>
            </figcaption>
            <span class="plot-verdict">
                {match verdict {
                    Some(verdict) => view! { {bars(text, verdict)} {words.verdict(verdict)} }.into_any(),
                    None => words.health.unknown.into_any(),
                }}
            </span>
            <p class="vh">{in_words(words, figure, &lines)}</p>
            <svg class="spark" viewBox="0 0 3000 440" preserveAspectRatio="none" aria-hidden="true">
                {area}
                {limit_line}
                {drawn}
            </svg>
            <div class="plot-scale" aria-hidden="true">
                <span>{words.health.ago}</span>
                <span>{limit_said}</span>
                <span>{words.health.now}</span>
            </div>
        </figure>
    }
    .into_any()
}

/// What the lines show, for who does not see them.
fn in_words(words: &'static Strings, figure: Figure, lines: &[Line]) -> String {
    let say = |line: &Line| {
        let known = || line.iter().flatten().copied();
        let with_unit = |value: f32| [&*figure.written(value), " ", figure.unit()].concat();
        let (Some(least), Some(most)) = (known().reduce(f32::min), known().reduce(f32::max)) else {
            return words.health.unknown.to_owned();
        };
        let now = line.last().copied().flatten();
        let now = now.map_or_else(|| words.health.unknown.to_owned(), with_unit);
        (words.health.course)([&with_unit(least), &with_unit(most), &now])
    };
    match lines {
        [only] => say(only),
        _ => {
            let ways = lines.iter().zip([words.health.sent, words.health.received]);
            ways.map(|(line, way)| [way, ": ", &say(line)].concat()).collect::<Vec<_>>().join(". ")
        }
    }
}

fn x(place: usize, count: usize) -> u32 {
    // The latest is at the right edge, however few there are. Cast: within 0..=WIDTH.
    (WIDTH - (count - 1 - place) as f32 * WIDTH / (SPAN - 1) as f32).max(0.0) as u32
}

fn y(value: f32, top: f32) -> u32 {
    // Cast: within 0..=HEIGHT.
    (HEIGHT - value / top * HEIGHT).clamp(0.0, HEIGHT) as u32
}

/// The points of each stretch in which the value is known: what is not known is a gap.
fn stretches(line: &Line, top: f32) -> Vec<Vec<(u32, u32)>> {
    let mut stretches = vec![Vec::new()];
    for (place, value) in line.iter().enumerate() {
        match (value, stretches.last_mut()) {
            (Some(value), Some(stretch)) => stretch.push((x(place, line.len()), y(*value, top))),
            _ => stretches.push(Vec::new()),
        }
    }
    stretches.retain(|stretch| !stretch.is_empty());
    stretches
}

fn points(stretch: &[(u32, u32)]) -> String {
    let mut text = String::new();
    for (x, y) in stretch {
        text.push_str(&x.to_string());
        text.push(',');
        text.push_str(&y.to_string());
        text.push(' ');
    }
    text
}

fn segments(line: &Line, top: f32) -> Vec<String> {
    stretches(line, top).iter().map(|stretch| points(stretch)).collect()
}

/// The same down to the ground.
fn areas(line: &Line, top: f32) -> Vec<String> {
    let ground = HEIGHT as u32;
    let close = |mut stretch: Vec<(u32, u32)>| {
        let (Some(&(from, _)), Some(&(to, _))) = (stretch.first(), stretch.last()) else {
            return String::new();
        };
        stretch.extend([(to, ground), (from, ground)]);
        points(&stretch)
    };
    stretches(line, top).into_iter().map(close).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_as_many_digits_as_somebody_reads() {
        for (figure, value, expected) in [
            (Figure::RoundTrip, 84.4, "84"),
            (Figure::Loss, 2.06, "2.1"),
            (Figure::Loss, 0.0, "0.0"),
            (Figure::Bitrate, 0.064, "0.06"),
            (Figure::Bitrate, 1.25, "1.3"),
            (Figure::FrameRate, 29.97, "30"),
        ] {
            assert_eq!(figure.written(value), expected, "{figure:?}");
        }
    }

    #[test]
    fn what_is_not_known_is_a_gap_and_the_latest_is_at_the_right_edge() {
        let line = vec![Some(1.0), None, Some(2.0), Some(0.0)];
        let drawn = segments(&line, 2.0);
        assert_eq!(drawn.len(), 2, "{drawn:?}");
        assert!(drawn[1].ends_with("3000,440 "), "{drawn:?}");
        assert!(drawn[0].ends_with(",220 "), "{drawn:?}");
        assert!(segments(&vec![None, None], 1.0).is_empty());
    }
}
