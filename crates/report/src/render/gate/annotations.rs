//! The gate as workflow commands that GitHub shows beside the changed files
//! (docs.github.com, "Workflow commands for GitHub Actions").

use super::findings;
use crate::gate::Judgement;
use crate::slo::Verdict;

/// One command a line for each finding that did not hold; `file` names the scenario's file.
pub fn gate_annotations(judgement: &Judgement, file: &str) -> String {
    let command = |finding: super::Finding| {
        let level = match finding.verdict {
            Verdict::Held => return None,
            Verdict::Missed => "error",
            Verdict::Inconclusive => "warning",
        };
        let title = property(&format!("{}: {}", judgement.scenario, finding.name));
        let message = message(&finding.lines.join("\n"));
        Some(format!("::{level} file={},title={title}::{message}\n", property(file)))
    };
    findings(judgement).into_iter().filter_map(command).collect()
}

fn message(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    message(text).replace(':', "%3A").replace(',', "%2C")
}
