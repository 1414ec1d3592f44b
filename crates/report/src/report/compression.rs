//! What shorter histories saved, what their summaries cost, and which facts they lost.

use super::Share;
use rushhour_base::Money;

/// What shorter histories saved, what their summaries cost, and which facts they lost.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CompressionReport {
    /// Requests of which at least one call went out with a shorter history.
    pub requests: u64,
    /// Such calls.
    pub cut: u64,
    /// Tokens that their whole prompts would have had.
    pub whole_tokens: u64,
    /// Tokens that were sent instead.
    pub sent_tokens: u64,
    /// Calls whose prompt was still longer than it was meant to be.
    pub unmet: u64,
    /// Summaries that came.
    pub summaries: u64,
    /// Summaries that were asked for in vain.
    pub summaries_failed: u64,
    /// What the ledger booked for summaries, those that never came included.
    pub summary_usd: Money,
    /// What the whole prompts would have cost more, at the prices and in the mix of cached and uncached tokens of the calls
    /// that were made.
    pub gross_usd: Money,
    /// Facts that were told in what was summarised, counted at each pass.
    pub facts_summarized: u64,
    /// Of them those that the summary still tells.
    pub facts_kept: u64,
    /// What became of facts that a later question asked for.
    pub recall: RecallReport,
}

/// Questions about something told earlier in a conversation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RecallReport {
    /// Replies to such questions.
    pub asked: u64,
    /// Those whose prompt still told it.
    pub carried: u64,
    /// Those whose prompt did not, because the message was left out.
    pub lost_to_cut: u64,
    /// Those whose prompt did not, because a summary that stood for the message left it out.
    pub lost_to_summary: u64,
    /// Wrong replies where the prompt still told it.
    pub wrong_carried: u64,
    /// Wrong replies where it did not.
    pub wrong_after_loss: u64,
}

impl CompressionReport {
    /// Whether any history was cut, or meant to be summarised: else it only says that all was there when it was asked for.
    pub fn cut_any(&self) -> bool {
        self.cut + self.summaries + self.summaries_failed > 0
    }

    /// Tokens that were not sent. Less than zero if summaries were longer than what they stand for.
    pub fn saved_tokens(&self) -> i64 {
        i64::try_from(i128::from(self.whole_tokens) - i128::from(self.sent_tokens)).unwrap_or(i64::MAX)
    }

    /// The same over the tokens of whole prompts; `None` if no prompt was cut.
    pub fn saved_share(&self) -> Option<f64> {
        (self.whole_tokens > 0).then(|| self.saved_tokens() as f64 / self.whole_tokens as f64)
    }

    /// What was saved, less what summaries cost. A cut makes a prompt that no cache knows yet; what that costs is in the
    /// bill, and only a run without compression shows what the bill would have been.
    pub fn saved(&self) -> Money {
        self.gross_usd - self.summary_usd
    }
}

impl RecallReport {
    /// Questions whose prompt no longer told what they asked for.
    pub fn lost(&self) -> u64 {
        self.lost_to_cut + self.lost_to_summary
    }

    /// Facts that were still told when they were asked for.
    pub fn survival(&self) -> Share {
        Share::of(self.carried, self.asked)
    }
}
