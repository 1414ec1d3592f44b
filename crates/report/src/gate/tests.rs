use super::*;
use crate::script::report;

const HASH: &str = "00ff";

fn trial<'a>(reports: &'a [Report], baseline: Option<&'a Baseline>) -> Trial<'a> {
    Trial { reports, violations: &[], hash: HASH, baseline, bands: &[] }
}

/// A report that differs from the baseline's by what `change` does to it.
fn after(change: impl FnOnce(&mut Report)) -> Judgement {
    banded(change, &[])
}

fn banded(change: impl FnOnce(&mut Report), bands: &[(String, Ratio)]) -> Judgement {
    let baseline = Baseline::of(&[report()], HASH).expect("there is a report");
    let mut changed = report();
    changed.digest ^= 1;
    change(&mut changed);
    judge(&Trial { bands, ..trial(&[changed], Some(&baseline)) })
}

fn worse(judgement: &Judgement) -> Vec<&str> {
    judgement.variants.iter().flat_map(|variant| variant.worse().map(|moved| moved.path.as_str())).collect()
}

#[test]
fn a_baseline_reads_back_as_it_was_written() {
    let baseline = Baseline::of(&[report()], HASH).expect("there is a report");
    let text = baseline.json("rushhour gate scenarios/peak_hour.toml --update");
    assert_eq!(Baseline::parse(&text), Ok(baseline));
}

#[test]
fn an_unchanged_run_is_not_looked_at_further() {
    let baseline = Baseline::of(&[report()], HASH).expect("there is a report");
    let judgement = judge(&trial(&[report()], Some(&baseline)));
    assert!(judgement.variants[0].identical && !judgement.differs());
    assert_eq!(worse(&judgement), [""; 0]);
}

#[test]
fn worse_and_better_are_told_apart() {
    let judgement = after(|report| {
        report.total.counts.rejected_429 += 1;
        report.total.rates.goodput_per_s = report.total.rates.goodput_per_s.map(|rate| rate * 1.01);
        report.pools[0].undershoot = Some(0.99);
    });
    assert_eq!(worse(&judgement), ["counts.rejected_429", "pools.undershoot"]);
    let better: Vec<&str> = judgement.variants[0].better().map(|moved| moved.path.as_str()).collect();
    assert_eq!(better, ["rates.goodput_per_s"]);
    assert_eq!(judgement.verdict(), Verdict::Missed);
}

#[test]
fn a_change_that_is_neither_passes() {
    let judgement = after(|report| report.total.counts.arrived += 1);
    assert_eq!(worse(&judgement), [""; 0]);
    assert!(judgement.differs(), "an update would write it");
    assert_eq!(judgement.variants[0].moved[0].change, Change::Different);
}

/// k6 passes a threshold whose metric has no samples. A figure that the baseline has must not vanish unseen.
#[test]
fn samples_that_vanish_are_worse() {
    let judgement = after(|report| report.total.rates.success = None);
    assert_eq!(worse(&judgement), ["rates.success"]);
}

#[test]
fn a_band_lets_a_figure_move_so_far_and_no_further() {
    let base = report().total.rates.retry_amplification.expect("there are attempts");
    let by = |share: f64, band: Ratio| {
        let bands = [("rates.retry_amplification".to_owned(), band)];
        let change =
            |report: &mut Report| report.total.rates.retry_amplification = Some(base * (1.0 + share));
        worse(&banded(change, &bands)).len()
    };
    let two_percent = Ratio::new(2, 100).expect("it is a share");
    assert_eq!((by(0.019, two_percent), by(0.021, two_percent)), (0, 1));
}

#[test]
fn a_baseline_of_another_question_is_none() {
    let baseline = Baseline::of(&[report()], HASH).expect("there is a report");
    let said = |reports: &[Report], baseline: Option<&Baseline>| {
        let judgement = judge(&trial(reports, baseline));
        assert!(judgement.variants.is_empty());
        judgement.no_baseline.expect("there is a reason")
    };
    assert!(said(&[report()], None).starts_with("there is no baseline"));
    let other_hash = Baseline { hash: "11ee".into(), ..baseline.clone() };
    assert!(said(&[report()], Some(&other_hash)).starts_with("the scenario has changed"));
    let mut other_seed = report();
    other_seed.header.seed += 1;
    assert!(said(&[other_seed], Some(&baseline)).contains("is of seed 7, this run of 8"));
    let mut other_name = report();
    other_name.header.variant = "naive".into();
    assert!(
        said(&[report(), other_name], Some(&baseline))
            .contains("has the variants base, the scenario base, naive")
    );
}

#[test]
fn what_is_no_baseline_is_refused_with_its_place() {
    let good = Baseline::of(&[report()], HASH).expect("there is a report").json("");
    for (text, said) in [
        (String::new(), "it is no JSON"),
        ("[]".into(), "it has no `format`"),
        (
            good.replace("baseline/1", "baseline/9"),
            "its format is `rushhour/baseline/9`, not `rushhour/baseline/1`",
        ),
        (good.replace("\"seed\": 7", "\"seed\": -7"), "`scenario.seed` is not a whole number"),
        (
            good.replace("\"counts.arrived\": ", "\"counts.arrived\": \"many\", \"x\": "),
            "`variants[0].figures.counts.arrived` is not a number",
        ),
        (good.replace("\"digest\": \"", "\"digest\": \"z"), "`variants[0].digest` is not 32 hex digits"),
        (good[..good.len() / 2].to_owned(), "it is no JSON"),
    ] {
        let problem = Baseline::parse(&text).expect_err(&text).to_string();
        assert!(problem.contains(said), "nothing of {said:?} in {problem}");
        assert!(problem.contains("--update"), "{problem}");
    }
}

#[test]
fn what_happened_is_told_beside_the_figures() {
    let judgement = after(|report| {
        report.lanes[0].breaker.opens += 2;
        report.falls[0].count += 5;
    });
    let causes = &judgement.variants[0].causes;
    assert!(causes.iter().any(|cause| cause.contains("opened 2 times more")), "{causes:?}");
    assert!(causes.iter().any(|cause| cause.contains(" → ")), "{causes:?}");
}
