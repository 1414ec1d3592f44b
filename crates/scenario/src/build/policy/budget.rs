//! Caps on spending.

use super::Around;
use crate::errors::Problem;
use crate::reader::Reader;
use crate::record::{Got, Named, Record, Typed};
use crate::suggest;
use rushhour_base::time::DAY;
use rushhour_base::{Money, Ratio, Span};
use rushhour_core::settings::{AlertLevel, AtCap, CapPolicy, CapScope, CapWindow, Resume};

/// Reads all caps of a policy.
pub(super) fn caps(reader: &mut Reader, policy: &Record, around: &Around<'_>) -> Vec<CapPolicy> {
    let budget = policy.map("budget");
    let mut caps: Vec<CapPolicy> = budget.iter().map(|cap| one_cap(reader, policy, cap, around)).collect();
    except_named_agents(&mut caps);
    caps
}

/// An agent that is named has its own cap instead of the one that each agent has over the same window.
fn except_named_agents(caps: &mut [CapPolicy]) {
    let named: Vec<(u32, CapWindow)> = caps
        .iter()
        .filter_map(|cap| match cap.scope {
            CapScope::OneAgent(agent) => Some((agent, cap.window)),
            _ => None,
        })
        .collect();
    for cap in caps {
        if let CapScope::EachAgent { except, .. } = &mut cap.scope {
            except.extend(named.iter().filter(|(_, window)| *window == cap.window).map(|(agent, _)| agent));
            except.sort_unstable();
        }
    }
}

fn one_cap(reader: &mut Reader, policy: &Record, cap: &Named, around: &Around<'_>) -> CapPolicy {
    let record = cap.got.table();
    let amount = if record.get("cap").sound { record.money("cap") } else { Money::ZERO };
    CapPolicy {
        scope: scope(reader, cap, around),
        amount,
        window: match record.word("per") {
            "total" => CapWindow::Total,
            "month" => CapWindow::Month { starts_local_s: around.starts_local_s },
            _ => CapWindow::Day { first_turn: Span(DAY - around.time_of_day.0) },
        },
        alerts: alerts(reader, record),
        at_cap: at_cap(reader, policy, record, amount, around),
    }
}

fn at_cap(
    reader: &mut Reader,
    policy: &Record,
    record: &Record,
    amount: Money,
    around: &Around<'_>,
) -> AtCap {
    let at_cap = record.get("at_cap");
    let word = record.word("at_cap");
    for (key, goes_with) in [("resume", &["pause"][..]), ("kept_back", &["degrade", "rules"][..])] {
        let got = record.get(key);
        if got.written && at_cap.sound && !goes_with.contains(&word) {
            let why = format!("it has no meaning with `at_cap` = \"{word}\"");
            let expected = format!("`at_cap` = {}", suggest::one_of_quoted(goes_with));
            reader.reject(&got.spot, &why, expected, None);
        }
    }
    let kept = |share: Option<Ratio>| match share {
        Some(share) => Money(amount.0 * i128::from(share.of(PARTS)) / i128::from(PARTS)),
        None => Money::ZERO,
    };
    let stated = record.maybe("kept_back").map(|_| record.share("kept_back"));
    let lacks = |rungs: &[&str]| at_cap.sound && !rungs.iter().any(|rung| policy.maybe(rung).is_some());
    match word {
        "degrade" => {
            if lacks(&["secondary", "tertiary"]) {
                let expected = "a `policy.secondary` or `policy.tertiary` rung with cheaper models";
                reader.reject(&at_cap.spot, "no lower rung has models", expected, None);
            }
            AtCap::Degrade { kept: kept(stated.or(Ratio::new(1, 5))) }
        }
        "rules" => {
            if lacks(&["rules"]) {
                reader.reject(&at_cap.spot, "there are no rules", "a `policy.rules` rung", None);
            }
            AtCap::Rules { kept: kept(stated) }
        }
        "fall" => AtCap::Fall,
        _ => {
            AtCap::Pause { resume: record.maybe("resume").map_or(Resume::AtTurn, |got| resume(got, around)) }
        }
    }
}

fn resume(got: &Got, around: &Around<'_>) -> Resume {
    match got.typed {
        Typed::Word("release") => Resume::OnRelease,
        Typed::Word("never") => Resume::ByHand,
        Typed::TimeOfDay(hour) => Resume::AtHour { first: Span((hour.0 + DAY - around.time_of_day.0) % DAY) },
        _ => Resume::AtTurn,
    }
}

