//! From counters to a report.

use super::slice::{SliceTally, share};
use super::{AgentTally, REASONS, RUNGS, Tally};
use crate::report::{
    Amplification, CostReport, Counted, Ending, Fairness, Fall, FaultReport, Report, RungReport,
};
use crate::slo;
use rushhour_base::event::{Cause, Reason};
use rushhour_base::message::AttemptResult;
use rushhour_base::{Instant, Money, Outcome, Rung};
use std::collections::BTreeMap;

pub(super) fn report(mut tally: Tally, digest: u128) -> Report {
    let horizon = tally.header.horizon;
    tally.spells.iter_mut().for_each(|spell| spell.ended(Instant(horizon.0)));
    let mut total = SliceTally::default();
    tally.slices.iter().for_each(|slice| total.merge(slice));
    total.spent += tally.shared;
    let (cost, faults) = (cost(&tally), faults(&tally));
    let (rungs, falls, endings) = (rungs(&tally, &total), falls(&tally), endings(&tally));
    // Whoever is kept out for good reason makes a fleet no less fair.
    let honest = tally.agents.iter().enumerate().filter(|(n, _)| !tally.abuse.is_abuser(*n)).map(|(_, a)| *a);
    let jain = jain(&honest.collect::<Vec<_>>());
    let amplification = amplification(&tally.attempts_made);
    let Tally {
        abuse,
        tasks,
        returns,
        tokens,
        truths,
        header,
        slices,
        pools,
        lanes,
        alerts,
        caps_reached,
        open_requests,
        longest_wait,
        ladder,
        parking,
        replies,
        compression,
        business,
        token_estimate,
        ..
    } = tally;
    let pools = pools.into_iter().zip(&header.quotas).map(|(pool, quota)| pool.finish(&quota.name, horizon));
    let lanes = lanes.into_iter().zip(&header.lanes).map(|(lane, named)| lane.finish(&named.name, horizon));
    let whole = total.results[AttemptResult::Completed as usize] + total.summaries.completed;
    let (hallucination, validation) = replies.finish();
    let mut report = Report {
        digest,
        total: total.finish(horizon),
        workloads: slices.iter().map(|slice| slice.finish(horizon)).collect(),
        open_requests: open_requests.finish(),
        rungs,
        falls,
        endings,
        cost,
        pools: pools.collect(),
        lanes: lanes.collect(),
        fairness: Fairness { jain, longest_wait },
        amplification,
        returns: returns.finish(total.arrived, total.outcomes[Outcome::Answered as usize]),
        tasks: tasks.finish(),
        tokens: truths.then(|| tokens.finish(whole)),
        faults,
        abuse: abuse.finish(horizon, truths),
        hallucination,
        validation,
        compression: compression.finish(),
        business: business.finish(),
        token_estimate: token_estimate.finish(),
        alerts,
        caps_reached,
        ladder: ladder.finish(horizon),
        parking: parking.finish(),
        slo: Vec::new(),
        stopped: None,
        replications: None,
        header,
    };
    report.slo = slo::judge(&report);
    report
}

fn rungs(tally: &Tally, total: &SliceTally) -> Vec<RungReport> {
    let answered = total.outcomes[Outcome::Answered as usize];
    let rung = |rung: &Rung| {
        let counted = &tally.rungs[*rung as usize];
        let (answers, response) = (counted.answers, counted.response.finish());
        let reached = reached(tally, total, *rung);
        let reach = share(reached, total.arrived);
        RungReport { rung: *rung, answers, share: share(answers, answered), reached, reach, response }
    };
    Rung::ALL.iter().map(rung).collect()
}

/// How often a request came to a rung. Those that a mode kept from the first rung never came to it.
fn reached(tally: &Tally, total: &SliceTally, rung: Rung) -> u64 {
    let kept_away =
        |place: &usize| place / REASONS / RUNGS == rung as usize && place % REASONS == Reason::Mode as usize;
    let kept = tally.falls.iter().enumerate().filter(|(place, _)| kept_away(place)).map(|(_, count)| count);
    let kept: u64 = kept.sum();
    let first =
        if tally.header.chain.first() == Some(&rung) { total.arrived.saturating_sub(kept) } else { 0 };
    let to = |place: &usize| place / REASONS % RUNGS == rung as usize;
    let fell = tally.falls.iter().enumerate().filter(|(place, _)| to(place)).map(|(_, count)| count);
    first + fell.sum::<u64>()
}

