//! Requests that can wait: set aside while there is no quota, money or healthy lane, and taken up again later.
//!
//! # Why a lease
//! A list from which a worker takes an item away delivers it at most once: the worker that dies takes it along. Reading
//! and removing in two steps delivers it twice, and loses what a second worker removed unread. Here an item is *leased*:
//! it stays, is handed to nobody else, and comes back by itself when the lease is over. So it is delivered at least once,
//! to one worker at a time, and only a worker whose lease still runs can finish it.
//!
//! # Why attempts are counted, and which
//! An item that can never succeed would come round for ever. After so many attempts it becomes a dead letter, which is
//! kept and counted. Only deliveries that got as far as a call count: during an outage items come back untried by the
//! thousand, and nothing is wrong with them. A failed item is left alone for a while, twice as long each time, so
//! that the oldest does not spend all its attempts on one outage.
//!
//! # What it does not do
//! It knows nothing of quotas and lanes: whoever asks [`next`](Parking::next) for an item knows that there is room. It
//! has no timer: [`next_wake`](Parking::next_wake) says when something is due.

use crate::settings::{DrainHours, ParkingPolicy};
use rushhour_base::event::Reason;
use rushhour_base::time::DAY;
use rushhour_base::{Instant, Span, WorkflowId};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// The parked requests of one fleet.
///
/// ```
/// use rushhour_base::{Instant, Span};
/// use rushhour_core::parking::{Parking, Standing};
/// use rushhour_core::settings::*;
/// let drain = DrainPolicy { at_once: 1, amount: 60, period: Span::secs(60), queue_below: 1, hours: None };
/// let mut parking = Parking::new(ParkingPolicy {
///     workflows: vec![], from_class: Some(1), instead_of: InsteadOf::Trying, max_parked: 100, max_attempts: 3,
///     max_age: Span::secs(86_400), lease: Span::secs(600), backoff: Span::secs(60), drain,
/// });
/// let slip = parking.park(1, false, Instant::NEVER, Instant::START).unwrap();
/// assert_eq!(parking.next(Instant::START), Some(slip.number()));
/// let Standing::Leased(lease) = parking.standing(&slip) else { panic!("it was taken up") };
/// assert!(parking.finish(&slip, lease));
/// parking.leave(slip);
/// assert_eq!(parking.waiting(), 0);
/// ```
#[derive(Clone, Debug)]
pub struct Parking {
    policy: ParkingPolicy,
    entries: Vec<Entry>,
    free: Vec<u32>,
    /// Those that can be taken up: by class, age and order of arrival.
    ready: BTreeMap<(u8, Instant, u64), u32>,
    /// Those that are left alone until then.
    later: BTreeSet<(Instant, u32)>,
    /// When those that wait become too old.
    ages: BTreeSet<(Instant, u32)>,
    /// When leases run out.
    leases: BTreeSet<(Instant, u32)>,
    /// When the latest were taken up, as many as may be in a period.
    taken: VecDeque<Instant>,
    /// Those whose standing changed by time alone.
    turned: Vec<u32>,
    arrivals: u64,
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    class: u8,
    /// When it was parked for the first time.
    since: Instant,
    order: u64,
    /// When it becomes worthless.
    deadline: Instant,
    attempts: u32,
    deliveries: u32,
    state: State,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Free,
    Ready,
    Later { until: Instant },
    Leased { until: Instant },
    Finished,
    Dead(Reason),
}

/// A parked item, from when it is parked until it [leaves](Parking::leave).
#[must_use = "an item that never leaves takes up room for ever"]
#[derive(Debug, PartialEq, Eq)]
pub struct Slip(u32);

impl Slip {
    /// Its number, which [`Parking::next`] names. Numbers are reused.
    pub fn number(&self) -> u32 {
        self.0
    }
}

/// The right to work on an item until it runs out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lease {
    delivery: u32,
    /// When it runs out.
    pub until: Instant,
}

/// How a parked item stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It waits.
    Waiting,
    /// It was taken up.
    Leased(Lease),
    /// It was done.
    Finished,
    /// It was given up for good.
    Dead(DeadLetter),
}

/// An item that was given up for good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DeadLetter {
    /// Why.
    pub reason: Reason,
    /// Attempts made in vain.
    pub attempts: u32,
    /// When it was parked for the first time.
    pub since: Instant,
}

/// What became of an item that comes back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Return {
    /// There was no room for it after all: nothing was tried.
    Untried,
    /// It was tried in vain.
    Failed,
    /// It was refused for a reason that no repetition can mend.
    Hopeless(Reason),
}

impl Parking {
    /// No items.
    pub fn new(policy: ParkingPolicy) -> Parking {
        Parking {
            policy,
            entries: Vec::new(),
            free: Vec::new(),
            ready: BTreeMap::new(),
            later: BTreeSet::new(),
            ages: BTreeSet::new(),
            leases: BTreeSet::new(),
            taken: VecDeque::new(),
            turned: Vec::new(),
            arrivals: 0,
        }
    }

