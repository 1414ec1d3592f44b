//! Projects: lanes of their own on the organisation's models, and quotas within the organisation's.

use super::quota::{Family, amounts, enforced, quota_header, states_figures};
use super::{Got, Models, Named, Problem, Reader, Record};
use crate::presets::Grant;
use crate::suggest;
use rushhour_base::{LaneId, QuotaId};
use rushhour_world::settings::{GrantPlan, ModelLane, QuotaPlan};
use std::ops::Range;

/// A provider whose models have been read: its projects come after all models, so that they renumber no lane.
pub(super) struct Organisation<'a> {
    pub(super) provider: &'a Named,
    pub(super) families: Vec<Family>,
    /// Its models' lanes.
    pub(super) lanes: Range<usize>,
}

/// Reads the projects of a provider.
pub(super) fn projects(reader: &mut Reader, models: &mut Models, organisation: &Organisation<'_>) {
    for project in organisation.provider.got.table().map("project") {
        let record = project.got.table();
        check_families(reader, record, organisation);
        let mut quotas = Vec::new();
        for Family { name, id, .. } in &organisation.families {
            quotas.push((*id, project_quota(reader, models, organisation, project, name, *id)));
        }
        if !quotas.is_empty() && quotas.iter().all(|(outer, own)| outer == own) && project.got.is_sound() {
            let text = "it states no quota, so only the organisation's limits it".to_owned();
            reader.notice(&project.got.spot.path, text);
        }
        for lane in organisation.lanes.clone() {
            one_lane(models, lane, &project.name, &quotas);
        }
    }
}

/// The lane of a model for one project.
fn one_lane(models: &mut Models, of_model: usize, project: &str, quotas: &[(QuotaId, QuotaId)]) {
    let lane = models.lanes[of_model];
    let quota = quotas.iter().find(|(outer, _)| *outer == lane.quota).map_or(lane.quota, |(_, own)| *own);
    let same_model_as = Some(LaneId(u16::try_from(of_model).unwrap_or(u16::MAX)));
    models.lanes.push(ModelLane { quota, same_model_as, ..lane });
    models.lane_names.push(format!("{}@{project}", models.lane_names[of_model]));
    models.model_names.push(models.model_names[of_model].clone());
    models.context_tokens.push(models.context_tokens[of_model]);
    models.groups.push(models.groups[of_model]);
}

/// The quota that a project has of a family; the organisation's, if it states none.
fn project_quota(
    reader: &mut Reader,
    models: &mut Models,
    organisation: &Organisation<'_>,
    project: &Named,
    family: &str,
    outer: QuotaId,
) -> QuotaId {
    let (provider, record) = (organisation.provider, project.got.table());
    let of_family = record.map("family").iter().find(|named| named.name == family);
    let own = of_family.map_or(record.get("quota"), |named| &named.got);
    let counts = own.table().get("counts_cached");
    if counts.written && counts.sound {
        let why = "a project counts as its organisation does";
        reader.reject(&counts.spot, why, "the key in the model's `quota`", None);
    }
    if !states_figures(own.table()) {
        return outer;
    }
    let whole = models.quotas[outer.index()];
    let plan = QuotaPlan {
        enforced: enforced(reader, own.table(), false),
        counts_cached: whole.counts_cached,
        within: Some(outer),
        ..amounts(own.table(), provider.got.table(), Grant::default())
    };
    tell_if_larger(reader, own, &plan, &whole);
    let id = QuotaId(u16::try_from(models.quotas.len()).unwrap_or(u16::MAX));
    models.quotas.push(plan);
    models.quota_headers.push(quota_header(format!("{}/{family}@{}", provider.name, project.name), &plan));
    id
}

fn check_families(reader: &mut Reader, project: &Record, organisation: &Organisation<'_>) {
    let known: Vec<&str> = organisation.families.iter().map(|family| family.name.as_str()).collect();
    for Named { name, name_place, got } in project.map("family") {
        if got.sound && !known.contains(&name.as_str()) {
            let problem = Problem::new(&got.spot.path, format!("no model is of the family `{name}`"));
            let hint = suggest::nearest(name, &known);
            reader.tell(*name_place, problem.expected(suggest::one_of_quoted(&known)).hint(hint));
        }
    }
}

/// Says where a project is granted more than its organisation has.
fn tell_if_larger(reader: &mut Reader, own: &Got, plan: &QuotaPlan, whole: &QuotaPlan) {
    let larger = |own: Option<GrantPlan>, whole: Option<GrantPlan>| {
        own.zip(whole).is_some_and(|(own, whole)| own.amount > whole.amount)
    };
    let pairs = [
        ("requests_per_minute", larger(plan.requests, whole.requests)),
        ("tokens_per_minute", larger(plan.tokens, whole.tokens)),
        ("input_tokens_per_minute", larger(plan.input_tokens, whole.input_tokens)),
        ("output_tokens_per_minute", larger(plan.output_tokens, whole.output_tokens)),
        ("requests_per_day", larger(plan.requests_per_day, whole.requests_per_day)),
        ("tokens_per_day", larger(plan.tokens_per_day, whole.tokens_per_day)),
    ];
    for (key, _) in pairs.into_iter().filter(|(_, is_larger)| *is_larger) {
        let text = "it is without effect: the organisation has less".to_owned();
        reader.notice(&own.table().get(key).spot.path, text);
    }
}
