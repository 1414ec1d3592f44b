//! Prompt caches: what a provider remembers of prompts it has read, so that the next one that begins alike is cheaper.
//!
//! A conversation sends its whole history with every request, so each prompt is the beginning of the next. A lane remembers,
//! for each agent, the conversation that it last had and how much of it was written, and for each workload the beginning
//! that all its prompts share (system prompt and tools). What is remembered is forgotten some time after its last use;
//! another lane remembers nothing of it.
//!
//! A prompt is divided in three: what is read from the cache, what is written to it (all of the prefix beyond what was
//! read), and the rest. What a call writes can be read from its first token on, as Anthropic documents ("Prompt caching",
//! 2026: "a cache entry only becomes available after the first response begins"), so calls that come in meanwhile write the
//! same again and pay for it again.
//!
//! # What it does not do
//! It keeps no text: that two prompts begin alike is what their [`Prefix`](rushhour_base::Prefix) says. It is never too
//! full; providers publish no size. An agent that goes back to an earlier conversation finds it forgotten.

use crate::luck::Luck;
use crate::settings::{CachePlan, Keeps, WorldPlan};
use rushhour_base::{Call, Instant, Keep, Span, Usage};

/// The caches of all lanes.
#[derive(Debug)]
pub(crate) struct PromptCaches {
    lanes: Vec<Cache>,
    luck: Luck,
    /// The tokens with which all prompts of a workload begin.
    shared: Vec<u64>,
}

/// How a cache divides a prompt.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Divided {
    /// Tokens read.
    pub(crate) read: u64,
    /// Tokens written.
    pub(crate) written: u64,
    /// For how long what was read or written is kept; zero if no cache was used.
    pub(crate) lifetime: Span,
    /// What the client asked for, where that is what counts; an hour has a price of its own.
    pub(crate) keep: Keep,
}

impl Divided {
    /// The usage of a prompt of so many tokens, divided so.
    #[inline]
    pub(crate) fn usage(&self, input_tokens: u64) -> Usage {
        let (brief, hour) = if self.keep == Keep::Hour { (0, self.written) } else { (self.written, 0) };
        Usage {
            input_tokens: input_tokens - self.read - self.written,
            cached_tokens: self.read,
            cache_write_tokens: brief,
            cache_write_1h_tokens: hour,
            ..Usage::default()
        }
    }
}

#[derive(Debug)]
struct Cache {
    plan: CachePlan,
    /// The last conversation of each agent; grows with the first of them.
    conversations: Vec<Entry>,
    /// What the prompts of each workload share.
    shared: Vec<Entry>,
}

/// What is remembered of one conversation.
#[derive(Clone, Copy, Debug, Default)]
struct Entry {
    conversation: u64,
    /// Tokens that can be read.
    tokens: u64,
    /// Tokens that can be read from `written_at` on.
    coming: u64,
    written_at: Instant,
    until: Instant,
}

impl PromptCaches {
    pub(crate) fn new(plan: &WorldPlan) -> PromptCaches {
        let cache = |plan: CachePlan| Cache { plan, conversations: Vec::new(), shared: Vec::new() };
        PromptCaches {
            lanes: plan.lanes.iter().map(|lane| cache(lane.cache)).collect(),
            luck: Luck::new(plan, "cache"),
            shared: plan.workloads.iter().map(|workload| workload.prompt.shared).collect(),
        }
    }

    /// How the cache of a call's lane divides its prompt at `now`. Nothing is noted: the call may yet be refused.
    #[inline]
    pub(crate) fn divide(&self, call: &Call, now: Instant) -> Divided {
        let cache = &self.lanes[call.lane.index()];
        match cache.lifetime(call.keep) {
            Some(lifetime) => self.divided(cache, call, lifetime, now),
            None => Divided::default(),
        }
    }

    fn divided(&self, cache: &Cache, call: &Call, lifetime: Span, now: Instant) -> Divided {
        let workload = self.workload(call);
        let common = self.shared[workload].min(call.input_tokens);
        let own = call.prefix.tokens.min(call.input_tokens);
        let kept = cache.plan.whole_steps(own.max(common));
        if kept == 0 {
            return Divided::default();
        }
        let known = |entry: Option<&Entry>, conversation, most: u64| {
            entry.map_or(0, |entry| entry.readable(conversation, now)).min(most)
        };
        let read_own = known(cache.conversations.get(agent(call)), call.prefix.conversation, own);
        let read = read_own.max(known(cache.shared.get(workload), 0, common));
        let read = cache.plan.whole_steps(read);
        let keep = if cache.plan.keeps == Keeps::AsAsked { call.keep } else { Keep::No };
        Divided { read, written: kept - read, lifetime, keep }
    }

    /// Notes what an admitted call read, which is kept anew, and what it writes, which can be read from `written_at` on.
    pub(crate) fn note(&mut self, call: &Call, divided: Divided, now: Instant, written_at: Instant) {
        if divided.lifetime == Span::ZERO {
            return;
        }
        let (workload, agents) = (self.workload(call), self.luck.agents() as usize);
        let common = self.shared[workload].min(call.input_tokens);
        let own = call.prefix.tokens.min(call.input_tokens);
        let cache = &mut self.lanes[call.lane.index()];
        let until = written_at + divided.lifetime;
        let keep = |entries: &mut Vec<Entry>, (place, places): (usize, usize), conversation, tokens| {
            let tokens = cache.plan.whole_steps(tokens);
            if tokens > 0 {
                entries.resize(places, Entry::default());
                entries[place].keep(conversation, tokens, now, written_at, until);
            }
        };
        keep(&mut cache.conversations, (agent(call), agents), call.prefix.conversation, own);
        keep(&mut cache.shared, (workload, self.shared.len()), 0, common);
    }

    fn workload(&self, call: &Call) -> usize {
        self.luck.place(call.request.agent()).workload
    }
}

fn agent(call: &Call) -> usize {
    call.request.agent().index()
}

impl Cache {
    /// For how long a prompt is kept that the client asks to keep so long; `None` if it is not.
    #[inline]
    fn lifetime(&self, keep: Keep) -> Option<Span> {
        match (self.plan.keeps, keep) {
            (Keeps::Always(lifetime), _) => Some(lifetime),
            (Keeps::Never, _) | (Keeps::AsAsked, Keep::No) => None,
            (Keeps::AsAsked, Keep::FiveMinutes) => Some(Span::secs(300)),
            (Keeps::AsAsked, Keep::Hour) => Some(Span::secs(3_600)),
        }
    }
}

impl CachePlan {
    /// How many of so many tokens are kept: whole steps, and none below the least.
    fn whole_steps(&self, tokens: u64) -> u64 {
        if tokens < self.least_tokens { 0 } else { tokens - tokens % self.step_tokens.max(1) }
    }
}

impl Entry {
    fn readable(&self, conversation: u64, now: Instant) -> u64 {
        match () {
            () if self.conversation != conversation || now >= self.until => 0,
            () if now >= self.written_at => self.coming.max(self.tokens),
            () => self.tokens,
        }
    }

    fn keep(&mut self, conversation: u64, tokens: u64, now: Instant, written_at: Instant, until: Instant) {
        let readable = self.readable(conversation, now);
        let is_coming = self.conversation == conversation && now < self.written_at && self.coming >= tokens;
        if readable < tokens && !is_coming {
            (self.coming, self.written_at) = (tokens, written_at);
        }
        if !is_coming {
            self.tokens = readable;
        }
        let kept_until = if self.conversation == conversation { self.until } else { Instant::START };
        (self.conversation, self.until) = (conversation, until.max(kept_until));
    }
}

#[cfg(test)]
mod tests;
