//! The fallback chain: who answers, in order.

use crate::build::providers::Models;
use crate::errors::Problem;
use crate::fields;
use crate::reader::Reader;
use crate::record::{Got, Named, Record, Typed};
use crate::suggest;
use rushhour_base::{LaneId, Ratio, Rung, Span};
use rushhour_core::settings::{Answerer, ClassPolicy, Route, RungPolicy, Staff, WeightedLane};

/// All rungs, in the order in which a chain has them by default.
const RUNGS: [Rung; 5] = [Rung::Primary, Rung::Secondary, Rung::Tertiary, Rung::Rules, Rung::Human];

/// The lanes of rules and people, where the scenario has them.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct StaffLanes {
    pub(crate) rules: Option<LaneId>,
    pub(crate) human: Option<LaneId>,
    pub(crate) reviewers: Option<LaneId>,
}

/// Reads the chain of a policy.
pub(crate) fn chain(
    reader: &mut Reader,
    policy: &Record,
    models: &Models,
    staff: StaffLanes,
) -> Vec<RungPolicy> {
    let order = match policy.maybe("chain") {
        Some(stated) => stated_order(reader, policy, stated),
        None => RUNGS.into_iter().filter(|rung| is_configured(policy, *rung)).collect(),
    };
    let mut chain = Vec::new();
    for rung in order {
        let answered_by = match (rung, staff.rules, staff.human) {
            (Rung::Rules, Some(lane), _) => {
                Some(Answerer::Staff(one_staff(reader, policy.table("rules"), lane)))
            }
            (Rung::Human, _, Some(lane)) => {
                Some(Answerer::Staff(one_staff(reader, policy.table("human"), lane)))
            }
            (Rung::Rules | Rung::Human, _, _) => None,
            _ => Some(Answerer::Models(lanes(reader, policy.table(rung.name()), models))),
        };
        let route = if rung.is_ai() { route(policy.table(rung.name())) } else { Route::Weighted };
        chain.extend(answered_by.map(|answered_by| RungPolicy { rung, answered_by, route }));
    }
    chain
}

/// Whether the policy has a table for the rung. The primary one needs none.
fn is_configured(policy: &Record, rung: Rung) -> bool {
    rung == Rung::Primary || policy.maybe(rung.name()).is_some()
}

fn stated_order(reader: &mut Reader, policy: &Record, stated: &Got) -> Vec<Rung> {
    let Typed::List(items) = &stated.typed else { return Vec::new() };
    if !stated.sound {
        return Vec::new();
    }
    let mut order: Vec<Rung> = Vec::new();
    let mut may_fail = false;
    for (index, item) in items.iter().enumerate().filter(|(_, item)| item.sound) {
        let Typed::Word(word) = item.typed else { continue };
        let Some(rung) = fields::rung(word) else {
            may_fail = true;
            if index + 1 < items.len() {
                reader.reject(
                    &item.spot,
                    "nothing comes after it",
                    "`fail` at the end of the chain only",
                    None,
                );
            }
            continue;
        };
        if order.contains(&rung) {
            reader.reject(&item.spot, "it stands in the chain already", "each rung once", None);
        } else if !is_configured(policy, rung) {
            let why = format!("there is no [policy.{word}]");
            let hint = format!("add a [policy.{word}] table, or leave it out of the chain");
            reader.reject(&item.spot, &why, "a rung that is configured", Some(hint));
        } else {
            order.push(rung);
        }
    }
    if stated.is_sound() {
        check_end(reader, policy, stated, items, may_fail);
        tell_unused(reader, policy, &order);
    }
    order
}

/// A chain that may leave a request without an answer must say so.
fn check_end(reader: &mut Reader, policy: &Record, stated: &Got, items: &[Got], may_fail: bool) {
    let last = items.last().map(|item| &item.typed);
    let answers_all = |rung: &str| {
        policy.maybe(rung).is_none_or(|got| got.table().share("answers") == Ratio::ONE || !got.is_sound())
    };
    let ends = match last {
        Some(Typed::Word(word @ ("rules" | "human"))) => answers_all(word),
        _ => may_fail,
    };
    if items.len() == 1 && may_fail {
        reader.reject(&stated.spot, "nobody answers", "at least one rung", None);
    } else if !ends {
        let hint = "append \"fail\" if requests may go without an answer".to_owned();
        let expected = "an end: `rules` or `human` that answer 100%, or `fail`";
        reader.reject(&stated.spot, "its last rung does not answer everything", expected, Some(hint));
    }
}

