//! What a scenario says of histories that are made shorter and of replies that are checked.

use rushhour_base::event::{CompressionMethod, ValidationAction};
use rushhour_base::{LaneId, Money, Ratio, Span};
use rushhour_core::settings::{
    CompressionPolicy, ReplyStructure, ReviewPolicy, Staff, SummaryPolicy, ValidationPolicy,
};
use rushhour_scenario::{Override, Scenario};
use std::path::Path;

const LEAST: &str = r#"
seed = 1
[provider.p]
[provider.p.model.m]
prices = { input = "$3", output = "$15" }
[provider.p.model.small]
prices = { input = "$1", output = "$5" }
[workload.w]
agents = 4
arrivals = { kind = "poisson", per_agent_per_hour = 1 }
prompt = { first = 1000, growth = 200, turns = 9 }
"#;
const WORDS: &str = "workload.w.words={knowledge='shop'}";

fn try_with(overrides: &[&str]) -> Result<Scenario, String> {
    let overrides: Vec<Override> = overrides.iter().map(|text| Override::new(*text)).collect();
    Scenario::parse(LEAST, "least.toml", Path::new(""), &overrides).map_err(|errors| errors.to_string())
}

fn with(overrides: &[&str]) -> Scenario {
    try_with(overrides).unwrap_or_else(|errors| panic!("{errors}"))
}

fn compression(overrides: &[&str]) -> Option<CompressionPolicy> {
    with(overrides).variants[0].policy.compression.clone()
}

fn validation(overrides: &[&str]) -> Option<ValidationPolicy> {
    with(overrides).variants[0].policy.validation.clone()
}

#[test]
fn histories_are_sent_whole_unless_a_method_is_stated() {
    assert_eq!(compression(&[]), None);
    let pruned = CompressionPolicy {
        methods: vec![CompressionMethod::Prune],
        above_tokens: 8_000,
        to_tokens: 4_000,
        keep_last: 6,
        summary: None,
    };
    assert_eq!(compression(&["policy.compression.method='prune'"]), Some(pruned.clone()));
    let set = "policy.compression={method='prune', above=3001, keep_last=2}";
    let half = CompressionPolicy { above_tokens: 3_001, to_tokens: 1_501, keep_last: 2, ..pruned.clone() };
    assert_eq!(compression(&[set]), Some(half));
    let set = "policy.compression={method=['summarize', 'prune'], to=2000, summary={model='p/small', timeout='9s'}}";
    let summary =
        SummaryPolicy { lane: LaneId(1), max_tokens: 400, instruction_tokens: 60, timeout: Span::secs(9) };
    let both = CompressionPolicy {
        methods: vec![CompressionMethod::Summarize, CompressionMethod::Prune],
        to_tokens: 2_000,
        summary: Some(summary),
        ..pruned
    };
    assert_eq!(compression(&[set]), Some(both));
}

#[test]
fn replies_are_not_checked_unless_that_is_stated() {
    assert_eq!(validation(&[WORDS]), None);
    let plain = ValidationPolicy {
        on_invalid: ValidationAction::Regenerate,
        regenerations: 1,
        then: ValidationAction::Fall,
        confidence_min: 0,
        structure: Some(ReplyStructure::new("", rushhour_structure::Schema::of_answers())),
        review: None,
    };
    assert_eq!(validation(&[WORDS, "policy.validation.on_invalid='regenerate'"]), Some(plain.clone()));
    let set = "policy.validation={on_invalid='regenerate', regenerations=2, then='review', confidence='50%', \
               review={service='40s', cost='$1'}}";
    // Reviewers come after the models, the rules and the people.
    let rules = "policy.rules={answers='100%'}";
    let staff = Staff {
        lane: LaneId(3),
        cost: Money::from_micros(1_000_000),
        capacity: 2,
        service_min: Span::secs(40),
        service_max: Span::secs(40),
        answers: Ratio::ONE,
        max_waiting: 100,
        max_wait: Span::secs(900),
    };
    let stated = validation(&[WORDS, rules, set]).expect("it is on");
    let ReviewPolicy { staff: people, finds } = stated.review.expect("there are people");
    assert_eq!((people, finds.to_string()), (staff, "95%".to_owned()));
    let rest = ValidationPolicy { review: stated.review, regenerations: 2, confidence_min: 500, ..plain };
    assert_eq!(stated, ValidationPolicy { then: ValidationAction::Review, ..rest });
}

