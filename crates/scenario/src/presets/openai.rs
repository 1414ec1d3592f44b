//! What OpenAI publishes: prices by model, and requests and tokens by usage tier.
//!
//! Prices are those of [`PRICES_SOURCE`](super::PRICES_SOURCE); where it states none for cache writes, they cost what
//! input costs. Context windows are prompt and longest reply together: where the map states the input alone (GPT-5,
//! 5.4-mini, 5.6 and 6), 128,000 tokens of output are added. Prompts of GPT-5.5 above 272,000
//! tokens have a limit of their own: the family `gpt-5.5-long`, for a model of the scenario that stands for such calls.

use super::{Grant, Grants, ModelPreset, Tier, model};

/// A model that is no longer served from a date on.
const fn until(mut preset: ModelPreset, off_from: u32) -> ModelPreset {
    preset.off_from = off_from;
    preset
}

/// All models. Each is a family of its own: which of them share a limit is not published.
pub(super) static MODELS: &[ModelPreset] = &[
    model("gpt-4o", "gpt-4o", 128_000, [2_500_000, 1_250_000, 2_500_000, 10_000_000]),
    model("gpt-4o-mini", "gpt-4o-mini", 128_000, [150_000, 75_000, 150_000, 600_000]),
    model("gpt-4.1", "gpt-4.1", 1_047_576, [2_000_000, 500_000, 2_000_000, 8_000_000]),
    model("gpt-4.1-mini", "gpt-4.1-mini", 1_047_576, [400_000, 100_000, 400_000, 1_600_000]),
    until(model("gpt-4.1-nano", "gpt-4.1-nano", 1_047_576, [100_000, 25_000, 100_000, 400_000]), 20_261_023),
    until(model("gpt-5", "gpt-5", 400_000, [1_250_000, 125_000, 1_250_000, 10_000_000]), 20_261_211),
    until(model("gpt-5-mini", "gpt-5-mini", 400_000, [250_000, 25_000, 250_000, 2_000_000]), 20_261_211),
    model("gpt-5.4", "gpt-5.4", 1_050_000, [2_500_000, 250_000, 2_500_000, 15_000_000])
        .long(272_000, 5_000_000, 22_500_000),
    model("gpt-5.4-mini", "gpt-5.4-mini", 400_000, [750_000, 75_000, 750_000, 4_500_000]),
    model("gpt-5.5", "gpt-5.5", 1_050_000, [5_000_000, 500_000, 5_000_000, 30_000_000])
        .long(272_000, 10_000_000, 45_000_000),
    model("gpt-5.6-sol", "gpt-5.6-sol", 1_050_000, [4_000_000, 400_000, 5_000_000, 20_000_000])
        .long(272_000, 8_000_000, 30_000_000),
    model("gpt-6-astra", "gpt-6-astra", 1_050_000, [10_000_000, 1_000_000, 12_500_000, 50_000_000])
        .long(272_000, 20_000_000, 75_000_000),
    model("gpt-6.1-sol", "gpt-6.1-sol", 1_050_000, [2_000_000, 100_000, 2_500_000, 10_000_000]),
    model("gpt-6.1-terra", "gpt-6.1-terra", 1_050_000, [1_000_000, 50_000, 1_250_000, 5_000_000]),
    model("gpt-6-luna", "gpt-6-luna", 1_050_000, [100_000, 10_000, 125_000, 500_000]),
    until(model("o3", "o3", 200_000, [2_000_000, 500_000, 2_000_000, 8_000_000]), 20_261_211),
    until(model("o4-mini", "o4-mini", 200_000, [1_100_000, 275_000, 1_100_000, 4_400_000]), 20_261_023),
];

const SOURCE: &str = "the provider's model pages, 2026-09";

