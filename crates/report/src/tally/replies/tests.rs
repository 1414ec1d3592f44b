use super::*;
use proptest::prelude::*;
use rushhour_base::AgentId;

fn request(turn: u32) -> RequestId {
    RequestId::new(AgentId(0), turn)
}

const ACCEPT: Check =
    Check { valid: true, issue: IssueKind::None, tone: Tone::Plain, action: ValidationAction::Accept };

fn stopped(action: ValidationAction) -> Check {
    Check { valid: false, issue: IssueKind::Contradicts, tone: Tone::Plain, action }
}

fn reports(write: impl FnOnce(&mut ReplyTally)) -> (Option<HallucinationReport>, Option<ValidationReport>) {
    let mut tally = ReplyTally::new();
    write(&mut tally);
    tally.finish()
}

fn both(write: impl FnOnce(&mut ReplyTally)) -> (HallucinationReport, ValidationReport) {
    let (hallucination, validation) = reports(write);
    (hallucination.expect("replies had labels"), validation.expect("replies were checked"))
}

#[test]
fn a_wrong_reply_leaks_only_as_an_answer_of_a_model() {
    let (report, checked) = reports(|tally| {
        for (turn, label, outcome, rung) in [
            (0, Label::WrongAmount, Outcome::Answered, Rung::Primary),
            (1, Label::WrongAmount, Outcome::Abandoned, Rung::Primary),
            (2, Label::InventedFact, Outcome::Answered, Rung::Human),
            (3, Label::None, Outcome::Answered, Rung::Tertiary),
        ] {
            tally.labelled(CallId(turn.into()), request(turn), FactState::Present, label);
            tally.ended(request(turn), outcome, rung);
        }
        tally.ended(request(4), Outcome::Answered, Rung::Primary);
        // Asked again, the last reply is the answer.
        tally.labelled(CallId(50), request(5), FactState::Missing, Label::Omission);
        tally.labelled(CallId(51), request(5), FactState::Missing, Label::None);
        tally.ended(request(5), Outcome::Answered, Rung::Primary);
    });
    let report = report.expect("there were labels");
    assert_eq!((report.asked, report.injected, report.leaked, report.lost), (3, 4, 1, 3));
    assert_eq!((report.caught, report.false_alarms), (None, None));
    assert_eq!(report.by_class[0], (Label::WrongAmount, 2, 1));
    assert_eq!(report.by_fact[..2], [(FactState::Present, 2, 1), (FactState::Missing, 1, 0)]);
    assert_eq!(checked, None);
    assert_eq!(reports(|_| ()), (None, None));
}

#[test]
fn a_regeneration_mends_and_its_money_follows_from_the_error() {
    let (said, checked) = both(|tally| {
        let (first, second) = (CallId(1), CallId(2));
        tally.labelled(first, request(0), FactState::Present, Label::WrongAmount);
        tally.posted(request(0), Money(7));
        tally.validated(request(0), first, stopped(ValidationAction::Regenerate));
        tally.regenerates(request(0));
        tally.labelled(second, request(0), FactState::Present, Label::None);
        tally.posted(request(0), Money(9));
        tally.validated(request(0), second, ACCEPT);
        tally.ended(request(0), Outcome::Answered, Rung::Primary);
        // Nothing follows from a reply that was let through.
        tally.labelled(CallId(3), request(1), FactState::Present, Label::Omission);
        tally.validated(request(1), CallId(3), ACCEPT);
        tally.posted(request(1), Money(1_000));
        tally.ended(request(1), Outcome::Answered, Rung::Primary);
    });
    assert_eq!((said.asked, said.injected, said.caught, said.leaked, said.lost), (2, 2, Some(1), 1, 0));
    assert_eq!((checked.checked, checked.valid, checked.flagged), (3, 2, 1));
    assert_eq!((checked.regenerated, checked.mended), (1, 1));
    assert_eq!((checked.usd, checked.false_alarm_usd), (Money(9), Money::ZERO));
    assert_eq!(checked.usd_per_caught(), Some(Money(9)));
    assert_eq!((checked.recall().value(), checked.precision().value()), (Some(0.5), Some(1.0)));
}

/// Another rung's right answer is no mending.
#[test]
fn what_the_next_rung_says_is_no_other_try() {
    let (said, checked) = both(|tally| {
        tally.labelled(CallId(1), request(0), FactState::Present, Label::WrongAmount);
        tally.validated(request(0), CallId(1), stopped(ValidationAction::Regenerate));
        tally.regenerates(request(0));
        tally.fell(request(0));
        tally.labelled(CallId(2), request(0), FactState::Present, Label::None);
        tally.validated(request(0), CallId(2), ACCEPT);
        tally.ended(request(0), Outcome::Answered, Rung::Secondary);
    });
    assert_eq!((checked.regenerated, checked.mended, said.caught), (1, 0, Some(1)));
}

