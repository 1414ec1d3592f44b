//! Hand-made runs for the tests of this crate.

mod quality;

pub(crate) use quality::{business, quality_run};

use crate::divergence::Entry;
use rushhour_base::event::{AgentMode, AttemptKind, Blocker, BreakerState, Cause, MoveCause, Reason};
use rushhour_base::header::*;
use rushhour_base::message::AttemptResult;
use rushhour_base::time::{MILLISECOND, MINUTE, SECOND};
use rushhour_base::*;

/// Two workloads, two models of one provider with a quota each, rules and people.
pub(crate) fn header() -> RunHeader {
    let limit = |dimension, amount| LimitHeader {
        dimension,
        amount,
        period: Span(MINUTE),
        burst: amount,
        enforced: Enforcement::Continuous,
    };
    let lane = |name: &str, quota, rung| LaneHeader {
        name: name.into(),
        model: name.rsplit('/').next().unwrap_or(name).into(),
        quota,
        prices: Prices { input: Price(3_000_000), output: Price(15_000_000), ..Prices::default() },
        rung: Some(rung),
    };
    RunHeader {
        scenario: "peak_hour".into(),
        question: "Does one account carry two agents?".into(),
        scenario_hash: "00112233445566778899aabbccddeeff".into(),
        world_hash: "ffeeddccbbaa99887766554433221100".into(),
        variant: "base".into(),
        mode: "simulated".into(),
        version: "0.1.0".into(),
        seed: 7,
        starts_unix_s: 1_773_243_000,
        utc_offset_s: 7_200,
        horizon: Span(10 * MINUTE),
        warmup: Span(MINUTE),
        workloads: vec![
            WorkloadHeader {
                name: "leads".into(),
                first_agent: 0,
                agents: 2,
                first_user: 0,
                users: 2,
                shared_tokens: 0,
            },
            WorkloadHeader {
                name: "support".into(),
                first_agent: 2,
                agents: 2,
                first_user: 2,
                users: 2,
                shared_tokens: 0,
            },
        ],
        quotas: vec![QuotaHeader {
            name: "anthropic/sonnet".into(),
            limits: vec![
                limit(Dimension::Requests, 60),
                limit(Dimension::InputTokens, 60_000),
                limit(Dimension::OutputTokens, 12_000),
                LimitHeader { period: Span::ZERO, ..limit(Dimension::Concurrency, 4) },
            ],
            output_up_front: false,
            growth: None,
            within: None,
        }],
        lanes: vec![
            lane("anthropic/sonnet", Some(QuotaId(0)), Rung::Primary),
            lane("anthropic/haiku", Some(QuotaId(0)), Rung::Secondary),
            lane("rules", None, Rung::Rules),
            lane("human", None, Rung::Human),
        ],
        chain: vec![Rung::Primary, Rung::Secondary, Rung::Rules, Rung::Human],
        costs: Vec::new(),
        exact_tokens: true,
        business: Vec::new(),
        modes: vec![AgentMode::Full, AgentMode::Economy, AgentMode::Rules],
        caps: vec![CapHeader {
            name: "fleet".into(),
            scope: "fleet".into(),
            amount: Money(DOLLAR),
            window: "day".into(),
        }],
        faults: vec![FaultHeader {
            name: "lunch_dip".into(),
            provider: "anthropic".into(),
            kind: "overloaded".into(),
            from: Instant(4 * MINUTE),
            until: Instant(6 * MINUTE),
            share: Ratio::new(3, 5).expect("three fifths are a share"),
        }],
        slos: vec![
            slo("latency.response.p95", Comparison::Below, 3_000.0, "< 3s"),
            slo("rates.fallback", Comparison::Below, 0.01, "< 1%"),
            slo("hallucination.leaked_rate", Comparison::Below, 0.001, "< 0.1%"),
        ],
    }
}

pub(crate) fn slo(path: &str, comparison: Comparison, limit: f64, text: &str) -> Slo {
    Slo { path: path.into(), comparison, limit, of: None, abort: false, text: text.into() }
}

/// Writes runs in a few words. Every verb moves the clock to the time given, in milliseconds.
#[derive(Default)]
pub(crate) struct Script {
    pub(crate) entries: Vec<Entry>,
    now: Instant,
    booked: Money,
    calls: u64,
}

/// One call, as far as a test wants to say.
#[derive(Clone, Copy)]
pub(crate) struct Try {
    pub(crate) lane: u16,
    pub(crate) attempt: u16,
    pub(crate) kind: AttemptKind,
    pub(crate) waited_ms: u64,
    pub(crate) blocked_on: Blocker,
    pub(crate) service_ms: u64,
    pub(crate) result: AttemptResult,
}

impl Default for Try {
    fn default() -> Try {
        Try {
            lane: 0,
            attempt: 0,
            kind: AttemptKind::First,
            waited_ms: 0,
            blocked_on: Blocker::Nothing,
            service_ms: 1_000,
            result: AttemptResult::Completed,
        }
    }
}

impl Script {
    pub(crate) fn at(&mut self, ms: u64) -> &mut Script {
        self.now = Instant(ms * MILLISECOND);
        self
    }

