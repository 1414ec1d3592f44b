//! Everything the pipeline may ask of the outside world. If it is not here, it is not allowed.

use rushhour_base::{Call, Event, Instant, Reply};

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

    /// Sends a call and waits for its reply, but not beyond `deadline`: then it hangs up and there is none. So it does if
    /// the future is dropped. A reply at the very deadline still counts.
    fn call(&self, call: Call, deadline: Instant) -> impl Future<Output = Option<Reply>>;

    /// Tells what happened. Events of one run are taken in the order in which they are told.
    fn emit(&self, event: Event);

    /// The task that is running.
    fn task(&self) -> Self::Task;

    /// Has a task polled again. A task may also be polled without having been woken.
    fn wake(&self, task: &Self::Task);

    /// Waits until the running task is polled again.
    fn parked(&self) -> impl Future<Output = ()>;
}
