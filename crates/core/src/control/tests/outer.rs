//! Two projects of one organisation: pools within a pool.

use super::*;
use proptest::prelude::*;

/// The organisation's own lane (0), and a lane each of two projects (1 and 2). The organisation has what the plain pool
/// has: 60 requests a minute, two at once, and 6,000 output tokens a minute, 1,000 at once. Each project may use half
/// of the tokens.
fn projects() -> Topology {
    let organisation = topology();
    let half = Some(RateLimit { amount: 3_000, period: Span::secs(60), burst: 500 });
    let project = PoolLimits { output_tokens: half, ..PoolLimits::default() };
    let lane = |pool| LanePlan { pool: Some(pool), ..organisation.lanes[0] };
    Topology {
        pools: vec![organisation.pools[0], project, project],
        within: vec![None, Some(0), Some(0)],
        lanes: vec![lane(0), lane(1), lane(2)],
        ..organisation
    }
}

fn on(lane: u16, turn: u32, output_tokens: u64) -> Want {
    Want { lane: LaneId(lane), ..want(turn, output_tokens) }
}

#[test]
fn a_call_takes_from_its_project_and_from_the_organisation_or_from_neither() {
    let mut control = Control::new(policy(), &projects(), at(0));
    let first = granted(control.enqueue(on(1, 0, 400), at(0)));
    let of_project = waiting(control.enqueue(on(1, 1, 200), at(0)));
    let second = granted(control.enqueue(on(2, 2, 100), at(0)));
    assert!(control.verdict(&of_project).is_none(), "its project has 100 left, and the organisation 500");
    let of_organisation = waiting(control.enqueue(on(2, 3, 1), at(0)));
    assert_eq!(control.next_wake(), Some(at(1)), "the organisation has used its two requests");
    control.on_wake(at(1));
    let third = control.verdict(&of_organisation).unwrap().unwrap();
    assert_eq!(control.held(&third).blocked_on(), Blocker::Requests);
    control.cancel(of_project, at(1));
    [first, second, third].into_iter().for_each(|grant| control.void(grant, at(1)));
    nothing_held(&control);
    for lane in [1, 2] {
        let all = granted(control.enqueue(on(lane, 4, 500), at(1)));
        control.settle(all, done(AttemptResult::Completed, Some(1)), at(1));
    }
    nothing_held(&control);
}

#[test]
fn what_is_larger_than_either_limit_never_waits() {
    let mut control = Control::new(policy(), &projects(), at(0));
    assert!(matches!(control.enqueue(on(1, 0, 501), at(0)), Entry::Refused(Reason::NeverFits)));
    let whole = granted(control.enqueue(on(0, 1, 501), at(0)));
    control.void(whole, at(0));
    let mut wide = projects();
    wide.pools[1] = PoolLimits::default();
    let mut control = Control::new(policy(), &wide, at(0));
    assert!(matches!(control.enqueue(on(1, 0, 1_001), at(0)), Entry::Refused(Reason::NeverFits)));
    nothing_held(&control);
}

/// The small calls of one project once took every token that came in, and a large one of the other waited for ever.
#[test]
fn who_waits_longest_for_the_organisation_goes_first() {
    let mut control = Control::new(policy(), &projects(), at(0));
    let big = granted(control.enqueue(on(0, 0, 1_000), at(0)));
    let large = waiting(control.enqueue(on(1, 1, 500), at(0)));
    let small = waiting(control.enqueue(on(2, 2, 1), at(1)));
    control.on_wake(at(4));
    assert!(control.verdict(&small).is_none(), "400 tokens have come in, for which the large one waits");
    control.on_wake(at(5));
    let large = control.verdict(&large).unwrap().unwrap();
    control.on_wake(at(6));
    let small = control.verdict(&small).unwrap().unwrap();
    [big, large, small].into_iter().for_each(|grant| control.void(grant, at(6)));
    nothing_held(&control);
}

/// The line follows the policy's discipline, not only its age: else a night's batch of one project would go before every
/// question that another asks meanwhile.
#[test]
fn an_urgent_call_of_another_project_goes_before_an_old_one() {
    let mut policy = policy();
    policy.queue.discipline = Discipline::Priority;
    let mut control = Control::new(policy, &projects(), at(0));
    let big = granted(control.enqueue(on(0, 0, 1_000), at(0)));
    let old = waiting(control.enqueue(Want { priority: 5, ..on(1, 1, 500) }, at(0)));
    let urgent = granted(control.enqueue(Want { priority: 0, ..on(2, 2, 100) }, at(1)));
    assert!(control.verdict(&old).is_none());
    control.cancel(old, at(1));
    [big, urgent].into_iter().for_each(|grant| control.void(grant, at(1)));
    nothing_held(&control);
}

#[test]
fn whose_deadline_is_nearest_goes_first_whatever_its_project() {
    let mut policy = policy();
    policy.queue.discipline = Discipline::EarliestDeadline;
    let mut control = Control::new(policy, &projects(), at(0));
    let due = |lane, turn, size, second| Want { deadline: at(second), ..on(lane, turn, size) };
    let big = granted(control.enqueue(on(0, 0, 1_000), at(0)));
    let old = waiting(control.enqueue(due(1, 1, 500, 25), at(0)));
    let nearer = granted(control.enqueue(due(2, 2, 100, 20), at(1)));
    let later = waiting(control.enqueue(due(2, 3, 1, 28), at(2)));
    assert!(control.verdict(&old).is_none(), "100 tokens have come in, and it needs 500");
    control.cancel(old, at(2));
    let later = control.verdict(&later).expect("nobody is before it").expect("granted");
    [big, nearer, later].into_iter().for_each(|grant| control.void(grant, at(2)));
    nothing_held(&control);
}

