//! Joins what replies really were with what a check made of them, and with what became of their requests.

use super::business::Said;
use crate::open::Open;
use crate::report::{Confusion, HallucinationReport, ValidationReport};
use rushhour_base::event::{IssueKind, Tone, ValidationAction};
use rushhour_base::{CallId, FactState, Label, Money, Outcome, RequestId, Rung};

/// Counts replies of models, over open requests of which one is known.
pub(super) struct ReplyTally {
    open: Open<Reply>,
    labels: bool,
    injected: [u64; Label::ALL.len()],
    leaked: [u64; Label::ALL.len()],
    by_fact: [(u64, u64); FactState::ALL.len()],
    caught: u64,
    lost: u64,
    false_alarms: u64,
    checks: bool,
    sums: ValidationReport,
    /// Flagged and passed replies, and their issues, by label.
    confusion: [(u64, u64, [u64; IssueKind::ALL.len()]); Label::ALL.len()],
}

/// The last whole reply to an open request, and what followed from it.
#[derive(Clone, Copy, Default)]
struct Reply {
    call: CallId,
    /// What it was asked, and what it is; `None` if no truth tells it.
    truth: Option<(FactState, Label)>,
    /// How it speaks and what follows, once it was checked.
    check: Option<(Tone, ValidationAction)>,
    /// Whether the person who looked at it looked closely.
    review: Option<bool>,
    /// The next reply is another try, because this one was stopped.
    tried_again: bool,
    /// What is booked from now on follows from a reply that was stopped; and whether that one was right.
    follows: Option<bool>,
}

/// A check of a reply, as its event tells it.
#[derive(Clone, Copy)]
pub(super) struct Check {
    pub(super) valid: bool,
    pub(super) issue: IssueKind,
    pub(super) tone: Tone,
    pub(super) action: ValidationAction,
}

impl ReplyTally {
    pub(super) fn new() -> ReplyTally {
        ReplyTally {
            open: Open::new(),
            labels: false,
            injected: Default::default(),
            leaked: Default::default(),
            by_fact: Default::default(),
            caught: 0,
            lost: 0,
            false_alarms: 0,
            checks: false,
            sums: ValidationReport::default(),
            confusion: Default::default(),
        }
    }

    pub(super) fn labelled(&mut self, call: CallId, request: RequestId, fact: FactState, label: Label) {
        self.labels = true;
        self.injected[label as usize] += 1;
        let before = *self.open.entry(request.0, Reply::default);
        self.gave_way(before);
        let mended = before.tried_again && before.is_wrong() && label == Label::None;
        self.sums.mended += u64::from(mended);
        let truth = Some((fact, label));
        *self.open.entry(request.0, Reply::default) =
            Reply { call, truth, follows: before.follows, ..Reply::default() };
    }

    /// Another call went out because the reply before it was stopped.
    pub(super) fn regenerates(&mut self, request: RequestId) {
        self.sums.regenerated += 1;
        if let Some(reply) = self.open.get_mut(request.0) {
            reply.tried_again = true;
        }
    }

    /// What the next rung says is no other try of this one.
    pub(super) fn fell(&mut self, request: RequestId) {
        if self.checks
            && let Some(reply) = self.open.get_mut(request.0)
        {
            reply.tried_again = false;
        }
    }

    pub(super) fn validated(&mut self, request: RequestId, call: CallId, check: Check) {
        self.checks = true;
        let before = *self.open.entry(request.0, Reply::default);
        let reply = if before.call == call {
            before
        } else {
            self.gave_way(before);
            Reply { call, follows: before.follows, ..Reply::default() }
        };
        // The same reply may be judged anew, when what was meant to follow did not come about.
        if reply.check.is_none() {
            self.count(&reply, check);
        }
        let Check { tone, action, .. } = check;
        self.sums.fell += u64::from(action == ValidationAction::Fall);
        let stopped = action != ValidationAction::Accept;
        let follows = if stopped { Some(reply.is_right()) } else { reply.follows };
        *self.open.entry(request.0, Reply::default) = Reply { check: Some((tone, action)), follows, ..reply };
    }

    fn count(&mut self, reply: &Reply, check: Check) {
        let flagged = !check.valid || check.action != ValidationAction::Accept;
        self.sums.checked += 1;
        self.sums.valid += u64::from(check.valid);
        self.sums.flagged += u64::from(flagged);
        self.sums.tones[check.tone as usize] += 1;
        if let Some((_, label)) = reply.truth {
            let (alarms, passed, issues) = &mut self.confusion[label as usize];
            *(if flagged { alarms } else { passed }) += 1;
            issues[check.issue as usize] += 1;
        }
    }

    pub(super) fn reviewed(&mut self, request: RequestId, call: CallId, closely: bool) {
        self.sums.reviewed += 1;
        let Some(reply) = self.open.get_mut(request.0).filter(|reply| reply.call == call) else { return };
        reply.review = Some(closely);
        self.sums.overlooked += u64::from(reply.is_wrong() && !closely);
    }

