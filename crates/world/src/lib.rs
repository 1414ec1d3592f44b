//! The outside of a fleet: who asks, when and what, and the providers that answer. Described, seeded, and fixed before
//! any policy acts.
//!
//! | module | what it is |
//! |---|---|
//! | [`settings`] | a world as plain data: [`WorldPlan`] |
//! | [`tasks`] | tasks of several steps, some of which never succeed |
//! | [`recording`] | the traffic of a plan, written down like a trace |
//! | [`traffic`] | [`Traffic`]: when agents ask, and how long their prompts are |
//! | [`script`] | [`Script`]: how long the reply to a request is |
//! | [`provider`] | [`Providers`]: admission, faults, latency, billing, as a state machine without HTTP |
//! | [`quota`] | [`Quota`](quota::Quota): what a provider grants, and how it counts |
//! | [`words`] | [`Words`]: what agents and models say, and where models are wrong |
//! | [`tokens`] | how many tokens a text has |
//! | [`stamp`] | times as headers write them |
//! | [`wire`] | replies as the two dialects write them: status, headers and body |
//!
//! Floats are at home here, and only here and in reports: arrivals, lengths and latencies are drawn with `+ − × ÷ √`
//! and `libm`, the same on every machine, and rounded to integers before anyone decides by them. Levels of quotas,
//! tokens and money are exact integers.
//!
//! # What it does not do
//! It reads no clock and no file, sends nothing, and knows nothing of limiters, queues or breakers: the providers
//! enforce their quotas with code of their own.

mod abuse;
mod cache;
mod day_curve;
mod gamma;
mod hallucination;
mod law;
mod luck;
mod memory;
pub mod provider;
mod quantile;
pub mod quota;
mod recorded;
pub mod recording;
mod returns;
pub mod script;
mod session;
pub mod settings;
mod shape;
pub mod stamp;
pub mod tasks;
pub mod tokens;
mod trace;
pub mod traffic;
mod users;
pub mod wire;
pub mod words;
#[cfg(test)]
mod world_for_tests;

pub use provider::{Head, Progress, Providers, Ticket};
pub use script::Script;
pub use settings::WorldPlan;
pub use traffic::Traffic;
pub use words::Words;

/// Property tests that try the same cases every time.
#[cfg(test)]
fn fixed_cases(cases: u32) -> proptest::test_runner::Config {
    use proptest::test_runner::{Config, RngSeed};
    Config { cases, failure_persistence: None, rng_seed: RngSeed::Fixed(20_260_311), ..Config::default() }
}
