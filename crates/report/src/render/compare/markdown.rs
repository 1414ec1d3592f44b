//! A comparison for a pull request.

use super::text::{noise, summary};
use super::{method, sentence};
use crate::compare::{Comparison, Shift};
use crate::render::markdown::escaped;
use std::fmt::Write as _;

/// The verdict, what it hangs on, and every other figure that moved, in words.
pub fn compare_markdown(comparison: &Comparison) -> String {
    let mut text = String::new();
    let mut line = |arguments: std::fmt::Arguments<'_>| {
        writeln!(text, "{arguments}").expect("a string takes all that is written to it");
    };
    let (before, after) = (&comparison.before.label, &comparison.after.label);
    line(format_args!("## {} → {}\n", escaped(before), escaped(after)));
    line(format_args!("**{}**\n", summary(comparison)));
    line(format_args!("{}; noise band {}.", capital(&method(comparison)), noise(comparison)));
    for reason in &comparison.differ_in {
        line(format_args!("\n> {reason}"));
    }
    line(format_args!(""));
    for figure in comparison.decisive() {
        line(format_args!("- {} {}", mark(figure.shift), escaped(&sentence(figure))));
    }
    let told = |shift| !matches!(shift, Shift::Unchanged | Shift::Inconclusive);
    let others: Vec<_> = comparison.figures.iter().filter(|f| !f.decides && told(f.shift)).collect();
    if !others.is_empty() {
        line(format_args!("\n<details><summary>{} more figures moved</summary>\n", others.len()));
        for figure in others {
            line(format_args!("- {} {}", mark(figure.shift), escaped(&sentence(figure))));
        }
        line(format_args!("\n</details>"));
    }
    text
}

fn mark(shift: Shift) -> &'static str {
    match shift {
        Shift::Improved => "✅",
        Shift::Regressed => "❌",
        Shift::Unchanged => "➖",
        Shift::Moved => "🔹",
        Shift::Inconclusive => "❔",
    }
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
