//! What a sound scenario comes to, case by case, and what names it.

use rushhour_base::time::{HOUR, MINUTE};
use rushhour_base::{Dimension, Enforcement, LaneId, Money, Price, Rung, Seed, Span};
use rushhour_core::settings::{
    AlertLevel, Answerer, AtCap, CapPolicy, CapScope, CapWindow, Discipline, GuardPolicy, Jitter, OutputHold,
    Policy, RetryPolicy,
};
use rushhour_scenario::{Override, Scenario};
use rushhour_world::settings::{Arrivals, Duration, Estimate, FaultKind, GapLaw, Length, OutputCharge};

const LEAST: &str = r#"
[provider.p]
[provider.p.model.m]
prices = { input = "$3", output = "$15" }
[workload.w]
agents = 4
arrivals = { kind = "poisson", per_agent_per_hour = 1 }
"#;

fn read(text: &str, overrides: &[&str]) -> Scenario {
    let overrides: Vec<Override> = overrides.iter().map(|text| Override::new(*text)).collect();
    Scenario::parse(text, "least.toml", "".as_ref(), &overrides).unwrap_or_else(|errors| panic!("{errors}"))
}

fn with(overrides: &[&str]) -> Scenario {
    read(LEAST, overrides)
}

fn policy(overrides: &[&str]) -> Policy {
    with(overrides).variants[0].policy.clone()
}

#[test]
fn an_empty_policy_is_a_sound_one_and_says_that_nothing_limits_it() {
    let scenario = with(&[]);
    assert_eq!((scenario.name.as_str(), scenario.question.as_str(), scenario.seed), ("least", "", Seed(1)));
    let [rung] = scenario.variants[0].policy.chain.as_slice() else { panic!("one rung") };
    let Answerer::Models(lanes) = &rung.answered_by else { panic!("models") };
    assert_eq!((rung.rung, lanes[0].lane, lanes[0].weight), (Rung::Primary, LaneId(0), 1));
    assert_eq!(
        scenario.notices[0].to_string(),
        "provider.p.model.m: it has neither a tier nor a quota, so nothing limits it"
    );
    let prices = scenario.world.lanes[0].prices;
    assert_eq!(
        (prices.input, prices.cached_read, prices.output),
        (Price(3_000_000), Price(3_000_000), Price(15_000_000))
    );
}

#[test]
fn times_of_day_decide_when_a_daily_cap_turns() {
    let cap = |starts: &str| {
        let policy =
            policy(&[&format!("starts={starts}"), "policy.budget.w.cap=$1", "policy.budget.w.at_cap=fall"]);
        let alerts = [50, 80, 100].map(AlertLevel::Percent).to_vec();
        let CapPolicy { scope, amount, window, alerts: read, at_cap } = policy.caps[0].clone();
        assert_eq!((scope, at_cap), (CapScope::Workflow(0), AtCap::Fall));
        assert_eq!((amount, read), (Money::from_micros(1_000_000), alerts));
        window
    };
    assert_eq!(cap("2026-03-11T17:30:00+02:00"), CapWindow::Day { first_turn: Span(6 * HOUR + 30 * MINUTE) });
    assert_eq!(cap("2026-03-11T00:00:00Z"), CapWindow::Day { first_turn: Span(24 * HOUR) });
}