/// A variant that shortens the chain it inherits need not take back what stands below it.
fn tell_unused(reader: &mut Reader, policy: &Record, order: &[Rung]) {
    let writer = |got: &Got| got.spot.path.split("policy.").next().map(str::to_owned);
    let chain = writer(policy.get("chain"));
    for rung in RUNGS {
        let got = policy.get(rung.name());
        if got.written && !order.contains(&rung) && writer(got) == chain {
            reader.notice(&got.spot.path, "it is configured but does not stand in the chain".to_owned());
        }
    }
}

/// Reads the classes of a policy, the easiest first.
pub(crate) fn classes(reader: &mut Reader, policy: &Record, models: &Models) -> Vec<ClassPolicy> {
    let mut classes: Vec<ClassPolicy> = Vec::new();
    for class in policy.map("classes") {
        let record = class.got.table();
        classes.push(ClassPolicy {
            up_to: u8::try_from(record.count("up_to")).unwrap_or(100),
            lanes: lanes(reader, record, models),
            route: route(record),
        });
    }
    classes.sort_by_key(|class| class.up_to);
    classes
}

fn route(record: &Record) -> Route {
    match record.word("route") {
        "least_in_flight" => Route::LeastInFlight,
        "cheapest" => Route::Cheapest,
        "power_of_two" => Route::PowerOfTwo,
        _ => Route::Weighted,
    }
}

fn lanes(reader: &mut Reader, record: &Record, models: &Models) -> Vec<WeightedLane> {
    let got = record.get("lanes");
    let Typed::Map(entries) = &got.typed else { return only_lane(reader, got, models) };
    let mut lanes: Vec<WeightedLane> = Vec::new();
    for Named { name, name_place, got: weight } in entries {
        match models.lane(name) {
            Some(lane) => {
                lanes.push(WeightedLane { lane, weight: u32::try_from(weight.count()).unwrap_or(u32::MAX) });
            }
            None if !got.sound => {}
            None => {
                let known: Vec<&str> = models.lane_names.iter().map(String::as_str).collect();
                let problem = Problem::new(&weight.spot.path, format!("there is no lane `{name}`"));
                let hint = suggest::nearest(name, &known);
                reader.tell(*name_place, problem.expected(suggest::one_of_quoted(&known)).hint(hint));
            }
        }
    }
    if got.is_sound() && !entries.is_empty() && entries.iter().all(|entry| entry.got.count() == 0) {
        let problem = Problem::new(&got.spot.path, format!("`{}` leaves no lane to choose", got.spot.path));
        reader.tell(got.spot.place, problem.expected("one weight above 0"));
    }
    lanes
}

/// Where `lanes` is left out, the first model of the only provider is meant.
fn only_lane(reader: &mut Reader, got: &Got, models: &Models) -> Vec<WeightedLane> {
    if models.providers.len() > 1 {
        let problem = Problem::new(&got.spot.path, format!("`{}` is missing", got.spot.path));
        let known: Vec<&str> = models.lane_names.iter().map(String::as_str).collect();
        let hint = format!("for example lanes = {{ {:?} = 1 }}", known.first().unwrap_or(&"provider/model"));
        let expected =
            format!("lanes, since there is more than one provider: {}", suggest::one_of_quoted(&known));
        reader.tell(got.spot.place, problem.expected(expected).hint(Some(hint)));
    }
    vec![WeightedLane { lane: LaneId(0), weight: 1 }]
}

fn one_staff(reader: &mut Reader, record: &Record, lane: LaneId) -> Staff {
    let (service_min, service_max) = service(reader, record.get("service"));
    Staff {
        lane,
        cost: record.money("cost"),
        capacity: record.small("capacity"),
        service_min,
        service_max,
        answers: record.share("answers"),
        max_waiting: record.small("max_waiting"),
        max_wait: record.span("max_wait"),
    }
}

pub(crate) fn service(reader: &mut Reader, got: &Got) -> (Span, Span) {
    let Typed::List(ends) = &got.typed else { return (got.span(), got.span()) };
    let (Some(shortest), Some(longest)) = (ends.first().map(Got::span), ends.last().map(Got::span)) else {
        return (Span::ZERO, Span::ZERO);
    };
    if got.is_sound() && longest < shortest {
        reader.reject(&got.spot, "the longest is shorter than the shortest", "the shortest first", None);
    }
    (shortest, longest)
}
