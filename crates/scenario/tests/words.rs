//! What a scenario says of words, of how often models are wrong, and of how a client counts tokens; and files of phrases.

use rushhour_core::settings::TokenEstimate;
use rushhour_scenario::{Override, Scenario};
use rushhour_world::settings::{HallucinationPlan, WordsPlan};
use std::path::{Path, PathBuf};

const LEAST: &str = r#"
seed = 1
[provider.p]
[provider.p.model.m]
prices = { input = "$3", output = "$15" }
[workload.w]
agents = 4
arrivals = { kind = "poisson", per_agent_per_hour = 1 }
"#;

fn try_in(folder: &Path, overrides: &[&str], more: &str) -> Result<Scenario, String> {
    let overrides: Vec<Override> = overrides.iter().map(|text| Override::new(*text)).collect();
    let text = format!("{LEAST}{more}");
    Scenario::parse(&text, "least.toml", folder, &overrides).map_err(|errors| errors.to_string())
}

fn try_with(overrides: &[&str]) -> Result<Scenario, String> {
    try_in(Path::new(""), overrides, "")
}

fn with(overrides: &[&str]) -> Scenario {
    try_with(overrides).unwrap_or_else(|errors| panic!("{errors}"))
}

fn words(overrides: &[&str]) -> WordsPlan {
    with(overrides).world.workloads[0].words.clone().expect("it has words")
}

#[test]
fn words_are_off_unless_stated_and_then_as_documented() {
    assert_eq!(with(&[]).world.workloads[0].words, None);
    let plan = words(&["workload.w.words={knowledge='shop'}"]);
    assert_eq!((plan.knowledge.name.as_str(), plan.knowledge.languages.len()), ("shop", 1));
    let shares =
        [plan.missing, plan.stale, plan.structured, plan.typos, plan.chat].map(|share| share.to_string());
    assert_eq!((shares, plan.questions), (["15%", "5%", "10%", "5%", "25%"].map(String::from), None));
    assert_eq!([plan.recall, plan.summary_keeps].map(|share| share.to_string()), ["0%", "90%"]);
    let plan = words(&["workload.w.words={knowledge='shop', recall='20%', summary_keeps='75%'}"]);
    assert_eq!([plan.recall, plan.summary_keeps].map(|share| share.to_string()), ["20%", "75%"]);
    let (stated, default) = (plan.hallucination, HallucinationPlan::default());
    assert_eq!((stated.leaning, stated.weights), (default.leaning, default.weights));
    for (rate, documented) in [(stated.rate, default.rate), (stated.guarded_rate, default.guarded_rate)] {
        assert_eq!(rate.to_string(), documented.to_string());
    }
}

#[test]
fn a_question_about_earlier_turns_wants_some() {
    let told = |turns: u32| {
        let prompt = format!("workload.w.prompt={{first=500, growth=200, turns={turns}}}");
        let notices = with(&["workload.w.words={knowledge='shop', recall='20%'}", &prompt]).notices;
        notices.iter().any(|notice| notice.to_string().contains("words.recall"))
    };
    assert_eq!([1, 2].map(told), [true, false]);
}

/// Every knowledge base of the program has every topic in each of the three languages.
#[test]
fn the_phrases_of_the_program_are_sound() {
    for knowledge in ["shop", "bank", "clinic"] {
        let set = format!("workload.w.words={{knowledge='{knowledge}', languages={{en=3, de=2, es=1}}}}");
        let plan = words(&[&set]);
        assert_eq!(plan.languages, [3, 2, 1]);
        let names: Vec<&str> =
            plan.knowledge.languages.iter().map(|language| language.name.as_str()).collect();
        assert_eq!(names, ["en", "de", "es"]);
        for language in &plan.knowledge.languages {
            assert_eq!(language.topics.len(), 8, "{knowledge} {}", language.name);
            assert_eq!(language.recall.len(), 3, "{knowledge} {}", language.name);
        }
    }
}

#[test]
fn models_differ_and_clients_estimate() {
    let words = "workload.w.words={knowledge='bank'}";
    let scenario = with(&[words, "provider.p.model.m.hallucination=2.5", "policy.guarded=true"]);
    assert_eq!(scenario.world.lanes[0].hallucination_permille, 2_500);
    assert!(scenario.variants[0].policy.guarded);
    assert_eq!(scenario.variants[0].policy.token_estimate, TokenEstimate::Exact);
    let estimate = |set: &str| with(&[words, set]).variants[0].policy.token_estimate;
    assert_eq!(estimate("policy.token_estimate='characters'"), TokenEstimate::Characters);
    let biased = TokenEstimate::Biased { bias_permille: -205, spread_permille: 100 };
    assert_eq!(estimate("policy.token_estimate={bias=-0.205, spread=0.1}"), biased);
}

#[test]
fn what_has_no_effect_is_told() {
    for (set, key) in [
        ("policy.guarded=true", "policy.guarded: it is without effect"),
        ("policy.token_estimate='characters'", "policy.token_estimate: no workload has words"),
        ("provider.p.model.m.hallucination=2.0", "provider.p.model.m.hallucination: it is without effect"),
    ] {
        let told =
            |sets: &[&str]| with(sets).notices.iter().any(|notice| notice.to_string().starts_with(key));
        assert!(told(&[set]), "{set}");
        assert!(!told(&[set, "workload.w.words={knowledge='shop'}"]), "{set}");
    }
}

