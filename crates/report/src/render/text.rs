//! The page that people see: what was promised first, then what happened, what it cost, and what held it back.

mod abuse;
mod cost;
mod hallucination;
mod lanes;
mod latency;
mod limits;
mod modes;
pub(in crate::render) mod page;
mod pools;
mod quality;
mod recovery;
mod replications;
mod requests;
mod returns;
mod tasks;
#[cfg(test)]
mod tests;
mod tokens;
mod traffic;
mod variants;

use crate::report::Report;
use crate::timestamp::local;
use page::Page;
use rushhour_base::Span;

pub(super) use pools::sentence;
pub use pools::what_binds;
pub use traffic::traffic_text;
pub(super) use variants::PATHS as HEADLINES;

/// How the page is to look.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Style {
    /// Colours for terminals. Without them the page is plain text.
    pub colour: bool,
}

/// The page of one run; or of several variants, the first in detail and then all side by side; at most 100 columns wide. `command` is what repeats the
/// run; it is printed last, beside the seed and the digest.
pub fn text(reports: &[Report], command: &str, style: Style) -> String {
    let mut page = Page::new(style);
    match reports {
        [] => page.line("nothing was run"),
        [report] => {
            head(&mut page, report, true);
            limits::section(&mut page, report);
            replications::section(&mut page, report);
            sections(&mut page, report);
        }
        [base, ..] => {
            head(&mut page, base, false);
            variants::limits(&mut page, reports);
            page.rule(&format!("{} in detail", base.header.variant));
            replications::section(&mut page, base);
            sections(&mut page, base);
            page.rule("variants side by side");
            variants::section(&mut page, reports);
            replications::differences(&mut page, reports);
        }
    }
    if !reports.is_empty() {
        foot(&mut page, reports, command);
    }
    page.finish()
}

fn sections(page: &mut Page, report: &Report) {
    requests::section(page, report);
    latency::section(page, report);
    cost::section(page, report);
    tokens::section(page, report);
    pools::section(page, report);
    lanes::section(page, report);
    recovery::section(page, report);
    abuse::section(page, report);
    returns::section(page, report);
    tasks::section(page, report);
    hallucination::section(page, report);
    quality::validation(page, report);
    quality::compression(page, report);
    hallucination::estimates(page, report);
    modes::ladder(page, report);
    modes::parking(page, report);
    quality::business(page, report);
    requests::fairness(page, report);
    cost::alerts(page, report);
}

fn head(page: &mut Page, report: &Report, variant: bool) {
    let header = &report.header;
    let variant = if variant { format!(" · {}", header.variant) } else { String::new() };
    let left = page.strong(&format!("{}{variant}", header.scenario));
    page.line(&format!("{left} · seed {} · {} · rushhour {}", header.seed, header.mode, header.version));
    page.wrapped("", &header.question);
    let starts = local(header.starts_unix_s, header.utc_offset_s);
    let warmup = match header.warmup {
        Span::ZERO => String::new(),
        warmup => format!("; latencies leave out the first {warmup}"),
    };
    let Some(stopped) = &report.stopped else {
        return page.line(&format!("{} from {starts}{warmup}", header.horizon));
    };
    page.wrapped(
        "",
        &format!(
            "stopped at {} of {} from {starts}{warmup}: {} {} was missed; all figures are those until then",
            header.horizon, stopped.planned, stopped.path, stopped.limit
        ),
    );
}

fn foot(page: &mut Page, reports: &[Report], command: &str) {
    page.heading("To repeat it");
    for report in reports {
        let variant = if reports.len() > 1 { format!("  {}", report.header.variant) } else { String::new() };
        let digest = crate::digest::hex(report.digest);
        page.line(&format!("  seed {}  digest {digest}{variant}", report.header.seed));
    }
    page.line(&format!("  {command}"));
}
