//! Joins the labels of replies with what became of their requests.

use crate::open::Open;
use crate::report::{EstimateReport, HallucinationReport};
use rushhour_base::{FactState, Label, Outcome, RequestId, Rung};
use std::collections::BTreeMap;

/// What is remembered of open requests of which a model's reply is known.
pub(super) struct HallucinationTally {
    /// Of the last whole reply to each.
    open: Open<(FactState, Label)>,
    seen: bool,
    injected: [u64; Label::ALL.len()],
    leaked: [u64; Label::ALL.len()],
    by_fact: [(u64, u64); FactState::ALL.len()],
}

impl HallucinationTally {
    pub(super) fn new() -> HallucinationTally {
        HallucinationTally {
            open: Open::new(),
            seen: false,
            injected: Default::default(),
            leaked: Default::default(),
            by_fact: Default::default(),
        }
    }

    pub(super) fn labelled(&mut self, request: RequestId, fact: FactState, label: Label) {
        self.seen = true;
        self.injected[label as usize] += 1;
        *self.open.entry(request.0, || (fact, label)) = (fact, label);
    }

    #[inline]
    pub(super) fn ended(&mut self, request: RequestId, outcome: Outcome, rung: Rung) {
        if !self.seen {
            return;
        }
        let Some((fact, label)) = self.open.remove(request.0) else { return };
        // A request may fall from a model that replied to one that is no model.
        if outcome == Outcome::Answered && rung.is_ai() {
            self.leaked[label as usize] += 1;
            let (asked, wrong) = &mut self.by_fact[fact as usize];
            *asked += 1;
            *wrong += u64::from(label != Label::None);
        }
    }

    /// `None` if no reply had a label.
    pub(super) fn finish(self) -> Option<HallucinationReport> {
        let wrong = || Label::ALL.iter().filter(|label| **label != Label::None);
        let class = |label: &Label| (*label, self.injected[*label as usize], self.leaked[*label as usize]);
        let fact = |fact: &FactState| {
            let (asked, wrong) = self.by_fact[*fact as usize];
            (*fact, asked, wrong)
        };
        self.seen.then(|| HallucinationReport {
            asked: self.leaked.iter().sum(),
            injected: wrong().map(|label| self.injected[*label as usize]).sum(),
            caught: None,
            leaked: wrong().map(|label| self.leaked[*label as usize]).sum(),
            false_alarms: None,
            by_class: wrong().map(class).collect(),
            by_fact: FactState::ALL.iter().map(fact).collect(),
        })
    }
}

/// How wrong the client's counts of its prompts were.
#[derive(Default)]
pub(super) struct EstimateTally {
    calls: u64,
    too_small: u64,
    /// The errors in millionths.
    sum: i128,
    /// How many calls were wrong by so many thousandths, from -1000 to 10,000.
    by_permille: BTreeMap<i64, u64>,
}

impl EstimateTally {
    pub(super) fn counted(&mut self, estimated: u64, actual: u64) {
        let error = (i128::from(estimated) - i128::from(actual)) * 1_000_000 / i128::from(actual.max(1));
        self.calls += 1;
        self.too_small += u64::from(estimated < actual);
        self.sum += error;
        let permille = i64::try_from(error.div_euclid(1_000)).unwrap_or(i64::MAX).min(10_000);
        *self.by_permille.entry(permille).or_default() += 1;
    }

    /// `None` if every count was exact by policy.
    pub(super) fn finish(self) -> Option<EstimateReport> {
        (self.calls > 0).then(|| EstimateReport {
            calls: self.calls,
            too_small: self.too_small,
            mean: self.sum as f64 / self.calls as f64 / 1e6,
            p5: self.percentile(5),
            p95: self.percentile(95),
        })
    }

    /// By nearest rank.
    fn percentile(&self, percent: u64) -> f64 {
        let rank = (u128::from(self.calls) * u128::from(percent)).div_ceil(100) as u64;
        let mut seen = 0;
        let reaches = |(permille, calls): (&i64, &u64)| {
            seen += calls;
            (seen >= rank).then_some(*permille as f64 / 1_000.0)
        };
        self.by_permille.iter().find_map(reaches).unwrap_or(0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rushhour_base::AgentId;

    fn request(turn: u32) -> RequestId {
        RequestId::new(AgentId(0), turn)
    }

    #[test]
    fn a_wrong_reply_leaks_only_as_an_answer_of_a_model() {
        let mut tally = HallucinationTally::new();
        for (turn, label, outcome, rung) in [
            (0, Label::WrongAmount, Outcome::Answered, Rung::Primary),
            (1, Label::WrongAmount, Outcome::Abandoned, Rung::Primary),
            (2, Label::InventedFact, Outcome::Answered, Rung::Human),
            (3, Label::None, Outcome::Answered, Rung::Tertiary),
        ] {
            tally.labelled(request(turn), FactState::Present, label);
            tally.ended(request(turn), outcome, rung);
        }
        tally.ended(request(4), Outcome::Answered, Rung::Primary);
        // Asked again, the last reply is the answer.
        tally.labelled(request(5), FactState::Missing, Label::Omission);
        tally.labelled(request(5), FactState::Missing, Label::None);
        tally.ended(request(5), Outcome::Answered, Rung::Primary);
        let report = tally.finish().expect("there were labels");
        assert_eq!((report.asked, report.injected, report.leaked), (3, 4, 1));
        assert_eq!(report.by_class[0], (Label::WrongAmount, 2, 1));
        assert_eq!(report.by_fact[..2], [(FactState::Present, 2, 1), (FactState::Missing, 1, 0)]);
        assert_eq!(HallucinationTally::new().finish(), None);
    }

    #[test]
    fn errors_of_estimates() {
        let mut tally = EstimateTally::default();
        (0..90).for_each(|_| tally.counted(1_000, 1_000));
        (0..4).for_each(|_| tally.counted(1_500, 1_000));
        (0..6).for_each(|_| tally.counted(800, 1_000));
        let report = tally.finish().expect("there were calls");
        assert_eq!((report.calls, report.too_small), (100, 6));
        assert_eq!(format!("{:.4} {} {}", report.mean, report.p5, report.p95), "0.0080 -0.2 0");
        let mut far = EstimateTally::default();
        far.counted(1_000_000, 1);
        assert_eq!(far.finish().map(|report| report.p95), Some(10.0));
        assert_eq!(EstimateTally::default().finish(), None);
    }
}
