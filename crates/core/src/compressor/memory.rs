//! What is remembered of a conversation: how it was cut last.

use super::prune::most_worthy;
use super::summarize::segment;
use super::units::{Units, all, joins, tokens_of};
use super::{Fit, Shorter};
use crate::settings::CompressionPolicy;
use rushhour_base::conversation::{PER_MESSAGE, ToolLink};
use rushhour_base::event::CompressionMethod;
use rushhour_base::{Cut, History, Outline, Segment, Summary};

/// How a conversation was cut last.
#[derive(Clone, Debug)]
pub(super) struct Memory {
    conversation: u64,
    epoch: Option<Epoch>,
    /// No summary is asked for while the history has so many messages.
    failed_at: Option<usize>,
}

/// From one cut to the next.
#[derive(Clone, Debug)]
struct Epoch {
    /// What the cut left of the messages that there were.
    kept: Vec<u32>,
    /// How many messages there were.
    cut_at: usize,
    summary: Option<Summary>,
    method: CompressionMethod,
    /// It was cut to reach the target, not only to bring together what belongs together.
    aimed: bool,
    /// The name of its prompts for the prompt cache.
    name: u64,
}

/// What a cut comes to.
enum Step {
    Left { kept: Vec<u32>, method: CompressionMethod, aimed: bool },
    Summarize(Segment),
}

impl Memory {
    pub(super) fn new(history: &History) -> Memory {
        Memory { conversation: history.conversation, epoch: None, failed_at: None }
    }

    /// A memory for one history alone, of which nothing will be remembered.
    pub(super) fn without_summaries(history: &History) -> Memory {
        Memory { failed_at: Some(history.messages.len()), ..Memory::new(history) }
    }

    pub(super) fn conversation(&self) -> u64 {
        self.conversation
    }

    #[cfg(test)]
    pub(super) fn cut_at(&self) -> Option<usize> {
        self.epoch.as_ref().map(|epoch| epoch.cut_at)
    }

    pub(super) fn has_cut(&self) -> bool {
        self.epoch.is_some()
    }

    /// Whether what was cut last was longer than this history.
    pub(super) fn is_ahead_of(&self, history: &History) -> bool {
        self.epoch.as_ref().is_some_and(|epoch| history.messages.len() < epoch.cut_at)
    }

    pub(super) fn fit(&mut self, history: &History, policy: &CompressionPolicy, window_tokens: u64) -> Fit {
        let messages = &history.messages;
        let mut kept = self.kept(messages);
        let is_long = tokens_of(messages, &kept, self.summary()) > policy.above_tokens;
        if is_long || self.is_torn(messages) {
            match self.step(messages, policy, &kept) {
                Step::Summarize(segment) => return Fit::Summarize(segment),
                // A cut that leaves nothing out begins nothing new.
                Step::Left { kept: left, .. } if left == kept => {}
                Step::Left { kept: left, method, aimed } => {
                    let summary = self.epoch.take().and_then(|epoch| epoch.summary);
                    let cut_at = messages.len();
                    let name = name(self.conversation, cut_at, &left, summary.as_ref());
                    kept.clone_from(&left);
                    self.epoch = Some(Epoch { kept: left, cut_at, summary, method, aimed, name });
                }
            }
        }
        self.send(messages, policy, kept, window_tokens)
    }

    pub(super) fn summarized(&mut self, history: &History, segment: &Segment, summary_tokens: u64) {
        let messages = &history.messages;
        let end = segment.end.min(all(messages).end);
        if self.is_ahead_of(history) || self.summary().is_some_and(|summary| summary.end() >= end) {
            return;
        }
        let before = segment.before.iter().flat_map(|summary| summary.passes.iter().copied());
        let tokens = summary_tokens.saturating_add(u64::from(PER_MESSAGE));
        let tokens = u32::try_from(tokens).unwrap_or(u32::MAX);
        let summary = Some(Summary { passes: before.chain([end]).collect(), tokens });
        let kept = Units::new(messages, all(messages).end - end).least();
        let cut_at = messages.len();
        let name = name(self.conversation, cut_at, &kept, summary.as_ref());
        let method = CompressionMethod::Summarize;
        self.epoch = Some(Epoch { kept, cut_at, summary, method, aimed: true, name });
    }

    pub(super) fn failed(&mut self, history: &History) {
        if !self.is_ahead_of(history) {
            self.failed_at = Some(history.messages.len());
        }
    }

    fn summary(&self) -> Option<&Summary> {
        self.epoch.as_ref()?.summary.as_ref()
    }

    /// What the last cut left, and all that came after it.
    fn kept(&self, messages: &[Outline]) -> Vec<u32> {
        let Some(epoch) = &self.epoch else { return all(messages).collect() };
        let since = epoch.cut_at as u32..all(messages).end;
        let mut kept = Vec::with_capacity(epoch.kept.len() + since.len());
        kept.extend_from_slice(&epoch.kept);
        kept.extend(since);
        kept
    }

