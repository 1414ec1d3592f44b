//! What a prompt cache knew had been written to it: by an earlier call of the same conversation, or by one of the same
//! workload, whose prompts may begin alike; on the same lane, and not so long ago that it was forgotten.
//!
//! Of each agent the last conversation on a lane is remembered, and of each workload what its prompts have in common.

use super::Found;
use rushhour_base::{Instant, RunHeader, Span, Truth};
use std::collections::BTreeMap;

pub(super) struct Caches {
    first_agents: Vec<u32>,
    /// How many tokens the prompts of each workload begin with alike.
    shared_tokens: Vec<u64>,
    /// By lane and agent.
    conversations: BTreeMap<(u16, u32), Kept>,
    /// By lane and workload.
    workloads: BTreeMap<(u16, usize), Kept>,
}

/// What may be known of one text.
#[derive(Clone, Copy)]
struct Kept {
    conversation: u64,
    tokens: u64,
    from: Instant,
    until: Instant,
}

impl Caches {
    pub(super) fn new(header: &RunHeader) -> Caches {
        Caches {
            first_agents: header.workloads.iter().map(|workload| workload.first_agent).collect(),
            shared_tokens: header.workloads.iter().map(|workload| workload.shared_tokens).collect(),
            conversations: BTreeMap::new(),
            workloads: BTreeMap::new(),
        }
    }

    #[inline]
    pub(super) fn truth(&mut self, at: Instant, truth: &Truth, found: &mut Found) {
        let Truth::Cached {
            call,
            lane,
            agent,
            conversation,
            read_tokens,
            written_tokens,
            readable_from,
            lifetime,
            ..
        } = *truth
        else {
            return;
        };
        let workload = self.first_agents.partition_point(|first| *first <= agent.0).saturating_sub(1);
        let (own, common) = ((lane.0, agent.0), (lane.0, workload));
        let own_known = self.conversations.get(&own).filter(|kept| kept.conversation == conversation);
        let known = [own_known, self.workloads.get(&common)];
        let knows = |kept: &&Kept| kept.from <= at && at < kept.until && read_tokens <= kept.tokens;
        if read_tokens > 0 && !known.into_iter().flatten().any(|kept| knows(&kept)) {
            found.report("cache", || {
                format!("call {call} read {read_tokens} tokens at {} that nobody had written", Span(at.0))
            });
        }
        let tokens = read_tokens + written_tokens;
        let kept = Kept { conversation, tokens, from: readable_from, until: readable_from + lifetime };
        let with = |known: Option<&Kept>, kept: Kept| {
            known.filter(|known| at < known.until).map_or(kept, |known| known.with(kept))
        };
        self.conversations.insert(own, with(own_known, kept));
        let alike = Kept { tokens: tokens.min(self.shared_tokens[workload]), ..kept };
        self.workloads.insert(common, with(self.workloads.get(&common), alike));
    }
}

impl Kept {
    /// The same, used once more.
    fn with(self, other: Kept) -> Kept {
        Kept {
            conversation: self.conversation,
            tokens: self.tokens.max(other.tokens),
            from: self.from.min(other.from),
            until: self.until.max(other.until),
        }
    }
}
