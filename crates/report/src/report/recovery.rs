//! Whether goodput came back after a fault, and how soon.

use rushhour_base::Span;

/// How goodput fared around a fault.
///
/// Goodput is measured here as the share of the requests meant to be sent in a window that a model answered within the
/// scenario's loosest limit on response times ([`Counts::good`](super::Counts::good)), so that the ups and downs of the
/// traffic itself do not count. It is back once a whole minute reaches 95 % of what it was before;
/// it is looked for as long as the fault lasted, and for a day at least.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Recovery {
    /// The share in the last five minutes before the fault, after the warm-up; `None` if nothing was asked then.
    pub before: Option<f64>,
    /// The share while it was in force.
    pub during: Option<f64>,
    /// The share in the last whole minute of the run, if that lies after the fault.
    pub at_last: Option<f64>,
    /// Whether goodput came back.
    pub back: Back,
}

/// Whether goodput came back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Back {
    /// Nobody can tell: nothing went well before, nobody asked afterwards, or less than a minute was left.
    Unknown,
    /// So long after the end of the fault; zero if it never was gone.
    After(Span),
    /// Not before the horizon: it took at least so long. Where that is as long as the fault itself lasted, the trigger
    /// is gone and the failure stays: it is metastable.
    Not {
        /// How long it was looked for.
        at_least: Span,
        /// Whether that is as long as the fault.
        metastable: bool,
    },
}

impl Back {
    /// The word for it.
    pub const fn name(self) -> &'static str {
        match self {
            Back::Unknown => "unknown",
            Back::After(_) => "back",
            Back::Not { metastable: true, .. } => "metastable",
            Back::Not { metastable: false, .. } => "not_yet",
        }
    }
}
