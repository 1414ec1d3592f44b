use super::*;
use crate::Traffic;
use crate::settings::{Arrivals, Duration, TraceRow, WorldPlan};
use crate::world_for_tests::{workload, world};
use rushhour_base::time::{DAY, HOUR, MINUTE, SECOND};
use rushhour_base::{AgentId, Ask};

fn plan(kind: AbuseKind, abusers: u32, requests: u32, burst: u32, gap: Span) -> AbusePlan {
    AbusePlan {
        name: format!("{kind}"),
        kind,
        abusers,
        requests,
        from: Instant::START,
        until: Instant(DAY),
        burst,
        gap,
        prompt: None,
        accounts: 1,
    }
}

/// All that the abusers of a workload of three agents ask in a day, one list for each abuser.
fn asks(abuse: AbusePlan) -> Vec<Vec<Ask>> {
    let abusers = abuse.abusers;
    let world = world(vec![WorkloadPlan { abuse: vec![abuse], ..workload("chat", 3) }]);
    (3..3 + abusers).map(|agent| life(&world, agent)).collect()
}

fn life(world: &WorldPlan, agent: u32) -> Vec<Ask> {
    let mut traffic = Traffic::new(world);
    let (mut at, mut asks) = (traffic.first(AgentId(agent)), Vec::new());
    while let Some(now) = at {
        let (ask, next) = traffic.ask(AgentId(agent), now);
        assert!(next.is_none_or(|next| next >= now), "time runs backwards: {ask:?} then {next:?}");
        assert!(traffic.abuse(ask.request).is_some());
        assert_eq!(traffic.after(AgentId(agent), now), None);
        asks.push(ask);
        at = next;
    }
    asks
}

/// The number of requests is an input, met exactly, whatever the sizes of episodes and however many abusers share it.
#[test]
fn the_number_of_requests_is_met_exactly() {
    for (abusers, requests, burst, gap) in [
        (1, 1, 1, Span::ZERO),
        (3, 1_139, 120, Span::millis(500)),
        (7, 3, 120, Span::millis(500)),
        (2, 5_000, 7, Span(HOUR)),
        (1, 2_847, 2_847, Span(DAY)),
    ] {
        let all = asks(plan(AbuseKind::Hammering, abusers, requests, burst, gap));
        let made: Vec<usize> = all.iter().map(Vec::len).collect();
        assert_eq!(made.iter().sum::<usize>(), requests as usize, "{abusers} {requests} {burst} {gap}");
        assert!(made.iter().max().unwrap() - made.iter().min().unwrap() <= 1, "{made:?} is no even share");
    }
}

#[test]
fn who_hammers_comes_in_bursts() {
    let asks = &asks(plan(AbuseKind::Hammering, 1, 360, 120, Span::millis(500)))[0];
    let gaps: Vec<u64> = asks.windows(2).map(|w| w[1].intended.since(w[0].intended).0).collect();
    assert_eq!(gaps.iter().filter(|gap| **gap == SECOND / 2).count(), 3 * 119);
    assert!(gaps.iter().all(|gap| *gap == SECOND / 2 || *gap > MINUTE), "{gaps:?}");
    assert!(asks.iter().all(|ask| ask.user == asks[0].user && ask.user.0 == 3));
}

#[test]
fn who_repeats_says_the_same_throughout_an_episode() {
    let asks = &asks(plan(AbuseKind::Repeats, 1, 60, 20, Span::secs(5)))[0];
    for episode in asks.chunks(20) {
        assert!(episode.iter().all(|ask| ask.text == episode[0].text));
    }
    assert!(asks[0].text != asks[20].text && asks[20].text != asks[40].text);
}

#[test]
fn who_creeps_keeps_the_distance_day_and_night() {
    let asks = &asks(plan(AbuseKind::SlowCreep, 1, 48, 1, Span::ZERO))[0];
    assert!(asks.windows(2).all(|w| w[1].intended.since(w[0].intended) == Span(HOUR / 2)));
}

#[test]
fn many_accounts_share_one_source() {
    let many = AbusePlan { accounts: 4, ..plan(AbuseKind::ManyAccounts, 2, 60, 5, Span::secs(20)) };
    let all = asks(many);
    let accounts: Vec<u32> = all[1].iter().map(|ask| ask.user.0 - 3).collect();
    for (turn, account) in [(0, 4), (4, 4), (5, 5), (14, 6), (19, 7), (20, 4), (29, 5)] {
        assert_eq!(accounts[turn], account, "turn {turn}");
    }
    assert!(all[1].iter().all(|ask| ask.source == SourceId(3 + 4)));
}

/// Abusers of a closed loop or a trace follow their own script.
#[test]
fn abuse_needs_no_rhythm_of_the_workload() {
    let think = Arrivals::ClosedLoop { think: Duration::Constant(Span::secs(1)) };
    let row = TraceRow { at: Span::ZERO, input_tokens: 5, output_tokens: 5 };
    for arrivals in [think, Arrivals::Trace { rows: [row; 4].into() }] {
        let bombs = AbusePlan { prompt: Some(32_000), ..plan(AbuseKind::PromptBombs, 1, 9, 1, Span::ZERO) };
        let chat = WorkloadPlan { abuse: vec![bombs], arrivals, ..workload("chat", 3) };
        let world = world(vec![chat]);
        let asks = life(&world, 3);
        assert_eq!(asks.len(), 9);
        assert!(asks.iter().all(|ask| ask.input_tokens == 32_000));
        assert!(crate::Script::new(&world).output_tokens(asks[8].request) > 0, "it has a reply to pay for");
    }
}

/// Whoever is honest is moved by no abuser, and no abuser by how many are honest.
#[test]
fn abuse_moves_nobody_else() {
    let hammer = plan(AbuseKind::Hammering, 2, 100, 10, Span::secs(1));
    let abused = world(vec![
        WorkloadPlan { abuse: vec![hammer.clone()], ..workload("chat", 3) },
        workload("leads", 2),
    ]);
    let plain = world(vec![workload("chat", 3), workload("leads", 2)]);
    let of = |world: &WorldPlan, agent: u32| {
        let mut traffic = Traffic::new(world);
        let at = traffic.first(AgentId(agent)).expect("it asks");
        let (ask, next) = traffic.ask(AgentId(agent), at);
        assert_eq!(traffic.abuse(ask.request), None);
        (ask.intended, ask.input_tokens, ask.luck, next)
    };
    assert_eq!(of(&abused, 2), of(&plain, 2));
    assert_eq!(of(&abused, 5), of(&plain, 3));
    let more = world(vec![WorkloadPlan { abuse: vec![hammer], ..workload("chat", 30) }]);
    let when = |world: &WorldPlan, agent: u32| -> Vec<Instant> {
        life(world, agent).iter().map(|ask| ask.intended).collect()
    };
    assert_eq!(when(&abused, 4), when(&more, 31), "more honest agents move an abuser");
}
