//! What providers publish: prices by model and quotas by tier, each with its date and source.
//!
//! Both move every few months. A scenario that names a preset stays reproducible because a preset, once here, is
//! never edited: newer figures get a newer name.

mod openai;

use rushhour_base::{LongPrices, Price, Prices};

/// A model that can be named.
pub(crate) struct ModelPreset {
    /// Its name, as the provider's API writes it.
    pub(crate) name: &'static str,
    /// The class of models with which it shares a quota.
    pub(crate) family: &'static str,
    /// Its context window: the most tokens that prompt and longest reply may have together.
    pub(crate) context_tokens: u64,
    /// Micro-dollars per million tokens: input, cached read, five-minute cache write, output.
    micro_usd: [u64; 4],
    /// Above how many tokens of prompt a call has other prices, and those in the same order.
    long_micro_usd: Option<(u64, [u64; 4])>,
    /// The date from which the provider no longer serves it, as a number that sorts; 0 for none announced.
    pub(crate) off_from: u32,
}

/// A tier that can be named.
pub(crate) struct Tier {
    pub(crate) name: &'static str,
    /// As of which month, and whose word it is.
    pub(crate) source: &'static str,
    /// By family.
    grants: Grants,
}

/// What a tier grants, by family.
enum Grants {
    /// Requests, input tokens and output tokens per minute.
    Apart(&'static [(&'static str, [u64; 3])]),
    /// Whatever there is.
    Any(&'static [(&'static str, Grant)]),
    /// To any family so many requests for so many tokens per minute, which are a deployment's own; requests in slices
    /// of a minute's counter.
    InProportion { requests: u64, tokens: u64 },
}

/// What a tier grants for a family; `None` for what it does not limit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Grant {
    pub(crate) requests: Option<u64>,
    /// Input and output together.
    pub(crate) tokens: Option<u64>,
    pub(crate) input_tokens: Option<u64>,
    pub(crate) output_tokens: Option<u64>,
    pub(crate) requests_per_day: Option<u64>,
}

/// Families of which cached input counts against the quota, although the dialect leaves it out: Claude Haiku 3.5 alone
/// (the provider's rate-limit page, 2026-08-22).
pub(crate) const CACHED_INPUT_COUNTS: &[&str] = &["haiku-3.5"];

/// Where the prices come from.
pub(crate) const PRICES_SOURCE: &str = "the price map of litellm 1.109.1 (2026-11-12), spot-checked against the provider's pages of 2026-09; where it \
     states no price of cached input above a long-context threshold, that rises as input does";

const fn model(
    name: &'static str,
    family: &'static str,
    context_tokens: u64,
    micro_usd: [u64; 4],
) -> ModelPreset {
    ModelPreset { name, family, context_tokens, micro_usd, long_micro_usd: None, off_from: 0 }
}

/// All models. Families follow the provider's: one bucket for Opus 4.x, one for Sonnet 4.x, and so on.
static MODELS: &[ModelPreset] = &[
    model("claude-3-5-haiku", "haiku-3.5", 200_000, [800_000, 80_000, 1_000_000, 4_000_000]),
    model("claude-haiku-4-5", "haiku-4.5", 200_000, [1_000_000, 100_000, 1_250_000, 5_000_000]),
    model("claude-haiku-5-5", "haiku-5.5", 1_000_000, [100_000, 10_000, 125_000, 500_000])
        .long(100_000, 500_000, 2_500_000),
    ModelPreset {
        name: "claude-sonnet-4-5",
        family: "sonnet-4",
        context_tokens: 200_000,
        micro_usd: [3_000_000, 300_000, 3_750_000, 15_000_000],
        long_micro_usd: None,
        off_from: 20_261_130,
    },
    model("claude-sonnet-4-6", "sonnet-4", 1_000_000, [3_000_000, 300_000, 3_750_000, 15_000_000]),
    model("claude-sonnet-5", "sonnet-5", 1_000_000, [2_000_000, 200_000, 2_500_000, 10_000_000]),
    model("claude-sonnet-5-5", "sonnet-5.5", 1_000_000, [2_000_000, 100_000, 2_500_000, 10_000_000]),
    model("claude-opus-4-1", "opus-4", 200_000, [15_000_000, 1_500_000, 18_750_000, 75_000_000]),
    model("claude-opus-4-5", "opus-4", 200_000, [5_000_000, 500_000, 6_250_000, 25_000_000]),
    model("claude-opus-4-6", "opus-4", 1_000_000, [5_000_000, 500_000, 6_250_000, 25_000_000]),
    model("claude-opus-4-7", "opus-4", 1_000_000, [5_000_000, 500_000, 6_250_000, 25_000_000]),
    model("claude-opus-4-8", "opus-4", 1_000_000, [5_000_000, 500_000, 6_250_000, 25_000_000]),
    model("claude-opus-5", "opus-5", 1_000_000, [5_000_000, 500_000, 6_250_000, 25_000_000]),
    model("claude-opus-5-5", "opus-5.5", 1_000_000, [4_000_000, 200_000, 5_000_000, 20_000_000]),
    model("claude-fable-5", "fable-5", 1_000_000, [10_000_000, 1_000_000, 12_500_000, 50_000_000]),
    model("claude-fable-5-1", "fable-5", 1_000_000, [10_000_000, 250_000, 12_500_000, 50_000_000]),
];

