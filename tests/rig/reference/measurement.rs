//! Whether the report measures right: from intended starts, by exact ranks, with honest intervals, and from paired luck.

mod queue;
mod shares;

use crate::reference::case::{Answer, unknown};
use crate::reference::ground::Ground;
use crate::reference::judge::Judge;
use crate::reference::queueing::share;
use rushhour_report::interval::{Interval, t_quantile};
use rushhour_report::sample::Sample;

pub fn run(judge: &mut Judge, ground: &Ground) -> Answer<()> {
    let params = &judge.case.params;
    if params.has("stall_s") && params.has("interval_us") {
        coordinated_omission(judge)
    } else if params.has("stall_s") {
        means_of_a_stall(judge)
    } else if params.has("x") || params.has("capacity") {
        shares::run(judge)
    } else if params.has("columns") {
        quantiles(judge)
    } else if params.has("values") {
        interval(judge)
    } else if params.has("nominal") {
        queue::coverage(judge, ground)
    } else if params.has("start") {
        queue::initial_bias(judge, ground)
    } else if params.has("service_means") {
        queue::common_random_numbers(judge, ground)
    } else {
        unknown("no runner of measurements knows these parameters")
    }
}

/// A provider that is good for a while, then stalls, as two clients see it. Times in microseconds.
struct Stall {
    good: u64,
    stall: u64,
    interval: u64,
    service: u64,
}

impl Stall {
    /// When a call that is made at `at` comes back. All that stalls comes back together at the end.
    fn answer(&self, at: u64) -> u64 {
        if at < self.good { at + self.service } else { self.good + self.stall }
    }

    /// A client that waits for each answer before it makes the call that is due next.
    fn closed_loop(&self) -> Sample {
        let (mut durations, mut at) = (Vec::new(), 0);
        while at < self.good + self.stall {
            let answered = self.answer(at);
            durations.push(answered - at);
            at = answered.max(at + self.interval).next_multiple_of(self.interval);
        }
        Sample::new(durations)
    }

    /// A client that makes every call when it is due, and measures from there.
    fn open_loop(&self) -> Sample {
        let due = (0..self.good + self.stall).step_by(self.interval as usize);
        Sample::new(due.map(|at| self.answer(at) - at).collect())
    }
}

fn coordinated_omission(judge: &mut Judge) -> Answer<()> {
    let params = &judge.case.params;
    params.says("percentile", &["nearest rank"])?;
    let stall = Stall {
        good: params.whole("good_s")? * 1_000_000,
        stall: params.whole("stall_s")? * 1_000_000,
        interval: params.whole("interval_us")?,
        service: params.whole("service_us")?,
    };
    for key in judge.case.expected_keys() {
        let sample = match key.as_str() {
            "naive" => stall.closed_loop(),
            "hdr_corrected" => stall.closed_loop().corrected(stall.interval),
            "open_loop" => stall.open_loop(),
            other => return unknown(format!("there is no client `{other}`")),
        };
        let figures: Vec<String> =
            judge.expected(&key)?.as_object().map(|all| all.keys().cloned().collect()).unwrap_or_default();
        for figure in figures {
            let got = match figure.as_str() {
                "n" => sample.count() as f64,
                "mean" => sample.mean().unwrap_or(f64::NAN),
                "max" => sample.max().map_or(f64::NAN, |max| max as f64),
                other => percentile(&sample, other)?,
            };
            judge.number(&format!("{key}.{figure}"), got)?;
        }
    }
    Ok(())
}

/// `p99.9` of a sample.
fn percentile(sample: &Sample, key: &str) -> Answer<f64> {
    match key.strip_prefix('p').and_then(share) {
        Some(share) => Ok(sample.percentile(share).map_or(f64::NAN, |value| value as f64)),
        None => unknown(format!("`{key}` is no percentile")),
    }
}

fn means_of_a_stall(judge: &mut Judge) -> Answer<()> {
    let params = &judge.case.params;
    let stall = Stall {
        good: params.whole("good_s")? * 1_000_000,
        stall: params.whole("stall_s")? * 1_000_000,
        interval: (params.number("interval_ms")? * 1e3 + 0.5) as u64,
        service: (params.number("service_ms")? * 1e3 + 0.5) as u64,
    };
    for key in judge.case.expected_keys() {
        let milliseconds = |us: Option<f64>| us.map_or(f64::NAN, |us| us / 1e3);
        let got = match key.as_str() {
            "naive_mean_ms" => milliseconds(stall.closed_loop().mean()),
            // What a caller meets who comes at any time is what an open loop samples.
            "time_weighted_mean_ms" => milliseconds(stall.open_loop().mean()),
            other => match other.strip_prefix("naive_").and_then(|rest| rest.strip_suffix("_ms")) {
                Some(rank) => milliseconds(Some(percentile(&stall.closed_loop(), rank)?)),
                None => return unknown(format!("no runner of stalls knows the figure `{other}`")),
            },
        };
        judge.number(&key, got)?;
    }
    Ok(())
}

fn quantiles(judge: &mut Judge) -> Answer<()> {
    let columns: Option<Vec<f64>> = judge.case.params.value("columns")?.as_array().and_then(|columns| {
        let column = |value: &serde_json::Value| value.as_f64().or_else(|| value.as_str()?.parse().ok());
        columns.iter().map(column).collect()
    });
    let Some(columns) = columns else { return unknown("`columns` is no list of probabilities") };
    for degrees in judge.case.expected_keys() {
        let quantile = |p: &f64| t_quantile(*p, degrees.parse().ok()?);
        let row: Option<Vec<f64>> = columns.iter().map(quantile).collect();
        match row {
            Some(row) => judge.numbers(&degrees, &row)?,
            None => return unknown(format!("`{degrees}` is no number of degrees of freedom")),
        }
    }
    Ok(())
}

fn interval(judge: &mut Judge) -> Answer<()> {
    let params = &judge.case.params;
    let (values, level) = (params.numbers("values")?, params.number("level")?);
    let Some(interval) = Interval::over(&values, level) else { return unknown("one value has no interval") };
    for key in judge.case.expected_keys() {
        let got = match key.as_str() {
            "mean" => interval.mean,
            "sd" => interval.sd,
            "half_width" => interval.half_width,
            "n" => interval.count as f64,
            "df" => interval.count as f64 - 1.0,
            "lower" | "low" => interval.mean - interval.half_width,
            "upper" | "high" => interval.mean + interval.half_width,
            "relative_half_width" => interval.half_width / interval.mean.abs(),
            "t" => t_quantile(0.5 + level / 2.0, interval.count as u32 - 1).unwrap_or(f64::NAN),
            other => return unknown(format!("no runner of intervals knows the figure `{other}`")),
        };
        judge.number(&key, got)?;
    }
    Ok(())
}
