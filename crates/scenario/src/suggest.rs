//! The nearest right word for a wrong one.

/// `did you mean …?`, if one of the known words is near enough to be meant.
pub(crate) fn nearest(word: &str, known: &[&str]) -> Option<String> {
    nearest_word(word, known).map(|known| format!("did you mean `{known}`?"))
}

/// The known word that is nearest to `word`, ties going to the first, if it is near enough to be meant.
pub(crate) fn nearest_word<'a>(word: &str, known: &[&'a str]) -> Option<&'a str> {
    let word = word.to_lowercase();
    let alike = |known: &str| {
        let longest = word.chars().count().max(known.chars().count()).max(1);
        let steps = strsim::damerau_levenshtein(&word, &known.to_lowercase());
        let beginning = word.len() >= 3 && known.starts_with(&word);
        if beginning { Some(1) } else { (steps * 2 <= longest).then_some(steps) }
    };
    let near = known.iter().filter_map(|known| alike(known).map(|steps| (steps, *known)));
    near.min_by_key(|(steps, _)| *steps).map(|(_, known)| known)
}

/// `one of a, b, c`.
pub(crate) fn one_of(words: &[&str]) -> String {
    match words {
        [word] => (*word).to_owned(),
        _ => format!("one of {}", words.join(", ")),
    }
}

/// `one of "a", "b", "c"`.
pub(crate) fn one_of_quoted(words: &[&str]) -> String {
    let quoted: Vec<String> = words.iter().map(|word| format!("{word:?}")).collect();
    one_of(&quoted.iter().map(String::as_str).collect::<Vec<_>>())
}
