//! What the generator makes, measured as a recording is, against what public traffic is like and what theory says of each
//! law: rate, variation of the gaps, index of dispersion of the counts of minutes, shares of hours and days.
//!
//! All with fixed seeds. The bands are stated where they stand: about four standard errors of the figure for a run of that
//! length, unless they are the bands of public traffic.

use rushhour_base::time::{DAY, HOUR, MINUTE};
use rushhour_base::{Event, FleetId, Instant, RequestId, Sink, Span, Truth};
use rushhour_report::traffic::{Request, Traffic};
use rushhour_scenario::Override;
use rushhour_tests::scenario;
use rushhour_world::WorldPlan;
use rushhour_world::recording::Recording;
use std::collections::BTreeMap;

/// A scenario that starts on a Monday at midnight, with the given arrivals of so many agents.
fn plan(agents: u32, hours: u64, arrivals: &str) -> WorldPlan {
    let text = format!(
        "starts = \"2026-03-09T00:00:00+01:00\"\nduration = \"{hours}h\"\nseed = 20260309\n\
         [provider.p.model.m]\nprices = {{ input = \"$3\", output = \"$15\" }}\n\
         [workload.w]\nagents = {agents}\narrivals = {{ {arrivals} }}\n\
         prompt = {{ first = {{ mean = 1155, cv = 1.2 }}, growth = 0, turns = 1 }}\noutput = {{ p50 = 129, p95 = 451 }}\n"
    );
    scenario(&text).world
}

/// The traffic of a plan, and how many requests each stretch of `part` holds.
fn measured(plan: &WorldPlan, part: u64) -> (Traffic, Vec<f64>) {
    let rows = Recording::of(plan, None).rows;
    let first = rows.first().expect("somebody asks").at;
    let request = |row: &rushhour_world::settings::TraceRow| Request {
        at: Span(row.at.0 - first.0),
        input_tokens: row.input_tokens,
        output_tokens: row.output_tokens,
    };
    let mut parts = vec![0.0; plan.horizon.0.div_ceil(part) as usize];
    rows.iter().for_each(|row| parts[(row.at.0 / part) as usize] += 1.0);
    (Traffic::of(&rows.iter().map(request).collect::<Vec<_>>()), parts)
}

#[track_caller]
fn within(what: &str, value: f64, low: f64, high: f64) {
    assert!((low..high).contains(&value), "{what} is {value}, not from {low} to {high}");
}

/// Poisson: 1 and 1, at any rate. 24,000 requests in a day; the dispersion of 1,440 counts has a standard error of 0.037.
#[test]
fn a_poisson_process_has_neither_bursts_nor_order() {
    let plan = plan(10, 24, "kind = 'poisson', per_agent_per_hour = 100");
    let (traffic, _) = measured(&plan, HOUR);
    within("rate", traffic.requests as f64 / 24_000.0, 0.974, 1.026);
    within("CV of gaps", traffic.gaps.unwrap().cv, 0.97, 1.03);
    within("dispersion", traffic.dispersion.unwrap(), 0.85, 1.15);
}

/// Single tenants have CV 1.1 to 1.7, the last of them 4 to 9, gamma or Weibull (ServeGen). The dispersion of counts
/// tends to CV² (D. R. Cox, "Renewal Theory", 1962, 4.2) as minutes grow long against gaps.
#[test]
fn tenants_are_as_bursty_as_stated() {
    for (law, cv, rate) in [
        ("gamma", 1.4, 600),
        ("gamma", 4.0, 600),
        ("gamma", 9.0, 600),
        ("weibull", 1.7, 600),
        ("weibull", 4.0, 600),
    ] {
        let text = format!("kind = '{law}', per_agent_per_hour = {rate}, cv = {cv}, start = 'midway'");
        let (traffic, _) = measured(&plan(1, 24 * 7, &text), HOUR);
        let mean = f64::from(rate) * 24.0 * 7.0;
        within(
            &format!("{law} {cv}: rate"),
            traffic.requests as f64 / mean,
            1.0 - 4.0 * cv / mean.sqrt(),
            1.0 + 4.0 * cv / mean.sqrt(),
        );
        within(&format!("{law} {cv}: CV of gaps"), traffic.gaps.unwrap().cv / cv, 0.85, 1.15);
        let dispersion = traffic.dispersion.unwrap();
        assert!(dispersion > 1.2 && dispersion < cv * cv * 1.1, "{law} {cv}: dispersion {dispersion}");
    }
}

