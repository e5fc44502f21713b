//! What was found, and what that means to somebody who hosts. Nothing here looks at anything.

mod certificate;
mod ice;
mod page;
mod socket;
mod way;

pub(super) use certificate::{Certificate, days_between};
pub(super) use ice::{At, Ice, Outside, Trouble};
pub(super) use page::Page;
pub(super) use socket::{Socket, Step};
pub(super) use way::{NoWay, Way};

use std::fmt;
use std::time::Duration;

/// One thing that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finding {
    /// On the way to the server.
    Way(Way),
    /// About its certificate.
    Certificate(Certificate),
    /// About what answers there.
    Page(Page),
    /// About the socket.
    Socket(Socket),
    /// About STUN and TURN.
    Ice(Ice),
    /// Not all could be looked at in so much time.
    TookTooLong(Duration),
}

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// As it should be.
    Ok,
    /// Calls work, though not for everybody, or not for ever.
    Warn,
    /// Calls do not work.
    Fail,
}

/// A finding, for a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Words {
    /// How bad it is.
    pub level: Level,
    /// What was looked at, in a word or two.
    pub subject: &'static str,
    /// What was found.
    pub found: String,
    /// What to do, if anything: lines, of which those that begin with a space are to be copied as they are.
    pub advice: Option<String>,
}

impl Words {
    fn ok(subject: &'static str, found: String) -> Self {
        Self { level: Level::Ok, subject, found, advice: None }
    }

    fn warn(subject: &'static str, found: String, advice: impl Into<String>) -> Self {
        Self { level: Level::Warn, subject, found, advice: Some(advice.into()) }
    }

    fn fail(subject: &'static str, found: String, advice: impl Into<String>) -> Self {
        Self { level: Level::Fail, subject, found, advice: Some(advice.into()) }
    }

    /// As it is printed, its last line ended.
    #[must_use]
    pub fn printed(&self, coloured: bool) -> String {
        let Self { level, subject, found, advice } = self;
        let (word, colour) = match level {
            Level::Ok => ("ok", "\x1b[32m"),
            Level::Warn => ("warn", "\x1b[1;33m"),
            Level::Fail => ("FAIL", "\x1b[1;31m"),
        };
        let (on, off) = if coloured { (colour, "\x1b[0m") } else { ("", "") };
        let mut text = format!("{on}{word:<4}{off}  {subject:<11}  ");
        text.push_str(&wrapped(found, HANGING).join(&format!("\n{}", " ".repeat(HANGING))));
        text.push('\n');
        for line in advice.iter().flat_map(|advice| advice.lines()).flat_map(|line| wrapped(line, INDENT)) {
            text.push_str(&format!("{}{line}\n", " ".repeat(INDENT)));
        }
        text
    }
}

/// Columns before what was found, ...
const HANGING: usize = 19;
/// ... and before what to do.
const INDENT: usize = 6;
/// Columns in all.
const WIDTH: usize = 100;

/// `line` in pieces that fit behind so many columns. What is to be copied stays whole.
fn wrapped(line: &str, columns: usize) -> Vec<String> {
    // Some of it is what a stranger says, who must not steer a terminal.
    let line: String =
        line.chars().map(|c| if c.is_control() { char::REPLACEMENT_CHARACTER } else { c }).collect();
    if line.starts_with(' ') {
        return vec![line];
    }
    let mut lines = vec![String::new()];
    for word in line.split(' ') {
        match lines.last_mut() {
            Some(last) if last.is_empty() => last.push_str(word),
            Some(last) if columns + last.chars().count() + 1 + word.chars().count() <= WIDTH => {
                last.push(' ');
                last.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

impl Finding {
    /// What it means.
    #[must_use]
    pub fn words(&self) -> Words {
        match self {
            Self::Way(way) => way.words(),
            Self::Certificate(certificate) => certificate.words(),
            Self::Page(page) => page.words(),
            Self::Socket(socket) => socket.words(),
            Self::Ice(ice) => ice.words(),
            Self::TookTooLong(limit) => Words::fail(
                "time",
                format!("not everything could be looked at within {} seconds", limit.as_secs()),
                "Something on the way is very slow. Try again, and from another network.",
            ),
        }
    }
}

macro_rules! findings {
    ($($area:ident),*) => {$(
        impl From<$area> for Finding {
            fn from(found: $area) -> Self {
                Self::$area(found)
            }
        }
    )*};
}
findings!(Way, Certificate, Page, Socket, Ice);

/// Things by their names: `a`, `a and b`, `a, b and c`.
fn listed(things: &[impl fmt::Display]) -> String {
    match things {
        [] => String::new(),
        [one] => one.to_string(),
        [first @ .., last] => {
            let first: Vec<String> = first.iter().map(ToString::to_string).collect();
            format!("{} and {last}", first.join(", "))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_printed_is_a_line_and_what_to_do_beneath() {
        let words = Words::fail("page", "it is gone".into(), "Look for it.\n    here\n    there");
        assert_eq!(
            words.printed(false),
            "FAIL  page         it is gone\n      Look for it.\n          here\n          there\n"
        );
        assert_eq!(
            Words::ok("page", "it is there".into()).printed(true),
            "\x1b[32mok  \x1b[0m  page         it is there\n"
        );
    }

    #[test]
    fn long_lines_are_broken_between_words_and_what_is_to_be_copied_is_not() {
        let long = "word ".repeat(60);
        let words = Words::warn("certificate", long.trim().into(), format!("{long}\n {}", "x".repeat(200)));
        let printed = words.printed(false);
        let (copied, rest): (Vec<&str>, Vec<&str>) = printed.lines().partition(|line| line.contains("xxx"));
        assert_eq!(copied, [format!("{}{}", " ".repeat(INDENT + 1), "x".repeat(200))]);
        assert!(rest.iter().all(|line| line.len() <= WIDTH), "{printed}");
        assert_eq!(printed.matches("word").count(), 120);
        let hanging = |line: &&str| line.starts_with(&" ".repeat(HANGING));
        assert!(rest.get(1).is_some_and(hanging), "{printed}");
    }

    #[test]
    fn what_a_stranger_says_steers_no_terminal() {
        let words = Words::fail("certificate", "by \x1b[2J\u{9b}1mEvil\n\rok".into(), "Ask \x07.");
        let printed = words.printed(false);
        assert!(printed.chars().all(|c| c == '\n' || !c.is_control()), "{printed:?}");
        assert_eq!(printed.lines().count(), 2, "{printed}");
    }

    #[test]
    fn names_are_listed_as_one_speaks() {
        assert_eq!(listed(&["a"]), "a");
        assert_eq!(listed(&["a", "b"]), "a and b");
        assert_eq!(listed(&["a", "b", "c"]), "a, b and c");
    }
}
