//! What a stream of requests is like: how many, how bursty, how long. The same measure serves a recording and what a
//! generator makes, so that one can be held against the other.
//!
//! | figure | meaning |
//! |---|---|
//! | rate | requests a minute: gaps over the time between the first and the last |
//! | peak | the most in any window `(t − 60 s, t]` |
//! | CV of gaps | standard deviation over mean of the time between two requests: 1 for a Poisson process, 0 for a clock |
//! | dispersion | variance over mean of the counts in whole minutes: 1 for a Poisson process at any rate. Bursts that last longer than a gap show here and not in the CV |
//!
//! Percentiles are by nearest rank. The index of dispersion is Fano's (U. Fano, Phys. Rev. 72, 1947).

use rushhour_base::Span;
use rushhour_base::time::MINUTE;
use std::collections::VecDeque;

/// One request of a stream: when, from the start, and its tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Request {
    /// When it arrived, from the first one.
    pub at: Span,
    /// Tokens of its prompt.
    pub input_tokens: u64,
    /// Tokens of its reply.
    pub output_tokens: u64,
}

/// What a stream of requests is like. Figures without samples are `None`.
#[derive(Clone, Debug, PartialEq)]
pub struct Traffic {
    /// How many requests.
    pub requests: u64,
    /// From the first to the last.
    pub span: Span,
    /// Requests per minute on the average.
    pub per_minute: Option<f64>,
    /// The most requests in any 60 s.
    pub peak_per_minute: u64,
    /// When these 60 s were over, from the first request; zero without requests.
    pub peak_at: Span,
    /// Nanoseconds between two requests.
    pub gaps: Option<Spread>,
    /// From where the longest of them lasted.
    pub silent_from: Option<Span>,
    /// Variance over mean of the counts in whole minutes; needs two of them.
    pub dispersion: Option<f64>,
    /// Tokens of the prompts.
    pub input_tokens: Option<Spread>,
    /// Tokens of the replies.
    pub output_tokens: Option<Spread>,
    /// Input and output tokens per minute on the average.
    pub tokens_per_minute: Option<f64>,
    /// The most input and output tokens in any 60 s.
    pub peak_tokens_per_minute: u64,
    /// How many requests arrived in each of as many equal parts of the span.
    pub shape: Vec<u64>,
}

/// How values are spread.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spread {
    /// The arithmetic mean.
    pub mean: f64,
    /// Half of all are no larger.
    pub p50: u64,
    /// 95 of 100 are no larger.
    pub p95: u64,
    /// 99 of 100 are no larger.
    pub p99: u64,
    /// The largest.
    pub max: u64,
    /// Standard deviation over mean; 0 where all are zero.
    pub cv: f64,
}

/// In how many parts the shape is drawn.
const PARTS: usize = 60;

impl Traffic {
    /// Measures a stream, which must be in the order of time.
    ///
    /// ```
    /// use rushhour_base::Span;
    /// use rushhour_report::traffic::{Request, Traffic};
    /// let once_a_second = (0..600).map(|s| Request { at: Span::secs(s), input_tokens: 900, output_tokens: 100 });
    /// let traffic = Traffic::of(&once_a_second.collect::<Vec<_>>());
    /// assert_eq!((traffic.per_minute, traffic.peak_per_minute), (Some(60.0), 60));
    /// assert_eq!(traffic.gaps.unwrap().cv, 0.0);
    /// assert_eq!(traffic.peak_tokens_per_minute, 60_000);
    /// ```
    pub fn of(requests: &[Request]) -> Traffic {
        let span = requests.last().map_or(Span::ZERO, |last| last.at);
        let per_minute =
            |amount: u64| (span > Span::ZERO).then(|| amount as f64 * MINUTE as f64 / span.0 as f64);
        let gaps: Vec<u64> = requests.windows(2).map(|pair| pair[1].at.0 - pair[0].at.0).collect();
        let tokens = |request: &Request| request.input_tokens + request.output_tokens;
        Traffic {
            requests: requests.len() as u64,
            span,
            per_minute: per_minute(requests.len().saturating_sub(1) as u64),
            peak_per_minute: peak(requests, |_| 1).0,
            peak_at: peak(requests, |_| 1).1,
            silent_from: silent_from(requests),
            gaps: Spread::of(gaps),
            dispersion: dispersion(requests, span),
            input_tokens: Spread::of(requests.iter().map(|r| r.input_tokens).collect()),
            output_tokens: Spread::of(requests.iter().map(|r| r.output_tokens).collect()),
            tokens_per_minute: per_minute(requests.iter().map(tokens).sum()),
            peak_tokens_per_minute: peak(requests, tokens).0,
            shape: shape(requests, span),
        }
    }
}

