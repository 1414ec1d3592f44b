//! Where each piece of a scenario was written: the file itself, or one `--set` on the command line.

use std::ops::Range;

/// All texts that one scenario is read from.
#[derive(Debug, Default)]
pub(crate) struct Sources(Vec<Source>);

/// One text and the name that people know it by.
#[derive(Debug)]
pub(crate) struct Source {
    /// The file's path as given, or `--set`.
    pub(crate) name: String,
    /// The text as written.
    pub(crate) text: String,
    /// Whether it is an override, to which lines mean nothing.
    pub(crate) is_override: bool,
}

/// A stretch of one of the texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    source: usize,
    start: usize,
    end: usize,
}

impl Place {
    pub(crate) fn new(source: usize, span: &Range<usize>) -> Place {
        Place { source, start: span.start, end: span.end.max(span.start) }
    }
}

impl Sources {
    /// Adds a text and returns the number that its places carry.
    pub(crate) fn add(&mut self, name: &str, text: &str, is_override: bool) -> usize {
        self.0.push(Source { name: name.to_owned(), text: text.to_owned(), is_override });
        self.0.len() - 1
    }

    pub(crate) fn of(&self, place: Place) -> &Source {
        &self.0[place.source]
    }

    /// What stands at a place, in one line and not too long.
    pub(crate) fn written(&self, place: Place) -> String {
        const LONGEST: usize = 60;
        let text = self.of(place).text.get(place.start..place.end).unwrap_or_default();
        let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
        if line.is_empty() {
            return "nothing".to_owned();
        }
        if line.chars().count() <= LONGEST {
            return line;
        }
        line.chars().take(LONGEST - 1).chain(['…']).collect()
    }

    /// The line of a place, with the place's columns in it, all counted in characters.
    pub(crate) fn excerpt(&self, place: Place) -> Excerpt {
        let text = &self.of(place).text;
        let start = floor(text, place.start);
        let line_start = text[..start].rfind('\n').map_or(0, |at| at + 1);
        let line_end = text[start..].find('\n').map_or(text.len(), |at| start + at);
        let end = floor(text, place.end).clamp(start, line_end);
        Excerpt {
            line: text[..start].matches('\n').count() + 1,
            column: text[line_start..start].chars().count() + 1,
            width: text[start..end].chars().count().max(1),
            text: text[line_start..line_end].trim_end_matches('\r').to_owned(),
        }
    }
}

/// The nearest character boundary at or below `at`.
fn floor(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|&i| text.is_char_boundary(i)).unwrap_or(0)
}

/// A line of a text, and which part of it is meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Excerpt {
    /// Number of the line, from 1.
    pub(crate) line: usize,
    /// Number of the first character meant, from 1.
    pub(crate) column: usize,
    /// How many characters are meant.
    pub(crate) width: usize,
    /// The whole line.
    pub(crate) text: String,
}
