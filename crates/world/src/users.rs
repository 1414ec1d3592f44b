//! For which end user an agent asks, and from where.
//!
//! Popularity falls with rank like `r^-skew` (G. K. Zipf, "Human behavior and the principle of least effort", 1949). The
//! rank is drawn by inverting the integral of that law in place of its sum: one draw, no table, and the same shape but
//! for the few first ranks.

use crate::settings::{UsersPlan, WorkloadPlan};
use rushhour_base::{SourceId, UserId};

/// The end users of one workload.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Users {
    first: u32,
    /// `None` if each agent is its own end user.
    population: Option<UsersPlan>,
}

impl Users {
    /// The users of `plan`, numbered from `first`.
    pub(crate) fn new(plan: &WorkloadPlan, first: u32) -> Users {
        Users { first, population: plan.users }
    }

    /// Who is behind a request of the agent at this place of the workload, and from where it comes. `unit` draws the user.
    #[inline]
    pub(crate) fn of(&self, agent: u32, unit: impl FnOnce() -> f64) -> (UserId, SourceId) {
        let Some(plan) = self.population else {
            return (UserId(self.first + agent), SourceId(self.first + agent));
        };
        let user = rank(plan.count, plan.skew, unit());
        (UserId(self.first + user), SourceId(self.first + user - user % plan.per_source))
    }
}

/// The rank, from 0, at the uniform number `unit`: of `∫ x^-skew` from 1 to `count + 1`, the share below it is `unit`.
fn rank(count: u32, skew: f64, unit: f64) -> u32 {
    let whole = f64::from(count) + 1.0;
    let x = if skew == 0.0 {
        1.0 + unit * f64::from(count)
    } else if (skew - 1.0).abs() < 1e-9 {
        libm::pow(whole, unit)
    } else {
        let power = 1.0 - skew;
        libm::pow(1.0 + unit * (libm::pow(whole, power) - 1.0), 1.0 / power)
    };
    ((x - 1.0) as u32).min(count - 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world_for_tests::workload;

    #[test]
    fn an_agent_without_users_is_its_own() {
        let users = Users::new(&workload("coders", 3), 40);
        assert_eq!(users.of(2, || unreachable!("nobody to draw")), (UserId(42), SourceId(42)));
    }

    #[test]
    fn users_share_sources() {
        let users = Some(UsersPlan { count: 10, skew: 0.0, per_source: 4 });
        let users = Users::new(&WorkloadPlan { users, ..workload("chat", 3) }, 100);
        for (unit, user, source) in
            [(0.0, 100, 100), (0.35, 103, 100), (0.45, 104, 104), (0.999_999, 109, 108)]
        {
            assert_eq!(users.of(0, || unit), (UserId(user), SourceId(source)), "{unit}");
        }
    }

    /// The share of the first tenth of 1,000 users: a tenth if all are alike; log(101) / log(1001) at skew 1.
    #[test]
    fn popularity_falls_with_rank() {
        for (skew, want) in [(0.0, 0.1), (0.5, 0.295), (1.0, 0.668), (2.0, 0.991)] {
            let draws = (0..10_000).map(|i| rank(1_000, skew, (f64::from(i) + 0.5) / 10_000.0));
            let share = draws.filter(|rank| *rank < 100).count() as f64 / 10_000.0;
            assert!((share - want).abs() < 0.002, "skew {skew}: the first tenth asks {share}");
        }
    }

    #[test]
    fn every_rank_is_one_of_the_population() {
        for (count, skew) in [(1, 0.0), (1, 1.0), (7, 0.0), (7, 3.0), (1_000_000, 1.0), (1_000_000, 0.0)] {
            for unit in [1e-16, 0.5, 1.0 - 1e-16] {
                assert!(rank(count, skew, unit) < count, "{count} users, skew {skew}, draw {unit}");
            }
        }
        assert_eq!(rank(1_000_000, 0.0, 1.0 - 1e-16), 999_999);
    }
}
