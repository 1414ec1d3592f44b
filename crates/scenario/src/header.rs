//! What a report must know of a scenario's lanes, caps and costs.

use crate::build::{Around, Models};
use rushhour_base::header::{CapHeader, CostHeader, LaneHeader};
use rushhour_base::{Prices, QuotaId, Rung};
use rushhour_core::settings::{Answerer, CapPolicy, CapScope, CapWindow, CostLine, CostPer, Policy};

/// The first rung of the chain that uses a lane.
pub(crate) fn first_rung(policy: &Policy, lane: usize) -> Option<Rung> {
    let uses = |answerer: &Answerer| match answerer {
        Answerer::Models(lanes) => lanes.iter().any(|l| l.lane.index() == lane && l.weight > 0),
        Answerer::Staff(staff) => staff.lane.index() == lane,
    };
    let of_class = policy.classes.iter().any(|class| class.lanes.iter().any(|l| l.lane.index() == lane));
    let first = policy.chain.first().filter(|_| of_class).map(|rung| rung.rung);
    first.or_else(|| policy.chain.iter().find(|rung| uses(&rung.answered_by)).map(|rung| rung.rung))
}

pub(crate) fn cost_header(name: &str, line: &CostLine) -> CostHeader {
    let per = match line.per {
        CostPer::Message => "message",
        CostPer::Review { .. } => "review",
        CostPer::Month { .. } => "month",
    };
    CostHeader { name: name.to_owned(), per: per.to_owned(), amount: line.amount, of: line.of }
}

pub(crate) fn cap_header(name: &str, cap: &CapPolicy) -> CapHeader {
    let scope = match cap.scope {
        CapScope::Fleet => "fleet",
        CapScope::Workflow(_) => "workload",
        CapScope::EachAgent { .. } | CapScope::OneAgent(_) => "agent",
        CapScope::EachUser { .. } => "user",
    };
    let window = match cap.window {
        CapWindow::Day { .. } => "day",
        CapWindow::Month { .. } => "month",
        CapWindow::Total => "total",
    };
    CapHeader {
        name: name.to_owned(),
        scope: scope.to_owned(),
        amount: cap.amount,
        window: window.to_owned(),
    }
}

/// The lanes of the models in the order of the file, then rules, then people, then those who review.
pub(crate) fn lane_headers(models: &Models, around: &Around<'_>) -> Vec<LaneHeader> {
    let names = models.lane_names.iter().zip(&models.model_names);
    let lane = |name: &str, model: &str, quota: Option<QuotaId>, prices: Prices| LaneHeader {
        name: name.to_owned(),
        model: model.to_owned(),
        quota,
        prices,
        rung: None,
    };
    let of_models = names.zip(&models.lanes).map(|((n, m), plan)| lane(n, m, Some(plan.quota), plan.prices));
    let mut lanes: Vec<LaneHeader> = of_models.collect();
    let staff =
        [("rules", around.has_rules), ("human", around.has_human), ("reviewers", around.has_reviewers)];
    for (name, there) in staff {
        if there {
            lanes.push(lane(name, name, None, Prices::default()));
        }
    }
    lanes
}
