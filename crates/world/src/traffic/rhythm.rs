//! When an agent asks next.

use crate::day_curve::DayCurve;
use crate::gamma::{Gamma, weibull};
use crate::law::{Law, rounded};
use crate::luck::Place;
use crate::quantile::exponential;
use crate::recorded::Replay;
use crate::settings::{Arrivals, GapLaw, Gaps, WorldPlan};
use crate::shape::Shape;
use crate::trace::Deal;
use rushhour_base::time::HOUR;
use rushhour_base::{Instant, Span};

/// When an agent asks next.
#[derive(Clone, Debug)]
pub(super) enum Rhythm {
    Steady(Gap),
    Shaped { gap: Gap, midway: bool, shape: Shape },
    Daily { curve: DayCurve, per_day: f64 },
    Thinking { think: Law },
    Batch { at: Instant, each: u32, over: Span },
    Traced(Deal),
    Recorded(Replay),
}

/// The time between two requests where the rate is the average one.
#[derive(Clone, Debug)]
pub(super) enum Gap {
    Exponential { mean: f64 },
    Gamma { gamma: Gamma, midway: Gamma },
    Weibull { scale: f64, power: f64, midway: Gamma },
}

impl Gap {
    fn new(per_agent_per_hour: f64, gaps: Gaps) -> Gap {
        let mean = HOUR as f64 / per_agent_per_hour;
        match gaps {
            Gaps::Exponential => Gap::Exponential { mean },
            Gaps::Renewal { law: GapLaw::Gamma, cv } => {
                let gamma = Gamma::new(mean, cv);
                Gap::Gamma { gamma, midway: gamma.by_length() }
            }
            Gaps::Renewal { law: GapLaw::Weibull, cv } => {
                let (shape, of_one) = weibull(cv);
                let power = 1.0 / shape;
                Gap::Weibull { scale: mean / of_one, power, midway: Gamma::of_shape(1.0 + power) }
            }
        }
    }

    /// The gap at the uniform number `unit`, in nanoseconds.
    #[inline]
    fn value(&self, unit: f64) -> f64 {
        match self {
            Gap::Exponential { mean } => mean * exponential(unit),
            Gap::Gamma { gamma, .. } => gamma.value(unit),
            Gap::Weibull { scale, power, .. } => scale * libm::pow(exponential(unit), *power),
        }
    }

    /// What is left of a gap at a moment that knows nothing of the stream: a moment falls into a gap in proportion to
    /// the gap's length, and anywhere within it. Of gamma gaps that makes a gamma of a shape larger by one, and of
    /// Weibull gaps the power of one (D. R. Cox, "Renewal Theory", 1962, 5.4).
    fn rest(&self, length: f64, place: f64) -> f64 {
        match self {
            Gap::Exponential { .. } => self.value(length),
            Gap::Gamma { midway, .. } => place * midway.value(length),
            Gap::Weibull { scale, power, midway } => place * scale * libm::pow(midway.value(length), *power),
        }
    }
}

impl Rhythm {
    pub(super) fn new(index: usize, world: &WorldPlan) -> Rhythm {
        let plan = &world.workloads[index];
        match &plan.arrivals {
            Arrivals::Poisson { per_agent_per_hour } => {
                Rhythm::Steady(Gap::new(*per_agent_per_hour, Gaps::Exponential))
            }
            Arrivals::DayCurve { per_agent_per_hour, peak, peak_to_mean } => Rhythm::Daily {
                curve: DayCurve::new(world.starts_at, *peak, *peak_to_mean),
                per_day: per_agent_per_hour * 24.0,
            },
            Arrivals::Renewal { per_agent_per_hour, law, cv } => {
                Rhythm::Steady(Gap::new(*per_agent_per_hour, Gaps::Renewal { law: *law, cv: *cv }))
            }
            Arrivals::Shaped(shaped) => Rhythm::Shaped {
                gap: Gap::new(shaped.per_agent_per_hour, shaped.gaps),
                midway: shaped.midway,
                shape: Shape::new(shaped, world.starts_at, world.horizon),
            },
            Arrivals::ClosedLoop { think } => Rhythm::Thinking { think: Law::of_duration(*think) },
            Arrivals::Batch { at, each, over } => {
                Rhythm::Batch { at: Instant::START + *at, each: *each, over: *over }
            }
            Arrivals::Trace { rows } => Rhythm::Traced(Deal::new(rows, plan.agents)),
            Arrivals::Sessions(sessions) => Rhythm::Recorded(Replay::new(world, index, sessions)),
        }
    }

    /// When the agent at `place` asks for the first time.
    pub(super) fn first(&self, place: Place, unit: f64, midway: impl FnOnce() -> f64) -> Instant {
        match self {
            Rhythm::Thinking { think } => Instant::START + Span(think.value(|| unit)),
            Rhythm::Recorded(replay) => replay.first(unit),
            Rhythm::Shaped { gap, midway: true, shape } => {
                shape.after(Instant::START, gap.rest(unit, midway()))
            }
            rhythm => rhythm.next(Instant::START, place, 0, || unit),
        }
    }

    /// When the agent at `place` makes its turn number `turn`, after it asked at `at` or, for its first, from the
    /// start. A rhythm that waits for an outcome has no such time.
    #[inline]
    pub(super) fn next(&self, at: Instant, place: Place, turn: u32, unit: impl FnOnce() -> f64) -> Instant {
        match self {
            Rhythm::Steady(gap) => at + Span(rounded(gap.value(unit()))),
            Rhythm::Shaped { gap, shape, .. } => shape.after(at, gap.value(unit())),
            Rhythm::Daily { curve, per_day } => curve.after(at, exponential(unit()) / per_day),
            Rhythm::Traced(deal) => {
                deal.row(place.agent, turn).map_or(Instant::NEVER, |row| Instant::START + row.at)
            }
            Rhythm::Batch { each, .. } if turn >= *each => Instant::NEVER,
            Rhythm::Batch { at, each, over } => {
                *at + Span((u128::from(over.0) * u128::from(turn) / u128::from(*each)) as u64)
            }
            Rhythm::Thinking { .. } | Rhythm::Recorded(_) => Instant::NEVER,
        }
    }
}
