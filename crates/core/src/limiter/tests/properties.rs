//! What holds for every algorithm whatever is asked, and what the worst that can be asked comes to.

use super::*;
use proptest::prelude::*;

/// Asks as a person might make them: gaps from nothing to a window and a half, often the same instant, often an edge.
fn gaps() -> impl Strategy<Value = u64> {
    prop_oneof![
        3 => Just(0u64),
        3 => 1u64..SECOND,
        3 => 1u64..15 * SECOND,
        2 => (1u64..20).prop_map(|seconds| seconds * SECOND),
        1 => Just(W.0),
        1 => Just(W.0 - 1),
    ]
}

fn config() -> ProptestConfig {
    ProptestConfig {
        failure_persistence: None,
        rng_seed: proptest::test_runner::RngSeed::Fixed(20_260_311),
        ..ProptestConfig::default()
    }
}

/// The most that passed in any half-open window of `W`.
fn worst_window(admitted: &[(u64, u64)]) -> u64 {
    let ends = admitted.iter().map(|(end, _)| *end);
    let of = |end: u64| {
        let inside = admitted.iter().filter(|(at, _)| *at <= end && at + W.0 > end);
        inside.map(|(_, cost)| *cost).sum()
    };
    ends.map(of).max().unwrap_or(0)
}

/// The most that any window of this algorithm may hold.
fn bound(kind: LimiterKind, amount: u64, burst: u64) -> u64 {
    match kind {
        LimiterKind::SlidingLog => amount,
        LimiterKind::FixedWindow => 2 * amount,
        LimiterKind::SlidingCounter => 2 * amount - 1,
        _ => amount + burst - 1,
    }
}

/// The rule as telephone networks write it, with the time scaled by the amount so that a token's interval is whole: the
/// theoretical arrival time may lie at most (burst − 1) intervals ahead.
struct Gcra {
    amount: u128,
    burst: u128,
    arrival: u128,
}

impl Gcra {
    fn passes(&mut self, cost: u64, now: u64) -> bool {
        let (now, interval) = (u128::from(now) * self.amount, u128::from(W.0));
        let next = self.arrival.max(now) + u128::from(cost) * interval;
        let conforms = next <= now + self.burst * interval;
        if conforms {
            self.arrival = next;
        }
        conforms
    }
}

/// One step of a life: take what passes, correct an earlier taking, or be told a level.
#[derive(Clone, Debug)]
enum Step {
    Take(u64),
    Correct { which: usize, actual: u64 },
    Lower(u64),
}

fn lives() -> impl Strategy<Value = Vec<(u64, Step)>> {
    let step = prop_oneof![
        6 => (1u64..30).prop_map(Step::Take),
        3 => (0usize..50, 0u64..40).prop_map(|(which, actual)| Step::Correct { which, actual }),
        1 => (0u64..60).prop_map(Step::Lower),
    ];
    prop::collection::vec((gaps(), step), 1..60)
}

/// Lives through it, and tells when it ended.
fn live(meter: &mut Meter, life: &[(u64, Step)]) -> Instant {
    let (mut now, mut held) = (0, Vec::new());
    for (gap, step) in life {
        now += gap;
        match *step {
            Step::Take(cost) => {
                if meter.try_take(cost, Instant(now)) == Admission::Granted {
                    held.push((cost, Instant(now)));
                }
            }
            Step::Correct { which, actual } if !held.is_empty() => {
                let (cost, taken_at) = held.swap_remove(which % held.len());
                meter.correct(cost, actual, taken_at, Instant(now));
            }
            Step::Correct { .. } => {}
            Step::Lower(level) => meter.lower(i128::from(level), Instant(now)),
        }
    }
    Instant(now)
}

