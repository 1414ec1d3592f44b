use super::*;
use crate::settings::{Arrivals, Duration, GapLaw, Length, PromptPlan, TraceRow};
use crate::world_for_tests::{workload, world};
use rushhour_base::time::{DAY, HOUR, MINUTE, SECOND};

/// All that an agent of an open loop asks.
fn life(plan: &WorldPlan, agent: u32) -> Vec<Ask> {
    let mut traffic = Traffic::new(plan);
    let mut at = traffic.first(AgentId(agent));
    let mut asks = Vec::new();
    while let Some(now) = at {
        let (ask, next) = traffic.ask(AgentId(agent), now);
        assert!(next.is_none_or(|next| next >= now), "time runs backwards");
        asks.push(ask);
        at = next;
    }
    asks
}

/// What is asked and when, whoever is called what.
fn plain(asks: &[Ask]) -> Vec<(u32, Instant, u64)> {
    asks.iter().map(|a| (a.request.turn(), a.intended, a.input_tokens)).collect()
}

fn with(name: &str, agents: u32, arrivals: Arrivals) -> WorldPlan {
    world(vec![WorkloadPlan { arrivals, ..workload(name, agents) }])
}

#[test]
fn the_first_hundred_are_unmoved_by_a_hundred_and_first() {
    let (hundred, more) = (world(vec![workload("leads", 100)]), world(vec![workload("leads", 101)]));
    for agent in [0, 1, 50, 99] {
        assert_eq!(life(&hundred, agent), life(&more, agent));
    }
    assert_ne!(plain(&life(&more, 99)), plain(&life(&more, 100)));
}

/// Not even the numbers that agents happen to have matter: a workload keeps its luck wherever it stands.
#[test]
fn workloads_do_not_move_one_another() {
    let alone = world(vec![workload("support", 3)]);
    let behind = world(vec![workload("leads", 70), workload("support", 3)]);
    let before = world(vec![workload("support", 3), workload("leads", 70)]);
    for agent in 0..3 {
        let life_alone = life(&alone, agent);
        assert!(life_alone.len() > 1_000);
        assert_eq!(plain(&life_alone), plain(&life(&behind, 70 + agent)));
        assert_eq!(plain(&life_alone), plain(&life(&before, agent)));
    }
    assert_ne!(plain(&life(&behind, 0)), plain(&life(&behind, 70)), "two workloads share their luck");
}

#[test]
fn asks_carry_what_the_workload_says() {
    let plan = world(vec![workload("leads", 2), workload("support", 2)]);
    for (agent, workflow) in [(0, 0), (1, 0), (2, 1), (3, 1)] {
        let ask = life(&plan, agent)[7];
        assert_eq!(ask.request, RequestId::new(AgentId(agent), 7));
        assert_eq!(ask.workflow, WorkflowId(workflow));
        assert_eq!((ask.priority, ask.max_tokens, ask.patience), (1, 1_024, Span(5 * MINUTE)));
    }
}

#[test]
fn a_batch_is_asked_evenly_and_then_never_again() {
    let times = |over: u64| {
        let batch = Arrivals::Batch { at: Span(MINUTE), each: 4, over: Span(over) };
        let asks = life(&with("documents", 2, batch), 1);
        asks.iter().map(|ask| ask.intended.0 / SECOND).collect::<Vec<_>>()
    };
    assert_eq!(times(0), [60, 60, 60, 60]);
    assert_eq!(times(20 * SECOND), [60, 65, 70, 75]);
}

/// 144,000 arrivals: the mean to within 1 % (3.8 standard errors), and counts as scattered as Poisson's are.
#[test]
fn a_poisson_stream_has_its_rate_and_no_bursts() {
    let plan = world(vec![workload("leads", 100)]);
    let arrivals: Vec<u64> =
        (0..100).flat_map(|agent| life(&plan, agent)).map(|ask| ask.intended.0).collect();
    let expected = 100.0 * 60.0 * 24.0;
    assert!((arrivals.len() as f64 / expected - 1.0).abs() < 0.01, "{} arrivals", arrivals.len());
    let mut per_minute = vec![0.0; 24 * 60];
    arrivals.iter().for_each(|at| per_minute[(at / MINUTE) as usize] += 1.0);
    let mean = per_minute.iter().sum::<f64>() / per_minute.len() as f64;
    let variance = per_minute.iter().map(|n| (n - mean) * (n - mean)).sum::<f64>() / per_minute.len() as f64;
    // The index of dispersion of 1,440 counts has a standard error of √(2/1440) = 0.037.
    assert!((variance / mean - 1.0).abs() < 0.12, "index of dispersion {}", variance / mean);
}

