//! Those who wait for places for calls at once, and those who may not.

use super::formulas::{closed_loop, cobham, erlang_b, erlang_c, gamma_sigma, mg1_wait};
use super::{Row, Seen, near, within};

const HALF: &str = "workload.calls.arrivals.per_agent_per_hour=1800";
const CONSTANT: &str = "workload.calls.output=1000000";

/// Little's law, exactly: without a warm-up the area under the number of open requests is the sum of their stays. The
/// mean of stays is cut to the nanosecond, which is all that may be missing.
fn little(seen: &Seen) {
    for report in &seen.0 {
        let stays = &report.total.latency.response;
        let sum = stays.mean.expect("somebody stayed").at_least.as_secs_f64() * stays.count as f64;
        let area = report.open_requests.mean.expect("there was time") * report.header.horizon.as_secs_f64();
        assert!(sum <= area * (1.0 + 1e-12) && area - sum <= stays.count as f64 * 1e-9 + area * 1e-12);
        assert_eq!(stays.count, report.total.counts.arrived);
    }
}

#[test]
fn one_server_with_exponential_services() {
    for (rho, sets, band) in [(0.5, &[HALF][..], 0.02), (0.8, &[], 0.05)] {
        let seen = Row::new("one_server", sets).base();
        near("wait", seen.mean_wait(), mg1_wait(rho, 1.0), band);
        near("p95", seen.seconds("latency.response.p95"), libm::log(20.0) / (1.0 - rho), band);
        near("P(wait)", seen.figure("rates.waited"), rho, band / 3.0);
        near("L", seen.figure("open_requests.mean"), rho / (1.0 - rho), band);
    }
    little(&Row::new("one_server", &["warmup=0s", "duration=20h"]).base());
}

#[test]
fn one_server_with_services_of_other_laws() {
    for (rho, sets, band) in [(0.5, &[CONSTANT, HALF][..], 0.02), (0.8, &[CONSTANT], 0.05)] {
        near("M/D/1", Row::new("one_server", sets).base().mean_wait(), mg1_wait(rho, 0.0), band);
    }
    // Mean 1 s and cv 2: the median is 1/√5, and the standard deviation of the logarithm √ln 5.
    let lognormal = "workload.calls.output={ p50 = 447214, p95 = 3604172, max = 1000000000 }";
    let load = "workload.calls.arrivals.per_agent_per_hour=2520";
    // A table is laid over a table key by key, so the old one goes first.
    let seen = Row::new("one_server", &[CONSTANT, lognormal, load, "duration=200h"]).base();
    near("M/G/1", seen.mean_wait(), mg1_wait(0.7, 2.0), 0.08);
}

#[test]
fn one_server_with_bursts_of_arrivals() {
    let bursts = "workload.calls.arrivals={ kind = \"gamma\", cv = 2.0, per_agent_per_hour = 2520 }";
    let seen = Row::new("one_server", &[bursts]).base();
    let sigma = gamma_sigma(0.7, 2.0);
    near("wait", seen.mean_wait(), sigma / (1.0 - sigma), 0.05);
    near("P(wait)", seen.figure("rates.waited"), sigma, 0.01);
}

#[test]
fn several_servers() {
    for (c, a, band) in [(2, 1.6, 0.06), (5, 4.0, 0.06), (50, 45.0, 0.20)] {
        let places = format!("provider.p.model.m.quota.concurrency={c}");
        let load = format!("workload.calls.arrivals.per_agent_per_hour={}", a * 3_600.0);
        let seen =
            Row::new("many_servers", &[&places, &load, &format!("duration={}m", (3_600.0 / a) as u32)]);
        let seen = seen.base();
        let waits = erlang_c(c, a);
        near("P(wait)", seen.figure("rates.waited"), waits, band / 2.0);
        near("wait", seen.mean_wait(), waits / (f64::from(c) - a), band);
    }
}

/// What is lost does not depend on the law of the service times; and limiter and provider, which share no code, turn
/// away the same number.
#[test]
fn without_a_queue_calls_are_lost_whatever_the_law() {
    for (c, a) in [(5, 4.0), (10, 8.0)] {
        let places = format!("provider.p.model.m.quota.concurrency={c}");
        let load = format!("workload.calls.arrivals.per_agent_per_hour={}", a * 3_600.0);
        for sets in
            [&[places.as_str(), &load, "duration=10h"][..], &[&places, &load, "duration=10h", CONSTANT]]
        {
            let row = Row::new("no_queue", sets).replications(1);
            let (base, refused) = (row.base(), row.variant("refused"));
            near("loss", base.share("counts.refused"), erlang_b(c, a), 0.02);
            assert_eq!(base.0[0].total.counts.refused, refused.0[0].total.counts.rejected_429);
        }
    }
}

#[test]
fn agents_that_wait_for_each_other() {
    let many = [
        "workload.calls.agents=20",
        "provider.p.model.m.quota.concurrency=5",
        "workload.calls.output.mean=9600000",
        "workload.calls.arrivals.think.mean=38s",
        "duration=100h",
    ];
    for (n, c, z, s, sets) in [(5, 1, 10.0, 6.0, &["duration=200h"][..]), (20, 5, 38.0, 9.6, &many)] {
        let seen = Row::new("closed_loop", sets).base();
        let (rate, response) = closed_loop(n, c, z, s);
        let horizon = seen.0[0].header.horizon.as_secs_f64();
        near("X", seen.figure("counts.answered") / horizon, rate, 0.015);
        near("R", seen.seconds("latency.response.mean"), response, 0.015);
        near("L", seen.figure("open_requests.mean"), rate * response, 0.015);
        little(&seen);
    }
}

#[test]
fn the_urgent_go_first_and_the_patient_pay_for_it() {
    let row = Row::new("two_classes", &[]);
    let (classes, fifo) = (row.base(), row.variant("fifo"));
    let (urgent, patient) = cobham(0.3, 0.5);
    let wait = |seen: &Seen, of: &str| seen.seconds(&format!("latency.queue_wait.mean{{workload={of}}}"));
    near("urgent", wait(&classes, "urgent"), urgent, 0.03);
    near("patient", wait(&classes, "patient"), patient, 0.06);
    near("all", classes.mean_wait(), mg1_wait(0.8, 1.0), 0.05);
    near("fifo urgent", wait(&fifo, "urgent"), mg1_wait(0.8, 1.0), 0.05);
    near("fifo patient", wait(&fifo, "patient"), mg1_wait(0.8, 1.0), 0.05);
    // The same customers and services: no order makes work less. What was open at the horizon is all that differs.
    within("conserved", classes.mean_wait(), fifo.mean_wait(), 0.02);
}
