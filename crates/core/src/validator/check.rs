//! Holds what a reply claims against the facts of its request.

use super::compare::{Fit, Role, fit, kind, role, said, spelt};
use super::reading::{Found, Kind, Reading, Sentence, read};
use super::scan::scan;
use super::subject::{anchor, is_near, mentions};
use super::{Given, ISSUES_MAX, Issue, ValidationResult};
use rushhour_base::conversation::{Currency, Fact, FactValue};
use rushhour_base::event::{IssueKind, Tone};

/// Checks a text. `dated`: it says itself that its claims are old.
pub(super) fn check(text: &str, given: &Given<'_>, dated: bool) -> ValidationResult {
    let reading = read(text, &scan(text));
    let mut check = Check::new(text, given, reading, dated);
    check.walk();
    check.finish()
}

/// The result of a reply that says that nobody knows, and nothing else.
pub(super) fn unknown(reply: &str, given: &Given<'_>) -> ValidationResult {
    let asked = Asked::new(given);
    let issues = match asked.fresh {
        Some(fresh) => vec![Issue {
            kind: IssueKind::WronglyUnknown,
            at: 0..reply.len(),
            said: None,
            should_be: Some(fresh.clone()),
        }],
        None => Vec::new(),
    };
    let valid = issues.is_empty();
    ValidationResult {
        valid,
        confidence: if valid { 1_000 } else { 0 },
        issues,
        claims: 0,
        tone: Tone::Unknown,
    }
}

/// What the request carries of what was asked for.
#[derive(Clone, Copy)]
struct Asked<'a> {
    asked: Option<(&'a str, &'a str)>,
    fresh: Option<&'a FactValue>,
    old: Option<&'a FactValue>,
    /// The kind of value that was asked for, as far as any fact of the topic tells.
    kind: Option<Kind>,
}

impl<'a> Asked<'a> {
    fn new(given: &Given<'a>) -> Asked<'a> {
        let mut asked = Asked { asked: given.asked, fresh: None, old: None, kind: None };
        let Some((topic, subject)) = given.asked else { return asked };
        for fact in given.facts.iter().filter(|fact| &*fact.topic == topic) {
            asked.kind = asked.kind.or(Some(kind(&fact.value)));
            if &*fact.subject == subject {
                let place = if fact.stale { &mut asked.old } else { &mut asked.fresh };
                *place = place.or(Some(&fact.value));
            }
        }
        asked.kind = asked.fresh.or(asked.old).map(kind).or(asked.kind);
        asked
    }

    /// Whether a fact is the one asked for.
    fn is_it(&self, fact: &Fact) -> bool {
        self.asked.is_some_and(|(topic, subject)| *fact.topic == *topic && *fact.subject == *subject)
    }
}

struct Check<'a> {
    text: &'a str,
    facts: &'a [Fact],
    asked: Asked<'a>,
    reading: Reading,
    dated: bool,
    /// Where the reply names the subject.
    named: Vec<(usize, usize)>,
    /// Claims of what was asked for that the fact carries; the same exactly.
    hits: u32,
    /// Claims of what was asked for that it does not, by their place among the claims.
    misses: Vec<u32>,
    /// Old values that stand as if they still held.
    undated: Vec<u32>,
    /// An old value was given that no fact carries, said to be old.
    old_miss: Option<u32>,
    claims: u32,
    carried: u64,
    weight: u64,
}

