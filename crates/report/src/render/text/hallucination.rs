//! What models said that is not so, and how wrong clients were about the tokens of their prompts.

use super::page::{Page, bar};
use crate::render::number::{NOTHING, count, percent, plural};
use crate::report::Report;
use rushhour_base::Label;

/// Nothing if no workload has words.
pub(super) fn section(page: &mut Page, report: &Report) {
    let Some(report) = &report.hallucination else { return };
    let rate = |rate: Option<f64>| rate.map_or(NOTHING.into(), percent);
    let bounds = report.leaked_rate_bounds().map_or(String::new(), |(low, high)| {
        format!("; 95 % between {} and {}", percent(low), percent(high))
    });
    let head = format!(
        "{} of {} ({}) said what is not so{bounds}",
        count(report.leaked),
        plural(report.asked, "answer"),
        rate(report.leaked_rate()),
    );
    page.heading_with("Hallucinations", &head);
    let share = |part: u64| part as f64 / report.leaked.max(1) as f64;
    let class = |(label, injected, leaked): &(Label, u64, u64)| {
        let name = label.name().replace('_', " ");
        let of = format!("of {}", plural(*injected, "such reply"));
        vec![name, count(*leaked), of, bar(share(*leaked), 30)]
    };
    let met: Vec<_> = report.by_class.iter().filter(|(_, injected, _)| *injected > 0).map(class).collect();
    if !met.is_empty() {
        page.table("  ", &[0, 2, 3], &met);
    }
    let facts = report.by_fact.iter().filter(|(_, asked, _)| *asked > 0);
    let facts = facts.map(|(fact, asked, wrong)| {
        let share = percent(*wrong as f64 / *asked as f64);
        format!("{share} of {} where the fact was {fact}", count(*asked))
    });
    page.wrapped("  ", &format!("wrong: {}", facts.collect::<Vec<_>>().join(", ")));
}

/// Nothing if clients count as providers do.
pub(super) fn estimates(page: &mut Page, report: &Report) {
    let Some(estimate) = &report.token_estimate else { return };
    let signed = |error: f64| format!("{}{}", if error < 0.0 { "-" } else { "+" }, percent(error.abs()));
    page.heading_with("Token estimates", "of prompts, against what the provider counted");
    let (mean, p5, p95) = (signed(estimate.mean), signed(estimate.p5), signed(estimate.p95));
    page.line(&format!("  {mean} on the average; 90 of 100 from {p5} to {p95}"));
    let small = format!("{} of {}", count(estimate.too_small), plural(estimate.calls, "call"));
    page.line(&format!("  {small} reserved too little"));
}
