//! The faults of the script: which are in force, and whom they strike.

use crate::settings::{FaultKind, FaultPlan};
use rushhour_base::{FaultId, Instant, LaneId, Sink, Truth};

/// All faults of a plan.
#[derive(Debug)]
pub(super) struct Faults {
    plans: Vec<FaultPlan>,
    /// Those in force, in the order of their ids.
    in_force: Vec<FaultId>,
    /// Every beginning and end, in the order of time.
    turns: Vec<Turn>,
    next: usize,
}

/// A fault begins or ends. The order is that of announcements at one instant: what ends, then what begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Turn {
    at: Instant,
    begins: bool,
    fault: FaultId,
}

impl Faults {
    pub(super) fn new(plans: &[FaultPlan]) -> Faults {
        let mut turns = Vec::with_capacity(2 * plans.len());
        for (index, plan) in plans.iter().enumerate().filter(|(_, plan)| plan.from < plan.until) {
            let fault = FaultId(u16::try_from(index).expect("a plan numbers its faults with 16 bits"));
            turns.push(Turn { at: plan.from, begins: true, fault });
            turns.push(Turn { at: plan.until, begins: false, fault });
        }
        turns.sort_unstable();
        Faults { plans: plans.to_vec(), in_force: Vec::new(), turns, next: 0 }
    }

    pub(super) fn next_wake(&self) -> Option<Instant> {
        self.turns.get(self.next).map(|turn| turn.at)
    }

    pub(super) fn on_wake<S: Sink>(&mut self, now: Instant, truths: &mut S) {
        while let Some(&Turn { at, begins, fault }) = self.turns.get(self.next)
            && at <= now
        {
            self.next += 1;
            let place = self.in_force.partition_point(|&other| other < fault);
            if begins {
                self.in_force.insert(place, fault);
                truths.truth(now, &Truth::FaultBegan { fault });
            } else {
                self.in_force.remove(place);
                truths.truth(now, &Truth::FaultEnded { fault });
            }
        }
    }

    /// The first fault in force that strikes a call on `lane` of `provider`, given the call's luck with each.
    #[inline]
    pub(super) fn strikes(
        &self,
        provider: usize,
        lane: LaneId,
        luck: impl Fn(FaultId) -> u64,
    ) -> Option<(FaultId, FaultKind)> {
        for &fault in &self.in_force {
            let plan = &self.plans[fault.index()];
            let in_reach = plan.provider == provider && plan.lane.is_none_or(|only| only == lane);
            if in_reach && plan.share.holds(luck(fault)) {
                return Some((fault, plan.kind));
            }
        }
        None
    }
}