    /// Whether requests of a workflow and a class of urgency can wait.
    pub fn can_wait(&self, workflow: WorkflowId, class: u8) -> bool {
        self.policy.from_class.is_some_and(|from| class >= from) || self.policy.workflows.contains(&workflow)
    }

    /// Sets an item aside. One that was `tried` already is left alone for a while like one that comes back, but has spent
    /// no attempt. At its `deadline` it is given up.
    ///
    /// # Errors
    /// [`Reason::ParkingFull`] if there is no room.
    pub fn park(&mut self, class: u8, tried: bool, deadline: Instant, now: Instant) -> Result<Slip, Reason> {
        if self.waiting() >= u64::from(self.policy.max_parked) {
            return Err(Reason::ParkingFull);
        }
        self.arrivals += 1;
        let order = self.arrivals;
        let entry =
            Entry { class, since: now, order, deadline, attempts: 0, deliveries: 0, state: State::Free };
        let slot = match self.free.pop() {
            Some(slot) => {
                self.entries[slot as usize] = entry;
                slot
            }
            None => {
                self.entries.push(entry);
                self.entries.len() as u32 - 1
            }
        };
        self.wait(slot, if tried { now + self.policy.backoff } else { now }, now);
        Ok(Slip(slot))
    }

    /// Takes up the next item, if hours, pace and the number under way allow it, and says its number. Asked only when
    /// there is room for it elsewhere.
    pub fn next(&mut self, now: Instant) -> Option<u32> {
        if self.ready.is_empty() || self.may_take_at(now)? > now {
            return None;
        }
        let (_, slot) = self.ready.pop_first()?;
        self.stop_ageing(slot);
        if self.taken.len() >= self.policy.drain.amount as usize {
            self.taken.pop_front();
        }
        self.taken.push_back(now);
        let until = now + self.policy.lease;
        let entry = &mut self.entries[slot as usize];
        entry.deliveries += 1;
        entry.state = State::Leased { until };
        self.leases.insert((until, slot));
        Some(slot)
    }

    /// How an item stands.
    pub fn standing(&self, slip: &Slip) -> Standing {
        let Entry { since, attempts, deliveries, state, .. } = self.entries[slip.0 as usize];
        match state {
            State::Free => unreachable!("an item was asked about after it left"),
            State::Ready | State::Later { .. } => Standing::Waiting,
            State::Leased { until } => Standing::Leased(Lease { delivery: deliveries, until }),
            State::Finished => Standing::Finished,
            State::Dead(reason) => Standing::Dead(DeadLetter { reason, attempts, since }),
        }
    }

    /// Attempts made in vain so far.
    pub fn attempts(&self, slip: &Slip) -> u32 {
        self.entries[slip.0 as usize].attempts
    }

    /// The worker is done with an item. False if its lease has run out: then somebody else may be at it already.
    pub fn finish(&mut self, slip: &Slip, lease: Lease) -> bool {
        self.end_lease(slip.0, lease, State::Finished)
    }

    /// The worker gives an item back. False if its lease has run out, by which the item came back already.
    pub fn back(&mut self, slip: &Slip, lease: Lease, how: Return, now: Instant) -> bool {
        // The state is a stand-in: the item waits or is dead in the next line.
        let holds = self.end_lease(slip.0, lease, State::Free);
        if holds {
            self.come_back(slip.0, how, now);
        }
        holds
    }

    /// Takes an item away for good, however it stands.
    #[expect(clippy::needless_pass_by_value, reason = "the slip is used up")]
    pub fn leave(&mut self, slip: Slip) {
        let slot = slip.0;
        match self.entries[slot as usize].state {
            State::Free => unreachable!("an item left twice"),
            State::Ready | State::Later { .. } => self.stop_waiting(slot),
            State::Leased { until } => drop(self.leases.remove(&(until, slot))),
            State::Finished | State::Dead(_) => {}
        }
        self.entries[slot as usize].state = State::Free;
        self.turned.retain(|turned| *turned != slot);
        self.free.push(slot);
    }

    /// How many items wait.
    pub fn waiting(&self) -> u64 {
        self.ready.len() as u64 + self.later.len() as u64
    }

    /// Whether an item could be taken up if there were room for it.
    #[inline]
    pub fn has_ready(&self) -> bool {
        !self.ready.is_empty() && self.leases.len() < self.policy.drain.at_once as usize
    }

    /// How few requests must wait for a quota before items are taken up.
    pub fn queue_below(&self) -> u32 {
        self.policy.drain.queue_below
    }

    /// When something is due. `room_at` is when there will be room for an item elsewhere; `None` if only a change that
    /// nobody can date will tell.
    pub fn next_wake(&self, now: Instant, room_at: Option<Instant>) -> Option<Instant> {
        let due = [&self.later, &self.ages, &self.leases].map(|set| set.first().map(|(at, _)| *at));
        let next = room_at.filter(|_| self.has_ready()).and_then(|at| Some(at.max(self.may_take_at(now)?)));
        due.into_iter().chain([next]).flatten().min()
    }

