//! Whatever a reply is made of, it is read to its end, in order, and without a panic.

use super::*;
use proptest::prelude::*;

fn facts() -> Vec<Fact> {
    let fact = |topic: &str, subject: &str, value| Fact {
        topic: topic.into(),
        subject: subject.into(),
        value,
        stale: false,
    };
    vec![
        fact("price", "lamp 4417", money(4_715)),
        fact("arrival", "order 7", march(3)),
        fact("number", "order 7", FactValue::Identifier("ORD-7".into())),
    ]
}

/// What must hold of any text.
fn holds(text: &str) {
    let mut last = 0;
    for claim in claims(text) {
        assert!(claim.at.start < claim.at.end && claim.at.start >= last, "{claim:?} in {text:?}");
        assert!(text.get(claim.at.clone()).is_some(), "{claim:?} in {text:?}");
        last = claim.at.start;
    }
    let facts = facts();
    for asked in [None, Some(("price", "lamp 4417")), Some(("number", "order 7")), Some(("none", "é"))] {
        let result = validate(text, &Given { facts: &facts, asked, structure: None });
        assert_eq!(result.valid, result.issues.is_empty());
        assert_eq!(result.valid, result.confidence >= 500, "{result:?}");
        assert!(result.confidence <= 1_000 && result.issues.len() <= ISSUES_MAX);
        for issue in &result.issues {
            assert!(text.get(issue.at.clone()).is_some(), "{issue:?} in {text:?}");
        }
    }
}

/// Pieces that mean something, from which odd texts are put together.
fn piece() -> impl Strategy<Value = String> {
    const PIECES: &[&str] = &[
        "47",
        "1,234.50",
        "1.234,50",
        "$",
        "€",
        "EUR ",
        "euros",
        "%",
        "per",
        "cent",
        "-",
        "–",
        "to ",
        "bis ",
        "zwischen ",
        "y ",
        "and ",
        "und ",
        "halb ",
        "Uhr",
        "pm",
        "p.m.",
        "a.m.",
        "las ",
        "la ",
        "half ",
        "past ",
        "quarter ",
        ":",
        "/",
        ".",
        ",",
        "'",
        "#",
        "ORD-",
        "March ",
        "März",
        "de ",
        "marzo",
        "siebenundvierzig",
        "tausend",
        "hundert",
        "million ",
        "mil ",
        "treinta ",
        "cuarenta ",
        "menos ",
        "point ",
        "Komma ",
        "coma ",
        "one ",
        "ein ",
        "a ",
        "dozen ",
        "not ",
        "nicht ",
        "in ",
        "stock ",
        "of ",
        "out ",
        "sold ",
        "4417",
        "lamp 4417",
        "order 7",
        "I do not know",
        "\u{200b}",
        "\u{301}",
        "\u{202e}",
        "é",
        "ß",
        "４",
        "٣",
        " ",
        "\u{a0}",
        "\n",
        "{",
        "\"",
        "999999999999",
        "18446744073709551616",
        "e",
        "k",
        "th ",
        "3",
        "0",
        "DE89",
        "3704",
        "$-",
        "-$",
        "9999-99-99",
        "2026-03-11",
        "24",
        "60",
        "00",
    ];
    prop_oneof![3 => prop::sample::select(PIECES).prop_map(str::to_owned), 1 => any::<char>().prop_map(String::from)]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_read(text in any::<String>()) {
        holds(&text);
    }

    #[test]
    fn any_mix_of_what_means_something_is_read(pieces in prop::collection::vec(piece(), 0..40)) {
        holds(&pieces.concat());
    }

    #[test]
    fn any_amount_is_found_in_every_notation(cents in 1i64..100_000_000) {
        let (whole, rest) = (cents / 100, cents % 100);
        let grouped = |mark: char| {
            let digits = whole.to_string();
            let groups: Vec<&str> = digits.as_bytes().rchunks(3).rev().map(|group| std::str::from_utf8(group).unwrap()).collect();
            groups.join(&mark.to_string())
        };
        for text in [
            format!("The price is ${}.{rest:02} in all.", grouped(',')),
            format!("The price is {whole}.{rest:02} USD in all."),
            format!("The price is USD {}.{rest:02} in all.", grouped('\'')),
            format!("Der Preis ist {},{rest:02} $ für alle.", grouped('.')),
            format!("Der Preis ist {},{rest:02}\u{a0}Dollar für alle.", grouped('\u{202f}')),
        ] {
            let values: Vec<_> = claims(&text).into_iter().map(|claim| claim.value).collect();
            prop_assert_eq!(values, vec![Some(money(cents))], "{}", text);
        }
    }
}

/// Decimals in words are a number behind a number: were they read by the same function, a reply of some megabytes of them
/// would exhaust the stack.
#[test]
fn nothing_is_read_by_recursion() {
    for piece in
        ["point ten ", "ten point ten point ", "coma diez ", "Komma zehn ", "y media ", "between between "]
    {
        holds(&piece.repeat(200_000));
    }
}

/// Long runs of whatever could make a reader look ahead again and again.
#[test]
fn a_long_reply_is_read_once() {
    for piece in [
        "1",
        "1,",
        "1.",
        "1 ",
        "1-",
        "1-2",
        "1:",
        "1/",
        "$",
        "$1",
        "A-",
        "ORD-",
        "A1-",
        "a.",
        "p.m",
        "und",
        "ein ",
        "one hundred and ",
        "thirty-",
        "y ",
        "cuarenta y ",
        "between ",
        "to 3 ",
        "de marzo ",
        "not ",
        "in stock ",
        "{",
        "[",
        "{\"a\":",
        "'",
        "é",
        "\u{301}",
        "\u{200b}",
        "\u{202e}",
        "4417 ",
        "lamp 4417 costs $1. ",
        "http://",
        "siebenundvierzig",
        "1 million ",
        "...",
        "\n",
        "las ",
        "half past ",
        "DE89 3704 ",
        "#",
        "#1",
        "1k",
        "１",
        "٣",
        "1\u{a0}",
        "about ",
        "I do not know. ",
    ] {
        holds(&piece.repeat(20_000));
    }
}
