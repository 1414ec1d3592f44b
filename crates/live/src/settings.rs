//! How a server is set up: where it listens, how fast its time passes, and what a client may ask of it.

use rushhour_base::time::MILLISECOND;
use rushhour_base::{Enforcement, Span};
use rushhour_world::WorldPlan;
use std::fmt;
use std::net::SocketAddr;
use std::time::Duration;

/// Where a server listens and what it puts up with.
#[derive(Clone, Debug)]
pub struct ServerSettings {
    /// The address. Port 0 lets the system choose one.
    pub listen: SocketAddr,
    /// How many times as fast as the wall's the time of the run passes.
    pub speed: Speed,
    /// The largest body, in bytes; a larger one is answered 413.
    pub body_max: usize,
    /// The largest head of a request, in bytes; a larger one is answered 431.
    pub head_max: usize,
    /// Connections open at once; one more is closed at once.
    pub connections_max: usize,
    /// How long a connection may take to send the next head, idle time included.
    pub head_timeout: Duration,
    /// How long a client may take to send a body.
    pub body_timeout: Duration,
    /// How long open replies may go on once the server has been told to stop.
    pub stop_timeout: Duration,
}

impl Default for ServerSettings {
    fn default() -> ServerSettings {
        ServerSettings {
            listen: SocketAddr::from(([127, 0, 0, 1], 8_080)),
            speed: Speed::REAL,
            body_max: 8 << 20,
            head_max: 64 << 10,
            connections_max: 16_384,
            head_timeout: Duration::from_secs(60),
            body_timeout: Duration::from_secs(30),
            stop_timeout: Duration::from_secs(5),
        }
    }
}

/// How many times as fast as the wall's the time of a run passes, in thousandths.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Speed(u32);

/// Why a speed is none, or none for a scenario.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SettingsError {
    /// It is not a number from 0.001 to 1000.
    NotASpeed(String),
    /// Timers are exact to a millisecond, which at this speed is too much of something that the scenario knows.
    TooFast {
        /// The speed.
        speed: Speed,
        /// What the shortest time constant is.
        what: String,
        /// How long that is.
        span: Span,
        /// The fastest speed that is exact enough.
        fastest: Speed,
    },
}

impl Speed {
    /// As fast as the wall's.
    pub const REAL: Speed = Speed(1_000);

    /// Reads a speed as people write it.
    ///
    /// # Errors
    /// If it is not a number from 0.001 to 1000, with at most three decimals.
    ///
    /// ```
    /// use rushhour_live::Speed;
    /// assert_eq!(Speed::parse("2.5").unwrap().to_string(), "2.5");
    /// assert!(Speed::parse("0").is_err() && Speed::parse("1e3").is_err() && Speed::parse("").is_err());
    /// ```
    pub fn parse(text: &str) -> Result<Speed, SettingsError> {
        let not = || SettingsError::NotASpeed(text.to_owned());
        let (whole, decimals) = text.split_once('.').unwrap_or((text, "0"));
        let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        if !digits(whole) || !digits(decimals) || decimals.len() > 3 || whole.len() > 4 {
            return Err(not());
        }
        let thousandths = format!("{whole}{decimals:0<3}").parse::<u32>().map_err(|_| not())?;
        Some(Speed(thousandths)).filter(|speed| (1..=1_000_000).contains(&speed.0)).ok_or_else(not)
    }

    /// Checks the speed against the shortest time constant of `world`: a millisecond of the wall must be at most 2 % of it.
    /// The pace of single tokens is none, since tokens that are due at once go out together; and the speed of the wall itself is
    /// always good.
    ///
    /// # Errors
    /// If it is too fast.
    pub fn check(self, world: &WorldPlan) -> Result<(), SettingsError> {
        let Some((span, what)) = shortest(world) else { return Ok(()) };
        let fastest =
            Speed(u32::try_from(span.0 / (50 * MILLISECOND / 1_000)).unwrap_or(u32::MAX).max(1_000));
        if self <= fastest {
            Ok(())
        } else {
            Err(SettingsError::TooFast { speed: self, what, span, fastest })
        }
    }

