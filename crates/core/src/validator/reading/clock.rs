//! Times of day: `15:05`, `3:05 pm`, `15 Uhr 5`, `halb vier`, `las tres y cinco`, `half past three`.

use super::range::DAY;
use super::{Found, Kind, Reader};
use crate::validator::figure::Shape;
use crate::validator::lexicon::{Meaning, Tongue};
use crate::validator::scan::What;

/// A time as far as it was read.
#[derive(Clone, Copy, Debug)]
struct Clock {
    hour: i64,
    minute: i64,
    /// Only the words tell whether it is day or night: `3:05`, `half past three`.
    loose: bool,
    next: usize,
}

/// What is said of the half of the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Am,
    Pm,
    Night,
}

impl Reader<'_> {
    /// Reads a time that begins with a number.
    pub(super) fn clock(&mut self, at: usize) -> Option<usize> {
        let clock = self.written(at).or_else(|| self.hours(at)).or_else(|| self.past_or_before(at))?;
        self.take_time(clock, at)
    }

    /// Reads a time that begins with a word.
    pub(super) fn spoken_clock(&mut self, at: usize) -> Option<usize> {
        let whole = |hour: i64| Clock { hour, minute: 0, loose: false, next: at + 1 };
        let clock = match self.meaning(at) {
            Meaning::Noon => return self.take_time(whole(12), at),
            Meaning::Midnight => return self.take_time(whole(0), at),
            Meaning::TheHours => self.spanish(at)?,
            Meaning::Half => self.half(at)?,
            Meaning::Quarter => self.quarters(at, 15)?,
            Meaning::ThreeQuarters => {
                let (hour, next) = self.hour(at + 1)?;
                Clock { hour: hour - 1, minute: 45, loose: true, next }
            }
            _ => return None,
        };
        self.take_time(clock, at)
    }

    fn take_time(&mut self, clock: Clock, at: usize) -> Option<usize> {
        let (part, next) = self.part_of_day(clock.next);
        let Clock { mut hour, minute, .. } = clock;
        if !(-1..=24).contains(&hour) || !(0..60).contains(&minute) {
            return None;
        }
        let told = part.is_some();
        match part {
            Some(Part::Am) if hour == 12 => hour = 0,
            Some(Part::Pm) if hour < 12 => hour += 12,
            Some(Part::Night) if hour == 12 => hour = 0,
            Some(Part::Night) if (6..12).contains(&hour) => hour += 12,
            _ => {}
        }
        let value = (hour * 60 + minute).rem_euclid(DAY);
        let other = if clock.loose && !told { (value + DAY / 2) % DAY } else { value };
        self.claim(Found { other, ..Found::new(Kind::Time, value) }, at, next);
        Some(next)
    }

    /// `15:05`, `15:05:00`, `15.05 Uhr`, `3.05 pm`.
    fn written(&self, at: usize) -> Option<Clock> {
        let figure = *self.figure(at)?;
        if figure.whole > 24 || figure.whole_digits > 2 {
            return None;
        }
        let hour = figure.whole as i64;
        let loose = figure.whole_digits == 1 && hour > 0;
        if figure.shape == Shape::Decimal && figure.part_digits == 2 && figure.second < 60 {
            let behind = matches!(self.meaning(at + 1), Meaning::Clock | Meaning::Hours)
                || self.meridiem(at + 1).is_some();
            let next = at + 1 + usize::from(matches!(self.meaning(at + 1), Meaning::Clock | Meaning::Hours));
            return behind.then_some(Clock { hour, minute: figure.second.into(), loose, next });
        }
        let colon = self.is_mark(at + 1, b':') && self.is_glued(at + 1) && self.is_glued(at + 2);
        let minutes = self.figure(at + 2).filter(|minutes| colon && minutes.whole_digits == 2)?;
        let minute = i64::from(minutes.plain()?);
        let seconds = self.is_mark(at + 3, b':') && self.is_glued(at + 3) && self.is_glued(at + 4);
        let next = if seconds && self.figure(at + 4).is_some() { at + 5 } else { at + 3 };
        // A word for hours may stand behind it.
        let next = next + usize::from(matches!(self.meaning(next), Meaning::Clock | Meaning::Hours));
        (figure.shape == Shape::Whole).then_some(Clock { hour, minute, loose, next })
    }

    /// `15 Uhr`, `15 Uhr 5`, `drei Uhr fünfzehn`, `3 pm`, `three o'clock`, `15h30`, `tres de la tarde`.
    fn hours(&self, at: usize) -> Option<Clock> {
        let (hour, next) = self.hour(at)?;
        let plain = |loose: bool, next: usize| Clock { hour, minute: 0, loose, next };
        match self.meaning(next) {
            Meaning::Clock => {
                let minutes = self.minute(next + 1).filter(|(_, behind)| self.ends_a_number(*behind));
                let (minute, next) = minutes.unwrap_or((0, next + 1));
                Some(Clock { hour, minute, loose: (1..=12).contains(&hour), next })
            }
            Meaning::Hours if self.is_glued(next) && self.is_glued(next + 1) => {
                let (minute, next) = self.minute(next + 1)?;
                Some(Clock { hour, minute, loose: false, next })
            }
            Meaning::Hours if at > 0 && matches!(self.meaning(at - 1), Meaning::At | Meaning::TheHours) => {
                Some(plain(false, next + 1))
            }
            _ if self.part_of_day(next).0.is_some() && hour <= 12 => Some(plain(false, next)),
            _ => None,
        }
    }

    /// `ten past three`, `zehn nach drei`, `fünf vor 12`, `ten to three`.
    fn past_or_before(&self, at: usize) -> Option<Clock> {
        let (minute, next) = self.minute(at)?;
        let next = next + usize::from(self.spells(next, "minutes"));
        let sign = match self.meaning(next) {
            Meaning::Past if minute > 0 => 1,
            Meaning::Before if self.language == Tongue::German => -1,
            Meaning::To if self.language == Tongue::English && self.figure(at).is_none() => -1,
            _ => return None,
        };
        let (hour, behind) = self.hour(next + 1).filter(|(hour, _)| (1..=12).contains(hour))?;
        // `five to ten` is a range, `ten to five` is none.
        if minute == 0
            || !self.ends_a_number(behind)
            || sign < 0 && self.language == Tongue::English && minute <= hour
        {
            return None;
        }
        let behind = behind + usize::from(self.meaning(behind) == Meaning::Clock);
        Some(around(hour, sign * minute, behind))
    }

    /// `half past three`; `halb vier`, which is the same.
    fn half(&self, at: usize) -> Option<Clock> {
        let past = usize::from(self.meaning(at + 1) == Meaning::Past);
        let (hour, next) = self.hour(at + 1 + past)?;
        let next = next + usize::from(self.meaning(next) == Meaning::Clock);
        match (past, self.language) {
            (1, _) => Some(around(hour, 30, next)),
            (_, Tongue::German) => Some(around(hour, -30, next)),
            _ => None,
        }
    }

    /// `quarter past three`, `Viertel vor vier`.
    fn quarters(&self, at: usize, minutes: i64) -> Option<Clock> {
        let sign = match self.meaning(at + 1) {
            Meaning::Past => 1,
            Meaning::Before | Meaning::To => -1,
            _ => return None,
        };
        let (hour, next) = self.hour(at + 2)?;
        Some(around(hour, sign * minutes, next + usize::from(self.meaning(next) == Meaning::Clock)))
    }

    /// `las tres y cinco`, `las cuatro menos cuarto`, `la una en punto`, `a las 15`.
    fn spanish(&self, at: usize) -> Option<Clock> {
        if let Some(clock) = self.written(at + 1).or_else(|| self.hours(at + 1)) {
            return Some(clock);
        }
        let (hour, next) = self.spanish_hour(at + 1)?;
        let sign = match self.meaning(next) {
            Meaning::And => 1,
            Meaning::Minus => -1,
            _ => 0,
        };
        let minutes = match self.meaning(next + 1) {
            Meaning::Half => Some((30, next + 2)),
            Meaning::Quarter => Some((15, next + 2)),
            _ => self.minute(next + 1),
        };
        if let Some((minute, next)) = minutes.filter(|_| sign != 0) {
            return Some(around(hour, sign * minute, next));
        }
        let sharp = self.meaning(next) == Meaning::In && self.meaning(next + 1) == Meaning::Point;
        // `las tres cajas` are boxes: only a word before it, or nothing behind it, makes it a time.
        let asked = at > 0 && matches!(self.meaning(at - 1), Meaning::To | Meaning::At | Meaning::Was);
        let told = self.part_of_day(next).0.is_some() || self.ends_a_number(next);
        let next = if sharp { next + 2 } else { next };
        (sharp || told || asked && self.meaning(next) != Meaning::TimeUnit).then_some(Clock {
            hour,
            minute: 0,
            loose: (1..=12).contains(&hour),
            next,
        })
    }

    /// The hour of `las tres y cinco`: `treinta y cinco` would be one number, an hour never is.
    fn spanish_hour(&self, at: usize) -> Option<(i64, usize)> {
        match self.meaning(at) {
            Meaning::Small(hour @ 0..=24) => Some((hour.into(), at + 1)),
            Meaning::One | Meaning::Article => Some((1, at + 1)),
            _ => self.figure(at)?.plain().filter(|hour| *hour <= 24).map(|hour| (hour.into(), at + 1)),
        }
    }

    /// A number from 0 to 24, and the token behind it.
    fn hour(&self, at: usize) -> Option<(i64, usize)> {
        self.below(at, 25)
    }

    /// A number from 0 to 59, and the token behind it.
    fn minute(&self, at: usize) -> Option<(i64, usize)> {
        self.below(at, 60)
    }

    fn below(&self, at: usize, most: i64) -> Option<(i64, usize)> {
        let number = self.quantity(at).filter(|number| number.places == 0)?;
        let whole = number.whole().filter(|whole| (0..most).contains(whole))?;
        Some((whole, number.next))
    }

    /// Whether what stands here cannot go on with a number before it, as a noun would.
    pub(super) fn ends_a_number(&self, at: usize) -> bool {
        match self.what(at) {
            Some(What::Plain | What::Code(_)) => false,
            Some(What::Word(_)) => !matches!(
                self.meaning(at),
                Meaning::TimeUnit
                    | Meaning::Currency(_)
                    | Meaning::Percent
                    | Meaning::Per
                    | Meaning::Clock
                    | Meaning::Month(_)
            ),
            _ => !self.is_currency_mark(at) && !self.is_mark(at, b'%'),
        }
    }

    fn meridiem(&self, at: usize) -> Option<Part> {
        match (self.what(at)?, self.meaning(at)) {
            (What::Meridiem { pm: false }, _) | (_, Meaning::Am) => Some(Part::Am),
            (What::Meridiem { pm: true }, _) | (_, Meaning::Pm) => Some(Part::Pm),
            _ => None,
        }
    }

    /// What is said of the half of the day, and the token behind it: `pm`, `in the evening`, `de la tarde`.
    fn part_of_day(&self, at: usize) -> (Option<Part>, usize) {
        if let Some(part) = self.meridiem(at) {
            return (Some(part), at + 1);
        }
        match self.meaning(at) {
            Meaning::InTheMorning => return (Some(Part::Am), at + 1),
            Meaning::InTheAfternoon => return (Some(Part::Pm), at + 1),
            Meaning::In | Meaning::Of | Meaning::At | Meaning::Filler => {}
            _ => return (None, at),
        }
        for place in at + 1..=at + 2 {
            let part = match self.meaning(place) {
                Meaning::Morning => Part::Am,
                Meaning::Afternoon => Part::Pm,
                Meaning::Night => Part::Night,
                Meaning::Filler | Meaning::TheHours => continue,
                _ => break,
            };
            return (Some(part), place + 1);
        }
        (None, at)
    }
}

/// So many minutes after an hour, or before it.
fn around(hour: i64, minutes: i64, next: usize) -> Clock {
    let (hour, minute) = if minutes < 0 { (hour - 1, minutes + 60) } else { (hour, minutes) };
    Clock { hour, minute, loose: (0..=12).contains(&hour), next }
}
