//! What models remember of prompts, how long they think about them, and what the fleet believes of their windows.

use super::Knobs;

impl Knobs {
    /// Cache and reasoning of a model. Many prompts are short, so they are kept from 200 tokens on.
    pub(super) fn memory(&self, dialect: &str, salt: u64) -> String {
        let openai = dialect.contains("openai");
        let caches: &[&str] = match openai {
            true => &[
                "",
                "cache = { automatic = \"20s\", least = 200 }\n",
                "cache = { automatic = \"5m\", step = 7 }\n",
            ],
            false => &["", "cache = { least = 200 }\n", "cache = { least = 200, step = 64 }\n"],
        };
        let reasonings = ["", "", "reasoning = 60\n", "reasoning = { p50 = 40, p95 = 900 }\n"];
        let (cache, reasoning) = (format!("cache{salt}"), format!("reasoning{salt}"));
        format!("{}{}", self.pick(&cache, caches), self.pick(&reasoning, &reasonings))
    }

    /// What all prompts of a workload begin with.
    pub(super) fn shared(&self, salt: u64) -> &str {
        self.pick(&format!("shared{salt}"), &["", ", shared = 350", ", shared = 5000"])
    }

    /// What the fleet asks of caches and believes of windows.
    pub(super) fn beliefs(&self) -> String {
        let keep = self.pick("prompt cache", &["none", "5m", "1h"]);
        let fit = self.pick("fit", &["\"known\"", "\"unknown\"", "{ \"one/m\" = 2000 }"]);
        let guard = self.between("guard tokens", 0, 90);
        format!("prompt_cache = \"{keep}\"\nfit = {fit}\nguard_tokens = {guard}\n")
    }
}
