//! Distributions in HdrHistogram's percentile text format, which its plotters read.

use crate::figures::FAMILIES;
use crate::report::Report;
use hdrhistogram::Histogram;
use std::fmt::Write as _;

/// One file for each kind of duration that has samples, and for each workload of several: its name and its text.
/// Values are milliseconds.
pub fn hgrm(report: &Report) -> Vec<(String, String)> {
    let mut files = Vec::new();
    for (family, of) in FAMILIES {
        let mut add = |name: String, histogram: &Histogram<u64>| {
            if !histogram.is_empty() {
                files.push((name, percentiles(histogram)));
            }
        };
        add(format!("{family}.hgrm"), &of(&report.total.latency).histogram);
        if report.workloads.len() > 1 {
            for (workload, slice) in report.header.workloads.iter().zip(&report.workloads) {
                add(format!("{family}.{}.hgrm", workload.name), &of(&slice.latency).histogram);
            }
        }
    }
    files
}

fn percentiles(histogram: &Histogram<u64>) -> String {
    let mut text =
        format!("{:>12} {:>14} {:>10} {:>14}\n\n", "Value", "Percentile", "TotalCount", "1/(1-Percentile)");
    let mut seen = 0;
    for step in histogram.iter_quantiles(TICKS_PER_HALF_DISTANCE) {
        seen += step.count_since_last_iteration();
        let (value, share) =
            (milliseconds(step.value_iterated_to().min(histogram.max())), step.quantile_iterated_to());
        // The last line, at 1, has no finite odds.
        let odds = if share < 1.0 { format!("{:>14.2}", 1.0 / (1.0 - share)) } else { String::new() };
        line(&mut text, format_args!("{value:>12.3} {share:>14.12} {seen:>10} {odds}"));
    }
    let (mean, deviation) = (histogram.mean() / 1e3, histogram.stdev() / 1e3);
    line(&mut text, format_args!("#[Mean    = {mean:>12.3}, StdDeviation   = {deviation:>12.3}]"));
    let (max, total) = (milliseconds(histogram.max()), histogram.len());
    line(&mut text, format_args!("#[Max     = {max:>12.3}, Total count    = {total:>12}]"));
    let (buckets, sub_buckets) = (histogram.buckets(), 2_048);
    line(&mut text, format_args!("#[Buckets = {buckets:>12}, SubBuckets     = {sub_buckets:>12}]"));
    text
}

fn line(text: &mut String, arguments: std::fmt::Arguments<'_>) {
    writeln!(text, "{}", arguments.to_string().trim_end()).expect("a string takes all that is written to it");
}

fn milliseconds(microseconds: u64) -> f64 {
    microseconds as f64 / 1e3
}

const TICKS_PER_HALF_DISTANCE: u32 = 5;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::script::report;

    #[test]
    fn the_percentiles_end_at_one_with_all_samples() {
        let report = report();
        let files = hgrm(&report);
        let names: Vec<&str> = files.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names[..3], ["response.hgrm", "response.leads.hgrm", "response.support.hgrm"]);
        let text = &files[0].1;
        let last = text.lines().rfind(|line| !line.starts_with('#')).expect("there are percentiles");
        let fields: Vec<&str> = last.split_whitespace().collect();
        assert_eq!(fields[1..], ["1.000000000000", &report.total.latency.response.count.to_string()]);
    }
}
