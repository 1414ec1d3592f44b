use super::*;
use proptest::prelude::*;
use rushhour_base::Span;
use rushhour_base::time::{HOUR, SECOND};

const FLEET: WorkflowId = WorkflowId(0);

fn dollars(n: i64) -> Money {
    Money::from_micros(n * 1_000_000)
}

fn day_cap(scope: CapScope, amount: i64, alerts: &[u32]) -> CapPolicy {
    CapPolicy {
        scope,
        amount: dollars(amount),
        window: CapWindow::Day { first_turn: Span(6 * HOUR) },
        alerts_percent: alerts.to_vec(),
        at_cap: AtCap::Pause,
    }
}

fn ledger(caps: &[CapPolicy]) -> Ledger {
    Ledger::new(caps, 2, 3, 1)
}

fn account(workflow: u16) -> Account {
    Account { workflow: WorkflowId(workflow), agent: AgentId(1), lane: LaneId(0), cause: Cause::Answer }
}

/// A budget that is checked but not reserved was overrun by as many calls as ran at once: $20 became $54.76.
#[test]
fn a_hundred_calls_at_once_cannot_pass_a_cap() {
    let mut ledger = ledger(&[day_cap(CapScope::Fleet, 20, &[])]);
    let now = Instant::START;
    let mut held = Vec::new();
    for _ in 0..100 {
        if ledger.ask(FLEET, dollars(3), now).is_ok() {
            held.push(ledger.reserve(FLEET, dollars(3), now));
        }
    }
    assert_eq!(held.len(), 6);
    assert_eq!(ledger.held(), dollars(18));
    held.into_iter().for_each(|held| ledger.post(held, account(0), dollars(3), now, &mut Vec::new()));
    assert_eq!((ledger.booked(), ledger.held()), (dollars(18), Money::ZERO));
}

#[test]
fn a_denial_says_when_there_may_be_room() {
    let mut ledger = ledger(&[day_cap(CapScope::Fleet, 10, &[])]);
    let now = Instant(HOUR);
    let when =
        |ledger: &mut Ledger, amount| ledger.ask(FLEET, dollars(amount), now).map_err(|over| over.when);
    assert_eq!(when(&mut ledger, 11), Err(Room::Never));
    let held = ledger.reserve(FLEET, dollars(8), now);
    assert_eq!(when(&mut ledger, 3), Err(Room::OnRelease));
    ledger.post(held, account(0), dollars(8), now, &mut Vec::new());
    assert_eq!(when(&mut ledger, 3), Err(Room::AtTurn(Instant(6 * HOUR))));
    assert_eq!(when(&mut ledger, 2), Ok(()));
    assert_eq!(ledger.ask(FLEET, dollars(3), Instant(6 * HOUR)), Ok(()), "a new day");
}

#[test]
fn a_call_counts_on_the_day_of_its_reservation() {
    let mut ledger = ledger(&[day_cap(CapScope::Fleet, 10, &[])]);
    let before = Instant(6 * HOUR - SECOND);
    let held = ledger.reserve(FLEET, dollars(9), before);
    let after = Instant(6 * HOUR + SECOND);
    assert_eq!(ledger.ask(FLEET, dollars(10), after), Ok(()));
    ledger.post(held, account(0), dollars(9), after, &mut Vec::new());
    assert_eq!(ledger.cap_use(CapId(0), after), (Money::ZERO, Money::ZERO));
    assert_eq!(ledger.booked(), dollars(9));
}

#[test]
fn alerts_come_once_a_level_and_day() {
    let mut ledger = ledger(&[day_cap(CapScope::Fleet, 100, &[50, 80, 100])]);
    let mut news = Vec::new();
    let mut spend = |ledger: &mut Ledger, amount, at| {
        assert_eq!(ledger.ask(FLEET, dollars(amount), at), Ok(()));
        let held = ledger.reserve(FLEET, dollars(amount), at);
        ledger.post(held, account(0), dollars(amount), at, &mut news);
        news.drain(..)
            .map(|event| match event {
                Event::Alerted { percent, .. } => percent,
                other => panic!("unexpected {other:?}"),
            })
            .collect::<Vec<_>>()
    };
    assert_eq!(spend(&mut ledger, 49, Instant(0)), [0; 0]);
    assert_eq!(spend(&mut ledger, 1, Instant(1)), [50]);
    assert_eq!(spend(&mut ledger, 1, Instant(2)), [0; 0]);
    assert_eq!(spend(&mut ledger, 49, Instant(3)), [80, 100]);
    assert_eq!(spend(&mut ledger, 60, Instant(7 * HOUR)), [50]);
}

