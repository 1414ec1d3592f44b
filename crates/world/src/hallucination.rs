//! When a model says what is not so.
//!
//! A rate is an input: nothing here knows how often real models are wrong. The defaults, 8 % and with a guarded prompt
//! 2 %, are what an operator of a support fleet reported (VALIDATION, claim 8).
//!
//! It is the question that is hard, not the moment: each question has one uniform draw, which is compared with the rate
//! of the lane that answers it. Asking again, or elsewhere, does not roll the dice again; a guarded prompt lowers the rate
//! against the same draw, so the questions that it gets wrong are among those that were wrong without it. Most of them are
//! questions whose fact the request does not carry: `leaning` says how much likelier each state of the fact is to go wrong,
//! and the rates are then what keeps the overall one.

use crate::settings::HallucinationPlan;
use rushhour_base::conversation::FactState;
use rushhour_base::{Label, Ratio};

/// The rates of one lane, as thresholds for a uniform word.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Thresholds([u64; FactState::ALL.len()]);

/// What can go wrong with the replies of a workload.
#[derive(Clone, Debug)]
pub(crate) struct Hallucinations {
    /// For each lane, plain and guarded.
    lanes: Vec<[Thresholds; 2]>,
    weights: [u32; Label::ALL.len()],
}

/// What a label has to go with.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Circumstances {
    pub(crate) fact: FactState,
    /// Yes or no was asked, not a figure.
    pub(crate) availability: bool,
    /// The reply is to be read by a machine.
    pub(crate) structured: bool,
}

impl Hallucinations {
    /// The hallucinations of a workload whose facts are in each state with the given shares, on lanes of which each has a
    /// factor in thousandths.
    pub(crate) fn new(
        plan: &HallucinationPlan,
        shares: [Ratio; FactState::ALL.len()],
        factors: impl Iterator<Item = u32>,
    ) -> Hallucinations {
        let shares = shares.map(Ratio::as_f64);
        let of = |rate: Ratio, factor: u32| {
            let rate = (rate.as_f64() * f64::from(factor) / 1_000.0).min(1.0);
            Thresholds(rates(rate, shares, plan.leaning).map(threshold))
        };
        Hallucinations {
            lanes: factors.map(|factor| [of(plan.rate, factor), of(plan.guarded_rate, factor)]).collect(),
            weights: plan.weights,
        }
    }

    /// In which way the reply of a lane to a question is wrong. `words` are the question's own: whether, and in which way.
    pub(crate) fn label(&self, around: Circumstances, lane: usize, guarded: bool, words: [u64; 2]) -> Label {
        let Thresholds(thresholds) = self.lanes[lane][usize::from(guarded)];
        if words[0] >= thresholds[around.fact as usize] {
            return Label::None;
        }
        let weight =
            |label: Label| if fits(label, around) { u64::from(self.weights[label as usize]) } else { 0 };
        let sum: u64 = Label::ALL.iter().map(|label| weight(*label)).sum();
        let mut at = rushhour_base::draw::below(words[1], sum);
        for label in Label::ALL {
            match at.checked_sub(weight(*label)) {
                Some(rest) => at = rest,
                None => return *label,
            }
        }
        Label::None
    }
}

/// Whether a reply can be wrong in this way.
fn fits(label: Label, around: Circumstances) -> bool {
    let Circumstances { fact, availability, structured } = around;
    match label {
        Label::None => false,
        Label::WrongAmount => fact == FactState::Present && !availability,
        Label::WrongAvailability => fact == FactState::Present && availability,
        Label::Contradiction | Label::Omission => fact == FactState::Present && !structured,
        Label::InventedFact => fact == FactState::Missing,
        Label::StaleFact => fact == FactState::Stale,
        Label::Malformed => structured,
    }
}

/// The rate in each state, so that the rate over all of them is `rate`: in proportion to `leaning`, as far as none is above
/// one; what does not fit there goes to the others.
fn rates(rate: f64, shares: [f64; 3], leaning: [f64; 3]) -> [f64; 3] {
    let (mut rates, mut full) = ([0.0; 3], [false; 3]);
    for _ in 0..shares.len() {
        let taken: f64 = (0..3).filter(|&s| full[s]).map(|s| shares[s]).sum();
        let pull: f64 = (0..3).filter(|&s| !full[s]).map(|s| shares[s] * leaning[s]).sum();
        if pull <= 0.0 {
            break;
        }
        let scale = (rate - taken).max(0.0) / pull;
        for s in (0..3).filter(|&s| !full[s]) {
            rates[s] = (scale * leaning[s]).min(1.0);
        }
        let newly = |s: &usize| !full[*s] && scale * leaning[*s] > 1.0;
        let Some(_) = (0..3).find(newly) else { break };
        for s in 0..3 {
            full[s] |= scale * leaning[s] > 1.0;
        }
    }
    rates
}

