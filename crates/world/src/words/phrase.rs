//! A phrase: text with slots, read and counted once.

use crate::tokens;
use std::fmt;

/// Text with slots, such as `The {subject} costs {value}.`
///
/// ```
/// use rushhour_world::words::Phrase;
/// let phrase = Phrase::parse("The {subject} costs {value}.").unwrap();
/// assert_eq!(phrase.to_string(), "The {subject} costs {value}.");
/// assert!(Phrase::parse("{value}s").is_err()); // a slot stands apart from letters, so that tokens add up
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phrase {
    pub(super) pieces: Vec<Piece>,
    /// Tokens of all pieces of text.
    pub(super) tokens: u64,
    /// Their characters.
    pub(super) characters: u64,
    /// Whether it has slots.
    pub(super) is_open: bool,
    /// The hash of the text that it begins with, see [`key_of`].
    pub(super) key: u64,
    /// Whether it looks the same between quotes, nothing in it escaped.
    pub(super) is_quotable: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Piece {
    Text(Box<str>),
    Slot(Slot),
}

/// What a phrase leaves open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Slot {
    /// `{subject}`: whose fact it is.
    Subject,
    /// `{value}`: what the fact says.
    Value,
    /// `{code}`: a number that tells things of one kind apart.
    Code,
    /// `{date}`: a day to come.
    Date,
    /// `{time}`: a time of day.
    Time,
    /// `{money}`: an amount.
    Money,
}

impl Slot {
    const ALL: [(&str, Slot); 6] = [
        ("subject", Slot::Subject),
        ("value", Slot::Value),
        ("code", Slot::Code),
        ("date", Slot::Date),
        ("time", Slot::Time),
        ("money", Slot::Money),
    ];

    /// As a phrase writes it, without braces.
    pub fn name(self) -> &'static str {
        Slot::ALL.iter().find(|(_, slot)| *slot == self).map_or("", |(name, _)| name)
    }
}

impl Phrase {
    /// Reads a phrase.
    ///
    /// # Errors
    /// What is wrong with it, as a sentence fragment: no text, an unknown or an open slot, or a slot that touches a
    /// letter, a digit or another slot.
    pub fn parse(text: &str) -> Result<Phrase, String> {
        if text.trim().is_empty() {
            return Err("a phrase says something".to_owned());
        }
        if text.contains(char::is_control) {
            return Err("a phrase is one line of text".to_owned());
        }
        let (mut pieces, mut rest) = (Vec::new(), text);
        while let Some(open) = rest.find('{') {
            let (before, tail) = rest.split_at(open);
            let Some(close) = tail.find('}') else {
                return Err(format!("the slot `{tail}` is never closed"));
            };
            let name = &tail[1..close];
            let Some((_, slot)) = Slot::ALL.into_iter().find(|(known, _)| *known == name) else {
                let known: Vec<_> = Slot::ALL.iter().map(|(name, _)| format!("{{{name}}}")).collect();
                return Err(format!("there is no slot `{{{name}}}`, only {}", known.join(", ")));
            };
            if !before.is_empty() {
                pieces.push(Piece::Text(before.into()));
            }
            let follows = tail[close + 1..].chars().next();
            let touches = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '{');
            let after_slot = before.is_empty() && !pieces.is_empty();
            if after_slot || touches(before.chars().next_back()) || touches(follows) {
                return Err(format!("the slot `{{{name}}}` touches a letter, a digit or another slot"));
            }
            pieces.push(Piece::Slot(slot));
            rest = &tail[close + 1..];
        }
        if !rest.is_empty() {
            pieces.push(Piece::Text(rest.into()));
        }
        let texts = || {
            pieces.iter().filter_map(|piece| if let Piece::Text(text) = piece { Some(text) } else { None })
        };
        let tokens = texts().map(|text| tokens::count(text)).sum();
        let characters = texts().map(|text| text.chars().count() as u64).sum();
        let is_quotable = texts().all(|text| format!("{text:?}").len() == text.len() + 2);
        let is_open = pieces.iter().any(|piece| matches!(piece, Piece::Slot(_)));
        let key = match pieces.first() {
            Some(Piece::Text(text)) => key_of(NO_TEXT, text.as_bytes()),
            _ => NO_TEXT,
        };
        Ok(Phrase { pieces, tokens, characters, is_open, key, is_quotable })
    }

    /// Whether it has a slot.
    pub fn has(&self, slot: Slot) -> bool {
        self.pieces.contains(&Piece::Slot(slot))
    }

    /// The first of its slots that is not one of `allowed`.
    pub fn stray(&self, allowed: &[Slot]) -> Option<Slot> {
        self.pieces.iter().find_map(|piece| match piece {
            Piece::Slot(slot) if !allowed.contains(slot) => Some(*slot),
            _ => None,
        })
    }
}

/// The hash of a text that goes on, given that of what came before: FNV-1a, as
/// [`Purpose::named`](rushhour_base::Purpose::named) has it.
pub(super) fn key_of(before: u64, text: &[u8]) -> u64 {
    text.iter().fold(before, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

/// The hash of no text.
const NO_TEXT: u64 = 0xcbf2_9ce4_8422_2325;

impl fmt::Display for Phrase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.pieces.iter().try_for_each(|piece| match piece {
            Piece::Text(text) => f.write_str(text),
            Piece::Slot(slot) => write!(f, "{{{}}}", slot.name()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_phrase() {
        for (text, why) in [
            ("", "a phrase says something"),
            ("two\nlines", "one line"),
            ("costs {value", "the slot `{value` is never closed"),
            ("costs {price}", "there is no slot `{price}`"),
            ("costs {value}s", "touches a letter"),
            ("a{value} more", "touches a letter"),
            ("3{value} more", "touches a letter"),
            ("{subject}{value}", "another slot"),
        ] {
            let error = Phrase::parse(text).expect_err(text);
            assert!(error.contains(why), "{text}: {error}");
        }
    }

    #[test]
    fn slots_are_known() {
        let phrase = Phrase::parse("({value}) für {subject}: ja").expect("a phrase");
        assert!(phrase.has(Slot::Value) && !phrase.has(Slot::Code));
        assert_eq!(phrase.stray(&[Slot::Value]), Some(Slot::Subject));
        assert_eq!((phrase.tokens, phrase.characters), (5, 11));
    }
}
