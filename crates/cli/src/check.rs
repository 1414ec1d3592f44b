//! `check`, `schema` and `reference`: what a scenario file may say, and whether one says it.

use crate::args::CheckArguments;
use crate::exit::{Exit, Failure};
use crate::say::{print, tell};
use rushhour_scenario::{Errors, Override, Scenario};
use serde_json::{Value, json};
use std::path::Path;

/// Reads every scenario and tells all that is wrong with any of them.
pub(crate) fn check(arguments: &CheckArguments) -> Result<Exit, Failure> {
    let mut bad = false;
    let mut entries = Vec::new();
    for path in &arguments.scenarios {
        let entry = match Scenario::load(path, &overrides(&arguments.overrides)) {
            Ok(scenario) => sound(path, &scenario),
            Err(errors) => {
                bad = true;
                tell(&errors.to_string());
                json!({ "file": path.display().to_string(), "valid": false, "errors": as_json(&errors) })
            }
        };
        entries.push(entry);
    }
    if arguments.json {
        print(&format!("{:#}\n", json!({ "format": "rushhour/check/1", "scenarios": entries })))?;
    }
    Ok(if bad { Exit::BadScenario } else { Exit::Held })
}

/// Reads one scenario, or fails with all that is wrong with it; under `--json` that too is one document.
pub(crate) fn load(path: &Path, sets: &[String], as_document: bool) -> Result<Scenario, Failure> {
    Scenario::load(path, &overrides(sets)).map_err(|errors| {
        if as_document {
            let document = json!({ "format": "rushhour/errors/1", "errors": as_json(&errors) });
            if let Err(failure) = print(&format!("{document:#}\n")) {
                return failure;
            }
        }
        Failure::new(Exit::BadScenario, errors)
    })
}

/// Prints the JSON Schema of scenario files.
pub(crate) fn schema() -> Result<Exit, Failure> {
    print(&format!("{:#}\n", rushhour_scenario::schema()))?;
    Ok(Exit::Held)
}

/// Prints the reference page.
pub(crate) fn reference() -> Result<Exit, Failure> {
    print(&rushhour_scenario::reference())?;
    Ok(Exit::Held)
}

fn overrides(sets: &[String]) -> Vec<Override> {
    sets.iter().map(Override::new).collect()
}

fn sound(path: &Path, scenario: &Scenario) -> Value {
    let variants: Vec<&str> = scenario.variants.iter().map(|variant| variant.name.as_str()).collect();
    let agents = scenario.topology.agents;
    tell(&format!("{}: sound; {agents} agents, variants: {}", path.display(), variants.join(", ")));
    scenario.notices.iter().for_each(|notice| tell(&format!("  note: {notice}")));
    let notices: Vec<String> = scenario.notices.iter().map(ToString::to_string).collect();
    json!({
        "file": path.display().to_string(), "valid": true, "name": scenario.name, "hash": scenario.hash,
        "variants": variants, "agents": agents, "notices": notices,
    })
}

fn as_json(errors: &Errors) -> Vec<Value> {
    let one = |error: &rushhour_scenario::Error| {
        json!({
            "file": error.origin, "line": error.line, "column": error.column, "key": error.key,
            "value": error.value, "message": error.message, "expected": error.expected, "hint": error.hint,
        })
    };
    errors.iter().map(one).collect()
}
