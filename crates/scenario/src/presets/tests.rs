//! What is published, against itself and against the tables.

use super::*;

#[test]
fn names_are_unique_and_families_are_those_of_models() {
    for names in [model_names(), tier_names()] {
        assert!(names.iter().enumerate().all(|(i, name)| !names[..i].contains(name)), "{names:?}");
    }
    for tier in tiers() {
        for family in tier.families() {
            // Of one the price is not known, and one is of calls and not of models.
            let has_no_model = ["gpt-6-sol", "gpt-5.5-long"].contains(&family);
            assert_eq!(models().any(|model| model.family == family), !has_no_model, "{} {family}", tier.name);
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

/// OpenAI's models differ too much for one proportion, but all lie between these.
#[test]
fn prices_of_openai_stand_in_the_usual_proportion() {
    for model in openai::MODELS {
        let p = model.prices();
        assert!([4, 5, 6, 8].contains(&(p.output.0 / p.input.0)), "{}", model.name);
        assert!([2, 4, 10, 20].contains(&(p.input.0 / p.cached_read.0)), "{}", model.name);
        let write = p.cache_write.0 * 4;
        assert!(write == p.input.0 * 4 || write == p.input.0 * 5, "{}", model.name);
    }
}

#[test]
fn a_higher_tier_grants_no_less() {
    let no_less =
        |low: Option<u64>, high: Option<u64>| high.is_none_or(|high| low.is_some_and(|low| low <= high));
    let ladders = || tiers().filter(|tier| tier.proportion().is_none());
    let pairs = ladders().filter_map(|tier| Some((tier, tier_named(next_tier(tier.name)?)?)));
    let pairs: Vec<(&Tier, &Tier)> = pairs.collect();
    assert_eq!(pairs.len(), ladders().count() - 3, "all but the highest of three ladders have a next one");
    assert_eq!(next_tier("azure/chat"), None, "a proportion is no step");
    for (below, above) in pairs {
        for family in below.families() {
            let (low, high) = (below.grant(family), above.grant(family));
            let (low, high) = (low.expect("its own family"), high.expect("families do not vanish"));
            let grows = no_less(low.requests, high.requests)
                && no_less(low.tokens, high.tokens)
                && no_less(low.input_tokens, high.input_tokens)
                && no_less(low.output_tokens, high.output_tokens)
                && no_less(low.requests_per_day, high.requests_per_day);
            assert!(grows, "{} {family}", above.name);
        }
    }
    let grant = |tier: &str, family| tier_named(tier).and_then(|tier| tier.grant(family));
    let apart = |[requests, input, output]: [u64; 3]| {
        let (requests, input_tokens, output_tokens) = (Some(requests), Some(input), Some(output));
        Some(Grant { requests, input_tokens, output_tokens, ..Grant::default() })
    };
    assert_eq!(grant("anthropic/tier-2", "sonnet-4"), apart([1_000, 450_000, 90_000]));
    assert_eq!(grant("anthropic/scale", "fable-5"), apart([4_000, 4_000_000, 800_000]));
    assert_eq!(grant("anthropic/tier-4", "sonnet-5"), None);
    let (requests, tokens) = (Some(500), Some(200_000));
    let mini = Grant { requests, tokens, requests_per_day: Some(10_000), ..Grant::default() };
    assert_eq!(grant("openai/tier-1", "gpt-4o-mini"), Some(mini));
    assert_eq!(grant("openai/tier-5", "gpt-4o").and_then(|grant| grant.tokens), Some(30_000_000));
}

/// What a tier grants, as the provider's table writes it: requests, then tokens per minute.
fn written(tier: &str, family: &str) -> String {
    let Some(g) = tier_named(tier).and_then(|tier| tier.grant(family)) else { return "-".to_owned() };
    let short = |amount: u64| match amount {
        _ if amount.is_multiple_of(1_000_000) => format!("{}M", amount / 1_000_000),
        _ if amount.is_multiple_of(100_000) && amount > 1_000_000 => {
            format!("{}.{}M", amount / 1_000_000, amount / 100_000 % 10)
        }
        _ if amount.is_multiple_of(1_000) => format!("{}k", amount / 1_000),
        _ => amount.to_string(),
    };
    [g.requests, g.tokens, g.input_tokens, g.output_tokens]
        .into_iter()
        .flatten()
        .map(short)
        .collect::<Vec<_>>()
        .join("/")
}

/// Families that share a row, and what it says of each tier.
type Row = (&'static [&'static str], &'static str);

/// Every row of the published tables, cell by cell.
#[test]
fn tiers_grant_what_the_tables_say() {
    let tables: [(&[&str], &[Row]); 3] = [
        (
            &["anthropic/start", "anthropic/build", "anthropic/scale"],
            &[
                (
                    &["opus-5", "opus-4", "sonnet-5", "sonnet-4", "haiku-4.5"],
                    "1k/2M/400k 5k/5M/1M 10k/10M/2M",
                ),
                (&["fable-5"], "1k/500k/100k 2k/1.5M/300k 4k/4M/800k"),
                (&["haiku-3.5"], "1k/100k/20k 2k/200k/40k 4k/400k/80k"),
            ],
        ),
        (
            &["anthropic/tier-1", "anthropic/tier-2", "anthropic/tier-3", "anthropic/tier-4"],
            &[
                (&["opus-4"], "50/500k/80k 1k/2M/200k 2k/5M/400k 4k/10M/800k"),
                (&["sonnet-4"], "50/30k/8k 1k/450k/90k 2k/800k/160k 4k/2M/400k"),
                (&["haiku-4.5"], "50/50k/10k 1k/450k/90k 2k/1M/200k 4k/4M/800k"),
                (&["sonnet-5"], "- - - -"),
            ],
        ),
        (
            &["openai/tier-1", "openai/tier-2", "openai/tier-3", "openai/tier-4", "openai/tier-5"],
            &[
                (&["gpt-4o"], "500/30k 5k/450k 5k/800k 10k/2M 10k/30M"),
                (&["gpt-4o-mini"], "500/200k 5k/2M 5k/4M 10k/10M 30k/150M"),
                (&["gpt-5.4-mini"], "500/500k 5k/2M 5k/4M 10k/10M 30k/180M"),
                (
                    &["gpt-5.5", "gpt-5.6-sol", "gpt-6-sol", "gpt-6-astra"],
                    "500/500k 5k/1M 5k/2M 10k/4M 15k/40M",
                ),
                (&["gpt-5.5-long"], "200/400k 500/1M 1k/2M 2k/10M 8k/20M"),
            ],
        ),
    ];
    for (tiers, rows) in tables {
        for (families, expected) in rows {
            for family in *families {
                let cells: Vec<String> = tiers.iter().map(|tier| written(tier, family)).collect();
                assert_eq!(cells.join(" "), *expected, "{family}");
            }
        }
    }
    assert_eq!(tier_named("azure/chat").and_then(Tier::proportion), Some([6, 1_000]));
    assert_eq!(tier_named("azure/o1").and_then(Tier::proportion), Some([1, 6_000]));
    assert_eq!(tier_named("azure/o3").and_then(Tier::proportion), Some([1, 1_000]));
}
