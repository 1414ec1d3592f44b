//! How many requests were open at once.

/// Requests that had arrived and not ended yet, those that were set aside included.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OpenRequests {
    /// The average over time, from the end of the warm-up to the horizon. By Little's law (J. D. C. Little, "A Proof for
    /// the Queuing Formula L = λW", 1961) it is the rate of arrivals times the mean time that they stay; without a
    /// warm-up it is exactly the sum of all stays over the length of the run. `None` if there was no time.
    pub mean: Option<f64>,
    /// The most at any time of the run.
    pub max: u64,
}
