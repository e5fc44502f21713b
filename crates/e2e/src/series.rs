//! What a browser counts of a connection while something is wrong with it, second by second: kept beside the pictures of
//! a scene, and the source of what `crates/call/tests/it/recorded` plays again.

use crate::page::Person;
use anyhow::Result;
use serde_json::Value;
use std::path::Path;

/// What the page's own figures are made of, and when, in seconds. Of each kind the second transceiver is a screen, which
/// nobody shares here.
const COUNTS: &str = r"return (async () => {
    const open = __e2e.connections.findLast((c) => c.signalingState !== 'closed');
    const seen = {}, report = await open.getStats();
    const kinds = open.getTransceivers().map((t) => t.receiver.track.kind);
    const screens = open.getTransceivers().filter((t, place) => kinds.indexOf(kinds[place]) < place).map((t) => t.mid);
    for (const e of report.values()) {
      if (screens.includes(e.mid ?? report.get(e.localId)?.mid)) continue;
      const pick = (name, ...keys) => { seen[name] = Object.fromEntries(keys.map((k) => [k, e[k]])); };
      if (e.type === 'outbound-rtp') pick('out_' + e.kind, 'packetsSent', 'bytesSent', 'framesEncoded', 'frameWidth', 'frameHeight', 'qualityLimitationReason');
      if (e.type === 'remote-inbound-rtp') pick('remote_' + e.kind, 'packetsLost', 'jitter', 'roundTripTime');
      if (e.type === 'inbound-rtp') pick('in_' + e.kind, 'packetsReceived', 'packetsLost', 'bytesReceived', 'framesDecoded', 'jitter', 'totalAudioEnergy');
      if (e.type === 'candidate-pair' && (e.nominated || e.selected)) pick('pair', 'currentRoundTripTime', 'availableOutgoingBitrate');
    }
    seen.at = performance.now() / 1000;
    seen.cause = document.querySelector('.cause h3')?.textContent;
    return seen; })()";

/// The seconds of one person.
pub struct Series<'a> {
    person: &'a Person,
    seconds: Vec<Value>,
}

impl<'a> Series<'a> {
    /// One without a second yet.
    #[must_use]
    pub fn of(person: &'a Person) -> Self {
        Self { person, seconds: Vec::new() }
    }

    /// Counts once more, and tells what; kept if a second has gone by.
    ///
    /// # Errors
    /// When there is no connection.
    pub async fn count(&mut self) -> Result<Value> {
        let counts: Value = self.person.evaluate(COUNTS, []).await?;
        let at = |counts: &Value| counts["at"].as_f64();
        let last = self.seconds.last().and_then(at);
        if last.zip(at(&counts)).is_none_or(|(last, now)| now - last > 0.9) {
            self.seconds.push(counts.clone());
        }
        Ok(counts)
    }

    /// Writes it to `directory`, named after `what` and the browser; a second a line.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn keep(&self, directory: &Path, what: &str) -> Result<()> {
        let browser = format!("{:?}", self.person.browser().kind()).to_lowercase();
        let lines: Vec<_> = self.seconds.iter().map(Value::to_string).collect();
        Ok(std::fs::write(directory.join(format!("{what}-{browser}.jsonl")), lines.join("\n") + "\n")?)
    }
}