#[test]
fn every_kind_of_arrivals_is_read() {
    let bare = LEAST.replace("arrivals = { kind = \"poisson\", per_agent_per_hour = 1 }", "");
    let with = |overrides: &[&str]| read(&bare, overrides);
    let arrivals =
        |text: &str| with(&[&format!("workload.w.arrivals={text}")]).world.workloads[0].arrivals.clone();
    assert_eq!(
        arrivals("{ kind = 'poisson', per_agent_per_hour = 0.5 }"),
        Arrivals::Poisson { per_agent_per_hour: 0.5 }
    );
    let think = |think: Duration| Arrivals::ClosedLoop { think };
    let ten = Span::secs(10);
    assert_eq!(arrivals("{ kind = 'closed_loop', think = '10s' }"), think(Duration::Constant(ten)));
    assert_eq!(arrivals("{ kind = 'closed_loop', think.mean = '10s' }"), think(Duration::Exponential(ten)));
    assert_eq!(
        arrivals("{ kind = 'closed_loop', think = { p50 = '10s', p95 = '2m' } }"),
        think(Duration::Lognormal { p50: ten, p95: Span::secs(120) })
    );
    assert_eq!(
        arrivals("{ kind = 'batch', at = '1h', each = 500, over = '10m' }"),
        Arrivals::Batch { at: Span(HOUR), each: 500, over: Span::secs(600) }
    );
    assert_eq!(
        arrivals("{ kind = 'day_curve', per_agent_per_hour = 4, peak = 18:00, peak_to_mean = 3 }"),
        Arrivals::DayCurve { per_agent_per_hour: 4.0, peak: Span(18 * HOUR), peak_to_mean: 3.0 }
    );
    for (kind, law) in [("gamma", GapLaw::Gamma), ("weibull", GapLaw::Weibull)] {
        let text = format!("{{ kind = '{kind}', per_agent_per_hour = 4, cv = 2.5 }}");
        assert_eq!(arrivals(&text), Arrivals::Renewal { per_agent_per_hour: 4.0, law, cv: 2.5 });
    }
}

#[test]
fn lengths_are_constant_or_spread() {
    let plan = with(&["workload.w.output=300", "workload.w.prompt.first=1000"]).world.workloads[0].clone();
    assert_eq!((plan.output, plan.prompt.first), (Length::Constant(300), Length::Constant(1_000)));
    let plan = with(&["workload.w.output={ p50 = 5, p95 = 9, max = 7 }"]).world.workloads[0].clone();
    assert_eq!(plan.output, Length::Lognormal { p50: 5, p95: 9, max: 7 });
}

#[test]
fn every_kind_of_fault_is_read() {
    for (kind, more, expected) in [
        ("overloaded", "", FaultKind::Overloaded),
        ("server_error", "", FaultKind::ServerError),
        ("hang", "", FaultKind::Hang),
        ("rate_limit_storm", "", FaultKind::RateLimitStorm { retry_after: Span::secs(5) }),
        (
            "rate_limit_storm",
            ", retry_after = '9s'",
            FaultKind::RateLimitStorm { retry_after: Span::secs(9) },
        ),
        (
            "brownout",
            ", capacity = '25%'",
            FaultKind::Brownout { capacity: rushhour_base::Ratio::new(1, 4).expect("a quarter") },
        ),
    ] {
        let fault =
            format!("provider.p.fault.f={{ kind = '{kind}', at = '1m', for = '2m', model = 'm'{more} }}");
        let fault = with(&["provider.p.model.m.capacity.concurrency=40", &fault]).world.faults[0];
        assert_eq!((fault.kind, fault.lane), (expected, Some(LaneId(0))));
        assert_eq!((fault.from.0, fault.until.0), (MINUTE, 3 * MINUTE));
    }
}

#[test]
fn models_of_one_family_share_a_quota_and_others_do_not() {
    let text = r#"
[provider.a]
tier = "anthropic/tier-1"
model.old.preset = "claude-sonnet-4-5"
model.new = { preset = "claude-sonnet-4-6", quota = { requests_per_minute = 60, concurrency = 3, burst = "50%" } }
model.small.preset = "claude-haiku-4-5"
[provider.b]
tier = "anthropic/tier-1"
model.old.preset = "claude-sonnet-4-5"
[workload.w]
agents = 4
arrivals = { kind = "poisson", per_agent_per_hour = 1 }
[policy.primary]
lanes = { "a/new" = 3, "b/old" = 1 }
"#;
    let scenario = read(text, &[]);
    let pools: Vec<_> = scenario.topology.lanes.iter().map(|lane| lane.pool).collect();
    assert_eq!(pools, [Some(0), Some(0), Some(1), Some(2)]);
    let shared = scenario.world.quotas[0];
    let requests = shared.requests.expect("a limit");
    assert_eq!((requests.amount, requests.burst, shared.concurrency), (60, 30, Some(3)));
    assert_eq!(shared.input_tokens.map(|grant| (grant.amount, grant.burst)), Some((30_000, 15_000)));
    let pool = scenario.topology.pools[0];
    assert_eq!((pool.requests.map(|limit| limit.burst), pool.concurrency), (Some(30), Some(3)));
    assert_eq!(scenario.topology.pools.len(), 3);
}

