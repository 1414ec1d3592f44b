//! Reading JSON documents of our own: every complaint names the path of what is wrong.

use crate::figures::Range;
use serde_json::Value;

/// A value of a document and where it stands.
pub(crate) struct Spot<'a> {
    path: String,
    value: &'a Value,
}

/// What is missing or of another kind, by its path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Misfit(pub(crate) String);

impl<'a> Spot<'a> {
    /// The whole document.
    pub(crate) fn root(value: &'a Value) -> Spot<'a> {
        Spot { path: String::new(), value }
    }

    pub(crate) fn get(&self, key: &str) -> Result<Spot<'a>, Misfit> {
        self.maybe(key).ok_or_else(|| Misfit(format!("it has no `{}`", self.join(key))))
    }

    /// The member of a name, unless it is missing or null.
    pub(crate) fn known(&self, key: &str) -> Option<Spot<'a>> {
        self.maybe(key).filter(|spot| !spot.is_null())
    }

    fn maybe(&self, key: &str) -> Option<Spot<'a>> {
        Some(Spot { path: self.join(key), value: self.value.get(key)? })
    }

    fn join(&self, key: &str) -> String {
        if self.path.is_empty() { key.to_owned() } else { format!("{}.{key}", self.path) }
    }

    pub(crate) fn text(&self) -> Result<&'a str, Misfit> {
        self.value.as_str().ok_or_else(|| self.wrong("a text"))
    }

    pub(crate) fn count(&self) -> Result<u64, Misfit> {
        self.value.as_u64().ok_or_else(|| self.wrong("a whole number"))
    }

    pub(crate) fn number(&self) -> Result<f64, Misfit> {
        self.value.as_f64().ok_or_else(|| self.wrong("a number"))
    }

    pub(crate) fn members(&self) -> Result<impl Iterator<Item = (&'a str, Spot<'a>)> + use<'a>, Misfit> {
        let members = self.value.as_object().ok_or_else(|| self.wrong("an object"))?;
        let path = self.path.clone();
        Ok(members
            .iter()
            .map(move |(key, value)| (key.as_str(), Spot { path: format!("{path}.{key}"), value })))
    }

    pub(crate) fn items(&self) -> Result<impl Iterator<Item = Spot<'a>> + use<'a>, Misfit> {
        let items = self.value.as_array().ok_or_else(|| self.wrong("a list"))?;
        let path = self.path.clone();
        Ok(items
            .iter()
            .enumerate()
            .map(move |(index, value)| Spot { path: format!("{path}[{index}]"), value }))
    }

    /// A figure as [`Range::write`] wrote it.
    pub(crate) fn range(&self) -> Result<Range, Misfit> {
        match self.value {
            Value::Null => Ok(Range::default()),
            Value::Object(_) => Ok(Range {
                value: Some(self.get("at_least")?.number()?),
                at_most: self.known("at_most").map(|most| most.number()).transpose()?,
            }),
            _ => Ok(Range::exact(self.number()?)),
        }
    }

    pub(crate) fn is_null(&self) -> bool {
        self.value.is_null()
    }

    pub(crate) fn wrong(&self, wanted: &str) -> Misfit {
        Misfit(format!("`{}` is not {wanted}", self.path))
    }
}
