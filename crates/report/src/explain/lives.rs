//! The steps of chosen requests.

use rushhour_base::event::Event;
use rushhour_base::{
    CallId, Fields, FleetId, Instant, LaneId, Money, QuotaId, Record, RequestId, RunHeader, Sink, Span, Truth,
};
use std::collections::BTreeMap;

/// One request's life.
#[derive(Clone, Debug, PartialEq)]
pub struct Life {
    /// The request.
    pub request: RequestId,
    /// When it was meant to be sent.
    pub intended: Instant,
    /// What happened to it, in order.
    pub steps: Vec<Step>,
}

/// One step of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Step {
    /// When.
    pub at: Instant,
    /// What.
    pub what: What,
}

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum What {
    /// What a client could know.
    Event(Event),
    /// It began to wait for a lane.
    Waits {
        /// For which.
        lane: LaneId,
        /// How many requests stood in the same queue already.
        waiting: u64,
    },
    /// It held nothing and waited for nothing but time, before it tried again.
    Pauses(Span),
    /// What only the world knows, of one of its calls or of itself.
    Truth(Truth),
}

/// Listens to a run and follows the requests it was given.
///
/// Truths name calls, not requests. In a simulation calls are numbered from 1 in the order in which they are sent, so
/// the call of each attempt is known when it is sent, even if its client never learns the name.
#[derive(Debug)]
pub struct Lives {
    lives: Vec<Life>,
    /// Where each request stands in the list.
    places: BTreeMap<RequestId, usize>,
    /// Whose the calls under way are.
    calls: BTreeMap<CallId, usize>,
    /// Which quota each lane draws on.
    quota_of_lane: Vec<Option<QuotaId>>,
    /// For which lane each waiting request stands in a queue.
    waiting: BTreeMap<RequestId, LaneId>,
    sent: u64,
}

impl Lives {
    /// Will follow `requests` through the run of `header`.
    pub fn new(header: &RunHeader, requests: &[RequestId]) -> Lives {
        let life =
            |request: &RequestId| Life { request: *request, intended: Instant::START, steps: Vec::new() };
        Lives {
            lives: requests.iter().map(life).collect(),
            places: requests.iter().enumerate().map(|(place, request)| (*request, place)).collect(),
            calls: BTreeMap::new(),
            quota_of_lane: header.lanes.iter().map(|lane| lane.quota).collect(),
            waiting: BTreeMap::new(),
            sent: 0,
        }
    }

    /// The lives, in the order asked for; of a request that never arrived without steps.
    pub fn finish(self) -> Vec<Life> {
        self.lives
    }

    fn note(&mut self, place: usize, at: Instant, what: What) {
        self.lives[place].steps.push(Step { at, what });
    }

    /// What lies between the last step and this one, where the request stood in no line.
    fn note_pause(&mut self, place: usize, now: Instant) {
        let Some(last) = self.lives[place].steps.last().map(|step| step.at) else { return };
        if last < now {
            self.note(place, last, What::Pauses(now.since(last)));
        }
    }

    /// How many requests stand in the queue of `lane`: those for the same quota, or for the lane where it has none.
    fn waiting_for(&self, lane: LaneId) -> u64 {
        let quota = |lane: LaneId| self.quota_of_lane.get(lane.index()).copied().flatten();
        let same = |other: &&LaneId| match quota(lane) {
            None => **other == lane,
            some => quota(**other) == some,
        };
        self.waiting.values().filter(same).count() as u64
    }

    /// Whose step an event is, if it is one of a request that is followed.
    fn place_of(&self, event: &Event) -> Option<usize> {
        let mut names = Names::default();
        event.visit(&mut names);
        self.places.get(&names.request?).copied()
    }
}

impl Sink for Lives {
    fn event(&mut self, at: Instant, _: FleetId, event: &Event) {
        let place = self.place_of(event);
        match *event {
            Event::Arrived { intended, .. } => {
                if let Some(place) = place {
                    self.lives[place].intended = intended;
                }
            }
            Event::Queued { request, lane } => {
                if let Some(place) = place {
                    self.note_pause(place, at);
                    self.note(place, at, What::Waits { lane, waiting: self.waiting_for(lane) });
                }
                self.waiting.insert(request, lane);
                return;
            }
            Event::Sent { request, .. } => {
                let waited = self.waiting.remove(&request).is_some();
                self.sent += 1;
                if let Some(place) = place {
                    if !waited {
                        self.note_pause(place, at);
                    }
                    self.calls.insert(CallId(self.sent), place);
                }
            }
            Event::Left { request, .. } | Event::Began { request, .. } | Event::Ended { request, .. } => {
                self.waiting.remove(&request);
            }
            // What befalls a lane explains the wait of those who stand before it.
            Event::BackedOff { lane, .. } | Event::BreakerMoved { lane, .. } => {
                for place in 0..self.lives.len() {
                    if self.waiting.get(&self.lives[place].request) == Some(&lane) {
                        self.note(place, at, What::Event(*event));
                    }
                }
            }
            _ => {}
        }
        if let Some(place) = place {
            self.note(place, at, What::Event(*event));
        }
    }

    fn truth(&mut self, at: Instant, truth: &Truth) {
        let mut names = Names::default();
        truth.visit(&mut names);
        let by_call = names.call.and_then(|call| self.calls.get(&call));
        let place = by_call.or_else(|| self.places.get(&names.request?)).copied();
        if let Some(place) = place {
            self.note(place, at, What::Truth(*truth));
        }
    }
}

/// The request and the call that a record names.
#[derive(Default)]
struct Names {
    request: Option<RequestId>,
    call: Option<CallId>,
}

impl Fields for Names {
    fn integer(&mut self, name: &'static str, value: u64) {
        if name == "call" {
            self.call = Some(CallId(value));
        }
    }
    fn request(&mut self, _: &'static str, value: RequestId) {
        self.request = Some(value);
    }
    fn money(&mut self, _: &'static str, _: Money) {}
    fn word(&mut self, _: &'static str, _: u64, _: &'static str) {}
}
