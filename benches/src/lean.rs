//! The lean path: queue, grant, call with a timeout, settle, retry, keyed draws; no words, no caps, no patience.
//!
//! A hundred open-loop agents ask 100 times a second together. Three of four calls go to one model, the rest to
//! another, a fault fails 3 % of the calls, and the load of the quotas says how many requests wait in line: at 90 % with
//! 100 agents two of three, at 75 % one of three.

use rushhour_base::header::{FaultHeader, LaneHeader, LimitHeader, QuotaHeader, WorkloadHeader};
use rushhour_base::{
    Dimension, Enforcement, Instant, Keep, LaneId, Price, Prices, QuotaId, Ratio, RunHeader, Rung, Seed, Span,
};
use rushhour_core::settings::{
    Answerer, Beyond, BreakerPolicy, Discipline, ErrorRules, Jitter, LanePlan, LimiterPolicy, Policy,
    PoolLimits, QueuePolicy, RateLimit, RetryAfterUse, RetryBudgetPolicy, RetryPolicy, Route, RungPolicy,
    TokenEstimate, Topology, WeightedLane, Windows,
};
use rushhour_sim::Setup;
use rushhour_world::settings::{
    Arrivals, CachePlan, Dialect, FaultKind, FaultPlan, GrantPlan, LatencyPlan, Length, ModelLane,
    PromptPlan, ProviderPlan, QuotaPlan, WorkloadPlan, WorldPlan,
};

/// A run of the lean path.
pub struct Lean {
    world: WorldPlan,
    topology: Topology,
    policy: Policy,
}

/// Requests per second of virtual time.
pub const PER_SECOND: u64 = 100;

impl Lean {
    /// About so many requests by so many agents, at this load of their quotas in per cent. The rate, and what is granted,
    /// grow with the agents.
    pub fn new(requests: u64, agents: u32, load_percent: u64) -> Lean {
        let rate = PER_SECOND * u64::from(agents) / 100;
        let limits = WEIGHTS.map(|weight| limits(rate, weight, load_percent));
        Lean {
            world: world(requests / rate, agents, limits),
            topology: topology(agents, limits),
            policy: policy(),
        }
    }

    /// What to hand to the simulator.
    pub fn setup(&self) -> Setup<'_> {
        Setup { world: &self.world, topology: &self.topology, policy: &self.policy, seed: Seed(7) }
    }

    /// What a report of it needs to know.
    pub fn header(&self) -> RunHeader {
        let limit = |grant: &Option<GrantPlan>, dimension| {
            grant.map(|grant| LimitHeader {
                dimension,
                amount: grant.amount,
                period: grant.period,
                burst: grant.burst,
                enforced: Enforcement::Continuous,
            })
        };
        let quota = |(index, quota): (usize, &QuotaPlan)| QuotaHeader {
            name: format!("quota-{index}"),
            limits: [
                limit(&quota.requests, Dimension::Requests),
                limit(&quota.input_tokens, Dimension::InputTokens),
                limit(&quota.output_tokens, Dimension::OutputTokens),
            ]
            .into_iter()
            .flatten()
            .collect(),
            output_up_front: false,
            growth: None,
            within: None,
        };
        let lane = |(index, lane): (usize, &ModelLane)| LaneHeader {
            name: format!("provider/model-{index}"),
            model: format!("model-{index}"),
            quota: Some(lane.quota),
            prices: lane.prices,
            rung: None,
        };
        RunHeader {
            scenario: "lean".into(),
            question: "How fast is the lean path?".into(),
            scenario_hash: String::new(),
            world_hash: String::new(),
            variant: "base".into(),
            mode: "simulated".into(),
            version: "bench".into(),
            seed: self.world.seed.0,
            starts_unix_s: 0,
            utc_offset_s: 0,
            horizon: self.world.horizon,
            warmup: Span::ZERO,
            workloads: vec![WorkloadHeader {
                name: "agents".into(),
                first_agent: 0,
                agents: self.topology.agents,
                first_user: 0,
                users: self.topology.users,
                shared_tokens: 0,
            }],
            quotas: self.world.quotas.iter().enumerate().map(quota).collect(),
            lanes: self.world.lanes.iter().enumerate().map(lane).collect(),
            chain: self.policy.chain.iter().map(|step| step.rung).collect(),
            modes: Vec::new(),
            caps: Vec::new(),
            costs: Vec::new(),
            exact_tokens: true,
            business: Vec::new(),
            faults: vec![FaultHeader {
                name: "errors".into(),
                provider: "provider".into(),
                kind: "server_error".into(),
                from: self.world.faults[0].from,
                until: self.world.faults[0].until,
                share: self.world.faults[0].share,
            }],
            slos: Vec::new(),
        }
    }
}

const PRICES: Prices = Prices {
    input: Price(3_000_000),
    cached_read: Price(300_000),
    cache_write: Price(3_750_000),
    cache_write_1h: Price(6_000_000),
    output: Price(15_000_000),
    long: None,
};

/// How the requests are spread over the two lanes.
const WEIGHTS: [u64; 2] = [3, 1];

/// Requests, input and output tokens: how much of each per minute, and at once.
type Limits = [[u64; 2]; 3];

/// What a lane of this weight is granted: requests as the load asks, tokens with room to spare.
fn limits(rate: u64, weight: u64, load_percent: u64) -> Limits {
    let requests = rate * 60 * weight * 100 / (4 * load_percent);
    [[requests, (rate / 25).max(1)], [rate * 72_000, rate * 4_800], [rate * 30_000, rate * 2_000]]
}

