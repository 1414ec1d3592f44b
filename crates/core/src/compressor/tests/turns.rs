//! What holds from turn to turn, whatever is said, asked for and failed.

use super::properties::{config, histories, must, sound};
use super::*;
use proptest::prelude::*;

#[derive(Clone, Debug)]
struct Turns {
    messages: Vec<Outline>,
    /// The lengths at which a request is made, each with the window of its lane and whether a summary comes in.
    asked: Vec<(usize, u64, bool)>,
    policy: CompressionPolicy,
}

fn turns() -> impl Strategy<Value = Turns> {
    let methods = proptest::sample::select(vec![
        vec![Prune],
        vec![KeepLast],
        vec![Summarize],
        vec![Summarize, Prune],
        vec![Prune, Summarize],
        vec![KeepLast, Summarize],
    ]);
    let limits = (100u64..3_000, 1u64..=100, 0u32..7, 0u64..300);
    let asked =
        prop::collection::vec((0usize..40, prop_oneof![Just(u64::MAX), 0u64..2_000], any::<bool>()), 1..12);
    (histories(), histories(), methods, limits, asked).prop_map(|(first, second, methods, limits, asked)| {
        let (above_tokens, share, keep_last, max_tokens) = limits;
        let mut policy = summarizing(&methods);
        policy.above_tokens = above_tokens;
        policy.to_tokens = above_tokens * share / 100;
        policy.keep_last = keep_last;
        policy.summary = policy.summary.map(|by| SummaryPolicy { max_tokens, ..by });
        Turns { messages: [first, second].concat(), asked, policy }
    })
}

impl Turns {
    /// The requests in an order in which the history only grows.
    fn growing(mut self) -> Turns {
        self.asked.sort_by_key(|(length, ..)| *length);
        self
    }

    fn history(&self, length: usize) -> History {
        history(self.messages[..length.min(self.messages.len())].to_vec())
    }
}

/// What is sent in the end, and what was summarised for it.
fn settle(
    compressor: &mut Compressor,
    history: &History,
    policy: &CompressionPolicy,
    window: u64,
    comes_in: bool,
) -> Result<(Fit, Option<Segment>), TestCaseError> {
    let fit = compressor.fit(AGENT, history, policy, window);
    let Fit::Summarize(segment) = fit else { return Ok((fit, None)) };
    let most = policy.summary.map_or(0, |by| by.max_tokens);
    if comes_in {
        compressor.summarized(AGENT, history, &segment, most);
    } else {
        compressor.failed(AGENT, history);
    }
    let fit = compressor.fit(AGENT, history, policy, window);
    prop_assert!(!matches!(fit, Fit::Summarize(_)), "asked twice");
    Ok((fit, comes_in.then_some(segment)))
}

proptest! {
    #![proptest_config(config())]

    /// In any order, also an earlier turn after a later one.
    #[test]
    fn whatever_is_sent_is_sound(turns in turns()) {
        let mut compressor = Compressor::default();
        for (length, window, comes_in) in &turns.asked {
            let history = turns.history(*length);
            let (fit, _) = settle(&mut compressor, &history, &turns.policy, *window, *comes_in)?;
            match fit {
                Fit::Send { cut, met, .. } => {
                    sound(&history.messages, &cut, turns.policy.keep_last as usize)?;
                    let most = turns.policy.above_tokens.min(*window);
                    prop_assert!(!met || cut.tokens <= most, "{} are more than {most}", cut.tokens);
                    // Where no lane is too small, what misses the target has nothing left that could go.
                    if !met && *window == u64::MAX && turns.policy.methods.contains(&Prune) {
                        for position in &cut.kept {
                            let last = turns.policy.keep_last as usize;
                            prop_assert!(must(&history.messages, *position as usize, last), "{position} could go");
                        }
                    }
                }
                Fit::Whole => {
                    let whole = prompt_tokens(&history.messages);
                    prop_assert!(whole <= turns.policy.above_tokens.min(*window));
                }
                Fit::Summarize(_) => prop_assert!(false, "settled"),
            }
        }
    }

    /// Under one name all prompts begin alike, and what was cut stays cut.
    #[test]
    fn prompts_of_one_epoch_begin_alike(turns in turns()) {
        let (turns, mut compressor) = (turns.growing(), Compressor::default());
        let mut sent: Vec<(u64, Cut)> = Vec::new();
        for (length, window, comes_in) in &turns.asked {
            let history = turns.history(*length);
            let (fit, _) = settle(&mut compressor, &history, &turns.policy, *window, *comes_in)?;
            let Fit::Send { cut, prefix_conversation, .. } = fit else { continue };
            for (_, before) in sent.iter().filter(|(name, _)| *name == prefix_conversation) {
                prop_assert_eq!(&before.summary, &cut.summary);
                prop_assert!(cut.kept.starts_with(&before.kept) || before.kept.starts_with(&cut.kept));
            }
            sent.push((prefix_conversation, cut));
        }
    }

    /// Each message is read once to be summarised, and while every summary comes in, nothing is lost.
    #[test]
    fn summaries_are_extended_and_lose_no_message(turns in turns()) {
        let (mut turns, mut compressor) = (turns.growing(), Compressor::default());
        turns.policy.methods = vec![Summarize];
        let mut read: Vec<u32> = Vec::new();
        let mut last: Option<Summary> = None;
        for (length, ..) in &turns.asked {
            let history = turns.history(*length);
            let (fit, segment) = settle(&mut compressor, &history, &turns.policy, u64::MAX, true)?;
            if let Some(segment) = segment {
                prop_assert_eq!(&segment.before, &last);
                prop_assert_eq!(segment.messages.last().map(|last| last + 1), Some(segment.end));
                read.extend(&segment.messages);
            }
            prop_assert!(read.is_sorted_by(|left, right| left + 1 == *right), "{:?}", read);
            let Fit::Send { cut, .. } = fit else { continue };
            if let Some(summary) = &cut.summary {
                prop_assert!(summary.passes.is_sorted_by(|left, right| left < right), "{:?}", summary.passes);
                prop_assert_eq!(Some(summary.end()), read.last().map(|last| last + 1));
            }
            for position in 0..history.messages.len() as u32 {
                let somewhere = read.binary_search(&position).is_ok() || cut.kept.binary_search(&position).is_ok();
                prop_assert!(somewhere, "{} is lost", position);
            }
            last = cut.summary;
        }
    }

    /// A hop over a smaller lane, and an earlier turn that is asked late, leave the memory as it was.
    #[test]
    fn neither_small_lanes_nor_late_turns_move_the_memory(turns in turns(), late in 0usize..40) {
        let (turns, mut compressor) = (turns.growing(), Compressor::default());
        let mut undisturbed = Compressor::default();
        for (length, window, comes_in) in &turns.asked {
            let history = turns.history(*length);
            let fits = settle(&mut undisturbed, &history, &turns.policy, u64::MAX, *comes_in)?;
            settle(&mut compressor, &history, &turns.policy, *window, *comes_in)?;
            if matches!(fits.0, Fit::Send { ref cut, .. } if cut.kept.len() < history.messages.len()) {
                // Only what is shorter than the last cut is certain to be of no consequence.
                let cut_at = compressor.memories[AGENT.index()].as_ref().and_then(|memory| memory.cut_at());
                let late = turns.history(late.min(cut_at.unwrap_or(0).saturating_sub(1)));
                settle(&mut compressor, &late, &turns.policy, *window, *comes_in)?;
            }
            let again = settle(&mut compressor, &history, &turns.policy, u64::MAX, *comes_in)?;
            prop_assert_eq!(fits.0, again.0);
        }
    }
}
