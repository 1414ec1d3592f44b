//! JSON as the report wants it: keys in the order of the design, numbers with a fixed number of decimals.
//!
//! A general serialiser prints floats in their shortest form and sorts or hashes keys; either would make the document
//! harder to read and to compare.

use super::number::usd6;
use rushhour_base::{Money, Span};
use std::fmt::{Display, Write as _};

/// Writes one JSON value, indented by two spaces.
pub(crate) struct Writer {
    text: String,
    depth: usize,
    first: bool,
}

impl Writer {
    /// The document whose members `fill` writes.
    pub(crate) fn document(fill: impl FnOnce(&mut Writer)) -> String {
        let mut writer = Writer { text: String::new(), depth: 0, first: true };
        writer.nested('{', '}', fill);
        writer.text.push('\n');
        writer.text
    }

    pub(crate) fn object(&mut self, key: &str, fill: impl FnOnce(&mut Writer)) {
        self.key(key);
        self.nested('{', '}', fill);
    }

    pub(crate) fn list<T>(
        &mut self,
        key: &str,
        entries: impl IntoIterator<Item = T>,
        mut fill: impl FnMut(&mut Writer, T),
    ) {
        self.key(key);
        self.nested('[', ']', |w| {
            for entry in entries {
                w.separate();
                w.nested('{', '}', |w| fill(w, entry));
            }
        });
    }

    /// A list of plain numbers, on one line.
    pub(crate) fn numbers(&mut self, key: &str, values: &[u64]) {
        let values: Vec<String> = values.iter().map(u64::to_string).collect();
        self.raw(key, format_args!("[{}]", values.join(", ")));
    }

    /// A list of texts, on one line.
    pub(crate) fn strings(&mut self, key: &str, values: &[String]) {
        let values: Vec<String> =
            values.iter().map(|value| serde_json::Value::from(value.as_str()).to_string()).collect();
        self.raw(key, format_args!("[{}]", values.join(", ")));
    }

    /// A list of figures, exact to the last bit and on one line; null where there is none.
    pub(crate) fn floats(&mut self, key: &str, values: impl Iterator<Item = Option<f64>>) {
        let values: Vec<String> =
            values.map(|value| value.map_or("null".into(), |v| v.to_string())).collect();
        self.raw(key, format_args!("[{}]", values.join(", ")));
    }

    pub(crate) fn string(&mut self, key: &str, value: &str) {
        self.key(key);
        self.quote(value);
    }

    pub(crate) fn count(&mut self, key: &str, value: u64) {
        self.raw(key, value);
    }

    pub(crate) fn boolean(&mut self, key: &str, value: bool) {
        self.raw(key, value);
    }

    /// A float with six decimals.
    pub(crate) fn float(&mut self, key: &str, value: Option<f64>) {
        self.optional(key, value.filter(|v| v.is_finite()).map(|v| format!("{v:.6}")));
    }

    /// Milliseconds with three decimals.
    pub(crate) fn millis(&mut self, key: &str, value: Option<Span>) {
        self.optional(
            key,
            value.map(|span| {
                let micros = span.0 / 1_000 + u64::from(span.0 % 1_000 >= 500);
                format!("{}.{:03}", micros / 1_000, micros % 1_000)
            }),
        );
    }

    /// Seconds with six decimals.
    pub(crate) fn seconds(&mut self, key: &str, value: Option<Span>) {
        self.optional(
            key,
            value.map(|span| {
                let micros = span.0 / 1_000 + u64::from(span.0 % 1_000 >= 500);
                format!("{}.{:06}", micros / 1_000_000, micros % 1_000_000)
            }),
        );
    }

    /// Dollars with six decimals.
    pub(crate) fn money(&mut self, key: &str, value: Option<Money>) {
        self.optional(key, value.map(usd6));
    }

    /// The value, or null.
    pub(crate) fn optional(&mut self, key: &str, value: Option<impl Display>) {
        match value {
            Some(value) => self.raw(key, value),
            None => self.raw(key, "null"),
        }
    }

    fn raw(&mut self, key: &str, value: impl Display) {
        self.key(key);
        write!(self.text, "{value}").expect("a string takes all that is written to it");
    }

    fn key(&mut self, key: &str) {
        self.separate();
        self.quote(key);
        self.text.push_str(": ");
    }

    fn separate(&mut self) {
        if !self.first {
            self.text.push(',');
        }
        self.first = false;
        self.new_line();
    }

    fn nested(&mut self, open: char, close: char, fill: impl FnOnce(&mut Writer)) {
        self.text.push(open);
        self.depth += 1;
        self.first = true;
        fill(self);
        self.depth -= 1;
        if !self.first {
            self.new_line();
        }
        self.first = false;
        self.text.push(close);
    }

    fn new_line(&mut self) {
        self.text.push('\n');
        self.text.extend(std::iter::repeat_n("  ", self.depth));
    }

    fn quote(&mut self, text: &str) {
        self.text.push_str(&serde_json::Value::from(text).to_string());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_and_nesting() {
        let text = Writer::document(|w| {
            w.string("name", "a \"b\"\n");
            w.float("nan", Some(f64::NAN));
            w.object("inner", |w| {
                w.millis("ms", Some(Span(1_234_567)));
                w.money("usd", Some(Money(1_500_000)));
            });
            w.list("none", [0u64; 0], |w, n| w.count("n", n));
            w.list("two", [1, 2], |w, n| w.count("n", n));
        });
        let value: serde_json::Value = serde_json::from_str(&text).expect(&text);
        assert_eq!(value["name"], "a \"b\"\n");
        assert!(value["nan"].is_null());
        assert!(text.contains("\"ms\": 1.235") && text.contains("\"usd\": 0.000002"), "{text}");
        assert_eq!(value["two"][1]["n"], 2);
        assert!(text.contains("\"none\": []"), "{text}");
    }
}
