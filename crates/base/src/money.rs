//! Exact money: integers of picodollars (10⁻¹² USD), so that one token of the cheapest model costs a whole number.

use crate::message::{Keep, Usage};
use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign, Neg, Sub, SubAssign};

/// Picodollars in a dollar.
pub const DOLLAR: i128 = 1_000_000_000_000;

/// An amount of US dollars in picodollars; negative for a correction.
///
/// ```
/// use rushhour_base::Money;
/// let fee = Money::from_micros(2_500_000);
/// assert_eq!(fee.to_string(), "$2.50");
/// assert_eq!((fee + fee).as_usd_f64(), 5.0);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Money(pub i128);

/// The price of one token in picodollars, which is micro-dollars per million tokens.
///
/// ```
/// use rushhour_base::{Money, Price};
/// let opus = Price::per_million(Money::from_micros(15_000_000)); // $15 per million
/// assert_eq!(opus.times(200_000), Money::from_micros(3_000_000)); // a full 200k history: $3.00
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Price(pub u64);

/// What a model's tokens cost, by kind. Prices move: a scenario names a dated preset or states its own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Prices {
    /// Input that no cache knew.
    pub input: Price,
    /// Input read from the provider's prompt cache.
    pub cached_read: Price,
    /// Input written to the prompt cache.
    pub cache_write: Price,
    /// Input written to the prompt cache for an hour.
    pub cache_write_1h: Price,
    /// Output, reasoning included.
    pub output: Price,
    /// The prices of calls with long prompts, where they are others.
    pub long: Option<LongPrices>,
}

/// What a call with a long prompt costs: all its tokens, the first ones too, have these prices.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LongPrices {
    /// A prompt of more tokens than this is long, cached ones included.
    pub above_tokens: u64,
    /// Input that no cache knew.
    pub input: Price,
    /// Input read from the provider's prompt cache.
    pub cached_read: Price,
    /// Input written to the prompt cache.
    pub cache_write: Price,
    /// Input written to the prompt cache for an hour.
    pub cache_write_1h: Price,
    /// Output, reasoning included.
    pub output: Price,
}

impl Money {
    /// Nothing.
    pub const ZERO: Money = Money(0);

    /// An amount in millionths of a dollar.
    pub const fn from_micros(micro_usd: i64) -> Money {
        Money(micro_usd as i128 * 1_000_000)
    }

    /// Dollars as a float, for reports only.
    pub fn as_usd_f64(self) -> f64 {
        self.0 as f64 / DOLLAR as f64
    }
}

impl Price {
    /// The price per token, given the price of a million of them. Below a micro-dollar it rounds down.
    pub const fn per_million(million: Money) -> Price {
        Price((million.0 / 1_000_000) as u64)
    }

    /// What `tokens` cost.
    pub fn times(self, tokens: u64) -> Money {
        Money(i128::from(self.0) * i128::from(tokens))
    }
}

impl Prices {
    /// What a call with this usage costs.
    ///
    /// ```
    /// use rushhour_base::{Money, Price, Prices, Usage};
    /// let dollar = |n: i64| Price::per_million(Money::from_micros(n * 1_000_000));
    /// let (cached_read, cache_write) = (Price(300_000), Price(3_750_000));
    /// let sonnet = Prices { input: dollar(3), cached_read, cache_write, output: dollar(15), ..Prices::default() };
    /// let usage = Usage { input_tokens: 1_000, cached_tokens: 9_000, output_tokens: 200, ..Usage::default() };
    /// assert_eq!(sonnet.cost(usage), Money::from_micros(3_000 + 2_700 + 3_000));
    /// ```
    #[inline]
    pub fn cost(&self, usage: Usage) -> Money {
        if let Some(long) = self.long
            && usage.prompt_tokens() > long.above_tokens
        {
            return long.plain().cost(usage);
        }
        self.input.times(usage.input_tokens)
            + self.cached_read.times(usage.cached_tokens)
            + self.cache_write.times(usage.cache_write_tokens)
            + self.cache_write_1h.times(usage.cache_write_1h_tokens)
            + self.output.times(usage.output_tokens)
    }

    /// The most that a prompt of `input_tokens` and a reply of at most `max_tokens` can cost, whatever the cache does with a
    /// prompt that it is asked to keep so long. A long prompt may cost what a long one costs, or, where that is less, what a
    /// short one does.
    #[inline]
    pub fn worst_case(&self, input_tokens: u64, max_tokens: u64, keep: Keep) -> Money {
        let short = self.worst_case_of_short(input_tokens, max_tokens, keep);
        match self.long {
            Some(long) if input_tokens > long.above_tokens => {
                short.max(long.plain().worst_case_of_short(input_tokens, max_tokens, keep))
            }
            _ => short,
        }
    }