proptest! {
    #![proptest_config(config())]

    /// In no window does more pass than the algorithm promises.
    #[test]
    fn no_window_holds_more_than_promised(
        amount in 1u64..60,
        burst in 1u64..60,
        unit in any::<bool>(),
        asks in prop::collection::vec((gaps(), 1u64..20), 1..150),
    ) {
        for kind in ALGORITHMS {
            let mut meter = meter(kind, amount, burst);
            let (mut now, mut admitted) = (0, Vec::new());
            for (gap, cost) in &asks {
                now += gap;
                let cost = if unit { 1 } else { *cost };
                if meter.try_take(cost, Instant(now)) == Admission::Granted {
                    admitted.push((now, cost));
                }
            }
            prop_assert!(worst_window(&admitted) <= bound(kind, amount, burst), "{:?}", kind);
        }
    }

    /// A denial is tight, whatever happened before: at the instant it names the answer is yes, a nanosecond earlier it is
    /// still no. And only what exceeds the most that passes at once is told that it never fits.
    #[test]
    fn a_denial_is_tight(amount in 1u64..60, burst in 1u64..60, life in lives(), cost in 1u64..70) {
        for kind in ALGORITHMS {
            let mut meter = meter(kind, amount, burst);
            let now = live(&mut meter, &life);
            let at_once = if kind == LimiterKind::TokenBucket { burst } else { amount };
            match meter.clone().ask(cost, now) {
                Admission::RetryAt(at) => {
                    prop_assert!(at > now, "{:?}", kind);
                    prop_assert_eq!(meter.clone().ask(cost, Instant(at.0 - 1)), Admission::RetryAt(at), "{:?}", kind);
                    prop_assert_eq!(meter.ask(cost, at), Admission::Granted, "{:?}", kind);
                }
                Admission::NeverFits { burst } => prop_assert!(cost > burst && burst == at_once, "{:?}", kind),
                Admission::Granted => prop_assert!(cost <= at_once, "{:?}", kind),
            }
        }
    }

    /// The level is what passes: so much and no more.
    #[test]
    fn the_level_is_what_passes(amount in 1u64..60, burst in 1u64..60, life in lives()) {
        for kind in ALGORITHMS {
            let mut meter = meter(kind, amount, burst);
            let now = live(&mut meter, &life);
            let level = meter.level(now);
            if let Ok(level) = u64::try_from(level) {
                prop_assert_eq!(meter.ask(level, now), Admission::Granted, "{:?}", kind);
            }
            let more = u64::try_from(level + 1).unwrap_or(0);
            prop_assert_ne!(meter.ask(more, now), Admission::Granted, "{:?}", kind);
        }
    }

    /// A bucket decides as the generic cell rate algorithm does, for any cost.
    #[test]
    fn a_bucket_is_a_gcra(
        amount in 1u64..5_000,
        burst in 1u64..500,
        asks in prop::collection::vec((gaps(), 1u64..300), 1..150),
    ) {
        let mut bucket = meter(LimiterKind::TokenBucket, amount, burst);
        let mut gcra = Gcra { amount: amount.into(), burst: burst.into(), arrival: 0 };
        let mut now = 0;
        for (gap, cost) in asks {
            now += gap;
            let passed = bucket.try_take(cost, Instant(now)) == Admission::Granted;
            prop_assert_eq!(passed, gcra.passes(cost, now), "{} at {}", cost, now);
        }
    }

    /// What comes back is what was taken, where it still counts: counted by hand over all that ever passed.
    #[test]
    fn windows_count_what_one_would_count_by_hand(amount in 1u64..60, life in lives()) {
        for kind in &ALGORITHMS[1..] {
            let mut meter = meter(*kind, amount, 1);
            // What counts from when; a refund of what has left is lost, an excess counts from now on.
            let (mut ledger, mut held): (Vec<(u64, u64)>, Vec<usize>) = Default::default();
            let mut now = 0;
            for (gap, step) in &life {
                now += gap;
                match *step {
                    Step::Take(cost) if meter.try_take(cost, Instant(now)) == Admission::Granted => {
                        held.push(ledger.len());
                        ledger.push((now, cost));
                    }
                    Step::Correct { which, actual } if !held.is_empty() => {
                        let place = held.swap_remove(which % held.len());
                        let (at, cost) = ledger[place];
                        meter.correct(cost, actual, Instant(at), Instant(now));
                        let in_place = *kind == LimiterKind::SlidingLog && at + W.0 > now;
                        if actual <= cost || in_place {
                            ledger[place].1 = actual;
                        } else {
                            ledger.push((now, actual - cost));
                        }
                    }
                    _ => {}
                }
                prop_assert_eq!(meter.level(Instant(now)), by_hand(*kind, amount, &ledger, now), "{:?}", kind);
            }
        }
    }
}

