//! What the validator makes of the held-out replies, class by class.

use crate::replies::{Class, Question};
use rushhour_core::validator::{Broken, Given, Read, Structure, validate};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt::Write;

/// How many replies of a kind there are, and how many the validator objected to.
#[derive(Clone, Copy, Default)]
pub struct Count {
    pub replies: u32,
    pub alarms: u32,
}

/// Everything counted: by class, and by file for right and wrong replies.
#[derive(Default)]
pub struct Score {
    pub by_class: BTreeMap<Class, Count>,
    pub by_file: BTreeMap<String, [Count; 2]>,
    /// The replies that were judged wrongly, one line each.
    pub misjudged: Vec<String>,
}

/// A JSON object whose `answer` is a text, or null.
struct Answer;

impl Structure for Answer {
    fn read(&self, reply: &str) -> Result<Read, Broken> {
        let broken = |why: &str| Broken { why: why.to_owned() };
        let value: Value = serde_json::from_str(reply).map_err(|error| broken(&error.to_string()))?;
        match value.get("answer") {
            Some(Value::Null) => Ok(Read::default()),
            Some(Value::String(text)) => Ok(Read { text: Some(text.clone()), stale: false }),
            _ => Err(broken("no `answer` that is a text or null")),
        }
    }
}

impl Score {
    pub fn of(questions: &[Question]) -> Score {
        let mut score = Score::default();
        for question in questions {
            let given = Given {
                facts: &question.facts,
                asked: Some((&question.asked.0, &question.asked.1)),
                structure: question.structured.then_some(&Answer as &dyn Structure),
            };
            for (class, text) in &question.replies {
                let alarm = !validate(text, &given).valid;
                score.add(question, *class, text, alarm);
            }
        }
        score
    }

    fn add(&mut self, question: &Question, class: Class, text: &str, alarm: bool) {
        let sides = self.by_file.entry(question.file.clone()).or_default();
        let side = &mut sides[usize::from(!class.is_right())];
        for count in [self.by_class.entry(class).or_default(), side] {
            count.replies += 1;
            count.alarms += u32::from(alarm);
        }
        if alarm == class.is_right() {
            let brief: String = text.replace('\n', "⏎").chars().take(100).collect();
            self.misjudged.push(format!("{class:?}, {}: {brief}", question.id));
        }
    }

    /// All right or all wrong replies.
    pub fn side(&self, right: bool) -> Count {
        let counts = self.by_class.iter().filter(|(class, _)| class.is_right() == right);
        counts.fold(Count::default(), |all, (_, count)| Count {
            replies: all.replies + count.replies,
            alarms: all.alarms + count.alarms,
        })
    }

    /// Of the wrong replies, the share that is caught.
    pub fn recall(&self) -> f64 {
        let wrong = self.side(false);
        f64::from(wrong.alarms) / f64::from(wrong.replies)
    }

    /// Of what is objected to, the share that is wrong indeed.
    pub fn precision(&self) -> f64 {
        let (wrong, right) = (self.side(false).alarms, self.side(true).alarms);
        f64::from(wrong) / f64::from(wrong + right)
    }

    /// The two figures that matter most.
    pub fn sentence(&self) -> String {
        let (right, wrong) = (self.side(true), self.side(false));
        format!(
            "Of {} wrong replies it objects to {} (recall {:.3}), and of {} right ones to {} (precision {:.3}).\n",
            wrong.replies,
            wrong.alarms,
            self.recall(),
            right.replies,
            right.alarms,
            self.precision()
        )
    }

    /// The table that people read.
    pub fn table(&self) -> String {
        let mut text = String::from("| class | replies | objected to | share |\n|---|---|---|---|\n");
        let mut row = |name: &str, count: Count| {
            let share = 100.0 * f64::from(count.alarms) / f64::from(count.replies);
            let _ = writeln!(text, "| {name} | {} | {} | {share:.1} % |", count.replies, count.alarms);
        };
        for (class, name) in Class::ALL {
            row(name, self.by_class[&class]);
        }
        row("all right ones: false alarms", self.side(true));
        row("all wrong ones: caught", self.side(false));
        for (file, [right, wrong]) in &self.by_file {
            row(&format!("right ones of {file}.toml"), *right);
            row(&format!("wrong ones of {file}.toml"), *wrong);
        }
        let _ = writeln!(text, "\nprecision {:.3}, recall {:.3}", self.precision(), self.recall());
        text
    }
}
