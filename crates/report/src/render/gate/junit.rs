//! The gate as JUnit XML, in the dialect that CI servers read: a suite for each scenario; a case for each limit, for each
//! checker of each variant, and for each figure that was held against a baseline.

use super::{Finding, moved, of_limit, without_baseline};
use crate::checkers::NAMES;
use crate::gate::{Judgement, VariantJudgement};
use crate::slo::Verdict;
use quick_xml::Writer;
use quick_xml::events::BytesText;
use std::io;

/// The document. What could not be decided is an error, so that no CI server counts it as passed.
pub fn gate_junit(judgements: &[Judgement]) -> String {
    let mut writer = Writer::new_with_indent(Vec::new(), b' ', 2);
    let written = write(&mut writer, judgements);
    written.expect("memory takes all that is written to it");
    let text = String::from_utf8(writer.into_inner()).expect("only text was written");
    format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{text}\n")
}

fn write(writer: &mut Writer<Vec<u8>>, judgements: &[Judgement]) -> io::Result<()> {
    writer
        .create_element("testsuites")
        .with_attribute(("name", "rushhour gate"))
        .write_inner_content(|writer| judgements.iter().try_for_each(|judgement| suite(writer, judgement)))?;
    Ok(())
}

fn suite(writer: &mut Writer<Vec<u8>>, judgement: &Judgement) -> io::Result<()> {
    let cases = cases(judgement);
    let count = |verdict| cases.iter().filter(|case| case.verdict == verdict).count().to_string();
    writer
        .create_element("testsuite")
        .with_attribute(("name", judgement.scenario.as_str()))
        .with_attribute(("tests", cases.len().to_string().as_str()))
        .with_attribute(("failures", count(Verdict::Missed).as_str()))
        .with_attribute(("errors", count(Verdict::Inconclusive).as_str()))
        .write_inner_content(|writer| cases.iter().try_for_each(|case| one_case(writer, judgement, case)))?;
    Ok(())
}

fn one_case(writer: &mut Writer<Vec<u8>>, judgement: &Judgement, case: &Finding) -> io::Result<()> {
    let element = writer
        .create_element("testcase")
        .with_attribute(("classname", judgement.scenario.as_str()))
        .with_attribute(("name", case.name.as_str()));
    let kind = match case.verdict {
        Verdict::Held => return element.write_empty().map(drop),
        Verdict::Missed => "failure",
        Verdict::Inconclusive => "error",
    };
    let (message, all) = (case.lines.first().cloned().unwrap_or_default(), case.lines.join("\n"));
    element.write_inner_content(|writer| {
        let inner = writer.create_element(kind).with_attribute(("message", message.as_str()));
        inner.write_text_content(BytesText::new(&all)).map(drop)
    })?;
    Ok(())
}

fn cases(judgement: &Judgement) -> Vec<Finding> {
    let mut cases: Vec<Finding> = judgement.slos.iter().map(of_limit).collect();
    cases.extend(judgement.judged.iter().flat_map(|variant| of_checkers(judgement, variant)));
    cases.extend(without_baseline(judgement));
    cases.extend(judgement.variants.iter().flat_map(of_figures));
    cases
}

/// A case for each checker, and one for what it had no room to tell.
fn of_checkers<'a>(judgement: &'a Judgement, variant: &'a str) -> impl Iterator<Item = Finding> + 'a {
    let found = move |checker: &str| -> Vec<String> {
        let here =
            judgement.violations.iter().filter(|(name, found)| name == variant && found.checker == checker);
        here.map(|(_, violation)| violation.sentence.clone()).collect()
    };
    let case = move |checker: &str| finding(format!("{variant} · {checker}"), found(checker));
    let more = Some("all").filter(|name| !found(name).is_empty());
    NAMES.iter().copied().chain(more).map(case)
}

/// A case for each figure of a variant's baseline.
fn of_figures(variant: &VariantJudgement) -> impl Iterator<Item = Finding> + '_ {
    variant.compared.iter().map(|path| {
        let worse = variant.worse().filter(|moved| moved.path == *path);
        let causes = variant.causes.iter().map(|cause| format!("because {cause}"));
        let mut lines: Vec<String> = worse.map(moved).collect();
        if !lines.is_empty() {
            lines.extend(causes);
        }
        finding(format!("{} · {path}", variant.variant), lines)
    })
}

fn finding(name: String, lines: Vec<String>) -> Finding {
    let verdict = if lines.is_empty() { Verdict::Held } else { Verdict::Missed };
    Finding { name, verdict, lines }
}