fn by_hand(kind: LimiterKind, amount: u64, ledger: &[(u64, u64)], now: u64) -> i128 {
    let sum = |counts: &dyn Fn(u64) -> bool| -> i128 {
        ledger.iter().filter(|(at, _)| counts(*at)).map(|(_, cost)| i128::from(*cost)).sum()
    };
    let window = |at: u64| at / W.0;
    let this = sum(&|at| window(at) == window(now));
    i128::from(amount)
        - match kind {
            LimiterKind::SlidingLog => sum(&|at| at + W.0 > now),
            LimiterKind::FixedWindow => this,
            _ => {
                let last = sum(&|at| window(at) + 1 == window(now));
                let left = i128::from(W.0 - now % W.0);
                this + (last * left + i128::from(W.0) - 1).div_euclid(i128::from(W.0))
            }
        }
}

/// The worst window that an adversary finds on a grid of tenths of a second: all at once at one time, then as much as
/// passes from another time on.
fn worst_found(kind: LimiterKind, amount: u64, burst: u64) -> u64 {
    const TENTH: u64 = SECOND / 10;
    let mut worst = 0;
    for first in 0..100 {
        for again in first + 1..first + 150 {
            let mut meter = meter(kind, amount, burst);
            let mut admitted = Vec::new();
            for tenth in std::iter::once(first).chain(again..again + 100) {
                while meter.try_take(1, Instant(tenth * TENTH)) == Admission::Granted {
                    admitted.push((tenth * TENTH, 1));
                }
            }
            worst = worst.max(worst_window(&admitted));
        }
    }
    worst
}

#[test]
fn the_worst_window_of_each_algorithm() {
    for (kind, burst, expected) in [
        (LimiterKind::FixedWindow, 1, 20),
        (LimiterKind::SlidingLog, 1, 10),
        (LimiterKind::SlidingCounter, 1, 19),
        (LimiterKind::TokenBucket, 1, 10),
        (LimiterKind::TokenBucket, 5, 14),
        (LimiterKind::TokenBucket, 10, 19),
    ] {
        assert_eq!(worst_found(kind, 10, burst), expected, "{kind:?} with a burst of {burst}");
        assert_eq!(bound(kind, 10, burst), expected);
    }
}

/// What one call may cost in the pool below, and what it may turn out to have cost.
fn charges() -> impl Strategy<Value = Charge> {
    (0u64..120, 0u64..120).prop_map(|(input, output)| charge(input, output))
}

const COUNTED: [Dimension; 6] = [
    Dimension::Requests,
    Dimension::Tokens,
    Dimension::InputTokens,
    Dimension::OutputTokens,
    Dimension::RequestsPerDay,
    Dimension::TokensPerDay,
];

/// All seven dimensions of a pool, counted in this way.
fn pool(kind: LimiterKind) -> Limiter {
    let limit = |amount, seconds| Some(RateLimit { amount, period: Span::secs(seconds), burst: amount });
    let limits = PoolLimits {
        requests: limit(6, 10),
        tokens: limit(500, 10),
        input_tokens: limit(300, 10),
        output_tokens: limit(250, 10),
        requests_per_day: limit(40, 100),
        tokens_per_day: limit(3_000, 100),
        concurrency: Some(5),
        accounting: Accounting::default(),
    };
    Limiter::with_policy(
        &limits,
        &LimiterPolicy { kinds: Kinds::all(kind), ..LimiterPolicy::default() },
        at(0),
    )
}

fn levels(limiter: &mut Limiter, now: Instant) -> Vec<i128> {
    COUNTED.iter().map(|dimension| limiter.level(*dimension, now).expect("all are limited")).collect()
}

