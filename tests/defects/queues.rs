//! Queues that lose, repeat or keep what nobody works on any more.

use crate::{count, told};
use rushhour_base::{AgentId, Instant, Span};
use rushhour_core::queue::{Newcomer, Queue};
use rushhour_core::settings::Discipline;

/// The guide read ten items and trimmed ten in two steps: two consumers at once were given the same ten, and ten others were
/// trimmed unread; with four consumers 30 of 40 were lost. Taking is one step.
#[test]
fn what_one_takes_no_other_gets_and_nothing_is_lost() {
    for consumers in [1usize, 2, 4] {
        let mut queue = Queue::new(Discipline::Fifo, 1);
        let newcomer = Newcomer {
            agent: AgentId(0),
            priority: 0,
            since: Instant::START,
            expires_at: Instant::NEVER,
            cost: Span(1),
            deadline: Instant::NEVER,
        };
        let places: Vec<_> = (0..40).map(|item| queue.push(item, newcomer)).collect();
        let mut delivered = Vec::new();
        for _ in 0..consumers * 10 {
            let item = queue.first().expect("there are 40");
            queue.grant(item, places[item as usize]);
            delivered.push(item);
        }
        assert_eq!(delivered, (0..consumers as u32 * 10).collect::<Vec<_>>(), "each once, in order");
        assert_eq!(queue.waiting() as usize, 40 - delivered.len(), "and the rest is still there");
    }
}

/// A lock file of a process that had crashed kept all others out (003), and a stream that broke off never released its
/// reservation (PostHog 45116). Whoever gives up, in a queue or in the middle of a call, gives back what it held.
#[test]
fn who_gives_up_holds_nothing_any_more() {
    let lines = told(&[
        "duration=60s",
        "workload.w.agents=2",
        "workload.w.patience=300ms",
        "provider.one.model.m.quota.concurrency=1",
        "policy.chain=['primary', 'fail']",
    ]);
    // Both give up before the second is over, one under way, one waiting; ten seconds on both come again.
    assert!(count(&lines, "ended abandoned") >= 8, "{lines:#?}");
    assert!(count(&lines, "sent first one/m") >= 4, "the place came back each time: {lines:#?}");
}
