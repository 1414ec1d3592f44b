//! `calls.csv`: one row for each call to a provider, in the order in which the calls ended.

use crate::open::Open;
use crate::timestamp::rfc3339;
use rushhour_base::event::{AttemptKind, Cause};
use rushhour_base::message::AttemptResult;
use rushhour_base::{
    CallId, Event, FleetId, Instant, LaneId, Money, RequestId, RunHeader, Sink, Span, Truth,
};
use std::io::{self, Write};

/// Writes a row for every call. Numbers are printed from integers: the file is the same on every machine.
///
/// Call and cost arrive as separate events of the same instant, in either order; so the rows of an instant are written
/// when time moves on.
pub struct CallLog<W: Write> {
    out: W,
    header: RunHeader,
    sent: Open<Sent>,
    now: Instant,
    rows: Vec<Row>,
    posted: Vec<(RequestId, CallId, Money)>,
    failed: Option<io::Error>,
}

#[derive(Clone, Copy)]
struct Sent {
    at: Instant,
    kind: AttemptKind,
    waited: Span,
}

struct Row {
    sent: Sent,
    request: RequestId,
    attempt: u16,
    lane: LaneId,
    call: CallId,
    result: AttemptResult,
    ttft: Span,
    service: Span,
    tokens: [u64; 3],
}

/// The columns, in order. `timestamp` and `at_s` are the moment of the send; `cost_usd` has twelve decimals, which is
/// exact.
pub const COLUMNS: &str = "timestamp,at_s,request,agent,workflow,attempt,lane,kind,result,call,waited_ms,ttft_ms,\
                           service_ms,input_tokens,cached_tokens,output_tokens,cost_usd";

impl<W: Write> CallLog<W> {
    /// A file of the run that `header` describes, into `out`.
    pub fn new(header: &RunHeader, mut out: W) -> CallLog<W> {
        let failed = writeln!(out, "{COLUMNS}").err();
        let header = header.clone();
        CallLog { out, header, sent: Open::new(), now: Instant::START, rows: vec![], posted: vec![], failed }
    }

    /// Hands the writer back, flushed, after the last rows.
    ///
    /// # Errors
    /// The first error of the writer; nothing was written after it.
    pub fn finish(mut self) -> io::Result<W> {
        self.write_rows();
        match self.failed {
            Some(error) => Err(error),
            None => self.out.flush().map(|()| self.out),
        }
    }

    fn write_rows(&mut self) {
        self.posted.sort_by_key(|(request, call, _)| (*request, *call));
        for row in std::mem::take(&mut self.rows) {
            let key = (row.request, row.call);
            let first = self.posted.partition_point(|(request, call, _)| (*request, *call) < key);
            let same =
                self.posted[first..].iter_mut().take_while(|(request, call, _)| (*request, *call) == key);
            let cost = same.map(|(_, _, amount)| std::mem::take(amount)).sum();
            if self.failed.is_none() {
                self.failed = self.write_row(&row, cost).err();
            }
        }
        self.posted.clear();
    }

    fn write_row(&mut self, row: &Row, cost: Money) -> io::Result<()> {
        let Row { sent, request, attempt, lane, call, result, ttft, service, tokens } = row;
        let (agent, header) = (request.agent().0, &self.header);
        let workflow = header.workloads.get(header.workload_of(agent)).map_or("", |w| w.name.as_str());
        let lane = header.lanes.get(lane.index()).map_or("", |l| l.name.as_str());
        let name = header.agent_name(agent);
        write!(self.out, "{},{}", rfc3339(header.starts_unix_s, sent.at), decimal(sent.at.0, 9))?;
        write!(self.out, ",{request},{},{},{attempt},{},", quoted(&name), quoted(workflow), quoted(lane))?;
        write!(self.out, "{},{result},{call},{},", sent.kind, decimal(sent.waited.0, 6))?;
        write!(self.out, "{},{},", decimal(ttft.0, 6), decimal(service.0, 6))?;
        let [input, cached, output] = tokens;
        let sign = if cost.0 < 0 { "-" } else { "" };
        let (dollars, rest) = (cost.0.unsigned_abs() / PICO, cost.0.unsigned_abs() % PICO);
        writeln!(self.out, "{input},{cached},{output},{sign}{dollars}.{rest:012}")
    }
}

impl<W: Write> Sink for CallLog<W> {
    fn event(&mut self, at: Instant, _: FleetId, event: &Event) {
        if at > self.now {
            self.write_rows();
            self.now = at;
        }
        match *event {
            Event::Sent { request, kind, waited, .. } => {
                *self.sent.entry(request.0, || Sent { at, kind, waited }) = Sent { at, kind, waited }
            }
            Event::AttemptEnded {
                request,
                attempt,
                lane,
                call,
                result,
                ttft,
                service,
                input_tokens,
                cached_tokens,
                output_tokens,
            } => {
                let Some(sent) = self.sent.remove(request.0) else { return };
                let tokens = [input_tokens, cached_tokens, output_tokens];
                self.rows.push(Row { sent, request, attempt, lane, call, result, ttft, service, tokens });
            }
            Event::Posted { request, call, cause, amount, .. }
                if !matches!(cause, Cause::Rules | Cause::Human | Cause::Review) =>
            {
                self.posted.push((request, call, amount));
            }
            _ => {}
        }
    }

    fn truth(&mut self, _: Instant, _: &Truth) {}
}

/// An integer of 10^-`places` with all its decimals.
fn decimal(value: u64, places: u32) -> String {
    let unit = 10u64.pow(places);
    format!("{}.{:0width$}", value / unit, value % unit, width = places as usize)
}

/// A name as a CSV field: quoted if it must be (RFC 4180).
fn quoted(name: &str) -> String {
    if name.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", name.replace('"', "\"\""))
    } else {
        name.into()
    }
}

const PICO: u128 = rushhour_base::money::DOLLAR as u128;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::divergence::Entry;
    use crate::script::{clean_run, header, replay};

    fn csv(entries: &[Entry]) -> String {
        let mut log = CallLog::new(&header(), Vec::new());
        replay(entries, &mut log);
        String::from_utf8(log.finish().expect("memory does not fail")).expect("it is UTF-8")
    }

    #[test]
    fn one_row_a_call() {
        let text = csv(&clean_run());
        let calls = clean_run()
            .iter()
            .filter(|e| matches!(e, Entry::Event { event: Event::AttemptEnded { .. }, .. }))
            .count();
        assert_eq!(text.lines().count(), calls + 1);
        let columns = COLUMNS.split(',').count();
        assert!(text.lines().all(|line| line.split(',').count() == columns));
        let chosen: Vec<&str> =
            text.lines().enumerate().filter(|(n, _)| [0, 1, 4, 38].contains(n)).map(|l| l.1).collect();
        insta::assert_snapshot!(chosen.join("\n"));
    }

    /// The ledger may book before or after the attempt's end is told.
    #[test]
    fn booking_before_the_end_gives_the_same_rows() {
        let mut swapped = clean_run();
        for place in 1..swapped.len() {
            if matches!(swapped[place], Entry::Event { event: Event::Posted { .. }, .. }) {
                swapped.swap(place - 1, place);
            }
        }
        assert_eq!(csv(&swapped), csv(&clean_run()));
    }

    #[test]
    fn names_are_quoted_where_they_must_be() {
        for (name, field) in [("plain", "plain"), ("a,b", "\"a,b\""), ("say \"hi\"", "\"say \"\"hi\"\"\"")] {
            assert_eq!(quoted(name), field);
        }
    }
}
