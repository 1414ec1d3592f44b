mod reference;

use super::*;
use crate::settings::{BreakerWindow, CooldownPolicy, Counted, ProbePolicy, SharePolicy, SlowPolicy};
use proptest::prelude::*;
use rushhour_base::Ratio;
use rushhour_base::time::SECOND;

const QUICK: Span = Span(1);

fn at(second: u64) -> Instant {
    Instant(second * SECOND)
}

fn percent(share: u64) -> Ratio {
    Ratio::new(share, 100).unwrap()
}

/// Two failures in a row, 10 s open, one probe with a lease of 5 s.
fn plain() -> BreakerPolicy {
    BreakerPolicy::consecutive(2, Span::secs(10), Span::secs(5))
}

fn share(window: BreakerWindow, min_calls: u32) -> BreakerPolicy {
    let slow = Some(SlowPolicy { after: Span::secs(8), share: percent(75) });
    BreakerPolicy {
        trip: Trip::Share(SharePolicy { window, share: percent(50), min_calls, slow }),
        ..plain()
    }
}

/// Calls that end one a second: `.` succeeds, `x` fails, `s` succeeds slowly, `X` fails slowly, `-` is no call. Returns
/// the seconds at which the breaker opened; it is closed anew after each.
fn opened(policy: BreakerPolicy, calls: &str) -> Vec<u64> {
    let mut breaker = Breaker::new(Some(policy));
    let mut opened = Vec::new();
    for (second, call) in calls.chars().enumerate().filter(|(_, call)| *call != '-') {
        let now = at(second as u64);
        let took = if matches!(call, 's' | 'X') { Span::secs(9) } else { QUICK };
        let ticket = breaker.enter(now);
        let moved = match call {
            'x' | 'X' => breaker.on_failure(ticket, took, now, 0),
            _ => breaker.on_success(ticket, took, now, 0),
        };
        if moved {
            opened.push(second as u64);
            breaker = Breaker::new(Some(policy));
        }
    }
    opened
}

#[test]
fn what_opens_each_kind() {
    let ten = |min_calls| share(BreakerWindow::Calls(10), min_calls);
    let blocks = share(BreakerWindow::Tumbling(4), 1);
    let time = share(BreakerWindow::Time { bucket: Span::secs(5), buckets: 2 }, 4);
    for (policy, calls, expected) in [
        (plain(), "x.x.xx", vec![5]),
        (ten(4), "xxx", vec![]),
        (ten(4), "xxxx", vec![3]),
        // A success can make the window full enough to be judged.
        (ten(4), "xx..", vec![3]),
        (ten(4), "x...x.x.x", vec![]),
        (ten(10), "xxxxx.....", vec![9]),
        // The eleventh call pushes the first out.
        (ten(10), "xxxx......x.", vec![]),
        (ten(10), ".xxxx.....x", vec![10]),
        // Slow calls have a share of their own, and a slow failure counts to both.
        (ten(4), "ss.s", vec![3]),
        (ten(4), "ss..s", vec![]),
        (ten(4), "X.sss", vec![3]),
        (blocks, ".xx.xxx", vec![3]),
        // Only a full block is judged, and it is forgotten then.
        (blocks, "x..xxx..", vec![3, 7]),
        (blocks, "x...x...", vec![]),
        (blocks, "xxx", vec![]),
        (time, "xx.xx", vec![3]),
        // The bucket from 0 s to 5 s is forgotten at 10 s.
        (time, "xx-------x.x", vec![]),
        (time, "xx-----xx.x", vec![8]),
    ] {
        assert_eq!(opened(policy, calls), expected, "{calls} with {:?}", policy.trip);
    }
}

/// Three probes at once, two must succeed.
fn three_probes() -> BreakerPolicy {
    BreakerPolicy { probes: ProbePolicy { at_once: 3, successes: 2, lease: Span::secs(5) }, ..plain() }
}

fn opened_at_zero(policy: BreakerPolicy) -> Breaker {
    let mut breaker = Breaker::new(Some(policy));
    while breaker.state().0 == BreakerState::Closed {
        let ticket = breaker.enter(at(0));
        breaker.on_failure(ticket, QUICK, at(0), 0);
    }
    breaker
}

