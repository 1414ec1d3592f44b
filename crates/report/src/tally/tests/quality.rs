use super::*;
use crate::script::quality_run;

#[test]
fn calls_of_every_kind_are_counted_where_they_belong() {
    let report = report_of(&header(), &quality_run());
    let counts = report.total.counts;
    assert_eq!((counts.arrived, counts.answered, counts.attempts), (5, 5, 6));
    assert_eq!((counts.regenerations, counts.summaries, counts.retries), (1, 1, 0));
    // Six calls for answers of five requests; the summary is none of them, though its lane and its tokens know it.
    assert_eq!(report.total.rates.retry_amplification, Some(1.2));
    assert_eq!((report.amplification.mean, report.amplification.max), (Some(1.2), Some(2)));
    assert_eq!((report.lanes[0].attempts, report.lanes[1].attempts), (6, 1));
    assert_eq!(report.tokens.map(|tokens| tokens.replies), Some(7));
    // A summary's service is nobody's.
    assert_eq!(report.total.latency.service.count, 4);
}

#[test]
fn what_was_checked_cut_and_lost() {
    let report = report_of(&header(), &quality_run());
    let said = report.hallucination.as_ref().expect("replies had labels");
    assert_eq!((said.asked, said.injected, said.leaked, said.lost), (4, 5, 2, 0));
    assert_eq!((said.caught, said.false_alarms), (Some(3), Some(0)));
    let checked = report.validation.as_ref().expect("replies were checked");
    assert_eq!((checked.checked, checked.flagged, checked.mended), (5, 4, 1));
    assert_eq!((checked.fell, checked.reviewed, checked.overlooked), (1, 2, 1));
    // Another reply, two reviews and the work of a person.
    assert_eq!(checked.usd, Money::from_micros(6_000 + 2 * 500_000 + 500_000));
    let cut = report.compression.expect("a history was cut");
    assert_eq!((cut.requests, cut.saved_tokens(), cut.summaries), (1, 4_000, 1));
    assert_eq!(cut.saved(), Money::from_micros(4_000 * 3 - 6_000));
    assert_eq!((cut.recall.lost_to_summary, cut.recall.wrong_after_loss), (1, 1));
    let by_cause = |cause| report.cost.by_cause.iter().find(|(c, _)| *c == cause).map(|(_, amount)| *amount);
    assert_eq!(by_cause(Cause::Summary), Some(Money::from_micros(6_000)));
    assert_eq!(by_cause(Cause::Regeneration), Some(Money::from_micros(6_000)));
    assert_eq!(by_cause(Cause::Review), Some(Money::from_micros(1_000_000)));
}

#[test]
fn the_judges_find_nothing_wrong_with_it() {
    let mut checkers = Checkers::new(&header());
    replay(&quality_run(), &mut checkers);
    assert_eq!(checkers.finish(), []);
}
