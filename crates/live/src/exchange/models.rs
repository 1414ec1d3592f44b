//! `GET /v1/models` and `GET /v1/models/{id}`.

use super::{Visit, key};
use crate::reply::ReplyBody;
use crate::routes::{Model, Provider};
use hyper::Response;
use hyper::header::HeaderMap;
use rushhour_base::{LimitHeaders, Usage};
use rushhour_world::settings::Dialect;
use rushhour_world::stamp::rfc3339;
use rushhour_world::wire::{self, Finish, Refusal, Said};
use serde_json::{Value, json};

/// Lists the models, or shows one.
pub(super) fn respond(
    visit: &Visit<'_>,
    headers: &HeaderMap,
    query: Option<&str>,
    id: Option<&str>,
) -> Response<ReplyBody> {
    if key(headers, visit.dialect).is_none() {
        return visit.refuse(Refusal::NoKey);
    }
    let all: Vec<(&Provider, &Model)> = match visit.named {
        Some(provider) => provider.models.iter().map(|model| (provider, model)).collect(),
        None => {
            let providers = visit.desk.routes.of_dialect(visit.dialect);
            providers
                .flat_map(|provider| provider.models.iter().map(move |model| (provider, model)))
                .collect()
        }
    };
    let body = match id {
        None if visit.dialect == Dialect::Anthropic => page(&all, query.unwrap_or_default()),
        None => {
            let data: Vec<Value> = all.iter().map(|(provider, model)| openai(provider, model)).collect();
            json!({ "object": "list", "data": data })
        }
        Some(id) => match all.iter().find(|(provider, _)| provider.model(id).is_some()) {
            None => return visit.refuse(Refusal::NoSuchModel { model: id }),
            Some((provider, _)) => match (provider.model(id), visit.dialect) {
                (Some(model), Dialect::OpenAi) => openai(provider, model),
                (Some(model), Dialect::Anthropic) => anthropic(model),
                (None, _) => return visit.refuse(Refusal::NoSuchModel { model: id }),
            },
        },
    };
    let exchange = visit.unasked();
    let (said, usage, limits) = (Said::default(), Usage::default(), LimitHeaders::default());
    let plain = match visit.dialect {
        Dialect::OpenAi => wire::openai::completion(&exchange, said, Finish::Stop, usage, &limits),
        Dialect::Anthropic => wire::anthropic::message(&exchange, said, Finish::Stop, usage, &limits),
    };
    visit.send(plain, |_| ReplyBody::whole(body.to_string()))
}

fn openai(provider: &Provider, model: &Model) -> Value {
    json!({ "id": model.model, "object": "model", "created": CREATED_UNIX_S, "owned_by": provider.name })
}

fn anthropic(model: &Model) -> Value {
    let context = Some(model.context_tokens).filter(|tokens| *tokens < u64::MAX);
    json!({
        "type": "model", "id": &*model.snapshot, "display_name": model.name, "created_at": rfc3339(CREATED_UNIX_S),
        "max_input_tokens": context,
    })
}

/// A page of Anthropic's list, as `limit`, `after_id` and `before_id` ask for it.
fn page(all: &[(&Provider, &Model)], query: &str) -> Value {
    let parameter = |name: &str| {
        query
            .split('&')
            .filter_map(|pair| pair.split_once('='))
            .find(|(key, _)| *key == name)
            .map(|(_, value)| value)
    };
    let limit = parameter("limit").and_then(|limit| limit.parse().ok()).unwrap_or(20).clamp(1, 1_000);
    let place = |id: &str| all.iter().position(|(_, model)| &*model.snapshot == id);
    let (from, until) = match (parameter("after_id").and_then(place), parameter("before_id").and_then(place))
    {
        (Some(after), _) => (after + 1, all.len()),
        (None, Some(before)) => (before.saturating_sub(limit), before),
        (None, None) => (0, all.len()),
    };
    let shown = &all[from..until.min(from + limit)];
    let id = |model: Option<&(&Provider, &Model)>| model.map(|(_, model)| model.snapshot.to_string());
    json!({
        "data": shown.iter().map(|(_, model)| anthropic(model)).collect::<Vec<_>>(),
        "has_more": from + shown.len() < until,
        "first_id": id(shown.first()),
        "last_id": id(shown.last()),
    })
}

/// When every model was made: a scenario does not say.
const CREATED_UNIX_S: i64 = 1_735_689_600;
