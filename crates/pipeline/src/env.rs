//! Everything the pipeline may ask of the outside world. If it is not here, it is not allowed.

use rushhour_base::{Call, Event, Instant, Part, Prompt, Reply, Span};

/// The outside of a fleet: time, the providers, and somebody who listens.
///
/// A fleet lives on one thread, so nothing here is `Send`. A task is the unit that an environment polls: one for each
/// request, one for the keeper of a fleet's queues.
pub trait Env {
    /// A name by which a task can be woken.
    type Task: Clone;

    /// The time now.
    fn now(&self) -> Instant;

    /// Waits until `at`; dropping the future cancels the timer.
    fn sleep_until(&self, at: Instant) -> impl Future<Output = ()>;

    /// Sends a call with so much of its conversation, at once, and waits for its reply, as long as `waits` says: then it hangs
    /// up. So it does if the future is dropped. A reply, or a token, at the very end of a wait still counts.
    fn call(
        &self,
        call: Call,
        prompt: Prompt<'_>,
        waits: Waits,
    ) -> impl Future<Output = Result<Reply, HungUp>>;

    /// The words of a reply that came whole, to a call that sent so much of its conversation; `None` where nobody knows them. Asked
    /// at most once, at the instant at which it came.
    fn said(&self, call: &Call, prompt: Prompt<'_>) -> Option<String>;

    /// Tells what happened. Events of one run are taken in the order in which they are told.
    fn emit(&self, event: Event);

    /// The task that is running.
    fn task(&self) -> Self::Task;

    /// Has a task polled again. A task may also be polled without having been woken.
    fn wake(&self, task: &Self::Task);

    /// Does some work of a part of the program; an environment may want to know how long it takes.
    #[inline]
    fn timed<T>(&self, _part: Part, work: impl FnOnce() -> T) -> T {
        work()
    }

    /// Waits until the running task is polled again.
    fn parked(&self) -> impl Future<Output = ()>;
}

/// How long a caller waits for a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Waits {
    /// Until when for the whole reply.
    pub reply_until: Instant,
    /// Until when for the first token; [`Instant::NEVER`] for as long as for the reply.
    pub first_token_until: Instant,
    /// How long from one token to the next; [`Span::MAX`] for as long as for the reply.
    pub idle: Span,
}

/// Why a caller hung up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HungUp {
    /// The reply took too long.
    TimedOut,
    /// No token came for too long.
    Stalled,
}

impl Waits {
    /// Whether it matters to the caller when tokens come, so that the reply has to be streamed.
    pub fn for_tokens(&self) -> bool {
        self.first_token_until < Instant::NEVER || self.idle < Span::MAX
    }

    /// When the caller hangs up if nothing comes any more, and why. `latest` is when the latest token came, if one did.
    #[inline]
    pub fn end(&self, latest: Option<Instant>) -> (Instant, HungUp) {
        let token_until = latest.map_or(self.first_token_until, |latest| latest + self.idle);
        if token_until < self.reply_until {
            (token_until, HungUp::Stalled)
        } else {
            (self.reply_until, HungUp::TimedOut)
        }
    }
}
