mod any_order;
mod budget;
mod outer;
mod pace;

use super::*;
use crate::limiter::Charge;
use crate::settings::*;
use rushhour_base::event::Cause;
use rushhour_base::message::AttemptResult;
use rushhour_base::time::SECOND;
use rushhour_base::{Keep, RequestId, Usage, UserId, WorkflowId};
use rushhour_base::{LimitHeaders, Price, Prices, Rung};

const PAUSE: AtCap = AtCap::Pause { resume: Resume::AtTurn };

fn policy() -> Policy {
    Policy {
        limiter: LimiterPolicy::default(),
        queue: QueuePolicy {
            discipline: Discipline::Fifo,
            max_waiting: 5,
            max_wait: Span::secs(30),
            obeys_deadlines: true,
        },
        shared_backoff: true,
        breaker: Some(BreakerPolicy::consecutive(2, Span::secs(10), Span::secs(5))),
        retry: RetryPolicy {
            base: Span::secs(1),
            jitter: Jitter::Full,
            retry_after_max: Span::secs(60),
            ..RetryPolicy::OPENAI_PYTHON
        },
        layers: Vec::new(),
        guard: None,
        chain: vec![RungPolicy {
            rung: Rung::Primary,
            answered_by: Answerer::Models(vec![WeightedLane { lane: LaneId(0), weight: 1 }]),
            route: Route::Weighted,
        }],
        risk: None,
        on_error: ErrorRules::default(),
        correlated: None,
        classes: Vec::new(),
        caps: Vec::new(),
        costs: Vec::new(),
        timeout: Span::secs(60),
        stall: None,
        prompt_cache: Keep::No,
        windows: Windows::Known,
        ladder: None,
        parking: None,
        token_estimate: TokenEstimate::Exact,
        guarded: false,
        guard_tokens: 0,
        compression: None,
        validation: None,
        processes: 1,
    }
}

/// The same with one cap.
fn capped(scope: CapScope, amount: Money, window: CapWindow, at_cap: AtCap) -> Policy {
    Policy { caps: vec![CapPolicy { scope, amount, window, alerts: vec![], at_cap }], ..policy() }
}

/// One lane on one pool: 60 requests a minute, two at once; 6,000 output tokens a minute, 1,000 at once.
fn topology() -> Topology {
    let limit = |amount, burst| Some(RateLimit { amount, period: Span::secs(60), burst });
    Topology {
        pools: vec![PoolLimits {
            requests: limit(60, 2),
            output_tokens: limit(6_000, 1_000),
            ..PoolLimits::default()
        }],
        within: Vec::new(),
        lanes: vec![LanePlan {
            pool: Some(0),
            prices: Prices {
                input: Price(1),
                cached_read: Price(1),
                cache_write: Price(1),
                cache_write_1h: Price(2),
                output: Price(1_000_000),
                long: None,
            },
            context_tokens: 10_000,
            group: 0,
        }],
        workflows: 1,
        agents: 100,
        users: 100,
    }
}

fn want(turn: u32, output_tokens: u64) -> Want {
    Want {
        request: RequestId::new(AgentId(turn % 100), turn),
        user: UserId(turn % 100),
        workflow: WorkflowId(0),
        priority: 0,
        lane: LaneId(0),
        charge: Charge { input_tokens: 0, output_tokens },
        worst_case: Money(i128::from(output_tokens) * 1_000_000),
        deadline: Instant::NEVER,
    }
}

fn done(result: AttemptResult, output_tokens: Option<u64>) -> Settlement {
    let usage = output_tokens.map(|output_tokens| Usage { output_tokens, ..Usage::default() });
    let (retry_after, limits, cause) = (None, LimitHeaders::default(), Cause::Answer);
    Settlement { result, usage, retry_after, limits, cause, took: Span::ZERO, word: 0 }
}

fn granted(entry: Entry) -> Grant {
    match entry {
        Entry::Granted(grant) => grant,
        other => panic!("expected a grant, got {other:?}"),
    }
}

fn waiting(entry: Entry) -> Place {
    match entry {
        Entry::Waiting(place) => place,
        other => panic!("expected a place, got {other:?}"),
    }
}

fn at(second: u64) -> Instant {
    Instant(second * SECOND)
}