proptest! {
    #![proptest_config(config())]

    /// All or nothing: a no takes nothing anywhere, a yes takes the charge everywhere; it is a yes if and only if every
    /// dimension has room; and of a no's dimensions the one is named that holds back longest, to the nanosecond.
    #[test]
    fn all_dimensions_or_none(calls in prop::collection::vec((gaps(), charges(), any::<bool>()), 1..60)) {
        for kind in ALGORITHMS {
            let (mut limiter, mut now, mut under_way) = (pool(kind), Instant::START, Vec::new());
            for (gap, charge, ends) in &calls {
                now = now + Span(*gap);
                let before = levels(&mut limiter, now);
                let fits = COUNTED.iter().zip(&before).all(|(d, level)| i128::from(charge.of(*d)) <= *level);
                let answer = limiter.ask(*charge, now);
                prop_assert_eq!(answer.is_ok(), fits && under_way.len() < 5, "{:?} {:?}", kind, answer);
                prop_assert_eq!(&levels(&mut limiter, now), &before, "asking takes nothing");
                match answer {
                    Ok(()) => {
                        under_way.push(limiter.take(*charge, now));
                        let taken = COUNTED.iter().zip(&before).map(|(d, level)| level - i128::from(charge.of(*d)));
                        prop_assert_eq!(levels(&mut limiter, now), taken.collect::<Vec<_>>());
                    }
                    Err(Denial { dimension, when: When::RetryAt(at) }) => {
                        let early = limiter.clone().ask(*charge, Instant(at.0 - 1));
                        prop_assert_eq!(early, Err(Denial { dimension, when: When::RetryAt(at) }), "{:?}", kind);
                        prop_assert_eq!(limiter.clone().ask(*charge, at), Ok(()), "{:?}", kind);
                    }
                    Err(Denial { dimension, when: When::OnRelease }) => {
                        prop_assert_eq!((dimension, under_way.len()), (Dimension::Concurrency, 5));
                    }
                    Err(Denial { dimension, when: When::NeverFits }) => {
                        prop_assert!(charge.of(dimension) > limiter.limit(dimension).unwrap());
                    }
                }
                if *ends && let Some(hold) = under_way.pop() {
                    limiter.settle(hold, Ending::Unknown, now);
                }
            }
        }
    }

    /// Conservation: while no time passes, what is left and what is held and what was used are the limit, whatever is
    /// reserved, settled and voided in whatever order.
    #[test]
    fn nothing_is_lost_and_nothing_is_made(
        steps in prop::collection::vec((charges(), 0u8..5, 0usize..8, charges()), 1..80),
    ) {
        for kind in ALGORITHMS {
            let mut limiter = pool(kind);
            let now = at(3);
            let full = levels(&mut limiter, now);
            let (mut under_way, mut held, mut used) = (Vec::new(), [0i128; 6], [0i128; 6]);
            let add = |sums: &mut [i128; 6], charge: Charge, sign: i128| {
                for (sum, dimension) in sums.iter_mut().zip(COUNTED) {
                    *sum += sign * i128::from(charge.of(dimension));
                }
            };
            for (charge, verb, which, actual) in &steps {
                if *verb < 2 || under_way.is_empty() {
                    if limiter.ask(*charge, now).is_ok() {
                        under_way.push(limiter.take(*charge, now));
                        add(&mut held, *charge, 1);
                    }
                } else {
                    let hold = under_way.swap_remove(which % under_way.len());
                    let charge = hold.charge();
                    add(&mut held, charge, -1);
                    match verb {
                        2 => {
                            limiter.settle(hold, Ending::Answered(*actual), now);
                            add(&mut used, *actual, 1);
                        }
                        3 => {
                            limiter.settle(hold, Ending::Failed, now);
                            add(&mut used, Charge::default(), 1);
                        }
                        _ => limiter.void(hold, now),
                    }
                }
                let expected: Vec<i128> =
                    full.iter().zip(held.iter().zip(used)).map(|(full, (held, used))| full - held - used).collect();
                prop_assert_eq!(levels(&mut limiter, now), expected, "{:?}", kind);
                prop_assert_eq!(limiter.in_flight() as usize, under_way.len());
            }
        }
    }
}
