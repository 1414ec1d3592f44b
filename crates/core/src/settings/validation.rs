//! What follows from the check of a reply against the facts.

use super::Staff;
use crate::validator::Structure;
use rushhour_base::Ratio;
use rushhour_base::event::ValidationAction;
use std::fmt;
use std::sync::Arc;

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
    /// How replies for machines are read; `None` if they are read like all others.
    pub structure: Option<ReplyStructure>,
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

/// How replies for machines are read: who reads them, and the text by which they go.
#[derive(Clone)]
pub struct ReplyStructure {
    text: Arc<str>,
    reader: Arc<dyn Structure + Send + Sync>,
}

impl ReplyStructure {
    /// A structure that `reader` made of `text`. The same text means the same structure.
    pub fn new(text: &str, reader: impl Structure + Send + Sync + 'static) -> ReplyStructure {
        ReplyStructure { text: text.into(), reader: Arc::new(reader) }
    }

    /// The text by which it goes.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Who reads replies.
    pub fn reader(&self) -> &dyn Structure {
        &*self.reader
    }
}

impl PartialEq for ReplyStructure {
    fn eq(&self, other: &ReplyStructure) -> bool {
        self.text == other.text
    }
}

impl Eq for ReplyStructure {}

impl fmt::Debug for ReplyStructure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReplyStructure").field("text", &self.text).finish_non_exhaustive()
    }
}