fn nothing_held(control: &Control) {
    let Event::Closed { waiting, in_flight, held_usd, tickets, .. } = control.closing() else { panic!() };
    assert_eq!((waiting, in_flight, held_usd, tickets), (0, 0, Money::ZERO, 0));
}

#[test]
fn who_waits_is_granted_at_the_very_instant_that_was_named() {
    let mut control = Control::new(policy(), &topology(), at(0));
    let first = granted(control.enqueue(want(0, 100), at(0)));
    let second = granted(control.enqueue(want(1, 100), at(0)));
    let place = waiting(control.enqueue(want(2, 100), at(0)));
    assert_eq!(control.next_wake(), Some(at(1)));
    control.on_wake(Instant(SECOND - 1));
    assert!(control.verdict(&place).is_none());
    control.on_wake(at(1));
    assert_eq!(control.drain_woken().collect::<Vec<_>>(), [place.number()]);
    let third = control.verdict(&place).unwrap().unwrap();
    let held = control.held(&third);
    assert_eq!((held.waited(), held.blocked_on()), (Span::secs(1), Blocker::Requests));
    for grant in [first, second, third] {
        let posting = control.settle(grant, done(AttemptResult::Completed, Some(100)), at(2)).unwrap();
        assert_eq!((posting.amount, posting.estimated), (Money(100_000_000), false));
    }
    nothing_held(&control);
}

/// A refund lets the next request go at once, not at the next tick of a poll.
#[test]
fn a_settlement_wakes_who_waited_for_its_tokens() {
    let mut control = Control::new(policy(), &topology(), at(0));
    let big = granted(control.enqueue(want(0, 1_000), at(0)));
    let place = waiting(control.enqueue(want(1, 500), at(0)));
    control.settle(big, done(AttemptResult::Completed, Some(10)), at(1));
    assert_eq!(control.drain_woken().count(), 1);
    let grant = control.verdict(&place).unwrap().unwrap();
    assert_eq!(control.held(&grant).blocked_on(), Blocker::OutputTokens);
    control.void(grant, at(1));
    nothing_held(&control);
}

#[test]
fn nothing_is_taken_unless_all_agree() {
    let policy = capped(CapScope::Fleet, Money(500_000_000), CapWindow::Total, AtCap::Fall);
    let mut control = Control::new(policy, &topology(), at(0));
    for _ in 0..50 {
        assert!(matches!(control.enqueue(want(0, 1_000), at(0)), Entry::Refused(Reason::Budget)));
    }
    nothing_held(&control);
    let two = [granted(control.enqueue(want(1, 200), at(0))), granted(control.enqueue(want(2, 200), at(0)))];
    two.into_iter().for_each(|grant| control.void(grant, at(0)));
    nothing_held(&control);
}

#[test]
fn a_request_larger_than_its_limit_never_waits() {
    let mut control = Control::new(policy(), &topology(), at(0));
    assert!(matches!(control.enqueue(want(0, 1_001), at(0)), Entry::Refused(Reason::NeverFits)));
    nothing_held(&control);
}

#[test]
fn prompt_and_longest_reply_share_the_context_window() {
    let control = Control::new(policy(), &topology(), at(0));
    assert!(control.fits(LaneId(0), 9_000, 1_000));
    assert!(!control.fits(LaneId(0), 9_001, 1_000));
}

#[test]
fn the_queue_is_bounded_and_nobody_waits_for_ever() {
    let mut control = Control::new(policy(), &topology(), at(0));
    let big = granted(control.enqueue(want(0, 1_000), at(0)));
    let places: Vec<Place> = (1..6).map(|turn| waiting(control.enqueue(want(turn, 1_000), at(0)))).collect();
    assert!(matches!(control.enqueue(want(6, 1_000), at(0)), Entry::Refused(Reason::QueueFull)));
    control.on_wake(at(30));
    let verdicts: Vec<_> = places.iter().map(|place| control.verdict(place).map(|v| v.map(drop))).collect();
    assert_eq!(verdicts, vec![Some(Err(Reason::QueueTimeout)); 5]);
    control.void(big, at(30));
    nothing_held(&control);
}

