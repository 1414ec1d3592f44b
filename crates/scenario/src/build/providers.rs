//! Providers, quotas, lanes and faults.

mod capacity;
mod faults;
mod projects;
mod prompts;
mod quota;

use super::words;
use crate::errors::Problem;
use crate::presets::{self, ModelPreset};
use crate::reader::Reader;
use crate::record::{Got, Named, Record};
use crate::suggest;
use projects::Organisation;
use quota::{Family, family_quota};
use rushhour_base::header::{FaultHeader, QuotaHeader};
use rushhour_base::{LaneId, LongPrices, Price, Prices, Span};
use rushhour_core::settings::{Accounting, PoolLimits, RateLimit};
use rushhour_world::settings::{
    Dialect, FaultPlan, GrantPlan, LatencyPlan, ModelLane, OutputCharge, ProviderPlan, QuotaPlan,
};

/// All that the provider tables say.
#[derive(Debug, Default)]
pub(crate) struct Models {
    pub(crate) providers: Vec<ProviderPlan>,
    pub(crate) quotas: Vec<QuotaPlan>,
    pub(crate) quota_headers: Vec<QuotaHeader>,
    pub(crate) lanes: Vec<ModelLane>,
    /// The lanes' names, `provider/model`, and after all of these `provider/model@project`.
    pub(crate) lane_names: Vec<String>,
    /// The models' names, as bills name them.
    pub(crate) model_names: Vec<String>,
    /// The models' context windows in tokens.
    pub(crate) context_tokens: Vec<u64>,
    /// Whether any model's prices say for how long recorded prompts are kept.
    pub(crate) states_cache_ttl: bool,
    /// The group of each lane, which shares its fate.
    pub(crate) groups: Vec<u16>,
    /// The names of the groups.
    fates: Vec<String>,
    pub(crate) faults: Vec<FaultPlan>,
    pub(crate) fault_headers: Vec<FaultHeader>,
}

/// The tier of every provider that names one.
pub(crate) fn tiers(root: &Record) -> Vec<(String, &'static str)> {
    let tier = |provider: &Named| {
        let record = provider.got.table();
        record.maybe("tier").map(|_| (provider.name.clone(), record.word("tier")))
    };
    root.map("provider").iter().filter_map(tier).collect()
}

/// Reads all providers. `horizon` and `start_date` are those of the run.
pub(crate) fn models(reader: &mut Reader, root: &Record, horizon: Span, start_date: u32) -> Models {
    let mut models = Models::default();
    let mut organisations = Vec::new();
    for provider in root.map("provider") {
        let Named { name, got, .. } = provider;
        let record = got.table();
        models.providers.push(ProviderPlan { name: name.clone(), dialect: dialect(record) });
        quota::check_dialect(reader, record);
        let (first_lane, first_quota) = (models.lanes.len(), models.quotas.len());
        let mut families = Vec::new();
        for model in record.map("model") {
            one_model(reader, &mut models, &mut families, record, model, start_date);
        }
        quota::check_steps(reader, record, &models.quotas[first_quota..]);
        let fate = record.maybe("fate").map_or(name.as_str(), Got::text);
        let group = models.group(fate);
        models.groups.resize(models.lanes.len(), group);
        for fault in record.map("fault") {
            faults::one_fault(reader, &mut models, fault, first_lane, horizon);
        }
        organisations.push(Organisation { provider, families, lanes: first_lane..models.lanes.len() });
    }
    for organisation in &organisations {
        projects::projects(reader, &mut models, organisation);
    }
    if models.lanes.len() > 10_000 {
        let spot = &root.get("provider").spot;
        let message = format!("there are {} models, those of projects included", models.lanes.len());
        reader.tell(spot.place, Problem::new(&spot.path, message).expected("at most 10,000"));
    }
    models
}

fn dialect(provider: &Record) -> Dialect {
    match provider.word("dialect") {
        "openai" => Dialect::OpenAi,
        _ => Dialect::Anthropic,
    }
}

