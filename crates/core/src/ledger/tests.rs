use super::*;
use crate::settings::{AlertLevel, CapScope, CapWindow, Resume};
use proptest::prelude::*;
use rushhour_base::Span;
use rushhour_base::time::{DAY, HOUR, SECOND};

const FLEET: Payer = payer(0, 1, 1);
const LANE: LaneId = LaneId(0);
const PAUSE: AtCap = AtCap::Pause { resume: Resume::AtTurn };
const EACH_AGENT: CapScope = CapScope::EachAgent { of: None, except: Vec::new() };
const EACH_USER: CapScope = CapScope::EachUser { of: None };

const fn payer(workflow: u16, agent: u32, user: u32) -> Payer {
    Payer { workflow: WorkflowId(workflow), agent: AgentId(agent), user: UserId(user) }
}

fn dollars(n: i64) -> Money {
    Money::from_micros(n * 1_000_000)
}

fn cap(scope: CapScope, amount: i64, window: CapWindow, at_cap: AtCap) -> CapPolicy {
    CapPolicy { scope, amount: dollars(amount), window, alerts: vec![], at_cap }
}

fn day_cap(scope: CapScope, amount: i64, alerts: &[u32]) -> CapPolicy {
    let alerts = alerts.iter().map(|percent| AlertLevel::Percent(*percent)).collect();
    CapPolicy { alerts, ..cap(scope, amount, CapWindow::Day { first_turn: Span(6 * HOUR) }, PAUSE) }
}

fn ledger(caps: &[CapPolicy]) -> Ledger {
    Ledger::new(caps, 2, 4, 2)
}

fn ask(ledger: &mut Ledger, payer: Payer, amount: i64, at: Instant) -> Result<(), OverCap> {
    ledger.ask(payer, Grade::Wanted, dollars(amount), at)
}

/// Reserves and posts the same amount, which must be free.
fn spend(ledger: &mut Ledger, payer: Payer, amount: i64, at: Instant) -> Vec<Event> {
    assert_eq!(ask(ledger, payer, amount, at), Ok(()));
    let held = ledger.reserve(payer, dollars(amount), at);
    let mut news = Vec::new();
    ledger.post(held, LANE, Cause::Answer, dollars(amount), at, &mut news);
    news
}

fn when(ledger: &mut Ledger, payer: Payer, amount: i64, at: Instant) -> Result<(), Room> {
    ask(ledger, payer, amount, at).map_err(|over| over.when)
}

/// Asks, and has a refusal noted as the control does.
fn refused(ledger: &mut Ledger, grade: Grade, amount: i64, at: Instant) -> bool {
    match ledger.ask(FLEET, grade, dollars(amount), at) {
        Ok(()) => false,
        Err(over) => {
            ledger.mark_reached(over, &mut Vec::new());
            true
        }
    }
}

/// A budget that is checked but not reserved was overrun by as many calls as ran at once: $20 became $54.76.
#[test]
fn a_hundred_calls_at_once_cannot_pass_a_cap() {
    let mut ledger = ledger(&[day_cap(CapScope::Fleet, 20, &[])]);
    let now = Instant::START;
    let mut held = Vec::new();
    for _ in 0..100 {
        if ask(&mut ledger, FLEET, 3, now).is_ok() {
            held.push(ledger.reserve(FLEET, dollars(3), now));
        }
    }
    assert_eq!(held.len(), 6);
    assert_eq!(ledger.held(), dollars(18));
    let post = |held| ledger.post(held, LANE, Cause::Answer, dollars(3), now, &mut Vec::new());
    held.into_iter().for_each(post);
    assert_eq!((ledger.booked(), ledger.held()), (dollars(18), Money::ZERO));
}

#[test]
fn a_denial_says_when_there_may_be_room() {
    let mut ledger = ledger(&[day_cap(CapScope::Fleet, 10, &[])]);
    let now = Instant(HOUR);
    assert_eq!(when(&mut ledger, FLEET, 11, now), Err(Room::Never));
    let held = ledger.reserve(FLEET, dollars(8), now);
    assert_eq!(when(&mut ledger, FLEET, 3, now), Err(Room::OnRelease));
    ledger.post(held, LANE, Cause::Answer, dollars(8), now, &mut Vec::new());
    assert_eq!(when(&mut ledger, FLEET, 3, now), Err(Room::AtTurn(Instant(6 * HOUR))));
    assert_eq!(when(&mut ledger, FLEET, 2, now), Ok(()));
    assert_eq!(when(&mut ledger, FLEET, 3, Instant(6 * HOUR)), Ok(()), "a new day");
}

