use super::*;
use crate::settings::{DrainPolicy, InsteadOf};
use proptest::prelude::*;
use rushhour_base::time::{HOUR, SECOND};

/// Two under way at once, ten a minute, three attempts, an hour's age, a minute's lease, ten seconds alone.
fn policy() -> ParkingPolicy {
    ParkingPolicy {
        workflows: vec![WorkflowId(3)],
        from_class: Some(2),
        instead_of: InsteadOf::Falling,
        max_parked: 5,
        max_attempts: 3,
        max_age: Span::secs(3_600),
        lease: Span::secs(60),
        backoff: Span::secs(10),
        drain: DrainPolicy { at_once: 2, amount: 10, period: Span::secs(60), queue_below: 1, hours: None },
    }
}

fn at(seconds: u64) -> Instant {
    Instant(seconds * SECOND)
}

fn leased(parking: &Parking, slip: &Slip) -> Lease {
    match parking.standing(slip) {
        Standing::Leased(lease) => lease,
        other => panic!("not leased but {other:?}"),
    }
}

#[test]
fn what_can_wait_is_told_by_workflow_or_class() {
    let parking = Parking::new(policy());
    assert!(parking.can_wait(WorkflowId(3), 0) && parking.can_wait(WorkflowId(0), 2));
    assert!(!parking.can_wait(WorkflowId(0), 1));
}

#[test]
fn the_most_urgent_goes_first_and_within_a_class_the_oldest() {
    let mut parking = Parking::new(policy());
    let [late, first, second] =
        [(3, 0), (2, 1), (2, 2)].map(|(class, s)| parking.park(class, false, Instant::NEVER, at(s)).unwrap());
    assert_eq!(parking.next(at(9)), Some(first.number()));
    assert_eq!(parking.next(at(9)), Some(second.number()));
    assert_eq!(parking.next(at(9)), None, "two are under way");
    let lease = leased(&parking, &second);
    assert!(parking.finish(&second, lease));
    assert_eq!(parking.next(at(9)), Some(late.number()));
}

#[test]
fn there_is_room_for_so_many() {
    let mut parking = Parking::new(policy());
    let slips: Vec<Slip> = (0..5).map(|s| parking.park(2, false, Instant::NEVER, at(s)).unwrap()).collect();
    assert_eq!(parking.park(2, false, Instant::NEVER, at(6)), Err(Reason::ParkingFull));
    parking.leave(slips.into_iter().next().unwrap());
    assert!(parking.park(2, false, Instant::NEVER, at(6)).is_ok());
}

#[test]
fn one_that_was_tried_already_is_left_alone_at_first() {
    let mut parking = Parking::new(policy());
    let slip = parking.park(2, true, Instant::NEVER, at(0)).unwrap();
    assert_eq!((parking.next(at(9)), parking.next_wake(at(0), Some(at(0)))), (None, Some(at(10))));
    parking.on_wake(at(10));
    assert_eq!((parking.next(at(10)), parking.attempts(&slip)), (Some(slip.number()), 0));
}

/// What becomes worthless is given up at its deadline, or at the age at which everything is, if that comes first.
#[test]
fn what_is_worth_nothing_any_more_is_given_up() {
    let mut parking = Parking::new(policy());
    let slip = parking.park(2, true, at(7), at(0)).unwrap();
    assert_eq!(parking.next_wake(at(0), None), Some(at(7)));
    parking.on_wake(at(7));
    let Standing::Dead(letter) = parking.standing(&slip) else { panic!("its time is up") };
    assert_eq!((letter.reason, letter.attempts), (Reason::Deadline, 0));
    let old = parking.park(2, false, at(1_000_000), at(10)).unwrap();
    let taken = parking.park(2, false, at(30), at(10)).unwrap();
    assert_eq!(parking.next(at(10)), Some(old.number()));
    let lease = leased(&parking, &old);
    assert_eq!(parking.next(at(10)), Some(taken.number()));
    let late = leased(&parking, &taken);
    assert!(parking.back(&taken, late, Return::Untried, at(30)));
    assert!(matches!(parking.standing(&taken), Standing::Dead(DeadLetter { reason: Reason::Deadline, .. })));
    let end = at(10) + policy().max_age;
    assert!(
        !parking.back(&old, Lease { delivery: 9, ..lease }, Return::Untried, end),
        "somebody else's lease"
    );
    assert!(parking.back(&old, lease, Return::Untried, end));
    assert!(matches!(parking.standing(&old), Standing::Dead(DeadLetter { reason: Reason::TooOld, .. })));
}

