//! What one task of an agent may come to.

use rushhour_base::Money;

/// What one task of an agent may come to before it is ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GuardPolicy {
    /// How often in a row a task may ask the same; `None` for any number. Above zero.
    pub repeats: Option<u32>,
    /// How many requests a task may make; `None` for any number. Above zero.
    pub steps: Option<u32>,
    /// How much a task may have cost when it asks again; `None` for any amount. A task may end above it by what its
    /// last request cost.
    pub dollars: Option<Money>,
}
