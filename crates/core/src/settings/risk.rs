//! What one end user may ask for, and how that follows from how the user behaved.

use rushhour_base::Span;

/// Limits per end user, standing, and the patterns that end a request before anything is spent on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RiskPolicy {
    /// Requests of a user of normal standing in any minute. Above zero.
    pub requests_per_minute: Option<u32>,
    /// Requests of a user of normal standing in any 24 hours. Above zero.
    pub requests_per_day: Option<u32>,
    /// Prompt tokens of a user of normal standing in any 24 hours. Above zero.
    pub prompt_tokens_per_day: Option<u64>,
    /// Requests of all users behind one source in any minute, whatever their standing. Above zero.
    pub source_requests_per_minute: Option<u32>,
    /// How limits follow standing; `None` if all users stand alike.
    pub standing: Option<StandingPolicy>,
    /// What is taken for abuse at sight; `None` for nothing.
    pub patterns: Option<PatternPolicy>,
}

/// How limits follow standing, and standing follows behaviour.
///
/// A user has one tenure, `new`, normal or `trusted`, by merit, and may be suspicious besides. The multipliers are those
/// of source 001 in VALIDATION.md (claim 18); it leaves their composition open, and the other figures are assumptions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StandingPolicy {
    /// The limits of a new user, in per cent of the base.
    pub new_percent: u32,
    /// The limits of a trusted user, in per cent of the base.
    pub trusted_percent: u32,
    /// The limits of a suspicious user, in per cent of the base.
    pub suspicious_percent: u32,
    /// Points of merit from which a user is no longer new. One point is earned in an hour of good behaviour, however
    /// many requests it holds.
    pub known_from: u32,
    /// Points of merit from which a user is trusted. At least `known_from`.
    pub trusted_from: u32,
    /// After which time merit is halved. Above zero.
    pub merit_half_life: Span,
    /// Points of suspicion from which a user is suspicious. Above zero.
    pub suspicious_from: u32,
    /// After which time suspicion is halved. Above zero.
    pub suspicion_half_life: Span,
}

/// What is taken for abuse at sight. Zero switches a pattern off. All figures are assumptions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PatternPolicy {
    /// So many requests of a user, admitted or not, within `burst_within` are a burst. At most 64.
    pub burst: u32,
    /// Within which time.
    pub burst_within: Span,
    /// The same text more often than this within `repeats_within` is a repetition.
    pub repeats: u32,
    /// Within which time.
    pub repeats_within: Span,
    /// A prompt so many times as long as the user's usual one is a bomb, if it is also longer than `prompt_floor`.
    pub prompt_factor: u64,
    /// No prompt up to this many tokens is a bomb.
    pub prompt_floor: u64,
    /// More new users than this behind one source within `accounts_within` are one person with many accounts. At most 64.
    pub accounts: u32,
    /// Within which time.
    pub accounts_within: Span,
    /// Whoever asks in so many of the last 24 hours never sleeps. That alone refuses nothing, but it is suspicious.
    pub awake_hours: u32,
}
