//! The figures of the ladder and of parking. They are nothing where a run has neither.

use super::{Better, Metric, Of, of_runs};
use crate::latency::{Bounds, Statistic};
use crate::report::{ParkingReport, Report};
use crate::slo::Unit;
use rushhour_base::event::AgentMode;

pub(super) fn of_ladder() -> Vec<Metric> {
    let shares: [(&str, Of<Report>, Better); 4] = [
        ("ladder.share_full", |r| share(r, AgentMode::Full), Better::Higher),
        ("ladder.share_economy", |r| share(r, AgentMode::Economy), Better::Lower),
        ("ladder.share_rules", |r| share(r, AgentMode::Rules), Better::Lower),
        ("ladder.share_human", |r| share(r, AgentMode::Human), Better::Lower),
    ];
    let moves = of_runs("ladder.moves", Unit::Number, Better::Lower, |r| {
        r.ladder.as_ref().map(|ladder| ladder.timeline.count() as f64)
    });
    let shares = shares.map(|(path, of, better)| of_runs(path, Unit::Ratio, better, of));
    std::iter::once(moves).chain(shares).collect()
}

pub(super) fn of_parking() -> Vec<Metric> {
    let counts: [(&str, Of<Report>, Better); 8] = [
        ("parking.requests", |r| parking(r, |p| p.requests), Better::Neither),
        ("parking.stays", |r| parking(r, |p| p.stays), Better::Neither),
        ("parking.drained", |r| parking(r, |p| p.drained), Better::Neither),
        ("parking.dead_letters", |r| parking(r, |p| p.dead_letters), Better::Lower),
        ("parking.given_up", |r| parking(r, |p| p.given_up), Better::Lower),
        ("parking.shed", |r| parking(r, |p| p.shed), Better::Lower),
        ("parking.waiting", |r| parking(r, |p| p.waiting), Better::Lower),
        ("parking.busiest_hour", |r| parking(r, ParkingReport::busiest_hour), Better::Neither),
    ];
    let stays: [(&str, Of<Report>); 3] = [
        ("parking.stay.p50", |r| stay(r, Statistic::P50)),
        ("parking.stay.p95", |r| stay(r, Statistic::P95)),
        ("parking.stay.max", |r| stay(r, Statistic::Max)),
    ];
    let counts = counts.map(|(path, of, better)| of_runs(path, Unit::Number, better, of));
    let mut all: Vec<Metric> = counts.into_iter().collect();
    all.push(of_runs("parking.dead_share", Unit::Ratio, Better::Lower, |r| r.parking.as_ref()?.dead_share()));
    all.push(of_runs("parking.oldest_s", Unit::Seconds, Better::Lower, |r| {
        r.parking.as_ref()?.oldest.map(|age| age.as_secs_f64())
    }));
    all.extend(stays.map(|(path, of)| of_runs(path, Unit::Milliseconds, Better::Lower, of)));
    all
}

fn share(report: &Report, mode: AgentMode) -> Option<f64> {
    report.ladder.as_ref().map(|ladder| ladder.share(mode))
}

fn parking(report: &Report, of: fn(&ParkingReport) -> u64) -> Option<f64> {
    report.parking.as_ref().map(|parking| of(parking) as f64)
}

/// At least: whatever is still parked counts at its age.
fn stay(report: &Report, statistic: Statistic) -> Option<f64> {
    let bounds: Option<Bounds> = report.parking.as_ref()?.stay.get(statistic);
    bounds.map(|bounds| bounds.at_least.as_millis_f64())
}
