//! What models said that is not so, and how wrong clients were about the tokens of their prompts.

use crate::render::writer::Writer;
use crate::report::Report;

pub(super) fn hallucination(w: &mut Writer, report: &Report) {
    let Some(report) = &report.hallucination else { return w.optional("hallucination", None::<u64>) };
    w.object("hallucination", |w| {
        w.count("asked", report.asked);
        w.count("injected", report.injected);
        w.optional("caught", report.caught);
        w.count("leaked", report.leaked);
        w.count("lost", report.lost);
        w.optional("false_alarms", report.false_alarms);
        w.float("leaked_rate", report.leaked_rate());
        let bounds = report.leaked_rate_bounds();
        w.float("leaked_rate_low", bounds.map(|(low, _)| low));
        w.float("leaked_rate_high", bounds.map(|(_, high)| high));
        w.list("by_class", &report.by_class, |w, (label, injected, leaked)| {
            w.string("class", label.name());
            w.count("injected", *injected);
            w.count("leaked", *leaked);
        });
        w.list("by_fact", &report.by_fact, |w, (fact, asked, leaked)| {
            w.string("fact", fact.name());
            w.count("asked", *asked);
            w.count("leaked", *leaked);
        });
    });
}

pub(super) fn token_estimate(w: &mut Writer, report: &Report) {
    let Some(report) = &report.token_estimate else { return w.optional("token_estimate", None::<u64>) };
    w.object("token_estimate", |w| {
        w.count("calls", report.calls);
        w.count("too_small", report.too_small);
        w.float("error_mean", Some(report.mean));
        w.float("error_p5", Some(report.p5));
        w.float("error_p95", Some(report.p95));
    });
}
