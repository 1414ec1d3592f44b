//! Whether the unit of a trace's times looks wrong.
//!
//! Formats differ in their unit (Mooncake milliseconds, BurstGPT seconds) and files are converted from one to the other
//! by hand, so a factor of 1,000 is the commonest mistake. It cannot be proved from the file, only suspected: public
//! traces of whole services have 0.3 to 60 requests a second, those of single tenants one in several minutes.

use super::Format;
use rushhour_base::time::SECOND;
use rushhour_world::settings::TraceRow;

/// More requests a second than any public trace has, by an order of magnitude.
const TOO_FAST: u64 = 1_000;
/// Longer between two requests, on the average, than any public trace has.
const TOO_SLOW_S: u64 = 3 * 3_600;
/// Fewer rows than this say nothing.
const ENOUGH: usize = 20;

/// What is suspicious about the times, and what to do.
pub(super) fn suspicion(format: Format, rows: &[TraceRow]) -> Option<String> {
    let gaps = rows.len().checked_sub(1)? as u64;
    let span_s = rows.last()?.at.0 / SECOND;
    if rows.len() < ENOUGH {
        return None;
    }
    let (unit, other, factor) = match format {
        Format::Azure => return None,
        Format::Mooncake => ("milliseconds", "seconds", "multiply"),
        Format::BurstGpt => ("seconds", "milliseconds", "divide"),
    };
    let too_fast = gaps > span_s.saturating_mul(TOO_FAST);
    let too_slow = span_s > gaps.saturating_mul(TOO_SLOW_S);
    let looks_like_the_other = match format {
        Format::Mooncake => too_fast,
        _ => too_slow,
    };
    looks_like_the_other.then(|| {
        let count = rows.len();
        format!(
            "its {count} rows span {span_s} s if its times are {unit}, as the format {} has them; they look like {other}: \
             {factor} them by 1000",
            format.name()
        )
    })
}
