//! How a client counts the tokens of its prompts before a provider does.

use rushhour_base::draw::below;

/// What a client believes a prompt to have, and so reserves at the limiter and at the ledger. What is sent is what it is;
/// when the provider has counted, the truth replaces the belief, and an estimate that was too small leaves a debt.
///
/// ```
/// use rushhour_core::settings::TokenEstimate;
/// assert_eq!(TokenEstimate::Exact.tokens(1_000, 3_500, 0), 1_000);
/// assert_eq!(TokenEstimate::Characters.tokens(1_000, 3_500, 0), 875);
/// let low = TokenEstimate::Biased { bias_permille: -200, spread_permille: 100 };
/// assert_eq!((low.tokens(1_000, 3_500, 0), low.tokens(1_000, 3_500, u64::MAX)), (700, 900));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TokenEstimate {
    /// With the provider's own tokenizer.
    #[default]
    Exact,
    /// A quarter of its characters: the rule of thumb that most samples use.
    Characters,
    /// Wrong by so much.
    Biased {
        /// By how many thousandths it is wrong on the average; -1000 and above.
        bias_permille: i32,
        /// By how many thousandths more or less it is wrong from prompt to prompt, uniformly.
        spread_permille: u32,
    },
}

impl TokenEstimate {
    /// The tokens of a prompt as the client counts them, given what it really has and a uniform draw of its own. Never
    /// zero for a prompt that has any.
    pub fn tokens(self, sent_tokens: u64, characters: u64, word: u64) -> u64 {
        let estimate = match self {
            TokenEstimate::Exact => sent_tokens,
            TokenEstimate::Characters => characters / 4,
            TokenEstimate::Biased { bias_permille, spread_permille } => {
                let above = below(word, 2 * u64::from(spread_permille) + 1) as i64;
                let permille = (1_000 + i64::from(bias_permille) - i64::from(spread_permille) + above).max(0);
                let tokens = u128::from(sent_tokens) * u128::from(permille.unsigned_abs()) / 1_000;
                u64::try_from(tokens).unwrap_or(u64::MAX)
            }
        };
        estimate.max(sent_tokens.min(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn an_estimate_lies_in_its_band(sent in 1u64..2_000_000, bias in -900i32..3_000, spread in 0u32..900, word: u64) {
            let estimate = TokenEstimate::Biased { bias_permille: bias, spread_permille: spread };
            let got = i128::from(estimate.tokens(sent, 4 * sent, word));
            let at = |permille: i32| (i128::from(sent) * i128::from(permille.max(0)) / 1_000).max(1);
            prop_assert!((at(1_000 + bias - spread as i32)..=at(1_000 + bias + spread as i32)).contains(&got));
        }
    }

    #[test]
    fn a_prompt_never_counts_as_nothing() {
        assert_eq!(TokenEstimate::Characters.tokens(1, 3, 0), 1);
        assert_eq!(TokenEstimate::Biased { bias_permille: -1_000, spread_permille: 0 }.tokens(9, 36, 5), 1);
        assert_eq!(TokenEstimate::Exact.tokens(0, 0, 0), 0);
    }
}
