//! What it cost, for whom and for what, and the alerts of caps.

use super::page::{Page, bar};
use crate::render::number::{NOTHING, dollars, duration, fine_dollars, percent, plural};
use crate::report::{Counted, Report};
use rushhour_base::Money;

pub(super) fn section(page: &mut Page, report: &Report) {
    let (total, cost) = (report.total.cost, &report.cost);
    let per_success = report.total.cost_per_success.map_or(NOTHING.into(), fine_dollars);
    page.heading_with("Cost", &format!("{} in all · {per_success} per answer", dollars(total)));
    let invoiced =
        cost.invoiced.map_or("no invoice is known".into(), |usd| format!("invoiced {}", dollars(usd)));
    let estimated = match cost.estimated {
        Money::ZERO => String::new(),
        usd => format!(" · {} of it estimated, because the usage was never learned", dollars(usd)),
    };
    page.line(&format!("  {invoiced}{estimated}"));
    let workflows =
        report.header.workloads.iter().zip(&report.workloads).map(|(w, slice)| (w.name.as_str(), slice.cost));
    let mut rows = Vec::new();
    rows.extend(lines("workflow", total, workflows));
    rows.extend(lines("model", total, cost.by_model.iter().map(|(model, usd)| (model.as_str(), *usd))));
    rows.extend(lines("cause", total, cost.by_cause.iter().map(|(cause, usd)| (cause.name(), *usd))));
    let named = report.header.costs.iter().zip(&cost.lines);
    rows.extend(lines("line", total, named.map(|(line, counted)| (line.name.as_str(), counted.amount))));
    page.table("  ", &[0, 1, 4], &rows);
    reconciliation(page, report);
}

/// The ledger beside the invoices, where they are not simply equal.
fn reconciliation(page: &mut Page, report: &Report) {
    let both = &report.cost.reconciliation;
    if report.cost.invoiced.is_none() || both.ledger() == both.invoices.amount {
        return;
    }
    let row = |what: &str, amount: Money, why: String| vec![what.to_owned(), dollars(amount), why];
    let less = |counted: &Counted| Money::ZERO - counted.amount;
    let mut rows = vec![row("all that was booked", both.ledger(), String::new())];
    if both.staff.count > 0 {
        rows.push(row("  less rules and people", less(&both.staff), plural(both.staff.count, "answer")));
    }
    if both.lines.count > 0 {
        rows.push(row("  less what is no call", less(&both.lines), plural(both.lines.count, "posting")));
    }
    if both.unlearned.count > 0 {
        let never = match both.never_invoiced() {
            0 => String::new(),
            count => format!(", {count} of them never invoiced"),
        };
        let why = format!("{} whose usage was never learned{never}", plural(both.unlearned.count, "call"));
        let beyond = both.difference() - both.misstated_by();
        rows.push(row("  less booked beyond the invoice", Money::ZERO - beyond, why));
    }
    if both.misstated.count > 0 {
        let why = format!("{} whose replies stated a wrong usage", plural(both.misstated.count, "call"));
        rows.push(row("  less what was misstated", Money::ZERO - both.misstated_by(), why));
    }
    rows.push(row("invoiced", both.invoices.amount, plural(both.invoices.count, "call")));
    page.line("  ledger against invoice");
    page.table("    ", &[0, 2], &rows);
}

/// Alerts and caps that refused, the first few of each.
pub(super) fn alerts(page: &mut Page, report: &Report) {
    let (alerts, reached) = (&report.alerts, &report.caps_reached);
    if alerts.count() + reached.count() == 0 {
        return;
    }
    let both = format!("{}, {} reached", plural(alerts.count(), "alert"), plural(reached.count(), "cap"));
    page.heading_with("Alerts", &both);
    for alert in alerts.first.iter().take(SHOWN) {
        let whose = whose(&alert.cap, alert.of.as_deref());
        let level = alert.percent.map_or(dollars(alert.level), |percent| format!("{percent} %"));
        page.line(&format!("  {:>10}  {whose} passed {level}", duration(alert.at.0)));
    }
    for cap in reached.first.iter().take(SHOWN) {
        let until = cap.until.map_or("for good".into(), |until| format!("until {}", duration(until.0)));
        page.line(&format!(
            "  {:>10}  {} refused, {until}",
            duration(cap.at.0),
            whose(&cap.cap, cap.of.as_deref())
        ));
    }
}

/// A cap by its name, and of whom it is where each has one: `daily of coders-3`.
fn whose(cap: &str, of: Option<&str>) -> String {
    of.map_or(cap.to_owned(), |of| format!("{cap} of {of}"))
}

fn lines<'a>(kind: &str, total: Money, parts: impl Iterator<Item = (&'a str, Money)>) -> Vec<Vec<String>> {
    let mut parts: Vec<(&str, Money)> = parts.filter(|(_, usd)| *usd != Money::ZERO).collect();
    parts.sort_by_key(|(_, usd)| std::cmp::Reverse(*usd));
    let row = |(place, (name, usd)): (usize, &(&str, Money))| {
        let share = usd.0 as f64 / total.0.max(1) as f64;
        let kind = if place == 0 { format!("by {kind}") } else { String::new() };
        vec![kind, (*name).to_string(), dollars(*usd), percent(share), bar(share, 30)]
    };
    parts.iter().enumerate().map(row).collect()
}

const SHOWN: usize = 8;