#[test]
fn the_default_chain_takes_what_is_configured() {
    let rungs = |overrides: &[&str]| policy(overrides).chain.iter().map(|rung| rung.rung).collect::<Vec<_>>();
    assert_eq!(rungs(&[]), [Rung::Primary]);
    assert_eq!(rungs(&["policy.human={}", "policy.rules={}"]), [Rung::Primary, Rung::Rules, Rung::Human]);
    assert_eq!(
        rungs(&["policy.chain=['human', 'primary', 'fail']", "policy.human={}"]),
        [Rung::Human, Rung::Primary]
    );
    // The lanes of rules and people follow those of the models, in this order, however the file has them.
    let scenario = with(&["policy.human={}", "policy.rules={}"]);
    let names: Vec<_> =
        scenario.header(&scenario.variants[0], Seed(1), "0").lanes.into_iter().map(|l| l.name).collect();
    assert_eq!(names, ["p/m", "rules", "human"]);
}

#[test]
fn a_variant_is_laid_over_the_policy_key_by_key() {
    let scenario = with(&[
        "policy.timeout=10s",
        "policy.retry.cap=9s",
        "policy.rules.answers=100%",
        "variant.v.policy.retry.max_attempts=7",
        "variant.v.policy.limiter.output_hold=300",
        "variant.v.policy.queue.discipline=fifo",
        "variant.w.policy.breaker.kind=none",
        "variant.w.policy.human={}",
    ]);
    let [base, v, w] = scenario.variants.as_slice() else { panic!("three variants") };
    assert_eq!((base.name.as_str(), v.name.as_str(), w.name.as_str()), ("base", "v", "w"));
    assert_eq!(
        (v.policy.timeout, v.policy.retry.cap, v.policy.retry.max_attempts),
        (Span::secs(10), Span::secs(9), 7)
    );
    assert_eq!(
        (v.policy.limiter.output_hold, v.policy.queue.discipline),
        (OutputHold::Tokens(300), Discipline::Fifo)
    );
    assert!(base.policy.breaker.is_some() && w.policy.breaker.is_none());
    // A lane that only one variant uses is there for all, or their lanes would have different numbers.
    assert_eq!(scenario.topology.lanes.len(), 3);
    assert_eq!((base.policy.chain.len(), w.policy.chain.len()), (2, 3));
    assert_eq!(scenario.variant("w"), Some(w));
}

#[test]
fn a_preset_decides_how_retries_are_made_unless_a_key_says_otherwise() {
    for (overrides, expected) in [
        (&["policy.retry.preset=openai-python"] as &[&str], RetryPolicy::OPENAI_PYTHON),
        (&["policy.retry.preset=openai-python-2.51"], RetryPolicy::OPENAI_PYTHON_2_51),
        (&["policy.retry.preset=anthropic-python"], RetryPolicy::ANTHROPIC_PYTHON),
        (&["policy.retry.preset=openai-node"], RetryPolicy::OPENAI_NODE),
        (&["policy.retry.preset=anthropic-node"], RetryPolicy::ANTHROPIC_NODE),
        (
            &["policy.retry.preset=openai-node", "policy.retry.jitter=equal", "policy.retry.max_attempts=9"],
            RetryPolicy { jitter: Jitter::Equal, max_attempts: 9, ..RetryPolicy::OPENAI_NODE },
        ),
    ] {
        assert_eq!(policy(overrides).retry, expected, "{overrides:?}");
    }
}

#[test]
fn a_guard_is_off_unless_it_is_named() {
    let guard = |overrides: &[&str]| policy(overrides).guard;
    assert_eq!(guard(&[]), None);
    let dollars = Some(Money::from_micros(5_000_000));
    for (text, repeats, steps, dollars) in [
        ("{}", Some(5), Some(100), None),
        ("{ repeats = 'none', steps = 7, dollars = '$5' }", None, Some(7), dollars),
    ] {
        let expected = GuardPolicy { repeats, steps, dollars };
        assert_eq!(guard(&[&format!("policy.guard={text}")]), Some(expected), "{text}");
    }
}

