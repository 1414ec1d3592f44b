//! `events.jsonl`: every record of a run, one JSON object a line.

use rushhour_base::{Event, Fields, FleetId, Instant, Money, Record, RequestId, Sink, Truth};
use std::fmt::Write as _;
use std::io::{self, Write};

/// Picodollars in a dollar.
const DOLLAR: u128 = rushhour_base::money::DOLLAR.unsigned_abs();

/// Writes every record as it comes: what a client could know under `event`, what only the world knows under `truth`.
/// Times are whole nanoseconds (`…_ns`), money is dollars with twelve decimals, requests are `agent/turn`; nothing is
/// rounded.
pub struct EventLog<W: Write> {
    out: W,
    line: Line,
    failed: Option<io::Error>,
}

struct Line(String);

impl<W: Write> EventLog<W> {
    /// A log into `out`.
    ///
    /// ```
    /// use rushhour_base::{CallId, Instant, QuotaId, Sink, Truth};
    /// use rushhour_report::log::EventLog;
    /// let mut log = EventLog::new(Vec::new());
    /// log.truth(Instant(5), &Truth::Released { call: CallId(1), quota: QuotaId(0) });
    /// let line = String::from_utf8(log.finish()?).unwrap();
    /// assert_eq!(line, "{\"at_ns\":5,\"truth\":\"released\",\"call\":1,\"quota\":0}\n");
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn new(out: W) -> EventLog<W> {
        EventLog { out, line: Line(String::with_capacity(512)), failed: None }
    }

    /// Hands the writer back, flushed.
    ///
    /// # Errors
    /// The first error of the writer; nothing was written after it.
    pub fn finish(mut self) -> io::Result<W> {
        match self.failed {
            Some(error) => Err(error),
            None => self.out.flush().map(|()| self.out),
        }
    }

    fn write(&mut self, at: Instant, fleet: Option<FleetId>, whose: &'static str, record: &impl Record) {
        if self.failed.is_some() {
            return;
        }
        self.line.0.clear();
        self.line.0.push_str("{\"at_ns\":");
        self.line.number(at.0);
        if let Some(fleet) = fleet {
            self.line.integer("fleet", u64::from(fleet.0));
        }
        self.line.word(whose, 0, record.kind());
        record.visit(&mut self.line);
        self.line.0.push_str("}\n");
        self.failed = self.out.write_all(self.line.0.as_bytes()).err();
    }
}

impl<W: Write> Sink for EventLog<W> {
    fn event(&mut self, at: Instant, fleet: FleetId, event: &Event) {
        self.write(at, Some(fleet), "event", event);
    }
    fn truth(&mut self, at: Instant, truth: &Truth) {
        self.write(at, None, "truth", truth);
    }
}

impl Line {
    fn key(&mut self, name: &str) {
        self.0.push_str(",\"");
        self.0.push_str(name);
        self.0.push_str("\":");
    }

    fn number(&mut self, value: impl std::fmt::Display) {
        write!(self.0, "{value}").expect("a string takes all that is written to it");
    }
}

impl Fields for Line {
    fn integer(&mut self, name: &'static str, value: u64) {
        self.key(name);
        self.number(value);
    }
    fn nanoseconds(&mut self, name: &'static str, value: u64) {
        self.0.push_str(",\"");
        self.0.push_str(name);
        self.0.push_str("_ns\":");
        self.number(value);
    }
    fn request(&mut self, name: &'static str, value: RequestId) {
        self.key(name);
        self.number(format_args!("\"{value}\""));
    }
    fn money(&mut self, name: &'static str, value: Money) {
        self.key(name);
        let (sign, pico) = (if value.0 < 0 { "-" } else { "" }, value.0.unsigned_abs());
        self.number(format_args!("{sign}{}.{:012}", pico / DOLLAR, pico % DOLLAR));
    }
    fn word(&mut self, name: &'static str, _: u64, word: &'static str) {
        self.key(name);
        self.0.push('"');
        self.0.push_str(word);
        self.0.push('"');
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::script::{clean_run, replay};

    #[test]
    fn every_line_is_json_with_all_fields() {
        let mut log = EventLog::new(Vec::new());
        replay(&clean_run(), &mut log);
        let text = String::from_utf8(log.finish().expect("memory does not fail")).expect("it is UTF-8");
        assert_eq!(text.lines().count(), clean_run().len());
        for line in text.lines() {
            let value: serde_json::Value = serde_json::from_str(line).expect(line);
            assert!(value["at_ns"].is_u64(), "{line}");
            assert!(value["event"].is_string() != value["truth"].is_string(), "{line}");
            assert_eq!(
                value.as_object().map(serde_json::Map::len),
                Some(line.matches("\":").count()),
                "{line}"
            );
        }
        let first = text.lines().next().expect("a run has records");
        assert_eq!(
            first,
            "{\"at_ns\":0,\"fleet\":0,\"event\":\"arrived\",\"request\":\"0/0\",\"agent\":0,\"user\":0,\"workflow\":0,\"priority\":0,\
             \"intended_ns\":0,\"input_tokens\":1000,\"max_tokens\":500}"
        );
    }

    #[test]
    fn an_error_is_kept_and_told_at_the_end() {
        struct Full;
        impl Write for Full {
            fn write(&mut self, _: &[u8]) -> io::Result<usize> {
                Err(io::Error::other("no space left"))
            }
            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        let mut log = EventLog::new(Full);
        replay(&clean_run(), &mut log);
        assert_eq!(log.finish().err().map(|e| e.to_string()).as_deref(), Some("no space left"));
    }
}
