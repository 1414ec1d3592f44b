//! The way of one request: head, key, body, call, reply.

mod body;
mod call;
mod finish;
mod models;
mod sending;

use crate::answer::Answer;
use crate::asked::anthropic::Endpoint;
use crate::asked::{Asked, Invalid, anthropic as asked_anthropic, openai as asked_openai};
use crate::control;
use crate::desk::{Desk, UnderWay};
use crate::reply::events::Events;
use crate::reply::stream::Naming;
use crate::reply::{ReplyBody, Resets};
use crate::routes::{Model, Provider, masked};
use body::BodyError;
use hyper::body::Incoming;
use hyper::header::{AUTHORIZATION, HeaderMap};
use hyper::{Method, Request, Response, StatusCode};
use rushhour_base::{Instant, Span};
use rushhour_world::settings::Dialect;
use rushhour_world::wire::anthropic::Version;
use rushhour_world::wire::{Exchange, Refusal};
use std::rc::Rc;

/// Answers a request of a provider's API.
pub(crate) async fn respond(
    desk: &Rc<Desk>,
    request: Request<Incoming>,
    resets: Resets,
) -> Response<ReplyBody> {
    let (head, body) = request.into_parts();
    let path = head.uri.path();
    if let Some(answered) = control::respond(desk, &head.method, path) {
        return answered;
    }
    desk.clock.start();
    let (named, rest) = desk.routes.prefixed(path);
    let asks = match (head.method.as_str(), rest) {
        ("POST", "/v1/chat/completions") => Api::Chat,
        ("POST", "/v1/messages") => Api::Messages(Endpoint::Messages),
        ("POST", "/v1/messages/count_tokens") => Api::Messages(Endpoint::CountTokens),
        ("GET", "/v1/models") => Api::Models(None),
        ("GET", path) if path.starts_with("/v1/models/") => {
            Api::Models(Some(path["/v1/models/".len()..].to_owned()))
        }
        _ => Api::Nothing,
    };
    let dialect = asks.dialect(desk, named, rest, &head.headers);
    let visit = Visit { desk, dialect, named: named.filter(|provider| provider.dialect == dialect), resets };
    if matches!(asks, Api::Nothing) || (named.is_some() && visit.named.is_none()) {
        return visit.refuse(Refusal::NoSuchPath { method: known_method(&head.method), path });
    }
    match asks {
        Api::Models(id) => models::respond(&visit, &head.headers, head.uri.query(), id.as_deref()),
        Api::Chat => visit.answer(&head.headers, body, Endpoint::Messages).await,
        Api::Messages(endpoint) => visit.answer(&head.headers, body, endpoint).await,
        Api::Nothing => unreachable!("it was refused"),
    }
}

enum Api {
    Chat,
    Messages(Endpoint),
    Models(Option<String>),
    Nothing,
}

impl Api {
    /// Whose API is meant: the path says so, or who is named in it, or how the key is sent.
    fn dialect(&self, desk: &Desk, named: Option<&Provider>, path: &str, headers: &HeaderMap) -> Dialect {
        match (self, named) {
            (Api::Chat, _) => Dialect::OpenAi,
            (Api::Messages(_), _) => Dialect::Anthropic,
            (_, Some(provider)) => provider.dialect,
            _ if path.starts_with("/v1/messages") || headers.contains_key("anthropic-version") => {
                Dialect::Anthropic
            }
            _ if headers.contains_key("x-api-key") => Dialect::Anthropic,
            _ if desk.routes.of_dialect(Dialect::OpenAi).next().is_none() => Dialect::Anthropic,
            _ => Dialect::OpenAi,
        }
    }
}

/// One request on its way.
struct Visit<'d> {
    desk: &'d Rc<Desk>,
    dialect: Dialect,
    /// The provider that the path names.
    named: Option<&'d Provider>,
    resets: Resets,
}

/// What is decided of a request once its body is read: nothing of the body is needed any more.
enum Decided {
    Refused(Response<ReplyBody>),
    Counted(u64),
    Begun(Box<Begun>),
}

/// A call under way, with what it will say.
struct Begun {
    under_way: UnderWay,
    answer: Answer,
    stream: bool,
    events: Events,
    naming: Naming,
    context_tokens: u64,
}

