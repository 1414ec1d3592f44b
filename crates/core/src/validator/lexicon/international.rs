//! Words that all languages share: names of currencies, and what stands behind figures.

use super::Denomination::{Eur, Other, Usd};
use super::List;
use super::Meaning::*;

pub(super) const WORDS: List = &[
    (Currency(Usd), "usd dollar dollars dolar dolares bucks"),
    (Currency(Eur), "eur euro euros"),
    (
        Currency(Other),
        "gbp pound pounds pfund libra libras chf franken francs francos jpy yen mxn peso pesos cad aud nzd sek nok dkk \
         pln zloty czk kronen krona rubel rupees inr cny yuan brl reais",
    ),
    (Am, "am"),
    (Pm, "pm"),
    (Hours, "h"),
    (Kilo, "k"),
];