fn one_model(
    reader: &mut Reader,
    models: &mut Models,
    families: &mut Vec<Family>,
    provider: &Record,
    model: &Named,
    start_date: u32,
) {
    let record = model.got.table();
    let preset = record.maybe("preset").and_then(|_| presets::model_named(record.word("preset")));
    let prices = prices(reader, record, preset, model);
    tell_if_switched_off(reader, record, preset, start_date);
    let family = match (record.maybe("family"), preset) {
        (Some(stated), _) => stated.text().to_owned(),
        (None, Some(preset)) => preset.family.to_owned(),
        (None, None) => model.name.clone(),
    };
    let quota = family_quota(reader, models, families, provider, record, family);
    let provider_index = models.providers.len() - 1;
    let provider_name = &models.providers[provider_index].name;
    models.lane_names.push(format!("{provider_name}/{}", model.name));
    models.model_names.push(preset.map_or(model.name.clone(), |preset| preset.name.to_owned()));
    let stated = record.maybe("context").map(|_| record.count("context"));
    let context_tokens = stated.or(preset.map(|preset| preset.context_tokens)).unwrap_or(u64::MAX);
    models.context_tokens.push(context_tokens);
    let latency = latency(record.table("latency"));
    let capacity = record.maybe("capacity").map(|stated| capacity::capacity(reader, stated.table()));
    models.lanes.push(ModelLane {
        provider: provider_index,
        quota,
        same_model_as: None,
        prices,
        latency,
        capacity,
        hallucination_permille: words::permille(record),
        cache: prompts::cache(reader, record.table("cache"), dialect(provider)),
        reasoning: record.maybe("reasoning").map(|got| prompts::reasoning(reader, got)),
        context_tokens,
    });
    models.states_cache_ttl |= record.table("prices").get("cache_ttl").written;
}

fn prices(reader: &mut Reader, record: &Record, preset: Option<&ModelPreset>, model: &Named) -> Prices {
    let stated = record.table("prices");
    let price = |key: &str| stated.maybe(key).map(|_| Price::per_million(stated.money(key)));
    let known = preset.map(ModelPreset::prices);
    let (input, output) =
        (price("input").or(known.map(|p| p.input)), price("output").or(known.map(|p| p.output)));
    if (input.is_none() || output.is_none()) && record.get("preset").sound {
        let message = format!("nothing says what `{}` costs", model.got.spot.path);
        let expected = "a `preset`, or `prices` with at least `input` and `output`";
        let hint = suggest::nearest(&format!("claude-{}", model.name), &presets::model_names());
        reader.tell(
            model.name_place,
            Problem::new(&model.got.spot.path, message).expected(expected).hint(hint),
        );
    }
    let input = input.unwrap_or_default();
    let cache_write = match (price("cache_write"), stated.word("cache_ttl")) {
        (Some(stated), _) => stated,
        (None, "1h") => twice(input),
        (None, _) => known.map_or(input, |p| p.cache_write),
    };
    let short = Prices {
        input,
        cached_read: price("cached_read").or(known.map(|p| p.cached_read)).unwrap_or(input),
        cache_write,
        cache_write_1h: price("cache_write_1h").unwrap_or(twice(input)),
        output: output.unwrap_or_default(),
        long: None,
    };
    // A price of one's own is no list price any more, so the list's prices of long prompts go with it.
    let own = ["input", "cached_read", "cache_write", "cache_write_1h", "output"]
        .iter()
        .any(|key| stated.get(key).written);
    let mut of_list = known.and_then(|p| p.long).filter(|_| !own);
    if let Some(long) = of_list.as_mut().filter(|_| stated.word("cache_ttl") == "1h") {
        long.cache_write = twice(long.input);
    }
    let long = stated.maybe("long").map(|got| long_prices(got.table(), short)).or(of_list);
    Prices { long, ..short }
}