/// Below which word a uniform draw falls with probability `rate`.
fn threshold(rate: f64) -> u64 {
    // 2^64 as a float; the conversion stops at the largest word.
    (rate * 18_446_744_073_709_551_616.0) as u64
}

#[cfg(test)]
mod tests {
    use super::*;
    use rushhour_base::draw::below;
    use rushhour_base::{Purpose, Seed};

    fn percent(n: u64) -> Ratio {
        Ratio::new(n, 100).expect("a share is at most 100 per cent")
    }

    fn around(fact: FactState) -> Circumstances {
        Circumstances { fact, availability: false, structured: false }
    }

    #[test]
    fn the_rate_over_all_states_is_the_input() {
        let shares = [0.8, 0.15, 0.05];
        for (rate, leaning) in [
            (0.08, [1.0, 10.0, 5.0]),
            (0.5, [1.0, 10.0, 5.0]),
            (0.95, [1.0, 10.0, 5.0]),
            (1.0, [1.0, 1.0, 1.0]),
            (0.02, [1.0, 0.0, 0.0]),
            (0.0, [1.0, 10.0, 5.0]),
        ] {
            let got = rates(rate, shares, leaning);
            let overall: f64 = got.iter().zip(shares).map(|(rate, share)| rate * share).sum();
            assert!((overall - rate).abs() < 1e-12, "{rate} {leaning:?}: {got:?} come to {overall}");
            assert!(got.iter().all(|rate| (0.0..=1.0).contains(rate)), "{got:?}");
        }
        assert!(rates(0.08, shares, [1.0, 10.0, 5.0])[1] > 9.9 * rates(0.08, shares, [1.0, 10.0, 5.0])[0]);
    }

    /// Whoever is wrong under a guarded prompt is wrong without one, and a worse model is wrong wherever a better one is.
    #[test]
    fn one_draw_serves_every_rate() {
        let plan = HallucinationPlan::default();
        let shares = [percent(80), percent(15), percent(5)];
        let model = Hallucinations::new(&plan, shares, [1_000, 2_500].into_iter());
        let mut wrong = [[0u32; 2]; 2];
        for n in 0..20_000 {
            let words = Seed(7).draw(Purpose::named("test"), n, 0);
            let fact = match below(words.word(2), 100) {
                0..80 => FactState::Present,
                80..95 => FactState::Missing,
                _ => FactState::Stale,
            };
            let label =
                |lane, guarded| model.label(around(fact), lane, guarded, [words.word(0), words.word(1)]);
            let (plain, guarded, worse) = (label(0, false), label(0, true), label(1, false));
            assert!(guarded == Label::None || guarded == plain, "{guarded} although {plain}");
            assert!(plain == Label::None || worse == plain);
            for (lane, row) in wrong.iter_mut().enumerate() {
                row[0] += u32::from(label(lane, false) != Label::None);
                row[1] += u32::from(label(lane, true) != Label::None);
            }
        }
        // 8 %, 2 %, 20 % and 5 % of 20,000, four standard errors each.
        for (got, want, band) in [
            (wrong[0][0], 1_600, 154),
            (wrong[0][1], 400, 80),
            (wrong[1][0], 4_000, 227),
            (wrong[1][1], 1_000, 124),
        ] {
            assert!(got.abs_diff(want) < band, "{got} instead of {want}");
        }
    }

    #[test]
    fn a_label_goes_with_its_question() {
        let plan = HallucinationPlan { rate: Ratio::ONE, ..HallucinationPlan::default() };
        let model = Hallucinations::new(&plan, [percent(80), percent(15), percent(5)], [1_000].into_iter());
        for n in 0..2_000 {
            let words = Seed(8).draw(Purpose::named("test"), n, 0);
            let fact = FactState::ALL[below(words.word(2), 3) as usize];
            let (availability, structured) =
                (words.word(3).is_multiple_of(2), words.word(4).is_multiple_of(2));
            let around = Circumstances { fact, availability, structured };
            let label = model.label(around, 0, false, [words.word(0), words.word(1)]);
            assert!(label != Label::None && fits(label, around), "{label} of {around:?}");
        }
    }

    #[test]
    fn a_class_without_weight_never_comes_up() {
        let mut plan = HallucinationPlan { rate: Ratio::ONE, ..HallucinationPlan::default() };
        plan.weights[Label::InventedFact as usize] = 0;
        let model = Hallucinations::new(&plan, [percent(50), percent(50), percent(0)], [1_000].into_iter());
        assert_eq!(model.label(around(FactState::Missing), 0, false, [0, 0]), Label::None);
        assert_ne!(model.label(around(FactState::Present), 0, false, [0, 0]), Label::None);
    }
}
