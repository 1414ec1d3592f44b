//! A typing error: two neighbours exchanged, one letter left out or doubled.

use super::dice::Dice;

/// The text with an error in one of its longer words; names and figures stay whole. Unchanged if it has no such word.
pub(super) fn with_typo(text: &str, dice: &mut Dice) -> String {
    let words: Vec<&str> = text.split(' ').collect();
    let plain = |word: &&&str| word.chars().count() > 3 && word.chars().all(char::is_lowercase);
    let candidates = words.iter().filter(plain).count() as u64;
    if candidates == 0 {
        return text.to_owned();
    }
    let chosen = dice.below(candidates) as usize;
    let mut seen = 0;
    let spoilt = words.iter().map(|word| {
        let is_candidate = plain(&word);
        seen += usize::from(is_candidate);
        if is_candidate && seen == chosen + 1 { mistyped(word, dice) } else { (*word).to_owned() }
    });
    spoilt.collect::<Vec<_>>().join(" ")
}

fn mistyped(word: &str, dice: &mut Dice) -> String {
    let mut letters: Vec<char> = word.chars().collect();
    let at = 1 + dice.below(letters.len() as u64 - 2) as usize;
    match dice.below(3) {
        0 if letters[at] != letters[at - 1] => letters.swap(at, at - 1),
        1 => drop(letters.remove(at)),
        _ => letters.insert(at, letters[at]),
    }
    letters.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_word_is_spoilt_and_figures_are_not() {
        let text = "Was kostet die Größe 4711 für ORD-12, bitte schön";
        let mut seen = std::collections::BTreeSet::new();
        for seed in 0..200 {
            let typed = with_typo(text, &mut Dice::new(seed));
            let differ = text.split(' ').zip(typed.split(' ')).filter(|(a, b)| a != b).count();
            assert_eq!((differ, typed.split(' ').count()), (1, 9), "{typed}");
            assert!(typed.contains("4711") && typed.contains("ORD-12,") && typed.contains("Größe"));
            seen.insert(typed);
        }
        assert!(seen.len() > 10, "{seen:?}");
        assert_eq!(with_typo("4711 USD", &mut Dice::new(1)), "4711 USD");
    }
}
