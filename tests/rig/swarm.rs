//! Swarm testing: the configuration itself is drawn from the seed, not only what happens in it.

mod money;
mod projects;
mod prompts;
mod replies;

use rushhour_base::draw::below;
use rushhour_base::{Purpose, Seed};

/// The text of a scenario whose every knob is drawn from `seed`: small, mostly overloaded, full of faults.
pub fn swarm(seed: u64) -> String {
    let knobs = Knobs { seed: Seed(seed) };
    let mut text = format!(
        "# What breaks?\nname = \"swarm\"\nseed = {seed}\nstarts = \"2026-03-11T23:40:00Z\"\nduration = \"{}m\"\n",
        knobs.between("duration", 5, 40)
    );
    text.push_str(&knobs.provider("one", 100));
    text.push_str(&knobs.provider("two", 200));
    text.push_str(&knobs.project("one", 100));
    text.push_str(&knobs.project("two", 200));
    text.push_str(&knobs.workload("a", 300));
    text.push_str(&knobs.workload("b", 400));
    text.push_str(&knobs.policy());
    text.push_str(&knobs.caps());
    text.push_str(&knobs.costs());
    text.push_str(&knobs.ladder());
    text.push_str(&knobs.parking());
    text.push_str(&knobs.compression());
    if text.contains("knowledge") {
        text.push_str(&knobs.validation());
    }
    text
}

struct Knobs {
    seed: Seed,
}

impl Knobs {
    fn between(&self, name: &str, low: u64, high: u64) -> u64 {
        low + below(self.seed.draw(Purpose::named(name), 0, 0).word(0), high - low + 1)
    }

