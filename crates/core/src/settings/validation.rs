//! What follows from the check of a reply against the facts.

use super::Staff;
use rushhour_base::Ratio;
use rushhour_base::event::ValidationAction;

/// How replies are checked before they go out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValidationPolicy {
    /// What follows from a reply that is not valid. [`ValidationAction::Accept`] only counts what is wrong.
    pub on_invalid: ValidationAction,
    /// How often a model is asked again for one request, where it is.
    pub regenerations: u32,
    /// What follows when that was in vain; never [`ValidationAction::Regenerate`].
    pub then: ValidationAction,
    /// A reply whose confidence is below so many thousandths is treated like one that is not valid.
    pub confidence_min: u16,
    /// Who reviews; `None` if nobody does.
    pub review: Option<ReviewPolicy>,
}

/// People who look at a reply before it goes out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReviewPolicy {
    /// Their capacity, pace and price.
    pub staff: Staff,
    /// The share of reviews that look closely enough to see what is wrong, and put it right.
    pub finds: Ratio,
}