const CURRENT: &str = "the provider's rate-limit page, 2026-08-22";
const FORMER: &str = "a third party's record of the former tiers, 2026-05";

const fn current(name: &'static str, grants: &'static [(&'static str, [u64; 3])]) -> Tier {
    Tier { name, source: CURRENT, grants: Grants::Apart(grants) }
}

const fn former(name: &'static str, grants: &'static [(&'static str, [u64; 3])]) -> Tier {
    Tier { name, source: FORMER, grants: Grants::Apart(grants) }
}

/// All tiers.
static TIERS: &[Tier] = &[
    current(
        "anthropic/start",
        &[
            ("opus-5", [1_000, 2_000_000, 400_000]),
            ("opus-4", [1_000, 2_000_000, 400_000]),
            ("sonnet-5", [1_000, 2_000_000, 400_000]),
            ("sonnet-4", [1_000, 2_000_000, 400_000]),
            ("haiku-4.5", [1_000, 2_000_000, 400_000]),
            ("fable-5", [1_000, 500_000, 100_000]),
            ("haiku-3.5", [1_000, 100_000, 20_000]),
        ],
    ),
    current(
        "anthropic/build",
        &[
            ("opus-5", [5_000, 5_000_000, 1_000_000]),
            ("opus-4", [5_000, 5_000_000, 1_000_000]),
            ("sonnet-5", [5_000, 5_000_000, 1_000_000]),
            ("sonnet-4", [5_000, 5_000_000, 1_000_000]),
            ("haiku-4.5", [5_000, 5_000_000, 1_000_000]),
            ("fable-5", [2_000, 1_500_000, 300_000]),
            ("haiku-3.5", [2_000, 200_000, 40_000]),
        ],
    ),
    current(
        "anthropic/scale",
        &[
            ("opus-5", [10_000, 10_000_000, 2_000_000]),
            ("opus-4", [10_000, 10_000_000, 2_000_000]),
            ("sonnet-5", [10_000, 10_000_000, 2_000_000]),
            ("sonnet-4", [10_000, 10_000_000, 2_000_000]),
            ("haiku-4.5", [10_000, 10_000_000, 2_000_000]),
            ("fable-5", [4_000, 4_000_000, 800_000]),
            ("haiku-3.5", [4_000, 400_000, 80_000]),
        ],
    ),
    former(
        "anthropic/tier-1",
        &[
            ("opus-4", [50, 500_000, 80_000]),
            ("sonnet-4", [50, 30_000, 8_000]),
            ("haiku-4.5", [50, 50_000, 10_000]),
        ],
    ),
    former(
        "anthropic/tier-2",
        &[
            ("opus-4", [1_000, 2_000_000, 200_000]),
            ("sonnet-4", [1_000, 450_000, 90_000]),
            ("haiku-4.5", [1_000, 450_000, 90_000]),
        ],
    ),
    former(
        "anthropic/tier-3",
        &[
            ("opus-4", [2_000, 5_000_000, 400_000]),
            ("sonnet-4", [2_000, 800_000, 160_000]),
            ("haiku-4.5", [2_000, 1_000_000, 200_000]),
        ],
    ),
    former(
        "anthropic/tier-4",
        &[
            ("opus-4", [4_000, 10_000_000, 800_000]),
            ("sonnet-4", [4_000, 2_000_000, 400_000]),
            ("haiku-4.5", [4_000, 4_000_000, 800_000]),
        ],
    ),
];

impl ModelPreset {
    /// Its list prices.
    pub(crate) fn prices(&self) -> Prices {
        let [input, cached_read, cache_write, output] = self.micro_usd.map(Price);
        let long = self.long_micro_usd.map(|(above_tokens, micro_usd)| {
            let [input, cached_read, cache_write, output] = micro_usd.map(Price);
            let cache_write_1h = Price(2 * input.0);
            LongPrices { above_tokens, input, cached_read, cache_write, cache_write_1h, output }
        });
        Prices { input, cached_read, cache_write, cache_write_1h: Price(2 * input.0), output, long }
    }

    /// The same with other prices of input and output for prompts above so many tokens; cached input rises as input does.
    const fn long(mut self, above_tokens: u64, input: u64, output: u64) -> ModelPreset {
        let [short, read, write, _] = self.micro_usd;
        self.long_micro_usd =
            Some((above_tokens, [input, read * input / short, write * input / short, output]));
        self
    }
}

impl Tier {
    /// What it grants a family, if it knows it.
    pub(crate) fn grant(&self, family: &str) -> Option<Grant> {
        match &self.grants {
            Grants::Apart(grants) => {
                let [requests, input, output] = of_family(grants, family)?.map(Some);
                let (input_tokens, output_tokens) = (input, output);
                Some(Grant { requests, input_tokens, output_tokens, ..Grant::default() })
            }
            Grants::Any(grants) => of_family(grants, family),
            Grants::InProportion { .. } => None,
        }
    }

    /// How many requests it grants any family for how many tokens, if that is how it grants: it then counts by the minute,
    /// and requests in slices of it.
    pub(crate) fn proportion(&self) -> Option<[u64; 2]> {
        match self.grants {
            Grants::InProportion { requests, tokens } => Some([requests, tokens]),
            Grants::Apart(_) | Grants::Any(_) => None,
        }
    }

    /// The families that it knows.
    pub(crate) fn families(&self) -> impl Iterator<Item = &'static str> {
        let (apart, any): (&[_], &[_]) = match self.grants {
            Grants::Apart(grants) => (grants, &[]),
            Grants::Any(grants) => (&[], grants),
            Grants::InProportion { .. } => (&[], &[]),
        };
        apart.iter().map(|(name, _)| *name).chain(any.iter().map(|(name, _)| *name))
    }
}

fn of_family<T: Copy>(grants: &[(&str, T)], family: &str) -> Option<T> {
    grants.iter().find(|(name, _)| *name == family).map(|(_, grant)| *grant)
}

/// All models of all providers.
pub(crate) fn models() -> impl Iterator<Item = &'static ModelPreset> {
    MODELS.iter().chain(openai::MODELS)
}

/// All tiers of all providers.
pub(crate) fn tiers() -> impl Iterator<Item = &'static Tier> {
    TIERS.iter().chain(openai::TIERS).chain(openai::AZURE_TIERS)
}

pub(crate) fn model_named(name: &str) -> Option<&'static ModelPreset> {
    models().find(|model| model.name == name)
}

