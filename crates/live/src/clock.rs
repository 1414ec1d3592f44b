//! The one real clock, scaled: the time of the run passes `speed` times as fast as the wall's.

use crate::settings::Speed;
use rushhour_base::time::SECOND;
use rushhour_base::{Instant, Span};
use std::cell::Cell;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tokio::time::{Instant as Tick, Sleep};

/// Time of the run. It stands at [`Instant::START`] until it is started.
#[derive(Debug)]
pub(crate) struct Clock {
    speed: Speed,
    started: Cell<Option<Started>>,
}

#[derive(Clone, Copy, Debug)]
struct Started {
    at: Tick,
    unix_s: i64,
}

impl Clock {
    pub(crate) fn new(speed: Speed) -> Clock {
        Clock { speed, started: Cell::new(None) }
    }

    /// Starts the clock, unless it runs already.
    pub(crate) fn start(&self) {
        if self.started.get().is_none() {
            self.started.set(Some(Started { at: Tick::now(), unix_s: unix_s() }));
        }
    }

    /// Stops the clock and sets it back to the start.
    pub(crate) fn reset(&self) {
        self.started.set(None);
    }

    pub(crate) fn is_running(&self) -> bool {
        self.started.get().is_some()
    }

    /// The time of the run.
    pub(crate) fn now(&self) -> Instant {
        let Some(started) = self.started.get() else { return Instant::START };
        let real = started.at.elapsed().as_nanos();
        Instant(u64::try_from(self.speed.scaled(real)).unwrap_or(u64::MAX))
    }

    /// When the run began, in seconds since 1970. From there on stamps pass as fast as the run does; at speed 1 they are
    /// those of the wall.
    pub(crate) fn starts_unix_s(&self) -> i64 {
        self.started.get().map_or_else(unix_s, |started| started.unix_s)
    }

    /// Seconds since 1970 at `at` of the run.
    pub(crate) fn unix_s(&self, at: Instant) -> i64 {
        self.starts_unix_s().saturating_add(i64::try_from(at.0 / SECOND).unwrap_or(i64::MAX))
    }

    /// Sleeps until `at` of the run.
    pub(crate) fn sleep_until(&self, at: Instant) -> Sleep {
        let wait = self.real(at.since(self.now()));
        // What never comes is far away: tokio's own wheel ends after two years.
        tokio::time::sleep(wait.min(FAR))
    }

    /// How long a span of the run takes on the wall, rounded up so that it is over afterwards.
    fn real(&self, span: Span) -> Duration {
        Duration::from_nanos(u64::try_from(self.speed.unscaled(span.0)).unwrap_or(u64::MAX))
    }
}

fn unix_s() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
}

const FAR: Duration = Duration::from_secs(365 * 24 * 3_600);

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn time_of_the_run_is_scaled_and_a_sleep_is_never_short() {
        let clock = Clock::new(Speed::parse("2.5").unwrap());
        tokio::time::advance(Duration::from_secs(5)).await;
        assert_eq!(clock.now(), Instant::START, "nothing passes before the start");
        clock.start();
        for ms in [1, 10, 333, 1_000] {
            let at = clock.now() + Span::millis(ms);
            clock.sleep_until(at).await;
            let late = clock.now().since(at);
            assert!(clock.now() >= at && late <= Span::millis(5), "{late} late");
        }
        clock.reset();
        assert_eq!(clock.now(), Instant::START);
    }
}
