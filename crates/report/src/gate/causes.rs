//! What explains a change of figures: breakers that opened more, falls that became more, another quota that binds.

use crate::render::number::{count, plural};
use crate::render::writer::Writer;
use crate::report::Report;
use crate::spot::{Misfit, Spot};
use crate::timestamp::local;
use rushhour_base::event::BreakerState;
use rushhour_base::time::SECOND;
use std::collections::BTreeMap;

/// What is remembered of a run besides its figures.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// How often each lane's breaker opened, and when first, as clocks on the wall show it.
    opens: BTreeMap<String, (u64, Option<String>)>,
    /// How often requests fell, by `from → to: reason`.
    falls: BTreeMap<String, u64>,
    /// How requests ended without an answer, by `outcome: reason`.
    endings: BTreeMap<String, u64>,
    /// What bound first.
    binds: Option<String>,
}

impl Facts {
    pub(super) fn of(report: &Report) -> Facts {
        let lane = |lane: &crate::report::LaneReport| {
            let first = lane.breaker.moves.first.iter().find(|moved| moved.state == BreakerState::Open);
            let first = first.map(|moved| clock(report, moved.at.0 / SECOND));
            (lane.name.clone(), (lane.breaker.opens, first))
        };
        let fall = |fall: &crate::report::Fall| {
            (format!("{} → {}: {}", fall.from, fall.to, worded(fall.reason.name())), fall.count)
        };
        let unanswered =
            report.endings.iter().filter(|ending| ending.reason != rushhour_base::event::Reason::None);
        Facts {
            opens: report.lanes.iter().map(lane).filter(|(_, (opens, _))| *opens > 0).collect(),
            falls: report.falls.iter().map(fall).collect(),
            endings: unanswered
                .map(|e| (format!("{}: {}", worded(e.outcome.name()), worded(e.reason.name())), e.count))
                .collect(),
            binds: report.binding().map(|(pool, b)| format!("{}: {}", pool.name, worded(b.constraint))),
        }
    }

    pub(super) fn write(&self, w: &mut Writer) {
        w.object("opens", |w| {
            for (lane, (opens, first)) in &self.opens {
                w.object(lane, |w| {
                    w.count("count", *opens);
                    match first {
                        Some(first) => w.string("first", first),
                        None => w.optional("first", None::<u64>),
                    }
                });
            }
        });
        for (key, counts) in [("falls", &self.falls), ("endings", &self.endings)] {
            w.object(key, |w| counts.iter().for_each(|(name, times)| w.count(name, *times)));
        }
        match &self.binds {
            Some(binds) => w.string("binds", binds),
            None => w.optional("binds", None::<u64>),
        }
    }

    pub(super) fn parse(at: &Spot<'_>) -> Result<Facts, Misfit> {
        let counts = |key: &str| -> Result<BTreeMap<String, u64>, Misfit> {
            at.get(key)?.members()?.map(|(name, spot)| Ok((name.to_owned(), spot.count()?))).collect()
        };
        let open = |(lane, spot): (&str, Spot<'_>)| {
            let first = spot.get("first")?;
            let first = if first.is_null() { None } else { Some(first.text()?.to_owned()) };
            Ok((lane.to_owned(), (spot.get("count")?.count()?, first)))
        };
        let binds = at.get("binds")?;
        Ok(Facts {
            opens: at.get("opens")?.members()?.map(open).collect::<Result<_, _>>()?,
            falls: counts("falls")?,
            endings: counts("endings")?,
            binds: if binds.is_null() { None } else { Some(binds.text()?.to_owned()) },
        })
    }
}

/// What happened otherwise than in the baseline, in sentences.
pub(super) fn causes(before: &super::VariantBaseline, report: &Report) -> Vec<String> {
    let (before, after) = (&before.facts, &Facts::of(report));
    let mut told = Vec::new();
    let lanes =
        before.opens.keys().chain(after.opens.keys().filter(|lane| !before.opens.contains_key(*lane)));
    for lane in lanes {
        let (was, _) = before.opens.get(lane).cloned().unwrap_or_default();
        let (is, first) = after.opens.get(lane).cloned().unwrap_or_default();
        let first = first.map(|first| format!(", at {first} first")).unwrap_or_default();
        if is > was {
            told.push(format!("lane {lane} opened {} more{first}", plural(is - was, "time")));
        } else if is < was {
            told.push(format!("lane {lane} opened {} less", plural(was - is, "time")));
        }
    }
    told.extend(counted(&before.falls, &after.falls));
    told.extend(counted(&before.endings, &after.endings));
    if before.binds != after.binds {
        let bound = |facts: &Facts| facts.binds.clone().unwrap_or_else(|| "nothing".to_owned());
        told.push(format!("{} binds first; before it was {}", bound(after), bound(before)));
    }
    told
}

fn counted(before: &BTreeMap<String, u64>, after: &BTreeMap<String, u64>) -> Vec<String> {
    let names = before.keys().chain(after.keys().filter(|name| !before.contains_key(*name)));
    let mut moved: Vec<(u64, String)> = names
        .filter_map(|name| {
            let (was, is) = (before.get(name).copied().unwrap_or(0), after.get(name).copied().unwrap_or(0));
            (was != is).then(|| (was.abs_diff(is), format!("{name}: {} → {}", count(was), count(is))))
        })
        .collect();
    moved.sort_by(|(a, name), (b, other)| b.cmp(a).then_with(|| name.cmp(other)));
    moved.into_iter().map(|(_, sentence)| sentence).collect()
}

fn clock(report: &Report, second: u64) -> String {
    let unix_s = report.header.starts_unix_s.saturating_add_unsigned(second);
    local(unix_s, report.header.utc_offset_s).replace('T', " ")
}

fn worded(name: &str) -> String {
    name.replace('_', " ")
}
