//! A reply that is streamed: the provider model is asked when its next tokens are due, and what is there goes out.

use super::events::Events;
use super::{Break, BrokenOff};
use crate::answer::{Answer, Sent};
use crate::desk::UnderWay;
use bytes::Bytes;
use hyper::body::Frame;
use rushhour_base::message::ErrorKind;
use rushhour_base::{Reply, Usage};
use rushhour_world::Progress;
use rushhour_world::wire::Exchange;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};
use tokio::time::Sleep;

/// The body of a stream.
#[derive(Debug)]
pub(crate) struct StreamBody {
    under_way: UnderWay,
    naming: Naming,
    events: Events,
    answer: Answer,
    sent: Sent,
    /// How the connection breaks, should the reply break off.
    broken: Break,
    /// Until when there is nothing to tell.
    sleep: Option<Pin<Box<Sleep>>>,
    next: Next,
}

/// What a reply is named by: an [`Exchange`] that owns its words.
#[derive(Clone, Debug)]
pub(crate) struct Naming {
    pub(crate) exchange: Exchange<'static>,
    pub(crate) model: Rc<str>,
    pub(crate) organization: Rc<str>,
}

impl Naming {
    pub(crate) fn exchange(&self) -> Exchange<'_> {
        Exchange { model: &self.model, organization: &self.organization, ..self.exchange }
    }
}

/// What comes next.
#[derive(Debug)]
enum Next {
    /// What the model told before the head went out.
    Told(Progress),
    /// To ask the model.
    Ask,
    /// Something is on its way out, then the connection breaks.
    Flush,
    Break,
    Nothing,
}

impl StreamBody {
    /// The body of a call of which the model has told this much.
    pub(crate) fn new(
        under_way: UnderWay,
        naming: Naming,
        events: Events,
        answer: Answer,
        (told, broken): (Progress, Break),
    ) -> StreamBody {
        StreamBody {
            under_way,
            naming,
            events,
            answer,
            sent: Sent::default(),
            broken,
            sleep: None,
            next: Next::Told(told),
        }
    }

    pub(crate) fn is_over(&self) -> bool {
        matches!(self.next, Next::Nothing)
    }

    pub(crate) fn poll_frame(
        &mut self,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BrokenOff>>> {
        loop {
            if let Some(sleep) = &mut self.sleep {
                std::task::ready!(sleep.as_mut().poll(context));
                self.sleep = None;
            }
            let mut out = String::new();
            match std::mem::replace(&mut self.next, Next::Ask) {
                Next::Told(progress) => {
                    out = self.events.begin(self.naming.exchange(), &self.answer, self.under_way.head.prompt);
                    self.tell(&mut out, progress);
                }
                Next::Ask => {
                    let progress = self.under_way.poll();
                    self.tell(&mut out, progress);
                }
                Next::Flush => {
                    // An error drops what was not yet written; a pending body is a chance to write it.
                    self.next = Next::Break;
                    context.waker().wake_by_ref();
                    return Poll::Pending;
                }
                Next::Break => return Poll::Ready(Some(Err(self.broken.strike()))),
                Next::Nothing => {
                    self.next = Next::Nothing;
                    return Poll::Ready(None);
                }
            }
            if !out.is_empty() {
                return Poll::Ready(Some(Ok(Frame::data(out.into()))));
            }
        }
    }

    fn tell(&mut self, out: &mut String, progress: Progress) {
        match progress {
            Progress::Pending { wake } => self.wait_until(wake),
            Progress::Tokens { output_tokens, wake, .. } => {
                self.tokens(out, output_tokens);
                self.wait_until(wake);
            }
            Progress::Ended(reply) => self.end(out, &reply),
        }
    }

    fn wait_until(&mut self, wake: rushhour_base::Instant) {
        self.sleep = Some(Box::pin(self.under_way.desk().clock.sleep_until(wake)));
    }

    /// Sends tokens until so many are out.
    fn tokens(&mut self, out: &mut String, until: u64) {
        let before = self.sent.each.clone();
        self.sent.advance(&self.answer, until);
        let exchange = self.naming.exchange();
        out.push_str(&self.events.tokens(exchange, &self.answer, (&before, &self.sent.each)));
    }

    fn end(&mut self, out: &mut String, reply: &Reply) {
        self.next = Next::Nothing;
        match &reply.result {
            Ok(completion) => {
                self.tokens(out, u64::MAX);
                self.finish(out, completion.usage);
            }
            Err(error) => match error.kind {
                ErrorKind::Truncated => {}
                ErrorKind::Malformed => {
                    self.tokens(out, u64::MAX);
                    out.push_str(&self.events.malformed());
                }
                ErrorKind::Disconnected => self.next = if out.is_empty() { Next::Break } else { Next::Flush },
                _ => out.push_str(&self.events.error()),
            },
        }
    }

    fn finish(&mut self, out: &mut String, usage: Usage) {
        out.push_str(&self.events.end(self.naming.exchange(), &self.answer, usage));
    }
}
