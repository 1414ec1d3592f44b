//! Where a text goes: counted always, written only where somebody reads it.

use super::fact::Name;
use super::phrase::{Phrase, Piece, Slot};
use crate::tokens;

/// What fills the slots of a phrase.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Fill<'a> {
    pub(super) subject: Option<&'a Name<'a>>,
    pub(super) value: &'a str,
    pub(super) date: &'a str,
    pub(super) time: &'a str,
    pub(super) money: &'a str,
}

/// A text in the making. Sentences stand one space apart, so that their tokens add up.
#[derive(Debug, Default)]
pub(super) struct Page {
    /// The text, if somebody reads it.
    text: Option<String>,
    pub(super) tokens: u64,
    pub(super) characters: u64,
    begun: bool,
    /// Where a value is written before it is put into a sentence. Used again and again.
    pub(super) scratch: String,
}

impl Page {
    pub(super) fn new(written: bool) -> Page {
        Page { text: written.then(|| String::with_capacity(A_TEXT)), ..Page::default() }
    }

    /// Adds a sentence.
    #[inline]
    pub(super) fn phrase(&mut self, phrase: &Phrase, fill: &Fill<'_>) {
        self.apart();
        self.tokens += phrase.tokens;
        self.characters += phrase.characters;
        if phrase.is_open || self.text.is_some() {
            self.pieces(phrase, fill);
        }
    }

    fn pieces(&mut self, phrase: &Phrase, fill: &Fill<'_>) {
        for piece in &phrase.pieces {
            match (piece, fill.subject) {
                (Piece::Text(text), _) => {
                    if let Some(page) = &mut self.text {
                        page.push_str(text);
                    }
                }
                (Piece::Slot(Slot::Subject), Some(name)) => {
                    self.tokens += name.tokens();
                    self.characters += name.characters();
                    if let Some(page) = &mut self.text {
                        name.write(page);
                    }
                }
                (Piece::Slot(Slot::Value), _) => self.put(fill.value),
                (Piece::Slot(Slot::Date), _) => self.put(fill.date),
                (Piece::Slot(Slot::Time), _) => self.put(fill.time),
                (Piece::Slot(Slot::Money), _) => self.put(fill.money),
                (Piece::Slot(Slot::Subject | Slot::Code), _) => {}
            }
        }
    }

    /// Whether somebody reads it.
    pub(super) fn is_written(&self) -> bool {
        self.text.is_some()
    }

    /// Adds the lengths of a sentence that nobody reads.
    pub(super) fn counted(&mut self, tokens: u64, characters: u64) {
        self.apart();
        self.tokens += tokens;
        self.characters += characters;
    }

    /// Adds a sentence that is no phrase.
    pub(super) fn plain(&mut self, text: &str) {
        self.apart();
        self.put(text);
    }

    /// The text; empty where nobody reads it.
    pub(super) fn finish(self) -> String {
        self.text.unwrap_or_default()
    }

    fn put(&mut self, text: &str) {
        let (tokens, characters) = tokens::lengths(text);
        self.tokens += tokens;
        self.characters += characters;
        if let Some(page) = &mut self.text {
            page.push_str(text);
        }
    }

    fn apart(&mut self) {
        if std::mem::replace(&mut self.begun, true) {
            self.characters += 1;
            if let Some(page) = &mut self.text {
                page.push(' ');
            }
        }
    }
}

/// A phrase on its own.
pub(super) fn written(phrase: &Phrase, fill: &Fill<'_>) -> String {
    let mut page = Page::new(true);
    page.phrase(phrase, fill);
    page.finish()
}

/// Bytes that a short text has.
const A_TEXT: usize = 512;
