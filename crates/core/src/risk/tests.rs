use super::*;
use crate::settings::PatternPolicy;
use proptest::prelude::*;
use rushhour_base::time::SECOND;

/// Ten requests a minute and a hundred a day, standings as sourced, no patterns.
const LIMITS: RiskPolicy = RiskPolicy {
    requests_per_minute: Some(10),
    requests_per_day: Some(100),
    standing: Some(StandingPolicy::SOURCED),
    ..RiskPolicy::NONE
};
/// The same with all patterns, for which a user has to be seen.
const WHOLE: RiskPolicy =
    RiskPolicy { source_requests_per_minute: Some(40), patterns: Some(PatternPolicy::ASSUMED), ..LIMITS };

fn ask(user: u32, text: u64) -> Incoming {
    Incoming { user: UserId(user), source: SourceId(user), text, input_tokens: 900 }
}

fn at(seconds: u64) -> Instant {
    Instant(seconds * SECOND)
}

/// Makes a user what `standing` says by what it would have to do, and leaves its limits unused. Returns the time.
fn raise(risk: &mut Risk, user: u32, standing: Standing) -> Instant {
    let points = match standing {
        Standing::New | Standing::Suspicious => 0,
        Standing::Normal => 3,
        Standing::Trusted => 20,
    };
    // Every other hour, so that nobody is taken for one who never sleeps.
    for n in 0..points {
        assert!(risk.judge(ask(user, n), Instant(2 * n * HOUR)).is_allowed());
    }
    let now = Instant(2 * points * HOUR + DAY);
    if standing == Standing::Suspicious {
        let burst: Vec<Verdict> = (0..6).map(|n| risk.judge(ask(user, n), now)).collect();
        assert!(!burst[5].is_allowed());
        return now + Span(MINUTE);
    }
    now
}

/// The classes of claim 18 on one limiter: of a base of ten a minute a new user has 5, a normal one 10, a trusted one 20
/// and a suspicious one 2.
#[test]
fn each_standing_has_its_multiple_of_the_base() {
    for (standing, most) in
        [(Standing::New, 5), (Standing::Normal, 10), (Standing::Trusted, 20), (Standing::Suspicious, 2)]
    {
        let mut risk = Risk::new(RiskPolicy { requests_per_day: None, ..WHOLE });
        let start = raise(&mut risk, 1, standing);
        // 2.5 s apart is below a burst.
        let verdicts: Vec<Verdict> =
            (0..24).map(|n| risk.judge(ask(1, 100 + n), start + Span(n * 5 * SECOND / 2))).collect();
        assert!(verdicts.iter().all(|v| v.standing == standing), "{standing}: {verdicts:?}");
        let admitted = verdicts.iter().filter(|v| v.is_allowed()).count();
        // The two that made it suspicious were admitted a minute ago.
        assert_eq!(admitted, most, "{standing}: {verdicts:?}");
    }
}

/// Suspicion overrides whatever was earned, and two labels are no worse than the worse of them.
#[test]
fn multipliers_compose_by_the_minimum() {
    let rule = |new, trusted, suspicious| StandingPolicy {
        new_percent: new,
        trusted_percent: trusted,
        suspicious_percent: suspicious,
        ..StandingPolicy::SOURCED
    };
    for (rule, wanted) in [
        (rule(50, 200, 25), [50, 100, 200, 25]),
        (rule(10, 200, 25), [10, 100, 200, 10]),
        (rule(50, 200, 500), [50, 100, 200, 50]),
        (rule(100, 100, 100), [100; 4]),
    ] {
        let got: Vec<u32> = Standing::ALL.iter().map(|s| multiplier_percent(&rule, *s)).collect();
        assert_eq!(got, wanted, "{rule:?}");
    }
    for (merit, suspicion, wanted) in [
        (0, 0, Standing::New),
        (2, 99, Standing::New),
        (3, 0, Standing::Normal),
        (20, 0, Standing::Trusted),
        (0, 100, Standing::Suspicious),
        (20, 100, Standing::Suspicious),
    ] {
        assert_eq!(settle(&StandingPolicy::SOURCED, merit, suspicion), wanted, "{merit} and {suspicion}");
    }
    assert_eq!((scaled(10, 25), scaled(3, 25), scaled(u64::MAX, 200)), (2, 1, u64::MAX));
}

/// What the first, and only the last, of some requests by one user is told.
fn check(requests: &[(u64, u64, u64)], wanted: &str) {
    let mut risk = Risk::new(WHOLE);
    let mut last = None;
    for (second, text, input_tokens) in requests {
        last = Some(risk.judge(Incoming { input_tokens: *input_tokens, ..ask(1, *text) }, at(*second)));
    }
    assert_eq!(risk.explain(&last.unwrap()).to_string(), wanted, "{requests:?}");
}

