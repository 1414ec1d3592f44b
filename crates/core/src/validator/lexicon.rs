//! Which words mean something to the validator, in each language.
//!
//! Words are compared folded: small letters, no accents, no apostrophes, `ß` as `ss` (`letters.rs`). A folded word of up to
//! sixteen letters is two numbers, so a look-up is a comparison of numbers. A word may mean one thing in one
//! language and another in the next (`once`, `am`, `war`), so what a word means is asked for with the language.

mod english;
mod german;
mod international;
mod spanish;

use super::letters::Key;
use std::sync::LazyLock;

/// A language of replies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tongue {
    English = 0,
    German = 1,
    Spanish = 2,
    /// No word tells.
    Unknown = 3,
}

/// In what an amount is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Denomination {
    /// Nobody says.
    Unsaid,
    Usd,
    Eur,
    /// Another currency: no fact is in it.
    Other,
}

/// What a word is good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    /// Nothing.
    None,
    /// Nothing, but it tells the language.
    Filler,
    /// A number below a hundred.
    Small(u8),
    /// Whole hundreds in one word.
    Hundreds(u16),
    Hundred,
    Thousand,
    Million,
    Billion,
    Dozen,
    /// `one`: a number, but often none.
    One,
    /// `a`, `ein`, `un`: one, if a unit follows.
    Article,
    Ordinal(u8),
    /// The ending of an ordinal in digits.
    OrdinalEnding,
    Kilo,
    Minus,
    And,
    With,
    /// The point of a decimal number, spoken.
    Point,
    Half,
    Quarter,
    ThreeQuarters,
    Currency(Denomination),
    Cent,
    Percent,
    Per,
    Month(u8),
    To,
    Between,
    Of,
    In,
    Out,
    At,
    /// Minutes after an hour.
    Past,
    /// Minutes before an hour.
    Before,
    Am,
    Pm,
    Clock,
    /// `h`.
    Hours,
    Morning,
    Afternoon,
    Night,
    /// Says the part of the day all alone: `nachmittags`.
    InTheMorning,
    InTheAfternoon,
    /// `las`, as in `las tres`.
    TheHours,
    Noon,
    Midnight,
    TimeUnit,
    /// It can be had, or not.
    There(bool),
    /// The same, said of rooms, seats and appointments; often about something else.
    Free(bool),
    Stock,
    Without,
    Sold,
    Ready,
    Ship,
    Not,
    /// To know, to see, to find: with a negation, that nobody knows.
    Know,
    /// What can be known, such as a date: with a negation before it, that nobody knows.
    Knowable,
    /// Says alone that nobody knows: `unknown`.
    Unknown,
    Whether,
    /// It was so once.
    Old,
    /// It was so; often a manner of speaking.
    Was,
    /// With `to`: it was so once.
    Used,
    About,
    Sorry,
    Help,
    /// `number`: what follows is a name.
    NumberSign,
}

/// A list of words, apart by spaces, that mean the same.
type List = &'static [(Meaning, &'static str)];

/// The words of all languages, made ready once.
#[derive(Debug)]
pub(super) struct Lexicon {
    /// Where the entry of a key is, plus one; open addressing.
    slots: Vec<u16>,
    entries: Vec<Entry>,
    /// What the entries mean in each language, and last where no word tells the language.
    meanings: [Vec<Meaning>; 4],
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    key: Key,
    /// The one language that has the word; unknown if none is the only one.
    only: Tongue,
}

/// The lexicon.
pub(super) static LEXICON: LazyLock<Lexicon> = LazyLock::new(Lexicon::new);

impl Lexicon {
    fn new() -> Lexicon {
        let mut lexicon = Lexicon {
            slots: vec![0; SLOTS],
            entries: Vec::with_capacity(1_024),
            meanings: [const { Vec::new() }; 4],
        };
        for (place, list) in [english::WORDS, german::WORDS, spanish::WORDS].into_iter().enumerate() {
            lexicon.learn(list, place..place + 1);
        }
        lexicon.learn(international::WORDS, 0..3);
        (0..lexicon.entries.len()).for_each(|id| lexicon.settle(id));
        lexicon
    }

    fn learn(&mut self, list: List, languages: std::ops::Range<usize>) {
        for (meaning, words) in list {
            for word in words.split(' ') {
                let key = Key::of(word);
                let id = self.find(key).unwrap_or_else(|| self.add(key));
                for language in languages.clone() {
                    // The first of two meanings in one language stands; what is international stands last.
                    let place = &mut self.meanings[language][usize::from(id)];
                    if *place == Meaning::None {
                        *place = *meaning;
                    }
                }
            }
        }
    }

