//! What the public traces are like, measured here, against what was measured elsewhere: rows, span, rate, burstiness and
//! token counts as their provenance states them.

use rushhour_report::traffic::{Request, Traffic};
use rushhour_scenario::trace::{Format, read};
use std::path::PathBuf;

fn measured(file: &str) -> Option<(Format, Traffic)> {
    let folder = std::env::var_os("RUSHHOUR_TRACES")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/traces"), PathBuf::from);
    let path = folder.join(file);
    if !path.exists() {
        assert!(std::env::var_os("RUSHHOUR_REQUIRE_TRACES").is_none(), "{} is not there", path.display());
        println!("{} is not there: not measured", path.display());
        return None;
    }
    let trace = read(&path, None).expect("a public trace is sound");
    assert_eq!(trace.suspicion, None, "the times of {file} are what its format says");
    let request = |row: &rushhour_world::settings::TraceRow| Request {
        at: row.at,
        input_tokens: row.input_tokens,
        output_tokens: row.output_tokens,
    };
    Some((trace.format, Traffic::of(&trace.rows.iter().map(request).collect::<Vec<_>>())))
}

/// Expected: rows, span in s, requests a minute on the average and in the busiest 60 s, CV of gaps and dispersion of
/// counts to two decimals, p50, p95, p99 and max of prompts, then of replies.
#[track_caller]
fn check(file: &str, format: Format, rate: (u64, u64, &str, u64), burst: (&str, &str), tokens: [u64; 8]) {
    let Some((found, traffic)) = measured(file) else { return };
    assert_eq!(found, format, "{file}");
    let per_minute = format!("{:.1}", traffic.per_minute.expect("there are rows"));
    let span_s = traffic.span.0 / rushhour_base::time::SECOND;
    assert_eq!((traffic.requests, span_s, per_minute.as_str(), traffic.peak_per_minute), rate, "{file}");
    let cv = format!("{:.2}", traffic.gaps.expect("there are gaps").cv);
    let dispersion = format!("{:.2}", traffic.dispersion.expect("there are minutes"));
    assert_eq!((cv.as_str(), dispersion.as_str()), burst, "{file}");
    let spreads =
        [traffic.input_tokens, traffic.output_tokens].map(|spread| spread.expect("there are tokens"));
    let found: Vec<u64> = spreads.iter().flat_map(|s| [s.p50, s.p95, s.p99, s.max]).collect();
    assert_eq!(found, tokens, "{file}");
}

#[test]
fn azure_code_is_bursty_and_falls_silent_once() {
    check(
        "azure2023/AzureLLMInferenceTrace_code.csv",
        Format::Azure,
        (8_819, 3_435, "154.0", 723),
        ("13.15", "166.89"),
        [1_469, 7_315, 7_436, 7_437, 13, 90, 252, 1_899],
    );
}

#[test]
fn azure_chat_wanders_more_than_its_gaps_show() {
    check(
        "azure2023/AzureLLMInferenceTrace_conv.csv",
        Format::Azure,
        (19_366, 3_501, "331.8", 522),
        ("1.09", "16.41"),
        [1_020, 4_083, 4_142, 14_050, 129, 451, 601, 1_000],
    );
}

#[test]
fn mooncake_synthetic_is_nearly_poisson() {
    check(
        "mooncake-fast25/synthetic_trace.jsonl",
        Format::Mooncake,
        (3_993, 1_022, "234.4", 280),
        ("1.01", "1.27"),
        [11_587, 49_009, 66_458, 191_378, 69, 519, 769, 893],
    );
}
