//! The gate as JUnit XML, in the dialect that CI servers read: a suite for each scenario; a case for each limit, each
//! contradiction, and each variant's baseline.

use super::{Finding, findings};
use crate::gate::Judgement;
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
    let cases = findings(judgement);
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