fn scope(reader: &mut Reader, cap: &Named, around: &Around<'_>) -> CapScope {
    let record = cap.got.table();
    let of = record.maybe("of");
    let workload = |name: &str| {
        let index = around.workloads.iter().position(|workload| workload.name == name)?;
        u16::try_from(index).ok()
    };
    let stated = record.maybe("scope").map(|_| record.word("scope"));
    match (stated, of) {
        (None, None) if cap.name == "fleet" => CapScope::Fleet,
        (None | Some("workload"), None) => workload(&cap.name).map_or_else(
            || {
                tell_unknown_name(reader, cap, around);
                CapScope::Fleet
            },
            CapScope::Workflow,
        ),
        (Some("agent"), None) => CapScope::EachAgent { of: None, except: Vec::new() },
        (Some("user"), None) => CapScope::EachUser { of: None },
        (Some(_), None) => CapScope::Fleet,
        (Some("fleet") | None, Some(of)) => {
            let expected = "`scope` = \"workload\", \"agent\" or \"user\" beside it";
            reader.reject(&of.spot, "the fleet has no part that it could name", expected, None);
            CapScope::Fleet
        }
        (Some(scope), Some(of)) => {
            let named = if of.sound { of.text() } else { "" };
            match (scope, workload(named), agent_named(named, around)) {
                ("workload", Some(index), _) => CapScope::Workflow(index),
                ("agent", Some(index), _) => CapScope::EachAgent { of: Some(index), except: Vec::new() },
                ("agent", None, Some(agent)) => CapScope::OneAgent(agent),
                ("user", Some(index), _) => CapScope::EachUser { of: Some(index) },
                _ => {
                    tell_unknown_part(reader, of, scope, around);
                    CapScope::Fleet
                }
            }
        }
    }
}

/// The number of an agent that is named by its workload and its place there: `coders-3`.
fn agent_named(name: &str, around: &Around<'_>) -> Option<u32> {
    let (workload, place) = name.rsplit_once('-')?;
    let workload = around.workloads.iter().find(|known| known.name == workload)?;
    let place: u32 = place.parse().ok().filter(|place| *place < workload.agents)?;
    Some(workload.first_agent + place)
}

fn tell_unknown_name(reader: &mut Reader, cap: &Named, around: &Around<'_>) {
    let names = around.workloads.iter().map(|workload| workload.name.as_str());
    let known: Vec<&str> = std::iter::once("fleet").chain(names).collect();
    let problem = Problem::new(&cap.got.spot.path, format!("there is no workload `{}` to cap", cap.name));
    let hint = suggest::nearest(&cap.name, &known)
        .or_else(|| Some("say whose spending it bounds with `scope`, and the name is free".to_owned()));
    reader.tell(cap.name_place, problem.expected(suggest::one_of_quoted(&known)).hint(hint));
}

fn tell_unknown_part(reader: &mut Reader, of: &Got, scope: &str, around: &Around<'_>) {
    if !of.sound {
        return;
    }
    let known: Vec<&str> = around.workloads.iter().map(|workload| workload.name.as_str()).collect();
    let agent = if scope == "agent" { ", or an agent such as `coders-3`" } else { "" };
    let expected = format!("{}{agent}", suggest::one_of_quoted(&known));
    reader.reject(&of.spot, "there is no such workload", expected, suggest::nearest(of.text(), &known));
}

fn alerts(reader: &mut Reader, record: &Record) -> Vec<AlertLevel> {
    let Typed::List(levels) = &record.get("alerts").typed else { return Vec::new() };
    let (mut percents, mut dollars) = (Vec::new(), Vec::new());
    for level in levels {
        let ascends = match level.typed {
            Typed::Share(share) => {
                let percent = u32::try_from(share.of(100)).unwrap_or(100);
                if Some(share) != Ratio::new(u64::from(percent), 100).map(reduced) {
                    let expected = "a whole number, such as \"80%\"";
                    reader.reject(&level.spot, "it is no whole number of per cent", expected, None);
                }
                push_ascending(&mut percents, percent)
            }
            Typed::Money(amount) => {
                if record.get("cap").sound && amount > record.money("cap") {
                    let why = format!("spending never passes the cap of {}", record.money("cap"));
                    reader.reject(&level.spot, &why, "an amount up to the cap", None);
                }
                push_ascending(&mut dollars, amount)
            }
            _ => true,
        };
        if !ascends {
            reader.reject(&level.spot, "it is not above the level before", "levels that ascend", None);
        }
    }
    let percents = percents.into_iter().map(AlertLevel::Percent);
    percents.chain(dollars.into_iter().map(AlertLevel::Dollars)).collect()
}

/// Adds a level, and says whether it is above the one before.
fn push_ascending<T: PartialOrd>(levels: &mut Vec<T>, level: T) -> bool {
    let ascends = levels.last().is_none_or(|before| *before < level);
    levels.push(level);
    ascends
}

/// The same share in the form in which the reader makes shares.
fn reduced(share: Ratio) -> Ratio {
    crate::notation::share(&share.to_string()).unwrap_or(share)
}

/// Into how many parts a cap is divided to keep a share of it back.
const PARTS: u64 = 1_000_000_000;