#[test]
fn so_many_probes_pass_and_so_many_successes_close() {
    let mut breaker = opened_at_zero(three_probes());
    assert!(!breaker.passes(Instant(10 * SECOND - 1)));
    let [first, second, third] = [(); 3].map(|()| breaker.enter(at(10)));
    assert!(!breaker.passes(at(10)), "three are out");
    assert!(!breaker.on_success(first, QUICK, at(11), 0), "one is not enough");
    assert!(breaker.passes(at(11)), "its place is free");
    assert!(breaker.on_success(second, QUICK, at(12), 0));
    assert_eq!(breaker.state().0, BreakerState::Closed);
    // The third belongs to an older epoch now.
    let close = breaker.clone();
    assert!(!breaker.on_failure(third, QUICK, at(13), 0));
    assert_eq!((breaker.state(), breaker.tickets()), (close.state(), 0));
}

#[test]
fn the_first_probe_that_fails_opens_it_again() {
    let mut breaker = opened_at_zero(three_probes());
    let [first, second] = [(); 2].map(|()| breaker.enter(at(10)));
    assert!(!breaker.on_success(first, QUICK, at(11), 0));
    assert!(breaker.on_failure(second, QUICK, at(12), 0));
    assert_eq!(breaker.state(), (BreakerState::Open, at(22)));
    // The next phase begins at nought.
    let ticket = breaker.enter(at(22));
    assert!(!breaker.on_success(ticket, QUICK, at(22), 0));
}

/// A probe never came back, and its place was given to nobody: the lane stayed shut for good.
#[test]
fn a_lost_probe_gives_its_place_to_another_but_still_counts() {
    let mut breaker = opened_at_zero(plain());
    let lost = breaker.enter(at(10));
    assert!(!breaker.passes(Instant(15 * SECOND - 1)));
    let second = breaker.enter(at(15));
    assert!(!breaker.passes(at(16)));
    assert!(breaker.on_success(lost, Span::secs(7), at(17), 0));
    breaker.on_failure(second, QUICK, at(18), 0);
    assert_eq!(breaker.state().0, BreakerState::Closed);
}

/// A cancelled probe that had lost its place already must not free that of the probe in its stead.
#[test]
fn a_cancelled_probe_frees_its_own_place_only() {
    let mut breaker = opened_at_zero(plain());
    let lost = breaker.enter(at(10));
    let second = breaker.enter(at(15));
    breaker.on_neutral(lost);
    assert!(!breaker.passes(at(16)));
    breaker.on_neutral(second);
    assert!(breaker.passes(at(16)));
}

#[test]
fn a_slow_probe_opens_it_again() {
    let mut breaker = opened_at_zero(share(BreakerWindow::Calls(4), 1));
    let probe = breaker.enter(at(10));
    assert!(breaker.on_success(probe, Span::secs(9), at(19), 0));
    assert_eq!(breaker.state(), (BreakerState::Open, at(29)));
}

#[test]
fn cooldowns_grow_to_a_ceiling_and_start_afresh_after_a_success() {
    let cooldown = CooldownPolicy {
        first: Span::secs(10),
        growth_per_mille: 2_000,
        most: Span::secs(60),
        jitter: Ratio::ZERO,
    };
    let mut breaker = opened_at_zero(BreakerPolicy { cooldown, ..plain() });
    let mut lengths = Vec::new();
    let mut now = at(10);
    for _ in 0..5 {
        let probe = breaker.enter(now);
        assert!(breaker.on_failure(probe, QUICK, now, 0));
        let until = breaker.state().1;
        lengths.push(until.since(now).0 / SECOND);
        now = until;
    }
    assert_eq!(lengths, [20, 40, 60, 60, 60]);
    let probe = breaker.enter(now);
    assert!(breaker.on_success(probe, QUICK, now, 0));
    for _ in 0..2 {
        let call = breaker.enter(now);
        breaker.on_failure(call, QUICK, now, 0);
    }
    assert_eq!(breaker.state().1.since(now), Span::secs(10));
}

#[test]
fn jitter_shortens_a_cooldown_by_its_share_at_most() {
    let cooldown = CooldownPolicy { jitter: percent(20), ..plain().cooldown };
    for (word, expected_ms) in [(0, 10_000), (u64::MAX / 2, 9_000), (u64::MAX, 8_000)] {
        let mut breaker = Breaker::new(Some(BreakerPolicy { cooldown, ..plain() }));
        for _ in 0..2 {
            let call = breaker.enter(at(0));
            breaker.on_failure(call, QUICK, at(0), word);
        }
        let open = breaker.state().1.since(at(0));
        assert!(open.0.abs_diff(expected_ms * 1_000_000) <= 1, "{open}");
    }
}

