//! What call a request makes of the provider model, and what it will be answered.
//!
//! A request of the scenario's own world is answered from it: by its words, wrong ones among them, if its workload has words, and
//! else by filler of the scripted length.
//!
//! A request is named by the header [`DRAW`], if it has one; else by its body and by how often that body has come. Either way the
//! luck of a call hangs on its name alone: the same requests get the same answers, in whatever order they come.

use crate::answer::Answer;
use crate::asked::{Asked, body_hash};
use crate::desk::Desk;
use crate::filler::mixed;
use crate::own::{Name, Question};
use hyper::header::HeaderValue;
use rushhour_base::{Call, CallPurpose, LaneId, Prefix};

/// The header that names a request of the scenario's own world.
pub(super) const DRAW: &str = "x-rushhour-draw";

/// A call, ready to be made.
pub(super) struct Prepared {
    pub(super) call: Call,
    /// Tokens of the whole reply, where the script does not tell them.
    pub(super) reply_tokens: Option<u64>,
    /// What is said of it at most.
    pub(super) answer: Answer,
}

/// Prepares the call of a request.
///
/// # Errors
/// What is wrong with its name.
pub(super) fn prepare(
    desk: &Desk,
    draw: Option<&HeaderValue>,
    body: &[u8],
    asked: &Asked<'_>,
    lane: LaneId,
) -> Result<Prepared, String> {
    let Some(draw) = draw else { return Ok(of_stranger(desk, body, asked, lane)) };
    let text = draw.to_str().unwrap_or_default();
    let named = Name::read(text, &desk.header, desk.strangers.first())
        .and_then(|name| Ok((name, desk.question(name.request)?)));
    match named {
        Ok((name, question)) => Ok(of_our_own(desk, (name, question), asked, lane)),
        Err(why) => Err(format!("{DRAW}: {why}")),
    }
}

fn of_our_own(desk: &Desk, (name, question): (Name, Question), asked: &Asked<'_>, lane: LaneId) -> Prepared {
    let Name { request, attempt, guarded } = name;
    let max_tokens = asked.max_tokens.unwrap_or(desk.max_tokens);
    let call = Call {
        request,
        attempt,
        lane,
        input_tokens: asked.input_tokens,
        prefix: question.prefix,
        keep: asked.keep,
        max_tokens,
        text: question.text,
        began: question.began,
        guarded,
        purpose: CallPurpose::Answer,
        // What the client cut from the prompt is not looked for: the model is taken to know all that was told.
        lacks_fact: false,
    };
    let room = max_tokens.saturating_sub(desk.script.reasoning_tokens(lane, request));
    let words = desk.words.as_ref().and_then(|words| words.reply_text_of(&call, room));
    let mut answer = match words {
        Some(reply) => Answer::of_text(reply.text),
        None => {
            Answer::filler(mixed(request.0), desk.script.output_tokens(request).min(room.saturating_add(1)))
        }
    };
    answer.cut(room);
    Prepared { call, reply_tokens: None, answer }
}

fn of_stranger(desk: &Desk, body: &[u8], asked: &Asked<'_>, lane: LaneId) -> Prepared {
    let hash = body_hash(body);
    let request = desk.strangers.request(asked.beginning, hash);
    let longest = asked.max_tokens.unwrap_or(desk.max_tokens);
    let call = Call {
        request,
        attempt: desk.occurrence(hash),
        lane,
        input_tokens: asked.input_tokens,
        prefix: Prefix { conversation: asked.beginning, tokens: asked.kept_tokens },
        keep: asked.keep,
        max_tokens: longest.saturating_mul(asked.choices as u64),
        text: hash,
        began: request.turn(),
        guarded: false,
        purpose: CallPurpose::Answer,
        lacks_fact: false,
    };
    // One token more than may be said tells that more would have been.
    let length = desk.script.output_tokens(request).min(longest.saturating_add(1));
    let mut answer = Answer::to_stranger(asked, mixed(hash ^ desk.world.seed.0), length);
    if asked.choices > 1 {
        answer.cut_each(longest);
    }
    let reply_tokens = Some(answer.tokens());
    answer.cut(call.max_tokens.saturating_sub(desk.script.reasoning_tokens(lane, request)));
    Prepared { call, reply_tokens, answer }
}