    fn add(&mut self, key: Key) -> u16 {
        let mut slot = slot(key);
        while self.slots[slot] != 0 {
            slot = (slot + 1) % SLOTS;
        }
        self.entries.push(Entry { key, only: Tongue::Unknown });
        self.meanings.iter_mut().for_each(|meanings| meanings.push(Meaning::None));
        self.slots[slot] = self.entries.len() as u16;
        self.slots[slot] - 1
    }

    /// Works out what follows from the meanings of a word in each language.
    fn settle(&mut self, id: usize) {
        let meanings = [0, 1, 2].map(|language: usize| self.meanings[language][id]);
        let known = |at: &usize| meanings[*at] != Meaning::None;
        self.entries[id].only = match (0..3).filter(known).collect::<Vec<_>>()[..] {
            [0] => Tongue::English,
            [1] => Tongue::German,
            [2] => Tongue::Spanish,
            _ => Tongue::Unknown,
        };
        // A lone `once` is rather a number in Spanish than a filler in English.
        let says = |meaning: &Meaning| !matches!(meaning, Meaning::None | Meaning::Filler);
        let any = meanings.into_iter().find(says).unwrap_or(Meaning::None);
        self.meanings[Tongue::Unknown as usize][id] = any;
        // A few words are understood in all languages: an English reply may speak of `euros`.
        let travels = |meaning: &Meaning| {
            matches!(meaning, Meaning::Currency(_) | Meaning::Percent | Meaning::Million | Meaning::Billion)
        };
        let abroad = meanings.into_iter().find(travels).unwrap_or(Meaning::None);
        for language in (0..3).filter(|language| meanings[*language] == Meaning::None) {
            self.meanings[language][id] = abroad;
        }
    }

    /// The word of a key. `None` if it means nothing in any language.
    #[inline]
    pub(super) fn find(&self, key: Key) -> Option<u16> {
        let mut slot = slot(key);
        loop {
            let id = self.slots[slot].checked_sub(1)?;
            if self.entries[usize::from(id)].key == key {
                return Some(id);
            }
            slot = (slot + 1) % SLOTS;
        }
    }

    /// What the words mean in a language, each at its place.
    pub(super) fn meanings(&self, language: Tongue) -> &[Meaning] {
        &self.meanings[language as usize]
    }

    /// What a word means in any of the languages.
    pub(super) fn any(&self, word: u16) -> Meaning {
        self.meanings[Tongue::Unknown as usize][usize::from(word)]
    }

    /// The one language that has this word; unknown if several have it.
    #[inline]
    pub(super) fn only(&self, word: u16) -> Tongue {
        self.entries[usize::from(word)].only
    }
}

#[inline]
fn slot(key: Key) -> usize {
    (key.mixed() >> (64 - SLOTS.trailing_zeros())) as usize
}

const SLOTS: usize = 4_096;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_folded_and_fits_into_a_key() {
        for (meaning, words) in
            [english::WORDS, german::WORDS, spanish::WORDS, international::WORDS].into_iter().flatten()
        {
            for word in words.split(' ') {
                assert!(
                    (1..=16).contains(&word.len()) && word.bytes().all(|letter| letter.is_ascii_lowercase()),
                    "{meaning:?}: `{word}`"
                );
            }
        }
    }

    #[test]
    fn a_word_may_mean_several_things() {
        let meaning = |word: &str, language| {
            LEXICON.find(Key::of(word)).map(|id| LEXICON.meanings(language)[usize::from(id)])
        };
        assert_eq!(meaning("once", Tongue::Spanish), Some(Meaning::Small(11)));
        assert_eq!(meaning("once", Tongue::English), Some(Meaning::Filler));
        assert_eq!(meaning("am", Tongue::English), Some(Meaning::Am));
        assert_eq!(meaning("am", Tongue::German), Some(Meaning::Filler));
        assert_eq!(meaning("euro", Tongue::Spanish), Some(Meaning::Currency(Denomination::Eur)));
        assert_eq!(meaning("once", Tongue::Unknown), Some(Meaning::Small(11)));
        assert_eq!(meaning("espressomaschine", Tongue::German), None);
    }
}
