//! How fast usage may grow, whatever else is granted.
//!
//! Providers refuse an account whose traffic jumps, although it stays within its limits: OpenAI asks that above a million
//! input tokens a minute usage grow by no more than half in 15 minutes (`slow_down`), Anthropic speaks of acceleration
//! limits (`ramp_limit_exceeded`). Neither says how it measures. Here usage is counted by the minute, and time is cut into
//! spans of 15 minutes: no minute may hold more than the busiest minute of the span before, and half as much again; what
//! stays below the floor always passes. So an account that idled for a span begins at the floor anew.

use crate::settings::GrowthPlan;
use rushhour_base::Instant;
use rushhour_base::time::MINUTE;

/// The input tokens of the current minute, and of the busiest minute of this span and of the last.
#[derive(Clone, Debug)]
pub(super) struct Growth {
    plan: GrowthPlan,
    used: u64,
    /// When the current minute began.
    minute: u64,
    /// The number of the current span.
    span: u64,
    busiest: u64,
    busiest_before: u64,
}

impl Growth {
    pub(super) fn new(plan: GrowthPlan) -> Growth {
        assert!(plan.floor > 0 && plan.per.0 >= MINUTE, "growth without floor, or over less than a minute");
        Growth { plan, used: 0, minute: 0, span: 0, busiest: 0, busiest_before: 0 }
    }

    /// When `tokens` more will pass if nothing else is used, or the next minute if they never do; `None` if they pass now.
    pub(super) fn lacks(&mut self, tokens: u64, now: Instant) -> Option<Instant> {
        self.turn(now);
        if self.used.saturating_add(tokens) <= self.most(self.busiest_before) {
            return None;
        }
        let next = self.minute.saturating_add(MINUTE);
        let (per, after) = (self.plan.per.0, self.most(self.busiest));
        // Spans turn with the first minute that begins in them.
        let turn = (self.span + 1).saturating_mul(per).div_ceil(MINUTE).saturating_mul(MINUTE);
        let passes_next = tokens <= if next >= turn { after } else { self.most(self.busiest_before) };
        Some(Instant(if !passes_next && tokens <= after { turn } else { next }))
    }

    pub(super) fn take(&mut self, tokens: u64, now: Instant) {
        self.turn(now);
        self.used = self.used.saturating_add(tokens);
        self.busiest = self.busiest.max(self.used);
    }

    /// The most of a minute whose span comes after one with such a busiest minute.
    fn most(&self, before: u64) -> u64 {
        before.saturating_add(self.plan.share.of(before)).max(self.plan.floor)
    }

    /// Time that runs backwards turns nothing back.
    fn turn(&mut self, now: Instant) {
        let minute = now.0 - now.0 % MINUTE;
        if minute <= self.minute {
            return;
        }
        (self.minute, self.used) = (minute, 0);
        let span = minute / self.plan.per.0;
        if span > self.span {
            self.busiest_before = if span == self.span + 1 { self.busiest } else { 0 };
            (self.span, self.busiest) = (span, 0);
        }
    }
}
