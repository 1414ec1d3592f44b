//! The table of differences, with a chart of how large they are.

use super::{half_width, mean, relative};
use crate::compare::{Compared, Shift};
use crate::render::number;
use crate::render::text::page::{Mood, Page};

/// Figures that most people look at, one line each, and their relative change as bars to the left and right of nothing.
pub(in crate::render) fn table(page: &mut Page, (before, after): (&str, &str), shown: &[&Compared]) {
    let largest =
        shown.iter().filter_map(|figure| relative(figure)).map(f64::abs).fold(0.0, f64::max).min(1.0);
    let scale = if largest > 0.0 { format!("±{:.1} %", largest * 100.0) } else { String::new() };
    let title = ["", "", before, after, "difference", &scale].map(str::to_owned);
    let mut rows = vec![title.to_vec()];
    for figure in shown {
        rows.push(vec![
            mark(page, figure.shift),
            if figure.decides { page.strong(&figure.path) } else { figure.path.clone() },
            mean(figure.before.as_ref(), figure.unit),
            mean(figure.after.as_ref(), figure.unit),
            difference(figure),
            relative(figure).map(|share| bar(share, largest)).unwrap_or_default(),
        ]);
    }
    page.table("  ", &[0, 1, 5], &rows);
}

pub(in crate::render) fn mark(page: &Page, shift: Shift) -> String {
    match shift {
        Shift::Improved => page.mood(Mood::Good, "✓"),
        Shift::Regressed => page.mood(Mood::Bad, "✗"),
        Shift::Unchanged => "=".into(),
        Shift::Moved => "·".into(),
        Shift::Inconclusive => page.mood(Mood::Unsure, "?"),
    }
}

fn difference(figure: &Compared) -> String {
    let Some(difference) = &figure.difference else { return String::new() };
    let sign = match difference.mean {
        mean if mean > 0.0 => "+",
        mean if mean < 0.0 => "−",
        _ => "",
    };
    let amount = number::value(difference.mean.abs(), figure.unit);
    format!("{sign}{amount}{}", half_width(difference, figure.unit))
}

/// A bar from the middle; whatever is beyond the scale fills it.
fn bar(share: f64, largest: f64) -> String {
    let length = if largest > 0.0 { (share.abs() / largest).min(1.0) * HALF as f64 } else { 0.0 };
    let cells = (length + 0.5) as usize;
    let (full, empty) = ("█".repeat(cells), " ".repeat(HALF - cells));
    if share < 0.0 { format!("{empty}{full}│") } else { format!("{}│{full}", " ".repeat(HALF)) }
}

/// Columns on each side of the middle.
const HALF: usize = 6;

#[cfg(test)]
mod tests {
    use super::bar;

    #[test]
    fn bars_grow_from_the_middle() {
        assert_eq!(bar(0.0, 1.0), "      │");
        assert_eq!(bar(-1.0, 1.0), "██████│");
        assert_eq!(bar(0.5, 1.0), "      │███");
        assert_eq!(bar(7.0, 1.0), "      │██████");
    }
}
