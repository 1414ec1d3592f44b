//! `--set KEY=VALUE`: one value laid over the file.

use crate::errors::{Gathered, Problem};
use crate::overlay::overlay;
use crate::source::{Place, Sources};
use crate::tree::{self, Node, Value};

/// One override, as the command line gives it: a dotted path, `=`, and a value in TOML's syntax. A bare word, such as
/// `none` or `60s`, is taken as text, since shells eat quotes.
///
/// ```
/// use rushhour_scenario::{Override, Scenario, starter};
/// let overrides = [Override::new("workload.agents.agents=7"), Override::new("policy.timeout=90s")];
/// let scenario = Scenario::parse(starter(), "new.toml", ".".as_ref(), &overrides).unwrap();
/// assert_eq!(scenario.world.workloads[0].agents, 7);
/// assert_eq!(scenario.variants[0].policy.timeout.to_string(), "1m30s");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Override(String);

impl Override {
    /// Takes `KEY=VALUE` as it was typed; what is wrong with it is told when a scenario is read with it.
    pub fn new(text: impl Into<String>) -> Override {
        Override(text.into())
    }
}

/// Lays all overrides over the tree of the file, later ones over earlier ones.
pub(crate) fn apply(root: &mut Node, overrides: &[Override], sources: &mut Sources, errors: &mut Gathered) {
    for Override(text) in overrides {
        let source = sources.add("--set", text, true);
        if let Some(node) = read(text, source, sources, errors) {
            overlay(root, node);
        }
    }
}

fn read(text: &str, source: usize, sources: &Sources, errors: &mut Gathered) -> Option<Node> {
    let everything = Place::new(source, &(0..text.len()));
    let Some(equals) = end_of_key(text) else {
        let problem = Problem::new("", format!("`{text}` is no override"));
        errors.add(sources, everything, problem.expected("KEY=VALUE, such as policy.timeout=90s"));
        return None;
    };
    let value = text[equals + 1..].trim();
    let quoted = value.starts_with(['"', '\'', '[', '{']);
    if quoted || (!value.is_empty() && toml_edit::Document::parse(text).is_ok()) {
        return tree::parse(sources, source, text, errors);
    }
    let mut root = tree::parse(sources, source, &format!("{}=\"\"", &text[..equals]), errors)?;
    let leaf = leaf(&mut root);
    leaf.value = Value::Text(value.to_owned());
    leaf.place = Place::new(source, &(equals + 1..text.len()));
    Some(root)
}

/// The position of the first `=` outside quotes.
pub(crate) fn end_of_key(text: &str) -> Option<usize> {
    let mut quote = None;
    text.char_indices().find_map(|(at, c)| {
        match quote {
            Some(open) if c == open => quote = None,
            Some(_) => {}
            None if c == '"' || c == '\'' => quote = Some(c),
            None if c == '=' => return Some(at),
            None => {}
        }
        None
    })
}

fn leaf(node: &mut Node) -> &mut Node {
    if !matches!(&node.value, Value::Table(entries) if !entries.is_empty()) {
        return node;
    }
    let Value::Table(entries) = &mut node.value else { unreachable!("matched to be a table") };
    leaf(&mut entries[0].node)
}
