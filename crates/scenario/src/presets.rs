//! What providers publish: prices by model and quotas by tier, each with its date and source.
//!
//! Both move every few months. A scenario that names a preset stays reproducible because a preset, once here, is
//! never edited: newer figures get a newer name.

use rushhour_base::{Price, Prices};

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
    /// The date from which the provider no longer serves it, as a number that sorts; 0 for none announced.
    pub(crate) off_from: u32,
}

/// A tier that can be named.
pub(crate) struct Tier {
    pub(crate) name: &'static str,
    /// As of which month, and whose word it is.
    pub(crate) source: &'static str,
    /// Requests, input tokens and output tokens per minute, by family.
    grants: &'static [(&'static str, [u64; 3])],
}

/// Where the prices come from.
pub(crate) const PRICES_SOURCE: &str = "the price map of litellm 1.109.1 (2026-11-12), spot-checked against the provider's pages of 2026-09; prompts above \
     a long-context threshold are priced like short ones";

const fn model(
    name: &'static str,
    family: &'static str,
    context_tokens: u64,
    micro_usd: [u64; 4],
) -> ModelPreset {
    ModelPreset { name, family, context_tokens, micro_usd, off_from: 0 }
}

/// All models. Families follow the provider's: one bucket for Opus 4.x, one for Sonnet 4.x, and so on.
pub(crate) static MODELS: &[ModelPreset] = &[
    model("claude-3-5-haiku", "haiku-3.5", 200_000, [800_000, 80_000, 1_000_000, 4_000_000]),
    model("claude-haiku-4-5", "haiku-4.5", 200_000, [1_000_000, 100_000, 1_250_000, 5_000_000]),
    model("claude-haiku-5-5", "haiku-5.5", 1_000_000, [100_000, 10_000, 125_000, 500_000]),
    ModelPreset {
        name: "claude-sonnet-4-5",
        family: "sonnet-4",
        context_tokens: 200_000,
        micro_usd: [3_000_000, 300_000, 3_750_000, 15_000_000],
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
    Tier { name, source: CURRENT, grants }
}

const fn former(name: &'static str, grants: &'static [(&'static str, [u64; 3])]) -> Tier {
    Tier { name, source: FORMER, grants }
}

/// All tiers.
pub(crate) static TIERS: &[Tier] = &[
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
        Prices { input, cached_read, cache_write, output }
    }
}

impl Tier {
    /// Requests, input tokens and output tokens per minute for a family, if the tier knows it.
    pub(crate) fn grant(&self, family: &str) -> Option<[u64; 3]> {
        self.grants.iter().find(|(name, _)| *name == family).map(|(_, grant)| *grant)
    }

    /// The families that it knows.
    pub(crate) fn families(&self) -> impl Iterator<Item = &'static str> {
        self.grants.iter().map(|(name, _)| *name)
    }
}

pub(crate) fn model_named(name: &str) -> Option<&'static ModelPreset> {
    MODELS.iter().find(|model| model.name == name)
}

pub(crate) fn tier_named(name: &str) -> Option<&'static Tier> {
    TIERS.iter().find(|tier| tier.name == name)
}

pub(crate) fn model_names() -> Vec<&'static str> {
    MODELS.iter().map(|model| model.name).collect()
}

pub(crate) fn tier_names() -> Vec<&'static str> {
    TIERS.iter().map(|tier| tier.name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_families_are_those_of_models() {
        for names in [model_names(), tier_names()] {
            assert!(names.iter().enumerate().all(|(i, name)| !names[..i].contains(name)), "{names:?}");
        }
        for tier in TIERS {
            for family in tier.families() {
                assert!(MODELS.iter().any(|model| model.family == family), "{} {family}", tier.name);
            }
        }
    }

    /// A slip of a digit in a price shows in its proportion to the others.
    #[test]
    fn prices_stand_in_the_usual_proportion() {
        for model in MODELS {
            let p = model.prices();
            assert_eq!(p.output.0, p.input.0 * 5, "{}", model.name);
            assert_eq!(p.cache_write.0 * 4, p.input.0 * 5, "{}", model.name);
            assert!([10, 20, 40].contains(&(p.input.0 / p.cached_read.0)), "{}", model.name);
        }
    }

    #[test]
    fn a_higher_tier_grants_no_less() {
        for tiers in [&TIERS[..3], &TIERS[3..]] {
            for pair in tiers.windows(2) {
                for family in pair[0].families() {
                    let (low, high) = (pair[0].grant(family), pair[1].grant(family));
                    let (low, high) = (low.expect("its own family"), high.expect("families do not vanish"));
                    assert!(
                        low.iter().zip(high).all(|(low, high)| *low <= high),
                        "{} {family}",
                        pair[1].name
                    );
                }
            }
        }
        let grant = |tier: &str, family| tier_named(tier).and_then(|tier| tier.grant(family));
        assert_eq!(grant("anthropic/tier-2", "sonnet-4"), Some([1_000, 450_000, 90_000]));
        assert_eq!(grant("anthropic/scale", "fable-5"), Some([4_000, 4_000_000, 800_000]));
        assert_eq!(grant("anthropic/tier-4", "sonnet-5"), None);
    }
}
