//! Requests that can wait: they park where others would fall, hold nothing meanwhile, and are taken up again when there
//! is room.

use crate::end::End;
use crate::env::Env;
use crate::fleet::Fleet;
use crate::journey::{Journey, passes_with_time};
use crate::race::{Either, race};
use crate::request::walk_the_chain;
use rushhour_base::event::Reason;
use rushhour_base::{AgentId, Ask, Event, History, Instant, Outcome, Rung};
use rushhour_core::control::Control;
use rushhour_core::parking::{DeadLetter, Lease, Parking, Return, Slip, Standing};
use rushhour_core::settings::{Answerer, InsteadOf, ParkingPolicy, WeightedLane};
use std::cell::{Cell, RefCell};
use std::pin::pin;

/// The parked requests of a fleet and the tasks that wait for them.
pub(crate) struct Lot<T> {
    parking: RefCell<Parking>,
    instead_of: InsteadOf,
    /// By the number of their slip.
    tasks: RefCell<Vec<Option<T>>>,
    /// Requests that were taken up and have not run since.
    on_the_way: Cell<u32>,
}

impl<T: Clone> Lot<T> {
    pub(crate) fn new(policy: &ParkingPolicy) -> Lot<T> {
        Lot {
            parking: RefCell::new(Parking::new(policy.clone())),
            instead_of: policy.instead_of,
            tasks: RefCell::default(),
            on_the_way: Cell::new(0),
        }
    }

    fn can_wait(&self, ask: &Ask) -> bool {
        self.parking.borrow().can_wait(ask.workflow, ask.priority)
    }

    /// Takes up whatever may be and has room, and wakes whoever is concerned.
    pub(crate) fn pump<E: Env<Task = T>>(&self, fleet: &Fleet<E>, control: &Control) {
        let (mut parking, now) = (self.parking.borrow_mut(), fleet.env.now());
        let tasks = self.tasks.borrow();
        parking.on_wake(now);
        for slip in parking.drain_turned() {
            tasks[slip as usize].iter().for_each(|task| fleet.env.wake(task));
        }
        while parking.has_ready() && self.room(fleet, control, &parking) == Some(now) {
            let Some(slip) = parking.next(now) else { break };
            self.on_the_way.set(self.on_the_way.get() + 1);
            tasks[slip as usize].iter().for_each(|task| fleet.env.wake(task));
        }
    }

    /// When parking has to be looked at again, if nothing else happens.
    pub(crate) fn next_wake<E: Env<Task = T>>(&self, fleet: &Fleet<E>, control: &Control) -> Option<Instant> {
        let parking = self.parking.borrow();
        let room = if parking.has_ready() { self.room(fleet, control, &parking) } else { None };
        parking.next_wake(fleet.env.now(), room)
    }

    /// When there is room for one more request on the first rung of models: now, at an instant, or when something
    /// changes. Behind a breaker that is not closed there is room for one, its probe.
    fn room<E: Env<Task = T>>(
        &self,
        fleet: &Fleet<E>,
        control: &Control,
        parking: &Parking,
    ) -> Option<Instant> {
        let now = fleet.env.now();
        let room = |lane: &WeightedLane| {
            // Whose place in a queue it would take does not matter: where each agent has a pool of its own, that of
            // the first stands for all.
            let waiting = control.waiting_for(lane.lane, AgentId(0)) + self.on_the_way.get();
            let (at, probe) = control.passes_at(lane.lane, now);
            let most = if probe { 1 } else { parking.queue_below() };
            at.filter(|_| waiting < most)
        };
        first_models(fleet).iter().filter(|lane| lane.weight > 0).filter_map(room).min()
    }
}

/// The lanes of the first rung of models that the fleet's mode allows; of the chain if it allows none, since only requests
/// that come can show that a mode above works again.
fn first_models<E: Env>(fleet: &Fleet<E>) -> &[WeightedLane] {
    let step = fleet.ladder.as_ref().map(|ladder| ladder.borrow().step());
    let mut models = fleet.policy.chain.iter().filter_map(|rung| match &rung.answered_by {
        Answerer::Models(lanes) => Some((rung.rung, lanes)),
        Answerer::Staff(_) => None,
    });
    let any = models.clone().next();
    models
        .find(|(rung, _)| step.is_none_or(|step| step.allows(*rung)))
        .or(any)
        .map_or(&[], |(_, lanes)| lanes)
}

/// Whether a request that a rung gave up for `reason` rather parks than asks the `next` rung, or ends if there is none.
#[inline]
pub(crate) fn rather_parks<E: Env>(fleet: &Fleet<E>, ask: &Ask, reason: Reason, next: Option<Rung>) -> bool {
    let Some(lot) = &fleet.lot else { return false };
    let to_a_model = next.is_some_and(Rung::is_ai);
    let here = match lot.instead_of {
        InsteadOf::Failing => !to_a_model,
        // To begin below a rung that the mode does not allow is not a fall.
        InsteadOf::Trying | InsteadOf::Falling => !to_a_model || reason != Reason::Mode,
    };
    here && passes_with_time(reason) && lot.can_wait(ask)
}

/// Has a request answered, at once or, if it can wait, when there is room.
pub(crate) async fn serve<E: Env>(
    fleet: &Fleet<E>,
    ask: &Ask,
    history: &mut Option<Box<History>>,
    end: &End<'_, E>,
) -> (Outcome, Reason) {
    let mut journey = Journey::with(history.take());
    match &fleet.lot {
        // In a box, so that requests of fleets that park nothing stay small.
        Some(lot) if lot.can_wait(ask) => Box::pin(serve_later(fleet, lot, ask, &mut journey, end)).await,
        _ => walk_the_chain(fleet, ask, &end.rung, &mut journey).await,
    }
}

