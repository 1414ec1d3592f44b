//! Which provider, model, project and lane a request means.
//!
//! Providers are told apart by their dialect, which the path names; where several speak one dialect, by a prefix of the path
//! (`/NAME/v1/…`), else by the model: the first provider that has it. A model answers to its name in the scenario, to that of its
//! preset, and to the dated snapshot of that.
//!
//! Keys are not secrets here. Where a provider has projects, a key is the name of one, or ends with it behind a hyphen
//! (`sk-proj-NAME`), or is the provider's own name for the organisation; elsewhere any key is good.

use rushhour_base::{LaneId, RunHeader};
use rushhour_world::WorldPlan;
use rushhour_world::settings::Dialect;
use std::borrow::Cow;
use std::rc::Rc;

/// All providers of a scenario, as requests name them.
#[derive(Debug)]
pub(crate) struct Routes {
    pub(crate) providers: Vec<Provider>,
}

/// A provider.
#[derive(Debug)]
pub(crate) struct Provider {
    pub(crate) name: String,
    pub(crate) dialect: Dialect,
    /// The identifier of its one organisation, as headers name it.
    pub(crate) organization: Rc<str>,
    pub(crate) models: Vec<Model>,
    /// The names of its projects.
    pub(crate) projects: Vec<String>,
}

/// A model of a provider.
#[derive(Debug)]
pub(crate) struct Model {
    /// Its name in the scenario.
    pub(crate) name: String,
    /// Its name on bills.
    pub(crate) model: String,
    /// What a reply calls it: the dated snapshot.
    pub(crate) snapshot: Rc<str>,
    lane: LaneId,
    /// Its lanes of the projects.
    of_projects: Vec<(String, LaneId)>,
    pub(crate) context_tokens: u64,
}

impl Routes {
    pub(crate) fn new(header: &RunHeader, world: &WorldPlan) -> Routes {
        let mut providers: Vec<Provider> = world
            .providers
            .iter()
            .map(|plan| Provider {
                name: plan.name.clone(),
                dialect: plan.dialect,
                organization: organization(plan.dialect, &plan.name).into(),
                models: Vec::new(),
                projects: Vec::new(),
            })
            .collect();
        for (index, (plan, lane)) in world.lanes.iter().zip(&header.lanes).enumerate() {
            let id = LaneId(u16::try_from(index).unwrap_or(u16::MAX));
            let provider = &mut providers[plan.provider];
            let name = lane.name.strip_prefix(&format!("{}/", provider.name)).unwrap_or(&lane.name);
            match plan.same_model_as {
                None => provider.models.push(Model {
                    name: name.to_owned(),
                    model: lane.model.clone(),
                    snapshot: snapshot(&lane.model).into(),
                    lane: id,
                    of_projects: Vec::new(),
                    context_tokens: plan.context_tokens,
                }),
                Some(whole) => {
                    let project = name.rsplit_once('@').map_or(name, |(_, project)| project).to_owned();
                    if !provider.projects.contains(&project) {
                        provider.projects.push(project.clone());
                    }
                    if let Some(model) = provider.models.iter_mut().find(|model| model.lane == whole) {
                        model.of_projects.push((project, id));
                    }
                }
            }
        }
        Routes { providers }
    }

    /// The provider whose name a path begins with, and the rest of the path.
    pub(crate) fn prefixed<'p>(&self, path: &'p str) -> (Option<&Provider>, &'p str) {
        let named = path.strip_prefix('/').and_then(|rest| rest.split_once('/'));
        let found = named.and_then(|(name, _)| self.providers.iter().find(|provider| provider.name == name));
        match (found, named) {
            // A provider may be called `v1`; a path of the API is no prefix then.
            (Some(provider), Some((name, _))) if name != "v1" => (Some(provider), &path[name.len() + 1..]),
            _ => (None, path),
        }
    }

    /// The providers of a dialect.
    pub(crate) fn of_dialect(&self, dialect: Dialect) -> impl Iterator<Item = &Provider> {
        self.providers.iter().filter(move |provider| provider.dialect == dialect)
    }

    /// Who serves `model` among the providers of a dialect.
    pub(crate) fn model(&self, dialect: Dialect, model: &str) -> Option<(&Provider, &Model)> {
        self.of_dialect(dialect).find_map(|provider| Some((provider, provider.model(model)?)))
    }
}

