//! What the rate-limit headers of a reply say, read from their text: the same words for both dialects.
//!
//! | header | syntax | source |
//! |---|---|---|
//! | `x-ratelimit-{limit,remaining}-{requests,tokens}` | integers | OpenAI's rate-limit page, recorded replies of 2023–2026 |
//! | `x-ratelimit-reset-{requests,tokens}` | Go durations (`6m0s`, `59ms`); Azure: whole seconds | the same; Azure's page of 2026-05 |
//! | `anthropic-ratelimit-{requests,tokens,input-tokens,output-tokens}-{limit,remaining,reset}` | integers; RFC 3339 | Anthropic's rate-limit page, recorded replies of 2025 |
//! | `retry-after-ms` | milliseconds, whole or not | the official SDKs |
//! | `retry-after` | seconds, whole or not, or an HTTP date | RFC 9110, the official SDKs |
//!
//! Whatever is malformed says nothing: a field that cannot be read is left out, and the others count. Nothing here panics,
//! whatever a server sends, and nothing is a float.
//!
//! # What it does not do
//! It decides nothing: what a client makes of it is the matter of [`Control::settle`](crate::Control::settle).

mod date;
mod duration;
#[cfg(test)]
mod tests;

use rushhour_base::time::MILLISECOND;
use rushhour_base::{Instant, LimitHeaders, LimitState, Span};
use std::num::NonZeroU64;

/// The present, in the run's time and on the wall: dates in headers are of the wall.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Present {
    /// In the run's time.
    pub now: Instant,
    /// Nanoseconds since 1970-01-01T00:00:00Z.
    pub unix_ns: i128,
}

/// Reads what headers say of the provider's limits. Names are compared without case; of several with one name the last
/// that can be read counts.
///
/// ```
/// use rushhour_base::{Instant, Span};
/// use rushhour_core::headers::{Present, limits};
/// let present = Present { now: Instant::START, unix_ns: 0 };
/// let reply = [
///     ("x-ratelimit-limit-tokens", "160000"),
///     ("x-ratelimit-remaining-tokens", "158866"),
///     ("x-ratelimit-reset-tokens", "425ms"),
///     ("x-ratelimit-limit-requests", "many"),
/// ];
/// let headers = limits(reply, present);
/// let tokens = headers.tokens.unwrap();
/// assert_eq!((tokens.limit.get(), tokens.remaining), (160_000, 158_866));
/// assert_eq!(tokens.full_at, Instant::START + Span::millis(425));
/// assert_eq!(headers.requests, None);
/// ```
pub fn limits<'a>(headers: impl IntoIterator<Item = (&'a str, &'a str)>, present: Present) -> LimitHeaders {
    let (mut openai, mut anthropic) = ([Fields::default(); 2], [Fields::default(); 4]);
    for (name, value) in headers {
        let value = value.trim();
        if let Some(rest) = after(name, "x-ratelimit-") {
            for (index, family) in ["requests", "tokens"].into_iter().enumerate() {
                let field = rest.len().checked_sub(family.len() + 1).and_then(|length| {
                    let (field, of) = rest.split_at_checked(length)?;
                    of.strip_prefix('-').is_some_and(|of| of.eq_ignore_ascii_case(family)).then_some(field)
                });
                if let Some(field) = field {
                    openai[index].read(field, value, |text| Some(present.now + duration::wait(text)?));
                }
            }
        } else if let Some(rest) = after(name, "anthropic-ratelimit-") {
            for (index, family) in
                ["requests-", "tokens-", "input-tokens-", "output-tokens-"].into_iter().enumerate()
            {
                if let Some(field) = after(rest, family) {
                    anthropic[index].read(field, value, |text| present.at(date::rfc3339(text)?));
                }
            }
        }
    }
    let [of_requests, of_tokens] = openai;
    let [requests, tokens, input, output] = anthropic;
    let rounded = [tokens, input, output].iter().any(|fields| fields.remaining.is_some());
    LimitHeaders {
        as_of: present.now,
        rounded_to: if rounded { THOUSAND } else { 0 },
        requests: requests.state(present.now).or(of_requests.state(present.now)),
        tokens: tokens.state(present.now).or(of_tokens.state(present.now)),
        input_tokens: input.state(present.now),
        output_tokens: output.state(present.now),
    }
}

/// Reads how long a provider asks to wait, if it says so: `retry-after-ms`, else `retry-after`. A date in the past asks
/// for no wait.
///
/// ```
/// use rushhour_base::{Instant, Span};
/// use rushhour_core::headers::{Present, retry_after};
/// let present = Present { now: Instant::START, unix_ns: 784_111_770_000_000_000 };
/// assert_eq!(retry_after([("Retry-After", "1.5")], present), Some(Span::millis(1_500)));
/// assert_eq!(retry_after([("retry-after", "9"), ("retry-after-ms", "20")], present), Some(Span::millis(20)));
/// assert_eq!(retry_after([("retry-after", "Sun, 06 Nov 1994 08:49:37 GMT")], present), Some(Span::secs(7)));
/// assert_eq!(retry_after([("retry-after", "soon")], present), None);
/// ```
pub fn retry_after<'a>(
    headers: impl IntoIterator<Item = (&'a str, &'a str)>,
    present: Present,
) -> Option<Span> {
    let (mut in_ms, mut in_seconds) = (None, None);
    for (name, value) in headers {
        let value = value.trim();
        if name.eq_ignore_ascii_case("retry-after-ms") {
            in_ms = duration::decimal(value, MILLISECOND).or(in_ms);
        } else if name.eq_ignore_ascii_case("retry-after") {
            let until = || Some(present.at(date::http(value)?)?.since(present.now));
            in_seconds = duration::seconds(value).or_else(until).or(in_seconds);
        }
    }
    in_ms.or(in_seconds)
}

/// What one family of headers says, as far as it can be read.
#[derive(Clone, Copy, Debug, Default)]
struct Fields {
    limit: Option<NonZeroU64>,
    remaining: Option<u64>,
    full_at: Option<Instant>,
}

impl Fields {
    fn read(&mut self, field: &str, value: &str, reset: impl Fn(&str) -> Option<Instant>) {
        if field.eq_ignore_ascii_case("limit") {
            self.limit = duration::integer(value).and_then(NonZeroU64::new).or(self.limit);
        } else if field.eq_ignore_ascii_case("remaining") {
            self.remaining = duration::integer(value).or(self.remaining);
        } else if field.eq_ignore_ascii_case("reset") {
            self.full_at = reset(value).or(self.full_at);
        }
    }

    /// Without a limit nothing is said; without the rest, that all of it is left.
    fn state(self, now: Instant) -> Option<LimitState> {
        let limit = self.limit?;
        let remaining = self.remaining.unwrap_or(limit.get());
        Some(LimitState { limit, remaining, full_at: self.full_at.unwrap_or(now) })
    }
}

impl Present {
    /// A time of the wall in the run's time; what is past is now.
    fn at(self, unix_ns: i128) -> Option<Instant> {
        let ahead = unix_ns.checked_sub(self.unix_ns)?.max(0);
        Some(self.now + Span(u64::try_from(ahead).unwrap_or(u64::MAX)))
    }
}

/// What follows a prefix, whatever its case.
fn after<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let (head, rest) = text.split_at_checked(prefix.len())?;
    head.eq_ignore_ascii_case(prefix).then_some(rest)
}

/// Anthropic rounds tokens left to the nearest thousand.
const THOUSAND: u64 = 1_000;
