//! A figure as files carry it: exactly, and with what open requests leave undecided.

use super::{Figure, metrics};
use crate::render::writer::Writer;
use crate::report::Report;

/// A figure at least and at most, in the unit of its path.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Range {
    /// At least; `None` if there was nothing to measure.
    pub value: Option<f64>,
    /// At most: the same, unless requests were open at the horizon; `None` if there is then no bound.
    pub at_most: Option<f64>,
}

impl Range {
    /// A figure that is known exactly.
    pub const fn exact(value: f64) -> Range {
        Range { value: Some(value), at_most: Some(value) }
    }

    /// Whether requests open at the horizon could still move it.
    pub fn is_lower_bound(self) -> bool {
        self.value.is_some_and(|low| self.at_most.is_none_or(|high| high.total_cmp(&low).is_ne()))
    }

    /// The largest that it can be.
    pub(crate) fn most(self) -> f64 {
        self.at_most.unwrap_or(f64::INFINITY)
    }

    /// Writes it so that it is read back to the last bit: a number, null, or an object of two bounds.
    pub(crate) fn write(self, w: &mut Writer, key: &str) {
        match (self.value, self.at_most) {
            (None, _) => w.optional(key, None::<f64>),
            (Some(_), _) if self.is_lower_bound() => w.object(key, |w| {
                w.optional("at_least", self.value);
                w.optional("at_most", self.at_most);
            }),
            (value, _) => w.optional(key, value),
        }
    }
}

impl From<Figure> for Range {
    fn from(figure: Figure) -> Range {
        Range { value: figure.value, at_most: figure.at_most }
    }
}

impl Report {
    /// Every figure of the report by its path: all plain ones in the order of the report, then those with a tag that a
    /// limit of the scenario names. Two reports of one scenario name the same paths.
    pub fn figures(&self) -> Vec<(String, Figure)> {
        let plain = metrics().into_iter().map(|metric| {
            let figure = metric.read(self, None).unwrap_or(Figure::UNKNOWN);
            (metric.path, figure)
        });
        let tagged = self.header.slos.iter().map(|slo| &slo.path).filter(|path| path.contains('{'));
        let tagged = tagged.map(|path| (path.clone(), self.figure(path).unwrap_or(Figure::UNKNOWN)));
        plain.chain(tagged).collect()
    }
}
