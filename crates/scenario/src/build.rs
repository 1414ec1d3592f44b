//! From records to the plain settings of core and world, with the checks that look at more than one key.

mod abuse;
mod arrivals;
mod business;
mod chain;
mod policy;
mod providers;
mod sessions;
mod slos;
mod spreads;
mod words;
mod workloads;

pub(crate) use business::business;
pub(crate) use policy::{Around, has_reviewers, policy};
pub(crate) use providers::{Models, models, tiers};
pub(crate) use slos::{bands, slos};
pub(crate) use words::tell_unused;
pub(crate) use workloads::{has_conversations, horizon_of, states_cache_hits, workloads};
