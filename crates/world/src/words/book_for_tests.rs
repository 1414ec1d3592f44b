//! A small knowledge base that tests start from and change.

use super::book::{KnowledgeBase, Language, Tongue, Topic, ValueKind};
use super::phrase::Phrase;
use rushhour_base::conversation::Currency;

fn phrases(texts: &[&str]) -> Vec<Phrase> {
    texts.iter().map(|text| Phrase::parse(text).expect("a phrase")).collect()
}

/// A topic with values from `least` to `most`.
pub(crate) fn topic(name: &str, kind: ValueKind, least: u64, most: u64) -> Topic {
    Topic {
        name: name.into(),
        kind,
        least,
        most,
        prefix: "ORD".into(),
        subjects: phrases(&["lamp {code}", "chair {code}"]),
        question: phrases(&["What about the {name} of the {subject}?".replace("{name}", name).as_str()]),
        statement: phrases(&["The record for {subject} says: {value}."]),
        stale_statement: phrases(&["A year ago the record for {subject} said: {value}."]),
        answer: phrases(&["For the {subject} it is {value}.", "It is {value} for {subject}."]),
        unknown: phrases(&["Nobody knows about the {subject}."]),
        stale: phrases(&["All that is known of the {subject} is an old value, {value}."]),
    }
}

/// A language with a topic of every kind.
pub(crate) fn language(notation: Tongue) -> Language {
    let topics = ValueKind::ALL.into_iter().map(|(name, kind, most)| topic(name, kind, 1, most)).collect();
    Language {
        name: "x".into(),
        notation,
        system: phrases(&["You are the assistant of a shop."]),
        chat: phrases(&["Lovely weather today!"]),
        chat_reply: phrases(&["It is indeed."]),
        recall: phrases(&["I have asked this before."]),
        commitment: phrases(&["I will come on {date} at {time} and spend {money}."]),
        opening: phrases(&["Thanks for asking.", "Gladly."]),
        detail: phrases(&["Everything is checked before it leaves the house.", "Just write to us again."]),
        passage: phrases(&["Parcels leave the warehouse in the evening.", "The shop was founded long ago."]),
        available: vec!["there".into()],
        unavailable: vec!["sold out".into()],
        topics,
    }
}

/// The same in three languages.
pub(crate) fn base() -> KnowledgeBase {
    let languages = Tongue::ALL.map(|(name, tongue)| Language { name: name.into(), ..language(tongue) });
    KnowledgeBase { name: "shop".into(), currency: Currency::Usd, languages: languages.into() }
}
