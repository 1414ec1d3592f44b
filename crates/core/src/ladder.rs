//! What a fleet allows itself to answer with: all of the chain, cheaper models, rules, or people only.
//!
//! A breaker shuts one lane; a ladder moves the fleet. It goes down when the first rung of its mode fails for too large
//! a share of requests, and climbs on evidence about the mode above, which only requests handled as that mode would
//! can bring.
//!
//! # Why it does not flap
//! Three things each would not be enough. *Hysteresis*: it goes down at a larger share of failures than it climbs at.
//! *Evidence of its own for each direction*: in economy mode the cheaper model's successes say nothing about the model
//! that failed, so they never lift the fleet; probes of the mode above do. *Dwell*: a least time lies between any two
//! moves, and where a climb was soon followed by a fall, the next climb waits longer. So under failures at any constant
//! share the ladder comes to rest, or with [`Climb::Trial`] tries again at ever longer intervals.
//!
//! # What it does not do
//! It has no timer: a mode matters only when a request comes, so time is looked at then. It does not know why a rung
//! failed; the caller says which outcomes count.

use crate::settings::{Climb, LadderPolicy, RungPolicy};
use rushhour_base::event::{AgentMode, Event, MoveCause};
use rushhour_base::{Instant, Rung, Span};
use std::collections::VecDeque;

/// Where a fleet stands on its ladder.
///
/// ```
/// use rushhour_base::{Instant, Ratio, Rung, Span, event::AgentMode};
/// use rushhour_core::ladder::{Ladder, Pressure};
/// use rushhour_core::settings::*;
/// let rung = |rung| RungPolicy { rung, answered_by: Answerer::Models(vec![]) };
/// let chain = [rung(Rung::Primary), rung(Rung::Secondary)];
/// let policy = LadderPolicy {
///     economy: vec![Rung::Secondary], window: 100, window_span: Span::secs(60), min_samples: 2,
///     down_at: Ratio::new(1, 2).unwrap(), dwell: Span::secs(30), dwell_growth_percent: 100,
///     dwell_max: Span::secs(30), climb: Climb::Trial, count_queue: false, budget_at: None, queue_wait: None,
/// };
/// let mut ladder = Ladder::new(policy, &chain);
/// let mut now = Instant::START;
/// for _ in 0..2 {
///     let (passage, _) = ladder.enter(Pressure::default(), now, || 0);
///     ladder.on_outcome(passage, true, now);
/// }
/// assert_eq!(ladder.mode(), AgentMode::Economy);
/// now = now + Span::secs(30);
/// ladder.enter(Pressure::default(), now, || 0); // it has been down for long enough, and tries
/// assert_eq!(ladder.mode(), AgentMode::Full);
/// ```
#[derive(Clone, Debug)]
pub struct Ladder {
    policy: LadderPolicy,
    steps: Vec<Step>,
    place: usize,
    /// Counts moves; outcomes of an older one do not count.
    epoch: u32,
    moved_at: Option<Instant>,
    climbed_at: Option<Instant>,
    /// The least time before the next climb.
    rest: Span,
    /// As the last request met it.
    pressure: Pressure,
    own: Window,
    above: Window,
}

/// One mode of a fleet, and what it allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// The mode.
    pub mode: AgentMode,
    /// The first rung that it allows; its outcomes are the mode's.
    pub first: Rung,
    allowed: u8,
}

/// What presses a fleet down besides failures. All of it lets go by itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pressure {
    /// The money spent has come near a cap.
    pub budget: bool,
    /// Requests wait too long for a quota of the first rung.
    pub queue: bool,
}

/// How one request is to be handled. Its outcome is handed back to [`Ladder::on_outcome`]; one that says nothing about
/// its first rung (cancelled, its own fault) is simply dropped.
#[derive(Clone, Copy, Debug)]
pub struct Passage {
    step: Step,
    epoch: u32,
    probe: bool,
}

