//! Which lane of a rung a request tries, and where it turns after an error.

use crate::env::Env;
use crate::fleet::Fleet;
use crate::journey::Journey;
use rushhour_base::event::Reason;
use rushhour_base::message::ErrorKind;
use rushhour_base::{Ask, Instant, LaneId, Money, Purpose};
use rushhour_core::Control;
use rushhour_core::router::{View, choose};
use rushhour_core::settings::{Route, WeightedLane};

/// Which lane of a rung a request takes.
const ROUTE: Purpose = Purpose::named("route");

/// A rung of models: its lanes, and how one of them is chosen.
#[derive(Clone, Copy)]
pub(crate) struct Lanes<'a> {
    pub(crate) lanes: &'a [WeightedLane],
    pub(crate) route: Route,
}

/// Places that are out of the question, one bit each; those from 63 on share the last.
#[derive(Clone, Copy, Default)]
pub(crate) struct Shunned(u64);

impl Shunned {
    pub(crate) fn add(&mut self, place: usize) {
        self.0 |= 1 << place.min(63);
    }

    fn has(self, place: usize) -> bool {
        self.0 >> place.min(63) & 1 == 1
    }
}

/// What a route sees of a rung's lanes.
struct Seen<'a> {
    control: &'a Control,
    lanes: &'a [WeightedLane],
    ask: &'a Ask,
    failed_on: &'a [LaneId],
    shunned: Shunned,
    now: Instant,
}

impl View for Seen<'_> {
    fn lanes(&self) -> &[WeightedLane] {
        self.lanes
    }

    #[inline]
    fn is_open(&self, place: usize) -> bool {
        let lane = self.lanes[place].lane;
        !self.shunned.has(place) && self.control.healthy(lane, self.now) && !self.is_doomed(lane)
    }

    fn in_flight(&self, place: usize) -> u32 {
        self.control.in_flight(self.lanes[place].lane)
    }

    fn price(&self, place: usize) -> Money {
        self.control.worst_case(self.lanes[place].lane, self.ask.input_tokens, self.ask.max_tokens)
    }
}

impl Seen<'_> {
    /// Whether lanes that share its fate tell against a lane.
    fn is_doomed(&self, lane: LaneId) -> bool {
        let met = |&failed: &LaneId| failed != lane && self.control.share_fate(failed, lane);
        self.failed_on.iter().any(met) || self.control.is_doomed(lane, self.now)
    }
}

/// The place of the lane that takes the call, or why there is none.
pub(crate) fn pick<E: Env>(
    fleet: &Fleet<E>,
    ask: &Ask,
    rung: Lanes<'_>,
    journey: &Journey,
    shunned: Shunned,
) -> Result<usize, Reason> {
    let (control, now) = (fleet.control.borrow(), fleet.env.now());
    let (lanes, failed_on) = (rung.lanes, journey.failed_on.as_slice());
    let seen = Seen { control: &control, lanes, ask, failed_on, shunned, now };
    let chosen = if lanes.len() == 1 {
        seen.is_open(0).then_some(0)
    } else {
        let number = u64::from(ask.request.turn()) << 16 | u64::from(journey.attempts);
        let words = match rung.route {
            Route::Weighted | Route::PowerOfTwo => {
                let draw = fleet.seed.draw(ROUTE, ask.luck, number);
                [draw.word(0), draw.word(1)]
            }
            Route::LeastInFlight | Route::Cheapest => [0, 0],
        };
        choose(rung.route, &seen, words)
    };
    chosen.ok_or_else(|| {
        let doomed = |lane: &WeightedLane| control.healthy(lane.lane, now) && seen.is_doomed(lane.lane);
        if lanes.iter().any(doomed) { Reason::Correlated } else { Reason::BreakerOpen }
    })
}

/// The places that are out of the question after an error at `place`: itself, and after a 429 or exhausted credit its
/// whole pool. `None` if no other is open.
pub(crate) fn elsewhere<E: Env>(
    fleet: &Fleet<E>,
    ask: &Ask,
    rung: Lanes<'_>,
    journey: &Journey,
    (place, error): (usize, ErrorKind),
) -> Option<Shunned> {
    let mut shunned = Shunned::default();
    let at = rung.lanes[place].lane;
    let of_the_pool = matches!(error, ErrorKind::RateLimited | ErrorKind::CreditExhausted);
    for (other, lane) in rung.lanes.iter().enumerate() {
        let same_pool = of_the_pool && fleet.control.borrow().share_pool(at, lane.lane);
        if other == place || same_pool {
            shunned.add(other);
        }
    }
    pick(fleet, ask, rung, journey, shunned).is_ok().then_some(shunned)
}
