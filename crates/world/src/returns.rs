//! People who got no answer and come back.
//!
//! Whether somebody comes back, and after how long, is drawn by the name of the request that got no answer. So the n-th
//! return to a question has the same luck under every policy, and nobody's turn, prompt or gap moves because of it: policies
//! that differ in whom they answer differ in nothing else.

use crate::law::Law;
use crate::luck::{Luck, Place};
use crate::settings::{ComesBackPlan, WorkloadPlan, WorldPlan};
use rushhour_base::{Ask, Instant, Outcome, RequestId, Span};
use std::collections::BTreeMap;

/// Who may come back, and who is about to.
#[derive(Clone, Debug)]
pub(crate) struct Returns {
    luck: Luck,
    /// By workload.
    laws: Vec<Option<ReturnLaw>>,
    /// What those asked who may come back.
    open: BTreeMap<RequestId, Ask>,
    /// What those asked who stay away for now, by number.
    away: Vec<Option<Ask>>,
    free: Vec<u32>,
    horizon: Instant,
}

#[derive(Clone, Copy, Debug)]
struct ReturnLaw {
    plan: ComesBackPlan,
    after: Law,
    deadline: Span,
}

impl Returns {
    pub(crate) fn new(plan: &WorldPlan) -> Returns {
        let law = |workload: &WorkloadPlan| {
            workload.comes_back.map(|plan| ReturnLaw {
                plan,
                after: Law::of_duration(plan.after),
                deadline: workload.deadline,
            })
        };
        Returns {
            luck: Luck::new(plan, "return"),
            laws: plan.workloads.iter().map(law).collect(),
            open: BTreeMap::new(),
            away: Vec::new(),
            free: Vec::new(),
            horizon: Instant::START + plan.horizon,
        }
    }

    /// Somebody at `place` asks.
    #[inline]
    pub(crate) fn asked(&mut self, place: Place, ask: &Ask) {
        if self.laws[place.workload].is_some() && place.abuse.is_none() {
            assert!(
                ask.request.turn() < RequestId::MOST_TURNS,
                "agent {} has asked too often",
                ask.request.agent()
            );
            self.open.insert(ask.request, *ask);
        }
    }

    /// A request ended at `at`: when whoever asked comes back, and their number.
    #[inline]
    pub(crate) fn ended(
        &mut self,
        request: RequestId,
        outcome: Outcome,
        at: Instant,
    ) -> Option<(Instant, u32)> {
        if self.open.is_empty() {
            return None;
        }
        let ask = self.open.remove(&request)?;
        let law = self.law(request)?;
        let unanswered = match outcome {
            Outcome::Abandoned => law.plan.abandoned,
            Outcome::Failed => law.plan.failed,
            Outcome::Refused => law.plan.refused,
            Outcome::Answered | Outcome::Parked | Outcome::InFlight => false,
        };
        if !unanswered || request.times_before() >= law.plan.times {
            return None;
        }
        let words = self.luck.of_request(request, 0);
        if !law.plan.share.holds(words.word(SHARE)) {
            return None;
        }
        let at = at + Span(law.after.value(|| words.unit(AFTER)));
        if at >= self.horizon {
            return None;
        }
        let number = self.free.pop().unwrap_or_else(|| {
            self.away.push(None);
            self.away.len() as u32 - 1
        });
        self.away[number as usize] = Some(ask);
        Some((at, number))
    }

    /// What the one with this number asks, who comes back at `at`, and the request that got no answer.
    pub(crate) fn ask(&mut self, number: u32, at: Instant) -> (Ask, RequestId) {
        let before = self.away[number as usize].take().expect("somebody is away under this number");
        self.free.push(number);
        let law = self.law(before.request).expect("who comes back is of a workload whose people do");
        let request =
            before.request.again().expect("a plan lets nobody come back more often than names allow");
        let ask = Ask { request, intended: at, deadline: at + law.deadline, ..before };
        self.open.insert(request, ask);
        (ask, before.request)
    }

    fn law(&self, request: RequestId) -> Option<ReturnLaw> {
        self.laws[self.luck.place(request.agent()).workload]
    }
}

