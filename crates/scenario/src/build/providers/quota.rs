//! What a provider grants, and how it counts.

use super::{Models, dialect};
use crate::errors::Problem;
use crate::presets::{self, Grant, Tier};
use crate::reader::Reader;
use crate::record::{Got, Record};
use crate::suggest;
use rushhour_base::header::{GrowthHeader, LimitHeader, QuotaHeader};
use rushhour_base::time::{DAY, MINUTE};
use rushhour_base::{Dimension, Enforcement, QuotaId, Span};
use rushhour_world::settings::{Dialect, Estimate, GrantPlan, GrowthPlan, OutputCharge, QuotaPlan};

/// A quota while its provider is read: which model family it is for, and which model's `quota` table decided it.
pub(super) struct Family {
    pub(super) name: String,
    pub(super) id: QuotaId,
    decided_by: Option<String>,
}

/// The quota of a model's family: made by the first model that has it, and confirmed by the others.
pub(super) fn family_quota(
    reader: &mut Reader,
    models: &mut Models,
    families: &mut Vec<Family>,
    provider: &Record,
    record: &Record,
    family: String,
) -> QuotaId {
    let own = record.get("quota");
    let states = own.written.then(|| own.spot.path.clone());
    let known = families.iter_mut().find(|known| known.name == family);
    if let (Some(known), None) = (&known, &states) {
        return known.id;
    }
    let tier = provider.maybe("tier").and_then(|_| presets::tier_named(provider.word("tier")));
    let plan = quota(reader, record, provider, tier, &family);
    let provider_name = &models.providers[models.providers.len() - 1].name;
    let header = quota_header(format!("{provider_name}/{family}"), &plan);
    let Some(known) = known else {
        let id = QuotaId(u16::try_from(models.quotas.len()).unwrap_or(u16::MAX));
        models.quotas.push(plan);
        models.quota_headers.push(header);
        families.push(Family { name: family, id, decided_by: states });
        return id;
    };
    match &known.decided_by {
        Some(first) if models.quotas[known.id.index()] != plan && own.is_sound() => {
            let why =
                format!("models of family {} share one quota, and `{first}` states another", known.name);
            let problem = Problem::new(&own.spot.path, format!("two quotas for one family: {why}"));
            reader.tell(own.spot.place, problem.expected("the same figures, or another `family`"));
        }
        Some(_) => {}
        None => {
            models.quotas[known.id.index()] = plan;
            models.quota_headers[known.id.index()] = header;
            known.decided_by = states;
        }
    }
    known.id
}

fn quota(
    reader: &mut Reader,
    record: &Record,
    provider: &Record,
    tier: Option<&Tier>,
    family: &str,
) -> QuotaPlan {
    let own = record.table("quota");
    let proportion = tier.and_then(Tier::proportion);
    let granted = match (proportion, own.maybe("tokens_per_minute")) {
        (Some([requests, tokens]), Some(own)) => {
            let requests = own.count().saturating_mul(requests) / tokens;
            Some(Grant { requests: Some(requests.max(1)), ..Grant::default() })
        }
        _ => tier.and_then(|tier| tier.grant(family)),
    };
    if granted.is_none() && (!states_figures(own) || proportion.is_some()) {
        tell_without_quota(reader, record, provider.maybe("tier"), tier, family);
    }
    let counts_cached = own.maybe("counts_cached").map(|_| own.flag("counts_cached"));
    QuotaPlan {
        enforced: enforced(reader, own, proportion.is_some()),
        counts_cached: counts_cached.unwrap_or(
            dialect(provider) == Dialect::OpenAi || presets::CACHED_INPUT_COUNTS.contains(&family),
        ),
        ..amounts(own, provider, granted.unwrap_or_default())
    }
}

