use super::*;
use proptest::prelude::*;

/// The axis as it reads back, how many values it has, and the first and the last of them.
fn said(text: &str) -> String {
    match Axis::parse(text) {
        Ok(axis) => format!("{axis} · {} · {} to {}", axis.len(), axis.value(0), axis.value(axis.len() - 1)),
        Err(AxisError { what, .. }) => what,
    }
}

#[test]
fn a_step_is_one_of_the_last_place_written() {
    for (text, expected) in [
        ("a.b=10..400", "a.b=10..400..1 · 391 · 10 to 400"),
        ("a.b = 10 .. 400 .. 100", "a.b=10..310..100 · 4 · 10 to 310"),
        ("a=0.5..2", "a=0.5..2..0.1 · 16 · 0.5 to 2"),
        ("a=10s..2m", "a=10s..2m..1s · 111 · 10s to 2m"),
        ("a=1m..1h", "a=1m..1h..1m · 60 · 1m to 1h"),
        ("a=1m30s..2m", "a=1m30s..2m..1s · 31 · 1m30s to 2m"),
        ("a=2.5s..3s", "a=2.5s..3s..100ms · 6 · 2.5s to 3s"),
        ("a=1%..2.5%", "a=1%..2.5%..0.1% · 16 · 1% to 2.5%"),
        ("a=$1..$10..$0.25", "a=$1..$10..$0.25 · 37 · $1 to $10"),
        ("a=x,y,z", "a=x,y,z · 3 · x to z"),
        ("a=10,20,50", "a=10,20,50 · 3 · 10 to 50"),
        ("\"a=b\".c=1..2", "\"a=b\".c=1..2..1 · 2 · 1 to 2"),
        (
            "provider.p.tier=anthropic/start..anthropic/scale",
            "provider.p.tier=anthropic/start,anthropic/build,anthropic/scale · 3 · anthropic/start to anthropic/scale",
        ),
    ] {
        assert_eq!(said(text), expected, "{text}");
    }
}

#[test]
fn what_is_no_axis_is_told() {
    for (text, expected) in [
        ("agents", "`agents` names no key and values"),
        ("=1..2", "`=1..2` names no key and values"),
        ("a=1..2..3..4", "`a=1..2..3..4` names no key and values"),
        ("a=5", "`5` is neither a range nor a list"),
        ("a=5,", "`5,` is neither a range nor a list"),
        ("a=5,6,5", "the list has `5` twice"),
        ("a=9..3", "the range 9..3 is empty"),
        ("a=3..3", "the range 3..3 is empty"),
        ("a=10..20s", "the ends of a range must be in one unit"),
        ("a=1..2..5", "`5` is no step of 1..2"),
        ("a=1..2..0", "`0` is no step of 1..2"),
        ("a=1s..9s..2", "`2` is no step of 1s..9s"),
        ("a=fifo..fair", "`fifo..fair` is no range"),
        ("a=-5..5", "`-5..5` is no range"),
        ("a=anthropic/scale..anthropic/start", "`anthropic/scale..anthropic/start` is no range"),
        ("a=anthropic/tier-1..anthropic/start", "`anthropic/tier-1..anthropic/start` is no range"),
        ("a=0ns..1001000000us", "the range has more than 10^12 values"),
    ] {
        assert_eq!(said(text), expected, "{text}");
    }
}

#[test]
fn a_step_of_ones_own() {
    let axis = Axis::parse("a=10..400").and_then(|axis| axis.with_step("13"));
    assert_eq!(axis.map(|axis| axis.to_string()), Ok("a=10..400..13".to_owned()));
    assert!(Axis::parse("a=x,y").and_then(|axis| axis.with_step("1")).is_err());
    assert!(Axis::parse("a=10..400").and_then(|axis| axis.with_step("1%")).is_err());
}

proptest! {
    /// What an axis writes, it reads, and its values ascend.
    #[test]
    fn an_axis_reads_back(first in 0u64..1_000_000, count in 2u64..50, step in 1u64..5_000, kind in 0usize..4) {
        let last = first + step * (count - 1);
        let text = match kind {
            0 => format!("k={first}..{last}..{step}"),
            1 => format!("k={first}ms..{last}ms..{step}ms"),
            2 => format!("k={}%..{}%..{}%", first as f64 / 1e3, last as f64 / 1e3, step as f64 / 1e3),
            _ => format!("k=${}..${}..${}", first as f64 / 1e2, last as f64 / 1e2, step as f64 / 1e2),
        };
        let axis = Axis::parse(&text).unwrap();
        prop_assert_eq!(axis.len(), count);
        prop_assert_eq!(Axis::parse(&axis.to_string()).unwrap(), axis.clone());
        let numbers: Vec<f64> = (0..count).map(|place| axis.number(place)).collect();
        prop_assert!(numbers.windows(2).all(|pair| pair[0] < pair[1]));
        prop_assert_eq!(amount(&axis.value(count - 1)).map(|last| last.value), amount(text.split("..").nth(1).unwrap()).map(|last| last.value));
    }
}
