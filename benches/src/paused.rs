//! A peer: the same pipeline, core and provider model, driven by tokio's current-thread runtime on its paused clock
//! instead of our executor. What differs is the engine alone.
//!
//! tokio rounds timers up to whole milliseconds, so the two runs do not agree to the byte; the work they do per request
//! is the same.

use rushhour_base::{AgentId, Call, Event, Instant, Prompt, Reply, Sink};
use rushhour_pipeline::{Env, Fleet, HungUp, Waits, request};
use rushhour_sim::Setup;
use rushhour_world::provider::{Progress, Providers, Ticket};
use rushhour_world::traffic::Traffic;
use std::cell::RefCell;
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::rc::Rc;
use std::time::Duration;
use tokio::sync::Notify;
use tokio::time::Instant as TokioInstant;

tokio::task_local! {
    static RUNNING: Rc<Notify>;
}

struct PausedEnv {
    begun: TokioInstant,
    providers: RefCell<Providers>,
}

impl PausedEnv {
    fn real(&self, at: Instant) -> TokioInstant {
        self.begun + Duration::from_nanos(at.0)
    }
}

/// Hangs up when it is dropped before its end.
struct Line<'a> {
    env: &'a PausedEnv,
    ticket: Option<Ticket>,
}

impl Drop for Line<'_> {
    fn drop(&mut self) {
        if let Some(ticket) = self.ticket.take() {
            self.env.providers.borrow_mut().on_cancel(ticket, self.env.now(), &mut ());
        }
    }
}

impl Env for PausedEnv {
    type Task = Rc<Notify>;

    fn now(&self) -> Instant {
        Instant((TokioInstant::now() - self.begun).as_nanos() as u64)
    }

    async fn sleep_until(&self, at: Instant) {
        tokio::time::sleep_until(self.real(at)).await;
    }

    async fn call(&self, call: Call, _: Prompt<'_>, waits: Waits) -> Result<Reply, HungUp> {
        let ticket = self.providers.borrow_mut().on_request(call, self.now(), &mut ());
        let mut line = Line { env: self, ticket: Some(ticket) };
        loop {
            let ticket = line.ticket.as_ref().expect("a line keeps its ticket until its end");
            let progress = self.providers.borrow_mut().poll(ticket, self.now(), &mut ());
            match progress {
                Progress::Pending { wake } | Progress::Tokens { wake, .. } if wake > waits.reply_until => {
                    self.sleep_until(waits.reply_until).await;
                    return Err(HungUp::TimedOut);
                }
                Progress::Pending { wake } | Progress::Tokens { wake, .. } => self.sleep_until(wake).await,
                Progress::Ended(reply) => {
                    line.ticket = None;
                    return Ok(reply);
                }
            }
        }
    }

    fn said(&self, _: &Call, _: Prompt<'_>) -> Option<String> {
        None
    }

    fn emit(&self, event: Event) {
        ().event(self.now(), rushhour_base::FleetId(0), &event);
    }

    fn task(&self) -> Rc<Notify> {
        RUNNING.with(Rc::clone)
    }

    fn wake(&self, task: &Rc<Notify>) {
        task.notify_one();
    }

    async fn parked(&self) {
        self.task().notified().await;
    }
}

/// Runs a set-up of open-loop agents and says how many requests arrived.
///
/// # Panics
/// If the runtime cannot be built.
pub fn run(setup: Setup<'_>) -> u64 {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .expect("a current-thread runtime needs nothing of the system but a clock");
    tokio::task::LocalSet::new().block_on(&runtime, drive(setup))
}

async fn drive(setup: Setup<'_>) -> u64 {
    let env = PausedEnv { begun: TokioInstant::now(), providers: RefCell::new(Providers::new(setup.world)) };
    let fleet = Rc::new(Fleet::new(env, setup.seed, setup.policy, setup.topology));
    let keeper = Rc::clone(&fleet);
    tokio::task::spawn_local(RUNNING.scope(Rc::default(), async move { keeper.keep().await }));
    let mut traffic = Traffic::new(setup.world);
    let first = |agent| Some(Reverse((traffic.first(AgentId(agent))?, agent)));
    let mut arrivals: BinaryHeap<_> = (0..setup.topology.agents).filter_map(first).collect();
    let mut arrived = 0;
    while let Some(Reverse((at, agent))) = arrivals.pop() {
        tokio::time::sleep_until(fleet_time(&fleet, at)).await;
        let (ask, next) = traffic.ask(AgentId(agent), at);
        arrivals.extend(next.map(|next| Reverse((next, agent))));
        let answering = Rc::clone(&fleet);
        let story = async move { request::answer(&answering, ask, None).await };
        tokio::task::spawn_local(RUNNING.scope(Rc::default(), story));
        arrived += 1;
    }
    arrived
}

fn fleet_time(fleet: &Fleet<PausedEnv>, at: Instant) -> TokioInstant {
    fleet.env().real(at)
}