#[derive(Clone, Debug)]
struct Window {
    outcomes: VecDeque<(Instant, bool)>,
    failures: u64,
    size: usize,
    span: Span,
}

/// The modes that a chain gives a fleet, from full mode down: each allows fewer rungs than the one before it, and at
/// least one.
pub fn steps(economy: &[Rung], chain: &[RungPolicy]) -> Vec<Step> {
    let of = |mode: AgentMode| {
        let allows = |rung: Rung| match mode {
            AgentMode::Full => true,
            AgentMode::Economy => !rung.is_ai() || economy.contains(&rung),
            AgentMode::Rules => !rung.is_ai(),
            AgentMode::Human => rung == Rung::Human,
        };
        let rungs = chain.iter().map(|step| step.rung).filter(|rung| allows(*rung));
        let first = rungs.clone().next()?;
        Some(Step { mode, first, allowed: rungs.fold(0, |bits, rung| bits | 1 << rung as u8) })
    };
    let mut steps: Vec<Step> = Vec::new();
    for step in AgentMode::ALL.iter().filter_map(|mode| of(*mode)) {
        if steps.last().is_none_or(|last| last.allowed != step.allowed) {
            steps.push(step);
        }
    }
    // Economy mode is for models: where it has none, it is rules mode under another name.
    let no_model = |step: &Step| step.mode == AgentMode::Economy && !step.first.is_ai();
    for step in steps.iter_mut().filter(|step| no_model(step)) {
        step.mode = if step.first == Rung::Human { AgentMode::Human } else { AgentMode::Rules };
    }
    steps
}

impl Step {
    /// Whether the mode allows a rung.
    #[inline]
    pub fn allows(&self, rung: Rung) -> bool {
        self.allowed >> rung as u8 & 1 == 1
    }
}

impl Passage {
    /// The mode as which the request is handled.
    pub fn step(&self) -> Step {
        self.step
    }

    /// Whether it is a probe of the mode above.
    pub fn is_probe(&self) -> bool {
        self.probe
    }
}

impl Ladder {
    /// A ladder in full mode over a chain. The chain is not empty.
    pub fn new(policy: LadderPolicy, chain: &[RungPolicy]) -> Ladder {
        let window = |size: u32| Window {
            outcomes: VecDeque::new(),
            failures: 0,
            size: size as usize,
            span: policy.window_span,
        };
        let probes = match policy.climb {
            Climb::Probe(probe) => probe.min_samples,
            Climb::Trial => 1,
        };
        Ladder {
            steps: steps(&policy.economy, chain),
            place: 0,
            epoch: 0,
            moved_at: None,
            climbed_at: None,
            rest: policy.dwell,
            pressure: Pressure::default(),
            own: window(policy.window),
            above: window(policy.window.max(probes)),
            policy,
        }
    }

    /// When it moves.
    pub fn policy(&self) -> &LadderPolicy {
        &self.policy
    }

    /// The mode now.
    pub fn mode(&self) -> AgentMode {
        self.step().mode
    }

    /// The mode now, with what it allows.
    pub fn step(&self) -> Step {
        self.steps[self.place]
    }

    /// Says how a request that comes now is handled, and what moved by it. `word` draws whether it is a probe; it is
    /// asked only where there may be one.
    #[inline]
    pub fn enter(
        &mut self,
        pressure: Pressure,
        now: Instant,
        word: impl FnOnce() -> u64,
    ) -> (Passage, Option<Event>) {
        self.pressure = pressure;
        let moved = self.consider(now);
        let probe = match self.policy.climb {
            Climb::Probe(probe) if self.place > 0 && !self.is_held_down() => probe.share.holds(word()),
            _ => false,
        };
        let step = self.steps[self.place - usize::from(probe)];
        (Passage { step, epoch: self.epoch, probe }, moved)
    }

