//! How many calls a model serves at once, and what a brownout leaves of it.

use crate::reader::Reader;
use crate::record::Record;
use rushhour_base::{LaneId, Ratio};
use rushhour_world::settings::{CapacityPlan, FaultKind, ModelLane};

pub(super) fn capacity(reader: &mut Reader, record: &Record) -> CapacityPlan {
    let (whole, most) = (record.get("concurrency"), record.maybe("refuses_beyond"));
    if let Some(most) = most.filter(|most| most.sound && whole.sound && most.count() < whole.count()) {
        let why = format!("it serves {} at full pace", whole.count());
        reader.reject(&most.spot, &why, "at least `concurrency`", None);
    }
    CapacityPlan {
        concurrency: record.small("concurrency"),
        refuses_beyond: most.map(|_| record.small("refuses_beyond")),
    }
}

/// A brownout of `lane`, or of all `lanes` of its provider. It lowers what is limited, so something must be.
pub(super) fn brownout(
    reader: &mut Reader,
    record: &Record,
    lanes: &[ModelLane],
    lane: Option<LaneId>,
) -> FaultKind {
    let kind = record.get("kind");
    let mut struck =
        lanes.iter().enumerate().filter(|(index, _)| lane.is_none_or(|only| only.index() == *index));
    if kind.sound && struck.all(|(_, lane)| lane.capacity.is_none()) {
        let why = "no model that it strikes has a `capacity` of which it could leave less";
        reader.reject(&kind.spot, why, "a model with a `capacity`, or another kind", None);
    }
    FaultKind::Brownout {
        capacity: record.maybe("capacity").map_or(Ratio::ONE, |_| record.share("capacity")),
    }
}