#[test]
fn a_call_counts_on_the_day_of_its_reservation() {
    let mut ledger = ledger(&[day_cap(CapScope::Fleet, 10, &[])]);
    let before = Instant(6 * HOUR - SECOND);
    let held = ledger.reserve(FLEET, dollars(9), before);
    let after = Instant(6 * HOUR + SECOND);
    assert_eq!(ask(&mut ledger, FLEET, 10, after), Ok(()));
    ledger.post(held, LANE, Cause::Answer, dollars(9), after, &mut Vec::new());
    assert_eq!(ledger.cap_use(CapId(0), 0, after), (Money::ZERO, Money::ZERO));
    assert_eq!(ledger.booked(), dollars(9));
}

#[test]
fn alerts_come_once_a_level_and_window_in_the_order_of_money() {
    let mut policy = day_cap(CapScope::Fleet, 100, &[50, 80, 100]);
    policy.alerts.push(AlertLevel::Dollars(dollars(20)));
    let mut ledger = ledger(&[policy]);
    let mut levels = |amount, at| -> Vec<(u32, Money)> {
        let told = |event| match event {
            Event::Alerted { percent, level_usd, .. } => (percent, level_usd),
            other => panic!("unexpected {other:?}"),
        };
        spend(&mut ledger, FLEET, amount, at).into_iter().map(told).collect()
    };
    assert_eq!(levels(19, Instant(0)), []);
    assert_eq!(levels(1, Instant(0)), [(0, dollars(20))]);
    assert_eq!(levels(30, Instant(1)), [(50, dollars(50))]);
    assert_eq!(levels(1, Instant(2)), []);
    assert_eq!(levels(49, Instant(3)), [(80, dollars(80)), (100, dollars(100))]);
    assert_eq!(levels(60, Instant(7 * HOUR)), [(0, dollars(20)), (50, dollars(50))]);
}

#[test]
fn a_workflow_cap_leaves_other_workflows_alone() {
    let mut ledger = ledger(&[day_cap(CapScope::Workflow(1), 1, &[])]);
    assert!(ask(&mut ledger, payer(1, 0, 0), 2, Instant::START).is_err());
    assert!(ask(&mut ledger, FLEET, 2, Instant::START).is_ok());
}

#[test]
fn each_agent_and_each_user_has_a_cap_of_their_own() {
    let own = CapScope::EachAgent { of: Some(0), except: vec![3] };
    for (scope, spends, same, other) in [
        (EACH_AGENT, payer(0, 1, 9), payer(0, 1, 8), payer(0, 2, 9)),
        (EACH_USER, payer(0, 1, 9), payer(1, 2, 9), payer(0, 1, 8)),
        (CapScope::OneAgent(1), payer(0, 1, 9), payer(0, 1, 8), payer(0, 2, 9)),
        (CapScope::EachUser { of: Some(0) }, payer(0, 1, 9), payer(0, 2, 9), payer(1, 1, 9)),
        (own.clone(), payer(0, 1, 9), payer(0, 1, 8), payer(0, 3, 9)),
        (own, payer(0, 1, 9), payer(0, 1, 8), payer(1, 1, 9)),
    ] {
        let mut ledger = ledger(&[day_cap(scope.clone(), 10, &[])]);
        spend(&mut ledger, spends, 8, Instant::START);
        assert!(ask(&mut ledger, same, 3, Instant::START).is_err(), "{scope:?}");
        assert!(ask(&mut ledger, other, 3, Instant::START).is_ok(), "{scope:?}");
        assert!(ask(&mut ledger, same, 3, Instant(6 * HOUR)).is_ok(), "{scope:?}: a new day");
    }
}

#[test]
fn a_month_turns_with_the_calendar() {
    // From 2026-02-27T00:00:00: two days to March.
    let month = CapWindow::Month { starts_local_s: 1_772_150_400 };
    let mut ledger = ledger(&[cap(CapScope::Fleet, 10, month, PAUSE)]);
    spend(&mut ledger, FLEET, 10, Instant(DAY));
    assert_eq!(when(&mut ledger, FLEET, 1, Instant(2 * DAY - 1)), Err(Room::AtTurn(Instant(2 * DAY))));
    spend(&mut ledger, FLEET, 10, Instant(2 * DAY));
    let april = Instant(33 * DAY);
    assert_eq!(when(&mut ledger, FLEET, 1, Instant(32 * DAY)), Err(Room::AtTurn(april)));
    assert_eq!(when(&mut ledger, FLEET, 1, april), Ok(()));
}

