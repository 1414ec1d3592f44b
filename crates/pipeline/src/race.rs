//! Two futures, whichever is done first.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::Poll;

/// Which of two raced futures was done first.
#[derive(Debug, PartialEq, Eq)]
pub enum Either<A, B> {
    /// The first one; also if both were done at once.
    First(A),
    /// The second one.
    Second(B),
}

/// Polls both until one is done. At a tie the first wins, always. Both stay where the caller pinned them, so a race
/// costs two pointers.
pub async fn race<A: Future, B: Future>(
    mut first: Pin<&mut A>,
    mut second: Pin<&mut B>,
) -> Either<A::Output, B::Output> {
    poll_fn(move |context| {
        if let Poll::Ready(output) = first.as_mut().poll(context) {
            return Poll::Ready(Either::First(output));
        }
        second.as_mut().poll(context).map(Either::Second)
    })
    .await
}
