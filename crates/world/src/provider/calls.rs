//! The calls under way, in slots that are used again.

use super::reply::UnderWayReply;
use super::says::Says;
use super::{Progress, Ticket};
use rushhour_base::{Call, CallError, CallId, Instant, LimitHeaders, Span};

/// A call under way, its fate already known to the world.
#[derive(Clone, Copy, Debug)]
pub(super) struct UnderWay {
    pub(super) id: CallId,
    pub(super) call: Call,
    /// When it ends; never, if the call hangs.
    pub(super) ends_at: Instant,
    /// When it has to be looked at next: at its end, or when something is due on the way.
    pub(super) wake: Instant,
    /// When output is charged next; never, if it is charged in one piece.
    pub(super) charge_at: Instant,
    /// In which steps of time the caller is told of tokens, if it streams the reply, and when next.
    pub(super) tells: Option<(Span, Instant)>,
    pub(super) fate: Fate,
    /// What there is to say of the words of its reply.
    pub(super) says: Says,
    /// What the headers of its reply say.
    pub(super) limits: LimitHeaders,
}

/// What becomes of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// Struck by a fault that never answers.
    Hangs,
    /// Not admitted, by a fault or by the quota.
    Refused(CallError),
    /// Admitted.
    Answers(UnderWayReply),
}

impl UnderWay {
    /// A call that ends at `ends_at`, with nothing due before.
    pub(super) fn new(
        id: CallId,
        call: Call,
        ends_at: Instant,
        fate: Fate,
        limits: LimitHeaders,
    ) -> UnderWay {
        let (wake, charge_at, says) = (ends_at, Instant::NEVER, Says::Nothing);
        UnderWay { id, call, ends_at, wake, charge_at, tells: None, fate, says, limits }
    }

    /// Sets when it has to be looked at next.
    pub(super) fn plan_wake(&mut self) {
        let tell_at = self.tells.map_or(Instant::NEVER, |(_, at)| at);
        self.wake = self.ends_at.min(self.charge_at).min(tell_at);
    }

    /// What the caller of a call that goes on is told.
    #[inline]
    pub(super) fn progress(&self, now: Instant) -> Progress {
        let wake = self.wake;
        match &self.fate {
            Fate::Answers(reply) if self.tells.is_some() && now >= reply.seen_from() => {
                let produced = reply.produced(now);
                let output_tokens = produced.saturating_sub(reply.reasoning_tokens);
                Progress::Tokens { output_tokens, latest: reply.token_at(produced), wake }
            }
            _ => Progress::Pending { wake },
        }
    }
}

/// All calls under way. A slot holds the last call that used it; the id on the ticket tells whether it still does.
#[derive(Debug, Default)]
pub(super) struct Calls {
    slots: Vec<UnderWay>,
    free: Vec<u32>,
}

impl Calls {
    pub(super) fn insert(&mut self, under_way: UnderWay) -> Ticket {
        let call = under_way.id;
        if let Some(slot) = self.free.pop() {
            self.slots[slot as usize] = under_way;
            return Ticket { slot, call };
        }
        let slot = u32::try_from(self.slots.len()).expect("fewer than 2^32 calls are under way at once");
        self.slots.push(under_way);
        Ticket { slot, call }
    }

    pub(super) fn get(&self, ticket: &Ticket) -> &UnderWay {
        let under_way = &self.slots[ticket.slot as usize];
        assert!(under_way.id == ticket.call, "the ticket of call {} is used up", ticket.call);
        under_way
    }

    pub(super) fn get_mut(&mut self, ticket: &Ticket) -> &mut UnderWay {
        let under_way = &mut self.slots[ticket.slot as usize];
        assert!(under_way.id == ticket.call, "the ticket of call {} is used up", ticket.call);
        under_way
    }

    pub(super) fn remove(&mut self, ticket: &Ticket) -> UnderWay {
        let under_way = *self.get(ticket);
        self.slots[ticket.slot as usize].id = CallId(0);
        self.free.push(ticket.slot);
        under_way
    }

    pub(super) fn len(&self) -> usize {
        self.slots.len() - self.free.len()
    }
}