/// Agents who all begin a gap with the run ask too often at first, and those who are met midway do not: 3,000 agents of
/// variation 4, in the first minute of gaps of ten on the average. (The standard error of 300 requests that come in
/// bursts is near 50.)
#[test]
fn a_stream_that_is_met_midway_begins_at_its_rate() {
    for law in ["gamma", "weibull"] {
        let text = format!("kind = '{law}', per_agent_per_hour = 6, cv = 4");
        let (_, fresh) = measured(&plan(3_000, 1, &text), MINUTE);
        let (_, midway) = measured(&plan(3_000, 1, &format!("{text}, start = 'midway'")), MINUTE);
        within(&format!("{law}: first minute"), midway[0], 200.0, 420.0);
        assert!(fresh[0] > 1_500.0, "{law}: {} begin at once", fresh[0]);
        within(&format!("{law}: the hour"), midway.iter().sum(), 15_500.0, 20_500.0);
    }
}

/// The week of an office: days and hours as their weights say, the peak over the quietest hour within what Alibaba's tenants
/// have (1.4 to 4.9), and Sunday at three in the morning the quietest of all.
#[test]
fn a_week_is_busy_by_day_and_quiet_on_sunday_night() {
    let plan = plan(50, 24 * 28, "kind = 'poisson', per_agent_per_hour = 40, shape = { kind = 'week' }");
    let (traffic, hours) = measured(&plan, HOUR);
    within("rate", traffic.requests as f64 / (50.0 * 40.0 * 24.0 * 28.0), 0.996, 1.004);
    // Hours of the week, over four weeks; half an hour is taken as it is, since the peak lies between two hours.
    let of_week: Vec<f64> =
        (0..168).map(|hour| hours.iter().skip(hour).step_by(168).sum::<f64>() / 4.0).collect();
    let day = |n: usize| of_week[n * 24..(n + 1) * 24].iter().sum::<f64>();
    within("Sunday over Monday", day(6) / day(0), 0.485, 0.515);
    within("Saturday over Monday", day(5) / day(0), 0.68, 0.72);
    let monday = &of_week[..24];
    let (busiest, quietest) =
        (monday.iter().copied().fold(0.0, f64::max), monday.iter().copied().fold(f64::MAX, f64::min));
    within("peak over the day's mean", busiest / (day(0) / 24.0), 1.85, 1.95);
    within("peak over night", busiest / quietest, 4.3, 5.2);
    let quiet = (0..168).min_by(|a, b| of_week[*a].total_cmp(&of_week[*b])).unwrap();
    assert!([6 * 24 + 2, 6 * 24 + 3].contains(&quiet), "the quietest hour of the week is number {quiet}");
    assert!(traffic.dispersion.unwrap() > 5.0, "a rate that changes shows in the counts");
}

/// BurstGPT's day: its busiest hour has 11.7 times its quietest.
#[test]
fn a_steeper_day_has_the_ratio_of_burstgpt() {
    let shape = "shape = { kind = 'day', peak = '14:30', peak_to_mean = 2.42 }";
    let (_, hours) =
        measured(&plan(50, 24 * 14, &format!("kind = 'poisson', per_agent_per_hour = 60, {shape}")), HOUR);
    let of_day: Vec<f64> = (0..24).map(|hour| hours.iter().skip(hour).step_by(24).sum()).collect();
    let (busiest, quietest) =
        (of_day.iter().copied().fold(0.0, f64::max), of_day.iter().copied().fold(f64::MAX, f64::min));
    within("peak over night", busiest / quietest, 10.0, 12.5);
}

