//! A small world that tests start from and change.

use crate::settings::*;
use rushhour_base::time::{HOUR, MINUTE};
use rushhour_base::{
    AgentId, Call, CallPurpose, Event, FleetId, Instant, Keep, LaneId, Money, Prefix, Price, Prices, QuotaId,
    Ratio, RequestId, Seed, Sink, Span, Truth,
};

/// One provider with one model, unlimited, and the given workloads; a day long.
pub(crate) fn world(workloads: Vec<WorkloadPlan>) -> WorldPlan {
    WorldPlan {
        seed: Seed(20_260_311),
        horizon: Span(24 * HOUR),
        starts_at: Span(8 * HOUR),
        providers: vec![ProviderPlan { name: "anthropic".into(), dialect: Dialect::Anthropic }],
        quotas: vec![QuotaPlan::default()],
        lanes: vec![lane()],
        faults: vec![],
        workloads,
    }
}

/// Prompts of 1,000 tokens that grow, replies drawn around 200 tokens, one ask a minute.
pub(crate) fn workload(name: &str, agents: u32) -> WorkloadPlan {
    WorkloadPlan {
        name: name.into(),
        agents,
        users: None,
        arrivals: Arrivals::Poisson { per_agent_per_hour: 60.0 },
        prompt: PromptPlan {
            first: Length::Lognormal { p50: 1_000, p95: 4_000, max: 20_000 },
            growth: 650,
            turns: 10,
            max: 20_000,
            shared: 0,
        },
        task: None,
        output: Length::Lognormal { p50: 217, p95: 1_507, max: 18_195 },
        max_tokens: 1_024,
        patience: Span(5 * MINUTE),
        deadline: Span::MAX,
        comes_back: None,
        priority: 1,
        abuse: vec![],
        difficulty: [50; 2],
        words: None,
    }
}

/// $3 and $15 per million tokens; 1 s, 10 µs per input and 10 ms per output token, without spread.
pub(crate) fn lane() -> ModelLane {
    let dollars = |n: i64| Price::per_million(Money::from_micros(n * 1_000_000));
    ModelLane {
        provider: 0,
        quota: QuotaId(0),
        same_model_as: None,
        prices: Prices { input: dollars(3), output: dollars(15), ..Prices::default() },
        latency: LatencyPlan {
            base: Span::secs(1),
            per_input_token: Span(10_000),
            per_cached_token: Span(1_000),
            per_output_token: Span::millis(10),
            spread: 0.0,
            refusal: Span::millis(200),
        },
        capacity: None,
        hallucination_permille: 1_000,
        cache: CachePlan::AS_ASKED,
        reasoning: None,
        context_tokens: u64::MAX,
    }
}

/// The first attempt of a request of agent 0, with a prompt of 1,000 tokens.
pub(crate) fn call(turn: u32) -> Call {
    Call {
        request: RequestId::new(AgentId(0), turn),
        attempt: 0,
        lane: LaneId(0),
        input_tokens: 1_000,
        prefix: Prefix::default(),
        keep: Keep::No,
        max_tokens: 1_000,
        text: 0,
        guarded: false,
        began: 0,
        purpose: CallPurpose::Answer,
        lacks_fact: false,
    }
}

/// A fault of the first provider that strikes `percent` of 100 calls.
pub(crate) fn fault(kind: FaultKind, from_s: u64, until_s: u64, percent: u64) -> FaultPlan {
    let at = |seconds| Instant::START + Span::secs(seconds);
    let share = Ratio::new(percent, 100).expect("a share is at most 100 per cent");
    FaultPlan {
        provider: 0,
        lane: None,
        kind,
        from: at(from_s),
        until: at(until_s),
        share,
        ramp: Span::ZERO,
        attempts: None,
        recurrence: None,
    }
}

/// Keeps every truth with its time.
#[derive(Debug, Default)]
pub(crate) struct Truths(pub(crate) Vec<(Instant, Truth)>);

impl Sink for Truths {
    fn event(&mut self, _: Instant, _: FleetId, event: &Event) {
        unreachable!("the world told {event:?}, which is for clients to tell");
    }
    fn truth(&mut self, at: Instant, truth: &Truth) {
        self.0.push((at, *truth));
    }
}