// Which word of a request's draw decides what.
/// Whether whoever asked comes back.
const SHARE: usize = 0;
/// How long they stay away.
const AFTER: usize = 1;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Traffic;
    use crate::settings::{AbusePlan, Duration};
    use crate::world_for_tests::{workload, world};
    use rushhour_base::{AbuseKind, AgentId, Ratio};

    fn plan(percent: u64, times: u32) -> WorldPlan {
        let comes_back = Some(ComesBackPlan {
            share: Ratio::new(percent, 100).expect("a share"),
            after: Duration::Exponential(Span::secs(300)),
            times,
            abandoned: true,
            failed: true,
            refused: false,
        });
        world(vec![
            workload("leads", 2),
            WorkloadPlan { comes_back, deadline: Span::secs(30), ..workload("chat", 3) },
        ])
    }

    /// The first request of an agent.
    fn first(traffic: &mut Traffic, agent: u32) -> Ask {
        let at = traffic.first(AgentId(agent)).expect("it asks on this day");
        traffic.ask(AgentId(agent), at).0
    }

    #[test]
    fn the_same_is_asked_again_under_a_name_of_its_own_until_it_is_answered() {
        let mut traffic = Traffic::new(&plan(100, 7));
        let asked = first(&mut traffic, 3);
        let at = asked.intended + Span::secs(9);
        let (back_at, number) =
            traffic.comes_back(asked.request, Outcome::Abandoned, at).expect("all come back");
        let (again, of) = traffic.ask_again(number, back_at);
        assert_eq!(
            (of, again.request.first(), again.request.times_before()),
            (asked.request, asked.request, 1)
        );
        let same =
            Ask { request: asked.request, intended: asked.intended, deadline: asked.deadline, ..again };
        assert_eq!(same, asked, "only its name and its dates are new");
        assert_eq!(again.deadline, back_at + Span::secs(30));
        assert_eq!(traffic.comes_back(again.request, Outcome::Answered, back_at), None);
        assert_eq!(traffic.comes_back(again.request, Outcome::Failed, back_at), None, "it was answered");
    }

    #[test]
    fn who_does_not_come_back() {
        let (mut some, mut none) = (Traffic::new(&plan(100, 2)), Traffic::new(&plan(0, 2)));
        let refused = first(&mut some, 2);
        assert_eq!(some.comes_back(refused.request, Outcome::Refused, refused.intended), None);
        let other = first(&mut some, 0);
        assert_eq!(
            some.comes_back(other.request, Outcome::Failed, other.intended),
            None,
            "of another workload"
        );
        let unlucky = first(&mut none, 2);
        assert_eq!(none.comes_back(unlucky.request, Outcome::Failed, unlucky.intended), None);
        let mut ask = first(&mut some, 4);
        for _ in 0..2 {
            let (at, number) =
                some.comes_back(ask.request, Outcome::Failed, ask.intended).expect("twice they do");
            ask = some.ask_again(number, at).0;
        }
        assert_eq!(some.comes_back(ask.request, Outcome::Failed, ask.intended), None, "and not a third time");
        let late = first(&mut some, 3);
        let end = Instant::START + Span::secs(86_399);
        assert_eq!(
            some.comes_back(late.request, Outcome::Failed, end + Span::secs(1)),
            None,
            "the day is over"
        );
    }

    #[test]
    fn abusers_follow_their_scripts() {
        let mut plan = plan(100, 7);
        let hammer = AbusePlan {
            name: "hammer".into(),
            kind: AbuseKind::Hammering,
            abusers: 1,
            requests: 5,
            from: Instant::START,
            until: Instant::START + Span::secs(100),
            burst: 5,
            gap: Span::secs(1),
            prompt: None,
            accounts: 1,
        };
        plan.workloads[1].abuse.push(hammer);
        let mut traffic = Traffic::new(&plan);
        let asked = first(&mut traffic, 5);
        assert_eq!(traffic.comes_back(asked.request, Outcome::Failed, asked.intended), None);
    }

    /// Whether and when somebody comes back has a name: others who come back, or ask more, move it not.
    #[test]
    fn luck_with_returns_has_names() {
        let share = |of: u32, others: bool| {
            let mut traffic = Traffic::new(&plan(40, 7));
            let mut found = Vec::new();
            let mut at = traffic.first(AgentId(of));
            while let Some(now) = at {
                if others {
                    let other = traffic.ask(AgentId(2), now).0;
                    traffic.comes_back(other.request, Outcome::Failed, now);
                }
                let (ask, next) = traffic.ask(AgentId(of), now);
                found.push(
                    traffic.comes_back(ask.request, Outcome::Abandoned, now).map(|(back, _)| back.since(now)),
                );
                at = next;
            }
            found
        };
        let alone = share(3, false);
        assert_eq!(alone, share(3, true));
        let back = alone.iter().flatten().count() as f64 / alone.len() as f64;
        assert!((0.35..0.45).contains(&back), "{back} of {} came back", alone.len());
    }
}
