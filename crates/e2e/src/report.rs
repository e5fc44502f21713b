//! What the soak found, as the table of docs/reliability.md.

use crate::faults::{Fault, Figure, Goal, Unit};
use anyhow::Result;
use std::fmt::Write;

/// Every outcome of one fault.
pub struct Record {
    fault: &'static Fault,
    figures: Vec<Figure>,
    runs: usize,
    /// What went wrong, run by run.
    failures: Vec<String>,
}

impl Record {
    /// Of `fault`, with nothing in it.
    #[must_use]
    pub const fn new(fault: &'static Fault) -> Self {
        Self { fault, figures: Vec::new(), runs: 0, failures: Vec::new() }
    }

    /// Adds what came of one run.
    pub fn add(&mut self, outcome: Result<Vec<Figure>>) {
        self.runs += 1;
        match outcome {
            Ok(figures) => self.figures.extend(figures),
            Err(error) => {
                let said = format!("{error:#}");
                self.failures.push(said.lines().next().unwrap_or_default().to_owned());
            }
        }
    }

    /// Whether every goal was reached in every run.
    #[must_use]
    pub fn is_good(&self) -> bool {
        self.failures.is_empty() && self.fault.goals.iter().all(|goal| self.column(goal).is_good())
    }

    fn column(&self, goal: &'static Goal) -> Column {
        let of_it = self.figures.iter().filter(|figure| figure.name == goal.figure);
        let mut values: Vec<f64> = of_it.map(|figure| figure.value).collect();
        values.sort_by(f64::total_cmp);
        Column { goal, values }
    }

    /// Its rows of the table.
    #[must_use]
    pub fn rows(&self) -> String {
        let mut rows = String::new();
        for (index, goal) in self.fault.goals.iter().enumerate() {
            let column = self.column(goal);
            let title = if index == 0 { self.fault.title } else { "" };
            let misses = column.misses() + self.failures.len();
            let mark = if misses == 0 && column.is_good() { "" } else { " **missed**" };
            let cell =
                |quantile| column.quantile(quantile).map_or("–".to_owned(), |value| show(value, goal.unit));
            let _ = writeln!(
                rows,
                "| {title} | {} | {} | {} | {} | {} | {} | {misses}{mark} |",
                goal.figure,
                wanted(goal),
                cell(0.5),
                cell(0.95),
                cell(1.0),
                self.runs,
            );
        }
        rows
    }

    /// What went wrong, as a list; empty when nothing did.
    #[must_use]
    pub fn complaints(&self) -> String {
        self.failures.iter().fold(String::new(), |mut list, failure| {
            let _ = writeln!(list, "- {}: {}", self.fault.name, shorten(failure));
            list
        })
    }
}

struct Column {
    goal: &'static Goal,
    values: Vec<f64>,
}

impl Column {
    /// The least value that this part of all does not exceed.
    fn quantile(&self, part: f64) -> Option<f64> {
        let rank = (self.values.len() as f64 * part).ceil() as usize;
        self.values.get(rank.saturating_sub(1)).copied()
    }

    /// How many are beyond the widest limit.
    fn misses(&self) -> usize {
        let Some(limit) = self.goal.widest() else { return 0 };
        self.values.iter().filter(|value| **value > limit).count()
    }

    fn is_good(&self) -> bool {
        let limits = [(0.5, self.goal.p50), (0.95, self.goal.p95), (1.0, self.goal.max)];
        limits.into_iter().all(|(part, limit)| {
            limit.is_none_or(|limit| self.quantile(part).is_some_and(|value| value <= limit))
        })
    }
}

/// The heading of the table.
pub const HEADING: &str = "| fault | figure | goal | p50 | p95 | max | runs | misses |\n\
                           |---|---|---|---|---|---|---|---|\n";

fn wanted(goal: &Goal) -> String {
    let limits = [("p50", goal.p50), ("p95", goal.p95), ("max", goal.max)];
    let limits = limits.into_iter().filter_map(|(name, limit)| {
        limit.map(|limit| {
            if limit == 0.0 { "0".to_owned() } else { format!("{name} ≤ {}", show(limit, goal.unit)) }
        })
    });
    let mut text = limits.collect::<Vec<_>>().join(", ");
    if !goal.note.is_empty() {
        let _ = write!(text, " ({})", goal.note);
    }
    text
}

fn show(value: f64, unit: Unit) -> String {
    match unit {
        Unit::Seconds => format!("{value:.2} s"),
        Unit::Milliseconds => format!("{value:.1} ms"),
        Unit::Count => format!("{value:.0}"),
        Unit::Mebibytes => format!("{value:.0} MiB"),
    }
}

/// Enough to know which it is; the rest is in `target/e2e`.
fn shorten(text: &str) -> String {
    const MAX: usize = 240;
    let mut short: String = text.chars().take(MAX).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(values: impl IntoIterator<Item = f64>) -> Record {
        let mut record = Record::new(Fault::named("wifi-to-lte").unwrap());
        for value in values {
            let goals = record.fault.goals.iter();
            record.add(Ok(goals.map(|goal| Figure { name: goal.figure, value }).collect()));
        }
        record
    }

    #[test]
    fn quantiles_are_values_that_were_measured() {
        let row = record((1..=20).map(f64::from)).rows();
        assert!(
            row.lines().next().unwrap().contains("| 10.00 s | 19.00 s | 20.00 s | 20 | 16 **missed** |"),
            "{row}"
        );
    }

    #[test]
    fn a_run_that_failed_is_a_miss_of_every_goal() {
        let mut record = record([1.0, 1.5]);
        assert!(record.is_good());
        record.add(Err(anyhow::anyhow!("gone")));
        assert!(!record.is_good());
        assert!(record.rows().lines().all(|row| row.ends_with("| 3 | 1 **missed** |")), "{}", record.rows());
        assert_eq!(record.complaints(), "- wifi-to-lte: gone\n");
    }

    #[test]
    fn half_of_the_runs_beyond_the_goal_for_half_is_a_miss() {
        let record = record([1.0, 2.5, 3.0]);
        assert!(!record.is_good());
    }
}