#[test]
fn the_callers_own_errors_never_count() {
    let counted = Counted {
        rate_limited: false,
        overloaded: true,
        server_error: false,
        timed_out: true,
        broken: true,
        account: false,
    };
    let policy = BreakerPolicy { counted, ..plain() };
    use AttemptResult::*;
    assert_eq!(policy.verdict(Completed), Verdict::Success);
    for result in [Overloaded, TimedOut, Stalled, Disconnected, Truncated, StreamError, Malformed] {
        assert_eq!(policy.verdict(result), Verdict::Failure, "{result}");
    }
    for result in [ServerError, RateLimited, InvalidRequest, Cancelled, Unauthorized, CreditExhausted] {
        assert_eq!(policy.verdict(result), Verdict::Nothing, "{result}");
    }
    let counts_429 = BreakerPolicy { counted: Counted { rate_limited: true, ..counted }, ..policy };
    assert_eq!(counts_429.verdict(AttemptResult::RateLimited), Verdict::Failure);
}

fn arbitrary_policy() -> impl Strategy<Value = BreakerPolicy> {
    let window = prop_oneof![
        (1u32..30).prop_map(BreakerWindow::Calls),
        (1u32..30).prop_map(BreakerWindow::Tumbling),
        (1u64..20, 1u32..8)
            .prop_map(|(bucket, buckets)| BreakerWindow::Time { bucket: Span::secs(bucket), buckets }),
    ];
    let slow = prop::option::of((1u64..10, 1u64..101))
        .prop_map(|slow| slow.map(|(s, share)| SlowPolicy { after: Span::secs(s), share: percent(share) }));
    let share = (window, 1u64..101, 1u32..30, slow).prop_map(|(window, share, min_calls, slow)| {
        Trip::Share(SharePolicy { window, share: percent(share), min_calls, slow })
    });
    let trip = prop_oneof![(1u32..6).prop_map(Trip::Consecutive), share];
    let cooldown =
        (1u64..60, 1_000u32..4_000, 0u64..600, 0u64..101).prop_map(|(first, growth, more, jitter)| {
            CooldownPolicy {
                first: Span::secs(first),
                growth_per_mille: growth,
                most: Span::secs(first + more),
                jitter: percent(jitter),
            }
        });
    let probes = (1u32..5, 1u32..5, 1u64..20).prop_map(|(at_once, successes, lease)| ProbePolicy {
        at_once,
        successes,
        lease: Span::secs(lease),
    });
    (trip, cooldown, probes).prop_map(|(trip, cooldown, probes)| BreakerPolicy {
        trip,
        cooldown,
        probes,
        counted: plain().counted,
    })
}

/// What happens next: seconds that pass, what kind of end a call finds, which of those out it is, how long it took, and
/// the draw.
type Step = (u64, u8, usize, u64, u64);

fn arbitrary_steps() -> impl Strategy<Value = Vec<Step>> {
    prop::collection::vec((0u64..15, 0u8..8, 0usize..8, 0u64..15, any::<u64>()), 1..150)
}