/// What a `quota` table grants, beside what a tier does.
pub(super) fn amounts(own: &Record, provider: &Record, granted: Grant) -> QuotaPlan {
    let amount = |key: &str, granted: Option<u64>| own.maybe(key).map(Got::count).or(granted);
    let per_minute = |key: &str, granted: Option<u64>| {
        let amount = amount(key, granted)?;
        Some(GrantPlan { amount, period: Span(MINUTE), burst: own.share("burst").of(amount).max(1) })
    };
    let per_day = |key: &str, granted: Option<u64>| {
        let amount = amount(key, granted)?;
        Some(GrantPlan { amount, period: Span(DAY), burst: amount })
    };
    let Grant { requests, tokens, input_tokens, output_tokens, requests_per_day } = granted;
    let (output, counts_failed) = accounting(provider);
    let plan = QuotaPlan {
        requests: per_minute("requests_per_minute", requests),
        tokens: per_minute("tokens_per_minute", tokens),
        input_tokens: per_minute("input_tokens_per_minute", input_tokens),
        output_tokens: per_minute("output_tokens_per_minute", output_tokens),
        requests_per_day: per_day("requests_per_day", requests_per_day),
        tokens_per_day: per_day("tokens_per_day", None),
        concurrency: own.maybe("concurrency").map(|_| own.small("concurrency")),
        growth: own.maybe("growth").map(|growth| self::growth(growth.table())),
        enforced: Enforcement::Continuous,
        output,
        output_every: Span::ZERO,
        counts_failed,
        counts_cached: false,
        within: None,
    };
    QuotaPlan { output_every: output_every(provider, &plan), ..plan }
}

/// In which steps of time output is charged that is charged as it is produced: none where nothing counts it.
fn output_every(provider: &Record, plan: &QuotaPlan) -> Span {
    let counted = [plan.tokens, plan.output_tokens, plan.tokens_per_day].iter().any(Option::is_some);
    match provider.maybe("output_charged_every") {
        _ if plan.output != OutputCharge::AsProduced || !counted => Span::ZERO,
        Some(stated) => stated.span(),
        None => Span::secs(1),
    }
}

/// Says so if nothing counts output that is to be counted in steps. `quotas` are those of the provider.
pub(super) fn check_steps(reader: &mut Reader, provider: &Record, quotas: &[QuotaPlan]) {
    let every = provider.get("output_charged_every");
    let counted = quotas.iter().any(|plan| plan.output_every > Span::ZERO);
    if every.written && every.sound && every.span() > Span::ZERO && !counted {
        let text = match dialect(provider) {
            Dialect::OpenAi => {
                "it is without effect: the openai dialect charges output when a call is admitted"
            }
            Dialect::Anthropic => "it is without effect: no quota of the provider limits output",
        };
        reader.notice(&every.spot.path, text.to_owned());
    }
}

fn growth(record: &Record) -> GrowthPlan {
    GrowthPlan { floor: record.count("floor"), share: record.share("share"), per: record.span("per") }
}

/// Whether a `quota` table grants anything, or says no more than how it is counted.
pub(super) fn states_figures(own: &Record) -> bool {
    own.fields().iter().any(|(key, got)| !HOW.contains(key) && got.written)
}

/// The keys of a quota that say how it is counted, and not how much it grants.
const HOW: [&str; 4] = ["burst", "enforced", "slice", "counts_cached"];

/// How a quota is counted; keys that do not go with that are told.
pub(super) fn enforced(reader: &mut Reader, own: &Record, sliced: bool) -> Enforcement {
    let (burst, slice) = (own.get("burst"), own.get("slice"));
    let word = match own.maybe("enforced") {
        Some(_) => own.word("enforced"),
        None if sliced => "slices",
        None => "continuous",
    };
    if word != "continuous" && burst.written && burst.sound {
        let text =
            format!("it is without effect: what is counted by {word} lets its whole amount pass at once");
        reader.notice(&burst.spot.path, text);
    }
    if word != "slices" && slice.written && slice.sound {
        reader.notice(
            &slice.spot.path,
            format!("it is without effect: what is counted by {word} has no slices"),
        );
    }
    match word {
        "fixed_window" => Enforcement::FixedWindow,
        "slices" => Enforcement::Slices(slice.span()),
        "sliding_window" => Enforcement::SlidingWindow,
        _ => Enforcement::Continuous,
    }
}

