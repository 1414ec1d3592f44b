//! One key varied over several values: an axis of a plan or a sweep.
//!
//! An axis is written as an override with several values: `workload.leads.agents=10..400`, with a step
//! `policy.timeout=10s..60s..5s`, or as a list `provider.anthropic.tier=anthropic/start,anthropic/build`. Ends and steps
//! are whole numbers, decimal numbers, times, shares or dollars, all in one of these notations. The step is, unless one is
//! given, one of the last place that an end is written to: 1 for `10..400`, 1 s for `10s..2m`, 0.1 % for `1%..2.5%`. Two
//! tiers of one provider's published order make a range too. A list stands in the order in which it is written, and that
//! order is taken as ascending.
//!
//! Values are exact integers in here, so that the values of an axis are the same on any machine.

use crate::notation;
use crate::overrides::end_of_key;
use crate::presets;
use rushhour_base::Span;
use std::fmt;

/// A key and the values that it is to take, in ascending order.
///
/// ```
/// use rushhour_scenario::Axis;
/// let axis = Axis::parse("workload.leads.agents=10..400").unwrap();
/// assert_eq!((axis.key(), axis.len()), ("workload.leads.agents", 391));
/// assert_eq!((axis.value(0), axis.value(390)), ("10".to_owned(), "400".to_owned()));
/// let axis = Axis::parse("policy.timeout=10s..1m..25s").unwrap();
/// assert_eq!(axis.value(2), "1m");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Axis {
    key: String,
    values: Values,
}

/// Why something is no axis.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AxisError {
    /// What is wrong.
    pub what: String,
    /// What would have been right.
    pub way_out: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Values {
    Steps { notation: Notation, first: u128, step: u128, count: u64 },
    Named(Vec<String>),
}

/// How a number is written, and so what its unit is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Notation {
    /// A plain number, in 10⁻¹².
    Plain,
    /// A share, in millionths of a per cent.
    Share,
    /// Dollars, in micro-dollars.
    Dollars,
    /// A length of time, in nanoseconds.
    Time,
}

/// A number with the value of one in its last written place, both in the unit of its notation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Amount {
    notation: Notation,
    value: u128,
    place: u128,
}

/// The most values of an axis. A bisection of so many takes forty steps.
const MOST_VALUES: u128 = 1_000_000_000_000;

impl fmt::Display for AxisError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\n  help: {}", self.what, self.way_out)
    }
}

impl std::error::Error for AxisError {}

impl Axis {
    /// Reads `KEY=A..B`, `KEY=A..B..STEP` or `KEY=a,b,c`. Whether there is such a key, and whether it takes such values,
    /// is told when a scenario is read with them.
    ///
    /// # Errors
    /// It is none of these, the ends are not in one notation, the range is empty, or the list has a value twice.
    pub fn parse(text: &str) -> Result<Axis, AxisError> {
        const FORM: &str =
            "write KEY=A..B, KEY=A..B..STEP or KEY=a,b,c, such as workload.leads.agents=10..400";
        let wrong = || error(format!("`{text}` names no key and values"), FORM);
        let equals = end_of_key(text).ok_or_else(wrong)?;
        let (key, rest) = (text[..equals].trim(), text[equals + 1..].trim());
        if key.is_empty() || rest.is_empty() {
            return Err(wrong());
        }
        let values = match rest.split("..").map(str::trim).collect::<Vec<_>>()[..] {
            [list] => named(list.split(',').map(|value| value.trim().to_owned()).collect())?,
            [low, high] => range(low, high, None)?,
            [low, high, step] => range(low, high, Some(step))?,
            _ => return Err(wrong()),
        };
        Ok(Axis { key: key.to_owned(), values })
    }

