//! What caps on spending come to: whose they are, over which window, and what happens at them.

use rushhour_base::time::{HOUR, MINUTE};
use rushhour_base::{Money, Span};
use rushhour_core::settings::{AlertLevel, AtCap, CapPolicy, CapScope, CapWindow, Policy, Resume};
use rushhour_scenario::{Override, Scenario};
use std::path::Path;

const LEAST: &str = r#"
[provider.p]
[provider.p.model.m]
prices = { input = "$3", output = "$15" }
[workload.w]
agents = 4
arrivals = { kind = "poisson", per_agent_per_hour = 1 }
"#;

fn policy(overrides: &[&str]) -> Policy {
    let overrides: Vec<Override> = overrides.iter().map(|text| Override::new(*text)).collect();
    let scenario = Scenario::parse(LEAST, "least.toml", Path::new(""), &overrides);
    scenario.unwrap_or_else(|errors| panic!("{errors}")).variants[0].policy.clone()
}

/// The start is 17:30 on 11 March.
#[test]
fn caps_say_whose_they_are_over_which_window_and_what_then() {
    let caps = |caps: &[&str]| -> Vec<CapPolicy> {
        let mut overrides = vec!["starts=2026-03-11T17:30:00+02:00", "workload.w.agents=4"];
        overrides.extend(["policy.secondary.lanes={'p/m'=1}", "policy.rules={answers='100%'}"]);
        overrides.extend(caps);
        policy(&overrides).caps
    };
    let dollars = |n: i64| Money::from_micros(n * 1_000_000);
    for (text, scope) in [
        ("policy.budget.fleet={cap='$1'}", CapScope::Fleet),
        ("policy.budget.c={cap='$1', scope='fleet'}", CapScope::Fleet),
        ("policy.budget.c={cap='$1', scope='workload', of='w'}", CapScope::Workflow(0)),
        ("policy.budget.c={cap='$1', scope='agent'}", CapScope::EachAgent { of: None, except: vec![] }),
        (
            "policy.budget.c={cap='$1', scope='agent', of='w'}",
            CapScope::EachAgent { of: Some(0), except: vec![] },
        ),
        ("policy.budget.c={cap='$1', scope='agent', of='w-3'}", CapScope::OneAgent(3)),
        ("policy.budget.c={cap='$1', scope='user', of='w'}", CapScope::EachUser { of: Some(0) }),
    ] {
        assert_eq!(caps(&[text])[0].scope, scope, "{text}");
    }
    for (text, at_cap) in [
        ("at_cap='pause'", AtCap::Pause { resume: Resume::AtTurn }),
        ("resume='release'", AtCap::Pause { resume: Resume::OnRelease }),
        ("resume='never'", AtCap::Pause { resume: Resume::ByHand }),
        ("resume='08:00'", AtCap::Pause { resume: Resume::AtHour { first: Span(14 * HOUR + 30 * MINUTE) } }),
        ("resume='18:00'", AtCap::Pause { resume: Resume::AtHour { first: Span(30 * MINUTE) } }),
        ("at_cap='degrade'", AtCap::Degrade { kept: dollars(20) }),
        ("at_cap='rules'", AtCap::Rules { kept: Money::ZERO }),
        ("at_cap='rules', kept_back='5%'", AtCap::Rules { kept: dollars(5) }),
    ] {
        let cap = format!("policy.budget.fleet={{cap='$100', {text}}}");
        assert_eq!(caps(&[&cap])[0].at_cap, at_cap, "{text}");
    }
    let month = caps(&["policy.budget.fleet={cap='$9', per='month', alerts=['50%', '$2', '$3']}"]);
    assert_eq!(month[0].window, CapWindow::Month { starts_local_s: 1_773_250_200 });
    let levels = [dollars(2), dollars(3)].map(AlertLevel::Dollars);
    assert_eq!(month[0].alerts, [&[AlertLevel::Percent(50)][..], &levels].concat());
    // A named agent has its cap instead of the one that each has, over the same window.
    let several = caps(&[
        "policy.budget.day={cap='$1', scope='agent'}",
        "policy.budget.all={cap='$1', scope='agent', per='total'}",
        "policy.budget.own={cap='$5', scope='agent', of='w-2'}",
    ]);
    let except = |cap: &CapPolicy| match &cap.scope {
        CapScope::EachAgent { except, .. } => except.clone(),
        _ => vec![],
    };
    assert_eq!(several.iter().map(except).collect::<Vec<_>>(), [vec![2], vec![], vec![]]);
}
