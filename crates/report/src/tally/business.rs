//! What requests were worth to those who asked, by the weights of their workloads.

use crate::report::BusinessReport;
use rushhour_base::header::BusinessHeader;
use rushhour_base::{Outcome, Ratio, RunHeader, Rung, Span};

/// Sums what requests were worth. Integers only; a worth is in millionths.
pub(super) struct BusinessTally {
    /// By workload; empty if none has weights.
    weights: Vec<Option<BusinessHeader>>,
    sums: BusinessReport,
}

/// What an answer said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Said {
    /// What is so, as far as anybody knows.
    Right,
    /// That nobody knows.
    Unknown,
    /// That somebody is sorry; or nothing.
    Apology,
    /// What is not so.
    Wrong,
}

impl BusinessTally {
    pub(super) fn new(header: &RunHeader) -> BusinessTally {
        let of =
            |workload| header.business.iter().find(|weights| usize::from(weights.of) == workload).copied();
        let weights = match header.business.is_empty() {
            true => Vec::new(),
            false => (0..header.workloads.len()).map(of).collect(),
        };
        BusinessTally { weights, sums: BusinessReport::default() }
    }

    pub(super) fn is_modelled(&self) -> bool {
        !self.weights.is_empty()
    }

    /// A request of a workload came to an end after `response`.
    pub(super) fn ended(
        &mut self,
        workload: usize,
        outcome: Outcome,
        rung: Rung,
        response: Span,
        said: Said,
    ) {
        let Some(Some(weights)) = self.weights.get(workload) else { return };
        if matches!(outcome, Outcome::Parked | Outcome::InFlight) {
            return;
        }
        let sums = &mut self.sums;
        let leads = weights.leads.of(WHOLE);
        sums.ended += 1;
        sums.leads_e6 += leads;
        if outcome != Outcome::Answered {
            return;
        }
        let worth = worth(weights, rung, response, said);
        sums.answered += 1;
        sums.apologies += u64::from(matches!(said, Said::Unknown | Said::Apology));
        sums.worth_e6 += worth;
        sums.captured_e6 += times(times(leads, weights.capture.of(WHOLE)), worth);
    }

    /// `None` if no workload has weights.
    pub(super) fn finish(self) -> Option<BusinessReport> {
        self.is_modelled().then_some(self.sums)
    }
}

fn worth(weights: &BusinessHeader, rung: Rung, response: Span, said: Said) -> u64 {
    let of = |share: Ratio| share.of(WHOLE);
    let who = match rung {
        Rung::Primary | Rung::Secondary | Rung::Tertiary => WHOLE,
        Rung::Rules => of(weights.rules),
        Rung::Human => of(weights.human),
    };
    let what = match said {
        Said::Right => WHOLE,
        Said::Unknown => of(weights.unknown),
        Said::Apology => of(weights.apology),
        Said::Wrong => of(weights.wrong),
    };
    times(times(who, what), speed(weights, response))
}

/// What is left of an answer's worth after so long.
fn speed(weights: &BusinessHeader, response: Span) -> u64 {
    let late_worth = weights.late_worth.of(WHOLE);
    let over = response.0.saturating_sub(weights.prompt.0);
    let until = weights.late.0.saturating_sub(weights.prompt.0).max(1);
    let lost = u128::from(WHOLE - late_worth) * u128::from(over.min(until)) / u128::from(until);
    WHOLE - lost as u64
}

fn times(a: u64, b: u64) -> u64 {
    (u128::from(a) * u128::from(b) / u128::from(WHOLE)) as u64
}

const WHOLE: u64 = 1_000_000;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::script::{business as weights, header, report_of};
    use rushhour_base::time::SECOND;

    #[test]
    fn the_worth_of_an_answer_is_who_times_what_times_how_fast() {
        for (rung, seconds, said, expected) in [
            (Rung::Primary, 0, Said::Right, 1_000_000),
            (Rung::Tertiary, 5, Said::Right, 1_000_000),
            (Rung::Primary, 15, Said::Right, 750_000),
            (Rung::Primary, 25, Said::Right, 500_000),
            (Rung::Primary, 9_999, Said::Right, 500_000),
            (Rung::Rules, 0, Said::Right, 600_000),
            (Rung::Human, 15, Said::Right, 675_000),
            (Rung::Primary, 0, Said::Unknown, 500_000),
            (Rung::Primary, 15, Said::Apology, 225_000),
            (Rung::Secondary, 0, Said::Wrong, 100_000),
        ] {
            let got = worth(&weights(), rung, Span(seconds * SECOND), said);
            assert_eq!(got, expected, "{rung} after {seconds} s: {said:?}");
        }
    }

    #[test]
    fn leads_follow_from_requests_and_captures_from_their_worth() {
        let mut header = header();
        header.business.push(weights());
        let mut tally = BusinessTally::new(&header);
        tally.ended(0, Outcome::Answered, Rung::Primary, Span::ZERO, Said::Right);
        tally.ended(0, Outcome::Answered, Rung::Primary, Span::ZERO, Said::Unknown);
        tally.ended(0, Outcome::Abandoned, Rung::Primary, Span::ZERO, Said::Right);
        // Under way, and of a workload of which nobody says what its answers are worth.
        tally.ended(0, Outcome::InFlight, Rung::Primary, Span::ZERO, Said::Right);
        tally.ended(1, Outcome::Answered, Rung::Primary, Span::ZERO, Said::Right);
        let report = tally.finish().expect("one workload has weights");
        assert_eq!((report.ended, report.answered, report.apologies), (3, 2, 1));
        assert!((report.leads() - 0.6).abs() < 1e-9 && (report.leads_captured() - 0.15).abs() < 1e-9);
        assert_eq!((report.capture_rate(), report.satisfaction()), (Some(0.25), Some(0.5)));
        assert_eq!(report.apology_rate(), Some(0.5));
        assert_eq!(report_of(&crate::script::header(), &[]).business, None);
    }
}