pub(crate) fn tier_named(name: &str) -> Option<&'static Tier> {
    tiers().find(|tier| tier.name == name)
}

/// The tiers of the same provider and source as `name`, in ascending order, itself among them; `None` if there is no such
/// tier.
pub(crate) fn tiers_beside(name: &str) -> Option<Vec<&'static str>> {
    let known = tier_named(name)?;
    let provider = |tier: &Tier| tier.name.split('/').next();
    let is_ladder = |tier: &Tier| tier.proportion().is_none();
    let beside =
        |tier: &&Tier| is_ladder(tier) && tier.source == known.source && provider(tier) == provider(known);
    Some(tiers().filter(beside).map(|tier| tier.name).collect())
}

/// The tier that the same source names next above `name`; `None` above the highest, and of a name that is no tier.
///
/// ```
/// use rushhour_scenario::next_tier;
/// assert_eq!(next_tier("anthropic/start"), Some("anthropic/build"));
/// assert_eq!(next_tier("anthropic/scale"), None);
/// ```
pub fn next_tier(name: &str) -> Option<&'static str> {
    let beside = tiers_beside(name)?;
    let place = beside.iter().position(|tier| *tier == name)?;
    beside.get(place + 1).copied()
}

pub(crate) fn model_names() -> Vec<&'static str> {
    models().map(|model| model.name).collect()
}

pub(crate) fn tier_names() -> Vec<&'static str> {
    tiers().map(|tier| tier.name).collect()
}

#[cfg(test)]
mod tests;
