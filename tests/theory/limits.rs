//! Buckets and windows that make wait, or turn away.

use super::formulas::{bucket_loss, bucket_wait, erlang_b, fixed_window_loss, mdc_wait};
use super::{Row, near, within};

fn sets(per_hour: f64, per_minute: u32, more: &str) -> [String; 3] {
    [
        format!("workload.calls.arrivals.per_agent_per_hour={per_hour}"),
        format!("provider.p.model.m.quota.requests_per_minute={per_minute}"),
        more.to_owned(),
    ]
}

fn row(file: &str, sets: &[String], duration: &str) -> Row {
    let mut all: Vec<&str> = sets.iter().map(String::as_str).collect();
    let duration = format!("duration={duration}");
    all.push(&duration);
    Row::new(file, &all)
}

/// A bucket of one token of a minute's 60, of five, of ten.
fn burst(tokens: u32) -> String {
    format!("provider.p.model.m.quota.burst={}%", f64::from(tokens * 1_000_000 / 60 + 1) / 10_000.0)
}

#[test]
fn a_bucket_makes_wait() {
    for (per_hour, tokens, band) in [(2_880.0, 1, 0.04), (3_240.0, 10, 0.12)] {
        let seen = row("token_bucket", &sets(per_hour, 60, &burst(tokens)), "100h").base();
        let (waits, wait) = bucket_wait(per_hour / 3_600.0, f64::from(tokens));
        near("P(wait)", seen.figure("rates.waited"), waits, band / 2.0);
        near("wait", seen.mean_wait(), wait, band);
    }
    // A minute's bucket: nobody waits but once in a thousand million calls.
    let seen = row("token_bucket", &sets(2_400.0, 50, "provider.p.model.m.quota.burst=100%"), "50h").base();
    within("wait", seen.mean_wait(), 0.0, 1e-6);
    let seen = row("token_bucket", &sets(2_400.0, 50, "provider.p.model.m.quota.burst=2%"), "100h").base();
    near("P(wait)", seen.figure("rates.waited"), 0.8, 0.02);
    near("wait", seen.mean_wait(), 2.4, 0.04);
}

/// In front of the call or behind it: the client's bucket and the provider's share no code and turn away the same calls.
#[test]
fn a_bucket_turns_away() {
    let minute = "provider.p.model.m.quota.burst=100%".to_owned();
    for (per_hour, per_minute, burst, loss) in [
        (2_880.0, 60, burst(1), bucket_loss(0.8, 1.0)),
        (2_880.0, 60, burst(5), bucket_loss(0.8, 5.0)),
        (3_600.0, 60, burst(5), bucket_loss(1.0, 5.0)),
        (4_320.0, 60, burst(5), bucket_loss(1.2, 5.0)),
        // So large a bucket is all but always empty: what comes in above the refill is lost.
        (3_600.0, 50, minute, 1.0 - 50.0 / 60.0),
    ] {
        let row = row("token_bucket", &sets(per_hour, per_minute, &burst), "80h").replications(1);
        let (dropped, refused) = (row.variant("dropped"), row.variant("refused"));
        within("loss", refused.figure("rates.rejected_429"), loss, 0.003);
        for (one, other) in dropped.0.iter().zip(&refused.0) {
            assert_eq!(one.total.counts.refused, other.total.counts.rejected_429);
        }
    }
}

#[test]
fn a_window_turns_away() {
    for (per_minute, offered, duration) in
        [(50, 40.0, "80h"), (50, 50.0, "60h"), (50, 100.0, "40h"), (60, 1_200.0, "4h")]
    {
        for (enforced, loss) in [
            ("sliding_window", erlang_b(per_minute, offered)),
            ("fixed_window", fixed_window_loss(per_minute, offered)),
        ] {
            let how = format!("provider.p.model.m.quota.enforced={enforced}");
            let row = row("windows", &sets(offered * 60.0, per_minute, &how), duration).replications(1);
            let seen = row.variant("refused");
            within(enforced, seen.figure("rates.rejected_429"), loss, 0.003);
        }
    }
}

#[test]
fn a_sliding_window_makes_wait() {
    for (per_minute, offered, duration, band) in
        [(50, 40.0, "150h", 0.08), (50, 45.0, "150h", 0.12), (1, 0.8, "4000h", 0.05)]
    {
        let sliding = "provider.p.model.m.quota.enforced=sliding_window";
        let seen = row("windows", &sets(offered * 60.0, per_minute, sliding), duration).base();
        near("wait", seen.mean_wait(), 60.0 * mdc_wait(per_minute, offered), band);
        assert!(seen.figure("counts.rejected_429") < 0.5, "what waits for the window fits into it");
    }
}

/// 20 agents of 60 a minute on a key of 60, and 100 agents of 10 on one of 50: the call after the last that fits comes
/// after (N + 1)/λ on average, with a standard deviation of √(N + 1)/λ.
#[test]
fn the_first_refusal_comes_within_seconds() {
    for (per_minute, offered) in [(60, 1_200.0), (50, 1_000.0)] {
        let sliding = "provider.p.model.m.quota.enforced=sliding_window";
        let mut sets = sets(offered * 60.0, per_minute, sliding).to_vec();
        sets.push("warmup=0s".to_owned());
        let seen = row("windows", &sets, "1m").replications(100).variant("refused");
        near("first", seen.figure("lanes.first_429_s"), f64::from(per_minute + 1) / (offered / 60.0), 0.04);
    }
}
