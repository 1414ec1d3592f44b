//! A limit that the client does not know: does it find it, and what does finding it cost?
//!
//! Forty agents want far more than the provider grants. The client is told nothing: it feels for the limit by adding and
//! halving. An AIMD rate moves between half of what is granted and all of it, three quarters on average.

use rushhour_tests::{Run, run, scenario};

/// Forty agents that ask again as soon as they are answered, for half an hour.
fn crowded(quota: &str, limiter: &str) -> Run {
    let text = format!(
        r#"
        name = "felt_for"
        seed = 7
        duration = "30m"
        warmup = "10m"

        [provider.p.model.m]
        prices = {{ input = "$3", output = "$15" }}
        latency = {{ base = "2s", per_output_token = "0s", per_input_token = "0s", spread = "0%" }}
        quota = {{ {quota} }}

        [workload.w]
        agents = 40
        arrivals = {{ kind = "closed_loop", think = "1s" }}
        prompt = {{ first = 1000, growth = 0, turns = 1 }}
        output = 100
        max_tokens = 200

        [policy]
        chain = ["primary", "fail"]
        queue.max_wait = "5m"
        shared_backoff = false
        retry = {{ base = "1s", budget = "none" }}
        limiter = {limiter}
        "#
    );
    let scenario = scenario(&text);
    run(&scenario, &scenario.variants[0])
}

/// Checks the share of the quota that was used and the share of attempts that were refused.
#[track_caller]
fn check(quota: &str, limiter: &str, used: std::ops::Range<f64>, refused: std::ops::Range<f64>) {
    let Run { report, violations, .. } = crowded(quota, limiter);
    assert_eq!(violations, [], "{limiter}");
    let utilisation = report.pools[0].limits[0].utilisation;
    let rejected = report.total.rates.rejected_429.unwrap_or(0.0);
    assert!(used.contains(&utilisation), "{limiter}: used {utilisation} of {quota}");
    assert!(refused.contains(&rejected), "{limiter}: {rejected} of all attempts were refused");
}

const RATE: &str = "requests_per_minute = 240, burst = '5%'";

#[test]
fn a_hidden_rate_is_found() {
    check(RATE, "{ kind = 'aimd', aimd = { start = 20, step = 12, every = '5s' } }", 0.7..1.01, 0.0..0.05);
    // Far too much at the beginning is mended as well.
    check(
        RATE,
        "{ kind = 'aimd', aimd = { start = 100000, step = 12, every = '5s' } }",
        0.7..1.01,
        0.0..0.05,
    );
}

#[test]
fn a_hidden_number_of_calls_at_once_is_found() {
    let felt = "{ kind = 'none', kinds.concurrency = 'aimd', aimd = { start = 1, step = 1, every = '10s' } }";
    check("concurrency = 8", felt, 0.65..1.0, 0.0..0.05);
}

/// The same crowd without any limiter, and with one that knows: what feeling for it saves, and what knowing would.
#[test]
fn between_knowing_and_not_asking() {
    check(RATE, "{ kind = 'none' }", 0.9..1.01, 0.3..1.0);
    check(RATE, "{ kind = 'token_bucket' }", 0.95..1.01, 0.0..0.0001);
}

#[test]
fn it_never_exceeds_its_ceiling() {
    let felt = "{ kind = 'aimd', aimd = { start = 20, step = 12, every = '5s', ceiling = 60 } }";
    check(RATE, felt, 0.2..0.2501, 0.0..0.0001);
}
