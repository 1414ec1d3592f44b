//! What a server saw from its start, or the last reset, on: as text for people, and as JSON.

mod text;

use crate::desk::Desk;
use crate::tally::Tally;
use rushhour_base::header::LimitHeader;
use rushhour_base::time::SECOND;
use rushhour_base::{Dimension, Money, Span};
use serde_json::{Value, json};

/// The name of the format of [`ServerReport::json`].
pub const FORMAT: &str = "rushhour/serve/1";

/// What a server saw.
#[derive(Clone, Debug)]
pub struct ServerReport {
    /// The scenario.
    pub scenario: String,
    /// The seed of its world.
    pub seed: u64,
    /// How long the clock of the run has run.
    pub elapsed: Span,
    /// How fast, as a person writes it.
    pub speed: String,
    /// Requests to a model's endpoints, refused ones included.
    pub attempts: u64,
    /// Of them, those that a client's library numbered as a retry: by the number of the retry.
    pub retries: Vec<(u32, u64)>,
    /// Responses by status.
    pub statuses: Vec<(u16, u64)>,
    /// Calls whose caller hung up.
    pub hung_up: u64,
    /// Replies that a fault broke off or spoilt.
    pub broken: u64,
    /// Connections that were turned away because too many were open.
    pub connections_refused: u64,
    /// By lane.
    pub lanes: Vec<LaneReport>,
    /// By quota.
    pub quotas: Vec<QuotaReport>,
    /// Faults that struck any call: name, kind, and how many calls.
    pub faults: Vec<(String, String, u64)>,
    /// Replies of the world's own words, by what was wrong with them.
    pub labels: Vec<(String, u64)>,
}

/// What one lane served.
#[derive(Clone, Debug)]
pub struct LaneReport {
    /// Its name: `provider/model`, or `provider/model@project`.
    pub name: String,
    /// Calls that came in.
    pub attempts: u64,
    /// Calls answered whole.
    pub answered: u64,
    /// Uncached input tokens.
    pub input_tokens: u64,
    /// Input tokens read from the prompt cache.
    pub cached_tokens: u64,
    /// Output tokens.
    pub output_tokens: u64,
    /// What the provider put on its invoice.
    pub spend: Money,
}

/// What was used of one limit of a quota.
#[derive(Clone, Debug)]
pub struct QuotaReport {
    /// The quota's name.
    pub name: String,
    /// What it counts.
    pub dimension: Dimension,
    /// What it grants in a period.
    pub amount: u64,
    /// The period.
    pub period: Span,
    /// What was used.
    pub used: u64,
    /// What was granted over the time that the clock ran, from full at the start.
    pub granted: u64,
    /// Calls that were refused because it had no room: 429.
    pub refused: u64,
}

impl QuotaReport {
    /// What was left unused.
    pub fn unused(&self) -> u64 {
        self.granted.saturating_sub(self.used)
    }
}

impl ServerReport {
    pub(crate) fn of(desk: &Desk) -> ServerReport {
        let tally = desk.tally();
        let (header, elapsed) = (&desk.header, desk.clock.now().since(rushhour_base::Instant::START));
        let lanes = header.lanes.iter().zip(&tally.lanes).filter(|(_, lane)| lane.attempts > 0);
        let faults = header.faults.iter().zip(&tally.struck).filter(|(_, struck)| **struck > 0);
        ServerReport {
            scenario: header.scenario.clone(),
            seed: desk.world.seed.0,
            elapsed,
            speed: desk.settings.speed.to_string(),
            attempts: tally.retries.values().sum(),
            retries: tally
                .retries
                .iter()
                .filter(|(number, _)| **number > 0)
                .map(|(n, count)| (*n, *count))
                .collect(),
            statuses: tally.statuses.iter().map(|(status, count)| (*status, *count)).collect(),
            hung_up: tally.hung_up,
            broken: tally.broken,
            connections_refused: tally.connections_refused,
            lanes: lanes
                .map(|(named, lane)| LaneReport {
                    name: named.name.clone(),
                    attempts: lane.attempts,
                    answered: lane.answered,
                    input_tokens: lane.input_tokens + lane.cache_write_tokens,
                    cached_tokens: lane.cached_tokens,
                    output_tokens: lane.output_tokens,
                    spend: lane.spend,
                })
                .collect(),
            quotas: quotas(desk, &tally, elapsed),
            faults: faults.map(|(fault, struck)| (fault.name.clone(), fault.kind.clone(), *struck)).collect(),
            labels: tally.labels_by_kind.iter().map(|(label, count)| ((*label).to_owned(), *count)).collect(),
        }
    }