#[test]
fn later_overrides_win_and_bare_words_are_text() {
    let scenario =
        with(&["seed=5", "seed=6", "name=mine", "policy.shared_backoff=false", "policy.limiter.share=60%"]);
    assert_eq!((scenario.seed, scenario.name.as_str()), (Seed(6), "mine"));
    assert!(!scenario.variants[0].policy.shared_backoff);
    assert_eq!(scenario.variants[0].policy.limiter.share.to_string(), "60%");
}

/// Tags of paths have an `=` of their own.
#[test]
fn an_override_may_have_an_equals_sign_in_its_key() {
    let scenario = with(&["slo.\"rates.success{workload=w}\"=> 99%"]);
    let header = scenario.header(&scenario.variants[0], Seed(1), "0");
    assert_eq!((header.slos[0].path.as_str(), header.slos[0].limit), ("rates.success{workload=w}", 0.99));
}

#[test]
fn settings_without_effect_are_noticed() {
    let notices = |overrides: &[&str]| {
        let all = with(overrides).notices;
        all.into_iter()
            .map(|notice| notice.to_string())
            .filter(|text| !text.contains("nothing limits"))
            .collect::<Vec<_>>()
    };
    assert_eq!(
        notices(&["policy.queue.discipline=fifo", "policy.queue.ageing=5s"]),
        ["policy.queue.ageing: it is without effect: only the `fair` discipline knows ageing"]
    );
    assert_eq!(
        notices(&["policy.chain=['primary', 'fail']", "policy.human={}"]),
        ["policy.human: it is configured but does not stand in the chain"]
    );
    assert_eq!(
        notices(&["provider.p.model.m.preset=claude-sonnet-4-5", "starts=2026-12-01T00:00:00Z"]),
        [
            "provider.p.model.m.preset: the provider serves claude-sonnet-4-5 only until 2026-11-30, before this run"
        ]
    );
}

#[test]
fn keys_that_do_not_go_with_how_a_quota_is_counted_are_noticed() {
    let notices = |overrides: &[&str]| {
        let all = with(overrides).notices.into_iter().map(|notice| notice.to_string());
        all.filter(|text| !text.contains("nothing limits")).collect::<Vec<_>>()
    };
    assert_eq!(
        notices(&[
            "provider.p.model.m.quota={ requests_per_minute = 60, enforced = 'fixed_window', burst = '50%', slice = '2s' }"
        ]),
        [
            "provider.p.model.m.quota.burst: it is without effect: what is counted by fixed_window lets its whole amount pass at once",
            "provider.p.model.m.quota.slice: it is without effect: what is counted by fixed_window has no slices",
        ]
    );
    assert_eq!(
        notices(&["provider.p.refunds_unused=true"]),
        [
            "provider.p.refunds_unused: it is without effect: output counts as it is produced, and `max_tokens` not at all"
        ]
    );
    assert_eq!(
        notices(&["provider.p.tier=openai/tier-1", "provider.p.model.m.preset=gpt-4o"]),
        ["provider.p.tier: it is a tier of openai, and the provider counts as anthropic does"]
    );
}

