//! What each agent is held to: it holds up its own requests and nobody else's.

use super::*;
use crate::limiter::pace::Pace;
use proptest::prelude::*;

const PACE: AgentLimits = AgentLimits {
    requests: Some((LimiterKind::SlidingLog, RateLimit { amount: 3, period: Span::secs(60), burst: 3 })),
    spacing: Span::secs(2),
};

fn paced() -> Policy {
    let mut policy = policy();
    policy.limiter.per_agent = PACE;
    policy.queue.max_wait = Span::secs(600);
    policy
}

/// The same topology without any limit of the pool's own.
fn unlimited() -> Topology {
    Topology { pools: vec![PoolLimits::default()], agents: 3, ..topology() }
}

fn of(agent: u32, turn: u32) -> Want {
    Want { request: RequestId::new(AgentId(agent), turn), ..want(turn, 0) }
}

/// Wakes the control until it has nothing to wait for, and tells who of `places` was granted when, and what they waited
/// for.
fn until_idle(control: &mut Control, places: Vec<Place>) -> Vec<(u64, Blocker)> {
    let mut granted = vec![(u64::MAX, Blocker::Nothing); places.len()];
    while let Some(now) = control.next_wake() {
        control.on_wake(now);
        control.drain_woken().for_each(drop);
        for (place, granted) in places.iter().zip(&mut granted) {
            if granted.0 == u64::MAX
                && let Some(Ok(grant)) = control.verdict(place)
            {
                *granted = (now.0 / SECOND, control.held(&grant).blocked_on());
                control.settle(grant, done(AttemptResult::Completed, Some(0)), now);
            }
        }
    }
    granted
}

#[test]
fn one_agents_limit_does_not_hold_up_the_others_behind_it() {
    let mut control = Control::new(paced(), &unlimited(), at(0));
    let first = granted(control.enqueue(of(0, 0), at(0)));
    let mut places: Vec<Place> = (1..5).map(|turn| waiting(control.enqueue(of(0, turn), at(0)))).collect();
    // The other agent finds no line to stand in.
    let other = granted(control.enqueue(of(1, 0), at(0)));
    places.push(waiting(control.enqueue(of(1, 1), at(0))));
    let (spacing, requests) = (Blocker::Spacing, Blocker::AgentRequests);
    assert_eq!(
        until_idle(&mut control, places),
        [(2, spacing), (4, spacing), (60, requests), (62, requests), (2, spacing)]
    );
    for grant in [first, other] {
        control.settle(grant, done(AttemptResult::Completed, Some(0)), at(700));
    }
    nothing_held(&control);
}

/// One agent over its pace once sent the whole fleet to economy, and kept parked work out for ever: whoever decides by the
/// queue must not see those who stand aside.
#[test]
fn who_stands_aside_is_not_seen_by_those_who_look_at_the_queue() {
    let mut control = Control::new(paced(), &unlimited(), at(0));
    let first = granted(control.enqueue(of(0, 0), at(0)));
    let aside = waiting(control.enqueue(of(0, 1), at(0)));
    let seen = |control: &Control| {
        let (lane, agent) = (LaneId(0), AgentId(1));
        (control.waiting_for(lane, agent), control.longest_wait(lane, agent, at(1)))
    };
    assert_eq!(seen(&control), (0, Span::ZERO));
    control.cancel(aside, at(1));
    control.settle(first, done(AttemptResult::Completed, Some(0)), at(1));
    nothing_held(&control);
}

/// Who stands in line is seen, under every discipline, by the one who came first.
#[test]
fn who_stands_in_line_is_seen() {
    for discipline in [Discipline::Fifo, Discipline::Priority, Discipline::Fair { ageing: Span::secs(20) }] {
        let mut policy = policy();
        policy.queue.discipline = discipline;
        let one_at_once = PoolLimits { concurrency: Some(1), ..PoolLimits::default() };
        let topology = Topology { pools: vec![one_at_once], agents: 3, ..topology() };
        let mut control = Control::new(policy, &topology, at(0));
        let first = granted(control.enqueue(of(0, 0), at(0)));
        let places = [1, 2].map(|turn| waiting(control.enqueue(of(turn, 0), at(u64::from(turn)))));
        let (lane, agent) = (LaneId(0), AgentId(0));
        let seen = (control.waiting_for(lane, agent), control.longest_wait(lane, agent, at(5)));
        assert_eq!(seen, (2, Span::secs(4)), "{discipline:?}");
        places.into_iter().for_each(|place| control.cancel(place, at(5)));
        control.settle(first, done(AttemptResult::Completed, Some(0)), at(5));
        nothing_held(&control);
    }
}

#[test]
fn a_newcomer_does_not_overtake_its_own_agents_request() {
    let mut control = Control::new(paced(), &unlimited(), at(0));
    let _first = granted(control.enqueue(of(0, 0), at(0)));
    let older = waiting(control.enqueue(of(0, 1), at(1)));
    // At the very instant at which the older one is due, but before the wake.
    let newer = waiting(control.enqueue(of(0, 2), at(2)));
    assert!(control.verdict(&older).unwrap().is_ok());
    assert!(control.verdict(&newer).is_none());
}

