//! One scenario, read and checked: the world, the policies to compare in it, and what is required of them.

use crate::build::{self, Around, Models};
use crate::canon;
use crate::errors::{Errors, Notice, Problem};
use crate::fields::{POLICY, SCENARIO};
use crate::header::{cap_header, cost_header, first_rung, lane_headers};
use crate::overrides::{self, Override};
use crate::reader::{Reader, varied};
use crate::record::{Got, Record, Typed};
use crate::tree::{self, Entry, Node};
use rushhour_base::header::LaneHeader;
use rushhour_base::{Ratio, RunHeader, Seed, Span};
use rushhour_core::settings::{LanePlan, Policy, TokenEstimate, Topology};
use rushhour_report::slo::Names;
use rushhour_world::WorldPlan;
use std::path::Path;

/// An experiment that cannot be wrong: one world, and one policy or several to try in it.
#[derive(Clone, Debug)]
pub struct Scenario {
    /// Its name: `name`, else the file's without its ending.
    pub name: String,
    /// The question that it answers: the file's first comment line, without `#`; empty if there is none.
    pub question: String,
    /// 32 hex digits that name all that decides the run but the seed: values, overrides and trace rows.
    pub hash: String,
    /// The seed.
    pub seed: Seed,
    /// The policies to compare. The first is `base`.
    pub variants: Vec<Variant>,
    /// Quotas as the client sees them, lanes and agents: the same for all variants.
    pub topology: Topology,
    /// All that a run meets: the same for all variants.
    pub world: WorldPlan,
    /// What is not wrong but should not pass in silence.
    pub notices: Vec<Notice>,
    /// How far figures may move at the gate, as shares of the baseline's, by path.
    pub bands: Vec<(String, Ratio)>,
    /// Which published tier each provider is on, by the provider's name, as far as the file names one.
    pub tiers: Vec<(String, &'static str)>,
    /// The header of a run, without what a variant, a seed and a version decide.
    plain_header: RunHeader,
}

/// A policy under its name.
#[derive(Clone, Debug, PartialEq)]
pub struct Variant {
    /// Its name; `base` for the scenario itself.
    pub name: String,
    /// What the fleet does.
    pub policy: Policy,
    /// The names of its caps on spending.
    caps: Vec<String>,
    /// The names of its costs that are no tokens.
    costs: Vec<String>,
}

impl Scenario {
    /// Reads a scenario file and lays the overrides over it.
    ///
    /// # Errors
    /// All that is wrong with the file, the overrides and the trace, at once; or that the file cannot be read.
    pub fn load(path: &Path, overrides: &[Override]) -> Result<Scenario, Errors> {
        let origin = path.display().to_string();
        let text = std::fs::read_to_string(path).map_err(|error| {
            let hint = "a scenario is a TOML file; `rushhour new` writes one to begin with".to_owned();
            Errors::of_file(&origin, format!("the scenario cannot be read: {error}"), Some(hint))
        })?;
        Scenario::parse(&text, &origin, path.parent().unwrap_or(Path::new("")), overrides)
    }

    /// Reads a scenario's text. `origin` is its name in messages, and without its folder and ending the scenario's
    /// default name; paths in the text are relative to `base_dir`.
    ///
    /// # Errors
    /// All that is wrong with the text, the overrides and the trace, at once.
    ///
    /// ```
    /// use rushhour_scenario::Scenario;
    /// let scenario = Scenario::parse(rushhour_scenario::starter(), "mine.toml", ".".as_ref(), &[]).unwrap();
    /// assert_eq!(scenario.name, "mine");
    /// assert_eq!(scenario.variants[0].name, "base");
    /// ```
    pub fn parse(
        text: &str,
        origin: &str,
        base_dir: &Path,
        overrides: &[Override],
    ) -> Result<Scenario, Errors> {
        let mut reader = Reader::default();
        let scenario = read(&mut reader, text, origin, base_dir, overrides);
        match scenario {
            Some(scenario) if reader.errors.is_empty() => Ok(scenario),
            _ => Err(reader.errors.into_errors()),
        }
    }

    /// The same scenario under another seed.
    #[must_use]
    pub fn with_seed(mut self, seed: Seed) -> Scenario {
        self.seed = seed;
        self.world.seed = seed;
        self
    }

    /// The variant of a name.
    pub fn variant(&self, name: &str) -> Option<&Variant> {
        self.variants.iter().find(|variant| variant.name == name)
    }

