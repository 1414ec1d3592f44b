//! Why a request does not go, and whether that holds up those behind it.

use super::outer::Head;
use crate::ledger::{OverCap, Room};
use crate::limiter::{Denial, When};
use crate::settings::{AtCap, Resume};
use rushhour_base::event::{Blocker, Reason};
use rushhour_base::{CapId, Dimension, Instant};

/// Why a request at the head of the line does not go.
pub(super) enum Obstacle {
    /// It will not go on this lane at all.
    Refuse(Reason),
    /// It holds up the queue: until this instant, or until a call ends, or until it is first in an outer pool's line.
    Wait { blocker: Blocker, until: Option<Instant>, head: Option<Head> },
    /// A cap holds it up, but nobody behind it: until the window turns, or until a call settles.
    Aside { cap: CapId, subject: u32, until: Instant },
    /// Its agent's own limit holds it up, but nobody behind it: until this instant.
    Paced { blocker: Blocker, until: Instant },
}

pub(super) fn at_cap(over: OverCap) -> Obstacle {
    let OverCap { cap, subject, .. } = over;
    let AtCap::Pause { resume } = over.at_cap else { return Obstacle::Refuse(Reason::Budget) };
    match over.when {
        Room::OnRelease => Obstacle::Aside { cap, subject, until: Instant::NEVER },
        Room::AtTurn(until) if until < Instant::NEVER && resume != Resume::OnRelease => {
            Obstacle::Aside { cap, subject, until }
        }
        Room::AtTurn(_) | Room::Never => Obstacle::Refuse(Reason::Budget),
    }
}

/// Nothing but time moves a personal limit, and no call is larger than it.
#[cold]
pub(super) fn at_own_limit(denial: Denial) -> Obstacle {
    let until = match denial.when {
        When::RetryAt(at) => at,
        When::OnRelease | When::NeverFits => Instant::NEVER,
    };
    Obstacle::Paced { blocker: blocker(denial.dimension), until }
}

pub(super) fn at_limit(denial: Denial) -> Obstacle {
    let blocker = blocker(denial.dimension);
    match denial.when {
        When::RetryAt(at) => Obstacle::Wait { blocker, until: Some(at), head: None },
        When::OnRelease => Obstacle::Wait { blocker, until: None, head: None },
        When::NeverFits => Obstacle::Refuse(Reason::NeverFits),
    }
}

fn blocker(dimension: Dimension) -> Blocker {
    match dimension {
        Dimension::Requests => Blocker::Requests,
        Dimension::Tokens => Blocker::Tokens,
        Dimension::InputTokens => Blocker::InputTokens,
        Dimension::OutputTokens => Blocker::OutputTokens,
        Dimension::Concurrency => Blocker::Concurrency,
        Dimension::RequestsPerDay => Blocker::RequestsPerDay,
        Dimension::TokensPerDay => Blocker::TokensPerDay,
        Dimension::AgentRequests => Blocker::AgentRequests,
        Dimension::Spacing => Blocker::Spacing,
        Dimension::Growth => unreachable!("a client meets it as a 429, and counts nothing against it"),
    }
}