    fn worst_case_of_short(&self, input_tokens: u64, max_tokens: u64, keep: Keep) -> Money {
        let for_an_hour = if keep == Keep::Hour { self.cache_write_1h } else { Price(0) };
        let dearest_input = self.input.max(self.cached_read).max(self.cache_write).max(for_an_hour);
        dearest_input.times(input_tokens) + self.output.times(max_tokens)
    }
}

impl LongPrices {
    /// The same without another step.
    fn plain(self) -> Prices {
        let LongPrices { input, cached_read, cache_write, cache_write_1h, output, .. } = self;
        Prices { input, cached_read, cache_write, cache_write_1h, output, long: None }
    }
}

impl Add for Money {
    type Output = Money;
    fn add(self, other: Money) -> Money {
        Money(self.0 + other.0)
    }
}
impl Sub for Money {
    type Output = Money;
    fn sub(self, other: Money) -> Money {
        Money(self.0 - other.0)
    }
}
impl Neg for Money {
    type Output = Money;
    fn neg(self) -> Money {
        Money(-self.0)
    }
}
impl AddAssign for Money {
    fn add_assign(&mut self, other: Money) {
        self.0 += other.0;
    }
}
impl SubAssign for Money {
    fn sub_assign(&mut self, other: Money) {
        self.0 -= other.0;
    }
}
impl Sum for Money {
    fn sum<I: Iterator<Item = Money>>(amounts: I) -> Money {
        amounts.fold(Money::ZERO, Add::add)
    }
}

impl fmt::Display for Money {
    /// Two decimals from a cent up, six below, half away from zero: `$12.35`, `$0.000123`, `-$2.00`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let amount = self.0.unsigned_abs();
        let sign = if self.0 < 0 { "-" } else { "" };
        let decimals = if amount == 0 || amount >= 10_000_000_000 { 2 } else { 6 };
        let unit = 10u128.pow(12 - decimals);
        let rounded = (amount + unit / 2) / unit;
        let per_dollar = 10u128.pow(decimals);
        let digits = decimals as usize;
        write!(f, "{sign}${}.{:0digits$}", rounded / per_dollar, rounded % per_dollar)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_prints_in_dollars() {
        for (pico, text) in [
            (0, "$0.00"),
            (DOLLAR, "$1.00"),
            (12_345 * DOLLAR / 1000, "$12.35"),
            (123_000_000, "$0.000123"),
            (-2 * DOLLAR, "-$2.00"),
            (9_999_999_999, "$0.010000"),
        ] {
            assert_eq!(Money(pico).to_string(), text);
        }
    }

    /// Tokens read from the cache were once charged at the cached *and* the full price by several gateways.
    #[test]
    fn cached_tokens_are_paid_once() {
        let prices = Prices {
            input: Price(10),
            cached_read: Price(1),
            cache_write: Price(12),
            cache_write_1h: Price(20),
            output: Price(50),
            long: None,
        };
        let all_cached = Usage { cached_tokens: 100, ..Usage::default() };
        assert_eq!(prices.cost(all_cached), Money(100));
        for (keep, worst) in [(Keep::No, 1_300), (Keep::FiveMinutes, 1_300), (Keep::Hour, 2_100)] {
            assert_eq!(prices.worst_case(100, 2, keep), Money(worst), "{keep}");
        }
        let written = Usage { cache_write_tokens: 10, cache_write_1h_tokens: 10, ..Usage::default() };
        assert_eq!(prices.cost(written), Money(320));
    }

    /// gpt-5.5: above 272k tokens, input twice and output one and a half times as dear, from the first token on. Cached
    /// tokens count for the length of the prompt.
    #[test]
    fn long_prompts_have_prices_of_their_own() {
        let long = LongPrices {
            above_tokens: 272_000,
            input: Price(10),
            cached_read: Price(1),
            cache_write: Price(10),
            cache_write_1h: Price(20),
            output: Price(45),
        };
        let prices = Prices {
            input: Price(5),
            cached_read: Price(1),
            cache_write: Price(5),
            cache_write_1h: Price(10),
            output: Price(30),
            long: Some(long),
        };
        for (input_tokens, cached_tokens, cost) in [
            (272_000, 0, 272_000 * 5 + 100 * 30),
            (272_001, 0, 272_001 * 10 + 100 * 45),
            (1, 272_000, 10 + 272_000 + 100 * 45),
        ] {
            let usage = Usage { input_tokens, cached_tokens, output_tokens: 100, ..Usage::default() };
            assert_eq!(prices.cost(usage), Money(cost), "{usage:?}");
            let worst = prices.worst_case(input_tokens + cached_tokens, 100, Keep::No);
            assert!(worst >= Money(cost), "{usage:?} costs more than {worst}");
        }
        assert_eq!(prices.worst_case(272_000, 100, Keep::No), Money(272_000 * 5 + 100 * 30));
    }
}