#[test]
fn a_workflow_cap_leaves_other_workflows_alone() {
    let mut ledger = ledger(&[day_cap(CapScope::Workflow(1), 1, &[])]);
    assert!(ledger.ask(WorkflowId(1), dollars(2), Instant::START).is_err());
    assert!(ledger.ask(WorkflowId(0), dollars(2), Instant::START).is_ok());
}

/// A cap at which requests fall was once overruled by another at which they wait.
#[test]
fn falling_goes_before_waiting() {
    let fall = CapPolicy { at_cap: AtCap::Fall, ..day_cap(CapScope::Workflow(0), 1, &[]) };
    let mut ledger = ledger(&[day_cap(CapScope::Fleet, 1, &[]), fall]);
    assert_eq!(ledger.ask(FLEET, dollars(2), Instant::START).map_err(|over| over.at_cap), Err(AtCap::Fall));
}

#[test]
fn a_cap_tells_once_per_window_that_it_was_reached() {
    let mut ledger = ledger(&[day_cap(CapScope::Fleet, 1, &[])]);
    let mut news = Vec::new();
    for at in [Instant(0), Instant(1), Instant(7 * HOUR)] {
        let over = ledger.ask(FLEET, dollars(2), at).unwrap_err();
        ledger.mark_reached(over, &mut news);
    }
    let turns = [6 * HOUR, 30 * HOUR].map(|at| Event::CapReached { cap: CapId(0), until: Instant(at) });
    assert_eq!(news, turns);
}

proptest! {
    #![proptest_config(ProptestConfig {
        failure_persistence: None,
        rng_seed: proptest::test_runner::RngSeed::Fixed(20_260_311),
        ..ProptestConfig::default()
    })]

    /// In any interleaving of asks, posts and voids, over midnights: spent and held money never pass a cap, and the
    /// books add up by every attribution.
    #[test]
    fn no_interleaving_passes_a_cap(
        steps in prop::collection::vec((0u8..4, 0u16..2, 1i64..6, 0u64..3), 1..200),
    ) {
        let caps = [day_cap(CapScope::Fleet, 20, &[50]), day_cap(CapScope::Workflow(1), 7, &[])];
        let mut ledger = ledger(&caps);
        let (mut now, mut held, mut news) = (Instant::START, Vec::new(), Vec::new());
        for (what, workflow, amount, hours) in steps {
            now = Instant(now.0 + hours * HOUR);
            match what {
                0 if !held.is_empty() => {
                    let (reservation, workflow): (Reservation, u16) = held.swap_remove(amount as usize % held.len());
                    let actual = Money(reservation.amount().0 / 2);
                    ledger.post(reservation, account(workflow), actual, now, &mut news);
                }
                1 if !held.is_empty() => {
                    let (reservation, _) = held.swap_remove(0);
                    ledger.void(reservation, now, &mut news);
                }
                _ => {
                    if ledger.ask(WorkflowId(workflow), dollars(amount), now).is_ok() {
                        held.push((ledger.reserve(WorkflowId(workflow), dollars(amount), now), workflow));
                    }
                }
            }
            for (cap, policy) in caps.iter().enumerate() {
                let (spent, reserved) = ledger.cap_use(CapId(cap as u16), now);
                prop_assert!(reserved >= Money::ZERO);
                prop_assert!(spent + reserved <= policy.amount);
            }
            let by_workflow: Money = (0..2).map(|w| ledger.of_workflow(WorkflowId(w))).sum();
            let by_cause: Money = Cause::ALL.iter().map(|&cause| ledger.of_cause(cause)).sum();
            prop_assert_eq!(by_workflow, ledger.booked());
            prop_assert_eq!(by_cause, ledger.booked());
            prop_assert_eq!(ledger.of_agent(AgentId(1)), ledger.booked());
            prop_assert_eq!(ledger.of_lane(LaneId(0)), ledger.booked());
            prop_assert_eq!(held.iter().map(|(r, _)| r.amount()).sum::<Money>(), ledger.held());
        }
    }
}
