//! Writes a trace in Azure's format.

use rushhour_base::time::SECOND;
use rushhour_world::settings::TraceRow;
use std::io::{self, Write};

/// Writes rows as Azure's CSV, whose times have seven decimals; what is finer is cut off. `starts_local_s` is what a local
/// clock shows at the start, in seconds since 1970.
///
/// # Errors
/// If `to` cannot be written.
pub fn write_azure(rows: &[TraceRow], starts_local_s: i64, mut to: impl Write) -> io::Result<()> {
    writeln!(to, "TIMESTAMP,ContextTokens,GeneratedTokens")?;
    for row in rows {
        let seconds = starts_local_s.saturating_add_unsigned(row.at.0 / SECOND);
        let moment = jiff::Timestamp::from_second(seconds).map_err(io::Error::other)?;
        let clock = jiff::tz::Offset::UTC.to_datetime(moment).strftime("%Y-%m-%d %H:%M:%S").to_string();
        let ticks = row.at.0 % SECOND / 100;
        writeln!(to, "{clock}.{ticks:07},{},{}", row.input_tokens, row.output_tokens)?;
    }
    to.flush()
}