    fn pick<'a>(&self, name: &str, options: &[&'a str]) -> &'a str {
        options[self.between(name, 0, options.len() as u64 - 1) as usize]
    }

    fn provider(&self, name: &str, salt: u64) -> String {
        let number = |what: &str, low, high| self.between(&format!("{what}{salt}"), low, high);
        let (kind, fault) = self.fault(salt);
        let capacities =
            ["capacity = { concurrency = 2, refuses_beyond = 8 }\n", "capacity = { concurrency = 3 }\n", ""];
        let limited = if kind == "brownout" { &capacities[..2] } else { &capacities };
        let capacity = self.pick(&format!("capacity{salt}"), limited);
        let dialect = self.pick(
            &format!("dialect{salt}"),
            &[
                "dialect = \"anthropic\"",
                "dialect = \"anthropic\"\ncounts_failed = true\noutput_charged_every = \"300ms\"",
                "dialect = \"anthropic\"\noutput_charged_every = \"0s\"",
                "dialect = \"openai\"",
                "dialect = \"openai\"\nrefunds_unused = true\nestimate = \"larger\"\ncounts_failed = false",
            ],
        );
        let burst = format!("burst = \"{}%\"", number("burst", 20, 100));
        let enforced = self.pick(
            &format!("enforced{salt}"),
            &[
                &burst,
                "enforced = \"fixed_window\"",
                "enforced = \"slices\", slice = \"7s\"",
                "enforced = \"sliding_window\"",
            ],
        );
        let more = self.pick(
            &format!("more{salt}"),
            &["", ", tokens_per_minute = 60000", ", requests_per_day = 200", ", tokens_per_day = 150000"],
        );
        let memory = self.memory(dialect, salt);
        let concurrency = self.pick(&format!("concurrency{salt}"), &["", ", concurrency = 4"]);
        format!(
            "[provider.{name}]\n{dialect}\n{}[provider.{name}.model.m]\ncontext = {}\n{memory}prices = {{ input = \"$3\", cached_read = \"$0.30\", cache_write = \"$3.75\", \
             output = \"$15\" }}\nquota = {{ requests_per_minute = {}, input_tokens_per_minute = {}, \
             output_tokens_per_minute = {}, {enforced}{more}{concurrency}{} }}\nlatency = {{ spread = \"{}%\" }}\n{capacity}\
             [provider.{name}.fault.f]\nkind = \"{kind}\"\nat = \"{}s\"\nfor = \"{}s\"\n{fault}",
            self.pick("fate", &["", "", "fate = \"cloud\"\n"]),
            number("context", 1_500, 30_000),
            number("rpm", 5, 120),
            number("itpm", 5_000, 200_000),
            number("otpm", 2_000, 60_000),
            self.growth(salt),
            number("spread", 0, 60),
            number("at", 1, 120),
            number("for", 1, 150),
        )
    }

    /// The kind of a provider's fault, and what goes with it.
    fn fault(&self, salt: u64) -> (&'static str, String) {
        const KINDS: [&str; 14] = [
            "overloaded",
            "server_error",
            "hang",
            "rate_limit_storm",
            "brownout",
            "slow_first_token",
            "slow_drip",
            "reset",
            "truncated",
            "stream_error",
            "malformed",
            "wrong_usage",
            "revoked_key",
            "exhausted_credit",
        ];
        let number = |what: &str, low, high| self.between(&format!("{what}{salt}"), low, high);
        let kind = KINDS[number("fault", 0, KINDS.len() as u64 - 1) as usize];
        let share = number("share", 1, 100);
        if kind == "brownout" {
            return (kind, format!("capacity = \"{share}%\"\n"));
        }
        let more = match kind {
            "rate_limit_storm" => "retry_after = \"3s\"\n".to_owned(),
            "slow_first_token" => format!("added = \"{}s\"\nfactor = 1.5\n", number("added", 1, 40)),
            "slow_drip" => format!("factor = {}.0\n", number("factor", 2, 300)),
            "wrong_usage" => format!("factor = {}.{}\n", number("times", 0, 2), number("factor", 1, 9)),
            _ => String::new(),
        };
        let whom = self
            .pick(&format!("whom{salt}"), &["", "", "attempts = 1\n", "attempts = 2\n", "ramp = \"1s\"\n"]);
        (kind, format!("share = \"{share}%\"\n{more}{whom}"))
    }

    fn workload(&self, name: &str, salt: u64) -> String {
        let arrivals = self.pick(
            &format!("arrivals{salt}"),
            &[
                "{ kind = \"poisson\", per_agent_per_hour = 200 }",
                "{ kind = \"day_curve\", per_agent_per_hour = 120, peak = \"23:50\", peak_to_mean = 2.5 }",
                "{ kind = \"closed_loop\", think = { mean = \"5s\" } }",
                "{ kind = \"gamma\", per_agent_per_hour = 200, cv = 3.0, start = \"midway\", shape = { kind = \"week\", \
                 peak = \"23:50\" } }",
                "{ kind = \"weibull\", per_agent_per_hour = 90, cv = 1.5, bursts = [{ at = \"40s\", for = \"1m\", factor = 7 }] }",
                "{ kind = \"poisson\", per_agent_per_hour = 90, shape = { kind = \"ramp\", from = 0, to = 4, over = \"5m\" } }",
                "{ kind = \"poisson\", per_agent_per_hour = 150, shape = { kind = \"steps\", steps = [{ from = \"1m\", \
                 factor = 4 }, { from = \"2m\", factor = 0 }, { from = \"3m\", factor = 1 }] } }",
                "{ kind = \"closed_loop\", think = \"1s\" }",
            ],
        );
        let task = match arrivals.contains("closed_loop") {
            true => self.pick(
                &format!("task{salt}"),
                &["", "task = { steps = 3, stuck = \"30%\" }\n", "task = { steps = { p50 = 2, p95 = 9 } }\n"],
            ),
            false => "",
        };
        let deadline =
            self.pick(&format!("deadline{salt}"), &["", "deadline = \"6s\"\n", "deadline = \"40s\"\n"]);
        let comes_back = match arrivals.contains("closed_loop") {
            true => "",
            false => self.pick(
                &format!("comes back{salt}"),
                &[
                    "",
                    "comes_back = { share = \"70%\", after = \"20s\", times = 2 }\n",
                    "comes_back = { share = \"50%\", after = { mean = \"30s\", cv = 2.0 }, times = 7, when = [\"failed\", \
                     \"refused\", \"abandoned\"] }\n",
                ],
            ),
        };
        let patience =
            self.pick(&format!("patience{salt}"), &["", "patience = \"8s\"\n", "patience = \"90s\"\n"]);
        format!(
            "[workload.{name}]\nagents = {}\n{}arrivals = {arrivals}\nprompt = {{ first = {{ p50 = 400, p95 = 2000 }}, \
             growth = 300, turns = 5{} }}\noutput = {{ p50 = 120, p95 = 600 }}\nmax_tokens = {}\npriority = {}\n{patience}{deadline}{comes_back}{task}{}{}",
            self.between(&format!("agents{salt}"), 1, 25),
            self.pick(
                &format!("users{salt}"),
                &["", "users = 7\n", "users = { count = 200, skew = 1.0, per_source = 5 }\n"]
            ),
            self.shared(salt),
            self.between(&format!("max{salt}"), 50, 900),
            self.between(&format!("priority{salt}"), 0, 3),
            self.pick(
                &format!("words{salt}"),
                &[
                    "",
                    "",
                    "words = { knowledge = \"shop\", languages = { en = 1, es = 1 }, structured = \"40%\" }\n",
                    "words = { knowledge = \"clinic\", questions = 9, hallucination = { rate = \"60%\" } }\n",
                ],
            ),
            self.abuse(name, salt),
        )
    }

    fn abuse(&self, name: &str, salt: u64) -> String {
        let kind = self.pick(
            &format!("abuse{salt}"),
            &["", "", "hammering", "prompt_bombs", "repeats", "slow_creep", "many_accounts"],
        );
        if kind.is_empty() {
            return String::new();
        }
        let number = |what: &str, low, high| self.between(&format!("{what}{salt}"), low, high);
        let (abusers, requests) = (number("abusers", 1, 4), number("abusive", 1, 200));
        format!("[workload.{name}.abuse.x]\nkind = \"{kind}\"\nabusers = {abusers}\nrequests = {requests}\n")
    }

    fn ladder(&self) -> String {
        if self.pick("ladder", &["none", "failures", "failures"]) == "none" {
            return String::new();
        }
        format!(
            "[policy.ladder]\nkind = \"failures\"\neconomy = [{}]\nwindow = 20\nmin_samples = {}\ndown_at = \"{}%\"\n\
             climb = \"{}\"\nprobe_share = \"{}%\"\nprobe_samples = {}\nup_at = \"9%\"\ndwell = \"{}s\"\n\
             dwell_growth = {}\ndwell_max = \"3m\"\ncount_queue = {}\nbudget_at = \"{}%\"\nqueue_wait = \"{}s\"\n",
            self.pick("economy", &["\"secondary\"", ""]),
            self.between("down samples", 1, 20),
            self.between("down at", 10, 100),
            self.pick("climb", &["probe", "trial"]),
            self.between("probe share", 1, 60),
            self.between("up samples", 1, 6),
            self.between("dwell", 1, 60),
            self.between("growth", 100, 400),
            self.pick("count queue", &["true", "false"]),
            self.between("budget at", 10, 100),
            self.between("queue wait", 1, 60),
        )
    }

    fn parking(&self) -> String {
        if self.pick("parking", &["none", "park", "park"]) == "none" {
            return String::new();
        }
        format!(
            "[policy.parking]\nkind = \"park\"\n{}\ninstead_of = \"{}\"\nmax_parked = {}\nmax_attempts = {}\n\
             max_age = \"{}s\"\nlease = \"{}s\"\nbackoff = \"{}s\"\n\
             drain = {{ at_once = {}, amount = {}, period = \"20s\", queue_below = {}{} }}\n",
            self.pick("can wait", &["workloads = [\"b\"]", "from_priority = 1", "from_priority = 0"]),
            self.pick("instead of", &["trying", "falling", "failing"]),
            self.between("max parked", 1, 200),
            self.between("park attempts", 1, 3),
            self.between("max age", 30, 1_200),
            self.between("timeout", 3, 60) + self.between("lease", 1, 20),
            self.between("park backoff", 1, 30),
            self.between("at once", 1, 10),
            self.between("drain amount", 1, 30),
            self.between("queue below", 1, 5),
            self.pick("hours", &["", ", from = \"23:55\", until = \"00:10\""]),
        )
    }

    fn policy(&self) -> String {
        let [first, second] = self.lanes();
        format!(
            "[policy]\n{}risk = {}\ntimeout = \"{}s\"\n{}shared_backoff = {}\nprocesses = {}\nguard = {}\ncorrelated = \"{}\"\n{}\
             chain = [\"primary\", \"secondary\", \"rules\", \"human\", \"fail\"]\n\
             [policy.primary]\nlanes = {{ {first} }}\nroute = \"{}\"\n[policy.secondary]\nlanes = {{ {second} }}\n\
             [policy.rules]\nanswers = \"{}%\"\ncapacity = 2\nservice = [\"10ms\", \"3s\"]\nmax_waiting = 3\nmax_wait = \"2s\"\n\
             [policy.human]\ncost = \"$2\"\ncapacity = 2\nservice = [\"20s\", \"2m\"]\nmax_waiting = 4\nmax_wait = \"1m\"\n\
             [policy.limiter]\nkind = \"{}\"\nscope = \"{}\"\noutput_hold = {}\nshare = \"{}%\"\nrefund = \"{}\"\n{}{}\
             [policy.queue]\ndiscipline = \"{}\"\n{}max_waiting = {}\nmax_wait = \"{}s\"\n\
             [policy.on_error]\nrate_limited = \"{}\"\noverloaded = \"{}\"\nserver_error = \"{}\"\n{}[policy.breaker]\n{}growth = 1.5\njitter = \"20%\"\n{}cooldown = \"{}s\"\nprobe_lease = \"{}s\"\ncount_rate_limited = {}\n\
             [policy.retry]\nmax_attempts = {}\nbase = \"500ms\"\ncap = \"5s\"\njitter = \"{}\"\nretry_after = \"{}\"\n\
             retry_after_beyond = \"{}\"\nretry_after_max = \"{}s\"\nexhausted_credit = {}\nbudget = {}\n{}[policy.budget.fleet]\ncap = \"${}\"\nper = \"{}\"\nat_cap = \"{}\"\nalerts = [\"50%\", \"100%\"]\n\
             [policy.budget.b]\ncap = \"$0.20\"\nper = \"day\"\nat_cap = \"{}\"\n",
            self.beliefs(),
            self.pick(
                "risk",
                &[
                    "\"none\"",
                    "{}",
                    "{ requests_per_minute = 3, prompt_tokens_per_day = 20000 }",
                    "{ requests_per_day = 9, standing = \"none\", patterns = { repeats = 1, burst = 3 } }",
                    "{ patterns = \"none\", standing = { suspicion_half_life = \"1m\", known_after = 1, trusted_after = 1 } }",
                ],
            ),
            self.between("timeout", 3, 60),
            self.pick(
                "stall",
                &[
                    "",
                    "first_token_timeout = \"2500ms\"\n",
                    "idle_timeout = \"400ms\"\n",
                    "first_token_timeout = \"2s\"\nidle_timeout = \"1s\"\n",
                ],
            ),
            self.pick("backoff", &["true", "false"]),
            self.between("processes", 1, 3),
            self.pick("guard", &["\"none\"", "{ repeats = 2, steps = 6, dollars = \"$0.05\" }"]),
            self.pick("correlated", &["none", "provider"]),
            self.pick(
                "estimate",
                &[
                    "",
                    "",
                    "guarded = true\n",
                    "token_estimate = \"characters\"\n",
                    "guarded = true\ntoken_estimate = { bias = -0.3, spread = 0.3 }\n",
                    "token_estimate = { bias = 1.0 }\n",
                ],
            ),
            self.pick("route", &["weighted", "least_in_flight", "cheapest", "power_of_two"]),
            self.between("rules", 0, 100),
            self.pick(
                "limiter",
                &[
                    "token_bucket",
                    "token_bucket",
                    "sliding_log",
                    "fixed_window",
                    "sliding_counter",
                    "aimd",
                    "none",
                ],
            ),
            self.pick("scope", &["account", "account", "key"]),
            self.pick("hold", &["\"max_tokens\"", "150"]),
            self.between("limiter share", 50, 100),
            self.pick("refund", &["dialect", "unused", "never"]),
            self.pick(
                "pace",
                &["", "per_agent = { requests_per_minute = 6, kind = \"sliding_log\", spacing = \"2s\" }\n"],
            ),
            self.pick(
                "own limits",
                &["", "limits = { tokens_per_minute = 40000, requests_per_day = 300, concurrency = 3 }\n"],
            ),
            self.pick("discipline", &["fifo", "priority", "fair", "earliest_deadline"]),
            self.pick("deadlines", &["", "", "deadlines = \"ignored\"\n"]),
            self.between("waiting", 1, 40),
            self.between("wait", 1, 40),
            self.pick("on 429", &["retry", "retry", "reroute"]),
            self.pick("on overload", &["retry", "retry", "reroute", "fall", "same_lane"]),
            self.pick("on 5xx", &["retry", "retry", "retry", "fail"]),
            self.pick(
                "on broken replies",
                &[
                    "",
                    "",
                    "disconnected = \"reroute\"\nstalled = \"fall\"\nunauthorized = \"reroute\"\n",
                    "malformed = \"same_lane\"\ncredit_exhausted = \"reroute\"\nunauthorized = \"fail\"\n",
                ],
            ),
            self.pick(
                "trip",
                &[
                    "failures = 1\n",
                    "failures = 4\n",
                    "kind = \"share\"\ncalls = 8\nmin_calls = 4\nslow_after = \"6s\"\n",
                    "kind = \"tumbling\"\ncalls = 6\n",
                    "kind = \"time\"\nspan = \"30s\"\nmin_calls = 3\n",
                ]
            ),
            self.pick("probes", &["", "probes = 3\nsuccesses = 2\n"]),
            self.between("cooldown", 1, 40),
            self.between("lease", 1, 20),
            self.pick("429 counts", &["true", "false"]),
            self.between("attempts", 1, 5),
            self.pick("jitter", &["full", "none", "equal", "decorrelated", "sdk"]),
            self.pick("retry after", &["floor", "exact"]),
            self.pick("beyond", &["fall", "backoff"]),
            self.pick("obey", &["0", "2", "60"]),
            self.pick("retry credit", &["true", "false"]),
            self.pick("retry budget", &["\"none\"", "{ per_request = \"10%\", burst = 3 }"]),
            self.pick("layers", &["", "", "layers = [{ max_attempts = 2, base = \"2s\" }]\n"]),
            self.between("cap", 1, 6),
            self.pick("per", &["day", "total"]),
            self.pick("at cap", &["pause", "fall"]),
            self.pick("at cap b", &["pause", "fall"]),
        )
    }
}
