//! Judges of a run that share nothing with what they judge.
//!
//! They read the same events and truths as everybody and re-derive, each in a different way from the code that made
//! them, what must be true of every run, with no tolerance. They never sample and never sum up: a violation names the
//! request, the call, the time and the numbers. What they remember is bounded by what is open.
//!
//! | checker | says |
//! |---|---|
//! | `order` | time never runs backwards, and nobody asks before they mean to |
//! | `requests` | each request arrives once, ends once, and does nothing before or after |
//! | `spans` | every wait and service took as long as is said of it, from which Little's law follows |
//! | `ledger` | what was booked is what the provider put on its invoice, each call once |
//! | `holds` | what was reserved when a call was sent covers what it came to |
//! | `costs` | every cost that is no tokens fell due when it should, and came to what it should |
//! | `cache` | what a prompt cache knew had been written to it, and was not forgotten yet |
//! | `quota` | no quota admitted more than it grants, over any window of time |
//! | `risk` | whoever was throttled was refused for it and cost nothing, and nobody else |
//! | `parking` | what is parked holds nothing, and nothing parked is lost |
//! | `modes` | a fleet's mode moves step by step |
//! | `deadlines` | nothing begins for a request whose answer would come too late |
//! | `replies` | whoever a model answers gets a whole reply that nobody stopped |
//! | `prompts` | a history that was cut went out as it was cut |
//! | `leaks` | every queue place, call, ticket and reservation came back |

mod cache;
mod costs;
mod deadlines;
mod holds;
mod leaks;
mod ledger;
mod modes;
mod order;
mod parking;
mod prompts;
mod quota;
mod replies;
mod requests;
mod risk;
mod spans;
#[cfg(test)]
mod tests;

use rushhour_base::{Event, FleetId, Instant, RunHeader, Sink, Truth};

/// Something that must never happen, and did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// Which checker says so.
    pub checker: &'static str,
    /// What happened, with the numbers.
    pub sentence: String,
}

/// The names of all checkers, in the order of the table.
pub const NAMES: &[&str] = &[
    "order",
    "requests",
    "spans",
    "ledger",
    "holds",
    "cache",
    "costs",
    "quota",
    "risk",
    "parking",
    "modes",
    "deadlines",
    "replies",
    "prompts",
    "leaks",
];

/// All checkers of one run.
pub struct Checkers {
    order: order::Order,
    requests: requests::Requests,
    spans: spans::Spans,
    ledger: ledger::Ledger,
    holds: holds::Holds,
    cache: cache::Caches,
    quota: quota::Quotas,
    risk: risk::Risk,
    parking: parking::Parking,
    modes: modes::Modes,
    leaks: leaks::Leaks,
    deadlines: deadlines::Deadlines,
    replies: replies::Replies,
    prompts: prompts::Prompts,
    costs: costs::Costs,
    found: Found,
}

/// The violations so far: the first few in words, the rest as a number.
#[derive(Default)]
struct Found {
    first: Vec<Violation>,
    more: u64,
}

impl Checkers {
    /// Checkers for the run that `header` describes.
    pub fn new(header: &RunHeader) -> Checkers {
        Checkers {
            order: order::Order::default(),
            requests: requests::Requests::new(header),
            spans: spans::Spans::default(),
            ledger: ledger::Ledger::new(header),
            holds: holds::Holds::new(),
            cache: cache::Caches::new(header),
            quota: quota::Quotas::new(header),
            risk: risk::Risk::new(),
            parking: parking::Parking::default(),
            modes: modes::Modes::new(header),
            leaks: leaks::Leaks::default(),
            deadlines: deadlines::Deadlines::default(),
            replies: replies::Replies::new(),
            prompts: prompts::Prompts::new(header),
            costs: costs::Costs::new(header),
            found: Found::default(),
        }
    }

    /// What was wrong, in the order in which it was noticed; empty for a sound run. After the first 32, one last entry
    /// says how many more there were.
    pub fn finish(mut self) -> Vec<Violation> {
        self.requests.finish(&mut self.found);
        self.ledger.finish(&mut self.found);
        self.quota.finish(&mut self.found);
        self.parking.finish(&mut self.found);
        self.leaks.finish(&mut self.found);
        self.costs.finish(&mut self.found);
        let Found { mut first, more } = self.found;
        if more > 0 {
            first.push(Violation { checker: "all", sentence: format!("and {more} more violations") });
        }
        first
    }
}

impl Sink for Checkers {
    #[inline]
    fn event(&mut self, at: Instant, fleet: FleetId, event: &Event) {
        self.order.event(at, event, &mut self.found);
        self.requests.event(at, event, &mut self.found);
        self.spans.event(at, event, &mut self.found);
        self.ledger.event(at, event, &mut self.found);
        self.holds.event(event, &mut self.found);
        self.risk.event(at, fleet, event, &mut self.found);
        self.parking.event(at, event, &mut self.found);
        self.modes.event(at, fleet, event, &mut self.found);
        self.leaks.event(at, fleet, event, &mut self.found);
        self.deadlines.event(at, event, &mut self.found);
        self.replies.event(at, event, &mut self.found);
        self.prompts.event(at, event, &mut self.found);
        self.costs.event(event, &mut self.found);
    }

    #[inline]
    fn truth(&mut self, at: Instant, truth: &Truth) {
        self.order.moment(at, &mut self.found);
        self.ledger.truth(at, truth, &mut self.found);
        self.quota.truth(at, truth, &mut self.found);
        self.cache.truth(at, truth, &mut self.found);
        self.prompts.truth(truth);
    }
}

impl Found {
    /// Notes a violation; the sentence is only made if there is still room for it.
    #[cold]
    fn report(&mut self, checker: &'static str, sentence: impl FnOnce() -> String) {
        debug_assert!(NAMES.contains(&checker), "{checker} is missing among the names of the checkers");
        if self.first.len() < KEPT {
            self.first.push(Violation { checker, sentence: sentence() });
        } else {
            self.more += 1;
        }
    }
}

const KEPT: usize = 32;
