//! Recorded sessions of agents, in CSV: one row is one request of a session.
//!
//! Columns are found by name: `session`, `t_s` (seconds from the start of the session), `in_tokens`, `out_tokens`,
//! `api_time_s` and `think_time_s` (both may be empty where a recording does not know them). The rows of a session stand
//! together; within it they are put in the order of `t_s`.
//!
//! # What is made of it
//! Sub-agents are flattened: their requests take their turns among those of the session, as if one agent had made them
//! one after the other. The pause before a request is its think time, but never more than what lay between the two
//! requests in the recording: where sub-agents worked side by side, or think times were taken from the start of a
//! streamed reply, the sum of think times is longer than the session was. Little is lost by it: of the 44,758 recorded
//! requests of coding agents that this format was made for, 676 are of sub-agents, all in 17 of 676 sessions, and 290 begin
//! before the one before them has ended.

use super::TraceProblem;
use super::csv_rows::{Row, for_each_row};
use rushhour_base::Span;
use rushhour_world::settings::{RecordedSessions, SessionTurn};
use std::path::Path;

const COLUMNS: &[&str] = &["session", "t_s", "in_tokens", "out_tokens", "api_time_s", "think_time_s"];

/// Reads recorded sessions.
///
/// # Errors
/// The first thing that is wrong with the file, with its line, and a way out.
pub fn read_sessions(path: &Path) -> Result<RecordedSessions, TraceProblem> {
    parse_sessions(&super::bytes_of(path)?, &path.display().to_string())
}

/// A request as the recording has it.
struct Recorded {
    at: Span,
    api_time: Span,
    think: Option<Span>,
    input_tokens: u64,
    output_tokens: u64,
}

pub(super) fn parse_sessions(bytes: &[u8], file: &str) -> Result<RecordedSessions, TraceProblem> {
    let (mut sessions, mut names) = (Vec::new(), std::collections::BTreeSet::new());
    let (mut name, mut rows): (String, Vec<Recorded>) = (String::new(), Vec::new());
    for_each_row(bytes, file, COLUMNS, |row| {
        let session = row.value(0)?;
        if session != name {
            if !names.insert(session.to_owned()) {
                let way_out = "let the rows of a session stand together";
                return Err(row.problem(0, "has begun and ended before", way_out));
            }
            session.clone_into(&mut name);
            sessions.push(turns(std::mem::take(&mut rows)));
        }
        rows.push(recorded(row)?);
        Ok(())
    })?;
    sessions.push(turns(rows));
    sessions.retain(|session| !session.is_empty());
    if sessions.is_empty() {
        return Err(TraceProblem {
            what: format!("{file} has no rows"),
            way_out: "a recording needs at least one row below its header".to_owned(),
        });
    }
    Ok(RecordedSessions::new(sessions))
}

fn recorded(row: &Row<'_>) -> Result<Recorded, TraceProblem> {
    let span = |column: usize| {
        let nanoseconds = row.seconds(column)?;
        u64::try_from(nanoseconds).map(Span).map_err(|_| row.problem(column, "is out of range", "write less"))
    };
    let known = |column: usize| {
        row.is_empty(column).then_some(()).map_or_else(|| span(column).map(Some), |()| Ok(None))
    };
    Ok(Recorded {
        at: span(1)?,
        input_tokens: row.tokens(2)?,
        output_tokens: row.tokens(3)?,
        api_time: known(4)?.unwrap_or(Span::ZERO),
        think: known(5)?,
    })
}

/// The turns of one session, from its rows.
fn turns(mut rows: Vec<Recorded>) -> Vec<SessionTurn> {
    rows.sort_by_key(|row| row.at);
    let mut before: Option<(Span, Span)> = None;
    let turn = |row: Recorded| {
        let pause = before.map_or(Span::ZERO, |(at, api_time)| {
            let idle = Span(row.at.0.saturating_sub(at.0).saturating_sub(api_time.0));
            row.think.map_or(idle, |think| think.min(idle))
        });
        before = Some((row.at, row.api_time));
        let Recorded { at, input_tokens, output_tokens, .. } = row;
        SessionTurn { at, pause, input_tokens, output_tokens }
    };
    rows.into_iter().map(turn).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str = "session,agent,seq,t_s,model,in_tokens,out_tokens,api_time_s,think_time_s\n";

    fn read(rows: &str) -> Result<RecordedSessions, TraceProblem> {
        parse_sessions(format!("{HEADER}{rows}").as_bytes(), "s.csv")
    }

    #[test]
    fn sessions_are_read_with_their_pauses() {
        let rows = "a,main,0,0,m,100,10,4,0\na,main,1,10.5,m,200,20,,6\na,main,2,60,m,300,30,2,\nb,main,0,0,m,7,1,1,0\n";
        let recorded = read(rows).expect("it is sound");
        let sessions: Vec<Vec<(u64, u64)>> = recorded
            .sessions()
            .map(|turns| turns.iter().map(|turn| (turn.pause.0 / 1_000_000, turn.input_tokens)).collect())
            .collect();
        // The second was recorded 6.5 s after the first answer; of the third's pause only the gap is known.
        assert_eq!(sessions, [vec![(0, 100), (6_000, 200), (49_500, 300)], vec![(0, 7)]]);
    }

    /// Sub-agents work side by side, so their think times add up to more than the session lasted.
    #[test]
    fn a_pause_is_no_longer_than_the_recording_was() {
        let rows = "a,main,0,0,m,1,1,2,0\na,s001,0,3,m,2,1,2,0\na,main,1,9,m,4,1,2,7\na,s001,1,6,m,3,1,2,1\n";
        let recorded = read(rows).expect("it is sound");
        let turns: Vec<_> = recorded.turns().iter().map(|turn| (turn.input_tokens, turn.pause)).collect();
        assert_eq!(turns, [(1, 0), (2, 0), (3, 1), (4, 1)].map(|(tokens, s)| (tokens, Span::secs(s))));
    }

    #[test]
    fn what_is_wrong_is_told_with_its_line() {
        for (rows, what) in [
            ("", "s.csv has no rows"),
            (
                "a,main,0,0,m,1,1,1,0\nb,main,0,0,m,1,1,1,0\na,main,1,9,m,1,1,1,0\n",
                "s.csv:4: session `a` has begun and ended before",
            ),
            (
                "a,main,0,0,m,1,1,1,0\na,main,1,soon,m,1,1,1,0\n",
                "s.csv:3: t_s `soon` is no number of seconds",
            ),
            ("a,main,0,0,m,many,1,1,0\n", "s.csv:2: in_tokens `many` is no number of tokens"),
            ("a,main,0,0,m,1,1,1,long\n", "s.csv:2: think_time_s `long` is no number of seconds"),
            ("a,main,0,0,m,1\n", "s.csv:2 has no out_tokens: the row is cut short"),
            ("a,main,0,0,m,1,1\n", "s.csv:2 has no api_time_s: the row is cut short"),
        ] {
            assert_eq!(read(rows).map_err(|problem| problem.what).unwrap_err(), what);
        }
        let headless = parse_sessions(b"session,t_s\na,0\n", "s.csv").unwrap_err();
        assert!(headless.what.contains("has no column in_tokens"), "{}", headless.what);
    }
}