/// What it costs to keep a prompt for an hour (Anthropic, "Prompt caching", 2026).
fn twice(input: Price) -> Price {
    Price(input.0.saturating_mul(2))
}

/// The prices of long prompts; cached input is dearer than that of short ones as other input is.
fn long_prices(record: &Record, short: Prices) -> LongPrices {
    let price = |key: &str| record.maybe(key).map(|_| Price::per_million(record.money(key)));
    let input = price("input").unwrap_or_default();
    let dearer = |of: Price| {
        let scaled = u128::from(of.0) * u128::from(input.0) / u128::from(short.input.0.max(1));
        Price(u64::try_from(scaled).unwrap_or(u64::MAX))
    };
    LongPrices {
        above_tokens: record.count("above"),
        input,
        cached_read: price("cached_read").unwrap_or(dearer(short.cached_read)),
        cache_write: price("cache_write").unwrap_or(dearer(short.cache_write)),
        cache_write_1h: price("cache_write_1h").unwrap_or(twice(input)),
        output: price("output").unwrap_or_default(),
    }
}

fn tell_if_switched_off(reader: &mut Reader, record: &Record, preset: Option<&ModelPreset>, start_date: u32) {
    if let Some(preset) = preset.filter(|preset| preset.off_from > 0 && preset.off_from <= start_date) {
        let date = preset.off_from;
        let (year, month, day) = (date / 10_000, date / 100 % 100, date % 100);
        let text = format!(
            "the provider serves {} only until {year}-{month:02}-{day:02}, before this run",
            preset.name
        );
        reader.notice(&record.get("preset").spot.path, text);
    }
}

fn latency(record: &Record) -> LatencyPlan {
    LatencyPlan {
        base: record.span("base"),
        per_input_token: record.span("per_input_token"),
        per_cached_token: record.maybe("per_cached_token").unwrap_or(record.get("per_input_token")).span(),
        per_output_token: record.span("per_output_token"),
        spread: record.share("spread").as_f64(),
        refusal: record.span("refusal"),
    }
}

impl Models {
    /// The number of the group of lanes that share a fate.
    fn group(&mut self, fate: &str) -> u16 {
        let known = self.fates.iter().position(|known| known == fate);
        let index = known.unwrap_or_else(|| {
            self.fates.push(fate.to_owned());
            self.fates.len() - 1
        });
        u16::try_from(index).unwrap_or(u16::MAX)
    }

    /// What the client believes of the quotas: what is true, since a provider says it in every reply's headers.
    pub(crate) fn pools(&self) -> Vec<PoolLimits> {
        let limit =
            |grant: GrantPlan| RateLimit { amount: grant.amount, period: grant.period, burst: grant.burst };
        let pool = |quota: &QuotaPlan| PoolLimits {
            requests: quota.requests.map(limit),
            tokens: quota.tokens.map(limit),
            input_tokens: quota.input_tokens.map(limit),
            output_tokens: quota.output_tokens.map(limit),
            requests_per_day: quota.requests_per_day.map(limit),
            tokens_per_day: quota.tokens_per_day.map(limit),
            concurrency: quota.concurrency,
            accounting: accounting(quota),
        };
        self.quotas.iter().map(pool).collect()
    }

    /// The lane of a name.
    pub(crate) fn lane(&self, name: &str) -> Option<LaneId> {
        let index = self.lane_names.iter().position(|known| known == name)?;
        Some(LaneId(u16::try_from(index).unwrap_or(u16::MAX)))
    }
}

/// What a client can rely on: a provider that counts failed calls promises nothing of their tokens.
fn accounting(quota: &QuotaPlan) -> Accounting {
    let (output_as_produced, gives_back_unused) = match quota.output {
        OutputCharge::AsProduced => (true, true),
        OutputCharge::UpFront { refunds, .. } => (false, refunds),
    };
    let (gives_back_failed, counts_cached) = (!quota.counts_failed, quota.counts_cached);
    Accounting { output_as_produced, gives_back_unused, gives_back_failed, counts_cached }
}