    /// A length of real time as one of the run.
    pub(crate) fn scaled(self, ns: u128) -> u128 {
        ns * u128::from(self.0) / 1_000
    }

    /// A length of the run's time as one of real time, rounded up.
    pub(crate) fn unscaled(self, ns: u64) -> u128 {
        (u128::from(ns) * 1_000).div_ceil(u128::from(self.0))
    }
}

impl PartialOrd for Speed {
    fn partial_cmp(&self, other: &Speed) -> Option<std::cmp::Ordering> {
        Some(self.0.cmp(&other.0))
    }
}

impl fmt::Display for Speed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = format!("{}.{:03}", self.0 / 1_000, self.0 % 1_000);
        f.write_str(text.trim_end_matches('0').trim_end_matches('.'))
    }
}

impl fmt::Display for SettingsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SettingsError::NotASpeed(text) => {
                write!(
                    f,
                    "--speed {text}: a speed is a number from 0.001 to 1000 with at most three decimals"
                )
            }
            SettingsError::TooFast { speed, what, span, fastest } => write!(
                f,
                "--speed {speed}: timers are exact to a millisecond, which would be more than 2 % of {what} ({span})\n  \
                 the fastest speed for this scenario is {fastest}"
            ),
        }
    }
}

impl std::error::Error for SettingsError {}

/// The shortest span that matters to what a client sees, and what it is.
fn shortest(world: &WorldPlan) -> Option<(Span, String)> {
    let lanes = world.lanes.iter().flat_map(|lane| {
        [
            (lane.latency.base, "the time to the first token of an empty prompt"),
            (lane.latency.refusal, "the time that a refusal takes"),
        ]
    });
    let quotas = world.quotas.iter().filter_map(|quota| match quota.enforced {
        Enforcement::Slices(slice) => Some((slice, "a quota's slice")),
        _ => None,
    });
    let steps = world.quotas.iter().map(|quota| (quota.output_every, "the step in which output is charged"));
    let faults = world.faults.iter().map(|fault| (fault.until.since(fault.from), "a fault"));
    let all = lanes.chain(quotas).chain(steps).chain(faults);
    let shortest = all.filter(|(span, _)| *span > Span::ZERO).min_by_key(|(span, _)| *span);
    shortest.map(|(span, what)| (span, what.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rushhour_scenario::{Override, Scenario};

    fn world(set: &str) -> WorldPlan {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../scenarios/peak_hour.toml");
        Scenario::load(path.as_ref(), &[Override::new(set)]).expect("a shipped scenario").world
    }

    /// A millisecond of the wall may be 2 % of the shortest time: 150 ms of a refusal bear three times the speed.
    #[test]
    fn a_speed_is_refused_that_timers_cannot_keep_up_with() {
        let plain = world("seed=1");
        let speed = |text| Speed::parse(text).expect("a speed");
        assert_eq!(speed("3").check(&plain), Ok(()));
        let error = speed("3.001").check(&plain).expect_err("too fast");
        let told = error.to_string();
        assert!(
            told.contains("a refusal") && told.ends_with("the fastest speed for this scenario is 3"),
            "{told}"
        );
        let coarse = world("provider.anthropic.fault.dip={ kind = \"hang\", at = \"1m\", for = \"10ms\" }");
        assert!(speed("1.5").check(&coarse).is_err(), "a fault of 10 ms");
        assert_eq!(speed("1").check(&coarse), Ok(()), "the speed of the wall is always good");
        assert_eq!(speed("0.5").check(&coarse), Ok(()));
    }

    #[test]
    fn speeds_are_read_to_the_thousandth() {
        for (text, speed) in
            [("1", Some(1_000)), ("0.001", Some(1)), ("1000", Some(1_000_000)), ("2.05", Some(2_050))]
                .into_iter()
                .chain(
                    ["0", "0.0001", "1001", "-1", "1.", ".5", "1e3", "x", "", "99999999999", "1.2345"]
                        .map(|text| (text, None)),
                )
        {
            assert_eq!(Speed::parse(text).ok(), speed.map(Speed), "{text}");
        }
    }
}
