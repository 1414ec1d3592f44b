//! The end of an exchange: what the provider model tells of a call, written as its dialect writes it.

use super::{Begun, Visit};
use crate::answer::{Answer, Choice, ToolUse};
use crate::desk::{UnderWay, is_broken};
use crate::reply::ReplyBody;
use crate::reply::stream::{Naming, StreamBody};
use hyper::Response;
use rushhour_base::message::ErrorKind;
use rushhour_base::{CallError, LimitHeaders, Reply, Usage};
use rushhour_world::Progress;
use rushhour_world::settings::Dialect;
use rushhour_world::wire::{self, Exchange, Refusal, Said, ToolCall};

impl Visit<'_> {
    /// Waits for what the model tells first, and answers with it.
    pub(super) async fn finish(&self, begun: Begun) -> Response<ReplyBody> {
        let Begun { mut under_way, answer, stream, events, mut naming, context_tokens } = begun;
        let told = under_way.first().await;
        let now = self.desk.clock.now();
        naming.exchange.now = now;
        naming.exchange.took = now.since(under_way.arrived);
        naming.exchange.starts_unix_s = self.desk.clock.starts_unix_s();
        let refused = match told {
            Progress::Ended(Reply { result: Err(error), limits, .. }) if !(is_broken(error.kind)) => {
                Some((error, limits))
            }
            _ => None,
        };
        if let Some((error, limits)) = refused {
            let refusal = match error.kind {
                ErrorKind::Unauthorized if self.desk.bars_only_a_model(&under_way) => Refusal::Forbidden,
                _ => Refusal::of(error, &under_way.call, &limits, context_tokens),
            };
            return self.error(naming.exchange(), refusal, &limits);
        }
        let call = under_way.head.call;
        let response = if stream {
            let limits = under_way.head.limits;
            let head = match self.dialect {
                Dialect::OpenAi => wire::openai::stream_head(&naming.exchange(), &limits),
                Dialect::Anthropic => wire::anthropic::stream_head(&naming.exchange(), &limits),
            };
            let broken = self.way_to_break(call);
            let body = StreamBody::new(under_way, naming, events, answer, (told, broken));
            self.send(head, |_| ReplyBody::Stream(Box::new(body)))
        } else {
            let Progress::Ended(reply) = told else { unreachable!("only streams are told of tokens") };
            self.whole(&under_way, &naming, &answer, reply)
        };
        let id = response.headers().get(request_id_header(self.dialect)).and_then(|id| id.to_str().ok());
        self.desk.tally().name(call, id.unwrap_or_default());
        response
    }

    /// A reply in one body, whole or broken.
    fn whole(
        &self,
        under_way: &UnderWay,
        naming: &Naming,
        answer: &Answer,
        reply: Reply,
    ) -> Response<ReplyBody> {
        let (usage, broken) = match reply.result {
            Ok(completion) => (completion.usage, None),
            Err(CallError { kind, .. }) => {
                (Usage { output_tokens: answer.tokens(), ..under_way.head.prompt }, Some(kind))
            }
        };
        let exchange = naming.exchange();
        if broken == Some(ErrorKind::StreamError) {
            return self.error(exchange, Refusal::ServerError, &reply.limits);
        }
        let response = self.written(exchange, answer, usage, &reply.limits);
        match broken {
            None => self.send(response, ReplyBody::whole),
            Some(ErrorKind::Malformed) => self.send(response, |_| ReplyBody::whole(MALFORMED.to_owned())),
            Some(ErrorKind::Truncated) => self.send(response, |body| ReplyBody::whole(part_of(&body))),
            Some(_) => {
                let length = response.body.len();
                let broken = self.way_to_break(under_way.head.call);
                let mut response = self.send(response, |body| ReplyBody::broken(part_of(&body), broken));
                response.headers_mut().insert(hyper::header::CONTENT_LENGTH, length.into());
                response
            }
        }
    }

    fn written(
        &self,
        exchange: Exchange<'_>,
        answer: &Answer,
        usage: Usage,
        limits: &LimitHeaders,
    ) -> wire::Response {
        let tools = |choice: &'_ Choice| -> Vec<(String, String)> {
            let one = |tool: &ToolUse| (tool.name.clone(), tool.arguments.text().to_owned());
            choice.tools.iter().map(one).collect()
        };
        let all: Vec<Vec<(String, String)>> = answer.choices.iter().map(tools).collect();
        let calls: Vec<Vec<ToolCall<'_>>> = all
            .iter()
            .map(|tools| tools.iter().map(|(name, arguments)| ToolCall { name, arguments }).collect())
            .collect();
        let texts: Vec<[&str; 1]> = answer.choices.iter().map(|choice| [choice.text.text()]).collect();
        let said: Vec<_> = answer
            .choices
            .iter()
            .zip(&calls)
            .zip(&texts)
            .map(|((choice, tools), text)| {
                let text: &[&str] = if text[0].is_empty() { &[] } else { text };
                (Said { text, tools }, choice.end.finish())
            })
            .collect();
        match (self.dialect, &said[..]) {
            (Dialect::Anthropic, [(said, finish), ..]) => {
                wire::anthropic::message(&exchange, *said, *finish, usage, limits)
            }
            _ => wire::openai::completion_of(&exchange, &said, usage, limits),
        }
    }
}

fn request_id_header(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::OpenAi => "x-request-id",
        Dialect::Anthropic => "request-id",
    }
}

/// The first half of a body, at a boundary of characters.
fn part_of(body: &str) -> String {
    let half = (body.len() / 2..).find(|at| body.is_char_boundary(*at)).unwrap_or(body.len());
    body[..half].to_owned()
}

/// A whole body that is none of JSON.
const MALFORMED: &str = "{\"id\":\"chatcmpl-\",\"object\":\"chat.completion\",\"choices\":[{\"index\":0,\"message\":{\"role\":\"assis";
