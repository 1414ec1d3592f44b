//! The pipeline's door to the virtual world.

use crate::executor::{Clock, Sleep};
use rushhour_base::{Call, Event, FleetId, Instant, Part, Prompt, Reply, Sink, Span};
use rushhour_pipeline::{Env, HungUp, Waits};
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
    /// Whether the sink wants to know which part is at work.
    profiled: bool,
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
    fn call(
        &self,
        call: Call,
        prompt: Prompt<'_>,
        waits: Waits,
    ) -> impl Future<Output = Result<Reply, HungUp>> {
        let (hub, now) = (self.hub, self.hub.clock.now());
        let ticket = hub.timed(Part::Providers, || {
            let (mut providers, mut sink) = (hub.providers.borrow_mut(), hub.sink.borrow_mut());
            let ticket = match prompt {
                Prompt::Whole => providers.on_request(call, now, &mut *sink),
                _ => providers.on_prompt(call, prompt, now, &mut *sink),
            };
            if waits.for_tokens() {
                // Of the first token: from there on it is enough to ask when the caller would hang up.
                providers.stream(&ticket, Span::MAX);
            }
            ticket
        });
        let timer = hub.clock.sleep_until(now);
        Exchange { hub, waits, under_way: Some((ticket, timer)) }
    }

    fn said(&self, call: &Call, prompt: Prompt<'_>) -> Option<String> {
        self.hub.timed(Part::Words, || {
            let providers = self.hub.providers.borrow();
            let lacks_fact = match prompt {
                Prompt::Cut(cut) => providers.lacks_fact(call, cut),
                Prompt::Whole | Prompt::Summarize(_) => false,
            };
            providers.said(&Call { lacks_fact, ..*call })
        })
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
    fn timed<T>(&self, part: Part, work: impl FnOnce() -> T) -> T {
        self.hub.timed(part, work)
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
    waits: Waits,
    /// `None` when it is over. One timer serves both: the provider's next wake, or the end of the caller's wait if that
    /// comes first.
    under_way: Option<(Ticket, Sleep<'a>)>,
}

impl<S: Sink> Future for Exchange<'_, S> {
    type Output = Result<Reply, HungUp>;

    #[inline]
    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<Reply, HungUp>> {
        let (hub, waits) = (self.hub, self.waits);
        let now = hub.clock.now();
        let Some((ticket, timer)) = &mut self.under_way else {
            unreachable!("an exchange was polled after its end")
        };
        while Pin::new(&mut *timer).poll(context).is_ready() {
            let progress = hub.timed(Part::Providers, || {
                hub.providers.borrow_mut().poll(ticket, now, &mut *hub.sink.borrow_mut())
            });
            let (wake, latest) = match progress {
                Progress::Pending { wake } => (wake, None),
                Progress::Tokens { latest, wake, .. } => (wake, Some(latest)),
                Progress::Ended(reply) => {
                    self.under_way = None;
                    return Poll::Ready(Ok(reply));
                }
            };
            let (hangs_up_at, why) = waits.end(latest);
            if now >= hangs_up_at {
                self.hang_up();
                return Poll::Ready(Err(why));
            }
            *timer = hub.clock.sleep_until(wake.min(hangs_up_at));
        }
        Poll::Pending
    }
}

impl<S: Sink> Exchange<'_, S> {
    fn hang_up(&mut self) {
        if let Some((ticket, _)) = self.under_way.take() {
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

impl<S: Sink> Hub<S> {
    /// A hub at the start of a run.
    pub(crate) fn new(providers: Providers, sink: S) -> Hub<S> {
        let profiled = sink.is_profile();
        Hub {
            clock: Clock::default(),
            providers: RefCell::new(providers),
            sink: RefCell::new(sink),
            profiled,
        }
    }

    /// Does some work of a part of the program, and tells a profile when it begins and ends.
    #[inline]
    pub(crate) fn timed<T>(&self, part: Part, work: impl FnOnce() -> T) -> T {
        if !self.profiled {
            return work();
        }
        self.sink.borrow_mut().enters(part);
        let result = work();
        self.sink.borrow_mut().leaves();
        result
    }
}
