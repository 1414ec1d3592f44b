//! Which words mean something to the validator, in each language.
//!
//! Words are compared folded: small letters, no accents, no apostrophes, `ß` as `ss` (`letters.rs`). A folded word of up to
//! sixteen letters is a number of 128 bits, so a look-up is a comparison of numbers. A word may mean one thing in one
//! language and another in the next (`once`, `am`, `war`), so what a word means is asked for with the language.

mod english;
mod german;
mod international;
mod spanish;

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
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    key: u128,
    /// In each language, and last where no word tells the language.
    meanings: [Meaning; 4],
    /// The one language that has the word.
    only: Option<Tongue>,
}

/// The lexicon.
pub(super) static LEXICON: LazyLock<Lexicon> = LazyLock::new(Lexicon::new);

impl Lexicon {
    fn new() -> Lexicon {
        let mut lexicon = Lexicon { slots: vec![0; SLOTS], entries: Vec::with_capacity(1_024) };
        for (place, list) in [english::WORDS, german::WORDS, spanish::WORDS].into_iter().enumerate() {
            lexicon.learn(list, place..place + 1);
        }
        lexicon.learn(international::WORDS, 0..3);
        for entry in &mut lexicon.entries {
            let known = |at: &usize| entry.meanings[*at] != Meaning::None;
            entry.only = match (0..3).filter(known).collect::<Vec<_>>()[..] {
                [0] => Some(Tongue::English),
                [1] => Some(Tongue::German),
                [2] => Some(Tongue::Spanish),
                _ => None,
            };
            // A lone `once` is rather a number in Spanish than a filler in English.
            let [english, german, spanish, unknown] = &mut entry.meanings;
            let any = [*english, *german, *spanish].into_iter();
            let says = |meaning: &Meaning| !matches!(meaning, Meaning::None | Meaning::Filler);
            *unknown = any.into_iter().find(says).unwrap_or(Meaning::None);
        }
        lexicon
    }

    fn learn(&mut self, list: List, languages: std::ops::Range<usize>) {
        for (meaning, words) in list {
            for word in words.split(' ') {
                let key = word.bytes().fold(0, |key, letter| key << 8 | u128::from(letter));
                let id = self.find(key).unwrap_or_else(|| self.add(key));
                for language in languages.clone() {
                    // The first of two meanings in one language stands; what is international stands last.
                    let place = &mut self.entries[usize::from(id)].meanings[language];
                    if *place == Meaning::None {
                        *place = *meaning;
                    }
                }
            }
        }
    }

    fn add(&mut self, key: u128) -> u16 {
        let mut slot = slot(key);
        while self.slots[slot] != 0 {
            slot = (slot + 1) % SLOTS;
        }
        self.entries.push(Entry { key, meanings: [Meaning::None; 4], only: None });
        self.slots[slot] = self.entries.len() as u16;
        self.slots[slot] - 1
    }

    /// The word of a key. `None` if it means nothing in any language.
    #[inline]
    pub(super) fn find(&self, key: u128) -> Option<u16> {
        let mut slot = slot(key);
        loop {
            let id = self.slots[slot].checked_sub(1)?;
            if self.entries[usize::from(id)].key == key {
                return Some(id);
            }
            slot = (slot + 1) % SLOTS;
        }
    }

    /// What a word means in a language. A few words are understood in all: an English reply may speak of `euros`.
    #[inline]
    pub(super) fn meaning(&self, word: u16, language: Tongue) -> Meaning {
        let meanings = &self.entries[usize::from(word)].meanings;
        match meanings[language as usize] {
            Meaning::None => abroad(meanings),
            meaning => meaning,
        }
    }

    /// What a word means in any of the languages.
    pub(super) fn any(&self, word: u16) -> Meaning {
        self.meaning(word, Tongue::Unknown)
    }

    /// The one language that has this word.
    #[inline]
    pub(super) fn only(&self, word: u16) -> Option<Tongue> {
        self.entries[usize::from(word)].only
    }
}

/// The meaning of a word that the language does not have, but another.
fn abroad(meanings: &[Meaning; 4]) -> Meaning {
    let travels = |meaning: &Meaning| {
        matches!(meaning, Meaning::Currency(_) | Meaning::Percent | Meaning::Million | Meaning::Billion)
    };
    meanings.iter().copied().find(travels).unwrap_or(Meaning::None)
}

#[inline]
fn slot(key: u128) -> usize {
    let mixed = (key as u64 ^ ((key >> 64) as u64).rotate_left(29)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (mixed >> (64 - SLOTS.trailing_zeros())) as usize
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
            let key = word.bytes().fold(0, |key, letter| key << 8 | u128::from(letter));
            LEXICON.find(key).map(|id| LEXICON.meaning(id, language))
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