    /// The same range in steps of `step`, written in the notation of its ends.
    ///
    /// # Errors
    /// It is a list, or the step is zero, in another notation or longer than the range.
    pub fn with_step(self, step: &str) -> Result<Axis, AxisError> {
        let Values::Steps { notation, first, step: place, count } = self.values else {
            return Err(error(format!("a list of values has no step `{step}`"), "leave --step out"));
        };
        let end = |value| Amount { notation, value, place };
        let values = steps(end(first), end(first + place * u128::from(count - 1)), Some(step))?;
        Ok(Axis { key: self.key, values })
    }

    /// The key.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// How many values there are, at least two.
    pub fn len(&self) -> u64 {
        match &self.values {
            Values::Steps { count, .. } => *count,
            Values::Named(names) => names.len() as u64,
        }
    }

    /// Never: an axis has at least two values.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether it is a list, whose values have an order and no distance.
    pub fn is_list(&self) -> bool {
        matches!(self.values, Values::Named(_))
    }

    /// Value `place`, from 0, as a scenario writes it.
    ///
    /// # Panics
    /// If there is no such value.
    pub fn value(&self, place: u64) -> String {
        assert!(place < self.len(), "an axis of {} values has no value {place}", self.len());
        match &self.values {
            Values::Steps { notation, first, step, .. } => notation.text(first + step * u128::from(place)),
            Values::Named(names) => names[place as usize].clone(),
        }
    }

    /// Value `place` as a number to draw: a plain number, per cent, dollars or seconds; of a list, its place from 1.
    pub fn number(&self, place: u64) -> f64 {
        match &self.values {
            Values::Steps { notation, first, step, .. } => {
                (first + step * u128::from(place)) as f64 / notation.whole() as f64
            }
            Values::Named(_) => place as f64 + 1.0,
        }
    }

    /// `KEY=VALUE` for value `place`, as an [`Override`](crate::Override) takes it.
    pub fn set(&self, place: u64) -> String {
        format!("{}={}", self.key, self.value(place))
    }
}

impl fmt::Display for Axis {
    /// As it can be read back: every range with its step.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.values {
            Values::Steps { notation, first, step, count } => {
                let last = notation.text(first + step * u128::from(count - 1));
                write!(f, "{}={}..{last}..{}", self.key, notation.text(*first), notation.text(*step))
            }
            Values::Named(names) => write!(f, "{}={}", self.key, names.join(",")),
        }
    }
}

impl Notation {
    /// How many of its units make one number, per cent, dollar or second.
    const fn whole(self) -> u128 {
        match self {
            Notation::Plain => 1_000_000_000_000,
            Notation::Share | Notation::Dollars => 1_000_000,
            Notation::Time => rushhour_base::time::SECOND as u128,
        }
    }

    fn text(self, value: u128) -> String {
        let (before, after) = match self {
            Notation::Time => return Span(u64::try_from(value).unwrap_or(u64::MAX)).to_string(),
            Notation::Plain => ("", ""),
            Notation::Share => ("", "%"),
            Notation::Dollars => ("$", ""),
        };
        let (whole, rest) = (value / self.whole(), value % self.whole());
        let digits = self.whole().ilog10() as usize;
        let decimals = format!(".{rest:0digits$}");
        format!("{before}{whole}{}{after}", decimals.trim_end_matches('0').trim_end_matches('.'))
    }
}

fn error(what: impl Into<String>, way_out: impl Into<String>) -> AxisError {
    AxisError { what: what.into(), way_out: way_out.into() }
}

fn named(names: Vec<String>) -> Result<Values, AxisError> {
    let twice = names.iter().enumerate().find(|(place, name)| names[..*place].contains(name));
    if let Some((_, name)) = twice {
        return Err(error(format!("the list has `{name}` twice"), "name every value once"));
    }
    if names.len() < 2 || names.iter().any(String::is_empty) {
        let what = format!("`{}` is neither a range nor a list", names.join(","));
        return Err(error(what, "write a range A..B, or at least two values with commas between them"));
    }
    Ok(Values::Named(names))
}