impl Provider {
    pub(crate) fn model(&self, name: &str) -> Option<&Model> {
        let by = |wanted: &dyn Fn(&Model) -> bool| self.models.iter().find(|model| wanted(model));
        by(&|model| model.name == name)
            .or_else(|| by(&|model| model.model == name || &*model.snapshot == name))
            .or_else(|| by(&|model| is_dated(name, &model.model)))
    }

    /// The project of a key: none for the organisation's own.
    ///
    /// # Errors
    /// If the key is not good here.
    pub(crate) fn project(&self, key: &str) -> Result<Option<&str>, WrongKey> {
        if self.projects.is_empty() || key == self.name {
            return Ok(None);
        }
        let of = |project: &&String| {
            key.strip_suffix(project.as_str()).is_some_and(|rest| rest.is_empty() || rest.ends_with('-'))
        };
        // Of two projects of which one's name ends with the other's, the longer is meant.
        let project = self.projects.iter().filter(of).max_by_key(|project| project.len());
        project.map(|project| Some(project.as_str())).ok_or(WrongKey)
    }
}

impl Model {
    pub(crate) fn lane(&self, project: Option<&str>) -> LaneId {
        let own = self.of_projects.iter().find(|(name, _)| Some(name.as_str()) == project);
        own.map_or(self.lane, |(_, lane)| *lane)
    }
}

/// A key that belongs to no project, where there are projects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct WrongKey;

/// A key as error messages show it: its ends, or nothing of a short one.
pub(crate) fn masked(key: &str) -> String {
    let characters: Vec<char> = key.chars().collect();
    match characters.len() {
        0..12 => "*".repeat(characters.len().min(8)),
        length => {
            let (head, tail) = (&characters[..4], &characters[length - 4..]);
            head.iter().chain(&['*'; 8]).chain(tail).collect()
        }
    }
}

fn organization(dialect: Dialect, name: &str) -> String {
    match dialect {
        Dialect::OpenAi => format!("org-{name}"),
        Dialect::Anthropic => {
            let hash = xxhash_rust::xxh3::xxh3_128(name.as_bytes());
            let (high, low) = ((hash >> 64) as u64, hash as u64);
            format!(
                "{:08x}-{:04x}-4{:03x}-8{:03x}-{:012x}",
                high >> 32,
                high >> 16 & 0xffff,
                high & 0xfff,
                low >> 48 & 0xfff,
                low & 0xffff_ffff_ffff
            )
        }
    }
}

/// The snapshot that an alias stands for, as far as it was published; else the name itself.
fn snapshot(model: &str) -> Cow<'_, str> {
    let date = SNAPSHOTS.iter().find(|(alias, _)| *alias == model).map(|(_, date)| *date);
    date.map_or(Cow::Borrowed(model), |date| Cow::Owned(format!("{model}-{date}")))
}

/// Whether `name` is `model` and a date.
fn is_dated(name: &str, model: &str) -> bool {
    let date = name.strip_prefix(model).and_then(|rest| rest.strip_prefix('-'));
    date.is_some_and(|date| {
        let digits = date.bytes().filter(u8::is_ascii_digit).count();
        digits == 8 && date.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-')
    })
}

const SNAPSHOTS: [(&str, &str); 13] = [
    ("gpt-4o", "2024-08-06"),
    ("gpt-4o-mini", "2024-07-18"),
    ("gpt-4.1", "2025-04-14"),
    ("gpt-4.1-mini", "2025-04-14"),
    ("gpt-4.1-nano", "2025-04-14"),
    ("gpt-5", "2025-08-07"),
    ("gpt-5-mini", "2025-08-07"),
    ("o3", "2025-04-16"),
    ("o4-mini", "2025-04-16"),
    ("claude-sonnet-4-5", "20250929"),
    ("claude-haiku-4-5", "20251001"),
    ("claude-opus-4-1", "20250805"),
    ("claude-opus-4-5", "20251101"),
];
