//! Recorded sessions, replayed by the agents of a workload.
//!
//! Each agent begins with some session of the recording and goes on with those that follow it there; after the last
//! comes the first. So its n-th turn is a pure function of its place and n, whatever its fleet does to it.

use crate::cache::Divided;
use crate::luck::Luck;
use crate::settings::{RecordedSessions, SessionTurn, SessionsPlan, WorldPlan};
use rushhour_base::{Instant, Ratio, Span};

/// What the agents of one workload replay.
#[derive(Clone, Debug)]
pub(crate) struct Replay {
    recorded: RecordedSessions,
    /// The place of each agent's first turn in the recording.
    begins: Vec<u32>,
    pause_cap: Span,
    speed: f64,
    start_within: Span,
    cache_hit: Ratio,
}

impl Replay {
    /// The replay of workload number `workload`, whose arrivals are `sessions`.
    pub(crate) fn new(plan: &WorldPlan, workload: usize, sessions: &SessionsPlan) -> Replay {
        let luck = Luck::new(plan, "session");
        let starts = sessions.recorded.starts();
        let begin = |agent: u32| {
            let place = luck.place_in(workload, agent);
            let session = match sessions.in_order {
                true => agent as usize % starts.len(),
                false => {
                    rushhour_base::draw::below(luck.of_turn(place, 0).word(0), starts.len() as u64) as usize
                }
            };
            starts[session]
        };
        Replay {
            begins: (0..plan.workloads[workload].agents).map(begin).collect(),
            recorded: sessions.recorded.clone(),
            pause_cap: sessions.pause_cap,
            speed: sessions.speed,
            start_within: sessions.start_within,
            cache_hit: sessions.cache_hit,
        }
    }

    /// Turn number `turn` of an agent of the workload.
    #[inline]
    pub(crate) fn turn(&self, agent: u32, turn: u32) -> &SessionTurn {
        let turns = self.recorded.turns();
        &turns[(self.begins[agent as usize] as usize + turn as usize) % turns.len()]
    }

    /// Whether a session begins with turn number `turn` of an agent.
    #[inline]
    pub(crate) fn begins(&self, agent: u32, turn: u32) -> bool {
        let turn = self.turn(agent, turn);
        turn.at == Span::ZERO && turn.pause == Span::ZERO
    }

    /// When an agent makes its first turn, given a uniform draw.
    pub(crate) fn first(&self, unit: f64) -> Instant {
        Instant::START + Span((self.start_within.0 as f64 * unit) as u64)
    }

    /// How long an agent pauses before its turn number `turn`.
    #[inline]
    pub(crate) fn pause(&self, agent: u32, turn: u32) -> Span {
        let pause = self.turn(agent, turn).pause.min(self.pause_cap);
        if self.speed.to_bits() == 1f64.to_bits() {
            pause
        } else {
            Span((pause.0 as f64 / self.speed + 0.5) as u64)
        }
    }

    /// How the cache divides a prompt: a share is read from it, and the rest is written to it for the next turn. `None`
    /// where no share is stated: then it is as for any other prompt.
    #[inline]
    pub(crate) fn cached(&self, input_tokens: u64) -> Option<Divided> {
        if self.cache_hit == Ratio::ZERO {
            return None;
        }
        let read = self.cache_hit.of(input_tokens);
        Some(Divided { read, written: input_tokens - read, ..Divided::default() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::Arrivals;
    use crate::world_for_tests::{workload, world};

    fn turn(input_tokens: u64, pause_s: u64) -> SessionTurn {
        SessionTurn { at: Span::ZERO, pause: Span::secs(pause_s), input_tokens, output_tokens: 1 }
    }

    fn replay(in_order: bool, agents: u32) -> Replay {
        let sessions = SessionsPlan {
            recorded: RecordedSessions::new(vec![
                vec![turn(10, 0), turn(11, 5)],
                vec![turn(20, 0), turn(21, 900)],
            ]),
            pause_cap: Span::secs(600),
            speed: 1.0,
            start_within: Span::ZERO,
            in_order,
            cache_hit: Ratio::new(93, 100).expect("a share"),
        };
        let mut coders = workload("coders", agents);
        coders.arrivals = Arrivals::Sessions(sessions.clone());
        Replay::new(&world(vec![coders]), 0, &sessions)
    }

    #[test]
    fn an_agent_plays_one_session_after_the_other() {
        let replay = replay(true, 3);
        for (agent, prompts) in
            [(0, [10, 11, 20, 21, 10]), (1, [20, 21, 10, 11, 20]), (2, [10, 11, 20, 21, 10])]
        {
            let played = [0, 1, 2, 3, 4].map(|turn| replay.turn(agent, turn).input_tokens);
            assert_eq!(played, prompts, "agent {agent}");
        }
        assert_eq!([0, 1, 2, 3].map(|turn| replay.pause(0, turn).0 / 1_000_000_000), [0, 5, 0, 600]);
    }

    /// Twice the speed halves what is left of a pause after its cap, and moves no session.
    #[test]
    fn agents_can_work_faster_than_they_were_recorded() {
        let mut fast = replay(true, 1);
        fast.speed = 2.0;
        assert_eq!([0, 1, 2, 3].map(|turn| fast.pause(0, turn).0 / 1_000_000), [0, 2_500, 0, 300_000]);
        assert_eq!(fast.turn(0, 3), replay(true, 1).turn(0, 3));
    }

    #[test]
    fn drawn_sessions_are_spread_over_the_agents_and_keep_with_them() {
        let (few, many) = (replay(false, 40), replay(false, 80));
        let first = |replay: &Replay, agent| replay.turn(agent, 0).input_tokens;
        let tens = (0..80).filter(|agent| first(&many, *agent) == 10).count();
        assert!((20..60).contains(&tens), "{tens} of 80 agents begin with the first session");
        assert!(
            (0..40).all(|agent| first(&few, agent) == first(&many, agent)),
            "more agents move nobody's luck"
        );
    }

    #[test]
    fn a_prompt_is_divided_without_rest() {
        let replay = replay(true, 1);
        for input_tokens in [0, 1, 99, 116_694] {
            let usage = replay.cached(input_tokens).expect("a share is stated").usage(input_tokens);
            assert_eq!(usage.cached_tokens, input_tokens * 93 / 100);
            assert_eq!(usage.input_tokens + usage.cached_tokens + usage.cache_write_tokens, input_tokens);
        }
    }
}
