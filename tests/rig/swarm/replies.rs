//! How histories are made shorter, and how replies are checked.

use super::Knobs;

impl Knobs {
    /// The prompts of the swarm grow from a few hundred tokens to a few thousand.
    pub(super) fn compression(&self) -> String {
        let method = self.pick(
            "compression",
            &[
                "\"none\"",
                "\"keep_last\"",
                "\"prune\"",
                "\"summarize\"",
                "[\"summarize\", \"prune\"]",
                "[\"summarize\", \"keep_last\"]",
            ],
        );
        let (to, most) = (self.between("cut to", 200, 900), self.between("summary", 20, 150));
        format!(
            "[policy.compression]\nmethod = {method}\nabove = {}\nto = {to}\nkeep_last = {}\n\
             summary = {{ model = \"{}/m\", max_tokens = {most}, instructions = {}, timeout = \"{}ms\" }}\n",
            to + self.between("cut above", 0, 2_000),
            self.between("kept last", 0, 8),
            self.pick("who summarises", &["one", "two"]),
            self.between("instructions", 0, 90),
            self.between("summary timeout", 500, 20_000),
        )
    }

    /// For swarms in which somebody says something.
    pub(super) fn validation(&self) -> String {
        let on_invalid =
            self.pick("on invalid", &["none", "accept", "regenerate", "regenerate", "fall", "review"]);
        format!(
            "[policy.validation]\non_invalid = \"{on_invalid}\"\nregenerations = {}\nthen = \"{}\"\nconfidence = \"{}%\"\n\
             review = {{ capacity = {}, cost = \"$0.30\", service = [\"1s\", \"{}s\"], max_waiting = {}, max_wait = \"{}s\", finds = \"60%\" }}\n",
            self.between("regenerations", 1, 3),
            self.pick("in vain", &["accept", "fall", "review"]),
            self.pick("confidence", &["0", "70"]),
            self.between("reviewers", 1, 3),
            self.between("review", 1, 90),
            self.between("reviews waiting", 0, 5),
            self.between("review wait", 0, 90),
        )
    }
}
