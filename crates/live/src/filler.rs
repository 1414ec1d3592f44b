//! Filler for strangers: plain words that mean nothing, so many tokens of them as are asked for.
//!
//! No word has more letters than one token of [`tokens`], so every word and every full stop is a token.

use rushhour_world::tokens;

/// A text and where each of its tokens ends.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Pieces {
    text: String,
    /// In bytes. Many streams are open at once, so they are kept small: no reply has 4 GB.
    ends: Vec<u32>,
}

impl Pieces {
    /// A given text, cut at its tokens.
    pub(crate) fn of(text: String) -> Pieces {
        Pieces { ends: tokens::ends(&text).into_iter().map(place).collect(), text }
    }

    /// Filler of so many tokens. The same key says the same, and a longer text begins like a shorter one.
    pub(crate) fn filler(key: u64, tokens: u64) -> Pieces {
        let room = usize::try_from(tokens).unwrap_or(usize::MAX).min(TOKENS_MAX);
        let (mut text, mut ends) = (String::with_capacity(room * 6), Vec::with_capacity(room));
        let (mut word, mut left) = (mixed(key), 0);
        for number in 0..room {
            if left == 1 {
                text.push('.');
                left = 0;
            } else {
                word = mixed(word);
                let next = WORDS[(word >> 32) as usize % WORDS.len()];
                if number > 0 {
                    text.push(' ');
                }
                if left == 0 {
                    left = 6 + word as usize % 9;
                    text.push(char::from(next.as_bytes()[0].to_ascii_uppercase()));
                    text.push_str(&next[1..]);
                } else {
                    text.push_str(next);
                    left -= 1;
                }
            }
            ends.push(place(text.len()));
        }
        Pieces { text, ends }
    }

    /// All of it.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// How many tokens it has.
    pub(crate) fn tokens(&self) -> usize {
        self.ends.len()
    }

    /// The text of the tokens from number `from` to before number `until`.
    pub(crate) fn between(&self, from: usize, until: usize) -> &str {
        let end = |tokens: usize| match tokens.min(self.ends.len()) {
            0 => 0,
            tokens => self.ends[tokens - 1] as usize,
        };
        &self.text[end(from)..end(until)]
    }

    /// Leaves the first so many tokens.
    pub(crate) fn truncate(&mut self, tokens: usize) {
        self.text.truncate(self.between(0, tokens).len());
        self.ends.truncate(tokens);
    }

    /// Leaves what stands before the first of `stops`, and tells which that is.
    pub(crate) fn stop_at<'a>(&mut self, stops: &'a [String]) -> Option<&'a str> {
        let found = stops.iter().filter(|stop| !stop.is_empty());
        let (at, stop) = found
            .filter_map(|stop| Some((self.text.find(stop.as_str())?, stop)))
            .min_by_key(|(at, _)| *at)?;
        self.text.truncate(at);
        *self = Pieces::of(std::mem::take(&mut self.text));
        Some(stop)
    }
}

/// A place in a text, which a body's bounds keep far below 4 GB.
fn place(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

/// The next number of a sequence without pattern (S. Vigna, splitmix64).
pub(crate) fn mixed(number: u64) -> u64 {
    let mut z = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// No reply has more tokens of filler than this, whatever a scenario says: twice the longest reply of any published model.
const TOKENS_MAX: usize = 1 << 19;

const WORDS: [&str; 48] = [
    "the", "a", "one", "this", "most", "some", "order", "answer", "plan", "detail", "note", "week", "team",
    "list", "point", "reason", "number", "place", "result", "change", "step", "page", "is", "was", "comes",
    "goes", "keeps", "shows", "helps", "holds", "takes", "makes", "with", "from", "before", "after", "under",
    "over", "and", "then", "while", "also", "clear", "small", "early", "steady", "open", "useful",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filler_has_as_many_tokens_as_asked_for() {
        for tokens in [0, 1, 2, 7, 8, 217, 5_000] {
            let pieces = Pieces::filler(tokens, tokens);
            assert_eq!(tokens::count(pieces.text()), tokens, "{}", pieces.text());
            assert_eq!(pieces, Pieces::of(pieces.text().to_owned()));
        }
        assert!(Pieces::filler(3, 50).text().starts_with(Pieces::filler(3, 20).text()));
        assert_ne!(Pieces::filler(3, 50), Pieces::filler(4, 50));
    }

    #[test]
    fn pieces_put_together_are_the_text() {
        let mut pieces = Pieces::of("Über 47,15 € in total, says the espresso machine".to_owned());
        let each: String = (0..pieces.tokens()).map(|n| pieces.between(n, n + 1)).collect();
        assert_eq!(each, pieces.text());
        pieces.truncate(3);
        assert_eq!((pieces.text(), pieces.tokens()), ("Über 47,", 3));
        let stops = ["total".to_owned(), "47".to_owned()];
        assert_eq!(pieces.stop_at(&stops), Some("47"));
        assert_eq!((pieces.text(), pieces.tokens()), ("Über ", 1));
    }
}
