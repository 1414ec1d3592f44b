//! Where a reply speaks of a subject: by its code, such as the `4417` of `desk lamp 4417`, or else by its longest word.

/// The word by which a subject is found.
pub(super) fn anchor(subject: &str) -> &str {
    let has_digit = |word: &&str| word.bytes().any(|byte| byte.is_ascii_digit());
    let words = || subject.split_whitespace();
    words().rev().find(has_digit).or_else(|| words().max_by_key(|word| word.len())).unwrap_or("")
}

/// Where a word stands in a text, apart from other letters and digits.
pub(super) fn mentions<'t>(text: &'t str, word: &'t str) -> impl Iterator<Item = (usize, usize)> + 't {
    let word = if word.is_empty() { None } else { Some(word) };
    word.into_iter().flat_map(move |word| {
        text.match_indices(word)
            .map(|(at, word)| (at, at + word.len()))
            .filter(|(at, end)| is_apart(text, *at, *end))
    })
}

/// Whether nothing goes on with what stands from `at` to `end`: no letter, no digit, and no digit behind a point.
fn is_apart(text: &str, at: usize, end: usize) -> bool {
    let bytes = text.as_bytes();
    let joins = |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte >= 0x80);
    let is_digit = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_digit);
    let is_point = |byte: Option<&u8>| matches!(byte, Some(b'.' | b',' | b':' | b'/'));
    let before = |back: usize| at.checked_sub(back).and_then(|at| bytes.get(at));
    let continues = is_digit(bytes.get(at)) && is_point(before(1)) && is_digit(before(2))
        || is_point(bytes.get(end)) && is_digit(bytes.get(end + 1));
    !joins(before(1)) && !joins(bytes.get(end)) && !continues
}

/// Whether a word stands in a text within [`NEAR`] bytes of a place.
pub(super) fn is_near(text: &str, word: &str, at: usize) -> bool {
    let (mut first, mut last) = (at.saturating_sub(NEAR), text.len().min(at + NEAR));
    while !text.is_char_boundary(first) {
        first -= 1;
    }
    while !text.is_char_boundary(last) {
        last -= 1;
    }
    mentions(&text[first..last], word).next().is_some()
}

/// How far from a claim its subject may stand.
const NEAR: usize = 80;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subject_is_found_by_its_code_or_its_longest_word() {
        for (subject, word) in [("the desk lamp 4417", "4417"), ("el ático azul", "ático"), ("", "")] {
            assert_eq!(anchor(subject), word);
        }
        let found = |text, word| mentions(text, word).collect::<Vec<_>>();
        assert_eq!(found("lamp 7, 47, 7.5, 4.7 and (7)", "7"), [(5, 6), (26, 27)]);
        assert_eq!(found("nothing", ""), []);
        assert!(is_near("é of 4417", "4417", 0) && !is_near(&"é".repeat(200), "4417", 200));
    }
}
