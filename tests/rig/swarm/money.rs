//! What a run costs beside tokens, and the caps on spending.

use super::Knobs;

impl Knobs {
    /// Costs that are no tokens; the run starts twenty minutes before midnight.
    pub(super) fn costs(&self) -> String {
        format!(
            "[policy.costs.retrieval]\nper = \"message\"\namount = \"$0.00{}\"\n[policy.costs.review]\nper = \"review\"\n\
             share = \"{}%\"\namount = \"$2\"\nof = \"a\"\n[policy.costs.servers]\nper = \"month\"\namount = \"${}\"\n",
            self.between("retrieval", 1, 9),
            self.between("review", 1, 30),
            self.between("servers", 1, 900),
        )
    }

    /// Caps of every scope, small enough to be reached.
    pub(super) fn caps(&self) -> String {
        let resume = match self.pick("at cap of agents", &["pause", "degrade", "rules", "fall"]) {
            "pause" => {
                let resume = self.pick("resume", &["turn", "release", "never", "00:05"]);
                format!("at_cap = \"pause\"\nresume = \"{resume}\"")
            }
            other => format!("at_cap = \"{other}\""),
        };
        let (of_agents, of_users) =
            (self.between("cap of agents", 2, 60), self.between("cap of users", 2, 60));
        format!(
            "[policy.budget.agents]\nscope = \"agent\"\ncap = \"$0.{of_agents:02}\"\nper = \"{}\"\n{resume}\n\
             alerts = [\"$0.01\"]\n[policy.budget.one]\nscope = \"agent\"\nof = \"a-0\"\ncap = \"$0.05\"\nat_cap = \"fall\"\n\
             [policy.budget.users]\nscope = \"user\"\nof = \"{}\"\ncap = \"$0.{of_users:02}\"\nper = \"month\"\n\
             at_cap = \"{}\"\n",
            self.pick("per of agents", &["day", "month", "total"]),
            self.pick("users of", &["a", "b"]),
            self.pick("at cap of users", &["pause", "degrade", "rules", "fall"]),
        )
    }
}