/// A worker that read a batch off a list and died lost all of it (LRANGE, then LTRIM, then the work).
#[test]
fn a_worker_that_is_lost_loses_nothing() {
    let mut parking = Parking::new(policy());
    let slip = parking.park(2, false, Instant::NEVER, at(0)).unwrap();
    assert_eq!(parking.next(at(0)), Some(slip.number()));
    let lost = leased(&parking, &slip);
    assert_eq!(parking.next_wake(at(0), Some(at(0))), Some(at(60)));
    parking.on_wake(at(60));
    assert_eq!(parking.drain_turned().collect::<Vec<_>>(), [slip.number()]);
    assert_eq!((parking.standing(&slip), parking.attempts(&slip)), (Standing::Waiting, 1));
    parking.on_wake(at(70));
    assert_eq!(parking.next(at(70)), Some(slip.number()));
    assert!(!parking.finish(&slip, lost), "whoever comes back late does not finish what another works on");
    let lease = leased(&parking, &slip);
    assert!(parking.finish(&slip, lease));
    assert_eq!(parking.standing(&slip), Standing::Finished);
}

/// Two consumers that each read the same range before either trimmed it both got all ten items.
#[test]
fn two_workers_never_get_the_same_item() {
    let mut parking = Parking::new(policy());
    let slips: Vec<Slip> = (0..4).map(|_| parking.park(2, false, Instant::NEVER, at(0)).unwrap()).collect();
    let taken: Vec<Option<u32>> = (0..4).map(|_| parking.next(at(0))).collect();
    assert_eq!(taken, [Some(slips[0].number()), Some(slips[1].number()), None, None]);
}

#[test]
fn a_failed_item_is_left_alone_ever_longer_and_then_is_a_dead_letter() {
    let mut parking = Parking::new(policy());
    let slip = parking.park(2, false, Instant::NEVER, at(0)).unwrap();
    for (comes, again) in [(0, 10), (10, 30), (30, 30)] {
        parking.on_wake(at(comes));
        assert_eq!(parking.next(at(comes)), Some(slip.number()), "at {comes}");
        let lease = leased(&parking, &slip);
        assert!(parking.back(&slip, lease, Return::Failed, at(comes)));
        assert_eq!(parking.next(at(comes)), None);
        if again > comes {
            assert_eq!(parking.next_wake(at(comes), Some(at(0))), Some(at(again)));
        }
    }
    let dead = DeadLetter { reason: Reason::AttemptsSpent, attempts: 3, since: at(0) };
    assert_eq!(parking.standing(&slip), Standing::Dead(dead));
    assert_eq!((parking.waiting(), parking.next_wake(at(30), Some(at(0)))), (0, None));
}

/// Ten thousand items come back untried while the provider is down: none of them is to blame.
#[test]
fn what_came_back_untried_has_spent_no_attempt() {
    let mut parking = Parking::new(policy());
    let slip = parking.park(2, false, Instant::NEVER, at(0)).unwrap();
    for round in 0..20 {
        parking.on_wake(at(round * 10));
        assert_eq!(parking.next(at(round * 10)), Some(slip.number()));
        let lease = leased(&parking, &slip);
        assert!(parking.back(&slip, lease, Return::Untried, at(round * 10)));
    }
    assert_eq!((parking.attempts(&slip), parking.standing(&slip)), (0, Standing::Waiting));
}

#[test]
fn what_no_repetition_can_mend_is_given_up_at_once() {
    let mut parking = Parking::new(policy());
    let slip = parking.park(2, false, Instant::NEVER, at(5)).unwrap();
    parking.next(at(6));
    let lease = leased(&parking, &slip);
    assert!(parking.back(&slip, lease, Return::Hopeless(Reason::ContextLimit), at(7)));
    let dead = DeadLetter { reason: Reason::ContextLimit, attempts: 0, since: at(5) };
    assert_eq!(parking.standing(&slip), Standing::Dead(dead));
}

