//! Reads a tree by the table of fields. It stops at nothing: whatever is wrong is told and stood in for by the
//! field's example, so that one reading finds every error of a file.

use crate::errors::{Gathered, Notice, Problem};
use crate::fields::{Default, Field, Kind, MOST_NAMES, Names, Table};
use crate::overlay::overlay;
use crate::record::{Got, Named, Record, Spot, Typed};
use crate::scalar;
use crate::source::{Place, Sources};
use crate::suggest;
use crate::tree::{self, Entry, Node, Value};

/// The texts being read and what was found wrong with them.
#[derive(std::default::Default)]
pub(crate) struct Reader {
    pub(crate) sources: Sources,
    pub(crate) errors: Gathered,
    pub(crate) notices: Vec<Notice>,
}

impl Reader {
    /// Notes something wrong at a place.
    pub(crate) fn tell(&mut self, place: Place, problem: Problem) {
        self.errors.add(&self.sources, place, problem);
    }

    /// Notes something that is not wrong but should not pass in silence.
    pub(crate) fn notice(&mut self, path: &str, text: String) {
        let notice = Notice { key: path.to_owned(), text };
        if !self.notices.contains(&notice) {
            self.notices.push(notice);
        }
    }

    /// Notes that a value is wrong.
    pub(crate) fn reject(
        &mut self,
        spot: &Spot,
        why: &str,
        expected: impl Into<String>,
        hint: Option<String>,
    ) {
        let message = format!("`{}` cannot be {}", spot.path, self.sources.written(spot.place));
        let message = if why.is_empty() { message } else { format!("{message}: {why}") };
        self.tell(spot.place, Problem::new(&spot.path, message).expected(expected).hint(hint).about_value());
    }

    /// Reads a node as a table.
    pub(crate) fn record(&mut self, table: &'static Table, node: &Node) -> Record {
        let spot = Spot { place: node.place, path: node.path.clone() };
        let entries = node.entries().unwrap_or_default();
        let kind = self.kind_of(table, node);
        let meant: Vec<&str> =
            entries.iter().filter_map(|entry| self.refuse_unknown(table, kind, node, entry)).collect();
        let fields = table.fields.iter().map(|field| {
            let got = match meant.contains(&field.key) && node.entry(field.key).is_none() {
                true => self.misspelt(field, &spot),
                false => self.field(field, kind, node, &spot),
            };
            (field.key, got)
        });
        let fields = fields.collect();
        Record::new(table, spot, fields)
    }

    /// The word of `kind`, where other keys depend on it and it is sound.
    fn kind_of(&self, table: &'static Table, node: &Node) -> Option<&'static str> {
        let choices = table.kinds()?;
        let Value::Text(word) = &node.entry("kind")?.node.value else { return None };
        choices.iter().find(|choice| choice.word == word).map(|choice| choice.word)
    }

    /// Refuses a key that does not belong there, and returns the key that was probably meant.
    fn refuse_unknown(
        &mut self,
        table: &'static Table,
        kind: Option<&str>,
        node: &Node,
        entry: &Entry,
    ) -> Option<&'static str> {
        let all: Vec<_> = table.fields.iter().filter(|f| f.goes_with(kind)).map(|f| f.key).collect();
        if all.contains(&entry.key.as_str()) {
            return None;
        }
        let path = &entry.node.path;
        let Some(field) = table.fields.iter().find(|field| field.key == entry.key) else {
            let problem = Problem::new(path, unknown_key(&entry.key, &node.path));
            let hint = suggest::nearest(&entry.key, &all);
            self.tell(entry.key_place, problem.expected(suggest::one_of(&all)).hint(hint));
            return suggest::nearest_word(&entry.key, &all);
        };
        let message = format!("`{path}` does not go with kind = \"{}\"", kind.unwrap_or("?"));
        let kind_place = node.entry("kind").map_or(entry.key_place, |kind| kind.node.place);
        if self.sources.of(kind_place).is_override && !self.sources.of(entry.key_place).is_override {
            self.notice(path, format!("it is left out: {message}, which --set says"));
        } else {
            let hint = format!("it goes with {}", suggest::one_of(field.with));
            self.tell(
                entry.key_place,
                Problem::new(path, message).expected(suggest::one_of(&all)).hint(Some(hint)),
            );
        }
        None
    }

