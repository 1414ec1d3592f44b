//! A budget that is checked before a call and charged after it, and one of zero that counts as none.

use crate::reference::case::{Answer, unknown};
use crate::reference::claims::dollars;
use crate::reference::judge::{Judge, short};
use crate::reference::plant::{self, Listening, seconds};
use rushhour_base::{Event, Instant, Money, Price, Span};
use rushhour_scenario::Scenario;
use rushhour_world::settings::{Arrivals, Duration};
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// So many agents that call in a row against one cap. Ours spends what the cap holds and never more.
pub fn overshoot(judge: &mut Judge) -> Answer<()> {
    let params = &judge.case.params;
    let (cap, cost) = (dollars(params.number("budget_usd")?), dollars(params.number("call_cost_usd")?));
    let latency = seconds(params.number("latency_s")?);
    for key in judge.case.expected_keys() {
        let Some(agents) = key.strip_prefix("agents").and_then(|agents| agents.parse::<u32>().ok()) else {
            return unknown(format!("no runner of budgets knows the figure `{key}`"));
        };
        let (calls, spent) = under_cap(agents, cap, cost, latency);
        let whole = (cap.0 / cost.0) as u64;
        let held = spent <= cap && calls == whole;
        let (broken, overspent) = broken_check_then_act(agents, cap, cost, latency);
        // The bound of the file: budget + concurrency × the dearest call.
        let bounded = overspent < cap.as_usd_f64() + f64::from(agents) * cost.as_usd_f64() + 1e-9;
        for (figure, ours, rebuilt) in
            [("calls", calls as f64, broken as f64), ("spend_usd", spent.as_usd_f64(), overspent)]
        {
            let path = format!("{key}.{figure}");
            let same = judge.expected(&path)?.as_f64().is_some_and(|want| (want - rebuilt).abs() < 1e-6);
            judge.say(
                &path,
                &format!("{} (rebuilt {})", short(ours), short(rebuilt)),
                held && same && bounded,
            )?;
        }
    }
    Ok(())
}

/// Agents that call again as soon as they are answered, through the whole pipeline: calls made and money booked.
fn under_cap(agents: u32, cap: Money, cost: Money, latency: Span) -> (u64, Money) {
    let mut plant = capped(agents, cost, latency);
    plant::policy_of(&mut plant).caps[0].amount = cap;
    let rounds = (cap.0 / cost.0) as u64 + 2;
    let (mut calls, mut spent) = (0, Money::ZERO);
    let mut listen = Listening(|_, event: &Event| match event {
        Event::Sent { .. } => calls += 1,
        Event::Posted { amount, .. } => spent += *amount,
        _ => {}
    });
    plant::run(&plant, 0, Span((latency.0 + THINK.0).saturating_mul(rounds)), &mut listen);
    (calls, spent)
}

/// How long an agent thinks, or one that the cap refuses would ask for ever in the same instant.
const THINK: Span = Span::secs(1);

/// Agents in a closed loop whose every call costs just so much and takes just so long, under a cap for the whole run.
fn capped(agents: u32, cost: Money, latency: Span) -> Scenario {
    let cap = "budget.fleet = { cap = \"$1\", per = \"total\", at_cap = \"fall\" }";
    let mut plant = plant::with("", cap);
    plant.topology.agents = agents;
    let workload = &mut plant.world.workloads[0];
    workload.agents = agents;
    workload.arrivals = Arrivals::ClosedLoop { think: Duration::Constant(THINK) };
    // A prompt of one token at the price of the call, and a reply for nothing.
    let price = Price(cost.0 as u64);
    plant.topology.lanes[0].prices.input = price;
    plant.world.lanes[0].prices.input = price;
    plant.world.lanes[0].latency.base = latency;
    plant
}

/// Broken on purpose, as in the sample: whoever finds the budget not yet spent calls; what it cost is booked afterwards,
/// in floating point, where ten times ten cents are less than a dollar.
fn broken_check_then_act(agents: u32, cap: Money, cost: Money, latency: Span) -> (u64, f64) {
    let (cap, cost) = (cap.as_usd_f64(), cost.as_usd_f64());
    let mut due: BinaryHeap<Reverse<(Instant, u64)>> = BinaryHeap::new();
    let (mut calls, mut spent) = (0, 0.0);
    let mut check = |now: Instant, spent: f64, due: &mut BinaryHeap<_>| {
        if spent < cap {
            calls += 1;
            due.push(Reverse((now + latency, calls)));
        }
    };
    (0..agents).for_each(|_| check(Instant::START, spent, &mut due));
    while let Some(Reverse((now, _))) = due.pop() {
        spent += cost;
        check(now, spent, &mut due);
    }
    (calls, spent)
}

/// A budget of zero is none at all in the sample, and a model without a price has one; ours spends nothing, and refuses
/// such a model.
pub fn zero(judge: &mut Judge) -> Answer<()> {
    let params = &judge.case.params;
    let (budget, spent) = (dollars(params.number("budget")?), dollars(params.number("spent_usd")?));
    let (calls, booked) = under_cap(1, budget, spent, Span::secs(1));
    for key in judge.case.expected_keys() {
        match key.as_str() {
            "exhausted" => {
                let defect = judge.expected(&key)?.as_bool() == Some(false);
                let held = calls == 0 && booked == Money::ZERO && budget <= spent;
                judge.say(&key, &format!("{calls} calls, {booked} spent"), held && defect)?;
            }
            "unknown_model_price_per_1k" => {
                let text = "duration = \"1h\"\n[provider.p.model.unheard_of]\n[workload.w]\nagents = 1\n\
                            arrivals = { kind = \"poisson\", per_agent_per_hour = 1 }\n";
                let refused = Scenario::parse(text, "unknown.toml", ".".as_ref(), &[]);
                let named = refused.as_ref().err().is_some_and(|errors| errors.to_string().contains("price"));
                judge.say(&key, if named { "refused: no price" } else { "accepted" }, named)?;
            }
            other => return unknown(format!("no runner of budgets knows the figure `{other}`")),
        }
    }
    Ok(())
}
