//! What the sources claim. Some of it is arithmetic, which goes through the project's own money and shares; some of it is
//! limits and recorded traffic, which go through the limiter and the report.

mod limits;
mod money;
mod outages;
mod sessions;
mod tokens;

pub use money::dollars;

use crate::reference::case::{Answer, unknown};
use crate::reference::ground::Ground;
use crate::reference::judge::Judge;

pub fn run(judge: &mut Judge, ground: &Ground) -> Answer<()> {
    let params = &judge.case.params;
    let expects = |key: &str| judge.case.expects(key);
    let expects_some = |part: &str| judge.case.expected_keys().iter().any(|key| key.contains(part));
    if params.has("parts") {
        money::stack(judge)
    } else if params.has("messages_3_months") {
        money::rates(judge)
    } else if params.has("context_tokens") {
        money::history(judge)
    } else if params.has("price_per_mtok_assumed") {
        sessions::cost_of_an_hour(judge, ground)
    } else if params.has("sessions_pool") {
        sessions::unthrottled(judge, ground)
    } else if params.has("target_s") {
        sessions::within_target(judge, ground)
    } else if params.has("rpm_per_agent") {
        limits::agents_until(judge)
    } else if params.has("spacing_s") || params.has("provider_rpm") {
        limits::least_burst(judge)
    } else if params.has("max_tokens") && tokens::is_share(judge) {
        tokens::never_admissible(judge, ground)
    } else if params.has("max_tokens") {
        tokens::by_trace(judge, ground)
    } else if expects("ideal_serial_minutes")
        || expects_some("headroom_under_")
        || expects_some("max_rpm_from_")
    {
        limits::five_agents(judge)
    } else if expects_some("reduction_if_") || expects_some("increase_if_") {
        money::contradiction(judge)
    } else if expects_some("|") {
        outages::overlap(judge)
    } else {
        unknown("no runner of claims knows these parameters and figures")
    }
}
