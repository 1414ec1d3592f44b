//! Bodies as they go out: whole, broken by a fault, or streamed.

pub(crate) mod events;
pub(crate) mod stream;

use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};
use std::cell::Cell;
use std::fmt;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};
use stream::StreamBody;

/// What follows the head of a response.
#[derive(Debug)]
pub(crate) enum ReplyBody {
    /// All at once.
    Whole(Option<Bytes>),
    /// A part, and then the connection breaks.
    Broken {
        part: Option<Bytes>,
        /// Whether the part has had its chance to go out.
        flushed: bool,
        broken: Break,
    },
    /// Piece by piece.
    Stream(Box<StreamBody>),
}

/// How a connection breaks in the middle of a reply.
#[derive(Clone, Debug)]
pub(crate) enum Break {
    /// It is closed in good order (FIN), but the body lacks its end.
    Closed,
    /// It is reset (RST).
    Reset(Resets),
}

/// A connection's wish to be reset when it is closed.
#[derive(Clone, Debug, Default)]
pub(crate) struct Resets(Rc<Cell<bool>>);

impl Resets {
    pub(crate) fn wanted(&self) -> bool {
        self.0.get()
    }
}

impl Break {
    /// The error with which a body ends: the connection is closed after it, by whatever way.
    pub(crate) fn strike(&self) -> BrokenOff {
        if let Break::Reset(resets) = self {
            resets.0.set(true);
        }
        BrokenOff
    }
}

/// A body that a fault broke off.
#[derive(Clone, Copy, Debug)]
pub(crate) struct BrokenOff;

impl fmt::Display for BrokenOff {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the reply breaks off, as the scenario wants it")
    }
}

impl std::error::Error for BrokenOff {}

impl ReplyBody {
    pub(crate) fn whole(body: String) -> ReplyBody {
        ReplyBody::Whole(Some(body.into()))
    }

    pub(crate) fn broken(part: String, broken: Break) -> ReplyBody {
        ReplyBody::Broken { part: Some(part.into()), flushed: false, broken }
    }
}

impl Body for ReplyBody {
    type Data = Bytes;
    type Error = BrokenOff;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BrokenOff>>> {
        match &mut *self {
            ReplyBody::Whole(body) => Poll::Ready(body.take().map(|body| Ok(Frame::data(body)))),
            ReplyBody::Broken { part, flushed, broken } => {
                if let Some(part) = part.take() {
                    return Poll::Ready(Some(Ok(Frame::data(part))));
                }
                if !std::mem::replace(flushed, true) {
                    // An error drops what was not yet written; a pending body is a chance to write it.
                    context.waker().wake_by_ref();
                    return Poll::Pending;
                }
                Poll::Ready(Some(Err(broken.strike())))
            }
            ReplyBody::Stream(stream) => stream.poll_frame(context),
        }
    }

    fn is_end_stream(&self) -> bool {
        match self {
            ReplyBody::Whole(body) => body.is_none(),
            ReplyBody::Broken { .. } => false,
            ReplyBody::Stream(stream) => stream.is_over(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            ReplyBody::Whole(body) => SizeHint::with_exact(body.as_ref().map_or(0, Bytes::len) as u64),
            _ => SizeHint::default(),
        }
    }
}