/// Three days from eight in the morning: the mean as stated, and the rate of each hour as the curve has it.
#[test]
fn a_day_curve_has_its_mean_and_its_peak_every_day() {
    let arrivals = Arrivals::DayCurve { per_agent_per_hour: 40.0, peak: Span(18 * HOUR), peak_to_mean: 3.0 };
    let plan = WorldPlan { horizon: Span(3 * DAY), ..with("leads", 100, arrivals) };
    let mut per_hour = [[0.0; 24]; 3];
    for ask in (0..100).flat_map(|agent| life(&plan, agent)) {
        // Half an hour is added so that an hour has the peak in its middle.
        let clock = ask.intended.0 + 8 * HOUR + HOUR / 2;
        per_hour[(ask.intended.0 / DAY) as usize][(clock % DAY / HOUR) as usize] += 1.0;
    }
    for (day, counts) in per_hour.iter().enumerate() {
        let total = counts.iter().sum::<f64>();
        assert!((total / 96_000.0 - 1.0).abs() < 0.015, "day {day}: {total} arrivals");
        let (peak, night) = (counts[18] / 4_000.0, counts[6] / 4_000.0);
        // Over a whole hour the peak is a little lower than at its height.
        assert!((2.9..3.05).contains(&peak), "day {day}: peak {peak}");
        assert!(night < 0.12, "day {day}: night {night}");
        assert!((counts[15] / counts[21] - 1.0).abs() < 0.1, "day {day} is lopsided: {counts:?}");
    }
}

#[test]
fn a_closed_loop_waits_for_the_outcome() {
    let think = Duration::Lognormal { p50: Span::secs(10), p95: Span::secs(100) };
    let plan = with("coders", 5, Arrivals::ClosedLoop { think });
    let agent = AgentId(3);
    let thinks = |service: u64| -> Vec<Span> {
        let mut traffic = Traffic::new(&plan);
        assert_eq!(traffic.after(agent, Instant(SECOND)), None, "it has not asked yet");
        let mut at = traffic.first(agent).expect("it asks on this day");
        (0..50)
            .map(|_| {
                assert_eq!(traffic.ask(agent, at).1, None);
                let ended = at + Span::secs(service);
                at = traffic.after(agent, ended).expect("it asks again on this day");
                at.since(ended)
            })
            .collect()
    };
    assert_eq!(thinks(1), thinks(60), "the luck of thinking depends on the pace of answers");
    let mut sorted = thinks(1);
    sorted.sort_unstable();
    assert!((Span::secs(5)..Span::secs(20)).contains(&sorted[25]), "median {}", sorted[25]);
}

#[test]
fn nobody_asks_from_the_horizon_on() {
    let think = Duration::Constant(Span::secs(10));
    let plan = WorldPlan { horizon: Span::secs(30), ..with("coders", 1, Arrivals::ClosedLoop { think }) };
    let mut traffic = Traffic::new(&plan);
    assert_eq!(traffic.first(AgentId(0)), Some(Instant(10 * SECOND)));
    traffic.ask(AgentId(0), Instant(10 * SECOND));
    assert_eq!(traffic.after(AgentId(0), Instant(20 * SECOND - 1)), Some(Instant(30 * SECOND - 1)));
    assert_eq!(traffic.after(AgentId(0), Instant(20 * SECOND)), None);

    let plan = WorldPlan { horizon: Span::ZERO, ..world(vec![workload("leads", 1)]) };
    assert_eq!(Traffic::new(&plan).first(AgentId(0)), None);
    let mut open = Traffic::new(&world(vec![workload("leads", 1)]));
    open.ask(AgentId(0), Instant(SECOND));
    assert_eq!(open.after(AgentId(0), Instant(2 * SECOND)), None, "an open loop feels no outcome");
}

/// The naive closed loop of Tene's example: one call of 1 ms every 10 ms for 100 s, then a stall of 100 s. It makes
/// 10,001 calls where an open loop would make 20,000; that is what coordinated omission omits.
#[test]
fn a_closed_loop_omits_what_a_stall_delays() {
    let think = Duration::Constant(Span::millis(9));
    let plan = WorldPlan { horizon: Span::secs(200), ..with("probe", 1, Arrivals::ClosedLoop { think }) };
    let mut traffic = Traffic::new(&plan);
    let (agent, stall) = (AgentId(0), Instant(100 * SECOND));
    let (mut at, mut calls) = (traffic.first(agent), 0);
    while let Some(now) = at {
        calls += 1;
        traffic.ask(agent, now);
        let ended = now + Span::millis(1);
        at = traffic.after(agent, if ended > stall { Instant(200 * SECOND) } else { ended });
    }
    assert_eq!(calls, 10_001);
}

#[test]
fn a_trace_is_dealt_like_cards() {
    let row = |at_s, input_tokens| TraceRow { at: Span::secs(at_s), input_tokens, output_tokens: 1 };
    let rows = [row(0, 10), row(1, 11), row(1, 12), row(1, 13), row(5, 14), row(90_000, 15)];
    let plan = with("azure", 2, Arrivals::Trace { rows: rows.into() });
    let dealt = |agent| -> Vec<(u64, u64)> {
        life(&plan, agent).iter().map(|a| (a.intended.0 / SECOND, a.input_tokens)).collect()
    };
    assert_eq!(dealt(0), [(0, 10), (1, 12), (5, 14)]);
    assert_eq!(dealt(1), [(1, 11), (1, 13)], "the last row lies beyond the horizon");
    let idle = with("azure", 9, Arrivals::Trace { rows: rows.into() });
    assert!(life(&idle, 8).is_empty());
}