#[test]
fn what_is_too_old_is_given_up_where_it_waits_or_when_it_comes_back() {
    let mut parking = Parking::new(policy());
    let (waits, works) = (
        parking.park(3, false, Instant::NEVER, at(0)).unwrap(),
        parking.park(2, false, Instant::NEVER, at(0)).unwrap(),
    );
    assert_eq!(parking.next(at(3_590)), Some(works.number()));
    let lease = leased(&parking, &works);
    parking.on_wake(at(3_599));
    assert_eq!(parking.standing(&waits), Standing::Waiting);
    parking.on_wake(at(3_600));
    assert!(matches!(parking.standing(&waits), Standing::Dead(DeadLetter { reason: Reason::TooOld, .. })));
    assert!(parking.back(&works, lease, Return::Untried, at(3_600)));
    assert!(matches!(parking.standing(&works), Standing::Dead(DeadLetter { reason: Reason::TooOld, .. })));
}

#[test]
fn no_more_are_taken_up_in_a_period_than_it_allows() {
    let drain = DrainPolicy { at_once: 100, amount: 2, ..policy().drain };
    let mut parking = Parking::new(ParkingPolicy { drain, ..policy() });
    let _slips: Vec<Slip> = (0..4).map(|_| parking.park(2, false, Instant::NEVER, at(0)).unwrap()).collect();
    assert!(parking.next(at(0)).is_some() && parking.next(at(20)).is_some());
    assert_eq!(parking.next(at(59)), None);
    let wake = parking.next_wake(at(59), Some(at(0)));
    assert_eq!(wake, Some(at(60)), "the lease and the pace agree here");
    assert!(parking.next(at(60)).is_some());
    assert_eq!(parking.next(at(79)), None);
    assert!(parking.next(at(80)).is_some());
}

/// From 22:00 to 06:00, in a run that starts at 20:00.
#[test]
fn the_hours_may_span_midnight() {
    let hour = |n: u64| Span(n * HOUR);
    let night = DrainHours { starts_at: hour(20), from: hour(22), until: hour(6) };
    for (now, open) in [(0, 2), (1, 2), (2, 2), (9, 9), (10, 26), (25, 26), (26, 26)] {
        assert_eq!(night.open_at(Instant(now * HOUR)), Instant(open * HOUR), "{now}");
    }
    let day = DrainHours { starts_at: hour(20), from: hour(9), until: hour(17) };
    for (now, open) in [(0, 13), (13, 13), (20, 20), (21, 37)] {
        assert_eq!(day.open_at(Instant(now * HOUR)), Instant(open * HOUR), "{now}");
    }
}

/// One step of a random life.
#[derive(Clone, Debug)]
enum Act {
    Park(u8),
    Take,
    Finish(usize),
    Back(usize, u8),
    Cancel(usize),
    Pass(u64),
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        3 => (0u8..4).prop_map(Act::Park),
        4 => Just(Act::Take),
        2 => any::<usize>().prop_map(Act::Finish),
        2 => (any::<usize>(), 0u8..3).prop_map(|(place, how)| Act::Back(place, how)),
        1 => any::<usize>().prop_map(Act::Cancel),
        3 => (0u64..900).prop_map(Act::Pass),
    ]
}

/// What the test itself knows of an item.
struct Known {
    slip: Slip,
    class: u8,
    since: Instant,
    lease: Option<Lease>,
    takes: u32,
}

#[derive(Default)]
struct Counts {
    parked: usize,
    finished: usize,
    cancelled: usize,
}

