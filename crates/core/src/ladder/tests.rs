use super::*;
use crate::settings::{Answerer, ClimbProbes};
use proptest::prelude::*;
use rushhour_base::Ratio;
use rushhour_base::time::SECOND;

fn chain(rungs: &[Rung]) -> Vec<RungPolicy> {
    rungs.iter().map(|rung| RungPolicy { rung: *rung, answered_by: Answerer::Models(Vec::new()) }).collect()
}

fn percent(n: u64) -> Ratio {
    Ratio::new(n, 100).unwrap()
}

/// Down at 50 % of at least 4 of the last 8; up at 20 % of at least 4 probes; 30 s between moves.
fn policy() -> LadderPolicy {
    LadderPolicy {
        economy: vec![Rung::Secondary, Rung::Tertiary],
        window: 8,
        window_span: Span::secs(600),
        min_samples: 4,
        down_at: percent(50),
        dwell: Span::secs(30),
        dwell_growth_percent: 100,
        dwell_max: Span::secs(30),
        climb: Climb::Probe(ClimbProbes { share: percent(50), min_samples: 4, up_at: percent(20) }),
        count_queue: false,
        budget_at: None,
        queue_wait: None,
    }
}

const TRIAL: Climb = Climb::Trial;
const ALL: [Rung; 5] = [Rung::Primary, Rung::Secondary, Rung::Tertiary, Rung::Rules, Rung::Human];

/// A second passes, then a request comes; `failed` says how its first rung fared.
struct Rig {
    ladder: Ladder,
    now: Instant,
    moves: Vec<(u64, AgentMode, MoveCause)>,
}

impl Rig {
    fn new(policy: LadderPolicy, rungs: &[Rung]) -> Rig {
        Rig { ladder: Ladder::new(policy, &chain(rungs)), now: Instant::START, moves: Vec::new() }
    }

    fn note(&mut self, moved: Option<Event>) {
        if let Some(Event::ModeMoved { to, why, .. }) = moved {
            self.moves.push((self.now.0 / SECOND, to, why));
        }
    }

    fn request(&mut self, gap: Span, pressure: Pressure, word: u64, fails: impl FnOnce(Passage) -> bool) {
        self.now = self.now + gap;
        let (passage, moved) = self.ladder.enter(pressure, self.now, || word);
        self.note(moved);
        let moved = self.ladder.on_outcome(passage, fails(passage), self.now);
        self.note(moved);
    }
}

/// Plays scripts such as `"3o 5x"`: a number and `o` (the first rung answers), `x` (it fails), `p` (a probe that
/// is answered), `q` (one that fails), one request a second.
fn check(policy: LadderPolicy, rungs: &[Rung], script: &str, expected: &str) {
    let mut rig = Rig::new(policy, rungs);
    for part in script.split(' ') {
        let (times, kind) = part.split_at(part.len() - 1);
        let (word, failed) = match kind {
            "o" => (u64::MAX, false),
            "x" => (u64::MAX, true),
            "p" => (0, false),
            _ => (0, true),
        };
        for _ in 0..times.parse().unwrap() {
            rig.request(Span::secs(1), Pressure::default(), word, |_| failed);
        }
    }
    let moves: Vec<String> = rig.moves.iter().map(|(at, to, why)| format!("{at}s {to} {why}")).collect();
    assert_eq!(moves.join(", "), expected, "{script}");
}