    /// What a report of one run must know besides events: the run of `variant` under `seed`, simulated by `version`
    /// of this tool.
    pub fn header(&self, variant: &Variant, seed: Seed, version: &str) -> RunHeader {
        let policy = &variant.policy;
        let mut header = self.plain_header.clone();
        header.variant.clone_from(&variant.name);
        header.version = version.to_owned();
        header.seed = seed.0;
        header.exact_tokens = policy.token_estimate == TokenEstimate::Exact;
        header.chain = policy.chain.iter().map(|rung| rung.rung).collect();
        if let Some(ladder) = &policy.ladder {
            let steps = rushhour_core::ladder::steps(&ladder.economy, &policy.chain);
            header.modes = steps.iter().map(|step| step.mode).collect();
        }
        for (index, lane) in header.lanes.iter_mut().enumerate() {
            lane.rung = first_rung(policy, index);
        }
        header.costs =
            variant.costs.iter().zip(&policy.costs).map(|(name, line)| cost_header(name, line)).collect();
        header.caps =
            variant.caps.iter().zip(&policy.caps).map(|(name, cap)| cap_header(name, cap)).collect();
        header
    }
}

/// What is read of a file before its parts are put together.
struct Parts {
    root: Record,
    /// The policies, `base` first.
    policies: Vec<(String, Record)>,
    name: String,
    question: String,
}

fn read(
    reader: &mut Reader,
    text: &str,
    origin: &str,
    base_dir: &Path,
    overrides: &[Override],
) -> Option<Scenario> {
    let source = reader.sources.add(origin, text, false);
    let mut tree = tree::parse(&reader.sources, source, text, &mut reader.errors)?;
    overrides::apply(&mut tree, overrides, &mut reader.sources, &mut reader.errors);
    let variants = tree.take("variant");
    let root = reader.record(&SCENARIO, &tree);
    let mut policies = vec![("base".to_owned(), root.table("policy").clone())];
    policies.extend(varied_policies(reader, tree.entry("policy").map(|entry| &entry.node), variants));
    let stem = Path::new(origin).file_stem().map_or(origin.into(), |stem| stem.to_string_lossy());
    let name = root.maybe("name").map_or(stem.into_owned(), |name| name.text().to_owned());
    let parts = Parts { root, policies, name, question: question(text) };
    Some(put_together(reader, &parts, base_dir))
}

/// The first comment line before anything else. `#:` lines speak to editors.
fn question(text: &str) -> String {
    let mut lines = text.lines().map(str::trim).take_while(|line| line.is_empty() || line.starts_with('#'));
    let first = lines.find(|line| line.starts_with('#') && !line.starts_with("#:") && line.len() > 1);
    first.map(|line| line.trim_start_matches('#').trim().to_owned()).unwrap_or_default()
}

/// Each variant's policy, laid over that of the scenario before it is read.
fn varied_policies(
    reader: &mut Reader,
    base: Option<&Node>,
    variants: Option<Entry>,
) -> Vec<(String, Record)> {
    let Some(variants) = variants else { return Vec::new() };
    let Some(entries) = variants.node.entries() else {
        let problem = Problem::new("variant", "`variant` must be a table with an entry for each variant");
        reader.tell(variants.node.place, problem.hint(Some("write [variant.NAME.policy]".to_owned())));
        return Vec::new();
    };
    let mut policies = Vec::new();
    for entry in entries {
        reader.check_name("variant", entry);
        if entry.key == "base" {
            let problem = Problem::new(&entry.node.path, "`base` is the scenario itself");
            reader.tell(entry.key_place, problem.expected("another name"));
        }
        let mut node = entry.node.clone();
        let policy = node.take("policy");
        refuse_all_but_policy(reader, entry, &node, policy.is_some());
        if let Some(policy) = policy {
            let merged = varied(base, policy.node);
            policies.push((entry.key.clone(), read_policy(reader, &merged)));
        }
    }
    policies
}

fn read_policy(reader: &mut Reader, merged: &Node) -> Record {
    if merged.entries().is_none() {
        let problem = Problem::new(&merged.path, format!("`{}` must be a table", merged.path));
        reader.tell(merged.place, problem);
    }
    reader.record(&POLICY, merged)
}

fn refuse_all_but_policy(reader: &mut Reader, entry: &Entry, rest: &Node, has_policy: bool) {
    for other in rest.entries().unwrap_or_default() {
        let path = &other.node.path;
        let problem = Problem::new(path, format!("a variant cannot change `{}`", other.key));
        let hint = format!("write [variant.{}.policy] with the keys of [policy]", entry.key);
        let expected = "policy, and nothing else: all variants meet the same world";
        reader.tell(other.key_place, problem.expected(expected).hint(Some(hint)));
    }
    if !has_policy && rest.entries().is_none_or(<[Entry]>::is_empty) {
        let problem = Problem::new(&entry.node.path, format!("variant `{}` changes nothing", entry.key));
        let hint = format!("write [variant.{}.policy] with the keys of [policy]", entry.key);
        reader.tell(entry.key_place, problem.hint(Some(hint)));
    }
}

fn put_together(reader: &mut Reader, parts: &Parts, base_dir: &Path) -> Scenario {
    let root = &parts.root;
    let Typed::Moment(start) = root.get("starts").typed else { panic!("the field `starts` is a moment") };
    let seed = Seed(root.count("seed"));
    let stated = root.maybe("duration").map(Got::span);
    let workloads = build::workloads(reader, root, base_dir, (stated, start.weekday()));
    let horizon = stated.unwrap_or_else(|| build::horizon_of(&workloads.rows));
    check_warmup(reader, root, horizon);
    let models = build::models(reader, root, horizon, start.date);
    let around = Around {
        folder: base_dir,
        models: &models,
        workloads: &workloads.headers,
        agents: workloads.agents,
        deadlines: workloads.plans.iter().any(|plan| plan.deadline < Span::MAX),
        time_of_day: start.time_of_day,
        starts_local_s: start.unix_s + i64::from(start.utc_offset_s),
        has_words: workloads.plans.iter().any(|plan| plan.words.is_some()),
        has_conversations: workloads.plans.iter().any(build::has_conversations),
        recorded_hits: workloads.plans.iter().any(build::states_cache_hits),
        has_rules: parts.policies.iter().any(|(_, policy)| policy.maybe("rules").is_some()),
        has_human: parts.policies.iter().any(|(_, policy)| policy.maybe("human").is_some()),
        has_reviewers: parts.policies.iter().any(|(_, policy)| build::has_reviewers(policy)),
    };
    if !around.has_words {
        build::tell_unused(reader, root);
    }
    let mut variants = Vec::new();
    for (name, policy) in &parts.policies {
        let costs = policy.map("costs").iter().map(|line| line.name.clone()).collect();
        let caps = policy.map("budget").iter().map(|cap| cap.name.clone()).collect();
        variants.push(Variant {
            name: name.clone(),
            policy: build::policy(reader, policy, &around),
            caps,
            costs,
        });
    }
    let turns = workloads.sessions.as_ref().map_or(&[][..], |recorded| recorded.turns());
    let schemas = variants.iter().filter_map(|variant| {
        let structure = variant.policy.validation.as_ref()?.structure.as_ref()?;
        Some(structure.text()).filter(|text| !text.is_empty())
    });
    let schemas: Vec<&str> = schemas.collect();
    let files = canon::Files { rows: &workloads.rows, turns, phrases: &workloads.phrases, schemas: &schemas };
    let hash = canon::hash(root, &parts.policies[1..], &files);
    let mut header = plain_header(parts, &models, &around, hash.clone());
    header.world_hash = canon::world_hash(root, &files);
    header.horizon = horizon;
    (header.starts_unix_s, header.utc_offset_s) = (start.unix_s, start.utc_offset_s);
    header.business = build::business(reader, root, &header.workloads);
    let names = Names::of(&header);
    let variant_names: Vec<&str> = parts.policies.iter().map(|(name, _)| name.as_str()).collect();
    header.slos = build::slos(reader, root, &names, &variant_names);
    let bands = build::bands(reader, root, &names);
    let topology = topology(&models, &header, (workloads.agents, workloads.users));
    let world = WorldPlan {
        seed,
        horizon,
        starts_at: start.time_of_day,
        providers: models.providers,
        quotas: models.quotas,
        lanes: models.lanes,
        faults: models.faults,
        workloads: workloads.plans,
    };
    Scenario {
        name: parts.name.clone(),
        question: parts.question.clone(),
        hash,
        seed,
        variants,
        topology,
        world,
        bands,
        notices: std::mem::take(&mut reader.notices),
        tiers: build::tiers(root),
        plain_header: header,
    }
}

fn check_warmup(reader: &mut Reader, root: &Record, horizon: Span) {
    let warmup = root.get("warmup");
    if warmup.sound && root.get("duration").sound && warmup.span() >= horizon {
        let why = format!("the run is over after {horizon}");
        reader.reject(&warmup.spot, &why, "less than `duration`, or no figure would have samples", None);
    }
}

fn topology(models: &Models, header: &RunHeader, (agents, users): (u32, u32)) -> Topology {
    let plan = |(index, lane): (usize, &LaneHeader)| LanePlan {
        pool: lane.quota.map(|quota| quota.0),
        prices: lane.prices,
        context_tokens: models.context_tokens.get(index).copied().unwrap_or(u64::MAX),
        group: models.groups.get(index).copied().unwrap_or(u16::MAX),
    };
    Topology {
        pools: models.pools(),
        within: models.quotas.iter().map(|quota| quota.within.map(|outer| outer.0)).collect(),
        lanes: header.lanes.iter().enumerate().map(plan).collect(),
        workflows: u16::try_from(header.workloads.len()).unwrap_or(u16::MAX),
        agents,
        users,
    }
}

fn plain_header(parts: &Parts, models: &Models, around: &Around<'_>, scenario_hash: String) -> RunHeader {
    RunHeader {
        scenario: parts.name.clone(),
        question: parts.question.clone(),
        scenario_hash,
        world_hash: String::new(),
        variant: "base".to_owned(),
        mode: "simulated".to_owned(),
        version: String::new(),
        seed: parts.root.count("seed"),
        starts_unix_s: 0,
        utc_offset_s: 0,
        horizon: Span::ZERO,
        warmup: parts.root.span("warmup"),
        workloads: around.workloads.to_vec(),
        quotas: models.quota_headers.clone(),
        lanes: lane_headers(models, around),
        chain: Vec::new(),
        modes: Vec::new(),
        caps: Vec::new(),
        costs: Vec::new(),
        exact_tokens: true,
        business: Vec::new(),
        faults: models.fault_headers.clone(),
        slos: Vec::new(),
    }
}