/// After one agent's 429 every agent of the pool holds back; before, each of a hundred learned it by its own 429.
#[test]
fn one_429_holds_the_whole_pool_back() {
    let mut control = Control::new(policy(), &topology(), at(0));
    let grant = granted(control.enqueue(want(0, 100), at(0)));
    let refused = Settlement { retry_after: Some(Span::secs(7)), ..done(AttemptResult::RateLimited, None) };
    assert_eq!(control.settle(grant, refused, at(0)), None);
    assert_eq!(
        control.drain_news().collect::<Vec<_>>(),
        [Event::BackedOff { lane: LaneId(0), until: at(7) }]
    );
    let place = waiting(control.enqueue(want(1, 100), at(1)));
    assert_eq!(control.next_wake(), Some(at(7)));
    control.on_wake(at(7));
    let grant = control.verdict(&place).unwrap().unwrap();
    assert_eq!(control.held(&grant).blocked_on(), Blocker::Backoff);
    control.void(grant, at(7));
}

/// A 429 that also opens the breaker turned the lane's waiters away, and the pump behind that let other lanes of the pool
/// go before the backoff was in force.
#[test]
fn a_429_that_opens_the_breaker_holds_the_pool_back_all_the_same() {
    let mut breaker = BreakerPolicy::consecutive(1, Span::secs(10), Span::secs(5));
    breaker.counted.rate_limited = true;
    let policy = Policy { breaker: Some(breaker), ..policy() };
    let mut topology = topology();
    topology.pools[0].concurrency = Some(1);
    topology.lanes.push(topology.lanes[0]);
    let mut control = Control::new(policy, &topology, at(0));
    let call = granted(control.enqueue(want(0, 1), at(0)));
    let other_lane = waiting(control.enqueue(Want { lane: LaneId(1), ..want(1, 1) }, at(0)));
    let same_lane = waiting(control.enqueue(want(2, 1), at(0)));
    let refused = Settlement { retry_after: Some(Span::secs(7)), ..done(AttemptResult::RateLimited, None) };
    assert_eq!(control.settle(call, refused, at(0)), None);
    assert_eq!(control.verdict(&same_lane).map(|verdict| verdict.map(drop)), Some(Err(Reason::BreakerOpen)));
    assert!(control.verdict(&other_lane).is_none(), "it went out before the backoff");
    control.on_wake(at(7));
    let grant = control.verdict(&other_lane).and_then(Result::ok).expect("the backoff is over");
    control.void(grant, at(7));
    nothing_held(&control);
}

#[test]
fn an_open_breaker_sends_the_queue_on_and_one_probe_decides() {
    let mut control = Control::new(policy(), &topology(), at(0));
    let two = [0, 1].map(|turn| granted(control.enqueue(want(turn, 450), at(0))));
    let third = granted(control.enqueue(want(2, 100), at(1)));
    let behind = waiting(control.enqueue(want(3, 1_000), at(1)));
    two.into_iter().for_each(|grant| {
        assert_eq!(control.settle(grant, done(AttemptResult::ServerError, None), at(1)), None);
    });
    assert_eq!(control.verdict(&behind).map(|verdict| verdict.map(drop)), Some(Err(Reason::BreakerOpen)));
    assert!(matches!(control.enqueue(want(3, 10), at(5)), Entry::Refused(Reason::BreakerOpen)));
    let probe = granted(control.enqueue(want(4, 10), at(11)));
    assert!(matches!(control.enqueue(want(5, 10), at(11)), Entry::Refused(Reason::BreakerOpen)));
    control.settle(third, done(AttemptResult::ServerError, None), at(11));
    control.settle(probe, done(AttemptResult::Completed, Some(1)), at(12));
    let states: Vec<_> = control
        .drain_news()
        .filter_map(|event| match event {
            Event::BreakerMoved { state, .. } => Some(state.name()),
            _ => None,
        })
        .collect();
    assert_eq!(states, ["open", "half_open", "closed"], "the third call's outcome was of an older epoch");
}

/// A probe whose outcome is lost must not shut a lane out for good.
#[test]
fn a_lost_probe_gives_way_after_its_lease() {
    let mut control = Control::new(policy(), &topology(), at(0));
    for _ in 0..2 {
        let grant = granted(control.enqueue(want(0, 1), at(0)));
        control.settle(grant, done(AttemptResult::Overloaded, None), at(0));
    }
    let lost = granted(control.enqueue(want(1, 1), at(10)));
    assert!(!control.healthy(LaneId(0), at(14)));
    let next = granted(control.enqueue(want(2, 1), at(15)));
    control.settle(next, done(AttemptResult::Completed, Some(1)), at(17));
    assert!(control.healthy(LaneId(0), at(17)));
    control.settle(lost, done(AttemptResult::ServerError, None), at(18));
    assert!(control.healthy(LaneId(0), at(18)), "the lost probe was of an older epoch");
}