/// Whoever stood behind the first of the line was once not asked again when that one gave up.
#[test]
fn the_line_goes_on_when_its_first_gives_up_or_a_call_of_another_project_ends() {
    let mut topology = projects();
    topology.pools[0] = PoolLimits { concurrency: Some(1), ..PoolLimits::default() };
    let mut control = Control::new(policy(), &topology, at(0));
    let call = granted(control.enqueue(on(0, 0, 1), at(0)));
    let places = [(1, 1), (2, 2), (1, 3)]
        .map(|(lane, turn)| waiting(control.enqueue(on(lane, turn, 1), at(u64::from(turn)))));
    let [first, second, third] = places;
    control.cancel(first, at(4));
    control.settle(call, done(AttemptResult::Completed, Some(1)), at(4));
    let second = control.verdict(&second).expect("it is its turn").expect("granted");
    assert!(control.verdict(&third).is_none());
    control.void(second, at(5));
    let third = control.verdict(&third).expect("it is its turn").expect("granted");
    control.void(third, at(5));
    nothing_held(&control);
}

/// A direct call of the organisation that is refused tells of the organisation's quota, so its projects hold back too; one
/// of a project may be of the project's, so no other project does.
#[test]
fn a_429_holds_back_what_it_can_be_about() {
    for (refused_on, held_back) in [(0, [true, true, true]), (1, [false, true, false])] {
        let mut topology = projects();
        topology.pools[0] = PoolLimits::default();
        let mut control = Control::new(policy(), &topology, at(0));
        let call = granted(control.enqueue(on(refused_on, 0, 1), at(0)));
        control.settle(call, done(AttemptResult::RateLimited, None), at(0));
        for (lane, held_back) in (0..).zip(held_back) {
            match control.enqueue(on(lane, 1, 1), at(0)) {
                Entry::Granted(grant) => {
                    assert!(!held_back, "lane {lane} after a 429 on {refused_on}");
                    control.void(grant, at(0));
                }
                Entry::Waiting(place) => {
                    assert!(held_back, "lane {lane} after a 429 on {refused_on}");
                    control.cancel(place, at(0));
                }
                Entry::Refused(reason) => panic!("{reason:?}"),
            }
        }
        nothing_held(&control);
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 300,
        failure_persistence: None,
        rng_seed: proptest::test_runner::RngSeed::Fixed(20_260_311),
        ..ProptestConfig::default()
    })]

    /// Over all projects never more is granted than the organisation has; nobody waits without a wake; and whoever waits goes
    /// at the very instant at which the wakes say, until nobody does.
    #[test]
    fn projects_never_exceed_their_organisation_and_nobody_is_forgotten(
        asks in prop::collection::vec((0u16..3, 1u64..500, 0u64..8, 0u8..3), 1..80),
        fair in any::<bool>(),
    ) {
        let mut policy = policy();
        policy.queue = QueuePolicy { max_waiting: 100, max_wait: Span::MAX, ..policy.queue };
        policy.queue.discipline =
            if fair { Discipline::Fair { ageing: Span::secs(5) } } else { Discipline::Priority };
        let mut control = Control::new(policy, &projects(), at(0));
        let (mut now, mut places, mut granted) = (at(0), Vec::new(), Vec::new());
        for (turn, (lane, size, quarters, priority)) in (0u32..).zip(asks) {
            let then = Instant(now.0 + quarters * SECOND / 4);
            while let Some(wake) = control.next_wake().filter(|wake| *wake < then) {
                control.on_wake(wake);
                collect(&mut control, &mut places, &mut granted, wake);
            }
            now = then;
            match control.enqueue(Want { priority, ..on(lane, turn, size) }, now) {
                Entry::Granted(grant) => granted.push((now, size, grant)),
                Entry::Waiting(place) => places.push((place, size)),
                Entry::Refused(reason) => prop_assert!(false, "refused: {:?}", reason),
            }
            collect(&mut control, &mut places, &mut granted, now);
        }
        while !places.is_empty() {
            let wake = control.next_wake();
            prop_assert!(wake.is_some(), "{} wait for ever", places.len());
            let wake = wake.expect("just asked");
            control.on_wake(wake);
            collect(&mut control, &mut places, &mut granted, wake);
        }
        // Nothing was given back meanwhile, so the bucket's envelope holds from every grant on.
        granted.sort_by_key(|(at, ..)| *at);
        for from in 0..granted.len() {
            let mut sum = 0;
            for (at, size, _) in &granted[from..] {
                sum += u128::from(*size);
                let came_in = u128::from(at.since(granted[from].0).0) * 6_000 / u128::from(60 * SECOND);
                prop_assert!(sum <= 1_000 + came_in + 1, "{sum} tokens");
            }
        }
        granted.into_iter().for_each(|(at, _, grant)| control.void(grant, at.max(now)));
        nothing_held(&control);
    }
}

/// Moves those whose verdict is in from the places to the grants.
fn collect(
    control: &mut Control,
    places: &mut Vec<(Place, u64)>,
    granted: &mut Vec<(Instant, u64, Grant)>,
    now: Instant,
) {
    let woken: Vec<u32> = control.drain_woken().collect();
    for number in woken {
        let index = places.iter().position(|(place, _)| place.number() == number).expect("a known place");
        let (place, size) = places.swap_remove(index);
        let grant = control.verdict(&place).expect("woken with a verdict").expect("nobody is refused");
        granted.push((now, size, grant));
    }
}