/// A cap at which requests fall was once overruled by another at which they wait.
#[test]
fn falling_goes_before_waiting() {
    let fall = CapPolicy { at_cap: AtCap::Fall, ..day_cap(CapScope::Workflow(0), 1, &[]) };
    let mut ledger = ledger(&[day_cap(CapScope::Fleet, 1, &[]), fall]);
    assert_eq!(ask(&mut ledger, FLEET, 2, Instant::START).map_err(|over| over.at_cap), Err(AtCap::Fall));
}

#[test]
fn a_cap_tells_once_per_window_that_it_was_reached() {
    let mut ledger = ledger(&[day_cap(CapScope::Fleet, 1, &[])]);
    let mut news = Vec::new();
    for at in [Instant(0), Instant(1), Instant(7 * HOUR)] {
        let over = ask(&mut ledger, FLEET, 2, at).unwrap_err();
        ledger.mark_reached(over, &mut news);
    }
    let told = |at| Event::CapReached { cap: CapId(0), subject: 0, until: Instant(at) };
    assert_eq!(news, [told(6 * HOUR), told(30 * HOUR)]);
}

/// Midnight is at 6 h of the run; the office opens at 14 h. What is spent by 5 h opens at the office hour, not at
/// midnight, and not for a small call either.
#[test]
fn a_cap_can_stay_shut_until_a_set_hour_or_a_hand_opens_it() {
    let day = CapWindow::Day { first_turn: Span(6 * HOUR) };
    let at_hour = AtCap::Pause { resume: Resume::AtHour { first: Span(14 * HOUR) } };
    let by_hand = AtCap::Pause { resume: Resume::ByHand };
    for (at_cap, opens) in [(at_hour, Instant(14 * HOUR)), (by_hand, Instant::NEVER)] {
        let mut ledger = ledger(&[cap(CapScope::Fleet, 10, day, at_cap)]);
        spend(&mut ledger, FLEET, 8, Instant(HOUR));
        assert!(!refused(&mut ledger, Grade::Wanted, 2, Instant(5 * HOUR)), "nothing is shut yet");
        assert!(refused(&mut ledger, Grade::Wanted, 3, Instant(5 * HOUR)));
        for at in [Instant(5 * HOUR), Instant(6 * HOUR), Instant(14 * HOUR - 1)] {
            assert_eq!(when(&mut ledger, FLEET, 1, at), Err(Room::AtTurn(opens)), "{at_cap:?}");
        }
        if opens == Instant::NEVER {
            assert!(when(&mut ledger, FLEET, 1, Instant(400 * DAY)).is_err());
            ledger.resume(CapId(0));
        }
        assert_eq!(when(&mut ledger, FLEET, 10, Instant(14 * HOUR)), Ok(()), "{at_cap:?}");
    }
}

/// $10 of which $2 are kept: a wanted model may spend $8; from the first refusal on it is out for the day, and what is
/// left goes on up to the cap and no further.
#[test]
fn a_spent_cap_leaves_the_cheaper_kinds_what_was_kept_for_them() {
    use Grade::{Economy, Human, Rules, Wanted};
    let day = CapWindow::Day { first_turn: Span(6 * HOUR) };
    let kept = dollars(2);
    for (at_cap, out, goes_on) in [
        (AtCap::Degrade { kept }, vec![Wanted], vec![Economy, Rules, Human]),
        (AtCap::Rules { kept }, vec![Wanted, Economy, Human], vec![Rules]),
    ] {
        let mut ledger = ledger(&[cap(CapScope::Fleet, 10, day, at_cap)]);
        let now = Instant(HOUR);
        spend(&mut ledger, FLEET, 7, now);
        assert!(refused(&mut ledger, Wanted, 2, now), "{at_cap:?}: only $1 is open to it");
        for grade in out {
            assert!(refused(&mut ledger, grade, 0, now), "{at_cap:?}: {grade:?} is out");
            let mut tomorrow = ledger.clone();
            assert_eq!(tomorrow.ask(FLEET, grade, dollars(8), Instant(6 * HOUR)), Ok(()), "a new day");
        }
        for grade in goes_on {
            assert_eq!(ledger.ask(FLEET, grade, dollars(3), now), Ok(()), "{at_cap:?}: {grade:?}");
            assert!(ledger.ask(FLEET, grade, dollars(4), now).is_err(), "{at_cap:?}: {grade:?}");
        }
    }
}

/// Whoever spent nothing in a window costs nothing in it, however many came before.
#[test]
fn users_of_former_windows_are_forgotten() {
    let mut ledger = ledger(&[day_cap(EACH_USER, 10, &[])]);
    for user in 0..100 {
        spend(&mut ledger, payer(0, 0, user), 1, Instant::START);
    }
    assert_eq!(ledger.caps[0].known(), 100);
    spend(&mut ledger, payer(0, 0, 7), 1, Instant(6 * HOUR));
    assert_eq!(ledger.caps[0].known(), 1);
}

