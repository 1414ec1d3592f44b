//! One dimension of a quota, however it is counted.

use super::bucket::Bucket;
use super::log::Log;
use super::window::Window;
use crate::settings::GrantPlan;
use rushhour_base::{Enforcement, Instant};

/// What has been used of one grant.
#[derive(Clone, Debug)]
pub(super) enum Gauge {
    Bucket(Bucket),
    Window(Window),
    /// A slice, and the period that it is cut from.
    Slices(Box<[Window; 2]>),
    Log(Log),
}

impl Gauge {
    /// Nothing used yet.
    pub(super) fn new(grant: GrantPlan, enforced: Enforcement) -> Gauge {
        let GrantPlan { amount, period, burst } = grant;
        assert!(
            amount > 0 && period.0 > 0 && burst > 0,
            "a grant without amount, period or burst: {grant:?}"
        );
        match enforced {
            Enforcement::Continuous => Gauge::Bucket(Bucket::full(grant)),
            Enforcement::FixedWindow => Gauge::Window(Window::new(amount, period)),
            Enforcement::Slices(slice) => {
                let share = (u128::from(amount) * u128::from(slice.0)).div_ceil(u128::from(period.0));
                let share = u64::try_from(share).unwrap_or(u64::MAX);
                Gauge::Slices(Box::new([Window::new(share, slice), Window::new(amount, period)]))
            }
            Enforcement::SlidingWindow => Gauge::Log(Log::new(amount, period)),
        }
    }

    /// When `tokens` will pass, or when nothing is used any more if they never do; `None` if they pass now.
    #[inline]
    pub(super) fn lacks(&mut self, tokens: u64, now: Instant) -> Option<Instant> {
        match self {
            Gauge::Bucket(bucket) => bucket.lacks(tokens, now),
            Gauge::Window(window) => window.lacks(tokens, now),
            Gauge::Slices(windows) => {
                let [slice, period] = windows.as_mut();
                slice.lacks(tokens, now).max(period.lacks(tokens, now))
            }
            Gauge::Log(log) => log.lacks(tokens, now),
        }
    }

    /// When anything at all will be left; `None` if something is left now.
    #[inline]
    pub(super) fn spent(&mut self, now: Instant) -> Option<Instant> {
        match self {
            Gauge::Bucket(bucket) => bucket.spent(now),
            Gauge::Window(_) | Gauge::Slices(_) | Gauge::Log(_) => self.lacks(1, now),
        }
    }

    /// Takes `tokens`, whether they are there or not.
    #[inline]
    pub(super) fn take(&mut self, tokens: u64, now: Instant) {
        match self {
            Gauge::Bucket(bucket) => bucket.take(tokens, now),
            Gauge::Window(window) => window.take(tokens, now),
            Gauge::Slices(windows) => windows.iter_mut().for_each(|window| window.take(tokens, now)),
            Gauge::Log(log) => log.take(tokens, now),
        }
    }

    /// Gives back `tokens` of what was taken at `taken_at`.
    pub(super) fn give_back(&mut self, tokens: u64, taken_at: Instant, now: Instant) {
        match self {
            Gauge::Bucket(bucket) => bucket.give_back(tokens, now),
            Gauge::Window(window) => window.give_back(tokens, taken_at, now),
            Gauge::Slices(windows) => {
                windows.iter_mut().for_each(|window| window.give_back(tokens, taken_at, now));
            }
            Gauge::Log(log) => log.give_back(tokens, taken_at, now),
        }
    }

    /// What is left, and when nothing is used any more. Of slices it is the period that stands.
    #[inline]
    pub(super) fn stands(&mut self, by_the_token: bool, now: Instant) -> (u64, Instant) {
        match self {
            Gauge::Bucket(bucket) => bucket.stands(by_the_token, now),
            Gauge::Window(window) => window.stands(now),
            Gauge::Slices(windows) => windows[1].stands(now),
            Gauge::Log(log) => log.stands(now),
        }
    }

    /// What is granted per period.
    #[inline]
    pub(super) fn amount(&self) -> u64 {
        match self {
            Gauge::Bucket(bucket) => bucket.amount(),
            Gauge::Window(window) => window.amount(),
            Gauge::Slices(windows) => windows[1].amount(),
            Gauge::Log(log) => log.amount(),
        }
    }

    /// Takes one, or what is left of one: it never runs into debt, or who keeps asking would never pass again.
    pub(super) fn take_if_left(&mut self, now: Instant) {
        match self {
            Gauge::Bucket(bucket) => bucket.take_up_to_one(now),
            Gauge::Slices(windows) => {
                for window in windows.iter_mut().filter_map(|w| w.lacks(1, now).is_none().then_some(w)) {
                    window.take(1, now);
                }
            }
            Gauge::Window(_) | Gauge::Log(_) => {
                if self.lacks(1, now).is_none() {
                    self.take(1, now);
                }
            }
        }
    }
}
