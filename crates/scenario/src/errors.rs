//! What is wrong with a scenario, told so that whoever wrote it can mend it: all of it at once, each with its place,
//! its value, what was expected and the nearest word that would have been right.

use crate::source::{Excerpt, Place, Sources};
use std::fmt;

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    /// The file, or `--set` for an override.
    pub origin: String,
    /// The line in that file, from 1; `None` for an override, and where a file could not be read at all.
    pub line: Option<usize>,
    /// The column in that line, from 1, in characters.
    pub column: Option<usize>,
    /// The dotted path of the key, such as `policy.retry.cap`; empty where no key is meant.
    pub key: String,
    /// What stands there; `None` where something is missing.
    pub value: Option<String>,
    /// What is wrong, in a sentence fragment.
    pub message: String,
    /// What would have been right.
    pub expected: Option<String>,
    /// A way out.
    pub hint: Option<String>,
    excerpt: Option<Excerpt>,
}

/// All that is wrong with a scenario, in the order of the file. Never empty.
///
/// ```
/// use rushhour_scenario::Scenario;
/// let errors = Scenario::parse("durration = \"1h\"", "wrong.toml", ".".as_ref(), &[]).unwrap_err();
/// assert!(errors.to_string().contains("did you mean `duration`?"));
/// assert_eq!(errors.iter().count(), 3); // the misspelt key, and that there is no provider and no workload
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Errors(Vec<Error>);

/// Something that is not wrong but should not pass in silence, such as a setting without effect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// The dotted path of the key that it is about.
    pub key: String,
    /// What should be known.
    pub text: String,
}

impl fmt::Display for Notice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.key, self.text)
    }
}

/// An error in the making: what is known before its place is looked up.
#[derive(Clone, Debug, Default)]
pub(crate) struct Problem {
    pub(crate) key: String,
    pub(crate) message: String,
    pub(crate) expected: Option<String>,
    pub(crate) hint: Option<String>,
    /// Whether the place holds a value that is wrong, rather than the spot where one is missing.
    pub(crate) about_value: bool,
}

/// Gathers the errors of one reading; the same error from two variants counts once.
#[derive(Debug, Default)]
pub(crate) struct Gathered(Vec<(Place, Error)>);

impl Problem {
    pub(crate) fn new(key: &str, message: impl Into<String>) -> Problem {
        Problem { key: key.to_owned(), message: message.into(), ..Problem::default() }
    }

    pub(crate) fn expected(mut self, expected: impl Into<String>) -> Problem {
        self.expected = Some(expected.into());
        self
    }

    pub(crate) fn hint(mut self, hint: Option<String>) -> Problem {
        self.hint = hint;
        self
    }

    pub(crate) fn about_value(mut self) -> Problem {
        self.about_value = true;
        self
    }
}

impl Gathered {
    pub(crate) fn add(&mut self, sources: &Sources, place: Place, problem: Problem) {
        let source = sources.of(place);
        let excerpt = sources.excerpt(place);
        let in_file = !source.is_override;
        let error = Error {
            origin: source.name.clone(),
            line: in_file.then_some(excerpt.line),
            column: in_file.then_some(excerpt.column),
            key: problem.key,
            value: problem.about_value.then(|| sources.written(place)),
            message: problem.message,
            expected: problem.expected,
            hint: problem.hint,
            excerpt: Some(excerpt),
        };
        if !self.0.iter().any(|(at, known)| *at == place && *known == error) {
            self.0.push((place, error));
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The errors in the order of the text.
    pub(crate) fn into_errors(mut self) -> Errors {
        self.0.sort_by_key(|(place, _)| *place);
        Errors(self.0.into_iter().map(|(_, error)| error).collect())
    }
}

impl Errors {
    /// One error about a file as a whole, such as that it cannot be read.
    pub(crate) fn of_file(origin: &str, message: String, hint: Option<String>) -> Errors {
        let (key, value, expected, line, column, excerpt) = Default::default();
        Errors(vec![Error {
            origin: origin.to_owned(),
            line,
            column,
            key,
            value,
            message,
            expected,
            hint,
            excerpt,
        }])
    }

    /// The errors one by one, in the order of the text.
    pub fn iter(&self) -> impl Iterator<Item = &Error> {
        self.0.iter()
    }
}

impl std::error::Error for Error {}
impl std::error::Error for Errors {}

impl fmt::Display for Errors {
    /// Every error in turn, then how many there are; without colour.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for error in &self.0 {
            writeln!(f, "{error}")?;
        }
        let origin = self.0.first().map_or("", |error| &error.origin);
        match self.0.len() {
            1 => write!(f, "1 error in {origin}"),
            n => write!(f, "{n} errors in {origin}"),
        }
    }
}

impl fmt::Display for Error {
    /// As compilers write: what, where, the line with a caret under it, what was expected, a way out.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "error: {}", self.message)?;
        let margin = self.line.map_or(1, |line| line.to_string().len());
        match (self.line, self.column) {
            (Some(line), Some(column)) => {
                writeln!(f, "{:margin$}--> {}:{line}:{column}", "", self.origin)?;
            }
            _ => writeln!(f, "{:margin$}--> {}", "", self.origin)?,
        }
        if let Some(excerpt) = &self.excerpt {
            let number = self.line.map(|line| line.to_string()).unwrap_or_default();
            let (indent, carets) = (" ".repeat(excerpt.column - 1), "^".repeat(excerpt.width));
            writeln!(f, "{:margin$} |", "")?;
            writeln!(f, "{number:margin$} | {}", excerpt.text.replace('\t', " "))?;
            writeln!(f, "{:margin$} | {indent}{carets}", "")?;
        }
        for (name, text) in
            [("key", Some(&self.key)), ("expected", self.expected.as_ref()), ("help", self.hint.as_ref())]
        {
            if let Some(text) = text.filter(|text| !text.is_empty()) {
                writeln!(f, "{:margin$} = {name}: {text}", "")?;
            }
        }
        Ok(())
    }
}
