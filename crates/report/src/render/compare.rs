//! Two sides beside each other: for people at a terminal, for pull requests and for programs.

pub(in crate::render) mod json;
mod markdown;
pub(in crate::render) mod table;
#[cfg(test)]
mod tests;
mod text;

pub use json::{COMPARE_FORMAT, compare_json};
pub use markdown::compare_markdown;
pub use text::compare_text;

use super::number::{self, NOTHING};
use crate::compare::{Compared, Comparison, Difference, Method, Shift};
use crate::replication::Spread;
use crate::slo::Unit;

/// How the runs were held against each other, in a sentence without its stop.
fn method(comparison: &Comparison) -> String {
    match comparison.method {
        Method::Paired(1) => {
            "one run of each under the same seed: exact for this seed, and for no other".into()
        }
        Method::Paired(runs) => {
            format!("{runs} runs of each under the same seeds; mean paired differences with 95 % intervals")
        }
        Method::Unpaired(before, after) => format!(
            "{before} and {after} runs without a seed in common; differences of means with 95 % intervals (Welch)"
        ),
    }
}

/// What happened to a figure, in words.
fn sentence(figure: &Compared) -> String {
    let Compared { path, unit, shift, .. } = figure;
    let (from, to) = (mean(figure.before.as_ref(), *unit), mean(figure.after.as_ref(), *unit));
    let Some(difference) = &figure.difference else {
        return format!("{path} went from {from} to {to}: inconclusive, without samples on both sides");
    };
    let by = format!("{}{}", amount(difference.mean.abs(), *unit), half_width(difference, *unit));
    let share = relative(figure).map(|share| format!(" ({})", signed_share(share))).unwrap_or_default();
    let verb = if difference.mean > 0.0 { "rose" } else { "fell" };
    match shift {
        Shift::Unchanged if from == to => format!("{path} stayed at {from}: unchanged"),
        Shift::Unchanged => format!("{path} went from {from} to {to}: unchanged, within the noise band"),
        Shift::Inconclusive => {
            format!("{path} went from {from} to {to}: inconclusive, {}", why(figure, difference))
        }
        _ => format!("{path} {verb} from {from} to {to}, by {by}{share}: {}", shift.name()),
    }
}

/// Why a difference with samples on both sides says nothing.
fn why(figure: &Compared, difference: &Difference) -> &'static str {
    let bound = |spread: &Option<Spread>| spread.is_some_and(|spread| spread.lower_bound);
    let counts = (figure.before.map(|s| s.count), figure.after.map(|s| s.count));
    match difference.half_width {
        _ if bound(&figure.before) || bound(&figure.after) => {
            "requests open at the horizon could turn it round"
        }
        _ if counts.0 != counts.1 && difference.pairs > 0 => "some runs have samples on one side only",
        None if difference.pairs == 0 => "one run is no measure of luck",
        _ => "the interval crosses the edge of the noise band",
    }
}

/// A mean, with `≥` where open requests could still raise it.
fn mean(spread: Option<&Spread>, unit: Unit) -> String {
    match spread {
        None => NOTHING.into(),
        Some(spread) if spread.lower_bound => format!("≥{}", number::value(spread.mean, unit)),
        Some(spread) => number::value(spread.mean, unit),
    }
}

fn amount(value: f64, unit: Unit) -> String {
    number::value(value, unit)
}

fn half_width(difference: &Difference, unit: Unit) -> String {
    difference.half_width.map(|width| format!(" ± {}", amount(width, unit))).unwrap_or_default()
}

/// The change as a share of what was before; `None` where that was nothing.
fn relative(figure: &Compared) -> Option<f64> {
    let (before, difference) = (figure.before?, figure.difference?);
    (before.mean.abs() > 0.0).then(|| difference.mean / before.mean.abs())
}

fn signed_share(share: f64) -> String {
    let sign = if share < 0.0 { "−" } else { "+" };
    format!("{sign}{:.1} %", share.abs() * 100.0)
}
