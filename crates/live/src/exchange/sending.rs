//! Responses, put into the types of HTTP and counted.

use super::Visit;
use crate::reply::{Break, ReplyBody};
use hyper::header::{DATE, HeaderName, HeaderValue};
use hyper::{Response, StatusCode};
use rushhour_base::{CallId, LimitHeaders, Purpose, Span, Usage};
use rushhour_world::settings::Dialect;
use rushhour_world::wire::{self, Exchange, Finish, Refusal, Said};

impl Visit<'_> {
    /// What `count_tokens` answers.
    pub(super) fn counted(&self, tokens: u64) -> Response<ReplyBody> {
        let exchange = self.unasked();
        let wire::Response { status, headers, .. } = wire::anthropic::message(
            &exchange,
            Said::default(),
            Finish::Stop,
            Usage::default(),
            &LimitHeaders::default(),
        );
        self.send(
            wire::Response { status, headers, body: format!("{{\"input_tokens\":{tokens}}}") },
            ReplyBody::whole,
        )
    }

    /// How the connection of a call breaks, should it break: a coin of the call's own.
    pub(super) fn way_to_break(&self, call: CallId) -> Break {
        const WAY: Purpose = Purpose::named("live.break");
        match self.desk.world.seed.draw(WAY, call.0, 0).word(0) % 2 {
            0 => Break::Closed,
            _ => Break::Reset(self.resets.clone()),
        }
    }

    /// The name of a response that no call stands behind.
    pub(super) fn unasked(&self) -> Exchange<'_> {
        let organization = self.named.or_else(|| self.desk.routes.of_dialect(self.dialect).next());
        Exchange {
            seed: self.desk.world.seed,
            call: self.desk.name_of_refusal(),
            model: "",
            organization: organization.map_or("", |provider| &provider.organization),
            now: self.desk.clock.now(),
            starts_unix_s: self.desk.clock.starts_unix_s(),
            took: Span::ZERO,
        }
    }

    /// Turns a request away before any call begins.
    pub(super) fn refuse(&self, refusal: Refusal<'_>) -> Response<ReplyBody> {
        self.error(self.unasked(), refusal, &LimitHeaders::default())
    }

    pub(super) fn error(
        &self,
        exchange: Exchange<'_>,
        refusal: Refusal<'_>,
        limits: &LimitHeaders,
    ) -> Response<ReplyBody> {
        let response = match self.dialect {
            Dialect::OpenAi => wire::openai::error(&exchange, refusal, limits),
            Dialect::Anthropic => wire::anthropic::error(&exchange, refusal, limits),
        };
        self.send(response, ReplyBody::whole)
    }

    /// Counts a response and puts it into the types of HTTP.
    pub(super) fn send(
        &self,
        response: wire::Response,
        body: impl FnOnce(String) -> ReplyBody,
    ) -> Response<ReplyBody> {
        self.desk.tally().responded(response.status);
        let mut out = Response::new(body(response.body));
        *out.status_mut() =
            StatusCode::from_u16(response.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let headers = out.headers_mut();
        for (name, value) in response.headers {
            // What no header can hold cannot be sent; a name from a scenario may be such.
            if let Ok(value) = HeaderValue::try_from(value) {
                headers.insert(HeaderName::from_static(name), value);
            }
        }
        if let Some(date) = self.desk.date() {
            headers.insert(DATE, date);
        }
        out
    }
}