#[test]
fn what_is_wrong_is_named() {
    for (sets, expected) in [
        (&["workload.w.words={knowledge='shap'}"][..], "did you mean `shop`?"),
        (&["workload.w.words={knowledge='shop', languages={fr=1}}"], "`shop` cannot be asked in `fr`"),
        (&["workload.w.words={knowledge='shop', languages={en=0}}"], "at least one weight above 0"),
        (
            &["workload.w.words={knowledge='shop', missing='80%', stale='30%'}"],
            "together with `missing` at most 100%",
        ),
        (&["workload.w.words={knowledge='shop', hallucination={rate='1%'}}"], "at most `rate`"),
        (
            &["workload.w.words={knowledge='shop', phrases='nowhere.toml'}"],
            "`workload.w.words.phrases` cannot be read",
        ),
        (
            &["workload.w.words.hallucination.weights.omision=3", "workload.w.words.knowledge='shop'"],
            "did you mean `omission`?",
        ),
        (&["policy.token_estimate='roughly'"], "policy.token_estimate"),
        (&["policy.token_estimate={bias=-1.5}"], "at least -0.9"),
    ] {
        let errors = try_with(sets).expect_err(expected);
        assert!(errors.contains(expected), "{sets:?}: {errors}");
    }
}

/// Writes a file of phrases and reads a scenario that names it.
fn with_phrases(name: &str, text: &str, knowledge: &str) -> Result<Scenario, String> {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::create_dir_all(&folder).expect("the folder of test files can be made");
    std::fs::write(folder.join("ours.toml"), text).expect("a test file can be written");
    let words = format!("words = {{ knowledge = \"{knowledge}\", phrases = \"ours.toml\" }}");
    try_in(&folder, &[], &words)
}

const KIOSK: &str = r#"
[kiosk]
currency = "EUR"
[kiosk.topics.price]
kind = "money"
least = 100
most = 900
[kiosk.en]
system = ["You sell newspapers."]
subjects = ["paper {code}"]
chat = ["Hello!"]
chat_reply = ["Hello to you!"]
commitment = ["I come on {date}."]
opening = ["Well."]
detail = ["Papers come at dawn."]
passage = ["The kiosk is green."]
available = ["there"]
unavailable = ["gone"]
[kiosk.en.topics.price]
question = ["How much is {subject}?"]
statement = ["{subject}: {value}."]
stale_statement = ["Last year {subject}: {value}."]
answer = ["It is {value}."]
unknown = ["No idea."]
stale = ["Last year it was {value}."]
"#;

#[test]
fn a_file_of_phrases_adds_a_knowledge_base_and_extends_another() {
    let scenario = with_phrases("kiosk", KIOSK, "kiosk").expect("a sound file");
    let kiosk = &scenario.world.workloads[0].words.as_ref().expect("words").knowledge;
    assert_eq!((kiosk.name.as_str(), kiosk.languages[0].topics.len()), ("kiosk", 1));
    let more = "[shop.en]\nchat = [\"Nice shop!\"]\n";
    let chats = |scenario: Scenario| {
        scenario.world.workloads[0].words.as_ref().map_or(0, |w| w.knowledge.languages[0].chat.len())
    };
    let own = chats(with(&["workload.w.words={knowledge='shop'}"]));
    assert_eq!(chats(with_phrases("more", more, "shop").expect("a sound file")), own + 1);
    let instead = KIOSK.replace("kiosk", "shop").replace("[shop]", "[shop]\nreplaces = true");
    assert_eq!(chats(with_phrases("instead", &instead, "shop").expect("a sound file")), 1);
}

/// What a scenario is named by holds the text of its phrases, not where they stand.
#[test]
fn the_hash_goes_by_what_the_file_says() {
    let hash = |folder, text: &str| with_phrases(folder, text, "kiosk").expect("a sound file").hash;
    assert_eq!(hash("here", KIOSK), hash("there", KIOSK));
    assert_ne!(hash("here", KIOSK), hash("here", &KIOSK.replace("Well.", "Hm.")));
}

#[test]
fn an_error_of_a_file_of_phrases_names_file_line_and_key() {
    for (name, change, line, expected) in [
        ("slot", ("Hello!", "Hello {name}!"), 11, "there is no slot `{name}`"),
        ("stray", ("Papers come at dawn.", "{value} at dawn."), 15, "nothing fills the slot `{value}` here"),
        ("must", ("It is {value}.", "It is so."), 23, "the slot `{value}` is missing"),
        ("glued", ("{subject}: {value}.", "{subject}s: {value}."), 21, "touches a letter"),
        ("kind", ("\"money\"", "\"monny\""), 5, "`kiosk.topics.price.kind` is unknown"),
        ("bounds", ("most = 900", "most = 9"), 7, "`kiosk.topics.price.most` is out of bounds"),
        ("key", ("opening", "openning"), 14, "did you mean `opening`?"),
        ("list", ("[\"The kiosk is green.\"]", "\"green\""), 16, "`kiosk.en.passage` is no list of phrases"),
        ("currency", ("EUR", "DM"), 3, "`kiosk.currency` is unknown"),
        ("toml", ("[kiosk.en]", "[kiosk.en"), 8, "this is not TOML"),
    ] {
        let text = KIOSK.replacen(change.0, change.1, 1);
        let errors = with_phrases(name, &text, "kiosk").expect_err(expected);
        assert!(errors.contains(expected), "{name}: {errors}");
        assert!(errors.contains(&format!("ours.toml:{line}:")), "{name}: line {line}: {errors}");
    }
}
