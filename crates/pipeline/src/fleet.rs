//! A fleet: one process of agents with its admission control, and the tasks that wait for it.

use crate::env::Env;
use crate::parking::Lot;
use crate::race::race;
use rushhour_base::event::Reason;
use rushhour_base::{Event, Instant, LaneId, Part, RequestId, Seed};
use rushhour_core::compressor::Compressor;
use rushhour_core::control::{Control, Grant, Place};
use rushhour_core::ladder::Ladder;
use rushhour_core::risk::Risk;
use rushhour_core::settings::{Policy, Topology};
use std::cell::{Cell, RefCell, RefMut};
use std::pin::pin;

/// One process of agents. It lives on one thread.
pub struct Fleet<E: Env> {
    pub(crate) env: E,
    pub(crate) seed: Seed,
    pub(crate) policy: Policy,
    pub(crate) control: RefCell<Control>,
    pub(crate) risk: Option<RefCell<Risk>>,
    pub(crate) ladder: Option<RefCell<Ladder>>,
    pub(crate) lot: Option<Lot<E::Task>>,
    /// What is left of the conversations that were cut; `None` if none is.
    pub(crate) compressor: Option<RefCell<Compressor>>,
    /// The tasks that wait in queues, by the number of their place.
    waiting: RefCell<Vec<Option<E::Task>>>,
    keeper: RefCell<Option<E::Task>>,
    keeper_armed: Cell<Instant>,
    closing: Cell<bool>,
    /// Why whatever is being dropped is dropped, if nobody's patience ended.
    dropping: Cell<Option<Reason>>,
}

impl<E: Env> Fleet<E> {
    /// A fleet that starts now with full buckets, closed breakers and empty books.
    pub fn new(env: E, seed: Seed, policy: &Policy, topology: &Topology) -> Fleet<E> {
        let control = Control::new(policy.clone(), topology, env.now());
        Fleet {
            seed,
            ladder: policy.ladder.clone().map(|ladder| RefCell::new(Ladder::new(ladder, &policy.chain))),
            lot: policy.parking.as_ref().map(Lot::new),
            compressor: policy.compression.as_ref().map(|_| RefCell::default()),
            policy: policy.clone(),
            control: RefCell::new(control),
            risk: policy.risk.map(|risk| RefCell::new(Risk::new(risk))),
            waiting: RefCell::default(),
            keeper: RefCell::default(),
            keeper_armed: Cell::new(Instant::NEVER),
            closing: Cell::new(false),
            dropping: Cell::new(None),
            env,
        }
    }

    /// The door to the outside.
    pub fn env(&self) -> &E {
        &self.env
    }

    /// Keeps the queues: wakes whenever the control asks for it. Runs for ever; one task for each fleet.
    pub async fn keep(&self) {
        *self.keeper.borrow_mut() = Some(self.env.task());
        loop {
            let next = self.next_wake(&self.control.borrow()).unwrap_or(Instant::NEVER);
            self.keeper_armed.set(next);
            if next == Instant::NEVER {
                self.env.parked().await;
            } else {
                race(pin!(self.env.sleep_until(next)), pin!(self.env.parked())).await;
            }
            self.with(|control, now| control.on_wake(now));
        }
    }

    /// The run ends: whatever is dropped from now on is cut off by the horizon, not by anybody's patience.
    pub fn begin_to_close(&self) {
        self.closing.set(true);
    }

    /// Tells what the fleet still holds, when every request has ended or was dropped.
    pub fn close(&self) {
        self.with(|control, now| control.accrue(now));
        let closing = self.control.borrow().closing();
        self.env.emit(closing);
    }

    /// Whether the run ends.
    pub(crate) fn is_closing(&self) -> bool {
        self.closing.get()
    }

    /// Why a request is being dropped.
    pub(crate) fn reason_to_drop(&self) -> Reason {
        if self.closing.get() { Reason::Horizon } else { self.dropping.get().unwrap_or(Reason::Patience) }
    }

    /// Drops something of a request that goes on, for a reason of the fleet's own.
    pub(crate) fn drop_for<T>(&self, reason: Reason, held: T) {
        self.dropping.set(Some(reason));
        drop(held);
        self.dropping.set(None);
    }

    /// Waits for the verdict on a place. Nothing is held meanwhile but the place itself.
    pub(crate) async fn wait_at(
        &self,
        place: Place,
        request: RequestId,
        lane: LaneId,
    ) -> Result<Grant, Reason> {
        self.env.emit(Event::Queued { request, lane });
        self.register(&place);
        let mut waiting = Waiting { fleet: self, place: Some(place), request, lane };
        let verdict = loop {
            self.env.parked().await;
            let place = waiting.place.as_ref().expect("a place is kept until its verdict is in");
            if let Some(verdict) = self.control.borrow_mut().verdict(place) {
                break verdict;
            }
        };
        waiting.place = None;
        if let Err(reason) = verdict {
            self.env.emit(Event::Left { request, lane, reason });
        }
        verdict
    }

    /// Lets the control decide something, then passes on what came of it.
    #[inline]
    pub(crate) fn with<T>(&self, decide: impl FnOnce(&mut Control, Instant) -> T) -> T {
        let mut control = self.control.borrow_mut();
        let result = self.env.timed(Part::Control, || decide(&mut control, self.env.now()));
        self.pass_on(control);
        result
    }

    /// Passes on what the control has to say: news to the listener, wakes to tasks, a new time to the keeper.
    #[inline]
    pub(crate) fn pass_on(&self, mut control: RefMut<'_, Control>) {
        if control.has_news() {
            control.drain_news().for_each(|event| self.env.emit(event));
        }
        if control.has_woken() {
            let mut waiting = self.waiting.borrow_mut();
            for task in control.drain_woken().filter_map(|place| waiting.get_mut(place as usize)?.take()) {
                self.env.wake(&task);
            }
        }
        if let Some(lot) = &self.lot {
            lot.pump(self, &control);
        }
        if self.next_wake(&control).is_some_and(|at| at < self.keeper_armed.get()) {
            self.wake_keeper();
        }
    }

    /// When queues or parking have to be looked at again, if nothing else happens.
    #[inline]
    fn next_wake(&self, control: &Control) -> Option<Instant> {
        let queues = control.next_wake();
        let Some(lot) = &self.lot else { return queues };
        [queues, lot.next_wake(self, control)].into_iter().flatten().min()
    }

    #[cold]
    fn wake_keeper(&self) {
        // Once is enough: until the keeper has run it counts as armed for the very next moment.
        self.keeper_armed.set(Instant::START);
        if let Some(keeper) = &*self.keeper.borrow() {
            self.env.wake(keeper);
        }
    }

    fn register(&self, place: &Place) {
        let mut waiting = self.waiting.borrow_mut();
        let number = place.number() as usize;
        if waiting.len() <= number {
            waiting.resize(number + 1, None);
        }
        waiting[number] = Some(self.env.task());
    }
}

/// A place in a queue that is given up when the request is dropped.
struct Waiting<'a, E: Env> {
    fleet: &'a Fleet<E>,
    place: Option<Place>,
    request: RequestId,
    lane: LaneId,
}

impl<E: Env> Drop for Waiting<'_, E> {
    fn drop(&mut self) {
        if let Some(place) = self.place.take() {
            let (request, lane, reason) = (self.request, self.lane, self.fleet.reason_to_drop());
            self.fleet.waiting.borrow_mut()[place.number() as usize] = None;
            self.fleet.with(|control, now| control.cancel(place, now));
            self.fleet.env.emit(Event::Left { request, lane, reason });
        }
    }
}