impl Spread {
    fn of(mut values: Vec<u64>) -> Option<Spread> {
        let max = *values.iter().max()?;
        let count = values.len() as f64;
        let mean = values.iter().map(|v| *v as f64).sum::<f64>() / count;
        let variance = values.iter().map(|v| (*v as f64 - mean) * (*v as f64 - mean)).sum::<f64>() / count;
        values.sort_unstable();
        let rank = |percent: usize| values[(values.len() * percent).div_ceil(100).max(1) - 1];
        let cv = if max == 0 { 0.0 } else { variance.sqrt() / mean };
        Some(Spread { mean, p50: rank(50), p95: rank(95), p99: rank(99), max, cv })
    }
}

/// Where the longest gap begins; the first of several.
fn silent_from(requests: &[Request]) -> Option<Span> {
    let gap = |pair: &&[Request]| pair[1].at.0 - pair[0].at.0;
    requests.windows(2).rev().max_by_key(gap).map(|pair| pair[0].at)
}

/// The largest sum of `weight` in any window `(t − 60 s, t]`, and the first such `t`.
fn peak(requests: &[Request], weight: impl Fn(&Request) -> u64) -> (u64, Span) {
    let (mut inside, mut sum, mut most) = (VecDeque::new(), 0u64, (0, Span::ZERO));
    for request in requests {
        inside.push_back(request);
        sum += weight(request);
        while let Some(first) = inside.front().filter(|first| request.at.0 - first.at.0 >= MINUTE) {
            sum -= weight(first);
            inside.pop_front();
        }
        if sum > most.0 {
            most = (sum, request.at);
        }
    }
    most
}

/// Variance over mean of the counts in the whole minutes of the span.
fn dispersion(requests: &[Request], span: Span) -> Option<f64> {
    let minutes = (span.0 / MINUTE) as usize;
    if !(2..=MOST_MINUTES).contains(&minutes) {
        return None;
    }
    let mut counts = vec![0u64; minutes];
    for request in requests {
        if let Some(count) = counts.get_mut((request.at.0 / MINUTE) as usize) {
            *count += 1;
        }
    }
    let mean = counts.iter().map(|count| *count as f64).sum::<f64>() / minutes as f64;
    let squares = counts.iter().map(|count| (*count as f64 - mean) * (*count as f64 - mean)).sum::<f64>();
    (mean > 0.0).then(|| squares / (minutes - 1) as f64 / mean)
}

/// Ten years; a longer trace has its times in a wrong unit.
const MOST_MINUTES: usize = 5_270_400;

fn shape(requests: &[Request], span: Span) -> Vec<u64> {
    let mut parts = vec![0; PARTS];
    for request in requests {
        let part = u128::from(request.at.0) * PARTS as u128 / (u128::from(span.0) + 1);
        parts[part as usize] += 1;
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use rushhour_base::time::SECOND;

    fn at(ns: u64) -> Request {
        Request { at: Span(ns), input_tokens: 10, output_tokens: 1 }
    }

    /// An entry aged exactly 60 s is outside: a limit of 60 a minute lets one through each second for ever.
    #[test]
    fn a_window_is_half_open() {
        let requests: Vec<Request> = (0..=120).map(|s| at(s * SECOND)).collect();
        assert_eq!(Traffic::of(&requests).peak_per_minute, 60);
        let pair = [at(0), at(MINUTE - 1)];
        assert_eq!(Traffic::of(&pair).peak_per_minute, 2);
        assert_eq!(Traffic::of(&[at(0), at(MINUTE)]).peak_per_minute, 1);
    }

    #[test]
    fn the_busiest_minute_and_the_silence_have_their_places() {
        let stamps = [0, 10, 70, 80, 90, 100, 400, 700, 701];
        let traffic = Traffic::of(&stamps.map(|s| at(s * SECOND)));
        assert_eq!((traffic.peak_per_minute, traffic.peak_at), (4, Span::secs(100)));
        assert_eq!((traffic.silent_from, traffic.gaps.unwrap().max), (Some(Span::secs(100)), 300 * SECOND));
        assert_eq!(Traffic::of(&[at(0)]).silent_from, None);
    }

    #[test]
    fn bursts_show_in_the_dispersion() {
        let burst = |minute: u64| (0..60).map(move |_| at(minute * 2 * MINUTE));
        let bursty: Vec<Request> = (0..30).flat_map(burst).chain([at(60 * MINUTE)]).collect();
        let dispersion = Traffic::of(&bursty).dispersion.expect("there are minutes");
        assert!((dispersion - 30.5).abs() < 0.1, "{dispersion}"); // every other minute has 60, the rest none
    }

    #[test]
    fn nothing_has_no_figures() {
        let nothing = Traffic::of(&[]);
        assert_eq!((nothing.requests, nothing.per_minute, nothing.gaps), (0, None, None));
        let one = Traffic::of(&[at(0)]);
        assert_eq!((one.per_minute, one.gaps, one.dispersion), (None, None, None));
        assert_eq!(one.input_tokens.map(|tokens| (tokens.p50, tokens.p99, tokens.max)), Some((10, 10, 10)));
    }
}