#[test]
fn a_quota_is_counted_as_the_provider_and_its_keys_say() {
    let quota = |overrides: &[&str]| {
        let scenario = with(overrides);
        (scenario.world.quotas[0], scenario.header(&scenario.variants[0], Seed(1), "0").quotas[0].clone())
    };
    let (plan, header) = quota(&[
        "provider.p.dialect=openai",
        "provider.p.tier=openai/tier-1",
        "provider.p.model.m.preset=gpt-4o-mini",
    ]);
    let sum = OutputCharge::UpFront { estimate: Estimate::Sum, refunds: false };
    assert_eq!((plan.output, plan.counts_failed, plan.enforced), (sum, true, Enforcement::Continuous));
    let limits: Vec<_> = header.limits.iter().map(|l| (l.dimension, l.amount, l.period)).collect();
    let (minute, day) = (Span(MINUTE), Span(24 * HOUR));
    assert_eq!(
        limits,
        [
            (Dimension::Requests, 500, minute),
            (Dimension::Tokens, 200_000, minute),
            (Dimension::RequestsPerDay, 10_000, day),
        ]
    );
    assert!(header.output_up_front);
    let (plan, header) = quota(&[
        "provider.p={ dialect = 'openai', estimate = 'larger', refunds_unused = true, counts_failed = false }",
        "provider.p.model.m={ preset = 'gpt-4.1' }",
        "provider.p.model.m.quota={ requests_per_minute = 60, tokens_per_day = 9, enforced = 'slices', slice = '10s' }",
    ]);
    let larger = OutputCharge::UpFront { estimate: Estimate::Larger, refunds: true };
    assert_eq!((plan.output, plan.counts_failed), (larger, false));
    let enforced: Vec<_> = header.limits.iter().map(|l| l.enforced).collect();
    assert_eq!(enforced, [Enforcement::Slices(Span::secs(10)), Enforcement::FixedWindow]);
    let (plan, header) = quota(&["provider.p.model.m.quota.requests_per_minute=60"]);
    assert_eq!((plan.output, plan.counts_failed), (OutputCharge::AsProduced, false));
    assert!(!header.output_up_front);
}

/// Trying another kind of traffic needs no copy of the file: what goes with the old kind only is left out, and said.
#[test]
fn an_override_of_the_kind_leaves_out_what_goes_with_the_old_one() {
    let scenario = with(&["workload.w.arrivals.kind=closed_loop", "workload.w.arrivals.think=10s"]);
    let think = Duration::Constant(Span::secs(10));
    assert_eq!(scenario.world.workloads[0].arrivals, Arrivals::ClosedLoop { think });
    let text = scenario.notices[0].to_string();
    assert!(text.starts_with("workload.w.arrivals.per_agent_per_hour: it is left out: "), "{text}");
}

#[test]
fn the_hash_names_what_decides_the_run_and_nothing_else() {
    let plain = with(&[]);
    assert_eq!(plain.hash.len(), 32);
    for same in [
        &["seed=77"] as &[&str],
        &["policy.timeout=1m"],
        &["policy.retry.cap=8000ms"],
        &["workload.w.arrivals.per_agent_per_hour=1.0"],
        &["policy={}"],
    ] {
        assert_eq!(with(same).hash, plain.hash, "{same:?}");
    }
    assert_eq!(read(&format!("# A question?\n{LEAST}# the end"), &[]).hash, plain.hash);
    let mut seen = vec![plain.hash];
    for other in [
        &["policy.timeout=61s"] as &[&str],
        &["workload.w.agents=5"],
        &["workload.x={ agents = 1, arrivals = { kind = 'poisson', per_agent_per_hour = 1 } }"],
        &["variant.v.policy.timeout=61s"],
        &["variant.w.policy.timeout=61s"],
        &["slo.\"rates.fallback\"='< 1%'"],
        &["starts=2026-01-05T09:00:00+01:00"],
        &["name=other"],
    ] {
        let hash = with(other).hash;
        assert!(!seen.contains(&hash), "{other:?}");
        seen.push(hash);
    }
}

/// Lanes and workloads are numbered in the order of the file, so the order is part of what is named.
#[test]
fn the_order_of_names_is_part_of_the_hash() {
    let rest = "agents = 1\narrivals = { kind = \"poisson\", per_agent_per_hour = 1 }\n";
    let (a, b) = (format!("[workload.a]\n{rest}"), format!("[workload.b]\n{rest}"));
    let (first, second) = (format!("{LEAST}{a}{b}"), format!("{LEAST}{b}{a}"));
    assert_ne!(read(&first, &[]).hash, read(&second, &[]).hash);
}

#[test]
fn another_seed_changes_nothing_else() {
    let (one, other) = (with(&[]), with(&[]).with_seed(Seed(99)));
    assert_eq!((other.seed, other.world.seed), (Seed(99), Seed(99)));
    assert_eq!((one.hash, one.variants), (other.hash, other.variants));
}