    /// Whether something came in after the cut that is one with what the cut left out: a tool may give back more than once.
    /// Calls need no look: those that they could join have no result yet, and so were kept.
    fn is_torn(&self, messages: &[Outline]) -> bool {
        let Some(epoch) = &self.epoch else { return false };
        (epoch.cut_at..messages.len()).any(|position| {
            matches!(messages[position].tool, ToolLink::Answers(_))
                && joins(messages, position).is_some_and(|other| {
                    other < epoch.cut_at && epoch.kept.binary_search(&(other as u32)).is_err()
                })
        })
    }

    /// Tries the methods in their order until the target is met.
    fn step(&self, messages: &[Outline], policy: &CompressionPolicy, kept: &[u32]) -> Step {
        let units = Units::new(messages, policy.keep_last);
        let mut kept = units.mended(kept);
        let summary = self.summary();
        let mut method = self.method(policy);
        let aimed = tokens_of(messages, &kept, summary) > policy.above_tokens;
        if !aimed {
            return Step::Left { kept, method, aimed };
        }
        for next in &policy.methods {
            match next {
                CompressionMethod::KeepLast => kept.retain(|position| units.must(*position)),
                CompressionMethod::Prune => {
                    let summary_tokens = summary.map_or(0, |summary| u64::from(summary.tokens));
                    kept = most_worthy(&units, kept, summary_tokens, policy.to_tokens);
                }
                CompressionMethod::Summarize => {
                    let willing = policy.summary.filter(|_| self.failed_at != Some(messages.len()));
                    match willing.and_then(|by| segment(&units, summary, policy.keep_last, &by)) {
                        Some(segment) => return Step::Summarize(segment),
                        None => continue,
                    }
                }
            }
            method = *next;
            if tokens_of(messages, &kept, summary) <= policy.to_tokens {
                break;
            }
        }
        Step::Left { kept, method, aimed }
    }

    /// The method that cut last; of what nobody has cut yet, the first.
    fn method(&self, policy: &CompressionPolicy) -> CompressionMethod {
        let first = || policy.methods.first().copied().unwrap_or(CompressionMethod::Prune);
        self.epoch.as_ref().map_or_else(first, |epoch| epoch.method)
    }

    /// What goes out over a lane that takes so many tokens.
    fn send(
        &self,
        messages: &[Outline],
        policy: &CompressionPolicy,
        kept: Vec<u32>,
        window_tokens: u64,
    ) -> Fit {
        let tokens = tokens_of(messages, &kept, self.summary());
        let fresh = self.epoch.as_ref().is_some_and(|epoch| epoch.aimed && epoch.cut_at == messages.len());
        let met = tokens <= if fresh { policy.to_tokens } else { policy.above_tokens };
        let name = self.epoch.as_ref().map_or(self.conversation, |epoch| epoch.name);
        let cut = Cut { kept, summary: self.summary().cloned(), tokens };
        if tokens > window_tokens {
            let smaller = for_this_hop(messages, policy, &cut, window_tokens);
            return self.hop(messages.len(), cut, smaller, met, name);
        }
        if self.epoch.is_none() && met {
            return Fit::Whole;
        }
        Fit::Send { cut, prefix_conversation: name, met, method: self.method(policy) }
    }

    fn hop(&self, cut_at: usize, cut: Cut, smaller: Shorter, met: bool, own_name: u64) -> Fit {
        let Shorter { cut: less, met: fits } = smaller;
        let prefix_conversation = match less == cut {
            true => own_name,
            false => name(self.conversation, cut_at, &less.kept, less.summary.as_ref()),
        };
        let method = CompressionMethod::Prune;
        Fit::Send { cut: less, prefix_conversation, met: met && fits, method }
    }
}

/// As much of a cut as fits a lane. The summary is left out only if what must be kept does not fit beside it.
fn for_this_hop(messages: &[Outline], policy: &CompressionPolicy, cut: &Cut, window_tokens: u64) -> Shorter {
    let units = Units::new(messages, policy.keep_last);
    let within = |summary: Option<&Summary>| {
        let summary_tokens = summary.map_or(0, |summary| u64::from(summary.tokens));
        let kept = most_worthy(&units, cut.kept.clone(), summary_tokens, window_tokens);
        let tokens = tokens_of(messages, &kept, summary);
        let cut = Cut { kept, summary: summary.cloned(), tokens };
        Shorter { cut, met: tokens <= window_tokens }
    };
    let with_summary = within(cut.summary.as_ref());
    if with_summary.met || cut.summary.is_none() { with_summary } else { within(None) }
}

/// A name for all prompts that begin with what a cut left and go on with what came after it: a fingerprint, folded
/// with the finaliser of SplitMix64 (Steele, Lea and Flood, 2014).
fn name(conversation: u64, cut_at: usize, kept: &[u32], summary: Option<&Summary>) -> u64 {
    let passes = summary.map_or(&[][..], |summary| &summary.passes);
    let tokens = summary.map_or(0, |summary| u64::from(summary.tokens));
    let positions = passes.iter().chain(kept).map(|position| u64::from(*position));
    [cut_at as u64, passes.len() as u64, tokens].into_iter().chain(positions).fold(
        conversation,
        |name, word| {
            let mixed = (name ^ word).wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mixed = (mixed ^ mixed >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
            mixed ^ mixed >> 31
        },
    )
}