fn falls(tally: &Tally) -> Vec<Fall> {
    let fall = |(place, count): (usize, &u64)| Fall {
        from: Rung::ALL[place / REASONS / RUNGS],
        to: Rung::ALL[place / REASONS % RUNGS],
        reason: Reason::ALL[place % REASONS],
        count: *count,
    };
    tally.falls.iter().enumerate().filter(|(_, count)| **count > 0).map(fall).collect()
}

fn endings(tally: &Tally) -> Vec<Ending> {
    let of = |outcome: &Outcome| {
        let (outcome, counts) = (*outcome, tally.endings[*outcome as usize]);
        Reason::ALL.iter().map(move |reason| Ending {
            outcome,
            reason: *reason,
            count: counts[*reason as usize],
        })
    };
    Outcome::ALL.iter().flat_map(of).filter(|ending| ending.count > 0).collect()
}

fn cost(tally: &Tally) -> CostReport {
    let mut by_model = BTreeMap::new();
    for (lane, counted) in tally.header.lanes.iter().zip(&tally.lanes) {
        *by_model.entry(lane.model.clone()).or_insert(Money::ZERO) += counted.spent;
    }
    let spenders = tally.agents.iter().enumerate().filter(|(_, agent)| agent.spent != Money::ZERO);
    CostReport {
        by_agent: spenders.map(|(number, agent)| (number as u32, agent.spent)).collect(),
        by_model: by_model.into_iter().collect(),
        by_cause: Cause::ALL.iter().map(|cause| (*cause, tally.by_cause[*cause as usize])).collect(),
        invoiced: tally.truths.then_some(tally.invoiced),
        estimated: tally.estimated,
        lines: tally.lines.iter().map(|&(count, amount)| Counted { count, amount }).collect(),
        reconciliation: tally.reconciled.finish(&tally.lines),
    }
}

fn faults(tally: &Tally) -> Vec<FaultReport> {
    let fault = |(number, fault): (usize, &rushhour_base::header::FaultHeader)| FaultReport {
        name: fault.name.clone(),
        provider: fault.provider.clone(),
        kind: fault.kind.clone(),
        from: fault.from,
        until: fault.until,
        share: fault.share,
        struck: tally.truths.then_some(tally.struck[number]),
        spells: tally.spells[number].spells.clone(),
        in_force: tally.spells[number].in_force,
        recovery: tally.recovery.around(number, &tally.header),
    };
    tally.header.faults.iter().enumerate().map(fault).collect()
}

/// Jain's index over the answered shares of all agents that asked (R. Jain, D. Chiu, W. Hawe, "A Quantitative Measure
/// of Fairness and Discrimination", 1984): (Σx)² / (n Σx²).
fn jain(agents: &[AgentTally]) -> Option<f64> {
    crate::fairness::jain(agents.iter().filter_map(|agent| share(agent.answered, agent.arrived)))
}

fn amplification(attempts_made: &[u64]) -> Amplification {
    let requests: u64 = attempts_made.iter().sum();
    let attempts: u64 = attempts_made.iter().enumerate().map(|(made, count)| made as u64 * count).sum();
    let rank = (u128::from(requests) * 99).div_ceil(100) as u64;
    let mut seen = 0;
    let p99 = attempts_made.iter().position(|count| {
        seen += count;
        seen >= rank.max(1)
    });
    Amplification {
        requests,
        mean: share(attempts, requests),
        p99: p99.map(|made| made as u64),
        max: (requests > 0).then(|| attempts_made.len() as u64 - 1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The values of Jain's paper's kind of example: all alike, one takes all, and in between.
    #[test]
    fn jain_index() {
        let of = |answered: &[u64]| {
            let agent = |n: &u64| AgentTally { arrived: 40, answered: *n, spent: Money::ZERO };
            jain(&answered.iter().map(agent).collect::<Vec<_>>())
        };
        for (answered, index) in
            [(vec![1, 1, 1, 1], 1.0), (vec![4, 0, 0, 0], 0.25), (vec![30, 4, 2, 2, 2], 0.344_828)]
        {
            let got = of(&answered).expect("somebody was answered");
            assert!((got - index).abs() < 1e-6, "{answered:?}: {got}");
        }
        assert_eq!(of(&[0, 0]), None);
    }

    #[test]
    fn attempts_per_request() {
        let few = amplification(&[0, 98, 0, 2]);
        assert_eq!((few.requests, few.mean, few.p99, few.max), (100, Some(1.04), Some(3), Some(3)));
        assert_eq!(amplification(&[0, 99, 1]).p99, Some(1));
        let none = amplification(&[]);
        assert_eq!((none.mean, none.p99, none.max), (None, None, None));
    }
}
