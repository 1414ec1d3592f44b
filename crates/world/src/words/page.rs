//! Where a text goes: counted always, written only where somebody reads it.

use super::phrase::{Phrase, Piece, Slot};
use crate::tokens;

/// What fills the slots of a phrase.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Fill<'a> {
    pub(super) subject: &'a str,
    pub(super) value: &'a str,
    pub(super) code: &'a str,
    pub(super) date: &'a str,
    pub(super) time: &'a str,
    pub(super) money: &'a str,
}

impl Fill<'_> {
    fn of(&self, slot: Slot) -> &str {
        match slot {
            Slot::Subject => self.subject,
            Slot::Value => self.value,
            Slot::Code => self.code,
            Slot::Date => self.date,
            Slot::Time => self.time,
            Slot::Money => self.money,
        }
    }
}

/// A text in the making. Sentences stand one space apart, so that their tokens add up.
#[derive(Debug, Default)]
pub(super) struct Page {
    /// The text, if somebody reads it.
    text: Option<String>,
    pub(super) tokens: u64,
    pub(super) characters: u64,
    begun: bool,
}

impl Page {
    pub(super) fn new(written: bool) -> Page {
        Page { text: written.then(String::new), ..Page::default() }
    }

    /// Adds a sentence.
    pub(super) fn phrase(&mut self, phrase: &Phrase, fill: &Fill<'_>) {
        self.apart();
        self.tokens += phrase.tokens;
        self.characters += phrase.characters;
        for piece in &phrase.pieces {
            match piece {
                Piece::Text(text) => {
                    if let Some(page) = &mut self.text {
                        page.push_str(text);
                    }
                }
                Piece::Slot(slot) => self.put(fill.of(*slot)),
            }
        }
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
        self.tokens += tokens::count(text);
        self.characters += text.chars().count() as u64;
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