#[test]
fn a_mode_allows_less_than_the_one_before_it() {
    let of = |rungs: &[Rung]| {
        let steps = steps(&[Rung::Secondary, Rung::Tertiary], &chain(rungs));
        steps.iter().map(|step| format!("{}:{}", step.mode, step.first)).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(of(&ALL), "full:primary economy:secondary rules:rules human:human");
    assert_eq!(of(&[Rung::Primary, Rung::Human]), "full:primary human:human");
    assert_eq!(of(&[Rung::Primary, Rung::Rules]), "full:primary rules:rules");
    assert_eq!(of(&[Rung::Primary, Rung::Tertiary]), "full:primary economy:tertiary");
    assert_eq!(of(&[Rung::Primary]), "full:primary");
}

#[test]
fn it_goes_down_at_its_share_and_not_before_enough_was_seen() {
    check(policy(), &ALL, "3x", "");
    check(policy(), &ALL, "4x", "4s economy failures");
    check(policy(), &ALL, "5o 3x", "");
    check(policy(), &ALL, "5o 4x", "9s economy failures");
}

#[test]
fn every_further_step_takes_its_own_failures_and_its_own_time() {
    check(policy(), &ALL, "4x 29x", "4s economy failures");
    check(policy(), &ALL, "4x 30x 30x", "4s economy failures, 34s rules failures, 64s human failures");
}

/// The cheaper model works, which says nothing about the one that failed.
#[test]
fn the_lesser_modes_successes_never_lift_it() {
    check(policy(), &ALL, "4x 500o", "4s economy failures");
}

#[test]
fn probes_that_are_answered_lift_it_after_the_dwell() {
    check(policy(), &ALL, "4x 4p 25o 1o", "4s economy failures, 34s full recovered");
    check(policy(), &ALL, "4x 40o 4p", "4s economy failures, 48s full recovered");
    check(policy(), &ALL, "4x 40o 3p 1q 4p 1p", "4s economy failures, 49s full recovered");
}

#[test]
fn without_probes_it_tries_when_it_has_been_down_for_long_enough() {
    let policy = LadderPolicy { climb: TRIAL, ..policy() };
    check(policy.clone(), &ALL, "4x 29o", "4s economy failures");
    check(policy, &ALL, "4x 40o", "4s economy failures, 34s full trial");
}

/// A provider that is down for good is tried at 30 s, then at 60, then at 120, and no further apart.
#[test]
fn a_climb_that_was_soon_undone_makes_the_next_one_wait() {
    let policy =
        LadderPolicy { climb: TRIAL, dwell_growth_percent: 200, dwell_max: Span::secs(120), ..policy() };
    let mut rig = Rig::new(policy, &[Rung::Primary, Rung::Secondary]);
    for _ in 0..700 {
        rig.request(Span::secs(1), Pressure::default(), 0, |passage| passage.step().mode == AgentMode::Full);
    }
    let ups: Vec<u64> = rig.moves.iter().filter(|(_, to, _)| *to == AgentMode::Full).map(|m| m.0).collect();
    assert_eq!(ups, [34, 124, 274, 424, 574], "30 s up each time, then 60, 120, 120 down");
}

#[test]
fn pressure_holds_it_in_economy_mode_and_no_further_down() {
    let policy = LadderPolicy { climb: TRIAL, ..policy() };
    let mut rig = Rig::new(policy, &ALL);
    let tight = Pressure { budget: true, queue: false };
    for _ in 0..300 {
        rig.request(Span::secs(1), tight, 0, |_| false);
    }
    rig.request(Span::secs(1), Pressure::default(), 0, |_| false);
    assert_eq!(
        rig.moves,
        [(1, AgentMode::Economy, MoveCause::Budget), (301, AgentMode::Full, MoveCause::Trial)]
    );
}

#[test]
fn outcomes_of_an_older_mode_and_old_ones_do_not_count() {
    let mut rig = Rig::new(LadderPolicy { window_span: Span::secs(10), ..policy() }, &ALL);
    let (late, _) = rig.ladder.enter(Pressure::default(), rig.now, || 0);
    for _ in 0..4 {
        rig.request(Span::secs(11), Pressure::default(), 0, |_| true);
    }
    assert_eq!(rig.moves, [], "each of them is alone in its ten seconds");
    for _ in 0..4 {
        rig.request(Span::secs(1), Pressure::default(), u64::MAX, |_| true);
    }
    assert_eq!(rig.ladder.mode(), AgentMode::Economy);
    for _ in 0..50 {
        rig.now = rig.now + Span::secs(1);
        assert_eq!(rig.ladder.on_outcome(late, true, rig.now), None);
    }
}

/// Failures as evenly spread as whole numbers allow: of any k in a row, share × k of them, rounded up or down.
fn spread(failures: &mut u64, share: u64) -> bool {
    *failures += share;
    let failed = *failures >= 100;
    *failures %= 100;
    failed
}

proptest! {
    #![proptest_config(ProptestConfig {
        failure_persistence: None,
        rng_seed: proptest::test_runner::RngSeed::Fixed(20_260_311),
        ..ProptestConfig::default()
    })]

    /// Whatever happens, no two moves are closer than the dwell, and each goes one step.
    #[test]
    fn no_two_moves_are_closer_than_the_dwell(
        requests in prop::collection::vec((0u64..12_000, any::<u64>(), any::<bool>(), 0u8..8), 1..400),
        trial in any::<bool>(),
        growth in 100u32..400,
    ) {
        let climb = if trial { TRIAL } else { policy().climb };
        let dwell_max = Span::secs(300);
        let policy = LadderPolicy { climb, dwell_growth_percent: growth, dwell_max, ..policy() };
        let mut rig = Rig::new(policy, &ALL);
        let mut moved_at: Option<Instant> = None;
        let mut place = AgentMode::Full as i32;
        for (gap_ms, word, failed, pressed) in requests {
            let pressure = Pressure { budget: pressed == 0, queue: pressed == 1 };
            let before = rig.moves.len();
            rig.request(Span::millis(gap_ms), pressure, word, |_| failed);
            prop_assert!(rig.moves.len() <= before + 1, "two moves at one instant");
            if let Some((_, to, _)) = rig.moves.get(before) {
                prop_assert!(moved_at.is_none_or(|at| rig.now >= at + Span::secs(30)));
                prop_assert_eq!((*to as i32 - place).abs(), 1);
                (moved_at, place) = (Some(rig.now), *to as i32);
            }
        }
    }

    /// Whatever constant share of calls fails after an outage, the ladder comes to rest: with probes within one more
    /// move, without them in full mode if the share lies below the level at which it goes down.
    #[test]
    fn under_any_constant_share_of_failures_it_comes_to_rest(share in 0u64..=100, trial in any::<bool>()) {
        let steady = LadderPolicy {
            window: 100,
            min_samples: 50,
            climb: if trial {
                TRIAL
            } else {
                Climb::Probe(ClimbProbes { share: percent(50), min_samples: 50, up_at: percent(20) })
            },
            ..policy()
        };
        let mut rig = Rig::new(steady, &[Rung::Primary, Rung::Secondary]);
        for _ in 0..50 {
            rig.request(Span::secs(1), Pressure::default(), u64::MAX, |_| true);
        }
        prop_assert_eq!(rig.ladder.mode(), AgentMode::Economy);
        let after_outage = rig.moves.len();
        let mut failures = 0;
        for turn in 0..2_000u64 {
            let word = if turn % 2 == 0 { 0 } else { u64::MAX };
            rig.request(Span::secs(1), Pressure::default(), word, |passage| {
                passage.step().mode == AgentMode::Full && spread(&mut failures, share)
            });
        }
        let moves = rig.moves.len() - after_outage;
        match (trial, share) {
            // A rung that fails that often is tried again and again, but only once a dwell.
            (true, 50..) => prop_assert!(moves <= 2_000 / 30 + 1),
            (true, 48..50) => {}
            (true, _) => prop_assert_eq!((moves, rig.ladder.mode()), (1, AgentMode::Full)),
            // One failure more or less among fifty: at the levels themselves either is right.
            (false, 0..=18) => prop_assert_eq!((moves, rig.ladder.mode()), (1, AgentMode::Full)),
            (false, 23..) => prop_assert_eq!((moves, rig.ladder.mode()), (0, AgentMode::Economy)),
            (false, _) => prop_assert!(moves <= 1),
        }
    }
}
