//! Random numbers of tokens and lengths of time.

use crate::errors::Problem;
use crate::reader::Reader;
use crate::record::{Got, Record, Typed};
use rushhour_base::Span;
use rushhour_world::settings::{Duration, Length};

/// A number of tokens, constant or spread. `longest` is where a spread is cut off, which `named` says.
pub(crate) fn length(reader: &mut Reader, got: &Got, longest: u64, named: &str) -> Length {
    let Typed::Table(spread) = &got.typed else { return Length::Constant(got.count()) };
    let middle = match one_of_two(reader, got, spread) {
        Some(Spread::Percentiles { p50, p95 }) => {
            in_order(reader, (p50, p95), p95.count() < p50.count(), &p50.count().to_string());
            p50
        }
        Some(Spread::Mean { mean, .. }) => mean,
        None => return Length::Constant(1),
    };
    if middle.written && middle.sound && longest < middle.count() {
        let what = if spread.maybe("mean").is_some() {
            "off at less than the mean"
        } else {
            "more than half of all"
        };
        let why = format!("`{named}` = {longest} would cut {what}");
        reader.reject(&middle.spot, &why, format!("at most `{named}`"), None);
    }
    match (spread.maybe("p95"), variation(spread)) {
        (Some(p95), _) => Length::Lognormal { p50: middle.count(), p95: p95.count(), max: longest },
        (None, cv) => Length::Gamma { mean: middle.count(), cv, max: longest },
    }
}

/// A random length of time: one length, or a table that says its spread.
pub(crate) fn duration(reader: &mut Reader, got: &Got) -> Duration {
    let Typed::Table(spread) = &got.typed else { return Duration::Constant(got.span()) };
    match one_of_two(reader, got, spread) {
        Some(Spread::Percentiles { p50, p95 }) => {
            in_order(reader, (p50, p95), p95.span() < p50.span(), &p50.span().to_string());
            Duration::Lognormal { p50: p50.span(), p95: p95.span() }
        }
        Some(Spread::Mean { mean, cv: None }) => Duration::Exponential(mean.span()),
        Some(Spread::Mean { mean, cv: Some(cv) }) => Duration::Gamma { mean: mean.span(), cv },
        None => Duration::Constant(Span::secs(1)),
    }
}

/// What a table says of a spread.
enum Spread<'a> {
    Percentiles { p50: &'a Got, p95: &'a Got },
    Mean { mean: &'a Got, cv: Option<f64> },
}

/// Percentiles or a mean; anything else is told.
fn one_of_two<'a>(reader: &mut Reader, got: &Got, spread: &'a Record) -> Option<Spread<'a>> {
    match (spread.maybe("p50"), spread.maybe("p95"), spread.maybe("mean"), spread.maybe("cv")) {
        (Some(p50), Some(p95), None, None) => Some(Spread::Percentiles { p50, p95 }),
        (None, None, Some(mean), cv) => Some(Spread::Mean { mean, cv: cv.map(|_| spread.number("cv")) }),
        _ => {
            let message = format!("`{}` does not say one spread", got.spot.path);
            let expected = "either `p50` and `p95`, or `mean` with or without `cv`";
            reader.tell(got.spot.place, Problem::new(&got.spot.path, message).expected(expected));
            None
        }
    }
}

fn in_order(reader: &mut Reader, (p50, p95): (&Got, &Got), reversed: bool, low: &str) {
    if p50.sound && p95.sound && reversed {
        let why = format!("half of all are longer than p50 = {low}");
        reader.reject(&p95.spot, &why, "at least `p50`", None);
    }
}

/// The coefficient of variation; 1 where it is left out.
fn variation(spread: &Record) -> f64 {
    spread.maybe("cv").map_or(1.0, |_| spread.number("cv"))
}
