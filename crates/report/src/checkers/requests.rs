//! Each request arrives once, ends once, and does nothing before or after. Every place in a queue is left, and every
//! call that went out comes to one end.
//!
//! A call that is cancelled together with its request may end after it, at the same instant; so a request is
//! remembered until both have ended. Turns of an agent only count upwards, by which a second arrival is known although
//! nothing of the first is kept; a question that is asked again was asked before.

use super::Found;
use crate::open::Open;
use rushhour_base::{Event, Instant, LaneId, Outcome, RequestId, RunHeader, Span};

pub(super) struct Requests {
    open: Open<Life>,
    /// One more than the last turn of each agent.
    next_turn: Vec<u32>,
    arrived: u64,
    outcomes: [u64; Outcome::ALL.len()],
}

#[derive(Clone, Copy, Default)]
struct Life {
    ended: bool,
    queue: Option<LaneId>,
    /// Whose rules or people work on it.
    desk: Option<LaneId>,
    call: Option<u16>,
}

impl Requests {
    pub(super) fn new(header: &RunHeader) -> Requests {
        let agents: u32 = header.workloads.iter().map(|w| w.agents).sum();
        Requests {
            open: Open::new(),
            next_turn: vec![0; agents as usize],
            arrived: 0,
            outcomes: [0; Outcome::ALL.len()],
        }
    }

    #[inline]
    pub(super) fn event(&mut self, at: Instant, event: &Event, found: &mut Found) {
        match *event {
            Event::Arrived { request, .. } => self.arrived(at, request, found),
            Event::Queued { request, lane } => {
                self.act(at, request, "was queued", found, |life| life.queue.replace(lane).is_none());
            }
            Event::Left { request, lane, .. } => {
                self.act(at, request, "left a queue", found, |life| life.queue.take() == Some(lane));
            }
            Event::Sent { request, attempt, lane, .. } => {
                self.act(at, request, "sent a call", found, |life| {
                    let from_there = life.queue.take().is_none_or(|queue| queue == lane);
                    from_there && life.call.replace(attempt).is_none()
                });
            }
            Event::Began { request, lane, .. } => {
                self.act(at, request, "began to be worked on", found, |life| {
                    let from_there = life.queue.take().is_none_or(|queue| queue == lane);
                    from_there && life.call.is_none() && life.desk.replace(lane).is_none()
                });
            }
            Event::Served { request, lane, .. } => {
                self.act(at, request, "was served", found, |life| life.desk.take() == Some(lane));
            }
            // Whoever worked on it, if its time was up, gave it back unfinished.
            Event::Parked { request, .. } => self.act(at, request, "was parked", found, |life| {
                life.desk = None;
                life.queue.is_none() && life.call.is_none()
            }),
            Event::Fell { request, .. } => self.act(at, request, "fell", found, |life| life.call.is_none()),
            Event::AttemptEnded { request, attempt, .. } => self.call_ended(at, request, attempt, found),
            Event::Ended { request, outcome, .. } => self.ended(at, request, outcome, found),
            _ => {}
        }
    }

    pub(super) fn finish(&mut self, found: &mut Found) {
        for (name, life) in std::mem::replace(&mut self.open, Open::new()).into_sorted() {
            let request = RequestId(name);
            if !life.ended {
                found.report("requests", || format!("request {request} never ended"));
            }
            if let Some(attempt) = life.call {
                found.report("requests", || format!("attempt {attempt} of request {request} never ended"));
            }
        }
        let outcomes: u64 = self.outcomes.iter().sum();
        if outcomes != self.arrived {
            let arrived = self.arrived;
            found.report("requests", || format!("{arrived} requests arrived and {outcomes} have an outcome"));
        }
    }

    fn arrived(&mut self, at: Instant, request: RequestId, found: &mut Found) {
        self.arrived += 1;
        let agent = request.agent().index();
        if self.next_turn.len() <= agent {
            self.next_turn.resize(agent + 1, 0);
        }
        if request.times_before() > 0 {
            self.asked_again(at, request, found);
        } else if request.turn() < self.next_turn[agent] {
            found.report("requests", || format!("request {request} arrived a second time at {}", Span(at.0)));
        }
        self.next_turn[agent] = self.next_turn[agent].max(request.first().turn().saturating_add(1));
        self.open.entry(request.0, Life::default);
    }

    fn asked_again(&mut self, at: Instant, request: RequestId, found: &mut Found) {
        let asked = request.first().turn() < self.next_turn[request.agent().index()];
        let open = (0..=request.times_before()).scan(Some(request.first()), |name, _| {
            let this = *name;
            *name = this.and_then(RequestId::again);
            this
        });
        let alone = open.into_iter().all(|name| self.open.get_mut(name.0).is_none_or(|life| life.ended));
        if !asked || !alone {
            found.report("requests", || {
                format!("request {request} arrived at {} while the one that it repeats was open", Span(at.0))
            });
        }
    }

    /// A living request does something; `fits` does it to what is known of it and says whether it could.
    #[inline]
    fn act(
        &mut self,
        at: Instant,
        request: RequestId,
        deed: &str,
        found: &mut Found,
        fits: impl FnOnce(&mut Life) -> bool,
    ) {
        match self.open.get_mut(request.0) {
            Some(life) if !life.ended => {
                let before = *life;
                if !fits(life) {
                    found.report("requests", || {
                        format!("request {request} {deed} at {} while {}", Span(at.0), before.words())
                    });
                }
            }
            _ => found.report("requests", || {
                format!("request {request} {deed} at {} outside its life", Span(at.0))
            }),
        }
    }

    fn call_ended(&mut self, at: Instant, request: RequestId, attempt: u16, found: &mut Found) {
        let life = self.open.get_mut(request.0);
        let under_way = life.is_some_and(|life| life.call == Some(attempt));
        if !under_way {
            found.report("requests", || {
                format!(
                    "attempt {attempt} of request {request} ended at {} and was not under way",
                    Span(at.0)
                )
            });
            return;
        }
        let over = self.open.get_mut(request.0).is_some_and(|life| {
            life.call = None;
            life.ended
        });
        if over {
            self.open.remove(request.0);
        }
    }

    fn ended(&mut self, at: Instant, request: RequestId, outcome: Outcome, found: &mut Found) {
        self.outcomes[outcome as usize] += 1;
        match self.open.get_mut(request.0) {
            Some(life) if !life.ended => {
                if let Some(lane) = life.queue.take() {
                    found.report("requests", || {
                        format!(
                            "request {request} ended at {} and never left the queue for lane {lane}",
                            Span(at.0)
                        )
                    });
                }
                life.ended = true;
                if life.call.is_none() {
                    self.open.remove(request.0);
                }
            }
            _ => found.report("requests", || {
                format!("request {request} ended as {outcome} at {} and was not open", Span(at.0))
            }),
        }
    }
}

impl Life {
    fn words(self) -> String {
        match (self.queue, self.call) {
            (_, Some(attempt)) => format!("its attempt {attempt} was under way"),
            (Some(lane), None) => format!("it stood in the queue for lane {lane}"),
            (None, None) => "it stood in no queue".to_string(),
        }
    }
}