    /// The first rung of a request's mode answered it, or failed to. Returns what moved by it.
    #[inline]
    pub fn on_outcome(&mut self, passage: Passage, failed: bool, now: Instant) -> Option<Event> {
        if passage.epoch != self.epoch {
            return None;
        }
        let window = if passage.probe { &mut self.above } else { &mut self.own };
        window.push(failed, now);
        self.consider(now)
    }

    fn consider(&mut self, now: Instant) -> Option<Event> {
        let rested = |least: Span| self.moved_at.is_none_or(|at| now >= at + least);
        let (may_fall, may_climb) = (rested(self.policy.dwell), rested(self.rest));
        if may_fall
            && self.place + 1 < self.steps.len()
            && let Some(why) = self.presses_down(now)
        {
            return Some(self.go(self.place + 1, why, now));
        }
        if !may_climb || self.place == 0 || self.is_held_down() {
            return None;
        }
        let why = self.lifts(now)?;
        Some(self.go(self.place - 1, why, now))
    }

    fn presses_down(&mut self, now: Instant) -> Option<MoveCause> {
        let (failures, outcomes) = self.own.count(now);
        let enough = outcomes >= u64::from(self.policy.min_samples);
        if enough && self.policy.down_at.is_reached(failures, outcomes) {
            return Some(MoveCause::Failures);
        }
        match self.pressure {
            _ if self.place > 0 => None,
            Pressure { budget: true, .. } => Some(MoveCause::Budget),
            Pressure { queue: true, .. } => Some(MoveCause::QueueWait),
            _ => None,
        }
    }

    /// Pressure keeps it from full mode for as long as it lasts.
    #[inline]
    fn is_held_down(&self) -> bool {
        self.place == 1 && self.pressure != Pressure::default()
    }

    fn lifts(&mut self, now: Instant) -> Option<MoveCause> {
        let Climb::Probe(probe) = self.policy.climb else { return Some(MoveCause::Trial) };
        let (failures, outcomes) = self.above.count(now);
        let enough = outcomes >= u64::from(probe.min_samples);
        // The share is rounded down, which decides nothing: failures are whole numbers.
        (enough && failures <= probe.up_at.of(outcomes)).then_some(MoveCause::Recovered)
    }

    fn go(&mut self, to: usize, why: MoveCause, now: Instant) -> Event {
        let from = self.mode();
        if to < self.place {
            self.climbed_at = Some(now);
        } else if let Some(climbed_at) = self.climbed_at.take() {
            let soon = now <= climbed_at + self.rest + self.rest;
            self.rest = if soon { self.grown() } else { self.policy.dwell };
        }
        self.place = to;
        self.moved_at = Some(now);
        self.epoch += 1;
        self.own.clear();
        self.above.clear();
        Event::ModeMoved { from, to: self.mode(), why }
    }

    fn grown(&self) -> Span {
        let percent = u128::from(self.policy.dwell_growth_percent);
        let grown = u128::from(self.rest.0) * percent / 100;
        Span(u64::try_from(grown).unwrap_or(u64::MAX)).min(self.policy.dwell_max).max(self.policy.dwell)
    }
}

impl Window {
    fn push(&mut self, failed: bool, now: Instant) {
        if self.outcomes.len() == self.size {
            self.forget();
        }
        self.outcomes.push_back((now, failed));
        self.failures += u64::from(failed);
    }

    /// Failures, and all outcomes, of those young enough.
    fn count(&mut self, now: Instant) -> (u64, u64) {
        while self.outcomes.front().is_some_and(|(at, _)| now.since(*at) > self.span) {
            self.forget();
        }
        (self.failures, self.outcomes.len() as u64)
    }

    fn forget(&mut self) {
        if let Some((_, failed)) = self.outcomes.pop_front() {
            self.failures -= u64::from(failed);
        }
    }

    fn clear(&mut self) {
        self.outcomes.clear();
        self.failures = 0;
    }
}

#[cfg(test)]
mod tests;