    #[inline]
    pub(super) fn posted(&mut self, request: RequestId, amount: Money) {
        if !self.checks {
            return;
        }
        let Some(right) = self.open.get_mut(request.0).and_then(|reply| reply.follows) else { return };
        self.sums.usd += amount;
        if right {
            self.sums.false_alarm_usd += amount;
        }
    }

    /// What the reply that went out said; `None` if none is known that did.
    #[inline]
    pub(super) fn ended(&mut self, request: RequestId, outcome: Outcome, rung: Rung) -> Option<Said> {
        if !self.labels && !self.checks {
            return None;
        }
        let reply = self.open.remove(request.0)?;
        // A request may fall from a model that replied to one that is no model; but a reply that a person looked at goes out.
        let goes_out = outcome == Outcome::Answered && (rung.is_ai() || reply.review.is_some());
        if !goes_out {
            self.gave_way(reply);
            return None;
        }
        let Some((fact, label)) = reply.truth else { return Some(reply.said()) };
        let mended = reply.review == Some(true) && label != Label::None;
        self.caught += u64::from(mended);
        let label = if mended { Label::None } else { label };
        self.leaked[label as usize] += 1;
        let (asked, wrong) = &mut self.by_fact[fact as usize];
        *asked += 1;
        *wrong += u64::from(label != Label::None);
        self.false_alarms += u64::from(reply.was_stopped() && reply.is_right());
        Some(if mended { Said::Right } else { reply.said() })
    }

    /// A reply did not go out.
    fn gave_way(&mut self, reply: Reply) {
        match (reply.was_stopped(), reply.is_wrong()) {
            (true, true) => self.caught += 1,
            (false, true) => self.lost += 1,
            (true, false) => self.false_alarms += u64::from(reply.is_right()),
            (false, false) => {}
        }
    }

    /// What replies were, `None` if no truth told it; and how their check fared, `None` if there was none.
    pub(super) fn finish(mut self) -> (Option<HallucinationReport>, Option<ValidationReport>) {
        for (_, reply) in std::mem::replace(&mut self.open, Open::new()).into_sorted() {
            self.gave_way(reply);
        }
        (self.labels.then(|| self.hallucination()), self.checks.then(|| self.validation()))
    }

    fn hallucination(&self) -> HallucinationReport {
        let wrong = || Label::ALL.iter().filter(|label| **label != Label::None);
        let class = |label: &Label| (*label, self.injected[*label as usize], self.leaked[*label as usize]);
        let fact = |fact: &FactState| {
            let (asked, wrong) = self.by_fact[*fact as usize];
            (*fact, asked, wrong)
        };
        HallucinationReport {
            asked: self.leaked.iter().sum(),
            injected: wrong().map(|label| self.injected[*label as usize]).sum(),
            caught: self.checks.then_some(self.caught),
            leaked: wrong().map(|label| self.leaked[*label as usize]).sum(),
            lost: self.lost,
            false_alarms: self.checks.then_some(self.false_alarms),
            by_class: wrong().map(class).collect(),
            by_fact: FactState::ALL.iter().map(fact).collect(),
        }
    }

    fn validation(self) -> ValidationReport {
        let row = |(label, counts): (&Label, &(u64, u64, [u64; IssueKind::ALL.len()]))| {
            let (flagged, passed, issues) = *counts;
            Confusion { label: *label, flagged, passed, issues }
        };
        let rows = Label::ALL.iter().zip(&self.confusion).map(row);
        let confusion = if self.labels { rows.collect() } else { Vec::new() };
        ValidationReport { caught: self.caught, confusion, ..self.sums }
    }
}

impl Reply {
    fn is_wrong(&self) -> bool {
        self.truth.is_some_and(|(_, label)| label != Label::None)
    }

    fn is_right(&self) -> bool {
        self.truth.is_some_and(|(_, label)| label == Label::None)
    }

    /// What it says, as the truth tells it, or else its tone.
    fn said(&self) -> Said {
        match (self.truth, self.check) {
            (Some((FactState::Missing, Label::None)), _) => Said::Unknown,
            (Some((_, Label::None)), _) => Said::Right,
            (Some((_, Label::Omission)), _) => Said::Apology,
            (Some(_), _) => Said::Wrong,
            (None, Some((Tone::Unknown, _))) => Said::Unknown,
            (None, Some((Tone::Apology | Tone::Refusal, _))) => Said::Apology,
            (None, _) => Said::Right,
        }
    }

    /// Whether the policy did not let it go out as it was.
    fn was_stopped(&self) -> bool {
        self.check.is_some_and(|(_, action)| action != ValidationAction::Accept)
    }
}

#[cfg(test)]
mod tests;
