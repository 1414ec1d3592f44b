//! One case of a file of reference values: its parameters, what is expected, and how close is close enough.
//!
//! Nothing of a case is ignored in silence: who reads a parameter marks it as read, who judges a figure marks it as
//! judged, and what is left over at the end fails the case.

use serde_json::{Map, Value};
use std::collections::BTreeSet;
use std::sync::Mutex;

/// Why a case could not be judged.
#[derive(Debug)]
pub enum Problem {
    /// The case says something that nobody here understands.
    Unknown(String),
    /// A trace that it needs is not there.
    Absent(String),
}

pub type Answer<T> = Result<T, Problem>;

/// Not understood, for this reason.
pub fn unknown<T>(why: impl Into<String>) -> Answer<T> {
    Err(Problem::Unknown(why.into()))
}

/// A case as the file states it.
pub struct Case {
    /// Which runner it is for.
    pub group: String,
    /// Its name.
    pub id: String,
    /// What is run.
    pub params: Fields,
    /// What has to come out, by key.
    pub expected: Value,
    /// How far off it may be: one number, or one for each key.
    pub tol: Value,
    /// What the tolerance is: `exact`, `abs` or `rel`.
    pub tol_kind: String,
}

/// The parameters of a case, and which of them were read.
pub struct Fields {
    values: Map<String, Value>,
    read: Mutex<BTreeSet<String>>,
}

impl Case {
    /// The case that `value` states.
    pub fn new(group: &str, value: &Value) -> Result<Case, String> {
        let id = value["id"].as_str().ok_or_else(|| format!("a case of group `{group}` has no id"))?;
        let values = value["params"].as_object().ok_or_else(|| format!("{id}: `params` is no object"))?;
        if !value["expected"].is_object() {
            return Err(format!("{id}: `expected` is no object"));
        }
        Ok(Case {
            group: group.to_owned(),
            id: id.to_owned(),
            params: Fields { values: values.clone(), read: Mutex::default() },
            expected: value["expected"].clone(),
            tol: value["tol"].clone(),
            tol_kind: value["tol_kind"].as_str().unwrap_or("exact").to_owned(),
        })
    }

    /// The keys of `expected`.
    pub fn expected_keys(&self) -> Vec<String> {
        self.expected.as_object().map(|all| all.keys().cloned().collect()).unwrap_or_default()
    }

    /// Whether `key` is expected.
    pub fn expects(&self, key: &str) -> bool {
        self.expected.get(key).is_some()
    }

    /// A number that is expected.
    pub fn expected_number(&self, key: &str) -> Answer<f64> {
        self.expected[key].as_f64().ok_or_else(|| Problem::Unknown(format!("`expected.{key}` is no number")))
    }
}

impl Fields {
    /// Whether the case states `key`.
    pub fn has(&self, key: &str) -> bool {
        self.values.contains_key(key)
    }

    /// Whether the case states exactly these keys, notes aside.
    pub fn are(&self, keys: &[&str]) -> bool {
        let stated = self.values.keys().filter(|key| *key != NOTE);
        stated.clone().count() == keys.len() && stated.clone().all(|key| keys.contains(&key.as_str()))
    }

    pub fn value(&self, key: &str) -> Answer<&Value> {
        self.read.lock().expect("nobody panicked").insert(key.to_owned());
        self.values.get(key).ok_or_else(|| Problem::Unknown(format!("there is no parameter `{key}`")))
    }

    pub fn number(&self, key: &str) -> Answer<f64> {
        let value = self.value(key)?;
        value.as_f64().ok_or_else(|| Problem::Unknown(format!("`{key}` is no number: {value}")))
    }

    pub fn number_or(&self, key: &str, otherwise: f64) -> Answer<f64> {
        if self.has(key) { self.number(key) } else { Ok(otherwise) }
    }

    pub fn whole(&self, key: &str) -> Answer<u64> {
        let value = self.value(key)?;
        let whole = value
            .as_u64()
            .or_else(|| value.as_f64().filter(|x| x.fract() == 0.0 && *x >= 0.0).map(|x| x as u64));
        whole.ok_or_else(|| Problem::Unknown(format!("`{key}` is no whole number: {value}")))
    }

    pub fn whole_or(&self, key: &str, otherwise: u64) -> Answer<u64> {
        if self.has(key) { self.whole(key) } else { Ok(otherwise) }
    }

    pub fn text(&self, key: &str) -> Answer<&str> {
        let value = self.value(key)?;
        value.as_str().ok_or_else(|| Problem::Unknown(format!("`{key}` is no text: {value}")))
    }

    pub fn numbers(&self, key: &str) -> Answer<Vec<f64>> {
        let value = self.value(key)?;
        let list = value.as_array().and_then(|list| list.iter().map(Value::as_f64).collect());
        list.ok_or_else(|| Problem::Unknown(format!("`{key}` is no list of numbers: {value}")))
    }

    pub fn wholes(&self, key: &str) -> Answer<Vec<u64>> {
        let value = self.value(key)?;
        let list = value.as_array().and_then(|list| list.iter().map(Value::as_u64).collect());
        list.ok_or_else(|| Problem::Unknown(format!("`{key}` is no list of whole numbers: {value}")))
    }

    /// A parameter in words, which must say one of the things that are understood here.
    pub fn says(&self, key: &str, understood: &[&str]) -> Answer<()> {
        if !self.has(key) {
            return Ok(());
        }
        let text = self.text(key)?;
        if understood.contains(&text) {
            return Ok(());
        }
        unknown(format!("`{key}` says \"{text}\"; understood is \"{}\"", understood.join("\" or \"")))
    }

    /// What nobody read; notes are for people.
    pub fn unread(&self) -> Vec<String> {
        let read = self.read.lock().expect("nobody panicked");
        self.values.keys().filter(|key| *key != NOTE && !read.contains(*key)).cloned().collect()
    }
}

const NOTE: &str = "note";
