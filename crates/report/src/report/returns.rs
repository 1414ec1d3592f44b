//! Whoever got no answer and came back.

/// What became of questions that were asked again, over the whole run: retries by people, whom no retry budget holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Returns {
    /// Requests that asked a question again.
    pub came_back: u64,
    /// Of these, how many were answered.
    pub answered: u64,
    /// Questions that were asked, once or more often: requests that asked nothing again.
    pub questions: u64,
    /// Questions that were answered, the first time or a later one.
    pub questions_answered: u64,
}

impl Returns {
    /// Requests for each question; what the amplification by retries is to calls, this is to requests.
    pub fn amplification(&self) -> Option<f64> {
        share(self.questions + self.came_back, self.questions)
    }

    /// The share of questions that were answered in the end.
    pub fn success(&self) -> Option<f64> {
        share(self.questions_answered, self.questions)
    }
}

fn share(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}