#[test]
fn a_false_alarm_costs_what_follows_from_it() {
    let (said, checked) = both(|tally| {
        tally.labelled(CallId(1), request(0), FactState::Present, Label::None);
        tally.validated(request(0), CallId(1), stopped(ValidationAction::Fall));
        tally.posted(request(0), Money(50));
        tally.ended(request(0), Outcome::Answered, Rung::Human);
    });
    assert_eq!((said.caught, said.false_alarms, said.asked), (Some(0), Some(1), 0));
    assert_eq!((checked.fell, checked.usd, checked.false_alarm_usd), (1, Money(50), Money(50)));
    assert_eq!((checked.usd_per_caught(), checked.recall().value()), (None, None));
    assert_eq!(checked.precision().value(), Some(0.0));
}

#[test]
fn what_a_reviewer_overlooks_leaks() {
    let (said, checked) = both(|tally| {
        for (turn, label, closely) in
            [(0, Label::WrongAmount, true), (1, Label::WrongAmount, false), (2, Label::None, true)]
        {
            let call = CallId(turn.into());
            tally.labelled(call, request(turn), FactState::Present, label);
            tally.validated(request(turn), call, stopped(ValidationAction::Review));
            tally.posted(request(turn), Money(3));
            tally.reviewed(request(turn), call, closely);
            tally.ended(request(turn), Outcome::Answered, Rung::Primary);
        }
    });
    assert_eq!((said.asked, said.injected, said.caught, said.leaked), (3, 2, Some(1), 1));
    assert_eq!(said.false_alarms, Some(1));
    assert_eq!((checked.reviewed, checked.overlooked), (3, 1));
    assert_eq!((checked.usd, checked.false_alarm_usd), (Money(9), Money(3)));
}

/// Whoever only counts stops nothing, and pays nothing.
#[test]
fn a_check_that_accepts_all_the_same_catches_nothing() {
    let (said, checked) = both(|tally| {
        tally.labelled(CallId(1), request(0), FactState::Present, Label::WrongAmount);
        tally.validated(request(0), CallId(1), stopped(ValidationAction::Accept));
        tally.posted(request(0), Money(4));
        tally.ended(request(0), Outcome::Answered, Rung::Primary);
    });
    assert_eq!((said.caught, said.leaked, said.false_alarms), (Some(0), 1, Some(0)));
    assert_eq!(checked.usd, Money::ZERO);
    assert_eq!((checked.flagged, checked.recall().value()), (1, Some(1.0)));
    let row = checked.confusion[Label::WrongAmount as usize];
    assert_eq!((row.flagged, row.passed, row.issues[IssueKind::Contradicts as usize]), (1, 0, 1));
}

/// The policy may do with the reply what it meant not to do, once what it meant to do fails.
#[test]
fn a_reply_is_counted_once_however_often_it_is_judged() {
    let (said, checked) = both(|tally| {
        tally.labelled(CallId(1), request(0), FactState::Present, Label::WrongAmount);
        tally.validated(request(0), CallId(1), stopped(ValidationAction::Regenerate));
        tally.validated(request(0), CallId(1), stopped(ValidationAction::Accept));
        tally.ended(request(0), Outcome::Answered, Rung::Primary);
    });
    assert_eq!((checked.checked, checked.flagged), (1, 1));
    assert_eq!((said.caught, said.leaked), (Some(0), 1));
}

#[test]
fn without_truths_a_check_is_counted_and_not_judged() {
    let (said, checked) = reports(|tally| {
        tally.validated(request(0), CallId(1), stopped(ValidationAction::Regenerate));
        tally.posted(request(0), Money(4));
        tally.validated(request(0), CallId(2), ACCEPT);
        tally.ended(request(0), Outcome::Answered, Rung::Primary);
    });
    let checked = checked.expect("replies were checked");
    assert_eq!(said, None);
    assert_eq!((checked.checked, checked.flagged, checked.usd), (2, 1, Money(4)));
    assert_eq!((checked.precision().value(), checked.recall().value()), (None, None));
    assert!(checked.confusion.is_empty());
}