proptest! {
    #![proptest_config(ProptestConfig {
        failure_persistence: None,
        rng_seed: proptest::test_runner::RngSeed::Fixed(20_260_311),
        ..ProptestConfig::default()
    })]

    /// Nothing is lost, nothing is delivered twice while it is leased, the order is that of class and age, attempts are
    /// bounded, and parked = finished + cancelled + dead + under way + waiting.
    #[test]
    fn nothing_is_lost_and_nothing_is_delivered_twice(acts in prop::collection::vec(act(), 1..200)) {
        let mut parking = Parking::new(policy());
        let (mut now, mut known, mut counts) = (at(0), Vec::<Known>::new(), Counts::default());
        for act in acts {
            match act {
                Act::Park(class) => if let Ok(slip) = parking.park(class, false, Instant::NEVER, now) {
                    counts.parked += 1;
                    known.push(Known { slip, class, since: now, lease: None, takes: 0 });
                },
                Act::Take => if let Some(slot) = parking.next(now) {
                    let place = known.iter().position(|item| item.slip.number() == slot).expect("it is known");
                    let (class, since) = (known[place].class, known[place].since);
                    let ahead = known.iter().filter(|item| (item.class, item.since) < (class, since));
                    for item in ahead {
                        let state = parking.entries[item.slip.number() as usize].state;
                        prop_assert!(state != State::Ready, "one that is more urgent or older was passed over");
                    }
                    let lease = leased(&parking, &known[place].slip);
                    known[place].takes += 1;
                    prop_assert!(known[place].lease.is_none_or(|old| now >= old.until), "leased to two at once");
                    prop_assert!(known[place].takes <= 1_000);
                    known[place].lease = Some(lease);
                },
                Act::Finish(n) if !known.is_empty() => {
                    let place = n % known.len();
                    if let Some(lease) = known[place].lease.take()
                        && parking.finish(&known[place].slip, lease)
                    {
                        counts.finished += 1;
                        parking.leave(known.remove(place).slip);
                    }
                }
                Act::Back(n, how) if !known.is_empty() => {
                    let how = [Return::Untried, Return::Failed, Return::Hopeless(Reason::NeverFits)][how as usize];
                    let place = n % known.len();
                    if let Some(lease) = known[place].lease.take() {
                        parking.back(&known[place].slip, lease, how, now);
                    }
                }
                Act::Cancel(n) if !known.is_empty() => {
                    counts.cancelled += 1;
                    let place = n % known.len();
                    parking.leave(known.remove(place).slip);
                }
                Act::Pass(seconds) => {
                    now = now + Span::secs(seconds);
                    parking.on_wake(now);
                }
                _ => {}
            }
            let (mut waiting, mut under_way, mut dead) = (0, 0, 0);
            for item in &known {
                prop_assert!(parking.attempts(&item.slip) <= 3);
                match parking.standing(&item.slip) {
                    Standing::Waiting => waiting += 1,
                    Standing::Leased(_) => under_way += 1,
                    Standing::Dead(_) => dead += 1,
                    Standing::Finished => prop_assert!(false, "finished by nobody"),
                }
            }
            prop_assert_eq!(counts.parked, counts.finished + counts.cancelled + waiting + under_way + dead);
            prop_assert_eq!(parking.waiting(), waiting as u64);
            prop_assert!(under_way <= 2);
        }
    }

    /// What it says is next due is due: a nanosecond earlier nothing happens, and then something does.
    #[test]
    fn a_wake_is_tight(parks in 1usize..6, takes in 0usize..3, amount in 1u32..4, gap in 0u64..100) {
        let drain = DrainPolicy { amount, ..policy().drain };
        let mut parking = Parking::new(ParkingPolicy { drain, ..policy() });
        let _slips: Vec<Slip> = (0..parks).filter_map(|n| parking.park(2, false, Instant::NEVER, at(n as u64 * gap)).ok()).collect();
        let mut now = at(parks as u64 * gap);
        for _ in 0..takes {
            parking.next(now);
        }
        for _ in 0..40 {
            while parking.next(now).is_some() {}
            let Some(wake) = parking.next_wake(now, Some(now)) else { break };
            prop_assert!(wake > now, "busy polling");
            let (mut early, mut due) = (parking.clone(), parking.clone());
            let standings = |p: &Parking| p.entries.iter().map(|entry| entry.state).collect::<Vec<_>>();
            let before = standings(&parking);
            early.on_wake(Instant(wake.0 - 1));
            prop_assert_eq!(early.next(Instant(wake.0 - 1)), None);
            prop_assert_eq!(standings(&early), before.clone());
            due.on_wake(wake);
            due.next(wake);
            prop_assert_ne!(standings(&due), before);
            now = wake;
            parking.on_wake(now);
        }
    }
}
