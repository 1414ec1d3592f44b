//! Limits as files write them: plain, relative to a variant or the committed baseline, and such that end a run.

use rushhour_base::header::{Comparison, Reference, Slo};
use rushhour_scenario::{Override, Scenario};

const FILE: &str = "[provider.p.model.m]\nprices = { input = \"$3\", output = \"$15\" }\n\
                    [workload.w]\nagents = 1\narrivals = { kind = \"poisson\", per_agent_per_hour = 1 }\n";

const VARIANT: &str = "[variant.naive.policy]\nlimiter.kind = \"none\"\n";

fn read(file: &str, path: &str, limit: &str) -> Result<Slo, String> {
    let set = Override::new(format!("slo.\"{path}\"={limit}"));
    let scenario =
        Scenario::parse(file, "limits.toml", "".as_ref(), &[set]).map_err(|errors| errors.to_string())?;
    Ok(scenario.header(&scenario.variants[0], scenario.seed, "0").slos[0].clone())
}

#[test]
fn limits_are_read_to_the_letter() {
    let file = format!("{FILE}{VARIANT}");
    let variant = |name: &str| Some(Reference::Variant(name.to_owned()));
    for (path, limit, comparison, value, of, abort) in [
        ("latency.response.p95", "'< 3s'", Comparison::Below, 3_000.0, None, false),
        ("latency.response.p95", "'< 110% of base'", Comparison::Below, 1.1, variant("base"), false),
        (
            "latency.response.p95",
            "'<=  95.5 %  of naive'",
            Comparison::AtMost,
            0.955,
            variant("naive"),
            false,
        ),
        (
            "counts.answered",
            "'>= 99% of baseline'",
            Comparison::AtLeast,
            0.99,
            Some(Reference::Baseline),
            false,
        ),
        ("counts.failed", "{ limit = '< 5' }", Comparison::Below, 5.0, None, false),
        ("counts.failed", "{ limit = '< 5', abort = true }", Comparison::Below, 5.0, None, true),
        (
            "cost_usd.total{cause=wasted}",
            "{ limit = '<= $2', abort = true }",
            Comparison::AtMost,
            2.0,
            None,
            true,
        ),
        (
            "rates.success",
            "{ limit = '> 90% of base', abort = false }",
            Comparison::Above,
            0.9,
            variant("base"),
            false,
        ),
    ] {
        let slo = read(&file, path, limit).unwrap_or_else(|errors| panic!("{path} {limit}: {errors}"));
        assert_eq!((slo.comparison, &slo.of, slo.abort), (comparison, &of, abort), "{path} {limit}");
        assert!((slo.limit - value).abs() < 1e-12, "{path} {limit}: {}", slo.limit);
    }
}

#[test]
fn limits_that_could_never_be_judged_are_refused_with_the_reason() {
    let two = format!("{FILE}{VARIANT}");
    let named_baseline = format!("{FILE}{}", VARIANT.replace("naive", "baseline"));
    for (file, path, limit, reason) in [
        (two.as_str(), "latency.response.p95", "'< 3s of base'", "a relative limit is a share of something"),
        (&two, "latency.response.p95", "'< -5% of base'", "a relative limit is a share of something"),
        (&two, "latency.response.p95", "'< 110% of nobody'", "there is no variant `nobody`"),
        (FILE, "latency.response.p95", "'< 110% of base'", "no other variant is there"),
        (
            &named_baseline,
            "counts.failed",
            "'< 110% of baseline'",
            "it could mean the committed baseline or the variant",
        ),
        (&two, "counts.failed{workload=w}", "'< 110% of baseline'", "a baseline holds no figures with tags"),
        (&two, "rates.fallback", "{ limit = '< 1%', abort = true }", "the figure may fall again"),
        (&two, "counts.in_flight", "{ limit = '< 9', abort = true }", "the figure may fall again"),
        (&two, "counts.answered", "{ limit = '> 9', abort = true }", "known only at the end"),
        (&two, "counts.failed", "{ limit = '< 110% of base', abort = true }", "what it is relative to"),
        (&two, "counts.failed", "{ abort = true }", "is missing"),
        (&two, "counts.failed", "{ limit = '< 5', abrot = true }", "did you mean `abort`?"),
        (&two, "counts.fialed", "{ limit = '< 5', abort = true }", "did you mean `counts.failed`?"),
        (&two, "counts.failed", "{ limit = '5' }", "it begins with no comparison"),
    ] {
        let told = read(file, path, limit).expect_err(limit);
        assert!(told.contains(reason), "{path} {limit}: nothing of {reason:?} in\n{told}");
    }
}

/// Two scenarios are of one world if nothing differs but what the fleet does and what is asked of it.
#[test]
fn the_hash_of_the_world_leaves_out_policies_and_limits() {
    let world = |sets: &[&str]| {
        let sets: Vec<Override> = sets.iter().map(|set| Override::new(*set)).collect();
        let scenario = Scenario::parse(FILE, "limits.toml", "".as_ref(), &sets).expect("it is sound");
        scenario.header(&scenario.variants[0], scenario.seed, "0").world_hash
    };
    let plain = world(&[]);
    for same in ["name='other'", "seed=9", "policy.limiter.kind='none'", "slo.\"counts.failed\"='< 1'"] {
        assert_eq!(world(&[same]), plain, "{same}");
    }
    for other in ["workload.w.agents=2", "duration='2h'", "provider.p.model.m.prices.output='$16'"] {
        assert_ne!(world(&[other]), plain, "{other}");
    }
}