impl Visit<'_> {
    async fn answer(
        &self,
        headers: &HeaderMap,
        incoming: Incoming,
        endpoint: Endpoint,
    ) -> Response<ReplyBody> {
        self.desk.tally().came(retry_count(headers));
        let version = match self.admit(headers) {
            Ok(version) => version,
            Err(refused) => return *refused,
        };
        let body = match body::read(self.desk, headers, incoming).await {
            Ok(body) => body,
            Err(BodyError::TooLarge) => return self.refuse(Refusal::BodyTooLarge),
            Err(BodyError::TooSlow) => {
                let refused = self.refuse(Refusal::Invalid { message: "Request timed out.", param: None });
                return with_status(refused, StatusCode::REQUEST_TIMEOUT);
            }
            Err(BodyError::Cut) => {
                return self
                    .refuse(Refusal::Invalid { message: "The request body is incomplete.", param: None });
            }
        };
        let decided = self.decide(headers, &body, endpoint, version);
        drop(body);
        match decided {
            Decided::Refused(refused) => refused,
            Decided::Counted(tokens) => self.counted(tokens),
            Decided::Begun(begun) => self.finish(*begun).await,
        }
    }

    /// Whether a key is there, and for Anthropic which version of its API is meant.
    fn admit(&self, headers: &HeaderMap) -> Result<Version, Box<Response<ReplyBody>>> {
        if key(headers, self.dialect).is_none() {
            return Err(Box::new(self.refuse(Refusal::NoKey)));
        }
        if self.dialect == Dialect::OpenAi {
            return Ok(Version::Of2023);
        }
        let invalid = |message: &str| Err(Box::new(self.refuse(Refusal::Invalid { message, param: None })));
        match headers.get("anthropic-version").map(|version| version.to_str().unwrap_or_default()) {
            None => invalid("anthropic-version: header is required"),
            Some(version) => match Version::named(version) {
                Some(version) => Ok(version),
                None => {
                    invalid("anthropic-version: this is not a valid version: 2023-06-01 and 2026-10-21 are")
                }
            },
        }
    }

    /// Reads the body and begins the call.
    fn decide(&self, headers: &HeaderMap, body: &[u8], endpoint: Endpoint, version: Version) -> Decided {
        let read = match self.dialect {
            Dialect::OpenAi => asked_openai::read(body),
            Dialect::Anthropic => asked_anthropic::read(body, endpoint, version),
        };
        let asked = match read {
            Ok(asked) => asked,
            Err(Invalid { message, param }) => {
                return Decided::Refused(
                    self.refuse(Refusal::Invalid { message: &message, param: param.as_deref() }),
                );
            }
        };
        let found = match self.named {
            Some(provider) => provider.model(&asked.model).map(|model| (provider, model)),
            None => self.desk.routes.model(self.dialect, &asked.model),
        };
        let Some((provider, model)) = found else {
            return Decided::Refused(self.refuse(Refusal::NoSuchModel { model: &asked.model }));
        };
        let key = key(headers, self.dialect).unwrap_or_default();
        let Ok(project) = provider.project(key) else {
            return Decided::Refused(self.refuse(Refusal::InvalidKey { masked: &masked(key) }));
        };
        if endpoint == Endpoint::CountTokens {
            return Decided::Counted(asked.input_tokens);
        }
        self.begin(headers, body, &asked, (provider, model, project), version)
    }

    fn begin(
        &self,
        headers: &HeaderMap,
        body: &[u8],
        asked: &Asked<'_>,
        (provider, model, project): (&Provider, &Model, Option<&str>),
        version: Version,
    ) -> Decided {
        let draw = headers.get(call::DRAW);
        let prepared = match call::prepare(self.desk, draw, body, asked, model.lane(project)) {
            Ok(prepared) => prepared,
            Err(message) => {
                return Decided::Refused(
                    self.refuse(Refusal::Invalid { message: &message, param: Some(call::DRAW) }),
                );
            }
        };
        let under_way = self.desk.begin(prepared.call, prepared.reply_tokens, asked.stream);
        let exchange = Exchange {
            seed: self.desk.world.seed,
            call: under_way.head.call,
            model: "",
            organization: "",
            now: Instant::START,
            starts_unix_s: 0,
            took: Span::ZERO,
        };
        let events = match self.dialect {
            Dialect::OpenAi => Events::OpenAi { include_usage: asked.include_usage },
            Dialect::Anthropic => Events::Anthropic { version, block: None },
        };
        let naming =
            Naming { exchange, model: model.snapshot.clone(), organization: provider.organization.clone() };
        Decided::Begun(Box::new(Begun {
            under_way,
            answer: prepared.answer,
            stream: asked.stream,
            events,
            naming,
            context_tokens: model.context_tokens,
        }))
    }
}

/// The key that a request is sent with.
fn key(headers: &HeaderMap, dialect: Dialect) -> Option<&str> {
    let own = (dialect == Dialect::Anthropic).then(|| headers.get("x-api-key")).flatten();
    let bearer = || {
        let value = headers.get(AUTHORIZATION)?.to_str().ok()?;
        let (scheme, key) = value.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then_some(key.trim())
    };
    own.and_then(|key| key.to_str().ok()).or_else(bearer).filter(|key| !key.is_empty())
}

/// Which attempt of its library a request is, from 0.
fn retry_count(headers: &HeaderMap) -> u32 {
    let count = headers.get("x-stainless-retry-count").and_then(|count| count.to_str().ok());
    count.and_then(|count| count.parse().ok()).unwrap_or(0)
}

fn known_method(method: &Method) -> &str {
    // A method of the client's own making may be as long as a head.
    if method.as_str().len() > 16 { "?" } else { method.as_str() }
}

fn with_status(mut response: Response<ReplyBody>, status: StatusCode) -> Response<ReplyBody> {
    *response.status_mut() = status;
    response
}