    /// What all calls cost, as the provider's invoice has it.
    pub fn spend(&self) -> Money {
        self.lanes.iter().fold(Money::ZERO, |sum, lane| sum + lane.spend)
    }

    /// Responses of 429.
    pub fn rejected_429(&self) -> u64 {
        self.statuses.iter().find(|(status, _)| *status == 429).map_or(0, |(_, count)| *count)
    }

    /// The report as one JSON document.
    pub fn json(&self) -> Value {
        let numbered = |pairs: &[(u32, u64)]| -> serde_json::Map<String, Value> {
            pairs.iter().map(|(number, count)| (number.to_string(), json!(count))).collect()
        };
        let statuses: serde_json::Map<String, Value> =
            self.statuses.iter().map(|(status, count)| (status.to_string(), json!(count))).collect();
        let lane = |lane: &LaneReport| {
            json!({
                "name": lane.name, "attempts": lane.attempts, "answered": lane.answered,
                "input_tokens": lane.input_tokens, "cached_tokens": lane.cached_tokens,
                "output_tokens": lane.output_tokens, "spend_usd": usd(lane.spend),
            })
        };
        let quota = |quota: &QuotaReport| {
            json!({
                "name": quota.name, "dimension": quota.dimension.name(), "amount": quota.amount,
                "period_s": quota.period.0 / SECOND, "used": quota.used, "granted": quota.granted,
                "unused": quota.unused(), "refused": quota.refused,
            })
        };
        let fault = |(name, kind, struck): &(String, String, u64)| json!({ "name": name, "kind": kind, "struck": struck });
        let labels: serde_json::Map<String, Value> =
            self.labels.iter().map(|(label, count)| (label.clone(), json!(count))).collect();
        json!({
            "format": FORMAT,
            "scenario": { "name": self.scenario, "seed": self.seed },
            "elapsed_s": self.elapsed.0 as f64 / SECOND as f64,
            "speed": self.speed,
            "counts": {
                "attempts": self.attempts, "retries": self.retries.iter().map(|(_, count)| count).sum::<u64>(),
                "rejected_429": self.rejected_429(), "hung_up": self.hung_up, "broken": self.broken,
                "connections_refused": self.connections_refused,
            },
            "retries_by_number": numbered(&self.retries),
            "responses_by_status": statuses,
            "lanes": self.lanes.iter().map(lane).collect::<Vec<_>>(),
            "quotas": self.quotas.iter().map(quota).collect::<Vec<_>>(),
            "faults": self.faults.iter().map(fault).collect::<Vec<_>>(),
            "labels": labels,
            "spend_usd": usd(self.spend()),
        })
    }

    /// The report for people.
    pub fn text(&self) -> String {
        text::page(self)
    }
}

/// Dollars with six decimals.
fn usd(money: Money) -> Value {
    let text = format!("{:.6}", money.as_usd_f64());
    serde_json::from_str(&text).unwrap_or(Value::Null)
}

fn quotas(desk: &Desk, tally: &Tally, elapsed: Span) -> Vec<QuotaReport> {
    let mut all = Vec::new();
    for (named, quota) in desk.header.quotas.iter().zip(&tally.quotas) {
        let refused = |dimension| quota.refused.get(&dimension).copied().unwrap_or(0);
        // A quota that nobody asked for anything would only fill the page.
        if quota.requests == 0 && quota.refused.is_empty() {
            continue;
        }
        for limit in named.limits.iter().filter(|limit| limit.period > Span::ZERO) {
            let used = match limit.dimension {
                Dimension::Requests | Dimension::RequestsPerDay => quota.requests,
                Dimension::InputTokens => quota.input_tokens,
                Dimension::OutputTokens => quota.output_tokens,
                _ => quota.input_tokens + quota.output_tokens,
            };
            all.push(QuotaReport {
                name: named.name.clone(),
                dimension: limit.dimension,
                amount: limit.amount,
                period: limit.period,
                used,
                granted: granted(limit, elapsed),
                refused: refused(limit.dimension),
            });
        }
    }
    all
}

/// What a limit grants from full at the start on.
fn granted(limit: &LimitHeader, elapsed: Span) -> u64 {
    let refilled = u128::from(limit.amount) * u128::from(elapsed.0) / u128::from(limit.period.0.max(1));
    limit.burst.saturating_add(u64::try_from(refilled).unwrap_or(u64::MAX))
}
