//! Requests of the scenario's own world, named by a header.
//!
//! `x-rushhour-draw: AGENT/TURN/ATTEMPT` says which agent asks, in which of its turns, and for the how manieth time. An agent is
//! `leads-17`, or its number in the run; a turn that asks an earlier one's question again is `42+1`, as
//! [`RequestId`] prints it; a fourth part, `guarded`, says that the prompt tells the model to say nothing that it cannot know.
//! Whoever drives the scenario's own traffic knows all of them.
//!
//! What an agent asks in a turn hangs on its turns before, so they are made anew up to that one, each as if it had been answered.
//! The last few are kept for each agent; whoever goes further back has them made from the first again.

use rushhour_base::event::Reason;
use rushhour_base::{AgentId, Ask, Instant, Outcome, Prefix, RequestId, RunHeader};
use rushhour_world::settings::Arrivals;
use rushhour_world::{Traffic, WorldPlan};
use std::collections::{BTreeMap, VecDeque};

/// A request's name, as the header has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Name {
    pub(crate) request: RequestId,
    pub(crate) attempt: u16,
    pub(crate) guarded: bool,
}

/// What a request asks, as far as the provider's luck hangs on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Question {
    pub(crate) text: u64,
    /// The turn with which the conversation began.
    pub(crate) began: u32,
    pub(crate) prefix: Prefix,
}

impl Name {
    /// Reads a name. `first_stranger` is the number of the first agent that is none of the scenario's own.
    ///
    /// # Errors
    /// What is wrong with it, and how one is written.
    pub(crate) fn read(text: &str, header: &RunHeader, first_stranger: u32) -> Result<Name, String> {
        let wrong = |what: &str| Err(format!("{what}: write AGENT/TURN/ATTEMPT, such as leads-17/42/0"));
        let mut parts = text.split('/');
        let (Some(agent), Some(turn), Some(attempt)) = (parts.next(), parts.next(), parts.next()) else {
            return wrong("it has too few parts");
        };
        let guarded = match (parts.next(), parts.next()) {
            (None, _) => false,
            (Some("guarded"), None) => true,
            _ => return wrong("its fourth part is not `guarded`"),
        };
        let Some(agent) = agent_named(agent, header).filter(|agent| *agent < first_stranger) else {
            return wrong("the scenario has no such agent");
        };
        let (turn, times) = turn.split_once('+').unwrap_or((turn, "0"));
        let Some(turn) = turn.parse::<u32>().ok().filter(|turn| *turn < RequestId::MOST_TURNS) else {
            return wrong("its turn is no number below 2^29");
        };
        let Some(times) = times.parse::<u32>().ok().filter(|times| *times <= RequestId::MOST_TIMES) else {
            return wrong("nothing is asked again so often");
        };
        let Ok(attempt) = attempt.parse() else { return wrong("its attempt is no number below 65536") };
        let first = RequestId::new(AgentId(agent), turn);
        let again = |request: RequestId, _| request.again().unwrap_or(request);
        Ok(Name { request: (0..times).fold(first, again), attempt, guarded })
    }
}

fn agent_named(name: &str, header: &RunHeader) -> Option<u32> {
    if let Ok(number) = name.parse() {
        return Some(number);
    }
    let (workload, place) = name.rsplit_once('-')?;
    let workload = header.workloads.iter().find(|known| known.name == workload)?;
    let place: u32 = place.parse().ok()?;
    (place < workload.agents).then(|| workload.first_agent + place)
}

/// The questions of all agents.
#[derive(Debug)]
pub(crate) struct Questions {
    traffic: Traffic,
    /// By agent: turns made so far, and what the last of them asked.
    made: BTreeMap<u32, (u32, VecDeque<Question>)>,
}

impl Questions {
    pub(crate) fn new(world: &WorldPlan) -> Questions {
        Questions { traffic: Traffic::new(world), made: BTreeMap::new() }
    }

