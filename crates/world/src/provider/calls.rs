//! The calls under way, in slots that are used again.

use super::Ticket;
use crate::quota::Charged;
use rushhour_base::{Call, CallError, CallId, Instant, LimitHeaders};

/// A call under way, its fate already known to the world.
#[derive(Clone, Copy, Debug)]
pub(super) struct UnderWay {
    pub(super) id: CallId,
    pub(super) call: Call,
    /// When the caller is told; never, if the call hangs.
    pub(super) ends_at: Instant,
    pub(super) fate: Fate,
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
    Answers { first_token_at: Instant, output_tokens: u64, cut_by_length: bool, charged: Charged },
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