const fn tier(name: &'static str, grants: &'static [(&'static str, Grant)]) -> Tier {
    Tier { name, source: SOURCE, grants: Grants::Any(grants) }
}

/// Requests and tokens per minute.
const fn joint(requests: u64, tokens: u64) -> Grant {
    Grant {
        requests: Some(requests),
        tokens: Some(tokens),
        input_tokens: None,
        output_tokens: None,
        requests_per_day: None,
    }
}

impl Grant {
    const fn by_the_day(mut self, requests: u64) -> Grant {
        self.requests_per_day = Some(requests);
        self
    }
}

/// The usage tiers: $5, $50, $100, $250 and $1,000 paid.
pub(super) static TIERS: &[Tier] = &[
    tier(
        "openai/tier-1",
        &[
            ("gpt-4o", joint(500, 30_000)),
            ("gpt-4o-mini", joint(500, 200_000).by_the_day(10_000)),
            ("gpt-5.4-mini", joint(500, 500_000)),
            ("gpt-5.5", joint(500, 500_000)),
            ("gpt-5.6-sol", joint(500, 500_000)),
            ("gpt-6-sol", joint(500, 500_000)),
            ("gpt-6-astra", joint(500, 500_000)),
            ("gpt-5.5-long", joint(200, 400_000)),
        ],
    ),
    tier(
        "openai/tier-2",
        &[
            ("gpt-4o", joint(5_000, 450_000)),
            ("gpt-4o-mini", joint(5_000, 2_000_000)),
            ("gpt-5.4-mini", joint(5_000, 2_000_000)),
            ("gpt-5.5", joint(5_000, 1_000_000)),
            ("gpt-5.6-sol", joint(5_000, 1_000_000)),
            ("gpt-6-sol", joint(5_000, 1_000_000)),
            ("gpt-6-astra", joint(5_000, 1_000_000)),
            ("gpt-5.5-long", joint(500, 1_000_000)),
        ],
    ),
    tier(
        "openai/tier-3",
        &[
            ("gpt-4o", joint(5_000, 800_000)),
            ("gpt-4o-mini", joint(5_000, 4_000_000)),
            ("gpt-5.4-mini", joint(5_000, 4_000_000)),
            ("gpt-5.5", joint(5_000, 2_000_000)),
            ("gpt-5.6-sol", joint(5_000, 2_000_000)),
            ("gpt-6-sol", joint(5_000, 2_000_000)),
            ("gpt-6-astra", joint(5_000, 2_000_000)),
            ("gpt-5.5-long", joint(1_000, 2_000_000)),
        ],
    ),
    tier(
        "openai/tier-4",
        &[
            ("gpt-4o", joint(10_000, 2_000_000)),
            ("gpt-4o-mini", joint(10_000, 10_000_000)),
            ("gpt-5.4-mini", joint(10_000, 10_000_000)),
            ("gpt-5.5", joint(10_000, 4_000_000)),
            ("gpt-5.6-sol", joint(10_000, 4_000_000)),
            ("gpt-6-sol", joint(10_000, 4_000_000)),
            ("gpt-6-astra", joint(10_000, 4_000_000)),
            ("gpt-5.5-long", joint(2_000, 10_000_000)),
        ],
    ),
    tier(
        "openai/tier-5",
        &[
            ("gpt-4o", joint(10_000, 30_000_000)),
            ("gpt-4o-mini", joint(30_000, 150_000_000)),
            ("gpt-5.4-mini", joint(30_000, 180_000_000)),
            ("gpt-5.5", joint(15_000, 40_000_000)),
            ("gpt-5.6-sol", joint(15_000, 40_000_000)),
            ("gpt-6-sol", joint(15_000, 40_000_000)),
            ("gpt-6-astra", joint(15_000, 40_000_000)),
            ("gpt-5.5-long", joint(8_000, 20_000_000)),
        ],
    ),
];

const AZURE: &str = "the quota page of Azure OpenAI, 2026-05";

const fn deployment(name: &'static str, requests: u64, tokens: u64) -> Tier {
    Tier { name, source: AZURE, grants: Grants::InProportion { requests, tokens } }
}

/// How Azure grants requests to a deployment: by its tokens per minute. They are counted by the minute, requests in
/// slices of a second or of ten.
pub(super) static AZURE_TIERS: &[Tier] =
    &[deployment("azure/chat", 6, 1_000), deployment("azure/o1", 1, 6_000), deployment("azure/o3", 1, 1_000)];
