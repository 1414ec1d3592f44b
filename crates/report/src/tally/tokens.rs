//! Tokens of invoiced calls.

use crate::report::TokenReport;
use rushhour_base::{CallId, Prices, RunHeader, Truth, Usage};

pub(super) struct TokenTally {
    prices: Vec<Prices>,
    sums: TokenReport,
    /// The call that was last told to be cut by its length; its invoice follows.
    last_cut: CallId,
}

impl TokenTally {
    pub(super) fn new(header: &RunHeader) -> TokenTally {
        let prices = header.lanes.iter().map(|lane| lane.prices).collect();
        TokenTally { prices, sums: TokenReport::default(), last_cut: CallId(0) }
    }

    pub(super) fn reasoned(&mut self, tokens: u64) {
        self.sums.reasoning += tokens;
    }

    pub(super) fn cut(&mut self, call: CallId) {
        self.sums.cut += 1;
        self.last_cut = call;
    }

    /// An invoice; any other truth is none of its business.
    #[inline]
    pub(super) fn invoiced(&mut self, truth: &Truth) {
        let Truth::Invoiced {
            call,
            lane,
            input_tokens,
            cached_tokens,
            cache_write_tokens,
            output_tokens,
            amount,
        } = *truth
        else {
            return;
        };
        let input = input_tokens + cached_tokens + cache_write_tokens;
        self.sums.input += input;
        self.sums.output += output_tokens;
        if cached_tokens + cache_write_tokens > 0 {
            self.sums.cached += cached_tokens;
            self.sums.cache_written += cache_write_tokens;
            let plain = Usage { input_tokens: input, output_tokens, ..Usage::default() };
            self.sums.saved_by_cache += self.prices[lane.index()].cost(plain) - amount;
        }
        if call == self.last_cut {
            self.sums.cut_usd += amount;
        }
    }

    /// What it all comes to, given how many replies there were.
    pub(super) fn finish(&self, replies: u64) -> TokenReport {
        TokenReport { replies, ..self.sums }
    }
}