/// Each new lease once made the probe before it worthless, so a lane slower than the lease stayed half-open for ever.
#[test]
fn a_lane_slower_than_the_lease_closes_all_the_same() {
    let mut control = Control::new(policy(), &topology(), at(0));
    for _ in 0..2 {
        let grant = granted(control.enqueue(want(0, 1), at(0)));
        control.settle(grant, done(AttemptResult::Overloaded, None), at(0));
    }
    let first = granted(control.enqueue(want(1, 1), at(10)));
    let second = granted(control.enqueue(want(2, 1), at(15)));
    control.settle(first, done(AttemptResult::Completed, Some(1)), at(16));
    let third = granted(control.enqueue(want(3, 1), at(16)));
    [second, third].into_iter().for_each(|grant| control.void(grant, at(17)));
    nothing_held(&control);
}

/// An opening breaker once left those waiting who stood in other queues, or behind another lane's request.
#[test]
fn an_opening_breaker_turns_away_whoever_waits_for_the_lane() {
    let mut policy = policy();
    policy.limiter.scope = LimiterScope::Key;
    let mut control = Control::new(policy, &topology(), at(0));
    let of = |agent: u32, turn: u32| Want { request: RequestId::new(AgentId(agent), turn), ..want(0, 1_000) };
    let first = granted(control.enqueue(of(1, 0), at(0)));
    let other = waiting(control.enqueue(of(1, 1), at(0)));
    for turn in 0..2 {
        let grant = granted(control.enqueue(of(2, turn), at(1)));
        control.settle(grant, done(AttemptResult::ServerError, None), at(1));
    }
    assert_eq!(control.verdict(&other).map(|verdict| verdict.map(drop)), Some(Err(Reason::BreakerOpen)));
    control.void(first, at(1));
    nothing_held(&control);
}

/// A 429 whose Retry-After the policy ignores once held nobody back at all.
#[test]
fn an_ignored_retry_after_still_backs_off() {
    let mut policy = policy();
    policy.retry.retry_after_max = Span::ZERO;
    let mut control = Control::new(policy, &topology(), at(0));
    let grant = granted(control.enqueue(want(0, 100), at(0)));
    let refused = Settlement { retry_after: Some(Span::secs(7)), ..done(AttemptResult::RateLimited, None) };
    assert_eq!(control.settle(grant, refused, at(0)), None);
    assert_eq!(
        control.drain_news().collect::<Vec<_>>(),
        [Event::BackedOff { lane: LaneId(0), until: at(1) }]
    );
}

/// A call that the client gave up on may still be billed, so it settles at its reservation.
#[test]
fn an_unknown_usage_settles_at_the_reservation() {
    use AttemptResult::*;
    let settled = |result| {
        let mut control = Control::new(policy(), &topology(), at(0));
        let grant = granted(control.enqueue(want(0, 300), at(0)));
        control.settle(grant, done(result, None), at(60))
    };
    let posting = Posting { cause: Cause::Wasted, amount: Money(300_000_000), estimated: true };
    for result in [TimedOut, Stalled, Cancelled, Disconnected, Truncated, StreamError, Malformed] {
        assert_eq!(settled(result), Some(posting), "{result}");
    }
    for result in [RateLimited, Overloaded, ServerError, InvalidRequest, Unauthorized, CreditExhausted] {
        assert_eq!(settled(result), None, "{result}");
    }
}

#[test]
fn keys_of_their_own_do_not_share_a_limiter() {
    let mut policy = policy();
    policy.limiter.scope = LimiterScope::Key;
    let mut control = Control::new(policy, &topology(), at(0));
    let grants: Vec<Grant> = (0..10).map(|turn| granted(control.enqueue(want(turn, 1_000), at(0)))).collect();
    grants.into_iter().for_each(|grant| control.void(grant, at(0)));
    nothing_held(&control);
}
