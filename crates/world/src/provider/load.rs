//! How crowded the lanes are: what a provider does when more calls are under way than it serves at full pace.
//!
//! Beyond its capacity a lane serves every call more slowly, in proportion to how many share it, and beyond a second
//! threshold it refuses. The pace of a call is fixed when it comes in, from how many are under way then: a whole lane
//! that slows for each newcomer (processor sharing) would move every reply that is already under way. Throughput is
//! the same in the steady state: `n` calls under way, each `n/capacity` times as long, are `capacity` at full pace.
//!
//! That is all that a metastable failure needs (N. Bronson et al., "Metastable Failures in Distributed Systems",
//! HotOS 2021): once replies take longer than callers wait, the work is done for nobody, and retries keep it so.

use crate::settings::{CapacityPlan, ModelLane};
use rushhour_base::{FaultId, LaneId, Ratio, Span};

/// The calls under way on each lane whose capacity is limited.
#[derive(Debug)]
pub(super) struct Load {
    lanes: Vec<Option<Lane>>,
}

#[derive(Debug)]
struct Lane {
    plan: CapacityPlan,
    under_way: u32,
}

/// How a call fares among those under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Crowd {
    /// It is served at full pace.
    Room,
    /// It shares the capacity with others, itself included.
    Shared { calls: u32, capacity: u32 },
    /// It is refused.
    Full,
}

impl Load {
    pub(super) fn new(lanes: &[ModelLane]) -> Load {
        let lane = |lane: &ModelLane| lane.capacity.map(|plan| Lane { plan, under_way: 0 });
        Load { lanes: lanes.iter().map(lane).collect() }
    }

    /// How a call that comes in now fares, and the brownout that made it so, if it would have fared better without.
    #[inline]
    pub(super) fn ask(&self, lane: LaneId, brownout: Option<(FaultId, Ratio)>) -> (Crowd, Option<FaultId>) {
        let Some(lane) = &self.lanes[lane.index()] else { return (Crowd::Room, None) };
        let whole = lane.plan.concurrency;
        let left = brownout.map_or(whole, |(_, share)| (share.of(u64::from(whole)) as u32).max(1));
        let calls = lane.under_way + 1;
        let crowd = match () {
            () if lane.plan.refuses_beyond.is_some_and(|most| calls > most) => Crowd::Full,
            () if calls > left => Crowd::Shared { calls, capacity: left },
            () => Crowd::Room,
        };
        let by = brownout.map(|(fault, _)| fault).filter(|_| left < whole && crowd != Crowd::Room);
        (crowd, by)
    }

    #[inline]
    pub(super) fn enter(&mut self, lane: LaneId) {
        if let Some(lane) = &mut self.lanes[lane.index()] {
            lane.under_way += 1;
        }
    }

    #[inline]
    pub(super) fn leave(&mut self, lane: LaneId) {
        if let Some(lane) = &mut self.lanes[lane.index()] {
            lane.under_way -= 1;
        }
    }
}

impl Crowd {
    /// How long something takes that takes `span` at full pace.
    #[inline]
    pub(super) fn stretch(self, span: Span) -> Span {
        match self {
            Crowd::Shared { calls, capacity } => {
                let ns = u128::from(span.0) * u128::from(calls) / u128::from(capacity.max(1));
                Span(u64::try_from(ns).unwrap_or(u64::MAX))
            }
            Crowd::Room | Crowd::Full => span,
        }
    }
}
