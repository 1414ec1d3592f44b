//! Numbers in digits: which of the marks inside of them are points, and which only group.
//!
//! `1,234` is a thousand and more to one reader and one and a bit to the next. Where the notation does not tell, both
//! readings are kept, the one of the reply's language first.

/// A number in digits, as far as its own notation tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Figure {
    pub(super) shape: Shape,
    /// What stands before the point; all of it where there is none.
    pub(super) whole: u64,
    /// What stands behind it, in millionths.
    pub(super) part: u32,
    /// Digits before the first mark, and behind the last.
    pub(super) whole_digits: u8,
    pub(super) part_digits: u8,
    /// The number behind the first mark, and behind the second, as they stand.
    pub(super) second: u32,
    pub(super) third: u32,
}

/// How the marks inside of a number in digits are to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// Digits alone.
    Whole,
    /// Digits in groups, no point.
    Grouped,
    /// With a point, or a comma for it.
    Decimal,
    /// One point or comma before three digits: groups or decimals. The flag says that it is a point.
    Either { point: bool },
    /// Three numbers with points between them, the first two of at most two digits: a day, perhaps.
    Triple,
    /// None of these: a telephone number, an address, a version.
    Other,
}

impl Figure {
    /// Its value in millionths, the reading of the language first. `None` if it is no number.
    pub(super) fn value(&self, point_is_decimal: bool) -> Option<(i64, i64)> {
        let grouped = i64::try_from(self.whole).ok()?.checked_mul(ONE)?;
        match self.shape {
            Shape::Whole | Shape::Grouped => Some((grouped, grouped)),
            Shape::Decimal => {
                let value = grouped + i64::from(self.part);
                Some((value, value))
            }
            Shape::Either { point } => {
                let whole = i64::try_from(self.whole / 1_000).ok()?.checked_mul(ONE)?;
                let decimal = whole + i64::from(self.part);
                Some(if point == point_is_decimal { (decimal, grouped) } else { (grouped, decimal) })
            }
            Shape::Triple | Shape::Other => None,
        }
    }

    /// The number, if it is digits alone.
    pub(super) fn plain(&self) -> Option<u32> {
        if self.shape == Shape::Whole { u32::try_from(self.whole).ok() } else { None }
    }
}

/// Takes a number in digits apart, group by group.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Groups {
    groups: [(u64, u8, u8); GROUPS],
    count: usize,
    overflow: bool,
}

impl Groups {
    /// Adds a group of digits: its value, how many digits it has, and the mark before it.
    pub(super) fn push(&mut self, value: u64, digits: u8, mark: u8) {
        match self.groups.get_mut(self.count) {
            Some(group) => *group = (value, digits, mark),
            None => self.overflow = true,
        }
        self.count = (self.count + 1).min(GROUPS);
    }

    pub(super) fn finish(&self) -> Figure {
        let groups = &self.groups[..self.count];
        let (first, digits, _) = groups.first().copied().unwrap_or_default();
        let (last, last_digits, _) = groups.last().copied().unwrap_or_default();
        let at =
            |place: usize| groups.get(place).map_or(0, |group| u32::try_from(group.0).unwrap_or(u32::MAX));
        let shape = if self.overflow { Shape::Other } else { shape(groups) };
        let behind_point = matches!(shape, Shape::Decimal | Shape::Either { .. });
        let whole = match shape {
            Shape::Decimal => joined(&groups[..groups.len() - 1]),
            Shape::Grouped | Shape::Either { .. } => joined(groups),
            _ => first,
        };
        Figure {
            shape: if whole >= MOST { Shape::Other } else { shape },
            whole,
            part: if behind_point { millionths(last, last_digits) } else { 0 },
            whole_digits: digits,
            part_digits: last_digits,
            second: at(1),
            third: at(2),
        }
    }
}

