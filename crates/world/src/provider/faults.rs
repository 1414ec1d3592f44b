//! The faults of the script: which are in force, and whom they strike.

use super::spells::Spells;
use crate::settings::{FaultKind, FaultPlan};
use rushhour_base::{Call, FaultId, Instant, LaneId, Ratio, Seed, Sink, Truth};

/// All faults of a plan.
#[derive(Debug)]
pub(super) struct Faults {
    plans: Vec<FaultPlan>,
    /// Those in force, in the order of their ids, and since when.
    in_force: Vec<(FaultId, Instant)>,
    /// What each has before it.
    courses: Vec<Course>,
}

/// A fault's next turn, and the spells after it.
#[derive(Debug)]
struct Course {
    next: Option<Turn>,
    /// When the spell that has begun, or is about to, ends.
    until: Instant,
    spells: Spells,
}

impl FaultPlan {
    fn reaches(&self, provider: usize, lane: LaneId) -> bool {
        self.provider == provider && self.lane.is_none_or(|only| only == lane)
    }

    /// Whether a call with this luck falls into the share that it strikes, `since` it came into force. A share that grows
    /// keeps whom it strikes: the same luck is struck from one moment on.
    fn holds(&self, luck: u64, since: Instant, now: Instant) -> bool {
        let elapsed = now.since(since);
        if elapsed >= self.ramp {
            return self.share.holds(luck);
        }
        let stretched = u128::from(luck) * u128::from(self.ramp.0) / u128::from(elapsed.0.max(1));
        elapsed.0 > 0 && u64::try_from(stretched).is_ok_and(|luck| self.share.holds(luck))
    }
}

/// What shares are compared of.
const WHOLE: u64 = 1_000_000_000;

/// A fault begins or ends. The order is that of announcements at one instant: what ends, then what begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Turn {
    at: Instant,
    begins: bool,
    fault: FaultId,
}

impl Faults {
    pub(super) fn new(plans: &[FaultPlan], seed: Seed) -> Faults {
        let course = |(index, plan): (usize, &FaultPlan)| {
            let fault = FaultId(u16::try_from(index).expect("a plan numbers its faults with 16 bits"));
            Course::new(fault, Spells::new(plan, seed))
        };
        let courses = plans.iter().enumerate().map(course).collect();
        Faults { plans: plans.to_vec(), in_force: Vec::new(), courses }
    }

    pub(super) fn next_wake(&self) -> Option<Instant> {
        self.next_turn().map(|turn| turn.at)
    }

    fn next_turn(&self) -> Option<Turn> {
        self.courses.iter().filter_map(|course| course.next).min()
    }

    pub(super) fn on_wake<S: Sink>(&mut self, now: Instant, truths: &mut S) {
        while let Some(Turn { at, begins, fault }) = self.next_turn()
            && at <= now
        {
            self.courses[fault.index()].turn();
            let place = self.in_force.partition_point(|&(other, _)| other < fault);
            if begins {
                self.in_force.insert(place, (fault, at));
                truths.truth(now, &Truth::FaultBegan { fault });
            } else {
                self.in_force.remove(place);
                truths.truth(now, &Truth::FaultEnded { fault });
            }
        }
    }

    /// The first fault in force that strikes a call to `provider`, given the call's luck with each.
    #[inline]
    pub(super) fn strikes(
        &self,
        provider: usize,
        call: &Call,
        now: Instant,
        luck: impl Fn(FaultId) -> u64,
    ) -> Option<(FaultId, FaultKind)> {
        for &(fault, since) in &self.in_force {
            let plan = &self.plans[fault.index()];
            let loud = !matches!(plan.kind, FaultKind::Brownout { .. });
            let early = plan.attempts.is_none_or(|number| call.attempt < number);
            if loud && early && plan.reaches(provider, call.lane) && plan.holds(luck(fault), since, now) {
                return Some((fault, plan.kind));
            }
        }
        None
    }

    /// The brownout in force that leaves a lane of `provider` the least of its capacity, the first of equals.
    #[inline]
    pub(super) fn brownout(&self, provider: usize, lane: LaneId) -> Option<(FaultId, Ratio)> {
        let left = |(fault, _): &(FaultId, Instant)| match self.plans[fault.index()] {
            plan @ FaultPlan { kind: FaultKind::Brownout { capacity }, .. }
                if plan.reaches(provider, lane) =>
            {
                Some((*fault, capacity))
            }
            _ => None,
        };
        self.in_force.iter().filter_map(left).min_by_key(|(_, share)| share.of(WHOLE))
    }
}

impl Course {
    fn new(fault: FaultId, spells: Spells) -> Course {
        let mut course = Course { next: None, until: Instant::START, spells };
        course.begin(fault);
        course
    }

    fn begin(&mut self, fault: FaultId) {
        let spell = self.spells.next();
        self.until = spell.map_or(Instant::NEVER, |(_, until)| until);
        self.next = spell.map(|(at, _)| Turn { at, begins: true, fault });
    }

    /// Its next turn has come.
    fn turn(&mut self) {
        match self.next {
            Some(Turn { begins: true, fault, .. }) => {
                self.next = Some(Turn { at: self.until, begins: false, fault });
            }
            Some(Turn { fault, .. }) => self.begin(fault),
            None => {}
        }
    }
}
