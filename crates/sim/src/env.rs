//! The pipeline's door to the virtual world.

use crate::executor::{Clock, Sleep};
use rushhour_base::{Call, Event, FleetId, Instant, Reply, Sink};
use rushhour_pipeline::Env;
use rushhour_world::provider::{Progress, Providers, Ticket};
use std::cell::RefCell;
use std::pin::Pin;
use std::task::{Context, Poll};

/// What all fleets of a run share: the clock, the providers and the listener.
#[derive(Debug)]
pub struct Hub<S> {
    pub(crate) clock: Clock,
    pub(crate) providers: RefCell<Providers>,
    pub(crate) sink: RefCell<S>,
}

/// The environment of one fleet.
#[derive(Debug)]
pub struct SimEnv<'a, S> {
    hub: &'a Hub<S>,
    fleet: FleetId,
}

impl<'a, S: Sink> SimEnv<'a, S> {
    /// The environment of `fleet` on a hub.
    pub fn new(hub: &'a Hub<S>, fleet: FleetId) -> SimEnv<'a, S> {
        SimEnv { hub, fleet }
    }
}

impl<S: Sink> Env for SimEnv<'_, S> {
    type Task = u32;

    #[inline]
    fn now(&self) -> Instant {
        self.hub.clock.now()
    }

    #[inline]
    fn sleep_until(&self, at: Instant) -> impl Future<Output = ()> {
        self.hub.clock.sleep_until(at)
    }

    #[inline]
    fn call(&self, call: Call, deadline: Instant) -> impl Future<Output = Option<Reply>> {
        Exchange { hub: self.hub, deadline, state: State::Unsent(call) }
    }

    #[inline]
    fn emit(&self, event: Event) {
        self.hub.sink.borrow_mut().event(self.hub.clock.now(), self.fleet, &event);
    }

    #[inline]
    fn task(&self) -> u32 {
        self.hub.clock.running()
    }

    #[inline]
    fn wake(&self, task: &u32) {
        self.hub.clock.wake(*task);
    }

    #[inline]
    fn parked(&self) -> impl Future<Output = ()> {
        self.hub.clock.parked()
    }
}

/// One exchange with a provider; dropped before its end, it hangs up.
struct Exchange<'a, S: Sink> {
    hub: &'a Hub<S>,
    deadline: Instant,
    state: State<'a>,
}

enum State<'a> {
    Unsent(Call),
    /// One timer serves both: the provider's next wake, or the deadline if that comes first.
    UnderWay {
        ticket: Ticket,
        wake: Instant,
        timer: Sleep<'a>,
    },
    Over,
}

impl<S: Sink> Future for Exchange<'_, S> {
    type Output = Option<Reply>;

    #[inline]
    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Reply>> {
        let (hub, deadline) = (self.hub, self.deadline);
        let now = hub.clock.now();
        if let State::Unsent(call) = self.state {
            let ticket = hub.providers.borrow_mut().on_request(call, now, &mut *hub.sink.borrow_mut());
            self.state = State::UnderWay { ticket, wake: now, timer: hub.clock.sleep_until(now) };
        }
        let State::UnderWay { ticket, wake, timer } = &mut self.state else {
            unreachable!("an exchange was polled after its end")
        };
        while Pin::new(&mut *timer).poll(context).is_ready() {
            if now < *wake {
                self.hang_up();
                return Poll::Ready(None);
            }
            match hub.providers.borrow_mut().poll(ticket, now, &mut *hub.sink.borrow_mut()) {
                Progress::Pending { wake: next } => {
                    *wake = next;
                    *timer = hub.clock.sleep_until(next.min(deadline));
                }
                Progress::Ended(reply) => {
                    self.state = State::Over;
                    return Poll::Ready(Some(reply));
                }
            }
        }
        Poll::Pending
    }
}

impl<S: Sink> Exchange<'_, S> {
    fn hang_up(&mut self) {
        if let State::UnderWay { ticket, .. } = std::mem::replace(&mut self.state, State::Over) {
            let now = self.hub.clock.now();
            self.hub.providers.borrow_mut().on_cancel(ticket, now, &mut *self.hub.sink.borrow_mut());
        }
    }
}

impl<S: Sink> Drop for Exchange<'_, S> {
    fn drop(&mut self) {
        self.hang_up();
    }
}

impl<S> Hub<S> {
    /// A hub at the start of a run.
    pub(crate) fn new(providers: Providers, sink: S) -> Hub<S> {
        Hub { clock: Clock::default(), providers: RefCell::new(providers), sink: RefCell::new(sink) }
    }
}
