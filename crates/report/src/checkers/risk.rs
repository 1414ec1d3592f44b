//! Whoever was throttled was refused, by a reason that says so, and nothing was spent on it; nobody is refused by such a
//! reason who was not throttled; and each standing begins where the last one ended.

use super::Found;
use crate::open::Open;
use rushhour_base::event::{Reason, Standing};
use rushhour_base::{Event, FleetId, Instant, Outcome, RequestId, Span, UserId};

pub(super) struct Risk {
    throttled: Open<()>,
    /// By fleet and user.
    standings: Open<Standing>,
}

impl Risk {
    pub(super) fn new() -> Risk {
        Risk { throttled: Open::new(), standings: Open::new() }
    }

    #[inline]
    pub(super) fn event(&mut self, at: Instant, fleet: FleetId, event: &Event, found: &mut Found) {
        match *event {
            Event::Throttled { request, .. } => drop(self.throttled.entry(request.0, || ())),
            Event::Queued { request, .. } | Event::Sent { request, .. } | Event::Began { request, .. }
                if self.throttled.get_mut(request.0).is_some() =>
            {
                found.report("risk", || {
                    format!("request {request} was throttled and went on at {}", Span(at.0))
                });
            }
            Event::Ended { request, outcome, reason, .. } => self.ended(at, request, outcome, reason, found),
            Event::StandingChanged { user, from, to, .. } => self.changed(at, fleet, user, (from, to), found),
            _ => {}
        }
    }

    #[inline]
    fn ended(
        &mut self,
        at: Instant,
        request: RequestId,
        outcome: Outcome,
        reason: Reason,
        found: &mut Found,
    ) {
        let says_so = matches!(reason, Reason::UserLimit | Reason::SuspectedAbuse);
        let throttled = self.throttled.remove(request.0).is_some();
        if throttled != says_so || (throttled && outcome != Outcome::Refused) {
            let was = if throttled { "was throttled" } else { "was not throttled" };
            found.report("risk", || {
                format!("request {request} {was} and ended {outcome} by {reason} at {}", Span(at.0))
            });
        }
    }

    fn changed(
        &mut self,
        at: Instant,
        fleet: FleetId,
        user: UserId,
        (from, to): (Standing, Standing),
        found: &mut Found,
    ) {
        let key = u64::from(fleet.0) << 32 | u64::from(user.0);
        let known = self.standings.entry(key, || Standing::New);
        if *known != from || from == to {
            let known = *known;
            found.report("risk", || {
                format!("user {user} stood as {known} and went from {from} to {to} at {}", Span(at.0))
            });
        }
        *known = to;
    }
}