/// A flash crowd of bursty callers: the rate is six times as high for ten minutes, and the gaps are as bursty as before. A
/// Poisson process under the same crowd has far less scattered minutes.
#[test]
fn a_flash_crowd_can_itself_be_bursty() {
    let burst = "bursts = [{ at = '2h', for = '30m', factor = 6 }]";
    let crowd = |law: &str| {
        let (_, minutes) =
            measured(&plan(20, 4, &format!("{law}, per_agent_per_hour = 60, {burst}")), MINUTE);
        let (within, around) = (&minutes[120..150], [&minutes[..120], &minutes[150..]].concat());
        let mean = |counts: &[f64]| counts.iter().sum::<f64>() / counts.len() as f64;
        let spread = |counts: &[f64]| {
            let mean = mean(counts);
            counts.iter().map(|n| (n - mean) * (n - mean)).sum::<f64>() / mean / (counts.len() - 1) as f64
        };
        (mean(within), mean(&around), spread(within))
    };
    let (inside, outside, scatter) = crowd("kind = 'poisson'");
    within("Poisson crowd", inside, 112.0, 128.0);
    within("Poisson around", outside, 18.6, 21.4);
    within("Poisson scatter", scatter, 0.4, 1.9);
    let (inside, outside, scatter) = crowd("kind = 'gamma', cv = 4, start = 'midway'");
    within("bursty crowd", inside, 90.0, 155.0);
    within("bursty around", outside, 14.5, 26.0);
    assert!(scatter > 4.0, "the bursty crowd scatters by {scatter}");
}

/// Shapes keep the mean that they state: steps and a ramp, by their integrals, under each law.
#[test]
fn shapes_integrate_to_their_means() {
    let steps = "shape = { kind = 'steps', steps = [{ from = '0s', factor = 0.5 }, { from = '4h', factor = 3 }, { from = '6h', factor = 0 }] }";
    let ramp = "shape = { kind = 'ramp', from = 0, to = 4, at = '2h', over = '4h' }";
    for (law, slack) in [("kind = 'poisson'", 1.0), ("kind = 'weibull', cv = 2, start = 'midway'", 2.0)] {
        for (shape, hours_of_mean) in [(steps, 2.0 + 6.0), (ramp, 8.0 + 24.0)] {
            let (_, hours) =
                measured(&plan(100, 12, &format!("{law}, per_agent_per_hour = 50, {shape}")), HOUR);
            let mean = 100.0 * 50.0 * hours_of_mean;
            let band = 4.0 * slack / f64::sqrt(mean);
            within(&format!("{law}, {shape}"), hours.iter().sum::<f64>() / mean, 1.0 - band, 1.0 + band);
            if shape == steps {
                assert_eq!(hours[6..], [0.0; 6], "silence");
            } else {
                assert_eq!(hours[..2], [0.0; 2], "silence");
                within("the third hour of the ramp", hours[4] / 5_000.0, 2.3, 2.7);
            }
        }
    }
}

/// Prompts and replies have the spreads that the plan states: a gamma of mean 1,155 and variation 1.2, and the percentiles of
/// Azure's chat. 24,000 of each.
#[test]
fn lengths_have_their_spreads() {
    let (traffic, _) = measured(&plan(10, 24, "kind = 'poisson', per_agent_per_hour = 100"), DAY);
    let prompt = traffic.input_tokens.unwrap();
    within("mean prompt", prompt.mean, 1_119.0, 1_191.0);
    within("CV of prompts", prompt.cv, 1.15, 1.25);
    let reply = traffic.output_tokens.unwrap();
    within("median reply", reply.p50 as f64, 124.0, 134.0);
    within("95th percentile of replies", reply.p95 as f64, 430.0, 472.0);
}

