//! The page of a comparison.

use super::{method, sentence, table};
use crate::compare::{Compared, Comparison, Shift};
use crate::render::text::page::Page;
use crate::render::text::{HEADLINES, Style};

/// The page of a comparison: the verdict and what it hangs on in words, then the figures that most people look at, or
/// `all` of them, with a chart of their changes.
pub fn compare_text(comparison: &Comparison, all: bool, style: Style) -> String {
    let mut page = Page::new(style);
    let (before, after) = (&comparison.before, &comparison.after);
    page.line(&page.strong(&format!("{} → {}", before.label, after.label)));
    page.wrapped("", &format!("{}; noise band {}", method(comparison), noise(comparison)));
    for reason in &comparison.differ_in {
        page.wrapped("", &format!("note: {reason}"));
    }
    page.heading_with("Verdict", &summary(comparison));
    for figure in comparison.decisive() {
        page.wrapped("  ", &format!("{} {}", table::mark(&page, figure.shift), sentence(figure)));
    }
    let legend = page.faint("✓ improved  ✗ regressed  = unchanged  · moved  ? inconclusive");
    page.heading_with("Figures", &legend);
    let looked_at = |figure: &&Compared| all || figure.decides || HEADLINES.contains(&figure.path.as_str());
    let shown: Vec<&Compared> = comparison.figures.iter().filter(looked_at).collect();
    table::table(&mut page, (short(&before.label), short(&after.label)), &shown);
    let hidden = comparison.figures.len() - shown.len();
    if hidden > 0 {
        page.line(&format!("  {hidden} more with --all"));
    }
    page.finish()
}

pub(super) fn noise(comparison: &Comparison) -> String {
    format!("{} %", comparison.noise * 100.0)
}

pub(super) fn summary(comparison: &Comparison) -> String {
    let deciding = comparison.decisive().count();
    let counted = |shift: Shift| {
        let count = comparison.decisive().filter(|figure| figure.shift == shift).count();
        (count > 0).then(|| format!("{count} {}", shift.name()))
    };
    let all = [Shift::Regressed, Shift::Inconclusive, Shift::Improved, Shift::Moved, Shift::Unchanged];
    let parts: Vec<String> = all.into_iter().filter_map(counted).collect();
    format!("{}: of {deciding} that decide {}", comparison.verdict().name(), parts.join(", "))
}

/// The end of a name that is too long for the head of a column.
fn short(label: &str) -> &str {
    let last = label.rsplit(['/', ' ']).next().unwrap_or(label);
    if label.chars().count() <= 12 { label } else { last }
}
