//! What is made of claims: a table of replies beside what the request carries.

use super::*;

fn fact(topic: &str, subject: &str, value: FactValue) -> Fact {
    Fact { topic: topic.into(), subject: subject.into(), value, stale: false }
}

/// Checks a reply about `lamp 4417`, of which the request carries `value`, and a price of `chair 5010`.
fn check(value: Option<FactValue>, stale: bool, reply: &str) -> ValidationResult {
    let mut facts = vec![fact("price", "chair 5010", money(8_000))];
    let topic = match &value {
        None | Some(FactValue::Money { .. }) => "price",
        Some(_) => "other",
    };
    facts.extend(value.map(|value| Fact { stale, ..fact(topic, "lamp 4417", value) }));
    validate(reply, &Given { facts: &facts, asked: Some((topic, "lamp 4417")), structure: None })
}

fn table(value: Option<FactValue>, stale: bool, cases: &[(&str, IssueKind)]) {
    let wrong: Vec<String> = cases
        .iter()
        .map(|(reply, want)| (reply, want, check(value.clone(), stale, reply)))
        .filter(|(_, want, got)| got.gravest() != **want || got.valid != (**want == IssueKind::None))
        .map(|(reply, want, got)| format!("{reply}\n  want {want}, got {got:?}"))
        .collect();
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

#[test]
fn where_the_fact_is_there() {
    table(
        Some(money(4_715)),
        false,
        &[
            ("The lamp 4417 costs $47.15.", IssueKind::None),
            ("It is 47.15.", IssueKind::None),
            ("It is about $47.", IssueKind::None),
            ("The lamp 4417 costs $47.15; the chair 5010 costs $80.", IssueKind::None),
            ("The lamp 4417 used to be $40. Now it is $47.15.", IssueKind::None),
            ("You can send the lamp 4417 back within thirty days; it costs $47.15.", IssueKind::None),
            ("The lamp 4417 costs $47.", IssueKind::Contradicts),
            ("The lamp 4417 costs $471.50.", IssueKind::Contradicts),
            ("The lamp 4417 costs £47.15.", IssueKind::Contradicts),
            ("The lamp 4417 costs $80.", IssueKind::Contradicts),
            ("It costs 48.", IssueKind::Contradicts),
            ("Last year the lamp 4417 was $40.", IssueKind::Contradicts),
            ("The lamp 4417 costs $47.15. In fact it is $50.", IssueKind::SelfContradiction),
            ("I do not know what the lamp 4417 costs.", IssueKind::WronglyUnknown),
            ("Last year the lamp 4417 was $40; I do not know today's price.", IssueKind::WronglyUnknown),
            ("Leider weiß ich nicht, was es kostet.", IssueKind::WronglyUnknown),
            ("No sé cuánto cuesta.", IssueKind::WronglyUnknown),
            ("Thanks for asking. Just write to us again.", IssueKind::Unanswered),
            ("", IssueKind::Unanswered),
        ],
    );
}

#[test]
fn where_it_is_not_there() {
    table(
        None,
        false,
        &[
            ("I do not know what the lamp 4417 costs.", IssueKind::None),
            ("I could not find a price for lamp 4417, but the chair 5010 costs $80.", IssueKind::None),
            ("Thanks for asking.", IssueKind::None),
            ("You can send it back within thirty days.", IssueKind::None),
            ("The lamp 4417 costs $47.15.", IssueKind::Unsupported),
            ("The lamp 4417 costs $80.", IssueKind::Unsupported),
            ("It used to be $40, I do not know today's price.", IssueKind::Unsupported),
        ],
    );
}

#[test]
fn where_only_an_old_value_is_there() {
    table(
        Some(money(4_715)),
        true,
        &[
            ("I only have last year's price, $47.15; I do not know today's.", IssueKind::None),
            ("Früher kostete lamp 4417 47,15 $, das kann sich geändert haben.", IssueKind::None),
            ("The price was $47.15. I do not know whether that still holds.", IssueKind::None),
            ("I do not know.", IssueKind::None),
            ("The lamp 4417 costs $47.15.", IssueKind::Stale),
            ("Last year it was $40.", IssueKind::Contradicts),
            ("The lamp 4417 costs $50.", IssueKind::Contradicts),
        ],
    );
}

#[test]
fn what_nobody_knows_is_no_claim_of_it() {
    for (reply, there, want) in [
        ("I cannot see whether lamp 4417 is in stock.", Some(true), IssueKind::WronglyUnknown),
        ("I cannot see whether lamp 4417 is in stock.", Some(false), IssueKind::WronglyUnknown),
        ("Ob lamp 4417 noch frei ist, kann ich nicht sehen.", Some(true), IssueKind::WronglyUnknown),
        ("No veo si lamp 4417 está libre.", None, IssueKind::None),
    ] {
        let result = check(there.map(FactValue::Availability), false, reply);
        assert_eq!((result.gravest(), result.claims), (want, 0), "{reply}");
    }
}

/// `this one` was once read as a number beside the value, and a right reply as a contradiction.
#[test]
fn one_that_stands_for_a_thing_is_no_number() {
    for reply in [
        "Last season it was 7.66% on lamp 4417; I do not know about this one.",
        "The discount on lamp 4417 used to be 7.66 percent; it was changed and I do not see the new one.",
    ] {
        let result = check(Some(FactValue::Percentage(766)), true, reply);
        assert_eq!(result.gravest(), IssueKind::None, "{reply}");
    }
    let twice = "There is 7.66% off lamp 4417, or rather 9%.";
    let result = check(Some(FactValue::Percentage(766)), false, twice);
    assert_eq!(result.gravest(), IssueKind::SelfContradiction);
}

#[test]
fn each_kind_of_value() {
    for (value, right, wrong) in [
        (FactValue::Percentage(425), "The rate of lamp 4417 is 4.25 %.", "The rate of lamp 4417 is 4.5 %."),
        (march(3), "Your lamp 4417 arrives on March 3rd.", "Your lamp 4417 arrives on March 4th."),
        (march(3), "Your lamp 4417 arrives on 03/03.", "Your lamp 4417 arrives on 2025-03-03."),
        (FactValue::Time(905), "It opens at 3:05.", "It opens at 15:15."),
        (FactValue::Time(900), "It opens at 3.", "It opens at 4."),
        (FactValue::Availability(true), "The lamp 4417 is in stock.", "The lamp 4417 is not in stock."),
        (FactValue::Availability(false), "The lamp 4417 is taken.", "The lamp 4417 is free."),
        (FactValue::Count(12), "There are twelve lamps 4417.", "There are 13 lamps 4417."),
        (FactValue::Range(3, 5), "It takes 3 to 5 days.", "It takes 4 to 6 days."),
        (FactValue::Range(3, 5), "It takes four days.", "It takes nine days."),
        (FactValue::Identifier("ORD-481".into()), "The number is #ORD-481.", "The number is ORD-418."),
        (FactValue::Identifier("481234".into()), "The number is 481234.", "The number is #481243."),
    ] {
        assert_eq!(check(Some(value.clone()), false, right).gravest(), IssueKind::None, "{right}");
        let result = check(Some(value.clone()), false, wrong);
        assert_eq!(result.gravest(), IssueKind::Contradicts, "{wrong}: {result:?}");
        assert_eq!(result.issues[0].should_be, Some(value));
    }
}

#[test]
fn the_tone_is_heard_in_three_languages() {
    for (reply, tone) in [
        ("The lamp 4417 costs $47.15.", Tone::Plain),
        ("I am sorry, the lamp 4417 costs $47.15.", Tone::Apology),
        ("Es tut mir leid, das ging schief.", Tone::Apology),
        ("Lamentamos las molestias.", Tone::Apology),
        ("I am sorry, I do not know.", Tone::Unknown),
        ("Das weiß ich leider nicht.", Tone::Unknown),
        ("Lo siento, no lo sé.", Tone::Unknown),
        ("I'm sorry, I can't help with that.", Tone::Refusal),
        ("Dabei kann ich Ihnen nicht helfen.", Tone::Refusal),
        ("No puedo ayudarle con eso.", Tone::Refusal),
    ] {
        assert_eq!(check(Some(money(4_715)), false, reply).tone, tone, "{reply}");
    }
}

#[test]
fn confidence_is_the_share_that_facts_carry() {
    let price = Some(money(4_715));
    for (value, reply, confidence) in [
        (price.clone(), "The lamp 4417 costs $47.15.", 1_000),
        (price.clone(), "It is about $47.", 750),
        (price.clone(), "The lamp 4417 costs $47.15 and comes on March 3rd.", 900),
        (price.clone(), "The lamp 4417 costs $47.15. No, $50.", 249),
        (price, "The lamp 4417 costs $50.", 0),
        (None, "I do not know what the lamp 4417 costs.", 1_000),
        (None, "Thanks for asking.", 500),
    ] {
        assert_eq!(check(value, false, reply).confidence, confidence, "{reply}");
    }
}

#[test]
fn where_nothing_was_asked_or_nothing_is_known() {
    let nothing = validate("That is $47.15.", &Given::default());
    assert_eq!((nothing.valid, nothing.claims), (true, 1));
    let facts = [fact("price", "chair 5010", money(8_000))];
    let given = |asked| Given { facts: &facts, asked, structure: None };
    assert!(validate("The chair 5010 is $80.", &given(None)).valid);
    assert_eq!(validate("The chair is $90.", &given(None)).gravest(), IssueKind::Unsupported);
    // Of a topic that no fact has, nobody knows which kind of value it has: any claim is one too many.
    let asked = given(Some(("colour", "lamp 4417")));
    assert_eq!(validate("The lamp 4417 comes on March 3rd.", &asked).gravest(), IssueKind::Unsupported);
    assert!(validate("I do not know about the lamp 4417.", &asked).valid);
}

/// A machine's reader for the test: everything behind the first colon, `-` for nobody knows.
struct Colon;

impl Structure for Colon {
    fn read(&self, reply: &str) -> Result<Read, Broken> {
        match reply.split_once(": ") {
            None => Err(Broken { why: "there is no colon".to_owned() }),
            Some((_, "-")) => Ok(Read::default()),
            Some((head, text)) => Ok(Read { text: Some(text.to_owned()), stale: head == "old" }),
        }
    }
}

#[test]
fn replies_for_machines() {
    let fact = |stale| Fact { stale, ..fact("price", "lamp 4417", money(4_715)) };
    for (facts, reply, want) in [
        (vec![fact(false)], "price: $47.15", IssueKind::None),
        (vec![fact(false)], "price: $47.51", IssueKind::Contradicts),
        (vec![fact(false)], "price $47.15", IssueKind::Malformed),
        (vec![fact(false)], "price: -", IssueKind::WronglyUnknown),
        (vec![fact(true)], "price: -", IssueKind::None),
        (vec![fact(true)], "price: $47.15", IssueKind::Stale),
        (vec![fact(true)], "old: $47.15", IssueKind::None),
        (vec![], "price: -", IssueKind::None),
        (vec![], "price: $1", IssueKind::Unsupported),
    ] {
        let given = Given { facts: &facts, asked: Some(("price", "lamp 4417")), structure: Some(&Colon) };
        let result = validate(reply, &given);
        assert_eq!(result.gravest(), want, "{reply} with {facts:?}: {result:?}");
        if want == IssueKind::Contradicts {
            assert_eq!(&reply[result.issues[0].at.clone()], "$47.51");
        }
    }
}