fn shape(groups: &[(u64, u8, u8)]) -> Shape {
    let [(first, digits, _), rest @ ..] = groups else { return Shape::Other };
    let Some((&(_, last_digits, last_mark), middle)) = rest.split_last() else {
        return if *digits <= DIGITS { Shape::Whole } else { Shape::Other };
    };
    let is_point = |mark: u8| mark == b'.' || mark == b',';
    if middle.is_empty() {
        return match (is_point(last_mark), last_digits) {
            (true, 3) if *digits <= 3 && *first > 0 => Shape::Either { point: last_mark == b'.' },
            (true, _) => Shape::Decimal,
            (false, 3) if *digits <= 3 => Shape::Grouped,
            (false, _) => Shape::Other,
        };
    }
    let same = |mark: u8| rest.iter().all(|group| group.2 == mark);
    if middle.len() == 1 && same(b'.') && *digits <= 2 && middle[0].1 <= 2 && matches!(last_digits, 2 | 4) {
        return Shape::Triple;
    }
    let groups = |groups: &[(u64, u8, u8)]| groups.iter().all(|group| matches!(group.1, 2 | 3));
    let mark = middle[0].2;
    if *digits > 3 || !groups(middle) || middle.iter().any(|group| group.2 != mark) {
        return Shape::Other;
    }
    match last_mark == mark {
        true if last_digits == 3 => Shape::Grouped,
        false if is_point(last_mark) => Shape::Decimal,
        _ => Shape::Other,
    }
}

/// The groups as one number; too much counts as the most.
fn joined(groups: &[(u64, u8, u8)]) -> u64 {
    groups.iter().fold(0, |all: u64, (value, digits, _)| {
        all.saturating_mul(10u64.saturating_pow((*digits).into())).saturating_add(*value)
    })
}

/// Decimals in millionths; what is finer is cut off.
fn millionths(value: u64, digits: u8) -> u32 {
    let digits = u32::from(digits);
    let scaled = match digits {
        0..=6 => value.saturating_mul(10u64.pow(6 - digits)),
        _ => value / 10u64.saturating_pow(digits - 6),
    };
    u32::try_from(scaled.min(999_999)).unwrap_or(0)
}

/// One, in millionths.
pub(super) const ONE: i64 = 1_000_000;
/// The most groups of one number.
const GROUPS: usize = 6;
/// The most digits of a number that is not rather a name.
const DIGITS: u8 = 12;
/// Above it, a number is rather a name.
const MOST: u64 = 1_000_000_000_000;

#[cfg(test)]
mod tests {
    use super::*;

    fn figure(text: &str) -> Figure {
        let mut groups = Groups::default();
        let mut mark = 0;
        for group in text.split_inclusive(['.', ',', '\'', ' ']) {
            let digits = group.trim_end_matches(['.', ',', '\'', ' ']);
            groups.push(digits.parse().unwrap_or(u64::MAX), digits.len() as u8, mark);
            mark = group.as_bytes()[group.len() - 1];
        }
        groups.finish()
    }

    #[test]
    fn marks_group_or_divide() {
        for (text, english, other) in [
            ("47", Some(47_000_000), Some(47_000_000)),
            ("47.15", Some(47_150_000), Some(47_150_000)),
            ("47,1", Some(47_100_000), Some(47_100_000)),
            ("1,234.50", Some(1_234_500_000), Some(1_234_500_000)),
            ("1.234,50", Some(1_234_500_000), Some(1_234_500_000)),
            ("1'234.50", Some(1_234_500_000), Some(1_234_500_000)),
            ("1 234,5", Some(1_234_500_000), Some(1_234_500_000)),
            ("1,234", Some(1_234_000_000), Some(1_234_000)),
            ("1.234", Some(1_234_000), Some(1_234_000_000)),
            ("0.125", Some(125_000), Some(125_000)),
            ("12,34,567.8", Some(1_234_567_800_000), Some(1_234_567_800_000)),
            ("1,234,567", Some(1_234_567_000_000), Some(1_234_567_000_000)),
            ("1.2.3", None, None),
            ("192.168.0.1", None, None),
            ("3.3.2026", None, None),
            ("1234567890123", None, None),
            ("0.12345678901234567890", Some(123_456), Some(123_456)),
            ("999.999.999.999", Some(999_999_999_999_000_000), Some(999_999_999_999_000_000)),
            ("1.1.1.1.1.1.1.1", None, None),
        ] {
            let got = figure(text);
            assert_eq!(got.value(true).map(|value| value.0), english, "{text}: {got:?}");
            assert_eq!(got.value(false).map(|value| value.0), other, "{text}: {got:?}");
        }
        assert_eq!(figure("03.03.2026").shape, Shape::Triple);
    }
}