#[test]
fn a_variant_switches_either_off() {
    let sets = [
        WORDS,
        "policy.compression.method='prune'",
        "policy.validation={on_invalid='review', review={}}",
        "variant.bare.policy.compression.method='none'",
        "variant.bare.policy.validation.on_invalid='none'",
    ];
    let scenario = with(&sets);
    let bare = &scenario.variant("bare").expect("it is there").policy;
    assert_eq!((bare.compression.as_ref(), bare.validation.as_ref()), (None, None));
    assert!(scenario.notices.iter().all(|notice| !notice.key.contains("policy")), "{:?}", scenario.notices);
    // All variants meet the same lanes, so the reviewers stand in both.
    assert_eq!(scenario.topology.lanes.len(), 3);
}

#[test]
fn what_has_no_effect_is_told() {
    for (sets, told) in [
        (&["policy.guard_tokens=60"][..], "no prompt is `guarded`, and nothing is regenerated"),
        (&["policy.compression.above=9"], "without a `method` histories are sent whole"),
        (
            &["policy.compression.method='prune'", "workload.w.prompt.turns=1"],
            "no workload has conversations",
        ),
        (
            &["policy.compression={method='prune', summary={model='p/m'}}"],
            "`summarize` is not among the methods",
        ),
        (&["policy.validation.confidence='9%'"], "without `on_invalid` nothing is checked"),
        (&[WORDS, "policy.validation={on_invalid='fall', then='accept'}"], "nothing is regenerated"),
        (&[WORDS, "policy.validation={on_invalid='fall', review={}}"], "neither `on_invalid` nor `then`"),
        (
            &[WORDS, "policy.validation.on_invalid='regenerate'", "policy.guarded=true"],
            "a regeneration asks the same again, and is told the same",
        ),
    ] {
        let notices: Vec<String> = with(sets).notices.iter().map(ToString::to_string).collect();
        assert!(notices.iter().any(|notice| notice.contains(told)), "{sets:?}: {notices:?}");
    }
}

#[test]
fn what_is_wrong_is_named() {
    let summarize = "policy.compression.method='summarize'";
    for (sets, expected) in [
        (&["policy.compression={method='prune', above=100, to=101}"][..], "a target of at most `above`"),
        (&[summarize], "nobody is named who summarises"),
        (&[summarize], "summary = { model = \"p/m\" }"),
        (&[summarize, "policy.compression.summary.model='p/smal'"], "did you mean `p/small`?"),
        (
            &[summarize, "policy.compression={to=400, summary={model='p/m', max_tokens=400}}"],
            "less than the target `to`",
        ),
        (
            &["policy.compression.method=['prune', 'keep_last']"],
            "leaves nothing to do for what comes after it",
        ),
        (
            &["policy.compression={method=['summarize', 'summarize'], summary={model='p/m'}}"],
            "a summary is tried once",
        ),
        (&["policy.compression.method=['none']"], "keep_last"),
        (&["policy.validation.on_invalid='accept'"], "no workload has words"),
        (&[WORDS, "policy.validation.on_invalid='review'"], "there is nobody who reviews"),
        (
            &[WORDS, "policy.validation={on_invalid='regenerate', then='review'}"],
            "there is nobody who reviews",
        ),
        (&[WORDS, "policy.validation={on_invalid='regenerate', then='regenerate'}"], "one of"),
        (
            &[WORDS, "policy.validation={on_invalid='review', review={service=['9s', '1s']}}"],
            "the longest is shorter than the shortest",
        ),
    ] {
        let errors = try_with(sets).expect_err(expected);
        assert!(errors.contains(expected), "{sets:?}: {errors}");
    }
}

#[test]
fn a_schema_of_ones_own_is_read_and_named_in_the_hash() {
    let folder = std::env::temp_dir().join(format!("rushhour-schema-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("there is a place for files");
    let read = |schema: &str| {
        std::fs::write(folder.join("own.json"), schema).expect("it can be written");
        let sets = [WORDS, "policy.validation={on_invalid='accept', schema='own.json'}"];
        let overrides: Vec<Override> = sets.iter().map(|text| Override::new(*text)).collect();
        Scenario::parse(LEAST, "least.toml", &folder, &overrides).map_err(|errors| errors.to_string())
    };
    let object = read(r#"{ "type": "object" }"#).expect("it is a schema");
    let text = read(r#"{ "type": "string" }"#).expect("it is a schema");
    assert_ne!(object.hash, text.hash);
    assert_ne!(object.variants[0].policy.validation, text.variants[0].policy.validation);
    let errors = read(r#"{ "type": "#).expect_err("half of one");
    assert!(errors.contains("own.json is no schema to go by: line 1"), "{errors}");
    std::fs::remove_dir_all(&folder).expect("it was there");
    let errors = try_with(&[WORDS, "policy.validation={on_invalid='accept', schema='nowhere.json'}"])
        .expect_err("none");
    assert!(errors.contains("policy.validation.schema") && errors.contains("it cannot be read"), "{errors}");
}