impl<'a> Check<'a> {
    fn new(text: &'a str, given: &Given<'a>, mut reading: Reading, dated: bool) -> Check<'a> {
        let word = given.asked.map_or("", |(_, subject)| anchor(subject));
        let named: Vec<_> = mentions(text, word).collect();
        let mut sentences = reading.sentences.iter_mut();
        let mut sentence = sentences.next();
        for (at, _) in &named {
            while sentence.as_ref().is_some_and(|sentence| sentence.end as usize <= *at) {
                sentence = sentences.next();
            }
            if let Some(sentence) = &mut sentence {
                sentence.about = true;
            }
        }
        // A reply that never names the subject speaks of it throughout.
        if named.is_empty() {
            reading.sentences.iter_mut().for_each(|sentence| sentence.about = true);
        }
        Check {
            text,
            facts: given.facts,
            asked: Asked::new(given),
            reading,
            dated,
            named,
            hits: 0,
            misses: Vec::new(),
            undated: Vec::new(),
            old_miss: None,
            claims: 0,
            carried: 0,
            weight: 0,
        }
    }

    /// Looks at every claim once.
    fn walk(&mut self) {
        let mut named = 0;
        for place in 0..self.reading.found.len() {
            let found = self.reading.found[place];
            while self.named.get(named).is_some_and(|(_, end)| *end <= found.at as usize) {
                named += 1;
            }
            // The code of the subject is no claim.
            let is_name = self.named.get(named).is_some_and(|(at, _)| *at < found.end as usize);
            if !is_name && !self.is_open(&found) {
                self.claims += 1;
                self.claim(place as u32, &found);
            }
        }
    }

    /// Whether a claim is none, because the sentence says that nobody knows whether it is so.
    fn is_open(&self, found: &Found) -> bool {
        found.whether && self.sentence(found).unsure
    }

    fn claim(&mut self, place: u32, found: &Found) {
        let about = self.sentence(found).about;
        let role = match self.asked.kind {
            Some(kind) => role(kind, found),
            None => any_role(found),
        };
        let counts = match role {
            Role::Answer => true,
            // `one` before something, in a reply that does not name the subject, is a manner of speaking; `this one`, where
            // the value was given or the sentence says that nobody knows it, stands for a thing.
            Role::Weak => {
                let one = found.kind == Kind::Count && found.weak;
                let of_speaking = one && !found.alone && self.named.is_empty();
                let pronoun = one && (self.hits > 0 || self.sentence(found).unsure);
                about && !of_speaking && !pronoun
            }
            Role::Perhaps | Role::Beside => false,
        };
        if role != Role::Beside && self.hit(place, found) {
            return;
        }
        if !counts {
            return self.beside(found, about);
        }
        if self.is_excused(found, about) {
            self.weigh(SIDE, SIDE);
            return;
        }
        self.weigh(0, MAIN);
        if self.asked.fresh.is_some() && self.is_dated(found, false) {
            self.old_miss = self.old_miss.or(Some(place));
        } else {
            self.misses.push(place);
        }
    }

    /// Whether a claim is what the fact asked for says.
    fn hit(&mut self, place: u32, found: &Found) -> bool {
        let fits = |fact: Option<&FactValue>| fact.map_or(Fit::No, |fact| fit(found, self.text, fact));
        let fresh = fits(self.asked.fresh);
        let old = if self.asked.fresh.is_none() { fits(self.asked.old) } else { Fit::No };
        let best = fresh.max(old);
        if best == Fit::No {
            return false;
        }
        self.weigh(if best == Fit::Exact { MAIN } else { MAIN / 2 }, MAIN);
        if old != Fit::No && !self.is_dated(found, true) {
            self.undated.push(place);
        } else {
            self.hits += 1;
        }
        true
    }

    /// A claim of something else.
    fn beside(&mut self, found: &Found, about: bool) {
        let telling = match found.kind {
            Kind::Money | Kind::Percentage | Kind::Date | Kind::Time | Kind::Identifier => !found.weak,
            Kind::Availability | Kind::Count | Kind::Number | Kind::Range => false,
        };
        if telling {
            let carried = self.is_excused(found, about) || self.any_fits(found);
            self.weigh(if carried { SIDE } else { 0 }, SIDE);
        }
    }

    fn any_fits(&self, found: &Found) -> bool {
        self.facts.iter().any(|fact| fit(found, self.text, &fact.value) == Fit::Exact)
    }

    /// Whether another fact carries a claim, of which the sentence may well speak; or it is the code of a subject.
    fn is_excused(&self, found: &Found, about: bool) -> bool {
        let own = self.asked.asked.map_or("", |(_, subject)| subject);
        let name = spelt(found, self.text);
        let is_code = matches!(found.kind, Kind::Count | Kind::Identifier);
        self.facts.iter().filter(|fact| !self.asked.is_it(fact)).any(|fact| {
            let word = anchor(&fact.subject);
            if is_code && word == name {
                return true;
            }
            let elsewhere = || !about || *fact.subject == *own || is_near(self.text, word, found.at as usize);
            fit(found, self.text, &fact.value) == Fit::Exact && elsewhere()
        })
    }

    /// Whether the reply says that a claim is an old one. `generous` takes the past tense for that, too, and a next
    /// sentence that says that nobody knows.
    fn is_dated(&self, found: &Found, generous: bool) -> bool {
        let Sentence { old, was, unsure, .. } = self.sentence(found);
        let next = self.reading.sentences.get(found.sentence as usize + 1).is_some_and(|next| next.unsure);
        self.dated || old || unsure || generous && (was || next)
    }

    fn sentence(&self, found: &Found) -> Sentence {
        self.reading.sentences.get(found.sentence as usize).copied().unwrap_or_default()
    }

    fn weigh(&mut self, carried: u64, of: u64) {
        self.carried += carried;
        self.weight += of;
    }

    fn finish(self) -> ValidationResult {
        let issues = self.issues();
        let valid = issues.is_empty();
        let any = |what: fn(&Sentence) -> bool| self.reading.sentences.iter().any(what);
        let answers = self.hits > 0;
        let tone = match () {
            () if any(|sentence| sentence.refuses) && !answers => Tone::Refusal,
            () if any(|sentence| sentence.unsure) && !answers => Tone::Unknown,
            () if any(|sentence| sentence.sorry) => Tone::Apology,
            () => Tone::Plain,
        };
        let share = (self.carried * 1_000).checked_div(self.weight);
        let confidence = match (valid, share) {
            (true, Some(share)) => 500 + share / 2,
            (true, None) if tone == Tone::Unknown && self.asked.asked.is_some() => 1_000,
            (true, None) => 500,
            (false, share) => share.unwrap_or(0) * 499 / 1_000,
        };
        let confidence = u16::try_from(confidence).unwrap_or(1_000);
        ValidationResult { valid, confidence, issues, claims: self.claims, tone }
    }

    fn issues(&self) -> Vec<Issue> {
        let miss = match (self.asked.fresh.or(self.asked.old), self.hits) {
            (None, _) if self.asked.asked.is_none() && self.facts.is_empty() => return Vec::new(),
            (None, _) => IssueKind::Unsupported,
            (Some(_), 0) => IssueKind::Contradicts,
            (Some(_), _) => IssueKind::SelfContradiction,
        };
        let issue = |kind| move |place: &u32| self.issue(kind, *place);
        let mut issues: Vec<Issue> = self.misses.iter().take(ISSUES_MAX).map(issue(miss)).collect();
        let room = ISSUES_MAX - issues.len();
        issues.extend(self.undated.iter().take(room).map(issue(IssueKind::Stale)));
        if self.asked.fresh.is_some() && self.hits == 0 && issues.is_empty() {
            issues.push(self.unanswered());
        }
        issues.sort_by_key(|issue| issue.at.start);
        issues
    }

    fn issue(&self, kind: IssueKind, place: u32) -> Issue {
        let found = &self.reading.found[place as usize];
        let currency = match self.asked.fresh.or(self.asked.old) {
            Some(FactValue::Money { currency, .. }) => Some(*currency),
            _ => None::<Currency>,
        };
        Issue {
            kind,
            at: found.at as usize..found.end as usize,
            said: said(found, self.text, currency),
            should_be: self.asked.fresh.cloned(),
        }
    }

    /// What is wrong with a reply that does not give the value that the request carries.
    fn unanswered(&self) -> Issue {
        let whole = Issue {
            kind: IssueKind::Unanswered,
            at: 0..self.text.len(),
            said: None,
            should_be: self.asked.fresh.cloned(),
        };
        let unsure = self.reading.sentences.iter().position(|sentence| sentence.unsure);
        match (unsure, self.old_miss) {
            (Some(place), _) => {
                let start =
                    place.checked_sub(1).map_or(0, |before| self.reading.sentences[before].end as usize);
                let end = self.reading.sentences[place].end as usize;
                Issue { kind: IssueKind::WronglyUnknown, at: start..end, ..whole }
            }
            (None, Some(miss)) => self.issue(IssueKind::Contradicts, miss),
            (None, None) => whole,
        }
    }
}

/// What a claim is where nobody can tell which kind of value was asked for.
fn any_role(found: &Found) -> Role {
    match found.kind {
        Kind::Count | Kind::Number if found.of_time => Role::Beside,
        Kind::Count | Kind::Number => Role::Weak,
        _ if found.weak => Role::Weak,
        _ => Role::Answer,
    }
}

/// What a claim of what was asked for weighs.
const MAIN: u64 = 4;
/// What another claim weighs.
const SIDE: u64 = 1;
