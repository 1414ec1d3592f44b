//! What holds of every cut, judged by slower rules of its own.

use super::*;
use proptest::prelude::*;

pub(super) fn config() -> ProptestConfig {
    ProptestConfig {
        failure_persistence: None,
        rng_seed: proptest::test_runner::RngSeed::Fixed(20_260_311),
        ..ProptestConfig::default()
    }
}

fn message(role: Role, tool: ToolLink) -> impl Strategy<Value = Outline> {
    let importance = proptest::sample::select(Importance::ALL);
    (1u32..400, importance, 0u16..6).prop_map(move |(tokens, importance, facts)| Outline {
        role,
        tool,
        tokens,
        importance,
        facts,
    })
}

/// A turn as agents make them: a question, tools called one after the other or several at once, whose results come in
/// any order, more than one for a call or none at all, and a reply.
fn turn() -> impl Strategy<Value = Vec<Outline>> {
    let tool = (0u32..30, 0usize..4, any::<prop::sample::Index>());
    (any::<bool>(), prop::collection::vec(tool, 0..4), any::<bool>()).prop_flat_map(
        |(asks, tools, replies)| {
            let mut line = Vec::new();
            if asks {
                line.push(message(Role::User, ToolLink::None).boxed());
            }
            for (number, ..) in &tools {
                line.push(message(Role::Assistant, ToolLink::Calls(*number)).boxed());
            }
            let called = line.len();
            for (number, results, place) in &tools {
                for _ in 0..*results {
                    let at = called + place.index(line.len() - called + 1);
                    line.insert(at, message(Role::Tool, ToolLink::Answers(*number)).boxed());
                }
            }
            if replies {
                line.push(message(Role::Assistant, ToolLink::None).boxed());
            }
            line
        },
    )
}

/// Messages that follow no rule at all.
fn chaos() -> impl Strategy<Value = Vec<Outline>> {
    let link = prop_oneof![
        Just(ToolLink::None),
        (0u32..4).prop_map(ToolLink::Calls),
        (0u32..4).prop_map(ToolLink::Answers)
    ];
    let any_message =
        (proptest::sample::select(Role::ALL), link).prop_flat_map(|(role, link)| message(role, link));
    prop::collection::vec(any_message, 0..6)
}

pub(super) fn histories() -> impl Strategy<Value = Vec<Outline>> {
    let system = prop::collection::vec(message(Role::System, ToolLink::None), 0..3);
    let turns = prop::collection::vec(prop_oneof![5 => turn().boxed(), 1 => chaos().boxed()], 0..12);
    (system, turns).prop_map(|(system, turns)| system.into_iter().chain(turns.concat()).collect())
}

/// Whether two messages are one unit, by the definition: the same number, and no new call in between.
fn are_one(messages: &[Outline], left: usize, right: usize) -> bool {
    let number = |position: usize| match messages[position].tool {
        ToolLink::None => None,
        ToolLink::Calls(number) | ToolLink::Answers(number) => Some(number),
    };
    let Some(own) = number(left).filter(|own| number(right) == Some(*own)) else { return left == right };
    let same: Vec<usize> =
        (left.min(right)..=left.max(right)).filter(|position| number(*position) == Some(own)).collect();
    !same.windows(2).any(|pair| {
        messages[pair[0]].tool == ToolLink::Answers(own) && messages[pair[1]].tool == ToolLink::Calls(own)
    })
}

/// What must be kept, for a reason of its own.
fn has_reason(messages: &[Outline], position: usize, last: usize) -> bool {
    let is_leading = messages[..=position].iter().all(|message| message.role == Role::System);
    let is_question = messages[position].role == Role::User
        && messages[position + 1..].iter().all(|message| message.role != Role::User);
    let waits = matches!(messages[position].tool, ToolLink::Calls(_))
        && (0..messages.len()).all(|other| {
            !are_one(messages, position, other) || matches!(messages[other].tool, ToolLink::Calls(_))
        });
    is_leading || is_question || waits || position + last >= messages.len()
}

pub(super) fn must(messages: &[Outline], position: usize, last: usize) -> bool {
    let has_reason = |other: &usize| has_reason(messages, *other, last);
    (0..messages.len()).filter(|other| are_one(messages, position, *other)).any(|other| has_reason(&other))
}

/// Order, pairs, what must be kept, and the sum.
pub(super) fn sound(messages: &[Outline], cut: &Cut, last: usize) -> Result<(), TestCaseError> {
    prop_assert!(cut.kept.is_sorted_by(|left, right| left < right), "order: {:?}", cut.kept);
    let is_kept = |position: usize| cut.kept.binary_search(&(position as u32)).is_ok();
    for position in 0..messages.len() {
        prop_assert!(is_kept(position) || !must(messages, position, last), "{position} must be kept");
        let torn = (0..messages.len())
            .find(|other| are_one(messages, position, *other) && is_kept(*other) != is_kept(position));
        prop_assert!(torn.is_none(), "{position} and {torn:?} are one");
    }
    let own: u64 = cut.kept.iter().map(|position| u64::from(messages[*position as usize].tokens)).sum();
    let summary = cut.summary.as_ref().map_or(0, |summary| u64::from(summary.tokens));
    prop_assert_eq!(cut.tokens, own + summary + 3);
    Ok(())
}

fn left(messages: &[Outline], cut: &Cut) -> Vec<Outline> {
    cut.kept.iter().map(|position| messages[*position as usize]).collect()
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn keep_last_keeps_what_must_be_kept_and_no_more(messages in histories(), last in 0usize..9) {
        let shorter = keep_last(&messages, last as u32, 1_000);
        sound(&messages, &shorter.cut, last)?;
        for position in &shorter.cut.kept {
            prop_assert!(must(&messages, *position as usize, last), "{position} need not be kept");
        }
        prop_assert_eq!(shorter.met, shorter.cut.tokens <= 1_000);
        let again = left(&messages, &shorter.cut);
        prop_assert_eq!(keep_last(&again, last as u32, 1_000).cut.kept.len(), again.len());
    }

    #[test]
    fn prune_meets_the_target_or_keeps_the_least(messages in histories(), last in 0usize..9, to in 0u64..4_000) {
        let shorter = prune(&messages, last as u32, to);
        sound(&messages, &shorter.cut, last)?;
        prop_assert_eq!(shorter.met, shorter.cut.tokens <= to);
        if !shorter.met {
            prop_assert_eq!(&shorter.cut.kept, &keep_last(&messages, last as u32, to).cut.kept);
        }
        // Nothing that would still fit was left out.
        let is_kept = |position: usize| shorter.cut.kept.binary_search(&(position as u32)).is_ok();
        for position in (0..messages.len()).filter(|position| !is_kept(*position)) {
            let unit = (0..messages.len()).filter(|other| are_one(&messages, position, *other));
            let tokens: u64 = unit.map(|other| u64::from(messages[other].tokens)).sum();
            prop_assert!(!shorter.met || shorter.cut.tokens + tokens > to, "{position} would fit");
        }
    }

    #[test]
    fn a_pruned_prompt_is_not_pruned_again(messages in histories(), last in 0usize..9, to in 0u64..4_000) {
        let again = left(&messages, &prune(&messages, last as u32, to).cut);
        prop_assert_eq!(prune(&again, last as u32, to).cut.kept.len(), again.len());
    }
}
