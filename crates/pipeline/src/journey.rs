//! What a request has behind it: attempts, walks along the chain, and the layers of retries around it.

use crate::env::Env;
use crate::fleet::Fleet;
use crate::sends::Fitted;
use rushhour_base::event::Reason;
use rushhour_base::message::{CallError, ErrorKind};
use rushhour_base::{Ask, History, LaneId, Purpose, Span};
use rushhour_core::retry::Next;

/// How long a layer waits below its ceiling.
const LAYER_JITTER: Purpose = Purpose::named("layer jitter");

/// A request's way so far.
#[derive(Default)]
pub(crate) struct Journey {
    /// Calls sent for an answer, over all walks. Those for a summary are none: they answer nobody.
    pub(crate) attempts: u16,
    /// Calls sent for a summary.
    pub(crate) summaries: u8,
    /// How often a model was asked again because its reply was wrong.
    pub(crate) regenerations: u8,
    /// The next prompt is stricter than the policy has it.
    pub(crate) stricter: bool,
    /// What the client remembers of the conversation, where somebody cuts it or checks replies by it.
    pub(crate) history: Option<Box<History>>,
    /// What of it the next call sends; `None` for all of it.
    pub(crate) fitted: Option<Box<Fitted>>,
    /// Walks along the chain that ended without an answer.
    pub(crate) walks: u32,
    /// How often it was taken up from parking.
    pub(crate) stays: u32,
    /// The error of the last call.
    pub(crate) error: Option<ErrorKind>,
    /// Lanes on which a call met a failure of the provider, or of the account there: whoever shares their fate is left out. Kept only where the
    /// policy asks.
    pub(crate) failed_on: Vec<LaneId>,
    /// The first reason of this walk that time may mend, if there was one: what a lower rung said of itself does not hide it.
    pub(crate) hope: Option<Reason>,
    /// A rule says that the request ends, or its deadline does.
    pub(crate) over: bool,
    /// Where each layer stands, from the inside out; empty without layers.
    layers: Vec<Layer>,
}

#[derive(Clone, Copy, Default)]
struct Layer {
    tries: u32,
    drawn: Span,
}

impl Journey {
    /// The way of a request with such a history begins.
    pub(crate) fn with(history: Option<Box<History>>) -> Journey {
        Journey { history, ..Journey::default() }
    }

    /// A walk begins: what earlier ones met may be over.
    pub(crate) fn set_out(&mut self) {
        self.hope = None;
        self.failed_on.clear();
    }

    /// A rung gave the request up for this reason.
    pub(crate) fn gave_up(&mut self, reason: Reason) -> Reason {
        if reason == Reason::Deadline {
            (self.over, self.hope) = (true, None);
        }
        if self.hope.is_none() && passes_with_time(reason) {
            self.hope = Some(reason);
        }
        reason
    }

    /// Notes how a call on a lane failed.
    pub(crate) fn note<E: Env>(&mut self, fleet: &Fleet<E>, error: ErrorKind, lane: LaneId) {
        self.error = Some(error);
        let speaks_of_the_provider = !matches!(error, ErrorKind::RateLimited | ErrorKind::InvalidRequest);
        if speaks_of_the_provider && fleet.policy.correlated.is_some() && !self.failed_on.contains(&lane) {
            self.failed_on.push(lane);
        }
    }

    /// How long to wait before the chain is walked again after it ended for `reason`; `None` if every layer gives up.
    /// A layer that does begins anew when one outside it tries again, which is why layers multiply.
    pub(crate) fn again<E: Env>(&mut self, fleet: &Fleet<E>, ask: &Ask, reason: Reason) -> Option<Span> {
        let policies = &fleet.policy.layers;
        self.layers.resize(policies.len(), Layer::default());
        self.walks += 1;
        let error = CallError { kind: self.seen_from_outside(reason), retry_after: None };
        let number = u64::from(ask.request.turn()) << 16 | u64::from(self.walks);
        let words = fleet.seed.draw(LAYER_JITTER, ask.luck, number);
        for (index, (layer, policy)) in self.layers.iter_mut().zip(policies).enumerate() {
            layer.tries += 1;
            match policy.next(layer.tries, layer.drawn, error, words.word(index)) {
                Next::Wait(wait) => {
                    layer.drawn = wait.drawn;
                    return Some(wait.span);
                }
                Next::Fall(_) => *layer = Layer::default(),
            }
        }
        None
    }

    /// What whoever asked is told when the chain ends without an answer: the last error, or that the fleet itself has
    /// no room, unless no repetition could ever pass.
    fn seen_from_outside(&self, reason: Reason) -> ErrorKind {
        match reason {
            Reason::ContextLimit | Reason::NeverFits | Reason::Invalid => ErrorKind::InvalidRequest,
            _ => self.error.unwrap_or(ErrorKind::Overloaded),
        }
    }
}

/// Whether the same request may fare better later.
pub(crate) fn passes_with_time(reason: Reason) -> bool {
    matches!(
        reason,
        Reason::BreakerOpen
            | Reason::Correlated
            | Reason::QueueFull
            | Reason::QueueTimeout
            | Reason::Budget
            | Reason::RetriesExhausted
            | Reason::RetryBudget
            | Reason::RuleFell
            | Reason::ToldToWait
            | Reason::Mode
    )
}