    /// A field whose key is there but misspelt, which was told: it is not missing as well.
    fn misspelt(&mut self, field: &'static Field, spot: &Spot) -> Got {
        let spot = Spot { place: spot.place, path: tree::join(&spot.path, field.key) };
        match field.default {
            Default::Is(text) => self.of_text(&field.kind, text, &spot, false),
            Default::Required => self.stand_in(&field.kind, field.example, &spot),
            Default::Without(_) => Got { typed: Typed::Absent, spot, written: false, sound: false },
        }
    }

    fn field(&mut self, field: &'static Field, kind: Option<&str>, node: &Node, spot: &Spot) -> Got {
        let goes = field.goes_with(kind);
        if let Some(entry) = node.entry(field.key).filter(|_| goes) {
            return self.value(&field.kind, &entry.node, field.example);
        }
        let spot = Spot { place: spot.place, path: tree::join(&spot.path, field.key) };
        let applies = goes && (field.with.is_empty() || kind.is_some());
        match field.default {
            Default::Is(text) if applies => self.of_text(&field.kind, text, &spot, true),
            Default::Required if applies => {
                let missing = Problem::new(&spot.path, format!("`{}` is missing", spot.path));
                let hint = format!("for example {} = {}", field.key, field.example);
                self.tell(spot.place, missing.expected(scalar::expected(&field.kind)).hint(Some(hint)));
                self.stand_in(&field.kind, field.example, &spot)
            }
            _ => Got { typed: Typed::Absent, spot, written: false, sound: true },
        }
    }

    /// Reads a value that this crate wrote itself: a default or an example. It is shown at the place of its table.
    fn of_text(&mut self, kind: &'static Kind, text: &'static str, spot: &Spot, sound: bool) -> Got {
        let node = own_value(text, spot);
        let mut got = self.value(kind, &node, text);
        (got.written, got.sound) = (false, sound);
        got
    }

    /// Reads a value. Where it is wrong, the example, which is one of `kind`, stands in for it.
    fn value(&mut self, kind: &'static Kind, node: &Node, example: &'static str) -> Got {
        let spot = Spot { place: node.place, path: node.path.clone() };
        let alternative = match kind {
            // Several kinds may be written alike, "50%" and "$50": the one that the value is of goes first.
            Kind::Either(kinds) => {
                kinds.iter().find(|kind| scalar::read(kind, &node.value).is_some()).or_else(|| {
                    let mut shaped = kinds.iter().filter(|kind| scalar::has_shape(kind, &node.value));
                    shaped.next().filter(|_| shaped.next().is_none())
                })
            }
            _ => None,
        };
        let shaped = alternative.unwrap_or(kind);
        let typed = match (shaped, &node.value) {
            (Kind::Table(table), Value::Table(_)) => Some(Typed::Table(self.record(table, node))),
            (Kind::Map { .. }, Value::Table(entries)) => Some(self.map(shaped, entries, &spot)),
            (Kind::List { of, each, least, most }, Value::List(nodes))
                if (*least..=*most).contains(&nodes.len()) =>
            {
                let values = nodes.iter().map(|node| self.value(of, node, each));
                Some(Typed::List(values.collect()))
            }
            _ => scalar::read(shaped, &node.value),
        };
        if let Some(typed) = typed {
            return Got { typed, spot, written: true, sound: true };
        }
        self.refuse(shaped, node, &spot);
        let mut stand_in = self.stand_in(kind, example, &spot);
        stand_in.written = true;
        stand_in
    }

    fn refuse(&mut self, kind: &'static Kind, node: &Node, spot: &Spot) {
        let written = match &node.value {
            Value::Table(_) => "a table".to_owned(),
            _ => self.sources.written(spot.place),
        };
        let problem = Problem::new(&spot.path, format!("`{}` cannot be {written}", spot.path));
        let problem = problem.expected(scalar::expected(kind)).hint(scalar::hint(kind, &node.value));
        self.tell(spot.place, problem.about_value());
    }