/// Says which keys and tiers do not go with the dialect.
pub(super) fn check_dialect(reader: &mut Reader, provider: &Record) {
    let dialect = provider.word("dialect");
    for key in ["estimate", "refunds_unused"] {
        let got = provider.get(key);
        if accounting(provider).0 == OutputCharge::AsProduced && got.written && got.sound {
            let text =
                "it is without effect: output counts as it is produced, and `max_tokens` not at all".into();
            reader.notice(&got.spot.path, text);
        }
    }
    if let Some(tier) = provider.maybe("tier").filter(|tier| tier.sound)
        && let Some((whose, _)) = provider.word("tier").split_once('/')
        && whose != dialect
        && (whose, dialect) != ("azure", "openai")
    {
        let text = format!("it is a tier of {whose}, and the provider counts as {dialect} does");
        reader.notice(&tier.spot.path, text);
    }
}

/// When output is charged, and whether failed calls count: as the provider's keys say, else its dialect.
fn accounting(provider: &Record) -> (OutputCharge, bool) {
    let is_openai = dialect(provider) == Dialect::OpenAi;
    let flag = |key: &str| provider.maybe(key).map(|_| provider.flag(key));
    let stated = provider.maybe("output_counts").map(|_| provider.word("output_counts"));
    let output = match stated.map_or(is_openai, |word| word == "at_admission") {
        false => OutputCharge::AsProduced,
        true => OutputCharge::UpFront {
            estimate: match provider.word("estimate") {
                "larger" => Estimate::Larger,
                _ => Estimate::Sum,
            },
            refunds: provider.flag("refunds_unused"),
        },
    };
    (output, flag("counts_failed").unwrap_or(is_openai))
}

/// A model that a tier does not know is an error; one without tier and quota is unlimited, which is said.
fn tell_without_quota(
    reader: &mut Reader,
    record: &Record,
    stated: Option<&Got>,
    tier: Option<&Tier>,
    family: &str,
) {
    let path = &record.spot.path;
    // A model of which nothing at all is known was told by its missing prices.
    let is_known = ["preset", "family", "prices"].iter().any(|key| record.get(key).written);
    match (stated, tier) {
        (Some(got), Some(tier)) if got.sound && record.get("preset").sound && is_known => {
            if tier.proportion().is_some() {
                let message =
                    format!("tier {} grants requests by the tokens that a deployment has", tier.name);
                let expected = "a `quota` with `tokens_per_minute`".to_owned();
                reader.tell(record.spot.place, Problem::new(path, message).expected(expected));
                return;
            }
            let known: Vec<_> = tier.families().collect();
            let message = format!("tier {} says nothing of the family {family} of `{path}`", tier.name);
            let expected = format!("a family that it knows ({}): {}", tier.source, suggest::one_of(&known));
            let hint = "name a `preset` or a `family` that it knows, or state a `quota`".to_owned();
            reader.tell(record.spot.place, Problem::new(path, message).expected(expected).hint(Some(hint)));
        }
        (None, _) => {
            reader.notice(path, "it has neither a tier nor a quota, so nothing limits it".to_owned());
        }
        _ => {}
    }
}

pub(super) fn quota_header(name: String, plan: &QuotaPlan) -> QuotaHeader {
    let beside = match plan.enforced {
        Enforcement::Slices(_) => Enforcement::FixedWindow,
        other => other,
    };
    let grants = [
        (Dimension::Requests, plan.requests, plan.enforced),
        (Dimension::Tokens, plan.tokens, beside),
        (Dimension::InputTokens, plan.input_tokens, beside),
        (Dimension::OutputTokens, plan.output_tokens, beside),
        (Dimension::RequestsPerDay, plan.requests_per_day, beside),
        (Dimension::TokensPerDay, plan.tokens_per_day, beside),
    ];
    let mut limits: Vec<LimitHeader> = grants
        .into_iter()
        .filter_map(|(dimension, grant, enforced)| {
            let GrantPlan { amount, period, burst } = grant?;
            Some(LimitHeader { dimension, amount, period, burst, enforced })
        })
        .collect();
    limits.extend(plan.concurrency.map(u64::from).map(|amount| LimitHeader {
        dimension: Dimension::Concurrency,
        amount,
        period: Span::ZERO,
        burst: amount,
        enforced: Enforcement::Continuous,
    }));
    let output_up_front = plan.output != OutputCharge::AsProduced;
    let growth = plan.growth.map(|GrowthPlan { floor, share, per }| GrowthHeader { floor, share, per });
    QuotaHeader { name, limits, output_up_front, growth, within: plan.within }
}