    /// Lets time pass: those left alone can be taken up again, leases run out, and what is too old is given up.
    pub fn on_wake(&mut self, now: Instant) {
        while let Some((_, slot)) = self.ages.first().copied().filter(|(at, _)| *at <= now) {
            self.stop_waiting(slot);
            self.die(slot, self.end_of_time(slot, now));
            self.turned.push(slot);
        }
        while let Some((at, slot)) = self.leases.first().copied().filter(|(at, _)| *at <= now) {
            self.leases.remove(&(at, slot));
            self.come_back(slot, Return::Failed, now);
            self.turned.push(slot);
        }
        while let Some((at, slot)) = self.later.first().copied().filter(|(at, _)| *at <= now) {
            self.later.remove(&(at, slot));
            self.make_ready(slot);
        }
    }

    /// The numbers of items that became dead letters, or came back, by time alone since the last call.
    pub fn drain_turned(&mut self) -> std::vec::Drain<'_, u32> {
        self.turned.drain(..)
    }

    /// When the next item may be taken up as far as hours, pace and the number under way go; `None` if one must come
    /// back first.
    fn may_take_at(&self, now: Instant) -> Option<Instant> {
        let drain = &self.policy.drain;
        if self.leases.len() >= drain.at_once as usize {
            return None;
        }
        let full = self.taken.len() >= drain.amount as usize;
        let paced = self.taken.front().filter(|_| full).map_or(now, |first| *first + drain.period);
        Some(drain.hours.map_or(paced, |hours| hours.open_at(paced.max(now))))
    }

    fn end_lease(&mut self, slot: u32, lease: Lease, state: State) -> bool {
        let entry = &mut self.entries[slot as usize];
        let holds = entry.state == State::Leased { until: lease.until } && entry.deliveries == lease.delivery;
        if holds {
            entry.state = state;
            self.leases.remove(&(lease.until, slot));
        }
        holds
    }

    fn come_back(&mut self, slot: u32, how: Return, now: Instant) {
        let entry = &mut self.entries[slot as usize];
        entry.attempts += u32::from(how == Return::Failed);
        let attempts = entry.attempts;
        let too_old = now >= self.too_old_at(slot);
        let doublings = if how == Return::Failed { attempts.saturating_sub(1).min(32) } else { 0 };
        let alone = Span(self.policy.backoff.0.saturating_mul(1 << doublings));
        match how {
            Return::Hopeless(reason) => self.die(slot, reason),
            Return::Failed if attempts >= self.policy.max_attempts => self.die(slot, Reason::AttemptsSpent),
            _ if too_old => self.die(slot, self.end_of_time(slot, now)),
            _ => self.wait(slot, now + alone, now),
        }
    }

    fn wait(&mut self, slot: u32, until: Instant, now: Instant) {
        let too_old_at = self.too_old_at(slot);
        self.ages.insert((too_old_at, slot));
        if until > now {
            self.entries[slot as usize].state = State::Later { until };
            self.later.insert((until, slot));
        } else {
            self.make_ready(slot);
        }
    }

    fn make_ready(&mut self, slot: u32) {
        let entry = &mut self.entries[slot as usize];
        entry.state = State::Ready;
        self.ready.insert((entry.class, entry.since, entry.order), slot);
    }

    fn stop_waiting(&mut self, slot: u32) {
        let Entry { class, since, order, state, .. } = self.entries[slot as usize];
        match state {
            State::Later { until } => drop(self.later.remove(&(until, slot))),
            _ => drop(self.ready.remove(&(class, since, order))),
        }
        self.stop_ageing(slot);
    }

    fn stop_ageing(&mut self, slot: u32) {
        let too_old_at = self.too_old_at(slot);
        self.ages.remove(&(too_old_at, slot));
    }

    fn die(&mut self, slot: u32, reason: Reason) {
        self.entries[slot as usize].state = State::Dead(reason);
    }

    fn too_old_at(&self, slot: u32) -> Instant {
        let Entry { since, deadline, .. } = self.entries[slot as usize];
        deadline.min(since + self.policy.max_age)
    }

    /// Why an item is given up whose time is over.
    fn end_of_time(&self, slot: u32, now: Instant) -> Reason {
        if now >= self.entries[slot as usize].deadline { Reason::Deadline } else { Reason::TooOld }
    }
}

impl DrainHours {
    /// The first instant from `now` on that lies within the hours.
    pub fn open_at(self, now: Instant) -> Instant {
        let of_day = (u128::from(self.starts_at.0) + u128::from(now.0)) % u128::from(DAY);
        let (of_day, from, until) = (of_day as u64, self.from.0, self.until.0);
        let open =
            if from < until { (from..until).contains(&of_day) } else { of_day >= from || of_day < until };
        if open { now } else { now + Span((from + DAY - of_day) % DAY) }
    }
}

#[cfg(test)]
mod tests;