    /// The example of a field in place of a wrong value. Every example is sound (a test reads them all), so a wrong
    /// one could only come from a table of fields that no test has seen.
    fn stand_in(&mut self, kind: &'static Kind, example: &'static str, spot: &Spot) -> Got {
        let told = std::mem::take(&mut self.errors);
        let mut got = self.value(kind, &own_value(example, spot), example);
        self.errors = told;
        got.sound = false;
        got
    }

    fn map(&mut self, kind: &'static Kind, entries: &[Entry], spot: &Spot) -> Typed {
        let Kind::Map { of, each, names, least } = *kind else { panic!("only maps are read as maps") };
        if !(least..=MOST_NAMES).contains(&entries.len()) {
            let what = format!("`{}` has {} entries", spot.path, entries.len());
            self.tell(
                spot.place,
                Problem::new(&spot.path, what).expected(format!("{least} to {MOST_NAMES}")),
            );
        }
        let mut read = Vec::with_capacity(entries.len());
        for entry in entries {
            let sound = match names {
                Names::Free(what) => self.check_name(what, entry),
                Names::Lanes | Names::Paths => true,
            };
            let mut got = self.value(of, &entry.node, each);
            got.sound &= sound;
            read.push(Named { name: entry.key.clone(), name_place: entry.key_place, got });
        }
        Typed::Map(read)
    }

    /// Refuses a name that could not stand in a path of the report.
    pub(crate) fn check_name(&mut self, what: &str, entry: &Entry) -> bool {
        // A variant's name also names a folder of `--out`, beside files of ours that have dots in their names.
        let dots = what != "variant";
        let plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-' || (dots && c == '.');
        let begins_well = entry.key.starts_with(|c: char| c.is_ascii_alphanumeric());
        if begins_well && entry.key.len() <= 64 && entry.key.chars().all(plain) {
            return true;
        }
        let problem =
            Problem::new(&entry.node.path, format!("`{}` cannot be the name of a {what}", entry.key));
        let dot = if dots { "`_`, `-` or `.`" } else { "`_` or `-`" };
        let expected = format!(
            "up to 64 letters, digits, {dot}, the first a letter or digit, since names stand in paths of the report"
        );
        self.tell(entry.key_place, problem.expected(&expected));
        false
    }
}

/// A value of our own, placed where the table stands that leaves it out.
fn own_value(text: &str, spot: &Spot) -> Node {
    let mut sources = Sources::default();
    let mut errors = Gathered::default();
    let source = sources.add("default", text, true);
    let root = tree::parse(&sources, source, &format!("value = {text}"), &mut errors);
    let entry = root.and_then(|mut root| root.take("value"));
    let Some(entry) = entry else { panic!("the table of fields has a value that is not TOML: {text}") };
    let mut node = entry.node;
    settle(&mut node, spot.place, &spot.path);
    node
}

/// Moves a node, and all within it, to a place and a path.
fn settle(node: &mut Node, place: Place, path: &str) {
    node.place = place;
    path.clone_into(&mut node.path);
    match &mut node.value {
        Value::Table(entries) => {
            for entry in entries {
                entry.key_place = place;
                settle(&mut entry.node, place, &tree::join(path, &entry.key));
            }
        }
        Value::List(nodes) => nodes.iter_mut().for_each(|node| settle(node, place, path)),
        _ => {}
    }
}

fn unknown_key(key: &str, path: &str) -> String {
    if path.is_empty() { format!("unknown key `{key}`") } else { format!("unknown key `{key}` in `{path}`") }
}

/// The policy of a variant: its tree laid over the scenario's.
pub(crate) fn varied(base: Option<&Node>, over: Node) -> Node {
    match base {
        Some(base) => {
            let mut merged = base.clone();
            overlay(&mut merged, over);
            merged
        }
        None => over,
    }
}