/// Drives a breaker through `steps` and shows each state to `look`, with what moved it.
fn drive(policy: BreakerPolicy, steps: &[Step], mut look: impl FnMut(&Breaker, Instant, bool)) {
    let mut breaker = Breaker::new(Some(policy));
    let (mut now, mut out) = (Instant::START, Vec::new());
    for &(gap, end, which, took, word) in steps {
        now = now + Span::secs(gap);
        if end >= 6 || out.is_empty() {
            if breaker.passes(now) {
                out.push(breaker.enter(now));
            }
            look(&breaker, now, false);
            continue;
        }
        let ticket = out.swap_remove(which % out.len());
        let took = Span::secs(took);
        let moved = match end {
            0..=2 => breaker.on_failure(ticket, took, now, word),
            3 | 4 => breaker.on_success(ticket, took, now, word),
            _ => {
                breaker.on_neutral(ticket);
                false
            }
        };
        assert_eq!(breaker.tickets() as usize, out.len());
        look(&breaker, now, moved);
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        failure_persistence: None,
        rng_seed: proptest::test_runner::RngSeed::Fixed(20_260_311),
        ..ProptestConfig::default()
    })]

    /// Whatever was lost, hung or cancelled: after a cool-down at its ceiling and a lease, a call passes.
    #[test]
    fn it_is_never_shut_for_good(policy in arbitrary_policy(), steps in arbitrary_steps()) {
        let longest = policy.cooldown.most.max(policy.probes.lease);
        drive(policy, &steps, |breaker, now, _| assert!(breaker.passes(now + longest)));
    }

    /// No cool-down is longer than its ceiling, nor shorter than jitter allows, nor shorter than the one before it in a
    /// row of re-openings without jitter.
    #[test]
    fn cooldowns_stay_within_their_bounds(policy in arbitrary_policy(), steps in arbitrary_steps()) {
        let CooldownPolicy { first, most, jitter, .. } = policy.cooldown;
        let mut before = Span::ZERO;
        drive(policy, &steps, |breaker, now, moved| match breaker.state() {
            (BreakerState::Open, until) if moved => {
                let open = until.since(now);
                assert!(open <= most && open.0 >= first.0 - jitter.of(first.0), "{open}");
                assert!(policy.has_jitter() || open >= before, "{open} after {before}");
                before = open;
            }
            (BreakerState::Closed, _) => before = Span::ZERO,
            _ => {}
        });
    }

    /// A call that was sent in one phase says nothing in the next, whatever the policy.
    #[test]
    fn an_older_epoch_moves_nothing(policy in arbitrary_policy(), fails in any::<bool>(), took in 0u64..15) {
        let mut breaker = Breaker::new(Some(policy));
        let old = breaker.enter(at(0));
        while breaker.state().0 == BreakerState::Closed {
            let ticket = breaker.enter(at(0));
            breaker.on_failure(ticket, Span::ZERO, at(0), 0);
        }
        let (before, later) = (format!("{breaker:?}"), breaker.state().1);
        let moved = match fails {
            true => breaker.on_failure(old, Span::secs(took), later, 0),
            false => breaker.on_success(old, Span::secs(took), later, 0),
        };
        prop_assert!(!moved);
        prop_assert_eq!(format!("{breaker:?}"), before.replace("tickets: 1", "tickets: 0"));
    }

    /// What a window counts in passing is what a recount of all calls since it began finds.
    #[test]
    fn a_window_counts_as_a_recount_does(
        policy in arbitrary_policy(),
        calls in prop::collection::vec((0u64..6, any::<bool>(), 0u64..12), 1..200),
    ) {
        let Trip::Share(share) = policy.trip else { return Ok(()) };
        let mut window = Window::new(Some(policy.trip));
        let (mut now, mut all) = (0, Vec::new());
        for (gap, failed, took) in calls {
            now += gap;
            all.push((now, failed, took));
            let too_much = window.note(failed, Span::secs(took), at(now));
            prop_assert_eq!(too_much, recount(&share, &all, now), "{:?} at {} s", share, now);
            if too_much {
                window.clear();
                all.clear();
            }
        }
    }
}

/// Whether the calls (end, whether it failed, how long it took) are too much, from the definition.
fn recount(policy: &SharePolicy, all: &[(u64, bool, u64)], now: u64) -> bool {
    let (looked_at, least): (&[_], usize) = match policy.window {
        BreakerWindow::Calls(n) => {
            (&all[all.len().saturating_sub(n as usize)..], policy.min_calls.min(n) as usize)
        }
        BreakerWindow::Tumbling(n) if all.len().is_multiple_of(n as usize) => {
            (&all[all.len() - n as usize..], 0)
        }
        BreakerWindow::Tumbling(_) => return false,
        BreakerWindow::Time { bucket, buckets } => {
            let number = |second: u64| second * SECOND / bucket.0;
            let oldest = (number(now) + 1).saturating_sub(u64::from(buckets));
            let from = all.partition_point(|&(end, ..)| number(end) < oldest);
            (&all[from..], policy.min_calls as usize)
        }
    };
    let calls = looked_at.len() as u64;
    let failed = looked_at.iter().filter(|(_, failed, _)| *failed).count() as u64;
    let slow = |after: Span| looked_at.iter().filter(|(.., took)| Span::secs(*took) > after).count() as u64;
    let reached = |part: u64, share: Ratio| part > 0 && share.is_reached(part, calls);
    calls >= least as u64
        && (reached(failed, policy.share)
            || policy.slow.is_some_and(|limit| reached(slow(limit.after), limit.share)))
}
