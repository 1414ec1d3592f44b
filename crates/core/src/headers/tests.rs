use super::*;
use proptest::prelude::*;
use rushhour_base::time::{HOUR, MINUTE, SECOND};

/// 2026-02-25T20:01:00Z.
const PRESENT: Present = Present { now: Instant(100 * SECOND), unix_ns: 1_772_049_660_000_000_000 };

fn state(limit: u64, remaining: u64, wait_ns: u64) -> Option<LimitState> {
    let limit = NonZeroU64::new(limit).expect("a limit");
    Some(LimitState { limit, remaining, full_at: PRESENT.now + Span(wait_ns) })
}

/// One family of OpenAI: limit, remaining, reset as they came, and the wait that the reset says.
#[track_caller]
fn openai(limit: &str, remaining: &str, reset: &str, expected: Option<LimitState>) {
    let headers = [
        ("x-ratelimit-limit-tokens", limit),
        ("X-RateLimit-Remaining-Tokens", remaining),
        ("x-ratelimit-reset-tokens", reset),
    ];
    assert_eq!(limits(headers, PRESENT).tokens, expected, "{limit}/{remaining} {reset}");
}

#[test]
fn captured_replies_of_openai_are_read() {
    for (limit, remaining, reset, wait) in [
        (5_000, 4_999, "12ms", 12 * MILLISECOND),
        (160_000, 158_866, "425ms", 425 * MILLISECOND),
        (10_000, 9_481, "3.114s", 3_114 * MILLISECOND),
        (2_000_000, 1_999_956, "1ms", MILLISECOND),
        (10_000, 9_999, "8.64s", 8_640 * MILLISECOND),
        (10_000, 9_000, "1s", SECOND),
        (10_000, 0, "6m0s", 6 * MINUTE),
        (30_000, 0, "41.724s", 41_724 * MILLISECOND),
        (200, 0, "114h18m0s", 114 * HOUR + 18 * MINUTE),
        (200, 100, "7m12s", 7 * MINUTE + 12 * SECOND),
        (60, 60, "0s", 0),
        // Azure: whole seconds.
        (60, 59, "10", 10 * SECOND),
        (60, 50, "300", 300 * SECOND),
    ] {
        openai(&limit.to_string(), &remaining.to_string(), reset, state(limit, remaining, wait));
    }
}

/// A reply of 2025-06 to a call that was refused for its input tokens.
#[test]
fn a_captured_refusal_of_anthropic_is_read() {
    let headers = [
        ("anthropic-ratelimit-input-tokens-limit", "200000"),
        ("anthropic-ratelimit-input-tokens-remaining", "0"),
        ("anthropic-ratelimit-input-tokens-reset", "2026-02-25T20:02:03Z"),
        ("anthropic-ratelimit-output-tokens-limit", "80000"),
        ("anthropic-ratelimit-output-tokens-remaining", "80000"),
        ("anthropic-ratelimit-output-tokens-reset", "2026-02-25T20:01:00Z"),
        ("anthropic-ratelimit-requests-limit", "4000"),
        ("anthropic-ratelimit-requests-remaining", "4000"),
        ("anthropic-ratelimit-requests-reset", "2026-02-25T20:00:59Z"),
        ("anthropic-ratelimit-tokens-limit", "280000"),
        ("anthropic-ratelimit-tokens-remaining", "80000"),
        ("anthropic-ratelimit-tokens-reset", "2026-02-25T20:02:03Z"),
        ("retry-after", "16"),
        ("x-should-retry", "true"),
    ];
    let expected = LimitHeaders {
        as_of: PRESENT.now,
        rounded_to: 1_000,
        requests: state(4_000, 4_000, 0),
        tokens: state(280_000, 80_000, 63 * SECOND),
        input_tokens: state(200_000, 0, 63 * SECOND),
        output_tokens: state(80_000, 80_000, 0),
    };
    assert_eq!(limits(headers, PRESENT), expected);
    assert_eq!(retry_after(headers, PRESENT), Some(Span::secs(16)));
}

#[test]
fn what_cannot_be_read_is_left_out_and_the_rest_counts() {
    openai("0", "0", "1s", None);
    openai("-5", "1", "1s", None);
    openai("+5", "1", "1s", None);
    openai("99999999999999999999999", "1", "1s", None);
    openai("", "", "", None);
    openai("5", "many", "1s", state(5, 5, SECOND));
    for reset in ["soon", "-1s", "1s ago", "s", ".", ".s", "1.2.3s", "1x", "6m0", "1e3", "½s", "-", "1µ"] {
        openai("5", "4", reset, state(5, 4, 0));
    }
    for (reset, wait) in
        [("1.5h", 90 * MINUTE), ("3µs", 3_000), (".5s", SECOND / 2), ("1.s", SECOND), ("2us3ns", 2_003)]
    {
        openai("5", "4", reset, state(5, 4, wait));
    }
    openai(
        "5",
        "4",
        "99999999999999999999h",
        Some(LimitState { full_at: Instant(u64::MAX), ..state(5, 4, 0).expect("some") }),
    );
}

