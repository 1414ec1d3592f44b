//! Two futures, whichever is done first.

use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;

/// Which of two raced futures was done first.
#[derive(Debug, PartialEq, Eq)]
pub enum Either<A, B> {
    /// The first one; also if both were done at once.
    First(A),
    /// The second one.
    Second(B),
}

/// Runs both until one is done, and drops the other. At a tie the first wins, always.
pub async fn race<A, B>(first: impl Future<Output = A>, second: impl Future<Output = B>) -> Either<A, B> {
    let (mut first, mut second) = (pin!(first), pin!(second));
    poll_fn(|context| {
        if let Poll::Ready(output) = first.as_mut().poll(context) {
            return Poll::Ready(Either::First(output));
        }
        second.as_mut().poll(context).map(Either::Second)
    })
    .await
}
