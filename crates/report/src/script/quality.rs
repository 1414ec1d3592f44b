//! A run in which replies are checked and histories cut.

use super::{Script, Try};
use crate::divergence::Entry;
use rushhour_base::event::{
    AttemptKind, Cause, CompressionMethod, IssueKind, Reason, Tone, ValidationAction,
};
use rushhour_base::header::BusinessHeader;
use rushhour_base::*;

impl Script {
    /// The name of the call that went out last.
    pub(crate) fn last_call(&self) -> CallId {
        CallId(self.calls)
    }

    /// A call whose reply is of this label, and was checked; what follows from a wrong one is `then`.
    pub(crate) fn checked(
        &mut self,
        request: RequestId,
        one: Try,
        label: Label,
        then: ValidationAction,
    ) -> &mut Script {
        self.call(request, one);
        let call = self.last_call();
        // The world tells it before the client learns that the call has ended.
        let ended = self.entries.len() - 2;
        let Entry::Event { at, .. } = self.entries[ended] else { return self };
        let truth = Truth::Labelled { call, request, fact: FactState::Present, label };
        self.entries.insert(ended, Entry::Truth { at, truth });
        let valid = label == Label::None;
        self.event(Event::Validated {
            request,
            attempt: one.attempt,
            call,
            valid,
            confidence: if valid { 900 } else { 200 },
            issue: if valid { IssueKind::None } else { IssueKind::Contradicts },
            issues: u16::from(!valid),
            claims: 2,
            tone: Tone::Plain,
            action: if valid { ValidationAction::Accept } else { then },
        })
    }

    /// A history of 5,000 tokens is cut to the prompt that all calls of a script have.
    pub(crate) fn cut(&mut self, request: RequestId, lane: LaneId) -> &mut Script {
        self.event(Event::Compressed {
            request,
            lane,
            method: CompressionMethod::Summarize,
            messages: 30,
            kept: 6,
            whole_tokens: 5_000,
            sent_tokens: 1_000,
            summary_tokens: 200,
            met: true,
        })
    }

    /// A person looks at the reply of the last call.
    pub(crate) fn review(&mut self, request: RequestId, closely: bool) -> &mut Script {
        let (lane, service, call) = (LaneId(3), Span::secs(30), self.last_call());
        self.event(Event::Began { request, lane, waited: Span::ZERO });
        self.now = self.now + service;
        self.event(Event::Served { request, lane, service });
        self.post(request, lane, CallId(0), Cause::Review, Money::from_micros(500_000));
        self.event(Event::Reviewed { request, lane, call, closely })
    }
}

/// A summary, a cut and a fact that it lost; a wrong reply that is asked for again and comes right; one that a person puts right, one
/// that a person overlooks, and one from which a request falls.
pub(crate) fn quality_run() -> Vec<Entry> {
    let mut script = Script::default();
    let request = |turn| RequestId::new(AgentId(0), turn);
    let (summary, again) = (AttemptKind::Summary, AttemptKind::Regeneration);
    let second = Try { attempt: 1, ..Try::default() };
    let secondary = Try { lane: 1, kind: summary, ..Try::default() };
    script.at(60_000).arrive(request(0)).call(request(0), secondary);
    let call = script.last_call();
    script
        .truth(Truth::Summarized { call, request: request(0), facts: 8, kept: 7 })
        .cut(request(0), LaneId(0));
    script.call(request(0), second);
    let call = script.last_call();
    script.truth(Truth::Recalled { call, request: request(0), carried: false, summarized: true });
    let (fact, label) = (FactState::Present, Label::InventedFact);
    script.truth(Truth::Labelled { call, request: request(0), fact, label }).answered(request(0));
    script.at(120_000).arrive(request(1));
    script.checked(request(1), Try::default(), Label::WrongAmount, ValidationAction::Regenerate);
    script.checked(request(1), Try { kind: again, ..second }, Label::None, ValidationAction::Fall);
    script.answered(request(1));
    for (turn, closely) in [(2, true), (3, false)] {
        script.at(u64::from(turn) * 100_000).arrive(request(turn));
        script.checked(request(turn), Try::default(), Label::StaleFact, ValidationAction::Review);
        script.review(request(turn), closely).answered(request(turn));
    }
    script.at(400_000).arrive(request(4));
    script.checked(request(4), Try::default(), Label::Omission, ValidationAction::Fall);
    script.fall(request(4), Rung::Primary, Rung::Human, Reason::Invalid).staff(request(4), 5_000);
    script.end(request(4), Outcome::Answered, Rung::Human, Reason::None).close();
    script.entries
}

/// What answers of the first workload are worth.
pub(crate) fn business() -> BusinessHeader {
    let share = |percent| Ratio::new(percent, 100).expect("it is a share");
    BusinessHeader {
        of: 0,
        leads: share(20),
        capture: share(50),
        prompt: Span::secs(5),
        late: Span::secs(25),
        late_worth: share(50),
        rules: share(60),
        human: share(90),
        unknown: share(50),
        apology: share(30),
        wrong: share(10),
    }
}
