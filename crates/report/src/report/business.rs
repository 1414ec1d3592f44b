//! What the run was worth to those who asked, by the scenario's own weights.

use super::Share;

/// What the run was worth to those who asked: a model with stated weights ([`BusinessHeader`]), not a finding. It knows requests
/// that came to an end, of workloads that have weights.
///
/// The worth of an answer is the worth of who answered, times that of how fast it came, times that of what it said, all shares of a
/// right answer of a model that comes at once; no answer is worth nothing. What an answer said is what is true of it, and where no
/// truth is known, the way it speaks.
///
/// [`BusinessHeader`]: rushhour_base::header::BusinessHeader
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BusinessReport {
    /// Requests that came to an end.
    pub ended: u64,
    /// Of them those that were answered.
    pub answered: u64,
    /// Answers that said that nobody knows, said sorry, declined, or said nothing.
    pub apologies: u64,
    /// Leads, in millionths: a share of the requests.
    pub leads_e6: u64,
    /// Leads captured, in millionths.
    pub captured_e6: u64,
    /// What all answers were worth, in millionths of a right one that comes at once.
    pub worth_e6: u64,
}

impl BusinessReport {
    /// People who might have become customers.
    pub fn leads(&self) -> f64 {
        self.leads_e6 as f64 / 1e6
    }

    /// Those of them who did.
    pub fn leads_captured(&self) -> f64 {
        self.captured_e6 as f64 / 1e6
    }

    /// Captured leads among leads; `None` without leads.
    pub fn capture_rate(&self) -> Option<f64> {
        Share::of(self.captured_e6, self.leads_e6).value()
    }

    /// Apologies among answers; `None` without answers.
    pub fn apology_rate(&self) -> Option<f64> {
        Share::of(self.apologies, self.answered).value()
    }

    /// The mean worth of what requests came to; `None` if none came to an end.
    pub fn satisfaction(&self) -> Option<f64> {
        (self.ended > 0).then(|| self.worth_e6 as f64 / 1e6 / self.ended as f64)
    }
}