#[test]
#[should_panic(expected = "in the order of time")]
fn an_unsorted_trace_is_no_plan() {
    let row = |at_s| TraceRow { at: Span::secs(at_s), input_tokens: 1, output_tokens: 1 };
    Traffic::new(&with("azure", 1, Arrivals::Trace { rows: [row(2), row(1)].into() }));
}

#[test]
#[should_panic(expected = "agent 2 is not one of the plan's 2 agents")]
fn a_stranger_has_no_traffic() {
    Traffic::new(&world(vec![workload("leads", 2)])).first(AgentId(2));
}

/// A session begins with a draw of its own, and the turns in between only grow.
#[test]
fn prompts_grow_within_a_session_and_differ_between_them() {
    let plan = world(vec![workload("leads", 1)]);
    let prompts: Vec<u64> = life(&plan, 0).iter().map(|ask| ask.input_tokens).collect();
    let starts: Vec<usize> = (1..prompts.len()).filter(|&i| prompts[i] != prompts[i - 1] + 650).collect();
    assert!(starts.len() >= prompts.len() / 10 - 1, "{} sessions of {} turns", starts.len(), prompts.len());
    assert!(starts.windows(2).all(|two| two[1] - two[0] <= 10));
    let mut firsts: Vec<u64> = starts.iter().map(|&i| prompts[i]).collect();
    firsts.sort_unstable();
    let repeated = firsts.windows(2).filter(|two| two[0] == two[1]).count();
    assert!(repeated < firsts.len() / 10, "{repeated} of {} sessions begin like another", firsts.len());
    // 140 draws around a median of 1,000 with σ = 0.84: ± 4 standard errors of the median.
    assert!((700..1_400).contains(&firsts[firsts.len() / 2]), "median {}", firsts[firsts.len() / 2]);
}

#[test]
fn an_agent_is_small() {
    assert!(size_of::<Agent>() <= 24, "{} bytes", size_of::<Agent>());
    let tiny = PromptPlan { first: Length::Constant(1), growth: 0, turns: 1, max: 1, shared: 0 };
    let plan = world(vec![WorkloadPlan { prompt: tiny, ..workload("crowd", 100_000) }]);
    assert_eq!(Traffic::new(&plan).agents(), 100_000);
}

/// Who is behind a request follows from its name: other workloads, more agents and the hour at which a closed loop
/// comes to ask move nobody.
#[test]
fn users_are_drawn_by_the_name_of_the_request() {
    let users = Some(crate::settings::UsersPlan { count: 50, skew: 1.0, per_source: 5 });
    let chat = |agents| WorkloadPlan { users, ..workload("chat", agents) };
    let whose = |plan: &WorldPlan, agent, first_user| -> Vec<(u32, u32)> {
        life(plan, agent).iter().map(|ask| (ask.user.0 - first_user, ask.source.0 - first_user)).collect()
    };
    let alone = world(vec![chat(3)]);
    let before = whose(&alone, 2, 0);
    assert_eq!(before, whose(&world(vec![chat(8)]), 2, 0));
    assert_eq!(before, whose(&world(vec![workload("leads", 70), chat(3)]), 72, 70));
    assert!(before.iter().all(|(user, source)| *user < 50 && *source == user - user % 5));
    let distinct: std::collections::BTreeSet<u32> = before.iter().map(|(user, _)| *user).collect();
    assert!(distinct.len() > 40, "one agent asks for many users, not for {}", distinct.len());

    let texts: std::collections::BTreeSet<u64> =
        (0..3).flat_map(|agent| life(&alone, agent)).map(|ask| ask.text).collect();
    assert_eq!(
        texts.len(),
        (0..3).map(|agent| life(&alone, agent).len()).sum::<usize>(),
        "no two texts are alike"
    );
}

/// The mean rate is that of the plan, and the variation of the gaps too: 20,000 gaps, a band of four standard errors.
#[test]
fn a_renewal_process_has_its_rate_and_variation() {
    for (law, cv) in
        [(GapLaw::Gamma, 0.5), (GapLaw::Gamma, 2.0), (GapLaw::Weibull, 0.5), (GapLaw::Weibull, 2.0)]
    {
        let plan = with("bursty", 1, Arrivals::Renewal { per_agent_per_hour: 3_600.0, law, cv });
        let plan = WorldPlan { horizon: Span::secs(20_000), ..plan };
        let asks = life(&plan, 0);
        let gaps: Vec<f64> =
            asks.windows(2).map(|two| two[1].intended.since(two[0].intended).as_secs_f64()).collect();
        let mean = gaps.iter().sum::<f64>() / gaps.len() as f64;
        let variance = gaps.iter().map(|gap| (gap - mean) * (gap - mean)).sum::<f64>() / gaps.len() as f64;
        let found = libm::sqrt(variance) / mean;
        assert!((mean - 1.0).abs() < 4.0 * cv / 141.0, "{law:?} {cv}: mean gap {mean} s");
        assert!((found - cv).abs() < 0.08 * cv, "{law:?} {cv}: variation {found}");
    }
}
