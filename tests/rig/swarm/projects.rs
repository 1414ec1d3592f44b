//! Quotas within quotas, and usage that may not grow at any pace.

use super::Knobs;

impl Knobs {
    /// A provider's project `p`: some bind before the organisation does, some never.
    pub(super) fn project(&self, name: &str, salt: u64) -> String {
        let quota = self.pick(
            &format!("project{salt}"),
            &[
                "requests_per_minute = 8",
                "requests_per_minute = 20, tokens_per_minute = 15000, burst = \"40%\"",
                "input_tokens_per_minute = 9000, enforced = \"fixed_window\"",
                "output_tokens_per_minute = 3000, concurrency = 2",
                "tokens_per_day = 40000, enforced = \"sliding_window\"",
            ],
        );
        format!("[provider.{name}.project.p]\nquota = {{ {quota} }}\n")
    }

    pub(super) fn growth(&self, salt: u64) -> &'static str {
        self.pick(
            &format!("growth{salt}"),
            &[
                "",
                "",
                ", growth = { floor = 4000, per = \"2m\" }",
                ", growth = { floor = 9000, share = \"0%\" }",
            ],
        )
    }

    /// The lanes of the first two rungs.
    pub(super) fn lanes(&self) -> [&'static str; 2] {
        let first = [
            "\"one/m\" = 3, \"two/m\" = 1",
            "\"one/m@p\" = 3, \"one/m\" = 1",
            "\"one/m@p\" = 3, \"two/m@p\" = 1",
        ];
        let second = ["\"two/m\" = 1", "\"two/m@p\" = 1"];
        [self.pick("first lanes", &first), self.pick("second lanes", &second)]
    }
}
