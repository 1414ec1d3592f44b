//! Abuse: what was let in, what it cost, and who was wronged.

use crate::render::writer::Writer;
use crate::report::{AbuseReport, KnownAbuse};
use rushhour_base::event::Standing;

pub(super) fn abuse(w: &mut Writer, abuse: &AbuseReport) {
    let known = abuse.known.as_ref();
    let number = |of: fn(&KnownAbuse) -> u64| known.map(of);
    w.optional("attempts", number(|k| k.attempts));
    w.optional("admitted", number(|k| k.admitted));
    w.float("admitted_share", abuse.admitted_share());
    w.money("cost_usd", known.map(|k| k.cost));
    w.count("throttled", abuse.throttled);
    w.optional("honest", number(|k| k.honest));
    w.optional("honest_throttled", number(|k| k.honest_throttled));
    w.float("honest_throttled_rate", abuse.honest_throttled_rate());
    w.optional("honest_users", number(|k| k.honest_users));
    w.optional("honest_users_throttled", number(|k| k.honest_users_throttled));
    w.float("honest_users_throttled_rate", abuse.honest_users_throttled_rate());
    w.list("by_kind", known.into_iter().flat_map(|k| &k.by_kind), |w, of| {
        w.string("kind", of.kind.name());
        w.count("attempts", of.attempts);
        w.count("admitted", of.admitted);
        w.money("cost_usd", Some(of.cost));
    });
    w.list("by_rule", &abuse.by_rule, |w, by| {
        w.string("rule", by.rule.name());
        w.count("requests", by.requests);
        w.optional("honest", by.honest);
    });
    w.list("standings", &abuse.standings, |w, standings| {
        w.seconds("at_s", Some(rushhour_base::Span(standings.at.0)));
        for (standing, users) in Standing::ALL.iter().zip(standings.users) {
            w.count(standing.name(), users);
        }
    });
}
