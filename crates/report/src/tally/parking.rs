//! Requests that were set aside, from the first time they were parked to their end.

use crate::latency::Recorder;
use crate::open::Open;
use crate::report::ParkingReport;
use rushhour_base::event::Reason;
use rushhour_base::time::HOUR;
use rushhour_base::{Instant, Outcome, RequestId, Span};

pub(super) struct ParkingTally {
    open: Open<Parked>,
    requests: u64,
    stays: u64,
    drained: u64,
    dead: [u64; Reason::ALL.len()],
    given_up: u64,
    shed: u64,
    waiting: u64,
    oldest: Option<Span>,
    stay: Recorder,
    /// How many were taken up in each hour, up to the last in which any was.
    per_hour: Vec<u64>,
    hours: usize,
}

struct Parked {
    first: Instant,
    /// Since when it is parked now, if it is.
    since: Option<Instant>,
}

impl ParkingTally {
    pub(super) fn new(horizon: Span) -> ParkingTally {
        ParkingTally {
            open: Open::new(),
            requests: 0,
            stays: 0,
            drained: 0,
            dead: [0; Reason::ALL.len()],
            given_up: 0,
            shed: 0,
            waiting: 0,
            oldest: None,
            stay: Recorder::default(),
            per_hour: Vec::new(),
            hours: horizon.0.div_ceil(HOUR) as usize,
        }
    }

    pub(super) fn parked(&mut self, at: Instant, request: RequestId) {
        self.stays += 1;
        let requests = &mut self.requests;
        let parked = self.open.entry(request.0, || {
            *requests += 1;
            Parked { first: at, since: None }
        });
        parked.since = Some(at);
    }

    pub(super) fn unparked(&mut self, at: Instant, request: RequestId, waited: Span) {
        self.drained += 1;
        self.stay.record(waited);
        let hour = (at.0 / HOUR) as usize;
        if hour < self.hours {
            self.per_hour.resize(self.per_hour.len().max(hour + 1), 0);
            self.per_hour[hour] += 1;
        }
        if let Some(parked) = self.open.get_mut(request.0) {
            parked.since = None;
        }
    }

    pub(super) fn dead(&mut self, reason: Reason) {
        self.dead[reason as usize] += 1;
    }

    #[inline]
    pub(super) fn ended(&mut self, at: Instant, request: RequestId, outcome: Outcome, reason: Reason) {
        self.shed += u64::from(outcome == Outcome::Refused && reason == Reason::ParkingFull);
        let Some(Parked { first, since }) = self.open.remove(request.0) else { return };
        match (outcome, since) {
            (Outcome::Parked, Some(since)) => {
                self.waiting += 1;
                self.oldest = self.oldest.max(Some(at.since(first)));
                self.stay.record_open(at.since(since));
            }
            (Outcome::Abandoned, Some(_)) => self.given_up += 1,
            _ => {}
        }
    }

    pub(super) fn finish(mut self) -> Option<ParkingReport> {
        if self.requests + self.shed == 0 {
            return None;
        }
        self.per_hour.resize(self.hours, 0);
        let dead = Reason::ALL.iter().map(|reason| (*reason, self.dead[*reason as usize]));
        let dead: Vec<(Reason, u64)> = dead.filter(|(_, count)| *count > 0).collect();
        Some(ParkingReport {
            requests: self.requests,
            stays: self.stays,
            drained: self.drained,
            dead_letters: dead.iter().map(|(_, count)| count).sum(),
            dead,
            given_up: self.given_up,
            shed: self.shed,
            waiting: self.waiting,
            oldest: self.oldest,
            stay: self.stay.finish(),
            drained_per_hour: self.per_hour,
        })
    }
}
