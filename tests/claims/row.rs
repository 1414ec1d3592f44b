//! One row of the table: a claim, what it came to here, and what is made of it.

use std::fmt::Write;

/// Whose claim it is, as VALIDATION.md numbers its sources.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Source {
    AiBuddy,
    Sakaguchi,
    NiteAgent,
    Fazm,
}

impl Source {
    fn name(self) -> &'static str {
        match self {
            Source::AiBuddy => "000",
            Source::Sakaguchi => "001",
            Source::NiteAgent => "002",
            Source::Fazm => "003",
        }
    }
}

/// What is made of a claim.
enum Verdict {
    Holds(String),
    DoesNotHold(String),
    Assumed(String),
    Arithmetic(String),
    NotCheckable(String),
}

/// From and to, both included.
#[derive(Clone, Copy)]
pub struct Band(pub f64, pub f64);

impl Band {
    /// A share of so much below and above.
    pub fn around(middle: f64, share: f64) -> Band {
        Band(middle * (1.0 - share), middle * (1.0 + share))
    }

    /// So much below and above.
    pub fn within(middle: f64, width: f64) -> Band {
        Band(middle - width, middle + width)
    }

    /// Just this.
    pub fn exactly(value: f64) -> Band {
        Band(value, value)
    }
}

/// How a figure is written: what stands before and after it, and how many decimals it has.
#[derive(Clone, Copy)]
pub struct Form {
    pub before: &'static str,
    pub after: &'static str,
    pub decimals: usize,
}

impl Form {
    fn write(self, value: f64) -> String {
        let Form { before, after, decimals } = self;
        format!("{before}{}{after}", number(value, decimals))
    }
}

/// So many decimals between two texts.
pub fn form(before: &'static str, decimals: usize, after: &'static str) -> Form {
    Form { before, after, decimals }
}

/// A claim with its figures. Made by [`Row::of`], ended by one of the verdicts.
pub struct Row {
    source: Source,
    class: &'static str,
    claim: &'static str,
    claimed: &'static str,
    figures: Vec<String>,
    bands: Vec<String>,
    /// Derived figures outside their bands.
    pub misses: Vec<String>,
    verdict: Verdict,
    by: &'static str,
}

impl Row {
    /// A claim, the figure claimed, and what it is run through.
    pub fn of(
        source: Source,
        class: &'static str,
        claim: &'static str,
        claimed: &'static str,
        by: &'static str,
    ) -> Row {
        let verdict = Verdict::NotCheckable("nothing was made of it".to_owned());
        let (figures, bands, misses) = Default::default();
        Row { source, class, claim, claimed, figures, bands, misses, verdict, by }
    }

    /// A figure that followed from a run or from the parts, and the band that it has to lie in.
    pub fn derived(mut self, form: Form, value: f64, band: Band) -> Row {
        let text = form.write(value);
        // A figure may be off in the last bits of its binary form, never in what is printed.
        let slack = 1e-9 * value.abs().max(1.0);
        if !(band.0 - slack <= value && value <= band.1 + slack) {
            self.misses.push(format!("{text} is outside {} to {}", band.0, band.1));
        }
        self.bands.push(written(band, form.decimals));
        self.figures.push(text);
        self
    }

    /// A figure that must be just so.
    pub fn exact(self, form: Form, value: f64, expected: f64) -> Row {
        self.derived(form, value, Band::exactly(expected))
    }

    /// A figure that was put in.
    pub fn input(mut self, text: impl Into<String>) -> Row {
        self.figures.push(format!("{} (assumed)", text.into()));
        self
    }

    /// A figure beside the claim that no band is known for.
    pub fn beside(mut self, form: Form, value: f64) -> Row {
        self.figures.push(form.write(value));
        self
    }

    pub fn holds(self, why: impl Into<String>) -> Row {
        Row { verdict: Verdict::Holds(why.into()), ..self }
    }

    pub fn does_not_hold(self, why: impl Into<String>) -> Row {
        Row { verdict: Verdict::DoesNotHold(why.into()), ..self }
    }

    /// What a comparison of figures says of the claim.
    pub fn decided(self, holds: bool, if_it_holds: &str, if_not: &str) -> Row {
        if holds { self.holds(if_it_holds) } else { self.does_not_hold(if_not) }
    }

    pub fn assumed(self, why: impl Into<String>) -> Row {
        Row { verdict: Verdict::Assumed(why.into()), ..self }
    }

    pub fn arithmetic(self, why: impl Into<String>) -> Row {
        Row { verdict: Verdict::Arithmetic(why.into()), ..self }
    }

    pub fn not_checkable(self, why: impl Into<String>) -> Row {
        Row { verdict: Verdict::NotCheckable(why.into()), ..self }
    }

    /// The row of the table.
    pub fn line(&self, number: u8) -> String {
        let listed = |list: &[String]| if list.is_empty() { "–".to_owned() } else { list.join("; ") };
        let (word, why) = match &self.verdict {
            Verdict::Holds(why) => ("holds", why),
            Verdict::DoesNotHold(why) => ("**does not hold**", why),
            Verdict::Assumed(why) => ("assumed", why),
            Verdict::Arithmetic(why) => ("arithmetic", why),
            Verdict::NotCheckable(why) => ("not checkable", why),
        };
        let mut verdict = word.to_owned();
        if !why.is_empty() {
            let _ = write!(verdict, ": {why}");
        }
        let cells = [
            number.to_string(),
            self.source.name().to_owned(),
            self.class.to_owned(),
            self.claim.to_owned(),
            self.claimed.to_owned(),
            listed(&self.figures),
            listed(&self.bands),
            verdict,
            self.by.to_owned(),
        ];
        format!("| {} |", cells.map(|cell| cell.replace('|', "\\|")).join(" | "))
    }
}

fn written(Band(low, high): Band, decimals: usize) -> String {
    let end = |value: f64| number(value, decimals);
    match (low.is_finite(), high.is_finite()) {
        _ if end(low) == end(high) => end(low),
        (true, true) => format!("{} to {}", end(low), end(high)),
        (true, false) => format!("≥ {}", end(low)),
        _ => format!("≤ {}", end(high)),
    }
}

/// A number with so many decimals, its thousands set apart from 1,000 on.
fn number(value: f64, decimals: usize) -> String {
    let text = format!("{value:.decimals$}");
    let (whole, part) = text.split_at(text.find('.').unwrap_or(text.len()));
    let mut apart = String::new();
    for (place, digit) in whole.char_indices() {
        if place > 0 && (whole.len() - place) % 3 == 0 && !apart.ends_with('-') {
            apart.push(',');
        }
        apart.push(digit);
    }
    apart + part
}