/// Every scope, window and rule at once.
fn many_caps() -> Vec<CapPolicy> {
    let day = CapWindow::Day { first_turn: Span(6 * HOUR) };
    let month = CapWindow::Month { starts_local_s: 1_772_150_400 };
    let at_hour = AtCap::Pause { resume: Resume::AtHour { first: Span(14 * HOUR) } };
    vec![
        day_cap(CapScope::Fleet, 20, &[50]),
        cap(CapScope::Fleet, 90, month, AtCap::Degrade { kept: dollars(10) }),
        cap(CapScope::Workflow(1), 7, day, at_hour),
        cap(EACH_AGENT, 8, day, AtCap::Fall),
        cap(CapScope::OneAgent(2), 3, CapWindow::Total, AtCap::Fall),
        cap(EACH_USER, 6, day, AtCap::Rules { kept: dollars(1) }),
        cap(CapScope::EachUser { of: Some(0) }, 40, month, PAUSE),
    ]
}

/// Who paid, on which lane, for what, how much.
type Entry = (Payer, LaneId, Cause, Money);

proptest! {
    #![proptest_config(ProptestConfig {
        failure_persistence: None,
        rng_seed: proptest::test_runner::RngSeed::Fixed(20_260_311),
        ..ProptestConfig::default()
    })]

    /// In any interleaving of what any number of agents ask, post and void, over midnights and turns of months: spent and
    /// held money never pass any cap of anybody, and the books add up by every attribution.
    #[test]
    fn no_interleaving_passes_a_cap(
        steps in prop::collection::vec((0u8..5, 0u16..2, 0u32..4, 0u32..3, 1i64..6, 0u64..9), 1..250),
    ) {
        let caps = many_caps();
        let mut ledger = ledger(&caps);
        let (mut now, mut held, mut news) = (Instant::START, Vec::<Reservation>::new(), Vec::new());
        let mut entries: Vec<Entry> = Vec::new();
        for (what, workflow, agent, user, amount, hours) in steps {
            now = Instant(now.0 + hours * HOUR);
            let payer = payer(workflow, agent, user);
            match what {
                0 if !held.is_empty() => {
                    let reservation = held.swap_remove(amount as usize % held.len());
                    let actual = Money(reservation.amount().0 / 2);
                    let (lane, cause) = (LaneId(amount as u16 % 2), Cause::ALL[amount as usize % Cause::ALL.len()]);
                    entries.push((reservation.payer(), lane, cause, actual));
                    ledger.post(reservation, lane, cause, actual, now, &mut news);
                }
                1 if !held.is_empty() => ledger.void(held.swap_remove(0), now, &mut news),
                _ => {
                    let grade = [Grade::Wanted, Grade::Economy, Grade::Rules, Grade::Human][amount as usize % 4];
                    match ledger.ask(payer, grade, dollars(amount), now) {
                        Ok(()) => held.push(ledger.reserve(payer, dollars(amount), now)),
                        Err(over) => ledger.mark_reached(over, &mut news),
                    }
                }
            }
            for (cap, policy) in caps.iter().enumerate() {
                for subject in 0..4 {
                    let (spent, reserved) = ledger.cap_use(CapId(cap as u16), subject, now);
                    prop_assert!(reserved >= Money::ZERO);
                    prop_assert!(spent + reserved <= policy.amount, "cap {} of {}", cap, subject);
                }
            }
            let sum = |of: &dyn Fn(&Entry) -> bool| -> Money {
                entries.iter().filter(|entry| of(entry)).map(|entry| entry.3).sum()
            };
            prop_assert_eq!(ledger.booked(), sum(&|_| true));
            for number in 0..4u16 {
                let (agent, user) = (AgentId(u32::from(number)), UserId(u32::from(number)));
                prop_assert_eq!(ledger.of_agent(agent), sum(&|entry| entry.0.agent == agent));
                prop_assert_eq!(ledger.of_user(user), sum(&|entry| entry.0.user == user));
                if number < 2 {
                    let (workflow, lane) = (WorkflowId(number), LaneId(number));
                    prop_assert_eq!(ledger.of_workflow(workflow), sum(&|entry| entry.0.workflow == workflow));
                    prop_assert_eq!(ledger.of_lane(lane), sum(&|entry| entry.1 == lane));
                }
            }
            for &cause in Cause::ALL {
                prop_assert_eq!(ledger.of_cause(cause), sum(&|entry| entry.2 == cause));
            }
            prop_assert_eq!(held.iter().map(Reservation::amount).sum::<Money>(), ledger.held());
        }
    }
}
