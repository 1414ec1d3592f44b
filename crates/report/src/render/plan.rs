//! What a search for the largest load found: for the terminal, for programs, and its curve as CSV.

mod csv;
mod json;
mod text;

pub use csv::plan_csv;
pub use json::plan_json;
pub use text::plan_text;

use crate::plan::{Answer, Found, Outcome, Plan, Seek, Spread};

/// `137 (95 % CI 131–142)`, or what stands in its place.
fn worded(plan: &Plan<'_>, outcome: &Outcome) -> String {
    let label = |place: u64| (plan.label)(place);
    match outcome.answer {
        Answer::Nothing => "nothing".to_owned(),
        Answer::Everything { place } => format!("{} {}", bound(plan.seek), label(place)),
        Answer::Found(Found { place, at_least, spread, .. }) => {
            let head = if at_least { format!("{} ", bound(plan.seek)) } else { String::new() };
            let spread = spread.map(|spread| format!(" ({})", interval(plan, spread)));
            format!("{head}{}{}", label(place), spread.unwrap_or_default())
        }
    }
}

/// What is said of an answer that may lie beyond the axis.
fn bound(seek: Seek) -> &'static str {
    match seek {
        Seek::Largest => "at least",
        Seek::Smallest => "at most",
    }
}

/// `95 % CI 131–142`, the lower end of the axis first.
fn interval(plan: &Plan<'_>, spread: Spread) -> String {
    let Spread { easier, harder, open, level } = spread;
    let beyond = |place: u64, sign: &str| format!("{sign}{}", (plan.label)(place));
    let easier = match (easier, plan.seek) {
        (Some(place), _) => (plan.label)(place),
        (None, Seek::Largest) => beyond(0, "<"),
        (None, Seek::Smallest) => beyond(plan.last, ">"),
    };
    let harder = match (open, plan.seek) {
        (false, _) => (plan.label)(harder),
        (true, Seek::Largest) => beyond(harder, "≥"),
        (true, Seek::Smallest) => beyond(harder, "≤"),
    };
    let per_cent = format!("{:.2}", level * 100.0);
    let per_cent = per_cent.trim_end_matches('0').trim_end_matches('.');
    match plan.seek {
        Seek::Largest => format!("{per_cent} % CI {easier}–{harder}"),
        Seek::Smallest => format!("{per_cent} % CI {harder}–{easier}"),
    }
}

#[cfg(test)]
mod tests;