#[test]
fn each_explanation_names_the_rule_that_bit() {
    check(&[(0, 1, 900)], "allowed: a new user within its limits");
    let burst: Vec<_> = (0..6).map(|n| (n, n, 900)).collect();
    check(
        &burst,
        "throttled until 11s of the run by burst: a suspicious user showed what is taken for abuse; noted: burst",
    );
    let minute: Vec<_> = (0..6).map(|n| (n * 9, n, 900)).collect();
    check(&minute, "throttled until 1m of the run by requests_per_minute: a new user has 0.50 × 10 = 5");
    let repeat: Vec<_> = (0..4).map(|n| (n * 20, 7, 900)).collect();
    check(
        &repeat,
        "throttled until 11m of the run by repeat: a new user showed what is taken for abuse; noted: repeat",
    );
    check(
        &[(0, 1, 900), (60, 2, 9_000)],
        "throttled for good by prompt: a new user showed what is taken for abuse; noted: prompt",
    );
    check(&[(0, 1, 1_200), (60, 2, 9_000)], "allowed: a new user within its limits");
    let day: Vec<_> = (0..101).map(|n| (n * 400, n, 900)).collect();
    check(&day, "throttled until 24h of the run by requests_per_day: a normal user has 1.00 × 100 = 100");
}

/// One person behind one address with ever new accounts: five are let in, and those five may ask on.
#[test]
fn many_new_accounts_of_one_source_are_stopped() {
    let mut risk = Risk::new(WHOLE);
    let from_one = |user, text| Incoming { source: SourceId(9), ..ask(user, text) };
    let allowed: Vec<bool> = (0..8)
        .map(|n| risk.judge(from_one(100 + n, u64::from(n)), at(60 * u64::from(n))).is_allowed())
        .collect();
    assert_eq!(allowed, [true, true, true, true, true, false, false, false]);
    assert!(risk.judge(from_one(102, 50), at(600)).is_allowed(), "who came before stays in");
    assert!(!risk.judge(from_one(106, 51), at(601)).is_allowed());
    assert!(risk.judge(ask(200, 52), at(602)).is_allowed(), "another source is another matter");
}

#[test]
fn a_source_has_a_limit_of_its_own() {
    let mut risk = Risk::new(RiskPolicy { source_requests_per_minute: Some(3), ..RiskPolicy::NONE });
    let verdicts: Vec<Verdict> =
        (0..4).map(|n| risk.judge(Incoming { source: SourceId(9), ..ask(n, 0) }, at(u64::from(n)))).collect();
    assert!(verdicts[..3].iter().all(Verdict::is_allowed));
    let text = risk.explain(&verdicts[3]).to_string();
    assert_eq!(text, "throttled until 1m of the run by source_requests_per_minute: its source has 3");
}

/// Whoever asks at three in the morning as at noon is no person; nothing is refused for that alone, but the limit falls.
#[test]
fn who_never_sleeps_is_suspicious() {
    let mut risk = Risk::new(WHOLE);
    let standings: Vec<Standing> =
        (0..24).map(|hour| risk.judge(ask(1, hour), Instant(hour * HOUR)).standing).collect();
    // The 18th hour is noted with 50 points, the 19th with 50 more.
    assert_eq!(standings.iter().position(|s| *s == Standing::Suspicious), Some(18), "{standings:?}");
    let changes: Vec<Change> = risk.drain_changes().collect();
    let change = |from, to, rule| Change { user: UserId(1), from, to, rule };
    assert_eq!(
        changes,
        [
            change(Standing::New, Standing::Normal, RiskRule::Earned),
            change(Standing::Normal, Standing::Suspicious, RiskRule::Sleepless),
        ]
    );
}

/// A user who behaves badly once pays for a while, and what was earned is not lost by it.
#[test]
fn suspicion_wears_off_and_merit_with_it_but_later() {
    let mut risk = Risk::new(WHOLE);
    let start = raise(&mut risk, 1, Standing::Trusted);
    let burst: Vec<Verdict> = (0..6).map(|n| risk.judge(ask(1, 500 + n), start)).collect();
    assert_eq!(burst[5].standing, Standing::Suspicious);
    let after = |risk: &mut Risk, span: u64| risk.judge(ask(1, span), start + Span(span)).standing;
    assert_eq!(after(&mut risk, 5 * HOUR), Standing::Suspicious);
    assert_eq!(after(&mut risk, 7 * HOUR), Standing::Trusted);
    assert_eq!(after(&mut risk, 20 * DAY), Standing::Normal);
    assert_eq!(after(&mut risk, 90 * DAY), Standing::New);
}

