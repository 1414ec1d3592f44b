//! Who abused, what of it was let in, and who was wronged.
//!
//! An abuser has an agent of its own, so the first truth about one of its requests tells of all of them; that keeps
//! memory to a mark for each abuser and user.

use crate::report::{AbuseOfKind, AbuseReport, KnownAbuse, Standings, ThrottledBy};
use rushhour_base::event::{RiskRule, Standing};
use rushhour_base::{AbuseKind, AgentId, Instant, Money, Span, UserId};

#[derive(Clone, Debug)]
pub(super) struct AbuseTally {
    /// What an agent does, by number, up to the largest number of an abuser.
    abusers: Vec<Option<AbuseKind>>,
    by_kind: [(u64, u64, Money); AbuseKind::ALL.len()],
    honest: u64,
    honest_throttled: u64,
    by_rule: [(u64, u64); RiskRule::ALL.len()],
    /// What is known of each end user, by number.
    users: Vec<Mark>,
    standings: Vec<Standings>,
    now: [u64; 4],
    moved: bool,
    part: Span,
    next: Instant,
}

#[derive(Clone, Copy, Debug, Default)]
struct Mark {
    seen: bool,
    honest: bool,
    throttled: bool,
    standing: u8,
}

impl AbuseTally {
    pub(super) fn new(horizon: Span) -> AbuseTally {
        let part = Span((horizon.0 / PARTS).max(1));
        AbuseTally {
            abusers: Vec::new(),
            by_kind: Default::default(),
            honest: 0,
            honest_throttled: 0,
            by_rule: Default::default(),
            users: Vec::new(),
            standings: Vec::new(),
            now: [0; 4],
            moved: false,
            part,
            next: Instant::START + part,
        }
    }

    pub(super) fn is_abuse(&mut self, agent: AgentId, kind: AbuseKind) {
        if self.abusers.len() <= agent.index() {
            self.abusers.resize(agent.index() + 1, None);
        }
        self.abusers[agent.index()] = Some(kind);
    }

    /// Whether the world said so of the agent of this number.
    pub(super) fn is_abuser(&self, agent: usize) -> bool {
        self.abusers.get(agent).is_some_and(Option::is_some)
    }

    #[inline]
    pub(super) fn arrived(&mut self, at: Instant, agent: AgentId, user: UserId) {
        self.pass(at);
        let kind = self.kind(agent);
        match kind {
            Some(kind) => self.by_kind[kind as usize].0 += 1,
            None => self.honest += 1,
        }
        let first = !self.mark(user).seen;
        let mark = self.mark(user);
        mark.seen = true;
        mark.honest |= kind.is_none();
        if first {
            self.now[mark_standing(*self.mark(user))] += 1;
        }
    }

    #[inline]
    pub(super) fn posted(&mut self, agent: AgentId, amount: Money) {
        if let Some(kind) = self.kind(agent) {
            self.by_kind[kind as usize].2 += amount;
        }
    }

    pub(super) fn throttled(&mut self, agent: AgentId, user: UserId, rule: RiskRule) {
        self.by_rule[rule as usize].0 += 1;
        match self.kind(agent) {
            Some(kind) => self.by_kind[kind as usize].1 += 1,
            None => {
                self.by_rule[rule as usize].1 += 1;
                self.honest_throttled += 1;
                self.mark(user).throttled = true;
            }
        }
    }

    pub(super) fn standing_changed(&mut self, at: Instant, user: UserId, to: Standing) {
        self.pass(at);
        self.moved = true;
        let mark = self.mark(user);
        let (from, seen) = (mark_standing(*mark), mark.seen);
        mark.standing = to as u8;
        if seen {
            self.now[from] -= 1;
            self.now[to as usize] += 1;
        }
    }

    /// `truths` is whether the run holds any.
    pub(super) fn finish(mut self, horizon: Span, truths: bool) -> AbuseReport {
        self.pass(Instant::START + Span(horizon.0.saturating_sub(1)));
        self.standings.push(Standings { at: Instant::START + horizon, users: self.now });
        let rule = |(rule, (requests, honest)): (&RiskRule, &(u64, u64))| ThrottledBy {
            rule: *rule,
            requests: *requests,
            honest: truths.then_some(*honest),
        };
        let by_rule: Vec<_> =
            RiskRule::ALL.iter().zip(&self.by_rule).map(rule).filter(|by| by.requests > 0).collect();
        AbuseReport {
            throttled: by_rule.iter().map(|by| by.requests).sum(),
            known: truths.then(|| self.known()),
            by_rule,
            standings: if self.moved { self.standings } else { Vec::new() },
        }
    }

    fn known(&self) -> KnownAbuse {
        let kind = |(kind, (attempts, throttled, cost)): (&AbuseKind, &(u64, u64, Money))| AbuseOfKind {
            kind: *kind,
            attempts: *attempts,
            admitted: attempts.saturating_sub(*throttled),
            cost: *cost,
        };
        let by_kind: Vec<_> =
            AbuseKind::ALL.iter().zip(&self.by_kind).map(kind).filter(|of| of.attempts > 0).collect();
        KnownAbuse {
            attempts: by_kind.iter().map(|of| of.attempts).sum(),
            admitted: by_kind.iter().map(|of| of.admitted).sum(),
            cost: by_kind.iter().fold(Money::ZERO, |sum, of| sum + of.cost),
            by_kind,
            honest: self.honest,
            honest_throttled: self.honest_throttled,
            honest_users: self.users.iter().filter(|user| user.honest).count() as u64,
            honest_users_throttled: self.users.iter().filter(|user| user.throttled).count() as u64,
        }
    }

    /// Notes how users stand at the end of every part of the run that is over at `at`.
    #[inline]
    fn pass(&mut self, at: Instant) {
        while self.next <= at && self.standings.len() + 1 < PARTS as usize {
            self.standings.push(Standings { at: self.next, users: self.now });
            self.next = self.next + self.part;
        }
    }

    #[inline]
    fn kind(&self, agent: AgentId) -> Option<AbuseKind> {
        self.abusers.get(agent.index()).copied().flatten()
    }

    #[inline]
    fn mark(&mut self, user: UserId) -> &mut Mark {
        if self.users.len() <= user.index() {
            self.users.resize(user.index() + 1, Mark::default());
        }
        &mut self.users[user.index()]
    }
}

fn mark_standing(mark: Mark) -> usize {
    usize::from(mark.standing)
}

/// Into how many parts the course of standings is cut.
const PARTS: u64 = 30;
