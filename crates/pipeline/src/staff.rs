//! Rules or people: they wait for a free hand, take their time, and cost money.

use crate::env::Env;
use crate::fleet::Fleet;
use rushhour_base::event::{Cause, Reason};
use rushhour_base::{Ask, CallId, Event, Purpose, Rung, Span};
use rushhour_core::control::{Entry, Grant, Want};
use rushhour_core::limiter::Charge;
use rushhour_core::settings::Staff;

/// Whether rules or people can answer a request, and how long they take.
const STAFF: Purpose = Purpose::named("staff");

/// Has staff answer, if they can.
pub(crate) async fn ask_staff<E: Env>(
    fleet: &Fleet<E>,
    ask: &Ask,
    staff: &Staff,
    rung: Rung,
) -> Result<(), Reason> {
    let turns = u64::from(ask.request.turn());
    let draw = fleet.seed.draw(STAFF, ask.luck, turns << 8 | rung as u64);
    if !staff.answers.holds(draw.word(0)) {
        return Err(Reason::NoRule);
    }
    let cause = if rung == Rung::Human { Cause::Human } else { Cause::Rules };
    work(fleet, ask, staff, (staff.service(draw.word(1)), cause)).await
}

/// Waits for somebody of the staff, and has them work on the request for so long.
pub(crate) async fn work<E: Env>(
    fleet: &Fleet<E>,
    ask: &Ask,
    staff: &Staff,
    (service, cause): (Span, Cause),
) -> Result<(), Reason> {
    let want = Want {
        request: ask.request,
        user: ask.user,
        workflow: ask.workflow,
        priority: ask.priority,
        lane: staff.lane,
        charge: Charge::default(),
        worst_case: staff.cost,
        deadline: ask.deadline,
    };
    let grant = match fleet.with(|control, now| control.enqueue(want, now)) {
        Entry::Granted(grant) => grant,
        Entry::Waiting(place) => fleet.wait_at(place, ask.request, staff.lane).await?,
        Entry::Refused(reason) => return Err(reason),
    };
    let shift = Shift::begin(fleet, ask, grant);
    fleet.env.sleep_until(fleet.env.now() + service).await;
    shift.finish(cause, service);
    Ok(())
}

/// Somebody at work on a request. If the request is dropped, the work so far is not paid.
struct Shift<'a, E: Env> {
    fleet: &'a Fleet<E>,
    ask: &'a Ask,
    grant: Option<Grant>,
}

impl<'a, E: Env> Shift<'a, E> {
    fn begin(fleet: &'a Fleet<E>, ask: &'a Ask, grant: Grant) -> Shift<'a, E> {
        let control = fleet.control.borrow();
        let (lane, waited) = (control.held(&grant).lane(), control.held(&grant).waited());
        fleet.env.emit(Event::Began { request: ask.request, lane, waited });
        Shift { fleet, ask, grant: Some(grant) }
    }

    fn finish(mut self, cause: Cause, service: Span) {
        let Some(grant) = self.grant.take() else { return };
        let (fleet, request, workflow) = (self.fleet, self.ask.request, self.ask.workflow);
        let mut control = fleet.control.borrow_mut();
        let lane = control.held(&grant).lane();
        fleet.env.emit(Event::Served { request, lane, service });
        if let Some(posting) = control.settle_staff(grant, cause, fleet.env.now()) {
            let (amount, estimated, call) = (posting.amount, posting.estimated, CallId::default());
            fleet.env.emit(Event::Posted { request, workflow, lane, call, cause, amount, estimated });
        }
        fleet.pass_on(control);
    }
}

impl<E: Env> Drop for Shift<'_, E> {
    fn drop(&mut self) {
        if let Some(grant) = self.grant.take() {
            self.fleet.with(|control, now| control.void(grant, now));
        }
    }
}
