//! What is counted, and how Prometheus reads it.
//!
//! Plain atomics: counting is a few nanoseconds on the way of a message, and nothing is looked up there. No
//! label ever holds what somebody typed, or where they are.

use crate::hub::Hub;
use crate::limits::Connections;
use crate::relay::Relay;
use ojak_protocol::ErrorCode;
use std::fmt::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

/// Everything that is counted in one process.
#[derive(Debug)]
pub(crate) struct Metrics {
    started: SystemTime,
    /// Seats that were taken anew.
    pub(crate) joins: Counter,
    /// Seats that were asked back, by outcome.
    pub(crate) resumes: Family<3>,
    /// Messages of peers that were passed on.
    pub(crate) relayed: Counter,
    /// Bytes of these, as frames.
    pub(crate) relayed_bytes: Counter,
    /// Errors that were sent, by code.
    refusals: Family<{ ErrorCode::ALL.len() }>,
    /// Sockets that were not opened, by status.
    pub(crate) not_opened: Family<6>,
    /// Sockets that ended, by why.
    pub(crate) ended: Family<10>,
    /// From the read of a message to its write, of the message of each write that waited longest.
    pub(crate) relay_time: Histogram,
}

impl Default for Metrics {
    fn default() -> Self {
        Self {
            started: SystemTime::now(),
            joins: Counter::default(),
            resumes: Family::new(["resumed", "restored", "refused"]),
            relayed: Counter::default(),
            relayed_bytes: Counter::default(),
            refusals: Family::new(ErrorCode::ALL.map(ErrorCode::as_str)),
            not_opened: Family::new(["400", "403", "404", "429", "500", "503"]),
            ended: Family::new([
                "left",
                "closed",
                "gone",
                "silent",
                "stalled",
                "overflowed",
                "refused",
                "taken_over",
                "dismissed",
                "server_closes",
            ]),
            relay_time: Histogram::default(),
        }
    }
}

/// Where it is all read from.
#[derive(Clone, Debug)]
pub(crate) struct Source {
    pub(crate) metrics: Arc<Metrics>,
    pub(crate) hub: Arc<Hub>,
    pub(crate) sockets: Arc<Connections>,
    pub(crate) relay: Option<Arc<Relay>>,
}

impl Source {
    pub(crate) fn read(&self) -> String {
        let (rooms, away, knocking) = self.hub.census();
        let allocations = self.relay.as_ref().map_or(0, |relay| relay.allocations());
        self.metrics.render(Now { rooms, away, knocking, sockets: self.sockets.count(), allocations })
    }
}

/// What is not counted but looked at.
#[derive(Clone, Copy, Debug)]
struct Now {
    rooms: usize,
    away: usize,
    knocking: usize,
    sockets: usize,
    allocations: usize,
}

impl Metrics {
    pub(crate) fn refused(&self, code: ErrorCode) {
        self.refusals.count(code.as_str());
    }

    /// The text exposition format of Prometheus, version 0.0.4.
    fn render(&self, now: Now) -> String {
        let mut text = Text(String::with_capacity(4096));
        text.one("ojak_rooms", "gauge", "Rooms with a seat taken.", now.rooms);
        text.one("ojak_sockets", "gauge", "Open sockets.", now.sockets);
        text.one("ojak_seats_away", "gauge", "Seats whose socket is lost.", now.away);
        text.one("ojak_knocking", "gauge", "People who ask to be let in.", now.knocking);
        text.one("ojak_turn_allocations", "gauge", "Addresses that are relayed.", now.allocations);
        text.one("ojak_joins_total", "counter", "Seats taken anew.", self.joins.get());
        text.family("ojak_resumes_total", "Seats asked back.", "outcome", &self.resumes);
        text.one("ojak_relayed_messages_total", "counter", "Messages passed on.", self.relayed.get());
        text.one("ojak_relayed_bytes_total", "counter", "Bytes of these.", self.relayed_bytes.get());
        text.family("ojak_refusals_total", "Errors sent to pages.", "code", &self.refusals);
        text.family("ojak_sockets_not_opened_total", "Upgrades refused.", "status", &self.not_opened);
        text.family("ojak_sockets_ended_total", "Sockets that ended.", "why", &self.ended);
        text.histogram(
            "ojak_relay_seconds",
            "From the read of a message to its write; of each write, the message that waited longest.",
            &self.relay_time,
        );
        let started = self.started.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        text.one("process_start_time_seconds", "gauge", "Since 1970.", started.as_secs_f64());
        text.0
    }
}

/// Goes up only.
#[derive(Debug, Default)]
pub(crate) struct Counter(AtomicU64);

impl Counter {
    pub(crate) fn add(&self, count: u64) {
        self.0.fetch_add(count, Ordering::Relaxed);
    }

    fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// Counters that differ in one label. For what is rare: a label is looked for from the start.
#[derive(Debug)]
pub(crate) struct Family<const N: usize>([(&'static str, Counter); N]);

impl<const N: usize> Family<N> {
    fn new(labels: [&'static str; N]) -> Self {
        Self(labels.map(|label| (label, Counter::default())))
    }

    /// Counts one of `label`; nothing if there is no such label.
    pub(crate) fn count(&self, label: &str) {
        let known = self.0.iter().find(|(known, _)| *known == label);
        debug_assert!(known.is_some(), "nobody counts {label}");
        if let Some((_, counter)) = known {
            counter.add(1);
        }
    }
}

/// Upper ends, in microseconds; what takes longer is counted behind the last.
const BUCKETS: [u64; 13] =
    [100, 250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000];

/// How long something takes.
#[derive(Debug, Default)]
pub(crate) struct Histogram {
    buckets: [Counter; BUCKETS.len()],
    longer: Counter,
    micros: Counter,
}

impl Histogram {
    pub(crate) fn observe(&self, took: Duration) {
        let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        let place = BUCKETS.partition_point(|end| *end < micros);
        self.buckets.get(place).unwrap_or(&self.longer).add(1);
        self.micros.add(micros);
    }
}

struct Text(String);

/// Writing to a text cannot fail.
impl Text {
    fn head(&mut self, name: &str, kind: &str, help: &str) {
        let _ = writeln!(self.0, "# HELP {name} {help}\n# TYPE {name} {kind}");
    }

    fn one(&mut self, name: &str, kind: &str, help: &str, value: impl std::fmt::Display) {
        self.head(name, kind, help);
        let _ = writeln!(self.0, "{name} {value}");
    }

    fn family<const N: usize>(&mut self, name: &str, help: &str, label: &str, family: &Family<N>) {
        self.head(name, "counter", help);
        for (value, counter) in &family.0 {
            let _ = writeln!(self.0, "{name}{{{label}=\"{value}\"}} {}", counter.get());
        }
    }

    fn histogram(&mut self, name: &str, help: &str, histogram: &Histogram) {
        self.head(name, "histogram", help);
        let mut count = 0;
        for (end, counter) in BUCKETS.iter().zip(&histogram.buckets) {
            count += counter.get();
            let _ = writeln!(self.0, "{name}_bucket{{le=\"{}\"}} {count}", seconds(*end));
        }
        count += histogram.longer.get();
        let _ = writeln!(self.0, "{name}_bucket{{le=\"+Inf\"}} {count}");
        let _ = writeln!(self.0, "{name}_sum {}\n{name}_count {count}", seconds(histogram.micros.get()));
    }
}

fn seconds(micros: u64) -> f64 {
    Duration::from_micros(micros).as_secs_f64()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Now = Now { rooms: 3, away: 1, knocking: 2, sockets: 7, allocations: 5 };

    fn value(text: &str, series: &str) -> String {
        let line = text.lines().find_map(|line| line.strip_prefix(&format!("{series} ")));
        line.unwrap_or_else(|| panic!("no {series} in {text}")).to_owned()
    }

    #[test]
    fn every_error_has_its_series() {
        let metrics = Metrics::default();
        for code in ErrorCode::ALL {
            metrics.refused(code);
            let text = metrics.render(NOW);
            assert_eq!(value(&text, &format!("ojak_refusals_total{{code=\"{}\"}}", code.as_str())), "1");
        }
    }

    #[test]
    fn a_bucket_holds_what_is_no_longer_than_its_end() {
        let metrics = Metrics::default();
        for micros in [0, 100, 101, 5_000, 1_000_000, 1_000_001, 90_000_000] {
            metrics.relay_time.observe(Duration::from_micros(micros));
        }
        let text = metrics.render(NOW);
        for (end, count) in
            [("0.0001", "2"), ("0.00025", "3"), ("0.0025", "3"), ("0.005", "4"), ("1", "5"), ("+Inf", "7")]
        {
            let series = format!("ojak_relay_seconds_bucket{{le=\"{end}\"}}");
            assert_eq!(value(&text, &series), count, "{end}");
        }
        assert_eq!(value(&text, "ojak_relay_seconds_count"), "7");
        assert_eq!(value(&text, "ojak_relay_seconds_sum"), "92.005202");
    }

    #[test]
    fn a_series_stands_below_its_type() {
        let text = Metrics::default().render(NOW);
        let mut kind = String::new();
        for line in text.lines() {
            if let Some(head) = line.strip_prefix("# TYPE ") {
                kind = head.split(' ').next().unwrap().to_owned();
            } else if !line.starts_with('#') {
                assert!(line.starts_with(&kind), "{line} below {kind}");
            }
        }
        assert_eq!(value(&text, "ojak_rooms"), "3");
        assert_eq!(value(&text, "ojak_seats_away"), "1");
        assert_eq!(value(&text, "ojak_sockets"), "7");
        assert_eq!(value(&text, "ojak_turn_allocations"), "5");
    }
}
