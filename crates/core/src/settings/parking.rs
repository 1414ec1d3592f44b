//! What becomes of requests that can wait.

use rushhour_base::{Span, WorkflowId};

/// What becomes of requests that can wait.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParkingPolicy {
    /// Workflows whose requests can wait.
    pub workflows: Vec<WorkflowId>,
    /// Requests of this class of urgency and of less urgent ones can wait, whatever their workflow; `None` for none.
    pub from_class: Option<u8>,
    /// What they do instead of what.
    pub instead_of: InsteadOf,
    /// How many may be parked at once. Above zero.
    pub max_parked: u32,
    /// How often one is taken up before it becomes a dead letter, counted where a call was made in vain. Above zero.
    pub max_attempts: u32,
    /// How old a parked request may become, from when it was first parked.
    pub max_age: Span,
    /// How long one that was taken up may take before it is taken back. Above zero.
    pub lease: Span,
    /// How long one is left alone after it came back; it doubles with each attempt made in vain. Above zero.
    pub backoff: Span,
    /// How fast they are taken up.
    pub drain: DrainPolicy,
}

/// When a request that can wait is parked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InsteadOf {
    /// Before it tries anything.
    Trying,
    /// Where it would fall to another rung for want of quota, money or a healthy lane.
    Falling,
    /// Where no rung of a model had an answer, for want of the same; it never goes to rules or people.
    Failing,
}

/// How fast parked requests are taken up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DrainPolicy {
    /// How many may be under way at once. Above zero.
    pub at_once: u32,
    /// How many are taken up per period at most. Above zero.
    pub amount: u32,
    /// The period. Above zero.
    pub period: Span,
    /// They are taken up only while fewer requests than this wait for the quotas of the first rung. Above zero.
    pub queue_below: u32,
    /// When they are taken up; `None` for at any time.
    pub hours: Option<DrainHours>,
}

/// A part of each day, as instants of the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DrainHours {
    /// How much of the day has passed at the start of the run.
    pub starts_at: Span,
    /// When it begins, from midnight; below a day.
    pub from: Span,
    /// When it ends, from midnight; below a day. Not after `from` if it spans midnight.
    pub until: Span,
}