/// The hundred-and-first agent moves nobody, whatever the law and the shape; nor does a longer run.
#[test]
fn more_agents_and_more_hours_move_nobody() {
    for arrivals in [
        "kind = 'gamma', cv = 3, per_agent_per_hour = 30, shape = { kind = 'week' }, start = 'midway'",
        "kind = 'poisson', per_agent_per_hour = 30, bursts = [{ at = '1h', for = '20m', factor = 9 }]",
        "kind = 'weibull', cv = 0.5, per_agent_per_hour = 30, shape = { kind = 'ramp', to = 3, over = '2h' }",
    ] {
        let rows = |agents, hours| Recording::of(&plan(agents, hours, arrivals), None).rows;
        let (hundred, more, longer) = (rows(100, 3), rows(101, 3), rows(100, 5));
        assert!(hundred.len() > 2_000 && more.len() > hundred.len());
        let mut rest = more.iter();
        assert!(hundred.iter().all(|row| rest.any(|other| other == row)), "{arrivals}: somebody moved");
        assert_eq!(longer[..hundred.len()], hundred, "{arrivals}: a longer run moved somebody");
    }
}

/// A scenario is measured by the same overrides as it is run.
#[test]
fn an_override_reaches_the_generator() {
    let set = Override::new("workload.leads.agents=7");
    let path = rushhour_tests::root().join("scenarios/peak_hour.toml");
    let few = rushhour_scenario::Scenario::load(&path, &[set]).expect("it is sound").world;
    let all = rushhour_tests::shipped("peak_hour").world;
    let count = |world: &WorldPlan| Recording::of(world, Some("leads")).rows.len() as f64;
    within("7 of 100 agents", count(&few) / count(&all), 0.04, 0.10);
}

/// Who asks, and how long those stay away who come back.
#[derive(Default)]
struct Asked {
    first: BTreeMap<RequestId, (Instant, u64)>,
    again: BTreeMap<RequestId, u64>,
    ended: BTreeMap<RequestId, Instant>,
    away: BTreeMap<RequestId, Span>,
}

impl Sink for Asked {
    fn event(&mut self, at: Instant, _: FleetId, event: &Event) {
        match *event {
            Event::Arrived { request, intended, input_tokens, .. } if request.times_before() == 0 => {
                self.first.insert(request, (intended, input_tokens));
            }
            Event::Arrived { request, input_tokens, .. } => {
                self.again.insert(request, input_tokens);
            }
            Event::Ended { request, .. } => drop(self.ended.insert(request, at)),
            _ => {}
        }
    }
    fn truth(&mut self, at: Instant, truth: &Truth) {
        if let Truth::CameBack { of, .. } = *truth {
            self.away.insert(of, at.since(self.ended[&of]));
        }
    }
}

/// Whom a policy leaves without an answer decides who comes back. What is asked first it does not move, nor what those ask who
/// come back, nor for how long they stay away.
#[test]
fn a_policy_moves_nothing_but_who_comes_back() {
    let scenario = rushhour_tests::shipped("come_back");
    let asked: Vec<Asked> = scenario
        .variants
        .iter()
        .map(|variant| {
            let mut asked = Asked::default();
            rushhour_tests::play(&scenario, variant, &mut asked);
            asked
        })
        .collect();
    let base = &asked[0];
    assert!(base.first.len() > 9_000 && base.again.len() > 500);
    for other in &asked[1..] {
        assert_eq!(base.first, other.first);
        let both: Vec<_> =
            base.away.iter().filter_map(|(of, away)| Some((away, other.away.get(of)?))).collect();
        assert!(both.len() > 300, "{} came back in both", both.len());
        assert!(both.iter().all(|(one, other)| one == other), "somebody stays away for another time");
        assert!(other.again.iter().all(|(request, tokens)| other.first[&request.first()].1 == *tokens));
    }
}