#[track_caller]
fn date(text: &str, expected: Option<i128>) {
    assert_eq!(date::rfc3339(text), expected, "{text}");
}

#[test]
fn dates_are_read() {
    date("1970-01-01T00:00:00Z", Some(0));
    date("1970-01-01T01:00:00.25+01:00", Some(250_000_000));
    date("2026-02-25T20:02:32Z", Some(1_772_049_752_000_000_000));
    date("2024-02-29t12:00:00z", Some(1_709_208_000_000_000_000));
    date("2026-03-11T17:30:00.1234567891-00:30", Some(1_773_252_000_123_456_789));
    date("1969-12-31T23:59:59Z", Some(-1_000_000_000));
    for wrong in [
        "2026-02-29T00:00:00Z",
        "2026-13-01T00:00:00Z",
        "2026-00-01T00:00:00Z",
        "2026-01-00T00:00:00Z",
        "2026-01-01T24:00:00Z",
        "2026-01-01T00:60:00Z",
        "2026-01-01T00:00:00",
        "2026-01-01T00:00:00.Z",
        "2026-01-01T00:00:00+1:00",
        "26-01-01T00:00:00Z",
        "2026-01-01",
        "",
        "2026-01-0éT00:00:00Z",
        "2026-01-01T00:00:00Zulu",
    ] {
        date(wrong, None);
    }
    let http = |text| date::http(text);
    assert_eq!(http("Sun, 06 Nov 1994 08:49:37 GMT"), Some(784_111_777_000_000_000));
    for wrong in [
        "Sunday, 06-Nov-94 08:49:37 GMT",
        "Sun, 06 Nov 1994 08:49:37",
        "Sun, 06 Nvo 1994 08:49:37 GMT",
        ", ",
        "a, b c d e f",
    ] {
        assert_eq!(http(wrong), None, "{wrong}");
    }
}

#[test]
fn waits_are_read_as_the_official_clients_read_them() {
    let wait = |headers: &[(&'static str, &'static str)]| retry_after(headers.iter().copied(), PRESENT);
    assert_eq!(wait(&[("retry-after", "20")]), Some(Span::secs(20)));
    assert_eq!(wait(&[("Retry-After", " 0.25 ")]), Some(Span::millis(250)));
    assert_eq!(wait(&[("retry-after", "0")]), Some(Span::ZERO));
    assert_eq!(wait(&[("retry-after-ms", "2000")]), Some(Span::secs(2)));
    assert_eq!(wait(&[("retry-after-ms", "1.5"), ("retry-after", "9")]), Some(Span(1_500_000)));
    assert_eq!(wait(&[("retry-after-ms", "soon"), ("retry-after", "9")]), Some(Span::secs(9)));
    assert_eq!(wait(&[("retry-after", "Wed, 25 Feb 2026 20:01:09 GMT")]), Some(Span::secs(9)));
    assert_eq!(wait(&[("retry-after", "Wed, 25 Feb 2026 20:00:00 GMT")]), Some(Span::ZERO), "it is past");
    for wrong in ["-3", "nan", "inf", "1e2", "", "1,5"] {
        assert_eq!(retry_after([("retry-after", wrong)], PRESENT), None, "{wrong}");
    }
}

fn names() -> impl Strategy<Value = String> {
    let known = ["requests", "tokens", "input-tokens", "output-tokens"];
    let field = ["limit", "remaining", "reset"];
    let ours = (0..4usize, 0..3usize, any::<bool>()).prop_map(move |(family, what, openai)| match openai {
        true => format!("x-ratelimit-{}-{}", field[what], known[family]),
        false => format!("anthropic-ratelimit-{}-{}", known[family], field[what]),
    });
    prop_oneof![
        ours,
        Just("retry-after".into()),
        Just("retry-after-ms".into()),
        "\\PC{0,40}",
        "(x|anthropic)-ratelimit-\\PC{0,9}"
    ]
}

fn values() -> impl Strategy<Value = String> {
    prop_oneof![
        "\\PC{0,40}",
        "[0-9.]{0,30}(ms|s|m|h|µs|)[0-9.]{0,9}(ms|s|h|)",
        "[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]{0,12})?(Z|[+-][0-9]{2}:[0-9]{2})",
        "[A-Z][a-z]{2}, [0-9]{2} [A-Z][a-z]{2} [0-9]{4} [0-9]{2}:[0-9]{2}:[0-9]{2} GMT",
    ]
}

proptest! {
    #![proptest_config(ProptestConfig {
        failure_persistence: None,
        rng_seed: proptest::test_runner::RngSeed::Fixed(20_260_311),
        cases: 2_000,
        ..ProptestConfig::default()
    })]

    /// Whatever a server sends, it is read or left out.
    #[test]
    fn nothing_that_a_server_sends_is_a_panic(
        headers in prop::collection::vec((names(), values()), 0..12),
        now in any::<u64>(),
        unix_ns in any::<i128>(),
    ) {
        let present = Present { now: Instant(now), unix_ns };
        let pairs = || headers.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let read = limits(pairs(), present);
        prop_assert!(read.requests.is_none_or(|state| state.full_at >= present.now));
        let _ = retry_after(pairs(), present);
    }
}
