//! Reads the body of a request, as far as it may be read.

use crate::desk::Desk;
use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper::header::{CONTENT_LENGTH, HeaderMap};
use std::time::Duration;
use tokio::time::timeout;

/// Why a body was not read.
pub(super) enum BodyError {
    TooLarge,
    TooSlow,
    Cut,
}

/// Reads a body within the bounds of the settings.
pub(super) async fn read(desk: &Desk, headers: &HeaderMap, incoming: Incoming) -> Result<Bytes, BodyError> {
    let settings = &desk.settings;
    let stated = headers.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    if stated.is_some_and(|stated| stated > settings.body_max as u64) {
        drain(incoming, stated).await;
        return Err(BodyError::TooLarge);
    }
    timeout(settings.body_timeout, collect(incoming, settings.body_max))
        .await
        .unwrap_or(Err(BodyError::TooSlow))
}

async fn collect(mut incoming: Incoming, most: usize) -> Result<Bytes, BodyError> {
    let mut first = Bytes::new();
    let mut all = BytesMut::new();
    while let Some(frame) = incoming.frame().await {
        let Ok(data) = frame.map_err(|_| BodyError::Cut)?.into_data() else { continue };
        if first.len() + all.len() + data.len() > most {
            drain(incoming, None).await;
            return Err(BodyError::TooLarge);
        }
        if first.is_empty() && all.is_empty() {
            // The usual case: all of it in one piece, which is not copied.
            first = data;
            continue;
        }
        if all.is_empty() {
            all.extend_from_slice(&std::mem::take(&mut first));
        }
        all.extend_from_slice(&data);
    }
    Ok(if all.is_empty() { first } else { all.freeze() })
}

/// Reads on for a little and keeps nothing, so that a client who is still sending gets to see why it was refused: a connection
/// that is closed with bytes unread is reset, and a response on its way is lost with it.
async fn drain(mut incoming: Incoming, stated: Option<u64>) {
    if stated.is_some_and(|stated| stated > DRAIN_MAX) {
        return;
    }
    let mut left = DRAIN_MAX;
    let read = async {
        while let Some(Ok(frame)) = incoming.frame().await {
            left = left.saturating_sub(frame.data_ref().map_or(0, |data| data.len() as u64));
            if left == 0 {
                return;
            }
        }
    };
    // Whether it came to its end makes no difference.
    drop(timeout(DRAIN_TIME, read).await);
}

const DRAIN_MAX: u64 = 64 << 20;
const DRAIN_TIME: Duration = Duration::from_secs(2);
