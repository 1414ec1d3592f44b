//! What follows from an error.

use rushhour_base::message::ErrorKind;

/// What a request does after an error of each kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ErrorRules([OnError; ErrorKind::ALL.len()]);

/// What a request does after an error.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OnError {
    /// As the retry policy allows, it waits and tries the rung again, on whichever lane the route chooses then.
    #[default]
    Retry,
    /// As the retry policy allows, it waits and tries the same lane again.
    SameLane,
    /// It tries another lane of the rung at once, after a 429 or exhausted credit one of another pool; as a retry it counts against the
    /// attempts and the retry budget. If there is no such lane it does as [`OnError::Retry`].
    Reroute,
    /// It falls to the next rung.
    Fall,
    /// It ends without an answer.
    Fail,
}

impl ErrorRules {
    /// The rule for errors of a kind.
    #[inline]
    pub fn of(&self, kind: ErrorKind) -> OnError {
        self.0[kind as usize]
    }

    /// The same with another rule for errors of a kind.
    #[must_use]
    pub fn with(mut self, kind: ErrorKind, rule: OnError) -> ErrorRules {
        self.0[kind as usize] = rule;
        self
    }
}

/// Retry whatever a retry may mend, and fall after the caller's own errors and a key that is no good. Exhausted credit
/// is for the retry policy to say, which knows whose habits it has.
impl Default for ErrorRules {
    fn default() -> ErrorRules {
        ErrorRules([OnError::Retry; ErrorKind::ALL.len()])
            .with(ErrorKind::InvalidRequest, OnError::Fall)
            .with(ErrorKind::Unauthorized, OnError::Fall)
    }
}
