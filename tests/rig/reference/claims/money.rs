//! Claims about money: sums, shares and prices, in picodollars.

use crate::reference::case::{Answer, unknown};
use crate::reference::judge::Judge;
use rushhour_base::money::DOLLAR;
use rushhour_base::{Money, Price, Prices, Ratio, Usage};

/// Dollars from a number of the case, to the picodollar.
pub fn dollars(usd: f64) -> Money {
    Money((usd * DOLLAR as f64).round() as i128)
}

/// A price per million tokens.
pub fn per_million(usd: f64) -> Price {
    Price::per_million(dollars(usd))
}

/// The messages of a month in the source.
const MESSAGES_A_MONTH: f64 = 50_000.0;

/// The parts of a monthly bill: what stands first is what the model costs, the rest comes on top.
pub fn stack(judge: &mut Judge) -> Answer<()> {
    let params = &judge.case.params;
    let parts: Vec<Money> = params.numbers("parts")?.into_iter().map(dollars).collect();
    let messages = params.number_or("messages_per_month", MESSAGES_A_MONTH)?;
    let Some(&model) = parts.first() else { return unknown("`parts` is empty") };
    let total: Money = parts.into_iter().sum();
    for key in judge.case.expected_keys() {
        let got = match key.as_str() {
            "total" => total.as_usd_f64(),
            "premium" => (total - model).as_usd_f64() / model.as_usd_f64(),
            "llm_cost_per_message" => model.as_usd_f64() / messages,
            "total_per_message" => total.as_usd_f64() / messages,
            other => return unknown(format!("no runner of cost stacks knows the figure `{other}`")),
        };
        judge.number(&key, got)?;
    }
    Ok(())
}

/// Two statements about pruning that cannot both be true.
pub fn contradiction(judge: &mut Judge) -> Answer<()> {
    for key in judge.case.expected_keys() {
        let percent = |rest: &str| {
            let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
            digits.parse::<u64>().ok().filter(|percent| *percent > 0)
        };
        let higher = key.strip_prefix("reduction_if_costs_ran_").and_then(percent);
        let reduced = key.strip_prefix("increase_if_reduced_by_").and_then(percent);
        let share = match (higher, reduced) {
            // What costs 40 % more without pruning costs 40 / 140 less with it.
            (Some(higher), _) => Ratio::new(higher, 100 + higher).map(Ratio::as_f64),
            // What pruning cut by 40 % cost 40 / 60 more before.
            (_, Some(cut)) if cut < 100 => {
                Some(cut as f64 / Ratio::new(100 - cut, 100).map_or(f64::NAN, Ratio::as_f64) / 100.0)
            }
            _ => None,
        };
        match share {
            Some(share) => judge.number(&key, share)?,
            None => return unknown(format!("no runner of pruning knows the figure `{key}`")),
        }
    }
    Ok(())
}

/// Rates of rare things among the messages of three months, as the source counts them.
pub fn rates(judge: &mut Judge) -> Answer<()> {
    let params = &judge.case.params;
    let messages = params.whole("messages_3_months")?;
    let fallbacks = params.whole_or("fallbacks", 124)?;
    let hallucinations = params.whole_or("hallucinations", 38)?;
    let abuse = params.whole_or("abuse_attempts_month1", 2_847)?;
    let share = |part: u64, whole: u64| Ratio::new(part, whole).map_or(f64::NAN, Ratio::as_f64);
    // 99.97 % uptime, unless the figure names another.
    let down = |key: &str, start: &str| {
        let digits = key.strip_prefix(start)?.replace('_', ".");
        let uptime: f64 = digits.parse().ok()?;
        Some((1e6 - (uptime * 1e4).round()) / 1e6)
    };
    let stated = judge.case.expected_keys().iter().find_map(|key| down(key, "allowed_failures_at_"));
    let stated = stated.unwrap_or(0.0003);
    for key in judge.case.expected_keys() {
        let got = match key.as_str() {
            "fallback_rate" => share(fallbacks, messages),
            "hallucination_rate" => share(hallucinations, messages),
            "abuse_share_month1" => share(3 * abuse, messages),
            "downtime_min_per_30d" => stated * 30.0 * 24.0 * 60.0,
            "implied_fallback_success_if_per_message" => 1.0 - stated * messages as f64 / fallbacks as f64,
            other => match down(other, "allowed_failures_at_") {
                Some(down) => down * messages as f64,
                None => return unknown(format!("no runner of rates knows the figure `{other}`")),
            },
        };
        judge.number(&key, got)?;
    }
    Ok(())
}

/// What a prompt that carries the whole history costs, and what a shorter one would.
pub fn history(judge: &mut Judge) -> Answer<()> {
    let params = &judge.case.params;
    let input = per_million(params.number("input_price_per_mtok_assumed")?);
    let context = params.whole("context_tokens")?;
    let prices = Prices { input, ..Prices::default() };
    let cost = |input_tokens| prices.cost(Usage { input_tokens, ..Usage::default() }).as_usd_f64();
    for key in judge.case.expected_keys() {
        let reduction = key.strip_prefix("after_").and_then(|rest| rest.strip_suffix("pct_reduction"));
        let got = match (key.as_str(), reduction.and_then(|percent| percent.parse::<u64>().ok())) {
            ("cost", _) => cost(context),
            (_, Some(percent)) if percent <= 100 => {
                cost(Ratio::new(100 - percent, 100).map_or(0, |left| left.of(context)))
            }
            (other, _) => return unknown(format!("no runner of histories knows the figure `{other}`")),
        };
        judge.number(&key, got)?;
    }
    Ok(())
}