    pub(crate) fn event(&mut self, event: Event) -> &mut Script {
        self.entries.push(Entry::Event { at: self.now, fleet: FleetId(0), event });
        self
    }

    pub(crate) fn truth(&mut self, truth: Truth) -> &mut Script {
        self.entries.push(Entry::Truth { at: self.now, truth });
        self
    }

    pub(crate) fn arrive(&mut self, request: RequestId) -> &mut Script {
        let workflow = WorkflowId(u16::from(request.agent().0 >= 2));
        let intended = self.now;
        self.event(Event::Arrived {
            request,
            agent: request.agent(),
            user: UserId(request.agent().0),
            workflow,
            priority: 0,
            intended,
            input_tokens: 1_000,
            max_tokens: 500,
        })
    }

    /// Queued at the present time, sent after its wait, and ended after its service; paid if it completed.
    pub(crate) fn call(&mut self, request: RequestId, one: Try) -> &mut Script {
        let lane = LaneId(one.lane);
        self.event(Event::Queued { request, lane });
        self.now = self.now + Span::millis(one.waited_ms);
        let (attempt, kind, blocked_on) = (one.attempt, one.kind, one.blocked_on);
        let (waited, held_usd) = (Span::millis(one.waited_ms), Money::from_micros(10_500));
        let (held_input_tokens, held_output_tokens) = (1_000, 500);
        self.event(Event::Sent {
            request,
            attempt,
            lane,
            kind,
            waited,
            blocked_on,
            held_input_tokens,
            held_output_tokens,
            held_usd,
        });
        self.calls += 1;
        let call = CallId(self.calls);
        let refused = one.result == AttemptResult::RateLimited;
        if refused {
            self.truth(Truth::Overrun { call, quota: QuotaId(0), dimension: Dimension::InputTokens });
        } else {
            self.truth(Truth::Admitted { call, quota: QuotaId(0), input_tokens: 1_000, output_tokens: 0 });
        }
        self.now = self.now + Span::millis(one.service_ms);
        self.end_call(request, one, call, refused)
    }

    fn end_call(&mut self, request: RequestId, one: Try, call: CallId, refused: bool) -> &mut Script {
        let (lane, quota) = (LaneId(one.lane), QuotaId(0));
        let completed = one.result == AttemptResult::Completed;
        let output_tokens = if completed { 200 } else { 0 };
        let amount = Money::from_micros(6_000);
        if !refused {
            self.truth(Truth::Charged { call, quota, output_tokens });
            self.truth(Truth::Released { call, quota });
        }
        if completed {
            let (input_tokens, cached_tokens) = (1_000, 0);
            self.truth(Truth::Invoiced {
                call,
                lane,
                input_tokens,
                cached_tokens,
                cache_write_tokens: 0,
                output_tokens,
                amount,
            });
        }
        self.event(Event::AttemptEnded {
            request,
            attempt: one.attempt,
            lane,
            call,
            result: one.result,
            ttft: Span::millis(if completed { one.service_ms / 4 } else { 0 }),
            service: Span::millis(one.service_ms),
            input_tokens: if completed { 1_000 } else { 0 },
            cached_tokens: 0,
            output_tokens,
        });
        if completed {
            let cause = match one.kind {
                AttemptKind::Retry => Cause::Retry,
                AttemptKind::Regeneration => Cause::Regeneration,
                AttemptKind::Summary => Cause::Summary,
                AttemptKind::First | AttemptKind::Fallback => Cause::Answer,
            };
            self.post(request, lane, call, cause, amount);
        }
        self
    }

    pub(crate) fn post(
        &mut self,
        request: RequestId,
        lane: LaneId,
        call: CallId,
        cause: Cause,
        amount: Money,
    ) {
        let workflow = WorkflowId(u16::from(request.agent().0 >= 2));
        self.booked += amount;
        self.event(Event::Posted { request, workflow, lane, call, cause, amount, estimated: false });
    }

    pub(crate) fn fall(&mut self, request: RequestId, from: Rung, to: Rung, reason: Reason) -> &mut Script {
        self.event(Event::Fell { request, from, to, reason })
    }

    pub(crate) fn staff(&mut self, request: RequestId, ms: u64) -> &mut Script {
        let (lane, service) = (LaneId(3), Span::millis(ms));
        self.event(Event::Began { request, lane, waited: Span::ZERO });
        self.now = self.now + service;
        self.event(Event::Served { request, lane, service });
        self.post(request, lane, CallId(0), Cause::Human, Money::from_micros(500_000));
        self
    }

    pub(crate) fn end(
        &mut self,
        request: RequestId,
        outcome: Outcome,
        rung: Rung,
        reason: Reason,
    ) -> &mut Script {
        self.event(Event::Ended { request, outcome, rung, reason })
    }

    pub(crate) fn answered(&mut self, request: RequestId) -> &mut Script {
        self.end(request, Outcome::Answered, Rung::Primary, Reason::None)
    }

    pub(crate) fn close(&mut self) -> &mut Script {
        let booked_usd = self.booked;
        self.event(Event::Closed { waiting: 0, in_flight: 0, held_usd: Money::ZERO, tickets: 0, booked_usd })
    }
}

