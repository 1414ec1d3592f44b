//! What a provider sends: status, headers and body, byte for byte as OpenAI Chat Completions and Anthropic Messages do.
//!
//! Pure functions of a reply, of the texts that the caller gives, and of an [`Exchange`] that names it. Nothing is sent
//! here, and no library of HTTP is known. Words, orders and formulae follow recorded replies and the official clients of
//! 2026; where those differ between versions of an API, the [`Version`](anthropic::Version) says which.
//!
//! Identifiers look like the real ones, in alphabet and length, and are drawn by the call's name: the same exchange has the
//! same ones in every run.

pub mod anthropic;
pub mod openai;
mod refusal;

pub use refusal::Refusal;

use rushhour_base::{CallId, Instant, Purpose, Seed, Span};

/// What is sent, or the head of it where a stream follows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Response {
    /// The HTTP status.
    pub status: u16,
    /// Names in lower case, and values.
    pub headers: Vec<(&'static str, String)>,
    /// The body; empty where a stream follows.
    pub body: String,
}

/// One exchange: what its reply is named by, and where and when it is made.
#[derive(Clone, Copy, Debug)]
pub struct Exchange<'a> {
    /// The seed of the run.
    pub seed: Seed,
    /// The call that is answered.
    pub call: CallId,
    /// The model that answers, as the reply names it: the dated snapshot, not the alias.
    pub model: &'a str,
    /// Whose account it is.
    pub organization: &'a str,
    /// The time of the run at which the head goes out.
    pub now: Instant,
    /// When the run began, in seconds since 1970.
    pub starts_unix_s: i64,
    /// From the request to the head.
    pub took: Span,
}

/// A call of a tool in a reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ToolCall<'a> {
    /// The tool.
    pub name: &'a str,
    /// Its arguments: the text of a JSON object.
    pub arguments: &'a str,
}

/// What a reply says: text, then calls of tools.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Said<'a> {
    /// The text, in the pieces in which it is produced.
    pub text: &'a [&'a str],
    /// The tools that are called.
    pub tools: &'a [ToolCall<'a>],
}

/// Why a reply ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finish<'a> {
    /// It was finished.
    Stop,
    /// It came to one of the caller's stop sequences.
    StopSequence(&'a str),
    /// It reached `max_tokens`.
    Length,
    /// It waits for the results of tools.
    ToolCalls,
    /// The provider would not say more.
    Refused,
}

impl Exchange<'_> {
    /// Seconds since 1970 at `at` of the run, whole ones.
    fn unix_s(&self, at: Instant) -> i64 {
        self.starts_unix_s + (at.0 / rushhour_base::time::SECOND) as i64
    }

    /// Identifier number `ordinal` of the exchange: `length` characters of `alphabet`.
    fn id(&self, ordinal: u64, alphabet: &[u8], length: usize) -> String {
        let words = self.seed.draw(ID, self.call.0, ordinal);
        let size = alphabet.len() as u64;
        let mut id = String::with_capacity(length);
        let mut word = 0;
        for place in 0..length {
            // Eight letters a word: of 64 bits, so much is taken that no letter is favoured by more than 1 in 10^9.
            word = if place % 8 == 0 { words.word(place / 8) } else { word / size };
            id.push(char::from(alphabet[(word % size) as usize]));
        }
        id
    }
}

/// The purpose of identifiers.
const ID: Purpose = Purpose::named("wire");
const BASE58: &[u8] = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
const BASE62: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const HEX: &[u8] = b"0123456789abcdef";

/// A JSON string.
fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    let mut rest = text;
    // What needs no escape is copied run by run.
    while let Some(at) = rest.bytes().position(|byte| byte < 0x20 || byte == b'"' || byte == b'\\') {
        out.push_str(&rest[..at]);
        match rest.as_bytes()[at] {
            b'"' => out.push_str("\\\""),
            b'\\' => out.push_str("\\\\"),
            b'\n' => out.push_str("\\n"),
            b'\r' => out.push_str("\\r"),
            b'\t' => out.push_str("\\t"),
            byte => out.push_str(&format!("\\u{byte:04x}")),
        }
        rest = &rest[at + 1..];
    }
    out.push_str(rest);
    out.push('"');
    out
}

/// `1234567` as `1,234,567`.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests;