fn world(seconds: u64, agents: u32, limits: [Limits; 2]) -> WorldPlan {
    let grant = |[amount, burst]: [u64; 2]| Some(GrantPlan { amount, period: Span::secs(60), burst });
    let quota = |limits: Limits| {
        let [requests, input_tokens, output_tokens] = limits.map(grant);
        QuotaPlan { requests, input_tokens, output_tokens, ..QuotaPlan::default() }
    };
    let latency = LatencyPlan {
        base: Span::millis(1_200),
        per_input_token: Span(16_300),
        per_cached_token: Span(16_300),
        per_output_token: Span(14_670_000),
        spread: 0.25,
        refusal: Span::millis(150),
    };
    let lane = |quota| ModelLane {
        provider: 0,
        quota: QuotaId(quota),
        same_model_as: None,
        prices: PRICES,
        latency,
        capacity: None,
        hallucination_permille: 1_000,
        cache: CachePlan::AS_ASKED,
        reasoning: None,
        context_tokens: u64::MAX,
    };
    let horizon = Span::secs(seconds);
    WorldPlan {
        seed: Seed(7),
        horizon,
        starts_at: Span::ZERO,
        providers: vec![ProviderPlan { name: "provider".into(), dialect: Dialect::Anthropic }],
        quotas: limits.map(quota).to_vec(),
        lanes: vec![lane(0), lane(1)],
        faults: vec![FaultPlan {
            provider: 0,
            lane: None,
            kind: FaultKind::ServerError,
            // Not from the start: refusals are fast and replies slow, so at first all that comes back is failures, and a
            // breaker that counts consecutive ones would open before the first reply is in.
            from: Instant::START + Span::secs(5),
            until: Instant::START + horizon,
            share: Ratio::new(3, 100).unwrap_or(Ratio::ZERO),
            ramp: Span::ZERO,
            attempts: None,
            recurrence: None,
        }],
        workloads: vec![WorkloadPlan {
            name: "agents".into(),
            agents,
            users: None,
            arrivals: Arrivals::Poisson { per_agent_per_hour: 3_600.0 },
            prompt: PromptPlan {
                first: Length::Lognormal { p50: 800, p95: 2_400, max: 8_000 },
                growth: 0,
                turns: 1,
                max: 8_000,
                shared: 0,
            },
            task: None,
            output: Length::Lognormal { p50: 129, p95: 451, max: 1_000 },
            max_tokens: 512,
            patience: Span::MAX,
            deadline: Span::MAX,
            comes_back: None,
            priority: 0,
            abuse: vec![],
            difficulty: [50; 2],
            words: None,
        }],
    }
}

fn topology(agents: u32, limits: [Limits; 2]) -> Topology {
    let limit = |[amount, burst]: [u64; 2]| Some(RateLimit { amount, period: Span::secs(60), burst });
    let pool = |limits: Limits| {
        let [requests, input_tokens, output_tokens] = limits.map(limit);
        PoolLimits { requests, input_tokens, output_tokens, ..PoolLimits::default() }
    };
    let lane = |pool| LanePlan { pool: Some(pool), prices: PRICES, context_tokens: u64::MAX, group: 0 };
    Topology {
        pools: limits.map(pool).to_vec(),
        within: Vec::new(),
        lanes: vec![lane(0), lane(1)],
        workflows: 1,
        agents,
        users: agents,
    }
}

fn policy() -> Policy {
    let weighted = |lane, weight| WeightedLane { lane: LaneId(lane), weight };
    Policy {
        limiter: LimiterPolicy::default(),
        queue: QueuePolicy {
            discipline: Discipline::Fifo,
            max_waiting: 100_000,
            max_wait: Span::secs(60),
            obeys_deadlines: true,
        },
        shared_backoff: true,
        breaker: Some(BreakerPolicy::consecutive(5, Span::secs(30), Span::secs(60))),
        retry: RetryPolicy {
            max_attempts: 3,
            base: Span::millis(500),
            cap: Span::secs(8),
            jitter: Jitter::Full,
            retry_after: RetryAfterUse::Floor,
            retry_after_min: Span::ZERO,
            retry_after_max: Span::secs(60),
            retry_after_beyond: Beyond::Fall,
            exhausted_credit: false,
            budget: Some(RetryBudgetPolicy {
                per_request: Ratio::new(1, 5).unwrap_or(Ratio::ONE),
                burst: 100,
            }),
        },
        layers: Vec::new(),
        guard: None,
        chain: vec![
            RungPolicy {
                rung: Rung::Primary,
                answered_by: Answerer::Models(vec![
                    weighted(0, WEIGHTS[0] as u32),
                    weighted(1, WEIGHTS[1] as u32),
                ]),
                route: Route::Weighted,
            },
            RungPolicy {
                rung: Rung::Secondary,
                answered_by: Answerer::Models(vec![weighted(1, 1)]),
                route: Route::Weighted,
            },
        ],
        risk: None,
        on_error: ErrorRules::default(),
        correlated: None,
        classes: Vec::new(),
        caps: Vec::new(),
        costs: Vec::new(),
        timeout: Span::secs(60),
        stall: None,
        prompt_cache: Keep::No,
        windows: Windows::Known,
        ladder: None,
        parking: None,
        token_estimate: TokenEstimate::Exact,
        guarded: false,
        guard_tokens: 0,
        compression: None,
        validation: None,
        processes: 1,
    }
}