/// A short run with a bit of everything: answers, waits, a retry, a fall to a person, a breaker, a request in flight.
pub(crate) fn clean_run() -> Vec<Entry> {
    let mut script = Script::default();
    let mut turn = 0;
    for minute in 0..9 {
        for agent in 0..4 {
            let request = RequestId::new(AgentId(agent), minute);
            let (waited_ms, blocked_on) =
                if agent == 3 { (1_500, Blocker::OutputTokens) } else { (0, Blocker::Nothing) };
            let service_ms = 800 + 40 * turn;
            script.at(u64::from(minute) * 60_000 + u64::from(agent) * 5_000).arrive(request);
            script
                .call(request, Try { waited_ms, blocked_on, service_ms, ..Try::default() })
                .answered(request);
            turn += 1;
        }
    }
    troubles(&mut script);
    script.entries
}

fn troubles(script: &mut Script) {
    let fault = FaultId(0);
    let last = RequestId::new(AgentId(0), 9);
    script.at(540_000).truth(Truth::FaultBegan { fault }).arrive(last);
    let failing = Try { result: AttemptResult::RateLimited, service_ms: 100, ..Try::default() };
    script.call(last, failing).event(Event::BackedOff { lane: LaneId(0), until: Instant(542 * SECOND) });
    let again = Try { attempt: 1, kind: AttemptKind::Retry, result: AttemptResult::Overloaded, ..failing };
    script.call(last, again).truth(Truth::Struck { call: CallId(99), fault });
    script.event(Event::BreakerMoved {
        lane: LaneId(0),
        state: BreakerState::Open,
        until: Instant(570 * SECOND),
    });
    script.fall(last, Rung::Primary, Rung::Human, Reason::BreakerOpen).staff(last, 4_000);
    script.end(last, Outcome::Answered, Rung::Human, Reason::None);
    script.event(Event::Alerted { cap: CapId(0), subject: 0, percent: 50, level_usd: Money(DOLLAR / 2) });
    script.at(570_000).event(Event::BreakerMoved {
        lane: LaneId(0),
        state: BreakerState::HalfOpen,
        until: Instant(570 * SECOND),
    });
    let open = RequestId::new(AgentId(1), 9);
    script.at(590_000).arrive(open).truth(Truth::FaultEnded { fault });
    script.at(600_000).end(open, Outcome::InFlight, Rung::Primary, Reason::Horizon).close();
}

/// A run in which the fleet goes down and up again, and requests are parked: one is answered later, one is given up for
/// good, one's asker gives up, one finds no room, and one is still parked at the horizon.
pub(crate) fn modes_run() -> Vec<Entry> {
    let mut script = Script::default();
    let request = |turn| RequestId::new(AgentId(3), turn);
    let (failures, recovered) = (MoveCause::Failures, MoveCause::Recovered);
    let (full, economy) = (AgentMode::Full, AgentMode::Economy);
    let park = |script: &mut Script, turn, at| {
        script.at(at).arrive(request(turn));
        script.event(Event::Parked { request: request(turn), reason: Reason::CanWait, attempts: 0 });
    };
    park(&mut script, 0, 60_000);
    park(&mut script, 1, 61_000);
    park(&mut script, 2, 62_000);
    script.at(63_000).arrive(request(3));
    script.end(request(3), Outcome::Refused, Rung::Primary, Reason::ParkingFull);
    script.at(120_000).event(Event::ModeMoved { from: full, to: economy, why: failures });
    script.event(Event::Unparked { request: request(0), waited: Span::secs(60) });
    script.call(request(0), Try::default()).answered(request(0));
    script.at(180_000).event(Event::ModeMoved { from: economy, to: full, why: recovered });
    let (reason, attempts, age) = (Reason::TooOld, 0, Span::secs(139));
    script.at(200_000).event(Event::DeadLettered { request: request(1), reason, attempts, age });
    script.end(request(1), Outcome::Failed, Rung::Primary, reason);
    script.at(210_000).end(request(2), Outcome::Abandoned, Rung::Primary, Reason::Patience);
    park(&mut script, 4, 300_000);
    script.at(600_000).end(request(4), Outcome::Parked, Rung::Primary, Reason::Horizon).close();
    script.entries
}

const DOLLAR: i128 = rushhour_base::money::DOLLAR;

/// Hands a script to a sink.
pub(crate) fn replay(entries: &[Entry], sink: &mut impl Sink) {
    for entry in entries {
        match entry {
            Entry::Event { at, fleet, event } => sink.event(*at, *fleet, event),
            Entry::Truth { at, truth } => sink.truth(*at, truth),
        }
    }
}

/// The report of the clean run.
pub(crate) fn report() -> crate::Report {
    report_of(&header(), &clean_run())
}

/// The report of any run.
pub(crate) fn report_of(header: &RunHeader, entries: &[Entry]) -> crate::Report {
    let mut sinks = (crate::tally::Tally::new(header), crate::digest::Digest::default());
    replay(entries, &mut sinks);
    let digest = sinks.1.finish();
    sinks.0.finish(digest)
}