/// A hundred thousand who came once are not remembered when their day, and their one point of merit, are over.
#[test]
fn the_idle_are_forgotten() {
    let mut risk = Risk::new(WHOLE);
    for n in 0..100_000 {
        let _ = risk.judge(ask(n, 0), Instant(u64::from(n)));
    }
    assert_eq!(risk.remembered(), 200_000);
    for n in 0..100_000 {
        let _ = risk.judge(ask(n % 10, n.into()), Instant(30 * DAY + u64::from(n) * MINUTE));
    }
    assert!(risk.remembered() <= 20, "{} are remembered of ten users and their sources", risk.remembered());
    let fresh = RiskPolicy { standing: None, patterns: None, ..WHOLE };
    let mut plain = Risk::new(fresh);
    assert!(plain.judge(ask(3, 0), Instant::START).is_allowed());
    assert!(plain.judge(ask(4, 0), Instant(2 * DAY)).is_allowed());
    assert!(plain.judge(ask(4, 1), Instant(2 * DAY)).is_allowed());
    assert_eq!(plain.remembered(), 2);
}

proptest! {
    #![proptest_config(ProptestConfig {
        failure_persistence: None,
        rng_seed: proptest::test_runner::RngSeed::Fixed(20_260_311),
        ..ProptestConfig::default()
    })]

    /// Whatever anybody does, in every window each user was admitted at most its limit times the multiplier it had at the
    /// last of those requests, and so never more than the limit times the largest.
    #[test]
    fn no_window_holds_more_than_the_standing_allows(
        asks in prop::collection::vec((0u64..40, 0u32..3, 0u64..6, 1u64..20_000), 1..300),
        base in 1u32..12,
        per_day in 1u32..60,
        tokens in 1_000u64..200_000,
    ) {
        let policy = RiskPolicy {
            requests_per_minute: Some(base),
            requests_per_day: Some(per_day),
            prompt_tokens_per_day: Some(tokens),
            source_requests_per_minute: Some(15),
            ..WHOLE
        };
        let rule = StandingPolicy::SOURCED;
        let (mut risk, mut now) = (Risk::new(policy), 0);
        let mut admitted: Vec<(Instant, u32, u64)> = Vec::new();
        for (gap, user, text, input_tokens) in asks {
            // Gaps from none to hours.
            now += gap * gap * gap * gap * SECOND / 100;
            let ask = Incoming { source: SourceId(user / 2), input_tokens, ..ask(user, text) };
            let verdict = risk.judge(ask, Instant(now));
            if !verdict.is_allowed() {
                continue;
            }
            admitted.push((Instant(now), user, input_tokens));
            let percent = multiplier_percent(&rule, verdict.standing);
            let within = |window: u64| admitted.iter().filter(move |(at, _, _)| *at + Span(window) > Instant(now));
            let own = |window: u64| within(window).filter(|(_, whose, _)| *whose == user);
            prop_assert!(own(MINUTE).count() as u64 <= scaled(base.into(), percent));
            prop_assert!(own(DAY).count() as u64 <= scaled(per_day.into(), percent));
            prop_assert!(own(DAY).map(|(_, _, n)| n).sum::<u64>() <= scaled(tokens, percent));
            prop_assert!(within(MINUTE).filter(|(_, whose, _)| whose / 2 == user / 2).count() <= 15);
        }
    }

    /// At the instant that a denial names the answer is yes, a nanosecond earlier it is still no.
    #[test]
    fn a_denial_is_tight(
        asks in prop::collection::vec((0u64..30, 0u64..4, 1u64..12_000), 1..80),
        tokens in 5_000u64..60_000,
    ) {
        let policy = RiskPolicy { prompt_tokens_per_day: Some(tokens), standing: None, ..WHOLE };
        let (mut risk, mut now) = (Risk::new(policy), 0);
        for (gap, text, input_tokens) in asks {
            now += gap * SECOND;
            let ask = Incoming { input_tokens, ..ask(1, text) };
            let Decision::Throttled { until, rule } = risk.judge(ask, Instant(now)).decision else { continue };
            prop_assert!(until > Instant(now));
            if until != Instant::NEVER {
                let early = risk.clone().judge(ask, Instant(until.0 - 1));
                prop_assert!(!early.is_allowed(), "{rule} until {until:?}");
                let then = risk.clone().judge(ask, until).decision;
                let same = matches!(then, Decision::Throttled { rule: again, .. } if again == rule);
                prop_assert!(!same, "{rule} until {until:?}");
            }
        }
    }

    /// Points that nobody adds to never grow, and however often they are looked at, they fade alike.
    #[test]
    fn points_only_fade(points in 0u32..400, half_life in 1u64..1_000, looks in prop::collection::vec(0u64..500, 1..20)) {
        let mut watched = Fading::default();
        watched.add(points, Instant(5));
        let mut alone = watched;
        let (mut now, mut last) = (5, points);
        for gap in looks {
            now += gap;
            watched.fade(Span(half_life), Instant(now));
            prop_assert!(watched.points <= last);
            last = watched.points;
        }
        alone.fade(Span(half_life), Instant(now));
        prop_assert_eq!(watched.points, alone.points);
        prop_assert_eq!(last, points.checked_shr(((now - 5) / half_life) as u32).unwrap_or(0));
    }
}
