use super::*;
use rushhour_base::time::SECOND;

/// `"a0@0 b1@5"`: agent a asks with priority 0 at second 0, b with priority 1 at second 5; each call costs a second.
/// The queue is then served until it is empty.
fn check(discipline: Discipline, arrivals: &str, expected: &str) {
    let mut queue = Queue::new(discipline, 26);
    let mut standings = Vec::new();
    for (slot, arrival) in (0u32..).zip(arrivals.split(' ')) {
        let (name, since) = arrival.split_once('@').unwrap();
        let (agent, priority) = name.split_at(1);
        let newcomer = Newcomer {
            agent: AgentId(u32::from(agent.as_bytes()[0] - b'a')),
            priority: priority.parse().unwrap(),
            since: Instant(since.parse::<u64>().unwrap() * SECOND),
            expires_at: Instant::NEVER,
            cost: Span::secs(1),
            deadline: Instant::NEVER,
        };
        standings.push((queue.push(slot, newcomer), agent));
    }
    let mut served = Vec::new();
    while let Some(slot) = queue.first() {
        let (standing, agent) = standings[slot as usize];
        queue.grant(slot, standing);
        served.push(agent);
    }
    assert_eq!(served.join(" "), expected);
    assert_eq!((queue.waiting(), queue.standing()), (0, 0));
}

#[test]
fn first_come_first_served_whatever_the_priority() {
    check(Discipline::Fifo, "a1@0 b0@1 c2@2 d0@3", "a b c d");
}

#[test]
fn strict_priority_serves_the_urgent_first() {
    check(Discipline::Priority, "a1@0 b0@1 c2@2 d0@3", "b d a c");
}

/// One agent that asks for everything at once must not make the others wait for all of it.
#[test]
fn agents_share_fairly_whoever_asks_most() {
    let fair = Discipline::Fair { ageing: Span::secs(30) };
    check(fair, "a0@0 a0@0 a0@0 a0@0 b0@1 c0@1", "a b c a a a");
}

#[test]
fn a_class_of_priority_is_worth_its_ageing() {
    let fair = Discipline::Fair { ageing: Span::secs(30) };
    check(fair, "a1@0 b0@20", "b a");
    check(fair, "a1@0 b0@40", "a b");
}

/// Age once let a whole class of fresh, less urgent requests pass an urgent one, while the old request that gave the class
/// its age stayed behind them.
#[test]
fn age_carries_the_old_request_itself_and_nobody_else() {
    let fair = Discipline::Fair { ageing: Span::secs(30) };
    check(fair, "a1@0 a1@0 a1@0 b0@40 c1@41 d1@42", "a a a b c d");
}

/// Requests that timed out counted as served: their agent went last afterwards, without ever having had anything.
#[test]
fn what_an_agent_did_not_get_is_not_held_against_it() {
    let mut queue = Queue::new(Discipline::Fair { ageing: Span::secs(30) }, 2);
    let newcomer = |agent| Newcomer {
        agent: AgentId(agent),
        priority: 0,
        since: Instant::START,
        expires_at: Instant(1),
        cost: Span::secs(1),
        deadline: Instant::NEVER,
    };
    for slot in 0..10 {
        let standing = queue.push(slot, newcomer(0));
        queue.forget(slot, standing);
    }
    queue.push(10, newcomer(0));
    queue.push(11, newcomer(1));
    assert_eq!(queue.first(), Some(10));
}

#[test]
fn whoever_is_set_aside_keeps_the_place() {
    let mut queue = Queue::new(Discipline::Fifo, 0);
    let newcomer = |at| Newcomer {
        agent: AgentId(0),
        priority: 0,
        since: Instant(at),
        expires_at: Instant(at + 100),
        cost: Span::ZERO,
        deadline: Instant::NEVER,
    };
    let first = queue.push(0, newcomer(1));
    queue.push(1, newcomer(2));
    queue.set_aside(first);
    assert_eq!((queue.first(), queue.waiting(), queue.standing()), (Some(1), 2, 1));
    queue.put_back(0, first);
    assert_eq!(queue.first(), Some(0));
    assert_eq!(queue.next_expiry(), Some((Instant(101), 0)));
    queue.forget(0, first);
    assert_eq!(queue.next_expiry(), Some((Instant(102), 1)));
}

/// Deadlines in seconds, 0 for none; the queue is served at once, in the order in which it names them.
fn order_of(discipline: Discipline, deadlines: &[u64]) -> Vec<u32> {
    let mut queue = Queue::new(discipline, 26);
    let mut standings = Vec::new();
    for (slot, seconds) in (0u32..).zip(deadlines) {
        let deadline = if *seconds == 0 { Instant::NEVER } else { Instant(seconds * SECOND) };
        standings.push(queue.push(slot, newcomer(slot, 100, deadline)));
    }
    let served = std::iter::from_fn(|| {
        let slot = queue.first()?;
        queue.grant(slot, standings[slot as usize]);
        Some(slot)
    });
    served.collect()
}

fn newcomer(slot: u32, expires_s: u64, deadline: Instant) -> Newcomer {
    Newcomer {
        agent: AgentId(slot),
        priority: (9 - slot) as u8,
        since: Instant(u64::from(slot)),
        expires_at: Instant(expires_s * SECOND),
        cost: Span::secs(1),
        deadline,
    }
}

#[test]
fn the_earliest_deadline_goes_first_and_those_without_one_last() {
    assert_eq!(order_of(Discipline::EarliestDeadline, &[9, 0, 7, 8, 0, 7]), [2, 5, 3, 0, 1, 4]);
    assert_eq!(order_of(Discipline::Fifo, &[9, 0, 7, 8]), [0, 1, 2, 3]);
}

/// The ladder asks how long the oldest has waited; by deadline the oldest may stand anywhere.
#[test]
fn the_oldest_is_known_wherever_it_stands() {
    let mut queue = Queue::new(Discipline::EarliestDeadline, 9);
    let old = queue.push(0, newcomer(0, 100, Instant(90 * SECOND)));
    queue.push(1, newcomer(1, 100, Instant(10 * SECOND)));
    assert_eq!((queue.first(), queue.oldest_of_each_class().collect::<Vec<_>>()), (Some(1), vec![0]));
    queue.forget(0, old);
    assert_eq!(queue.oldest_of_each_class().collect::<Vec<_>>(), [1]);
}

/// Under every discipline those leave first whose time is up first, whether that is their own or everybody's.
#[test]
fn whose_deadline_passes_leaves_before_those_who_came_earlier() {
    for discipline in [Discipline::Fifo, Discipline::EarliestDeadline, Discipline::Priority] {
        let mut queue = Queue::new(discipline, 9);
        let patient = queue.push(0, newcomer(0, 30, Instant::NEVER));
        let hurried = queue.push(1, newcomer(1, 31, Instant(7 * SECOND)));
        let relaxed = queue.push(2, newcomer(2, 32, Instant(99 * SECOND)));
        assert_eq!(queue.next_expiry(), Some((Instant(7 * SECOND), 1)));
        queue.forget(1, hurried);
        assert_eq!(queue.next_expiry(), Some((Instant(30 * SECOND), 0)));
        queue.grant(0, patient);
        assert_eq!(queue.next_expiry(), Some((Instant(32 * SECOND), 2)), "the deadline comes after all");
        queue.forget(2, relaxed);
        assert_eq!((queue.next_expiry(), queue.waiting()), (None, 0));
    }
}