fn range(low: &str, high: &str, step: Option<&str>) -> Result<Values, AxisError> {
    if let (Some(low), Some(high)) = (amount(low), amount(high)) {
        return steps(low, high, step);
    }
    let no_range = |way_out: &str| Err(error(format!("`{low}..{high}` is no range"), way_out));
    let Some(tiers) = presets::tiers_beside(low).filter(|_| step.is_none()) else {
        return no_range(
            "ends are numbers, times such as 30s, shares such as 5%, dollars such as $2.50, or two tiers of one \
             provider; a key that takes words wants a list: KEY=a,b,c",
        );
    };
    let place = |name: &str| tiers.iter().position(|tier| *tier == name);
    match (place(low), place(high)) {
        (Some(low), Some(high)) if low < high => {
            Ok(Values::Named(tiers[low..=high].iter().map(|name| (*name).to_owned()).collect()))
        }
        _ => no_range(&format!("the published order is {}", tiers.join(", "))),
    }
}

fn steps(low: Amount, high: Amount, step: Option<&str>) -> Result<Values, AxisError> {
    let notation = low.notation;
    if high.notation != notation {
        return Err(error(
            "the ends of a range must be in one unit",
            "write both as numbers, times, shares or dollars",
        ));
    }
    if low.value >= high.value {
        let (low, high) = (notation.text(low.value), notation.text(high.value));
        return Err(error(format!("the range {low}..{high} is empty"), "write the smaller end first"));
    }
    let length = high.value - low.value;
    let step = match step {
        None => low.place.min(high.place),
        Some(text) => match amount(text) {
            Some(step) if step.notation == notation && (1..=length).contains(&step.value) => step.value,
            _ => {
                let what = format!(
                    "`{text}` is no step of {}..{}",
                    notation.text(low.value),
                    notation.text(high.value)
                );
                return Err(error(
                    what,
                    "write it in the unit of the ends, above zero and no longer than the range",
                ));
            }
        },
    };
    let count = length / step + 1;
    match u64::try_from(count) {
        Ok(count) if u128::from(count) <= MOST_VALUES => {
            Ok(Values::Steps { notation, first: low.value, step, count })
        }
        _ => Err(error("the range has more than 10^12 values", "write a larger step: KEY=A..B..STEP")),
    }
}

/// A number in whichever notation it is written.
fn amount(text: &str) -> Option<Amount> {
    if let Some(digits) = text.strip_suffix('%') {
        return decimal(Notation::Share, digits.trim_end());
    }
    if let Some(digits) = text.strip_prefix('$') {
        return decimal(Notation::Dollars, digits.trim_start());
    }
    if let Some(span) = notation::span(text) {
        return Some(Amount { notation: Notation::Time, value: span.0.into(), place: last_place(text)? });
    }
    decimal(Notation::Plain, text)
}

fn decimal(notation: Notation, digits: &str) -> Option<Amount> {
    let value = notation::decimal(digits, notation.whole())?;
    let decimals = digits.split_once('.').map_or(0, |(_, part)| part.len());
    Some(Amount {
        notation,
        value,
        place: (notation.whole() / 10u128.pow(u32::try_from(decimals).ok()?)).max(1),
    })
}

/// One of the last written place of a length of time: of `2m` a minute, of `1m30s` a second, of `2.5s` a tenth of one.
fn last_place(span: &str) -> Option<u128> {
    let unit_at = span.rfind(|c: char| c.is_ascii_digit())? + 1;
    let unit = notation::span(&format!("1{}", &span[unit_at..]))?;
    let number = span[..unit_at].rsplit(|c: char| !c.is_ascii_digit() && c != '.').next()?;
    let decimals = number.split_once('.').map_or(0, |(_, part)| part.len());
    Some((u128::from(unit.0) / 10u128.pow(u32::try_from(decimals).ok()?)).max(1))
}

#[cfg(test)]
mod tests;
