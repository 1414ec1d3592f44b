//! The provider's bucket on recorded traffic, against counts that were computed independently of this project.

use rushhour_base::time::{MINUTE, SECOND};
use rushhour_base::{Instant, Span};
use rushhour_world::quota::Quota;
use rushhour_world::settings::{GrantPlan, QuotaPlan};
use std::path::Path;

/// One row of the trace.
struct Row {
    at: Instant,
    tokens: u64,
}

/// A golden: limits per minute as (amount, burst), and what they admit.
struct Golden {
    requests: Option<(u64, u64)>,
    tokens: Option<u64>,
    admitted: usize,
    tokens_admitted: u64,
}

fn requests(amount: u64, burst: u64, admitted: usize, tokens_admitted: u64) -> Golden {
    Golden { requests: Some((amount, burst)), tokens: None, admitted, tokens_admitted }
}

#[test]
fn azure_code() {
    check(
        "AzureLLMInferenceTrace_code.csv",
        8_819,
        &[
            requests(50, 1, 686, 1_359_161),
            requests(50, 10, 1_314, 2_674_992),
            requests(50, 50, 2_234, 4_722_017),
            requests(200, 1, 1_945, 3_964_850),
            requests(200, 10, 3_650, 7_577_603),
            requests(200, 200, 7_138, 14_867_244),
            Golden { requests: None, tokens: Some(40_000), admitted: 2_492, tokens_admitted: 1_839_778 },
            Golden {
                requests: Some((50, 50)),
                tokens: Some(40_000),
                admitted: 2_041,
                tokens_admitted: 1_832_300,
            },
        ],
    );
}

#[test]
fn azure_conversation() {
    check(
        "AzureLLMInferenceTrace_conv.csv",
        19_366,
        &[
            requests(50, 1, 2_510, 3_392_933),
            requests(50, 10, 2_924, 3_954_759),
            requests(50, 50, 2_964, 3_984_966),
            requests(300, 1, 8_964, 12_253_023),
            requests(300, 10, 16_345, 22_266_444),
            requests(300, 300, 17_013, 23_088_578),
            Golden { requests: None, tokens: Some(40_000), admitted: 4_914, tokens_admitted: 2_370_856 },
        ],
    );
}

fn check(file: &str, offered: usize, goldens: &[Golden]) {
    let Some(rows) = trace(file) else { return };
    assert_eq!(rows.len(), offered);
    for golden in goldens {
        let per_minute = |(amount, burst)| GrantPlan { amount, period: Span(MINUTE), burst };
        let mut quota = Quota::full(&QuotaPlan {
            requests: golden.requests.map(per_minute),
            input_tokens: golden.tokens.map(|amount| per_minute((amount, amount))),
            ..QuotaPlan::default()
        });
        let passed: Vec<&Row> =
            rows.iter().filter(|row| quota.admit(row.tokens, 0, row.at).is_ok()).collect();
        let tokens: u64 = passed.iter().map(|row| row.tokens).sum();
        let limits = (golden.requests, golden.tokens);
        assert_eq!((passed.len(), tokens), (golden.admitted, golden.tokens_admitted), "{file}, {limits:?}");
    }
}

/// The rows of a trace beside the workspace; `None`, said aloud, where it has none and none is demanded.
fn trace(file: &str) -> Option<Vec<Row>> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/traces/azure2023").join(file);
    let Ok(text) = std::fs::read_to_string(&beside) else {
        let required = std::env::var_os("RUSHHOUR_REQUIRE_TRACES").is_some_and(|value| value == "1");
        assert!(!required, "no trace at {}", beside.display());
        println!("skipped: no trace at {}", beside.display());
        return None;
    };
    let mut rows: Vec<Row> = text.lines().skip(1).map(row).collect();
    let first = rows[0].at;
    rows.iter_mut().for_each(|row| row.at = Instant(row.at.since(first).0));
    Some(rows)
}

/// `2023-11-16 18:17:03.9799600,4808,10`: the time of day to the microsecond, prompt and reply.
fn row(line: &str) -> Row {
    let fields: Vec<&str> = line.split([' ', ',', ':']).collect();
    let [_, hours, minutes, seconds, prompt, reply] = fields[..] else { panic!("not a row: {line}") };
    let whole = |field: &str| field.parse::<u64>().expect("a field of the trace is an integer");
    let (seconds, fraction) = seconds.split_once('.').expect("a time of the trace has decimals");
    let micros = whole(&fraction[..6]);
    let at = (whole(hours) * 60 + whole(minutes)) * MINUTE + whole(seconds) * SECOND + micros * 1_000;
    Row { at: Instant(at), tokens: whole(prompt) + whole(reply) }
}
