//! Abuse: what was let in, what it cost, and who was wronged.

use super::page::{Page, bar};
use crate::render::number::{NOTHING, count, dollars, percent, plural};
use crate::report::{AbuseOfKind, Report, ThrottledBy};
use rushhour_base::event::Standing;

/// Nothing if there was neither abuse nor anybody who was taken for an abuser.
pub(super) fn section(page: &mut Page, report: &Report) {
    let abuse = &report.abuse;
    let Some(known) = &abuse.known else {
        if abuse.throttled > 0 {
            let throttled = plural(abuse.throttled, "request");
            page.heading_with("Abuse", &format!("{throttled} throttled; what of it was abuse is not known"));
        }
        return;
    };
    if known.attempts == 0 && abuse.throttled == 0 {
        return;
    }
    let share = abuse.admitted_share().map_or(NOTHING.into(), percent);
    let (admitted, attempts) = (count(known.admitted), plural(known.attempts, "abusive request"));
    let cost = dollars(known.cost);
    page.heading_with("Abuse", &format!("{admitted} of {attempts} admitted ({share}); {cost} burned"));
    let kind = |of: &AbuseOfKind| {
        let share = of.admitted as f64 / of.attempts.max(1) as f64;
        let (name, admitted) = (of.kind.name().replace('_', " "), format!("{} admitted", count(of.admitted)));
        vec![name, count(of.attempts), admitted, percent(share), bar(share, 30), dollars(of.cost)]
    };
    page.table("  ", &[0, 4], &known.by_kind.iter().map(kind).collect::<Vec<_>>());
    let rate = |rate: Option<f64>| rate.map_or(NOTHING.into(), percent);
    page.line(&format!(
        "  wronged: {} ({}) of {} honest users ({})",
        plural(known.honest_throttled, "honest request"),
        rate(abuse.honest_throttled_rate()),
        count(known.honest_users_throttled),
        rate(abuse.honest_users_throttled_rate()),
    ));
    let rule = |by: &ThrottledBy| {
        let honest = by.honest.map_or(NOTHING.into(), count);
        vec![by.rule.name().replace('_', " "), count(by.requests), format!("{honest} of them honest")]
    };
    if !abuse.by_rule.is_empty() {
        page.line("  throttled by");
        page.table("    ", &[0, 2], &abuse.by_rule.iter().map(rule).collect::<Vec<_>>());
    }
    if let Some(last) = abuse.standings.last() {
        let stand = Standing::ALL.iter().zip(last.users).map(|(s, n)| format!("{} {s}", count(n)));
        page.line(&format!("  users at the end: {}", stand.collect::<Vec<_>>().join(", ")));
    }
}