async fn serve_later<E: Env>(
    fleet: &Fleet<E>,
    lot: &Lot<E::Task>,
    ask: &Ask,
    journey: &mut Journey,
    end: &End<'_, E>,
) -> (Outcome, Reason) {
    let mut why = Reason::CanWait;
    if lot.instead_of != InsteadOf::Trying {
        let ending = walk_the_chain(fleet, ask, &end.rung, journey).await;
        if ending.0 != Outcome::Parked {
            return ending;
        }
        why = ending.1;
        journey.walks += u32::from(journey.attempts > 0);
    }
    let mut stay = match Stay::begin(fleet, lot, ask, why != Reason::CanWait, end) {
        Ok(stay) => stay,
        Err(full) => return (Outcome::Refused, full),
    };
    loop {
        let lease = match stay.wait(why).await {
            Ok(lease) => lease,
            Err(letter) => return stay.give_up(letter),
        };
        journey.stays += 1;
        let before = journey.attempts;
        let until = fleet.env.sleep_until(lease.until);
        let mut walk = Box::pin(walk_the_chain(fleet, ask, &end.rung, journey));
        let ending = match race(pin!(until), walk.as_mut()).await {
            Either::First(()) => (Outcome::Parked, Reason::LeaseExpired),
            Either::Second(ending) => ending,
        };
        fleet.drop_for(ending.1, walk);
        let how = match ending {
            (Outcome::Answered, _) => {
                stay.finish(lease);
                return ending;
            }
            (Outcome::Parked, Reason::LeaseExpired) => Return::Failed,
            (Outcome::Parked, _) if journey.attempts > before => Return::Failed,
            (Outcome::Parked, _) => Return::Untried,
            (_, reason) => Return::Hopeless(reason),
        };
        why = ending.1;
        journey.walks += u32::from(how == Return::Failed);
        stay.back(lease, how);
    }
}

/// A request's time in parking, from when it is parked to its end.
struct Stay<'a, E: Env> {
    fleet: &'a Fleet<E>,
    lot: &'a Lot<E::Task>,
    end: &'a End<'a, E>,
    slip: Option<Slip>,
    /// Whether it has been taken up and runs.
    runs: bool,
}

impl<'a, E: Env> Stay<'a, E> {
    fn begin(
        fleet: &'a Fleet<E>,
        lot: &'a Lot<E::Task>,
        ask: &Ask,
        tried: bool,
        end: &'a End<'a, E>,
    ) -> Result<Stay<'a, E>, Reason> {
        let slip = lot.parking.borrow_mut().park(ask.priority, tried, ask.deadline, fleet.env.now())?;
        let mut tasks = lot.tasks.borrow_mut();
        let number = slip.number() as usize;
        if tasks.len() <= number {
            tasks.resize(number + 1, None);
        }
        tasks[number] = Some(fleet.env.task());
        Ok(Stay { fleet, lot, end, slip: Some(slip), runs: false })
    }

    fn slip(&self) -> &Slip {
        self.slip.as_ref().expect("a stay keeps its slip until it ends")
    }

    fn standing(&self) -> Standing {
        self.lot.parking.borrow().standing(self.slip())
    }

    /// Waits until it is taken up, or given up for good.
    async fn wait(&mut self, why: Reason) -> Result<Lease, DeadLetter> {
        if let Standing::Dead(letter) = self.standing() {
            return Err(letter);
        }
        let (fleet, request, parked_at) = (self.fleet, self.end.request, self.fleet.env.now());
        let attempts = self.lot.parking.borrow().attempts(self.slip());
        fleet.env.emit(Event::Parked { request, reason: why, attempts });
        self.end.parked.set(true);
        // It may be taken up at this very instant.
        fleet.with(|_, _| ());
        loop {
            match self.standing() {
                Standing::Leased(lease) => {
                    self.end.parked.set(false);
                    self.runs = true;
                    self.lot.on_the_way.set(self.lot.on_the_way.get() - 1);
                    let waited = fleet.env.now().since(parked_at);
                    fleet.env.emit(Event::Unparked { request, waited });
                    return Ok(lease);
                }
                Standing::Dead(letter) => return Err(letter),
                Standing::Waiting | Standing::Finished => fleet.env.parked().await,
            }
        }
    }

    fn back(&mut self, lease: Lease, how: Return) {
        self.runs = false;
        // If the lease has run out meanwhile, it came back by that.
        self.lot.parking.borrow_mut().back(self.slip(), lease, how, self.fleet.env.now());
    }

    fn finish(&mut self, lease: Lease) {
        let in_time = self.lot.parking.borrow_mut().finish(self.slip(), lease);
        debug_assert!(in_time, "the walk was raced against its lease");
    }

    fn give_up(&self, letter: DeadLetter) -> (Outcome, Reason) {
        let DeadLetter { reason, attempts, since } = letter;
        self.end.parked.set(false);
        let age = self.fleet.env.now().since(since);
        self.fleet.env.emit(Event::DeadLettered { request: self.end.request, reason, attempts, age });
        (Outcome::Failed, reason)
    }
}

impl<E: Env> Drop for Stay<'_, E> {
    fn drop(&mut self) {
        let Some(slip) = self.slip.take() else { return };
        let mut parking = self.lot.parking.borrow_mut();
        if !self.runs && matches!(parking.standing(&slip), Standing::Leased(_)) {
            self.lot.on_the_way.set(self.lot.on_the_way.get() - 1);
        }
        self.lot.tasks.borrow_mut()[slip.number() as usize] = None;
        parking.leave(slip);
        drop(parking);
        if !self.fleet.is_closing() {
            self.fleet.with(|_, _| ());
        }
    }
}