#[test]
fn who_gives_up_makes_room_for_the_next_of_the_agent() {
    let mut control = Control::new(paced(), &unlimited(), at(0));
    let _first = granted(control.enqueue(of(0, 0), at(0)));
    let older = waiting(control.enqueue(of(0, 1), at(0)));
    let newer = waiting(control.enqueue(of(0, 2), at(0)));
    control.cancel(older, at(1));
    assert_eq!(control.next_wake(), Some(at(2)));
    control.on_wake(at(2));
    assert!(control.verdict(&newer).unwrap().is_ok());
}

#[test]
fn a_call_that_was_never_sent_does_not_count() {
    let mut control = Control::new(paced(), &unlimited(), at(0));
    let first = granted(control.enqueue(of(0, 0), at(0)));
    let second = waiting(control.enqueue(of(0, 1), at(0)));
    control.void(first, at(1));
    assert!(control.verdict(&second).unwrap().is_ok());
}

#[test]
fn those_held_up_are_bounded_too() {
    let mut control = Control::new(paced(), &unlimited(), at(0));
    let _first = granted(control.enqueue(of(0, 0), at(0)));
    let _places: Vec<Place> = (1..6).map(|turn| waiting(control.enqueue(of(0, turn), at(0)))).collect();
    assert!(matches!(control.enqueue(of(0, 6), at(0)), Entry::Refused(Reason::QueueFull)));
    let _other = granted(control.enqueue(of(1, 0), at(0)));
}

/// A cap holds up the whole workflow, a pace one agent of it. The money that the paced request does not use now goes
/// to the next agent.
#[test]
fn a_paced_request_leaves_the_money_to_others() {
    let cap = Money(1_000_000_000);
    let mut policy = capped(CapScope::Fleet, cap, CapWindow::Total, PAUSE);
    policy.limiter.per_agent = PACE;
    let mut control = Control::new(policy, &unlimited(), at(0));
    let costs_all = |agent, turn| Want { worst_case: cap, ..of(agent, turn) };
    let first = granted(control.enqueue(costs_all(0, 0), at(0)));
    let same_agent = waiting(control.enqueue(costs_all(0, 1), at(0)));
    let other_agent = waiting(control.enqueue(costs_all(1, 0), at(0)));
    control.settle(first, done(AttemptResult::ServerError, None), at(1));
    assert!(control.verdict(&same_agent).is_none());
    assert!(control.verdict(&other_agent).unwrap().is_ok());
}

proptest! {
    #![proptest_config(ProptestConfig {
        failure_persistence: None,
        rng_seed: proptest::test_runner::RngSeed::Fixed(20_260_311),
        ..ProptestConfig::default()
    })]

    /// Where nothing else limits, each agent is served as if it were alone: first come, first served, each call at the first
    /// instant that its own limits allow.
    #[test]
    fn every_agent_is_served_as_if_it_were_alone(
        asks in prop::collection::vec((0u64..9_000, 0u32..3), 1..60),
    ) {
        let mut policy = paced();
        policy.queue = QueuePolicy { max_waiting: 1_000, max_wait: Span::secs(100_000), ..policy.queue };
        let mut control = Control::new(policy, &unlimited(), at(0));
        let mut alone = Pace::new(PACE, 3, at(0)).unwrap();
        let mut expected = Vec::new();
        let mut served = vec![None; asks.len()];
        let mut places: Vec<(usize, Place)> = Vec::new();
        let mut free_at = [Instant::START; 3];
        let mut now = Instant::START;
        let collect = |control: &mut Control, places: &mut Vec<(usize, Place)>, served: &mut Vec<Option<Instant>>, now| {
            places.retain(|(number, place)| match control.verdict(place) {
                None => true,
                Some(verdict) => {
                    let grant = verdict.expect("nobody is refused");
                    served[*number] = Some(now);
                    control.settle(grant, done(AttemptResult::Completed, Some(0)), now);
                    false
                }
            });
        };
        for (number, &(gap_ms, agent)) in asks.iter().enumerate() {
            let arrives = now + Span::millis(gap_ms);
            while let Some(wake) = control.next_wake().filter(|wake| *wake <= arrives) {
                control.on_wake(wake);
                collect(&mut control, &mut places, &mut served, wake);
            }
            now = arrives;
            match control.enqueue(of(agent, number as u32), now) {
                Entry::Granted(grant) => {
                    served[number] = Some(now);
                    control.settle(grant, done(AttemptResult::Completed, Some(0)), now);
                }
                Entry::Waiting(place) => places.push((number, place)),
                Entry::Refused(reason) => prop_assert!(false, "refused: {reason}"),
            }
            let mut goes = now.max(free_at[agent as usize]);
            while let Err(denial) = alone.ask(AgentId(agent), goes) {
                let crate::limiter::When::RetryAt(at) = denial.when else { unreachable!("only time moves it") };
                goes = at;
            }
            alone.take(AgentId(agent), goes);
            free_at[agent as usize] = goes;
            expected.push(Some(goes));
        }
        while let Some(wake) = control.next_wake() {
            control.on_wake(wake);
            collect(&mut control, &mut places, &mut served, wake);
        }
        prop_assert_eq!(served, expected);
        nothing_held(&control);
    }
}