#[test]
fn what_an_answer_said_is_its_truth_or_else_its_tone() {
    let said = |truth: Option<(FactState, Label)>, tone: Option<Tone>, rung: Rung| {
        let mut tally = ReplyTally::new();
        if let Some((fact, label)) = truth {
            tally.labelled(CallId(1), request(0), fact, label);
        }
        if let Some(tone) = tone {
            tally.validated(request(0), CallId(1), Check { tone, ..ACCEPT });
        }
        tally.ended(request(0), Outcome::Answered, rung)
    };
    let (present, missing, stale) = (FactState::Present, FactState::Missing, FactState::Stale);
    for (truth, tone, expected) in [
        (Some((present, Label::None)), None, Some(Said::Right)),
        (Some((present, Label::None)), Some(Tone::Apology), Some(Said::Right)),
        (Some((missing, Label::None)), Some(Tone::Plain), Some(Said::Unknown)),
        (Some((stale, Label::None)), None, Some(Said::Right)),
        (Some((present, Label::Omission)), None, Some(Said::Apology)),
        (Some((missing, Label::InventedFact)), None, Some(Said::Wrong)),
        (None, Some(Tone::Unknown), Some(Said::Unknown)),
        (None, Some(Tone::Refusal), Some(Said::Apology)),
        (None, Some(Tone::Plain), Some(Said::Right)),
        (None, None, None),
    ] {
        assert_eq!(said(truth, tone, Rung::Primary), expected, "{truth:?} {tone:?}");
        assert_eq!(said(truth, tone, Rung::Human), None);
    }
}

/// One step of a run over a few requests: what it is, of which request, and three choices.
type Step = (u8, u32, usize, usize, usize);

fn take(tally: &mut ReplyTally, calls: &mut [u64; 6], (what, turn, a, b, c): Step) {
    let call = CallId(calls[turn as usize]);
    match what {
        0 | 1 => {
            calls[turn as usize] += 10;
            let (fact, label) = (FactState::ALL[a % FactState::ALL.len()], Label::ALL[b % Label::ALL.len()]);
            tally.labelled(CallId(call.0 + 10), request(turn), fact, label);
        }
        2 | 3 => {
            let action = ValidationAction::ALL[a % ValidationAction::ALL.len()];
            let (issue, tone) = (IssueKind::ALL[b % IssueKind::ALL.len()], Tone::ALL[c % Tone::ALL.len()]);
            tally.validated(
                request(turn),
                call,
                Check { valid: issue == IssueKind::None, issue, tone, action },
            );
        }
        4 => tally.reviewed(request(turn), call, a % 2 == 0),
        5 => tally.posted(request(turn), Money(a as i128)),
        6 => tally.regenerates(request(turn)),
        _ => {
            tally.ended(request(turn), Outcome::ALL[a % Outcome::ALL.len()], Rung::ALL[b % Rung::ALL.len()]);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        failure_persistence: None,
        cases: 256,
        rng_seed: proptest::test_runner::RngSeed::Fixed(6),
        ..ProptestConfig::default()
    })]
    /// Every wrong reply is caught, leaked or lost, whatever happens in whatever order; and shares are shares.
    #[test]
    fn no_wrong_reply_is_forgotten_or_counted_twice(
        steps in proptest::collection::vec((0u8..8, 0u32..6, 0usize..60, 0usize..60, 0usize..60), 1..200)
    ) {
        let mut tally = ReplyTally::new();
        let mut calls = [1, 2, 3, 4, 5, 6];
        steps.into_iter().for_each(|step| take(&mut tally, &mut calls, step));
        let (said, checked) = tally.finish();
        if let Some(said) = &said {
            prop_assert_eq!(said.caught.unwrap_or(0) + said.leaked + said.lost, said.injected);
            prop_assert!(said.leaked <= said.asked);
            prop_assert!(said.leaked_rate().is_none_or(|rate| (0.0..=1.0).contains(&rate)));
        }
        if let Some(checked) = &checked {
            prop_assert!(checked.flagged <= checked.checked && checked.valid <= checked.checked);
            prop_assert_eq!(checked.tones.iter().sum::<u64>(), checked.checked);
            prop_assert!(checked.false_alarm_usd <= checked.usd);
            for row in &checked.confusion {
                prop_assert_eq!(row.issues.iter().sum::<u64>(), row.flagged + row.passed);
            }
            for share in [checked.precision(), checked.recall()] {
                let bounds = [share.low(), share.value(), share.high()];
                prop_assert!(bounds.iter().flatten().all(|bound| (0.0..=1.0).contains(bound)));
            }
        }
    }
}