    /// What a request asks.
    ///
    /// # Errors
    /// If its agent has no such turn, or one that is too far from all that were asked for so far.
    pub(crate) fn of(&mut self, request: RequestId, world: &WorldPlan) -> Result<Question, String> {
        let (agent, turn) = (request.agent(), request.first().turn());
        if !has_turn(world, agent.0, turn) {
            return Err("the trace has no such turn of this agent".to_owned());
        }
        let (made, kept) = self.made.entry(agent.0).or_default();
        if turn < *made {
            let back = (*made - 1 - turn) as usize;
            return match kept.iter().rev().nth(back) {
                Some(question) => Ok(*question),
                None => from_the_first(world, agent, turn),
            };
        }
        if turn - *made >= WALK_MAX {
            return Err(format!(
                "turn {turn} is more than {WALK_MAX} turns after all that this agent was asked for"
            ));
        }
        loop {
            let question = next(&mut self.traffic, agent);
            *made += 1;
            if kept.len() == KEPT {
                kept.pop_front();
            }
            kept.push_back(question);
            if *made > turn {
                return Ok(question);
            }
        }
    }
}

fn from_the_first(world: &WorldPlan, agent: AgentId, turn: u32) -> Result<Question, String> {
    if turn >= WALK_MAX {
        return Err(format!(
            "turn {turn} was long ago: the last {KEPT} turns are kept, and the first {WALK_MAX} made anew"
        ));
    }
    let mut traffic = Traffic::new(world);
    let last = (0..turn).fold(next(&mut traffic, agent), |_, _| next(&mut traffic, agent));
    Ok(last)
}

fn next(traffic: &mut Traffic, agent: AgentId) -> Question {
    let (Ask { text, began, prefix, .. }, _) = traffic.ask(agent, Instant::START);
    traffic.ended(agent, Outcome::Answered, Reason::None);
    Question { text, began, prefix }
}

/// Whether an agent has this turn: of a trace, each has as many as it was dealt rows.
fn has_turn(world: &WorldPlan, agent: u32, turn: u32) -> bool {
    let mut first = 0;
    for workload in &world.workloads {
        let place = agent - first;
        if place < workload.agents {
            return match &workload.arrivals {
                Arrivals::Trace { rows } => {
                    u64::from(turn) * u64::from(workload.agents) + u64::from(place) < rows.len() as u64
                }
                _ => true,
            };
        }
        let abusers: u32 = workload.abuse.iter().map(|abuse| abuse.abusers).sum();
        if place - workload.agents < abusers {
            return true;
        }
        first += workload.agents + abusers;
    }
    false
}

/// So many questions of each agent are kept.
const KEPT: usize = 16;
/// So many turns are made at once, at most.
const WALK_MAX: u32 = 20_000;

#[cfg(test)]
mod tests {
    use super::*;
    use rushhour_scenario::Scenario;

    fn scenario() -> Scenario {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../scenarios/wrong_figures.toml");
        Scenario::load(path.as_ref(), &[]).expect("a shipped scenario")
    }

    #[test]
    fn names_are_read_and_refused_with_a_reason() {
        let scenario = scenario();
        let header = scenario.header(&scenario.variants[0], scenario.seed, "0");
        let read = |text| Name::read(text, &header, 45);
        let request = RequestId::new(AgentId(30), 42);
        assert_eq!(read("bank-0/42/1"), Ok(Name { request, attempt: 1, guarded: false }));
        let again = request.again().expect("it was asked once");
        assert_eq!(read("30/42+1/0/guarded"), Ok(Name { request: again, attempt: 0, guarded: true }));
        for (text, why) in [
            ("", "too few parts"),
            ("1/2", "too few parts"),
            ("45/0/0", "no such agent"),
            ("bank-15/0/0", "no such agent"),
            ("nobody-1/0/0", "no such agent"),
            ("1/536870912/0", "no number below"),
            ("1/-1/0", "no number below"),
            ("1/1+8/0", "so often"),
            ("1/1/65536", "attempt"),
            ("1/1/1/naked", "fourth part"),
            ("1/1/1/guarded/", "fourth part"),
        ] {
            let error = read(text).expect_err(text);
            assert!(error.contains(why), "{text}: {error}");
        }
    }

    #[test]
    fn questions_are_those_of_the_traffic_in_any_order() {
        let scenario = scenario();
        let mut traffic = Traffic::new(&scenario.world);
        let right: Vec<Question> = (0..40).map(|_| next(&mut traffic, AgentId(3))).collect();
        let mut questions = Questions::new(&scenario.world);
        for turn in [5, 0, 39, 38, 1, 20] {
            let question = questions.of(RequestId::new(AgentId(3), turn), &scenario.world);
            assert_eq!(question, Ok(right[turn as usize]), "turn {turn}");
        }
        let far = questions.of(RequestId::new(AgentId(3), 39 + WALK_MAX + 2), &scenario.world);
        assert!(far.is_err());
    }
}
